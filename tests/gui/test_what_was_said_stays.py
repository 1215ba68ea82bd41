"""What a screen told somebody stays until they act: news of other stations only undoes what it makes untrue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.deciding_gallery import _sales, fill_sales, open_counter
from tests.gui.note_gallery import open_notes
from tests.gui.order_gallery import FACA, an_order, known_statuses, open_orders
from tests.gui.product_gallery import ANA, BRUNO, open_shop
from tests.gui.purchase_gallery import enter_some, give_cnpj, purchase_session, stock_up
from tests.gui.till_gallery import open_till_shop
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.ui.screens.purchases import PurchasesScreen
from varejoforte_desktop.ui.screens.settings import SettingsScreen
from varejoforte_desktop.ui.widgets.banner import Banner


class Books:
    """The answers of the books: counted, kept back at will, or none at all."""

    def __init__(self, database: Any) -> None:
        self._read = database.read
        self._changes = database._changes
        self.answers = 0
        self.unreachable = False
        #: The next questions wait for these doors, one each.
        self.doors: list[asyncio.Event] = []
        database.read = self.read

    async def read(self, question: Any) -> Any:
        if self.unreachable:
            self.answers += 1
            raise BooksUnreachable
        door = self.doors.pop(0) if self.doors else None
        answer = await self._read(question)
        if door is not None:
            await door.wait()
        self.answers += 1
        return answer

    async def news(self, topic: Topic) -> None:
        """Somebody else changed something, and the screen has looked."""
        before = self.answers
        self._changes.publish(frozenset({topic}))
        await until(lambda: self.answers > before)


Shown = tuple[Any, Banner, Books]


@asynccontextmanager
async def on_show(screen: Any) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await screen.aclose()
        screen.close()
        screen.deleteLater()


@asynccontextmanager
async def the_orders(folder: Path) -> AsyncIterator[Shown]:
    async with open_orders(folder) as books:
        books.keep("FAC-8", "Faca do chef 8 pol", 40)
        known_statuses(books)
        books.see(an_order(8001, FACA, at=books.clock()))
        screen = await books.show(ANA)
        await until(lambda: screen.listing.model.rowCount() == 1)
        await until(lambda: screen.panel.detail is not None)
        yield screen, screen.banner, Books(books.database)


@asynccontextmanager
async def the_sales(folder: Path) -> AsyncIterator[Shown]:
    async with open_counter(folder) as counter:
        await fill_sales(counter)
        screen = await _sales(counter, (1600, 900), Role.OPERADOR)
        async with on_show(screen):
            await until(screen.panel.isVisible)
            yield screen, screen.banner, Books(counter.database)


@asynccontextmanager
async def the_till(folder: Path) -> AsyncIterator[Shown]:
    async with open_till_shop(folder) as shop:
        screen = await shop.screen()
        await until(lambda: screen.facts is not None)
        yield screen, screen.banner, Books(shop.database)


@asynccontextmanager
async def the_stock(folder: Path) -> AsyncIterator[Shown]:
    async with open_shop(folder) as shop:
        shop.keep(reference="PAN-1", name="Panela de pressão", on_hand=12)
        screen = await shop.stock()
        await until(lambda: screen.ledger.model.rowCount() == 1)
        yield screen, screen.banner, Books(shop.database)


@asynccontextmanager
async def the_purchases(folder: Path) -> AsyncIterator[Shown]:
    async with open_shop(folder) as shop:
        give_cnpj(shop.database)
        stock_up(shop.database)
        enter_some(shop.database, shop.clock, 2)
        screen = PurchasesScreen(purchase_session(shop.database, BRUNO, shop.clock))
        async with on_show(screen):
            screen.resize(1300, 800)
            screen.show()
            screen.activateWindow()
            screen.activate()
            await until(screen.panel.isVisible)
            yield screen, screen.banner, Books(shop.database)


@asynccontextmanager
async def the_settings(folder: Path) -> AsyncIterator[Shown]:
    async with open_counter(folder) as counter:
        screen = SettingsScreen(counter.session(Role.ADMINISTRADOR))
        async with on_show(screen):
            filled: list[bool] = []
            screen.shown.connect(lambda: filled.append(True))
            screen.show()
            screen.activate()
            await until(lambda: filled)
            yield screen, screen._trouble, Books(counter.database)


@asynccontextmanager
async def the_notes(folder: Path) -> AsyncIterator[Shown]:
    async with open_notes(folder) as shop:
        await shop.authorised()
        screen = shop.screen()
        async with on_show(screen):
            screen.show()
            screen.activate()
            await until(lambda: screen.listing.current is not None)
            yield screen, screen.banner, Books(shop.database)


def by_failing(screen: Any, error: BaseException) -> None:
    screen._failed(error)


def by_refusing(screen: Any, error: BaseException) -> None:
    screen._refused(error)


def by_deed(screen: Any, error: BaseException) -> None:
    screen._deed_failed(error, False)


def by_filter(screen: Any, _error: BaseException) -> None:
    screen._nothing_found("nada")


PLACES = [
    pytest.param(the_orders, Topic.ORDERS, by_deed, id="orders"),
    pytest.param(the_sales, Topic.SALES, by_failing, id="sales"),
    pytest.param(the_till, Topic.TILL, by_refusing, id="till"),
    pytest.param(the_stock, Topic.STOCK, by_filter, id="stock"),
    pytest.param(the_purchases, Topic.PURCHASES, by_failing, id="purchases"),
    pytest.param(the_notes, Topic.FISCAL, by_failing, id="notes"),
    pytest.param(the_settings, Topic.SETTINGS, by_failing, id="settings"),
]


@pytest.mark.parametrize(("place", "topic", "refuse"), PLACES)
async def test_a_refusal_is_still_there_after_somebody_elses_change(
    qapp: Any, tmp_path: Path, place: Callable[[Path], Any], topic: Topic, refuse: Callable[..., None]
) -> None:
    async with place(tmp_path) as (screen, banner, books):
        refuse(screen, NotAllowed(Permission.OPERATE_TILL))
        said = banner.text
        for _ in range(2):
            await books.news(topic)
        assert (banner.isVisible(), banner.text) == (True, said)


@pytest.mark.parametrize(("place", "topic", "refuse"), PLACES)
async def test_books_that_answer_again_take_back_only_that_they_did_not(
    qapp: Any, tmp_path: Path, place: Callable[[Path], Any], topic: Topic, refuse: Callable[..., None]
) -> None:
    async with place(tmp_path) as (_screen, banner, books):
        books.unreachable = True
        await books.news(topic)
        await until(banner.isVisible)
        assert banner.text.startswith("O banco de dados não responde.")
        books.unreachable = False
        await books.news(topic)
        await until(banner.isHidden)


async def test_f5_puts_an_old_refusal_away(qapp: Any, tmp_path: Path) -> None:
    async with the_sales(tmp_path) as (screen, banner, _books):
        by_failing(screen, NotAllowed(Permission.CANCEL_SALES))
        QTest.keyClick(screen, Qt.Key.Key_F5)
        assert banner.isHidden()


async def test_an_order_that_is_gone_is_said_though_the_list_is_read_meanwhile(
    qapp: Any, tmp_path: Path
) -> None:
    async with the_orders(tmp_path) as (screen, banner, books):
        screen.open_order(4711)
        await until(banner.isVisible)
        await books.news(Topic.ORDERS)
        assert banner.isVisible()


async def test_a_slow_older_answer_does_not_close_the_till_on_the_screen(qapp: Any, tmp_path: Path) -> None:
    async with the_till(tmp_path) as (screen, _banner, books):
        late = asyncio.Event()
        books.doors = [late]
        screen._heard(frozenset({Topic.SALES}))  # a sale elsewhere: the till is still closed in this answer
        await until(lambda: not books.doors)
        screen.open(Money(10000))
        await until(lambda: screen.facts is not None and screen.facts.sheet is not None)
        late.set()
        await until(lambda: not screen._tasks.busy)
        assert screen.facts.sheet is not None
        assert not screen.page.opening.isVisible()
