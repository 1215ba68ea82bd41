"""Pictures of the purchase screen in every state, for eyes: python -m tests.gui.purchase_gallery FOLDER [LOOK...]."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication, QWidget

from tests import builders
from tests.books import HandClock, ask_sql
from tests.gui.product_gallery import (
    ANA,
    BRUNO,
    DECEMBER,
    LONG_NAME,
    LOOKS,
    Studio,
    open_books,
    session_for,
    write,
)
from tests.purchase_notes import SHOP, SUPPLIER, a_note, item, read
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.purchases import enter_purchase
from varejoforte_desktop.application.undo_purchase import undo_purchase
from varejoforte_desktop.domain.fiscal_settings import Emitter, FiscalSettings
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.purchase import LineChoice
from varejoforte_desktop.fiscal.purchase_file import read_note
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.ui.purchases.entering import EnterDialog
from varejoforte_desktop.ui.purchases.new_product import NewProductDialog
from varejoforte_desktop.ui.purchases.undoing import UndoPurchaseDialog
from varejoforte_desktop.ui.screens.purchases import PurchasesScreen
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Theme

DOUBLED = 7  # the product whose barcode two products have


def purchase_session(database: Database, actor: Actor, clock: HandClock) -> Session:
    """Somebody signed in at a station that can read notes."""
    session = session_for(database, actor, clock)
    return replace(session, services=replace(session.services, read_purchase=read_note))


def give_cnpj(database: Database, cnpj: str = SHOP) -> None:
    """The shop's own registration, as its accountant filled it in."""
    settings = FiscalSettings(emitter=Emitter(cnpj=cnpj, legal_name="Casa das Panelas Ltda"))
    database.run_now(lambda uow: uow.fiscal_setup.save_settings(settings))


def stock_up(database: Database) -> None:
    """Pans by barcode, one by reference, two under the same bars."""
    for number, name in enumerate(
        ("Panela de pressão 4,5 L", "Caçarola inox 24 cm", "Frigideira 28 cm"), start=1
    ):
        builders.keep(
            database, by=BRUNO, on_hand=5 * number, name=name, barcode=builders.a_gtin(number),
            reference=f"PAN-{1000 + number}", cost=Money(900 * number), price=Money(1790 * number),
        )  # fmt: skip
    builders.keep(database, by=BRUNO, on_hand=40, name="Copo de vidro 300 ml", barcode=builders.a_gtin(4),
                  reference="COP-300", cost=Money(390), price=Money(790))  # fmt: skip
    builders.keep(database, by=BRUNO, on_hand=2, name=LONG_NAME, reference="CONJUNTO-ESPECIAL-NATAL-2026",
                  cost=Money(45000), price=Money(89900), sell_online=False)  # fmt: skip
    for name in ("Tampa de vidro 24 cm", "Tampa de vidro 24 cm (antiga)"):
        builders.keep(database, by=BRUNO, name=name, barcode="", cost=Money(500), price=Money(1200))
    bars = builders.a_gtin(DOUBLED)
    # Old books may hold one barcode twice; the program would not write it.
    ask_sql(database.url, "UPDATE product SET barcode = :bars WHERE name LIKE 'Tampa de vidro%'", bars=bars)


def month_items() -> list[dict[str, str]]:
    """A note with everything in it: known, boxed, given, doubled and unknown goods."""
    gtin = builders.a_gtin
    return [
        item("FV-101", "PANELA PRESSAO ALUM 4,5L FERVALTO", cEAN=gtin(1), vUnCom="9.9000000000", vIPI="4.95"),
        item("FV-102", "CACAROLA INOX 24CM", cEAN=gtin(2), vUnCom="18.0000000000"),
        item("FV-103", "FRIGIDEIRA 28CM TEFLON", cEAN=gtin(3), vUnCom="25.5000000000", vFrete="12.40"),
        item("FV-CX12", "COPO VIDRO 300ML CX C/12", uCom="CX", qCom="4.0000", vUnCom="52.8000000000",
             cEANTrib=gtin(4), uTrib="UN", qTrib="48.0000"),
        item("CONJUNTO-ESPECIAL-NATAL-2026", LONG_NAME[:118], qCom="3.0000", vUnCom="455.0000000000", vDesc="15.00"),
        item("FV-TP24", "TAMPA VIDRO 24CM", cEAN=gtin(DOUBLED), vUnCom="5.2000000000"),
        item("FV-700", "ESPATULA SILICONE VERM", vUnCom="6.3000000000", vICMS="11.34"),
        item("FV-701", "PEGADOR MASSA INOX", cEAN=gtin(71), vUnCom="8.1500000000"),
        item("FV-101", "PANELA PRESSAO ALUM 4,5L FERVALTO", cEAN=gtin(1), CFOP="5910", qCom="1.0000"),
    ]  # fmt: skip


def enter_some(database: Database, clock: HandClock, count: int = 14) -> None:
    """Notes that entered before, one an hour."""
    for number in range(count):
        note = read(
            [item("FV-1", f"Panela {number}"), item("FV-2"), item("FV-3")],
            number=4000 + number,
            issuer=SUPPLIER if number % 3 else "11444777000161",
            supplier="Metalúrgica Fervalto Ltda" if number % 3 else "Distribuidora Vidros & Cia",
        )
        choices = [
            LineChoice(place=1, product_id=1 + number % 4, set_cost=False),
            LineChoice(place=2, product_id=2, set_cost=False),
            LineChoice(place=3),
        ]
        database.run_now(enter_purchase, note, choices, own_cnpj=SHOP, by=BRUNO)
        clock.forward(hours=1)


def teach_and_undo(database: Database) -> None:
    """A box of twelve and a pan that were learned, and a note that was taken back."""
    box = item("FV-COPO", "Copo caixa", uCom="CX", qCom="1.0000", vUnCom="52.8000000000")
    learned = [
        LineChoice(place=1, product_id=4, factor=Decimal(12), set_cost=False),
        LineChoice(place=2, product_id=1, set_cost=False),
    ]
    note = read([box, item("FV-FRIG", "Frigideira")], number=4100)
    database.run_now(enter_purchase, note, learned, own_cnpj=SHOP, by=BRUNO)
    third = database.read_now(lambda reader: reader.purchases.rows(limit=3))[2]
    database.run_now(undo_purchase, third.id, reason="Conversão errada: vieram caixas de seis", by=BRUNO)


class PurchaseStudio(Studio):
    """The screen over real books, and where the pictures go."""

    @asynccontextmanager
    async def screen(self, actor: Actor = BRUNO) -> AsyncIterator[tuple[PurchasesScreen, QWidget]]:
        """The screen, shown."""
        screen = PurchasesScreen(purchase_session(self.database, actor, self.clock))
        page = self.framed(screen)
        screen.activate()
        try:
            yield screen, page
        finally:
            await screen.aclose()
            page.close()
            page.deleteLater()


async def laid(screen: PurchasesScreen, folder: Path, data: bytes) -> None:
    """A note on the table."""
    file = folder / "nota.xml"
    file.write_bytes(data)
    screen.open_file(file)
    await until(lambda: screen.deciding)


async def notes(studio: PurchaseStudio, files: Path) -> None:
    """A note in its states: first look, one decided, all decided, doubtful."""
    async with studio.screen() as (screen, page):
        await laid(screen, files, a_note(month_items(), number=4471))
        await studio.shoot(page, "note-first")
        note = screen.note
        assert note.work is not None
        note.table.go_to_row(5)
        await studio.shoot(page, "note-several")
        note.table.go_to_row(6)
        await studio.shoot(page, "note-unknown")
        note.make_new()
        dialog = await until(lambda: note.findChild(NewProductDialog))
        assert dialog is not None
        await studio.shoot(dialog, "new-product")
        dialog.save()
        await until(lambda: not note._asking)
        note.table.go_to_row(8)
        await studio.shoot(page, "note-gift")
        note.table.go_to_row(7)
        note.leave_out()
        write(page, purchase_margin="95")
        note.head.margin.settle()
        note.take_suggestions()
        note.table.go_to_row(3)
        note.accept()
        note.work.choose(6, note.work.line(6).planned.candidates[0])
        note.table.go_to_row(0)
        await studio.shoot(page, "note-decided")
        note.enter()
        entering = await until(lambda: note.findChild(EnterDialog))
        assert entering is not None
        await studio.shoot(entering, "enter")
        entering.reject()
        await until(lambda: not note._asking)
        note.table.go_to_row(0)
        note.work.set_factor(1, Decimal("0.25"))
        await studio.shoot(page, "note-wrong")
        note.left.emit()
        await studio.shoot(page, "list-unfinished")
        await laid(screen, files, a_note(month_items()[:3], number=4480))
        note.left.emit()
        await studio.shoot(page, "list-two-unfinished")
    async with studio.screen() as (screen, page):
        await laid(screen, files, a_note(month_items()[:3], number=4472, stat=None, total="500.00"))
        await studio.shoot(page, "note-doubt")


def odd_items() -> list[dict[str, str]]:
    """What the shop has to be asked about: consigned, billed before it comes, in another unit, under others' bars."""
    return [
        item("FV-101", "PANELA PRESSAO ALUM 4,5L FERVALTO", cEAN=builders.a_gtin(1), CFOP="5917"),
        item("FV-102", "CACAROLA INOX 24CM", cEAN=builders.a_gtin(2), CFOP="5922"),
        item("FV-COPO", "COPO VIDRO 300ML", qCom="24.0000", vUnCom="4.4000000000", cEAN=builders.a_gtin(4)),
        item("FV-FRIG", "FRIGIDEIRA 28CM TEFLON", cEAN=builders.a_gtin(3)),
    ]


async def odd_notes(studio: PurchaseStudio, files: Path) -> None:
    """A note that has to be asked about, line by line, and one that was altered."""
    async with studio.screen() as (screen, page):
        await laid(screen, files, a_note(odd_items(), number=4473))
        for row, name in enumerate(("consigned", "billed", "other-unit", "disputed")):
            screen.note.table.go_to_row(row)
            await studio.shoot(page, f"note-{name}")
    async with studio.screen() as (screen, page):
        altered = a_note(month_items()[:3], number=4474).replace(b"<qCom>10.", b"<qCom>90.")
        await laid(screen, files, altered)
        await studio.shoot(page, "note-altered")


async def lists(studio: PurchaseStudio, files: Path) -> None:
    """The list full, searched, without a match, after a refusal, and for somebody who may not."""
    async with studio.screen() as (screen, page):
        await until(screen.panel.isVisible)
        await studio.shoot(page, "list-full")
        write(page, purchase_search="vidros")
        await studio.shoot(page, "list-search")
        write(page, purchase_search="xyz")
        await studio.shoot(page, "list-no-result")
        write(page, purchase_search="")
        write(page, purchase_search="")
        await until(screen.panel.isVisible)
        screen.undo_current()
        dialog = await until(lambda: screen.findChild(UndoPurchaseDialog))
        assert dialog is not None
        await studio.shoot(dialog, "undo")
        dialog.reject()
        await until(lambda: not screen._asking)
        screen.table.go_to_row(2)
        await until(screen.panel.undone.isVisible)
        await studio.shoot(page, "list-undone")
        file = files / "ct-e.xml"
        file.write_bytes(b'<cteProc xmlns="http://www.portalfiscal.inf.br/cte"/>')
        screen.open_file(file)
        await until(screen.banner.isVisible)
        await studio.shoot(page, "list-refused")
    async with studio.screen(ANA) as (_, page):
        await studio.shoot(page, "list-operator")


async def states(studio: PurchaseStudio) -> None:
    """The list loading and failed."""
    door: asyncio.Event = asyncio.Event()
    real = studio.database.read

    async def slow(question: Any) -> Any:
        await door.wait()
        return await real(question)

    async def broken(question: Any) -> Any:
        raise BooksUnreachable

    for name, reading in (("loading", slow), ("error", broken)):
        studio.database.read = reading  # type: ignore[method-assign]
        async with studio.screen() as (_, page):
            await studio.shoot(page, f"list-{name}")
    studio.database.read = real  # type: ignore[method-assign]


async def main(folder: Path, looks: list[str]) -> None:
    """Paint all scenes in all looks."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        clock = HandClock(DECEMBER)
        empty, full = open_books(Path(first), HandClock(DECEMBER)), open_books(Path(second), clock)
        give_cnpj(empty)
        give_cnpj(full)
        stock_up(full)
        enter_some(full, clock)
        teach_and_undo(full)
        for look in looks or [*LOOKS, "xga"]:
            mode, scale, size = {**LOOKS, "xga": ("light", 1.0, (1024 - 190, 768 - 60))}[look]
            Theme.apply(app, mode, scale)
            async with PurchaseStudio(folder, empty, clock, look, size).screen() as (_, page):
                await PurchaseStudio(folder, empty, clock, look, size).shoot(page, "list-empty")
            studio = PurchaseStudio(folder, full, clock, look, size)
            await lists(studio, Path(second))
            await states(studio)
            await notes(studio, Path(second))
            await odd_notes(studio, Path(second))
        empty.close()
        full.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2:]))
