"""The stock movement form over another screen, for one product at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import ProductRow
from varejoforte_desktop.application.stock import MovementReceipt
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.ui.movements.form import MovementForm
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle


async def move_product(
    session: Session, parent: QWidget, product_id: int
) -> tuple[MovementReceipt, str] | None:
    """Open the form for a product and wait; what was written and the words for it, None when nothing was.

    Raises NoSuchRecord and what the books say.
    """
    rows = await session.services.backend.read(lambda reader: reader.product_rows([product_id]))
    if not rows:
        raise NoSuchRecord("product", str(product_id))
    dialog = MovementDialog(session, rows[0], parent)
    try:
        await ask(dialog)
        return dialog.outcome
    finally:
        await dialog.aclose()


class MovementDialog(QDialog):
    """Closes itself once the movement is in the books."""

    def __init__(self, session: Session, row: ProductRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("movement_dialog")
        self.setWindowTitle(self.tr("Movimentar estoque"))
        self.setModal(True)
        self.outcome: tuple[MovementReceipt, str] | None = None
        self.form = MovementForm(session)
        self.form.recorded.connect(self._recorded)
        heading = QLabel(self.tr("Movimentar estoque"))
        restyle(heading, words="title")
        cancel = QPushButton(self.tr("Cancelar (Esc)"))
        cancel.setObjectName("movement_cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.form.foot.insertWidget(0, cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(heading)
        column.addWidget(self.form, 1)
        self.resize(Theme.current().px(460), self.sizeHint().height())
        keys = session.services.shortcuts
        context = self.tr("Movimentar estoque")
        keys.bind(self, Shortcut("F10", self.tr("Registrar"), context), self.form.save)
        self.form.set_product(row)

    def _recorded(self, receipt: MovementReceipt, words: str) -> None:
        self.outcome = (receipt, words)
        self.accept()

    def reject(self) -> None:
        """Esc, Cancelar or the cross; not while the movement is on its way to the books."""
        if not self.form.saving:
            super().reject()

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        await self.form.aclose()
        if self.isVisible():
            self.reject()
        self.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the quantity."""
        super().showEvent(event)
        self.form.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it stands on and nothing else."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            event.accept()
            return
        super().keyPressEvent(event)
