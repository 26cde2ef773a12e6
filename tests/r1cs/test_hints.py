"""Hints: variables follow from others, whatever their values are."""

import pytest

from avm.algebra.edwards import COFACTOR, GENERATOR, mul
from avm.r1cs import ConstraintSystem, Mode, hints
from avm.r1cs.hints import HINTS, Hint
from avm.r1cs.linear import MODULUS, ONE, ZERO, constant

ROOT = 22
"""A generator of the field, so no square."""
CASES: list[tuple[Hint, list[int], int, list[int]]] = [
    (hints.COPY, [7], 1, [7]),
    (hints.IS_NONZERO, [0], 1, [0]),
    (hints.IS_NONZERO, [MODULUS - 1], 1, [1]),
    (hints.BITS, [6], 4, [0, 1, 1, 0]),
    (hints.BITS, [MODULUS - 1], 2, [0, 0]),
    (hints.BITS_OF_PRODUCT, [3, 5], 3, [1, 1, 1]),
    (hints.DIVIDED, [7, 2], 6, [1, 1, 0, 1, 0, 0]),
    (hints.DIVIDED, [3, 0], 4, [1, 1, 0, 0]),
    (hints.SMALLER_ROOT, [9], 1, [3]),
    (hints.SMALLER_ROOT, [ROOT], 1, [0]),
    (hints.EVEN_ROOT, [9], 1, [MODULUS - 3]),
    (hints.QUARTER, list(mul(GENERATOR, COFACTOR)), 2, list(GENERATOR)),
    (hints.SUBGROUP_Y, [GENERATOR[0]], 1, [GENERATOR[1]]),
    (hints.SUBGROUP_Y, [1], 1, [0]),
]


@pytest.mark.parametrize(("hint", "operands", "count", "expected"), CASES)
def test_a_hint_gives_these_values(hint: Hint, operands: list[int], count: int, expected: list[int]) -> None:
    cs = ConstraintSystem()
    made = cs.derive(hint, [cs.new_private(value) for value in operands], count)
    assert [cs.value(lc) for lc in made] == expected and cs.num_private == len(operands) + count
    fixed = cs.derive(hint, [constant(value) for value in operands], count)
    assert [lc.constant for lc in fixed] == expected and cs.num_constants == count


def test_every_hint_stands_at_its_code() -> None:
    assert [hint.code for hint in HINTS] == list(range(len(HINTS)))
    assert len({hint.name for hint in HINTS}) == len(HINTS)


@pytest.mark.parametrize("x", [0, 5])
@pytest.mark.parametrize("y", [0, 3])
def test_a_row_is_solved_for_its_variable(x: int, y: int) -> None:
    cs = ConstraintSystem()
    a, b = cs.new_private(x), cs.new_public(y)
    made = [
        cs.solve_product(a, b, ONE),
        cs.solve_product(a, b, a, minus=True),
        cs.solve_left(b, a),
        cs.solve_right(b, a),
        cs.solve_right(b, a, or_one=True),
    ]
    quotient = x * pow(y, -1, MODULUS) % MODULUS if y else 0
    expected = [x * y - 1, x - x * y, quotient, quotient, quotient if y else 1]
    assert [cs.value(lc) for lc in made] == [value % MODULUS for value in expected]
    assert cs.is_satisfied == (y != 0 or x == 0)


def test_nothing_is_computed_before_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    cs = ConstraintSystem()
    x = cs.new_private(3)
    monkeypatch.setattr("avm.r1cs.tape.Tape.run", lambda *_: pytest.fail("computed"))
    (bit,) = cs.derive(hints.IS_NONZERO, [x])
    cs.enforce(bit, x, ZERO)
    assert cs.num_constraints == 1 and cs.matrices().num_private == 2


def test_bits_made_together_are_required_to_be_bits() -> None:
    cs = ConstraintSystem()
    bits = cs.derive_booleans(hints.BITS, [cs.new_private(5)], 3)
    assert [cs.value(bit) for bit in bits] == [1, 0, 1] and cs.num_constraints == 3
    one_by_one = ConstraintSystem()
    one_by_one.new_private(5)
    for bit in bits:
        one_by_one.new_boolean(Mode.PRIVATE, cs.value(bit))
    assert cs.matrices() == one_by_one.matrices()
