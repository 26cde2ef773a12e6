"""Opcodes on structs and arrays: both halves agree, and the circuit admits nothing else.

The suite of every opcode has the literals; here stand values that are made of them, every type as a leaf.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from avm.account.keys import PrivateKey
from avm.account.signature import sign
from avm.base.errors import Halt
from avm.data.circuit_values import CircuitArray, CircuitLiteral, CircuitStruct, expose, inject
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.data.types import ArrayType, PlaintextType, StructType
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.program import parse
from avm.program.model import Constructor
from avm.program.scope import Scope
from avm.r1cs.audit_search import Search, Verdict
from avm.r1cs.linear import PRIVATE, Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType
from tests.test_every_op import samples

T = LiteralType
LEAVES = list(T)
PROGRAM = parse(
    "program p.aleo;\nstruct inner:\n    k as [u8; 2u32];\n    l as identifier;\nstruct outer:\n"
    + "".join(f"    m{i} as {t};\n" for i, t in enumerate(LEAVES))
    + "    rest as [inner; 2u32];\nfunction f:\n"
)
SCOPE = Scope(PROGRAM, Constructor(()), {PROGRAM.id: PROGRAM})
TYPES: list[PlaintextType] = [
    StructType("inner"),
    StructType("outer"),
    ArrayType(StructType("inner"), 3),
    ArrayType(ArrayType(T.BOOLEAN, 3), 2),
    ArrayType(T.FIELD, 2),
    T.SIGNATURE,
    T.STRING,
]
SIGNER = PrivateKey(5)


class Here:
    """What an opcode asks of a machine here: the names of a program."""

    scope = SCOPE


def value(type_: PlaintextType, rng: random.Random) -> Plaintext:
    """A value of a type; strings have one length, as it shapes the circuit."""
    if isinstance(type_, ArrayType):
        return Array(tuple(value(type_.element, rng) for _ in range(type_.length)))
    if isinstance(type_, StructType):
        return Struct(tuple((name, value(t, rng)) for name, t in SCOPE.members(type_)))
    if type_ is T.STRING:
        return Literal(type_, "".join(rng.choice("ab c") for _ in range(40)))
    if type_ is T.SIGNATURE:
        return Literal(type_, sign(SIGNER, [rng.randrange(3)], nonce=rng.randrange(1, 9)))
    return Literal(type_, rng.choice(samples(type_, rng)))


@dataclass(frozen=True)
class Case:
    """An opcode with the types of its operands and those that its statement names."""

    name: str
    operands: tuple[PlaintextType, ...]
    named: tuple[PlaintextType, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}:{'-'.join(map(str, (*self.operands, *self.named)))}"[:60]

    def evaluate(self, values: Sequence[Plaintext]) -> tuple[object, ...] | None:
        try:
            return tuple(ops()[self.name].evaluate(values, Statement(types=self.named), Here()))  # type: ignore[arg-type]
        except Halt:
            return None


def _casts() -> list[Case]:
    inner, outer = StructType("inner"), StructType("outer")
    made: list[PlaintextType] = [inner, outer, ArrayType(inner, 2), ArrayType(ArrayType(T.U8, 2), 3)]
    parts = [tuple(t for _, t in SCOPE.members(m)) if isinstance(m, StructType) else () for m in made]
    return [
        Case("cast", given or (m.element,) * m.length, (m,))  # type: ignore[union-attr]
        for m, given in zip(made, parts, strict=True)
    ]


ROWS, BITS = ArrayType(ArrayType(T.U16, 2), 3), ArrayType(T.BOOLEAN, 96)
CASES = [
    *(Case(name, (t, t)) for name in ("is.eq", "is.neq", "assert.eq", "assert.neq") for t in TYPES),
    *_casts(),
    Case("serialize.bits.raw", (ROWS,), (ROWS, BITS)),
    Case(
        "serialize.bits.raw", (ArrayType(T.SCALAR, 2),), (ArrayType(T.SCALAR, 2), ArrayType(T.BOOLEAN, 502))
    ),
    Case("deserialize.bits.raw", (BITS,), (BITS, ROWS)),
    Case("ternary", (T.BOOLEAN, T.SIGNATURE, T.SIGNATURE)),
]


def operand_lists(case: Case, rng: random.Random) -> list[list[Plaintext]]:
    first = [value(t, rng) for t in case.operands]
    lists = [first, [value(t, rng) for t in case.operands]]
    return [*lists, [first[0], first[0]]] if len(set(case.operands)) == 1 and len(first) == 2 else lists


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_circuit_holds_exactly_the_evaluation(case: Case) -> None:
    rng = random.Random(str(case))
    shapes = []
    for values in operand_lists(case, rng):
        expected = case.evaluate(values)
        cs = ConstraintSystem()
        wires = [inject(cs, Mode.PRIVATE, v) for v in values]
        given = cs.counts().private
        op, statement = ops()[case.name], Statement(types=case.named)
        results = op.synthesize(cs, wires, statement, Here())  # type: ignore[arg-type]
        assert cs.is_satisfied == (expected is not None)
        found = [r for r in results if isinstance(r, CircuitLiteral | CircuitStruct | CircuitArray)]
        if expected is not None:
            assert tuple(r.value() for r in found) == expected
        honest = dict(enumerate(cs.assignment().private, PRIVATE)) | {0: 1}
        known = {key: honest[key] for key in (0, *range(PRIVATE, PRIVATE + given))}
        bound = [lc for r in found for lc in r.combinations()] if expected is not None else None
        assert Search(cs.rows(), known, honest, bound).run().verdict is Verdict.UNIQUE
        for result in found:
            expose(result, "output")
        shapes.append([(lc.constant, lc.terms) for row in cs.rows() for lc in row])
    assert all(shape == shapes[0] for shape in shapes), "the rows depend on the witness"
