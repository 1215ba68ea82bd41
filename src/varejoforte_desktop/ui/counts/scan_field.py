"""The field the scanner writes into: each code adds what was found, and the next one can come at once."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from varejoforte_desktop.domain.quantity import quantity
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import restyle
from varejoforte_desktop.ui.widgets.pinned import Pinned

_ENDS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_TIMES: Final = re.compile(r"\s*(?P<amount>[^*]*)\*\s*(?P<code>.*)", re.DOTALL)
_FLASH_MS: Final = 700


class Scan(NamedTuple):
    """What was found: how many of which code."""

    amount: Decimal
    code: str


def read_scan(text: str) -> Scan | None:
    """ "789…" is one of it, "12*789…" twelve, "-1*789…" takes one back; None while the code is still to come.

    Raises NotANumber or TooManyDecimals when what stands before the star is no quantity.
    """
    counted = _TIMES.fullmatch(text)
    code = (counted["code"] if counted else text).strip()
    amount = quantity(counted["amount"].strip(), "quantity") if counted else Decimal(1)
    return Scan(amount, code) if code else None


class ScanField(QLineEdit):
    """Enter ends a code, and so does the Tab that some scanners send; the field is empty again at once."""

    #: A whole text came, whatever it says.
    scanned = Signal(str)

    def __init__(self, object_name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(accessible_name)
        self.setPlaceholderText(self.tr("Bipe ou digite o código; 12* antes dele soma 12"))
        self.setMaxLength(80)
        restyle(self, large=True)
        Pinned(self, left=IconLabel("barcode", Role.TEXT_MUTED, 18))
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_FLASH_MS)
        self._calm.timeout.connect(self._calm_down)

    @property
    def flashing(self) -> bool:
        """Whether the field still shows that the last code was refused."""
        return self._calm.isActive()

    def flash(self) -> None:
        """Show for a moment that a code was refused; typing goes on meanwhile."""
        restyle(self, invalid=True)
        self._calm.start()

    def _calm_down(self) -> None:
        self._calm.stop()
        restyle(self, invalid=False)

    def event(self, event: QEvent) -> bool:
        """A scanner's Tab ends the code; with nothing typed, Tab, Del and Ctrl+Z are the screen's."""
        if isinstance(event, QKeyEvent):
            empty = not self.text()
            if event.type() == QEvent.Type.ShortcutOverride and empty and _is_the_screens(event):
                event.ignore()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab and not empty:
                self._end()
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ends the code and presses no button; Esc empties the field."""
        if event.key() in _ENDS:
            self._end()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _end(self) -> None:
        text = self.text().strip()
        if not text or text.endswith("*"):
            return  # "12*" waits for its code
        self.clear()
        self.scanned.emit(text)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it flash."""
        super().hideEvent(event)
        self._calm_down()


def _is_the_screens(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Delete or event.matches(QKeySequence.StandardKey.Undo)
