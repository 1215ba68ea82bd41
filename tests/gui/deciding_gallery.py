"""Deciding about orders, sales and settings in every state: python -m tests.gui.deciding_gallery FOLDER."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QVBoxLayout, QWidget

from tests.builders import keep
from tests.gui import queue_gallery
from tests.gui.product_gallery import LONG_NAME, write
from tests.stations import FAST_PASSWORDS
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.counter import finish_basket, save_counter_rules
from varejoforte_desktop.application.order_import import import_orders
from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.application.order_sale import Registration, register_order
from varejoforte_desktop.application.sale_ports import CounterRules
from varejoforte_desktop.application.sale_questions import SaleRow
from varejoforte_desktop.application.sales import SaleReceipt, cancel_sale
from varejoforte_desktop.application.status_map import explain_statuses
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import Basket, BasketLine, FiscalModel, Payment, PaymentMethod
from varejoforte_desktop.domain.scale_code import ScalePrefix, ScaleValue
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.ui.dialogs.approval import ApprovalDialog, ask_supervisor
from varejoforte_desktop.ui.orders.deciding import dialogs
from varejoforte_desktop.ui.sales import cancelling
from varejoforte_desktop.ui.screens.sales import SalesScreen
from varejoforte_desktop.ui.screens.settings import SettingsScreen
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Mode, Theme, restyle

PASSWORDS = {"ana": "senha-da-ana", "bruno": "senha-do-bruno", "carla": "senha-da-carla"}
LUME = {
    "type": "1",
    "name": "Comercial Lume",
    "company_name": "Comercial Lume Ltda",
    "cnpj": "12.abc.345/01de-35",
    "email": "compras@lume.exemplo",
}
NINA = {"type": "0", "name": "Nina Prado", "email": "nina@exemplo.com"}
Decide = Callable[[Session, QWidget, int], Awaitable[str]]


@dataclass
class Counter:
    """A shop with goods on the shelf, a store that answers, and orders to decide about."""

    shop: queue_gallery.Shop
    products: dict[str, Product] = field(default_factory=dict)
    remote: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The books."""
        return self.shop.database

    @property
    def store(self) -> TrayStore:
        """The store in memory."""
        return self.shop.store

    def session(self, role: Role = Role.OPERADOR) -> Session:
        """Somebody is signed in."""
        return self.shop.session(role)

    async def connect(self) -> None:
        """Connect to the store."""
        await self.shop.services.connector.connect(
            address=self.store.api_address,
            consumer_key=self.store.consumer_key,
            consumer_secret=self.store.consumer_secret,
            code=self.store.code,
            by=self.shop.actor(Role.ADMINISTRADOR),
        )

    def give_passwords(self) -> None:
        """Everybody gets a password that opens the door."""

        def work(uow: Any) -> None:
            for login, password in PASSWORDS.items():
                person = uow.operators.by_login(login)
                uow.operators.save(replace(person, password_hash=FAST_PASSWORDS.hashed(password)))

        self.database.run_now(work)

    def stock(self, reference: str, name: str, on_hand: int, price: int, *, sold: bool = True) -> Product:
        """A product here, and the same one in the store."""
        product = keep(
            self.database,
            by=self.shop.actor(Role.GERENTE),
            reference=reference,
            name=name,
            on_hand=on_hand,
            price=Money(price),
        )
        self.products[reference] = product
        if sold:
            self.remote[reference] = self.store.add_product(
                reference=reference, name=name, price=str(product.price.reais), stock=900
            )
        return product

    def on_hand(self, reference: str) -> Decimal:
        """How many are on the shelf."""
        product_id = self.products[reference].id
        return self.database.read_now(lambda reader: reader.product_detail(product_id)).on_hand

    async def place(self, goods: Mapping[str, int], *, imported: bool = True, **facts: Any) -> int:
        """A buyer orders, the shop sees it and takes it in; gives its id here."""
        facts.setdefault("paid", True)
        remote = self.store.place_order({self.remote[each]: n for each, n in goods.items()}, **facts)
        return await self.take_in(remote, imported=imported)

    async def take_in(self, remote: str, *, imported: bool = True) -> int:
        """See an order of the store and import it."""
        await self.shop.services.orders.look()
        self.explain()
        found = self.database.read_now(lambda reader: reader.orders.id_of(remote))
        assert found is not None
        if imported:
            report = self.database.run_now(import_orders, [found], by=self.shop.actor(Role.GERENTE))
            assert report.new, report
        return found

    def explain(self) -> None:
        """An administrator agrees to every suggestion."""
        rows = self.database.read_now(lambda reader: reader.orders.statuses())
        self.database.run_now(
            explain_statuses,
            {row.status_id: row.suggested for row in rows if row.suggested},
            by=self.shop.actor(Role.ADMINISTRADOR),
        )

    def order(self, order_id: int) -> OrderDetail:
        """What the books say of an order."""
        return self.database.read_now(lambda reader: reader.orders.detail(order_id))

    def sales(self) -> list[SaleRow]:
        """What was sold, newest first."""
        return self.database.read_now(lambda reader: reader.sales.rows())

    def open_till(self, role: Role = Role.OPERADOR) -> None:
        """The till of this station."""
        self.database.run_now(open_till, opening_float=Money(20000), by=self.shop.actor(role))

    def register(self, order_id: int, fiscal: FiscalModel = FiscalModel.NFE) -> SaleReceipt:
        """The order is a sale, without the dialog."""
        registration = Registration(order_id=order_id, token=str(uuid4()), fiscal=fiscal, checked=False)
        return self.database.run_now(register_order, registration, by=self.shop.actor(Role.GERENTE))

    def sell(
        self, reference: str, *payments: Payment, quantity: int = 1, buyer: str = "", discount: int = 0
    ) -> SaleReceipt:
        """A sale over the counter."""
        product = self.products[reference]
        line = BasketLine(
            product_id=product.id,
            reference=product.reference,
            name=product.name,
            unit=product.unit,
            quantity=Decimal(quantity),
            price=product.price,
        )
        basket = Basket(
            token=str(uuid4()),
            lines=(line,),
            discount=Money(discount),
            buyer_name=buyer,
        )
        basket = replace(
            basket, payments=payments or (Payment(method=PaymentMethod.PIX, amount=basket.total),)
        )
        return self.database.run_now(
            finish_basket, basket, fiscal=FiscalModel.NFCE, by=self.shop.actor(Role.ADMINISTRADOR)
        )


@asynccontextmanager
async def open_counter(folder: Path, *, connected: bool = True) -> AsyncIterator[Counter]:
    """A shop with three products, connected to its store."""
    async with queue_gallery.open_shop(folder) as shop:
        counter = Counter(shop)
        counter.give_passwords()
        counter.stock("PAN-24", "Panela de pressão 4,5 L", 12, 18990)
        counter.stock("FRI-24", "Frigideira antiaderente 24 cm", 3, 8900)
        counter.stock("CAN-AZ", "Caneca azul", 40, 1235)
        if connected:
            await counter.connect()
        yield counter


# -- dialogs over a screen --------------------------------------------------------------------------------------------


def page_under(session: Session, size: tuple[int, int] = (1024, 768)) -> QWidget:
    """A window for the dialogs to lie over."""
    page = QWidget()
    page.setProperty("page", True)
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(page)
    heading = QLabel(session.shop_name)
    restyle(heading, words="title")
    column.addWidget(heading)
    column.addStretch(1)
    page.resize(*size)
    page.show()
    page.activateWindow()
    return page


class Deciding:
    """One question being asked, on a page of its own."""

    def __init__(self, session: Session, page: QWidget, task: asyncio.Task[Any]) -> None:
        self.session = session
        self.page = page
        self.task = task

    @property
    def dialog(self) -> QDialog:
        """The dialog in front."""
        return self._front()

    def _front(self) -> Any:
        shown = [each for each in self.page.findChildren(QDialog) if each.isVisible()]
        return shown[-1] if shown else None

    def approval(self) -> ApprovalDialog | None:
        """The supervisor's question, when it is asked."""
        found = [each for each in self.page.findChildren(ApprovalDialog) if each.isVisible()]
        return found[0] if found else None

    async def allow(self, login: str = "bruno", password: str = "") -> None:
        """A supervisor signs."""
        approval = await until(self.approval)
        assert approval is not None
        write(approval, approval_login=login, approval_password=password or PASSWORDS[login])
        QTest.keyClick(approval.password, Qt.Key.Key_Return)

    async def close(self) -> None:
        """Give up whatever is asked."""
        self.task.cancel()
        await asyncio.wait({self.task})
        self.page.close()
        self.page.deleteLater()
        await asyncio.sleep(0)


async def decide(
    session: Session, question: Decide, subject: int, size: tuple[int, int] = (1024, 768)
) -> Deciding:
    """Open a question over a page and wait until it is seen."""
    page = page_under(session, size)

    async def ask() -> str:
        return await question(session, page, subject)

    asked = Deciding(session, page, asyncio.get_running_loop().create_task(ask()))
    await until(lambda: asked._front() is not None or asked.task.done())
    if not asked.task.done():
        asked.dialog.activateWindow()
        await until(asked.dialog.isActiveWindow)
    return asked


async def approve(session: Session, page: QWidget, _subject: int) -> str:
    """Only the supervisor's question."""
    approver = await ask_supervisor(
        session, page, Permission.CANCEL_SALES, "Cancelar a venda CAIXA-01-12, de R$ 285,01."
    )
    return approver.name if approver else ""


# -- scenes -----------------------------------------------------------------------------------------------------------

Made = Deciding | SalesScreen | SettingsScreen
Scene = Callable[[Counter, tuple[int, int]], Awaitable[Made]]


async def _register(
    counter: Counter, size: tuple[int, int], order_id: int, role: Role = Role.OPERADOR
) -> Deciding:
    return await decide(counter.session(role), dialogs.register_order, order_id, size)


async def register_paid(counter: Counter, size: tuple[int, int]) -> Deciding:
    """All is well."""
    order = await counter.place({"PAN-24": 1, "FRI-24": 1, "CAN-AZ": 6}, discount="17.49")
    return await _register(counter, size, order)


async def register_long(counter: Counter, size: tuple[int, int]) -> Deciding:
    """Many lines with long names, one short."""
    goods = {"PAN-24": 2, "FRI-24": 5, "CAN-AZ": 6}
    for number in range(9):
        reference = f"CONJUNTO-ESPECIAL-NATAL-{number}"
        counter.stock(reference, LONG_NAME, 4, 129990 + number)
        goods[reference] = 1
    buyer = {**LUME, "name": "Comércio e Importação de Utilidades Domésticas Nossa Senhora Aparecida"}
    order = await counter.place(goods, buyer=buyer)
    return await _register(counter, size, order)


async def register_unpaid(counter: Counter, size: tuple[int, int]) -> Deciding:
    """Not paid: the operator receives here, with a supervisor."""
    counter.open_till()
    order = await counter.place(
        {"FRI-24": 1}, paid=False, pickup="Balcão da loja", shipment="Retirar na loja", shipment_value="0.00",
        payment_form="Boleto",
    )  # fmt: skip
    asked = await _register(counter, size, order)
    combo = asked.dialog.findChild(QComboBox, "order_payment_method")
    assert combo is not None
    combo.setCurrentIndex(0)
    write(asked.dialog, order_tendered="100")
    return asked


async def register_no_document(counter: Counter, size: tuple[int, int]) -> Deciding:
    """No CPF: NF-e is off, and somebody pressed F10 all the same."""
    order = await counter.place({"CAN-AZ": 2}, buyer=NINA)
    asked = await _register(counter, size, order)
    QTest.keyClick(asked.dialog, Qt.Key.Key_F10)
    return asked


async def register_offline(counter: Counter, size: tuple[int, int]) -> Deciding:
    """The store cannot be asked."""
    order = await counter.place({"PAN-24": 1})
    asked = await _register(counter, size, order)
    counter.shop.wire.offline = True
    QTest.keyClick(asked.dialog, Qt.Key.Key_F10)
    await until(asked.dialog.banner.isVisible)  # type: ignore[attr-defined]
    return asked


async def register_waiting(counter: Counter, size: tuple[int, int]) -> Deciding:
    """While the store is asked."""
    order = await counter.place({"PAN-24": 1})
    asked = await _register(counter, size, order)
    counter.store.faults.next("slow", seconds=60)
    QTest.keyClick(asked.dialog, Qt.Key.Key_F10)
    await asyncio.sleep(0.2)
    return asked


async def register_cancelled(counter: Counter, size: tuple[int, int]) -> Deciding:
    """The buyer gave up a moment ago."""
    order = await counter.place({"PAN-24": 1})
    asked = await _register(counter, size, order)
    counter.store.cancel_order(counter.order(order).row.remote_id)
    QTest.keyClick(asked.dialog, Qt.Key.Key_F10)
    await until(lambda: asked.dialog.over)  # type: ignore[attr-defined]
    return asked


async def approval(counter: Counter, size: tuple[int, int]) -> Deciding:
    """Somebody without the permission tried to allow it."""
    asked = await decide(counter.session(), approve, 0, size)
    await asked.allow("ana")
    await until(lambda: asked.approval().fields["login"].error)  # type: ignore[union-attr]
    return asked


async def cancel_here(counter: Counter, size: tuple[int, int]) -> Deciding:
    """Where it is cancelled, for an operator."""
    order = await counter.place({"PAN-24": 1})
    asked = await decide(counter.session(), dialogs.cancel_order, order, size)
    write(asked.dialog, cancel_reason="Cliente desistiu")
    return asked


async def cancel_registered(counter: Counter, size: tuple[int, int]) -> Deciding:
    """It is a sale already."""
    order = await counter.place({"PAN-24": 1})
    counter.register(order)
    asked = await decide(counter.session(Role.GERENTE), dialogs.cancel_order, order, size)
    asked.dialog.store.click()  # type: ignore[attr-defined]
    QTest.keyClick(asked.dialog, Qt.Key.Key_F10)
    return asked


async def cancel_recall(counter: Counter, size: tuple[int, int]) -> Deciding:
    """The store has not answered yet."""
    order = await counter.place({"PAN-24": 1})
    counter.database.run_now(lambda uow: uow.orders.want(order, cancel=True))
    return await decide(counter.session(Role.GERENTE), dialogs.cancel_order, order, size)


async def dismissing(counter: Counter, size: tuple[int, int]) -> Deciding:
    """Only left aside."""
    order = await counter.place({"PAN-24": 1})
    return await decide(counter.session(Role.GERENTE), dialogs.dismiss, order, size)


async def divergence(counter: Counter, size: tuple[int, int]) -> Deciding:
    """The sums do not make the total."""
    remote = counter.store.place_order(
        {counter.remote["PAN-24"]: 1}, discount="17.49", coupon=("BEMVINDO", "10.00"), paid=True
    )
    counter.store.change_order(remote, total="185.50")
    order = await counter.take_in(remote)
    return await decide(counter.session(), dialogs.accept_divergence, order, size)


async def _sales(counter: Counter, size: tuple[int, int], role: Role = Role.OPERADOR) -> SalesScreen:
    screen = SalesScreen(counter.session(role))
    restyle(screen, page=True)
    screen.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    screen.setContentsMargins(24, 16, 24, 16)
    screen.resize(*size)
    screen.show()
    screen.activateWindow()
    screen.activate()
    await until(screen.isActiveWindow)
    return screen


async def fill_sales(counter: Counter) -> int:
    """A day of sales; gives the id of the order among them."""
    counter.open_till()
    cash = Payment(method=PaymentMethod.CASH, amount=Money(18990), tendered=Money(20000))
    counter.sell("PAN-24", cash)
    half = Payment(method=PaymentMethod.CASH, amount=Money(4000))
    rest = Payment(method=PaymentMethod.CREDIT, amount=Money(4400))
    counter.sell("FRI-24", half, rest, buyer="Marina Duarte Pires", discount=500)
    order = await counter.place({"PAN-24": 1, "CAN-AZ": 6})
    counter.register(order)
    counter.sell("CAN-AZ", quantity=3, buyer=LONG_NAME[:120])
    wrong = counter.sell("CAN-AZ", quantity=2)
    counter.database.run_now(
        cancel_sale, wrong.sale_id, reason="Erro de registro", by=counter.shop.actor(Role.GERENTE)
    )
    return order


async def sales_full(counter: Counter, size: tuple[int, int]) -> SalesScreen:
    """A sale from an order is chosen."""
    await fill_sales(counter)
    screen = await _sales(counter, size)
    await until(lambda: screen.book.model.rowCount() == 5)
    screen.table.go_to_row(2)
    screen.table.setFocus()
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.sale.order_id is not None)
    return screen


async def sales_cancelled(counter: Counter, size: tuple[int, int]) -> SalesScreen:
    """A cancelled one is chosen."""
    await fill_sales(counter)
    screen = await _sales(counter, size)
    await until(screen.panel.isVisible)
    return screen


async def sales_empty(counter: Counter, size: tuple[int, int]) -> SalesScreen:
    """The first day."""
    screen = await _sales(counter, size)
    await until(lambda: screen.states.currentWidget() is screen.empty)
    return screen


async def sales_not_found(counter: Counter, size: tuple[int, int]) -> SalesScreen:
    """A search without an answer."""
    await fill_sales(counter)
    screen = await _sales(counter, size)
    await until(screen.panel.isVisible)
    screen.search.setText("geladeira")
    await until(lambda: screen.states.currentWidget() is screen.empty)
    return screen


async def sales_loading(counter: Counter, size: tuple[int, int]) -> SalesScreen:
    """The books take their time."""
    screen = await _sales(counter, size)
    await until(lambda: screen.states.currentWidget() is screen.empty)
    screen.states.show_loading()
    await asyncio.sleep(0.2)
    return screen


async def sales_error(counter: Counter, size: tuple[int, int]) -> SalesScreen:
    """The books do not answer."""

    async def no_books(_question: object) -> object:
        raise BooksUnreachable

    session = counter.session()
    away = replace(session.services, backend=SimpleNamespace(read=no_books))
    screen = SalesScreen(replace(session, services=away))
    restyle(screen, page=True)
    screen.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    screen.setContentsMargins(24, 16, 24, 16)
    screen.resize(*size)
    screen.show()
    screen.activate()
    await until(lambda: screen.states.currentWidget() is screen.states.failed)
    return screen


async def sale_cancelling(counter: Counter, size: tuple[int, int]) -> Deciding:
    """Two forms of payment go back."""
    await fill_sales(counter)
    sale = counter.sales()[3]
    return await decide(counter.session(), cancelling.cancel_sale, sale.id, size)


async def _settings(
    counter: Counter, size: tuple[int, int], page: str, role: Role = Role.ADMINISTRADOR
) -> SettingsScreen:
    return await queue_gallery._settings(counter.shop, page, role, size=size)


async def settings_orders(counter: Counter, size: tuple[int, int]) -> SettingsScreen:
    """Suggestions nobody agreed to yet, and one chosen."""
    remote = counter.store.place_order({counter.remote["PAN-24"]: 1}, paid=True)
    await counter.shop.services.orders.learn_statuses()
    await counter.shop.services.orders.look()
    assert remote
    screen = await _settings(counter, size, "orders")
    line = screen.orders.lines[2]
    line.choice.setCurrentIndex(2)
    line.choice.activated.emit(2)
    return screen


async def settings_orders_done(counter: Counter, size: tuple[int, int]) -> SettingsScreen:
    """All explained."""
    await counter.shop.services.orders.learn_statuses()
    counter.explain()
    screen = await _settings(counter, size, "orders")
    bar = screen.orders.verticalScrollBar()
    bar.setValue(bar.maximum())
    return screen


async def settings_orders_manager(counter: Counter, size: tuple[int, int]) -> SettingsScreen:
    """For somebody who may not change it."""
    await counter.shop.services.orders.learn_statuses()
    return await _settings(counter, size, "orders", Role.GERENTE)


async def settings_orders_empty(counter: Counter, size: tuple[int, int]) -> SettingsScreen:
    """No status known, and the store out of reach."""
    screen = await _settings(counter, size, "orders")
    counter.shop.wire.offline = True
    screen.orders.learn.click()
    await until(screen.orders.trouble.isVisible)
    return screen


def choose_counter(counter: Counter) -> None:
    """Rules and two layouts of labels."""
    counter.database.run_now(
        save_counter_rules,
        CounterRules(cancel_item_supervised=True, tolerance=Money(500)),
        [
            ScalePrefix(prefix="20", value=ScaleValue.WEIGHT, code_digits=5, value_digits=5),
            ScalePrefix(prefix="21", value=ScaleValue.PRICE, code_digits=4, value_digits=6),
        ],
        by=counter.shop.actor(Role.ADMINISTRADOR),
    )


async def settings_counter(counter: Counter, size: tuple[int, int]) -> SettingsScreen:
    """A layout that does not fit."""
    choose_counter(counter)
    screen = await _settings(counter, size, "counter")
    screen.counter.add_scale()
    write(screen, scale_3_prefix="30", scale_3_code="5", scale_3_value="4")
    screen.counter.save()
    bar = screen.counter.verticalScrollBar()
    bar.setValue(bar.maximum())
    return screen


async def settings_counter_top(counter: Counter, size: tuple[int, int]) -> SettingsScreen:
    """From the top, nothing set."""
    return await _settings(counter, size, "counter")


async def settings_counter_manager(counter: Counter, size: tuple[int, int]) -> SettingsScreen:
    """For somebody who may not change it."""
    choose_counter(counter)
    return await _settings(counter, size, "counter", Role.GERENTE)


SCENES: dict[str, Scene] = {
    "register_paid": register_paid, "register_long": register_long, "register_unpaid": register_unpaid,
    "register_no_document": register_no_document, "register_offline": register_offline,
    "register_waiting": register_waiting, "register_cancelled": register_cancelled, "approval": approval,
    "cancel_here": cancel_here, "cancel_registered": cancel_registered, "cancel_recall": cancel_recall,
    "dismissing": dismissing, "divergence": divergence, "sales_full": sales_full, "sales_cancelled": sales_cancelled,
    "sales_empty": sales_empty, "sales_not_found": sales_not_found, "sales_loading": sales_loading,
    "sales_error": sales_error, "sale_cancelling": sale_cancelling, "settings_orders": settings_orders,
    "settings_orders_done": settings_orders_done, "settings_orders_manager": settings_orders_manager,
    "settings_orders_empty": settings_orders_empty, "settings_counter": settings_counter,
    "settings_counter_top": settings_counter_top, "settings_counter_manager": settings_counter_manager,
}  # fmt: skip
LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (1366, 768)),
    "dark": ("dark", 1.0, (1366, 768)),
    "small": ("light", 1.0, (1024, 768)),
    "large": ("light", 1.5, (1366, 768)),
    "small_large": ("light", 1.5, (1024, 768)),
}


async def _shoot(made: Made, picture: Path) -> None:
    await asyncio.sleep(0.15)
    shown = made.dialog if isinstance(made, Deciding) else made
    shown.grab().save(str(picture))
    if isinstance(made, Deciding):
        await made.close()
    else:
        await made.aclose()
        made.deleteLater()
    await asyncio.sleep(0)


async def paint(folder: Path, only: tuple[str, ...]) -> None:
    """Paint the scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    gc.disable()  # garbage that holds windows must not be collected by a database thread
    for look, (mode, scale, (width, height)) in LOOKS.items():
        for name, scene in SCENES.items():
            if only and not any(each in f"{name}-{look}" for each in only):
                continue
            Theme.apply(app, mode, scale)
            # In the main window the bar and the places take their share from a screen, not from a dialog.
            screen = name.startswith("settings") or (name.startswith("sales") and "cancelling" not in name)
            beside, above = (236 * scale, 90 * scale) if screen else (0, 0)
            size = (round(width - beside), round(height - above))
            with tempfile.TemporaryDirectory() as books:
                async with open_counter(Path(books)) as counter:
                    await _shoot(await scene(counter, size), folder / f"{name}-{look}.png")
            gc.collect()


def main(folder: Path, *only: str) -> None:
    """Paint them all, or those whose names hold one of the words."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)  # type: ignore[attr-defined]
    loop = qasync.QEventLoop(app)
    with loop:
        loop.run_until_complete(paint(folder, only))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
