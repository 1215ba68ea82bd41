"""Large answers to one question, each a button with a title and a sentence below it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Space, Theme, restyle


class BigChoice(QPushButton):
    """Pressed as a whole, also with the keyboard; as high as its sentence needs."""

    def __init__(
        self, object_name: str, icon_name: str, title: str, told: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(title)
        self.setAccessibleDescription(told)
        self.setAutoDefault(False)
        self._inside = QHBoxLayout(self)
        self._inside.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self._inside.setSpacing(Space.M)
        self._inside.addWidget(IconLabel(icon_name, Role.ACCENT, 24), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (paragraph(title, "heading"), paragraph(told, "muted")):
            # The button hears the mouse, not the words on it.
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            words.addWidget(label)
        self._inside.addLayout(words, 1)
        self._inside.addWidget(IconLabel("chevron-right", Role.TEXT_MUTED, 16))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """What stands on it says how much room it needs, not the button's own text, which is empty."""
        return self._inside.sizeHint()


def fact_line(name: str, title: str, text: str) -> QWidget:
    """A fact with its title before it, such as "Banco de dados"."""
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(Space.M)
    label = QLabel(title)
    label.setMinimumWidth(Theme.current().px(110))
    restyle(label, words="muted")
    line.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(paragraph(text, name=name), 1)
    return made
