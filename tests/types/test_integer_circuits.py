"""The circuits of the integers agree with the values, in every mode and at every edge."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.base.errors import Halt
from avm.r1cs import Mode
from avm.r1cs.galois_view import as_galois, holds
from avm.types.integers import IntegerVar
from avm.types.integers import values as ops
from avm.types.literal_type import LiteralType as T
from tests.types.circuits import INTEGERS, S, agrees, built, is_bound, modes, value_half

ARITHMETIC = ["add", "add_w", "sub", "sub_w", "mul", "mul_w", "div", "div_w", "rem", "rem_w"]
COMPARISONS = ["lt", "lte", "gt", "gte", "is_eq", "is_neq"]
BINARY = [*ARITHMETIC, *COMPARISONS, "and_", "or_", "xor"]
UNARY = ["abs_", "abs_w", "neg", "not_"]
SHIFTS = ["shl", "shl_w", "shr", "shr_w"]
MODES = [(S, S), (Mode.PUBLIC, S), (Mode.CONSTANT, S), (S, Mode.CONSTANT), (Mode.CONSTANT, Mode.CONSTANT)]
MAGNITUDES = [T.U8, T.U16, T.U32]


def edges(type: T) -> list[int]:
    small = [-1, -2] if type.is_signed else [3, 5]
    return [type.min, type.max, 0, 1, 2, 1 << (type.bits // 2), *small]


def check(type: T, op: str, *operands: tuple[T, Mode, int]) -> None:
    agrees(value_half(ops, op, type), getattr(IntegerVar, op), list(operands))


@pytest.mark.parametrize("op", [*BINARY, "mod"])
@pytest.mark.parametrize("type", INTEGERS, ids=str)
def test_binary_operations_agree_at_the_edges(type: T, op: str) -> None:
    if op == "mod" and type.is_signed:
        return
    rng = random.Random(f"{type}{op}")
    values = edges(type)
    for mode_a, mode_b in MODES:
        check(type, op, (type, mode_a, rng.choice(values)), (type, mode_b, rng.choice(values)))
    check(type, op, (type, S, type.min), (type, S, values[-2]))
    check(type, op, (type, S, rng.randint(type.min, type.max)), (type, S, rng.randint(type.min, type.max)))


@pytest.mark.parametrize("op", UNARY)
@pytest.mark.parametrize("type", INTEGERS, ids=str)
def test_unary_operations_agree_at_the_edges(type: T, op: str) -> None:
    if op == "neg" and not type.is_signed:
        return
    for (mode,) in modes(1):
        for value in edges(type):
            check(type, op, (type, mode, value))


@pytest.mark.parametrize("op", SHIFTS)
@pytest.mark.parametrize("type", INTEGERS, ids=str)
def test_shifts_agree_for_every_magnitude_type(type: T, op: str) -> None:
    rng = random.Random(f"{type}{op}")
    heavy = type.bits == 128
    for mode_a, mode_b in MODES:
        magnitude = T.U8 if heavy and op == "shl" else rng.choice(MAGNITUDES)
        amount = rng.choice([0, 1, type.bits - 1, type.bits, magnitude.max, rng.randrange(type.bits)])
        check(type, op, (type, mode_a, rng.choice(edges(type))), (magnitude, mode_b, amount))


@pytest.mark.parametrize("type", [T.U8, T.I64, T.U128, T.I128], ids=str)
def test_a_constant_shift_by_the_width_is_refused_with_its_operands(type: T) -> None:
    for op, sign in (("shl", "<<"), ("shr", ">>")):
        with pytest.raises(Halt, match=f"3{type} {sign} 200 shifts by {type.bits} bits or more"):
            built(getattr(IntegerVar, op), [(type, S, 3), (T.U8, Mode.CONSTANT, 200)])


@pytest.mark.parametrize("op", ["pow_", "pow_w"])
@pytest.mark.parametrize("type", INTEGERS, ids=str)
def test_powers_agree(type: T, op: str) -> None:
    if type.bits > 16 and op == "pow_":
        cases = [(Mode.CONSTANT, S, 3, 2)]
    else:
        cases = [(S, S, 2, 3), (Mode.CONSTANT, S, 2, 5), (S, Mode.CONSTANT, 3, 200), (S, S, type.max, 1)]
    for mode_a, mode_b, a, n in cases:
        check(type, op, (type, mode_a, a), (T.U8, mode_b, n))


def test_the_smallest_power_of_a_negative_base_is_reached() -> None:
    check(T.I8, "pow_", (T.I8, S, -2), (T.U8, S, 7))
    check(T.I8, "pow_", (T.I8, S, 2), (T.U8, S, 7))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_ternary_picks_a_side(data: st.DataObject) -> None:
    type = data.draw(st.sampled_from(INTEGERS))
    value = st.integers(type.min, type.max)
    mode = st.sampled_from(list(Mode))
    operands = [
        (T.BOOLEAN, data.draw(mode), data.draw(st.booleans())),
        (type, data.draw(mode), data.draw(value)),
        (type, data.draw(mode), data.draw(value)),
    ]
    agrees(lambda c, a, b: a if c else b, IntegerVar.ternary, operands)


SMALL_CASES = [
    (op, T.I8 if op == "neg" else type)
    for op in [*BINARY, *UNARY, *SHIFTS, "pow_", "pow_w"]
    for type in (T.U8, T.I8)
]


@pytest.mark.parametrize(("op", "type"), SMALL_CASES)
def test_matrices_do_not_depend_on_the_witness(op: str, type: T) -> None:
    def matrices(a: int, b: int) -> object:
        operands = [(type, S, a)] if op in UNARY else [(type, S, a), (T.U8 if op in SHIFTS else type, S, b)]
        return built(getattr(IntegerVar, op), operands)[0].matrices()

    assert matrices(9, 4) == matrices(type.min, 0) == matrices(3, 100), "also where the operation halts"


@pytest.mark.parametrize(("op", "type"), [case for case in SMALL_CASES if "pow" not in case[0]])
def test_a_changed_variable_is_noticed(op: str, type: T) -> None:
    operands = [(type, S, 9), (T.U8 if op in SHIFTS else type, S, 2)]
    cs, _, counts = built(getattr(IntegerVar, op), operands[:1] if op in UNARY else operands)
    first = cs.num_private - counts.private
    assert [cs.private_name(i) for i in range(first, cs.num_private) if not is_bound(cs, i)] == []


@pytest.mark.parametrize("op", ["add", "sub_w", "mul", "lt", "shl", "rem"])
def test_galois_agrees_that_the_rows_hold(op: str) -> None:
    cs, _, _ = built(getattr(IntegerVar, op), [(T.I8, S, 9), (T.U8 if op == "shl" else T.I8, S, 2)])
    a, b, c, z = as_galois(cs.matrices(), cs.assignment())
    assert holds(a, b, c, z)
    z[-1] += type(z)(1)
    assert not holds(a, b, c, z)
