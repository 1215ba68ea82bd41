"""A workbook gives exactly what its cells show, and cannot do anything to the computer that opens it."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.spreadsheets.lists import rezipped, xlsx_file
from varejoforte_desktop.domain.errors import TooLong
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sheet_errors import (
    BrokenFormula,
    CellWithoutColumn,
    SpreadsheetError,
    TooManyColumns,
    UnreadableSheet,
)
from varejoforte_desktop.spreadsheets import archive
from varejoforte_desktop.spreadsheets.reading import read_sheet
from varejoforte_desktop.spreadsheets.xlsx_reading import number_text

HEADER = ["referencia", "nome", "ean", "preco", "inicio_promocao", "vender_na_loja"]


def why(path: Path) -> str:
    with pytest.raises(UnreadableSheet) as caught:
        read_sheet(path)
    return caught.value.why


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return xlsx_file(tmp_path, [HEADER, ["A", "Panela", "", 129.9, "", "sim"]])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (129.9, "129,9"),
        (1.234, "1,234"),  # never "1.234", which on paper is a thousand
        (104.39000000000001, "104,39"),  # what Excel writes for 94,90 × 1,1
        (0.1 + 0.2, "0,3"),
        (1001.0, "1001"),
        (7894488022790, "7894488022790"),
        (7.89448802279e12, "7894488022790"),
        (1e-7, "0,0000001"),
        (-5, "-5"),
        (0, "0"),
    ],
)
def test_numbers_become_exact_text_with_a_decimal_comma(number: int | float, text: str) -> None:
    assert number_text(number) == text


@given(cents=st.integers(0, 10**13))
def test_every_amount_of_money_comes_through_a_number_cell_to_the_cent(cents: int) -> None:
    number = float(Money(cents).reais)
    assert Money.typed(number_text(number)) == Money(cents)


def test_cells_of_every_kind_become_what_a_person_would_type(tmp_path: Path) -> None:
    path = xlsx_file(
        tmp_path,
        [
            HEADER,
            [1001, "Panela", 7894488022790, 129.9, date(2026, 11, 20), True],
            ["B", 3.5, None, 5, datetime.fromisoformat("2026-11-20 10:30:00"), False],
        ],
    )
    first, second = read_sheet(path).rows
    assert list(first.cells.values()) == ["1001", "Panela", "7894488022790", "129,9", "2026-11-20", "sim"]
    assert list(second.cells.values()) == ["B", "3,5", "", "5", "2026-11-20 10:30:00", "não"]
    assert (first.number, second.number) == (2, 3)


def test_a_reference_shown_with_zeros_in_front_keeps_them(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEADER, [123, "Panela"]], formats={"A2": "00000"})
    assert read_sheet(path).rows[0].cells["referencia"] == "00123"


def test_a_formula_gives_the_value_excel_left_and_is_never_calculated(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEADER, ["A", "Panela", "", "=1+1", "", ""]])

    def calculated(name: str, content: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            assert b"<v></v>" in content or b"<v />" in content or b"<v/>" in content
            for empty in (b"<v></v>", b"<v />", b"<v/>"):
                content = content.replace(empty, b"<v>41.5</v>")
        return content

    row = read_sheet(rezipped(path, tmp_path / "calculada.xlsx", calculated)).rows[0]
    assert row.cells["preco"] == "41,5"  # not 2
    assert not row.faults


def test_a_formula_that_was_never_calculated_does_not_pass_for_an_empty_cell(tmp_path: Path) -> None:
    row = read_sheet(xlsx_file(tmp_path, [HEADER, ["A", "=B9", "", 1, "", ""]])).rows[0]
    fault = row.faults["nome"]
    assert isinstance(fault, BrokenFormula)
    assert fault.text == ""
    assert "nome" not in row.cells


def test_a_formula_that_gave_an_error_is_wrong_on_its_line(tmp_path: Path) -> None:
    row = read_sheet(xlsx_file(tmp_path, [HEADER, ["A", "#N/A", "", 1, "", ""]])).rows[0]
    fault = row.faults["nome"]
    assert isinstance(fault, BrokenFormula)
    assert fault.text == "#N/A"


def test_empty_rows_and_columns_are_left_out_and_numbers_stay_those_of_excel(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [[], ["referencia", None, "nome"], [], ["A", None, "Panela"]])
    sheet = read_sheet(path)
    assert sheet.header == ("referencia", "nome")
    assert [(row.number, dict(row.cells)) for row in sheet.rows] == [
        (4, {"referencia": "A", "nome": "Panela"})
    ]


def test_a_note_beside_the_list_is_wrong_on_its_line(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [["referencia"], ["A", None, "conferir!"]])
    fault = read_sheet(path).rows[0].faults[""]
    assert isinstance(fault, CellWithoutColumn)
    assert (fault.text, fault.place) == ("conferir!", "C")


def test_the_first_sheet_that_can_be_seen_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["segredo"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Produtos").append(["referencia"])
    book.worksheets[1].append(["A"])
    book.active = 1
    book.save(tmp_path / "duas.xlsx")
    assert read_sheet(tmp_path / "duas.xlsx").rows[0].cells == {"referencia": "A"}


def test_line_breaks_and_letters_that_xml_cannot_hold_are_read_back(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [["referencia", "descricao"], ["A", "um_x000D_\ndois _x005F_x000D_ _xD800_"]])
    assert read_sheet(path).rows[0].cells["descricao"] == "um\r\ndois _x000D_ _xD800_"


def test_a_cell_that_is_too_long_is_wrong_on_its_line_only(tmp_path: Path) -> None:
    row = read_sheet(xlsx_file(tmp_path, [["referencia", "descricao"], ["A", "x" * 10_001]])).rows[0]
    assert isinstance(row.faults["descricao"], TooLong)


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooManyColumns):
        read_sheet(xlsx_file(tmp_path, [["referencia"] * 61]))


@pytest.mark.parametrize("rows", [[], [[None, " "], []]])
def test_an_empty_workbook_is_refused(tmp_path: Path, rows: list[list[str]]) -> None:
    assert why(xlsx_file(tmp_path, rows)) == "empty"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vazia.xlsx").write_bytes(b"")
    assert why(tmp_path / "vazia.xlsx") == "empty"


def test_a_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    ole = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)
    (tmp_path / "senha.xlsx").write_bytes(ole + "EncryptedPackage".encode("utf-16-le") + bytes(200))
    (tmp_path / "velha.xlsx").write_bytes(ole)
    assert why(tmp_path / "senha.xlsx") == "encrypted"
    assert why(tmp_path / "velha.xlsx") == "old_excel"


def test_a_zip_with_a_password_says_so(plain: Path) -> None:
    content = bytearray(plain.read_bytes())
    place = content.rindex(b"PK\x01\x02")  # the last entry of the directory; its flags are at +8
    content[place + 8] |= 1
    plain.write_bytes(content)
    assert why(plain) == "encrypted"


@pytest.mark.parametrize("kept", [10, 60, 300, -30, -1])
def test_a_truncated_workbook_is_refused(plain: Path, kept: int) -> None:
    plain.write_bytes(plain.read_bytes()[:kept])
    assert why(plain) == "damaged"


@pytest.mark.parametrize("content", [b"referencia;nome\nA;B\n", b"%PDF-1.7", b"\x00" * 2000])
def test_something_else_under_the_name_of_a_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "falsa.xlsx").write_bytes(content)
    assert why(tmp_path / "falsa.xlsx") == "damaged"


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "fotos.xlsx", "w") as file:
        file.writestr("foto.jpg", b"x")
    assert why(tmp_path / "fotos.xlsx") == "damaged"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_workbook_whose_parts_are_missing_or_broken_is_refused(
    plain: Path, tmp_path: Path, part: str
) -> None:
    broken = rezipped(plain, tmp_path / "a.xlsx", lambda name, content: b"<x" if name == part else content)
    assert why(broken) == "damaged"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(plain: Path, tmp_path: Path) -> None:
    bomb = tmp_path / "bomba.xlsx"
    rezipped(plain, bomb, lambda _name, content: content)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/media/zeros.bin", bytes(5_000_000))
    assert bomb.stat().st_size < 20_000
    assert why(bomb) == "bomb"


def test_a_workbook_that_claims_to_unpack_to_too_much_is_refused(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert archive.MAXIMUM_UNPACKED == 400_000_000
    monkeypatch.setattr(archive, "MAXIMUM_UNPACKED", 2_000)
    assert why(plain) == "bomb"


def test_a_part_that_unpacks_to_more_than_it_claims_is_refused(plain: Path) -> None:
    content = bytearray(plain.read_bytes())
    at = content.index(b"PK\x01\x02")
    while content[at : at + 4] == b"PK\x01\x02":
        content[at + 24 : at + 28] = (10).to_bytes(4, "little")  # the uncompressed size in the directory
        name, extra, comment = (int.from_bytes(content[at + p : at + p + 2], "little") for p in (28, 30, 32))
        at += 46 + name + extra + comment
    plain.write_bytes(content)
    assert why(plain) == "damaged"


BILLION_LAUGHS = (
    '<?xml version="1.0"{encoding}?><!-- {padding} --><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("padding", [0, 200_000])
def test_declared_entities_are_refused_however_they_hide(
    plain: Path, tmp_path: Path, encoding: str, padding: int
) -> None:
    xml = BILLION_LAUGHS.format(encoding=f' encoding="{encoding}"', padding="x-" * padding + "x")
    target = tmp_path / "risos.xlsx"
    rezipped(plain, target, lambda name, content: xml.encode(encoding) if "sheet1" in name else content)
    assert why(target) == "entities"


def test_a_sheet_that_claims_a_huge_size_costs_nothing(plain: Path, tmp_path: Path) -> None:
    def huge(name: str, content: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return content
        start = content.index(b"<dimension")
        end = content.index(b"/>", start)
        content = content[:start] + b'<dimension ref="A1:XFD1048576"' + content[end:]
        return content.replace(
            b"</sheetData>", b'<row r="999999999"><c r="XFD999999999"><v>1</v></c></row></sheetData>'
        )

    sheet = read_sheet(rezipped(plain, tmp_path / "enorme.xlsx", huge))
    assert [row.cells["referencia"] for row in sheet.rows] == ["A"]


def test_links_to_other_workbooks_are_not_followed(plain: Path, tmp_path: Path) -> None:
    target = rezipped(plain, tmp_path / "links.xlsx", lambda _name, content: content)
    with zipfile.ZipFile(target, "a") as file:
        file.writestr("xl/externalLinks/externalLink1.xml", b"<broken")
        file.writestr("xl/externalLinks/_rels/externalLink1.xml.rels", b"<broken")
    assert len(read_sheet(target).rows) == 1


def test_decorations_that_are_not_understood_do_not_matter(plain: Path, tmp_path: Path) -> None:
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x/></ext></extLst></worksheet>'
    decorated = rezipped(
        plain, tmp_path / "enfeites.xlsx", lambda _name, content: content.replace(b"</worksheet>", extension)
    )
    assert len(read_sheet(decorated).rows) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_workbook_damaged_anywhere_is_read_or_refused_and_never_crashes(
    plain: Path, data: st.DataObject
) -> None:
    content = bytearray(plain.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = plain.with_name("estragada.xlsx")
    damaged.write_bytes(content)
    with suppress(SpreadsheetError):
        read_sheet(damaged)


def sheet_with(xml: str) -> bytes:
    book = Workbook()
    file = io.BytesIO()
    book.save(file)
    source, target = zipfile.ZipFile(file), io.BytesIO()
    with source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in source.namelist():
            new.writestr(name, xml if "sheet1" in name else source.read(name))
    return target.getvalue()


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="s"><v>999</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="A1"><v>INF</v></c>',
        f'<c r="A1"><v>{"9" * 5000}</v></c>',
        '<c r="ZZZZZ1"><v>1</v></c>',
        '<c r="A1" s="99"><v>1</v></c>',
        '<c r="A1" t="d"><v>amanhã</v></c>',
        '<c r="A1"><f t="shared" si="7"/></c>',
        '<c r="A1" t="n"><v>1e999</v></c>',
    ],
)
def test_cells_that_make_no_sense_are_refused_and_never_crash(tmp_path: Path, cell: str) -> None:
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1">{cell}</row></sheetData></worksheet>'
    )
    path = tmp_path / "absurda.xlsx"
    path.write_bytes(sheet_with(xml))
    with pytest.raises(SpreadsheetError):
        read_sheet(path)
