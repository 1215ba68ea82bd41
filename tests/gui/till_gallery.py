"""Pictures of the till's screen in every state, for eyes: python -m tests.gui.till_gallery FOLDER."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from argon2 import PasswordHasher
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from tests.books import HandClock, ask_sql, found
from tests.builders import a_token, keep
from tests.gui.product_gallery import session_for
from tests.order_builders import a_line, an_order, seen
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sale_ports import CounterRules, TillCount
from varejoforte_desktop.application.till import close_till, move_cash, open_till, open_till_of
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.passwords import Argon2Passwords
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.sale import (
    Basket,
    BasketLine,
    FiscalModel,
    Payment,
    PaymentMethod,
    Sale,
    SaleAmounts,
    SaleLine,
    SaleSource,
)
from varejoforte_desktop.domain.till import CashDraft, CashMovementKind
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.ui.screens.till import TillScreen
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Mode, Theme
from varejoforte_desktop.ui.till.preview import SlipDialog

MORNING = datetime(2026, 12, 10, 11, 2, tzinfo=UTC)  # 08:02 in São Paulo
ANA = Actor(operator_id=2, login="ana", name="Ana Lima", role=Role.OPERADOR, station="Balcão")
BRUNO = Actor(operator_id=3, login="bruno", name="Bruno Reis", role=Role.GERENTE, station="Balcão")
LONG_REASON = (
    "Pagamento do frete da transportadora que trouxe as panelas da fábrica, conforme recibo 4471/2026"
)


def reais(text: str) -> Money:
    """An amount as one types it."""
    return Money.typed(text)


class Remembered(dict[str, Any]):
    """What a station remembers, as long as the test lasts."""

    def put(self, key: str, value: Any) -> None:
        """Remember a choice."""
        self[key] = value


class TillShop:
    """A shop with its till, driven from behind the screen."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock(MORNING)
        url = f"sqlite:///{folder / 'loja.db'}"
        prepare(url, may_upgrade=True, now=self.clock)
        self.database = Database(url, ChangeFeed(), clock=self.clock)
        self.preferences = Remembered()
        found(self.database)
        self.desk = self._a_door()
        self.product = keep(self.database, by=BRUNO, sell_online=False)
        self.shop_name = "Casa das Panelas"
        self._open: list[tuple[TillScreen, QWidget]] = []

    def _a_door(self) -> Desk:
        """The real door, where Bruno and Ana have passwords."""
        passwords = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

        def give_passwords(uow: UnitOfWork) -> None:
            for login in ("ana", "bruno"):
                operator = uow.operators.by_login(login)
                assert operator is not None
                uow.operators.save(replace(operator, password_hash=passwords.hashed(f"senha-de-{login}")))

        self.database.run_now(give_passwords)
        key = ShopKey(self.database.url)
        key.make()
        return Desk(self.database, passwords, key, station="Balcão")

    def session(self, actor: Actor = ANA) -> Session:
        """Somebody signed in."""
        session = session_for(self.database, actor, self.clock)
        services = replace(session.services, preferences=self.preferences, desk=self.desk)
        return replace(session, services=services, shop_name=self.shop_name)

    async def screen(self, actor: Actor = ANA, size: tuple[int, int] = (1132, 640)) -> TillScreen:
        """The till's screen, shown and active."""
        screen = TillScreen(self.session(actor))
        page = _framed(screen)
        self._open.append((screen, page))
        page.resize(*size)
        page.show()
        page.activateWindow()
        screen.activate()
        await until(page.isActiveWindow)
        return screen

    async def close_screens(self) -> None:
        """End what runs in the screens."""
        while self._open:
            screen, page = self._open.pop()
            await screen.aclose()
            page.close()
            page.deleteLater()
        await asyncio.sleep(0.01)

    async def close(self) -> None:
        """Close the screens and leave the books."""
        await self.close_screens()
        self.database.close()

    # -- a day at the counter -------------------------------------------------------------------------

    def opens(self, amount: str = "150,00", by: Actor = ANA) -> int:
        """The till opens."""
        return self.database.run_now(open_till, opening_float=reais(amount), by=by)

    def moves(
        self, kind: CashMovementKind, amount: str, reason: str = "Reforço de troco", by: Actor = ANA
    ) -> None:
        """Money comes or goes."""
        draft = CashDraft(kind=kind, amount=reais(amount), reason=reason)
        self.database.run_now(move_cash, draft, token=a_token(), by=by)

    def sells(
        self, *payments: tuple[PaymentMethod, str], by: Actor = ANA, fiscal: FiscalModel = FiscalModel.NONE
    ) -> int:
        """A sale, paid in these parts."""
        paid = tuple(Payment(method=method, amount=reais(amount)) for method, amount in payments)
        total = sum((payment.amount for payment in paid), ZERO)
        line = SaleLine(
            product_id=self.product.id,
            reference=self.product.reference,
            name=self.product.name,
            unit="UN",
            quantity=Decimal(1),
            price=total,
        )

        def work(uow: Any) -> int:
            sale = Sale(
                token=a_token(),
                number=uow.sales.next_number(by.station),
                station=by.station,
                source=SaleSource.COUNTER,
                amounts=SaleAmounts(goods=total),
                lines=(line,),
                payments=paid,
                fiscal=fiscal,
                till_id=open_till_of(uow, by.station).id,
                operator_id=by.operator_id,
                at=uow.now,
            )
            return int(uow.sales.add(sale.checked(), [ZERO]))

        return self.database.run_now(work)

    def cancels(self, sale_id: int, by: Actor = ANA) -> None:
        """The buyer changes their mind."""
        self.database.run_now(
            lambda uow: uow.sales.cancel(
                sale_id,
                by=by.operator_id,
                till_id=open_till_of(uow, by.station).id,
                reason="Desistiu",
                at=uow.now,
            )
        )

    def closes(self, cash: str, note: str = "", by: Actor = ANA) -> int:
        """The till closes."""
        count = TillCount(cash=reais(cash), pieces={}, methods={}, note=note)
        return self.database.run_now(close_till, count, by=by).till_id

    def rules(self, **rules: Any) -> None:
        """How the shop closes."""
        self.database.run_now(lambda uow: uow.counter.save_rules(CounterRules(**rules)))

    def a_busy_morning(self) -> None:
        """Yesterday's till with a shortage, and today's with sales, a refund and movements."""
        self.clock.now = MORNING - timedelta(days=2)
        self.opens("150,00", by=BRUNO)
        self.closes("150,00", by=BRUNO)
        self.clock.now = MORNING - timedelta(days=1)
        self.opens("150,00")
        self.sells((PaymentMethod.CASH, "412,30"))
        self.clock.forward(hours=10)
        self.closes("552,30", note="Troco errado na venda das 15 h")
        self.clock.now = MORNING
        self.opens("150,00")
        self.clock.forward(minutes=40)
        self.sells((PaymentMethod.CASH, "189,90"))
        self.sells((PaymentMethod.CASH, "1.050,00"), (PaymentMethod.PIX, "320,00"))
        self.sells((PaymentMethod.CREDIT, "739,80"))
        self.sells((PaymentMethod.DEBIT, "94,50"))
        self.clock.forward(minutes=25)
        self.moves(CashMovementKind.SUPPLY, "50,00")
        self.clock.forward(minutes=50)
        self.cancels(self.sells((PaymentMethod.CASH, "35,00")))
        self.moves(CashMovementKind.WITHDRAWAL, "800,00", "Depósito no banco")
        self.clock.forward(minutes=20)
        self.moves(CashMovementKind.WITHDRAWAL, "64,90", LONG_REASON)
        self.clock.forward(minutes=12)

    def leaves_things_pending(self) -> None:
        """Held sales, an open one, orders nobody registered, the queue, documents."""
        line = BasketLine(
            product_id=self.product.id,
            reference="PAN",
            name="Panela",
            unit="UN",
            quantity=Decimal(2),
            price=reais("10"),
        )
        for held in (True, True, False):
            basket = Basket(token=a_token(), lines=(line,))
            self.database.run_now(
                lambda uow, basket=basket, held=held: uow.baskets.keep(
                    basket, station="Balcão", held=held, operator_id=2, at=uow.now
                )
            )
        for number in range(1, 6):
            seen(self.database, an_order(a_line(), placed_at=self.clock.now - timedelta(hours=7 * number)))
        subjects = [Subject(SubjectKind.PRODUCT, self.product.id), Subject(SubjectKind.BRAND, 1)]
        self.database.run_now(lambda uow: uow.outbox.owe(subjects, {Aspect.STOCK}, uow.now))
        ask_sql(self.database.url, "UPDATE outbox SET state = 'halted' WHERE subject_kind = 'brand'")
        for _ in range(3):
            self.sells((PaymentMethod.PIX, "10,00"), fiscal=FiscalModel.NFCE)


def _framed(screen: QWidget) -> QWidget:
    """The screen in the main window's margins."""
    page = QWidget()
    page.setProperty("page", True)
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 16, 24, 16)
    column.addWidget(screen)
    return page


@asynccontextmanager
async def open_till_shop(folder: Path) -> AsyncIterator[TillShop]:
    """A shop that is closed again whatever happens."""
    shop = TillShop(folder)
    try:
        yield shop
    finally:
        await shop.close()


def write(window: QWidget, **texts: str) -> None:
    """Type into fields by their names: write(dialog, cash_amount="50")."""
    for name, text in texts.items():
        editor = window.findChild(QWidget, name)
        if isinstance(editor, QComboBox):
            editor.setEditText(text)
            continue
        assert isinstance(editor, QLineEdit), name
        editor.setFocus()
        editor.selectAll()
        QTest.keyClick(editor, Qt.Key.Key_Delete)
        # QTest knows no key for an accent.
        QTest.keyClicks(editor, text) if text.isascii() else editor.insert(text)


async def asked(screen: QWidget, name: str) -> Any:
    """The dialog of this name, once it is open."""

    def found_dialog() -> QDialog | None:
        dialogs = [each for each in screen.findChildren(QDialog, name) if each.isVisible()]
        return dialogs[0] if dialogs else None

    return await until(found_dialog)


# --- pictures --------------------------------------------------------------------------------------------------------


class Studio:
    """Where the pictures go, and in what look."""

    def __init__(self, folder: Path, look: str, size: tuple[int, int]) -> None:
        self.folder = folder
        self.look = look
        self.size = size

    async def shoot(self, widget: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.3)
        widget.grab().save(str(self.folder / f"{name}-{self.look}.png"))

    async def shown(self, shop: TillShop, actor: Actor = ANA) -> TillScreen:
        """The screen with its facts."""
        screen = await shop.screen(actor, self.size)
        await until(lambda: screen.facts is not None)
        return screen


async def closed(studio: Studio, shop: TillShop) -> None:
    """The first day, before the first till: empty, wrong, counted."""
    screen = await studio.shown(shop)
    await studio.shoot(screen.window(), "closed-first-day")
    screen.toggle()
    await studio.shoot(screen.window(), "opening-error")
    screen.count_change_money()
    dialog = await asked(screen, "piece_count_dialog")
    write(
        dialog, opening_piece_2000="3", opening_piece_1000="4", opening_piece_500="6", opening_piece_50="25"
    )
    await studio.shoot(dialog, "denominations")
    dialog.reject()
    await studio.shoot(dialog, "denominations-discard")
    dialog.findChild(QWidget, "piece_count_discard").click()
    await shop.close_screens()


async def opened(studio: Studio, shop: TillShop) -> None:
    """A morning in full, its movements, checks and closings."""
    screen = await studio.shown(shop, BRUNO)
    screen.page.movement_table.go_to_row(0)
    await studio.shoot(screen.window(), "open")
    screen.withdraw()
    dialog = await asked(screen, "cash_withdrawal_dialog")
    await studio.shoot(dialog, "withdrawal")
    write(dialog, cash_amount="2000")
    dialog.save()
    await studio.shoot(dialog, "withdrawal-errors")
    write(dialog, cash_reason="Depósito no banco")
    dialog.save()
    await until(lambda: dialog.fields["amount"].error)
    await studio.shoot(dialog, "withdrawal-short")
    dialog.reject()
    await asyncio.sleep(0.05)
    screen.check()
    dialog = await asked(screen, "till_check_dialog")
    write(dialog, count_cash="575,00")
    await studio.shoot(dialog, "check")
    dialog.save()
    await until(lambda: screen.toasts._toast is not None)
    await studio.shoot(screen.window(), "checked")
    await _closings(studio, screen)
    screen._unread(BooksUnreachable())
    await studio.shoot(screen.window(), "banner")
    await shop.close_screens()


async def _closings(studio: Studio, screen: TillScreen) -> None:
    await asyncio.sleep(0.05)
    screen.toggle()
    dialog = await asked(screen, "till_closing_dialog")
    await studio.shoot(dialog, "closing-start")
    write(dialog, count_piece_10000="2", count_piece_5000="4", count_piece_2000="5", count_piece_1000="5")
    write(dialog, count_piece_500="3", count_piece_100="8", count_pix="350,00", count_credit="739,80")
    dialog.save()
    await until(lambda: dialog.note_field.error or dialog.banner.isVisible())
    await studio.shoot(dialog, "closing-difference")
    dialog.reject()
    await studio.shoot(dialog, "closing-discard")
    dialog.findChild(QWidget, "till_closing_discard").click()
    await asyncio.sleep(0.05)
    screen.show_current()
    slip = await asked(screen, "slip_dialog")
    await studio.shoot(slip, "slip-wide")
    slip.findChild(QWidget, "slip_roll_58").click()
    await studio.shoot(slip, "slip-narrow")
    slip.reject()
    await asyncio.sleep(0.05)


async def blind(studio: Studio, shop: TillShop) -> None:
    """What an operator sees where closings are blind."""
    shop.rules(blind_closing=True)
    screen = await studio.shown(shop)
    await studio.shoot(screen.window(), "blind")
    screen.toggle()
    dialog = await asked(screen, "till_closing_dialog")
    write(dialog, count_cash="560,00")
    await studio.shoot(dialog, "blind-closing")
    dialog.save()
    slip: SlipDialog = await asked(screen, "slip_dialog")
    await studio.shoot(slip, "blind-slip")
    slip.reject()
    await studio.shoot(screen.window(), "closed")
    write(screen, till_opening_float="100")
    screen.toggle()
    approval = await asked(screen, "approval_dialog")
    write(approval, approval_login="bruno", approval_password="errada")
    approval.save()
    await until(lambda: approval.fields["password"].error)
    await studio.shoot(approval, "approval")
    approval.reject()
    shop.rules()
    await shop.close_screens()


async def troubles(studio: Studio, shop: TillShop) -> None:
    """Loading, broken, and a shop with long names."""
    door = asyncio.Event()
    real = shop.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    async def broken(question: Any) -> Any:
        raise BooksUnreachable

    for name, read in (("loading", slow), ("error", broken)):
        shop.database.read = read  # type: ignore[method-assign]
        screen = await shop.screen(ANA, studio.size)
        await studio.shoot(screen.window(), name)
        await shop.close_screens()
    shop.database.read = real  # type: ignore[method-assign]


async def long_names(studio: Studio, shop: TillShop) -> None:
    """People with long names and a drawer with much money."""
    name = "Maria Aparecida Albuquerque de Vasconcelos e Oliveira"
    ask_sql(shop.database.url, "UPDATE operator SET name = :name WHERE login = 'ana'", name=name)
    shop.sells((PaymentMethod.CASH, "1.234.567,89"))
    screen = await studio.shown(shop, BRUNO)
    await studio.shoot(screen.window(), "long-names")
    await shop.close_screens()


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (924, 640)),
    "wide": ("light", 1.0, (1180, 740)),
    "dark": ("dark", 1.0, (924, 640)),
    "small": ("light", 1.0, (704, 520)),
    "large": ("light", 1.5, (1110, 700)),
    "tight": ("light", 1.5, (670, 600)),
}


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look in looks or LOOKS:
        mode, scale, size = LOOKS[look]
        Theme.apply(app, mode, scale)
        studio = Studio(folder, look, size)
        with tempfile.TemporaryDirectory() as first:
            async with open_till_shop(Path(first)) as shop:
                await closed(studio, shop)
                shop.shop_name = "Casa das Panelas e Utilidades do Lar de São José dos Campos Ltda"
                shop.a_busy_morning()
                shop.leaves_things_pending()
                await opened(studio, shop)
                await long_names(studio, shop)
                await troubles(studio, shop)
                await blind(studio, shop)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
