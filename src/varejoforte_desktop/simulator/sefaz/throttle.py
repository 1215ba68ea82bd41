"""Careless use: asking the same thing again and again until the authority shuts its door for an hour."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from varejoforte_desktop.simulator.sefaz.reasons import Rejection
from varejoforte_desktop.simulator.sefaz.terms import Terms

HOUR = timedelta(hours=1)


class Throttle:
    """Counts what each company asks, and raises Rejection 656 when it is too much."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._consults: dict[str, list[datetime]] = defaultdict(list)
        self._rejections: dict[tuple[str, str, str], int] = defaultdict(int)
        self._status: dict[tuple[str, str], datetime] = {}
        self._blocked: dict[str, datetime] = {}

    def enter(self, company: str, now: datetime) -> None:
        """Anybody calls. Raises Rejection while the company is shut out."""
        ends = self._blocked.get(company)
        if ends is not None and now < ends:
            raise Rejection("656", f"[Bloqueado até {ends:%H:%M:%S}]")

    def consult(self, company: str, key: str, now: datetime) -> None:
        """A key is asked for."""
        asked = [instant for instant in self._consults[key] if now - instant < HOUR]
        self._consults[key] = [*asked, now]
        limit = self._terms.consults_per_hour
        if limit is not None and len(asked) >= limit:
            self._block(company, now)

    def status(self, company: str, model: str, now: datetime) -> None:
        """Somebody asks whether the service runs."""
        before, every = self._status.get((company, model)), self._terms.status_every
        self._status[company, model] = now
        if every is not None and before is not None and now - before < every:
            self._block(company, now)

    def repeated(self, company: str, subject: str, stat: str, now: datetime, *, event: bool = False) -> None:
        """A document or an event was refused once more with the same number."""
        self._rejections[company, subject, stat] += 1
        limit = self._terms.equal_event_rejections if event else self._terms.equal_rejections
        if limit is not None and self._rejections[company, subject, stat] > limit:
            self._block(company, now)

    def _block(self, company: str, now: datetime) -> None:
        if self._terms.blocked_for is not None:
            self._blocked[company] = now + self._terms.blocked_for
        raise Rejection("656")
