"""The shop's fiscal desk: issues, sends, asks, cancels, corrects and voids, and tells how the line to SEFAZ is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.fiscal_book import (
    DocumentRecord,
    EventRecord,
    SeriesName,
    VoidRecord,
)
from varejoforte_desktop.application.fiscal_desk import Finding, FiscalPhase, FiscalStatus
from varejoforte_desktop.application.fiscal_events import ask_cancel, ask_correction
from varejoforte_desktop.application.fiscal_numbers import give_up, renew_document
from varejoforte_desktop.application.fiscal_ports import Answer, CertificateFacts, FiscalOffice
from varejoforte_desktop.application.fiscal_sending import settle_status
from varejoforte_desktop.application.fiscal_voids import VOIDED_BEFORE, ask_void, sent_in_range
from varejoforte_desktop.application.ports import Backend, Seal
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.domain.errors import DomainError, KeyMissing
from varejoforte_desktop.domain.fiscal import (
    BINDING_STATES,
    DocumentState,
    EventState,
    FiscalEnvironment,
)
from varejoforte_desktop.domain.fiscal_answers import Verdict, verdict_of
from varejoforte_desktop.domain.fiscal_errors import (
    FiscalNotReady,
    FiscalPaused,
    FiscalRefused,
    FiscalStateWrong,
    FiscalUnanswered,
    NumbersInUse,
)
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.sale import FiscalModel, Sale
from varejoforte_desktop.fiscal.checkup import CheckUp
from varejoforte_desktop.fiscal.courier import Courier
from varejoforte_desktop.fiscal.issuing import Issuing, LineHealth
from varejoforte_desktop.fiscal.keeping import SecretKeeping
from varejoforte_desktop.fiscal.pen_case import PenCase, Tools
from varejoforte_desktop.fiscal.round import WAKES, Round

#: SEFAZ's own limit for asking whether it works.
STATUS_EVERY: Final = timedelta(minutes=3)
_REJECTED: Final = frozenset({DocumentState.REJECTED, DocumentState.OFFLINE_REJECTED})
_CARRIED: Final = frozenset(
    {DocumentState.GENERATED, DocumentState.OFFLINE, DocumentState.UNKNOWN, DocumentState.REPLACED}
)
Listener = Callable[[FiscalStatus], None]


class StationFiscalDesk:
    """The FiscalDesk of a station; one runs at a time, and its round only after `start`."""

    def __init__(
        self,
        backend: Backend,
        seal: Seal,
        office: FiscalOffice,
        changes: ChangeFeed,
        *,
        station: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._cases = PenCase(backend, seal, office, clock=clock)
        self._courier = Courier(backend, station=station)
        self._health = LineHealth(clock)
        self._issuing = Issuing(
            backend, self._cases, self._courier, self._health, station=station, clock=clock
        )
        self._round = Round(
            backend,
            self._cases,
            self._courier,
            self._issuing,
            station=station,
            clock=clock,
            told=self._told,
        )
        self._keeping = SecretKeeping(backend, seal, office, clock=clock)
        self._check_up = CheckUp(backend, self._cases, self.service_status, station=station, clock=clock)
        self._status = FiscalStatus()
        self._listeners: list[Listener] = []
        self._forget = changes.subscribe(self._changed)

    # -- what screens and commands hold ------------------------------------------------------------------

    @property
    def status(self) -> FiscalStatus:
        """How the line to SEFAZ is."""
        return self._status

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told each change of the status."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def start(self) -> None:
        """From now on the station makes its rounds."""
        self._round.start()

    def wake(self) -> None:
        """Look at once whether something is to be done."""
        self._round.wake()

    async def once(self) -> bool:
        """One round, for commands without a loop; gives whether more is due. Raises FiscalNotReady, KeyMissing."""
        return await self._round.once()

    async def aclose(self) -> None:
        """No more rounds; what is on its way is noted as of unknown fate."""
        self._forget()
        await self._round.aclose()

    def problem(self, sale_id: int) -> DomainError | None:
        """Why a sale could not get its document the last time it was tried."""
        return self._round.problem(sale_id)

    # -- documents ---------------------------------------------------------------------------------------

    async def issue(self, sale_id: int) -> DocumentRecord | None:
        """See FiscalDesk."""
        try:
            document = await self._issuing.issue(sale_id)
        except DomainError as error:
            self._round.note_problem(sale_id, error)
            self._told(error)
            raise
        self._told(None)
        self._round.wake()
        return document

    async def resend(self, document_id: int, *, by: Actor) -> DocumentRecord:
        """See FiscalDesk."""
        await self._allowed(by, Permission.ISSUE_DOCUMENTS)
        tools = await self._cases.open()
        await self._not_paused()
        document = await self._document(document_id)
        if document.state in _REJECTED:
            document = await self._backend.run(renew_document, document_id, pen=tools.pen, by=by)
        if document.state not in _CARRIED:
            raise FiscalStateWrong(document.label, document.state.value)
        try:
            return await self._issuing.deliver(tools, document)
        finally:
            self._told(None)

    async def give_up(self, document_id: int, *, by: Actor) -> None:
        """See FiscalDesk."""
        await self._backend.run(give_up, document_id, by=by)

    async def cancel_sale(
        self, sale_id: int, *, reason: str, by: Actor, approved_by: Actor | None = None
    ) -> Sale:
        """See FiscalDesk."""
        await self._allowed(approved_by or by, Permission.CANCEL_SALES)
        rows = await self._backend.read(lambda reader: reader.fiscal.of_sale(sale_id))
        for row in rows:
            if row.state in BINDING_STATES or row.state is DocumentState.GENERATED:
                await self._cancel_document(row.id, reason, by=by, approved_by=approved_by)
        return await self._backend.run(cancel_sale, sale_id, reason=reason, by=by, approved_by=approved_by)

    async def _cancel_document(
        self, document_id: int, reason: str, *, by: Actor, approved_by: Actor | None
    ) -> None:
        """Make sure that the document is valid nowhere. Raises FiscalUnanswered, FiscalRefused, FiscalPaused."""
        document = await self._document(document_id)
        if document.state is DocumentState.GENERATED and not document.sent:
            return  # surely nowhere: cancelling the sale gives its number up
        tools = await self._cases.open()
        await self._not_paused()
        if document.state in _CARRIED:
            document = await self._issuing.deliver(tools, document)
        if document.state not in BINDING_STATES:
            return
        if document.state is not DocumentState.AUTHORISED:
            raise FiscalUnanswered
        event = await self._backend.run(
            ask_cancel, document_id, reason, pen=tools.pen, by=by, approved_by=approved_by
        )
        await self._registered(tools, event)

    async def correct(self, document_id: int, text: str, *, by: Actor) -> EventRecord:
        """See FiscalDesk."""
        await self._allowed(by, Permission.MANAGE_DOCUMENTS)
        tools = await self._cases.open()
        await self._not_paused()
        event = await self._backend.run(ask_correction, document_id, text, pen=tools.pen, by=by)
        return await self._registered(tools, event)

    async def _registered(self, tools: Tools, event: EventRecord) -> EventRecord:
        done = await self._courier.event(tools, event.id)
        if done.state is EventState.REJECTED:
            raise FiscalRefused(done.stat, done.reason)
        if done.state is not EventState.REGISTERED:
            raise FiscalUnanswered
        return done

    async def void(self, name: SeriesName, first: int, last: int, *, reason: str, by: Actor) -> VoidRecord:
        """See FiscalDesk."""
        await self._allowed(by, Permission.MANAGE_DOCUMENTS)
        tools = await self._cases.open()
        await self._not_paused()
        await self._surely_unused(tools, name, first, last)
        record = await self._backend.run(
            ask_void, name, first=first, last=last, reason=reason, pen=tools.pen, by=by
        )
        done = await self._courier.void(tools, record.id)
        if done.state is EventState.REJECTED:
            raise FiscalRefused(done.stat, done.reason)
        if done.state is not EventState.REGISTERED:
            raise FiscalUnanswered
        return done

    async def _surely_unused(self, tools: Tools, name: SeriesName, first: int, last: int) -> None:
        """Of numbers whose document was ever sent SEFAZ is asked once more.

        Raises NumbersInUse, FiscalUnanswered or FiscalPaused.
        """
        for document_id in await self._backend.run(sent_in_range, name, first, last):
            asked = await self._courier.consult(tools, document_id)
            await self._not_paused()
            if asked.state is not DocumentState.TO_VOID or verdict_of(asked.stat) is Verdict.AUTHORISED:
                raise NumbersInUse(asked.number)
            if verdict_of(asked.stat) is not Verdict.ABSENT and asked.stat != VOIDED_BEFORE:
                raise FiscalUnanswered

    # -- set-up ------------------------------------------------------------------------------------------

    async def service_status(self, model: FiscalModel) -> Answer:
        """See FiscalDesk."""
        tools = await self._cases.open()
        await self._not_paused()
        subject = f"{tools.settings.environment.value} {model.value}"
        since = self._clock() - STATUS_EVERY
        asked = await self._backend.run(lambda uow: uow.documents.calls("status", subject, since))
        if asked:
            raise FiscalPaused((self._clock() + STATUS_EVERY).isoformat())
        answer = await tools.authority.status(model)
        await self._backend.run(settle_status, subject, answer)
        return answer

    async def install_certificate(self, pfx: bytes, password: str, *, by: Actor) -> CertificateFacts:
        """See FiscalDesk."""
        return await self._keeping.install_certificate(pfx, password, by=by)

    async def keep_csc(self, environment: FiscalEnvironment, csc: str, *, by: Actor) -> None:
        """See FiscalDesk."""
        await self._keeping.keep_csc(environment, csc, by=by)

    async def check_up(self) -> tuple[Finding, ...]:
        """See FiscalDesk."""
        return await self._check_up.findings()

    # -- within --------------------------------------------------------------------------------------------

    async def _allowed(self, by: Actor, permission: Permission) -> None:
        """Whether somebody may, as the books have it, before SEFAZ is asked anything. Raises NotAllowed."""
        current = await self._backend.read(lambda reader: reader.people.current(by))
        current.needs(permission)

    async def _not_paused(self) -> None:
        until = await self._backend.run(lambda uow: uow.documents.paused_until())
        if until is not None and until > self._clock():
            raise FiscalPaused(until.isoformat())

    async def _document(self, document_id: int) -> DocumentRecord:
        return (await self._backend.read(lambda reader: reader.fiscal.document(document_id))).record

    def _changed(self, topics: frozenset[Topic]) -> None:
        if topics & WAKES:
            if topics - {Topic.FISCAL, Topic.SALES}:
                self._round.forget_problems()
            self._round.wake()

    def _told(self, trouble: DomainError | None) -> None:
        """Say how the line is, when that is something else than before."""
        if isinstance(trouble, (FiscalNotReady, KeyMissing)):
            cause = trouble.missing if isinstance(trouble, FiscalNotReady) else "key"
            fresh = FiscalStatus(phase=FiscalPhase.NOT_SET_UP, cause=cause)
        elif self._round.paused_until is not None and self._round.paused_until > self._clock():
            fresh = FiscalStatus(phase=FiscalPhase.PAUSED)
        elif self._health.silent_since is not None:
            fresh = FiscalStatus(phase=FiscalPhase.OFFLINE, since=self._health.silent_since)
        else:
            fresh = FiscalStatus(phase=FiscalPhase.READY)
        fresh = replace(fresh, busy=self._issuing.running)
        if fresh == self._status:
            return
        self._status = fresh
        for listener in tuple(self._listeners):
            listener(fresh)
