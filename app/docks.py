"""Docks: every panel as a dockable, floatable, closable pane, and the four perspectives that arrange
them.

The perspectives name no panel: each panel says where it stands (`Panel.places`). What a person
moves is remembered for each perspective; "Reset layout" goes back to the panels' own places. Panels
are built when first seen.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import PySide6QtAds as QtAds
import shiboken6
from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from app.panel import Panel, Place
from app.theme import font, icon, icon_size, px, size
from app.widgets.basics import Label, box, restyle, surface

if TYPE_CHECKING:
    from app.studio import Studio

PERSPECTIVES = {"edit": "Edit", "debug": "Debug", "prove": "Prove", "ledger": "Ledger"}
WIDTHS = {
    "edit": {"left": 248, "right": 320, "bottom": 176},
    "debug": {"left": 248, "right": 512, "bottom": 208},
    "prove": {"left": 408, "right": 360, "bottom": 176},
    "ledger": {"left": 352, "right": 620, "bottom": 176},
}
FLAG = QtAds.CDockManager.eConfigFlag


class Host(QWidget):
    """Stands in the dock until it is first seen, then makes its panel."""

    made = Signal(object)

    def __init__(self, make: Callable[[], Panel]) -> None:
        super().__init__()
        surface(self, "panel")
        self._make = make
        self.panel: Panel | None = None
        box(QVBoxLayout(self), 0)

    def ensure(self) -> Panel:
        if self.panel is None:
            self.panel = self._make()
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self.panel)
            self.made.emit(self.panel)
        return self.panel

    def showEvent(self, event: object) -> None:
        self.ensure()


class Docks(QObject):
    """`changed` fires when panes opened, closed or moved."""

    changed = Signal()

    def __init__(self, studio: Studio, parent: QWidget, panels: tuple[type[Panel], ...]) -> None:
        super().__init__(parent)
        self.studio = studio
        self.kinds = {panel.id: panel for panel in panels}
        self.perspective = ""
        self._configure()
        self.manager = QtAds.CDockManager(parent)
        self._icons()
        self.hosts: dict[str, Host] = {}
        self.docks: dict[str, Any] = {}
        self._bars: dict[str, QWidget] = {}
        for kind in panels:
            self._add(kind)
        self._dress_timer = QTimer(self)
        self._dress_timer.setSingleShot(True)
        self._dress_timer.setInterval(0)
        self._dress_timer.timeout.connect(self._dress)
        self.manager.dockAreaCreated.connect(lambda _a: self._later())
        self.manager.stateRestored.connect(self._later)
        self.version = zlib.crc32(" ".join(sorted(self.kinds)).encode()) & 0x7FFF

    @staticmethod
    def _configure() -> None:
        manager = QtAds.CDockManager
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
            manager.setConfigFlag(flag, on)

    def _icons(self) -> None:
        provider = self.manager.iconProvider()
        provider.registerCustomIcon(QtAds.DockAreaCloseIcon, icon("x", "text.tertiary", 16))

    def _add(self, kind: type[Panel]) -> None:
        dock = QtAds.CDockWidget(self.manager, kind.title)
        dock.setObjectName(kind.id)
        feature = QtAds.CDockWidget.DockWidgetFeature
        if kind.bare:
            dock.setFeature(feature.NoTab, True)
            for off in (feature.DockWidgetClosable, feature.DockWidgetMovable, feature.DockWidgetFloatable):
                dock.setFeature(off, False)
        host = Host(lambda: kind(self.studio))
        host.made.connect(self._made)
        dock.setWidget(host, QtAds.CDockWidget.ForceNoScrollArea)
        dock.viewToggled.connect(lambda _on: self._later())
        dock.visibilityChanged.connect(lambda _on: self._later())
        dock.topLevelChanged.connect(lambda _on: self._later())
        tab = dock.tabWidget()
        tab.setAccessibleName(kind.title)
        self._dress_tab(kind, tab)
        self.docks[kind.id], self.hosts[kind.id] = dock, host

    def _dress_tab(self, kind: type[Panel], tab: QWidget) -> None:
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

    def _made(self, panel: Panel) -> None:
        tab = self.docks[panel.id].tabWidget()
        fact = tab.findChild(QLabel, "fact")

        def show(text: str) -> None:
            if fact is not None and shiboken6.isValid(fact):
                fact.setText(text)
                fact.setVisible(bool(text))

        panel.fact_changed.connect(show)
        show(panel.fact)
        self._later()

    # Titles

    def _later(self) -> None:
        self._dress_timer.start()

    def areas(self) -> list[Any]:
        found = []
        for dock in self.docks.values():
            area = dock.dockAreaWidget()
            if area is not None and not dock.isClosed() and area not in found:
                found.append(area)
        return found

    def _dress(self) -> None:
        """Accent lines only where tabs share a place; each title bar carries the controls of its front
        panel.
        """
        for area in self.areas():
            opened = area.openedDockWidgets()
            for dock in opened:
                single = "true" if len(opened) == 1 else "false"
                if not self.kinds[dock.objectName()].bare and dock.tabWidget().isHidden():
                    dock.tabWidget().setVisible(True)
                if dock.tabWidget().property("single") != single:
                    dock.tabWidget().setProperty("single", single)
                    restyle(dock.tabWidget())
            front = area.currentDockWidget()
            if front is None:
                continue
            for splitter in self.manager.findChildren(QSplitter):
                if splitter.handleWidth() != 1 and isinstance(splitter, QtAds.CDockSplitter):
                    splitter.setHandleWidth(1)
            kind = self.kinds.get(front.objectName())
            if kind is not None and kind.fixed_height and len(opened) == 1:
                area.setFixedHeight(size(kind.fixed_height))
            elif area.maximumHeight() < 16777215:
                area.setMinimumHeight(0)
                area.setMaximumHeight(16777215)
            bare = kind is not None and kind.bare and len(opened) == 1
            area.titleBar().setVisible(not bare)
            if not bare:
                self._controls(area, front.objectName())
        self.changed.emit()

    def _controls(self, area: Any, name: str) -> None:
        host = self.hosts.get(name)
        title = area.titleBar()
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
        bar = self._bars.get(name)
        if host is None or host.panel is None:
            return
        if bar is None or not shiboken6.isValid(bar):
            bar = QWidget()
            row = box(QHBoxLayout(bar), 4)
            for widget in host.panel.controls():
                row.addWidget(widget)
            self._bars[name] = bar
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
        self._later()

    # Perspectives

    def show_perspective(self, name: str) -> None:
        """Saves the arrangement of the old perspective and brings back that of the new one."""
        if name == self.perspective or name not in PERSPECTIVES:
            return
        self.remember()
        self.perspective = name
        saved = self.studio.settings.item("layouts", name)
        if not saved or not self._restore(saved):
            self.arrange(name)
        self._later()

    def remember(self) -> None:
        if self.perspective:
            state = bytes(self.manager.saveState(self.version).toBase64().data()).decode()
            self.studio.settings.set_item("layouts", self.perspective, state)

    def _restore(self, saved: str) -> bool:
        return bool(self.manager.restoreState(QByteArray.fromBase64(saved.encode()), self.version))

    def reset(self) -> None:
        self.arrange(self.perspective)

    def arrange(self, name: str) -> None:
        """Builds the perspective from the places the panels name."""
        for bar in self._bars.values():
            if shiboken6.isValid(bar):
                bar.setParent(None)
        for dock in self.docks.values():
            if dock.dockAreaWidget() is not None:
                self.manager.removeDockWidget(dock)
        slots: dict[str, list[tuple[Place, str]]] = {"left": [], "centre": [], "bottom": [], "right": []}
        for key, kind in self.kinds.items():
            place = kind.place_in(name)
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
        self._sizes(name, slots)
        QTimer.singleShot(0, lambda: self._sizes(name, slots))
        self._later()

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

    def _sizes(self, name: str, slots: dict[str, list[tuple[Place, str]]]) -> None:
        if name != self.perspective:
            return
        wide, whole = WIDTHS[name], self.manager.size()
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

    def _side(self, widget: QWidget, slots: dict[str, list[tuple[Place, str]]]) -> str:
        for slot in ("centre", "bottom", "left", "right"):
            for _, key in slots[slot]:
                area = self.docks[key].dockAreaWidget()
                if area is not None and (widget is area or widget.isAncestorOf(area)):
                    return "centre" if slot == "bottom" else slot
        return "centre"

    # Panels

    def is_open(self, name: str) -> bool:
        return not self.docks[name].isClosed()

    def in_front(self, name: str) -> bool:
        dock = self.docks[name]
        return not dock.isClosed() and dock.isCurrentTab()

    def open(self, name: str) -> Panel:
        """Opens a panel, brings it to the front and gives it back."""
        dock = self.docks[name]
        if dock.isClosed():
            dock.toggleView(True)
        dock.setAsCurrentTab()
        return self.hosts[name].ensure()

    def close(self, name: str) -> None:
        self.docks[name].toggleView(False)

    def toggle(self, name: str) -> None:
        if self.in_front(name):
            self.close(name)
        else:
            self.open(name)

    def panel(self, name: str) -> Panel | None:
        """The panel if it has been built."""
        return self.hosts[name].panel
