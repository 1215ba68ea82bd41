"""The processing queue in a person's hands: try again, leave it, hold it, or say which product it is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from varejoforte_desktop.application.catalogue import owe
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.questions import LinkState
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import EVERYTHING, Subject, SubjectKind


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
    asked = uow.outbox.owed_subjects(ids)
    count = uow.outbox.discard(ids)
    staying = set(uow.outbox.owed_subjects(ids))  # they are being sent at this moment
    _note(uow, [each for each in asked if each not in staying], by)
    uow.touch(Topic.QUEUE)
    return count


def _note(uow: UnitOfWork, subjects: Sequence[Subject], by: Actor) -> None:
    """A line of the audit log for each thing the store will not hear about."""
    products = uow.sheets.products([each.id for each in subjects if each.kind is SubjectKind.PRODUCT])
    for subject in subjects:
        sheet = products.get(subject.id) if subject.kind is SubjectKind.PRODUCT else None
        name = _name_of(uow, subject) if sheet is None else sheet.product.reference
        uow.audit.note(AuditAction.QUEUE_IGNORED, name, by=by, before={"what": subject.kind.value})


def _name_of(uow: UnitOfWork, subject: Subject) -> str:
    """What the shop calls it; its number when it is gone."""
    with suppress(NoSuchRecord):
        match subject.kind:
            case SubjectKind.ORDER:
                return uow.orders.get(subject.id).remote_id
            case SubjectKind.BRAND:
                return uow.brands.get(subject.id).name
            case SubjectKind.CATEGORY:
                return uow.categories.get(subject.id).name
    return str(subject.id)


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
