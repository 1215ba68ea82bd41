"""The door, the bar on top and the way out, with real windows and a real loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLineEdit, QPushButton, QWidget

from tests.books import ask_sql
from tests.builders import a_gtin
from tests.gui.lock_gallery import (
    LockShop,
    active_dialog,
    click,
    focus,
    in_front,
    open_lock_shop,
    password_of,
)
from tests.stations import FAST_PASSWORDS
from tests.waiting import until
from varejoforte_desktop.app.program import services_of
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.app.station_setup import ThisComputer
from varejoforte_desktop.application.books import BooksDamaged, BooksUnreachable
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.people import change_operator, set_permission
from varejoforte_desktop.application.people_ports import StationRecord
from varejoforte_desktop.application.station_setup import SafeKind
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.domain.access_errors import SessionEnded
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.dialogs.approval import ApprovalDialog
from varejoforte_desktop.ui.dialogs.password import PasswordDialog, PasswordForm, strength_words
from varejoforte_desktop.ui.front import Front
from varejoforte_desktop.ui.lock.must_change import MustChangeWindow
from varejoforte_desktop.ui.preferences.page import refusal
from varejoforte_desktop.ui.preferences.security import SecurityPage
from varejoforte_desktop.ui.screens.counter import CounterScreen
from varejoforte_desktop.ui.services import Services
from varejoforte_desktop.ui.sync_bar import flag_key

PASSWORD = "senha-da-ana"


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[Station]:
    """A station whose shop was not founded yet."""
    settings = Settings(
        data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'loja.db'}", station="CAIXA-01", demo=True
    )
    opened = await asyncio.to_thread(open_station, settings)
    opened.desk = Desk(opened.database, FAST_PASSWORDS, opened.key, station="CAIXA-01")
    yield opened
    await opened.close()


@pytest.fixture
async def front(station: Station) -> AsyncIterator[Front]:
    """The program's windows on that station, the door in front."""

    async def services() -> Services:
        return services_of(station)

    front = Front(services, station="CAIXA-01", version="1.2.3")
    yield front
    if not front.ended.is_set():
        front._close()
        await until(front.ended.is_set, 10)
    front.login.deleteLater()


async def founded(station: Station) -> None:
    await station.desk.found(shop_name="Casa Lume", login="ana", name="Ana", password=PASSWORD)


def named_dialog(name: str) -> QDialog | None:
    """The open dialog of this name."""
    for each in QApplication.topLevelWidgets():
        if isinstance(each, QDialog) and each.objectName() == name and each.isVisible():
            return each
    return None


def edit(window: QWidget, name: str) -> QLineEdit:
    found = window.findChild(QLineEdit, name)
    assert found is not None, name
    return found


def press(window: QWidget, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def message(window: QWidget, name: str) -> str:
    from PySide6.QtWidgets import QLabel

    label = window.findChild(QLabel, f"{name}_message")
    assert label is not None
    return label.text()


async def come_in(front: Front, password: str = PASSWORD) -> None:
    login = front.login
    await until(lambda: login._desk is not None)
    edit(login, "login_user").setText("ana")
    edit(login, "login_password").setText(password)
    press(login, "login_button")


async def test_the_first_start_founds_the_shop_and_goes_straight_in(front: Front, station: Station) -> None:
    login = front.login
    front.show()
    await until(lambda: edit(login, "found_shop_name").isVisible())
    for name, text in {
        "found_shop_name": "Casa Lume",
        "found_name": "Ana Souza",
        "found_login": "Ana",
        "found_password": PASSWORD,
        "found_password_again": PASSWORD,
    }.items():
        edit(login, name).setText(text)
    press(login, "found_button")
    await until(lambda: front.main is not None and front.main.isVisible(), 10)
    assert "Casa Lume" in front.main.windowTitle()
    assert not login.isVisible()
    assert station.key.present


async def test_the_first_start_says_all_that_is_missing_and_that_the_passwords_differ(front: Front) -> None:
    login = front.login
    front.show()
    await until(lambda: edit(login, "found_shop_name").isVisible())
    press(login, "found_button")
    assert message(login, "found_shop_name") == "Falta preencher: nome da loja."
    assert message(login, "found_password") == "Falta preencher: senha."
    for name in ("found_shop_name", "found_name", "found_login", "found_password"):
        edit(login, name).setText("qualquer coisa"[: 40 if name != "found_login" else 5])
    edit(login, "found_password_again").setText("outra coisa")
    press(login, "found_button")
    assert message(login, "found_password_again") == "As duas senhas são diferentes."


async def test_a_short_password_is_refused_beside_its_field(front: Front) -> None:
    login = front.login
    front.show()
    await until(lambda: edit(login, "found_shop_name").isVisible())
    for name in ("found_shop_name", "found_name", "found_login", "found_password", "found_password_again"):
        edit(login, name).setText("curta")
    press(login, "found_button")
    await until(lambda: "8 caracteres" in message(login, "found_password") and front.main is None)


async def test_a_wrong_password_does_not_say_which_half_is_wrong(front: Front, station: Station) -> None:
    await founded(station)
    front.show()
    await come_in(front, "errada")
    await until(lambda: message(front.login, "login_password"))
    assert message(front.login, "login_password") == "Operador ou senha incorretos."
    assert front.main is None


async def test_five_wrong_passwords_make_the_sixth_wait(front: Front, station: Station) -> None:
    await founded(station)
    front.show()
    for _ in range(5):
        await come_in(front, "errada")
        await until(lambda: message(front.login, "login_password") and not front.login._scope.busy)
    await come_in(front)
    await until(lambda: "Muitas senhas erradas" in front.login._banner.text)
    assert front.main is None


async def test_a_password_typed_before_the_books_are_open_is_not_lost(station: Station) -> None:
    await founded(station)
    open_now = asyncio.Event()

    async def slow_services() -> Services:
        await open_now.wait()
        return services_of(station)

    front = Front(slow_services, station="CAIXA-01", version="1")
    front.show()
    edit(front.login, "login_user").setText("ana")
    edit(front.login, "login_password").setText(PASSWORD)
    press(front.login, "login_button")
    await asyncio.sleep(0.05)
    open_now.set()
    await until(lambda: front.main is not None and front.main.isVisible(), 10)
    front._close()
    await until(front.ended.is_set, 10)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (BooksDamaged("x"), "não pode ser lido"),
        (BooksUnreachable("x"), "não responde"),
        (KeyError("x"), "Algo deu errado"),
    ],
)
async def test_books_that_do_not_open_are_told_at_the_door_and_can_be_tried_again(
    station: Station, trouble: Exception, words: str
) -> None:
    await founded(station)
    tries: list[int] = []

    async def services() -> Services:
        tries.append(1)
        if len(tries) == 1:
            raise trouble
        return services_of(station)

    front = Front(services, station="CAIXA-01", version="1")
    front.show()
    banner = front.login._banner
    await until(banner.isVisible)
    assert words in banner._text.text()
    press(front.login, "login_banner_button")
    await until(lambda: front.login._desk is not None)
    assert not banner.isVisible()
    front.login.close()
    await until(front.ended.is_set, 10)


async def inside(front: Front, station: Station) -> Callable[[str], QWidget]:
    await founded(station)
    front.show()
    await come_in(front)
    await until(lambda: front.main is not None and front.main.isVisible(), 10)
    main = front.main

    def named(name: str) -> QWidget:
        found = main.findChild(QWidget, name)
        assert found is not None, name
        return found

    return named


async def test_the_flag_starts_the_loop_and_is_remembered_for_the_next_login(
    front: Front, station: Station
) -> None:
    named = await inside(front, station)
    flag = named("sync_flag")
    assert isinstance(flag, QCheckBox)
    assert not flag.isChecked()
    flag.setChecked(True)
    await until(lambda: station.sync.status.phase is SyncPhase.NOT_CONNECTED)
    assert "conectada" in named("sync_state").text()
    assert station.preferences.get(flag_key("ana")) is True
    front._sign_out()
    await until(lambda: front.main is None and front.login.isVisible(), 10)
    assert station.sync.status.phase is SyncPhase.OFF
    assert edit(front.login, "login_user").text() == "ana"
    assert edit(front.login, "login_password").text() == ""
    await come_in(front)
    await until(lambda: station.sync.status.phase is SyncPhase.NOT_CONNECTED, 10)


async def test_clicking_the_flag_in_anger_leaves_one_loop_or_none(front: Front, station: Station) -> None:
    named = await inside(front, station)
    flag = named("sync_flag")
    for _ in range(15):
        QTest.mouseClick(
            flag, Qt.MouseButton.LeftButton, pos=flag.rect().center() * 0 + flag.rect().topLeft()
        )
        flag.toggle()
        await asyncio.sleep(0.003)
    flag.setChecked(True)
    await until(lambda: station.sync.status.phase is SyncPhase.NOT_CONNECTED)
    loops = [task for task in asyncio.all_tasks() if task.get_name() == "sync"]
    assert len(loops) == 1
    flag.setChecked(False)
    await until(lambda: station.sync.status.phase is SyncPhase.OFF)
    await until(lambda: not [task for task in asyncio.all_tasks() if task.get_name() == "sync"])


async def test_closing_the_window_stops_the_loop_first_and_then_ends(front: Front, station: Station) -> None:
    named = await inside(front, station)
    named("sync_flag").setChecked(True)  # type: ignore[attr-defined]
    await until(lambda: station.sync.status.phase is SyncPhase.NOT_CONNECTED)
    front.main.close()
    await until(front.ended.is_set, 10)
    assert station.sync.status.phase is SyncPhase.OFF
    assert front.main is None


async def test_f1_lists_the_keys_that_are_bound(front: Front, station: Station) -> None:
    await inside(front, station)
    front.main._show_keys()
    dialog = QApplication.activeModalWidget() or front.main.findChild(QWidget, "shortcut_list_dialog")
    assert dialog is not None
    dialog.close()


async def test_the_queue_opens_in_its_own_window(front: Front, station: Station) -> None:
    named = await inside(front, station)
    QTest.mouseClick(named("queue_button"), Qt.MouseButton.LeftButton)
    await until(lambda: front.queue is not None and front.queue.isVisible())
    assert front.queue.isWindow()


async def test_a_computer_that_entered_another_shop_opens_its_books_at_the_door(station: Station) -> None:
    await founded(station)
    opened: list[int] = []

    async def services() -> Services:
        opened.append(1)
        return services_of(station)

    front = Front(services, station="CAIXA-01", version="1")
    front.show()
    await until(lambda: front.login._desk is not None)
    front.login.moved.emit()
    await until(lambda: len(opened) == 2 and front.login._desk is not None)
    front.login.close()
    await until(front.ended.is_set, 10)


# -- somebody else at the same till ---------------------------------------------------------------------------------


@pytest.fixture
async def shop(qapp: QApplication, tmp_path: Path) -> AsyncIterator[LockShop]:
    """The whole program on a shop with an open till and three people."""
    async with open_lock_shop(tmp_path) as opened:
        opened.sells()
        yield opened


async def taken_over(shop: LockShop, login: str = "bruno") -> None:
    """Somebody else signs on at the locked screen and is in."""
    shop.guard.switch()
    await shop.switch(login)
    await until(lambda: shop.actor.login == login and not shop.guard.locked)
    await in_front(shop.main if QApplication.activeModalWidget() is None else active_dialog())


async def test_another_person_takes_over_the_till_and_is_offered_the_open_sale(shop: LockShop) -> None:
    await shop.come_in("ana")
    screen = await shop.counter()
    shop.scan(a_gtin(1))
    await until(lambda: len(screen.desk.basket.lines) == 1 and screen.desk.keeper.kept)
    before = shop.main
    QTest.keyClick(focus(), Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert shop.lock.switch.login is not None
    await until(shop.lock.switch.login.hasFocus)
    assert shop.guard.locked
    await shop.switch("bruno")
    await until(lambda: shop.actor.login == "bruno")
    assert shop.main is not before
    assert "Bruno Reis" in shop.main.bar.user.text()
    assert shop.main.place == "counter"
    question = await until(lambda: named_dialog("recovery_dialog"))
    assert question is not None
    question.accept()
    counter = shop.main.go("counter")
    assert isinstance(counter, CounterScreen)
    await until(lambda: [line.reference for line in counter.desk.basket.lines] == ["CAF-1"])
    assert counter.desk.actor.login == "bruno"
    till = shop.station.database.read_now(lambda reader: reader.tills.open_till("CAIXA-01"))
    assert till is not None


async def test_counting_the_till_is_offered_and_not_forced(shop: LockShop) -> None:
    await shop.come_in("ana")
    shop.main.go("products")
    await taken_over(shop)
    banner = shop.main.banner
    await until(banner.isVisible)
    assert banner.text == "Bruno Reis assumiu esta estação às 12:00. O caixa continua aberto."
    assert shop.main.place == "products"
    click(shop.find(QPushButton, "session_banner_button"))
    assert shop.main.place == "till"
    assert not banner.isVisible()


async def test_without_an_open_till_nothing_is_offered(shop: LockShop) -> None:
    ask_sql(shop.station.database.url, "DELETE FROM till")
    await shop.come_in("ana")
    await taken_over(shop)
    assert not shop.main.banner.isVisible()


async def test_the_sending_does_not_stop_when_the_next_person_has_it_on_too(shop: LockShop) -> None:
    for login in ("ana", "bruno"):
        shop.station.preferences.put(flag_key(login), True)
    await shop.come_in("ana")
    await until(lambda: shop.station.sync.status.phase is SyncPhase.NOT_CONNECTED)
    task = shop.station.sync._task
    said: list[SyncStatus] = []
    forget = shop.station.sync.subscribe(said.append)
    await taken_over(shop)
    assert shop.main.bar.flag.isChecked()
    await asyncio.sleep(0.1)
    forget()
    assert shop.station.sync._task is task
    assert SyncPhase.OFF not in {each.phase for each in said}
    assert shop.station.preferences.get(flag_key("ana")) is True


async def test_the_sending_stops_in_order_when_the_next_person_has_it_off(shop: LockShop) -> None:
    shop.station.preferences.put(flag_key("ana"), True)
    await shop.come_in("ana")
    await until(lambda: shop.station.sync.status.phase is SyncPhase.NOT_CONNECTED)
    await taken_over(shop)
    await until(lambda: shop.station.sync.status.phase is SyncPhase.OFF)
    assert not shop.main.bar.flag.isChecked()
    assert shop.station.preferences.get(flag_key("ana")) is True
    assert shop.station.database.read_now(lambda reader: reader.leader()) is None


async def test_a_failed_switch_leaves_the_session_before_locked(shop: LockShop) -> None:
    await shop.come_in("ana")
    main = shop.main
    shop.guard.switch()
    await shop.switch("bruno", "errada")
    assert shop.lock.switch.password_field.error == "Operador ou senha incorretos."
    await shop.switch("ninguem")
    assert shop.lock.switch.password_field.error == "Operador ou senha incorretos."
    assert shop.guard.locked
    assert shop.main is main
    assert shop.actor.login == "ana"
    click(shop.lock.back)
    await shop.unlock()
    assert shop.main is main


async def test_a_switch_that_fails_halfway_leaves_the_session_before_locked(shop: LockShop) -> None:
    await shop.come_in("ana")
    main = shop.main
    shop.guard.switch()
    read = shop.station.database.read

    async def away(question: Any) -> Any:
        if shop.lock.switch.asking and "sells" in question.__qualname__:
            raise BooksUnreachable("longe")
        return await read(question)

    shop.station.database.read = away  # type: ignore[method-assign]
    await shop.switch("bruno")
    shop.station.database.read = read  # type: ignore[method-assign]
    assert "não responde" in shop.lock.switch.password_field.error
    assert shop.guard.locked
    assert shop.main is main
    await taken_over(shop)


async def test_whoever_signs_on_over_the_own_lock_finds_everything_as_it_was(shop: LockShop) -> None:
    await shop.come_in("ana")
    main = shop.main
    shop.guard.switch()
    await shop.switch("ana")
    await until(lambda: not shop.guard.locked)
    assert shop.main is main
    assert shop.lock.switch.login is not None
    assert shop.lock.switch.login.text() == ""


async def test_a_question_left_open_is_told_before_it_is_lost_and_goes_with_its_session(
    shop: LockShop,
) -> None:
    await shop.come_in("ana")
    screen = await shop.counter()
    shop.scan(a_gtin(1))
    await until(lambda: len(screen.desk.basket.lines) == 1 and screen.desk.keeper.kept)
    QTest.keyClick(focus(), Qt.Key.Key_F4)
    await until(QApplication.activeModalWidget)
    shop.guard.lock()
    click(shop.lock.to_switch)
    assert shop.lock.lost.isVisible()
    await shop.switch("bruno")
    question = await until(lambda: named_dialog("recovery_dialog"))
    assert question is not None
    open_now = [
        each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()
    ]
    assert open_now == [question]
    question.reject()


async def test_the_keys_of_the_session_before_are_gone_with_it(shop: LockShop) -> None:
    await shop.come_in("ana")
    await shop.counter()
    await taken_over(shop)
    QTest.keyClick(focus(), Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert shop.main.place == "products"
    contexts = shop.main._session.services.shortcuts.by_context()["Em qualquer tela"]
    keys = [each.key for each in contexts]
    assert len(keys) == len(set(keys))


# -- one's own password ---------------------------------------------------------------------------------------------


def fill(form: PasswordForm, current: str, new: str, again: str | None = None) -> None:
    form.current.setText(current)
    form.new.setText(new)
    form.again.setText(new if again is None else again)


async def password_dialog(shop: LockShop) -> PasswordDialog:
    """Trocar minha senha, from the menu."""
    menu = shop.main.bar.user.menu()
    next(each for each in menu.actions() if each.objectName() == "change_password_action").trigger()
    dialog = await until(lambda: named_dialog("password_dialog"))
    assert isinstance(dialog, PasswordDialog)
    await in_front(dialog)
    return dialog


async def test_one_changes_the_own_password_and_it_holds_at_once(shop: LockShop) -> None:
    await shop.come_in("ana")
    dialog = await password_dialog(shop)
    fill(dialog.form, password_of("ana"), "uma frase bem comprida")
    QTest.keyClick(dialog.form.again, Qt.Key.Key_Return)
    await until(lambda: shop.main.toasts._toast is not None)
    assert shop.main.toasts._toast is not None
    assert "Senha trocada" in shop.main.toasts._toast.text
    shop.guard.lock()
    await shop.try_unlock(password_of("ana"))
    assert shop.guard.locked
    await shop.try_unlock("uma frase bem comprida")
    assert not shop.guard.locked


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (("", "uma frase comprida", None), "current_password", "Falta preencher: senha atual."),
        (("certa", "", None), "password", "Falta preencher: senha."),
        (("certa", "curta", None), "password", "A senha precisa de pelo menos 8 caracteres."),
        (("certa", "x" * 1025, None), "password", "Senha aceita no máximo 1024 letras."),
        (("certa", "uma frase comprida", "outra frase"), "again", "As duas senhas são diferentes."),
        (
            ("errada", "uma frase comprida", None),
            "current_password",
            "A senha atual não confere. Digite de novo.",
        ),
        (("certa", "certa", None), "password", "A senha nova é igual à atual. Escolha outra."),
    ],
    ids=["no present one", "none", "short", "long", "different", "wrong", "the same"],
)
async def test_what_is_wrong_with_a_new_password_stands_beside_its_field(
    shop: LockShop, typed: tuple[str, str, str | None], field: str, words: str
) -> None:
    right = {"certa": password_of("ana")}
    current, new, again = typed
    await shop.come_in("ana")
    dialog = await password_dialog(shop)
    fill(dialog.form, right.get(current, current), right.get(new, new), again)
    dialog.save()
    await until(lambda: dialog.form.fields[field].error)
    assert dialog.form.fields[field].error == words
    assert dialog.isVisible()
    dialog.reject()
    await shop.station.desk.confirm(shop.actor, password_of("ana"))


async def test_guessing_the_present_password_has_to_wait_as_at_the_door(shop: LockShop) -> None:
    await shop.come_in("ana")
    dialog = await password_dialog(shop)
    for _ in range(6):
        fill(dialog.form, "errada", "uma frase comprida")
        dialog.save()
        await until(lambda: not dialog.saving)
    field = dialog.form.fields["current_password"]
    await until(lambda: field.error == "Muitas senhas erradas. Tente de novo em 30 s.")
    assert not dialog.change.isEnabled()
    shop.waits(seconds=30)
    await until(dialog.change.isEnabled)
    fill(dialog.form, password_of("ana"), "uma frase comprida")
    dialog.save()
    await until(lambda: named_dialog("password_dialog") is None)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Pelo menos 8 caracteres; uma frase é melhor."),
        ("1234567", "Curta: falta 1 caractere."),
        ("12345", "Curta: faltam 3 caracteres."),
        ("12345678", "Aceitável. Com mais algumas letras fica boa."),
        ("a" * 12, "Boa."),
        ("a" * 16, "Forte."),
    ],
)
def test_a_password_is_judged_by_its_length_alone(password: str, words: str) -> None:
    assert strength_words(password) == words


# -- a password that somebody else gave -------------------------------------------------------------------------------


async def given(shop: LockShop) -> MustChangeWindow:
    """Ana comes with a password that an administrator gave her."""
    shop.given_password("ana", "senha-dada")
    front = shop.front
    front.show()
    await until(lambda: front.login._desk is not None)
    front.login._user.setText("ana")
    front.login._password.setText("senha-dada")
    front.login._try_enter()
    window = await until(lambda: front._must_change)
    assert window is not None
    await in_front(window)
    return window


async def test_a_given_password_opens_nothing_until_it_was_changed(shop: LockShop) -> None:
    window = await given(shop)
    assert [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [window]
    assert shop.front.main is None
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_F10):
        QTest.keyClick(window, key)
    fill(window.page.form, "senha-dada", "senha-dada")
    window.page.save()
    await until(lambda: not window.page._scope.busy)
    assert "igual à atual" in window.page.form.fields["password"].error
    assert shop.front.main is None
    fill(window.page.form, "senha-dada", "a minha própria frase")
    QTest.keyClick(window.page.form.again, Qt.Key.Key_Return)
    await until(lambda: shop.front.main is not None and shop.front.main.isVisible())
    assert shop.front._must_change is None
    assert not await shop.station.desk.must_change(shop.actor)


async def test_leaving_instead_of_choosing_a_password_leads_back_to_the_door(shop: LockShop) -> None:
    window = await given(shop)
    click(window.page.back)
    await until(lambda: shop.front.login.isVisible() and shop.front._must_change is None)
    assert shop.front.main is None


async def test_closing_instead_of_choosing_a_password_ends_the_program(shop: LockShop) -> None:
    window = await given(shop)
    window.close()
    await until(shop.front.ended.is_set)
    assert shop.front.main is None


async def test_whoever_takes_over_with_a_given_password_changes_it_first(shop: LockShop) -> None:
    await shop.come_in("ana")
    main = shop.main
    shop.given_password("bruno", "senha-dada")
    shop.guard.switch()
    await shop.switch("bruno", "senha-dada")
    page = shop.lock.must_change
    assert page.isVisible()
    assert shop.guard.locked
    assert shop.main is main
    click(page.back)
    await shop.unlock()
    shop.guard.switch()
    await shop.switch("bruno", "senha-dada")
    fill(page.form, "senha-dada", "a frase do bruno")
    click(page.change)
    await until(lambda: shop.actor.login == "bruno" and not shop.guard.locked)


async def test_a_password_given_while_the_screen_is_locked_is_changed_before_it_unlocks(
    shop: LockShop,
) -> None:
    await shop.come_in("ana")
    shop.guard.lock()
    shop.given_password("ana", "senha-dada")
    await shop.try_unlock("senha-dada")
    page = shop.lock.must_change
    assert page.isVisible()
    assert shop.guard.locked
    fill(page.form, "senha-dada", "a minha própria frase")
    click(page.change)
    await until(lambda: not shop.guard.locked)
    assert shop.actor.login == "ana"


async def test_a_supervisor_with_a_given_password_allows_nothing(shop: LockShop) -> None:
    await shop.come_in("ana")
    shop.given_password("bruno", "senha-dada")
    dialog = ApprovalDialog(shop.main._session, Permission.CANCEL_SALES, "Cancelar a venda.", shop.main)
    dialog.login.setText("bruno")
    dialog.password.setText("senha-dada")
    dialog.open()
    dialog.save()
    await until(lambda: not dialog._asking)
    assert dialog.approver is None
    assert dialog.fields["login"].error == (
        "Bruno Reis precisa entrar uma vez e trocar a senha que recebeu, antes de autorizar."
    )
    await dialog.aclose()


# -- the session follows the books ------------------------------------------------------------------------------------


async def change(shop: LockShop, login: str, **changes: Any) -> None:
    """An administrator changes somebody, at this very station."""
    await shop.station.database.run(
        change_operator, shop.person(login).operator_id, by=shop.person("carla"), **changes
    )


async def test_put_on_leave_one_is_at_the_door_again_and_reads_why(shop: LockShop) -> None:
    shop.station.preferences.put(flag_key("ana"), True)
    await shop.come_in("ana")
    screen = await shop.counter()
    shop.scan(a_gtin(1))
    await until(lambda: len(screen.desk.basket.lines) == 1 and screen.desk.keeper.kept)
    await until(lambda: shop.station.sync.status.phase is not SyncPhase.OFF)
    await change(shop, "ana", active=False)
    await until(lambda: shop.front.main is None and shop.front.login.isVisible())
    await until(shop.front._notice.isVisible)
    assert shop.front._notice.text == (
        "Seu acesso foi encerrado por um administrador. Entre de novo ou fale com ele."
    )
    assert shop.station.sync.status.phase is SyncPhase.OFF
    kept = shop.station.database.read_now(lambda reader: reader.sales.basket("CAIXA-01"))
    assert kept is not None
    assert [line.reference for line in kept.basket.lines] == ["CAF-1"]
    await shop.come_in("bruno")
    assert not shop.front._notice.isVisible()


async def test_a_station_that_was_taken_out_ends_the_session_too(shop: LockShop) -> None:
    await shop.come_in("ana")
    database = shop.station.database

    def take_out(uow: Any) -> None:
        record = uow.stations.get("CAIXA-01") or StationRecord(
            name="CAIXA-01",
            joined_at=uow.now,
            seen_at=uow.now,
            version="1",
            public_key="",
            sealed_key="",
            key_version=0,
        )
        uow.stations.save(replace(record, removed_at=uow.now))
        uow.touch(Topic.STATIONS)

    await database.run(take_out)
    await until(lambda: shop.front.main is None and shop.front.login.isVisible())
    await until(shop.front._notice.isVisible)
    assert "A estação CAIXA-01 foi retirada da loja." in shop.front._notice.text


async def test_put_on_leave_behind_the_locked_screen_one_is_at_the_door(shop: LockShop) -> None:
    await shop.come_in("ana")
    shop.guard.lock()
    await change(shop, "ana", active=False)
    await until(lambda: shop.front.main is None and shop.front.login.isVisible())


async def test_whoever_was_put_on_leave_unheard_of_does_not_unlock(shop: LockShop) -> None:
    await shop.come_in("ana")
    shop.guard.lock()
    ask_sql(shop.station.database.url, "UPDATE operator SET active = 0 WHERE login = 'ana'")
    await shop.try_unlock(password_of("ana"))
    await until(lambda: shop.front.main is None and shop.front.login.isVisible())
    await until(lambda: "Seu acesso foi encerrado" in shop.front._notice.text)


async def test_the_first_act_after_an_end_that_nobody_told_ends_the_session(shop: LockShop) -> None:
    await shop.come_in("ana")
    screen = await shop.counter()
    ask_sql(shop.station.database.url, "UPDATE operator SET active = 0 WHERE login = 'ana'")
    shop.scan(a_gtin(1))
    await until(lambda: shop.front.main is None and shop.front.login.isVisible())
    await until(shop.front._notice.isVisible)
    assert screen is not None


async def test_a_supervisor_whose_access_ended_ends_nobody_elses_session(shop: LockShop) -> None:
    await shop.come_in("ana")
    main = shop.main
    bruno = shop.person("bruno")
    ask_sql(shop.station.database.url, "UPDATE operator SET active = 0 WHERE login = 'bruno'")
    backend = main._session.services.backend
    with pytest.raises(SessionEnded):
        await backend.run(open_till, opening_float=Money(0), by=shop.actor, approved_by=bruno)
    await until(lambda: shop.front._stay is not None and not shop.front._stay.watch._scope.busy)
    assert shop.front.main is main


async def test_other_permissions_are_followed_at_once_when_nothing_is_open(shop: LockShop) -> None:
    await shop.come_in("ana")
    before = shop.main
    assert not shop.actor.may(Permission.EDIT_CATALOGUE)
    await change(shop, "ana", role=Role.GERENTE)
    await until(lambda: shop.main is not before and not shop.front._scope.busy)
    assert shop.actor.role is Role.GERENTE
    assert shop.main.place == "products"
    assert shop.main.toasts._toast is not None
    assert shop.main.toasts._toast.text == "Suas permissões mudaram."


async def test_other_permissions_wait_until_the_open_sale_or_question_is_done(shop: LockShop) -> None:
    await shop.come_in("ana")
    before = shop.main
    screen = await shop.counter()
    shop.scan(a_gtin(1))
    await until(lambda: len(screen.desk.basket.lines) == 1 and screen.desk.keeper.kept)
    await change(shop, "ana", role=Role.GERENTE)
    await until(before.banner.isVisible)
    assert before.banner.text == (
        "Suas permissões mudaram. Quando terminar o que está aberto, atualize as telas."
    )
    assert shop.main is before
    click(shop.find(QPushButton, "session_banner_button"))
    await until(lambda: shop.main is not before and shop.actor.role is Role.GERENTE)
    question = await until(lambda: named_dialog("recovery_dialog"))
    assert question is not None
    question.reject()


async def test_permissions_that_change_behind_the_locked_screen_are_followed_when_it_unlocks(
    shop: LockShop,
) -> None:
    await shop.come_in("ana")
    before = shop.main
    shop.guard.lock()
    await change(shop, "ana", role=Role.GERENTE)
    await until(lambda: shop.front._stay is not None and shop.front._stay.watch.actor.role is Role.GERENTE)
    assert shop.main is before
    assert shop.guard.locked
    await shop.try_unlock(password_of("ana"))
    await until(lambda: shop.main is not before and not shop.front._scope.busy)
    assert shop.actor.role is Role.GERENTE
    assert not shop.guard.locked


async def test_whoever_may_no_longer_send_stops_sending_at_once(shop: LockShop) -> None:
    shop.station.preferences.put(flag_key("ana"), True)
    await shop.come_in("ana")
    await until(lambda: shop.station.sync.status.phase is not SyncPhase.OFF)
    await shop.station.database.run(
        set_permission, Role.OPERADOR, Permission.SYNC, allowed=False, by=shop.person("carla")
    )
    await until(lambda: shop.station.sync.status.phase is SyncPhase.OFF)
    await until(lambda: not shop.front._scope.busy)


# -- Configurações › Segurança ----------------------------------------------------------------------------------------


async def security(shop: LockShop, login: str) -> SecurityPage:
    await shop.come_in(login)
    assert shop.front._stay is not None
    page = SecurityPage(shop.front._stay.session)
    page.show()
    page.refresh()
    await until(lambda: page._kept is not None)
    return page


async def leave(page: SecurityPage) -> None:
    await page.aclose()
    page.close()
    page.deleteLater()


async def test_an_administrator_chooses_after_how_long_the_screens_lock(shop: LockShop) -> None:
    page = await security(shop, "carla")
    said: list[str] = []
    page.done.connect(said.append)
    assert [page.minutes.itemText(place) for place in range(page.minutes.count())] == [
        "1 minuto",
        "5 minutos",
        "10 minutos",
        "15 minutos",
        "30 minutos",
        "Nunca",
    ]
    assert page.minutes.currentText() == "10 minutos"
    page.minutes.setCurrentIndex(0)
    page.minutes.activated.emit(0)
    await until(lambda: said)
    assert said == ["As telas bloqueiam depois de 1 minuto, em todas as estações."]
    assert shop.station.database.read_now(lambda reader: reader.shop()).lock_minutes == 1
    shop.waits(minutes=1)
    await until(lambda: shop.guard.locked)
    await leave(page)


async def test_others_read_after_how_long_and_why_they_may_not_choose(shop: LockShop) -> None:
    page = await security(shop, "ana")
    assert not page.minutes.isEnabled()
    assert page.field._message.text() == refusal(shop.actor, Permission.CHANGE_SETTINGS)
    await leave(page)


async def test_where_this_computer_keeps_its_passwords_is_to_be_read(shop: LockShop, tmp_path: Path) -> None:
    await shop.come_in("ana")
    assert shop.front._stay is not None
    session = shop.front._stay.session
    settings = replace(shop.station.settings, demo=False, config_path=tmp_path / "varejoforte.toml")
    setup = ThisComputer(settings)
    page = SecurityPage(replace(session, services=replace(session.services, setup=setup)))
    page.show()
    page.refresh()
    await until(page.safe.isVisible)
    assert page.safe.text() == "Ninguém escolheu ainda onde este computador guarda as senhas."
    await setup.choose_safe(SafeKind.FILE, "quatro palavras bem juntas")
    page.refresh()
    await until(lambda: page.safe.text().startswith("Em um arquivo trancado com uma frase secreta"))
    await setup.choose_safe(SafeKind.ASK)
    page.refresh()
    await until(lambda: page.safe.text().startswith("Em lugar nenhum"))
    await leave(page)
