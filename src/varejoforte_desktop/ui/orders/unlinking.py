"""Taking the link of an order to a note issued elsewhere back: which note, why, and what comes of it."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QRadioButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.order_questions import OrderDetail, OrderNoteRow
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.unlink_invoice import unlink_invoice
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.orders.choices import linked_notes
from varejoforte_desktop.ui.orders.papers_part import grouped_key
from varejoforte_desktop.ui.orders.pieces import heading, pairs, words
from varejoforte_desktop.ui.orders.words import unlink_reason
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, restyle

_REASONS = (UnlinkReason.CANCELLED, UnlinkReason.MISTAKE)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkFacts:
    """An order; `sale` is the number of its sale when that goes by a note, "" otherwise."""

    detail: OrderDetail
    sale: str = ""


def unlink_facts(reader: Reader, order_id: int) -> UnlinkFacts:
    """As the books have it now. Raises NoSuchRecord."""
    detail = reader.orders.detail(order_id)
    if detail.sale_id is None:
        return UnlinkFacts(detail=detail)
    fiscal = reader.sales.detail(detail.sale_id).sale.fiscal
    return UnlinkFacts(detail=detail, sale="" if fiscal is FiscalModel.NONE else detail.row.sale_number)


async def unlink_order_note(session: Session, parent: QWidget, order_id: int) -> str:
    """Ask which link and why; the words for a toast, "" when it was given up. Raises NoSuchRecord or BooksError."""
    facts = await session.services.backend.read(lambda reader: unlink_facts(reader, order_id))
    dialog = UnlinkDialog(session, facts, parent)
    await answered(dialog)
    return dialog.outcome


class UnlinkDialog(DecisionDialog):
    """Nothing is taken back before a reason was chosen."""

    #: Which note it is about, and why; None while nobody chose.
    note: OrderNoteRow | None = None
    reason: UnlinkReason | None = None

    def __init__(self, session: Session, facts: UnlinkFacts, parent: QWidget | None = None) -> None:
        number = facts.detail.row.remote_id
        title = self.tr("Desfazer o vínculo do pedido {number}").format(number=number)
        super().__init__(session, "unlink_note", title, self.tr("Desfazer vínculo"), parent)
        self._facts = facts
        self._notes = linked_notes(facts.detail)
        self._which = QButtonGroup(self)
        self._why = QButtonGroup(self)
        self._told = paragraph("")
        self._build()
        self.size_to(560)
        self._show_idle()
        if not self._notes:
            self.end(self.tr("O pedido não tem mais nota de fora vinculada."), Tone.INFO)

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        if len(self._notes) == 1:
            self.body.addWidget(self._card(self._notes[0]))
        else:
            self.body.addWidget(heading(self.tr("Qual nota")))
            said = [f"NF-e {note.number} · {grouped_key(note.key)}" for note in self._notes]
            self.body.addLayout(self._radios(self._which, "unlink_note", said))
        self.body.addWidget(heading(self.tr("Motivo")))
        said = [self._reason_words(each) for each in _REASONS]
        self.body.addLayout(self._radios(self._why, "unlink_why", said))
        self.body.addWidget(warning_box("unlink_consequence", self._consequences()))
        self.body.addStretch(1)
        for group in (self._which, self._why):
            group.idToggled.connect(self._chosen)
        self._chosen()

    def _card(self, note: OrderNoteRow) -> QFrame:
        card = QFrame()
        restyle(card, card=True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        inside.setSpacing(Space.S)
        inside.addWidget(words(f"NF-e {note.number}", "strong", name="unlink_number"))
        told = self.tr("ainda não foi avisada")
        if note.told_at is not None:
            told = self.tr("mostra a nota desde {moment}").format(moment=formats.moment(note.told_at))
        inside.addLayout(
            pairs(
                [
                    (self.tr("Valor"), formats.money(note.value)),
                    (self.tr("Chave"), grouped_key(note.key)),
                    (self.tr("Tray"), told),
                ]
            )
        )
        return card

    def _radios(self, group: QButtonGroup, name: str, said: Sequence[str]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(Space.S)
        for place, text in enumerate(said):
            radio = QRadioButton(text)
            radio.setObjectName(f"{name}_{place}")
            radio.setAccessibleName(text)
            group.addButton(radio, place)
            column.addWidget(radio)
        return column

    def _reason_words(self, reason: UnlinkReason) -> str:
        said = unlink_reason(reason)
        text = said[:1].upper() + said[1:]
        return self.tr("{why}: a nota não é deste pedido").format(why=text) if reason is _REASONS[1] else text

    def _consequences(self) -> list[QLabel]:
        said = [self._told]
        if self._facts.sale:
            owes = self.tr(
                "A venda {sale} volta a precisar de nota, e o programa pode emiti-la sozinho. "
                "Se a certa for outra de fora, vincule-a em seguida."
            )
            said.append(paragraph(owes.format(sale=self._facts.sale)))
        return said

    # -- choosing -------------------------------------------------------------------------------------

    def _chosen(self, *_: object) -> None:
        which, why = self._which.checkedId(), self._why.checkedId()
        if len(self._notes) == 1:
            which = 0
        self.note = self._notes[which] if which >= 0 else None
        self.reason = _REASONS[why] if why >= 0 else None
        if self.note is not None and self.note.told_at is not None:
            said = self.tr(
                "A Tray mostra esta nota ao comprador e não sabe apagá-la: avise-o. A próxima nota do pedido toma o lugar."
            )
        else:
            said = self.tr("A nota deixa de valer para o pedido, e a Tray não é avisada dela.")
        self._told.setText(said)
        self._show_idle()

    def _show_idle(self) -> None:
        super()._show_idle()
        missing = ""
        if self.note is None:
            missing = self.tr("Escolha antes a nota.")
        elif self.reason is None:
            missing = self.tr("Escolha antes o motivo.")
        self.go.setEnabled(not missing)
        self.go.setToolTip(missing)

    # -- doing it -------------------------------------------------------------------------------------

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """Take the link back."""
        note, reason = self.note, self.reason
        return None if note is None or reason is None else self._unlink(note.key, reason)

    async def _unlink(self, key: str, reason: UnlinkReason) -> str:
        run = self.session.services.backend.run
        done = await run(unlink_invoice, self._facts.detail.row.id, key, why=reason, by=self.session.actor)
        said = self.tr("Vínculo da NF-e {number} com o pedido {order} desfeito.")
        return said.format(number=f"{done.record.series}/{done.record.number}", order=done.order)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits at the first thing to choose."""
        super().showEvent(event)
        group = self._why if len(self._notes) == 1 else self._which
        first = self.back if self.over else group.button(0)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
