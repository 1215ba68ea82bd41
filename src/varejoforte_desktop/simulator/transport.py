"""A wire between the desk and the store that exists only in memory, and can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import httpx

from varejoforte_desktop.simulator.calls import Question
from varejoforte_desktop.simulator.delivery import deliver
from varejoforte_desktop.simulator.store import TrayStore


class SimulatedTransport(httpx.AsyncBaseTransport):
    """Answers httpx requests from a TrayStore, without a socket.

    `offline` cuts this wire alone (the store's own `faults.offline` cuts all of them). `sleep` is what a slow
    answer waits on, so that a test need not.
    """

    def __init__(
        self, store: TrayStore, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self.offline = False
        self._store = store
        self._sleep = sleep

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request. Raises ConnectError, ReadTimeout or ReadError when a fault says so."""
        if self.offline or self._store.faults.offline:
            raise httpx.ConnectError("[Errno 101] Network is unreachable", request=request)
        question = Question(
            request.method,
            request.url.path,
            dict(parse_qsl(request.url.query.decode("ascii"), keep_blank_values=True)),
            dict(request.headers),
            await request.aread(),
        )
        delivery = deliver(self._store, question)
        if delivery.seconds:
            await self._sleep(delivery.seconds)
        if delivery.ending == "reset":
            raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
        if delivery.answer is None:
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        answer = delivery.answer
        return httpx.Response(
            answer.status, headers=dict(answer.headers), content=answer.body, request=request
        )
