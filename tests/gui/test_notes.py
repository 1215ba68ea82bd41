"""Notas fiscais: each document says how it stands, why, and what helps; and what helps is one key away."""

from __future__ import annotations

import asyncio
import os
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton

from tests.gui.note_gallery import ANA, BRUNO, CARLA, NoteShop, a_day, open_notes
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.people import set_permission
from varejoforte_desktop.domain.fiscal import DocumentState, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.domain.print_job import read_correction
from varejoforte_desktop.domain.sale import FiscalModel, SaleState
from varejoforte_desktop.ui.dialogs.approval import ApprovalDialog
from varejoforte_desktop.ui.fiscal_words import key_words
from varejoforte_desktop.ui.notes.asking import CancelNoteDialog, CorrectionDialog, GiveUpDialog
from varejoforte_desktop.ui.notes.book import PAGE
from varejoforte_desktop.ui.notes.deeds import WORDS, Deed
from varejoforte_desktop.ui.notes.voiding import VoidDialog, gap_words
from varejoforte_desktop.ui.papers.preview import PaperPreview
from varejoforte_desktop.ui.screens.notes import NotesScreen
from varejoforte_desktop.ui.theme import Theme

F2, F5, F6, F7, F8, F9, F10 = (Qt.Key(Qt.Key.Key_F1 + n) for n in (1, 4, 5, 6, 7, 8, 9))
ENTER, ESC, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down
CTRL = Qt.KeyboardModifier.ControlModifier
WIDE, NARROW = (1400, 860), (760, 640)
MOTIVE = "Cliente desistiu da compra"


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[NoteShop]:
    async with open_notes(tmp_path) as made:
        yield made


class Screens:
    """Opens the screen, hears what it says, and closes it again."""

    def __init__(self, shop: NoteShop) -> None:
        self._shop = shop
        self._opened: list[NotesScreen] = []
        self.said: list[str] = []

    async def open(
        self, actor: Actor = CARLA, size: tuple[int, int] = WIDE, *, desk: bool = True
    ) -> NotesScreen:
        screen = self._shop.screen(actor, desk=desk)
        self._opened.append(screen)
        screen.said.connect(self.said.append)
        screen.resize(*size)
        screen.show()
        screen.activateWindow()
        screen.activate()
        await until(lambda: screen.listing.loaded)
        return screen

    async def close(self) -> None:
        for screen in self._opened:
            await screen.aclose()
            screen.close()
            screen.deleteLater()


@pytest_asyncio.fixture
async def screens(shop: NoteShop) -> AsyncIterator[Screens]:
    made = Screens(shop)
    yield made
    await made.close()


def lines(screen: NotesScreen) -> list[tuple[str, str]]:
    """Each document with its state."""
    model = screen.listing.book.model
    return [
        (str(model.index(row, 0).data()), str(model.index(row, 1).data())) for row in range(model.rowCount())
    ]


async def choose(screen: NotesScreen, document_id: int) -> None:
    place = await until(lambda: _place(screen, document_id))
    screen.listing.table.go_to_row(place - 1)
    await until(lambda: screen.listing.current is not None)


def _place(screen: NotesScreen, document_id: int) -> int:
    found = screen.listing.book.model.place_of(document_id)
    return 0 if found is None else found + 1


def words(screen: NotesScreen) -> str:
    """Everything the panel says."""
    return "\n".join(label.text() for label in screen.listing.panel.findChildren(QLabel))


def button(screen: NotesScreen, name: str) -> QPushButton:
    found = screen.findChild(QPushButton, name)
    assert isinstance(found, QPushButton), name
    return found


async def asked(screen: NotesScreen, kind: type[Any]) -> Any:
    """The dialog in front, once it is there."""

    def shown() -> Any:
        return next((each for each in screen.findChildren(kind) if each.isVisible()), None)

    dialog = await until(shown)
    dialog.activateWindow()
    return dialog


async def settled(screen: NotesScreen) -> None:
    """Nothing runs any more and the keyboard is back in the screen."""
    await until(lambda: not screen.doings.busy)
    screen.activateWindow()
    await until(screen.isActiveWindow)


async def state_of(shop: NoteShop, document_id: int) -> DocumentState:
    sheet = await shop.database.read(lambda reader: reader.fiscal.document(document_id))
    return sheet.row.state


async def sale_state(shop: NoteShop, sale_id: int) -> SaleState:
    detail = await shop.database.read(lambda reader: reader.sales.detail(sale_id))
    return detail.row.state


# -- what is shown ------------------------------------------------------------------------------------------------


async def test_a_day_is_listed_newest_first_with_each_state_in_words(
    shop: NoteShop, screens: Screens
) -> None:
    await a_day(shop)
    screen = await screens.open()
    assert screen.title == "Notas fiscais"
    assert lines(screen) == [
        ("NFC-e 1/8", "Contingência, amanhã"),
        ("NFC-e 1/7", "Contingência, amanhã"),
        ("NFC-e 1/6", "A inutilizar"),
        ("NF-e 1/2", "Autorizada"),
        ("NFC-e 1/5", "A inutilizar"),
        ("NFC-e 1/4", "Cancelada"),
        ("NFC-e 1/3", "Rejeitada"),
        ("NFC-e 1/2", "Autorizada"),
        ("NF-e 1/1", "Autorizada"),
        ("NFC-e 1/1", "Autorizada"),
    ]
    assert screen.listing.foot.shown.text() == "10 notas"


async def test_the_strip_counts_what_waits_gravest_first(shop: NoteShop, screens: Screens) -> None:
    await a_day(shop)
    screen = await screens.open()
    shown = [each.text() for each in screen.strip.buttons.values() if each.isVisible()]
    assert shown == [
        "1 rejeitada",
        "2 NFC-e em contingência, a mais antiga até amanhã 23:59",
        "1 venda sem nota",
        "2 números a inutilizar",
    ]
    assert screen.badges.rehearsal.isVisible()
    assert screen.badges.rehearsal.text == "HOMOLOGAÇÃO — sem valor fiscal"
    assert screen.tabs.tabText(1) == "Vendas sem nota (1)"


async def test_a_deadline_that_has_passed_is_red(shop: NoteShop, screens: Screens) -> None:
    await shop.offline()
    shop.clock.forward(days=5)
    screen = await screens.open()
    said = screen.strip.buttons["offline"].text()
    assert said == "1 NFC-e em contingência, até 11/12 23:59, vencido"


async def test_a_calm_shop_says_so(shop: NoteShop, screens: Screens) -> None:
    await shop.authorised()
    screen = await screens.open()
    assert screen.strip.calm.isVisible()
    assert not [each for each in screen.strip.buttons.values() if each.isVisible()]
    assert not screen.listing.foot.void.isEnabled()
    assert screen.listing.foot.void.toolTip() == "Todos os números estão em uso."


async def test_documents_of_value_carry_no_sign_of_a_rehearsal(shop: NoteShop, screens: Screens) -> None:
    def settle(uow: Any) -> None:
        settings: FiscalSettings = uow.fiscal_setup.settings()
        uow.fiscal_setup.save_settings(replace(settings, environment=FiscalEnvironment.PRODUCAO))

    shop.database.run_now(settle)
    screen = await screens.open()
    await until(lambda: screen._head is not None)
    assert not screen.badges.rehearsal.isVisible()
    assert screen.environment is FiscalEnvironment.PRODUCAO


async def test_sefaz_silence_is_told_with_its_hour(shop: NoteShop, screens: Screens) -> None:
    shop.database.run_now(lambda uow: uow.documents.pause(shop.clock.now.replace(hour=16), "656"))
    screen = await screens.open()
    assert screen.strip.paused.isVisible()
    assert "até 13:00" in screen.strip.paused.text


async def test_a_rejected_document_says_why_and_what_to_correct(shop: NoteShop, screens: Screens) -> None:
    document = await shop.rejected("778", buyer="Pedro Alves", document="52998224725")
    screen = await screens.open()
    await choose(screen, document)
    said = words(screen)
    assert "O NCM de um produto não existe." in said
    assert "Corrija-o no cadastro do produto" in said
    assert "SEFAZ 778: Informado NCM inexistente." in said
    assert "529.982.247-25" in said
    assert "Rejeitada · SEFAZ 778: Informado NCM inexistente." in said
    assert "Numerada e assinada" in said
    assert button(screen, "note_fix").text() == "Corrigir e reenviar (F6)"


async def test_what_cannot_be_done_says_why_in_tooltip_and_text(shop: NoteShop, screens: Screens) -> None:
    document = await shop.rejected("778")
    screen = await screens.open()
    await choose(screen, document)
    why = "O DANFE só existe com a nota autorizada ou em contingência."
    view = button(screen, "note_view")
    assert not view.isEnabled()
    assert view.toolTip() == why
    assert view.accessibleDescription() == why
    assert f"Ver DANFE, Imprimir: {why[:1].lower()}{why[1:]}" in words(screen)
    QTest.keyClick(screen, F9)
    assert screen.banner.text == why


async def test_the_key_stands_in_groups_of_four_and_is_copied_bare(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open()
    await choose(screen, document)
    label = screen.findChild(QLabel, "note_key")
    assert isinstance(label, QLabel)
    groups = label.text().split()
    assert [len(each) for each in groups] == [4] * 11
    QTest.keyClick(screen, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "".join(groups)
    assert screens.said == ["Chave de acesso copiada."]


async def test_the_sale_of_a_document_is_one_click_away(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open()
    wanted: list[int] = []
    screen.sale_requested.connect(wanted.append)
    await choose(screen, document)
    button(screen, "note_sale").click()
    assert wanted == shop.sold


async def test_another_place_points_at_a_document(shop: NoteShop, screens: Screens) -> None:
    first = await shop.authorised()
    await shop.authorised()
    screen = await screens.open()
    screen.open_note(first)
    await until(lambda: screen.listing.current is not None and screen.listing.current.id == first)


# -- looking for something ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [("lume", ["NF-e 1/2"]), ("3", ["NFC-e 1/3"]), ("rita", ["NFC-e 1/4"]), ("52998224725", ["NF-e 1/2", "NF-e 1/1", "NFC-e 1/1"])],
)  # fmt: skip
async def test_a_document_is_found_by_what_one_knows_of_it(
    shop: NoteShop, screens: Screens, typed: str, found: list[str]
) -> None:
    await a_day(shop)
    screen = await screens.open()
    QTest.keyClick(screen, F2)
    assert screen.listing.filters.search.hasFocus()
    QTest.keyClicks(screen.listing.filters.search, typed)
    QTest.keyClick(screen.listing.filters.search, ENTER)
    if typed == "3":  # a sale's number too
        await until(lambda: {"NFC-e 1/3"} <= {note for note, _ in lines(screen)} and len(lines(screen)) < 4)
    else:
        await until(lambda: [note for note, _ in lines(screen)] == found)


async def test_the_strip_opens_what_it_counts(shop: NoteShop, screens: Screens) -> None:
    await a_day(shop)
    screen = await screens.open()
    screen.strip.buttons["offline"].click()
    await until(lambda: [note for note, _ in lines(screen)] == ["NFC-e 1/8", "NFC-e 1/7"])
    assert screen.listing.foot.shown.text() == "2 notas com estes filtros"
    screen.strip.buttons["rejected"].click()
    await until(lambda: [note for note, _ in lines(screen)] == ["NFC-e 1/3"])
    screen.strip.buttons["owed"].click()
    assert screen.tabs.owed
    await until(lambda: screen.owed.model.rowCount() == 1)


async def test_filters_by_model_and_day_are_put_away_from_the_empty_list(
    shop: NoteShop, screens: Screens
) -> None:
    await shop.authorised()
    shop.clock.forward(days=40)
    screen = await screens.open()
    filters = screen.listing.filters
    filters.model.setCurrentIndex(filters.model.findData(FiscalModel.NFCE.value))
    assert len(lines(screen)) == 1
    filters.period.setCurrentIndex(filters.period.findData("month"))
    await until(lambda: screen.listing.states.currentWidget() is screen.listing.empty)
    screen.listing.empty.acted.emit()
    await until(lambda: len(lines(screen)) == 1)
    assert not filters.narrowing


async def test_a_long_list_is_read_a_page_at_a_time(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    record = (await shop.database.read(lambda reader: reader.fiscal.document(document))).record
    more = PAGE + 20
    shop.database.run_now(lambda uow: _copies(uow, record, more))
    screen = await screens.open()
    assert screen.listing.foot.shown.text() == f"{more + 1} notas"
    assert len(lines(screen)) == PAGE
    screen.listing.table.go_to_row(PAGE - 1)
    screen.listing.book.read_more()
    await until(lambda: len(lines(screen)) == more + 1)
    assert len({note for note, _ in lines(screen)}) == more + 1


def _copies(uow: Any, record: Any, many: int) -> None:
    for number in range(100, 100 + many):
        key = f"{record.key[:25]}{number:09}{record.key[34:]}"
        uow.documents.add(replace(record, id=0, sale_id=None, number=number, key=key))


# -- the four states of the list ----------------------------------------------------------------------------------


async def test_the_first_day_says_what_belongs_here(shop: NoteShop, screens: Screens) -> None:
    screen = await screens.open()
    wanted: list[bool] = []
    screen.sell_requested.connect(lambda: wanted.append(True))
    assert screen.listing.states.currentWidget() is screen.listing.empty
    assert screen.listing.empty.accessibleName().startswith("Nenhuma nota ainda")
    screen.listing.empty.acted.emit()
    assert wanted == [True]


async def two_owed(shop: NoteShop, screens: Screens) -> NotesScreen:
    """Vendas sem nota, with two of them."""
    await shop.authorised()
    shop.sell(buyer="Joana Reis")
    shop.sell(buyer="Davi Rocha")
    screen = await screens.open()
    screen.tabs.go(1)
    await until(lambda: screen.owed.model.rowCount() == 2)
    return screen


async def test_a_slow_older_answer_brings_no_sale_back_that_has_its_note(
    shop: NoteShop, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = await two_owed(shop, screens)
    real, late = shop.database.read, asyncio.Event()

    async def slow(question: Any) -> Any:
        answer = await real(question)
        await late.wait()
        return answer

    monkeypatch.setattr(shop.database, "read", slow)
    screen.owed.refresh()
    await until(lambda: screen.owed._scope.busy)
    monkeypatch.setattr(shop.database, "read", real)
    await shop.desk.issue(screen.owed.model.rows[0].id)
    await until(lambda: screen.owed.model.rowCount() == 1)
    late.set()
    await until(lambda: not screen.owed._scope.busy)
    assert screen.owed.model.rowCount() == 1


async def test_sales_without_a_note_stay_in_sight_while_the_books_do_not_answer(
    shop: NoteShop, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = await two_owed(shop, screens)
    real = shop.database.read

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    monkeypatch.setattr(shop.database, "read", broken)
    screen.owed.refresh()
    await until(screen.banner.isVisible)
    assert screen.banner.text.startswith("O banco de dados não responde.")
    assert screen.owed.states.currentWidget() is screen.owed.table
    assert screen.owed.model.rowCount() == 2
    monkeypatch.setattr(shop.database, "read", real)
    button(screen, "notes_banner_button").click()
    await until(screen.banner.isHidden)


async def test_books_that_do_not_answer_are_asked_again(
    shop: NoteShop, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.authorised()
    real = shop.database.read

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    monkeypatch.setattr(shop.database, "read", broken)
    screen = shop.screen()
    screens._opened.append(screen)
    screen.show()
    screen.activate()
    await until(lambda: screen.listing.states.currentWidget() is screen.listing.states.failed)
    assert screen.listing.states.failed.accessibleName().startswith("O banco de dados não responde.")
    monkeypatch.setattr(shop.database, "read", real)
    screen.listing.states.retried.emit()
    await until(lambda: len(lines(screen)) == 1)


async def test_what_changes_elsewhere_arrives_by_itself(shop: NoteShop, screens: Screens) -> None:
    document = await shop.offline()
    screen = await screens.open()
    assert lines(screen)[0][1].startswith("Contingência")
    await shop.desk.resend(document, by=CARLA)
    await until(lambda: lines(screen)[0][1] == "Autorizada")
    await until(lambda: "Autorizada" in words(screen))


async def test_in_a_narrow_window_the_document_lies_over_the_list(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open(size=NARROW)
    await choose(screen, document)
    listing = screen.listing
    assert not listing.panel.isVisible()
    assert "Enter abre a nota" in listing.foot.shown.text()
    listing.table.setFocus()
    QTest.keyClick(listing.table, ENTER)
    assert listing.panel.isVisible()
    assert not listing.states.isVisible()
    QTest.keyClick(listing.panel.area, ESC)
    assert listing.states.isVisible()
    assert not listing.panel.isVisible()


async def test_every_state_is_read_whole_beside_the_document(shop: NoteShop, screens: Screens) -> None:
    """A main window of 1180 px has about 940 for the screen."""
    await shop.offline()
    screen = await screens.open(size=(940, 640))
    await until(screen.listing.panel.isVisible)
    table, model = screen.listing.table, screen.listing.book.model
    place = [each.title for each in model.columns].index("Situação")
    cell = model.index(0, place)
    assert cell.data() == "Contingência, amanhã"
    assert "Prazo: até amanhã 23:59" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert table.isColumnHidden(place) is False
    row = model.row_at(0)
    assert row is not None
    for state in DocumentState:
        model.update_row(replace(row, state=state, deadline_at=row.deadline_at))
        assert table.sizeHintForIndex(cell).width() <= table.columnWidth(place), cell.data()


async def test_coming_back_finds_the_document_that_was_opened(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open(size=NARROW)
    await choose(screen, document)
    screen.listing.open()
    screen.activate()
    assert screen.listing.panel.isVisible()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert screen.listing.panel.isAncestorOf(focus)
    QTest.keyClick(screen, F2)
    assert screen.listing.filters.search.hasFocus()
    assert not screen.listing.panel.isVisible()


async def test_coming_back_finds_the_sales_without_a_document(shop: NoteShop, screens: Screens) -> None:
    shop.sell(buyer="Rita Prado")
    screen = await screens.open()
    QTest.keyClick(screen, F7)
    await until(lambda: screen.owed.model.rowCount() == 1)
    screen.activate()
    assert screen.tabs.owed
    assert screen.owed.table.hasFocus()
    QTest.keyClick(screen.owed.table, F2)
    assert not screen.tabs.owed
    assert screen.listing.filters.search.hasFocus()


async def test_a_small_window_with_large_letters_holds_everything(shop: NoteShop, screens: Screens) -> None:
    await a_day(shop)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    Theme.apply(app, "light", 1.5)
    try:
        screen = await screens.open(size=(622, 568))
        await until(lambda: screen._head is not None)
        least = screen.minimumSizeHint()
        assert (least.width() <= 622, least.height() <= 568) == (True, True), least
        assert screen.strip.buttons["offline"].text() == "2 NFC-e em contingência"
        assert "amanhã 23:59" in screen.strip.buttons["offline"].toolTip()
    finally:
        Theme.apply(app, "light", 1.0)


# -- sending, correcting, asking ----------------------------------------------------------------------------------


async def test_a_document_in_contingency_is_sent_with_one_key(shop: NoteShop, screens: Screens) -> None:
    document = await shop.offline()
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, F6)
    await until(lambda: bool(screens.said))
    assert screens.said == ["NFC-e 1/2 autorizada."]
    assert await state_of(shop, document) is DocumentState.AUTHORISED


async def test_a_rejected_document_goes_again_under_its_number(shop: NoteShop, screens: Screens) -> None:
    document = await shop.rejected("778")
    screen = await screens.open()
    await choose(screen, document)
    button(screen, "note_fix").click()
    await until(lambda: bool(screens.said))
    assert screens.said == ["NFC-e 1/1 autorizada."]
    await until(lambda: lines(screen) == [("NFC-e 1/1", "Autorizada")])


async def test_what_is_refused_once_more_says_how_it_stands(shop: NoteShop, screens: Screens) -> None:
    document = await shop.rejected("778")
    shop.sefaz.faults.queue("*", "reject:611")
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, F6)
    await until(lambda: bool(screens.said))
    assert screens.said == ["NFC-e 1/1 continua rejeitada."]
    await until(lambda: "Um código de barras não é válido." in words(screen))


async def test_a_document_without_an_answer_is_asked_about(shop: NoteShop, screens: Screens) -> None:
    sale = shop.sell_nfe()
    shop.sefaz.faults.queue("autorizacao", "drop_after")
    document = await shop.issue(sale)
    assert await state_of(shop, document) is DocumentState.UNKNOWN
    screen = await screens.open()
    await choose(screen, document)
    assert button(screen, "note_consult").text() == "Consultar a SEFAZ (F6)"
    QTest.keyClick(screen, F6)
    await until(lambda: bool(screens.said))
    assert screens.said == ["NF-e 1/1 autorizada."]


async def test_nothing_is_sent_of_a_document_that_is_at_its_end(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, F6)
    assert "já chegou ao fim" in screen.banner.text
    assert screens.said == []


async def test_a_station_without_a_desk_says_that_it_issues_nothing(shop: NoteShop, screens: Screens) -> None:
    document = await shop.offline()
    screen = await screens.open(desk=False)
    await choose(screen, document)
    QTest.keyClick(screen, F6)
    await until(lambda: screen.banner.isVisible() and screen.banner.text == "Esta estação não emite notas.")


# -- cancelling ---------------------------------------------------------------------------------------------------


async def type_reason(dialog: QDialog, text: str) -> None:
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText(text)


async def test_note_and_sale_are_cancelled_together(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised(buyer="Rita Prado")
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, F8)
    dialog = await asked(screen, CancelNoteDialog)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Devolva R$ 189,90 em dinheiro: sai deste caixa." in said
    assert "cerca de 30 minutos" in said
    await type_reason(dialog, MOTIVE)
    QTest.keyClick(dialog, F10)
    await until(lambda: bool(screens.said))
    assert screens.said == ["NFC-e 1/1 cancelada na SEFAZ; a mercadoria voltou ao estoque."]
    assert await state_of(shop, document) is DocumentState.CANCELLED
    assert await sale_state(shop, shop.sold[0]) is SaleState.CANCELLED
    await until(lambda: MOTIVE in words(screen))


async def test_a_short_reason_is_said_beside_it(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, F8)
    dialog = await asked(screen, CancelNoteDialog)
    await type_reason(dialog, "desistiu")
    QTest.keyClick(dialog, F10)
    await until(lambda: "15 a 255 letras" in dialog.reason.error)
    assert await state_of(shop, document) is DocumentState.AUTHORISED
    dialog.reject()
    await settled(screen)


async def test_somebody_who_may_not_cancel_calls_a_supervisor(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open(ANA)
    await choose(screen, document)
    QTest.keyClick(screen, F8)
    dialog = await asked(screen, CancelNoteDialog)
    await type_reason(dialog, MOTIVE)
    QTest.keyClick(dialog, F10)
    approval = await asked(screen, ApprovalDialog)
    approval.login.setText("bruno")
    approval.password.setText("senha-do-bruno")
    QTest.keyClick(approval, F10)
    await until(lambda: bool(screens.said))
    assert await state_of(shop, document) is DocumentState.CANCELLED


async def test_too_late_to_cancel_is_told_with_what_to_do_instead(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    shop.sefaz.faults.queue("evento", "reject:501")
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, F8)
    dialog = await asked(screen, CancelNoteDialog)
    await type_reason(dialog, MOTIVE)
    QTest.keyClick(dialog, F10)
    await until(dialog.banner.isVisible)
    assert "O prazo para cancelar já passou. (SEFAZ 501)" in dialog.banner.text
    assert "devolução" in dialog.banner.text
    assert await sale_state(shop, shop.sold[0]) is SaleState.COMPLETED
    dialog.reject()
    await settled(screen)


async def test_without_an_answer_goods_and_money_wait_and_the_rest_is_finished_later(
    shop: NoteShop, screens: Screens
) -> None:
    document = await shop.authorised()
    shop.sefaz.faults.queue("evento", "drop_after")
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, F8)
    dialog = await asked(screen, CancelNoteDialog)
    await type_reason(dialog, MOTIVE)
    QTest.keyClick(dialog, F10)
    await until(lambda: dialog.over)
    assert "conclua o cancelamento" in dialog.banner.text
    assert await sale_state(shop, shop.sold[0]) is SaleState.COMPLETED
    dialog.reject()
    await settled(screen)
    await until(lambda: lines(screen)[0][1] == "Cancelando")

    shop.clock.forward(minutes=5)
    await shop.desk.once()  # the program asks again by itself
    assert await state_of(shop, document) is DocumentState.CANCELLED
    await until(lambda: "a venda ainda não foi cancelada" in words(screen))
    await until(screen.strip.buttons["unreversed"].isVisible)
    assert screen.strip.buttons["unreversed"].text() == "1 cancelamento a concluir"
    button(screen, "note_cancel").click()
    dialog = await asked(screen, CancelNoteDialog)
    await type_reason(dialog, MOTIVE)
    QTest.keyClick(dialog, F10)
    await until(lambda: bool(screens.said))
    assert await sale_state(shop, shop.sold[0]) is SaleState.CANCELLED


# -- correcting, giving up, voiding -------------------------------------------------------------------------------


async def test_a_correction_is_sent_and_the_next_one_goes_on_from_it(
    shop: NoteShop, screens: Screens
) -> None:
    document = await shop.issue(shop.sell_nfe())
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, Qt.Key.Key_K, CTRL)
    dialog = await asked(screen, CorrectionDialog)
    field = dialog.findChild(QPlainTextEdit)
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText("Curto")
    assert dialog.count.text() == "5 de 1.000 letras"
    QTest.keyClick(dialog, F10)
    await until(lambda: "15 a 1000" in dialog.field.error)
    field.setPlainText("Endereço de entrega:\nRua das Acácias, 98")
    QTest.keyClick(dialog, F10)
    await until(lambda: bool(screens.said))
    assert screens.said == ["Carta de correção da NF-e 1/1 registrada na SEFAZ."]
    await until(lambda: "Endereço de entrega: Rua das Acácias, 98" in words(screen))
    await settled(screen)
    QTest.keyClick(screen, Qt.Key.Key_K, CTRL)
    dialog = await asked(screen, CorrectionDialog)
    assert dialog.text.toPlainText() == "Endereço de entrega: Rua das Acácias, 98"
    dialog.reject()
    await settled(screen)


async def test_an_nfce_takes_no_correction(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, Qt.Key.Key_K, CTRL)
    assert screen.banner.text == "Só a NF-e aceita carta de correção."


async def test_a_document_given_up_leaves_a_number_that_is_voided(shop: NoteShop, screens: Screens) -> None:
    document = await shop.rejected("778")
    screen = await screens.open(BRUNO)
    await choose(screen, document)
    button(screen, "note_give_up").click()
    dialog = await asked(screen, GiveUpDialog)
    QTest.keyClick(dialog, F10)
    await until(lambda: bool(screens.said))
    assert await state_of(shop, document) is DocumentState.TO_VOID
    await until(screen.listing.foot.void.isEnabled)
    await settled(screen)

    QTest.keyClick(screen, Qt.Key.Key_I, CTRL)
    voiding = await asked(screen, VoidDialog)
    assert [box.text() for box in voiding.boxes] == ["NFC-e série 1: número 1"]
    assert voiding.boxes[0].isChecked()
    await type_reason(voiding, "Nota rejeitada que não foi corrigida")
    QTest.keyClick(voiding, F10)
    await until(lambda: len(screens.said) == 2)
    assert screens.said[-1] == "1 número inutilizado na SEFAZ."
    assert await state_of(shop, document) is DocumentState.VOIDED
    await until(lambda: not screen.listing.foot.void.isEnabled())


async def test_whoever_says_whose_note_has_the_number_gets_the_sale_its_next_one(
    shop: NoteShop, screens: Screens
) -> None:
    """SEFAZ has a note under the number: the screen names it, and a person gives the number up."""
    document = await shop.disputed()
    screen = await screens.open(BRUNO)
    await until(screen.strip.buttons["disputed"].isVisible)
    assert screen.strip.buttons["disputed"].text() == "1 nota em conflito com a SEFAZ"
    button(screen.strip, "note_alert_disputed").click()
    await choose(screen, document)
    assert "Em conflito" in words(screen)
    other = (await shop.database.read(lambda reader: reader.fiscal.document(document))).record.other_key
    assert f"A SEFAZ já tem a nota {key_words(other)} sob este número." in words(screen)
    assert button(screen, "note_consult").isEnabled()
    button(screen, "note_give_up").click()
    dialog = await asked(screen, GiveUpDialog)
    told = "\n".join(each.text() for each in dialog.findChildren(QLabel))
    assert "Só desista se a nota que a SEFAZ tem sob este número for de outra venda." in told
    QTest.keyClick(dialog, F10)
    await until(lambda: bool(screens.said))
    assert screens.said == ["NFC-e 1/1: o número ficou com a outra nota; a venda recebe o próximo."]
    assert await state_of(shop, document) is DocumentState.NUMBER_TAKEN
    await shop.desk.once()
    rows = await shop.database.read(lambda reader: reader.fiscal.of_sale(shop.sold[-1]))
    assert [each.state for each in rows] == [DocumentState.AUTHORISED, DocumentState.NUMBER_TAKEN]


async def test_two_valid_notes_of_a_sale_are_the_first_thing_one_sees(
    shop: NoteShop, screens: Screens
) -> None:
    await shop.doubled()
    screen = await screens.open()
    alert = screen.strip.buttons["uncancelled"]
    await until(alert.isVisible)
    assert alert.text().startswith("1 nota em dobro, a cancelar até ")
    alert.click()
    await until(lambda: screen.listing.book.model.rowCount() == 1)
    assert screen.listing.book.model.index(0, 1).data() == "Em dobro"


async def test_a_number_that_may_have_been_used_is_not_ticked_beforehand(
    shop: NoteShop, screens: Screens
) -> None:
    first = await shop.authorised()
    name = (await shop.database.read(lambda reader: reader.fiscal.document(first))).record.name
    shop.database.run_now(lambda uow: uow.documents.raise_number(name, 4))
    await shop.authorised()
    screen = await screens.open()
    assert screen.strip.buttons["void"].text() == "3 números a inutilizar"
    screen.strip.buttons["void"].click()
    dialog = await asked(screen, VoidDialog)
    assert [gap_words(gap) for gap in dialog._gaps] == ["NFC-e série 1: 2 a 4 (3 números)"]
    assert not dialog.boxes[0].isChecked()
    assert not dialog.go.isEnabled()
    dialog.boxes[0].setChecked(True)
    assert dialog.go.isEnabled()
    dialog.reject()
    await settled(screen)


# -- sales without a document -------------------------------------------------------------------------------------


async def test_sales_without_a_document_are_issued_from_their_list(shop: NoteShop, screens: Screens) -> None:
    shop.sell(buyer="Rita Prado")
    shop.sell()
    screen = await screens.open()
    QTest.keyClick(screen, F7)
    await until(lambda: screen.owed.model.rowCount() == 2)
    screen.owed.table.selectAll()
    assert screen.owed.issue.text() == "Emitir 2 (F10)"
    QTest.keyClick(screen.owed.table, F10)
    await until(lambda: bool(screens.said))
    assert screens.said == ["2 notas emitidas."]
    await until(lambda: screen.owed.model.rowCount() == 0)
    assert screen.owed.states.currentWidget() is screen.owed.empty


async def test_a_sale_that_cannot_be_issued_says_what_is_missing(shop: NoteShop, screens: Screens) -> None:
    shop.sell_nfe(whole=False)
    shop.sell()
    screen = await screens.open()
    QTest.keyClick(screen, F7)
    await until(lambda: screen.owed.model.rowCount() == 2)
    screen.owed.table.selectAll()
    QTest.keyClick(screen.owed.table, F10)
    await until(lambda: bool(screens.said))
    assert screens.said == ["1 nota emitida."]
    assert screen.banner.text.startswith("Balcão-1: Falta do comprador: rua, bairro, cidade, estado e CEP.")
    await until(lambda: screen.owed.model.rowCount() == 1)
    model = screen.owed.model
    assert str(model.index(0, model.columnCount() - 1).data()).startswith("Falta do comprador: rua")


# -- paper and files ----------------------------------------------------------------------------------------------


async def test_the_danfe_is_seen_and_printed(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open()
    await choose(screen, document)
    QTest.keyClick(screen, F9)
    preview = await asked(screen, PaperPreview)
    await until(lambda: preview.pages.count == 1)
    preview.print()
    await until(lambda: bool(screens.said))
    assert screens.said == ["NFC-e 1/1 foi para a impressora."]
    await settled(screen)
    QTest.keyClick(screen, Qt.Key.Key_P, CTRL)
    await until(lambda: len(screens.said) == 2)
    jobs = await shop.database.read(lambda reader: reader.printing.rows(document_id=document))
    assert [job.copy for job in jobs] == [2, 1]


async def a_letter(shop: NoteShop, document_id: int, said: str) -> None:
    """A carta de correção that SEFAZ registered."""
    await shop.desk.correct(document_id, said, by=CARLA)


async def print_shown(screen: NotesScreen, screens: Screens, key: Qt.Key) -> str:
    """Ctrl+Shift+key, look at it, print it: the heading of what was shown."""
    before = len(screens.said)
    QTest.keyClick(screen, key, CTRL | Qt.KeyboardModifier.ShiftModifier)
    preview = await asked(screen, PaperPreview)
    await until(lambda: preview.pages.count == 1)
    heading = str(preview.heading.text())
    preview.print()
    await until(lambda: len(screens.said) > before)
    await settled(screen)
    return heading


async def papers_of(shop: NoteShop, document_id: int) -> list[tuple[str, int]]:
    """What was asked for, oldest first: kind and copy."""
    rows = await shop.database.read(lambda reader: reader.printing.rows(document_id=document_id))
    return [(row.kind.value, row.copy) for row in reversed(rows)]


async def test_the_label_for_the_parcel_is_seen_and_printed(shop: NoteShop, screens: Screens) -> None:
    document = await shop.issue(shop.sell_nfe())
    screen = await screens.open()
    await choose(screen, document)
    assert button(screen, "note_label").isEnabled()
    heading = await print_shown(screen, screens, Qt.Key.Key_P)
    await print_shown(screen, screens, Qt.Key.Key_P)
    assert heading == "Etiqueta da NF-e 1/1"
    assert screens.said == ["Etiqueta da NF-e 1/1 foi para a impressora."] * 2
    assert await papers_of(shop, document) == [("shipping_label", 1), ("shipping_label", 2)]
    detail = screen.listing.current
    assert detail is not None
    job = await shop.database.read(lambda reader: reader.printing.rows(document_id=document)[0].id)
    paper = await shop.database.read(lambda reader: reader.printing.paper(job))
    assert paper.content.encode() == detail.sheet.record.proc


async def test_a_registered_letter_is_seen_and_printed_and_the_next_one_is_no_copy_of_it(
    shop: NoteShop, screens: Screens
) -> None:
    document = await shop.issue(shop.sell_nfe())
    screen = await screens.open()
    await choose(screen, document)
    assert screen.findChild(QPushButton, "note_letter") is None
    QTest.keyClick(screen, Qt.Key.Key_K, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert screen.banner.text == "Esta nota não tem carta de correção registrada."
    await a_letter(shop, document, "Entregar na Rua das Acácias, 98")
    await until(lambda: screen.findChild(QPushButton, "note_letter"))
    heading = await print_shown(screen, screens, Qt.Key.Key_K)
    assert heading == "Carta de correção da NF-e 1/1"
    assert screens.said == ["Carta de correção da NF-e 1/1 foi para a impressora."]
    await a_letter(shop, document, "Entregar na Rua das Acácias, 98, fundos")
    await until(lambda: "98, fundos" in words(screen))
    await print_shown(screen, screens, Qt.Key.Key_K)
    await print_shown(screen, screens, Qt.Key.Key_K)
    assert await papers_of(shop, document) == [("correction", 1), ("correction", 1), ("correction", 2)]
    job = await shop.database.read(lambda reader: reader.printing.rows(document_id=document)[0].id)
    paper = await shop.database.read(lambda reader: reader.printing.paper(job))
    event, note = read_correction(paper.content)
    detail = screen.listing.current
    assert detail is not None
    assert (event.encode(), note.encode()) == (detail.sheet.events[-1].proc, detail.sheet.record.proc)
    assert "98, fundos" in event


async def test_an_nfce_has_no_label_and_neither_has_a_cancelled_note(
    shop: NoteShop, screens: Screens
) -> None:
    coupon = await shop.authorised()
    note = await shop.issue(shop.sell_nfe())
    await shop.desk.cancel_sale(shop.sold[-1], reason=MOTIVE, by=CARLA)
    screen = await screens.open()
    await choose(screen, coupon)
    assert screen.findChild(QPushButton, "note_label") is None
    QTest.keyClick(screen, Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert screen.banner.text == "Só a NF-e tem etiqueta de envio."
    await choose(screen, note)
    await until(lambda: screen.findChild(QPushButton, "note_label"))
    assert not button(screen, "note_label").isEnabled()
    assert "Etiqueta de envio: a etiqueta de envio só existe com a nota autorizada." in words(screen)
    assert await papers_of(shop, note) == []


@pytest.mark.parametrize(("large", "size"), [(1.5, (622, 568)), (1.5, (1366, 860)), (1.0, (1132, 708))])
async def test_no_button_of_a_note_with_all_its_papers_is_cut_off(
    shop: NoteShop, screens: Screens, large: float, size: tuple[int, int]
) -> None:
    await a_letter(shop, await shop.issue(shop.sell_nfe()), "Entregar na Rua das Acácias, 98")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    Theme.apply(app, "dark", large)
    try:
        screen = await screens.open(size=size)
        await until(lambda: screen._head is not None and screen.listing.book.model.rowCount() == 1)
        screen.listing.table.go_to_row(0)
        await until(lambda: screen.listing.current is not None)
        screen.listing.open()
        panel = screen.listing.panel
        await until(panel.isVisible)
        least = screen.minimumSizeHint()
        assert (least.width() <= size[0], least.height() <= size[1]) == (True, True), least
        small = [each for each in panel.findChildren(QPushButton) if each.property("kind") == "segment"]
        assert len(small) == 8
        await until(lambda: all(each.width() > 0 for each in small))
        assert [each.text() for each in small if each.width() < each.sizeHint().width()] == []
    finally:
        Theme.apply(app, "light", 1.0)


async def test_the_xml_is_saved_byte_by_byte(shop: NoteShop, screens: Screens, tmp_path: Path) -> None:
    document = await shop.authorised()
    screen = await screens.open()
    await choose(screen, document)
    detail = screen.listing.current
    assert detail is not None
    path = tmp_path / "nota.xml"
    screen.doings.save_xml_to(detail, path)
    await until(lambda: bool(screens.said))
    assert screens.said == ["XML da NFC-e 1/1 salvo em nota.xml."]
    assert path.read_bytes() == detail.sheet.record.proc


async def test_a_letter_to_the_buyer_is_opened_ready_to_be_sent(shop: NoteShop, screens: Screens) -> None:
    document = await shop.issue(shop.sell_nfe())
    screen = await screens.open()
    opened: list[Path] = []

    def open_file(path: Path) -> bool:
        opened.append(path)
        return True

    screen.doings.open_file = open_file
    await choose(screen, document)
    QTest.keyClick(screen, Qt.Key.Key_M, CTRL)
    await until(lambda: bool(screens.said))
    assert screens.said == ["E-mail para marina@exemplo.com aberto: confira e envie."]
    letter = message_from_bytes(opened[0].read_bytes(), policy=default)
    assert letter["X-Unsent"] == "1"
    names = [part.get_filename() for part in letter.iter_attachments()]  # type: ignore[attr-defined]
    assert [name[-4:] for name in names] == [".xml", ".pdf"]


@pytest.mark.parametrize("saved", [True, False], ids=["saved", "given up"])
async def test_without_a_mail_program_the_letter_is_saved_and_no_other_copy_of_it_stays(
    shop: NoteShop, screens: Screens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved: bool
) -> None:
    document = await shop.issue(shop.sell_nfe())
    screen = await screens.open()
    drafts: list[Path] = []
    asked: list[str] = []
    wanted = tmp_path / "para-marina.eml"

    def no_program(path: Path) -> bool:
        drafts.append(path)
        return False

    async def choose_place(_parent: object, title: str, _kinds: str, _name: str) -> Path | None:
        asked.append(title)
        return wanted if saved else None

    screen.doings.open_file = no_program
    monkeypatch.setattr("varejoforte_desktop.ui.notes.doing.choose_file", choose_place)
    await choose(screen, document)
    QTest.keyClick(screen, Qt.Key.Key_M, CTRL)
    await until(lambda: bool(asked) and not screen.doings.busy)
    (draft,) = drafts
    assert not draft.exists()
    assert list(draft.parent.iterdir()) == []
    assert wanted.exists() is saved
    if saved:
        assert screens.said == [
            "E-mail salvo em para-marina.eml: abra-o no seu programa de e-mail.",
        ]
        assert message_from_bytes(wanted.read_bytes(), policy=default)["X-Unsent"] == "1"


async def test_a_month_leaves_as_one_file_with_everything_in_it(
    shop: NoteShop, screens: Screens, tmp_path: Path
) -> None:
    await a_day(shop)
    screen = await screens.open()
    path = tmp_path / "notas.zip"
    screen.doings.export_to(date(2026, 12, 1), path, screen.environment)
    await until(lambda: bool(screens.said))
    assert screens.said == ["Dezembro de 2026: 9 arquivos e a lista, em notas.zip."]
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert sum(name.endswith("-procNFe.xml") for name in names) == 5
        assert sum(name.endswith("-sem-autorizacao.xml") for name in names) == 2
        assert sum("-110111-01-procEvento.xml" in name for name in names) == 1
        assert sum("-110110-01-procEvento.xml" in name for name in names) == 1
        told = archive.read("2026/12/notas.csv").decode("utf-8-sig").splitlines()
    assert len(told) == 1 + 10
    assert sum("em contingência, a transmitir" in line for line in told) == 2

    screen.doings.export_to(date(2026, 12, 1), path, screen.environment)
    await until(lambda: screen.banner.isVisible() and "Já existe" in screen.banner.text)
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".parcial")]


# -- who may, and which keys --------------------------------------------------------------------------------------


async def test_whoever_may_not_issue_reads_why(shop: NoteShop, screens: Screens) -> None:
    document = await shop.offline()
    shop.database.run_now(set_permission, Role.OPERADOR, Permission.ISSUE_DOCUMENTS, allowed=False, by=CARLA)
    ana = await shop.database.read(lambda reader: reader.people.current(ANA))
    screen = await screens.open(ana)
    await choose(screen, document)
    send = button(screen, "note_send")
    assert not send.isEnabled()
    assert send.toolTip() == (
        "Seu perfil não pode emitir, consultar e imprimir notas fiscais. Peça a um gerente."
    )
    QTest.keyClick(screen, F6)
    assert await state_of(shop, document) is DocumentState.OFFLINE


async def test_every_key_is_listed_and_every_control_has_a_name(shop: NoteShop, screens: Screens) -> None:
    document = await shop.authorised()
    screen = await screens.open()
    await choose(screen, document)
    keys = [each.key for each in screen._session.services.shortcuts.by_context()["Notas fiscais"]]
    assert {
        "F2",
        "F5",
        "F6",
        "F7",
        "F8",
        "F9",
        "F10",
        "Ctrl+P",
        "Ctrl+S",
        "Ctrl+M",
        "Ctrl+K",
        "Ctrl+Del",
    } <= set(keys)
    assert len(keys) == len(set(keys))
    for each in (found for found in screen.findChildren(QPushButton) if found.isVisible()):
        assert each.objectName(), each.text()
        assert each.text() or each.accessibleName(), each.objectName()


def test_a_deed_is_never_shown_without_words() -> None:
    assert set(WORDS) == set(Deed)
    assert all(words and key and icon for words, key, icon in WORDS.values())
