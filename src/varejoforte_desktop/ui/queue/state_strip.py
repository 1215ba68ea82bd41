"""The line on top of the queue: how the sending goes, what helps, which station does it and when it last looked."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import Leader
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.sync_words import Phrase, next_look, remedy
from varejoforte_desktop.ui.theme import Space, restyle

_NEEDS_SETTINGS = frozenset({SyncPhase.RECONNECT, SyncPhase.SUSPENDED, SyncPhase.NOT_CONNECTED})


class QueueStateStrip(QFrame):
    """Says one phrase; coloured only when something is in the way."""

    #: "Abrir configurações" was pressed.
    settings_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_state")
        self._sign = IconLabel("sync", Tone.NEUTRAL.role, 20)
        self._phrase = QLabel()
        self._phrase.setObjectName("queue_phrase")
        self._advice = QLabel()
        self._advice.setObjectName("queue_advice")
        self._aside = QLabel()
        self._aside.setObjectName("queue_leader")
        self._button = QPushButton(self.tr("Abrir configurações"))
        self._button.setObjectName("queue_settings_button")
        self._button.setAccessibleName(self.tr("Abrir configurações da Tray"))
        self._button.clicked.connect(self.settings_requested)
        restyle(self._phrase, words="heading")
        for label in (self._advice, self._aside):
            restyle(label, words="small")
        for label in (self._phrase, self._advice):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._lay_out()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._phrase)
        words.addWidget(self._advice)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        line.setSpacing(Space.M)
        line.addWidget(self._sign)
        line.addLayout(words, 1)
        line.addWidget(self._aside)
        line.addWidget(self._button)

    @property
    def text(self) -> str:
        """The phrase shown."""
        return self._phrase.text()

    @property
    def aside(self) -> str:
        """What is said about the last look and the station that sends."""
        return self._aside.text()

    def show_state(
        self, said: Phrase, status: SyncStatus, *, leader: Leader | None, now: datetime, now_mono: float
    ) -> None:
        """Say how it goes now."""
        self._phrase.setText(said.text)
        self._sign.set_icon(said.icon, said.tone.role)
        alarming = said.tone in {Tone.WARN, Tone.BAD}
        restyle(self, banner=said.tone.value if alarming else "neutral")
        restyle(self._phrase, tone=said.tone.value if alarming else "")
        advice = remedy(status)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._button.setVisible(status.phase in _NEEDS_SETTINGS)
        parts = [_last_look(status, now), next_look(status, now_mono), _who(leader, status)]
        self._aside.setText(" · ".join(part for part in parts if part))
        self.setAccessibleName(said.text)
        self.setAccessibleDescription(f"{advice} {self._aside.text()}".strip())


def _last_look(status: SyncStatus, now: datetime) -> str:
    if status.last_cycle_at is None or status.phase is SyncPhase.SENDING:
        return ""
    return f"último ciclo {formats.age(status.last_cycle_at, now)}"


def _who(leader: Leader | None, status: SyncStatus) -> str:
    if leader is None:
        return ""
    if status.phase is SyncPhase.STANDBY:  # the phrase names the station already
        return leader.operator
    return f"{leader.station} ({leader.operator})" if leader.operator else leader.station
