"""What screens ask about the queue, its history, the quota and the station that sends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Connection, and_, case, func, or_, select, type_coerce
from sqlalchemy import text as sql

from varejoforte_desktop.application.delivery_ports import ProductSheet
from varejoforte_desktop.application.invoice_debts import invoice_label
from varejoforte_desktop.application.parcels import label_of, plain, product_fields
from varejoforte_desktop.application.questions import (
    ConnectionRow,
    FieldChange,
    Leader,
    PastPush,
    QueueCounters,
    QueueDetail,
    QueueRow,
)
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.outbox import Aspect, QueueState, Subject, SubjectKind
from varejoforte_desktop.persistence.links import SqlLinks, SqlSheets
from varejoforte_desktop.persistence.people import read_shop
from varejoforte_desktop.persistence.search import search_words
from varejoforte_desktop.persistence.sending import leader_of, shop_day, used_in_window
from varejoforte_desktop.persistence.tables.catalogue import brand, category, product
from varejoforte_desktop.persistence.tables.invoices import order_invoice
from varejoforte_desktop.persistence.tables.orders import tray_order
from varejoforte_desktop.persistence.tables.sync import (
    STILL_OWED,
    outbox,
    push_history,
    quota_day,
    sync_lease,
    tray_connection,
)
from varejoforte_desktop.persistence.types import to_millis

_MINUTES: Final = 60
_STATE_ORDER: Final = case(
    (outbox.c.state == QueueState.HALTED, 0), (outbox.c.state == QueueState.SENDING, 1), else_=2
)
_LINES: Final = (
    select(
        outbox,
        product.c.reference,
        product.c.name.label("product_name"),
        brand.c.name.label("brand_name"),
        category.c.path.label("category_path"),
        tray_order.c.remote_id.label("order_number"),
        order_invoice.c.series.label("invoice_series"),
        order_invoice.c.number.label("invoice_number"),
    )
    .outerjoin(
        order_invoice,
        and_(outbox.c.subject_kind == SubjectKind.INVOICE, order_invoice.c.id == outbox.c.subject_id),
    )
    .outerjoin(
        tray_order,
        or_(
            and_(outbox.c.subject_kind == SubjectKind.ORDER, tray_order.c.id == outbox.c.subject_id),
            tray_order.c.id == order_invoice.c.order_id,
        ),
    )
    .outerjoin(
        product, and_(outbox.c.subject_kind == SubjectKind.PRODUCT, product.c.id == outbox.c.subject_id)
    )
    .outerjoin(brand, and_(outbox.c.subject_kind == SubjectKind.BRAND, brand.c.id == outbox.c.subject_id))
    .outerjoin(
        category, and_(outbox.c.subject_kind == SubjectKind.CATEGORY, category.c.id == outbox.c.subject_id)
    )
)


def queue_rows(connection: Connection, *, limit: int, text: str) -> list[QueueRow]:
    """What is owed under the shop's option: halted first, then in the order it will be sent."""
    aspects = read_shop(connection).sync_option.aspects
    statement = _LINES.where(outbox.c.aspect.in_(aspects)).order_by(
        _STATE_ORDER, outbox.c.rank, outbox.c.due_at, outbox.c.id
    )
    for word in search_words(text):
        statement = statement.where(
            or_(
                product.c.search_text.like(f"%{word}%"),
                brand.c.name_key.like(f"%{word}%"),
                category.c.path_key.like(f"%{word}%"),
                tray_order.c.remote_id == word,
            )
        )
    return [_queue_row(row) for row in connection.execute(statement.limit(limit))]


def _queue_row(row: Any) -> QueueRow:
    label = row.brand_name or row.category_path or ""
    if row.product_name:
        label = f"{row.reference} · {row.product_name}"
    if row.invoice_number is not None:
        label = invoice_label(row.invoice_series, row.invoice_number, row.order_number)
    elif row.order_number:
        label = f"#{row.order_number}"
    return QueueRow(
        id=row.id,
        subject=Subject(row.subject_kind, row.subject_id),
        label=label,
        aspect=row.aspect,
        state=row.state,
        paused=row.paused,
        since=row.since,
        attempts=row.attempts,
        due_at=row.due_at,
        cause=row.cause,
        detail=row.detail,
        facts=json.loads(row.facts),
    )


@dataclass(slots=True)
class _Tally:
    """The lines of the queue by state; those that the shop's option does not send are only counted."""

    states: dict[str, int] = field(default_factory=dict)
    by_aspect: dict[Aspect, int] = field(default_factory=dict)
    held_back: int = 0
    oldest: datetime | None = None

    def add(self, row: Any, aspects: frozenset[Aspect]) -> None:
        if row.aspect not in aspects:
            self.held_back += row.lines
            return
        key = "paused" if row.paused else row.state.value
        self.states[key] = self.states.get(key, 0) + row.lines
        self.by_aspect[row.aspect] = self.by_aspect.get(row.aspect, 0) + row.lines
        self.oldest = row.oldest if self.oldest is None else min(row.oldest, self.oldest)


_TALLIED: Final = select(
    outbox.c.state,
    outbox.c.paused,
    outbox.c.aspect,
    func.count().label("lines"),
    func.min(outbox.c.since).label("oldest"),
).group_by(outbox.c.state, outbox.c.paused, outbox.c.aspect)


def queue_counters(connection: Connection, now: datetime) -> QueueCounters:
    """The queue in figures, and the quota."""
    settings = read_shop(connection)
    aspects = settings.sync_option.aspects
    tally = _Tally()
    for row in connection.execute(_TALLIED):
        tally.add(row, aspects)
    day = shop_day(now, settings.timezone)
    used = connection.execute(select(quota_day.c.used).where(quota_day.c.day == day)).scalar_one_or_none()
    return QueueCounters(
        waiting=tally.states.get("waiting", 0) + tally.states.get("outcome_unknown", 0),
        sending=tally.states.get("sending", 0),
        halted=tally.states.get("halted", 0),
        paused=tally.states.get("paused", 0),
        subjects=_subjects(connection, aspects),
        held_back=tally.held_back,
        sent_today=_sent_since(connection, _midnight(now, settings.timezone)),
        oldest_since=tally.oldest,
        by_aspect=tally.by_aspect,
        requests_today=used or 0,
        requests_per_day=settings.requests_per_day,
        requests_last_minute=used_in_window(connection, now),
        requests_per_minute=settings.requests_per_minute,
        sent_per_minute=_per_minute(connection, now),
        last_sent_at=connection.execute(
            select(func.max(push_history.c.at)).where(push_history.c.outcome == "sent")
        ).scalar_one(),
    )


def pending_subjects(connection: Connection) -> int:
    """How many different things wait to be sent under the shop's option."""
    return _subjects(connection, read_shop(connection).sync_option.aspects)


def _subjects(connection: Connection, aspects: frozenset[Aspect]) -> int:
    last = max(aspect.rank for aspect in aspects)  # the options send the first sides: read along the index
    different = (
        select(outbox.c.subject_kind, outbox.c.subject_id)
        .where(sql(STILL_OWED), outbox.c.rank <= last, outbox.c.paused.is_(False))
        .distinct()
        .subquery()
    )
    return int(connection.execute(select(func.count()).select_from(different)).scalar_one())


def _midnight(now: datetime, timezone: str) -> datetime:
    here = now.astimezone(ZoneInfo(timezone))
    return here.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


def _sent_since(connection: Connection, since: datetime) -> int:
    statement = select(func.count()).where(push_history.c.at >= since, push_history.c.outcome == "sent")
    return int(connection.execute(statement).scalar_one())


def _per_minute(connection: Connection, now: datetime) -> tuple[int, ...]:
    counts = [0] * _MINUTES
    # Counted by the database: after a large sending there are ten thousand lines in an hour.
    age = (to_millis(now) - type_coerce(push_history.c.at, BigInteger)) // 60_000
    statement = (
        select(age, func.count())
        .where(push_history.c.at > now - timedelta(minutes=_MINUTES), push_history.c.outcome == "sent")
        .group_by(age)
    )
    for minute, count in connection.execute(statement):
        if 0 <= minute < _MINUTES:
            counts[_MINUTES - 1 - int(minute)] += count
    return tuple(counts)


def queue_detail(connection: Connection, line_id: int) -> QueueDetail:
    """One line: what the store last acknowledged against what it should hold. Raises NoSuchRecord."""
    row = connection.execute(_LINES.where(outbox.c.id == line_id)).one_or_none()
    if row is None:
        raise NoSuchRecord("queue_line", str(line_id))
    line = _queue_row(row)
    links = SqlLinks(connection)
    known = links.acknowledged([line.subject]).get(line.subject, {}).get(line.aspect)
    link = links.many([line.subject]).get(line.subject)
    before = dict(known.fields) if known else {}
    after = _current(connection, line)
    changes = tuple(
        FieldChange(field=name, before=before.get(name), after=value)
        for name, value in after.items()
        if name not in before or before[name] != value
    )
    return QueueDetail(
        row=line,
        remote_id=link.remote_id if link else None,
        changes=changes,
        past=tuple(_past(each) for each in connection.execute(_past_of(line.subject))),
    )


def _current(connection: Connection, line: QueueRow) -> dict[str, Any]:
    sheets = SqlSheets(connection)
    if line.subject.kind in {SubjectKind.ORDER, SubjectKind.INVOICE}:
        return {}  # what they say is in their label
    if line.subject.kind is not SubjectKind.PRODUCT:
        named = sheets.names(line.subject.kind, [line.subject.id]).get(line.subject.id)
        return {"name": named.name} if named else {}
    sheet: ProductSheet | None = sheets.products([line.subject.id]).get(line.subject.id)
    if sheet is None:
        return {}
    fields = plain(product_fields(sheet)[line.aspect])
    if sheet.category is not None and line.aspect is Aspect.CONTENT:
        category_link = SqlLinks(connection).many([Subject(SubjectKind.CATEGORY, sheet.category.id)])
        remote = next((each.remote_id for each in category_link.values()), None)
        fields["category"] = remote or label_of(SubjectKind.CATEGORY, None, sheet.category)
    return fields


def _past_of(subject: Subject) -> Any:
    return (
        select(push_history)
        .where(push_history.c.subject_kind == subject.kind, push_history.c.subject_id == subject.id)
        .order_by(push_history.c.id.desc())
        .limit(20)
    )


def _past(row: Any) -> PastPush:
    changes = json.loads(row.changes)
    return PastPush(
        at=row.at,
        aspects=tuple(row.aspects.split(",")) if row.aspects else (),
        outcome=row.outcome,
        cause=row.cause,
        detail=row.detail,
        station=row.station,
        changes=tuple(
            FieldChange(field=name, before=pair[0], after=pair[1]) for name, pair in changes.items()
        ),
    )


def recent_pushes(connection: Connection, *, limit: int) -> list[tuple[str, PastPush]]:
    """What was sent lately, newest first."""
    statement = select(push_history).order_by(push_history.c.id.desc()).limit(limit)
    return [(row.label, _past(row)) for row in connection.execute(statement)]


def leader(connection: Connection, now: datetime) -> Leader | None:
    """Who sends now."""
    row = connection.execute(select(sync_lease).where(sync_lease.c.expires_at > now)).one_or_none()
    return None if row is None else leader_of(row)


def connection_row(connection: Connection) -> ConnectionRow | None:
    """What can be shown of the connection to the store."""
    row = connection.execute(select(tray_connection)).one_or_none()
    if row is None:
        return None
    return ConnectionRow(
        api_address=row.api_address,
        store_id=row.store_id,
        store_name=row.store_name,
        store_cnpj=row.store_cnpj,
        state=row.state,
        cause=row.cause,
        access_expires_at=row.access_expires_at,
        refresh_expires_at=row.refresh_expires_at,
        connected_at=row.connected_at,
    )
