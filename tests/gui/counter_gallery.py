"""Pictures of the counter in every state, for eyes: python -m tests.gui.counter_gallery OUT [look ...]."""

from __future__ import annotations

import asyncio
import functools
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from tests import builders
from tests.books import HandClock, found
from tests.gui.queue_gallery import StillSync
from tests.order_builders import a_line, an_order, seen
from tests.stations import FAST_PASSWORDS
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.sale_ports import CounterRules
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import Basket
from varejoforte_desktop.domain.scale_code import ScalePrefix
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.ui.main_window import MainWindow
from varejoforte_desktop.ui.places import places
from varejoforte_desktop.ui.screens.counter import CounterScreen
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

DECEMBER = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
STATION = "Balcão"
ANA = Actor(operator_id=2, login="ana", name="Ana Lima", role=Role.OPERADOR, station=STATION)
BRUNO = Actor(operator_id=3, login="bruno", name="Bruno Reis", role=Role.GERENTE, station=STATION)
CARLA = Actor(operator_id=1, login="carla", name="Carla Souza", role=Role.ADMINISTRADOR, station=STATION)
PASSWORD = "senha-do-bruno"
#: Every key that hands have struck, scans left out.
STROKES: list[str] = []
LONG_NAME = (
    "Conjunto de panelas antiaderentes com revestimento cerâmico, tampas de vidro temperado, cabos de silicone e "
    "indução, dez peças, edição especial de Natal"
)


class Notebook:
    """Small choices of a station, forgotten with the test."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, key: str, default: Any = None) -> Any:
        """The remembered choice."""
        return self.values.get(key, default)

    def put(self, key: str, value: Any) -> None:
        """Remember a choice."""
        self.values[key] = value


class HandSeconds:
    """Seconds that only pass when a test says so: however slow the computer, a scan is a scan."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The count now."""
        return self.now


@functools.cache
def _founded() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A founded shop to copy, whose manager can sign; the folder goes with the program."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "loja.db"
    prepare(f"sqlite:///{path}", may_upgrade=True, now=HandClock(DECEMBER))
    database = Database(f"sqlite:///{path}", ChangeFeed(), clock=HandClock(DECEMBER))
    found(database)
    for login in ("ana", "bruno"):
        database.run_now(_give_password, login, FAST_PASSWORDS.hashed(PASSWORD))
    database.close()
    return folder, path


def _give_password(uow: Any, login: str, hashed: str) -> None:
    uow.operators.save(replace(uow.operators.by_login(login), password_hash=hashed))


class CounterShop:
    """Real books, an open till, and the counter over them; `close` ends all of it."""

    def __init__(self, folder: Path, *, url: str = "") -> None:
        if not url:
            url = f"sqlite:///{shutil.copy(_founded()[1], folder / 'loja.db')}"
        self.clock = HandClock(DECEMBER)
        self.seconds = HandSeconds()
        self.notebook = Notebook()
        self.database = Database(url, ChangeFeed(), clock=self.clock)
        self._open: list[CounterScreen] = []
        #: Further services the counter has: "fiscal", "printing".
        self.more: dict[str, Any] = {}

    def session(self, actor: Actor = ANA) -> Session:
        """Somebody signed in; the counter uses nothing else of the services."""
        unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
        key = ShopKey("caixa")
        used: dict[str, Any] = {
            "backend": self.database,
            "desk": Desk(self.database, FAST_PASSWORDS, key, station=actor.station),
            "changes": self.database._changes,
            "preferences": self.notebook,
            "shortcuts": ShortcutRegistry(),
            "clock": self.clock,
            "monotonic": self.seconds,
            "station": actor.station,
        }
        services = Services(**unused | used | self.more)
        return Session(services=services, actor=actor, shop_name="Casa das Panelas")

    def keep(self, *, on_hand: Decimal | int | str = 0, **changes: Any) -> Product:
        """A product in the books."""
        return builders.keep(self.database, by=BRUNO, on_hand=on_hand, **changes)

    def open_till(self, station: str = STATION) -> int:
        """Somebody put change money into the drawer."""
        return int(
            self.database.run_now(
                lambda uow: uow.tills.open(
                    station=station, operator_id=2, opening_float=Money(10_000), at=uow.now
                )
            )
        )

    def rules(self, **changes: Any) -> None:
        """How the shop sells."""
        self.database.run_now(lambda uow: uow.counter.save_rules(CounterRules(**changes)))

    def prefixes(self, *prefixes: ScalePrefix) -> None:
        """How the scale prints its labels."""
        self.database.run_now(lambda uow: uow.counter.save_scale_prefixes(prefixes))

    def sales(self) -> list[Any]:
        """All sales, newest first."""
        return list(self.database.read_now(lambda reader: reader.sales.rows(limit=1000)))

    def sale(self) -> Any:
        """The newest sale with its lines."""
        newest = self.sales()[0].id
        return self.database.read_now(lambda reader: reader.sales.detail(newest)).sale

    def kept(self, station: str = STATION) -> Basket | None:
        """The sale that is open in the books."""
        kept = self.database.read_now(lambda reader: reader.sales.basket(station))
        return None if kept is None else kept.basket

    def held(self) -> list[Basket]:
        """The sales that wait in the books."""
        return [each.basket for each in self.database.read_now(lambda reader: reader.sales.held())]

    def on_hand(self, reference: str) -> Decimal:
        """What is on the shelf."""
        return Decimal(self.database.read_now(lambda reader: reader.sales.offer(reference)).on_hand)

    async def counter(
        self, actor: Actor = ANA, size: tuple[int, int] = (960, 640), *, ready: bool = True
    ) -> CounterScreen:
        """The counter, shown and active; `ready` waits until one can scan."""
        screen = CounterScreen(self.session(actor))
        self._open.append(screen)
        screen.resize(*size)
        screen.show()
        screen.activateWindow()
        screen.activate()
        await until(lambda: screen.isActiveWindow() or QApplication.activeModalWidget() is not None)
        if ready:
            await until(lambda: screen._ready)
        return screen

    async def leave(self, screen: CounterScreen) -> None:
        """Close a counter in order."""
        self._open.remove(screen)
        await screen.aclose()
        screen.close()
        screen.deleteLater()
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Close the screens and leave the books."""
        while self._open:
            await self.leave(self._open[-1])
        await asyncio.sleep(0.01)
        self.database.close()


@asynccontextmanager
async def open_counter_shop(folder: Path) -> AsyncIterator[CounterShop]:
    """A shop that is closed again whatever happens."""
    shop = CounterShop(folder)
    try:
        yield shop
    finally:
        await shop.close()


# --- hands and scanners ----------------------------------------------------------------------------------------------


def scanner(shop: CounterShop, code: str, *, pace: float = 0.005, end: Qt.Key = Qt.Key.Key_Return) -> None:
    """A scanner's burst into whatever has the focus."""
    for mark in code:
        shop.seconds.now += pace
        QTest.keyClick(_focus(), mark)
    shop.seconds.now += pace
    QTest.keyClick(_focus(), end)
    shop.seconds.now += 0.2


async def fingers(shop: CounterShop, text: str) -> None:
    """Somebody types, key after key, slowly enough to be a person; it has arrived when this returns."""
    for mark in text:
        shop.seconds.now += 0.12
        STROKES.append(mark)
        QTest.keyClick(_focus(), mark)
    shop.seconds.now += 0.12
    ears = [each.ear for each in shop._open]
    await until(lambda: not any(ear._burst.holds for ear in ears))


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """One key where the focus is."""
    STROKES.append(key.name)
    QTest.keyClick(_focus(), key, modifier)


def _focus() -> QWidget:
    focus = QApplication.focusWidget() or QApplication.activeWindow()
    assert focus is not None, "nothing has the focus"
    return focus


async def dialog(name: str) -> QDialog:
    """The open dialog of this name, with the keyboard in it."""

    def shown() -> QDialog | None:
        for each in QApplication.topLevelWidgets():
            if isinstance(each, QDialog) and each.objectName() == name and each.isVisible():
                return each
        return None

    opened = await until(shown)
    assert opened is not None
    await in_front(opened)
    return opened


async def in_front(window: QWidget) -> None:
    """The window has the keyboard; the platform of the tests sometimes wants to be asked twice."""

    def active() -> bool:
        window.activateWindow()
        return window.isActiveWindow()

    await until(active)


async def back_at(screen: CounterScreen) -> None:
    """The question is answered and the keyboard is at the counter again."""
    await until(lambda: not screen.flows.busy)
    await in_front(screen.window())


def lines(screen: CounterScreen) -> list[str]:
    """The lines as one would read them aloud."""
    return [shown.words for shown in screen.page.lines.lines.lines]


# --- scenes --------------------------------------------------------------------------------------------------------


class Studio:
    """A shop, a size of window, and where the pictures go."""

    def __init__(self, folder: Path, shop: CounterShop, look: str, size: tuple[int, int]) -> None:
        self.folder = folder
        self.shop = shop
        self.look = look
        self.size = size

    @asynccontextmanager
    async def window(self, actor: Actor = ANA, *, ready: bool = True) -> AsyncIterator[CounterScreen]:
        """The main window, as a cashier has it, at the counter."""
        session = self.shop.session(actor)
        services = replace(session.services, sync=StillSync())
        session = replace(session, services=services)
        main = MainWindow(session, places(session, Mute()))
        main.resize(*self.size)
        main.show()
        screen = main.go("counter")
        assert isinstance(screen, CounterScreen)
        self.shop._open.append(screen)
        main.activateWindow()
        await until(lambda: main.isActiveWindow() or QApplication.activeModalWidget() is not None)
        if ready:
            await until(lambda: screen._ready)
        try:
            yield screen
        finally:
            self.shop._open.remove(screen)
            await main.aclose()
            main.deleteLater()
            await asyncio.sleep(0)

    async def shoot(self, widget: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.3)
        widget.grab().save(str(self.folder / f"{name}-{self.look}.png"))

    @asynccontextmanager
    async def asked(
        self,
        screen: CounterScreen,
        key: Qt.Key,
        name: str,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> AsyncIterator[QDialog]:
        """A question that a key opens, photographed by the caller and left with Esc."""
        press(key, modifier)
        opened = await dialog(name)
        yield opened
        opened.reject()
        await back_at(screen)


class Mute:
    """A host of screens that does nothing."""

    def exchange(self, work: Any, parent: QWidget) -> None:
        """Nobody exchanges anything here."""

    def say(self, words: str) -> None:
        """Nobody listens."""

    def show_place(self, name: str) -> QWidget | None:
        """There is no other place."""
        return None

    def show_settings(self, page: str) -> None:
        """There is no other place."""


def stock_the_shop(shop: CounterShop) -> None:
    """A dozen products, one of them promised to an order, one without stock, one with a very long name."""
    goods = (
        ("CAF-1023", "Café torrado e moído 500 g", 2490, "48", "UN"),
        ("ACU-1024", "Açúcar cristal 1 kg", 549, "120", "UN"),
        ("PAN-1001", "Panela de pressão alumínio polido 4,5 L", 12990, "12", "UN"),
        ("QUE-2001", "Queijo minas meia cura", 4890, "7.850", "KG"),
        ("COP-3001", "Jogo de copos americanos 6 peças", 2990, "2", "CX"),
        ("FAC-4001", "Faca do chef 8 polegadas", 8990, "1", "UN"),
        ("TAB-5001", "Tábua de corte bambu", 5490, "0", "UN"),
        ("CON-9001", LONG_NAME, 148_990, "3", "UN"),
        ("GAR-6001", "Garrafa térmica 1 L", 9990, "9", "UN"),
        ("PRA-7001", "Prato fundo porcelana branca", 1590, "60", "UN"),
    )
    for place, (reference, name, price, on_hand, unit) in enumerate(goods, start=1):
        shop.keep(
            reference=reference,
            name=name,
            price=Money(price),
            cost=Money(price // 2),
            on_hand=Decimal(on_hand),
            unit=unit,
            barcode=builders.a_gtin(place),
            sell_online=False,
        )
    promise(shop, "COP-3001", 2)


def promise(shop: CounterShop, reference: str, amount: int) -> None:
    """An order of the store holds some of it back."""
    product_id = shop.database.read_now(lambda reader: reader.sales.offer(reference)).product_id
    product = shop.database.run_now(lambda uow: uow.products.get(product_id))
    seen(shop.database, an_order(a_line(product, amount)))


async def sell(shop: CounterShop, screen: CounterScreen, *codes: int) -> None:
    """Scan these products."""
    before = len(screen.desk.basket.lines)
    for code in codes:
        scanner(shop, builders.a_gtin(code))
    await until(lambda: len(screen.desk.basket.lines) == before + len(codes))


async def selling(studio: Studio) -> None:
    """Empty, ten lines, remarks, a refusal, and how it is paid."""
    shop = studio.shop
    async with studio.window() as screen:
        main = screen.window()
        await studio.shoot(main, "free")
        await sell(shop, screen, 1, 2, 3)
        await fingers(shop, "0,350*")
        await sell(shop, screen, 4, 5, 6, 8, 7, 9, 10)
        screen.page.lines.mark(1)
        press(Qt.Key.Key_F6)
        await until(lambda: screen.desk.basket.lines[1].cancelled)
        screen.page.lines.mark(9)
        await until(lambda: screen.desk.keeper.kept)
        await studio.shoot(main, "ten-lines")
        scanner(shop, "7899999999999")
        await until(lambda: screen.page.flash.text)
        await studio.shoot(main, "not-found")
        screen.page.flash.clear()
        await questions(studio, screen)
        press(Qt.Key.Key_F10)
        await studio.shoot(main, "payment")
        await paying(studio, screen)


async def questions(studio: Studio, screen: CounterScreen) -> None:
    """What the keys ask."""
    async with studio.asked(screen, Qt.Key.Key_F2, "search_dialog") as asked:
        await fingers(studio.shop, "pra")
        await asyncio.sleep(0.2)
        await studio.shoot(asked, "search")
        await fingers(studio.shop, "xyz")
        await asyncio.sleep(0.2)
        await studio.shoot(asked, "search-none")
    async with studio.asked(screen, Qt.Key.Key_F3, "buyer_dialog") as asked:
        await studio.shoot(asked, "buyer-none")
        await fingers(studio.shop, "111.222.333-96")
        await asyncio.sleep(0.2)
        await studio.shoot(asked, "buyer-document")
        edit = asked.findChild(QLineEdit, "buyer_edit")
        edit.setText("111.222.333-97")
        press(Qt.Key.Key_Return)
        await studio.shoot(asked, "buyer-wrong")
    async with studio.asked(screen, Qt.Key.Key_F4, "quantity_dialog") as asked:
        await fingers(studio.shop, "3")
        await studio.shoot(asked, "quantity")
    async with studio.asked(screen, Qt.Key.Key_F5, "discount_dialog") as asked:
        await fingers(studio.shop, "10%")
        await studio.shoot(asked, "discount")
    async with studio.asked(screen, Qt.Key.Key_F7, "hold_dialog") as asked:
        await studio.shoot(asked, "hold")
    async with studio.asked(screen, Qt.Key.Key_Escape, "cancel_sale_dialog") as asked:
        await studio.shoot(asked, "cancel-sale")


async def paying(studio: Studio, screen: CounterScreen) -> None:
    """Mixed payments, a refusal, the change, missing goods, and the next customer."""
    shop, main = studio.shop, screen.window()
    await fingers(shop, "5")
    await studio.shoot(main, "payment-credit")
    await fingers(shop, "2")
    await until(screen.page.payment.amount.hasFocus)
    await fingers(shop, "500")
    await studio.shoot(main, "payment-amount")
    press(Qt.Key.Key_Return)
    await fingers(shop, "1")
    await until(screen.page.payment.amount.hasFocus)
    await fingers(shop, "2000")
    press(Qt.Key.Key_Return)
    await studio.shoot(main, "payment-change")
    press(Qt.Key.Key_Return)
    await until(lambda: screen.page.payment.note)
    await studio.shoot(main, "payment-stumbled")
    shop.database.run_now(lambda uow: uow.shelf.put(7, Decimal(5)))
    press(Qt.Key.Key_Return)
    await until(lambda: screen.page.summary.last_sale_text)
    await studio.shoot(main, "finished")
    async with studio.asked(
        screen, Qt.Key.Key_F12, "recent_dialog", Qt.KeyboardModifier.ShiftModifier
    ) as asked:
        await asyncio.sleep(0.2)
        await studio.shoot(asked, "recent")
    async with studio.asked(screen, Qt.Key.Key_F7, "held_dialog") as asked:
        await asyncio.sleep(0.2)
        await studio.shoot(asked, "held-none")


async def recovered(studio: Studio) -> None:
    """The sale that was open when the power went, and sales that wait."""
    async with studio.window() as screen:
        await sell(studio.shop, screen, 1, 3, 9)
        press(Qt.Key.Key_F7)
        asked = await dialog("hold_dialog")
        asked.findChild(QLineEdit, "hold_label").setText("Dona Maria, foi buscar a carteira")
        press(Qt.Key.Key_Return)
        await back_at(screen)
        async with studio.asked(screen, Qt.Key.Key_F7, "held_dialog") as waiting:
            await asyncio.sleep(0.2)
            await studio.shoot(waiting, "held")
        await sell(studio.shop, screen, 1, 2, 10, 10)
        await until(lambda: screen.desk.keeper.kept)
    studio.shop.clock.forward(minutes=7)
    async with studio.window() as screen:
        asked = await dialog("recovery_dialog")
        await studio.shoot(screen.window(), "recovery-behind")
        await studio.shoot(asked, "recovery")
        asked.reject()
        await until(lambda: not screen.flows.busy)


async def troubles(studio: Studio) -> None:
    """Loading, broken, and the till closed."""
    shop = studio.shop
    real = shop.database.read
    door = asyncio.Event()

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    for name, read in (("loading", slow), ("error", broken)):
        shop.database.read = read  # type: ignore[method-assign]
        async with studio.window(ready=False) as screen:
            await studio.shoot(screen.window(), name)
    shop.database.read = real  # type: ignore[method-assign]


async def closed(studio: Studio) -> None:
    """Nobody opened the till."""
    async with studio.window(ready=False) as screen:
        await until(lambda: screen.desk.facts)
        await studio.shoot(screen.window(), "till-closed")


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (1024, 768)),
    "dark": ("dark", 1.0, (1024, 768)),
    "wide": ("light", 1.0, (1366, 768)),
    "large": ("light", 1.5, (1366, 860)),
}


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    scenes: tuple[Callable[[Studio], Awaitable[None]], ...] = (troubles, selling, recovered)
    for look in looks or LOOKS:
        mode, scale, size = LOOKS[look]
        Theme.apply(app, mode, scale)
        with tempfile.TemporaryDirectory() as place:
            async with open_counter_shop(Path(place)) as shop:
                stock_the_shop(shop)
                studio = Studio(folder, shop, look, size)
                await closed(studio)
                shop.open_till()
                for scene in scenes:
                    await scene(studio)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
