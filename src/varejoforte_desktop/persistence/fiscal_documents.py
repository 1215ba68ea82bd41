"""Fiscal documents as they are kept: each number once, nothing ever deleted, every step written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, and_, delete, func, insert, or_, select, update

from varejoforte_desktop.application.fiscal_book import (
    DocumentRecord,
    EventRecord,
    FiscalStep,
    OpenPapers,
    SeriesName,
    SeriesRecord,
    VoidRecord,
)
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.fiscal import LIVE_STATES, DocumentState, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady, SeriesTaken
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.persistence import fiscal_open
from varejoforte_desktop.persistence.dialects import insert_new, upsert
from varejoforte_desktop.persistence.tables.fiscal import (
    fiscal_call,
    fiscal_document,
    fiscal_event,
    fiscal_history,
    fiscal_pause,
    fiscal_series,
    fiscal_void,
)

_KEEP_CALLS: Final = timedelta(hours=2)
_DOCUMENT: Final = (
    "id", "sale_id", "number", "random_code", "emission_type", "state", "station", "issued_at", "total",
    "buyer_document", "buyer_name", "digest", "protocol", "authorised_at", "stat", "reason", "sent", "attempts",
    "next_at", "claimed_by", "claimed_until", "replaces_id", "deadline_at",
)  # fmt: skip
_EVENT: Final = (
    "id", "document_id", "kind", "sequence", "state", "text", "protocol", "registered_at", "stat", "reason",
    "attempts", "next_at", "claimed_by", "claimed_until", "operator", "station", "at",
)  # fmt: skip
_VOID: Final = (
    "id", "first", "last", "year", "state", "reason_given", "protocol", "registered_at", "stat", "reason",
    "operator", "station", "at",
)  # fmt: skip
#: What names a document for good.
_NAMES: Final = frozenset(
    {"id", "sale_id", "cnpj", "environment", "model", "series", "number", "station", "replaces_id"}
)


class SqlDocuments:
    """Documents, events, voided numbers, and our own brake."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- numbers -------------------------------------------------------------------------------------

    def next_number(self, name: SeriesName) -> int:
        """The next number of a series, counted in one statement. Raises FiscalNotReady without such a series."""
        counted = (
            update(fiscal_series)
            .where(_of_series(fiscal_series, name))
            .values(last=fiscal_series.c.last + 1)
            .returning(fiscal_series.c.last)
        )
        number = self._connection.execute(counted).scalar_one_or_none()
        if number is None:
            raise FiscalNotReady("series")
        return int(number)

    def raise_number(self, name: SeriesName, last: int) -> None:
        """The series goes on above `last`; never lowers it."""
        self._connection.execute(
            update(fiscal_series)
            .where(_of_series(fiscal_series, name), fiscal_series.c.last < last)
            .values(last=last)
        )

    def series_of(self, station: str, *, cnpj: str, environment: FiscalEnvironment) -> list[SeriesRecord]:
        """The series of a till."""
        rows = self._connection.execute(
            select(fiscal_series).where(
                fiscal_series.c.station == station,
                fiscal_series.c.cnpj == cnpj,
                fiscal_series.c.environment == environment,
            )
        )
        return [read_series(row) for row in rows]

    def all_series(self) -> list[SeriesRecord]:
        """Every series of every till."""
        rows = self._connection.execute(
            select(fiscal_series).order_by(fiscal_series.c.model, fiscal_series.c.series)
        )
        return [read_series(row) for row in rows]

    def keep_series(self, record: SeriesRecord) -> None:
        """Give a station a series in place of the one it had; numbers never go back. Raises SeriesTaken."""
        name = record.name
        known = self._connection.execute(
            select(fiscal_series).where(_of_series(fiscal_series, name)).with_for_update()
        ).one_or_none()
        if known is not None and known.station not in {record.station, f"({name.series})"}:
            raise SeriesTaken(name.series, known.station)
        for row in self._connection.execute(
            select(fiscal_series).where(
                fiscal_series.c.cnpj == name.cnpj,
                fiscal_series.c.environment == name.environment,
                fiscal_series.c.model == name.model,
                fiscal_series.c.station == record.station,
                fiscal_series.c.series != name.series,
            )
        ).all():  # the one it had stays, with its last number, and belongs to nobody
            self._connection.execute(
                update(fiscal_series)
                .where(_of_series(fiscal_series, series_name(row)))
                .values(station=f"({row.series})")
            )
        line = {**_series_values(name), "station": record.station, "last": record.last}
        if known is not None:
            self._connection.execute(
                update(fiscal_series)
                .where(_of_series(fiscal_series, name))
                .values(station=record.station, last=max(record.last, known.last))
            )
        elif not insert_new(
            self._connection, fiscal_series, line, unique=("cnpj", "environment", "model", "series")
        ):  # another till took it in this very moment
            raise SeriesTaken(name.series, "")

    # -- documents -----------------------------------------------------------------------------------

    def add(self, record: DocumentRecord) -> int:
        """Write a numbered document; gives its id."""
        values = document_values(record)
        del values["id"]
        return int(
            self._connection.execute(
                insert(fiscal_document).values(values).returning(fiscal_document.c.id)
            ).scalar_one()
        )

    def get(self, document_id: int) -> DocumentRecord:
        """The document, held until the transaction ends. Raises NoSuchRecord."""
        found = self._one(fiscal_document.c.id == document_id)
        if found is None:
            raise NoSuchRecord("fiscal_document", str(document_id))
        return found

    def by_key(self, key: str) -> DocumentRecord | None:
        """The document with this access key."""
        return self._one(fiscal_document.c.access_key == key)

    def live_of_sale(self, sale_id: int) -> DocumentRecord | None:
        """The document that stands for a sale, held until the transaction ends; None: none does."""
        return self._one((fiscal_document.c.sale_id == sale_id) & fiscal_document.c.state.in_(LIVE_STATES))

    def of_sale(self, sale_id: int) -> list[DocumentRecord]:
        """All of them, the newest first."""
        rows = self._connection.execute(
            select(fiscal_document)
            .where(fiscal_document.c.sale_id == sale_id)
            .order_by(fiscal_document.c.id.desc())
        )
        return [read_document(row) for row in rows]

    def replacing(self, document_id: int) -> DocumentRecord | None:
        """The document handed over in the place of this one."""
        return self._one(fiscal_document.c.replaces_id == document_id)

    def save(self, record: DocumentRecord) -> None:
        """Everything about it but what names it."""
        values = {name: each for name, each in document_values(record).items() if name not in _NAMES}
        self._connection.execute(
            update(fiscal_document).where(fiscal_document.c.id == record.id).values(values)
        )

    def in_range(self, name: SeriesName, first: int, last: int) -> list[DocumentRecord]:
        """Documents with numbers of a range, held until the transaction ends."""
        rows = self._connection.execute(
            select(fiscal_document)
            .where(_of_series(fiscal_document, name), fiscal_document.c.number.between(first, last))
            .order_by(fiscal_document.c.number)
            .with_for_update()
        )
        return [read_document(row) for row in rows]

    def on_their_way(self, *, station: str, claim: str, at: datetime) -> list[DocumentRecord]:
        """Documents that are being sent by nobody who still lives: a station's own under another claim, and others'
        whose time is up."""
        rows = self._connection.execute(
            select(fiscal_document)
            .where(on_their_way(station, claim, at))
            .order_by(fiscal_document.c.id)
            .with_for_update()
        )
        return [read_document(row) for row in rows]

    def _one(self, which: Any) -> DocumentRecord | None:
        row = self._connection.execute(select(fiscal_document).where(which).with_for_update()).one_or_none()
        return None if row is None else read_document(row)

    def last_sent(self, document_id: int) -> datetime | None:
        """When it last went on its way."""
        steps = fiscal_history.c
        sent: datetime | None = self._connection.execute(
            select(func.max(steps.at)).where(
                steps.document_id == document_id, steps.after == DocumentState.SENDING.value
            )
        ).scalar_one_or_none()
        return sent

    def open_papers(self, cnpj: str, environment: FiscalEnvironment) -> OpenPapers:
        """What a company still has open in an environment; numbers to be voided do not count."""
        return fiscal_open.open_papers(self._connection, cnpj, environment)

    # -- events and voided numbers ---------------------------------------------------------------------

    def add_event(self, record: EventRecord) -> int:
        """Write an event that is owed; gives its id."""
        return self._added(fiscal_event, event_values(record))

    def event(self, event_id: int) -> EventRecord:
        """An event, held until the transaction ends. Raises NoSuchRecord."""
        row = self._connection.execute(
            select(fiscal_event).where(fiscal_event.c.id == event_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NoSuchRecord("fiscal_event", str(event_id))
        return read_event(row)

    def events_of(self, document_id: int) -> list[EventRecord]:
        """What happened to a document, in its order."""
        rows = self._connection.execute(
            select(fiscal_event).where(fiscal_event.c.document_id == document_id).order_by(fiscal_event.c.id)
        )
        return [read_event(row) for row in rows]

    def save_event(self, record: EventRecord) -> None:
        """Write it as it is now."""
        self._saved(fiscal_event, event_values(record))

    def add_void(self, record: VoidRecord) -> int:
        """Write a range that SEFAZ is to void; gives its id."""
        return self._added(fiscal_void, void_values(record))

    def get_void(self, void_id: int) -> VoidRecord:
        """A range, held until the transaction ends. Raises NoSuchRecord."""
        row = self._connection.execute(
            select(fiscal_void).where(fiscal_void.c.id == void_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NoSuchRecord("fiscal_void", str(void_id))
        return read_void(row)

    def save_void(self, record: VoidRecord) -> None:
        """Write it as it is now."""
        self._saved(fiscal_void, void_values(record))

    def _added(self, table: Table, values: dict[str, Any]) -> int:
        del values["id"]
        return int(self._connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one())

    def _saved(self, table: Table, values: dict[str, Any]) -> None:
        self._connection.execute(update(table).where(table.c.id == values.pop("id")).values(values))

    # -- history and brake -----------------------------------------------------------------------------

    def note(self, step: FiscalStep, at: datetime) -> None:
        """A line of the history; never changed."""
        self._connection.execute(
            insert(fiscal_history).values(
                document_id=step.document_id,
                at=at,
                before=step.before,
                after=step.after,
                why=step.why[:40],
                detail=step.detail,
                operator=step.operator[:80],
                station=step.station[:80],
            )
        )

    def note_call(self, kind: str, subject: str, stat: str, at: datetime) -> None:
        """A question put to SEFAZ, for our own brake; those older than two hours are forgotten."""
        self._connection.execute(delete(fiscal_call).where(fiscal_call.c.at < at - _KEEP_CALLS))
        self._connection.execute(
            insert(fiscal_call).values(at=at, kind=kind, subject=subject[:60], stat=stat[:20])
        )

    def calls(self, kind: str, subject: str, since: datetime, stat: str = "") -> int:
        """How many there were."""
        wanted = [fiscal_call.c.kind == kind, fiscal_call.c.subject == subject, fiscal_call.c.at >= since]
        if stat:
            wanted.append(fiscal_call.c.stat == stat)
        return int(
            self._connection.execute(
                select(func.count()).select_from(fiscal_call).where(and_(*wanted))
            ).scalar_one()
        )

    def paused_until(self) -> datetime | None:
        """Until when nobody asks SEFAZ anything."""
        until: datetime | None = self._connection.execute(select(fiscal_pause.c.until)).scalar_one_or_none()
        return until

    def pause(self, until: datetime, why: str) -> None:
        """Nobody asks SEFAZ anything until then."""
        upsert(self._connection, fiscal_pause, [{"id": 1, "until": until, "why": why[:40]}], key=("id",))


def _of_series(table: Table, name: SeriesName) -> Any:
    return and_(*(table.c[column] == value for column, value in _series_values(name).items()))


def _series_values(name: SeriesName) -> dict[str, Any]:
    return {"cnpj": name.cnpj, "environment": name.environment, "model": name.model, "series": name.series}


def on_their_way(station: str, claim: str, at: datetime) -> Any:
    """Which documents are being sent by nobody who still lives."""
    columns = fiscal_document.c
    mine = and_(columns.station == station, columns.claimed_by != claim)
    return and_(columns.state == DocumentState.SENDING, or_(mine, columns.claimed_until < at))


def series_name(row: Row[Any]) -> SeriesName:
    """The series a line speaks of."""
    return SeriesName(cnpj=row.cnpj, environment=row.environment, model=row.model, series=row.series)


def read_series(row: Row[Any]) -> SeriesRecord:
    """A line of the table as a record."""
    return SeriesRecord(name=series_name(row), station=row.station, last=row.last)


def document_values(record: DocumentRecord) -> dict[str, Any]:
    """A document as the table has it."""
    values = {name: getattr(record, name) for name in _DOCUMENT} | _series_values(record.name)
    values["buyer_name"] = record.buyer_name[:200]
    values["buyer_key"] = folded(record.buyer_name)[:200]
    return values | {"access_key": record.key, "xml": record.xml, "proc": record.proc}


def read_document(row: Row[Any]) -> DocumentRecord:
    """A line of the table as a record."""
    known: Mapping[str, Any] = {name: getattr(row, name) for name in _DOCUMENT}
    return DocumentRecord(
        **known, name=series_name(row), key=row.access_key, xml=bytes(row.xml), proc=bytes(row.proc)
    )


def event_values(record: EventRecord) -> dict[str, Any]:
    """An event as the table has it."""
    return {name: getattr(record, name) for name in _EVENT} | {"xml": record.xml, "proc": record.proc}


def read_event(row: Row[Any]) -> EventRecord:
    """A line of the table as a record."""
    return EventRecord(
        **{name: getattr(row, name) for name in _EVENT}, xml=bytes(row.xml), proc=bytes(row.proc)
    )


def void_values(record: VoidRecord) -> dict[str, Any]:
    """A range as the table has it."""
    values = {name: getattr(record, name) for name in _VOID} | _series_values(record.name)
    return values | {"xml": record.xml, "proc": record.proc}


def read_void(row: Row[Any]) -> VoidRecord:
    """A line of the table as a record."""
    return VoidRecord(
        **{name: getattr(row, name) for name in _VOID},
        name=series_name(row),
        xml=bytes(row.xml),
        proc=bytes(row.proc),
    )
