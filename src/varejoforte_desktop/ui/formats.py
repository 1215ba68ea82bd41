"""Money, quantities, dates and ages as a Brazilian shop writes them, whatever the computer's language."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.domain.money import Money

#: The shop's clock unless its settings name another.
SHOP_ZONE: Final[tzinfo] = ZoneInfo("America/Sao_Paulo")

_WEEKDAYS: Final = (
    "segunda-feira",
    "terça-feira",
    "quarta-feira",
    "quinta-feira",
    "sexta-feira",
    "sábado",
    "domingo",
)
_SWAP: Final = str.maketrans(",.", ".,")
_ENDLESS: Final = re.compile(r"\S{24}(?=\S)")


def money(value: Money) -> str:
    """An amount with its symbol: "R$ 1.234,56", "-R$ 2,00"."""
    sign = "-" if value.cents < 0 else ""
    return f"{sign}R$ {amount(Money(abs(value.cents)))}"


def amount(value: Money) -> str:
    """An amount without the symbol, for columns and fields: "1.234,56"."""
    return f"{value.reais:,.2f}".translate(_SWAP)


def quantity(value: Decimal | int) -> str:
    """A quantity: whole ones bare ("12", "1.200"), broken ones with three places ("0,250")."""
    number = Decimal(value)
    places = 0 if number == number.to_integral_value() else 3
    return f"{number:,.{places}f}".translate(_SWAP)


def count(value: int) -> str:
    """How many: "3.120"."""
    return f"{value:,}".translate(_SWAP)


def counted(value: int, one: str, many: str) -> str:
    """How many of what: "1 item", "2 itens"."""
    return f"{count(value)} {one if abs(value) == 1 else many}"


def percent(value: Decimal | int) -> str:
    """A percentage with up to two places: "12,5%"."""
    bare = f"{Decimal(value):,.2f}".rstrip("0").rstrip(".")
    return bare.translate(_SWAP) + "%"


def moment(at: datetime, zone: tzinfo = SHOP_ZONE) -> str:
    """Day and hour: "23/11 14:32"."""
    return f"{_local(at, zone):%d/%m %H:%M}"


def hour(at: datetime, zone: tzinfo = SHOP_ZONE) -> str:
    """Only the hour: "14:32"."""
    return f"{_local(at, zone):%H:%M}"


def day(at: datetime, zone: tzinfo = SHOP_ZONE) -> str:
    """Only the day: "23/11/2025"."""
    return f"{_local(at, zone):%d/%m/%Y}"


def full_moment(at: datetime, zone: tzinfo = SHOP_ZONE) -> str:
    """The whole instant, for tooltips: "domingo, 23/11/2025 às 14:32:05"."""
    local = _local(at, zone)
    return f"{_WEEKDAYS[local.weekday()]}, {local:%d/%m/%Y} às {local:%H:%M:%S}"


def age(at: datetime, now: datetime, zone: tzinfo = SHOP_ZONE) -> str:
    """How long ago: "agora", "há 14 s", "há 2 h 13 min", "ontem 18:02", "23/11 14:32", "23/11/2024".

    Clocks of two stations differ by seconds, so an instant slightly ahead is "agora".
    """
    passed = (_aware(now) - _aware(at)).total_seconds()
    if passed < 1:
        return "agora"
    local, today = _local(at, zone), _local(now, zone)
    if local.date() == today.date() or passed < 3600:
        return f"há {duration(passed)}"
    if local.date() == today.date() - timedelta(days=1):
        return f"ontem {local:%H:%M}"
    return f"{local:%d/%m %H:%M}" if local.year == today.year else f"{local:%d/%m/%Y}"


def until(at: datetime, now: datetime) -> str:
    """How long from now: "em 40 s", "em 2 h 13 min"; "agora" when it is due."""
    left = (_aware(at) - _aware(now)).total_seconds()
    return "agora" if left < 1 else f"em {duration(left)}"


def duration(length: timedelta | float) -> str:
    """A length of time in its two largest units: "14 s", "2 min", "2 h 13 min", "3 dias 4 h"."""
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    days, rest = divmod(max(seconds, 0), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    if days:
        name = "dia" if days == 1 else "dias"
        return f"{days} {name} {hours} h" if hours else f"{days} {name}"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"


def countdown(length: timedelta | float) -> str:
    """What is left on a clock: "0:42", "12:05"."""
    seconds = max(0, int(length.total_seconds() if isinstance(length, timedelta) else length))
    return f"{seconds // 60}:{seconds % 60:02}"


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"an instant without a time zone: {at!r}")
    # Subtracting two local times of one zone ignores summer time; in UTC it does not.
    return at.astimezone(UTC)


def _local(at: datetime, zone: tzinfo) -> datetime:
    return _aware(at).astimezone(zone)


def wrappable(text: str) -> str:
    """The text with places to wrap at in what has none: a fingerprint or a path would be cut off."""
    return _ENDLESS.sub(lambda run: f"{run.group()}\u200b", text)
