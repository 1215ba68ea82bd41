"""Papers of the shop: asked for, printed once, marked as copies afterwards, and never printed twice in silence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.printing_ports import NewPrintJob, PrintJob
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.print_job import (
    UNSURE,
    Paper,
    PaperKind,
    PrintState,
    needed_for,
    same_paper,
    told_apart_by,
)

_ALL: Final = frozenset(PaperKind)
#: After so many tries a person has to look; by then whoever waited for the paper has left.
MOST_ATTEMPTS: Final = 8

_WAITING: Final = frozenset({PrintState.WAITING})
_PRINTING: Final = frozenset({PrintState.PRINTING})
_IDLE: Final = frozenset({PrintState.WAITING, PrintState.FAILED})
_AGAIN: Final = frozenset({PrintState.FAILED, PrintState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintTicket:
    """A paper that was put on the list; `copy` 2 and more are marked as such."""

    job_id: int
    copy: int


# -- what a person asks for ---------------------------------------------------------------------------


def ask_print(
    uow: UnitOfWork,
    paper: Paper,
    *,
    token: str,
    station: str,
    by: Actor | None,
    document_id: int | None = None,
    sale_id: int | None = None,
) -> PrintTicket:
    """Put a paper on a station's list, once per token. `by` None: the sale itself wants it printed.

    Whether it is a copy is counted here: a paper of the same document that came out, or still will, makes this one
    the second. Raises NotAllowed.
    """
    if by is not None:
        by.needs(needed_for(paper.kind))
    kept = uow.print_jobs.by_token(token)
    if kept is not None:
        return PrintTicket(job_id=kept.id, copy=kept.paper.copy)
    earlier = uow.print_jobs.others(
        same_paper(paper.kind), document_id=document_id, sale_id=sale_id, content=told_apart_by(paper)
    )
    paper = replace(paper, copy=max(paper.copy, earlier + 1))
    job = NewPrintJob(
        paper=paper,
        document_id=document_id,
        sale_id=sale_id,
        station=station,
        operator_id=None if by is None else by.operator_id,
        token=token,
    )
    job_id = uow.print_jobs.add(job, uow.now)
    if job_id is None:  # another transaction was quicker with the same token
        kept = uow.print_jobs.by_token(token)
        return PrintTicket(job_id=kept.id if kept else 0, copy=kept.paper.copy if kept else paper.copy)
    uow.touch(Topic.PRINTING)
    return PrintTicket(job_id=job_id, copy=paper.copy)


def reprint(uow: UnitOfWork, job_id: int, *, token: str, station: str, by: Actor) -> PrintTicket:
    """The same paper once more, from what it was printed from the first time. Raises NotAllowed or NoSuchRecord.

    A paper that belongs to no document and no sale is a copy all the same, when the first one came out.
    """
    job = uow.print_jobs.get(job_id)
    by.needs(needed_for(job.paper.kind))
    paper = replace(job.paper, copy=1)
    if job.document_id is None and job.sale_id is None and job.state is PrintState.PRINTED:
        paper = replace(paper, copy=job.paper.copy + 1)
    return ask_print(
        uow, paper, token=token, station=station, by=by, document_id=job.document_id, sale_id=job.sale_id
    )


def retry_print(uow: UnitOfWork, job_id: int, *, by: Actor) -> bool:
    """Try a paper that failed or was given up once more; False when it does not stand so. Raises NotAllowed.

    Meanwhile another one may have come out in its place: then this one is the copy.
    """
    job = uow.print_jobs.get(job_id)
    by.needs(needed_for(job.paper.kind))
    moved = uow.print_jobs.move(
        job_id, before=_AGAIN, state=PrintState.WAITING, copy=_copy_now(uow, job), afresh=True
    )
    return _told(uow, moved=moved)


def settle_print(uow: UnitOfWork, job_id: int, *, came_out: bool, by: Actor) -> bool:
    """Somebody looked at the printer: the paper came out, or it did not and is printed again.

    False when nobody was in doubt about it. Raises NotAllowed.
    """
    job = uow.print_jobs.get(job_id)
    by.needs(needed_for(job.paper.kind))
    if job.state is not PrintState.PRINTING or job.cause != UNSURE:
        return False
    if came_out:
        moved = uow.print_jobs.move(job_id, before=_PRINTING, state=PrintState.PRINTED, printed_at=uow.now)
    else:
        moved = uow.print_jobs.move(
            job_id, before=_PRINTING, state=PrintState.WAITING, copy=_copy_now(uow, job), afresh=True
        )
    return _told(uow, moved=moved)


def cancel_print(uow: UnitOfWork, job_id: int, *, by: Actor) -> bool:
    """Nobody wants a paper that waits or failed any more; False when it is past that. Raises NotAllowed."""
    job = uow.print_jobs.get(job_id)
    by.needs(needed_for(job.paper.kind))
    return _told(uow, moved=uow.print_jobs.move(job_id, before=_IDLE, state=PrintState.CANCELLED))


# -- what the station's printing does -----------------------------------------------------------------


def doubt_unfinished(uow: UnitOfWork, station: str, kinds: frozenset[PaperKind] = _ALL) -> int:
    """The program starts: what was being printed when it ended may have come out. Gives how many a person must
    settle. Whatever was in doubt before still is."""
    left = uow.print_jobs.left_printing(station, kinds)
    for job_id in left:
        uow.print_jobs.move(job_id, before=_PRINTING, state=PrintState.PRINTING, cause=UNSURE)
    if left:
        uow.touch(Topic.PRINTING)
    return len(left)


def give_back(uow: UnitOfWork, station: str, kinds: frozenset[PaperKind] = _ALL) -> int:
    """The books failed while a paper was taken from the list: what was taken waits again, as no printer has seen it.

    Gives how many. Only for whoever prints these kinds at this station, and while nothing is being printed.
    """
    left = uow.print_jobs.left_printing(station, kinds)
    for job_id in left:
        uow.print_jobs.move(job_id, before=_PRINTING, state=PrintState.WAITING)
    if left:
        uow.touch(Topic.PRINTING)
    return len(left)


def begin_print(uow: UnitOfWork, station: str, kinds: frozenset[PaperKind] = _ALL) -> PrintJob | None:
    """Take the oldest paper of these kinds that waits at a station; None when none does.

    It counts as tried from now on. Whether its document or sale is cancelled is looked up now, when it really goes
    to the printer: it may have waited for long.
    """
    job = uow.print_jobs.next_waiting(station, kinds)
    if job is None:
        return None
    cancelled = job.paper.cancelled or uow.print_jobs.cancelled_by_now(
        document_id=job.document_id, sale_id=job.sale_id
    )
    moved = uow.print_jobs.move(
        job.id, before=_WAITING, state=PrintState.PRINTING, cancelled=cancelled, attempted=True
    )
    if not moved:
        return None
    uow.touch(Topic.PRINTING)
    paper = replace(job.paper, cancelled=cancelled)
    return replace(job, paper=paper, state=PrintState.PRINTING, attempts=job.attempts + 1)


def printed(uow: UnitOfWork, job_id: int, *, printer: str) -> bool:
    """It was handed over whole."""
    moved = uow.print_jobs.move(
        job_id, before=_PRINTING, state=PrintState.PRINTED, printer=printer, printed_at=uow.now
    )
    return _told(uow, moved=moved)


def print_failed(uow: UnitOfWork, job_id: int, *, printer: str, cause: str, again: bool) -> bool:
    """Surely nothing came out. `again`: it may work by itself later, until it was tried too often.

    Gives whether it waits to be tried again.
    """
    job = uow.print_jobs.get(job_id)
    waits = again and job.attempts < MOST_ATTEMPTS
    state = PrintState.WAITING if waits else PrintState.FAILED
    _told(uow, moved=uow.print_jobs.move(job_id, before=_PRINTING, state=state, cause=cause, printer=printer))
    return waits


def print_unsure(uow: UnitOfWork, job_id: int, *, printer: str) -> bool:
    """A part of it was handed over: it may have come out. A person has to look."""
    moved = uow.print_jobs.move(
        job_id, before=_PRINTING, state=PrintState.PRINTING, cause=UNSURE, printer=printer
    )
    return _told(uow, moved=moved)


def _copy_now(uow: UnitOfWork, job: PrintJob) -> int:
    if job.document_id is None and job.sale_id is None:
        return job.paper.copy
    return 1 + uow.print_jobs.others(
        same_paper(job.paper.kind),
        document_id=job.document_id,
        sale_id=job.sale_id,
        content=told_apart_by(job.paper),
        but=job.id,
    )


def _told(uow: UnitOfWork, *, moved: bool) -> bool:
    if moved:
        uow.touch(Topic.PRINTING)
    return moved
