"""This computer's clock, read in one place and handed to everybody who needs the time."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place
