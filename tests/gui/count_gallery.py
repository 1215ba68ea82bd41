"""Pictures of counts, of the store's number explained and of the pause, for eyes: python -m tests.gui.count_gallery OUT."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.books import HandClock
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
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.application.stock_count import abandon_count, close_count, open_count, scan
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.ui.counts.amend import AmendDialog
from varejoforte_desktop.ui.counts.begin import BeginDialog
from varejoforte_desktop.ui.counts.closing import ClosingDialog, ClosingFacts, GiveUpDialog, closing_facts
from varejoforte_desktop.ui.counts.columns import Shown
from varejoforte_desktop.ui.counts.page import CountPage
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
            database.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
