"""What the books and the folders say about the copies of the shop, looked up off the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from varejoforte_desktop.application.people_ports import BackupPlan, BackupRun, InstallationRecord
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.copies.words import SECOND_FOLDER, file_name

#: How many past copies are listed.
LISTED: Final = 30
#: A last copy older than this is a danger.
OLD: Final = timedelta(days=2)
#: Sales that are counted one by one when a copy is put back.
COUNTED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesNow:
    """What the books say. `good` is the newest copy that may be relied on, at whatever station."""

    myself: Actor
    plan: BackupPlan | None
    runs: Sequence[BackupRun]
    good: BackupRun | None
    locked_since: datetime | None
    installation: InstallationRecord

    @property
    def unmended(self) -> BackupRun | None:
        """This station's newest run when something is wrong with it, None when all is well."""
        last = next((run for run in self.runs if run.station == self.myself.station), None)
        return last if last is not None and last.cause else None

    def old(self, now: datetime) -> bool:
        """Whether the last good copy is too old."""
        return self.good is not None and now - self.good.at > OLD


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Whether the last copy still lies where it was put; `second` is None where no second folder is planned."""

    first: bool
    second: bool | None


@dataclass(frozen=True, slots=True)
class Loss:
    """What of today's books a copy does not know: so many sales (`more`: at least), the last of them at `last_at`."""

    sales: int
    more: bool
    last_at: datetime | None


def copies_now(reader: Reader, actor: Actor) -> CopiesNow:
    """Ask everything the page shows in one look."""
    runs = reader.backups.runs(limit=LISTED)
    relied = (run for run in runs if run.bytes and run.cause in {"", SECOND_FOLDER})
    return CopiesNow(
        myself=reader.people.current(actor),
        plan=reader.backups.plan(actor.station),
        runs=runs,
        good=next(relied, None) or reader.backups.last_good(),
        locked_since=reader.backups.locked_since(),
        installation=reader.backups.installation(),
    )


def whereabouts(run: BackupRun, second_folder: Path | None) -> Whereabouts:
    """Look into the folders; blocks, perhaps for long when a drive is away."""
    second = None if second_folder is None else (second_folder / file_name(run.file)).is_file()
    return Whereabouts(Path(run.file).is_file(), second)


def loss_since(reader: Reader, at: datetime | None) -> Loss:
    """Sales made after an instant, every sale when there is none."""
    rows = reader.sales.rows(limit=COUNTED + 1)
    later = [row for row in rows if at is None or row.at > at]
    last = max((row.at for row in later), default=None)
    return Loss(min(len(later), COUNTED), len(later) > COUNTED, last)


@dataclass(frozen=True, slots=True)
class Restored:
    """Since when a restored shop waits to be compared, None when none does; and who asks, as the books know him."""

    at: datetime | None
    myself: Actor


def restored(reader: Reader, actor: Actor) -> Restored:
    """Ask whether the shop waits to be compared."""
    record = reader.backups.installation()
    return Restored(record.restored_at if record.recheck_pending else None, reader.people.current(actor))
