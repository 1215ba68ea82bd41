"""What the client puts on the wire and what it makes of the answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import httpx
import pytest
import respx

from tests.tray.fakes import (
    ADDRESS,
    NEW_TOKEN,
    NOON,
    TOKEN,
    FakeMeter,
    FakeVault,
    Shop,
    noon,
    refuses_token,
    says,
)
from varejoforte_desktop.application.outside import (
    NotThere,
    OutcomeUnknown,
    ReconnectNeeded,
    Refused,
    StoreSuspended,
    TryLater,
)
from varejoforte_desktop.application.store import Purpose, StoreField
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.tray.client import TrayClient
from varejoforte_desktop.tray.wire import Limits, open_line

SAVED = says({"message": "Saved", "code": 200, "id": "90412"})
PRICE = {StoreField.PRICE: Money(27990)}
PRODUCT = {
    "Product": {
        "id": "90412",
        "reference": "PAN-24",
        "ean": "7890000000017",
        "name": "Panela",
        "price": "289.90",
        "cost_price": "142.35",
        "stock": "12",
        "available": "1",
        "has_variation": "0",
        "modified": "2026-11-20 10:11:09",
    }
}


def listing(plural: str, *rows: object) -> httpx.Response:
    return says(
        {
            "paging": {"total": len(rows), "page": 1, "offset": 0, "limit": 50, "maxLimit": 50},
            plural: list(rows),
        }
    )


async def test_a_price_change_is_one_put_with_only_that_key() -> None:
    shop = Shop(SAVED)
    await shop.client.update_product(
        "90412", {StoreField.PRICE: Money(27990), StoreField.STOCK: 9}, Purpose.PRICE
    )
    request = shop.store.last
    assert request.method == "PUT"
    assert request.url.path == "/web_api/products/90412"
    assert request.headers["content-type"] == "application/json"
    assert shop.store.sent() == {"Product": {"price": "279.90", "stock": 9}}
    assert shop.meter.turns == [Purpose.PRICE]


async def test_the_token_travels_in_the_query_last_and_nowhere_else() -> None:
    shop = Shop(listing("Products"))
    await shop.client.find_products(reference="PAN 24/á")
    request = shop.store.last
    assert request.url.query.decode().endswith(f"&access_token={TOKEN}")
    assert TOKEN not in str(request.headers) + request.content.decode()
    assert request.url.params["reference"] == "PAN 24/á"


async def test_every_write_carries_the_token_only_in_the_query() -> None:
    shop = Shop(says({"message": "Created", "id": 7, "code": 201}, 201))
    for call in (
        shop.client.create_product({StoreField.NAME: "Panela"}),
        shop.client.create_category("Cozinha", None),
        shop.client.create_brand("Serra Alta"),
    ):
        assert await call == "7"
        assert shop.store.last.url.query.decode() == f"access_token={TOKEN}"
        assert TOKEN not in shop.store.last.content.decode()


async def test_nothing_to_change_spends_no_request() -> None:
    shop = Shop(SAVED)
    await shop.client.update_product("90412", {}, Purpose.CONTENT)
    assert shop.store.requests == []
    assert shop.meter.turns == []


async def test_a_text_too_long_is_refused_before_a_request_is_spent() -> None:
    shop = Shop(SAVED)
    with pytest.raises(Refused) as caught:
        await shop.client.update_product("90412", {StoreField.NAME: "x" * 201}, Purpose.CONTENT)
    assert caught.value.code == "too_long"
    assert caught.value.facts == {"field": "name", "limit": "200"}
    assert shop.store.requests == []


@pytest.mark.parametrize("odd", ["", "90412/../1", "9 0", "¹²", "abc", "-1"])
async def test_an_id_that_is_no_number_points_at_nothing(odd: str) -> None:
    shop = Shop(SAVED)
    with pytest.raises(NotThere):
        await shop.client.update_product(odd, PRICE, Purpose.PRICE)
    assert shop.store.requests == []


async def test_a_product_is_read_with_exact_money_and_utc_time() -> None:
    shop = Shop(says(PRODUCT))
    product = await shop.client.product("90412")
    assert (product.price, product.cost, product.stock) == (Money(28990), Money(14235), 12)
    assert product.modified == datetime(2026, 11, 20, 13, 11, 9, tzinfo=UTC)
    assert product.available
    assert not product.has_variations


async def test_products_are_found_by_exact_reference_even_when_the_store_is_generous() -> None:
    other = {"Product": {**PRODUCT["Product"], "id": "2", "reference": "PAN-24-B"}}
    shop = Shop(listing("Products", PRODUCT, other))
    assert [product.remote_id for product in await shop.client.find_products(reference="PAN-24")] == ["90412"]


async def test_reference_and_ean_together_find_either_once() -> None:
    twin = {"Product": {**PRODUCT["Product"], "id": "3", "reference": "OUTRA"}}
    shop = Shop(listing("Products", PRODUCT), listing("Products", PRODUCT, twin))
    found = await shop.client.find_products(reference="PAN-24", ean="7890000000017")
    assert [product.remote_id for product in found] == ["90412", "3"]
    assert await shop.client.find_products() == ()


async def test_categories_and_brands_speak_tray() -> None:
    shop = Shop(
        listing(
            "Categories",
            {"Category": {"id": 14, "parent_id": "5", "name": "Panelas"}},
            {"Category": {"id": 15, "parent_id": "", "name": "Panelas 2"}},
        ),
        listing("Brands", {"Brand": {"id": "31", "slug": "serra-alta", "brand": "Serra Alta"}}),
        SAVED,
    )
    (category,) = await shop.client.find_categories("Panelas")
    assert (category.remote_id, category.parent_id) == ("14", "5")
    assert shop.store.last.url.params["name"] == "Panelas"
    (brand,) = await shop.client.find_brands("Serra Alta")
    assert brand.remote_id == "31"
    assert shop.store.last.url.path == "/web_api/products/brands/"
    assert shop.store.last.url.params["brand"] == "Serra Alta"
    await shop.client.update_category("14", "Panelas", None)
    assert shop.store.sent() == {"Category": {"name": "Panelas", "parent_id": ""}}
    await shop.client.update_category("14", "Panelas", "5")
    assert shop.store.sent() == {"Category": {"name": "Panelas", "parent_id": "5"}}
    await shop.client.update_brand("31", "Serra Baixa")
    assert shop.store.sent() == {"Brand": {"brand": "Serra Baixa"}}
    assert shop.store.last.url.path == "/web_api/products/brands/31"


async def test_a_new_category_at_the_root_names_no_parent() -> None:
    shop = Shop(says({"message": "Created", "id": "8", "code": 201}, 201))
    await shop.client.create_category("Cozinha", None)
    assert shop.store.sent() == {"Category": {"name": "Cozinha"}}
    await shop.client.create_category("Panelas", "8")
    assert shop.store.sent() == {"Category": {"name": "Panelas", "parent_id": "8"}}


async def test_the_id_of_something_new_may_be_called_order_id() -> None:
    shop = Shop(says({"message": "Created", "order_id": "77", "code": 201}, 201))
    assert await shop.client.create_brand("X") == "77"


async def test_something_new_without_an_id_may_exist() -> None:
    shop = Shop(says({"message": "Created", "code": 201}, 201))
    with pytest.raises(OutcomeUnknown):
        await shop.client.create_brand("X")


async def test_who_the_store_is() -> None:
    shop = Shop(
        says(
            {
                "id": "512345",
                "name": "Casa Lume",
                "cnpj": "11.222.333/0001-81",
                "address": "Rua Um, 10",
                "internal_status": "ativa",
            }
        )
    )
    info = await shop.client.info()
    assert (info.store_id, info.name, info.cnpj, info.status, info.address) == (
        "512345",
        "Casa Lume",
        "11222333000181",
        "ativa",
        "Rua Um, 10",
    )
    assert shop.meter.turns == [Purpose.UPKEEP]


async def test_the_few_lines_a_stranger_gets_are_no_connection() -> None:
    shop = Shop(says({"id": "512345", "uri": "http://loja", "secure_uri": "https://loja"}))
    with pytest.raises(TryLater):
        await shop.client.info()


# --- tokens -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error_code", [1000, "1000", 1099, 1004, None, "novo"])
async def test_a_refused_token_is_renewed_once_and_the_request_repeated(error_code: object) -> None:
    shop = Shop(refuses_token(error_code), SAVED)
    await shop.client.update_product("1", PRICE, Purpose.PRICE)
    assert [request.url.params["access_token"] for request in shop.store.requests] == [TOKEN, NEW_TOKEN]
    assert len(shop.vault.stale) == 1
    assert shop.meter.turns == [Purpose.PRICE, Purpose.PRICE]


async def test_a_token_refused_twice_needs_a_person() -> None:
    shop = Shop(refuses_token())
    with pytest.raises(ReconnectNeeded):
        await shop.client.update_product("1", PRICE, Purpose.PRICE)
    assert len(shop.store.requests) == 2
    assert len(shop.vault.stale) == 1


async def test_a_401_that_is_no_json_is_a_refused_token() -> None:
    shop = Shop(httpx.Response(401, text="<html>"), SAVED)
    await shop.client.update_product("1", PRICE, Purpose.PRICE)
    assert len(shop.vault.stale) == 1


@pytest.mark.parametrize(
    ("error_code", "code"), [(1001, "store_blocked"), ("1002", "store_inactive"), (1003, "store_cancelled")]
)
async def test_a_suspended_store_is_told_apart_and_never_renewed(error_code: object, code: str) -> None:
    shop = Shop(refuses_token(error_code))
    with pytest.raises(StoreSuspended) as caught:
        await shop.client.info()
    assert caught.value.code == code
    assert shop.vault.stale == []


# --- the line ---------------------------------------------------------------------------------------------


async def test_an_answer_too_large_is_not_read_to_its_end() -> None:
    read = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 65_536

    shop = Shop(lambda _: httpx.Response(200, content=flood()))
    with pytest.raises(TryLater) as caught:
        await shop.client.info()
    assert caught.value.code == "unreadable"
    assert read < 400


async def test_an_answer_that_announces_to_be_too_large_is_not_read_at_all() -> None:
    async def nothing() -> AsyncIterator[bytes]:
        raise AssertionError("read")
        yield b""

    shop = Shop(lambda _: httpx.Response(200, headers={"Content-Length": "99999999999"}, content=nothing()))
    with pytest.raises(OutcomeUnknown):
        await shop.client.update_product("1", PRICE, Purpose.PRICE)


async def test_an_answer_drop_by_drop_ends_at_the_deadline() -> None:
    async def drops() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.005)
            yield b" "

    shop = Shop(lambda _: httpx.Response(200, content=drops()))
    client = TrayClient(
        shop.store, vault=shop.vault, meter=shop.meter, clock=noon, limits=Limits(deadline=0.05)
    )
    with pytest.raises(OutcomeUnknown) as caught:
        await client.update_product("1", PRICE, Purpose.PRICE)
    assert caught.value.code == "no_answer"


async def test_the_line_is_opened_at_the_first_request_and_closed_by_the_client() -> None:
    shop = Shop(SAVED)
    assert shop.client._http is None
    async with shop.client as client:
        await client.update_product("1", PRICE, Purpose.PRICE)
        line = client._http
        assert line is not None
    assert line.is_closed
    await shop.client.aclose()


async def test_a_line_of_somebody_else_stays_open() -> None:
    shop = Shop(SAVED)
    async with open_line(shop.store) as line:
        client = TrayClient(line, vault=FakeVault(), meter=FakeMeter(), clock=noon)
        await client.update_product("1", PRICE, Purpose.PRICE)
        await client.aclose()
        assert not line.is_closed


@respx.mock
async def test_the_usual_limits_travel_with_each_request() -> None:
    route = respx.get(f"{ADDRESS}/info/").mock(return_value=says({"id": "1", "name": "Loja"}))
    async with TrayClient(vault=FakeVault(), meter=FakeMeter(), clock=noon) as client:
        await client.info()
    assert route.calls.last.request.extensions["timeout"] == {
        "connect": 5.0,
        "read": 15.0,
        "write": 15.0,
        "pool": 5.0,
    }


async def test_cookies_of_the_store_are_not_sent_back() -> None:
    shop = Shop(says({"id": "1", "name": "Loja"}, **{"Set-Cookie": "PHPSESSID=abc; path=/"}))
    await shop.client.info()
    await shop.client.info()
    assert "cookie" not in shop.store.last.headers


async def test_the_days_of_orders_are_always_two() -> None:
    shop = Shop(listing("Orders"))
    assert await shop.client.orders(modified_from=date(2026, 11, 19), modified_to=NOON.date()) == ()
    assert shop.store.last.url.query.decode() == (
        f"limit=50&sort=id_asc&modified=2026-11-19,2026-11-20&page=1&access_token={TOKEN}"
    )
