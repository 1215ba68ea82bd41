"""The files of the fiscal archive: what was signed and what SEFAZ said to it, byte by byte."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from varejoforte_desktop.application.fiscal_questions import ArchiveItem
from varejoforte_desktop.domain.fiscal import EventState, FiscalEnvironment
from varejoforte_desktop.persistence.tables.fiscal import fiscal_document, fiscal_event, fiscal_void


def items(
    connection: Connection, since: datetime, until: datetime, environment: FiscalEnvironment
) -> list[ArchiveItem]:
    """Documents, events and voided ranges that SEFAZ took in from `since` up to before `until`."""
    document, event, void = fiscal_document.c, fiscal_event.c, fiscal_void.c
    documents = connection.execute(
        select(document.access_key, document.proc)
        .where(
            document.environment == environment,
            document.authorised_at >= since,
            document.authorised_at < until,
            document.protocol != "",
        )
        .order_by(document.id)
    )
    events = connection.execute(
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
    voids = connection.execute(
        select(fiscal_void)
        .where(
            void.environment == environment,
            void.state == EventState.REGISTERED,
            void.registered_at >= since,
            void.registered_at < until,
        )
        .order_by(void.id)
    )
    found = [ArchiveItem(name=f"{row.access_key}-procNFe.xml", data=bytes(row.proc)) for row in documents]
    found += [
        ArchiveItem(
            name=f"{row.access_key}-{row.kind.value}-{row.sequence:02}-procEvento.xml", data=bytes(row.proc)
        )
        for row in events
    ]
    found += [
        ArchiveItem(
            name=f"{row.year:02}-{row.model.value}-{row.series}-{row.first}-{row.last}-procInut.xml",
            data=bytes(row.proc),
        )
        for row in voids
    ]
    return [each for each in found if each.data]
