"""A refusal laid over the lines for some seconds: it takes no focus, no click, and the next scan goes on below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from varejoforte_desktop.ui.counter.style import HIT
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, Theme, restyle

_SHOWN: Final = 5000
_BLINK: Final = 160


class Flash(QFrame):
    """Lives over one widget, at its top. The newest refusal replaces the one before and blinks once."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("counter_flash")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._over = over
        self._sign = IconLabel("error", Role.SURFACE, 20)
        self._words = QLabel()
        self._words.setObjectName("counter_flash_words")
        self._words.setWordWrap(True)
        restyle(self._words, counter="flash")
        line = self._line = QHBoxLayout(self)
        line.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        line.setSpacing(Space.M)
        line.addWidget(self._sign)
        line.addWidget(self._words, 1)
        self._gone = self._timer(_SHOWN, self.hide)
        self._blink = self._timer(_BLINK, self._appear)
        self._tone = Tone.BAD
        over.installEventFilter(self)
        self.hide()

    def _timer(self, milliseconds: int, action: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(action)
        return timer

    @property
    def text(self) -> str:
        """What is said now, "" when nothing is."""
        return "" if self.isHidden() else self._words.text()

    def say(self, words: str, tone: Tone = Tone.BAD) -> None:
        """Show a refusal (BAD) or a warning (WARN)."""
        again = not self.isHidden()
        self._tone = tone
        self._words.setText(words)
        self.setAccessibleName(words)
        self._sign.set_icon(tone.icon, Role.SURFACE)
        self._place()
        if again:
            restyle(self, flash="")  # so that the same words are seen to come again
            self._blink.start()
        else:
            self._appear()
        self._gone.start()

    def clear(self) -> None:
        """Take it away now."""
        self.hide()

    def _appear(self) -> None:
        self._blink.stop()
        restyle(self, flash=self._tone.value)
        self.show()
        self.raise_()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing left to count for."""
        super().hideEvent(event)
        self._gone.stop()
        self._blink.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the lines' size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        width = self._over.width() - 2 * Space.S
        height = max(Theme.current().px(HIT), self._line.totalHeightForWidth(width))
        self.setGeometry(Space.S, Space.S, width, height)
