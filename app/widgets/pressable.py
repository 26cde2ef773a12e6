"""A frame of parts that acts as one button: on release inside it, on Enter and on the space bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame

from app.widgets.basics import surface


class Pressable(QFrame):
    """`on_press` runs when the event is over (`singleShot`), since it may take the frame itself away."""

    def __init__(self, name: str, on_press: Callable[[], object], kind: str = "field") -> None:
        super().__init__()
        surface(self, kind)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.on_press, self._down = on_press, False

    def press(self) -> None:
        """Does what the frame is for, soon."""
        QTimer.singleShot(0, self, lambda: self.on_press())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._down = event.button() == Qt.MouseButton.LeftButton

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        down, self._down = self._down, False
        left = event.button() == Qt.MouseButton.LeftButton
        if down and left and self.rect().contains(event.position().toPoint()):
            self.press()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.press()
        else:
            super().keyPressEvent(event)

    def below(self) -> QPoint:
        """Where a menu of this frame opens."""
        return self.mapToGlobal(QPoint(0, self.height() + 2))
