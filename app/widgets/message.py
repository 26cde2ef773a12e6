"""Messages that never stop the work: a line inside a pane, and a toast at the window's corner.

A toast leaves when it could be read, or when there is a newer result; what it said stays in the log of its
stack (`ToastStack.told`).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.theme import size
from app.widgets.basics import Button, Glyph, IconButton, Label, box, surface

LOOK = {
    "error": ("circle-x", "semantic.error.fg"),
    "warning": ("triangle-alert", "semantic.warning.fg"),
    "success": ("circle-check", "semantic.success.fg"),
    "info": ("info", "semantic.info.fg"),
}
STAY_MS, ERROR_STAY_MS = 6000, 15_000
NOTICE_MS, LETTER_MS = 3000, 60
"""To notice a message, and to read a letter of it at some 200 words a minute."""
KEPT = 200


def stay_ms(level: str, text: str) -> int:
    """How long a toast stays, in ms: to notice and read it, an error long enough to read it twice."""
    reading = NOTICE_MS + LETTER_MS * len(text)
    return max(ERROR_STAY_MS, 2 * reading) if level == "error" else max(STAY_MS, reading)


def in_brief(text: str, most: int = 240) -> str:
    """A text on one line; a long one up to the end of a sentence, else of a word: never cut in the middle
    of either.
    """
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    end = max(text.rfind(mark, most // 3, most) for mark in (". ", "; ", ": "))
    if end > 0:
        return text[: end + 1].rstrip(";:") + " …"
    space = text.rfind(" ", 0, most)
    return (text[:space] if space > 0 else text[:most]) + "…"


class InlineMessage(QWidget):
    """An icon and a sentence; hidden while there is nothing to say."""

    def __init__(
        self, level: str = "error", text: str = "", margins: tuple[int, int, int, int] = (0, 0, 0, 0)
    ) -> None:
        super().__init__()
        row = box(QHBoxLayout(self), 8, margins)
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


@dataclass
class Message:
    """What a person is told: at most one action, and the `kind` of what it tells, for `ToastStack.outdate`.

    `times` counts how often in a row it was told, `at` is when last (seconds since 1970).
    """

    level: str
    fact: str
    detail: str = ""
    action: str = ""
    on_action: Callable[[], object] | None = None
    kind: str = ""
    times: int = 1
    at: float = field(default_factory=time.time)

    def same(self, other: Message) -> bool:
        mine = (self.level, self.fact, self.detail, self.action)
        return mine == (other.level, other.fact, other.detail, other.action)


class Toast(QFrame):
    """One fact with at most one action; it leaves when it could be read.

    It stays longer while the pointer moves over it, the focus is on it, or another program is in front.
    """

    def __init__(self, told: Message, on_gone: Callable[[Toast], None] | None = None) -> None:
        super().__init__()
        surface(self, "overlay")
        self.told, self._on_gone = told, on_gone
        row = box(QHBoxLayout(self), 12, (16, 12, 8, 12))
        row.addWidget(Glyph(*LOOK[told.level], 16))
        texts = box(QVBoxLayout(), 0)
        self._fact = Label("", "body_strong", wrap=True)
        texts.addWidget(self._fact)
        if told.detail:
            detail = Label(in_brief(told.detail), "small", "secondary", wrap=True)
            detail.setToolTip(told.detail if detail.text() != told.detail else "")
            texts.addWidget(detail)
        row.addLayout(texts, 1)
        if told.action and told.on_action is not None:
            row.addWidget(Button(told.action, small=True, on_click=self._act))
        row.addWidget(IconButton("x", "Close", "text.tertiary", 24, on_click=self.leave))
        self.retheme()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(stay_ms(told.level, f"{told.fact} {told.detail}"))
        self._timer.timeout.connect(self._read)
        self._show()

    def retheme(self) -> None:
        self.setFixedWidth(size("toast_width"))

    def again(self, newer: Message) -> None:
        """The same was told once more; the newer action counts."""
        self.told.times, self.told.at = self.told.times + 1, newer.at
        self.told.on_action = newer.on_action
        self._show()

    def _show(self) -> None:
        many = f" ({self.told.times} times)" if self.told.times > 1 else ""
        self._fact.setText(f"{self.told.fact}{many}")
        self.setAccessibleName(f"{self.told.fact}{many} {self.told.detail}")
        self._pointer = QCursor.pos()
        self.since = time.monotonic()
        self._timer.start()

    def _act(self) -> None:
        if self.told.on_action is not None:
            self.told.on_action()
        self.leave()

    def _read(self) -> None:
        """The time is over."""
        focus, before = QApplication.focusWidget(), self._pointer
        self._pointer = QCursor.pos()
        hovered = self.underMouse() and self._pointer != before
        focused = focus is not None and self.isAncestorOf(focus)
        if hovered or focused or not self.isActiveWindow():
            self._timer.start()
        else:
            self.leave()

    def leave(self) -> None:
        self.hide()
        if self._on_gone is not None:
            self._on_gone(self)
        self.deleteLater()


class ToastStack(QWidget):
    """Holds the toasts of a window at its lower right corner, the newest lowest.

    `told` is all that was said, the newest last, also when its toast has left; `changed`: something was
    added to it or it was cleared.
    """

    MOST, EDGE = 3, 16
    changed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.told: deque[Message] = deque(maxlen=KEPT)
        self._toasts: list[Toast] = []
        window.installEventFilter(self)
        self.hide()
        self.setFixedSize(0, 0)

    def show_toast(self, told: Message) -> Toast:
        """Shows a message; the same as one that is on show is joined to it."""
        toast = next((t for t in self._toasts if t.told.same(told)), None)
        if toast is None:
            toast = Toast(told, self._gone)
            toast.setParent(self.parentWidget())
            self.told.append(told)
        else:
            self._toasts.remove(toast)
            toast.again(told)
        self._toasts.append(toast)
        if len(self._toasts) > self.MOST:
            old = self._toasts[:-1]
            next((t for t in old if t.told.level != "error"), old[0]).leave()
        toast.show()
        self._place()
        self.changed.emit()
        return toast

    def outdate(self, kind: str, before: float | None = None) -> None:
        """There is a newer result of a kind: the toasts about earlier ones leave, all or those that were
        told before a moment (of the monotonic clock, in seconds). The log keeps them.
        """
        for toast in list(self._toasts):
            if toast.told.kind == kind and (before is None or toast.since < before):
                toast.leave()

    def clear(self) -> None:
        """Every toast leaves now."""
        for toast in list(self._toasts):
            toast.leave()

    def forget(self) -> None:
        """Clears the log of what was told."""
        self.told.clear()
        self.changed.emit()

    def retheme(self) -> None:
        QTimer.singleShot(0, self, self._place)  # when the labels of all toasts have their new fonts

    def _gone(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
        self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        bottom = parent.height() - size("status_bar") - self.EDGE
        for toast in reversed(list(self._toasts)):
            if layout := toast.layout():
                layout.activate()  # its texts may have changed
            toast.resize(toast.width(), toast.heightForWidth(toast.width()))
            if toast.height() > bottom and toast is not self._toasts[-1]:
                toast.leave()  # no room for it: it is in the log
                return
            toast.move(parent.width() - toast.width() - self.EDGE, bottom - toast.height())
            toast.raise_()
            bottom -= toast.height() + 8

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
