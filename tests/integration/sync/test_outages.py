"""The line is cut, the store falls over, the power goes: nothing is lost, nothing is halted, all of it goes out."""

from __future__ import annotations

import pytest

from tests.stations import PracticeShop
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.simulator.faults import FaultKind


async def test_twenty_minutes_without_a_line_halt_nothing(shop_on_both: PracticeShop) -> None:
    """F26: no try is counted, and all is sent within three minutes of the line's return."""
    shop = shop_on_both
    products = await shop.add_many(f"P{number}" for number in range(60))
    await shop.start_and_send()
    shop.main.line.offline = True
    await shop.change_many(products, price=Money(777))
    asked = shop.main.line.asked

    await shop.sleep(1200)

    assert {(row.state, row.attempts, row.cause) for row in shop.queue} == {
        (QueueState.WAITING, 0, "no_line")
    }
    assert shop.main.sync.status.phase is SyncPhase.OFFLINE
    assert shop.main.line.asked - asked < 40
    shop.main.line.offline = False
    took = await shop.until_empty(within=180)
    assert len(shop.bodies()) == 60
    assert took <= 180


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("status", {"status": 503}),
        ("html", {"status": 502}),
        ("reset", {}),
        ("timeout", {"seconds": 15}),
        ("timeout", {"seconds": 15, "after_applying": True}),
    ],
    ids=["503", "502", "reset", "timeout", "applied"],
)
async def test_twenty_minutes_of_a_store_that_is_down_halt_nothing(
    shop: PracticeShop, kind: FaultKind, how: dict[str, int]
) -> None:
    """F26, for a store that answers uselessly or not at all."""
    products = await shop.add_many(f"P{number}" for number in range(60))
    await shop.start_and_send()
    shop.store.faults.next(kind, times=None, **how)  # type: ignore[arg-type]
    await shop.change_many(products, price=Money(777))

    await shop.sleep(1200)

    assert QueueState.HALTED not in {row.state for row in shop.queue}
    assert shop.main.sync.status.phase is SyncPhase.STORE_DOWN
    assert shop.main.sync.status.cause
    assert len(shop.asked("PUT")) < 100
    shop.store.faults.clear()
    took = await shop.until(lambda: {row.cause for row in shop.queue} <= {"verifying"}, within=180)
    assert took <= 180
    await shop.until_empty()
    assert [shop.differences(product.id) for product in products] == [{}] * 60


async def test_a_line_that_comes_and_goes_loses_nothing(shop: PracticeShop) -> None:
    products = [await shop.add(f"P{number}") for number in range(20)]
    await shop.start_and_send()
    for turn in range(10):
        shop.main.line.offline = turn % 2 == 0
        for product in products:
            await shop.change(product.id, price=Money(1000 + turn))
        await shop.sleep(40)
    shop.main.line.offline = False
    await shop.until_empty()

    assert {row["price"] for row in shop.store.products.values()} == {"10.09"}


async def test_waiting_for_the_line_is_not_ended_by_edits_but_by_a_person(shop: PracticeShop) -> None:
    """Changes come all day; a person who presses the key wants to know now."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.main.line.offline = True
    await shop.change(product.id, price=Money(777))
    await shop.sleep(900)
    asked = shop.main.line.asked
    await shop.until(lambda: shop.main.line.asked > asked)
    asked = shop.main.line.asked
    for cents in range(20):
        await shop.change(product.id, price=Money(800 + cents))
        await shop.sleep(1)
    assert shop.main.line.asked == asked

    shop.main.sync.wake()
    await shop.until(lambda: shop.main.line.asked > asked, within=1)


async def test_a_late_write_does_not_have_the_last_word(shop_on_both: PracticeShop) -> None:
    """An unanswered PUT is applied after a newer one: the visit finds out and writes again."""
    shop = shop_on_both
    product = await shop.add("PAN-1", price=Money(100))
    await shop.start_and_send()
    shop.store.faults.next("late", method="PUT", seconds=60)

    await shop.change(product.id, price=Money(200))
    await shop.until(lambda: shop.queue and shop.queue[0].state is QueueState.OUTCOME_UNKNOWN)
    await shop.change(product.id, price=Money(300))
    await shop.until(lambda: shop.one("PAN-1")["price"] == "3.00")
    shop.store.faults.clear()
    await shop.until_empty()
    await shop.sleep(120)

    assert shop.one("PAN-1")["price"] == "3.00"
    assert [record.fault for record in shop.asked("PUT")].count("late") == 1
    assert shop.asked("GET", "/products/")  # the visit


async def test_a_visit_that_finds_all_well_writes_nothing(shop: PracticeShop) -> None:
    product = await shop.add("PAN-1", price=Money(100))
    await shop.start_and_send()
    shop.store.faults.next("timeout", method="PUT", after_applying=True, seconds=15)

    await shop.change(product.id, price=Money(200))
    await shop.until_empty()

    assert len(shop.asked("PUT")) == 2
    assert len(shop.asked("GET", "/products/")) == 1
    assert shop.one("PAN-1")["price"] == "2.00"


async def test_going_back_to_the_old_price_is_sent_when_the_new_one_may_have_arrived(
    shop: PracticeShop,
) -> None:
    """What was last acknowledged is not what the store shows once a write went unanswered."""
    product = await shop.add("PAN-1", price=Money(100))
    await shop.start_and_send()
    shop.store.faults.next("timeout", method="PUT", after_applying=True, seconds=15)

    await shop.change(product.id, price=Money(200))
    await shop.until(lambda: shop.queue and shop.queue[0].state is QueueState.OUTCOME_UNKNOWN)
    assert shop.one("PAN-1")["price"] == "2.00"
    await shop.change(product.id, price=Money(100))
    await shop.until_empty()

    assert shop.one("PAN-1")["price"] == "1.00"


async def test_a_second_unanswered_write_gets_its_own_visit(shop: PracticeShop) -> None:
    """The quarantine counts from the last unanswered request, not from the first."""
    product = await shop.add("PAN-1", price=Money(100))
    await shop.start_and_send()
    shop.store.faults.next("timeout", method="PUT", times=3, seconds=15)
    late = shop.store.faults.next("late", method="PUT", seconds=80)
    await shop.change(product.id, price=Money(200))
    await shop.until(lambda: late.struck)
    await shop.until(lambda: shop.queue[0].state is QueueState.OUTCOME_UNKNOWN)
    await shop.change(product.id, price=Money(300))
    await shop.retry(shop.queue)
    await shop.until(lambda: shop.one("PAN-1")["price"] == "3.00")
    await shop.until_empty()
    await shop.sleep(200)

    assert shop.one("PAN-1")["price"] == "3.00"


async def test_three_that_always_time_out_do_not_stop_the_rest(shop: PracticeShop) -> None:
    """F27: three bad ones in a row look like an outage, and must not become one."""
    bad = [await shop.add(f"RUIM{number}") for number in range(3)]
    good = [await shop.add(f"BOM{number}") for number in range(30)]
    await shop.start_and_send()
    for product in bad:
        shop.store.faults.next("timeout", times=None, reference=product.reference, seconds=15)
    for product in [*bad, *good]:
        await shop.change(product.id, price=Money(777))

    await shop.until(lambda: all(shop.one(each.reference)["price"] == "7.77" for each in good), within=300)
    await shop.change(good[0].id, price=Money(888))
    await shop.until(lambda: shop.one("BOM0")["price"] == "8.88", within=300)
