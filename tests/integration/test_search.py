"""Products are found by what people remember of them, and shown as they are."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.books import in_books
from tests.builders import a_gtin, a_product, empty_queue, keep, move, product_subject, queue
from varejoforte_desktop.application.questions import LinkState, ProductOrder, ProductSearch
from varejoforte_desktop.application.queue import hold
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect, QueueState
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

HOSTILE = [
    "'", '"', "''", "' OR 1=1 --", '" OR ""="', "'; DROP TABLE product; --", "%", "_", "%%", "pan%", "*", "pan*",
    "pan OR ferro", "NEAR(pan ferro)", "search_text:pan", "(", ")", "^pan", "-pan", "pan -ferro", "\\", "\\'", "{}",
    ":words", "%(words)s", "$1", "?", "\0", "pan\0ela", "\ud800", "\u202e", "😀", "a" * 5000, " ".join("abcdefghijk"),
    "1e999", "NULL", "--", "/*", "\n\t", "AND", "NOT", "OR",
]  # fmt: skip


def found(database: Database, text: str, **how: object) -> list[str]:
    search = ProductSearch(text=text, **how)  # type: ignore[arg-type]
    rows = database.read_now(lambda reader: reader.product_rows(reader.product_ids(search)))
    assert database.read_now(lambda reader: reader.product_count(search)) == len(rows)
    return [row.reference for row in rows]


@pytest.fixture
def shelf(database: Database, gerente: Actor) -> Database:
    """Four products whose prices and stocks are in different orders."""
    for reference, name, price, on_hand, changes in (
        ("PAN-1001", "Panela de pressão", 300, 1, {"barcode": a_gtin(1)}),
        ("PAN-1002", "Panela de ferro", 100, 3, {}),
        ("CAFE-500", "Café moído 500 g", 200, 2, {}),
        ("VELHO-1", "Panela antiga", 50, 0, {"active": False}),
    ):
        keep(
            database,
            by=gerente,
            reference=reference,
            name=name,
            price=Money(price),
            on_hand=on_hand,
            **changes,
        )
    return database


WANTED = [
    ("panela", ["PAN-1002", "PAN-1001"]),
    ("pressao", ["PAN-1001"]),
    ("PRESSÃO", ["PAN-1001"]),
    ("pan fer", ["PAN-1002"]),
    ("fer pan", ["PAN-1002"]),
    ("ca", ["CAFE-500"]),
    ("moido 500", ["CAFE-500"]),
    ("pan1001", ["PAN-1001"]),
    ("PAN-1001", ["PAN-1001"]),
    ("1002", ["PAN-1002"]),
    (a_gtin(1), ["PAN-1001"]),
    (a_gtin(1)[:5], ["PAN-1001"]),
    ("anela", []),
    ("pressao ferro", []),
    ("", ["CAFE-500", "PAN-1002", "PAN-1001"]),
    ("   ", ["CAFE-500", "PAN-1002", "PAN-1001"]),
    ("!!!", []),
]


def test_words_are_found_by_their_beginnings(shelf: Database) -> None:
    assert [(text, found(shelf, text)) for text, _references in WANTED] == WANTED


def test_hostile_texts_find_nothing_more_and_break_nothing(shelf: Database) -> None:
    for text in HOSTILE:
        assert set(found(shelf, text)) <= {"PAN-1001", "PAN-1002", "CAFE-500"}, text
        assert shelf.read_now(lambda reader, text=text: reader.product_by_code(text)) is None
        shelf.read_now(lambda reader, text=text: reader.queue_rows(text=text))
    assert len(found(shelf, "", include_inactive=True)) == 4


@given(text=st.text(max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_looked_for(shelf: Database, text: str) -> None:
    found(shelf, text)


def test_both_engines_find_a_renamed_product_by_its_new_name_only(shelf: Database, gerente: Actor) -> None:
    from dataclasses import replace

    from varejoforte_desktop.application.catalogue import save_product

    cafe = shelf.read_now(lambda reader: reader.product_by_code("CAFE-500"))
    assert cafe is not None
    kept = in_books(shelf, lambda uow: uow.products.get(cafe))
    shelf.run_now(save_product, replace(kept, name="Chá verde"), brand="", category="", by=gerente)
    assert found(shelf, "cha") == ["CAFE-500"]
    assert found(shelf, "moido") == []


def test_products_put_aside_are_shown_when_asked_for(shelf: Database) -> None:
    assert found(shelf, "antiga") == []
    assert found(shelf, "antiga", include_inactive=True) == ["VELHO-1"]


@pytest.mark.parametrize(
    ("order", "references"),
    [
        (ProductOrder.NAME, ["CAFE-500", "PAN-1002", "PAN-1001"]),
        (ProductOrder.REFERENCE, ["CAFE-500", "PAN-1001", "PAN-1002"]),
        (ProductOrder.PRICE, ["PAN-1002", "CAFE-500", "PAN-1001"]),
        (ProductOrder.ON_HAND, ["PAN-1001", "CAFE-500", "PAN-1002"]),
    ],
)
def test_the_list_is_sorted_both_ways(shelf: Database, order: ProductOrder, references: list[str]) -> None:
    assert found(shelf, "", order=order) == references
    assert found(shelf, "", order=order, descending=True) == references[::-1]


def test_a_page_is_the_beginning_of_the_whole_list(shelf: Database) -> None:
    everything = shelf.read_now(lambda reader: reader.product_ids(ProductSearch()))
    page = shelf.read_now(lambda reader: reader.product_ids(ProductSearch(limit=2)))
    assert page == everything[:2]


def test_equal_names_keep_one_order(database: Database, gerente: Actor) -> None:
    ids = [keep(database, by=gerente, name="Igual").id for _ in range(5)]
    assert list(database.read_now(lambda reader: reader.product_ids(ProductSearch()))) == ids
    down = database.read_now(lambda reader: reader.product_ids(ProductSearch(descending=True)))
    assert list(down) == ids[::-1]


def test_lines_come_in_the_order_of_their_ids_even_a_thousand(database: Database) -> None:
    products = [a_product(reference=f"R{n}", name=f"P{n}") for n in range(1000)]
    ids = in_books(database, lambda uow: uow.products.add(products))
    wanted = ids[::-1]
    rows = database.read_now(lambda reader: reader.product_rows([*wanted[:500], 10**9, *wanted[500:]]))
    assert [row.id for row in rows] == wanted


def test_a_line_shows_what_is_owed_and_how_bad_it_is(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, brand="Boa", category="Cozinha > Panelas", counter_reserve=Decimal(1))
    move(database, kept, MovementKind.ENTRY, 5, by=gerente)
    (row,) = database.read_now(lambda reader: reader.product_rows([kept.id]))
    assert (row.brand, row.category) == ("Boa", "Cozinha > Panelas")
    assert (row.on_hand, row.published, row.link, row.queue) == (5, 4, LinkState.ABSENT, QueueState.WAITING)
    in_books(database, lambda uow: uow.links.link(product_subject(kept), "900", uow.now))
    lines = in_books(
        database,
        lambda uow: uow.outbox.claim(
            at=uow.now, until=uow.now, epoch=1, aspects=frozenset({Aspect.STOCK}), limit=9
        ),
    )
    assert [line.aspect for line in lines] == [Aspect.STOCK]
    (row,) = database.read_now(lambda reader: reader.product_rows([kept.id]))
    assert (row.link, row.queue) == (LinkState.LINKED, QueueState.SENDING)
    in_books(database, lambda uow: uow.outbox.halt(lines, epoch=1, cause="refused", detail="", facts={}))
    (row,) = database.read_now(lambda reader: reader.product_rows([kept.id]))
    assert row.queue is QueueState.HALTED
    detail = database.read_now(lambda reader: reader.product_detail(kept.id))
    assert (detail.remote_id, detail.owed) == ("900", (Aspect.STOCK, Aspect.PRICE, Aspect.CONTENT))


def test_a_line_with_nothing_owed_says_so(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente)
    database.run_now(hold, [row.id for row in queue(database)], held=True, by=gerente)
    empty_queue(database)
    (row,) = database.read_now(lambda reader: reader.product_rows([kept.id]))
    assert (row.queue, row.owed_since) == (None, None)


def test_a_scanned_code_is_a_barcode_or_else_a_reference(database: Database, gerente: Actor) -> None:
    bars = keep(database, by=gerente, reference="PAN-1", barcode=a_gtin(1))
    twin = keep(database, by=gerente, reference=a_gtin(1))
    by_code = lambda code: database.read_now(lambda reader: reader.product_by_code(code))  # noqa: E731
    assert by_code(f" {a_gtin(1)}\n") == bars.id
    assert by_code("pan-1") == bars.id
    assert by_code("") is None
    assert twin.id != bars.id


def test_the_whole_catalogue_leaves_by_reference(database: Database, gerente: Actor) -> None:
    for reference in ("B", "a", "C"):
        keep(database, by=gerente, reference=reference, brand="Boa", on_hand=2)
    rows = database.read_now(lambda reader: reader.export_rows())
    assert [row.product.reference for row in rows] == ["a", "B", "C"]
    assert {(row.brand, row.category, row.on_hand) for row in rows} == {("Boa", "", Decimal(2))}
