"""Keeps the queue's window up to date: one look at the books at a time, never more than four a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.questions import (
    ConnectionRow,
    Leader,
    PastPush,
    QueueCounters,
    QueueRow,
    Reader,
)
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.ui.queue.words import grouped
from varejoforte_desktop.ui.services import Services
from varejoforte_desktop.ui.tasks import TaskScope

MOST_ROWS: Final = 500
MOST_PUSHES: Final = 200
_REST_MS: Final = 250
#: What other stations do is not told to this one; it has to look.
_POLL_MS: Final = 5000
_TOPICS: Final = frozenset({Topic.QUEUE, Topic.QUOTA, Topic.LEADER, Topic.CONNECTION, Topic.SETTINGS})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSnapshot:
    """All the window shows, read in one transaction."""

    rows: tuple[QueueRow, ...]
    counters: QueueCounters
    connection: ConnectionRow | None
    leader: Leader | None
    option: SyncOption
    text: str
    pushes: tuple[tuple[str, PastPush], ...] | None
    at: datetime

    @property
    def total(self) -> int:
        """All lines of the queue, paused ones too."""
        return self.counters.pending + self.counters.paused


class QueueFeed(QObject):
    """Looks when something changed and every few seconds, while somebody is looking."""

    #: A QueueSnapshot.
    arrived = Signal(object)
    #: The exception of a look that failed; the next is made by itself.
    failed = Signal(object)

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._tasks = TaskScope(self, self._trouble)
        self._text = ""
        self._with_pushes = False
        self._watching = False
        self._reading = False
        self._stale = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._rested)
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self.ask)
        self._unsubscribe: Callable[[], None] = services.changes.subscribe(self._changed)

    def watch(self, watching: bool) -> None:
        """Somebody began or stopped looking at the window."""
        self._watching = watching
        if watching:
            self._poll.start()
            self.ask()
        else:
            self._poll.stop()

    def search(self, text: str) -> None:
        """Show only what matches these words."""
        self._text = text
        self.ask()

    def with_pushes(self, wanted: bool) -> None:
        """Whether what was sent lately is wanted too."""
        self._with_pushes = wanted
        self.ask()

    def ask(self) -> None:
        """Look as soon as the last look is a quarter of a second ago."""
        if not self._watching:
            return
        if self._reading or self._rest.isActive():
            self._stale = True
            return
        self._reading, self._stale = True, False
        self._tasks.start(self._look())

    async def aclose(self) -> None:
        """Look no more."""
        self._unsubscribe()
        self._watching = False
        self._rest.stop()
        self._poll.stop()
        self._tasks.close()
        await self._tasks.settled()

    def _changed(self, topics: frozenset[Topic]) -> None:
        if topics & _TOPICS:
            self.ask()

    def _rested(self) -> None:
        if self._stale:
            self.ask()

    async def _look(self) -> None:
        text, with_pushes, clock = self._text, self._with_pushes, self._services.clock

        def question(reader: Reader) -> QueueSnapshot:
            return QueueSnapshot(
                rows=tuple(grouped(reader.queue_rows(limit=MOST_ROWS, text=text))),
                counters=reader.queue_counters(),
                connection=reader.connection(),
                leader=reader.leader(),
                option=reader.shop().sync_option,
                text=text,
                pushes=tuple(reader.recent_pushes(limit=MOST_PUSHES)) if with_pushes else None,
                at=clock(),
            )

        try:
            snapshot = await self._services.backend.read(question)
        finally:
            self._reading = False
            if self._watching:
                self._rest.start()
        if (text, with_pushes) == (self._text, self._with_pushes):
            self.arrived.emit(snapshot)

    def _trouble(self, error: BaseException) -> None:
        self.failed.emit(error)
