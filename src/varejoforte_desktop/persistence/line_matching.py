"""Which product of ours a line of an order takes: never guessed, and known again once somebody has said so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, or_, select, update

from varejoforte_desktop.application.store_orders import StoreOrder, order_from_text
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.outbox import SubjectKind
from varejoforte_desktop.domain.product import LIMITS
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.persistence.dialects import upsert
from varejoforte_desktop.persistence.promises import OPEN_STAGES
from varejoforte_desktop.persistence.search import reference_key
from varejoforte_desktop.persistence.tables.catalogue import product
from varejoforte_desktop.persistence.tables.orders import line_link, tray_order, tray_order_line
from varejoforte_desktop.persistence.tables.sync import store_link


class SqlLineMatching:
    """Matches lines with products."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ours(self, order: StoreOrder) -> list[int | None]:
        """Which of our products each line takes: as a person said, by the store's id, by reference, by barcode."""
        said = self._said({line.product_id for line in order.lines})
        linked = self._by_link({line.product_id for line in order.lines if not line.variant_id})
        found: list[int | None] = []
        for line in order.lines:
            ours = said.get((line.product_id, line.variant_id))
            if ours is None and not line.variant_id:
                ours = linked.get(line.product_id)
            if ours is None and line.reference and len(folded(line.reference.strip())) <= LIMITS["reference"]:
                ours = self._one(product.c.reference_key == reference_key(line.reference))
            if ours is None and line.ean:
                ours = self._one(product.c.barcode == line.ean)
            found.append(ours)
        return found

    def _said(self, remote_ids: set[str]) -> dict[tuple[str, str], int]:
        statement = select(line_link).where(line_link.c.remote_product_id.in_(sorted(remote_ids)))
        return {
            (row.remote_product_id, row.remote_variant_id): row.product_id
            for row in self._connection.execute(statement)
        }

    def _by_link(self, remote_ids: set[str]) -> dict[str, int]:
        statement = select(store_link.c.remote_id, store_link.c.subject_id).where(
            store_link.c.subject_kind == SubjectKind.PRODUCT, store_link.c.remote_id.in_(sorted(remote_ids))
        )
        return {row.remote_id: row.subject_id for row in self._connection.execute(statement)}

    def _one(self, which: Any) -> int | None:
        """The one product that fits; none when several do, because guessing would promise the wrong goods."""
        ids = self._connection.execute(select(product.c.id).where(which).limit(2)).scalars().all()
        return ids[0] if len(ids) == 1 else None

    def recognise(self) -> set[int]:
        """Lines of open orders that took nothing: which product they take by now. Gives the products."""
        unknown = (
            select(tray_order.c.id, tray_order.c.content)
            .where(
                tray_order.c.stage.in_(OPEN_STAGES),
                tray_order.c.content != "",
                exists().where(
                    tray_order_line.c.order_id == tray_order.c.id, tray_order_line.c.product_id.is_(None)
                ),
            )
            .order_by(tray_order.c.id)
            .with_for_update()  # nobody writes other lines between reading an order and naming its products
        )
        found: set[int] = set()
        for order_id, content in self._connection.execute(unknown).all():
            for place, ours in enumerate(self.ours(order_from_text(content))):
                which = (
                    tray_order_line.c.order_id == order_id,
                    tray_order_line.c.place == place,
                    tray_order_line.c.product_id.is_(None),
                )
                statement = update(tray_order_line).where(*which).values(product_id=ours)
                if ours is not None and self._connection.execute(statement).rowcount:
                    found.add(ours)
        return found

    def link_line(self, order_id: int, line_id: str, product_id: int, at: datetime) -> dict[int, set[int]]:
        """This thing of the store is that product: in all open orders, and from now on. Raises NoSuchRecord."""
        line = self._connection.execute(
            select(tray_order_line).where(
                tray_order_line.c.order_id == order_id, tray_order_line.c.line_id == line_id
            )
        ).one_or_none()
        if line is None:
            raise NoSuchRecord("order_line", line_id)
        if not line.remote_product_id:  # the store does not say what it is: no other line is the same thing
            self._connection.execute(
                update(tray_order_line).where(tray_order_line.c.id == line.id).values(product_id=product_id)
            )
            return {order_id: set() if line.product_id is None else {line.product_id}}
        link = {
            "remote_product_id": line.remote_product_id,
            "remote_variant_id": line.remote_variant_id,
            "product_id": product_id,
            "at": at,
        }
        upsert(self._connection, line_link, [link], key=("remote_product_id", "remote_variant_id"))
        same = (
            tray_order_line.c.remote_product_id == line.remote_product_id,
            tray_order_line.c.remote_variant_id == line.remote_variant_id,
            or_(tray_order_line.c.product_id.is_(None), tray_order_line.c.product_id != product_id),
            tray_order_line.c.order_id.in_(
                select(tray_order.c.id).where(tray_order.c.stage.in_(OPEN_STAGES))
            ),
        )
        changed = select(tray_order_line.c.order_id, tray_order_line.c.product_id).where(*same)
        took: dict[int, set[int]] = {}
        for row in self._connection.execute(changed):
            took.setdefault(row.order_id, set()).update(() if row.product_id is None else (row.product_id,))
        self._connection.execute(update(tray_order_line).where(*same).values(product_id=product_id))
        return took
