"""A shop in a file moves to a PostgreSQL server: every line arrives, or nothing does."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.books import HandClock, OpenStation, ask_sql
from tests.builders import a_connection, a_token, keep
from tests.copies import CopiedShop
from tests.order_builders import a_line, an_order, imported, learn_statuses, register, seen
from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.application.backups import choose_key
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.counter import keep_basket
from varejoforte_desktop.application.fiscal_book import DocumentRecord, SeriesName, SeriesRecord
from varejoforte_desktop.application.fiscal_setup import keep_series
from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.print_jobs import ask_print
from varejoforte_desktop.application.questions import ProductSearch
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.application.stock_count import open_count, scan
from varejoforte_desktop.domain.fiscal import DocumentState, EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.print_job import Paper, PaperKind
from varejoforte_desktop.domain.sale import Basket, FiscalModel
from varejoforte_desktop.persistence.copies import file_engine
from varejoforte_desktop.persistence.database import Database, build_engine, sqlite_path
from varejoforte_desktop.persistence.moving import MovedTable, move_books
from varejoforte_desktop.persistence.tables import metadata

#: Texts that others have stumbled over.
HOSTILE = (
    "Robert'); DROP TABLE product;--",
    'aspas "duplas" e \\barra\\ e %s :nome {0}',
    "ÇÃO ß ﬁ İı — “x” 👩‍👩‍👧 𝔘𝔫𝔦",
    "café e\u0301 e \u202eesrever\u202c",
    "tab\te espaço\u00a0duro",
)


@pytest.fixture
def shop(
    sqlite_shop: str, tmp_path: Path, clock: HandClock, gerente: Actor, administrador: Actor
) -> CopiedShop:
    """A shop in a file with something in every table that a person fills."""
    full = CopiedShop(sqlite_shop, tmp_path / "dados", clock)
    fill(full, gerente, administrador)
    full.close()
    return full


def fill(shop: CopiedShop, gerente: Actor, administrador: Actor) -> None:
    books = shop.database
    pans = [
        keep(books, by=gerente, on_hand="12.5" if n == 2 else 9, unit="KG" if n == 2 else "UN", name=text[:200],
             description=text * 3, brand=text[:100], category=f"Casa > {text.replace('>', '-')[:100]}", )
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    shop.sell(pans[0], gerente)
    shop.sell(pans[1], gerente)
    sold = books.read_now(lambda reader: reader.sales.rows())
    books.run_now(cancel_sale, sold[0].id, reason=HOSTILE[0], by=gerente)
    learn_statuses(books, administrador)
    register(books, imported(books, an_order(a_line(pans[3])), gerente), gerente)
    seen(books, an_order(a_line(pans[4])))
    books.run_now(keep_basket, Basket(token=a_token(), label=HOSTILE[2][:80]), by=gerente)
    books.run_now(lambda uow: uow.connections.save(a_connection(uow.now)))
    books.run_now(choose_key, recipient="age1", identity=HOSTILE[3], by=administrador)
    shop.plan(administrador, folder=HOSTILE[1], every_hours=2)
    issue(books, administrador)
    books.run_now(open_count, HOSTILE[4][:80], by=gerente)
    books.run_now(scan, pans[0].id, Decimal(3), by=gerente)


def issue(books: Database, by: Actor) -> None:
    """A note with bytes that no text could hold, one that took its place, and a page for the printer."""
    name = SeriesName(
        cnpj="12ABC34501DE35", environment=FiscalEnvironment.PRODUCAO, model=FiscalModel.NFE, series=7
    )
    books.run_now(keep_series, SeriesRecord(name=name, station="Balcão", last=41), by=by)
    facts: dict[str, Any] = {
        "sale_id": None,
        "name": name,
        "random_code": "73920184",
        "station": "Balcão",
        "total": Money(9990),
    }

    def write(uow: UnitOfWork) -> None:
        first = None
        for number, state in ((40, DocumentState.REPLACED), (41, DocumentState.AUTHORISED)):
            record = DocumentRecord(
                **facts, number=number, key=f"{number:044}", emission_type=EmissionType.OFFLINE, state=state,
                issued_at=uow.now, buyer_name=HOSTILE[2], xml=bytes(range(256)), digest="d" * 28,
                proc=b"\x00<nfeProc/>\xff", protocol="135260000000001", replaces_id=first,
            )  # fmt: skip
            first = uow.documents.add(record)

    books.run_now(write)
    page = Paper(kind=PaperKind.TEST_PAGE, content=HOSTILE[3])
    books.run_now(ask_print, page, token="papel", station="Balcão", by=by)


def lines_of(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every line of every table, in an order of Python's own."""
    path = sqlite_path(url)
    engine = build_engine(url, read_only=True, size=1) if path is None else file_engine(path)
    try:
        with engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in metadata.sorted_tables
            }
    finally:
        engine.dispose()


def moved(shop: CopiedShop, target: str, by: Actor | None = None) -> list[MovedTable]:
    heard: list[MovedTable] = []
    assert move_books(shop.place.url, target, now=shop.clock, by=by, hears=heard.append) == ()
    return heard


def refusal(shop: CopiedShop, target: str) -> CopyRefused:
    with pytest.raises(CopyRefused) as refused:
        move_books(shop.place.url, target, now=shop.clock, by=None, hears=lambda _table: None)
    return refused.value


def tables_of(url: str) -> int:
    found = ask_sql(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    return int(found[0][0])


def test_every_line_of_every_table_arrives(
    shop: CopiedShop, postgres_url: str, administrador: Actor, gerente: Actor, stations: OpenStation
) -> None:
    before = lines_of(shop.place.url)
    filled = {name for name, lines in before.items() if lines}
    assert {"product", "sale", "sale_payment", "tray_order", "till", "stock_count_line", "audit_entry",
            "customer", "outbox", "basket", "tray_connection", "backup_plan", "fiscal_document", "print_job"} <= filled  # fmt: skip

    heard = moved(shop, postgres_url, administrador)

    after = lines_of(postgres_url)
    new = after["audit_entry"].pop()
    assert "books.moved" in new
    del before["audit_head"], after["audit_head"]
    assert after == before
    assert {each.name for each in heard} == set(metadata.tables)
    assert {each.name: each.lines for each in heard}["product"] == 5
    assert all(len(each.digest) == 64 for each in heard)
    assert lines_of(shop.place.url)["product"] == before["product"]
    server = stations(postgres_url)
    assert server.read_now(lambda reader: reader.check()).problems == ()
    found = server.read_now(lambda reader: reader.product_ids(ProductSearch(text="robert")))
    assert len(found) == 1
    assert keep(server, by=gerente, on_hand=1).id == 6  # numbers go on
    rows = server.read_now(lambda reader: reader.audit.rows(AuditSearch(), by=administrador))
    assert (rows[0].action, rows[0].operator) == ("books.moved", "Carla Souza") or rows[
        1
    ].action == "books.moved"


def test_a_number_of_the_queue_is_never_given_twice(
    shop: CopiedShop, postgres_url: str, stations: OpenStation, gerente: Actor
) -> None:
    books = stations(shop.place.url)
    books.run_now(
        lambda uow: uow.outbox.discard([row[0] for row in ask_sql(shop.place.url, "SELECT id FROM outbox")])
    )
    last = ask_sql(shop.place.url, "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")[0][0]
    books.close()
    moved(shop, postgres_url)
    keep(stations(postgres_url), by=gerente)
    assert ask_sql(postgres_url, "SELECT min(id) FROM outbox") == [(last + 1,)]


def test_a_freshly_made_database_may_be_moved_into(shop: CopiedShop, postgres_url: str) -> None:
    from varejoforte_desktop.persistence.schema import prepare

    prepare(postgres_url, may_upgrade=True, now=shop.clock)
    assert moved(shop, postgres_url)
    assert ask_sql(postgres_url, "SELECT epoch FROM installation") == ask_sql(
        shop.place.url, "SELECT epoch FROM installation"
    )


def test_a_database_that_is_somebodys_shop_is_left_alone(shop: CopiedShop, postgres_shop: str) -> None:
    before = lines_of(postgres_shop)
    assert refusal(shop, postgres_shop).why == "not_empty"
    assert lines_of(postgres_shop) == before


def test_tables_of_another_program_are_left_alone(shop: CopiedShop, postgres_url: str) -> None:
    ask_sql(postgres_url, "CREATE TABLE receitas (nome text)")
    assert refusal(shop, postgres_url).why == "not_empty"
    assert tables_of(postgres_url) == 1


def test_addresses_that_cannot_be_meant_are_refused(
    shop: CopiedShop, tmp_path: Path, postgres_url: str
) -> None:
    assert refusal(shop, shop.place.url).why == "not_postgresql"
    with pytest.raises(CopyRefused) as none:
        move_books(f"sqlite:///{tmp_path / 'x.db'}", postgres_url, now=shop.clock, by=None, hears=print)
    assert none.value.why == "no_books"
    with pytest.raises(CopyRefused) as server:
        move_books(postgres_url, postgres_url, now=shop.clock, by=None, hears=print)
    assert server.value.why == "not_sqlite"
    with pytest.raises(BooksUnreachable):
        refusal(shop, "postgresql+psycopg://loja@127.0.0.1:1/loja")


def test_a_shop_that_is_open_is_not_moved(shop: CopiedShop, postgres_url: str, stations: OpenStation) -> None:
    open_books = stations(shop.place.url)
    assert open_books.read_now(lambda reader: reader.founded())
    assert refusal(shop, postgres_url).why == "in_use"
    assert tables_of(postgres_url) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE product SET model = 'com ' || char(0) || ' dentro' WHERE id = 1",
        "UPDATE product SET model = printf('%151s', 'x') WHERE id = 1",
        "UPDATE product SET price = 'dez' WHERE id = 1",
        "UPDATE sale SET state = 'vendida' WHERE id = 1",
        "UPDATE product SET model = CAST(X'ff41' AS TEXT) WHERE id = 1",
        "UPDATE category SET parent_id = id",
    ],
)
def test_a_line_that_the_server_does_not_take_stops_everything(
    shop: CopiedShop, postgres_url: str, spoil: str
) -> None:
    ask_sql(shop.place.url, spoil)
    refused = refusal(shop, postgres_url)
    assert refused.why == "unmovable"
    assert refused.detail.split(":")[0] in {"product", "sale", "category"}
    assert tables_of(postgres_url) == 0


def test_a_line_that_arrives_otherwise_is_noticed_and_nothing_stays(
    shop: CopiedShop, postgres_url: str
) -> None:
    """A trigger on the server, as some have them, changes what is written."""
    from varejoforte_desktop.persistence.schema import prepare

    prepare(postgres_url, may_upgrade=True, now=shop.clock)
    ask_sql(
        postgres_url,
        "CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.model := trim(NEW.model) || 'x'; RETURN NEW; END $$",
    )
    ask_sql(
        postgres_url,
        "CREATE TRIGGER tidy BEFORE INSERT ON product FOR EACH ROW EXECUTE FUNCTION tidy()",
    )
    refused = refusal(shop, postgres_url)
    assert (refused.why, refused.detail) == ("moved_wrong", "product: line 1")
    assert ask_sql(postgres_url, "SELECT count(*) FROM product") == [(0,)]
    assert ask_sql(postgres_url, "SELECT count(*) FROM operator") == [(0,)]


def test_what_was_interrupted_can_be_done_again(shop: CopiedShop, postgres_url: str) -> None:
    def tired(table: MovedTable) -> None:
        if table.name == "sale":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_books(shop.place.url, postgres_url, now=shop.clock, by=None, hears=tired)
    assert tables_of(postgres_url) == 0
    assert moved(shop, postgres_url)
