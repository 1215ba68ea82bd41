"""Reads what the store writes, in all the ways it is known to write the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from varejoforte_desktop.domain.money import ZERO, Money

_LARGEST: Final = Decimal(10) ** 12


class Unreadable(ValueError):
    """A value that cannot be what it should be. Holds the name of the place, never the value."""


def time_of_brasilia() -> tzinfo:
    """America/Sao_Paulo; without a time zone database, the -03:00 that holds since 2019."""
    try:
        return ZoneInfo("America/Sao_Paulo")  # falls back to the tzdata package by itself
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=-3), "-03")


#: The clock on the wall of the store.
BRASILIA: Final = time_of_brasilia()


def text(value: object) -> str:
    """Text, whatever it came as; nothing, and PHP's empty list, are the empty text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    return ""


def identity(value: object, place: str) -> str:
    """The id of something. Raises Unreadable when there is none."""
    found = text(value).strip()
    if not found:
        raise Unreadable(place)
    return found


def number(value: object, place: str) -> Decimal:
    """A number from text, int or float; empty is zero. Raises Unreadable for anything else."""
    if isinstance(value, (bool, Mapping)) or (isinstance(value, list) and value):
        raise Unreadable(place)
    try:
        found = Decimal(text(value).strip() or 0)
    except InvalidOperation:
        raise Unreadable(place) from None
    if not found.is_finite() or abs(found) > _LARGEST:
        raise Unreadable(place)
    return found


def money(value: object, place: str) -> Money:
    """Reais from "139.00", 139 or 139.0; empty is zero. Raises Unreadable."""
    found = number(value, place)
    return Money.of(found) if found else ZERO


def whole(value: object, place: str) -> int:
    """Whole units from "51", 51 or "51.000"; a fraction is cut off, empty is zero. Raises Unreadable."""
    return int(number(value, place))


def flag(value: object) -> bool:
    """Yes or no; "" and "0" are no."""
    return text(value).strip().lower() not in {"", "0", "0.0", "false", "n"}


def digits(value: object) -> str:
    """Only the digits: documents and postcodes come with or without punctuation."""
    return "".join(mark for mark in text(value) if mark in "0123456789")


def day(value: object) -> date | None:
    """A date from YYYY-MM-DD (a time of day after it is ignored); "", 0000-00-00 and nonsense are None."""
    try:
        return date.fromisoformat(text(value).strip()[:10])
    except ValueError:
        return None


def local_moment(value: object) -> datetime | None:
    """YYYY-MM-DD HH:MM:SS as the store's wall clock shows it, without a zone; empty or nonsense is None."""
    try:
        return datetime.fromisoformat(text(value).strip()).replace(tzinfo=None)
    except ValueError:
        return None


def moment(value: object) -> datetime | None:
    """A moment in UTC from the store's wall clock in São Paulo; "", 0000-00-00 00:00:00 and nonsense are None."""
    try:
        found = datetime.fromisoformat(text(value).strip())
        return (found if found.tzinfo else found.replace(tzinfo=BRASILIA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def entries(value: object) -> Mapping[str, Any]:
    """A map; PHP writes an empty one as [] and a missing one as null or ""."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> tuple[object, ...]:
    """The elements of a list; PHP writes some lists as a map by position, and nothing as null or ""."""
    if isinstance(value, list):
        return tuple(value)
    return tuple(value.values()) if isinstance(value, dict) else ()


def unwrapped(value: object, wrapper: str) -> Mapping[str, Any]:
    """What is inside {"Product": {…}}; the bare thing is taken too. Raises Unreadable for anything else."""
    outer = entries(value)
    inner = outer.get(wrapper, outer)
    if not isinstance(inner, dict) or not inner:
        raise Unreadable(wrapper)
    return inner
