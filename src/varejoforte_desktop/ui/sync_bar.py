"""The strip on top: the flag, how the sending goes in one phrase, what waits, what is left of the quota, who is here."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.questions import QueueCounters
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.store_causes import outside_sentence
from varejoforte_desktop.ui.sync_words import next_look, phrase, remedy
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_LOOK_EVERY = 0.25
_LARGE = 1.2
_NEEDS_SETTINGS = {SyncPhase.RECONNECT, SyncPhase.SUSPENDED, SyncPhase.NOT_CONNECTED}
_TOPICS = frozenset({Topic.QUEUE, Topic.QUOTA, Topic.LEADER, Topic.SETTINGS, Topic.CONNECTION})


def flag_key(login: str) -> str:
    """Under which name a station remembers an operator's flag."""
    return f"sync_flag:{login}"


class SyncBar(QWidget):
    """Turns the loop on and off, and never does the loop's work."""

    queue_requested = Signal()
    settings_requested = Signal()
    sign_out_requested = Signal()
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
        self._counters: QueueCounters | None = None
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
        self._tick.timeout.connect(self._show)
        self._tick.start()
        self._stale.set()
        self._scope.start(self._look())

    def _make(self) -> None:
        self.flag = QCheckBox(self.tr("Sincronizar com a Tray"))
        self.flag.setObjectName("sync_flag")
        self.flag.setAccessibleName(self.tr("Sincronizar com a Tray"))
        self.flag.toggled.connect(self._flag_toggled)
        self._sign = IconLabel("sync-off", Role.TEXT_MUTED, 16)
        self.state = QPushButton()
        self.state.setObjectName("sync_state")
        restyle(self.state, kind="quiet")
        self.state.clicked.connect(self.queue_requested)
        self.queue = QPushButton(self.tr("Fila"))
        self.queue.setObjectName("queue_button")
        restyle(self.queue, kind="quiet")
        self.queue.clicked.connect(self.queue_requested)
        self.quota = QLabel()
        self.quota.setObjectName("quota_label")
        restyle(self.quota, words="muted")
        self.user = QToolButton()
        self.user.setObjectName("user_button")
        self.user.setText(self._session.actor.name)
        self.user.setAccessibleName(self.tr("Operador: {name}").format(name=self._session.actor.name))
        self.user.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.user.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        restyle(self.user, kind="quiet")
        bind_icon(self.user, "user", Role.TEXT)
        menu = QMenu(self.user)
        leave = menu.addAction(self.tr("Trocar de operador ou sair"))
        leave.setObjectName("sign_out_action")
        leave.triggered.connect(self.sign_out_requested)
        self.user.setMenu(menu)
        self.banner = Banner("sync_banner", "", Tone.WARN)
        self.banner.acted.connect(self._banner_acted)
        self.banner.hide()

    def _lay_out(self) -> None:
        shop = QLabel(self._session.shop_name)
        shop.setObjectName("shop_name_label")
        restyle(shop, words="strong")
        first, second = QHBoxLayout(), QHBoxLayout()
        for line in (first, second):
            line.setSpacing(Space.S)
        self._lines = (first, second)
        self._right = (self.queue, self.quota, self.user)
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
        Theme.current().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """One line, or two when the letters are large."""
        first, second = self._lines
        line = second if Theme.current().font_scale > _LARGE else first
        for widget in self._right:
            line.addWidget(widget)

    # -- the flag -------------------------------------------------------------------------------------

    def remember_flag(self) -> None:
        """Switch the flag to what this operator left it at on this station."""
        key = flag_key(self._session.actor.login)
        self.flag.setChecked(bool(self._services.preferences.get(key, False)))

    def _flag_toggled(self, on: bool) -> None:
        self._services.preferences.put(flag_key(self._session.actor.login), on)
        self._scope.start(self._switch(on=on))

    async def _switch(self, *, on: bool) -> None:
        """Follow the box, also when it is clicked faster than the loop stops."""
        if on:
            self._services.sync.start(self._session.actor)
        else:
            await self._services.sync.stop()
            if self.flag.isChecked():
                self._services.sync.start(self._session.actor)

    # -- what is shown --------------------------------------------------------------------------------

    def _on_status(self, status: SyncStatus) -> None:
        self._status = status
        self._show()

    def _on_change(self, topics: frozenset[Topic]) -> None:
        if topics & _TOPICS:
            self._stale.set()

    async def _look(self) -> None:
        """Read the queue's figures when something changed, at most four times a second."""
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                self._counters = await self._services.backend.read(lambda reader: reader.queue_counters())
            except Exception as error:  # noqa: BLE001 - the bar outlives a database that is away
                self._failed(error)
            else:
                self.counted.emit(self._counters.pending)
                self._show()
            await asyncio.sleep(_LOOK_EVERY)

    def _show(self) -> None:
        counters = self._counters
        pending = counters.pending if counters else 0
        mono = self._services.monotonic()
        said = phrase(
            self._status,
            mono,
            pending,
            halted=counters.halted if counters else 0,
            now=self._services.clock(),
            oldest_since=counters.oldest_since if counters else None,
        )
        text = " · ".join(part for part in (said.text, next_look(self._status, mono)) if part)
        self.state.setText(text)
        self.state.setAccessibleName(self.tr("Sincronização: {state}").format(state=text))
        self.state.setToolTip(self._tooltip())
        self._sign.set_icon(said.icon, said.tone.role)
        self._show_queue(counters)
        self._show_banner(f"{said.text}. {remedy(self._status)}".strip(), said.tone)

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
        if phase in _NEEDS_SETTINGS:
            self.banner.set_message(text, tone, self.tr("Abrir configurações"))
        elif phase is SyncPhase.OFF and self._counters is not None and self._counters.pending:
            self.banner.set_message(
                self.tr("A sincronização está desligada: {items} enviar à Tray.").format(
                    items=formats.counted(self._counters.pending, "alteração por", "alterações por")
                ),
                Tone.WARN,
                self.tr("Ligar"),
            )
        else:
            self.banner.hide()
            return
        self.banner.show()

    def _banner_acted(self) -> None:
        if self._status.phase is SyncPhase.OFF:
            self.flag.setChecked(True)
        else:
            self.settings_requested.emit()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        self.state.setText(said.text)
        self.state.setToolTip(said.whole)
        self._sign.set_icon("error", Role.BAD)

    async def aclose(self) -> None:
        """End the bar's own work; the loop is the front's to stop."""
        self._tick.stop()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._scope.close()
        await self._scope.settled()
