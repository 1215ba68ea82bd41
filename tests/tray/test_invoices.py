"""An order's note on its way to the store: exactly these words, and what the store's answers mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from tests.tray.fakes import ACCESS, FakeMeter, FakeVault, Shop, noon, says
from varejoforte_desktop.application.outside import NotThere, OutcomeUnknown, Refused, TryLater
from varejoforte_desktop.application.store import InvoiceLine, KnownInvoice, Purpose, StoreInvoice
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.order import Shipment
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.transport import SimulatedTransport
from varejoforte_desktop.tray.client import TrayClient

KEY = "35261111222333000181550010000104571482139754"
OTHER = "35261111222333000181550010000104581482139757"
NOTE = StoreInvoice(
    key=KEY,
    number=10457,
    series=1,
    issued_on=date(2026, 11, 20),
    value=Money(28501),
    link=f"https://nfe.exemplo/{KEY}",
    xml="<nfeProc>ção</nfeProc>",
    lines=(
        InvoiceLine(product_id="90412", variant_id="3307", cfop="5102"),
        InvoiceLine(product_id="7", cfop="6102"),
    ),
)
SENT = Shipment(
    code="AA123456785BR", url="https://rastreio.exemplo/AA123456785BR", sent_on=date(2026, 11, 21)
)


def no(*causes: str, status: int = 400) -> httpx.Response:
    return says({"code": status, "url": "/orders/x", "name": "Bad Request", "causes": list(causes)}, status)


async def test_a_note_is_one_bare_post() -> None:
    shop = Shop(says({"message": "Created", "id": "664", "code": 201}, 201))
    assert await shop.client.add_invoice("7415", NOTE) == "664"
    assert (shop.store.last.method, shop.store.last.url.path) == ("POST", "/web_api/orders/7415/invoices")
    assert shop.store.sent() == {
        "issue_date": "2026-11-20",
        "number": "10457",
        "serie": "1",
        "value": "285.01",
        "key": KEY,
        "link": f"https://nfe.exemplo/{KEY}",
        "xml_danfe": "<nfeProc>ção</nfeProc>",
        "ProductCfop": [
            {"product_id": "90412", "variation_id": "3307", "cfop": "5102"},
            {"product_id": "7", "variation_id": "0", "cfop": "6102"},
        ],
    }
    assert shop.meter.turns == [Purpose.ORDERS]


async def test_a_note_known_by_its_key_alone_says_nothing_of_xml_and_lines() -> None:
    shop = Shop(says({"message": "Created", "id": 664, "code": 201}, 201))
    assert await shop.client.add_invoice("7415", replace(NOTE, xml="", lines=())) == "664"
    assert set(shop.store.sent()) == {"issue_date", "number", "serie", "value", "key", "link"}


async def test_a_substitute_is_one_bare_put() -> None:
    shop = Shop(says({"message": "Saved", "id": "664", "code": 200}))
    await shop.client.replace_invoice("7415", "664", NOTE)
    assert (shop.store.last.method, shop.store.last.url.path) == ("PUT", "/web_api/orders/7415/invoices/664")
    assert "OrderInvoice" not in shop.store.sent()
    assert shop.store.sent()["key"] == KEY


@pytest.mark.parametrize(
    ("paper", "known"),
    [
        ({"OrderInvoices": []}, ()),
        (
            {"OrderInvoices": [{"OrderInvoice": {"id": "664", "key": f" {KEY} "}, "ProductCfop": []}]},
            (("664", KEY),),
        ),
        ({"OrderInvoices": {"0": {"OrderInvoice": {"id": 1, "key": None}}}}, (("1", ""),)),
    ],
)
async def test_the_notes_of_an_order_are_read_however_they_are_written(paper: Any, known: Any) -> None:
    shop = Shop(says(paper))
    found = await shop.client.order_invoices("7415")
    assert found == tuple(KnownInvoice(remote_id=number, key=key) for number, key in known)
    assert shop.store.last.url.path == "/web_api/orders/7415/invoices"


@pytest.mark.parametrize(
    "paper", [{}, [], {"OrderInvoices": [{"OrderInvoice": {"key": KEY}}]}, {"OrderInvoices": ["x"]}]
)
async def test_a_list_that_makes_no_sense_is_no_empty_list(paper: Any) -> None:
    """Taken for empty, a note that is there would be told twice."""
    with pytest.raises(TryLater) as caught:
        await Shop(says(paper)).client.order_invoices("7415")
    assert (caught.value.code, isinstance(caught.value, OutcomeUnknown)) == ("unreadable", False)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (no("Invoice already exists."), "invoice_taken"),
        (no("Pedido bloqueado"), "order_locked"),
        (no("Invalid parameter id."), "refused"),
    ],
)
async def test_a_no_is_told_apart_by_its_words(answer: httpx.Response, code: str) -> None:
    for ask in (
        lambda client: client.add_invoice("7415", NOTE),
        lambda client: client.replace_invoice("7415", "664", NOTE),
    ):
        with pytest.raises(Refused) as caught:
            await ask(Shop(answer).client)
        assert caught.value.code == code


async def test_a_note_that_was_taken_without_a_number_counts_as_unanswered() -> None:
    with pytest.raises(OutcomeUnknown):
        await Shop(says({"message": "Created"}, 201)).client.add_invoice("7415", NOTE)


async def test_an_id_that_is_no_number_asks_nothing() -> None:
    shop = Shop(says({}))
    for call in (
        lambda: shop.client.order_invoices("../1"),
        lambda: shop.client.add_invoice("x", NOTE),
        lambda: shop.client.replace_invoice("7415", "6/4", NOTE),
        lambda: shop.client.ship_order("", SENT),
    ):
        with pytest.raises(NotThere):
            await call()
    assert shop.store.requests == []


async def test_how_an_order_left_goes_with_its_status_in_one_put() -> None:
    saved = says({"message": "Saved", "id": "7415", "code": 200})
    shop = Shop(saved)
    await shop.client.ship_order("7415", SENT, status_id="25")
    assert (shop.store.last.method, shop.store.last.url.path) == ("PUT", "/web_api/orders/7415")
    paper = {"sending_code": SENT.code, "sending_date": "2026-11-21", "tracking_url": SENT.url}
    assert shop.store.sent() == {"Order": {**paper, "status_id": "25"}}
    await (again := Shop(saved)).client.ship_order("7415", SENT)
    assert again.store.sent() == {"Order": paper}


async def test_a_whole_store_keeps_the_note_and_takes_the_substitute() -> None:
    store = TrayStore(now=noon)
    pan = store.add_product(name="Panela", reference="PAN", price="100.00", stock=5)
    order_id = store.place_order({pan: 1}, paid=True)
    vault = FakeVault()
    vault.held = replace(ACCESS, api_address=store.api_address, access_token=store.issue_tokens().access)
    client = TrayClient(SimulatedTransport(store), vault=vault, meter=FakeMeter(), clock=noon)
    assert await client.order_invoices(order_id) == ()
    number = await client.add_invoice(order_id, NOTE)
    assert await client.order_invoices(order_id) == (KnownInvoice(remote_id=number, key=KEY),)
    with pytest.raises(Refused) as caught:
        await client.add_invoice(order_id, NOTE)
    assert caught.value.code == "invoice_taken"
    await client.replace_invoice(order_id, number, replace(NOTE, key=OTHER, number=10458))
    assert await client.order_invoices(order_id) == (KnownInvoice(remote_id=number, key=OTHER),)
    assert store.orders[order_id]["has_invoice"] == "1"
    await client.ship_order(order_id, SENT, status_id=store.shop.status_named("ENVIADO")["id"])
    row = store.orders[order_id]
    assert (row["sending_code"], row["sending_date"], row["tracking_url"]) == (
        SENT.code,
        "2026-11-21",
        SENT.url,
    )
    assert store.order_shapes.status_name(row) == "ENVIADO"
    with pytest.raises(NotThere):
        await client.order_invoices("999999")
