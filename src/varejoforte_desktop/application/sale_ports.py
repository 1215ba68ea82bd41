"""What selling needs from the books, as promises that persistence keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import Basket, DiscountLimits, PaymentMethod, Sale
from varejoforte_desktop.domain.scale_code import ScalePrefix
from varejoforte_desktop.domain.till import CashDraft, TillTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBasket:
    """An open sale as the books have it."""

    basket: Basket
    station: str
    held: bool
    operator_id: int
    since: datetime
    updated_at: datetime


class Sales(Protocol):
    """Finished sales."""

    def by_token(self, token: str) -> Sale | None:
        """The sale this token became, None when it has not: then nobody else makes it one meanwhile."""
        ...

    def get(self, sale_id: int) -> Sale:
        """The sale, held until the transaction ends. Raises NoSuchRecord."""
        ...

    def live_of_order(self, order_id: int) -> Sale | None:
        """The sale that an order is now."""
        ...

    def next_number(self, station: str) -> int:
        """The station's next number: nobody else gets it."""
        ...

    def add(self, sale: Sale, /, shares: Sequence[Money]) -> int | None:
        """Write a sale; `shares` is each line's part of its discount. None when its token is a sale already."""
        ...

    def cancel(self, sale_id: int, *, by: int, till_id: int | None, reason: str, at: datetime) -> bool:
        """Mark it cancelled; False when it was already."""
        ...

    def set_fiscal_state(self, sale_id: int, state: str) -> None:
        """How its fiscal document stands: owed, or a DocumentState's word."""
        ...


class Baskets(Protocol):
    """Open sales at the counter."""

    def open_at(self, station: str) -> KeptBasket | None:
        """The sale that is open at a station."""
        ...

    def get(self, token: str) -> KeptBasket | None:
        """An open or held sale."""
        ...

    def keep(self, basket: Basket, /, *, station: str, held: bool, operator_id: int, at: datetime) -> None:
        """Write an open sale as it is now."""
        ...

    def drop(self, token: str) -> bool:
        """It was sold or given up; False when it was not there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTill:
    """A till that is open at a station."""

    id: int
    station: str
    operator_id: int
    opened_at: datetime
    totals: TillTotals
    methods: Mapping[PaymentMethod, Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class TillCount:
    """What somebody counted: cash by note and coin (or as one amount), and slips by form of payment."""

    cash: Money
    pieces: Mapping[int, int]
    methods: Mapping[PaymentMethod, Money]
    note: str = ""


class Tills(Protocol):
    """Tills."""

    def open_at(self, station: str) -> OpenTill | None:
        """The till that is open at a station with what went through it, held until the transaction ends."""
        ...

    def opened_since(self, station: str, since: datetime) -> bool:
        """Whether a till, open or closed by now, was opened at a station at or after an instant."""
        ...

    def open(self, *, station: str, operator_id: int, opening_float: Money, at: datetime) -> int:
        """Open a till; gives its id. Raises TillAlreadyOpen."""
        ...

    def move(
        self,
        till_id: int,
        draft: CashDraft,
        *,
        token: str,
        operator_id: int,
        approved_by: int | None,
        at: datetime,
    ) -> bool:
        """Write a supply or a withdrawal; False when the token is there already."""
        ...

    def note_check(
        self, till_id: int, *, expected: Money, count: TillCount, operator_id: int, at: datetime
    ) -> None:
        """Write down a count that does not close the till."""
        ...

    def close(
        self,
        till_id: int,
        *,
        expected: Money,
        expected_methods: Mapping[PaymentMethod, Money],
        count: TillCount,
        closed_by: int,
        at: datetime,
    ) -> None:
        """Close it for good."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRules:
    """How the shop sells at its counters."""

    discounts: DiscountLimits = field(default_factory=DiscountLimits)
    cancel_item_supervised: bool = False
    blind_closing: bool = False
    tolerance: Money = ZERO


class CounterBook(Protocol):
    """How the shop sells: limits, closing, scale labels."""

    def rules(self) -> CounterRules: ...

    def save_rules(self, rules: CounterRules) -> None: ...

    def scale_prefixes(self) -> tuple[ScalePrefix, ...]: ...

    def save_scale_prefixes(self, prefixes: Sequence[ScalePrefix]) -> None:
        """The table of layouts as it is from now on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """A product in an inventory count."""

    product_id: int
    counted: Decimal
    expected: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """An inventory count that is going on."""

    id: int
    name: str


class Counts(Protocol):
    """Inventory counts."""

    def current(self) -> OpenCount | None:
        """The count that is going on, held until the transaction ends."""
        ...

    def open(self, name: str, *, station: str, operator_id: int, at: datetime) -> int:
        """Begin a count; gives its id. Raises CountAlreadyOpen."""
        ...

    def add(
        self, count_id: int, product_id: int, amount: Decimal, *, on_hand: Decimal, at: datetime
    ) -> CountLine:
        """So many more were found (negative: take back). The first scan notes what the books say."""
        ...

    def set(
        self, count_id: int, product_id: int, counted: Decimal, *, on_hand: Decimal, at: datetime
    ) -> CountLine:
        """The product was counted anew: so many, against what the books say now."""
        ...

    def remove(self, count_id: int, product_id: int) -> None:
        """The product was not counted after all."""
        ...

    def lines(self, count_id: int) -> list[CountLine]:
        """What was counted, by product."""
        ...

    def uncounted(self, count_id: int) -> list[CountLine]:
        """What was on the shelves when the count began and nobody counted; `counted` is zero."""
        ...

    def close(self, count_id: int, *, state: str, operator_id: int, at: datetime) -> None:
        """It is over: "closed" or "abandoned"."""
        ...
