"""An order as the online store tells it, in the shop's own words, with what the store wrote kept beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.money import ZERO, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOrderLine:
    """A line of an order."""

    line_id: str
    product_id: str
    variant_id: str  # "" for a product without variations
    reference: str
    ean: str
    name: str
    quantity: Decimal
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBuyer:
    """Who bought. Documents are digits and letters only; empty when the store did not ask."""

    remote_id: str
    name: str
    cpf: str
    cnpj: str
    company: str
    state_registration: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAmounts:
    """What makes up an order's total, each as the store states it."""

    goods: Money
    shipping: Money = ZERO
    taxes: Money = ZERO
    interest: Money = ZERO
    payment_fee: Money = ZERO
    discount: Money = ZERO
    coupon: Money = ZERO
    other_discounts: Money = ZERO
    other_charges: Money = ZERO
    total: Money

    @property
    def expected(self) -> Money:
        """The total that the parts add up to (the coupon is not inside the discount)."""
        charges = (
            self.goods + self.shipping + self.taxes + self.interest + self.payment_fee + self.other_charges
        )
        return charges - self.discount - self.coupon - self.other_discounts


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOrder:
    """An order with everything needed to register it. `placed_at` is UTC; `raw` is what the store wrote."""

    remote_id: str
    status: str
    status_id: str
    status_type: str  # open, closed, canceled
    placed_at: datetime | None
    paid: bool
    payment_method: str
    shipment: str
    pickup: bool  # the buyer fetches it at the shop
    buyer: StoreBuyer
    address: Address | None
    amounts: StoreAmounts
    lines: tuple[StoreOrderLine, ...]
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def lines_total(self) -> Money:
        """What the lines add up to."""
        return sum((line.price.times(line.quantity) for line in self.lines), ZERO)

    @property
    def expected_total(self) -> Money:
        """What the lines and the other amounts add up to."""
        return self.amounts.expected - self.amounts.goods + self.lines_total

    @property
    def adds_up(self) -> bool:
        """Whether the lines and the other amounts make the total, to the cent."""
        return self.expected_total == self.amounts.total

    @property
    def pieces(self) -> Decimal:
        """How many units."""
        return sum((line.quantity for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """A status that orders of the store can be in."""

    status_id: str
    name: str
    status_type: str  # open, closed, canceled; "" when the store does not say


_SUMS = (
    "goods",
    "shipping",
    "taxes",
    "interest",
    "payment_fee",
    "discount",
    "coupon",
    "other_discounts",
    "other_charges",
    "total",
)
_BUYER = ("remote_id", "name", "cpf", "cnpj", "company", "state_registration", "email", "phone")
_PLACE = ("recipient", "street", "number", "complement", "district", "city", "state", "postcode")
_LINE = ("line_id", "product_id", "variant_id", "reference", "ean", "name")
_HEAD = ("remote_id", "status", "status_id", "status_type", "paid", "payment_method", "shipment", "pickup")


def order_to_text(order: StoreOrder) -> str:
    """The order as it is kept, without what the store wrote: exact, and the same text for the same order."""
    address = order.address
    record = {
        **{name: getattr(order, name) for name in _HEAD},
        "placed_at": order.placed_at.isoformat() if order.placed_at else None,
        "buyer": {name: getattr(order.buyer, name) for name in _BUYER},
        "address": {name: getattr(address, name) for name in _PLACE} if address else None,
        "amounts": {name: getattr(order.amounts, name).cents for name in _SUMS},
        "lines": [
            {
                **{name: getattr(line, name) for name in _LINE},
                "quantity": str(line.quantity),
                "price": line.price.cents,
            }
            for line in order.lines
        ],
    }
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def order_from_text(text: str) -> StoreOrder:
    """The order again; `raw` is empty."""
    record = json.loads(text)
    placed = record["placed_at"]
    return StoreOrder(
        **{name: record[name] for name in _HEAD},
        placed_at=datetime.fromisoformat(placed) if placed else None,
        buyer=StoreBuyer(**record["buyer"]),
        address=Address(**record["address"]) if record["address"] else None,
        amounts=StoreAmounts(**{name: Money(cents) for name, cents in record["amounts"].items()}),
        lines=tuple(
            StoreOrderLine(
                **{name: line[name] for name in _LINE},
                quantity=Decimal(line["quantity"]),
                price=Money(line["price"]),
            )
            for line in record["lines"]
        ),
        raw={},
    )


def content_digest(order: StoreOrder) -> str:
    """A fingerprint of what a person agrees to when importing: goods, amounts, buyer, where it goes.

    The status and whether it was paid are not in it: they change by themselves and are judged anew each time.
    """
    record = json.loads(order_to_text(order))
    for name in ("status", "status_id", "status_type", "paid"):
        del record[name]
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """One thing that is different in an order: where (a stable word), what it was, what it is now."""

    place: str
    before: str
    after: str


def order_changes(before: StoreOrder, after: StoreOrder) -> tuple[OrderChange, ...]:
    """What changed between two states of an order, for a person to read: amounts in cents, lines by their id."""
    old, new = (_flat(each) for each in (before, after))
    places = [*new, *(place for place in old if place not in new)]
    return tuple(
        OrderChange(place=place, before=old.get(place, ""), after=new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    )


def _flat(order: StoreOrder) -> dict[str, str]:
    record = json.loads(order_to_text(order))
    flat = {
        "payment_method": order.payment_method,
        "shipment": order.shipment,
        "pickup": "yes" if order.pickup else "no",
        "placed_at": record["placed_at"] or "",
    }
    flat |= {f"buyer.{name}": str(value) for name, value in record["buyer"].items()}
    flat |= {f"address.{name}": str(value) for name, value in (record["address"] or {}).items()}
    flat |= {f"amount.{name}": str(value) for name, value in record["amounts"].items()}
    for line in order.lines:
        place, count = f"line.{line.name}", 1
        while place in flat:  # two lines of one name: colours of one product, the same thing twice
            count += 1
            place = f"line.{line.name} ({count})"
        flat[place] = f"{line.quantity.normalize():f} × {line.price.cents}"
        flat[f"thing.{place.removeprefix('line.')}"] = " ".join(
            each for each in (line.reference, line.ean, line.product_id, line.variant_id) if each
        )
    return flat
