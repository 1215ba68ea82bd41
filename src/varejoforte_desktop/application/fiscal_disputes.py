"""When SEFAZ has another note under a document's number: whose it is, is found out before anything is numbered anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.application.fiscal_drafts import Naming, draft_of
from varejoforte_desktop.application.fiscal_numbers import OFFLINE_REASON, Pen, move
from varejoforte_desktop.application.fiscal_ports import Answer, Composed, DocumentDraft
from varejoforte_desktop.application.fiscal_sending import (
    Errand,
    authorised,
    held_by,
    keep_events,
    mind_block,
    postpone,
    settle_replaced,
)
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import DISPUTED, DocumentState, EmissionType, key_parts
from varejoforte_desktop.domain.fiscal_answers import BLOCK, Verdict, verdict_of, wait_after

#: SEFAZ takes no NFC-e whose clock is five minutes off (703, 704): a note that it authorised so long before a sale
#: was made cannot be that sale's.
SURELY_BEFORE: Final = timedelta(minutes=10)
#: SEFAZ told of a key that it then does not know, so often: somebody has to look.
_MOST_TRIES: Final = 4
#: When a note may have been written, in seconds: around its sale, and before SEFAZ took it in.
_AFTER_THE_SALE: Final = 45
_BEFORE_ITS_PROTOCOL: Final = 90
_CLOCK_AHEAD: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The document as it would be under the other key, but for the second in which it was written: one of `moments`."""

    draft: DocumentDraft = field(repr=False)
    moments: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The very note that SEFAZ has, written from this sale, with the instant it was issued and its archive form."""

    composed: Composed
    issued_at: datetime
    proc: bytes = field(repr=False)


def likeness(uow: UnitOfWork, errand: Errand, answer: Answer, *, pen: Pen) -> Likeness | None:
    """What this sale's document would say under the key that SEFAZ has; None when it cannot be written today.

    SEFAZ shows of the other note its key, its instant and its digest, neither value nor buyer. A document written from
    this sale that has that digest says the same to the letter, so it is this sale's; nothing less proves it.
    """
    document = uow.documents.get(errand.document_id)
    if document.sale_id is None or answer.received_at is None:
        return None
    sale = uow.sales.get(document.sale_id)
    parts = key_parts(errand.key)
    kind = EmissionType(parts.emission_type)
    naming = Naming(
        name=document.name,
        number=document.number,
        random_code=parts.random_code,
        emission_type=kind,
        issued_at=document.issued_at,
        offline_reason=OFFLINE_REASON if kind is EmissionType.OFFLINE else "",
    )
    try:
        draft = draft_of(uow, sale, naming, uow.fiscal_setup.settings(), csc=pen.csc)
    except DomainError:
        return None
    zone = draft.issued_at.tzinfo
    moments = _moments(sale.at, answer.received_at)
    return Likeness(
        draft=draft, moments=tuple(each.astimezone(zone).replace(microsecond=0) for each in moments)
    )


def _moments(sold_at: datetime, received_at: datetime) -> Iterator[datetime]:
    """Seconds in which the note may have been written, the likeliest first; never before its sale."""
    second = timedelta(seconds=1)
    latest = received_at + _CLOCK_AHEAD * second
    seen = set()
    near = [received_at - each * second for each in range(-_CLOCK_AHEAD, _BEFORE_ITS_PROTOCOL)]
    for at in [*(sold_at + each * second for each in range(_AFTER_THE_SALE)), *near]:
        moment = at.replace(microsecond=0)
        if sold_at.replace(microsecond=0) <= moment <= latest and moment not in seen:
            seen.add(moment)
            yield moment


def settle_disputed(
    uow: UnitOfWork,
    errand: Errand,
    answer: Answer,
    *,
    twin: Twin | None = None,
) -> DocumentRecord:
    """What SEFAZ said of the other note under a document's number.

    `twin`: that very note written from this sale; the document becomes it, valid or cancelled. When the other is
    surely of another sale, or valid no more, the number is left behind. Otherwise nothing is done by itself: the
    document keeps its sale, and a person decides.
    """
    document = uow.documents.get(errand.document_id)
    verdict = verdict_of(answer.stat)
    uow.documents.note_call("consult", errand.key, answer.stat, uow.now)
    mind_block(uow, verdict)
    if not held_by(document, errand.claim):
        return document
    if verdict is Verdict.BLOCKED:
        return postpone(uow, document, BLOCK)
    patience = verdict is Verdict.ABSENT and document.attempts < _MOST_TRIES
    if patience or verdict in {Verdict.UNSURE, Verdict.NOT_PROCESSED}:
        return postpone(uow, document, wait_after(document.attempts))
    if verdict in {Verdict.AUTHORISED, Verdict.CANCELLED} and twin is not None:
        return _become(uow, document, answer, twin)
    if verdict in {Verdict.CANCELLED, Verdict.DENIED} or (
        verdict is Verdict.AUTHORISED and _of_another(uow, document, errand.key, answer)
    ):
        taken = DocumentState.NUMBER_TAKEN
        return move(uow, document, taken, why=answer.stat, detail=document.reason, next_at=None)
    doubted = replace(document, stat=DISPUTED)
    return move(uow, doubted, document.state, why=DISPUTED, detail=document.reason, next_at=None)


def _of_another(uow: UnitOfWork, document: DocumentRecord, key: str, answer: Answer) -> bool:
    """Whether a note is surely not this sale's: SEFAZ had it before the sale was made, or an order has it already."""
    if document.sale_id is None or key_parts(key).random_code == document.random_code:
        return False
    if uow.invoices.by_key(key) is not None:
        return True
    sold_at = uow.sales.get(document.sale_id).at
    return answer.received_at is not None and answer.received_at + SURELY_BEFORE < sold_at


def _become(
    uow: UnitOfWork,
    document: DocumentRecord,
    answer: Answer,
    twin: Twin,
) -> DocumentRecord:
    """The note that SEFAZ has is this document: an older copy of the books had forgotten it.

    One that was cancelled meanwhile is so here too, and a person says what becomes of the sale.
    """
    same = twin.composed
    parts = key_parts(same.key)
    known = replace(
        document,
        key=same.key,
        random_code=parts.random_code,
        emission_type=EmissionType(parts.emission_type),
        issued_at=twin.issued_at,
        xml=same.xml,
        digest=same.digest,
        stat=answer.stat,
        reason=answer.reason,
    )
    keep_events(uow, known, answer)
    if verdict_of(answer.stat) is Verdict.CANCELLED:
        ended = replace(
            known, proc=twin.proc, protocol=answer.protocol, authorised_at=answer.received_at, sent=True
        )
        over = DocumentState.CANCELLED
        return move(uow, ended, over, why=answer.stat, detail=answer.reason, next_at=None)
    if known.state is DocumentState.REPLACED:
        return settle_replaced(uow, known, answer, Verdict.AUTHORISED, twin.proc)
    return authorised(uow, known, answer, twin.proc)
