"""The question Esc asks before it throws typed work away, in the window itself: no window over a window."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, restyle


class DiscardBar(QFrame):
    """Hidden until it asks; the keyboard waits at going on, so that no key in a row loses anything."""

    #: What was typed may go.
    discarded = Signal()

    def __init__(self, name: str, question: str, parent: QWidget | None = None) -> None:
        """`name` begins the object names: "till" makes till_discard_bar, till_discard and till_continue."""
        super().__init__(parent)
        self._before: QWidget | None = None
        self.setObjectName(f"{name}_discard_bar")
        restyle(self, banner=Tone.WARN.value)
        words = QLabel(question)
        words.setWordWrap(True)
        self._discard = QPushButton(self.tr("Descartar"))
        self._continue = QPushButton(self.tr("Continuar editando"))
        self._discard.setObjectName(f"{name}_discard")
        self._continue.setObjectName(f"{name}_continue")
        self._discard.clicked.connect(self.discarded)
        self._continue.clicked.connect(self.stay)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        line.setSpacing(Space.S)
        line.addWidget(IconLabel("warning", Role.WARN, 18))
        line.addWidget(words, 1)
        for button in (self._discard, self._continue):
            button.setAutoDefault(False)
            line.addWidget(button)
        self.hide()

    def ask(self) -> None:
        """Ask, and remember where the keyboard was."""
        self._before = QApplication.focusWidget()
        self.show()
        self._continue.setFocus(Qt.FocusReason.OtherFocusReason)

    def stay(self) -> None:
        """Nothing is thrown away, and the keyboard goes back to where it was."""
        self.hide()
        before, self._before = self._before, None
        if before is not None and shiboken6.isValid(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
