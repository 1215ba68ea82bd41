"""A sum on paper: each part with its amount under the one before, and what they make below the line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.orders.deciding.words import Part
from varejoforte_desktop.ui.theme import Space, restyle

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class AmountList(QWidget):
    """Amounts stand right; what is taken away has its sign."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(0, 1)
        self._said: list[str] = []

    @property
    def plain_text(self) -> str:
        """The sum as one would read it aloud."""
        return "; ".join(self._said)

    def show_parts(self, parts: Sequence[Part], *totals: Part) -> None:
        """Show another sum; each total stands below a line of its own, the last one large."""
        self._clear()
        for part in parts:
            self._add(part.words, _signed(part.amount), "muted", "")
        for place, total in enumerate(totals):
            row = self._grid.rowCount()
            self._grid.addWidget(_rule(), row, 0, 1, 2)
            last = place == len(totals) - 1
            self._add(
                total.words, formats.money(total.amount), "strong" if last else "", "title" if last else ""
            )
        self.setAccessibleName(self.plain_text)

    def _add(self, words: str, amount: str, kind: str, figure: str) -> None:
        row = self._grid.rowCount()
        name, number = QLabel(words), QLabel(amount)
        name.setWordWrap(True)
        number.setAlignment(_RIGHT)
        for label, style in ((name, kind), (number, figure)):
            if style:
                restyle(label, words=style)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(number, row, 1)
        self._said.append(f"{words} {amount}")

    def _clear(self) -> None:
        self._said = []
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()


def _signed(amount: Money) -> str:
    return f"− {formats.amount(-amount)}" if amount < ZERO else formats.amount(amount)


def _rule() -> QFrame:
    line = QFrame()
    line.setProperty("rule", True)
    return line
