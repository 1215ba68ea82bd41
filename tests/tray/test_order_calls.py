"""What the client asks the store about orders, and what it makes of the answers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.tray.fakes import NEW_TOKEN, TOKEN, Reply, Shop, refuses_token, says
from tests.tray.order_papers import ORDER, an_order
from varejoforte_desktop.application.outside import (
    NotThere,
    OutcomeUnknown,
    Refused,
    SlowDown,
    StoreSuspended,
    TryLater,
    Unreachable,
)
from varejoforte_desktop.application.store import Purpose
from varejoforte_desktop.application.store_orders import StoreStatus

SAVED = says({"message": "Saved", "code": 200, "id": "7415"})


def no(*causes: str, status: int = 400) -> httpx.Response:
    """The store reads it and says no."""
    return says({"code": status, "url": "/orders/x", "name": "Bad Request", "causes": list(causes)}, status)


async def test_one_order_comes_complete_in_one_request() -> None:
    shop = Shop(says(an_order()))
    order = await shop.client.order("7415")
    assert order.remote_id == "7415"
    assert order.adds_up
    assert order.raw == ORDER
    assert shop.store.last.method == "GET"
    assert shop.store.last.url.path == "/web_api/orders/7415/complete"
    assert shop.meter.turns == [Purpose.ORDERS]


async def test_an_amount_written_as_a_number_loses_no_cent_on_the_wire() -> None:
    paper = '{"Order": {"id": 7415, "total": 285.10, "partial_total": 285.10, "ProductsSold": []}}'
    order = await Shop(httpx.Response(200, text=paper)).client.order("7415")
    assert order.amounts.total.cents == 28510
    assert order.raw["total"] == "285.10"


@pytest.mark.parametrize(
    ("paper", "place"),
    [
        (an_order(id=...), "Order.id"),
        (an_order(id="7416"), "Order.id"),
        (an_order(total="abc"), "Order.total"),
        (an_order(ProductsSold=...), "ProductsSold"),
        ({"Order": []}, "Order"),
        ([], "Order"),
        ("x", "Order"),
    ],
)
async def test_an_order_that_makes_no_sense_is_asked_for_again_later(paper: Any, place: str) -> None:
    with pytest.raises(TryLater) as caught:
        await Shop(says(paper)).client.order("7415")
    assert not isinstance(caught.value, OutcomeUnknown)
    assert (caught.value.code, caught.value.facts) == ("unreadable", {"place": place})


async def test_an_order_that_is_not_there_is_told() -> None:
    with pytest.raises(NotThere):
        await Shop(no(status=404)).client.order("7415")


@pytest.mark.parametrize("odd", ["", "7415/../1", "7 4", "abc", "-1"])
async def test_an_id_that_is_no_number_asks_nothing(odd: str) -> None:
    shop = Shop(SAVED)
    for call in (
        lambda: shop.client.order(odd),
        lambda: shop.client.set_order_status(odd, "25"),
        lambda: shop.client.cancel_order(odd),
    ):
        with pytest.raises(NotThere):
            await call()
    assert shop.store.requests == []


async def test_the_statuses_are_read_to_the_last() -> None:
    def page(first: int, last: int) -> httpx.Response:
        rows = [
            {"OrderStatus": {"id": str(n), "status": f"STATUS {n}", "type": "open", "default": "1"}}
            for n in range(first, last)
        ]
        return says({"paging": {"total": 60}, "OrderStatuses": rows})

    shop = Shop(page(1, 51), page(51, 61))
    statuses = await shop.client.order_statuses()
    assert [each.status_id for each in statuses] == [str(n) for n in range(1, 61)]
    assert statuses[0] == StoreStatus(status_id="1", name="STATUS 1", status_type="open")
    assert shop.store.last.url.path == "/web_api/orders/statuses"
    assert shop.store.last.url.params["page"] == "2"
    assert shop.meter.turns == [Purpose.ORDERS] * 2


async def test_a_status_is_one_put_with_only_that_key() -> None:
    shop = Shop(SAVED)
    await shop.client.set_order_status("7415", "25")
    request = shop.store.last
    assert (request.method, request.url.path) == ("PUT", "/web_api/orders/7415")
    assert request.headers["content-type"] == "application/json"
    assert shop.store.sent() == {"Order": {"status_id": "25"}}
    assert request.url.query.decode() == f"access_token={TOKEN}"
    assert shop.meter.turns == [Purpose.ORDERS]


async def test_cancelling_is_one_put_without_a_body() -> None:
    shop = Shop(SAVED)
    await shop.client.cancel_order("7415")
    request = shop.store.last
    assert (request.method, request.url.path) == ("PUT", "/web_api/orders/cancel/7415")
    assert request.content == b""
    assert "content-type" not in request.headers
    assert request.url.query.decode() == f"access_token={TOKEN}"
    assert shop.meter.turns == [Purpose.ORDERS]


@pytest.mark.parametrize("words", ["Order already canceled", "Order already cancelled."])
async def test_an_order_that_is_cancelled_already_is_well(words: str) -> None:
    await Shop(no(words)).client.cancel_order("7415")


async def test_already_cancelled_is_no_answer_to_a_status() -> None:
    with pytest.raises(Refused) as caught:
        await Shop(no("Order already canceled")).client.set_order_status("7415", "25")
    assert caught.value.code == "refused"


UNABLE = "Unable to cancel the order because its status does not allow changes."


@pytest.mark.parametrize(
    ("words", "code"),
    [(UNABLE, "order_not_cancellable"), ("Pedido bloqueado", "order_locked"), ("Outra coisa.", "refused")],
)
async def test_a_cancellation_is_refused_with_the_stores_own_words(words: str, code: str) -> None:
    shop = Shop(no(words))
    with pytest.raises(Refused) as caught:
        await shop.client.cancel_order("7415")
    assert (caught.value.code, caught.value.detail) == (code, words)
    assert caught.value.__context__ is None
    assert len(shop.store.requests) == 1


async def test_a_locked_order_takes_no_status() -> None:
    with pytest.raises(Refused) as caught:
        await Shop(no("Pedido bloqueado")).client.set_order_status("7415", "25")
    assert caught.value.code == "order_locked"


async def test_a_status_that_does_not_exist_is_refused_by_its_field() -> None:
    causes = {"Order": {"status_id": ["Status não encontrado."]}}
    with pytest.raises(Refused) as caught:
        await Shop(says({"code": 400, "causes": causes}, 400)).client.set_order_status("7415", "999")
    assert (caught.value.code, caught.value.facts) == (
        "refused",
        {"Order.status_id": "Status não encontrado."},
    )


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx.ReadTimeout("x"), OutcomeUnknown),
        (httpx.ReadError("x"), OutcomeUnknown),
        (httpx.Response(500), OutcomeUnknown),
        (httpx.Response(200, text="<html>"), OutcomeUnknown),
        (httpx.ConnectError("x"), Unreachable),
        (no(status=404), NotThere),
        (no(status=429), SlowDown),
        (refuses_token(1001), StoreSuspended),
    ],
)
async def test_a_change_that_was_not_heard_of_may_have_been_made(reply: Reply, kind: type[Exception]) -> None:
    for change in ("status", "cancel"):
        shop = Shop(reply)
        with pytest.raises(kind) as caught:
            await (
                shop.client.cancel_order("7415")
                if change == "cancel"
                else shop.client.set_order_status("7415", "25")
            )
        assert type(caught.value) is kind


async def test_a_refused_token_is_renewed_once_for_an_order_too() -> None:
    shop = Shop(refuses_token(), SAVED)
    await shop.client.cancel_order("7415")
    assert [request.url.params["access_token"] for request in shop.store.requests] == [TOKEN, NEW_TOKEN]
    assert {request.method for request in shop.store.requests} == {"PUT"}
