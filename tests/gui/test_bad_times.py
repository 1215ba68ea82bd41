"""What a person sees when the clock is wrong, the disk fills up, or the books are gone in the middle of a sale."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from sqlalchemy import event

from tests.books import found, in_books
from tests.builders import a_gtin
from tests.gui.counter_gallery import (
    ANA,
    BRUNO,
    CARLA,
    CounterShop,
    back_at,
    fingers,
    open_counter_shop,
    press,
    scanner,
)
from tests.postgres import PostgresServer
from tests.waiting import until
from varejoforte_desktop.app.disk_room import DiskRoom, WatchedBooks
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.clock_watch import NEEDED_ROOM, WARNED_ROOM, Conditions, watch_clock
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.database import sqlite_path
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.ui.bad_times import BadTimesStrip
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.screens.counter import CounterScreen
from varejoforte_desktop.ui.widgets.banner import Banner

KEY = Qt.Key
ENTER = KEY.Key_Return
GIGABYTE = 1_000_000_000


class Computer:
    """A computer whose clock and disk the test says."""

    def __init__(self, shop: CounterShop) -> None:
        self._shop = shop
        self.free: int | None = 500 * GIGABYTE
        self.ahead = timedelta(0)
        self.error: Exception | None = None
        self.looks = 0

    async def look(self) -> Conditions:
        """How it stands."""
        self.looks += 1
        if self.error is not None:
            raise self.error
        record = await self._shop.database.run(watch_clock)
        now = self._shop.clock()
        return Conditions(now=now, seen=record.seen_at, here=now + self.ahead, free=self.free)


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[CounterShop]:
    """A shop that sells coffee, its till open."""
    async with open_counter_shop(tmp_path) as opened:
        stock_up(opened)
        yield opened


def stock_up(shop: CounterShop) -> None:
    shop.keep(reference="CAF-1", name="Café torrado", price=Money(2490), on_hand=50, barcode=a_gtin(1))
    shop.keep(reference="PAN-2", name="Panela", price=Money(12_990), on_hand=5, barcode=a_gtin(2))
    shop.open_till()


@pytest.fixture
def computer(shop: CounterShop) -> Computer:
    """Nothing is wrong with it yet."""
    return Computer(shop)


@asynccontextmanager
async def strip_of(shop: CounterShop, computer: Computer, actor: Actor = ANA) -> AsyncIterator[BadTimesStrip]:
    """The strip over somebody's work."""
    session = shop.session(actor)
    session = replace(session, services=replace(session.services, computer=computer))
    window = QWidget()
    strip = BadTimesStrip(session)
    column = QVBoxLayout(window)
    column.addWidget(strip)
    column.addWidget(QPushButton("Vender"))
    window.resize(900, 200)
    window.show()
    await until(lambda: computer.looks > 0 and not strip._tasks.busy)
    try:
        yield strip
    finally:
        await strip.aclose()
        window.close()
        window.deleteLater()
        await asyncio.sleep(0)


def said(strip: BadTimesStrip) -> list[str]:
    return [
        each.text.replace("\N{NO-BREAK SPACE}", " ")
        for each in strip.findChildren(Banner)
        if each.isVisible()
    ]


async def look_again(strip: BadTimesStrip, computer: Computer) -> None:
    before = computer.looks
    strip._timer.timeout.emit()
    await until(lambda: computer.looks > before and not strip._tasks.busy)


async def test_nothing_is_said_and_no_room_taken_while_nothing_is_wrong(
    shop: CounterShop, computer: Computer
) -> None:
    async with strip_of(shop, computer) as strip:
        assert said(strip) == []
        assert not strip.isVisible()


async def test_a_clock_that_was_set_back_is_told_with_both_times(
    shop: CounterShop, computer: Computer
) -> None:
    in_books(shop.database, watch_clock)
    shop.clock.forward(minutes=-30)
    async with strip_of(shop, computer) as strip:
        assert said(strip) == [
            "O relógio deste computador marca 10/12 11:30, mas já se trabalhou aqui em 10/12 12:00. "
            "Acerte a data e a hora do computador."
        ]
        assert not strip.clock._button.isVisible(), "only an administrator says that it is right"
        shop.clock.forward(minutes=-60)
        await look_again(strip, computer)
        assert said(strip)[0].endswith("Até lá nada é vendido.")
        shop.clock.forward(minutes=90)
        await look_again(strip, computer)
        assert said(strip) == []


async def test_an_administrator_says_that_the_clock_is_right(shop: CounterShop, computer: Computer) -> None:
    in_books(shop.database, watch_clock)
    shop.clock.forward(hours=-3)
    async with strip_of(shop, computer, CARLA) as strip:
        assert strip.clock._button.text() == "O relógio está certo"
        strip.clock._button.click()
        await until(lambda: said(strip) == [])
        assert in_books(shop.database, lambda uow: uow.installation.get().seen_at) == shop.clock()


async def test_a_clock_apart_from_the_servers_is_told_with_the_difference(
    shop: CounterShop, computer: Computer
) -> None:
    computer.ahead = timedelta(minutes=7)
    async with strip_of(shop, computer, BRUNO) as strip:
        assert said(strip) == [
            "O relógio deste computador está 7 min adiantado em relação ao servidor. "
            "Acerte a data e a hora: a ligação com a loja virtual depende delas."
        ]
        computer.ahead = timedelta(minutes=-65)
        await look_again(strip, computer)
        assert "1 h 5 min atrasado" in said(strip)[0]


async def test_a_disk_that_fills_up_is_told_in_time(shop: CounterShop, computer: Computer) -> None:
    computer.free = WARNED_ROOM - 200_000_000
    async with strip_of(shop, computer) as strip:
        assert said(strip) == ["Restam 800 MB no disco. Libere espaço: abaixo de 200 MB nada é vendido."]
        strip.room._close.click()
        assert said(strip) == []
        await look_again(strip, computer)
        assert said(strip) == [], "put away until it gets worse or better"
        computer.free = NEEDED_ROOM - 1
        await look_again(strip, computer)
        assert said(strip) == [
            "Restam só 199 MB no disco: nada é vendido. Libere espaço para voltar a vender."
        ]
        computer.free = WARNED_ROOM
        await look_again(strip, computer)
        assert said(strip) == []


async def test_books_that_do_not_answer_leave_what_was_said(shop: CounterShop, computer: Computer) -> None:
    computer.free = NEEDED_ROOM - 1
    async with strip_of(shop, computer) as strip:
        before = said(strip)
        computer.error = BooksUnreachable()
        await look_again(strip, computer)
        assert said(strip) == before


async def test_two_banners_say_it_in_two_tones(shop: CounterShop, computer: Computer) -> None:
    in_books(shop.database, watch_clock)
    shop.clock.forward(hours=-2)
    computer.free = WARNED_ROOM - 1
    async with strip_of(shop, computer) as strip:
        assert len(said(strip)) == 2
        assert strip.clock.property("banner") == Tone.BAD.value
        assert strip.room.property("banner") == Tone.WARN.value


# --- the counter ---------------------------------------------------------------------------------------------------


async def scan(shop: CounterShop, screen: CounterScreen, *numbers: int) -> None:
    before = len(screen.desk.basket.lines)
    for number in numbers:
        scanner(shop, a_gtin(number))
    await until(lambda: len(screen.desk.basket.lines) == before + len(numbers))


async def pay(shop: CounterShop, screen: CounterScreen, given: str) -> None:
    press(KEY.Key_F10)
    await until(lambda: screen.page.drawer.is_open)
    await fingers(shop, "1")
    await until(screen.page.payment.amount.hasFocus)
    await fingers(shop, given)
    press(ENTER)
    await until(lambda: bool(screen.desk.basket.payments))


@pytest.mark.parametrize("why", ["room", "clock"])
async def test_the_counter_says_why_it_does_not_sell_and_sells_when_it_is_over(
    qapp: Any, tmp_path: Path, why: str
) -> None:
    free = [500 * GIGABYTE]
    async with open_counter_shop(tmp_path) as shop:
        stock_up(shop)
        shop.database.close()
        room = DiskRoom(shop.database.url, free_of=lambda _: free[0], monotonic=lambda: 0.0)
        shop.database = WatchedBooks(shop.database.url, ChangeFeed(), room=room, clock=shop.clock)
        in_books(shop.database, watch_clock)
        screen = await shop.counter()
        await scan(shop, screen, 1)
        await pay(shop, screen, "50")
        if why == "room":
            free[0] = NEEDED_ROOM - 1
        else:
            shop.clock.forward(hours=-2)
        press(ENTER)
        await back_at(screen)
        expected = "Restam só 199 MB no disco" if why == "room" else "O relógio deste computador marca"
        assert expected in flash(screen)
        assert expected in screen.page.payment.note
        assert len(screen.desk.basket.lines) == 1
        assert shop.sales() == []
        free[0] = 500 * GIGABYTE
        if why == "clock":
            shop.clock.forward(hours=2)
        press(ENTER)
        await until(lambda: len(shop.sales()) == 1)
        await back_at(screen)


def flash(screen: CounterScreen) -> str:
    """What is said over the lines."""
    return str(screen.page.flash.text)


class Heartbeat:
    """The longest that the screen's own thread did not come round."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Heartbeat:
        self._task = asyncio.get_running_loop().create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.005)
            now = time.perf_counter()
            self.longest = max(self.longest, now - last - 0.005)
            last = now


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server of this test's own, to be stopped and started."""
    server = PostgresServer(durable=True)  # what was said to be kept is kept
    server.start()
    yield server
    server.stop()


def server_shop(folder: Path, server: PostgresServer) -> CounterShop:
    url = server.create_database()
    shop = CounterShop(folder, url=url)
    prepare(url, may_upgrade=True, now=shop.clock)
    found(shop.database)
    stock_up(shop)
    return shop


async def test_the_server_is_gone_for_a_while_in_the_middle_of_a_sale(
    qapp: Any, tmp_path: Path, own_server: PostgresServer
) -> None:
    """What was scanned stays, every key says at once what is wrong, and the sale is finished once."""
    shop = server_shop(tmp_path, own_server)
    screen = await shop.counter()
    try:
        await scan(shop, screen, 1, 2)
        await until(lambda: screen.desk.keeper.kept)
        await pay(shop, screen, "200")
        await until(lambda: screen.desk.keeper.kept)
        await asyncio.to_thread(own_server.kill)
        answers = []
        async with Heartbeat() as heart:
            for _ in range(10):
                begun = time.perf_counter()
                press(ENTER)
                await back_at(screen)
                answers.append(time.perf_counter() - begun)
                assert "O banco de dados não responde" in flash(screen)
                assert len(screen.desk.basket.lines) == 2
                assert screen.desk.basket.paid == Money(15_480)
                await asyncio.sleep(0.6)
            press(KEY.Key_Escape)
            await until(lambda: not screen.page.drawer.is_open)
            begun = time.perf_counter()
            scanner(shop, a_gtin(1))
            await until(lambda: "O banco de dados não responde" in flash(screen))
            answers.append(time.perf_counter() - begun)
        assert len(screen.desk.basket.lines) == 2, "a code that could not be looked up is no line"
        await asyncio.to_thread(own_server.restart)
        press(KEY.Key_F10)
        await until(lambda: screen.page.drawer.is_open)
        await until(lambda: screen.desk.keeper.kept)
        press(ENTER)
        await until(lambda: len(shop.sales()) == 1)
        await back_at(screen)
        assert [int(shop.on_hand(each)) for each in ("CAF-1", "PAN-2")] == [49, 4]
        print(f"slowest answer {max(answers):.2f} s, longest stall {heart.longest * 1000:.0f} ms")
        assert max(answers) < 3
        assert heart.longest < 0.1
    finally:
        await shop.close()


HOLDER = """
import sqlite3, sys
books = sqlite3.connect(sys.argv[1], isolation_level=None)
books.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def hold(path: Path | None) -> subprocess.Popen[str]:
    """Another program begins to write in these books and does not end."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


async def test_another_program_holds_the_file_in_the_middle_of_a_sale(qapp: Any, shop: CounterShop) -> None:
    """Codes are still looked up, the window lives, and the sale is finished once when the file is free again."""

    @event.listens_for(shop.database._writing, "checkout")
    def _shorten(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout = 500")  # a tenth of the patience, and of the test

    screen = await shop.counter()
    await scan(shop, screen, 1)
    await until(lambda: screen.desk.keeper.kept)
    holder = await asyncio.to_thread(hold, sqlite_path(shop.database.url))
    async with Heartbeat() as heart:
        await scan(shop, screen, 2)
        await until(lambda: "Continue vendendo" in flash(screen))
        await pay(shop, screen, "200")
        for _ in range(3):
            press(ENTER)
            await back_at(screen)
            assert "O banco de dados está ocupado" in flash(screen)
            assert len(screen.desk.basket.lines) == 2
    await asyncio.to_thread(holder.communicate, "")
    press(ENTER)
    await until(lambda: len(shop.sales()) == 1)
    await back_at(screen)
    assert [int(shop.on_hand(each)) for each in ("CAF-1", "PAN-2")] == [49, 4]
    print(f"longest stall {heart.longest * 1000:.0f} ms")
    assert heart.longest < 0.1
