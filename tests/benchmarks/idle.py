"""What a cycle costs that finds nothing to do, in a small shop and in a very large one."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import Finding, in_ms, middle, spread
from tests.benchmarks.shops import Workshop, enter, millis
from tests.stations import Line
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.station import Station
from varejoforte_desktop.simulator.store import TrayStore

#: Ten thousand requests as after a large sending, the last of them just now.
_SENT: Final = """
INSERT INTO push_history (at, subject_kind, subject_id, label, aspects, outcome, cause, detail, changes, station)
WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ?)
SELECT ? - id * 300, 'product', 1 + id % 1000, 'Produto', 'price', 'sent', '', '', '{}', 'C' FROM n
"""
_HELD: Final = """
INSERT INTO outbox (subject_kind, subject_id, aspect, rank, state, paused, since, due_at)
SELECT 'product', id, 'content', 2, 'waiting', 0, ?, ? FROM product
"""


@dataclass(slots=True)
class Watched:
    """A shop whose idle cycles are timed."""

    label: str
    station: Station
    line: Line
    seconds: list[float] = field(default_factory=list)
    requests: int = 0

    async def cycle(self) -> None:
        """One look at the queue, as the loop makes it each minute."""
        await self.station.sync._take_lead()  # renewed beside the loop in the program
        asked = self.line.asked
        started = time.perf_counter()
        await self.station.sync._once()
        self.seconds.append(time.perf_counter() - started)
        self.requests += self.line.asked - asked


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """The sizes in turn, cycle by cycle; then two things that make a cycle dearer, whatever the size."""
    sizes = (1_000, 100_000) if quick else (1_000, 100_000, 1_000_000)
    paths = {f"{size} products": workshop.filled(size) for size in sizes}
    busy = workshop.copy(1_000, "idle-busy")
    _sent_today(busy, 10_000)
    held = workshop.copy(100_000, "idle-held")
    _held_back(held)
    others = {"10 000 requests sent today": busy, "100 000 content lines held back by opção 2": held}
    shops = {label: path for label, (path, _) in paths.items()} | others
    watched = asyncio.run(_watch(shops, rounds=60 if quick else 150))
    notes = [f"{label}: {note}" for label, (_, note) in paths.items()]
    found = [_finding(watched[0], each, most=1.2) for each in watched[1 : len(sizes)]]
    found += [_finding(watched[0], each, most=None) for each in watched[len(sizes) :]]
    found[0].raw += notes
    return found


def _finding(small: Watched, large: Watched, *, most: float | None) -> Finding:
    ratios = [b / a for a, b in zip(small.seconds, large.seconds, strict=True)]
    return Finding(
        work=f"idle cycle, {large.label}",
        value=middle(large.seconds) / middle(small.seconds),
        spread=spread(ratios),
        against=f"the same with {small.label}; equal requests ({small.requests} and {large.requests})",
        most=most,
        raw=[f"{each.label}: {in_ms(each.seconds)}, {each.requests} requests" for each in (small, large)],
    )


async def _watch(shops: dict[str, Path], *, rounds: int) -> list[Watched]:
    watched = []
    for label, path in shops.items():
        store = TrayStore(now=utc_now)
        line = Line(store, sleep=asyncio.sleep, seconds=0.0)
        station, _ = await enter(path, transport=line)
        watched.append(Watched(label, station, line))
    for number in range(rounds + 5):
        for each in watched if number % 2 else reversed(watched):
            await each.cycle()
        if number == 4:
            for each in watched:
                each.seconds.clear()
                each.requests = 0
    for each in watched:
        assert each.station.sync.status.phase.value == "up_to_date", each.station.sync.status
        await each.station.close()
    return watched


def _sent_today(path: Path, count: int) -> None:
    with closing(sqlite3.connect(path)) as books, books:
        books.execute(_SENT, (count, millis()))


def _held_back(path: Path) -> None:
    with closing(sqlite3.connect(path)) as books, books:
        books.execute("UPDATE shop SET sync_option = 'commercial'")
        at = millis()
        books.execute(_HELD, (at, at))
