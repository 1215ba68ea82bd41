"""What somebody counted, as a form: the money in the drawer, and what each form of payment left behind."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_ports import TillCount
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.till.methods import MethodCounter
from varejoforte_desktop.ui.till.pieces import PieceCounter, PieceEdit
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit

_BROAD: Final = 540


class CountForm(QWidget):
    """Cash as one amount or piece by piece: counted pieces fill the amount."""

    #: The cash counted so far: a Money, None when nothing was counted.
    changed = Signal(object)
    #: Enter after the last field.
    finished = Signal()

    def __init__(self, methods: MethodCounter | None, parent: QWidget | None = None) -> None:
        """`methods`: None where only the money is counted."""
        super().__init__(parent)
        self.setObjectName("till_count_form")
        self.cash = MoneyEdit("count_cash", self.tr("Dinheiro contado"))
        restyle(self.cash, large=True)
        self.pieces = PieceCounter("count_piece")
        self.methods = methods
        self.cash_field = Field(self.tr("Dinheiro contado"), self.cash)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._beside: bool | None = None
        self._build()
        self._pieces_typed(self.pieces.total())
        self.cash.textChanged.connect(self._cash_typed)
        self.cash.returnPressed.connect(self._after_cash)
        self.pieces.changed.connect(self._pieces_typed)
        self.pieces.finished.connect(self._after_pieces)

    def _build(self) -> None:
        cash = QVBoxLayout()
        cash.setSpacing(Space.S)
        cash.addWidget(self.cash_field)
        cash.addWidget(self.pieces)
        cash.addStretch(1)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(Space.XL)
        self._halves.addLayout(cash, 3)
        if self.methods is not None:
            self._halves.addWidget(self.methods, 1)
            self.methods.edits[next(reversed(self.methods.edits))].returnPressed.connect(self.finished)
        self._arrange(beside=True)

    def _arrange(self, *, beside: bool) -> None:
        """Forms of payment in a column beside the money where there is room, else in rows of three below it."""
        if self.methods is None or beside == self._beside:
            return
        self._beside = beside
        directions = QBoxLayout.Direction
        self._halves.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self.methods.arrange(1 if beside else 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold when it gets narrow."""
        super().resizeEvent(event)
        self._arrange(beside=self.width() >= Theme.current().px(_BROAD))

    def start(self) -> None:
        """The cursor where counting begins."""
        self.cash.setFocus(Qt.FocusReason.TabFocusReason)

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
            methods = {} if self.methods is None else self.methods.amounts()
        except DomainError:
            self._to_first_error()
            return None
        if cash is None:
            self.cash.set_error(self.tr("Conte o dinheiro; se não há nenhum, digite 0."))
            self.start()
            return None
        return TillCount(cash=cash, pieces=pieces, methods=methods, note=note)

    def _to_first_error(self) -> None:
        edits: list[TypedEdit[Any]] = [*self.pieces.findChildren(PieceEdit), self.cash]
        if self.methods is not None:
            edits += self.methods.edits.values()
        wrong = next((edit for edit in edits if edit.error), None)
        if wrong is not None:
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- typing ---------------------------------------------------------------------------------------

    def _pieces_typed(self, total: Money) -> None:
        by_piece = not self.pieces.empty
        if by_piece or self.cash.isReadOnly():
            self.cash.set_money(total if by_piece else None)
        self.cash.setReadOnly(by_piece)
        self.cash_field.set_hint(
            self.tr("Soma das cédulas e moedas.")
            if by_piece
            else self.tr("O total da gaveta, ou conte por cédula abaixo.")
        )

    def _cash_typed(self, _text: str) -> None:
        self.changed.emit(self.counted_cash)

    def _after_cash(self) -> None:
        if self.cash.text().strip():
            self._after_pieces()
        else:
            self.pieces.focus_first()

    def _after_pieces(self) -> None:
        if self.methods is None:
            self.finished.emit()
        else:
            self.methods.start()
