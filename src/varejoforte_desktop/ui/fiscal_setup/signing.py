"""The accountant answers for the table as it is: his name and his number at the CRC."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from varejoforte_desktop.application.fiscal_book import TaxTable
from varejoforte_desktop.application.fiscal_setup import sign_tax_rules
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.widgets.field import Field

_WIDE: Final = 520


class SignDialog(DecisionDialog):
    """`table` is what is answered for; one that was changed meanwhile is not signed."""

    def __init__(self, session: Session, table: TaxTable, parent: QWidget | None = None) -> None:
        super().__init__(
            session, "tax_sign", self.tr("O contador confirma a tabela"), self.tr("Confirmar tabela"), parent
        )
        self._table = table
        self.name = QLineEdit()
        self.name.setObjectName("tax_sign_name")
        self.name.setMaxLength(80)
        self.crc = QLineEdit()
        self.crc.setObjectName("tax_sign_crc")
        self.crc.setMaxLength(30)
        self.name_field = Field(self.tr("Nome do contador"), self.name)
        self.crc_field = Field(self.tr("Registro no CRC"), self.crc, self.tr("Como 1SP123456/O-8"))
        self.seen = QCheckBox(self.tr("O contador conferiu estas linhas e responde por elas"))
        self.seen.setObjectName("tax_sign_seen")
        self.seen.clicked.connect(lambda _checked: self._may())
        for edit, field in ((self.name, self.name_field), (self.crc, self.crc_field)):
            edit.textEdited.connect(lambda _text, field=field: field.set_error(""))
            edit.returnPressed.connect(self.save)
        rows = formats.counted(len(table.rules), "linha", "linhas")
        told = self.tr("{rows}, de {source}. Qualquer mudança na tabela pede outra confirmação.")
        self.body.addWidget(paragraph(told.format(rows=rows, source=table.source), "muted"))
        for widget in (self.name_field, self.crc_field, self.seen):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self._may()
        self.size_to(_WIDE)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits in the name."""
        super().showEvent(event)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _may(self) -> None:
        self.go.setEnabled(self.seen.isChecked())

    def show_saving(self, *, saving: bool) -> None:
        """The button waits; afterwards the box still counts."""
        super().show_saving(saving=saving)
        if not saving:
            self._may()

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Sign, when both lines are filled."""
        missing = self.tr("Falta preencher.")
        fields = (self.name_field, self.name), (self.crc_field, self.crc)
        for field, edit in fields:
            field.set_error("" if edit.text().strip() else missing)
        for field, edit in fields:
            if field.error:
                edit.setFocus(Qt.FocusReason.OtherFocusReason)
                return None
        return self._sign(f"{self.name.text().strip()}, CRC {self.crc.text().strip()}")

    async def _sign(self, signer: str) -> str:
        await self.session.services.backend.run(sign_tax_rules, signer=signer, by=self.session.actor)
        return self.tr("Tabela confirmada por {signer}.").format(signer=signer)
