"""The place for orders with a store at the other end: a look brings them, trouble is said, a day's work goes through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QPushButton, QWidget

from tests.gui.product_gallery import write
from tests.stations import PracticeShop, copied
from tests.waiting import until
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.ui.orders.meaning import MeaningDialog
from varejoforte_desktop.ui.orders.repair import RepairDialog
from varejoforte_desktop.ui.orders.result import ResultSheet
from varejoforte_desktop.ui.screens.orders import OrdersScreen
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the empty shop is kept that the others are copied from."""
    return tmp_path_factory.mktemp("vazia")


class Counter:
    """A practice shop, and the place for its orders on the screen of its first station."""

    def __init__(self, shop: PracticeShop) -> None:
        self.shop = shop
        self.said: list[str] = []
        self.screens: list[OrdersScreen] = []

    def session(self, actor: Actor) -> Session:
        """Somebody signed in."""
        post = self.shop.main
        used: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
        used |= {
            "backend": post.database,
            "orders": post.orders,
            "sync": post.sync,
            "changes": post.changes,
            "shortcuts": ShortcutRegistry(),
            "clock": self.shop.clock,
            "monotonic": self.shop.seconds,
            "station": post.name,
        }
        return Session(services=Services(**used), actor=actor, shop_name="Casa das Panelas")

    async def sit_down(self) -> OrdersScreen:
        """The place, shown and active."""
        screen = OrdersScreen(self.session(self.shop.actor))
        screen.said.connect(self.said.append)
        self.screens.append(screen)
        screen.resize(1110, 650)
        screen.show()
        screen.activateWindow()
        screen.activate()
        await until(screen.isActiveWindow)
        return screen

    def stage(self, remote_id: str) -> OrderStage:
        """How far the shop has taken an order."""

        def ask(reader: Any) -> OrderStage:
            stage: OrderStage = reader.orders.detail(reader.orders.id_of(remote_id)).row.stage
            return stage

        return self.shop.main.database.read_now(ask)


@pytest.fixture
async def counter(qapp: Any, tmp_path: Path, template: Path) -> AsyncIterator[Counter]:
    """A shop that was not connected yet."""
    loop = asyncio.get_running_loop()
    shop = PracticeShop(copied(tmp_path, template), seconds=loop.time, sleep=asyncio.sleep, latency=0.0)
    found = Counter(shop)
    yield found
    for screen in found.screens:
        await screen.aclose()
        screen.close()
        screen.deleteLater()
    await asyncio.sleep(0.01)
    await shop.close()


def listed(screen: OrdersScreen) -> list[str]:
    model = screen.listing.model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


async def dialog(screen: QWidget, kind: type[Any], name: str = "") -> Any:
    def find() -> QDialog | None:
        return next((each for each in screen.findChildren(kind, name or None) if each.isVisible()), None)

    found = await until(find)
    assert found is not None
    # Keys reach only an active window.
    found.activateWindow()
    await until(found.isActiveWindow)
    return found


def press(widget: QWidget, name: str) -> None:
    button = widget.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_f5_brings_what_was_bought(counter: Counter) -> None:
    await counter.shop.connect()
    knife = counter.shop.store.add_product(name="Faca do chef", reference="FAC-8", price="79.90", stock="10")
    screen = await counter.sit_down()
    await until(lambda: screen.listing.empty.accessibleName().startswith("Nenhum pedido novo"))
    number = counter.shop.store.place_order({knife: 2}, paid=True)
    QTest.keyClick(screen, Qt.Key.Key_F5)
    await until(lambda: screen.bar.look.text() == "Olhando a loja…", every=0)
    await until(lambda: listed(screen) == [number])
    await until(lambda: counter.said == ["1 pedido novo ou mudado."])
    assert screen.bar.look.text() == "Olhar a loja (F5)"
    await until(lambda: screen.bar._age.text().startswith("Loja vista"))
    seen = screen.bar._age.toolTip()
    counter.shop.clock.jump(minutes=2)
    QTest.keyClick(screen, Qt.Key.Key_F5)
    await until(lambda: counter.said[1:] == ["Nada de novo na loja."])
    await until(lambda: screen.bar._age.toolTip() != seen)


async def test_a_store_that_cannot_be_reached_is_said_and_asked_again(counter: Counter) -> None:
    await counter.shop.connect()
    screen = await counter.sit_down()
    counter.shop.store.faults.offline = True
    QTest.keyClick(screen, Qt.Key.Key_F5)
    await until(screen.banner.isVisible)
    assert screen.banner.text.startswith("Sem internet: a loja não foi alcançada.")
    counter.shop.store.faults.offline = False
    press(screen, "orders_banner_button")
    await until(lambda: counter.said == ["Nada de novo na loja."])
    await until(screen.banner.isHidden)


async def test_a_look_before_the_shop_is_connected_points_to_the_settings(counter: Counter) -> None:
    screen = await counter.sit_down()
    wanted: list[bool] = []
    screen.settings_requested.connect(lambda: wanted.append(True))
    QTest.keyClick(screen, Qt.Key.Key_F5)
    await until(screen.banner.isVisible)
    assert screen.banner.text.startswith("A loja ainda não foi conectada à Tray.")
    press(screen, "orders_banner_button")
    assert wanted == [True]


async def test_an_order_that_cannot_be_read_is_tried_again_from_the_result(counter: Counter) -> None:
    """F19: the others are imported; once the store has put it right, so is this one."""
    await counter.shop.connect()
    await counter.shop.add("FAC-8", stock=10)
    knife = counter.shop.store.add_product(name="Faca do chef", reference="FAC-8", price="79.90", stock="10")
    good = counter.shop.store.place_order({knife: 1}, paid=True)
    bad = counter.shop.store.place_order({knife: 1}, paid=True)
    total = counter.shop.store.orders[bad]["total"]
    counter.shop.store.change_order(bad, total="abc")
    screen = await counter.sit_down()
    QTest.keyClick(screen, Qt.Key.Key_F5)
    await until(lambda: len(listed(screen)) == 2)
    await until(lambda: not screen.doings.busy)
    await until(screen.unread.isVisible)
    screen.listing.mark_all()
    screen.take()
    sheet = await dialog(screen, ResultSheet)
    press(sheet, f"import_repair_{good}")
    meaning = await dialog(screen, MeaningDialog)
    QTest.keyClick(meaning, Qt.Key.Key_F10)
    sheet = await dialog(screen, ResultSheet)
    assert counter.stage(good) is OrderStage.IMPORTED
    counter.shop.store.change_order(bad, total=total)
    press(sheet, f"import_repair_{bad}")
    sheet = await dialog(screen, ResultSheet)
    assert counter.stage(bad) is OrderStage.IMPORTED
    sheet.reject()
    await until(lambda: not screen.doings.busy)
    await until(screen.unread.isHidden)


async def test_a_days_work_from_the_purchase_to_the_sale(counter: Counter) -> None:
    """Seen, explained, repaired, imported, registered: by the keyboard, and the timeline tells it."""
    await counter.shop.connect()
    product = await counter.shop.add("FAC-8", stock=10)
    strange = counter.shop.store.add_product(name="Faca antiga", reference="ANTIGA", price="79.90", stock="5")
    number = counter.shop.store.place_order({strange: 2}, paid=True)
    screen = await counter.sit_down()
    QTest.keyClick(screen, Qt.Key.Key_F5)
    await until(lambda: screen._current is not None and not screen.doings.busy)
    QTest.keyClick(screen, Qt.Key.Key_F6)
    repair = await dialog(screen, RepairDialog)
    write(repair, repair_product="FAC-8")
    QTest.keyClick(repair.picker, Qt.Key.Key_Return)
    await until(repair.link_button.isEnabled)
    QTest.keyClick(repair, Qt.Key.Key_F10)
    await ready(screen)
    await until(lambda: [each.value for each in screen._current.row.obstacles] == ["status_unmapped"])  # type: ignore[union-attr]
    QTest.keyClick(screen, Qt.Key.Key_F6)
    meaning = await dialog(screen, MeaningDialog)
    QTest.keyClick(meaning, Qt.Key.Key_F10)
    await ready(screen)
    await until(lambda: screen._current.row.obstacles == ())  # type: ignore[union-attr]
    QTest.keyClick(screen, Qt.Key.Key_F10)
    await until(lambda: counter.stage(number) is OrderStage.IMPORTED)
    await ready(screen)
    QTest.keyClick(screen, Qt.Key.Key_F7)
    await until(lambda: screen._current is not None and listed(screen) == [number])
    QTest.keyClick(screen, Qt.Key.Key_F11)
    register = await dialog(screen, QDialog, "register_order_dialog")
    QTest.keyClick(register, Qt.Key.Key_F10)
    await until(lambda: counter.stage(number) is OrderStage.REGISTERED)
    assert counter.shop.sheet(product.id).on_hand == 8
    await ready(screen)
    screen.bar.go(2)
    await until(lambda: screen._current is not None and listed(screen) == [number])
    told = [each.kind for each in screen.panel.detail.timeline]  # type: ignore[union-attr]
    assert told == ["seen", "line_linked", "imported", "registered"]


async def ready(screen: OrdersScreen) -> None:
    """Whatever ran has ended, and the keyboard is back (offscreen nobody gives it back)."""
    await until(lambda: not screen.doings.busy)
    screen.activateWindow()
    await until(screen.isActiveWindow)


async def test_an_operator_asks_a_supervisor_in_the_question_itself(counter: Counter) -> None:
    await counter.shop.connect()
    knife = counter.shop.store.add_product(name="Faca do chef", reference="FAC-8", price="79.90", stock="10")
    counter.shop.store.place_order({knife: 2}, paid=True)
    counter.shop.actor = replace(counter.shop.actor, role=Role.OPERADOR)
    screen = await counter.sit_down()
    QTest.keyClick(screen, Qt.Key.Key_F5)
    await until(lambda: screen._current is not None and not screen.doings.busy)
    QTest.keyClick(screen.listing.table, Qt.Key.Key_Delete)
    aside = await dialog(screen, QDialog, "cancel_order_dialog")
    assert aside.findChild(QComboBox, "cancel_reason") is not None
    aside.reject()
    await ready(screen)
