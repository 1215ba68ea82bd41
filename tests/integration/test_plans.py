"""The questions that are asked all day are answered from an index, however large the shop grows."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from tests.books import ENGINES, NOON, HandClock, in_books
from tests.builders import a_product, claim
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.questions import ProductOrder, ProductSearch
from varejoforte_desktop.domain.outbox import COMMERCIAL, EVERYTHING
from varejoforte_desktop.persistence.database import Database


@contextmanager
def statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is sent meanwhile."""
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def plan(connection: Connection, statement: str, parameters: Any) -> str:
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(str(row[3]) for row in rows)
    # As a station sees it after a day: prepared once, with a plan for any values.
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    numbers = iter(range(1, 1000))
    values: list[Any] = []

    def place(found: re.Match[str]) -> str:
        values.append(parameters[found.group(1)])
        return f"${next(numbers)}"

    prepared = re.sub(r"%\((\w+)\)s", place, statement)
    connection.exec_driver_sql(f"PREPARE question AS {prepared.replace('%%', '%')}".replace("%", "%%"))
    literals = ", ".join(
        "NULL" if v is None else repr(v) if not isinstance(v, str) else f"'{v}'" for v in values
    )
    rows = connection.exec_driver_sql(f"EXPLAIN EXECUTE question({literals})".replace("%", "%%"))
    told = "\n".join(row[0] for row in rows)
    connection.exec_driver_sql("DEALLOCATE question")
    return told


@pytest.fixture(scope="module", params=ENGINES)
def large_shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, founded_file: Path
) -> Iterator[Database]:
    """A thousand products, all owed, most of them put off."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(founded_file, tmp_path_factory.mktemp('large') / 'loja.db')}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create_database(template=request.getfixturevalue("founded_postgres"))
    database = Database(url, ChangeFeed(), clock=HandClock())
    products = [a_product(reference=f"P-{n:05d}", name=f"Produto {n:04d}") for n in range(1000)]
    in_books(database, lambda uow: uow.products.add(products))
    in_books(database, lambda uow: uow.outbox.owe_catalogue(uow.now))
    taken = claim(database, limit=900)
    later = NOON + timedelta(hours=1)
    in_books(database, lambda uow: uow.outbox.postpone(taken, epoch=1, due_at=later, cause="x", counted=True))
    in_books(database, lambda uow: uow._connection.exec_driver_sql("ANALYZE"))
    yield database
    database.close()
    if request.param != "sqlite":
        server.drop_database(url)


def questions(seen: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [
        each
        for each in seen
        if each[0].startswith(("SELECT product", "SELECT outbox", "SELECT stock", "UPDATE"))
    ]


def plans_of(database: Database, ask: Callable[[Any], Any]) -> list[str]:
    with statements(database._writing) as seen:
        in_books(database, ask)
    explained: list[str] = in_books(
        database,
        lambda uow: [plan(uow._connection, *each) for each in questions(seen)],
    )
    return explained


def test_the_claim_looks_only_at_what_is_due(large_shop: Database) -> None:
    first, lines, mark = plans_of(
        large_shop,
        lambda uow: uow.outbox.claim(at=NOON, until=NOON, epoch=1, aspects=EVERYTHING, limit=20),
    )
    assert "ix_outbox_due" in first
    assert "sort" not in first.lower().replace("sortkey", "")
    assert "temp b-tree" not in first.lower()
    assert re.search("uq_outbox_subject|autoindex_outbox|ix_outbox_due", lines)
    assert re.search("pk_outbox|PRIMARY KEY", mark)


def test_an_idle_look_at_the_queue_reads_one_line_a_side(large_shop: Database) -> None:
    plans = plans_of(large_shop, lambda uow: uow.outbox.next_due(aspects=COMMERCIAL))
    assert len(plans) == 2
    for each in plans:
        assert "ix_outbox_due" in each
        assert "temp b-tree" not in each.lower()


@pytest.mark.parametrize("descending", [False, True])
def test_the_product_list_by_name_is_read_from_its_index(large_shop: Database, descending: bool) -> None:
    search = ProductSearch(order=ProductOrder.NAME, descending=descending, limit=60)
    with statements(large_shop._reading) as seen:
        large_shop.read_now(lambda reader: reader.product_ids(search))
    (told,) = in_books(large_shop, lambda uow: [plan(uow._connection, *each) for each in questions(seen)])
    assert "ix_product_name_key" in told
    assert "temp b-tree" not in told.lower()
    assert "Sort " not in told


def test_words_are_looked_up_and_not_read_through(large_shop: Database) -> None:
    with statements(large_shop._reading) as seen:
        large_shop.read_now(lambda reader: reader.product_ids(ProductSearch(text="produto 0042")))
    (told,) = in_books(large_shop, lambda uow: [plan_now(uow._connection, *each) for each in questions(seen)])
    assert re.search("ix_product_search_text|VIRTUAL TABLE INDEX", told)


def plan_now(connection: Connection, statement: str, parameters: Any) -> str:
    """As the database would answer it this once, with these values."""
    if connection.dialect.name == "sqlite":
        return plan(connection, statement, parameters)
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("SET LOCAL enable_indexscan = off")  # leaves the bitmap of the words
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("code", ["7891000315507", "P-00042"])
def test_a_scanned_code_is_found_by_its_index(large_shop: Database, code: str) -> None:
    with statements(large_shop._reading) as seen:
        large_shop.read_now(lambda reader: reader.product_by_code(code))
    for told in in_books(large_shop, lambda uow: [plan(uow._connection, *each) for each in questions(seen)]):
        assert re.search("ix_product_barcode|reference_key|autoindex_product", told)


def test_the_ledger_of_a_product_is_found_by_its_index(large_shop: Database) -> None:
    with statements(large_shop._reading) as seen:
        large_shop.read_now(lambda reader: reader.movements(product_id=1))
    (told,) = in_books(large_shop, lambda uow: [plan(uow._connection, *each) for each in questions(seen)])
    assert "ix_stock_movement_product_id" in told
