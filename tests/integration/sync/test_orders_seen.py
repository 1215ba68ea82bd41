"""Orders of the store are seen by themselves, and what they promise is never offered again."""

from __future__ import annotations

from typing import Literal
from uuid import uuid4

import pytest

from tests.stations import PracticeShop
from varejoforte_desktop.application.order_import import import_orders
from varejoforte_desktop.application.order_questions import OrderSearch
from varejoforte_desktop.application.order_sale import Registration
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.application.status_map import explain_statuses
from varejoforte_desktop.domain.errors import OrderBlocked
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.domain.sale import FiscalModel


def shown(shop: PracticeShop, reference: str) -> str:
    return shop.one(reference)["stock"]


async def see(shop: PracticeShop) -> None:
    """Until the loop has looked and sent what followed from it."""
    await shop.main.orders.look()
    shop.main.sync.wake()
    await shop.sleep(1)
    await shop.until_empty()


def explain(shop: PracticeShop) -> None:
    """The administrator agrees to every suggestion."""
    rows = shop.main.database.read_now(lambda reader: reader.orders.statuses())
    meanings = {row.status_id: row.suggested for row in rows}
    shop.main.database.run_now(explain_statuses, meanings, by=shop.actor)


async def registered(shop: PracticeShop, remote_id: str) -> None:
    order_id = shop.main.database.read_now(lambda reader: reader.orders.id_of(remote_id))
    report = shop.main.database.run_now(import_orders, [order_id], by=shop.actor)
    assert report.new == (remote_id,), report
    await shop.main.orders.register(
        Registration(order_id=order_id, token=str(uuid4()), fiscal=FiscalModel.NFE), by=shop.actor
    )


async def test_what_is_ordered_online_is_not_offered_again_until_it_is_sold_or_cancelled(
    shop: PracticeShop,
) -> None:
    """F01 and the safe stock: 10 on the shelf, 3 ordered, 5 arrive: the store is told 12, never 15."""
    product = await shop.add("PAN-1", stock=10)
    await shop.start_and_send()
    remote = shop.one("PAN-1")["id"]
    order_id = shop.store.place_order({remote: 3}, paid=True)
    await see(shop)
    assert shown(shop, "PAN-1") == "7"
    await shop.receive(product.id, 5)
    await shop.until_empty()
    assert shown(shop, "PAN-1") == "12"
    assert all(int(body["stock"]) <= 12 for body in shop.bodies()[1:] if "stock" in body)
    explain(shop)
    await registered(shop, order_id)
    await see(shop)
    assert shown(shop, "PAN-1") == "12"
    assert shop.sheet(product.id).on_hand == 12
    second = shop.store.place_order({remote: 2})
    await see(shop)
    assert shown(shop, "PAN-1") == "10"
    shop.store.cancel_order(second)
    await see(shop)
    assert shown(shop, "PAN-1") == "12"


async def test_an_order_cancelled_in_the_store_cannot_become_a_sale(shop: PracticeShop) -> None:
    """F53: it is read again just before it is registered."""
    await shop.add("PAN-1", stock=10)
    await shop.start_and_send()
    order_id = shop.store.place_order({shop.one("PAN-1")["id"]: 3}, paid=True)
    await see(shop)
    explain(shop)
    ids = shop.main.database.read_now(lambda reader: reader.orders.ids(OrderSearch()))
    assert shop.main.database.run_now(import_orders, ids, by=shop.actor).new == (order_id,)
    shop.store.cancel_order(order_id)
    with pytest.raises(OrderBlocked) as refused:
        await shop.main.orders.register(
            Registration(order_id=ids[0], token=str(uuid4()), fiscal=FiscalModel.NFE), by=shop.actor
        )
    assert refused.value.why == "cancelled"


async def test_a_cancelled_sale_gives_the_order_back_and_the_store_shows_the_same(shop: PracticeShop) -> None:
    product = await shop.add("PAN-1", stock=10)
    await shop.start_and_send()
    order_id = shop.store.place_order({shop.one("PAN-1")["id"]: 3}, paid=True)
    await see(shop)
    explain(shop)
    await registered(shop, order_id)
    rows = shop.main.database.read_now(lambda reader: reader.sales.rows())
    assert [row.order_remote_id for row in rows] == [order_id]
    shop.main.database.run_now(cancel_sale, rows[0].id, reason="Cliente desistiu", by=shop.actor)
    await see(shop)
    assert (shop.sheet(product.id).on_hand, shown(shop, "PAN-1")) == (10, "7")
    stage = shop.main.database.read_now(lambda r: r.orders.detail(r.orders.id_of(order_id))).row.stage
    assert stage is OrderStage.IMPORTED
    assert shop.main.database.read_now(lambda reader: reader.check()).problems == ()


@pytest.mark.parametrize("counted_on", ["created", "paid"])
@pytest.mark.parametrize("returns", [True, False])
async def test_whatever_the_store_does_with_its_own_number_it_shows_the_shops(
    shop: PracticeShop, counted_on: Literal["created", "paid"], returns: bool
) -> None:
    """F01 and F09: nobody knows for sure when a store counts, so each of the four ways is lived through."""
    shop.store.switches.stock_decrement_on = counted_on
    shop.store.switches.stock_return_on_cancel = returns
    await shop.add("PAN-1", stock=10)
    await shop.start_and_send()
    pan = shop.one("PAN-1")["id"]
    await shop.main.orders.learn_statuses()
    explain(shop)
    kept, given_up = shop.store.place_order({pan: 3}), shop.store.place_order({pan: 2})
    await see(shop)
    assert shown(shop, "PAN-1") == "5"
    shop.store.pay_order(kept)
    await see(shop)
    assert shown(shop, "PAN-1") == "5"
    shop.store.cancel_order(given_up)
    await see(shop)
    assert shown(shop, "PAN-1") == "7"
    await registered(shop, kept)
    await see(shop)
    assert shown(shop, "PAN-1") == "7"
    shop.store.cancel_order(kept)
    await see(shop)
    assert shown(shop, "PAN-1") == "7"  # a sale until somebody cancels it: the goods are not on the shelf
    (row,) = shop.main.database.read_now(lambda reader: reader.sales.rows())
    shop.main.database.run_now(cancel_sale, row.id, reason="Cancelado na loja", by=shop.actor)
    await see(shop)
    assert shown(shop, "PAN-1") == "10"


async def test_an_order_that_comes_and_goes_between_two_looks_leaves_no_trace_in_the_number(
    shop: PracticeShop,
) -> None:
    """F01: also in a store that takes the units and does not give them back."""
    shop.store.switches.stock_return_on_cancel = False
    await shop.add("PAN-1", stock=10)
    await shop.start_and_send()
    order_id = shop.store.place_order({shop.one("PAN-1")["id"]: 4})
    shop.store.cancel_order(order_id)
    assert shown(shop, "PAN-1") == "6"
    await see(shop)
    assert shown(shop, "PAN-1") == "10"


async def test_a_counter_sale_and_an_order_of_the_same_minute_are_both_counted(shop: PracticeShop) -> None:
    """F01: two at the counter, three online, of ten."""
    product = await shop.add("PAN-1", stock=10)
    await shop.start_and_send()
    shop.store.place_order({shop.one("PAN-1")["id"]: 3})
    await shop.count(product.id, 8)
    await see(shop)
    assert shown(shop, "PAN-1") == "5"


async def test_more_ordered_than_there_is_shows_nothing_and_never_less(shop: PracticeShop) -> None:
    """F01: six ordered, then the shelf turns out to hold four."""
    product = await shop.add("PAN-1", stock=10)
    await shop.start_and_send()
    shop.store.place_order({shop.one("PAN-1")["id"]: 6})
    await see(shop)
    await shop.count(product.id, 4)
    await see(shop)
    assert shown(shop, "PAN-1") == "0"
    assert shop.main.database.read_now(lambda r: r.orders.counters()).at_risk == 1


async def test_an_order_of_another_product_sends_nothing(shop: PracticeShop) -> None:
    """A look that finds nothing of a product costs no request for it."""
    await shop.add_many(["PAN-1", "PAN-2"], stock=10)
    await shop.start_and_send()
    shop.store.place_order({shop.one("PAN-1")["id"]: 1})
    await see(shop)
    told = {each.path for each in shop.asked("PUT")}
    assert told == {f"/products/{shop.one('PAN-1')['id']}"}
