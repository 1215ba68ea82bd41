"""The store's tokens, shared by the stations: one of them renews, all of them use what it brought."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from varejoforte_desktop.application.delivery_ports import ConnectionRecord
from varejoforte_desktop.application.outside import LoggedOut, ReconnectNeeded, TryLater
from varejoforte_desktop.application.ports import Backend, Seal
from varejoforte_desktop.application.store import StoreAccess
from varejoforte_desktop.application.store_connection import (
    RENEWAL_TIME,
    begin_renewal,
    close_route,
    connection_record,
    keep_renewed,
)
from varejoforte_desktop.domain.errors import ChangedMeanwhile, KeyMissing

Renew = Callable[[StoreAccess], Awaitable[StoreAccess]]
#: Fetches the shop's key anew; False when this station may not have it.
Refresh = Callable[[], Awaitable[bool]]
Sleep = Callable[[float], Awaitable[object]]
#: Renewed this long before the end: at 80 % of three hours.
_EARLY: Final = timedelta(minutes=36)
#: An early renewal that did not work is tried again after this; the tokens in force are used meanwhile.
_RENEW_AGAIN: Final = timedelta(minutes=2)
_POLL_SECONDS: Final = 0.25
#: How often fresh tokens are sealed before giving up; nobody changes the shop's key so often.
_SEALINGS: Final = 5
_SECRETS: Final = ("consumer_key", "consumer_secret", "code", "access_token", "refresh_token")


def sealed(access: StoreAccess, seal: Seal) -> str:
    """The secrets of an access, unreadable without the shop's key. Raises KeyMissing."""
    secrets = {name: value for name, value in asdict(access).items() if name in _SECRETS}
    return seal.close(json.dumps(secrets))


def opened(record: ConnectionRecord, seal: Seal) -> StoreAccess:
    """The access that was kept. Raises KeyMissing."""
    secrets: dict[str, Any] = json.loads(seal.open(record.sealed))
    return StoreAccess(
        api_address=record.api_address,
        store_id=record.store_id,
        access_expires_at=record.access_expires_at,
        refresh_expires_at=record.refresh_expires_at,
        **secrets,
    )


class SharedVault:
    """Hands out the access in force; renews it early, once, and saves it before anybody uses it."""

    def __init__(
        self,
        backend: Backend,
        seal: Seal,
        renew: Renew,
        *,
        refresh: Refresh,
        clock: Callable[[], datetime],
        sleep: Sleep,
    ) -> None:
        """`refresh` is asked when the key at hand opens nothing: another station may have changed the shop's key."""
        self._backend = backend
        self._seal = seal
        self._renew = renew
        self._refresh = refresh
        self._clock = clock
        self._sleep = sleep
        self._one_at_a_time = asyncio.Lock()
        self._known: StoreAccess | None = None
        self._failed_at: datetime | None = None

    def forget(self) -> None:
        """The connection changed: read it from the books next time."""
        self._known = None

    async def access(self) -> StoreAccess:
        """The access in force, renewed when its time is nearly up.

        Raises ReconnectNeeded (never connected, or the store refused to renew) or KeyMissing.
        """
        known = self._known
        if known is None:
            known = self._known = (await self._opened())[1]
        left = known.access_expires_at - self._clock()
        if left >= _EARLY or (left > timedelta(0) and self._failed_lately()):
            return known
        try:
            return await self.renewed(known)
        except TryLater:
            if left <= timedelta(0):
                raise
            self._failed_at = self._clock()
            return known

    def _failed_lately(self) -> bool:
        if self._failed_at is None:
            return False
        return timedelta(0) <= self._clock() - self._failed_at < _RENEW_AGAIN

    async def _record(self) -> ConnectionRecord:
        record = await self._backend.run(connection_record)
        if record is None:
            raise ReconnectNeeded(code="never_connected")
        if record.state == "reconnect":
            raise ReconnectNeeded(code=record.cause or "reconnect")
        return record

    async def _opened(self) -> tuple[ConnectionRecord, StoreAccess]:
        """The connection as it is kept and what it holds, with the key of now. Raises ReconnectNeeded, KeyMissing."""
        record = await self._record()
        try:
            return record, opened(record, self._seal)
        except KeyMissing:
            if not await self._refresh():
                raise
        record = await self._record()  # sealed anew together with the change of key
        return record, opened(record, self._seal)

    async def renewed(self, stale: StoreAccess) -> StoreAccess:
        """A newer access than `stale`, whoever renewed it."""
        async with self._one_at_a_time:
            patience = 2 * RENEWAL_TIME.total_seconds()  # waited here, whatever the clock is set to meanwhile
            while True:
                record, current = await self._opened()
                if current.access_token != stale.access_token:
                    self._known = current
                    return current
                if await self._backend.run(begin_renewal, record.generation):
                    return await self._exchange(current)
                if patience <= 0:
                    raise ReconnectNeeded(code="renewal_stuck")
                await self._sleep(_POLL_SECONDS)
                patience -= _POLL_SECONDS

    async def _exchange(self, current: StoreAccess) -> StoreAccess:
        try:
            fresh = await self._renew(current)
        except LoggedOut as refusal:
            state = "reconnect" if isinstance(refusal, ReconnectNeeded) else "suspended"
            await self._backend.run(close_route, state, refusal.code)
            self._known = None
            raise
        await self._keep(fresh)
        self._known = fresh
        return fresh

    async def _keep(self, fresh: StoreAccess) -> None:
        """Keep what the store gave; sealed again when the shop changed its key in these very seconds.

        Raises KeyMissing when this station may not have the new key.
        """
        for _ in range(_SEALINGS):
            version = self._seal.version  # before sealing: a newer key than that is noticed and does no harm
            try:
                await self._backend.run(keep_renewed, fresh, sealed(fresh, self._seal), key_version=version)
            except ChangedMeanwhile:
                if not await self._refresh():
                    raise KeyMissing from None
            else:
                return
        raise KeyMissing
