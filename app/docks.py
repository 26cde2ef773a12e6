"""Docks: every panel as a dockable, floatable, closable pane, and the four perspectives that arrange them.

The perspectives name no panel: each panel says where it stands (`Panel.places`). Each perspective has a
dock manager of its own (`PerspectiveDocks`), made when it is first shown, so switching moves no dock; a
panel is one widget and stands in whichever of them is in front. What a person moves is remembered for each
perspective; "Reset layout" goes back to the panels' own places. Panels are built when first seen.

Nothing here is taken down before the window is: a shelf, a panel and the controls of a panel's title are
made once, dressed anew in place when the theme changes, and moved, never replaced. So none of them can be
gone while another part still holds it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import PySide6QtAds as QtAds
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.host import Host
from app.panel import Panel
from app.perspective_docks import PerspectiveDocks
from app.perspectives import PERSPECTIVES
from app.theme import alive
from app.widgets.basics import box

if TYPE_CHECKING:
    from app.contract import Studio

FLAG = QtAds.CDockManager.eConfigFlag
ARRANGEMENT = 2
"""Counts the changes of the arrangement after which a layout of before is not taken up again."""


class Docks(QStackedWidget):
    """The shelves of all perspectives; `changed` fires when panes of the front one open, close or move."""

    changed = Signal()

    def __init__(self, studio: Studio, panels: tuple[type[Panel], ...]) -> None:
        super().__init__()
        self.studio = studio
        self.kinds = {panel.id: panel for panel in panels}
        self.perspective = ""
        self._rest = QWidget(self)  # where panels and controls stay that stand in no shelf now
        self._rest.hide()
        self.shelves: dict[str, PerspectiveDocks] = {}
        self.panels: dict[str, Panel] = {}
        self._bars: dict[str, QWidget] = {}
        _configure()
        self.version = zlib.crc32(f"{ARRANGEMENT} {' '.join(sorted(self.kinds))}".encode()) & 0x7FFF

    def make(self, name: str) -> Panel:
        """The one panel of this id, made now if it was not."""
        if name not in self.panels:
            panel = self.kinds[name](self.studio)
            panel.setParent(self._rest)
            self.panels[name] = panel
            panel.subtitle_changed.connect(lambda text: self._show_subtitle(name, text))
        return self.panels[name]

    def bar(self, name: str) -> QWidget:
        """The one row of controls for the title of a panel, made now if it was not."""
        if name not in self._bars:
            bar = QWidget(self._rest)
            row = box(QHBoxLayout(bar), 4)
            for widget in self.make(name).controls():
                row.addWidget(widget)
            self._bars[name] = bar
        return self._bars[name]

    def park(self, bars: list[QWidget]) -> None:
        """Takes controls out of a title that is going to end."""
        for bar in bars:
            bar.setParent(self._rest)

    def _show_subtitle(self, name: str, text: str) -> None:
        for shelf in self.shelves.values():
            shelf.show_subtitle(name, text)

    @property
    def shelf(self) -> PerspectiveDocks:
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
        shelf = PerspectiveDocks(name, self.kinds, self)
        shelf.resize(self.size())
        self.shelves[name] = shelf
        shelf.arrange(self.version)
        if saved:
            shelf.restore(saved, self.version)
        self.addWidget(shelf)
        shelf.changed.connect(self._shelf_changed)
        shelf.reset_asked.connect(self.reset)

    def _shelf_changed(self) -> None:
        if self.sender() is self.shelves.get(self.perspective):
            self.changed.emit()

    def remember(self) -> None:
        if self.perspective in self.shelves:
            self.studio.settings.set_item("layouts", self.perspective, self.shelf.state(self.version))

    def reset(self) -> None:
        """Brings the front shelf back to the panels' own places."""
        self.studio.settings.set_item("layouts", self.perspective, "")
        self.shelf.reset(self.version)
        for host in self.shelf.hosts.values():
            if host.isVisible():
                host.take()

    def dead(self) -> list[str]:
        """What the registries of shelves, panels and controls still hold though Qt has deleted it."""
        held: dict[str, object] = {f"shelf {name}": shelf for name, shelf in self.shelves.items()}
        held |= {f"panel {name}": panel for name, panel in self.panels.items()}
        held |= {f"controls of {name}": bar for name, bar in self._bars.items()}
        for shelf in self.shelves.values():
            if alive(shelf):
                held |= {f"dock {name} in {shelf.name}": dock for name, dock in shelf.docks.items()}
                held |= {f"place of {name} in {shelf.name}": host for name, host in shelf.hosts.items()}
        return [f"{name} is gone" for name, part in held.items() if not alive(part)]

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
