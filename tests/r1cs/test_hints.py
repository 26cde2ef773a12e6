"""Hints: variables follow from others, whatever their values are; the kernels give the same."""

import random
import sys

import pytest

from avm.algebra.edwards import COFACTOR, GENERATOR, mul
from avm.r1cs import ConstraintSystem, Mode, hints
from avm.r1cs.hints import HINTS, Hint, Reads
from avm.r1cs.linear import MODULUS, ONE, ZERO, LinearCombination, constant, total

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


OPERANDS = [0, 1, 2, 9, MODULUS - 1, (MODULUS - 1) // 2, 1 << 200, GENERATOR[0], GENERATOR[1], ROOT]


@pytest.mark.parametrize(
    "hint", [hint for hint in HINTS if hint.reads is Reads.COMBINATIONS], ids=lambda h: h.name
)
def test_the_kernels_give_what_the_plain_function_gives(hint: Hint, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(hint.name)
    cs, given = ConstraintSystem(), []
    for _ in range(40):
        edge, drawn = rng.choice(OPERANDS), rng.randrange(1 << rng.randrange(1, 252))
        operands = [cs.new_private(0) for _ in range(hint.operands)]
        given += rng.choices([edge, drawn, rng.randrange(MODULUS)], k=hint.operands)
        scaled = [lc.scale(rng.choice([1, 2, MODULUS - 1])) + constant(rng.randrange(2)) for lc in operands]
        many = rng.randrange(1, 127) * 2 if "bits" in hint.name else 1 + (hint is hints.QUARTER)
        made = cs.derive(hint, scaled, many)
        cs.solve_left(made[-1], scaled[0])
    assert_kernels_agree(cs, given, monkeypatch)


@pytest.mark.parametrize("seed", range(3))
def test_the_kernels_solve_rows_as_the_plain_tape_does(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    cs, given = ConstraintSystem(), [rng.choice([*OPERANDS, rng.randrange(MODULUS)]) for _ in range(30)]
    known = [ONE, *(cs.new_public(0) if i % 7 == 0 else cs.new_private(0) for i in range(30))]
    for _ in range(300):
        a, b, c = (sum_of(rng.sample(known, rng.randrange(1, 4)), rng) for _ in range(3))
        known.append(
            rng.choice(
                [
                    lambda a, b, c: cs.solve_product(a, b, c),
                    lambda a, b, c: cs.solve_product(a, b, c, minus=True),
                    lambda a, b, c: cs.solve_left(a, b),
                    lambda a, b, c: cs.solve_right(a, b, or_one=True),
                ]
            )(a, b, c)
        )
    assert_kernels_agree(cs, given, monkeypatch)


def sum_of(parts: list[LinearCombination], rng: random.Random) -> LinearCombination:
    return total([part.scale(rng.choice([1, MODULUS - 1, 5, rng.randrange(1, MODULUS)])) for part in parts])


def assert_kernels_agree(cs: ConstraintSystem, given: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avm.r1cs.witness.MANY", 0)
    monkeypatch.setattr("avm.r1cs.witness.SOME", 0)
    by_kernels = cs.with_given(given)
    monkeypatch.setattr("avm.r1cs.witness.MANY", sys.maxsize)
    monkeypatch.setattr("avm.r1cs.witness.SOME", sys.maxsize)
    monkeypatch.setattr(cs._witness, "_compiled", None)
    plain = cs.with_given(given)
    assert by_kernels.assignment().words is not None and plain.assignment().words is None
    assert by_kernels.assignment() == plain.assignment()
    assert by_kernels.violations == plain.violations
    for lc in (ONE, *(row[0] for row in cs.rows()[:20])):
        assert by_kernels.value(lc) == plain.value(lc)


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
