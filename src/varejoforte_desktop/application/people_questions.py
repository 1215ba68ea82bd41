"""What screens ask about people, permissions, stations, copies of the shop and the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from varejoforte_desktop.application.backup_desk import BooksMarks, RecheckCounts
from varejoforte_desktop.application.people_ports import (
    BackupKeyRecord,
    BackupPlan,
    BackupRun,
    InstallationRecord,
    OperatorRecord,
)
from varejoforte_desktop.domain.audit import BEGINNING, AuditAction
from varejoforte_desktop.domain.operator import Actor, Permission, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Somebody who works at the shop. `waits_until`: too many wrong passwords, None when the door is open."""

    id: int
    login: str
    name: str
    role: Role
    active: bool
    must_change: bool
    waits_until: datetime | None = None
    last_seen_at: datetime | None = None  # the last sign-in the log remembers


@dataclass(frozen=True, slots=True, kw_only=True)
class StationRow:
    """A computer as the list shows it."""

    name: str
    joined_at: datetime
    seen_at: datetime
    version: str
    removed_at: datetime | None
    has_key: bool  # it holds the key the shop uses now
    sends: bool  # it is the one that sends to the store


class PeopleReader(Protocol):
    """Questions about people and stations."""

    def people(self) -> list[PersonRow]:
        """Everybody, those on leave last, by name."""
        ...

    def grants(self) -> Mapping[Role, frozenset[Permission]]:
        """What each role may in this shop."""
        ...

    def current(self, actor: Actor) -> Actor:
        """The same person as the books have it now. Raises SessionEnded or StationRemoved."""
        ...

    def stations(self) -> list[StationRow]:
        """The computers of the shop, those taken out last."""
        ...

    def record(self, operator_id: int) -> OperatorRecord:
        """For the door alone. Raises NoSuchRecord."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """What is looked for in the log; None and "" mean any. `until` is not included."""

    actions: Sequence[AuditAction] = ()
    operator: str = ""
    station: str = ""
    text: str = ""  # in the subject, or in what was before or after
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """A line of the log. `before` and `after` are JSON objects, "" when there is nothing to say.

    `action` is the word as kept, which may be of a later release.
    """

    id: int
    at: datetime
    operator: str
    station: str
    action: str
    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditProof:
    """How far the chain of the log was followed: to which line, its seal, and what is wrong up to there.

    `problems` are "audit_line: 12" (changed, or put in), "audit_gap: 13" or "audit_gap: 13-15" (taken out) and
    "audit_end: 99" (the last lines are gone, up to that one). `total` is the number of the last line.
    """

    reached: int | None = None
    seal: str = BEGINNING
    lines: int = 0
    total: int = 0
    problems: tuple[str, ...] = ()
    finished: bool = False


class AuditReader(Protocol):
    """Questions about the log; asking needs the permission to see it, as the books have it now."""

    def rows(
        self, search: AuditSearch, *, by: Actor, before_id: int | None = None, limit: int = 200
    ) -> list[AuditRow]:
        """Newest first, a page at a time. Raises NotAllowed, SessionEnded."""
        ...

    def operators(self, *, by: Actor) -> list[str]:
        """Names that stand in the log."""
        ...

    def stations(self, *, by: Actor) -> list[str]:
        """Stations that stand in the log."""
        ...

    def prove(self, after: AuditProof | None = None) -> AuditProof:
        """Follow the chain for a stretch, from where `after` stopped; for everybody: it tells no line's words."""
        ...


class BackupReader(Protocol):
    """Questions about copies of the shop."""

    def plan(self, station: str) -> BackupPlan | None:
        """What this station was told, None when nothing."""
        ...

    def runs(self, *, station: str = "", limit: int = 50) -> list[BackupRun]:
        """Newest first, of one station or of all."""
        ...

    def last_good(self) -> BackupRun | None:
        """The newest copy that was made, at whatever station."""
        ...

    def locked_since(self) -> datetime | None:
        """Since when encrypted copies can be made; None: no passphrase was chosen yet."""
        ...

    def installation(self) -> InstallationRecord:
        """The books' own identity."""
        ...

    def locking_key(self) -> BackupKeyRecord | None:
        """What locks copies, None when nobody chose a passphrase yet."""
        ...

    def marks(self) -> BooksMarks:
        """How far the books have come; cheap."""
        ...

    def seal_at(self, entry_id: int) -> str | None:
        """The seal of a line of the audit log, None when there is no such line."""
        ...

    def recheck_counts(self) -> RecheckCounts:
        """What would have to be compared with the store."""
        ...
