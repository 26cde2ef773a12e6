"""The card of a reference string: what it is worth, its facts, its checks once asked for, its actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.theme import px
from app.widgets.basics import Badge, Button, ElidedLabel, Glyph, IconButton, Label, box, rule, surface
from app.widgets.fact_name import FactName
from app.widgets.message import InlineMessage
from app.widgets.spans import from_home, on_disk, sentences, thousands

if TYPE_CHECKING:
    from avm.api.parameters import StringOnDisk
    from avm.api.views import Check

LABEL_WIDTH = 88
NARROW = 320


class Manager(Protocol):
    """Who carries out what a card is asked for."""

    def copy(self, text: str) -> None: ...
    def verify(self, string: StringOnDisk) -> None: ...
    def ask_contribution(self, string: StringOnDisk) -> None: ...
    def ask_delete(self, string: StringOnDisk) -> None: ...


class Fact(QWidget):
    """A name and a value on one line, with a button that copies the whole value."""

    def __init__(
        self, name: str, value: str, copy: Callable[[str], object] | None = None, shown: str = ""
    ) -> None:
        super().__init__()
        line = box(QHBoxLayout(self), 8)
        line.addWidget(FactName(name, LABEL_WIDTH))
        line.addWidget(ElidedLabel(shown or value, "code_small" if copy else "small", middle=True), 1)
        if copy is not None:
            tip = f"Copy the {name.lower()}"
            line.addWidget(IconButton("copy", tip, "text.tertiary", 24, on_click=lambda: copy(value)))
        self.setMinimumHeight(px(24))


class CheckLine(QWidget):
    """One check: an icon, its name, what it says."""

    def __init__(self, check: Check) -> None:
        super().__init__()
        line = box(QHBoxLayout(self), 8)
        look = ("circle-check", "semantic.success.fg") if check.passed else ("circle-x", "semantic.error.fg")
        line.addWidget(Glyph(*look, 14))
        name = ElidedLabel(check.name, "small")
        name.setToolTip(f"{check.name}: {check.detail}" if check.detail else check.name)
        line.addWidget(name, 1)
        line.addWidget(
            Label("holds" if check.passed else "fails", "caption", "" if check.passed else "error")
        )
        self.setMinimumHeight(px(24))
        self.setAccessibleName(f"{check.name} {'holds' if check.passed else 'fails'}. {check.detail}")


class StringCard(QFrame):
    """A string: what it is, its facts, its checks once asked for, its actions."""

    def __init__(self, string: StringOnDisk, panel: Manager, checks: tuple[Check, ...] | None = None) -> None:
        super().__init__()
        surface(self, "card")
        self.string = string
        self.setAccessibleName(string.name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        column = box(QVBoxLayout(self), 4, (16, 12, 12, 12))
        head = box(QHBoxLayout(), 8)
        head.addWidget(Glyph("sigma", "text.secondary", 16))
        head.addWidget(ElidedLabel(string.name, "title"), 1)
        self.badge = Badge("", "semantic.success")
        head.addWidget(self.badge)
        column.addLayout(head)
        if string.fault:
            self.badge.set("cannot be used", "semantic.error", "circle-x")
            column.addWidget(InlineMessage("error", sentences(string.fault)))
        elif string.insecure:
            self.badge.set("insecure", "semantic.warning", "triangle-alert")
            text = "Whoever made it can forge proofs, unless one contributor forgot the secret."
            column.addWidget(Label(text, "small", "secondary", wrap=True))
        else:
            self.badge.set("checksums agree", "semantic.success", "circle-check")
        column.addSpacing(4)
        if string.highest_power:
            power = (string.highest_power + 1).bit_length() - 1
            column.addWidget(Fact("Powers", f"{thousands(string.highest_power + 1)}, that is 2^{power}"))
        if string.contributions:
            names = ", ".join(name or "unnamed" for name in string.contributions)
            column.addWidget(Fact("Contributions", f"{len(string.contributions)}: {names}"))
        size = on_disk(string.size) + (f" in {len(string.files)} files" if string.files else "")
        column.addWidget(Fact("On disk", size))
        if string.digest:
            column.addWidget(Fact("Digest", string.digest, panel.copy))
        column.addWidget(
            Fact("Folder" if string.files else "File", str(string.path), panel.copy, from_home(string.path))
        )
        column.addSpacing(4)
        actions = box(QHBoxLayout(), 8)
        self.verify = Button("Verify", "", "shield-check", small=True, on_click=lambda: panel.verify(string))
        self.verify.setEnabled(not string.fault)
        actions.addWidget(self.verify)
        if string.insecure:
            self.contribute = Button(
                "Contribute", "", "plus", small=True, on_click=lambda: panel.ask_contribution(string)
            )
            self.contribute.setEnabled(not string.fault)
            self.delete = Button("Delete", "", "x", small=True, on_click=lambda: panel.ask_delete(string))
            actions.addWidget(self.contribute)
            actions.addStretch()
            actions.addWidget(self.delete)
        else:
            actions.addStretch()
        column.addLayout(actions)
        self._actions = [self.verify, *([self.contribute, self.delete] if string.insecure else [])]
        if checks:
            column.addSpacing(4)
            column.addWidget(rule())
            for check in checks:
                column.addWidget(CheckLine(check))

    def resizeEvent(self, event: object) -> None:
        for button in self._actions:
            button.set_brief(self.width() < px(NARROW))
