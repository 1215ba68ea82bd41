"""What somebody counted, as a form: the money in the drawer, the slips of each form of payment, and a note."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_ports import TillCount
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.till.pieces import PieceCounter, PieceEdit
from varejoforte_desktop.ui.till.words import METHOD_WORDS, SLIPS, signed
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit

_BROAD: Final = 540


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
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._grid = QGridLayout()
        self._beside: bool | None = None
        self._sold: Mapping[PaymentMethod, Money] | None = None
        self._build()
        self.cash.textChanged.connect(self._cash_typed)
        self.cash.returnPressed.connect(self._after_cash)
        for method, edit in self.slips.items():
            edit.value_changed.connect(partial(self._say_sold, method))
        self.pieces.changed.connect(self._pieces_typed)
        self.pieces.finished.connect(self._go_to_slips)

    def _build(self) -> None:
        cash = QVBoxLayout()
        cash.setSpacing(Space.S)
        cash.addWidget(self.cash_field)
        cash.addWidget(self.pieces)
        cash.addStretch(1)
        heading = QLabel(self.tr("Comprovantes (opcional)"))
        restyle(heading, words="label")
        beside = QVBoxLayout()
        beside.setSpacing(Space.XS)
        beside.addWidget(heading)
        beside.addLayout(self._grid)
        beside.addStretch(1)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(Space.XL)
        self._halves.addLayout(cash, 3)
        self._halves.addLayout(beside, 1)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        self._arrange(beside=True)

    def _arrange(self, *, beside: bool) -> None:
        """Slips in a column beside the money where there is room, else in rows of three below it."""
        if beside == self._beside:
            return
        self._beside = beside
        directions = QBoxLayout.Direction
        self._halves.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        across = 1 if beside else 3
        for place, field in enumerate(self.slip_fields.values()):
            self._grid.addWidget(field, place // across, place % across)
        for place in range(3):
            self._grid.setColumnStretch(place, 1 if place < across else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold when it gets narrow."""
        super().resizeEvent(event)
        self._arrange(beside=self.width() >= Theme.current().px(_BROAD))

    def start(self) -> None:
        """The cursor where counting begins."""
        self.cash.setFocus(Qt.FocusReason.TabFocusReason)

    def show_sold(self, methods: Mapping[PaymentMethod, Money] | None) -> None:
        """Say beside each form of payment what was sold in it; None keeps it to ourselves."""
        self._sold = methods
        for method in self.slips:
            self._say_sold(method)

    def _say_sold(self, method: PaymentMethod, counted: Money | None = None) -> None:
        if self._sold is None:
            return
        sold = self._sold.get(method, ZERO)
        hint = self.tr("Vendido: {amount}").format(amount=formats.amount(sold))
        if counted is not None and counted != sold:
            hint += f" ({signed(counted - sold)})"
        self.slip_fields[method].set_hint(hint)

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
