"""Changing the shop's key, and fetching the new one after another station changed it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.stations import KeyState, NewKey, key_state, replace_key
from varejoforte_desktop.application.store_connection import RENEWAL_TIME
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.access_errors import OnlyAdministrators
from varejoforte_desktop.domain.errors import ChangedMeanwhile, KeyMissing
from varejoforte_desktop.domain.operator import Actor, Permission, Role

Sleep = Callable[[float], Awaitable[object]]
_POLL_SECONDS: Final = 0.5
#: Longer than a station may take to renew the store's tokens, for which a change of key waits.
_TRIES: Final = int(2 * RENEWAL_TIME.total_seconds() / _POLL_SECONDS)


class ShopKeyDesk:
    """Belongs to one station; what is slow runs on another thread."""

    def __init__(
        self, backend: Backend, key: ShopKey, desk: Desk, *, station: str, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._backend = backend
        self._key = key
        self._desk = desk
        self._station = station
        self._sleep = sleep
        self._one_at_a_time = asyncio.Lock()
        self._fetching: set[asyncio.Task[bool]] = set()

    def listen(self, changes: ChangeFeed) -> Callable[[], None]:
        """Fetch the new key whenever the books tell of one; calling what is given back ends that."""

        def heard(topics: frozenset[Topic]) -> None:
            if Topic.KEYS in topics:
                task = asyncio.ensure_future(self.refresh())
                self._fetching.add(task)
                task.add_done_callback(self._fetched)

        return changes.subscribe(heard)

    def _fetched(self, task: asyncio.Task[bool]) -> None:
        self._fetching.discard(task)
        if not task.cancelled():
            task.exception()  # books that cannot be reached: whoever needs the key next asks again

    async def aclose(self) -> None:
        """Wait for what was begun."""
        if self._fetching:
            await asyncio.wait(set(self._fetching))

    async def refresh(self) -> bool:
        """Fetch the shop's key as this station may open it; False when it may not (any more)."""
        async with self._one_at_a_time:
            return await self._fetch(await self._backend.run(key_state, self._station))

    async def _fetch(self, state: KeyState) -> bool:
        # Also when the numbers agree: books restored from a copy count from there, and the key is another one.
        if await asyncio.to_thread(self._key.take, state.copy, state.version):
            return True
        if self._key.version == state.version:
            return True
        self._key.drop()
        return False

    async def change_key(self, password: str, *, by: Actor, lost: bool = False) -> None:
        """A new key for the shop: everything kept secret is locked anew, for the stations that still belong to it.

        `lost`: nobody has the old key any more, and what it locked is given up, unless it is here after all.
        A station that is just renewing the store's tokens is waited for. Raises NotAllowed, OnlyAdministrators,
        WrongPassword, SignInLocked, KeyMissing (the old key is not at this station), ChangedMeanwhile.
        """
        by.needs(Permission.MANAGE_STATIONS)
        if by.role is not Role.ADMINISTRADOR:
            raise OnlyAdministrators
        await self._desk.proved(by, password)
        async with self._one_at_a_time:
            for attempt in range(1, _TRIES + 1):
                try:
                    await self._replace(password, by, lost=lost)
                except ChangedMeanwhile:
                    if attempt == _TRIES:
                        raise
                    await self._sleep(_POLL_SECONDS)
                else:
                    return

    async def _replace(self, password: str, by: Actor, *, lost: bool) -> None:
        state = await self._backend.run(key_state, self._station)
        if not await self._fetch(state) and not lost:
            raise KeyMissing
        fresh, new = await asyncio.to_thread(self._made, state, password)
        await self._backend.run(replace_key, new, by=by)
        self._key.adopt(fresh)

    def _made(self, state: KeyState, password: str) -> tuple[ShopKey, NewKey]:
        fresh = ShopKey("")
        fresh.make(state.version + 1)
        before = state.connection
        new = NewKey(
            before=state.version,
            publics={each.name: each.public_key for each in state.stations},
            copies={each.name: fresh.copy_for(each.public_key) for each in state.stations},
            connection=fresh.close(self._key.open(before)) if before and self._key.present else None,
            connection_before=before,
            wrapped=fresh.wrapped(password),
            fiscal=self._sealed_anew(state.fiscal, fresh) if self._key.present else {},
            fiscal_before=state.fiscal,
        )
        return fresh, new

    def _sealed_anew(self, secrets: Mapping[str, str], fresh: ShopKey) -> dict[str, str]:
        """The shop's fiscal secrets under the new key."""
        return {name: fresh.close(self._key.open(sealed)) for name, sealed in secrets.items()}
