"""The page of copies in every state, for tests and for eyes: python -m tests.gui.copies_gallery FOLDER."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from tests.books import HandClock, ask_sql, found
from tests.builders import a_connection, keep, product_subject
from tests.copies import PASSPHRASE, CopiedShop
from tests.waiting import until
from varejoforte_desktop.application.backups import note_run
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.people_ports import BackupRun
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.persistence.database import Database, shown_address
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.ui.copies.passphrase import PassphraseDialog
from varejoforte_desktop.ui.copies.rechecking import RecheckDialog
from varejoforte_desktop.ui.copies.restoring import RestoreDialog, Step
from varejoforte_desktop.ui.copies.strip import RestoredStrip
from varejoforte_desktop.ui.preferences.copies import CopiesPage
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

LOGINS = {Role.OPERADOR: "ana", Role.GERENTE: "bruno", Role.ADMINISTRADOR: "carla"}
NAME = "Casa das Panelas"


@functools.cache
def _founded() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A founded shop to copy; the folder goes with the program."""
    folder = tempfile.TemporaryDirectory()
    path, clock = Path(folder.name) / "loja.db", HandClock()
    prepare(f"sqlite:///{path}", may_upgrade=True, now=clock)
    database = Database(f"sqlite:///{path}", ChangeFeed(), clock=clock)
    found(database)
    database.close()
    return folder, path


class CopyShop(CopiedShop):
    """A shop in its folder of data, the real desk for its copies, and the pages over it; `end` closes all."""

    def __init__(self, folder: Path, *, url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        own = url or f"sqlite:///{shutil.copy(_founded()[1], folder / 'loja.db')}"
        self.hand = HandClock()
        super().__init__(own, folder / "dados", self.hand)
        self.folder = folder
        self.windows: list[Any] = []

    def actor(self, role: Role = Role.ADMINISTRADOR) -> Actor:
        """Ana, Bruno or Carla, as they signed in."""
        return self.database.run_now(admit, LOGINS[role], station="Balcão")

    def session(self, role: Role = Role.ADMINISTRADOR, *, desk: Any = None) -> Session:
        """Somebody is signed in; pages of copies use nothing else of the services."""
        unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
        used: dict[str, Any] = {
            "backend": self.database,
            "backups": desk or self.desk,
            "changes": self.changes,
            "shortcuts": ShortcutRegistry(),
            "clock": self.clock,
            "station": "Balcão",
            "books": shown_address(self.place.url),
        }
        return Session(services=Services(**unused | used), actor=self.actor(role), shop_name=NAME)

    def note(self, *, before: timedelta, **facts: Any) -> None:
        """A run of some time ago stands in the books."""
        run: dict[str, Any] = {"station": "Balcão", "why": "due", "file": "", "at": self.clock() - before}
        self.database.run_now(note_run, BackupRun(**run | facts), by=None)

    def selling_day(self, *, sales: int = 3) -> None:
        """A few products, and some of them sold."""
        pan = keep(self.database, by=self.actor(Role.GERENTE), on_hand=50)
        for _ in range(sales):
            self.hand.forward(minutes=7)
            self.sell(pan, self.actor())

    def join_store(self, *, stations: int = 0) -> None:
        """The store is connected and knows every product; so many other stations have sold."""
        ids = [int(row[0]) for row in ask_sql(self.place.url, "SELECT id FROM product")]

        def work(uow: UnitOfWork) -> None:
            uow.connections.save(a_connection(uow.now))
            for each in ids:
                uow.links.link(product_subject(each), str(88_000 + each), uow.now)

        self.database.run_now(work)
        pan = keep(self.database, by=self.actor(Role.GERENTE), on_hand=stations)
        for number in range(1, stations + 1):
            self.sell(pan, replace(self.actor(), station=f"CAIXA-{number:02}"))

    async def copied(self, role: Role = Role.ADMINISTRADOR) -> Path:
        """A copy made as its plan says."""
        return Path((await self.desk.make(by=self.actor(role))).file)

    def again(self) -> None:
        """The program ends and starts."""
        self.close()
        self.open()

    async def page(
        self, role: Role = Role.ADMINISTRADOR, *, size: tuple[int, int] = (800, 700), desk: Any = None
    ) -> CopiesPage:
        """The page, shown and filled."""
        page = CopiesPage(self.session(role, desk=desk))
        self.windows.append(page)
        page.resize(*size)
        page.show()
        page.activateWindow()
        page.refresh()
        await until(lambda: page._now is not None and page.isActiveWindow())
        await until(lambda: not page._looking.busy)
        return page

    async def strip(self, role: Role = Role.ADMINISTRADOR) -> RestoredStrip:
        """The strip over the work, in a window of its own."""
        strip = RestoredStrip(self.session(role))
        self.windows.append(strip)
        await until(lambda: strip._look._task is not None and not strip._reading.busy)
        return strip

    async def end(self) -> None:
        """Close the windows and leave the books."""
        for window in self.windows:
            await window.aclose()
            window.close()
            window.deleteLater()
        await asyncio.sleep(0.01)
        self.close()


@asynccontextmanager
async def open_shop(folder: Path, *, url: str = "") -> AsyncIterator[CopyShop]:
    """A shop that is closed again whatever happens."""
    shop = CopyShop(folder, url=url)
    try:
        yield shop
    finally:
        await shop.end()


async def dialog_over(page: QWidget, kind: type[QDialog]) -> Any:
    """The window of this kind over the page, once it is there."""

    def open_one() -> Any:
        return next((each for each in page.findChildren(kind) if each.isVisible()), None)

    return await until(open_one)


async def choose(page: CopiesPage, file: Path) -> RestoreDialog:
    """Press "Restaurar…", pick a file, and wait until it was opened or refused."""
    page.restore.click()
    return await pick(page, file)


async def pick(page: CopiesPage, file: Path) -> RestoreDialog:
    """Pick a file in the chooser that is open."""
    chooser: QFileDialog = await dialog_over(page, QFileDialog)
    name = chooser.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(file))
    chooser.done(QFileDialog.DialogCode.Accepted)
    dialog: RestoreDialog = await dialog_over(page, RestoreDialog)
    await until(lambda: dialog.step is not Step.OPENING and not dialog.saving)
    return dialog


def write(window: QWidget, **texts: str) -> None:
    """Type into fields by their names."""
    for name, text in texts.items():
        edit = window.findChild(QLineEdit, name)
        assert edit is not None, name
        edit.setFocus()
        edit.selectAll()
        QTest.keyClick(edit, Qt.Key.Key_Delete)
        # QTest knows no key for an accent.
        QTest.keyClicks(edit, text) if text.isascii() else edit.insert(text)


class SlowDesk:
    """The real desk behind a door that opens when told."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self.door = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)

    async def make(self, **asked: Any) -> BackupRun:
        """Wait, then copy."""
        await self.door.wait()
        run: BackupRun = await self._desk.make(**asked)
        return run


class NoTool(SlowDesk):
    """A desk at a computer without pg_dump, as it looks to the page."""

    can_copy = "no_tool"


# -- scenes -----------------------------------------------------------------------------------------------------------


class Studio:
    """A look, and where its pictures go."""

    def __init__(self, folder: Path, look: str) -> None:
        self.folder = folder
        self.look = look
        _, _, self.size = LOOKS[look]

    async def shoot(self, widget: QWidget, name: str) -> None:
        """Keep a picture."""
        await asyncio.sleep(0.3)
        widget.grab().save(str(self.folder / f"{name}-{self.look}.png"))

    @asynccontextmanager
    async def page(
        self, shop: CopyShop, role: Role = Role.ADMINISTRADOR, *, desk: Any = None, wait: bool = True
    ) -> AsyncIterator[tuple[CopiesPage, QWidget]]:
        """The page in the margins of the main window."""
        page = CopiesPage(shop.session(role, desk=desk))
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
            await until(lambda: page._now is not None)
        try:
            yield page, frame
        finally:
            await page.aclose()
            frame.close()
            frame.deleteLater()


def _down(page: CopiesPage) -> None:
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())


async def never(studio: Studio, shop: CopyShop) -> None:
    """A new shop: nothing was copied, nothing planned; who may not change it; no tool; loading and failed."""
    async with studio.page(shop) as (page, frame):
        await studio.shoot(frame, "never")
        page.ensureWidgetVisible(page.plan.save_button, 0, 40)
        await studio.shoot(frame, "plan-never")
        _down(page)
        await studio.shoot(frame, "foot")
    async with studio.page(shop, Role.OPERADOR) as (page, frame):
        await studio.shoot(frame, "operator")
        page.ensureWidgetVisible(page.plan.told, 0, 40)
        await studio.shoot(frame, "operator-plan")
    async with studio.page(shop, desk=NoTool(shop.desk)) as (page, frame):
        await studio.shoot(frame, "no-tool")
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


async def states(studio: Studio, shop: CopyShop) -> None:
    """Fine, running, locked, failed, old."""
    shop.selling_day()
    deep = shop.folder / ("unidade da matriz com um nome bem comprido " * 2).strip() / "Backups-da-loja-2026"
    for each in range(6):
        shop.note(
            before=timedelta(days=9 - each),
            at=shop.clock() - timedelta(days=9 - each),
            file=f"{shop.place.data_dir}/copias/loja-2026022{each}-120000.db",
            bytes=91_400_000,
            fingerprint=f"{each}" * 64,
            why="closing" if each % 2 else "due",
            cause="second_folder" if each == 3 else "",
            detail="no_access: pasta" if each == 3 else "",
            station="CAIXA-02" if each == 4 else "Balcão",
        )
    async with studio.page(shop) as (page, frame):
        await studio.shoot(frame, "old")
    await shop.desk.choose_passphrase(PASSPHRASE, by=shop.actor())
    shop.plan(
        shop.actor(),
        folder=str(deep),
        second_folder=str(shop.folder / "pendrive"),
        every_hours=4,
        at_closing=True,
        encrypted=True,
    )
    await shop.copied()
    shop.hand.forward(hours=2, minutes=4)
    async with studio.page(shop) as (page, frame):
        await studio.shoot(frame, "fine")
        page.ensureWidgetVisible(page.plan.save_button, 0, 40)
        page.plan.second.edit.setText("pendrive")
        page.plan.second.changed.emit()
        page.plan.save()
        await studio.shoot(frame, "plan-wrong")
    slow = SlowDesk(shop.desk)
    async with studio.page(shop, desk=slow) as (page, frame):
        page.make()
        shop.hand.forward(seconds=4)
        page.last._show_running()
        await studio.shoot(frame, "running")
        slow.door.set()
        await until(lambda: not page.last.busy)
    shop.hand.forward(minutes=30)
    shop.note(before=timedelta(minutes=3), cause="full", detail="[Errno 28] No space left on device")
    async with studio.page(shop) as (_, frame):
        await studio.shoot(frame, "failed")


async def dialogs(studio: Studio, shop: CopyShop) -> None:
    """The passphrase, each step of putting back, and the comparing."""
    if studio.look == "tight":
        return
    shop.selling_day()
    shop.join_store(stations=9)
    plain = Path(shutil.copy(await shop.copied(), shop.folder / "loja-20260302-122100.db"))
    await shop.desk.choose_passphrase(PASSPHRASE, by=shop.actor())
    shop.plan(shop.actor(), encrypted=True)
    locked = await shop.copied()
    shop.hand.forward(days=1)
    pan = keep(shop.database, by=shop.actor(Role.GERENTE), on_hand=50)
    for _ in range(4):
        shop.sell(pan, shop.actor())
    async with studio.page(shop) as (page, frame):
        page.plan.key.click()
        choice: PassphraseDialog = await dialog_over(page, PassphraseDialog)
        write(choice, copy_passphrase_first="curta")
        choice.save()
        await studio.shoot(choice, "passphrase")
        choice.reject()
        await until(lambda: not page._asking)
        dialog = await choose(page, locked)
        write(dialog, restore_passphrase="outra frase qualquer")
        dialog.save()
        await until(lambda: dialog.passphrase_field.error)
        await studio.shoot(dialog, "restore-locked")
        dialog.reject()
        await until(lambda: not page._asking)
        broken = shop.folder / "copia-quebrada.db"
        broken.write_bytes(b"nada" * 5000)
        dialog = await choose(page, broken)
        await studio.shoot(dialog, "restore-broken")
        dialog.reject()
        await until(lambda: not page._asking)
        dialog = await choose(page, plain)
        await studio.shoot(dialog, "restore-deciding")
        write(dialog, restore_name="casa das panelas")
        await studio.shoot(dialog, "restore-confirmed")
        dialog.save()
        await until(lambda: dialog.step is Step.LAID and not dialog.saving)
        await studio.shoot(dialog, "restore-laid")
        dialog.reject()
        await until(lambda: not page._asking)
        page.verticalScrollBar().setValue(0)
        await studio.shoot(frame, "laid")
    shop.again()
    for role in (Role.ADMINISTRADOR, Role.OPERADOR):
        strip = await shop.strip(role)
        strip.resize(studio.size[0], strip.sizeHint().height())
        strip.show()
        await studio.shoot(strip, f"strip-{role.value}")
    async with studio.page(shop) as (page, frame):
        await studio.shoot(frame, "restored")
        page.recheck()
        compare: RecheckDialog = await dialog_over(page, RecheckDialog)
        await until(lambda: compare.facts is not None and not compare.saving)
        await studio.shoot(compare, "recheck")
        compare.save()
        await until(lambda: compare.over and not compare.saving)
        await studio.shoot(compare, "rechecked")
        compare.reject()
        await until(lambda: not page._asking)


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (944, 680)),
    "dark": ("dark", 1.0, (944, 680)),
    "window": ("light", 1.0, (788, 600)),
    "large": ("light", 1.5, (1024, 768)),
    "tight": ("dark", 1.5, (670, 600)),
}
SCENES: tuple[Callable[[Studio, CopyShop], Any], ...] = (never, states, dialogs)


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look in looks or LOOKS:
        mode, scale, _ = LOOKS[look]
        Theme.apply(app, mode, scale)
        studio = Studio(folder, look)
        with tempfile.TemporaryDirectory() as place:
            for number, scene in enumerate(SCENES):
                async with open_shop(Path(place) / f"{number}") as shop:
                    await scene(studio, shop)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
