"""The door: founds the shop at the first start, lets operators in, and fetches the shop's key on the way."""

from __future__ import annotations

import asyncio

from varejoforte_desktop.application.ports import Backend, Passwords
from varejoforte_desktop.application.sign_in import (
    Challenge,
    Founding,
    admit,
    challenge,
    found_shop,
    note_wrong_password,
)
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.errors import ShopAlreadyFounded, SignInRefused
from varejoforte_desktop.domain.operator import Actor, login_name, strong_enough
from varejoforte_desktop.domain.shop import ShopSettings


class Desk:
    """Signs people in; all hashing happens on another thread."""

    def __init__(self, backend: Backend, passwords: Passwords, key: ShopKey, *, station: str) -> None:
        self._backend = backend
        self._passwords = passwords
        self._key = key
        self._station = station
        self._decoy: str | None = None

    async def found(self, *, shop_name: str, login: str, name: str, password: str) -> Actor:
        """Create the shop and its first administrator, and sign him in.

        Raises ShopAlreadyFounded, Missing, TooLong, WeakPassword.
        """
        ShopSettings(name=shop_name).checked()
        login_name(login)
        strong_enough(password)
        if await self._backend.read(lambda reader: reader.founded()):
            raise ShopAlreadyFounded
        founding = await asyncio.to_thread(self._founding, shop_name, login, name, password)
        await self._backend.run(found_shop, founding)
        await asyncio.to_thread(self._key.keep)
        return await self._backend.run(admit, login, station=self._station)

    def _founding(self, shop_name: str, login: str, name: str, password: str) -> Founding:
        self._key.make()
        return Founding(
            shop_name=shop_name,
            login=login,
            name=name,
            password_hash=self._passwords.hashed(password),
            wrapped_key=self._key.wrapped(password),
        )

    async def enter(self, *, login: str, password: str) -> Actor:
        """Sign in. Raises Missing, SignInRefused or SignInLocked."""
        if self._decoy is None:
            self._decoy = await asyncio.to_thread(self._passwords.hashed, "decoy")
        asked = await self._backend.run(challenge, login, self._decoy)
        fits = await asyncio.to_thread(self._passwords.matches, asked.password_hash, password)
        if not (fits and asked.known):
            await self._backend.run(note_wrong_password, login)
            raise SignInRefused
        fresh = None
        if self._passwords.outdated(asked.password_hash):
            fresh = await asyncio.to_thread(self._passwords.hashed, password)
        actor = await self._backend.run(admit, login, station=self._station, fresh_hash=fresh)
        await asyncio.to_thread(self._fetch_key, asked, password)
        return actor

    def _fetch_key(self, asked: Challenge, password: str) -> None:
        """From the station's keyring, else out of the administrator's wrapping."""
        if self._key.present or self._key.fetch():
            return
        if asked.wrapped_key and self._key.unwrap(asked.wrapped_key, password):
            self._key.keep()
