"""Pictures of linking a note and sending an order off, for eyes: python -m tests.gui.linking_gallery FOLDER."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget

from tests.gui.order_gallery import FACA, Item, OrderBooks, an_order, known_statuses, open_orders
from tests.gui.product_gallery import ANA, LONG_NAME
from tests.gui.test_linking import TYPED, _of_this_shop, _told, detail, file_of, session
from tests.waiting import until
from varejoforte_desktop.application.link_invoice import link_note
from varejoforte_desktop.application.order_status_flow import send_off
from varejoforte_desktop.application.unlink_invoice import unlink_invoice
from varejoforte_desktop.domain.fiscal_errors import InvoiceMismatch
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.fiscal.invoice_file import parse_invoice
from varejoforte_desktop.ui.orders.linking import LinkDialog
from varejoforte_desktop.ui.orders.sending_off import SendOffDialog
from varejoforte_desktop.ui.orders.unlinking import UnlinkDialog, unlink_facts
from varejoforte_desktop.ui.theme import Mode, Theme

LOOKS: dict[str, tuple[Mode, float, tuple[int, int]]] = {
    "claro": ("light", 1.0, (1110, 650)),
    "escuro": ("dark", 1.0, (1024, 700)),
    "grande": ("light", 1.5, (1018, 768)),
}


def _fill(books: OrderBooks) -> None:
    books.keep("FAC-8", "Faca do chef 8 pol", 40)
    known_statuses(books)
    books.explain()
    at = books.clock() - timedelta(minutes=50)
    long = Item("FAC-8", LONG_NAME, 2, "79.90")
    books.see(an_order(8001, FACA, at=at))
    books.see(
        an_order(8002, long, at=at, buyer="Comercial Bom Prato e Utilidades Domésticas do Interior Ltda")
    )
    books.take(8001, 8002)
    books.register(8001)
    books.register(8002)
    books.database.run_now(_of_this_shop)


async def _shot(widget: QWidget, folder: Path, name: str) -> None:
    for _ in range(5):
        await asyncio.sleep(0.02)
    widget.grab().save(str(folder / f"{name}.png"))


async def _dialogs(books: OrderBooks, folder: Path, look: str) -> None:
    async def show(dialog: Any, name: str, before: Any = None) -> None:
        dialog.open()
        if before is not None:
            await before(dialog)
        await _shot(dialog, folder, f"{look}-{name}")
        await dialog.aclose()

    file = file_of(folder, books)
    await show(LinkDialog(session(books), detail(books)), "vincular-vazio")
    await show(LinkDialog(session(books), detail(books)), "vincular-xml", lambda each: each.read_file(file))

    async def typed(dialog: LinkDialog) -> None:
        dialog.key.setText(TYPED)
        dialog.key.settle()
        dialog.key.entered.emit(TYPED)
        await until(lambda: dialog.found is not None)

    async def refused(dialog: LinkDialog) -> None:
        dialog.failed(InvoiceMismatch("total"))

    async def wrong(dialog: LinkDialog) -> None:
        dialog.key.setText(TYPED[:-1])
        dialog.key.settle()

    await show(LinkDialog(session(books), detail(books)), "vincular-chave", typed)
    await show(LinkDialog(session(books), detail(books, 8002)), "vincular-recusa", refused)
    await show(LinkDialog(session(books), detail(books)), "vincular-erro", wrong)
    await show(SendOffDialog(session(books), detail(books), "ENVIADO"), "envio")
    file.unlink()


async def _unlinking(books: OrderBooks, folder: Path, look: str) -> None:
    order_id = books.id_of(8001)
    for name, chosen in (("desfazer-vazio", -1), ("desfazer", 0)):
        facts = books.database.read_now(lambda reader: unlink_facts(reader, order_id))
        dialog = UnlinkDialog(session(books), facts)
        dialog.open()
        radio = dialog.findChild(QRadioButton, f"unlink_why_{chosen}")
        if radio is not None:
            radio.click()
        await _shot(dialog, folder, f"{look}-{name}")
        await dialog.aclose()


async def _page(books: OrderBooks, folder: Path, look: str, size: tuple[int, int]) -> None:
    screen = await books.show(ANA, size)
    screen.open_order(books.id_of(8001))
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.remote_id == "8001")
    bar = screen.panel.area.verticalScrollBar()
    for _ in range(10):
        await asyncio.sleep(0.02)
    bar.setValue(int(bar.maximum() * 0.6))
    await _shot(screen, folder, f"{look}-pedido")


async def draw(folder: Path, app: QApplication) -> None:
    """Every picture."""
    for look, (mode, scale, size) in LOOKS.items():
        Theme.apply(app, mode, scale)
        with tempfile.TemporaryDirectory() as place:
            async with open_orders(Path(place)) as books:
                _fill(books)
                await _page(books, folder, f"{look}-antes", size)
                await _dialogs(books, folder, look)
                order_id = books.id_of(8001)
                note = parse_invoice(file_of(folder, books).read_bytes())
                (folder / "nota.xml").unlink()
                books.database.run_now(link_note, order_id, note, by=ANA)
                books.database.run_now(_told, order_id)
                await _unlinking(books, folder, look)
                await _page(books, folder, f"{look}-vinculada", size)
                why = UnlinkReason.CANCELLED
                books.database.run_now(unlink_invoice, order_id, note.key, why=why, by=ANA)
                books.database.run_now(link_note, order_id, TYPED, by=ANA)
                books.database.run_now(
                    send_off, order_id, code="AA123456785BR", url="rastreio.exemplo/AA123456785BR", by=ANA
                )
                await _page(books, folder, look, size)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(draw(Path(sys.argv[1]), application))
