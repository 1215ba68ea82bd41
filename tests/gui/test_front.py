"""The door, the bar on top and the way out, with real windows and a real loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QWidget

from tests.stations import FAST_PASSWORDS
from tests.waiting import until
from varejoforte_desktop.app.program import services_of
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.application.books import BooksDamaged, BooksUnreachable
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.front import Front
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
    await until(lambda: "Muitas senhas erradas" in message(front.login, "login_password"))


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
