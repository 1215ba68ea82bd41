"""When the loop looks again: each minute by a clock nobody can set, at once when woken or after the PC slept."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.store import Meter, Purpose
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.errors import LeaseLost

_SLICE: Final = 5.0
_DRIFT: Final = 5.0
_REPORT_EVERY: Final = 0.2
#: Changes come in bursts (an import, a form saved twice); one look a burst is enough.
_GATHER: Final = 0.15
#: A computer whose two clocks disagree by more than this since the books were last asked has slept, or was set.
_DOUBT: Final = 2.0
_LONGEST_BACK_OFF: Final = 120.0

#: Told after a silence: something may have changed, nobody knows what.
ANYTHING: Final = frozenset(Topic)
#: What ends at once a rest that is no wish of the store's; nothing else ends it.
WAKES: Final = {
    SyncPhase.STANDBY: frozenset({Topic.LEADER}),
    SyncPhase.KEY_MISSING: frozenset({Topic.KEYS, Topic.STATIONS}),
    SyncPhase.RECHECK: frozenset({Topic.SETTINGS, Topic.BACKUPS, Topic.STATIONS}),
    SyncPhase.REMOVED: frozenset({Topic.STATIONS}),
    SyncPhase.NOT_ALLOWED: frozenset({Topic.OPERATORS}),
    SyncPhase.BOOKS_AWAY: ANYTHING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTimes:
    """How long a term lasts when nothing is heard of its station, and how often stations ask; all in seconds.

    `margin` is the end of a term in which nothing is begun any more, though it is still ours. Who stands by asks
    every `standby`, a fifth more or less, so that stations do not ask together.
    """

    lease: float = 20.0
    renew: float = 5.0
    standby: float = 5.0
    margin: float = 3.0

    @property
    def lasting(self) -> timedelta:
        """A term."""
        return timedelta(seconds=self.lease)


class Trust:
    """Whether we may still believe that we lead, by this computer's own clocks, without asking the books.

    A term counts from before the books were asked, so that it ends here no later than there. One clock stands still
    while the computer sleeps and the other can be set: as soon as they disagree we believe neither.
    """

    def __init__(self, *, monotonic: Callable[[], float], wall: Callable[[], datetime]) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._since: tuple[float, datetime] | None = None
        self._lasting = 0.0

    def asked(self) -> tuple[float, datetime]:
        """What the clocks show; read it before the books are asked for the lead."""
        return self._monotonic(), self._wall()

    def renewed(self, asked: tuple[float, datetime], *, lasting: float) -> None:
        """The books gave the lead to who asked at that moment, for so many seconds."""
        self._since = asked
        self._lasting = lasting

    def ended(self) -> None:
        """It was given up, or is another's."""
        self._since = None

    @property
    def holds(self) -> bool:
        """Whether its time is not up by either clock, and the two agree."""
        if self._since is None:
            return False
        mono = self._monotonic() - self._since[0]
        wall = (self._wall() - self._since[1]).total_seconds()
        return abs(wall - mono) <= _DOUBT and max(mono, wall) < self._lasting


class LeadersTurns:
    """Turns to call the store for the loop: the last look at the lead, right before a request leaves."""

    def __init__(self, meter: Meter, trust: Trust) -> None:
        self._meter = meter
        self._trust = trust

    @asynccontextmanager
    async def turn(self, purpose: Purpose) -> AsyncIterator[None]:
        """As the meter gives it. Raises LeaseLost when the lead is not ours beyond doubt: nothing leaves then."""
        async with self._meter.turn(purpose):
            if not self._trust.holds:
                raise LeaseLost
            yield


class Pace:
    """Rests in slices, so that a computer that slept is noticed within seconds of waking up.

    `monotonic` never jumps but may stand still in sleep; `wall` goes on in sleep but may be set by hand: when
    the two disagree by more than five seconds, we trust neither and look at once.
    """

    def __init__(
        self,
        *,
        cycle_seconds: float,
        monotonic: Callable[[], float],
        wall: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]],
        chance: random.Random,
    ) -> None:
        self._cycle = cycle_seconds
        self.monotonic = monotonic
        self._wall = wall
        self.trust = Trust(monotonic=monotonic, wall=wall)
        self.sleep = sleep
        self._chance = chance
        self._wakened = asyncio.Event()
        self._nudged = False
        self._asked = False
        self._held = False
        self.next_cycle_at = monotonic() + cycle_seconds
        self._mark = (monotonic(), wall())
        self._overslept = False
        self._reported_at = float("-inf")
        self._failures = 0

    def every(self, seconds: float) -> None:
        """How often the shop wants a cycle, from the next one on."""
        self._cycle = seconds

    def wake(self) -> None:
        """A person asks, or it is time to stop: end any rest now."""
        self._held = False
        self._asked = True
        self._wakened.set()

    def nudge(self) -> None:
        """Something changed: end the rest, unless we wait because the store made us."""
        if not self._held:
            self._nudged = True
            self._wakened.set()

    def hold(self) -> None:
        """The next rest is the store's wish or the line's: changes do not end it, a person does.

        Nor do changes that came before: the very failure that makes us wait changed the queue.
        """
        self._held = True
        if self._nudged:
            self._nudged = False
            if not self._asked:
                self._wakened.clear()

    async def rest(self, seconds: float) -> None:
        """Rest that long, less when woken or when the computer slept meanwhile."""
        deadline = self.monotonic() + seconds
        while not self._wakened.is_set():
            left = deadline - self.monotonic()
            if left <= 0:
                break
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, _SLICE)):  # wait_for may lose a cancellation
                    await self._wakened.wait()
            if self._slept():
                self._overslept = True
                break
        if self._nudged:
            await self.sleep(_GATHER)
        self._wakened.clear()
        self._nudged = False
        self._asked = False
        self._held = False

    def _slept(self) -> bool:
        mono, wall = self.monotonic(), self._wall()
        drift = (wall - self._mark[1]).total_seconds() - (mono - self._mark[0])
        self._mark = (mono, wall)
        return abs(drift) > _DRIFT

    def overslept(self) -> bool:
        """Whether the computer slept since the last look (asked once)."""
        was, self._overslept = self._overslept or self._slept(), False
        return was

    def cycle_done(self) -> None:
        """A whole cycle was made; the next one is due a minute after the last was, not after it ended."""
        now = self.monotonic()
        if now >= self.next_cycle_at:
            missed = int((now - self.next_cycle_at) // self._cycle)
            self.next_cycle_at += (missed + 1) * self._cycle

    def to_next_cycle(self) -> float:
        """Seconds until the next cycle."""
        return max(0.05, self.next_cycle_at - self.monotonic())

    def may_report(self) -> bool:
        """Whether progress may be told again: five times a second are enough for an eye."""
        now = self.monotonic()
        if now - self._reported_at < _REPORT_EVERY:
            return False
        self._reported_at = now
        return True

    def backing_off(self, first: float) -> float:
        """How long to wait after one more failure in a row: longer each time, two minutes at most."""
        self._failures += 1
        return self.spread(min(first * 2 ** min(self._failures - 1, 10), _LONGEST_BACK_OFF))

    def well(self) -> None:
        """It worked: the next failure is the first of its row."""
        self._failures = 0

    def spread(self, seconds: float) -> float:
        """A wait spread over its upper half, so that stations do not knock together."""
        return seconds / 2 + seconds / 2 * self._chance.random()

    def about(self, seconds: float) -> float:
        """A fifth more or less."""
        return seconds * (0.8 + 0.4 * self._chance.random())
