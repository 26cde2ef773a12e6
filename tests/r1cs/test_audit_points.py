"""Denominators of the addition law are taken for never zero only where both points are on the curve."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from avm.algebra import edwards
from avm.algebra.fields import Fr
from avm.primitives.hash_to_curve import generator_powers
from avm.r1cs.audit import Basis, Question, audit, question
from avm.r1cs.audit_points import A, D
from avm.r1cs.linear import MODULUS, LinearCombination, Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar

P, Q, *_ = generator_powers()
Sum = Callable[[GroupVar, GroupVar, BooleanVar], GroupVar]
SUMS: dict[str, Sum] = {
    "a sum": lambda p, q, bit: p.add(q),
    "a difference": lambda p, q, bit: p.sub(q),
    "a double": lambda p, q, bit: p.double(),
    "a sum of sums": lambda p, q, bit: p.add(q).add(q.double()),
    "a sum with a fixed point": lambda p, q, bit: p.add(GroupVar.fixed(p.cs, Q)),
    "a sum with a fixed point first": lambda p, q, bit: GroupVar.fixed(p.cs, Q).add(p),
    "a choice": lambda p, q, bit: GroupVar.ternary(bit, p, q).add(q),
    "a choice of fixed points": lambda p, q, bit: GroupVar.ternary(
        bit, GroupVar.fixed(p.cs, Q), GroupVar.zero(p.cs)
    ).add(GroupVar.fixed(p.cs, P)),
    "a multiple": lambda p, q, bit: p.mul_bits([bit, bit.not_()]).add(q),
}


def audited(make: Sum, change: Callable[[Question], Question] = lambda asked: asked) -> set[Basis | None]:
    cs = ConstraintSystem()
    p, q = GroupVar.new(cs, Mode.PRIVATE, P), GroupVar.new(cs, Mode.PRIVATE, Q)
    bit = BooleanVar.new(cs, Mode.PRIVATE, True)
    made = make(p, q, bit)
    asked = change(question(cs, {*made.x.lc.terms, *made.y.lc.terms} - {0}))
    return {finding.basis for finding in audit(asked).findings}


def test_the_law_of_this_curve_is_complete() -> None:
    assert Fr.is_square(A) and not Fr.is_square(D) and D == edwards.D


@pytest.mark.parametrize("name", SUMS)
def test_sums_of_points_of_the_curve_are_unique_for_all_inputs(name: str) -> None:
    assert audited(SUMS[name]) == {Basis.PROVED}


def test_a_sum_of_anything_else_is_unique_under_conditions() -> None:
    def outside(p: GroupVar, q: GroupVar, bit: BooleanVar) -> GroupVar:
        return p.add(GroupVar(q.y, q.x))

    assert audited(outside) == {Basis.CONDITIONS}


@pytest.mark.parametrize("row", [2, 7, 13, 17])
def test_a_row_that_puts_a_point_on_the_curve_is_needed(row: int) -> None:
    def without(asked: Question) -> Question:
        rows = asked.rows[:row] + asked.rows[row + 1 :]  # type: ignore[operator]
        return Question(rows, asked.given, asked.asked, asked.honest)

    assert audited(SUMS["a sum"], without) == {Basis.CONDITIONS}


def test_every_coefficient_of_the_law_is_looked_at() -> None:
    """Those of a sum and of what is divided when it is doubled; its own result nobody divides by."""
    cs = ConstraintSystem()
    p, q = GroupVar.new(cs, Mode.PRIVATE, P), GroupVar.new(cs, Mode.PRIVATE, Q)
    first = cs.num_constraints
    total = p.add(q).double()
    asked = question(cs, {*total.x.lc.terms, *total.y.lc.terms})
    rows = list(asked.rows)
    changed = 0
    for row in range(first, len(rows) - 2):
        for side in range(3):
            for key, weight in rows[row][side].terms.items():
                lc = rows[row][side]
                other = LinearCombination(lc.constant, {**lc.terms, key: weight * 3 % MODULUS})
                sides = [*rows[row]]
                sides[side] = other
                mutant = [*rows[:row], (sides[0], sides[1], sides[2]), *rows[row + 1 :]]
                report = audit(Question(mutant, asked.given, asked.asked, None))
                assert not all(finding.basis is Basis.PROVED for finding in report.findings), (row, side, key)
                changed += 1
    assert changed > 30


def test_a_point_whose_coordinates_are_chosen_by_different_bits_is_none() -> None:
    cs = ConstraintSystem()
    p, q = GroupVar.new(cs, Mode.PRIVATE, P), GroupVar.new(cs, Mode.PRIVATE, Q)
    a, b = (BooleanVar.new(cs, Mode.PRIVATE, True) for _ in range(2))
    mixed = GroupVar(FieldVar.ternary(a, p.x, q.x), FieldVar.ternary(b, p.y, q.y))
    total = mixed.add(q)
    report = audit(question(cs, {*total.x.lc.terms, *total.y.lc.terms}))
    assert {finding.basis for finding in report.findings} == {Basis.CONDITIONS}
