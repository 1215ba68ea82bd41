"""A store that says what it is told to say, and the vault and meter of a shop with nothing else to do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from varejoforte_desktop.application.store import Purpose, StoreAccess
from varejoforte_desktop.tray.client import TrayClient

NOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ADDRESS = "https://loja.exemplo/web_api"
TOKEN = "APP_ID-1820-STORE_ID-512345-" + "a1" * 32
NEW_TOKEN = "APP_ID-1820-STORE_ID-512345-" + "b2" * 32
REFRESH = "c0ffee" + "d3" * 29
NEW_REFRESH = "f00d" + "e4" * 30
KEY = "chave-publica-9876"
SECRET = "segredo-do-aplicativo-5544"
CODE = "7d3e" + "c5" * 30
SECRETS = (TOKEN, NEW_TOKEN, REFRESH, NEW_REFRESH, KEY, SECRET, CODE)

ACCESS = StoreAccess(
    api_address=ADDRESS,
    consumer_key=KEY,
    consumer_secret=SECRET,
    code=CODE,
    access_token=TOKEN,
    refresh_token=REFRESH,
    access_expires_at=NOON + timedelta(hours=3),
    refresh_expires_at=NOON + timedelta(days=30),
    store_id="512345",
)

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def noon() -> datetime:
    return NOON


def says(data: object, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(
        status, json=data, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def refuses_token(error_code: object = 1000) -> httpx.Response:
    return says(
        {
            "code": 401,
            "url": "/x",
            "name": "Unauthorized access",
            "error_code": error_code,
            "causes": ["Token inválido ou expirado"],
        },
        401,
    )


class ScriptedStore(httpx.AsyncBaseTransport):
    """Gives the replies in order, the last one for ever, and remembers every request."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        if callable(reply):
            return reply(request)
        # A fresh body each time: the last reply may be given again.
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    def sent(self) -> Any:
        return json.loads(self.last.content)


class FakeVault:
    def __init__(self) -> None:
        self.held = ACCESS
        self.stale: list[StoreAccess] = []

    async def access(self) -> StoreAccess:
        return self.held

    async def renewed(self, stale: StoreAccess) -> StoreAccess:
        self.stale.append(stale)
        self.held = replace(stale, access_token=NEW_TOKEN, refresh_token=NEW_REFRESH)
        return self.held


class FakeMeter:
    def __init__(self) -> None:
        self.turns: list[Purpose] = []
        self.seen: list[BaseException] = []

    @asynccontextmanager
    async def turn(self, purpose: Purpose) -> AsyncIterator[None]:
        self.turns.append(purpose)
        try:
            yield
        except Exception as error:
            self.seen.append(error)
            raise


class Shop:
    """A client at one end of the line and a scripted store at the other."""

    def __init__(self, *replies: Reply) -> None:
        self.store = ScriptedStore(*replies)
        self.vault = FakeVault()
        self.meter = FakeMeter()
        self.client = TrayClient(self.store, vault=self.vault, meter=self.meter, clock=noon)


class PagedStore(httpx.AsyncBaseTransport):
    """A list of products, cut in pages as Tray cuts it. `before_page` may change the list while it is read."""

    def __init__(
        self, ids: list[int], *, most: int = 50, before_page: Callable[[list[int], int], None] | None = None
    ) -> None:
        self.ids = ids
        self.most = most
        self.before_page = before_page
        self.pages: list[int] = []
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = dict(request.url.params)
        page, limit = int(asked["page"]), min(int(asked["limit"]), self.most)
        if self.before_page is not None:
            self.before_page(self.ids, len(self.pages))
        self.pages.append(page)
        self.requests.append(request)
        shown = self.ids[(page - 1) * limit : page * limit]
        return says(
            {
                "paging": {
                    "total": len(self.ids),
                    "page": page,
                    "offset": (page - 1) * limit,
                    "limit": limit,
                    "maxLimit": 50,
                },
                "sort": [{"id": "asc"}],
                "availableFilters": [],
                "appliedFilters": [],
                "Orders": [
                    {"Order": {"id": str(number), "status": "A ENVIAR", "total": "10.00"}} for number in shown
                ],
            }
        )
