"""What can be done with a document as it stands, by whom, and why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from varejoforte_desktop.application.fiscal_book import EventRecord
from varejoforte_desktop.application.fiscal_questions import DocumentSheet
from varejoforte_desktop.application.sale_questions import SaleDetail
from varejoforte_desktop.domain.fiscal import DISPUTED, DocumentState, EventState, FiscalEventKind
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.print_job import Paper, PaperKind, correction_content
from varejoforte_desktop.domain.sale import FiscalModel, SaleState
from varejoforte_desktop.ui.field_names import permission_name


class Deed(StrEnum):
    """Something a person does to a document."""

    SEND = "send"
    FIX = "fix"
    CONSULT = "consult"
    CANCEL = "cancel"
    CORRECT = "correct"
    GIVE_UP = "give_up"
    VIEW = "view"
    PRINT = "print"
    LABEL = "label"  # for the parcel
    LETTER = "letter"  # the carta de correção that SEFAZ registered, on paper
    SAVE_XML = "save_xml"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class NoteDetail:
    """A document with the sale it is for, when it has one."""

    sheet: DocumentSheet
    sale: SaleDetail | None = None
    #: The sale has a newer document than this one.
    followed: bool = False

    @property
    def id(self) -> int:
        """The document's."""
        return self.sheet.row.id

    @property
    def half_cancelled(self) -> bool:
        """SEFAZ cancelled the document, and the sale still stands: goods and money have to come back."""
        standing = self.sale is not None and self.sale.row.state is SaleState.COMPLETED
        return standing and self.sheet.row.state is DocumentState.CANCELLED and not self.followed


@dataclass(frozen=True, slots=True)
class Choice:
    """A deed as a button: words with the key, drawing, and why it is off ("" when it is not)."""

    deed: Deed
    words: str
    icon: str
    refusal: str = ""

    @property
    def bare(self) -> str:
        """The words without the key."""
        return self.words.partition(" (")[0]


#: The words on a button, the key that does the same, and the drawing.
WORDS: Final = {
    Deed.SEND: ("Tentar de novo", "F6", "refresh"),
    Deed.FIX: ("Corrigir e reenviar", "F6", "refresh"),
    Deed.CONSULT: ("Consultar a SEFAZ", "F6", "search"),
    Deed.CANCEL: ("Cancelar", "F8", "close"),
    Deed.CORRECT: ("Carta de correção", "Ctrl+K", "edit"),
    Deed.GIVE_UP: ("Desistir", "Ctrl+Del", "trash"),
    Deed.VIEW: ("Ver DANFE", "F9", "eye"),
    Deed.PRINT: ("Imprimir", "Ctrl+P", "printer"),
    Deed.LABEL: ("Etiqueta de envio", "Ctrl+Shift+P", "box"),
    Deed.LETTER: ("Ver CC-e", "Ctrl+Shift+K", "eye"),
    Deed.SAVE_XML: ("Salvar XML", "Ctrl+S", "download"),
    Deed.MAIL: ("E-mail", "Ctrl+M", "upload"),
}
#: Who may; for the others a supervisor is asked in the dialog.
_NEEDS: Final = dict.fromkeys((Deed.SEND, Deed.FIX, Deed.CONSULT, Deed.PRINT), Permission.ISSUE_DOCUMENTS)
_STEPS: Final = {
    DocumentState.GENERATED: Deed.SEND,
    DocumentState.OFFLINE: Deed.SEND,
    DocumentState.REJECTED: Deed.FIX,
    DocumentState.OFFLINE_REJECTED: Deed.FIX,
    DocumentState.UNKNOWN: Deed.CONSULT,
    DocumentState.REPLACED: Deed.CONSULT,
    DocumentState.SENDING: Deed.CONSULT,
}
_NO_PAPER: Final = "O DANFE só existe com a nota autorizada ou em contingência."
#: What a buyer may hold in hand.
_ON_PAPER: Final = frozenset({DocumentState.AUTHORISED, DocumentState.CANCELLED})
_NO_LABEL: Final = "A etiqueta de envio só existe com a nota autorizada."
_OTHERS: Final = (Deed.SAVE_XML, Deed.MAIL, Deed.CANCEL)


def refusal(actor: Actor, deed: Deed) -> str:
    """Why this person may not do it; "" when they may, or may with a supervisor."""
    needed = _NEEDS.get(deed)
    if needed is None or actor.may(needed):
        return ""
    return f"Seu perfil não pode {permission_name(needed.value)}. Peça a um gerente."


def main_choice(detail: NoteDetail, actor: Actor) -> Choice | None:
    """The document's next step; None when there is none."""
    if detail.half_cancelled:
        return Choice(Deed.CANCEL, "Concluir o cancelamento (F8)", "undo", "")
    step = _STEPS.get(detail.sheet.row.state)
    return None if step is None else choice(detail, actor, step)


def other_choices(detail: NoteDetail, actor: Actor) -> list[Choice]:
    """What else there is, also what cannot be done now. Only a refused one is given up, only others are corrected.

    An NFC-e leaves with the buyer and has no label; a letter is there once SEFAZ registered one.
    """
    papers = [Deed.VIEW, Deed.PRINT]
    if detail.sheet.row.model is FiscalModel.NFE:
        papers.append(Deed.LABEL)
    if last_letter(detail) is not None:
        papers.append(Deed.LETTER)
    deeds = [*papers, *_OTHERS, Deed.GIVE_UP if given_up(detail) else Deed.CORRECT]
    if detail.half_cancelled:
        deeds.remove(Deed.CANCEL)
    return [choice(detail, actor, deed) for deed in deeds]


def choice(detail: NoteDetail, actor: Actor, deed: Deed) -> Choice:
    """A deed as a button."""
    words, key, icon = WORDS[deed]
    return Choice(deed, f"{words} ({key})", icon, refusal(actor, deed) or why_not(detail, deed))


def why_not(detail: NoteDetail, deed: Deed) -> str:
    """What stands in the way of anybody; "" for nothing."""
    row = detail.sheet.row
    if deed in {Deed.SEND, Deed.FIX, Deed.CONSULT}:
        return _not_sent(detail, deed)
    if deed is Deed.CANCEL:
        return _not_cancelled(detail)
    if deed in {Deed.LABEL, Deed.LETTER}:
        return _not_on_paper(detail, deed)
    if deed is Deed.CORRECT and row.model is not FiscalModel.NFE:
        return "Só a NF-e aceita carta de correção."
    possible = {
        Deed.CORRECT: (row.state is DocumentState.AUTHORISED, "Só se corrige uma nota autorizada."),
        Deed.GIVE_UP: (given_up(detail), "Só se desiste de uma nota rejeitada ou em conflito."),
        Deed.VIEW: (on_paper(detail), _NO_PAPER),
        Deed.PRINT: (on_paper(detail), _NO_PAPER),
        Deed.MAIL: (bool(detail.sheet.record.proc), "Só vai ao comprador uma nota autorizada."),
    }
    can, why = possible.get(deed, (True, ""))
    return "" if can else why


def disputed(detail: NoteDetail) -> bool:
    """Whether SEFAZ has a note under this number, and nobody said yet whose it is."""
    row = detail.sheet.row
    return row.stat == DISPUTED and row.state in {DocumentState.UNKNOWN, DocumentState.REPLACED}


def given_up(detail: NoteDetail) -> bool:
    """Whether somebody may give it up: it was refused, or its number belongs to another sale's note."""
    return detail.sheet.row.state is DocumentState.REJECTED or disputed(detail)


def _not_sent(detail: NoteDetail, deed: Deed) -> str:
    state = detail.sheet.row.state
    if state is DocumentState.SENDING:
        return "Está a caminho da SEFAZ; a resposta vem em segundos."
    return "" if _STEPS.get(state) is deed else "Nada a enviar: a nota já chegou ao fim."


def _not_on_paper(detail: NoteDetail, deed: Deed) -> str:
    row = detail.sheet.row
    if deed is Deed.LABEL:
        if row.model is not FiscalModel.NFE:
            return "Só a NF-e tem etiqueta de envio."
        return "" if row.state is DocumentState.AUTHORISED and detail.sheet.record.proc else _NO_LABEL
    letter = last_letter(detail)
    if letter is None:
        return "Esta nota não tem carta de correção registrada."
    return (
        "" if letter.proc else "A resposta da SEFAZ a esta carta não foi guardada: imprima-a no portal dela."
    )


def _not_cancelled(detail: NoteDetail) -> str:
    row = detail.sheet.row
    if detail.half_cancelled:
        return ""
    if row.state is DocumentState.CANCELLED:
        return "A nota já está cancelada."
    if row.state is not DocumentState.AUTHORISED:
        return "Só se cancela uma nota autorizada."
    return "" if detail.sale is not None else "Esta nota não tem venda para cancelar."


def on_paper(detail: NoteDetail) -> bool:
    """Whether it may be put on paper: SEFAZ has it, or it was handed over before SEFAZ knew."""
    record = detail.sheet.record
    settled = {DocumentState.NUMBER_TAKEN, DocumentState.TO_VOID, DocumentState.VOIDED, DocumentState.DENIED}
    return bool(record.proc) or record.state in _ON_PAPER or (record.offline and record.state not in settled)


def paper_of(detail: NoteDetail, *, roll: bool) -> Paper:
    """What is printed: the XML as it was kept. `roll`: an NFC-e for a receipt printer, else as a sheet."""
    record = detail.sheet.record
    kind = PaperKind.DANFE
    if detail.sheet.row.model is FiscalModel.NFCE:
        kind = PaperKind.NFCE_SLIP if roll else PaperKind.NFCE_PDF
    content = (record.proc or record.xml).decode("utf-8")
    return Paper(kind=kind, content=content, cancelled=record.state is DocumentState.CANCELLED)


def last_letter(detail: NoteDetail) -> EventRecord | None:
    """The carta de correção in force: of those that SEFAZ registered the last one, which says it all anew."""
    done = [
        event
        for event in detail.sheet.events
        if event.kind is FiscalEventKind.CORRECTION and event.state is EventState.REGISTERED
    ]
    return max(done, key=lambda event: event.sequence, default=None)


def paper_for(deed: Deed, detail: NoteDetail) -> Paper:
    """What a deed that shows or prints puts on paper; only for one that nothing stands in the way of.

    A shown NFC-e is a sheet, a printed one a slip.
    """
    letter = last_letter(detail) if deed is Deed.LETTER else None
    note = paper_of(detail, roll=deed is Deed.PRINT)
    if letter is not None:
        content = correction_content(letter.proc.decode("utf-8"), note.content)
        return replace(note, kind=PaperKind.CORRECTION, content=content)
    return replace(note, kind=PaperKind.SHIPPING_LABEL) if deed is Deed.LABEL else note
