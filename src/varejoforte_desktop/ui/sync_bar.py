"""The strip on top: the flag, how the sending goes in one phrase, what waits, what is left of the quota, who is here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_questions import OrderCounters
from varejoforte_desktop.application.questions import QueueCounters, Reader
from varejoforte_desktop.application.sale_questions import SyncGap
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_badge import FiscalBadge
from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.lock.user_menu import UserMenu
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.orders_badge import OrdersBadge
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.store_causes import outside_sentence
from varejoforte_desktop.ui.sync_flag import SyncFlag, flag_key
from varejoforte_desktop.ui.sync_words import gap_words, next_look, phrase, remedy, waiting
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

__all__ = ["SyncBar", "flag_key"]

_LOOK_EVERY: Final = 0.25
#: Seconds after which the books are looked at again, should a word of another station have been missed.
_LOOK_AGAIN: Final = 30
_LARGE: Final = 1.2
_TOLD_MS: Final = 60_000
_NEEDS_SETTINGS = {SyncPhase.RECONNECT, SyncPhase.SUSPENDED, SyncPhase.NOT_CONNECTED}
_NEEDS_A_PERSON = {SyncPhase.REMOVED, SyncPhase.NOT_ALLOWED}  # a restored shop has a strip of its own
_ORDER_TOPICS: Final = frozenset({Topic.ORDERS, Topic.CONNECTION, Topic.SETTINGS, Topic.STOCK})
_TOPICS: Final = _ORDER_TOPICS | {Topic.QUEUE, Topic.QUOTA, Topic.LEADER}


@dataclass(frozen=True, slots=True)
class BarFacts:
    """What the bar shows of the books. `gap` and `elsewhere` are looked for only while the flag is off."""

    counters: QueueCounters
    orders: OrderCounters | None  # None: no store is connected
    gap: SyncGap | None
    elsewhere: str  # another station that sends


class SyncBar(QWidget):
    """Turns the loop on and off, and never does the loop's work."""

    queue_requested = Signal()
    orders_requested = Signal()
    #: The notes are to be shown.
    notes_requested = Signal()
    settings_requested = Signal()
    #: How many things are pending, after each look.
    counted = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sync_bar")
        restyle(self, bar="top")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._services = session.services
        self._status: SyncStatus = session.services.sync.status
        self._facts: BarFacts | None = None
        self._heard: frozenset[Topic] = _TOPICS
        self._ticks = 0
        self._said = ""
        self._stale = asyncio.Event()
        self._scope = TaskScope(self, self._failed)
        self._make()
        self._lay_out()
        self._unsubscribe = (
            self._services.sync.subscribe(self._on_status),
            self._services.changes.subscribe(self._on_change),
        )
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._each_second)
        self._tick.start()
        self._stale.set()
        self._scope.start(self._look())

    def _make(self) -> None:
        self.flag = SyncFlag(self._session, self._failed)
        self.flag.paused.connect(self._show)
        self.flag.gap_found.connect(self._tell_gap)
        self._sign = IconLabel("sync-off", Role.TEXT_MUTED, 16)
        self.state = QPushButton()
        self.state.setObjectName("sync_state")
        restyle(self.state, kind="quiet")
        self.state.clicked.connect(self.queue_requested)
        self.queue = QPushButton(self.tr("Fila"))
        self.queue.setObjectName("queue_button")
        restyle(self.queue, kind="quiet")
        self.queue.clicked.connect(self.queue_requested)
        self.orders = OrdersBadge()
        self.orders.clicked.connect(self.orders_requested)
        self.notes = FiscalBadge(self._session)
        self.notes.notes_requested.connect(self.notes_requested)
        self.quota = QLabel()
        self.quota.setObjectName("quota_label")
        restyle(self.quota, words="muted")
        self.user = UserMenu(self._session.actor)
        self._make_banners()

    def _make_banners(self) -> None:
        self.banner = Banner("sync_banner", "", Tone.WARN)
        self.banner.acted.connect(self._banner_acted)
        self.banner.hide()
        self.gap_banner = Banner("sync_gap_banner", "", Tone.INFO, closable=True)
        self.gap_banner.acted.connect(self.queue_requested)
        self.gap_banner.hide()
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.setInterval(_TOLD_MS)
        self._told.timeout.connect(self.gap_banner.hide)

    def _lay_out(self) -> None:
        shop = QLabel(self._session.shop_name)
        shop.setObjectName("shop_name_label")
        restyle(shop, words="strong")
        first, second = QHBoxLayout(), QHBoxLayout()
        for line in (first, second):
            line.setSpacing(Space.S)
        self._lines = (first, second)
        self._right = (self.queue, self.orders, self.notes, self.quota, self.user)
        self._left = (shop, self.flag, self._sign, self.state)
        first.addWidget(shop)
        first.addSpacing(Space.L)
        first.addWidget(self.flag)
        first.addSpacing(Space.M)
        first.addWidget(self._sign)
        first.addWidget(self.state)
        first.addStretch(1)
        second.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        column.setSpacing(Space.XS)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.banner)
        column.addWidget(self.gap_banner)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """One line, or two when the letters are large or the words long; what is still too long is cut."""
        first, second = self._lines
        room = self.width() - 2 * Space.L - 2 * Space.XXL
        self.state.setText(self._said)
        self._left[0].show()
        left = _width(self._left)
        large = Theme.current().font_scale > _LARGE
        line = second if large or left + _width(self._right) > room else first
        if line.indexOf(self.user) < 0:
            for widget in self._right:
                line.addWidget(widget)
        if left > room:  # the window's title names the shop too
            self._left[0].hide()
            left = _width(self._left)
        if left > room:
            letters = self.state.fontMetrics()
            space = letters.horizontalAdvance(self._said) - (left - room)
            self.state.setText(letters.elidedText(self._said, Qt.TextElideMode.ElideRight, max(space, 60)))
        # Not as wide as its words: they must not keep the window from getting narrower.
        self.state.setMinimumWidth(min(self.state.sizeHint().width(), Theme.current().px(120)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another number of lines."""
        super().resizeEvent(event)
        self._fit()

    # -- the flag -------------------------------------------------------------------------------------

    def remember_flag(self) -> None:
        """Switch the flag to what this operator left it at on this station."""
        self.flag.remember()
        self._show()

    def _tell_gap(self, gap: SyncGap) -> None:
        """Report a long time without a sender."""
        button = self.tr("Ver a fila") if gap.pending else ""
        self.gap_banner.set_message(f"{gap_words(gap, self._services.clock())}.", Tone.INFO, button)
        self.gap_banner.show()
        self._told.start()

    # -- what is shown --------------------------------------------------------------------------------

    def _on_status(self, status: SyncStatus) -> None:
        if status.phase is not self._status.phase and SyncPhase.OFF in {status.phase, self._status.phase}:
            self._stale.set()
        self._status = status
        self._show()

    def _on_change(self, topics: frozenset[Topic]) -> None:
        if topics & _TOPICS:
            self._heard |= topics
            self._stale.set()

    def _each_second(self) -> None:
        self._ticks += 1
        if self._ticks % _LOOK_AGAIN == 0:
            self._on_change(_TOPICS)
            self.notes.refresh()
        self.flag.pause.check()
        self._show()

    async def _look(self) -> None:
        """Read the figures when something changed, at most four times a second."""
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                self._facts = await self._read()
            except Exception as error:  # noqa: BLE001 - the bar outlives a database that is away
                self._failed(error)
            else:
                self.counted.emit(self._facts.counters.pending)
                self._show()
            await asyncio.sleep(_LOOK_EVERY)

    async def _read(self) -> BarFacts:
        known, heard, self._heard = self._facts, self._heard, frozenset()
        off, station = self._status.phase is SyncPhase.OFF, self._services.station

        def question(reader: Reader) -> BarFacts:
            orders = known.orders if known is not None else None
            # Counted order by order, so only when something about orders changed.
            if known is None or heard & _ORDER_TOPICS:
                orders = reader.orders.counters() if reader.connection() is not None else None
            leader = reader.leader() if off else None
            return BarFacts(
                counters=reader.queue_counters(),
                orders=orders,
                gap=reader.tills.gap() if off else None,
                elsewhere=leader.station if leader is not None and leader.station != station else "",
            )

        try:
            return await self._services.backend.read(question)
        except Exception:
            self._heard |= heard  # to be asked again
            raise

    def _show(self) -> None:
        facts = self._facts
        counters = facts.counters if facts is not None else None
        mono, now = self._services.monotonic(), self._services.clock()
        said = phrase(
            self._status,
            mono,
            counters.pending if counters else 0,
            halted=counters.halted if counters else 0,
            now=now,
            oldest_since=_waiting_since(facts),
            orders=facts.gap.orders if facts is not None and facts.gap is not None else 0,
            pause_left=self.flag.pause.left,
            elsewhere=facts.elsewhere if facts is not None else "",
        )
        text = " · ".join(part for part in (said.text, next_look(self._status, mono)) if part)
        self._said = text
        self.state.setAccessibleName(self.tr("Sincronização: {state}").format(state=text))
        self.state.setToolTip(self._tooltip())
        self._sign.set_icon(said.icon, said.tone.role)
        self._show_queue(counters)
        self.orders.show_counters(facts.orders if facts is not None else None, now)
        self._show_banner(f"{said.text}. {remedy(self._status)}".strip(), said.tone)
        self._fit()

    def _tooltip(self) -> str:
        """Who sends since when, the last cycle, and what was wrong last."""
        status = self._status
        lines = []
        if status.leader_station and status.leader_since:
            lines.append(
                self.tr("Sincronizando: {station}, desde {since}").format(
                    station=status.leader_station, since=formats.moment(status.leader_since)
                )
            )
        if status.last_cycle_at:
            lines.append(self.tr("Último ciclo: {at}").format(at=formats.full_moment(status.last_cycle_at)))
        if status.cause:
            lines.append(outside_sentence(status.cause, status.detail)[0])
        return "\n".join(lines)

    def _show_queue(self, counters: QueueCounters | None) -> None:
        if counters is None:
            return
        halted = counters.halted
        text = self.tr("Fila {count}").format(count=formats.count(counters.pending))
        if halted:
            text += " · " + formats.counted(halted, "parado", "parados")
        self.queue.setText(text)
        bind_icon(self.queue, "error" if halted else "queue", Role.BAD if halted else Role.TEXT)
        self.quota.setText(
            self.tr("Cota {used} de {limit}").format(
                used=formats.count(counters.requests_today), limit=formats.count(counters.requests_per_day)
            )
        )
        self.quota.setToolTip(
            self.tr("Pedidos à Tray hoje. No último minuto: {used} de {limit}.").format(
                used=counters.requests_last_minute, limit=counters.requests_per_minute
            )
        )

    def _show_banner(self, text: str, tone: Tone) -> None:
        phase = self._status.phase
        off = self._off_words() if phase is SyncPhase.OFF else ""
        if phase in _NEEDS_SETTINGS:
            self.banner.set_message(text, tone, self.tr("Abrir configurações"))
        elif phase in _NEEDS_A_PERSON:
            self.banner.set_message(text, tone, "")
        elif off:
            self.banner.set_message(off, Tone.WARN, self.tr("Ligar"))
        self.banner.setVisible(phase in _NEEDS_SETTINGS | _NEEDS_A_PERSON or bool(off))

    def _off_words(self) -> str:
        """What waits because nobody sends; "" while it is only paused, or somebody else does."""
        facts = self._facts
        if facts is None or facts.elsewhere or self.flag.pause.left is not None:
            return ""
        orders = facts.gap.orders if facts.gap is not None else 0
        what = waiting(facts.counters.pending, orders)
        return self.tr("A sincronização está desligada: {what}.").format(what=what) if what else ""

    def _banner_acted(self) -> None:
        if self._status.phase is SyncPhase.OFF:
            self.flag.setChecked(True)
        else:
            self.settings_requested.emit()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        self._said = said.text
        self.state.setToolTip(said.whole)
        self._sign.set_icon("error", Role.BAD)
        self._fit()

    async def aclose(self) -> None:
        """End the bar's own work; the loop is the front's to stop."""
        self._tick.stop()
        self._told.stop()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        await self.flag.aclose()
        await self.notes.aclose()
        self._scope.close()
        await self._scope.settled()


def _waiting_since(facts: BarFacts | None) -> datetime | None:
    """Since when things wait; while nobody sends, not longer than nobody has."""
    if facts is None:
        return None
    oldest = [facts.counters.oldest_since]
    if facts.gap is not None and facts.gap.orders and facts.orders is not None:
        oldest.append(facts.orders.oldest_at)
    known = [at for at in oldest if at is not None]
    if facts.gap is None:
        return min(known, default=None)
    return max(facts.gap.since, min(known, default=facts.gap.since))


def _width(widgets: Iterable[QWidget]) -> int:
    """What these need beside one another."""
    shown = [widget for widget in widgets if not widget.isHidden()]
    return sum(widget.sizeHint().width() for widget in shown) + Space.S * max(0, len(shown) - 1)
