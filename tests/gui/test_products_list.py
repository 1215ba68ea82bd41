"""Products are found as one types, sorted by a click, and the list follows what happens in the shop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.books import ask_sql
from tests.builders import a_gtin, empty_queue, move
from tests.gui.product_gallery import ANA, BRUNO, Shop, open_shop, write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.ui.movements.dialog import MovementDialog
from varejoforte_desktop.ui.products.editor import ProductEditor
from varejoforte_desktop.ui.screens.products import ProductsScreen


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop without products."""
    async with open_shop(tmp_path) as opened:
        yield opened


@pytest.fixture
async def stocked(shop: Shop) -> Shop:
    """Three products."""
    shop.keep(reference="PAN-1", name="Panela de pressão", price=Money(18990), on_hand=12, barcode=a_gtin(1))
    shop.keep(reference="CAF-2", name="Café torrado", price=Money(2490), on_hand=3, minimum_stock=Decimal(5))
    shop.keep(reference="ACU-3", name="Açúcar cristal", price=Money(549), on_hand=40, sell_online=False)
    return shop


def cell(screen: ProductsScreen, row: int, column: int) -> str:
    return str(screen._model.index(row, column).data())


def names(screen: ProductsScreen) -> list[str]:
    return [cell(screen, row, 1) for row in range(screen._model.rowCount())]


def said(widget: QWidget, name: str) -> str:
    label = widget.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


def button(widget: QWidget, name: str) -> QPushButton:
    found = widget.findChild(QPushButton, name)
    assert found is not None, name
    return found


async def full(screen: ProductsScreen, *expected: str) -> None:
    await until(lambda: names(screen) == list(expected))


async def test_the_list_shows_every_product_by_name(stocked: Shop) -> None:
    screen = await stocked.products()
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    assert said(screen, "product_count") == "3 produtos"
    assert [cell(screen, 1, column) for column in range(6)] == [
        "CAF-2", "Café torrado", "24,90", "3", "3", "Aguarda agora",
    ]  # fmt: skip
    assert (cell(screen, 0, 4), cell(screen, 0, 5)) == ("—", "Fora da loja")
    assert screen.title == "Produtos"


async def test_typing_narrows_the_list_and_esc_widens_it(stocked: Shop) -> None:
    screen = await stocked.products()
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    assert screen.search.hasFocus()
    QTest.keyClicks(screen.search, "pres")
    await full(screen, "Panela de pressão")
    assert said(screen, "product_count") == "1 de 3"
    QTest.keyClick(screen.search, Qt.Key.Key_Escape)
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    assert said(screen, "product_count") == "3 produtos"


async def test_a_scan_in_the_search_goes_to_its_product(stocked: Shop) -> None:
    screen = await stocked.products()
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    QTest.keyClicks(screen.search, a_gtin(1))
    QTest.keyClick(screen.search, Qt.Key.Key_Return)
    await full(screen, "Panela de pressão")
    await until(screen.table.hasFocus)
    await until(lambda: said(screen.panel, "product_panel_name") == "Panela de pressão")


async def test_down_goes_to_the_list_that_is_there(stocked: Shop) -> None:
    screen = await stocked.products()
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    QTest.keyClick(screen.search, Qt.Key.Key_Down)
    assert screen.table.hasFocus()
    QTest.keyClick(screen.table, Qt.Key.Key_Down)
    assert cell(screen, screen.table.currentIndex().row(), 0) == "CAF-2"
    QTest.keyClick(screen, Qt.Key.Key_F2)
    assert screen.search.hasFocus()


async def test_a_search_without_a_match_says_so_and_offers_all(stocked: Shop) -> None:
    screen = await stocked.products()
    await until(lambda: screen._model.rowCount() == 3)
    QTest.keyClicks(screen.search, "xyz")
    await until(lambda: screen.states.currentWidget() is screen.empty)
    assert screen.empty.accessibleName().startswith("Nenhum produto com “xyz”")
    assert screen.panel.isHidden()
    QTest.mouseClick(button(screen, "no_products_button"), Qt.MouseButton.LeftButton)
    await until(lambda: screen.states.currentWidget() is screen.table)
    assert screen._model.rowCount() == 3


async def test_an_empty_shop_says_how_to_begin(shop: Shop) -> None:
    screen = await shop.products()
    await until(lambda: screen.states.currentWidget() is screen.empty)
    assert screen.empty.accessibleName().startswith("Nenhum produto ainda")
    wishes: list[str] = []
    screen.import_requested.connect(lambda: wishes.append("import"))
    screen.export_requested.connect(lambda: wishes.append("export"))
    QTest.mouseClick(button(screen, "no_products_import"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(screen, "product_import"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(screen, "product_export"), Qt.MouseButton.LeftButton)
    assert wishes == ["import", "import", "export"]
    QTest.mouseClick(button(screen, "no_products_button"), Qt.MouseButton.LeftButton)
    await until(lambda: screen.findChild(ProductEditor) is not None)


@pytest.mark.parametrize(
    ("column", "order", "expected"),
    [
        (0, Qt.SortOrder.DescendingOrder, ("Panela de pressão", "Café torrado", "Açúcar cristal")),
        (2, Qt.SortOrder.AscendingOrder, ("Açúcar cristal", "Café torrado", "Panela de pressão")),
        (3, Qt.SortOrder.AscendingOrder, ("Café torrado", "Panela de pressão", "Açúcar cristal")),
    ],
)
async def test_a_header_sorts(
    stocked: Shop, column: int, order: Qt.SortOrder, expected: tuple[str, ...]
) -> None:
    screen = await stocked.products()
    await until(lambda: screen._model.rowCount() == 3)
    screen.table.horizontalHeader().setSortIndicator(column, order)
    await full(screen, *expected)


async def test_what_another_window_saves_appears_and_the_choice_stays(stocked: Shop) -> None:
    screen = await stocked.products()
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    screen.table.go_to_row(2)
    await until(lambda: said(screen.panel, "product_panel_price") == "R$ 189,90")
    panela = stocked.detail(1).product
    await stocked.database.run(
        save_product, replace(panela, price=Money(19990)), brand="", category="", by=BRUNO
    )
    await until(lambda: cell(screen, 2, 2) == "199,90")
    await until(lambda: said(screen.panel, "product_panel_price") == "R$ 199,90")
    await stocked.database.run(
        save_product,
        Product(reference="ABR-4", name="Abridor", price=Money(990)),
        brand="",
        category="",
        by=BRUNO,
    )
    await full(screen, "Abridor", "Açúcar cristal", "Café torrado", "Panela de pressão")
    assert screen.table.current_id() == 1
    assert said(screen, "product_count") == "4 produtos"


async def test_what_is_sent_meanwhile_changes_the_word(stocked: Shop) -> None:
    screen = await stocked.products()
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    await until(lambda: cell(screen, 1, 5) == "Aguarda agora")
    empty_queue(stocked.database)
    stocked.database._changes.publish(frozenset({Topic.QUEUE}))
    await until(lambda: cell(screen, 1, 5) == "Não enviado")


async def test_a_hidden_list_asks_nothing_and_refreshes_when_it_comes_back(stocked: Shop) -> None:
    screen = await stocked.products()
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    screen.hide()
    assert not screen._ages.isActive()
    asked: list[object] = []
    read = stocked.database.read
    stocked.database.read = lambda question: (asked.append(question), read(question))[1]  # type: ignore[method-assign]
    await stocked.database.run(
        save_product, Product(reference="ABR-4", name="Abridor"), brand="", category="", by=BRUNO
    )
    await asyncio.sleep(0.25)
    assert asked == []
    screen.show()
    screen.activate()
    await until(lambda: names(screen)[0] == "Abridor")


async def test_ages_grow_while_one_looks(stocked: Shop) -> None:
    screen = await stocked.products()
    await until(lambda: cell(screen, 1, 5) == "Aguarda agora")
    screen.table.go_to_row(1)
    await until(lambda: screen.panel.facts is not None and screen.panel.facts.row.id == 2)
    stocked.clock.forward(seconds=75)
    assert screen._ages.isActive()
    screen._ages.timeout.emit()
    assert cell(screen, 1, 5) == "Aguarda há 1 min"
    assert screen.panel._badge.text == "Aguarda há 1 min"


async def test_the_panel_tells_where_the_number_comes_from(shop: Shop) -> None:
    shop.keep(
        reference="PAN-1",
        name="Panela",
        price=Money(10000),
        cost=Money(6000),
        on_hand=12,
        counter_reserve=Decimal(2),
        safety_stock=Decimal(1),
        minimum_stock=Decimal(20),
        promotional_price=Money(8000),
        promotion_start=date(2026, 12, 1),
        promotion_end=date(2026, 12, 24),
        brand="Fervalto",
        category="Cozinha > Panelas",
    )
    screen = await shop.products()
    await until(lambda: screen.panel.facts is not None)
    panel = screen.panel
    assert panel._sum.plain_text == "12 físico − 2 reserva de balcão − 1 segurança = 9 na loja"
    assert said(panel, "product_panel_promotion") == "Em promoção por R$ 80,00 até 24/12/2026"
    assert panel._low.text == "Abaixo do mínimo de 20"
    assert said(panel, "product_panel_margin") == "40%"
    assert said(panel, "product_panel_category") == "Cozinha > Panelas"
    assert said(panel, "product_panel_owed") == "Falta enviar: Estoque, Preço e custo, Cadastro."
    assert said(panel, "product_panel_sent") == "Nunca enviado daqui"
    shop.choose(SyncOption.COMMERCIAL)
    await until(lambda: "opção 2" in said(panel, "product_panel_owed"))
    assert said(panel, "product_panel_owed") == (
        "Falta enviar: Estoque, Preço e custo. O cadastro fica só aqui (opção 2)."
    )


async def test_a_trouble_has_a_sentence_and_a_way_out(stocked: Shop) -> None:
    read = stocked.database.read

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    stocked.database.read = broken  # type: ignore[method-assign]
    screen = await stocked.products()
    await until(lambda: screen.states.currentWidget() is screen.states.failed)
    assert "O banco de dados não responde." in screen.states.failed.accessibleName()
    stocked.database.read = read  # type: ignore[method-assign]
    QTest.mouseClick(button(screen, "product_table_error_button"), Qt.MouseButton.LeftButton)
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    stocked.database.read = broken  # type: ignore[method-assign]
    QTest.keyClick(screen, Qt.Key.Key_F5)
    await until(lambda: "não responde" in screen.banner.text)
    assert screen.states.currentWidget() is screen.table, "the old rows stay"
    stocked.database.read = read  # type: ignore[method-assign]


async def test_closing_while_it_loads_leaves_nothing_behind(stocked: Shop) -> None:
    door = asyncio.Event()
    read = stocked.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await read(question)

    stocked.database.read = slow  # type: ignore[method-assign]
    screen = await stocked.products()
    await until(lambda: screen._waiting)
    await screen.aclose()
    await until(lambda: len(asyncio.all_tasks()) == 1)
    stocked.database._changes.publish(frozenset({Topic.PRODUCTS}))
    assert not screen._gather.isActive()


async def test_closing_with_a_dialog_open_closes_it_too(stocked: Shop) -> None:
    screen = await stocked.products()
    await until(lambda: screen._model.rowCount() == 3)
    QTest.keyClick(screen, Qt.Key.Key_Insert)
    await until(lambda: screen.findChild(ProductEditor) is not None)
    write(screen.findChild(ProductEditor), product_name="Metade")
    await screen.aclose()
    await until(lambda: screen.findChild(ProductEditor) is None)


async def test_who_may_not_edit_may_look(stocked: Shop) -> None:
    screen = await stocked.products(ANA)
    await until(lambda: screen._model.rowCount() == 3)
    assert not button(screen, "product_new").isEnabled()
    assert button(screen, "product_new").toolTip() == "Seu perfil não pode alterar o cadastro de produtos."
    assert not button(screen, "product_import").isEnabled()
    QTest.keyClick(screen, Qt.Key.Key_Insert)
    await asyncio.sleep(0.02)
    assert screen.findChild(ProductEditor) is None
    screen.table.setFocus()
    QTest.keyClick(screen.table, Qt.Key.Key_Return)
    editor = await until(lambda: screen.findChild(ProductEditor))
    assert editor._save.isHidden()
    assert "não alterar" in editor._banner.text


async def test_f6_moves_the_chosen_product(stocked: Shop) -> None:
    screen = await stocked.products()
    await full(screen, "Açúcar cristal", "Café torrado", "Panela de pressão")
    asked: list[int] = []
    screen.move_stock_requested.connect(asked.append)
    screen.table.go_to_row(1)
    QTest.keyClick(screen, Qt.Key.Key_F6)
    QTest.keyClick(screen, Qt.Key.Key_F6)
    dialog = await until(lambda: screen.findChild(MovementDialog))
    assert asked == [2]
    assert len(screen.findChildren(MovementDialog)) == 1
    await until(lambda: dialog.form._detail is not None)
    assert dialog.form.quantity.hasFocus()
    write(dialog, movement_quantity="5", movement_reason="Compra")
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    await until(lambda: cell(screen, 1, 3) == "8")
    assert screen.toasts._toast is not None
    assert screen.toasts._toast.text == "Entrada registrada: CAF-2 fica com 8 no estoque."
    await until(lambda: screen.findChild(MovementDialog) is None)


async def test_a_new_product_is_chosen_once_it_is_saved(stocked: Shop) -> None:
    screen = await stocked.products()
    await until(lambda: screen._model.rowCount() == 3)
    QTest.mouseClick(button(screen, "product_new"), Qt.MouseButton.LeftButton)
    editor = await until(lambda: screen.findChild(ProductEditor))
    write(editor, product_reference="COP-9", product_name="Copo", product_price="9,90")
    QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await full(screen, "Açúcar cristal", "Café torrado", "Copo", "Panela de pressão")
    await until(lambda: screen.table.current_id() == 4)
    assert screen.focusWidget() is screen.table


async def test_a_narrow_window_keeps_names_readable(stocked: Shop) -> None:
    screen = await stocked.products(size=(1280, 700))
    await until(lambda: screen._model.rowCount() == 3)
    assert screen.panel.geometry().left() > screen.states.geometry().right()
    assert not any(screen.table.isColumnHidden(column) for column in range(6))
    for width in (700, 520):
        screen.resize(width, 600)
        await asyncio.sleep(0.02)
    await until(lambda: screen.panel.geometry().top() > screen.states.geometry().bottom())
    await until(lambda: screen.table.isColumnHidden(4))
    assert screen.table.columnWidth(1) >= 100
    assert button(screen, "product_import").text() == ""
    assert button(screen, "product_import").toolTip() == "Importar planilha"


async def test_every_control_has_a_name(stocked: Shop, qtbot: QtBot) -> None:
    screen = await stocked.products()
    for each in screen.findChildren(QPushButton):
        if each.text():
            assert each.objectName(), each.text()
    assert screen.search.accessibleName()
    assert screen.table.accessibleName()
    keys = screen._session.services.shortcuts.by_context()["Produtos"]
    assert [key.key for key in keys] == ["F2", "F5", "Ins", "Ctrl+E", "F6", "F8"]


def _copy_the_first_product(url: str, count: int) -> None:
    """Straight into the tables: the catalogue would take longer to keep than to show."""
    new = {
        "id": "n",
        "reference": "printf('R%06d', n)",
        "reference_key": "printf('r%06d', n)",
        "name": "printf('Produto %06d', n)",
        "name_key": "printf('produto %06d', n)",
        "search_text": "printf('r%06d produto %06d', n, n)",
    }
    columns = [str(row[1]) for row in ask_sql(url, "PRAGMA table_info(product)")]
    values = ", ".join(new.get(column, f"product.{column}") for column in columns)
    numbers = " ".join(
        ("WITH RECURSIVE c(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM c WHERE n <", str(count), ")")
    )
    for table, chosen, source in (
        ("product", values, "c JOIN product ON product.id = 1"),
        ("stock (product_id, on_hand)", "n, 0", "c"),
    ):
        ask_sql(url, " ".join(("INSERT INTO", table, numbers, "SELECT", chosen, "FROM", source)))


async def test_a_hundred_thousand_products_are_asked_for_only_where_one_looks(shop: Shop) -> None:
    shop.keep(reference="R000001", name="Produto 000001")
    _copy_the_first_product(shop.database.url, 100_000)
    asked: list[int] = []
    screen = await shop.products()
    load = screen._model._load_rows

    async def counted(ids: tuple[int, ...]) -> Any:
        asked.append(len(ids))
        return await load(ids)

    screen._model._load_rows = counted
    await until(lambda: screen._model.rowCount() == 100_000, 20)
    assert said(screen, "product_count") == "100.000 produtos"
    screen.table.setFocus()
    QTest.keyClick(screen.table, Qt.Key.Key_End)
    await until(lambda: cell(screen, 99_999, 1) == "Produto 100000")
    QTest.keyClick(screen.table, Qt.Key.Key_Home)
    await until(lambda: cell(screen, 0, 1) == "Produto 000001")
    QTest.keyClicks(screen.search, "100000")
    await until(lambda: screen._model.rowCount() == 1)
    await full(screen, "Produto 100000")
    assert said(screen, "product_count") == "1 de 100.000"
    assert sum(asked) < 2000


async def test_a_movement_elsewhere_reorders_a_list_sorted_by_stock(stocked: Shop) -> None:
    screen = await stocked.products()
    await until(lambda: screen._model.rowCount() == 3)
    screen.table.horizontalHeader().setSortIndicator(3, Qt.SortOrder.AscendingOrder)
    await full(screen, "Café torrado", "Panela de pressão", "Açúcar cristal")
    cafe = stocked.detail(2).product
    await asyncio.to_thread(lambda: None)
    move(stocked.database, cafe, MovementKind.ENTRY, 100, by=BRUNO)
    await full(screen, "Panela de pressão", "Açúcar cristal", "Café torrado")


async def test_another_window_opens_a_product(stocked: Shop) -> None:
    screen = await stocked.products()
    await until(lambda: screen._model.rowCount() == 3)
    QTest.keyClicks(screen.search, "xyz")
    await until(lambda: screen.states.currentWidget() is screen.empty)
    screen.open_product(1)
    editor = await until(lambda: screen.findChild(ProductEditor))
    assert editor.windowTitle() == "Panela de pressão"
    await until(lambda: screen.table.current_id() == 1)
    screen.open_product(1)
    assert len(screen.findChildren(ProductEditor)) == 1


async def test_a_product_that_is_gone_is_told(stocked: Shop) -> None:
    screen = await stocked.products()
    await until(lambda: screen._model.rowCount() == 3)
    screen.open_product(99)
    await until(screen.banner.isVisible)
    assert screen.banner.text == "Este produto não existe mais. Atualize a lista com F5."
