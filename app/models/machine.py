"""Rows of the machine at one step: call stack, registers, mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.widgets.spans import Cell, LazyRows, Row, Span, cell, code, note, place, row, shorten, thousands

if TYPE_CHECKING:
    from pathlib import Path

    from avm.api.views import EntryView, FrameView, MachineView, MappingView, RunView, StackView

MOST_RETURNED = 20
STATE = {
    "next": ("circle-dashed", "memory.write_next"),
    "written": ("circle-check", "memory.written"),
    "read": ("circle-dot", "memory.read"),
}
KINDS = {
    "function": "off chain",
    "closure": "closure",
    "finalize": "on chain",
    "constructor": "on chain",
    "view": "view",
}
FRAME_ICONS = {"finalize": "layers", "constructor": "wrench", "closure": "corner-down-right"}


def stack_rows(
    machine: MachineView, run: RunView, files: Mapping[Path, str] | None = None, debugging: bool = True
) -> list[Row]:
    """Frames on the stack, the innermost first, then the last of those that have returned.

    ``files`` are the names under which sources are shown; without one a place is told by its line alone.

    At the end of a run that did not halt every frame has ended: none runs, none waits. Nor does one while
    nobody is debugging: it was stopped here.
    """
    halt = run.halt
    over = halt is None and machine.step >= len(run.steps)
    rows = []
    alive = {stack.frame.id for stack in machine.frames}
    for stack in reversed(machine.frames):
        halted = stack.current and halt is not None and machine.step >= halt.step
        going = "stopped" if not debugging else "running" if stack.current else "waiting"
        state = "halted" if halted else "ended" if over else going
        current = stack.current and not over
        where = place((files or {}).get(stack.path, "") if stack.path else "", stack.leo_line)
        rows.append(_frame_row(stack.frame, where, state, current, halted))
    done = [f for f in run.frames if f.last_step < machine.step and f.id not in alive]
    done.sort(key=lambda f: -f.last_step)
    for frame in done[:MOST_RETURNED]:
        rows.append(_frame_row(frame, Cell(), "returned", False, False))
    if len(done) > MOST_RETURNED:
        more = f"{thousands(len(done) - MOST_RETURNED)} more have returned"
        rows.append(row(cell(Span(more, "text.tertiary")), "", ""))
    return rows


def frame_name(frame: FrameView) -> str:
    """A finalize block bears its function's name, so its kind is said."""
    return f"finalize {frame.name}" if frame.kind == "finalize" else frame.name


def _frame_row(frame: FrameView, where: Cell, state: str, current: bool, halted: bool) -> Row:
    icon = "octagon-x" if halted else FRAME_ICONS.get(frame.kind, "square-function")
    tone = "semantic.error.fg" if halted else "text.tertiary"
    name = code(frame_name(frame), "text.primary" if state not in ("returned", "ended") else "text.secondary")
    return row(
        cell(Span(icon=icon, colour=tone), name, Span(KINDS.get(frame.kind, frame.kind), "text.tertiary")),
        where,
        cell(note(state), right=True),
        key=frame.id,
        mark=("semantic.error.line" if halted else "accent.line") if current else "",
    )


class RegisterRows(LazyRows):
    """Registers of one frame before the step at `position` runs, a row made for each that is looked at.

    What the step is about to write stands at the end: a register is written once, so it has no value yet.
    Rows of one frame of one run differ only at their end and where they are marked (`same`, `marked`).
    """

    def __init__(self, stack: StackView, position: int, run: object = None) -> None:
        self._registers, self._coming, self._position = stack.registers, stack.coming, position
        self.same = (id(run), stack.frame.id)
        self.marked = stack.marks

    def __len__(self) -> int:
        return len(self._registers) + len(self._coming)

    def row(self, number: int) -> Row:
        marks, known = self.marked.get(number, ()), len(self._registers)
        if number < known:
            r = self._registers[number]
            return _register_row(r.name, r.type, r.text, marks, r.step)
        c = self._coming[number - known]
        return _register_row(c.register, c.type, "", marks, self._position)


def step_cell(step: int | None) -> Cell:
    """The number of a step as it is told, counted from 1."""
    return cell(note("" if step is None else thousands(step + 1)), right=True)


def _register_row(name: str, kind: str, value: str, marks: Sequence[str], step: int | None) -> Row:
    spans, tone = [], ""
    for mark in marks:
        icon, tone = STATE[mark]
        spans += [Span(icon=icon, colour=tone + ".fg"), Span(mark, tone + ".fg", "small_strong", gap=8)]
    shown = code(shorten(value, 12, 6)) if value else Span("not written", "text.tertiary")
    return row(
        cell(code(name, "syntax.register")),
        cell(code(kind, "syntax.type")),
        cell(shown, copy=value),
        cell(*spans),
        step_cell(step),
        key=name,
        tint=tone + ".bg" if tone else "",
        mark=tone + ".line" if tone else "",
    )


def mapping_rows(mapping: MappingView, history: Mapping[str, Sequence[EntryView]] | None = None) -> list[Row]:
    """Keys with their value now; a key opens to its history, the newest change first."""
    rows = []
    for entry in mapping.entries:
        tone = "memory.written" if entry.changed else ""
        lead = [Span(icon="circle-check", colour=tone + ".fg")] if tone else []
        changes = [
            _change_row(mapping, change, n) for n, change in enumerate((history or {}).get(entry.key, ()))
        ]
        rows.append(
            row(
                cell(*lead, code(shorten(entry.key)), copy=entry.key),
                cell(code(shorten(entry.value or "removed", 12)), copy=entry.value or ""),
                cell(Span(_height(entry), "text.secondary")),
                cell(Span(entry.by, "text.secondary")),
                key=(mapping.name, entry.key),
                tint=tone + ".bg" if tone else "",
                mark=tone + ".line" if tone else "",
                children=changes,
                open=False,
            )
        )
    return rows


def _height(entry: EntryView) -> str:
    return "this run" if entry.height is None else thousands(entry.height)


def _change_row(mapping: MappingView, change: EntryView, number: int) -> Row:
    return row(
        cell(
            Span(icon="circle-check", colour="text.tertiary"),
            Span("set" if change.value else "removed", "text.secondary"),
        ),
        cell(code(shorten(change.value or "", 12), "text.secondary"), copy=change.value or ""),
        cell(Span(_height(change), "text.secondary")),
        cell(Span(change.by, "text.secondary")),
        key=(mapping.name, change.key, change.height, number),
    )
