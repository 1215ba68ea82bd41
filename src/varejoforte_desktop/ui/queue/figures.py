"""The queue in large figures: what waits, what is sent, what stands still, how long it takes, what is left to use."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import QueueCounters
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.queue.feed import QueueSnapshot
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.counter_card import CounterCard

#: Narrower than this a card cannot show its figure, in pixels at 100 %.
_NARROWEST = 190
_FIRST_ROW = 4


class NotedCard(CounterCard):
    """A counter with a few words under the figure; where room is short all of it stands on one line."""

    def __init__(
        self, object_name: str, caption: str, icon_name: str = "", *, with_sparkline: bool = False
    ) -> None:
        super().__init__(object_name, caption, icon_name, with_sparkline=with_sparkline)
        self._note = QLabel()
        self._note.setObjectName(f"{object_name}_note")
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        restyle(self._note, words="small")
        self._words = self._short = ""
        self._slim = False
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(2, self._note, 1)
            if self.sparkline is not None:
                beside = QHBoxLayout()
                beside.setSpacing(Space.M)
                beside.addWidget(self._figure)
                beside.addWidget(self.sparkline, 1)
                column.insertLayout(1, beside)

    @property
    def note(self) -> str:
        """The words under the figure."""
        return self._words

    def set_note(self, words: str, short: str = "") -> None:
        """Say something under the figure ("" nothing); `short` stands on one line."""
        self._words, self._short = words, short or words
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self._fit()

    def set_slim(self, slim: bool) -> None:
        """One line instead of three."""
        self._slim = slim
        column = self.layout()
        if not isinstance(column, QBoxLayout):
            return
        column.setDirection(QBoxLayout.Direction.LeftToRight if slim else QBoxLayout.Direction.TopToBottom)
        above = Space.XS + 2 if slim else Space.M
        column.setContentsMargins(Space.L, above, Space.L, above)
        column.setSpacing(Space.S if slim else Space.XS)
        restyle(self._figure, words="heading" if slim else "figure")
        if self.sparkline is not None:
            self.sparkline.setVisible(not slim)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On one line the note is shown only where all of it fits."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """All of the note where it fits, else its short form, else (on one line) none."""
        room = self.width() - 2 * Space.L
        if self._slim:
            drawing = self._sign.width() + Space.XS if self._sign.isVisibleTo(self) else 0
            room -= self._caption.sizeHint().width() + self._figure.sizeHint().width() + drawing + 4 * Space.S
        width_of = self._note.fontMetrics().horizontalAdvance
        words = self._words if width_of(self._words) <= room else self._short
        self._note.setText(words)
        self._note.setMinimumHeight(self._note.fontMetrics().height())
        shown = not self._slim or (bool(words) and width_of(words) <= room)
        self._note.setVisible(shown)
        column = self.layout()
        if isinstance(column, QBoxLayout):
            # On one line the stretch at the end would take half of the room the note needs.
            column.setStretch(column.count() - 1, int(not (self._slim and shown)))


class QueueFigures(QWidget):
    """Seven counters in one row where there is room; else four large ones and three slim ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_figures")
        self.waiting = NotedCard("waiting_card", self.tr("aguardando"), "clock")
        self.sending = NotedCard("sending_card", self.tr("enviando"), "sync")
        self.halted = NotedCard("halted_card", self.tr("parados"), "error")
        self.sent = NotedCard("sent_card", self.tr("enviados hoje"), "check", with_sparkline=True)
        self.oldest = NotedCard("oldest_card", self.tr("mais antigo"), "calendar")
        self.forecast = NotedCard("forecast_card", self.tr("previsão"), "upload")
        self.quota = NotedCard("quota_card", self.tr("cota de hoje"), "dashboard")
        self._cards = (
            self.waiting,
            self.sending,
            self.halted,
            self.sent,
            self.oldest,
            self.forecast,
            self.quota,
        )
        self._rows = (QHBoxLayout(), QHBoxLayout())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for row in self._rows:
            row.setSpacing(Space.S)
            column.addLayout(row)
        self._arranged: tuple[int, bool] | None = None
        self._low = False
        self._arrange()
        Theme.current().changed.connect(self._arrange)

    def show_snapshot(self, snapshot: QueueSnapshot, now: datetime) -> None:
        """Show the figures of a look."""
        counters = snapshot.counters
        self.waiting.set_count(counters.waiting)
        paused = formats.counted(counters.paused, "pausado", "pausados") if counters.paused else ""
        self.waiting.set_note(paused)
        self.sending.set_count(counters.sending)
        self.sending.set_note("")
        self.halted.set_count(counters.halted, Tone.BAD if counters.halted else Tone.NEUTRAL)
        self.halted.set_note(self.tr("precisam de você") if counters.halted else "")
        self.sent.set_count(counters.sent_today)
        if self.sent.sparkline is not None:
            self.sent.sparkline.set_values(counters.sent_per_minute, counters.requests_per_minute)
            self.sent.sparkline.setToolTip(
                self.tr("Enviados por minuto na última hora; a linha tracejada é o limite da Tray")
            )
        self._show_forecast(counters)
        self._show_quota(counters)
        self.show_ages(snapshot, now)

    def show_ages(self, snapshot: QueueSnapshot, now: datetime) -> None:
        """What changes by itself every second."""
        since = snapshot.counters.oldest_since
        self.oldest.set_text("–" if since is None else formats.duration(now - since))
        self.oldest.set_note("" if since is None else self.tr("desde {at}").format(at=formats.moment(since)))
        last = snapshot.counters.last_sent_at
        self.sent.set_note("" if last is None else self.tr("último {age}").format(age=formats.age(last, now)))

    def _show_forecast(self, counters: QueueCounters) -> None:
        per_minute = max(1, counters.requests_per_minute)
        seconds = ceil(counters.subjects * 60 / per_minute)
        self.forecast.set_text(formats.duration(seconds) if counters.subjects else "–")
        self.forecast.set_note(
            self.tr("a {rate} pedidos por minuto").format(rate=formats.count(per_minute))
            if counters.subjects
            else "",
            self.tr("{rate}/min").format(rate=formats.count(per_minute)) if counters.subjects else "",
        )

    def _show_quota(self, counters: QueueCounters) -> None:
        spent = counters.requests_today / max(1, counters.requests_per_day)
        tone = Tone.BAD if spent >= 1 else Tone.WARN if spent >= 0.9 else Tone.NEUTRAL
        self.quota.set_text(formats.count(counters.requests_today), tone)
        minute, limit = formats.count(counters.requests_last_minute), formats.count(counters.requests_per_day)
        self.quota.set_note(
            self.tr("de {limit} · {minute} no último minuto").format(limit=limit, minute=minute),
            self.tr("de {limit} · {minute}/min").format(limit=limit, minute=minute),
        )

    def set_low(self, low: bool) -> None:
        """The window is low: every card on one line."""
        self._low = low
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the cards for the new width."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= Theme.current().px(_NARROWEST) * len(self._cards)
        columns = len(self._cards) if wide else _FIRST_ROW
        if self._arranged == (columns, self._low):
            return
        self._arranged = (columns, self._low)
        for number, card in enumerate(self._cards):
            for row in self._rows:
                row.removeWidget(card)
            below = number >= columns
            card.set_slim(self._low or below)
            self._rows[below].addWidget(card, 1)
