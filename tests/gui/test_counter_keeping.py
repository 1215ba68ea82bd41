"""The open sale is in the books after every key, is offered again after a fall, and nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QStackedWidget

from tests.builders import a_gtin, move
from tests.gui.counter_gallery import (
    ANA,
    BRUNO,
    CounterShop,
    Studio,
    back_at,
    dialog,
    fingers,
    lines,
    open_counter_shop,
    press,
    scanner,
)
from tests.waiting import until
from varejoforte_desktop.application.books import BooksFull, BooksUnreachable
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.counter import keep_basket
from varejoforte_desktop.application.sale_ports import TillCount
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import Basket
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.ui.counter import keeper as keeping
from varejoforte_desktop.ui.counter.keeper import BasketKeeper
from varejoforte_desktop.ui.screens.counter import CounterScreen

KEY = Qt.Key
ENTER, ESC = KEY.Key_Return, KEY.Key_Escape


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[CounterShop]:
    """A shop that sells coffee and pans, its till open."""
    async with open_counter_shop(tmp_path) as opened:
        opened.keep(reference="CAF-1", name="Café torrado", price=Money(2490), on_hand=50, barcode=a_gtin(1))
        opened.keep(reference="PAN-2", name="Panela", price=Money(12_990), on_hand=5, barcode=a_gtin(2))
        opened.open_till()
        yield opened


async def scan(shop: CounterShop, screen: CounterScreen, *numbers: int) -> None:
    before = len(screen.desk.basket.lines)
    for number in numbers:
        scanner(shop, a_gtin(number))
    await until(lambda: len(screen.desk.basket.lines) == before + len(numbers))


async def kept(shop: CounterShop, screen: CounterScreen) -> Basket:
    await until(lambda: screen.desk.keeper.kept)
    found = shop.kept()
    assert found is not None
    return found


async def test_every_change_is_in_the_books_at_once(shop: CounterShop) -> None:
    screen = await shop.counter()
    assert shop.kept() is None, "an empty sale is nothing to keep"
    await scan(shop, screen, 1)
    assert len((await kept(shop, screen)).lines) == 1
    press(KEY.Key_F4)
    await dialog("quantity_dialog")
    await fingers(shop, "3")
    press(ENTER)
    await back_at(screen)
    assert (await kept(shop, screen)).lines[0].quantity == 3
    press(KEY.Key_F5)
    await dialog("discount_dialog")
    await fingers(shop, "2")
    press(ENTER)
    await back_at(screen)
    assert (await kept(shop, screen)).discount == Money(200)
    press(KEY.Key_F10)
    await fingers(shop, "2")
    await until(screen.page.payment.amount.hasFocus)
    await fingers(shop, "50")
    press(ENTER)
    assert (await kept(shop, screen)).paid == Money(5000)
    assert screen.page.summary._kept.text() == "guardada"
    assert (await kept(shop, screen)) == screen.desk.basket


async def test_the_roll_stays_where_one_looks_while_others_sell(shop: CounterShop) -> None:
    numbers = range(40, 70)
    goods = [
        shop.keep(reference=f"ROL-{number}", price=Money(1000), on_hand=50, barcode=a_gtin(number))
        for number in numbers
    ]
    screen = await shop.counter()
    await scan(shop, screen, *numbers)
    bar = screen.page.lines.verticalScrollBar()
    await until(lambda: bar.value() == bar.maximum() > 0)
    bar.setValue(0)
    move(shop.database, goods[0], MovementKind.LOSS, 3, by=BRUNO)
    await until(lambda: screen.desk.offers[goods[0].id].on_hand == 47)
    assert bar.value() == 0
    assert screen.page.lines.place == len(numbers) - 1
    told: list[bool] = []
    screen.desk.changed.connect(lambda: told.append(True))
    await screen.desk.refresh_offers()
    assert not told, "the shelves are as they were"


class Slow:
    """Books that take as long as the test says."""

    def __init__(self) -> None:
        self.door = asyncio.Event()
        self.written: list[Basket] = []
        self.error: Exception | None = None

    async def run(self, use_case: Any, basket: Basket, *, by: Any) -> None:
        assert use_case is keep_basket
        await self.door.wait()
        if self.error is not None:
            raise self.error
        self.written.append(basket)


async def test_one_write_after_another_and_only_the_newest_counts(qapp: Any) -> None:
    books = Slow()
    owner = QObject()
    keeper = BasketKeeper(books, ANA, owner)  # type: ignore[arg-type]
    baskets = [Basket(token=str(number)) for number in range(6)]
    keeper.keep(baskets[0])
    await asyncio.sleep(0)
    for basket in baskets[1:]:
        keeper.keep(basket)
    assert not keeper.kept
    books.door.set()
    await until(lambda: keeper.kept)
    assert books.written == [baskets[0], baskets[5]]
    await keeper.aclose()


async def test_what_waits_is_written_before_the_screen_closes(qapp: Any) -> None:
    books = Slow()
    owner = QObject()
    keeper = BasketKeeper(books, ANA, owner)  # type: ignore[arg-type]
    basket = Basket(token="1")
    keeper.keep(basket)
    books.door.set()
    await keeper.aclose()
    assert books.written == [basket]


async def test_a_sale_that_has_ended_does_not_come_back(qapp: Any) -> None:
    books = Slow()
    books.error = BooksUnreachable()
    owner = QObject()
    keeper = BasketKeeper(books, ANA, owner)  # type: ignore[arg-type]
    keeper.keep(Basket(token="1"))
    await asyncio.sleep(0)
    ending = asyncio.ensure_future(keeper.rest())
    await asyncio.sleep(0)
    books.door.set()
    await ending
    books.error = None
    await keeper.aclose()
    assert books.written == []


async def test_books_in_the_way_are_tried_again_and_selling_goes_on(
    shop: CounterShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_AGAIN", 0.02)
    screen = await shop.counter()
    real = shop.database.run

    async def full(*_args: Any, **_kwargs: Any) -> Any:
        raise BooksFull

    shop.database.run = full  # type: ignore[method-assign]
    await scan(shop, screen, 1, 2)
    await until(lambda: screen.page.flash.text)
    assert screen.page.flash.text.startswith("Continue vendendo: a venda aberta será guardada assim que der.")
    assert screen.page.summary._kept.text() == "guardando…"
    assert screen.sound.refusals == 0, "nothing was refused"
    shop.database.run = real  # type: ignore[method-assign]
    assert len((await kept(shop, screen)).lines) == 2


# -- after a fall -------------------------------------------------------------------------------------------


async def test_the_sale_that_was_open_is_offered_again(shop: CounterShop) -> None:
    """Idea 18: "Havia uma venda com 7 itens, R$ 143,20 — continuar?" """
    screen = await shop.counter()
    await scan(shop, screen, 1, 1, 2)
    before = await kept(shop, screen)
    await shop.leave(screen)
    shop.clock.forward(minutes=5)
    screen = await shop.counter()
    asked = await dialog("recovery_dialog")
    assert asked.heading.text() == "Havia uma venda com 3 itens, R$\N{NO-BREAK SPACE}179,70 — continuar?"
    scanner(shop, a_gtin(2))
    assert lines(screen) == [], "a code waits for the answer"
    press(ENTER)
    await back_at(screen)
    await until(lambda: len(lines(screen)) == 4)
    assert screen.desk.basket.token == before.token
    assert lines(screen)[0] == "1. Café torrado, 1 UN × 24,90 = 24,90"
    press(KEY.Key_F10)
    press(ENTER)
    press(ENTER)
    await until(shop.sales)
    assert len(shop.sales()) == 1
    assert shop.kept() is None


async def test_or_it_waits_while_another_customer_is_served(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    await kept(shop, screen)
    await shop.leave(screen)
    screen = await shop.counter()
    await dialog("recovery_dialog")
    press(ESC)
    await back_at(screen)
    assert lines(screen) == []
    assert len(shop.held()) == 1
    await scan(shop, screen, 2)
    assert len((await kept(shop, screen)).lines) == 1
    assert len(shop.held()) == 1


async def test_what_was_paid_already_is_still_paid(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 2)
    press(KEY.Key_F10)
    await fingers(shop, "2")
    await until(screen.page.payment.amount.hasFocus)
    await fingers(shop, "100")
    press(ENTER)
    await kept(shop, screen)
    await shop.leave(screen)
    screen = await shop.counter()
    await dialog("recovery_dialog")
    press(ENTER)
    await back_at(screen)
    assert screen.page.summary._values["paid"].text() == "100,00"
    assert screen.page.summary._values["paid"].isVisible()
    press(KEY.Key_F10)
    assert screen.page.payment.missing.text() == "29,90"


async def test_a_sale_whose_every_line_was_cancelled_is_not_asked_about(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(KEY.Key_F6)
    await until(lambda: screen.desk.basket.lines[0].cancelled)
    before = await kept(shop, screen)
    await shop.leave(screen)
    screen = await shop.counter()
    await until(lambda: screen.desk.basket == before)
    assert "cancelado" in lines(screen)[0]


async def test_going_to_another_screen_and_back_asks_nothing(shop: CounterShop, tmp_path: Path) -> None:
    async with Studio(tmp_path, shop, "light", (1024, 768)).window() as screen:
        await scan(shop, screen, 1)
        await kept(shop, screen)
        stack = screen.parentWidget()
        assert isinstance(stack, QStackedWidget)
        other = QLineEdit()
        stack.addWidget(other)
        stack.setCurrentWidget(other)
        assert not screen.ear.listening
        stack.setCurrentWidget(screen)
        screen.activate()
        assert screen.ear.listening
        await asyncio.sleep(0.05)
        assert not screen.flows.busy
        assert len(lines(screen)) == 1
        assert screen.page.scan.hasFocus()


async def test_the_program_closes_over_an_open_question(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1, 2)
    press(KEY.Key_F5)
    await dialog("discount_dialog")
    scanner(shop, a_gtin(1))
    await shop.leave(screen)
    found = shop.kept()
    assert found is not None
    assert len(found.lines) == 2


# -- the till -----------------------------------------------------------------------------------------------


@pytest.fixture
async def closed_shop(qapp: Any, tmp_path: Path) -> AsyncIterator[CounterShop]:
    """Nobody has opened the till yet."""
    async with open_counter_shop(tmp_path) as opened:
        opened.keep(reference="CAF-1", name="Café torrado", price=Money(2490), on_hand=50, barcode=a_gtin(1))
        yield opened


async def test_a_closed_till_sells_nothing_and_says_where_it_is_opened(closed_shop: CounterShop) -> None:
    screen = await closed_shop.counter(ready=False)
    await until(lambda: screen._states.currentWidget() is screen.closed)
    asked: list[int] = []
    screen.till_requested.connect(lambda: asked.append(1))
    button = screen.findChild(QPushButton, "counter_closed_button")
    assert button.text() == "Abrir o caixa (F9)"
    assert button.hasFocus()
    press(KEY.Key_F9)
    button.click()
    assert len(asked) == 2
    scanner(closed_shop, a_gtin(1))
    for key in (KEY.Key_F2, KEY.Key_F3, KEY.Key_F5, KEY.Key_F7, KEY.Key_F10, KEY.Key_F12, ESC):
        press(key)
    await asyncio.sleep(0.05)
    assert screen.sound.refusals == 1
    assert not screen.flows.busy
    assert lines(screen) == []
    closed_shop.open_till()
    closed_shop.database._changes.publish(frozenset({Topic.TILL}))
    await until(lambda: screen._ready)
    assert lines(screen) == [], "what was scanned before does not come back"
    assert screen.page.scan.hasFocus()
    await scan(closed_shop, screen, 1)


async def test_a_till_read_again_leaves_the_amount_being_typed_alone(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(KEY.Key_F10)
    await fingers(shop, "1")
    await until(screen.page.payment.amount.hasFocus)
    await fingers(shop, "50")
    before = screen.desk.facts
    shop.database._changes.publish(frozenset({Topic.TILL}))
    await until(lambda: screen.desk.facts is not before)
    await until(lambda: not screen._tasks.busy)
    assert screen.page.payment.amount.hasFocus()
    assert screen.page.payment.amount.text() == "50"


async def test_a_till_closed_under_an_open_sale_keeps_the_sale(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    await kept(shop, screen)
    till = shop.database.read_now(lambda reader: reader.tills.open_till("Balcão")).row.id
    shop.database.run_now(
        lambda uow: uow.tills.close(
            till,
            expected=Money(0),
            expected_methods={},
            count=TillCount(cash=Money(0), pieces={}, methods={}),
            closed_by=2,
            at=uow.now,
        )
    )
    scanner(shop, a_gtin(2))
    await until(lambda: screen._states.currentWidget() is screen.closed)
    shop.open_till()
    screen.activate()
    await until(lambda: screen._ready)
    assert len(lines(screen)) == 2
    press(KEY.Key_F10)
    press(ENTER)
    press(ENTER)
    await until(shop.sales)
    assert shop.sale().amounts.total == Money(2490 + 12_990)


async def test_books_that_do_not_answer_are_said_with_a_way_to_try_again(shop: CounterShop) -> None:
    real = shop.database.read

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    shop.database.read = broken  # type: ignore[method-assign]
    screen = await shop.counter(ready=False)
    await until(lambda: screen._states.currentWidget() is screen.broken)
    button = screen.findChild(QPushButton, "counter_error_button")
    assert button.hasFocus()
    shop.database.read = real  # type: ignore[method-assign]
    button.click()
    await until(lambda: screen._ready)
    await scan(shop, screen, 1)
