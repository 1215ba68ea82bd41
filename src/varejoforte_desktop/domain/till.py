"""The till: opened with change money, fed, drained, counted and closed, with every cent explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from varejoforte_desktop.domain.errors import Missing, Negative, NotANumber, TooLong
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.texts import keepable

#: Brazilian notes and coins in cents, largest first (Banco Central do Brasil, second family of the real).
DENOMINATIONS: Final = (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5, 1)


class CashMovementKind(StrEnum):
    """Why money comes or goes without a sale."""

    SUPPLY = "supply"  # suprimento
    WITHDRAWAL = "withdrawal"  # sangria


@dataclass(frozen=True, slots=True, kw_only=True)
class CashDraft:
    """A supply or a withdrawal as a person enters it."""

    kind: CashMovementKind
    amount: Money
    reason: str

    def checked(self) -> CashDraft:
        """Itself, tidied. Raises Missing, Negative or TooLong."""
        reason = " ".join(keepable(self.reason).split())
        if self.amount < ZERO:
            raise Negative("amount")
        if self.amount == ZERO:
            raise Missing("amount")
        if not reason:
            raise Missing("reason")
        if len(reason) > 200:
            raise TooLong("reason", 200)
        return CashDraft(kind=self.kind, amount=self.amount, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class TillTotals:
    """What went through a till since it was opened; cash sales are already less the change given."""

    opening_float: Money
    cash_sales: Money = ZERO
    cash_refunds: Money = ZERO
    supplies: Money = ZERO
    withdrawals: Money = ZERO

    @property
    def expected_cash(self) -> Money:
        """What should lie in the drawer: float + cash sales − refunds + supplies − withdrawals."""
        return self.opening_float + self.cash_sales - self.cash_refunds + self.supplies - self.withdrawals


def counted(pieces: Mapping[int, int]) -> Money:
    """What these notes and coins add up to; `pieces` says how many of each denomination (in cents).

    Raises NotANumber for a piece that does not exist, Negative for fewer than none.
    """
    total = 0
    for value, count in pieces.items():
        if value not in DENOMINATIONS:
            raise NotANumber(str(value), "denomination")
        if count < 0:
            raise Negative("denomination")
        total += value * count
    return Money(total)


def within_tolerance(difference: Money, tolerance: Money) -> bool:
    """Whether a shortage or a surplus needs no explanation."""
    return abs(difference.cents) <= tolerance.cents
