"""Who buys, as they are kept: a document belongs to one customer."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, or_, select, update

from varejoforte_desktop.application.order_questions import CustomerRow
from varejoforte_desktop.domain.customer import Address, Customer
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.tax_ids import bare_tax_id
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.persistence.dialects import insert_into
from varejoforte_desktop.persistence.tables.customers import customer

_PLACE: Final = tuple(field.name for field in fields(Address))
_OWN: Final = ("name", "company", "state_registration", "email", "phone")


class SqlCustomers:
    """Customers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, customer_id: int) -> Customer:
        """Raises NoSuchRecord."""
        return read_customer(self._connection, customer_id)

    def by_document(self, document: str) -> Customer | None:
        """Whose CPF or CNPJ this is."""
        row = self._connection.execute(select(customer).where(customer.c.document == document)).one_or_none()
        return None if row is None else customer_of(row)

    def by_email(self, email: str) -> Customer | None:
        """The one customer with this e-mail; None when there is none or several."""
        rows = self._connection.execute(
            select(customer).where(customer.c.email == email.casefold(), customer.c.email != "").limit(2)
        ).all()
        return customer_of(rows[0]) if len(rows) == 1 else None

    def add(self, record: Customer, at: datetime) -> int:
        """A new customer, give the id."""
        line = {**_values(record), "created_at": at, "modified_at": at}
        statement = (
            insert_into(self._connection, customer)
            .values(line)
            .on_conflict_do_nothing(index_elements=["document"])
        )
        added = self._connection.execute(statement.returning(customer.c.id)).scalar_one_or_none()
        if added is not None:
            return int(added)
        # Another station made the same customer a moment ago.
        same = select(customer.c.id).where(customer.c.document == record.document)
        return int(self._connection.execute(same).scalar_one())

    def save(self, record: Customer, at: datetime) -> None:
        """Keep a changed customer."""
        self._connection.execute(
            update(customer).where(customer.c.id == record.id).values(**_values(record), modified_at=at)
        )


def read_customer(connection: Connection, customer_id: int) -> Customer:
    """Raises NoSuchRecord."""
    row = connection.execute(select(customer).where(customer.c.id == customer_id)).one_or_none()
    if row is None:
        raise NoSuchRecord("customer", str(customer_id))
    return customer_of(row)


def found_customers(connection: Connection, text: str, limit: int) -> list[CustomerRow]:
    """Customers by the beginning of a word of the name, by document or by e-mail."""
    statement = select(customer).order_by(customer.c.name_key).limit(limit)
    for word in folded(text).split():
        like = _escaped(word)
        statement = statement.where(
            or_(
                customer.c.name_key.like(f"{like}%", escape="\\"),
                customer.c.name_key.like(f"% {like}%", escape="\\"),
                customer.c.email.like(f"{like}%", escape="\\"),
                customer.c.document.like(f"{_escaped(bare_tax_id(word)) or '-'}%", escape="\\"),
            )
        )
    return [
        CustomerRow(
            id=row.id,
            name=row.name,
            document=row.document or "",
            email=row.email,
            phone=row.phone,
            city=row.city,
        )
        for row in connection.execute(statement)
    ]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _values(record: Customer) -> dict[str, Any]:
    return {
        **{name: getattr(record, name) for name in _OWN},
        **{name: getattr(record.address, name) for name in _PLACE},
        "name_key": folded(record.name)[:200],
        "document": record.document or None,
    }


def customer_of(row: Row[Any]) -> Customer:
    """A line of the table as a record."""
    return Customer(
        id=row.id,
        document=row.document or "",
        address=Address(**{name: getattr(row, name) for name in _PLACE}),
        **{name: getattr(row, name) for name in _OWN},
    )
