"""The door: who may come in, who has to wait, and what this computer is told before anybody is inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from sqlalchemy import make_url

from tests.conftest import MemoryKeyring
from tests.stations import FAST_PASSWORDS
from tests.waiting import until
from varejoforte_desktop.app.program import _open, services_of
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.app.station_setup import StationOpener, ThisComputer
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.people import add_operator
from varejoforte_desktop.application.station_setup import SafeKind, ShopAddress
from varejoforte_desktop.application.stations import remove_station
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.domain.access_errors import SafeClosed
from varejoforte_desktop.domain.errors import SignInLocked
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.front import Front
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.screens.login import LoginWindow
from varejoforte_desktop.ui.services import Services
from varejoforte_desktop.ui.setup.join import JoinDialog
from varejoforte_desktop.ui.setup.safe import UnlockDialog

PASSWORD = "senha-da-carla"
PHRASE = "cavalo bateria grampo"


class Tick:
    """A clock that nobody can set, moved on by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The instant it shows."""
        return self.now


def settings_of(folder: Path, station: str = "CAIXA-01", **more: Any) -> Settings:
    """A computer's settings, its files all in one folder."""
    return Settings(
        data_dir=folder,
        database_url=more.pop("database_url", f"sqlite:///{folder / 'loja.db'}"),
        station=station,
        config_path=folder / "estacao.toml",
        **more,
    )


def computer(settings: Settings, ring: MemoryKeyring | None) -> ThisComputer:
    """What the door is told of this computer; `ring` None: it came without a safe."""
    return ThisComputer(settings, Safe(settings.data_dir, settings.secrets, find_keyring=lambda: ring))


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Station]:
    """The books of a computer, with passwords that cost no time."""
    station = await asyncio.to_thread(open_station, settings, may_upgrade=True, safe=Safe(kind=SafeKind.ASK))
    station.desk = Desk(station.database, FAST_PASSWORDS, station.key, station=settings.station)
    try:
        yield station
    finally:
        await station.close()


async def found(station: Station) -> Actor:
    """Carla founds the shop, and takes Ana on."""
    carla = await station.desk.found(shop_name="Casa Lume", login="carla", name="Carla", password=PASSWORD)
    await station.database.run(
        add_operator,
        login="ana",
        name="Ana",
        role=Role.OPERADOR,
        password_hash=FAST_PASSWORDS.hashed("senha-da-ana"),
        wrapped_key="",
        by=carla,
    )
    return carla


@asynccontextmanager
async def door(setup: ThisComputer | None = None, **more: Any) -> AsyncIterator[LoginWindow]:
    """The door, shown."""
    window = LoginWindow(station="CAIXA-01", version="1.2.3", setup=setup, **more)
    window.show()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        await asyncio.sleep(0)


def edit(window: QWidget, name: str) -> QLineEdit:
    found_edit = window.findChild(QLineEdit, name)
    assert found_edit is not None, name
    return found_edit


def press(window: QWidget, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button is not None, name
    assert button.isVisible(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def told(window: QWidget, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


def sign(window: LoginWindow, login: str, password: str) -> None:
    edit(window, "login_user").setText(login)
    edit(window, "login_password").setText(password)
    press(window, "login_button")


# -- who may come in ----------------------------------------------------------------------------------------------


async def test_an_unknown_name_and_a_wrong_password_are_told_alike(tmp_path: Path) -> None:
    async with opened(settings_of(tmp_path)) as station, door() as window:
        await found(station)
        window.show_door(station.desk, founded=True, shop_name="Casa Lume")
        said = []
        for login, password in (("ana", "errada-errada"), ("ninguem", "senha-da-ana")):
            sign(window, login, password)
            await until(lambda: not window._scope.busy)
            said.append(told(window, "login_password_message"))
        assert said == ["Operador ou senha incorretos."] * 2
        assert not window._banner.isVisible()


async def test_the_wait_after_wrong_passwords_is_counted_down_and_the_button_waits(tmp_path: Path) -> None:
    tick = Tick()
    async with opened(settings_of(tmp_path)) as station, door(monotonic=tick) as window:
        await found(station)
        window.show_door(station.desk, founded=True, shop_name="Casa Lume")
        entered: list[Actor] = []
        window.signed_in.connect(entered.append)
        for _ in range(6):
            sign(window, "ana", "errada-errada")
            await until(lambda: not window._scope.busy)
        assert window._banner.text.startswith("Muitas senhas erradas.")
        assert not window._enter.isEnabled()
        assert window._enter.text() == "Aguarde"
        before = window._banner.text
        tick.now += 5
        await until(lambda: window._banner.text != before)
        edit(window, "login_password").setText("senha-da-ana")
        QTest.keyClick(edit(window, "login_password"), Qt.Key.Key_Return)
        assert not window._scope.busy  # Enter does not get round the wait
        tick.now += 60
        await until(window._enter.isEnabled)
        assert not window._banner.isVisible()
        assert window._enter.text() == "Entrar"
        assert entered == []


async def test_somebody_else_need_not_wait_for_the_one_before(tmp_path: Path) -> None:
    async with door() as window:
        window.show_door(AlwaysLocked(), founded=True, shop_name="Casa Lume")  # type: ignore[arg-type]
        sign(window, "ana", "x")
        await until(lambda: not window._enter.isEnabled() and not window._scope.busy)
        edit(window, "login_user").setFocus()
        QTest.keyClicks(edit(window, "login_user"), "2")
        assert window._enter.isEnabled()
        assert not window._banner.isVisible()


class AlwaysLocked:
    """A door whose answer is known beforehand."""

    async def enter(self, *, login: str, password: str) -> Actor:
        """Always the same."""
        raise SignInLocked(90)


async def test_a_new_computer_waits_for_an_administrator_and_the_password_is_not_blamed(
    tmp_path: Path,
) -> None:
    async with opened(settings_of(tmp_path)) as station:
        await found(station)
        await station.desk.enter(login="carla", password=PASSWORD)
        async with opened(settings_of(tmp_path, "CAIXA-02")) as second, door() as window:
            window.show_door(second.desk, founded=True, shop_name="Casa Lume")
            entered: list[Actor] = []
            window.signed_in.connect(entered.append)
            sign(window, "ana", "senha-da-ana")
            await until(window._banner.isVisible)
            assert window._banner.text == (
                "A estação CAIXA-02 ainda não faz parte da loja. Um administrador precisa entrar nela primeiro."
            )
            assert told(window, "login_password_message") == ""
            sign(window, "carla", PASSWORD)
            await until(lambda: entered)
            assert not window._banner.isVisible()
            sign(window, "ana", "senha-da-ana")
            await until(lambda: len(entered) == 2)


async def test_a_computer_that_was_taken_out_says_so(tmp_path: Path) -> None:
    async with opened(settings_of(tmp_path)) as station:
        carla = await found(station)
        await station.desk.enter(login="carla", password=PASSWORD)
        async with opened(settings_of(tmp_path, "CAIXA-02")) as second, door() as window:
            await second.desk.enter(login="carla", password=PASSWORD)
            await station.database.run(remove_station, "CAIXA-02", by=replace(carla, station="CAIXA-01"))
            window.show_door(second.desk, founded=True, shop_name="Casa Lume")
            sign(window, "ana", "senha-da-ana")
            await until(window._banner.isVisible)
            assert window._banner.text.startswith("A estação CAIXA-02 foi retirada da loja.")


# -- this computer ------------------------------------------------------------------------------------------------


async def test_the_foot_says_where_one_is_and_no_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://loja:muito-secreta@servidor:5432/varejo"
    setup = computer(settings_of(tmp_path, "CAIXA-07", database_url=url, configured=True), None)
    async with door(setup) as window:
        foot = told(window, "login_foot")
        assert "CAIXA-07" in foot
        assert "servidor" in foot
        assert "varejo" in foot
        assert "1.2.3" in foot
        assert "secreta" not in foot + (window._foot.toolTip() or "")


async def test_the_station_can_be_set_up_also_when_the_books_do_not_open(tmp_path: Path) -> None:
    async with door(computer(settings_of(tmp_path), MemoryKeyring())) as window:
        error = BooksUnreachable("x")
        window.show_trouble(sentence(error), error)
        press(window, "login_configure")
        dialog = await until(lambda: visible(window, "station_dialog"))
        assert told(dialog, "station_dialog_name") == "CAIXA-01"
        press(dialog, "station_dialog_back")
        await until(lambda: visible(window, "station_dialog") is None)
        assert window._banner.isVisible()


async def test_without_set_up_the_door_does_not_offer_it() -> None:
    async with door() as window:
        assert not window._configure.isVisible()


async def test_the_first_start_asks_which_of_two_and_lets_one_go_back(tmp_path: Path) -> None:
    setup = computer(settings_of(tmp_path), MemoryKeyring())
    async with opened(settings_of(tmp_path)) as station, door(setup) as window:
        window.show_door(station.desk, founded=False, shop_name="")
        assert not edit(window, "found_shop_name").isVisible()
        press(window, "first_new_shop")
        assert edit(window, "found_shop_name").isVisible()
        press(window, "found_back")
        assert not edit(window, "found_shop_name").isVisible()
        press(window, "first_existing_shop")
        dialog = await until(lambda: next(iter(window.findChildren(JoinDialog)), None))
        await until(dialog.isVisible)
        dialog.back.click()
        await until(lambda: not window.findChildren(JoinDialog) or not dialog.isVisible())
        assert window.findChild(QPushButton, "first_new_shop").isVisible()  # type: ignore[union-attr]


async def test_where_somebody_said_where_the_books_are_the_shop_is_founded_at_once(tmp_path: Path) -> None:
    setup = computer(settings_of(tmp_path, configured=True), MemoryKeyring())
    async with opened(settings_of(tmp_path)) as station, door(setup) as window:
        window.show_door(station.desk, founded=False, shop_name="")
        assert edit(window, "found_shop_name").isVisible()
        assert not window._found_back.isVisible()


async def test_a_locked_safe_is_opened_before_the_books(tmp_path: Path) -> None:
    setup = computer(settings_of(tmp_path, secrets=SafeKind.FILE), None)
    await setup.choose_safe(SafeKind.FILE, PHRASE)
    again = computer(settings_of(tmp_path, secrets=SafeKind.FILE), None)
    async with door(again) as window:
        retried: list[bool] = []
        window.retried.connect(lambda: retried.append(True))
        error = SafeClosed("locked")
        window.show_trouble(sentence(error), error)
        dialog = await until(lambda: visible_unlock(window))
        dialog.back.click()
        assert window._errands is not None
        await until(lambda: not window._errands._tasks.busy)
        assert retried == []
        press(window, "login_banner_button")
        dialog = await until(lambda: visible_unlock(window))
        dialog.secret.setText(PHRASE)
        dialog.go.click()
        await until(lambda: retried)


async def test_a_safe_that_only_the_system_opens_is_not_tried_for_ever(tmp_path: Path) -> None:
    async with door(computer(settings_of(tmp_path), MemoryKeyring())) as window:
        retried: list[bool] = []
        window.retried.connect(lambda: retried.append(True))
        error = SafeClosed("locked")
        window.show_trouble(sentence(error), error)
        assert window._errands is not None
        await until(lambda: window._errands and not window._errands._tasks.busy)
        assert retried == []
        press(window, "login_banner_button")
        await until(lambda: retried)
        assert retried == [True]


async def test_books_that_open_without_the_safe_still_offer_to_open_it(tmp_path: Path) -> None:
    setup = computer(settings_of(tmp_path), None)
    await setup.choose_safe(SafeKind.FILE, PHRASE)
    again = computer(settings_of(tmp_path, secrets=SafeKind.FILE), None)
    async with opened(settings_of(tmp_path)) as station, door(again) as window:
        await found(station)
        window.show_door(station.desk, founded=True, shop_name="Casa Lume")
        await until(window._banner.isVisible)
        assert "O cofre desta estação está trancado" in window._banner.text
        press(window, "login_banner_button")
        dialog = await until(lambda: visible_unlock(window))
        dialog.secret.setText(PHRASE)
        dialog.go.click()
        await until(lambda: not window._banner.isVisible())


async def test_a_password_typed_for_this_run_may_be_typed_again(tmp_path: Path) -> None:
    setup = computer(
        settings_of(
            tmp_path,
            database_url="postgresql+psycopg://loja@127.0.0.1:1/loja",
            secrets=SafeKind.ASK,
            configured=True,
        ),
        None,
    )
    await setup.give_password("errada")
    async with door(setup) as window:
        retried: list[bool] = []
        window.retried.connect(lambda: retried.append(True))
        error = BooksUnreachable("x")
        window.show_trouble(sentence(error), error)
        press(window, "login_banner_button")
        dialog = await until(lambda: visible_unlock(window))
        assert retried == []
        dialog.secret.setText("certa")
        dialog.go.click()
        await until(lambda: retried)
        assert make_url(setup.ready().database_url).password == "certa"


def visible(window: QWidget, name: str) -> QWidget | None:
    """The window of that name over the door, if it is open."""
    return next((each for each in window.findChildren(QWidget, name) if each.isVisible()), None)


def visible_unlock(window: QWidget) -> UnlockDialog | None:
    """The window that asks for a secret, if it is open."""
    return next((each for each in window.findChildren(UnlockDialog) if each.isVisible()), None)


# -- from one shop to another -------------------------------------------------------------------------------------


@pytest.fixture
async def shop_on_a_server(postgres_url: str, tmp_path: Path) -> str:
    """A shop that somebody founded at another computer."""
    folder = tmp_path / "servidor"
    folder.mkdir()
    async with opened(settings_of(folder, "SERVIDOR", database_url=postgres_url)) as station:
        await found(station)
        await station.desk.enter(login="carla", password=PASSWORD)
    return postgres_url


async def test_a_fresh_computer_enters_a_shop_and_its_administrator_comes_in_first(
    tmp_path: Path, shop_on_a_server: str, memory_keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("varejoforte_desktop.app.station.Argon2Passwords", lambda: FAST_PASSWORDS)
    opener = StationOpener(settings_of(tmp_path, "CAIXA-02"), _open)
    opener.setup = computer(settings_of(tmp_path, "CAIXA-02"), memory_keyring)

    async def services() -> Services:
        return services_of(await opener.open(), opener.setup)

    front = Front(services, station="CAIXA-02", version="1", setup=opener.setup)
    window = front.login
    front.show()
    await until(lambda: visible(window, "first_existing_shop"))
    press(window, "first_existing_shop")
    dialog = await until(lambda: next(iter(window.findChildren(JoinDialog)), None))
    await until(dialog.isVisible)
    address = make_url(shop_on_a_server)
    for name in ("port", "database", "password"):
        edit(dialog, f"join_{name}").setText(str(getattr(address, name)))
    edit(dialog, "join_server").setText(address.host or "")
    edit(dialog, "join_user").setText(address.username or "")
    press(dialog, "join_save")
    await until(lambda: "Este computador entrou na loja Casa Lume" in window._banner.text)
    assert "127.0.0.1" in told(window, "login_foot")
    sign(window, "ana", "senha-da-ana")
    await until(lambda: "ainda não faz parte da loja" in window._banner.text)
    sign(window, "carla", PASSWORD)
    await until(lambda: front.main is not None and front.main.isVisible())
    assert opener.station is not None
    names = [row.name for row in await opener.station.database.read(lambda r: r.people.stations())]
    assert names == ["CAIXA-02", "SERVIDOR"]
    assert opener.station.key.present
    front._close()
    await until(front.ended.is_set)
    await opener.close()
    front.login.deleteLater()


async def test_a_second_shop_leaves_the_books_of_the_first(
    tmp_path: Path, shop_on_a_server: str, memory_keyring: MemoryKeyring
) -> None:
    opener = StationOpener(settings_of(tmp_path), _open)
    setup = opener.setup = computer(settings_of(tmp_path), memory_keyring)
    first = await opener.open()
    assert first.database.url.startswith("sqlite")
    address = make_url(shop_on_a_server)
    await setup.keep(
        ShopAddress(
            server=address.host or "",
            port=address.port or 0,
            database=address.database or "",
            user=address.username or "",
            password=address.password or "",
        ),
        "CAIXA-09",
    )
    second = await opener.open()
    assert second.settings.station == "CAIXA-09"
    assert second.database.url.startswith("postgresql")
    with pytest.raises(RuntimeError, match="shutdown"):
        await first.database.read(lambda reader: reader.founded())
    await opener.close()
