"""The round that a station makes by itself: sales that still lack a document, documents that wait for SEFAZ."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.fiscal_questions import Due
from varejoforte_desktop.application.fiscal_sending import recover_documents
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.domain.errors import DomainError, KeyMissing
from varejoforte_desktop.fiscal.courier import Courier
from varejoforte_desktop.fiscal.issuing import Issuing
from varejoforte_desktop.fiscal.pen_case import PenCase, Tools

log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 20.0
#: With a document that cannot be brought further, which is due all the time, the others are looked for no oftener.
_STUCK_SECONDS: Final = 5.0
#: A sale that could not get its document is tried again after this, or when something about it changed.
_AGAIN: Final = timedelta(minutes=5)
#: So many a round: a till that comes back to life after a day must not make its buyers wait.
_A_ROUND: Final = 20
#: How long after a sale it still gets its document by itself.
_BY_ITSELF: Final = timedelta(hours=24)
WAKES: Final = frozenset(
    {Topic.FISCAL, Topic.SALES, Topic.SETTINGS, Topic.KEYS, Topic.CUSTOMERS, Topic.PRODUCTS}
)


class Round:
    """Runs while the program runs; harmless to wake at any time. `told` is called after each round."""

    def __init__(
        self,
        backend: Backend,
        cases: PenCase,
        courier: Courier,
        issuing: Issuing,
        *,
        station: str,
        clock: Callable[[], datetime],
        told: Callable[[DomainError | None], None],
    ) -> None:
        self._backend = backend
        self._cases = cases
        self._courier = courier
        self._issuing = issuing
        self._station = station
        self._clock = clock
        self._told = told
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._problems: dict[int, tuple[datetime, DomainError]] = {}
        self._stuck: dict[tuple[str, int], datetime] = {}
        self.paused_until: datetime | None = None
        #: For how many seconds it rests unless somebody wakes it; 0 while it looks.
        self.resting = 0.0

    def problem(self, sale_id: int) -> DomainError | None:
        """Why a sale could not get its document the last time it was tried."""
        found = self._problems.get(sale_id)
        return None if found is None else found[1]

    def note_problem(self, sale_id: int, error: DomainError) -> None:
        """Why a sale could not get its document just now."""
        self._problems[sale_id] = (self._clock(), error)

    def start(self) -> None:
        """Begin; harmless when it runs."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="fiscal")

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def forget_problems(self) -> None:
        """Something changed that may have stood in the way."""
        self._problems.clear()
        self._stuck.clear()

    async def aclose(self) -> None:
        """What is on its way is noted as of unknown fate; safe before start and twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
        await self._issuing.aclose()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            more, hindered = False, True
            try:
                more = await self.once()
                hindered = False
            except BooksError as error:
                log.warning("the fiscal round found the books in the way: %s", type(error).__name__)
            except DomainError as error:
                self._told(error)
            except Exception:  # our bug must not stop the shop's documents for good
                log.exception("the fiscal round failed")
            if not more:
                await self._pause(hindered=hindered)

    async def once(self) -> bool:
        """One round; gives whether more is due already: nothing is while SEFAZ wants silence.

        Raises FiscalNotReady, KeyMissing.
        """
        now = self._clock()
        claim = self._courier.claim
        lost = await self._backend.read(lambda reader: reader.fiscal.lost(self._station, claim, now))
        if lost:
            await self._backend.run(recover_documents, station=self._station, claim=claim)
        due, self.paused_until = await self._backend.read(
            lambda reader: (
                reader.fiscal.due(self._station, now, limit=_A_ROUND),
                reader.fiscal.paused_until(),
            )
        )
        if self._paused:
            due = []
        tools = await self._cases.open()
        self._stuck = {each: at for each, at in self._stuck.items() if now - at < _AGAIN}
        due = [each for each in due if (each.kind, each.id) not in self._stuck]
        for each in due:
            await self._do(tools, each)
        owed = [each for each in await self._owed(now) if self._may_try(each, now)]
        for sale_id in owed[:_A_ROUND]:
            await self._issue(sale_id)
        self._told(None)
        return not self._paused and (len(due) == _A_ROUND or len(owed) > _A_ROUND)

    @property
    def _paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > self._clock()

    async def _owed(self, now: datetime) -> list[int]:
        """Sales of this till that lack a document, and others' that nobody took care of.

        Only today's: a shop that begins to issue does not give every sale of its past a note of today. Older ones
        wait in a list for a person.
        """
        rows = await self._backend.read(lambda reader: reader.fiscal.owed_sales(since=now - _BY_ITSELF))
        mine = f"{self._station}-"
        late = now - _AGAIN
        return [
            row.sale_id
            for row in rows
            if not self._issuing.has(row.sale_id)
            and (row.number.rpartition("-")[0] + "-" == mine or row.at < late)
        ]

    def _may_try(self, sale_id: int, now: datetime) -> bool:
        found = self._problems.get(sale_id)
        return ("sale", sale_id) not in self._stuck and (found is None or now - found[0] >= _AGAIN)

    async def _issue(self, sale_id: int) -> None:
        try:
            await self._issuing.issue(sale_id)
        except DomainError as error:
            self.note_problem(sale_id, error)
            log.info("sale %s cannot get its document: %s", sale_id, type(error).__name__)
        except BooksError:
            raise
        except Exception:  # our bug with one sale must not keep the others waiting
            log.exception("sale %s could not get its document", sale_id)
            self._stuck["sale", sale_id] = self._clock()
        else:
            self._problems.pop(sale_id, None)

    async def _do(self, tools: Tools, due: Due) -> None:
        """One that cannot be brought further stops none of the others."""
        try:
            if due.kind == "event":
                await self._courier.event(tools, due.id)
                return
            record = (await self._backend.read(lambda reader: reader.fiscal.document(due.id))).record
            await self._issuing.deliver(tools, record)
        except (KeyMissing, BooksError):
            raise
        except DomainError as error:
            log.warning("%s %s waits for somebody: %s", due.kind, due.id, type(error).__name__)
            self._stuck[due.kind, due.id] = self._clock()
        except Exception:  # our bug with one document: SEFAZ must not hear of it again and again
            log.exception("%s %s could not be brought further", due.kind, due.id)
            self._stuck[due.kind, due.id] = self._clock()

    async def _pause(self, *, hindered: bool) -> None:
        """Until something is due, somebody wakes us, or a while has passed.

        `hindered`: the round could not be made, and what is due would be due again at once.
        """
        wait = _LOOK_SECONDS
        if self._paused and self.paused_until is not None:
            wait = min(wait, (self.paused_until - self._clock()).total_seconds())
        elif not hindered:
            wait = await self._until_due()
        self.resting = wait
        try:
            async with asyncio.timeout(wait):  # wait_for may lose a cancellation that comes with the event
                await self._wake.wait()
        except TimeoutError:
            pass
        finally:
            self.resting = 0.0

    async def _until_due(self) -> float:
        """Seconds until the next thing is due, at most a look's time."""
        with suppress(BooksError):
            next_at = await self._backend.read(lambda reader: reader.fiscal.next_due(self._station))
            if next_at is not None:
                soonest = _STUCK_SECONDS if self._stuck else 0.2
                return min(_LOOK_SECONDS, max((next_at - self._clock()).total_seconds(), soonest))
        return _LOOK_SECONDS
