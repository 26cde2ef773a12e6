"""A shelf: one perspective as a dock manager with a dock for every panel, arranged by the panels' places."""

from __future__ import annotations

from typing import Protocol

import PySide6QtAds as QtAds
from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from app.dock_tab import WIDEST, DockTab, give_room
from app.host import Host
from app.panel import Panel, Place
from app.perspectives import PERSPECTIVES
from app.theme import icon, icon_size, px, size
from app.widgets.basics import box, surface
from app.widgets.empty import EmptyState

Slots = dict[str, list[tuple[Place, str]]]
SIDES_AT_MOST = 0.68  # of the window's width, so that the centre stays readable in a small one
CENTRE_LEAST, CENTRE_LOWEST = 280, 120
TITLE_END = 40  # the button that closes


def parts_of(splitter: QSplitter) -> list[QWidget]:
    """What stands in a splitter, in its order."""
    found = (splitter.widget(n) for n in range(splitter.count()))
    return [part for part in found if part is not None]


class Store(Protocol):
    """Who keeps the panels and the controls of their titles."""

    def make(self, name: str) -> Panel: ...
    def bar(self, name: str) -> QWidget: ...
    def park(self, bars: list[QWidget]) -> None: ...


class PerspectiveDocks(QWidget):
    """One perspective: a dock manager with a dock for every panel. `changed`: panes opened, closed or
    moved.
    """

    changed = Signal()
    reset_asked = Signal()

    def __init__(self, name: str, kinds: dict[str, type[Panel]], store: Store) -> None:
        super().__init__()
        self.name, self.kinds, self.store = name, kinds, store
        layout = box(QVBoxLayout(self), 0)
        self.manager = QtAds.CDockManager(self)
        layout.addWidget(self.manager)
        self._icons()
        self.hosts: dict[str, Host] = {}
        self.docks: dict[str, QtAds.CDockWidget] = {}
        self.tabs: dict[str, DockTab] = {}
        self._own = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._dress)
        for kind in kinds.values():
            self._add(kind)
        self.nothing = EmptyState(
            "columns-2",
            "Every pane here is closed",
            "Open one from the strip at the left, or bring all of them back.",
            "Reset layout",
            self.reset_asked.emit,
        )
        self.nothing.setParent(self)
        surface(self.nothing, "panel")
        self.nothing.hide()
        self.manager.dockAreaCreated.connect(self.later)
        self.manager.stateRestored.connect(self.later)

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
        host = Host(lambda: self.store.make(kind.id))
        host.taken.connect(self._taken)
        host.resized.connect(self.later)
        dock.setWidget(host, QtAds.CDockWidget.ForceNoScrollArea)
        for signal in (dock.viewToggled, dock.visibilityChanged, dock.topLevelChanged):
            signal.connect(self.later)
        self.docks[kind.id], self.hosts[kind.id], self.tabs[kind.id] = dock, host, DockTab(dock, kind)

    def show_subtitle(self, name: str, text: str) -> None:
        self.tabs[name].say(text)
        self.later()

    def _taken(self, panel: Panel) -> None:
        """A panel came into this shelf: its title shows its fact and its controls."""
        self.show_subtitle(panel.id, panel.subtitle)
        self.later()

    # Titles

    def later(self, *_: object) -> None:
        """Dresses the titles soon."""
        self._timer.start()

    def areas(self) -> list[QtAds.CDockAreaWidget]:
        found: list[QtAds.CDockAreaWidget] = []
        for dock in self.docks.values():
            area = dock.dockAreaWidget()
            if area is not None and not dock.isClosed() and area not in found:
                found.append(area)
        return found

    def resizeEvent(self, event: object) -> None:
        self.nothing.setGeometry(self.rect())

    def _say_nothing(self) -> None:
        """Where no pane is open the shelf says how one comes back."""
        empty = not self.areas()
        if empty != self.nothing.isVisibleTo(self):
            self.nothing.setGeometry(self.rect())
            self.nothing.setVisible(empty)
            self.nothing.raise_()

    def _dress(self) -> None:
        """Accent lines only where tabs share a place; a title carries the controls of its front panel."""
        self._seat_bars()
        for splitter in self.splitters():
            if splitter.handleWidth() != 1:
                splitter.setHandleWidth(1)
        for area in self.areas():
            opened = area.openedDockWidgets()
            for dock in opened:
                self.tabs[dock.objectName()].set_single(len(opened) == 1)
            front = area.currentDockWidget()
            if front is None:
                continue
            kind = self.kinds[front.objectName()]
            alone = len(opened) == 1
            if kind.fixed_height and alone and self._may_be_fixed(area):
                area.setFixedHeight(size(kind.fixed_height))
            elif area.maximumHeight() < WIDEST:
                area.setMinimumHeight(0)
                area.setMaximumHeight(WIDEST)
            central = kind.place_in(self.name).slot == "centre"
            area.setMinimumWidth(px(CENTRE_LEAST) if central else 0)
            if central and not kind.fixed_height:
                area.setMinimumHeight(px(CENTRE_LOWEST))
            area.titleBar().setVisible(not (kind.bare and alone))
            if kind.fixed_height and alone:  # nothing can be dropped over it
                area.setAllowedAreas(QtAds.DockWidgetArea.OuterDockAreas)
            if not (kind.bare and alone):
                self._controls(area, front.objectName())
                self._share(area, opened, front)
        self._say_nothing()
        self.changed.emit()

    @staticmethod
    def _column(area: QtAds.CDockAreaWidget) -> list[QWidget]:
        """What else is open in the column of a pane."""
        column = area.parentWidget()
        if not isinstance(column, QtAds.CDockSplitter) or column.orientation() != Qt.Orientation.Vertical:
            return []
        return [part for part in parts_of(column) if part is not area and not part.isHidden()]

    def _may_be_fixed(self, area: QtAds.CDockAreaWidget) -> bool:
        """Whether another pane of the same column takes the height that a fixed one leaves; without one
        the limit would hold for the whole row, and the window would collapse to it.
        """
        return bool(self._column(area))

    def _slots_in(self, area: QtAds.CDockAreaWidget) -> set[str]:
        """The sides to which the open panes of an area belong."""
        return {self.kinds[d.objectName()].place_in(self.name).slot for d in area.openedDockWidgets()}

    def _seat_bars(self) -> None:
        """A bar of fixed height whose column has no other pane would leave it empty: it stands over the
        centre, and goes back as soon as a pane of its column is open.
        """
        for name, kind in self.kinds.items():
            dock = self.docks[name]
            if not kind.fixed_height or dock.isClosed() or dock.isInFloatingContainer():
                continue
            bar, side = dock.dockAreaWidget(), kind.place_in(self.name).slot
            beside = self._column(bar)
            docked = [
                a for a in self.areas() if a is not bar and not a.currentDockWidget().isInFloatingContainer()
            ]
            home = [area for area in docked if self._slots_in(area) == {side}]
            centre = [area for area in docked if "centre" in self._slots_in(area)]
            over = [area for area in beside if area in centre]
            if home and over:
                self._put_over(dock, min(home, key=lambda area: area.mapTo(self, QPoint()).y()))
            elif centre and not beside:
                self._put_over(dock, centre[0])

    def _put_over(self, dock: QtAds.CDockWidget, area: QtAds.CDockAreaWidget) -> None:
        """Docks a bar over an area; other panes of its column keep their heights, closed ones get a share."""
        high = size(self.kinds[dock.objectName()].fixed_height)
        before = area.height()
        column = self.manager.addDockWidget(QtAds.DockWidgetArea.TopDockWidgetArea, dock, area).parentWidget()
        heights = {area: before - high, dock.dockAreaWidget(): high}
        column.setSizes([heights.get(part) or part.height() or before // 2 for part in parts_of(column)])

    def _share(
        self, area: QtAds.CDockAreaWidget, opened: list[QtAds.CDockWidget], front: QtAds.CDockWidget
    ) -> None:
        """The tabs of an area share the room that its controls leave."""
        title = area.titleBar()
        slot = title.findChild(QWidget, "controls")
        taken = (slot.sizeHint().width() if slot is not None else 0) + px(TITLE_END)
        tabs = [self.tabs[dock.objectName()] for dock in opened]
        give_room(tabs, self.tabs[front.objectName()], area.width(), taken)
        strip = title.tabBar()
        QTimer.singleShot(0, strip, lambda: strip.ensureWidgetVisible(front.tabWidget(), 0, 0))

    def _controls(self, area: QtAds.CDockAreaWidget, name: str) -> None:
        host, title = self.hosts[name], area.titleBar()
        slot = title.findChild(QWidget, "controls")
        close = title.button(QtAds.TitleBarButtonClose)
        if close.isHidden():  # as a restored layout leaves it
            close.setEnabled(True)
            close.setVisible(True)
        if slot is None:
            slot = QWidget()
            slot.setObjectName("controls")
            slot.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            box(QHBoxLayout(slot), 4, (0, 0, 4, 0))
            title.insertWidget(title.indexOf(close), slot)
            close.setIconSize(QSize(icon_size(), icon_size()))
            close.setToolTip("Close")
            close.setAccessibleName("Close pane")
            layout = title.layout()
            if layout is not None:
                layout.setContentsMargins(0, 0, 4, 0)
            area.installEventFilter(self)
        panel = host.findChild(Panel, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if panel is None:
            return
        bar = self.store.bar(name)
        for other in self._in_slot(slot):
            if other is not bar:
                other.hide()
        if bar.parentWidget() is not slot:
            slot.layout().addWidget(bar)
        bar.show()

    @staticmethod
    def _in_slot(slot: QWidget) -> list[QWidget]:
        return list(slot.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly))

    def _park(self, below: QWidget) -> None:
        """Saves the controls in the titles below a widget that is going to end."""
        slots = below.findChildren(QWidget, "controls")
        self.store.park([bar for slot in slots for bar in self._in_slot(slot)])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DeferredDelete and isinstance(watched, QWidget):
            self._park(watched)
            self.later()
        return False

    def retheme(self) -> None:
        self._icons()
        for host in self.hosts.values():
            host.fix()
        for tab in self.tabs.values():
            tab.retheme()
        for area in self.areas():
            close = area.titleBar().button(QtAds.TitleBarButtonClose)
            close.setIcon(icon("x", "text.tertiary", 16))
            close.setIconSize(QSize(icon_size(), icon_size()))
        self.later()

    # Arrangement

    def state(self, version: int) -> str:
        return bytes(self.manager.saveState(version).toBase64().data()).decode()

    def restore(self, saved: str, version: int) -> bool:
        self._park(self.manager)
        return bool(self.manager.restoreState(QByteArray.fromBase64(saved.encode()), version))

    def reset(self, version: int) -> None:
        """Goes back to the arrangement of the panels' own places."""
        self.restore(self._own, version)
        self._size_up()

    def slots(self) -> Slots:
        """The panels of each side with their places here, in their order; closed ones last."""
        slots: Slots = {"left": [], "centre": [], "bottom": [], "right": []}
        for key, kind in self.kinds.items():
            place = kind.place_in(self.name)
            slots[place.slot].append((place, key))
        for each in slots.values():
            each.sort(key=lambda pair: (not pair[0].shown, pair[0].order))
        return slots

    def arrange(self, version: int) -> None:
        """Builds the perspective from the places the panels name; once, in a fresh shelf."""
        slots = self.slots()
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
        self._own = self.state(version)
        self._size_up()

    def _size_up(self) -> None:
        """Gives every pane its size of the design, now and when the docks have settled."""
        self._sizes(self.slots())
        QTimer.singleShot(0, self, lambda: self._sizes(self.slots()))
        self.later()

    def _first(
        self, side: QtAds.DockWidgetArea, docks: list[tuple[Place, str]], beside: QtAds.CDockAreaWidget | None
    ) -> QtAds.CDockAreaWidget | None:
        """Opens a slot with its first dock; returns the area."""
        if not docks:
            return None
        dock = self.docks[docks[0][1]]
        if beside is None:
            return self.manager.addDockWidget(side, dock)
        return self.manager.addDockWidget(side, dock, beside)

    def _rest(
        self, first: QtAds.CDockAreaWidget | None, docks: list[tuple[Place, str]], tabs: bool = False
    ) -> QtAds.CDockAreaWidget | None:
        """The other docks of a slot below the first, or as tabs; closed ones wait as tabs of the
        tallest, never of a bare pane such as the step controls. Returns the lowest.
        """
        if not docks:
            return first
        last, where = first, QtAds.DockWidgetArea
        room, most = first, -1
        for place, key in docks:
            dock, bare = self.docks[key], self.kinds[key].bare
            if key != docks[0][1]:
                if tabs or place.tab or not place.shown:
                    self.manager.addDockWidget(
                        where.CenterDockWidgetArea, dock, last if place.shown else room
                    )
                else:
                    last = self.manager.addDockWidget(where.BottomDockWidgetArea, dock, last)
            if place.shown and not bare and place.stretch > most:
                room, most = dock.dockAreaWidget(), place.stretch
        if tabs and first is not None:
            first.setCurrentIndex(0)
        return last

    def splitters(self) -> list[QSplitter]:
        """The splitters between docks; those inside panels keep the sizes that their panels gave them."""
        found = self.manager.findChildren(QSplitter)
        return [splitter for splitter in found if isinstance(splitter, QtAds.CDockSplitter)]

    def _sizes(self, slots: Slots) -> None:
        mine, whole = PERSPECTIVES[self.name], self.manager.size()
        wide = {"left": mine.left, "right": mine.right}
        weights: dict[QWidget, float] = {}
        for slot, each in slots.items():
            for place, key in each:
                area = self.docks[key].dockAreaWidget()
                if place.shown and area is not None and area not in weights:
                    kind = self.kinds[key]
                    high = size(kind.fixed_height) if kind.fixed_height else 0
                    weights[area] = high or place.stretch * 100
                    if slot == "bottom":
                        weights[area] = -px(mine.bottom)
        for splitter in self.splitters():
            if splitter.orientation() == Qt.Orientation.Horizontal:
                sides = [self._side(part, slots) for part in parts_of(splitter)]
                fixed = [px(wide[s]) if s in wide else 0 for s in sides]
                most = whole.width() * SIDES_AT_MOST
                if sum(fixed) > most:
                    fixed = [int(f * most / sum(fixed)) for f in fixed]
                rest = max(200, whole.width() - sum(fixed))
                splitter.setSizes([f or rest for f in fixed])
                for n, f in enumerate(fixed):
                    splitter.setStretchFactor(n, 0 if f else 1)
            else:
                shares = [weights.get(part, self._inner(part, weights)) for part in parts_of(splitter)]
                room = max(300, whole.height() + sum(int(s) for s in shares if s < 0))
                total = sum(s for s in shares if s > 0) or 1
                splitter.setSizes([int(-s) if s < 0 else int(s / total * room) for s in shares])
                for n, s in enumerate(shares):
                    splitter.setStretchFactor(n, 0 if s < 0 else 1)

    @staticmethod
    def _inner(widget: QWidget, weights: dict[QWidget, float]) -> float:
        return sum(abs(v) for area, v in weights.items() if widget.isAncestorOf(area)) or 100

    def _side(self, widget: QWidget, slots: Slots) -> str:
        for slot in ("centre", "bottom", "left", "right"):
            for _, key in slots[slot]:
                area = self.docks[key].dockAreaWidget()
                if area is not None and (widget is area or widget.isAncestorOf(area)):
                    return "centre" if slot == "bottom" else slot
        return "centre"
