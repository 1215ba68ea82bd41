"""How amounts, instants and words are kept: exact integers, the same on every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final, Generic, TypeVar

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from varejoforte_desktop.domain.money import Money

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLI: Final = timedelta(milliseconds=1)

#: A growing id: 64 bits on PostgreSQL; SQLite only numbers rows by itself for INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")


def to_millis(instant: datetime) -> int:
    """Milliseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // _MILLI


def from_millis(millis: int) -> datetime:
    """The UTC instant of milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=millis)


class Cents(TypeDecorator[Money]):
    """Money as whole cents."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        """To the books."""
        return None if value is None else value.cents

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        """From the books."""
        return None if value is None else Money(int(value))


class Thousandths(TypeDecorator[Decimal]):
    """A quantity as whole thousandths, so that sums are exact on SQLite too."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """To the books."""
        return None if value is None else int(value * 1000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """From the books (a sum arrives as Decimal on PostgreSQL)."""
        return None if value is None else Decimal(int(value)).scaleb(-3)


class UtcInstant(TypeDecorator[datetime]):
    """An instant as milliseconds since 1970 in UTC: no database's zone can change it, and it sorts."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the books; a naive datetime is our bug and is refused by the subtraction."""
        return None if value is None else to_millis(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From the books."""
        return None if value is None else from_millis(int(value))


W = TypeVar("W", bound=Enum)


class Word(TypeDecorator[W], Generic[W]):
    """One of a few stable English words, kept as itself."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[W]) -> None:
        super().__init__(max(len(str(each.value)) for each in words) + 8)
        self.words = words

    def process_bind_param(self, value: W | str | None, dialect: Dialect) -> str | None:
        """To the books."""
        return None if value is None else str(self.words(value).value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> W | None:
        """From the books."""
        return None if value is None else self.words(value)

    def __repr__(self) -> str:
        return f"Word({self.words.__name__})"
