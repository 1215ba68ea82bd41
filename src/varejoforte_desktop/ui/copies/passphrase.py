"""The passphrase of locked copies: chosen once, typed twice, with what it means to lose it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.backup_desk import BackupDesk
from varejoforte_desktop.application.backups import MINIMUM_PASSPHRASE, strong_passphrase
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.widgets.field import Field

_WIDE = 520
_LONGEST = 1024


class PassphraseDialog(DecisionDialog):
    """`again`: another one takes the place of the one chosen before, for new copies only."""

    def __init__(
        self, session: Session, desk: BackupDesk, actor: Actor, parent: QWidget | None = None, *, again: bool
    ) -> None:
        title = self.tr("Trocar a frase secreta") if again else self.tr("Escolher a frase secreta")
        super().__init__(session, "copy_passphrase", title, self.tr("Guardar a frase"), parent)
        self._desk = desk
        self._actor = actor
        self.busy_words = self.tr("Trancando…")
        self.first = SecretEdit("copy_passphrase_first")
        self.second = SecretEdit("copy_passphrase_again")
        self.first_field = Field(self.tr("Frase secreta"), self.first)
        self.first_field.set_hint(
            self.tr(
                "Pelo menos {count} letras. Quatro ou cinco palavras que só você junta são o melhor."
            ).format(count=MINIMUM_PASSPHRASE)
        )
        self.second_field = Field(self.tr("A mesma frase, de novo"), self.second)
        for edit, field in ((self.first, self.first_field), (self.second, self.second_field)):
            edit.setMaxLength(_LONGEST)
            edit.textEdited.connect(lambda _text, field=field: field.set_error(""))
        self._build(again=again)
        self.size_to(_WIDE)

    def _build(self, *, again: bool) -> None:
        told = self.tr("Ela vale para a loja inteira e tranca as cópias feitas daqui em diante.")
        self.body.addWidget(paragraph(told))
        self.body.addWidget(self.first_field)
        self.body.addWidget(self.second_field)
        warnings = [
            self.tr("Sem a frase ninguém abre uma cópia trancada: nem você, nem o suporte."),
            self.tr("Escreva-a em papel e guarde fora da loja."),
        ]
        if again:
            warnings.append(
                self.tr("As cópias já feitas continuam abrindo só com a frase antiga: guarde as duas.")
            )
        self.body.addWidget(warning_box("copy_passphrase_warning", [paragraph(each) for each in warnings]))
        self.body.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits in the first line."""
        super().showEvent(event)
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Keep it, when both lines hold the same one that will do."""
        passphrase = self.first.text()
        try:
            strong_passphrase(passphrase)
        except DomainError as error:
            self.point_at(error, sentence(error).whole)
            return None
        if passphrase != self.second.text():
            self.second_field.set_error(self.tr("As duas frases não são iguais."))
            self.second.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return self._choose(passphrase)

    async def _choose(self, passphrase: str) -> str:
        await self._desk.choose_passphrase(passphrase, by=self._actor)
        return self.tr("Frase secreta guardada. Anote-a fora deste computador.")

    def point_at(self, error: DomainError, said: str) -> bool:
        """One that will not do is said beside the line."""
        if error.field != "passphrase":
            return False
        self.first_field.set_error(said)
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    async def aclose(self) -> None:
        """End what runs; no passphrase stays behind."""
        await super().aclose()
        for edit in (self.first, self.second):
            edit.wipe()
