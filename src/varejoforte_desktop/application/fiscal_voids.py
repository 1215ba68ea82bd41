"""Telling SEFAZ that numbers were not used: the ranges a person confirms, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_book import SeriesName, VoidRecord
from varejoforte_desktop.application.fiscal_drafts import shop_time
from varejoforte_desktop.application.fiscal_events import reason_text
from varejoforte_desktop.application.fiscal_numbers import Pen, move
from varejoforte_desktop.application.fiscal_places import needs_here
from varejoforte_desktop.application.fiscal_ports import Answer, VoidDraft
from varejoforte_desktop.application.fiscal_sending import mind_block
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.fiscal import DocumentState, EventState
from varejoforte_desktop.domain.fiscal_answers import Verdict, verdict_of
from varejoforte_desktop.domain.fiscal_errors import NumbersInUse
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.sale import FiscalModel

#: "206": a document under this number cannot be had because it was voided, which is what was asked for.
VOIDED_BEFORE: Final = "206"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidErrand:
    """A range in hand."""

    void_id: int
    model: FiscalModel
    xml: bytes = field(repr=False)


def ask_void(
    uow: UnitOfWork, name: SeriesName, *, first: int, last: int, reason: str, pen: Pen, by: Actor
) -> VoidRecord:
    """A person confirms that numbers of a series were not used.

    Raises NotAllowed, ReasonTooShort, NumbersInUse when a document that is alive has one of them (or the series has
    not come so far), NoSuchRecord for a series nobody has, FiscalElsewhere for one of another environment or company,
    DocumentInvalid.
    """
    by.needs(Permission.MANAGE_DOCUMENTS)
    text = reason_text(reason)
    needs_here(uow, name, f"{name.series}/{first}")
    draft = _draft(uow, name, first, last, text)
    record = VoidRecord(
        name=name,
        first=first,
        last=last,
        year=draft.year,
        state=EventState.GENERATED,
        reason_given=text,
        xml=pen.notary.void(draft),
        operator=by.name,
        station=by.station,
        at=uow.now,
    )
    numbers = f"{name.series}/{first}" if first == last else f"{name.series}/{first}–{last}"
    uow.audit.note(AuditAction.NUMBERS_VOIDED, numbers, by=by, after={"reason": text})
    uow.touch(Topic.FISCAL)
    return replace(record, id=uow.documents.add_void(record))


def _draft(uow: UnitOfWork, name: SeriesName, first: int, last: int, reason: str) -> VoidDraft:
    """What SEFAZ is told. Raises NoSuchRecord or NumbersInUse."""
    series = next((each for each in uow.documents.all_series() if each.name == name), None)
    if series is None:
        raise NoSuchRecord("series", str(name.series))
    if not 1 <= first <= last <= series.last:
        raise NumbersInUse(max(first, series.last + 1))
    documents = uow.documents.in_range(name, first, last)
    for document in documents:
        if document.state is not DocumentState.TO_VOID:
            raise NumbersInUse(document.number)
    years = {int(each.key[2:4]) for each in documents} or {shop_time(uow, uow.now).year % 100}
    return VoidDraft(
        environment=name.environment,
        uf=uow.fiscal_setup.settings().emitter.state,
        issuer=name.cnpj,
        model=name.model,
        series=name.series,
        first=first,
        last=last,
        year=min(years),
        reason=reason,
    )


def sent_in_range(uow: UnitOfWork, name: SeriesName, first: int, last: int) -> list[int]:
    """Documents whose numbers are to be voided and that were on their way to SEFAZ at least once."""
    found = uow.documents.in_range(name, first, last)
    return [each.id for each in found if each.state is DocumentState.TO_VOID and each.sent]


def begin_void(uow: UnitOfWork, void_id: int) -> VoidErrand | None:
    """Take a range in hand; None when it is settled or SEFAZ wants silence. Sending it twice does no harm.

    Raises FiscalElsewhere for one of another environment or company.
    """
    record = uow.documents.get_void(void_id)
    paused = uow.documents.paused_until()
    settled = record.state in {EventState.REGISTERED, EventState.REJECTED}
    if settled or (paused is not None and paused > uow.now):
        return None
    needs_here(uow, record.name, f"{record.name.series}/{record.first}")
    uow.documents.save_void(replace(record, state=EventState.SENDING))
    return VoidErrand(void_id=record.id, model=record.name.model, xml=record.xml)


def settle_void(uow: UnitOfWork, errand: VoidErrand, answer: Answer, *, proc: bytes = b"") -> VoidRecord:
    """What SEFAZ said. A number that was used after all is asked about before anything else.

    While SEFAZ stands still or wants silence nothing was refused: a person asks again.
    """
    record = uow.documents.get_void(errand.void_id)
    if record.state is EventState.REGISTERED:
        return record
    verdict = verdict_of(answer.stat)
    uow.documents.note_call("void", f"{record.name.mark}|{record.first}", answer.stat, uow.now)
    mind_block(uow, verdict)
    done = verdict is Verdict.VOIDED or answer.stat == VOIDED_BEFORE
    again = verdict in {Verdict.UNSURE, Verdict.NOT_PROCESSED, Verdict.BLOCKED}
    refused = EventState.UNKNOWN if again else EventState.REJECTED
    told = replace(
        record,
        stat=answer.stat,
        reason=answer.reason,
        state=EventState.REGISTERED if done else refused,
        protocol=answer.protocol,
        registered_at=(answer.received_at or uow.now) if done else None,
        proc=proc,
    )
    uow.documents.save_void(told)
    for document in uow.documents.in_range(record.name, record.first, record.last):
        if document.state is not DocumentState.TO_VOID:
            continue
        if done:
            move(uow, document, DocumentState.VOIDED, why=answer.stat, detail=answer.reason, next_at=None)
        elif verdict is Verdict.NUMBER_USED and uow.documents.replacing(document.id) is not None:
            move(
                uow,
                document,
                DocumentState.REPLACED,
                why=answer.stat,
                detail=answer.reason,
                next_at=uow.now,
            )
    uow.touch(Topic.FISCAL)
    return told


def settle_void_silence(uow: UnitOfWork, errand: VoidErrand, *, sent: bool, cause: str) -> VoidRecord:
    """No answer: a person asks again, and SEFAZ says whether it was done already."""
    record = uow.documents.get_void(errand.void_id)
    state = EventState.UNKNOWN if sent else EventState.GENERATED
    told = replace(record, state=state, stat="", reason=cause)
    uow.documents.save_void(told)
    uow.touch(Topic.FISCAL)
    return told
