"""A slip as a PDF whose page is as wide as the roll and as long as the slip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF, QPageSize, QPainter, QPdfWriter

from varejoforte_desktop.ui.till.slip import ROLLS, SlipLine

_DPI: Final = 300
_EDGE: Final = 4.0  # millimetres that no roll printer reaches
_INCH: Final = 25.4
_FAMILIES: Final = ("Cascadia Mono", "Consolas", "DejaVu Sans Mono", "Liberation Mono", "Courier New")


def slip_font(pixels: float = 13) -> QFont:
    """Letters of equal width, from what this computer has."""
    font = QFont()
    font.setFamilies(list(_FAMILIES))
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setPixelSize(max(1, round(pixels)))
    return font


def slip_pdf(lines: Sequence[SlipLine], *, columns: int, title: str) -> bytes:
    """The document. `columns` is how many letters the roll holds: 48 or 32."""
    roll = float(ROLLS[columns])
    font = _font_for(columns, (roll - 2 * _EDGE) / _INCH * _DPI)
    step = QFontMetricsF(font).height()
    height = len(lines) * step / _DPI * _INCH + 4 * _EDGE
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Varejo Forte")
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QSizeF(roll, height), QPageSize.Unit.Millimeter, title))
    writer.setPageMargins(QMarginsF(_EDGE, _EDGE, _EDGE, _EDGE))
    painter = QPainter(writer)
    ascent = QFontMetricsF(font).ascent()
    for place, line in enumerate(lines):
        font.setBold(line.strong)
        painter.setFont(font)
        painter.drawText(QPointF(0, place * step + ascent), line.text)
    painter.end()
    buffer.close()
    return bytes(data.data())


def _font_for(columns: int, room: float) -> QFont:
    """The largest letters of which `columns` fit in `room` dots, light or heavy."""
    font = slip_font(100)
    font.setBold(True)
    font.setPixelSize(max(1, int(100 * room / QFontMetricsF(font).horizontalAdvance("0" * columns))))
    font.setBold(False)
    return font
