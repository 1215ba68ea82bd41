"""Pictures of the audit log in every state, for eyes: python -m tests.gui.audit_gallery FOLDER [LOOK…]."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from tests.books import HandClock, ask_sql, found
from tests.builders import a_token, keep, move
from tests.gui.product_gallery import DECEMBER, LONG_NAME
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.counter import finish_basket, save_counter_rules
from varejoforte_desktop.application.people import set_permission
from varejoforte_desktop.application.sale_ports import CounterRules, TillCount
from varejoforte_desktop.application.shop_settings import choose_sync_option
from varejoforte_desktop.application.sign_in import come_in, note_wrong_password
from varejoforte_desktop.application.till import close_till, move_cash, open_till
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.domain.sale import Basket, BasketLine, Payment, PaymentMethod
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.domain.till import CashDraft, CashMovementKind
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.spreadsheets.audit_writing import write_log
from varejoforte_desktop.ui.screens.audit import AuditScreen
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

CARLA = Actor(operator_id=1, login="carla", name="Carla Souza", role=Role.ADMINISTRADOR, station="Balcão")
ANA = Actor(operator_id=2, login="ana", name="Ana Lima", role=Role.OPERADOR, station="CAIXA-01")
BRUNO = Actor(operator_id=3, login="bruno", name="Bruno Reis", role=Role.GERENTE, station="Escritório")


@dataclass
class AuditShop:
    """Real books with a log, and who looks at it."""

    database: Database
    clock: HandClock

    def session(self, actor: Actor = CARLA) -> Session:
        """Somebody signed in; the screen uses nothing else of the services."""
        unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
        used: dict[str, Any] = {
            "backend": self.database,
            "changes": self.database._changes,
            "shortcuts": ShortcutRegistry(),
            "write_log": write_log,
            "clock": self.clock,
            "station": actor.station,
        }
        return Session(services=Services(**unused | used), actor=actor, shop_name="Casa das Panelas")

    def forge(self, *statements: str) -> None:
        """Somebody with the file in hand changes the log."""
        for word in ("update", "delete"):
            ask_sql(self.database.url, f"DROP TRIGGER IF EXISTS audit_entry_no_{word}")
        for each in statements:
            ask_sql(self.database.url, each)


def open_audit(folder: Path) -> AuditShop:
    """A founded shop whose log holds only how it began."""
    clock = HandClock(DECEMBER)
    url = f"sqlite:///{folder / 'loja.db'}"
    prepare(url, may_upgrade=True, now=clock)
    database = Database(url, ChangeFeed(), clock=clock)
    found(database)
    return AuditShop(database, clock)


def a_day(shop: AuditShop) -> None:
    """What a shop may have to answer for."""
    run, clock = shop.database.run_now, shop.clock
    run(come_in, "carla", station="Balcão", version="1.0")
    pan = keep(
        shop.database, by=BRUNO, on_hand=40, reference="PAN-1001", price=Money(18990), cost=Money(9100)
    )
    clock.forward(minutes=12)
    run(open_till, opening_float=Money(15_000), by=ANA)
    cash = CashDraft(kind=CashMovementKind.WITHDRAWAL, amount=Money(8_000), reason="Depósito no banco")
    line = BasketLine(
        product_id=pan.id, reference=pan.reference, name=pan.name, unit="UN", quantity=pan.measured(2 * pan.minimum_stock + 1), price=pan.price
    )  # fmt: skip
    basket = Basket(
        token=a_token(), lines=(line,), discount=Money(2000), approved_by=BRUNO.operator_id,
        payments=(Payment(method=PaymentMethod.CASH, amount=Money(16990)),),
    )  # fmt: skip
    clock.forward(minutes=31)
    run(finish_basket, basket, by=ANA)
    clock.forward(minutes=4)
    run(move_cash, cash, token=a_token(), by=ANA, approved_by=BRUNO)
    clock.forward(minutes=48)
    kept = run(save_product, replace(pan, price=Money(14990), cost=Money(9550)), brand="", category="", by=BRUNO)  # fmt: skip
    long = replace(kept, id=0, version=0, reference="CONJUNTO-ESPECIAL-NATAL-2026-VERMELHO-CEREJA", name=LONG_NAME)  # fmt: skip
    saved = run(save_product, long, brand="", category="", by=BRUNO)
    run(save_product, replace(saved, price=Money(1_249_990)), brand="", category="", by=BRUNO)
    move(shop.database, pan, MovementKind.LOSS, 3, by=BRUNO)
    clock.forward(minutes=5)
    run(set_permission, Role.GERENTE, Permission.CANCEL_ORDERS, allowed=False, by=CARLA)
    run(choose_sync_option, SyncOption.COMMERCIAL, by=CARLA)
    run(save_counter_rules, CounterRules(blind_closing=True, tolerance=Money(200)), [], by=CARLA)
    for _ in range(6):
        run(note_wrong_password, "ana", station="CAIXA-01")
    clock.forward(hours=3)
    methods = {PaymentMethod.PIX: Money(0)}
    run(close_till, TillCount(cash=Money(23_040), pieces={}, methods=methods, note="Troco a menos"), by=ANA)


def many_lines(shop: AuditShop, count: int) -> None:
    """A log of years."""
    from tests.integration.test_audit_chain import fill

    for _ in range(count // 10_000):
        fill(shop.database, 10_000, BRUNO)


class Studio:
    """A shop, a size of window, and where the pictures go."""

    def __init__(self, folder: Path, shop: AuditShop, look: str, size: tuple[int, int]) -> None:
        self.folder, self.shop, self.look, self.size = folder, shop, look, size

    @asynccontextmanager
    async def screen(self, actor: Actor = CARLA) -> AsyncIterator[tuple[AuditScreen, QWidget]]:
        """The screen in the main window's margins."""
        screen = AuditScreen(self.shop.session(actor))
        page = QWidget()
        page.setProperty("page", True)
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 16)
        column.addWidget(screen)
        page.resize(*self.size)
        page.show()
        page.activateWindow()
        screen.activate()
        try:
            yield screen, page
        finally:
            await screen.aclose()
            page.close()
            page.deleteLater()

    async def shoot(self, page: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.35)
        page.grab().save(str(self.folder / f"audit-{name}-{self.look}.png"))


async def full(studio: Studio) -> None:
    """The list, one line after another, the filters, the proof."""
    async with studio.screen() as (screen, page):
        await until(screen.panel.isVisible)
        await studio.shoot(page, "full")
        for name, words in (
            ("till", "Caixa fechado"),
            ("price", "Preço alterado"),
            ("rules", "Configuração"),
        ):
            row = next(r for r in range(40) if words in str(screen.book.model.index(r, 3).data()))
            screen.table.go_to_row(row)
            await studio.shoot(page, f"line-{name}")
        screen.filters.kind.setCurrentIndex(1)
        screen.filters.period.setCurrentIndex(4)
        await studio.shoot(page, "filtered")
        screen.filters.search.setText("geladeira")
        await studio.shoot(page, "nothing-found")
        screen.filters.clear()
        screen.check()
        await until(lambda: not screen.prover.running)
        await studio.shoot(page, "proved")


async def states(studio: Studio) -> None:
    """Empty, loading, failed, and for whom it is not."""
    real = studio.shop.database.read
    door = asyncio.Event()

    async def slow(question: Callable[..., Any]) -> Any:
        await door.wait()
        return await real(question)

    async def broken(_question: Callable[..., Any]) -> Any:
        raise BooksUnreachable

    for name, read in (("loading", slow), ("error", broken)):
        studio.shop.database.read = read  # type: ignore[method-assign]
        async with studio.screen() as (_, page):
            await studio.shoot(page, name)
    studio.shop.database.read = real  # type: ignore[method-assign]
    async with studio.screen(ANA) as (screen, page):
        await until(lambda: screen.states.currentWidget() is screen.empty)
        await studio.shoot(page, "not-for-her")


async def forged(studio: Studio) -> None:
    """A log that somebody touched."""
    studio.shop.forge("UPDATE audit_entry SET operator = 'Ninguém' WHERE id = 4")
    async with studio.screen() as (screen, page):
        await until(screen.panel.isVisible)
        screen.check()
        await until(lambda: not screen.prover.running)
        await studio.shoot(page, "forged")


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (1180, 740)),
    "dark": ("dark", 1.0, (1180, 740)),
    "small": ("light", 1.0, (788, 640)),
    "wide": ("light", 1.0, (1600, 860)),
    "large": ("light", 1.5, (1366, 860)),
    "tight": ("light", 1.5, (670, 600)),
}


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look in looks or LOOKS:
        mode, scale, size = LOOKS[look]
        Theme.apply(app, mode, scale)
        with tempfile.TemporaryDirectory() as place:
            shop = open_audit(Path(place))
            a_day(shop)
            studio = Studio(folder, shop, look, size)
            for scene in (full, states, forged):
                await scene(studio)
            shop.forge("DELETE FROM audit_entry", "UPDATE audit_head SET entry_id = 0")
            async with studio.screen() as (_, page):
                await studio.shoot(page, "empty")
            shop.database.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
