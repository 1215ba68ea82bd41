"""Numbers and instants are written the Brazilian way on any computer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui import formats

NOON = datetime(2025, 11, 23, 17, 32, 5, tzinfo=UTC)  # 14:32:05 in São Paulo


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "R$ 0,00"),
        (5, "R$ 0,05"),
        (123456, "R$ 1.234,56"),
        (-200, "-R$ 2,00"),
        (100000000, "R$ 1.000.000,00"),
    ],
)
def test_money(cents: int, written: str) -> None:
    assert formats.money(Money(cents)) == written


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_money_can_be_typed_back(cents: int) -> None:
    assert Money.typed(formats.money(Money(cents))) == Money(cents)
    assert Money.typed(formats.amount(Money(cents))) == Money(cents)


def test_quantities_counts_and_percentages() -> None:
    assert formats.quantity(Decimal("12.000")) == "12"
    assert formats.quantity(Decimal("0.25")) == "0,250"
    assert formats.quantity(1200) == "1.200"
    assert formats.count(3120) == "3.120"
    assert formats.counted(1, "item", "itens") == "1 item"
    assert formats.counted(48, "item", "itens") == "48 itens"
    assert formats.percent(Decimal("12.50")) == "12,5%"
    assert formats.percent(100) == "100%"


def test_instants_are_told_in_the_shops_time() -> None:
    assert formats.moment(NOON) == "23/11 14:32"
    assert formats.hour(NOON) == "14:32"
    assert formats.day(NOON) == "23/11/2025"
    assert formats.full_moment(NOON) == "domingo, 23/11/2025 às 14:32:05"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.moment(NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (timedelta(seconds=-3), "agora"),
        (timedelta(seconds=14), "há 14 s"),
        (timedelta(minutes=2, seconds=10), "há 2 min"),
        (timedelta(hours=2, minutes=13), "há 2 h 13 min"),
        (timedelta(hours=20, minutes=30), "ontem 18:02"),
        (timedelta(days=3), "20/11 14:32"),
        (timedelta(days=400), "19/10/2024"),
    ],
)
def test_ages_in_words(before: timedelta, told: str) -> None:
    assert formats.age(NOON - before, NOON) == told


def test_just_before_midnight_is_still_minutes_ago() -> None:
    midnight = datetime(2025, 11, 23, 3, 5, tzinfo=UTC)
    assert formats.age(midnight - timedelta(minutes=10), midnight) == "há 10 min"


def test_lengths_of_time() -> None:
    assert formats.duration(0) == "0 s"
    assert formats.duration(timedelta(hours=3)) == "3 h"
    assert formats.duration(timedelta(days=1)) == "1 dia"
    assert formats.duration(timedelta(days=3, hours=4)) == "3 dias 4 h"
    assert formats.countdown(42) == "0:42"
    assert formats.countdown(timedelta(minutes=12, seconds=5)) == "12:05"
    assert formats.until(NOON + timedelta(seconds=40), NOON) == "em 40 s"
    assert formats.until(NOON - timedelta(seconds=1), NOON) == "agora"
