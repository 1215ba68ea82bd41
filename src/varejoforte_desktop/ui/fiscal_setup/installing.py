"""Installing a certificate: its password opens the file, what it says is shown, and only then is it kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from varejoforte_desktop.application.fiscal_desk import FiscalDesk
from varejoforte_desktop.application.fiscal_ports import CertificateFacts
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal_errors import WrongCertificate
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.fiscal_setup.words import certificate_standing, validity
from varejoforte_desktop.ui.formats import wrappable
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.setup.choices import fact_line
from varejoforte_desktop.ui.tasks import ask
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.field import Field

#: An A1 file has some thousand bytes; whatever is larger is another kind of file.
_LARGEST: Final = 64 * 1024
_WIDE: Final = 560


async def choose_file(
    parent: QWidget, name: str, title: str, kinds: str, *, save_as: str = ""
) -> Path | None:
    """Ask which file, or with `save_as` where to write one of that name; None when nobody wants it after all."""
    dialog = QFileDialog(parent, title)
    dialog.setObjectName(name)
    dialog.setNameFilter(kinds)
    if save_as:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(save_as)
        dialog.setDefaultSuffix(Path(save_as).suffix.lstrip("."))
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    answer = await ask(dialog)
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if answer == QDialog.DialogCode.Accepted and chosen else None


def certificate_facts(facts: CertificateFacts) -> QWidget:
    """Holder, CNPJ, validity and issuer, a line each."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.XS)
    for name, title, text in (
        ("holder", "Titular", facts.holder),
        ("cnpj", "CNPJ", formatted_tax_id(facts.cnpj)),
        ("validity", "Validade", validity(facts)),
        ("issuer", "Emitido por", facts.issuer),
    ):
        column.addWidget(fact_line(f"certificate_{name}", title, wrappable(text)))
    return made


class InstallDialog(DecisionDialog):
    """First the password, then whose certificate it is. `cnpj` is the shop's own, "" while it is not known."""

    def __init__(
        self,
        session: Session,
        desk: FiscalDesk,
        examine: Callable[[bytes, str], CertificateFacts],
        path: Path,
        *,
        cnpj: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, "certificate", self.tr("Instalar certificado"), self.tr("Abrir"), parent)
        self._desk = desk
        self._examine = examine
        self._path = path
        self._cnpj = cnpj
        self._pfx = b""
        #: What the file says of itself, once it was opened.
        self.facts: CertificateFacts | None = None
        self._useless = False
        #: "Escolher outro arquivo" was pressed.
        self.wants_another = False
        self.password = SecretEdit("certificate_password")
        self.password_field = Field(self.tr("Senha do certificado"), self.password)
        self.password_field.set_hint(self.tr("A que a certificadora deu. Ela não é guardada."))
        self.password.textEdited.connect(lambda _text: self.password_field.set_error(""))
        self.password.returnPressed.connect(self.save)
        self.password.setMaxLength(256)
        self._says = QVBoxLayout()
        self.busy_words = self.tr("Abrindo…")
        self._build()
        self.size_to(_WIDE)

    def _build(self) -> None:
        name = paragraph(wrappable(self._path.name), "strong", name="certificate_file")
        name.setMinimumWidth(1)
        self.body.addWidget(name)
        self.body.addWidget(self.password_field)
        self.body.addLayout(self._says)
        self.body.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits in the password."""
        super().showEvent(event)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what is pressed --------------------------------------------------------------------------------

    def save(self) -> None:
        """F10: open, keep, or choose another."""
        if self._useless and not self.saving:
            self.wants_another = True
            self.reject()
        else:
            super().save()

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """Open the file; once it was, keep it."""
        if self.facts is not None:
            return self._keep()
        return self._open()

    async def _open(self) -> str:
        self._pfx = await asyncio.to_thread(_read, self._path)
        facts = await asyncio.to_thread(self._examine, self._pfx, self.password.text())
        if self._cnpj and facts.cnpj[:8] != self._cnpj[:8]:
            raise WrongCertificate("others", facts.cnpj)
        self.facts = facts
        self._show(facts)
        return ""

    def _show(self, facts: CertificateFacts) -> None:
        self.banner.hide()
        self.password_field.hide()
        standing = certificate_standing(facts, self.session.services.clock())
        badge = Badge(standing.word, standing.tone)
        badge.setObjectName("certificate_opened_state")
        line = QHBoxLayout()
        line.addWidget(badge)
        line.addStretch(1)
        self._says.addWidget(certificate_facts(facts))
        self._says.addLayout(line)
        if not self._cnpj:
            told = self.tr("A empresa ainda não foi preenchida: confira que este CNPJ é o dela.")
            self._says.addWidget(paragraph(told, "small"))
        self.busy_words = self.tr("Guardando…")
        self.set_verb(self.tr("Guardar certificado"))
        self.size_to(_WIDE)
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _keep(self) -> str:
        facts = await self._desk.install_certificate(self._pfx, self.password.text(), by=self.session.actor)
        left = facts.days_left(self.session.services.clock())
        return self.tr("Certificado instalado: {holder}, válido por {days} dias.").format(
            holder=facts.holder, days=left
        )

    # -- trouble ----------------------------------------------------------------------------------------

    def said(self, error: BaseException) -> Sentence:
        """A file that is gone or on a stick that was pulled out."""
        if isinstance(error, OSError):
            return Sentence(
                self.tr("O arquivo do certificado não pode ser lido."),
                self.tr("Confira se ele ainda está no lugar e tente de novo."),
            )
        return super().said(error)

    def point_at(self, error: DomainError, said: str) -> bool:
        """A wrong password is said beside it; a file that will not do leaves only the way to another."""
        if isinstance(error, WrongCertificate) and error.why == "password":
            self.password_field.set_error(said)
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
            self.password.selectAll()
            return True
        return False

    def failed(self, error: BaseException) -> None:
        """With a file that will not do, another one may be chosen."""
        super().failed(error)
        if isinstance(error, WrongCertificate) and error.why != "password":
            self._useless = True
            self.inside.hide()
            self.set_verb(self.tr("Escolher outro arquivo"))
            self.size_to(_WIDE)

    async def aclose(self) -> None:
        """End what runs; neither password nor key stays behind."""
        await super().aclose()
        self.password.wipe()
        self._pfx = b""


def _read(path: Path) -> bytes:
    """The bytes of the file. Raises WrongCertificate("big") before reading what cannot be one, and OSError."""
    size = path.stat().st_size
    if size > _LARGEST:
        raise WrongCertificate("big", str(size))
    return path.read_bytes()
