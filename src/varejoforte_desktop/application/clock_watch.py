"""What the computer itself may do to a sale: its clock set back, or its disk full; noticed early and put right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_ports import InstallationRecord
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.access_errors import ClockBehind, OnlyAdministrators
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.operator import Actor, Role

#: A clock so far behind is told; so far, and nothing is sold by it.
WARNED_BEHIND: Final = timedelta(minutes=10)
REFUSED_BEHIND: Final = timedelta(hours=1)
#: A computer's clock so far from the server's is told: the store's keys are counted by it.
WARNED_APART: Final = timedelta(minutes=5)
#: Bytes free on the disk of the books below which it is told, and below which nothing is sold.
WARNED_ROOM: Final = 1_000_000_000
NEEDED_ROOM: Final = 200_000_000
#: How exactly the books know up to when they were worked in: all stations write that one line.
_NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """How this computer stands. `now` and `here` are the same moment by the books' clock and by the computer's.

    `seen` is the latest instant anybody worked at; `free` is in bytes, None where the books are on a server.
    """

    now: datetime
    seen: datetime
    here: datetime
    free: int | None = None

    @property
    def behind(self) -> ClockBehind | None:
        """The books' clock shows a time before something that was already done."""
        return ClockBehind(self.now, self.seen) if self.seen - self.now > WARNED_BEHIND else None

    @property
    def stopped(self) -> bool:
        """So far behind that nothing is sold."""
        return self.seen - self.now > REFUSED_BEHIND

    @property
    def apart(self) -> timedelta | None:
        """How far this computer's clock is ahead of the server's, when it is too far off to be harmless."""
        off = self.here - self.now
        return off if abs(off) > WARNED_APART else None


class ComputerWatch(Protocol):
    """Looks at this computer's clock and disk, never on the caller's thread."""

    async def look(self) -> Conditions:
        """How it stands now. Raises BooksError."""
        ...


def watch_clock(uow: UnitOfWork) -> InstallationRecord:
    """Up to when the books were worked in before this moment, which is noted."""
    record = uow.installation.get()
    if uow.now - record.seen_at >= _NOTED_EVERY:
        uow.installation.seen(uow.now)
    return record


def check_clock(uow: UnitOfWork) -> None:
    """Nothing is sold by a clock that was set back: days and tills would be wrong. Raises ClockBehind."""
    record = watch_clock(uow)
    if record.seen_at - uow.now > REFUSED_BEHIND:
        raise ClockBehind(uow.now, record.seen_at)


def accept_clock(uow: UnitOfWork, *, by: Actor) -> None:
    """An administrator says that the clock is right now and was wrong before. Raises OnlyAdministrators."""
    if by.role is not Role.ADMINISTRADOR:
        raise OnlyAdministrators
    record = uow.installation.hold()
    if record.seen_at <= uow.now:
        return
    uow.installation.save(replace(record, seen_at=uow.now))
    uow.audit.note(
        AuditAction.CLOCK_ACCEPTED,
        by.station,
        by=by,
        before={"seen_at": record.seen_at.isoformat()},
        after={"seen_at": uow.now.isoformat()},
    )
    uow.touch(Topic.SETTINGS)
