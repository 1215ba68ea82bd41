"""Connecting the shop to its Tray store, and keeping the authorisation alive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx

from varejoforte_desktop.application.ports import Backend, Seal
from varejoforte_desktop.application.store import Meter, Purpose, StoreAccess, StoreInfo, TokenVault
from varejoforte_desktop.application.store_connection import connect_store
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.sync.vault import sealed
from varejoforte_desktop.tray.auth import api_address, exchange_code, renew
from varejoforte_desktop.tray.client import TrayClient
from varejoforte_desktop.tray.wire import open_line


class _FreshAccess:
    """A vault that holds the access just obtained, for the first look at the store."""

    def __init__(self, access: StoreAccess) -> None:
        self._access = access

    async def access(self) -> StoreAccess:
        return self._access

    async def renewed(self, stale: StoreAccess) -> StoreAccess:
        return stale


class TrayConnector:
    """Holds the one line to the store; the loop, the settings screen and the commands share it."""

    def __init__(
        self,
        backend: Backend,
        seal: Seal,
        meter: Meter,
        *,
        clock: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._backend = backend
        self._seal = seal
        self._meter = meter
        self._clock = clock
        self._transport = transport
        self._line: httpx.AsyncClient | None = None

    def _http(self) -> httpx.AsyncClient:
        if self._line is None:
            self._line = open_line(self._transport)
        return self._line

    def client(self, vault: TokenVault, meter: Meter) -> TrayClient:
        """The store, over a line that is opened at the first request."""
        return TrayClient(self._transport, vault=vault, meter=meter, clock=self._clock)

    async def renew(self, access: StoreAccess, meter: Meter) -> StoreAccess:
        """A new pair of tokens. Raises ReconnectNeeded, StoreSuspended or TryLater."""
        async with meter.turn(Purpose.UPKEEP):
            return await renew(self._http(), access, self._clock)

    async def connect(
        self, *, address: str, consumer_key: str, consumer_secret: str, code: str, by: Actor
    ) -> StoreInfo:
        """Exchange the authorisation code, ask the store who it is, and keep the connection sealed.

        Raises NotAllowed, KeyMissing and the errors of `outside`.
        """
        known = await self._backend.read(lambda reader: reader.people.current(by))
        known.needs(Permission.CONNECT_STORE)
        self._seal.close("")  # the key must be here before the store is asked for anything
        async with self._meter.turn(Purpose.UPKEEP):
            access = await exchange_code(
                self._http(),
                api_address=api_address(address),
                consumer_key=consumer_key.strip(),
                consumer_secret=consumer_secret.strip(),
                code=code.strip(),
                now=self._clock,
            )
        info = await TrayClient(
            self._http(), vault=_FreshAccess(access), meter=self._meter, clock=self._clock
        ).info()
        version = self._seal.version
        await self._backend.run(
            connect_store, access, info, sealed(access, self._seal), key_version=version, by=by
        )
        return info

    async def aclose(self) -> None:
        """Hang up."""
        line, self._line = self._line, None
        if line is not None:
            await line.aclose()
