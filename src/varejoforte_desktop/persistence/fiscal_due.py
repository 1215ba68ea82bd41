"""What is still to be done with SEFAZ: sales without a document, documents on their way, numbers to be voided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, func, or_, select

from varejoforte_desktop.application.fiscal_book import SeriesName, SeriesRecord
from varejoforte_desktop.application.fiscal_questions import Due, NumberGap, OwedSale
from varejoforte_desktop.application.fiscal_sending import ORPHANED
from varejoforte_desktop.domain.fiscal import DocumentState, EventState
from varejoforte_desktop.domain.sale import FiscalModel, SaleState
from varejoforte_desktop.persistence.fiscal_open import documents_here, events_here
from varejoforte_desktop.persistence.tables.fiscal import fiscal_document, fiscal_event, fiscal_void
from varejoforte_desktop.persistence.tables.sales import sale

_SENDS: Final = (DocumentState.GENERATED, DocumentState.OFFLINE)
#: In the buyer's hands, and SEFAZ does not have it yet, whatever step it is at.
HANDED_OVER: Final = and_(
    fiscal_document.c.deadline_at.is_not(None),
    fiscal_document.c.state.in_(
        (
            DocumentState.OFFLINE,
            DocumentState.OFFLINE_REJECTED,
            DocumentState.SENDING,
            DocumentState.UNKNOWN,
        )
    ),
)
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

    Its own, and what another station left lying for minutes; of the environment and company in force, since another
    SEFAZ knows nothing of the rest.
    """
    document = fiscal_document.c
    offline_first = (document.state != DocumentState.OFFLINE).label("later")
    rows = connection.execute(
        select(document.id, document.state, document.next_at)
        .where(document.next_at <= at, _cared_for(document, station, at), documents_here())
        .order_by(offline_first, document.next_at, document.id)
        .limit(limit)
    )
    found = [
        Due(kind="send" if row.state in _SENDS else "consult", id=row.id, at=row.next_at) for row in rows
    ]
    event = fiscal_event.c
    events = connection.execute(
        select(event.id, event.next_at)
        .where(event.next_at <= at, _cared_for(event, station, at), events_here())
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
            # Said although a minimum ignores it: only so does the index of what is due serve.
            select(func.min(columns.next_at)).where(
                columns.station == station, here, columns.next_at.is_not(None)
            )
        ).scalar_one_or_none()
        for columns, here in ((fiscal_document.c, documents_here()), (fiscal_event.c, events_here()))
    ]
    return min((each for each in instants if each is not None), default=None)


def gaps(connection: Connection, series: Sequence[SeriesRecord]) -> list[NumberGap]:
    """Numbers to be voided, as ranges: given up, and those below the last that no document has."""
    found: list[NumberGap] = []
    given_up = _given_up(connection)
    for record in series:
        gaps = [*_unknown(connection, record), *given_up.get(record.name, ())]
        found += sorted(gaps, key=lambda gap: gap.first)
    return found


def _of_series(name: SeriesName, columns: Any = fiscal_document.c) -> Any:
    return and_(
        columns.cnpj == name.cnpj,
        columns.environment == name.environment,
        columns.model == name.model,
        columns.series == name.series,
    )


def _unknown(connection: Connection, record: SeriesRecord) -> Iterator[NumberGap]:
    """Between two documents, and above the last; what came before our first was another program's."""
    number = fiscal_document.c.number
    # The database compares neighbours along the index of the numbers: only the holes come here, however many there are.
    pairs = (
        select(number, func.lag(number).over(order_by=number).label("before"))
        .where(_of_series(record.name))
        .subquery()
    )
    holes = connection.execute(
        select(pairs.c.before, pairs.c.number)
        .where(pairs.c.before < pairs.c.number - 1)
        .order_by(pairs.c.number)
    )
    ranges = [(before + 1, after - 1) for before, after in holes]
    last = connection.execute(select(func.max(number)).where(_of_series(record.name))).scalar_one()
    if last is not None and last < record.last:
        ranges.append((last + 1, record.last))
    voided = _voided(connection, record.name) if ranges else []
    for first, end in ranges:
        for some, other in _without(first, end, voided):
            yield NumberGap(name=record.name, first=some, last=other, unknown=True)


def _voided(connection: Connection, name: SeriesName) -> list[tuple[int, int]]:
    """What SEFAZ has voided already; numbers that no document of ours had leave no other trace."""
    void = fiscal_void.c
    rows = connection.execute(
        select(void.first, void.last)
        .where(_of_series(name, void), void.state == EventState.REGISTERED)
        .order_by(void.first)
    )
    return [(row.first, row.last) for row in rows]


def _without(first: int, last: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of a range when others, in order, are taken out of it."""
    for begin, end in taken:
        if begin > first:
            yield first, min(last, begin - 1)
        first = max(first, end + 1)
        if first > last:
            return
    yield first, last


def _given_up(connection: Connection) -> dict[SeriesName, list[NumberGap]]:
    """Neighbours together: one request voids them. Asked for all series at once, for they are few."""
    document = fiscal_document.c
    rows = connection.execute(
        select(document.cnpj, document.environment, document.model, document.series, document.number)
        .where(document.state == DocumentState.TO_VOID)
        .order_by(document.number)
    )
    found: dict[SeriesName, list[NumberGap]] = defaultdict(list)
    for row in rows:
        name = SeriesName(cnpj=row.cnpj, environment=row.environment, model=row.model, series=row.series)
        gaps = found[name]
        if gaps and gaps[-1].last == row.number - 1:
            gaps[-1] = NumberGap(name=name, first=gaps[-1].first, last=row.number, unknown=False)
        else:
            gaps.append(NumberGap(name=name, first=row.number, last=row.number, unknown=False))
    return found
