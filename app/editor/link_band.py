"""LinkBand: the 28 px between source and instructions; a curve joins each Leo line with what was made
from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainterPath, QPen

from app.editor.code_edit import CodeEdit
from app.theme import SIZE, q
from app.widgets.painted import Painted

Runs = list[tuple[int, int, int]]


def runs_of(links: Iterable[tuple[int | None, int]]) -> Runs:
    """(leo line, first, last instruction line) for each run of neighbouring instructions of one Leo line."""
    lines: dict[int, list[int]] = defaultdict(list)
    for leo, aleo in links:
        if leo:
            lines[leo].append(aleo)
    runs: Runs = []
    for leo, made in sorted(lines.items()):
        start = last = None
        for aleo in sorted(made):
            if last is not None and aleo == last + 1:
                last = aleo
                continue
            if start is not None and last is not None:
                runs.append((leo, start, last))
            start = last = aleo
        if start is not None and last is not None:
            runs.append((leo, start, last))
    return runs


class LinkBand(Painted):
    def __init__(self, left: CodeEdit, right: CodeEdit) -> None:
        super().__init__()
        self.left, self.right = left, right
        self.runs: Runs = []
        self.chosen = 0
        self.setFixedWidth(SIZE["link_band"])
        self.setAccessibleName("Links between source and instructions")
        left.scrolled.connect(self.update)
        right.scrolled.connect(self.update)

    def set_links(self, runs: Runs, chosen: int) -> None:
        self.runs, self.chosen = runs, chosen
        self.say(f"{len(runs)} links")
        self.update()

    def draw(self) -> None:
        self.p.fillRect(self.rect(), q("surface.panel"))
        for each in [r for r in self.runs if r[0] != self.chosen] + [
            r for r in self.runs if r[0] == self.chosen
        ]:
            self._curve(*each)
        self.p.fillRect(QRect(0, 0, 1, self.height()), q("border.default"))
        self.p.fillRect(QRect(self.width() - 1, 0, 1, self.height()), q("border.default"))

    def _curve(self, leo: int, first: int, last: int) -> None:
        a, c, end = self.left.top_of(leo), self.right.top_of(first), self.right.top_of(last)
        if a is None or c is None or end is None:
            return
        b, d = a + self.left.line_height(), end + self.right.line_height()
        high, width = float(self.height()), float(self.width())
        out = (b < 0 or a > high, d < 0 or c > high)
        strong = leo == self.chosen
        if all(out) or (any(out) and not strong):
            return
        path = QPainterPath(QPointF(0, a))
        path.cubicTo(width / 2, a, width / 2, c, width, c)
        path.lineTo(width, d)
        path.cubicTo(width / 2, d, width / 2, b, 0, b)
        path.closeSubpath()
        self.p.setPen(QPen(q("accent.line" if strong else "border.default"), 1))
        self.p.setBrush(q("editor.linked_line") if strong else q("border.default", 0.0))
        self.p.drawPath(path)
