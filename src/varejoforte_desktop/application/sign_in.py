"""Coming in by the door: the first start that founds the shop, signing in, and waiting after wrong passwords."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Protocol

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_ports import OperatorRecord, StationRecord, Wait
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.access_errors import StationRemoved, StationUnknown
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import ShopAlreadyFounded, SignInLocked, SignInRefused
from varejoforte_desktop.domain.operator import Actor, Role, grants_of, login_door, login_name, person_name
from varejoforte_desktop.domain.shop import ShopSettings

#: Wrong passwords without a wait: for one login, and at one station whatever the logins.
_FREE_TRIES: Final = {"login": 5, "station": 15}
_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(minutes=15)
#: So long after the last wrong password it is forgotten.
_FORGOTTEN: Final = timedelta(days=1)


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
    """What a password is compared with; `known` is False for a login that nobody has.

    `key_version` tells which of the shop's keys `wrapped_key` holds.
    """

    password_hash: str = field(repr=False)
    wrapped_key: str = field(repr=False)
    known: bool = True
    key_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Somebody came in: who it is, and what the door has to see to next."""

    actor: Actor
    must_change: bool  # the password was given by somebody else
    station: StationRecord | None  # None: this computer is new to the shop
    key_version: int  # which key the shop uses now
    wrapped_version: int  # which key the operator's password opens; 0: none


class SignInDesk(Protocol):
    """The door as screens and commands see it; hashing happens off the caller's thread."""

    async def found(self, *, shop_name: str, login: str, name: str, password: str) -> Actor:
        """Create the shop and its first administrator, and sign him in.

        Raises ShopAlreadyFounded, Missing, TooLong, WeakPassword.
        """
        ...

    async def enter(self, *, login: str, password: str) -> Actor:
        """Raises SignInRefused, SignInLocked, StationRemoved or StationUnknown."""
        ...

    async def vouch(self, *, login: str, password: str) -> Actor:
        """A supervisor stands by for a moment without coming in. Raises SignInRefused, SignInLocked, StationRemoved."""
        ...

    async def must_change(self, actor: Actor) -> bool:
        """Whether the password was given by somebody else and has to be changed before anything."""
        ...

    async def change_password(self, actor: Actor, *, current: str, new: str) -> None:
        """A new password of one's own. Raises WrongPassword, SignInLocked, SamePassword, WeakPassword, TooLong."""
        ...

    async def confirm(self, actor: Actor, password: str) -> None:
        """It is still the same person (to unlock the screen). Raises SignInRefused, SignInLocked, SessionEnded."""
        ...


def found_shop(uow: UnitOfWork, founding: Founding) -> None:
    """Write the shop and its first administrator. Raises ShopAlreadyFounded, Missing or TooLong."""
    if uow.shop.founded():
        raise ShopAlreadyFounded
    uow.shop.save(ShopSettings(name=founding.shop_name).checked())
    uow.operators.add(
        OperatorRecord(
            login=login_name(founding.login),
            name=person_name(founding.name),
            role=Role.ADMINISTRADOR,
            password_hash=founding.password_hash,
            wrapped_key=founding.wrapped_key,
            key_version=uow.installation.get().key_version if founding.wrapped_key else 0,
        )
    )
    uow.touch(Topic.SETTINGS, Topic.OPERATORS)


def _doors(login: str, station: str) -> tuple[str, str]:
    return login_door(login_name(login)), f"station:{station}"


def _locked_until(wait: Wait, now: datetime) -> datetime | None:
    """Until when the door is shut. A time further away than we ever shut it comes from a clock that was set back."""
    until = wait.locked_until
    return until if until is not None and now < until <= now + _LONGEST_WAIT else None


def challenge(uow: UnitOfWork, login: str, decoy_hash: str, *, station: str) -> Challenge:
    """What to compare a typed password with. An unknown login gets a decoy, so that both take as long.

    Raises SignInLocked while the wait after too many wrong passwords lasts, whether or not there is such a login.
    """
    shut = [_locked_until(wait, uow.now) for wait in uow.waits.of(_doors(login, station)).values()]
    until = max((each for each in shut if each is not None), default=None)
    if until is not None:
        raise SignInLocked(ceil((until - uow.now).total_seconds()))
    operator = uow.operators.by_login(login_name(login))
    if operator is None or not operator.active:
        return Challenge(decoy_hash, "", known=False)
    return Challenge(operator.password_hash, operator.wrapped_key, key_version=operator.key_version)


def note_wrong_password(uow: UnitOfWork, login: str, *, station: str) -> None:
    """Count a wrong password, for the login and for the station; after the free ones each costs a longer wait."""
    now, doors = uow.now, _doors(login, station)
    known = uow.waits.of(doors)
    for door in doors:
        before = known.get(door)
        fresh = before is None or not timedelta(0) <= now - before.last_at < _FORGOTTEN
        failures = 1 if before is None or fresh else before.failures + 1
        over = failures - _FREE_TRIES[door.partition(":")[0]]
        locked = now + min(_FIRST_WAIT * int(2 ** min(over, 10)), _LONGEST_WAIT) if over >= 0 else None
        uow.waits.put(Wait(door=door, failures=failures, last_at=now, locked_until=locked))
        if over == 0:
            _note_locked(uow, door, login, station, failures)
    uow.waits.forget(now - _FORGOTTEN)


def _note_locked(uow: UnitOfWork, door: str, login: str, station: str, failures: int) -> None:
    """A login that nobody has is not written down: it may be somebody's password, typed in the wrong place."""
    kind = door.partition(":")[0]
    known = uow.operators.by_login(login_name(login)) if kind == "login" else None
    name = station if kind == "station" else known.login if known is not None else ""
    after = {"failures": failures}
    uow.audit.note(AuditAction.SIGN_IN_LOCKED, f"{kind}:{name}", by=None, station=station, after=after)


def admit(uow: UnitOfWork, login: str, *, station: str, fresh_hash: str | None = None) -> Actor:
    """The password was right: forget the failures and say who it is. `fresh_hash` replaces an outdated hash.

    Raises SignInRefused when the operator is gone meanwhile, StationRemoved when this computer may not come in.
    """
    return _admitted(uow, login, station=station, fresh_hash=fresh_hash)[0]


def _admitted(
    uow: UnitOfWork, login: str, *, station: str, fresh_hash: str | None
) -> tuple[Actor, OperatorRecord]:
    operator = uow.operators.by_login(login_name(login))
    if operator is None or not operator.active:
        raise SignInRefused
    computer = uow.stations.get(station)
    if computer is not None and computer.removed_at is not None and operator.role is not Role.ADMINISTRADOR:
        raise StationRemoved(station)
    uow.waits.clear(_doors(login, station))
    if fresh_hash:
        operator = replace(operator, password_hash=fresh_hash)
        uow.operators.save(operator)
    actor = Actor(
        operator_id=operator.id,
        login=operator.login,
        name=operator.name,
        role=operator.role,
        station=station,
        granted=grants_of(operator.role, uow.permits.changed(operator.role)),
    )
    return actor, operator


def come_in(
    uow: UnitOfWork, login: str, *, station: str, version: str, fresh_hash: str | None = None
) -> Admission:
    """Admit somebody who stays, write it down, and tell what the door has to see to next.

    Raises SignInRefused, StationRemoved, and StationUnknown when the shop knows its computers, this is not one of
    them, and no administrator is coming in.
    """
    actor, operator = _admitted(uow, login, station=station, fresh_hash=fresh_hash)
    computer = uow.stations.get(station)
    if computer is None and actor.role is not Role.ADMINISTRADOR and uow.stations.all():
        raise StationUnknown(station)
    uow.stations.seen(station, at=uow.now, version=version)
    uow.installation.seen(uow.now)
    uow.audit.note(AuditAction.SIGNED_IN, actor.login, by=actor)
    return Admission(
        actor=actor,
        must_change=operator.must_change,
        station=computer,
        key_version=uow.installation.get().key_version,
        wrapped_version=operator.key_version if operator.wrapped_key else 0,
    )
