"""A sale: what was sold, at what price, less what discount, and how it was paid, exact to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from varejoforte_desktop.domain.errors import (
    DiscountTooLarge,
    NothingSold,
    PaymentDoesNotFit,
)
from varejoforte_desktop.domain.money import ZERO, Money


class PaymentMethod(StrEnum):
    """How somebody pays."""

    CASH = "cash"
    PIX = "pix"
    CREDIT = "credit"
    DEBIT = "debit"
    STORE_CREDIT = "store_credit"  # crediário
    VOUCHER = "voucher"  # vale
    ONLINE = "online"  # paid in the online store; never in this till


class SaleSource(StrEnum):
    """Where a sale comes from."""

    COUNTER = "counter"
    ORDER = "order"


class SaleState(StrEnum):
    """How a sale stands. An open counter sale is not a sale yet."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"


class FiscalModel(StrEnum):
    """Which document the law asks for."""

    NONE = "none"
    NFCE = "nfce"  # 65, at the counter
    NFE = "nfe"  # 55, goods that travel


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """One product of a sale. `discount` is this line's own, before its share of the sale's."""

    product_id: int
    reference: str
    name: str
    unit: str
    barcode: str = ""
    quantity: Decimal
    price: Money
    cost: Money = ZERO
    discount: Money = ZERO

    @property
    def gross(self) -> Money:
        """Price times quantity, rounded once."""
        return self.price.times(self.quantity)

    @property
    def total(self) -> Money:
        """What the line costs after its own discount."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A part of what was paid. `tendered` is what was handed over; only cash may be more than `amount`."""

    method: PaymentMethod
    amount: Money
    tendered: Money = ZERO
    note: str = ""

    @property
    def change(self) -> Money:
        """What goes back to the buyer."""
        return self.tendered - self.amount if self.tendered > self.amount else ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleAmounts:
    """What a sale's total is made of: total = goods − discount + shipping + surcharge + adjustment.

    `adjustment` is not zero only for an order whose divergence somebody accepted.
    """

    goods: Money
    discount: Money = ZERO
    shipping: Money = ZERO
    surcharge: Money = ZERO
    adjustment: Money = ZERO

    @property
    def total(self) -> Money:
        """What the buyer pays."""
        return self.goods - self.discount + self.shipping + self.surcharge + self.adjustment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A finished sale as it is written in the books. `token` makes it happen once; `number` is given by the books."""

    id: int = 0
    token: str
    number: int = 0
    station: str
    source: SaleSource
    state: SaleState = SaleState.COMPLETED
    order_id: int | None = None
    customer_id: int | None = None
    buyer_document: str = ""
    buyer_name: str = ""
    amounts: SaleAmounts
    lines: tuple[SaleLine, ...]
    payments: tuple[Payment, ...]
    fiscal: FiscalModel = FiscalModel.NONE
    till_id: int | None = None
    operator_id: int
    at: datetime
    approved_by: int | None = None

    def checked(self) -> Sale:
        """Itself, when it can be written.

        Raises NothingSold, DiscountTooLarge or PaymentDoesNotFit.
        """
        if not self.lines:
            raise NothingSold
        for line in self.lines:
            if line.quantity <= 0:
                raise NothingSold
            if line.discount < ZERO or line.discount > line.gross:
                raise DiscountTooLarge(str(line.gross.reais))
        if self.amounts.discount < ZERO or self.amounts.total < ZERO:
            raise DiscountTooLarge(str(self.amounts.goods.reais))
        check_payments(self.payments, self.amounts.total)
        return self


def check_payments(payments: Sequence[Payment], total: Money) -> None:
    """Whether the parts pay exactly the total. Raises PaymentDoesNotFit.

    Only cash may be handed over in excess; a part of nothing is no payment.
    """
    paid = sum((payment.amount for payment in payments), ZERO)
    for payment in payments:
        over = payment.tendered not in {ZERO, payment.amount}
        if payment.amount <= ZERO or (over and payment.method is not PaymentMethod.CASH):
            raise PaymentDoesNotFit(str(total.reais), str(paid.reais))
        if payment.tendered != ZERO and payment.tendered < payment.amount:
            raise PaymentDoesNotFit(str(total.reais), str(payment.tendered.reais))
    if paid != total:
        raise PaymentDoesNotFit(str(total.reais), str(paid.reais))


def shared(amount: Money, weights: Sequence[Money]) -> tuple[Money, ...]:
    """`amount` split over parts by weight, exact to the cent: the largest remainders get the cents left over.

    All weights zero: the first part takes everything. The parts always add up to the amount.
    """
    whole = sum(weight.cents for weight in weights)
    if not weights:
        return ()
    if whole == 0:
        return (amount, *[ZERO] * (len(weights) - 1))
    sign = -1 if amount.cents < 0 else 1
    cents = abs(amount.cents)
    parts = [cents * weight.cents // whole for weight in weights]
    rests = [cents * weight.cents % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-rests[place], place))
    for place in order[: cents - sum(parts)]:
        parts[place] += 1
    return tuple(Money(sign * part) for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """A line of an open counter sale; a cancelled one stays visible and counts nothing."""

    product_id: int
    reference: str
    name: str
    unit: str
    barcode: str = ""
    quantity: Decimal
    price: Money
    cancelled: bool = False

    @property
    def total(self) -> Money:
        """Price times quantity; nothing when cancelled."""
        return ZERO if self.cancelled else self.price.times(self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """An open counter sale: kept in the books after every key, so that a power cut loses nothing.

    `token` becomes the sale's own, so a basket is sold at most once. `approved_by` is who allowed the discount.
    """

    token: str
    lines: tuple[BasketLine, ...] = ()
    discount: Money = ZERO
    approved_by: int | None = None
    customer_id: int | None = None
    buyer_document: str = ""
    buyer_name: str = ""
    payments: tuple[Payment, ...] = ()
    label: str = ""

    @property
    def live(self) -> tuple[BasketLine, ...]:
        """The lines that count."""
        return tuple(line for line in self.lines if not line.cancelled)

    @property
    def goods(self) -> Money:
        """What the lines cost."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return self.goods - self.discount

    @property
    def paid(self) -> Money:
        """What has been paid so far."""
        return sum((payment.amount for payment in self.payments), ZERO)

    @property
    def missing(self) -> Money:
        """What is still to be paid."""
        return self.total - self.paid

    @property
    def pieces(self) -> Decimal:
        """How many units."""
        return sum((line.quantity for line in self.live), Decimal(0))


def document_wanted(
    *, source: SaleSource, ships: bool, company: bool, nfce_to_companies: bool = False
) -> FiscalModel:
    """Which document the law asks for: NFC-e over the counter; NF-e when goods travel or a company buys.

    `nfce_to_companies`: the shop's state still takes an NFC-e for a company, and the shop has said so.

    Source: the NF-e for sales that are delivered (Ajuste SINIEF 07/2005) and the NFC-e for sales in person
    (Ajuste SINIEF 19/2016), which does not serve a buyer with CNPJ since Ajuste SINIEF 11/2025.
    """
    if source is SaleSource.ORDER and ships:
        return FiscalModel.NFE
    return FiscalModel.NFE if company and not nfce_to_companies else FiscalModel.NFCE


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountLimits:
    """How much of a sale each role may give away, in hundredths of a percent (500 is 5 %)."""

    operador: int = 500
    gerente: int = 2000
    administrador: int = 10_000

    def allows(self, role: str, discount: Money, goods: Money) -> bool:
        """Whether a role may give this discount on these goods."""
        limit = {"operador": self.operador, "gerente": self.gerente, "administrador": self.administrador}[
            role
        ]
        return discount.cents * 10_000 <= goods.cents * limit
