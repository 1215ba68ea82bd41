"""Emptying the queue: take what is due, send it piece by piece, write down what came of it, until nothing is left."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from varejoforte_desktop.application.delivery import (
    OUTAGE_CAUSES,
    Batch,
    Later,
    Said,
    Settlement,
    Stop,
    outage_over,
    settle,
    take_batch,
)
from varejoforte_desktop.application.outside import LoggedOut, OutsideError, SlowDown, Unreachable
from varejoforte_desktop.application.parcels import Parcel
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Leader
from varejoforte_desktop.domain.outbox import Aspect, RetryPolicy, Subject
from varejoforte_desktop.sync.meter import SharedMeter
from varejoforte_desktop.sync.sender import Errand, Sender

#: Subjects taken at once: few enough that bodies are fresh, enough that the books cost little beside the line.
HANDFUL: Final = 64
#: Where the line is so quick that many are sent in a moment, more are taken at once: the books then cost less.
_LARGE_HANDFUL: Final = 256
_QUICK_SECONDS: Final = 0.5
_LONGEST_OUTAGE_WAIT: Final = timedelta(minutes=2)
_FRESH_SUCCESS: Final = timedelta(minutes=5)
#: After so many different things failed in a row it is the store, not the things.
_OUTAGE_SUBJECTS: Final = 3

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Why sending ended: nothing due, no turn left, the route closed (`trouble`), or asked to stop."""

    sent: int
    stock_sent: bool = False
    next_due: datetime | None = None
    held_until: datetime | None = None
    day_spent: bool = False  # held until tomorrow; what is more urgent may still go today
    trouble: OutsideError | None = None


class Pusher:
    """Sends one thing at a time; knows whether a failure is the thing's or the whole store's."""

    def __init__(
        self,
        backend: Backend,
        sender: Sender,
        meter: SharedMeter,
        *,
        station: str,
        policy: RetryPolicy,
        clock: Callable[[], datetime],
        chance: random.Random,
    ) -> None:
        self._backend = backend
        self._sender = sender
        self._meter = meter
        self._station = station
        self._policy = policy
        self._clock = clock
        self._chance = chance
        self._last_success: datetime | None = None
        self._failing: set[Subject] = set()
        self._outage_tries = 0
        self._stopping = False
        self._handful = HANDFUL

    def stop(self) -> None:
        """Send no further parcel; the one in flight settles."""
        self._stopping = True

    def resume(self) -> None:
        """A new run."""
        self._stopping = False

    async def drain(
        self, lead: Leader, progress: Progress, *, without: frozenset[Aspect] = frozenset()
    ) -> Drained:
        """Send until nothing is due or something is in the way; sides in `without` wait.

        Raises LeaseLost and BooksError.
        """
        sent, stock_sent = 0, False
        while not self._stopping:
            limit = 1 if self._failing else self._handful
            begun = time.perf_counter()
            batch = await self._backend.run(take_batch, lead=lead, limit=limit, without=without)
            if not batch.parcels:
                held = batch.grant if batch.held_by_quota else None
                return Drained(
                    sent=sent,
                    stock_sent=stock_sent,
                    next_due=batch.next_due,
                    held_until=held.more_at if held else None,
                    day_spent=held is not None and held.day_spent,
                )
            settlements, trouble = await self._send_all(batch, lead, partial(_report, progress, sent))
            said = [each for each in settlements if isinstance(each, Said)]
            sent += len({each.parcel.subject for each in said})
            stock_sent = stock_sent or any(each.sent and Aspect.STOCK in each.fields for each in said)
            await self._backend.run(
                settle, settlements, lead=lead, station=self._station, spent=self._meter.unload()
            )
            quick = time.perf_counter() - begun < _QUICK_SECONDS
            self._handful = _LARGE_HANDFUL if quick else HANDFUL
            if trouble is not None:
                return Drained(sent=sent, stock_sent=stock_sent, trouble=trouble)
            if len(self._failing) >= _OUTAGE_SUBJECTS:
                cause = next((each.cause for each in settlements if isinstance(each, Later)), "no_answer")
                return Drained(sent=sent, stock_sent=stock_sent, trouble=OutsideError(code=cause))
        return Drained(sent=sent, stock_sent=stock_sent)

    async def _send_all(
        self, batch: Batch, lead: Leader, progress: Progress
    ) -> tuple[list[Settlement], OutsideError | None]:
        """Send a batch's parcels in order; when the route closes, or we stop, the rest goes back untouched."""
        errand = Errand(lead, batch.option, batch.taken_at)
        settlements: list[Settlement] = []
        self._meter.load(batch.grant)
        try:
            with (
                self._meter.patiently()
            ):  # a long list read in part would have to be read again from its start
                await self._sender.prepare(batch.parcels, errand)
        except OutsideError as trouble:
            return [_untouched(each, trouble.code) for each in batch.parcels], trouble
        for place, parcel in enumerate(batch.parcels):
            # While the store seems down, one thing a look is still sent: its success is how we learn that it is back.
            if self._stopping or (place and len(self._failing) >= _OUTAGE_SUBJECTS):
                settlements += [_untouched(rest, "") for rest in batch.parcels[place:]]
                break
            try:
                answers = await self._sender.send(parcel, errand)
            except (SlowDown, Unreachable, LoggedOut) as trouble:
                settlements += [_untouched(rest, trouble.code) for rest in batch.parcels[place:]]
                return settlements, trouble
            for answer in answers:
                settlements.append(await self._weighed(answer))
            progress(place + 1)
        return settlements, None

    async def _weighed(self, settlement: Settlement) -> Settlement:
        """Give a failure its wait: its own when others succeed, the store's when nothing does."""
        if isinstance(settlement, Later) and settlement.wait == timedelta(0):
            return self._wait_for(settlement)
        if isinstance(settlement, Stop) or (isinstance(settlement, Said) and settlement.sent):
            await self._note_success()
        return settlement

    async def _note_success(self) -> None:
        was_down = bool(self._failing)
        self._failing.clear()
        self._outage_tries = 0
        self._last_success = self._clock()
        if was_down:
            await self._backend.run(outage_over)

    def _wait_for(self, later: Later) -> Later | Stop:
        self._failing.add(later.parcel.subject)
        since = None if self._last_success is None else self._clock() - self._last_success
        # A success that is still to come was before the clock was set back.
        alone = since is not None and timedelta(0) <= since < _FRESH_SUCCESS
        if not alone and later.cause in OUTAGE_CAUSES:
            self._outage_tries += 1
            wait = self._policy.wait_after(1, chance=self._chance.random()) or _LONGEST_OUTAGE_WAIT
            longer = min(wait * int(2 ** min(self._outage_tries - 1, 6)), _LONGEST_OUTAGE_WAIT)
            return replace(later, wait=longer, counted=False)
        attempts = max(line.attempts for line in later.lines) + 1
        own = self._policy.wait_after(attempts, chance=self._chance.random())
        if own is None:
            facts = {"cause": later.cause, "attempts": str(attempts)}
            return Stop(
                parcel=later.parcel,
                lines=later.lines,
                cause="too_many_tries",
                detail=later.detail,
                facts=facts,
            )
        return replace(later, wait=own)


def _report(progress: Progress, before: int, done: int) -> None:
    progress(before + done)


def _untouched(parcel: Parcel, cause: str) -> Later:
    """It was taken but not sent: due again as soon as the route is open, no try spent."""
    return Later(parcel=parcel, lines=parcel.owed, wait=timedelta(0), cause=cause, counted=False)
