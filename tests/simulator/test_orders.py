"""Orders: how they come in, what happens to them, and what that does to the stock."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.desk import App, TurnableClock, causes, made
from varejoforte_desktop.simulator.answers import Refused
from varejoforte_desktop.simulator.order_intake import OrderItem
from varejoforte_desktop.simulator.store import TrayStore

CUSTOMER = {
    "type": "0",
    "name": "Otávio Lins",
    "cpf": "111.222.333-96",
    "email": "otavio@exemplo.com",
    "gender": "M",
    "CustomerAddress": [
        {
            "address": "Av. Brasil",
            "number": "1200",
            "neighborhood": "Centro",
            "city": "São Paulo",
            "state": "SP",
            "zip_code": "04001001",
            "country": "BRA",
            "type": "1",
        }
    ],
}


@pytest.fixture
def pan(store: TrayStore) -> str:
    return store.add_product(name="Panela", reference="PAN", price="289.90", cost_price="142.35", stock=5)


def an_order(pan: str, **changed: Any) -> dict[str, Any]:
    order = {
        "point_sale": "PARTICULAR",
        "session_id": "ERP20261120000123",
        "shipment": "Sedex",
        "shipment_value": "18.90",
        "Customer": deepcopy(CUSTOMER),
        "ProductsSold": [
            {"product_id": int(pan), "price": "289.90", "original_price": "289.90", "quantity": 2}
        ],
    }
    return {"Order": {name: value for name, value in {**order, **changed}.items() if value is not None}}


def stock(store: TrayStore, pan: str) -> int:
    return int(store.products[pan]["stock"])


def test_a_purchase_takes_from_the_shelf_and_waits_for_payment(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 2})
    order = app.get(f"/orders/{order_id}/complete")["Order"]
    assert stock(store, pan) == 3
    assert store.products[pan]["modified"] == order["modified"] == "2026-11-20 10:05:40"
    assert order["status"] == order["OrderStatus"]["status"] == "AGUARDANDO PAGAMENTO"
    assert (order["date"], order["hour"]) == ("2026-11-20", "10:05:40")
    assert order["has_payment"] == "0"
    assert order["payment_date"] == "0000-00-00"
    assert order["point_sale"] == "LOJA VIRTUAL"
    assert len(order["session_id"]) == 26
    assert order["PickupLocation"] == []
    line = order["ProductsSold"][0]["ProductsSold"]
    assert (line["product_id"], line["variant_id"], line["quantity"]) == (pan, "0", "2")
    assert order["Customer"]["CustomerAddresses"][0]["CustomerAddress"]["zip_code"] == "17500-000"


def test_the_total_follows_the_sum_of_the_official_samples(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order(
        {pan: 1}, shipment_value="24.10", discount="5.00", coupon=("BEMVINDO", "28.99")
    )
    order = app.get(f"/orders/{order_id}/complete")["Order"]
    assert Decimal(order["total"]) == Decimal("289.90") + Decimal("24.10") - Decimal("5.00") - Decimal(
        "28.99"
    )
    assert order["coupon"] == {"code": "BEMVINDO", "discount": "28.99"}
    assert order["discount_coupon"] == "BEMVINDO/28.99"
    assert app.get("/orders", discount_coupon="BEMVINDO")["paging"]["total"] == 1


def test_three_addresses_tell_three_lengths_of_the_same_order(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 1}, paid=True)
    listed = app.get("/orders")["Orders"][0]["Order"]
    medium = app.get(f"/orders/{order_id}")["Order"]
    assert "hour" not in listed
    assert "Customer" not in listed
    assert "payment_form" in listed
    assert "payment_form" not in medium
    assert medium["payment_method"] == "Pix - Vindi"
    assert list(medium["ProductsSold"][0]) == list(listed["ProductsSold"][0]) == ["id"]
    assert medium["CustomerAddress"] == {"id": "3001"}
    complete = app.get(f"/orders/{order_id}/complete")
    assert complete["Extensions"] == complete["User"] == complete["Confirmation"] == []
    payment = complete["Order"]["Payment"][0]["Payment"]
    assert payment["value"] == complete["Order"]["total"]


def test_paying_marks_the_order_and_sends_it_on(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 1})
    store.pay_order(order_id)
    order = app.get(f"/orders/{order_id}")["Order"]
    assert order["status"] == "A ENVIAR"
    assert order["has_payment"] == "1"
    assert order["payment_date"] == "2026-11-20"
    assert stock(store, pan) == 4


def test_stock_can_be_taken_at_payment_instead(store: TrayStore, pan: str) -> None:
    store.switches.stock_decrement_on = "paid"
    order_id = store.place_order({pan: 9})
    assert stock(store, pan) == 5
    with pytest.raises(Refused):
        store.pay_order(order_id)
    other = store.place_order({pan: 2}, paid=True)
    assert stock(store, pan) == 3
    store.cancel_order(other)
    assert stock(store, pan) == 5


def test_a_cancellation_returns_the_goods_exactly_once(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 2})
    answer = app.ask("PUT", f"/orders/cancel/{order_id}")
    assert answer.json() == {"message": "Saved", "code": 200, "id": order_id}
    assert stock(store, pan) == 5
    again = app.ask("PUT", f"/orders/cancel/{order_id}")
    assert again.status == 400
    assert causes(again) == ["Order already canceled"]
    for name in ("CANCELADO AUT", "CANCELADO"):
        store.set_order_status(order_id, name)
    assert stock(store, pan) == 5


def test_a_cancellation_can_keep_the_goods(store: TrayStore, pan: str) -> None:
    store.switches.stock_return_on_cancel = False
    store.cancel_order(store.place_order({pan: 2}), automatic=True)
    assert stock(store, pan) == 3


def test_an_order_that_comes_back_takes_its_goods_again(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 4})
    store.cancel_order(order_id)
    waiting = store.shop.status_named("aguardando pagamento")["id"]
    store.place_order({pan: 2})
    refused = app.put(f"/orders/{order_id}", {"Order": {"status_id": waiting}})
    assert refused.status == 400
    store.change_product(pan, stock=4)
    assert app.put(f"/orders/{order_id}", {"Order": {"status_id": waiting}}).status == 200
    assert stock(store, pan) == 0


def test_a_finished_order_cannot_be_cancelled(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 1}, paid=True)
    store.set_order_status(order_id, "FINALIZADO")
    answer = app.ask("PUT", f"/orders/cancel/{order_id}")
    assert causes(answer) == ["Unable to cancel the order because its status does not allow changes."]


def test_nothing_is_sold_that_is_not_there(store: TrayStore, pan: str) -> None:
    with pytest.raises(Refused):
        store.place_order([OrderItem(product_id=pan, quantity=3), OrderItem(product_id=pan, quantity=3)])
    assert stock(store, pan) == 5
    assert not store.orders
    store.switches.allow_negative_stock = True
    store.place_order({pan: 7})
    assert stock(store, pan) == -2


@pytest.mark.parametrize("changed", [{"quantity": 0}, {"price": "1,00"}, {"variant_id": "9"}])
def test_a_basket_has_to_make_sense(store: TrayStore, pan: str, changed: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        store.place_order([OrderItem(product_id=pan, **changed)])
    assert not store.orders
    order_id = store.place_order([OrderItem(product_id=pan, price="10")])
    assert store.orders[order_id]["partial_total"] == "10.00"


def test_a_variant_is_sold_from_its_own_shelf(store: TrayStore, app: App, pan: str) -> None:
    variant = store.add_variant(pan, type_1="Cor", value_1="Azul", price="300.00", stock=2, reference="AZ")
    order_id = store.place_order([OrderItem(product_id=pan, variant_id=variant)])
    line = app.get(f"/orders/{order_id}/complete")["Order"]["ProductsSold"][0]["ProductsSold"]
    assert line["price"] == "300.00"
    assert line["reference"] == "AZ"
    assert line["Sku"] == [{"type": "Cor", "value": "Azul"}]
    assert store.shop.variants.rows[variant]["stock"] == "1"
    assert app.get(f"/products/{pan}")["Product"]["stock"] == "1"


def test_an_app_may_send_an_order_ready_made(store: TrayStore, app: App, pan: str) -> None:
    order_id = made(app.post("/orders", an_order(pan)))
    order = app.get(f"/orders/{order_id}/complete")["Order"]
    assert order["total"] == "598.70"
    assert order["point_sale"] == "PARTICULAR"
    assert stock(store, pan) == 3
    found = app.get("/orders", session_id="ERP20261120000123")
    assert [item["Order"]["id"] for item in found["Orders"]] == [order_id]
    assert app.get("/customers", cpf="111.222.333-96")["paging"]["total"] == 1


def test_the_answer_may_call_the_id_order_id(store: TrayStore, app: App, pan: str) -> None:
    store.switches.order_create_id_key = "order_id"
    assert list(app.post("/orders", an_order(pan)).json()) == ["message", "order_id", "code"]  # type: ignore[call-overload]


def test_a_bare_order_is_taken_unless_the_store_is_strict(store: TrayStore, app: App, pan: str) -> None:
    assert app.post("/orders", an_order(pan)["Order"]).status == 201
    store.switches.unwrapped_order_body = "400"
    assert app.post("/orders", an_order(pan)["Order"]).status == 400


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"shipment": "", "point_sale": None}, {"Order": ["shipment", "point_sale"]}),
        ({"ProductsSold": []}, ["Pedido não tem produtos."]),
        ({"Customer": None}, {"Customer": ["name"]}),
        ({"Customer": {**CUSTOMER, "CustomerAddress": []}}, {"CustomerAddress": ["address"]}),
        ({"Customer": {**CUSTOMER, "type": "1"}}, {"Customer": ["cnpj"]}),
        ({"Customer": {**CUSTOMER, "cpf": "11122233300"}}, {"Customer": ["cpf"]}),
        ({"shipment_value": "18,90"}, {"Order": ["shipment_value"]}),
    ],
)
def test_an_incomplete_order_is_refused_with_its_causes(
    store: TrayStore, app: App, pan: str, changed: dict[str, Any], found: Any
) -> None:
    answer = app.post("/orders", an_order(pan, **changed))
    assert answer.status == 400
    told = causes(answer)
    assert (
        told if isinstance(told, list) else {model: list(names) for model, names in told.items()}
    ) == found
    assert not store.orders
    assert stock(store, pan) == 5


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"original_price": "1.00"}, "price"),
        ({"price": "1.00"}, "original_price"),
        ({"price": "1,00", "original_price": "1.00"}, "price"),
        ({"price": "1.00", "original_price": "1.00", "quantity": 0}, "quantity"),
        ({"price": "1.00", "original_price": "1.00", "quantity": 6}, "quantity"),
        ({"price": "1.00", "original_price": "1.00", "product_id": 77}, "product_id"),
        ({"price": "1.00", "original_price": "1.00", "variant_id": 77}, "variant_id"),
    ],
)
def test_an_item_has_to_be_complete_and_in_stock(
    app: App, pan: str, item: dict[str, Any], field: str
) -> None:
    answer = app.post("/orders", an_order(pan, ProductsSold=[{"product_id": pan, **item}]))
    assert field in causes(answer)["ProductsSold"]


def test_a_cpf_belongs_to_one_email(app: App, pan: str) -> None:
    made(app.post("/orders", an_order(pan)))
    other = an_order(pan, Customer={**CUSTOMER, "email": "outro@exemplo.com"})
    assert causes(app.post("/orders", other)) == {"Customer": {"cpf": ["Está em uso em outro cadastro."]}}
    made(app.post("/orders", an_order(pan)))
    assert len(app.store.shop.customers) == 1
    assert len(app.store.shop.addresses) == 1


def test_a_marketplace_order_comes_once(app: App, pan: str) -> None:
    market = [{"marketplace_name": "Canal X", "marketplace_order_id": "CX-778811"}]
    order_id = made(app.post("/orders", an_order(pan, MarketplaceOrder=market)))
    answer = app.post("/orders", an_order(pan, MarketplaceOrder=market))
    text = causes(answer)["MarketplaceOrder"]["marketplace_order_id"]
    assert text == [f"MarketplaceOrder duplicate entry for order {order_id}"]
    complete = app.get(f"/orders/{order_id}/complete")["Order"]
    assert complete["MarketplaceOrder"][0]["MarketplaceOrder"]["marketplace_name"] == "Canal X"


def test_a_change_touches_only_its_keys(store: TrayStore, app: App, pan: str, clock: TurnableClock) -> None:
    order_id = store.place_order({pan: 1}, paid=True)
    before = dict(store.orders[order_id])
    clock.turn(minutes=1)
    sent = store.shop.status_named("ENVIADO")["id"]
    body = {"status_id": sent, "sending_code": "AA123456785BR", "sending_date": "2026-11-21", "total": "1.00"}
    assert app.put(f"/orders/{order_id}", {"Order": body}).status == 200
    changed = {name for name, value in store.orders[order_id].items() if before[name] != value}
    assert changed == {"status_id", "sending_code", "sending_date", "modified"}
    assert app.get(f"/orders/{order_id}")["Order"]["status"] == "ENVIADO"
    assert store.shop.notices.waiting[-1].scope == "order"
    assert app.put(f"/orders/{order_id}", {"Order": {"status_id": "99999"}}).status == 400


def test_a_new_freight_is_a_new_total(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 1})
    app.put(f"/orders/{order_id}", {"Order": {"shipment_value": "10.10"}})
    assert store.orders[order_id]["total"] == "300.00"


def test_a_locked_order_says_so(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 1})
    store.orders[order_id]["locked"] = "1"
    answer = app.put(f"/orders/{order_id}", {"Order": {"store_note": "x"}})
    assert causes(answer) == ["Pedido bloqueado"]


def test_an_order_is_never_deleted(store: TrayStore, app: App, pan: str) -> None:
    order_id = store.place_order({pan: 1})
    assert app.ask("DELETE", f"/orders/{order_id}").status == 405


def test_orders_are_found_by_status_in_any_capitals_and_several_at_once(
    store: TrayStore, app: App, pan: str
) -> None:
    waiting = store.place_order({pan: 1})
    paid = store.place_order({pan: 1}, paid=True)
    gone = store.place_order({pan: 1})
    store.cancel_order(gone)

    def found(**query: str) -> list[str]:
        return [item["Order"]["id"] for item in app.get("/orders", **query)["Orders"]]

    assert found(status="a enviar") == [paid]
    assert found(status="A ENVIAR,CANCELADO") == [paid, gone]
    assert found(status="aguardando%") == [waiting]
    assert found(has_payment="1") == [paid]
    assert found(date="2026-11-20,2026-11-20", sort="id_desc") == [gone, paid, waiting]
    assert found(payment_date="2026-11-20,2026-11-20") == [paid]


def test_statuses_have_other_ids_in_another_store(store: TrayStore, app: App) -> None:
    statuses = [item["OrderStatus"] for item in app.get("/orders/statuses", limit="50")["OrderStatuses"]]
    assert {status["type"] for status in statuses} == {"open", "closed", "canceled"}
    other = {row["status"]: row["id"] for row in TrayStore(seed=2).shop.statuses}
    assert any(other[status["status"]] != status["id"] for status in statuses)


def test_a_shop_may_have_statuses_of_its_own(store: TrayStore, app: App, pan: str) -> None:
    status = made(app.post("/orders/statuses", {"OrderStatus": {"status": "EM SEPARAÇÃO"}}))
    assert app.get(f"/orders/statuses/{status}")["OrderStatus"]["type"] == "open"
    order_id = store.place_order({pan: 1})
    app.put(f"/orders/{order_id}", {"Order": {"status_id": status}})
    assert app.ask("DELETE", f"/orders/statuses/{status}").status == 400
    store.set_order_status(order_id, "A ENVIAR")
    assert app.put(f"/orders/statuses/{status}", {"OrderStatus": {"status": "SEPARADO"}}).status == 200
    assert app.ask("DELETE", f"/orders/statuses/{status}").status == 200
    assert app.post("/orders/statuses", {"OrderStatus": {"status": ""}}).status == 400


def test_a_cancelled_order_cannot_be_paid(store: TrayStore, pan: str) -> None:
    order_id = store.place_order({pan: 1})
    store.cancel_order(order_id)
    with pytest.raises(Refused):
        store.pay_order(order_id)
