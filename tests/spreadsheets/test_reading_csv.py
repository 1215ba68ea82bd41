"""A CSV is understood whoever wrote it, and refused with a reason when it cannot be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.spreadsheets.lists import CATALOGUE, csv_file
from varejoforte_desktop.application import product_sheet
from varejoforte_desktop.domain.errors import TooLong
from varejoforte_desktop.domain.sheet_errors import (
    CellWithoutColumn,
    DuplicateColumn,
    FileTooLarge,
    MissingColumns,
    SpreadsheetError,
    TooManyColumns,
    TooManyRows,
    UnknownColumns,
    UnreadableSheet,
)
from varejoforte_desktop.persistence import search
from varejoforte_desktop.spreadsheets import lines, reading
from varejoforte_desktop.spreadsheets.reading import read_sheet


def refused(path: Path) -> SpreadsheetError:
    with pytest.raises(SpreadsheetError) as caught:
        read_sheet(path)
    return caught.value


def why(path: Path) -> str:
    error = refused(path)
    assert isinstance(error, UnreadableSheet)
    return error.why


def test_the_demo_catalogue_is_read_whole() -> None:
    sheet = read_sheet(CATALOGUE)
    assert (sheet.encoding, sheet.separator, sheet.source) == ("utf-8", ";", "catalogue.csv")
    assert len(sheet.rows) == 300
    assert len(sheet.header) == 21
    first = sheet.rows[0]
    assert (first.number, first.cells["referencia"], first.cells["preco"]) == (2, "PAN-1001", "94,90")
    assert not any(row.faults for row in sheet.rows)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("referencia;nome\nA;Pão de açúcar\n".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "referencia;nome\nA;Pão de açúcar\n".encode(), "utf-8-sig"),
        ("referencia;nome\nA;Pão de açúcar\n".encode("cp1252"), "cp1252"),
    ],
)
def test_utf8_with_and_without_bom_and_windows_1252_give_the_same_text(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    sheet = read_sheet(csv_file(tmp_path, content))
    assert sheet.rows[0].cells == {"referencia": "A", "nome": "Pão de açúcar"}
    assert sheet.encoding == encoding


def test_a_file_that_promises_utf8_and_breaks_it_is_not_guessed_at(tmp_path: Path) -> None:
    broken = b"\xef\xbb\xbf" + "referencia;nome\nA;Pão\n".encode("cp1252")
    assert why(csv_file(tmp_path, broken)) == "encoding"


def test_bytes_that_are_no_encoding_of_ours_are_refused(tmp_path: Path) -> None:
    assert why(csv_file(tmp_path, b"referencia;nome\nA;\x81\x8d\n")) == "encoding"


@pytest.mark.parametrize("content", ["referencia;nome\nA;B\n".encode("utf-16"), b"referencia\nA\0B\n"])
def test_a_file_that_is_not_text_is_refused(tmp_path: Path, content: bytes) -> None:
    assert why(csv_file(tmp_path, content)) == "not_text"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_found_in_the_heading(tmp_path: Path, separator: str) -> None:
    text = (
        separator.join(["referencia", "nome", "preco"])
        + "\n"
        + separator.join(["A", '"B; C, D\tE"', '"12,5"'])
    )
    sheet = read_sheet(csv_file(tmp_path, text))
    assert sheet.separator == separator
    assert sheet.rows[0].cells == {"referencia": "A", "nome": "B; C, D\tE", "preco": "12,5"}


def test_headings_are_known_without_accents_capitals_and_signs(tmp_path: Path) -> None:
    text = "REFERÊNCIA;Nome;Preço promocional;Peso (g);início-promoção\nA;B;1;2;\n"
    assert read_sheet(csv_file(tmp_path, text)).header == (
        "referencia",
        "nome",
        "preco_promocional",
        "peso_g",
        "inicio_promocao",
    )


def test_quotes_keep_separators_quotes_and_line_breaks_and_lines_count_as_in_excel(tmp_path: Path) -> None:
    text = 'referencia;descricao\r\nA;"um;dois\r\n""três"""\r\n\r\nB;x\r\n'
    rows = read_sheet(csv_file(tmp_path, text)).rows
    assert rows[0].cells["descricao"] == 'um;dois\r\n"três"'
    assert [row.number for row in rows] == [2, 4]  # Excel shows the cell with a break as one row


def test_a_quote_that_is_never_closed_says_where_it_was_opened(tmp_path: Path) -> None:
    error = refused(csv_file(tmp_path, 'referencia;nome\nA;B\nC;"D\nE;F\n'))
    assert isinstance(error, UnreadableSheet)
    assert (error.why, error.line) == ("quotes", 3)


def test_an_inch_sign_inside_a_name_is_no_quote(tmp_path: Path) -> None:
    assert (
        read_sheet(csv_file(tmp_path, 'referencia;nome\nA;Tubo 3" PVC\n')).rows[0].cells["nome"]
        == 'Tubo 3" PVC'
    )


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b" ; ;\n;;\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert why(csv_file(tmp_path, content)) == "empty"


def test_a_file_with_only_a_heading_has_no_lines(tmp_path: Path) -> None:
    assert read_sheet(csv_file(tmp_path, "referencia;nome\n")).rows == ()


def test_unknown_columns_are_named_as_they_were_written(tmp_path: Path) -> None:
    error = refused(csv_file(tmp_path, "referencia;Nome;Prezo;Fornecedor\nA;B;1;X\n"))
    assert isinstance(error, UnknownColumns)
    assert error.columns == ("Prezo", "Fornecedor")


def test_a_list_without_references_is_refused(tmp_path: Path) -> None:
    error = refused(csv_file(tmp_path, "nome;preco\nA;1\n"))
    assert isinstance(error, MissingColumns)
    assert error.columns == ("referencia",)


def test_the_same_column_twice_is_refused(tmp_path: Path) -> None:
    error = refused(csv_file(tmp_path, "referencia;preco;Preço\nA;1;2\n"))
    assert isinstance(error, DuplicateColumn)
    assert error.column == "preco"


def test_a_cell_beyond_the_heading_is_wrong_on_its_line_only(tmp_path: Path) -> None:
    first, second = read_sheet(csv_file(tmp_path, "referencia,nome,preco\nA,B,12,5\nC,D,1,,\n")).rows
    fault = first.faults[""]
    assert isinstance(fault, CellWithoutColumn)
    assert (fault.text, fault.place) == ("5", "D")
    assert not second.faults


def test_a_line_that_ends_early_says_nothing_about_the_missing_columns(tmp_path: Path) -> None:
    assert read_sheet(csv_file(tmp_path, "referencia;nome;marca\nA;B\n")).rows[0].cells == {
        "referencia": "A",
        "nome": "B",
    }


def test_a_cell_that_is_too_long_is_wrong_on_its_line_only(tmp_path: Path) -> None:
    text = f"referencia;nome;descricao\nA;B;{'x' * 10_001}\nC;D;{'x' * 10_000}\n"
    first, second = read_sheet(csv_file(tmp_path, text)).rows
    fault = first.faults["descricao"]
    assert isinstance(fault, TooLong)
    assert (fault.field, fault.limit) == ("description", 10_000)
    assert not second.faults


def test_too_many_lines_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAXIMUM_ROWS", 3)
    assert len(read_sheet(csv_file(tmp_path, "referencia\n" + "A\n\n" * 3)).rows) == 3
    error = refused(csv_file(tmp_path, "referencia\n" + "A\n" * 4))
    assert isinstance(error, TooManyRows)
    assert error.limit == 3


def test_two_hundred_thousand_lines_are_the_limit() -> None:
    assert (lines.MAXIMUM_ROWS, lines.MAXIMUM_COLUMNS, lines.MAXIMUM_CELL) == (200_000, 60, 10_000)
    assert reading.MAXIMUM_MEGABYTES == 50


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    error = refused(csv_file(tmp_path, ";".join(["referencia", *["x"] * 60]) + "\n"))
    assert isinstance(error, TooManyColumns)


@pytest.mark.parametrize("name", ["grande.csv", "grande.xlsx"])
def test_a_file_of_more_than_fifty_megabytes_is_refused_before_it_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(50_000_001)  # sparse: nothing is written
    error = refused(path)
    assert isinstance(error, FileTooLarge)
    assert error.megabytes == 50


@pytest.mark.parametrize("name", ["lista.xls", "lista.ods", "lista.xlsm", "lista.txt", "lista"])
def test_other_kinds_of_files_are_refused_by_their_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("referencia;nome\nA;B\n", encoding="utf-8")
    assert why(tmp_path / name) == "unknown_kind"


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pasta.csv").mkdir()
    assert why(tmp_path / "pasta.csv") == "not_a_file"
    assert why(tmp_path / "nada.csv") == "not_found"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of Unix")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cano.csv")
    assert stat.S_ISFIFO((tmp_path / "cano.csv").stat().st_mode)
    assert why(tmp_path / "cano.csv") == "not_a_file"


def test_a_file_that_another_program_locks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file(tmp_path, "referencia;nome\nA;B\n")

    def locked(*_: object, **__: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "open", locked)
    assert why(path) == "no_access"


@pytest.mark.parametrize("text", ["PAN-1001", "Ação", "İstanbul", "ﬁo ㎏", "Straße", "e\u0301"])
def test_the_sheet_and_the_books_fold_references_alike(text: str) -> None:
    assert product_sheet.folded(text) == search.folded(text)
