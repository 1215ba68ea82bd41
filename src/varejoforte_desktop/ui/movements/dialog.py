"""The stock movement form over another screen, for one product at a time."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from varejoforte_desktop.application.questions import ProductRow
from varejoforte_desktop.application.stock import MovementReceipt
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.ui.dialogs.asked import AskedDialog, answered, pressed_by_enter
from varejoforte_desktop.ui.movements.form import MovementForm
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.theme import Theme


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
    await answered(dialog)
    return dialog.outcome


class MovementDialog(AskedDialog):
    """Closes itself once the movement is in the books."""

    def __init__(self, session: Session, row: ProductRow, parent: QWidget | None = None) -> None:
        context = self.tr("Movimentar estoque")
        super().__init__("movement_dialog", context, parent)
        self.outcome: tuple[MovementReceipt, str] | None = None
        self.form = MovementForm(session)
        self.form.recorded.connect(self._recorded)
        cancel = QPushButton(self.tr("Cancelar (Esc)"))
        cancel.setObjectName("movement_cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.form.foot.insertWidget(0, cancel)
        column = self.page()
        column.addWidget(self.heading)
        column.addWidget(self.form, 1)
        self.resize(Theme.current().px(460), self.sizeHint().height())
        keys = session.services.shortcuts
        keys.bind(self, Shortcut("F10", self.tr("Registrar"), context), self.form.save)
        self.form.set_product(row)

    def _recorded(self, receipt: MovementReceipt, words: str) -> None:
        self.outcome = (receipt, words)
        self.accept()

    @property
    def saving(self) -> bool:
        """Whether the movement is on its way to the books."""
        return self.form.saving

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        await self.form.aclose()
        await super().aclose()

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the quantity."""
        super().showEvent(event)
        self.form.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it stands on and nothing else."""
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)
