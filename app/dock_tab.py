"""The tab of a pane as the design has it: name, then one fact in the third text level; both give way."""

from __future__ import annotations

import PySide6QtAds as QtAds
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy

from app.panel import Panel
from app.theme import font, icon, icon_size, px
from app.widgets.basics import ElidedLabel, restyle
from app.widgets.spans import THIN

SIDE, CLOSE_SIDE = 12, 6
PADDING, FACT_GAP, FACT_LEAST = 2 * SIDE, 10, 56
WIDEST = 16777215  # Qt's word for no limit


class DockTab:
    """Dresses the tab of a dock; its parts are asked for anew, as they move among areas that end."""

    def __init__(self, dock: QtAds.CDockWidget, kind: type[Panel]) -> None:
        self.dock, self.kind = dock, kind
        self.tab.setToolTip(kind.title)
        self.tab.setAccessibleName(kind.title)
        fact = ElidedLabel("", "caption", "tertiary")
        fact.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        fact.setObjectName("fact")
        fact.setIndent(FACT_GAP)
        fact.hide()
        layout = self.tab.layout()
        assert isinstance(layout, QBoxLayout)
        layout.setContentsMargins(SIDE, 0, SIDE, 0)
        layout.setSpacing(0)
        layout.insertWidget(layout.indexOf(self.name) + 1, fact)
        self.retheme()

    @property
    def tab(self) -> QtAds.CDockWidgetTab:
        return self.dock.tabWidget()

    @property
    def name(self) -> QtAds.CElidingLabel:
        return self.tab.findChild(QLabel, "dockWidgetTabLabel")

    @property
    def fact(self) -> ElidedLabel:
        fact = self.tab.findChild(ElidedLabel, "fact")
        assert isinstance(fact, ElidedLabel)
        return fact

    def retheme(self) -> None:
        for child in self.tab.findChildren(QLabel):
            child.setFont(font("caption" if child.objectName() == "fact" else "small_strong"))

    def say(self, text: str) -> None:
        """The fact of the pane."""
        self.fact.setText(text)
        self.tab.updateGeometry()

    def set_single(self, single: bool) -> None:
        """Whether it stands alone: then it has no line below."""
        if not self.kind.bare and self.tab.isHidden():
            self.tab.setVisible(True)
        word = "true" if single else "false"
        if self.tab.property("single") != word:
            self.tab.setProperty("single", word)
            restyle(self.tab)

    def count(self) -> int:
        """The width of a fact that is a bare count; 0 for others."""
        return self.fact.sizeHint().width() if self.fact.whole().replace(THIN, "").isdigit() else 0

    def wide(self) -> int:
        """The width of the name, whatever is shown of it now."""
        return int(self.name.fontMetrics().horizontalAdvance(self.name.text())) + 4

    def freed(self) -> int:
        """What the name frees when it becomes an icon, which stands closer."""
        return max(0, self.wide() - icon_size() - 6) + 2 * (SIDE - CLOSE_SIDE)

    def shorten(self, room: int | None) -> None:
        """A name that has no room even alone ends in an ellipsis; its tip says the whole."""
        short = room is not None and room < self.wide()
        if not short and self.name.maximumWidth() == WIDEST:
            return
        self.name.setElideMode(Qt.TextElideMode.ElideRight if short else Qt.TextElideMode.ElideNone)
        self.name.setMaximumWidth(max(24, room) if short and room is not None else WIDEST)
        self.name.setText(self.kind.title)
        self.name.updateGeometry()
        self.tab.updateGeometry()

    def compact(self, on: bool) -> None:
        """Where the names of all tabs have no room, those behind the front one are icons with a tip."""
        if bool(self.tab.property("compact")) != on:
            self.tab.setProperty("compact", on)
            self.tab.setIcon(icon(self.kind.icon, "text.secondary", 16) if on else QIcon())
            self.name.setVisible(not on)
            side = CLOSE_SIDE if on else SIDE
            self.tab.layout().setContentsMargins(side, 0, side, 0)

    def show_fact(self, wide: int, shown: bool) -> None:
        self.fact.setFixedWidth(max(0, wide))
        self.fact.setVisible(shown)


def give_room(tabs: list[DockTab], front: DockTab, whole: int, taken: int) -> None:
    """The front pane tells its fact, in the room that the names and the controls leave of a title; a bare
    count stands on every tab, so that problems are seen from behind.
    """
    others = [tab for tab in tabs if tab is not front]
    taken += sum(PADDING + tab.wide() for tab in tabs) + sum(tab.count() for tab in others)
    room = whole - taken
    for tab in others:
        tab.compact(room < 0)
        tab.shorten(None)  # it may have been shortened while it was in front
        tab.show_fact(tab.count(), tab.count() > 0 and room >= 0)
    front.compact(False)
    front.shorten(room + sum(tab.freed() for tab in others) + front.wide() if room < 0 else None)
    full = front.fact.sizeHint().width()
    wanted = min(room, full) if front.fact.whole() else 0
    front.show_fact(wanted, wanted >= min(px(FACT_LEAST), full))
