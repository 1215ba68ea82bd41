"""Coming in by the door: the first start that founds the shop, signing in, and waiting after wrong passwords."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from typing import Final, Protocol

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import OperatorRecord, UnitOfWork
from varejoforte_desktop.domain.errors import (
    Missing,
    ShopAlreadyFounded,
    SignInLocked,
    SignInRefused,
    TooLong,
)
from varejoforte_desktop.domain.operator import Actor, Permission, Role, login_name
from varejoforte_desktop.domain.shop import ShopSettings
from varejoforte_desktop.domain.texts import keepable

_FREE_TRIES: Final = 5
_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What the first start asks for. The password is handed in already hashed, the shop's key already wrapped."""

    shop_name: str
    login: str
    name: str
    password_hash: str = field(repr=False)
    wrapped_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a password is compared with; `known` is False for a login that nobody has."""

    password_hash: str = field(repr=False)
    wrapped_key: str = field(repr=False)
    known: bool = True


class SignInDesk(Protocol):
    """The door as screens and commands see it; hashing happens off the caller's thread."""

    async def found(self, *, shop_name: str, login: str, name: str, password: str) -> Actor:
        """Create the shop and its first administrator, and sign him in.

        Raises ShopAlreadyFounded, Missing, TooLong, WeakPassword.
        """
        ...

    async def enter(self, *, login: str, password: str) -> Actor:
        """Raises SignInRefused or SignInLocked."""
        ...


def found_shop(uow: UnitOfWork, founding: Founding) -> None:
    """Write the shop and its first administrator. Raises ShopAlreadyFounded, Missing or TooLong."""
    if uow.shop.founded():
        raise ShopAlreadyFounded
    uow.shop.save(ShopSettings(name=founding.shop_name).checked())
    uow.operators.add(
        OperatorRecord(
            login=login_name(founding.login),
            name=_person_name(founding.name),
            role=Role.ADMINISTRADOR,
            password_hash=founding.password_hash,
            wrapped_key=founding.wrapped_key,
        )
    )
    uow.touch(Topic.SETTINGS, Topic.OPERATORS)


def challenge(uow: UnitOfWork, login: str, decoy_hash: str) -> Challenge:
    """What to compare a typed password with. An unknown login gets a decoy, so that both take as long.

    Raises SignInLocked while the wait after too many wrong passwords lasts.
    """
    operator = uow.operators.by_login(login_name(login))
    if operator is None or not operator.active:
        return Challenge(decoy_hash, "", known=False)
    if operator.locked_until is not None and operator.locked_until > uow.now:
        raise SignInLocked(ceil((operator.locked_until - uow.now).total_seconds()))
    return Challenge(operator.password_hash, operator.wrapped_key)


def note_wrong_password(uow: UnitOfWork, login: str) -> None:
    """Count a wrong password; from the fifth on each costs a longer wait."""
    operator = uow.operators.by_login(login_name(login))
    if operator is None:
        return
    failures = operator.failures + 1
    locked = None
    if failures >= _FREE_TRIES:
        locked = uow.now + min(_FIRST_WAIT * int(2 ** min(failures - _FREE_TRIES, 10)), _LONGEST_WAIT)
    uow.operators.save(replace(operator, failures=failures, locked_until=locked))


def admit(uow: UnitOfWork, login: str, *, station: str, fresh_hash: str | None = None) -> Actor:
    """The password was right: forget the failures and say who it is. `fresh_hash` replaces an outdated hash.

    Raises SignInRefused when the operator is gone meanwhile.
    """
    operator = uow.operators.by_login(login_name(login))
    if operator is None or not operator.active:
        raise SignInRefused
    if operator.failures or operator.locked_until or fresh_hash:
        uow.operators.save(
            replace(
                operator, failures=0, locked_until=None, password_hash=fresh_hash or operator.password_hash
            )
        )
    return Actor(
        operator_id=operator.id, login=operator.login, name=operator.name, role=operator.role, station=station
    )


def add_operator(
    uow: UnitOfWork, *, login: str, name: str, role: Role, password_hash: str, wrapped_key: str, by: Actor
) -> int:
    """A new colleague. Raises NotAllowed, Missing, TooLong."""
    by.needs(Permission.MANAGE_PEOPLE)
    added = uow.operators.add(
        OperatorRecord(
            login=login_name(login),
            name=_person_name(name),
            role=role,
            password_hash=password_hash,
            wrapped_key=wrapped_key,
        )
    )
    uow.touch(Topic.OPERATORS)
    return added


def _person_name(text: str) -> str:
    name = " ".join(keepable(text).split())
    if not name:
        raise Missing("operator_name")
    if len(name) > 80:
        raise TooLong("operator_name", 80)
    return name
