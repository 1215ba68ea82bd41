"""Counting one product anew: how many there are, against what the books say at this moment."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.sale_questions import CountLineRow
from varejoforte_desktop.application.stock_count import set_counted
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.product import FRACTIONAL_UNITS
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counts.dialog import CountDialog
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.quantity_edit import QuantityEdit


async def amend_line(session: Session, parent: QWidget, row: CountLineRow) -> bool:
    """Ask how many there are and write it; False when nothing was written."""
    return await answered(AmendDialog(session, row, parent))


class AmendDialog(CountDialog):
    """What was scanned before is forgotten, so it helps where goods were sold while they were counted."""

    def __init__(self, session: Session, row: CountLineRow, parent: QWidget | None = None) -> None:
        super().__init__(
            "count_amend",
            self.tr("Corrigir a contagem"),
            self.tr("Gravar (Enter)"),
            self.tr("Cancelar (Esc)"),
            width=460,
            parent=parent,
        )
        self._session = session
        self._row = row
        whole = row.unit not in FRACTIONAL_UNITS
        self.quantity = QuantityEdit("count_quantity", self.tr("Quantidade contada"), whole=whole)
        self.quantity.set_quantity(row.counted)
        self.field = Field(
            self.tr("Quantidade contada ({unit})").format(unit=row.unit),
            self.quantity,
            self.tr("Conte tudo de novo: o que foi bipado antes é esquecido"),
        )
        noted = self.tr("Até agora: {counted} contados · no sistema no primeiro bip: {expected}").format(
            counted=formats.quantity(row.counted), expected=formats.quantity(row.expected)
        )
        self.fill(paragraph(f"{row.reference} · {row.name}", "strong"), paragraph(noted, "muted"), self.field)

    def go(self) -> None:
        """Write the number."""
        try:
            counted = self.quantity.quantity()
        except DomainError as error:
            self.field.set_error(self.quantity.sentence(error))
            return
        if counted is None:
            self.field.set_error(self.tr("Digite a quantidade; 0 quando não há nenhum."))
            return
        backend, actor = self._session.services.backend, self._session.actor
        self.begin(backend.run(set_counted, self._row.product_id, counted, by=actor))

    def point_at(self, error: DomainError, said: str) -> bool:
        """A number that cannot be."""
        if error.field != "quantity":
            return False
        self.field.set_error(said)
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """The number is ready to be typed over."""
        super().showEvent(event)
        self.quantity.setFocus(Qt.FocusReason.OtherFocusReason)
        self.quantity.selectAll()
