"""Where the window stands: inside the screen's free area, with the frame that the desktop draws around it."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QMainWindow

GUESS = QMargins(4, 32, 4, 4)
"""The frame before the desktop has drawn one: a title bar and thin edges."""


def fitted(inner: QRect, frame: QMargins, free: QRect, least: QSize) -> QRect:
    """The window's rectangle without its frame, no larger than the free area leaves and wholly in it.

    It stays as it is where it fits, and is never smaller than `least`; then its upper left corner is in view.
    """
    room = free.marginsRemoved(frame)
    size = inner.size().boundedTo(room.size()).expandedTo(least)
    left = max(room.left(), min(inner.left(), room.left() + room.width() - size.width()))
    top = max(room.top(), min(inner.top(), room.top() + room.height() - size.height()))
    return QRect(left, top, size.width(), size.height())


def fit(window: QMainWindow) -> None:
    """Brings a window into its screen; one that fills the screen anyhow stays."""
    if window.isMaximized() or window.isFullScreen() or window.isMinimized():
        return
    inner, outer = window.geometry(), window.frameGeometry()
    frame = QMargins(
        inner.left() - outer.left(),
        inner.top() - outer.top(),
        outer.right() - inner.right(),
        outer.bottom() - inner.bottom(),
    )
    if frame.isNull():
        frame = GUESS
    wanted = fitted(inner, frame, window.screen().availableGeometry(), window.minimumSize())
    if wanted != inner:
        window.setGeometry(wanted)
