"""Every kind of purchase a real store knows, and what it looks like in the complete order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.simulator.desk import App, TurnableClock, made
from varejoforte_desktop.simulator.answers import Refused
from varejoforte_desktop.simulator.order_intake import OrderItem
from varejoforte_desktop.simulator.store import TrayStore

OTAVIO = {"type": "0", "name": "Otávio Lins", "cpf": "529.982.247-25", "email": "otavio@exemplo.com"}
LUME = {
    "type": "1",
    "name": "Comercial Lume",
    "company_name": "Comercial Lume Ltda",
    "cnpj": "11.222.333/0001-81",
    "state_inscription": "Isento",
    "email": "compras@lume.exemplo",
}
GALPAO = {"address": "Rua Dois", "number": "20", "city": "Campinas", "state": "SP", "zip_code": "13011000"}


@pytest.fixture
def pan(store: TrayStore) -> str:
    return store.add_product(
        name="Panela", reference="PAN-24", ean="7890000000024", price="289.90", cost_price="142.35", stock=50
    )


def complete(app: App, order_id: str) -> Any:
    return app.get(f"/orders/{order_id}/complete")["Order"]


def test_a_line_tells_what_was_sold(store: TrayStore, app: App, pan: str) -> None:
    variant = store.add_variant(
        pan, type_1="Cor", value_1="Azul", price="300.00", stock=2, reference="PAN-AZ", ean="7890000000031"
    )
    order = complete(
        app,
        store.place_order(
            [OrderItem(product_id=pan, variant_id=variant), OrderItem(product_id=pan, quantity=2)]
        ),
    )
    lines = [each["ProductsSold"] for each in order["ProductsSold"]]
    told = [
        (x["product_id"], x["variant_id"], x["reference"], x["ean"], x["quantity"], x["price"]) for x in lines
    ]
    assert told == [
        (pan, variant, "PAN-AZ", "7890000000031", "1", "300.00"),
        (pan, "0", "PAN-24", "7890000000024", "2", "289.90"),
    ]
    assert order["partial_total"] == "879.80"


def test_every_amount_is_told_and_the_total_is_their_sum(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order(
        {pan: 1},
        shipment_value="10.00",
        discount="5.00",
        coupon=("BEMVINDO", "20.00"),
        interest="3.10",
        amounts={
            "taxes": "1.00",
            "payment_method_rate": "2.00",
            "progressive_discount": "4.00",
            "shipping_progressive_discount": "0.50",
            "cart_additional_values_discount": "0.40",
            "cart_additional_values_increase": "0.30",
        },
    )
    order = complete(app, order_id)
    assert (order["interest"], order["taxes"], order["payment_method_rate"]) == ("3.10", "1.00", "2.00")
    assert order["progressive_discount"] == "4.00"
    assert order["cart_additional_values_increase"] == "0.30"
    assert order["coupon"] == {"code": "BEMVINDO", "discount": "20.00"}
    assert order["total"] == "276.40"
    assert app.get("/orders")["Orders"][0]["Order"]["total"] == "276.40"


@pytest.mark.parametrize(
    "said",
    [
        {"discount": "400.00"},
        {"coupon": ("TUDO", "314.01")},
        {"interest": "1,00"},
        {"amounts": {"taxes": "-1.00"}},
        {"session_id": "X" * 27},
    ],
)
def test_a_purchase_that_makes_no_sense_is_refused(store: TrayStore, pan: str, said: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        store.place_order({pan: 1}, **said)
    assert not store.orders
    assert store.products[pan]["stock"] == "50"


def test_more_taken_off_than_there_is_to_pay_is_refused_from_an_app_too(
    store: TrayStore, app: App, pan: str
) -> None:
    order_id = store.place_order({pan: 1})
    sent = store.shop.status_named("ENVIADO")["id"]
    before = dict(store.orders[order_id])
    body = {"Order": {"discount": "999.00", "status_id": sent}}
    assert app.put(f"/orders/{order_id}", body).status == 400
    assert store.orders[order_id] == before


def test_a_company_buys_with_its_papers(store: TrayStore, app: App, pan: str) -> None:
    customer = complete(app, store.place_order({pan: 1}, buyer=LUME, address=GALPAO))["Customer"]
    assert customer["cnpj"] in {"11.222.333/0001-81", "11222333000181"}
    assert (customer["type"], customer["cpf"]) == ("1", "")
    assert (customer["company_name"], customer["state_inscription"]) == ("Comercial Lume Ltda", "Isento")
    (address,) = customer["CustomerAddresses"]
    assert address["CustomerAddress"]["address"] == "Rua Dois"
    assert address["CustomerAddress"]["type"] == "1"


def test_a_cnpj_may_hold_letters(store: TrayStore, app: App, pan: str) -> None:
    modern = {**LUME, "cnpj": "12.abc.345/01de-35"}
    order_id = store.place_order({pan: 1}, buyer=modern)
    assert store.shop.customers.rows[store.orders[order_id]["customer_id"]]["cnpj"] == "12ABC34501DE35"
    assert app.get("/customers", cnpj="12.ABC.345/01DE-35")["paging"]["total"] == 1
    for wrong in ("12ABC34501DE36", "12ABC34501DEA5", "A" * 14):
        with pytest.raises(Refused):
            store.place_order({pan: 1}, buyer={**modern, "cnpj": wrong, "email": "x@exemplo.com"})


def test_documents_come_with_and_without_punctuation(store: TrayStore, app: App, pan: str) -> None:
    for number in range(4):
        store.add_customer(
            {"type": "0", "name": f"Pessoa {number}", "email": f"{number}@exemplo.com"}, GALPAO
        )
    shapes = [
        store._desks.customers.shape({**row, "cpf": "52998224725", "cnpj": "11222333000181"})
        for row in store.shop.customers
    ]
    assert {each["cpf"] for each in shapes} == {"529.982.247-25", "52998224725"}
    assert {each["cnpj"] for each in shapes} == {"11.222.333/0001-81", "11222333000181"}


def test_somebody_without_a_document_is_known_by_the_email(store: TrayStore, app: App, pan: str) -> None:
    buyer = {"type": "0", "name": "Nina Prado", "email": "nina@exemplo.com"}
    orders = [store.place_order({pan: 1}, buyer=buyer) for _ in range(2)]
    first, second = (complete(app, each)["Customer"] for each in orders)
    assert first["id"] == second["id"]
    assert (first["cpf"], first["cnpj"]) == ("", "")
    with pytest.raises(Refused):
        store.place_order({pan: 1}, buyer={**OTAVIO, "email": "nina@exemplo.com"})


def test_one_buyer_with_two_homes_sends_each_parcel_where_it_belongs(
    store: TrayStore, app: App, pan: str
) -> None:
    store.place_order({pan: 1}, buyer=OTAVIO)
    order_id = store.place_order({pan: 1}, buyer=OTAVIO, address=GALPAO)
    used = app.get(f"/orders/{order_id}")["Order"]["CustomerAddress"]["id"]
    assert app.get(f"/customers/addresses/{used}")["CustomerAddress"]["address"] == "Rua Dois"
    assert len(complete(app, order_id)["Customer"]["CustomerAddresses"]) == 2


def test_what_is_fetched_at_the_shop_says_where(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order(
        {pan: 1}, shipment="Retirar na loja", shipment_value="0.00", pickup="Loja do Centro"
    )
    place = complete(app, order_id)["PickupLocation"]
    assert list(place) == ["shipping_id", "code", "name", "address", "value", "information", "cellphone"]
    assert (place["name"], place["value"]) == ("Loja do Centro", "0.00")
    assert complete(app, store.place_order({pan: 1}))["PickupLocation"] == []


def test_what_was_sold_elsewhere_names_the_marketplace(store: TrayStore, app: App, pan: str) -> None:
    orders = [complete(app, store.place_order({pan: 1}, marketplace="Canal X")) for _ in range(2)]
    papers = [order["MarketplaceOrder"][0]["MarketplaceOrder"] for order in orders]
    assert {paper["marketplace_name"] for paper in papers} == {"Canal X"}
    assert len({paper["marketplace_order_id"] for paper in papers}) == 2
    assert orders[0]["point_sale"] == "Canal X"


def test_an_order_may_have_been_placed_before(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 1}, at=datetime(2026, 11, 2, 2, 30, tzinfo=UTC))
    order = complete(app, order_id)
    assert (order["date"], order["hour"]) == ("2026-11-01", "23:30:00")
    assert order["modified"] == "2026-11-01 23:30:00"
    assert order["estimated_delivery_date"] == "2026-11-08"
    assert store.products[pan]["modified"] == "2026-11-20 10:05:40"
    later = store.place_order({pan: 1}, at=datetime(2026, 11, 2, 2, 30, tzinfo=UTC), paid=True)
    assert complete(app, later)["modified"] == "2026-11-20 10:05:40"


# --- what the store's own people do to an order -----------------------------------------------------------


def test_an_overwritten_total_no_longer_adds_up(
    store: TrayStore, app: App, pan: str, clock: TurnableClock
) -> None:
    order_id = store.place_order({pan: 1})
    clock.turn(hours=2)
    store.change_order(order_id, total="300.00")
    order = complete(app, order_id)
    assert (order["total"], order["partial_total"]) == ("300.00", "289.90")
    assert order["modified"] == "2026-11-20 12:05:40"
    assert store.shop.notices.waiting[-1].scope_id == order_id


def test_nonsense_is_shown_as_it_was_written(store: TrayStore, app: App, pan: str) -> None:
    order_id, other = store.place_order({pan: 1}), store.place_order({pan: 1})
    store.change_order(order_id, total="abc", modified="2026-01-01 00:00:00")
    assert complete(app, order_id)["total"] == "abc"
    assert complete(app, order_id)["modified"] == "2026-01-01 00:00:00"
    assert complete(app, other)["total"] == "314.00"
    with pytest.raises(KeyError, match="totall"):
        store.change_order(order_id, totall="1.00")


def test_a_locked_order_takes_no_change_and_no_cancellation(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 1})
    store.change_order(order_id, locked="1")
    for answer in (
        app.put(f"/orders/{order_id}", {"Order": {"store_note": "x"}}),
        app.ask("PUT", f"/orders/cancel/{order_id}"),
    ):
        assert answer.status == 400
        assert "Pedido bloqueado" in answer.body.decode()
    store.change_order(order_id, locked="0")
    assert app.ask("PUT", f"/orders/cancel/{order_id}").status == 200


def test_a_line_comes_and_goes_and_the_amounts_and_the_shelf_follow(
    store: TrayStore, app: App, pan: str, clock: TurnableClock
) -> None:
    cup = store.add_product(name="Copo", price="10.00", stock=5)
    order_id = store.place_order({pan: 1})
    clock.turn(minutes=1)
    line = store.add_order_line(order_id, OrderItem(product_id=cup, quantity=3))
    order = complete(app, order_id)
    assert (order["partial_total"], order["total"]) == ("319.90", "344.00")
    assert [each["ProductsSold"]["product_id"] for each in order["ProductsSold"]] == [pan, cup]
    assert order["modified"] == "2026-11-20 10:06:40"
    assert store.products[cup]["stock"] == "2"
    store.remove_order_line(order_id, line)
    order = complete(app, order_id)
    assert (order["partial_total"], order["total"]) == ("289.90", "314.00")
    assert len(order["ProductsSold"]) == 1
    assert store.products[cup]["stock"] == "5"


def test_a_line_of_another_order_stays_and_goods_that_are_not_there_do_not_come(
    store: TrayStore, pan: str
) -> None:
    order_id, other = store.place_order({pan: 1}), store.place_order({pan: 1}, discount="300.00")
    lines = {each["order_id"]: each["id"] for each in store.shop.lines}
    with pytest.raises(Refused):
        store.remove_order_line(order_id, lines[other])
    with pytest.raises(Refused):
        store.add_order_line(order_id, OrderItem(product_id=pan, quantity=49))
    with pytest.raises(Refused):  # less would be left to pay than was taken off
        store.remove_order_line(other, lines[other])
    assert len(store.shop.lines) == 2
    assert store.products[pan]["stock"] == "48"


def test_orders_are_listed_by_the_day_they_were_touched_both_days_included(
    store: TrayStore, app: App, pan: str, clock: TurnableClock
) -> None:
    store.change_product(pan, stock=500)
    days = [datetime(2026, 11, day, hour, 0, tzinfo=UTC) for day in (16, 17, 18, 19) for hour in (3, 12, 23)]
    placed = [store.place_order({pan: 1}, at=at) for at in days for _ in range(10)]
    query = {"modified": "2026-11-17,2026-11-18", "sort": "id_asc", "limit": "50"}
    pages = [app.get("/orders", page=str(page), **query) for page in (1, 2)]
    assert [len(page["Orders"]) for page in pages] == [50, 10]
    assert {page["paging"]["total"] for page in pages} == {60}
    found = [each["Order"]["id"] for page in pages for each in page["Orders"]]
    assert found == placed[30:90]
    store.change_order(placed[0], customer_note="portaria")
    touched = app.get("/orders", modified="2026-11-20,2026-11-20")["Orders"]
    assert [each["Order"]["id"] for each in touched] == [placed[0]]


def test_an_order_ready_made_by_an_app_adds_up_as_well(store: TrayStore, app: App, pan: str) -> None:
    body = {
        "point_sale": "PARTICULAR",
        "shipment": "Sedex",
        "shipment_value": "18.90",
        "taxes": "1.10",
        "interest": "2.00",
        "Customer": {**LUME, "CustomerAddress": [GALPAO]},
        "ProductsSold": [{"product_id": pan, "price": "250.00", "original_price": "289.90", "quantity": 2}],
    }
    order = complete(app, made(app.post("/orders", {"Order": body})))
    assert (order["partial_total"], order["total"]) == ("500.00", "522.00")
