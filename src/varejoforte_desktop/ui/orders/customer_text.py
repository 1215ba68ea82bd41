"""An order as a text that can be pasted to the customer: what, how much, where to, and what has happened so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from varejoforte_desktop.application.order_questions import OrderDetail, TimelineRow
from varejoforte_desktop.application.store_orders import StoreOrder, StoreOrderLine
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.orders.amounts import total_parts

#: What of an order's life concerns the customer; who at the shop did it, and why, does not.
_TOLD: Final = {
    "imported": "Pedido recebido pela loja",
    "cancelled_in_store": "Pedido cancelado",
    "registered": "Pedido separado",
    "sale_cancelled": "Separação desfeita",
}


def customer_text(detail: OrderDetail, shop_name: str) -> str:
    """The text; lines end in a newline, the last one too. Only for an order that could be read."""
    order = detail.order
    if order is None:
        return f"Pedido {detail.row.remote_id} · {shop_name}\n"
    parts: list[list[str]] = [_head(order, shop_name), [_line(line) for line in order.lines], _sums(order)]
    parts += [_delivery(order), _life(detail)]
    return "\n".join("\n".join(part) + "\n" for part in parts if part)


def _head(order: StoreOrder, shop_name: str) -> list[str]:
    lines = [f"Pedido {order.remote_id} · {shop_name}"]
    if order.buyer.name:
        lines.append(f"Cliente: {order.buyer.name}")
    if order.placed_at is not None:
        lines.append(f"Comprado em {_moment(order.placed_at)}")
    if order.status:
        lines.append(f"Situação: {order.status}")
    return lines


def _line(line: StoreOrderLine) -> str:
    total = formats.money(line.price.times(line.quantity))
    return f"{formats.quantity(line.quantity)} × {line.name} ({formats.money(line.price)}): {total}"


def _sums(order: StoreOrder) -> list[str]:
    lines = []
    for words, value in total_parts(order):
        sign = "− " if value < ZERO else ""
        lines.append(f"{words}: {sign}{formats.money(-value if value < ZERO else value)}")
    lines.append(f"Total: {formats.money(order.amounts.total)}")
    paid = "pago" if order.paid else "aguardando pagamento"
    lines.append(
        f"Pagamento: {order.payment_method} ({paid})" if order.payment_method else f"Pagamento: {paid}"
    )
    return lines


def _delivery(order: StoreOrder) -> list[str]:
    if order.pickup:
        return [f"Retirada na loja{f': {order.shipment}' if order.shipment else ''}"]
    lines = [f"Entrega por {order.shipment}"] if order.shipment else []
    return lines + (address_lines(order.address) if order.address is not None else [])


def address_lines(address: Address) -> list[str]:
    """Where goods go, as on a label; parts that are not known are left out."""
    street = ", ".join(each for each in (address.street, address.number) if each)
    street = " - ".join(each for each in (street, address.complement) if each)
    city = "/".join(each for each in (address.city, address.state) if each)
    place = " - ".join(each for each in (address.district, city) if each)
    postcode = address.postcode
    if len(postcode) == 8:
        postcode = f"{postcode[:5]}-{postcode[5:]}"
    last = f"CEP {postcode}" if postcode else ""
    return [each for each in (address.recipient, street, place, last) if each]


def _life(detail: OrderDetail) -> list[str]:
    told = list(_events(detail.timeline))
    return ["O que já aconteceu:", *told] if told else []


def _events(timeline: Iterable[TimelineRow]) -> Iterable[str]:
    for row in timeline:
        words = _status(row.facts) if row.kind == "status" else _TOLD.get(row.kind, "")
        if words:
            yield f"{_moment(row.at)} {words}"


def _status(facts: Mapping[str, str]) -> str:
    after = facts.get("after", "")
    return f"Situação: {after}" if after else ""


def _moment(at: datetime) -> str:
    return f"{formats.day(at)} às {formats.hour(at)}"
