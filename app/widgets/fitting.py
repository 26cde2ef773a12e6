"""What of a text is shown where there is not room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics

ELLIPSIS = "…"
TALL = 1 << 20
LEAST_HEAD, LONGEST_TAIL = 4, 20  # letters


def fitting(
    forms: tuple[str, ...],
    metrics: QFontMetrics,
    room: int,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> str:
    """The one rule for text without room: the longest form that fits, else the shortest, elided."""
    for form in forms:
        if metrics.horizontalAdvance(form) <= room:
            return form
    return _elided(forms[-1], metrics, max(0, room), mode)


def _elided(text: str, metrics: QFontMetrics, room: int, mode: Qt.TextElideMode) -> str:
    """An elided text with one ellipsis: one that was shortened already loses more of what is before it."""
    head, mark, tail = text.rpartition(ELLIPSIS)
    once = mark and ELLIPSIS not in head
    if once and len(tail) <= LONGEST_TAIL:
        for end in range(len(head) - 1, LEAST_HEAD - 1, -1):
            shorter = head[:end] + ELLIPSIS + tail
            if " " not in head[end - LEAST_HEAD : end] and metrics.horizontalAdvance(shorter) <= room:
                return shorter
    parts = metrics.elidedText(text, mode, room).split(ELLIPSIS)
    return ELLIPSIS.join((parts[0], parts[-1]) if once and len(parts) > 2 else parts)


def wrapped_height(text: str, metrics: QFontMetrics, width: int) -> int:
    """Height in pixels of a text broken between words into lines of a width."""
    return metrics.boundingRect(QRect(0, 0, width, TALL), int(Qt.TextFlag.TextWordWrap), text).height()


def fitting_lines(text: str, metrics: QFontMetrics, width: int, height: int) -> str:
    """As many words as fit into lines of a width and a height, all pixels, and an ellipsis after them; a
    word that is wider than a line is elided itself.
    """
    words = [fitting((word,), metrics, width) for word in text.split(" ")]
    whole = " ".join(words)
    height = max(height, wrapped_height(ELLIPSIS, metrics, width))
    if wrapped_height(whole, metrics, width) <= height:
        return whole
    least, most = 0, len(words) - 1
    while least < most:  # the greatest number of words that fit
        middle = (least + most + 1) // 2
        fits = wrapped_height(" ".join(words[:middle]) + ELLIPSIS, metrics, width) <= height
        least, most = (middle, most) if fits else (least, middle - 1)
    return " ".join(words[:least]) + ELLIPSIS if least else fitting((whole,), metrics, width)
