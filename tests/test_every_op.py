"""Every opcode with a circuit: both halves agree, and the circuit admits nothing else.

The list of opcodes comes from the registry, and that of their circuits from the sizes they declare, so a
new opcode is tested by being there. ``avm.r1cs.audit_search`` searches every circuit for a second result: it
ends with a proof that there is none for the operands at hand.

Few circuits have more than ``LARGE`` constraints, and they take the time of all others; each day another
share of them is searched (``AVM_SEED`` sets the day), with ``AVM_DEEP=1`` all of them and more operands.
"""

from __future__ import annotations

import datetime
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from avm.account.keys import PrivateKey
from avm.account.signature import sign
from avm.algebra import edwards
from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.errors import Halt
from avm.data.circuit_values import CircuitArray, CircuitLiteral, expose, inject
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, boolean_array
from avm.data.types import ArrayType
from avm.isa.op import LiteralOp, Op
from avm.isa.ops.hashing import HashOp
from avm.isa.ops.serialization import BitsOp
from avm.isa.registry import ops
from avm.isa.sizes import literal_bits
from avm.isa.statement import Statement
from avm.isa.wire import Wire
from avm.primitives.hash_to_curve import generator_powers
from avm.r1cs.audit_search import Search, Verdict
from avm.r1cs.audit_tangent import tangent
from avm.r1cs.linear import PRIVATE, LinearCombination, Mode
from avm.r1cs.system import ConstraintSystem, Counts
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType

DEEP = os.environ.get("AVM_DEEP") == "1"
DAY = int(os.environ.get("AVM_SEED") or datetime.date.today().toordinal())
LARGE, SHARE = 2000, 16
MEDIUM = 200
"""Up to so many constraints, a circuit is searched for all operands; above, for the first."""
T = LiteralType
POINTS = (T.ADDRESS, T.GROUP)
NETWORK = 129
"""Instructions that the network has; those of our own follow with higher numbers."""
SIGNER = PrivateKey(5)
NAME = int.from_bytes(b"transfer", "little")


@dataclass(frozen=True)
class Circuit:
    """An opcode with literal types: those of its operands and, for a cast or a hash, of its target."""

    op: Op
    types: tuple[LiteralType, ...]

    @property
    def reads_bits(self) -> bool:
        """Whether the operand is the bits of a value of the type."""
        return self.op.mnemonic.startswith("deserialize")

    @property
    def operand_types(self) -> tuple[LiteralType, ...]:
        named = self.op.mnemonic.startswith(("cast", "hash", "commit"))
        return self.types[:-1] if named else self.types

    @property
    def statement(self) -> Statement:
        if isinstance(self.op, BitsOp) and self.reads_bits:
            bits = ArrayType(LiteralType.BOOLEAN, literal_bits(self.types[0], raw=self.op.raw))
            return Statement(types=(bits, *self.types))
        return Statement(types=self.types[len(self.operand_types) :])

    @property
    def lifts_a_coordinate(self) -> bool:
        """Whether this finds a point by its x alone.

        The search has then to choose y and a quarter of the point, two field elements in equations of the
        second degree, and stays open; ``test_one_point_of_the_subgroup_has_an_x`` closes it.
        """
        source, target = self.types[0], self.types[-1]
        if self.reads_bits:
            return target in POINTS
        return self.op.mnemonic == "cast" and target in POINTS and source not in (*POINTS, T.BOOLEAN)

    @property
    def constraints(self) -> int:
        return self.op.counts[self.types].constraints

    def __str__(self) -> str:
        return f"{self.op.mnemonic}:{'-'.join(t.type_name for t in self.types)}"

    def cases(self, rng: random.Random, count: int) -> list[list[Plaintext]]:
        """Operand lists: values of the types; of bits those of values, and one with a wrong bit each."""
        lists = cases(self.operand_types, rng, count)
        if not isinstance(self.op, BitsOp) or not self.reads_bits:
            return [list(values) for values in lists]
        found: list[list[Plaintext]] = []
        for [value], wrong in zip(lists, (False, True, True, *[False] * count)):
            bits = value.raw_bits() if self.op.raw else value.tagged_bits()
            place = rng.randrange(len(bits))
            found.append([boolean_array([bit ^ (wrong and i == place) for i, bit in enumerate(bits)])])
        return found

    def synthesize(self, operands: Sequence[Plaintext]) -> tuple[ConstraintSystem, tuple[Wire, ...], int]:
        """Return the circuit, its results, and how many private variables the operands have.

        Its size is that which is declared.
        """
        cs = ConstraintSystem()
        wires = [inject(cs, Mode.PRIVATE, operand) for operand in operands]
        before = cs.counts()
        results = self.op.synthesize(cs, wires, self.statement, None)  # type: ignore[arg-type]
        made, declared = cs.counts() - before, self.op.counts[self.types]
        needed = f"{self}: declare Count({made.constants}, {made.private}, {made.constraints})"
        assert made == Counts(declared.constants, 0, declared.private, declared.constraints), needed
        return cs, results, before.private

    def evaluate(self, operands: Sequence[Plaintext]) -> tuple[Any, ...] | None:
        """Return the values of the results, or None where the opcode halts."""
        try:
            return tuple(self.op.evaluate(operands, self.statement, None))  # type: ignore[arg-type]
        except Halt:
            return None


CIRCUITS = [Circuit(op, types) for op in ops().values() for types in op.counts]


def is_due(circuit: Circuit) -> bool:
    """Whether a circuit is searched today."""
    return DEEP or circuit.constraints <= LARGE or (CIRCUITS.index(circuit) + DAY) % SHARE == 0


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
    if type_ is LiteralType.SIGNATURE:
        return [sign(SIGNER, [5], nonce=7), sign(SIGNER, [0, 1], nonce=FS_MODULUS - 1)]
    modulus = FS_MODULUS if type_ is LiteralType.SCALAR else FR_MODULUS
    return [0, 1, modulus - 1, (modulus - 1) // 2, rng.randrange(modulus), 4, 97, NAME]


def cases(types: Sequence[LiteralType], rng: random.Random, count: int) -> list[list[Literal]]:
    """Operand lists: random mixtures, the edges of all types side by side, and one value for all."""
    pools = [samples(t, rng) for t in types]
    lists = [[rng.choice(pool) for pool in pools] for _ in range(count - 2)]
    lists += [[pool[0] for pool in pools], [pool[1] for pool in pools]]
    if len(types) == 2 and types[0] is types[1]:
        lists.append([pools[0][-1]] * 2)
    return [[Literal(t, v) for t, v in zip(types, values, strict=True)] for values in lists]


def assert_nothing_else(
    circuit: Circuit, cs: ConstraintSystem, results: Sequence[Wire], given: int, halts: bool
) -> None:
    """Only these results satisfy the constraints for these operands; none where the opcode halts."""
    assignment = cs.assignment()
    honest = dict(enumerate(assignment.private, PRIVATE)) | {0: 1}
    known = {key: honest[key] for key in (0, *range(PRIVATE, PRIVATE + given))}
    bound = None if halts else [lc for wire in results for lc in bindings(wire)]
    rows, rng = cs.rows(), random.Random(str(circuit))
    outcome = Search(rows, known, honest, bound).run()
    assert outcome.verdict is not Verdict.FREE, circuit
    if circuit.lifts_a_coordinate:
        assert not bound or not tangent(rows, known, honest, bound, rng).moves, circuit
    else:
        assert outcome.verdict is Verdict.UNIQUE, circuit
    assert not (DEEP and bound and tangent(rows, known, honest, bound, rng).witness), circuit


def bindings(wire: Wire) -> list[LinearCombination]:
    """Return the combinations that must not change: every bit of an integer, both coordinates of a point."""
    if isinstance(wire, CircuitArray):
        return [lc for element in wire.elements for lc in bindings(element)]
    assert isinstance(wire, CircuitLiteral)
    var = wire.var
    return [bit.lc for bit in var.bits] if isinstance(var, IntegerVar) else wire.combinations()


def value_of(wire: Wire) -> Literal | Array:
    assert isinstance(wire, CircuitLiteral | CircuitArray)
    return wire.value()


@pytest.mark.parametrize("circuit", [c for c in CIRCUITS if is_due(c)], ids=str)
def test_the_circuit_holds_exactly_the_evaluation_in_its_declared_size(circuit: Circuit) -> None:
    rng = random.Random(f"{circuit} {DAY if DEEP else ''}")
    first: list[tuple[int, dict[int, int]]] = []
    operand_lists = circuit.cases(rng, 8 if DEEP else 3)
    searched = len(operand_lists) if DEEP or circuit.constraints <= MEDIUM else 1
    if not DEEP and (circuit.constraints > MEDIUM or circuit.operand_types != circuit.types):
        operand_lists = operand_lists[: 1 + (circuit.constraints <= LARGE)]
    for index, operands in enumerate(operand_lists):
        expected = circuit.evaluate(operands)
        cs, results, given = circuit.synthesize(operands)
        assert cs.is_satisfied == (expected is not None), [str(o) for o in operands]
        if expected is not None:
            assert tuple(map(value_of, results)) == expected, [str(o) for o in operands]
        if index < searched:
            assert_nothing_else(circuit, cs, results, given, halts=expected is None)
        for wire in results:
            expose(wire, "output")  # type: ignore[arg-type]
        rows = [(lc.constant, lc.terms) for row in cs.rows() for lc in row]
        first = first or rows
        assert rows == first, "the rows depend on the witness"


def test_every_row_declares_the_size_of_its_circuit() -> None:
    """But for Keccak and SHA-3 with 150 000 constraints each; ``primitives/test_keccak_circuit`` has them."""
    for op in ops().values():
        if isinstance(op, LiteralOp):
            missing = {types for types, _ in op.rows} - op.counts.keys()
            assert not missing, op.mnemonic
    built = {op.mnemonic: op for op in ops().values() if op.has_circuit and not op.counts}
    undeclared = {name for name, op in built.items() if not (isinstance(op, HashOp) and op.family.digest)}
    assert undeclared == {"async", "call", "call.dynamic", "get.record.dynamic"}, "what they name has a size"


def test_one_point_of_the_subgroup_has_an_x() -> None:
    for x, y in [*generator_powers()[:40], edwards.GENERATOR]:
        assert edwards.is_in_subgroup((x, y))
        assert edwards.is_on_curve((x, -y % FR_MODULUS)) and not edwards.is_in_subgroup((x, -y % FR_MODULUS))


def test_every_opcode_says_what_it_does() -> None:
    for op in ops().values():
        assert op.summary.endswith(".") and len(op.summary) > 20, op.mnemonic
        assert op.usage.startswith(op.mnemonic)


def test_numbers_of_instructions_are_those_of_the_binary_encoding() -> None:
    codes = sorted(op.code for op in ops().values() if op.code is not None)
    assert codes[:NETWORK] == list(range(NETWORK)) and len(set(codes)) == len(codes)
