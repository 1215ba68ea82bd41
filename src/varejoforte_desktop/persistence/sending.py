"""Who sends, how many requests are left, what was sent, and the connection it went through."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, not_, or_, select, update

from varejoforte_desktop.application.delivery_ports import ConnectionRecord, Grant, Push
from varejoforte_desktop.application.questions import Leader
from varejoforte_desktop.application.store import Purpose
from varejoforte_desktop.domain.shop import ShopSettings
from varejoforte_desktop.persistence.clock_repair import AHEAD, put_right, set_back
from varejoforte_desktop.persistence.dialects import QUOTA_DOOR, insert_into, insert_new, one_at_a_time
from varejoforte_desktop.persistence.tables.people import shop
from varejoforte_desktop.persistence.tables.sync import (
    push_history,
    quota_day,
    quota_grant,
    sync_lease,
    tray_connection,
)

_NAME: Final = "push"
#: Turns that ended within the same half second are counted together.
_SLICE: Final = timedelta(milliseconds=500)
_WINDOW: Final = timedelta(seconds=60)
#: Turns of a minute that only orders and upkeep may use.
_KEPT_A_MINUTE: Final = 4
#: The share of a day's requests after which a purpose has to wait for tomorrow.
_SHARES: Final = {Purpose.CONTENT: 0.80, Purpose.PRICE: 0.92}
#: An open grant whose station fell silent counts as used for this long.
_FORGOTTEN: Final = timedelta(minutes=5)
#: No term is given for longer: one that ends later was written before the clock was set back, and is over.
_LONGEST_TERM: Final = timedelta(minutes=2)


class SqlLeadership:
    """The lease: one station sends, fenced by an epoch that only grows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(
        self, *, holder: str, station: str, operator: str, at: datetime, until: datetime
    ) -> Leader | None:
        """Stay the sender, or become it when nobody is.

        A new term that begins after the clock was set back puts right what would wait for the old clock.
        """
        mine = and_(sync_lease.c.holder == holder, _lasts(at))
        renewed = self._one(
            update(sync_lease).where(sync_lease.c.name == _NAME, mine).values(expires_at=until)
        )
        if renewed is not None:
            return renewed
        ended = self._connection.execute(select(sync_lease.c.expires_at)).scalar_one_or_none()
        term = {"holder": holder, "station": station, "operator": operator, "since": at, "expires_at": until}
        free = update(sync_lease).where(sync_lease.c.name == _NAME, not_(_lasts(at)))
        taken = self._one(free.values(epoch=sync_lease.c.epoch + 1, **term))
        if taken is not None:
            if set_back(self._connection, at, latest=ended):
                put_right(self._connection, at)
            return taken
        if insert_new(self._connection, sync_lease, {"name": _NAME, "epoch": 1, **term}, unique=("name",)):
            return Leader(
                holder=holder, station=station, operator=operator, since=at, expires_at=until, epoch=1
            )
        return None

    def _one(self, statement: Any) -> Leader | None:
        row = self._connection.execute(statement.returning(sync_lease)).one_or_none()
        return None if row is None else leader_of(row)

    def holds(self, *, holder: str, epoch: int, at: datetime) -> bool:
        """Whether this very term still lasts."""
        found = self._connection.execute(
            select(sync_lease.c.epoch).where(
                sync_lease.c.name == _NAME,
                sync_lease.c.holder == holder,
                sync_lease.c.epoch == epoch,
                _lasts(at),
            )
        )
        return found.first() is not None

    def release(self, *, holder: str, epoch: int, at: datetime) -> None:
        """End this very term now."""
        self._connection.execute(
            update(sync_lease)
            .where(sync_lease.c.name == _NAME, sync_lease.c.holder == holder, sync_lease.c.epoch == epoch)
            .values(expires_at=at)
        )


def _lasts(at: datetime) -> ColumnElement[bool]:
    """Whether the term is not over: it ends later than now, but no later than a term can."""
    return and_(sync_lease.c.expires_at > at, sync_lease.c.expires_at <= at + _LONGEST_TERM)


def leader_of(row: Any) -> Leader:
    """A Leader from a row of the lease."""
    return Leader(**{field.name: getattr(row, field.name) for field in fields(Leader)})


def shop_day(at: datetime, timezone: str) -> date:
    """The calendar day of the shop: the store counts a day's requests by it."""
    return at.astimezone(ZoneInfo(timezone)).date()


def used_in_window(connection: Connection, at: datetime) -> int:
    """Requests of the last minute. An open grant counts whole until it is closed: it may be used any moment."""
    statement = select(func.coalesce(func.sum(quota_grant.c.turns), 0)).where(
        or_(
            quota_grant.c.at > at - _WINDOW,
            and_(quota_grant.c.open.is_(True), quota_grant.c.at > at - _FORGOTTEN),
        )
    )
    return int(connection.execute(statement).scalar_one())


class SqlQuota:
    """The requests of the last minute and of today."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reserve(self, *, wanted: int, purpose: Purpose, at: datetime, settings: ShopSettings) -> Grant:
        """Up to `wanted` turns, within the sliding minute and this purpose's share of the day."""
        one_at_a_time(self._connection, QUOTA_DOOR)
        self._forget_the_future(at)
        share = int(settings.requests_per_day * _SHARES.get(purpose, 1.0))
        day = shop_day(at, settings.timezone)
        left_today = share - self._used_on(day)
        if left_today <= 0:
            return Grant(id=0, turns=0, more_at=_tomorrow(at, settings.timezone), day_spent=True)
        kept = 0 if purpose in {Purpose.ORDERS, Purpose.UPKEEP} else _KEPT_A_MINUTE
        limit = max(1, settings.requests_per_minute - kept)
        left_now = limit - used_in_window(self._connection, at)
        turns = min(wanted, left_now, left_today)
        if turns <= 0:
            return Grant(id=0, turns=0, more_at=self._next_free(at))
        done = self._connection.execute(insert(quota_grant).values(at=at, turns=turns, open=True))
        self._count(day, turns)
        return Grant(id=int(done.inserted_primary_key[0]), turns=turns, more_at=None)  # type: ignore[index]  # one row

    def close(self, grant_id: int, *, used: int, at: datetime, ages: Sequence[timedelta] = ()) -> None:
        """The turns were used: each so long ago as `ages` says, the others at `at`; those left over go back.

        Each turn's minute begins when its answer came, so a long batch does not hold back the next minute's turns.
        """
        row = self._connection.execute(
            select(quota_grant.c.turns, quota_grant.c.at).where(
                quota_grant.c.id == grant_id, quota_grant.c.open.is_(True)
            )
        ).one_or_none()
        if row is None:
            return
        self._connection.execute(delete(quota_grant).where(quota_grant.c.id == grant_id))
        slices = _slices(used, at, row.at, ages)
        if slices:
            self._connection.execute(
                insert(quota_grant), [{"at": when, "turns": turns, "open": False} for when, turns in slices]
            )
        if used != row.turns:
            zone = self._connection.execute(select(shop.c.timezone)).scalar_one()
            self._count(shop_day(row.at, zone), used - row.turns)
        self._connection.execute(delete(quota_grant).where(quota_grant.c.at < at - 2 * _FORGOTTEN))

    def _forget_the_future(self, at: datetime) -> None:
        """Turns of a clock that was ahead count as used now: a minute is waited for them at most, never hours."""
        self._connection.execute(update(quota_grant).where(quota_grant.c.at > at + AHEAD).values(at=at))

    def _used_on(self, day: date) -> int:
        found = self._connection.execute(select(quota_day.c.used).where(quota_day.c.day == day))
        return found.scalar_one_or_none() or 0

    def _next_free(self, at: datetime) -> datetime:
        oldest = self._connection.execute(
            select(func.min(quota_grant.c.at)).where(quota_grant.c.at > at - _WINDOW)
        ).scalar_one()
        return at + timedelta(seconds=1) if oldest is None else oldest + _WINDOW

    def _count(self, day: date, turns: int) -> None:
        statement = insert_into(self._connection, quota_day).values(day=day, used=turns)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["day"], set_={"used": quota_day.c.used + turns})
        )


def _slices(
    used: int, at: datetime, begun: datetime, ages: Sequence[timedelta]
) -> list[tuple[datetime, int]]:
    """Used turns by the end of the half second in which they ended; never before the grant was given, nor after now."""
    counted: dict[datetime, int] = {}
    for age in [*ages, *[timedelta(0)] * (used - len(ages))][:used]:
        whole = age // _SLICE * _SLICE
        when = min(at, max(begun, at - whole))
        counted[when] = counted.get(when, 0) + 1
    return list(counted.items())


def _tomorrow(at: datetime, timezone: str) -> datetime:
    """Midnight of the shop's next day, as an instant of the books."""
    here = at.astimezone(ZoneInfo(timezone))
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=5, microsecond=0)
    return midnight.astimezone(at.tzinfo)


class SqlHistory:
    """What was sent, and what came of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, pushes: Sequence[Push], at: datetime) -> None:
        """Write attempts down."""
        lines = [
            {
                "at": at,
                "subject_kind": push.subject.kind,
                "subject_id": push.subject.id,
                "label": push.label[:280],
                "aspects": ",".join(aspect.value for aspect in push.aspects),
                "outcome": push.outcome,
                "cause": push.cause[:40],
                "detail": push.detail,
                "changes": json.dumps(
                    {name: [push.before.get(name), value] for name, value in push.after.items()},
                    ensure_ascii=False,
                ),
                "station": push.station,
            }
            for push in pushes
        ]
        if lines:
            self._connection.execute(insert(push_history), lines)

    def prune(self, before: datetime) -> int:
        """Forget attempts older than this."""
        return self._connection.execute(delete(push_history).where(push_history.c.at < before)).rowcount


class SqlConnections:
    """The one connection of the shop to its store."""

    _fields = tuple(field.name for field in fields(ConnectionRecord))

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> ConnectionRecord | None:
        """As it is kept, secrets sealed."""
        row = self._connection.execute(select(tray_connection)).one_or_none()
        return (
            None if row is None else ConnectionRecord(**{name: getattr(row, name) for name in self._fields})
        )

    def save(self, record: ConnectionRecord) -> None:
        """Keep it."""
        values = {name: getattr(record, name) for name in self._fields}
        if self._connection.execute(update(tray_connection).values(values)).rowcount == 0:
            self._connection.execute(insert(tray_connection).values(id=1, **values))

    def begin_renewal(self, *, generation: int, at: datetime, until: datetime) -> bool:
        """True for exactly one caller per generation, until the time is up.

        A time further away than `until` was written before the clock was set back, and is up.
        """
        kept = tray_connection.c.renewing_until
        idle = or_(kept.is_(None), kept <= at, kept > until + AHEAD)
        return (
            self._connection.execute(
                update(tray_connection)
                .where(tray_connection.c.generation == generation, idle)
                .values(renewing_until=until)
            ).rowcount
            == 1
        )
