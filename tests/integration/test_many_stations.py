"""Two computers that sell the same thing at the same time for a whole day, and five whose access to the store ended."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.books import OpenStation, in_books
from tests.builders import keep
from tests.integration.test_leadership import at_put, told
from tests.integration.test_listening import Wire
from tests.order_builders import till_at
from tests.stations import Post, PracticeShop
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product

ROOT = Path(__file__).parent.parent.parent

#: A computer with one window: sells one thing again and again, and now and then its manager changes a price.
SELLER = """
import json, sys, time
from dataclasses import replace
from tests.books import HandClock
from tests.integration.test_counter import sell
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.domain.errors import InsufficientStock
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.persistence.database import Database

url, station, pan_id, pot_id, times = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
books = Database(url, ChangeFeed(), clock=HandClock())
ana, bruno = (books.run_now(admit, login, station=station) for login in ("ana", "bruno"))
pan = books.run_now(lambda uow: uow.products.get(pan_id))
print("ready", flush=True)
sys.stdin.readline()
begun, numbers, refused = time.monotonic(), [], 0
for turn in range(times):
    if turn % 50 == 25:
        pot = replace(books.run_now(lambda uow: uow.products.get(pot_id)), price=Money(1000 + turn))
        books.run_now(save_product, pot, brand="", category="", by=bruno)
    try:
        numbers.append(sell(books, pan, by=ana).number)
    except InsufficientStock:
        refused += 1
books.close()
print(json.dumps({"numbers": numbers, "refused": refused, "seconds": time.monotonic() - begun}))
"""


def day(url: str, pan: Product, *counters: tuple[str, Product, int]) -> list[dict[str, Any]]:
    """Each counter (its station, what its manager prices, how many sales it tries) in a process, begun together."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SELLER, url, station, str(pan.id), str(pot.id), str(times)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for station, pot, times in counters
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    days = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        days.append(json.loads(said))
    return days


def counted(sold: dict[str, Any]) -> list[int]:
    """The numbers of its sales."""
    return [int(number.rpartition("-")[2]) for number in sold["numbers"]]


def test_two_computers_try_a_thousand_sales_of_nine_hundred_units(
    postgres_shop: str, stations: OpenStation, gerente: Actor, operador: Actor
) -> None:
    """F02: nine hundred are sold, a hundred refused, nothing is negative, and every line of every book adds up."""
    books = stations(postgres_shop)
    pan = keep(books, by=gerente, on_hand=900)
    pots = [keep(books, by=gerente) for _ in range(2)]
    names = (operador.station, "Porta")
    for name in names:
        till_at(books, replace(operador, station=name))

    one, other = day(postgres_shop, pan, *((name, pot, 500) for name, pot in zip(names, pots, strict=True)))

    assert len(one["numbers"]) + len(other["numbers"]) == 900
    assert one["refused"] + other["refused"] == 100
    for sold in (one, other):
        assert counted(sold) == list(range(1, len(sold["numbers"]) + 1))
    assert in_books(books, lambda uow: uow.shelf.on_hand(pan.id)) == 0
    moved = books.read_now(lambda reader: reader.movements(product_id=pan.id, limit=2000))
    assert sorted(int(each.balance) for each in moved) == [*range(900), 900]
    assert books.read_now(lambda reader: reader.check()).problems == ()
    seconds = max(one["seconds"], other["seconds"])
    print(
        f"\n900 sales and 100 refusals from two processes in {seconds:.1f} s: {1000 / seconds:.0f} a second"
    )


def test_two_windows_of_one_computer_never_give_a_number_twice(
    postgres_shop: str, stations: OpenStation, gerente: Actor, operador: Actor
) -> None:
    """F18."""
    books = stations(postgres_shop)
    pan = keep(books, by=gerente, on_hand=200)
    pots = [keep(books, by=gerente) for _ in range(2)]
    till_at(books, operador)

    one, other = day(postgres_shop, pan, *((operador.station, pot, 60) for pot in pots))

    assert sorted(counted(one) + counted(other)) == list(range(1, 121))
    assert books.read_now(lambda reader: reader.check()).problems == ()


@pytest_asyncio.fixture
async def practice(postgres_url: str) -> AsyncIterator[PracticeShop]:
    """A connected shop on PostgreSQL, on a real loop with real threads."""
    shop = await asyncio.to_thread(PracticeShop, postgres_url, seconds=time.monotonic, sleep=asyncio.sleep)
    await shop.connect()
    yield shop
    await shop.close()


async def test_five_stations_whose_access_ended_renew_it_once(practice: PracticeShop) -> None:
    """F36: one request to the store, and everybody has the new access."""
    posts = [practice.main, *(practice.open(f"CAIXA-{number}") for number in range(2, 6))]
    before = await asyncio.gather(*(post.vault.access() for post in posts))
    assert len({each.access_token for each in before}) == 1
    practice.clock.jump(hours=4)
    practice.store.log.clear()

    after = await asyncio.gather(*(post.vault.access() for post in posts))

    assert len({each.access_token for each in after}) == 1
    assert after[0].access_token != before[0].access_token
    renewals = [each for each in practice.store.requests if each.path.startswith("/auth")]
    assert [each.status for each in renewals] == [200]
    assert sum(post.line.asked for post in posts[1:]) + practice.main.line.asked >= 1
    infos = await asyncio.gather(*(post.desk_store.info() for post in posts))
    assert len(infos) == 5
    assert practice.store.log.counts["GET /auth"] == 1


def test_a_server_that_goes_away_in_the_middle_of_sending_comes_back_to_its_work(postgres_url: str) -> None:
    """While it is away nothing is begun; afterwards only what nobody could write down is sent once more."""
    wire = Wire(postgres_url)

    async def story(shop: PracticeShop, _second: Post) -> None:
        products = [await shop.add(f"P{number}") for number in range(10)]
        await shop.until_empty()
        shop.store.log.clear()

        def pulled_out() -> None:
            wire.refuses = True
            wire.cut()

        at_put(shop.main, 3, pulled_out)
        await shop.change_many(products, price=Money(777))
        await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.BOOKS_AWAY, within=30)
        asked = shop.main.line.asked
        await shop.sleep(60)
        assert shop.main.sync.status.phase is SyncPhase.BOOKS_AWAY
        assert shop.main.line.asked == asked
        wire.refuses = False
        await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.UP_TO_DATE, within=10)
        await shop.until_empty()
        sent = Counter(each.path for each in shop.asked("PUT"))
        assert max(sent.values()) <= 2
        assert [shop.differences(product.id) for product in products] == [{}] * 10

    try:
        told(wire.url, story)
    finally:
        wire.close()
