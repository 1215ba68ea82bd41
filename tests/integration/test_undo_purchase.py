"""A purchase that should not have entered is taken back whole, once, and its right file may enter afterwards."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.books import OpenStation, Told, ask_sql
from tests.builders import a_gtin, empty_queue, keep, move, queue
from tests.integration.test_purchases import as_planned, enter, on_hand, plan, product, refused, twelve
from tests.order_builders import a_line, an_order, imported, learn_statuses
from tests.purchase_notes import item, note_key, read
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people import set_permission
from varejoforte_desktop.application.undo_purchase import UndoReceipt, undo_purchase
from varejoforte_desktop.domain.errors import Missing, NoSuchRecord, NotAllowed
from varejoforte_desktop.domain.fiscal_errors import PurchaseRefused
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.purchase import LineChoice, Match
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

REASON = "Nota do mês passado"


def undo(database: Database, purchase_id: int, by: Actor, **more: Any) -> UndoReceipt:
    return database.run_now(undo_purchase, purchase_id, **{"reason": REASON, "by": by, **more})


def bought(
    database: Database, by: Actor, kept: Product, *, number: int = 4471, **choice: Any
) -> tuple[int, LineChoice]:
    """Ten pieces of it at ten reais."""
    done = LineChoice(place=1, product_id=kept.id, **choice)
    return enter(database, read([item("A")], number=number), [done], by).purchase_id, done


# -- what comes of it -------------------------------------------------------------------------------------------------


def test_the_note_of_the_month_is_taken_back(database: Database, gerente: Actor, told: Told) -> None:
    note, kept = twelve(database, gerente)
    before = [product(database, each.id) for each in kept]
    choices = [as_planned(line) for line in plan(database, note, gerente).lines]
    choices[0] = replace(choices[0], price=Money(2000))
    purchase_id = enter(database, note, choices, gerente).purchase_id
    empty_queue(database)
    told.take()

    receipt = undo(database, purchase_id, gerente)

    assert (receipt.number, receipt.lines, receipt.costs, receipt.prices) == (4471, 12, 11, 1)
    assert (receipt.kept, receipt.told) == (0, 10)
    now = [product(database, each.id) for each in kept]
    assert [(each.cost, each.price) for each in now] == [(each.cost, each.price) for each in before]
    assert [on_hand(database, each.id) for each in kept] == [5] * 9 + [0, 1]
    assert {(row.subject.id, row.aspect) for row in queue(database)} == {
        (each.id, aspect) for each in kept if each.sell_online for aspect in (Aspect.STOCK, Aspect.PRICE)
    }
    assert {Topic.PURCHASES, Topic.STOCK, Topic.PRODUCTS, Topic.QUEUE} <= told.take()
    moved = database.read_now(lambda reader: reader.movements(limit=12))
    assert {(row.kind, row.reason, row.document) for row in moved} == {
        (MovementKind.EXIT, f"Entrada desfeita: {REASON}", "NF-e 4471")
    }
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_it_stays_in_the_list_as_undone_and_the_file_may_enter_again(
    database: Database, gerente: Actor
) -> None:
    kept = keep(database, by=gerente, cost=Money(900))
    first, choice = bought(database, gerente, kept)
    undo(database, first, gerente)
    again, _ = bought(database, gerente, kept)
    rows = database.read_now(lambda reader: reader.purchases.rows())
    assert [(row.id, row.undone) for row in rows] == [(again, False), (first, True)]
    assert (rows[1].undone_by, rows[1].undo_reason) == (gerente.name, REASON)
    standing = database.read_now(lambda reader: reader.purchases.entered(note_key(4471)))
    assert standing is not None
    assert standing.id == again
    assert (on_hand(database, kept.id), product(database, kept.id).cost) == (10, Money(1000))
    with refused("repeated"):
        enter(database, read([item("A")]), [choice], gerente)
    undo(database, again, gerente)
    assert on_hand(database, kept.id) == 0
    assert database.read_now(lambda reader: reader.purchases.entered(note_key(4471))) is None


def test_what_somebody_changed_since_is_left_alone(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, cost=Money(900), price=Money(1500))
    purchase_id, _ = bought(database, gerente, kept, price=Money(2000))
    dearer = replace(product(database, kept.id), price=Money(2500))
    database.run_now(save_product, dearer, brand="", category="", by=gerente)
    receipt = undo(database, purchase_id, gerente)
    assert (receipt.costs, receipt.prices, receipt.kept) == (1, 0, 1)
    now = product(database, kept.id)
    assert (now.cost, now.price) == (Money(900), Money(2500))


def test_an_old_price_that_a_promotion_stands_in_the_way_of_does_not_come_back(
    database: Database, gerente: Actor
) -> None:
    kept = keep(database, by=gerente, cost=Money(900), price=Money(1500))
    purchase_id, _ = bought(database, gerente, kept, price=Money(2000))
    days = {"promotion_start": date(2026, 3, 1), "promotion_end": date(2026, 3, 31)}
    offer = replace(product(database, kept.id), promotional_price=Money(1800), **days)
    database.run_now(save_product, offer, brand="", category="", by=gerente)
    receipt = undo(database, purchase_id, gerente)
    assert (receipt.costs, receipt.prices, receipt.kept) == (1, 0, 1)
    assert product(database, kept.id).price == Money(2000)


def test_a_product_that_the_note_made_stays_without_goods(database: Database, gerente: Actor) -> None:
    note = read([item("N", cEAN=a_gtin(7))])
    draft = plan(database, note, gerente).lines[0].draft
    purchase_id = enter(database, note, [LineChoice(place=1, new=draft)], gerente).purchase_id
    receipt = undo(database, purchase_id, gerente)
    assert (receipt.costs, receipt.kept) == (0, 0)
    assert (on_hand(database, 1), product(database, 1).cost) == (0, Money(1000))


def test_what_it_taught_is_forgotten_but_for_what_other_notes_said(
    database: Database, gerente: Actor
) -> None:
    kept, other = keep(database, by=gerente), keep(database, by=gerente)
    box = item("CX", uCom="cx", qCom="1.0000", vUnCom="60.0000000000")
    enter(database, read([box]), [LineChoice(place=1, product_id=kept.id, factor=Decimal(6))], gerente)
    wrong = [LineChoice(place=1, product_id=other.id), LineChoice(place=2, product_id=other.id)]
    purchase_id = enter(database, read([box, item("Z")], number=2), wrong, gerente).purchase_id
    assert ask_sql(database.url, "SELECT count(*) FROM supplier_product") == [(2,)]
    undo(database, purchase_id, gerente)
    known, unknown = plan(database, read([box, item("Z")], number=3), gerente).lines
    assert (known.match, known.factor, known.factor_known) == (Match.REMEMBERED, 6, True)
    assert known.product is not None
    assert known.product.product.id == kept.id
    assert unknown.match is Match.UNKNOWN


def test_the_log_tells_who_took_it_back_and_why(
    database: Database, administrador: Actor, gerente: Actor
) -> None:
    purchase_id, _ = bought(database, gerente, keep(database, by=gerente, cost=Money(1000)))
    undo(database, purchase_id, gerente, approved_by=administrador)
    told = ask_sql(
        database.url, "SELECT subject, before, after FROM audit_entry WHERE action = 'purchase.undone'"
    )
    assert [(subject, json.loads(before), json.loads(after)) for subject, before, after in told] == [
        (
            note_key(4471),
            {"number": "4471", "supplier": "Metalúrgica Fervalto Ltda", "total": "100.00", "lines": "1"},
            {"reason": REASON, "approved_by": administrador.name},
        )
    ]


# -- what is refused --------------------------------------------------------------------------------------------------


def test_goods_that_are_gone_cannot_be_taken_back(database: Database, gerente: Actor) -> None:
    first, second = keep(database, by=gerente, cost=Money(900)), keep(database, by=gerente)
    choices = [LineChoice(place=1, product_id=first.id), LineChoice(place=2, product_id=second.id)]
    purchase_id = enter(database, read([item("A"), item("B")]), choices, gerente).purchase_id
    empty_queue(database)
    move(database, second, MovementKind.EXIT, "1", by=gerente)
    with refused("sold") as raised:
        undo(database, purchase_id, gerente)
    assert raised.value.facts == second.reference
    assert [on_hand(database, each.id) for each in (first, second)] == [10, 9]
    assert product(database, first.id).cost == Money(1000)
    assert not database.read_now(lambda reader: reader.purchases.detail(purchase_id)).row.undone


def test_goods_that_are_promised_to_orders_cannot_be_taken_back(
    database: Database, administrador: Actor, gerente: Actor
) -> None:
    learn_statuses(database, administrador)
    kept = keep(database, by=gerente, on_hand=1)
    purchase_id, _ = bought(database, gerente, kept)
    imported(database, an_order(a_line(kept, 2)), gerente)
    with refused("promised") as raised:
        undo(database, purchase_id, gerente)
    assert raised.value.facts == kept.reference
    assert on_hand(database, kept.id) == 11


def test_it_is_taken_back_once_with_a_reason_by_who_may(
    database: Database, administrador: Actor, gerente: Actor, operador: Actor
) -> None:
    purchase_id, _ = bought(database, gerente, keep(database, by=gerente))
    with pytest.raises(Missing):
        undo(database, purchase_id, gerente, reason="  \n ")
    with pytest.raises(NotAllowed):
        undo(database, purchase_id, operador)
    with pytest.raises(NoSuchRecord):
        undo(database, 99, gerente)
    database.run_now(set_permission, Role.GERENTE, Permission.ADJUST_STOCK, allowed=False, by=administrador)
    with pytest.raises(NotAllowed):
        undo(database, purchase_id, gerente)
    undo(database, purchase_id, gerente, approved_by=administrador)
    with refused("undone"):
        undo(database, purchase_id, administrador)


def test_two_stations_take_it_back_at_once_and_one_of_them_does(
    database: Database, stations: OpenStation, gerente: Actor
) -> None:
    kept = keep(database, by=gerente, on_hand=15, cost=Money(900))
    purchase_id, _ = bought(database, gerente, kept)

    def try_it(station: Database) -> str:
        try:
            undo(station, purchase_id, gerente)
        except PurchaseRefused as error:
            return error.why
        return "undone by me"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_it, [database, stations(database.url)])) == ["undone", "undone by me"]
    assert (on_hand(database, kept.id), product(database, kept.id).cost) == (15, Money(900))
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_one_station_takes_it_back_while_another_enters_it_anew(
    database: Database, stations: OpenStation, gerente: Actor
) -> None:
    kept = keep(database, by=gerente, on_hand=15)
    purchase_id, choice = bought(database, gerente, kept)
    other = stations(database.url)

    def enter_again() -> str:
        try:
            enter(other, read([item("A")]), [choice], gerente)
        except PurchaseRefused as error:
            return error.why
        return "entered"

    with ThreadPoolExecutor(2) as pool:
        undone, entered = pool.submit(undo, database, purchase_id, gerente), pool.submit(enter_again)
        undone.result()
        standing = {"entered": 1, "repeated": 0}[entered.result()]
    assert on_hand(database, kept.id) == 15 + 10 * standing
    assert ask_sql(database.url, "SELECT count(*) FROM purchase WHERE undone_at IS NULL") == [(standing,)]
