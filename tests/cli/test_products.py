"""Product lists in and out by command: seen before, all or nothing, wrong lines named."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.counter import CLERK, LOGIN, Counter, a_sheet
from varejoforte_desktop.application.product_sheet import COLUMNS

IMPORT = ("products", "import")


def product_count(counter: Counter) -> int:
    products: int = counter.run("db", "check", "--json").document["products"]
    return products


def test_every_wrong_line_is_named_and_nothing_is_kept(counter: Counter, tmp_path: Path) -> None:
    sheet = a_sheet(
        tmp_path / "lista.csv",
        "PAN-1;Panela;10,00;3",
        "PAN-2;Caçarola;dez;3",
        "PAN-1;Panela de novo;12,00;3",
        "PAN-4;;9,90;1",
    )

    answer = counter.run(*IMPORT, sheet, "--user", LOGIN, "--yes")

    assert answer.code == 1
    lines = [line.split(None, 2) for line in answer.out.splitlines()[2:]]
    assert [(line[0], line[1]) for line in lines] == [("3", "preco"), ("4", "referencia"), ("5", "nome")]
    assert "“dez” não é um número." in answer.out
    assert answer.err == "Nada foi gravado: 3 erros na planilha.\n"
    assert product_count(counter) == 0


def test_errors_as_json_carry_line_column_kind_and_sentence(counter: Counter, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path / "lista.csv", "PAN-2;Caçarola;dez;3")
    answer = counter.run(*IMPORT, sheet, "--user", LOGIN, "--json")
    assert answer.code == 1
    assert answer.document["errors"] == [
        {
            "line": 2,
            "column": "preco",
            "kind": "not_a_number",
            "text": "“dez” não é um número.",
            "remedy": "Use vírgula para os centavos, como em 1.234,56.",
        }
    ]


def test_a_dry_run_shows_what_would_change_and_changes_nothing(counter: Counter, tmp_path: Path) -> None:
    first = a_sheet(tmp_path / "lista.csv", "PAN-1;Panela;10,00;3")
    counter.run(*IMPORT, first, "--user", LOGIN, "--yes")
    second = a_sheet(tmp_path / "outra.csv", "PAN-1;Panela;12,50;3", "PAN-2;Caçarola;20,00;0")

    answer = counter.run(*IMPORT, second, "--user", LOGIN, "--dry-run")

    assert answer.code == 0
    assert "preco: 10,00 → 12,50" in answer.out
    assert "1 novo, 1 muda, 0 iguais." in answer.out
    assert product_count(counter) == 1
    planned = counter.run(*IMPORT, second, "--user", LOGIN, "--dry-run", "--json").document
    assert planned["applied"] is False
    change = planned["lines"][0]["changes"][0]
    assert (change["column"], change["before"], change["after"]) == ("preco", "10.00", "12.50")


def test_an_import_asks_first(counter: Counter, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path / "lista.csv", "PAN-1;Panela;10,00;3")
    refused = counter.process(*IMPORT, sheet, "--user", LOGIN, stdin="n\n")
    assert refused.code == 1
    assert "PAN-1" in refused.out
    assert product_count(counter) == 0
    assert counter.process(*IMPORT, sheet, "--user", LOGIN, stdin="sim\n").code == 0
    assert product_count(counter) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.txt", b"a", ".xlsx"),
        ("x.csv", b"", "vazia"),
        ("x.csv", b"cor;nome\n1;2\n", "cor"),
        ("x.csv", b"nome\nPanela\n", "referencia"),
        ("x.csv", b"referencia;nome;nome\n1;2;3\n", "nome"),
        ("x.csv", b"\xff\xfer\0e\0", "texto"),
        ("x.csv", b'referencia;nome\n1;"Panela\n', "linha 2"),
        ("x.xlsx", b"PK\x03\x04nada", "danificada"),
    ],
)
def test_a_file_that_is_no_product_list_is_refused_with_a_sentence(
    counter: Counter, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    answer = counter.run(*IMPORT, tmp_path / name, "--user", LOGIN, "--yes")
    assert answer.code == 1
    assert said in answer.err
    assert "Algo deu errado" not in answer.err
    assert answer.out == ""


def test_a_missing_file_is_said_to_be_missing(counter: Counter, tmp_path: Path) -> None:
    answer = counter.run(*IMPORT, tmp_path / "nada.csv", "--user", LOGIN)
    assert answer.code == 1
    assert answer.err.startswith("O arquivo não foi encontrado.")


def test_who_may_not_import_is_refused(counter: Counter, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path / "lista.csv", "PAN-1;Panela;10,00;3")
    answer = counter.run(*IMPORT, sheet, "--user", CLERK, "--yes")
    assert answer.code == 1
    assert "não pode importar planilhas de produtos" in answer.err


def test_the_catalogue_leaves_as_excel_too(counter: Counter, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path / "lista.csv", "PAN-1;Panela;10,00;3")
    counter.run(*IMPORT, sheet, "--user", LOGIN, "--yes")
    answer = counter.run("products", "export", tmp_path / "saida.xlsx", "--json")
    assert answer.document == {"file": str(tmp_path / "saida.xlsx"), "products": 1}
    book = load_workbook(tmp_path / "saida.xlsx")
    assert book.worksheets[0]["A2"].value == "PAN-1"
    book.close()


def test_an_export_needs_a_known_ending_and_an_existing_folder(counter: Counter, tmp_path: Path) -> None:
    assert counter.run("products", "export", tmp_path / "saida.pdf").code == 2
    answer = counter.run("products", "export", tmp_path / "nenhuma" / "saida.csv")
    assert answer.code == 1
    assert answer.err.startswith("A pasta não existe.")


def test_every_column_is_explained(empty: Counter) -> None:
    said = empty.run("products", "columns").out
    assert all(column.name in said for column in COLUMNS)
    told = empty.run("products", "columns", "--json").document["columns"]
    assert [column["name"] for column in told] == [column.name for column in COLUMNS]
    assert [column["name"] for column in told if column["required"]] == ["referencia"]
