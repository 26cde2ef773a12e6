"""Signature and proof verification: ``sign.verify``, ``ecdsa.verify.*``, ``snark.verify``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avm.base.bits import bits_to_bytes_le
from avm.base.errors import CheckFailure, DecodeError, Halt
from avm.base.limits import MAX_CIRCUITS, MAX_INSTANCES
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext
from avm.data.types import ArrayType, innermost
from avm.isa.machine import CircuitMachine, Machine, MachineValue, Results, TypeScope, Values
from avm.isa.op import OFF_CHAIN, ON_CHAIN, Count, Op, Trait, Types
from avm.isa.operand_syntax import Operands
from avm.isa.sizes import value_bits
from avm.isa.statement import Statement
from avm.isa.types import RegisterType
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.isa.wire import Wire
    from avm.r1cs.system import ConstraintSystem

U8 = LiteralType.U8


@dataclass(frozen=True, kw_only=True)
class SignVerifyOp(Op):
    """``sign.verify``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        if tuple(operands[:2]) != (LiteralType.SIGNATURE, LiteralType.ADDRESS):
            raise self.refuse(operands, hint="The operands are a signature, an address and a message.")
        return (LiteralType.BOOLEAN,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        signature, address, message = values
        assert isinstance(signature, Literal) and isinstance(address, Literal)
        valid = signature.value.verify(address.value, message.to_fields())
        return (Literal(LiteralType.BOOLEAN, valid),)

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        from avm.account.signature import SignatureVar
        from avm.data.circuit_values import CircuitLiteral
        from avm.isa.wire import as_literal, fields_of
        from avm.types.address import AddressVar

        signature, address = as_literal(operands[0]).var, as_literal(operands[1]).var
        message = fields_of(operands[2])
        assert isinstance(signature, SignatureVar) and isinstance(address, AddressVar)
        return (CircuitLiteral(LiteralType.BOOLEAN, signature.verify(address, message)),)


@dataclass(frozen=True, kw_only=True)
class EcdsaVerifyOp(Op):
    """``ecdsa.verify.*``: of a digest, or of a message hashed with ``hash_name``.

    ``raw`` hashes a message without type tags.
    """

    hash_name: str
    raw: bool
    ethereum: bool

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        lengths = [65, 20 if self.ethereum else 33, *([32] if self.hash_name == "digest" else [])]
        bytes_only = all(_is_bytes(operand, length) for operand, length in zip(operands, lengths))
        if not bytes_only:
            raise self.refuse(operands, hint="A signature has 65 bytes, a key 33, an Ethereum address 20.")
        if self.raw and value_bits(operands[2], scope, raw=True) % 8:
            raise CheckFailure(f"'{self.mnemonic}' takes whole bytes, which a {operands[2]} is not")
        return (LiteralType.BOOLEAN,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        from avm.primitives import ecdsa

        signature_bytes, key_bytes = (_bytes(value) for value in values[:2])
        try:
            signature = ecdsa.parse_signature(signature_bytes[: ecdsa.SIGNATURE_BYTES])
            key = None if self.ethereum else ecdsa.parse_key(key_bytes)
        except DecodeError as error:
            raise Halt(f"'{self.mnemonic}': {error.message}") from error
        digest = self._digest(values[2])
        if key is not None:
            valid = ecdsa.verify(digest, signature, key)
        elif len(key_bytes) != ecdsa.ADDRESS_BYTES:
            raise Halt(f"'{self.mnemonic}': an Ethereum address has 20 bytes, not {len(key_bytes)}")
        else:
            valid = ecdsa.verify_ethereum(digest, signature, key_bytes)
        return (Literal(LiteralType.BOOLEAN, valid),)

    def _digest(self, message: MachineValue) -> bytes:
        from avm.primitives.keccak import keccak, sha3

        data = _bytes(message, tagged=not self.raw)
        if self.hash_name == "digest":
            return data
        return (sha3 if self.hash_name.startswith("sha3") else keccak)(int(self.hash_name[-3:]), data)


def _is_bytes(type_: RegisterType, length: int) -> bool:
    """Whether a type is an array of this length whose elements are bytes or arrays of bytes."""
    if not isinstance(type_, ArrayType) or type_.length != length:
        return False
    element = type_.element
    while isinstance(element, ArrayType):
        element = element.element
    return element is U8


def _lengths(type_: RegisterType, dimensions: int, element: LiteralType) -> list[int] | None:
    """Return the lengths of an array of so many dimensions, the outer first; None for another type."""
    lengths: list[int] = []
    while isinstance(type_, ArrayType):
        lengths.append(type_.length)
        type_ = type_.element
    return lengths if type_ is element and len(lengths) == dimensions else None


def _elements(value: MachineValue) -> Sequence[Plaintext]:
    assert isinstance(value, Array)
    return value.elements


def _fields(value: MachineValue) -> list[int]:
    return [element.value for element in _elements(value) if isinstance(element, Literal)]


def _bytes(value: MachineValue, tagged: bool = False) -> bytes:
    return bits_to_bytes_le(value.tagged_bits() if tagged else value.raw_bits())


@dataclass(frozen=True, kw_only=True)
class SnarkVerifyOp(Op):
    """``snark.verify``, and for the proof of many circuits and instances ``snark.verify.batch``."""

    batch: bool

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        key, version, inputs, proof = operands
        keys = _lengths(key, 1 + self.batch, U8)
        fields = _lengths(inputs, 1 + 2 * self.batch, LiteralType.FIELD)
        bytes_ = isinstance(proof, ArrayType) and innermost(proof) is U8
        if keys is None or fields is None or version is not U8 or not bytes_:
            raise self.refuse(
                operands, hint="The operands are a verifying key, a version, inputs and a proof."
            )
        if self.batch and keys[0] != fields[0]:
            raise CheckFailure(f"there are {keys[0]} verifying keys, and inputs for {fields[0]} circuits")
        if self.batch and (keys[0] > MAX_CIRCUITS or fields[0] * fields[1] > MAX_INSTANCES):
            raise CheckFailure(
                f"'{self.mnemonic}' takes {MAX_CIRCUITS} verifying keys and {MAX_INSTANCES} instances at most"
            )
        return (LiteralType.BOOLEAN,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        key, version, inputs, proof = values
        assert isinstance(key, Array) and isinstance(version, Literal) and isinstance(inputs, Array)
        keys = key.elements if self.batch else (key,)
        circuits = inputs.elements if self.batch else (Array((inputs,)),)
        instances = [[_fields(i) for i in _elements(circuit)] for circuit in circuits]
        valid = machine.verify_proof([_bytes(k) for k in keys], version.value, instances, _bytes(proof))
        return (Literal(LiteralType.BOOLEAN, valid),)


SIGN_VERIFY = SignVerifyOp(
    mnemonic="sign.verify",
    code=61,
    form=Operands(3),
    places=OFF_CHAIN | ON_CHAIN,
    price=40_000,
    byte_price=75,
    traits=Trait.PURE,
    counts={(LiteralType.SIGNATURE, LiteralType.ADDRESS, U8): Count(1781, 7778, 7784)},
    summary="Says whether a signature of an address fits a message. Never halts.",
)


def _ecdsa(code: int, hash_name: str, suffix: str) -> EcdsaVerifyOp:
    return EcdsaVerifyOp(
        mnemonic=f"ecdsa.verify.{hash_name}{suffix}",
        code=code,
        form=Operands(3),
        places=ON_CHAIN,
        hash_name=hash_name,
        raw=suffix != "" or hash_name == "digest",
        ethereum=suffix == ".eth",
        price=75_000 if suffix == ".eth" else 60_000,
        byte_price=0 if hash_name == "digest" else 30,
        traits=Trait.PURE | Trait.CAN_HALT,
        summary="Says whether an ECDSA signature on secp256k1 fits "
        + ("a digest" if hash_name == "digest" else f"a message hashed with {hash_name}")
        + (" and an Ethereum address" if suffix == ".eth" else " and a public key")
        + ". Halts on bytes that are no signature or key. In finalize only.",
    )


def _snark(code: int, suffix: str) -> SnarkVerifyOp:
    return SnarkVerifyOp(
        mnemonic=f"snark.verify{suffix}",
        code=code,
        form=Operands(4),
        batch=suffix != "",
        places=ON_CHAIN,
        price=100_000,
        byte_price=50,
        traits=Trait.PURE | Trait.CAN_HALT,
        summary="Says whether a Varuna proof fits a verifying key and public inputs. "
        "Halts on bytes that are no key or proof, on fewer inputs than the key has, on others than zero "
        "beyond them, and on a version of Varuna that the rules do not take. In finalize only.",
    )


_HASHES = ("keccak256", "keccak384", "keccak512", "sha3_256", "sha3_384", "sha3_512")

OPS: tuple[Op, ...] = (
    SIGN_VERIFY,
    _ecdsa(70, "digest", ""),
    _ecdsa(71, "digest", ".eth"),
    *(
        _ecdsa(72 + 3 * i + j, name, suffix)
        for i, name in enumerate(_HASHES)
        for j, suffix in enumerate(("", ".raw", ".eth"))
    ),
    _snark(121, ""),
    _snark(122, ".batch"),
)
