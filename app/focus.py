"""The order in which Tab goes through the window: as it is read, group by group, whatever was built first.

Panes are built lazily and their cards come and go, so Qt's own chain, which is the order of making, says
nothing. The order is found anew at each key from where the widgets are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

LINE = 10
"""Widgets whose middles are no further apart stand on one line."""
HEAD = 24
"""Of a tall widget the upper end counts, as its first line is read."""


def takes_tab(widget: QWidget) -> bool:
    """Whether Tab can stop at a widget now."""
    wanted = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return wanted and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def stops(root: QWidget, window: QWidget) -> list[QWidget]:
    """The widgets below ``root`` that Tab stops at, line by line and from left to right."""
    found = [w for w in (root, *root.findChildren(QWidget)) if takes_tab(w) and w.window() is window]
    places = {}
    for widget in found:
        corner = widget.mapTo(window, QPoint(0, 0))
        places[widget] = (corner.y() + min(widget.height(), HEAD) / 2, corner.x())
    found.sort(key=lambda w: places[w])
    lines: list[list[QWidget]] = []
    for widget in found:
        if lines and places[widget][0] - places[lines[-1][0]][0] <= LINE:
            lines[-1].append(widget)
        else:
            lines.append([widget])
    return [widget for line in lines for widget in sorted(line, key=lambda w: places[w][1])]


def in_order(groups: Iterable[QWidget], window: QWidget) -> list[QWidget]:
    """The stops of all groups, one group after the other; a widget in two groups belongs to the first."""
    return list(dict.fromkeys(stop for group in groups for stop in stops(group, window)))


def read_order(widgets: Iterable[QWidget], window: QWidget) -> list[QWidget]:
    """Panes from left to right, in a column from top to bottom."""
    places = [(w.mapTo(window, QPoint(0, 0)), w) for w in widgets if w.isVisible()]
    places.sort(key=lambda pair: (pair[0].x() // HEAD, pair[0].y()))
    return [widget for _, widget in places]


def step(order: Sequence[QWidget], now: QWidget | None, way: int) -> QWidget | None:
    """The stop after (1) or before (-1) the one that has the focus; round the end to the beginning."""
    if not order:
        return None
    while now is not None and now not in order:
        now = now.parentWidget()
    at = order.index(now) if now is not None else (-1 if way > 0 else 0)
    return order[(at + way) % len(order)]


def give(widget: QWidget, way: int) -> None:
    """Moves the focus to a widget and scrolls it into view."""
    reason = Qt.FocusReason.TabFocusReason if way > 0 else Qt.FocusReason.BacktabFocusReason
    widget.setFocus(reason)
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
