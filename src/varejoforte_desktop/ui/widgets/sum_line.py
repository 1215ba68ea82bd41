"""A sum told in words, so that nobody wonders where a number comes from: 12 físico − 3 em pedidos = 9 na loja."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class SumPart:
    """A number and what it is; a negative one is taken away."""

    value: Decimal | int
    words: str


class SumLine(QLabel):
    """The parts in order and the result, figures strong and words quiet."""

    def __init__(self, object_name: str = "sum_line", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(True)
        self._parts: tuple[SumPart, ...] = ()
        self._result: SumPart | None = None
        Theme.current().changed.connect(self._write)

    def set_sum(self, parts: Sequence[SumPart], result: SumPart) -> None:
        """Show another sum; the caller did the arithmetic, because it may round or clip."""
        self._parts = tuple(parts)
        self._result = result
        self._write()

    @property
    def plain_text(self) -> str:
        """The sum as one would read it aloud."""
        return " ".join(f"{sign}{number} {words}" for sign, number, words in self._pieces())

    def _pieces(self) -> list[tuple[str, str, str]]:
        pieces = []
        for place, part in enumerate(self._parts):
            minus = part.value < 0
            sign = ("− " if minus else "") if place == 0 else ("− " if minus else "+ ")
            pieces.append((sign, formats.quantity(abs(Decimal(part.value))), part.words))
        if self._result is not None:
            sign = "= −" if self._result.value < 0 else "= "
            pieces.append((sign, formats.quantity(abs(Decimal(self._result.value))), self._result.words))
        return pieces

    def _write(self) -> None:
        palette = Theme.current().palette
        muted, accent = palette.hex(Role.TEXT_MUTED), palette.hex(Role.ACCENT)
        pieces = self._pieces()
        html = []
        for place, (sign, number, words) in enumerate(pieces):
            colour = f' style="color:{accent}"' if place == len(pieces) - 1 else ""
            html.append(
                f'<span style="color:{muted}">{sign}</span><b{colour}>{number}</b>'
                f'&nbsp;<span style="color:{muted}">{escape(words)}</span>'
            )
        self.setText(" ".join(html))
        self.setAccessibleName(self.plain_text)
