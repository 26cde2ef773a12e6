"""LazyTable: a table that makes only the rows that are looked at, for lists of any length."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyleOptionViewItem, QTableView

from app.theme import font, px, q, row_height
from app.widgets.grid import (
    CELL_ROLES,
    ROW_ROLE,
    Index,
    SpanDelegate,
    cell_data,
    giving_way,
    paint_focus,
    title_data,
)
from app.widgets.spans import Cell, LazyRows, Row

MOST_KEPT = 1024


class NoRows(LazyRows):
    """Nothing."""

    same: object = None
    marked: Mapping[int, object] = {}

    def __len__(self) -> int:
        return 0

    def row(self, number: int) -> Row:
        raise IndexError(number)


class LazyModel(QAbstractTableModel):
    """`made` counts the rows that were formatted, `told` the rows that views heard had changed."""

    def __init__(self, titles: list[str], right: set[int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.titles, self.right = titles, right
        self.rows: LazyRows = NoRows()
        self._kept: OrderedDict[int, Row] = OrderedDict()
        self.made = self.told = 0

    def show(self, rows: LazyRows) -> None:
        """Shows other rows and tells of what differs; only another list altogether is a reset."""
        before = self.rows
        if rows.same != before.same:
            self.beginResetModel()
            self.rows = rows
            self._kept.clear()
            self.endResetModel()
            return
        old, new = len(before), len(rows)
        nowhere = QModelIndex()
        if new > old:
            self.beginInsertRows(nowhere, old, new - 1)
            self.rows = rows
            self.endInsertRows()
        elif new < old:
            self.beginRemoveRows(nowhere, new, old - 1)
            self.rows = rows
            self.endRemoveRows()
        else:
            self.rows = rows
        last = len(self.titles) - 1
        for number in sorted({*before.marked, *rows.marked, *range(min(old, new), max(old, new))}):
            self._kept.pop(number, None)
            if number < min(old, new):
                self.told += 1
                self.dataChanged.emit(self.index(number, 0), self.index(number, last))

    def row(self, number: int) -> Row:
        """A row, made now if it is not among those made last."""
        found = self._kept.get(number)
        if found is None:
            self.made += 1
            found = self._kept[number] = self.rows.row(number)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self.titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role not in CELL_ROLES:  # no row is made for other questions
            return None
        return cell_data(self.row(index.row()), index.column(), role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        return title_data(self.titles[section], section in self.right, role)


class TintedDelegate(SpanDelegate):
    """A table has no rows to paint behind its cells, so each cell paints its part."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, each = self.parent(), index.data(ROW_ROLE)
        if isinstance(view, LazyTable) and isinstance(each, Row):
            colour = view.background_of(index.row(), each)
            if colour:
                painter.fillRect(option.rect, q(colour))
        super().paint(painter, option, index)


class LazyTable(QTableView):
    """The look of a Grid for rows without children. `chosen` and `activated_key` carry the key of a row."""

    chosen = Signal(object)
    activated_key = Signal(object)

    def __init__(
        self,
        columns: list[tuple[str, int]],
        right: tuple[int, ...] = (),
        name: str = "",
        optional: tuple[int, ...] = (),
    ) -> None:
        super().__init__()
        self.columns, self.optional = columns, optional
        self._needed: dict[int, Cell] = {}
        self.edge = SpanDelegate.EDGE
        self.menu_for: Callable[[object, QPoint], None] | None = None
        self.rows_model = LazyModel([title for title, _ in columns], set(right), self)
        self.setModel(self.rows_model)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(TintedDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.activated.connect(lambda index: self.activated_key.emit(self.rows_model.row(index.row()).key))
        self.clicked.connect(lambda index: self.chosen.emit(self.rows_model.row(index.row()).key))
        self.retheme()

    def retheme(self) -> None:
        header = self.horizontalHeader()
        header.setFont(font("caption"))
        header.setMinimumSectionSize(16)
        for position, (_, width) in enumerate(self.columns):
            stretch = QHeaderView.ResizeMode.Stretch if width == 0 else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(position, stretch)
            if width:
                header.resizeSection(position, self._width(position))
        self.verticalHeader().setMinimumSectionSize(row_height())
        self.verticalHeader().setDefaultSectionSize(row_height())
        self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._give_way()
        super().resizeEvent(event)
        self._bring()

    def _give_way(self) -> None:
        """Hides optional columns while there is too little room for the stretching one."""
        widths = [self._width(n) for n in range(len(self.columns))]
        hidden = giving_way(widths, self.optional, self.viewport().width())
        for column in self.optional:
            self.setColumnHidden(column, column in hidden)

    def need(self, column: int, content: Cell) -> None:
        """A column is never narrower than this cell, its widest one, takes."""
        if self._needed.get(column) != content:
            self._needed[column] = content
            self.horizontalHeader().resizeSection(column, self._width(column))
            self._give_way()

    def _width(self, column: int) -> int:
        width, content = px(self.columns[column][1]), self._needed.get(column)
        delegate = self.itemDelegate()
        if content is None or not isinstance(delegate, SpanDelegate):
            return width
        return max(width, delegate.column_of(delegate.width_of(content)))

    def rootIsDecorated(self) -> bool:
        """A table has no tree; its delegate asks as it asks a Grid."""
        return False

    def row_height(self) -> int:
        return row_height()

    def show_rows(self, rows: LazyRows) -> None:
        """Shows other rows; the last marked one is brought into view."""
        self.rows_model.show(rows)
        self._bring()

    def _bring(self) -> None:
        """Scrolls to the last marked row; the length of the list counts at once, not at the next layout."""
        marked = self.rows_model.rows.marked
        if marked:
            self.updateGeometries()
            self.scrollTo(self.rows_model.index(max(marked), 0))

    def background_of(self, number: int, each: Row) -> str:
        if self.selectionModel().isRowSelected(number, QModelIndex()):
            return "selection.active" if self.hasFocus() else "selection.inactive"
        return each.tint

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_focus(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            each = self.rows_model.row(self.currentIndex().row())
            QGuiApplication.clipboard().setText(each.copied())
            return
        super().keyPressEvent(event)
