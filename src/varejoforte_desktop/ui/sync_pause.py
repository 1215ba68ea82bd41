"""The flag switched off for a while: for how long is asked, and the time ends by itself, also after a restart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QWidget

from varejoforte_desktop.ui.services import Preferences, Services

#: For how many minutes one may switch off, besides "until I switch it on".
LENGTHS: Final = (15, 30, 60)
_LONGEST: Final = timedelta(minutes=max(LENGTHS))


def pause_key(login: str) -> str:
    """Under which name a station remembers until when an operator paused."""
    return f"sync_pause:{login}"


class SyncPause(QObject):
    """Ends when either clock says so: the computer's may be set, the other stands still while it sleeps."""

    #: The time is up.
    over = Signal()

    def __init__(self, services: Services, login: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences: Preferences = services.preferences
        self._clock: Callable[[], datetime] = services.clock
        self._monotonic: Callable[[], float] = services.monotonic
        self._key = pause_key(login)
        self._until: datetime | None = None
        self._deadline = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.check)

    @property
    def left(self) -> float | None:
        """Seconds that are left; None while nothing is paused."""
        if self._until is None:
            return None
        by_wall = (self._until - self._clock()).total_seconds()
        return max(0.0, min(by_wall, self._deadline - self._monotonic()))

    def begin(self, length: timedelta) -> None:
        """Pause for so long from now, and remember it."""
        self._preferences.put(self._key, (self._clock() + length).astimezone(UTC).isoformat())
        self._run(length)

    def recall(self) -> bool:
        """Somebody signs in: go on with what was remembered; True when its time was up meanwhile."""
        until = _read(self._preferences.get(self._key))
        if until is None:
            return False
        left = until - self._clock()
        if left <= timedelta(0):
            self.cancel()
            return True
        self._run(min(left, _LONGEST))  # a clock that was set back makes no pause longer
        return False

    def cancel(self) -> None:
        """Nothing is paused any more, and nothing remembered."""
        self._timer.stop()
        self._until = None
        if self._preferences.get(self._key) is not None:
            self._preferences.put(self._key, None)

    def check(self) -> None:
        """Look at the clocks; the end is told once."""
        left = self.left
        if left is None:
            return
        if left > 0:
            self._timer.start(_milliseconds(left))
            return
        self.cancel()
        self.over.emit()

    def rest(self) -> None:
        """Somebody signs out: what is remembered stays."""
        self._timer.stop()

    def _run(self, length: timedelta) -> None:
        self._until = self._clock() + length
        self._deadline = self._monotonic() + length.total_seconds()
        self._timer.start(_milliseconds(length.total_seconds()))


class PauseMenu(QMenu):
    """For how long? Put away without an answer it means: until I switch it on."""

    #: So many minutes were chosen.
    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sync_pause_menu")
        self.setAccessibleName(self.tr("Desligar por quanto tempo?"))
        title = self.addAction(self.tr("Desligar por quanto tempo?"))
        title.setObjectName("sync_pause_title")
        title.setEnabled(False)
        for minutes in LENGTHS:
            hours = minutes // 60
            words = self.tr("Por {minutes} min").format(minutes=minutes)
            if hours:
                words = self.tr("Por {hours} h").format(hours=hours)
            action = self.addAction(words)
            action.setObjectName(f"sync_pause_{minutes}")
            action.triggered.connect(partial(self._choose, minutes))
        self.addSeparator()
        self.addAction(self.tr("Até eu ligar")).setObjectName("sync_pause_open")

    def open_under(self, widget: QWidget) -> None:
        """Open below a control, the shortest time marked: Enter takes it, the arrows and Esc choose otherwise."""
        self.popup(widget.mapToGlobal(QPoint(0, widget.height())))
        self.setActiveAction(self.actions()[1])

    def _choose(self, minutes: int, _checked: bool = False) -> None:
        self.chosen.emit(minutes)


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000) + 1


def _read(text: object) -> datetime | None:
    """An instant as it was remembered; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
