"""The card of an account: its address, its keys masked until asked for, its actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.widgets.basics import Badge, Button, ElidedLabel, Glyph, IconButton, Label, box, surface
from app.widgets.fact_name import FactName

if TYPE_CHECKING:
    from avm.api.accounts import AccountView

MASK = "•" * 14
KEYS = (("private", "Private key"), ("view", "View key"))
LABEL_WIDTH = 80
LINE = 30


class Keeper(Protocol):
    """Who carries out what a card is asked for."""

    def choose(self, account: AccountView) -> None: ...
    def ask_rename(self, account: AccountView) -> None: ...
    def ask_remove(self, account: AccountView) -> None: ...
    def copy_address(self, account: AccountView) -> None: ...
    def show_key(self, account: AccountView, which: str) -> None: ...
    def copy_key(self, account: AccountView, which: str) -> None: ...


class KeyLine(QWidget):
    """A key of an account: masked, with Show and Copy; shown, it stands whole below."""

    def __init__(self, title: str, show: Callable[[], object], copy: Callable[[], object]) -> None:
        super().__init__()
        self.title, self.shown = title, False
        column = box(QVBoxLayout(self), 0)
        line = box(QHBoxLayout(), 4)
        line.addWidget(FactName(title, LABEL_WIDTH))
        self.masked = ElidedLabel(MASK, "code_small", "secondary")
        self.masked.setAccessibleName(f"{title}, hidden")
        self.masked.setToolTip("")
        line.addWidget(self.masked, 1)
        self.eye = IconButton("eye", f"Show the {title.lower()}", "text.tertiary", 24, on_click=show)
        line.addWidget(self.eye)
        tip = f"Copy the {title.lower()} for 30 seconds"
        line.addWidget(IconButton("copy", tip, "text.tertiary", 24, on_click=copy))
        column.addLayout(line)
        self.key = Label("", "code_small")
        self.key.setContentsMargins(0, 2, 0, 6)
        self.key.hide()
        column.addWidget(self.key)

    def reveal(self, key: str) -> None:
        self.shown = True
        self.key.setText("\n".join(key[n : n + LINE] for n in range(0, len(key), LINE)))
        self.key.show()
        self.masked.setText("shown for 15 s")
        self.masked.setToolTip("")
        self._eye("lock", "Hide")

    def hide_key(self) -> None:
        if self.shown:
            self.shown = False
            self.key.clear()
            self.key.hide()
            self.masked.setText(MASK)
            self.masked.setToolTip("")
            self._eye("eye", "Show")

    def _eye(self, icon: str, verb: str) -> None:
        self.eye.set_icon(icon)
        self.eye.setToolTip(f"{verb} the {self.title.lower()}")
        self.eye.setAccessibleName(self.eye.toolTip())


class AccountCard(QFrame):
    """An account: name, address, masked keys, actions."""

    def __init__(self, account: AccountView, panel: Keeper) -> None:
        super().__init__()
        surface(self, "card")
        self.account = account
        self.setAccessibleName(f"Account {account.name}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        column = box(QVBoxLayout(self), 4, (16, 12, 12, 12))
        head = box(QHBoxLayout(), 8)
        head.addWidget(Glyph("user-round", "text.secondary", 16))
        head.addWidget(ElidedLabel(account.name, "title"), 1)
        if account.signs:
            head.addWidget(Badge("signs runs", "semantic.success", "circle-check"))
        column.addLayout(head)
        if account.public_test_key:
            test = box(QHBoxLayout(), 8)
            test.addWidget(Badge("public test key", "semantic.warning", "triangle-alert"))
            test.addStretch()
            column.addLayout(test)
            column.addWidget(
                Label(
                    "Everybody knows its private key. Never send anything to it.", "small", "secondary", True
                )
            )
        line = box(QHBoxLayout(), 4)
        line.addWidget(FactName("Address", LABEL_WIDTH))
        self.address = ElidedLabel(account.address, "code_small", middle=True)
        line.addWidget(self.address, 1)
        line.addWidget(
            IconButton(
                "copy", "Copy the address", "text.tertiary", 24, on_click=lambda: panel.copy_address(account)
            )
        )
        column.addLayout(line)
        self.keys: dict[str, KeyLine] = {}
        if not account.public_test_key:
            for which, title in KEYS:
                self.keys[which] = KeyLine(
                    title, partial(panel.show_key, account, which), partial(panel.copy_key, account, which)
                )
                column.addWidget(self.keys[which])
        column.addSpacing(4)
        actions = box(QHBoxLayout(), 8)
        if not account.signs:
            actions.addWidget(
                Button(
                    "Use",
                    "",
                    "check",
                    small=True,
                    on_click=lambda: panel.choose(account),
                    tip="Sign runs with this account",
                )
            )
        actions.addStretch()
        if not account.public_test_key:
            actions.addWidget(Button("Rename", "", small=True, on_click=lambda: panel.ask_rename(account)))
            actions.addWidget(Button("Remove", "", small=True, on_click=lambda: panel.ask_remove(account)))
        if actions.count() > 1:
            column.addLayout(actions)
