"""What is wrong with a product is said all at once, and what the store will hear is said before it is saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QDate, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCalendarWidget
from pytestqt.qtbot import QtBot

from tests.books import NOON
from varejoforte_desktop.application.questions import LinkState, ProductRow
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.products.checks import checked_fields, sending_sentence
from varejoforte_desktop.ui.products.columns import product_columns, store_state
from varejoforte_desktop.ui.products.prices import MarginEdit, margin_of, price_for
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.widgets.days import DayEdit

PAN = Product(id=1, version=1, reference="PAN-1", name="Panela", price=Money(10000), cost=Money(6000))
ROW = ProductRow(
    id=1,
    reference="PAN-1",
    name="Panela",
    barcode="",
    unit="UN",
    brand="",
    category="",
    price=Money(10000),
    cost=Money(6000),
    on_hand=Decimal(12),
    open_online=Decimal(0),
    published=9,
    minimum_stock=Decimal(0),
    sell_online=True,
    active=True,
    link=LinkState.LINKED,
    queue=None,
    owed_since=None,
)


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = replace(
        PAN,
        reference=" ",
        name="x" * 201,
        barcode="123",
        ncm="76",
        price=Money(-1),
        weight=-5,
        model="m" * 151,
    )
    kept, errors = checked_fields(wrong, PAN, {})
    assert set(errors) == {"reference", "name", "barcode", "ncm", "price", "weight", "model"}
    assert kept.reference == "PAN-1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"promotion_start": None}, "promotion_start"),
        ({"promotion_end": None}, "promotion_end"),
        ({"promotion_end": date(2026, 11, 1)}, "promotion_end"),
        ({"promotional_price": Money(10000)}, "promotional_price"),
        ({"promotional_price": Money(0)}, "promotional_price"),
    ],
)
def test_a_wrong_promotion_points_at_what_has_to_change(changes: dict[str, Any], field: str) -> None:
    promoted = replace(
        PAN,
        promotional_price=Money(8000),
        promotion_start=date(2026, 12, 1),
        promotion_end=date(2026, 12, 24),
    )
    assert checked_fields(promoted, PAN, {})[1] == {}
    assert set(checked_fields(replace(promoted, **changes), PAN, {})[1]) == {field}


FULL, COMMERCIAL = SyncOption.FULL, SyncOption.COMMERCIAL


@pytest.mark.parametrize(
    ("changes", "option", "said"),
    [
        ({"price": Money(1)}, FULL, "Ao salvar vai para a Tray: Preço e custo."),
        ({"price": Money(1), "name": "P"}, FULL, "Ao salvar vai para a Tray: Preço e custo, Cadastro."),
        ({"safety_stock": Decimal(1)}, FULL, "Ao salvar vai para a Tray: Estoque."),
        ({"minimum_stock": Decimal(1)}, FULL, "Nada muda na Tray."),
        ({}, FULL, "Nada muda na Tray."),
        ({"sell_online": False}, FULL, "Ao salvar o produto sai da loja na Tray."),
        ({"name": "P"}, COMMERCIAL, "O cadastro fica só aqui (opção 2)."),
        (
            {"name": "P", "cost": Money(1)},
            COMMERCIAL,
            "Ao salvar vai para a Tray: Preço e custo. O cadastro fica só aqui (opção 2).",
        ),
        (
            {"sell_online": False},
            COMMERCIAL,
            "Fora da loja só aqui (opção 2): tire-o da loja também na Tray.",
        ),
    ],
)
def test_what_will_be_sent_is_said(changes: dict[str, Any], option: SyncOption, said: str) -> None:
    assert sending_sentence(PAN, replace(PAN, **changes), option) == said


def test_what_a_new_product_sends() -> None:
    assert sending_sentence(None, PAN, FULL) == "Ao salvar vai para a Tray: Estoque, Preço e custo, Cadastro."
    assert "cadastre o produto lá" in sending_sentence(None, PAN, COMMERCIAL)
    off = replace(PAN, sell_online=False)
    assert sending_sentence(None, off, FULL) == "Nada vai para a Tray: o produto não é vendido na loja."
    assert sending_sentence(off, off, FULL) == "Nada vai para a Tray: o produto não é vendido na loja."
    assert "ainda não recebeu" in sending_sentence(PAN, PAN, FULL, known_to_store=False)


@pytest.mark.parametrize(
    ("changes", "text", "tone"),
    [
        ({"queue": QueueState.HALTED}, "Parado", Tone.BAD),
        ({"queue": QueueState.SENDING}, "Enviando", Tone.INFO),
        ({"queue": QueueState.OUTCOME_UNKNOWN}, "Conferindo", Tone.WARN),
        ({"queue": QueueState.WAITING}, "Aguarda há 14 s", Tone.INFO),
        ({}, "Em dia", Tone.GOOD),
        ({"link": LinkState.ABSENT}, "Não enviado", Tone.NEUTRAL),
        ({"link": LinkState.UNLINKED}, "Desvinculado", Tone.WARN),
        ({"link": LinkState.CREATING}, "Conferindo", Tone.WARN),
        ({"sell_online": False}, "Fora da loja", Tone.NEUTRAL),
    ],
)
def test_how_far_the_store_knows_a_product(changes: dict[str, Any], text: str, tone: Tone) -> None:
    since = NOON - timedelta(seconds=14) if "queue" in changes else None
    state = store_state(replace(ROW, owed_since=since, **changes), NOON)
    assert (state.text, state.tone) == (text, tone)
    assert state.icon
    assert ("segunda-feira, 02/03/2026 às 11:59:46" in state.tooltip) == (since is not None)


def test_few_goods_are_told_by_drawing_colour_and_words() -> None:
    shelf = product_columns(lambda: NOON)[3]
    low = replace(ROW, on_hand=Decimal(3), minimum_stock=Decimal(4))
    assert shelf.icon is not None
    assert shelf.role is not None
    assert shelf.tooltip is not None
    assert (shelf.icon(low), shelf.role(low)) == ("warning", Role.WARN)
    assert shelf.tooltip(low) == "3 UN em estoque; abaixo do mínimo de 4"
    assert (shelf.icon(ROW), shelf.role(ROW)) == ("", Role.TEXT)
    assert shelf.tooltip(ROW) == "12 UN em estoque"


def test_the_number_in_the_store_is_a_dash_when_it_is_not_sold_there() -> None:
    column = product_columns(lambda: NOON)[4]
    assert column.text(ROW) == "9"
    assert column.text(replace(ROW, sell_online=False)) == "—"


def test_margin_and_price_agree() -> None:
    assert margin_of(Money(10000), Money(6000)) == Decimal("40.00")
    assert price_for(Money(6000), Decimal(40)) == Money(10000)
    assert margin_of(Money(5000), Money(6000)) == Decimal("-20.00")
    assert price_for(Money(6000), Decimal(-20)) == Money(5000)
    assert margin_of(None, Money(6000)) is None
    assert margin_of(Money(0), Money(6000)) is None
    assert margin_of(Money(100), Money(0)) is None


@pytest.mark.parametrize("text", ["100", "1000", "abc", "12,345"])
def test_a_margin_that_is_none_is_marked(qtbot: QtBot, text: str) -> None:
    margin = MarginEdit("margin", "Margem")
    qtbot.addWidget(margin)
    margin.setText(text)
    margin.settle()
    assert margin.error == "Digite de 0 a 99,99%."
    margin.clear()
    QTest.keyClicks(margin, "45,5%")
    margin.settle()
    assert (margin.text(), margin.error) == ("45,5%", "")


@pytest.fixture
def day(qtbot: QtBot) -> DayEdit:
    """An empty field for a day of 2026."""
    made = DayEdit("start", "Início", today=lambda: date(2026, 12, 10))
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("text", ["24/12/2026", "24/12/26", "24/12", "24.12.2026", "2412", "24122026"])
def test_a_day_is_read_as_it_is_typed(day: DayEdit, text: str) -> None:
    day.setText(text)
    day.settle()
    assert day.value() == date(2026, 12, 24)
    assert day.text() == "24/12/2026"


@pytest.mark.parametrize("text", ["31/02/2026", "24", "amanhã", "0/0/0", "99/99/9999"])
def test_a_day_that_is_none_is_marked(day: DayEdit, text: str) -> None:
    day.setText(text)
    day.settle()
    assert day.error == "Digite um dia como 30/11/2026."
    assert day.text() == text


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_a_day_is_picked_from_the_calendar(day: DayEdit) -> None:
    day.show()
    day.setText("24/12/2026")
    day.open_calendar()
    calendar = QApplication.activePopupWidget().findChild(QCalendarWidget, "start_calendar")
    assert calendar.selectedDate() == QDate(2026, 12, 24)
    calendar.clicked.emit(QDate(2026, 12, 31))
    assert day.value() == date(2026, 12, 31)
    assert QApplication.activePopupWidget() is None


def test_a_day_that_may_only_be_looked_at_opens_no_calendar(day: DayEdit) -> None:
    day.setReadOnly(True)
    day.open_calendar()
    assert QApplication.activePopupWidget() is None


def test_work_that_begins_after_the_program_ended_is_dropped(qtbot: QtBot) -> None:
    owner = QObject()
    errors: list[BaseException] = []

    async def late() -> None:
        raise AssertionError("nobody waits for this")

    assert TaskScope(owner, errors.append).start(late()) is None
    assert errors == []
