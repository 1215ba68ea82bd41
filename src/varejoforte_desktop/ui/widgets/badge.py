"""A small pill that tells a state by drawing, word and colour at once."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle


class Badge(QFrame):
    """The state of a thing in one or two words."""

    def __init__(
        self,
        text: str,
        tone: Tone = Tone.NEUTRAL,
        icon_name: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sign = IconLabel(icon_name or tone.icon, tone.role, 14)
        self._text = QLabel(text)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.S, 3, Space.S + 2, 3)
        line.setSpacing(Space.XS)
        line.addWidget(self._sign)
        line.addWidget(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_state(text, tone, icon_name)

    def set_state(self, text: str, tone: Tone, icon_name: str | None = None) -> None:
        """Tell another state."""
        self._text.setText(text)
        self._sign.set_icon(icon_name or tone.icon, tone.role)
        restyle(self, badge=tone.value)
        restyle(self._text, tone=tone.value)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        """The words shown."""
        return self._text.text()
