"""Vendas: what was sold is found by number, buyer or order, seen whole, and taken back by somebody who may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton

from tests.gui.deciding_gallery import (
    Counter,
    Deciding,
    _sales,
    decide,
    fill_sales,
    open_counter,
)
from tests.gui.product_gallery import write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.domain.sale import Payment, PaymentMethod, SaleState
from varejoforte_desktop.ui.dialogs.approval import ApprovalDialog
from varejoforte_desktop.ui.sales import cancelling
from varejoforte_desktop.ui.sales.book import PAGE
from varejoforte_desktop.ui.sales.cancelling import CancelSaleDialog
from varejoforte_desktop.ui.sales.words import refund_lines
from varejoforte_desktop.ui.screens.sales import SalesScreen

F2, F5, F6, F8, F10 = (Qt.Key(Qt.Key.Key_F1 + n) for n in (1, 4, 5, 7, 9))
ENTER, ESC, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down
WIDE = (1600, 900)


@pytest_asyncio.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path) as made:
        yield made


class Screens:
    """Opens the screen and closes it again."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._opened: list[SalesScreen] = []

    async def open(self, role: Role = Role.OPERADOR, size: tuple[int, int] = WIDE) -> SalesScreen:
        screen = await _sales(self._counter, size, role)
        self._opened.append(screen)
        await until(lambda: screen.states.currentWidget() is not screen.states.skeleton)
        return screen

    async def close(self) -> None:
        for screen in self._opened:
            await screen.aclose()
            screen.close()
            screen.deleteLater()


@pytest_asyncio.fixture
async def screens(counter: Counter) -> AsyncIterator[Screens]:
    made = Screens(counter)
    yield made
    await made.close()


def listed(screen: SalesScreen) -> list[list[str]]:
    model = screen.book.model
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def numbers(screen: SalesScreen) -> list[str]:
    return [row[0] for row in listed(screen)]


def panel_words(screen: SalesScreen) -> list[str]:
    return [label.text() for label in screen.panel.findChildren(QLabel) if label.text()]


async def choose(screen: SalesScreen, number: str) -> None:
    screen.table.go_to_row(numbers(screen).index(number))
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.number == number)


def dialog_of(screen: SalesScreen) -> CancelSaleDialog | None:
    found = [each for each in screen.findChildren(CancelSaleDialog) if each.isVisible()]
    return found[0] if found else None


async def asked(screen: SalesScreen) -> CancelSaleDialog:
    dialog = await until(lambda: dialog_of(screen))
    assert dialog is not None
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    return dialog


# -- what is shown ------------------------------------------------------------------------------------------------


async def test_the_day_is_listed_newest_first_with_all_that_tells_a_sale(
    counter: Counter, screens: Screens
) -> None:
    await fill_sales(counter)
    screen = await screens.open()
    assert screen.title == "Vendas"
    assert [row[0] for row in listed(screen)] == [f"CAIXA-01-{n}" for n in (5, 4, 3, 2, 1)]
    headers = [screen.book.model.columns[n].title for n in range(9)]
    assert headers == [
        "Venda", "Quando", "Comprador", "Origem", "Total", "Pagamento", "Operador", "Nota", "Situação",
    ]  # fmt: skip
    assert listed(screen)[0] == [
        "CAIXA-01-5", "02/03 12:00", "Consumidor", "Balcão", "24,70", "Pix", "Carla Souza", "A emitir",
        "Cancelada",
    ]  # fmt: skip
    assert listed(screen)[2] == [
        "CAIXA-01-3", "02/03 12:00", "Marina Duarte Pires", "Pedido 7001", "288,10", "Loja virtual",
        "Bruno Reis", "A emitir", "Concluída",
    ]  # fmt: skip
    assert listed(screen)[3][5] == "Dinheiro + Crédito"
    tip = screen.book.model.index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines()[-1] == "Pedido 7001 da loja virtual"


async def test_the_chosen_sale_is_seen_whole(counter: Counter, screens: Screens) -> None:
    await fill_sales(counter)
    screen = await screens.open()
    await choose(screen, "CAIXA-01-2")
    words = panel_words(screen)
    assert "Venda CAIXA-01-2" in words
    assert "Marina Duarte Pires" in words
    assert "FRI-24 · 1 UN × 89,00" in words
    for each in ("Mercadorias", "89,00", "Descontos", "− 5,00", "R$ 84,00", "Dinheiro", "40,00", "44,00"):
        assert each in words, each
    assert "NFC-e a emitir" in words
    assert not screen.panel.open_order.isVisible()
    await choose(screen, "CAIXA-01-1")
    assert "Dinheiro, recebido R$ 200,00, troco R$ 10,10" in panel_words(screen)


async def test_a_cancelled_sale_says_by_whom_when_and_why(counter: Counter, screens: Screens) -> None:
    await fill_sales(counter)
    screen = await screens.open()
    await choose(screen, "CAIXA-01-5")
    words = panel_words(screen)
    assert "Cancelada" in words
    assert "Cancelada por Bruno Reis em 02/03 12:00" in words
    assert "Erro de registro" in words
    assert not screen.panel.cancel.isEnabled()
    QTest.keyClick(screen, F8)
    dialog = await asked(screen)
    assert dialog.over
    assert dialog.banner.text == "A venda CAIXA-01-5 já foi cancelada."


async def test_the_order_of_a_sale_is_one_key_away(counter: Counter, screens: Screens) -> None:
    order = await fill_sales(counter)
    screen = await screens.open()
    wanted: list[int] = []
    screen.order_requested.connect(wanted.append)
    await choose(screen, "CAIXA-01-4")
    QTest.keyClick(screen, F6)
    assert wanted == []
    await choose(screen, "CAIXA-01-3")
    assert screen.panel.open_order.text() == "Abrir o pedido 7001 (F6)"
    QTest.keyClick(screen, F6)
    screen.panel.open_order.click()
    assert wanted == [order, order]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("marina", ["CAIXA-01-3", "CAIXA-01-2"]),
        ("4", ["CAIXA-01-4"]),
        ("CAIXA-01-1", ["CAIXA-01-1"]),
        ("7001", ["CAIXA-01-3"]),
        ("111.222.333-96", ["CAIXA-01-3"]),
    ],
)
async def test_a_sale_is_found_by_what_one_knows_of_it(
    counter: Counter, screens: Screens, typed: str, found: list[str]
) -> None:
    await fill_sales(counter)
    screen = await screens.open()
    QTest.keyClick(screen, F2)
    assert screen.search.hasFocus()
    QTest.keyClicks(screen.search, typed)
    QTest.keyClick(screen.search, ENTER)
    await until(lambda: numbers(screen) == found)


async def test_a_search_without_an_answer_offers_all_again(counter: Counter, screens: Screens) -> None:
    await fill_sales(counter)
    screen = await screens.open()
    QTest.keyClicks(screen.search, "geladeira")
    await until(lambda: screen.states.currentWidget() is screen.empty)
    assert screen.empty.accessibleName().startswith("Nenhuma venda com “geladeira”")
    assert not screen.panel.isVisible()
    button = screen.findChild(QPushButton, "no_sales_button")
    assert button is not None
    button.click()
    await until(lambda: len(numbers(screen)) == 5)
    QTest.keyClick(screen.search, DOWN)
    assert screen.table.hasFocus()
    await until(screen.panel.isVisible)
    QTest.keyClick(screen.table, ENTER)
    assert screen.panel.area.hasFocus()


async def test_before_the_first_sale_the_screen_says_what_it_is_for(
    counter: Counter, screens: Screens
) -> None:
    screen = await screens.open()
    assert screen.states.currentWidget() is screen.empty
    wanted: list[bool] = []
    screen.sell_requested.connect(lambda: wanted.append(True))
    button = screen.findChild(QPushButton, "no_sales_button")
    assert button is not None
    assert button.text() == "Ir para a venda"
    button.click()
    assert wanted == [True]


async def test_books_that_do_not_answer_are_said_and_tried_again(counter: Counter, screens: Screens) -> None:
    await fill_sales(counter)
    screen = await screens.open()
    read = counter.database.read

    async def no_books(_question: Any) -> Any:
        raise BooksUnreachable

    counter.database.read = no_books  # type: ignore[method-assign]
    QTest.keyClick(screen, F5)
    await until(screen.banner.isVisible)
    assert len(numbers(screen)) == 5
    broken = await _sales(counter, WIDE)
    screens._opened.append(broken)
    await until(lambda: broken.states.currentWidget() is broken.states.failed)
    counter.database.read = read  # type: ignore[method-assign]
    retry = broken.states.failed.findChild(QPushButton)
    assert retry is not None
    retry.click()
    await until(lambda: len(numbers(broken)) == 5)


async def test_a_sale_made_elsewhere_arrives_by_itself(counter: Counter, screens: Screens) -> None:
    await fill_sales(counter)
    screen = await screens.open()
    await choose(screen, "CAIXA-01-3")
    sold = counter.sell("CAN-AZ")
    await until(lambda: numbers(screen)[0] == sold.number)
    assert screen.table.current_id() == counter.sales()[3].id  # what was chosen stays chosen
    by = counter.shop.actor(Role.GERENTE)
    counter.database.run_now(cancel_sale, sold.sale_id, reason="Troca", by=by)
    await until(lambda: listed(screen)[0][-1] == "Cancelada")
    screen.hide()
    counter.sell("CAN-AZ")
    screen.show()
    await until(lambda: len(numbers(screen)) == 7)


async def test_older_sales_are_fetched_as_one_scrolls(counter: Counter, screens: Screens) -> None:
    counter.open_till()
    counter.stock("PAR-1", "Parafuso", 500, 10)
    for _ in range(PAGE + 7):
        counter.sell("PAR-1")
    screen = await screens.open()
    assert len(numbers(screen)) == PAGE
    QTest.keyClick(screen.table, Qt.Key.Key_End)
    await until(lambda: len(numbers(screen)) == PAGE + 7)
    oldest = counter.database.read_now(lambda reader: reader.sales.rows(text="CAIXA-01-1"))[-1]
    counter.database.run_now(cancel_sale, oldest.id, reason="Troca", by=counter.shop.actor(Role.GERENTE))
    await until(lambda: listed(screen)[-1][-1] == "Cancelada")
    assert len(numbers(screen)) == PAGE + 7


async def test_another_screen_points_at_an_old_sale(counter: Counter, screens: Screens) -> None:
    counter.open_till()
    counter.stock("PAR-1", "Parafuso", 500, 10)
    first = counter.sell("PAR-1")
    for _ in range(PAGE + 3):
        counter.sell("PAR-1")
    screen = await screens.open()
    screen.open_sale(first.sale_id)
    await until(lambda: screen.table.current_id() == first.sale_id)
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.id == first.sale_id)


# -- taking a sale back -------------------------------------------------------------------------------------------


async def test_a_manager_cancels_a_sale_and_is_told_what_goes_back(
    counter: Counter, screens: Screens
) -> None:
    await fill_sales(counter)
    before = counter.on_hand("FRI-24")
    screen = await screens.open(Role.GERENTE)
    words: list[str] = []
    screen.said.connect(words.append)
    await choose(screen, "CAIXA-01-2")
    QTest.keyClick(screen, F8)
    dialog = await asked(screen)
    told = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Marina Duarte Pires · R$ 84,00" in told
    assert "Devolva R$ 40,00 em dinheiro: sai deste caixa." in told
    assert "Estorne R$ 44,00 no cartão (crédito)." in told
    assert not any(
        label.text().startswith("Pede") and label.isVisible() for label in dialog.findChildren(QLabel)
    )
    assert dialog.reason.combo.hasFocus()
    QTest.keyClick(dialog, F10)
    assert dialog.reason.error == "Escreva ou escolha o motivo."
    write(dialog, cancel_sale_reason="Cliente desistiu")
    for _ in range(5):
        QTest.keyClick(dialog, F10)
    await until(lambda: words)
    assert words == ["Venda CAIXA-01-2 cancelada: a mercadoria voltou ao estoque."]
    assert counter.on_hand("FRI-24") == before + 1
    await until(lambda: listed(screen)[3][-1] == "Cancelada")
    await until(lambda: "Cliente desistiu" in panel_words(screen))
    assert screen.focusWidget() is screen.table


async def test_an_operator_needs_a_supervisor_who_is_named(counter: Counter, screens: Screens) -> None:
    await fill_sales(counter)
    screen = await screens.open(Role.OPERADOR)
    await choose(screen, "CAIXA-01-4")
    screen.panel.cancel.click()
    dialog = await asked(screen)
    hint = dialog.findChild(QLabel, "permission_hint")
    assert hint is not None
    assert hint.isVisible()
    write(dialog, cancel_sale_reason="Produto trocado")
    QTest.keyClick(dialog, F10)
    approval = await until(lambda: screen.findChild(ApprovalDialog))
    assert isinstance(approval, ApprovalDialog)
    why = approval.findChild(QLabel, "approval_why")
    assert why is not None
    assert why.text() == "Cancelar a venda CAIXA-01-4, de R$ 37,05."
    write(approval, approval_login="bruno", approval_password="senha-do-bruno")
    QTest.keyClick(approval.password, ENTER)
    await until(lambda: counter.sales()[1].state is SaleState.CANCELLED)


async def test_giving_up_changes_nothing(counter: Counter, screens: Screens) -> None:
    await fill_sales(counter)
    screen = await screens.open(Role.GERENTE)
    words: list[str] = []
    screen.said.connect(words.append)
    await choose(screen, "CAIXA-01-4")
    QTest.keyClick(screen, F8)
    dialog = await asked(screen)
    QTest.keyClick(dialog, ESC)
    await until(lambda: not screen._asking)
    assert words == []
    assert counter.sales()[1].state is SaleState.COMPLETED


async def test_a_closed_till_gives_no_cash_back(counter: Counter) -> None:
    counter.open_till()
    sale = counter.sell("PAN-24", Payment(method=PaymentMethod.CASH, amount=Money(18990)))
    till = counter.database.read_now(lambda reader: reader.tills.open_till("CAIXA-01"))
    assert till is not None
    _close_till(counter)
    question = await decide(counter.session(Role.GERENTE), cancelling.cancel_sale, sale.sale_id)
    try:
        write(question.dialog, cancel_sale_reason="Cliente desistiu")
        QTest.keyClick(question.dialog, F10)
        dialog: Any = question.dialog
        await until(dialog.banner.isVisible)
        assert dialog.banner.text.startswith("O caixa da estação CAIXA-01 está fechado.")
        assert counter.sales()[0].state is SaleState.COMPLETED
    finally:
        await question.close()


async def test_somebody_else_was_faster(counter: Counter) -> None:
    counter.open_till()
    sale = counter.sell("PAN-24")
    question: Deciding = await decide(counter.session(Role.GERENTE), cancelling.cancel_sale, sale.sale_id)
    try:
        by = counter.shop.actor(Role.ADMINISTRADOR)
        counter.database.run_now(cancel_sale, sale.sale_id, reason="Troca", by=by)
        write(question.dialog, cancel_sale_reason="Cliente desistiu")
        QTest.keyClick(question.dialog, F10)
        dialog: Any = question.dialog
        await until(lambda: dialog.over)
        assert dialog.banner.text == "A venda CAIXA-01-1 já foi cancelada."
        assert counter.on_hand("PAN-24") == 12
    finally:
        await question.close()


async def test_every_form_of_payment_says_how_it_goes_back(counter: Counter) -> None:
    counter.open_till()
    parts = [Payment(method=each, amount=Money(1000)) for each in PaymentMethod if each.value != "online"]
    parts = [each for each in parts if each.method is not PaymentMethod.STORE_CREDIT]
    counter.stock("CAR-1", "Carrinho", 5, 1000 * len(parts))
    sale = counter.sell("CAR-1", *parts)
    detail = counter.database.read_now(lambda reader: reader.sales.detail(sale.sale_id))
    assert refund_lines(detail.sale) == [
        "A mercadoria volta ao estoque.",
        "Devolva R$ 10,00 em dinheiro: sai deste caixa.",
        "Devolva R$ 10,00 por Pix.",
        "Estorne R$ 10,00 no cartão (crédito).",
        "Estorne R$ 10,00 no cartão (débito).",
        "Desfaça R$ 10,00 em vale.",
    ]


def _close_till(counter: Counter) -> None:
    from varejoforte_desktop.application.sale_ports import TillCount
    from varejoforte_desktop.application.till import close_till

    count = TillCount(cash=Money(20000 + 18990), pieces={}, methods={})
    counter.database.run_now(close_till, count, by=counter.shop.actor(Role.GERENTE))


# -- keyboard and names -------------------------------------------------------------------------------------------


async def test_f1_lists_the_keys_of_the_screen(counter: Counter, screens: Screens) -> None:
    screen = await screens.open()
    assert screen._session.services.shortcuts.legend("Vendas") == (
        "F2 buscar venda · F5 atualizar · F6 abrir o pedido da venda · F7 emitir a nota que falta · "
        "F8 cancelar a venda escolhida · F9 ver a nota da venda · Ctrl+P imprimir a via do cliente"
    )


async def test_every_control_has_a_name(counter: Counter, screens: Screens) -> None:
    await fill_sales(counter)
    screen = await screens.open()
    await until(screen.panel.isVisible)
    for kind in (QAbstractButton, QLineEdit):
        for widget in screen.findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible():
                assert widget.objectName(), widget
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget.objectName()


@pytest.mark.parametrize("size", [(788, 640), (1100, 700)])
async def test_a_narrow_window_keeps_the_panel_in_sight(
    counter: Counter, screens: Screens, size: tuple[int, int]
) -> None:
    await fill_sales(counter)
    screen = await screens.open(size=size)
    await until(screen.panel.isVisible)
    below = screen.panel.y() > screen.states.y()
    assert below is (size[0] < 820)
    assert screen.rect().contains(screen.panel.geometry())
    assert screen.table.horizontalScrollBar().maximum() == 0
