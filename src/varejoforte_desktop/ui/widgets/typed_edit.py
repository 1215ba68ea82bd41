"""A field that understands what is typed into it and says so beside itself when it does not."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui.theme import restyle

V = TypeVar("V")


class TypedEdit(QLineEdit, Generic[V]):
    """Base of the fields that hold a value rather than a text; an empty field holds None.

    What was typed is never thrown away: a text that cannot be understood stays, marked.
    """

    #: The value (or None) after each change that can be understood.
    value_changed = Signal(object)
    #: The sentence of what is wrong; "" when nothing is.
    error_changed = Signal(str)

    def __init__(self, object_name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(accessible_name)
        self._error = ""
        self._last: V | None = None
        self.textEdited.connect(self._edited)

    def parse(self, text: str) -> V:
        """Turn a text that is not empty into a value. Raises a DomainError when it is none."""
        raise NotImplementedError

    def written(self, value: V) -> str:
        """The value as it stands in the field."""
        raise NotImplementedError

    def sentence(self, error: DomainError) -> str:
        """What to tell the person about a text that cannot be understood."""
        raise NotImplementedError

    @property
    def error(self) -> str:
        """What is wrong with the text now, "" when nothing is."""
        return self._error

    def value(self) -> V | None:
        """What the field holds, None when empty. Marks the field and raises a DomainError if it makes no sense."""
        try:
            value = self._read()
        except DomainError as error:
            self.set_error(self.sentence(error))
            raise
        return value

    def set_value(self, value: V | None) -> None:
        """Show a value, or nothing for None."""
        self.setText("" if value is None else self.written(value))
        self.set_error("")
        self._tell(value)

    def set_error(self, sentence: str) -> None:
        """Mark the field with a sentence of the caller ("" clears), such as a refusal of the use case."""
        restyle(self, invalid=bool(sentence))
        if sentence != self._error:
            self._error = sentence
            self.setAccessibleDescription(sentence)
            self.error_changed.emit(sentence)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all, so that typing replaces."""
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            # The click that gave the focus would undo the selection.
            QTimer.singleShot(0, self, self.selectAll)
        elif event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write the value neatly, or say what is wrong with the text."""
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self.settle()

    def settle(self) -> None:
        """Write the value neatly or mark the text; happens when the field is left."""
        try:
            value = self._read()
        except DomainError as error:
            self.set_error(self.sentence(error))
            return
        if value is not None and not self.isReadOnly():
            self.setText(self.written(value))
        self._tell(value)

    def _read(self) -> V | None:
        text = self.text().strip()
        return self.parse(text) if text else None

    def _edited(self) -> None:
        # While typing, "12," is not yet wrong: errors are only taken away here.
        try:
            value = self._read()
        except DomainError:
            return
        self.set_error("")
        self._tell(value)

    def _tell(self, value: V | None) -> None:
        if value != self._last:
            self._last = value
            self.value_changed.emit(value)
