"""The note of the chosen sale, on the panel: how it stands, what helps, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from varejoforte_desktop.application.fiscal_questions import DocumentRow
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_questions import SaleDetail
from varejoforte_desktop.domain.fiscal import DocumentState, FiscalEnvironment
from varejoforte_desktop.domain.sale import FiscalModel, SaleState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_words import REHEARSAL, STATES, deadline_words, label
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.sales.note_words import (
    CANCELLED,
    GIVEN_UP,
    OWED,
    NoteTold,
    note_told,
    state_note,
)
from varejoforte_desktop.ui.theme import Space, restyle

_ON_PAPER = frozenset({DocumentState.AUTHORISED, DocumentState.CANCELLED})
_HANDED_OVER = frozenset(
    {DocumentState.OFFLINE, DocumentState.OFFLINE_REJECTED, DocumentState.SENDING, DocumentState.UNKNOWN}
)


@dataclass(frozen=True, slots=True)
class SaleView:
    """A sale with its documents, the newest first."""

    detail: SaleDetail
    notes: tuple[DocumentRow, ...] = ()

    @property
    def standing(self) -> bool:
        """Whether it still counts."""
        return self.detail.row.state is SaleState.COMPLETED

    @property
    def lacks_note(self) -> bool:
        """Whether a note may be issued for it by hand."""
        wanted = self.detail.sale.fiscal is not FiscalModel.NONE
        return wanted and self.standing and self.detail.row.fiscal_state in {OWED, GIVEN_UP}

    @property
    def half_cancelled(self) -> bool:
        """SEFAZ cancelled the note, and the sale still stands."""
        return self.standing and self.detail.row.fiscal_state == CANCELLED

    @property
    def printable(self) -> bool:
        """Whether there is something a buyer may take home."""
        on_paper = any(
            row.state in _ON_PAPER or (row.deadline_at is not None and row.state in _HANDED_OVER)
            for row in self.notes
        )
        return on_paper or self.detail.sale.fiscal is FiscalModel.NONE


def sale_view(reader: Reader, sale_id: int) -> SaleView:
    """A sale as it is now. Raises NoSuchRecord."""
    return SaleView(reader.sales.detail(sale_id), tuple(reader.fiscal.of_sale(sale_id)))


def told_of(view: SaleView, trouble: NoteTold | None) -> NoteTold:
    """How the sale's note stands; `trouble` is why it could not be issued, where somebody knows."""
    if view.lacks_note and trouble is not None:
        return trouble
    if view.notes and not view.lacks_note:
        return note_told(view.notes[0])
    return state_note(view.detail.sale.fiscal, view.detail.row.fiscal_state)


def note_part(view: SaleView, told: NoteTold, now: datetime) -> QWidget:
    """All that is known of the sale's note."""
    part = QWidget()
    part.setObjectName("sale_panel_note")
    part.setAccessibleName(told.whole)
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.XS)
    head = _words(told.head, "strong", "sale_panel_fiscal")
    restyle(head, tone="" if told.tone is Tone.NEUTRAL else told.tone.value)
    line = QHBoxLayout()
    line.setSpacing(Space.S)
    line.addWidget(IconLabel(told.icon, told.tone.role, 16), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(head, 1)
    column.addLayout(line)
    if told.more:
        column.addWidget(_words(told.more, "", "sale_panel_fiscal_more"))
    for fact in _facts(view, now):
        column.addWidget(_words(fact, "small"))
    if view.half_cancelled:
        column.addWidget(_half())
    return part


def _facts(view: SaleView, now: datetime) -> list[str]:
    if not view.notes:
        return []
    row, *older = view.notes
    facts = []
    if row.authorised_at is not None:
        facts.append(f"SEFAZ: {formats.moment(row.authorised_at)}")
    if row.deadline_at is not None and row.authorised_at is None:
        facts.append(f"Transmitir até {deadline_words(row.deadline_at, now)}")
    if row.corrected:
        facts.append("Tem carta de correção")
    if row.environment is FiscalEnvironment.HOMOLOGACAO:
        facts.append(REHEARSAL)
    facts += [f"Antes: {label(each)}, {STATES[each.state].word.lower()}" for each in older]
    return facts


def _half() -> QFrame:
    box = QFrame()
    box.setObjectName("sale_panel_half")
    restyle(box, banner=Tone.WARN.value)
    inside = QVBoxLayout(box)
    inside.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
    inside.addWidget(
        _words(
            "A nota foi cancelada na SEFAZ, e a venda continua de pé: a mercadoria e o dinheiro ainda não voltaram."
        )
    )
    return box


def _words(text: str, kind: str = "", object_name: str = "") -> QLabel:
    label_ = QLabel(text)
    label_.setObjectName(object_name)
    label_.setWordWrap(True)
    label_.setTextFormat(Qt.TextFormat.PlainText)
    label_.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if kind:
        restyle(label_, words=kind)
    return label_
