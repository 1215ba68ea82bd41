"""The store behind a real socket: everything true in memory stays true, and the faults really hurt."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.simulator.desk import TurnableClock
from varejoforte_desktop.simulator.server import StoreServer, StoreServerThread, serve
from varejoforte_desktop.simulator.store import TrayStore


@pytest.fixture
async def client(store: TrayStore) -> AsyncIterator[httpx.AsyncClient]:
    server = StoreServer(store)
    url = await server.start()
    async with httpx.AsyncClient(base_url=url, timeout=5, trust_env=False) as client:
        yield client
    await server.stop()


@pytest.fixture
def cup(store: TrayStore) -> str:
    return store.add_product(name="Copo", reference="COPO", price="5.00", stock=1)


@pytest.fixture
def token(store: TrayStore) -> dict[str, str]:
    return {"access_token": store.issue_tokens().access}


BODY = {"Product": {"stock": 7}}


async def test_the_api_and_the_shop_window_share_one_door(
    client: httpx.AsyncClient, store: TrayStore, cup: str, token: dict[str, str]
) -> None:
    answer = await client.put(f"/web_api/products/{cup}", params=token, json=BODY)
    assert answer.json() == {"message": "Saved", "code": 200, "id": cup}
    page = await client.get("/")
    assert "7 em estoque" in page.text
    assert (await client.get("/web_api/products", params={**token, "name": "%cop%"})).json()["paging"][
        "total"
    ] == 1
    head = await client.head("/")
    assert (head.status_code, head.text) == (200, "")


async def test_the_store_calls_itself_by_its_real_address(
    client: httpx.AsyncClient, store: TrayStore
) -> None:
    form = {"consumer_key": store.consumer_key, "consumer_secret": store.consumer_secret, "code": store.code}
    tokens = (await client.post("/web_api/auth", data=form)).json()
    assert tokens["api_host"] == store.api_address == str(client.base_url.join("/web_api"))


async def test_one_connection_carries_many_requests(
    store: TrayStore, cup: str, token: dict[str, str]
) -> None:
    server = StoreServer(store)
    parts = urlsplit(await server.start())

    def talk() -> bool:
        line = http.client.HTTPConnection(parts.hostname or "", parts.port)
        for _ in range(20):
            line.request(
                "PUT", f"/web_api/products/{cup}?access_token={token['access_token']}", json.dumps(BODY)
            )
            assert line.getresponse().read()
        first = line.sock
        line.request("GET", "/pedidos")
        line.getresponse().read()
        same = line.sock is first
        line.close()
        return same

    assert await asyncio.to_thread(talk)
    await server.stop()


async def test_consent_ends_at_the_apps_own_address(client: httpx.AsyncClient, store: TrayStore) -> None:
    query = {
        "response_type": "code",
        "consumer_key": store.consumer_key,
        "callback": "http://127.0.0.1:9/volta",
    }
    assert "Autorizar" in (await client.get("/auth.php", params=query)).text
    agreed = await client.post("/auth.php", params=query)
    assert agreed.status_code == 302
    assert store.code in agreed.headers["location"]
    assert store.code in agreed.text


@pytest.mark.parametrize("applied", [False, True])
async def test_a_reset_breaks_the_connection_for_real(
    client: httpx.AsyncClient, store: TrayStore, cup: str, token: dict[str, str], applied: bool
) -> None:
    store.faults.next("reset", after_applying=applied)
    with pytest.raises(httpx.ReadError):
        await client.put(f"/web_api/products/{cup}", params=token, json=BODY)
    assert store.products[cup]["stock"] == ("7" if applied else "1")
    assert (await client.put(f"/web_api/products/{cup}", params=token, json=BODY)).status_code == 200


async def test_a_timeout_never_answers(
    client: httpx.AsyncClient, store: TrayStore, cup: str, token: dict[str, str]
) -> None:
    store.faults.next("timeout", after_applying=True)
    with pytest.raises(httpx.ReadTimeout):
        await client.put(f"/web_api/products/{cup}", params=token, json=BODY, timeout=0.2)
    assert store.products[cup]["stock"] == "7"


async def test_a_slow_answer_is_late_and_right(
    client: httpx.AsyncClient, store: TrayStore, cup: str, token: dict[str, str]
) -> None:
    store.faults.next("slow", seconds=0.2)
    started = time.perf_counter()
    answer = await client.put(f"/web_api/products/{cup}", params=token, json=BODY)
    assert answer.status_code == 200
    assert time.perf_counter() - started >= 0.2


async def test_babble_and_floods_end_the_conversation(store: TrayStore) -> None:
    server = StoreServer(store)
    port = urlsplit(await server.start()).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\x16\x03\x01 not http at all\r\n\r\n")
    with contextlib.suppress(ConnectionError):  # either way the store has hung up
        assert await reader.read() == b""
    writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /web_api/products HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n" + b" " * 9_000_000
    )
    assert b"413" in await reader.readline()
    writer.close()
    await server.stop()


async def test_stopping_ends_open_conversations(store: TrayStore) -> None:
    server = StoreServer(store)
    port = urlsplit(await server.start()).port
    store.faults.next("timeout")
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /web_api/info HTTP/1.1\r\nHost: x\r\n\r\n")
    await writer.drain()
    await asyncio.sleep(0.05)
    await asyncio.wait_for(server.stop(), 2)
    await server.stop()
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", port)
    writer.close()


def test_a_program_without_a_loop_can_host_the_store(clock: TurnableClock) -> None:
    store = TrayStore(now=clock)
    with StoreServerThread(store) as server:
        assert "Produtos" in httpx.get(server.url, trust_env=False).text
        port = urlsplit(server.url).port or 0
        with pytest.raises(OSError, match=str(port)), StoreServerThread(TrayStore(), port=port):
            pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, trust_env=False)


async def test_serving_lasts_until_cancelled(store: TrayStore) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serving = asyncio.create_task(serve(store, port))
    await asyncio.sleep(0.1)
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 200
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


async def test_the_director_scripts_faults_from_another_process(
    client: httpx.AsyncClient, store: TrayStore, cup: str, token: dict[str, str]
) -> None:
    script = [{"kind": "status", "status": 503, "times": 1}, {"kind": "html", "times": None}]
    assert (await client.post("/_simulator/faults", json=script)).json() == {"waiting": 2}
    statuses = [(await client.get("/web_api/info", params=token)).status_code for _ in range(3)]
    assert statuses == [503, 502, 502]
    await client.delete("/_simulator/faults")
    assert (await client.get("/web_api/info", params=token)).status_code == 200
    for wrong in (
        {"kind": "tsunami"},
        {"kind": "status", "sea": 1},
        {"status": 500},
        {"kind": "reset", "times": "1"},
    ):
        assert (await client.post("/_simulator/faults", json=wrong)).status_code == 400


async def test_the_director_takes_the_store_off_the_net(
    client: httpx.AsyncClient, store: TrayStore, token: dict[str, str]
) -> None:
    await client.post("/_simulator/offline", json={"offline": True})
    for path in ("/web_api/info", "/"):
        with pytest.raises(httpx.ReadError):
            await client.get(path)
    assert store.log.total == 0
    await client.post("/_simulator/offline", json={"offline": False})
    assert (await client.get("/web_api/info", params=token)).status_code == 200


async def test_the_director_buys_pays_cancels_and_looks(client: httpx.AsyncClient, cup: str) -> None:
    added = await client.post("/_simulator/products", json=[{"name": "Prato", "stock": 4, "price": "9.00"}])
    plate = added.json()["ids"][0]
    body = {"items": [{"product_id": plate, "quantity": 3}], "session_id": "S1", "paid": True}
    order = (await client.post("/_simulator/orders", json=body)).json()["id"]
    orders = (await client.get("/_simulator/orders")).json()["orders"]
    assert (orders[0]["id"], orders[0]["status"], orders[0]["session_id"]) == (order, "A ENVIAR", "S1")
    assert (await client.post("/_simulator/orders", json=body)).status_code == 400
    await client.post(f"/_simulator/orders/{order}/cancel", json={})
    products = (await client.get("/_simulator/products")).json()["products"]
    assert {row["id"]: row["stock"] for row in products} == {cup: "1", plate: "4"}
    found = (await client.get("/_simulator/products", params={"reference": "COPO"})).json()["products"]
    assert [row["id"] for row in found] == [cup]
    other = (await client.post("/_simulator/orders", json={"items": {"product_id": cup}})).json()["id"]
    assert (await client.post(f"/_simulator/orders/{other}/pay", json={})).json()["payment_id"]


async def test_the_director_buys_in_every_way_and_changes_what_was_bought(
    client: httpx.AsyncClient, store: TrayStore, cup: str
) -> None:
    store.change_product(cup, price="10.00", stock=9)
    body = {
        "items": [{"product_id": cup, "quantity": 2}],
        "buyer": {"type": "0", "name": "Otávio", "email": "otavio@exemplo.com"},
        "address": {"address": "Rua Um", "city": "Bauru", "state": "SP", "zip_code": "17000000"},
        "shipment": "Sedex",
        "shipment_value": "5.00",
        "coupon": {"code": "OI", "discount": "1.00"},
        "interest": "0.50",
        "amounts": {"taxes": "0.25"},
        "marketplace": "Canal X",
        "at": "2026-11-01T10:00:00",
    }
    order = (await client.post("/_simulator/orders", json=body)).json()["id"]

    async def told() -> Any:
        return (await client.get("/_simulator/orders")).json()["orders"][0]

    paper = await told()
    assert (paper["total"], paper["coupon"]["code"], paper["point_sale"]) == ("24.75", "OI", "Canal X")
    assert (paper["date"], paper["hour"]) == ("2026-11-01", "10:00:00")
    assert paper["Customer"]["name"] == "Otávio"
    lines = f"/_simulator/orders/{order}/lines"
    line = (await client.post(lines, json={"product_id": cup, "quantity": 1})).json()["line_id"]
    assert (await told())["total"] == "34.75"
    assert (await client.delete(f"{lines}/{line}")).status_code == 200
    assert (await client.delete(f"{lines}/{line}")).status_code == 404
    assert (await told())["total"] == "24.75"
    changed = await client.post(f"/_simulator/orders/{order}/change", json={"total": "abc"})
    assert changed.json() == {"id": order}
    assert (await told())["total"] == "abc"
    nonsense: tuple[Any, ...] = ({"nada": "1"}, [])
    for wrong in nonsense:
        assert (await client.post(f"/_simulator/orders/{order}/change", json=wrong)).status_code == 400
    assert (await client.post("/_simulator/orders", json={**body, "at": "ontem"})).status_code == 400


async def test_the_director_closes_the_store_and_reads_the_visitors_book(
    client: httpx.AsyncClient, store: TrayStore, cup: str, token: dict[str, str]
) -> None:
    keys = (await client.get("/_simulator/keys")).json()
    assert keys["code"] == store.code
    await client.put(f"/web_api/products/{cup}", params=token, json=BODY)
    await client.post("/_simulator/state", json={"state": "bloqueada"})
    assert (await client.get("/web_api/info", params=token)).json()["error_code"] == 1001
    await client.post("/_simulator/state", json={"state": "ativa"})
    await client.post("/_simulator/tokens", json={})
    assert (await client.get("/web_api/info", params=token)).json()["error_code"] == 1000
    book = (await client.get("/_simulator/requests", params={"path_contains": "/products"})).json()
    assert book["total"] == 3
    assert book["counts"]["PUT /products/#"] == 1
    assert book["statuses"] == {"200": 1, "401": 2}
    assert book["requests"][0]["body"] == BODY
    assert token["access_token"] not in json.dumps(book)
    assert (await client.get("/_simulator/requests", params={"limit": "0"})).json()["requests"] == []
    assert (await client.post("/_simulator/state", json={"state": "alegre"})).status_code == 400
    assert (await client.get("/_simulator/nada")).status_code == 404


async def test_a_web_page_elsewhere_cannot_direct_the_play_by_a_form(client: httpx.AsyncClient) -> None:
    assert (await client.post("/_simulator/offline", data={"offline": "true"})).status_code == 400
