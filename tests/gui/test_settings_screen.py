"""Configurações: only those who may change something can, and what is secret never stays on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QRadioButton

from tests.books import NOON
from tests.gui.product_gallery import write
from tests.gui.queue_gallery import Shop, _many, fill, open_shop
from tests.waiting import until
from varejoforte_desktop.application.outside import OutsideError, StoreSuspended, Unreachable
from varejoforte_desktop.domain.errors import KeyMissing
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.connect_words import cnpj, why_not
from varejoforte_desktop.ui.screens.settings import SettingsScreen
from varejoforte_desktop.ui.theme import Theme


class Screens:
    """Opens settings and closes them again."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.opened: list[SettingsScreen] = []

    async def open(self, page: str, role: Role = Role.ADMINISTRADOR) -> SettingsScreen:
        """Settings filled from the books."""
        screen = SettingsScreen(self._shop.session(role))
        self.opened.append(screen)
        screen.resize(760, 600)
        screen.show()
        screen.show_page(page)
        filled: list[bool] = []
        screen.shown.connect(lambda: filled.append(True))
        screen.activate()
        await until(lambda: filled)
        return screen


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def screens(shop: Shop) -> AsyncIterator[Screens]:
    made = Screens(shop)
    yield made
    for screen in made.opened:
        await screen.aclose()
        screen.close()
        screen.deleteLater()


def option_of(shop: Shop) -> SyncOption:
    return shop.database.read_now(lambda reader: reader.shop()).sync_option


def secrets_in(screen: SettingsScreen, shop: Shop) -> list[str]:
    """Where a secret of the store can still be read."""
    secrets = (shop.store.consumer_key, shop.store.consumer_secret, shop.store.code)
    edits = [
        edit.objectName()
        for edit in screen.findChildren(QLineEdit)
        if any(secret in edit.text() for secret in secrets) or edit.isUndoAvailable()
    ]
    return edits + [
        label.objectName()
        for label in screen.findChildren(QLabel)
        if any(secret in label.text() + label.toolTip() for secret in secrets)
    ]


# -- the store ----------------------------------------------------------------------------------------------------


async def test_connecting_shows_the_store_and_forgets_the_secrets(shop: Shop, screens: Screens) -> None:
    _many(shop, 2)
    screen = await screens.open("tray")
    fill(screen, shop)
    QTest.mouseClick(screen.tray.form.button, Qt.MouseButton.LeftButton)
    assert screen.tray.form.progress.isVisible()
    assert not screen.tray.form.secret.isEnabled()
    await until(screen.tray.success.isVisible)
    assert screen.tray.success.text.startswith("Conectado à loja Loja de Treino, CNPJ 11.222.333/0001-81.")
    await until(screen.tray.card.isVisible)
    assert screen.tray.card.badge.text == "Conectada"
    assert screen.tray.card.cnpj.text() == "11.222.333/0001-81"
    assert not screen.tray.form.isVisible()
    assert secrets_in(screen, shop) == []
    row = shop.database.read_now(lambda reader: reader.connection())
    assert row is not None
    assert row.store_name == "Loja de Treino"


async def test_a_wrong_code_is_said_and_what_was_typed_stays(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("tray")
    fill(screen, shop, code="nao-e-este")
    screen.tray.form.button.click()
    await until(screen.tray.form.answer.isVisible)
    assert screen.tray.form.answer.text.startswith("A Tray não aceitou as chaves ou o código.")
    assert screen.tray.form.code.text() == "nao-e-este"
    assert screen.tray.form.button.isVisible()
    assert shop.database.read_now(lambda reader: reader.connection()) is None


async def test_a_store_out_of_reach_is_said(shop: Shop, screens: Screens) -> None:
    shop.wire.offline = True
    screen = await screens.open("tray")
    fill(screen, shop)
    screen.tray.form.button.click()
    await until(screen.tray.form.answer.isVisible)
    said = screen.tray.form.answer.text
    assert said.startswith("Sem internet")
    assert "Confira o endereço" in said


async def test_a_blocked_store_is_said(shop: Shop, screens: Screens) -> None:
    shop.store.set_state("bloqueada")
    screen = await screens.open("tray")
    fill(screen, shop)
    screen.tray.form.button.click()
    await until(screen.tray.form.answer.isVisible)
    assert (
        screen.tray.form.answer.text
        == "A loja está bloqueada na Tray. Fale com a Tray e depois conecte de novo."
    )


async def test_an_address_that_is_none_is_said(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("tray")
    fill(screen, shop, address="ftp://não é loja")
    screen.tray.form.button.click()
    await until(screen.tray.form.answer.isVisible)
    assert "commercesuite" in screen.tray.form.answer.text


async def test_empty_fields_are_marked_and_nothing_is_asked(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("tray")
    fill(screen, shop, secret="")
    screen.tray.form.button.click()
    errors = [field.editor.objectName() for field in screen.tray.form.fields if field.error]
    assert errors == ["connect_secret"]
    assert not screen.tray.form.busy
    assert not shop.store.requests
    QTest.keyClicks(screen.tray.form.secret, "x")
    assert not screen.tray.form.fields[3].error


async def test_connecting_can_be_given_up(shop: Shop, screens: Screens) -> None:
    shop.store.faults.next("slow", seconds=60)
    screen = await screens.open("tray")
    fill(screen, shop)
    screen.tray.form.button.click()
    await until(lambda: screen.tray.form.busy)
    screen.tray.form.cancel.click()
    await until(screen.tray.form.button.isVisible)
    assert not screen.tray.form.answer.isVisible()
    assert screen.tray.form.secret.text() == shop.store.consumer_secret


async def test_what_was_typed_is_gone_with_the_screen(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("tray")
    fill(screen, shop)
    screen.tray.form.secret.eye.click()
    assert screen.tray.form.secret.echoMode() is QLineEdit.EchoMode.Normal
    await screen.aclose()
    assert secrets_in(screen, shop) == []
    assert screen.tray.form.secret.echoMode() is QLineEdit.EchoMode.Password


async def test_only_an_administrator_connects(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("tray", Role.GERENTE)
    form = screen.tray.form
    assert not form.button.isEnabled()
    assert form.button.toolTip() == "Seu perfil não pode conectar a loja à Tray. Peça a um administrador."
    assert not form.address.isEnabled()


async def test_a_connection_that_runs_out_is_told_a_week_before(shop: Shop, screens: Screens) -> None:
    shop.connect(refresh_expires_at=NOON + timedelta(days=7, minutes=1))
    screen = await screens.open("tray")
    assert not screen.tray.card.warning.isVisible()
    shop.connect(refresh_expires_at=NOON + timedelta(days=3))
    screen.activate()
    await until(screen.tray.card.warning.isVisible)
    assert screen.tray.card.warning.text.startswith("A autorização vence em 3 dias.")
    assert screen.tray.again.isVisible()
    shop.connect(state="reconnect", cause="refresh_refused")
    screen.activate()
    await until(screen.tray.form.isVisible)
    assert screen.tray.card.badge.text == "Reconectar"
    assert screen.tray.card.warning.text == "A autorização da Tray venceu. Conecte de novo abaixo."


async def test_a_well_connection_hides_the_form_behind_a_button(shop: Shop, screens: Screens) -> None:
    shop.connect()
    screen = await screens.open("tray")
    assert not screen.tray.form.isVisible()
    again = screen.findChild(QPushButton, "connect_again_button")
    assert isinstance(again, QPushButton)
    again.click()
    assert screen.tray.form.isVisible()
    screen.activate()  # a look at the books does not take the form away
    await until(lambda: not screen._tasks.busy)
    assert screen.tray.form.isVisible()


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (Unreachable(code="no_line"), "Confira o endereço e a internet deste computador e tente de novo."),
        (Unreachable(code="reset"), "Tente de novo em instantes."),
        (StoreSuspended(code="store_inactive"), "Verifique o plano da loja com a Tray."),
        (OutsideError(code="o que é isto"), "Tente novamente; se continuar, chame o suporte."),
        (KeyMissing(), "Um administrador precisa entrar aqui uma vez."),
    ],
)
def test_remedies_of_connecting_do_not_speak_of_sending(error: Exception, remedy: str) -> None:
    assert why_not(error).remedy == remedy


def test_a_cnpj_is_written_with_its_points() -> None:
    assert cnpj("11222333000181") == cnpj("11.222.333/0001-81") == "11.222.333/0001-81"
    assert cnpj("12") == "12"


# -- what is sent -------------------------------------------------------------------------------------------------


async def test_an_administrator_changes_the_option_and_can_take_it_back(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("sync")
    assert screen.sync.cards[SyncOption.FULL].in_use.isVisible()
    QTest.mouseClick(screen.sync.cards[SyncOption.COMMERCIAL], Qt.MouseButton.LeftButton)
    await until(lambda: option_of(shop) is SyncOption.COMMERCIAL)
    toast = await until(lambda: screen.toasts._toast)
    assert toast is not None
    assert toast.text == "Opção 2 em uso em todas as estações."
    undo = screen.findChild(QPushButton, "toast_button")
    assert isinstance(undo, QPushButton)
    undo.click()
    await until(lambda: option_of(shop) is SyncOption.FULL)
    await until(screen.sync.cards[SyncOption.FULL].radio.isChecked)


async def test_nobody_else_changes_the_option(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("sync", Role.GERENTE)
    for card in screen.sync.cards.values():
        assert not card.radio.isEnabled()
        assert (
            card.toolTip() == "Seu perfil não pode mudar as configurações da loja. Peça a um administrador."
        )
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert not screen.sync._tasks.busy
    assert option_of(shop) is SyncOption.FULL


async def test_going_back_to_option_one_says_how_much_it_sends(shop: Shop, screens: Screens) -> None:
    shop.choose(SyncOption.COMMERCIAL)
    _many(shop, 340)
    screen = await screens.open("sync")
    screen.sync.cards[SyncOption.FULL].radio.click()
    await until(screen.sync.question.isVisible)
    assert "340 alterações de cadastro guardadas (cerca de 2 min)" in screen.sync._asked.text()
    assert option_of(shop) is SyncOption.COMMERCIAL
    screen.sync.cancel.click()
    assert not screen.sync.question.isVisible()
    assert screen.sync.cards[SyncOption.COMMERCIAL].radio.isChecked()
    screen.sync.cards[SyncOption.FULL].radio.click()
    await until(screen.sync.question.isVisible)
    screen.sync.confirm.click()
    await until(lambda: option_of(shop) is SyncOption.FULL)


async def test_going_back_without_anything_held_back_asks_nothing(shop: Shop, screens: Screens) -> None:
    shop.choose(SyncOption.COMMERCIAL)
    screen = await screens.open("sync")
    screen.sync.cards[SyncOption.FULL].radio.click()
    await until(lambda: option_of(shop) is SyncOption.FULL)
    assert not screen.sync.question.isVisible()


async def test_limits_and_the_direction_are_told(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("sync")
    assert "180 pedidos por minuto e 10.000 por dia" in screen.sync._limits.text()
    arrows = [label for label in screen.sync.findChildren(QLabel) if label.text() == "ERP → Tray"]
    assert len(arrows) == 2


# -- the shop and the looks ---------------------------------------------------------------------------------------


async def test_the_shop_is_renamed_by_an_administrator(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("shop")
    assert screen.shop.name.text() == "Casa das Panelas"
    assert not screen.shop.save.isEnabled()
    screen.shop.name.selectAll()
    QTest.keyClicks(screen.shop.name, "Casa Nova")
    QTest.keyClick(screen.shop.name, Qt.Key.Key_Return)
    await until(lambda: shop.database.read_now(lambda reader: reader.shop()).name == "Casa Nova")
    toast = await until(lambda: screen.toasts._toast)
    assert toast is not None
    assert toast.text == "Nome da loja alterado."


async def test_an_empty_name_is_refused_beside_the_field(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("shop")
    screen.shop.name.selectAll()
    QTest.keyClick(screen.shop.name, Qt.Key.Key_Delete)
    screen.shop.save.click()
    await until(lambda: screen.shop.name_field.error)
    assert screen.shop.name_field.error == "Falta preencher: nome da loja."


async def test_others_see_the_name_and_the_reason(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("shop", Role.OPERADOR)
    assert screen.shop.name.isReadOnly()
    QTest.keyClicks(screen.shop.name, "X")
    assert not screen.shop.save.isEnabled()
    labels = {label.objectName(): label.text() for label in screen.shop.findChildren(QLabel)}
    assert labels["station_label"] == "CAIXA-01"
    assert labels["books_label"] == "SQLite: loja.db na pasta de dados"


async def test_looks_are_applied_at_once_and_remembered(shop: Shop, screens: Screens) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    Theme.apply(app, "light", 1.0)
    screen = await screens.open("looks")
    for name in ("theme_dark", "font_scale_150"):
        button = screen.findChild(QRadioButton, name)
        assert isinstance(button, QRadioButton)
        button.click()
    try:
        assert (Theme.current().mode, Theme.current().font_scale) == ("dark", 1.5)
        assert shop.services.preferences.get("theme") == "dark"
        assert shop.services.preferences.get("font_scale") == 1.5
    finally:
        Theme.apply(app, "light", 1.0)


@pytest.mark.parametrize("page", ["shop", "tray", "sync", "looks"])
async def test_the_largest_letters_fit_beside_the_places(shop: Shop, screens: Screens, page: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    Theme.apply(app, "light", 1.5)
    try:
        screen = await screens.open(page)
        # 1024 pixels less the places at the side and the margins.
        assert screen.minimumSizeHint().width() <= 1024 - 236 * 1.5 - 48
        inside = screen.pages[page].widget()
        assert inside is not None
        assert inside.minimumSizeHint().width() <= 600
    finally:
        Theme.apply(app, "light", 1.0)


async def test_every_control_has_a_name(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("tray")
    for kind in (QAbstractButton, QLineEdit):
        for widget in screen.findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible():
                assert widget.objectName(), widget
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget.objectName()
    assert screen.title == "Configurações"
    assert screen.tray.success.property("banner") == Tone.GOOD.value


async def test_a_name_that_is_typed_on_while_it_is_saved_stays_typed(
    shop: Shop, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = await screens.open("shop")
    door, real = asyncio.Event(), shop.database.run

    async def slow(*args: Any, **named: Any) -> Any:
        await door.wait()
        return await real(*args, **named)

    monkeypatch.setattr(shop.database, "run", slow)
    write(screen, shop_name="Casa do Garfo")
    assert screen.shop.save.isEnabled()
    screen.shop.save.click()
    write(screen, shop_name="Casa do Garfo e da Faca")
    door.set()
    await until(screen.shop.save.isEnabled)
    assert shop.database.read_now(lambda reader: reader.shop()).name == "Casa do Garfo"
    assert screen.shop.name.text() == "Casa do Garfo e da Faca"


# -- finding a page ---------------------------------------------------------------------------------------------------


async def test_every_page_is_in_sight_at_once_on_the_smallest_screen(shop: Shop, screens: Screens) -> None:
    """1024 × 768: some 710 × 640 are left of it."""
    screen = await screens.open("shop")
    screen.resize(710, 640)
    buttons = screen.sections.list.items
    assert list(buttons) == [
        "shop", "counter", "tray", "sync", "orders", "people", "security", "copies", "stations", "printers", "looks",
    ]  # fmt: skip
    seen = screen.sections.list.viewport().rect()
    await until(screen.sections.list.isVisible)
    for button in buttons.values():
        place = button.mapTo(screen.sections.list.viewport(), button.rect().bottomRight())
        assert seen.contains(place), button.text()
        assert button.sizeHint().width() <= button.width(), button.text()
    for name, button in buttons.items():
        button.click()
        assert screen.pages[name].isVisible()
        assert button.isChecked()
        page = screen.pages[name].horizontalScrollBar()
        assert page.maximum() == 0, name


async def test_the_keyboard_goes_through_the_pages(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("shop")
    screen.activateWindow()
    await until(screen.isActiveWindow)
    buttons = screen.sections.list.items
    screen.sections.begin()
    assert buttons["shop"].hasFocus()
    QTest.keyClick(buttons["shop"], Qt.Key.Key_Down)
    assert buttons["counter"].hasFocus()
    assert screen.counter.isVisible()
    QTest.keyClick(buttons["counter"], Qt.Key.Key_Down)  # over the heading of the next group
    assert screen.tray.isVisible()
    QTest.keyClick(buttons["tray"], Qt.Key.Key_Up)
    assert screen.counter.isVisible()
    QTest.keyClick(screen.counter.operador, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert screen.tray.isVisible()
    QTest.keyClick(screen.tray, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(screen.counter, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert screen.sections.shown == "tray"
    for _ in range(3):
        QTest.keyClick(screen, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert screen.looks.isVisible(), "above the first is the last"


async def test_in_a_narrow_window_a_field_leads_to_the_pages(shop: Shop, screens: Screens) -> None:
    screen = await screens.open("sync")
    screen.resize(600, 600)
    field = screen.sections.field
    await until(field.isVisible)
    assert not screen.sections.list.isVisible()
    assert field.currentText() == "Sincronização"
    field.setCurrentIndex(field.findText("Cópias"))
    field.activated.emit(field.currentIndex())
    assert screen.pages["copies"].isVisible()
    screen.resize(900, 600)
    await until(screen.sections.list.isVisible)
    assert screen.sections.list.items["copies"].isChecked()
