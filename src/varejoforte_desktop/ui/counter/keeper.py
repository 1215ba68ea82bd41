"""Keeps the open sale in the books after every key, one write after another, without anybody waiting for it."""

from __future__ import annotations

import asyncio
from typing import Final

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.counter import keep_basket
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.sale import Basket
from varejoforte_desktop.ui.tasks import TaskScope

#: Seconds before the books are tried again after they failed.
_AGAIN: Final = 2.0


class BasketKeeper(QObject):
    """Only the newest basket counts: while one is being written, those between it and the newest are left out."""

    #: Whether the sale on the screen is the one in the books.
    kept_changed = Signal(bool)
    #: A write failed: the error. It is tried again when the books were in the way.
    failed = Signal(object)

    def __init__(self, backend: Backend, actor: Actor, parent: QObject) -> None:
        super().__init__(parent)
        self._backend = backend
        self._actor = actor
        self._tasks = TaskScope(self, self.failed.emit)
        self._task: asyncio.Task[None] | None = None
        self._wanted: Basket | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False
        self._asleep = False
        self._rests = 0
        self._kept = True

    @property
    def kept(self) -> bool:
        """Whether the newest basket is in the books."""
        return self._kept

    def keep(self, basket: Basket) -> None:
        """Write this basket as soon as the write before it has ended."""
        self._wanted = basket
        self._show(kept=False)
        if self._task is None or self._task.done():
            self._task = self._tasks.start(self._write())

    async def rest(self) -> None:
        """Forget what waits to be written and wait for the write under way: the sale is ending."""
        self._wanted = None
        self._rests += 1
        await self._idle.wait()

    async def aclose(self) -> None:
        """Write what waits, unless the books are in the way, and end."""
        self._closing = True
        if self._task is not None and not self._asleep:
            await asyncio.wait({self._task})
        self._tasks.close()
        await self._tasks.settled()

    async def _write(self) -> None:
        while (basket := self._take()) is not None:
            rests = self._rests
            if await self._try(basket):
                continue
            if rests == self._rests:  # else the sale has ended meanwhile, and must not come back
                self._wanted = self._wanted or basket
            if self._closing:
                return
            self._asleep = True
            await asyncio.sleep(_AGAIN)
            self._asleep = False
        self._show(kept=True)

    def _take(self) -> Basket | None:
        basket, self._wanted = self._wanted, None
        return basket

    async def _try(self, basket: Basket) -> bool:
        self._idle.clear()
        try:
            await self._backend.run(keep_basket, basket, by=self._actor)
        except BooksError as error:
            self.failed.emit(error)
            return False
        finally:
            self._idle.set()
        return True

    def _show(self, *, kept: bool) -> None:
        if kept != self._kept:
            self._kept = kept
            self.kept_changed.emit(kept)
