"""The field that always waits for the next code: typed ones end with Enter, scanned ones never pass through it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui.counter.typed import read_entry
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import restyle
from varejoforte_desktop.ui.widgets.pinned import Pinned

_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ScanLine(QLineEdit):
    """The arrows move the mark of the lines; "3*" stays until the code it counts has come."""

    #: Enter with something typed: the text.
    entered = Signal(str)
    #: −1 for the line above, +1 for the one below.
    walked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counter_scan")
        self.setAccessibleName(self.tr("Código ou nome do produto"))
        self.setPlaceholderText(self.tr("Bipe ou digite o produto"))
        self.setMaxLength(80)
        restyle(self, large=True)
        Pinned(self, left=IconLabel("barcode", Role.TEXT_MUTED, 18))

    def take_times(self) -> Decimal | None:
        """The quantity that waits for its code, and the field is empty again; None leaves the field as it is.

        Raises NotANumber or TooManyDecimals, and then the text is marked.
        """
        text = self.text().strip()
        if not text.endswith("*"):
            return None
        try:
            times = read_entry(text).times
        except DomainError:
            self.selectAll()
            raise
        self.clear()
        return times

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ends what was typed and presses no button."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            text = self.text().strip()
            if text and not text.endswith("*"):
                self.clear()
                self.entered.emit(text)
        elif key in _STEPS:
            self.walked.emit(_STEPS[key])
        else:
            super().keyPressEvent(event)
            return
        event.accept()
