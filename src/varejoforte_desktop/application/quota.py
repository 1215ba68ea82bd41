"""Turns to call the store, handed out from one count for all stations."""

from __future__ import annotations

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.delivery_ports import Grant
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.store import Purpose


def reserve_turns(uow: UnitOfWork, *, wanted: int, purpose: Purpose) -> Grant:
    """Up to `wanted` turns now; none when the minute or the day's share is used up (`more_at` says until when)."""
    return uow.quota.reserve(wanted=wanted, purpose=purpose, at=uow.now, settings=uow.shop.get())


def close_turns(uow: UnitOfWork, grant_id: int, *, used: int) -> None:
    """The turns are over: `used` of them were spent, the others go back."""
    uow.quota.close(grant_id, used=used, at=uow.now)
    uow.touch(Topic.QUOTA)
