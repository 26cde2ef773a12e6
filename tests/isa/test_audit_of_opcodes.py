"""The audit of every opcode's circuit: outputs are unique; what it says of circuits with a fault is true."""

from __future__ import annotations

import random

import pytest

from avm.r1cs.audit import Basis, Question, Report, audit, question
from avm.r1cs.audit_search import Search, Verdict
from avm.r1cs.linear import LinearCombination
from tests.isa.test_forgery import BY_NAME, MUTATED
from tests.test_every_op import CIRCUITS, DAY, DEEP, LARGE, Circuit, bindings

SHARE = 40
"""Each day one circuit of so many is audited; with ``AVM_DEEP=1`` all are."""
SEARCHED = ("div", "rem", "mod", "pow", "shr", "cast.lossy")
"""Opcodes of which some circuits are unique for the inputs at hand only: those of 128 bits, and points."""


def asked_of(circuit: Circuit, rng: random.Random) -> Question | None:
    """Return the question whether the results of a circuit are unique, for operands that do not halt."""
    for given in circuit.cases(rng, 5):
        if circuit.evaluate(given) is not None:
            cs, results, _ = circuit.synthesize(given)
            return question(cs, {key for wire in results for lc in bindings(wire) for key in lc.terms})
    return None


def is_due(circuit: Circuit) -> bool:
    return DEEP or (circuit.constraints <= LARGE and (CIRCUITS.index(circuit) + DAY) % SHARE == 0)


@pytest.mark.parametrize("circuit", [c for c in CIRCUITS if is_due(c)], ids=str)
def test_the_results_of_an_opcode_are_unique(circuit: Circuit) -> None:
    asked = asked_of(circuit, random.Random(str(circuit)))
    if asked is None:
        return
    report = audit(asked)
    assert not report.free
    if circuit.lifts_a_coordinate:
        assert all(not finding.moves for finding in report.open)
    else:
        assert not report.open
    assert all(_is_explained(circuit, report, asked) for _ in report.findings)


def _is_explained(circuit: Circuit, report: Report, asked: Question) -> bool:
    bases = {finding.basis for finding in report.findings}
    if Basis.WITNESS in bases:
        return circuit.op.mnemonic.startswith(SEARCHED) or circuit.lifts_a_coordinate
    return True


@pytest.mark.parametrize("name", ["div:u8-u8", "rem:u64-u64", "mod:u32-u32", "shr:i16-u8", "pow:u8-u8"])
def test_quotients_and_what_a_bit_skips_are_unique_for_all_inputs(name: str) -> None:
    circuit = next(c for c in CIRCUITS if str(c) == name)
    asked = asked_of(circuit, random.Random(3))
    assert asked is not None
    assert {finding.basis for finding in audit(asked).findings} == {Basis.PROVED}


@pytest.mark.parametrize("row", [row for row in range(29) if row not in MUTATED["div:u8-u8"]])
def test_a_quotient_is_proved_from_all_rows_that_are_not_redundant(row: int) -> None:
    asked = asked_of(BY_NAME["div:u8-u8"], random.Random(4))
    assert asked is not None
    rows = [*asked.rows[: 16 + row], *asked.rows[17 + row :]]
    report = audit(Question(rows, asked.given, asked.asked, asked.honest))
    assert all(finding.basis is not Basis.PROVED for finding in report.findings)


@pytest.mark.parametrize("name", [n for i, n in enumerate(MUTATED) if DEEP or (i + DAY) % 6 == 0])
def test_what_is_called_unique_without_one_row_is_so_for_all_operands(name: str) -> None:
    circuit = BY_NAME[name]
    rng = random.Random(name)
    asked = asked_of(circuit, rng)
    assert asked is not None
    first = len(asked.rows) - circuit.constraints
    for row in range(first, len(asked.rows)):
        report = audit(Question(asked.rows[:row] + asked.rows[row + 1 :], asked.given, asked.asked, None))
        proved = [f.key for f in report.findings if f.basis is Basis.PROVED]
        for _ in range(3):
            tried = asked_of(circuit, rng)
            if tried is None or tried.honest is None or not proved:
                continue
            rows, honest = tried.rows[:row] + tried.rows[row + 1 :], tried.honest
            known = {key: honest[key] for key in (0, *tried.given)}
            outputs = [LinearCombination(0, {key: 1}) for key in proved]
            assert Search(rows, known, honest, outputs).run().verdict is not Verdict.FREE, row
