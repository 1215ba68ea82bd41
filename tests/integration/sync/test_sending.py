"""What is changed in the shop reaches the store: once, together, and never less than the latest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.stations import PracticeShop
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.money import Money


async def test_a_changed_price_and_a_stock_entry_travel_in_one_put(shop_on_both: PracticeShop) -> None:
    shop = shop_on_both
    product = await shop.add("PAN-1", stock=3)
    shop.main.sync.start(shop.actor)
    await shop.until_empty()
    shop.store.log.clear()

    await shop.change(product.id, price=Money(2590))
    await shop.receive(product.id, 4)
    await shop.until_empty()

    assert shop.bodies() == [{"price": "25.90", "cost_price": "9.90", "stock": 7}]
    assert len(shop.asked("PUT")) == 1
    assert shop.differences(product.id) == {}
    label, push = shop.history(1)[0]
    assert label == "PAN-1 · Produto PAN-1"
    assert (push.outcome, set(push.aspects)) == ("sent", {"price", "stock"})
    assert {change.field: (change.before, change.after) for change in push.changes} == {
        "price": (1990, 2590),
        "stock": (3, 7),
    }
    await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.UP_TO_DATE)


async def test_an_edit_made_during_its_push_reaches_the_store_afterwards(shop_on_both: PracticeShop) -> None:
    """F24: "done" is only said of the revision that was sent."""
    shop = shop_on_both
    product = await shop.add("PAN-1", stock=3)
    await shop.start_and_send()
    shop.store.faults.next("slow", method="PUT", seconds=5)

    await shop.change(product.id, price=Money(1000))
    await shop.until(lambda: shop.asked("PUT"))
    await shop.change(product.id, price=Money(2000))
    assert [row.state.value for row in shop.queue] == ["sending"]
    await shop.until_empty()

    assert [body["price"] for body in shop.bodies()] == ["10.00", "20.00"]
    assert shop.differences(product.id) == {}


async def test_a_stock_move_during_a_push_of_the_price_is_sent_by_itself(shop: PracticeShop) -> None:
    """F24, other sides of the same product."""
    product = await shop.add("PAN-1", stock=3)
    await shop.start_and_send()
    shop.store.faults.next("slow", method="PUT", seconds=5)

    await shop.change(product.id, price=Money(1000))
    await shop.until(lambda: shop.asked("PUT"))
    await shop.receive(product.id, 2)
    await shop.until_empty()

    assert shop.bodies() == [{"price": "10.00", "cost_price": "9.90"}, {"stock": 5}]


async def test_a_hundred_edits_before_a_cycle_are_one_put(shop: PracticeShop) -> None:
    """F33: the queue holds what is owed, not what was done."""
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    await shop.main.sync.stop()

    for cents in range(1000, 1100):
        await shop.change(product.id, price=Money(cents))
    shop.start()
    await shop.until_empty()

    assert [body["price"] for body in shop.bodies()] == ["10.99"]


async def test_a_price_changed_and_changed_back_is_not_sent(shop: PracticeShop) -> None:
    """F33: what the store acknowledged need not be told again."""
    product = await shop.add("PAN-1", price=Money(1990), stock=5)
    await shop.start_and_send()
    await shop.main.sync.stop()

    await shop.change(product.id, price=Money(2000), name="Outro nome")
    await shop.change(product.id, price=Money(1990), name="Produto PAN-1")
    await shop.receive(product.id, 1)
    await shop.count(product.id, 5)
    shop.start()
    await shop.until_empty()

    assert shop.asked() == []
    assert shop.differences(product.id) == {}


async def test_an_idle_hour_writes_nothing(shop_on_both: PracticeShop) -> None:
    """F33: no echo, and at most two requests a cycle."""
    shop = shop_on_both
    for number in range(5):
        await shop.add(f"P{number}", brand="Lume", category="Cozinha > Panelas", stock=number)
    await shop.start_and_send()
    begun = shop.main.line.asked

    await shop.sleep(3600)

    assert [record for record in shop.asked() if record.method != "GET"] == []
    assert shop.main.line.asked - begun <= 120


async def test_without_a_store_the_loop_rests_between_its_looks(shop: PracticeShop) -> None:
    """A shop that was never connected must not be asked about it twenty times a second."""
    shop.main.database.run_now(_forget_the_connection)
    reads = 0
    original = shop.main.database.read

    async def counted(question: object) -> object:
        nonlocal reads
        reads += 1
        return await original(question)  # type: ignore[arg-type]

    shop.main.database.read = counted  # type: ignore[method-assign, assignment]
    shop.start()
    await shop.sleep(600)

    assert shop.main.sync.status.phase is SyncPhase.NOT_CONNECTED
    assert reads <= 60


def _forget_the_connection(uow: Any) -> None:
    uow._connection.exec_driver_sql("DELETE FROM tray_connection")


async def test_categories_and_brands_are_made_before_the_product_that_needs_them(shop: PracticeShop) -> None:
    product = await shop.add("PAN-1", brand="Lume", category="Cozinha > Panelas > Pressão")
    await shop.start_and_send()

    row = shop.one("PAN-1")
    category = shop.store.shop.categories.rows[row["category_id"]]
    above = shop.store.shop.categories.rows[category["parent_id"]]
    assert (category["name"], above["name"]) == ("Pressão", "Panelas")
    assert shop.store.shop.categories.rows[above["parent_id"]]["name"] == "Cozinha"
    assert shop.differences(product.id) == {}


async def test_a_product_taken_off_sale_is_hidden_and_not_deleted(shop: PracticeShop) -> None:
    product = await shop.add("PAN-1")
    await shop.start_and_send()

    await shop.change(product.id, sell_online=False)
    await shop.until_empty()

    assert shop.one("PAN-1")["available"] == "0"


async def test_the_store_is_told_zero_when_the_reserve_exceeds_the_shelf(shop: PracticeShop) -> None:
    """F07: never a negative number, and the product stays on sale."""
    product = await shop.add("PAN-1", stock=2)
    await shop.start_and_send()

    await shop.change(product.id, counter_reserve=Decimal(5))
    await shop.until_empty()

    assert shop.bodies() == [{"stock": 0}]
    assert shop.one("PAN-1")["available"] == "1"
