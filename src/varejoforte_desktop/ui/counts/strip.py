"""What came of the last scan, large enough to be read from the shelf, with the key that takes it back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counts.desk import Refused, Scanned
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.movements.ledger import signed
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle


class ScanStrip(QFrame):
    """One product and how many of it there are now, or what was wrong with the code."""

    #: "Desfazer".
    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("count_strip")
        self._sign = IconLabel("barcode", Tone.NEUTRAL.role, 22)
        self._words = QLabel()
        self._words.setObjectName("count_strip_words")
        self._aside = QLabel()
        self._aside.setObjectName("count_strip_aside")
        restyle(self._words, words="heading")
        restyle(self._aside, words="muted")
        for label in (self._words, self._aside):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._undo = QPushButton(self.tr("Desfazer (Ctrl+Z)"))
        self._undo.setObjectName("count_undo")
        self._undo.setAccessibleName(self.tr("Desfazer o último bip"))
        self._undo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._undo.clicked.connect(self.undo_requested)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._words)
        words.addWidget(self._aside)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        line.setSpacing(Space.M)
        line.addWidget(self._sign)
        line.addLayout(words, 1)
        line.addWidget(self._undo)
        self.last: Scanned | None = None
        self._said = ("", "")
        self.show_nothing()

    @property
    def text(self) -> str:
        """What is said, both lines."""
        return " ".join(self._said)

    def show_nothing(self) -> None:
        """Nothing was scanned yet."""
        self.last = None
        self._say(
            self.tr("Bipe o primeiro produto"),
            self.tr("Cada bip soma 1. As vendas continuam normalmente durante a contagem."),
            Tone.NEUTRAL,
            "barcode",
        )

    def show_scan(self, done: Scanned) -> None:
        """So many of it now."""
        self.last = done if done.amount > 0 else None
        row, line = done.product, done.line
        said = self.tr("{counted} {unit} · {name}").format(
            counted=formats.quantity(line.counted), unit=row.unit, name=row.name
        )
        aside = self.tr("{amount} agora · no sistema {expected} · {reference}").format(
            amount=signed(done.amount), expected=formats.quantity(line.expected), reference=row.reference
        )
        taken_back = done.amount < 0
        tone = Tone.NEUTRAL if taken_back else Tone.GOOD
        self._say(said, aside, tone, "undo" if taken_back else "check")

    def show_refused(self, refused: Refused) -> None:
        """The code was not counted, or nobody knows whether it was."""
        if refused.error is None:
            said = self.tr("Nenhum produto com “{code}”").format(code=_short(refused.text))
            aside = self.tr("Não foi contado. Pode continuar bipando.")
        else:
            words = sentence(refused.error)
            said = words.text
            aside = self.tr("“{code}” pode não ter sido contado. {remedy}").format(
                code=_short(refused.text), remedy=words.remedy
            )
        self.last = None
        self._say(said, aside.strip(), Tone.BAD, "error")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Long names are cut where the room ends."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        for label, whole in zip((self._words, self._aside), self._said, strict=True):
            label.setText(label.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, label.width()))
            label.setToolTip(whole)

    def _say(self, said: str, aside: str, tone: Tone, icon_name: str) -> None:
        self._said = (said, aside)
        self._sign.set_icon(icon_name, tone.role)
        restyle(self, banner=tone.value)
        self._undo.setVisible(self.last is not None)
        self.setAccessibleName(f"{said}. {aside}")
        layout = self.layout()
        if layout is not None:
            layout.activate()  # the button may just have left its room to the words
        self._cut()


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
