"""The questions put before something goes to SEFAZ for good: cancelling, correcting, giving up, voiding numbers."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.domain.errors import DomainError, SaleAlreadyCancelled
from varejoforte_desktop.domain.fiscal_errors import FiscalUnanswered, ReasonTooShort
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.dialogs.reason import PermissionHint, ReasonedDialog, ReasonField
from varejoforte_desktop.ui.fiscal_words import label
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.notes.columns import NOBODY
from varejoforte_desktop.ui.notes.deeds import NoteDetail, disputed, last_letter
from varejoforte_desktop.ui.notes.trouble import said_of
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.sales.words import refund_lines
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Theme, restyle
from varejoforte_desktop.ui.widgets.field import Field

#: SEFAZ takes no shorter reason.
LEAST: Final = 15
MOST_CORRECTION: Final = 1000
MOTIVES: Final = (
    "Cliente desistiu da compra",
    "Erro no registro da venda",
    "Pagamento não foi aprovado",
    "Produto errado na venda",
)
_LIMITS: Final = (
    "Serve para erros que não mudam valor, imposto, quantidade, comprador nem data. A última carta vale por todas as "
    "anteriores: escreva nela tudo o que continua a valer."
)


class CancelNoteDialog(ReasonedDialog):
    """One reason, one button: SEFAZ first, then goods and money, once. Somebody without permission needs a supervisor."""

    def __init__(
        self, session: Session, desk: FiscalDesk, detail: NoteDetail, parent: QWidget | None = None
    ) -> None:
        title = self.tr("Cancelar a {note} e a venda").format(note=label(detail.sheet.row))
        reason = ReasonField("cancel_note_reason", MOTIVES)
        super().__init__(
            session, "cancel_note", title, self.tr("Cancelar nota e venda"), parent, reason=reason
        )
        self._desk = desk
        self._detail = detail
        self.busy_words = self.tr("Falando com a SEFAZ…")
        restyle(self.go, kind="danger")
        self._build()
        self.size_to(500)

    def _build(self) -> None:
        row = self._detail.sheet.row
        self.body.addWidget(paragraph(f"{row.buyer_name or NOBODY} · {formats.money(row.total)}", "heading"))
        sale = self._detail.sale
        lines = [] if sale is None else refund_lines(sale.sale)
        if row.order:
            said = self.tr("O pedido {number} volta a esperar e a reservar a mercadoria.")
            lines.append(said.format(number=row.order))
        self.body.addWidget(warning_box("cancel_note_refunds", map(paragraph, lines)))
        if not self._detail.half_cancelled:
            self.body.addWidget(paragraph(self._deadline(), "small", name="cancel_note_deadline"))
        self.body.addWidget(self.reason)
        self.reason.set_hint(self.tr("A SEFAZ pede pelo menos 15 letras."))
        self.body.addWidget(PermissionHint(self.session.actor, Permission.CANCEL_SALES))
        self.body.addStretch(1)

    def _deadline(self) -> str:
        row = self._detail.sheet.row
        now = self.session.services.clock()
        age = formats.age(row.authorised_at, now) if row.authorised_at is not None else "—"
        usual = (
            self.tr("cerca de 30 minutos") if row.model is FiscalModel.NFCE else self.tr("cerca de 24 horas")
        )
        words = self.tr(
            "Autorizada {age}. O prazo costuma ser de {usual}, conforme o estado; quem diz é a SEFAZ."
        )
        return words.format(age=age, usual=usual)

    def said(self, error: BaseException) -> Sentence:
        """What to say about a failure."""
        return said_of(error)

    def failed(self, error: BaseException) -> None:
        """What was asked of SEFAZ stays asked; what somebody else did is done."""
        if isinstance(error, SaleAlreadyCancelled):
            self.end(sentence(error).whole, Tone.INFO)
        elif isinstance(error, FiscalUnanswered):
            words = self.tr(
                "A SEFAZ ainda não respondeu. O programa pergunta de novo sozinho; quando ela confirmar, volte aqui e "
                "conclua o cancelamento. A mercadoria e o dinheiro ainda não voltaram."
            )
            self.end(words, Tone.WARN)
        else:
            super().failed(error)

    async def work_for(self, reason: str) -> str:
        """Cancels both, once somebody who may has allowed it."""
        sale = self._detail.sale
        if sale is None:
            return ""
        if len(" ".join(reason.split())) < LEAST:
            raise ReasonTooShort
        note = label(self._detail.sheet.row)
        why = self.tr("Cancelar a {note}, de {total}.").format(
            note=note, total=formats.money(self._detail.sheet.row.total)
        )
        approver = await self.permitted(Permission.CANCEL_SALES, why)
        if approver is None:
            return ""
        actor = self.session.actor
        await self._desk.cancel_sale(
            sale.row.id, reason=reason, by=actor, approved_by=None if approver == actor else approver
        )
        return self.tr("{note} cancelada na SEFAZ; a mercadoria voltou ao estoque.").format(note=note)


class CorrectionDialog(DecisionDialog):
    """A text of 15 to 1000 letters; the last correction is there to go on from, for it counts for all before it."""

    asks_before_leaving = True

    def __init__(
        self, session: Session, desk: FiscalDesk, detail: NoteDetail, parent: QWidget | None = None
    ) -> None:
        title = self.tr("Carta de correção da {note}").format(note=label(detail.sheet.row))
        super().__init__(session, "correction", title, self.tr("Enviar à SEFAZ"), parent)
        self._desk = desk
        self._detail = detail
        self.busy_words = self.tr("Falando com a SEFAZ…")
        self.text = QPlainTextEdit()
        self.text.setObjectName("correction_text")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(Theme.current().px(140))
        self.field = Field(self.tr("O que corrigir"), self.text)
        self.count = QLabel()
        self.count.setObjectName("correction_count")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight)
        restyle(self.count, words="small")
        self.body.addWidget(paragraph(_LIMITS, "small"))
        self.body.addWidget(self.field, 1)
        self.body.addWidget(self.count)
        self.body.addWidget(PermissionHint(session.actor, Permission.MANAGE_DOCUMENTS))
        self.text.textChanged.connect(self._count)
        self.text.setPlainText(_last_correction(detail))
        self._count()
        self.size_to(540)

    def _count(self) -> None:
        letters = len(self._words())
        self.count.setText(
            self.tr("{count} de {most} letras").format(
                count=formats.count(letters), most=formats.count(MOST_CORRECTION)
            )
        )
        if self.field.error:
            self.field.set_error("")

    def _words(self) -> str:
        return " ".join(self.text.toPlainText().split())

    def said(self, error: BaseException) -> Sentence:
        """What to say about a failure."""
        return said_of(error)

    def point_at(self, error: DomainError, said: str) -> bool:
        """A text that is too short or too long stands beside it."""
        if not isinstance(error, ReasonTooShort):
            return False
        self.field.set_error(said)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def work(self) -> Coroutine[Any, Any, str | None]:
        """Send the text."""
        return self._send(self._words())

    async def _send(self, text: str) -> str:
        if not LEAST <= len(text) <= MOST_CORRECTION:
            raise ReasonTooShort(LEAST, MOST_CORRECTION)
        note = label(self._detail.sheet.row)
        approver = await self.permitted(
            Permission.MANAGE_DOCUMENTS, self.tr("Enviar uma carta de correção da {note}.").format(note=note)
        )
        if approver is None:
            return ""
        await self._desk.correct(self._detail.id, text, by=approver)
        return self.tr("Carta de correção da {note} registrada na SEFAZ.").format(note=note)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits in the text."""
        super().showEvent(event)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)


def _last_correction(detail: NoteDetail) -> str:
    letter = last_letter(detail)
    return "" if letter is None else letter.text


class GiveUpDialog(DecisionDialog):
    """The document is not put right: its number is to be voided, and the sale is without a document."""

    def __init__(
        self, session: Session, desk: FiscalDesk, detail: NoteDetail, parent: QWidget | None = None
    ) -> None:
        title = self.tr("Desistir da {note}").format(note=label(detail.sheet.row))
        super().__init__(session, "give_up", title, self.tr("Desistir da nota"), parent)
        self._desk = desk
        self._detail = detail
        lines = (
            self.tr("O número desta nota fica sem uso, para inutilizar na SEFAZ."),
            self.tr("A venda continua valendo e volta para “Vendas sem nota”."),
            self.tr("Para corrigir e usar o mesmo número, volte e escolha “Corrigir e reenviar”."),
        )
        self._taken = disputed(detail)
        if self._taken:
            lines = (
                self.tr("Só desista se a nota que a SEFAZ tem sob este número for de outra venda."),
                self.tr("O número fica com ela, e esta venda recebe o próximo."),
                self.tr("Se for a nota desta venda, volte: com outra, a venda teria duas notas válidas."),
            )
        restyle(self.go, kind="danger")
        self.body.addWidget(warning_box("give_up_facts", map(paragraph, lines)))
        self.body.addWidget(PermissionHint(session.actor, Permission.MANAGE_DOCUMENTS))
        self.size_to(480)

    def said(self, error: BaseException) -> Sentence:
        """What to say about a failure."""
        return said_of(error)

    def work(self) -> Coroutine[Any, Any, str | None]:
        """Give it up."""
        return self._give_up()

    async def _give_up(self) -> str:
        note = label(self._detail.sheet.row)
        said = self.tr("Desistir da {note}, de número ocupado.") if self._taken else ""
        why = (said or self.tr("Desistir da {note}, rejeitada pela SEFAZ.")).format(note=note)
        approver = await self.permitted(Permission.MANAGE_DOCUMENTS, why)
        if approver is None:
            return ""
        await self._desk.give_up(self._detail.id, by=approver)
        if self._taken:
            return self.tr("{note}: o número ficou com a outra nota; a venda recebe o próximo.").format(
                note=note
            )
        return self.tr("{note}: o número fica para inutilizar e a venda está sem nota.").format(note=note)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits at the way back."""
        super().showEvent(event)
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)
