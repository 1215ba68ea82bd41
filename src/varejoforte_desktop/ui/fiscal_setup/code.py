"""The CSC of the NFC-e: typed once, sealed, never shown again."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.fiscal_setup.words import PLACES
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import restyle
from varejoforte_desktop.ui.widgets.field import Field

#: As the states give it out: letters and numbers, at times with hyphens, 16 to 36 of them.
_CODE: Final = re.compile(r"[0-9A-Za-z-]{6,60}")
_WIDE: Final = 520


class CodeDialog(DecisionDialog):
    """`kept`: one is kept already; another takes its place, or it is forgotten."""

    def __init__(
        self,
        session: Session,
        desk: FiscalDesk,
        environment: FiscalEnvironment,
        *,
        kept: bool,
        parent: QWidget | None = None,
    ) -> None:
        title = self.tr("CSC de {where}").format(where=PLACES[environment].lower())
        super().__init__(session, "csc", title, self.tr("Guardar o CSC"), parent)
        self._desk = desk
        self._environment = environment
        self.code = SecretEdit("csc_code")
        self.code.setMaxLength(60)
        self.code_field = Field(self.tr("Código de segurança do contribuinte (CSC)"), self.code)
        self.code_field.set_hint(self.tr("Está no site da SEFAZ do seu estado, junto do número"))
        self.code.textEdited.connect(lambda _text: self.code_field.set_error(""))
        self.forget = QPushButton(self.tr("Esquecer o CSC guardado"))
        self.forget.setObjectName("csc_forget")
        self.forget.setAutoDefault(False)
        self.forget.setVisible(kept)
        restyle(self.forget, kind="quiet")
        self.forget.clicked.connect(lambda: self.begin(self._forget()))
        told = self.tr(
            "Homologação e produção têm cada uma o seu. Ele fica trancado e não aparece mais na tela; se "
            "precisar dele de novo, pegue no site da SEFAZ."
        )
        self.body.addWidget(paragraph(told, "muted"))
        self.body.addWidget(self.code_field)
        self.body.addWidget(self.forget, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)
        self.size_to(_WIDE)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits in the line."""
        super().showEvent(event)
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Keep it, when it looks like one."""
        typed = self.code.text().strip()
        if not _CODE.fullmatch(typed):
            said = self.tr("Falta preencher.") if not typed else self.tr("São só letras, números e hifens.")
            self.code_field.set_error(said)
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return self._keep(typed)

    async def _keep(self, typed: str) -> str:
        await self._desk.keep_csc(self._environment, typed, by=self.session.actor)
        return self.tr("CSC guardado.")

    async def _forget(self) -> str:
        await self._desk.keep_csc(self._environment, "", by=self.session.actor)
        return self.tr("CSC esquecido.")

    async def aclose(self) -> None:
        """End what runs; no code stays behind."""
        await super().aclose()
        self.code.wipe()
