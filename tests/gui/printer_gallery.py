"""The page of printers and papers on the screen in every state: python -m tests.gui.printer_gallery FOLDER [LOOK…]."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from tests.books import HandClock, found
from tests.builders import a_token
from tests.printing import papers
from tests.waiting import until
from varejoforte_desktop.application import print_jobs
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.printing_ports import PrinterBook, PrinterKind, PrinterPlace
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.print_job import Paper, PaperKind, correction_content, lines_content
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.printing.desk import StationPrintDesk
from varejoforte_desktop.printing.printers import Printers
from varejoforte_desktop.ui.papers.preview import PaperPreview
from varejoforte_desktop.ui.preferences.printers import PrintersPage
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

HERE = "Balcão"
LOGINS = {Role.OPERADOR: "ana", Role.GERENTE: "bruno", Role.ADMINISTRADOR: "carla"}
SLIP = Paper(kind=PaperKind.NFCE_SLIP, content=papers.nfce(cpf="52998224725"))
NOTE = Paper(kind=PaperKind.DANFE, content=papers.nfe())
PAPERS = {
    "cupom": SLIP,
    "cupom-contingencia": Paper(
        kind=PaperKind.NFCE_SLIP, content=papers.nfce(offline=True, authorised=False), copy=2
    ),
    "nfce-pdf": Paper(kind=PaperKind.NFCE_PDF, content=papers.nfce(), cancelled=True),
    "danfe": NOTE,
    "danfe-longo": Paper(
        kind=PaperKind.DANFE,
        content=papers.nfe(
            items=[(f"Item {each} da lista", "1.0000", "1.00", "1.00") for each in range(120)]
        ),
    ),
    "etiqueta": Paper(kind=PaperKind.SHIPPING_LABEL, content=papers.nfe()),
    "carta": Paper(kind=PaperKind.CORRECTION, content=correction_content(papers.correction(), papers.nfe())),
}


class Memory(dict[str, Any]):
    """What a station remembers."""

    def put(self, key: str, value: Any) -> None:
        """Remember."""
        self[key] = value


class SlowDesk:
    """The real desk behind a door that opens when told."""

    def __init__(self, desk: StationPrintDesk) -> None:
        self._desk = desk
        self.door = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)

    async def preview(self, paper: Paper, *, dots_per_inch: int = 110) -> list[bytes]:
        """Wait, then draw."""
        await self.door.wait()
        return await self._desk.preview(paper, dots_per_inch=dots_per_inch)

    async def test(self, use: Any, book: PrinterBook) -> None:
        """Wait, then print."""
        await self.door.wait()
        await self._desk.test(use, book)


class PaperShop:
    """A founded shop, this station's desk and what is shown over them; `end` closes all."""

    def __init__(self, folder: Path, *, url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.hand = HandClock()
        if not url:
            url = f"sqlite:///{folder / 'loja.db'}"
            prepare(url, may_upgrade=True, now=self.hand)
        self.changes = ChangeFeed()
        self.database = Database(url, self.changes, clock=self.hand)
        if not self.database.read_now(lambda reader: reader.founded()):
            found(self.database)
        self.memory = Memory()
        self.shown: list[Path] = []
        self.desk = StationPrintDesk(
            self.database,
            self.changes,
            self.memory,
            station=HERE,
            printers=Printers(folder / "spool", open_file=self.shown.append),
            pauses=(0.02,),
        )
        self.windows: list[Any] = []

    def at_folder(self) -> PrinterPlace:
        """A folder in the place of a printer."""
        return PrinterPlace(kind=PrinterKind.FOLDER, address=str(self.folder / "papeis"))

    def actor(self, role: Role = Role.ADMINISTRADOR) -> Actor:
        """Ana, Bruno or Carla, as they signed in."""
        return self.database.run_now(admit, LOGINS[role], station=HERE)

    def session(self, role: Role = Role.ADMINISTRADOR) -> Session:
        """Somebody is signed in."""
        unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Services))
        used: dict[str, Any] = {
            "backend": self.database,
            "changes": self.changes,
            "shortcuts": ShortcutRegistry(),
            "clock": self.hand,
            "station": HERE,
        }
        return Session(
            services=Services(**unused | used), actor=self.actor(role), shop_name="Casa das Panelas"
        )

    def ask(self, paper: Paper = SLIP) -> int:
        """A paper on the list."""
        ticket = self.database.run_now(
            print_jobs.ask_print, paper, token=a_token(), station=HERE, by=None, document_id=871
        )
        return ticket.job_id

    def break_off(self) -> int:
        """The oldest paper that waits was being printed when the program ended."""
        job = self.database.run_now(print_jobs.begin_print, HERE)
        assert job is not None
        self.database.run_now(print_jobs.doubt_unfinished, HERE)
        return job.id

    def fail(self, cause: str, *, again: bool = False, printer: str = "192.168.0.50") -> int:
        """The oldest paper that waits did not come out."""
        job = self.database.run_now(print_jobs.begin_print, HERE)
        assert job is not None
        self.database.run_now(print_jobs.print_failed, job.id, printer=printer, cause=cause, again=again)
        return job.id

    async def page(
        self, role: Role = Role.ADMINISTRADOR, *, size: tuple[int, int] = (800, 700), desk: Any = None
    ) -> PrintersPage:
        """The page, shown and filled."""
        page = PrintersPage(self.session(role), desk or self.desk)
        self.windows.append(page)
        page.resize(*size)
        page.show()
        page.activateWindow()
        page.refresh()
        await until(lambda: page.isActiveWindow() and not page._reading.busy and not page._naming.busy)
        return page

    async def preview(self, paper: Paper, title: str = "NFC-e 871", *, desk: Any = None) -> PaperPreview:
        """A paper on the screen."""
        dialog = PaperPreview(self.session(), desk or self.desk, title, paper, document_id=871)
        self.windows.append(dialog)
        dialog.open()
        dialog.activateWindow()
        if desk is None:
            await until(lambda: not dialog._looking.busy)
        return dialog

    async def end(self) -> None:
        """Close the windows and leave the books."""
        for window in self.windows:
            await window.aclose()
            window.close()
            window.deleteLater()
        await asyncio.sleep(0.01)
        await self.desk.aclose()
        self.database.close()


@asynccontextmanager
async def open_shop(folder: Path, *, url: str = "") -> AsyncIterator[PaperShop]:
    """A shop that is closed again whatever happens."""
    shop = PaperShop(folder, url=url)
    try:
        yield shop
    finally:
        await shop.end()


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
        self, shop: PaperShop, role: Role = Role.ADMINISTRADOR, *, desk: Any = None, wait: bool = True
    ) -> AsyncIterator[tuple[PrintersPage, QWidget]]:
        """The page in the margins of the main window."""
        page = PrintersPage(shop.session(role), desk or shop.desk)
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
            await until(lambda: not page._reading.busy and not page._naming.busy)
        try:
            yield page, frame
        finally:
            await page.aclose()
            frame.close()
            frame.deleteLater()


async def first_day(studio: Studio, shop: PaperShop) -> None:
    """Nothing chosen, nothing waiting; who may not choose; loading and failed."""
    async with studio.page(shop) as (page, frame):
        await studio.shoot(frame, "printers-none")
        page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
        await studio.shoot(frame, "printers-none-foot")
    async with studio.page(shop, Role.OPERADOR) as (page, frame):
        page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
        await studio.shoot(frame, "printers-operator")
    door, real = asyncio.Event(), shop.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    async def broken(question: Any) -> Any:
        raise BooksUnreachable

    for name, read in (("loading", slow), ("error", broken)):
        shop.database.read = read  # type: ignore[method-assign]
        async with studio.page(shop, wait=False) as (_, frame):
            await studio.shoot(frame, f"printers-{name}")
    shop.database.read = real  # type: ignore[method-assign]


async def working_day(studio: Studio, shop: PaperShop) -> None:
    """Printers chosen, papers in every state, a test page that fails and one that works."""
    shop.desk.keep_book(
        PrinterBook(
            slip=PrinterPlace(kind=PrinterKind.NETWORK, address="192.168.0.50"),
            sheet=PrinterPlace(kind=PrinterKind.SYSTEM, address="Escritório"),
        )
    )
    for paper in (SLIP, SLIP, NOTE, replace(SLIP, content="<x")):
        shop.ask(paper)
    shop.ask(Paper(kind=PaperKind.TILL_SLIP, content=lines_content([("SANGRIA", True)])))
    shop.hand.forward(minutes=7)
    shop.break_off()
    shop.fail("offline", printer=r"\\SERVIDOR-DA-MATRIZ\impressora-nao-fiscal-do-caixa-numero-um")
    shop.fail("none", printer="")
    shop.fail("format")
    shop.fail("refused", again=True)
    async with studio.page(shop) as (page, frame):
        await studio.shoot(frame, "printers-papers")
        card = next(iter(page.cards.values()))
        page.ensureWidgetVisible(card.test, 0, 60)
        await studio.shoot(frame, "printers-slip")
        card.show_place(shop.at_folder())
        card.test.click()
        await until(lambda: not page._testing.busy)
        page.ensureWidgetVisible(card.told, 0, 60)
        await studio.shoot(frame, "printers-tested")
        card.show_place(PrinterPlace(kind=PrinterKind.WINDOWS, address="Elgin i9"))
        card.test.click()
        await until(lambda: not page._testing.busy)
        page.ensureWidgetVisible(card.told, 0, 60)
        await studio.shoot(frame, "printers-test-failed")
        card.show_place(PrinterPlace(kind=PrinterKind.NETWORK))
        card.changed.emit()
        page.save()
        await studio.shoot(frame, "printers-no-address")


async def on_the_screen(studio: Studio, shop: PaperShop) -> None:
    """Every paper, one that is being drawn, one that cannot be, one saved."""
    titles = {
        "danfe": "NF-e 871 · Maria Aparecida da Conceição Albuquerque e Souza Comércio de Utilidades Ltda"
    }
    for name, paper in PAPERS.items():
        dialog = await shop.preview(paper, titles.get(name, "NFC-e 871"))
        if name == "danfe-longo":
            dialog.pages.turn(1)
        await studio.shoot(dialog, f"paper-{name}")
        dialog.reject()
    dialog = await shop.preview(replace(NOTE, content="<NFe"))
    await studio.shoot(dialog, "paper-error")
    slow = SlowDesk(shop.desk)
    dialog = await shop.preview(NOTE, desk=slow)
    await studio.shoot(dialog, "paper-loading")
    slow.door.set()
    await until(lambda: not dialog._looking.busy)
    dialog.pages.zoom(2, 1)
    await studio.shoot(dialog, "paper-zoomed")


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (944, 680)),
    "dark": ("dark", 1.0, (944, 680)),
    "large": ("light", 1.5, (1024, 768)),
    "tight": ("dark", 1.5, (670, 600)),
}
SCENES: Sequence[Callable[[Studio, PaperShop], Any]] = (first_day, working_day, on_the_screen)


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
