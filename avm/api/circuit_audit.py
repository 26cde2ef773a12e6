"""The audit of a function's circuit as plain data: which variables a prover may choose, by line."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avm.account.account import LOCAL_SIGNER
from avm.api.artifacts import Built
from avm.base.errors import AvmError
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.base.sources import source_line

if TYPE_CHECKING:
    from avm.r1cs.audit import Finding, Report
    from avm.r1cs.labels import Label
    from avm.r1cs.system import ConstraintSystem
    from avm.vm.circuit import Circuit


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
    why: str = ""


HARMLESS = {
    "equality": "the factor of a zero test is any number where the difference is zero; its outcome is one",
    "subgroup": "the point that shows membership is one of four, of which the quadruple is the same",
    "padding": "padding has no meaning",
}
"""Gadgets whose own variables need not be unique, with the reason."""


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
    """The audit of a function; ``ok`` when no output is free.

    ``outputs`` are findings on the public variables that the circuit computes, ``loose`` those on other
    variables that are free or open. ``witness`` says whether there was an assignment to search at.
    """

    function: str
    constraints: int
    ok: bool
    witness: bool
    outputs: tuple[FindingView, ...]
    loose: tuple[FindingView, ...]
    conditions: tuple[str, ...]
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
    signer: str = LOCAL_SIGNER,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> AuditView:
    """Audit the circuit of a function; without inputs, some are drawn.

    Expected failures are ``AvmError``; ``Cancelled`` within half a second of a cancel.
    """
    from avm.r1cs.audit import audit, question
    from avm.vm import RunConfig
    from avm.vm.circuit_audit import circuit_to_audit

    if built.program is None:
        raise AvmError("the program did not build, so it has no circuits", code="EAVM1401")
    started = time.perf_counter()
    environment = built.environment(looks(cancel))
    config = RunConfig(signer=signer, cancel=cancel, progress=progress)
    circuit = circuit_to_audit(environment, function, inputs, config, cancel=cancel)
    asked = question(circuit.system)
    report = audit(asked, everything=True, progress=progress, cancel=cancel)
    return audit_view(circuit, report, asked.honest is not None, time.perf_counter() - started)


def audit_view(circuit: Circuit, report: Report, witness: bool, seconds: float) -> AuditView:
    """Return a report as plain data."""
    system = circuit.system
    doubtful = (f for f in report.others if f.verdict.name != "UNIQUE")
    return AuditView(
        function=f"{circuit.program}/{circuit.function}",
        constraints=system.num_constraints,
        ok=not report.free,
        witness=witness,
        outputs=tuple(_view(system, finding, True) for finding in report.findings),
        loose=tuple(_view(system, finding, False) for finding in doubtful),
        conditions=_conditions(system, report),
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
        why="" if output else next((HARMLESS[name] for name in label.gadget if name in HARMLESS), ""),
    )


def _leo_line(label: Label) -> int | None:
    found = source_line(label.span)
    return None if found is None else found[1]


def _conditions(system: ConstraintSystem, report: Report) -> tuple[str, ...]:
    """Return the places of the rows whose coefficient could vanish, each with its number of rows."""
    places: dict[str, int] = {}
    for row in report.conditions:
        label = str(system.label(row))
        places[label] = places.get(label, 0) + 1
    return tuple(f"{label}: {count} {'row' if count == 1 else 'rows'}" for label, count in places.items())


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
