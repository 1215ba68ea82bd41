"""The page of the people in every state, for tests and for eyes: python -m tests.gui.people_gallery FOLDER."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout, QWidget

from tests.books import HandClock, found
from tests.stations import FAST_PASSWORDS
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.people import add_operator, change_operator, set_permission
from varejoforte_desktop.application.people_questions import PersonRow
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sign_in import admit, come_in, note_wrong_password
from varejoforte_desktop.credentials.people_desk import StaffDesk
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.ui.people.dialogs import EditPersonDialog, GivePasswordDialog, NewPersonDialog
from varejoforte_desktop.ui.preferences.people import PeoplePage
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

LOGINS = {Role.OPERADOR: "ana", Role.GERENTE: "bruno", Role.ADMINISTRADOR: "carla"}
LONG = "Maria Aparecida da Conceição Albuquerque de Vasconcelos e Silva dos Santos Filho"
NAMES = ("Bianca", "Caio", "Débora", "Eduardo", "Fernanda", "Gustavo", "Helena", "Igor", "Jaqueline", "Kauã")
FAMILIES = (
    "Almeida",
    "Barbosa",
    "Cardoso",
    "Duarte",
    "Esteves",
    "Fonseca",
    "Gomes",
    "Horta",
    "Ito",
    "Lacerda",
)


def _open(url: str, clock: Callable[[], datetime]) -> Database:
    return Database(url, ChangeFeed(), clock=clock)


@functools.cache
def _founded() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A founded shop to copy; the folder goes with the program."""
    folder = tempfile.TemporaryDirectory()
    path, clock = Path(folder.name) / "loja.db", HandClock()
    prepare(f"sqlite:///{path}", may_upgrade=True, now=clock)
    database = _open(f"sqlite:///{path}", clock)
    found(database)
    database.close()
    return folder, path


class Shop:
    """Real books with the three people of the tests, and the page over them; `close` ends all of it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = HandClock()
        self.database = _open(f"sqlite:///{shutil.copy(_founded()[1], folder / 'loja.db')}", self.clock)
        self.other = _open(self.database.url, self.clock)
        self.pages: list[PeoplePage] = []

    def actor(self, role: Role = Role.ADMINISTRADOR) -> Actor:
        """Ana, Bruno or Carla, as they signed in."""
        return self.database.run_now(admit, LOGINS[role], station="Balcão")

    def session(self, role: Role = Role.ADMINISTRADOR) -> Session:
        """Somebody is signed in; the page uses nothing else of the services."""
        unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
        used: dict[str, Any] = {
            "backend": self.database,
            "people": StaffDesk(self.database, FAST_PASSWORDS, ShopKey(self.database.url)),
            "changes": self.database._changes,
            "shortcuts": ShortcutRegistry(),
            "clock": self.clock,
            "station": "Balcão",
        }
        return Session(
            services=Services(**unused | used), actor=self.actor(role), shop_name="Casa das Panelas"
        )

    def people(self) -> dict[str, PersonRow]:
        """What the books say, by name at the door."""
        return {row.login: row for row in self.database.read_now(lambda reader: reader.people.people())}

    def may(self, role: Role) -> frozenset[Permission]:
        """What a role may now."""
        return self.database.read_now(lambda reader: reader.people.grants())[role]

    def add(self, login: str, name: str, role: Role = Role.OPERADOR, **changes: Any) -> int:
        """Somebody more."""
        facts = {"login": login, "name": name, "role": role, "password_hash": f"hash-de-{login}"} | changes
        by = self.actor()
        return self.database.run_now(lambda uow: add_operator(uow, by=by, **facts))

    def lock_out(self, login: str) -> None:
        """Six wrong passwords."""
        for _ in range(6):
            self.database.run_now(note_wrong_password, login, station="Depósito")

    def fill(self, count: int) -> None:
        """So many more people, in one transaction."""
        by = self.actor()

        def work(uow: UnitOfWork) -> None:
            for number in range(count):
                name = f"{NAMES[number % 10]} {FAMILIES[number // 10 % 10]}"
                login = f"{name.split(maxsplit=1)[0].casefold()}.{number}"
                add_operator(uow, login=login, name=name, role=Role.OPERADOR, password_hash="h", by=by)

        self.database.run_now(work)

    def mix(self) -> None:
        """Somebody in each state, and permissions that this shop changed."""
        carla = self.actor()
        self.add("maria.aparecida.vasconcelos.albuquerque", LONG, Role.GERENTE)
        self.add("davi", "Davi Prado", must_change=True)
        self.add("elisa", "Elisa Rocha")
        self.database.run_now(change_operator, self.people()["elisa"].id, active=False, by=carla)
        for login in ("ana", "bruno", "carla"):
            self.clock.forward(minutes=47)
            self.database.run_now(come_in, login, station="Balcão", version="1.0.0")
        self.lock_out("ana")
        self.clock.forward(seconds=20)
        for role, permission, allowed in (
            (Role.GERENTE, Permission.CANCEL_SALES, False),
            (Role.OPERADOR, Permission.IMPORT_ORDERS, False),
            (Role.GERENTE, Permission.SEE_AUDIT, True),
        ):
            self.database.run_now(set_permission, role, permission, allowed=allowed, by=carla)

    async def page(
        self, role: Role = Role.ADMINISTRADOR, *, size: tuple[int, int] = (800, 700)
    ) -> PeoplePage:
        """The page, shown and filled."""
        page = PeoplePage(self.session(role))
        self.pages.append(page)
        page.resize(*size)
        page.show()
        page.activateWindow()
        page.refresh()
        await until(lambda: page._shown and page.isActiveWindow())
        return page

    async def close(self) -> None:
        """Close the pages and leave the books."""
        for page in self.pages:
            await page.aclose()
            page.close()
            page.deleteLater()
        await asyncio.sleep(0.01)
        self.other.close()
        self.database.close()


@asynccontextmanager
async def open_shop(folder: Path) -> AsyncIterator[Shop]:
    """A shop that is closed again whatever happens."""
    shop = Shop(folder)
    try:
        yield shop
    finally:
        await shop.close()


async def dialog_over(page: PeoplePage, kind: type[QDialog]) -> Any:
    """The window of this kind over the page, once it is there."""

    def open_one() -> Any:
        return next((each for each in page.findChildren(kind) if each.isVisible()), None)

    return await until(open_one)


def write(window: QWidget, **texts: str) -> None:
    """Type into fields by their names: write(dialog, person_name="Davi")."""
    for name, text in texts.items():
        edit = window.findChild(QLineEdit, name)
        assert edit is not None, name
        edit.setFocus()
        edit.selectAll()
        QTest.keyClick(edit, Qt.Key.Key_Delete)
        # QTest knows no key for an accent.
        QTest.keyClicks(edit, text) if text.isascii() else edit.insert(text)


# -- scenes -----------------------------------------------------------------------------------------------------------


class Studio:
    """A shop in a look, and where its pictures go."""

    def __init__(self, folder: Path, look: str) -> None:
        self.folder = folder
        self.look = look
        _, _, self.size = LOOKS[look]

    async def shoot(self, widget: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.35)
        widget.grab().save(str(self.folder / f"{name}-{self.look}.png"))

    @asynccontextmanager
    async def page(
        self, shop: Shop, role: Role = Role.ADMINISTRADOR, *, wait: bool = True
    ) -> AsyncIterator[tuple[PeoplePage, QWidget]]:
        """The page in the margins of the main window."""
        page = PeoplePage(shop.session(role))
        frame = QWidget()
        frame.setProperty("page", True)
        frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(frame)
        column.setContentsMargins(24, 0, 24, 0)
        column.addWidget(page)
        frame.resize(*self.size)
        frame.show()
        frame.activateWindow()
        page.refresh()
        if wait:
            await until(lambda: page._shown)
        try:
            yield page, frame
        finally:
            await page.aclose()
            frame.close()
            frame.deleteLater()


async def lists(studio: Studio, shop: Shop) -> None:
    """The list, the permissions, and what others see of them."""
    async with studio.page(shop) as (page, frame):
        page.card.choose(shop.people()["ana"].id)
        page.card.table.setFocus(Qt.FocusReason.TabFocusReason)
        await studio.shoot(frame, "list")
        page.ensureWidgetVisible(page.matrix.boxes[Role.GERENTE, Permission.CANCEL_SALES], 0, 300)
        page.matrix.boxes[Role.GERENTE, Permission.CANCEL_SALES].setFocus(Qt.FocusReason.TabFocusReason)
        await studio.shoot(frame, "matrix")
        page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
        await studio.shoot(frame, "matrix-foot")
        page.verticalScrollBar().setValue(0)
        page.card.choose(shop.people()["elisa"].id)
        page.card.ask(page.card.leave)
        await until(lambda: page.toasts._toast)
        await studio.shoot(frame, "toast")
        page.card.choose(shop.people()["elisa"].id)
        page.card.ask(page.card.leave)
        await until(lambda: not page._asking)
        page.card.choose(shop.people()["carla"].id)
        page._trouble(BooksUnreachable())
        await studio.shoot(frame, "banner")
    async with studio.page(shop, Role.OPERADOR) as (page, frame):
        await studio.shoot(frame, "operator")
        page.ensureWidgetVisible(page.matrix.boxes[Role.GERENTE, Permission.CANCEL_SALES], 0, 300)
        await studio.shoot(frame, "operator-matrix")


async def states(studio: Studio, shop: Shop) -> None:
    """Loading and failed."""
    door, real = asyncio.Event(), shop.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    async def broken(question: Any) -> Any:
        raise BooksUnreachable

    for name, read in (("loading", slow), ("error", broken)):
        shop.database.read = read  # type: ignore[method-assign]
        async with studio.page(shop, wait=False) as (_, frame):
            await studio.shoot(frame, name)
    shop.database.read = real  # type: ignore[method-assign]


async def dialogs(studio: Studio, shop: Shop) -> None:
    """Somebody new, somebody changed, a new password; a window is never as narrow as the page inside it."""
    if studio.look == "tight":
        return
    async with studio.page(shop) as (page, _):
        page.add()
        new = await dialog_over(page, NewPersonDialog)
        await studio.shoot(new, "new")
        new.save()
        await studio.shoot(new, "new-errors")
        write(new, person_name="Davi Prado", person_login="ana")
        new.pair.suggest()
        await studio.shoot(new, "new-suggested")
        new.save()
        await until(lambda: new.fields["login"].error)
        await studio.shoot(new, "new-taken")
        new.reject()
        await until(lambda: not page._asking)
        for login, name in (("maria.aparecida.vasconcelos.albuquerque", "edit"), ("carla", "edit-myself")):
            page.card.choose(shop.people()[login].id)
            page.card.ask(page.card.edit)
            edit = await dialog_over(page, EditPersonDialog)
            if login == "carla":
                edit.role.buttons[Role.GERENTE].click()
                edit.save()
                await until(edit.banner.isVisible)
            await studio.shoot(edit, name)
            edit.reject()
            await until(lambda: not page._asking)
        page.card.choose(shop.people()["maria.aparecida.vasconcelos.albuquerque"].id)
        page.card.ask(page.card.password)
        give = await dialog_over(page, GivePasswordDialog)
        write(give, person_password="curta12", person_password_again="outra")
        give.save()
        await studio.shoot(give, "password")
        give.reject()
        await until(lambda: not page._asking)


async def many(studio: Studio, shop: Shop) -> None:
    """Two hundred people, and nobody found."""
    async with studio.page(shop) as (_, frame):
        await studio.shoot(frame, "many")
        write(frame, people_search="duarte")
        await asyncio.sleep(0.2)
        await studio.shoot(frame, "many-found")
        write(frame, people_search="xyz")
        await asyncio.sleep(0.2)
        await studio.shoot(frame, "many-none")


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (944, 680)),
    "dark": ("dark", 1.0, (944, 680)),
    "window": ("light", 1.0, (788, 600)),
    "large": ("light", 1.5, (1024, 768)),
    "tight": ("dark", 1.5, (670, 600)),
}


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look in looks or LOOKS:
        mode, scale, _ = LOOKS[look]
        Theme.apply(app, mode, scale)
        studio = Studio(folder, look)
        with tempfile.TemporaryDirectory() as place:
            async with open_shop(Path(place) / "some") as shop:
                shop.mix()
                await lists(studio, shop)
                await states(studio, shop)
                await dialogs(studio, shop)
            async with open_shop(Path(place) / "many") as shop:
                shop.fill(200)
                await many(studio, shop)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
