"""How many there are of each product, changed in one statement and proved by the ledger."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, bindparam, select, update

from varejoforte_desktop.application.ports import Movement
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.persistence.dialects import insert_new
from varejoforte_desktop.persistence.tables.stock import stock, stock_movement

_AMOUNT = bindparam("amount", type_=stock.c.on_hand.type)
_PUT = (
    update(stock)
    .where(stock.c.product_id == bindparam("product"))
    .values(on_hand=stock.c.on_hand + _AMOUNT)
    .returning(stock.c.on_hand)
)
# One statement looks and takes: two stations cannot both take the last one.
_TAKE = (
    update(stock)
    .where(stock.c.product_id == bindparam("product"), stock.c.on_hand >= _AMOUNT)
    .values(on_hand=stock.c.on_hand - _AMOUNT)
    .returning(stock.c.on_hand)
)
_LOOK = select(stock.c.on_hand).where(stock.c.product_id == bindparam("product")).with_for_update()


class SqlShelf:
    """The shelf and its ledger."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def on_hand(self, product_id: int) -> Decimal:
        """What is on the shelf; on PostgreSQL the line is ours until the transaction ends. Raises NoSuchRecord."""
        amount = self._connection.execute(_LOOK, {"product": product_id}).scalar_one_or_none()
        if amount is None:
            raise NoSuchRecord("product", str(product_id))
        return Decimal(amount)

    def put(self, product_id: int, amount: Decimal) -> Decimal:
        """Add goods; gives the new number. Raises NoSuchRecord."""
        left = self._connection.execute(_PUT, {"product": product_id, "amount": amount}).scalar_one_or_none()
        if left is None:
            raise NoSuchRecord("product", str(product_id))
        return Decimal(left)

    def take(self, product_id: int, amount: Decimal) -> Decimal | None:
        """Take goods; gives the new number, None when there are not enough."""
        return self._connection.execute(_TAKE, {"product": product_id, "amount": amount}).scalar_one_or_none()

    def recorded(self, token: str) -> Decimal | None:
        """The signed amount of the ledger line with this token."""
        statement = select(stock_movement.c.amount).where(stock_movement.c.token == token)
        return self._connection.execute(statement).scalar_one_or_none()

    def record(self, movement: Movement, at: datetime) -> bool:
        """Write a ledger line; False when one with its token is already there."""
        line = {
            "product_id": movement.product_id,
            "kind": movement.kind,
            "amount": movement.amount,
            "balance": movement.balance,
            "reason": movement.reason,
            "document": movement.document,
            "operator_id": movement.operator_id,
            "station": movement.station,
            "token": movement.token,
            "at": at,
        }
        return insert_new(self._connection, stock_movement, line, unique=("token",))
