"""Messages that never stop the work: a line inside a pane, and a toast at the window's corner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.theme import size
from app.widgets.basics import Button, Glyph, IconButton, Label, box, surface

LOOK = {
    "error": ("circle-x", "semantic.error.fg"),
    "warning": ("triangle-alert", "semantic.warning.fg"),
    "success": ("circle-check", "semantic.success.fg"),
    "info": ("info", "semantic.info.fg"),
}
STAY_MS = 6000


def in_brief(text: str, most: int = 240) -> str:
    """A long text up to the end of a sentence, else of a word: never cut in the middle of either."""
    if len(text) <= most:
        return text
    end = max(text.rfind(mark, most // 3, most) for mark in (". ", "; ", ": "))
    if end > 0:
        return text[: end + 1].rstrip(";:") + " …"
    space = text.rfind(" ", 0, most)
    return (text[:space] if space > 0 else text[:most]) + "…"


class InlineMessage(QWidget):
    """An icon and a sentence; hidden while there is nothing to say."""

    def __init__(self, level: str = "error", text: str = "") -> None:
        super().__init__()
        row = box(QHBoxLayout(self), 8, (0, 0, 0, 0))
        self._glyph = Glyph(*LOOK[level], 14)
        self._label = Label(text, "small", "secondary", wrap=True)
        row.addWidget(self._glyph)
        row.addWidget(self._label, 1)
        self.set(level, text)

    def set(self, level: str, text: str) -> None:
        self._glyph.set(*LOOK[level])
        self._label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        return self._label.text()


class Toast(QFrame):
    """One fact with at most one action; leaves after six seconds unless hovered, an error stays."""

    def __init__(
        self,
        level: str,
        fact: str,
        detail: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        on_gone: Callable[[Toast], None] | None = None,
    ) -> None:
        super().__init__()
        surface(self, "overlay")
        self._on_gone = on_gone
        self.setAccessibleName(f"{fact} {detail}")
        row = box(QHBoxLayout(self), 12, (16, 12, 8, 12))
        row.addWidget(Glyph(*LOOK[level], 16))
        texts = box(QVBoxLayout(), 0)
        texts.addWidget(Label(fact, "body_strong", wrap=True))
        if detail:
            told = Label(in_brief(detail), "small", "secondary", wrap=True)
            told.setToolTip(detail if told.text() != detail else "")
            texts.addWidget(told)
        row.addLayout(texts, 1)
        if action and on_action is not None:
            row.addWidget(Button(action, small=True, on_click=lambda: (on_action(), self.leave())))
        row.addWidget(IconButton("x", "Close", "text.tertiary", 24, on_click=self.leave))
        self.setFixedWidth(size("toast_width"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.leave)
        self._stays = level == "error"
        self._start()

    def _start(self) -> None:
        if not self._stays:
            self._timer.start(STAY_MS)

    def enterEvent(self, event: QEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._start()

    def leave(self) -> None:
        self.hide()
        if self._on_gone is not None:
            self._on_gone(self)
        self.deleteLater()


class ToastStack(QWidget):
    """Holds the toasts of a window at its lower right corner, the newest lowest."""

    MOST, EDGE = 4, 16

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._toasts: list[Toast] = []
        window.installEventFilter(self)
        self.hide()
        self.setFixedSize(0, 0)

    def show_toast(
        self,
        level: str,
        fact: str,
        detail: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> Toast:
        toast = Toast(level, fact, detail, action, on_action, self._gone)
        toast.setParent(self.parentWidget())
        self._toasts.append(toast)
        if len(self._toasts) > self.MOST:
            self._toasts[0].leave()
        toast.show()
        self._place()
        return toast

    def clear(self) -> None:
        """Every toast leaves now."""
        for toast in list(self._toasts):
            toast.leave()

    def _gone(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
        self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        bottom = parent.height() - size("status_bar") - self.EDGE
        for toast in reversed(self._toasts):
            toast.resize(toast.width(), toast.layout().heightForWidth(toast.width()))
            toast.move(parent.width() - toast.width() - self.EDGE, bottom - toast.height())
            toast.raise_()
            bottom -= toast.height() + 8

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
