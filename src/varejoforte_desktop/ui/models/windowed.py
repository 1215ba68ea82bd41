"""Lists as long as the shop needs, of which only the rows in sight are fetched."""

from __future__ import annotations

import asyncio
from array import array
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal

from varejoforte_desktop.ui.models.columns import Column, R
from varejoforte_desktop.ui.models.table import ColumnsModel, Index
from varejoforte_desktop.ui.tasks import TaskScope

PAGE: Final = 100
# The pages a view can need at once; older wishes come from scrolling past and are dropped.
_PAGES_AT_ONCE: Final = 4


class WindowedModel(ColumnsModel[R]):
    """All ids are in memory (8 bytes each); rows are fetched by id in pages around those asked for.

    Nothing is loaded before the first `invalidate()`. `load_ids` and `load_rows` are called on the UI thread and
    must do their work elsewhere (`await backend.run(…)`). After a failure nothing is asked again until the next
    `invalidate()`, so that a database that is away is not hammered by repaints.
    """

    #: All ids arrived: how many there are.
    loaded = Signal(int)
    #: The ids are being asked for (True) or have arrived or failed (False).
    loading = Signal(bool)
    #: A question failed: the exception.
    failed = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[R]],
        load_ids: Callable[[], Awaitable[array[int] | list[int]]],
        load_rows: Callable[[tuple[int, ...]], Awaitable[Sequence[R]]],
        *,
        cached_rows: int = 3000,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._load_ids = load_ids
        self._load_rows = load_rows
        self._limit = max(cached_rows, _PAGES_AT_ONCE * PAGE * 2)
        self._tasks = TaskScope(self, self._fail)
        self._ids: array[int] = array("q")
        self._id_task: asyncio.Task[None] | None = None
        self._row_task: asyncio.Task[None] | None = None
        self._generation = 0
        self._broken = False
        self._rows: OrderedDict[int, R] = OrderedDict()
        self._places: dict[int, int] = {}
        self._fresh: set[int] = set()
        self._gone: set[int] = set()
        # Ids told to be out of date while the answer about them was under way.
        self._overtaken: set[int] = set()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(0)
        self._gather.timeout.connect(self._fetch)

    def rowCount(self, parent: Index | None = None) -> int:
        """How many ids there are."""
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def id_at(self, row: int) -> int | None:
        """The id of a row, None outside the table."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_at(self, row: int) -> R | None:
        """The record of a row, asking for it when it is not here; meanwhile the old one or None."""
        id_ = self.id_at(row)
        if id_ is None:
            return None
        self._places[id_] = row
        if id_ not in self._fresh and id_ not in self._gone:
            self._want(row)
        record = self._rows.get(id_)
        if record is not None:
            self._rows.move_to_end(id_)
        return record

    def place_of(self, id_: int) -> int | None:
        """The row an id stands in now, None when it is not listed. About 10 ms in a million."""
        place = self._places.get(id_)
        if place is not None and self.id_at(place) == id_:
            return place
        try:
            return self._ids.index(id_)
        except ValueError:
            return None

    def places_of(self, ids: Collection[int]) -> dict[int, int]:
        """Where each of these ids stands now; about 50 ms in a million."""
        return _places_of(self._ids, ids)

    def invalidate(self, ids: Collection[int] | None = None) -> None:
        """What is shown may be out of date: these rows, or (None) which rows there are as well.

        Old rows stay on the screen until the new ones arrive; selection and position follow their ids.
        """
        self._broken = False
        if ids is None:
            self._generation += 1
            self._fresh.clear()
            self._gone.clear()
            if self._id_task is not None:
                self._id_task.cancel()
            self.loading.emit(True)
            self._id_task = self._tasks.start(self._reload(self._generation))
            return
        self._fresh.difference_update(ids)
        self._gone.difference_update(ids)
        self._overtaken.update(ids)
        self._repaint(ids)

    def invalidate_rows(self) -> None:
        """Every row may be out of date, but not which there are nor their order."""
        self.invalidate(tuple(self._rows))

    def close(self) -> None:
        """Stop asking; the screen is closing."""
        self._gather.stop()
        self._tasks.close()

    async def _reload(self, generation: int) -> None:
        answer = await self._load_ids()
        ids = answer if isinstance(answer, array) else array("q", answer)
        kept = {
            self._ids[index.row()] for index in self.persistentIndexList() if index.row() < len(self._ids)
        }
        places = await asyncio.to_thread(_places_of, ids, kept) if kept else {}
        if generation != self._generation:
            return
        self._replace(ids, places)
        self.loading.emit(False)
        self.loaded.emit(len(ids))

    def _replace(self, ids: array[int], known: dict[int, int]) -> None:
        """Put the new ids in place; whatever pointed at a row points at the same id afterwards."""
        if ids == self._ids:
            self._repaint(tuple(self._places))
            return
        if not ids:
            self.beginResetModel()
            self._ids = ids
            self._places.clear()
            self.endResetModel()
            return
        if not self._ids:
            self.beginInsertRows(QModelIndex(), 0, len(ids) - 1)
            self._ids = ids
            self.endInsertRows()
            return
        self.layoutAboutToBeChanged.emit()
        olds = self.persistentIndexList()
        wanted = [self._ids[index.row()] for index in olds]
        known |= _places_of(ids, set(wanted) - known.keys())
        self._ids = ids
        self._places.clear()
        self._wanted.clear()
        news = [
            self.index(known[id_], index.column()) if id_ in known else QModelIndex()
            for id_, index in zip(wanted, olds, strict=True)
        ]
        self.changePersistentIndexList(olds, news)
        self.layoutChanged.emit()

    def _want(self, row: int) -> None:
        if self._broken:
            return
        page = row // PAGE
        self._wanted[page] = None
        self._wanted.move_to_end(page)
        if self._row_task is None and not self._gather.isActive():
            self._gather.start()

    def _fetch(self) -> None:
        if self._row_task is None and self._wanted and not self._broken:
            pages = list(self._wanted)[-_PAGES_AT_ONCE:]
            self._wanted.clear()
            ids = tuple(
                id_
                for page in pages
                for id_ in self._ids[page * PAGE : (page + 1) * PAGE]
                if id_ not in self._fresh and id_ not in self._gone
            )
            if ids:
                self._overtaken.clear()
                self._row_task = self._tasks.start(self._answer(ids, self._generation))

    async def _answer(self, ids: tuple[int, ...], generation: int) -> None:
        try:
            rows = await self._load_rows(ids)
        finally:
            self._row_task = None
        if generation == self._generation:
            self._keep(ids, rows)
        # An older answer may already be untrue; its rows are asked for again by whoever shows them.
        self._repaint(ids)
        self._fetch()

    def _keep(self, ids: tuple[int, ...], rows: Sequence[R]) -> None:
        for row in rows:
            self._rows[row.id] = row
            self._rows.move_to_end(row.id)
        found = {row.id for row in rows}
        lost = set(ids) - found
        for id_ in lost:
            self._rows.pop(id_, None)
        self._fresh |= found - self._overtaken
        self._gone |= lost - self._overtaken
        while len(self._rows) > self._limit:
            id_, _ = self._rows.popitem(last=False)
            self._fresh.discard(id_)
            self._places.pop(id_, None)

    def _repaint(self, ids: Collection[int]) -> None:
        places = [
            place for id_ in ids if (place := self._places.get(id_)) is not None and self.id_at(place) == id_
        ]
        if places:
            last = self.columnCount() - 1
            self.dataChanged.emit(self.index(min(places), 0), self.index(max(places), last))

    def _fail(self, error: BaseException) -> None:
        self._broken = True
        self._wanted.clear()
        self.loading.emit(False)
        self.failed.emit(error)


def _places_of(ids: array[int], wanted: Collection[int]) -> dict[int, int]:
    """Where each of the wanted ids stands; for a few the array's own search is fastest."""
    if len(wanted) > 4:
        among = set(wanted)
        return {id_: place for place, id_ in enumerate(ids) if id_ in among}
    places = {}
    for id_ in wanted:
        try:
            places[id_] = ids.index(id_)
        except ValueError:
            continue
    return places
