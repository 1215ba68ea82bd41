"""A large figure with its name under it, for what must be read from across the shop."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.sparkline import Sparkline


class CounterCard(QFrame):
    """A count or amount, its caption, and perhaps how the last hour went."""

    def __init__(
        self,
        object_name: str,
        caption: str,
        icon_name: str = "",
        *,
        with_sparkline: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setProperty("card", True)
        self._caption_text = caption
        self._icon_name = icon_name
        self._figure = QLabel("–")
        restyle(self._figure, words="figure")
        self._sign = IconLabel(icon_name or Tone.NEUTRAL.icon, Tone.NEUTRAL.role)
        self._sign.setVisible(bool(icon_name))
        self._caption = QLabel(caption)
        restyle(self._caption, words="small")
        self.sparkline: Sparkline | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.XS)
        line = QHBoxLayout()
        line.setSpacing(Space.XS + 2)
        line.addWidget(self._sign)
        line.addWidget(self._caption, 1)
        column.addLayout(line)
        column.addWidget(self._figure)
        if with_sparkline:
            self.sparkline = Sparkline(f"{object_name}_sparkline", caption)
            column.addWidget(self.sparkline)
        column.addStretch(1)

    def set_count(self, value: int, tone: Tone = Tone.NEUTRAL) -> None:
        """Show a number; a tone other than NEUTRAL asks for attention."""
        self.set_text(formats.count(value), tone)

    def set_text(self, text: str, tone: Tone = Tone.NEUTRAL) -> None:
        """Show a figure already written, such as an amount."""
        self._figure.setText(text)
        restyle(self._figure, tone="" if tone is Tone.NEUTRAL else tone.value)
        if self._icon_name or tone is not Tone.NEUTRAL:
            alarming = tone in {Tone.WARN, Tone.BAD}
            self._sign.set_icon(tone.icon if alarming or not self._icon_name else self._icon_name, tone.role)
        self._sign.setVisible(bool(self._icon_name) or tone is not Tone.NEUTRAL)
        self.setAccessibleName(f"{self._caption_text}: {text}")

    @property
    def text(self) -> str:
        """The figure shown."""
        return self._figure.text()
