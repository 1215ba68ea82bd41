"""One Esc throws no long work away, and a key that stays down answers no question that nobody has read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from tests.gui.counter_fiscal_gallery import COMPANY, fiscal_counter
from tests.gui.note_gallery import CARLA, open_notes
from tests.gui.till_gallery import TillShop, asked, open_till_shop, write
from tests.waiting import until
from varejoforte_desktop.domain.customer import Customer
from varejoforte_desktop.ui.counter.dialog import CounterDialog
from varejoforte_desktop.ui.dialogs.asked import AskedDialog, WorkingDialog, pressed_by_enter, two_ways
from varejoforte_desktop.ui.notes.asking import CorrectionDialog
from varejoforte_desktop.ui.notes.listing import detail_of
from varejoforte_desktop.ui.papers.wish import PrintWishes
from varejoforte_desktop.ui.sales.buyer_facts import BuyerFactsDialog
from varejoforte_desktop.ui.screens.till import TillScreen
from varejoforte_desktop.ui.till.closing import TillCountDialog

ESC, ENTER, F10 = Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_F10


def held(widget: QWidget, key: Qt.Key) -> None:
    """The keyboard says once more that a key is still down."""
    press = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", True)
    QApplication.sendEvent(widget, press)


def press(window: QWidget, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def seen(window: QWidget, name: str) -> bool:
    found = window.findChild(QWidget, name)
    return found is not None and found.isVisible()


# --- leaving -------------------------------------------------------------------------------------------------------


async def counting(shop: TillShop) -> tuple[TillScreen, TillCountDialog]:
    """The till is being closed and the drawer was counted."""
    screen = await shop.screen()
    await until(lambda: screen.facts is not None)
    QTest.keyClick(screen, F10)
    dialog: TillCountDialog = await asked(screen, "till_closing_dialog")
    write(dialog, count_piece_10000="3", count_piece_5="7")
    return screen, dialog


async def left(screen: TillScreen, dialog: TillCountDialog) -> None:
    """The dialog is closed and nothing was written."""
    await until(lambda: not screen._acts.busy)
    assert not shiboken6.isValid(dialog) or not dialog.isVisible()
    assert screen.facts is not None
    assert screen.facts.sheet is not None, "the till stays open"


@pytest.fixture
async def till(qapp: Any, tmp_path: Path) -> AsyncIterator[TillShop]:
    async with open_till_shop(tmp_path) as shop:
        shop.opens("150,00")
        yield shop


async def test_esc_asks_before_it_throws_a_cash_count_away(till: TillShop) -> None:
    screen, dialog = await counting(till)
    field = QApplication.focusWidget()
    QTest.keyClick(field, ESC)
    assert dialog.isVisible()
    assert seen(dialog, "till_closing_discard_bar")
    QTest.keyClick(QApplication.focusWidget(), ESC)
    assert dialog.isVisible(), "a second Esc goes on counting"
    assert not seen(dialog, "till_closing_discard_bar")
    assert QApplication.focusWidget() is field
    assert dialog.form.pieces.pieces()[10000] == 3
    press(dialog, "till_closing_cancel")
    press(dialog, "till_closing_discard")
    await left(screen, dialog)


async def test_esc_that_is_held_down_neither_discards_nor_goes_on(till: TillShop) -> None:
    _screen, dialog = await counting(till)
    QTest.keyClick(dialog, ESC)
    for _ in range(5):
        held(dialog, ESC)
    assert seen(dialog, "till_closing_discard_bar")


async def test_esc_leaves_a_count_that_nobody_began(till: TillShop) -> None:
    screen, dialog = await counting(till)
    write(dialog, count_piece_10000="", count_piece_5="", count_cash="")
    QTest.keyClick(dialog, ESC)
    await left(screen, dialog)


async def test_a_count_that_is_being_written_is_asked_about_no_more(till: TillShop) -> None:
    screen, dialog = await counting(till)
    QTest.keyClick(dialog, ESC)
    write(dialog, count_note="faltou troco")
    QTest.keyClick(dialog, F10)
    assert not seen(dialog, "till_closing_discard_bar")
    await asked(screen, "slip_dialog")


@asynccontextmanager
async def a_correction(folder: Path) -> AsyncIterator[tuple[WorkingDialog, QWidget]]:
    async with open_notes(folder) as shop:
        document = await shop.issue(shop.sell_nfe())
        detail = shop.database.read_now(lambda reader: detail_of(reader, document))
        below = QWidget()
        below.resize(900, 700)
        dialog = CorrectionDialog(shop.session(CARLA), shop.desk, detail, below)
        yield dialog, dialog.text
        await dialog.aclose()


@asynccontextmanager
async def a_buyer(folder: Path) -> AsyncIterator[tuple[WorkingDialog, QWidget]]:
    async with fiscal_counter(folder) as shop:
        below = QWidget()
        below.resize(900, 700)
        dialog = BuyerFactsDialog(shop.counter.session(), Customer(name="", document=COMPANY), below)
        yield dialog, dialog.edits["street"]
        await dialog.aclose()


@pytest.mark.parametrize("open_it", [a_correction, a_buyer])
async def test_a_letter_or_an_address_is_not_lost_by_one_esc(
    qapp: Any, tmp_path: Path, open_it: Callable[[Path], Any]
) -> None:
    async with open_it(tmp_path) as (dialog, field):
        dialog.open()
        if isinstance(field, QPlainTextEdit):
            field.setPlainText("Onde se lê panela de ferro, leia-se panela de alumínio.")
        else:
            assert isinstance(field, QLineEdit)
            field.setText("Rua das Acácias")
        QTest.keyClick(field, ESC)
        name = dialog.objectName().removesuffix("_dialog")
        assert dialog.isVisible()
        assert seen(dialog, f"{name}_discard_bar")
        press(dialog, f"{name}_discard")
        assert not dialog.isVisible()


@pytest.mark.parametrize("open_it", [a_correction, a_buyer])
async def test_one_esc_leaves_what_was_only_opened(
    qapp: Any, tmp_path: Path, open_it: Callable[[Path], Any]
) -> None:
    async with open_it(tmp_path) as (dialog, _field):
        dialog.open()
        QTest.keyClick(dialog, ESC)
        assert not dialog.isVisible()


# --- holding -------------------------------------------------------------------------------------------------------


class Sure(AskedDialog):
    """A question whose safe and unsafe ways both stand there."""

    def __init__(self) -> None:
        super().__init__("sure_dialog", "Certeza?", None)
        self.went = 0
        self.go = QPushButton("Ir")
        self.go.clicked.connect(self._count)
        self.page().addLayout(two_ways(QPushButton("Voltar"), self.go))

    def _count(self) -> None:
        self.went += 1

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt calls it so
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)


def test_enter_that_is_still_down_presses_no_button(qapp: Any) -> None:
    dialog = Sure()
    dialog.open()
    dialog.go.setFocus()
    for _ in range(5):
        held(dialog.go, ENTER)
    assert dialog.went == 0
    QTest.keyClick(dialog.go, ENTER)
    assert dialog.went == 1
    held(dialog, ESC)
    assert dialog.isVisible()
    QTest.keyClick(dialog, ESC)
    assert not dialog.isVisible()


def test_enter_that_is_still_down_confirms_nothing_at_the_counter(qapp: Any) -> None:
    below = QWidget()
    QVBoxLayout(below)
    dialog = CounterDialog("sure", "Certeza?", "Sim", below)
    dialog.open()
    for _ in range(5):
        held(dialog, ENTER)
    assert dialog.isVisible()
    QTest.keyClick(dialog, ENTER)
    assert not dialog.isVisible()


# --- one wish, one paper -------------------------------------------------------------------------------------------


def test_presses_within_a_second_are_one_wish() -> None:
    seconds = count(0.0, 0.2)
    wishes = PrintWishes(lambda: next(seconds))
    assert len({wishes.token(7) for _ in range(20)}) == 1, "a key held down for four seconds"
    assert wishes.token(8) != wishes.token(7)


def test_a_second_later_it_is_another_copy() -> None:
    seconds = count(0.0, 1.0)
    wishes = PrintWishes(lambda: next(seconds))
    assert wishes.token(7) != wishes.token(7)
