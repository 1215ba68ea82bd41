"""Pictures of the fiscal documents in every state, for eyes: python -m tests.gui.note_gallery FOLDER [LOOK…]."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from tests.books import HandClock, found
from tests.fiscal_shop import FiscalShop, set_up
from tests.gui.product_gallery import DECEMBER, LONG_NAME
from tests.waiting import until
from varejoforte_desktop.app.paper_tools import letters_of
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.counter import finish_basket, keep_basket
from varejoforte_desktop.application.customers import save_customer
from varejoforte_desktop.application.fiscal_numbers import move
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.printing_ports import PrinterBook, PrinterKind, PrinterPlace, keep_book
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.customer import Address, Customer
from varejoforte_desktop.domain.fiscal import DISPUTED, DocumentState, access_key, key_parts
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.sale import Basket, BasketLine, FiscalModel, Payment, PaymentMethod
from varejoforte_desktop.fiscal.archive import Month, MonthArchive
from varejoforte_desktop.fiscal.desk import StationFiscalDesk
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.printing.desk import StationPrintDesk
from varejoforte_desktop.printing.printers import Printers
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority
from varejoforte_desktop.ui.formats import SHOP_ZONE
from varejoforte_desktop.ui.notes.tools import MonthFile
from varejoforte_desktop.ui.screens.notes import NotesScreen
from varejoforte_desktop.ui.services import Services, Session
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Mode, Theme

CARLA = Actor(operator_id=1, login="carla", name="Carla Souza", role=Role.ADMINISTRADOR, station="Balcão")
ANA = Actor(operator_id=2, login="ana", name="Ana Lima", role=Role.OPERADOR, station="Balcão")
BRUNO = Actor(operator_id=3, login="bruno", name="Bruno Reis", role=Role.GERENTE, station="Balcão")
PASSWORDS = {"ana": "senha-da-ana", "bruno": "senha-do-bruno", "carla": "senha-da-carla"}
LONGEST = LONG_NAME[:60]


class Memory(dict[str, Any]):
    """What a station remembers."""

    def put(self, key: str, value: Any) -> None:
        """Remember it."""
        self[key] = value


class Door:
    """Lets supervisors sign by their passwords."""

    def __init__(self, shop: NoteShop) -> None:
        self._shop = shop

    async def vouch(self, *, login: str, password: str) -> Actor:
        """Who it is."""
        assert PASSWORDS[login] == password
        return next(each for each in (ANA, BRUNO, CARLA) if each.login == login)

    async def must_change(self, _actor: Actor) -> bool:
        """Nobody gave them their passwords."""
        return False


@dataclass
class NoteShop:
    """A shop that issues, on a pretended SEFAZ, with a desk and a printer that writes into a folder."""

    fiscal: FiscalShop
    desk: StationFiscalDesk
    printing: StationPrintDesk
    folder: Path
    pan: int = 0
    sold: list[int] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """The books."""
        return self.fiscal.database

    @property
    def clock(self) -> HandClock:
        """The shop's clock."""
        return self.fiscal.clock

    @property
    def sefaz(self) -> SefazSimulator:
        """Who authorises."""
        return self.fiscal.sefaz

    def session(self, actor: Actor = CARLA, *, desk: bool = True) -> Session:
        """Somebody signed in; the screen uses nothing else of the services."""
        unused: dict[str, Any] = dict.fromkeys(each.name for each in fields(Services))
        used: dict[str, Any] = {
            "backend": self.database,
            "changes": self.database._changes,
            "shortcuts": ShortcutRegistry(),
            "desk": Door(self),
            "clock": self.clock,
            "station": actor.station,
            "fiscal": self.desk if desk else None,
            "printing": self.printing if desk else None,
        }
        return Session(services=Services(**unused | used), actor=actor, shop_name="Casa das Panelas")

    def screen(self, actor: Actor = CARLA, *, desk: bool = True) -> NotesScreen:
        """The screen as the main window makes it."""
        return NotesScreen(
            self.session(actor, desk=desk),
            open_month=open_month,
            letters=letters_of(self.folder),
        )

    # -- sales and their documents --------------------------------------------------------------------

    def sell(self, *, buyer: str = "", document: str = "", cents: int = 18990, quantity: int = 1) -> int:
        """A sale at the counter that asks for an NFC-e; gives its id."""
        return self._finish(FiscalModel.NFCE, (buyer, document), cents, quantity).sale_id

    def sell_nfe(self, *, buyer: str = "Marina Duarte Pires", whole: bool = True, cents: int = 18990) -> int:
        """A sale that asks for an NF-e; gives its id. `whole`: the buyer's address is known."""
        place = Address(
            street="Rua das Flores", number="12", district="Centro", city="Campinas", state="SP", postcode="13010040"
        )  # fmt: skip
        document = "52998224725" if whole else "11144477735"
        customer = Customer(
            document=document,
            name=buyer,
            email="marina@exemplo.com",
            address=place if whole else Address(),
        )
        customer_id = self.database.run_now(save_customer, customer, by=CARLA)
        return self._finish(FiscalModel.NFE, (buyer, document), cents, customer=customer_id).sale_id

    def _finish(
        self,
        model: FiscalModel,
        buyer: tuple[str, str],
        cents: int,
        quantity: int = 1,
        *,
        customer: int | None = None,
    ) -> SaleReceipt:
        total = Money(cents * quantity)
        line = BasketLine(
            product_id=self.pan, reference="PAN-1", name="Panela PAN-1", unit="UN", quantity=Decimal(quantity), price=Money(cents)
        )  # fmt: skip
        basket = Basket(
            token=str(uuid.uuid4()), lines=(line,), buyer_name=buyer[0], buyer_document=buyer[1], customer_id=customer,
            payments=(Payment(method=PaymentMethod.CASH, amount=total, tendered=total),),
        )  # fmt: skip
        self.database.run_now(keep_basket, basket, by=ANA)
        receipt = self.database.run_now(finish_basket, basket, fiscal=model, by=ANA)
        self.sold.append(receipt.sale_id)
        return receipt

    async def issue(self, sale_id: int) -> int:
        """Give a sale its document; gives the document's id."""
        record = await self.desk.issue(sale_id)
        assert record is not None
        return record.id

    async def authorised(self, **changes: Any) -> int:
        """An authorised NFC-e."""
        return await self.issue(self.sell(**changes))

    async def rejected(self, stat: str, **changes: Any) -> int:
        """One that SEFAZ refused with this code."""
        self.sefaz.faults.queue("*", f"reject:{stat}")
        return await self.issue(self.sell(**changes))

    async def offline(self, **changes: Any) -> int:
        """One handed over while SEFAZ kept silent."""
        self.sefaz.faults.online = False
        found = await self.issue(self.sell(**changes))
        self.sefaz.faults.online = True
        return found

    async def disputed(self, **changes: Any) -> int:
        """One under whose number SEFAZ has a note that may be of this sale."""
        document_id = await self.rejected("778", **changes)

        def doubt(uow: UnitOfWork) -> None:
            kept = uow.documents.get(document_id)
            other = access_key(replace(key_parts(kept.key), random_code="73920184"))
            said = f"Rejeição: Duplicidade de NF-e com diferença na Chave de Acesso [chNFe:{other}]"
            fresh = replace(kept, stat=DISPUTED, reason=said)
            move(uow, fresh, DocumentState.UNKNOWN, why=DISPUTED, detail=said, next_at=None)

        self.database.run_now(doubt)
        return document_id

    async def doubled(self, **changes: Any) -> int:
        """One that another was handed over for, which SEFAZ has after all and will not cancel; gives that other's."""
        self.sefaz.faults.queue("autorizacao", "drop_after")
        found = await self.issue(self.sell(**changes))
        refusing = self.sefaz.faults.queue("evento", "reject:501", times=None)
        while not refusing.struck:
            self.clock.forward(minutes=3)
            await self.desk.once()
        self.sefaz.faults.clear()
        return found


def open_month(path: Path, year: int, month: int) -> MonthFile:
    """As the program opens a month's archive."""
    return MonthArchive(path, Month(year, month), zone=SHOP_ZONE)


@asynccontextmanager
async def open_notes(folder: Path) -> AsyncIterator[NoteShop]:
    """A founded shop that is set up for documents and has issued none."""
    clock = HandClock(DECEMBER)
    url = f"sqlite:///{folder / 'loja.db'}"
    prepare(url, may_upgrade=True, now=clock)
    database = Database(url, ChangeFeed(), clock=clock)
    found(database)
    seal = ShopKey("")
    seal.make()
    authority = PracticeAuthority(clock)
    set_up(database, seal, authority, by=CARLA, now=clock())
    fiscal = FiscalShop(
        database=database, clock=clock, sefaz=SefazSimulator(clock), authority=authority, seal=seal,
        administrador=CARLA, operador=ANA, gerente=BRUNO, feed=database._changes,
    )  # fmt: skip
    fiscal.open_till()
    memory = Memory()
    papers = folder / "papeis"
    papers.mkdir()
    keep_book(memory, PrinterBook(sheet=PrinterPlace(kind=PrinterKind.FOLDER, address=str(papers))))
    printing = StationPrintDesk(
        database, database._changes, memory, station="Balcão", printers=Printers(folder / "spool")
    )
    shop = NoteShop(fiscal, fiscal.desk(), printing, folder, pan=fiscal.product("PAN-1", "189,90"))
    try:
        yield shop
    finally:
        await shop.desk.aclose()
        await printing.aclose()
        database.close()


async def a_day(shop: NoteShop) -> None:
    """What a shop may have to look after."""
    await shop.authorised(buyer="Marina Duarte", document="52998224725")
    shop.clock.forward(minutes=7)
    await shop.issue(shop.sell_nfe())
    shop.clock.forward(minutes=11)
    await shop.authorised(buyer=LONGEST, document="11144477735", quantity=70)
    shop.clock.forward(minutes=3)
    await shop.rejected("778", buyer="Pedro Alves")
    shop.clock.forward(minutes=21)
    cancelled = shop.sell(buyer="Rita Prado")
    await shop.issue(cancelled)
    await shop.desk.cancel_sale(cancelled, reason="Cliente desistiu da compra", by=CARLA)
    given_up = await shop.rejected("611")
    await shop.desk.give_up(given_up, by=CARLA)
    shop.clock.forward(minutes=9)
    corrected = await shop.issue(shop.sell_nfe(buyer="Comercial Lume Ltda"))
    await shop.desk.correct(corrected, "Endereço de entrega: Rua das Acácias, 98, fundos.", by=CARLA)
    shop.sell_nfe(buyer="Nina Prado", whole=False)
    shop.clock.forward(minutes=14)
    await shop.offline(buyer="João Batista")
    shop.clock.forward(minutes=1)
    await shop.offline()
    shop.clock.forward(minutes=2)


# -- pictures ---------------------------------------------------------------------------------------------------------


class Studio:
    """A size of window and where the pictures go."""

    def __init__(self, folder: Path, look: str, size: tuple[int, int]) -> None:
        self.folder, self.look, self.size = folder, look, size

    @asynccontextmanager
    async def screen(
        self, shop: NoteShop, actor: Actor = CARLA
    ) -> AsyncIterator[tuple[NotesScreen, QWidget]]:
        """The screen in the main window's margins."""
        screen = shop.screen(actor)
        page = QWidget()
        page.setProperty("page", True)
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 16)
        column.addWidget(screen)
        page.resize(*self.size)
        page.show()
        page.activateWindow()
        screen.activate()
        try:
            yield screen, page
        finally:
            await screen.aclose()
            page.close()
            page.deleteLater()

    async def shoot(self, page: QWidget, name: str) -> None:
        """Keep a picture, with the dialog in front of it."""
        await asyncio.sleep(0.4)
        picture = page.grab()
        for dialog in page.findChildren(QDialog):
            if dialog.isVisible():
                picture = dialog.grab()
        picture.save(str(self.folder / f"notes-{name}-{self.look}.png"))


def row_of(screen: NotesScreen, word: str) -> int:
    """The first line whose state is told so."""
    model = screen.listing.book.model
    return next(row for row in range(model.rowCount()) if str(model.index(row, 1).data()).startswith(word))


async def choose(screen: NotesScreen, word: str) -> None:
    """Go to the first document that stands so and wait until it is shown."""
    screen.listing.table.go_to_row(row_of(screen, word))
    await until(lambda: screen.listing.panel.detail is not None)
    await until(lambda: screen.listing.panel.detail.id == screen.listing.table.current_id())  # type: ignore[union-attr]


async def full(studio: Studio, shop: NoteShop) -> None:
    """The list, one document after another, both lists."""
    async with studio.screen(shop) as (screen, page):
        await until(lambda: screen.listing.book.model.rowCount() > 3)
        await studio.shoot(page, "full")
        for name, word in (
            ("offline", "Contingência"), ("rejected", "Rejeitada"), ("cancelled", "Cancelada"),
            ("authorised", "Autorizada"), ("void", "A inutilizar"),
        ):  # fmt: skip
            await choose(screen, word)
            screen.listing.open()
            await studio.shoot(page, name)
            screen.listing.panel.area.verticalScrollBar().setValue(10_000)
            await studio.shoot(page, f"{name}-foot")
            screen.listing.close_cover()
        screen.listing.filters.search.setText("geladeira")
        await until(lambda: screen.listing.book.model.rowCount() == 0)
        await studio.shoot(page, "not-found")
        screen.listing.filters.clear()
        screen.tabs.go(1)
        await until(lambda: screen.owed.model.rowCount() > 0)
        screen.owed.ask_issue()
        await until(lambda: not screen.doings.busy)
        await studio.shoot(page, "owed")


async def dialogs(studio: Studio, shop: NoteShop) -> None:
    """Each question."""
    for actor in (CARLA, ANA):
        async with studio.screen(shop, actor) as (screen, page):
            await until(lambda screen=screen: screen.listing.book.model.rowCount() > 3)
            for name, word in (
                ("cancel", "Autorizada"), ("correct", "Autorizada"), ("give-up", "Rejeitada"),
                ("void", "Autorizada"), ("month", "Autorizada"),
                ("label", "Autorizada"), ("letter", "Autorizada"),
            ):  # fmt: skip
                if actor is ANA and name not in {"cancel", "void"}:
                    continue
                await choose(screen, word)
                _press(screen, name)
                await until(lambda page=page: any(d.isVisible() for d in page.findChildren(QDialog)))
                await studio.shoot(page, f"ask-{name}{'-ana' if actor is ANA else ''}")
                for dialog in page.findChildren(QDialog):
                    if dialog.isVisible():
                        dialog.reject()
                await until(lambda screen=screen: not screen.doings.busy)


def _press(screen: NotesScreen, name: str) -> None:
    from varejoforte_desktop.ui.notes.deeds import Deed

    deeds = {
        "cancel": Deed.CANCEL, "correct": Deed.CORRECT, "give-up": Deed.GIVE_UP,
        "label": Deed.LABEL, "letter": Deed.LETTER,
    }  # fmt: skip
    if name in deeds:
        screen._do(deeds[name])
    elif name == "void":
        screen.void()
    else:
        screen.export()


async def alarms(studio: Studio, shop: NoteShop) -> None:
    """What no round can end: the strip, both notes, and the question before one is given up."""
    await shop.doubled(buyer="Lia Campos")
    await shop.disputed(buyer="Caio Prado")
    async with studio.screen(shop) as (screen, page):
        await until(lambda: screen.listing.book.model.rowCount() > 3)
        await studio.shoot(page, "alarms")
        for name, word in (("doubled", "Em dobro"), ("disputed", "Em conflito")):
            await choose(screen, word)
            screen.listing.open()
            await studio.shoot(page, name)
            screen.listing.close_cover()
        _press(screen, "give-up")
        await until(lambda: any(d.isVisible() for d in page.findChildren(QDialog)))
        await studio.shoot(page, "ask-give-up-disputed")
        for dialog in page.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()
        await until(lambda: not screen.doings.busy)


async def states(studio: Studio, shop: NoteShop) -> None:
    """Loading, failed, and a station that issues nothing."""
    real = shop.database.read
    door = asyncio.Event()

    async def slow(question: Callable[..., Any]) -> Any:
        await door.wait()
        return await real(question)

    async def broken(_question: Callable[..., Any]) -> Any:
        raise BooksUnreachable

    for name, read in (("loading", slow), ("error", broken)):
        shop.database.read = read  # type: ignore[method-assign]
        async with studio.screen(shop) as (_, page):
            await studio.shoot(page, name)
    shop.database.read = real  # type: ignore[method-assign]


async def empty(studio: Studio, shop: NoteShop) -> None:
    """The first day."""
    async with studio.screen(shop) as (screen, page):
        await until(lambda: screen.listing.states.currentWidget() is screen.listing.empty)
        await studio.shoot(page, "empty")
        screen.tabs.go(1)
        await studio.shoot(page, "owed-empty")


LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "light": ("light", 1.0, (1180, 740)),
    "dark": ("dark", 1.0, (1180, 740)),
    "small": ("light", 1.0, (788, 640)),
    "wide": ("light", 1.0, (1600, 860)),
    "large": ("light", 1.5, (1366, 860)),
    "tight": ("light", 1.5, (670, 600)),
}


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look in looks or LOOKS:
        mode, scale, size = LOOKS[look]
        Theme.apply(app, mode, scale)
        with tempfile.TemporaryDirectory() as place:
            async with open_notes(Path(place)) as shop:
                studio = Studio(folder, look, size)
                await empty(studio, shop)
                await a_day(shop)
                for scene in (full, dialogs, states, alarms):
                    await scene(studio, shop)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
