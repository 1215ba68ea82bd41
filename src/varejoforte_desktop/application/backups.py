"""Copies of the shop: when each station makes one, with which passphrase they are locked, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_ports import BackupKeyRecord, BackupPlan, BackupRun
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.access_errors import PassphraseWeak
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import Missing, Negative, TooLong
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.texts import keepable

MINIMUM_PASSPHRASE: Final = 12
#: Causes of a run that left a copy all the same: the books do not add up; it is not in the second folder.
BOOKS_WRONG: Final = "books_wrong"
SECOND_FOLDER: Final = "second_folder"
_COUNTS: Final = ("every_hours", "keep_daily", "keep_weekly", "keep_monthly")


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """What a copy that is to be made must look like."""

    plan: BackupPlan
    key: BackupKeyRecord | None
    timezone: str


def strong_passphrase(text: str) -> str:
    """The passphrase itself when it may be used. Raises PassphraseWeak below twelve signs, or TooLong."""
    if len(text.strip()) < MINIMUM_PASSPHRASE:
        raise PassphraseWeak(MINIMUM_PASSPHRASE)
    if len(text) > 1024:
        raise TooLong("passphrase", 1024)
    return text


def save_plan(uow: UnitOfWork, plan: BackupPlan, *, by: Actor) -> None:
    """Decide when the station of `by` copies the shop, where to, and how many copies are kept.

    Raises NotAllowed, Negative, or Missing: no daily copy kept, or locked copies without a passphrase.
    """
    by.needs(Permission.CHANGE_SETTINGS)
    tidy = replace(
        plan,
        folder=keepable(plan.folder).strip(),
        second_folder=keepable(plan.second_folder).strip(),
    )
    for name in _COUNTS:
        if getattr(tidy, name) < 0:
            raise Negative(name)
    if tidy.keep_daily == 0:
        raise Missing("keep_daily")
    if tidy.encrypted and uow.backups.key() is None:
        raise Missing("passphrase")
    before = uow.backups.plan(by.station) or BackupPlan()
    if before == tidy:
        return
    uow.backups.save_plan(by.station, tidy)
    was, now = asdict(before), asdict(tidy)
    changed = [name for name in now if was[name] != now[name]]
    uow.audit.note(
        AuditAction.BACKUP_PLANNED,
        by.station,
        by=by,
        before={name: was[name] for name in changed},
        after={name: now[name] for name in changed},
    )
    uow.touch(Topic.BACKUPS)


def may_plan(_uow: UnitOfWork, *, by: Actor) -> None:
    """Whether somebody may decide about copies and put one back. Raises NotAllowed."""
    by.needs(Permission.CHANGE_SETTINGS)


def choose_key(uow: UnitOfWork, *, recipient: str, identity: str, by: Actor) -> None:
    """Lock copies for `recipient` from now on; `identity` opens them and is itself locked with a passphrase.

    Older copies carry the one they were locked with. Raises NotAllowed.
    """
    by.needs(Permission.CHANGE_SETTINGS)
    before = uow.backups.key()
    uow.backups.save_key(BackupKeyRecord(recipient=recipient, identity=identity, since=uow.now))
    uow.audit.note(
        AuditAction.BACKUP_PLANNED,
        "passphrase",
        by=by,
        before={"recipient": before.recipient if before else ""},
        after={"recipient": recipient},
    )
    uow.touch(Topic.BACKUPS)


def copy_order(uow: UnitOfWork, station: str, *, by: Actor | None) -> CopyOrder:
    """How this station copies the shop now. `by` None: its plan's time came. Raises NotAllowed."""
    if by is not None:
        by.needs(Permission.MAKE_BACKUPS)
    return CopyOrder(uow.backups.plan(station) or BackupPlan(), uow.backups.key(), uow.shop.get().timezone)


def note_run(uow: UnitOfWork, run: BackupRun, *, by: Actor | None) -> None:
    """Write down what came of a copy; the log says who made those that are there."""
    uow.backups.note(run)
    if run.bytes:
        uow.audit.note(
            AuditAction.BACKUP_MADE,
            run.file[-200:],
            by=by,
            station=run.station,
            after={"why": run.why, "sha256": run.fingerprint, "encrypted": run.encrypted, "cause": run.cause},
        )
    uow.touch(Topic.BACKUPS)


def due(plan: BackupPlan | None, last: datetime | None, now: datetime) -> bool:
    """Whether the hours of the plan have passed since this station's last copy; a clock set back makes none due."""
    if plan is None or plan.every_hours == 0:
        return False
    return last is None or now - last >= timedelta(hours=plan.every_hours)
