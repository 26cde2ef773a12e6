"""The audit of a circuit: are its outputs functions of what is given, or may a prover choose them?

A circuit is under-constrained when two assignments satisfy all rows, agree in what is given and differ in an
output. Every asked variable gets a verdict:

- UNIQUE: there are no two such assignments. ``Basis.PROVED`` is for all values of what is given,
  ``CONDITIONS`` for all where the coefficients of some rows are not zero, ``WITNESS`` for those at hand.
- FREE: two assignments were found, and all rows checked with both.
- OPEN: neither. The finding names the rows where it hangs.

``audit_rules`` derives what all witnesses share. What it leaves falls into components that share no
undetermined variable; ``audit_search`` looks through each at the witness, and where that finds no end,
``audit_tangent`` says whether the rows, linearised at the witness, leave a direction.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.r1cs.audit_cases import Component, components, split_cases
from avm.r1cs.audit_facts import Facts
from avm.r1cs.audit_rules import Propagation, Reason
from avm.r1cs.audit_search import Rows, Search, Values, Verdict, holds
from avm.r1cs.audit_tangent import tangent
from avm.r1cs.labels import Label
from avm.r1cs.linear import MODULUS, PRIVATE, LinearCombination
from avm.r1cs.system import ConstraintSystem

BUDGET = 200
"""Branches of the search in one component."""
LARGE = 20_000
"""Rows of a component above which it is not searched."""
ROUNDS = 4
"""Second assignments that are looked for in one component."""


class Basis(Enum):
    """For which values of what is given a variable is unique."""

    PROVED = "all inputs"
    CONDITIONS = "all inputs for which some coefficients are not zero"
    WITNESS = "the inputs at hand"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a circuit.

    ``given`` and ``asked`` are variables, ``also`` those that are looked at beside them; ``honest`` is an
    assignment that satisfies all rows, or None.
    """

    rows: Rows = field(repr=False)
    given: frozenset[int]
    asked: tuple[int, ...]
    honest: Values | None = field(repr=False)
    also: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on a variable.

    ``rows`` are those that determine it, or where it hangs; ``values`` the honest and the other one of a FREE
    variable. ``moves`` says of an OPEN one whether the rows, linearised at the witness, let it move.
    """

    key: int
    verdict: Verdict
    basis: Basis | None = None
    rule: str = ""
    rows: tuple[int, ...] = ()
    values: tuple[int, int] | None = None
    moves: bool | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The findings on all variables that were asked, by key, and on what they rest.

    ``others`` are findings on further variables that are not determined by rules alone. ``conditions`` are
    rows whose coefficient is not zero at the witness, and is not shown never to be; what rests on them is in
    ``conditional``.
    """

    findings: tuple[Finding, ...]
    others: tuple[Finding, ...]
    conditions: tuple[int, ...]
    conditional: frozenset[int] = field(repr=False)
    reasons: Mapping[int, Reason] = field(repr=False)

    @property
    def free(self) -> tuple[Finding, ...]:
        """The findings on asked variables that a prover may choose."""
        return tuple(f for f in self.findings if f.verdict is Verdict.FREE)

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings on asked variables without a decision."""
        return tuple(f for f in self.findings if f.verdict is Verdict.OPEN)

    def finding(self, key: int) -> Finding:
        """Return what was found on a variable, asked or not; OPEN where it was not looked at."""
        reason = self.reasons.get(key)
        if reason is not None:
            basis = Basis.CONDITIONS if key in self.conditional else Basis.PROVED
            return Finding(key, Verdict.UNIQUE, basis, reason.rule, reason.rows)
        found = (f for f in (*self.findings, *self.others) if f.key == key)
        return next(found, Finding(key, Verdict.OPEN))

    def chain(self, key: int, most: int = 1000) -> tuple[int, ...]:
        """Return rows that determine a variable, its own first, then those of what it follows from."""
        rows: dict[int, None] = {}
        seen, waiting = {key}, [key]
        while waiting and len(rows) < most:
            reason = self.reasons.get(waiting.pop())
            if reason is not None:
                rows.update(dict.fromkeys(reason.rows))
                fresh = [k for k in reason.premises if k not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
        return tuple(rows)


def question(
    system: ConstraintSystem,
    asked: Iterable[int] | None = None,
    *,
    everything: bool = False,
    fixed: bool = False,
) -> Question:
    """Return the question whether what is asked follows from what is given from outside.

    By default the public variables are asked that are not given; with ``everything``, all others are looked
    at too. With ``fixed``, variables that are made from fixed numbers alone count as given.
    """
    given = frozenset(system.given_keys(fixed=fixed))
    publics, privates = range(1, system.num_public), range(PRIVATE, PRIVATE + system.num_private)
    asked = tuple(key for key in publics if key not in given) if asked is None else tuple(asked)
    honest = values_of(system) if system.is_satisfied else None
    also = (*publics, *privates) if everything else ()
    return Question(system.rows(), given, asked, honest, also)


def values_of(system: ConstraintSystem) -> dict[int, int]:
    """Return the values of all variables by key."""
    assignment = system.assignment()
    return dict(enumerate(assignment.public)) | dict(enumerate(assignment.private, PRIVATE))


def place(system: ConstraintSystem, key: int) -> tuple[str, Label]:
    """Return the name of a variable and where it was made."""
    if key < PRIVATE:
        return system.public_name(key), system.public_label(key)
    return system.private_name(key - PRIVATE), system.private_label(key - PRIVATE)


def audit(
    asked: Question,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Report:
    """Audit a circuit. ``Cancelled`` within half a second of a cancel."""
    look = looks(cancel)
    progress.stage("Audit", "what all witnesses share")
    found = Propagation(Facts(asked.rows, look), asked.given, asked.honest, look)
    found.run()
    split_cases(found, asked.rows, look)
    wanted = {*asked.asked, *asked.also}
    open_keys = sorted(key for key in {*found.facts.uses, *wanted} if key not in found.reasons)
    undecided: dict[int, Finding] = {}
    parts = list(components(found, open_keys))
    progress.stage("Audit", "components at the witness")
    for number, part in enumerate(parts):
        look()
        progress.step(number, len(parts))
        keys = [key for key in part.keys if key in wanted]
        if keys:
            undecided.update((f.key, f) for f in _component(asked, part, keys, look))
    conditions, conditional = tuple(sorted(found.conditions)), frozenset(found.conditional)
    report = Report((), (), conditions, conditional, found.reasons)
    findings = [undecided.get(key) or report.finding(key) for key in sorted(asked.asked)]
    others = [undecided[key] for key in sorted(undecided.keys() - set(asked.asked))]
    return replace(report, findings=tuple(findings), others=tuple(others))


def _component(
    asked: Question, part: Component, keys: Sequence[int], look: Callable[[], None]
) -> Iterable[Finding]:
    """Yield the findings on some variables of a component."""
    if asked.honest is None:
        yield from (Finding(key, Verdict.OPEN, rows=_near(asked.rows, part, key)) for key in keys)
        return
    if not part.rows:
        other = [(asked.honest[key], (asked.honest[key] + 1) % MODULUS) for key in keys]
        yield from (Finding(k, Verdict.FREE, rule="in no row", values=v) for k, v in zip(keys, other))
        return
    rows = [asked.rows[row] for row in part.rows]
    members = set(part.keys)
    honest = {0: 1} | {k: asked.honest[k] for row in rows for lc in row for k in lc.terms}
    known = {key: value for key, value in honest.items() if key not in members}
    left = list(keys)
    verdict = Verdict.OPEN
    for _ in range(ROUNDS if len(rows) <= LARGE else 0):
        outputs = [LinearCombination(0, {key: 1}) for key in left]
        outcome = Search(rows, known, honest, outputs, BUDGET, look).run()
        verdict = outcome.verdict
        if verdict is not Verdict.FREE:
            break
        second = honest | dict(outcome.witness)
        if not holds(rows, second):
            raise AssertionError("what the search finds satisfies every row")
        for key in [key for key in left if second[key] != honest[key]]:
            near, values = _near(asked.rows, part, key), (honest[key], second[key])
            yield Finding(key, Verdict.FREE, rule="two assignments", rows=near, values=values)
            left.remove(key)
        verdict = Verdict.OPEN
        if not left:
            return
    for key in left:
        near = _near(asked.rows, part, key)
        if verdict is Verdict.UNIQUE:
            yield Finding(key, verdict, Basis.WITNESS, "searched", near)
        else:
            moves = _moves(rows, known, honest, key) if len(left) <= FEW else None
            yield Finding(key, Verdict.OPEN, rows=near, moves=moves)


FEW = 16
"""Up to so many open variables of a component, each is asked whether it moves."""


def _moves(rows: Rows, known: Values, honest: Values, key: int) -> bool:
    """Whether the rows, linearised at the witness, let a variable move."""
    outputs = [LinearCombination(0, {key: 1})]
    return tangent(rows, known, honest, outputs, random.Random(key)).moves


def _near(rows: Rows, part: Component, key: int) -> tuple[int, ...]:
    """Return the rows of a component in which a variable occurs."""
    return tuple(row for row in part.rows if any(key in lc.terms for lc in rows[row]))
