"""How many requests the store still takes this minute and today."""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta

from varejoforte_desktop.simulator.answers import Refused
from varejoforte_desktop.simulator.clock import Clock, day
from varejoforte_desktop.simulator.switches import Limits, Switches

MINUTE = timedelta(minutes=1)
TOO_MANY = "Limite de requisições excedido"


class Quota:
    """A rolling minute and a calendar day in São Paulo. A refused request is not counted against either."""

    def __init__(self, limits: Limits, switches: Switches, now: Clock) -> None:
        self.limits = limits
        self.spent_today = 0
        self.violations_today = 0
        self._switches = switches
        self._now = now
        self._recent: deque[datetime] = deque()
        self._day = day(now())

    def spend(self) -> None:
        """Count one request. Raises Refused(429) when the minute or the day is full."""
        instant = self._now()
        self._turn_the_day(instant)
        recent = self._recent
        while recent and instant - recent[0] >= MINUTE:
            recent.popleft()
        if self.spent_today >= self.limits.per_day:
            raise self._too_many(instant, "day")
        if len(recent) >= self.limits.per_minute:
            raise self._too_many(instant, "minute")
        recent.append(instant)
        self.spent_today += 1

    def app_is_disabled(self) -> bool:
        """Whether the app has insisted so often that the store switched it off."""
        most = self.limits.disable_after
        return most is not None and self.violations_today >= most

    def reset(self) -> None:
        """Forget everything counted, as if the app had been quiet."""
        self._recent.clear()
        self.spent_today = self.violations_today = 0

    def _turn_the_day(self, instant: datetime) -> None:
        today = day(instant)
        if today != self._day:
            self._day = today
            self.spent_today = 0
            self.violations_today = 0

    def _too_many(self, instant: datetime, which: str) -> Refused:
        self.violations_today += 1
        headers: dict[str, str] = {}
        if self._switches.rate_limit_headers == "Retry-After":
            seconds = 3600.0
            if which == "minute" and self._recent:
                seconds = (self._recent[0] + MINUTE - instant).total_seconds()
            headers["Retry-After"] = str(max(1, math.ceil(seconds)))
        return Refused(429, [TOO_MANY], headers=headers)
