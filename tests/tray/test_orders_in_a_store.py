"""The client and a whole store: what is bought there arrives here, and what we decide is done there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tray.fakes import ACCESS, NOON, FakeMeter, FakeVault, noon
from varejoforte_desktop.application.outside import NotThere, OutcomeUnknown, Refused, TryLater
from varejoforte_desktop.application.store_orders import StoreOrder, StoreStatus
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.simulator.order_intake import OrderItem
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.transport import SimulatedTransport
from varejoforte_desktop.tray.client import TrayClient

LUME = {
    "type": "1",
    "name": "Comercial Lume",
    "company_name": "Comercial Lume Ltda",
    "cnpj": "12.abc.345/01de-35",
    "state_inscription": "Isento",
    "email": "compras@lume.exemplo",
}
GALPAO = {
    "recipient": "Galpão da Lume",
    "address": "Rua Dois",
    "number": "20",
    "neighborhood": "Distrito",
    "city": "Campinas",
    "state": "SP",
    "zip_code": "13011000",
}
NOBODY = {"type": "0", "name": "Nina Prado", "email": "nina@exemplo.com"}


class Shop:
    """A client on a line to a store with two products and a variant."""

    def __init__(self) -> None:
        self.store = TrayStore(now=noon)
        self.pan = self.store.add_product(
            name="Panela", reference="PAN-24", ean="7890000000024", price="289.90", stock=900
        )
        self.cup = self.store.add_product(name="Caneca", reference="CAN", price="10.00", stock=900)
        self.blue = self.store.add_variant(
            self.cup, type_1="Cor", value_1="Azul", reference="CAN-AZ", price="12.35", stock=900
        )
        vault = FakeVault()
        vault.held = replace(
            ACCESS, api_address=self.store.api_address, access_token=self.store.issue_tokens().access
        )
        self.client = TrayClient(SimulatedTransport(self.store), vault=vault, meter=FakeMeter(), clock=noon)

    def status(self, name: str) -> str:
        return self.store.shop.status_named(name)["id"]

    async def read(self, order_id: str) -> StoreOrder:
        return await self.client.order(order_id)


@pytest.fixture
def shop() -> Shop:
    return Shop()


async def test_a_company_that_fetches_its_goods_arrives_whole(shop: Shop) -> None:
    order_id = shop.store.place_order(
        [
            OrderItem(product_id=shop.cup, variant_id=shop.blue, quantity=3),
            OrderItem(product_id=shop.pan, price="250.00"),
        ],
        buyer=LUME,
        address=GALPAO,
        shipment="Retirar na loja",
        shipment_value="0.00",
        pickup="Balcão da loja",
        discount="7.05",
        coupon=("BEMVINDO", "20.00"),
        interest="3.10",
        payment_form="Pix - Vindi",
        at=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
        paid=True,
    )
    order = await shop.read(order_id)
    assert (order.remote_id, order.status, order.status_type) == (order_id, "A ENVIAR", "open")
    assert order.placed_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert order.paid
    assert order.pickup
    assert (order.payment_method, order.shipment) == ("Pix - Vindi", "Retirar na loja")
    assert (order.buyer.cnpj, order.buyer.cpf) == ("12ABC34501DE35", "")
    assert (order.buyer.company, order.buyer.state_registration) == ("Comercial Lume Ltda", "Isento")
    assert order.address is not None
    assert (order.address.recipient, order.address.street, order.address.postcode) == (
        "Galpão da Lume",
        "Rua Dois",
        "13011000",
    )
    assert [(x.product_id, x.variant_id, x.reference, x.quantity) for x in order.lines] == [
        (shop.cup, shop.blue, "CAN-AZ", Decimal(3)),
        (shop.pan, "", "PAN-24", Decimal(1)),
    ]
    amounts = order.amounts
    assert (amounts.discount, amounts.coupon, amounts.interest) == (Money(705), Money(2000), Money(310))
    assert amounts.total == Money(28705 - 705 - 2000 + 310)
    assert order.adds_up


async def test_the_usual_buyer_has_a_cpf_however_it_is_written(shop: Shop) -> None:
    buyers = [
        {"type": "0", "name": f"P{n}", "cpf": cpf, "email": f"{n}@exemplo.com"}
        for n, cpf in enumerate(("529.982.247-25", "11122233396", "390.533.447-05"))
    ]
    orders = [await shop.read(shop.store.place_order({shop.pan: 1}, buyer=each)) for each in buyers]
    assert [order.buyer.cpf for order in orders] == ["52998224725", "11122233396", "39053344705"]
    raw = [order.raw["Customer"]["cpf"] for order in orders]
    assert {"." in each for each in raw} == {True, False}


async def test_the_statuses_of_the_store_are_all_there(shop: Shop) -> None:
    statuses = await shop.client.order_statuses()
    assert len(statuses) == len(shop.store.shop.statuses)
    assert (
        StoreStatus(status_id=shop.status("FINALIZADO"), name="FINALIZADO", status_type="closed") in statuses
    )
    assert {each.status_type for each in statuses} == {"open", "closed", "canceled"}


async def test_a_status_is_set_and_may_be_set_again(shop: Shop) -> None:
    order_id = shop.store.place_order({shop.pan: 1}, paid=True)
    for _ in range(2):
        await shop.client.set_order_status(order_id, shop.status("ENVIADO"))
    order = await shop.read(order_id)
    assert (order.status, order.status_id) == ("ENVIADO", shop.status("ENVIADO"))
    with pytest.raises(Refused) as caught:
        await shop.client.set_order_status(order_id, "99999")
    assert caught.value.code == "refused"
    with pytest.raises(NotThere):
        await shop.client.set_order_status("1", shop.status("ENVIADO"))


async def test_a_cancellation_may_be_repeated_and_returns_the_goods_once(shop: Shop) -> None:
    order_id = shop.store.place_order({shop.pan: 4})
    for _ in range(3):
        await shop.client.cancel_order(order_id)
    assert (await shop.read(order_id)).status_type == "canceled"
    assert shop.store.products[shop.pan]["stock"] == "900"
    with pytest.raises(NotThere):
        await shop.client.cancel_order("1")


async def test_a_cancellation_that_was_not_heard_of_is_well_the_second_time(shop: Shop) -> None:
    order_id = shop.store.place_order({shop.pan: 4})
    shop.store.faults.next("timeout", after_applying=True, path_contains="/orders/cancel/")
    with pytest.raises(OutcomeUnknown):
        await shop.client.cancel_order(order_id)
    await shop.client.cancel_order(order_id)
    assert shop.store.log.counts["PUT /orders/cancel/#"] == 2


async def test_what_is_over_and_what_is_locked_are_told_apart(shop: Shop) -> None:
    over, locked = (shop.store.place_order({shop.pan: 1}, paid=True) for _ in range(2))
    shop.store.set_order_status(over, "FINALIZADO")
    shop.store.change_order(locked, locked="1")
    codes = []
    for call in (
        shop.client.cancel_order(over),
        shop.client.cancel_order(locked),
        shop.client.set_order_status(locked, shop.status("ENVIADO")),
    ):
        with pytest.raises(Refused) as caught:
            await call
        codes.append(caught.value.code)
    assert codes == ["order_not_cancellable", "order_locked", "order_locked"]


async def test_an_order_changed_in_the_store_is_told_as_it_is_now(shop: Shop) -> None:
    order_id = shop.store.place_order({shop.pan: 1})
    line = shop.store.add_order_line(order_id, OrderItem(product_id=shop.pan, quantity=2))
    order = await shop.read(order_id)
    assert [each.quantity for each in order.lines] == [1, 2]
    assert order.adds_up
    shop.store.remove_order_line(order_id, line)
    assert (await shop.read(order_id)).pieces == 1
    shop.store.change_order(order_id, total="300.00")
    divergent = await shop.read(order_id)
    assert not divergent.adds_up
    assert (divergent.amounts.total, divergent.expected_total) == (Money(30000), Money(31400))


async def test_one_order_that_cannot_be_read_does_not_hide_the_others(shop: Shop) -> None:
    good, bad = shop.store.place_order({shop.pan: 1}), shop.store.place_order({shop.pan: 1})
    shop.store.change_order(bad, total="abc")
    heads = await shop.client.orders(modified_from=NOON.date(), modified_to=NOON.date())
    assert [head.remote_id for head in heads] == [good, bad]
    assert (await shop.read(good)).adds_up
    with pytest.raises(TryLater) as caught:
        await shop.read(bad)
    assert (caught.value.code, caught.value.facts) == ("unreadable", {"place": "Order.total"})
    shop.store.change_order(bad, total="314.00")
    assert (await shop.read(bad)).adds_up


async def test_the_days_are_those_of_the_wall_in_sao_paulo_both_included(shop: Shop) -> None:
    instants = [datetime(2026, 11, 18, 2, 59, tzinfo=UTC) + timedelta(hours=12 * n) for n in range(6)]
    placed = [shop.store.place_order({shop.pan: 1}, at=at) for at in instants for _ in range(30)]
    heads = await shop.client.orders(modified_from=date(2026, 11, 18), modified_to=date(2026, 11, 19))
    assert [head.remote_id for head in heads] == placed[30:150]
    assert shop.store.log.counts["GET /orders"] == 3


# --- bought in every way ----------------------------------------------------------------------------------

CENTS = st.integers(0, 5000).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
PRICE = st.integers(1, 99_999).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
PURCHASE = st.fixed_dictionaries(
    {},
    optional={
        "buyer": st.sampled_from([LUME, NOBODY]),
        "address": st.just(GALPAO),
        "shipment_value": CENTS,
        "discount": CENTS,
        "coupon": st.tuples(st.sampled_from(["BEMVINDO", "NATAL/2026"]), CENTS),
        "interest": CENTS,
        "amounts": st.dictionaries(
            st.sampled_from(
                [
                    "taxes",
                    "payment_method_rate",
                    "progressive_discount",
                    "shipping_progressive_discount",
                    "cart_additional_values_discount",
                    "cart_additional_values_increase",
                ]
            ),
            CENTS,
        ),
        "pickup": st.just("Balcão"),
        "marketplace": st.just("Canal X"),
        "at": st.datetimes(datetime(2019, 6, 1), datetime(2026, 11, 20), timezones=st.just(UTC)),  # noqa: DTZ001
        "paid": st.booleans(),
    },
)
BASKET = st.lists(
    st.tuples(st.sampled_from(["pan", "cup", "blue"]), st.integers(1, 9), st.none() | PRICE),
    min_size=1,
    max_size=5,
)


@given(BASKET, PURCHASE)
def test_however_it_was_bought_it_adds_up(
    basket: list[tuple[str, int, str | None]], purchase: dict[str, Any]
) -> None:
    shop = Shop()
    things = {"pan": (shop.pan, "0"), "cup": (shop.cup, "0"), "blue": (shop.cup, shop.blue)}
    items = [
        OrderItem(product_id=things[name][0], variant_id=things[name][1], quantity=n, price=price)
        for name, n, price in basket
    ]
    # Nobody is ever given more than the goods cost.
    items.append(OrderItem(product_id=shop.pan, price="500.00"))
    order_id = shop.store.place_order(items, **purchase)
    order = asyncio.run(shop.read(order_id))
    assert order.adds_up
    assert order.lines_total == order.amounts.goods
    assert order.pieces == sum(item.quantity for item in items)
    assert order.paid is purchase.get("paid", False)
    assert order.pickup is ("pickup" in purchase)
    at = purchase.get("at", NOON).replace(microsecond=0)
    assert order.placed_at == at
    assert order.buyer.cnpj == ("12ABC34501DE35" if purchase.get("buyer") is LUME else "")
