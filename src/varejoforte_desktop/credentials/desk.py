"""The door: founds the shop at the first start, lets operators in, and fetches the shop's key on the way."""

from __future__ import annotations

import asyncio

from varejoforte_desktop import __version__
from varejoforte_desktop.application.people import change_own_password
from varejoforte_desktop.application.ports import Backend, Passwords
from varejoforte_desktop.application.sign_in import (
    Challenge,
    Founding,
    admit,
    challenge,
    come_in,
    found_shop,
    note_wrong_password,
)
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.access_errors import SamePassword, WrongPassword
from varejoforte_desktop.domain.errors import ShopAlreadyFounded, SignInRefused
from varejoforte_desktop.domain.operator import Actor, Role, login_name, strong_enough
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
        """Sign in. Raises Missing, SignInRefused, SignInLocked, StationRemoved or StationUnknown."""
        asked = await self._asked(login, password)
        fresh = None
        if self._passwords.outdated(asked.password_hash):
            fresh = await asyncio.to_thread(self._passwords.hashed, password)
        admission = await self._backend.run(
            come_in, login, station=self._station, version=__version__, fresh_hash=fresh
        )
        await asyncio.to_thread(self._fetch_key, asked, password)
        return admission.actor

    async def must_change(self, actor: Actor) -> bool:
        """Whether the password was given by somebody else."""
        record = await self._backend.read(lambda reader: reader.people.record(actor.operator_id))
        return record.must_change

    async def change_password(self, actor: Actor, *, current: str, new: str) -> None:
        """A new password of one's own. Raises WrongPassword, SignInLocked, SamePassword, WeakPassword, TooLong."""
        try:
            await self._asked(actor.login, current)
        except SignInRefused:
            raise WrongPassword from None
        if new == current:
            raise SamePassword
        strong_enough(new)
        hashed, wrapped = await asyncio.to_thread(self._hashed_and_wrapped, new, actor.role)
        await self._backend.run(change_own_password, password_hash=hashed, wrapped_key=wrapped, by=actor)

    async def confirm(self, actor: Actor, password: str) -> None:
        """It is still the same person. Raises SignInRefused, SignInLocked, SessionEnded, StationRemoved."""
        await self._backend.read(lambda reader: reader.people.current(actor))
        await self._asked(actor.login, password)
        await self._backend.run(admit, actor.login, station=self._station)

    async def _asked(self, login: str, password: str) -> Challenge:
        """The right password was typed. Raises SignInRefused or SignInLocked."""
        if self._decoy is None:
            self._decoy = await asyncio.to_thread(self._passwords.hashed, "decoy")
        asked = await self._backend.run(challenge, login, self._decoy, station=self._station)
        fits = await asyncio.to_thread(self._passwords.matches, asked.password_hash, password)
        if not (fits and asked.known):
            await self._backend.run(note_wrong_password, login, station=self._station)
            raise SignInRefused
        return asked

    def _hashed_and_wrapped(self, password: str, role: Role) -> tuple[str, str]:
        opens = role is Role.ADMINISTRADOR and self._key.present
        return self._passwords.hashed(password), self._key.wrapped(password) if opens else ""

    def _fetch_key(self, asked: Challenge, password: str) -> None:
        """From the station's keyring, else out of the administrator's wrapping."""
        if self._key.present or self._key.fetch():
            return
        if asked.wrapped_key and self._key.unwrap(asked.wrapped_key, password):
            self._key.keep()
