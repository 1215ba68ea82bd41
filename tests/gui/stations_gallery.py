"""Pictures of the door, the set-up windows and the stations page, for eyes: python -m tests.gui.stations_gallery FOLDER."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from tests.books import HandClock, found, in_books
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.people_ports import StationRecord
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.station_setup import (
    JoinRefused,
    Line,
    SafeKind,
    SafeNeed,
    SafeState,
    ShopAddress,
    ShopFound,
    StationNow,
)
from varejoforte_desktop.domain.access_errors import (
    RecheckPending,
    SafeClosed,
    StationRemoved,
    StationUnknown,
)
from varejoforte_desktop.domain.errors import SignInLocked, SignInRefused, WeakPassword
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.preferences.stations import StationsPage
from varejoforte_desktop.ui.screens.login import LoginWindow
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.setup.join import JoinDialog
from varejoforte_desktop.ui.setup.safe import SafeDialog, UnlockDialog
from varejoforte_desktop.ui.setup.station import StationDialog
from varejoforte_desktop.ui.setup.station_acts import ChangeKeyDialog, RemoveStationDialog
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SERVER = "postgresql+psycopg://loja:***@servidor:5432/varejoforte"
CARLA = Actor(operator_id=1, login="carla", name="Carla Souza", role=Role.ADMINISTRADOR, station="BALCAO-1")
ANA = Actor(operator_id=2, login="ana", name="Ana Lima", role=Role.OPERADOR, station="BALCAO-1")
SHOP = ShopFound(shop_name="Casa das Panelas", line=Line.PROTECTED, stations=3, version="0.4.0")
LOOKS: dict[str, tuple[Mode, float]] = {
    "light": ("light", 1.0),
    "dark": ("dark", 1.0),
    "large": ("light", 1.5),
}


class PosedSetup:
    """Answers as a picture needs it; only for pictures."""

    def __init__(self, *, books: str = SERVER, configured: bool = True, name: str = "BALCAO-1") -> None:
        self.now = StationNow(name=name, books=books, configured=configured)
        self.answer: ShopFound | Exception | None = SHOP
        self.state = SafeState(kind=SafeKind.KEYRING, keyring=True, need=SafeNeed.NOTHING)

    def suggested_name(self) -> str:
        return "CAIXA-02"

    async def attempt(self, address: ShopAddress, station: str) -> ShopFound:
        if self.answer is None:
            await asyncio.sleep(3600)
        if isinstance(self.answer, ShopFound):
            return self.answer
        raise self.answer or JoinRefused("unreachable")

    async def keep(self, address: ShopAddress, station: str) -> None:
        return None

    async def safe(self) -> SafeState:
        return self.state

    async def choose_safe(self, kind: SafeKind, passphrase: str = "", *, anew: bool = False) -> None:
        return None

    async def unlock(self, passphrase: str) -> None:
        raise SafeClosed("wrong_passphrase")

    async def give_password(self, password: str) -> None:
        return None


class PosedDesk:
    """A door that says one thing."""

    def __init__(self, answer: Exception) -> None:
        self.answer = answer

    async def enter(self, *, login: str, password: str) -> Actor:
        raise self.answer

    async def found(self, *, shop_name: str, login: str, name: str, password: str) -> Actor:
        raise self.answer


class PosedKeys:
    """The shop's key is changed, or not."""

    async def change_key(self, password: str, *, by: Actor) -> None:
        return None

    async def refresh(self) -> bool:
        return True


def session_for(database: Database, actor: Actor, setup: Any = None, books: str = SERVER) -> Session:
    """Somebody signed in; these screens use nothing else of the services."""
    unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
    used: dict[str, Any] = {
        "backend": database,
        "changes": database._changes,
        "shortcuts": ShortcutRegistry(),
        "clock": lambda: NOON,
        "station": actor.station,
        "version": "0.4.0",
        "books": books,
        "keys": PosedKeys(),
        "setup": setup or PosedSetup(),
    }
    return Session(services=Services(**unused | used), actor=actor, shop_name="Casa das Panelas")


def computers(database: Database) -> None:
    """A few computers in every state."""

    def station(name: str, ago: timedelta, key: int = 1, **more: Any) -> StationRecord:
        usual: dict[str, Any] = {"version": "0.4.0", "public_key": "p", "sealed_key": "s" if key else ""}
        return StationRecord(
            name=name,
            joined_at=datetime(2026, 3, 2, 15, tzinfo=UTC),
            seen_at=NOON - ago,
            key_version=key,
            **usual | more,
        )

    def work(uow: UnitOfWork) -> None:
        for each in (
            station("BALCAO-1", timedelta(0)),
            station("CAIXA-02", timedelta(minutes=2)),
            station("CAIXA-03", timedelta(hours=20), key=0, version="0.3.2"),
            station("ESCRITORIO-DA-GERENCIA-NO-SEGUNDO-ANDAR", timedelta(days=3)),
            station("NOTEBOOK-ANTIGO", timedelta(days=200), key=0, removed_at=NOON - timedelta(days=40)),
        ):
            uow.stations.save(each)

        uow.leadership.take(
            holder="h", station="CAIXA-02", operator="ana", at=uow.now, until=uow.now + timedelta(minutes=1)
        )

    in_books(database, work)


class Studio:
    """Where the pictures go and what they are taken of."""

    def __init__(self, folder: Path, database: Database, look: str) -> None:
        self.folder = folder
        self.database = database
        self.look = look

    async def shoot(self, widget: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.3)
        widget.grab().save(str(self.folder / f"{name}-{self.look}.png"))

    @contextmanager
    def door(self, **more: Any) -> Iterator[LoginWindow]:
        """The door, shown."""
        window = LoginWindow(station="BALCAO-1", version="0.4.0", setup=PosedSetup(**more))
        window.show()
        try:
            yield window
        finally:
            window.close()
            window.deleteLater()

    async def page(self, name: str, actor: Actor = CARLA, *, width: int = 800, **more: Any) -> None:
        """The page as somebody sees it."""
        page = StationsPage(session_for(self.database, actor, **more))
        frame = QWidget()
        frame.setProperty("page", True)
        frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(frame)
        column.addWidget(page)
        frame.resize(width, 1000)
        frame.show()
        page.refresh()
        await until(lambda: page.states.currentWidget() is not page.states.skeleton)
        await self.shoot(frame, name)
        await page.aclose()
        frame.close()
        frame.deleteLater()


def type_in(window: QWidget, **texts: str) -> None:
    """Write into fields by their names."""
    for name, text in texts.items():
        edit = window.findChild(QLineEdit, name)
        assert edit is not None, name
        edit.setText(text)


async def doors(studio: Studio) -> None:
    """The door in its states."""
    said: dict[str, Exception] = {
        "refused": SignInRefused(),
        "locked": SignInLocked(27),
        "unknown": StationUnknown("CAIXA-02"),
        "removed": StationRemoved("CAIXA-02"),
        "recheck": RecheckPending(),
    }
    for name, error in said.items():
        with studio.door() as door:
            door.show_door(PosedDesk(error), founded=True, shop_name="Casa das Panelas")  # type: ignore[arg-type]
            type_in(door, login_user="ana", login_password="senha-da-ana")
            door._try_enter()
            await studio.shoot(door, f"door-{name}")
    with studio.door() as door:
        door.show_trouble(sentence(BooksUnreachable()), BooksUnreachable())
        await studio.shoot(door, "door-unreachable")
    file = "sqlite:////home/loja/.local/share/Varejo Forte/loja.db"
    with studio.door(configured=False, books=file) as door:
        await studio.shoot(door, "door-opening")
        door.show_door(PosedDesk(WeakPassword(8)), founded=False, shop_name="")  # type: ignore[arg-type]
        await studio.shoot(door, "door-first")
        door._new_shop.click()
        await studio.shoot(door, "door-founding")
    with studio.door() as door:
        door._arrived("Casa das Panelas")
        door.show_opening()
        door.show_door(PosedDesk(SignInRefused()), founded=True, shop_name="Casa das Panelas")  # type: ignore[arg-type]
        await studio.shoot(door, "door-joined")


async def joining(studio: Studio) -> None:
    """The window of an existing shop."""
    setup = PosedSetup()
    answers: dict[str, ShopFound | Exception | None] = {"found": SHOP, "waiting": None}
    for why in ("unreachable", "wrong_password", "no_line", "untrusted", "name_taken", "older"):
        answers[why] = JoinRefused(why, name="CAIXA-02", seen="2026-11-23T14:58:00+00:00")
    empty = JoinDialog(setup)
    empty.open()
    await studio.shoot(empty, "join-empty")
    empty.form.read()
    await studio.shoot(empty, "join-missing")
    await empty.aclose()
    for name, answer in answers.items():
        setup.answer = answer
        dialog = JoinDialog(setup)
        dialog.open()
        type_in(
            dialog,
            join_server="servidor",
            join_database="varejoforte",
            join_user="loja",
            join_password="uma-senha",
        )
        dialog.test.click()
        await studio.shoot(dialog, f"join-{name}")
        dialog.give_up()
        await dialog.aclose()


async def safes(studio: Studio) -> None:
    """Where secrets are kept."""
    setup = PosedSetup()
    none = SafeState(kind=None, keyring=False, need=SafeNeed.CHOICE)
    for name, state in {"none": none, "keyring": setup.state}.items():
        dialog = SafeDialog(setup, state)
        dialog.open()
        await studio.shoot(dialog, f"safe-{name}")
        dialog.choices[SafeKind.FILE].setChecked(True)
        type_in(dialog, safe_phrase="quatro palavras", safe_phrase_again="outras palavras")
        dialog.save()
        await studio.shoot(dialog, f"safe-{name}-file")
        await dialog.aclose()
    for need in (SafeNeed.PASSPHRASE, SafeNeed.PASSWORD):
        unlock = UnlockDialog(setup, need)
        unlock.open()
        if need is SafeNeed.PASSPHRASE:
            type_in(unlock, unlock_secret="não é esta")
            unlock.save()
        await studio.shoot(unlock, f"unlock-{need.value}")
        await unlock.aclose()
    station = StationDialog(setup)
    station.open()
    await studio.shoot(station, "station-dialog")
    await station.aclose()


async def pages(studio: Studio) -> None:
    """The page of the settings."""
    await studio.page("page-empty", books="sqlite:///loja.db")
    computers(studio.database)
    await studio.page("page-full")
    await studio.page("page-narrow", width=620)
    await studio.page("page-ana", ANA)
    rows = await studio.database.read(lambda reader: reader.people.stations())
    session = session_for(studio.database, CARLA)
    sender = next(row for row in rows if row.name == "CAIXA-02")
    remove = RemoveStationDialog(session, sender)
    remove.open()
    await studio.shoot(remove, "remove")
    await remove.aclose()
    change = ChangeKeyDialog(session_for(studio.database, CARLA), PosedKeys())
    change.open()
    change.save()
    await studio.shoot(change, "change-key")
    await change.aclose()


SCENES: tuple[Callable[[Studio], Awaitable[None]], ...] = (doors, joining, safes, pages)


async def paint(folder: Path, app: QApplication) -> None:
    """All scenes in all looks."""
    for look, (mode, scale) in LOOKS.items():
        Theme.apply(app, mode, scale)
        with tempfile.TemporaryDirectory() as books:
            url = f"sqlite:///{Path(books) / 'loja.db'}"
            prepare(url, may_upgrade=True, now=lambda: NOON)
            database = Database(url, ChangeFeed(), clock=HandClock(NOON))
            found(database)
            for scene in SCENES:
                await scene(Studio(folder, database, look))
            database.close()


def main(folder: Path) -> None:
    """Paint them into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(paint(folder, app))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
