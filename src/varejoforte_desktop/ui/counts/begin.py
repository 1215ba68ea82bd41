"""How a count begins: it is given a name, by which the ledger will call it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from varejoforte_desktop.application.stock_count import LONGEST_NAME, open_count
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counts.dialog import CountDialog
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.widgets.field import Field


async def begin_count(session: Session, parent: QWidget) -> bool:
    """Ask for the name and begin; False when the person thought better of it."""
    return await answered(BeginDialog(session, parent))


class BeginDialog(CountDialog):
    """A name is proposed; Enter takes it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(
            "count_begin",
            self.tr("Começar inventário"),
            self.tr("Começar (Enter)"),
            self.tr("Cancelar (Esc)"),
            width=480,
            parent=parent,
        )
        self._session = session
        self.name = QLineEdit()
        self.name.setObjectName("count_name")
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setText(self.tr("Inventário {day}").format(day=formats.day(session.services.clock())))
        self.field = Field(self.tr("Nome"), self.name, self.tr("É assim que as movimentações vão chamá-lo"))
        self.name.textEdited.connect(lambda: self.field.set_error(""))
        said = self.tr(
            "Bipe o que está nas prateleiras. A loja continua vendendo: no fim, só a diferença encontrada é "
            "corrigida."
        )
        self.fill(paragraph(said, "muted"), self.field)

    def go(self) -> None:
        """Begin under this name."""
        self.begin(self._session.services.backend.run(open_count, self.name.text(), by=self._session.actor))

    def point_at(self, error: DomainError, said: str) -> bool:
        """A name that cannot be."""
        if error.field != "name":
            return False
        self.field.set_error(said)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """The name is ready to be typed over."""
        super().showEvent(event)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()
