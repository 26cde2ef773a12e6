"""Every opcode with a circuit: both halves agree, and the circuit admits nothing else.

The list of opcodes comes from the registry, so a new opcode is tested by being there.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.errors import Halt
from avm.data.circuit_values import CircuitLiteral, expose, inject
from avm.data.literal import Literal
from avm.isa.op import LiteralOp, Op, Row
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.primitives.hash_to_curve import generator_powers
from avm.r1cs.linear import PRIVATE, Mode
from avm.r1cs.matrices import Assignment
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType

LITERAL_OPS = [op for op in ops().values() if isinstance(op, LiteralOp) and op.has_circuit]
SKIPPED = {LiteralType.SIGNATURE, LiteralType.STRING}
SLOW = {"pow", "pow.w"}
NOTHING = Statement()
NETWORK = 129
"""Instructions that the network has; those of our own follow with higher numbers."""
NAME = int.from_bytes(b"transfer", "little")


def rows_of(op: LiteralOp) -> list[Row]:
    """Rows to test: all types, but one width of magnitude each, and few where circuits are large."""
    rows = [row for row in op.rows if not SKIPPED & set(row[0])]
    if op.mnemonic in SLOW:
        return [r for r in rows if r[0][0].bits in (8, 16) and r[0][1] is LiteralType.U8]
    if len(rows) > 25:
        return [row for i, row in enumerate(rows) if i % 4 == 0]
    return rows


def samples(type_: LiteralType, rng: random.Random) -> list[Any]:
    """Edge values and random values of a type."""
    if type_.is_integer:
        edges = [type_.min, type_.max, 0, 1, type_.max // 2 + 1, -1 if type_.is_signed else 2]
        return [*edges, rng.randint(type_.min, type_.max), rng.randint(type_.min, type_.max), 3]
    if type_ is LiteralType.BOOLEAN:
        return [False, True]
    if type_ in (LiteralType.GROUP, LiteralType.ADDRESS):
        return [(0, 1), *rng.sample(generator_powers(), 3)]
    if type_ is LiteralType.IDENTIFIER:
        return ["a", "Z_9", "transfer_public", "x" * 31]
    modulus = FS_MODULUS if type_ is LiteralType.SCALAR else FR_MODULUS
    return [0, 1, modulus - 1, (modulus - 1) // 2, rng.randrange(modulus), 4, 97, NAME]


def cases(types: Sequence[LiteralType], rng: random.Random, count: int) -> list[list[Literal]]:
    """Operand lists: the edges of all types side by side, then random mixtures."""
    pools = [samples(t, rng) for t in types]
    lists = [[rng.choice(pool) for pool in pools] for _ in range(count - 2)]
    lists += [[pool[0] for pool in pools], [pool[1] for pool in pools]]
    return [[Literal(t, v) for t, v in zip(types, values, strict=True)] for values in lists]


def synthesize(
    op: Op, operands: Sequence[Literal], statement: Statement = NOTHING
) -> tuple[ConstraintSystem, CircuitLiteral, int]:
    """Return the circuit, its result, and how many private variables the operands have."""
    cs = ConstraintSystem()
    wires = [inject(cs, Mode.PRIVATE, operand) for operand in operands]
    given = cs.counts().private
    (result,) = op.synthesize(cs, wires, statement, None)  # type: ignore[arg-type]
    return cs, result, given


def evaluate(op: Op, operands: Sequence[Literal], statement: Statement = NOTHING) -> Literal | None:
    try:
        (result,) = op.evaluate(operands, statement, None)  # type: ignore[arg-type]
    except Halt:
        return None
    assert isinstance(result, Literal)
    return result


def identify(row: Row) -> str:
    return "-".join(t.type_name for t in row[0])


ALL_ROWS = [
    pytest.param(op, row, id=f"{op.mnemonic}:{identify(row)}") for op in LITERAL_OPS for row in rows_of(op)
]


@pytest.mark.parametrize(("op", "row"), ALL_ROWS)
def test_the_circuit_holds_exactly_the_evaluation(op: LiteralOp, row: Row) -> None:
    rng = random.Random(f"{op.mnemonic} {identify(row)}")
    matrices = None
    for operands in cases(row[0], rng, 3):
        expected = evaluate(op, operands)
        cs, result, given = synthesize(op, operands)
        assert cs.is_satisfied == (expected is not None), [str(o) for o in operands]
        if expected is not None:
            assert result.value() == expected, [str(o) for o in operands]
            assert_bound(cs, result, given)
        expose(result, "output")
        if matrices is None:
            matrices = cs.matrices()
        assert cs.matrices() == matrices, "the matrices depend on the witness"


def assert_bound(cs: ConstraintSystem, result: CircuitLiteral, given: int) -> None:
    """No other value of the variables made for the output satisfies the constraints."""
    assignment = cs.assignment()
    for lc in result.combinations():
        for key in list(lc.terms)[-2:]:
            if key < PRIVATE + given:
                continue
            private = list(assignment.private)
            private[key - PRIVATE] = (private[key - PRIVATE] + 1) % FR_MODULUS
            assert cs.check(Assignment(assignment.public, tuple(private)))


TYPES = [t for t in LiteralType if t not in SKIPPED]
POINTS = (LiteralType.GROUP, LiteralType.ADDRESS)
PAIRS = [(a, b) for a in TYPES for b in TYPES]


@pytest.mark.parametrize("lossy", [False, True], ids=["cast", "cast.lossy"])
@pytest.mark.parametrize("offset", range(4))
def test_casts_hold_exactly_their_evaluation(offset: int, lossy: bool) -> None:
    op = ops()["cast.lossy" if lossy else "cast"]
    for index, (source, target) in enumerate(PAIRS):
        large = lossy and target in POINTS and source not in POINTS
        if index % 4 != offset or (large and source is not LiteralType.FIELD):
            continue
        parts = Statement(types=(target,))
        rng = random.Random(index)
        for operands in cases((source,), rng, 3)[: 1 if large else 3]:
            expected = evaluate(op, operands, parts)
            try:
                cs, result, given = synthesize(op, operands, parts)
            except Halt:
                assert expected is None
                continue
            assert cs.is_satisfied == (expected is not None), (str(operands[0]), target)
            if expected is not None:
                assert result.value() == expected
                assert_bound(cs, result, given)


@pytest.mark.parametrize("type_", TYPES, ids=lambda t: t.type_name)
def test_equality_and_asserts_agree_with_their_circuits(type_: LiteralType) -> None:
    rng = random.Random(type_.value)
    for operands in [*cases((type_, type_), rng, 3), [Literal(type_, samples(type_, rng)[-1])] * 2]:
        same = operands[0] == operands[1]
        for name, wanted in (("is.eq", same), ("is.neq", not same)):
            cs, result, _ = synthesize(ops()[name], operands)
            assert cs.is_satisfied and result.value().value is wanted
        for name, holds in (("assert.eq", same), ("assert.neq", not same)):
            cs = ConstraintSystem()
            wires = [inject(cs, Mode.PRIVATE, operand) for operand in operands]
            assert ops()[name].synthesize(cs, wires, NOTHING, None) == ()  # type: ignore[arg-type]
            assert cs.is_satisfied == holds


@pytest.mark.parametrize(
    ("op", "types"),
    [
        pytest.param(op, types, id=f"{op.mnemonic}:{'-'.join(t.type_name for t in types)}")
        for op in LITERAL_OPS
        for types in op.counts
    ],
)
def test_the_circuit_has_its_declared_size(op: LiteralOp, types: tuple[LiteralType, ...]) -> None:
    rng = random.Random(5)
    cs = ConstraintSystem()
    wires = [inject(cs, Mode.PRIVATE, Literal(t, samples(t, rng)[-1])) for t in types]
    before = cs.counts()
    op.synthesize(cs, wires, NOTHING, None)  # type: ignore[arg-type]
    size, declared = cs.counts() - before, op.counts[types]
    assert (size.private, size.constraints) == (declared.private, declared.constraints)
    assert size.constants == declared.constants


def test_every_opcode_says_what_it_does() -> None:
    for op in ops().values():
        assert op.summary.endswith(".") and len(op.summary) > 20, op.mnemonic
        assert op.usage.startswith(op.mnemonic)


def test_numbers_of_instructions_are_those_of_the_binary_encoding() -> None:
    codes = sorted(op.code for op in ops().values() if op.code is not None)
    assert codes[:NETWORK] == list(range(NETWORK)) and len(set(codes)) == len(codes)
