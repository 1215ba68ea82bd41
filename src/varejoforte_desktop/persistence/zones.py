"""The shop's days as instants: a day begins and ends at midnight where the shop is, wherever the computer thinks it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_start(day: date, zone: str) -> datetime:
    """The instant a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def day_end(day: date, zone: str) -> datetime:
    """The instant at which the day is over."""
    return day_start(day + timedelta(days=1), zone)
