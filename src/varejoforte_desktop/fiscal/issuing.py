"""Giving a sale its document while somebody waits for it, or by itself: number, send, and never keep a buyer waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.application.fiscal_numbers import go_offline, number_sale, renew_document
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.domain.fiscal import PUZZLES, DocumentState
from varejoforte_desktop.domain.fiscal_answers import Verdict, verdict_of_new
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.courier import Courier
from varejoforte_desktop.fiscal.pen_case import PenCase, Tools

#: After SEFAZ kept silent the next buyers are not made to wait for it again, for so long.
_SILENT_FOR: Final = timedelta(minutes=2)
#: A number that SEFAZ gave to another document is left behind and the next one tried, so often.
_NUMBERS: Final = 3
_UNSENT: Final = frozenset({DocumentState.GENERATED, DocumentState.UNKNOWN})


class LineHealth:
    """Whether SEFAZ answered lately."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.silent_since: datetime | None = None
        self._asked_at: datetime | None = None

    @property
    def silent(self) -> bool:
        """Whether a buyer need not wait: SEFAZ kept silent a moment ago."""
        return self._asked_at is not None and self._clock() - self._asked_at < _SILENT_FOR

    def heard(self) -> None:
        """SEFAZ answered."""
        self.silent_since = self._asked_at = None

    def not_heard(self) -> None:
        """SEFAZ did not."""
        self._asked_at = self._clock()
        self.silent_since = self.silent_since or self._asked_at


class Issuing:
    """One sale is issued by one task at a time; who comes second waits for the same result."""

    def __init__(
        self,
        backend: Backend,
        cases: PenCase,
        courier: Courier,
        health: LineHealth,
        *,
        station: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._backend = backend
        self._cases = cases
        self._courier = courier
        self._health = health
        self._station = station
        self._clock = clock
        self._running: dict[int, asyncio.Task[DocumentRecord | None]] = {}

    @property
    def running(self) -> int:
        """How many sales are in hand."""
        return len(self._running)

    def has(self, sale_id: int) -> bool:
        """Whether somebody is at this sale."""
        return sale_id in self._running

    async def issue(self, sale_id: int) -> DocumentRecord | None:
        """The sale's document with whatever state it has by then. See FiscalDesk.issue."""
        task = self._running.get(sale_id)
        if task is None:
            task = asyncio.ensure_future(self._issue(sale_id))
            self._running[sale_id] = task
            task.add_done_callback(lambda _: self._running.pop(sale_id, None))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Let what is in hand end, with whatever came of it."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _issue(self, sale_id: int) -> DocumentRecord | None:
        tools = await self._cases.open()
        may_go_offline = tools.settings.offline_allowed
        document: DocumentRecord | None = None
        for _ in range(_NUMBERS):
            document = await self._backend.run(
                number_sale,
                sale_id,
                pen=tools.pen,
                station=self._station,
                offline=may_go_offline and (self._health.silent or await self._paused()),
            )
            if document is None or document.offline or document.state not in _UNSENT:
                return document
            document = await self.deliver(tools, document)
            if document.state is not DocumentState.NUMBER_TAKEN:
                break
        counter = document is not None and document.name.model is FiscalModel.NFCE
        if document is not None and document.other_key:
            return document  # a person says whose note has the number: a second one would be one too many
        if document is not None and counter and may_go_offline and document.state in _UNSENT:
            return await self._backend.run(go_offline, document.id, pen=tools.pen, station=self._station)
        return document

    async def _paused(self) -> bool:
        """SEFAZ wants silence: a number given on-line now would only be left behind."""
        until = await self._backend.read(lambda reader: reader.fiscal.paused_until())
        return until is not None and until > self._clock()

    async def deliver(self, tools: Tools, document: DocumentRecord) -> DocumentRecord:
        """Send or ask about one document; what only our clock was wrong about is dated anew, once."""
        came = await self._once(tools, document)
        late = came.state is DocumentState.REJECTED and verdict_of_new(came.stat) is Verdict.CLOCK
        if late and not came.offline:
            fresh = await self._backend.run(renew_document, came.id, pen=tools.pen)
            return await self._once(tools, fresh)
        return came

    async def _once(self, tools: Tools, document: DocumentRecord) -> DocumentRecord:
        unknown = document.state in {DocumentState.UNKNOWN, DocumentState.REPLACED}
        ask = self._courier.consult if unknown else self._courier.send
        came = await ask(tools, document.id)
        if not unknown and came.other_key:  # SEFAZ has a note under this number: whose, before anything else
            came = await self._courier.consult(tools, came.id)
        told = came.stat in PUZZLES  # an answer, if an odd one
        if came.other_key and not told:
            return came
        silent = came.state in {*_UNSENT, DocumentState.OFFLINE} and came.attempts > 0 and not told
        if came.name.model is not FiscalModel.NFCE:
            return came  # another service: it says nothing about whether a buyer at the counter would wait
        if silent and verdict_of_new(came.stat) is not Verdict.ABSENT:
            self._health.not_heard()
        elif came.state is not DocumentState.SENDING:
            self._health.heard()
        return came
