"""The counter's open sales, kept after every key, and how the shop sells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select

from varejoforte_desktop.application.sale_ports import CounterRules, KeptBasket
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import Basket, BasketLine, DiscountLimits, Payment, PaymentMethod
from varejoforte_desktop.domain.scale_code import ScalePrefix
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.persistence.dialects import upsert
from varejoforte_desktop.persistence.tables.sales import basket, counter_rules, scale_prefix

OPEN: Final = "open"
HELD: Final = "held"
_LINE: Final = ("product_id", "reference", "name", "unit", "barcode", "cancelled")


class SqlBaskets:
    """Open sales."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_at(self, station: str) -> KeptBasket | None:
        """The sale that is open at a station."""
        return self._one((basket.c.station == station) & (basket.c.state == OPEN))

    def get(self, token: str) -> KeptBasket | None:
        """An open or held sale."""
        return self._one(basket.c.token == token)

    def _one(self, which: Any) -> KeptBasket | None:
        row = self._connection.execute(select(basket).where(which).with_for_update()).one_or_none()
        return None if row is None else kept_basket(row)

    def keep(self, record: Basket, *, station: str, held: bool, operator_id: int, at: datetime) -> None:
        """Write an open sale as it is now."""
        since = self._connection.execute(
            select(basket.c.since).where(basket.c.token == record.token)
        ).scalar_one_or_none()
        line = {
            "token": record.token,
            "station": station,
            "state": HELD if held else OPEN,
            "label": keepable(record.label)[:80],
            "operator_id": operator_id,
            "body": keepable(basket_to_text(record)),
            "total": record.total,
            "pieces": record.pieces,
            "since": since or at,
            "updated_at": at,
        }
        upsert(self._connection, basket, [line], key=("token",))

    def drop(self, token: str) -> bool:
        """It was sold or given up; False when it was not there."""
        return self._connection.execute(delete(basket).where(basket.c.token == token)).rowcount == 1


def kept_basket(row: Row[Any]) -> KeptBasket:
    """A line of the table as a record."""
    return KeptBasket(
        basket=basket_from_text(row.body),
        station=row.station,
        held=row.state == HELD,
        operator_id=row.operator_id,
        since=row.since,
        updated_at=row.updated_at,
    )


def basket_to_text(record: Basket) -> str:
    """An open sale as it is kept: exact cents and quantities."""
    body = {
        "token": record.token,
        "discount": record.discount.cents,
        "approved_by": record.approved_by,
        "customer_id": record.customer_id,
        "buyer_document": record.buyer_document,
        "buyer_name": record.buyer_name,
        "label": record.label,
        "lines": [
            {
                **{name: getattr(line, name) for name in _LINE},
                "quantity": str(line.quantity),
                "price": line.price.cents,
            }
            for line in record.lines
        ],
        "payments": [
            {
                "method": each.method.value,
                "amount": each.amount.cents,
                "tendered": each.tendered.cents,
                "note": each.note,
            }
            for each in record.payments
        ],
    }
    return json.dumps(body, ensure_ascii=False)


def basket_from_text(text: str) -> Basket:
    """The open sale again."""
    body = json.loads(text)
    lines = tuple(
        BasketLine(
            **{name: line[name] for name in _LINE},
            quantity=Decimal(line["quantity"]),
            price=Money(line["price"]),
        )
        for line in body["lines"]
    )
    payments = tuple(
        Payment(
            method=PaymentMethod(each["method"]),
            amount=Money(each["amount"]),
            tendered=Money(each["tendered"]),
            note=each["note"],
        )
        for each in body["payments"]
    )
    rest = {
        name: body[name]
        for name in ("token", "approved_by", "customer_id", "buyer_document", "buyer_name", "label")
    }
    return Basket(**rest, discount=Money(body["discount"]), lines=lines, payments=payments)


class SqlCounterBook:
    """How the shop sells."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rules(self) -> CounterRules:
        """Limits and closing."""
        return read_counter_rules(self._connection)

    def save_rules(self, rules: CounterRules) -> None:
        """From now on."""
        line = {
            "id": 1,
            "discount_operador": rules.discounts.operador,
            "discount_gerente": rules.discounts.gerente,
            "cancel_item_supervised": rules.cancel_item_supervised,
            "blind_closing": rules.blind_closing,
            "tolerance": rules.tolerance,
        }
        upsert(self._connection, counter_rules, [line], key=("id",))

    def scale_prefixes(self) -> tuple[ScalePrefix, ...]:
        """The layouts of scale labels."""
        return read_scale_prefixes(self._connection)

    def save_scale_prefixes(self, prefixes: Sequence[ScalePrefix]) -> None:
        """The table of layouts as it is from now on."""
        self._connection.execute(delete(scale_prefix))
        lines = [
            {
                "prefix": each.prefix,
                "value": each.value,
                "code_digits": each.code_digits,
                "value_digits": each.value_digits,
            }
            for each in prefixes
        ]
        if lines:
            self._connection.execute(insert(scale_prefix), lines)


def read_counter_rules(connection: Connection) -> CounterRules:
    """How the shop sells; the usual way when nobody chose."""
    row = connection.execute(select(counter_rules)).one_or_none()
    if row is None:
        return CounterRules()
    return CounterRules(
        discounts=DiscountLimits(operador=row.discount_operador, gerente=row.discount_gerente),
        cancel_item_supervised=row.cancel_item_supervised,
        blind_closing=row.blind_closing,
        tolerance=row.tolerance,
    )


def read_scale_prefixes(connection: Connection) -> tuple[ScalePrefix, ...]:
    """The layouts of scale labels, by prefix."""
    return tuple(
        ScalePrefix(
            prefix=row.prefix,
            value=row.value,
            code_digits=row.code_digits,
            value_digits=row.value_digits,
        )
        for row in connection.execute(select(scale_prefix).order_by(scale_prefix.c.prefix))
    )
