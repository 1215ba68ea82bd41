"""What the door sees to after a sign-in: that the station and its administrator can open the shop's key."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from varejoforte_desktop import __version__
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.sign_in import Challenge
from varejoforte_desktop.application.stations import (
    KeyState,
    give_copy,
    join_station,
    keep_wrapped,
    key_state,
)
from varejoforte_desktop.credentials.sealing import version_for_password
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.errors import ChangedMeanwhile
from varejoforte_desktop.domain.operator import Actor, Role

#: The shop may change its key while somebody is coming in; twice in that moment nobody does.
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Errands:
    joins: bool = False
    gives: bool = False
    public: str = ""
    copy: str = field(default="", repr=False)
    wrapped: str = field(default="", repr=False)


class KeyEntry:
    """Fetches the key as this station, or an administrator's password, opens it, and repairs what is missing."""

    def __init__(self, backend: Backend, key: ShopKey) -> None:
        self._backend = backend
        self._key = key

    async def see_to(self, actor: Actor, asked: Challenge, password: str) -> None:
        """Raises OnlyAdministrators when somebody else would have to let this computer in."""
        for attempt in range(1, _TRIES + 1):
            state = await self._backend.run(key_state, actor.station)
            errands = await asyncio.to_thread(self._errands, state, actor, asked, password)
            try:
                await self._do(errands, state.version, actor)
            except ChangedMeanwhile:
                if attempt == _TRIES:
                    raise
            else:
                return

    async def at_hand(self, actor: Actor, asked: Challenge, password: str) -> bool:
        """Whether the shop's present key is here, fetched if need be."""
        state = await self._backend.run(key_state, actor.station)
        return await asyncio.to_thread(self._opened, state, actor, asked, password)

    def _opened(self, state: KeyState, actor: Actor, asked: Challenge, password: str) -> bool:
        if self._key.version == state.version or self._key.take(state.copy, state.version):
            return True
        if actor.role is Role.ADMINISTRADOR and self._key.unwrap(asked.wrapped_key, password, state.version):
            return True
        self._key.drop()  # one from before the shop changed it
        return False

    def _errands(self, state: KeyState, actor: Actor, asked: Challenge, password: str) -> _Errands:
        """What is to be done; slow where a password is stretched."""
        opened = self._opened(state, actor, asked, password)
        pair, mine = self._key.pair, state.mine
        administrator = actor.role is Role.ADMINISTRADOR
        public = pair.public()
        joins = mine is None or mine.removed_at is not None
        gives = False
        if mine is not None and administrator and not pair.hidden:
            gives = not joins and ((opened and not state.copy) or mine.public_key != public)
        lacks = administrator and opened and version_for_password(asked.wrapped_key) != state.version
        return _Errands(
            joins=joins,
            gives=gives,
            public=public,
            copy=self._key.copy_for(public) if opened and (joins or gives) else "",
            wrapped=self._key.wrapped(password) if lacks else "",
        )

    async def _do(self, errands: _Errands, version: int, actor: Actor) -> None:
        if errands.joins:
            await self._backend.run(
                join_station,
                public_key=errands.public,
                sealed_key=errands.copy,
                key_version=version,
                version=__version__,
                by=actor,
            )
        elif errands.gives:
            await self._backend.run(
                give_copy,
                public_key=errands.public,
                sealed_key=errands.copy,
                key_version=version,
                by=actor,
            )
        if errands.wrapped:
            await self._backend.run(keep_wrapped, errands.wrapped, version, by=actor)
