"""LinkBand: the 28 px between source and instructions; a curve joins each Leo line with what was made
from it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainterPath, QPen

from app.editor.code_edit import CodeEdit, Seen
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


def runs_in_view(runs: Runs, leo: Seen, aleo: Seen, chosen: int) -> Runs:
    """The runs that have both ends in view; of the chosen line those with one end in view, and the nearest
    above and below that. `runs` are sorted; the chosen line comes last.
    """
    found: Runs = []
    for line in (*(line for line in leo.lines if line != chosen), chosen):
        strong = line == chosen
        low, high = bisect_left(runs, (line, 0, 0)), bisect_left(runs, (line + 1, 0, 0))
        first = bisect_left(runs, aleo.first, low, high, key=lambda run: run[2])
        last = bisect_right(runs, aleo.last, first, high, key=lambda run: run[1])
        if strong and line in leo.lines:
            first, last = max(low, first - 1), min(high, last + 1)
        found += runs[first:last]
    return found


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
        leo, aleo = self.left.seen(), self.right.seen()
        for line, first, last in runs_in_view(self.runs, leo, aleo, self.chosen):
            self._curve(leo.top(line), aleo.top(first), aleo.top(last), line == self.chosen)
        self.p.fillRect(QRect(0, 0, 1, self.height()), q("border.default"))
        self.p.fillRect(QRect(self.width() - 1, 0, 1, self.height()), q("border.default"))

    def _curve(self, a: float, c: float, end: float, strong: bool) -> None:
        """Joins the line that begins at `a` with the lines that begin at `c` to `end`."""
        b, d = a + self.left.line_height(), end + self.right.line_height()
        width = float(self.width())
        path = QPainterPath(QPointF(0, a))
        path.cubicTo(width / 2, a, width / 2, c, width, c)
        path.lineTo(width, d)
        path.cubicTo(width / 2, d, width / 2, b, 0, b)
        path.closeSubpath()
        self.p.setPen(QPen(q("accent.line" if strong else "border.default"), 1))
        self.p.setBrush(q("editor.linked_line") if strong else q("border.default", 0.0))
        self.p.drawPath(path)
