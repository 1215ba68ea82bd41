"""A product on the shop's shelf: what it is called, what it costs, how many there are."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Final

from varejoforte_desktop.domain.barcode import barcode
from varejoforte_desktop.domain.errors import (
    Missing,
    Negative,
    NotANumber,
    NotInteger,
    PromotionOutOfOrder,
    TooLong,
    WrongNcm,
)
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect
from varejoforte_desktop.domain.quantity import quantity, whole_units
from varejoforte_desktop.domain.texts import keepable

#: Longest texts, the same as the store's (Tray product form), so that nothing is cut on the way.
LIMITS: Final = {
    "reference": 60,
    "name": 200,
    "unit": 6,
    "model": 150,
    "warranty": 200,
    "short_description": 500,
    "description": 4800,
}
#: Units sold in fractions; all others are counted in whole pieces.
FRACTIONAL_UNITS: Final = frozenset({"KG", "G", "L", "ML", "M", "M2", "M3", "CM"})
#: Ten tonnes in grams, far beyond what a shop weighs or measures and within what the books hold.
HEAVIEST: Final = 10_000_000
NONE: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What the catalogue says of one product. Weight in grams, measures in centimetres."""

    id: int = 0  # 0: not in the books yet
    version: int = 0
    reference: str
    name: str
    barcode: str = ""
    ncm: str = ""
    unit: str = "UN"
    brand_id: int | None = None
    category_id: int | None = None
    price: Money = ZERO
    cost: Money = ZERO
    promotional_price: Money = ZERO
    promotion_start: date | None = None
    promotion_end: date | None = None
    minimum_stock: Decimal = NONE
    safety_stock: Decimal = NONE
    counter_reserve: Decimal = NONE
    weight: int = 0
    length: int = 0
    width: int = 0
    height: int = 0
    model: str = ""
    warranty: str = ""
    short_description: str = ""
    description: str = ""
    sell_online: bool = True
    active: bool = True

    def checked(self) -> Product:
        """Itself, tidied, when everything in it can be kept. Raises the DomainError of the first wrong field."""
        tidy = replace(
            self,
            reference=keepable(self.reference).strip(),
            name=" ".join(keepable(self.name).split()),
            unit=keepable(self.unit).strip().upper() or "UN",
            model=keepable(self.model),
            warranty=keepable(self.warranty),
            short_description=keepable(self.short_description),
            description=keepable(self.description),
            barcode=barcode(self.barcode),
            ncm=self.ncm.replace(".", "").strip(),
            minimum_stock=quantity(self.minimum_stock, "minimum_stock"),
            safety_stock=quantity(self.safety_stock, "safety_stock"),
            counter_reserve=quantity(self.counter_reserve, "counter_reserve"),
        )
        for field in ("reference", "name"):
            if not getattr(tidy, field):
                raise Missing(field)
        for field, limit in LIMITS.items():
            if len(getattr(tidy, field)) > limit:
                raise TooLong(field, limit)
        if tidy.ncm and not (len(tidy.ncm) == 8 and tidy.ncm.isascii() and tidy.ncm.isdigit()):
            raise WrongNcm(tidy.ncm)
        _check_amounts(tidy)
        return tidy

    @property
    def fractional(self) -> bool:
        """Whether a fraction of a unit can be sold."""
        return self.unit in FRACTIONAL_UNITS

    def measured(self, amount: Decimal) -> Decimal:
        """`amount` as a quantity of this product. Raises NotInteger for half a piece."""
        exact = quantity(amount)
        if not self.fractional and exact != exact.to_integral_value():
            raise NotInteger(str(amount))
        return exact


def _check_amounts(product: Product) -> None:
    for field in ("price", "cost", "promotional_price"):
        if getattr(product, field) < ZERO:
            raise Negative(field)
    for field in (
        "minimum_stock",
        "safety_stock",
        "counter_reserve",
        "weight",
        "length",
        "width",
        "height",
    ):
        if getattr(product, field) < 0:
            raise Negative(field)
    for field in ("weight", "length", "width", "height"):
        if getattr(product, field) > HEAVIEST:
            raise NotANumber(str(getattr(product, field)), field)
    if not product.promotional_price:
        return
    if product.promotion_start is None or product.promotion_end is None:
        raise PromotionOutOfOrder("dates_missing")
    if product.promotion_end < product.promotion_start:
        raise PromotionOutOfOrder("ends_before_start")
    if product.promotional_price >= product.price:
        raise PromotionOutOfOrder("not_cheaper")


def price_on(day: date, *, price: Money, promotional: Money, start: date | None, end: date | None) -> Money:
    """What a product costs on a day: the promotional price while the promotion lasts, both days included."""
    lasts = start is not None and end is not None and start <= day <= end
    return promotional if promotional and lasts else price


_PRICE_FIELDS: Final = frozenset({"price", "cost"})
_STOCK_FIELDS: Final = frozenset({"safety_stock", "counter_reserve"})
#: Kept here only; the store never sees them.
_PRIVATE_FIELDS: Final = frozenset({"id", "version", "minimum_stock", "unit"})


def changed_aspects(before: Product | None, after: Product) -> frozenset[Aspect]:
    """Which sides of the product the store has to hear about. All of them when it is new or newly put on sale."""
    if before is None or (after.sell_online and not before.sell_online):
        return EVERYTHING if after.sell_online else frozenset()
    changed = {f.name for f in fields(Product) if getattr(before, f.name) != getattr(after, f.name)}
    aspects = set()
    if changed & _PRICE_FIELDS:
        aspects.add(Aspect.PRICE)
    if changed & _STOCK_FIELDS:
        aspects.add(Aspect.STOCK)
    if changed - _PRICE_FIELDS - _STOCK_FIELDS - _PRIVATE_FIELDS:
        aspects.add(Aspect.CONTENT)
    return frozenset(aspects)


def owed_aspects(before: Product | None, after: Product) -> frozenset[Aspect]:
    """Which sides the store has to be told about when `before` becomes `after`; taken off sale, it only hides it."""
    if after.sell_online:
        return changed_aspects(before, after)
    was_sold = before is not None and before.sell_online
    return frozenset({Aspect.CONTENT}) if was_sold else frozenset()


def published_stock(
    on_hand: Decimal, *, open_online: Decimal = NONE, counter_reserve: Decimal = NONE, safety: Decimal = NONE
) -> int:
    """How many the store may offer: what is on the shelf less what is promised, kept back or uncertain.

    The store takes a unit off its own number when an order comes, the books only when the sale is registered;
    publishing plain on-hand would offer that unit twice.
    """
    return whole_units(on_hand - open_online - counter_reserve - safety)
