"""What the shop decided about itself, the same on every station."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from varejoforte_desktop.domain.errors import Missing, TooLong
from varejoforte_desktop.domain.outbox import COMMERCIAL, EVERYTHING, ORDER_SIDES, Aspect
from varejoforte_desktop.domain.texts import keepable


class SyncOption(StrEnum):
    """What changes of a product reach the store."""

    FULL = "full"  # opção 1: everything
    COMMERCIAL = "commercial"  # opção 2: price, cost and stock; texts belong to the store

    @property
    def aspects(self) -> frozenset[Aspect]:
        """The sides of products that this option sends, and orders, which both send."""
        return (EVERYTHING if self is SyncOption.FULL else COMMERCIAL) | ORDER_SIDES


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings:
    """The shop's settings. Limits are requests; the cycle is in seconds; the screen locks after so many minutes
    without a key (0: never)."""

    name: str
    timezone: str = "America/Sao_Paulo"
    sync_option: SyncOption = SyncOption.FULL
    requests_per_minute: int = 180
    requests_per_day: int = 10_000
    cycle_seconds: int = 60
    lock_minutes: int = 10

    def checked(self) -> ShopSettings:
        """Itself with the name tidied. Raises Missing or TooLong."""
        name = keepable(self.name).strip()
        if not name:
            raise Missing("shop_name")
        if len(name) > 80:
            raise TooLong("shop_name", 80)
        return replace(self, name=name)
