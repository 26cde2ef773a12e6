"""Rows of the machine at one step: call stack, registers, mappings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.widgets.spans import Row, Span, cell, code, note, row, shorten, thousands

if TYPE_CHECKING:
    from avm.api.views import (
        EntryView,
        FrameView,
        MachineView,
        MappingView,
        RunView,
        StackView,
        StepView,
    )

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


def stack_rows(machine: MachineView, run: RunView) -> list[Row]:
    """Frames on the stack, the innermost first, then those that have returned."""
    halt = run.halt
    rows = []
    alive = {stack.frame.id for stack in machine.frames}
    for stack in reversed(machine.frames):
        halted = stack.current and halt is not None and machine.step >= halt.step
        state = "halted" if halted else "running" if stack.current else "waiting"
        rows.append(_frame_row(stack.frame, stack.leo_line, state, stack.current, halted))
    done = [f for f in run.frames if f.id not in alive and f.last_step < machine.step]
    for frame in sorted(done, key=lambda f: -f.last_step):
        rows.append(_frame_row(frame, None, "returned", False, False))
    return rows


def frame_name(frame: FrameView) -> str:
    """A finalize block bears its function's name, so its kind is said."""
    return f"finalize {frame.name}" if frame.kind == "finalize" else frame.name


def _frame_row(frame: FrameView, line: int | None, state: str, current: bool, halted: bool) -> Row:
    icon = "octagon-x" if halted else FRAME_ICONS.get(frame.kind, "square-function")
    tone = "semantic.error.fg" if halted else "text.tertiary"
    name = code(frame_name(frame), "text.primary" if state != "returned" else "text.secondary")
    where = f"line {line}" if line else ""
    return row(
        cell(Span(icon=icon, colour=tone), name, Span(KINDS.get(frame.kind, frame.kind), "text.tertiary")),
        cell(Span(where, "text.secondary")),
        cell(note(state), right=True),
        key=frame.id,
        mark=("semantic.error.line" if halted else "accent.line") if current else "",
    )


def register_rows(stack: StackView, step: StepView | None, position: int) -> list[Row]:
    """Registers of one frame before `step` runs.

    What the step reads is marked read, what the instruction before wrote is marked written, and what the
    step is about to write stands at the end as next: a register is written once, so it has no value yet.
    """
    here = step is not None and stack.current and step.frame == stack.frame.id
    reads = {base(cell_view.register) for cell_view in step.reads} if here and step is not None else set()
    rows = []
    for register in stack.registers:
        marks = ["written"] if register.step is not None and register.step == position - 1 else []
        marks += ["read"] if register.name in reads else []
        rows.append(_register_row(register.name, register.type, register.value, marks, register.step))
    known = {register.name for register in stack.registers}
    for name in targets(step) if here and step is not None else ():
        if name not in known:
            kind = next((w.type for w in step.writes if w.register == name), "") if step is not None else ""
            rows.append(_register_row(name, kind, "", ["next"], position))
    return rows


def base(register: str) -> str:
    """The register of an access: `r0[1u32].owner` is of `r0`."""
    found = REGISTER.match(register)
    return found.group() if found is not None else register


def targets(step: StepView) -> list[str]:
    """The registers an instruction writes, read from what stands after `into`."""
    _, into, rest = step.text.partition(" into ")
    return REGISTER.findall(rest.split(" as ", 1)[0]) if into and "[" not in rest.split(";")[0] else []


def _register_row(name: str, kind: str, value: str, marks: list[str], step: int | None) -> Row:
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
        cell(note("" if step is None else str(step + 1)), right=True),
        key=name,
        tint=tone + ".bg" if tone else "",
        mark=tone + ".line" if tone else "",
    )


def mapping_rows(
    mapping: MappingView, history: dict[str, Sequence[EntryView]] | None = None, read: str = ""
) -> list[Row]:
    """Keys with their value now; a key opens to its history, the newest change first."""
    rows = []
    for entry in mapping.entries:
        tone = "memory.written" if entry.changed else "memory.read" if entry.key == read else ""
        icon = {"memory.written": "circle-check", "memory.read": "circle-dot"}.get(tone, "")
        lead = [Span(icon=icon, colour=tone + ".fg")] if tone else []
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
