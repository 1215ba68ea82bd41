"""Pictures of the place for orders in every state, for eyes: python -m tests.gui.order_gallery FOLDER [LOOK…]."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from tests import builders
from tests.books import HandClock
from tests.gui.product_gallery import ANA, BRUNO, LONG_NAME, _founded, write
from tests.tray.order_papers import LINE, ORDER, PLACE, read
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.order_import import (
    ImportReport,
    Skipped,
    dismiss_order,
    import_orders,
)
from varejoforte_desktop.application.order_inbox import (
    Window,
    note_look,
    note_order,
    note_statuses,
    note_unreadable,
)
from varejoforte_desktop.application.order_sale import Registration, register_order
from varejoforte_desktop.application.outside import Unreachable
from varejoforte_desktop.application.status_map import explain_statuses
from varejoforte_desktop.application.store import StoreOrderHead
from varejoforte_desktop.application.store_orders import StoreOrder, StoreStatus
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.order import StatusMeaning
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.ui.orders.importing import ImportDialog
from varejoforte_desktop.ui.orders.meaning import MeaningDialog, meaning_facts
from varejoforte_desktop.ui.orders.repair import RepairDialog
from varejoforte_desktop.ui.orders.result import ResultFacts, ResultSheet
from varejoforte_desktop.ui.screens.orders import OrdersScreen
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

CARLA = Actor(operator_id=1, login="carla", name="Carla Souza", role=Role.ADMINISTRADOR, station="Balcão")
#: 10:15 of a Friday in São Paulo.
FRIDAY = datetime(2026, 11, 20, 13, 15, tzinfo=UTC)
TO_SHIP, WAITING, GONE, ODD = (
    ("23", "A ENVIAR"),
    ("21", "AGUARDANDO PAGAMENTO"),
    ("29", "CANCELADO"),
    ("77", "EM SEPARAÇÃO"),
)
_TYPES = {GONE: "canceled"}


@dataclass(frozen=True)
class Item:
    """Something in an order."""

    reference: str
    name: str
    quantity: int = 1
    price: str = "189.90"
    ean: str = ""
    product_id: str = ""


def an_order(
    number: int,
    *items: Item,
    at: datetime,
    buyer: str = "Marina Duarte Pires",
    status: tuple[str, str] = TO_SHIP,
    paid: bool = True,
    shipping: str = "24.10",
    off: str = "0.00",
    **changes: Any,
) -> StoreOrder:
    """An order as the store tells it, whose amounts add up by themselves; `off` is what the total is wrong by."""
    local = at.astimezone(UTC) - timedelta(hours=3)
    goods = sum((Decimal(item.price) * item.quantity for item in items), Decimal(0))
    lines = [
        {
            "ProductsSold": {
                **LINE,
                "id": f"{number}{place}",
                "product_id": item.product_id or f"9{sum(map(ord, item.reference)):04d}",
                "variant_id": "0",
                "quantity": str(item.quantity),
                "name": item.name,
                "original_name": item.name,
                "ean": item.ean,
                "reference": item.reference,
                "price": item.price,
            }
        }
        for place, item in enumerate(items)
    ]
    facts: dict[str, Any] = {
        "id": str(number),
        "status": status[1],
        "OrderStatus": {"id": status[0], "type": _TYPES.get(status, "open"), "status": status[1]},
        "date": f"{local:%Y-%m-%d}",
        "hour": f"{local:%H:%M:%S}",
        "partial_total": f"{goods:.2f}",
        "shipment_value": shipping,
        "discount_coupon": "",
        "coupon": [],
        "total": f"{goods + Decimal(shipping) + Decimal(off):.2f}",
        "payment_date": f"{local:%Y-%m-%d}" if paid else "",
        "has_payment": "1" if paid else "0",
        "Customer": {**ORDER["Customer"], "name": buyer},
        "ProductsSold": lines,
    }
    return read(**facts | changes)


class OrderBooks:
    """Books with orders in them, and what a person needs to sit before them."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database = database
        self.clock = clock
        self.desk: Any = None
        self._open: list[OrdersScreen] = []

    def session(self, actor: Actor = BRUNO) -> Session:
        """Somebody signed in."""
        unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
        used: dict[str, Any] = {
            "backend": self.database,
            "changes": self.database._changes,
            "orders": self.desk,
            "shortcuts": ShortcutRegistry(),
            "clock": self.clock,
            "monotonic": lambda: self.clock().timestamp(),
            "station": actor.station,
        }
        return Session(services=Services(**unused | used), actor=actor, shop_name="Casa das Panelas")

    async def show(self, actor: Actor = BRUNO, size: tuple[int, int] = (1110, 650)) -> OrdersScreen:
        """The place, shown and active; closed with the books."""
        screen = OrdersScreen(self.session(actor))
        self._open.append(screen)
        screen.resize(*size)
        screen.show()
        screen.activateWindow()
        screen.activate()
        # Keys reach only an active window.
        await until(screen.isActiveWindow)
        return screen

    async def close(self) -> None:
        """Close the screens and leave the books."""
        for screen in reversed(self._open):
            await screen.aclose()
            screen.close()
            screen.deleteLater()
        await asyncio.sleep(0.01)
        self.database.close()

    def keep(self, reference: str, name: str, on_hand: int, **changes: Any) -> Product:
        """A product on the shelf."""
        return builders.keep(
            self.database, by=BRUNO, reference=reference, name=name, on_hand=on_hand, **changes
        )

    def see(self, order: StoreOrder) -> int:
        """The loop sees an order; gives its id here."""
        return self.database.run_now(note_order, order, "")

    def unreadable(self, number: int) -> int:
        """The loop sees an order that makes no sense."""
        head = StoreOrderHead(
            remote_id=str(number),
            status=TO_SHIP[1],
            status_id=TO_SHIP[0],
            status_type="open",
            total=Money(9990),
            modified="",
            raw={"id": str(number)},
        )
        self.database.run_now(note_unreadable, head)
        return self.id_of(number)

    def id_of(self, number: int) -> int:
        """The id of the order with the store's number."""
        found = self.database.read_now(lambda reader: reader.orders.id_of(str(number)))
        assert found is not None, number
        return found

    def explain(self, *left_out: tuple[str, str]) -> None:
        """An administrator said what every status means, but for these."""
        rows = self.database.read_now(lambda reader: reader.orders.statuses())
        unsaid = {each[0] for each in left_out}
        meanings = {
            row.status_id: row.suggested or StatusMeaning.TO_SHIP
            for row in rows
            if row.status_id not in unsaid and row.meaning is None
        }
        self.database.run_now(explain_statuses, meanings, by=CARLA)

    def take(self, *numbers: int, by: Actor = ANA) -> ImportReport:
        """Somebody imports these."""
        return self.database.run_now(import_orders, [self.id_of(each) for each in numbers], by=by)

    def register(self, number: int, by: Actor = ANA) -> str:
        """Somebody makes a sale of it; gives the sale's number."""
        registration = Registration(order_id=self.id_of(number), token=str(uuid4()), fiscal=FiscalModel.NFE)
        return self.database.run_now(register_order, registration, by=by).number

    def looked(self) -> None:
        """The store was looked at just now."""
        today = self.clock().date()
        self.database.run_now(note_look, Window(today, today, first=False))


def known_statuses(books: OrderBooks) -> None:
    """The statuses as the store lists them."""
    rows = [
        StoreStatus(status_id=each[0], name=each[1], status_type=_TYPES.get(each, "open"))
        for each in (TO_SHIP, WAITING, GONE, ODD)
    ]
    books.database.run_now(note_statuses, rows)


PANELA = Item("PAN-24-AZ", "Panela de ferro esmaltada 24 cm", price="289.90")
PRESSAO = Item("PAN-4", "Panela de pressão 4,5 L")
FACA = Item("FAC-8", "Faca do chef 8 pol", price="79.90")
TACA = Item("TAC-6", "Jogo de 6 taças", price="129.00")
STRANGER = Item("XPTO-1", "Espremedor de batatas inox", price="49.90", ean="7890000000017")


def fill(books: OrderBooks) -> None:
    """A morning at the shop: orders in every state."""
    now = books.clock()
    books.keep("PAN-24-AZ", "Panela de ferro esmaltada 24 cm", 6)
    books.keep("PAN-4", "Panela de pressão 4,5 L", 2)
    books.keep("FAC-8", "Faca do chef 8 pol", 40)
    books.keep("TAC-6", "Jogo de 6 taças", 1)
    known_statuses(books)

    def ago(**delta: float) -> datetime:
        return now - timedelta(**delta)

    books.clock.now = ago(days=2)
    past = [
        an_order(6990, FACA, at=ago(days=4), buyer="Pedro Antunes"),
        an_order(6991, PANELA, at=ago(days=3), buyer="Helena Prado"),
    ]
    for order in past:
        books.see(order)
    books.see(an_order(6985, FACA, at=ago(days=5), buyer="Teste da Loja"))
    books.explain(ODD)
    books.take(6990, 6991)
    books.register(6990)
    books.database.run_now(dismiss_order, books.id_of(6985), reason="Pedido de teste", by=BRUNO)
    books.clock.now = ago(hours=5)
    first = an_order(
        7008,
        FACA,
        Item("PAN-24-AZ", PANELA.name, 2, "289.90"),
        at=ago(hours=5, minutes=2),
        buyer="Carlos Eduardo Bastos",
    )
    for order in (
        first,
        an_order(7009, TACA, at=ago(hours=4), buyer="Comercial Bom Prato Ltda", off="5.01"),
        an_order(7010, PRESSAO, at=ago(hours=3, minutes=40), buyer="Rita Moura", status=WAITING, paid=False),
    ):
        books.see(order)
    books.take(7008, 7009, 7010)
    more = Item("PAN-24-AZ", PANELA.name, 3, "289.90")
    books.clock.now = ago(hours=1)
    books.see(an_order(7008, FACA, more, at=ago(hours=5, minutes=2), buyer="Carlos Eduardo Bastos"))
    books.clock.now = ago(minutes=2)
    for order in (
        an_order(
            7012, Item("PAN-4", PRESSAO.name, 3), at=ago(hours=2, minutes=13), buyer="Joana d'Arc Figueiredo"
        ),
        an_order(7013, TACA, at=ago(minutes=50), buyer="Luís Otávio Siqueira de Albuquerque Neto"),
        an_order(7014, STRANGER, FACA, at=ago(minutes=31), buyer="Bianca Toledo"),
        an_order(7015, FACA, at=ago(minutes=22), buyer="Marcos Vinícius", status=ODD),
        an_order(7016, FACA, at=ago(minutes=15), buyer="Sônia Braz", status=WAITING, paid=False),
        an_order(7017, PANELA, Item("FAC-8", FACA.name, 2, "79.90"), at=ago(minutes=9)),
        an_order(7018, FACA, at=ago(minutes=5), buyer="Davi Rocha", status=GONE, paid=False),
        an_order(7019, FACA, at=ago(minutes=4), buyer="Aline Cordeiro"),
    ):
        books.see(order)
    books.clock.now = ago(seconds=40)
    books.looked()
    books.clock.now = now


@asynccontextmanager
async def open_orders(folder: Path) -> AsyncIterator[OrderBooks]:
    """A founded shop without orders, left again whatever happens."""
    clock = HandClock(FRIDAY)
    path = shutil.copy(_founded()[1], folder / "loja.db")
    books = OrderBooks(Database(f"sqlite:///{path}", ChangeFeed(), clock=clock), clock)
    try:
        yield books
    finally:
        await books.close()


# --- scenes --------------------------------------------------------------------------------------------------------


class Studio:
    """Books, a look and a size, and where the pictures go."""

    def __init__(self, folder: Path, books: OrderBooks, look: str, size: tuple[int, int]) -> None:
        self.folder = folder
        self.books = books
        self.look = look
        self.size = size

    def framed(self, screen: QWidget) -> QWidget:
        """The screen in the main window's margins."""
        page = QWidget()
        page.setProperty("page", True)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 16)
        column.addWidget(screen)
        page.resize(*self.size)
        page.show()
        page.activateWindow()
        return page

    async def shoot(self, widget: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.3)
        widget.grab().save(str(self.folder / f"{name}-{self.look}.png"))

    @asynccontextmanager
    async def screen(self, actor: Actor = BRUNO) -> AsyncIterator[tuple[OrdersScreen, QWidget]]:
        """The place, shown."""
        screen = OrdersScreen(self.books.session(actor))
        page = self.framed(screen)
        screen.activate()
        try:
            yield screen, page
        finally:
            await screen.aclose()
            page.close()
            page.deleteLater()


async def choose(screen: OrdersScreen, books: OrderBooks, number: int) -> None:
    """Put the keyboard on an order and wait until it is shown."""
    order_id = books.id_of(number)
    screen.open_order(order_id)
    await until(lambda: screen.listing.table.current_id() == order_id and screen._current is not None)


async def lists(studio: Studio) -> None:
    """The four lists, marks, filters and no match."""
    async with studio.screen() as (screen, page):
        await until(lambda: screen.panel.detail is not None)
        await studio.shoot(page, "list-seen")
        screen.listing.mark()
        screen.listing.mark()
        await choose(screen, studio.books, 7014)
        await studio.shoot(page, "list-unknown-product")
        screen._open()
        await studio.shoot(page, "opened-unknown-product")
        screen._close_panel()
        screen.filters.period.setCurrentIndex(4)
        await studio.shoot(page, "list-period")
        screen.filters.clear()
        write(page, order_search="7008")
        await studio.shoot(page, "list-elsewhere")
        write(page, order_search="xyz")
        await studio.shoot(page, "list-no-match")
        screen.filters.clear()
        for number, name in (
            (7008, "changed"),
            (7009, "divergent"),
            (7010, "not-paid"),
            (6990, "registered"),
            (6985, "dismissed"),
        ):
            await choose(screen, studio.books, number)
            await studio.shoot(page, f"list-{name}")
        screen._open()
        bar = screen.panel.area.verticalScrollBar()
        await choose(screen, studio.books, 7008)
        screen._open()
        await asyncio.sleep(0.2)
        bar.setValue(bar.maximum())
        await studio.shoot(page, "opened-foot")
        screen._close_panel()
        screen.bar.show_looking(True)
        screen._deed_failed(Unreachable(code="no_line"), True)
        await studio.shoot(page, "list-trouble")


async def states(studio: Studio) -> None:
    """Loading, failed, and one that could not be read."""
    door = asyncio.Event()
    real = studio.books.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    async def broken(question: Any) -> Any:
        raise BooksUnreachable

    for name, asked in (("loading", slow), ("error", broken)):
        studio.books.database.read = asked  # type: ignore[method-assign]
        async with studio.screen() as (_screen, page):
            await studio.shoot(page, f"list-{name}")
    studio.books.database.read = real  # type: ignore[method-assign]
    async with studio.screen(ANA) as (screen, page):
        await until(lambda: screen.panel.detail is not None)
        await choose(screen, studio.books, 7015)
        await studio.shoot(page, "list-operator")


async def dialogs(studio: Studio) -> None:
    """Progress, the result, a line without product, and a status without meaning."""
    books = studio.books
    parent = studio.framed(QWidget())
    session = books.session(CARLA)
    progress = ImportDialog(session, list(range(500)), parent)
    progress._running = True
    progress.open()
    progress._done = 125
    progress._begun = session.services.monotonic() - 4
    progress._show_count()
    await studio.shoot(progress, "import-progress")
    progress._running = False
    progress._failed(BooksUnreachable())
    await studio.shoot(progress, "import-trouble")
    await progress.aclose()
    left_out = tuple(
        Skipped(books.id_of(number), str(number), why)
        for number, why in (
            (7014, "unknown_product"),
            (7015, "status_unmapped"),
            (7018, "cancelled"),
            (7008, "already_imported"),
        )
    )
    report = ImportReport(
        new=tuple(str(each) for each in range(45)), updated=("1", "2"), skipped=left_out, divergent=("1",)
    )
    rows = books.database.read_now(lambda reader: reader.orders.rows([each.order_id for each in left_out]))
    for actor, name in ((CARLA, "import-result"), (ANA, "import-result-operator")):
        sheet = ResultSheet(ResultFacts(report, {row.id: row for row in rows}, 60), actor, parent)
        sheet.open()
        await studio.shoot(sheet, name)
        sheet.close()
    clean = ResultSheet(ResultFacts(replace(report, skipped=(), divergent=()), {}, 47), CARLA, parent)
    clean.open()
    await studio.shoot(clean, "import-result-clean")
    clean.close()
    detail = books.database.read_now(lambda reader: reader.orders.detail(books.id_of(7014)))
    for actor, name in ((BRUNO, "repair"), (ANA, "repair-operator")):
        repair = RepairDialog(books.session(actor), detail, parent)
        repair.open()
        await studio.shoot(repair, name)
        write(repair, repair_product="pane")
        await studio.shoot(repair, f"{name}-suggestions")
        await repair.aclose()
    facts = books.database.read_now(lambda reader: meaning_facts(reader, ODD[0]))
    for actor, name in ((CARLA, "meaning"), (ANA, "meaning-operator")):
        dialog = MeaningDialog(books.session(actor), facts, parent)
        dialog.open()
        await studio.shoot(dialog, name)
        await dialog.aclose()
    parent.close()


async def empty_shop(studio: Studio) -> None:
    """Never connected; then connected without an order."""
    async with studio.screen(CARLA) as (screen, page):
        await studio.shoot(page, "list-unconnected")
        screen.bar.next_tab()
        screen.listing.show_connected(True)
        await studio.shoot(page, "list-empty")


async def odd_shop(studio: Studio) -> None:
    """An order that could not be read, and names that are too long."""
    async with studio.screen(BRUNO) as (screen, page):
        await until(lambda: screen.panel.detail is not None)
        await studio.shoot(page, "list-long")
        screen._open_unread()
        await asyncio.sleep(0.3)
        await studio.shoot(page, "list-unread")


def fill_odd(books: OrderBooks) -> None:
    """Names that are too long, and an order that makes no sense."""
    books.keep("CONJUNTO-ESPECIAL-NATAL-2026", LONG_NAME, 1)
    known_statuses(books)
    place: Mapping[str, Any] = {**PLACE, "recipient": LONG_NAME, "complement": LONG_NAME[:90]}
    long = an_order(
        1_234_567,
        *[Item("CONJUNTO-ESPECIAL-NATAL-2026", LONG_NAME, 2, "12345.67")] * 3,
        at=books.clock() - timedelta(minutes=3),
        buyer=LONG_NAME[:120],
        payment_method="Cartão de crédito Visa em 12 vezes com juros da operadora - Vindi Pagamentos",
        Customer={
            **ORDER["Customer"],
            "name": LONG_NAME[:120],
            "cpf": "111.222.333-97",
            "CustomerAddresses": [{"CustomerAddress": place}],
        },
    )
    books.see(long)
    books.unreadable(7020)
    books.explain()
    books.looked()


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "wide": ("light", 1.0, (1664, 900)),
    "light": ("light", 1.0, (1110, 650)),
    "dark": ("dark", 1.0, (1110, 650)),
    "window": ("light", 1.0, (924, 620)),
    "small": ("light", 1.0, (768, 640)),
    "large": ("light", 1.5, (1018, 800)),
    "tight": ("light", 1.5, (676, 620)),
}


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    scenes: tuple[Callable[[Studio], Awaitable[None]], ...] = (lists, states, dialogs)
    with (
        tempfile.TemporaryDirectory() as first,
        tempfile.TemporaryDirectory() as second,
        tempfile.TemporaryDirectory() as third,
    ):
        async with (
            open_orders(Path(first)) as empty,
            open_orders(Path(second)) as full,
            open_orders(Path(third)) as odd,
        ):
            fill(full)
            fill_odd(odd)
            for look in looks or LOOKS:
                mode, scale, size = LOOKS[look]
                Theme.apply(app, mode, scale)
                await empty_shop(Studio(folder, empty, look, size))
                await odd_shop(Studio(folder, odd, look, size))
                for scene in scenes:
                    await scene(Studio(folder, full, look, size))


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
