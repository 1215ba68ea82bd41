"""After an older state of the shop was put back: nobody sells and nothing is sent until it was compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum
from typing import Final, Protocol

from varejoforte_desktop.application.backup_desk import BooksMarks
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.access_errors import RecheckPending
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect, Subject

#: How far back orders are looked at again.
LOOK_BACK: Final = timedelta(days=45)
#: Numbers left free above the highest one known: the marks are written seconds after a sale.
SPARE_NUMBERS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How far the books had come when this computer last saw them. `former`: earlier lives of the same books."""

    epoch: str
    former: tuple[str, ...] = ()
    sales: Mapping[str, int] = field(default_factory=dict)
    fiscal: Mapping[str, int] = field(default_factory=dict)  # the last number of each fiscal series
    audit_id: int = 0
    audit_hash: str = ""


class Verdict(Enum):
    """What the marks say of the books that were opened."""

    SAME = "same"
    PUT_BACK = "put_back"  # an older state of these books, and nobody said so
    RESTORED = "restored"  # a copy that was put back with the program, here or at another station
    OTHERS = "others"  # books this computer never saw


def verdict(marks: Marks | None, books: BooksMarks, *, entry_then: str | None) -> Verdict:
    """Compare. `entry_then`: the seal the books have now at the marks' last line of the audit log, None: no line."""
    if marks is None:
        return Verdict.OTHERS
    if books.epoch == marks.epoch:
        lower = any(books.sales.get(station, 0) < last for station, last in marks.sales.items())
        forked = marks.audit_id > 0 and entry_then != marks.audit_hash
        return Verdict.PUT_BACK if lower or forked else Verdict.SAME
    if books.epoch in marks.former:
        return Verdict.PUT_BACK
    return Verdict.RESTORED if books.restored_at is not None else Verdict.OTHERS


def grown(marks: Marks | None, books: BooksMarks) -> Marks:
    """The marks after the books were seen as they are now. Numbers only grow; another life leaves the old one's name."""
    if marks is None:
        marks = Marks(epoch=books.epoch)
    former = marks.former
    if marks.epoch != books.epoch:
        former = tuple(dict.fromkeys((*former, marks.epoch)))
    return replace(
        marks,
        epoch=books.epoch,
        former=tuple(each for each in former if each != books.epoch)[-50:],
        sales=highest(marks.sales, books.sales),
        fiscal=highest(marks.fiscal, books.fiscal),
        audit_id=books.audit_id,
        audit_hash=books.audit_hash,
    )


def highest(*known: Mapping[str, int]) -> dict[str, int]:
    """The highest number anybody knows of each station."""
    found: dict[str, int] = {}
    for numbers in known:
        for station, last in numbers.items():
            found[station] = max(last, found.get(station, 0))
    return found


class Ground(Protocol):
    """What only comparing anew has to touch in the books."""

    def raise_number(self, station: str, last: int) -> None:
        """The station's next sale gets a number above `last`; never lowers it."""
        ...

    def numbers(self) -> dict[str, int]:
        """Each station's last sale number, also of sales without a counter."""
        ...

    def linked(self) -> list[Subject]:
        """Everything that is linked with a thing of the store."""
        ...

    def hidden(self, subjects: Sequence[Subject]) -> list[Subject]:
        """Which of these are products that are not sold online."""
        ...

    def look_back(self, until: date) -> None:
        """Orders are looked at again from this day on (not when nobody ever looked), each open one read anew."""
        ...


def sure_of_numbers(uow: UnitOfWork) -> None:
    """The guard before anything is sold. Raises RecheckPending while a restored copy was not compared."""
    if uow.installation.get().recheck_pending:
        raise RecheckPending


def mark_restored(uow: UnitOfWork, epoch: str, *, how: str, station: str, by: Actor | None = None) -> None:
    """Another life of the books begins with an older state of them; `how`: file, database or by_hand."""
    held = uow.installation.hold()
    uow.installation.save(replace(held, epoch=epoch, restored_at=uow.now, rechecked_at=None))
    uow.audit.note(
        AuditAction.BOOKS_RESTORED,
        how,
        by=by,
        station=station,
        before={"epoch": held.epoch},
        after={"epoch": epoch},
    )
    uow.touch(Topic.BACKUPS, Topic.LEADER)


def raise_numbers(ground: Ground, used: Mapping[str, int]) -> dict[str, int]:
    """Leave every number free of repetition that books or marks know of; gives the new last numbers."""
    raised = {
        station: last + SPARE_NUMBERS for station, last in highest(ground.numbers(), used).items() if last > 0
    }
    for station, last in raised.items():
        ground.raise_number(station, last)
    return raised


def raise_series(uow: UnitOfWork, used: Mapping[str, int]) -> dict[str, int]:
    """Each fiscal series goes on above the last number this computer knows to be used; gives those that moved.

    Nothing is left free above it: a number that another station used meanwhile is answered for by SEFAZ, and every
    number skipped would have to be voided.
    """
    moved: dict[str, int] = {}
    for record in uow.documents.all_series():
        last = used.get(record.name.mark, 0)
        if last > record.last:
            uow.documents.raise_number(record.name, last)
            moved[record.name.mark] = last
    return moved


def recheck(
    uow: UnitOfWork,
    ground: Ground,
    used: Mapping[str, int],
    *,
    series: Mapping[str, int] | None = None,
    by: Actor,
) -> None:
    """Compare a restored copy with what was really used, have everything compared with the store, and go on.

    `used` are the highest sale numbers this computer knows of, `series` the highest of the fiscal series. What the store once said yes to counts no more, so the
    usual way of sending compares each product and adopts by its reference what was made meanwhile. Raises NotAllowed.
    """
    by.needs(Permission.CHANGE_SETTINGS)
    held = uow.installation.hold()
    if not held.recheck_pending or held.restored_at is None:
        return
    raised = raise_numbers(ground, used) | raise_series(uow, series or {})
    linked = ground.linked()
    for aspect in EVERYTHING:
        uow.links.forget(linked, aspect)
    uow.outbox.owe_catalogue(uow.now)
    uow.outbox.owe(ground.hidden(linked), (Aspect.CONTENT,), uow.now)  # the store may still show them
    ground.look_back((uow.now - LOOK_BACK).date())
    connection = uow.connections.get()
    if connection is not None:  # the tokens in a copy are old ones: renewed before the next request
        uow.connections.save(replace(connection, access_expires_at=uow.now, renewing_until=None))
    uow.installation.save(replace(held, rechecked_at=max(uow.now, held.restored_at)))
    uow.audit.note(AuditAction.BOOKS_RECHECKED, by.station, by=by, after=dict(raised))
    uow.touch(*Topic)
