"""The table every list of the program is shown in: comfortable rows, whole keyboard, nothing cut without a tooltip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from varejoforte_desktop.ui.models.columns import Column, ItemRole
from varejoforte_desktop.ui.models.table import ColumnsModel, Index
from varejoforte_desktop.ui.theme import Theme

# Selected rows that Qt follows by itself without being felt, and those that we follow by their ids.
_QT_TRACKS: Final = 500
_WE_TRACK: Final = 50_000


class TableView(QTableView):
    """Selects whole rows; Enter or a double click emits `chosen` with the row's id."""

    #: Enter or double click on a row: its id.
    chosen = Signal(object)
    #: The current row changed: its id, or None.
    current_changed = Signal(object)

    def __init__(
        self, object_name: str, accessible_name: str, *, sortable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(accessible_name)
        self._sortable = sortable
        self._anchor: tuple[QPersistentModelIndex, int] | None = None
        self._fitted_by_hand: set[int] = set()
        self._aside: tuple[int, ...] | None = None
        self._aside_all = False
        self.setItemDelegate(_TooltipDelegate(self))
        self._set_up()
        self.doubleClicked.connect(self._choose)
        Theme.current().changed.connect(self._fit)

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        side = self.verticalHeader()
        side.hide()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(self._sortable)
        header.setMinimumSectionSize(32)
        header.sectionResized.connect(self._resized)
        header.sortIndicatorChanged.connect(self._mark_sorted)
        self._sorted_by = (-1, Qt.SortOrder.AscendingOrder)
        self.setMouseTracking(True)
        self._resizing = False

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show a model of ours and fit the columns to it."""
        if model is not None:
            # Before Qt's own connection, which would track each cell of a large selection for seconds.
            model.layoutAboutToBeChanged.connect(self._set_aside_selection)
        super().setModel(model)
        if model is None:
            return
        model.layoutAboutToBeChanged.connect(self._remember)
        model.layoutChanged.connect(self._return)
        self.selectionModel().currentRowChanged.connect(self._tell_current)
        # Painting a header asks of each column whether all its rows are selected: seconds in a million rows.
        self.horizontalHeader().setSelectionModel(QItemSelectionModel(model, self))
        # Sorting is switched on before any header was clicked, and asks nothing of the model until then.
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(self._sortable)
        self._fit()

    def selected_ids(self) -> tuple[int, ...]:
        """The ids of the selected rows, from the top."""
        model = self.model()
        if not isinstance(model, ColumnsModel):
            return ()
        rows = sorted(row for first, last in self._selected_runs() for row in range(first, last + 1))
        return tuple(id_ for row in rows if (id_ := model.id_at(row)) is not None)

    def current_id(self) -> int | None:
        """The id of the row the keyboard is on."""
        id_: int | None = self.currentIndex().data(ItemRole.ID)
        return id_

    def go_to_row(self, row: int) -> None:
        """Select one row and bring it into sight."""
        # Qt scrolls to no cell of a hidden column.
        shown = (column for column in range(self.model().columnCount()) if not self.isColumnHidden(column))
        index = self.model().index(row, next(shown, 0))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses; Home and End go to the first and last row; letters search nothing here."""
        key, plain = (
            event.key(),
            event.modifiers()
            in {
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            },
        )
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and plain:
            self._choose(self.currentIndex())
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End} and plain and self.model() is not None:
            last = self.model().rowCount() - 1
            if last >= 0:
                self.go_to_row(0 if key == Qt.Key.Key_Home else last)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def keyboardSearch(self, search: str) -> None:
        """Off: it would ask a million rows for their text."""

    def _choose(self, index: QModelIndex) -> None:
        id_ = index.data(ItemRole.ID) if index.isValid() else None
        if id_ is not None:
            self.chosen.emit(id_)

    def _tell_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.current_changed.emit(current.data(ItemRole.ID) if current.isValid() else None)

    def _selected_runs(self) -> set[tuple[int, int]]:
        # Rows are selected whole, so a run's columns do not matter; Qt may hold it in pieces side by side.
        selection = self.selectionModel().selection()
        runs = (selection.at(place) for place in range(selection.count()))
        return {(run.top(), run.bottom()) for run in runs}

    def _set_aside_selection(self) -> None:
        """Remember a large selection by its ids and take it away from Qt while the rows change places."""
        self._aside = None
        count = sum(last - first + 1 for first, last in self._selected_runs())
        if count <= _QT_TRACKS:
            return
        everything = count >= self.model().rowCount()
        # A selection that cannot be followed exactly is given up: a wrong one would change the wrong products.
        self._aside = None if everything or count > _WE_TRACK else self.selected_ids()
        self._aside_all = everything
        self.selectionModel().clearSelection()

    def _select_again(self) -> None:
        model = self.model()
        if self._aside_all:
            self.selectAll()
        elif self._aside is not None and isinstance(model, ColumnsModel):
            last = model.columnCount() - 1
            selection = QItemSelection()
            for first_row, last_row in _runs(sorted(model.places_of(self._aside).values())):
                selection.select(model.index(first_row, 0), model.index(last_row, last))
            self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.Select)
        self._aside, self._aside_all = None, False

    def _remember(self) -> None:
        # The row in sight that must not move: the current one, else the first.
        current, top = self.currentIndex(), self.indexAt(self.viewport().rect().topLeft())
        # Taking the focus makes the first row current without anybody having chosen it.
        selected = current.isValid() and self.selectionModel().isSelected(current)
        shown = selected and self.viewport().rect().intersects(self.visualRect(current))
        kept = current if shown else top
        if not kept.isValid() or (self.verticalScrollBar().value() == 0 and not shown):
            self._anchor = None
            return
        self._anchor = (QPersistentModelIndex(kept), self.rowViewportPosition(kept.row()))

    def _return(self) -> None:
        self._select_again()
        anchor, self._anchor = self._anchor, None
        if anchor is None or not anchor[0].isValid():
            return
        # Scroll bars learn the new number of rows only here.
        self.updateGeometries()
        moved = self.rowViewportPosition(anchor[0].row()) - anchor[1]
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + moved)

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider columns and higher rows."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _mark_sorted(self, section: int, order: Qt.SortOrder) -> None:
        """Leave the arrow where it was when a column cannot be sorted by."""
        columns = getattr(self.model(), "columns", ())
        if section < 0 or (section < len(columns) and columns[section].sort_key):
            self._sorted_by = (section, order)
            return
        header = self.horizontalHeader()
        header.blockSignals(True)
        header.setSortIndicator(*self._sorted_by)
        header.blockSignals(False)

    def _resized(self, section: int) -> None:
        if not self._resizing:
            self._fitted_by_hand.add(section)

    def _fit(self) -> None:
        """Rows and columns for the letters in use; columns the person widened are left alone."""
        theme = Theme.current()
        self.verticalHeader().setDefaultSectionSize(theme.px(34))
        self.setIconSize(QSize(theme.px(16), theme.px(16)))
        columns: Sequence[Column[object]] = getattr(self.model(), "columns", ())  # type: ignore[type-var]
        header = self.horizontalHeader()
        self._resizing = True
        for place, column in enumerate(columns):
            stretch = column.stretch
            mode = QHeaderView.ResizeMode.Stretch if stretch else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(place, mode)
            if not stretch and place not in self._fitted_by_hand:
                self.setColumnWidth(place, self._width_of(column))
        self._resizing = False
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns that may leave come and go with the room there is."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Hide the columns that yield until the stretched one has its room; with none left, scroll sideways."""
        columns: Sequence[Column[object]] = getattr(self.model(), "columns", ())  # type: ignore[type-var]
        if not any(column.yields for column in columns):
            return
        widths = [
            self._width_of(column)
            if column.stretch or self.isColumnHidden(place)
            else self.columnWidth(place)
            for place, column in enumerate(columns)
        ]
        wanted, room = sum(widths), self.viewport().width()
        leaving = set()
        for place in sorted(range(len(columns)), key=lambda each: -columns[each].yields):
            if columns[place].yields > 0 and wanted > room:
                leaving.add(place)
                wanted -= widths[place]
        stretched = [place for place, column in enumerate(columns) if column.stretch]
        mode = QHeaderView.ResizeMode.Stretch if wanted <= room else QHeaderView.ResizeMode.Interactive
        self._resizing = True
        # The mode first: Qt gives a hidden column's width back at once only where nothing stretches.
        for place in stretched:
            self.horizontalHeader().setSectionResizeMode(place, mode)
            if wanted > room:
                self.setColumnWidth(place, widths[place])
        for place in range(len(columns)):
            self.setColumnHidden(place, place in leaving)
        self._resizing = False

    def _width_of(self, column: Column[object]) -> int:  # type: ignore[type-var]
        theme = Theme.current()
        words = self.fontMetrics().horizontalAdvance(column.sample)
        # Titles are smaller but bold; an arrow may stand beside them.
        title = self.fontMetrics().horizontalAdvance(column.title) + theme.px(28 if column.sort_key else 4)
        drawing = theme.px(24) if column.icon is not None else 0
        return max(words + drawing, title) + theme.px(10) * 2 + 6


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each stretch of rows without a gap."""
    first = previous = None
    for row in rows:
        if first is None or previous is None or row != previous + 1:
            if first is not None and previous is not None:
                yield first, previous
            first = row
        previous = row
    if first is not None and previous is not None:
        yield first, previous


class _TooltipDelegate(QStyledItemDelegate):
    """Shows the whole text of a cell that had to cut it, unless the column has something better to say."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Icons as large as the letters; no dotted focus on one cell, for the row is what is chosen."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Answer a resting pointer."""
        text = index.data(Qt.ItemDataRole.DisplayRole)
        said = index.data(Qt.ItemDataRole.ToolTipRole)
        if event.type() == QEvent.Type.ToolTip and not said and isinstance(text, str):
            room: QRect = option.rect
            if self.sizeHint(option, index).width() > room.width():
                QToolTip.showText(event.globalPos(), text, view)
                return True
        return super().helpEvent(event, view, option, index)
