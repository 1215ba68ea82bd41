"""What each answer of the store means for the shop."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from tests.tray.fakes import Shop, noon, says
from varejoforte_desktop.application.outside import (
    NotThere,
    OutcomeUnknown,
    OutsideError,
    Refused,
    SlowDown,
    StoreSuspended,
    TryLater,
    Unreachable,
)
from varejoforte_desktop.application.store import Purpose, StoreField
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.tray.client import TrayClient

SAVED = says({"message": "Saved", "code": 200, "id": "90412"})
PRICE = {StoreField.PRICE: Money(27990)}


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (says({"causes": ["Não pode"]}, 400), Refused, "refused"),
        (says({"causes": []}, 405), Refused, "refused"),
        (says({"errors": {"a": ["b"]}}, 422), Refused, "refused"),
        (says({}, 409), Refused, "refused"),
        (httpx.Response(403, text="<html>proteção</html>"), StoreSuspended, "forbidden"),
        (says({"causes": []}, 404), NotThere, "not_there"),
        (says({}, 407), Unreachable, "no_line"),
        (says({}, 408), OutcomeUnknown, "server_error"),
        (says({}, 429), SlowDown, "slow_down"),
        (httpx.Response(500, text="<html>"), OutcomeUnknown, "server_error"),
        (says({}, 503), OutcomeUnknown, "server_error"),
        (
            httpx.Response(301, headers={"Location": "https://outra.exemplo/web_api"}),
            Unreachable,
            "redirected",
        ),
        (
            httpx.Response(307, headers={"Location": "https://outra.exemplo/web_api"}),
            Unreachable,
            "redirected",
        ),
        (httpx.Response(200, text="<html>manutenção</html>"), OutcomeUnknown, "unreadable"),
        (httpx.Response(200, text='{"message": "Sav'), OutcomeUnknown, "unreadable"),
        (httpx.Response(200, content=b""), OutcomeUnknown, "unreadable"),
        (httpx.Response(200, content=b'{"message": "\xff\xfe"}'), OutcomeUnknown, "unreadable"),
        (httpx.Response(200, text='{"a": NaN}'), OutcomeUnknown, "unreadable"),
        (httpx.Response(200, text="[" * 200_000), OutcomeUnknown, "unreadable"),
        (httpx.Response(204), OutcomeUnknown, "unreadable"),
    ],
)
async def test_each_answer_to_a_write_means_one_thing(
    reply: httpx.Response, kind: type[OutsideError], code: str
) -> None:
    shop = Shop(reply)
    with pytest.raises(OutsideError) as caught:
        await shop.client.update_product("1", PRICE, Purpose.PRICE)
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert len(shop.store.requests) == 1
    assert shop.meter.seen == [caught.value]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (httpx.Response(502, text="<html>"), "server_error"),
        (httpx.Response(200, text="<html>"), "unreadable"),
        (httpx.Response(200, text='{"id": 1'), "unreadable"),
        (says([]), "unreadable"),
        (says({"Product": []}), "unreadable"),
        (says({"Product": {"id": "1", "price": "R$ 27,027.60"}}), "unreadable"),
        (says({"Product": {"id": "", "price": "1.00"}}), "unreadable"),
    ],
)
async def test_a_question_without_a_usable_answer_is_asked_again_later(
    reply: httpx.Response, code: str
) -> None:
    with pytest.raises(TryLater) as caught:
        await Shop(reply).client.product("1")
    assert type(caught.value) is TryLater
    assert caught.value.code == code


async def test_a_redirect_is_not_followed() -> None:
    shop = Shop(httpx.Response(302, headers={"Location": "https://ladrao.exemplo/"}), SAVED)
    with pytest.raises(Unreachable):
        await shop.client.info()
    assert len(shop.store.requests) == 1


async def test_a_line_opened_by_somebody_who_follows_redirects_is_not_followed_either() -> None:
    shop = Shop(httpx.Response(302, headers={"Location": "https://ladrao.exemplo/"}), SAVED)
    async with httpx.AsyncClient(transport=shop.store, follow_redirects=True) as line:
        client = TrayClient(line, vault=shop.vault, meter=shop.meter, clock=noon)
        with pytest.raises(Unreachable):
            await client.info()
    assert len(shop.store.requests) == 1


@pytest.mark.parametrize(
    ("body", "detail", "facts"),
    [
        ({"causes": ["Pedido bloqueado"]}, "Pedido bloqueado", {}),
        ({"causes": "Texto só"}, "Texto só", {}),
        (
            {"causes": {"Order": {"shipment": ["Em branco", "Curto"], "point_sale": ["Em branco"]}}},
            "Em branco; Curto",
            {"Order.shipment": "Em branco; Curto", "Order.point_sale": "Em branco"},
        ),
        (
            {"causes": [], "errors": {"Product": {"name": "Obrigatório"}}},
            "Obrigatório",
            {"Product.name": "Obrigatório"},
        ),
        (
            {"message": "Parametro direção da ordenação invalido."},
            "Parametro direção da ordenação invalido.",
            {},
        ),
        ({"code": 400, "name": "Bad Request", "causes": None}, "Bad Request", {}),
        ({"causes": [["a", {"x": 3}], None, "", True]}, "a; 3; 1", {"x": "3"}),
        ([], "", {}),
        ("erro", "", {}),
    ],
)
async def test_a_refusal_repeats_the_stores_own_words(
    body: object, detail: str, facts: dict[str, str]
) -> None:
    with pytest.raises(Refused) as caught:
        await Shop(says(body, 400)).client.update_product("1", PRICE, Purpose.PRICE)
    assert caught.value.detail == detail
    assert caught.value.facts == facts


async def test_endless_words_are_kept_short() -> None:
    with pytest.raises(Refused) as caught:
        await Shop(says({"causes": {"A": {"b": ["x" * 5000, "y"]}}}, 400)).client.update_product(
            "1", PRICE, Purpose.PRICE
        )
    assert len(caught.value.detail) == 2000


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "20"}, 20),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "86400"}, 300),
        ({"Retry-After": "9" * 400}, 300),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "1,5"}, None),
        ({"Retry-After": "logo"}, None),
        ({"Retry-After": "Fri, 20 Nov 2026 15:00:45 GMT"}, 45),
        ({"Retry-After": "Fri, 20 Nov 2026 15:00:45"}, 45),
        ({"Retry-After": "Fri, 20 Nov 2026 14:00:00 GMT"}, 1),
        ({"Retry-After": "Sat, 21 Nov 2026 15:00:00 GMT"}, 300),
        ({"Retry-After": "Fri, 20 Nov 2026 09:00:30 GMT", "Date": "Fri, 20 Nov 2026 09:00:00 GMT"}, 30),
    ],
)
async def test_how_long_the_store_asks_us_to_wait(headers: dict[str, str], seconds: int | None) -> None:
    with pytest.raises(SlowDown) as caught:
        await Shop(says({}, 429, **headers)).client.info()
    assert caught.value.wait == (None if seconds is None else timedelta(seconds=seconds))
