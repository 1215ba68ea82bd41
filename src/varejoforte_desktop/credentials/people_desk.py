"""Taking people on and giving them passwords: what needs a password hashed or the shop's key at hand."""

from __future__ import annotations

import asyncio

from varejoforte_desktop.application.people import add_operator, give_password
from varejoforte_desktop.application.ports import Backend, Passwords
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.operator import Actor, Permission, Role, login_name, strong_enough


class StaffDesk:
    """Hashes on another thread; an administrator's password is also made to open the shop's key, if it is here."""

    def __init__(self, backend: Backend, passwords: Passwords, key: ShopKey) -> None:
        self._backend = backend
        self._passwords = passwords
        self._key = key

    async def add(self, *, login: str, name: str, role: Role, password: str, by: Actor) -> int:
        """A new colleague, who changes the password at the first sign-in; gives the id.

        Raises NotAllowed, OnlyAdministrators, Missing, TooLong, WeakPassword, LoginTaken.
        """
        (await self._as_known(by)).needs(Permission.MANAGE_PEOPLE)
        login_name(login)
        strong_enough(password)
        hashed, wrapped = await asyncio.to_thread(self._made, password, role)
        return await self._backend.run(
            add_operator,
            login=login,
            name=name,
            role=role,
            password_hash=hashed,
            wrapped_key=wrapped,
            must_change=True,
            by=by,
        )

    async def give_password(self, operator_id: int, password: str, *, by: Actor) -> None:
        """A password for somebody who forgot theirs. Raises NotAllowed, OnlyAdministrators, WeakPassword, TooLong."""
        (await self._as_known(by)).needs(Permission.MANAGE_PEOPLE)
        strong_enough(password)
        record = await self._backend.read(lambda reader: reader.people.record(operator_id))
        hashed, wrapped = await asyncio.to_thread(self._made, password, record.role)
        await self._backend.run(give_password, operator_id, password_hash=hashed, wrapped_key=wrapped, by=by)

    async def _as_known(self, by: Actor) -> Actor:
        """The permissions of now: the session may be older than what the administrator has given since."""
        return await self._backend.read(lambda reader: reader.people.current(by))

    def _made(self, password: str, role: Role) -> tuple[str, str]:
        opens = role is Role.ADMINISTRADOR and self._key.present
        return self._passwords.hashed(password), self._key.wrapped(password) if opens else ""
