"""The six forms of payment with their keys: a digit chooses one and the amount comes next."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.ui.counter.words import METHOD_WORDS, METHODS
from varejoforte_desktop.ui.shortcuts import Shortcut, ShortcutRegistry
from varejoforte_desktop.ui.theme import Space, restyle

_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -2, Qt.Key.Key_Down: 2}


class MethodBox(QWidget):
    """Has the focus as a whole; one form is always chosen, the first being cash."""

    #: A form was chosen by its digit or a click: a PaymentMethod.
    chosen = Signal(object)
    #: Enter.
    entered = Signal()
    #: A key that means nothing here.
    refused = Signal()

    def __init__(self, registry: ShortcutRegistry, context: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("payment_methods")
        self.setAccessibleName(self.tr("Forma de pagamento"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._method = METHODS[0]
        self._open = True
        self._buttons: dict[PaymentMethod, QPushButton] = {}
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.S)
        for place, method in enumerate(METHODS):
            button = QPushButton(f"{place + 1}  {METHOD_WORDS[method]}")
            button.setObjectName(f"payment_{method.value}")
            button.setAccessibleName(METHOD_WORDS[method])
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            restyle(button, method=True)
            button.clicked.connect(partial(self._choose, method))
            self._buttons[method] = button
            grid.addWidget(button, place // 2, place % 2)
            # Digits come by way of the scanner's ear, which hands them to the box: the shortcut only lists them.
            listed = Shortcut(str(place + 1), METHOD_WORDS[method], context)
            registry.bind(self, listed, partial(self._choose, method)).setEnabled(False)
        self._show()

    @property
    def method(self) -> PaymentMethod:
        """The form that is chosen."""
        return self._method

    def choose(self, method: PaymentMethod) -> None:
        """Mark a form; says nothing."""
        self._method = method
        self.setAccessibleDescription(METHOD_WORDS[method])
        self._show()

    def show_open(self, *, open_: bool) -> None:
        """Whether there is still something to pay; the box keeps the keyboard either way."""
        for button in self._buttons.values():
            button.setEnabled(open_)
        self._open = open_
        self._show()

    def _choose(self, method: PaymentMethod, _checked: bool = False) -> None:
        self.choose(method)
        self.chosen.emit(method)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose, arrows mark, Enter pays."""
        key, text = Qt.Key(event.key()), event.text()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.entered.emit()
        elif key in _STEPS:
            place = METHODS.index(self._method) + _STEPS[key]
            self.choose(METHODS[min(max(place, 0), len(METHODS) - 1)])
        elif text.isdigit() and 1 <= int(text) <= len(METHODS):
            self._choose(METHODS[int(text) - 1])
        elif text.isprintable() and text.strip():
            self.refused.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring stands around the chosen form."""
        super().focusInEvent(event)
        self._show()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No ring, but the mark stays."""
        super().focusOutEvent(event)
        self._show()

    def _show(self) -> None:
        for method, button in self._buttons.items():
            mine = method is self._method and self._open
            restyle(button, chosen=mine, ringed=mine and self.hasFocus())
