"""How a count begins: it is given a name, by which the ledger will call it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.stock_count import LONGEST_NAME, open_count
from varejoforte_desktop.domain.errors import CountAlreadyOpen, DomainError
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field


async def begin_count(session: Session, parent: QWidget) -> bool:
    """Ask for the name and begin; False when the person thought better of it."""
    dialog = BeginDialog(session, parent)
    try:
        return await ask(dialog) == QDialog.DialogCode.Accepted.value
    finally:
        await dialog.aclose()


class BeginDialog(QDialog):
    """Closes itself once the count goes on."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("count_begin")
        self.setWindowTitle(self.tr("Começar inventário"))
        self.setModal(True)
        self._session = session
        self._scope = TaskScope(self, self._failed)
        self._beginning = False
        self.name = QLineEdit()
        self.name.setObjectName("count_name")
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setText(self.tr("Inventário {day}").format(day=formats.day(session.services.clock())))
        self._field = Field(self.tr("Nome"), self.name, self.tr("É como a movimentação vai chamá-lo"))
        self._banner = Banner("count_begin_banner")
        self._begin = QPushButton(self.tr("Começar (Enter)"))
        self._cancel = QPushButton(self.tr("Cancelar (Esc)"))
        self._build()
        self.name.textEdited.connect(lambda: self._field.set_error(""))

    def _build(self) -> None:
        heading = QLabel(self.tr("Começar inventário"))
        restyle(heading, words="title")
        said = QLabel(
            self.tr(
                "Bipe cada produto na prateleira. A loja continua vendendo: no fim, só a diferença encontrada "
                "é corrigida."
            )
        )
        said.setWordWrap(True)
        restyle(said, words="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        for part in (heading, said, self._banner, self._field):
            column.addWidget(part)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        for button, name, action in (
            (self._cancel, "count_begin_cancel", self.reject),
            (self._begin, "count_begin_ok", self.begin),
        ):
            button.setObjectName(name)
            button.clicked.connect(action)
            foot.addWidget(button)
        self._cancel.setAutoDefault(False)
        self._begin.setDefault(True)
        restyle(self._begin, kind="primary")
        column.addLayout(foot)
        self._banner.hide()
        self.resize(Theme.current().px(460), self.sizeHint().height())

    def begin(self) -> None:
        """Begin under this name, once."""
        if not self._beginning:
            self._beginning = True
            self._begin.setEnabled(False)
            self._scope.start(self._open(self.name.text()))

    async def _open(self, name: str) -> None:
        try:
            await self._session.services.backend.run(open_count, name, by=self._session.actor)
        finally:
            self._beginning = False
            self._begin.setEnabled(True)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if isinstance(error, DomainError) and error.field == "name":
            self._field.set_error(said.whole)
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self._banner.show()
        if isinstance(error, CountAlreadyOpen):
            self._begin.setEnabled(False)

    def showEvent(self, event: QShowEvent) -> None:
        """The name is ready to be typed over."""
        super().showEvent(event)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def reject(self) -> None:
        """Esc, Cancelar or the cross; not while the count is on its way to the books."""
        if not self._beginning:
            super().reject()

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self._scope.close()
        await self._scope.settled()
        self._beginning = False
        if self.isVisible():
            self.reject()
        self.deleteLater()
