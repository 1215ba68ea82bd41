"""A supplier's note: what came, how many of our units that is, and what each of them cost the shop."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from varejoforte_desktop.domain.barcode import barcode
from varejoforte_desktop.domain.errors import Missing, NotANumber, TooManyDecimals, WrongBarcode
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady, PurchaseRefused
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.product import NONE, Product, published_stock
from varejoforte_desktop.domain.quantity import LIMIT, THOUSANDTH
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.domain.unbought import Unbought, unbought

#: A factor has six places: a tonne in grams both ways.
FACTOR_STEP: Final = Decimal("0.000001")
COST_STEP: Final = Decimal("0.0001")
#: Far beyond what a pallet holds, and within what the books keep.
LARGEST_FACTOR: Final = Decimal(1_000_000)
ONE: Final = Decimal(1)
#: The ends of the CFOPs for goods that were given: bonificação, doação ou brinde.
_GIVEN: Final = "910"
_LENGTHS: Final = (8, 12, 13, 14)
_LONGEST_REFERENCE: Final = 60


class Signature(StrEnum):
    """What is known of a note's signature."""

    HOLDS = "holds"
    BROKEN = "broken"
    ABSENT = "absent"
    FOREIGN = "foreign"  # it holds, and the certificate is of another company
    UNCHECKED = "unchecked"  # it is there, and nobody here can check it


class Match(StrEnum):
    """How a line of a note was recognised as a product of the shop."""

    REMEMBERED = "remembered"  # this supplier's code was linked before
    BARCODE = "barcode"
    REFERENCE = "reference"
    SEVERAL = "several"  # more than one product could be meant
    DISPUTED = "disputed"  # the supplier's code was linked to one product, and the line's bars are another's
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Who sells to the shop. `document` is a bare CNPJ or CPF, one supplier for each."""

    id: int = 0
    document: str
    name: str
    ie: str = ""
    city: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """A line as the supplier wrote it. `quantity` is in the supplier's `unit`, `tax_quantity` in `tax_unit`.

    `counts`: whether `gross` is part of the note's total. `other` holds every other charge, `icms` what the supplier
    says may be credited.
    """

    place: int
    code: str
    barcode: str = ""
    tax_barcode: str = ""
    name: str
    ncm: str = ""
    cfop: str = ""
    unit: str
    tax_unit: str = ""
    quantity: Decimal
    tax_quantity: Decimal
    unit_price: Decimal
    gross: Money
    discount: Money = ZERO
    freight: Money = ZERO
    insurance: Money = ZERO
    other: Money = ZERO
    ipi: Money = ZERO
    st: Money = ZERO  # ICMS-ST and the poverty fund's share of it
    icms: Money = ZERO
    counts: bool = True

    @property
    def bonus(self) -> bool:
        """Whether the goods were given: the CFOP says so, or nothing is left to pay for them."""
        return self.cfop[1:] == _GIVEN or self.gross <= self.discount

    @property
    def landed(self) -> Money:
        """What the goods of this line cost, everything included."""
        return self.gross - self.discount + self.freight + self.insurance + self.other + self.ipi + self.st

    @property
    def charged(self) -> Money:
        """This line's part of the note's total."""
        return self.landed if self.counts else self.landed - self.gross

    @property
    def unit_key(self) -> str:
        """The supplier's unit, the same however it is written: "cx" and "CX" are one."""
        return self.unit.upper()

    @property
    def barcodes(self) -> tuple[str, ...]:
        """The valid barcodes of the line, the one of the smaller unit first."""
        found = (valid_barcode(self.tax_barcode), valid_barcode(self.barcode))
        return tuple(dict.fromkeys(each for each in found if each))

    @property
    def suggested_factor(self) -> Decimal:
        """How many of the taxed unit are in one of the supplier's, 1 when the note does not tell them apart."""
        if not self.quantity or not self.tax_quantity or self.tax_quantity == self.quantity:
            return ONE
        factor = (self.tax_quantity / self.quantity).quantize(FACTOR_STEP, ROUND_HALF_UP)
        return factor if 0 < factor <= LARGEST_FACTOR else ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseNote:
    """A purchase NF-e as it was read; `xml` is the file, byte by byte. `outgoing`: the supplier sold or sent goods.

    `protocol` is SEFAZ's number, "" for a note without one; `rehearsal`: it was issued without fiscal value;
    `unbought`: why the whole note is no purchase.
    """

    key: str
    supplier: Supplier
    recipient: str
    number: int
    series: int
    issued_at: datetime
    total: Money
    lines: tuple[NoteLine, ...]
    protocol: str = ""
    rehearsal: bool = False
    outgoing: bool = True
    unbought: Unbought | None = None
    signature: Signature = Signature.UNCHECKED
    xml: bytes = field(repr=False)

    @property
    def proven(self) -> bool:
        """Whether SEFAZ authorised it and nobody has touched it since, as far as the file says.

        A signature that could not be checked proves nothing.
        """
        return bool(self.protocol) and not self.rehearsal and self.signature is Signature.HOLDS

    @property
    def difference(self) -> Money:
        """The note's total less the sum of its lines: nothing, when the supplier reckoned well."""
        return self.total - sum((line.charged for line in self.lines), ZERO)

    def unbought_line(self, line: NoteLine) -> Unbought | None:
        """Why what this line brings was not bought with it; None for a purchase."""
        return self.unbought or unbought(line.cfop)

    def check_for(self, own_cnpj: str) -> None:
        """Raises FiscalNotReady when the shop's own CNPJ is unknown, PurchaseRefused when this is not its purchase."""
        if not own_cnpj:
            raise FiscalNotReady("emitter")
        if self.supplier.document == own_cnpj:
            raise PurchaseRefused("own", str(self.number))
        if self.recipient != own_cnpj:
            raise PurchaseRefused("recipient", self.recipient)
        if not self.outgoing:
            raise PurchaseRefused("direction", str(self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class StockedProduct:
    """A product with how many there are and how many are promised to orders of the store."""

    product: Product
    on_hand: Decimal = NONE
    open_online: Decimal = NONE

    def published(self, *, entering: Decimal = NONE) -> int:
        """What the store may offer once so many more are on the shelf."""
        return published_stock(
            self.on_hand + entering,
            open_online=self.open_online,
            counter_reserve=self.product.counter_reserve,
            safety=self.product.safety_stock,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChoice:
    """What a person decided about a line: a product of ours, a new one, or neither (the line is left out).

    `factor` of our units are in one of the supplier's. `price` is the new selling price, None to leave it; `seen` the
    version of the product that the person looked at, so that a price changed meanwhile is not overwritten.
    """

    place: int
    product_id: int | None = None
    new: Product | None = None
    factor: Decimal = ONE
    set_cost: bool = True
    price: Money | None = None
    seen: int | None = None

    @property
    def left_out(self) -> bool:
        """Whether the line does not enter the shop."""
        return self.product_id is None and self.new is None


def valid_barcode(text: str) -> str:
    """The digits when they make a barcode, else "" (suppliers write all sorts of things there)."""
    try:
        return barcode(text)
    except WrongBarcode:
        return ""


def barcode_forms(bars: str) -> tuple[str, ...]:
    """The same number in each length it can be written in: a UPC of 12 digits is an EAN-13 with a zero before it."""
    bare = bars.lstrip("0")
    return tuple(bare.zfill(length) for length in _LENGTHS if len(bare) <= length)


def checked_factor(factor: Decimal) -> Decimal:
    """A factor that can be kept. Raises Missing, NotANumber or TooManyDecimals for the field "factor"."""
    if not factor.is_finite() or abs(factor) > LARGEST_FACTOR or factor < 0:
        raise NotANumber(str(factor), "factor")
    if not factor:
        raise Missing("factor")
    exact = factor.quantize(FACTOR_STEP)
    if exact != factor:
        raise TooManyDecimals(str(factor), 6, "factor")
    return exact


def entered_quantity(line: NoteLine, factor: Decimal) -> Decimal:
    """How many of our units come in, to the thousandth. Raises what `checked_factor` raises, or NotANumber."""
    entered = line.quantity * checked_factor(factor)
    if entered > LIMIT:
        raise NotANumber(str(entered), "factor")
    return entered.quantize(THOUSANDTH, ROUND_HALF_UP)


def unit_cost(lines: Iterable[tuple[NoteLine, Decimal]], *, less_icms: bool = False) -> Decimal:
    """What one of our units cost, to the hundredth of a cent: all lines of a product that touch its cost together.

    Each line comes with its entered quantity. `less_icms` takes off the ICMS that the shop gets back. Zero when
    nothing entered.
    """
    amount, entered = ZERO, NONE
    for line, quantity in lines:
        amount += line.landed - line.icms if less_icms else line.landed
        entered += quantity
    if not entered or amount < ZERO:
        return NONE
    return (amount.reais / entered).quantize(COST_STEP, ROUND_HALF_UP)


def suggested_price(old: Product, cost: Money, *, margin: Decimal | None = None) -> Money:
    """The price that keeps the product's present markup over cost, or has this one (percent, 40 is 40 %).

    Without a cost before and without a margin nothing is known: the price stays.
    """
    if not cost:
        return old.price
    if margin is not None:
        return Money.of(cost.reais * (100 + margin) / 100)
    if not old.cost or not old.price:
        return old.price
    return Money.of(Decimal(cost.cents * old.price.cents) / old.cost.cents / 100)


def change_percent(before: Money, after: Money) -> Decimal | None:
    """By how much an amount changed, to the tenth of a percent; None when there was nothing before."""
    if not before:
        return None
    return (Decimal(after.cents - before.cents) * 100 / before.cents).quantize(Decimal("0.1"), ROUND_HALF_UP)


def drafted_product(line: NoteLine, supplier: Supplier, taken: Container[str] = ()) -> Product:
    """A new product as the note describes it; its reference is the first that nobody has (`taken`: folded ones).

    It is not sold online until somebody says so: it has no photograph and no price yet.
    """
    bars = line.barcodes
    return Product(
        reference=free_reference(line, supplier, taken),
        name=" ".join(line.name.split())[:200],
        barcode=bars[0] if bars else "",
        ncm=line.ncm if len(line.ncm) == 8 else "",
        unit=(line.tax_unit if line.suggested_factor != ONE else line.unit)[:6].upper() or "UN",
        sell_online=False,
    )


def reference_ideas(line: NoteLine, supplier: Supplier) -> tuple[str, ...]:
    """What a new product may be called, best first: the supplier's code, its barcode, both names together."""
    ideas = (line.code, *line.barcodes, f"{supplier.document[:8]}-{line.code}")
    return tuple(each.strip()[:_LONGEST_REFERENCE] for each in ideas if each.strip())


def free_reference(line: NoteLine, supplier: Supplier, taken: Container[str]) -> str:
    """The first of these ideas that nobody has (`taken`: folded ones); a number is added when all are taken."""
    ideas = reference_ideas(line, supplier) or (f"{supplier.document[:8]}-{line.place}",)
    free = next((each for each in ideas if folded(each) not in taken), "")
    number = 2
    while not free:
        candidate = f"{ideas[-1][: _LONGEST_REFERENCE - 5]}-{number}"
        free = "" if folded(candidate) in taken else candidate
        number += 1
    return free
