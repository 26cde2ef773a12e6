"""The audit of circuits: small systems whose answer is known, and systems small enough to try everything."""

from __future__ import annotations

import random
from itertools import product

import pytest

from avm.base.errors import Cancelled
from avm.base.progress import Cancel
from avm.r1cs import hints
from avm.r1cs.audit import Basis, Question, Report, audit, question, values_of
from avm.r1cs.audit_search import Verdict, holds
from avm.r1cs.linear import MODULUS, ONE, PRIVATE, ZERO, LinearCombination, Mode, constant, weighted_sum
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import HALF, FieldVar


def key(lc: LinearCombination) -> int:
    (found,) = lc.terms
    return found


def verdicts(report: Report) -> list[tuple[Verdict, Basis | None]]:
    return [(finding.verdict, finding.basis) for finding in report.findings]


def asked(cs: ConstraintSystem, *outputs: LinearCombination) -> Report:
    return audit(question(cs, map(key, outputs)))


PROVED = [(Verdict.UNIQUE, Basis.PROVED)]


def test_a_product_is_unique_and_says_by_which_row() -> None:
    cs = ConstraintSystem()
    x = cs.new_private(5)
    y = cs.solve_product(x, x)
    z = cs.solve_product(y, x)
    report = asked(cs, z)
    assert verdicts(report) == PROVED
    assert report.findings[0].rows == (1,) and report.chain(key(z)) == (1, 0)


def test_an_output_that_is_in_no_row_is_free() -> None:
    cs = ConstraintSystem()
    x = cs.new_private(5)
    (y,) = cs.derive(hints.COPY, [x])
    (finding,) = asked(cs, y).findings
    assert finding.verdict is Verdict.FREE and finding.values == (5, 6)


def test_a_root_without_a_choice_of_its_sign_is_free_and_both_values_are_shown() -> None:
    cs = ConstraintSystem()
    x = cs.new_private(9)
    (y,) = cs.derive(hints.SMALLER_ROOT, [x])
    cs.enforce(y, y, x)
    report = asked(cs, y)
    assert [f.values for f in report.free] == [(3, MODULUS - 3)]


@pytest.mark.parametrize("root", [FieldVar.sqrt, FieldVar.even_sqrt])
def test_a_root_whose_bits_choose_its_sign_is_unique_for_all_inputs(root: object) -> None:
    cs = ConstraintSystem()
    x = FieldVar.new(cs, Mode.PRIVATE, 4)
    assert verdicts(asked(cs, root(x).lc)) == PROVED  # type: ignore[operator]


@pytest.mark.parametrize("bound, unique", [(HALF, True), (HALF + 1, False)])
def test_the_bound_on_a_root_must_exclude_the_opposite(bound: int, unique: bool) -> None:
    cs = ConstraintSystem()
    x = cs.new_private(HALF * HALF % MODULUS)
    (y,) = cs.derive(hints.SMALLER_ROOT, [x])
    cs.enforce(y, y, x)
    cs.assert_true(FieldVar(cs, y).lte(FieldVar.constant(cs, bound)).lc)
    (finding,) = asked(cs, y).findings
    assert (finding.basis is Basis.PROVED) is unique
    assert (finding.verdict is Verdict.FREE) is not unique


def test_all_bits_of_a_field_element_need_their_range() -> None:
    cs = ConstraintSystem()
    x = FieldVar.new(cs, Mode.PRIVATE, 5)
    bits = x.to_bits_le()
    check = cs.num_constraints - len(bits) - 1
    full = question(cs, [key(bit.lc) for bit in bits])
    assert set(verdicts(audit(full))) == set(PROVED)
    wrapped = audit(Question(full.rows[:-check], full.given, full.asked, full.honest))
    assert wrapped.free and all(f.basis is not Basis.PROVED for f in wrapped.findings)
    asserted = audit(Question(full.rows[:-1], full.given, full.asked, full.honest))
    assert asserted.free, "the chain of gates is there, but nobody asserts its outcome"


def test_one_bit_of_a_chain_that_is_another_does_not_prove_a_range() -> None:
    cs = ConstraintSystem()
    x = FieldVar.new(cs, Mode.PRIVATE, 5)
    bits = x.to_lower_bits_le(253)
    above = BooleanVar.constant(cs, False)
    for i, bit in enumerate(bits):
        used = bits[i - 1] if i == 200 else bit
        above = used.and_(above) if (MODULUS - 1) >> i & 1 else used.or_(above)
    cs.assert_true(above.not_().lc)
    report = audit(question(cs, [key(bit.lc) for bit in bits]))
    assert all(finding.basis is not Basis.PROVED for finding in report.findings)


def test_the_inverse_in_a_zero_test_is_free_where_the_difference_is_zero_and_its_outcome_is_not() -> None:
    for value in (0, 7):
        cs = ConstraintSystem()
        x = FieldVar.new(cs, Mode.PRIVATE, value)
        differs = x.is_neq(FieldVar.zero(cs))
        report = audit(question(cs, [key(differs.lc)], everything=True))
        assert verdicts(report) == PROVED
        inverse = report.finding(PRIVATE + 2)
        assert inverse.verdict is (Verdict.UNIQUE if value else Verdict.FREE)
        assert value == 0 or inverse.basis is Basis.WITNESS


def test_a_quotient_by_what_may_be_zero_is_unique_under_a_condition_that_is_named() -> None:
    cs = ConstraintSystem()
    x, y = cs.new_private(6), cs.new_private(3)
    quotient = cs.solve_left(y, x)
    report = asked(cs, quotient)
    assert verdicts(report) == [(Verdict.UNIQUE, Basis.CONDITIONS)] and report.conditions == (0,)
    cs.solve_right(y, ONE)
    assert verdicts(asked(cs, quotient)) == PROVED, "a factor of one is not zero"


def test_without_a_witness_nothing_is_free_and_what_the_rows_prove_is_proved() -> None:
    cs = ConstraintSystem()
    x = cs.new_private(6)
    cs.assert_eq(x, ONE)
    y = cs.solve_product(x, x)
    (z,) = cs.derive(hints.COPY, [x])
    cs.enforce(z, z, y)
    report = asked(cs, y, z)
    assert verdicts(report) == [*PROVED, (Verdict.OPEN, None)] and report.open[0].rows == (2,)


def test_sums_that_wrap_around_the_modulus_are_told_from_those_that_do_not() -> None:
    for size, verdict in ((252, Verdict.UNIQUE), (253, Verdict.FREE)):
        cs = ConstraintSystem()
        x = cs.new_private(1)
        bits = cs.derive_booleans(hints.BITS, [x], size)
        cs.enforce(weighted_sum(bits), ONE, x)
        assert verdict in {f.verdict for f in asked(cs, *bits).findings}
        assert bool(asked(cs, *bits).free) is (verdict is Verdict.FREE)


def test_an_audit_can_be_cancelled() -> None:
    cs = ConstraintSystem()
    cs.solve_product(cs.new_private(2), ONE)
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        audit(question(cs, [PRIVATE + 1]), cancel=cancel)


@pytest.mark.parametrize("seed", range(80))
def test_the_verdicts_on_a_small_system_are_those_of_trying_everything(seed: int) -> None:
    """PROVED is tried for all values of what is given, the others for those of the witness."""
    rng = random.Random(seed)
    cs = ConstraintSystem()
    given = [cs.new_boolean(Mode.PRIVATE, rng.randrange(2)) for _ in range(2)]
    bits = given + cs.derive_booleans(hints.BITS, [constant(rng.randrange(16))], 4, mode=Mode.PRIVATE)
    for _ in range(rng.randrange(2, 7)):
        a, b, c = (ZERO for _ in range(3))
        for bit in rng.sample(bits, 3):
            a, b = a + bit.scale(rng.randrange(1, 3)), b + bit.scale(rng.choice([0, 1, MODULUS - 1]))
            c = c + bit.scale(rng.choice([0, 0, 1]))
        a, b = rng.choice([(a, b), (a, ONE), (a + ONE, b)])
        cs.enforce(a, b, c + constant(cs.value(a) * cs.value(b) - cs.value(c)))
    honest, rows = values_of(cs), cs.rows()
    solutions = [
        values
        for pattern in product((0, 1), repeat=6)
        if holds(rows, values := dict(zip(range(PRIVATE, PRIVATE + 6), pattern)) | {0: 1})
    ]
    asked_keys = tuple(range(PRIVATE + 2, PRIVATE + 6))
    report = audit(Question(rows, frozenset(cs.given_keys()), asked_keys, honest))
    assert len(report.findings) == 4
    for finding in report.findings:
        seen: dict[tuple[int, int], set[int]] = {}
        for values in solutions:
            seen.setdefault((values[PRIVATE], values[PRIVATE + 1]), set()).add(values[finding.key])
        here = seen[honest[PRIVATE], honest[PRIVATE + 1]]
        if finding.basis is Basis.PROVED:
            assert all(len(values) == 1 for values in seen.values())
        assert finding.verdict is (Verdict.FREE if len(here) > 1 else Verdict.UNIQUE)
