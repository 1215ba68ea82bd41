"""Who gets into the store, for how long, and what the others are told."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.simulator.desk import App, TurnableClock
from varejoforte_desktop.simulator.answers import Answer
from varejoforte_desktop.simulator.store import TrayStore

FORM = {"content-type": "application/x-www-form-urlencoded"}


def keys(store: TrayStore) -> dict[str, str]:
    return {
        "consumer_key": store.consumer_key,
        "consumer_secret": store.consumer_secret,
        "code": store.code,
    }


def open_door(store: TrayStore, **changed: str) -> Answer:
    body = urlencode({**keys(store), **changed}).encode()
    return store.respond("POST", "/web_api/auth", {}, FORM, body)


def refresh(store: TrayStore, token: str, **query: str) -> Answer:
    return store.respond("GET", "/web_api/auth", {"refresh_token": token, **query}, {}, b"")


def info(store: TrayStore, token: str) -> Answer:
    return store.respond("GET", "/web_api/orders", {"access_token": token}, {}, b"")


def error(answer: Answer) -> tuple[int, int]:
    payload: Any = answer.json()
    return answer.status, payload["error_code"]


def test_tokens_are_created_with_the_nine_fields(store: TrayStore) -> None:
    answer = open_door(store)
    payload: Any = answer.json()
    assert answer.status == 201
    assert payload["message"] == "Created tokens"
    assert payload["code"] == "200"
    assert re.fullmatch(r"APP_ID-1820-STORE_ID-391250-[0-9a-f]{64}", payload["access_token"])
    assert re.fullmatch(r"[0-9a-f]{64}", payload["refresh_token"])
    assert payload["date_activated"] == "2026-11-20 10:05:40"
    assert payload["date_expiration_access_token"] == "2026-11-20 13:05:40"
    assert payload["date_expiration_refresh_token"] == "2026-12-20 10:05:40"
    assert payload["api_host"] == "https://loja.exemplo/web_api"
    assert payload["store_id"] == "391250"
    assert len(payload) == 9


def test_json_opens_the_door_as_well_as_a_form(store: TrayStore) -> None:
    body = json.dumps(keys(store)).encode()
    answer = store.respond("POST", "/web_api/auth/", {}, {"Content-Type": "application/json"}, body)
    assert answer.status == 201


def test_the_same_code_again_gives_the_same_tokens_while_they_live(
    store: TrayStore, clock: TurnableClock
) -> None:
    first: Any = open_door(store).json()
    answer = open_door(store)
    again: Any = answer.json()
    assert answer.status == 200
    assert again["message"] == "Token already exists."
    assert again["access_token"] == first["access_token"]
    clock.turn(hours=3)
    later: Any = open_door(store).json()
    assert later["access_token"] != first["access_token"]
    assert error(refresh(store, first["refresh_token"])) == (401, 1000)


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret", "code"])
def test_a_wrong_key_is_refused_without_saying_which(store: TrayStore, wrong: str) -> None:
    assert error(open_door(store, **{wrong: "0" * 64})) == (401, 1099)


def test_a_code_can_be_made_to_work_once_only(store: TrayStore) -> None:
    store.switches.code_single_use = True
    assert open_door(store).status == 201
    assert error(open_door(store)) == (401, 1099)


def test_an_access_token_lives_three_hours_to_the_second(store: TrayStore, clock: TurnableClock) -> None:
    token = store.issue_tokens().access
    clock.turn(hours=3, seconds=-1)
    assert info(store, token).status == 200
    clock.turn(seconds=1)
    answer = info(store, token)
    assert error(answer) == (401, 1000)
    assert answer.json() == {
        "code": 401,
        "url": "/orders",
        "name": "Unauthorized access",
        "error_code": 1000,
        "causes": ["Token inválido ou expirado"],
    }


def test_refreshing_gives_a_new_pair_and_kills_the_old_one(store: TrayStore) -> None:
    old = store.issue_tokens()
    new: Any = refresh(store, old.refresh).json()
    assert new["message"] == "Refreshed tokens"
    assert new["code"] == "200"
    assert info(store, new["access_token"]).status == 200
    assert error(info(store, old.access)) == (401, 1000)
    assert error(refresh(store, old.refresh)) == (401, 1000)
    assert refresh(store, new["refresh_token"]).status == 200


def test_the_old_access_token_can_be_let_live_after_a_refresh(store: TrayStore) -> None:
    store.switches.old_access_dies_on_refresh = False
    old = store.issue_tokens()
    refresh(store, old.refresh)
    assert info(store, old.access).status == 200


def test_a_refresh_token_lives_thirty_days(store: TrayStore, clock: TurnableClock) -> None:
    tokens = store.issue_tokens()
    clock.turn(days=30)
    assert refresh(store, tokens.refresh).status == 401
    assert open_door(store).status == 201


def test_refreshing_tolerates_the_keys_and_can_be_made_to_require_them(store: TrayStore) -> None:
    both = {"consumer_key": store.consumer_key, "consumer_secret": store.consumer_secret}
    first: Any = refresh(store, store.issue_tokens().refresh, **both).json()
    store.switches.refresh_requires_keys = True
    assert error(refresh(store, first["refresh_token"])) == (401, 1099)
    assert refresh(store, first["refresh_token"], **both).status == 200


def test_a_token_in_a_header_opens_nothing(store: TrayStore) -> None:
    token = store.issue_tokens().access
    for path in ("/web_api/products", "/web_api/orders"):
        answer = store.respond("GET", path, {}, {"Authorization": f"Bearer {token}"}, b"")
        assert answer.status == 401


def test_an_unknown_token_is_told_1099(store: TrayStore) -> None:
    assert error(info(store, "APP_ID-1820-STORE_ID-999999-" + "0" * 64)) == (401, 1099)


@pytest.mark.parametrize(("state", "code"), [("bloqueada", 1001), ("inativa", 1002), ("cancelada", 1003)])
def test_a_closed_store_says_so_to_every_request(store: TrayStore, app: App, state: Any, code: int) -> None:
    store.set_state(state)
    assert error(app.ask("GET", "/products")) == (401, code)
    assert error(open_door(store)) == (401, code)
    store.set_state("ativa")
    assert app.get("/info")["internal_status"] == "ativa"


def test_a_state_nobody_knows_is_an_error_of_the_test(store: TrayStore) -> None:
    with pytest.raises(ValueError, match="suspensa"):
        store.set_state("suspensa")  # type: ignore[arg-type]


def test_revoked_tokens_are_dead_and_the_code_still_works(store: TrayStore, app: App) -> None:
    store.revoke_tokens()
    assert error(app.ask("GET", "/orders")) == (401, 1000)
    assert open_door(store).status == 201


def test_uninstalling_changes_the_code_too(store: TrayStore) -> None:
    old = store.code
    store.revoke_tokens(uninstall=True)
    assert store.code != old
    assert error(open_door(store, code=old)) == (401, 1099)


def test_a_visitor_sees_the_shop_window_and_nothing_private(store: TrayStore) -> None:
    seen = store.add_product(name="Caneca", price="20.00", cost_price="7.00")
    store.add_product(name="Escondida", available="0")
    products: Any = store.respond("GET", "/web_api/products", {}, {}, b"").json()
    assert [item["Product"]["id"] for item in products["Products"]] == [seen]
    assert "cost_price" not in products["Products"][0]["Product"]
    card: Any = store.respond("GET", "/web_api/info/", {}, {}, b"").json()
    assert sorted(card) == ["id", "secure_uri", "uri"]
    assert store.respond("GET", "/web_api/orders", {}, {}, b"").status == 401
    assert store.respond("PUT", f"/web_api/products/{seen}", {}, {}, b"{}").status == 401
    store.switches.public_get_without_token = False
    assert store.respond("GET", "/web_api/products", {}, {}, b"").status == 401


def test_the_shopkeeper_consents_once_and_the_app_receives_the_code(store: TrayStore) -> None:
    query = {
        "response_type": "code",
        "consumer_key": store.consumer_key,
        "callback": "http://127.0.0.1:8123/volta?x=1",
    }
    asked = store.respond("GET", "/auth.php", query, {}, b"")
    assert asked.status == 200
    assert "Autorizar" in asked.body.decode()
    assert store.code not in asked.body.decode()
    agreed = store.respond("POST", "/auth.php", query, {}, b"")
    assert agreed.status == 302
    told = parse_qs(urlsplit(agreed.headers["location"]).query)
    assert told["code"] == [store.code]
    assert re.fullmatch(r"[0-9a-f]{64}", told["code"][0])
    assert told["api_address"] == ["https://loja.exemplo/web_api"]
    assert told["store"] == ["391250"]
    assert told["store_host"] == ["https://loja.exemplo"]
    assert told["adm_user"]
    assert told["x"] == ["1"]
    assert store.respond("GET", "/auth.php", query, {}, b"").status == 302


def test_without_a_callback_the_code_is_shown_to_be_copied(store: TrayStore) -> None:
    query = {"response_type": "code", "consumer_key": store.consumer_key}
    page = store.respond("POST", "/auth.php", query, {}, b"")
    assert page.status == 200
    assert store.code in page.body.decode()
    assert store.api_address in page.body.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"response_type": "token"},
        {"consumer_key": "outro"},
        {"consumer_secret": "nunca"},
        {"callback": "http://longe.exemplo/volta"},
        {"callback": "javascript:alert(1)"},
        {"callback": "https://a.exemplo/\r\nX: y"},
    ],
)
def test_a_strange_consent_request_is_refused(store: TrayStore, changed: dict[str, str]) -> None:
    query = {"response_type": "code", "consumer_key": store.consumer_key, **changed}
    page = store.respond("POST", "/auth.php", query, {}, b"")
    assert page.status == 400
    assert store.code not in page.body.decode()


def test_two_stores_of_one_seed_have_the_same_keys(clock: TurnableClock) -> None:
    assert TrayStore(now=clock, seed=7).code == TrayStore(now=clock, seed=7).code
    assert TrayStore(now=clock, seed=7).code != TrayStore(now=clock, seed=8).code
