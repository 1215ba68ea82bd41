"""Expected against counted, and the difference in one word, following the count as it is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.till.words import difference_tone, difference_words, signed


class BalanceCard(QFrame):
    """Hides what is expected in a blind closing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("till_balance")
        self._expected: Money | None = None
        self._counted: Money | None = None
        self._expected_label, self._counted_label, self._amount = QLabel(), QLabel(), QLabel()
        self._words = QLabel()
        self._sign = IconLabel(Tone.NEUTRAL.icon, Tone.NEUTRAL.role, 18)
        self._difference = QFrame()
        self._build()
        self.show_balance(None, None)

    def _build(self) -> None:
        self._words.setWordWrap(True)
        grid = QGridLayout()
        grid.setVerticalSpacing(Space.XS)
        for place, (name, figure) in enumerate(
            ((self.tr("Esperado"), self._expected_label), (self.tr("Contado"), self._counted_label))
        ):
            words = QLabel(name)
            restyle(words, words="muted")
            restyle(figure, words="heading")
            figure.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(words, place, 0)
            grid.addWidget(figure, place, 1)
        grid.setColumnStretch(1, 1)
        inside = QGridLayout(self._difference)
        inside.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        inside.setHorizontalSpacing(Space.S)
        inside.addWidget(self._sign, 0, 0)
        inside.addWidget(self._words, 0, 1)
        inside.addWidget(self._amount, 0, 2)
        inside.setColumnStretch(1, 1)
        restyle(self._words, words="strong")
        restyle(self._amount, words="heading")
        self._amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(grid)
        column.addWidget(self._difference)

    @property
    def text(self) -> str:
        """The difference as one would read it aloud."""
        return f"{self._words.text()} {self._amount.text()}".strip()

    def show_balance(self, expected: Money | None, counted: Money | None) -> None:
        """`expected` None: it is hidden. `counted` None: nobody counted yet."""
        self._expected_label.setText(self.tr("oculto") if expected is None else formats.amount(expected))
        self._counted_label.setText("–" if counted is None else formats.amount(counted))
        if expected is None:
            self._say(self.tr("Caixa cego: conte sem ver o esperado."), "", Tone.INFO)
        elif counted is None:
            self._say(self.tr("Conte o dinheiro da gaveta."), "", Tone.NEUTRAL)
        else:
            difference = counted - expected
            amount = signed(difference) if difference else ""
            self._say(difference_words(difference), amount, difference_tone(difference))

    def _say(self, words: str, amount: str, tone: Tone) -> None:
        self._words.setText(words)
        self._amount.setText(amount)
        self._sign.set_icon("eye-off" if tone is Tone.INFO else tone.icon, tone.role)
        restyle(self._difference, banner=tone.value)
        restyle(self._amount, tone=tone.value)
        self.setAccessibleDescription(self.text)
