"""The audit of a function's circuit as plain data: which variables a prover may choose, by line."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avm.api.artifacts import Built
from avm.base.errors import AvmError
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.base.sources import source_line

if TYPE_CHECKING:
    from avm.r1cs.audit import Finding, Report
    from avm.r1cs.labels import Label
    from avm.r1cs.system import ConstraintSystem


@dataclass(frozen=True, slots=True)
class FindingView:
    """What was found on one variable.

    ``verdict`` is unique, free or open. ``output`` says that the circuit makes the variable public. ``rows``
    are those that determine it, or where it hangs; ``values`` two values of a free one; ``why`` says of a
    free or open one inside a gadget why that does no harm, where it is known.
    """

    name: str
    output: bool
    verdict: str
    basis: str
    rule: str
    gadget: str
    instruction: str
    leo_line: int | None
    rows: tuple[int, ...]
    values: tuple[int, int] | None
    why: str


HARMLESS = {
    "equality": "the factor of a zero test is any number where the difference is zero; its outcome is one",
    "subgroup": "the point that shows membership is one of four, of which the quadruple is the same",
}
"""Gadgets whose own variables need not be unique, with the reason."""
UNREAD = "no row reads it"
SENDER = "the network lets a prover leave the sender's ciphertext out: it is this one or 0"
REQUEST = "values"
"""Under this name the values of a request enter."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A place in a circuit, an instruction and a gadget, and how many rows or variables it has."""

    place: str
    count: int


@dataclass(frozen=True, slots=True)
class AuditLine:
    """How many variables of an instruction are unique for all inputs, under conditions, for these inputs.

    ``free`` and ``open`` count the others.
    """

    instruction: str
    leo_line: int | None
    proved: int
    conditional: int
    searched: int
    free: int
    open: int


@dataclass(frozen=True, slots=True)
class AuditView:
    """The audit of a function; ``ok`` when no output is free without a known reason.

    ``outputs`` are findings on the public variables that the circuit computes, ``loose`` those on other
    variables that are free or open. ``witness`` says whether there was an assignment to search at.
    ``chosen`` are places where values enter that are no part of the request, ``conditions`` rows whose
    coefficient is not zero here, and is not shown never to be.
    """

    function: str
    constraints: int
    ok: bool
    witness: bool
    outputs: tuple[FindingView, ...]
    loose: tuple[FindingView, ...]
    chosen: tuple[Counted, ...]
    conditions: tuple[Counted, ...]
    lines: tuple[AuditLine, ...]
    seconds: float


def functions(built: Built) -> tuple[str, ...]:
    """Return the functions of a built program that have a circuit."""
    return tuple(built.program.functions) if built.program is not None else ()


def audit_function(
    built: Built,
    function: str,
    inputs: Sequence[str] | None = None,
    *,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> AuditView:
    """Audit the network's circuit of a function; without inputs, some are drawn.

    Expected failures are ``AvmError``; ``Cancelled`` within half a second of a cancel.
    """
    from avm.ledger.circuit_audit import circuit_to_audit
    from avm.r1cs.audit import audit, question

    if built.program is None:
        raise AvmError("the program did not build, so it has no circuits", code="EAVM1401")
    started = time.perf_counter()
    system = circuit_to_audit(built.environment(looks(cancel)), function, inputs, cancel=cancel)
    asked = question(system, everything=True, fixed=True)
    report = audit(asked, progress=progress, cancel=cancel)
    name, witness = f"{built.program.id}/{function}", asked.honest is not None
    return audit_view(name, system, report, witness, time.perf_counter() - started)


def audit_view(
    name: str, system: ConstraintSystem, report: Report, witness: bool, seconds: float
) -> AuditView:
    """Return the report on a circuit as plain data."""
    outputs = tuple(_view(system, finding, output=True) for finding in report.findings)
    doubtful = (f for f in report.others if f.verdict.name != "UNIQUE")
    return AuditView(
        function=name,
        constraints=system.num_constraints,
        ok=all(found.verdict != "free" or found.why for found in outputs),
        witness=witness,
        outputs=outputs,
        loose=tuple(_view(system, finding, output=False) for finding in doubtful),
        chosen=_chosen(system),
        conditions=_counted(str(system.label(row)) for row in report.conditions),
        lines=_lines(system, report),
        seconds=seconds,
    )


def _view(system: ConstraintSystem, finding: Finding, output: bool) -> FindingView:
    from avm.r1cs.audit import place

    name, label = place(system, finding.key)
    return FindingView(
        name=name,
        output=output,
        verdict=finding.verdict.name.lower(),
        basis=finding.basis.value if finding.basis else "",
        rule=finding.rule,
        gadget="/".join(label.gadget),
        instruction=label.instruction,
        leo_line=_leo_line(label),
        rows=finding.rows,
        values=finding.values,
        why=_why(finding, name) if output else _harmless(finding, label),
    )


def _harmless(finding: Finding, label: Label) -> str:
    if not finding.rows:
        return UNREAD
    return next((HARMLESS[name] for name in label.gadget if name in HARMLESS), "")


def _why(finding: Finding, name: str) -> str:
    """Return the reason for which an output may have two values."""
    is_sender = name.startswith("output ") and name.endswith(" sender")
    return SENDER if is_sender and finding.values is not None and 0 in finding.values else ""


def _leo_line(label: Label) -> int | None:
    found = source_line(label.span)
    return None if found is None else found[1]


def _chosen(system: ConstraintSystem) -> tuple[Counted, ...]:
    """Return where values enter that are no part of the request: nothing but the prover fixes them."""
    from avm.r1cs.audit import place

    labels = (place(system, key)[1] for key in system.given_keys(fixed=True))
    return _counted(str(label) for label in labels if label.instruction != REQUEST)


def _counted(places: Iterable[str]) -> tuple[Counted, ...]:
    """Return each place once, with how often it occurs."""
    counts: dict[str, int] = {}
    for place in places:
        counts[place] = counts.get(place, 0) + 1
    return tuple(Counted(place, count) for place, count in counts.items())


def _lines(system: ConstraintSystem, report: Report) -> tuple[AuditLine, ...]:
    from avm.r1cs.linear import PRIVATE

    found = {finding.key: _kind(finding) for finding in (*report.findings, *report.others)}
    lines: dict[tuple[str, int | None], list[int]] = {}
    privates = range(PRIVATE, PRIVATE + system.num_private)
    for key in (*range(1, system.num_public), *privates):
        label = system.private_label(key - PRIVATE) if key >= PRIVATE else system.public_label(key)
        counts = lines.setdefault((label.instruction, _leo_line(label)), [0, 0, 0, 0, 0])
        if key in report.reasons:
            counts[key in report.conditional] += 1
        else:
            counts[found.get(key, 4)] += 1
    return tuple(AuditLine(text, line, *counts) for (text, line), counts in lines.items())


def _kind(finding: Finding) -> int:
    """Return the column of a finding on a variable that no rule determines."""
    return {"UNIQUE": 2, "FREE": 3}.get(finding.verdict.name, 4)
