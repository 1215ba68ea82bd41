"""The computers of the shop: one comes in with an administrator, one is taken out, and the key they share is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_ports import StationRecord
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sign_in import Founding, come_in, found_shop
from varejoforte_desktop.domain.access_errors import OnlyAdministrators, StationInUse
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import ChangedMeanwhile, NoSuchRecord
from varejoforte_desktop.domain.operator import Actor, Permission, Role


class KeyDesk(Protocol):
    """Changing the shop's key; never blocks."""

    async def change_key(self, password: str, *, by: Actor, lost: bool = False) -> None:
        """A new key for the shop: everything kept secret is locked anew, for the stations that still belong to it.

        `lost`: nobody has the old key any more; what it locked is given up, and the shop connects to its store again.
        Raises NotAllowed, OnlyAdministrators, WrongPassword, SignInLocked, KeyMissing (the old key is not at this
        station), ChangedMeanwhile.
        """
        ...

    async def refresh(self) -> bool:
        """Fetch the shop's key as this station may open it; False when it may not (any more)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """Everything that is replaced together when the shop's key is changed, sealed by the new one."""

    before: int  # the version it replaces
    publics: Mapping[str, str]  # station name → the public half its copy was made for
    copies: Mapping[str, str] = field(repr=False)  # station name → the key as that station opens it
    connection: str | None = field(
        repr=False
    )  # the store's secrets; None: there are none, or they are given up
    connection_before: str | None = field(repr=False)  # what they were, to notice a change meanwhile
    wrapped: str = field(repr=False)  # the key as the administrator's password opens it
    fiscal: Mapping[str, str] = field(default_factory=dict, repr=False)  # certificate and CSC, by name
    fiscal_before: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class KeyState:
    """What a station needs to open the shop's key."""

    version: int
    mine: StationRecord | None
    stations: tuple[StationRecord, ...]
    connection: str | None = field(repr=False)
    fiscal: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def copy(self) -> str:
        """The shop's present key as this station opens it, "" when it has none, or not any more."""
        mine = self.mine
        if mine is None or mine.removed_at is not None or mine.key_version != self.version:
            return ""
        return mine.sealed_key


def key_state(uow: UnitOfWork, station: str) -> KeyState:
    """The shop's key as it stands; the stations are those that still belong to the shop."""
    record = uow.connections.get()
    return KeyState(
        uow.installation.get().key_version,
        uow.stations.get(station),
        tuple(each for each in uow.stations.all() if each.removed_at is None),
        None if record is None else record.sealed,
        _fiscal_secrets(uow),
    )


def _fiscal_secrets(uow: UnitOfWork) -> dict[str, str]:
    return {each.name: each.sealed for each in uow.fiscal_setup.secrets()}


def found_at_station(
    uow: UnitOfWork, founding: Founding, *, station: str, version: str, public_key: str, sealed_key: str
) -> Actor:
    """Found the shop; its first administrator comes in, and the computer he sits at is its first.

    Raises ShopAlreadyFounded, Missing, TooLong.
    """
    found_shop(uow, founding)
    admission = come_in(uow, founding.login, station=station, version=version)
    join_station(
        uow,
        public_key=public_key,
        sealed_key=sealed_key,
        key_version=admission.key_version,
        version=version,
        by=admission.actor,
    )
    return admission.actor


def join_station(
    uow: UnitOfWork, *, public_key: str, sealed_key: str, key_version: int, version: str, by: Actor
) -> None:
    """Let the computer at which an administrator signed in into the shop, or back into it.

    `sealed_key` may be "" when the key is not at hand. Raises OnlyAdministrators unless the shop has no computer yet,
    ChangedMeanwhile when the shop has another key by now.
    """
    if by.role is not Role.ADMINISTRADOR and uow.stations.all():
        raise OnlyAdministrators
    _still_the_key(uow, sealed_key, key_version)
    uow.stations.save(
        StationRecord(
            name=by.station,
            joined_at=uow.now,
            seen_at=uow.now,
            version=version,
            public_key=public_key,
            sealed_key=sealed_key,
            key_version=key_version if sealed_key else 0,
        )
    )
    uow.audit.note(AuditAction.STATION_JOINED, by.station, by=by)
    uow.touch(Topic.STATIONS)


def give_copy(uow: UnitOfWork, *, public_key: str, sealed_key: str, key_version: int, by: Actor) -> None:
    """The station lost its private half, or has no copy, and an administrator gives it one; "" when he has none.

    Raises OnlyAdministrators, NoSuchRecord, ChangedMeanwhile when the shop has another key by now.
    """
    if by.role is not Role.ADMINISTRADOR:
        raise OnlyAdministrators
    _still_the_key(uow, sealed_key, key_version)
    record = uow.stations.get(by.station)
    if record is None:
        raise NoSuchRecord("station", by.station)
    uow.stations.save(
        replace(
            record,
            public_key=public_key,
            sealed_key=sealed_key,
            key_version=key_version if sealed_key else 0,
            removed_at=None,
        )
    )
    uow.touch(Topic.STATIONS)


def _still_the_key(uow: UnitOfWork, sealed_key: str, key_version: int) -> None:
    """A copy of a key that was changed a moment ago would lock the station out. Raises ChangedMeanwhile."""
    version = uow.installation.hold().key_version
    if sealed_key and version != key_version:
        raise ChangedMeanwhile("key", str(version))


def keep_wrapped(uow: UnitOfWork, wrapped_key: str, key_version: int, *, by: Actor) -> None:
    """The administrator's password opens the shop's present key again; a copy of another key is not kept."""
    if uow.installation.hold().key_version != key_version:
        return
    operator = uow.operators.by_login(by.login)
    if operator is not None and operator.role is Role.ADMINISTRADOR:
        uow.operators.save(replace(operator, wrapped_key=wrapped_key, key_version=key_version))


def remove_station(uow: UnitOfWork, name: str, *, by: Actor) -> None:
    """Take a computer out of the shop: nobody but an administrator signs in at it, and it never gets another key.

    The key it knew stays good until it is changed. Raises NotAllowed, StationInUse, NoSuchRecord.
    """
    by.needs(Permission.MANAGE_STATIONS)
    if name == by.station:
        raise StationInUse(name)
    record = uow.stations.get(name)
    if record is None:
        raise NoSuchRecord("station", name)
    if record.removed_at is None:
        uow.stations.save(replace(record, sealed_key="", key_version=0, removed_at=uow.now))
        uow.audit.note(AuditAction.STATION_REMOVED, name, by=by)
        uow.touch(Topic.STATIONS)


def replace_key(uow: UnitOfWork, new: NewKey, *, by: Actor) -> int:
    """Put the new key's copies in the place of the old one's; gives the new version.

    Other administrators get theirs at their next sign-in. Raises NotAllowed, OnlyAdministrators (his password is to
    open it), or ChangedMeanwhile when the key, the connection or the computers of the shop are not what the copies
    were made from, or while a station renews the store's tokens: it has the only copy of them in its hands.
    """
    by.needs(Permission.MANAGE_STATIONS)
    if by.role is not Role.ADMINISTRADOR:
        raise OnlyAdministrators
    held = uow.installation.hold()
    record = uow.connections.get()
    stations = {each.name: each for each in uow.stations.all() if each.removed_at is None}
    same = held.key_version == new.before and (record.sealed if record else None) == new.connection_before
    same = same and _fiscal_secrets(uow) == new.fiscal_before
    renewing = record is not None and record.renewing_until is not None and record.renewing_until > uow.now
    if not same or renewing or {name: each.public_key for name, each in stations.items()} != new.publics:
        raise ChangedMeanwhile("key", str(held.key_version))
    version = held.key_version + 1
    uow.installation.save(replace(held, key_version=version))
    for name, copy in new.copies.items():
        uow.stations.save(replace(stations[name], sealed_key=copy, key_version=version if copy else 0))
    if record is not None:
        # Another generation: whoever read the tokens under the old key does not begin to renew them.
        after = replace(record, generation=record.generation + 1, renewing_until=None)
        if new.connection is None:
            after = replace(after, sealed="", state="reconnect", cause="reconnect")
        else:
            after = replace(after, sealed=new.connection)
        uow.connections.save(after)
        uow.touch(Topic.CONNECTION)
    for secret in uow.fiscal_setup.secrets():
        if secret.name in new.fiscal:
            uow.fiscal_setup.keep_secret(replace(secret, sealed=new.fiscal[secret.name]))
        else:  # nobody could open it any more: it has to be installed again
            uow.fiscal_setup.drop_secret(secret.name)
    if new.fiscal_before:
        uow.touch(Topic.FISCAL)
    keep_wrapped(uow, new.wrapped, version, by=by)
    uow.audit.note(AuditAction.KEY_CHANGED, str(version), by=by)
    uow.touch(Topic.KEYS, Topic.STATIONS)
    return version
