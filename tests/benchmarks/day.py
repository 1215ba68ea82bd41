"""A shop's day at the counter, at the desk and online: how many requests it took, and how few would have done."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from tests.benchmarks.figures import Finding, middle
from tests.benchmarks.orders import a_buyer
from tests.benchmarks.shops import Workshop
from tests.benchmarks.virtual import acknowledge, in_virtual_time
from tests.stations import PracticeShop
from varejoforte_desktop.application.order_import import import_orders
from varejoforte_desktop.application.order_questions import OrderSearch
from varejoforte_desktop.application.order_sale import Registration, suggested_fiscal
from varejoforte_desktop.application.status_map import explain_statuses
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.order import OrderStage

_OPEN_HOURS: Final = 10
_CYCLE: Final = 60
_HOUR: Final = 60  # cycles
_PAGE: Final = 50  # orders the store tells at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something somebody did at a second of the day.

    `kind`: "arrived" (one piece of `product`), "priced", "ordered" (`order` takes the `goods`), "paid",
    "cancelled", or "registered": somebody takes in and sells what is paid.
    """

    second: float
    kind: str
    product: int = 0
    price: int = 0  # in cents
    order: int = 0
    goods: tuple[int, ...] = ()


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """10 000 SKUs, 2 000 stock moves, 300 price edits and 150 orders in ten hours (quick: two hours of such a day)."""
    share = 5 if quick else 1
    hours = _OPEN_HOURS / share
    deeds = recorded_day(moves=2_000 // share, edits=300 // share, hours=hours)
    deeds = sorted([*deeds, *recorded_orders(150 // share, hours=hours)], key=lambda deed: deed.second)

    async def work(shop: PracticeShop, path: Path) -> list[Finding]:
        return await _lived(shop, path, deeds)

    return in_virtual_time(workshop, "day", 10_000, work)


def recorded_day(*, moves: int, edits: int, hours: float) -> list[Deed]:
    """The same day each time: customers with a few pieces each, favourites, and prices corrected in sittings."""
    dice = random.Random(20_261_120)
    length = hours * 3600
    deeds: list[Deed] = []
    while len(deeds) < moves:
        at = dice.uniform(0, length)
        product = 1
        for line in range(dice.choice((1, 1, 2, 3, 5))):
            if not line or dice.random() > 0.1:  # one piece in ten is the same thing once more
                product = _favourite(dice)
            deeds.append(Deed(second=at + 4 * line, kind="arrived", product=product))
    del deeds[moves:]
    while len(deeds) < moves + edits:
        at = dice.uniform(0, length)
        deeds += [
            Deed(
                second=at + 20 * line,
                kind="priced",
                product=dice.randint(1, 10_000),
                price=dice.randint(500, 99_900),
            )
            for line in range(min(20, moves + edits - len(deeds)))
        ]
    return deeds


def recorded_orders(count: int, *, hours: float) -> list[Deed]:
    """Orders of one to three things: half are paid at once, most others within the hour, some are given up.

    Each hour somebody takes in and registers what is paid by then.
    """
    dice = random.Random(20_261_121)
    length = hours * 3600
    deeds = [Deed(second=3600.0 * (hour + 1), kind="registered") for hour in range(int(hours))]
    for number in range(count):
        at = dice.uniform(0, length - 60)
        goods = tuple({_favourite(dice) for _ in range(dice.choice((1, 1, 2, 3)))})
        deeds.append(Deed(second=at, kind="ordered", order=number, goods=goods))
        if dice.random() < 0.05:
            gives_up = Deed(second=at + dice.uniform(60, 1800), kind="cancelled", order=number, goods=goods)
            deeds.append(gives_up)
        elif dice.random() < 0.9:
            wait = 20.0 if dice.random() < 0.5 else dice.uniform(60, 3600)
            paid_at = min(at + wait, length)
            deeds.append(Deed(second=paid_at, kind="paid", order=number, goods=goods))
    return deeds


def _favourite(dice: random.Random) -> int:
    return 1 + int(10_000 * dice.random() ** 2.2)  # the best seller: 1.5 % of the lines


@dataclass(slots=True)
class Day:
    """What happened: the store's numbers of the orders, when each was placed, and how many were registered."""

    shop: PracticeShop
    numbers: dict[int, str] = field(default_factory=dict)
    placed: dict[str, float] = field(default_factory=dict)
    registered: int = 0

    async def do(self, deed: Deed) -> None:
        """Let it happen."""
        shop = self.shop
        match deed.kind:
            case "arrived":
                await shop.receive(deed.product, 1)
            case "priced":
                await shop.change(deed.product, price=Money(deed.price))
            case "ordered":
                goods = {str(product): 1 for product in deed.goods}
                number = shop.store.place_order(goods, buyer=a_buyer(deed.order))
                self.numbers[deed.order] = number
                self.placed[number] = shop.clock().timestamp()
            case "paid":
                shop.store.pay_order(self.numbers[deed.order])
            case "cancelled":
                shop.store.cancel_order(self.numbers[deed.order])
            case "registered":
                await self._register()

    async def _register(self) -> None:
        """Somebody takes in what the loop has seen and sells what is paid."""
        books, by = self.shop.main.database, self.shop.actor
        ids = await books.read(lambda reader: reader.orders.ids(OrderSearch()))
        await books.run(import_orders, ids, by=by)
        imported = OrderSearch(stages=frozenset({OrderStage.IMPORTED}))
        rows = await books.read(lambda reader: reader.orders.rows(reader.orders.ids(imported)))
        for row in rows:
            if not row.obstacles:
                detail = await books.read(lambda reader, key=row.id: reader.orders.detail(key))
                assert detail.order is not None
                registration = Registration(
                    order_id=row.id, token=str(uuid4()), fiscal=suggested_fiscal(detail.order)
                )
                await self.shop.main.orders.register(registration, by=by)
                self.registered += 1


async def _lived(shop: PracticeShop, path: Path, deeds: list[Deed]) -> list[Finding]:
    acknowledge(path)
    _fill_shelves(shop, path)
    await shop.main.orders.learn_statuses()
    rows = await shop.main.database.read(lambda reader: reader.orders.statuses())
    meanings = {row.status_id: row.suggested for row in rows}
    await shop.main.database.run(explain_statuses, meanings, by=shop.actor)
    await shop.sleep(120)
    shop.main.sync.start(shop.actor)
    await shop.sleep(5)
    shop.store.log.clear()
    begun, begun_at = shop.seconds(), shop.clock()
    day = Day(shop)
    for deed in deeds:
        await shop.sleep(max(0.0, begun + deed.second - shop.seconds()))
        await day.do(deed)
    await shop.sleep(300)  # what happened last is seen, and its goods are sent
    await shop.until_empty()
    await shop.main.sync.stop()
    return _findings(day, path, deeds, begun_at)


def _fill_shelves(shop: PracticeShop, path: Path) -> None:
    """A thousand pieces of everything, here and in the store."""
    with closing(sqlite3.connect(path)) as books, books:
        books.execute("UPDATE stock SET on_hand = 1000000")
    for product in shop.store.products.values():
        product["stock"] = "1000"


@dataclass(frozen=True, slots=True)
class Least:
    """What a day cannot do without: looks hour by hour, orders read, products written."""

    looks: tuple[int, ...]
    details: int
    puts: int


def least_of(deeds: list[Deed], *, registered: int, seconds: float) -> Least:
    """One look a cycle and a second one after a cycle that sent stock, each of as many pages as there are orders;
    each new or changed order read once in its cycle and once before it is sold; each product written once in
    a cycle that changed it.
    """
    cycles = int(seconds // _CYCLE) + 1
    written: set[tuple[int, int]] = set()
    read: set[tuple[int, int]] = set()
    placed: list[int] = []
    sending: set[int] = set()
    for deed in deeds:
        cycle = int(deed.second // _CYCLE)
        for product in (deed.product, *deed.goods):
            if product:
                written.add((product, cycle))
        if deed.kind in {"ordered", "paid", "cancelled"}:
            read.add((deed.order, cycle))
        if deed.kind == "ordered":
            placed.append(cycle)
        if deed.kind not in {"priced", "registered"}:
            sending.add(cycle)
    pages = [max(1, -(-sum(each <= cycle for each in placed) // _PAGE)) for cycle in range(cycles)]
    looks = [each * (2 if cycle in sending else 1) for cycle, each in enumerate(pages)]
    hours = tuple(sum(looks[start : start + _HOUR]) for start in range(0, cycles, _HOUR))
    return Least(looks=hours, details=len(read) + registered, puts=len(written))


def _findings(day: Day, path: Path, deeds: list[Deed], begun: datetime) -> list[Finding]:
    shop, log = day.shop, day.shop.store.log
    seconds = (shop.clock() - begun).total_seconds()
    asked = Counter(
        int((each.at - begun).total_seconds() // (_HOUR * _CYCLE))
        for each in log.records
        if each.path == "/orders"
    )
    least = least_of(deeds, registered=day.registered, seconds=seconds)
    # Looking less often than each cycle, to spare the day's requests, is not counted as thrift.
    looks = sum(min(needed, asked[hour]) for hour, needed in enumerate(least.looks))
    needed = looks + least.details + least.puts
    waited = _until_seen(day, path)
    return [
        Finding(
            work=f"recorded day: 10 000 SKUs, {len(deeds)} deeds in {seconds / 3600:.1f} h, {len(waited)} orders",
            value=log.total / needed,
            against="a look a cycle of 60 s, another after stock was sent, each order and product once a cycle",
            most=1.10,
            raw=[
                f"{log.total} requests, {needed} at least; answers {dict(log.statuses)}",
                f"looks: {log.counts['GET /orders']}, {looks} at least (by the hour: "
                f"{[asked[hour] for hour in range(len(least.looks))]} of {list(least.looks)})",
                f"orders read: {log.counts['GET /orders/#/complete']}, {least.details} at least",
                f"products written: {log.counts['PUT /products/#']}, {least.puts} at least",
                f"deeds: {dict(Counter(deed.kind for deed in deeds))}; {day.registered} orders registered",
                f"numbers of stock that are wrong in the end: {_wrong(day, deeds)}",
                f"the books count {shop.counters.requests_today} requests of today, "
                f"the store {shop.store.quota.spent_today}",
            ],
        ),
        Finding(
            work="recorded day: an order placed is seen after, worst",
            value=max(waited),
            unit="s",
            against="the store's own instant of it",
            raw=[f"median {middle(waited):.0f} s; each look reads all orders of the day, {_PAGE} a request"],
        ),
    ]


def _until_seen(day: Day, path: Path) -> list[float]:
    """Seconds from each order's placing to its being seen."""
    with closing(sqlite3.connect(path)) as books:
        seen = dict(books.execute("SELECT remote_id, seen_at FROM tray_order").fetchall())
    return [seen[number] / 1000 - at for number, at in day.placed.items()]


def _wrong(day: Day, deeds: list[Deed]) -> int:
    """Products whose number in the store is not what the shop means to publish."""
    ids = sorted({product for deed in deeds for product in (deed.product, *deed.goods) if product})
    rows = day.shop.main.database.read_now(lambda reader: reader.product_rows(ids))
    shown = day.shop.store.products
    return sum(shown[str(row.id)]["stock"] != str(row.published) for row in rows)
