"""One status of the store in Settings › Pedidos: its name, its type, and the choice of what it means to the shop."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from varejoforte_desktop.application.order_questions import StatusRow
from varejoforte_desktop.domain.order import CANCELED, CLOSED, OPEN, StatusMeaning
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.orders.words import MEANINGS
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.page import words
from varejoforte_desktop.ui.preferences.saving import Choice
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.badge import Badge

_NOTHING: Final = "Não importar até definir"
_TYPES: Final = {OPEN: "aberta", CLOSED: "encerrada", CANCELED: "cancelada"}


class StatusLine:
    """One status: its name, its type, what it means, and whether somebody has said so."""

    def __init__(self, row: StatusRow, *, locked: bool) -> None:
        self.row = row
        #: Chosen by the person and not written yet.
        self.touched = False
        self.about = words("", "small")
        self.badge = Badge("", Tone.NEUTRAL)
        self.name = QWidget()
        column = QVBoxLayout(self.name)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(words(row.name or row.status_id, "strong"))
        state = QHBoxLayout()
        state.setSpacing(Space.S)
        state.addWidget(self.badge)
        state.addWidget(self.about, 1)
        column.addLayout(state)
        self.choice = Choice(f"status_{row.status_id}", f"O que “{row.name}” significa")
        self.choice.addItem(_NOTHING, "")
        for meaning, told in MEANINGS.items():
            self.choice.addItem(told.word, meaning.value)
        self.fixed = row.status_type == CANCELED
        self.choice.setEnabled(not locked and not self.fixed)
        if self.fixed:
            self.choice.setToolTip("A Tray diz que esta situação é de cancelamento.")
        self.renew(row)

    def renew(self, row: StatusRow) -> None:
        """Show what the books say of this status now; what was chosen and not written stays."""
        self.row = row
        about = [_TYPES.get(row.status_type, row.status_type)]
        if row.open_orders:
            about.append(formats.counted(row.open_orders, "pedido aberto", "pedidos abertos"))
        self.about.setText(" · ".join(each for each in about if each))
        if self.touched:
            self.mark()
        else:
            self.show_choice(row.meaning or row.suggested)

    @property
    def suggests(self) -> bool:
        """Whether what is shown is only an offer."""
        return self.row.meaning is None and not self.touched and self.chosen is not None

    @property
    def chosen(self) -> StatusMeaning | None:
        """What is shown."""
        value = self.choice.currentData()
        return StatusMeaning(value) if value else None

    def show_choice(self, meaning: StatusMeaning | None) -> None:
        """Show this meaning."""
        self.choice.setCurrentIndex(self.choice.findData(meaning.value if meaning else ""))
        self.mark()

    def mark(self) -> None:
        """Say by drawing and word how the choice stands."""
        if self.touched:
            self.badge.set_state("A salvar", Tone.INFO, "edit")
        elif self.suggests:
            self.badge.set_state("Sugestão", Tone.WARN, "info")
        elif self.row.meaning is None:
            self.badge.set_state("Não importa", Tone.WARN)
        else:
            self.badge.set_state("Definida", Tone.GOOD)
