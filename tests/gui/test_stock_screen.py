"""Goods move through the form once, whatever is clicked, and the ledger shows each line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from tests.builders import a_gtin, move
from tests.gui.product_gallery import ANA, BRUNO, Shop, open_shop, write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.ui.movements.dialog import MovementDialog
from varejoforte_desktop.ui.movements.form import MovementForm
from varejoforte_desktop.ui.movements.ledger import PAGE
from varejoforte_desktop.ui.screens.stock import StockScreen

ENTER = Qt.Key.Key_Return


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop with pans by the piece and coffee by weight."""
    async with open_shop(tmp_path) as opened:
        opened.keep(reference="PAN-1", name="Panela de pressão", barcode=a_gtin(1), on_hand=12)
        opened.keep(reference="PAN-2", name="Panela de ferro", counter_reserve=Decimal(2))
        opened.keep(reference="CAF-3", name="Café a granel", unit="KG", on_hand="5.5", sell_online=False)
        yield opened


def beside(form: MovementForm, name: str) -> str:
    return form._fields[name].error


def press(window: QWidget, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def ledger(screen: StockScreen) -> list[list[str]]:
    model = screen.ledger.model
    return [[str(model.index(row, column).data()) for column in range(8)] for row in range(model.rowCount())]


async def pick(form: MovementForm, code: str) -> None:
    """Scan or type a code and Enter."""
    form.picker.setFocus()
    form.picker.clear()
    QTest.keyClicks(form.picker, code)
    QTest.keyClick(form.picker, ENTER)
    await until(lambda: form._detail is not None)


async def test_an_entry_by_scanner(shop: Shop) -> None:
    screen = await shop.stock()
    form = screen.form
    assert screen.title == "Movimentação"
    assert form.picker.hasFocus()
    await until(lambda: len(ledger(screen)) == 2)
    await pick(form, a_gtin(1))
    assert form.quantity.hasFocus()
    assert form._fields["product"]._message.text() == "12 UN em estoque"
    write(form, movement_quantity="5", movement_reason="Compra", movement_document="NF 4471")
    assert form.result_text == "12 + 5 = 17 no estoque → 17 na loja"
    assert form.save_button.text() == "Registrar entrada (F10)"
    QTest.keyClick(screen, Qt.Key.Key_F10)
    await until(lambda: len(ledger(screen)) == 3)
    assert ledger(screen)[0] == [
        "10/12 12:00", "PAN-1 · Panela de pressão", "Entrada", "+5", "17", "Compra", "NF 4471", "Bruno Reis",
    ]  # fmt: skip
    assert screen.toasts._toast is not None
    assert screen.toasts._toast.text == "Entrada registrada: PAN-1 fica com 17 no estoque."
    assert (form.picker.text(), form.quantity.text(), form.document.text()) == ("", "", "")
    assert form.reason.currentText() == "Compra"
    assert form.kinds.kind is MovementKind.ENTRY
    assert form.picker.hasFocus()


@pytest.mark.parametrize(
    ("kind", "quantity", "told"),
    [
        ("exit", "2", ("12 − 2 = 10 no estoque → 10 na loja", "−2", "Quantidade")),
        ("adjustment", "10", ("12 − 2 = 10 no estoque → 10 na loja", "−2", "Quantidade contada")),
        ("adjustment", "15", ("12 + 3 = 15 no estoque → 15 na loja", "+3", "Quantidade contada")),
        ("adjustment", "12", ("A contagem confere: 12 no estoque → 12 na loja", "0", "Quantidade contada")),
        ("loss", "1", ("12 − 1 = 11 no estoque → 11 na loja", "−1", "Quantidade")),
        ("own_use", "12", ("12 − 12 = 0 no estoque → 0 na loja", "−12", "Quantidade")),
    ],
)
async def test_each_kind_says_what_comes_of_it(
    shop: Shop, kind: str, quantity: str, told: tuple[str, str, str]
) -> None:
    result, amount, label = told
    screen = await shop.stock()
    form = screen.form
    press(screen, f"movement_kind_{kind}")
    await pick(form, "pan-1")
    assert form._fields["quantity"]._label.text() == label
    write(form, movement_quantity=quantity, movement_reason="Motivo")
    assert form.result_text == result
    press(screen, "movement_save")
    await until(lambda: len(ledger(screen)) == 3)
    assert ledger(screen)[0][3] == amount
    assert form.kinds.kind is MovementKind(kind)


async def test_reserve_weight_and_goods_not_sold_online(shop: Shop) -> None:
    screen = await shop.stock()
    form = screen.form
    await pick(form, "PAN-2")
    write(form, movement_quantity="5")
    assert form.result_text == "0 + 5 = 5 no estoque → 3 na loja"
    await pick(form, "CAF-3")
    write(form, movement_quantity="0,25")
    assert form.result_text == "5,500 + 0,250 = 5,750 no estoque (fora da loja)"


async def test_more_than_there_is_is_refused_beside_the_quantity(shop: Shop) -> None:
    screen = await shop.stock()
    form = screen.form
    press(screen, "movement_kind_exit")
    await pick(form, "PAN-1")
    write(form, movement_quantity="20", movement_reason="Brinde")
    assert form.result_text == "Só há 12 no estoque; faltam 8."
    press(screen, "movement_save")
    await until(lambda: beside(form, "quantity"))
    assert beside(form, "quantity") == "Só há 12 de PAN-1 em estoque."
    assert form.quantity.hasFocus()
    assert shop.detail(1).on_hand == 12
    write(form, movement_quantity="2")
    press(screen, "movement_save")
    await until(lambda: shop.detail(1).on_hand == 10)


async def test_what_is_missing_is_said_all_at_once(shop: Shop) -> None:
    screen = await shop.stock()
    form = screen.form
    write(form, movement_document="x" * 61)
    press(screen, "movement_save")
    assert beside(form, "product") == "Escolha um produto: bipe ou digite e tecle Enter."
    assert beside(form, "quantity") == "Digite a quantidade."
    assert beside(form, "reason") == "Falta preencher: motivo."
    assert beside(form, "document") == "Documento aceita no máximo 60 letras."
    assert form.picker.hasFocus()
    write(form, movement_reason="Compra", movement_document="NF 1")
    assert (beside(form, "reason"), beside(form, "document")) == ("", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,5", "Este produto é vendido por inteiro: digite 1, 2, 3…"),
        ("-1", "Digite uma quantidade como 12 ou 0,250."),
        ("abc", "Digite uma quantidade como 12 ou 0,250."),
        ("0", "Falta preencher: quantidade."),
    ],
)
async def test_a_quantity_that_cannot_be_moved(shop: Shop, text: str, said: str) -> None:
    screen = await shop.stock()
    form = screen.form
    await pick(form, "PAN-1")
    write(form, movement_quantity=text, movement_reason="Compra")
    press(screen, "movement_save")
    assert beside(form, "quantity") == said
    assert shop.detail(1).on_hand == 12


async def test_clicking_twice_moves_once(shop: Shop) -> None:
    screen = await shop.stock()
    await pick(screen.form, "PAN-1")
    write(screen.form, movement_quantity="5", movement_reason="Compra")
    token = screen.form._token
    press(screen, "movement_save")
    screen.form.save()
    QTest.keyClick(screen, Qt.Key.Key_F10)
    await until(lambda: shop.detail(1).on_hand == 17)
    await until(lambda: screen.form._token != token)
    await asyncio.sleep(0.03)
    assert shop.detail(1).on_hand == 17


async def test_an_answer_that_was_lost_is_not_written_twice(shop: Shop) -> None:
    screen = await shop.stock()
    form = screen.form
    run = shop.database.run

    async def answer_lost(*args: Any, **kwargs: Any) -> Any:
        await run(*args, **kwargs)
        raise BooksUnreachable

    await pick(form, "PAN-1")
    write(form, movement_quantity="5", movement_reason="Compra")
    shop.database.run = answer_lost  # type: ignore[method-assign]
    token = form._token
    form.save()
    await until(form._banner.isVisible)
    assert form._token == token
    assert form.quantity.text() == "5"
    shop.database.run = run  # type: ignore[method-assign]
    form.save()
    await until(lambda: screen.toasts._toast is not None)
    assert screen.toasts._toast is not None
    assert screen.toasts._toast.text == "Esta movimentação já estava registrada; nada foi repetido."
    assert shop.detail(1).on_hand == 17
    assert form._banner.isHidden()


async def test_the_dialog_does_not_close_on_a_movement_under_way(shop: Shop) -> None:
    screen = await shop.products()
    await until(lambda: screen.panel.facts is not None)
    door = asyncio.Event()
    run = shop.database.run

    async def slow(*args: Any, **kwargs: Any) -> Any:
        await door.wait()
        return await run(*args, **kwargs)

    shop.database.run = slow  # type: ignore[method-assign]
    screen.move_current()
    dialog = await until(lambda: screen.findChild(MovementDialog))
    write(dialog, movement_quantity="1", movement_reason="Compra")
    dialog.form.save()
    dialog.reject()
    assert dialog.isVisible()
    door.set()
    await until(lambda: dialog.outcome is not None)


async def test_what_a_role_may_not_do_is_off_and_says_why(shop: Shop) -> None:
    screen = await shop.stock(ANA)
    off = {
        kind
        for kind in ("entry", "exit", "adjustment", "loss", "own_use")
        if not screen.findChild(QPushButton, f"movement_kind_{kind}").isEnabled()
    }
    assert off == {"adjustment", "loss", "own_use"}
    why = screen.findChild(QPushButton, "movement_kind_loss").toolTip()
    assert why == "Seu perfil não pode ajustar o estoque."
    await pick(screen.form, "PAN-1")
    write(screen.form, movement_quantity="1", movement_reason="Compra")
    screen.form.save()
    await until(lambda: shop.detail(1).on_hand == 13)


async def test_a_permission_taken_away_meanwhile_is_told(shop: Shop) -> None:
    screen = await shop.stock()

    async def refused(*_args: Any, **_kwargs: Any) -> Any:
        raise NotAllowed("stock.move")

    shop.database.run = refused  # type: ignore[method-assign]
    await pick(screen.form, "PAN-1")
    write(screen.form, movement_quantity="1", movement_reason="Compra")
    screen.form.save()
    await until(screen.form._banner.isVisible)
    assert screen.form._banner.text == (
        "Seu perfil não pode movimentar o estoque. Peça a um gerente ou administrador."
    )


async def test_suggestions_are_chosen_with_the_arrows(shop: Shop) -> None:
    form = (await shop.stock()).form
    offered = form.picker.suggestions
    QTest.keyClicks(form.picker, "panela")
    await until(offered.isVisible)
    assert [offered.item(place).text() for place in range(offered.count())] == [
        "Panela de ferro\nPAN-2 · 0 UN",
        "Panela de pressão\nPAN-1 · 12 UN",
    ]
    QTest.keyClick(form.picker, Qt.Key.Key_Escape)
    assert not offered.isVisible()
    assert form.picker.text() == "panela"
    QTest.keyClicks(form.picker, " ")
    await until(offered.isVisible)
    QTest.keyClick(form.picker, Qt.Key.Key_Down)
    QTest.keyClick(form.picker, ENTER)
    await until(lambda: form.picker.row is not None)
    assert form.picker.text() == "PAN-1 · Panela de pressão"
    assert not offered.isVisible()
    await until(form.quantity.hasFocus)
    QTest.keyClicks(form.picker, "x")
    assert form.picker.row is None, "typing gives the choice up"


async def test_a_click_chooses_a_suggestion(shop: Shop) -> None:
    form = (await shop.stock()).form
    offered = form.picker.suggestions
    QTest.keyClicks(form.picker, "ferro")
    await until(offered.isVisible)
    where = offered.visualItemRect(offered.item(0)).center()
    QTest.mouseClick(offered.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert form.picker.row is not None
    assert form.picker.row.reference == "PAN-2"


async def test_enter_before_the_suggestions_takes_only_what_is_certain(shop: Shop) -> None:
    form = (await shop.stock()).form
    QTest.keyClicks(form.picker, "panela")
    QTest.keyClick(form.picker, ENTER)
    await until(form.picker.suggestions.isVisible)
    assert form.picker.row is None
    form.picker.clear()
    QTest.keyClicks(form.picker, "granel")
    QTest.keyClick(form.picker, ENTER)
    await until(lambda: form.picker.row is not None and form.picker.row.reference == "CAF-3")


async def test_a_code_nobody_has_says_so(shop: Shop) -> None:
    form = (await shop.stock()).form
    QTest.keyClicks(form.picker, "7899999999999")
    QTest.keyClick(form.picker, ENTER)
    await until(lambda: beside(form, "product"))
    assert beside(form, "product") == "Nenhum produto com “7899999999999”."
    QTest.keyClick(form.picker, Qt.Key.Key_Backspace)
    assert beside(form, "product") == ""


def many_movements(shop: Shop, count: int) -> None:
    product = Product(id=1, reference="PAN-1", name="Panela de pressão")
    for _ in range(count):
        move(shop.database, product, MovementKind.ENTRY, 1, by=BRUNO)


async def test_older_lines_come_as_one_scrolls(shop: Shop) -> None:
    many_movements(shop, 2 * PAGE)
    screen = await shop.stock()
    await until(lambda: screen.ledger.model.rowCount() == PAGE)
    bar = screen.table.verticalScrollBar()
    await until(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    await until(lambda: screen.ledger.model.rowCount() == 2 * PAGE)
    await until(lambda: bar.value() < bar.maximum())
    bar.setValue(bar.maximum())
    await until(lambda: screen.ledger.model.rowCount() == 2 * PAGE + 2)
    ids = [row.id for row in screen.ledger.model.rows]
    assert ids == sorted(ids, reverse=True)
    bar.setValue(bar.maximum())
    assert screen.ledger.model.rowCount() == 2 * PAGE + 2
    many_movements(shop, 1)
    await until(lambda: screen.ledger.model.rowCount() == 2 * PAGE + 3)
    assert bar.value() > 0, "the place is kept"


async def test_a_gap_longer_than_a_page_begins_again(shop: Shop) -> None:
    screen = await shop.stock()
    await until(lambda: screen.ledger.model.rowCount() == 2)
    screen.hide()
    many_movements(shop, PAGE + 5)
    screen.show()
    screen.activate()
    await until(lambda: screen.ledger.model.rowCount() == PAGE)
    bar = screen.table.verticalScrollBar()
    await until(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    await until(lambda: screen.ledger.model.rowCount() == PAGE + 7)


async def test_the_end_reached_while_new_lines_are_being_read_is_not_forgotten(shop: Shop) -> None:
    many_movements(shop, 2 * PAGE)
    screen = await shop.stock()
    await until(lambda: screen.ledger.model.rowCount() == PAGE)
    bar = screen.table.verticalScrollBar()
    await until(lambda: bar.maximum() > 0)
    screen.refresh()
    bar.setValue(bar.maximum())
    await until(lambda: screen.ledger.model.rowCount() == 2 * PAGE)
    await until(lambda: bar.value() < bar.maximum())
    bar.setValue(bar.maximum())
    screen.refresh()
    await until(lambda: screen.ledger.model.rowCount() == 2 * PAGE + 2)


async def test_the_ledger_of_one_product(shop: Shop) -> None:
    screen = await shop.stock()
    await until(lambda: screen.ledger.model.rowCount() == 2)
    QTest.keyClick(screen, Qt.Key.Key_F2)
    assert screen.filter.hasFocus()
    QTest.keyClicks(screen.filter, "CAF-3")
    QTest.keyClick(screen.filter, ENTER)
    await until(lambda: screen.ledger.model.rowCount() == 1)
    assert ledger(screen)[0][1] == "CAF-3 · Café a granel"
    QTest.keyClick(screen.filter, Qt.Key.Key_Escape)
    await until(lambda: screen.ledger.model.rowCount() == 2)
    QTest.keyClicks(screen.filter, "PAN-2")
    QTest.keyClick(screen.filter, ENTER)
    await until(lambda: screen.states.currentWidget() is screen.empty)
    assert "Nenhuma movimentação de PAN-2" in screen.empty.accessibleName()
    press(screen, "no_movements_button")
    await until(lambda: screen.ledger.model.rowCount() == 2)
    QTest.keyClicks(screen.filter, "nada")
    QTest.keyClick(screen.filter, ENTER)
    await until(lambda: "nada" in screen.banner.text)


async def test_the_shelf_in_the_form_follows_other_stations(shop: Shop) -> None:
    screen = await shop.stock()
    await pick(screen.form, "PAN-1")
    write(screen.form, movement_quantity="1")
    many_movements(shop, 1)
    await until(lambda: screen.form.result_text.startswith("13 + 1 = 14"))


async def test_an_empty_ledger_and_one_that_cannot_be_read(qapp: Any, tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        screen = await shop.stock()
        await until(lambda: screen.states.currentWidget() is screen.empty)
        assert "Nenhuma movimentação ainda" in screen.empty.accessibleName()
        read = shop.database.read

        async def broken(_question: Any) -> Any:
            raise BooksUnreachable

        shop.database.read = broken  # type: ignore[method-assign]
        QTest.keyClick(screen, Qt.Key.Key_F5)
        await until(lambda: screen.states.currentWidget() is screen.states.failed)
        shop.database.read = read  # type: ignore[method-assign]
        press(screen, "movement_table_error_button")
        await until(lambda: screen.states.currentWidget() is screen.empty)


async def test_closing_while_it_loads_leaves_nothing_behind(shop: Shop) -> None:
    door = asyncio.Event()

    async def slow(_question: Any) -> Any:
        await door.wait()

    shop.database.read = slow  # type: ignore[method-assign]
    screen = await shop.stock()
    QTest.keyClicks(screen.form.picker, "PAN-1")
    QTest.keyClick(screen.form.picker, ENTER)
    await until(lambda: len(asyncio.all_tasks()) > 2)
    await screen.aclose()
    await until(lambda: len(asyncio.all_tasks()) == 1)
    shop.database._changes.publish(frozenset({Topic.STOCK}))
    assert len(asyncio.all_tasks()) == 1


async def test_every_control_has_a_name(shop: Shop) -> None:
    screen = await shop.stock()
    for button in screen.findChildren(QPushButton):
        if button.text():
            assert button.objectName(), button.text()
    for widget in (screen.form.picker, screen.form.quantity, screen.form.reason, screen.form.document):
        assert widget.accessibleName()
    keys = screen._session.services.shortcuts.by_context()["Movimentação"]
    assert [key.key for key in keys] == ["F2", "F3", "F5", "F10"]
