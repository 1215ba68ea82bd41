"""Configurações › Pedidos and Venda e caixa: nothing is guessed, all of it is checked, and administrators decide."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
)

from tests.gui.deciding_gallery import Counter, choose_counter, open_counter
from tests.gui.product_gallery import write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.sale_ports import CounterRules
from varejoforte_desktop.application.status_map import choose_order_rules
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.domain.order import StatusMeaning
from varejoforte_desktop.domain.sale import DiscountLimits
from varejoforte_desktop.domain.scale_code import ScalePrefix, ScaleValue
from varejoforte_desktop.ui.preferences.counter import PercentEdit
from varejoforte_desktop.ui.preferences.status_line import StatusLine
from varejoforte_desktop.ui.screens.settings import SettingsScreen
from varejoforte_desktop.ui.theme import Theme

F10 = Qt.Key.Key_F10


@pytest_asyncio.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path) as made:
        yield made


class Screens:
    """Opens settings and closes them again."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._opened: list[SettingsScreen] = []

    async def open(self, page: str, role: Role = Role.ADMINISTRADOR) -> SettingsScreen:
        screen = SettingsScreen(self._counter.session(role))
        self._opened.append(screen)
        screen.resize(760, 640)
        screen.show()
        screen.show_page(page)
        screen.activateWindow()
        filled: list[bool] = []
        screen.shown.connect(lambda: filled.append(True))
        screen.activate()
        await until(lambda: filled)
        await until(screen.isActiveWindow)
        return screen

    async def close(self) -> None:
        for screen in self._opened:
            await screen.aclose()
            screen.close()
            screen.deleteLater()


@pytest_asyncio.fixture
async def screens(counter: Counter) -> AsyncIterator[Screens]:
    made = Screens(counter)
    yield made
    await made.close()


def meanings(counter: Counter) -> dict[str, StatusMeaning | None]:
    rows = counter.database.read_now(lambda reader: reader.orders.statuses())
    return {row.name: row.meaning for row in rows}


def rules(counter: Counter) -> OrderRules:
    return counter.database.read_now(lambda reader: reader.orders.rules())


def counter_rules(counter: Counter) -> CounterRules:
    return counter.database.read_now(lambda reader: reader.sales.rules())


def layouts(counter: Counter) -> list[str]:
    return [each.prefix for each in counter.database.read_now(lambda reader: reader.sales.scale_prefixes())]


def line_of(screen: SettingsScreen, name: str) -> StatusLine:
    return next(line for line in screen.orders.lines if line.row.name == name)


def pick(line: StatusLine, words: str) -> None:
    """Choose as a person does: open, go there, Enter."""
    place = line.choice.findText(words)
    assert place >= 0, words
    line.choice.setCurrentIndex(place)
    line.choice.activated.emit(place)


def held(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """What is written waits at this door."""
    door, real = asyncio.Event(), counter.database.run

    async def slow(*args: Any, **named: Any) -> Any:
        await door.wait()
        return await real(*args, **named)

    monkeypatch.setattr(counter.database, "run", slow)
    return door


async def toast_of(screen: SettingsScreen) -> str:
    toast = await until(lambda: screen.toasts._toast)
    assert toast is not None
    return toast.text


# -- what statuses mean -------------------------------------------------------------------------------------------


async def test_before_the_first_look_the_list_is_fetched_from_the_store(
    counter: Counter, screens: Screens
) -> None:
    screen = await screens.open("orders")
    page = screen.orders
    assert page.none.isVisible()
    assert page.none.text() == "Nenhuma situação conhecida ainda: busque a lista da Tray."
    assert not page.agree.isVisible()
    assert not page.skeleton.isVisible()
    page.learn.click()
    assert page.learn.text() == "Lendo da Tray…"
    assert not page.learn.isEnabled()
    assert await toast_of(screen) == "10 situações lidas da Tray."
    assert len(page.lines) == 10
    assert not page.none.isVisible()
    assert page.learn.isEnabled()


async def test_a_store_out_of_reach_is_said_beside_the_button(counter: Counter, screens: Screens) -> None:
    counter.shop.wire.offline = True
    screen = await screens.open("orders")
    screen.orders.learn.click()
    await until(screen.orders.trouble.isVisible)
    assert screen.orders.trouble.text == "Sem internet: a loja não foi alcançada. Tente de novo."
    assert screen.orders.learn.isEnabled()


async def test_a_suggestion_is_shown_and_counts_only_after_a_yes(counter: Counter, screens: Screens) -> None:
    """F52."""
    await counter.shop.services.orders.learn_statuses()
    counter.store.place_order({counter.remote["PAN-24"]: 1}, paid=True)
    await counter.shop.services.orders.look()
    screen = await screens.open("orders")
    page = screen.orders
    paid = line_of(screen, "A ENVIAR")
    assert (paid.choice.currentText(), paid.badge.text) == ("Separar e enviar", "Sugestão")
    assert meanings(counter)["A ENVIAR"] is None
    assert page.waiting.text == "8 situações sem significado confirmado; 1 pedido espera por isso."
    assert not page.save_button.isEnabled()
    assert page.agree.text() == "Usar todas as sugestões"
    page.agree.click()
    assert await toast_of(screen) == "8 sugestões em uso."
    assert meanings(counter)["A ENVIAR"] is StatusMeaning.TO_SHIP
    assert None not in meanings(counter).values()
    assert line_of(screen, "A ENVIAR").badge.text == "Definida"
    assert not page.waiting.isVisible()
    assert not page.agree.isVisible()


async def test_one_choice_is_saved_and_the_other_suggestions_wait(counter: Counter, screens: Screens) -> None:
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    line = line_of(screen, "EM MONITORAMENTO")
    pick(line, "Separar e enviar")
    assert line.badge.text == "A salvar"
    assert screen.orders.save_button.isEnabled()
    line.choice.setFocus()
    QTest.keyClick(line.choice, F10)
    assert await toast_of(screen) == "Configurações de pedidos salvas."
    assert meanings(counter)["EM MONITORAMENTO"] is StatusMeaning.TO_SHIP
    assert meanings(counter)["A ENVIAR"] is None
    assert not screen.orders.save_button.isEnabled()


async def test_agreeing_to_one_suggestion_is_enough(counter: Counter, screens: Screens) -> None:
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    pick(line_of(screen, "A ENVIAR"), "Separar e enviar")
    screen.orders.save_button.click()
    await until(lambda: meanings(counter)["A ENVIAR"] is StatusMeaning.TO_SHIP)
    assert meanings(counter)["A ENVIAR VINDI"] is None


async def test_a_meaning_is_taken_back(counter: Counter, screens: Screens) -> None:
    await counter.shop.services.orders.learn_statuses()
    counter.explain()
    screen = await screens.open("orders")
    pick(line_of(screen, "ENVIADO"), "Não importar até definir")
    screen.orders.save()
    await until(lambda: meanings(counter)["ENVIADO"] is None)
    await until(lambda: line_of(screen, "ENVIADO").badge.text == "Sugestão")
    pick(line_of(screen, "ENVIADO"), "Não importar até definir")
    assert line_of(screen, "ENVIADO").badge.text == "Não importa"
    assert not screen.orders.save_button.isEnabled()


async def test_a_status_of_cancelled_type_is_not_to_be_argued_with(
    counter: Counter, screens: Screens
) -> None:
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    line = line_of(screen, "CANCELADO")
    assert not line.choice.isEnabled()
    assert (line.choice.currentText(), line.badge.text) == ("Cancelado", "Definida")
    assert line.choice.toolTip() == "A Tray diz que esta situação é de cancelamento."


async def test_what_is_chosen_survives_news_from_the_store(counter: Counter, screens: Screens) -> None:
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    pick(line_of(screen, "ENTREGUE"), "Enviado")
    line_of(screen, "ENTREGUE").choice.setFocus()
    counter.store.place_order({counter.remote["PAN-24"]: 1}, paid=True)
    await counter.shop.services.orders.look()
    await until(lambda: line_of(screen, "A ENVIAR").row.open_orders == 1)
    line = line_of(screen, "ENTREGUE")
    assert (line.choice.currentText(), line.badge.text) == ("Enviado", "A salvar")
    assert line.choice.hasFocus()


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
async def test_an_order_that_comes_in_leaves_an_open_list_of_meanings_alone(
    counter: Counter, screens: Screens
) -> None:
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    line = line_of(screen, "A ENVIAR")
    line.choice.showPopup()
    line.choice.view().setCurrentIndex(line.choice.model().index(3, 0))
    counter.store.place_order({counter.remote["PAN-24"]: 1}, paid=True)
    await counter.shop.services.orders.look()
    await until(lambda: line_of(screen, "A ENVIAR").row.open_orders == 1)
    assert line_of(screen, "A ENVIAR") is line
    assert line.choice.view().isVisible()
    assert line.choice.view().currentIndex().row() == 3
    assert line.about.text() == "aberta · 1 pedido aberto"
    line.choice.hidePopup()


async def test_what_is_chosen_while_it_is_being_saved_is_not_lost(
    counter: Counter, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    page, line = screen.orders, line_of(screen, "ENTREGUE")
    pick(line, "Enviado")
    door = held(counter, monkeypatch)
    page.save_button.click()
    pick(line, "Separar e enviar")
    write(screen, order_alarm="45")
    door.set()
    await until(lambda: meanings(counter)["ENTREGUE"] is StatusMeaning.SHIPPED)
    await until(page.save_button.isEnabled)
    assert (line.choice.currentText(), line.badge.text) == ("Separar e enviar", "A salvar")
    assert page.alarm.text() == "45"
    page.save_button.click()
    await until(lambda: meanings(counter)["ENTREGUE"] is StatusMeaning.TO_SHIP)
    await until(lambda: rules(counter).alarm_minutes == 45)


async def test_the_wheel_scrolls_the_page_and_chooses_nothing(counter: Counter, screens: Screens) -> None:
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    choice = line_of(screen, "ENVIADO").choice
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(choice.mapToGlobal(QPoint(5, 5))),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(choice, turn)
    assert choice.currentText() == "Enviado"


# -- what the store is told ---------------------------------------------------------------------------------------


async def test_nothing_changes_in_the_store_unless_somebody_chooses_it(
    counter: Counter, screens: Screens
) -> None:
    """F52 and F56: "Não alterar" is the default, and the direction is named."""
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    page = screen.orders
    assert page.after.currentText() == "Não alterar"
    assert page.after.findText("CANCELADO") == -1
    headings = [label.text() for label in page.findChildren(QLabel)]
    assert "Situações da loja (Tray → ERP)" in headings
    assert "O que a Tray fica sabendo (ERP → Tray)" in headings
    assert [each.currentText() for each in (page.invoiced, page.shipped)] == ["Não alterar"] * 2
    assert page.alarm.text() == "60"
    page.after.setCurrentIndex(page.after.findText("ENVIADO"))
    page.after.activated.emit(page.after.currentIndex())
    write(page, order_alarm="90")
    page.save_button.click()
    await until(lambda: rules(counter).alarm_minutes == 90)
    names = {
        row.status_id: row.name for row in counter.database.read_now(lambda reader: reader.orders.statuses())
    }
    assert names[rules(counter).registered_status_id] == "ENVIADO"
    again = await screens.open("orders")
    assert again.orders.after.currentText() == "ENVIADO"


async def test_minutes_that_are_none_are_said_beside_the_field(counter: Counter, screens: Screens) -> None:
    screen = await screens.open("orders")
    write(screen, order_alarm="abc")
    screen.orders.save()
    assert screen.orders.alarm_field.error == "Digite quantos minutos: 60."
    assert rules(counter).alarm_minutes == 60
    write(screen, order_alarm="1000")
    screen.orders.save()
    await until(lambda: rules(counter).alarm_minutes == 1000)
    await until(lambda: not screen.orders.tasks.busy)
    screen.orders.alarm.settle()  # tidied to "1.000", which is no change
    assert not screen.orders.changed()


async def test_rules_chosen_elsewhere_arrive_unless_somebody_types(
    counter: Counter, screens: Screens
) -> None:
    screen = await screens.open("orders")
    by = counter.shop.actor(Role.ADMINISTRADOR)
    counter.database.run_now(choose_order_rules, OrderRules(alarm_minutes=15), by=by)
    await until(lambda: screen.orders.alarm.text() == "15")
    write(screen, order_alarm="45")
    counter.database.run_now(choose_order_rules, OrderRules(alarm_minutes=20), by=by)
    screen.activate()
    await until(lambda: screen.orders._rules.alarm_minutes == 20)
    assert screen.orders.alarm.text() == "45"


@pytest.mark.parametrize("page", ["orders", "counter"])
async def test_others_read_and_learn_why_they_may_not_change(
    counter: Counter, screens: Screens, page: str
) -> None:
    await counter.shop.services.orders.learn_statuses()
    choose_counter(counter)
    screen = await screens.open(page, Role.GERENTE)
    shown = screen.pages[page]
    reason = shown.findChild(QLabel, f"{page}_refusal")
    assert reason is not None
    assert reason.isVisible()
    assert reason.text() == "Seu perfil não pode mudar as configurações da loja. Peça a um administrador."
    assert not shown.findChild(QPushButton, f"{page}_save").isVisible()  # type: ignore[union-attr]
    for edit in shown.findChildren(QLineEdit):
        assert edit.isReadOnly(), edit.objectName()
    for kind in (QComboBox, QCheckBox, QToolButton):
        for widget in shown.findChildren(kind):
            inside_bar = widget.objectName().startswith("qt_") or not widget.objectName()
            assert inside_bar or not widget.isEnabled() or widget.objectName().endswith("close_button")
    before = meanings(counter), counter_rules(counter), layouts(counter)
    QTest.keyClick(shown, F10)
    screen.orders.use_suggestions()
    assert not screen.orders.tasks.busy
    assert (meanings(counter), counter_rules(counter), layouts(counter)) == before


async def test_books_that_do_not_answer_are_told_and_nothing_is_lost(
    counter: Counter, screens: Screens
) -> None:
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    pick(line_of(screen, "A ENVIAR"), "Separar e enviar")
    run = counter.database.run

    async def no_books(*_args: Any, **_kwargs: Any) -> Any:
        raise BooksUnreachable

    counter.database.run = no_books  # type: ignore[method-assign]
    screen.orders.save()
    await until(screen._trouble.isVisible)
    assert line_of(screen, "A ENVIAR").badge.text == "A salvar"
    assert screen.orders.save_button.isEnabled()
    counter.database.run = run  # type: ignore[method-assign]
    screen.orders.save()
    await until(lambda: meanings(counter)["A ENVIAR"] is StatusMeaning.TO_SHIP)


# -- selling and the till -----------------------------------------------------------------------------------------


async def test_limits_and_closing_are_chosen_together(counter: Counter, screens: Screens) -> None:
    screen = await screens.open("counter")
    page = screen.counter
    assert (page.operador.text(), page.gerente.text(), page.tolerance.text()) == ("5", "20", "0,00")
    assert not page.save_button.isEnabled()
    write(page, discount_operador="7,5", discount_gerente="25", till_tolerance="2")
    page.supervised.click()
    page.blind.click()
    assert page.save_button.isEnabled()
    QTest.keyClick(page.gerente, F10)
    assert await toast_of(screen) == "Regras de venda e caixa salvas."
    assert counter_rules(counter) == CounterRules(
        discounts=DiscountLimits(operador=750, gerente=2500),
        cancel_item_supervised=True,
        blind_closing=True,
        tolerance=Money(200),
    )
    assert not page.save_button.isEnabled()


async def test_what_is_typed_while_the_rules_are_being_saved_can_be_saved_next(
    counter: Counter, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = await screens.open("counter")
    write(screen, discount_operador="7")
    door = held(counter, monkeypatch)
    screen.counter.save_button.click()
    write(screen, discount_gerente="30")
    door.set()
    await until(screen.counter.save_button.isEnabled)
    assert counter_rules(counter).discounts == DiscountLimits(operador=700, gerente=2000)
    assert screen.counter.gerente.text() == "30"


@pytest.mark.parametrize("typed", ["101", "-1", "abc", "7,555"])
async def test_a_share_that_is_none_is_said_and_nothing_is_written(
    counter: Counter, screens: Screens, typed: str
) -> None:
    screen = await screens.open("counter")
    write(screen, discount_operador=typed)
    screen.counter.save()
    assert screen.counter.fields["operador"].error == "Digite de 0 a 100, como 5 ou 7,5."
    assert screen.counter.operador.hasFocus()
    assert counter_rules(counter) == CounterRules()


def test_a_share_is_read_and_written_as_people_do() -> None:
    edit = PercentEdit("share", "Parte")
    for typed, share, written in (
        ("5", 500, "5"),
        ("7,5 %", 750, "7,5"),
        ("0,05", 5, "0,05"),
        ("100", 10_000, "100"),
    ):
        assert edit.parse(typed) == share
        assert edit.written(share) == written


async def test_a_layout_of_labels_is_added_with_an_example(counter: Counter, screens: Screens) -> None:
    screen = await screens.open("counter")
    page = screen.counter
    assert not page._titles.isVisible()
    page.add.click()
    line = page.scales[0]
    assert line.prefix.hasFocus()
    assert line.example.text() == "0 de 12 dígitos"
    write(line, scale_1_prefix="20", scale_1_code="5", scale_1_value="5")
    assert line.example.text() == "20 12345 01234 9 → produto 12345, 1,234 kg"
    line.value.setCurrentIndex(1)
    line.value.activated.emit(1)
    assert line.example.text() == "20 12345 01234 9 → produto 12345, R$ 12,34"
    page.save_button.click()
    await until(lambda: layouts(counter) == ["20"])
    assert counter.database.read_now(lambda reader: reader.sales.scale_prefixes()) == (
        ScalePrefix(prefix="20", value=ScaleValue.PRICE, code_digits=5, value_digits=5),
    )


@pytest.mark.parametrize(
    ("prefix", "code", "value"), [("30", "5", "5"), ("20", "5", "4"), ("20", "0", "10"), ("", "6", "6")]
)
async def test_a_layout_that_cannot_be_read_is_refused_beside_it(
    counter: Counter, screens: Screens, prefix: str, code: str, value: str
) -> None:
    screen = await screens.open("counter")
    screen.counter.add.click()
    write(screen, scale_1_prefix=prefix, scale_1_code=code, scale_1_value=value)
    screen.counter.save()
    line = screen.counter.scales[0]
    assert line.error.text().startswith("Este formato de etiqueta não serve.")
    assert not line.error.isHidden()
    assert layouts(counter) == []
    write(screen, scale_1_prefix="21", scale_1_code="5", scale_1_value="5")
    assert line.error.isHidden()
    screen.counter.save()
    await until(lambda: layouts(counter) == ["21"])


async def test_one_prefix_has_one_layout(counter: Counter, screens: Screens) -> None:
    choose_counter(counter)
    screen = await screens.open("counter")
    screen.counter.add.click()
    write(screen, scale_3_prefix="20", scale_3_code="4", scale_3_value="6")
    screen.counter.save()
    assert screen.counter.scales[2].error.text() == "Já há uma etiqueta com o prefixo 20."
    assert layouts(counter) == ["20", "21"]


async def test_a_layout_is_changed_and_another_removed(counter: Counter, screens: Screens) -> None:
    choose_counter(counter)
    screen = await screens.open("counter")
    write(screen, scale_1_prefix="29")
    removed = screen.findChild(QToolButton, "scale_2_remove")
    assert removed is not None
    assert removed.accessibleName() == "Remover etiqueta"
    removed.click()
    assert layouts(counter) == ["20", "21"]
    screen.counter.save()
    await until(lambda: layouts(counter) == ["29"])


async def test_what_is_typed_survives_news_from_the_books(counter: Counter, screens: Screens) -> None:
    screen = await screens.open("counter")
    write(screen, discount_operador="9")
    choose_counter(counter)
    screen.activate()
    await until(lambda: not screen._tasks.busy)
    assert screen.counter.operador.text() == "9"
    assert screen.counter.scales == []


# -- keyboard and names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["orders", "counter"])
async def test_every_control_has_a_name_and_f1_knows_the_key(
    counter: Counter, screens: Screens, page: str
) -> None:
    await counter.shop.services.orders.learn_statuses()
    choose_counter(counter)
    screen = await screens.open(page)
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for widget in screen.pages[page].findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.isHidden():
                assert widget.objectName(), widget
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget.objectName()
    name = {"orders": "Pedidos", "counter": "Venda e caixa"}[page]
    assert screen._services.shortcuts.legend(f"Configurações › {name}") == "F10 salvar"


@pytest.mark.parametrize("page", ["orders", "counter"])
async def test_the_largest_letters_fit_and_the_button_stays_in_sight(
    counter: Counter, screens: Screens, page: str
) -> None:
    await counter.shop.services.orders.learn_statuses()
    choose_counter(counter)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    Theme.apply(app, "light", 1.5)
    try:
        screen = await screens.open(page)
        screen.resize(622, 633)
        shown = screen.pages[page]
        inside = shown.widget()
        assert inside is not None
        assert inside.minimumSizeHint().width() <= 600
        button = shown.findChild(QPushButton, f"{page}_save")
        assert button is not None
        assert screen.rect().contains(button.mapTo(screen, QPoint(0, 0)))
        assert screen.rect().contains(button.mapTo(screen, button.rect().bottomRight()))
    finally:
        Theme.apply(app, "light", 1.0)


async def test_notes_and_parcels_have_a_status_of_their_own(counter: Counter, screens: Screens) -> None:
    await counter.shop.services.orders.learn_statuses()
    screen = await screens.open("orders")
    page = screen.orders
    for choice, name in ((page.invoiced, "A ENVIAR"), (page.shipped, "ENVIADO")):
        choice.setCurrentIndex(choice.findText(name))
        choice.activated.emit(choice.currentIndex())
    page.save_button.click()
    await until(lambda: rules(counter).shipped_status_id != "")
    names = {
        row.status_id: row.name for row in counter.database.read_now(lambda reader: reader.orders.statuses())
    }
    kept = rules(counter)
    assert (names[kept.invoiced_status_id], names[kept.shipped_status_id]) == ("A ENVIAR", "ENVIADO")
    assert kept.registered_status_id == ""
    again = await screens.open("orders")
    assert (again.orders.invoiced.currentText(), again.orders.shipped.currentText()) == (
        "A ENVIAR",
        "ENVIADO",
    )
