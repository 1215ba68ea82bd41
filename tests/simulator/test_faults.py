"""What goes wrong on demand, and the wire in memory that feels it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.simulator.desk import App, TurnableClock, causes
from varejoforte_desktop.simulator.answers import Answer
from varejoforte_desktop.simulator.faults import FaultKind
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.transport import SimulatedTransport


@pytest.fixture
def cup(store: TrayStore) -> str:
    return store.add_product(name="Copo", reference="COPO", price="5.00", stock=1)


def put(app: App, cup: str, stock: int = 7) -> Answer | None:
    return app.deliver("PUT", f"/products/{cup}", {"Product": {"stock": stock}}).answer


def test_all_goes_well_without_a_script(app: App, cup: str) -> None:
    answer = put(app, cup)
    assert answer is not None
    assert answer.status == 200


def test_an_error_strikes_as_often_as_it_was_ordered(app: App, cup: str) -> None:
    fault = app.store.faults.next("status", status=503, times=2)
    statuses = [answer.status for _ in range(3) if (answer := put(app, cup))]
    assert statuses == [503, 503, 200]
    assert fault.struck == 2


def test_a_standing_rule_strikes_until_cleared(app: App, cup: str) -> None:
    app.store.faults.next("status", times=None)
    assert [answer.status for _ in range(5) if (answer := put(app, cup))] == [500] * 5
    app.store.faults.clear()
    assert app.store.products[cup]["stock"] == "1"
    assert (answer := put(app, cup))
    assert answer.status == 200


def test_a_rule_is_about_its_method_and_its_place(app: App, cup: str) -> None:
    app.store.faults.next("status", method="PUT", path_contains="/products/")
    assert app.deliver("GET", f"/products/{cup}").answer.status == 200  # type: ignore[union-attr]
    assert app.deliver("PUT", "/orders/1", {}).answer.status == 404  # type: ignore[union-attr]
    assert app.deliver("PUT", f"/products/{cup}", {}).answer.status == 500  # type: ignore[union-attr]


def test_a_web_page_comes_where_json_was_expected(app: App, cup: str) -> None:
    app.store.faults.next("html", status=200)
    app.store.faults.next("html")
    first, second = put(app, cup), put(app, cup)
    assert first is not None
    assert second is not None
    assert (first.status, second.status) == (200, 502)
    assert first.body.startswith(b"<!doctype html>")
    assert first.headers["content-type"].startswith("text/html")
    assert app.store.products[cup]["stock"] == "1"


@pytest.mark.parametrize("kind", ["timeout", "reset"])
def test_a_lost_answer_may_or_may_not_have_been_applied(app: App, cup: str, kind: FaultKind) -> None:
    app.store.faults.next(kind)
    assert put(app, cup) is None
    assert app.store.products[cup]["stock"] == "1"
    app.store.faults.next(kind, after_applying=True)
    assert put(app, cup) is None
    assert app.store.products[cup]["stock"] == "7"
    assert [(record.status, record.fault) for record in app.store.requests] == [(0, kind), (200, kind)]


def test_a_write_may_take_effect_later(app: App, cup: str, clock: TurnableClock) -> None:
    app.store.faults.next("late", seconds=30)
    assert put(app, cup) is None
    clock.turn(seconds=29)
    assert app.get(f"/products/{cup}")["Product"]["stock"] == "1"
    clock.turn(seconds=1)
    assert app.get(f"/products/{cup}")["Product"]["stock"] == "7"


def test_an_answer_can_be_replaced_after_the_write(app: App, cup: str) -> None:
    app.store.faults.next("html", after_applying=True)
    answer = put(app, cup)
    assert answer is not None
    assert answer.status == 502
    assert app.store.products[cup]["stock"] == "7"


def test_too_many_requests_with_and_without_a_hint(app: App, cup: str) -> None:
    app.store.faults.next("rate_limited")
    app.store.faults.next("rate_limited", retry_after=12)
    first, second = put(app, cup), put(app, cup)
    assert first is not None
    assert second is not None
    assert first.status == second.status == 429
    assert "Retry-After" not in first.headers
    assert second.headers["Retry-After"] == "12"


def test_a_revoked_token_stays_dead_and_the_refresh_token_lives(app: App, cup: str) -> None:
    refresh = app.store.issue_tokens()
    app.token = refresh.access
    app.store.faults.next("revoked")
    for _ in range(2):
        answer = put(app, cup)
        assert answer is not None
        payload: Any = answer.json()
        assert (answer.status, payload["error_code"]) == (401, 1000)
    query = {"refresh_token": refresh.refresh}
    assert app.store.respond("GET", "/web_api/auth", query, {}, b"").status == 200


def test_a_write_may_be_thanked_for_and_ignored(app: App, cup: str) -> None:
    app.store.faults.next("ignored", times=None)
    answer = put(app, cup)
    assert answer is not None
    assert answer.json() == {"message": "Saved", "code": 200, "id": cup}
    assert app.store.products[cup]["stock"] == "1"
    assert app.get(f"/products/{cup}")["Product"]["stock"] == "1"
    created = app.deliver("POST", "/products", {"Product": {"name": "X"}}).answer
    assert created is not None
    assert created.status == 201
    deleted = app.deliver("DELETE", f"/products/{cup}").answer
    assert deleted is not None
    assert b"Deleted" in deleted.body
    assert list(app.store.products) == [cup]


def test_one_bad_product_is_refused_and_the_others_pass(app: App, cup: str) -> None:
    other = app.store.add_product(name="Prato", reference="PRATO")
    app.store.faults.next(
        "refused", reference="COPO", times=None, causes={"Product": {"ean": ["EAN inválido."]}}
    )
    refused = put(app, cup)
    assert refused is not None
    assert causes(refused) == {"Product": {"ean": ["EAN inválido."]}}
    passed = put(app, other)
    assert passed is not None
    assert passed.status == 200
    body = {"Product": {"name": "Copo", "reference": "COPO"}}
    posted = app.deliver("POST", "/products", body).answer
    assert posted is not None
    assert posted.status == 400


def test_chance_is_repeatable(clock: TurnableClock) -> None:
    def story(seed: int) -> list[int]:
        store = TrayStore(now=clock, seed=seed)
        app = App(store)
        store.faults.next("status", times=None, probability=0.3)
        return [app.deliver("GET", "/info").answer.status for _ in range(60)]  # type: ignore[union-attr]

    assert story(4) == story(4)
    assert story(4) != story(5)
    assert 5 < story(4).count(500) < 35


def test_an_unknown_fault_is_an_error_of_the_test(store: TrayStore) -> None:
    with pytest.raises(ValueError, match="tsunami"):
        store.faults.next("tsunami")  # type: ignore[arg-type]


def test_a_rule_can_be_taken_back(app: App, cup: str) -> None:
    fault = app.store.faults.next("status", times=None)
    app.store.faults.drop(fault)
    assert not app.store.faults.rules


def test_requests_are_written_down_without_secrets(app: App, cup: str) -> None:
    app.get("/products", reference="COPO")
    secrets = {"consumer_secret": app.store.consumer_secret}
    app.store.respond("POST", "/web_api/auth", {}, {}, b'{"code": "segredo"}')
    app.store.respond("GET", "/web_api/auth", {"refresh_token": "segredo", **secrets}, {}, b"")
    put(app, cup)
    told = repr(app.store.requests)
    assert "segredo" not in told
    assert app.token not in told
    assert app.store.consumer_secret not in told
    record = app.store.requests[0]
    assert (record.method, record.path, record.query) == ("GET", "/products", {"reference": "COPO"})
    assert app.store.requests[-1].body == {"Product": {"stock": 7}}
    assert app.store.log.counts["PUT /products/#"] == 1
    assert app.store.log.statuses[401] == 2
    app.store.log.clear()
    assert app.store.log.total == 0


class Wire:
    """An httpx client on a simulated wire that never really waits."""

    def __init__(self, store: TrayStore) -> None:
        self.waited: list[float] = []
        self.transport = SimulatedTransport(store, sleep=self.sleep)
        self.token = store.issue_tokens().access
        self.client = httpx.AsyncClient(transport=self.transport, base_url=store.api_address)

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def put(self, cup: str) -> httpx.Response:
        body = {"Product": {"stock": 7}}
        return await self.client.put(f"/products/{cup}", params={"access_token": self.token}, json=body)


async def test_an_httpx_client_talks_to_the_store_in_memory(store: TrayStore, cup: str) -> None:
    wire = Wire(store)
    async with wire.client:
        answer = await wire.put(cup)
        found = await wire.client.get("/products/", params={"access_token": wire.token, "name": "%cop%"})
        form = {
            "consumer_key": store.consumer_key,
            "consumer_secret": store.consumer_secret,
            "code": store.code,
        }
        tokens = await wire.client.post("/auth", data=form)
    assert answer.json() == {"message": "Saved", "code": 200, "id": cup}
    assert found.json()["Products"][0]["Product"]["stock"] == "7"
    assert tokens.json()["access_token"] == wire.token


async def test_the_wire_turns_faults_into_httpx_errors(store: TrayStore, cup: str) -> None:
    wire = Wire(store)
    async with wire.client:
        store.faults.next("timeout")
        with pytest.raises(httpx.ReadTimeout):
            await wire.put(cup)
        store.faults.next("reset", after_applying=True)
        with pytest.raises(httpx.ReadError):
            await wire.put(cup)
        store.faults.next("slow", seconds=9)
        assert (await wire.put(cup)).status_code == 200
    assert wire.waited == [9]


async def test_a_cut_wire_cannot_connect(store: TrayStore, cup: str) -> None:
    wire = Wire(store)
    async with wire.client:
        wire.transport.offline = True
        with pytest.raises(httpx.ConnectError):
            await wire.put(cup)
        wire.transport.offline = False
        store.faults.offline = True
        with pytest.raises(httpx.ConnectError):
            await wire.put(cup)
        store.faults.clear()
        assert (await wire.put(cup)).status_code == 200
    assert store.log.total == 1
