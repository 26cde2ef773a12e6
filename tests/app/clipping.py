"""Finds texts that are cut in what can be seen of a window: for the test of elision, and for any other.

A text is whole when the room it really has, inside all that cuts it off (its widget, and every parent but
what scrolls), holds it; or when its widget ends it with an ellipsis and tells the whole of it by a tip. In a
pane that somebody has made narrower than `NARROW` (pixels at 100 % type) the ellipsis may be all there is,
one narrower than `HANDLE` is not looked at.
"""

from __future__ import annotations

import PySide6QtAds as QtAds
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTabBar,
    QWidget,
)

from app.theme import px
from app.widgets.basics import Button, ElidedLabel, Label
from app.widgets.fitting import ELLIPSIS, wrapped_height
from app.widgets.painted import Painted

SLACK = 1
LEAST_HEADER = 24  # an ellipsis and a letter
NARROW = 240
ROOMY = 360  # from here on also what gives way first keeps a letter
HANDLE = 96  # a pane narrower than that is folded away


def clipped(window: QWidget) -> list[str]:
    """Every cut text in a window as "Kind in panel: text, room of need"."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window or widget.visibleRegion().isEmpty():
            continue
        if pane_width(widget, window) < px(HANDLE):
            continue
        if isinstance(widget, QLabel):
            found += _label(widget, window)
        elif isinstance(widget, QPushButton):
            found += _button(widget, window)
        elif isinstance(widget, QTabBar):
            found += _tabs(widget)
        elif isinstance(widget, QHeaderView):
            found += _header(widget)
        elif isinstance(widget, Painted):
            found += [_say(widget, text, 0, 0) for _, text, elided in widget.cuts if not elided]
    return found


def room_of(widget: QWidget, window: QWidget) -> QRect:
    """What is not cut off of a widget, in its own coordinates; a scroll area cuts only across its way, and
    what is in it can be scrolled past everything that cuts along the way.
    """
    room, along, across = widget.rect(), True, True
    child, parent = widget, widget.parentWidget()
    while parent is not None and child is not window:
        area = parent.parentWidget()
        place = QRect(widget.mapFrom(parent, parent.rect().topLeft()), parent.size())
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            along = False
            off = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            across = across and isinstance(area, QScrollArea) and off
        if across:
            room = QRect(place.left(), room.top(), place.width(), room.height()) & room
        if along:
            room = QRect(room.left(), place.top(), room.width(), place.height()) & room
        child, parent = parent, parent.parentWidget()
    return room


def pane_width(widget: QWidget, window: QWidget) -> int:
    """Width in pixels of the pane around a widget, of the window where it is in none."""
    pane = widget
    while pane is not window and not isinstance(pane.parentWidget(), QSplitter):
        pane = pane.parentWidget()
    return pane.width()


def narrow(widget: QWidget, window: QWidget) -> bool:
    """Whether the pane around a widget is narrower than any that the Studio makes itself."""
    return pane_width(widget, window) < px(NARROW)


def _label(label: QLabel, window: QWidget) -> list[str]:
    text = label.text()
    if not text or not label.pixmap().isNull():
        return []
    room, inside = room_of(label, window), label.contentsRect().adjusted(max(0, label.indent()), 0, 0, 0)
    if room.height() < 2 or room.width() < 2:
        return []
    metrics = QFontMetrics(label.font())
    if label.wordWrap():
        shown = label.shown() if isinstance(label, Label) else text
        need = wrapped_height(shown, metrics, inside.width())
        longest = max((metrics.horizontalAdvance(word) for word in shown.split()), default=0)
        wide = longest > room.width() + SLACK and not narrow(label, window)
        if need > room.height() + SLACK or wide:
            return [_say(label, text, room.height(), need)]
        if shown == ELLIPSIS and not narrow(label, window):
            return [_say(label, text, room.height(), need)]
        return []
    tab = label.parentWidget()
    if isinstance(tab, QtAds.CDockWidgetTab) and tab.toolTip() == text:
        elided = metrics.horizontalAdvance(text) > inside.width() + SLACK
        if elided or not tab.isActiveTab() or narrow(label, window):  # the strip scrolls to the front tab
            return []
    shown = label.shown() if isinstance(label, Label) else text
    need = max(metrics.horizontalAdvance(line) for line in shown.split("\n"))
    have = min(inside.width(), room.width() - (label.width() - inside.width()))
    tall = metrics.ascent() > room.height() + SLACK
    if (need > have + SLACK and shown != ELLIPSIS) or tall:
        return [_say(label, text, have, need)]
    lost = isinstance(label, Label) and shown in ("", ELLIPSIS) and bool(label.whole())
    least = ROOMY if isinstance(label, ElidedLabel) else NARROW
    if isinstance(label, Label) and lost and pane_width(label, window) >= px(least):
        return [_say(label, label.whole(), have, metrics.horizontalAdvance(label.whole()))]
    return []


def _button(button: QPushButton, window: QWidget) -> list[str]:
    text = button.text().strip()
    if not text:
        return []
    need = QFontMetrics(button.font()).horizontalAdvance(text)
    room = room_of(button, window)
    have = button.label_room() if isinstance(button, Button) else button.width() - 8
    if room.width() < button.width() - SLACK:
        return [_say(button, text, room.width(), button.width())]
    least = 0 if narrow(button, window) or not button.icon().isNull() else LEAST_HEADER
    elides = isinstance(button, Button) and (not least or have >= least)
    return [_say(button, text, have, need)] if need > have + SLACK and not elides else []


def _tabs(bar: QTabBar) -> list[str]:
    found = []
    for number in range(bar.count()):
        if not bar.isTabVisible(number):
            continue
        need = QFontMetrics(bar.font()).horizontalAdvance(bar.tabText(number))
        rect = bar.tabRect(number)
        elides = bar.elideMode() != Qt.TextElideMode.ElideNone and bool(bar.tabToolTip(number))
        if need > rect.width() and not elides:
            found.append(_say(bar, bar.tabText(number), rect.width(), need))
        if rect.right() > bar.width() and not bar.usesScrollButtons() and rect.left() < bar.width():
            found.append(_say(bar, bar.tabText(number), bar.width() - rect.left(), rect.width()))
    return found


def _header(header: QHeaderView) -> list[str]:
    found = []
    model = header.model()
    if header.orientation() != Qt.Orientation.Horizontal or model is None:
        return []
    metrics = QFontMetrics(header.font())
    for section in range(header.count()):
        if header.isSectionHidden(section):
            continue
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        need, have = metrics.horizontalAdvance(text), header.sectionSize(section) - 12
        tip = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        least = 0 if narrow(header, header.window()) else LEAST_HEADER
        if text and need > have + SLACK and (have < least or tip != text):
            found.append(_say(header, text, have, need))
        beyond = header.sectionViewportPosition(section) + header.sectionSize(section) - header.width()
        if beyond > SLACK and least:
            found.append(
                _say(header, text or f"column {section}", header.width(), header.sectionSize(section))
            )
    return found


def _say(widget: QWidget, text: str, have: int, need: int) -> str:
    parent, place = widget.parentWidget(), ""
    while parent is not None and not place:
        place, parent = parent.objectName() or parent.accessibleName(), parent.parentWidget()
    return f"{type(widget).__name__} in {place}: {text!r} has {have} of {need}"
