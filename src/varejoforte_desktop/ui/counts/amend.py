"""Counting one product anew: how many there are, against what the books say at this moment."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_questions import CountLineRow
from varejoforte_desktop.application.stock_count import set_counted
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.product import FRACTIONAL_UNITS
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.quantity_edit import QuantityEdit


async def amend_line(session: Session, parent: QWidget, row: CountLineRow) -> bool:
    """Ask how many there are and write it; False when nothing was written."""
    dialog = AmendDialog(session, row, parent)
    try:
        return await ask(dialog) == QDialog.DialogCode.Accepted.value
    finally:
        await dialog.aclose()


class AmendDialog(QDialog):
    """Closes itself once the number is in the count."""

    def __init__(self, session: Session, row: CountLineRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("count_amend")
        self.setWindowTitle(self.tr("Corrigir a contagem"))
        self.setModal(True)
        self._session = session
        self._row = row
        self._scope = TaskScope(self, self._failed)
        self._saving = False
        self.quantity = QuantityEdit(
            "count_quantity", self.tr("Quantidade contada"), whole=row.unit not in FRACTIONAL_UNITS
        )
        self.quantity.set_quantity(row.counted)
        self._field = Field(
            self.tr("Quantidade contada ({unit})").format(unit=row.unit),
            self.quantity,
            self.tr("Conte tudo de novo: o que foi bipado antes é esquecido"),
        )
        self._banner = Banner("count_amend_banner")
        self._save = QPushButton(self.tr("Gravar (Enter)"))
        self._cancel = QPushButton(self.tr("Cancelar (Esc)"))
        self._build()

    def _build(self) -> None:
        heading = QLabel(self.tr("Corrigir a contagem"))
        restyle(heading, words="title")
        name = QLabel(f"{self._row.reference} · {self._row.name}")
        name.setObjectName("count_amend_name")
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        restyle(name, words="strong")
        noted = QLabel(
            self.tr("Bipado até agora: {counted} · no sistema no primeiro bip: {expected}").format(
                counted=formats.quantity(self._row.counted), expected=formats.quantity(self._row.expected)
            )
        )
        noted.setWordWrap(True)
        restyle(noted, words="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        for part in (heading, name, noted, self._banner, self._field):
            column.addWidget(part)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        for button, object_name, action in (
            (self._cancel, "count_amend_cancel", self.reject),
            (self._save, "count_amend_save", self.save),
        ):
            button.setObjectName(object_name)
            button.clicked.connect(action)
            foot.addWidget(button)
        self._cancel.setAutoDefault(False)
        self._save.setDefault(True)
        restyle(self._save, kind="primary")
        column.addLayout(foot)
        self._banner.hide()
        self.resize(Theme.current().px(440), self.sizeHint().height())

    def save(self) -> None:
        """Write the number, once."""
        if self._saving:
            return
        try:
            counted = self.quantity.quantity()
        except DomainError as error:
            self._field.set_error(self.quantity.sentence(error))
            return
        if counted is None:
            self._field.set_error(self.tr("Digite a quantidade; 0 quando não há nenhum."))
            return
        self._saving = True
        self._save.setEnabled(False)
        self._scope.start(self._write(counted))

    async def _write(self, counted: Decimal) -> None:
        try:
            await self._session.services.backend.run(
                set_counted,
                self._row.product_id,
                counted,
                by=self._session.actor,
            )
        finally:
            self._saving = False
            self._save.setEnabled(True)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if isinstance(error, DomainError) and error.field == "quantity":
            self._field.set_error(said.whole)
            return
        self._banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self._banner.show()

    def showEvent(self, event: QShowEvent) -> None:
        """The number is ready to be typed over."""
        super().showEvent(event)
        self.quantity.setFocus(Qt.FocusReason.OtherFocusReason)
        self.quantity.selectAll()

    def reject(self) -> None:
        """Esc, Cancelar or the cross; not while the number is on its way to the books."""
        if not self._saving:
            super().reject()

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self._scope.close()
        await self._scope.settled()
        self._saving = False
        if self.isVisible():
            self.reject()
        self.deleteLater()
