"""The queue while there is something in it: figures, the list, the line that is opened, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import QueueDetail, QueueRow
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.queue.actions import QueueActions
from varejoforte_desktop.ui.queue.bar import QueueBar
from varejoforte_desktop.ui.queue.detail import QueueDetailPanel
from varejoforte_desktop.ui.queue.feed import MOST_ROWS, QueueSnapshot
from varejoforte_desktop.ui.queue.figures import QueueFigures
from varejoforte_desktop.ui.queue.tables import QueueTable, SentTable
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.empty_state import EmptyState

#: At 100 %: below this width the opened line covers the list; below this height the figures stand on one line.
_SIDE_BY_SIDE = 900
_ROOMY = 1100
_HIGH = 620
_PANEL = 348
_SLENDER_PANEL = 312
_UNBOUND = 16_777_215


def held_back(snapshot: QueueSnapshot) -> str:
    """What option 2 keeps from the store; "" when there is nothing of the kind."""
    count = snapshot.counters.held_back
    if snapshot.option is not SyncOption.COMMERCIAL or not count:
        return ""
    changes = formats.counted(count, "alteração de cadastro guardada", "alterações de cadastro guardadas")
    return f"{changes}: a opção 2 não {'a' if count == 1 else 'as'} envia."


class QueuePage(QWidget):
    """Shows snapshots; asks for lines to be opened; hands what a person wants to the actions."""

    searched = Signal(str)
    #: Whether the list of what was sent is shown.
    pushes_wanted = Signal(bool)
    #: The id of the line to open, None when no line is chosen any more.
    line_opened = Signal(object)

    def __init__(self, clock: Callable[[], datetime], actions: QueueActions) -> None:
        super().__init__()
        self.setObjectName("queue_page")
        self._clock = clock
        self._doings = actions
        self._snapshot: QueueSnapshot | None = None
        self._covering = False
        self.figures = QueueFigures()
        self.table = QueueTable(clock)
        self.sent = SentTable(clock)
        self.detail = QueueDetailPanel()
        self.bar = QueueBar(actions.refusal)
        self._make_notes()
        self._lay_out()
        self._connect()
        self._show_buttons()

    # -- building -------------------------------------------------------------------------------------

    def _make_notes(self) -> None:
        self._trouble = Banner("queue_trouble", "", Tone.BAD, closable=True)
        self._trouble.hide()
        self._refusal = QLabel(self._doings.refusal)
        self._held = QLabel()
        self._shown = QLabel()
        for name, label in (
            ("queue_refusal", self._refusal),
            ("queue_held_back", self._held),
            ("queue_shown", self._shown),
        ):
            label.setObjectName(name)
            restyle(label, words="small")
        self._refusal.setVisible(bool(self._doings.refusal))
        self._nothing_found = EmptyState(
            "queue_nothing_found",
            "search",
            self.tr("Nada com estas palavras na fila"),
            "",
            self.tr("Limpar a busca"),
        )
        self._nothing_waiting = EmptyState(
            "queue_nothing_waiting", "done", self.tr("Nada na fila"), role=Role.GOOD
        )
        self._nothing_sent = EmptyState("queue_nothing_sent", "upload", self.tr("Nada enviado ainda"))

    def _lay_out(self) -> None:
        self.lists = QStackedWidget()
        self.lists.setObjectName("queue_lists")
        for each in (self.table, self.sent, self._nothing_found, self._nothing_waiting, self._nothing_sent):
            self.lists.addWidget(each)
        restyle(self.lists, card=True)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self.lists, 1)
        body.addWidget(self.detail)
        notes = QVBoxLayout()
        notes.setSpacing(2)
        for note in (self._held, self._refusal):
            # A long sentence wraps; it must not widen the window.
            note.setWordWrap(True)
            note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            notes.addWidget(note)
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        foot.addLayout(notes, 1)
        foot.addWidget(self._shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.figures)
        column.addWidget(self.bar)
        column.addWidget(self._trouble)
        column.addLayout(body, 1)
        column.addLayout(foot)
        self.detail.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def _connect(self) -> None:
        self.bar.tabs.currentChanged.connect(self._list_changed)
        self.bar.search.searched.connect(self.searched)
        self.bar.search.left_downwards.connect(self.table.setFocus)
        self._nothing_found.acted.connect(self.bar.search.clear)
        self.bar.retry.clicked.connect(self.retry)
        self.bar.ignore.clicked.connect(self.ignore)
        self.bar.hold.clicked.connect(self.hold)
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.table.chosen.connect(self._choose)
        self.detail.left.connect(self.leave_detail)
        self.detail.link_requested.connect(self._link)
        self.detail.set_may_link(not self._doings.refusal)
        self._doings.busy_changed.connect(self._show_buttons)
        self._doings.busy_changed.connect(self.detail.set_busy)
        self._doings.link_refused.connect(self.detail.show_trouble)
        Theme.current().changed.connect(self._fit)

    # -- what is shown --------------------------------------------------------------------------------

    @property
    def shows_sent(self) -> bool:
        """Whether the list of what was sent is in front."""
        return self.bar.shows_sent

    def show_snapshot(self, snapshot: QueueSnapshot) -> None:
        """Show a look at the books."""
        self._snapshot = snapshot
        self._trouble.hide()
        self.figures.show_snapshot(snapshot, self._clock())
        self.table.lines.set_rows(snapshot.rows)
        if snapshot.pushes is not None:
            self.sent.show_pushes(snapshot.pushes)
        words = held_back(snapshot)
        self._held.setText(words)
        self._held.setVisible(bool(words))
        self._show_list()
        if self.detail.detail is None:
            self._hint()
        self._show_buttons()

    def begin(self) -> None:
        """The page comes to the front: the keyboard is on the list."""
        (self.sent if self.shows_sent else self.table).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_list(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        if self.shows_sent:
            shown: QWidget = self.sent if self.sent.lines.rows else self._nothing_sent
            words = formats.counted(len(self.sent.lines.rows), "tentativa recente", "tentativas recentes")
        else:
            shown = self.table
            if not snapshot.rows:
                shown = self._nothing_found if snapshot.text else self._nothing_waiting
            words = _how_many(snapshot)
            if snapshot.rows and not self._side_by_side:
                words = self.tr("Enter mostra a causa · {count}").format(count=words)
        self._shown.setText(words)
        self.lists.setCurrentWidget(shown)
        self._place_detail()

    def show_ages(self, snapshot: QueueSnapshot) -> None:
        """What changes by itself every second."""
        now = self._clock()
        self.figures.show_ages(snapshot, now)
        self.detail.show_ages(now)
        (self.sent if self.shows_sent else self.table).viewport().update()

    def show_trouble(self, sentence: str) -> None:
        """The last look failed; what is shown is older."""
        self._trouble.set_message(sentence, Tone.BAD)
        self._trouble.show()

    def show_detail(self, detail: QueueDetail) -> None:
        """Show the line that was opened."""
        self.detail.show_detail(detail, self._clock())

    def close_detail(self) -> None:
        """The opened line has left the queue."""
        self._covering = False
        self._hint()
        self._place_detail()

    def leave_detail(self) -> bool:
        """Back to the list, if the opened line covers it."""
        if not self._covering:
            return False
        self._covering = False
        self._place_detail()
        self.table.setFocus()
        return True

    def _hint(self) -> None:
        halted = self._snapshot.counters.halted if self._snapshot is not None else 0
        if not halted:
            self.detail.show_hint("")
            return
        need = formats.counted(halted, "item parado precisa", "itens parados precisam")
        words = self.tr("{need} de uma pessoa. Escolha um para ver a causa e como resolver.").format(
            need=need
        )
        all_of_them = "" if self._doings.refusal else self.tr(" F5 tenta todos de novo.")
        self.detail.show_hint(words + all_of_them)

    # -- choosing -------------------------------------------------------------------------------------

    def _selection_changed(self) -> None:
        self._show_buttons()
        chosen = self.table.selected_ids()
        current = self.table.current_id()
        if not chosen:
            self.detail.show_hint("")
            self._hint()
            self.line_opened.emit(None)
        else:
            self.line_opened.emit(current if current in chosen else chosen[0])

    def _choose(self, _line_id: object) -> None:
        self._covering = not self._side_by_side
        self._place_detail()
        self.detail.area.setFocus(Qt.FocusReason.TabFocusReason)

    def _list_changed(self) -> None:
        self._covering = False
        self.pushes_wanted.emit(self.shows_sent)
        self._show_list()
        self._show_buttons()

    def select_all(self) -> None:
        """Ctrl+A."""
        if not self.shows_sent:
            self.table.selectAll()
            self.table.setFocus()

    # -- doing ----------------------------------------------------------------------------------------

    def retry(self) -> None:
        """F5: the chosen lines, or all halted ones."""
        chosen = self._chosen()
        if chosen:
            self._doings.retry(chosen)
        elif self._snapshot is not None:
            self._doings.retry_halted(self._snapshot.total)

    def ignore(self) -> None:
        """F6."""
        if chosen := self._chosen():
            self._doings.ignore(chosen)

    def hold(self) -> None:
        """F8."""
        if chosen := self._chosen():
            self._doings.hold(chosen)

    def _link(self, remote_id: str) -> None:
        if self.detail.detail is not None:
            self._doings.link(self.detail.detail.row, remote_id)

    def _chosen(self) -> list[QueueRow]:
        return [] if self.shows_sent else self.table.chosen_rows()

    def _show_buttons(self) -> None:
        halted = self._snapshot.counters.halted if self._snapshot is not None else 0
        self.bar.show_choice(self._chosen(), halted=halted, busy=self._doings.busy)

    # -- room -----------------------------------------------------------------------------------------

    @property
    def _side_by_side(self) -> bool:
        return self.width() >= Theme.current().px(_SIDE_BY_SIDE)

    def minimumSizeHint(self) -> QSize:
        """As narrow as it is with the opened line over the list, or the window could never be made so narrow."""
        parts = (self.figures, self.bar, self.lists)
        return QSize(
            max(part.minimumSizeHint().width() for part in parts), super().minimumSizeHint().height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the figures shrink and the opened line covers the list."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.figures.set_low(self.height() < Theme.current().px(_HIGH))
        self._show_list()
        self._place_detail()

    def _place_detail(self) -> None:
        beside = self._side_by_side
        self.detail.set_covering(not beside)
        if beside:
            roomy = self.width() >= Theme.current().px(_ROOMY)
            self.detail.setFixedWidth(Theme.current().px(_PANEL if roomy else _SLENDER_PANEL))
        else:
            self.detail.setMinimumWidth(0)
            self.detail.setMaximumWidth(_UNBOUND)
        covers = self._covering and not beside
        self.lists.setVisible(not covers)
        self.detail.setVisible((beside and not self.shows_sent) or covers)


def _how_many(snapshot: QueueSnapshot) -> str:
    shown = len(snapshot.rows)
    if snapshot.text:
        more = " (os primeiros)" if shown == MOST_ROWS else ""
        return formats.counted(shown, "item encontrado", "itens encontrados") + more
    if shown < snapshot.total:
        return f"mostrando {formats.count(shown)} de {formats.count(snapshot.total)}"
    return formats.counted(shown, "item", "itens")
