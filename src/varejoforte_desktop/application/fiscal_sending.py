"""Handing documents to SEFAZ, the part that touches the books: on its way is written down first, then what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_book import DocumentRecord, EventRecord
from varejoforte_desktop.application.fiscal_numbers import move, successor
from varejoforte_desktop.application.fiscal_places import needs_here
from varejoforte_desktop.application.fiscal_ports import Answer
from varejoforte_desktop.application.order_invoices import owe_invoice
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.fiscal import (
    OTHER_CONTENT,
    DocumentState,
    EmissionType,
    EventState,
    FiscalEventKind,
)
from varejoforte_desktop.domain.fiscal_answers import (
    BLOCK,
    MOST_CONSULTS,
    MOST_REJECTIONS,
    REPLACED_CANCEL_TIME,
    Verdict,
    after_consulting,
    after_sending,
    verdict_of,
    verdict_of_asked,
    verdict_of_new,
    wait_after,
)
from varejoforte_desktop.domain.sale import FiscalModel

#: How long a document belongs to the station that took it in hand, should that station fall silent.
CLAIM_TIME: Final = timedelta(seconds=90)
#: A request that got no answer may still be on its way: SEFAZ is asked after this, not at once.
FIRST_LOOK: Final = timedelta(seconds=4)
#: A request that SEFAZ has not taken in by then never arrives.
SURELY_LOST: Final = timedelta(minutes=10)
#: Documents of another till are taken care of when nobody did for so long.
ORPHANED: Final = timedelta(minutes=5)
_SENDABLE: Final = frozenset({DocumentState.GENERATED, DocumentState.OFFLINE})
_ASKABLE: Final = frozenset({DocumentState.UNKNOWN, DocumentState.REPLACED, DocumentState.TO_VOID})


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A document in hand: what is to be asked of SEFAZ. `xml` empty: ask about it, do not send it. `disputed`: `key`
    is not the document's but the one that SEFAZ has under its number."""

    document_id: int
    key: str
    model: FiscalModel
    emission_type: EmissionType
    claim: str
    xml: bytes = field(default=b"", repr=False)
    disputed: bool = False


def begin_sending(uow: UnitOfWork, document_id: int, *, claim: str) -> Errand | None:
    """Take a document in hand to send it; None when somebody else has it, it is settled, or SEFAZ wants silence.

    Raises FiscalElsewhere for one of another environment or company.
    """
    document = uow.documents.get(document_id)
    if document.state not in _SENDABLE or _held(uow, document, claim):
        return None
    needs_here(uow, document.name, document.label)
    since = uow.now - timedelta(hours=1)
    if document.stat and uow.documents.calls("send", document.key, since, document.stat) >= MOST_REJECTIONS:
        postpone(uow, document, BLOCK)
        return None
    sending = move(uow, document, DocumentState.SENDING, why="sending", next_at=None)
    return _take(uow, sending, claim, xml=document.xml)


def begin_consulting(uow: UnitOfWork, document_id: int, *, claim: str) -> Errand | None:
    """Take a document in hand to ask SEFAZ about it; None when somebody else has it or we asked too often.

    Raises FiscalElsewhere for one of another environment or company.
    """
    document = uow.documents.get(document_id)
    if document.state not in _ASKABLE or _held(uow, document, claim):
        return None
    needs_here(uow, document.name, document.label)
    since = uow.now - timedelta(hours=1)
    if uow.documents.calls("consult", document.other_key or document.key, since) >= MOST_CONSULTS:
        postpone(uow, document, timedelta(minutes=15))
        return None
    return _take(uow, document, claim)


def _held(uow: UnitOfWork, document: DocumentRecord, claim: str) -> bool:
    paused = uow.documents.paused_until()
    if paused is not None and paused > uow.now:
        return True
    others = document.claimed_by not in {"", claim}
    return others and document.claimed_until is not None and document.claimed_until > uow.now


def _take(uow: UnitOfWork, document: DocumentRecord, claim: str, *, xml: bytes = b"") -> Errand:
    uow.documents.save(
        replace(
            document,
            claimed_by=claim,
            claimed_until=uow.now + CLAIM_TIME,
            attempts=document.attempts + 1,
            next_at=None if xml else document.next_at,
        )
    )
    other_key = "" if xml else document.other_key
    return Errand(
        document_id=document.id,
        key=other_key or document.key,
        disputed=bool(other_key),
        model=document.name.model,
        emission_type=document.emission_type,
        claim=claim,
        xml=xml,
    )


def postpone(uow: UnitOfWork, document: DocumentRecord, wait: timedelta | None) -> DocumentRecord:
    """It stays as it is and has its next turn after this; None: only when a person asks. Gives it as it is kept."""
    # A number that is to be voided is asked about only when a person voids it.
    if document.state is DocumentState.TO_VOID:
        wait = None
    next_at = None if wait is None else uow.now + wait
    waiting = replace(document, next_at=next_at, claimed_by="", claimed_until=None)
    uow.documents.save(waiting)
    uow.touch(Topic.FISCAL)
    return waiting


def held_by(document: DocumentRecord, claim: str) -> bool:
    """Whether an answer to a question about a document still counts for whoever asked."""
    return document.state in _ASKABLE and document.claimed_by == claim


def _doubted(uow: UnitOfWork, document: DocumentRecord) -> DocumentRecord:
    """SEFAZ names the note that has this number: it is asked about that one before anything is numbered anew."""
    if document.state is DocumentState.TO_VOID:  # it is nobody's note any more: the number is simply not free
        taken = DocumentState.NUMBER_TAKEN
        return move(uow, document, taken, why=document.stat, detail=document.reason, next_at=None)
    replaced = document.state is DocumentState.REPLACED
    state = DocumentState.REPLACED if replaced else DocumentState.UNKNOWN
    fresh = replace(document, attempts=0)
    return move(uow, fresh, state, why=document.stat, detail=document.reason, next_at=uow.now)


def settle_sent(uow: UnitOfWork, errand: Errand, answer: Answer, *, proc: bytes = b"") -> DocumentRecord:
    """What SEFAZ said to a document that was sent; `proc` is its archive form when it was authorised.

    An answer that comes after somebody else took over changes nothing: that one finds out by asking.
    """
    document = uow.documents.get(errand.document_id)
    verdict = verdict_of_new(answer.stat)
    uow.documents.note_call("send", document.key, answer.stat, uow.now)
    mind_block(uow, verdict)
    if document.state is not DocumentState.SENDING or document.claimed_by != errand.claim:
        return document
    told = replace(document, stat=answer.stat, reason=answer.reason, sent=True)
    if verdict is Verdict.AUTHORISED:
        return authorised(uow, told, answer, proc)
    if told.other_key:
        return _doubted(uow, told)
    state = after_sending(verdict, offline=document.offline)
    return move(
        uow, told, state, why=answer.stat, detail=answer.reason, next_at=_next(uow.now, told, state, verdict)
    )


def settle_unsent(uow: UnitOfWork, errand: Errand, *, cause: str) -> DocumentRecord:
    """Surely nothing reached SEFAZ: the document waits for its next turn as if nothing had happened."""
    document = uow.documents.get(errand.document_id)
    if document.claimed_by != errand.claim:
        return document
    wait = wait_after(document.attempts)
    if document.state is DocumentState.SENDING:
        state = DocumentState.OFFLINE if document.offline else DocumentState.GENERATED
        return move(uow, document, state, why=cause, next_at=uow.now + wait)
    return postpone(uow, document, wait)


def settle_unanswered(uow: UnitOfWork, errand: Errand, *, cause: str) -> DocumentRecord:
    """It may have reached SEFAZ and no answer came: SEFAZ is asked before anything else."""
    document = uow.documents.get(errand.document_id)
    if document.claimed_by != errand.claim:
        return document
    if document.state is DocumentState.SENDING:
        unsure = replace(document, sent=True, attempts=0)
        return move(uow, unsure, DocumentState.UNKNOWN, why=cause, next_at=uow.now + FIRST_LOOK)
    return postpone(uow, document, wait_after(document.attempts))


def settle_consulted(uow: UnitOfWork, errand: Errand, answer: Answer, *, proc: bytes = b"") -> DocumentRecord:
    """What SEFAZ knows of a document whose fate was unknown."""
    document = uow.documents.get(errand.document_id)
    verdict = verdict_of_asked(answer.stat)
    uow.documents.note_call("consult", document.key, answer.stat, uow.now)
    mind_block(uow, verdict)
    if not held_by(document, errand.claim):
        return document
    keep_events(uow, document, answer)
    return _consulted(uow, document, answer, verdict, proc)


def _consulted(
    uow: UnitOfWork, document: DocumentRecord, answer: Answer, verdict: Verdict, proc: bytes
) -> DocumentRecord:
    told = replace(document, stat=answer.stat, reason=answer.reason)
    if told.other_key:
        return _doubted(uow, told)
    if document.state is DocumentState.REPLACED:
        return settle_replaced(uow, told, answer, verdict, proc)
    if document.state is DocumentState.TO_VOID and verdict in {Verdict.AUTHORISED, Verdict.ABSENT}:
        return _settle_unused(uow, told, answer, proc)
    if verdict is Verdict.AUTHORISED:
        return authorised(uow, told, answer, proc)
    if verdict is Verdict.CANCELLED and proc:
        told = replace(told, proc=proc, protocol=answer.protocol, authorised_at=answer.received_at)
    state = after_consulting(document.state, verdict, offline=document.offline)
    if state is document.state:
        waits = None if state is DocumentState.TO_VOID else wait_after(told.attempts)
        return postpone(uow, told, waits)
    return move(
        uow, told, state, why=answer.stat, detail=answer.reason, next_at=_next(uow.now, told, state, verdict)
    )


def keep_events(uow: UnitOfWork, document: DocumentRecord, answer: Answer) -> None:
    """Events that SEFAZ has on record and the books have not: of an older copy, or of another program."""
    known = {(each.kind.value, each.sequence) for each in uow.documents.events_of(document.id)}
    kinds = {each.value: each for each in FiscalEventKind}
    for event in answer.events:
        if event.kind in kinds and (event.kind, event.sequence) not in known:
            record = EventRecord(
                document_id=document.id,
                kind=kinds[event.kind],
                sequence=event.sequence,
                state=EventState.REGISTERED,
                text="",
                xml=b"",
                proc=event.proc,
                protocol=event.protocol,
                registered_at=event.at or uow.now,
                stat=answer.stat,
                station=document.station,
                at=uow.now,
            )
            uow.documents.add_event(record)


def settle_replaced(
    uow: UnitOfWork, document: DocumentRecord, answer: Answer, verdict: Verdict, proc: bytes
) -> DocumentRecord:
    """One that an offline document took the place of: nothing is settled before SEFAZ has that other one."""
    other = successor(uow, document)
    known = replace(
        document,
        protocol=answer.protocol or document.protocol,
        proc=proc or document.proc,
        authorised_at=answer.received_at if proc else document.authorised_at,
    )
    waiting = other is None or other.state not in {DocumentState.AUTHORISED, DocumentState.CANCELLED}
    # A request may be slow on its way: that SEFAZ does not have it is believed only some time after it was last sent.
    last_sent = uow.documents.last_sent(document.id) or document.issued_at
    absent = verdict is Verdict.ABSENT and uow.now - last_sent >= SURELY_LOST
    ended = {Verdict.CANCELLED, Verdict.DENIED, Verdict.NUMBER_TAKEN}
    if verdict in ended or (absent and not waiting):
        state = after_consulting(document.state, verdict, offline=False)
        return move(uow, known, state, why=answer.stat, detail=answer.reason, next_at=None)
    refused = any(each.state is EventState.REJECTED for each in uow.documents.events_of(document.id))
    done = verdict is Verdict.AUTHORISED and not waiting and not refused
    if refused:  # two valid notes for one sale: asked again while SEFAZ may take it, then a person acts
        return postpone(uow, known, None if too_late_to_take_back(known, uow.now) else BLOCK)
    return postpone(uow, known, timedelta(0) if done else wait_after(document.attempts))


def _settle_unused(uow: UnitOfWork, document: DocumentRecord, answer: Answer, proc: bytes) -> DocumentRecord:
    """One whose number was to be voided: SEFAZ does not have it, or has it after all.

    Then it stands for its sale again, or, when the sale has another by now, is taken back as a replaced one is.
    """
    if answer.digest and answer.digest == document.digest and proc:
        if successor(uow, document) is None:
            return authorised(uow, document, answer, proc)
        kept = replace(document, protocol=answer.protocol, proc=proc, authorised_at=answer.received_at)
        return move(uow, kept, DocumentState.REPLACED, why=answer.stat, detail=answer.reason, next_at=uow.now)
    return postpone(uow, document, None)


def too_late_to_take_back(document: DocumentRecord, now: datetime) -> bool:
    """Whether SEFAZ takes the cancellation of a replaced document no more."""
    return now - (document.authorised_at or document.issued_at) > REPLACED_CANCEL_TIME


def authorised(uow: UnitOfWork, document: DocumentRecord, answer: Answer, proc: bytes) -> DocumentRecord:
    """SEFAZ has it. A protocol of another content is never kept: somebody has to look."""
    if answer.digest != document.digest or not proc:
        wrong = replace(document, stat=OTHER_CONTENT, reason=answer.reason)
        return move(uow, wrong, DocumentState.UNKNOWN, why=OTHER_CONTENT, detail=answer.digest, next_at=None)
    valid = replace(
        document,
        protocol=answer.protocol,
        authorised_at=answer.received_at or uow.now,
        proc=proc,
        attempts=0,
        sent=True,
    )
    moved = move(uow, valid, DocumentState.AUTHORISED, why=answer.stat, detail=answer.reason, next_at=None)
    if moved.replaces_id is not None:  # now that one can be brought to its end
        replaced = uow.documents.get(moved.replaces_id)
        if replaced.state is DocumentState.REPLACED:
            uow.documents.save(replace(replaced, next_at=uow.now))
    owe_invoice(uow, moved)
    return moved


def _next(now: datetime, document: DocumentRecord, state: DocumentState, verdict: Verdict) -> datetime | None:
    """When something is done again by itself; never for what a person has to put right."""
    if verdict is Verdict.BLOCKED:
        return now + BLOCK
    if verdict is Verdict.NOT_PROCESSED:
        return now + wait_after(document.attempts)
    if state is DocumentState.UNKNOWN:
        return now + (FIRST_LOOK if verdict is Verdict.UNSURE else timedelta(0))
    return now if state in _SENDABLE else None


def mind_block(uow: UnitOfWork, verdict: Verdict) -> None:
    """After a 656 nobody asks SEFAZ anything for an hour, whatever it was said to."""
    if verdict is Verdict.BLOCKED:
        uow.documents.pause(uow.now + BLOCK, "656")
        uow.touch(Topic.FISCAL)


def note_asked(uow: UnitOfWork, key: str, answer: Answer) -> None:
    """A question about a key beside a document's own turn counts for the brake too."""
    uow.documents.note_call("consult", key, answer.stat, uow.now)
    mind_block(uow, verdict_of(answer.stat))


def settle_status(uow: UnitOfWork, subject: str, answer: Answer) -> None:
    """What SEFAZ said of itself. `subject` is which service of which environment was asked."""
    uow.documents.note_call("status", subject, answer.stat, uow.now)
    mind_block(uow, verdict_of(answer.stat))


def recover_documents(uow: UnitOfWork, *, station: str, claim: str) -> int:
    """What was on its way when a computer stopped: its fate is unknown now. Gives how many.

    This station's own at once (nothing of it is on its way when it starts), others' when their time is up.
    """
    found = uow.documents.on_their_way(station=station, claim=claim, at=uow.now)
    for document in found:
        unsure = replace(document, sent=True, attempts=0)
        move(uow, unsure, DocumentState.UNKNOWN, why="interrupted", next_at=uow.now)
    return len(found)
