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

#: Where the line that names a copy stands, in millimetres from the upper edge, and how large it is.
_COPY_TOP: Final = 7.0
_COPY_POINTS: Final = 8


def document(paper: Paper, book: PrinterBook) -> bytes:
    """Any paper as a PDF. Raises PrinterTrouble "format" when what it is printed from cannot be read.

    A copy is marked on every page, above what the layout draws.
    """
    make = _MAKERS.get(paper.kind)
    if make is None:
        return roll_pdf(slip(paper, book), book.columns)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library's own, about fonts and pictures
            made: Any = make(paper, book)
            marks = _marks(paper)
            if marks:
                _mark(made, " - ".join(marks))
            return bytes(made.output())
    except PrinterTrouble:
        raise
    except Exception as error:
        raise PrinterTrouble("format", f"{type(error).__name__}: {error}"[:80]) from error


def _marks(paper: Paper) -> list[str]:
    """What the layouts themselves do not say: which copy it is, and that the note of a letter was cancelled."""
    gone = paper.cancelled and paper.kind is PaperKind.CORRECTION
    copy = [f"{paper.copy}ª VIA - REIMPRESSÃO"] if paper.copy > 1 else []
    return (["NOTA CANCELADA"] if gone else []) + copy


def _mark(made: Any, words: str) -> None:
    """Say it on every page of an fpdf document, right above its frame."""
    made.set_font("Helvetica", "B", _COPY_POINTS)
    for page in range(1, len(made.pages) + 1):
        made.page = page
        made.text(made.w - made.r_margin - made.get_string_width(words), _COPY_TOP, words)


def _top(paper: Paper, usual: float) -> float:
    """The upper margin in millimetres: a copy has a line more."""
    return usual if paper.copy == 1 else max(usual, _COPY_TOP + 1)


def _of_model(paper: Paper, model: str) -> str:
    """The XML, when it is a document of this model."""
    note = read_note(paper.content)
    if note.model != model:
        raise PrinterTrouble("format", f"mod {note.model}")
    return bare_text(paper.content)


def _nfce(paper: Paper, book: PrinterBook) -> object:
    from brazilfiscalreport.danfce import Danfce, DanfceConfig
    from brazilfiscalreport.danfce.config import Margins

    config = DanfceConfig(
        paper_width=MILLIMETRES[book.columns],
        margins=Margins(top=_top(paper, 2)),
        watermark_cancelled=paper.cancelled,
    )
    return Danfce(xml=_of_model(paper, "65"), config=config)


def _danfe(paper: Paper, book: PrinterBook) -> object:
    from brazilfiscalreport.danfe import Danfe, DanfeConfig
    from brazilfiscalreport.danfe.config import Margins

    config = DanfeConfig(margins=Margins(top=_top(paper, 5)), watermark_cancelled=paper.cancelled)
    return Danfe(xml=_of_model(paper, "55"), config=config)


def _label(paper: Paper, book: PrinterBook) -> object:
    from brazilfiscalreport.danfe import DanfeEtiqueta, DanfeEtiquetaConfig
    from brazilfiscalreport.danfe.config import Margins

    margins = Margins(top=_top(paper, 3), right=3, bottom=3, left=3)
    config = DanfeEtiquetaConfig(margins=margins, watermark_cancelled=paper.cancelled)
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
