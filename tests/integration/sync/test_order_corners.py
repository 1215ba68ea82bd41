"""Looks that broke, orders nobody can read and shops in other zones: the store still offers each unit once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.books import in_books
from tests.integration.sync.test_order_debts import Desk
from tests.integration.sync.test_order_pages import SAO_PAULO, seen, shown, stocked
from tests.stations import PracticeShop
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.application.product_import import apply_import
from varejoforte_desktop.application.product_sheet import SheetRow
from varejoforte_desktop.domain.outbox import Aspect


def unread(shop: PracticeShop) -> int:
    """How many open orders nobody can read."""
    return shop.main.database.read_now(lambda reader: reader.orders.unread())


def numbers_sent(shop: PracticeShop) -> list[object]:
    """The numbers of stock that the store was told, the making of a product left out."""
    return [body["stock"] for body in shop.bodies() if "stock" in body]


def the_pan(shop: PracticeShop) -> int:
    """The product that `stocked` made."""
    offer = shop.main.database.read_now(lambda reader: reader.sales.offer("PAN-1"))
    assert offer is not None
    return offer.product_id


# -- a first look that broke ---------------------------------------------------------------------------


async def test_an_order_that_a_broken_first_look_saw_open_frees_its_goods_when_it_is_cancelled(
    shop: PracticeShop,
) -> None:
    """F53: the next try is a first look too, but what the shop has seen is its business."""
    product = await shop.add("PAN-1", stock=10)
    pan = shop.store.add_product(reference="PAN-1", name="Panela", price="10.00", stock="10")
    first, second = shop.store.place_order({pan: 3}), shop.store.place_order({pan: 2})
    shop.store.faults.next("status", status=500, path_contains=f"/orders/{second}/complete")
    with pytest.raises(OutsideError):
        await shop.main.orders.look()
    assert seen(shop) == {first}
    shop.store.cancel_order(first)
    await shop.main.orders.look()
    held = shop.main.database.read_now(lambda reader: reader.orders.promised(product.id))
    assert [(number, int(units)) for number, units, _ in held] == [(second, 2)]
    assert shop.main.database.read_now(lambda reader: reader.check()).problems == ()


# -- orders nobody can read ----------------------------------------------------------------------------


async def test_an_order_that_cannot_be_read_for_days_goes_on_holding_the_stock(shop: PracticeShop) -> None:
    """F35: it has left the days that are looked at, and still nobody knows what it promises."""
    pan = await stocked(shop)
    broken = shop.store.place_order({pan: 3})
    shop.store.change_order(broken, total="abc")
    shop.main.sync.wake()
    await shop.sleep(65)
    await shop.main.sync.stop()
    for _ in range(4):
        shop.clock.jump(days=1)
        await shop.main.orders.look()
    shop.start()
    await shop.receive(the_pan(shop), 5)
    shop.store.log.clear()
    await shop.sleep(300)
    assert unread(shop) == 1
    assert numbers_sent(shop) == []
    assert [row.aspect for row in shop.queue] == [Aspect.STOCK]


async def test_an_order_of_last_week_that_can_be_read_at_last_is_read(shop: PracticeShop) -> None:
    """F35: the store put it right without dating it anew, so its list of today does not name it."""
    pan = await stocked(shop)
    await shop.main.sync.stop()
    broken = shop.store.place_order({pan: 3})
    written = shop.store.orders[broken]["modified"]
    shop.store.change_order(broken, total="abc")
    await shop.main.orders.look()
    for _ in range(5):
        shop.clock.jump(days=1)
        await shop.main.orders.look()
    assert unread(shop) == 1
    shop.store.change_order(broken, total="99.00", modified=written)
    await shop.main.orders.look()
    assert unread(shop) == 0
    shop.start()
    await shop.until_empty()
    assert shown(shop, "PAN-1") == "997"


async def test_an_order_that_only_a_persons_look_met_unreadable_holds_the_stock_at_once(
    shop: PracticeShop,
) -> None:
    """F35: though the loop's own last look is fresh and found nothing wrong."""
    pan = await stocked(shop)
    await shop.sleep(35)  # the look that is owed after the push is over, and fresh
    broken = shop.store.place_order({pan: 3})
    shop.store.change_order(broken, total="abc")
    await shop.main.orders.look()
    assert unread(shop) == 1
    shop.store.log.clear()
    await shop.receive(the_pan(shop), 5)
    await shop.sleep(10)
    assert shop.asked("GET", "/orders") == []  # the loop did not look itself
    assert numbers_sent(shop) == []


async def test_a_product_made_while_orders_cannot_be_seen_gets_no_second_number_until_they_can(
    shop: PracticeShop,
) -> None:
    """F35: nobody can have ordered what the store did not have; from then on it is as with any other."""
    await stocked(shop)
    await shop.sleep(95)  # the last look is no longer fresh
    shop.store.faults.next("status", status=500, times=None, path_contains="/orders")
    made = await shop.add("NOVO", stock=7)
    await shop.until(lambda: shop.in_store("NOVO"))
    assert shown(shop, "NOVO") == "7"
    shop.store.place_order({shop.one("NOVO")["id"]: 2})
    await shop.receive(made.id, 1)
    await shop.sleep(200)
    assert numbers_sent(shop) == []
    shop.store.faults.clear()
    await shop.until_empty()
    assert shown(shop, "NOVO") == str(7 + 1 - 2)


# -- where the shop is ---------------------------------------------------------------------------------


async def test_a_shop_in_manaus_sees_the_orders_of_the_stores_new_day(shop: PracticeShop) -> None:
    """F41: a minute past midnight where Tray dates its orders is still the day before in Manaus."""
    database = shop.main.database
    in_books(database, lambda uow: uow.shop.save(replace(uow.shop.get(), timezone="America/Manaus")))
    pan = await stocked(shop)
    midnight = datetime(2026, 11, 21, 0, 0, tzinfo=SAO_PAULO)
    shop.clock.jump(seconds=(midnight.astimezone(UTC) - shop.clock()).total_seconds() + 60)
    early = shop.store.place_order({pan: 1})
    await shop.main.orders.look()
    assert early in seen(shop)


# -- how it is shown -----------------------------------------------------------------------------------


async def test_what_an_order_is_owed_stands_in_the_queue_under_its_number(shop: PracticeShop) -> None:
    desk = Desk(shop)
    await desk.begin()
    shop.main.line.offline = True
    desk.cancel()
    (owed,) = shop.queue
    assert owed.label == f"#{desk.remote_id}"


# -- a product that a sheet brings ---------------------------------------------------------------------


async def test_a_sheet_that_brings_an_ordered_product_offers_what_the_order_leaves(
    shop: PracticeShop,
) -> None:
    """F01: the order waited for an unknown reference; the store is told 7 of 10 from the first number on."""
    await stocked(shop)
    new = shop.store.add_product(reference="NOVO", name="Novo", price="10.00", stock="10")
    await shop.sleep(35)
    shop.store.place_order({new: 3})
    await shop.main.orders.look()
    shop.store.log.clear()
    cells = {"referencia": "NOVO", "nome": "Novo", "preco_venda": "10,00", "estoque": "10"}
    await shop.main.database.run(
        apply_import,
        [SheetRow(number=2, cells=cells)],
        source="novos.csv",
        token_prefix=str(uuid4()),
        by=shop.actor,
    )
    await shop.sleep(100)
    assert {int(str(number)) for number in numbers_sent(shop)} == {7}
    assert shown(shop, "NOVO") == "7"
