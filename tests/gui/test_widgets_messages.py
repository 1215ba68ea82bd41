"""What tells the state of the shop tells it in words as well as in colour."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.counter_card import CounterCard
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.list_states import ListStates
from varejoforte_desktop.ui.widgets.nav_item import NavItem
from varejoforte_desktop.ui.widgets.skeleton import Skeleton
from varejoforte_desktop.ui.widgets.sparkline import Sparkline
from varejoforte_desktop.ui.widgets.sum_line import SumLine, SumPart
from varejoforte_desktop.ui.widgets.toast import ToastHost

# Qt's offscreen platform says so of every window with a minimum size.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

W = TypeVar("W", bound=QWidget)


def test_a_badge_has_word_icon_and_colour(qtbot: QtBot) -> None:
    badge = Badge("Em dia", Tone.GOOD)
    qtbot.addWidget(badge)
    badge.set_state("Parado", Tone.BAD)
    assert badge.text == badge.accessibleName() == "Parado"
    assert badge.property("badge") == "bad"
    assert any(not label.pixmap().isNull() for label in badge.findChildren(QLabel))


def test_a_banner_offers_its_remedy_and_can_be_put_away(qtbot: QtBot) -> None:
    banner = Banner("sync_banner", "Desligada", Tone.WARN, button="Ligar", closable=True)
    qtbot.addWidget(banner)
    banner.show()
    with qtbot.waitSignal(banner.acted):
        QTest.mouseClick(_child(banner, QPushButton, "sync_banner_button"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(banner.dismissed):
        QTest.mouseClick(_child(banner, QToolButton, "sync_banner_close_button"), Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


def test_a_toast_can_be_undone(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 300)
    window.show()
    undone: list[bool] = []
    host = ToastHost(window)
    host.show("Primeiro")
    toast = host.show("Preço alterado.", button="Desfazer", action=lambda: undone.append(True))
    assert [t.text for t in (toast,) if t.isVisible()] == ["Preço alterado."]
    assert 0 <= toast.x() <= window.width() - toast.width()
    window.resize(800, 400)
    assert toast.geometry().bottom() < 400
    QTest.mouseClick(_child(toast, QPushButton, "toast_button"), Qt.MouseButton.LeftButton)
    assert undone == [True]
    assert not toast.isVisible()
    host.clear()


def test_a_toast_goes_away_by_itself(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    toast = ToastHost(window).show("Salvo.", milliseconds=10)
    with qtbot.waitSignal(toast.destroyed):
        pass


def test_the_skeleton_does_not_flash(qtbot: QtBot) -> None:
    bars = Skeleton(delay_ms=20)
    qtbot.addWidget(bars)
    bars.resize(400, 200)
    bars.start()
    assert not bars.drawn
    blank = bars.grab().toImage()
    qtbot.waitUntil(lambda: bars.drawn)
    assert bars.grab().toImage() != blank
    bars.stop()
    assert not bars.drawn


def test_a_list_shows_one_state_at_a_time(qtbot: QtBot) -> None:
    table = QWidget()
    table.setObjectName("product_table")
    states = ListStates(
        table, EmptyState("no_products", "products", "Nenhum produto", "Cadastre.", "Novo produto")
    )
    qtbot.addWidget(states)
    assert states.currentWidget() is states.skeleton
    states.show_rows(3)
    assert states.currentWidget() is table
    states.show_rows(0)
    with qtbot.waitSignal(states.empty.acted):
        _child(states, QPushButton, "no_products_button").click()
    states.show_error("O banco não respondeu", "Veja o cabo.")
    with qtbot.waitSignal(states.retried):
        _child(states, QPushButton, "product_table_error_button").click()
    states.show_loading()
    states.show_rows(1)


def test_a_counter_is_read_aloud_with_its_name(qtbot: QtBot) -> None:
    card = CounterCard("sent_card", "enviados hoje", "check", with_sparkline=True)
    qtbot.addWidget(card)
    card.set_count(3120, Tone.BAD)
    assert card.text == "3.120"
    assert card.accessibleName() == "enviados hoje: 3.120"
    card.set_text("R$ 9,90")
    assert card.text == "R$ 9,90"


def test_a_sparkline_draws_values_and_quota(qtbot: QtBot) -> None:
    line = Sparkline("sent_sparkline", "Enviados por minuto")
    qtbot.addWidget(line)
    line.resize(120, 32)
    blank = line.grab().toImage()
    line.set_values([])
    line.set_values([1])
    line.set_values([0, 0])
    line.set_values([1, 5, 3], quota=180)
    assert line.grab().toImage() != blank
    assert line.accessibleDescription() == "Último minuto: 3"


def test_a_sum_is_told_in_words(qtbot: QtBot) -> None:
    line = SumLine()
    qtbot.addWidget(line)
    line.set_sum([SumPart(12, "físico"), SumPart(-3, "em pedidos <b>")], SumPart(9, "na loja"))
    assert line.plain_text == "12 físico − 3 em pedidos <b> = 9 na loja"
    assert "&lt;b&gt;" in line.text()
    line.set_sum([SumPart(2, "físico"), SumPart(-3, "em pedidos")], SumPart(-1, "em falta"))
    assert line.plain_text.endswith("= −1 em falta")


def test_a_place_in_the_navigation(qtbot: QtBot) -> None:
    side = QWidget()
    qtbot.addWidget(side)
    group = QButtonGroup(side)
    sale, orders = (
        NavItem("nav_sale", "Venda", "sale", "F10", parent=side),
        NavItem("nav_orders", "Pedidos", "orders", parent=side),
    )
    for item in (sale, orders):
        group.addButton(item)
    orders.set_count(3)
    assert orders.accessibleName() == "Pedidos, 3"
    orders.set_count(3120)  # short on the screen, exact for who hears it
    assert [each.text() for each in orders.findChildren(QLabel) if each.text()] == ["Pedidos", "99+"]
    assert orders.accessibleName() == "Pedidos, 3.120"
    orders.set_count(0)
    assert orders.accessibleName() == "Pedidos"
    sale.click()
    orders.click()
    assert [sale.isChecked(), orders.isChecked()] == [False, True]
    assert sale.sizeHint().height() >= 32


def _child(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert isinstance(found, kind)
    return found
