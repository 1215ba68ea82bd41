"""A practice shop on virtual time with its store in memory: what the quota allows and what was asked."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.shops import OUTDATED, OWED, Workshop, fill, link
from tests.benchmarks.tray_process import stocked
from tests.integration.sync.virtual_time import VirtualLoop
from tests.stations import PracticeShop

R = TypeVar("R")


class UnhurriedLoop(VirtualLoop):
    """A timer less than a nanosecond away is not due yet: else a rest that short would be taken again for ever."""

    def __init__(self) -> None:
        super().__init__()
        self._clock_resolution = 0.0


def in_virtual_time(
    workshop: Workshop, name: str, count: int, work: Callable[[PracticeShop, Path], Awaitable[R]]
) -> R:
    """Do `work` with a connected shop of `count` linked products."""

    async def story() -> R:
        path = workshop.folder / f"{name}.db"
        shop = PracticeShop(f"sqlite:///{path}", seconds=asyncio.get_running_loop().time, sleep=asyncio.sleep)
        stocked(shop.store, count)
        await shop.connect()
        fill(path, count)
        link(path)
        try:
            return await work(shop, path)
        finally:
            await shop.close()

    with asyncio.Runner(loop_factory=UnhurriedLoop) as runner:
        return runner.run(story())


def owe_as_of(shop: PracticeShop, path: Path, count: int) -> None:
    """Let the first `count` products owe price and stock since now, on the shop's own clock."""
    at = int(shop.clock().timestamp() * 1000)
    with closing(sqlite3.connect(path)) as books, books:
        for aspect, rank in (("stock", 0), ("price", 1)):
            books.execute(OWED, (aspect, rank, at, at, count))


def acknowledge(path: Path) -> None:
    """The store knows all there is to know: every product was sent before this day began."""
    with closing(sqlite3.connect(path)) as books, books:
        for aspect in ("stock", "price", "content"):
            books.execute(OUTDATED, (aspect, 0, 1_000_000_000))
