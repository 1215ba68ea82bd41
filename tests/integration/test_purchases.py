"""A supplier's note enters once: goods, costs and chosen prices, and the store hears exactly what changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.books import OpenStation, Told, ask_sql, in_books
from tests.builders import a_gtin, empty_queue, keep, queue
from tests.purchase_notes import OTHER_SHOP, SHOP, a_note, item, read
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people import set_permission
from varejoforte_desktop.application.purchase_plan import PlannedLine, PurchasePlan, plan_purchase
from varejoforte_desktop.application.purchases import PurchaseReceipt, enter_purchase
from varejoforte_desktop.domain.errors import (
    ChangedMeanwhile,
    DomainError,
    NoSuchRecord,
    NotAllowed,
    NotInteger,
)
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady, PurchaseRefused
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.purchase import LineChoice, Match, PurchaseNote
from varejoforte_desktop.fiscal.purchase_file import parse_note
from varejoforte_desktop.persistence.database import Database


def plan(database: Database, note: PurchaseNote, by: Actor) -> PurchasePlan:
    return database.read_now(lambda reader: plan_purchase(reader, note, own_cnpj=SHOP, by=by))


def enter(
    database: Database, note: PurchaseNote, choices: Sequence[LineChoice], by: Actor, **more: Any
) -> PurchaseReceipt:
    return database.run_now(enter_purchase, note, choices, **{"own_cnpj": SHOP, "by": by, **more})


def as_planned(line: PlannedLine) -> LineChoice:
    """What Enter accepts: the product found, bonus goods without touching the cost."""
    assert line.product is not None, line.line.name
    return LineChoice(
        place=line.line.place,
        product_id=line.product.product.id,
        factor=line.factor,
        set_cost=line.sets_cost,
        seen=line.product.product.version,
    )


def product(database: Database, product_id: int) -> Product:
    found: Product = in_books(database, lambda uow: uow.products.get(product_id))
    return found


def on_hand(database: Database, product_id: int) -> Decimal:
    found: Decimal = in_books(database, lambda uow: uow.shelf.on_hand(product_id))
    return found


def refused(why: str) -> Any:
    return pytest.raises(PurchaseRefused, match=why)


# -- the note of the month: twelve lines, a box of twelve, a gift -----------------------------------------------------


def twelve(database: Database, by: Actor) -> tuple[PurchaseNote, list[Product]]:
    """Nine pans by barcode and one by reference that the shop has, a box of twelve, and a gift of the first."""
    kept = [
        keep(database, by=by, on_hand=5, barcode=a_gtin(n), cost=Money(900), price=Money(1800))
        for n in range(1, 10)
    ]
    kept.append(
        keep(database, by=by, reference="FV-10", cost=Money(500), price=Money(1000), sell_online=False)
    )
    kept.append(keep(database, by=by, on_hand=1, barcode=a_gtin(11), cost=Money(1000), price=Money(1500)))
    empty_queue(database)
    items = [item(f"FV-{n}", cEAN=a_gtin(n)) for n in range(1, 10)]
    items[1] |= {"vIPI": "10.00", "vFrete": "5.00", "vDesc": "2.00", "vICMSST": "3.33"}
    items.append(item("fv-10"))
    items.append(
        item("FV-CX", uCom="CX", qCom="2.0000", vUnCom="150.0000000000", cEAN="SEM GTIN", cEANTrib=a_gtin(11),
             uTrib="UN", qTrib="24.0000")
    )  # fmt: skip
    items.append(item("FV-1", cEAN=a_gtin(1), CFOP="5910", qCom="1.0000"))
    return read(items), kept


def test_the_note_of_the_month(database: Database, gerente: Actor, told: Told) -> None:
    note, kept = twelve(database, gerente)
    planned = plan(database, note, gerente)
    assert [line.match for line in planned.lines] == [Match.BARCODE] * 9 + [
        Match.REFERENCE, Match.BARCODE, Match.BARCODE,
    ]  # fmt: skip
    assert [line.factor for line in planned.lines] == [1] * 10 + [12, 1]
    assert [line.line.place for line in planned.lines if not line.factor_known] == [11]
    choices = [as_planned(line) for line in planned.lines]
    choices[0] = replace(choices[0], price=Money(2000))
    told.take()

    receipt = enter(database, note, choices, gerente)

    assert (receipt.entered, receipt.left_out, receipt.new_products) == (12, 0, 0)
    assert (receipt.costs, receipt.prices, receipt.told) == (11, 1, 10)
    now = [product(database, each.id) for each in kept]
    assert [each.cost.cents for each in now] == [1000, 1163, *[1000] * 7, 1000, 1250]
    assert [each.price.cents for each in now] == [2000, *[1800] * 8, 1000, 1500]
    assert [on_hand(database, each.id) for each in kept] == [16, *[15] * 8, 10, 25]
    owed = {(row.subject.id, row.aspect) for row in queue(database)}
    assert owed == {
        (each.id, aspect) for each in kept if each.sell_online for aspect in (Aspect.STOCK, Aspect.PRICE)
    }
    assert {Topic.PURCHASES, Topic.STOCK, Topic.PRODUCTS, Topic.QUEUE} <= told.take()


def test_what_was_entered_is_kept_byte_by_byte_and_found_again(database: Database, gerente: Actor) -> None:
    note, kept = twelve(database, gerente)
    receipt = enter(
        database, note, [as_planned(each) for each in plan(database, note, gerente).lines], gerente
    )
    assert database.read_now(lambda reader: reader.purchases.xml(receipt.purchase_id)) == note.xml
    detail = database.read_now(lambda reader: reader.purchases.detail(receipt.purchase_id))
    assert (detail.row.number, detail.row.total, detail.row.lines) == (4471, note.total, 12)
    assert (detail.supplier.name, detail.protocol) == ("Metalúrgica Fervalto Ltda", "135260000123456")
    box, gift = detail.lines[10], detail.lines[11]
    assert (box.factor, box.entered, box.unit_cost) == (12, 24, Decimal("12.5000"))
    assert (detail.lines[1].unit_cost, detail.lines[1].total) == (Decimal("11.6330"), Money(11633))
    assert (gift.bonus, gift.product_id, gift.entered) == (True, kept[0].id, 1)
    assert [row.document for row in database.read_now(lambda reader: reader.movements(limit=3))] == [
        "NF-e 4471"
    ] * 3
    for text in ("4471", "ferv", "60.746.948/0001-12", note.key, ""):
        rows = database.read_now(lambda reader, text=text: reader.purchases.rows(text=text))
        assert [row.id for row in rows] == [receipt.purchase_id], text
    assert database.read_now(lambda reader: reader.purchases.rows(text="4472")) == []
    with pytest.raises(NoSuchRecord):
        database.read_now(lambda reader: reader.purchases.detail(99))
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_the_next_note_knows_the_supplier_by_heart(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, cost=Money(100))
    first = read([item("CX9", uCom="CX", qCom="1.0000", vUnCom="60.0000000000")])
    assert plan(database, first, gerente).lines[0].match is Match.UNKNOWN
    enter(database, first, [LineChoice(place=1, product_id=kept.id, factor=Decimal(6))], gerente)
    second = read(
        [item("CX9", "Outro nome", uCom="CX"), item("CX10")], number=4472, supplier="Fervalto do Brasil Ltda"
    )
    line, other = plan(database, second, gerente).lines
    assert (line.match, line.factor, line.factor_known) == (Match.REMEMBERED, 6, True)
    assert other.match is Match.UNKNOWN
    elsewhere = read([item("CX9")], issuer="11122233396", number=1)
    assert plan(database, elsewhere, gerente).lines[0].match is Match.UNKNOWN
    enter(database, second, [as_planned(line), LineChoice(place=2)], gerente)
    detail = database.read_now(lambda reader: reader.purchases.detail(2))
    assert (detail.supplier.name, detail.row.left_out) == ("Fervalto do Brasil Ltda", 1)
    assert (on_hand(database, kept.id), product(database, kept.id).cost) == (66, Money(167))


# -- recognising ------------------------------------------------------------------------------------------------------


def test_a_person_chooses_when_several_products_could_be_meant(database: Database, gerente: Actor) -> None:
    unit = keep(database, by=gerente, barcode=a_gtin(1))
    box = keep(database, by=gerente, barcode=a_gtin(2))
    note = read([item("A", cEAN=a_gtin(2), cEANTrib=a_gtin(1)), item("B", cEAN="0012345678905")])
    line, other = plan(database, note, gerente).lines
    assert line.match is Match.SEVERAL
    assert line.product is None
    assert {each.product.id for each in line.candidates} == {unit.id, box.id}
    assert other.match is Match.UNKNOWN


def test_the_box_itself_and_a_upc_are_found(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente, barcode=a_gtin(2))
    keep(database, by=gerente, barcode="012345678905")
    note = read(
        [
            item("A", cEAN=a_gtin(2), cEANTrib=a_gtin(1), uCom="CX", uTrib="UN", qTrib="120.0000"),
            item("B", cEAN="0012345678905"),
        ]
    )
    box, upc = plan(database, note, gerente).lines
    assert (box.match, box.factor, box.factor_known) == (Match.BARCODE, 1, True)
    assert upc.match is Match.BARCODE


def test_a_retired_product_is_found_only_when_no_other_has_its_bars(
    database: Database, gerente: Actor
) -> None:
    old = keep(database, by=gerente, barcode=a_gtin(1), active=False)
    assert plan(database, read([item("A", cEAN=a_gtin(1))]), gerente).lines[0].product is not None
    new = keep(database, by=gerente)
    ask_sql(database.url, "UPDATE product SET barcode = :bars WHERE id = :id", bars=a_gtin(1), id=new.id)
    line = plan(database, read([item("A", cEAN=a_gtin(1))]), gerente).lines[0]
    assert [each.product.id for each in line.candidates] == [new.id] != [old.id]


def test_new_products_are_made_once_for_each_code_and_their_goods_enter(
    database: Database, gerente: Actor
) -> None:
    keep(database, by=gerente, reference="NOVO-1")
    empty_queue(database)
    note = read(
        [item("NOVO-1x", cEAN=a_gtin(7)), item("NOVO-1x", CFOP="5910", qCom="2.0000"), item("NOVO-2")]
    )
    planned = plan(database, note, gerente)
    assert [line.draft.reference for line in planned.lines] == ["NOVO-1x", "NOVO-1x", "NOVO-2"]
    drafts = [replace(line.draft, price=Money(1990)) for line in planned.lines]
    drafts[2] = replace(drafts[2], sell_online=True)
    choices = [
        LineChoice(place=place, new=draft, set_cost=place != 2) for place, draft in enumerate(drafts, start=1)
    ]
    receipt = enter(database, note, choices, gerente)
    assert (receipt.new_products, receipt.costs, receipt.told) == (2, 0, 1)
    made = [product(database, each) for each in (2, 3)]
    assert [(each.reference, each.cost, each.price) for each in made] == [
        ("NOVO-1x", Money(1000), Money(1990)),
        ("NOVO-2", Money(1000), Money(1990)),
    ]
    assert [on_hand(database, each.id) for each in made] == [12, 10]
    assert {(row.subject.id, row.aspect) for row in queue(database)} == {
        (3, aspect) for aspect in (Aspect.STOCK, Aspect.PRICE, Aspect.CONTENT)
    }


def test_a_product_exactly_called_like_the_suppliers_code_is_no_idea_for_a_new_one(
    database: Database, gerente: Actor
) -> None:
    keep(database, by=gerente, reference="A", barcode=a_gtin(3))
    line = plan(database, read([item("a", cEAN=a_gtin(4))]), gerente).lines[0]
    assert line.match is Match.REFERENCE
    assert line.draft.reference == a_gtin(4)


# -- what is refused --------------------------------------------------------------------------------------------------


def test_the_same_note_enters_once(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente)
    note = read([item("A")])
    choice = LineChoice(place=1, product_id=kept.id)
    enter(database, note, [choice], gerente)
    with refused("repeated"):
        plan(database, note, gerente)
    with refused("repeated"):
        enter(database, note, [choice], gerente)
    assert on_hand(database, kept.id) == 10


def test_two_stations_enter_the_same_file_at_once_and_one_of_them_does(
    database: Database, stations: OpenStation, gerente: Actor
) -> None:
    kept = keep(database, by=gerente)
    data = a_note([item("A")])
    books = [database, stations(database.url)]

    def try_it(station: Database) -> str:
        try:
            enter(station, parse_note(data), [LineChoice(place=1, product_id=kept.id)], gerente)
        except PurchaseRefused as error:
            return error.why
        return "entered"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_it, books)) == ["entered", "repeated"]
    assert on_hand(database, kept.id) == 10
    assert len(database.read_now(lambda reader: reader.purchases.rows())) == 1


def test_a_note_that_is_not_the_shops_or_not_proven_is_refused(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente)
    choices = [LineChoice(place=1, product_id=kept.id)]
    with refused("recipient"):
        enter(database, read([item("A")], recipient=OTHER_SHOP), choices, gerente)
    with pytest.raises(FiscalNotReady):
        enter(database, read([item("A")]), choices, gerente, own_cnpj="")
    for unproven in (
        read([item("A")], stat=None),
        read([item("A")], environment="2"),
        read([item("A")], signature=False),
    ):
        with refused("unproven"):
            enter(database, unproven, choices, gerente)
    assert on_hand(database, kept.id) == 0
    enter(database, read([item("A")], stat=None), choices, gerente, accept_unproven=True)
    assert on_hand(database, kept.id) == 10


def test_nothing_enters_when_a_line_is_undecided_or_all_are_left_out(
    database: Database, gerente: Actor
) -> None:
    kept = keep(database, by=gerente)
    note = read([item("A"), item("B"), item("C")])
    with refused("unmatched") as raised:
        enter(database, note, [LineChoice(place=2, product_id=kept.id)], gerente)
    assert raised.value.facts == "1, 3"
    with refused("nothing"):
        enter(database, note, [LineChoice(place=place) for place in (1, 2, 3)], gerente)


@pytest.mark.parametrize(
    ("fields", "choice", "error"),
    [
        ({"qCom": "2.5000"}, {}, NotInteger),
        ({"qCom": "0.0000"}, {}, PurchaseRefused),
        ({}, {"factor": Decimal(0)}, DomainError),
        ({}, {"product_id": 77}, NoSuchRecord),
    ],
    ids=["half a pan", "no quantity", "no factor", "no such product"],
)
def test_a_wrong_line_takes_the_whole_note_back(
    database: Database,
    gerente: Actor,
    fields: dict[str, str],
    choice: dict[str, Any],
    error: type[DomainError],
) -> None:
    first, second = keep(database, by=gerente), keep(database, by=gerente)
    note = read([item("A"), item("B", **fields)])
    choices = [
        LineChoice(place=1, product_id=first.id),
        LineChoice(**{"place": 2, "product_id": second.id, **choice}),
    ]
    with pytest.raises(error):
        enter(database, note, choices, gerente)
    assert (on_hand(database, first.id), product(database, first.id)) == (0, first)
    assert database.read_now(lambda reader: reader.purchases.entered(note.key)) is None
    assert ask_sql(database.url, "SELECT count(*) FROM supplier") == [(0,)]


def test_a_price_that_somebody_changed_meanwhile_is_not_overwritten(
    database: Database, gerente: Actor
) -> None:
    kept = keep(database, by=gerente, reference="A")
    note = read([item("A")])
    choice = replace(as_planned(plan(database, note, gerente).lines[0]), price=Money(5000))
    database.run_now(save_product, replace(kept, price=Money(7777)), brand="", category="", by=gerente)
    with pytest.raises(ChangedMeanwhile):
        enter(database, note, [choice], gerente)
    enter(database, note, [replace(choice, price=None)], gerente)
    assert (product(database, kept.id).price, product(database, kept.id).cost) == (Money(7777), Money(1000))


def test_who_may(database: Database, operador: Actor, gerente: Actor) -> None:
    kept = keep(database, by=gerente)
    note = read([item("A")])
    with pytest.raises(NotAllowed):
        plan(database, note, operador)
    with pytest.raises(NotAllowed):
        enter(database, note, [LineChoice(place=1, product_id=kept.id)], operador)


def test_prices_and_new_products_are_for_those_who_keep_the_catalogue(
    database: Database, administrador: Actor, gerente: Actor
) -> None:
    kept = keep(database, by=gerente)
    database.run_now(set_permission, Role.GERENTE, Permission.EDIT_CATALOGUE, allowed=False, by=administrador)
    note = read([item("A")])
    for choice in (
        LineChoice(place=1, product_id=kept.id, price=Money(1)),
        LineChoice(place=1, new=Product(reference="N", name="Novo")),
    ):
        with pytest.raises(NotAllowed):
            enter(database, note, [choice], gerente)
    assert enter(database, note, [LineChoice(place=1, product_id=kept.id)], gerente).costs == 1


# -- costs ------------------------------------------------------------------------------------------------------------


def test_a_gift_dilutes_the_cost_only_when_asked_and_icms_comes_off_only_when_asked(
    database: Database, gerente: Actor
) -> None:
    kept = keep(database, by=gerente, cost=Money(900))
    gift = item("A", CFOP="5910", qCom="10.0000", vUnCom="0.0000000000")
    bought = item("A", vICMS="18.00")
    for number, (ticked, less_icms, cost) in enumerate(
        [(False, False, 1000), (True, False, 500), (False, True, 820)], start=1
    ):
        choices = [
            LineChoice(place=1, product_id=kept.id),
            LineChoice(place=2, product_id=kept.id, set_cost=ticked),
        ]
        enter(database, read([bought, gift], number=number), choices, gerente, less_icms=less_icms)
        assert product(database, kept.id).cost == Money(cost)
    assert on_hand(database, kept.id) == 60


def test_goods_alone_leave_cost_and_price_and_owe_only_stock(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente)
    empty_queue(database)
    enter(database, read([item("A")]), [LineChoice(place=1, product_id=kept.id, set_cost=False)], gerente)
    assert product(database, kept.id) == kept
    assert [(row.subject.id, row.aspect) for row in queue(database)] == [(kept.id, Aspect.STOCK)]


def test_the_log_tells_of_the_note_and_of_every_cost(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, cost=Money(900))
    note = read([item("A")])
    enter(database, note, [LineChoice(place=1, product_id=kept.id)], gerente)
    lines = ask_sql(
        database.url,
        "SELECT action, subject, after FROM audit_entry WHERE action IN ('purchase.entered', 'price.changed')",
    )
    told = {action: (subject, json.loads(after)) for action, subject, after in lines}
    assert told == {
        "price.changed": (kept.reference, {"cost": "10.00"}),
        "purchase.entered": (
            note.key,
            {
                "number": "4471",
                "supplier": "Metalúrgica Fervalto Ltda",
                "total": "100.00",
                "lines": "1",
                "left_out": "0",
                "proven": "yes",
            },
        ),
    }


def test_a_note_of_990_lines(database: Database, gerente: Actor) -> None:
    known = [Product(reference=f"FV-{n}", name=f"Panela {n}", cost=Money(1)) for n in range(980)]
    in_books(database, lambda uow: uow.products.add(known))
    note = read([item(f"FV-{n}", cEAN=a_gtin(n)) for n in range(990)])
    choices = [
        as_planned(line) if line.product is not None else LineChoice(place=line.line.place, new=line.draft)
        for line in plan(database, note, gerente).lines
    ]
    receipt = enter(database, note, choices, gerente)
    assert (receipt.entered, receipt.new_products, receipt.costs) == (990, 10, 980)
    assert ask_sql(database.url, "SELECT count(*), sum(on_hand) FROM stock") == [(990, 990 * 10_000)]
    assert database.read_now(lambda reader: reader.check()).problems == ()
