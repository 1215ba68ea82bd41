"""Pictures of counts, of the store's number explained and of the pause, for eyes: python -m tests.gui.count_gallery OUT."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from tests.books import HandClock
from tests.builders import a_connection, claim, empty_queue, lead_of, owe
from tests.gui.product_gallery import (
    ANA,
    BRUNO,
    DECEMBER,
    LONG_NAME,
    LOOKS,
    Studio,
    open_books,
    stock_the_shop,
)
from tests.order_builders import a_line, an_order
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.delivery_ports import Acknowledged
from varejoforte_desktop.application.order_inbox import note_order
from varejoforte_desktop.application.parcels import plain, product_fields
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sale_questions import SyncGap
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.application.stock_count import abandon_count, close_count, open_count, scan
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.ui.counts.amend import AmendDialog
from varejoforte_desktop.ui.counts.begin import BeginDialog
from varejoforte_desktop.ui.counts.closing import ClosingDialog, ClosingFacts, GiveUpDialog, closing_facts
from varejoforte_desktop.ui.counts.columns import Shown
from varejoforte_desktop.ui.counts.page import CountPage
from varejoforte_desktop.ui.products.why import WhyDialog
from varejoforte_desktop.ui.sync_bar import SyncBar
from varejoforte_desktop.ui.theme import Theme


@asynccontextmanager
async def counting(studio: Studio, actor: Actor = BRUNO) -> AsyncIterator[tuple[CountPage, QWidget]]:
    """The stock screen with the counts in front."""
    async with studio.stock(actor) as (screen, page):
        screen.tabs.setCurrentIndex(1)
        yield screen.counts, page


def bip(page: CountPage, text: str) -> None:
    """A code from the scanner."""
    QTest.keyClicks(page.work.field, text)
    QTest.keyClick(page.work.field, Qt.Key.Key_Return)


async def starts(studio: Studio) -> None:
    """No count goes on."""
    async with counting(studio) as (page, window):
        await until(lambda: page.desk.facts is not None)
        await studio.shoot(window, "start")
    async with counting(studio, ANA) as (page, window):
        await until(lambda: page.desk.facts is not None)
        await studio.shoot(window, "start-operator")
    await dialog(studio, "begin", lambda parent: BeginDialog(studio.session(), parent))


async def dialog(studio: Studio, name: str, make: Callable[[QWidget], Any]) -> None:
    """A window by itself."""
    parent = studio.framed(QWidget())
    made = make(parent)
    made.open()
    await studio.shoot(made, name)
    await made.aclose()
    parent.close()
    parent.deleteLater()


async def troubles(studio: Studio) -> None:
    """Loading, and books that do not answer."""
    door = asyncio.Event()
    real = studio.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    async def broken(question: Any) -> Any:
        raise BooksUnreachable

    for name, read in (("loading", slow), ("error", broken)):
        studio.database.read = read  # type: ignore[method-assign]
        async with counting(studio) as (_, window):
            await studio.shoot(window, name)
    studio.database.read = real  # type: ignore[method-assign]


async def counts(studio: Studio, long: Product) -> None:
    """A count going on, from nothing to its end."""
    database = studio.database
    database.run_now(open_count, "Inventário de dezembro", by=BRUNO)
    async with counting(studio) as (page, window):
        await until(lambda: page.desk.facts is not None and page.desk.facts.going_on is not None)
        await studio.shoot(window, "nothing-yet")
        _count_some(database, long, studio.clock)
        page.refresh()
        await until(lambda: page.work.model.rowCount() > 20)
        bip(page, "12*PAN-1001")
        await until(lambda: page.work.strip.last is not None)
        await studio.shoot(window, "scanned")
        bip(page, "1*" + long.reference)
        await until(lambda: page.work.strip.last is not None and page.work.strip.last.product.id == long.id)
        page.work.table.go_to_row(2)
        await studio.shoot(window, "long-name")
        for code in ("7891000000001", "7891000000002"):
            bip(page, code)
        await until(page.work.unknown.isVisible)
        await asyncio.sleep(0.1)
        window.grab().save(str(studio.folder / f"unknown-{studio.look}.png"))
        page.work.swap_differences()
        await studio.shoot(window, "differences")
        page.work.show_only(Shown.MISSING)
        await studio.shoot(window, "missing")
        page._unread(BooksUnreachable())
        await studio.shoot(window, "banner")
        facts = page.desk.facts
        assert facts is not None
        assert facts.going_on is not None
        count = facts.going_on
        closing = await database.read(lambda reader: closing_facts(reader, count))
    async with counting(studio, ANA) as (page, window):
        await until(lambda: page.work.model.rowCount() > 20)
        await studio.shoot(window, "operator")
    await dialog(studio, "closing", lambda parent: ClosingDialog(studio.session(), closing, parent))
    await dialog(studio, "closing-zero", lambda parent: _zeroing(studio, closing, parent))
    row = next(row for row in closing.counted if row.product_id == long.id)
    await dialog(studio, "amend", lambda parent: AmendDialog(studio.session(), row, parent))
    await dialog(studio, "give-up", lambda parent: GiveUpDialog(studio.session(), count, parent))
    async with counting(studio) as (page, window):
        await until(lambda: page.desk.facts is not None and page.desk.facts.going_on is not None)
        receipt = database.run_now(close_count, by=BRUNO, token="pictures", count_id=count.id)
        page._report(count.name, receipt)
        page.desk.refresh()
        await until(lambda: page.body.currentWidget() is page.start)
        await studio.shoot(window, "closed")


def _zeroing(studio: Studio, facts: ClosingFacts, parent: QWidget) -> ClosingDialog:
    made = ClosingDialog(studio.session(), facts, parent)
    made.zero.setChecked(True)
    return made


def _count_some(database: Database, long: Product, clock: HandClock) -> None:
    def work(uow: UnitOfWork) -> None:
        for place in range(2, 40):
            sheet = uow.sheets.products([place])[place]
            off = (0, 0, 0, 1, 0, -2, 0)[place % 7]
            amount = max(Decimal(1), sheet.on_hand + off)
            scan(uow, place, amount, by=BRUNO)
        scan(uow, long.id, Decimal(3), by=BRUNO)

    database.run_now(work)
    clock.forward(minutes=26)
    for product_id in (4, 6):
        draft = MovementDraft(
            product_id=product_id, kind=MovementKind.EXIT, amount=Decimal(1), reason="Brinde"
        )
        database.run_now(move_stock, draft, token=f"{product_id}-{clock.now}", by=ANA)
        database.run_now(scan, product_id, Decimal(1), by=ANA)
    clock.forward(minutes=2)


# --- why the store shows what it shows ------------------------------------------------------------------------------


async def whys(studio: Studio, long: Product) -> None:
    """The explanation in its states."""
    database, clock = studio.database, studio.clock
    database.run_now(lambda uow: uow.orders.note_look(clock.now.date(), uow.now))
    for product_id, quantities in ((4, (1, 2)), (6, (40,)), (5, (1,) * 9)):
        kept = database.read_now(lambda reader, id_=product_id: reader.product_detail(id_)).product
        for place, quantity in enumerate(quantities):
            placed = clock.now - timedelta(hours=3 + 20 * place)
            order = an_order(a_line(kept, quantity), placed_at=placed, remote_id=f"29{product_id}{place}")
            database.run_now(note_order, order, f"{product_id}/{place}")
    _acknowledge(database, 4)
    _acknowledge(database, 6)
    clock.forward(minutes=4)
    empty_queue(database)
    _halt(database, 5)
    _reserve(database, 6)
    async with studio.products() as (screen, page):
        await until(lambda: screen.panel.facts is not None)
        place = screen._model.place_of(4)
        assert place is not None
        screen.table.go_to_row(place)
        await until(lambda: screen.panel.facts is not None and screen.panel.facts.row.id == 4)
        await studio.shoot(page, "why-panel")
    for name, product_id in (
        ("sent", 4),
        ("short", 6),
        ("halted", 5),
        ("new", long.id),
        ("hidden", _hidden(database)),
    ):
        facts = await database.read(lambda reader, id_=product_id: reader.tills.why(id_))
        parent = studio.framed(QWidget())
        made = WhyDialog(facts, clock.now, parent)
        made.open()
        await studio.shoot(made, f"why-{name}")
        made.accept()
        parent.close()
        parent.deleteLater()


def _acknowledge(database: Database, product_id: int) -> None:
    def work(uow: UnitOfWork) -> None:
        subject = Subject(SubjectKind.PRODUCT, product_id)
        fields = product_fields(uow.sheets.products([product_id])[product_id])[Aspect.STOCK]
        uow.links.link(subject, f"88{product_id}", uow.now)
        said = Acknowledged(
            subject=subject, aspect=Aspect.STOCK, digest="x", fields=plain(fields), at=uow.now
        )
        uow.links.remember([said])

    database.run_now(work)


def _reserve(database: Database, product_id: int) -> None:
    detail = database.read_now(lambda reader: reader.product_detail(product_id))
    kept = replace(detail.product, counter_reserve=Decimal(2), safety_stock=Decimal(1))
    database.run_now(save_product, kept, brand=detail.brand, category=detail.category, by=BRUNO)


def _halt(database: Database, product_id: int) -> None:
    owe(database, Subject(SubjectKind.PRODUCT, product_id), aspects=frozenset({Aspect.STOCK}))
    lines = claim(database, limit=1)
    database.run_now(lambda uow: uow.outbox.halt(lines, epoch=1, cause="not_in_store", detail="", facts={}))


def _hidden(database: Database) -> int:
    made = Product(reference="BALCAO-1", name="Gelo em saco", price=Money(900), sell_online=False)
    return database.run_now(save_product, made, brand="", category="", by=BRUNO).id


# --- the bar --------------------------------------------------------------------------------------------------------


class StillSync:
    """A loop that only has a status."""

    def __init__(self, status: SyncStatus) -> None:
        self.status = status

    def subscribe(self, _listener: object) -> Callable[[], None]:
        return lambda: None

    def start(self, actor: Actor) -> None: ...

    async def stop(self) -> None: ...


class Memory:
    """Preferences in memory."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def get(self, key: str, default: Any = None) -> Any:
        return self._values.get(key, default)

    def put(self, key: str, value: Any) -> None:
        self._values[key] = value


@asynccontextmanager
async def the_bar(studio: Studio, status: SyncStatus) -> AsyncIterator[tuple[SyncBar, QWidget]]:
    """The bar over an empty page."""
    session = studio.session()
    services = replace(
        session.services,
        sync=StillSync(status),
        preferences=Memory(),
        monotonic=lambda: 0.0,
        station="CAIXA-01",
    )
    bar = SyncBar(replace(session, services=services, shop_name="Varejo Forte · Loja Centro"))
    page = QWidget()
    page.setProperty("page", True)
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(bar)
    column.addStretch(1)
    page.resize(max(studio.size[0] + 256, 960), 220)
    page.show()
    await until(lambda: bar._facts is not None)
    try:
        yield bar, page
    finally:
        await bar.aclose()
        page.close()
        page.deleteLater()


async def bars(studio: Studio) -> None:
    """The bar on, off, paused, and with orders that wait."""
    database, clock = studio.database, studio.clock
    database.run_now(lambda uow: uow.connections.save(a_connection(uow.now)))
    sent = SyncStatus(phase=SyncPhase.UP_TO_DATE, next_cycle_at_mono=42.0)
    lead = lead_of(database, "CAIXA-02")
    async with the_bar(studio, SyncStatus()) as (bar, page):
        await studio.shoot(page, "bar-elsewhere")
    database.run_now(lambda uow: uow.leadership.release(holder=lead.holder, epoch=lead.epoch, at=uow.now))
    clock.forward(hours=2, minutes=13)
    async with the_bar(studio, SyncStatus()) as (bar, page):
        await studio.shoot(page, "bar-off")
        bar.flag.menu.open_under(bar.flag)
        await studio.shoot(bar.flag.menu, "bar-menu")
        bar.flag.menu.close()
        bar.flag.pause.begin(timedelta(minutes=15))
        clock.forward(seconds=1)
        bar._show()
        await studio.shoot(page, "bar-paused")
        bar._tell_gap(SyncGap(since=clock.now - timedelta(hours=2, minutes=13), pending=48, orders=3))
        await studio.shoot(page, "bar-gap")
    async with the_bar(studio, sent) as (bar, page):
        await studio.shoot(page, "bar-sent")


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look in looks or LOOKS:
        mode, scale, size = LOOKS[look]
        Theme.apply(app, mode, scale)
        with tempfile.TemporaryDirectory() as place:
            clock = HandClock(DECEMBER)
            database = open_books(Path(place), clock)
            studio = Studio(folder, database, clock, look, size)
            await starts(studio)
            await troubles(studio)
            stock_the_shop(database)
            made = Product(
                reference="CONJUNTO-ESPECIAL-NATAL-2026",
                name=LONG_NAME,
                price=Money(89900),
                cost=Money(41250),
            )
            long = database.run_now(save_product, made, brand="Fervalto", category="Cozinha", by=BRUNO)
            database.run_now(open_count, "Inventário de novembro", by=BRUNO)
            database.run_now(scan, 1, Decimal(30), by=BRUNO)
            database.run_now(close_count, by=BRUNO, token="x")
            database.run_now(
                open_count, "Contagem da vitrine com um nome muito comprido, até o fim", by=BRUNO
            )
            database.run_now(abandon_count, by=BRUNO)
            clock.forward(days=3)
            async with counting(studio) as (page, window):
                await until(lambda: page.desk.facts is not None)
                await studio.shoot(window, "start-history")
            await counts(studio, long)
            await whys(studio, long)
            await bars(studio)
            database.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
