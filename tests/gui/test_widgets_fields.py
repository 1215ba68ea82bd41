"""Fields understand what a shop types and never lose it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from varejoforte_desktop.domain.errors import NotANumber, TooManyDecimals
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui.widgets.barcode_edit import NO_GTIN, BarcodeEdit
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit
from varejoforte_desktop.ui.widgets.quantity_edit import QuantityEdit
from varejoforte_desktop.ui.widgets.search_box import SearchBox

# Qt's offscreen platform says so of every window with a minimum size.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture
def price(qtbot: QtBot) -> MoneyEdit:
    """An empty field for a price."""
    made = MoneyEdit("sale_price", "Preço de venda")
    qtbot.addWidget(made)
    return made


def test_money_is_tidied_when_the_field_is_left(price: MoneyEdit) -> None:
    told: list[Money | None] = []
    price.value_changed.connect(told.append)
    QTest.keyClicks(price, "1234,5")
    price.settle()
    assert price.text() == "1.234,50"
    assert price.money() == Money(123450)
    assert told[-1] == Money(123450)
    assert told == list(dict.fromkeys(told))


def test_money_that_makes_no_sense_stays_and_is_marked(price: MoneyEdit) -> None:
    said: list[str] = []
    price.error_changed.connect(said.append)
    QTest.keyClicks(price, "12,5,0")
    assert price.error == ""
    price.settle()
    assert price.text() == "12,5,0"
    assert price.property("invalid") is True
    assert price.accessibleDescription() == "Digite um valor como 12,90."
    with pytest.raises(NotANumber):
        price.money()
    price.clear()
    QTest.keyClicks(price, "9")
    assert said == ["Digite um valor como 12,90.", ""]
    assert price.property("invalid") is False


def test_money_with_too_many_places_says_how_many(price: MoneyEdit) -> None:
    price.setText("1,234")
    with pytest.raises(TooManyDecimals):
        price.money()
    assert price.error == "Use no máximo duas casas: 12,90."


def test_an_empty_field_is_no_money(price: MoneyEdit) -> None:
    price.settle()
    assert price.money() is None
    price.set_money(Money(100))
    price.set_money(None)
    assert price.text() == ""


def test_a_sign_is_refused_unless_it_is_allowed(price: MoneyEdit, qtbot: QtBot) -> None:
    price.setText("-3")
    price.settle()
    assert price.error
    difference = MoneyEdit("difference", "Diferença", allow_negative=True)
    qtbot.addWidget(difference)
    difference.setText("-3")
    assert difference.money() == Money(-300)


def test_quantities_by_weight_and_by_piece(qtbot: QtBot) -> None:
    weight = QuantityEdit("weight", "Peso")
    qtbot.addWidget(weight)
    weight.setText("0,25")
    weight.settle()
    assert weight.text() == "0,250"
    assert weight.quantity() == Decimal("0.250")
    weight.setText("1,2345")
    weight.settle()
    assert weight.error == "Use no máximo três casas: 0,250."
    weight.set_whole(True)
    weight.setText("1,5")
    weight.settle()
    assert "inteiro" in weight.error
    weight.setText("doze")
    weight.settle()
    assert weight.error == "Digite uma quantidade como 12 ou 0,250."
    weight.set_quantity(Decimal(12))
    assert (weight.text(), weight.error) == ("12", "")


def test_a_scan_is_told_and_presses_no_button(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    code = BarcodeEdit("barcode", "Código de barras", clear_after_scan=True)
    button = QPushButton("Salvar")
    layout = QVBoxLayout(dialog)
    layout.addWidget(code)
    layout.addWidget(button)
    button.setDefault(True)
    pressed: list[bool] = []
    scans: list[str] = []
    button.clicked.connect(lambda: pressed.append(True))
    code.scanned.connect(scans.append)
    dialog.show()
    for _ in range(2):
        QTest.keyClicks(code, "7891000100103")
        QTest.keyClick(code, Qt.Key.Key_Return)
    QTest.keyClick(code, Qt.Key.Key_Return)
    assert scans == ["7891000100103"] * 2
    assert pressed == []
    assert code.text() == ""


def test_codes_that_are_none(qtbot: QtBot) -> None:
    code = BarcodeEdit("barcode", "Código de barras")
    qtbot.addWidget(code)
    code.setText("sem  gtin")
    assert code.barcode() == NO_GTIN
    code.setText("789 1000-100103")
    assert code.barcode() == "7891000100103"
    code.setText("café")
    QTest.keyClick(code, Qt.Key.Key_Enter)
    assert code.error == "Use só números, ou SEM GTIN."
    assert code.text() == "café"


def test_a_field_shows_its_editors_error_in_place_of_the_hint(qtbot: QtBot) -> None:
    price = MoneyEdit("sale_price", "Preço de venda")
    field = Field("Preço de venda", price, "Vai para a Tray")
    qtbot.addWidget(field)
    message = field.findChild(QLabel, "sale_price_message")
    assert isinstance(message, QLabel)
    height = field.sizeHint().height()
    price.setText("x")
    price.settle()
    assert message.text() == field.error == "Digite um valor como 12,90."
    assert field.sizeHint().height() == height
    field.set_error("")
    assert message.text() == "Vai para a Tray"
    assert price.error == ""


def test_a_field_marks_any_editor(qtbot: QtBot) -> None:
    combo = QComboBox()
    combo.setObjectName("category")
    field = Field("&Categoria", combo)
    qtbot.addWidget(field)
    field.set_error("Escolha uma categoria.")
    assert combo.property("invalid") is True
    assert combo.accessibleName() == "Categoria"
    assert combo.accessibleDescription() == "Escolha uma categoria."
    field.set_error("")
    field.set_hint("Como na etiqueta")
    assert field.error == ""


def test_a_search_waits_for_the_typing_to_pause(qtbot: QtBot) -> None:
    box = SearchBox("product_search", "Buscar", delay_ms=10)
    qtbot.addWidget(box)
    told: list[str] = []
    box.searched.connect(told.append)
    with qtbot.waitSignal(box.searched):
        QTest.keyClicks(box, "cafe ")
    assert told == ["cafe"]
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert told == ["cafe", ""]
    assert box.text() == ""


def test_enter_searches_at_once_and_goes_to_the_list(qtbot: QtBot) -> None:
    box = SearchBox(delay_ms=60_000)
    qtbot.addWidget(box)
    told: list[str] = []
    downwards: list[bool] = []
    box.searched.connect(told.append)
    box.left_downwards.connect(lambda: downwards.append(True))
    QTest.keyClicks(box, "arroz")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert told == ["arroz"]
    assert downwards == [True]
