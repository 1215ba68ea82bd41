"""The files of the fiscal archive: what was signed and what SEFAZ said to it, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, or_, select

from varejoforte_desktop.application.fiscal_questions import ArchiveItem
from varejoforte_desktop.domain.fiscal import EventState, FiscalEnvironment
from varejoforte_desktop.persistence.fiscal_due import HANDED_OVER
from varejoforte_desktop.persistence.tables.fiscal import fiscal_document, fiscal_event, fiscal_void


def items(
    connection: Connection,
    since: datetime,
    until: datetime,
    environment: FiscalEnvironment,
    *,
    begins: datetime,
) -> list[ArchiveItem]:
    """What is of the time from `since` up to before `until`, a stretch of a month's archive that begins at `begins`.

    Documents issued then, and those from before the month that SEFAZ took in then: the archive of their own month may
    have been made without them. A slip of contingency that SEFAZ does not have yet is there as it was handed over.
    Events and voided ranges are those that were registered then. All stretches together have everything once.
    """
    found = [
        *_documents(connection, since, until, environment, begins),
        *_events(connection, since, until, environment),
        *_voids(connection, since, until, environment),
    ]
    return [each for each in found if each.data]


def _documents(
    connection: Connection, since: datetime, until: datetime, environment: FiscalEnvironment, begins: datetime
) -> Iterator[ArchiveItem]:
    document = fiscal_document.c
    found = select(document.access_key, document.protocol, document.proc, document.xml).where(
        document.environment == environment
    )
    # Two questions, each along an index of its own: one with OR would walk through all documents.
    issued = found.where(
        document.issued_at >= since,
        document.issued_at < until,
        or_(document.protocol != "", HANDED_OVER),
    )
    late = found.where(
        document.authorised_at >= since,
        document.authorised_at < until,
        document.issued_at < begins,
        document.protocol != "",
    )
    rows = [row for question in (late, issued) for row in connection.execute(question.order_by(document.id))]
    for row in rows:
        if row.protocol:
            yield ArchiveItem(name=f"{row.access_key}-procNFe.xml", data=bytes(row.proc))
        else:
            yield ArchiveItem(name=f"{row.access_key}-sem-autorizacao.xml", data=bytes(row.xml))


def _events(
    connection: Connection, since: datetime, until: datetime, environment: FiscalEnvironment
) -> Iterator[ArchiveItem]:
    document, event = fiscal_document.c, fiscal_event.c
    rows = connection.execute(
        select(document.access_key, event.kind, event.sequence, event.proc)
        .join(fiscal_document, document.id == event.document_id)
        .where(
            document.environment == environment,
            event.state == EventState.REGISTERED,
            event.registered_at >= since,
            event.registered_at < until,
        )
        .order_by(event.id)
    )
    for row in rows:
        name = f"{row.access_key}-{row.kind.value}-{row.sequence:02}-procEvento.xml"
        yield ArchiveItem(name=name, data=bytes(row.proc))


def _voids(
    connection: Connection, since: datetime, until: datetime, environment: FiscalEnvironment
) -> Iterator[ArchiveItem]:
    void = fiscal_void.c
    rows = connection.execute(
        select(fiscal_void)
        .where(
            void.environment == environment,
            void.state == EventState.REGISTERED,
            void.registered_at >= since,
            void.registered_at < until,
        )
        .order_by(void.id)
    )
    for row in rows:
        name = f"{row.year:02}-{row.model.value}-{row.series}-{row.first}-{row.last}-procInut.xml"
        yield ArchiveItem(name=name, data=bytes(row.proc))
