"""Taking a computer out of the shop and changing the shop's key: asked once more, with what follows."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.people_questions import StationRow
from varejoforte_desktop.application.stations import KeyDesk, remove_station
from varejoforte_desktop.domain.errors import ChangedMeanwhile, DomainError
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph, warning_box
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import restyle
from varejoforte_desktop.ui.widgets.field import Field


class RemoveStationDialog(DecisionDialog):
    """Says what follows before it is done."""

    def __init__(self, session: Session, row: StationRow, parent: QWidget | None = None) -> None:
        title = self.tr("Retirar {name} da loja?").format(name=row.name)
        super().__init__(session, "station_remove", title, self.tr("Retirar"), parent)
        self._row = row
        restyle(self.go, kind="danger")
        told = [
            self.tr(
                "Ninguém mais entra em {name}. Só um administrador pode, e assim a traz de volta."
            ).format(name=row.name),
            self.tr("Quem está nela agora é recusado na próxima ação; o que já foi gravado fica."),
        ]
        if row.sends:
            told.append(self.tr("Ela está enviando para a Tray; outra estação assume em seguida."))
        for text in told:
            self.body.addWidget(paragraph(text))
        self.body.addWidget(
            warning_box(
                "station_remove_key",
                [
                    paragraph(
                        self.tr(
                            "Ela ainda conhece a chave da loja. Se foi perdida ou roubada, troque a chave em seguida."
                        )
                    )
                ],
            )
        )
        self.body.addStretch(1)
        self.size_to(480)

    def work(self) -> Coroutine[Any, Any, str | None]:
        """Take it out."""
        return self._remove()

    async def _remove(self) -> str:
        session, name = self.session, self._row.name
        await session.services.backend.run(remove_station, name, by=session.actor)
        return self.tr("{name} foi retirada da loja.").format(name=name)

    def showEvent(self, event: QShowEvent) -> None:
        """The way back has the keyboard: an Enter by accident takes nothing out."""
        super().showEvent(event)
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)


class ChangeKeyDialog(DecisionDialog):
    """The administrator signs with the password; the rest goes by itself."""

    def __init__(self, session: Session, keys: KeyDesk, parent: QWidget | None = None) -> None:
        super().__init__(
            session, "key_change", self.tr("Trocar a chave da loja"), self.tr("Trocar a chave"), parent
        )
        self._keys = keys
        self.busy_words = self.tr("Trocando…")
        self.password = SecretEdit("key_change_password")
        self.password_field = Field(self.tr("Sua senha"), self.password)
        for text in (
            self.tr(
                "A chave tranca os acessos da Tray dentro do banco de dados. Trocada, a antiga não abre mais nada."
            ),
            self.tr("As estações que continuam na loja recebem a nova sozinhas; as retiradas, não."),
            self.tr("Os outros administradores a recebem da próxima vez que entrarem."),
        ):
            self.body.addWidget(paragraph(text))
        self.body.addWidget(self.password_field)
        self.body.addStretch(1)
        self.password.returnPressed.connect(self.save)
        self.password.textEdited.connect(lambda _text: self.password_field.set_error(""))
        self.size_to(480)

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """A password, and then the change."""
        password = self.password.text()
        if not password:
            self._point(self.tr("Digite a sua senha."))
            return None
        self.banner.hide()
        return self._change(password)

    async def _change(self, password: str) -> str:
        await self._keys.change_key(password, by=self.session.actor)
        return self.tr("A chave da loja foi trocada.")

    def said(self, error: BaseException) -> Sentence:
        """What changed meanwhile is the shop, not a product."""
        if isinstance(error, ChangedMeanwhile):
            return Sentence(
                self.tr("A loja mudou enquanto a chave era trocada; nada foi trocado."),
                self.tr("Tente de novo."),
            )
        return sentence(error)

    def point_at(self, error: DomainError, said: str) -> bool:
        """A password that is not right."""
        if error.field != "current_password":
            return False
        self._point(said)
        return True

    def _point(self, said: str) -> None:
        self.password_field.set_error(said)
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the password."""
        super().showEvent(event)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    async def aclose(self) -> None:
        """End what runs; no password stays behind."""
        await super().aclose()
        self.password.wipe()
