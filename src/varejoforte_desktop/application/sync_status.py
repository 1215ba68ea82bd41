"""How the sending to the store is going, in one record that the toolbar can say in one phrase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from varejoforte_desktop.domain.operator import Actor


class SyncPhase(StrEnum):
    """What the station is doing about the store."""

    OFF = "off"  # the flag is off
    NOT_CONNECTED = "not_connected"  # no store was connected yet
    STARTING = "starting"
    STANDBY = "standby"  # another station sends
    UP_TO_DATE = "up_to_date"  # nothing due
    SENDING = "sending"
    WAITING_QUOTA = "waiting_quota"  # the store's limit of requests
    ASKED_TO_WAIT = "asked_to_wait"  # the store said: slow down
    OFFLINE = "offline"  # no line to the store
    STORE_DOWN = "store_down"  # it answers, but not usefully
    RECONNECT = "reconnect"  # authorise again
    SUSPENDED = "suspended"  # blocked, inactive, cancelled
    KEY_MISSING = "key_missing"  # an administrator has to sign in here once
    RECHECK = "recheck"  # the books are a restored copy that nobody has compared with the store yet
    REMOVED = "removed"  # this computer was taken out of the shop
    NOT_ALLOWED = "not_allowed"  # whoever is signed in may not send any more
    BOOKS_AWAY = "books_away"  # the database does not answer
    BROKEN = "broken"  # our bug; it is in the log and the loop goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """A moment of the loop. `*_at_mono` are instants of the monotonic clock, for countdowns."""

    phase: SyncPhase = SyncPhase.OFF
    cause: str = ""
    detail: str = ""
    leader_station: str = ""
    leader_since: datetime | None = None
    sent: int = 0
    total: int = 0
    eta_seconds: int | None = None
    next_cycle_at_mono: float | None = None
    retry_at_mono: float | None = None
    last_cycle_at: datetime | None = None
    orders_seconds: float | None = None  # looks at orders were spread out to this; None: one each cycle


StatusListener = Callable[[SyncStatus], None]


class SyncControl(Protocol):
    """The loop as screens and commands hold it."""

    @property
    def status(self) -> SyncStatus:
        """How it is going now."""
        ...

    def subscribe(self, listener: StatusListener) -> Callable[[], None]:
        """Be told each change of the status; calling what is given back ends it."""
        ...

    def start(self, actor: Actor) -> None:
        """The flag is on and somebody is signed in; harmless when it runs already. Raises NotAllowed."""
        ...

    async def stop(self) -> None:
        """Flag off, logout or window closed: what is in flight settles, the lead is handed over."""
        ...

    def wake(self) -> None:
        """Something changed, or a person pressed the key: look at once."""
        ...
