"""The questions screens ask about purchases, and the lines they get back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from varejoforte_desktop.application.purchase_ports import Learned
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.purchase import StockedProduct, Supplier


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseRow:
    """A line of the list of purchases that were entered. `left_out` counts lines that did not enter.

    `undone_at`, `undone_by` (a name) and `undo_reason` are of a purchase that was taken back; None and "" otherwise.
    """

    id: int
    key: str
    number: int
    series: int
    supplier: str
    supplier_document: str
    issued_at: datetime
    entered_at: datetime
    total: Money
    lines: int
    left_out: int
    operator: str
    station: str
    undone_at: datetime | None = None
    undone_by: str = ""
    undo_reason: str = ""

    @property
    def undone(self) -> bool:
        """Whether it was taken back."""
        return self.undone_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseLineRow:
    """A line of an entered purchase. `reference` is "" when it was left out."""

    place: int
    code: str
    name: str
    unit: str
    quantity: Decimal
    total: Money
    bonus: bool
    product_id: int | None
    reference: str
    product_name: str
    product_unit: str
    factor: Decimal
    entered: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseDetail:
    """One purchase with its lines."""

    row: PurchaseRow
    supplier: Supplier
    protocol: str
    lines: tuple[PurchaseLineRow, ...]


class PurchaseReader(Protocol):
    """Questions about purchases."""

    def entered(self, key: str) -> PurchaseRow | None:
        """The purchase with this access key, when it was entered and not taken back."""
        ...

    def rows(self, *, before_id: int | None = None, limit: int = 100, text: str = "") -> list[PurchaseRow]:
        """Purchases, newest first; `text` is a number, a key, or the supplier's words or document."""
        ...

    def detail(self, purchase_id: int) -> PurchaseDetail:
        """One purchase. Raises NoSuchRecord."""
        ...

    def xml(self, purchase_id: int) -> bytes:
        """The note's file, as it was. Raises NoSuchRecord."""
        ...

    def learned(self, document: str, codes: Iterable[str]) -> dict[str, Learned]:
        """What this supplier's codes mean, by code."""
        ...

    def with_barcodes(self, barcodes: Iterable[str]) -> Mapping[str, Sequence[int]]:
        """The products under each of these bars, active ones first."""
        ...

    def with_references(self, references: Iterable[str]) -> dict[str, int]:
        """The products with exactly these references, by the reference asked for."""
        ...

    def stocked(self, product_ids: Iterable[int]) -> dict[int, StockedProduct]:
        """Products with their shelves, by id; those gone are left out."""
        ...
