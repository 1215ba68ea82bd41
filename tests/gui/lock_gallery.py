"""Pictures of the locked screen and what belongs to it, for eyes: python -m tests.gui.lock_gallery OUT [look ...]."""

from __future__ import annotations

import asyncio
import functools
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

from tests import builders
from tests.books import HandClock, found
from tests.stations import FAST_PASSWORDS
from tests.waiting import until
from varejoforte_desktop.app.program import services_of
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.dialogs.password import PasswordDialog
from varejoforte_desktop.ui.front import Front
from varejoforte_desktop.ui.lock.guard import Guard
from varejoforte_desktop.ui.lock.screen import LockScreen
from varejoforte_desktop.ui.main_window import MainWindow
from varejoforte_desktop.ui.screens.counter import CounterScreen
from varejoforte_desktop.ui.services import Services
from varejoforte_desktop.ui.theme import Mode, Theme

DECEMBER = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
STATION = "CAIXA-01"
PEOPLE = {"carla": Role.ADMINISTRADOR, "ana": Role.OPERADOR, "bruno": Role.GERENTE}
LONG_PERSON = "Maria Aparecida Albuquerque de Vasconcelos e Oliveira Figueiredo"
LONG_SHOP = "Casa das Panelas e Utilidades do Lar de São José dos Campos Ltda"

W = TypeVar("W", bound=QWidget)


def password_of(login: str) -> str:
    """What each of the three types at the door."""
    return f"senha-da-{login}-bem-longa"


class HandSeconds:
    """Seconds that only pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The count now."""
        return self.now


@functools.cache
def _founded() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A founded shop to copy, whose three people can sign; the folder goes with the program."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "loja.db"
    prepare(f"sqlite:///{path}", may_upgrade=True, now=HandClock(DECEMBER))
    database = Database(f"sqlite:///{path}", ChangeFeed(), clock=HandClock(DECEMBER))
    found(database)
    for login in PEOPLE:
        database.run_now(_give_password, login, FAST_PASSWORDS.hashed(password_of(login)))
    database.close()
    return folder, path


def _give_password(uow: Any, login: str, hashed: str) -> None:
    record = uow.operators.by_login(login)
    uow.operators.save(replace(record, password_hash=hashed, wrapped_key="", key_version=0))


class LockShop:
    """The whole program at one station, on clocks that a test moves on."""

    def __init__(self, station: Station, clock: HandClock) -> None:
        self.station = station
        self.clock = clock
        self.seconds = HandSeconds()
        self.front = Front(self._services, station=STATION, version="1.0.0")

    async def _services(self) -> Services:
        return replace(services_of(self.station), clock=self.clock, monotonic=self.seconds)

    # -- what there is --------------------------------------------------------------------------------

    @property
    def main(self) -> MainWindow:
        """The window of whoever is signed in."""
        assert self.front.main is not None
        return self.front.main

    @property
    def guard(self) -> Guard:
        """What locks it."""
        assert self.front.guard is not None
        return self.front.guard

    @property
    def lock(self) -> LockScreen:
        """The lock screen."""
        return self.guard.screen

    @property
    def actor(self) -> Actor:
        """Who is signed in."""
        assert self.front._stay is not None
        return self.front._stay.session.actor

    def person(self, login: str) -> Actor:
        """Somebody as the books have them."""
        rows = self.station.database.read_now(lambda reader: reader.people.people())
        row = next(each for each in rows if each.login == login)
        return Actor(operator_id=row.id, login=row.login, name=row.name, role=row.role, station=STATION)

    def find(self, kind: type[W], name: str, within: QWidget | None = None) -> W:
        """A widget by its name."""
        widget = (within or self.main).findChild(kind, name)
        assert widget is not None, name
        return widget

    # -- what people do -------------------------------------------------------------------------------

    async def come_in(self, login: str = "ana") -> MainWindow:
        """Somebody signs in at the door."""
        front = self.front
        if not front.login.isVisible():
            front.show()
        await until(lambda: front.login._desk is not None)
        front._signed_in(await self.station.desk.enter(login=login, password=password_of(login)))
        await until(lambda: front.main is not None and front.main.isVisible() and not front._scope.busy)
        await in_front(self.main)
        return self.main

    def sells(self, *references: str) -> None:
        """Products are there, and the till is open."""
        for number, reference in enumerate(references or ("CAF-1", "ACU-2"), start=1):
            builders.keep(
                self.station.database,
                by=self.person("bruno"),
                on_hand=30,
                reference=reference,
                name=f"Produto {reference}",
                price=Money(2490),
                barcode=builders.a_gtin(number),
            )
        self.station.database.run_now(
            lambda uow: uow.tills.open(
                station=STATION, operator_id=2, opening_float=Money(10_000), at=uow.now
            )
        )

    async def counter(self) -> CounterScreen:
        """The counter, ready to scan."""
        screen = self.main.go("counter")
        assert isinstance(screen, CounterScreen)
        await until(lambda: screen._ready)
        return screen

    def scan(self, code: str) -> None:
        """A scanner's burst into whatever has the focus."""
        for mark in code:
            self.seconds.now += 0.005
            QTest.keyClick(focus(), mark)
        self.seconds.now += 0.005
        QTest.keyClick(focus(), Qt.Key.Key_Return)
        self.seconds.now += 0.2

    def types(self, text: str) -> None:
        """Fingers, slower than a scanner, on whatever has the focus."""
        for mark in text:
            QTest.keyClick(focus(), mark)
            self.seconds.now += 0.2

    def waits(self, **time: float) -> None:
        """Time passes, on both clocks."""
        before = self.clock.now
        self.seconds.now += (self.clock.forward(**time) - before).total_seconds()

    async def try_unlock(self, password: str) -> None:
        """Type a password into the locked screen, press Enter, and wait for the answer."""
        guard, form = self.guard, self.lock.unlock
        form.password.setText(password)
        QTest.keyClick(form.password, Qt.Key.Key_Return)
        await until(lambda: not form.asking and not guard._scope.busy)

    async def unlock(self, login: str = "ana") -> None:
        """The right password."""
        await self.try_unlock(password_of(login))
        await until(lambda: not self.guard.locked)
        await in_front(self.main.window() if QApplication.activeModalWidget() is None else active_dialog())

    async def switch(self, login: str, password: str | None = None) -> None:
        """Somebody else signs on at the locked screen."""
        guard, form = self.guard, self.lock.switch
        assert form.login is not None
        form.login.setText(login)
        form.password.setText(password_of(login) if password is None else password)
        QTest.keyClick(form.password, Qt.Key.Key_Return)
        await until(lambda: not guard._scope.busy and not self.front._scope.busy)

    def given_password(self, login: str, password: str) -> None:
        """An administrator gave somebody a password."""

        def give(uow: Any) -> None:
            record = uow.operators.by_login(login)
            hashed = FAST_PASSWORDS.hashed(password)
            uow.operators.save(replace(record, password_hash=hashed, must_change=True))

        self.station.database.run_now(give)

    async def close(self) -> None:
        """Close the program and leave the books."""
        if not self.front.ended.is_set():
            self.front._close()
            await until(self.front.ended.is_set)
        self.front.login.deleteLater()
        await self.station.close()
        await asyncio.sleep(0.01)


@asynccontextmanager
async def open_lock_shop(folder: Path) -> AsyncIterator[LockShop]:
    """The program on a founded shop, closed again whatever happens."""
    clock = HandClock(DECEMBER)
    url = f"sqlite:///{shutil.copy(_founded()[1], folder / 'loja.db')}"
    settings = Settings(data_dir=folder, database_url=url, station=STATION, demo=True)
    station = await asyncio.to_thread(open_station, settings, clock=clock)
    station.desk = Desk(station.database, FAST_PASSWORDS, station.key, station=STATION)
    shop = LockShop(station, clock)
    try:
        yield shop
    finally:
        await shop.close()


async def in_front(window: QWidget) -> None:
    """The window has the keyboard; the platform of the tests sometimes wants to be asked twice."""

    def active() -> bool:
        window.activateWindow()
        return window.isActiveWindow()

    await until(active)


def active_dialog() -> QDialog:
    """The question that is open."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    return dialog


def focus() -> QWidget:
    """What has the keyboard."""
    widget = QApplication.focusWidget() or QApplication.activeWindow()
    assert widget is not None, "nothing has the keyboard"
    return widget


# -- scenes -----------------------------------------------------------------------------------------------------------


class Studio:
    """A look and a size of window, and where the pictures go."""

    def __init__(self, folder: Path, look: str, size: tuple[int, int]) -> None:
        self.folder = folder
        self.look = look
        self.size = size

    async def shoot(self, widget: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.3)
        widget.grab().save(str(self.folder / f"{name}-{self.look}.png"))

    async def inside(self, shop: LockShop, login: str = "ana") -> None:
        """Somebody is at the counter."""
        main = await shop.come_in(login)
        main.resize(*self.size)
        await shop.counter()


async def locked(studio: Studio, shop: LockShop) -> None:
    """Locked; a wrong password; waiting; a notice behind."""
    await studio.inside(shop)
    await studio.shoot(shop.main, "unlocked")
    shop.guard.lock()
    await studio.shoot(shop.main, "locked")
    await shop.try_unlock("errada")
    await studio.shoot(shop.main, "locked-wrong")
    for _ in range(4):
        await shop.try_unlock("errada")
    await shop.try_unlock("errada")
    shop.main.say("Venda Balcão-1 cancelada.")
    await studio.shoot(shop.main, "locked-waiting")


async def switching(studio: Studio, shop: LockShop) -> None:
    """Another person, a refusal, a password that was given, and the till that is offered."""
    shop.guard.switch()
    await studio.shoot(shop.main, "switch")
    await shop.switch("bruno", "errada")
    await studio.shoot(shop.main, "switch-wrong")
    shop.given_password("bruno", "senha-dada")
    await shop.switch("bruno", "senha-dada")
    await studio.shoot(shop.main, "switch-must-change")
    page = shop.lock.must_change
    page.form.current.setText("senha-dada")
    page.form.new.setText(password_of("bruno"))
    page.form.again.setText(password_of("bruno"))
    page.save()
    await until(lambda: not shop.guard.locked and shop.actor.login == "bruno" and not shop.front._scope.busy)
    await studio.shoot(shop.main, "taken-over")


async def menu(studio: Studio, shop: LockShop) -> None:
    """What whoever is here may do about it."""
    user = shop.main.bar.user
    opened = user.menu()
    opened.popup(user.mapToGlobal(user.rect().bottomLeft()))
    await studio.shoot(opened, "menu")
    opened.close()


async def password(studio: Studio, shop: LockShop) -> None:
    """Changing one's password, each error beside its field."""
    stay = shop.front._stay
    assert stay is not None
    right = password_of(shop.actor.login)
    cases = {
        "empty": ("", "", ""),
        "short": (right, "curta", "curta"),
        "different": (right, "uma frase comprida", "outra frase comprida"),
        "same": (right, right, right),
        "wrong": ("errada", "uma frase comprida", "uma frase comprida"),
    }
    dialog = PasswordDialog(stay.session, shop.main)
    dialog.open()
    await studio.shoot(dialog, "password")
    for name, (current, new, again) in cases.items():
        form = dialog.form
        for edit, text in ((form.current, current), (form.new, new), (form.again, again)):
            edit.setText(text)
        dialog.save()
        await until(lambda: not dialog.saving)
        await studio.shoot(dialog, f"password-{name}")
    await dialog.aclose()


async def given(studio: Studio, shop: LockShop) -> None:
    """A given password at the door."""
    shop.front._sign_out()
    await until(lambda: shop.front.main is None and shop.front.login.isVisible())
    shop.given_password("ana", "senha-dada")
    shop.front._signed_in(await shop.station.desk.enter(login="ana", password="senha-dada"))
    window = await until(lambda: shop.front._must_change)
    assert window is not None
    await studio.shoot(window, "must-change")
    window.page.change.click()
    await studio.shoot(window, "must-change-empty")


async def expelled(studio: Studio, shop: LockShop) -> None:
    """Put on leave while working."""
    await studio.inside(shop, "bruno")
    from varejoforte_desktop.application.people import change_operator

    carla = shop.person("carla")
    number = shop.actor.operator_id
    await shop.station.database.run(change_operator, number, active=False, by=carla)
    await until(lambda: shop.front.main is None and shop.front.login.isVisible())
    await studio.shoot(shop.front.login, "expelled")


def long_names(shop: LockShop) -> None:
    """A shop and a person with long names."""

    def rename(uow: Any) -> None:
        uow.shop.save(replace(uow.shop.get(), name=LONG_SHOP))
        record = uow.operators.by_login("ana")
        uow.operators.save(replace(record, name=LONG_PERSON))

    shop.station.database.run_now(rename)


async def settings(studio: Studio) -> None:
    """The page "Segurança", for an administrator and for somebody who only reads."""
    from varejoforte_desktop.ui.preferences.security import SecurityPage
    from varejoforte_desktop.ui.theme import restyle

    for login in ("carla", "ana"):
        with tempfile.TemporaryDirectory() as folder:
            async with open_lock_shop(Path(folder)) as shop:
                await shop.come_in(login)
                stay = shop.front._stay
                assert stay is not None
                page = SecurityPage(stay.session)
                restyle(page, page=True)
                page.resize(760, 480)
                page.show()
                page.refresh()
                await until(lambda page=page: page._kept is not None)
                await studio.shoot(page, f"security-{login}")
                await page.aclose()
                page.close()
                page.deleteLater()


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (1180, 740)),
    "dark": ("dark", 1.0, (1180, 740)),
    "small": ("light", 1.0, (1024, 768)),
    "large": ("light", 1.5, (1180, 760)),
}


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look in looks or LOOKS:
        mode, scale, size = LOOKS[look]
        Theme.apply(app, mode, scale)
        studio = Studio(folder, look, size)
        for scenes, named in (((locked,), False), ((locked,), True), ((_rest,), False)):
            with tempfile.TemporaryDirectory() as first:
                async with open_lock_shop(Path(first)) as shop:
                    shop.sells()
                    if named:
                        long_names(shop)
                        studio.look = f"{look}-long"
                    for scene in scenes:
                        await scene(studio, shop)
                    studio.look = look
        await settings(studio)


async def _rest(studio: Studio, shop: LockShop) -> None:
    await studio.inside(shop)
    await menu(studio, shop)
    await password(studio, shop)
    await switching(studio, shop)
    await given(studio, shop)
    await shop.front._end_must_change()
    await expelled(studio, shop)


def click(button: QAbstractButton) -> None:
    """A click, wherever the button is."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
