"""A long list, newest first, read a page at a time as one scrolls down; what is new arrives on top by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Generic

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.ui.models.columns import Column, R
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.tasks import TaskScope


class PagedRows(QObject, Generic[R]):
    """Holds the pages that were read, `size` rows each; one question runs at a time. Base of such lists."""

    #: Rows arrived: how many are held.
    loaded = Signal(int)
    #: A question failed: the exception.
    failed = Signal(object)

    def __init__(
        self, backend: Backend, columns: Sequence[Column[R]], *, size: int, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._backend = backend
        self._size = size
        self._tasks = TaskScope(self, self.failed.emit)
        self._task: asyncio.Task[None] | None = None
        self._complete = False
        #: Something else is looked for than what the held rows answer.
        self._outdated = False
        #: Somebody reached the end; remembered while the newest rows are being read.
        self._more_wanted = False
        self.model: RowsModel[R] = RowsModel(columns, parent=self)

    @property
    def complete(self) -> bool:
        """Whether the oldest row that is found was read."""
        return self._complete

    def refresh(self) -> None:
        """Fetch what was added since."""
        self._start(self._read_top(self._size, joining=True))

    def read_more(self) -> None:
        """Fetch the next older page, after the question that runs; nothing when all was read."""
        self._more_wanted = True
        if self._task is None or self._task.done():
            self._task = self._tasks.start(self._read_wanted())

    async def aclose(self) -> None:
        """Stop asking."""
        self._tasks.close()
        await self._tasks.settled()

    # -- for the lists themselves ---------------------------------------------------------------------

    async def _page(self, before_id: int | None, limit: int) -> list[R]:
        """Ask the books for the newest rows older than this one (None: of all)."""
        raise NotImplementedError

    async def _newest(self, limit: int) -> list[R]:
        """The rows on top, and whatever is read along with them."""
        return await self._page(None, limit)

    def _begin_again(self) -> None:
        """Something else is looked for: what is held goes, as soon as the answer is here, whoever asks for it."""
        self._more_wanted = False
        self._outdated = True
        self._start(self._read_top(self._size, joining=False))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = self._tasks.start(work)

    async def _read_top(self, limit: int, *, joining: bool) -> None:
        """Read the newest rows. Only where rows never change may the held ones be joined to them."""
        page = await self._newest(limit)
        older = _older(self.model.rows, page) if joining and not self._outdated else []
        self._outdated = False
        if not older:
            self._complete = len(page) < limit
        self.model.set_rows([*page, *older])
        self.loaded.emit(len(self.model.rows))
        await self._read_wanted()

    async def _read_wanted(self) -> None:
        rows = self.model.rows
        if self._more_wanted and rows and not self._complete and not self._outdated:
            page = await self._page(rows[-1].id, self._size)
            self._complete = len(page) < self._size
            self.model.set_rows([*rows, *page])
            self.loaded.emit(len(self.model.rows))
        self._more_wanted = False


def _older(held: Sequence[R], page: Sequence[R]) -> list[R]:
    """The held rows that go on below the newest page."""
    # More rows than a page were added meanwhile: the gap would never be filled, so begin again.
    if not held or not page or held[0].id < page[-1].id:
        return []
    return [row for row in held if row.id < page[-1].id]
