"""Rows of the machine at one step: call stack, registers, mappings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.widgets.spans import Cell, LazyRows, Row, Span, cell, code, note, row, shorten, thousands

if TYPE_CHECKING:
    from avm.api.views import (
        CellView,
        EntryView,
        FrameView,
        MachineView,
        MappingView,
        RegisterView,
        RunView,
        StackView,
        StepView,
    )

MOST_RETURNED = 20
REGISTER = re.compile(r"r\d+")
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


def stack_rows(machine: MachineView, run: RunView, files: Mapping[str, str] | None = None) -> list[Row]:
    """Frames on the stack, the innermost first, then the last of those that have returned.

    ``files`` are the names under which sources are shown; without one a place is told by its line alone.

    At the end of a run that did not halt every frame has ended: none runs, none waits.
    """
    halt = run.halt
    over = halt is None and machine.step >= len(run.steps)
    rows = []
    alive = {stack.frame.id for stack in machine.frames}
    for stack in reversed(machine.frames):
        halted = stack.current and halt is not None and machine.step >= halt.step
        state = "halted" if halted else "ended" if over else "running" if stack.current else "waiting"
        current = stack.current and not over
        where = _where((files or {}).get(stack.file, ""), stack.leo_line)
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


def _where(file: str, line: int | None) -> Cell:
    """The place of a frame; a long name of a file gives way to the line."""
    if not line:
        return Cell()
    name = [Span(file, "text.secondary", gives=True)] if file else []
    return cell(*name, Span(f"line {line}", "text.secondary"))


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
    """Registers of one frame before `step` runs, a row made for each that is looked at.

    What the step reads is marked read, what the instruction before wrote is marked written, and what the
    step is about to write stands at the end as next: a register is written once, so it has no value yet.
    Rows of one frame of one run differ only at their end and where they are marked (`same`, `marked`).
    """

    def __init__(self, stack: StackView, step: StepView | None, position: int, run: object = None) -> None:
        self._registers, self._position = stack.registers, position
        here = step is not None and stack.current and step.frame == stack.frame.id
        self._step = step if here else None
        self._reads = {base(c.register) for c in self._step.reads} if self._step is not None else set()
        self.same = (id(run), stack.frame.id)
        self._next = self._coming()
        self.marked = self._marked()

    def __len__(self) -> int:
        return len(self._registers) + len(self._next)

    def _coming(self) -> list[tuple[str, str]]:
        """Names and types of the registers that the step will write and that have no value yet."""
        if self._step is None:
            return []
        known = {r.name for r in self._tail()}
        return [(c.register, c.type) for c in targets(self._step) if c.register not in known]

    def _tail(self, most: int = 64) -> Sequence[RegisterView]:
        return self._registers[max(0, len(self._registers) - most) :]

    def _marked(self) -> dict[int, tuple[str, ...]]:
        """The marks of the rows that have any: what was just written stands at the end, what is read is
        found by its number.
        """
        marks: dict[int, list[str]] = {}
        count = len(self._registers)
        for number in range(count - 1, -1, -1):
            last = self._registers[number]
            if last.mark != "written" and (last.step is None or last.step != self._position - 1):
                break
            marks.setdefault(number, []).append("written")
        for name in self._reads:
            place = self._place(name)
            if place is not None:
                marks.setdefault(place, []).append("read")
        for number in range(len(self._next)):
            marks[count + number] = ["next"]
        return {place: tuple(found) for place, found in marks.items()}

    def _place(self, name: str) -> int | None:
        """Where a register stands: registers are numbered in the order in which they are written."""
        if not REGISTER.fullmatch(name) or not len(self._registers):
            return None
        guess = int(name[1:]) - int(self._registers[0].name[1:])
        if 0 <= guess < len(self._registers) and self._registers[guess].name == name:
            return guess
        return next((n for n, r in enumerate(self._registers) if r.name == name), None)

    def row(self, number: int) -> Row:
        marks = self.marked.get(number, ())
        if number < len(self._registers):
            r = self._registers[number]
            return _register_row(r.name, r.type, r.value, marks, r.step)
        name, kind = self._next[number - len(self._registers)]
        return _register_row(name, kind, "", marks, self._position)


def register_rows(stack: StackView, step: StepView | None, position: int) -> list[Row]:
    """All rows of a frame at once."""
    rows = RegisterRows(stack, step, position)
    return [rows.row(number) for number in range(len(rows))]


def base(register: str) -> str:
    """The register of an access: `r0[1u32].owner` is of `r0`."""
    found = REGISTER.match(register)
    return found.group() if found is not None else register


def targets(step: StepView) -> tuple[CellView, ...]:
    """The registers an instruction writes, or would have written had it not halted."""
    return step.writes or step.unwritten


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
