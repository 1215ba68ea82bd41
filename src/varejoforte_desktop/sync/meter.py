"""Turns to call the store: taken by the handful with each batch, one by one for everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta

from varejoforte_desktop.application.delivery import Spent
from varejoforte_desktop.application.delivery_ports import Grant
from varejoforte_desktop.application.outside import SlowDown
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.quota import close_turns, reserve_turns
from varejoforte_desktop.application.store import Purpose

Sleep = Callable[[float], Awaitable[object]]
_LONGEST_NAP = timedelta(seconds=60)


class SharedMeter:
    """Keeps every station together within the store's limits; the count itself is in the books."""

    def __init__(
        self, backend: Backend, *, clock: Callable[[], datetime], sleep: Sleep, patient: bool = True
    ) -> None:
        """A meter that is not `patient` raises SlowDown(code="quota") instead of waiting for the next minute."""
        self._backend = backend
        self._clock = clock
        self._sleep = sleep
        self._patient = patient
        self._grant: Grant | None = None
        self._used = 0
        self._ended: list[datetime] = []

    def load(self, grant: Grant | None) -> None:
        """Use these turns first; `unload` says how many were used."""
        self._grant = grant
        self._used = 0
        self._ended = []

    def unload(self) -> Spent | None:
        """What was used of the loaded turns; None when none were loaded."""
        grant, self._grant = self._grant, None
        if grant is None:
            return None
        now = self._clock()
        return Spent(grant.id, self._used, tuple(max(now - ended, timedelta(0)) for ended in self._ended))

    @contextmanager
    def patiently(self) -> Iterator[None]:
        """Within it the next minute is waited for, whatever kind of meter this is."""
        before, self._patient = self._patient, True
        try:
            yield
        finally:
            self._patient = before

    @asynccontextmanager
    async def turn(self, purpose: Purpose) -> AsyncIterator[None]:
        """Hold one turn during one request. Raises SlowDown when today's share is used up."""
        if self._grant is not None and self._used < self._grant.turns:
            self._used += 1
            ended = self._ended  # of this very grant, should another be loaded meanwhile
            try:
                yield
            finally:
                ended.append(self._clock())
            return
        grant = await self._next(purpose)
        try:
            yield
        finally:
            await self._backend.run(close_turns, grant.id, used=1)

    async def _next(self, purpose: Purpose) -> Grant:
        while True:
            grant = await self._backend.run(reserve_turns, wanted=1, purpose=purpose)
            if grant.turns:
                return grant
            wait = _LONGEST_NAP if grant.more_at is None else grant.more_at - self._clock()
            if grant.day_spent:
                raise SlowDown(code="day_spent", wait=wait)
            if not self._patient:
                raise SlowDown(code="quota", wait=wait)
            await self._sleep(max(0.05, min(wait, _LONGEST_NAP).total_seconds()))
