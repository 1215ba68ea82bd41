"""The connection to the online store: made once by an administrator, renewed by whichever station sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.delivery_ports import ConnectionRecord
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.store import StoreAccess, StoreInfo
from varejoforte_desktop.domain.audit import AuditAction, last_digits
from varejoforte_desktop.domain.errors import ChangedMeanwhile
from varejoforte_desktop.domain.operator import Actor, Permission


class StoreConnector(Protocol):
    """Connects the shop to its store, as the settings screen and the commands see it."""

    async def connect(
        self, *, address: str, consumer_key: str, consumer_secret: str, code: str, by: Actor
    ) -> StoreInfo:
        """Exchange the authorisation code, ask the store who it is, keep the connection.

        Raises NotAllowed, KeyMissing and the errors of `outside`.
        """
        ...


#: How long one station may take to renew the tokens before another tries.
RENEWAL_TIME: Final = timedelta(seconds=30)


def connect_store(
    uow: UnitOfWork, access: StoreAccess, info: StoreInfo, sealed: str, *, key_version: int, by: Actor
) -> None:
    """Keep a fresh connection. Another store than before forgets the old links; the whole catalogue is owed.

    `sealed` holds the secrets of `access`, unreadable without the shop's key of that version. Raises NotAllowed, or
    ChangedMeanwhile when the shop has another key by now.
    """
    by.needs(Permission.CONNECT_STORE)
    _hold(uow, key_version)
    before = uow.connections.get()
    if before is None or before.store_id != access.store_id:
        uow.links.forget_all()
        uow.orders.forget_all(before.store_id if before else "")
        uow.statuses.forget_all()
        uow.outbox.owe_catalogue(uow.now)
    after = ConnectionRecord(
        api_address=access.api_address,
        store_id=access.store_id,
        store_name=info.name,
        store_cnpj=info.cnpj,
        sealed=sealed,
        state="connected",
        cause="",
        generation=before.generation + 1 if before else 1,
        access_expires_at=access.access_expires_at,
        refresh_expires_at=access.refresh_expires_at,
        connected_at=uow.now,
    )
    uow.connections.save(after)
    uow.audit.note(
        AuditAction.STORE_CONNECTED,
        info.name,
        by=by,
        before=None if before is None else _facts(before),
        after=_facts(after),
    )
    uow.touch(Topic.CONNECTION, Topic.QUEUE, Topic.PRODUCTS, Topic.ORDERS)


def _facts(record: ConnectionRecord) -> dict[str, str]:
    """What the audit log says of a connection; never what opens it."""
    return {
        "store_id": record.store_id,
        "store_name": record.store_name,
        "cnpj": last_digits(record.store_cnpj),
        "api_address": record.api_address,
        "state": record.state,
    }


def connection_record(uow: UnitOfWork) -> ConnectionRecord | None:
    """The connection with its sealed secrets, None before the first."""
    return uow.connections.get()


def begin_renewal(uow: UnitOfWork, generation: int) -> bool:
    """True for the one station that is to renew the tokens of this generation; the others wait for it."""
    _hold(uow)
    return uow.connections.begin_renewal(generation=generation, at=uow.now, until=uow.now + RENEWAL_TIME)


def _hold(uow: UnitOfWork, key_version: int | None = None) -> None:
    """The connection is changed by one station at a time, and never while the key is that seals it.

    Raises ChangedMeanwhile when the shop's key is not the one of that version any more.
    """
    version = uow.installation.hold().key_version
    if key_version not in {None, version}:
        raise ChangedMeanwhile("key", str(version))


def keep_renewed(uow: UnitOfWork, access: StoreAccess, sealed: str, *, key_version: int) -> None:
    """Keep a renewed pair before anybody uses it; not when the shop was connected to another store meanwhile.

    Raises ChangedMeanwhile when the pair was sealed with a key that the shop has changed: it is to be sealed again.
    """
    _hold(uow, key_version)
    record = uow.connections.get()
    if record is None or record.store_id != access.store_id:
        return
    uow.connections.save(
        replace(
            record,
            api_address=access.api_address,
            sealed=sealed,
            state="connected",
            cause="",
            generation=record.generation + 1,
            access_expires_at=access.access_expires_at,
            refresh_expires_at=access.refresh_expires_at,
            renewing_until=None,
        )
    )
    uow.touch(Topic.CONNECTION)


def close_route(uow: UnitOfWork, state: str, cause: str) -> None:
    """The store shut us out until a person acts: `state` is "reconnect" or "suspended"."""
    _hold(uow)
    record = uow.connections.get()
    if record is None or (record.state, record.cause) == (state, cause):
        return
    uow.connections.save(replace(record, state=state, cause=cause, renewing_until=None))
    uow.touch(Topic.CONNECTION)


def route_open(uow: UnitOfWork) -> None:
    """The store lets us in again."""
    record = uow.connections.get()
    if record is not None and record.state == "suspended":
        _hold(uow)
        record = uow.connections.get() or record
        uow.connections.save(replace(record, state="connected", cause=""))
        uow.touch(Topic.CONNECTION)
