"""ECOMMERCE › Fila de processamento: what has still to reach the store, why it has not, and how to solve it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.queue.actions import QueueActions
from varejoforte_desktop.ui.queue.feed import QueueFeed, QueueSnapshot
from varejoforte_desktop.ui.queue.page import QueuePage, held_back
from varejoforte_desktop.ui.queue.state_strip import QueueStateStrip
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.sync_words import Phrase, phrase
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.skeleton import Skeleton
from varejoforte_desktop.ui.widgets.toast import ToastHost

CONTEXT: Final = "Fila de processamento"
GEOMETRY: Final = "queue_window_geometry"


class QueueWindow(QMainWindow):
    """Its own window. Looks only while it is visible; everything a person does here can be undone."""

    #: The settings of the store are wanted.
    settings_requested = Signal()
    #: The id of a product to be opened.
    product_requested = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_window")
        self.setWindowTitle(self.tr("ECOMMERCE › Fila de processamento"))
        self._services = session.services
        self._snapshot: QueueSnapshot | None = None
        self._closed = False
        self.toasts = ToastHost(self)
        self.actions_of_queue = QueueActions(session, self.toasts, self)
        self.feed = QueueFeed(session.services, self)
        self.strip = QueueStateStrip()
        self.page = QueuePage(session.services.clock, self.actions_of_queue)
        self._tasks = TaskScope(self, self._failed)
        self._open_line = Debounced(self, self._tasks, self._read_detail, 40)
        self._build()
        self._connect()
        self._bind_keys(session)
        self._unsubscribe: Callable[[], None] = self._services.sync.subscribe(self._status_changed)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_ages)
        self._restore_geometry()
        self._show_phrase(self._services.sync.status)

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._skeleton = Skeleton((0.12, 0.36, 0.14, 0.26))
        self._calm = EmptyState("queue_calm", "done", "", role=Role.GOOD)
        self._unconnected = EmptyState(
            "queue_unconnected",
            "unlink",
            self.tr("Loja ainda não conectada"),
            self.tr("Depois de conectar, tudo o que muda no cadastro passa por aqui a caminho da Tray."),
            self.tr("Conectar à Tray"),
        )
        self._broken = EmptyState("queue_error", "error", "", role=Role.BAD)
        self.stack = QStackedWidget()
        self.stack.setObjectName("queue_stack")
        for each in (self._skeleton, self.page, self._calm, self._unconnected, self._broken):
            self.stack.addWidget(each)
        self._skeleton.start()
        whole = QWidget()
        whole.setObjectName("queue_whole")
        restyle(whole, page=True)
        whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(whole)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.M)
        column.setSpacing(Space.M)
        column.addWidget(self.strip)
        column.addWidget(self.stack, 1)
        self.setCentralWidget(whole)
        self.setMinimumSize(0, Theme.current().px(420))

    def _connect(self) -> None:
        self.feed.arrived.connect(self._arrived)
        self.feed.failed.connect(self._failed)
        self.strip.settings_requested.connect(self.settings_requested)
        self._unconnected.acted.connect(self.settings_requested)
        self._broken.acted.connect(self.feed.ask)
        self.page.searched.connect(self.feed.search)
        self.page.pushes_wanted.connect(self.feed.with_pushes)
        self.page.line_opened.connect(self._line_opened)
        self.page.detail.product_requested.connect(self.product_requested)

    def _bind_keys(self, session: Session) -> None:
        keys = session.services.shortcuts
        page = self.page
        for key, title, action in (
            ("F2", self.tr("Buscar na fila"), page.bar.go_to_search),
            ("F5", self.tr("Tentar agora"), page.retry),
            ("F6", self.tr("Ignorar"), page.ignore),
            ("F7", self.tr("Fila ou enviados"), page.bar.swap),
            ("F8", self.tr("Pausar ou retomar"), page.hold),
            ("Ctrl+A", self.tr("Selecionar tudo"), page.select_all),
            ("Esc", self.tr("Voltar ou fechar"), self._go_back),
        ):
            keys.bind(self, Shortcut(key, title, CONTEXT), action)

    # -- what is shown --------------------------------------------------------------------------------

    def _arrived(self, snapshot: QueueSnapshot) -> None:
        self._snapshot = snapshot
        self._skeleton.stop()
        if snapshot.connection is None:
            self.stack.setCurrentWidget(self._unconnected)
        elif snapshot.total == 0 and not self.page.shows_sent:
            self._show_calm(snapshot)
        else:
            self.page.show_snapshot(snapshot)
            if self.stack.currentWidget() is not self.page:
                self.stack.setCurrentWidget(self.page)
                self.page.begin()
            self._refresh_detail()
        self._show_phrase(self._services.sync.status)

    def _show_calm(self, snapshot: QueueSnapshot) -> None:
        """Nothing waits: one sentence with the time, and nothing else."""
        status = self._services.sync.status
        sure = status.last_cycle_at if status.phase is SyncPhase.UP_TO_DATE else None
        at = formats.hour(max(sure, snapshot.at) if sure is not None else snapshot.at)
        self._calm.set_message(
            "done", self.tr("Tudo em dia às {hour}").format(hour=at), held_back(snapshot), role=Role.GOOD
        )
        self.stack.setCurrentWidget(self._calm)

    def _status_changed(self, status: SyncStatus) -> None:
        self._show_phrase(status)
        if self._snapshot is not None and self.stack.currentWidget() is self._calm:
            self.feed.ask()

    def _show_phrase(self, status: SyncStatus) -> None:
        now, mono = self._services.clock(), self._services.monotonic()
        said = self._phrase(status, mono)
        leader = self._snapshot.leader if self._snapshot is not None else None
        self.strip.show_state(said, status, leader=leader, now=now, now_mono=mono)
        calm = self.stack.currentWidget() in {self._calm, self._unconnected}
        self.strip.setVisible(not calm or (said.tone in {Tone.WARN, Tone.BAD} and self._is_news(status)))

    def _is_news(self, status: SyncStatus) -> bool:
        """The page that says the store is not connected needs no strip that says it again."""
        return status.phase is not SyncPhase.NOT_CONNECTED

    def _phrase(self, status: SyncStatus, mono: float) -> Phrase:
        counters = self._snapshot.counters if self._snapshot is not None else None
        if counters is None:
            return phrase(status, mono, 0)
        return phrase(
            status,
            mono,
            counters.pending,
            halted=counters.halted,
            now=self._services.clock(),
            oldest_since=counters.oldest_since,
        )

    def _show_ages(self) -> None:
        self._show_phrase(self._services.sync.status)
        if self._snapshot is not None and self.stack.currentWidget() is self.page:
            self.page.show_ages(self._snapshot)

    def _failed(self, error: BaseException) -> None:
        self._skeleton.stop()
        if isinstance(error, NoSuchRecord):
            self.page.close_detail()
            return
        said = sentence(error)
        if self._snapshot is not None and self.stack.currentWidget() is self.page:
            self.page.show_trouble(said.whole)
            return
        self._broken.set_message("error", said.text, said.remedy, self.tr("Tentar de novo"), Role.BAD)
        self.stack.setCurrentWidget(self._broken)

    # -- one line opened ------------------------------------------------------------------------------

    def _line_opened(self, line_id: object) -> None:
        if isinstance(line_id, int):
            self._open_line(line_id)
        else:
            self._open_line.cancel()

    def _refresh_detail(self) -> None:
        detail = self.page.detail.detail
        if detail is None:
            return
        row = self.page.table.lines.row_at(self.page.table.lines.place_of(detail.row.id) or 0)
        if row is None or row.id != detail.row.id:
            self.page.close_detail()
        else:  # the product may have been edited again though the line is the same
            self._open_line(detail.row.id)

    async def _read_detail(self, line_id: int) -> None:
        detail = await self._services.backend.read(lambda reader: reader.queue_detail(line_id))
        if line_id in self.page.table.selected_ids():
            self.page.show_detail(detail)

    # -- the window -----------------------------------------------------------------------------------

    def _go_back(self) -> None:
        if not self.page.leave_detail():
            self.close()

    def showEvent(self, event: QShowEvent) -> None:
        """Look again as soon as somebody looks."""
        super().showEvent(event)
        if not self._closed:
            self.feed.watch(True)
            self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is read and nothing ticks."""
        super().hideEvent(event)
        self.feed.watch(False)
        self._tick.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where the window stood; closing only hides it."""
        self._keep_geometry()
        self.toasts.clear()
        super().closeEvent(event)

    def _keep_geometry(self) -> None:
        kept = base64.b64encode(self.saveGeometry().data()).decode("ascii")
        if kept != self._services.preferences.get(GEOMETRY):
            self._services.preferences.put(GEOMETRY, kept)

    def _restore_geometry(self) -> None:
        theme = Theme.current()
        room = self.screen().availableSize()
        self.resize(min(theme.px(1240), room.width()), min(theme.px(760), room.height()))
        kept = self._services.preferences.get(GEOMETRY)
        if isinstance(kept, str):
            try:
                self.restoreGeometry(QByteArray(base64.b64decode(kept, validate=True)))
            except (binascii.Error, ValueError):
                return

    async def aclose(self) -> None:
        """End what runs; the window may then be thrown away."""
        if self._closed:
            return
        self._closed = True
        self._keep_geometry()
        self._unsubscribe()
        self._tick.stop()
        self._open_line.cancel()
        self._skeleton.stop()
        self._tasks.close()
        await self.feed.aclose()
        await self.actions_of_queue.aclose()
        await self._tasks.settled()
        self.toasts.clear()
        self.close()
