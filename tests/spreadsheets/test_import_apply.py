"""A product list is taken in whole or not at all, and the shelf, the ledger and the store's queue agree after it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.spreadsheets.lists import CATALOGUE, ShopDesk, csv_file
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.product_import import ImportRefused, apply_import
from varejoforte_desktop.application.product_sheet import SheetRow
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.domain.errors import ChangedMeanwhile, NotANumber, WrongBarcode
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sheet_errors import ForbiddenCharacter, RepeatedInSheet
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind
from varejoforte_desktop.persistence.catalogue import SqlProducts
from varejoforte_desktop.spreadsheets.reading import read_sheet

ALL = {"stock", "price", "content"}


def aspects(shop: ShopDesk, reference: str) -> set[str]:
    return {aspect for label, aspect in shop.owed() if label == reference}


def test_the_demo_catalogue_is_taken_in_whole(any_shop: ShopDesk) -> None:
    receipt = any_shop.take_in(CATALOGUE)
    rows = any_shop.catalogue()
    assert (receipt.new, receipt.changed, receipt.unchanged) == (300, 0, 0)
    assert receipt.moved == sum(row.on_hand > 0 for row in rows) == len(any_shop.ledger())
    pan = any_shop.one("PAN-1001")
    assert (pan.brand, pan.category, pan.product.price, pan.on_hand) == (
        "Fervalto",
        "Cozinha > Panelas",
        Money(9490),
        Decimal(30),
    )
    online = [row for row in rows if row.product.sell_online]
    assert sum(label == "PAN-1001" for label, _ in any_shop.owed()) == 3
    assert aspects(any_shop, "PAN-1002") == set()  # not sold online
    assert {aspect for label, aspect in any_shop.owed() if label == online[-1].product.reference} == ALL
    assert any_shop.check().problems == ()
    assert any_shop.told[-1] >= {Topic.PRODUCTS, Topic.STOCK, Topic.QUEUE}
    again = any_shop.take_in(CATALOGUE)
    assert (again.new, again.changed, again.unchanged, again.moved) == (0, 0, 300, 0)


def test_three_wrong_lines_among_two_hundred_and_nothing_is_taken_in(any_shop: ShopDesk) -> None:
    lines = ["referencia;nome;ean;preco;estoque"]
    lines += [f"P-{number};Produto {number};;{number},90;{number}" for number in range(2, 202)]
    lines[50 - 1] = "P-50;Produto;;12,5,0;1"
    lines[120 - 1] = "P-120;Produto;7894488022791;1;1"
    lines[201 - 1] = "P-2;Produto;;1;1"
    with pytest.raises(ImportRefused) as caught:
        any_shop.take_in("\n".join(lines))
    assert [(each.number, each.column, type(each.error)) for each in caught.value.errors] == [
        (50, "preco", NotANumber),
        (120, "ean", WrongBarcode),
        (201, "referencia", RepeatedInSheet),
    ]
    assert (any_shop.catalogue(), any_shop.ledger(), any_shop.owed()) == ([], [], set())
    brands = any_shop.database.read_now(lambda reader: reader.brands())
    assert brands == []


def test_the_ledger_says_which_file_counted_and_who(any_shop: ShopDesk) -> None:
    path = any_shop.folder / "contagem de março.csv"
    path.write_text("referencia;nome;unidade;estoque\nA;B;KG;2,5\n", encoding="utf-8")
    any_shop.take_in(path)
    path.write_text("referencia;estoque\nA;1,250\n", encoding="utf-8")
    receipt = any_shop.take_in(path)
    assert (receipt.changed, receipt.moved) == (1, 1)
    adjustment, opening = any_shop.ledger()
    assert (opening.kind, opening.amount, opening.balance) == (
        MovementKind.OPENING,
        Decimal("2.5"),
        Decimal("2.5"),
    )
    assert (adjustment.kind, adjustment.amount, adjustment.balance) == (
        MovementKind.ADJUSTMENT,
        Decimal("-1.25"),
        Decimal("1.25"),
    )
    assert adjustment.reason == "Importação de planilha contagem de março.csv"
    assert (adjustment.operator, adjustment.station) == ("Ana", "CAIXA-1")
    assert any_shop.check().problems == ()


def test_an_empty_stock_cell_and_a_missing_column_leave_the_shelf_alone(any_shop: ShopDesk) -> None:
    any_shop.take_in("referencia;nome;estoque\nA;B;5\nC;D;\nE;F;0\n")
    any_shop.take_in("referencia;nome;estoque\nA;B;\n")
    any_shop.take_in("referencia;nome\nA;B2\n")
    assert [row.on_hand for row in any_shop.catalogue()] == [Decimal(5), Decimal(0), Decimal(0)]
    assert len(any_shop.ledger()) == 1


def test_counting_to_zero_empties_the_shelf(any_shop: ShopDesk) -> None:
    any_shop.take_in("referencia;nome;estoque\nA;B;5\n")
    assert any_shop.take_in("referencia;estoque\nA;0\n").moved == 1
    assert any_shop.one("A").on_hand == 0


def test_the_same_import_repeated_moves_no_shelf_twice(any_shop: ShopDesk) -> None:
    counted = "referencia;nome;estoque\nA;B;5\n"
    any_shop.take_in(counted, prefix="uma")
    kept = any_shop.one("A").product
    sold = MovementDraft(product_id=kept.id, kind=MovementKind.EXIT, amount=Decimal(2), reason="Venda")
    any_shop.database.run_now(move_stock, sold, token="venda", by=any_shop.actor)
    repeated = any_shop.take_in(counted, prefix="uma")  # the first answer was lost on the way
    assert repeated.moved == 0
    assert any_shop.one("A").on_hand == Decimal(3)
    assert any_shop.take_in(counted, prefix="outra").moved == 1  # counted again on purpose
    assert any_shop.one("A").on_hand == Decimal(5)
    assert any_shop.check().problems == ()


def test_the_store_hears_what_changed_and_nothing_else(any_shop: ShopDesk) -> None:
    header = "referencia;nome;preco;descricao;vender_na_loja;estoque;estoque_minimo\n"
    any_shop.take_in(
        header + "".join(f"{letter};N;10;d;sim;5;1\n" for letter in "ABCDEF") + "G;N;10;d;não;5;1\n"
    )
    assert aspects(any_shop, "A") == ALL
    assert aspects(any_shop, "G") == set()
    any_shop.forget_owed()
    any_shop.take_in(
        header
        + "A;N;11;d;sim;5;1\n"  # price
        + "B;N;10;e;sim;5;1\n"  # text
        + "C;N;10;d;sim;6;1\n"  # stock
        + "D;N;10;d;não;6;1\n"  # taken off sale: the store only hides it
        + "E;N;10;d;sim;5;2\n"  # our own affair
        + "F;N;11;e;sim;4;1\n"  # all
        + "G;N;10;d;sim;5;1\n"  # put on sale
    )
    found = {letter: aspects(any_shop, letter) for letter in "ABCDEFG"}
    assert found == {
        "A": {"price"},
        "B": {"content"},
        "C": {"stock"},
        "D": {"content"},
        "E": set(),
        "F": ALL,
        "G": ALL,
    }


def test_what_is_owed_is_what_saving_the_same_product_by_hand_would_owe(any_shop: ShopDesk) -> None:
    any_shop.take_in("referencia;nome;marca;categoria;preco\nA;N;Marca;X > Y;10\nB;N;Marca;X > Y;10\n")
    any_shop.forget_owed()
    any_shop.take_in("referencia;marca;categoria;custo\nA;Nova;X > Z;3\n")
    imported = any_shop.owed()
    any_shop.forget_owed()
    by_hand = any_shop.one("B").product
    changed = Product(
        id=by_hand.id, version=by_hand.version, reference="B", name="N", price=Money(1000), cost=Money(300)
    )
    any_shop.database.run_now(save_product, changed, brand="Nova2", category="X > Z2", by=any_shop.actor)
    renamed = {
        (label.replace("Nova2", "Nova").replace("Z2", "Z").replace("B", "A"), aspect)
        for label, aspect in any_shop.owed()
    }
    assert imported == renamed
    assert len(imported) == 4  # brand, category, and the product's price and content


def test_brands_and_categories_are_made_once_whatever_their_capitals(any_shop: ShopDesk) -> None:
    any_shop.take_in(
        "referencia;nome;marca;categoria\nA;N;Fervalto;Cozinha > Panelas\nB;N;FERVALTO;cozinha>panelas\nC;N;;Cozinha\n"
    )
    brands = any_shop.database.read_now(lambda reader: reader.brands())
    categories = any_shop.database.read_now(lambda reader: reader.categories())
    assert [each.name for each in brands] == ["Fervalto"]
    assert [each.name for each in categories] == ["Cozinha", "Cozinha > Panelas"]
    again = any_shop.take_in("referencia;marca;categoria\nA;fervalto;COZINHA > PANELAS\n")
    assert (again.changed, again.unchanged) == (0, 1)


def test_a_product_found_under_other_capitals_keeps_its_reference(any_shop: ShopDesk) -> None:
    any_shop.take_in("referencia;nome\nPÃO-1;Pão\n")
    receipt = any_shop.take_in("referencia;nome\n pao-1 ;Pão francês\n")
    assert (receipt.new, receipt.changed) == (0, 1)
    assert [row.product.reference for row in any_shop.catalogue()] == ["PÃO-1"]


def test_what_another_station_saved_meanwhile_is_not_overwritten(
    any_shop: ShopDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_shop.take_in("referencia;nome;preco\nA;N;10\nB;N;10\n")
    before = any_shop.catalogue()
    save_many = SqlProducts.save_many

    def overtaken(self: SqlProducts, products: list[Product]) -> None:
        self.save(any_shop.one("B").product)  # somebody saves B between our look and our change
        save_many(self, products)

    monkeypatch.setattr(SqlProducts, "save_many", overtaken)
    with pytest.raises(ChangedMeanwhile) as caught:
        any_shop.take_in("referencia;preco\nA;11\nB;11\n")
    assert caught.value.key == "B"
    assert any_shop.catalogue() == before


def test_an_import_that_fails_at_the_end_leaves_nothing_behind(
    any_shop: ShopDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from varejoforte_desktop.persistence.outbox import SqlOutbox

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    any_shop.take_in("referencia;nome;estoque\nA;N;1\n")
    before = (any_shop.catalogue(), any_shop.ledger(), any_shop.owed())
    monkeypatch.setattr(SqlOutbox, "owe", broken)
    with pytest.raises(ZeroDivisionError):
        any_shop.take_in("referencia;nome;estoque\nA;M;2\nB;N;3\n")
    assert (any_shop.catalogue(), any_shop.ledger(), any_shop.owed()) == before


def test_no_lines_do_nothing(any_shop: ShopDesk) -> None:
    told = len(any_shop.told)
    receipt = any_shop.take_in([])
    assert (receipt.new, receipt.changed, receipt.unchanged, receipt.moved) == (0, 0, 0, 0)
    assert len(any_shop.told) == told


def test_a_long_file_name_fits_into_the_ledger(any_shop: ShopDesk) -> None:
    row = SheetRow(number=2, cells={"referencia": "A", "nome": "B", "estoque": "1"})
    any_shop.database.run_now(
        apply_import, [row], source="longo\n" * 60, token_prefix="p" * 300, by=any_shop.actor
    )
    assert len(any_shop.ledger()[0].reason) <= 200


def test_a_zero_byte_never_reaches_the_books(any_shop: ShopDesk) -> None:
    rows = [SheetRow(number=2, cells={"referencia": "A\0B", "nome": "C\0", "marca": "\0"})]
    with pytest.raises(ImportRefused) as caught:
        any_shop.take_in(rows)
    assert [(each.column, type(each.error)) for each in caught.value.errors] == [
        (column, ForbiddenCharacter) for column in ("referencia", "nome", "marca")
    ]


def test_yesterdays_list_can_be_taken_in_without_its_stock(any_shop: ShopDesk) -> None:
    any_shop.take_in("referencia;nome;preco;estoque\nA;B;10;5\n")
    sheet = read_sheet(csv_file(any_shop.folder, "referencia;preco;estoque\nA;12;x\n")).without("estoque")
    assert sheet.header == ("referencia", "preco")
    assert any_shop.plan("referencia;estoque\nA;7\n").moved == 1
    assert any_shop.plan(sheet.rows).moved == 0
    assert any_shop.take_in(sheet.rows).moved == 0
    assert (any_shop.one("A").on_hand, any_shop.one("A").product.price) == (Decimal(5), Money(1200))
