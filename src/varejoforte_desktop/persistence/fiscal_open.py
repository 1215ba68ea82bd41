"""What is not at its end at SEFAZ: open papers here and under other names, and those only a person can bring there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, exists, func, not_, select

from varejoforte_desktop.application.fiscal_book import OpenPapers
from varejoforte_desktop.domain.fiscal import (
    OPEN_STATES,
    PUZZLES,
    DocumentState,
    EventState,
    FiscalEnvironment,
    FiscalEventKind,
)
from varejoforte_desktop.persistence.tables.fiscal import fiscal_document, fiscal_event, fiscal_settings

#: Numbers to be voided hold nobody up: the number is known, and no answer is owed.
_OPEN: Final = sorted(OPEN_STATES - {DocumentState.TO_VOID, DocumentState.NUMBER_TAKEN})
_OPEN_EVENTS: Final = (EventState.GENERATED, EventState.SENDING, EventState.UNKNOWN)
#: A rehearsal that nobody can end is no reason never to issue in earnest: it has no value.
_STRANDED: Final = and_(
    fiscal_document.c.environment == FiscalEnvironment.HOMOLOGACAO,
    fiscal_document.c.next_at.is_(None),
    fiscal_document.c.state.in_(
        (DocumentState.REPLACED, DocumentState.UNKNOWN, DocumentState.OFFLINE_REJECTED)
    ),
)
_UNFINISHED: Final = and_(fiscal_document.c.state.in_(_OPEN), not_(_STRANDED))


def documents_here() -> Any:
    """Documents of the environment and the company in force."""
    chosen = fiscal_settings.c
    return and_(
        fiscal_document.c.environment == select(chosen.environment).scalar_subquery(),
        fiscal_document.c.cnpj == select(chosen.cnpj).scalar_subquery(),
    )


def events_here() -> Any:
    """Events of such documents."""
    return exists().where(fiscal_document.c.id == fiscal_event.c.document_id, documents_here())


def open_papers(connection: Connection, cnpj: str, environment: FiscalEnvironment) -> OpenPapers:
    """What a company still has open in an environment."""
    theirs = and_(fiscal_document.c.cnpj == cnpj, fiscal_document.c.environment == environment)
    return OpenPapers(documents=_count(connection, _UNFINISHED, theirs), events=_events(connection, theirs))


def open_elsewhere(connection: Connection) -> int:
    """How many documents are open under other names than those in force, or have an event on its way there."""
    elsewhere = not_(documents_here())
    settled = fiscal_document.c.state.not_in(_OPEN)
    return _count(connection, _UNFINISHED, elsewhere) + _events(connection, and_(settled, elsewhere))


@dataclass(frozen=True, slots=True)
class Alarms:
    """Documents that no round brings to their end. `uncancelled_since`: when SEFAZ took in the oldest of those."""

    uncancelled: int
    uncancelled_since: datetime | None
    disputed: int


def refused_cancel() -> Any:
    """A replaced document that SEFAZ has after all and refused to cancel."""
    refused = exists().where(
        fiscal_event.c.document_id == fiscal_document.c.id,
        fiscal_event.c.kind.in_((FiscalEventKind.CANCEL, FiscalEventKind.CANCEL_REPLACED)),
        fiscal_event.c.state == EventState.REJECTED,
    )
    return and_(fiscal_document.c.state == DocumentState.REPLACED, refused)


def alarms(connection: Connection) -> Alarms:
    """Those of the environment and the company in force."""
    authorised_at = func.coalesce(fiscal_document.c.authorised_at, fiscal_document.c.issued_at)
    many, since = connection.execute(
        select(func.count(), func.min(authorised_at, type_=fiscal_document.c.issued_at.type)).where(
            refused_cancel(), documents_here()
        )
    ).one()
    puzzling = and_(
        fiscal_document.c.state.in_((DocumentState.UNKNOWN, DocumentState.REPLACED)),
        fiscal_document.c.stat.in_(sorted(PUZZLES)),
    )
    return Alarms(many, since, _count(connection, puzzling, documents_here()))


def _count(connection: Connection, *wanted: Any) -> int:
    return int(
        connection.execute(select(func.count()).select_from(fiscal_document).where(*wanted)).scalar_one()
    )


def _events(connection: Connection, theirs: Any) -> int:
    found = (
        select(func.count())
        .select_from(fiscal_event)
        .join(fiscal_document, fiscal_document.c.id == fiscal_event.c.document_id)
        .where(fiscal_event.c.next_at.is_not(None), fiscal_event.c.state.in_(_OPEN_EVENTS), theirs)
    )
    return int(connection.execute(found).scalar_one())
