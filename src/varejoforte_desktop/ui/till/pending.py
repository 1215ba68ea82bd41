"""What is still open in the shop when a till closes: shown with what becomes of it, never in the way."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_questions import Pending
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_words import deadline_words
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle


def pending_lines(pending: Pending, now: datetime) -> list[tuple[str, str, Tone]]:
    """What waits and what becomes of it, the urgent first."""
    lines = _document_lines(pending, now)
    if pending.halted_queue:
        count = formats.counted(pending.halted_queue, "item parado na fila", "itens parados na fila")
        lines.append((count, "Veja a causa na fila.", Tone.BAD))
    if pending.unregistered_orders:
        count = formats.counted(
            pending.unregistered_orders, "pedido não registrado", "pedidos não registrados"
        )
        oldest = pending.oldest_order_at
        remedy = "" if oldest is None else f"O mais antigo: {formats.age(oldest, now)}."
        lines.append((count, remedy, Tone.WARN))
    if pending.open_basket:
        lines.append(("Venda aberta neste caixa", "Fica para o próximo caixa.", Tone.WARN))
    if pending.held_baskets:
        count = formats.counted(pending.held_baskets, "venda em espera", "vendas em espera")
        then = "Fica" if pending.held_baskets == 1 else "Ficam"
        lines.append((count, f"{then} para o próximo caixa.", Tone.WARN))
    if pending.waiting_queue:
        count = formats.counted(pending.waiting_queue, "item a enviar", "itens a enviar")
        lines.append((count, "A sincronização continua sozinha.", Tone.INFO))
    return lines


def _document_lines(pending: Pending, now: datetime) -> list[tuple[str, str, Tone]]:
    """Notes that SEFAZ does not have as it should; nothing of it stops the closing, and nothing is hidden."""
    lines = []
    if pending.documents_offline:
        count = formats.counted(pending.documents_offline, "NFC-e por transmitir", "NFC-e por transmitir")
        late = pending.oldest_deadline is not None and pending.oldest_deadline < now
        remedy = "Vão sozinhas quando a SEFAZ responder; deixe o programa ligado."
        if pending.oldest_deadline is not None:
            remedy = f"Prazo: {deadline_words(pending.oldest_deadline, now)}. {remedy}"
        lines.append((count, remedy, Tone.BAD if late else Tone.WARN))
    if pending.documents_rejected:
        count = formats.counted(pending.documents_rejected, "nota rejeitada", "notas rejeitadas")
        lines.append((count, "Corrija e reenvie em Notas fiscais.", Tone.BAD))
    if pending.documents_owed:
        count = formats.counted(pending.documents_owed, "venda sem nota", "vendas sem nota")
        lines.append((count, "Emita em Vendas ou em Notas fiscais; o que falta está lá.", Tone.BAD))
    if pending.half_cancelled:
        one, many = "nota cancelada com a venda de pé", "notas canceladas com a venda de pé"
        count = formats.counted(pending.half_cancelled, one, many)
        lines.append((count, "Conclua o cancelamento em Vendas.", Tone.BAD))
    if pending.documents_given_up:
        one, many = "venda deste caixa ficou sem nota", "vendas deste caixa ficaram sem nota"
        count = formats.counted(pending.documents_given_up, one, many)
        lines.append((count, "Alguém desistiu da nota; emita outra em Vendas.", Tone.WARN))
    if pending.documents_unanswered:
        one, many = "nota espera a SEFAZ", "notas esperam a SEFAZ"
        count = formats.counted(pending.documents_unanswered, one, many)
        lines.append((count, "O programa pergunta de novo sozinho.", Tone.INFO))
    return lines


class PendingList(QWidget):
    """One line for each kind of thing that waits; a single calm one when nothing does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("till_pending")
        self.setAccessibleName(self.tr("Pendências"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.S)
        self.texts: tuple[str, ...] = ()

    def show_pending(self, pending: Pending, now: datetime) -> None:
        """Show these instead of what was shown."""
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        lines = pending_lines(pending, now) or [(self.tr("Nada pendente"), "", Tone.GOOD)]
        self.texts = tuple(f"{text}. {remedy}".strip() if remedy else text for text, remedy, _ in lines)
        self.setAccessibleDescription(" ".join(self.texts))
        for text, remedy, tone in lines:
            self._column.addWidget(_line(text, remedy, tone))


def _line(text: str, remedy: str, tone: Tone) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(Space.S)
    sign = IconLabel(tone.icon, tone.role, 16)
    words = QVBoxLayout()
    words.setSpacing(0)
    what = QLabel(text)
    what.setWordWrap(True)
    restyle(what, words="strong")
    words.addWidget(what)
    if remedy:
        then = QLabel(remedy)
        then.setWordWrap(True)
        restyle(then, words="small")
        words.addWidget(then)
    line.addWidget(sign)
    line.addLayout(words, 1)
    return row
