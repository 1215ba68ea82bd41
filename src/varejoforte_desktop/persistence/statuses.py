"""What the store's statuses mean, as a person said."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, update

from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_questions import StatusRow
from varejoforte_desktop.application.store_orders import StoreStatus
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.order import CANCELED, StatusMeaning, suggested_meaning
from varejoforte_desktop.persistence.dialects import upsert
from varejoforte_desktop.persistence.promises import STILL_PROMISED
from varejoforte_desktop.persistence.tables.orders import order_rules, store_status, tray_order


class SqlStatusMap:
    """The status map."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, statuses: Sequence[StoreStatus]) -> None:
        """The statuses as the store lists them now; meanings that were given stay."""
        lines = [
            {
                "status_id": each.status_id[:40],
                "name": each.name[:80],
                "status_type": each.status_type[:20],
            }
            for each in statuses
            if each.status_id
        ]
        upsert(self._connection, store_status, lines, key=("status_id",))

    def explain(self, status_id: str, meaning: StatusMeaning | None) -> None:
        """A person says what a status means. Raises NoSuchRecord."""
        done = self._connection.execute(
            update(store_status).where(store_status.c.status_id == status_id).values(meaning=meaning)
        )
        if done.rowcount == 0:
            raise NoSuchRecord("status", status_id)

    def meaning(self, status_id: str, status_type: str) -> StatusMeaning | None:
        """What a status means; a status of cancelled type is cancelled whatever its name."""
        if status_type == CANCELED:
            return StatusMeaning.CANCELLED
        statement = select(store_status.c.meaning).where(store_status.c.status_id == status_id)
        found: StatusMeaning | None = self._connection.execute(statement).scalar_one_or_none()
        return found

    def rules(self) -> OrderRules:
        """How orders are handled."""
        return read_rules(self._connection)

    def save_rules(self, rules: OrderRules) -> None:
        """Change how orders are handled."""
        line = {
            "id": 1,
            "registered_status_id": rules.registered_status_id,
            "alarm_minutes": rules.alarm_minutes,
            "invoiced_status_id": rules.invoiced_status_id,
            "shipped_status_id": rules.shipped_status_id,
        }
        upsert(self._connection, order_rules, [line], key=("id",))

    def forget_all(self) -> None:
        """Another store: its statuses are others."""
        self._connection.execute(delete(store_status))
        nothing = {"registered_status_id": "", "invoiced_status_id": "", "shipped_status_id": ""}
        self._connection.execute(update(order_rules).values(nothing))


def read_rules(connection: Connection) -> OrderRules:
    """How orders are handled; the usual way when nobody chose."""
    row = connection.execute(select(order_rules)).one_or_none()
    if row is None:
        return OrderRules()
    return OrderRules(
        registered_status_id=row.registered_status_id,
        alarm_minutes=row.alarm_minutes,
        invoiced_status_id=row.invoiced_status_id,
        shipped_status_id=row.shipped_status_id,
    )


def status_rows(connection: Connection) -> list[StatusRow]:
    """The store's statuses by name, each with how many open orders are in it."""
    counted = (
        select(tray_order.c.status_id, func.count().label("orders"))
        .where(STILL_PROMISED)
        .group_by(tray_order.c.status_id)
        .subquery()
    )
    statement = (
        select(store_status, func.coalesce(counted.c.orders, 0).label("orders"))
        .outerjoin(counted, counted.c.status_id == store_status.c.status_id)
        .order_by(store_status.c.name, store_status.c.status_id)
    )
    return [
        StatusRow(
            status_id=row.status_id,
            name=row.name,
            status_type=row.status_type,
            meaning=StatusMeaning.CANCELLED if row.status_type == CANCELED else row.meaning,
            suggested=suggested_meaning(row.name, row.status_type),
            open_orders=row.orders,
        )
        for row in connection.execute(statement)
    ]
