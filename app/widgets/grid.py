"""Grid: the one tree and table view; a model of `Row`s and a delegate that paints their spans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QTreeView,
)

from app.theme import font, pixmap, px, q, row_height
from app.widgets.fitting import fitting
from app.widgets.spans import Cell, Row, Span

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
TEXT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
CELL_ROLES = (ROW_ROLE, *TEXT_ROLES, Qt.ItemDataRole.ToolTipRole)
LEAST = 132  # the width at 100 % below which a stretching column is no use


def giving_way(widths: list[int], optional: tuple[int, ...], room: int) -> set[int]:
    """The optional columns to hide, the first named first, so that the stretching one has what it needs."""
    shown = {n: width for n, width in enumerate(widths) if width}
    for column in optional:
        if room - sum(shown.values()) < px(LEAST):
            shown.pop(column, None)
    return {column for column in optional if column not in shown}


def shape(rows: list[Row]) -> tuple[object, ...]:
    """The keys of rows and of their children: what a view has to lay out anew when it differs."""
    return tuple((each.key, shape(each.children)) for each in rows)


def flat(rows: list[Row]) -> Iterator[Row]:
    """Rows and their children in the order in which they are shown."""
    for each in rows:
        yield each
        yield from flat(each.children)


def cell_data(each: Row, column: int, role: int) -> object:
    """What a model answers about a cell of a row, for the `CELL_ROLES`; None for other roles."""
    content = each.at(column)
    if role == ROW_ROLE:
        return each
    if role in TEXT_ROLES:
        return content.text()
    if role == Qt.ItemDataRole.ToolTipRole:
        return content.tip or content.copy or None
    return None


def title_data(title: str, right: bool, role: int) -> object:
    """What a model answers about the title of a column."""
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
        return title
    if role == Qt.ItemDataRole.TextAlignmentRole:
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)
    return None


class RowModel(QAbstractItemModel):
    """Read-only rows; replacing them keeps what is open and chosen, by key."""

    def __init__(self, titles: list[str], right: set[int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.titles, self.right = titles, right
        self.rows: list[Row] = []
        self._parents: dict[int, tuple[Row | None, int]] = {}

    def set_rows(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self._parents = {}
        self._index(rows, None)
        self.endResetModel()

    def update_rows(self, rows: list[Row]) -> bool:
        """Takes rows of the same shape without a reset, telling only what changed; false when shapes
        differ.
        """
        if shape(rows) != shape(self.rows):
            return False
        last = len(self.titles) - 1
        for mine, new in zip(flat(self.rows), flat(rows), strict=True):
            if (mine.cells, mine.tint, mine.mark) != (new.cells, new.tint, new.mark):
                mine.cells, mine.tint, mine.mark = new.cells, new.tint, new.mark
                self.dataChanged.emit(self.index_of(mine), self.index_of(mine, last))
        return True

    def _index(self, rows: list[Row], parent: Row | None) -> None:
        for number, each in enumerate(rows):
            self._parents[id(each)] = (parent, number)
            self._index(each.children, each)

    def row_of(self, index: Index) -> Row | None:
        pointer = index.internalPointer() if index.isValid() else None
        return pointer if isinstance(pointer, Row) else None

    def index_of(self, each: Row, column: int = 0) -> QModelIndex:
        return self.createIndex(self._parents[id(each)][1], column, each)

    def index(self, number: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        above = self.row_of(parent)
        rows = above.children if above else self.rows
        if not (0 <= number < len(rows) and 0 <= column < len(self.titles)):
            return QModelIndex()
        return self.createIndex(number, column, rows[number])

    # Qt has two methods of this name, one of objects and one of models: no one type fits both.
    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008
        each = self.row_of(index)
        above = self._parents.get(id(each), (None, 0))[0] if each else None
        return self.index_of(above) if above is not None else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid() and parent.column() > 0:
            return 0
        above = self.row_of(parent)
        return len(above.children if above else self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self.titles)

    def flags(self, index: Index) -> Qt.ItemFlag:
        each = self.row_of(index)
        if each is None or not each.enabled:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        each = self.row_of(index)
        return None if each is None else cell_data(each, index.column(), role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        return title_data(self.titles[section], section in self.right, role)


class RowView(Protocol):
    """A view that the delegate paints for: a tree or a table of rows."""

    edge: int

    def row_height(self) -> int: ...
    def rootIsDecorated(self) -> bool: ...
    def model(self) -> QAbstractItemModel: ...


class SpanDelegate(QStyledItemDelegate):
    """Paints a cell's spans; a row may carry a tint and a three-pixel mark at its left edge."""

    PAD, EDGE, ICON = 8, 12, 14

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, cast("RowView", self.parent()).row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, each = cast("RowView", self.parent()), index.data(ROW_ROLE)
        if not isinstance(each, Row):
            return
        painter.save()
        rect: QRect = option.rect
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        lit = selected or bool(each.tint)
        if each.mark and index.column() == 0:
            painter.fillRect(QRect(0, rect.top(), 3, rect.height()), q(each.mark))
        content = each.at(index.column())
        first, last = index.column() == 0, index.column() == view.model().columnCount() - 1
        left = (4 if view.rootIsDecorated() else view.edge) if first else self.PAD
        self._spans(painter, rect.adjusted(left, 0, -(view.edge if last else self.PAD), 0), content, lit)
        painter.restore()

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A cell without a tip of its own tells what did not fit."""
        each = index.data(ROW_ROLE)
        if event.type() == QEvent.Type.ToolTip and isinstance(each, Row):
            content = each.at(index.column())
            if not (content.tip or content.copy) and self.width_of(content) > option.rect.width() - self.PAD:
                QToolTip.showText(event.globalPos(), content.text(), view)
                return True
        return bool(super().helpEvent(event, view, option, index))

    def width_of(self, content: Cell) -> int:
        """The room that a cell would take."""
        widths = [
            px(self.ICON) if s.icon else QFontMetrics(font(s.role)).horizontalAdvance(s.text)
            for s in content.spans
        ]
        return sum(widths) + sum(s.gap for s in content.spans[:-1]) + self.PAD

    def column_of(self, width: int) -> int:
        """The width of a column in which a cell of this width is whole."""
        return width + self.PAD + self.EDGE

    def _spans(self, painter: QPainter, rect: QRect, content: Cell, lit: bool) -> None:
        """On a lit row the third text level would fall below 4.5:1, so the second takes its place."""
        side = px(self.ICON)
        widths = [
            side if s.icon else QFontMetrics(font(s.role)).horizontalAdvance(s.text) + (12 if s.tint else 1)
            for s in content.spans
        ]
        total = sum(widths) + sum(s.gap for s in content.spans[:-1])
        for number, span in enumerate(content.spans):
            if span.gives and total > rect.width():
                less = max(0, min(widths[number] - side, total - rect.width()))
                widths[number], total = widths[number] - less, total - less
        x = max(rect.left(), rect.right() - total + 1) if content.right else rect.left()
        for span, width in zip(content.spans, widths, strict=True):
            room = rect.right() - x + 1
            if room <= 4:
                break
            if span.icon:
                top = rect.top() + (rect.height() - side) // 2
                painter.drawPixmap(QPoint(x, top), pixmap(span.icon, span.colour, self.ICON))
            else:
                room = min(room, width) if span.gives else room
                self._text(painter, QRect(x, rect.top(), room, rect.height()), span, width, lit)
            x += width + span.gap

    def _text(self, painter: QPainter, rect: QRect, span: Span, width: int, lit: bool) -> None:
        face, inset = font(span.role), 0
        if span.tint:
            inset = 5
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(q(span.tint))
            high = px(18)
            top = rect.top() + (rect.height() - high) // 2
            painter.drawRoundedRect(QRect(rect.left(), top, min(width, rect.width()), high), 4, 4)
        painter.setFont(face)
        painter.setPen(QPen(q("text.secondary" if lit and span.colour == "text.tertiary" else span.colour)))
        mode = Qt.TextElideMode.ElideMiddle if span.gives else Qt.TextElideMode.ElideRight
        text = fitting((span.text,), QFontMetrics(face), rect.width() - inset, mode)
        painter.drawText(rect.adjusted(inset, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def paint_focus(view: QAbstractItemView) -> None:
    """With the focus and no row chosen, a thin ring says where the keys go."""
    if view.hasFocus() and not view.selectionModel().hasSelection():
        painter = QPainter(view.viewport())
        painter.setPen(QPen(q("accent.focus"), 1))
        painter.drawRect(view.viewport().rect().adjusted(0, 0, -1, -1))
        painter.end()


class Grid(QTreeView):
    """A tree or table of rows. Columns are (title, width at 100 %); width 0 stretches.

    Columns that are `optional` give way, the first named first, where the stretching one gets too narrow.
    A column that `fits` is as wide as its widest cell where the others leave that room, or a third of all.
    In a card a grid is `flush`: its first and last cells reach its edges.

    `chosen` carries the key of the row a person moved to, `activated_key` of one opened by Enter or
    double click.
    """

    chosen = Signal(object)
    activated_key = Signal(object)

    def __init__(
        self,
        columns: list[tuple[str, int]],
        tree: bool = False,
        header: bool = True,
        right: tuple[int, ...] = (),
        name: str = "",
        flush: bool = False,
        optional: tuple[int, ...] = (),
        fits: tuple[int, ...] = (),
    ) -> None:
        super().__init__()
        self._optional, self._fits = optional, fits
        self._wanted: dict[int, int] = {}
        self._columns = columns
        self.edge = 0 if flush else SpanDelegate.EDGE
        self._hover = QPersistentModelIndex()
        self.menu_for: Callable[[object, QPoint], None] | None = None
        self.rows_model = RowModel([title for title, _ in columns], set(right), self)
        self.setModel(self.rows_model)
        self.setAccessibleName(name)
        self.setHeaderHidden(not header)
        self.setRootIsDecorated(tree)
        self.setItemsExpandable(tree)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setItemDelegate(SpanDelegate(self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.activated.connect(lambda index: self._emit(self.activated_key, index))
        self.selectionModel().currentChanged.connect(lambda now, _before: self._chose(now))
        self._quiet = False
        self.retheme()

    def retheme(self) -> None:
        header = self.header()
        header.setFont(font("caption"))
        header.setMinimumSectionSize(16)
        header.setStretchLastSection(False)
        for position, (_, width) in enumerate(self._columns):
            stretch = QHeaderView.ResizeMode.Stretch if width == 0 else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(position, stretch)
            if width:
                header.resizeSection(position, px(width))
        self._measure()
        self.setIndentation(px(16) if self.rootIsDecorated() else 0)
        self.scheduleDelayedItemsLayout()

    def row_height(self) -> int:
        return row_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._give_way()
        super().resizeEvent(event)

    def _measure(self) -> None:
        """What the cells of fitting columns, and beside them those of the stretching one, would take."""
        delegate = self.itemDelegate()
        if self._fits and isinstance(delegate, SpanDelegate):
            for column in (*self._fits, *(n for n, (_, width) in enumerate(self._columns) if not width)):
                cells = (r.cells[column] for r in self.all_rows() if column < len(r.cells))
                widest = max((delegate.width_of(content) for content in cells), default=0)
                self._wanted[column] = delegate.column_of(widest)
        self._give_way()

    def _give_way(self) -> None:
        """Hides optional columns while there is too little room for the stretching one."""
        widths, room = [px(width) for _, width in self._columns], self.viewport().width()
        for column in self._fits:
            others = (
                sum(widths)
                - widths[column]
                + sum(self._wanted.get(n, 0) for n, w in enumerate(widths) if not w)
            )
            most = max(widths[column], room // 3, room - others)
            widths[column] = max(widths[column], min(self._wanted.get(column, 0), most))
            self.header().resizeSection(column, widths[column])
        hidden = giving_way(widths, self._optional, room)
        for column in self._optional:
            self.setColumnHidden(column, column in hidden)

    def set_rows(self, rows: list[Row]) -> None:
        """Shows other rows; what was chosen, folded and scrolled to stays when its key is still there."""
        if self.rows_model.update_rows(rows):
            self._measure()
            return
        folded = {
            r.key for r in self.all_rows() if r.children and not self.isExpanded(self.rows_model.index_of(r))
        }
        known = {r.key for r in self.all_rows()}
        now, place = self.current_key(), self.verticalScrollBar().value()
        self._quiet = True
        self.rows_model.set_rows(rows)
        for each in self.all_rows():
            if each.children:
                shut = each.key in folded if each.key is not None and each.key in known else not each.open
                self.setExpanded(self.rows_model.index_of(each), not shut)
        if now is not None:
            self.choose(now, scroll=False)
        self.verticalScrollBar().setValue(place)
        self._quiet = False
        self._measure()

    def all_rows(self) -> Iterator[Row]:
        return flat(self.rows_model.rows)

    def is_shown(self, each: Row) -> bool:
        """Whether every row above this one is open."""
        above = self.rows_model.parent(self.rows_model.index_of(each))
        while above.isValid():
            if not self.isExpanded(above):
                return False
            above = self.rows_model.parent(above)
        return True

    def current_key(self) -> object:
        each = self.rows_model.row_of(self.currentIndex())
        return each.key if each else None

    def choose(self, key: object, scroll: bool = True) -> bool:
        """Moves the selection to the row with this key without telling anyone; false when there is none."""
        for each in self.all_rows():
            if each.key == key:
                before, self._quiet = self._quiet, True
                self.setCurrentIndex(self.rows_model.index_of(each))
                if scroll:
                    self.scrollTo(self.rows_model.index_of(each))
                self._quiet = before
                return True
        return False

    def _chose(self, index: Index) -> None:
        if not self._quiet:
            self._emit(self.chosen, index)

    def _emit(self, signal: SignalInstance, index: Index) -> None:
        each = self.rows_model.row_of(index)
        if each is not None and each.key is not None:
            signal.emit(each.key)

    def _menu(self, place: QPoint) -> None:
        each = self.rows_model.row_of(self.indexAt(place))
        if self.menu_for is not None and each is not None:
            self.menu_for(each.key, self.viewport().mapToGlobal(place))

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        each = self.rows_model.row_of(index)
        rect = QRect(0, option.rect.top(), self.viewport().width(), option.rect.height())
        if self.selectionModel().isRowSelected(index.row(), index.parent()):
            painter.fillRect(rect, q("selection.active" if self.hasFocus() else "selection.inactive"))
        elif each is not None and each.tint:
            painter.fillRect(rect, q(each.tint))
        elif (
            self._hover.isValid()
            and self._hover.row() == index.row()
            and self._hover.parent() == index.parent()
        ):
            painter.fillRect(rect, q("surface.hover"))
        super().drawRow(painter, option, index)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_focus(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt moves to the first row then; nobody chose it, so nobody is told."""
        before, self._quiet = self._quiet, True
        super().focusInEvent(event)
        self._quiet = before

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hover(self.indexAt(event.position().toPoint()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(QModelIndex())
        super().leaveEvent(event)

    def _set_hover(self, index: QModelIndex) -> None:
        if QPersistentModelIndex(index.siblingAtColumn(0)) != self._hover:
            self._hover = QPersistentModelIndex(index.siblingAtColumn(0))
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_current()
            return
        super().keyPressEvent(event)

    def copy_current(self) -> None:
        """Puts the whole values of the chosen row on the clipboard, cells apart by tabs."""
        each = self.rows_model.row_of(self.currentIndex())
        if each is not None:
            QGuiApplication.clipboard().setText(each.copied())
