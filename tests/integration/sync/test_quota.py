"""The store's limits: never exceeded by all stations together, and shared out by urgency."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from tests.stations import SELDOM, Post, PracticeShop
from varejoforte_desktop.application.outside import SlowDown
from varejoforte_desktop.application.store import Purpose
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.simulator.requests import RequestRecord


def busiest_minute(records: Iterable[RequestRecord]) -> int:
    """The most requests in any sixty seconds."""
    times = [record.at for record in records if not record.fault]
    most = start = 0
    for end, at in enumerate(times):
        while (at - times[start]).total_seconds() >= 60:
            start += 1
        most = max(most, end - start + 1)
    return most


async def test_six_hundred_products_go_out_without_one_429(shop: PracticeShop) -> None:
    """F34: 180 a minute as a sliding window, and hardly less."""
    await shop.add_many((f"P{number:03}" for number in range(600)), stock=3)
    shop.start()
    took = await shop.until_empty(within=900)

    assert len(shop.store.products) == 600
    assert shop.store.log.statuses[429] == 0
    assert busiest_minute(shop.store.requests) <= 180
    assert took < 300  # 615 requests or so at 176 a minute


async def test_two_stations_and_a_person_stay_within_the_limit_together(shop: PracticeShop) -> None:
    """F34: the count is in the books; the second station takes over in the middle, a person tests the connection."""
    await shop.add_many(f"P{number:03}" for number in range(300))
    second = shop.open("CAIXA-2")
    second.line.seconds = 0.01
    shop.start()
    second.sync.start(shop.actor)
    await shop.until(lambda: len(shop.store.products) >= 100)
    await shop.main.sync.stop()
    await shop.connect()
    await shop.until_empty(within=900)

    assert len(shop.store.products) == 300
    assert shop.store.log.statuses[429] == 0
    assert busiest_minute(shop.store.requests) <= 180


async def test_when_told_to_wait_nothing_is_asked_for_so_long(shop: PracticeShop) -> None:
    """429 with Retry-After: the whole route pauses, and no try is counted."""
    products = [await shop.add(f"P{number}") for number in range(3)]
    await shop.start_and_send()
    shop.store.faults.next("rate_limited", retry_after=40)
    for product in products:
        await shop.change(product.id, price=Money(777))
    await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.ASKED_TO_WAIT)
    begun, asked = shop.seconds(), shop.main.line.asked
    await shop.change(products[0].id, price=Money(778))
    await shop.sleep(38)
    assert shop.main.line.asked == asked
    assert {row.attempts for row in shop.queue} == {0}

    await shop.until_empty()
    assert 40 <= shop.seconds() - begun < 45
    assert [record.status for record in shop.asked("PUT")] == [429, 200, 200, 200]


async def test_without_a_word_how_long_the_wait_grows(shop: PracticeShop) -> None:
    """429 without Retry-After: from 10-20 s, doubling, at most two minutes."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    fault = shop.store.faults.next("rate_limited", times=None)
    await shop.change(product.id, price=Money(777))
    await shop.sleep(1200)
    tries = [record.at for record in shop.asked()]
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(tries)]

    assert 10 <= gaps[0] <= 21
    assert 20 <= gaps[1] <= 41
    assert max(gaps) <= 125
    assert len(tries) <= 20
    shop.store.faults.drop(fault)
    await shop.until_empty(within=125)


async def test_a_large_store_is_read_once_over_several_minutes(shop: PracticeShop) -> None:
    """F34, F35: the first sending to a store with more pages than a minute has requests comes to an end."""
    shop.set_limits(requests_per_minute=20)
    for number in range(1500):
        shop.store.add_product(reference=f"LOJA-{number}", name="Da loja", price="1.00")
    for number in range(9):
        await shop.add(f"P{number}")
    shop.start()
    await shop.until_empty(within=900)

    pages = [record for record in shop.asked("GET", "/products") if "reference" not in record.query]
    assert len(pages) == 30
    assert len(shop.store.products) == 1509


async def _spend_until(shop: PracticeShop, left: int) -> int:
    """Set the day's limit so that `left` requests are left of what content may use; gives the limit."""
    used = shop.counters.requests_today
    limit = round((used + left) / 0.80)
    shop.set_limits(requests_per_day=limit)
    return limit


async def test_the_last_requests_of_a_day_go_to_stock_then_price(shop: PracticeShop) -> None:
    """F34: content stops at 80 %, price at 92 %, stock at the end of the day's requests."""
    products = await shop.add_many((f"P{number:03}" for number in range(90)), stock=1)
    await shop.start_and_send()
    await shop.main.sync.stop()
    limit = await _spend_until(shop, 8)
    used = shop.counters.requests_today
    for product in products[:30]:
        await shop.change(product.id, name="Novo nome")
    for product in products[30:60]:
        await shop.change(product.id, price=Money(777))
    for product in products[60:]:
        await shop.receive(product.id, 1)
    shop.start()
    await shop.sleep(300)

    sent = [next(iter(body)) for body in shop.bodies()]
    assert sent == sorted(sent, key=["stock", "price", "name"].index)
    assert shop.counters.requests_today == used + len(sent) <= limit
    assert shop.store.log.statuses[429] == 0
    assert sent.count("stock") == min(30, limit - used)
    assert "name" not in sent
    assert shop.main.sync.status.phase is SyncPhase.WAITING_QUOTA
    assert shop.main.sync.status.cause == "day_spent"


async def test_a_stock_change_goes_out_though_the_texts_wait_for_tomorrow(shop: PracticeShop) -> None:
    """F34: what is left of a day is for what matters most, and is used for it."""
    shop.main.sync._parts.times = SELDOM
    products = await shop.add_many((f"P{number:03}" for number in range(60)), stock=1)
    await shop.start_and_send()
    await _spend_until(shop, 2)
    for product in products[:10]:
        await shop.change(product.id, name="Novo nome")
    await shop.sleep(120)
    assert shop.counters.by_aspect.keys() == {Aspect.CONTENT}
    assert shop.counters.waiting >= 7
    assert shop.main.sync.status.phase is SyncPhase.WAITING_QUOTA

    await shop.receive(products[50].id, 9)
    await shop.until(lambda: shop.one("P050")["stock"] == "10", within=65)
    await shop.change(products[51].id, price=Money(777))
    await shop.until(lambda: shop.one("P051")["price"] == "7.77", within=65)

    await shop.sleep(14 * 3600)  # midnight in São Paulo was an hour ago
    assert shop.queue == []
    assert shop.one("P009")["name"] == "Novo nome"


async def _all_turns(post: Post, purpose: Purpose) -> int:
    for taken in itertools.count():
        try:
            async with post.meter.turn(purpose):
                pass
        except SlowDown:
            return taken
    return 0


async def test_a_few_requests_of_each_minute_are_kept_for_orders_and_upkeep(shop: PracticeShop) -> None:
    """F34: the queue may not use the minute up."""
    second = shop.open("CAIXA-2")
    taken = await _all_turns(second, Purpose.STOCK)
    async with second.meter.turn(Purpose.ORDERS), second.meter.turn(Purpose.UPKEEP):
        pass
    assert taken + 2 <= 176  # the connection itself used two
