"""Taking a sale back where it may have a note: SEFAZ is asked first, and what it says is told in a cashier's words."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop.application import sales
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.fiscal import BINDING_STATES, DocumentState, EventState
from varejoforte_desktop.domain.fiscal_errors import FiscalRefused, FiscalUnanswered
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.services import Session

#: SEFAZ takes no shorter reason.
LEAST: Final = 15
SHORT_REASON: Final = f"A SEFAZ pede um motivo de pelo menos {LEAST} letras."


def asks_sefaz(reader: Reader, sale_id: int) -> bool:
    """Whether the sale has a document that SEFAZ has to cancel before the sale goes."""
    rows = reader.fiscal.of_sale(sale_id)
    return any(
        row.state in BINDING_STATES or (row.state is DocumentState.GENERATED and bool(row.stat))
        for row in rows
    )


def half_cancelled(reader: Reader, sale_id: int) -> str | None:
    """The reason that SEFAZ was given for a note it cancelled whose sale still stands; None for any other sale."""
    rows = reader.fiscal.of_sale(sale_id)
    if not rows or rows[0].state is not DocumentState.CANCELLED:
        return None
    events = reader.fiscal.document(rows[0].id).events
    return next((each.text for each in reversed(events) if each.state is EventState.REGISTERED), "")


def too_short(reason: str) -> bool:
    """Whether SEFAZ would not take it."""
    return len(" ".join(reason.split())) < LEAST


async def take_back(session: Session, sale_id: int, *, reason: str, approved_by: Actor | None) -> None:
    """Cancel a sale, its note first. Raises what FiscalDesk.cancel_sale raises."""
    desk, actor = session.services.fiscal, session.actor
    if desk is None:
        await session.services.backend.run(
            sales.cancel_sale, sale_id, reason=reason, by=actor, approved_by=approved_by
        )
    else:
        await desk.cancel_sale(sale_id, reason=reason, by=actor, approved_by=approved_by)


def not_taken_back(error: BaseException) -> Sentence:
    """Why a sale still stands."""
    if isinstance(error, FiscalUnanswered):
        return Sentence(
            "A SEFAZ não respondeu; a nota será cancelada assim que responder.",
            "Cancele a venda de novo depois: a mercadoria e o dinheiro ainda não voltaram.",
        )
    if isinstance(error, FiscalRefused):
        said = sentence(error)
        return Sentence(f"A venda não foi cancelada. {said.text}", said.remedy)
    return sentence(error)
