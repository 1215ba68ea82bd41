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
    note_wrong_password,
)
from varejoforte_desktop.application.stations import found_at_station
from varejoforte_desktop.credentials.key_entry import KeyEntry
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
        self._entry = KeyEntry(backend, key)
        self._station = station
        self._decoy: str | None = None

    async def found(self, *, shop_name: str, login: str, name: str, password: str) -> Actor:
        """Create the shop and its first administrator, and sign him in at the shop's first station.

        Raises ShopAlreadyFounded, Missing, TooLong, WeakPassword.
        """
        ShopSettings(name=shop_name).checked()
        login_name(login)
        strong_enough(password)
        if await self._backend.read(lambda reader: reader.founded()):
            raise ShopAlreadyFounded
        founding, public, copy = await asyncio.to_thread(self._founding, shop_name, login, name, password)
        try:
            return await self._backend.run(
                found_at_station,
                founding,
                station=self._station,
                version=__version__,
                public_key=public,
                sealed_key=copy,
            )
        except ShopAlreadyFounded:
            self._key.drop()  # by another station, at this very moment: theirs is the shop's key
            raise

    def _founding(self, shop_name: str, login: str, name: str, password: str) -> tuple[Founding, str, str]:
        self._key.make()
        public = self._key.pair.public()
        founding = Founding(
            shop_name=shop_name,
            login=login,
            name=name,
            password_hash=self._passwords.hashed(password),
            wrapped_key=self._key.wrapped(password),
        )
        return founding, public, self._key.copy_for(public)

    async def enter(self, *, login: str, password: str) -> Actor:
        """Sign in. Raises Missing, SignInRefused, SignInLocked, StationRemoved or StationUnknown.

        An administrator lets a new computer into the shop on the way, and brings back one that was taken out.
        """
        asked = await self._asked(login, password)
        fresh = None
        if self._passwords.outdated(asked.password_hash):
            fresh = await asyncio.to_thread(self._passwords.hashed, password)
        admission = await self._backend.run(
            come_in, login, station=self._station, version=__version__, fresh_hash=fresh
        )
        await self._entry.see_to(admission.actor, asked, password)
        return admission.actor

    async def must_change(self, actor: Actor) -> bool:
        """Whether the password was given by somebody else."""
        record = await self._backend.read(lambda reader: reader.people.record(actor.operator_id))
        return record.must_change

    async def change_password(self, actor: Actor, *, current: str, new: str) -> None:
        """A new password of one's own. Raises WrongPassword, SignInLocked, SamePassword, WeakPassword, TooLong."""
        asked = await self.proved(actor, current)
        if new == current:
            raise SamePassword
        strong_enough(new)
        wrapped = ""
        if actor.role is Role.ADMINISTRADOR and await self._entry.at_hand(actor, asked, current):
            wrapped = await asyncio.to_thread(self._key.wrapped, new)
        hashed = await asyncio.to_thread(self._passwords.hashed, new)
        await self._backend.run(change_own_password, password_hash=hashed, wrapped_key=wrapped, by=actor)

    async def vouch(self, *, login: str, password: str) -> Actor:
        """A supervisor stands by for a moment without coming in. Raises SignInRefused, SignInLocked, StationRemoved."""
        await self._asked(login, password)
        return await self._backend.run(admit, login, station=self._station)

    async def confirm(self, actor: Actor, password: str) -> None:
        """It is still the same person. Raises SignInRefused, SignInLocked, SessionEnded, StationRemoved."""
        await self._backend.read(lambda reader: reader.people.current(actor))
        await self._asked(actor.login, password)
        await self._backend.run(admit, actor.login, station=self._station)

    async def proved(self, actor: Actor, password: str) -> Challenge:
        """It is oneself who asks for something grave. Raises WrongPassword, SignInLocked."""
        try:
            return await self._asked(actor.login, password)
        except SignInRefused:
            raise WrongPassword from None

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
