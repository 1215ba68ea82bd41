"""Looked at before anything is sold: is there room on the disk of the books, and does the clock go right."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.clock_watch import NEEDED_ROOM, Conditions, check_clock, watch_clock
from varejoforte_desktop.application.counter import finish_basket
from varejoforte_desktop.application.order_sale import register_order
from varejoforte_desktop.application.people_ports import InstallationRecord
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.domain.access_errors import RoomShort
from varejoforte_desktop.persistence.database import Database, sqlite_path

P = ParamSpec("P")
R = TypeVar("R")

#: What must not be begun when it might not be kept, or by a wrong clock. Each way to a sale is one of these.
SELLING: Final[frozenset[Callable[..., Any]]] = frozenset({finish_basket, register_order, open_till})
_LOOKED_EVERY: Final = 5.0


class DiskRoom:
    """How much is free on the disk of the books. A server's disk is the server's matter."""

    def __init__(
        self,
        url: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        free_of: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        path = sqlite_path(url)
        self._folder = None if path is None else path.absolute().parent
        self._monotonic = monotonic
        self._free_of = free_of
        self._door = threading.Lock()
        self._looked_at = float("-inf")
        self._free: int | None = None

    def free(self) -> int | None:
        """Bytes free a few seconds ago at most; None on a server, or when the system does not tell. May block."""
        if self._folder is None:
            return None
        with self._door:
            now = self._monotonic()
            if now - self._looked_at >= _LOOKED_EVERY:
                try:
                    self._free = self._free_of(self._folder)
                except OSError:
                    self._free = None
                self._looked_at = now
            return self._free

    def check(self) -> None:
        """Raises RoomShort when a sale might not be kept."""
        free = self.free()
        if free is not None and free < NEEDED_ROOM:
            self._looked_at = float("-inf")  # whoever makes room and tries again is not told an old number
            raise RoomShort(free, NEEDED_ROOM)


class WatchedBooks(Database):
    """The books, which begin nothing of `SELLING` on a full disk or by a clock that was set back.

    It then raises RoomShort or ClockBehind. What is sold already (the answer was lost) is told all the same.
    """

    def __init__(
        self,
        url: str,
        changes: ChangeFeed,
        *,
        room: DiskRoom,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(url, changes, clock=clock)
        self._room = room

    async def run(
        self, use_case: Callable[Concatenate[UnitOfWork, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `Database.run`."""
        return await super().run(self._watched(use_case), *args, **kwargs)

    def run_now(
        self, use_case: Callable[Concatenate[UnitOfWork, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `Database.run_now`."""
        return super().run_now(self._watched(use_case), *args, **kwargs)

    def _watched(
        self, use_case: Callable[Concatenate[UnitOfWork, P], R]
    ) -> Callable[Concatenate[UnitOfWork, P], R]:
        if use_case not in SELLING:
            return use_case

        def watched(uow: UnitOfWork, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not _sold_already(uow, args):
                self._room.check()
                check_clock(uow)
            return use_case(uow, *args, **kwargs)

        return watched


def _sold_already(uow: UnitOfWork, args: tuple[Any, ...]) -> bool:
    token = getattr(args[0], "token", "") if args else ""
    return bool(token) and uow.sales.by_token(token) is not None


class StationWatch:
    """Compares this computer's clock with the books and looks at the disk."""

    def __init__(self, books: Database, room: DiskRoom, *, clock: Callable[[], datetime]) -> None:
        self._books = books
        self._room = room
        self._clock = clock

    async def look(self) -> Conditions:
        """How it stands now. Raises BooksError."""
        record, now, here = await self._books.run(self._compared)
        free = await asyncio.to_thread(self._room.free)
        return Conditions(now=now, seen=record.seen_at, here=here, free=free)

    def _compared(self, uow: UnitOfWork) -> tuple[InstallationRecord, datetime, datetime]:
        record = watch_clock(uow)
        return record, uow.now, self._clock()
