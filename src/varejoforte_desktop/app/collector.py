"""Tidies the memory on the screen's own thread: a window must never be thrown away by another one."""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_LOOK_MILLISECONDS: Final = 200
_YOUNG: Final = 3_000
_MIDDLE_EVERY: Final = 10
_OLD_EVERY: Final = 1500


class Collector(QObject):
    """Python may collect garbage on any thread, and destroying a Qt object off its thread ends the program.

    So the automatic collection is off and a timer does it here, the youngest objects first, which costs a frame
    at most because `freeze` has put what was imported out of its sight.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._looks = 0
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def freeze(self) -> None:
        """What lives now lives as long as the program: never look at it again."""
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Python collects by itself again."""
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        self._looks += 1
        if self._looks % _OLD_EVERY == 0:
            gc.collect(2)
        elif self._looks % _MIDDLE_EVERY == 0:
            gc.collect(1)
        elif gc.get_count()[0] > _YOUNG:
            gc.collect(0)
