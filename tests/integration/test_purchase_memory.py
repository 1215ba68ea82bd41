"""What a supplier's code meant the last time is believed only while nothing on the note speaks against it."""

from __future__ import annotations

from decimal import Decimal

from tests.books import ask_sql
from tests.builders import a_gtin, keep
from tests.integration.test_purchases import as_planned, enter, on_hand, plan, product
from tests.purchase_notes import item, read
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.purchase import LineChoice, Match
from varejoforte_desktop.persistence.database import Database

BOX = item(
    "FV-1",
    uCom="CX",
    qCom="2.0000",
    vUnCom="120.0000000000",
    cEANTrib=a_gtin(11),
    uTrib="UN",
    qTrib="24.0000",
)
PIECES = item("FV-1", uCom="UN", qCom="24.0000", vUnCom="10.0000000000", cEAN=a_gtin(11))


def test_a_conversion_is_for_the_unit_it_was_learned_with(database: Database, gerente: Actor) -> None:
    kept = keep(database, by=gerente, on_hand=0, barcode=a_gtin(11), cost=Money(1000), price=Money(1500))
    box = read([BOX])
    enter(database, box, [as_planned(line) for line in plan(database, box, gerente).lines], gerente)

    pieces = read([PIECES], number=4472)
    line = plan(database, pieces, gerente).lines[0]
    assert (line.match, line.factor, line.factor_known) == (Match.REMEMBERED, 1, False)
    assert line.learned is not None
    assert (line.learned.unit, line.learned.factor) == ("CX", 12)
    enter(database, pieces, [as_planned(line)], gerente)
    assert (on_hand(database, kept.id), product(database, kept.id).cost) == (48, Money(1000))

    again = plan(database, read([PIECES | {"uCom": "un"}], number=4473), gerente).lines[0]
    assert (again.factor, again.factor_known) == (1, True)
    larger = plan(database, read([BOX], number=4474), gerente).lines[0]
    assert (larger.factor, larger.factor_known) == (12, False)


def test_a_conversion_learned_before_units_were_kept_counts_where_the_note_says_the_same(
    database: Database, gerente: Actor
) -> None:
    kept = keep(database, by=gerente)
    enter(database, read([BOX]), [LineChoice(place=1, product_id=kept.id, factor=Decimal(12))], gerente)
    ask_sql(database.url, "UPDATE supplier_product SET unit = ''")
    told = plan(database, read([BOX], number=2), gerente).lines[0]
    assert (told.match, told.factor, told.factor_known) == (Match.REMEMBERED, 12, True)
    other = plan(database, read([PIECES], number=3), gerente).lines[0]
    assert (other.match, other.factor, other.factor_known) == (Match.REMEMBERED, 1, False)


def test_bars_of_another_product_ask_which_of_the_two_it_is(database: Database, gerente: Actor) -> None:
    old, new = keep(database, by=gerente), keep(database, by=gerente, barcode=a_gtin(12))
    enter(database, read([item("A")]), [LineChoice(place=1, product_id=old.id)], gerente)
    line = plan(database, read([item("A", cEAN=a_gtin(12))], number=2), gerente).lines[0]
    assert (line.match, line.product) == (Match.DISPUTED, None)
    assert [each.product.id for each in line.candidates] == [old.id, new.id]
    plain = plan(database, read([item("A", cEAN=a_gtin(13))], number=2), gerente).lines[0]
    assert (plain.match, plain.factor_known) == (Match.REMEMBERED, True)


def test_a_disputed_line_carries_its_conversion_to_be_looked_at(database: Database, gerente: Actor) -> None:
    old, new = keep(database, by=gerente), keep(database, by=gerente, barcode=a_gtin(11))
    enter(database, read([BOX]), [LineChoice(place=1, product_id=old.id, factor=Decimal(12))], gerente)
    same, other = plan(database, read([BOX, PIECES], number=2), gerente).lines
    assert (same.match, same.factor, same.factor_known) == (Match.DISPUTED, 12, False)
    assert (other.match, other.factor, other.factor_known) == (Match.DISPUTED, 1, False)
    assert [each.product.id for each in other.candidates] == [old.id, new.id]
