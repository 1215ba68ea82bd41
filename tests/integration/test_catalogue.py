"""A product is kept once, by one person at a time, and the store is owed what changed."""

import threading
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.books import OpenStation, Told, ask_sql, in_books
from tests.builders import a_gtin, a_product, empty_queue, keep, queue
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.domain.errors import (
    BarcodeTaken,
    ChangedMeanwhile,
    DomainError,
    Missing,
    NoSuchRecord,
    NotAllowed,
    ReferenceTaken,
    TooLong,
    WrongNcm,
)
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect, SubjectKind
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.persistence.database import Database


def save(database: Database, product: Product, by: Actor, *, brand: str = "", category: str = "") -> Product:
    return database.run_now(save_product, product, brand=brand, category=category, by=by)


def owed(database: Database) -> dict[str, set[Aspect]]:
    sides: dict[str, set[Aspect]] = {}
    for row in queue(database):
        sides.setdefault(str(row.subject), set()).add(row.aspect)
    return sides


def test_a_new_product_is_kept_and_owed_whole(database: Database, gerente: Actor, told: Told) -> None:
    kept = save(database, a_product(reference="PAN-1", name="  Panela  grande ", barcode=a_gtin(1)), gerente)
    assert (kept.version, kept.reference, kept.name) == (1, "PAN-1", "Panela grande")
    assert told.take() == {Topic.PRODUCTS, Topic.QUEUE}
    assert owed(database) == {f"product:{kept.id}": set(EVERYTHING)}
    detail = database.read_now(lambda reader: reader.product_detail(kept.id))
    assert detail.product == kept
    assert (detail.on_hand, detail.published, detail.remote_id) == (0, 0, None)


def test_every_field_comes_back_as_it_was_kept(database: Database, gerente: Actor) -> None:
    from datetime import date

    full = a_product(
        barcode=a_gtin(5),
        unit="KG",
        promotional_price=Money(100),
        promotion_start=date(2026, 3, 1),
        promotion_end=date(2026, 3, 31),
        minimum_stock=Decimal("1.500"),
        safety_stock=Decimal("0.250"),
        counter_reserve=Decimal("0.125"),
        weight=1200,
        length=30,
        width=20,
        height=10,
        model="M",
        warranty="1 ano",
        short_description="Çurta",
        description="Longa 😀",
        sell_online=False,
        active=False,
    )
    kept = save(database, full, gerente)
    assert replace(kept, id=0, version=0) == full
    assert in_books(database, lambda uow: uow.products.get(kept.id)) == kept


def test_a_product_kept_off_the_store_owes_nothing(database: Database, gerente: Actor) -> None:
    save(database, a_product(sell_online=False), gerente)
    assert owed(database) == {}


@pytest.mark.parametrize(
    ("changes", "sides"),
    [
        ({}, set()),
        ({"price": Money(1)}, {Aspect.PRICE}),
        ({"cost": Money(1)}, {Aspect.PRICE}),
        ({"name": "Outra"}, {Aspect.CONTENT}),
        ({"counter_reserve": Decimal(1)}, {Aspect.STOCK}),
        ({"minimum_stock": Decimal(1)}, set()),
        ({"name": "Outra", "price": Money(2), "safety_stock": Decimal(2)}, set(EVERYTHING)),
        ({"sell_online": False}, {Aspect.CONTENT}),
        ({"sell_online": False, "price": Money(3)}, {Aspect.CONTENT}),
        ({"active": False}, {Aspect.CONTENT}),
    ],
)
def test_a_changed_product_owes_its_changed_sides(
    database: Database, gerente: Actor, changes: dict[str, Any], sides: set[Aspect]
) -> None:
    kept = keep(database, by=gerente)
    empty_queue(database)
    again = save(database, replace(kept, **changes), gerente)
    assert again.version == 2
    assert owed(database).get(f"product:{kept.id}", set()) == sides


def test_a_product_put_on_sale_is_owed_whole(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, sell_online=False)
    save(database, replace(kept, sell_online=True), gerente)
    assert owed(database) == {f"product:{kept.id}": set(EVERYTHING)}


def test_who_saves_an_old_version_is_told(
    database: Database, second_station: Database, gerente: Actor
) -> None:
    opened = keep(database, by=gerente)
    save(second_station, replace(opened, price=Money(1)), gerente)
    with pytest.raises(ChangedMeanwhile):
        save(database, replace(opened, price=Money(2)), gerente)
    assert in_books(database, lambda uow: uow.products.get(opened.id)).price == Money(1)


@pytest.mark.parametrize("twin", ["PÃO-1", "pão-1", "pao-1", " PAO-1 "])
def test_a_reference_belongs_to_one_product_whatever_its_accents(
    database: Database, gerente: Actor, twin: str
) -> None:
    keep(database, by=gerente, reference="Pão-1")
    with pytest.raises(ReferenceTaken) as refused:
        keep(database, by=gerente, reference=twin)
    assert refused.value.reference == twin.strip()
    other = keep(database, by=gerente, reference="PAO-2")
    with pytest.raises(ReferenceTaken):
        save(database, replace(other, reference=twin), gerente)


def test_a_barcode_belongs_to_one_product(database: Database, gerente: Actor) -> None:
    first = keep(database, by=gerente, reference="PAN-1", barcode=a_gtin(1))
    with pytest.raises(BarcodeTaken) as refused:
        keep(database, by=gerente, barcode=a_gtin(1))
    assert (refused.value.barcode, refused.value.reference) == (a_gtin(1), "PAN-1")
    save(database, replace(first, price=Money(5)), gerente)  # its own is no second one
    keep(database, by=gerente)
    keep(database, by=gerente)  # and having none is no barcode


def test_two_stations_keep_the_same_barcode_at_once_and_one_is_refused(
    postgres_shop: str, stations: OpenStation, gerente: Actor
) -> None:
    outcomes: list[object] = []

    def save_at(station: Database) -> None:
        try:
            outcomes.append(save(station, a_product(barcode=a_gtin(9)), gerente))
        except BarcodeTaken as refused:
            outcomes.append(refused)

    together = [threading.Thread(target=save_at, args=(stations(postgres_shop),)) for _ in range(4)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert sum(isinstance(each, Product) for each in outcomes) == 1
    assert len(outcomes) == 4


def test_a_brand_is_made_once_whatever_its_accents(database: Database, gerente: Actor) -> None:
    first = keep(database, by=gerente, brand="Tramontina  Café")
    assert "brand:1" in owed(database)
    empty_queue(database)
    second = keep(database, by=gerente, brand=" TRAMONTINA CAFE ")
    assert first.brand_id == second.brand_id
    assert [row.name for row in database.read_now(lambda reader: reader.brands())] == ["Tramontina Café"]
    assert set(owed(database)) == {f"product:{second.id}"}


def test_every_shelf_of_a_category_is_made_once_and_owed(database: Database, gerente: Actor) -> None:
    first = keep(database, by=gerente, category="Cozinha > Panelas>Pressão")
    second = keep(database, by=gerente, category="COZINHA > panelas > Ferro")
    names = [row.name for row in database.read_now(lambda reader: reader.categories())]
    assert names == [
        "Cozinha",
        "Cozinha > Panelas",
        "Cozinha > Panelas > Ferro",
        "Cozinha > Panelas > Pressão",
    ]
    assert first.category_id != second.category_id
    made = {f"category:{row.id}" for row in database.read_now(lambda reader: reader.categories())}
    assert {each for each in owed(database) if each.startswith("category")} == made
    shelf = in_books(database, lambda uow: uow.categories.get(second.category_id))
    assert shelf.name == "Ferro"
    above = in_books(database, lambda uow: uow.categories.get(shelf.parent_id))
    assert above.name == "Panelas"


@pytest.mark.parametrize(
    ("brand", "category", "error", "field"),
    [
        ("x" * 121, "", TooLong, "brand"),
        ("", "a >  > b", Missing, "category"),
        ("", "> a", Missing, "category"),
        ("", "y" * 256, TooLong, "category"),
        ("", " > ".join(["z" * 250] * 5), TooLong, "category"),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused_with_the_whole_product(
    database: Database, gerente: Actor, *, brand: str, category: str, error: type[DomainError], field: str
) -> None:
    with pytest.raises(error) as refused:
        save(database, a_product(), gerente, brand=brand, category=category)
    assert refused.value.field == field
    assert database.read_now(lambda r: (r.categories(), r.brands(), len(r.export_rows()))) == ([], [], 0)


def test_a_wrong_field_keeps_nothing_not_even_the_new_brand(
    database: Database, gerente: Actor, told: Told
) -> None:
    with pytest.raises(WrongNcm):
        save(database, a_product(ncm="1"), gerente, brand="Nova")
    assert database.read_now(lambda reader: reader.brands()) == []
    assert queue(database) == []
    assert told.take() == frozenset()


def test_a_product_without_brand_loses_the_one_it_had(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, brand="Nova", category="Cozinha")
    bare = save(database, kept, gerente)
    assert (bare.brand_id, bare.category_id) == (None, None)


def test_who_only_sells_does_not_edit(database: Database, operador: Actor) -> None:
    with pytest.raises(NotAllowed):
        save(database, a_product(), operador)


@pytest.mark.parametrize("reference", ["ß" * 60, "ﷺ" * 60, "½" * 60, "😀" * 60, "'; DROP TABLE product; --"])
def test_strange_references_are_kept_on_every_engine(
    database: Database, gerente: Actor, reference: str
) -> None:
    kept = keep(database, by=gerente, reference=reference)
    assert in_books(database, lambda uow: uow.products.by_references([reference])) == {reference: kept}
    assert database.read_now(lambda reader: reader.product_by_code(reference)) == kept.id


@pytest.mark.parametrize("field", ["name", "reference", "description", "model"])
@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_signs_that_no_database_keeps_are_left_out(
    database: Database, gerente: Actor, field: str, sign: str
) -> None:
    kept = keep(database, by=gerente, **{field: f"A{sign}B"})
    assert getattr(kept, field) == "AB"


def test_a_product_that_is_gone_is_not_found(database: Database, gerente: Actor) -> None:
    with pytest.raises(NoSuchRecord):
        save(database, a_product(id=404, version=1), gerente)
    for which in ("products", "brands", "categories"):
        with pytest.raises(NoSuchRecord):
            in_books(database, lambda uow, which=which: getattr(uow, which).get(404))
    with pytest.raises(NoSuchRecord):
        database.read_now(lambda reader: reader.product_detail(404))
    assert database.read_now(lambda reader: reader.product_rows([404])) == []


def test_products_are_found_by_references_as_they_were_asked_for(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, reference="Pão-1")
    found = in_books(database, lambda uow: uow.products.by_references(["PAO-1", "pão-1", "nada"]))
    assert found == {"PAO-1": kept, "pão-1": kept}


def test_many_products_are_added_and_changed_at_once(database: Database) -> None:
    products = [a_product(reference=f"LOTE-{n}", name=f"Produto {n}") for n in range(450)]
    ids = in_books(database, lambda uow: uow.products.add(products))
    assert ids == sorted(ids)
    kept = in_books(database, lambda uow: uow.products.by_references([p.reference for p in products]))
    assert [kept[p.reference].id for p in products] == ids
    dearer = [replace(each, price=Money(1)) for each in kept.values()]
    in_books(database, lambda uow: uow.products.save_many(dearer))
    assert {row.product.price for row in database.read_now(lambda r: r.export_rows())} == {Money(1)}
    assert database.read_now(lambda reader: reader.check()).problems == ()
    in_books(database, lambda uow: uow.products.save_many([]))
    assert in_books(database, lambda uow: uow.products.add([])) == []


def test_one_taken_reference_refuses_the_whole_lot(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente, reference="PAN-1")
    with pytest.raises(ReferenceTaken):
        in_books(database, lambda uow: uow.products.add([a_product(), a_product(reference="pan-1")]))
    assert len(database.read_now(lambda reader: reader.export_rows())) == 1


def test_the_database_itself_refuses_a_price_below_zero(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente)
    with pytest.raises(Exception, match="ck_product_prices"):
        ask_sql(database.url, "UPDATE product SET price = -1")


def test_the_kinds_of_subjects_are_those_that_can_be_owed() -> None:
    assert {kind.value for kind in SubjectKind} == {
        "product", "variant", "category", "brand", "order", "invoice",
    }  # fmt: skip


async def test_screens_are_told_on_their_own_thread_after_it_holds(
    database: Database, gerente: Actor
) -> None:
    heard: list[tuple[str, int]] = []
    database._changes.subscribe(
        lambda _topics: heard.append(
            (threading.current_thread().name, len(database.read_now(lambda r: r.export_rows())))
        )
    )
    kept = await database.run(save_product, a_product(), brand="", category="", by=gerente)
    assert heard == [(threading.current_thread().name, 1)]
    assert (await database.read(lambda reader: reader.product_detail(kept.id))).product == kept
