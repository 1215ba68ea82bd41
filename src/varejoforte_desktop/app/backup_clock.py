"""Looks every few minutes whether it is time for a copy of the shop, and keeps the marks beside the data fresh."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Final, Protocol

from varejoforte_desktop.application.backups import due
from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.people_ports import BackupPlan, BackupRun
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader

log = logging.getLogger(__name__)

#: The program opens first; then a copy that is overdue is made.
_FIRST_LOOK: Final = 20.0
_BETWEEN_LOOKS: Final = 180.0
#: After a copy that did not work.
_TRY_AGAIN: Final = timedelta(minutes=30)
#: Changes of the books are remembered together, not each by itself.
_MARKS_WAIT: Final = 3.0
_TOLD_BY: Final = frozenset({Topic.SALES, Topic.TILL, Topic.AUDIT, Topic.BACKUPS})


class Copying(Protocol):
    """What the clock needs of the desk."""

    async def make(self, *, by: None, why: str) -> BackupRun: ...

    async def till_closed(self) -> BackupRun | None: ...

    async def remember(self) -> None: ...


class BackupClock:
    """Runs on the loop that started it; the work itself is done on other threads."""

    def __init__(
        self,
        backend: Backend,
        desk: Copying,
        changes: ChangeFeed,
        *,
        station: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._backend = backend
        self._desk = desk
        self._changes = changes
        self._station = station
        self._clock = clock
        self._sleep = sleep
        self._failed_at: datetime | None = None
        self._till_open = False
        self._changed = asyncio.Event()
        self._till_moved = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._working: asyncio.Future[object] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to look; call it on the running loop. Harmless the second time."""
        if self._tasks:
            return
        self._unsubscribe = self._changes.subscribe(self._heard)
        self._tasks = [asyncio.ensure_future(work()) for work in (self._copies, self._marks, self._closings)]

    async def aclose(self) -> None:
        """Look no more; a copy that is being made is finished first. The marks are written a last time."""
        if not self._tasks:
            return
        if self._unsubscribe is not None:
            self._unsubscribe()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if self._working is not None and not self._working.done():
            await asyncio.wait({self._working})
        await self._desk.remember()

    def _heard(self, topics: frozenset[Topic]) -> None:
        if topics & _TOLD_BY:
            self._changed.set()
        if Topic.TILL in topics:
            self._till_moved.set()

    async def _copies(self) -> None:
        await self._sleep(_FIRST_LOOK)
        while True:
            await self._whole(self.look())
            await self._sleep(_BETWEEN_LOOKS)

    async def look(self) -> BackupRun | None:
        """Copy the shop when the hours of the plan have passed since this station's last copy. Never raises."""
        now = self._clock()
        if self._failed_at is not None and timedelta(0) <= now - self._failed_at < _TRY_AGAIN:
            return None
        try:
            plan, last = await self._backend.read(self._plan_and_last)
            if not due(plan, last, now):
                return None
            run = await self._desk.make(by=None, why="due")
        except BooksError as error:
            log.warning("no copy was made: %s", error)
        except Exception:  # the loop goes on looking; the log has what it was
            log.exception("no copy was made")
        else:
            self._failed_at = None
            return run
        self._failed_at = now
        return None

    def _plan_and_last(self, reader: Reader) -> tuple[BackupPlan | None, datetime | None]:
        runs = reader.backups.runs(station=self._station, limit=100)
        made = (each.at for each in runs if each.bytes)
        return reader.backups.plan(self._station), next(made, None)

    async def _closings(self) -> None:
        """A till of this station that was open and is not any more was closed."""
        self._till_open = await self._is_till_open()
        while True:
            await self._till_moved.wait()
            self._till_moved.clear()
            was, self._till_open = self._till_open, await self._is_till_open()
            if was and not self._till_open:
                await self._whole(self._desk.till_closed())

    async def _is_till_open(self) -> bool:
        try:
            sheet = await self._backend.read(lambda reader: reader.tills.open_till(self._station))
        except BooksError:
            return self._till_open
        return sheet is not None

    async def _marks(self) -> None:
        while True:
            await self._changed.wait()
            await self._sleep(_MARKS_WAIT)
            self._changed.clear()
            await self._desk.remember()

    async def _whole(self, work: Coroutine[object, object, object]) -> None:
        """Finish what was begun, also when the program closes meanwhile: a copy half made is none."""
        self._working = asyncio.ensure_future(work)
        await asyncio.shield(self._working)
