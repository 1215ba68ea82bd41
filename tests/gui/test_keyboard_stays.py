"""News never moves the keyboard onto a button: whoever reads on with Space does nothing nobody chose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.gui.note_gallery import ANA as NOTES_ANA
from tests.gui.note_gallery import BRUNO as NOTES_BRUNO
from tests.gui.note_gallery import NoteShop, open_notes
from tests.gui.order_gallery import (
    FACA,
    PANELA,
    OrderBooks,
    an_order,
    choose,
    known_statuses,
    open_orders,
)
from tests.gui.product_gallery import ANA
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.ui.screens.notes import NotesScreen
from varejoforte_desktop.ui.screens.orders import OrdersScreen

SPACE = Qt.Key.Key_Space


@pytest_asyncio.fixture
async def books(qapp: Any, tmp_path: Path) -> AsyncIterator[OrderBooks]:
    async with open_orders(tmp_path) as opened:
        opened.keep("FAC-8", "Faca do chef 8 pol", 40)
        known_statuses(opened)
        yield opened


@pytest_asyncio.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[NoteShop]:
    async with open_notes(tmp_path) as made:
        yield made


def button(holder: QWidget, name: str) -> QPushButton:
    found = holder.findChild(QPushButton, name)
    assert found is not None, name
    return found


def has_keyboard() -> str:
    focus = QApplication.focusWidget()
    return "nobody" if focus is None else focus.objectName()


# --- orders --------------------------------------------------------------------------------------------------------


async def an_open_order(books: OrderBooks) -> OrdersScreen:
    books.see(an_order(8001, FACA, PANELA, at=books.clock() - timedelta(minutes=5)))
    screen = await books.show(ANA, (1000, 480))
    await choose(screen, books, 8001)
    return screen


async def page_made_anew(books: OrderBooks, screen: OrdersScreen) -> None:
    """Another order takes one of the knives: this one's page tells of fewer."""
    old = screen.panel.area.widget()
    books.see(an_order(8002, FACA, at=books.clock() - timedelta(minutes=1)))
    await until(lambda: screen.panel.area.widget() is not old)


async def test_who_reads_an_order_with_space_imports_nothing_when_news_arrives(books: OrderBooks) -> None:
    screen = await an_open_order(books)
    screen.panel.area.setFocus()
    await page_made_anew(books, screen)
    assert has_keyboard() == "order_panel_scroll"
    QTest.keyClick(QApplication.focusWidget(), SPACE)
    assert not screen.doings.busy
    row = books.database.read_now(lambda reader: reader.orders.rows([books.id_of(8001)]))[0]
    assert row.stage is OrderStage.SEEN


async def test_the_button_somebody_stands_on_stays_theirs_when_an_order_is_read_again(
    books: OrderBooks,
) -> None:
    screen = await an_open_order(books)
    button(screen.panel, "order_dismiss").setFocus()
    await page_made_anew(books, screen)
    assert has_keyboard() == "order_dismiss"
    assert QApplication.focusWidget() is button(screen.panel, "order_dismiss"), "the one that is seen"


async def test_an_order_grows_old_on_the_screen_without_its_page_being_made_again(books: OrderBooks) -> None:
    screen = await an_open_order(books)
    page = screen.panel.area.widget()
    assert page is not None
    age = page.findChild(QLabel, "order_page_status")
    assert age is not None
    assert age.text() == "A ENVIAR · há 5 min"
    books.clock.forward(minutes=2)
    screen._session.services.changes.publish(frozenset({Topic.STOCK}))
    await until(lambda: screen.panel.area.widget() is not page or age.text() == "A ENVIAR · há 7 min")
    assert screen.panel.area.widget() is page


async def test_an_order_that_arrives_takes_the_keyboard_from_nobody(books: OrderBooks) -> None:
    books.looked()
    screen = await books.show(ANA)
    await until(lambda: screen.listing.states.currentWidget() is screen.listing.empty)
    screen.activate()  # back from another screen: nothing is listed and nothing is being read
    assert has_keyboard() == "no_orders_button"
    QTest.keyClick(screen, Qt.Key.Key_F2)
    books.see(an_order(7005, FACA, at=books.clock(), buyer="Aline Cordeiro"))
    await until(lambda: screen.listing.model.rowCount() == 1)
    assert has_keyboard() == "order_search"


async def test_who_types_while_the_orders_are_read_goes_on_typing(books: OrderBooks) -> None:
    books.see(an_order(7005, FACA, at=books.clock(), buyer="Aline Cordeiro"))
    door = asyncio.Event()
    read = books.database.read

    async def slow(question: Any) -> Any:
        answer = await read(question)
        await door.wait()
        return answer

    books.database.read = slow  # type: ignore[method-assign]
    screen = await books.show(ANA)
    screen.filters.search.setFocus()
    QTest.keyClicks(screen.filters.search, "Ali")
    door.set()
    await until(lambda: screen.listing.model.rowCount() == 1)
    assert has_keyboard() == "order_search"
    QTest.keyClick(screen.filters.search, Qt.Key.Key_Return)
    await until(screen.listing.table.hasFocus)


async def test_orders_that_cannot_be_read_leave_the_keyboard_on_trying_again(books: OrderBooks) -> None:
    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    books.database.read = broken  # type: ignore[method-assign]
    screen = await books.show(ANA)
    await until(lambda: screen.listing.broken)
    assert has_keyboard() == "order_table_error_button"


# --- documents -----------------------------------------------------------------------------------------------------


async def a_refused_note(shop: NoteShop) -> NotesScreen:
    await shop.rejected("778", buyer="Pedro Alves")
    screen = shop.screen(NOTES_ANA)
    screen.resize(1300, 750)
    screen.show()
    screen.activateWindow()
    screen.activate()
    await until(screen.isActiveWindow)
    await until(lambda: screen.listing.current is not None)
    return screen


async def refused_again(shop: NoteShop, screen: NotesScreen) -> None:
    """Another station tries, and SEFAZ refuses: a step more in the history."""
    old = screen.listing.panel.area.widget()
    current = screen.listing.current
    assert current is not None
    shop.sefaz.faults.queue("*", "reject:778")
    await shop.desk.resend(current.id, by=NOTES_BRUNO)
    await until(lambda: screen.listing.panel.area.widget() is not old)


async def gone(screen: NotesScreen) -> None:
    await screen.aclose()
    screen.close()
    screen.deleteLater()


async def test_who_reads_a_note_with_space_sends_nothing_when_news_arrives(shop: NoteShop) -> None:
    screen = await a_refused_note(shop)
    screen.listing.panel.area.setFocus()
    await refused_again(shop, screen)
    assert has_keyboard() == "note_panel_scroll"
    QTest.keyClick(QApplication.focusWidget(), SPACE)
    assert not screen.doings.busy
    await gone(screen)


async def test_the_button_somebody_stands_on_stays_theirs_when_a_note_is_read_again(shop: NoteShop) -> None:
    screen = await a_refused_note(shop)
    button(screen.listing.panel, "note_copy_key").setFocus()
    await refused_again(shop, screen)
    assert has_keyboard() == "note_copy_key"
    current = screen.listing.current
    assert current is not None
    assert current.sheet.row.state is DocumentState.REJECTED
    await gone(screen)


async def test_the_keyboard_is_not_handed_to_the_same_button_of_another_note(shop: NoteShop) -> None:
    await shop.authorised(buyer="Joana Reis")
    screen = await a_refused_note(shop)
    panel = screen.listing.panel
    button(panel, "note_copy_key").setFocus()
    old = panel.area.widget()
    screen.listing.table.go_to_row(1)
    await until(lambda: panel.area.widget() is not old)
    assert has_keyboard() == "note_panel_scroll"
    await gone(screen)
