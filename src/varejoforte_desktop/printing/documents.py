"""Papers as PDF documents: DANFE on A4, DANFE NFC-e on a roll, the label for the parcel, the carta de correção."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Final

from varejoforte_desktop.application.printing_ports import PrinterBook
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.domain.print_job import Paper, PaperKind, read_correction
from varejoforte_desktop.printing.notes import bare_text, issuer_facts, read_note
from varejoforte_desktop.printing.roll_pdf import roll_pdf
from varejoforte_desktop.printing.rolls import MILLIMETRES
from varejoforte_desktop.printing.slips import slip


def document(paper: Paper, book: PrinterBook) -> bytes:
    """Any paper as a PDF. Raises PrinterTrouble "format" when what it is printed from cannot be read.

    A copy of an A4 document is not marked: it is the very same paper, and its XML is what counts.
    """
    make = _MAKERS.get(paper.kind)
    if make is None:
        return roll_pdf(slip(paper, book), book.columns)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library's own, about fonts and pictures
            made: Any = make(paper, book)
            return bytes(made.output())
    except PrinterTrouble:
        raise
    except Exception as error:
        raise PrinterTrouble("format", f"{type(error).__name__}: {error}"[:80]) from error


def _of_model(paper: Paper, model: str) -> str:
    """The XML, when it is a document of this model."""
    note = read_note(paper.content)
    if note.model != model:
        raise PrinterTrouble("format", f"mod {note.model}")
    return bare_text(paper.content)


def _nfce(paper: Paper, book: PrinterBook) -> object:
    from brazilfiscalreport.danfce import Danfce, DanfceConfig

    config = DanfceConfig(paper_width=MILLIMETRES[book.columns], watermark_cancelled=paper.cancelled)
    return Danfce(xml=_of_model(paper, "65"), config=config)


def _danfe(paper: Paper, book: PrinterBook) -> object:
    from brazilfiscalreport.danfe import Danfe, DanfeConfig

    config = DanfeConfig(watermark_cancelled=paper.cancelled)
    return Danfe(xml=_of_model(paper, "55"), config=config)


def _label(paper: Paper, book: PrinterBook) -> object:
    from brazilfiscalreport.danfe import DanfeEtiqueta, DanfeEtiquetaConfig

    config = DanfeEtiquetaConfig(watermark_cancelled=paper.cancelled)
    return DanfeEtiqueta(xml=_of_model(paper, "55"), config=config)


def _correction(paper: Paper, book: PrinterBook) -> object:
    from brazilfiscalreport.dacce import DaCCe

    try:
        event, note = read_correction(paper.content)
    except (ValueError, KeyError, TypeError):
        raise PrinterTrouble("format", "event") from None
    return DaCCe(xml=bare_text(event), emitente=issuer_facts(note) if note else None)


_MAKERS: Final[dict[PaperKind, Callable[[Paper, PrinterBook], object]]] = {
    PaperKind.NFCE_PDF: _nfce,
    PaperKind.DANFE: _danfe,
    PaperKind.SHIPPING_LABEL: _label,
    PaperKind.CORRECTION: _correction,
}
