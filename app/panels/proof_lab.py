"""The proof lab: alter any part of a copy of the proof and see which check of the verifier fails."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.jobs import How
from app.panel import OrEmpty, Panel, Place
from app.theme import font, px, row_height, size
from app.widgets.basics import Badge, Button, ElidedLabel, Label, box, rule, surface
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.message import InlineMessage, Message
from app.widgets.spans import Cell, Row, Span, cell, code, note, row, seconds, sentences, shorten
from avm.api.stages import LAB_CHECKS
from avm.api.varuna_versions import superseded

if TYPE_CHECKING:
    from app.contract import Studio
    from avm.api.proof_lab import Action, Alteration, LabPart, Outcome, ProofLab
    from avm.api.views import Check
    from avm.base.progress import Cancel, Progress

IN_THE_LAB = How(lane="lab", kind="lab", replace=True)
LEFT, RIGHT = 3, 2
NARROW = 800
LEAST_PARTS = 5
"""Rows of the parts, with the header, that can be seen in the lowest pane."""
GROUP_ICONS = {
    "Proof": "shield-check",
    "Public inputs": "eye",
    "Verifying key": "binary",
    "Protocol": "workflow",
}


def part_rows(
    parts: tuple[LabPart, ...], altered: Outcome | None, caught: dict[str, tuple[str, ...]]
) -> list[Row]:
    """A row for each part below its group; an altered one has a flask, its new value, a tint and a mark."""
    values = dict(altered.values) if altered is not None else {}
    version = altered.version if altered is not None else 0
    rows = []
    for group, inside in groupby(parts, key=lambda part: part.group):
        members = list(inside)
        children = [_part_row(part, values.get(part.key), caught.get(part.key), version) for part in members]
        changed = sum(part.key in values for part in members)
        words = [note(f"{len(members)} parts" if len(members) > 1 else "1 part")]
        if changed:
            words += [Span(icon="flask-conical", colour="semantic.warning.fg"), note(f"{changed} altered")]
        head = cell(
            Span(icon=GROUP_ICONS[group], colour="text.tertiary"), Span(group, role="small_strong"), *words
        )
        blank = [cell("") for _ in range(4)]
        rows.append(row(head, *blank, key=group, children=children))
    return rows


def place_of(part: LabPart, between: str = "–") -> str:
    """The numbers of a part's bytes in the proof: "162–209", "65"; none for what is no part of it."""
    if part.offset is None:
        return ""
    return f"{part.offset}{between}{part.offset + part.size - 1}" if part.size > 1 else f"{part.offset}"


def _part_row(part: LabPart, value: str | None, caught: tuple[str, ...] | None, version: int) -> Row:
    shown = part.value if value is None else value
    name = [code(part.name)]
    if value is not None:
        name = [
            Span(icon="flask-conical", colour="semantic.warning.fg"),
            code(part.name),
            Span("altered", "semantic.warning.fg", "caption"),
        ]
    if caught is None:
        verdict = cell("")
    elif caught:
        verdict = cell(
            Span(icon="circle-x", colour="semantic.error.fg"), Span(_several(caught)), tip=", ".join(caught)
        )
    else:
        verdict = cell(Span(icon="circle-check", colour="semantic.success.fg"), Span("nothing"))
    if part.version and superseded(version or part.version):
        name.append(Span("superseded", "semantic.warning.fg", "caption"))
    return row(
        cell(*name),
        cell(Span(part.kind, "text.secondary")),
        cell(Span(place_of(part), "text.secondary"), right=True),
        cell(code(shorten(shown, 8, 4), "syntax.number"), copy=shown),
        verdict,
        key=part.key,
        tint="semantic.warning.bg" if value is not None else "",
        mark="semantic.warning.line" if value is not None else "",
    )


def _several(names: tuple[str, ...]) -> str:
    """The first of some names, and how many more there are."""
    return names[0] if len(names) == 1 else f"{names[0]}, {len(names) - 1} more"


def check_rows(untouched: Outcome | None, altered: Outcome | None) -> list[Row]:
    """A row for each check: what it says of the proof, and of the altered copy."""
    before = {c.name: c for c in untouched.checks} if untouched is not None else {}
    after = {c.name: c for c in altered.checks} if altered is not None else {}
    names = [*LAB_CHECKS, *before, *after]
    rows = []
    for name in dict.fromkeys(names):
        failed = name in after and not after[name].passed
        seen = after.get(name) or before.get(name)
        detail = seen.detail if seen is not None else ""
        rows.append(
            row(
                cell(Span(name, role="small_strong"), tip=detail),
                _verdict(before.get(name), untouched is not None),
                _verdict(after.get(name), altered is not None),
                key=name,
                tint="semantic.error.bg" if failed else "",
                mark="semantic.error.line" if failed else "",
            )
        )
    return rows


def _verdict(check: Check | None, looked: bool) -> Cell:
    if check is None:
        return cell(Span("not reached", "text.tertiary") if looked else "")
    icon, tone, word = (
        ("circle-check", "semantic.success.fg", "holds")
        if check.passed
        else ("circle-x", "semantic.error.fg", "fails")
    )
    return cell(Span(icon=icon, colour=tone), Span(word, tone))


class ProofLabPanel(Panel):
    id = "proof_lab"
    title = "Proof lab"
    icon = "flask-conical"
    home = Place("centre", 1, 20, shown=False, tab=True)
    places = {"prove": Place("centre", 1, 20, tab=True)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.lab: ProofLab | None = None
        self.untouched: Outcome | None = None
        self.altered: Outcome | None = None
        self.alterations: dict[str, Alteration] = {}
        self.caught: dict[str, tuple[str, ...]] = {}
        self._proved: object = None
        self._badges: list[Badge] = []
        self._restores: list[Button] = []
        self._sweeps: list[Button] = []
        columns = [("Part", 248), ("Kind", 60), ("Bytes", 76), ("Value", 0), ("Caught by", 156)]
        name = "Parts of the proof and its statement"
        self.parts = Grid(columns, tree=True, right=(2,), name=name, optional=(1, 2))
        self.parts.setMinimumHeight(LEAST_PARTS * self.parts.row_height())
        self.parts.chosen.connect(lambda _key: self._show_actions())
        self.parts.activated_key.connect(lambda _key: self.alter())
        self.checks = Grid([("Check", 0), ("Proof", 80), ("Altered", 84)], name="Checks of the verifier")
        self.checks.setVerticalScrollBarPolicy(self.checks.horizontalScrollBarPolicy())
        self.why = [InlineMessage("error") for _ in LAB_CHECKS]
        self.message = InlineMessage("info")
        right = QWidget()
        column = box(QVBoxLayout(right), 0)
        told = box(QHBoxLayout(), 0, (12, 8, 12, 8))
        told.addWidget(self.message)
        column.addLayout(told)
        column.addWidget(self.checks)
        words = box(QVBoxLayout(), 8, (12, 12, 12, 12))
        for each in self.why:
            words.addWidget(each)
        column.addLayout(words)
        column.addStretch()
        self.both = both = box(QBoxLayout(QBoxLayout.Direction.LeftToRight), 0)
        self.line = rule(vertical=True)
        both.addWidget(self.parts, LEFT)
        both.addWidget(self.line)
        surface(right, "panel")
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(right)
        both.addWidget(area, RIGHT)

        content = QWidget()
        whole = box(QVBoxLayout(content), 0)
        whole.addLayout(self._bar())
        whole.addWidget(rule())
        whole.addLayout(both, 1)
        self.empty = EmptyState(
            "flask-conical",
            "No proof to alter yet",
            "Prove a run. Then change any part of a copy here and see which check refuses it.",
            "Prove the last run",
            lambda: studio.run_command("prove.prove"),
        )
        self.body = OrEmpty(content, self.empty)
        self.column.addWidget(self.body)
        self.session.proof_changed.connect(self.reload)
        self.reload()

    def _bar(self) -> QHBoxLayout:
        bar = box(QHBoxLayout(), 8, (12, 6, 12, 6))
        self.chosen_name = Label("", "code_small")
        self.chosen_note = ElidedLabel("", "small", "tertiary")
        self.byte = QComboBox()
        self.byte.setAccessibleName("Byte to flip")
        self.versions = [
            Button(
                f"Take V{v}" + (", superseded" if superseded(v) else ""),
                small=True,
                on_click=partial(self._alter, "version", v),
                tip=sentences(f"verify the copy as Varuna V{v}", superseded(v)),
            )
            for v in (1, 2, 3)
        ]
        self.flip = Button(
            "Flip a bit",
            "",
            small=True,
            on_click=lambda: self._alter("flip"),
            tip="Flip the lowest bit of the byte chosen",
        )
        self.add_one = Button("Add one", "", small=True, on_click=lambda: self._alter("add one"))
        self.negate = Button("Negate the point", "", small=True, on_click=lambda: self._alter("negate"))
        bar.addWidget(self.chosen_name)
        bar.addWidget(self.chosen_note, 1)
        for each in (self.byte, self.flip, self.add_one, self.negate, *self.versions):
            bar.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)
        self.retheme()
        return bar

    def retheme(self) -> None:
        self.byte.setFont(font("small"))
        self.checks.setFixedHeight((self.checks.rows_model.rowCount() + 1) * row_height() + 4)
        self.byte.setFixedWidth(px(96))
        self.byte.setStyleSheet(
            f"QComboBox, QComboBox:focus {{ min-height: {size('control_small') - 4}px; }}"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room, else the checks below the parts."""
        narrow = self.width() < px(NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self.both.direction() != way:
            self.both.setDirection(way)
            self.line.setVisible(not narrow)
        super().resizeEvent(event)

    def controls(self) -> list[QWidget]:
        badge = Badge("", "semantic.success")
        sweep = Button(
            "Alter every part", "", "flask-conical", small=True, on_click=lambda: self._command("lab.sweep")
        )
        sweep.setToolTip("Alter each part alone, one after the other, and name what catches it")
        restore = Button("Restore", "", "rotate-ccw", small=True, on_click=self.restore)
        restore.setToolTip("Back to the proof as it is")
        self._badges, self._sweeps, self._restores = [badge], [sweep], [restore]
        self._show()
        return [badge, sweep, restore]

    def _command(self, name: str) -> None:
        self.studio.run_command(name)

    # What is looked at

    def reload(self) -> None:
        """Takes the session's proof; laid out and verified off the window's thread."""
        proved = self.session.artifacts.proved
        if proved is self._proved:
            return
        self._proved = proved
        self.lab = self.untouched = self.altered = None
        self.alterations, self.caught = {}, {}
        self._show()
        if proved is None:
            return

        def work(_progress: Progress, _cancel: Cancel) -> tuple[ProofLab, Outcome]:
            from avm.api.proof_lab import lab_of

            lab = lab_of(proved)
            return lab, lab.verify()

        def done(found: tuple[ProofLab, Outcome]) -> None:
            if self._proved is proved:
                self.lab, self.untouched = found
                self._show()
                self.parts.choose(next((p.key for p in self.lab.parts if p.name == "h_0"), ""))
                self._show_actions()

        self.submit("Lay out the proof", work, done, **IN_THE_LAB)

    def chosen(self) -> LabPart | None:
        key = self.parts.current_key()
        return next((p for p in self.lab.parts if p.key == key), None) if self.lab is not None else None

    # Altering

    def alter(self) -> None:
        """The usual alteration of the chosen part; a second time it is restored."""
        part = self.chosen()
        if part is None or self.lab is None:
            return
        if part.key in self.alterations:
            del self.alterations[part.key]
            self._verify()
        else:
            self._take(self.lab.first_alteration(part))

    def _alter(self, action: Action, version: int = 0) -> None:
        from avm.api.proof_lab import Alteration

        part = self.chosen()
        if part is not None:
            byte = max(0, self.byte.currentIndex()) if action == "flip" else 0
            self._take(Alteration(part.key, action, byte, version))

    def _take(self, alteration: Alteration) -> None:
        self.alterations[alteration.part] = alteration
        self._verify()

    def restore(self) -> None:
        """Back to the untouched proof."""
        self.alterations = {}
        self.altered = None
        self._show()

    def _verify(self) -> None:
        lab, wanted = self.lab, tuple(self.alterations.values())
        if lab is None:
            return
        if not wanted:
            self.restore()
            return

        def done(outcome: Outcome) -> None:
            if self.lab is lab and tuple(self.alterations.values()) == wanted:
                self.altered = outcome
                if len(wanted) == 1:
                    self.caught[wanted[0].part] = outcome.failing
                self._show()

        self.submit("Verify the altered proof", lambda _p, _c: lab.verify(wanted), done, **IN_THE_LAB)

    def sweep(self) -> None:
        """Alters every part alone; a job with a card, since it verifies as often as there are parts."""
        lab = self.lab
        if lab is None:
            return

        def done(found: tuple[tuple[str, Outcome], ...]) -> None:
            if self.lab is not lab:
                return
            self.caught = {key: outcome.failing for key, outcome in found}
            self._show()
            refused = sum(not outcome.valid for _, outcome in found)
            self.studio.window.toast(
                Message(
                    "info",
                    f"{refused} of {len(found)} altered copies are refused",
                    "The column “Caught by” names the check.",
                )
            )

        self.submit(
            "Alter every part of the proof",
            lab.sweep,
            done,
            lane="machine",
            kind="lab sweep",
            subtitle=f"{len(lab.parts)} copies, each with one part altered",
            replace=True,
        )

    # Showing

    def _show(self) -> None:
        self.body.show_content(self._proved is not None)
        self.parts.set_rows(part_rows(self.lab.parts, self.altered, self.caught) if self.lab else [])
        rows = check_rows(self.untouched, self.altered)
        self.checks.set_rows(rows)
        self.checks.setFixedHeight((len(rows) + 1) * row_height() + 4)
        failing = [c for c in self.altered.checks if not c.passed] if self.altered is not None else []
        for number, line in enumerate(self.why):
            check = failing[number] if number < len(failing) else None
            line.set("error", sentences(f"{check.name}: {check.detail}") if check is not None else "")
        self._show_actions()
        self._tell()
        for button in self._sweeps:
            button.setEnabled(self.lab is not None)
        for button in self._restores:
            button.setEnabled(bool(self.alterations))

    def _show_actions(self) -> None:
        part = self.chosen()
        actions = part.actions if part is not None else ()
        self.chosen_name.setText(part.name if part is not None else "")
        where = "Choose a part, then alter it in a copy; Enter alters and restores it"
        if part is not None:
            word = "bytes" if part.size > 1 else "byte"
            place = part.group if part.offset is None else f"{word} {place_of(part, ' to ')}"
            where = f"{part.kind}, {place.lower()}, {part.stage}"
            now = dict(self.altered.values).get(part.key) if self.altered is not None else None
            if now is not None:
                where = f"was {shorten(part.value, 8, 6)}, is {shorten(now, 8, 6)} in the copy; {where}"
        self.chosen_note.setText(where)
        many = "flip" in actions and part is not None and part.size > 1
        if many and part is not None and self.byte.count() != part.size:
            self.byte.clear()
            self.byte.addItems([f"byte {n}" for n in range(part.size)])
        self.byte.setVisible(many)
        if not many:
            self.byte.setCurrentIndex(0)
        self.flip.setVisible("flip" in actions)
        self.add_one.setVisible("add one" in actions)
        self.negate.setVisible("negate" in actions)
        for number, button in enumerate(self.versions, 1):
            button.setVisible("version" in actions and part is not None and part.version != number)

    def _tell(self) -> None:
        outcome = self.altered
        for badge in self._badges:
            badge.setVisible(outcome is not None)
            if outcome is not None and outcome.valid:
                badge.set("accepted", "semantic.warning", "triangle-alert")
            elif outcome is not None:
                badge.set(f"refused by {outcome.failing[0].lower()}", "semantic.error", "circle-x")
        if self.lab is None:
            self.set_subtitle("")
            self.message.set("info", "")
            return
        if outcome is None:
            self.set_subtitle(f"{len(self.lab.parts)} parts")
            took = seconds(self.untouched.seconds) if self.untouched is not None else ""
            self.message.set("success", f"The proof as it is passes every check ({took}).")
            return
        count = len(outcome.alterations)
        self.set_subtitle("1 part altered in a copy" if count == 1 else f"{count} parts altered in a copy")
        if outcome.error:
            self.message.set("error", f"These bytes are no proof: {outcome.error}.")
        elif outcome.valid:
            self.message.set("warning", "The altered copy is accepted.")
        else:
            names = ", ".join(f"“{name}”" for name in outcome.failing)
            verb = "fails" if len(outcome.failing) == 1 else "fail"
            took = seconds(outcome.seconds)
            self.message.set("error", f"The verifier refuses the copy: {names} {verb} ({took}).")
