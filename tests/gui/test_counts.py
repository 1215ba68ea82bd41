"""The shelves are counted by scanner: no scan is lost, none blocks the next, and nothing changes before the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QPushButton, QWidget

from tests.builders import a_gtin, a_token, move
from tests.gui.count_gallery import bip
from tests.gui.product_gallery import ANA, BRUNO, Shop, open_shop
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.ports import Movement
from varejoforte_desktop.application.stock_count import abandon_count, close_count, open_count, scan
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.ui.counts.amend import AmendDialog
from varejoforte_desktop.ui.counts.begin import BeginDialog
from varejoforte_desktop.ui.counts.closing import ClosingDialog, GiveUpDialog
from varejoforte_desktop.ui.counts.columns import Shown
from varejoforte_desktop.ui.counts.page import CountPage
from varejoforte_desktop.ui.counts.scan_field import read_scan
from varejoforte_desktop.ui.movements.kinds import ENTERED, KIND_WORDS
from varejoforte_desktop.ui.screens.stock import StockScreen

ENTER = Qt.Key.Key_Return
PAN, IRON, COFFEE = 1, 2, 3


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop with pans by the piece and coffee by weight, everything sent."""
    async with open_shop(tmp_path) as opened:
        opened.keep(
            reference="PAN-1", name="Panela de pressão", barcode=a_gtin(1), on_hand=12, cost=Money(9100)
        )
        opened.keep(reference="PAN-2", name="Panela de ferro", barcode=a_gtin(2), on_hand=3, cost=Money(5000))
        opened.keep(reference="CAF-3", name="Café a granel", unit="KG", on_hand="5.5", cost=Money(4000))
        opened.database.run_now(lambda uow: uow.outbox.discard(list(range(1, 100))))
        yield opened


@pytest.fixture
def beeps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The speaker of the computer, which no test hears."""
    heard: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: heard.append(1))
    return heard


def begin(shop: Shop, name: str = "Inventário de dezembro") -> int:
    return shop.database.run_now(open_count, name, by=BRUNO)


async def counting(shop: Shop, actor: Actor = BRUNO) -> CountPage:
    """The screen with the counts in front, read."""
    screen: StockScreen = await shop.stock(actor)
    QTest.keyClick(screen, Qt.Key.Key_F7)
    page = screen.counts
    await until(lambda: page.desk.facts is not None)
    return page


async def work(shop: Shop, actor: Actor = BRUNO) -> CountPage:
    """A count that goes on."""
    begin(shop)
    page = await counting(shop, actor)
    await until(page.work.field.hasFocus)
    return page


async def ready(page: CountPage) -> None:
    """A dialog has gone; the window is in front again, as a desktop sees to it, and the scanner's field is ready."""
    page.window().activateWindow()
    await until(page.work.field.hasFocus)


def listed(page: CountPage) -> list[list[str]]:
    """Product, counted, in the books, difference."""
    model = page.work.model
    return [[str(model.index(row, column).data()) for column in range(4)] for row in range(model.rowCount())]


def press(window: QWidget, name: str) -> None:
    button = window.findChild(QAbstractButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())


def told(page: CountPage) -> str:
    toast = page.toasts._toast
    return "" if toast is None else toast.text


def said(window: QWidget, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


def on_hand(shop: Shop, product_id: int) -> Decimal:
    return shop.detail(product_id).on_hand


def product(product_id: int) -> Product:
    return Product(id=product_id, reference="x", name="x")


# --- beginning ------------------------------------------------------------------------------------------------------


async def test_a_count_is_begun_from_the_keyboard(shop: Shop) -> None:
    page = await counting(shop)
    assert page.body.currentWidget() is page.start
    QTest.keyClick(page, Qt.Key.Key_Insert)
    dialog = await until(lambda: page.findChild(BeginDialog))
    assert dialog.name.text() == "Inventário 10/12/2026"
    QTest.keyClicks(dialog.name, "Vitrine")
    QTest.keyClick(dialog.name, ENTER)
    await until(lambda: page.body.currentWidget() is page.work)
    await ready(page)
    assert page.work.name.text() == "Vitrine"
    assert page.work.opened.text() == "Aberto por Bruno Reis agora"
    assert "Nada contado ainda" in page.work.empty.accessibleName()


async def test_a_count_needs_a_name_and_another_one_may_be_open(shop: Shop) -> None:
    page = await counting(shop)
    press(page, "no_count_button")
    dialog = await until(lambda: page.findChild(BeginDialog))
    dialog.name.clear()
    dialog.go()
    await until(lambda: dialog.field.error)
    assert dialog.field.error == "Falta preencher: nome."
    begin(shop, "Feito em outro caixa")
    QTest.keyClicks(dialog.name, "Meu")
    assert dialog.field.error == ""
    dialog.go()
    await until(dialog.banner.isVisible)
    assert "Feito em outro caixa" in dialog.banner.text
    dialog.reject()
    await until(lambda: page.work.name.text() == "Feito em outro caixa")


async def test_an_operator_waits_for_somebody_who_may_begin(shop: Shop) -> None:
    page = await counting(shop, ANA)
    button = page.findChild(QPushButton, "no_count_button")
    assert button is not None
    assert not button.isVisible()
    QTest.keyClick(page, Qt.Key.Key_Insert)
    await asyncio.sleep(0.02)
    assert page.findChild(BeginDialog) is None


# --- scanning -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount", "code"),
    [
        ("7894488022791", "1", "7894488022791"),
        ("12*7894488022791", "12", "7894488022791"),
        (" 12 * PAN-1 ", "12", "PAN-1"),
        ("0,350*CAF-3", "0.350", "CAF-3"),
        ("-1*PAN-1", "-1", "PAN-1"),
    ],
)
def test_how_a_scan_is_read(text: str, amount: str, code: str) -> None:
    assert read_scan(text) == (Decimal(amount), code)


def test_a_scan_without_its_code_is_none() -> None:
    assert read_scan("12*") is None
    assert read_scan("  ") is None


async def test_each_bip_adds_one_and_a_star_adds_many(shop: Shop) -> None:
    page = await work(shop)
    bip(page, a_gtin(1))
    await until(lambda: listed(page) == [["PAN-1 · Panela de pressão", "1", "12", "−11"]])
    assert page.work.strip.text == "1 UN · Panela de pressão +1 agora · no sistema 12 · PAN-1"
    shop.clock.forward(seconds=5)
    bip(page, f"12*{a_gtin(2)}")
    await until(lambda: len(listed(page)) == 2)
    assert listed(page)[0] == ["PAN-2 · Panela de ferro", "12", "3", "+9"], "the newest is on top"
    shop.clock.forward(seconds=5)
    bip(page, a_gtin(1))
    await until(lambda: listed(page)[0][:2] == ["PAN-1 · Panela de pressão", "2"])
    bip(page, "0,350*caf-3")
    await until(lambda: listed(page)[0] == ["CAF-3 · Café a granel", "0,350", "5,500", "−5,150"])
    assert page.work.field.hasFocus()
    assert page.work.field.text() == ""
    assert on_hand(shop, PAN) == 12, "nothing changes before the end"


async def test_a_scanner_that_sends_tab_is_understood(shop: Shop) -> None:
    page = await work(shop)
    QTest.keyClicks(page.work.field, a_gtin(1))
    QTest.keyClick(page.work.field, Qt.Key.Key_Tab)
    await until(lambda: len(listed(page)) == 1)
    assert page.work.field.hasFocus()
    QTest.keyClick(page.work.field, Qt.Key.Key_Tab)
    assert not page.work.field.hasFocus(), "with nothing typed Tab goes on"


async def test_a_star_waits_for_its_code(shop: Shop) -> None:
    page = await work(shop)
    bip(page, "12*")
    assert page.work.field.text() == "12*"
    bip(page, a_gtin(1))
    await until(lambda: [line[1] for line in listed(page)] == ["12"])
    QTest.keyClicks(page.work.field, "789")
    QTest.keyClick(page.work.field, Qt.Key.Key_Escape)
    assert page.work.field.text() == ""


async def test_an_unknown_code_flashes_and_the_next_one_is_counted(shop: Shop, beeps: list[int]) -> None:
    page = await work(shop)
    bip(page, "7899999999999")
    bip(page, a_gtin(1))
    bip(page, "7899999999998")
    await until(lambda: len(beeps) == 2)
    await until(lambda: len(listed(page)) == 1)
    assert page.work.field.flashing
    assert page.work.field.property("invalid") is True
    assert page.work.strip.text.startswith("Nenhum produto com “7899999999998”")
    assert page.work.unknown.text == "1 código sem produto: 7899999999999"
    assert page.work.field.hasFocus()
    assert page.work.field.text() == ""
    bip(page, a_gtin(1))
    await until(lambda: page.work.unknown.text == "2 códigos sem produto: 7899999999999, 7899999999998")
    press(page, "count_unknown_close_button")
    assert not page.work.unknown.isVisible()
    await until(lambda: not page.work.field.flashing)
    assert page.work.field.property("invalid") is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0,5*PAN-1", "vendido por unidade inteira"),
        ("a*PAN-1", "“a” não é um número"),
        ("7894488022791*PAN-1", "não é um número"),
        ("-1*PAN-1", "não pode ser negativo"),
    ],
)
async def test_amounts_that_make_no_sense_are_refused(
    shop: Shop, beeps: list[int], text: str, words: str
) -> None:
    page = await work(shop)
    bip(page, text)
    await until(lambda: beeps)
    assert words in page.work.strip.text
    assert listed(page) == []


async def test_scans_faster_than_the_books_are_all_counted_in_their_order(shop: Shop) -> None:
    page = await work(shop)
    for place in range(30):
        bip(page, a_gtin(1 + place % 2))
    await until(lambda: {line[1] for line in listed(page)} == {"15"} and len(listed(page)) == 2)
    await page.desk.settled()
    rows = shop.database.read_now(lambda reader: reader.tills.count_lines(1))
    assert [row.counted for row in rows] == [15, 15]


async def test_what_is_typed_over_the_list_goes_to_the_field(shop: Shop) -> None:
    page = await work(shop)
    bip(page, a_gtin(1))
    await until(lambda: len(listed(page)) == 1)
    page.work.table.setFocus()
    QTest.keyClick(page.work.table, Qt.Key.Key_Down)
    assert page.work.table.hasFocus()
    QTest.keyClick(page.work.table, Qt.Key.Key_7)
    await until(page.work.field.hasFocus)
    assert page.work.field.text() == "7"
    QTest.keyClicks(page.work.field, a_gtin(1)[1:])
    QTest.keyClick(page.work.field, ENTER)
    await until(lambda: listed(page)[0][1] == "2")
    for name in ("count_show_differences", "count_show_counted"):
        press(page, name)
        assert page.work.field.hasFocus(), f"{name} takes no focus from the scanner"


async def test_the_last_bip_is_taken_back_with_a_key(shop: Shop) -> None:
    page = await work(shop)
    bip(page, f"3*{a_gtin(1)}")
    bip(page, a_gtin(2))
    await until(lambda: len(listed(page)) == 2 and "Panela de ferro" in page.work.strip.text)
    QTest.keyClick(page.work.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: len(listed(page)) == 1)
    assert page.work.strip.text.startswith("0 UN · Panela de ferro −1 agora")
    QTest.keyClick(page.work.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    await asyncio.sleep(0.02)
    assert [line[1] for line in listed(page)] == ["3"], "only the last one, once"


async def test_what_differs_and_what_is_missing_are_lists_of_their_own(shop: Shop) -> None:
    page = await work(shop)
    bip(page, f"12*{a_gtin(1)}")
    bip(page, a_gtin(2))
    await until(lambda: len(listed(page)) == 2)
    words = {shown: page.work._buttons[shown].text() for shown in Shown}
    assert words == {
        Shown.COUNTED: "Contados 2",
        Shown.DIFFERENCES: "Só diferenças 1",
        Shown.MISSING: "Faltam contar 1",
    }
    QTest.keyClick(page.work.field, Qt.Key.Key_F8)
    assert [line[0] for line in listed(page)] == ["PAN-2 · Panela de ferro"]
    press(page, "count_show_missing")
    assert listed(page) == [["CAF-3 · Café a granel", "—", "5,500", "—"]]
    QTest.keyClick(page.work.field, Qt.Key.Key_F8)
    QTest.keyClick(page.work.field, Qt.Key.Key_F8)
    assert len(listed(page)) == 2


async def test_what_another_station_counts_is_seen(shop: Shop) -> None:
    page = await work(shop)
    bip(page, a_gtin(1))
    await until(lambda: len(listed(page)) == 1)
    shop.database.run_now(scan, IRON, Decimal(3), by=ANA)
    await until(lambda: len(listed(page)) == 2)
    assert page.desk._others.isActive()
    page.window().hide()
    assert not page.desk._others.isActive()


# --- correcting -----------------------------------------------------------------------------------------------------


async def test_goods_sold_while_they_are_counted_are_marked_and_counted_anew(shop: Shop) -> None:
    page = await work(shop)
    bip(page, f"5*{a_gtin(1)}")
    await until(lambda: len(listed(page)) == 1)
    move(shop.database, product(PAN), MovementKind.EXIT, 2, by=ANA)
    bip(page, f"5*{a_gtin(1)}")
    await until(lambda: page.work.model.index(0, 5).data() == "Recontar")
    page.work.table.go_to_row(0)
    QTest.keyClick(page.work.field, Qt.Key.Key_F4)
    dialog = await until(lambda: page.findChild(AmendDialog))
    assert dialog.quantity.text() == "10"
    for typed, wrong in (("", "Digite a quantidade"), ("1,5", "por inteiro"), ("-3", "como 12")):
        dialog.quantity.setText(typed)
        dialog.go()
        assert wrong in dialog.field.error
    dialog.quantity.setText("9")
    QTest.keyClick(dialog.quantity, ENTER)
    await until(lambda: listed(page) == [["PAN-1 · Panela de pressão", "9", "10", "−1"]])
    assert page.work.model.index(0, 5).data() == ""
    assert told(page) == "PAN-1 recontado."
    await ready(page)


async def test_a_line_removed_by_mistake_comes_back_as_it_was(shop: Shop) -> None:
    page = await work(shop)
    bip(page, f"10*{a_gtin(1)}")
    await until(lambda: len(listed(page)) == 1)
    move(shop.database, product(PAN), MovementKind.EXIT, 4, by=ANA)
    page.work.table.go_to_row(0)
    QTest.keyClick(page.work.field, Qt.Key.Key_Delete)
    await until(lambda: listed(page) == [])
    press(page, "toast_button")
    await until(lambda: listed(page) == [["PAN-1 · Panela de pressão", "10", "12", "−2"]])
    shop.database.run_now(close_count, by=BRUNO, token=a_token())
    assert on_hand(shop, PAN) == 6


async def test_what_nobody_found_can_be_said_to_be_none(shop: Shop) -> None:
    page = await work(shop)
    page.work.show_only(Shown.MISSING)
    await until(lambda: len(listed(page)) == 3)
    place = page.work.model.place_of(IRON)
    assert place is not None
    page.work.table.go_to_row(place)
    page.work.table.setFocus()
    QTest.keyClick(page.work.table, ENTER)
    dialog = await until(lambda: page.findChild(AmendDialog))
    assert dialog.quantity.text() == "0"
    dialog.go()
    page.work.show_only(Shown.COUNTED)
    await until(lambda: listed(page) == [["PAN-2 · Panela de ferro", "0", "3", "−3"]])


# --- the end --------------------------------------------------------------------------------------------------------


async def closing(page: CountPage) -> ClosingDialog:
    QTest.keyClick(page.work.field, Qt.Key.Key_F10)
    dialog: ClosingDialog = await until(lambda: page.findChild(ClosingDialog))
    await until(dialog.isVisible)
    return dialog


async def test_the_end_shows_what_was_found_asks_and_corrects(shop: Shop) -> None:
    page = await work(shop)
    bip(page, f"10*{a_gtin(1)}")
    bip(page, f"4*{a_gtin(2)}")
    dialog = await closing(page)
    figures = {
        name: said(dialog, f"count_{name}")
        for name in ("products", "differences", "surplus", "shortage", "result")
    }
    assert figures == {
        "products": "2",
        "differences": "2",
        "surplus": "+R$ 50,00",
        "shortage": "−R$ 182,00",
        "result": "−R$ 132,00",
    }
    assert dialog.yes.text() == "Encerrar e corrigir (F10)"
    QTest.keyClick(dialog, ENTER)
    QTest.keyClick(dialog.no, ENTER)
    await asyncio.sleep(0.02)
    assert dialog.isVisible(), "a scanner's Enter answers nothing"
    assert on_hand(shop, PAN) == 12
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    await until(lambda: page.body.currentWidget() is page.start)
    assert told(page) == "Inventário de dezembro encerrado: 2 produtos corrigidos, −R$ 132,00 a custo."
    assert (on_hand(shop, PAN), on_hand(shop, IRON), on_hand(shop, COFFEE)) == (10, 4, Decimal("5.5"))
    assert shop.owed() == {PAN: {Aspect.STOCK}, IRON: {Aspect.STOCK}}
    past = page.start.model.rows[0]
    assert (past.name, past.state, past.products, past.differences) == (
        "Inventário de dezembro",
        "closed",
        2,
        2,
    )
    screen = page.window()
    assert isinstance(screen, StockScreen)
    screen.activateWindow()
    begin_button = screen.findChild(QPushButton, "no_count_button")
    assert begin_button is not None
    await until(begin_button.hasFocus)
    QTest.keyClick(begin_button, Qt.Key.Key_F7)
    await until(lambda: screen.ledger.model.rowCount() == 5)
    lines = [
        [str(screen.ledger.model.index(row, column).data()) for column in (1, 2, 3, 4)] for row in range(2)
    ]
    assert sorted(lines) == [
        ["PAN-1 · Panela de pressão", "Inventário", "−2", "10"],
        ["PAN-2 · Panela de ferro", "Inventário", "+1", "4"],
    ]


async def test_esc_goes_on_counting(shop: Shop) -> None:
    page = await work(shop)
    bip(page, a_gtin(1))
    dialog = await closing(page)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await ready(page)
    bip(page, a_gtin(1))
    await until(lambda: listed(page)[0][1] == "2")


async def test_what_nobody_counted_is_zeroed_only_by_a_red_button(shop: Shop) -> None:
    page = await work(shop)
    bip(page, f"12*{a_gtin(1)}")
    dialog = await closing(page)
    assert dialog.zero.text() == "Zerar 2 produtos não contados"
    assert said(dialog, "count_zero_hint") == "Tinham estoque e ninguém os encontrou: −R$ 370,00 a custo"
    assert said(dialog, "count_happens") == "Tudo o que foi contado confere: nada muda no estoque."
    assert (dialog.yes.text(), dialog.yes.property("kind")) == ("Encerrar (F10)", "primary")
    box = dialog.findChild(QCheckBox, "count_zero")
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert (dialog.yes.text(), dialog.yes.property("kind")) == ("Encerrar e zerar (F10)", "danger")
    assert said(dialog, "count_result") == "−R$ 370,00"
    press(dialog, "count_closing_yes")
    await until(lambda: page.body.currentWidget() is page.start)
    assert [on_hand(shop, each) for each in (PAN, IRON, COFFEE)] == [12, 0, 0]


async def test_goods_that_cannot_be_missing_any_more_are_reported(shop: Shop) -> None:
    page = await work(shop)
    bip(page, f"8*{a_gtin(1)}")
    await until(lambda: len(listed(page)) == 1)
    move(shop.database, product(PAN), MovementKind.EXIT, 11, by=ANA)
    dialog = await closing(page)
    dialog.go()
    await until(page.banner.isVisible)
    assert page.banner.text == (
        "Vendido durante a contagem, ficou em zero em vez do que a contagem pedia: "
        "PAN-1 (faltavam 4, saíram 1)."
    )
    assert on_hand(shop, PAN) == 0


async def test_goods_sold_under_the_counting_hands_are_named_before_the_end(shop: Shop) -> None:
    page = await work(shop)
    bip(page, a_gtin(1))
    await until(lambda: len(listed(page)) == 1)
    move(shop.database, product(PAN), MovementKind.EXIT, 1, by=ANA)
    bip(page, a_gtin(1))
    await until(lambda: listed(page)[0][1] == "2")
    dialog = await closing(page)
    banner = dialog.findChild(QWidget, "count_moved_banner")
    assert banner is not None
    assert banner.isVisible()
    assert banner.accessibleName().startswith("1 produto foi vendido ou movimentado enquanto era contado.")
    dialog.reject()


async def test_a_close_whose_answer_was_lost_is_repeated_and_done_once(shop: Shop) -> None:
    page = await work(shop)
    bip(page, f"10*{a_gtin(1)}")
    dialog = await closing(page)
    run = shop.database.run

    async def answer_lost(*args: Any, **kwargs: Any) -> Any:
        await run(*args, **kwargs)
        raise BooksUnreachable

    shop.database.run = answer_lost  # type: ignore[method-assign]
    dialog.go()
    await until(dialog.banner.isVisible)
    assert not dialog.zero.isEnabled(), "the choice of the lost try stands"
    shop.database.run = run  # type: ignore[method-assign]
    dialog.go()
    await until(lambda: page.body.currentWidget() is page.start)
    assert told(page).startswith("Inventário de dezembro encerrado: 1 produto corrigido")
    assert on_hand(shop, PAN) == 10
    kinds = [row.kind for row in shop.database.read_now(lambda reader: reader.movements())]
    assert kinds.count(MovementKind.COUNT) == 1


async def test_giving_up_is_asked_and_changes_nothing(shop: Shop) -> None:
    page = await work(shop)
    bip(page, a_gtin(1))
    await until(lambda: len(listed(page)) == 1)
    press(page, "count_abandon")
    dialog = await until(lambda: page.findChild(GiveUpDialog))
    QTest.keyClick(dialog, ENTER)
    assert dialog.isVisible()
    press(dialog, "count_give_up_yes")
    await until(lambda: page.body.currentWidget() is page.start)
    assert on_hand(shop, PAN) == 12
    assert page.start.model.rows[0].state == "abandoned"


async def test_a_count_closed_elsewhere_ends_here_too(shop: Shop, beeps: list[int]) -> None:
    page = await work(shop)
    page.desk._others.stop()
    bip(page, a_gtin(1))
    await until(lambda: len(listed(page)) == 1)
    shop.database.run_now(abandon_count, by=BRUNO)
    bip(page, a_gtin(1))
    await until(lambda: page.body.currentWidget() is page.start)
    await until(page.banner.isVisible)
    assert page.banner.text == "O inventário já foi encerrado. Comece outro para continuar contando."
    assert beeps


# --- trouble, rights and names --------------------------------------------------------------------------------------


async def test_books_that_do_not_answer_say_that_the_scan_may_be_lost(shop: Shop, beeps: list[int]) -> None:
    page = await work(shop)
    run = shop.database.run

    async def away(*_args: Any, **_kwargs: Any) -> Any:
        raise BooksUnreachable

    shop.database.run = away  # type: ignore[method-assign]
    bip(page, a_gtin(1))
    await until(lambda: beeps)
    assert page.work.strip.text.startswith(
        f"O banco de dados não responde. “{a_gtin(1)}” pode não ter sido contado."
    )
    shop.database.run = run  # type: ignore[method-assign]
    bip(page, a_gtin(1))
    await until(lambda: len(listed(page)) == 1)


async def test_counts_that_cannot_be_read_and_then_can(shop: Shop) -> None:
    read = shop.database.read

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    screen = await shop.stock()
    shop.database.read = broken  # type: ignore[method-assign]
    QTest.keyClick(screen, Qt.Key.Key_F7)
    page = screen.counts
    await until(lambda: page.states.currentWidget() is page.states.failed)
    shop.database.read = read  # type: ignore[method-assign]
    press(page, "count_body_error_button")
    await until(lambda: page.body.currentWidget() is page.start and page.states.currentWidget() is page.body)
    shop.database.read = broken  # type: ignore[method-assign]
    page.refresh()
    await until(page.banner.isVisible)
    shop.database.read = read  # type: ignore[method-assign]
    press(page, "count_banner_button")
    await until(lambda: not page.banner.isVisible())


async def test_an_operator_scans_and_leaves_the_rest_to_others(shop: Shop) -> None:
    page = await work(shop, ANA)
    bip(page, a_gtin(1))
    await until(lambda: len(listed(page)) == 1)
    page.work.table.go_to_row(0)
    for name in ("count_close", "count_abandon", "count_amend_button", "count_remove"):
        button = page.findChild(QPushButton, name)
        assert button is not None
        assert not button.isEnabled()
        assert button.toolTip() == "Seu perfil não pode ajustar o estoque."
    for key in (Qt.Key.Key_F10, Qt.Key.Key_F4, Qt.Key.Key_Delete):
        QTest.keyClick(page.work.field, key)
    await asyncio.sleep(0.02)
    assert page.findChild(ClosingDialog) is None
    assert page.findChild(AmendDialog) is None
    assert len(listed(page)) == 1


async def test_closing_the_window_counts_what_was_scanned(shop: Shop) -> None:
    page = await work(shop)
    for _ in range(5):
        bip(page, a_gtin(1))
    await page.aclose()
    assert shop.database.read_now(lambda reader: reader.tills.count_lines(1))[0].counted == 5


async def test_every_control_has_a_name_and_every_key_is_listed(shop: Shop) -> None:
    page = await work(shop)
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.objectName(), button.text()
            assert button.accessibleName() or button.text(), button.objectName()
    assert page.work.field.accessibleName()
    assert page.work.table.accessibleName()
    assert page.start.table.accessibleName()
    keys = page._session.services.shortcuts.by_context()
    assert {key.key for key in keys["Inventário"]} == {
        "F2", "F4", "F5", "F7", "F8", "F10", "Ins", "Del", "Ctrl+Z",
    }  # fmt: skip
    assert [key.key for key in keys["Movimentação"]] == ["F2", "F3", "F5", "F10"]


async def test_a_key_pressed_on_the_tabs_belongs_to_the_page_in_front(shop: Shop) -> None:
    page = await work(shop)
    screen = page.window()
    assert isinstance(screen, StockScreen)
    screen.tabs.setFocus()
    QTest.keyClick(screen.tabs, Qt.Key.Key_F10)
    dialog = await until(lambda: page.findChild(ClosingDialog))
    dialog.reject()


# --- the ledger's words ---------------------------------------------------------------------------------------------


def test_what_comes_with_a_sale_or_a_count_is_not_chosen_by_hand() -> None:
    assert {kind for kind in MovementKind if not kind.by_hand} == {
        MovementKind.SALE,
        MovementKind.REVERSAL,
        MovementKind.COUNT,
    }
    assert [KIND_WORDS[kind].text for kind in ENTERED] == [
        "Entrada",
        "Saída",
        "Ajuste",
        "Perda",
        "Consumo próprio",
    ]
    assert set(KIND_WORDS) == set(MovementKind)


async def test_the_ledger_names_sales_and_what_came_back(shop: Shop) -> None:
    def write(uow: Any) -> None:
        for kind, amount in ((MovementKind.SALE, -2), (MovementKind.REVERSAL, 2)):
            balance = uow.shelf.put(PAN, Decimal(amount))
            line = Movement(
                product_id=PAN,
                kind=kind,
                amount=Decimal(amount),
                balance=balance,
                reason="Venda",
                document="Balcão-871",
                operator_id=2,
                station="Balcão",
                token=a_token(),
            )
            uow.shelf.record(line, uow.now)

    shop.database.run_now(write)
    screen = await shop.stock()
    await until(lambda: screen.ledger.model.rowCount() == 5)
    model = screen.ledger.model
    words = [[str(model.index(row, column).data()) for column in (2, 3)] for row in range(2)]
    assert words == [["Cancelada", "+2"], ["Venda", "−2"]]
    whole = Qt.ItemDataRole.ToolTipRole
    assert [model.index(row, 2).data(whole) for row in range(2)] == ["Venda cancelada", "Venda"]
