"""Pictures of notes within the sale, for eyes: python -m tests.gui.counter_fiscal_gallery OUT [look ...]."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from tests.builders import a_gtin
from tests.fiscal_shop import FiscalShop, set_up
from tests.gui.counter_gallery import (
    ANA,
    CARLA,
    LONG_NAME,
    CounterShop,
    Studio,
    back_at,
    dialog,
    fingers,
    open_counter_shop,
    press,
    scanner,
)
from tests.waiting import until
from varejoforte_desktop.application.printing_ports import PrinterBook, PrinterKind, PrinterPlace
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.desk import StationFiscalDesk
from varejoforte_desktop.fiscal.line import Line
from varejoforte_desktop.printing.desk import StationPrintDesk
from varejoforte_desktop.printing.printers import Printers
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority
from varejoforte_desktop.simulator.sefaz.line import MemoryLine
from varejoforte_desktop.ui.screens.counter import CounterScreen
from varejoforte_desktop.ui.theme import Mode, Theme

F10, ENTER = Qt.Key.Key_F10, Qt.Key.Key_Return
COMPANY = "11.444.777/0001-61"


class DoorLine:
    """A line that answers only while its door is open: SEFAZ as a cashier knows it on a Saturday."""

    def __init__(self, line: MemoryLine, door: threading.Event, asked: threading.Event) -> None:
        self._line = line
        self._door = door
        self._asked = asked

    def post(self, url: str, *, action: str, body: bytes, timeout: float) -> tuple[int, str, bytes]:
        """What the pretended SEFAZ says, once the door opens."""
        self._asked.set()
        if not self._door.wait(60):
            raise TimeoutError(url)
        return self._line.post(url, action=action, body=body, timeout=timeout)


@dataclass(slots=True)
class FiscalCounter(FiscalShop):
    """The counter's shop with SEFAZ behind it; `door` shut: SEFAZ is silent."""

    counter: CounterShop = field(kw_only=True)
    printing: StationPrintDesk = field(kw_only=True)
    folder: Path = field(kw_only=True)
    door: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)

    def make_line(self, material: Material, settings: FiscalSettings) -> Line:
        """A line with a door."""
        line = MemoryLine(
            self.sefaz, settings.emitter.cnpj, sleeper=lambda seconds: self.clock.forward(seconds=seconds)
        )
        self.lines.append(line)
        return DoorLine(line, self.door, self.asked)

    @property
    def fiscal(self) -> StationFiscalDesk:
        """The station's desk."""
        return self.desks[0]

    def with_printer(self, **changes: Any) -> None:
        """This station prints slips and sheets into a folder."""
        place = PrinterPlace(kind=PrinterKind.FOLDER, address=str(self.folder / "papeis"))
        self.printing.keep_book(replace(PrinterBook(slip=place, sheet=place), **changes))

    def jobs(self) -> list[tuple[str, int, str]]:
        """Papers of all stations, the oldest first: kind, copy, state."""
        self.printing.start()
        rows = self.database.read_now(lambda reader: reader.printing.rows())
        return [(row.kind.value, row.copy, row.state.value) for row in reversed(rows)]

    def documents(self, sale: int = 0) -> list[tuple[str, int, str]]:
        """Documents of a sale (0: of the newest), the oldest first: model, number, state."""
        sale_id = sale or self.counter.sales()[0].id
        rows = self.database.read_now(lambda reader: reader.fiscal.of_sale(sale_id))
        return [(row.model.value, row.number, row.state.value) for row in reversed(rows)]


@asynccontextmanager
async def fiscal_counter(folder: Path, *, set_up_shop: bool = True) -> AsyncIterator[FiscalCounter]:
    """A counter of a shop that issues, its till open, SEFAZ answering, papers laid into a folder."""
    async with open_counter_shop(folder) as counter:
        seal = ShopKey("")
        seal.make()
        sefaz, authority = SefazSimulator(counter.clock), PracticeAuthority(counter.clock)
        if set_up_shop:
            set_up(counter.database, seal, authority, by=CARLA, now=counter.clock())
        printing = StationPrintDesk(
            counter.database,
            counter.database._changes,
            counter.notebook,
            station=ANA.station,
            printers=Printers(folder / "spool", open_file=lambda _path: None),
            pauses=(0.02,),
        )
        shop = FiscalCounter(
            database=counter.database,
            clock=counter.clock,
            sefaz=sefaz,
            authority=authority,
            seal=seal,
            administrador=CARLA,
            operador=ANA,
            gerente=ANA,
            feed=counter.database._changes,
            counter=counter,
            printing=printing,
            folder=folder,
        )
        shop.door.set()
        desk = shop.desk()
        counter.more = {"fiscal": desk, "printing": printing}
        for number, (name, price) in enumerate((("Café torrado", 2490), ("Panela", 12_990)), start=1):
            counter.keep(
                reference=f"PRO-{number}",
                name=name,
                price=Money(price),
                on_hand=500,
                barcode=a_gtin(number),
                ncm="73239300",
            )
        counter.open_till()
        shop.with_printer()
        try:
            yield shop
        finally:
            shop.door.set()
            await desk.aclose()
            await printing.aclose()


async def sell(shop: FiscalCounter, screen: CounterScreen, *codes: int, buyer: str = "") -> str:
    """A whole sale, paid in cash to the cent; gives its number once the books have it."""
    counter = shop.counter
    shop.printing.start()  # not earlier: between a fixture and its test no loop runs
    for code in codes or (1,):
        before = len(screen.desk.basket.lines)
        scanner(counter, a_gtin(code))
        await until(lambda wanted=before: len(screen.desk.basket.lines) == wanted + 1)
    if buyer:
        await name_buyer(shop, screen, buyer)
    before = len(counter.sales())
    press(F10)
    await until(lambda: screen.page.drawer.is_open)
    press(ENTER)
    press(ENTER)
    await until(lambda: len(counter.sales()) == before + 1)
    await back_at(screen)
    return str(counter.sales()[0].number)


async def name_buyer(shop: FiscalCounter, screen: CounterScreen, document: str, name: str = "") -> None:
    """F3, a document, Enter."""
    press(Qt.Key.Key_F3)
    asked: Any = await dialog("buyer_dialog")
    await fingers(shop.counter, document)
    asked.name.setText(name)
    press(ENTER)
    await back_at(screen)


# -- scenes -----------------------------------------------------------------------------------------------------------


async def notes(studio: Studio, shop: FiscalCounter) -> None:
    """On its way, authorised, in contingency, rejected, and what the printer says."""
    async with studio.window() as screen:
        main = screen.window()
        shop.door.clear()
        await sell(shop, screen, 1, 2)
        await studio.shoot(main, "note-going")
        shop.door.set()
        await until(lambda: "autorizada" in screen.page.summary.note_text)
        await until(lambda: "impresso" in screen.page.summary.note_text)
        await studio.shoot(main, "note-authorised")
        press(Qt.Key.Key_F12)
        await until(lambda: "2ª via" in screen.page.summary.note_text)
        await studio.shoot(main, "note-second-copy")
        shop.sefaz.faults.queue("autorizacao", "reject:778")
        await sell(shop, screen, 2)
        await until(lambda: "rejeitada" in screen.page.summary.note_text)
        await studio.shoot(main, "note-rejected")
        shop.sefaz.online = False
        shop.printing.keep_book(PrinterBook())
        await sell(shop, screen, 1)
        await until(lambda: "contingência" in screen.page.summary.note_text)
        await studio.shoot(main, "note-offline-no-printer")
        shop.sefaz.online = True
        async with studio.asked(
            screen, Qt.Key.Key_F12, "recent_dialog", Qt.KeyboardModifier.ShiftModifier
        ) as asked:
            await asyncio.sleep(0.2)
            await studio.shoot(asked, "recent-notes")


async def troubles(studio: Studio, shop: FiscalCounter) -> None:
    """A product without tax row; told while the next buyer is served."""
    shop.counter.keep(
        reference="SEM-1", name=LONG_NAME, price=Money(1000), on_hand=9, barcode=a_gtin(7), ncm=""
    )
    async with studio.window() as screen:
        await sell(shop, screen, 7)
        await until(lambda: "sem nota" in screen.page.summary.note_text)
        await studio.shoot(screen.window(), "note-refused")
        shop.door.clear()
        shop.sefaz.faults.queue("autorizacao", "reject:778")
        await sell(shop, screen, 1)
        scanner(shop.counter, a_gtin(2))
        await until(lambda: screen.desk.basket.lines)
        shop.door.set()
        await until(lambda: screen.page.flash.text)
        await studio.shoot(screen.window(), "note-trouble-behind")
        press(Qt.Key.Key_F6)
        await until(lambda: not screen.desk.basket.live)


async def buyers(studio: Studio, shop: FiscalCounter) -> None:
    """A company buys: what its NF-e needs is asked for before the payment."""
    async with studio.window() as screen:
        scanner(shop.counter, a_gtin(2))
        await until(lambda: screen.desk.basket.live)
        await name_buyer(shop, screen, COMPANY)
        press(F10)
        asked: Any = await dialog("buyer_facts_dialog")
        await studio.shoot(asked, "buyer-facts")
        asked.edits["name"].setText("Comercial Lume de Utilidades Domésticas Ltda")
        asked.edits["postcode"].setText("0100")
        asked.edits["city"].setText("Sao Palo")
        asked.state.setCurrentText("SP")
        asked.confirm()
        await studio.shoot(asked, "buyer-facts-wrong")
        asked.reject()
        await studio.shoot(asked, "buyer-facts-discard")
        asked.findChild(QPushButton, "buyer_facts_discard").click()
        await back_at(screen)
        await studio.shoot(screen.window(), "buyer-facts-later")


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (1024, 768)),
    "dark": ("dark", 1.0, (1366, 768)),
    "large": ("light", 1.5, (1366, 860)),
}


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    scenes: tuple[Callable[[Studio, FiscalCounter], Awaitable[None]], ...] = (notes, troubles, buyers)
    for look in looks or LOOKS:
        mode, scale, size = LOOKS[look]
        Theme.apply(app, mode, scale)
        for scene in scenes:
            with tempfile.TemporaryDirectory() as place:
                async with fiscal_counter(Path(place)) as shop:
                    await scene(Studio(folder, shop.counter, look, size), shop)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
