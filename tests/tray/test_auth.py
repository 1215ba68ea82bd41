"""From an authorisation to keys, and from old keys to new ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from tests.tray.fakes import (
    ACCESS,
    ADDRESS,
    CODE,
    KEY,
    NEW_REFRESH,
    NEW_TOKEN,
    NOON,
    REFRESH,
    SECRET,
    Reply,
    ScriptedStore,
    noon,
    refuses_token,
    says,
)
from varejoforte_desktop.application.outside import (
    OutcomeUnknown,
    OutsideError,
    ReconnectNeeded,
    SlowDown,
    StoreSuspended,
    TryLater,
    Unreachable,
)
from varejoforte_desktop.application.store import StoreAccess
from varejoforte_desktop.tray.auth import api_address, exchange_code, refresh, renew
from varejoforte_desktop.tray.wire import open_line

KEYS = {
    "message": "Created tokens",
    "code": "200",
    "access_token": NEW_TOKEN,
    "refresh_token": NEW_REFRESH,
    "date_expiration_access_token": "2019-11-20 13:05:40",  # the store's clock may say anything
    "date_expiration_refresh_token": "2019-12-20 10:05:40",
    "date_activated": "2019-11-20 10:05:40",
    "api_host": "https://nova.exemplo/web_api/",
    "store_id": 512345,
}
SILENCE = httpx.ReadTimeout("x")


async def with_code(*replies: Reply) -> tuple[StoreAccess, ScriptedStore]:
    store = ScriptedStore(*replies)
    async with open_line(store) as line:
        access = await exchange_code(
            line, api_address=ADDRESS, consumer_key=KEY, consumer_secret=SECRET, code=CODE, now=noon
        )
    return access, store


async def renewed(*replies: Reply, access: StoreAccess = ACCESS) -> tuple[StoreAccess, ScriptedStore]:
    store = ScriptedStore(*replies)
    async with open_line(store) as line:
        return await renew(line, access, noon), store


def steps(store: ScriptedStore) -> list[str]:
    return [request.method for request in store.requests]


async def test_a_code_becomes_keys_by_a_web_form() -> None:
    access, store = await with_code(says(KEYS, 201))
    request = store.last
    assert (request.method, str(request.url)) == ("POST", f"{ADDRESS}/auth")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.content.decode()) == {
        "consumer_key": [KEY],
        "consumer_secret": [SECRET],
        "code": [CODE],
    }
    assert access == StoreAccess(
        api_address="https://nova.exemplo/web_api",
        consumer_key=KEY,
        consumer_secret=SECRET,
        code=CODE,
        access_token=NEW_TOKEN,
        refresh_token=NEW_REFRESH,
        access_expires_at=NOON + timedelta(hours=3),
        refresh_expires_at=NOON + timedelta(days=30),
        store_id="512345",
    )


async def test_keys_that_exist_already_are_taken_as_they_are() -> None:
    access, _ = await with_code(says({**KEYS, "message": "Token already exists.", "code": 200}))
    assert access.access_token == NEW_TOKEN


async def test_a_refresh_sends_all_three_in_the_query() -> None:
    store = ScriptedStore(says(KEYS))
    async with open_line(store) as line:
        await refresh(line, ACCESS, noon)
    assert store.last.method == "GET"
    assert store.last.url.path == "/web_api/auth"
    assert dict(store.last.url.params) == {
        "consumer_key": KEY,
        "consumer_secret": SECRET,
        "refresh_token": REFRESH,
    }


@pytest.mark.parametrize(
    "dates",
    [
        {"date_activated": ""},
        {"date_activated": None},
        {"date_activated": "0000-00-00 00:00:00"},
        {"date_expiration_access_token": [], "date_expiration_refresh_token": "x"},
        {"date_activated": "2030-01-01 00:00:00"},
    ],
)
async def test_keys_without_legible_dates_live_as_documented(dates: dict[str, object]) -> None:
    access, _ = await with_code(says({**KEYS, **dates}))
    assert access.access_expires_at == NOON + timedelta(hours=3)
    assert access.refresh_expires_at == NOON + timedelta(days=30)


@pytest.mark.parametrize(
    "host", ["", None, "::::", "ftp://nova.exemplo", "http://127.0.0.1:8000/web_api", "http://localhost", []]
)
async def test_an_address_that_cannot_be_trusted_is_not_moved_to(host: object) -> None:
    access, _ = await with_code(says({**KEYS, "api_host": host}))
    assert access.api_address == ADDRESS


async def test_a_new_address_in_plain_http_becomes_https() -> None:
    access, _ = await with_code(says({**KEYS, "api_host": "http://nova.exemplo/web_api"}))
    assert access.api_address == "https://nova.exemplo/web_api"


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (refuses_token(1099), ReconnectNeeded, "code_refused"),
        (says({"causes": ["x"]}, 400), ReconnectNeeded, "code_refused"),
        (refuses_token(1001), StoreSuspended, "store_blocked"),
        (says({}, 403), StoreSuspended, "forbidden"),
        (says({}, 404), Unreachable, "bad_address"),
        (httpx.Response(302, headers={"Location": "https://x.exemplo"}), Unreachable, "redirected"),
        (says({}, 429), SlowDown, "slow_down"),
        (says({}, 500), TryLater, "server_error"),
        (httpx.Response(200, text="<html>"), TryLater, "unreadable"),
        (says({**KEYS, "access_token": ""}), TryLater, "unreadable"),
        (says([]), TryLater, "unreadable"),
        (SILENCE, TryLater, "no_answer"),
        (httpx.ConnectError("x"), Unreachable, "no_line"),
    ],
)
async def test_each_answer_to_a_code_means_one_thing(
    reply: Reply, kind: type[OutsideError], code: str
) -> None:
    with pytest.raises(OutsideError) as caught:
        await with_code(reply)
    assert type(caught.value) is kind
    assert caught.value.code == code


async def test_the_refresh_token_is_enough_to_renew() -> None:
    access, store = await renewed(says(KEYS))
    assert steps(store) == ["GET"]
    assert access.refresh_token == NEW_REFRESH


@pytest.mark.parametrize("refusal", [refuses_token(1000), refuses_token(1099), says({"causes": []}, 400)])
async def test_a_refused_refresh_token_gives_way_to_the_code(refusal: httpx.Response) -> None:
    access, store = await renewed(refusal, says(KEYS))
    assert steps(store) == ["GET", "POST"]
    assert access.access_token == NEW_TOKEN


@pytest.mark.parametrize("silence", [SILENCE, httpx.Response(500), httpx.Response(200, text="<html>")])
async def test_an_unheard_refresh_is_tried_once_more_with_the_same_token(silence: Reply) -> None:
    _, store = await renewed(silence, says(KEYS))
    assert steps(store) == ["GET", "GET"]
    assert {request.url.params["refresh_token"] for request in store.requests} == {REFRESH}


async def test_a_refresh_unheard_twice_gives_way_to_the_code() -> None:
    _, store = await renewed(SILENCE, SILENCE, says(KEYS))
    assert steps(store) == ["GET", "GET", "POST"]


async def test_a_refresh_unheard_and_then_refused_gives_way_to_the_code() -> None:
    _, store = await renewed(SILENCE, refuses_token(), says(KEYS))
    assert steps(store) == ["GET", "GET", "POST"]


@pytest.mark.parametrize("replies", [(refuses_token(),), (SILENCE, refuses_token())])
async def test_a_store_that_refuses_both_needs_a_person(replies: tuple[Reply, ...]) -> None:
    with pytest.raises(ReconnectNeeded):
        await renewed(*replies)


async def test_a_person_is_not_called_while_the_refresh_token_may_still_live() -> None:
    with pytest.raises(OutcomeUnknown):
        await renewed(SILENCE, SILENCE, refuses_token())


async def test_silence_everywhere_is_tried_later() -> None:
    with pytest.raises(TryLater) as caught:
        await renewed(SILENCE)
    assert not isinstance(caught.value, ReconnectNeeded)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx.ConnectError("x"), Unreachable),
        (says({}, 429), SlowDown),
        (refuses_token(1002), StoreSuspended),
        (says({}, 403), StoreSuspended),
    ],
)
async def test_what_says_nothing_about_the_refresh_token_does_not_spend_the_code(
    reply: Reply, kind: type[OutsideError]
) -> None:
    store = ScriptedStore(reply, says(KEYS))
    async with open_line(store) as line:
        with pytest.raises(kind):
            await renew(line, ACCESS, noon)
    assert steps(store) == ["GET"]


async def test_without_a_refresh_token_the_code_is_used_at_once() -> None:
    _, store = await renewed(says(KEYS), access=replace(ACCESS, refresh_token=""))
    assert steps(store) == ["POST"]


async def test_without_a_code_a_refused_refresh_needs_a_person() -> None:
    with pytest.raises(ReconnectNeeded):
        await renewed(refuses_token(), access=replace(ACCESS, code=""))


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://loja.exemplo", ADDRESS),
        ("https://loja.exemplo/", ADDRESS),
        (" https://loja.exemplo/web_api ", ADDRESS),
        ("https://loja.exemplo/web_api/", ADDRESS),
        ("https://loja.exemplo/web_api/auth?code=1#x", ADDRESS),
        ("https://loja.exemplo/admin/apps", ADDRESS),
        ("http://loja.exemplo/web_api", ADDRESS),
        ("loja.exemplo", ADDRESS),
        ("LOJA.exemplo", ADDRESS),
        ("https://loja.exemplo:8443", "https://loja.exemplo:8443/web_api"),
        ("https://exemplo.com/loja/web_api", "https://exemplo.com/loja/web_api"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/web_api"),
        ("http://localhost:8000/web_api/", "http://localhost:8000/web_api"),
        ("http://[::1]:8000", "http://[::1]:8000/web_api"),
        ("https://127.0.0.1", "https://127.0.0.1/web_api"),
        ("https://pão.exemplo", "https://xn--po-sia.exemplo/web_api"),
    ],
)
def test_a_pasted_address_is_understood(typed: str, address: str) -> None:
    assert api_address(typed) == address
    assert api_address(address) == address


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "https://", "ftp://loja.exemplo", "https://eu:senha@loja.exemplo", "https://[::1", "a b://c"],
)
def test_a_pasted_address_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(Unreachable) as caught:
        api_address(typed)
    assert caught.value.code == "bad_address"
    assert caught.value.__context__ is None
