"""Pictures of the product and stock screens in every state, for eyes: python -m tests.gui.product_gallery FOLDER."""

from __future__ import annotations

import asyncio
import csv
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from tests import builders
from tests.books import HandClock, found
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.delivery_ports import Push
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.questions import ProductDetail
from varejoforte_desktop.application.shop_settings import choose_sync_option
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.ui.movements.dialog import MovementDialog
from varejoforte_desktop.ui.products.editor import ProductEditor, editor_facts
from varejoforte_desktop.ui.resources import resource
from varejoforte_desktop.ui.screens.products import ProductsScreen
from varejoforte_desktop.ui.screens.stock import StockScreen
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

DECEMBER = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
BRUNO = Actor(operator_id=3, login="bruno", name="Bruno Reis", role=Role.GERENTE, station="Balcão")
ANA = Actor(operator_id=2, login="ana", name="Ana Lima", role=Role.OPERADOR, station="Caixa 1")
CARLA = Actor(operator_id=1, login="carla", name="Carla Souza", role=Role.ADMINISTRADOR, station="Balcão")
LONG_NAME = (
    "Conjunto de panelas antiaderentes com revestimento cerâmico, tampas de vidro temperado, cabos de silicone e "
    "indução, dez peças, edição especial de Natal na cor vermelho-cereja"
)


def session_for(database: Database, actor: Actor, clock: Callable[[], datetime]) -> Session:
    """A signed-in session over real books; these screens use nothing else of the services."""
    unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
    used: dict[str, Any] = {
        "backend": database,
        "changes": database._changes,
        "shortcuts": ShortcutRegistry(),
        "clock": clock,
        "station": actor.station,
    }
    services = Services(**unused | used)
    return Session(services=services, actor=actor, shop_name="Casa das Panelas")


def demo_products() -> list[tuple[Product, str, str, Decimal]]:
    """The practice catalogue: product, brand, category, how many there are."""
    with resource("demo/catalogue.csv").open(encoding="utf-8-sig", newline="") as file:
        return [_from_line(line) for line in csv.DictReader(file, delimiter=";")]


def _from_line(line: dict[str, str]) -> tuple[Product, str, str, Decimal]:
    product = Product(
        reference=line["referencia"],
        name=line["nome"],
        barcode=line["ean"],
        ncm=line["ncm"],
        unit=line["unidade"],
        price=Money.typed(line["preco"]),
        cost=Money.typed(line["custo"]),
        minimum_stock=Decimal(line["estoque_minimo"].replace(",", ".") or 0),
        weight=int(line["peso_g"] or 0),
        length=int(line["comprimento_cm"] or 0),
        width=int(line["largura_cm"] or 0),
        height=int(line["altura_cm"] or 0),
        short_description=line["descricao_curta"],
        description=line["descricao"],
        sell_online=line["vender_na_loja"] == "sim",
        promotional_price=Money.typed(line["preco_promocional"] or "0"),
        promotion_start=date.fromisoformat(line["inicio_promocao"]) if line["inicio_promocao"] else None,
        promotion_end=date.fromisoformat(line["fim_promocao"]) if line["fim_promocao"] else None,
    )
    return product, line["marca"], line["categoria"], Decimal(line["estoque"].replace(",", "."))


def stock_the_shop(database: Database, by: Actor = BRUNO) -> list[Product]:
    """Put the practice catalogue in the books with its stock, in one transaction."""

    def work(uow: UnitOfWork) -> list[Product]:
        kept = []
        for place, (product, brand, category, on_hand) in enumerate(demo_products()):
            kept.append(save_product(uow, product, brand=brand, category=category, by=by))
            if on_hand:
                move(
                    uow,
                    kept[-1],
                    MovementKind.ENTRY,
                    on_hand,
                    reason="Compra",
                    by=by,
                    document=f"NF {4400 + place // 9}",
                )
        return kept

    return database.run_now(work)


def move(
    uow: UnitOfWork,
    product: Product,
    kind: MovementKind,
    amount: Decimal | int,
    *,
    reason: str,
    by: Actor,
    document: str = "",
) -> None:
    """One movement."""
    draft = MovementDraft(
        product_id=product.id, kind=kind, amount=Decimal(amount), reason=reason, document=document
    )
    move_stock(uow, draft, token=str(uuid4()), by=by)


def tell_the_store(database: Database, products: list[Product], clock: HandClock) -> None:
    """As if the store had heard all, then some changes in each state of the queue."""

    def all_sent(uow: UnitOfWork) -> None:
        uow.outbox.discard(list(range(1, 5000)))
        for product in products[:-3]:
            if product.sell_online:
                subject = Subject(SubjectKind.PRODUCT, product.id)
                uow.links.link(subject, str(88000 + product.id), uow.now)
                push = Push(subject=subject, label=product.name, aspects=tuple(EVERYTHING), outcome="sent")
                uow.history.add([push], uow.now)

    database.run_now(all_sent)
    by_name = sorted((p for p in products if p.sell_online), key=lambda product: product.name.casefold())
    clock.forward(minutes=26)
    _change_prices(database, by_name[0:2])

    def send(uow: UnitOfWork) -> None:
        lines = uow.outbox.claim(
            at=uow.now, until=uow.now + timedelta(minutes=3), epoch=1, aspects=EVERYTHING, limit=2
        )
        uow.outbox.halt(lines[:1], epoch=1, cause="refused", detail="Preço inválido", facts={})

    database.run_now(send)
    clock.forward(minutes=12)
    _change_prices(database, by_name[3:6])
    clock.forward(seconds=14)

    def sold(uow: UnitOfWork) -> None:
        move(uow, by_name[4], MovementKind.LOSS, 1, reason="Quebra", by=BRUNO)
        move(uow, by_name[7], MovementKind.EXIT, 1, reason="Brinde", by=ANA)
        move(uow, by_name[9], MovementKind.ADJUSTMENT, 3, reason="Contagem", by=BRUNO)
        move(uow, by_name[10], MovementKind.OWN_USE, 1, reason="Mostruário", by=BRUNO)
        uow.links.unlink(Subject(SubjectKind.PRODUCT, by_name[12].id))

    database.run_now(sold)
    clock.forward(seconds=40)


def _change_prices(database: Database, products: list[Product]) -> None:
    for product in products:
        facts = database.read_now(lambda reader, id_=product.id: reader.product_detail(id_))
        dearer = replace(facts.product, price=facts.product.price + Money(100))
        database.run_now(save_product, dearer, brand=facts.brand, category=facts.category, by=BRUNO)


# --- a shop for tests -----------------------------------------------------------------------------------------------


@functools.cache
def _founded() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A founded shop to copy; the folder goes with the program."""
    folder = tempfile.TemporaryDirectory()
    open_books(Path(folder.name), HandClock(DECEMBER)).close()
    return folder, Path(folder.name) / "loja.db"


class Shop:
    """Real books and the screens over them; `close` ends all of it."""

    def __init__(self, folder: Path) -> None:
        path = shutil.copy(_founded()[1], folder / "loja.db")
        self.clock = HandClock(DECEMBER)
        self.database = Database(f"sqlite:///{path}", ChangeFeed(), clock=self.clock)
        self._open: list[ProductsScreen | StockScreen | ProductEditor | MovementDialog] = []

    def session(self, actor: Actor = BRUNO) -> Session:
        """Somebody signed in."""
        return session_for(self.database, actor, self.clock)

    def keep(self, *, on_hand: Decimal | int = 0, **changes: Any) -> Product:
        """A product in the books."""
        return builders.keep(self.database, by=BRUNO, on_hand=on_hand, **changes)

    def detail(self, product_id: int) -> ProductDetail:
        """What the books say of it."""
        return self.database.read_now(lambda reader: reader.product_detail(product_id))

    def owed(self) -> dict[int, set[Aspect]]:
        """What the store has still to hear, by product."""
        owed: dict[int, set[Aspect]] = {}
        for row in builders.queue(self.database):
            if row.subject.kind is SubjectKind.PRODUCT:
                owed.setdefault(row.subject.id, set()).add(row.aspect)
        return owed

    def choose(self, option: SyncOption) -> None:
        """What the shop sends."""
        self.database.run_now(choose_sync_option, option, by=CARLA)

    async def products(self, actor: Actor = BRUNO, size: tuple[int, int] = (1100, 700)) -> ProductsScreen:
        """The product screen, shown and active."""
        return await self._show(ProductsScreen(self.session(actor)), size)

    async def stock(self, actor: Actor = BRUNO, size: tuple[int, int] = (1100, 700)) -> StockScreen:
        """The stock screen, shown and active."""
        return await self._show(StockScreen(self.session(actor)), size)

    async def _show(self, screen: Any, size: tuple[int, int]) -> Any:
        self._open.append(screen)
        screen.resize(*size)
        screen.show()
        screen.activateWindow()
        screen.activate()
        # Keys reach only an active window.
        await until(screen.isActiveWindow)
        return screen

    async def editor(self, product_id: int | None = None, actor: Actor = BRUNO) -> ProductEditor:
        """The editor, open."""
        facts = await self.database.read(lambda reader: editor_facts(reader, product_id))
        editor = ProductEditor(self.session(actor), facts)
        self._open.append(editor)
        editor.open()
        editor.activateWindow()
        await until(editor.isActiveWindow)
        return editor

    async def close(self) -> None:
        """Close the screens and leave the books."""
        for screen in reversed(self._open):
            await screen.aclose()
            screen.close()
            screen.deleteLater()
        await asyncio.sleep(0.01)
        self.database.close()


@asynccontextmanager
async def open_shop(folder: Path) -> AsyncIterator[Shop]:
    """A shop that is closed again whatever happens."""
    shop = Shop(folder)
    try:
        yield shop
    finally:
        await shop.close()


# --- scenes --------------------------------------------------------------------------------------------------------


class Studio:
    """A shop, a size of window, and where the pictures go."""

    def __init__(
        self, folder: Path, database: Database, clock: HandClock, look: str, size: tuple[int, int]
    ) -> None:
        self.folder = folder
        self.database = database
        self.clock = clock
        self.look = look
        self.size = size

    def session(self, actor: Actor = BRUNO) -> Session:
        """Somebody signed in."""
        return session_for(self.database, actor, self.clock)

    def framed(self, screen: QWidget) -> QWidget:
        """The screen in the main window's margins."""
        page = QWidget()
        page.setProperty("page", True)
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 16)
        column.addWidget(screen)
        page.resize(*self.size)
        page.show()
        page.activateWindow()
        return page

    async def shoot(self, widget: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.35)
        widget.grab().save(str(self.folder / f"{name}-{self.look}.png"))

    @asynccontextmanager
    async def products(self, actor: Actor = BRUNO) -> AsyncIterator[tuple[ProductsScreen, QWidget]]:
        """The product screen, shown."""
        screen = ProductsScreen(self.session(actor))
        page = self.framed(screen)
        screen.activate()
        try:
            yield screen, page
        finally:
            await screen.aclose()
            page.close()
            page.deleteLater()

    @asynccontextmanager
    async def stock(self, actor: Actor = BRUNO) -> AsyncIterator[tuple[StockScreen, QWidget]]:
        """The stock screen, shown."""
        screen = StockScreen(self.session(actor))
        page = self.framed(screen)
        screen.activate()
        try:
            yield screen, page
        finally:
            await screen.aclose()
            page.close()
            page.deleteLater()

    @asynccontextmanager
    async def editor(self, product_id: int | None, actor: Actor = BRUNO) -> AsyncIterator[ProductEditor]:
        """The product editor, shown."""
        parent = self.framed(QWidget())
        parent.resize(1024 if self.look in {"tight", "small"} else 1180, 740)
        facts = await self.database.read(lambda reader: editor_facts(reader, product_id))
        editor = ProductEditor(self.session(actor), facts, parent)
        editor.open()
        try:
            yield editor
        finally:
            await editor.aclose()
            parent.close()
            parent.deleteLater()


def write(window: QWidget, **texts: str) -> None:
    """Type into fields by their names: write(editor, product_price="12,90")."""
    for name, text in texts.items():
        editor = window.findChild(QWidget, name)
        if isinstance(editor, QComboBox):
            editor.setEditText(text)
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(text)
        elif isinstance(editor, QLineEdit):
            editor.setFocus()
            editor.selectAll()
            QTest.keyClick(editor, Qt.Key.Key_Delete)
            # QTest knows no key for an accent.
            QTest.keyClicks(editor, text) if text.isascii() else editor.insert(text)


async def lists(studio: Studio) -> None:
    """The product list full, searched, and without a match."""
    async with studio.products() as (screen, page):
        await until(lambda: screen.panel.facts is not None)
        screen.table.go_to_row(3)
        await studio.shoot(page, "list-full")
        screen.table.setFocus(Qt.FocusReason.TabFocusReason)
        screen.table.horizontalHeader().setSortIndicator(3, Qt.SortOrder.AscendingOrder)
        await asyncio.sleep(0.3)
        screen.table.go_to_row(1)
        await studio.shoot(page, "list-low-stock")
        write(page, product_search="panela pres")
        await studio.shoot(page, "list-search")
        write(page, product_search="Aparelho de jantar 42")
        await studio.shoot(page, "list-long-name")
        write(page, product_search="xyz")
        await studio.shoot(page, "list-no-result")
        write(page, product_search="")
        await asyncio.sleep(0.3)
        screen._failed(BooksUnreachable())
        await studio.shoot(page, "list-banner")
    async with studio.products(ANA) as (screen, page):
        await until(lambda: screen.panel.facts is not None)
        await studio.shoot(page, "list-operator")


async def states(studio: Studio) -> None:
    """The product list loading and failed."""
    door: asyncio.Event = asyncio.Event()
    real = studio.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    async def broken(question: Any) -> Any:
        raise BooksUnreachable

    for name, read in (("loading", slow), ("error", broken)):
        studio.database.read = read  # type: ignore[method-assign]
        async with studio.products() as (_, page):
            await studio.shoot(page, f"list-{name}")
        async with studio.stock() as (_, page):
            await studio.shoot(page, f"stock-{name}")
    studio.database.read = real  # type: ignore[method-assign]


async def editors(studio: Studio) -> None:
    """The editor new, wrong, in promotion, read-only, and asking whether to leave."""
    async with studio.editor(None) as editor:
        await studio.shoot(editor, "editor-new")
        write(
            editor,
            product_reference="PAN-1001",
            product_barcode="7894488022791",
            product_name="Panela nova",
            product_ncm="7615",
            product_price="12,5,0",
            product_cost="8",
            product_promotional_price="10",
        )
        editor.save()
        await studio.shoot(editor, "editor-errors")
        write(editor, product_barcode="", product_ncm="", product_price="12,50", product_promotional_price="")
        editor.save()
        await studio.shoot(editor, "editor-taken")
        editor.reject()
        await studio.shoot(editor, "editor-discard")
    promoted = 8
    async with studio.editor(promoted) as editor:
        write(editor, product_price="149,90", product_safety_stock="2", product_counter_reserve="1")
        await studio.shoot(editor, "editor-promotion")
        bar = editor._form.verticalScrollBar()
        bar.setValue(bar.maximum())
        await studio.shoot(editor, "editor-foot")
    async with studio.editor(promoted, ANA) as editor:
        await studio.shoot(editor, "editor-read-only")


async def movements(studio: Studio) -> None:
    """The stock screen and its form in their states."""
    async with studio.stock() as (screen, page):
        await until(lambda: screen.table.model().rowCount())
        await studio.shoot(page, "stock-full")
        write(page, movement_product="panela")
        await studio.shoot(page, "stock-suggestions")
        write(page, movement_product="PAN-1001")
        QTest.keyClick(screen.form.picker, Qt.Key.Key_Return)
        await until(lambda: screen.form._detail is not None)
        write(page, movement_quantity="5", movement_reason="Compra", movement_document="NF 4471")
        await studio.shoot(page, "stock-filled")
        screen.form.kinds.choose(MovementKind.EXIT)
        write(page, movement_quantity="500")
        screen.form.save()
        await studio.shoot(page, "stock-insufficient")
        screen.form.kinds.choose(MovementKind.ADJUSTMENT)
        write(page, movement_quantity="", movement_reason="")
        screen.form.save()
        await studio.shoot(page, "stock-errors")
        write(page, movement_filter="PAN-1002")
        QTest.keyClick(screen.filter, Qt.Key.Key_Return)
        await asyncio.sleep(0.3)
        screen.toasts.show("Entrada registrada: PAN-1001 fica com 35 no estoque.")
        await studio.shoot(page, "stock-filtered")
    async with studio.stock(ANA) as (_, page):
        await studio.shoot(page, "stock-operator")
    row = studio.database.read_now(lambda reader: reader.product_rows([2]))[0]
    parent = studio.framed(QWidget())
    dialog = MovementDialog(studio.session(), row, parent)
    dialog.open()
    write(dialog, movement_quantity="3")
    await studio.shoot(dialog, "movement-dialog")
    await dialog.aclose()
    parent.close()


async def empty_shop(studio: Studio) -> None:
    """The first day."""
    async with studio.products() as (_, page):
        await studio.shoot(page, "list-empty")
    async with studio.stock() as (_, page):
        await studio.shoot(page, "stock-empty")


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (1180, 740)),
    "dark": ("dark", 1.0, (1180, 740)),
    "window": ("light", 1.0, (944, 640)),
    "small": ("light", 1.0, (788, 640)),
    "large": ("light", 1.5, (1366, 860)),
    "tight": ("light", 1.5, (670, 600)),
}


def open_books(folder: Path, clock: HandClock) -> Database:
    """A founded shop without products."""
    url = f"sqlite:///{folder / 'loja.db'}"
    prepare(url, may_upgrade=True, now=clock)
    database = Database(url, ChangeFeed(), clock=clock)
    found(database)
    return database


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        clock = HandClock(DECEMBER)
        empty, full = open_books(Path(first), HandClock(DECEMBER)), open_books(Path(second), clock)
        products = stock_the_shop(full)
        long = replace(products[0], id=0, version=0, reference="CONJUNTO-ESPECIAL-NATAL-2026", barcode="", name=LONG_NAME)  # fmt: skip
        full.run_now(save_product, long, brand="Fervalto", category="Cozinha > Panelas", by=BRUNO)
        tell_the_store(full, products, clock)
        scenes: tuple[Callable[[Studio], Awaitable[None]], ...] = (lists, states, editors, movements)
        for look in looks or LOOKS:
            mode, scale, size = LOOKS[look]
            Theme.apply(app, mode, scale)
            await empty_shop(Studio(folder, empty, clock, look, size))
            for scene in scenes:
                await scene(Studio(folder, full, clock, look, size))
        full.run_now(choose_sync_option, SyncOption.COMMERCIAL, by=CARLA)
        async with Studio(folder, full, clock, "option2", LOOKS["light"][2]).editor(8) as editor:
            write(editor, product_price="149,90", product_name="Caçarola inox nova")
            await Studio(folder, full, clock, "option2", (0, 0)).shoot(editor, "editor")
        empty.close()
        full.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
