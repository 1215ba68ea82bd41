"""What time it is in the shop: the store writes its dates in the hour of Brasília."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

SHOP_ZONE = ZoneInfo("America/Sao_Paulo")
EMPTY_DAY = "0000-00-00"


def system_clock() -> datetime:
    """The computer's own time, in UTC; what a store runs on when no other clock is handed in."""
    return datetime.now(UTC)  # noqa: TID251 — the one place where the simulator asks the computer


def stamp(instant: datetime) -> str:
    """An instant as the store writes it: local time, `YYYY-MM-DD HH:MM:SS`, no offset."""
    return instant.astimezone(SHOP_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def day(instant: datetime) -> str:
    """The shop's calendar day of an instant, `YYYY-MM-DD`."""
    return instant.astimezone(SHOP_ZONE).strftime("%Y-%m-%d")
