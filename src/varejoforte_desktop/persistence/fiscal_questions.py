"""What screens and the desk ask about fiscal documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, exists, func, or_, select

from varejoforte_desktop.application.fiscal_book import SecretRecord, SeriesRecord, TaxTable, VoidRecord
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.application.fiscal_questions import (
    ArchiveItem,
    DocumentRow,
    DocumentSearch,
    DocumentSheet,
    Due,
    FiscalOverview,
    NumberGap,
    OwedSale,
    StepRow,
)
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.fiscal import (
    DocumentState,
    EventState,
    FiscalEnvironment,
    FiscalEventKind,
)
from varejoforte_desktop.domain.fiscal_answers import REPLACED_CANCEL_TIME
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.tax_ids import bare_tax_id
from varejoforte_desktop.domain.taxes import ProductTax
from varejoforte_desktop.domain.texts import folded, keepable
from varejoforte_desktop.persistence import fiscal_archive, fiscal_due, fiscal_open
from varejoforte_desktop.persistence.fiscal_documents import (
    on_their_way,
    read_document,
    read_event,
    read_series,
    read_void,
)
from varejoforte_desktop.persistence.fiscal_open import documents_here
from varejoforte_desktop.persistence.fiscal_setup import (
    read_product_tax,
    read_secret,
    read_settings,
    read_taxes,
)
from varejoforte_desktop.persistence.tables.fiscal import (
    fiscal_document,
    fiscal_event,
    fiscal_history,
    fiscal_pause,
    fiscal_secret,
    fiscal_series,
    fiscal_void,
    product_tax,
)
from varejoforte_desktop.persistence.tables.orders import tray_order
from varejoforte_desktop.persistence.tables.sales import sale

_COLUMNS: Final = [
    fiscal_document.c[name]
    for name in (
        "id", "sale_id", "model", "environment", "series", "number", "emission_type", "state", "station",
        "issued_at", "total", "buyer_document", "buyer_name", "stat", "reason", "authorised_at", "deadline_at",
        "protocol",
    )
]  # fmt: skip
_WAITING: Final = (
    DocumentState.GENERATED, DocumentState.SENDING, DocumentState.UNKNOWN, DocumentState.REPLACED,
)  # fmt: skip
_CANCELS: Final = (FiscalEventKind.CANCEL, FiscalEventKind.CANCEL_REPLACED)
_REFUSED: Final = (DocumentState.REJECTED, DocumentState.OFFLINE_REJECTED)
_OPEN_EVENTS: Final = (EventState.GENERATED, EventState.SENDING, EventState.UNKNOWN)


class SqlFiscalReader:
    """Looks, changes nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def settings(self) -> FiscalSettings:
        """How the shop issues."""
        return read_settings(self._connection)

    def certificate(self) -> CertificateFacts | None:
        """What the shop's certificate says of itself."""
        record = self.secrets().get("certificate")
        return None if record is None else record.facts

    def secrets(self) -> Mapping[str, SecretRecord]:
        """Sealed; by name."""
        return {row.name: read_secret(row) for row in self._connection.execute(select(fiscal_secret))}

    def taxes(self) -> TaxTable:
        """The accountant's rows."""
        return read_taxes(self._connection)

    def tax_groups(self) -> list[str]:
        """Groups that the rows or products name."""
        named = {rule.group for rule in self.taxes().rules}
        named |= set(self._connection.scalars(select(product_tax.c.tax_group).distinct()))
        return sorted(named - {""})

    def product_tax(self, product_id: int) -> ProductTax:
        """What the shop says of one product."""
        row = self._connection.execute(
            select(product_tax).where(product_tax.c.product_id == product_id)
        ).one_or_none()
        return ProductTax() if row is None else read_product_tax(row)

    def series(self) -> list[SeriesRecord]:
        """Every series of every till."""
        rows = self._connection.execute(
            select(fiscal_series).order_by(fiscal_series.c.model, fiscal_series.c.series)
        )
        return [read_series(row) for row in rows]

    def overview(self) -> FiscalOverview:
        """How it stands with SEFAZ."""
        seen, alarms = self._counted(), fiscal_open.alarms(self._connection)
        since = alarms.uncancelled_since
        return replace(
            seen,
            waiting=seen.waiting - alarms.uncancelled - alarms.disputed,
            uncancelled=alarms.uncancelled,
            uncancelled_until=None if since is None else since + REPLACED_CANCEL_TIME,
            disputed=alarms.disputed,
            elsewhere=fiscal_open.open_elsewhere(self._connection),
        )

    def _counted(self) -> FiscalOverview:
        settings = self.settings()
        # Only what is open is counted: it is little and found by its state, however many documents there are.
        counted = {
            row.state: row.many
            for row in self._connection.execute(
                select(fiscal_document.c.state, func.count().label("many"))
                .where(
                    documents_here(),
                    fiscal_document.c.state.in_([*_WAITING, *_REFUSED, DocumentState.TO_VOID]),
                )
                .group_by(fiscal_document.c.state)
            )
        }
        many = {state: counted.get(state, 0) for state in DocumentState}
        offline = self._connection.execute(
            select(func.count(), func.min(fiscal_document.c.deadline_at)).where(
                documents_here(), fiscal_due.HANDED_OVER
            )
        ).one()
        return FiscalOverview(
            settings=settings,
            certificate=self.certificate(),
            owed=fiscal_due.owed_count(self._connection),
            waiting=sum(many[each] for each in _WAITING),
            offline=offline[0],
            oldest_deadline=offline[1],
            rejected=sum(many[each] for each in _REFUSED),
            to_void=many[DocumentState.TO_VOID],
            paused_until=self.paused_until(),
            taxes=self.taxes(),
            unreversed=fiscal_due.unreversed_count(self._connection),
        )

    def paused_until(self) -> datetime | None:
        """Until when nobody asks SEFAZ anything, as far as that was ever said."""
        until: datetime | None = self._connection.execute(select(fiscal_pause.c.until)).scalar_one_or_none()
        return until

    def documents(self, search: DocumentSearch, *, offset: int = 0, limit: int = 100) -> list[DocumentRow]:
        """The newest first."""
        found = _rows().where(*_wanted(search)).order_by(fiscal_document.c.id.desc())
        return [_row(each) for each in self._connection.execute(found.offset(offset).limit(limit))]

    def count(self, search: DocumentSearch) -> int:
        """How many match."""
        found = _rows().where(*_wanted(search)).subquery()
        return int(self._connection.execute(select(func.count()).select_from(found)).scalar_one())

    def document(self, document_id: int) -> DocumentSheet:
        """Raises NoSuchRecord."""
        line = self._connection.execute(_rows().where(fiscal_document.c.id == document_id)).one_or_none()
        if line is None:
            raise NoSuchRecord("fiscal_document", str(document_id))
        record = read_document(
            self._connection.execute(select(fiscal_document).where(fiscal_document.c.id == document_id)).one()
        )
        steps = self._connection.execute(
            select(fiscal_history)
            .where(fiscal_history.c.document_id == document_id)
            .order_by(fiscal_history.c.id)
        )
        events = self._connection.execute(
            select(fiscal_event).where(fiscal_event.c.document_id == document_id).order_by(fiscal_event.c.id)
        )
        names = ("at", "before", "after", "why", "detail", "operator", "station")
        return DocumentSheet(
            row=_row(line),
            record=record,
            steps=tuple(StepRow(**{name: getattr(each, name) for name in names}) for each in steps),
            events=tuple(read_event(each) for each in events),
            replaced=self._label(fiscal_document.c.id == record.replaces_id),
            replacing=self._label(fiscal_document.c.replaces_id == document_id),
        )

    def _label(self, which: Any) -> str:
        row = self._connection.execute(
            select(fiscal_document.c.series, fiscal_document.c.number).where(which)
        ).one_or_none()
        return "" if row is None else f"{row.series}/{row.number}"

    def of_sale(self, sale_id: int) -> list[DocumentRow]:
        """A sale's documents, the newest first."""
        found = _rows().where(fiscal_document.c.sale_id == sale_id).order_by(fiscal_document.c.id.desc())
        return [_row(each) for each in self._connection.execute(found)]

    def owed_sales(self, *, since: datetime | None = None, limit: int = 1000) -> list[OwedSale]:
        """The oldest first, sold at or after `since`."""
        return fiscal_due.owed_sales(self._connection, since=since, limit=limit)

    def gaps(self) -> list[NumberGap]:
        """Numbers to be voided, as ranges."""
        return fiscal_due.gaps(self._connection, self.series())

    def voids(self, *, limit: int = 200) -> list[VoidRecord]:
        """The newest first."""
        rows = self._connection.execute(select(fiscal_void).order_by(fiscal_void.c.id.desc()).limit(limit))
        return [read_void(row) for row in rows]

    def due(self, station: str, at: datetime, *, limit: int = 20) -> list[Due]:
        """What this station has to do now: offline documents first, then the oldest."""
        return fiscal_due.due(self._connection, station, at, limit)

    def lost(self, station: str, claim: str, at: datetime) -> bool:
        """Whether a document was on its way when a computer stopped."""
        found = select(exists().where(on_their_way(station, claim, at)))
        return bool(self._connection.execute(found).scalar_one())

    def next_due(self, station: str) -> datetime | None:
        """When the next thing is due; None when nothing waits."""
        return fiscal_due.next_due(self._connection, station)

    def archive(
        self, since: datetime, until: datetime, *, environment: FiscalEnvironment, begins: datetime
    ) -> list[ArchiveItem]:
        """Documents, events and voided ranges of a stretch of an archive that begins at `begins`."""
        return fiscal_archive.items(self._connection, since, until, environment, begins=begins)


def _rows() -> Select[Any]:
    corrected = exists().where(
        fiscal_event.c.document_id == fiscal_document.c.id,
        fiscal_event.c.kind == FiscalEventKind.CORRECTION,
        fiscal_event.c.state == EventState.REGISTERED,
    )
    cancelling = exists().where(
        fiscal_event.c.document_id == fiscal_document.c.id,
        fiscal_event.c.kind.in_(_CANCELS),
        fiscal_event.c.state.in_(_OPEN_EVENTS),
    )
    return (
        select(
            *_COLUMNS,
            fiscal_document.c.access_key.label("key"),
            sale.c.station.label("sale_station"),
            sale.c.number.label("sale_count"),
            tray_order.c.remote_id.label("order_remote_id"),
            corrected.label("corrected"),
            cancelling.label("cancelling"),
            fiscal_open.refused_cancel().label("uncancelled"),
        )
        .outerjoin(sale, sale.c.id == fiscal_document.c.sale_id)
        .outerjoin(tray_order, tray_order.c.id == sale.c.order_id)
    )


def _row(line: Row[Any]) -> DocumentRow:
    known = {each.name: getattr(line, each.name) for each in _COLUMNS}
    return DocumentRow(
        **known,
        key=line.key,
        sale_number="" if line.sale_count is None else f"{line.sale_station}-{line.sale_count}",
        order=line.order_remote_id or "",
        corrected=bool(line.corrected),
        cancelling=bool(line.cancelling),
        uncancelled=bool(line.uncancelled),
    )


def _wanted(search: DocumentSearch) -> list[Any]:
    wanted: list[Any] = []
    columns = fiscal_document.c
    if search.model is not None:
        wanted.append(columns.model == search.model)
    if search.environment is not None:
        wanted.append(columns.environment == search.environment)
    if search.states:
        wanted.append(columns.state.in_(sorted(search.states)))
    if search.since is not None:
        wanted.append(columns.issued_at >= search.since)
    if search.until is not None:
        wanted.append(columns.issued_at < search.until)
    if search.station:
        wanted.append(columns.station == keepable(search.station))
    if search.text.strip():
        wanted.append(_text(search.text))
    return wanted


def _text(typed: str) -> Any:
    """By number, access key, document, order, or the beginning of a word of the buyer's name."""
    text, bare = folded(typed.strip()), bare_tax_id(typed)
    ways: list[Any] = []
    if bare:
        ways += [
            fiscal_document.c.access_key == bare,
            fiscal_document.c.buyer_document == bare,
            tray_order.c.remote_id == bare,
        ]
    number = bare.lstrip("0")
    if number.isascii() and number.isdigit() and len(number) <= 9:
        ways += [fiscal_document.c.number == int(number), sale.c.number == int(number)]
    if text:
        name = fiscal_document.c.buyer_key
        ways += [name.startswith(text, autoescape=True), name.contains(f" {text}", autoescape=True)]
    return or_(*ways) if ways else fiscal_document.c.id < 0
