"""What an empty list says: what belongs here and the one button to begin; the same for a list that failed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, Theme, restyle


class EmptyState(QWidget):
    """A drawing, a title, a sentence and perhaps a button, in the middle of the place."""

    #: The button was pressed.
    acted = Signal()

    def __init__(
        self,
        object_name: str,
        icon_name: str,
        title: str,
        sentence: str = "",
        button: str = "",
        *,
        role: Role = Role.TEXT_MUTED,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self._sign = IconLabel(icon_name, role, 40)
        self._title = QLabel()
        self._sentence = QLabel()
        self._button = QPushButton()
        self._button.setObjectName(f"{object_name}_button")
        self._button.clicked.connect(self.acted)
        for label, words in ((self._title, "heading"), (self._sentence, "muted")):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            restyle(label, words=words)
        restyle(self._button, kind="primary")
        self._build()
        Theme.current().changed.connect(self._fit)
        self.set_message(icon_name, title, sentence, button, role)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.S)
        column.addStretch(1)
        column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(Space.XS)
        column.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(Space.M)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def set_message(
        self, icon_name: str, title: str, sentence: str = "", button: str = "", role: Role = Role.TEXT_MUTED
    ) -> None:
        """Say something else."""
        self._sign.set_icon(icon_name, role)
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(f"{title} {sentence}".strip())
        self._fit()

    def _fit(self) -> None:
        # Between stretches a wrapped label is given one line's height; it has to say how much it needs.
        width = Theme.current().px(380)
        for label in (self._title, self._sentence):
            label.ensurePolished()
            label.setFixedSize(width, max(0, label.heightForWidth(width)))
