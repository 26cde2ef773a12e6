"""The constraint system: allocation, recording, counting, naming and limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.base.errors import Cancelled, Halt
from avm.base.progress import Cancel
from avm.base.sources import Source
from avm.base.span import Span
from avm.r1cs import Assignment, ConstraintSystem, Counts, LinearCombination, Mode
from avm.r1cs.galois_view import as_galois, holds
from avm.r1cs.linear import MODULUS, ONE, PRIVATE, PUBLIC_ONE, ZERO, constant, total, weighted_sum

elements = st.integers(0, MODULUS - 1)


def combination(cs: ConstraintSystem, parts: list[tuple[int, int]]) -> LinearCombination:
    out = ZERO
    for coefficient, value in parts:
        out = out + cs.new_private(value).scale(coefficient)
    return out


def test_modes_look_at_terms_only() -> None:
    cs = ConstraintSystem()
    public, private = cs.new_public(3), cs.new_private(4)
    assert constant(5).mode is Mode.CONSTANT
    assert public.mode is Mode.PUBLIC
    assert private.mode is Mode.PRIVATE
    assert (public + public).mode is Mode.PRIVATE
    assert (public + ONE).mode is Mode.PRIVATE
    assert (public - public).mode is Mode.CONSTANT
    assert PUBLIC_ONE.mode is Mode.PUBLIC


def test_a_term_on_one_stays_apart_from_the_constant_until_the_row() -> None:
    cs = ConstraintSystem()
    bit = cs.new_private(1)
    negated = PUBLIC_ONE - bit
    double_negated = ONE - negated
    assert double_negated.constant == 1 and double_negated.terms[0] == MODULUS - 1
    cs.assert_true(double_negated)
    assert cs.matrices().a == (((1, 1),),)


def test_multiplying_by_zero_drops_every_term() -> None:
    cs = ConstraintSystem()
    assert cs.new_private(4).scale(0).is_constant


@given(st.lists(st.tuples(elements, elements), max_size=6), elements, elements)
def test_values_follow_the_arithmetic(parts: list[tuple[int, int]], k: int, c: int) -> None:
    cs = ConstraintSystem()
    a = combination(cs, parts)
    b = combination(cs, parts[:3]) + constant(c)
    z = (*cs.assignment().public, *cs.assignment().private)

    def evaluate(x: LinearCombination) -> int:
        keys = {key: key if key < PRIVATE else key - PRIVATE + 1 for key in x.terms}
        return (x.constant + sum(v * z[keys[key]] for key, v in x.terms.items())) % MODULUS

    for x in (a + b, a - b, -a, a.scale(k), total([a, b, a]), weighted_sum([a, b, a, b])):
        assert cs.value(x) == evaluate(x)
        assert all(0 < v < MODULUS for v in x.terms.values())
    assert (a - b + b).terms == a.terms
    assert cs.value(weighted_sum([a, b])) == (cs.value(a) + 2 * cs.value(b)) % MODULUS


def test_rows_of_constants_leave_no_trace_but_must_hold() -> None:
    cs = ConstraintSystem()
    cs.enforce(constant(3), constant(4), constant(12))
    assert cs.num_constraints == 0
    with pytest.raises(Halt, match="constants"):
        cs.enforce(constant(3), constant(4), constant(13))


def test_a_trivial_row_with_a_variable_is_recorded() -> None:
    cs = ConstraintSystem()
    cs.enforce(cs.new_private(3), ZERO, ZERO)
    assert cs.num_constraints == 1


def test_counts_and_number_of_variables() -> None:
    cs = ConstraintSystem()
    assert cs.num_variables == 1
    before = cs.counts()
    cs.new_constant(1)
    cs.new_public(1)
    cs.new_private(1)
    cs.assert_eq(cs.new_private(2), constant(2))
    assert cs.counts() - before == Counts(1, 1, 2, 1)
    assert cs.num_variables == 5


def test_not_equal_needs_an_inverse() -> None:
    cs = ConstraintSystem()
    cs.assert_neq(cs.new_private(3), constant(4))
    assert cs.is_satisfied and cs.num_private == 2
    cs.assert_neq(cs.new_private(4), constant(4))
    assert not cs.is_satisfied and cs.num_private == 4, "no inverse exists, so the row fails"
    cs.assert_neq(constant(3), constant(4))
    assert cs.num_constants == 1


def test_a_violated_row_is_recorded_with_its_label_and_both_sides() -> None:
    cs = ConstraintSystem()
    a, b = cs.new_private(3), cs.new_private(4)
    place = Span(Source("main.leo"), 10, 20)
    with cs.instruction_scope("add r0 r1 into r2;", 2, place), cs.gadget("add"), cs.gadget("carry"):
        cs.enforce(a, b, constant(13))
    (violation,) = cs.violations
    assert (violation.row, violation.left, violation.right) == (0, 12, 13)
    assert violation.label.gadget == ("add", "carry")
    assert violation.label.instruction == "add r0 r1 into r2;"
    assert violation.label.index == 2 and violation.label.span == place
    assert cs.check() == [violation]


def test_check_finds_a_tampered_witness() -> None:
    cs = ConstraintSystem()
    a, b = cs.new_private(3), cs.new_private(4)
    cs.enforce(a, b, cs.new_private(12))
    assert cs.check() == []
    good = cs.assignment()
    bad = Assignment(good.public, (3, 4, 11))
    assert [v.row for v in cs.check(bad)] == [0]


def test_every_row_and_variable_has_a_name() -> None:
    cs = ConstraintSystem()
    with cs.named("r0"):
        bits = [cs.new_boolean(Mode.PRIVATE, i & 1) for i in range(3)]
    with cs.named("r1"):
        cs.new_public(7)
    with cs.gadget("sum"):
        cs.assert_eq(total(bits), cs.new_private(1))
    cs.new_private(9, "nonce")
    assert [cs.private_name(i) for i in range(5)] == ["r0[0]", "r0[1]", "r0[2]", "sum #3", "nonce"]
    assert [cs.public_name(i) for i in range(2)] == ["one", "r1"]
    assert cs.label(2).gadget == () and cs.label(3).gadget == ("sum",)
    assert [(s, e, str(label)) for s, e, label in cs.label_runs()] == [(0, 3, ""), (3, 4, "sum")]


def test_a_gadget_inside_its_own_name_is_the_same() -> None:
    cs = ConstraintSystem()
    with cs.gadget("add"), cs.gadget("add"), cs.gadget("bits"), cs.gadget("add"):
        cs.assert_eq(cs.new_private(0), ZERO)
    assert cs.label(0).gadget == ("add", "bits", "add")


def test_limits_halt() -> None:
    cs = ConstraintSystem(variable_limit=3)
    for _ in range(3):
        cs.new_private(0)
    with pytest.raises(Halt, match=r"variable limit \(3\)"):
        cs.new_private(0)
    cs = ConstraintSystem(constraint_limit=1)
    x = cs.new_private(0)
    cs.assert_eq(x, ZERO)
    cs.assert_eq(x, ZERO)
    with pytest.raises(Halt, match=r"constraint limit \(1\)"):
        cs.assert_eq(x, ZERO)


def small_system() -> ConstraintSystem:
    cs = ConstraintSystem()
    x, y = cs.new_public(3), cs.new_public(5)
    z = cs.new_private(15)
    cs.enforce(x, y, z)
    cs.enforce(x + constant(2), ONE, y)
    cs.enforce(ZERO, z, ZERO)
    return cs


def test_matrices_put_constants_in_column_zero_and_privates_after_publics() -> None:
    m = small_system().matrices()
    assert m.a == (((1, 1),), ((0, 2), (1, 1)), ())
    assert m.b == (((2, 1),), ((0, 1),), ((3, 1),))
    assert m.c == (((3, 1),), ((2, 1),), ())
    assert m.nonzeros == (3, 3, 2) and m.num_variables == 4
    assert list(m.a.starts) == [0, 1, 3, 3] and list(m.a.columns) == [1, 0, 1] and m.a.values() == [1, 2, 1]
    assert m.a[1:] == (((0, 2), (1, 1)), ()) and m.a[-2] == ((0, 2), (1, 1)) and m.a != m.b


def test_padding_moves_the_private_columns() -> None:
    padded = small_system().matrices().padded()
    assert padded.num_public == 4 and padded.c[0] == ((4, 1),)
    assert padded.padded() is padded


def test_galois_agrees_that_the_rows_hold() -> None:
    cs = small_system()
    a, b, c, z = as_galois(cs.matrices(), cs.assignment())
    assert a.shape == (3, 4) and [int(x) for x in z] == [1, 3, 5, 15]
    assert holds(a, b, c, z)
    z[3] = 16
    assert not holds(a, b, c, z)


def test_synthesis_stops_at_the_next_constraint_but_a_whole_circuit_stays() -> None:
    cancel = Cancel()
    cs = ConstraintSystem(cancel=cancel)
    a = cs.new_boolean(Mode.PRIVATE, 1)
    cancel.cancel()
    with pytest.raises(Cancelled):
        cs.enforce(a, a, a)
    with pytest.raises(Cancelled):
        cs.new_boolean(Mode.PRIVATE, 1)
    assert cs.num_constraints == 1 and cs.with_given([1, 0]).is_satisfied
