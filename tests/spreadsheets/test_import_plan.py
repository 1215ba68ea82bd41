"""Before anything happens the shopkeeper sees what would happen, and everything that is wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.spreadsheets.lists import ShopDesk, colleague, xlsx_file
from varejoforte_desktop.application.people import set_permission
from varejoforte_desktop.application.product_plan import Action
from varejoforte_desktop.application.product_sheet import COLUMNS, read_cell
from varejoforte_desktop.domain.errors import (
    BarcodeTaken,
    DomainError,
    Missing,
    Negative,
    NotAllowed,
    NotANumber,
    NotInteger,
    PromotionOutOfOrder,
    TooLong,
    TooManyDecimals,
    WrongBarcode,
    WrongNcm,
)
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.domain.sheet_errors import (
    CellWithoutColumn,
    NotYesOrNo,
    RepeatedInSheet,
    RoundedBarcode,
    WrongDate,
)

EAN_A, EAN_B = "7894488022790", "7894488021953"


def errors(shop: ShopDesk, text: str) -> list[tuple[int, str, type[DomainError]]]:
    return [(each.number, each.column, type(each.error)) for each in shop.plan(text).errors]


def only_error(shop: ShopDesk, text: str) -> Any:
    (found,) = shop.plan(text).errors
    return found.error


@pytest.mark.parametrize(
    ("column", "text", "error"),
    [
        ("preco", "12,5,0", NotANumber),
        ("preco", "1.23.4", NotANumber),
        ("preco", "doze", NotANumber),
        ("preco", "1e3", NotANumber),
        ("preco", "9" * 40, NotANumber),
        ("preco", "9" * 20, NotANumber),
        ("preco", "1,234", TooManyDecimals),
        ("preco", "-1", Negative),
        ("custo", "-0,01", Negative),
        ("estoque", "1,2345", TooManyDecimals),
        ("estoque", "9" * 29, NotANumber),
        ("estoque", "-1", Negative),
        ("estoque", "0,5", NotInteger),
        ("estoque_minimo", "x", NotANumber),
        ("estoque_seguranca", "-2", Negative),
        ("peso_g", "1,5", TooManyDecimals),
        ("peso_g", "99999999999", NotANumber),
        ("altura_cm", "-1", Negative),
        ("ean", "7894488022791", WrongBarcode),
        ("ean", "123", WrongBarcode),
        ("ean", "7,89448802279E+12", RoundedBarcode),
        ("ean", "7.89E12", RoundedBarcode),
        ("ncm", "7615", WrongNcm),
        ("nome", "x" * 201, TooLong),
        ("referencia", "x" * 61, TooLong),
        ("unidade", "caixas!", TooLong),
        ("marca", "x" * 121, TooLong),
        ("categoria", "A > > B", Missing),
        ("categoria", "x" * 256, TooLong),
        ("categoria", " > ".join(["x" * 250] * 5), TooLong),
        ("descricao_curta", "x" * 501, TooLong),
        ("inicio_promocao", "31/02/2026", WrongDate),
        ("inicio_promocao", "20/11/26", WrongDate),
        ("fim_promocao", "45000", WrongDate),
        ("vender_na_loja", "talvez", NotYesOrNo),
        ("ativo", "2", NotYesOrNo),
    ],
)
def test_a_cell_that_is_wrong_is_named_by_line_and_column(
    shop: ShopDesk, column: str, text: str, error: type[DomainError]
) -> None:
    cells = {"referencia": "A", "nome": "Panela"} | {column: text}
    assert errors(shop, ";".join(cells) + "\n" + ";".join(cells.values())) == [(2, column, error)]


def test_a_wrong_check_digit_says_the_right_one(shop: ShopDesk) -> None:
    assert only_error(shop, "referencia;nome;ean\nA;B;7894488022791\n").expected == "0"


def test_a_reference_that_grows_when_folded_is_refused_before_the_books_do(shop: ShopDesk) -> None:
    assert errors(shop, f"referencia;nome\n{'㎏' * 31};B\n") == [(2, "referencia", TooLong)]


def test_a_zero_byte_is_refused_in_every_text(shop: ShopDesk, tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [["referencia", "nome", "descricao"], ["A", "B", "x_x0000_y"]])
    assert [(each.number, each.column) for each in shop.plan(path).errors] == [(2, "descricao")]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("preco", "R$ 1.234,56", Money(123456)),
        ("preco", "1234.5", Money(123450)),
        ("preco", " 9 ", Money(900)),
        ("estoque", "1.234", Decimal("1234.000")),
        ("estoque", "0,250", Decimal("0.250")),
        ("peso_g", "1.350", 1350),
        ("inicio_promocao", "20/11/2026", date(2026, 11, 20)),
        ("inicio_promocao", "1/2/2026", date(2026, 2, 1)),
        ("fim_promocao", "2026-11-20", date(2026, 11, 20)),
        ("ean", " 789-4488 022790 ", EAN_A),
        ("ean", "SEM GTIN", ""),
        ("categoria", "Cozinha>Panelas  de ferro", "Cozinha > Panelas de ferro"),
        ("descricao", "  como  está ", "  como  está "),
        *[("ativo", word, True) for word in ("sim", "SIM", "s", "1", "Verdadeiro", "true")],
        *[("ativo", word, False) for word in ("não", "nao", "NÃO", "n", "0", "falso", "FALSE")],
    ],
)
def test_cells_are_read_as_people_type_them(column: str, text: str, value: object) -> None:
    assert read_cell(next(each for each in COLUMNS if each.name == column), text) == value


def test_all_errors_of_a_line_are_found_and_not_only_the_first(shop: ShopDesk) -> None:
    text = "referencia;nome;ean;ncm;unidade;preco;custo;estoque;ativo\n;;123;1;caixas!;12,5,0;-1;x;talvez\n"
    assert {(column, error) for _, column, error in errors(shop, text)} == {
        ("referencia", Missing),
        ("nome", Missing),
        ("ean", WrongBarcode),
        ("ncm", WrongNcm),
        ("unidade", TooLong),
        ("preco", NotANumber),
        ("custo", Negative),
        ("estoque", NotANumber),
        ("ativo", NotYesOrNo),
    }


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("10;9;;", "dates_missing"),
        ("10;9;2026-11-20;2026-11-19", "ends_before_start"),
        ("10;10;2026-11-20;2026-11-21", "not_cheaper"),
    ],
)
def test_a_promotion_that_cannot_be_is_wrong(shop: ShopDesk, cells: str, why: str) -> None:
    text = f"referencia;nome;preco;preco_promocional;inicio_promocao;fim_promocao\nA;B;{cells}\n"
    (found,) = shop.plan(text).errors
    assert isinstance(found.error, PromotionOutOfOrder)
    assert (found.column, found.error.why) == ("preco_promocional", why)


def test_a_wrong_price_is_not_also_blamed_on_the_promotion(shop: ShopDesk) -> None:
    text = "referencia;nome;preco;preco_promocional;inicio_promocao;fim_promocao\nA;B;x;9;2026-11-20;2026-11-21\n"
    assert errors(shop, text) == [(2, "preco", NotANumber)]


def test_a_new_product_needs_a_name_and_a_known_one_does_not(shop: ShopDesk) -> None:
    shop.take_in("referencia;nome\nA;Panela\n")
    text = "referencia;preco\nA;10\nB;20\n"
    assert errors(shop, text) == [(3, "nome", Missing)]


def test_the_same_reference_twice_names_the_first_line(shop: ShopDesk) -> None:
    error = only_error(shop, "referencia;nome\nPÃN-1;A\nX;B\n pan-1;C\n")
    assert isinstance(error, RepeatedInSheet)
    assert (error.field, error.text, error.first_line) == ("reference", "pan-1", 2)


def test_the_same_barcode_twice_names_the_first_line(shop: ShopDesk) -> None:
    (found,) = shop.plan(f"referencia;nome;ean\nA;A;{EAN_A}\nB;B;\nC;C;{EAN_A}\n").errors
    assert isinstance(found.error, RepeatedInSheet)
    assert (found.number, found.column, found.error.first_line) == (4, "ean", 2)


def test_a_barcode_of_another_product_in_the_books_is_refused_with_its_reference(shop: ShopDesk) -> None:
    shop.take_in(f"referencia;nome;ean\nA;A;{EAN_A}\n")
    error = only_error(shop, f"referencia;nome;ean\nB;B;{EAN_A}\n")
    assert isinstance(error, BarcodeTaken)
    assert (error.barcode, error.reference) == (EAN_A, "A")
    with pytest.raises(DomainError):
        shop.take_in(f"referencia;nome;ean\nB;B;{EAN_A}\n")


def test_two_products_may_exchange_their_barcodes(shop: ShopDesk) -> None:
    shop.take_in(f"referencia;nome;ean\nA;A;{EAN_A}\nB;B;{EAN_B}\n")
    exchange = f"referencia;ean\nA;{EAN_B}\nB;{EAN_A}\n"
    assert shop.plan(exchange).errors == ()
    assert shop.take_in(exchange).changed == 2
    assert shop.one("A").product.barcode == EAN_B


def test_a_barcode_is_taken_over_only_from_a_product_that_gives_it_up(shop: ShopDesk) -> None:
    shop.take_in(f"referencia;nome;ean\nA;A;{EAN_A}\n")
    assert shop.plan(f"referencia;nome;ean\nA;;\nB;B;{EAN_A}\n").errors == ()
    assert errors(shop, f"referencia;nome;ean\nB;B;{EAN_A}\nA;;{EAN_A}\n") == [(3, "ean", RepeatedInSheet)]


def test_the_plan_tells_new_changed_and_unchanged_with_each_field_before_and_after(shop: ShopDesk) -> None:
    shop.take_in("referencia;nome;marca;preco;estoque\nA;Panela;Fervalto;10;5\nB;Copo;Cristal;2;7\n")
    plan = shop.plan(
        "referencia;nome;marca;preco;estoque\na;Panela;fervalto;12,5;6\nB;Copo;Cristal;2;7\nC;Garfo;;1;3\n"
    )
    assert plan.counts == {Action.NEW: 1, Action.CHANGED: 1, Action.UNCHANGED: 1, Action.ERROR: 0}
    changed, unchanged, new = plan.lines
    assert [(each.field, each.before, each.after) for each in changed.changes] == [
        ("price", Money(1000), Money(1250)),
        ("on_hand", Decimal(5), Decimal(6)),
    ]
    assert (unchanged.action, unchanged.changes) == (Action.UNCHANGED, ())
    assert {each.field: (each.before, each.after) for each in new.changes} == {
        "reference": (None, "C"),
        "name": (None, "Garfo"),
        "price": (None, Money(100)),
        "on_hand": (None, Decimal(3)),
    }


def test_a_plan_changes_nothing(shop: ShopDesk) -> None:
    shop.take_in("referencia;nome\nA;Panela\n")
    before = (shop.catalogue(), shop.ledger(), shop.owed())
    shop.plan("referencia;nome;marca;estoque\nA;Outra;Nova;7\nB;C;;1\n")
    assert (shop.catalogue(), shop.ledger(), shop.owed()) == before


def test_only_the_columns_that_are_there_change_a_product(shop: ShopDesk) -> None:
    shop.take_in("referencia;nome;marca;categoria;preco;descricao;ativo\nA;Panela;M;C > D;10;Boa;não\n")
    before = shop.one("A")
    assert shop.take_in("referencia;custo\nA;4\n").changed == 1
    after = shop.one("A")
    assert (after.product.cost, after.product.version) == (Money(400), before.product.version + 1)
    assert (
        after.brand,
        after.category,
        after.product.price,
        after.product.description,
        after.product.active,
    ) == (
        "M",
        "C > D",
        Money(1000),
        "Boa",
        False,
    )


def test_an_empty_cell_erases_what_may_be_absent_and_leaves_everything_else(shop: ShopDesk) -> None:
    header = (
        "referencia;nome;marca;categoria;ean;ncm;unidade;preco;custo;estoque;estoque_minimo;peso_g;descricao;"
        "preco_promocional;inicio_promocao;fim_promocao;vender_na_loja;ativo\n"
    )
    shop.take_in(
        header + f"A;Panela;M;C;{EAN_A};76151000;KG;10;4;5;1;300;Boa;9;2026-11-20;2026-11-21;não;não\n"
    )
    shop.take_in(header + "A" + ";" * 17 + "\n")
    row = shop.one("A")
    kept = row.product
    assert (row.brand, row.category, kept.barcode, kept.ncm, kept.description) == ("", "", "", "", "")
    assert (kept.promotional_price, kept.promotion_start, kept.promotion_end) == (Money(0), None, None)
    assert (kept.name, kept.unit, kept.price, kept.cost, kept.weight) == (
        "Panela",
        "KG",
        Money(1000),
        Money(400),
        300,
    )
    assert (kept.minimum_stock, kept.sell_online, kept.active, row.on_hand) == (
        Decimal(1),
        False,
        False,
        Decimal(5),
    )


def test_cells_that_the_file_could_not_give_are_errors_of_their_lines(shop: ShopDesk, tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [["referencia", "nome", "preco"], ["A", "B", "=1+"], ["C", "D", 1, "nota"]])
    found = shop.plan(path).errors
    assert [(each.number, each.column) for each in found] == [(2, "preco"), (3, "")]
    assert isinstance(found[1].error, CellWithoutColumn)


def test_a_barcode_that_excel_keeps_as_a_number_keeps_its_digits(shop: ShopDesk, tmp_path: Path) -> None:
    path = xlsx_file(
        tmp_path, [["referencia", "nome", "ean"], [1001, "Panela", int(EAN_A)], [1002, "Copo", float(EAN_B)]]
    )
    shop.take_in(path)
    assert [row.product.barcode for row in shop.catalogue()] == [EAN_A, EAN_B]


def test_whoever_may_not_import_sees_no_plan_and_changes_nothing(shop: ShopDesk) -> None:
    bia = colleague(shop, Role.OPERADOR)
    for act in (shop.plan, shop.take_in):
        with pytest.raises(NotAllowed) as caught:
            act("referencia;nome\nA;B\n", by=bia)  # type: ignore[operator]
        assert caught.value.permission == "catalogue.import"
    assert shop.catalogue() == []


def test_counting_stock_needs_its_own_permission(shop: ShopDesk) -> None:
    shop.database.run_now(set_permission, Role.GERENTE, Permission.ADJUST_STOCK, allowed=False, by=shop.actor)
    bia = colleague(shop, Role.GERENTE)
    assert shop.take_in("referencia;nome;estoque\nA;B;\n", by=bia).new == 1  # says nothing about stock
    for act in (shop.plan, shop.take_in):
        with pytest.raises(NotAllowed) as caught:
            act("referencia;estoque\nA;5\n", by=bia)  # type: ignore[operator]
        assert caught.value.permission == "stock.adjust"
