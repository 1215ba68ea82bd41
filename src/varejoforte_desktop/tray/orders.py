"""An order as Tray tells it, light in a list or complete, read in all the ways Tray is known to write one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from varejoforte_desktop.application.outside import Refused
from varejoforte_desktop.application.store import StoreOrderHead
from varejoforte_desktop.application.store_orders import (
    StoreAmounts,
    StoreBuyer,
    StoreOrder,
    StoreOrderLine,
    StoreStatus,
)
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.errors import NotANumber
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.quantity import quantity
from varejoforte_desktop.domain.tax_ids import bare_tax_id
from varejoforte_desktop.domain.texts import folded, keepable
from varejoforte_desktop.tray.payloads import (
    AddressPayload,
    BuyerPayload,
    OrderPayload,
    OrderStatusPayload,
    SoldPayload,
)
from varejoforte_desktop.tray.reading import (
    Unreadable,
    day,
    digits,
    entries,
    flag,
    identity,
    moment,
    money,
    number,
    rows,
    text,
    unwrapped,
)

_CANCELED: Final = "canceled"
_DELIVERY: Final = "1"  # the kind of an address that parcels go to; "0" is for bills
_LONGEST_ID: Final = 36
_MOST_PIECES: Final = 1_000_000  # of one thing in one order
_MOST_CENTS: Final = 10**12  # of one order
_COUPON: Final = re.compile(r".+/(\d+\.\d{2})")  # "BEMVINDO/28.99"


def order_from(data: object) -> StoreOrder:
    """A complete order, alone or in its wrapper.

    Raises Unreadable when it has no id or no list of goods, when an amount is none, or when a line has a quantity
    that nobody can sell. Source: Tray's public API documentation; times are the wall clock of São Paulo.
    """
    raw = unwrapped(data, "Order")
    try:
        order = _order(raw)
        sums = (order.lines_total, order.expected_total, order.amounts.total)
    except NotANumber:
        raise Unreadable("Order.total") from None
    # Each part may be an amount and the whole none: whoever adds up orders later must not fail.
    if any(abs(each.cents) > _MOST_CENTS for each in sums):
        raise Unreadable("Order.total")
    return order


def order_head_from(data: object) -> StoreOrderHead:
    """The light line of an order. A total that is none counts as zero: one bad order must not hide the others.

    Raises Unreadable when it has no id.
    """
    raw = unwrapped(data, "Order")
    paper = cast("OrderPayload", raw)
    state = _state(paper)
    try:
        total = money(paper.get("total"), "Order.total")
    except Unreadable:
        total = ZERO
    return StoreOrderHead(
        remote_id=identity(paper.get("id") or paper.get("order_id"), "Order.id"),
        status=_status_name(paper),
        status_id=_said(state.get("id")),
        status_type=_kind(state.get("type")),
        total=total,
        modified=moment(paper.get("modified")),
        raw=raw,
    )


def status_from(data: object) -> StoreStatus:
    """A status that orders can be in. Raises Unreadable when it has no id."""
    paper = cast("OrderStatusPayload", unwrapped(data, "OrderStatus"))
    status_id = _id(paper.get("id"), "OrderStatus.id")
    if not status_id:
        raise Unreadable("OrderStatus.id")
    return StoreStatus(
        status_id=status_id, name=_said(paper.get("status")), status_type=_kind(paper.get("type"))
    )


def already_cancelled(refused: Refused) -> bool:
    """Whether the store says no because it has cancelled the order before: what we wanted is so."""
    words = folded(refused.detail)
    return "order already canceled" in words or "order already cancelled" in words


def order_refusal(refused: Refused) -> Refused:
    """The store's no to a change of an order, told apart where its words are known.

    `order_not_cancellable`: it is too far on its way; `order_locked`: the store itself cannot change it any more.
    """
    words = folded(refused.detail)
    if "unable to cancel the order" in words:
        return Refused(code="order_not_cancellable", detail=refused.detail, facts=refused.facts)
    if "pedido bloqueado" in words:
        return Refused(code="order_locked", detail=refused.detail, facts=refused.facts)
    return refused


def _order(raw: Mapping[str, Any]) -> StoreOrder:
    paper = cast("OrderPayload", raw)
    state = _state(paper)
    customer = cast("BuyerPayload", _inner(paper.get("Customer"), "Customer"))
    return StoreOrder(
        remote_id=_order_id(paper),
        status=_status_name(paper),
        status_id=_id(state.get("id"), "OrderStatus.id"),
        status_type=_kind(state.get("type")),
        placed_at=_placed_at(paper),
        paid=flag(paper.get("has_payment")) or day(paper.get("payment_date")) is not None,
        payment_method=_said(paper.get("payment_method")) or _said(paper.get("payment_form")),
        shipment=_said(paper.get("shipment")),
        pickup=_filled(_inner(paper.get("PickupLocation"), "PickupLocation")),
        buyer=_buyer(customer, paper.get("customer_id")),
        address=_address(customer),
        amounts=_amounts(raw),
        lines=_lines(paper),
        raw=raw,
    )


def _order_id(paper: OrderPayload) -> str:
    found = _id(paper.get("id") or paper.get("order_id"), "Order.id")
    if not found:
        raise Unreadable("Order.id")
    return found


def _state(paper: OrderPayload) -> OrderStatusPayload:
    return cast("OrderStatusPayload", _inner(paper.get("OrderStatus"), "OrderStatus"))


def _status_name(paper: OrderPayload) -> str:
    return _said(_state(paper).get("status")) or _said(paper.get("status"))


def _kind(value: object) -> str:
    """open, closed or canceled, which some of Tray's papers spell "cancelled"; "" when the store does not say."""
    word = _said(value).lower()
    return _CANCELED if word.startswith("cancel") else word


def _placed_at(paper: OrderPayload) -> datetime | None:
    """The day and the hour stand apart; without a legible hour the day begins at midnight."""
    on, hour = day(paper.get("date")), _said(paper.get("hour"))
    if on is None:
        return None
    exact = moment(f"{on.isoformat()} {hour}") if hour else None
    return exact or moment(paper.get("date")) or moment(on.isoformat())


def _lines(paper: OrderPayload) -> tuple[StoreOrderLine, ...]:
    """What was bought. An order without the list is none: its goods would silently be nobody's."""
    given = paper.get("ProductsSold", paper.get("ProductsSolds"))
    if not isinstance(given, (list, dict)):
        raise Unreadable("ProductsSold")
    taken: set[str] = set()
    lines: list[StoreOrderLine] = []
    for place, each in enumerate(rows(given), 1):
        sold = cast("SoldPayload", unwrapped(each, "ProductsSold"))
        line_id = _unused(_id(sold.get("id"), "ProductsSold.id") or str(place), taken)
        taken.add(line_id)
        lines.append(_line(sold, line_id))
    return tuple(lines)


def _unused(line_id: str, taken: set[str]) -> str:
    """The id itself, or with "-2", "-3"… when an earlier line of the order has it."""
    count, found = 1, line_id
    while found in taken:
        count += 1
        found = f"{line_id}-{count}"
    return found


def _line(paper: SoldPayload, line_id: str) -> StoreOrderLine:
    price = money(paper.get("price"), "ProductsSold.price")
    if price.cents < 0:
        raise Unreadable("ProductsSold.price")
    return StoreOrderLine(
        line_id=line_id,
        product_id=_id(paper.get("product_id"), "ProductsSold.product_id"),
        variant_id=_id(paper.get("variant_id"), "ProductsSold.variant_id"),
        reference=_said(paper.get("reference")),
        ean=_said(paper.get("ean")),
        name=_said(paper.get("name")) or _said(paper.get("original_name")),
        quantity=_pieces(paper.get("quantity"), "ProductsSold.quantity"),
        price=price,
    )


def _pieces(value: object, place: str) -> Decimal:
    """How many, exact to the thousandth. A missing quantity is not zero: nobody knows what was promised."""
    found = number(value, place)
    if not _said(value) or not 0 <= found <= _MOST_PIECES:
        raise Unreadable(place)
    try:
        return quantity(found)
    except NotANumber:
        raise Unreadable(place) from None


def _buyer(paper: BuyerPayload, customer_id: object) -> StoreBuyer:
    return StoreBuyer(
        remote_id=_id(paper.get("id") or customer_id, "Customer.id"),
        name=_said(paper.get("name")),
        cpf=digits(paper.get("cpf")),
        cnpj=bare_tax_id(text(paper.get("cnpj"))),
        company=_said(paper.get("company_name")),
        state_registration=_said(paper.get("state_inscription")),
        email=_said(paper.get("email")),
        phone=digits(paper.get("cellphone")) or digits(paper.get("phone")),
    )


def _address(customer: BuyerPayload) -> Address | None:
    """Where the parcel goes: the first delivery address, else the first of any kind, else the customer's own."""
    own = cast("AddressPayload", customer)
    found = [
        cast("AddressPayload", _inner(each, "CustomerAddress"))
        for each in rows(customer.get("CustomerAddresses"))
    ]
    found = [each for each in found if _said(each.get("address"))]
    delivery = [each for each in found if _said(each.get("type")) == _DELIVERY]
    paper = next(iter((*delivery, *found, own)))
    if not _said(paper.get("address")):
        return None
    state, postcode = _said(paper.get("state")).upper(), digits(paper.get("zip_code"))
    return Address(
        recipient=_said(paper.get("recipient")) or _said(customer.get("name")),
        street=_said(paper.get("address")),
        number=_said(paper.get("number")),
        complement=_said(paper.get("complement")),
        district=_said(paper.get("neighborhood")),
        city=_said(paper.get("city")),
        state=state if len(state) == 2 else "",  # half of a state's name would be another state
        postcode=postcode if len(postcode) == 8 else "",
    )


def _amounts(raw: Mapping[str, Any]) -> StoreAmounts:
    def reais(name: str) -> Money:
        return money(raw.get(name), f"Order.{name}")

    return StoreAmounts(
        goods=reais("partial_total"),
        shipping=reais("shipment_value"),
        taxes=reais("taxes"),
        interest=reais("interest"),
        payment_fee=reais("payment_method_rate"),
        discount=reais("discount"),
        coupon=_coupon(raw),
        other_discounts=reais("progressive_discount")
        + reais("shipping_progressive_discount")
        + reais("cart_additional_values_discount"),
        other_charges=reais("cart_additional_values_increase"),
        total=reais("total"),
    )


def _coupon(raw: Mapping[str, Any]) -> Money:
    """What a coupon took off. It has a map of its own, or is only told behind its code."""
    told = _inner(raw.get("coupon"), "coupon").get("discount")
    if not _said(told):
        behind_the_code = _COUPON.fullmatch(_said(raw.get("discount_coupon")))
        told = behind_the_code[1] if behind_the_code else ""
    return money(told, "coupon.discount")


def _said(value: object) -> str:
    """A text that can be kept, without what surrounds it."""
    return keepable(text(value)).strip()


def _id(value: object, place: str) -> str:
    """An id, "" for none, which Tray writes "0". Raises Unreadable for what is too long to be an id."""
    found = _said(value)
    if len(found) > _LONGEST_ID:
        raise Unreadable(place)
    return "" if found == "0" else found


def _inner(value: object, wrapper: str) -> Mapping[str, Any]:
    """A map wherever it hides: bare, in its own wrapper, in a list of one; empty when there is none."""
    outer = entries(value) or entries(next(iter(rows(value)), None))
    return entries(outer.get(wrapper)) or outer


def _filled(paper: Mapping[str, Any]) -> bool:
    return any(_said(value) not in {"", "0"} for value in paper.values())
