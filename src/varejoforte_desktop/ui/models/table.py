"""What the long list and the short list have in common: columns, headers and sorting by a click."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, Generic

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from varejoforte_desktop.ui.models.columns import Align, Column, ItemRole, R

# Spaces that do not break: Qt leaves others out when it aligns to the right.
_ARROW_ROOM: Final = "\N{NO-BREAK SPACE}" * 5
Index = QModelIndex | QPersistentModelIndex


class ColumnsModel(QAbstractTableModel, Generic[R]):
    """A table whose columns are described by `Column`; where the rows come from is the subclass's matter."""

    #: A sortable header was clicked: the column's sort_key and whether the order is descending.
    sort_requested = Signal(str, bool)

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._order: tuple[str, bool] | None = None

    def id_at(self, row: int) -> int | None:
        """The id of a row, None outside the table."""
        raise NotImplementedError

    def row_at(self, row: int) -> R | None:
        """The record of a row; None outside the table or while it is being loaded."""
        raise NotImplementedError

    def places_of(self, ids: Collection[int]) -> dict[int, int]:
        """Where each of these ids stands now; those not listed are left out."""
        wanted = set(ids)
        return {
            id_: row
            for row in range(self.rowCount())
            if (id_ := self.id_at(row)) in wanted and id_ is not None
        }

    def columnCount(self, parent: Index | None = None) -> int:
        """As many as were described."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles across the top, nothing down the side."""
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            said = self.columns[section].header(role)
            return self._beside_arrow(section, said) if role == Qt.ItemDataRole.DisplayRole else said
        return None

    def _beside_arrow(self, section: int, title: object) -> object:
        """Qt writes a title that stands right under the arrow of a sorted column: keep it clear."""
        column = self.columns[section]
        sorted_by = self._order is not None and self._order[0] == column.sort_key and bool(column.sort_key)
        return f"{title}{_ARROW_ROOM}" if sorted_by and column.align is Align.RIGHT else title

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the cell shows; "…" while its row is on the way."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.align.flags
        if role == ItemRole.ID:
            return self.id_at(index.row())
        row = self.row_at(index.row())
        if role == ItemRole.ROW:
            return row
        if row is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        return column.data(row, role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Pass the wish on; whoever asks the shop for rows knows how to order them."""
        if 0 <= column < len(self.columns) and self.columns[column].sort_key:
            wish = (self.columns[column].sort_key, order is Qt.SortOrder.DescendingOrder)
            # Views repeat themselves: once for the click, once for the arrow.
            if wish != self._order:
                self._order = wish
                self.sort_requested.emit(*wish)
