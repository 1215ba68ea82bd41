"""A decision with two ways, in one sentence: go on with the sale that was open, or give one up."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from varejoforte_desktop.application.sale_ports import KeptBasket
from varejoforte_desktop.domain.sale import Basket
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.dialog import CounterDialog
from varejoforte_desktop.ui.counter.words import items
from varejoforte_desktop.ui.theme import restyle


class Question(CounterDialog):
    """Enter takes the way that loses nothing; the other one needs a hand that means it."""

    def __init__(
        self,
        object_name: str,
        sentence: str,
        explained: str,
        *,
        yes: str,
        no: str,
        dangerous: bool = False,
        parent: QWidget,
    ) -> None:
        """`dangerous`: `yes` gives something up, so Enter takes `no`."""
        # An amount is not torn from its symbol.
        whole = sentence.replace("R$ ", "R$\N{NO-BREAK SPACE}")
        super().__init__(object_name, whole, yes, parent, back_words=no)
        self._safe = self.back_button if dangerous else self.confirm_button
        words = QLabel(explained)
        words.setWordWrap(True)
        restyle(words, words="muted")
        self.body.addWidget(words)
        self.body.addStretch(1)
        if dangerous:
            restyle(self.confirm_button, kind="danger")
            restyle(self.back_button, kind="primary")
        self.fit(480)

    def showEvent(self, event: QShowEvent) -> None:
        """The safe way has the focus."""
        super().showEvent(event)
        self._safe.setFocus(Qt.FocusReason.OtherFocusReason)


def recovery_question(kept: KeptBasket, now_words: str, parent: QWidget) -> Question:
    """ "Havia uma venda com 7 itens, R$ 143,20 — continuar?" """
    basket = kept.basket
    said = parent.tr("Havia uma venda com {items}, {total} — continuar?")
    return Question(
        "recovery",
        said.format(items=items(basket), total=formats.money(basket.total)),
        parent.tr("Ficou aberta nesta estação ({age}). Nada dela se perdeu.").format(age=now_words),
        yes=parent.tr("Continuar (Enter)"),
        no=parent.tr("Deixar em espera (Esc)"),
        parent=parent,
    )


def cancel_question(basket: Basket, parent: QWidget) -> Question:
    """Whether the whole open sale is to be given up."""
    said = parent.tr("Cancelar a venda inteira, com {items} e {total}?")
    return Question(
        "cancel_sale",
        said.format(items=items(basket), total=formats.money(basket.total)),
        parent.tr(
            "Nada foi vendido ainda. Para atender outro cliente antes, deixe a venda em espera com F7."
        ),
        yes=parent.tr("Cancelar a venda"),
        no=parent.tr("Continuar vendendo (Enter)"),
        dangerous=True,
        parent=parent,
    )
