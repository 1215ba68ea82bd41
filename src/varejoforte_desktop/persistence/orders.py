"""Orders seen in the store, as they are kept: each once, with what the store says of it and what was agreed to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from varejoforte_desktop.application.order_ports import KnownOrder, OrderDebt, OrderEvent
from varejoforte_desktop.application.store import StoreOrderHead
from varejoforte_desktop.application.store_orders import (
    StoreOrder,
    content_digest,
    order_from_text,
    order_to_text,
)
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.order import OrderStage, Shipment
from varejoforte_desktop.domain.product import NONE
from varejoforte_desktop.domain.texts import folded, keepable
from varejoforte_desktop.persistence.dialects import in_chunks, insert_new, one_at_a_time, upsert
from varejoforte_desktop.persistence.line_matching import SqlLineMatching
from varejoforte_desktop.persistence.promises import promised_units, unread_orders
from varejoforte_desktop.persistence.tables.invoices import order_invoice
from varejoforte_desktop.persistence.tables.orders import (
    line_link,
    order_event,
    order_watch,
    tray_order,
    tray_order_line,
)
from varejoforte_desktop.persistence.tables.sales import sale
from varejoforte_desktop.persistence.types import UtcInstant


class SqlOrders:
    """The orders."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._matching = SqlLineMatching(connection)

    # -- looking --------------------------------------------------------------------------------------

    def known(self, remote_id: str) -> KnownOrder | None:
        """The order by the store's id, held until the transaction ends; None when it was never seen.

        Nor does anybody else write one with this number meanwhile.
        """
        one_at_a_time(
            self._connection, int.from_bytes(blake2b(f"order {remote_id}".encode(), digest_size=7).digest())
        )
        return self._known(of_store(remote_id))

    def get(self, order_id: int) -> KnownOrder:
        """The order, held until the transaction ends. Raises NoSuchRecord."""
        found = self._known(tray_order.c.id == order_id)
        if found is None:
            raise NoSuchRecord("order", str(order_id))
        return found

    def _known(self, which: Any) -> KnownOrder | None:
        row = self._connection.execute(select(tray_order).where(which).with_for_update()).one_or_none()
        if row is None:
            return None
        lines = self._connection.execute(
            select(tray_order_line.c.product_id, tray_order_line.c.quantity)
            .where(tray_order_line.c.order_id == row.id)
            .order_by(tray_order_line.c.place)
        ).all()
        return KnownOrder(
            id=row.id,
            remote_id=row.remote_id,
            stage=row.stage,
            status_type=row.status_type,
            status_id=row.status_id,
            promised=_units(lines) if row.promised else {},
            order=order_from_text(row.content) if row.readable and row.content else None,
            content_digest=row.content_digest,
            accepted=order_from_text(row.accepted) if row.accepted else None,
            accepted_digest=row.accepted_digest,
            divergence_digest=row.divergence_digest,
            customer_id=row.customer_id,
            products=tuple(line.product_id for line in lines),
            cancel_wanted=row.cancel_wanted,
            former=bool(row.former_store),
            updated_at=row.updated_at,
            shipment=read_shipment(row),
            shipment_owed=row.shipment_owed,
        )

    def ours(self, order: StoreOrder) -> list[int | None]:
        """Which of our products each line takes: as a person said, by the store's id, by reference, by barcode."""
        return self._matching.ours(order)

    def promised(self, product_ids: Iterable[int]) -> dict[int, Decimal]:
        """How many of each product are promised to orders that are not sales yet."""
        return promised_units(self._connection, product_ids)

    # -- writing what the store says ------------------------------------------------------------------

    def keep(
        self,
        order: StoreOrder,
        *,
        stage: OrderStage,
        promised: bool,
        digest: str,
        products: Sequence[int | None],
        at: datetime,
    ) -> int:
        """Write an order and its lines as they are now; gives its id."""
        values = {
            **_said_values(order),
            "stage": stage,
            "promised": promised,
            "readable": True,
            "head_digest": digest,
            "updated_at": at,
        }
        order_id = self._write(order.remote_id, values, at)
        self._write_lines(order_id, order, products)
        return order_id

    def keep_head(self, head: StoreOrderHead, *, stage: OrderStage, digest: str, at: datetime) -> int:
        """Write what the list alone says of an order: it is over, or it could not be read. Gives its id.

        What an order that was read before holds back, it goes on holding back.
        """
        values = {
            "stage": stage,
            "readable": stage is OrderStage.BEFORE,
            "status": head.status[:80],
            "status_id": head.status_id[:40],
            "status_type": head.status_type[:20],
            "total": head.total,
            "head_digest": digest,
            "updated_at": at,
        }
        return self._write(head.remote_id, values, at)

    def _write(self, remote_id: str, values: Mapping[str, Any], at: datetime) -> int:
        line = {**_EMPTY, "remote_id": remote_id, "seen_at": at, **values}
        # Two stations may look at once: whoever comes second writes into the first one's line.
        new = insert_new(self._connection, tray_order, line, unique=("former_store", "remote_id"))
        if not new:
            self._connection.execute(update(tray_order).where(of_store(remote_id)).values(values))
        found = select(tray_order.c.id).where(of_store(remote_id))
        return int(self._connection.execute(found).scalar_one())

    def _write_lines(self, order_id: int, order: StoreOrder, products: Sequence[int | None]) -> None:
        self._connection.execute(delete(tray_order_line).where(tray_order_line.c.order_id == order_id))
        lines = [
            {
                "order_id": order_id,
                "line_id": line.line_id[:40],
                "place": place,
                "remote_product_id": line.product_id[:40],
                "remote_variant_id": line.variant_id[:40],
                "reference": line.reference[:120],
                "ean": line.ean[:120],
                "name": keepable(line.name)[:300],
                "quantity": line.quantity,
                "price": line.price,
                "product_id": ours,
            }
            for place, (line, ours) in enumerate(zip(order.lines, products, strict=True))
        ]
        if lines:
            self._connection.execute(insert(tray_order_line), lines)

    # -- writing what people say ----------------------------------------------------------------------

    def set_stage(self, order_id: int, stage: OrderStage, *, promised: bool, at: datetime) -> None:
        """The order is taken a step further, or back."""
        self._set(order_id, stage=stage, promised=promised, updated_at=at)

    def accept(self, order_id: int, *, customer_id: int | None, at: datetime) -> None:
        """A person agrees to the order as it is now."""
        self._set(
            order_id,
            accepted=tray_order.c.content,
            accepted_digest=tray_order.c.content_digest,
            customer_id=customer_id,
            imported_at=func.coalesce(tray_order.c.imported_at, literal(at, UtcInstant())),
        )

    def accept_divergence(self, order_id: int) -> None:
        """A person with permission agrees that these amounts do not add up."""
        self._set(order_id, divergence_digest=tray_order.c.content_digest)

    def recognise(self) -> set[int]:
        """Lines of open orders that took nothing: which product they take by now. Gives the products."""
        return self._matching.recognise()

    def link_line(self, order_id: int, line_id: str, product_id: int, at: datetime) -> dict[int, set[int]]:
        """This thing of the store is that product: in all open orders, and from now on. Raises NoSuchRecord."""
        return self._matching.link_line(order_id, line_id, product_id, at)

    def _set(self, order_id: int, **values: Any) -> None:
        self._connection.execute(update(tray_order).where(tray_order.c.id == order_id).values(values))

    # -- what the store is owed -----------------------------------------------------------------------

    def want(self, order_id: int, *, status_id: str = "", cancel: bool = False) -> None:
        """What the store has to be told of this order."""
        self._set(order_id, wanted_status_id=status_id, cancel_wanted=cancel)

    def ship(self, order_id: int, shipment: Shipment) -> None:
        """The order left the shop so, and the store has to be told."""
        self._set(
            order_id,
            tracking_code=shipment.code,
            tracking_url=shipment.url,
            sent_on=shipment.sent_on,
            shipment_owed=True,
        )

    def debts(self, order_ids: Sequence[int]) -> dict[int, OrderDebt]:
        """What the store has to be told; nothing of orders of a former store, which this one does not know."""
        found: dict[int, OrderDebt] = {}
        for some in in_chunks(order_ids):
            which = (tray_order.c.id.in_(some), tray_order.c.former_store == "")
            for row in self._connection.execute(select(tray_order).where(*which)):
                found[row.id] = OrderDebt(
                    remote_id=row.remote_id,
                    status_id=row.wanted_status_id,
                    cancel=row.cancel_wanted,
                    shipment=read_shipment(row) if row.shipment_owed else None,
                    now_id=row.status_id,
                    now_type=row.status_type,
                )
        return found

    def settle_debt(self, order_id: int, debt: OrderDebt) -> None:
        """The store was told this; a later wish stays."""
        self._settle(
            tray_order.c.id == order_id,
            tray_order.c.wanted_status_id == debt.status_id,
            tray_order.c.cancel_wanted.is_(debt.cancel),
            wanted_status_id="",
            cancel_wanted=False,
        )
        told = debt.shipment
        if debt.cancel:  # nobody asks any more how a cancelled order travels
            self._settle(tray_order.c.id == order_id, shipment_owed=False)
        elif told is not None:
            same = (tray_order.c.tracking_code == told.code, tray_order.c.tracking_url == told.url)
            self._settle(tray_order.c.id == order_id, *same, shipment_owed=False)

    def _settle(self, *which: ColumnElement[bool], **values: Any) -> None:
        self._connection.execute(update(tray_order).where(*which).values(values))

    # -- the timeline and the look --------------------------------------------------------------------

    def note(self, event: OrderEvent, at: datetime) -> None:
        """Write a line of the timeline."""
        self._connection.execute(
            insert(order_event).values(
                order_id=event.order_id,
                at=at,
                kind=event.kind,
                operator=event.operator[:80],
                station=event.station[:80],
                facts=json.dumps(dict(event.facts), ensure_ascii=False),
            )
        )

    def looked_until(self) -> date | None:
        """The last day whose orders were all seen."""
        until: date | None = self._connection.execute(select(order_watch.c.looked_until)).scalar_one_or_none()
        return until

    def note_look(self, until: date, at: datetime) -> None:
        """Every order touched up to this day was seen."""
        upsert(
            self._connection, order_watch, [{"id": 1, "looked_until": until, "looked_at": at}], key=("id",)
        )

    def unread(self) -> int:
        """How many open orders could not be read."""
        return unread_orders(self._connection)

    def forget_all(self, former_store: str) -> None:
        """Another store: orders that were never a sale are forgotten; the others belong to the former one."""
        gone = select(tray_order.c.id).where(~exists().where(sale.c.order_id == tray_order.c.id))
        for table in (order_event, order_invoice, tray_order_line):
            self._connection.execute(delete(table).where(table.c.order_id.in_(gone)))
        self._connection.execute(delete(tray_order).where(tray_order.c.id.in_(gone)))
        left = tray_order.c.former_store == ""
        over = (tray_order.c.stage != OrderStage.REGISTERED, left)
        self._connection.execute(
            update(tray_order).where(*over).values(stage=OrderStage.BEFORE, promised=False)
        )
        self._connection.execute(update(tray_order).where(left).values(former_store=former_store or "?"))
        self._connection.execute(delete(line_link))
        self._connection.execute(delete(order_watch))


def of_store(remote_id: str) -> ColumnElement[bool]:
    """The order with this number in the store that is connected now: another store may have used the same."""
    return (tray_order.c.former_store == "") & (tray_order.c.remote_id == remote_id)


def read_shipment(row: Any) -> Shipment | None:
    """How the order of a line left the shop; None while it is here."""
    if not row.tracking_code or row.sent_on is None:
        return None
    return Shipment(code=row.tracking_code, url=row.tracking_url, sent_on=row.sent_on)


_EMPTY: Final[dict[str, Any]] = {
    **dict.fromkeys(("status", "status_id", "status_type", "buyer", "buyer_key", "head_digest"), ""),
    **dict.fromkeys(("content", "content_digest", "accepted", "accepted_digest", "divergence_digest"), ""),
    **dict.fromkeys(("raw", "wanted_status_id", "former_store"), ""),
    "promised": False,
    "paid": False,
    "cancel_wanted": False,
    "expected_total": ZERO,
    "pieces": NONE,
}


def _units(lines: Iterable[Any]) -> dict[int, Decimal]:
    units: dict[int, Decimal] = {}
    for line in lines:
        if line.product_id is not None:
            units[line.product_id] = units.get(line.product_id, Decimal(0)) + line.quantity
    return units


def _said_values(order: StoreOrder) -> dict[str, Any]:
    """The columns that repeat what the store says, so that lists need not read the whole order."""
    buyer = " ".join(keepable(order.buyer.name or order.buyer.company).split())[:200]
    return {
        "status": order.status[:80],
        "status_id": order.status_id[:40],
        "status_type": order.status_type[:20],
        "paid": order.paid,
        "placed_at": order.placed_at,
        "buyer": buyer,
        "buyer_key": folded(buyer)[:200],
        "total": order.amounts.total,
        "expected_total": order.expected_total,
        "pieces": order.pieces,
        "content": keepable(order_to_text(order)),
        "content_digest": content_digest(order),
        "raw": keepable(json.dumps(dict(order.raw), ensure_ascii=False, default=str)),
    }
