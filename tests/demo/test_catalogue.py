"""The demo shop's catalogue is a spreadsheet a real shop could have written."""

import csv
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

CATALOGUE = Path(__file__).resolve().parents[2] / "resources" / "demo" / "catalogue.csv"

COLUMNS = [
    "referencia",
    "nome",
    "marca",
    "categoria",
    "ean",
    "ncm",
    "unidade",
    "preco",
    "custo",
    "estoque",
    "estoque_minimo",
    "peso_g",
    "comprimento_cm",
    "largura_cm",
    "altura_cm",
    "descricao_curta",
    "descricao",
    "preco_promocional",
    "inicio_promocao",
    "fim_promocao",
    "vender_na_loja",
]

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


def brazilian(text: str) -> Decimal:
    assert re.fullmatch(r"\d+(,\d+)?", text), text
    return Decimal(text.replace(",", "."))


def check_digit(first_twelve: str) -> int:
    odd = sum(int(digit) for digit in first_twelve[0::2])
    even = sum(int(digit) for digit in first_twelve[1::2])
    return (10 - (odd + 3 * even) % 10) % 10


def offenders(rows: list[Row], wrong: Callable[[Row], object]) -> list[str]:
    return [row["referencia"] for row in rows if wrong(row)]


def test_the_file_is_plain_utf8_with_the_agreed_columns_in_order() -> None:
    raw = CATALOGUE.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.decode("utf-8").split("\n", 1)[0] == ";".join(COLUMNS)


def test_there_are_exactly_three_hundred_products_and_every_row_is_complete(rows: list[Row]) -> None:
    assert len(rows) == 300
    assert all(list(row) == COLUMNS for row in rows)
    may_be_empty = {"preco_promocional", "inicio_promocao", "fim_promocao"}
    empty = offenders(rows, lambda row: any(not row[c] for c in COLUMNS if c not in may_be_empty))
    assert empty == []
    assert offenders(rows, lambda row: any(value != value.strip() for value in row.values())) == []


def test_references_names_and_barcodes_are_never_repeated(rows: list[Row]) -> None:
    for column in ("referencia", "nome", "ean"):
        assert len({row[column] for row in rows}) == len(rows), column
    assert offenders(rows, lambda row: not re.fullmatch(r"[A-Z]{3}-\d{4}", row["referencia"])) == []


def test_the_check_digit_computation_agrees_with_a_known_barcode() -> None:
    assert check_digit("400638133393") == 1


def test_every_barcode_is_a_brazilian_ean13_with_the_right_check_digit(rows: list[Row]) -> None:
    assert offenders(rows, lambda row: not re.fullmatch(r"(789|790)\d{10}", row["ean"])) == []
    assert offenders(rows, lambda row: check_digit(row["ean"][:12]) != int(row["ean"][12])) == []


def test_every_ncm_has_eight_digits(rows: list[Row]) -> None:
    assert offenders(rows, lambda row: not re.fullmatch(r"\d{8}", row["ncm"])) == []


def test_every_product_is_sold_above_its_cost(rows: list[Row]) -> None:
    assert offenders(rows, lambda row: not re.fullmatch(r"\d+,\d{2}", row["preco"])) == []
    assert offenders(rows, lambda row: not re.fullmatch(r"\d+,\d{2}", row["custo"])) == []
    assert offenders(rows, lambda row: not brazilian(row["preco"]) > brazilian(row["custo"]) > 0) == []


def test_a_promotion_is_complete_cheaper_above_cost_and_ends_after_it_starts(rows: list[Row]) -> None:
    promoted = [row for row in rows if row["preco_promocional"]]
    assert 10 <= len(promoted) <= 15
    for row in promoted:
        assert brazilian(row["custo"]) < brazilian(row["preco_promocional"]) < brazilian(row["preco"])
        start, end = date.fromisoformat(row["inicio_promocao"]), date.fromisoformat(row["fim_promocao"])
        assert date(2026, 11, 20) <= start < end <= date(2026, 12, 24)
        assert row["vender_na_loja"] == "sim"
    plain = [row for row in rows if not row["preco_promocional"]]
    assert offenders(plain, lambda row: row["inicio_promocao"] or row["fim_promocao"]) == []


def test_only_the_few_products_sold_by_weight_have_fractional_stock(rows: list[Row]) -> None:
    assert {row["unidade"] for row in rows} == {"UN", "JG", "PC", "KG"}
    by_weight = [row for row in rows if row["unidade"] == "KG"]
    assert 1 <= len(by_weight) <= 3
    assert offenders(by_weight, lambda row: not re.fullmatch(r"\d+,\d{3}", row["estoque"])) == []
    counted = [row for row in rows if row["unidade"] != "KG"]
    assert offenders(counted, lambda row: not (row["estoque"] + row["estoque_minimo"]).isdecimal()) == []
    assert offenders(counted, lambda row: int(row["estoque"]) > 120) == []


def test_some_products_are_out_of_stock_and_some_are_running_low(rows: list[Row]) -> None:
    gone = [row for row in rows if brazilian(row["estoque"]) == 0]
    low = [row for row in rows if 0 < brazilian(row["estoque"]) < brazilian(row["estoque_minimo"])]
    assert 10 <= len(gone) <= 20
    assert 20 <= len(low) <= 35


def test_weights_and_measures_are_whole_positive_numbers(rows: list[Row]) -> None:
    for column in ("peso_g", "comprimento_cm", "largura_cm", "altura_cm"):
        wrong = [row["referencia"] for row in rows if not re.fullmatch(r"[1-9]\d*", row[column])]
        assert wrong == [], column


def test_texts_fit_the_limits_of_the_online_shop(rows: list[Row]) -> None:
    for column, limit in (("nome", 200), ("descricao_curta", 500), ("descricao", 4800)):
        wrong = [row["referencia"] for row in rows if not 0 < len(row[column]) <= limit]
        assert wrong == [], column


def test_categories_are_two_level_paths_and_few(rows: list[Row]) -> None:
    categories = {row["categoria"] for row in rows}
    assert len(categories) <= 25
    assert all(re.fullmatch(r"[^>]+ > [^>]+", path) for path in categories)
    assert len({path.split(" > ")[0] for path in categories}) == 7


def test_about_nine_in_ten_products_are_offered_in_the_online_shop(rows: list[Row]) -> None:
    assert {row["vender_na_loja"] for row in rows} == {"sim", "não"}
    assert sum(row["vender_na_loja"] == "sim" for row in rows) == pytest.approx(270, abs=9)
