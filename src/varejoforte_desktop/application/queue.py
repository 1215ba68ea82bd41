"""The processing queue in a person's hands: try again, leave it, hold it, or say which product it is."""

from __future__ import annotations

from collections.abc import Sequence

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.questions import LinkState
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import EVERYTHING, Subject


def retry(uow: UnitOfWork, ids: Sequence[int], *, by: Actor) -> int:
    """Send these lines again now, with their tries forgotten; gives how many there were.

    A subject that the store no longer had is looked for again, and made again when it is not found.
    Raises NotAllowed.
    """
    by.needs(Permission.MANAGE_QUEUE)
    subjects = uow.outbox.owed_subjects(ids)
    for subject, link in uow.links.many(subjects).items():
        if link.state is LinkState.UNLINKED:
            uow.links.end_creation(subject)
            owe(uow, (subject,), EVERYTHING)
    count = uow.outbox.retry(ids, uow.now)
    uow.touch(Topic.QUEUE)
    return count


def ignore(uow: UnitOfWork, ids: Sequence[int], *, by: Actor) -> int:
    """Take these lines out of the queue; the next change of the same thing owes it again. Raises NotAllowed."""
    by.needs(Permission.MANAGE_QUEUE)
    count = uow.outbox.discard(ids)
    uow.touch(Topic.QUEUE)
    return count


def hold(uow: UnitOfWork, ids: Sequence[int], *, held: bool, by: Actor) -> int:
    """Keep these lines from being sent, or let them go again. Raises NotAllowed."""
    by.needs(Permission.MANAGE_QUEUE)
    count = uow.outbox.pause(ids, paused=held)
    uow.touch(Topic.QUEUE)
    return count


def link_to(uow: UnitOfWork, subject: Subject, remote_id: str, *, by: Actor) -> None:
    """Say which thing of the store a subject is; everything about it is owed. Raises NotAllowed or LinkTaken."""
    by.needs(Permission.MANAGE_QUEUE)
    uow.links.link(subject, remote_id, uow.now)
    owe(uow, (subject,), EVERYTHING)
    uow.touch(Topic.PRODUCTS)
