"""What is still to be done with SEFAZ: sales without a document, documents on their way, numbers to be voided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, func, or_, select

from varejoforte_desktop.application.fiscal_book import SeriesName, SeriesRecord
from varejoforte_desktop.application.fiscal_questions import Due, NumberGap, OwedSale
from varejoforte_desktop.application.fiscal_sending import ORPHANED
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.domain.sale import FiscalModel, SaleState
from varejoforte_desktop.persistence.tables.fiscal import fiscal_document, fiscal_event
from varejoforte_desktop.persistence.tables.sales import sale

_SENDS: Final = (DocumentState.GENERATED, DocumentState.OFFLINE)
_OWED: Final = and_(
    sale.c.fiscal_state == "owed",
    sale.c.fiscal != FiscalModel.NONE,
    sale.c.state == SaleState.COMPLETED,
)


def owed_count(connection: Connection) -> int:
    """How many sales have no document."""
    return int(connection.execute(select(func.count()).select_from(sale).where(_OWED)).scalar_one())


def unreversed_count(connection: Connection) -> int:
    """How many sales stand although their document was cancelled: their goods and money are still to go back."""
    stands = and_(sale.c.fiscal_state == DocumentState.CANCELLED.value, sale.c.state == SaleState.COMPLETED)
    return int(connection.execute(select(func.count()).select_from(sale).where(stands)).scalar_one())


def owed_sales(connection: Connection, *, since: datetime | None, limit: int) -> list[OwedSale]:
    """The oldest first, sold at or after `since`."""
    found = select(sale).where(_OWED).order_by(sale.c.id).limit(limit)
    if since is not None:
        found = found.where(sale.c.at >= since)
    return [
        OwedSale(
            sale_id=row.id,
            number=f"{row.station}-{row.number}",
            model=row.fiscal,
            at=row.at,
            total=row.total,
            buyer_name=row.buyer_name,
        )
        for row in connection.execute(found)
    ]


def due(connection: Connection, station: str, at: datetime, limit: int) -> list[Due]:
    """What this station has to do now: offline documents first, then the oldest.

    Its own, and what another station left lying for minutes.
    """
    document = fiscal_document.c
    offline_first = (document.state != DocumentState.OFFLINE).label("later")
    rows = connection.execute(
        select(document.id, document.state, document.next_at)
        .where(document.next_at <= at, _cared_for(document, station, at))
        .order_by(offline_first, document.next_at, document.id)
        .limit(limit)
    )
    found = [
        Due(kind="send" if row.state in _SENDS else "consult", id=row.id, at=row.next_at) for row in rows
    ]
    event = fiscal_event.c
    events = connection.execute(
        select(event.id, event.next_at)
        .where(event.next_at <= at, _cared_for(event, station, at))
        .order_by(event.next_at, event.id)
        .limit(limit)
    )
    return [*found, *(Due(kind="event", id=row.id, at=row.next_at) for row in events)]


def _cared_for(columns: Any, station: str, at: datetime) -> Any:
    free = or_(columns.claimed_until.is_(None), columns.claimed_until <= at)
    return and_(free, or_(columns.station == station, columns.next_at <= at - ORPHANED))


def next_due(connection: Connection, station: str) -> datetime | None:
    """When the next thing of this station is due; None when nothing waits."""
    instants = [
        connection.execute(
            select(func.min(columns.next_at)).where(columns.station == station)
        ).scalar_one_or_none()
        for columns in (fiscal_document.c, fiscal_event.c)
    ]
    return min((each for each in instants if each is not None), default=None)


def gaps(connection: Connection, series: Sequence[SeriesRecord]) -> list[NumberGap]:
    """Numbers to be voided, as ranges: given up, and those below the last that no document has."""
    found: list[NumberGap] = []
    for record in series:
        name = record.name
        rows = connection.execute(
            select(fiscal_document.c.number, fiscal_document.c.state)
            .where(
                fiscal_document.c.cnpj == name.cnpj,
                fiscal_document.c.environment == name.environment,
                fiscal_document.c.model == name.model,
                fiscal_document.c.series == name.series,
            )
            .order_by(fiscal_document.c.number)
        ).all()
        if rows:  # what came before the first document of ours was another program's
            found += _gaps(name, [(row.number, row.state) for row in rows], record.last)
    return found


def _gaps(name: SeriesName, numbers: Sequence[tuple[int, DocumentState]], last: int) -> list[NumberGap]:
    gaps: list[NumberGap] = []
    expected = numbers[0][0]
    for number, state in [*numbers, (last + 1, None)]:
        if number > expected:
            gaps.append(NumberGap(name=name, first=expected, last=number - 1, unknown=True))
        if state is DocumentState.TO_VOID:
            before = gaps[-1] if gaps else None
            if before is not None and not before.unknown and before.last == number - 1:
                gaps[-1] = NumberGap(name=name, first=before.first, last=number, unknown=False)
            else:
                gaps.append(NumberGap(name=name, first=number, last=number, unknown=False))
        expected = number + 1
    return gaps
