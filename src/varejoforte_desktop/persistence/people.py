"""Operators, what their roles may, their wrong passwords, and the shop's settings, as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from varejoforte_desktop.application.people_ports import OperatorRecord, Wait
from varejoforte_desktop.domain.errors import LoginTaken, NoSuchRecord, ShopAlreadyFounded
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.domain.shop import ShopSettings
from varejoforte_desktop.persistence.dialects import insert_new, upsert
from varejoforte_desktop.persistence.tables.people import operator, role_permission, shop, sign_in_wait

_SETTINGS = (
    shop.c.name,
    shop.c.timezone,
    shop.c.sync_option,
    shop.c.requests_per_minute,
    shop.c.requests_per_day,
    shop.c.cycle_seconds,
    shop.c.lock_minutes,
)


def read_shop(connection: Connection) -> ShopSettings:
    """The shop's settings. Raises NoSuchRecord before the first start."""
    row = connection.execute(select(*_SETTINGS)).one_or_none()
    if row is None:
        raise NoSuchRecord("shop", "1")
    return ShopSettings(**row._asdict())


class SqlShop:
    """The shop's settings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def founded(self) -> bool:
        """Whether the first start was done."""
        return self._connection.execute(select(shop.c.id)).first() is not None

    def get(self) -> ShopSettings:
        """Raises NoSuchRecord before the first start."""
        return read_shop(self._connection)

    def save(self, settings: ShopSettings) -> None:
        """Keep them. Raises ShopAlreadyFounded when two stations found the shop at once."""
        values = {column.name: getattr(settings, column.name) for column in _SETTINGS}
        if self._connection.execute(update(shop).values(values)).rowcount == 0:
            self._found(values)

    def _found(self, values: dict[str, object]) -> None:
        if not insert_new(self._connection, shop, {"id": 1, **values}, unique=("id",)):
            raise ShopAlreadyFounded  # by another station, at this very moment


class SqlOperators:
    """Who may sign in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_login(self, login: str) -> OperatorRecord | None:
        """The operator with this login; on PostgreSQL the line is ours until the transaction ends."""
        statement = select(operator).where(operator.c.login == login).with_for_update()
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _operator(row)

    def get(self, operator_id: int) -> OperatorRecord:
        """Raises NoSuchRecord."""
        row = self._connection.execute(select(operator).where(operator.c.id == operator_id)).one_or_none()
        if row is None:
            raise NoSuchRecord("operator", str(operator_id))
        return _operator(row)

    def add(self, record: OperatorRecord) -> int:
        """A new operator; gives the id. Raises LoginTaken."""
        try:
            done = self._connection.execute(insert(operator).values(_values(record)))
        except IntegrityError:
            raise LoginTaken(record.login) from None
        return int(done.inserted_primary_key[0])  # type: ignore[index]  # an insert of one row has one

    def save(self, record: OperatorRecord) -> None:
        """Keep a changed operator."""
        self._connection.execute(update(operator).where(operator.c.id == record.id).values(_values(record)))

    def active_administrators(self) -> int:
        """How many may sign in; on PostgreSQL their lines are ours until the transaction ends."""
        statement = (
            select(operator.c.id)
            .where(operator.c.role == Role.ADMINISTRADOR, operator.c.active.is_(True))
            .order_by(operator.c.id)
            .with_for_update()
        )
        return len(self._connection.execute(statement).all())


class SqlPermits:
    """What this shop changed of what each role may."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def changed(self, role: Role) -> dict[Permission, bool]:
        """Only the changes."""
        return changed_permissions(self._connection, role)

    def put(self, role: Role, permission: Permission, *, allowed: bool | None) -> None:
        """None: as the program comes."""
        key = {"role": role, "permission": permission.value}
        if allowed is None:
            which = (role_permission.c.role == role) & (role_permission.c.permission == permission.value)
            self._connection.execute(delete(role_permission).where(which))
        else:
            upsert(self._connection, role_permission, [{**key, "allowed": allowed}], key=tuple(key))


def changed_permissions(connection: Connection, role: Role) -> dict[Permission, bool]:
    """What the shop changed of a role; a permission this release does not know is left alone."""
    known = {each.value: each for each in Permission}
    rows = connection.execute(
        select(role_permission.c.permission, role_permission.c.allowed).where(role_permission.c.role == role)
    )
    return {known[row.permission]: row.allowed for row in rows if row.permission in known}


class SqlWaits:
    """Wrong passwords, by door."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, doors: Sequence[str]) -> dict[str, Wait]:
        """Those of these doors that have any; on PostgreSQL the lines are ours until the transaction ends."""
        statement = (
            select(sign_in_wait)
            .where(sign_in_wait.c.door.in_(doors))
            .order_by(sign_in_wait.c.door)
            .with_for_update()
        )
        return {row.door: Wait(**row._asdict()) for row in self._connection.execute(statement)}

    def put(self, wait: Wait) -> None:
        """Keep it."""
        upsert(self._connection, sign_in_wait, [asdict(wait)], key=("door",))

    def clear(self, doors: Sequence[str]) -> None:
        """Forget these."""
        self._connection.execute(delete(sign_in_wait).where(sign_in_wait.c.door.in_(doors)))

    def forget(self, before: datetime) -> None:
        """Those whose last wrong password is older."""
        self._connection.execute(delete(sign_in_wait).where(sign_in_wait.c.last_at < before))


def _values(record: OperatorRecord) -> dict[str, object]:
    return {column.name: getattr(record, column.name) for column in operator.columns if column.name != "id"}


def _operator(row: Row[tuple[object, ...]]) -> OperatorRecord:
    return OperatorRecord(**row._asdict())
