"""What every gadget costs: the formulas snarkVM asserts, and a golden table of all types and modes.

A cost is (constants, public, private, constraints); operands are injected before and not counted. After a
deliberate change write the golden file anew with ``AVM_REGENERATE_GOLDEN=1``.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from avm.algebra.edwards import GENERATOR, double
from avm.r1cs import ConstraintSystem, Counts, Mode
from avm.types import casts
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType as T
from avm.types.scalar import ScalarVar
from avm.types.string import StringVar
from tests.types.circuits import INTEGERS, SIGNED, UNSIGNED, C, P, S, cost, modes

GOLDEN = Path(__file__).parent / "golden" / "gadget_counts.json"
Cost = tuple[int, int, int, int]
Formula = Callable[[int], Cost]


def k(constants: int, private: int, constraints: int) -> Cost:
    return constants, 0, private, constraints


def log(n: int) -> int:
    """0 for 8 bits, 1 for 16, ... 4 for 128."""
    return n.bit_length() - 4


VARIABLES_SIGNED: dict[str, Formula] = {
    "add": lambda n: k(0, n + 4, n + 6),
    "add_w": lambda n: k(0, n + 1, n + 2),
    "sub": lambda n: k(0, n + 4, n + 6),
    "sub_w": lambda n: k(0, n + 1, n + 2),
    "mul": lambda n: k(3 * n, 8 * n + 6, 8 * n + 12) if n < 128 else k(3 * n, 1098, 1106),
    "mul_w": lambda n: k(0, n + n // 2 + 4, n + n // 2 + 5),
    "div": lambda n: k(6 * n, 9 * n + 11, 9 * n + 18) if n < 128 else k(6 * n, 1486, 1497),
    "div_w": lambda n: k(4 * n, 9 * n + 6, 9 * n + 12) if n < 128 else k(4 * n, 1481, 1491),
    "rem_w": lambda n: k(4 * n, 9 * n + 5, 9 * n + 11) if n < 128 else k(4 * n, 1480, 1490),
    "lt": lambda n: k(n, n + 4, n + 5),
    "is_eq": lambda n: k(0, 2, 2),
    "and_": lambda n: k(0, n, n),
    "or_": lambda n: k(0, n, n),
    "xor": lambda n: k(0, n, n),
    "shl_w": lambda n: (
        k(3 + log(n), 2 * n + log(n) + 3, 2 * n + log(n) + 4)
        if n < 128
        else k(0, 2 * n + n // 2 + 2 * log(n) + 8, 2 * n + n // 2 + 2 * log(n) + 10)
    ),
    "shr_w": lambda n: (
        k(6 + 2 * log(n), 2 * n + log(n) + 3, 2 * n + log(n) + 4) if n < 128 else k(4 * n, 1622, 1633)
    ),
}
VARIABLES_UNSIGNED: dict[str, Formula] = VARIABLES_SIGNED | {
    "add": lambda n: k(0, n, n + 1),
    "sub": lambda n: k(0, n + 1, n + 3),
    "mul": lambda n: k(0, n, n + 1) if n < 128 else k(0, 196, 199),
    "div": lambda n: k(n, 3 * n + 2, 3 * n + 5) if n < 128 else k(n, 709, 716),
    "div_w": lambda n: k(n, 3 * n + 2, 3 * n + 5) if n < 128 else k(n, 709, 716),
    "rem": lambda n: k(n, 3 * n + 2, 3 * n + 5) if n < 128 else k(n, 709, 716),
    "rem_w": lambda n: k(n, 3 * n + 2, 3 * n + 5) if n < 128 else k(n, 709, 716),
    "mod": lambda n: k(n, 3 * n + 2, 3 * n + 5) if n < 128 else k(n, 709, 716),
    "lt": lambda n: k(n, n + 1, n + 2),
    "shr_w": lambda n: k(3 + log(n), 2 * n + log(n) + 3, 2 * n + log(n) + 4) if n < 128 else k(n, 849, 857),
}
CONSTANT_FIRST_SIGNED: dict[str, Formula] = {
    "add": lambda n: k(0, n + 2, n + 4),
    "sub": lambda n: k(0, n + 3, n + 5),
    "and_": lambda n: k(0, 0, 0),
    "is_eq": lambda n: k(0, 2, 2),
}
CONSTANT_SECOND_SIGNED: dict[str, Formula] = {
    "add": lambda n: k(0, n + 3, n + 5),
    "sub": lambda n: k(0, n + 2, n + 4),
    "xor": lambda n: k(0, 0, 0),
    "shl_w": lambda n: k(0, 0, 0),
    "shr": lambda n: k(0, 0, 0),
    "shr_w": lambda n: k(0, 0, 0),
}


def integer_cost(op: str, type: T, mode_a: Mode, mode_b: Mode, magnitude: T = T.U8) -> Cost:
    second = magnitude if op.startswith(("sh", "pow")) else type
    return cost(getattr(IntegerVar, op), (type, mode_a, 3), (second, mode_b, 2))


@pytest.mark.parametrize("mode", [P, S])
@pytest.mark.parametrize("type", INTEGERS, ids=str)
def test_operations_on_two_variables_cost_what_snarkvm_asserts(type: T, mode: Mode) -> None:
    table = VARIABLES_SIGNED if type.is_signed else VARIABLES_UNSIGNED
    for op, formula in table.items():
        assert integer_cost(op, type, mode, S) == formula(type.bits), op


@pytest.mark.parametrize("type", SIGNED, ids=str)
def test_one_constant_operand_of_a_signed_operation(type: T) -> None:
    for op, formula in CONSTANT_FIRST_SIGNED.items():
        assert integer_cost(op, type, C, S) == formula(type.bits), op
    for op, formula in CONSTANT_SECOND_SIGNED.items():
        assert integer_cost(op, type, S, C) == formula(type.bits), op
    if type.bits < 128:
        expected = k(4 * type.bits, 6 * type.bits + 4, 6 * type.bits + 9)
        assert integer_cost("mul", type, C, S) == integer_cost("mul", type, S, C) == expected


@pytest.mark.parametrize("type", INTEGERS, ids=str)
def test_unary_operations(type: T) -> None:
    n = type.bits
    variable, constant = (type, S, 3), (type, C, 3)
    assert cost(IntegerVar.not_, variable) == cost(IntegerVar.not_, constant) == k(0, 0, 0)
    if type.is_signed:
        assert cost(IntegerVar.abs_, variable) == k(n, 2 * n + 3, 2 * n + 5)
        assert cost(IntegerVar.abs_w, variable) == k(n, 2 * n + 1, 2 * n + 2)
        assert cost(IntegerVar.neg, variable) == k(n, n + 2, n + 4)
        assert cost(IntegerVar.abs_, constant) == cost(IntegerVar.neg, constant) == k(2 * n, 0, 0)
    else:
        assert cost(IntegerVar.abs_, variable) == cost(IntegerVar.abs_w, variable) == k(0, 0, 0)


def test_constants_alone_make_constants() -> None:
    for type in INTEGERS:
        for op in ("add", "add_w", "sub", "sub_w", "mul", "mul_w", "div", "rem", "pow_", "shr", "shl_w"):
            assert integer_cost(op, type, C, C) == k(type.bits, 0, 0), (type, op)


BOOLEAN_GATES = ["and_", "or_", "xor", "nand", "nor", "is_eq", "is_neq"]


@pytest.mark.parametrize("op", BOOLEAN_GATES)
def test_a_gate_costs_one_constraint_unless_an_operand_is_constant(op: str) -> None:
    for a, b in modes(2):
        expected = k(0, 0, 0) if C in (a, b) else k(0, 1, 1)
        assert cost(getattr(BooleanVar, op), (T.BOOLEAN, a, True), (T.BOOLEAN, b, False)) == expected


FIELD_COSTS: list[tuple[str, Cost, Cost]] = [
    ("neg", k(0, 0, 0), k(0, 0, 0)),
    ("double", k(0, 0, 0), k(0, 0, 0)),
    ("square", k(0, 1, 1), k(0, 0, 0)),
    ("inv", k(0, 1, 1), k(1, 0, 0)),
    ("sqrt", k(1, 758, 761), k(2, 0, 0)),
    ("even_sqrt", k(0, 506, 509), k(254, 0, 0)),
    ("to_bits_le", k(0, 505, 507), k(253, 0, 0)),
]


@pytest.mark.parametrize(("op", "variable", "constant"), FIELD_COSTS)
def test_field_gadgets_of_one_operand(op: str, variable: Cost, constant: Cost) -> None:
    assert cost(getattr(FieldVar, op), (T.FIELD, S, 4)) == variable
    assert cost(getattr(FieldVar, op), (T.FIELD, P, 4)) == variable
    assert cost(getattr(FieldVar, op), (T.FIELD, C, 4)) == constant


def test_field_gadgets_of_two_operands() -> None:
    def costs(op: str) -> list[Cost]:
        pairs = [(S, S), (C, S), (S, C), (C, C)]
        return [cost(getattr(FieldVar, op), (T.FIELD, a, 9), (T.FIELD, b, 5)) for a, b in pairs]

    assert costs("mul") == [k(0, 1, 1), k(0, 0, 0), k(0, 0, 0), k(0, 0, 0)]
    assert costs("div") == [k(0, 2, 2), k(0, 1, 1), k(1, 0, 0), k(1, 0, 0)]
    assert costs("pow_")[:2] == [k(0, 1262, 1264), k(0, 1009, 1011)]
    assert costs("pow_")[2:] == [k(253, 3, 3), k(253, 0, 0)], "leading zeros of the exponent 5 fold"
    assert costs("is_eq") == [k(0, 2, 2), k(0, 2, 2), k(0, 2, 2), k(1, 0, 0)]
    assert costs("add") == costs("sub") == [k(0, 0, 0)] * 4


def test_field_ternary() -> None:
    for c, a, b in modes(3):
        free = c is C or (a is C and b is C)
        operands = ((T.BOOLEAN, c, True), (T.FIELD, a, 3), (T.FIELD, b, 4))
        assert cost(FieldVar.ternary, *operands) == (k(0, 0, 0) if free else k(0, 1, 1))


def test_lower_bits_cost_one_variable_each() -> None:
    assert cost(lambda x: x.to_lower_bits_le(32), (T.FIELD, S, 4)) == k(0, 32, 33)
    assert cost(lambda x: x.to_lower_bits_le(32), (T.FIELD, C, 4)) == k(32, 0, 0)


def test_scalar_gadgets() -> None:
    a, b = (T.SCALAR, S, 9), (T.SCALAR, S, 5)
    assert cost(ScalarVar.to_bits_le, a) == k(0, 501, 503)
    assert cost(ScalarVar.to_bits_le, (T.SCALAR, C, 9)) == k(251, 0, 0)
    assert cost(ScalarVar.from_field, (T.FIELD, S, 9)) == k(0, 755, 759)
    assert cost(ScalarVar.from_field_lossy, (T.FIELD, S, 9)) == k(0, 505, 507)
    assert cost(ScalarVar.add, a, b) == k(1, 755, 757)
    assert cost(ScalarVar.lt, a, b) == k(0, 505, 507)
    assert cost(ScalarVar.is_eq, a, b) == k(0, 2, 2)
    assert cost(ScalarVar.add, (T.SCALAR, C, 9), (T.SCALAR, C, 5)) == k(1, 0, 0)


def test_bits_of_a_scalar_cost_their_range_check() -> None:
    for size, expected in ((250, k(0, 0, 0)), (251, k(0, 250, 251)), (253, k(0, 250, 252))):
        cs = ConstraintSystem()
        bits = [BooleanVar.new(cs, S, False) for _ in range(size)]
        before = cs.counts()
        ScalarVar.from_bits_le(cs, bits)
        made = cs.counts() - before
        assert (made.constants, made.public, made.private, made.constraints) == expected


def test_group_gadgets() -> None:
    g, h = (T.GROUP, S, GENERATOR), (T.GROUP, S, double(GENERATOR))
    fixed, s = (T.GROUP, C, GENERATOR), (T.SCALAR, S, 5)
    assert cost(GroupVar.add, g, h) == k(2, 6, 6)
    assert cost(GroupVar.add, fixed, h) == cost(GroupVar.add, h, fixed) == k(2, 3, 3)
    assert cost(GroupVar.double, g) == k(1, 5, 5) and cost(GroupVar.double, fixed) == k(3, 0, 0)
    assert cost(GroupVar.mul, g, s) == k(750, 3753, 3755)
    assert cost(GroupVar.mul, fixed, s) == k(750, 3001, 3003)
    assert cost(GroupVar.is_in_group, g) == k(750, 2755, 2755)
    assert cost(GroupVar.mul_by_cofactor, g) == k(2, 10, 10)
    assert cost(GroupVar.is_eq, g, h) == k(0, 5, 5)
    assert cost(GroupVar.to_bits_le, g) == k(0, 505, 507)
    assert cost(GroupVar.from_x_coordinate, (T.FIELD, S, GENERATOR[0])) == k(4, 13, 13)
    flagged = GroupVar.from_x_coordinate_flagged
    assert cost(flagged, (T.FIELD, S, 1)) == cost(flagged, (T.FIELD, S, GENERATOR[0])) == k(1756, 5861, 5861)
    assert cost(flagged, (T.FIELD, C, 1)) == k(3764, 0, 0)


def test_points_from_bits() -> None:
    cs = ConstraintSystem()
    bits = [BooleanVar.new(cs, S, bool(GENERATOR[0] >> i & 1)) for i in range(253)]
    before = cs.counts()
    GroupVar.from_bits_le(cs, bits)
    assert cs.counts() - before == Counts(4, 0, 265, 266)


INJECTIONS: list[tuple[str, Callable[[ConstraintSystem, Mode], Any], Counts, Counts, Counts]] = [
    (
        "boolean",
        lambda cs, m: BooleanVar.new(cs, m, True),
        Counts(1, 0, 0, 0),
        Counts(0, 1, 0, 1),
        Counts(0, 0, 1, 1),
    ),
    (
        "field",
        lambda cs, m: FieldVar.new(cs, m, 4),
        Counts(1, 0, 0, 0),
        Counts(0, 1, 0, 0),
        Counts(0, 0, 1, 0),
    ),
    (
        "group",
        lambda cs, m: GroupVar.new(cs, m, GENERATOR),
        Counts(10, 0, 0, 0),
        Counts(4, 2, 12, 13),
        Counts(4, 0, 14, 13),
    ),
    (
        "u8",
        lambda cs, m: IntegerVar.new(cs, T.U8, m, 4),
        Counts(8, 0, 0, 0),
        Counts(0, 8, 0, 8),
        Counts(0, 0, 8, 8),
    ),
    (
        "string",
        lambda cs, m: StringVar.new(cs, m, "ab"),
        Counts(17, 0, 0, 0),
        Counts(1, 16, 1, 17),
        Counts(1, 0, 17, 17),
    ),
]


@pytest.mark.parametrize(("name", "inject", "constant", "public", "private"), INJECTIONS)
def test_injections(name: str, inject: Any, constant: Counts, public: Counts, private: Counts) -> None:
    for mode, expected in ((C, constant), (P, public), (S, private)):
        cs = ConstraintSystem()
        inject(cs, mode)
        assert cs.counts() == expected, name


def golden_table() -> dict[str, Cost]:
    table: dict[str, Cost] = {}
    letters = {C: "constant", S: "private"}
    pairs = [(S, S), (C, S), (S, C), (C, C)]
    ops = "add add_w sub sub_w mul mul_w div div_w rem rem_w lt lte is_eq is_neq and_ or_ xor shl shl_w shr"
    for type in INTEGERS:
        for op in [*ops.split(), "shr_w", "pow_", "pow_w", *(["mod"] if type in UNSIGNED else [])]:
            slow = op == "pow_" and type.bits > 32
            for a, b in [(C, S)] if slow else pairs:
                table[f"{type} {op} {letters[a]} {letters[b]}"] = integer_cost(op, type, a, b)
        for target in [t for t in T if casts.castable(type, t) and t not in (T.ADDRESS, T.GROUP)]:
            table[f"{type} cast {target} private"] = cost(
                lambda x, target=target: casts.cast_var(x, target), (type, S, 1)
            )
    for type in (T.BOOLEAN, T.FIELD, T.SCALAR):
        for target in [t for t in T if casts.castable(type, t) and t not in (T.ADDRESS, T.GROUP)]:
            table[f"{type} cast {target} private"] = cost(
                lambda x, target=target: casts.cast_var(x, target), (type, S, 1)
            )
    return table


def test_every_cost_is_the_golden_one() -> None:
    table = {name: list(value) for name, value in golden_table().items()}
    if os.environ.get("AVM_REGENERATE_GOLDEN"):
        lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in table.items()]
        GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    assert table == json.loads(GOLDEN.read_text())
