"""Orders are taken in by a person, each accounted for, and what was left out is put right from the result itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.gui.order_gallery import (
    CARLA,
    FACA,
    GONE,
    ODD,
    STRANGER,
    OrderBooks,
    an_order,
    known_statuses,
    open_orders,
)
from tests.gui.product_gallery import ANA, BRUNO, write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.order_import import import_orders
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.ui.orders.importing import PART, ImportDialog
from varejoforte_desktop.ui.orders.meaning import MeaningDialog
from varejoforte_desktop.ui.orders.repair import RepairDialog
from varejoforte_desktop.ui.orders.result import ResultSheet
from varejoforte_desktop.ui.screens.orders import OrdersScreen

F10 = Qt.Key.Key_F10


@pytest.fixture
async def books(qapp: Any, tmp_path: Path) -> AsyncIterator[OrderBooks]:
    """A shop that sells knives and knows what A ENVIAR means."""
    async with open_orders(tmp_path) as opened:
        opened.keep("FAC-8", "Faca do chef 8 pol", 4000)
        known_statuses(opened)
        opened.explain(ODD)
        yield opened


def see_many(books: OrderBooks, count: int, first: int = 8000) -> list[int]:
    """So many plain orders."""
    at = books.clock() - timedelta(minutes=5)
    return [books.see(an_order(first + place, FACA, at=at)) for place in range(count)]


async def ready(screen: OrdersScreen, count: int) -> None:
    await until(lambda: screen.listing.model.rowCount() == count)
    await until(lambda: screen.panel.detail is not None)


async def dialog(screen: QWidget, kind: type[Any]) -> Any:
    """The dialog of this kind that is open over the screen."""
    found = await until(lambda: next((each for each in screen.findChildren(kind) if each.isVisible()), None))
    assert found is not None
    # Keys reach only an active window.
    found.activateWindow()
    await until(found.isActiveWindow)
    return found


def words(widget: QWidget, name: str) -> str:
    label = widget.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


def press(widget: QWidget, name: str) -> None:
    button = widget.findChild(QPushButton, name)
    assert button is not None, name
    assert button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(screen: OrdersScreen) -> list[str]:
    heard: list[str] = []
    screen.said.connect(heard.append)
    return heard


def stages(books: OrderBooks, ids: list[int]) -> set[OrderStage]:
    rows = books.database.read_now(lambda reader: reader.orders.rows(ids))
    return {row.stage for row in rows}


def left_out(sheet: ResultSheet) -> list[str]:
    """The numbers of the orders that the sheet lists, from the top."""
    frames = [each for each in sheet.findChildren(QWidget) if each.objectName().startswith("import_skipped_")]
    return [each.objectName().removeprefix("import_skipped_") for each in sorted(frames, key=lambda f: f.y())]


# --- a few ---------------------------------------------------------------------------------------------------------


async def test_f10_imports_the_order_the_keyboard_is_on(books: OrderBooks) -> None:
    ids = see_many(books, 2)
    screen = await books.show(ANA)
    heard = said(screen)
    await ready(screen, 2)
    QTest.keyClick(screen, F10)
    await until(lambda: heard == ["Pedido 8000 importado."])
    assert stages(books, ids[:1]) == {OrderStage.IMPORTED}
    assert stages(books, ids[1:]) == {OrderStage.SEEN}
    await until(lambda: screen.listing.model.rowCount() == 1)
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.remote_id == "8001")


async def test_marked_orders_are_imported_and_the_sum_is_told(books: OrderBooks) -> None:
    ids = see_many(books, 3)
    screen = await books.show(ANA)
    await ready(screen, 3)
    screen.listing.mark()
    screen.listing.mark()
    press(screen, "order_import")
    sheet = await dialog(screen, ResultSheet)
    assert words(sheet, "import_summary") == "Encontrados 2: 2 novos, 0 atualizados, 0 não importados"
    assert sheet.close_button.hasFocus()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    await until(lambda: not screen.doings.busy)
    assert stages(books, ids[:2]) == {OrderStage.IMPORTED}
    await until(lambda: screen.listing.model.rowCount() == 1)
    assert screen.action_line.take.text() == "Importar (F10)"


async def test_pressing_twice_imports_once(books: OrderBooks) -> None:
    see_many(books, 1)
    screen = await books.show(ANA)
    heard = said(screen)
    await ready(screen, 1)
    QTest.keyClick(screen, F10)
    QTest.keyClick(screen, F10)
    screen.take()
    await until(lambda: heard)
    await until(lambda: screen.listing.model.rowCount() == 0)
    await asyncio.sleep(0.05)
    assert heard == ["Pedido 8000 importado."]


async def test_f10_means_nothing_where_nothing_can_be_imported(books: OrderBooks) -> None:
    see_many(books, 1)
    books.take(8000)
    screen = await books.show(ANA)
    screen.bar.go(1)
    await ready(screen, 1)
    QTest.keyClick(screen, F10)
    assert not screen.doings.busy


# --- many ----------------------------------------------------------------------------------------------------------


async def test_many_are_imported_part_by_part_in_sight(books: OrderBooks) -> None:
    ids = see_many(books, 2 * PART + 10)
    screen = await books.show(ANA)
    await ready(screen, len(ids))
    parts: list[int] = []
    gate = asyncio.Semaphore(0)
    real = books.database.run

    async def one_by_one(use_case: Any, *args: Any, **kwargs: Any) -> Any:
        if use_case is import_orders:
            parts.append(len(args[0]))
            await gate.acquire()
        return await real(use_case, *args, **kwargs)

    books.database.run = one_by_one  # type: ignore[method-assign]
    screen.listing.mark_all()
    QTest.keyClick(screen, F10)
    progress = await dialog(screen, ImportDialog)
    assert words(progress, "import_count") == "0 de 34"
    books.clock.forward(seconds=5)
    gate.release()
    await until(lambda: words(progress, "import_count") == "12 de 34 · faltam 9 s")
    assert progress.bar.value() == PART
    for _ in range(2):
        gate.release()
    sheet = await dialog(screen, ResultSheet)
    assert parts == [PART, PART, 10]
    assert words(sheet, "import_summary") == "Encontrados 34: 34 novos, 0 atualizados, 0 não importados"
    assert stages(books, ids) == {OrderStage.IMPORTED}
    sheet.reject()
    await until(lambda: not screen.doings.busy)


async def test_it_can_be_stopped_between_two_parts(books: OrderBooks) -> None:
    ids = see_many(books, 3 * PART)
    screen = await books.show(ANA)
    await ready(screen, len(ids))
    door = asyncio.Event()
    real = books.database.run

    async def slow(use_case: Any, *args: Any, **kwargs: Any) -> Any:
        if use_case is import_orders:
            await door.wait()
        return await real(use_case, *args, **kwargs)

    books.database.run = slow  # type: ignore[method-assign]
    screen.listing.mark_all()
    QTest.keyClick(screen, F10)
    progress = await dialog(screen, ImportDialog)
    QTest.keyClick(progress, Qt.Key.Key_Escape)
    assert progress.isVisible(), "the part under way is finished first"
    assert progress.stop_button.text() == "Parando…"
    door.set()
    sheet = await dialog(screen, ResultSheet)
    assert words(sheet, "import_summary") == "Encontrados 12: 12 novos, 0 atualizados, 0 não importados"
    stopped = sheet.findChild(QWidget, "import_stopped")
    assert stopped is not None
    assert stopped.accessibleName() == "Parado por você: 24 não foram tentados e continuam marcados."
    sheet.reject()
    await until(lambda: screen.listing.model.rowCount() == 2 * PART)
    assert screen.action_line.take.text() == "Importar 24 marcados (F10)"
    assert stages(books, ids[:PART]) == {OrderStage.IMPORTED}


async def test_books_that_go_away_half_way_are_asked_again_from_there(books: OrderBooks) -> None:
    ids = see_many(books, 2 * PART)
    screen = await books.show(ANA)
    await ready(screen, len(ids))
    real = books.database.run
    asked = 0

    async def away_once(use_case: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal asked
        if use_case is import_orders:
            asked += 1
            if asked == 2:
                raise BooksUnreachable
        return await real(use_case, *args, **kwargs)

    books.database.run = away_once  # type: ignore[method-assign]
    screen.listing.mark_all()
    QTest.keyClick(screen, F10)
    progress = await dialog(screen, ImportDialog)
    await until(progress.banner.isVisible)
    assert progress.banner.text.startswith("O banco de dados não responde.")
    press(progress, "import_banner_button")
    sheet = await dialog(screen, ResultSheet)
    assert words(sheet, "import_summary") == "Encontrados 24: 24 novos, 0 atualizados, 0 não importados"
    assert asked == 3
    sheet.reject()


async def test_trouble_with_a_few_is_told_on_the_screen(books: OrderBooks) -> None:
    see_many(books, 1)
    screen = await books.show(ANA)
    await ready(screen, 1)
    real = books.database.run

    async def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise BooksUnreachable

    books.database.run = broken  # type: ignore[method-assign]
    QTest.keyClick(screen, F10)
    await until(screen.banner.isVisible)
    assert screen.banner.text.startswith("O banco de dados não responde.")
    books.database.run = real  # type: ignore[method-assign]
    await until(lambda: not screen.doings.busy)


# --- what was left out ---------------------------------------------------------------------------------------------


async def test_what_was_left_out_is_put_right_one_reason_after_the_other(books: OrderBooks) -> None:
    """F17: three reasons, each repaired from the result; at the end the sum is the same and all is told."""
    at = books.clock() - timedelta(minutes=5)
    books.see(an_order(8001, FACA, at=at, buyer="Ana Pires"))
    books.see(an_order(8002, STRANGER, at=at, buyer="Bianca Toledo"))
    books.see(an_order(8003, STRANGER, at=at, buyer="Caio Lessa"))
    books.see(an_order(8004, FACA, at=at, buyer="Davi Rocha", status=ODD))
    screen = await books.show(CARLA)
    await ready(screen, 4)
    screen.listing.mark_all()
    QTest.keyClick(screen, F10)
    sheet = await dialog(screen, ResultSheet)
    assert words(sheet, "import_summary") == "Encontrados 4: 1 novo, 0 atualizados, 3 não importados"
    assert left_out(sheet) == ["8004", "8002", "8003"]
    press(sheet, "import_repair_8002")
    repair = await dialog(screen, RepairDialog)
    write(repair, repair_product="FAC-8")
    QTest.keyClick(repair.picker, Qt.Key.Key_Return)
    await until(repair.link_button.isEnabled)
    QTest.keyClick(repair, F10)
    sheet = await dialog(screen, ResultSheet)
    assert words(sheet, "import_summary") == "Encontrados 4: 3 novos, 0 atualizados, 1 não importado"
    assert left_out(sheet) == ["8004"]
    press(sheet, "import_repair_8004")
    meaning = await dialog(screen, MeaningDialog)
    press_radio(meaning, "meaning_to_ship")
    QTest.keyClick(meaning, F10)
    sheet = await dialog(screen, ResultSheet)
    assert words(sheet, "import_summary") == "Encontrados 4: 4 novos, 0 atualizados, 0 não importados"
    sheet.reject()
    await until(lambda: not screen.doings.busy)
    assert books.database.read_now(lambda reader: reader.orders.counters()).imported == 4


def press_radio(widget: QWidget, name: str) -> None:
    from PySide6.QtWidgets import QRadioButton

    radio = widget.findChild(QRadioButton, name)
    assert radio is not None
    radio.click()


async def test_giving_a_repair_up_comes_back_to_the_result(books: OrderBooks) -> None:
    books.see(an_order(8002, STRANGER, at=books.clock()))
    screen = await books.show(BRUNO)
    await ready(screen, 1)
    QTest.keyClick(screen, F10)
    sheet = await dialog(screen, ResultSheet)
    press(sheet, "import_repair_8002")
    repair = await dialog(screen, RepairDialog)
    repair.reject()
    sheet = await dialog(screen, ResultSheet)
    assert words(sheet, "import_summary") == "Encontrado 1: 0 novos, 0 atualizados, 1 não importado"
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    await until(lambda: not screen.doings.busy)


async def test_each_reason_is_told_in_words(books: OrderBooks) -> None:
    at = books.clock()
    books.see(an_order(8001, FACA, at=at, buyer="Davi Rocha", status=GONE, paid=False))
    books.see(an_order(8002, FACA, at=at, buyer="Eva Lins"))
    books.unreadable(8003)
    screen = await books.show(ANA)
    await ready(screen, 3)
    screen.listing.mark_all()
    books.take(8002)
    screen.take()
    sheet = await dialog(screen, ResultSheet)
    told = {
        number: [
            label.text()
            for label in sheet.findChild(QWidget, f"import_skipped_{number}").findChildren(QLabel)
        ]
        for number in left_out(sheet)
    }
    assert "O pedido foi cancelado na loja. Não há o que enviar: deixe-o de lado." in told["8001"]
    assert "Pedido 8001 · Davi Rocha" in told["8001"]
    assert "Já estava importado." in told["8002"]
    assert "Este pedido não pôde ser lido; o estoque não é enviado até resolver. " in " ".join(told["8003"])
    aside = sheet.findChild(QPushButton, "import_repair_8001")
    assert aside is not None
    assert aside.text() == "Deixar de lado"
    assert sheet.findChild(QPushButton, "import_repair_8002") is None
    again = sheet.findChild(QPushButton, "import_repair_8003")
    assert again is not None
    assert again.accessibleName() == "Tentar de novo: pedido 8003"
    sheet.reject()


async def test_amounts_that_do_not_add_up_are_pointed_out(books: OrderBooks) -> None:
    books.see(an_order(8001, FACA, at=books.clock(), off="5.01"))
    screen = await books.show(ANA)
    await ready(screen, 1)
    QTest.keyClick(screen, F10)
    sheet = await dialog(screen, ResultSheet)
    assert words(sheet, "import_summary").startswith("Encontrado 1: 1 novo")
    note = sheet.findChild(QWidget, "import_divergent")
    assert note is not None
    assert note.accessibleName().startswith("1 pedido importado tem valores que não fecham")
    sheet.reject()


async def test_more_than_a_sheet_can_hold_is_counted(books: OrderBooks) -> None:
    at = books.clock()
    for number in range(70):
        books.see(an_order(8000 + number, FACA, at=at, status=GONE, paid=False))
    screen = await books.show(BRUNO)
    await ready(screen, 70)
    screen.listing.mark_all()
    screen.take()
    sheet = await dialog(screen, ResultSheet)
    assert words(sheet, "import_summary") == "Encontrados 70: 0 novos, 0 atualizados, 70 não importados"
    assert len(left_out(sheet)) == 60
    assert "Mostrando 60 de 70." in [label.text() for label in sheet.findChildren(QLabel)]
    sheet.reject()
    await until(lambda: not screen.doings.busy)


async def test_leaving_the_program_closes_whatever_is_open(books: OrderBooks) -> None:
    see_many(books, 2 * PART)
    screen = await books.show(ANA)
    await ready(screen, 2 * PART)
    screen.listing.mark_all()
    screen.take()
    sheet = await dialog(screen, ResultSheet)
    closed: list[int] = []
    sheet.finished.connect(closed.append)
    await screen.aclose()
    assert len(closed) == 1
    assert not screen.doings.busy
