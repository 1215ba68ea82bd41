"""A paper on the screen: its pages, larger and smaller, printed or saved, and what is said when it cannot be shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from tests.gui.printer_gallery import NOTE, PAPERS, SLIP, PaperShop, SlowDesk, open_shop
from tests.waiting import until
from varejoforte_desktop.application.people import set_permission
from varejoforte_desktop.application.printing_ports import PrinterBook
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.ui.papers.preview import PaperPreview, preview_paper

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[PaperShop]:
    async with open_shop(tmp_path / "loja") as made:
        yield made


def key(dialog: PaperPreview, pressed: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(dialog, pressed, modifiers)


async def chooser_over(dialog: QWidget) -> QFileDialog:
    def open_one() -> QFileDialog | None:
        return next((each for each in dialog.findChildren(QFileDialog) if each.isVisible()), None)

    found = await until(open_one)
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted(PAPERS))
async def test_every_paper_can_be_looked_at(shop: PaperShop, name: str) -> None:
    dialog = await shop.preview(PAPERS[name])
    assert dialog.states.currentWidget() is dialog.pages
    assert dialog.pages.count >= 1
    assert dialog.print_button.isEnabled()


async def test_a_paper_being_drawn_cannot_be_printed_yet(shop: PaperShop) -> None:
    slow = SlowDesk(shop.desk)
    dialog = await shop.preview(SLIP, desk=slow)
    assert dialog.states.currentWidget() is dialog.states.skeleton
    assert not dialog.print_button.isEnabled()
    dialog.print()
    dialog.save()
    slow.door.set()
    await until(dialog.print_button.isEnabled)
    assert shop.database.read_now(lambda reader: reader.printing.rows()) == []


async def test_the_page_fits_the_window_and_grows_and_shrinks_with_the_keys(shop: PaperShop) -> None:
    dialog = await shop.preview(NOTE)
    fitted = dialog.pages.scale
    assert not dialog.pages.horizontalScrollBar().isVisible()
    key(dialog, Qt.Key.Key_Plus)
    assert dialog.pages.scale == fitted * 5 // 4
    for _ in range(20):
        key(dialog, Qt.Key.Key_Plus)
    assert dialog.pages.scale == 3000
    for _ in range(40):
        key(dialog, Qt.Key.Key_Minus)
    assert dialog.pages.scale == 150
    key(dialog, Qt.Key.Key_0)
    assert dialog.pages.scale == fitted
    dialog.resize(dialog.width() - 200, dialog.height())
    await until(lambda: dialog.pages.scale < fitted)


async def test_pages_are_turned(shop: PaperShop) -> None:
    dialog = await shop.preview(PAPERS["danfe-longo"])
    none = Qt.KeyboardModifier.NoModifier
    pages = dialog.pages.count
    assert dialog.place.text() == f"Página 1 de {pages}"
    key(dialog, Qt.Key.Key_PageDown, none)
    assert dialog.place.text() == f"Página 2 de {pages}"
    key(dialog, Qt.Key.Key_PageUp, none)
    assert dialog.place.text() == f"Página 1 de {pages}"
    key(dialog, Qt.Key.Key_PageUp, none)
    assert dialog.pages.current == 1
    alone = await shop.preview(SLIP)
    assert alone.place.text() == ""
    key(alone, Qt.Key.Key_PageDown, none)
    assert alone.pages.verticalScrollBar().value() > 0


async def test_printing_puts_it_on_the_list_once_and_closes(shop: PaperShop) -> None:
    shop.desk.keep_book(PrinterBook(slip=shop.at_folder()))
    over = QWidget()
    shop_session = shop.session()
    asked = asyncio.ensure_future(
        preview_paper(over, shop_session, shop.desk, "NFC-e 871", SLIP, document_id=871)
    )
    await until(lambda: over.findChild(PaperPreview) is not None)
    dialog = over.findChild(PaperPreview)
    assert isinstance(dialog, PaperPreview)
    await until(dialog.print_button.isEnabled)
    key(dialog, Qt.Key.Key_P)
    dialog.print()
    job = await asked
    rows = shop.database.read_now(lambda reader: reader.printing.rows(document_id=871))
    assert [(row.id, row.copy, row.operator) for row in rows] == [(job, 1, "Carla Souza")]
    over.deleteLater()


async def test_looking_alone_prints_nothing(shop: PaperShop) -> None:
    over = QWidget()
    asked = asyncio.ensure_future(preview_paper(over, shop.session(), shop.desk, "NF-e 871", NOTE))
    await until(lambda: over.findChild(PaperPreview) is not None)
    dialog = over.findChild(PaperPreview)
    assert isinstance(dialog, PaperPreview)
    dialog.close_button.click()
    assert await asked is None
    assert shop.database.read_now(lambda reader: reader.printing.rows()) == []
    over.deleteLater()


async def test_the_pdf_is_saved_where_somebody_says(shop: PaperShop) -> None:
    dialog = await shop.preview(NOTE, "NF-e 871: Maria / SP")
    dialog.save_button.click()
    chooser = await chooser_over(dialog)
    name = chooser.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    assert name.text() == "NF-e 871- Maria - SP.pdf"
    name.setText(str(shop.folder / "nota.pdf"))
    chooser.done(QFileDialog.DialogCode.Accepted)
    await until(lambda: not dialog._tasks.busy)
    assert (shop.folder / "nota.pdf").read_bytes().startswith(b"%PDF")
    assert dialog.banner.text == f"Salvo em {shop.folder / 'nota.pdf'}"
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    key(dialog, Qt.Key.Key_S)
    (await chooser_over(dialog)).reject()
    await until(lambda: not dialog._tasks.busy)


async def test_a_place_that_cannot_be_written_is_said(shop: PaperShop) -> None:
    dialog = await shop.preview(NOTE)
    dialog.save()
    chooser = await chooser_over(dialog)
    name = chooser.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    name.setText(str(shop.folder / "nenhuma" / "nota.pdf"))
    chooser.done(QFileDialog.DialogCode.Accepted)
    await until(lambda: not dialog._tasks.busy)
    assert "Não foi possível gravar" in dialog.banner.text


async def test_a_paper_that_cannot_be_read_says_so(shop: PaperShop) -> None:
    dialog = await shop.preview(replace(NOTE, content="<NFe"))
    assert dialog.states.currentWidget() is dialog.states.failed
    assert "não pode ser lido" in dialog.states.failed.accessibleName()
    assert not dialog.print_button.isEnabled()


async def test_who_may_not_print_is_told(shop: PaperShop) -> None:
    shop.database.run_now(
        set_permission, Role.OPERADOR, Permission.ISSUE_DOCUMENTS, allowed=False, by=shop.actor()
    )
    dialog = PaperPreview(shop.session(Role.OPERADOR), shop.desk, "NFC-e 871", SLIP)
    shop.windows.append(dialog)
    dialog.open()
    await until(dialog.print_button.isEnabled)
    dialog.print()
    await until(dialog.banner.isVisible)
    assert "Seu perfil não pode" in dialog.banner.text
    assert dialog.isVisible()
