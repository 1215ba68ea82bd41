"""The list of orders: as long as the archive is, with a mark on those that are to be imported."""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent

from varejoforte_desktop.application.order_questions import OrderRow
from varejoforte_desktop.ui.models.table import Index
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.models.windowed import WindowedModel
from varejoforte_desktop.ui.orders.columns import OrderColumns
from varejoforte_desktop.ui.theme import Theme

_CHECK: Final = Qt.ItemDataRole.CheckStateRole

#: From the edge of the list to the end of a mark, at 100 %.
_MARK_WIDTH: Final = 36


class OrderModel(WindowedModel[OrderRow]):
    """Rows come as they are looked at; marks belong to orders, not to places, and only to those that are listed."""

    #: How many are marked now.
    marks_changed = Signal(int)

    def __init__(
        self,
        columns: OrderColumns,
        load_ids: Callable[[], Awaitable[array[int] | list[int]]],
        load_rows: Callable[[tuple[int, ...]], Awaitable[Sequence[OrderRow]]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, load_ids, load_rows, parent=parent)
        self._marked: set[int] = set()
        self._markable = False
        self.loaded.connect(self._forget_absent)

    def show_columns(self, columns: OrderColumns, *, markable: bool) -> None:
        """Another list stands here: other columns, no rows and no marks until it is asked for."""
        self.beginResetModel()
        self.columns = tuple(columns)
        self._markable = markable
        self._ids = array("q")
        self._places.clear()
        self.endResetModel()
        self._mark(set())

    # -- marks ----------------------------------------------------------------------------------------

    @property
    def markable(self) -> bool:
        """Whether the orders listed here can be marked."""
        return self._markable

    def marked_ids(self) -> tuple[int, ...]:
        """The marked orders in the order of the list."""
        return tuple(each for each in self._ids if each in self._marked)

    def toggle(self, order_id: int) -> None:
        """Mark an order, or take its mark away."""
        if self._markable:
            self._mark(self._marked ^ {order_id})

    def toggle_all(self) -> None:
        """Mark every order listed; when all are marked, none."""
        if self._markable:
            everything = set(self._ids)
            self._mark(set() if everything == self._marked else everything)

    def unmark(self, order_ids: Collection[int]) -> None:
        """Take marks away: these orders were dealt with."""
        self._mark(self._marked.difference(order_ids))

    def _mark(self, marked: set[int]) -> None:
        if marked == self._marked:
            return
        self._marked = marked
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 0), [_CHECK])
        self.marks_changed.emit(len(marked))

    def _forget_absent(self, _count: int) -> None:
        """What cannot be seen must not be imported."""
        if self._marked:
            self._mark(self._marked.intersection(self._ids))

    # -- the view's questions -------------------------------------------------------------------------

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The mark stands in the first column."""
        if role == _CHECK and index.isValid():
            if not self._markable or index.column():
                return None
            marked = self.id_at(index.row()) in self._marked
            return Qt.CheckState.Checked if marked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole and index.isValid() and not index.column():
            return None  # the drawing before the number has the colour
        return super().data(index, role)


class OrderTable(TableView):
    """One row is chosen at a time; several may be marked."""

    def __init__(self, model: OrderModel) -> None:
        super().__init__("order_table", self.tr("Pedidos"))
        self._orders = model
        self.setModel(model)
        self.setSelectionMode(TableView.SelectionMode.SingleSelection)

    def show_columns(self, columns: OrderColumns, *, markable: bool) -> None:
        """Show another list."""
        for place in range(self._orders.columnCount()):
            self.setColumnHidden(place, False)
        self._orders.show_columns(columns, markable=markable)
        self._fitted_by_hand.clear()  # those were widths of other columns
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the mark changes it, wherever the style draws it: Qt looks for it beside its place."""
        super().mousePressEvent(event)
        spot = event.position().toPoint()
        index = self.indexAt(spot)
        order_id = self._orders.id_at(index.row()) if index.isValid() and not index.column() else None
        inside = spot.x() - self.columnViewportPosition(0) < Theme.current().px(_MARK_WIDTH)
        if order_id is not None and inside and event.button() is Qt.MouseButton.LeftButton:
            self._orders.toggle(order_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick clicks on the mark are two clicks on it, and open nothing."""
        spot = event.position().toPoint()
        if self._orders.markable and spot.x() - self.columnViewportPosition(0) < Theme.current().px(
            _MARK_WIDTH
        ):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)
