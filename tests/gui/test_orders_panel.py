"""The chosen order is read at a glance, its next step stands below, and what is in the way has its button."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QPushButton, QWidget

from tests.books import ask_sql
from tests.gui.order_gallery import (
    CARLA,
    FACA,
    ODD,
    PANELA,
    STRANGER,
    Item,
    OrderBooks,
    an_order,
    choose,
    known_statuses,
    open_orders,
)
from tests.gui.product_gallery import ANA, BRUNO
from tests.tray.order_papers import ORDER, PLACE
from tests.waiting import until
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.application.order_sale import cancel_order
from varejoforte_desktop.application.status_map import choose_order_rules
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.ui.orders.meaning import MeaningDialog
from varejoforte_desktop.ui.orders.repair import RepairDialog
from varejoforte_desktop.ui.screens.orders import OrdersScreen

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
async def books(qapp: Any, tmp_path: Path) -> AsyncIterator[OrderBooks]:
    """Knives and pans, and statuses that are explained but for one."""
    async with open_orders(tmp_path) as opened:
        opened.keep("FAC-8", "Faca do chef 8 pol", 40)
        opened.keep("PAN-24-AZ", "Panela de ferro azul", 3)
        known_statuses(opened)
        opened.explain(ODD)
        yield opened


def minutes_ago(books: OrderBooks, minutes: int) -> Any:
    return books.clock() - timedelta(minutes=minutes)


def detail(books: OrderBooks, number: int) -> OrderDetail:
    return books.database.read_now(lambda reader: reader.orders.detail(books.id_of(number)))


def texts(widget: QWidget) -> list[str]:
    """Every word on it, with ordinary spaces."""
    return [label.text().replace("\N{NO-BREAK SPACE}", " ") for label in widget.findChildren(QLabel)]


def words(screen: OrdersScreen, name: str) -> str:
    page = screen.panel.area.widget()
    label = page.findChild(QLabel, name) if page is not None else None
    assert label is not None, name
    return label.text().replace("\N{NO-BREAK SPACE}", " ")


def buttons(widget: QWidget) -> dict[str, bool]:
    """The words of the buttons that are there, and whether they can be pressed."""
    return {each.text(): each.isEnabled() for each in widget.findChildren(QPushButton) if each.text()}


def notices(screen: OrdersScreen) -> list[str]:
    page = screen.panel.area.widget()
    assert page is not None
    found = [each.objectName() for each in page.findChildren(QWidget)]
    return [each.removeprefix("order_notice_") for each in found if each.startswith("order_notice_")]


async def dialog(screen: QWidget, name: str) -> QDialog:
    """The dialog of this name that is open over the screen."""

    def find() -> QDialog | None:
        return next((each for each in screen.findChildren(QDialog, name) if each.isVisible()), None)

    found = await until(find)
    assert found is not None
    # Keys reach only an active window.
    found.activateWindow()
    await until(found.isActiveWindow)
    return found


async def back(screen: OrdersScreen) -> None:
    """The dialog is gone; the offscreen platform has nobody who gives the keyboard back to the window below."""
    await until(lambda: not screen.doings.busy)
    screen.activateWindow()
    await until(screen.isActiveWindow)


# --- reading -------------------------------------------------------------------------------------------------------


async def test_buyer_goods_sum_and_life_of_an_order(books: OrderBooks) -> None:
    pans = Item("PAN-24-AZ", "Panela de ferro esmaltada 24 cm", 2, "289.90")
    books.see(an_order(8001, FACA, pans, at=minutes_ago(books, 12), buyer="Joana Reis"))
    screen = await books.show(ANA)
    await choose(screen, books, 8001)
    page = screen.panel.area.widget()
    assert page is not None
    said = texts(page)
    assert words(screen, "order_page_number") == "Pedido 8001"
    assert words(screen, "order_page_status") == "A ENVIAR · há 12 min"
    assert words(screen, "order_page_buyer") == "Joana Reis"
    assert words(screen, "order_page_document") == "CPF 111.222.333-96, válido"
    assert words(screen, "order_page_payment") == "Pago · Cartão Visa - Vindi"
    assert words(screen, "order_page_address").splitlines() == [
        "PAC", "Marina Duarte Pires", "Rua das Acácias, 88", "Centro - Marília/SP", "CEP 17500-000",
    ]  # fmt: skip
    assert "Itens · 3 unidades" in said
    assert "2 × Panela de ferro esmaltada 24 cm" in said
    assert "PAN-24-AZ · Panela de ferro azul" in said, "our own name where it differs"
    assert "3 no estoque, sobra 1" in said
    sums = said[said.index("Itens do pedido") : said.index("Total") + 2]
    assert sums == ["Itens do pedido", "659,70", "Frete", "24,10", "Total", "R$ 683,80"]
    assert ("(14) 99999-0000" in said, "marina@exemplo.com" in said) == (True, True)
    assert [each for each in said if each.startswith("20/11/2026")] == [
        "20/11/2026 10:03:00", "20/11/2026 10:15:00",
    ]  # fmt: skip
    assert notices(screen) == []


async def test_a_document_that_cannot_be_is_marked(books: OrderBooks) -> None:
    buyer = {**ORDER["Customer"], "cpf": "111.222.333-97", "CustomerAddresses": [{"CustomerAddress": PLACE}]}
    books.see(an_order(8001, FACA, at=minutes_ago(books, 1), Customer=buyer))
    screen = await books.show(ANA)
    await choose(screen, books, 8001)
    assert words(screen, "order_page_document") == "CPF 111.222.333-97, inválido: confira com o cliente"


async def test_a_sum_that_does_not_add_up_stands_in_red_words(books: OrderBooks) -> None:
    books.see(an_order(8001, FACA, at=minutes_ago(books, 1), off="5.01"))
    screen = await books.show(ANA)
    await choose(screen, books, 8001)
    wrong = words(screen, "order_page_divergence")
    assert wrong == "Os valores dão R$ 104,00, mas a loja diz R$ 109,01: R$ 5,01 a mais."
    page = screen.panel.area.widget()
    assert page is not None
    label = page.findChild(QLabel, "order_page_divergence")
    assert label is not None
    assert label.property("tone") == "bad"
    assert notices(screen) == ["divergent"]
    assert screen.panel._main is not None
    assert screen.panel._main.isEnabled(), (
        "it can be imported; the difference is accepted before it is registered"
    )


# --- the next step -------------------------------------------------------------------------------------------------


async def test_each_stage_has_its_buttons(books: OrderBooks) -> None:
    at = minutes_ago(books, 5)
    for number in (8001, 8002, 8003, 8004):
        books.see(an_order(number, FACA, at=at))
    books.take(8002, 8003)
    books.register(8003)
    screen = await books.show(ANA)
    foot = screen.panel._foot
    await choose(screen, books, 8001)
    assert buttons(foot) == {"Importar (F10)": True, "Deixar de lado": True, "Cancelar pedido": True}
    await choose(screen, books, 8002)
    assert buttons(foot) == {"Registrar venda (F11)": True, "Deixar de lado": True, "Cancelar pedido": True}
    await choose(screen, books, 8003)
    assert buttons(foot) == {"Cancelar pedido": True}
    assert words(screen, "order_page_sale") == f"Venda {detail(books, 8003).row.sale_number}"


async def test_what_keeps_an_order_has_a_notice_with_its_button(books: OrderBooks) -> None:
    at = minutes_ago(books, 5)
    books.see(an_order(8001, STRANGER, at=at, status=ODD, paid=False))
    screen = await books.show(ANA)
    await choose(screen, books, 8001)
    assert notices(screen) == ["unknown_product", "status_unmapped", "not_paid"]
    page = screen.panel.area.widget()
    assert page is not None
    assert {"Dizer qual produto (F6)", "Dizer o que significa"} <= buttons(page).keys()
    main = screen.panel._main
    assert main is not None
    assert not main.isEnabled()
    assert main.toolTip() == (
        "Há item que não se sabe qual produto nosso é. Diga qual é; vale para todos os pedidos."
    )
    QTest.keyClick(screen, Qt.Key.Key_F6)
    repair = await dialog(screen, "repair_dialog")
    assert isinstance(repair, RepairDialog)
    repair.reject()
    await until(lambda: not screen.doings.busy)
    button = page.findChild(QPushButton, "order_explain")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    meaning = await dialog(screen, "meaning_dialog")
    assert isinstance(meaning, MeaningDialog)
    meaning.reject()
    await until(lambda: not screen.doings.busy)


async def test_a_change_after_the_import_is_shown_and_accepted(books: OrderBooks) -> None:
    at = minutes_ago(books, 30)
    books.see(an_order(8001, FACA, at=at))
    books.take(8001)
    books.clock.forward(minutes=5)
    books.see(an_order(8001, FACA, PANELA, at=at))
    screen = await books.show(ANA)
    heard: list[str] = []
    screen.said.connect(heard.append)
    await choose(screen, books, 8001)
    assert notices(screen) == ["changed"]
    page = screen.panel.area.widget()
    assert page is not None
    said = texts(page)
    assert "Panela de ferro esmaltada 24 cm" in said
    assert "fora do pedido → 1 × R$ 289,90" in said
    assert "R$ 104,00 → R$ 393,90" in said
    assert screen.panel._main is not None
    assert not screen.panel._main.isEnabled()
    QTest.keyClick(screen, Qt.Key.Key_F6)
    await until(lambda: heard == ["Alteração do pedido 8001 aceita."])
    await until(lambda: notices(screen) == [])
    assert detail(books, 8001).changes == ()
    assert "Alteração aceita" in texts(screen.panel)


async def test_a_change_that_brings_an_unknown_product_is_repaired_first(books: OrderBooks) -> None:
    at = minutes_ago(books, 30)
    books.see(an_order(8001, FACA, at=at))
    books.take(8001)
    books.see(an_order(8001, FACA, STRANGER, at=at))
    screen = await books.show(ANA)
    await choose(screen, books, 8001)
    assert notices(screen) == ["changed", "unknown_product"]
    page = screen.panel.area.widget()
    assert page is not None
    accept = page.findChild(QPushButton, "order_accept_change")
    assert accept is not None
    QTest.mouseClick(accept, Qt.MouseButton.LeftButton)
    await until(screen.banner.isVisible)
    assert screen.banner.text.startswith("Há item que não se sabe qual produto nosso é.")
    QTest.keyClick(screen, Qt.Key.Key_F6)
    repair = await dialog(screen, "repair_dialog")
    repair.reject()
    await until(lambda: not screen.doings.busy)


async def test_what_the_store_has_still_to_hear(books: OrderBooks) -> None:
    books.see(an_order(8001, FACA, at=minutes_ago(books, 5)))
    books.see(an_order(8002, FACA, at=minutes_ago(books, 4)))
    books.database.run_now(cancel_order, books.id_of(8001), reason="Sem estoque", by=BRUNO)
    rules = OrderRules(registered_status_id=ODD[0])
    books.database.run_now(choose_order_rules, rules, by=CARLA)
    books.take(8002)
    books.register(8002)
    screen = await books.show(BRUNO)
    await choose(screen, books, 8001)
    assert notices(screen) == ["cancel_wanted"]
    assert "Cancelar pedido" not in buttons(screen.panel._foot)
    assert screen.panel._main is not None
    assert screen.panel._main.toolTip() == "O cancelamento foi pedido e a loja ainda não confirmou."
    QTest.keyClick(screen, Qt.Key.Key_F6)
    recall = await dialog(screen, "cancel_order_dialog")
    QTest.keyClick(recall, Qt.Key.Key_F10)
    await until(lambda: notices(screen) == [])
    assert not detail(books, 8001).cancel_wanted
    await choose(screen, books, 8002)
    assert notices(screen) == ["status_owed"]


# --- deciding ------------------------------------------------------------------------------------------------------


async def test_an_order_is_left_aside_and_brought_back(books: OrderBooks) -> None:
    books.see(an_order(8001, FACA, at=minutes_ago(books, 5)))
    books.see(an_order(8002, FACA, at=minutes_ago(books, 4)))
    screen = await books.show(BRUNO)
    heard: list[str] = []
    screen.said.connect(heard.append)
    await choose(screen, books, 8001)
    await until(screen.listing.table.hasFocus)
    QTest.keyClick(screen.listing.table, Qt.Key.Key_Delete)
    aside = await dialog(screen, "cancel_order_dialog")
    reason = aside.findChild(QComboBox, "cancel_reason")
    assert reason is not None
    reason.setEditText("Pedido de teste")
    QTest.keyClick(aside, Qt.Key.Key_F10)
    await until(lambda: heard == ["Pedido 8001 deixado de lado."])
    assert detail(books, 8001).row.stage is OrderStage.DISMISSED
    await until(lambda: screen.listing.model.rowCount() == 1)
    await back(screen)
    await choose(screen, books, 8001)
    assert screen.bar.tab.name == "dismissed"
    assert buttons(screen.panel._foot) == {"Trazer de volta (Ins)": True, "Cancelar pedido": True}
    await until(screen.listing.table.hasFocus)
    QTest.keyClick(screen.listing.table, Qt.Key.Key_Insert)
    await until(lambda: heard[1:] == ["Pedido de volta em “Na loja”."])
    assert detail(books, 8001).row.stage is OrderStage.SEEN


async def test_the_questions_about_money_open_by_their_keys(books: OrderBooks) -> None:
    at = minutes_ago(books, 5)
    books.see(an_order(8001, FACA, at=at))
    books.see(an_order(8002, FACA, at=at, off="5.01"))
    books.take(8001, 8002)
    screen = await books.show(BRUNO)
    await choose(screen, books, 8001)
    QTest.keyClick(screen, Qt.Key.Key_F11)
    register = await dialog(screen, "register_order_dialog")
    register.reject()
    await back(screen)
    QTest.keyClick(screen, Qt.Key.Key_Delete, CTRL)
    cancel = await dialog(screen, "cancel_order_dialog")
    cancel.reject()
    await back(screen)
    await choose(screen, books, 8002)
    QTest.keyClick(screen, Qt.Key.Key_F6)
    divergence = await dialog(screen, "divergence_dialog")
    divergence.reject()
    await until(lambda: not screen.doings.busy)


async def test_a_key_that_means_nothing_for_this_order_does_nothing(books: OrderBooks) -> None:
    books.see(an_order(8001, FACA, at=minutes_ago(books, 5)))
    screen = await books.show(BRUNO)
    await choose(screen, books, 8001)
    for key in (Qt.Key.Key_F11, Qt.Key.Key_F6, Qt.Key.Key_Insert):
        QTest.keyClick(screen.listing.table, key)
        assert not screen.doings.busy
    assert screen.banner.isHidden()


# --- copying and keyboard ------------------------------------------------------------------------------------------


async def test_the_order_is_copied_as_a_text_for_the_customer(books: OrderBooks) -> None:
    books.see(an_order(8001, FACA, at=minutes_ago(books, 5)))
    screen = await books.show(ANA)
    heard: list[str] = []
    screen.said.connect(heard.append)
    await choose(screen, books, 8001)
    QGuiApplication.clipboard().clear()
    QTest.keyClick(screen.listing.table, Qt.Key.Key_C, CTRL)
    assert heard == ["Pedido 8001 copiado."]
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Pedido 8001 · Casa das Panelas\nCliente: Marina Duarte Pires\n")
    assert "1 × Faca do chef 8 pol (R$ 79,90): R$ 79,90\n" in copied
    page = screen.panel.area.widget()
    assert page is not None
    button = page.findChild(QPushButton, "order_copy")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(heard) == 2


async def test_enter_goes_to_the_next_step_and_esc_back(books: OrderBooks) -> None:
    books.see(an_order(8001, FACA, at=minutes_ago(books, 5)))
    books.see(an_order(8002, FACA, at=minutes_ago(books, 4)))
    screen = await books.show(ANA)
    await choose(screen, books, 8001)
    await until(screen.listing.table.hasFocus)
    QTest.keyClick(screen.listing.table, Qt.Key.Key_Return)
    main = screen.panel._main
    assert main is not None
    assert main.hasFocus()
    QTest.keyClick(main, Qt.Key.Key_Escape)
    assert screen.listing.table.hasFocus()
    QTest.keyClick(screen.listing.table, Qt.Key.Key_Return)
    QTest.keyClick(main, Qt.Key.Key_Space)
    await until(lambda: detail(books, 8001).row.stage is OrderStage.IMPORTED)
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.remote_id == "8002")
    await until(screen.listing.table.hasFocus)
    assert QApplication.focusWidget() is screen.listing.table, "the next one is not imported by the same key"


async def test_reading_on_is_not_disturbed_by_news(books: OrderBooks) -> None:
    at = minutes_ago(books, 5)
    books.see(an_order(8001, FACA, PANELA, at=at))
    screen = await books.show(ANA, (1000, 480))
    await choose(screen, books, 8001)
    bar = screen.panel.area.verticalScrollBar()
    await until(lambda: bar.maximum() > 150)
    bar.setValue(140)
    books.see(an_order(8002, FACA, at=at))
    await until(lambda: screen.listing.model.rowCount() == 2)
    await until(lambda: "40 no estoque, sobram 38" in texts(screen.panel))
    assert bar.value() == 140


async def test_an_order_that_is_gone_leaves_the_panel_empty(books: OrderBooks) -> None:
    books.see(an_order(8001, FACA, at=minutes_ago(books, 5)))
    screen = await books.show(ANA)
    await choose(screen, books, 8001)
    for gone in ("DELETE FROM order_event", "DELETE FROM tray_order_line", "DELETE FROM tray_order"):
        ask_sql(books.database.url, gone)
    screen.refresh()
    await until(lambda: screen.panel.detail is None)
    await until(lambda: screen.listing.model.rowCount() == 0)
    assert screen.panel.isHidden()
