"""What the shelf and the store will hold once a movement is written: 12 + 5 = 17 no estoque → 17 na loja."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from varejoforte_desktop.application.questions import ProductDetail
from varejoforte_desktop.domain.product import published_stock
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space, restyle


class ResultLine(QFrame):
    """One sentence that follows the typing; a warning when there are not enough."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = IconLabel("stock", Tone.NEUTRAL.role, 18)
        self._words = QLabel()
        self._words.setObjectName("movement_result")
        self._words.setWordWrap(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        line.setSpacing(Space.S)
        line.addWidget(self._sign)
        line.addWidget(self._words, 1)
        self.show_result(None, MovementKind.ENTRY, None)

    def text(self) -> str:
        """The sentence shown."""
        return self._words.text()

    def show_result(self, detail: ProductDetail | None, kind: MovementKind, amount: Decimal | None) -> None:
        """Tell what would come of it."""
        text, tone = self._sentence(detail, kind, amount)
        strong = tone is not Tone.NEUTRAL
        self._words.setText(text)
        self._sign.set_icon("stock" if tone in {Tone.NEUTRAL, Tone.GOOD} else tone.icon, tone.role)
        restyle(self, banner=tone.value)
        restyle(self._words, words="strong" if strong else "muted")

    def _sentence(
        self, detail: ProductDetail | None, kind: MovementKind, amount: Decimal | None
    ) -> tuple[str, Tone]:
        if detail is None:
            return self.tr("O resultado aparece aqui."), Tone.NEUTRAL
        held = detail.on_hand
        if amount is None:
            return self._stands(detail, held), Tone.NEUTRAL
        change = amount - held if kind is MovementKind.ADJUSTMENT else amount if kind.incoming else -amount
        after = held + change
        if after < 0:
            missing = self.tr("Só há {held} no estoque; faltam {missing}.")
            return missing.format(held=_plain(held), missing=_plain(-after)), Tone.WARN
        if kind is MovementKind.ADJUSTMENT and not change:
            return self.tr("A contagem confere: ") + self._stands(detail, held), Tone.GOOD
        sign = "−" if change < 0 else "+"
        sum_ = f"{_plain(held)} {sign} {_plain(abs(change))} = "
        return sum_ + self._stands(detail, after), Tone.GOOD

    def _stands(self, detail: ProductDetail, on_hand: Decimal) -> str:
        words = self.tr("{on_hand} no estoque").format(on_hand=_plain(on_hand))
        product = detail.product
        if not product.sell_online:
            return words + self.tr(" (fora da loja)")
        offered = published_stock(
            on_hand,
            open_online=detail.open_online,
            counter_reserve=product.counter_reserve,
            safety=product.safety_stock,
        )
        return words + self.tr(" → {offered} na loja").format(offered=formats.count(offered))


def _plain(value: Decimal) -> str:
    return formats.quantity(value)
