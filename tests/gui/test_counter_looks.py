"""The counter is read from afar, fits a small screen, and everything on it can be hit and heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from tests.builders import a_gtin
from tests.gui.counter_gallery import (
    CounterShop,
    Studio,
    dialog,
    fingers,
    in_front,
    lines,
    open_counter_shop,
    press,
    scanner,
    stock_the_shop,
)
from tests.waiting import until
from varejoforte_desktop.domain.sale import Basket
from varejoforte_desktop.ui.counter.summary import Summary
from varejoforte_desktop.ui.screens.counter import CounterScreen
from varejoforte_desktop.ui.theme import Theme

KEY = Qt.Key
SHIFT, KEY_ALONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[CounterShop]:
    """A dozen products, its till open."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    Theme.apply(application, "light", 1.0)
    async with open_counter_shop(tmp_path) as opened:
        stock_the_shop(opened)
        opened.open_till()
        yield opened


async def ten_lines(shop: CounterShop, screen: CounterScreen) -> None:
    for number in range(1, 11):
        scanner(shop, a_gtin(number))
    await until(lambda: len(lines(screen)) == 10)


def shown_buttons(screen: QWidget) -> list[QAbstractButton]:
    return [each for each in screen.findChildren(QAbstractButton) if each.isVisible()]


async def test_ten_lines_do_not_scroll_on_a_small_screen(shop: CounterShop, tmp_path: Path) -> None:
    """1024 × 768, with the whole main window around."""
    async with Studio(tmp_path, shop, "light", (1024, 768)).window() as screen:
        await ten_lines(shop, screen)
        roll = screen.page.lines
        assert roll.verticalScrollBar().maximum() == 0
        assert roll.sizeHintForRow(0) >= 44
        last = roll.visualRect(roll.lines.index(9))
        assert roll.viewport().rect().contains(last)
        assert roll.width() >= screen.width() * 60 // 100, "the lines have about two thirds"


async def test_everything_a_finger_may_hit_is_44_pixels_high(shop: CounterShop, tmp_path: Path) -> None:
    async with Studio(tmp_path, shop, "light", (1024, 768)).window() as screen:
        await ten_lines(shop, screen)
        small = [each.objectName() for each in shown_buttons(screen) if each.height() < 44]
        press(KEY.Key_F10)
        await fingers(shop, "2")
        await until(screen.page.payment.amount.hasFocus)
        await fingers(shop, "10")
        press(KEY.Key_Return)
        small += [each.objectName() for each in shown_buttons(screen) if each.height() < 44]
        assert small == []
        assert screen.page.scan.height() >= 44
        assert screen.page.payment.amount.height() >= 44


async def test_the_total_is_seen_from_afar_and_always_whole(shop: CounterShop, tmp_path: Path) -> None:
    async with Studio(tmp_path, shop, "light", (1024, 768)).window() as screen:
        scanner(shop, a_gtin(3))
        await until(lambda: lines(screen))
        total = screen.page.summary.total
        assert total.text() == "129,90"
        # 40 points on a screen of 96 pixels an inch.
        assert QFontInfo(total.font()).pixelSize() >= 40 * 96 / 72
        for text in ("9.999,99", "123.456,78", "12.345.678,90"):
            total.setText(text)
            assert total.fontMetrics().horizontalAdvance(text) <= total.contentsRect().width()
        assert QFontInfo(total.font()).pixelSize() >= 20


async def test_nothing_of_the_payment_is_squeezed_with_large_letters(
    shop: CounterShop, tmp_path: Path
) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    Theme.apply(application, "light", 1.5)
    try:
        async with Studio(tmp_path, shop, "large", (1366, 860)).window() as screen:
            scanner(shop, a_gtin(3))
            await until(lambda: lines(screen))
            press(KEY.Key_F10)
            payment = screen.page.payment
            for button in shown_buttons(payment.methods):
                assert button.height() >= 66, button.objectName()
                assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()), (
                    button.objectName()
                )
            assert payment.amount.geometry().bottom() < payment.finish.geometry().top()
    finally:
        Theme.apply(application, "light", 1.0)


async def test_the_legend_is_what_the_registry_binds(shop: CounterShop) -> None:
    screen = await shop.counter()
    keys = screen._session.services.shortcuts.by_context()
    said = screen.page.legend.plain_text
    assert said == " · ".join(f"{each.words} {each.title}" for each in keys["Venda"])
    for key in ("F2", "F3", "F4", "F5", "F6", "F7", "F9", "F10", "F12", "Shift+F12", "Esc"):
        assert f"{key} " in said
    scanner(shop, a_gtin(1))
    await until(lambda: lines(screen))
    press(KEY.Key_F10)
    assert screen.page.legend.plain_text.startswith(
        "1 Dinheiro · 2 Pix · 3 Crédito · 4 Débito · 5 Crediário · 6 Vale"
    )
    press(KEY.Key_Escape)
    assert screen.page.legend.plain_text == said


async def test_everything_has_a_name_for_those_who_listen(shop: CounterShop) -> None:
    screen = await shop.counter()
    scanner(shop, a_gtin(1))
    await until(lambda: lines(screen))
    press(KEY.Key_F10)
    for widget in (*shown_buttons(screen), *screen.findChildren(QLineEdit), screen.page.payment.methods):
        assert widget.objectName(), widget
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        assert widget.accessibleName() or text, widget.objectName()
    index = screen.page.lines.lines.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == lines(screen)[0]


async def test_the_questions_are_named_too(shop: CounterShop) -> None:
    screen = await shop.counter()
    scanner(shop, a_gtin(1))
    await until(lambda: lines(screen))
    for key, name in (
        (KEY.Key_F2, "search_dialog"),
        (KEY.Key_F3, "buyer_dialog"),
        (KEY.Key_F4, "quantity_dialog"),
        (KEY.Key_F5, "discount_dialog"),
        (KEY.Key_F7, "hold_dialog"),
        (KEY.Key_F12, "recent_dialog"),
        (KEY.Key_Escape, "cancel_sale_dialog"),
    ):
        press(key, SHIFT if name == "recent_dialog" else KEY_ALONE)
        asked = await dialog(name)
        for widget in (*asked.findChildren(QLineEdit), *shown_buttons(asked)):
            said = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            assert said, f"{name}: {widget.objectName()}"
        asked.reject()
        await until(lambda: not screen.flows.busy)
        await in_front(screen)


def test_an_empty_sale_offers_nothing_to_pay(qapp: Any) -> None:
    summary = Summary()
    summary.show_sale(Basket(token="t"))
    assert not summary.pay.isEnabled()
    assert summary.total.text() == "0,00"
    summary.deleteLater()
