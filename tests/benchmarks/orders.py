"""Orders of the store: how the screen fares while 500 are taken in, what an idle look costs, and finding a barcode."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import httpx
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tests.benchmarks.figures import Finding, in_ms, middle, percentile, spread
from tests.benchmarks.heartbeat import Heartbeat
from tests.benchmarks.idle import Watched
from tests.benchmarks.shops import LOGIN, NOUNS, PASSWORD, Workshop, enter, limit, link, settings_of
from tests.benchmarks.tray_process import limitless, stocked, tray_store
from tests.stations import Line
from tests.waiting import until
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.status_map import explain_statuses
from varejoforte_desktop.demo.hand import Hand
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.simulator.store import TrayStore

_SHELF: Final = 100  # products that are ordered
_PATIENCE: Final = 20.0
_BARE_OFFER: Final = """
SELECT p.id, p.reference, p.name, p.barcode, p.unit, p.price, p.cost, p.active, s.on_hand
FROM product p JOIN stock s ON s.product_id = p.id WHERE p.barcode = ? AND p.barcode != ''
"""


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """The three of them."""
    count = 150 if quick else 500
    return [
        *_screen(workshop, count),
        *_idle(workshop, rounds=40 if quick else 120),
        *asyncio.run(_barcodes(workshop, rounds=300 if quick else 1_000)),
    ]


# -- the screen while orders come in -------------------------------------------------------------------


def _screen(workshop: Workshop, count: int) -> list[Finding]:
    path = workshop.copy(1_000, "orders-screen")
    limit(path)
    with tray_store(1_000) as keys:
        _place_orders(keys, count)
        command = [sys.executable, "-m", "tests.benchmarks.orders"]
        told = json.dumps({"path": str(path), "keys": keys, "count": count}) + "\n"
        done = subprocess.run(command, input=told, capture_output=True, text=True, timeout=200, check=False)
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(_last_words(path) or f"ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    assert (found["seen"], found["new"]) == (count, count), found
    return [
        *_stalls(f"{count} orders read from the store", found, "reading"),
        *_stalls(f"{count} orders imported", found, "importing"),
        _speed("orders read from the store", count, found["reading"]["seconds"], "a request each"),
        _speed("orders imported", count, found["importing"]["seconds"], "some in each transaction"),
    ]


def _last_words(path: Path) -> str:
    """The end of the program's log: what goes wrong in it is written there."""
    logs = sorted((settings_of(path).log_dir).glob("*.log"))
    return logs[-1].read_text(encoding="utf-8").strip()[-600:] if logs else ""


def _place_orders(keys: dict[str, str], count: int) -> None:
    """Each buyer orders one to three things and pays, by the store's back door."""
    with closing(httpx.Client(timeout=30)) as owner:
        for product in range(1, _SHELF + 1):
            address = f"{keys['api_address']}/products/{product}?access_token={keys['token']}"
            owner.put(address, json={"Product": {"stock": 100_000}}).raise_for_status()
        for number in range(count):
            said = {
                "items": [
                    {"product_id": str(1 + (number * 7 + place * 31) % _SHELF), "quantity": 1 + place}
                    for place in range(1 + number % 3)
                ],
                "buyer": a_buyer(number),
                "paid": True,
            }
            owner.post(f"{keys['url']}/_simulator/orders", json=said).raise_for_status()


def a_buyer(number: int) -> dict[str, str]:
    """Somebody else for each number, with a CPF that holds."""
    body = f"{100_000_000 + number:09d}"
    for _ in range(2):
        rest = sum((len(body) + 1 - place) * int(digit) for place, digit in enumerate(body)) * 10 % 11
        body += str(rest % 10)
    name = f"{NOUNS[number % len(NOUNS)]} Compradora {number}"
    return {"type": "0", "name": name, "cpf": body, "email": f"compra{number}@exemplo.com"}


def _stalls(work: str, found: dict[str, Any], key: str) -> list[Finding]:
    figures, told = found[key], f"1 ms heartbeat, {found['window']}"
    raw = [
        f"{part}: p50 {each['p50']:.1f}, p99 {each['p99']:.1f}, worst {each['worst']:.1f} ms, worst own work "
        f"{each['worst_burnt']:.1f} ms, {each['late']} of {each['beats']} beats over 16 ms"
        for part, each in ((work, figures), ("idle", found["nothing"]))
    ]
    return [
        Finding(
            work=f"screen while {work}, p99", value=figures["p99"], unit="ms", against=told, most=16, raw=raw
        ),
        Finding(work=f"screen while {work}, worst", value=figures["worst"], unit="ms", against=told, most=50),
        Finding(
            work=f"screen while {work}, worst stretch of its own work",
            value=figures["worst_burnt"],
            unit="ms",
            against="processor time, whatever else the machine does",
        ),
    ]


def _speed(work: str, count: int, seconds: float, against: str) -> Finding:
    return Finding(work=work, value=count / seconds, unit="/s", against=f"{against}, the screen open")


class Watcher:
    """The companion: signs in, opens the orders, and takes the pulse while F5 reads them and F10 takes all in."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        self._path = Path(told["path"])
        self.found: dict[str, Any] = {}

    async def __call__(self, front: Any) -> None:
        """Runs beside the program on its own loop."""
        await until(lambda: front._services is not None, _PATIENCE)
        services = front._services
        actor = await services.desk.enter(login=LOGIN, password=PASSWORD)
        names = ("consumer_key", "consumer_secret", "code")
        keys = self._told["keys"]
        given = {name: keys[name] for name in names}
        await services.connector.connect(address=keys["api_address"], by=actor, **given)
        link(self._path)
        await services.orders.learn_statuses()
        await services.backend.run(_explain, actor)
        screen = await self._open_orders(front, actor)
        heart, hand = Heartbeat(front.main), Hand()
        heart.start()
        await asyncio.sleep(1.0)
        self.found["nothing"] = heart.stop()
        self.found["reading"] = await self._timed(heart, lambda: self._read(hand, screen))
        counters = await services.backend.read(lambda reader: reader.orders.counters())
        self.found["seen"] = counters.new
        listed = screen.listing.model.rowCount
        await hand.until(lambda: listed() == self._told["count"], "for all orders to be listed")
        await hand.click("order_mark_all")
        self.found["importing"] = await self._timed(heart, lambda: self._take_in(hand))
        await hand.click("import_result_close")
        counters = await services.backend.read(lambda reader: reader.orders.counters())
        self.found["new"] = counters.imported

    async def _open_orders(self, front: Any, actor: Actor) -> Any:
        front._signed_in(actor)
        await until(lambda: front.main is not None and front.main.isVisible(), _PATIENCE)
        screen = front.main.go("orders")
        self.found["window"] = "main window, orders"
        await asyncio.sleep(1.0)
        return screen

    async def _timed(self, heart: Heartbeat, work: Callable[[], Awaitable[None]]) -> dict[str, Any]:
        heart.start()
        begun = time.perf_counter()
        await work()
        seconds = time.perf_counter() - begun
        return heart.stop() | {"seconds": seconds}

    async def _read(self, hand: Hand, screen: Any) -> None:
        """F5, until the store has told everything."""
        await hand.click("orders_look")
        await hand.until(lambda: not screen.doings.busy, "for the look to end", patience=120)

    async def _take_in(self, hand: Hand) -> None:
        """F10 with all orders marked, until the result is shown."""
        await hand.press(Qt.Key.Key_F10, "order_table")
        await hand.wait_for("import_result", QWidget, patience=60)


def _explain(uow: Any, by: Actor) -> None:
    """Agree to what the names of the statuses suggest."""
    from varejoforte_desktop.persistence.statuses import status_rows

    meanings = {row.status_id: row.suggested for row in status_rows(uow._connection)}
    explain_statuses(uow, meanings, by=by)


# -- a cycle that looks and finds nothing new -----------------------------------------------------------


def _idle(workshop: Workshop, *, rounds: int) -> list[Finding]:
    shops = {
        "1000 products, 40 orders": (workshop.copy(1_000, "orders-idle-small"), 40),
        "100000 products, 40 orders": (workshop.copy(100_000, "orders-idle-large"), 40),
        "1000 products, 300 orders": (workshop.copy(1_000, "orders-idle-many"), 300),
    }
    small, *others = asyncio.run(_watch(shops, rounds))
    found = [_looked(small, each) for each in others]
    found[0].most = 1.2
    per_cycle = max(each.requests for each in (small, others[0])) / rounds
    found.insert(
        1,
        Finding(
            work="idle cycle with a look at 40 known orders, requests",
            value=per_cycle,
            unit="",
            against=f"{small.requests} and {others[0].requests} in {rounds} cycles of either shop",
            most=2 if small.requests == others[0].requests else -1,
        ),
    )
    return found


def _looked(small: Watched, large: Watched) -> Finding:
    ratios = [b / a for a, b in zip(small.seconds, large.seconds, strict=True)]
    return Finding(
        work=f"idle cycle with a look, {large.label}",
        value=middle(large.seconds) / middle(small.seconds),
        spread=spread(ratios),
        against=f"the same with {small.label}",
        raw=[f"{each.label}: {in_ms(each.seconds)}, {each.requests} requests" for each in (small, large)],
    )


async def _watch(shops: dict[str, tuple[Path, int]], rounds: int) -> list[Watched]:
    watched = []
    for label, (path, orders) in shops.items():
        store = TrayStore(now=utc_now, limits=limitless())
        stocked(store, _SHELF)
        for number in range(orders):
            product_id = str(1 + number % _SHELF)
            store.change_product(product_id, stock=100_000)
            store.place_order({product_id: 1}, buyer=a_buyer(number), paid=True)
        line = Line(store, sleep=asyncio.sleep, seconds=0.0)
        limit(path)
        station, _ = await enter(path, transport=line)
        watched.append(Watched(label, station, line))
        await _see_all(watched[-1], path, orders)
    for number in range(rounds + 5):
        if number == 5:
            for each in watched:
                each.seconds.clear()
                each.requests = 0
        for each in watched if number % 2 else reversed(watched):
            each.station.sync._parts.lookout.forget()  # a minute has passed: the look is stale
            await each.cycle()
    for each in watched:
        assert each.station.sync.status.phase.value == "up_to_date", each.station.sync.status
        await each.station.close()
    return watched


async def _see_all(shop: Watched, path: Path, orders: int) -> None:
    """All orders are known and nothing is owed any more."""
    await shop.cycle()
    counters = await shop.station.database.read(lambda reader: reader.orders.counters())
    assert counters.new == orders, counters
    with closing(sqlite3.connect(path)) as books, books:
        books.execute("DELETE FROM outbox")


# -- from a barcode to the line of a sale ---------------------------------------------------------------


async def _barcodes(workshop: Workshop, *, rounds: int) -> list[Finding]:
    """As the counter asks, and the one indexed query that cannot be done without."""
    path, note = workshop.filled(100_000)
    database = Database(f"sqlite:///{path}", ChangeFeed(), clock=utc_now)
    ours, here, bare = [], [], []
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA cache_size=-16000")
        codes = [
            str(row[0])
            for row in raw.execute("SELECT barcode FROM product WHERE id % 331 = 7 LIMIT ?", (rounds,))
        ]
        try:
            for number in range(rounds + 20):
                code = codes[number % len(codes)]
                times = [time.perf_counter()]
                offer = await database.read(lambda reader, code=code: reader.sales.offer(code))
                times.append(time.perf_counter())
                same = database.read_now(lambda reader, code=code: reader.sales.offer(code))
                times.append(time.perf_counter())
                row = raw.execute(_BARE_OFFER, (code,)).fetchone()
                times.append(time.perf_counter())
                assert offer == same
                assert offer is not None
                assert (offer.product_id, offer.price.cents, offer.barcode) == (row[0], row[5], code)
                if number >= 20:  # the first warm up
                    for kept, begun, ended in zip((ours, here, bare), times, times[1:], strict=False):
                        kept.append(ended - begun)
        finally:
            database.close()
    return _lines(ours, here, bare, note)


def _lines(ours: list[float], here: list[float], bare: list[float], note: str) -> list[Finding]:
    work = "barcode to line, 100 000 products"
    return [
        Finding(
            work=work,
            value=middle(ours) / middle(bare),
            spread=spread([a / b for a, b in zip(ours, bare, strict=True)]),
            against="raw sqlite3, one indexed query",
            raw=[
                f"as the screen waits for it, thread and back: {in_ms(ours)}",
                f"the same on one thread: {in_ms(here)}, {middle(here) / middle(bare):.1f} ×",
                f"raw: {in_ms(bare)}",
                note,
            ],
        ),
        Finding(
            work=f"{work}, p95",
            value=percentile(ours, 0.95) * 1000,
            unit="ms",
            against="this kind of machine",
            most=50,
        ),
    ]


def main() -> None:
    """The program in a process of its own: read what to do, do it, tell what was found."""
    from varejoforte_desktop.app.program import run

    told = json.loads(sys.stdin.readline())
    watcher = Watcher(told)
    run(settings_of(Path(told["path"])), companion=watcher)
    print(json.dumps(watcher.found), flush=True)


if __name__ == "__main__":
    main()
