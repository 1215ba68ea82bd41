"""What screens ask about orders of the store: lists by risk, one order whole, and the badge."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_questions import (
    CustomerRow,
    OrderCounters,
    OrderDetail,
    OrderLineRow,
    OrderNoteRow,
    OrderRow,
    OrderSearch,
    OrderSorting,
    StatusRow,
    TimelineRow,
)
from varejoforte_desktop.application.store import StoreOrderHead
from varejoforte_desktop.application.store_orders import order_changes, order_from_text
from varejoforte_desktop.domain.customer import Customer
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.domain.order import CANCELED, OrderStage, StatusMeaning, obstacles
from varejoforte_desktop.domain.texts import folded, keepable
from varejoforte_desktop.persistence.customers import found_customers, read_customer
from varejoforte_desktop.persistence.dialects import in_chunks
from varejoforte_desktop.persistence.order_risk import LEFT, scarcest_names
from varejoforte_desktop.persistence.orders import of_store, read_shipment
from varejoforte_desktop.persistence.people import read_shop
from varejoforte_desktop.persistence.promises import UNREAD, open_order_ids, promised_units, unread_orders
from varejoforte_desktop.persistence.statuses import read_rules, status_rows
from varejoforte_desktop.persistence.tables.catalogue import product
from varejoforte_desktop.persistence.tables.fiscal import fiscal_document
from varejoforte_desktop.persistence.tables.invoices import order_invoice
from varejoforte_desktop.persistence.tables.orders import (
    order_event,
    order_watch,
    store_status,
    tray_order,
    tray_order_line,
)
from varejoforte_desktop.persistence.tables.sales import sale
from varejoforte_desktop.persistence.tables.stock import stock
from varejoforte_desktop.persistence.zones import day_end, day_start

_UNKNOWN: Final = (
    select(func.count())
    .where(tray_order_line.c.order_id == tray_order.c.id, tray_order_line.c.product_id.is_(None))
    .correlate(tray_order)
    .scalar_subquery()
)
_LINES: Final = (
    select(func.count())
    .where(tray_order_line.c.order_id == tray_order.c.id)
    .correlate(tray_order)
    .scalar_subquery()
)
_ROWS: Final = (
    select(
        tray_order,
        store_status.c.meaning,
        _UNKNOWN.label("unknown"),
        _LINES.label("line_count"),
        LEFT.c.left,
        sale.c.id.label("sale_id"),
        sale.c.station.label("sale_station"),
        sale.c.number.label("sale_number"),
    )
    .outerjoin(store_status, store_status.c.status_id == tray_order.c.status_id)
    .outerjoin(LEFT, LEFT.c.order_id == tray_order.c.id)
    .outerjoin(sale, and_(sale.c.order_id == tray_order.c.id, sale.c.state == "completed"))
)
_WAITING: Final = (OrderStage.SEEN, OrderStage.IMPORTED)


class SqlOrderReader:
    """Questions about orders and who buys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ids(self, search: OrderSearch) -> array[int]:
        """Ids of the orders that match, in order."""
        statement = self._matching(search)
        age = func.coalesce(tray_order.c.placed_at, tray_order.c.seen_at)
        if search.order is OrderSorting.NEWEST:
            statement = statement.order_by(age.desc(), tray_order.c.id.desc())
        elif search.order is OrderSorting.AGE:
            statement = statement.order_by(age, tray_order.c.id)
        else:
            statement = statement.outerjoin(LEFT, LEFT.c.order_id == tray_order.c.id).order_by(
                case((LEFT.c.left.is_(None), 1), else_=0), LEFT.c.left, age, tray_order.c.id
            )
        found = array("q", self._connection.execute(statement).scalars())
        if not search.only_blocked:
            return found
        return array("q", [row.id for row in self.rows(found) if row.obstacles])

    def _matching(self, search: OrderSearch) -> Select[Any]:
        statement = select(tray_order.c.id).where(tray_order.c.stage.in_(search.stages))
        if search.status_id:
            statement = statement.where(tray_order.c.status_id == keepable(search.status_id))
        if search.placed_from is not None or search.placed_to is not None:
            zone = read_shop(self._connection).timezone
            if search.placed_from is not None:
                statement = statement.where(tray_order.c.placed_at >= day_start(search.placed_from, zone))
            if search.placed_to is not None:
                statement = statement.where(tray_order.c.placed_at < day_end(search.placed_to, zone))
        for word in folded(search.text).split():
            statement = statement.where(_has_word(word))
        return statement

    def rows(self, ids: Sequence[int]) -> list[OrderRow]:
        """Lines for these ids, in their order."""
        found: dict[int, OrderRow] = {}
        for some in in_chunks(ids):
            names = scarcest_names(self._connection, some)
            for row in self._connection.execute(_ROWS.where(tray_order.c.id.in_(some))):
                found[row.id] = _order_row(row, names.get(row.id, ""))
        return [found[each] for each in ids if each in found]

    def detail(self, order_id: int) -> OrderDetail:
        """One order. Raises NoSuchRecord."""
        rows = self.rows([order_id])
        if not rows:
            raise NoSuchRecord("order", str(order_id))
        kept = self._connection.execute(select(tray_order).where(tray_order.c.id == order_id)).one()
        order = order_from_text(kept.content) if kept.content else None
        changed = rows[0].changed and order is not None
        live = (sale.c.order_id == order_id, sale.c.state == "completed")
        return OrderDetail(
            row=rows[0],
            order=order,
            lines=self._lines(order_id),
            changes=order_changes(order_from_text(kept.accepted), order) if changed and order else (),
            customer=None if kept.customer_id is None else read_customer(self._connection, kept.customer_id),
            timeline=self._timeline(order_id),
            divergence_accepted=kept.divergence_digest == kept.content_digest and bool(kept.content_digest),
            sale_id=self._connection.execute(select(sale.c.id).where(*live)).scalar_one_or_none(),
            wanted_status_id=kept.wanted_status_id,
            cancel_wanted=kept.cancel_wanted,
            notes=self._notes(order_id),
            shipment=read_shipment(kept),
            shipment_owed=kept.shipment_owed,
        )

    def _notes(self, order_id: int) -> tuple[OrderNoteRow, ...]:
        statement = (
            select(order_invoice, fiscal_document.c.state)
            .outerjoin(fiscal_document, fiscal_document.c.id == order_invoice.c.document_id)
            .where(order_invoice.c.order_id == order_id)
            .order_by(order_invoice.c.id.desc())
        )
        return tuple(
            OrderNoteRow(
                number=f"{row.series}/{row.number}",
                key=row.access_key,
                origin=row.origin,
                issued_on=row.issued_on,
                value=row.value,
                link=row.link,
                told_at=row.told_at,
                cancelled=row.state is DocumentState.CANCELLED,
                unlinked=row.revoked_why,
            )
            for row in self._connection.execute(statement)
        )

    def _lines(self, order_id: int) -> tuple[OrderLineRow, ...]:
        statement = (
            select(
                tray_order_line,
                product.c.reference.label("product_reference"),
                product.c.name.label("product_name"),
                stock.c.on_hand,
            )
            .outerjoin(product, product.c.id == tray_order_line.c.product_id)
            .outerjoin(stock, stock.c.product_id == tray_order_line.c.product_id)
            .where(tray_order_line.c.order_id == order_id)
            .order_by(tray_order_line.c.place)
        )
        lines = self._connection.execute(statement).all()
        promised = promised_units(self._connection, {line.product_id for line in lines if line.product_id})
        return tuple(_line_row(line, promised.get(line.product_id, Decimal(0))) for line in lines)

    def _timeline(self, order_id: int) -> tuple[TimelineRow, ...]:
        statement = select(order_event).where(order_event.c.order_id == order_id).order_by(order_event.c.id)
        return tuple(
            TimelineRow(
                at=row.at,
                kind=row.kind,
                operator=row.operator,
                station=row.station,
                facts=json.loads(row.facts),
            )
            for row in self._connection.execute(statement)
        )

    def id_of(self, remote_id: str) -> int | None:
        """The order with the store's number."""
        found: int | None = self._connection.execute(
            select(tray_order.c.id).where(of_store(remote_id))
        ).scalar_one_or_none()
        return found

    def counters(self) -> OrderCounters:
        """Orders in figures."""
        open_ids = list(
            self._connection.execute(
                select(tray_order.c.id).where(
                    tray_order.c.stage.in_(_WAITING), tray_order.c.status_type != CANCELED
                )
            ).scalars()
        )
        rows = self.rows(open_ids)
        imported = [row for row in rows if row.stage is OrderStage.IMPORTED]
        return OrderCounters(
            new=len(rows) - len(imported),
            imported=len(imported),
            blocked=sum(bool(row.obstacles) for row in imported),
            oldest_at=min((row.placed_at or row.seen_at for row in rows), default=None),
            at_risk=sum(row.scarcest is not None and row.scarcest < 0 for row in rows),
            unread=self.unread(),
            looked_at=self.looked()[1],
            alarm_minutes=read_rules(self._connection).alarm_minutes,
        )

    def digests(self, remote_ids: Sequence[str]) -> dict[str, str]:
        """The fingerprint under which each known order was last seen."""
        found: dict[str, str] = {}
        for some in in_chunks(remote_ids):
            statement = select(tray_order.c.remote_id, tray_order.c.head_digest).where(
                tray_order.c.former_store == "", tray_order.c.remote_id.in_(some)
            )
            found |= {row.remote_id: row.head_digest for row in self._connection.execute(statement)}
        return found

    def looked(self) -> tuple[date | None, datetime | None]:
        """Until which day and when orders were last looked at."""
        row = self._connection.execute(
            select(order_watch.c.looked_until, order_watch.c.looked_at)
        ).one_or_none()
        return (None, None) if row is None else (row.looked_until, row.looked_at)

    def unread(self) -> int:
        """How many open orders could not be read."""
        return unread_orders(self._connection)

    def unread_heads(self) -> list[StoreOrderHead]:
        """What the list said of orders that could not be read."""
        statement = select(tray_order).where(UNREAD).order_by(tray_order.c.id)
        return [
            StoreOrderHead(
                remote_id=row.remote_id,
                status=row.status,
                status_id=row.status_id,
                status_type=row.status_type,
                total=row.total,
                modified=None,
                raw={},
            )
            for row in self._connection.execute(statement)
        ]

    def statuses(self) -> list[StatusRow]:
        """The store's statuses by name."""
        return status_rows(self._connection)

    def rules(self) -> OrderRules:
        """How orders are handled."""
        return read_rules(self._connection)

    def promised(self, product_id: int) -> list[tuple[str, Decimal, datetime | None]]:
        """Which open orders hold a product back."""
        return [
            (row.remote_id, row.units, row.placed_at) for row in open_order_ids(self._connection, product_id)
        ]

    def customers(self, text: str, *, limit: int = 50) -> list[CustomerRow]:
        """Customers by words of the name, document or e-mail."""
        return found_customers(self._connection, text, limit)

    def customer(self, customer_id: int) -> Customer:
        """Raises NoSuchRecord."""
        return read_customer(self._connection, customer_id)


def _has_word(word: str) -> ColumnElement[bool]:
    like = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(
        tray_order.c.buyer_key.like(f"{like}%", escape="\\"),
        tray_order.c.buyer_key.like(f"% {like}%", escape="\\"),
        tray_order.c.remote_id == word.lstrip("#"),
    )


def _order_row(row: Row[Any], scarcest_name: str) -> OrderRow:
    meaning = StatusMeaning.CANCELLED if row.status_type == CANCELED else row.meaning
    changed = row.accepted_digest not in {"", row.content_digest}
    waiting = row.stage in _WAITING
    found = obstacles(
        readable=row.readable,
        cancel_wanted=row.cancel_wanted,
        meaning=meaning,
        goods=row.pieces > 0,
        unknown=row.unknown > 0,
        adds_up=row.expected_total == row.total or row.divergence_digest == row.content_digest,
        changed=changed and row.stage is OrderStage.IMPORTED,
        paid=row.paid,
    )
    return OrderRow(
        id=row.id,
        remote_id=row.remote_id,
        stage=row.stage,
        status=row.status,
        status_id=row.status_id,
        meaning=meaning,
        paid=row.paid,
        placed_at=row.placed_at,
        seen_at=row.seen_at,
        buyer=row.buyer,
        total=row.total,
        pieces=row.pieces,
        scarcest=row.left if waiting else None,
        scarcest_name=scarcest_name if waiting else "",
        obstacles=found if waiting else (),
        changed=changed,
        sale_number=f"{row.sale_station}-{row.sale_number}" if row.sale_id is not None else "",
    )


def _line_row(line: Row[Any], promised: Decimal) -> OrderLineRow:
    return OrderLineRow(
        line_id=line.line_id,
        remote_product_id=line.remote_product_id,
        remote_variant_id=line.remote_variant_id,
        reference=line.reference,
        ean=line.ean,
        name=line.name,
        quantity=line.quantity,
        price=line.price,
        total=line.price.times(line.quantity),
        product_id=line.product_id,
        product_reference=line.product_reference or "",
        product_name=line.product_name or "",
        on_hand=line.on_hand,
        left=None if line.on_hand is None else line.on_hand - promised,
    )
