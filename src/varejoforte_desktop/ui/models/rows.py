"""Short lists held whole, that change row by row under the eyes instead of jumping."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Sequence

from PySide6.QtCore import QModelIndex, QObject

from varejoforte_desktop.ui.models.columns import Column, R
from varejoforte_desktop.ui.models.table import ColumnsModel, Index


class RowsModel(ColumnsModel[R]):
    """Rows known by id; `set_rows` tells the view only what differs, so selection and position stay."""

    def __init__(
        self, columns: Sequence[Column[R]], rows: Sequence[R] = (), parent: QObject | None = None
    ) -> None:
        super().__init__(columns, parent)
        self._rows: list[R] = list(rows)

    @property
    def rows(self) -> tuple[R, ...]:
        """The rows in order."""
        return tuple(self._rows)

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def id_at(self, row: int) -> int | None:
        """The id of a row, None outside the table."""
        return self._rows[row].id if 0 <= row < len(self._rows) else None

    def row_at(self, row: int) -> R | None:
        """The record of a row, None outside the table."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def place_of(self, id_: int) -> int | None:
        """The row an id stands in, None when it is not listed."""
        return next((place for place, row in enumerate(self._rows) if row.id == id_), None)

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show exactly these rows in this order, by the fewest removals, moves, insertions and updates."""
        target = {row.id: row for row in rows}
        if len(target) != len(rows):
            raise ValueError("two rows with one id")
        self._remove_all_but(target.keys())
        self._arrange(list(target.values()))
        self._update(target)

    def update_row(self, row: R) -> None:
        """Replace the row with the same id; one that is not listed is ignored."""
        place = self.place_of(row.id)
        if place is not None and self._rows[place] != row:
            self._rows[place] = row
            self._changed(place, place)

    def _remove_all_but(self, kept: Container[int]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last].id in kept:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1].id not in kept:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1

    def _arrange(self, target: list[R]) -> None:
        """Rows whose order already agrees stay; each other one goes behind its new neighbour."""
        goal = {row.id: place for place, row in enumerate(target)}
        present = {row.id for row in self._rows}
        staying = _in_order([goal[row.id] for row in self._rows])
        place = 0
        while place < len(target):
            row = target[place]
            if row.id not in present:
                upto = place
                while upto < len(target) and target[upto].id not in present:
                    upto += 1
                self._insert(self._after(target, place), target[place:upto])
                place = upto
                continue
            if place not in staying:
                self._move(row.id, self._after(target, place))
            place += 1

    def _after(self, target: list[R], place: int) -> int:
        if place == 0:
            return 0
        neighbour = self.place_of(target[place - 1].id)
        return 0 if neighbour is None else neighbour + 1

    def _insert(self, place: int, rows: list[R]) -> None:
        self.beginInsertRows(QModelIndex(), place, place + len(rows) - 1)
        self._rows[place:place] = rows
        self.endInsertRows()

    def _move(self, id_: int, place: int) -> None:
        origin = self.place_of(id_)
        # Qt refuses a move to where the row already stands.
        if origin is None or place in {origin, origin + 1}:
            return
        self.beginMoveRows(QModelIndex(), origin, origin, QModelIndex(), place)
        row = self._rows.pop(origin)
        self._rows.insert(place - 1 if place > origin else place, row)
        self.endMoveRows()

    def _update(self, target: dict[int, R]) -> None:
        first: int | None = None
        for place, row in enumerate(self._rows):
            if target[row.id] != row:
                self._rows[place] = target[row.id]
                first = place if first is None else first
            elif first is not None:
                self._changed(first, place - 1)
                first = None
        if first is not None:
            self._changed(first, len(self._rows) - 1)

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))


def _in_order(places: list[int]) -> set[int]:
    """The longest run of places that already rise, however many others stand between them."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for here, place in enumerate(places):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(place)
            ends.append(here)
        else:
            tails[length] = place
            ends[length] = here
    run = set()
    here = ends[-1] if ends else -1
    while here >= 0:
        run.add(places[here])
        here = before[here]
    return run
