"""Notes that are no purchase: billed before they come, returned, added to: nothing enters twice and no cost changes."""

from __future__ import annotations

import pytest

from tests.builders import a_gtin, empty_queue, keep, queue
from tests.integration.test_purchases import as_planned, enter, on_hand, plan, product, refused
from tests.purchase_notes import item, read
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.purchase import LineChoice
from varejoforte_desktop.domain.unbought import Unbought
from varejoforte_desktop.persistence.database import Database


def test_what_is_billed_before_it_comes_enters_once(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, on_hand=0, barcode=a_gtin(11), cost=Money(800), price=Money(1500))
    billed = plan(database, read([item("A", CFOP="5922", cEAN=a_gtin(11))]), gerente)
    assert (billed.lines[0].unbought, billed.lines[0].stays_out) == (Unbought.BILLED, True)
    with refused("nothing"):
        enter(database, billed.note, [LineChoice(place=1)], gerente)
    came = plan(database, read([item("A", CFOP="5117", cEAN=a_gtin(11))], number=2), gerente)
    assert (came.lines[0].unbought, came.lines[0].sets_cost) == (None, True)
    enter(database, came.note, [as_planned(came.lines[0])], gerente)
    assert (on_hand(database, kept.id), product(database, kept.id).cost) == (10, Money(1000))


@pytest.mark.parametrize(
    ("cfop", "purpose", "why"),
    [
        ("5202", "1", Unbought.RETURN),
        ("5102", "4", Unbought.RETURN),
        ("5102", "2", Unbought.COMPLEMENT),
        ("5102", "3", Unbought.ADJUSTMENT),
        ("6949", "1", Unbought.SENT),
        ("5922", "4", Unbought.RETURN),
    ],
)
def test_goods_that_were_not_bought_come_in_without_touching_the_cost(
    database: Database, gerente: Actor, cfop: str, purpose: str, why: Unbought
) -> None:
    kept = keep(database, by=gerente, on_hand=0, barcode=a_gtin(11), cost=Money(800), price=Money(1500))
    note = read([item("A", cEAN=a_gtin(11), CFOP=cfop)], purpose=purpose)
    line = plan(database, note, gerente).lines[0]
    assert (line.unbought, line.sets_cost, line.stays_out) == (why, False, False)
    enter(database, note, [as_planned(line)], gerente)
    assert (on_hand(database, kept.id), product(database, kept.id).cost) == (10, Money(800))


def test_a_line_given_by_a_discount_of_all_of_it_leaves_the_cost(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, on_hand=0, barcode=a_gtin(11), cost=Money(800), price=Money(1500))
    empty_queue(database)
    note = read([item("A", cEAN=a_gtin(11), vDesc="100.00")])
    line = plan(database, note, gerente).lines[0]
    assert (line.line.bonus, line.sets_cost) == (True, False)
    enter(database, note, [as_planned(line)], gerente)
    assert (on_hand(database, kept.id), product(database, kept.id).cost) == (10, Money(800))
    assert [row.aspect for row in queue(database)] == [Aspect.STOCK]


def test_a_note_of_entry_that_the_other_side_issued_is_refused(database: Database, gerente: Actor) -> None:
    with refused("direction"):
        plan(database, read([item("A")], direction="0"), gerente)
