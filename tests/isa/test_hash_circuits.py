"""The circuits of hashes and commitments give what the opcodes give, for every type of result."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from avm.account.keys import PrivateKey
from avm.account.signature import sign
from avm.algebra.edwards import GENERATOR
from avm.algebra.fields import FS_MODULUS
from avm.data.circuit_values import CircuitArray, CircuitLiteral
from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct
from avm.data.record import Entry, Record
from avm.data.types import ArrayType, PlaintextType, Visibility
from avm.data.value import Value
from avm.isa.op import Op
from avm.isa.ops.commitment import CommitOp
from avm.isa.ops.hashing import HashOp
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.isa.wire import inject_value
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType as T

HASHES = [op for op in ops().values() if isinstance(op, HashOp) and op.has_circuit]
COMMITMENTS = [op for op in ops().values() if isinstance(op, CommitOp)]
BYTES = Array(tuple(Literal(T.U8, value) for value in (0, 255, 7)))
NESTED = Struct((("x", Literal(T.FIELD, 5)), ("yes", Literal(T.BOOLEAN, True)), ("bytes", BYTES)))

TOKEN = Record(
    *(GENERATOR, False),
    (("amount", Entry(Visibility.PRIVATE, BYTES)), ("memo", Entry(Visibility.PUBLIC, NESTED))),
    *(GENERATOR, 1),
)
FUTURE = Future("token.aleo", "main", (BYTES, NESTED))
OTHERS = (TOKEN, DynamicRecord.of(TOKEN), FUTURE, DynamicFuture(1, 2, 3, 4))


def agrees(op: Op, operands: Sequence[Value], target: PlaintextType, mode: Mode = Mode.PRIVATE) -> None:
    """Both halves have the same result, and the circuit holds."""
    statement = Statement(types=(target,))
    (expected,) = op.evaluate(operands, statement, None)  # type: ignore[arg-type]
    cs = ConstraintSystem()
    wires = [inject_value(cs, mode, operand) for operand in operands]
    (result,) = op.synthesize(cs, wires, statement, None)  # type: ignore[arg-type]
    assert isinstance(result, CircuitLiteral | CircuitArray)
    assert result.value() == expected
    assert cs.is_satisfied and (mode is not Mode.CONSTANT or not cs.num_constraints)


@pytest.mark.parametrize("op", HASHES, ids=lambda op: op.mnemonic)
def test_both_halves_of_a_hash_agree(op: HashOp) -> None:
    """Of those with 150 000 constraints each, constants fold to nothing; one is built of variables."""
    target = ArrayType(T.BOOLEAN, op.size) if op.native else random.Random(op.mnemonic).choice(op.results)
    if op.family.digest:
        agrees(op, [BYTES], target, Mode.CONSTANT)
        return
    agrees(op, [BYTES if op.longest is None or op.raw else Literal(T.U16, 65535)], target)


@pytest.mark.parametrize("op", COMMITMENTS, ids=lambda op: op.mnemonic)
def test_both_halves_of_a_commitment_agree(op: CommitOp) -> None:
    value = BYTES if op.longest is None or op.raw else Literal(T.U16, 65535)
    for target in op.results:
        agrees(op, [value, Literal(T.SCALAR, FS_MODULUS - 1)], target)


@pytest.mark.parametrize("value", OTHERS, ids=lambda value: type(value).__name__)
def test_records_and_futures_are_hashed_committed_to_and_signed(value: Value) -> None:
    for name in ("hash.bhp256", "hash.bhp256.raw", "hash.psd2", "hash.psd2.raw"):
        agrees(ops()[name], [value], T.FIELD)
    for name in ("commit.bhp512", "commit.bhp512.raw"):
        agrees(ops()[name], [value, Literal(T.SCALAR, 9)], T.FIELD)
    key = PrivateKey(5)
    signed = Literal(T.SIGNATURE, sign(key, value.to_fields(), nonce=7))
    agrees(ops()["sign.verify"], [signed, Literal(T.ADDRESS, key.address), value], T.BOOLEAN)


@pytest.mark.parametrize("mode", [Mode.CONSTANT, Mode.PRIVATE])
@pytest.mark.parametrize("target", HashOp.results, ids=lambda t: t.type_name)
def test_every_result_of_a_hash_agrees(target: T, mode: Mode) -> None:
    op = ops()["hash.psd4"]
    agrees(op, [NESTED], target, mode)
