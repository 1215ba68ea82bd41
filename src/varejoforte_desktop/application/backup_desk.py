"""Copies of the shop as a screen asks for them: made, proved, put back, and what is compared afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.people_ports import BackupRun
from varejoforte_desktop.domain.operator import Actor


class CopyRefused(BooksError):
    """A copy was not made or not put back, or the books were not moved; they are as they were.

    `why` is a stable word:
    exists, no_access, no_books, no_copy    a file that is there, or is not, or may not be touched
    not_books, damaged, tampered            what is in the file; tampered: its fingerprint is another one
    other_kind                              a copy of SQLite books where PostgreSQL keeps them, or the reverse
    in_use                                  somebody has the books open
    no_tool, tool_failed                    pg_dump or pg_restore is not installed, or ended badly (`detail`)
    no_rights                               the server does not let this user make or rename databases
    no_passphrase                           locked copies were asked for and nobody chose a passphrase yet
    not_sqlite, not_postgresql, same_books, not_empty, unmovable, moved_wrong
                                            moving: `detail` names the table and what would not go
    """

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(detail, why=why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """What is in a copy that was opened and proved. `problems` are those of `db check`: they came with the books."""

    path: Path
    bytes: int
    made_at: datetime | None  # None: it does not say
    shop_name: str
    encrypted: bool
    older_release: bool
    products: int
    sales: int
    last_sale_at: datetime | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksMarks:
    """How far the books have come: enough to notice later that an older state of them was put back."""

    epoch: str
    restored_at: datetime | None
    sales: Mapping[str, int]  # station → the last sale number
    audit_id: int
    audit_hash: str
    fiscal: Mapping[str, int] = field(default_factory=dict)  # series (as it is marked) → its last number


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckCounts:
    """What of the books has to be compared with the store."""

    linked_products: int
    open_orders: int
    connected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckFacts:
    """What has to be compared after a copy was put back, before anybody sells or anything is sent."""

    restored_at: datetime
    numbers: tuple[tuple[str, int, int], ...]  # station, last sale number in the copy, last one really used
    linked_products: int  # will be compared with the store, one by one
    open_orders: int  # will be read again
    connected: bool


class BackupDesk(Protocol):
    """Never blocks; the work is done on other threads. Errors: NotAllowed, CopyRefused and BooksError.

    Plans are saved with the use case `application.backups.save_plan`, runs are read with `reader.backups`.
    """

    @property
    def can_copy(self) -> str:
        """ "" when copies can be made here, else a stable word for why not: no_tool (pg_dump is not installed)."""
        ...

    @property
    def usual_folder(self) -> Path:
        """Where copies go when the plan names no folder."""
        ...

    async def make(self, *, by: Actor | None, why: str = "asked") -> BackupRun:
        """Copy the shop by this station's plan, prove the copy, write it down. `by` None: the plan's own time came.

        A run with a cause and `bytes` above zero is a copy that is there but not as it should be: "books_wrong" (the
        books themselves do not add up, `detail` says where) or "second_folder" (it could not be laid there too).
        """
        ...

    async def till_closed(self) -> BackupRun | None:
        """A till of this station was closed: copy the shop if the plan says so. Never raises; None when not."""
        ...

    async def choose_passphrase(self, passphrase: str, *, by: Actor) -> None:
        """From now on copies can be locked. Raises PassphraseWeak, NotAllowed."""
        ...

    async def examine(self, file: Path, passphrase: str = "") -> CopyFacts:
        """Open a copy and prove it, changing nothing. Raises PassphraseWrong (also when one is needed)."""
        ...

    async def restore(self, file: Path, passphrase: str = "", *, by: Actor) -> Path:
        """Prove the copy and lay it ready: it takes the books' place when the program starts next.

        Gives where the books of today will be kept (on PostgreSQL the name of a database). Until then the shop goes
        on working in the old books. Needs the permission to change settings. Raises PassphraseWrong.
        """
        ...

    async def recheck_facts(self) -> RecheckFacts | None:
        """What has to be compared, None when no copy was put back."""
        ...

    async def recheck(self, *, by: Actor) -> None:
        """Raise the numbers above every one that was used, have orders and products compared with the store again,
        and let the shop sell. Needs the permission to change settings; harmless when nothing is pending."""
        ...
