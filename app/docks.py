"""Docks: every panel as a dockable, floatable, closable pane, and the four perspectives that arrange them.

The perspectives name no panel: each panel says where it stands (`Panel.places`). Each perspective has a
dock manager of its own (a `Shelf`), made when it is first shown, so switching moves no dock; a panel is
one widget and stands in whichever shelf is in front. What a person moves is remembered for each
perspective; "Reset layout" goes back to the panels' own places. Panels are built when first seen.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import PySide6QtAds as QtAds
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.panel import Panel
from app.shelf import Host, Shelf

if TYPE_CHECKING:
    from app.contract import Studio

FLAG = QtAds.CDockManager.eConfigFlag
PERSPECTIVES = {"edit": "Edit", "debug": "Debug", "prove": "Prove", "ledger": "Ledger"}


class Docks(QStackedWidget):
    """The shelves of all perspectives; `changed` fires when panes of the front one open, close or move."""

    changed = Signal()

    def __init__(self, studio: Studio, panels: tuple[type[Panel], ...]) -> None:
        super().__init__()
        self.studio = studio
        self.kinds = {panel.id: panel for panel in panels}
        self.perspective = ""
        self._resting: dict[str, QWidget] = {}
        self.shelves: dict[str, Shelf] = {}
        self._panels: dict[str, Panel] = {}
        _configure()
        self.version = zlib.crc32(" ".join(sorted(self.kinds)).encode()) & 0x7FFF

    def make(self, name: str) -> Panel:
        """The one panel of this id, made now if it was not."""
        if name not in self._panels:
            panel = self.kinds[name](self.studio)
            self._panels[name] = panel
            panel.fact_changed.connect(lambda text: self._show_fact(name, text))
        return self._panels[name]

    def _show_fact(self, name: str, text: str) -> None:
        for shelf in self.shelves.values():
            shelf.show_fact(name, text)

    @property
    def shelf(self) -> Shelf:
        return self.shelves[self.perspective]

    # Perspectives

    def show_perspective(self, name: str) -> None:
        """Brings a perspective to the front as the person left it."""
        if name == self.perspective or name not in PERSPECTIVES:
            return
        self.remember()
        self.perspective = name
        if name not in self.shelves:
            self._build(name, str(self.studio.settings.item("layouts", name, "") or ""))
        shelf = self.shelf
        self.setCurrentWidget(shelf)
        for host in shelf.hosts.values():
            if host.isVisible():
                host.take()
        shelf.later()

    def _build(self, name: str, saved: str) -> None:
        shelf = Shelf(name, self.kinds, self.make)
        shelf.resize(self.size())
        self.shelves[name] = shelf
        shelf.arrange()
        if saved:
            shelf.restore(saved, self.version)
        self.addWidget(shelf)
        shelf.changed.connect(lambda: self.changed.emit() if self.perspective == name else None)

    def remember(self) -> None:
        if self.perspective in self.shelves:
            self.studio.settings.set_item("layouts", self.perspective, self.shelf.state(self.version))

    def _drop(self, name: str) -> None:
        """Ends a shelf; its panels live on without a place, and with them the controls they refresh."""
        old = self.shelves.pop(name)
        for panel, bar in old.bars().items():
            bar.setParent(None)
            self._resting[panel] = bar
        for panel in self._panels.values():
            if old.isAncestorOf(panel):
                panel.setParent(None)
        self.removeWidget(old)
        old.deleteLater()

    def drop_hidden(self) -> bool:
        """Ends the shelves behind the front one, remembered, so that a new theme has less to dress."""
        hidden = len(self.shelves) > 1
        for name in [n for n in self.shelves if n != self.perspective]:
            self.studio.settings.set_item("layouts", name, self.shelves[name].state(self.version))
            self._drop(name)
        return hidden

    def reset(self) -> None:
        """Throws the front shelf away and builds it from the panels' own places."""
        name = self.perspective
        self._drop(name)
        self.studio.settings.set_item("layouts", name, "")
        self._build(name, "")
        self.setCurrentWidget(self.shelf)
        self.shelf.later()

    # Panels

    def is_open(self, name: str) -> bool:
        return not self.shelf.docks[name].isClosed()

    def in_front(self, name: str) -> bool:
        dock = self.shelf.docks[name]
        return not dock.isClosed() and dock.isCurrentTab()

    def visible_hosts(self) -> list[Host]:
        return [host for host in self.shelf.hosts.values() if host.isVisible()]

    def open(self, name: str) -> Panel:
        """Opens a panel, brings it to the front and gives it back."""
        dock = self.shelf.docks[name]
        if dock.isClosed():
            dock.toggleView(True)
        dock.setAsCurrentTab()
        return self.shelf.hosts[name].take()

    def close_panel(self, name: str) -> None:
        self.shelf.docks[name].toggleView(False)

    def toggle(self, name: str) -> None:
        if self.in_front(name):
            self.close_panel(name)
        else:
            self.open(name)


def _configure() -> None:
    for flag, on in (
        (FLAG.DisableStylesheet, True),
        (FLAG.ActiveTabHasCloseButton, False),
        (FLAG.AllTabsHaveCloseButton, False),
        (FLAG.DockAreaHasCloseButton, True),
        (FLAG.DockAreaCloseButtonClosesTab, True),
        (FLAG.DockAreaHasUndockButton, False),
        (FLAG.DockAreaHasTabsMenuButton, False),
        (FLAG.DockAreaHideDisabledButtons, True),
        (FLAG.DisableTabTextEliding, True),
        (FLAG.OpaqueSplitterResize, True),
        (FLAG.FocusHighlighting, False),
        (FLAG.EqualSplitOnInsertion, False),
        (FLAG.MiddleMouseButtonClosesTab, True),
    ):
        QtAds.CDockManager.setConfigFlag(flag, on)
