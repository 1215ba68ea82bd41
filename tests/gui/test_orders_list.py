"""What is new, old and at risk is seen at once; orders are found, filtered and marked without leaving the keyboard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.books import ask_sql
from tests.builders import move
from tests.gui.order_gallery import (
    CARLA,
    FACA,
    GONE,
    ODD,
    PANELA,
    STRANGER,
    TACA,
    TO_SHIP,
    WAITING,
    Item,
    OrderBooks,
    an_order,
    known_statuses,
    open_orders,
)
from tests.gui.product_gallery import ANA, BRUNO, write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_import import dismiss_order
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.ui.orders.bar import ActionLine
from varejoforte_desktop.ui.screens.orders import OrdersScreen
from varejoforte_desktop.ui.widgets.badge import Badge

CHECK = Qt.ItemDataRole.CheckStateRole


@pytest.fixture
async def books(qapp: Any, tmp_path: Path) -> AsyncIterator[OrderBooks]:
    """A shop without orders."""
    async with open_orders(tmp_path) as opened:
        yield opened


@pytest.fixture
async def busy(books: OrderBooks) -> OrderBooks:
    """A morning: 7001 is scarce, 7002 strange, 7003 odd, 7004 gone, 7005 plain and old, 6990 imported."""
    now = books.clock()
    books.keep("FAC-8", "Faca do chef 8 pol", 40)
    books.keep("PAN-24-AZ", "Panela de ferro", 1)
    known_statuses(books)
    ago = {
        number: now - timedelta(minutes=minutes)
        for number, minutes in enumerate((200, 9, 8, 7, 6, 130), 7000)
    }
    books.see(an_order(6990, FACA, at=ago[7000], buyer="Helena Prado"))
    books.explain(ODD)
    books.take(6990)
    books.see(an_order(7001, Item("PAN-24-AZ", PANELA.name, 3, "289.90"), at=ago[7001], buyer="Joana Reis"))
    books.see(an_order(7002, STRANGER, at=ago[7002], buyer="Bianca Toledo"))
    books.see(an_order(7003, FACA, at=ago[7003], buyer="Marcos Vinícius", status=ODD))
    books.see(an_order(7004, FACA, at=ago[7004], buyer="Davi Rocha", status=GONE, paid=False))
    books.see(an_order(7005, FACA, at=ago[7005], buyer="Aline Cordeiro"))
    books.looked()
    return books


def column(screen: OrdersScreen, title: str) -> list[str]:
    """What a column says, from the top."""
    model = screen.listing.model
    place = [each.title for each in model.columns].index(title)
    return [str(model.index(row, place).data()) for row in range(model.rowCount())]


def numbers(screen: OrdersScreen) -> list[str]:
    return column(screen, "Pedido")


async def listed(screen: OrdersScreen, *expected: int) -> None:
    await until(lambda: numbers(screen) == [str(each) for each in expected])


def marked(screen: OrdersScreen) -> list[str]:
    model = screen.listing.model
    rows = range(model.rowCount())
    return [numbers(screen)[row] for row in rows if model.index(row, 0).data(CHECK) is Qt.CheckState.Checked]


def badge(screen: QWidget, name: str) -> str:
    found = screen.findChild(Badge, name)
    assert found is not None
    return "" if found.isHidden() else found.text


def titles(screen: OrdersScreen) -> list[str]:
    return [screen.bar.tabs.tabText(place) for place in range(screen.bar.tabs.count())]


def empty_words(screen: OrdersScreen) -> str:
    return screen.listing.empty.accessibleName()


def press(widget: QWidget, name: str) -> None:
    button = widget.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


# --- what is seen --------------------------------------------------------------------------------------------------


async def test_the_scarcest_goods_come_first_then_the_oldest(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    assert screen.title == "Pedidos da Tray"
    assert column(screen, "Risco") == [
        "faltam 2 de Panela de ferro", "sobram 37 de Faca do chef 8 pol", "sobram 37 de Faca do chef 8 pol", "—", "—",
    ]  # fmt: skip
    assert column(screen, "Cliente")[0] == "Joana Reis"
    assert column(screen, "Há") == ["9 min", "2 h 10 min", "7 min", "8 min", "6 min"]
    assert column(screen, "Impedimento") == [
        "—", "—", "Situação sem significado", "Produto desconhecido", "Cancelado",
    ]  # fmt: skip
    assert column(screen, "Situação")[1:3] == [
        "Separar e enviar · A ENVIAR",
        "Sem significado · EM SEPARAÇÃO",
    ]
    assert (column(screen, "Itens")[0], column(screen, "Total")[0]) == ("3", "893,80")
    await until(
        lambda: titles(screen) == ["Na loja (4)", "Importados (1)", "Registrados", "Deixados de lado"]
    )
    assert badge(screen, "orders_at_risk") == "1 pedido sem estoque"
    assert badge(screen, "orders_old") == "Mais antigo há 3 h 20 min"
    await until(screen.listing.table.hasFocus)


async def test_the_order_of_the_list_is_chosen_and_kept_for_each_tab(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    screen.filters.sorting.setCurrentIndex(1)
    await listed(screen, 7004, 7003, 7002, 7001, 7005)
    screen.filters.sorting.setCurrentIndex(2)
    await listed(screen, 7005, 7001, 7002, 7003, 7004)
    QTest.keyClick(screen, Qt.Key.Key_F7)
    await listed(screen, 6990)
    assert screen.filters.sorting.currentText() == "Por risco"
    screen.bar.go(0)
    await listed(screen, 7005, 7001, 7002, 7003, 7004)
    assert screen.filters.sorting.currentText() == "Mais antigos"


async def test_each_tab_lists_its_own_orders(busy: OrderBooks) -> None:
    busy.take(7005)
    number = busy.register(7005)
    busy.database.run_now(dismiss_order, busy.id_of(7004), reason="Cancelado", by=BRUNO)
    screen = await busy.show()
    await listed(screen, 7001, 7003, 7002)
    QTest.keyClick(screen, Qt.Key.Key_F7)
    await listed(screen, 6990)
    await until(screen.listing.table.hasFocus)
    QTest.keyClick(screen.listing.table, Qt.Key.Key_Space)
    assert marked(screen) == [], "only what is still in the store is marked"
    QTest.keyClick(screen, Qt.Key.Key_F7)
    await listed(screen, 7005)
    assert column(screen, "Estado") == [number]
    assert screen.listing.search.order.value == "newest"
    assert screen.action_line.take.isHidden(), "nothing can be imported here"
    QTest.keyClick(screen, Qt.Key.Key_F7)
    await listed(screen, 7004)
    assert column(screen, "Estado") == ["Deixado de lado"]
    QTest.keyClick(screen, Qt.Key.Key_F7)
    await listed(screen, 7001, 7003, 7002)


# --- looking for some ----------------------------------------------------------------------------------------------


async def test_a_number_or_the_buyers_name_is_typed(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    QTest.keyClick(screen, Qt.Key.Key_F2)
    assert screen.filters.search.hasFocus()
    QTest.keyClicks(screen.filters.search, "joa re")
    await listed(screen, 7001)
    write(screen, order_search="7005")
    await listed(screen, 7005)
    QTest.keyClick(screen.filters.search, Qt.Key.Key_Down)
    await until(screen.listing.table.hasFocus)
    assert screen.listing.foot.text() == "1 pedido com estes filtros"


async def test_an_order_that_is_further_on_is_found_from_any_tab(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    write(screen, order_search="6990")
    await until(lambda: empty_words(screen) == "Nada com “6990” aqui Há 1 pedido em “Importados”.")
    press(screen, "no_orders_button")
    await listed(screen, 6990)
    assert screen.bar.tab.name == "imported"


async def test_a_name_nobody_has_offers_all_again(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    write(screen, order_search="xyz")
    await until(lambda: empty_words(screen).startswith("Nenhum pedido com “xyz”"))
    press(screen, "no_orders_button")
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    assert screen.filters.search.text() == ""


async def test_the_stores_statuses_to_choose_from(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    await until(lambda: screen.filters.status.count() > 1)
    offered = [screen.filters.status.itemText(place) for place in range(screen.filters.status.count())]
    assert offered == [
        "Qualquer situação",
        "A ENVIAR · separar e enviar",
        "AGUARDANDO PAGAMENTO · aguarda pagamento",
        "CANCELADO · cancelado",
        "EM SEPARAÇÃO · sem significado",
    ]
    screen.filters.status.setCurrentIndex(4)
    await listed(screen, 7003)
    screen.refresh()
    await asyncio.sleep(0.05)
    assert screen.filters.status.currentData() == ODD[0], "a fresh look keeps what was chosen"
    assert (TO_SHIP[0], WAITING[0]) == ("23", "21")


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
async def test_news_leaves_the_open_list_of_statuses_alone(busy: OrderBooks) -> None:
    screen = await busy.show()
    status = screen.filters.status
    await until(lambda: status.count() == 5)
    status.showPopup()
    view = status.view()
    view.setCurrentIndex(status.model().index(3, 0))
    busy.see(an_order(7006, FACA, at=busy.clock(), buyer="Nova"))
    await until(lambda: "7006" in numbers(screen))
    assert view.isVisible()
    assert view.currentIndex().row() == 3, "one order more, and nothing else to choose from"
    busy.explain()
    await until(lambda: screen.filters._waiting)
    assert view.isVisible()
    assert (view.currentIndex().row(), status.count()) == (3, 5)
    status.hidePopup()
    await until(lambda: not status.itemText(4).endswith("sem significado"))


@pytest.mark.parametrize(("period", "expected"), [(1, [8004]), (2, [8004, 8003]), (3, [8004, 8003, 8002])])
async def test_quick_periods_go_back_from_today(books: OrderBooks, period: int, expected: list[int]) -> None:
    """Days are the shop's: at 10:15 of Friday, seven days begin at midnight of last Saturday."""
    midnight = books.clock().replace(hour=3, minute=0)
    books.keep("FAC-8", "Faca do chef", 40)
    for number, at in (
        (8001, midnight - timedelta(days=29, seconds=1)),
        (8002, midnight - timedelta(days=29)),
        (8003, midnight - timedelta(days=6)),
        (8004, midnight),
    ):
        books.see(an_order(number, FACA, at=at))
    screen = await books.show()
    screen.filters.sorting.setCurrentIndex(1)
    await listed(screen, 8004, 8003, 8002, 8001)
    screen.filters.period.setCurrentIndex(period)
    await listed(screen, *expected)


async def test_a_period_from_day_to_day(books: OrderBooks) -> None:
    books.keep("FAC-8", "Faca do chef", 40)
    for number, days in ((8001, 3), (8002, 2), (8003, 1), (8004, 0)):
        books.see(an_order(number, FACA, at=books.clock() - timedelta(days=days)))
    screen = await books.show()
    screen.filters.sorting.setCurrentIndex(2)
    screen.filters.period.setCurrentIndex(4)
    await listed(screen, 8004)
    assert screen.filters.first.value() == date(2026, 11, 20)
    write(screen, order_from="18/11", order_to="19/11")
    await listed(screen, 8002, 8003)
    write(screen, order_from="31/02")
    QTest.keyClick(screen.filters.first, Qt.Key.Key_Tab)
    await asyncio.sleep(0.45)
    wrong = screen.findChild(QLabel, "order_days_wrong")
    assert wrong is not None
    assert wrong.text() == "Digite um dia como 30/11/2026."
    assert numbers(screen) == ["8002", "8003"], "a day that is none changes nothing"


# --- marks ---------------------------------------------------------------------------------------------------------


async def test_space_marks_and_goes_on(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    await until(screen.listing.table.hasFocus)
    table = screen.listing.table
    QTest.keyClick(table, Qt.Key.Key_Space)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert marked(screen) == ["7001", "7005"]
    assert screen.action_line.take.text() == "Importar 2 marcados (F10)"
    assert screen.action_line.all.text() == "2 de 5 marcados"
    assert screen.action_line.all.checkState() is Qt.CheckState.PartiallyChecked
    assert table.currentIndex().row() == 2
    QTest.keyClick(table, Qt.Key.Key_Up)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert marked(screen) == ["7001"]


async def test_ctrl_a_marks_all_and_again_none(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    await until(screen.listing.table.hasFocus)
    QTest.keyClick(screen.listing.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(marked(screen)) == 5
    assert screen.action_line.all.checkState() is Qt.CheckState.Checked
    QTest.mouseClick(screen.action_line.all, Qt.MouseButton.LeftButton)
    assert marked(screen) == []
    assert screen.action_line.all.checkState() is Qt.CheckState.Unchecked
    assert screen.action_line.take.text() == "Importar (F10)"


async def test_a_click_on_the_mark_changes_it(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    table = screen.listing.table
    where = table.visualRect(screen.listing.model.index(1, 0))
    spot = where.topLeft()
    spot.setX(where.left() + 22)
    spot.setY(where.center().y())
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert marked(screen) == ["7005"]
    opened: list[bool] = []
    screen.listing.opened.connect(lambda: opened.append(True))
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert marked(screen) == []
    assert opened == []
    spot.setX(where.left() + 70)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert (marked(screen), opened) == ([], [True])


async def test_what_is_no_longer_listed_is_no_longer_marked(busy: OrderBooks) -> None:
    """A mark that nobody sees must not import anything."""
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    screen.listing.mark_all()
    write(screen, order_search="joana")
    await listed(screen, 7001)
    await until(lambda: screen.action_line.take.text() == "Importar 1 marcado (F10)")
    screen.filters.clear()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    assert marked(screen) == ["7001"]
    screen.bar.go(1)
    await listed(screen, 6990)
    screen.bar.go(0)
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    assert marked(screen) == []


# --- following the shop --------------------------------------------------------------------------------------------


async def test_a_new_order_comes_into_the_list_by_itself(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    screen.listing.table.go_to_row(1)
    screen.listing.mark()
    busy.keep("TAC-6", "Jogo de taças", 1)
    busy.see(an_order(7006, TACA, at=busy.clock()))
    await listed(screen, 7001, 7006, 7005, 7003, 7002, 7004)
    assert marked(screen) == ["7005"]
    await until(lambda: titles(screen)[0] == "Na loja (5)")


async def test_goods_that_arrive_change_the_risk(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    rows = busy.database.read_now(lambda reader: reader.product_by_code("PAN-24-AZ"))
    assert rows is not None
    product = busy.database.read_now(lambda reader: reader.product_detail(rows)).product
    move(busy.database, product, MovementKind.ENTRY, 100, by=BRUNO)
    await listed(screen, 7005, 7003, 7001, 7002, 7004)
    await until(lambda: badge(screen, "orders_at_risk") == "")


async def test_a_hidden_list_waits_until_somebody_looks(busy: OrderBooks) -> None:
    screen = await busy.show()
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    screen.hide()
    busy.see(an_order(7007, FACA, at=busy.clock()))
    await asyncio.sleep(0.25)
    assert len(numbers(screen)) == 5
    screen.show()
    screen.activate()
    await until(lambda: len(numbers(screen)) == 6)


# --- nothing there, and trouble ------------------------------------------------------------------------------------


async def test_a_shop_that_was_never_connected(books: OrderBooks) -> None:
    screen = await books.show(CARLA)
    wanted: list[bool] = []
    screen.settings_requested.connect(lambda: wanted.append(True))
    await until(lambda: empty_words(screen).startswith("A loja ainda não foi conectada à Tray"))
    press(screen, "no_orders_button")
    assert wanted == [True]
    assert screen.panel.isHidden()


async def test_a_connected_shop_without_orders_says_what_belongs_here(books: OrderBooks) -> None:
    books.looked()
    screen = await books.show()
    await until(lambda: empty_words(screen).startswith("Nenhum pedido novo"))
    await until(lambda: QPushButton is type(screen.focusWidget()))
    for words in ("Nada importado à espera", "Nenhum pedido registrado ainda", "Nada deixado de lado"):
        QTest.keyClick(screen, Qt.Key.Key_F7)
        await until(lambda words=words: empty_words(screen).startswith(words))


async def test_books_that_do_not_answer_are_said_once_and_asked_again(busy: OrderBooks) -> None:
    real = busy.database.read

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    busy.database.read = broken  # type: ignore[method-assign]
    screen = await busy.show()
    await until(lambda: screen.listing.broken)
    assert screen.listing.states.failed.accessibleName().startswith("O banco de dados não responde.")
    await asyncio.sleep(0.05)
    assert screen.banner.isHidden()
    busy.database.read = real  # type: ignore[method-assign]
    press(screen, "order_table_error_button")
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    busy.database.read = broken  # type: ignore[method-assign]
    busy.database._changes.publish(frozenset({Topic.ORDERS}))
    await until(screen.banner.isVisible)
    assert len(numbers(screen)) == 5, "what was seen stays"
    busy.database.read = real  # type: ignore[method-assign]
    press(screen, "orders_banner_button")
    await until(screen.banner.isHidden)


async def test_an_order_that_could_not_be_read_is_pointed_at(busy: OrderBooks) -> None:
    busy.unreadable(7020)
    screen = await busy.show()
    await until(screen.unread.isVisible)
    assert screen.unread.text == (
        "1 pedido da Tray não pôde ser lido; o estoque não é enviado até resolver. "
        "Abra-o e deixe de lado, ou tente de novo."
    )
    screen.bar.go(2)
    press(screen, "orders_unread_button")
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.remote_id == "7020")
    assert screen.bar.tab.name == "seen"
    busy.database.run_now(dismiss_order, busy.id_of(7020), reason="Pedido de teste", by=BRUNO)
    await until(screen.unread.isHidden)


async def test_an_operator_imports_orders(busy: OrderBooks) -> None:
    screen = await busy.show(ANA)
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    assert screen.action_line.take.isEnabled()


async def test_whoever_may_not_import_is_told_who_may(qapp: Any) -> None:
    line = ActionLine("Seu perfil não pode importar pedidos. Peça a um gerente.")
    line.show_choice(count=3, marked=2, markable=True)
    assert not line.take.isEnabled()
    assert line.take.toolTip() == "Seu perfil não pode importar pedidos. Peça a um gerente."
    line.deleteLater()


# --- large and small -----------------------------------------------------------------------------------------------


async def test_a_hundred_thousand_archived_orders_are_listed_as_one_scrolls(books: OrderBooks) -> None:
    """Only what is in sight is read; the end of the archive is as near as its beginning."""
    books.see(an_order(1, FACA, at=books.clock()))
    names = [
        name
        for (name,) in ask_sql(books.database.url, "SELECT name FROM pragma_table_info('tray_order')")
        if name not in {"id", "remote_id", "stage", "promised"}
    ]
    copied = (
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) "
        "INSERT INTO tray_order (remote_id, stage, promised, {names}) "
        "SELECT CAST(i AS TEXT), 'registered', 0, {names} FROM n, tray_order WHERE remote_id = '1'"
    )
    ask_sql(books.database.url, copied.format(names=", ".join(names)))
    screen = await books.show()
    screen.bar.go(2)
    await until(lambda: screen.listing.model.rowCount() == 100_000, 20)
    asked: list[int] = []
    real = screen.listing.model._load_rows

    async def counted(ids: tuple[int, ...]) -> Any:
        asked.append(len(ids))
        return await real(ids)

    screen.listing.model._load_rows = counted  # type: ignore[method-assign]
    QTest.keyClick(screen.listing.table, Qt.Key.Key_End)
    last = screen.listing.model.index(99_999, 0)
    await until(lambda: last.data() not in {None, "…"}, 20)
    assert 0 < sum(asked) <= 400
    assert screen.listing.foot.text() == "100.000 pedidos"


async def test_a_small_window_opens_the_order_over_the_list(busy: OrderBooks) -> None:
    screen = await busy.show(size=(720, 560))
    await listed(screen, 7001, 7005, 7003, 7002, 7004)
    assert screen.width() == 720, "nothing in it is wider"
    assert screen.panel.isHidden()
    assert screen.listing.foot.text() == "Enter abre o pedido · 5 pedidos"
    await until(screen.listing.table.hasFocus)
    await until(lambda: screen.panel.detail is not None)
    QTest.keyClick(screen.listing.table, Qt.Key.Key_Return)
    assert screen.panel.isVisible()
    assert screen.listing.isHidden()
    QTest.keyClick(screen.panel, Qt.Key.Key_Escape)
    assert screen.panel.isHidden()
    assert screen.listing.table.hasFocus()
    assert screen.width() == 720
    screen.resize(1110, 650)
    assert screen.panel.isVisible()
    assert screen.listing.isVisible()


async def test_f1_lists_every_key(busy: OrderBooks) -> None:
    screen = await busy.show()
    keys = {each.words: each.title for each in screen._session.services.shortcuts.by_context()[screen.title]}
    assert keys == {
        "F2": "Buscar pedido",
        "F5": "Olhar a loja agora",
        "F6": "Resolver o que impede",
        "F7": "Próxima lista",
        "Espaço": "Marcar o pedido",
        "Ctrl+A": "Marcar todos",
        "Ctrl+E": "Vincular NF-e emitida fora",
        "Ctrl+Shift+E": "Desfazer vínculo",
        "Ctrl+R": "Código de rastreio",
        "F10": "Importar os marcados, ou o escolhido",
        "F11": "Registrar venda",
        "Del": "Deixar de lado",
        "Ins": "Trazer de volta",
        "Ctrl+Del": "Cancelar o pedido",
        "Ctrl+C": "Copiar como texto",
        "Esc": "Voltar à lista",
    }


async def test_every_control_has_a_name_for_hands_and_for_ears(busy: OrderBooks) -> None:
    screen = await busy.show()
    await until(lambda: screen.panel.detail is not None)
    for button in screen.findChildren(QPushButton):
        assert button.objectName(), button.text()
        if button.text():
            assert button.accessibleName() or button.text()
    for widget in (
        screen.filters.status,
        screen.filters.period,
        screen.filters.sorting,
        screen.listing.table,
    ):
        assert widget.accessibleName()
