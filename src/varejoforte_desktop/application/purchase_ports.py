"""What entering purchases needs from the books, as promises that persistence keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.purchase import NoteLine, PurchaseNote, Supplier


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredLine:
    """A line as it entered: which product it was, how many of our units, at what cost. No product: left out."""

    line: NoteLine
    product_id: int | None
    factor: Decimal
    entered: Decimal
    unit_cost: Decimal
    set_cost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What a supplier's code means: a product of ours, and how many of our units are in one of theirs.

    `unit` is theirs, as `NoteLine.unit_key` writes it; "" when it was learned before units were kept.
    """

    code: str
    product_id: int
    factor: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEffect:
    """What a purchase did to the cost and the price of a product that was there before it."""

    product_id: int
    cost_before: Money
    cost_after: Money
    price_before: Money
    price_after: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """Goods of a purchase as they entered: how many of ours. Lines that were left out are none."""

    place: int
    product_id: int
    code: str
    entered: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPurchase:
    """A purchase that entered, with everything it did; of before effects were kept it has none."""

    id: int
    key: str
    number: int
    supplier_id: int
    supplier: str
    total: Money
    lines: tuple[KeptLine, ...]
    effects: tuple[KeptEffect, ...]


class Purchases(Protocol):
    """Purchase notes that were entered, who sold them, and what suppliers' codes mean."""

    def keep_supplier(self, supplier: Supplier, at: datetime) -> int:
        """The supplier with this document as the note describes it now; gives the id."""
        ...

    def add(
        self, note: PurchaseNote, *, supplier_id: int, operator_id: int, station: str, at: datetime
    ) -> int | None:
        """Write the note down; None when a note with this key was entered before and still stands."""
        ...

    def add_lines(self, purchase_id: int, lines: Sequence[EnteredLine]) -> None:
        """Write down what became of each line."""
        ...

    def add_effects(self, purchase_id: int, effects: Sequence[KeptEffect]) -> None:
        """Write down what became of costs and prices."""
        ...

    def get(self, purchase_id: int) -> KeptPurchase:
        """One purchase with what it did. Raises NoSuchRecord."""
        ...

    def undo(self, purchase_id: int, *, operator_id: int, reason: str, at: datetime) -> bool:
        """Write down that it was taken back, once; False when it was before. Others who try wait until this holds."""
        ...

    def unlearn(self, supplier_id: int, codes: Iterable[str], at: datetime) -> None:
        """Forget what these codes mean, but for what the newest purchase that still stands says of them."""
        ...

    def learn(self, supplier_id: int, learned: Iterable[Learned], at: datetime) -> None:
        """Remember what codes mean; a newer meaning takes the place of an older one."""
        ...
