"""Purchases that entered with the release before are kept as they were, and may be taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, String, column, insert, inspect, table

from tests.books import NOON, OpenStation, ask_sql, in_books
from tests.integration.test_purchases import on_hand, product
from tests.purchase_notes import SUPPLIER, note_key
from varejoforte_desktop.application.undo_purchase import undo_purchase
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.database import build_engine
from varejoforte_desktop.persistence.schema import prepare

PLACE = {"operator_id": 3, "station": "Balcão"}


def put(connection: Connection, into: str, /, **values: Any) -> None:
    """A line; columns that have no default and are not named get 0 or an empty text."""
    for each in inspect(connection).get_columns(into):
        needed = not each["nullable"] and each["default"] is None and each["name"] not in values
        if needed and not (each["primary_key"] if "primary_key" in each else each["name"] == "id"):
            values[each["name"]] = "" if isinstance(each["type"], String) else 0
    connection.execute(insert(table(into, *map(column, values))), values)


def books_of_the_release_before(url: str) -> None:
    """Ten pieces were bought, and what the supplier's code means was learned."""
    from alembic.command import upgrade

    from varejoforte_desktop.persistence.schema import _config

    engine = build_engine(url, read_only=False, size=1)
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        upgrade(config, "0006")
    with engine.begin() as connection:
        put(connection, "operator", id=3, login="bruno", name="Bruno", role="gerente", active=True)
        put(connection, "product", id=1, reference="A", reference_key="a", name="A", name_key="a", unit="UN",
            cost=1000, sell_online=True, active=True)  # fmt: skip
        put(connection, "stock", product_id=1, on_hand=10_000)
        put(
            connection,
            "stock_movement",
            product_id=1,
            kind="entry",
            amount=10_000,
            balance=10_000,
            token="t",
            **PLACE,
        )
        put(connection, "supplier", id=1, document=SUPPLIER, name="Fervalto", name_key="fervalto")
        put(connection, "purchase", id=1, key=note_key(4471), supplier_id=1, number=4471, series=1, total=10_000,
            lines=1, xml=b"abc", **PLACE)  # fmt: skip
        put(connection, "purchase_line", purchase_id=1, place=1, code="A", unit="CX", product_id=1, factor=12_000_000,
            entered=10_000, bonus=False, set_cost=True)  # fmt: skip
        put(connection, "supplier_product", supplier_id=1, code="A", product_id=1, factor=12_000_000)
    engine.dispose()


def test_purchases_of_the_release_before_are_kept_and_may_be_taken_back(
    database_url: str, stations: OpenStation, gerente: Actor
) -> None:
    books_of_the_release_before(database_url)
    prepare(database_url, may_upgrade=True, now=lambda: NOON)

    learned = "SELECT code, product_id, factor, unit FROM supplier_product"
    assert ask_sql(database_url, learned) == [("A", 1, 12_000_000, "")]
    books = stations(database_url)
    assert books.read_now(lambda reader: reader.purchases.xml(1)) == b"abc"
    row = books.read_now(lambda reader: reader.purchases.detail(1)).row
    assert (row.key, row.undone, row.total) == (note_key(4471), False, Money(10_000))

    receipt = books.run_now(undo_purchase, 1, reason="Nota errada", by=gerente)
    assert (receipt.lines, receipt.costs, receipt.kept) == (1, 0, 0)
    assert (on_hand(books, 1), product(books, 1).cost) == (0, Money(1000))
    assert in_books(books, lambda uow: uow.purchases.get(1)).effects == ()
    assert ask_sql(database_url, learned) == []
