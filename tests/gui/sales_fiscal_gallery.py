"""Pictures of notes beside finished sales and orders: python -m tests.gui.sales_fiscal_gallery OUT [look ...]."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from tests.fiscal_shop import FiscalShop, set_up
from tests.gui.counter_fiscal_gallery import LOOKS, FiscalCounter, fiscal_counter
from tests.gui.counter_gallery import BRUNO, LONG_NAME
from tests.gui.deciding_gallery import Counter, Deciding, decide, open_counter
from tests.waiting import until
from varejoforte_desktop.application.fiscal_numbers import give_up
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.fiscal_errors import FiscalUnanswered
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.desk import StationFiscalDesk
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority
from varejoforte_desktop.ui.fiscal_badge import FiscalBadge
from varejoforte_desktop.ui.orders.deciding import dialogs
from varejoforte_desktop.ui.screens.sales import SalesScreen
from varejoforte_desktop.ui.theme import Theme, restyle

F10 = Qt.Key.Key_F10
COMPANY = "11444777000161"


class SoldShop:
    """Sales of every kind at a counter that issues; `screen` shows them."""

    def __init__(self, shop: FiscalCounter) -> None:
        self.shop = shop
        self.product = shop.database.read_now(lambda reader: reader.sales.offer("PRO-1")).product_id

    def sell(self, **facts: Any) -> int:
        """A sale without its note; gives its id."""
        return self.shop.sell(self.product, price=2490, **facts).sale_id

    async def issued(self, **facts: Any) -> int:
        """A sale with its note, however that stands."""
        sale_id = self.sell(**facts)
        await self.shop.fiscal.issue(sale_id)
        return sale_id

    async def fill(self) -> dict[str, int]:
        """One sale in each state; the ids by state."""
        shop, sefaz = self.shop, self.shop.sefaz
        made = {"none": self.sell(fiscal=FiscalModel.NONE), "authorised": await self.issued()}
        sefaz.faults.queue("autorizacao", "reject:778")
        made["rejected"] = await self.issued()
        sefaz.faults.queue("autorizacao", "reject:778")
        made["given_up"] = await self.issued()
        document = shop.database.read_now(lambda reader: reader.fiscal.of_sale(made["given_up"]))[0]
        shop.database.run_now(give_up, document.id, by=BRUNO)
        made["owed"] = self.sell(document=COMPANY, fiscal=FiscalModel.NFE)
        made["half"] = await self.half_cancelled()
        sefaz.online = False
        made["offline"] = await self.issued(document="11122233396")
        sefaz.online = True
        return made

    async def half_cancelled(self) -> int:
        """SEFAZ cancelled the note and its answer was lost; the round heard of it, and the sale still stands."""
        sale_id = await self.issued()
        self.shop.sefaz.faults.queue("evento", "drop_after")
        with suppress(FiscalUnanswered):
            await self.shop.fiscal.cancel_sale(sale_id, reason="Cliente desistiu da compra", by=BRUNO)
        for _ in range(3):
            self.shop.clock.forward(minutes=2)
            await self.shop.fiscal.once()
        return sale_id

    async def screen(self, actor: Actor = BRUNO, size: tuple[int, int] = (1200, 740)) -> SalesScreen:
        """Vendas, shown and read."""
        screen = SalesScreen(self.shop.counter.session(actor))
        restyle(screen, page=True)
        screen.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        screen.setContentsMargins(24, 16, 24, 16)
        screen.resize(*size)
        screen.show()
        screen.activateWindow()
        screen.activate()
        await until(screen.isActiveWindow)
        await until(lambda: screen.states.currentWidget() is not screen.states.skeleton)
        return screen


async def choose(screen: SalesScreen, sale_id: int) -> None:
    """The keyboard on this sale, its panel read."""
    place = screen.book.model.place_of(sale_id)
    assert place is not None
    screen.table.go_to_row(place)
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.id == sale_id)


async def leave(screen: QWidget) -> None:
    """Close a screen in order."""
    await screen.aclose()  # type: ignore[attr-defined]
    screen.close()
    screen.deleteLater()
    await asyncio.sleep(0)


@asynccontextmanager
async def sold_shop(folder: Path) -> AsyncIterator[SoldShop]:
    """A counter that issues and prints."""
    async with fiscal_counter(folder) as shop:
        yield SoldShop(shop)


class FiscalOrders:
    """Orders of a store in a shop that issues."""

    def __init__(self, counter: Counter, fiscal: FiscalShop, desk: StationFiscalDesk) -> None:
        self.counter = counter
        self.fiscal = fiscal
        self.desk = desk

    async def register(
        self, goods: dict[str, int], *, size: tuple[int, int] = (1024, 768), **facts: Any
    ) -> Deciding:
        """The dialog of an order."""
        order = await self.counter.place(goods, **facts)
        return await decide(self.counter.session(Role.OPERADOR), dialogs.register_order, order, size)


@asynccontextmanager
async def fiscal_orders(folder: Path) -> AsyncIterator[FiscalOrders]:
    """A shop connected to its store, with SEFAZ behind it."""
    async with open_counter(folder) as counter:
        shop, seal = counter.shop, ShopKey("")
        seal.make()
        clock: Any = shop.clock
        sefaz, authority = SefazSimulator(clock), PracticeAuthority(clock)
        carla = shop.actor(Role.ADMINISTRADOR)
        set_up(shop.database, seal, authority, by=carla, now=clock())
        fiscal = FiscalShop(
            database=shop.database,
            clock=clock,
            sefaz=sefaz,
            authority=authority,
            seal=seal,
            administrador=carla,
            operador=shop.actor(Role.OPERADOR),
            gerente=shop.actor(Role.GERENTE),
            feed=shop.station.changes,
        )
        desk = fiscal.desk(station=carla.station)
        shop.services = replace(shop.services, fiscal=desk)
        try:
            yield FiscalOrders(counter, fiscal, desk)
        finally:
            await desk.aclose()


# -- scenes -----------------------------------------------------------------------------------------------------------


async def _shoot(folder: Path, widget: QWidget, name: str) -> None:
    await asyncio.sleep(0.3)
    widget.grab().save(str(folder / f"{name}.png"))


async def sales(folder: Path, look: str, size: tuple[int, int]) -> None:
    """Vendas with a sale in each state, and the badge over it."""
    with tempfile.TemporaryDirectory() as place:
        async with sold_shop(Path(place)) as sold:
            made = await sold.fill()
            screen = await sold.screen(size=size)
            for state, sale_id in made.items():
                await choose(screen, sale_id)
                bar = screen.panel.area.verticalScrollBar()
                await asyncio.sleep(0.05)
                bar.setValue(bar.maximum())
                await _shoot(folder, screen, f"sale-{state}-{look}")
            await choose(screen, made["half"])
            screen.cancel_current()
            asked: Any = await until(QApplication.activeModalWidget)
            await _shoot(folder, asked, f"sale-finish-cancelling-{look}")
            asked.reject()
            await choose(screen, made["authorised"])
            await until(lambda: not screen._asking)
            screen.cancel_current()
            asked = await until(QApplication.activeModalWidget)
            asked.reason.combo.setEditText("Desistiu")
            QTest.keyClick(asked, F10)
            await _shoot(folder, asked, f"sale-cancel-short-{look}")
            asked.reject()
            await until(lambda: not screen._asking)
            await leave(screen)
            badge = FiscalBadge(sold.shop.counter.session())
            page = QWidget()
            restyle(page, page=True)
            page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            QHBoxLayout(page).addWidget(badge)
            page.show()
            sold.shop.sefaz.online = False
            await sold.issued()
            await until(lambda: "desde" in badge.text())
            page.adjustSize()
            await _shoot(folder, page, f"badge-{look}")
            await leave(badge)
            page.close()
            page.deleteLater()


async def orders(folder: Path, look: str, size: tuple[int, int]) -> None:
    """An order that becomes a sale with its note, and one whose goods have no tax row."""
    with tempfile.TemporaryDirectory() as place:
        async with fiscal_orders(Path(place)) as shop:
            asked = await shop.register({"PAN-24": 1}, size=size)
            QTest.keyClick(asked.dialog, F10)
            dialog: Any = asked.dialog
            await until(lambda: dialog.card is not None and "autorizada" in dialog.card.told.head)
            await _shoot(folder, dialog, f"order-registered-{look}")
            await asked.close()
            shop.fiscal.sefaz.faults.queue("autorizacao", "reject:778")
            shop.counter.stock("LON-1", LONG_NAME, 3, 1000)
            asked = await shop.register({"LON-1": 1}, size=size)
            QTest.keyClick(asked.dialog, F10)
            dialog = asked.dialog
            await until(lambda: dialog.card is not None and "rejeitada" in dialog.card.told.head)
            await _shoot(folder, dialog, f"order-rejected-{look}")
            await asked.close()


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    scenes: tuple[Callable[[Path, str, tuple[int, int]], Awaitable[None]], ...] = (sales, orders)
    for look in looks or [*LOOKS, "narrow"]:
        mode, scale, size = ("light", 1.0, (788, 640)) if look == "narrow" else LOOKS[look]
        Theme.apply(app, mode, scale)
        for scene in scenes:
            await scene(folder, look, size)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
