"""The start page: what to do first, the samples, and what of the machinery is ready."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.theme import px
from app.widgets.basics import ElidedLabel, Glyph, Label, box, restyle, surface
from app.widgets.key_caps import KeyCaps
from app.widgets.pressable import Pressable
from app.widgets.scroll_column import AsWide
from avm.base.json_value import items

if TYPE_CHECKING:
    from app.contract import Studio

RECENTS = 3
NARROW = 760
LEAST_FOR_KEYS = 320
SAMPLE_ICONS = ("box", "sigma", "ticket", "database", "bug", "grid-3x3")


class Card(Pressable):
    """A way to begin; it lights up under the pointer and the focus."""

    def __init__(
        self, name: str, on_press: Callable[[], object], lit: bool = False, height: int = 56
    ) -> None:
        super().__init__(name, on_press, "card")
        self._height, self._lit = height, lit
        self.retheme()
        self.setProperty("lit", "true" if lit else "false")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def retheme(self) -> None:
        self.setFixedHeight(px(self._height))

    def _light(self, on: bool) -> None:
        self.setProperty("lit", "true" if on else "false")
        restyle(self)

    def enterEvent(self, event: object) -> None:
        self._light(True)

    def leaveEvent(self, event: object) -> None:
        self._light(self._lit or self.hasFocus())

    def focusInEvent(self, event: object) -> None:
        self._light(True)

    def focusOutEvent(self, event: object) -> None:
        self._light(self._lit)


class RecentCard(Card):
    """A project that was open before; hidden while there is none for it."""

    def __init__(self, on_open: Callable[[str], object]) -> None:
        super().__init__("", lambda: on_open(self.path))
        self.path = ""
        row = box(QHBoxLayout(self), 12, (16, 0, 16, 0))
        row.addWidget(Glyph("folder", "text.secondary", 20))
        texts = box(QVBoxLayout(), 0, (0, 6, 0, 6))
        self._name = ElidedLabel("", "body_strong")
        self._where = ElidedLabel("", "small", "secondary", middle=True)
        texts.addWidget(self._name)
        texts.addWidget(self._where)
        row.addLayout(texts, 1)

    def show_project(self, path: str) -> None:
        self.path = path
        name = path.rstrip("/").rsplit("/", 1)[-1]
        self._name.setText(name)
        self._where.setText(path)
        self.setAccessibleName(name)
        self.setVisible(bool(path))


class StartPage(QScrollArea):
    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = AsWide()
        surface(page, "editor")
        surface(self, "editor")
        outer = box(QHBoxLayout(page), 0, (24, 24, 24, 24))
        column = box(QVBoxLayout(), 0)
        column.addStretch(3)
        column.addWidget(Label("Write, run, debug and prove a private program", "display", wrap=True))
        column.addSpacing(4)
        column.addWidget(
            Label(
                "Everything runs on this machine. Nothing is sent anywhere.", "body", "secondary", wrap=True
            )
        )
        column.addSpacing(32)
        self._caps: list[KeyCaps] = []
        self._halves = halves = box(QBoxLayout(QBoxLayout.Direction.LeftToRight), px(32))
        halves.addLayout(self._begin(), 6)
        halves.addLayout(self._recent(), 5)
        self.refresh()
        column.addLayout(halves)
        column.addSpacing(28)
        column.addWidget(Label("Or start from a sample", "small_strong", "secondary"))
        column.addSpacing(8)
        self._grid = self._samples()
        column.addLayout(self._grid)
        column.addStretch(4)
        self._holder = QWidget()
        self._holder.setLayout(column)
        outer.addStretch(1)
        outer.addWidget(self._holder, 12)
        outer.addStretch(1)
        self.setWidget(page)
        self.retheme()

    def retheme(self) -> None:
        self._holder.setMaximumWidth(px(864))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow pane everything stands in one column, and the keys of a card give way to its words."""
        super().resizeEvent(event)
        for caps in self._caps:
            caps.setVisible(self.viewport().width() >= px(LEAST_FOR_KEYS))
        way = QBoxLayout.Direction
        narrow = self.viewport().width() < px(NARROW)
        wanted = way.TopToBottom if narrow else way.LeftToRight
        if self._halves.direction() == wanted:
            return
        self._halves.setDirection(wanted)
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, *((number, 0) if narrow else divmod(number, 2)))
        self._grid.setColumnStretch(1, 0 if narrow else 1)

    def _begin(self) -> QVBoxLayout:
        column = box(QVBoxLayout(), 8)
        column.addWidget(Label("Begin", "small_strong", "secondary"))
        for number, (command, icon, title, text) in enumerate(
            (
                ("file.new", "file-plus", "New program", "A folder with program.json and a function"),
                ("file.open", "folder-open", "Open folder", "A Leo project on this machine"),
                ("palette.commands", "search", "Find a command", "Everything the Studio does, by name"),
            )
        ):
            card = Card(title, partial(self.studio.run_command, command), lit=number == 0)
            row = box(QHBoxLayout(card), 12, (16, 0, 16, 0))
            row.addWidget(Glyph(icon, "accent.fg" if number == 0 else "text.secondary", 20))
            texts = box(QVBoxLayout(), 0, (0, 6, 0, 6))
            texts.addWidget(ElidedLabel(title, "body_strong"))
            texts.addWidget(ElidedLabel(text, "small", "secondary"))
            row.addLayout(texts, 1)
            self._caps.append(KeyCaps(self.studio.keys_for(command)))
            row.addWidget(self._caps[-1])
            column.addWidget(card)
        column.addStretch()
        return column

    def _recent(self) -> QVBoxLayout:
        """As many cards as are ever shown, made once; `refresh` fills them."""
        column = box(QVBoxLayout(), 8)
        column.addWidget(Label("Recent", "small_strong", "secondary"))
        self._recents = [RecentCard(self.studio.window.open_path) for _ in range(RECENTS)]
        for card in self._recents:
            column.addWidget(card)
        self._no_recent = Label("Projects you open are listed here.", "small", "tertiary", wrap=True)
        column.addWidget(self._no_recent)
        column.addStretch()
        return column

    def refresh(self) -> None:
        """Shows the projects that were opened last."""
        recent = [str(path) for path in items(self.studio.settings.get("recent"))[:RECENTS]]
        for number, card in enumerate(self._recents):
            card.show_project(recent[number] if number < len(recent) else "")
        self._no_recent.setVisible(not recent)

    def _samples(self) -> QGridLayout:
        from avm.api.workspace import samples

        grid = QGridLayout()
        grid.setSpacing(12)
        self._cards: list[Card] = []
        for number, sample in enumerate(samples()):
            card = Card(sample.title, partial(self.studio.open_sample, sample.name), height=64)
            column = box(QVBoxLayout(card), 0, (12, 8, 12, 8))
            head = box(QHBoxLayout(), 8)
            head.addWidget(Glyph(SAMPLE_ICONS[number % len(SAMPLE_ICONS)], "text.secondary", 16))
            head.addWidget(ElidedLabel(sample.title, "body_strong"), 1)
            if sample.halts:
                head.addWidget(Label("halts on purpose", "caption", "tertiary"))
            column.addLayout(head)
            column.addWidget(ElidedLabel(sample.description, "small", "secondary"))
            self._cards.append(card)
            grid.addWidget(card, number // 2, number % 2)
        for each in range(2):
            grid.setColumnStretch(each, 1)
        return grid
