"""One loop, one station: whatever is clicked, crashes, sleeps or is set by hand."""

from __future__ import annotations

import asyncio
import random

from tests.stations import PracticeShop
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import QueueState


def _loops() -> list[str]:
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "sync" and not task.done()]


def _keepers() -> list[str]:
    return [
        task.get_name() for task in asyncio.all_tasks() if task.get_name() == "sync-lead" and not task.done()
    ]


async def test_a_storm_of_clicks_leaves_one_loop(shop_on_both: PracticeShop) -> None:
    """F23: fifty clicks, no two waits alike; the last one was "on"."""
    shop = shop_on_both
    chance = random.Random(1)
    product = await shop.add("PAN-1")
    farewells = []
    for _ in range(50):
        shop.start()
        await shop.sleep(chance.choice([0, 0, 0.001, 0.1, 1]))
        farewells.append(asyncio.ensure_future(shop.main.sync.stop()))
        await shop.sleep(chance.choice([0, 0, 0, 0.001, 0.01, 0.05]))
    shop.start()
    await shop.sleep(60)

    assert (_loops(), _keepers()) == (["sync"], ["sync-lead"])
    assert all(farewell.done() for farewell in farewells)
    await shop.change(product.id, price=Money(777))
    await shop.until_empty()
    assert len(shop.in_store("PAN-1")) == 1
    await shop.main.sync.stop()
    assert (_loops(), _keepers()) == ([], [])
    assert shop.main.sync.status.phase is SyncPhase.OFF


async def test_a_start_at_any_moment_of_a_farewell_is_not_lost(shop: PracticeShop) -> None:
    """F23: stop, then start after n turns of the event loop, for every n that a farewell takes."""
    for turns in range(1, 13):
        shop.start()
        await shop.sleep(1)
        farewell = asyncio.ensure_future(shop.main.sync.stop())
        for _ in range(turns):
            await asyncio.sleep(0)
        shop.start()
        await shop.sleep(40)
        assert farewell.done()
        assert _loops() == ["sync"], turns
        assert shop.main.sync.status.phase is SyncPhase.UP_TO_DATE, turns
        await shop.main.sync.stop()


async def test_a_start_while_a_slow_push_ends_is_not_killed_with_it(shop: PracticeShop) -> None:
    """F23: off and on again during a push of half a minute: the loop that was kept goes on."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.store.faults.next("slow", method="PUT", seconds=40)
    await shop.change(product.id, price=Money(777))
    await shop.until(lambda: shop.asked("PUT"))
    farewell = asyncio.ensure_future(shop.main.sync.stop())
    await shop.sleep(1)
    shop.start()
    await shop.sleep(120)

    assert farewell.done()
    assert _loops() == ["sync"]
    assert shop.queue == []
    assert len(shop.asked("PUT")) == 1


async def test_stopping_lets_the_push_in_flight_settle(shop_on_both: PracticeShop) -> None:
    """F21: what the store answered is written down; what was not begun goes back untouched."""
    shop = shop_on_both
    products = [await shop.add(f"P{number}") for number in range(5)]
    await shop.start_and_send()
    shop.store.faults.next("slow", method="PUT", seconds=8)
    for product in products:
        await shop.change(product.id, price=Money(777))
    await shop.until(lambda: shop.asked("PUT"))

    await shop.main.sync.stop()

    assert len(shop.asked("PUT")) == 1
    assert [(row.state, row.attempts) for row in shop.queue] == [(QueueState.WAITING, 0)] * 4
    shop.start()
    await shop.until_empty()
    assert len(shop.asked("PUT")) == 5


async def test_a_stop_does_not_wait_for_ever_for_a_store_that_hangs(shop: PracticeShop) -> None:
    """F30: after 25 seconds the push is cut off; its outcome is unknown and is looked at later."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.store.faults.next("slow", method="PUT", seconds=50)
    await shop.change(product.id, price=Money(777))
    await shop.until(lambda: shop.asked("PUT"))
    begun = shop.seconds()

    await shop.main.sync.stop()

    assert shop.seconds() - begun <= 26
    shop.start()
    await shop.until_empty()
    assert shop.one("PAN-1")["price"] == "7.77"
    assert shop.queue == []


async def test_a_stop_right_after_a_start_wins(shop: PracticeShop) -> None:
    await shop.add("PAN-1")
    shop.store.log.clear()
    shop.start()
    await shop.main.sync.stop()
    await shop.sleep(120)

    assert _loops() == []
    assert shop.main.sync.status.phase is SyncPhase.OFF
    assert shop.asked() == []


async def test_a_stop_before_any_start_is_harmless(shop: PracticeShop) -> None:
    await shop.main.sync.stop()
    await shop.main.sync.stop()
    await shop.add("PAN-1")
    shop.start()
    await shop.until_empty()


async def test_the_second_station_stands_by_and_takes_over_after_a_logout(shop_on_both: PracticeShop) -> None:
    """F23: one sends, the other says who; after a logout the lead is free at once."""
    shop = shop_on_both
    product = await shop.add("PAN-1")
    shop.start()
    await shop.until_empty()
    second = shop.open("CAIXA-2")
    second.sync.start(shop.actor)
    await shop.until(lambda: second.sync.status.phase is SyncPhase.STANDBY, within=2)
    assert second.sync.status.leader_station == "CAIXA-1"
    await shop.sleep(300)
    assert second.line.asked == 0

    await shop.main.sync.stop()
    assert shop.main.database.read_now(lambda reader: reader.leader()) is None
    await shop.change(product.id, price=Money(777))
    took = await shop.until_empty()

    assert took <= 11
    assert second.line.asked > 0
    assert second.sync.status.leader_station == "CAIXA-2"


async def test_the_second_station_takes_over_after_a_crash(shop_on_both: PracticeShop) -> None:
    """F21, F23: within ninety seconds, and what was in flight is found out."""
    shop = shop_on_both
    products = [await shop.add(f"P{number}") for number in range(5)]
    await shop.start_and_send()
    second = shop.open("CAIXA-2")
    second.sync.start(shop.actor)
    await shop.sleep(20)
    shop.store.faults.next("slow", method="PUT", seconds=30)
    for product in products:
        await shop.change(product.id, price=Money(777))
    await shop.until(lambda: shop.asked("PUT"))
    await shop.crash(shop.main)

    took = await shop.until(lambda: {row.cause for row in shop.queue} <= {"verifying"})
    assert took <= 90
    await shop.until_empty()
    assert [shop.differences(product.id) for product in products] == [{}] * 5
    assert second.line.asked >= 5


async def test_never_do_two_stations_send_at_the_same_time(shop: PracticeShop) -> None:
    """F23: three stations switched on and off at random: what is sent is sent by the holder of the lead."""
    chance = random.Random(5)
    products = [await shop.add(f"P{number}") for number in range(10)]
    posts = [shop.main, shop.open("CAIXA-2"), shop.open("CAIXA-3")]
    wrong: list[str] = []
    for post in posts:

        def watch(_request: object, name: str = post.name) -> None:
            leader = shop.main.database.read_now(lambda reader: reader.leader())
            if leader is None or leader.station != name:
                wrong.append(name)

        post.line.watch = watch
    for step in range(60):
        post = chance.choice(posts)
        if chance.random() < 0.5:
            post.sync.start(shop.actor)
        else:
            await post.sync.stop()
        await shop.change(chance.choice(products).id, price=Money(1000 + step))
        await shop.sleep(chance.random() * 15)
    posts[0].sync.start(shop.actor)
    await shop.until_empty()

    assert wrong == []
    assert [shop.differences(product.id) for product in products] == [{}] * 10


async def test_a_station_that_slept_does_not_settle_what_is_no_longer_its_own(shop: PracticeShop) -> None:
    """F23: its lead ran out in the middle of a push; the new sender finds out by itself."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    second = shop.open("CAIXA-2")
    second.sync.start(shop.actor)
    shop.main.sync._keep_lead = _asleep  # type: ignore[method-assign]
    await shop.main.sync.stop()
    await shop.sleep(15)
    await second.sync.stop()
    shop.start()
    await shop.sleep(1)
    shop.store.faults.next("slow", method="PUT", seconds=50)
    await shop.change(product.id, price=Money(777))
    await shop.until(lambda: shop.asked("PUT"))
    second.sync.start(shop.actor)
    await shop.sleep(45)
    assert second.sync.status.leader_station == "CAIXA-2"
    await shop.until_empty()

    assert shop.one("PAN-1")["price"] == "7.77"
    assert shop.main.sync.status.phase is SyncPhase.STANDBY


async def _asleep() -> None:
    await asyncio.sleep(10**6)


async def test_after_three_hours_of_sleep_the_next_look_comes_at_once(shop_on_both: PracticeShop) -> None:
    """F30: the wall clock went on while the monotonic one stood still."""
    shop = shop_on_both
    await shop.add("PAN-1")
    await shop.start_and_send()
    await shop.sleep(5)
    before = shop.main.sync.status.last_cycle_at
    assert before is not None

    shop.clock.jump(hours=3)
    begun = shop.seconds()
    await shop.until(lambda: shop.main.sync.status.last_cycle_at != before, within=90)

    assert shop.seconds() - begun <= 6
    assert shop.main.sync.status.phase is SyncPhase.UP_TO_DATE
    assert shop.store.log.counts["GET /auth"] == 1  # the token had died meanwhile


async def test_a_clock_set_back_by_an_hour_stops_nothing(shop: PracticeShop) -> None:
    """F30: the loop lives by the monotonic clock."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.clock.jump(hours=-1)
    await shop.sleep(10)
    await shop.change(product.id, price=Money(777))
    await shop.until_empty(within=90)


async def test_waking_looks_at_once(shop: PracticeShop) -> None:
    shop.start()
    await shop.sleep(10)
    before = shop.main.sync.status.last_cycle_at
    shop.main.sync.wake()
    await shop.until(lambda: shop.main.sync.status.last_cycle_at != before, within=1, every=0.01)


async def test_cycles_come_each_minute(shop: PracticeShop) -> None:
    """The countdown tells the truth: no drift over an hour."""
    shop.start()
    await shop.sleep(3600)
    cycles = {status.last_cycle_at for status in shop.main.heard if status.last_cycle_at}
    assert 58 <= len(cycles) <= 63
