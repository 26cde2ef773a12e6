"""The ``ecdsa.verify`` opcodes: what they hash, what they refuse, and where they may stand."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from avm.base.bits import bits_to_bytes_le
from avm.base.errors import CheckFailure, Halt
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, parse_plaintext
from avm.data.types import ArrayType
from avm.isa.op import Op
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.primitives import ecdsa
from avm.primitives.keccak import keccak, sha3
from avm.types.literal_type import LiteralType

U8 = LiteralType.U8
OPCODES = [op for op in ops().values() if op.mnemonic.startswith("ecdsa.verify.")]
MESSAGE = parse_plaintext("[1u32, 2u32, 3u32]")
SECRET = ec.derive_private_key(0xA1E0, ec.SECP256K1())
NUMBERS = SECRET.public_key().public_numbers()
KEY = bytes([2 + NUMBERS.y % 2]) + NUMBERS.x.to_bytes(32, "big")
ADDRESS = ecdsa.ethereum_address((NUMBERS.x, NUMBERS.y))


def array(data: bytes) -> Array:
    return Array(tuple(Literal(U8, byte) for byte in data))


def sign(digest: bytes) -> bytes:
    """Return a signature with the low s and the recovery byte that leads to the signer."""
    der = SECRET.sign(digest[:32], ec.ECDSA(utils.Prehashed(SHA256())))
    r, s = utils.decode_dss_signature(der)
    s = min(s, ecdsa.ORDER - s)
    scalars = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    for v in (27, 28):
        if ecdsa.recover(digest, ecdsa.parse_signature(scalars + bytes([v]))) == (NUMBERS.x, NUMBERS.y):
            return scalars + bytes([v])
    raise AssertionError("neither recovery byte leads to the signer")


def case(op: Op) -> tuple[Plaintext, bytes]:
    """Return a message for an opcode and the digest that its signature is of."""
    name = op.mnemonic.split(".")[2]
    if name == "digest":
        digest = bytes(range(32))
        return array(digest), digest
    tagged = op.mnemonic.endswith(name)
    data = bits_to_bytes_le(MESSAGE.tagged_bits() if tagged else MESSAGE.raw_bits())
    return MESSAGE, (keccak if name.startswith("keccak") else sha3)(int(name[-3:]), data)


def evaluate(op: Op, *operands: Any) -> bool:
    (result,) = op.evaluate(operands, Statement(), None)  # type: ignore[arg-type]
    assert isinstance(result, Literal) and result.type is LiteralType.BOOLEAN
    return bool(result.value)


def other(op: Op) -> bytes:
    return ADDRESS if op.mnemonic.endswith(".eth") else KEY


def test_there_are_twenty_opcodes_for_finalize_code() -> None:
    assert sorted(op.code or 0 for op in OPCODES) == list(range(70, 90))
    assert all({"function", "closure"}.isdisjoint(op.places) for op in OPCODES)


@pytest.mark.parametrize("op", OPCODES, ids=lambda op: op.mnemonic)
def test_a_signature_is_valid_for_its_message_and_its_signer_only(op: Op) -> None:
    message, digest = case(op)
    signature, signer = sign(digest), other(op)
    assert evaluate(op, array(signature), array(signer), message)
    wrong = array(bytes(32)) if "digest" in op.mnemonic else parse_plaintext("[1u32, 2u32, 4u32]")
    assert not evaluate(op, array(signature), array(signer), wrong)
    swapped = bytes([5 - signer[0]]) + signer[1:] if signer is KEY else signer[::-1]
    assert not evaluate(op, array(signature), array(swapped), message)


@pytest.mark.parametrize("op", OPCODES[:3], ids=lambda op: op.mnemonic)
def test_bytes_that_are_no_signature_or_key_halt(op: Op) -> None:
    message, digest = case(op)
    signature, signer = sign(digest), other(op)
    for bad in (signature[:64] + b"\4", bytes(32) + signature[32:], signature[:32] + b"\xff" * 33):
        with pytest.raises(Halt):
            evaluate(op, array(bad), array(signer), message)
    if signer is KEY:
        for bad in (b"\4" + KEY[1:], b"\2" + b"\xff" * 32):
            with pytest.raises(Halt):
                evaluate(op, array(signature), array(bad), message)


def test_a_high_s_is_false_in_both_forms() -> None:
    plain, ethereum = ops()["ecdsa.verify.digest"], ops()["ecdsa.verify.digest.eth"]
    message, digest = case(plain)
    signature = sign(digest)
    s = ecdsa.ORDER - int.from_bytes(signature[32:64], "big")
    high = signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])
    assert not evaluate(plain, array(high), array(KEY), message)
    assert not evaluate(ethereum, array(high), array(ADDRESS), message)


def types_of(op: Op, *operands: Any) -> Any:
    return op.result_types(Statement(), operands, None)  # type: ignore[arg-type]


def test_operands_are_arrays_of_as_many_bytes() -> None:
    signature, key, address = ArrayType(U8, 65), ArrayType(U8, 33), ArrayType(U8, 20)
    digest, plain = ops()["ecdsa.verify.digest"], ops()["ecdsa.verify.keccak256"]
    raw, ethereum = ops()["ecdsa.verify.keccak256.raw"], ops()["ecdsa.verify.keccak256.eth"]
    boolean = (LiteralType.BOOLEAN,)
    assert types_of(digest, signature, key, ArrayType(U8, 32)) == boolean
    assert types_of(plain, signature, key, LiteralType.FIELD) == boolean
    assert types_of(raw, signature, key, LiteralType.U16) == boolean
    assert types_of(ethereum, signature, address, ArrayType(LiteralType.FIELD, 8)) == boolean
    for op, *operands in (
        (digest, signature, key, ArrayType(U8, 33)),
        (digest, signature, key, U8),
        (digest, ArrayType(U8, 64), key, ArrayType(U8, 32)),
        (digest, ArrayType(LiteralType.I8, 65), key, ArrayType(U8, 32)),
        (plain, signature, address, U8),
        (ethereum, signature, key, U8),
        (raw, signature, key, LiteralType.FIELD),
        (ethereum, signature, address, LiteralType.BOOLEAN),
    ):
        with pytest.raises(CheckFailure):
            types_of(op, *operands)
