"""Which copies are kept: one a day, one a week, one a month, and never fewer than the newest good one."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.application.people_ports import BackupPlan
from varejoforte_desktop.persistence.copy_files import (
    Copy,
    disk_trouble,
    fingerprint_of,
    fingerprint_path,
    noted_fingerprint,
    placed,
    placing,
)

log = logging.getLogger(__name__)

_OURS: Final = re.compile(r"loja-(\d{8}-\d{6})(?:-(\d+))?\.(?:db|dump|vfc)")


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy of ours that lies in a folder, by the shop's own clock; `place` among those of the same second."""

    path: Path
    at: datetime
    fingerprint: str
    place: int = 1


def free_target(folder: Path, at: datetime, ending: str) -> Path:
    """A name for a copy made at an instant (of the shop's own clock) that no file has yet."""
    stem = f"loja-{at:%Y%m%d-%H%M%S}"
    target, more = folder / f"{stem}{ending}", 1
    while target.exists():
        more += 1
        target = folder / f"{stem}-{more}{ending}"
    return target


def lay_second(copy: Copy, folder: Path) -> Copy:
    """Lay a copy in a second folder too and read it back. Raises CopyRefused or BooksFull."""
    target = folder / copy.path.name
    with placing(target) as partial, disk_trouble():
        shutil.copyfile(copy.path, partial)
        if fingerprint_of(partial) != copy.fingerprint:
            raise CopyRefused("damaged", str(target))
    return placed(target)


def ours_in(folder: Path, known: Collection[str]) -> list[Kept]:
    """Copies of ours in a folder, newest first: our kind of name, and a note with a fingerprint our books noted."""
    found = []
    for path in folder.glob("loja-*"):
        named = _OURS.fullmatch(path.name)
        note = noted_fingerprint(path)
        if named and note and note[1] == path.name and note[0] in known and path.is_file():
            at = datetime.strptime(named[1], "%Y%m%d-%H%M%S")  # noqa: DTZ007 - the shop's own clock, compared with itself
            found.append(Kept(path, at, note[0], int(named[2] or 1)))
    return sorted(found, key=lambda each: (each.at, each.place), reverse=True)


def outlived(
    copies: Iterable[Kept], plan: BackupPlan, *, good: Collection[str], fresh: str = ""
) -> list[Kept]:
    """Which of these (newest first) are not to be kept; the newest, the newest good one and `fresh` always are.

    `fresh` is the fingerprint of the copy just made: a clock that was set back may call others newer.
    """
    copies = list(copies)
    kept = {each.path for each in copies[:1]} | {each.path for each in copies if each.fingerprint == fresh}
    kept |= {each.path for each in [each for each in copies if each.fingerprint in good][:1]}
    for many, period in (
        (plan.keep_daily, "%Y-%m-%d"),
        (plan.keep_weekly, "%G-%V"),
        (plan.keep_monthly, "%Y-%m"),
    ):
        newest: dict[str, Path] = {}
        for each in copies:
            newest.setdefault(each.at.strftime(period), each.path)
        kept |= set(list(newest.values())[:many])
    return [each for each in copies if each.path not in kept]


def prune(
    folder: Path, plan: BackupPlan, *, known: Collection[str], good: Collection[str], fresh: str
) -> list[Path]:
    """Take old copies away; gives those that are gone. What cannot be taken away stays and is logged."""
    gone = []
    try:
        old = outlived(ours_in(folder, {*known, fresh}), plan, good=good, fresh=fresh)
    except OSError as error:
        log.warning("copies in %s could not be looked through: %s", folder, error)
        return []
    for each in old:
        try:
            each.path.unlink()
            fingerprint_path(each.path).unlink(missing_ok=True)
        except OSError as error:
            log.warning("an old copy could not be taken away: %s", error)
        else:
            gone.append(each.path)
    return gone
