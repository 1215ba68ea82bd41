"""A strip at the top of a screen for what stays true until somebody acts."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from varejoforte_desktop.ui.icons import IconLabel, bind_icon
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, restyle


class Banner(QFrame):
    """A sentence with its remedy as a button, and a cross when it may be put away."""

    #: The button was pressed.
    acted = Signal()
    #: The cross was pressed; the banner has hidden itself.
    dismissed = Signal()

    def __init__(
        self,
        object_name: str,
        text: str = "",
        tone: Tone = Tone.INFO,
        *,
        button: str = "",
        closable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self._sign = IconLabel(tone.icon, tone.role, 18)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._button = QPushButton()
        self._button.setObjectName(f"{object_name}_button")
        self._button.clicked.connect(self.acted)
        self._close = QToolButton()
        self._close.setObjectName(f"{object_name}_close_button")
        self._close.setAccessibleName(self.tr("Fechar aviso"))
        self._close.setToolTip(self.tr("Fechar aviso"))
        self._close.clicked.connect(self._dismiss)
        restyle(self._close, kind="quiet")
        bind_icon(self._close, "close", Role.TEXT)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        line.setSpacing(Space.M)
        line.addWidget(self._sign)
        line.addWidget(self._text, 1)
        line.addWidget(self._button)
        line.addWidget(self._close)
        self._close.setVisible(closable)
        self._of_reading = False
        self.set_message(text, tone, button)

    def set_message(self, text: str, tone: Tone, button: str = "") -> None:
        """Say something else, with or without a button."""
        self._of_reading = False
        self._text.setText(text)
        self._sign.set_icon(tone.icon, tone.role)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        restyle(self, banner=tone.value)
        self.setAccessibleName(text)

    def show_unread(self, text: str, button: str) -> None:
        """Say that what is shown below could not be read again; true until it is, see `was_read`."""
        self.set_message(text, Tone.BAD, button)
        self._of_reading = True
        self.show()

    def was_read(self) -> None:
        """What is shown below was read. Whatever else is said, a refusal, a failure, stays for whoever it concerns."""
        if self._of_reading:
            self._of_reading = False
            self.hide()

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
