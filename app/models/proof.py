"""Rows of a proof: its rounds with what each made, its checks, its bytes; and of a constraint system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.theme import heat_step
from app.widgets.spans import Row, Span, cell, code, note, place, row, seconds, shorten, thousands

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from avm.api.views import ConstraintView, ProofView, VerifyReport


def verdict(proof: ProofView, verified: VerifyReport) -> tuple[str, str]:
    """What a proof is worth in one sentence, with its level: a development string is never left out."""
    if not verified.valid:
        failing = next((c.name for c in verified.checks if not c.passed), "")
        return "error", f"Not valid: {failing} fails" if failing else "Not valid"
    if proof.insecure:
        return "warning", "Valid, with insecure development parameters"
    return "success", "Valid, with the official parameters"


def short_verdict(proof: ProofView, verified: VerifyReport) -> str:
    """The verdict in two words, for a line that may be cut at its end."""
    if not verified.valid:
        return "Not valid"
    return "Valid but insecure" if proof.insecure else "Valid"


def stage_rows(proof: ProofView) -> list[Row]:
    """A row for each stage that opens to the polynomials it committed to."""
    rows = []
    for number, stage in enumerate(proof.stages):
        inside = [
            row(
                cell(code(item.name)),
                cell(""),
                cell(Span(thousands(item.degree) if item.degree else ""), right=True),
                cell(Span(thousands(item.size) if item.size else "", "text.secondary"), right=True),
                cell(code(shorten(item.commitment, 10, 4), "syntax.address"), copy=item.commitment),
                cell(note(seconds(item.seconds) if item.seconds else ""), right=True),
                key=(number, item.name),
            )
            for item in stage.items
        ]
        rows.append(
            row(
                cell(Span(icon="check", colour="text.tertiary"), Span(stage.name, role="small_strong")),
                cell(Span(stage.explanation, "text.secondary")),
                cell(""),
                cell(""),
                cell(""),
                cell(note(seconds(stage.seconds)), right=True),
                key=number,
                children=inside,
            )
        )
    return rows


def check_rows(verified: VerifyReport) -> list[Row]:
    """The checks, then what is proved, then what is only said beside the proof."""
    rows = []
    for number, check in enumerate(verified.checks):
        icon, tone = (
            ("circle-check", "semantic.success.fg") if check.passed else ("circle-x", "semantic.error.fg")
        )
        rows.append(
            row(
                cell(Span(icon=icon, colour=tone), Span(check.name, role="small_strong")),
                cell(Span("holds" if check.passed else "fails", tone)),
                cell(Span(check.detail, "text.secondary"), copy=check.detail),
                key=number,
                tint="" if check.passed else "semantic.error.bg",
                mark="" if check.passed else "semantic.error.line",
            )
        )
    for number, line in enumerate(verified.statement):
        icon = "eye" if line.value else "lock"
        shown = [code(" ".join(line.value.split()))] if line.value else []
        rows.append(
            row(
                cell(Span(icon=icon, colour="text.tertiary"), Span(line.name)),
                cell(Span("proved", "text.secondary") if line.value else note("hidden")),
                cell(*shown, note(line.type), copy=line.value),
                key=("said", number),
            )
        )
    for number, beside in enumerate(verified.notes):
        rows.append(
            row(
                cell(Span(icon="info", colour="text.tertiary"), Span(beside.name)),
                cell(note("not bound")),
                cell(Span(beside.detail, "text.secondary"), copy=beside.detail, tip=beside.detail),
                key=("note", number),
            )
        )
    return rows


def byte_rows(proof: ProofView) -> list[Row]:
    """The proof's bytes by part: where each begins, how long it is, what it holds."""
    return [
        row(
            cell(code(part.name)),
            cell(Span(part.kind, "text.secondary")),
            cell(Span(thousands(part.offset), "text.secondary"), right=True),
            cell(Span(thousands(part.size)), right=True),
            cell(code(shorten(part.value, 28, 8), "syntax.number"), copy=part.value),
            key=(part.offset, part.name),
        )
        for part in proof.parts
    ]


def instruction_rows(view: ConstraintView, files: Mapping[Path, str]) -> list[Row]:
    """What each instruction costs, in its own order, with its share of the whole on the heat scale.

    ``files`` are the names under which sources are shown, none where there is one only.
    """
    rows = []
    for cost in view.by_instruction:
        step = heat_step(cost.constraints)
        share = 100 * cost.constraints / view.constraints if view.constraints else 0.0
        chip = Span(thousands(cost.constraints), f"heat.text.{step}", "caption", tint=f"heat.scale.{step}")
        rows.append(
            row(
                cell(chip if cost.constraints else note("0"), right=True),
                cell(code(cost.text), copy=cost.text),
                cell(Span(cost.component, "text.secondary")),
                place(files.get(cost.path, "") if cost.path else "", cost.leo_line),
                cell(Span(f"{share:.1f} %", "text.secondary"), right=True),
                key=(cost.component, cost.index, cost.leo_line, cost.path),
            )
        )
    return rows


def line_heat(view: ConstraintView, path: Path) -> dict[int, int]:
    """The constraints that each line of a file made; lines without any are not there."""
    heat: dict[int, int] = {}
    for cost in view.by_instruction:
        if cost.path == path and cost.leo_line and cost.constraints:
            heat[cost.leo_line] = heat.get(cost.leo_line, 0) + cost.constraints
    return heat


def gadget_rows(view: ConstraintView) -> list[Row]:
    """What each gadget costs, as a tree by its path, dearest first."""
    tree: dict[str, tuple[int, dict[str, int]]] = {}
    for path, count in view.by_gadget:
        head, _, rest = path.partition("/")
        total, inside = tree.get(head, (0, {}))
        if rest:
            inside[rest] = inside.get(rest, 0) + count
        tree[head] = (total + count, inside)
    rows = []
    for head, (total, inside) in sorted(tree.items(), key=lambda t: -t[1][0]):
        children = [
            _gadget(name, count, view.constraints, f"{head}/{name}")
            for name, count in sorted(inside.items(), key=lambda t: -t[1])
        ]
        made = _gadget(head, total, view.constraints, head)
        made.children, made.open = children, False
        rows.append(made)
    return rows


def _gadget(name: str, count: int, whole: int, key: str) -> Row:
    step = heat_step(count)
    share = 100 * count / whole if whole else 0.0
    return row(
        cell(code(name)),
        cell(Span(thousands(count), f"heat.text.{step}", "caption", tint=f"heat.scale.{step}"), right=True),
        cell(Span(f"{share:.1f} %", "text.secondary"), right=True),
        key=key,
    )
