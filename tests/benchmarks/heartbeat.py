"""A timer that wants to beat each millisecond on the screen's thread, and remembers how long it had to wait."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

from tests.benchmarks.figures import percentile


class Heartbeat:
    """Gaps between beats, in milliseconds: by the clock, and in processor time of this thread alone."""

    def __init__(self, parent: QObject) -> None:
        self.gaps: list[float] = []
        self.burnt: list[float] = []
        self._last = (0.0, 0.0)
        self._timer = QTimer(parent)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin anew."""
        self.gaps, self.burnt = [], []
        self._last = (time.perf_counter(), time.thread_time())
        self._timer.start(1)

    def stop(self) -> dict[str, Any]:
        """End; the figures."""
        self._timer.stop()
        return {
            "beats": len(self.gaps),
            "p50": percentile(self.gaps, 0.50),
            "p99": percentile(self.gaps, 0.99),
            "worst": max(self.gaps),
            "late": sum(gap > 16 for gap in self.gaps),
            "worst_burnt": max(self.burnt),
        }

    def _beat(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.gaps.append(1000 * (now[0] - self._last[0]))
        self.burnt.append(1000 * (now[1] - self._last[1]))
        self._last = now
