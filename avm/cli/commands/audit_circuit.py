"""``avm audit-circuit``: looks for values in a function's circuit that a prover could choose."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from avm.api.circuit_audit import AuditView, FindingView, audit_function, functions
from avm.base.interrupt import cancelling
from avm.base.json_value import JsonObject
from avm.cli.command import Command, emit
from avm.cli.progress import BarProgress
from avm.cli.projects import add_project_options, open_and_build, problems_json

SHOWN = 20
"""Gadgets with loose variables that are printed."""


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("function", nargs="?", help="function to audit (default: all)")
    parser.add_argument("inputs", nargs="*", help="its inputs (default: drawn until a run does not halt)")
    add_project_options(parser)


def _run(args: argparse.Namespace) -> int:
    built = open_and_build(args)
    if not built.view.ok:
        emit(args, {"ok": False, "problems": problems_json(built)})
        return 1
    names = [args.function] if args.function else functions(built)
    ok = True
    for name in names:
        with BarProgress(enabled=not args.json) as progress, cancelling() as cancel:
            view = audit_function(
                built,
                name,
                args.inputs or None,
                progress=progress,
                cancel=cancel,
            )
        emit(args, _plain(view), _text(view))
        ok = ok and view.ok
    return 0 if ok else 1


def _plain(view: AuditView) -> JsonObject:
    return {**asdict(view), "seconds": round(view.seconds, 4)}


def _text(view: AuditView) -> str:
    parts = [f"{view.function}: {view.constraints} constraints, {view.seconds:.2f} s"]
    if not view.witness:
        parts.append("No inputs were found for which it runs through; give some to search at.")
    head = ("line", "all inputs", "conditions", "these inputs", "free", "open", "instruction")
    rows: list[tuple[str, ...]] = [head]
    for line in view.lines:
        counts = (line.proved, line.conditional, line.searched, line.free, line.open)
        rows.append((str(line.leo_line or ""), *(str(n or "") for n in counts), line.instruction))
    widths = [max(len(row[i]) for row in rows) for i in range(len(head) - 1)]
    for row in rows:
        parts.append("  ".join([*(cell.rjust(w) for cell, w in zip(row, widths)), row[-1]]))
    parts += [_line(finding) for finding in view.outputs]
    parts += _inside(view.loose)
    if view.conditions:
        parts.append("Coefficients that are not zero here, and are not shown never to be:")
        parts += [f"  {each.place}: {_times(each.count, 'row')}" for each in view.conditions]
    if view.chosen:
        parts.append("Values that enter here are brought by the prover, not by the request:")
        parts += [f"  {each.place}: {_times(each.count, 'variable')}" for each in view.chosen]
    return "\n".join(parts)


def _times(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _inside(loose: Sequence[FindingView]) -> list[str]:
    """Return a line for each gadget with free or open variables that are no outputs."""
    groups: dict[tuple[str, str, str], list[FindingView]] = {}
    for finding in loose:
        kind = finding.why or finding.gadget
        groups.setdefault((finding.verdict, finding.instruction, kind), []).append(finding)
    lines = []
    for (verdict, instruction, _), found in groups.items():
        text = f"{verdict.upper():6} {len(found)} inside {instruction}"
        lines.append(f"{text}: {found[0].why}" if found[0].why else f"{text}: {_line(found[0])}")
    shown = lines[:SHOWN]
    return [*shown, f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else shown


def _line(finding: FindingView) -> str:
    place = f"line {finding.leo_line}, " if finding.leo_line else ""
    text = f"{finding.verdict.upper():6} {finding.name} ({place}{finding.gadget or 'no gadget'})"
    if finding.verdict == "unique":
        return f"{text}: for {finding.basis}, by {finding.rule}"
    if finding.values is not None:
        text += f": {finding.values[0]} or {finding.values[1]}"
    if finding.why:
        return f"{text}; {finding.why}"
    return f"{text}, rows {', '.join(map(str, finding.rows[:8])) or 'none'}"


COMMAND = Command(
    "audit-circuit", "look for values in a circuit that a prover could choose", _configure, _run
)
