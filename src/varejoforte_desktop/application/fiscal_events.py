"""What happens to a document after it was authorised: cancelled, corrected, or taken back for its offline substitute."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_book import DocumentRecord, EventRecord
from varejoforte_desktop.application.fiscal_drafts import shop_time
from varejoforte_desktop.application.fiscal_numbers import Pen, move, successor
from varejoforte_desktop.application.fiscal_places import needs_here
from varejoforte_desktop.application.fiscal_ports import Answer, EventDraft, RegisteredEvent
from varejoforte_desktop.application.fiscal_sending import CLAIM_TIME, mind_block, too_late_to_take_back
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.fiscal import (
    DocumentState,
    EmissionType,
    EventState,
    FiscalEventKind,
)
from varejoforte_desktop.domain.fiscal_answers import BLOCK, Verdict, verdict_of, wait_after
from varejoforte_desktop.domain.fiscal_errors import FiscalStateWrong, LetterUnanswered, ReasonTooShort
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.texts import keepable

#: What SEFAZ says to an event that it has registered, now or before.
_DONE = frozenset({Verdict.REGISTERED, Verdict.CANCELLED, Verdict.DUPLICATE})
_REPLACED_REASON = "Documento substituido por outro emitido em contingencia"
_MOST_CORRECTIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EventErrand:
    """An event in hand."""

    event_id: int
    key: str
    kind: FiscalEventKind
    sequence: int
    model: FiscalModel
    emission_type: EmissionType
    claim: str
    xml: bytes = field(repr=False)


def reason_text(text: str, *, least: int = 15, most: int = 255) -> str:
    """A reason as SEFAZ takes it: one line, no blanks around. Raises ReasonTooShort."""
    tidy = " ".join(keepable(text).split())
    if not least <= len(tidy) <= most:
        raise ReasonTooShort(least, most)
    return tidy


def ask_cancel(
    uow: UnitOfWork,
    document_id: int,
    reason: str,
    *,
    pen: Pen,
    by: Actor,
    approved_by: Actor | None = None,
) -> EventRecord:
    """SEFAZ is to cancel an authorised document; asked once, however often this is called.

    `approved_by` is a supervisor where `by` may not do it alone.
    Raises NotAllowed, ReasonTooShort, FiscalStateWrong, FiscalElsewhere or DocumentInvalid.
    """
    (approved_by or by).needs(Permission.CANCEL_SALES)
    document = uow.documents.get(document_id)
    if document.state is not DocumentState.AUTHORISED:
        raise FiscalStateWrong(document.label, document.state.value)
    needs_here(uow, document.name, document.label)
    text = reason_text(reason)
    open_one = _open_event(uow, document_id, FiscalEventKind.CANCEL)
    if open_one is not None:
        return open_one
    approver = {} if approved_by is None else {"approved_by": approved_by.name}
    uow.audit.note(
        AuditAction.DOCUMENT_CANCELLED,
        document.label,
        by=by,
        before={"state": document.state.value},
        after={"reason": text, "key": document.key, **approver},
    )
    return _event(uow, document, FiscalEventKind.CANCEL, text, pen=pen, by=by)


def ask_correction(uow: UnitOfWork, document_id: int, text: str, *, pen: Pen, by: Actor) -> EventRecord:
    """A carta de correção for an authorised NF-e; the last one counts for all before it.

    Raises NotAllowed, ReasonTooShort (15 to 1000 characters), FiscalStateWrong, LetterUnanswered when another text
    still waits for SEFAZ, or DocumentInvalid.
    """
    by.needs(Permission.MANAGE_DOCUMENTS)
    document = uow.documents.get(document_id)
    done = [
        each
        for each in uow.documents.events_of(document_id)
        if each.kind is FiscalEventKind.CORRECTION and each.state is not EventState.REJECTED
    ]
    fits = document.state is DocumentState.AUTHORISED and document.name.model is FiscalModel.NFE
    if not fits or len(done) >= _MOST_CORRECTIONS:
        raise FiscalStateWrong(document.label, document.state.value)
    tidy = reason_text(text, most=1000)
    open_one = _open_event(uow, document_id, FiscalEventKind.CORRECTION)
    if open_one is not None:
        if open_one.text != tidy:
            raise LetterUnanswered
        return open_one
    uow.audit.note(AuditAction.DOCUMENT_CORRECTED, document.label, by=by, after={"text": tidy})
    return _event(uow, document, FiscalEventKind.CORRECTION, tidy, pen=pen, by=by)


def ask_replaced_cancel(uow: UnitOfWork, document_id: int, *, pen: Pen) -> EventRecord | None:
    """A document that SEFAZ has after all and whose place an offline one took is cancelled, once.

    None while that other one is not authorised. By substitution; when the other was cancelled meanwhile or was not
    issued offline, like any other. One that SEFAZ refused is asked for again after an hour, while there is time.
    """
    document = uow.documents.get(document_id)
    other = successor(uow, document)
    if document.state is not DocumentState.REPLACED or not document.proc or other is None:
        return None
    if other.state not in {DocumentState.AUTHORISED, DocumentState.CANCELLED}:
        return None
    by_substitution = other.state is DocumentState.AUTHORISED and other.offline
    kind = FiscalEventKind.CANCEL_REPLACED if by_substitution else FiscalEventKind.CANCEL
    known = [each for each in uow.documents.events_of(document_id) if each.kind is kind]
    if known and known[-1].state is not EventState.REJECTED:
        return known[-1]
    if known and (uow.now - known[-1].at < BLOCK or too_late_to_take_back(document, uow.now)):
        return known[-1]
    return _event(uow, document, kind, _REPLACED_REASON, pen=pen, by=None, replaced_by=other.key)


def _open_event(uow: UnitOfWork, document_id: int, kind: FiscalEventKind) -> EventRecord | None:
    open_states = {EventState.GENERATED, EventState.SENDING, EventState.UNKNOWN}
    events = uow.documents.events_of(document_id)
    return next((each for each in events if each.kind is kind and each.state in open_states), None)


def _event(
    uow: UnitOfWork,
    document: DocumentRecord,
    kind: FiscalEventKind,
    text: str,
    *,
    pen: Pen,
    by: Actor | None,
    replaced_by: str = "",
) -> EventRecord:
    """Sign and write an event. One of cancelling that was rejected goes again under its own sequence.

    Raises FiscalElsewhere for a document of another environment or company.
    """
    needs_here(uow, document.name, document.label)
    before = [each for each in uow.documents.events_of(document.id) if each.kind is kind]
    corrections = kind is FiscalEventKind.CORRECTION
    used = [each.sequence for each in before if corrections and each.state is EventState.REGISTERED]
    sequence = max(used, default=0) + 1
    draft = _draft(uow, document, kind, text, sequence=sequence, replaced_by=replaced_by)
    record = EventRecord(
        document_id=document.id,
        kind=kind,
        sequence=sequence,
        state=EventState.GENERATED,
        text=text,
        xml=pen.notary.event(draft),
        next_at=uow.now,
        operator=by.name if by else "",
        station=by.station if by else document.station,
        at=uow.now,
    )
    uow.touch(Topic.FISCAL)
    again = next((each for each in before if each.sequence == sequence), None)
    if again is not None:
        fresh = replace(record, id=again.id)
        uow.documents.save_event(fresh)
        return fresh
    return replace(record, id=uow.documents.add_event(record))


def _draft(
    uow: UnitOfWork,
    document: DocumentRecord,
    kind: FiscalEventKind,
    text: str,
    *,
    sequence: int,
    replaced_by: str,
) -> EventDraft:
    return EventDraft(
        kind=kind,
        key=document.key,
        sequence=sequence,
        at=shop_time(uow, uow.now),
        environment=document.name.environment,
        issuer=document.name.cnpj,
        protocol=document.protocol,
        text=text,
        replaced_by=replaced_by,
    )


def begin_event(uow: UnitOfWork, event_id: int, *, claim: str) -> EventErrand | None:
    """Take an event in hand; None when somebody else has it or it is settled. Sending it twice does no harm.

    Raises FiscalElsewhere for a document of another environment or company.
    """
    event = uow.documents.event(event_id)
    paused = uow.documents.paused_until()
    others = event.claimed_by not in {"", claim} and (
        event.claimed_until is not None and event.claimed_until > uow.now
    )
    settled = event.state in {EventState.REGISTERED, EventState.REJECTED}
    if settled or others or (paused is not None and paused > uow.now):
        return None
    document = uow.documents.get(event.document_id)
    needs_here(uow, document.name, document.label)
    uow.documents.save_event(
        replace(
            event,
            state=EventState.SENDING,
            claimed_by=claim,
            claimed_until=uow.now + CLAIM_TIME,
            attempts=event.attempts + 1,
            next_at=uow.now + CLAIM_TIME,
        )
    )
    return EventErrand(
        event_id=event.id,
        key=document.key,
        kind=event.kind,
        sequence=event.sequence,
        model=document.name.model,
        emission_type=document.emission_type,
        claim=claim,
        xml=event.xml,
    )


def settle_event(uow: UnitOfWork, errand: EventErrand, answer: Answer, *, proc: bytes = b"") -> EventRecord:
    """What SEFAZ said to an event; `proc` is its archive form. A cancelled document stands for its sale no longer.

    A letter that SEFAZ says it has, and does not show, is asked about again: it may have another text.
    """
    event = uow.documents.event(errand.event_id)
    verdict = verdict_of(answer.stat)
    uow.documents.note_call("event", errand.key, answer.stat, uow.now)
    mind_block(uow, verdict)
    if event.claimed_by != errand.claim or event.state is EventState.REGISTERED:
        return event
    told = replace(event, stat=answer.stat, reason=answer.reason, claimed_by="", claimed_until=None)
    unseen = verdict is Verdict.DUPLICATE and event.kind is FiscalEventKind.CORRECTION and not proc
    if verdict in _DONE and not unseen:
        done = replace(
            told,
            state=EventState.REGISTERED,
            protocol=answer.protocol,
            registered_at=answer.received_at or uow.now,
            proc=proc,
            next_at=None,
        )
        uow.documents.save_event(done)
        _apply(uow, done, answer)
        return done
    again = unseen or verdict in {Verdict.UNSURE, Verdict.NOT_PROCESSED, Verdict.BLOCKED}
    after = EventState.UNKNOWN if again else EventState.REJECTED
    wait = BLOCK if verdict is Verdict.BLOCKED else wait_after(event.attempts)
    next_at = uow.now + wait if again else None
    waiting = replace(told, state=after, next_at=next_at)
    uow.documents.save_event(waiting)
    uow.touch(Topic.FISCAL)
    return waiting


def adopt_letter(
    uow: UnitOfWork, errand: EventErrand, text: str, kept: RegisteredEvent, *, pen: Pen
) -> EventRecord:
    """SEFAZ has another letter under this one's sequence, as when an older copy of the books was put back.

    That one is kept as it is on record, and ours goes on under the next sequence. Gives the event to be sent.
    """
    event = uow.documents.event(errand.event_id)
    if event.claimed_by != errand.claim or event.state is EventState.REGISTERED:
        return event
    document = uow.documents.get(event.document_id)
    theirs = replace(
        event,
        text=text,
        state=EventState.REGISTERED,
        protocol=kept.protocol,
        registered_at=kept.at or uow.now,
        proc=kept.proc,
        next_at=None,
        claimed_by="",
        claimed_until=None,
    )
    uow.documents.save_event(theirs)
    fresh = _event(uow, document, FiscalEventKind.CORRECTION, event.text, pen=pen, by=None)
    ours = replace(fresh, operator=event.operator, station=event.station)
    uow.documents.save_event(ours)
    return ours


def settle_event_silence(uow: UnitOfWork, errand: EventErrand, *, sent: bool, cause: str) -> EventRecord:
    """No answer to an event: it goes again, and SEFAZ says whether it had it already."""
    event = uow.documents.event(errand.event_id)
    if event.claimed_by != errand.claim:
        return event
    state = EventState.UNKNOWN if sent else EventState.GENERATED
    waiting = replace(
        event,
        state=state,
        stat="",
        reason=cause,
        claimed_by="",
        claimed_until=None,
        next_at=uow.now + wait_after(event.attempts),
    )
    uow.documents.save_event(waiting)
    uow.touch(Topic.FISCAL)
    return waiting


def _apply(uow: UnitOfWork, event: EventRecord, answer: Answer) -> None:
    if event.kind is FiscalEventKind.CORRECTION:
        uow.touch(Topic.FISCAL)
        return
    document = uow.documents.get(event.document_id)
    if document.state in {DocumentState.AUTHORISED, DocumentState.REPLACED}:
        move(uow, document, DocumentState.CANCELLED, why=answer.stat, detail=answer.reason, next_at=None)
