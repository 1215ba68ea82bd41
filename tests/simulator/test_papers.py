"""Invoices, payments, customers and the store's own card."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.desk import App, causes, made
from varejoforte_desktop.simulator.store import TrayStore

KEY = "35261111222333000181550010000104571123456785"
INVOICE = {
    "issue_date": "2026-11-20",
    "number": "10457",
    "serie": "1",
    "value": 285.01,
    "key": KEY,
    "link": "https://nfe.exemplo/consulta",
    "xml_danfe": "<nfeProc/>",
    "ProductCfop": [{"product_id": "1", "variation_id": "0", "cfop": "5102"}],
}
SHOP = {
    "type": "1",
    "name": "Comercial Lume",
    "company_name": "Comercial Lume Ltda",
    "cnpj": "11.222.333/0001-81",
    "state_inscription": "Isento",
    "email": "compras@lume.exemplo",
    "CustomerAddress": [
        {"address": "Rua Dois", "number": "20", "city": "Campinas", "state": "SP", "zip_code": "13011000"}
    ],
}


@pytest.fixture
def order(store: TrayStore) -> str:
    return store.place_order({store.add_product(name="Panela", price="285.01", stock=9): 1}, paid=True)


def test_an_invoice_flags_the_order_and_leaves_its_status(store: TrayStore, app: App, order: str) -> None:
    invoice = made(app.post(f"/orders/{order}/invoices", INVOICE))
    shown = app.get(f"/orders/{order}")["Order"]
    assert shown["has_invoice"] == "1"
    assert shown["status"] == "A ENVIAR"
    assert shown["OrderInvoice"] == [{"id": invoice, "link": "https://nfe.exemplo/consulta"}]
    found = app.get(f"/orders/{order}/invoices")["OrderInvoices"]
    assert found[0]["OrderInvoice"]["value"] == "285.01"
    assert found[0]["OrderInvoice"]["key"] == KEY
    assert found[0]["ProductCfop"] == [
        {"product_id": "1", "variation_id": "0", "cfop": "5102", "order_invoice_id": invoice}
    ]
    assert app.get(f"/orders/{order}/invoices/{invoice}")["OrderInvoices"] == found
    nested = app.get("/orders/invoices")
    assert nested["sort"] == [{"id": "desc"}]
    assert nested["OrderInvoices"][0]["OrderInvoice"]["ProductCfop"][0]["cfop"] == "5102"
    complete = app.get(f"/orders/{order}/complete")["Order"]
    assert complete["OrderInvoice"][0]["OrderInvoice"]["number"] == "10457"


def test_the_same_invoice_twice_already_exists(store: TrayStore, app: App, order: str) -> None:
    made(app.post(f"/orders/{order}/invoices", INVOICE))
    answer = app.post(f"/orders/{order}/invoices", {**INVOICE, "number": "10458"})
    assert answer.status == 400
    assert "already" in causes(answer)[0]
    assert app.post(f"/orders/{order}/invoices", {**INVOICE, "key": "1" * 44}).status == 400


def test_an_invoice_may_come_wrapped_but_not_be_changed_wrapped(app: App, order: str) -> None:
    invoice = made(app.post(f"/orders/{order}/invoices", {"OrderInvoice": INVOICE}))
    path = f"/orders/{order}/invoices/{invoice}"
    assert causes(app.put(path, {"OrderInvoice": INVOICE})) == ["Invalid parameter id."]
    assert app.put(path, {**INVOICE, "link": "https://nfe.exemplo/2"}).status == 200
    assert app.ask("DELETE", path).status == 405
    app.store.switches.invoice_post_wrapper = "unwrapped"
    assert app.post(f"/orders/{order}/invoices", {"OrderInvoice": INVOICE}).status == 400


def test_an_invoice_needs_its_number_and_key(app: App, order: str) -> None:
    answer = app.post(f"/orders/{order}/invoices", {"issue_date": "2026-11-20"})
    assert sorted(causes(answer)["OrderInvoice"]) == ["key", "number", "serie", "value"]
    assert app.post("/orders/1/invoices", INVOICE).status == 404


def test_an_invoice_of_another_order_is_not_found(store: TrayStore, app: App, order: str) -> None:
    invoice = made(app.post(f"/orders/{order}/invoices", INVOICE))
    other = store.place_order({"1": 1})
    assert app.ask("GET", f"/orders/{other}/invoices/{invoice}").status == 404


def test_a_payment_is_noted_and_the_status_stays(store: TrayStore, app: App) -> None:
    order = store.place_order({store.add_product(name="Copo", price="5.00", stock=1): 1})
    body = {"Payment": {"order_id": order, "method": "Dinheiro", "value": "29.10", "date": "2026-11-20"}}
    payment = made(app.post("/payments", body))
    assert app.get(f"/payments/{payment}")["Payment"]["method"] == "Dinheiro"
    listed = app.get("/payments/", order_id=order)["Payments"][0]["Payment"]
    assert "method" not in listed
    assert "date" not in listed
    shown = app.get(f"/orders/{order}")["Order"]
    assert shown["has_payment"] == "1"
    assert shown["status"] == "AGUARDANDO PAGAMENTO"
    assert app.post("/payments", {"payment": body["Payment"]}).status == 201
    assert app.post("/payments", {"Payment": {"order_id": "1"}}).status == 400
    assert app.post("/payments", {"Payment": {"order_id": order}}).status == 400


def test_a_company_is_registered_with_its_address(app: App) -> None:
    customer = made(app.post("/customers", {"Customer": SHOP}))
    shown = app.get(f"/customers/{customer}")["Customer"]
    assert shown["cnpj"] == "11.222.333/0001-81"
    assert shown["birth_date"] == "0000-00-00"
    listed = app.get("/customers", cnpj="11222333000181")["Customers"][0]["Customer"]
    assert listed["CustomerAddress"] == shown["CustomerAddress"]
    assert "phone" not in listed
    addresses = app.get("/customers/addresses", customer_id=customer)["CustomerAddresses"]
    assert addresses[0]["CustomerAddress"]["zip_code"] == "13011-000"


def test_addresses_are_added_and_taken_away_but_not_changed(app: App) -> None:
    customer = made(app.post("/customers", {"Customer": SHOP}))
    place = {**SHOP["CustomerAddress"][0], "number": "21", "customer_id": customer}  # type: ignore[dict-item]
    address = made(app.post("/customers/addresses", {"CustomerAddress": place}))
    assert app.get(f"/customers/addresses/{address}")["CustomerAddress"]["number"] == "21"
    assert app.put(f"/customers/addresses/{address}", {}).status == 405
    assert app.ask("DELETE", f"/customers/addresses/{address}").status == 200
    assert app.post("/customers/addresses", {"CustomerAddress": {**place, "customer_id": "1"}}).status == 400
    assert app.post("/customers/addresses", {"CustomerAddress": {"customer_id": customer}}).status == 400


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": ""}, "email"),
        ({"name": " "}, "name"),
        ({"cnpj": "11.222.333/0001-80"}, "cnpj"),
        ({"cnpj": "1"}, "cnpj"),
        ({"cpf": "111.111.111-11"}, "cpf"),
    ],
)
def test_a_customer_with_a_wrong_document_is_refused(app: App, changed: dict[str, Any], field: str) -> None:
    assert field in causes(app.post("/customers", {"Customer": {**SHOP, **changed}}))["Customer"]


def test_nobody_is_registered_twice(app: App) -> None:
    made(app.post("/customers", {"Customer": SHOP}))
    told = causes(app.post("/customers", {"Customer": SHOP}))["Customer"]
    assert told["cnpj"] == told["email"] == ["Está em uso em outro cadastro."]


def test_the_card_of_the_store_comes_without_a_wrapper(app: App) -> None:
    card = app.get("/info/")
    assert card["id"] == "391250"
    assert card["cnpj"] == "11.222.333/0001-81"
    assert card["internal_status"] == "ativa"
    assert card["secure_uri"] == "https://loja.exemplo"


def test_a_store_may_take_the_same_invoice_twice(app: App, order: str) -> None:
    """The switch for chaos: then only the shop's own care keeps a note from being told twice."""
    app.store.switches.duplicate_invoice = "accept"
    assert made(app.post(f"/orders/{order}/invoices", INVOICE)) != made(
        app.post(f"/orders/{order}/invoices", INVOICE)
    )
