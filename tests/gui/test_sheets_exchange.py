"""A product list taken in through its preview, whole or not at all, and given out again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.gui.product_gallery import BRUNO, Shop, open_shop
from tests.waiting import until
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.sheet_errors import UnreadableSheet
from varejoforte_desktop.spreadsheets.reading import read_sheet
from varejoforte_desktop.spreadsheets.writing import write_sheet
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.sheets.exchange import export_products, import_products
from varejoforte_desktop.ui.sheets.preview import SheetPreview

GOOD = "referencia;nome;preco;estoque\nCOP-1;Copo;5,90;12\nJAR-1;Jarra;39,90;3\n"
BAD = "referencia;nome;preco;ean\nCOP-1;Copo;12,5,0;\nJAR-1;Jarra;39,90;7891000315508\n"


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as opened:
        yield opened


@pytest.fixture
def window(qapp: Any) -> Any:
    parent = QWidget()
    yield parent
    parent.deleteLater()


def session(shop: Shop, actor: Actor) -> Session:
    signed_in = shop.session(actor)
    services = replace(signed_in.services, read_sheet=read_sheet, write_sheet=write_sheet)
    return replace(signed_in, services=services)


def sheet(folder: Path, text: str) -> Path:
    path = folder / "lista.csv"
    path.write_text(text, encoding="utf-8")
    return path


async def preview() -> SheetPreview:
    def found() -> SheetPreview | None:
        windows = QApplication.topLevelWidgets()
        return next((each for each in windows if isinstance(each, SheetPreview) and each.isVisible()), None)

    shown = await until(found)
    assert shown is not None
    return shown


def button(dialog: QWidget, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert found is not None, name
    return found


def count(shop: Shop) -> int:
    return len(shop.database.read_now(lambda reader: reader.export_rows()))


async def test_a_good_list_is_shown_first_and_taken_in_when_a_person_says_so(
    shop: Shop, window: QWidget, tmp_path: Path
) -> None:
    task = asyncio.ensure_future(import_products(session(shop, BRUNO), window, sheet(tmp_path, GOOD)))
    dialog = await preview()
    summary = dialog.findChild(QLabel, "sheet_summary")
    assert summary is not None
    assert summary.text().startswith("2 produtos novos")
    assert count(shop) == 0
    button(dialog, "sheet_apply").click()
    assert await task == "Planilha importada: 2 produtos novos, 0 alterados."
    rows = {row.product.reference: row for row in shop.database.read_now(lambda reader: reader.export_rows())}
    assert {key: int(row.on_hand) for key, row in rows.items()} == {"COP-1": 12, "JAR-1": 3}


async def test_the_stock_of_the_list_can_be_left_out(shop: Shop, window: QWidget, tmp_path: Path) -> None:
    task = asyncio.ensure_future(import_products(session(shop, BRUNO), window, sheet(tmp_path, GOOD)))
    dialog = await preview()
    dialog.count_stock.setChecked(False)
    button(dialog, "sheet_apply").click()
    await task
    rows = shop.database.read_now(lambda reader: reader.export_rows())
    assert [int(row.on_hand) for row in rows] == [0, 0]


async def test_a_list_with_errors_says_where_and_cannot_be_taken_in(
    shop: Shop, window: QWidget, tmp_path: Path
) -> None:
    task = asyncio.ensure_future(import_products(session(shop, BRUNO), window, sheet(tmp_path, BAD)))
    dialog = await preview()
    assert not button(dialog, "sheet_apply").isEnabled()
    table = dialog.findChild(QWidget, "sheet_preview_table")
    model = table.model()  # type: ignore[union-attr]
    told = [str(model.index(row, model.columnCount() - 1).data()) for row in range(model.rowCount())]
    assert told[0].startswith("preco: “12,5,0” não é um número.")
    assert told[1].startswith("ean: O código de barras tem um dígito errado.")
    button(dialog, "sheet_cancel").click()
    assert await task == ""
    assert count(shop) == 0


async def test_what_is_no_spreadsheet_and_who_may_not_import_are_refused(
    shop: Shop, window: QWidget, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableSheet):
        await import_products(session(shop, BRUNO), window, sheet(tmp_path, ""))
    clerk = Actor(operator_id=9, login="leo", name="Leo", role=Role.OPERADOR, station="CAIXA-01")
    with pytest.raises(NotAllowed):
        await import_products(session(shop, clerk), window, sheet(tmp_path, GOOD))


async def test_the_catalogue_is_given_out_as_a_file(shop: Shop, window: QWidget, tmp_path: Path) -> None:
    shop.keep(reference="PAN-1", name="Panela")
    path = tmp_path / "fora.csv"
    assert await export_products(session(shop, BRUNO), window, path) == "1 produto exportado em fora.csv."
    assert "PAN-1;Panela" in path.read_text(encoding="utf-8-sig")
