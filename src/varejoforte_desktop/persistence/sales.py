"""Finished sales, as they are kept: each once, with its lines and how it was paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import (
    FiscalModel,
    Payment,
    Sale,
    SaleAmounts,
    SaleLine,
    SaleState,
)
from varejoforte_desktop.persistence.dialects import insert_into, insert_new, one_at_a_time
from varejoforte_desktop.persistence.tables.sales import sale, sale_counter, sale_line, sale_payment


class SqlSales:
    """Sales."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_token(self, token: str) -> Sale | None:
        """The sale this token became; until the transaction ends nobody else makes it one."""
        one_at_a_time(self._connection, int.from_bytes(blake2b(token.encode(), digest_size=7).digest()))
        return self._one(sale.c.token == token)

    def get(self, sale_id: int) -> Sale:
        """The sale, held until the transaction ends. Raises NoSuchRecord."""
        found = self._one(sale.c.id == sale_id)
        if found is None:
            raise NoSuchRecord("sale", str(sale_id))
        return found

    def live_of_order(self, order_id: int) -> Sale | None:
        """The sale that an order is now."""
        return self._one((sale.c.order_id == order_id) & (sale.c.state == SaleState.COMPLETED))

    def _one(self, which: Any) -> Sale | None:
        row = self._connection.execute(select(sale).where(which).with_for_update()).one_or_none()
        return None if row is None else read_sale(self._connection, row)

    def next_number(self, station: str) -> int:
        """The station's next number, counted in one statement: two windows never get the same."""
        statement = insert_into(self._connection, sale_counter).values(station=station, last=1)
        counted = statement.on_conflict_do_update(
            index_elements=["station"], set_={"last": sale_counter.c.last + 1}
        ).returning(sale_counter.c.last)
        return int(self._connection.execute(counted).scalar_one())

    def add(self, record: Sale, shares: Sequence[Money]) -> int | None:
        """Write a sale; gives its id. None when its token is a sale already."""
        if not insert_new(self._connection, sale, _sale_values(record), unique=("token",)):
            return None
        sale_id = int(
            self._connection.execute(select(sale.c.id).where(sale.c.token == record.token)).scalar_one()
        )
        lines = [
            _line_values(sale_id, place, line, share)
            for place, (line, share) in enumerate(zip(record.lines, shares, strict=True), start=1)
        ]
        payments = [
            {
                "sale_id": sale_id,
                "place": place,
                "method": payment.method,
                "amount": payment.amount,
                "tendered": payment.tendered,
                "note": payment.note[:80],
            }
            for place, payment in enumerate(record.payments, start=1)
        ]
        self._connection.execute(insert(sale_line), lines)
        if payments:
            self._connection.execute(insert(sale_payment), payments)
        return sale_id

    def cancel(self, sale_id: int, *, by: int, till_id: int | None, reason: str, at: datetime) -> bool:
        """Mark it cancelled; False when it was already."""
        done = self._connection.execute(
            update(sale)
            .where(sale.c.id == sale_id, sale.c.state == SaleState.COMPLETED)
            .values(
                state=SaleState.CANCELLED,
                cancelled_at=at,
                cancelled_by=by,
                cancelled_till_id=till_id,
                cancel_reason=reason,
            )
        )
        return done.rowcount == 1

    def set_fiscal_state(self, sale_id: int, state: str) -> None:
        """How its fiscal document stands: owed, or a DocumentState's word."""
        self._connection.execute(update(sale).where(sale.c.id == sale_id).values(fiscal_state=state))


def _sale_values(record: Sale) -> dict[str, Any]:
    amounts = record.amounts
    return {
        "token": record.token,
        "station": record.station,
        "number": record.number,
        "source": record.source,
        "state": record.state,
        "order_id": record.order_id,
        "customer_id": record.customer_id,
        "buyer_document": record.buyer_document,
        "buyer_name": record.buyer_name[:200],
        "goods": amounts.goods,
        "discount": amounts.discount,
        "shipping": amounts.shipping,
        "surcharge": amounts.surcharge,
        "adjustment": amounts.adjustment,
        "total": amounts.total,
        "fiscal": record.fiscal,
        "fiscal_state": "none" if record.fiscal is FiscalModel.NONE else "owed",
        "till_id": record.till_id,
        "operator_id": record.operator_id,
        "approved_by": record.approved_by,
        "at": record.at,
        "cancel_reason": "",
    }


def _line_values(sale_id: int, place: int, line: SaleLine, share: Money) -> dict[str, Any]:
    return {
        "sale_id": sale_id,
        "place": place,
        "product_id": line.product_id,
        "reference": line.reference,
        "name": line.name,
        "unit": line.unit,
        "barcode": line.barcode,
        "quantity": line.quantity,
        "price": line.price,
        "cost": line.cost,
        "discount": line.discount,
        "share": share,
        "total": line.total - share,
    }


def read_sale(connection: Connection, row: Row[Any]) -> Sale:
    """A line of the table with its lines and payments, as a record."""
    lines = connection.execute(
        select(sale_line).where(sale_line.c.sale_id == row.id).order_by(sale_line.c.place)
    )
    payments = connection.execute(
        select(sale_payment).where(sale_payment.c.sale_id == row.id).order_by(sale_payment.c.place)
    )
    return Sale(
        id=row.id,
        token=row.token,
        number=row.number,
        station=row.station,
        source=row.source,
        state=row.state,
        order_id=row.order_id,
        customer_id=row.customer_id,
        buyer_document=row.buyer_document,
        buyer_name=row.buyer_name,
        amounts=SaleAmounts(
            goods=row.goods,
            discount=row.discount,
            shipping=row.shipping,
            surcharge=row.surcharge,
            adjustment=row.adjustment,
        ),
        lines=tuple(_sale_line(line) for line in lines),
        payments=tuple(
            Payment(method=each.method, amount=each.amount, tendered=each.tendered, note=each.note)
            for each in payments
        ),
        fiscal=row.fiscal,
        till_id=row.till_id,
        operator_id=row.operator_id,
        at=row.at,
        approved_by=row.approved_by,
    )


def _sale_line(line: Row[Any]) -> SaleLine:
    names = ("product_id", "reference", "name", "unit", "barcode", "quantity", "price", "cost", "discount")
    return SaleLine(**{name: getattr(line, name) for name in names})
