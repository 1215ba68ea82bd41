"""Copies of the shop as a screen asks for them: made, proved, put back, and what is compared afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from varejoforte_desktop.application.people_ports import BackupRun
from varejoforte_desktop.domain.operator import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """What is in a copy that was opened and proved."""

    path: Path
    bytes: int
    made_at: datetime | None  # None: it does not say
    shop_name: str
    encrypted: bool
    older_release: bool
    products: int
    sales: int
    last_sale_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckFacts:
    """What has to be compared after a copy was put back, before anybody sells or anything is sent."""

    restored_at: datetime
    numbers: tuple[tuple[str, int, int], ...]  # station, last sale number in the copy, last one really used
    linked_products: int  # will be compared with the store, one by one
    open_orders: int  # will be read again
    connected: bool


class BackupDesk(Protocol):
    """Never blocks; the work is done on other threads. Errors: NotAllowed, CopyRefused and BooksError."""

    @property
    def can_copy(self) -> str:
        """ "" when copies can be made here, else a stable word for why not: no_tool (pg_dump is not installed)."""
        ...

    async def make(self, *, by: Actor | None, why: str = "asked") -> BackupRun:
        """Copy the shop by this station's plan, prove the copy, write it down. `by` None: the plan's own time came."""
        ...

    async def choose_passphrase(self, passphrase: str, *, by: Actor) -> None:
        """From now on copies can be locked. Raises PassphraseWeak."""
        ...

    async def examine(self, file: Path, passphrase: str = "") -> CopyFacts:
        """Open a copy and prove it, changing nothing. Raises PassphraseWrong (also when one is needed)."""
        ...

    async def restore(self, file: Path, passphrase: str = "", *, by: Actor) -> Path:
        """Prove the copy and lay it ready: it takes the books' place when the program starts next.

        Gives where the books of today will be kept.
        """
        ...

    async def recheck_facts(self) -> RecheckFacts | None:
        """What has to be compared, None when no copy was put back."""
        ...

    async def recheck(self, *, by: Actor) -> None:
        """Raise the numbers above every one that was used, have orders and products compared with the store again,
        and let the shop sell. Raises NotAllowed."""
        ...
