"""What the books keep about people, permissions, stations, copies and the audit log, as promises to the use cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.operator import Actor, Permission, Role

#: What may stand in the log: texts, whole numbers, yes or no; money and quantities as their usual texts.
Fact = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRecord:
    """An operator as the books keep them; the password only as its Argon2id hash.

    `wrapped_key` is the shop's key as an administrator's password opens it, `key_version` which key that was.
    """

    id: int = 0
    login: str
    name: str
    role: Role
    password_hash: str = field(repr=False)
    wrapped_key: str = field(default="", repr=False)
    key_version: int = 0
    must_change: bool = False
    active: bool = True


class Operators(Protocol):
    """Who may sign in."""

    def by_login(self, login: str) -> OperatorRecord | None: ...

    def get(self, operator_id: int) -> OperatorRecord: ...

    def add(self, operator: OperatorRecord) -> int: ...

    def save(self, operator: OperatorRecord) -> None: ...

    def active_administrators(self) -> int:
        """How many there are; on PostgreSQL their lines are ours until the transaction ends."""
        ...


class Permits(Protocol):
    """What this shop changed of what each role may."""

    def changed(self, role: Role) -> dict[Permission, bool]: ...

    def put(self, role: Role, permission: Permission, *, allowed: bool | None) -> None:
        """None: as the program comes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Wrong passwords at a door: what `login_door` makes of a login, or "station:CAIXA-1"."""

    door: str
    failures: int
    last_at: datetime
    locked_until: datetime | None = None


class Waits(Protocol):
    """Who typed wrong passwords, whether or not there is such an operator."""

    def of(self, doors: Sequence[str]) -> dict[str, Wait]:
        """On PostgreSQL these lines are ours until the transaction ends."""
        ...

    def put(self, wait: Wait) -> None: ...

    def clear(self, doors: Sequence[str]) -> None: ...

    def forget(self, before: datetime) -> None:
        """Those whose last wrong password is older."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StationRecord:
    """A computer of the shop; `sealed_key` only its own private key opens."""

    name: str
    joined_at: datetime
    seen_at: datetime
    version: str
    public_key: str
    sealed_key: str = field(repr=False)
    key_version: int
    removed_at: datetime | None = None


class Stations(Protocol):
    """The computers of the shop."""

    def get(self, name: str) -> StationRecord | None: ...

    def all(self) -> list[StationRecord]:
        """Also those that were taken out."""
        ...

    def save(self, station: StationRecord) -> None: ...

    def seen(self, name: str, *, at: datetime, version: str) -> None:
        """Harmless for one that is not there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationRecord:
    """The books' own identity: which life of theirs this is, and up to what instant they were worked in."""

    epoch: str
    key_version: int
    seen_at: datetime
    restored_at: datetime | None = None
    rechecked_at: datetime | None = None

    @property
    def recheck_pending(self) -> bool:
        """Whether a restored copy was not compared yet."""
        if self.restored_at is None:
            return False
        return self.rechecked_at is None or self.rechecked_at < self.restored_at


class Installation(Protocol):
    """The one line about the books themselves."""

    def get(self) -> InstallationRecord:
        """On PostgreSQL the line is not held; use `hold` before changing the key."""
        ...

    def hold(self) -> InstallationRecord:
        """The same, ours until the transaction ends."""
        ...

    def save(self, record: InstallationRecord) -> None: ...

    def seen(self, at: datetime) -> None:
        """Raise `seen_at`; never lowers it."""
        ...


class AuditBook(Protocol):
    """The log; lines are sealed into the chain when the transaction ends."""

    def note(
        self,
        action: AuditAction,
        subject: str,
        *,
        by: Actor | None,
        station: str = "",
        before: Mapping[str, Fact] | None = None,
        after: Mapping[str, Fact] | None = None,
    ) -> None:
        """Write down what was done. Never a secret, and of a CPF or CNPJ only the last digits."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan:
    """When and where a station copies the shop. `every_hours` 0: only when asked (or at closing)."""

    folder: str = ""
    second_folder: str = ""
    every_hours: int = 0
    at_closing: bool = False
    encrypted: bool = False
    keep_daily: int = 7
    keep_weekly: int = 4
    keep_monthly: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupKeyRecord:
    """`recipient` locks copies; `identity` opens them and is locked with the owner's passphrase."""

    recipient: str
    identity: str = field(repr=False)
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRun:
    """A copy that was made, or why it was not (`cause`, a stable word). `why`: asked, due, closing, upgrade."""

    station: str
    at: datetime
    why: str
    file: str
    bytes: int = 0
    fingerprint: str = ""
    encrypted: bool = False
    cause: str = ""
    detail: str = ""


class Backups(Protocol):
    """Plans and made copies."""

    def plan(self, station: str) -> BackupPlan | None: ...

    def save_plan(self, station: str, plan: BackupPlan) -> None: ...

    def key(self) -> BackupKeyRecord | None: ...

    def save_key(self, key: BackupKeyRecord) -> None: ...

    def note(self, run: BackupRun) -> None: ...
