"""A scan is never lost: wherever the focus is, whatever is open, whatever is typed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from tests.builders import a_gtin
from tests.gui.counter_gallery import (
    CounterShop,
    Studio,
    back_at,
    dialog,
    fingers,
    in_front,
    lines,
    open_counter_shop,
    press,
    scanner,
)
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.domain.barcode import check_digit
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.scale_code import ScalePrefix, ScaleValue
from varejoforte_desktop.ui.screens.counter import CounterScreen

F3, ENTER, ESC, TAB = Qt.Key.Key_F3, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[CounterShop]:
    """A shop with pans by the piece and cheese by weight, its till open."""
    async with open_counter_shop(tmp_path) as opened:
        opened.keep(reference="PAN-1", name="Panela de pressão", barcode=a_gtin(1), on_hand=12)
        opened.keep(reference="CAF-2", name="Café torrado", barcode=a_gtin(2), on_hand=50, price=Money(2490))
        opened.keep(
            reference="QUE-3", name="Queijo minas", barcode=a_gtin(3), on_hand=8, unit="KG", price=Money(4890)
        )
        opened.open_till()
        yield opened


def references(screen: CounterScreen) -> list[str]:
    return [line.reference for line in screen.desk.basket.lines]


async def test_200_codes_through_focus_changes_and_a_question_are_200_items_in_order(
    shop: CounterShop,
) -> None:
    """F63: 5 ms a character, the focus jumping about even inside a code, one dialog in between."""
    for number in range(4, 24):
        shop.keep(reference=f"P{number:02}", barcode=a_gtin(number), on_hand=100)
    screen = CounterScreen(shop.session())
    shop._open.append(screen)
    window, elsewhere, button = QWidget(), QLineEdit(), QPushButton("Nada")
    beside = QHBoxLayout(window)
    for widget in (screen, elsewhere, button):
        beside.addWidget(widget)
    window.resize(1000, 640)
    window.show()
    await in_front(window)
    screen.activate()
    await until(lambda: screen._ready)
    codes = [4 + (7 * place) % 20 for place in range(200)]
    stops = [screen.page.scan, elsewhere, button]
    asked = None
    for place, number in enumerate(codes):
        if place == 90:
            press(F3)
            asked = await dialog("buyer_dialog")
        if place == 140:
            assert asked is not None
            assert asked.findChild(QLineEdit, "buyer_edit").text() == ""
            assert len(references(screen)) == 90, "codes wait while a question is open"
            press(ESC)
            await back_at(screen)
        code = a_gtin(number)
        for digit, mark in enumerate(code):
            if asked is None:
                stops[(place + digit // 5) % 3].setFocus()
            shop.seconds.now += 0.005
            QTest.keyClick(QApplication.focusWidget(), mark)
            await asyncio.sleep(0)
        shop.seconds.now += 0.005
        press(ENTER if place % 2 else TAB)
    await until(lambda: len(references(screen)) == 200)
    assert references(screen) == [f"P{number:02}" for number in codes]
    assert (elsewhere.text(), screen.page.scan.text()) == ("", "")
    assert screen.sound.refusals == 0
    await shop.leave(screen)
    window.deleteLater()


async def test_an_unknown_code_flashes_beeps_and_stops_nobody(shop: CounterShop) -> None:
    screen = await shop.counter()
    for code in (a_gtin(1), "7899999999999", a_gtin(2)):
        scanner(shop, code)
    await until(lambda: len(references(screen)) == 2)
    assert screen.page.flash.text == "Não achei 7899999999999."
    assert screen.sound.refusals == 1
    assert screen.page.scan.hasFocus()
    assert references(screen) == ["PAN-1", "CAF-2"]


async def test_silence_is_a_choice_of_the_station(shop: CounterShop, monkeypatch: pytest.MonkeyPatch) -> None:
    beeps = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    screen = await shop.counter()
    scanner(shop, a_gtin(1))
    await until(lambda: references(screen))
    assert beeps == [], "what goes well is silent"
    scanner(shop, "7899999999999")
    await until(lambda: screen.sound.refusals == 1)
    assert len(beeps) == 1
    screen.sound.turn(on=False)
    scanner(shop, "7899999999999")
    await until(lambda: screen.sound.refusals == 2)
    assert len(beeps) == 1
    assert shop.notebook.values == {"counter_sound": False}


async def test_three_times_what_is_scanned(shop: CounterShop) -> None:
    screen = await shop.counter()
    await fingers(shop, "3*")
    assert screen.page.scan.text() == "3*"
    scanner(shop, a_gtin(1))
    scanner(shop, a_gtin(2))
    await until(lambda: len(references(screen)) == 2)
    assert lines(screen) == [
        "1. Panela de pressão, 3 UN × 189,90 = 569,70",
        "2. Café torrado, 1 UN × 24,90 = 24,90",
    ]
    assert screen.page.scan.text() == ""


async def test_typed_codes_and_quantities(shop: CounterShop) -> None:
    screen = await shop.counter()
    for text in (a_gtin(1), "2*caf-2", "0,250*QUE-3"):
        await fingers(shop, text)
        press(ENTER)
    await until(lambda: len(references(screen)) == 3)
    assert lines(screen) == [
        "1. Panela de pressão, 1 UN × 189,90 = 189,90",
        "2. Café torrado, 2 UN × 24,90 = 49,80",
        "3. Queijo minas, 0,250 KG × 48,90 = 12,23",
    ]


async def test_half_a_pan_is_refused(shop: CounterShop) -> None:
    screen = await shop.counter()
    await fingers(shop, "0,250*")
    scanner(shop, a_gtin(1))
    await until(lambda: screen.sound.refusals)
    assert screen.page.flash.text == f"{a_gtin(1)}: Este produto é vendido por unidade inteira."
    assert references(screen) == []


@pytest.mark.parametrize("before", ["0*", "7890000000017*", "x*"])
async def test_a_quantity_that_is_none_adds_nothing(shop: CounterShop, before: str) -> None:
    screen = await shop.counter()
    await fingers(shop, before)
    scanner(shop, a_gtin(1))
    assert screen.sound.refusals == 1
    assert "Quantidade errada" in screen.page.flash.text
    await asyncio.sleep(0.02)
    assert references(screen) == []
    assert screen.page.scan.text() == before, "to be put right"


async def test_an_enter_with_only_a_quantity_waits_for_its_code(shop: CounterShop) -> None:
    screen = await shop.counter()
    await fingers(shop, "3*")
    press(ENTER)
    scanner(shop, a_gtin(2))
    await until(lambda: references(screen))
    assert screen.desk.basket.lines[0].quantity == 3


async def test_a_word_that_is_half_typed_stays_when_a_scan_comes(shop: CounterShop) -> None:
    screen = await shop.counter()
    await fingers(shop, "pane")
    scanner(shop, a_gtin(2))
    await until(lambda: references(screen))
    assert screen.page.scan.text() == "pane"


async def test_a_product_that_is_not_for_sale_is_refused_with_its_reason(shop: CounterShop) -> None:
    shop.keep(reference="VELHO", barcode=a_gtin(8), active=False)
    shop.keep(reference="SEMPRECO", barcode=a_gtin(9), price=Money(0))
    screen = await shop.counter()
    for number, reference in ((8, "VELHO"), (9, "SEMPRECO")):
        scanner(shop, a_gtin(number))
        await until(lambda wanted=reference: wanted in screen.page.flash.text)
    assert references(screen) == []
    assert screen.sound.refusals == 2


async def test_the_books_in_the_way_cost_one_beep_and_no_other_code(shop: CounterShop) -> None:
    screen = await shop.counter()
    real, tries = shop.database.read, []

    async def once_broken(question: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise BooksUnreachable
        return await real(question)

    shop.database.read = once_broken  # type: ignore[method-assign]
    scanner(shop, a_gtin(1))
    scanner(shop, a_gtin(2))
    await until(lambda: references(screen) == ["CAF-2"])
    assert screen.page.flash.text.startswith(f"{a_gtin(1)}: O banco de dados não responde.")
    assert screen.sound.refusals == 1


async def test_codes_that_come_before_the_till_is_known_wait_for_it(shop: CounterShop) -> None:
    screen = await shop.counter(ready=False)
    scanner(shop, a_gtin(1))
    scanner(shop, a_gtin(2))
    await until(lambda: len(references(screen)) == 2)


async def test_nothing_is_heard_when_another_screen_is_shown(shop: CounterShop) -> None:
    screen = await shop.counter()
    other = QLineEdit()
    other.show()
    screen.hide()
    await in_front(other)
    assert not screen.ear.listening
    scanner(shop, a_gtin(1))
    assert other.text() == a_gtin(1)
    screen.show()
    await in_front(screen)
    assert screen.ear.listening
    scanner(shop, a_gtin(2))
    await until(lambda: references(screen) == ["CAF-2"])
    other.deleteLater()


async def test_a_window_of_its_own_keeps_its_scans(shop: CounterShop) -> None:
    screen = await shop.counter()
    other = QLineEdit()
    other.show()
    await in_front(other)
    scanner(shop, a_gtin(1))
    assert other.text() == a_gtin(1)
    await asyncio.sleep(0.02)
    assert references(screen) == []
    other.close()
    other.deleteLater()


async def test_the_second_enter_of_a_scanner_presses_nothing(shop: CounterShop) -> None:
    screen = await shop.counter()
    press(F3)
    asked = await dialog("buyer_dialog")
    for mark in a_gtin(1):
        shop.seconds.now += 0.005
        QTest.keyClick(QApplication.focusWidget(), mark)
    for _ in range(2):
        shop.seconds.now += 0.005
        press(ENTER)
    assert asked.isVisible()
    asked.reject()
    await until(lambda: references(screen) == ["PAN-1"])


async def test_after_a_click_beside_the_counter_typing_and_keys_find_their_way(
    shop: CounterShop, tmp_path: Path
) -> None:
    async with Studio(tmp_path, shop, "light", (1024, 768)).window() as screen:
        flag = screen.window().findChild(QCheckBox, "sync_flag")
        flag.setFocus()
        await fingers(shop, "3*")
        assert screen.page.scan.text() == "3*"
        assert screen.page.scan.hasFocus()
        flag.setFocus()
        scanner(shop, a_gtin(1))
        await until(lambda: references(screen) == ["PAN-1"])
        assert screen.desk.basket.lines[0].quantity == 3
        press(Qt.Key.Key_F10)
        assert screen.page.drawer.is_open, "a scan brings the keyboard home"


async def test_a_key_held_down_is_no_scanner(shop: CounterShop) -> None:
    screen = await shop.counter()
    for _ in range(5):
        shop.seconds.now += 0.03
        repeated = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_9, Qt.KeyboardModifier.NoModifier, "9", True)
        QApplication.sendEvent(screen.page.scan, repeated)
    assert screen.page.scan.text() == "99999"


async def test_the_window_systems_own_instants_are_trusted_over_our_own(shop: CounterShop) -> None:
    """A busy moment of ours between two characters does not tear a scan apart, nor make typing a scan."""
    screen = await shop.counter()

    def struck(key: Qt.Key, text: str, at: int) -> None:
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(at)
        QApplication.sendEvent(screen.page.scan, event)

    at = 50_000
    for mark in a_gtin(1):
        at += 5
        shop.seconds.now += 0.2  # we were slow
        struck(Qt.Key.Key_0, mark, at)
    struck(ENTER, "\r", at + 5)
    await until(lambda: references(screen) == ["PAN-1"])
    for mark in "2*":
        at += 150
        struck(Qt.Key.Key_0, mark, at)  # all at once for us, after a stall
    shop.seconds.now += 1
    await until(lambda: screen.page.scan.text() == "2*")


# -- labels of the scale ------------------------------------------------------------------------------------


def label(prefix: str, code: str, value: int, digits: int = 5) -> str:
    body = f"{prefix}{code}{value:0{digits}}"
    return body + check_digit(body)


LAYOUTS = (
    ScalePrefix(prefix="20", value=ScaleValue.WEIGHT, code_digits=5, value_digits=5),
    ScalePrefix(prefix="21", value=ScaleValue.PRICE, code_digits=5, value_digits=5),
    ScalePrefix(prefix="2", value=ScaleValue.PRICE, code_digits=6, value_digits=5),
    ScalePrefix(prefix="220", value=ScaleValue.WEIGHT, code_digits=4, value_digits=5),
)
#: What is scanned, the product's reference, and the line it makes ("" is a refusal).
LABELS = [
    (label("20", "00123", 250), "00123", "0,250 KG × 40,00 = 10,00"),
    (label("20", "00123", 1000), "123", "1 KG × 40,00 = 40,00"),
    (label("20", "00123", 1), "123", "0,001 KG × 40,00 = 0,04"),
    (label("20", "00123", 99_999), "123", "99,999 KG × 40,00 = 3.999,96"),
    (label("20", "99123", 12), "99123", "0,012 KG × 40,00 = 0,48"),
    (label("20", "00123", 333), "00123", "0,333 KG × 40,00 = 13,32"),
    (label("21", "00123", 1000), "123", "0,250 KG × 40,00 = 10,00"),
    (label("21", "00123", 4000), "123", "1 KG × 40,00 = 40,00"),
    (label("21", "00123", 1234), "123", "0,309 KG × 40,00 = 12,36"),
    (label("21", "00123", 99_999), "123", "25 KG × 40,00 = 1.000,00"),
    (label("21", "12345", 2000), "12345", "0,500 KG × 40,00 = 20,00"),
    (label("2", "300123", 1000), "300123", "0,250 KG × 40,00 = 10,00"),
    (label("2", "900001", 8000), "900001", "2 KG × 40,00 = 80,00"),
    (label("2", "300007", 4), "300007", "0,001 KG × 40,00 = 0,04"),
    (label("220", "0123", 1500), "123", "1,500 KG × 40,00 = 60,00"),
    (label("220", "9999", 700), "9999", "0,700 KG × 40,00 = 28,00"),
    (label("20", "00123", 250)[:-1] + "9", "00123", ""),  # a wrong check digit
    (label("20", "00123", 0), "00123", ""),  # an empty plate
    (label("29", "00123", 250), "00123", ""),  # "2" is the layout: another code
    (label("20", "55555", 250), "00123", ""),  # nobody is called that
]


assert len(LABELS) == 20


@pytest.mark.parametrize(("code", "reference", "line"), LABELS)
async def test_a_label_of_the_scale(shop: CounterShop, code: str, reference: str, line: str) -> None:
    """F64: twenty labels, with weight or price, whole or wrong."""
    shop.keep(reference=reference, name="Presunto", unit="KG", price=Money(4000), on_hand=50_000)
    shop.prefixes(*LAYOUTS)
    screen = await shop.counter()
    scanner(shop, code)
    if line:
        await until(lambda: references(screen) == [reference])
        assert lines(screen) == [f"1. Presunto, {line}"]
        assert screen.sound.refusals == 0
    else:
        await until(lambda: screen.sound.refusals == 1)
        assert references(screen) == []


async def test_a_products_own_barcode_is_no_label(shop: CounterShop) -> None:
    own = label("20", "00123", 250)
    shop.keep(reference="00123", name="Presunto", unit="KG", price=Money(4000))
    shop.keep(reference="CX", name="Caixa de presunto", barcode=own, price=Money(9900))
    shop.prefixes(*LAYOUTS)
    screen = await shop.counter()
    scanner(shop, own)
    await until(lambda: references(screen) == ["CX"])


async def test_two_packets_of_one_label(shop: CounterShop) -> None:
    shop.keep(reference="123", name="Presunto", unit="KG", price=Money(4000))
    shop.prefixes(*LAYOUTS)
    screen = await shop.counter()
    await fingers(shop, "2*")
    scanner(shop, label("20", "00123", 250))
    await until(lambda: references(screen))
    assert screen.desk.basket.lines[0].quantity == Decimal("0.500")
