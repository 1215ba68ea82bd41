"""Putting the paper of a sale on the station's printer: the slip of its note, its DANFE, or a plain receipt."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid4, uuid5

from varejoforte_desktop.application.fiscal_questions import DocumentSheet
from varejoforte_desktop.application.printing_ports import PrintDesk, PrinterKind
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.domain.print_job import Paper, PaperKind, receipt_content, use_of
from varejoforte_desktop.domain.sale import FiscalModel, SaleState
from varejoforte_desktop.ui.fiscal_words import label
from varejoforte_desktop.ui.notes.deeds import NoteDetail, on_paper, paper_of
from varejoforte_desktop.ui.services import Preferences, Session

#: Whether this station prints the slip as soon as a sale has its note.
AT_ONCE: Final = "slip_at_once"


class SalePaper(NamedTuple):
    """What a buyer takes home, and what people call it."""

    paper: Paper
    name: str
    document_id: int | None
    sale_id: int


def prints_at_once(preferences: Preferences) -> bool:
    """Whether the slip comes by itself; it does until somebody at this station said no."""
    return preferences.get(AT_ONCE, True) is not False


def sale_paper(reader: Reader, sale_id: int) -> SalePaper | None:
    """The newest paper of a sale; None while its note may not be handed over. Raises NoSuchRecord."""
    for row in reader.fiscal.of_sale(sale_id):
        sheet = reader.fiscal.document(row.id)
        if on_paper(NoteDetail(sheet)):
            return note_paper(sheet, sale_id)
    detail = reader.sales.detail(sale_id)
    if detail.sale.fiscal is not FiscalModel.NONE:
        return None
    shop = reader.shop()
    content = receipt_content(
        detail.sale, shop_name=shop.name, timezone=shop.timezone, operator=detail.row.operator
    )
    cancelled = detail.row.state is SaleState.CANCELLED
    paper = Paper(kind=PaperKind.RECEIPT, content=content, cancelled=cancelled)
    return SalePaper(paper, f"recibo da venda {detail.row.number}", None, sale_id)


def note_paper(sheet: DocumentSheet, sale_id: int) -> SalePaper:
    """The paper of one document."""
    return SalePaper(paper_of(NoteDetail(sheet), roll=True), label(sheet.row), sheet.row.id, sale_id)


def has_printer(desk: PrintDesk, paper: Paper) -> bool:
    """Whether this station has a printer for it."""
    return desk.book().place(use_of(paper.kind)).kind is not PrinterKind.NONE


async def print_first(desk: PrintDesk, found: SalePaper) -> None:
    """The sale itself wants its paper: once, however often it is asked for."""
    token = str(uuid5(NAMESPACE_URL, f"varejoforte:first-paper:{found.sale_id}:{found.document_id}"))
    await desk.print(found.paper, token=token, by=None, document_id=found.document_id, sale_id=found.sale_id)


async def print_again(session: Session, sale_id: int, *, token: str = "") -> str:
    """Somebody wants the paper of a sale; gives what is on its way to the printer. What came out before is marked.

    A `token` that was handed over before prints nothing more; "": a wish of its own.

    Gives "" while the note may not be handed over. Raises NoSuchRecord, PrinterTrouble or NotAllowed.
    """
    desk = session.services.printing
    found = await session.services.backend.read(lambda reader: sale_paper(reader, sale_id))
    if found is None:
        return ""
    if desk is None or not has_printer(desk, found.paper):
        raise PrinterTrouble("none")
    await desk.print(
        found.paper,
        token=token or str(uuid4()),
        by=session.actor,
        document_id=found.document_id,
        sale_id=found.sale_id,
    )
    return found.name
