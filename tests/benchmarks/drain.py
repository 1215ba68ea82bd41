"""Emptying a long queue without a quota, beside plain httpx that sends the same bodies to the same store."""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.figures import Finding, middle, spread
from tests.benchmarks.shops import Workshop, enter, limit, link, owe
from tests.benchmarks.tray_process import tray_store
from varejoforte_desktop.app.station import Station
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.operator import Actor

LATEST = 100.0  # seconds after which a drain that does not end is given up
Loop = Callable[[], asyncio.AbstractEventLoop]


@dataclass(slots=True)
class Rates:
    """Requests a second, round after round, and the ratio of each pair of rounds."""

    ours: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    our_cpu: list[float] = field(default_factory=list)
    plain_cpu: list[float] = field(default_factory=list)
    sent: int = 0

    @property
    def ratios(self) -> list[float]:
        """Each round of ours against the mean of the plain rounds before and after it."""
        beside = [(a + b) / 2 for a, b in itertools.pairwise(self.plain)]
        return [ours / plain for ours, plain in zip(self.ours, beside, strict=False)]

    def finding(self, loop: str, count: int) -> Finding:
        """As a line of the table."""
        return Finding(
            work=f"drain {count} pending products, no quota ({loop} loop)",
            value=middle(self.ratios),
            spread=spread(self.ratios),
            against="raw httpx, same bodies, one at a time, same loop",
            least=0.80,
            raw=[
                f"ours  {middle(self.ours):.0f} requests/s ({spread(self.ours, digits=0)})",
                f"plain {middle(self.plain):.0f} requests/s ({spread(self.plain, digits=0)})",
                f"{self.sent} requests sent by the engine in {len(self.ours)} rounds, store in its own process",
            ],
        )

    def effort(self, loop: str) -> Finding:
        """Processor time, which other programs on the machine change less than speed."""
        ours, plain = middle(self.our_cpu) * 1000, middle(self.plain_cpu) * 1000
        return Finding(
            work=f"drain, processor time a request ({loop} loop)",
            value=plain / ours,
            spread=spread([b / a for a, b in zip(self.our_cpu, self.plain_cpu, strict=False)]),
            against="the same raw httpx (the more, the better)",
            raw=[f"ours {ours:.2f} ms, plain {plain:.2f} ms"],
        )


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """On Qt's loop, as the program runs, and on asyncio's own."""
    count = 4_000 if quick else 10_000
    found = []
    _calm_the_collector()
    for name, loop, amount in (("Qt", _qt_loop, count), ("asyncio", asyncio.new_event_loop, count // 2)):
        path = workshop.copy(amount, f"drain-{name}")
        limit(path)
        with tray_store(amount) as keys, asyncio.Runner(loop_factory=loop) as runner:
            rates = runner.run(_compare(path, keys, amount, seconds=1.0 if quick else 3.0))
        found += [rates.finding(name, amount), rates.effort(name)]
    return found


def _calm_the_collector() -> None:
    """As the program does (app/collector.py): what was imported is frozen, nothing is collected while sending."""
    gc.collect()
    gc.freeze()
    gc.disable()


def _qt_loop() -> asyncio.AbstractEventLoop:
    import qasync
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    return loop


async def _compare(path: Path, keys: dict[str, str], count: int, *, seconds: float) -> Rates:
    station, actor = await enter(path)
    await connect(station, actor, keys)
    link(path)
    owe(path, count)
    rates = Rates()
    bodies = itertools.cycle(_bodies(path))
    async with httpx.AsyncClient() as plain:
        token = await _token(plain, keys)

        async def plainly(during: float) -> tuple[float, float]:
            return await _plain_round(plain, keys, token, bodies, during)

        await plainly(0.3)
        await _our_round(station, actor, path, 0.3)
        _keep(rates.plain, rates.plain_cpu, await plainly(seconds))
        deadline = time.monotonic() + LATEST
        while (left := owing(path)) and time.monotonic() < deadline:
            ours = await _our_round(station, actor, path, seconds)
            rates.sent += (left - owing(path)) // 2
            if ours is not None:
                _keep(rates.ours, rates.our_cpu, ours)
                _keep(rates.plain, rates.plain_cpu, await plainly(seconds))
    await station.close()
    return rates


def _keep(rates: list[float], costs: list[float], found: tuple[float, float]) -> None:
    rates.append(found[0])
    costs.append(found[1])


async def connect(station: Station, actor: Actor, keys: dict[str, str]) -> None:
    """Connect the shop to the store."""
    names = ("consumer_key", "consumer_secret", "code")
    given = {name: keys[name] for name in names}
    await station.connector.connect(address=keys["api_address"], by=actor, **given)


async def _token(plain: httpx.AsyncClient, keys: dict[str, str]) -> str:
    """The token in force: the store gives the same pair again while it lives."""
    names = ("consumer_key", "consumer_secret", "code")
    answer = await plain.post(f"{keys['api_address']}/auth", data={name: keys[name] for name in names})
    return str(answer.json()["access_token"])


def _bodies(path: Path) -> list[tuple[int, bytes]]:
    """What the engine will send, read past the program."""
    with closing(sqlite3.connect(path)) as books:
        rows = books.execute(
            "SELECT id, price, cost, on_hand FROM product JOIN stock ON product_id = id"
        ).fetchall()
    return [(key, _body(price, cost, on_hand // 1000)) for key, price, cost, on_hand in rows]


def _body(price: int, cost: int, stock: int) -> bytes:
    written = {"price": f"{price / 100:.2f}", "cost_price": f"{cost / 100:.2f}", "stock": stock}
    return json.dumps({"Product": written}, separators=(",", ":")).encode()


async def _plain_round(
    plain: httpx.AsyncClient, keys: dict[str, str], token: str, bodies: Iterator[Any], seconds: float
) -> tuple[float, float]:
    """One request after another for so long; requests a second and processor seconds a request."""
    started, burnt = time.perf_counter(), time.process_time()
    count = 0
    while time.perf_counter() - started < seconds:
        key, body = next(bodies)
        url = f"{keys['api_address']}/products/{key}?access_token={token}"
        answer = await plain.put(url, content=body, headers={"Content-Type": "application/json"})
        answer.raise_for_status()
        count += 1
    return count / (time.perf_counter() - started), (time.process_time() - burnt) / count


async def _our_round(
    station: Station, actor: Actor, path: Path, seconds: float
) -> tuple[float, float] | None:
    """The engine for so long, from its start to its orderly stop; None when it ran out of work at once."""
    before = owing(path)
    started, burnt = time.perf_counter(), time.process_time()
    station.sync.start(actor)
    while time.perf_counter() - started < seconds:
        await asyncio.sleep(0.02)
        if station.sync.status.phase is SyncPhase.UP_TO_DATE:
            break
    await station.sync.stop()
    took, cost = time.perf_counter() - started, time.process_time() - burnt
    done = (before - owing(path)) // 2
    return None if took < seconds / 3 or not done else (done / took, cost / done)


def owing(path: Path) -> int:
    """Lines in the queue, counted past the program."""
    with closing(sqlite3.connect(path)) as books:
        return int(books.execute("SELECT count(*) FROM outbox").fetchone()[0])
