"""The shop's settings, changed only by those who may and telling the store what follows from it."""

from __future__ import annotations

from dataclasses import replace

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.shop import SyncOption


def choose_sync_option(uow: UnitOfWork, option: SyncOption, *, by: Actor) -> None:
    """Choose what of a product reaches the store. Raises NotAllowed.

    What the new option does not send stays owed, out of sight, so that going back loses nothing.
    """
    by.needs(Permission.CHANGE_SETTINGS)
    uow.shop.save(replace(uow.shop.get(), sync_option=option))
    if option is SyncOption.FULL:
        uow.outbox.revive(at=uow.now, cause="not_in_store")  # this option makes what the store does not have
    uow.touch(Topic.SETTINGS, Topic.QUEUE)


def rename_shop(uow: UnitOfWork, name: str, *, by: Actor) -> None:
    """Give the shop another name. Raises NotAllowed, Missing or TooLong."""
    by.needs(Permission.CHANGE_SETTINGS)
    uow.shop.save(replace(uow.shop.get(), name=name).checked())
    uow.touch(Topic.SETTINGS)
