"""The palette: one field that finds commands, files, lines (`:`) and symbols (`@`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app import registry
from app.theme import SIZE, THEME, font, pixmap, px, q
from app.widgets.basics import Glyph, Label, pane, rule
from app.widgets.fitting import fitting
from app.widgets.key_caps import GAP, HEIGHT, KeyCaps, paint_caps, width_of
from app.widgets.prompt import Scrim

if TYPE_CHECKING:
    from pathlib import Path

    from app.contract import Studio

ITEM_ROLE = int(Qt.ItemDataRole.UserRole)
ROW, HEAD = 32, 28


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the palette; `off` is the reason it cannot be chosen. A head has no action."""

    title: str
    group: str = ""
    icon: str = "circle"
    note: str = ""
    keys: str = ""
    off: str = ""
    head: bool = False
    lit: tuple[int, ...] = ()
    run: Callable[[], object] | None = None


def match(wanted: str, title: str) -> tuple[int, tuple[int, ...]] | None:
    """A score (smaller is better) and the matched letters; None when neither all words are there nor
    the letters in order.
    """
    low, name = wanted.lower().replace(" ", ""), title.lower()
    if not low:
        return 0, ()
    at = name.find(wanted.lower().strip())
    if at >= 0:
        starts = at == 0 or not name[at - 1].isalnum()
        return (0 if starts else 10) + min(at, 9), tuple(range(at, at + len(wanted.strip())))
    words = wanted.lower().split()
    if len(words) > 1 and all(word in name for word in words):
        found_at = sorted({p for w in words for p in range(name.find(w), name.find(w) + len(w))})
        return 20, tuple(found_at)
    places, start = [], 0
    for letter in low:
        found = name.find(letter, start)
        if found < 0:
            return None
        places.append(found)
        start = found + 1
    spread = places[-1] - places[0] - len(low)
    return 40 + spread, tuple(places)


class Choices(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.items: list[Choice] = []

    def set_items(self, items: list[Choice]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return len(self.items)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> object:
        item = self.items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return f"{item.title} {item.note} {item.off} {item.keys}".strip()
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        item = self.items[index.row()]
        if item.head:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class Painter(QStyledItemDelegate):
    """Typed letters in accent and weight 600, the note or the reason after the title, keys at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        item = index.data(ITEM_ROLE)
        return QSize(100, px(HEAD if item.head else ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        item: Choice = index.data(ITEM_ROLE)
        rect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        if item.head:
            painter.setFont(font("caption"))
            painter.setPen(q("text.tertiary"))
            painter.drawText(rect.adjusted(20, 4, 0, 0), middle, item.title)
            painter.restore()
            return
        view = self.parent()
        chosen = isinstance(view, QListView) and view.currentIndex().row() == index.row()
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(q("selection.active"))
            painter.drawRoundedRect(QRectF(rect).adjusted(8, 0, -8, 0), 6, 6)
        side = px(16)
        tone = "text.disabled" if item.off else "text.primary" if chosen else "text.tertiary"
        painter.drawPixmap(
            rect.left() + 20, rect.top() + (rect.height() - side) // 2, pixmap(item.icon, tone, 16)
        )
        right = rect.right() - 16
        if item.keys:
            right -= width_of(item.keys)
            paint_caps(painter, right, rect.center().y() - px(HEIGHT) / 2 + 0.5, item.keys)
            right -= GAP
        x = rect.left() + 20 + side + 12
        x = self._title(painter, x, right, rect, item)
        if item.note or item.off:
            painter.setFont(font("small"))
            painter.setPen(q("text.secondary" if chosen else "text.tertiary"))
            text = item.off or item.note
            room = rect.adjusted(x + 10 - rect.left(), 0, right - rect.right() - 8, 0)
            painter.drawText(room, middle, fitting((text,), QFontMetrics(font("small")), room.width()))
        painter.restore()

    @staticmethod
    def _title(painter: QPainter, x: int, right: int, rect: QRect, item: Choice) -> int:
        plain, strong = font("body"), font("body", 600)
        for number, letter in enumerate(item.title):
            lit = number in item.lit
            face = strong if lit else plain
            wide = QFontMetrics(face).horizontalAdvance(letter)
            if x + wide > right:
                break
            painter.setFont(face)
            painter.setPen(q("accent.fg" if lit else "text.disabled" if item.off else "text.primary"))
            painter.drawText(
                QRectF(x, rect.top(), wide + 2, rect.height()), int(Qt.AlignmentFlag.AlignVCenter), letter
            )
            x += wide
        return x


class Palette(Scrim):
    """`open("")` for commands, `open("", files=True)` for files; `:` goes to a line, `@` to a symbol."""

    MOST = 80

    def __init__(self, window: QWidget, studio: Studio) -> None:
        super().__init__(window)
        self.studio = studio
        self.files = False
        self.card, column = pane("overlay")
        self.card.setParent(self)
        self.card.setAccessibleName("Command palette")
        head, row = pane("none", vertical=False, spacing=10, margins=(16, 0, 12, 0))
        head.setFixedHeight(px(48))
        row.addWidget(Glyph("search", "text.tertiary", 16))
        self.field = QLineEdit()
        self.field.setProperty("bare", "true")
        self.field.setAccessibleName("Search commands and files")
        self.field.textChanged.connect(lambda _t: self.search())
        self.field.installEventFilter(self)
        self.count = Label("", "small", "tertiary")
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        column.addWidget(head)
        column.addWidget(rule())
        self.model = Choices()
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(Painter(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Found")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda index: self.choose(index.row()))
        column.addSpacing(4)
        column.addWidget(self.list)
        column.addSpacing(4)
        column.addWidget(rule())
        column.addWidget(self._foot())
        self.retheme()
        self.hide()

    def retheme(self) -> None:
        face = font("heading", 400)
        self.field.setFont(face)
        self.card.setFixedWidth(px(SIZE["palette_width"]))

    def _foot(self) -> QWidget:
        foot, row = pane("none", vertical=False, spacing=8, margins=(16, 0, 16, 0))
        foot.setFixedHeight(px(36))
        row.addWidget(KeyCaps("Enter"))
        row.addWidget(Label("Run", "small", "secondary"))
        row.addSpacing(8)
        row.addWidget(KeyCaps("Esc"))
        row.addWidget(Label("Close", "small", "secondary"))
        row.addStretch()
        row.addWidget(Label(":line   @symbol", "small", "tertiary"))
        return foot

    def open(self, text: str = "", files: bool = False) -> None:
        self.files = files
        self.field.setPlaceholderText("Go to a file" if files else "Run a command")
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.field.setText(text)
        self.search()
        self.field.setFocus()

    def leave(self) -> None:
        self.hide()
        self.window().activateWindow()

    def place(self) -> None:
        rows = sum(px(HEAD if item.head else ROW) for item in self.model.items)
        self.list.setFixedHeight(max(px(ROW), min(rows, self.height() - px(280), px(420))))
        self.card.adjustSize()
        self.card.move((self.width() - self.card.width()) // 2, px(88))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        hole = QRectF(self.card.geometry())
        for step in range(24, 0, -2):
            painter.setBrush(QColor(0, 0, 0, round(255 * float(THEME.look_up("shadow.opacity")) / 24)))
            painter.drawRoundedRect(hole.adjusted(-step, -step + 8, step, step + 8), 8 + step, 8 + step)
        painter.end()

    # What is found

    def search(self) -> None:
        text = self.field.text()
        if text.startswith(":"):
            items, total = self._line(text[1:]), 1
        elif text.startswith("@"):
            items, total = self._symbols(text[1:])
        else:
            items, total = self._files(text) if self.files else self._commands(text)
        found = sum(not item.head for item in items)
        self.count.setText(f"{found} of {total}")
        self.model.set_items(items or [Choice("Nothing fits. Try fewer letters", head=True)])
        first = next((n for n, item in enumerate(items) if not item.head), -1)
        if first >= 0:
            self.list.setCurrentIndex(self.model.index(first))
        self.place()
        self.update()

    def _commands(self, text: str) -> tuple[list[Choice], int]:
        studio, found = self.studio, []
        commands = registry.commands()
        for command in commands:
            title = command.name_now(studio)
            hit = match(text, title)
            if hit is None:
                continue
            choice = Choice(
                title,
                command.topic,
                command.icon or "chevron-right",
                command.note(studio),
                studio.keys(command),
                command.why_not(studio),
                lit=hit[1],
                run=partial(studio.run_command, command.id),
            )
            found.append((bool(choice.off), hit[0], choice))
        found.sort(key=lambda f: (f[0], f[1]))
        return self._grouped([f[2] for f in found[: self.MOST]]), len(commands)

    @staticmethod
    def _grouped(choices: list[Choice]) -> list[Choice]:
        groups: dict[str, list[Choice]] = {}
        for choice in choices:
            groups.setdefault(choice.group, []).append(choice)
        return [each for name, members in groups.items() for each in (Choice(name, head=True), *members)]

    def _files(self, text: str) -> tuple[list[Choice], int]:
        from avm.api.workspace import project_files

        studio = self.studio
        project = studio.session.project
        if project is None:
            return [], 0
        files, found = project_files(project), []
        for path in files:
            name = path.relative_to(project.root).as_posix()
            hit = match(text, name)
            if hit is not None:
                icon = "file-code-2" if path.suffix in (".leo", ".aleo") else "braces"
                run = partial(self._go, path)
                found.append((hit[0], name, Choice(name, icon=icon, lit=hit[1], run=run)))
        found.sort(key=lambda f: (f[0], f[1]))
        return [f[2] for f in found[: self.MOST]], len(files)

    def _symbols(self, text: str) -> tuple[list[Choice], int]:
        from avm.api.language import outline

        session = self.studio.session
        document = session.documents.current
        if document is None or document.language == "text":
            return [], 0
        items, found = outline(document.text(), document.language), []
        for item in items:
            hit = match(text, item.name)
            if hit is not None:
                run = partial(self._go, document.path, item.line)
                found.append((hit[0], Choice(item.name, icon="hash", note=item.kind, lit=hit[1], run=run)))
        found.sort(key=lambda f: f[0])
        return [f[1] for f in found[: self.MOST]], len(items)

    def _line(self, text: str) -> list[Choice]:
        session = self.studio.session
        document = session.documents.current
        number = text.strip()
        if document is None or not (number.isdecimal() and len(number) < 10):
            return [Choice("Type a line number", icon="hash")]
        line = int(number)
        run = partial(self._go, document.path, line)
        return [Choice(f"Go to line {line} of {document.name}", icon="hash", run=run)]

    def _go(self, path: Path, line: int = 0) -> None:
        """The file or the line in it is shown, and the next key goes there."""
        if line:
            self.studio.session.reveal.emit(path, line, 1)
        else:
            self.studio.files.show(path)
        self.studio.run_command("edit.focus")

    def choose(self, number: int) -> None:
        if not 0 <= number < len(self.model.items):
            return
        item = self.model.items[number]
        if item.off:
            self.studio.window.hint(f"{item.title}: {item.off}")
            return
        if item.run is not None:
            self.leave()
            item.run()

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            for _ in range(8):
                self._move(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose(self.list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def _move(self, way: int) -> None:
        at, count = self.list.currentIndex().row(), len(self.model.items)
        for _ in range(count):
            at = (at + way) % count
            if not self.model.items[at].head:
                self.list.setCurrentIndex(self.model.index(at))
                return

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.leave()
