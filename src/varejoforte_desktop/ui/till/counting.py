"""What somebody counted, as a form: the money in the drawer, the slips of each form of payment, and a note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_ports import TillCount
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.till.pieces import PieceCounter, PieceEdit
from varejoforte_desktop.ui.till.words import METHOD_WORDS, SLIPS
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit


class CountForm(QWidget):
    """Cash as one amount or piece by piece: counted pieces fill the amount. Slips may be left uncounted."""

    #: The cash counted so far: a Money, None when nothing was counted.
    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("till_count_form")
        self.cash = MoneyEdit("count_cash", self.tr("Dinheiro contado"))
        restyle(self.cash, large=True)
        self.pieces = PieceCounter("count_piece")
        self.slips = {
            method: MoneyEdit(
                f"count_{method.value}", self.tr("{method} contado").format(method=METHOD_WORDS[method])
            )
            for method in SLIPS
        }
        self.cash_field = Field(
            self.tr("Dinheiro contado"), self.cash, self.tr("O total da gaveta, ou conte por cédula abaixo.")
        )
        self.slip_fields = {method: Field(METHOD_WORDS[method], edit) for method, edit in self.slips.items()}
        self._build()
        self.cash.textChanged.connect(self._cash_typed)
        self.cash.returnPressed.connect(self._after_cash)
        self.pieces.changed.connect(self._pieces_typed)
        self.pieces.finished.connect(self._go_to_slips)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.cash_field)
        column.addWidget(self.pieces)
        column.addSpacing(Space.S)
        heading = QLabel(self.tr("Comprovantes (opcional)"))
        restyle(heading, words="label")
        column.addWidget(heading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        for place, field in enumerate(self.slip_fields.values()):
            grid.addWidget(field, place // 3, place % 3)
        for place in range(3):
            grid.setColumnStretch(place, 1)
        column.addLayout(grid)
        column.addStretch(1)

    def start(self) -> None:
        """The cursor where counting begins."""
        self.cash.setFocus(Qt.FocusReason.TabFocusReason)

    def show_sold(self, methods: Mapping[PaymentMethod, Money] | None) -> None:
        """Say beside each form of payment what was sold in it; None keeps it to ourselves."""
        for method, field in self.slip_fields.items():
            if methods is not None:
                sold = formats.amount(methods.get(method, ZERO))
                field.set_hint(self.tr("Vendido: {amount}").format(amount=sold))

    @property
    def counted_cash(self) -> Money | None:
        """The cash that can be read, None when nobody counted."""
        text = self.cash.text().strip()
        try:
            return self.cash.parse(text) if text else None
        except DomainError:
            return None

    def read(self, note: str) -> TillCount | None:
        """The count; None when a field is wrong, which then says so and has the cursor."""
        try:
            pieces = self.pieces.pieces()
            cash = self.cash.money()
            methods = {
                method: money for method, edit in self.slips.items() if (money := edit.money()) is not None
            }
        except DomainError:
            self._to_first_error()
            return None
        if cash is None:
            self.cash.set_error(self.tr("Conte o dinheiro; se não há nenhum, digite 0."))
            self.start()
            return None
        return TillCount(cash=cash, pieces=pieces, methods=methods, note=note)

    def _to_first_error(self) -> None:
        edits: tuple[TypedEdit[Any], ...] = (
            *self.pieces.findChildren(PieceEdit),
            self.cash,
            *self.slips.values(),
        )
        wrong = next((edit for edit in edits if edit.error), None)
        if wrong is not None:
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- typing ---------------------------------------------------------------------------------------

    def _pieces_typed(self, total: Money) -> None:
        by_piece = not self.pieces.empty
        if by_piece or self.cash.isReadOnly():
            self.cash.set_money(total if by_piece else None)
        self.cash.setReadOnly(by_piece)
        hint = self.tr("Soma das cédulas e moedas.") if by_piece else self._cash_hint()
        self.cash_field.set_hint(hint)

    def _cash_hint(self) -> str:
        return self.tr("O total da gaveta, ou conte por cédula abaixo.")

    def _cash_typed(self, _text: str) -> None:
        self.changed.emit(self.counted_cash)

    def _after_cash(self) -> None:
        if self.cash.text().strip():
            self._go_to_slips()
        else:
            self.pieces.focus_first()

    def _go_to_slips(self) -> None:
        self.slips[SLIPS[0]].setFocus(Qt.FocusReason.TabFocusReason)
