"""The terms of this authority: how late is too late, how often is too often, and which codes it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from varejoforte_desktop.simulator.sefaz.states import PublicPages

HOMOLOGACAO = "2"


@dataclass(kw_only=True)
class Terms:
    """May be changed while the authority runs. None means: no limit, or not checked.

    `csc` is code by identifier (no leading zeros); when it is empty the hash of a version 2 QR code is not
    recomputed. `pages` overrides the addresses of the state.
    """

    environment: str = HOMOLOGACAO
    clock_skew: timedelta = timedelta(minutes=5)
    counter_late: timedelta = timedelta(minutes=5)
    invoice_late: timedelta = timedelta(days=7)
    offline_on_time: timedelta = timedelta(hours=24)
    offline_latest: timedelta = timedelta(hours=168)
    offline_allowed: bool = True
    cancel_counter: timedelta | None = timedelta(minutes=30)
    cancel_invoice: timedelta | None = timedelta(hours=24)
    cancel_late: timedelta | None = None  # until then a late cancellation is taken, as 155
    substitute_within: timedelta | None = timedelta(hours=168)
    substitute_gap: timedelta | None = timedelta(hours=2)
    correct_within: timedelta | None = timedelta(days=30)
    csc: Mapping[str, str] = field(default_factory=dict)
    pages: PublicPages | None = None
    consults_per_hour: int | None = None
    equal_rejections: int | None = None
    equal_event_rejections: int | None = None
    status_every: timedelta | None = None
    blocked_for: timedelta | None = None

    def throttle_strictly(self) -> None:
        """Hold callers to the published limits on careless use."""
        self.consults_per_hour = 10
        self.equal_rejections = 30
        self.equal_event_rejections = 20
        self.status_every = timedelta(minutes=3)
        self.blocked_for = timedelta(hours=1)
