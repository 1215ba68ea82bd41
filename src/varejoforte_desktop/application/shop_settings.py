"""The shop's settings, changed only by those who may and telling the store what follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people_ports import Fact
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.audit import AuditAction, differing
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.shop import ShopSettings, SyncOption

#: The minutes without a key after which a screen may lock; 0: never.
LOCK_MINUTES: Final = (1, 5, 10, 15, 30, 0)


def choose_sync_option(uow: UnitOfWork, option: SyncOption, *, by: Actor) -> None:
    """Choose what of a product reaches the store. Raises NotAllowed.

    What the new option does not send stays owed, out of sight, so that going back loses nothing.
    """
    by.needs(Permission.CHANGE_SETTINGS)
    before = uow.shop.get()
    _keep(uow, before, replace(before, sync_option=option), by)
    if option is SyncOption.FULL:
        uow.outbox.revive(at=uow.now, cause="not_in_store")  # this option makes what the store does not have
    uow.touch(Topic.SETTINGS, Topic.QUEUE)


def rename_shop(uow: UnitOfWork, name: str, *, by: Actor) -> None:
    """Give the shop another name. Raises NotAllowed, Missing or TooLong."""
    by.needs(Permission.CHANGE_SETTINGS)
    before = uow.shop.get()
    _keep(uow, before, replace(before, name=name).checked(), by)
    uow.touch(Topic.SETTINGS)


def choose_lock_minutes(uow: UnitOfWork, minutes: int, *, by: Actor) -> None:
    """Lock every station's screen after so many minutes without anybody (one of LOCK_MINUTES). Raises NotAllowed."""
    by.needs(Permission.CHANGE_SETTINGS)
    if minutes not in LOCK_MINUTES:
        raise ValueError(minutes)
    before = uow.shop.get()
    _keep(uow, before, replace(before, lock_minutes=minutes), by)
    uow.touch(Topic.SETTINGS)


def _keep(uow: UnitOfWork, before: ShopSettings, after: ShopSettings, by: Actor) -> None:
    """Keep the settings, and write down in the audit log what is different in them."""
    uow.shop.save(after)
    old, new = differing(_facts(before), _facts(after))
    if new:
        uow.audit.note(AuditAction.SETTINGS_CHANGED, "shop", by=by, before=old, after=new)


def _facts(settings: ShopSettings) -> dict[str, Fact]:
    return {
        "shop_name": settings.name,
        "timezone": settings.timezone,
        "sync_option": settings.sync_option.value,
        "requests_per_minute": settings.requests_per_minute,
        "requests_per_day": settings.requests_per_day,
        "cycle_seconds": settings.cycle_seconds,
        "lock_minutes": settings.lock_minutes,
    }
