"""Configurações › Impressoras: printers are chosen, tested and kept, and papers that did not come out are settled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.gui.printer_gallery import HERE, NOTE, SLIP, PaperShop, SlowDesk, open_shop
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.printing_ports import (
    NARROW,
    PrinterBook,
    PrinterKind,
    PrinterPlace,
    PrintJobRow,
    QrMode,
)
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.domain.print_job import PaperKind, PrintState, PrintUse
from varejoforte_desktop.ui.preferences.printers import PrintersPage
from varejoforte_desktop.ui.printers.words import (
    ABOUT_USES,
    ADDRESS_WORDS,
    CHOICES,
    KIND_WORDS,
    PAPER_WORDS,
    USE_WORDS,
    trouble_words,
)


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[PaperShop]:
    async with open_shop(tmp_path / "loja") as made:
        yield made


def choose(page: PrintersPage, use: PrintUse, kind: PrinterKind, address: str = "") -> None:
    """Choose a kind with the keyboard's effect, and type where it is."""
    card = page.cards[use]
    card.kind.setCurrentIndex(card.kind.findData(kind))
    card.kind.activated.emit(card.kind.currentIndex())
    if address:
        card.address.setFocus()
        card.address.selectAll()
        QTest.keyClicks(card.address, address)


def states(shop: PaperShop) -> dict[int, PrintState]:
    rows: list[PrintJobRow] = shop.database.read_now(lambda reader: reader.printing.rows())
    return {row.id: row.state for row in rows}


def said(page: PrintersPage, job_id: int) -> str:
    label = page.findChild(QLabel, f"print_job_{job_id}_state")
    assert isinstance(label, QLabel)
    return label.text()


def press(page: PrintersPage, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert isinstance(button, QPushButton), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_a_new_station_has_no_printer_and_nothing_waits(shop: PaperShop) -> None:
    page = await shop.page()
    assert page.book() == PrinterBook()
    assert not page.save_button.isEnabled()
    assert page.jobs.states.currentWidget() is page.jobs.states.empty
    assert all(not card.test.isEnabled() for card in page.cards.values())
    assert HERE in page.told.text()


async def test_printers_are_chosen_and_kept_with_f10(shop: PaperShop) -> None:
    page = await shop.page()
    done: list[str] = []
    page.done.connect(done.append)
    choose(page, PrintUse.SLIP, PrinterKind.NETWORK, "10.0.0.9")
    choose(page, PrintUse.SHEET, PrinterKind.VIEWER)
    page.roll.columns.setCurrentIndex(page.roll.columns.findData(NARROW))
    page.roll.columns.activated.emit(1)
    page.roll.qr.setCurrentIndex(page.roll.qr.findData(QrMode.PICTURE))
    page.roll.drawer.click()
    QTest.keyClick(page.cards[PrintUse.SLIP].address, Qt.Key.Key_F10)
    assert done == ["Impressoras desta estação salvas."]
    assert shop.desk.book() == PrinterBook(
        slip=PrinterPlace(kind=PrinterKind.NETWORK, address="10.0.0.9"),
        sheet=PrinterPlace(kind=PrinterKind.VIEWER),
        columns=NARROW,
        qr=QrMode.PICTURE,
        drawer=True,
    )
    assert not page.save_button.isEnabled()
    again = await shop.page()
    assert again.book() == shop.desk.book()


async def test_a_printer_without_an_address_is_neither_kept_nor_tested(shop: PaperShop) -> None:
    page = await shop.page()
    card = page.cards[PrintUse.SLIP]
    choose(page, PrintUse.SLIP, PrinterKind.NETWORK)
    page.save()
    assert card.address_field.error == "Diga onde está a impressora."
    assert shop.desk.book() == PrinterBook()
    choose(page, PrintUse.SLIP, PrinterKind.NETWORK, "x")
    assert not card.address_field.error
    card.address.clear()
    card.test.click()
    assert card.address_field.error


async def test_what_somebody_is_changing_survives_a_refresh(shop: PaperShop) -> None:
    page = await shop.page()
    choose(page, PrintUse.SLIP, PrinterKind.NETWORK, "10.0.0.9")
    page.refresh()
    await until(lambda: not page._reading.busy)
    assert page.cards[PrintUse.SLIP].address.text() == "10.0.0.9"


async def test_news_leaves_a_running_test_and_its_result_alone(shop: PaperShop) -> None:
    slow = SlowDesk(shop.desk)
    shop.desk.keep_book(PrinterBook(slip=shop.at_folder()))
    page = await shop.page(desk=slow)
    card = page.cards[PrintUse.SLIP]
    card.test.click()
    await until(lambda: page._testing.busy)
    page.refresh()
    await until(lambda: not page._reading.busy)
    assert not card.test.isEnabled()
    assert card.test.text() == "Imprimindo…"
    slow.door.set()
    await until(lambda: not page._testing.busy)
    page.refresh()
    await until(lambda: not page._reading.busy)
    assert card.test.isEnabled()
    assert card.told.isVisible()
    assert card.told.text.startswith("Teste enviado.")


async def test_a_paper_more_leaves_the_keyboard_on_its_button(shop: PaperShop) -> None:
    for _ in range(2):
        shop.ask()
        shop.fail("offline")
    page = await shop.page()
    page.activateWindow()
    await until(page.isActiveWindow)
    first, last = sorted(states(shop))
    button = page.findChild(QPushButton, f"print_job_{last}_give_up")
    assert button is not None
    button.setFocus()
    new = shop.ask()
    await until(lambda: page.findChild(QPushButton, f"print_job_{new}_give_up"))
    assert button.hasFocus()
    focused = page.findChild(QPushButton, f"print_job_{first}_give_up")
    assert focused is not None
    focused.setFocus()
    shop.ask()
    shop.fail("offline")
    await until(lambda: len(page.jobs._shown) == 4)
    assert focused.hasFocus()


async def test_a_test_page_is_printed_before_anything_is_kept(shop: PaperShop) -> None:
    slow = SlowDesk(shop.desk)
    page = await shop.page(desk=slow)
    card = page.cards[PrintUse.SLIP]
    choose(page, PrintUse.SLIP, PrinterKind.FOLDER, str(shop.folder / "papeis"))
    card.test.click()
    await until(lambda: page._testing.busy)
    assert not card.test.isEnabled()
    assert card.test.text() == "Imprimindo…"
    slow.door.set()
    await until(lambda: not page._testing.busy)
    assert card.told.text.startswith("Teste enviado.")
    assert card.test.isEnabled()
    assert "TESTE DE IMPRESSÃO" in (shop.folder / "papeis" / "00001-teste.txt").read_text("utf-8")
    assert shop.desk.book() == PrinterBook()


async def test_a_test_page_that_does_not_come_out_says_why(shop: PaperShop) -> None:
    page = await shop.page()
    card = page.cards[PrintUse.SLIP]
    choose(page, PrintUse.SLIP, PrinterKind.DEVICE, str(shop.folder / "nenhum"))
    card.test.click()
    await until(lambda: not page._testing.busy)
    assert "não responde. Veja se está ligada" in card.told.text


async def test_who_may_not_change_settings_reads_and_tests(shop: PaperShop) -> None:
    shop.desk.keep_book(PrinterBook(slip=shop.at_folder()))
    page = await shop.page(Role.OPERADOR)
    card = page.cards[PrintUse.SLIP]
    assert not card.kind.isEnabled()
    assert card.address.isReadOnly()
    assert not page.roll.accents.isEnabled()
    assert not page.save_button.isVisible()
    assert "Peça a um administrador" in page.told.text()
    card.test.click()
    await until(lambda: not page._testing.busy)
    assert card.told.text.startswith("Teste enviado.")


# -- papers -----------------------------------------------------------------------------------------------------------


async def test_a_paper_in_doubt_waits_for_a_person(shop: PaperShop) -> None:
    first, second = shop.ask(), shop.ask(NOTE)
    shop.break_off()
    shop.break_off()
    page = await shop.page()
    assert said(page, first).startswith("Não sei se saiu")
    press(page, f"print_job_{first}_came_out")
    await until(lambda: states(shop)[first] is PrintState.PRINTED and not page._acting.busy)
    assert page.findChild(QLabel, f"print_job_{second}_state") is not None
    press(page, f"print_job_{second}_not_out")
    await until(lambda: states(shop)[second] is PrintState.WAITING and not page._acting.busy)
    await until(lambda: said(page, second) == "Aguardando a vez.")


async def test_a_paper_that_failed_is_tried_again_or_given_up(shop: PaperShop) -> None:
    first, second = shop.ask(), shop.ask()
    shop.fail("offline")
    shop.fail("none", printer="")
    page = await shop.page()
    assert "A impressora 192.168.0.50 não responde." in said(page, first)
    assert "Nenhuma impressora foi escolhida" in said(page, second)
    press(page, f"print_job_{second}_give_up")
    await until(lambda: states(shop)[second] is PrintState.CANCELLED and not page._acting.busy)
    shop.desk.keep_book(PrinterBook(slip=shop.at_folder()))
    shop.desk.start()
    press(page, f"print_job_{first}_again")
    await until(lambda: states(shop)[first] is PrintState.PRINTED)
    await until(lambda: page.jobs.states.currentWidget() is page.jobs.states.empty)


async def test_papers_that_come_and_go_are_seen_without_asking(shop: PaperShop) -> None:
    page = await shop.page()
    job = shop.ask()
    await until(lambda: page.findChild(QLabel, f"print_job_{job}_state") is not None)


async def test_a_list_that_cannot_be_read_offers_to_try_again(
    shop: PaperShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(question: object) -> object:
        raise BooksUnreachable

    with monkeypatch.context() as patched:
        patched.setattr(shop.database, "read", broken)
        page = await shop.page()
        assert page.jobs.states.currentWidget() is page.jobs.states.failed
    page.jobs.states.failed.acted.emit()
    await until(lambda: page.jobs.states.currentWidget() is page.jobs.states.empty)


async def test_hundreds_of_papers_are_counted_not_drawn(shop: PaperShop) -> None:
    for _ in range(23):
        shop.ask(SLIP)
    page = await shop.page()
    more = page.findChild(QLabel, "print_jobs_more")
    assert isinstance(more, QLabel)
    assert more.text() == "E mais 3."


# -- words ------------------------------------------------------------------------------------------------------------


def test_every_paper_printer_and_use_has_words() -> None:
    assert set(PAPER_WORDS) == set(PaperKind)
    assert set(KIND_WORDS) == set(ADDRESS_WORDS) == set(PrinterKind)
    assert set(USE_WORDS) == set(ABOUT_USES) == set(CHOICES) == set(PrintUse)
    offered = {kind for kinds in CHOICES.values() for kind in kinds}
    assert offered == set(PrinterKind)


def test_every_trouble_of_a_printer_has_its_own_sentence() -> None:
    whys = ("none", "offline", "refused", "file", "driver", "unsure", "format")
    assert len({trouble_words(why) for why in whys}) == len(whys)
    assert "10.0.0.9" in trouble_words("offline", "10.0.0.9")[0]
