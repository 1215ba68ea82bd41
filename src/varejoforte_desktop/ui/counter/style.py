"""How the counter's own parts are drawn: everything a finger may hit is 44 pixels high, the total is seen from afar."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.ui.palettes import Palette
from varejoforte_desktop.ui.theme import Theme

#: The least height of what can be clicked, at 100 %.
HIT = 44


class CounterStyle(QObject):
    """Dresses the top widget of the counter, now and whenever the theme changes; lives as long as the widget."""

    def __init__(self, top: QWidget) -> None:
        super().__init__(top)
        self._top = top
        Theme.current().changed.connect(self.apply)
        self.apply()

    def apply(self) -> None:
        """Write the style sheet for the colours and letters in use."""
        theme = Theme.current()
        self._top.setStyleSheet(_sheet(theme.palette, theme.font_scale))


def _sheet(c: Palette, scale: float) -> str:
    def px(pixels: float) -> int:
        return max(1, round(pixels * scale))

    inside = px(HIT) - 12
    return f"""
QLabel[counter="initials"] {{
    color: {c.accent}; background: {c.accent_soft}; border-radius: 6px; font-size: {px(15)}px; font-weight: 700;
}}
QLabel[counter="legend"] {{ color: {c.text_muted}; font-size: {px(12)}px; }}
QPushButton[hit="true"] {{ min-height: {inside}px; }}
QPushButton[hit="true"][kind="primary"] {{ font-size: {px(15)}px; }}
QPushButton[method="true"] {{ min-height: {inside}px; padding: 5px 7px; text-align: left; }}
QPushButton[method="true"][chosen="true"] {{
    background: {c.accent_soft}; border-color: {c.accent}; font-weight: 600;
}}
QPushButton[method="true"][ringed="true"] {{ border: 2px solid {c.focus}; padding: 4px 6px; }}
QPushButton[hit="true"][ringed="true"] {{ border: 3px solid {c.text}; padding: 3px 12px; }}
QScrollArea#payment_list, QScrollArea#payment_list > QWidget > QWidget {{ background: transparent; border: none; }}
QFrame[flash="bad"] {{ background: {c.bad}; border: none; border-radius: 6px; }}
QFrame[flash="warn"] {{ background: {c.warn}; border: none; border-radius: 6px; }}
QLabel[counter="flash"] {{ color: {c.surface}; font-size: {px(15)}px; font-weight: 600; }}
"""
