"""Carries one paper to SEFAZ and writes down what came of it, whatever happens on the way."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from varejoforte_desktop.application.fiscal_book import DocumentRecord, EventRecord, VoidRecord
from varejoforte_desktop.application.fiscal_disputes import Likeness, Twin, likeness, settle_disputed
from varejoforte_desktop.application.fiscal_events import (
    EventErrand,
    adopt_letter,
    ask_replaced_cancel,
    begin_event,
    settle_event,
    settle_event_silence,
)
from varejoforte_desktop.application.fiscal_ports import Answer, Notary, RegisteredEvent
from varejoforte_desktop.application.fiscal_sending import (
    Errand,
    begin_consulting,
    begin_sending,
    note_asked,
    settle_consulted,
    settle_sent,
    settle_unanswered,
    settle_unsent,
)
from varejoforte_desktop.application.fiscal_voids import (
    VoidErrand,
    begin_void,
    settle_void,
    settle_void_silence,
)
from varejoforte_desktop.application.outside import OutsideError, Unreachable
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.domain.fiscal_answers import Verdict, verdict_of
from varejoforte_desktop.fiscal.events import letter_text
from varejoforte_desktop.fiscal.pen_case import Tools

#: The document was cancelled before: the answer is a refusal, the event is on record.
_CANCELLED_BEFORE: Final = frozenset({"218", "420"})


@dataclass(frozen=True, slots=True)
class _Silence:
    """No usable answer; `sent`: something may have arrived."""

    sent: bool
    cause: str


def _twin(notary: Notary, like: Likeness, key: str, heard: Answer) -> Twin | None:
    """The note of this key and of the digest that SEFAZ has; None when no second brings it about."""
    for at in like.moments:
        offline_at = None if like.draft.offline_at is None else at
        try:
            written = notary.compose(replace(like.draft, issued_at=at, offline_at=offline_at))
        except DomainError:
            return None
        if (written.key, written.digest) == (key, heard.digest):
            return Twin(composed=written, issued_at=at, proc=notary.join(written.xml, heard.receipt))
    return None


class Courier:
    """Whoever carries is known by its own name, so that two never carry the same paper at once."""

    def __init__(self, backend: Backend, *, station: str) -> None:
        self._backend = backend
        self.claim = f"{station}/{uuid.uuid4().hex[:12]}"

    async def send(self, tools: Tools, document_id: int) -> DocumentRecord:
        """Send a document that is ready; gives it as it stands then (untouched when somebody else has it)."""
        errand = await self._backend.run(begin_sending, document_id, claim=self.claim)
        if errand is None:
            return await self._document(document_id)
        heard = await self._heard(
            tools.authority.authorise(errand.xml, errand.model, emission_type=errand.emission_type),
            self._lost(errand),
        )
        if isinstance(heard, _Silence):
            return await self._silent(errand, heard)
        proc = b""
        if verdict_of(heard.stat) is Verdict.AUTHORISED and heard.receipt:
            proc = await asyncio.to_thread(tools.notary.join, errand.xml, heard.receipt)
        return await self._backend.run(settle_sent, errand, heard, proc=proc)

    async def consult(self, tools: Tools, document_id: int) -> DocumentRecord:
        """Ask SEFAZ about a document whose fate is unknown, and do what follows at once."""
        errand = await self._backend.run(begin_consulting, document_id, claim=self.claim)
        if errand is None:
            return await self._document(document_id)
        heard = await self._heard(tools.authority.consult(errand.key), self._lost(errand))
        if isinstance(heard, _Silence):
            return await self._silent(errand, heard)
        if errand.disputed:
            settled = await self._disputed(tools, errand, heard)
            return await self._taken_back(tools, settled)
        known = await self._document(document_id)
        proc = b""
        if heard.receipt and heard.digest == known.digest:
            proc = await asyncio.to_thread(tools.notary.join, known.xml, heard.receipt)
        settled = await self._backend.run(settle_consulted, errand, heard, proc=proc)
        return await self._taken_back(tools, settled)

    async def _taken_back(self, tools: Tools, settled: DocumentRecord) -> DocumentRecord:
        """One that SEFAZ has although another was handed over in its place is cancelled at once."""
        if settled.state is not DocumentState.REPLACED or not settled.proc:
            return settled
        event = await self._backend.run(ask_replaced_cancel, settled.id, pen=tools.pen)
        if event is None:
            return settled
        await self.event(tools, event.id)
        return await self._document(settled.id)

    async def _disputed(self, tools: Tools, errand: Errand, heard: Answer) -> DocumentRecord:
        """Whose note has the number: this sale's when a note written from it comes to the very digest SEFAZ has."""
        twin = None
        if verdict_of(heard.stat) in {Verdict.AUTHORISED, Verdict.CANCELLED} and heard.receipt:
            like = await self._backend.run(likeness, errand, heard, pen=tools.pen)
            if like is not None:
                twin = await asyncio.to_thread(_twin, tools.notary, like, errand.key, heard)
        return await self._backend.run(settle_disputed, errand, heard, twin=twin)

    async def event(self, tools: Tools, event_id: int) -> EventRecord:
        """Send an event; one that SEFAZ had already is fetched from its record."""
        errand = await self._backend.run(begin_event, event_id, claim=self.claim)
        if errand is None:
            return await self._backend.run(lambda uow: uow.documents.event(event_id))
        heard = await self._heard(
            tools.authority.event(errand.xml, errand.model, emission_type=errand.emission_type),
            partial(self._backend.run, settle_event_silence, errand, sent=True, cause="interrupted"),
        )
        if isinstance(heard, _Silence):
            return await self._backend.run(settle_event_silence, errand, sent=heard.sent, cause=heard.cause)
        proc = b""
        if verdict_of(heard.stat) is Verdict.DUPLICATE or heard.stat in _CANCELLED_BEFORE:
            kept = await self._on_record(tools, errand)
            if kept is not None and (text := letter_text(kept.proc)) != letter_text(errand.xml):
                ours = await self._backend.run(adopt_letter, errand, text, kept, pen=tools.pen)
                return await self.event(tools, ours.id)
            proc = b"" if kept is None else kept.proc
        elif heard.receipt and verdict_of(heard.stat) in {Verdict.REGISTERED, Verdict.CANCELLED}:
            proc = await asyncio.to_thread(tools.notary.join, errand.xml, heard.receipt)
        return await self._backend.run(settle_event, errand, heard, proc=proc)

    async def _on_record(self, tools: Tools, errand: EventErrand) -> RegisteredEvent | None:
        """An event that SEFAZ registered without our hearing of it, with its archive form; None when it does not say."""
        try:
            told = await tools.authority.consult(errand.key)
        except OutsideError:
            return None
        await self._backend.run(note_asked, errand.key, told)
        same = (errand.kind.value, errand.sequence)
        return next((each for each in told.events if (each.kind, each.sequence) == same and each.proc), None)

    async def void(self, tools: Tools, void_id: int) -> VoidRecord:
        """Send a range of numbers that were not used."""
        errand = await self._backend.run(begin_void, void_id)
        if errand is None:
            return await self._backend.run(lambda uow: uow.documents.get_void(void_id))
        heard = await self._heard(
            tools.authority.void(errand.xml, errand.model),
            partial(self._backend.run, settle_void_silence, errand, sent=True, cause="interrupted"),
        )
        if isinstance(heard, _Silence):
            return await self._void_silence(errand, heard)
        proc = b""
        if heard.receipt and verdict_of(heard.stat) is Verdict.VOIDED:
            proc = await asyncio.to_thread(tools.notary.join, errand.xml, heard.receipt)
        return await self._backend.run(settle_void, errand, heard, proc=proc)

    async def _void_silence(self, errand: VoidErrand, silence: _Silence) -> VoidRecord:
        return await self._backend.run(settle_void_silence, errand, sent=silence.sent, cause=silence.cause)

    async def _heard(
        self, asked: Awaitable[Answer], lost: Callable[[], Awaitable[object]]
    ) -> Answer | _Silence:
        """The answer, or what its absence means. Whoever is told to stop meanwhile writes down that nobody knows."""
        try:
            return await asked
        except Unreachable as trouble:
            return _Silence(sent=False, cause=trouble.code)
        except OutsideError as trouble:
            return _Silence(sent=True, cause=trouble.code)
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.ensure_future(lost()))
            raise

    def _lost(self, errand: Errand) -> Callable[[], Awaitable[DocumentRecord]]:
        return partial(self._backend.run, settle_unanswered, errand, cause="interrupted")

    async def _silent(self, errand: Errand, silence: _Silence) -> DocumentRecord:
        settle = settle_unanswered if silence.sent else settle_unsent
        return await self._backend.run(settle, errand, cause=silence.cause)

    async def _document(self, document_id: int) -> DocumentRecord:
        return (await self._backend.read(lambda reader: reader.fiscal.document(document_id))).record
