"""What sending to the store needs from the books, as promises that persistence keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from varejoforte_desktop.application.questions import Leader, LinkState
from varejoforte_desktop.application.store import Purpose
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import ShopSettings


@dataclass(frozen=True, slots=True)
class Named:
    """A brand or a category. A category's `parent_id` is the shelf above it."""

    id: int
    name: str
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A line of the outbox that was taken for sending, with the revision that is being sent."""

    id: int
    subject: Subject
    aspect: Aspect
    revision: int
    attempts: int
    since: datetime
    unknown_since: datetime | None
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLink:
    """Which thing of the store a subject is. `unknown_since`: a creation went unanswered at that instant."""

    subject: Subject
    state: LinkState
    remote_id: str | None = None
    unknown_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """What the store last said yes to, for one aspect of a subject."""

    subject: Subject
    aspect: Aspect
    digest: str
    fields: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One attempt, for the history."""

    subject: Subject
    label: str
    aspects: tuple[Aspect, ...]
    outcome: str
    cause: str = ""
    detail: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    station: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRecord:
    """The connection to the store as the books keep it; `sealed` is unreadable without the shop's key."""

    api_address: str
    store_id: str
    store_name: str
    store_cnpj: str
    sealed: str = field(repr=False)
    state: str
    cause: str
    generation: int
    access_expires_at: datetime
    refresh_expires_at: datetime
    connected_at: datetime
    renewing_until: datetime | None = None


class Outbox(Protocol):
    """What the store has still to hear."""

    def owe(self, subjects: Iterable[Subject], aspects: Iterable[Aspect], at: datetime) -> None:
        """Write down that these aspects are owed; a line that is there already gets a later revision."""
        ...

    def drop(self, subjects: Iterable[Subject], aspects: Iterable[Aspect]) -> None:
        """These aspects are owed no more; a line that is being sent at this moment leaves by its own answer."""
        ...

    def owe_catalogue(self, at: datetime) -> None:
        """Owe everything about every product that is sold online, in one statement a kind."""
        ...

    def claim(
        self, *, at: datetime, until: datetime, epoch: int, aspects: frozenset[Aspect], limit: int
    ) -> list[Owed]:
        """Take the due lines of up to `limit` subjects for sending: stock first, oldest first."""
        ...

    def acknowledge(
        self, lines: Sequence[Owed], *, epoch: int, at: datetime, verify_at: datetime | None = None
    ) -> None:
        """The store said yes: a line whose revision is still the one sent leaves, a newer one waits again.

        With `verify_at` the lines stay, to be looked at again then: an earlier answer was never heard.
        """
        ...

    def outdated(self, lines: Sequence[Owed]) -> set[Subject]:
        """The subjects of stock lines that were owed again since they were taken."""
        ...

    def postpone(
        self,
        lines: Sequence[Owed],
        *,
        epoch: int,
        due_at: datetime,
        cause: str,
        detail: str = "",
        counted: bool,
        unknown_since: datetime | None = None,
    ) -> None:
        """Not now: the lines wait until `due_at`; `counted` says whether it was a try."""
        ...

    def halt(
        self, lines: Sequence[Owed], *, epoch: int, cause: str, detail: str, facts: Mapping[str, str]
    ) -> None:
        """A person has to look."""
        ...

    def recover(self, *, epoch: int, at: datetime) -> int:
        """Lines left in sending by a station or a run that is gone wait again, their outcome unknown."""
        ...

    def hurry(self, *, at: datetime, causes: frozenset[str]) -> int:
        """Lines that wait because of these causes become due now."""
        ...

    def revive(self, *, at: datetime, cause: str) -> int:
        """Lines that were halted for this cause wait again: it is gone."""
        ...

    def next_due(self, *, aspects: frozenset[Aspect]) -> datetime | None:
        """When the next waiting line becomes due."""
        ...

    def retry(self, ids: Sequence[int], at: datetime) -> int:
        """A person says: again, now, with the tries forgotten."""
        ...

    def discard(self, ids: Sequence[int]) -> int:
        """A person says: leave it. The line goes; the next change owes it again."""
        ...

    def pause(self, ids: Sequence[int], *, paused: bool) -> int:
        """A person says: not these for now (or: these again)."""
        ...

    def owed_subjects(self, ids: Sequence[int]) -> list[Subject]:
        """The subjects of these lines."""
        ...


class Links(Protocol):
    """Which things of the store are which of ours, and what the store last acknowledged."""

    def many(self, subjects: Iterable[Subject]) -> dict[Subject, StoreLink]: ...

    def begin_creation(self, subject: Subject, at: datetime) -> None:
        """Write the intent before anything leaves: found without an answer later, its outcome is unknown."""
        ...

    def end_creation(self, subject: Subject) -> None:
        """The creation surely did not happen."""
        ...

    def link(self, subject: Subject, remote_id: str, at: datetime) -> None:
        """The subject is this thing of the store. Raises LinkTaken when another subject already is."""
        ...

    def unlink(self, subject: Subject) -> None:
        """The store no longer has it."""
        ...

    def acknowledged(self, subjects: Iterable[Subject]) -> dict[Subject, dict[Aspect, Acknowledged]]: ...

    def remember(self, rows: Sequence[Acknowledged]) -> None:
        """Keep what the store said yes to."""
        ...

    def forget(self, subjects: Iterable[Subject], aspect: Aspect) -> None:
        """What the store said yes to counts no more: it may have changed that itself."""
        ...

    def forget_all(self) -> None:
        """Another store: nothing is linked, nothing was acknowledged."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSheet:
    """All that is needed to tell the store about a product."""

    product: Product
    brand: Named | None
    category: Named | None
    on_hand: Decimal
    open_online: Decimal


class Sheets(Protocol):
    """Reads for the bodies that are sent, many at a time."""

    def products(self, ids: Sequence[int]) -> dict[int, ProductSheet]: ...

    def names(self, kind: SubjectKind, ids: Sequence[int]) -> dict[int, Named]: ...


class History(Protocol):
    """What was sent, and what came of it."""

    def add(self, pushes: Sequence[Push], at: datetime) -> None: ...

    def prune(self, before: datetime) -> int: ...


class Leadership(Protocol):
    """Who may send: one station at a time, by the database's clock."""

    def take(
        self, *, holder: str, station: str, operator: str, at: datetime, until: datetime
    ) -> Leader | None:
        """Become or stay the sender; None when somebody else is and their time is not up."""
        ...

    def holds(self, *, holder: str, epoch: int, at: datetime) -> bool: ...

    def release(self, *, holder: str, epoch: int, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Turns handed out: how many, under which number, and when more come if none did."""

    id: int
    turns: int
    more_at: datetime | None
    day_spent: bool = False


class Quota(Protocol):
    """The requests of the last minute and of today, counted for all stations together."""

    def reserve(self, *, wanted: int, purpose: Purpose, at: datetime, settings: ShopSettings) -> Grant: ...

    def close(self, grant_id: int, *, used: int, at: datetime, ages: Sequence[timedelta] = ()) -> None:
        """The turns were used, each so long ago as `ages` says (the others now); those left over go back."""
        ...


class Connections(Protocol):
    """The one connection of the shop to its store."""

    def get(self) -> ConnectionRecord | None: ...

    def save(self, record: ConnectionRecord) -> None: ...

    def begin_renewal(self, *, generation: int, at: datetime, until: datetime) -> bool:
        """True for exactly one caller per generation, until the time is up."""
        ...
