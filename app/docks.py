"""Docks: every panel as a dockable, floatable, closable pane, and the four perspectives that arrange them.

The perspectives name no panel: each panel says where it stands (`Panel.places`). Each perspective has a
dock manager of its own (a `Shelf`), made when it is first shown, so switching moves no dock; a panel is
one widget and stands in whichever shelf is in front. What a person moves is remembered for each
perspective; "Reset layout" goes back to the panels' own places. Panels are built when first seen.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import PySide6QtAds as QtAds
import shiboken6
from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.panel import Panel, Place
from app.theme import font, icon, icon_size, px, size
from app.widgets.basics import Label, box, restyle, surface

if TYPE_CHECKING:
    from app.contract import Studio

PERSPECTIVES = {"edit": "Edit", "debug": "Debug", "prove": "Prove", "ledger": "Ledger"}
WIDTHS = {
    "edit": {"left": 248, "right": 320, "bottom": 176},
    "debug": {"left": 248, "right": 512, "bottom": 208},
    "prove": {"left": 408, "right": 360, "bottom": 176},
    "ledger": {"left": 352, "right": 620, "bottom": 176},
}
Slots = dict[str, list[tuple[Place, str]]]
FLAG = QtAds.CDockManager.eConfigFlag


SIDES_AT_MOST = 0.68  # of the window's width, so that the centre stays readable in a small one
CENTRE_LEAST = 280


class Host(QWidget):
    """Stands in a dock and takes its panel whenever it is seen; the panel is made the first time."""

    taken = Signal(object)

    def __init__(self, panel: Callable[[], Panel]) -> None:
        super().__init__()
        surface(self, "panel")
        self._panel = panel
        self._column = box(QVBoxLayout(self), 0)

    def take(self) -> Panel:
        panel = self._panel()
        if panel.parentWidget() is not self:
            self._column.addWidget(panel)
            panel.show()
            self.taken.emit(panel)
        return panel

    def showEvent(self, event: object) -> None:
        self.take()


class Shelf(QWidget):
    """One perspective: a dock manager with a dock for every panel. `changed`: panes opened, closed or
    moved.
    """

    changed = Signal()

    def __init__(self, name: str, kinds: dict[str, type[Panel]], make: Callable[[str], Panel]) -> None:
        super().__init__()
        self.name, self.kinds = name, kinds
        layout = box(QVBoxLayout(self), 0)
        self.manager = QtAds.CDockManager(self)
        layout.addWidget(self.manager)
        self._icons()
        self.hosts: dict[str, Host] = {}
        self.docks: dict[str, Any] = {}
        self._bars: dict[str, QWidget] = {}
        self._old_bars: dict[str, QWidget] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._dress)
        for kind in kinds.values():
            self._add(kind, make)
        self.manager.dockAreaCreated.connect(lambda _a: self.later())
        self.manager.stateRestored.connect(self.later)

    def _icons(self) -> None:
        provider = self.manager.iconProvider()
        provider.registerCustomIcon(QtAds.DockAreaCloseIcon, icon("x", "text.tertiary", 16))

    def _add(self, kind: type[Panel], make: Callable[[str], Panel]) -> None:
        dock = QtAds.CDockWidget(self.manager, kind.title)
        dock.setObjectName(kind.id)
        feature = QtAds.CDockWidget.DockWidgetFeature
        if kind.bare:
            dock.setFeature(feature.NoTab, True)
            for off in (feature.DockWidgetClosable, feature.DockWidgetMovable, feature.DockWidgetFloatable):
                dock.setFeature(off, False)
        host = Host(lambda: make(kind.id))
        host.taken.connect(self._taken)
        if kind.place_in(self.name).slot == "centre":
            host.setMinimumWidth(px(CENTRE_LEAST))
        dock.setWidget(host, QtAds.CDockWidget.ForceNoScrollArea)
        dock.viewToggled.connect(lambda _on: self.later())
        dock.visibilityChanged.connect(lambda _on: self.later())
        dock.topLevelChanged.connect(lambda _on: self.later())
        tab = dock.tabWidget()
        tab.setAccessibleName(kind.title)
        self._dress_tab(tab)
        self.docks[kind.id], self.hosts[kind.id] = dock, host

    @staticmethod
    def _dress_tab(tab: QWidget) -> None:
        """The tab as the design has it: name, then the fact in the third text level."""
        for child in tab.findChildren(QLabel):
            child.setFont(font("small_strong"))
        layout = tab.layout()
        if isinstance(layout, QBoxLayout):
            layout.setContentsMargins(12, 0, 12, 0)
            layout.setSpacing(0)
            fact = Label("", "caption", "tertiary")
            fact.setObjectName("fact")
            fact.setContentsMargins(8, 0, 0, 0)
            fact.hide()
            for number in range(layout.count()):
                child = layout.itemAt(number).widget()
                if isinstance(child, QLabel) and child.objectName() == "dockWidgetTabLabel":
                    layout.insertWidget(number + 1, fact)
                    break
            else:
                layout.addWidget(fact)

    def show_fact(self, name: str, text: str) -> None:
        fact = self.docks[name].tabWidget().findChild(QLabel, "fact")
        if fact is not None:
            fact.setText(text)
            fact.setVisible(bool(text))
            self.docks[name].tabWidget().updateGeometry()

    def _taken(self, panel: Panel) -> None:
        """A panel came into this shelf: its title shows its fact, its controls are made for it anew."""
        self.show_fact(panel.id, panel.fact)
        bar = self._bars.pop(panel.id, None)
        if bar is not None and shiboken6.isValid(bar):
            bar.setParent(None)
            self._old_bars[panel.id] = bar  # the panel refreshes these until it has made others
        self.later()

    # Titles

    def later(self) -> None:
        """Dresses the titles soon; docks still tell of themselves while the shelf is being deleted."""
        if shiboken6.isValid(self._timer):
            self._timer.start()

    def areas(self) -> list[Any]:
        found = []
        for dock in self.docks.values():
            area = dock.dockAreaWidget()
            if area is not None and not dock.isClosed() and area not in found:
                found.append(area)
        return found

    def _dress(self) -> None:
        """Accent lines only where tabs share a place; a title carries the controls of its front panel."""
        for splitter in self.manager.findChildren(QSplitter):
            if splitter.handleWidth() != 1 and isinstance(splitter, QtAds.CDockSplitter):
                splitter.setHandleWidth(1)
        for area in self.areas():
            opened = area.openedDockWidgets()
            for dock in opened:
                tab, bare = dock.tabWidget(), self.kinds[dock.objectName()].bare
                if not bare and tab.isHidden():
                    tab.setVisible(True)
                single = "true" if len(opened) == 1 else "false"
                if tab.property("single") != single:
                    tab.setProperty("single", single)
                    restyle(tab)
            front = area.currentDockWidget()
            if front is None:
                continue
            kind = self.kinds[front.objectName()]
            alone = len(opened) == 1
            if kind.fixed_height and alone:
                area.setFixedHeight(size(kind.fixed_height))
            elif area.maximumHeight() < 16777215:
                area.setMinimumHeight(0)
                area.setMaximumHeight(16777215)
            area.titleBar().setVisible(not (kind.bare and alone))
            if not (kind.bare and alone):
                self._controls(area, front.objectName())
        self.changed.emit()

    def _controls(self, area: Any, name: str) -> None:
        host, title = self.hosts[name], area.titleBar()
        slot = title.findChild(QWidget, "controls")
        if slot is None:
            slot = QWidget()
            slot.setObjectName("controls")
            slot.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            box(QHBoxLayout(slot), 4, (0, 0, 4, 0))
            close = title.button(QtAds.TitleBarButtonClose)
            title.insertWidget(title.indexOf(close), slot)
            close.setIconSize(QSize(icon_size(), icon_size()))
            close.setToolTip("Close")
            close.setAccessibleName("Close pane")
            layout = title.layout()
            if layout is not None:
                layout.setContentsMargins(0, 0, 4, 0)
        panel = host.findChild(Panel, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if panel is None:
            return
        bar = self._bars.get(name)
        if bar is None or not shiboken6.isValid(bar):
            bar = QWidget()
            row = box(QHBoxLayout(bar), 4)
            for widget in panel.controls():
                row.addWidget(widget)
            self._bars[name] = bar
            self._old_bars.pop(name, None)
        for other in slot.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if other is not bar:
                other.hide()
        if bar.parentWidget() is not slot:
            slot.layout().addWidget(bar)
        bar.show()

    def retheme(self) -> None:
        self._icons()
        for dock in self.docks.values():
            for child in dock.tabWidget().findChildren(QLabel):
                child.setFont(font("caption" if child.objectName() == "fact" else "small_strong"))
        for area in self.areas():
            close = area.titleBar().button(QtAds.TitleBarButtonClose)
            close.setIcon(icon("x", "text.tertiary", 16))
            close.setIconSize(QSize(icon_size(), icon_size()))
        self.later()

    # Arrangement

    def bars(self) -> dict[str, QWidget]:
        """The controls in the titles, by panel."""
        return {name: bar for name, bar in self._bars.items() if shiboken6.isValid(bar)}

    def state(self, version: int) -> str:
        return bytes(self.manager.saveState(version).toBase64().data()).decode()

    def restore(self, saved: str, version: int) -> bool:
        return bool(self.manager.restoreState(QByteArray.fromBase64(saved.encode()), version))

    def arrange(self) -> None:
        """Builds the perspective from the places the panels name; once, in a fresh shelf."""
        slots: Slots = {"left": [], "centre": [], "bottom": [], "right": []}
        for key, kind in self.kinds.items():
            place = kind.place_in(self.name)
            slots[place.slot].append((place, key))
        for each in slots.values():
            each.sort(key=lambda pair: (not pair[0].shown, pair[0].order))
        where = QtAds.DockWidgetArea
        first = {"centre": self._first(where.CenterDockWidgetArea, slots["centre"], None)}
        for slot, side in (("right", where.RightDockWidgetArea), ("left", where.LeftDockWidgetArea)):
            first[slot] = self._first(side, slots[slot], first["centre"])
        lowest = self._rest(first["centre"], slots["centre"])
        self._rest(first["left"], slots["left"])
        self._rest(first["right"], slots["right"])
        bottom = self._first(where.BottomDockWidgetArea, slots["bottom"], lowest)
        self._rest(bottom, slots["bottom"], tabs=True)
        for each in slots.values():
            for place, key in each:
                if not place.shown:
                    self.docks[key].toggleView(False)
        for each in slots.values():
            front = next((k for p, k in each if p.shown and p.front), None)
            if front is not None:
                self.docks[front].setAsCurrentTab()
        self._sizes(slots)
        QTimer.singleShot(0, self, lambda: self._sizes(slots))
        self.later()

    def _first(self, side: Any, docks: list[tuple[Place, str]], beside: Any) -> Any:
        """Opens a slot with its first dock; returns the area."""
        if not docks:
            return None
        dock = self.docks[docks[0][1]]
        if beside is None:
            return self.manager.addDockWidget(side, dock)
        return self.manager.addDockWidget(side, dock, beside)

    def _rest(self, first: Any, docks: list[tuple[Place, str]], tabs: bool = False) -> Any:
        """The other docks of a slot below the first, or as tabs; closed ones wait there as tabs.
        Returns the lowest.
        """
        last, where = first, QtAds.DockWidgetArea
        for place, key in docks[1:]:
            dock = self.docks[key]
            if tabs or place.tab or not place.shown:
                self.manager.addDockWidget(where.CenterDockWidgetArea, dock, last if place.shown else first)
            else:
                last = self.manager.addDockWidget(where.BottomDockWidgetArea, dock, last)
        if tabs and first is not None:
            first.setCurrentIndex(0)
        return last

    def _sizes(self, slots: Slots) -> None:
        wide, whole = WIDTHS[self.name], self.manager.size()
        weights: dict[Any, float] = {}
        for slot, each in slots.items():
            for place, key in each:
                area = self.docks[key].dockAreaWidget()
                if place.shown and area is not None and area not in weights:
                    kind = self.kinds[key]
                    fixed = size(kind.fixed_height) if kind.fixed_height else 0
                    weights[area] = fixed or place.stretch * 100
                    if slot == "bottom":
                        weights[area] = -px(wide["bottom"])
        root = self.manager.findChild(QSplitter)
        if root is None:
            return
        for splitter in self.manager.findChildren(QSplitter):
            if splitter.orientation() == Qt.Orientation.Horizontal:
                sides = [self._side(splitter.widget(n), slots) for n in range(splitter.count())]
                fixed = [px(wide[s]) if s in wide else 0 for s in sides]
                most = whole.width() * SIDES_AT_MOST
                if sum(fixed) > most:
                    fixed = [int(f * most / sum(fixed)) for f in fixed]
                rest = max(200, whole.width() - sum(fixed))
                splitter.setSizes([f or rest for f in fixed])
                for n, f in enumerate(fixed):
                    splitter.setStretchFactor(n, 0 if f else 1)
            else:
                shares = [
                    weights.get(splitter.widget(n), self._inner(splitter.widget(n), weights))
                    for n in range(splitter.count())
                ]
                room = max(300, whole.height() + sum(int(s) for s in shares if s < 0))
                total = sum(s for s in shares if s > 0) or 1
                splitter.setSizes([int(-s) if s < 0 else int(s / total * room) for s in shares])
                for n, s in enumerate(shares):
                    splitter.setStretchFactor(n, 0 if s < 0 else 1)

    @staticmethod
    def _inner(widget: QWidget, weights: dict[Any, float]) -> float:
        return sum(abs(v) for area, v in weights.items() if widget.isAncestorOf(area)) or 100

    def _side(self, widget: QWidget, slots: Slots) -> str:
        for slot in ("centre", "bottom", "left", "right"):
            for _, key in slots[slot]:
                area = self.docks[key].dockAreaWidget()
                if area is not None and (widget is area or widget.isAncestorOf(area)):
                    return "centre" if slot == "bottom" else slot
        return "centre"


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
