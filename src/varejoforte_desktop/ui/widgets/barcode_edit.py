"""The field for a barcode, typed or sent by the scanner, which ends each code with Enter."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.domain.errors import DomainError, NotANumber
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.widgets.pinned import Pinned
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit

#: What the law writes where a product has no barcode.
NO_GTIN: Final = "SEM GTIN"


class BarcodeEdit(TypedEdit[str]):
    """Digits of a barcode, or "SEM GTIN". Enter stays here and becomes `scanned`: it presses no button."""

    #: A whole code ended with Enter.
    scanned = Signal(str)

    def __init__(
        self,
        object_name: str,
        accessible_name: str,
        *,
        clear_after_scan: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(object_name, accessible_name, parent)
        self._clear_after_scan = clear_after_scan
        Pinned(self, left=IconLabel("barcode", Role.TEXT_MUTED))
        self.setPlaceholderText(self.tr("Bipe ou digite o código"))
        self.setMaxLength(60)

    def barcode(self) -> str | None:
        """The code, None when empty. Marks the field and raises NotANumber."""
        return self.value()

    def set_barcode(self, code: str | None) -> None:
        """Show a code."""
        self.set_value(code)

    def parse(self, text: str) -> str:
        """Digits as they are, spaces and hyphens of a printed code left out."""
        bare = " ".join(text.upper().split())
        if bare == NO_GTIN:
            return NO_GTIN
        digits = bare.replace(" ", "").replace("-", "")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 48:
            raise NotANumber(text, self.objectName())
        return digits

    def written(self, value: str) -> str:
        """The code itself."""
        return value

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        return self.tr("Use só números, ou SEM GTIN.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the scanner's Enter before a dialog's default button does."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
            return
        event.accept()
        self.settle()
        code = "" if self.error else self.text()
        if code:
            if self._clear_after_scan:
                self.clear()
                self._last = None
            self.scanned.emit(code)
