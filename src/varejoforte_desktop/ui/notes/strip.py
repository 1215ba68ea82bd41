"""The strip above the documents: what SEFAZ still has to hear, what it refused, what has no document yet."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.fiscal_desk import FiscalPhase, FiscalStatus
from varejoforte_desktop.application.fiscal_questions import FiscalOverview
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_words import (
    REHEARSAL,
    disputed_words,
    elsewhere_words,
    offline_words,
    phase_words,
    uncancelled_words,
)
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.notes.book import Head
from varejoforte_desktop.ui.notes.flow import FlowRow
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.banner import Banner


class Alert(NamedTuple):
    """Something somebody may want to look at: what the button opens, its words, drawing and feeling."""

    name: str
    text: str
    icon: str
    tone: Tone
    tip: str


_NAMES: Final = (
    "uncancelled",
    "disputed",
    "rejected",
    "unreversed",
    "offline",
    "owed",
    "waiting",
    "void",
    "elsewhere",
)
#: Said by the tab and by the button below the list too: the first to go where there is no room.
_ELSEWHERE: Final = frozenset({"owed", "void"})


class LineBadges(FlowRow):
    """Where the documents go, and how the line to SEFAZ is: two small signs that are always in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note_badges")
        self._tight = False
        self._status: FiscalStatus | None = None
        self.rehearsal = Badge(REHEARSAL, Tone.WARN, "warning")
        self.rehearsal.setObjectName("note_environment")
        self.rehearsal.setToolTip(
            self.tr("As notas são um ensaio: não valem e ninguém paga imposto por elas.")
        )
        self.phase = Badge("", Tone.NEUTRAL)
        self.phase.setObjectName("note_phase")
        for widget in (self.rehearsal, self.phase):
            self.add(widget)
            widget.hide()

    def narrow(self, tight: bool) -> None:
        """Fewer words where there is no room; the tooltip says all of them."""
        self._tight = tight
        self.rehearsal.set_state(REHEARSAL.partition(" ")[0] if tight else REHEARSAL, Tone.WARN, "warning")
        self.rehearsal.setAccessibleName(REHEARSAL)
        self.show_status(self._status)

    def show_environment(self, environment: FiscalEnvironment) -> None:
        """A rehearsal says so; documents of value need no sign."""
        self.rehearsal.setVisible(environment is FiscalEnvironment.HOMOLOGACAO)
        self.arrange()

    def show_status(self, status: FiscalStatus | None) -> None:
        """How the line is; None: this station issues nothing."""
        self._status = status
        shown = status is not None and status.phase is not FiscalPhase.NOT_SET_UP
        if status is not None and shown:
            words = phase_words(status)
            said = self.tr("SEFAZ: {word}").format(word=words.word.lower())
            self.phase.set_state(words.word if self._tight else said, words.tone, words.icon)
            self.phase.setAccessibleName(said)
            self.phase.setToolTip(f"{words.sentence} {words.remedy}".strip())
        self.phase.setVisible(shown)
        self.arrange()


class NoteStrip(QWidget):
    """Buttons with counts, gravest first; calm and one line high when all is well."""

    #: A button was pressed: uncancelled, disputed, elsewhere, rejected, unreversed, offline, waiting (of the list), owed,
    #: or void.
    asked = Signal(str)
    #: The shop cannot issue yet: to the settings.
    settings_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note_strip")
        self.rehearsal = Badge(REHEARSAL, Tone.WARN, "warning")
        self.rehearsal.setObjectName("note_environment")
        self.rehearsal.setToolTip(
            self.tr("As notas são um ensaio: não valem e ninguém paga imposto por elas.")
        )
        self.phase = Badge("", Tone.NEUTRAL)
        self.phase.setObjectName("note_phase")
        self.calm = QLabel(self.tr("Nada espera a SEFAZ."))
        self.calm.setObjectName("note_calm")
        restyle(self.calm, words="small")
        self.paused = Banner("note_paused", tone=Tone.WARN)
        self.unready = Banner("note_unready", tone=Tone.WARN, button=self.tr("Configurar"))
        self.unready.acted.connect(self.settings_requested)
        self.row = FlowRow()
        self._tight = False
        self._found: dict[str, Alert] = {}
        self.buttons = {name: self._button(name) for name in _NAMES}
        for widget in (*self.buttons.values(), self.calm):
            self.row.add(widget)
            widget.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for widget in (self.unready, self.paused, self.row):
            column.addWidget(widget)
        self.unready.hide()
        self.paused.hide()

    def _button(self, name: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName(f"note_alert_{name}")
        button.clicked.connect(partial(self.asked.emit, name))
        return button

    def show_status(self, status: FiscalStatus | None) -> None:
        """Why the shop cannot issue yet, if so; None: this station issues nothing."""
        unready = status is not None and status.phase is FiscalPhase.NOT_SET_UP and bool(status.cause)
        if status is not None and unready:
            words = phase_words(status)
            said = f"{words.sentence} {words.remedy}".strip()
            self.unready.set_message(said, Tone.WARN, self.tr("Configurar"))
        self.unready.setVisible(unready)

    def show_head(self, head: Head, now: datetime) -> None:
        """How it stands with SEFAZ."""
        overview = head.overview
        until = overview.paused_until
        waiting = until is not None and until > now
        if until is not None and waiting:
            said = self.tr("A SEFAZ pediu para esperar até {hour}; nada é enviado antes, e nada se perde.")
            self.paused.set_message(said.format(hour=formats.hour(until)), Tone.WARN)
            self.paused.setToolTip(formats.full_moment(until))
        self.paused.setVisible(waiting)
        self._found = {alert.name: alert for alert in alerts_of(head, now)}
        self._dress()

    def narrow(self, tight: bool) -> None:
        """Only what is counted where there is no room for whole sentences."""
        if tight != self._tight:
            self._tight = tight
            self._dress()

    def _dress(self) -> None:
        for name, button in self.buttons.items():
            alert = self._found.get(name)
            button.setVisible(alert is not None and not (self._tight and name in _ELSEWHERE))
            if alert is not None:
                _dress(button, alert, tight=self._tight)
        self.calm.setVisible(not self._found)
        self.row.arrange()


def _dress(button: QPushButton, alert: Alert, *, tight: bool) -> None:
    short = alert.text.partition(",")[0]
    button.setText(short if tight else alert.text)
    button.setAccessibleName(alert.text)
    button.setToolTip(f"{alert.text}. {alert.tip}" if tight and short != alert.text else alert.tip)
    bind_icon(button, alert.icon, alert.tone.role)


def alerts_of(head: Head, now: datetime) -> list[Alert]:
    """What there is to look at, gravest first."""
    overview = head.overview
    late = overview.oldest_deadline is not None and overview.oldest_deadline < now
    counted = formats.counted
    told = (
        *_alarms(overview, now),
        Alert(
            "rejected", counted(overview.rejected, "rejeitada", "rejeitadas") if overview.rejected else "",
            "error", Tone.BAD, "A SEFAZ leu e não aceitou: veja o que corrigir.",
        ),
        Alert(
            "unreversed",
            counted(overview.unreversed, "cancelamento a concluir", "cancelamentos a concluir")
            if overview.unreversed else "",
            "undo", Tone.BAD, "A SEFAZ cancelou a nota; a mercadoria e o dinheiro ainda não voltaram.",
        ),
        Alert(
            "offline", offline_words(overview, now), "wifi-off", Tone.BAD if late else Tone.WARN,
            "O comprador já as tem; a SEFAZ precisa recebê-las dentro do prazo.",
        ),
        Alert(
            "owed", counted(overview.owed, "venda sem nota", "vendas sem nota") if overview.owed else "",
            "sale", Tone.WARN, "Vendas que ainda não têm a nota que pediram.",
        ),
        Alert(
            "waiting",
            counted(overview.waiting, "espera a SEFAZ", "esperam a SEFAZ") if overview.waiting else "",
            "clock", Tone.INFO, "A enviar, a caminho ou sem resposta; vão sozinhas.",
        ),
        Alert(
            "void",
            counted(head.unused, "número a inutilizar", "números a inutilizar") if head.unused else "",
            "minus", Tone.INFO, "Números que nenhuma nota usou: a SEFAZ precisa saber.",
        ),
        Alert(
            "elsewhere", elsewhere_words(overview), "warning", Tone.WARN,
            "Ninguém fala delas com a SEFAZ até a loja voltar a esse ambiente ou CNPJ em Configurações › Fiscal.",
        ),
    )  # fmt: skip
    return [alert for alert in told if alert.text]


def _alarms(overview: FiscalOverview, now: datetime) -> tuple[Alert, ...]:
    """What no round brings to its end."""
    return (
        Alert(
            "uncancelled", uncancelled_words(overview, now), "error", Tone.BAD,
            "A SEFAZ não aceitou cancelar a nota substituída: a venda tem duas notas válidas. Depois de 168 horas da "
            "autorização ela não aceita mais; fale já com o contador.",
        ),
        Alert(
            "disputed", disputed_words(overview), "error", Tone.BAD,
            "A SEFAZ tem outra nota ou outro conteúdo sob o número: abra a nota e veja o que fazer.",
        ),
    )  # fmt: skip
