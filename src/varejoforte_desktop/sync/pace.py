"""When the loop looks again: each minute by a clock nobody can set, at once when woken or after the PC slept."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

_SLICE: Final = 5.0
_DRIFT: Final = 5.0
_REPORT_EVERY: Final = 0.2
#: Changes come in bursts (an import, a form saved twice); one look a burst is enough.
_GATHER: Final = 0.15


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
                await asyncio.wait_for(self._wakened.wait(), min(left, _SLICE))
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

    def spread(self, seconds: float) -> float:
        """A wait spread over its upper half, so that stations do not knock together."""
        return seconds / 2 + seconds / 2 * self._chance.random()
