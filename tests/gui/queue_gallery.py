"""The queue and the settings in every state, for tests and for eyes: python -m tests.gui.queue_gallery FOLDER."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.books import NOON, HandClock, found
from tests.builders import a_connection, a_product, claim, keep, lead_of
from tests.waiting import until
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.delivery_ports import Acknowledged, Owed, Push
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sync_status import StatusListener, SyncControl, SyncPhase, SyncStatus
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.outbox import EVERYTHING, Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.transport import SimulatedTransport
from varejoforte_desktop.ui.screens.queue_monitor import QueueWindow
from varejoforte_desktop.ui.screens.settings import SettingsScreen
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme, restyle

STATION = "CAIXA-01"
PEOPLE = {Role.OPERADOR: (2, "ana", "Ana Lima"), Role.GERENTE: (3, "bruno", "Bruno Reis"), Role.ADMINISTRADOR: (1, "carla", "Carla Souza")}  # fmt: skip


class StillSync:
    """A loop that does nothing but say what it is told to say."""

    def __init__(self) -> None:
        self.status = SyncStatus()
        self.woken = 0
        self._listeners: list[StatusListener] = []

    def say(self, status: SyncStatus) -> None:
        """Tell everybody another status."""
        self.status = status
        for listener in tuple(self._listeners):
            listener(status)

    def subscribe(self, listener: StatusListener) -> Callable[[], None]:
        """Be told."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def start(self, actor: Actor) -> None:
        """Does nothing."""

    async def stop(self) -> None:
        """Does nothing."""

    def wake(self) -> None:
        """Counts."""
        self.woken += 1


@cache
def _founded() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="varejoforte-founded-"))
    url = f"sqlite:///{folder / 'loja.db'}"
    prepare(url, may_upgrade=True, now=lambda: NOON)
    database = Database(url, ChangeFeed(), clock=HandClock())
    try:
        found(database)
    finally:
        database.close()
    return folder / "loja.db"


@dataclass
class Shop:
    """A founded shop with its books, a store in memory, and a loop that is real or stands still."""

    station: Station
    store: TrayStore
    wire: SimulatedTransport
    clock: Callable[[], datetime]
    sync: StillSync
    services: Services

    @property
    def database(self) -> Database:
        """The books."""
        return self.station.database

    def actor(self, role: Role = Role.GERENTE) -> Actor:
        """One of the three people."""
        number, login, name = PEOPLE[role]
        return Actor(operator_id=number, login=login, name=name, role=role, station=STATION)

    def session(self, role: Role = Role.GERENTE) -> Session:
        """Somebody is signed in."""
        services = replace(self.services, shortcuts=ShortcutRegistry())
        return Session(services=services, actor=self.actor(role), shop_name="Casa das Panelas")

    def connect(self, **changes: object) -> None:
        """As if the store had been connected."""
        record = a_connection(NOON, **changes)
        self.database.run_now(lambda uow: uow.connections.save(record))

    def choose(self, option: SyncOption) -> None:
        """Choose what is sent."""
        self.database.run_now(lambda uow: uow.shop.save(replace(uow.shop.get(), sync_option=option)))

    def products(self, count: int, **changes: Any) -> list[int]:
        """Products kept, each owed to the store; gives their ids."""
        by = self.actor(Role.GERENTE)
        return [keep(self.database, by=by, on_hand=10 + n % 7, **changes).id for n in range(count)]

    def halt(self, cause: str, *, detail: str = "", facts: Mapping[str, str] | None = None) -> list[Owed]:
        """Take all due lines and halt them."""
        lead = lead_of(self.database, seconds=100_000)
        lines = claim(self.database, epoch=lead.epoch)
        self.database.run_now(
            lambda uow: uow.outbox.halt(
                lines, epoch=lead.epoch, cause=cause, detail=detail, facts=facts or {}
            )
        )
        self.database.run_now(
            lambda uow: uow.leadership.release(holder="caixa-1", epoch=lead.epoch, at=uow.now)
        )
        return lines


def _no_sheets(*_: object) -> NoReturn:
    raise AssertionError("neither the queue nor the settings know spreadsheets")


def _copied(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{shutil.copy(_founded(), folder / 'loja.db')}"


@asynccontextmanager
async def open_shop(
    folder: Path, *, clock: Callable[[], datetime] | None = None, real: bool = False
) -> AsyncIterator[Shop]:
    """Open a founded shop in `folder`; `real` runs the true loop against the store in memory."""
    now = clock or HandClock()
    url = _copied(folder)
    store = TrayStore(now=now)
    wire = SimulatedTransport(store)
    settings = Settings(data_dir=folder, database_url=url, station=STATION)
    station = open_station(settings, clock=now, transport=wire)
    station.key.make()
    still = StillSync()
    sync: SyncControl = station.sync if real else still
    services = Services(
        backend=station.database,
        desk=station.desk,
        people=station.people,
        sync=sync,
        connector=station.connector,
        orders=station.orders,
        changes=station.changes,
        preferences=station.preferences,
        shortcuts=ShortcutRegistry(),
        clock=now,
        monotonic=time.monotonic,
        station=STATION,
        books="SQLite: loja.db na pasta de dados",
        version="1.0.0",
        read_sheet=_no_sheets,
        write_sheet=_no_sheets,
    )
    try:
        yield Shop(station, store, wire, now, still, services)
    finally:
        await station.close()


# -- scenes -----------------------------------------------------------------------------------------------------------

Scene = Callable[[Shop], Awaitable[QWidget]]
NAMES = (
    "Panela de pressão 4,5 L", "Frigideira antiaderente 24 cm", "Jogo de talheres 24 peças", "Garrafa térmica 1 L",
    "Assadeira de vidro com tampa plástica para forno e micro-ondas 2,9 L", "Xícara de porcelana branca 200 mL",
)  # fmt: skip


def _sent_lately(shop: Shop, clock: HandClock) -> None:
    """An hour of sending, seen in the sparkline."""
    label, subject = "PAN-0001 · Caçarola esmaltada", Subject(SubjectKind.PRODUCT, 9999)
    pushes = {
        clock.now - timedelta(minutes=59 - minute): [
            Push(subject=subject, label=label, aspects=(Aspect.STOCK,), outcome="sent", station="CAIXA-01")
        ]
        * ((minute * 7) % 23 if minute % 9 else 0)
        for minute in range(60)
    }

    def write(uow: UnitOfWork) -> None:
        for at, made in pushes.items():
            uow.history.add(made, at)

    shop.database.run_now(write)


def _halted_three(shop: Shop) -> None:
    shop.products(1, name=NAMES[4])
    shop.halt("refused", detail="O campo preço promocional deve ser menor que o preço de venda.")
    shop.products(1, name=NAMES[1])
    shop.halt(
        "several_candidates",
        facts={
            "ids": "118,204,377",
            "names": "118: PAN-77 Frigideira antiaderente 24 cm | 204: PAN-77 Frigideira 24 cm preta | 377: — Frigideira",
        },
    )


def _many(shop: Shop, count: int) -> None:
    lines = [(f"{NAMES[n % len(NAMES)]}", n) for n in range(count)]
    products = [a_product(name=name, price=Money(1990 + 13 * n)) for name, n in lines]

    def write(uow: UnitOfWork) -> None:
        ids = uow.products.add([product.checked() for product in products])
        uow.outbox.owe([Subject(SubjectKind.PRODUCT, each) for each in ids], EVERYTHING, uow.now)

    shop.database.run_now(write)


def _changed_product(shop: Shop) -> None:
    """A product the store knows, with another price, a longer text and less stock."""
    by = shop.actor(Role.GERENTE)
    product = keep(
        shop.database, by=by, on_hand=7, name=NAMES[0], price=Money(18990), description="Alumínio. " * 60
    )
    subject = Subject(SubjectKind.PRODUCT, product.id)
    before: dict[Aspect, dict[str, Any]] = {
        Aspect.STOCK: {"stock": 12},
        Aspect.PRICE: {"price": 19990, "cost": 9100},
        Aspect.CONTENT: {"name": "Panela de pressão", "description": "Alumínio polido.", "weight": 2100, "available": False},
    }  # fmt: skip

    def write(uow: UnitOfWork) -> None:
        uow.links.link(subject, "4711", uow.now)
        uow.links.remember(
            [
                Acknowledged(subject=subject, aspect=a, digest="x", fields=f, at=uow.now)
                for a, f in before.items()
            ]
        )
        pushes = [("sent", ""), ("later", "no_answer"), ("halted", "refused")]
        for outcome, cause in pushes:
            push = Push(subject=subject, label=product.name, aspects=(Aspect.PRICE, Aspect.CONTENT), outcome=outcome,
                        cause=cause, detail="Preço inválido." if cause == "refused" else "", station="CAIXA-02")  # fmt: skip
            uow.history.add([push], uow.now - timedelta(minutes=40))

    shop.database.run_now(write)


def _busy(shop: Shop) -> None:
    clock = shop.clock
    assert isinstance(clock, HandClock)
    shop.connect()
    _sent_lately(shop, clock)
    clock.now -= timedelta(hours=2, minutes=13)
    _halted_three(shop)
    clock.now += timedelta(hours=2, minutes=12, seconds=20)
    _changed_product(shop)
    _many(shop, 140)
    clock.forward(seconds=40)


async def _window(
    shop: Shop, role: Role = Role.GERENTE, *, size: tuple[int, int] = (1240, 760)
) -> QueueWindow:
    window = QueueWindow(shop.session(role))
    window.resize(*size)
    window.show()
    await until(lambda: window.stack.currentWidget() is not window._skeleton)
    return window


def _say(shop: Shop, phase: SyncPhase, **facts: object) -> None:
    facts = {"leader_station": STATION, "leader_since": NOON, "last_cycle_at": NOON} | facts
    shop.sync.say(SyncStatus(phase=phase, **facts))  # type: ignore[arg-type]


def _in(seconds: float) -> float:
    return time.monotonic() + seconds


async def calm(shop: Shop) -> QWidget:
    """Nothing waits."""
    shop.connect()
    _say(shop, SyncPhase.UP_TO_DATE, next_cycle_at_mono=_in(42))
    return await _window(shop)


async def loading(shop: Shop) -> QWidget:
    """The books take their time."""
    window = QueueWindow(shop.session())
    window._skeleton._timer.setInterval(0)
    window._skeleton._appear()
    window.feed.watch = lambda watching: None  # type: ignore[method-assign]
    window.show()
    return window


async def busy(shop: Shop) -> QueueWindow:
    """Three stand still, many wait."""
    _busy(shop)
    _say(shop, SyncPhase.SENDING, sent=12, total=340, eta_seconds=120)
    return await _window(shop)


async def halted(shop: Shop) -> QueueWindow:
    """A refused line opened."""
    window = await busy(shop)
    await _open(window, 0)
    return window


async def candidates(shop: Shop) -> QueueWindow:
    """Which of three is it?"""
    window = await busy(shop)
    rows = window.page.table.lines.rows
    await _open(window, next(n for n, row in enumerate(rows) if row.cause == "several_candidates"))
    return window


async def changes(shop: Shop) -> QueueWindow:
    """Before and after of a long line."""
    window = await busy(shop)
    window.page.bar.search.setText("4,5")
    await until(lambda: window._snapshot is not None and window._snapshot.text == "4,5")
    rows = window.page.table.lines.rows
    at = next(n for n, r in enumerate(rows) if r.aspect is Aspect.CONTENT and r.since < NOON)
    await _open(window, at)
    return window


async def _open(window: QueueWindow, place: int) -> None:
    window.page.table.go_to_row(place)
    row = window.page.table.lines.rows[place]
    await until(lambda: window.page.detail.detail is not None and window.page.detail.detail.row.id == row.id)


async def crowded(shop: Shop) -> QueueWindow:
    """More than are shown."""
    shop.connect()
    _many(shop, 1200)
    shop.database.run_now(lambda uow: uow.outbox.pause([3, 5, 9], paused=True))
    _say(shop, SyncPhase.WAITING_QUOTA, cause="quota", retry_at_mono=_in(40))
    return await _window(shop)


async def offline(shop: Shop) -> QueueWindow:
    """No line; toast after a retry."""
    _busy(shop)
    _say(shop, SyncPhase.OFFLINE, cause="no_line", retry_at_mono=_in(30))
    window = await _window(shop)
    window.page.retry()
    await until(lambda: window.toasts._toast is not None)
    return window


async def standby(shop: Shop) -> QueueWindow:
    """Another station sends; this person may only look."""
    _busy(shop)
    lead_of(shop.database, "caixa-02")
    _say(shop, SyncPhase.STANDBY, leader_station="CAIXA-02")
    return await _window(shop, Role.OPERADOR)


async def option_two(shop: Shop) -> QueueWindow:
    """Option 2 keeps content back; the flag is off."""
    shop.choose(SyncOption.COMMERCIAL)
    _busy(shop)
    shop.sync.say(SyncStatus())
    return await _window(shop)


async def reconnect(shop: Shop) -> QueueWindow:
    """The authorisation is dead."""
    _busy(shop)
    _say(shop, SyncPhase.RECONNECT, cause="refresh_refused")
    return await _window(shop)


async def error(shop: Shop) -> QWidget:
    """The books do not answer."""

    async def no_books(_question: object) -> object:
        raise BooksUnreachable

    session = shop.session()
    away = replace(session.services, backend=SimpleNamespace(read=no_books))
    window = QueueWindow(replace(session, services=away))
    window.show()
    await until(lambda: window.stack.currentWidget() is window._broken)
    return window


async def unconnected(shop: Shop) -> QWidget:
    """Before any store."""
    shop.sync.say(SyncStatus(phase=SyncPhase.NOT_CONNECTED))
    return await _window(shop)


async def sent(shop: Shop) -> QueueWindow:
    """What was sent lately."""
    window = await busy(shop)
    window.page.bar.swap()
    await until(lambda: bool(window.page.sent.lines.rows))
    return window


async def not_found(shop: Shop) -> QueueWindow:
    """A search without an answer."""
    window = await busy(shop)
    window.page.bar.search.setText("geladeira")
    await until(lambda: window._snapshot is not None and window._snapshot.text == "geladeira")
    return window


# -- settings ---------------------------------------------------------------------------------------------------------


async def _settings(
    shop: Shop, page: str, role: Role = Role.ADMINISTRADOR, *, size: tuple[int, int] = (900, 680)
) -> SettingsScreen:
    screen = SettingsScreen(shop.session(role))
    restyle(screen, page=True)
    screen.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    screen.setContentsMargins(24, 16, 24, 16)
    screen.resize(*size)
    screen.show()
    screen.show_page(page)
    filled: list[bool] = []
    screen.shown.connect(lambda: filled.append(True))
    screen.activate()
    await until(lambda: filled)
    return screen


def fill(screen: SettingsScreen, shop: Shop, **changes: str) -> None:
    """Type what the Tray gave into the form."""
    form, store = screen.tray.form, shop.store
    facts = {
        "address": store.api_address,
        "key": store.consumer_key,
        "secret": store.consumer_secret,
        "code": store.code,
    }
    for name, text in (facts | changes).items():
        getattr(form, name).setText(text)


async def settings_shop(shop: Shop) -> SettingsScreen:
    """The shop."""
    return await _settings(shop, "shop")


async def settings_shop_operator(shop: Shop) -> SettingsScreen:
    """The shop, for somebody who may not change it."""
    return await _settings(shop, "shop", Role.OPERADOR)


async def settings_tray_first(shop: Shop) -> SettingsScreen:
    """Before the first connection."""
    screen = await _settings(shop, "tray")
    fill(screen, shop)
    return screen


async def settings_tray_connecting(shop: Shop) -> SettingsScreen:
    """While the Tray is asked."""
    screen = await settings_tray_first(shop)
    shop.store.faults.next("slow", seconds=3)
    screen.tray.form.button.click()
    screen.tray.ensureWidgetVisible(screen.tray.form.cancel)
    return screen


async def settings_tray_connected(shop: Shop) -> SettingsScreen:
    """Just connected."""
    screen = await settings_tray_first(shop)
    screen.tray.form.button.click()
    await until(lambda: screen.tray.success.isVisible() and screen.tray.card.isVisible())
    return screen


async def settings_tray_refused(shop: Shop) -> SettingsScreen:
    """A wrong code, and a field left empty before."""
    screen = await _settings(shop, "tray")
    fill(screen, shop, code="nao-e-este")
    screen.tray.form.button.click()
    await until(screen.tray.form.answer.isVisible)
    screen.tray.ensureWidgetVisible(screen.tray.form.button)
    return screen


async def settings_tray_empty(shop: Shop) -> SettingsScreen:
    """Nothing was filled in."""
    screen = await _settings(shop, "tray")
    screen.tray.form.button.click()
    return screen


async def settings_tray_reconnect(shop: Shop) -> SettingsScreen:
    """The authorisation is dead."""
    shop.connect(state="reconnect", cause="refresh_refused")
    return await _settings(shop, "tray")


async def settings_tray_expiring(shop: Shop) -> SettingsScreen:
    """Three days left."""
    shop.connect(refresh_expires_at=NOON + timedelta(days=3))
    return await _settings(shop, "tray", Role.GERENTE)


async def settings_sync(shop: Shop) -> SettingsScreen:
    """The two options."""
    return await _settings(shop, "sync")


async def settings_sync_question(shop: Shop) -> SettingsScreen:
    """Back to option 1: how much will be sent."""
    shop.choose(SyncOption.COMMERCIAL)
    _many(shop, 340)
    screen = await _settings(shop, "sync")
    screen.sync.cards[SyncOption.FULL].radio.click()
    await until(screen.sync.question.isVisible)
    return screen


async def settings_sync_operator(shop: Shop) -> SettingsScreen:
    """Seen by somebody who may not choose."""
    return await _settings(shop, "sync", Role.GERENTE)


async def settings_looks(shop: Shop) -> SettingsScreen:
    """Colours and letters."""
    return await _settings(shop, "looks")


SCENES: dict[str, Scene] = {
    "settings_shop": settings_shop, "settings_shop_operator": settings_shop_operator,
    "settings_tray_first": settings_tray_first, "settings_tray_connecting": settings_tray_connecting,
    "settings_tray_connected": settings_tray_connected, "settings_tray_refused": settings_tray_refused,
    "settings_tray_empty": settings_tray_empty, "settings_tray_reconnect": settings_tray_reconnect,
    "settings_tray_expiring": settings_tray_expiring, "settings_sync": settings_sync,
    "settings_sync_question": settings_sync_question, "settings_sync_operator": settings_sync_operator,
    "settings_looks": settings_looks,
    "queue_calm": calm, "queue_loading": loading, "queue_busy": busy, "queue_halted": halted,
    "queue_candidates": candidates, "queue_changes": changes, "queue_crowded": crowded, "queue_offline": offline,
    "queue_standby": standby, "queue_option_two": option_two, "queue_reconnect": reconnect, "queue_error": error,
    "queue_unconnected": unconnected, "queue_sent": sent, "queue_not_found": not_found,
}  # fmt: skip
LOOKS: dict[str, tuple[Mode, float, tuple[int, int] | None]] = {
    "light": ("light", 1.0, None),
    "dark": ("dark", 1.0, None),
    "large": ("light", 1.5, (1366, 768)),
    "small": ("light", 1.0, (1024, 768)),
    "small_large": ("light", 1.5, (1024, 768)),
}


async def paint(folder: Path, only: tuple[str, ...]) -> None:
    """Paint the scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look, (mode, scale, size) in LOOKS.items():
        for name, scene in SCENES.items():
            if only and not any(each in f"{name}-{look}" for each in only):
                continue
            Theme.apply(app, mode, scale)
            with tempfile.TemporaryDirectory() as books:
                async with open_shop(Path(books)) as shop:
                    made = await scene(shop)
                    if size is not None:
                        # In the main window the bar and the places take their share.
                        beside, above = (236 * scale, 90 * scale) if "settings" in name else (0, 0)
                        made.resize(round(size[0] - beside), round(size[1] - above))
                    await asyncio.sleep(0.12)
                    made.grab().save(str(folder / f"{name}-{look}.png"))
                    await made.aclose()  # type: ignore[attr-defined]  # a screen
                    made.deleteLater()
                    await asyncio.sleep(0)


def main(folder: Path, *only: str) -> None:
    """Paint them all, or those whose names hold one of the words."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)  # type: ignore[attr-defined]
    loop = qasync.QEventLoop(app)
    with loop:
        loop.run_until_complete(paint(folder, only))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
