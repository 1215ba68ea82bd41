"""Putting a copy back: it is opened and proved, shown with what would be lost, confirmed by name, and laid ready."""

from __future__ import annotations

from collections.abc import Coroutine
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.backup_desk import BackupDesk, CopyFacts
from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.domain.access_errors import PassphraseWrong
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.copies.candidate import CandidatePage
from varejoforte_desktop.ui.copies.facts import Loss, loss_since
from varejoforte_desktop.ui.copies.words import breakable, restoring_refused, stands_at
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.messages import Sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import ask
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field

_WIDE: Final = 600
_KINDS: Final = "Cópias da loja (*.db *.dump *.vfc)"


class Step(Enum):
    """How far somebody is."""

    OPENING = auto()
    LOCKED = auto()
    DECIDING = auto()
    LAID = auto()
    WRONG = auto()  # this file is not to be put back; another may be


async def choose_copy(parent: QWidget, folder: Path) -> Path | None:
    """Ask which file; None when nobody wants it after all."""
    dialog = QFileDialog(parent, parent.tr("Escolher a cópia"))
    dialog.setObjectName("copy_file_dialog")
    dialog.setNameFilters([_KINDS, parent.tr("Todos (*)")])
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setDirectory(str(folder))
    answer = await ask(dialog)
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if answer == QDialog.DialogCode.Accepted and chosen else None


class RestoreDialog(DecisionDialog):
    """One window from the file to the last word. `kept` is where the books of today stay, once a copy is laid ready."""

    def __init__(
        self, session: Session, desk: BackupDesk, actor: Actor, file: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(session, "restore", self.tr("Restaurar uma cópia"), self.tr("Abrir"), parent)
        self._desk = desk
        self._actor = actor
        self._file = file
        self._passphrase = ""
        self.step = Step.OPENING
        self.kept: Path | None = None
        #: "Fechar o programa" and "Escolher outra" were pressed.
        self.wants_close = False
        self.wants_another = False
        self._wait, self._lock, self._ready = QWidget(), QWidget(), QWidget()
        self._waiting = paragraph("", "muted", name="restore_waiting")
        self.passphrase = SecretEdit("restore_passphrase")
        self.passphrase_field = Field(self.tr("Frase secreta desta cópia"), self.passphrase)
        self.deciding: CandidatePage | None = None
        self._laid_told = paragraph("", name="restore_kept")
        self._build()
        self.size_to(_WIDE)

    def _build(self) -> None:
        bar = QProgressBar()
        bar.setObjectName("restore_bar")
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(self.tr("Abrindo a cópia"))
        name = paragraph(breakable(self._file.name), "strong", name="restore_opening")
        name.setMinimumWidth(1)
        _column(self._wait, bar, name, self._waiting)
        self._waiting.setText(self.tr("Abrindo e conferindo a cópia inteira. A loja continua como está."))
        self.passphrase.setMaxLength(1024)
        self.passphrase.textEdited.connect(lambda _text: self.passphrase_field.set_error(""))
        self.passphrase.returnPressed.connect(self.save)
        told = self.tr("Esta cópia está trancada. Digite a frase escolhida quando ela foi feita.")
        _column(self._lock, paragraph(told), self.passphrase_field)
        self._laid_told.setMinimumWidth(1)
        done = Banner(
            "restore_laid",
            self.tr("A cópia está pronta. O programa precisa fechar e abrir de novo."),
            Tone.GOOD,
        )
        hurry = self.tr(
            "Feche agora: o que for vendido até lá fica só no banco guardado. Depois de abrir, confira a loja "
            "em Configurações › Cópias; até a conferência ninguém vende."
        )
        _column(self._ready, done, self._laid_told, paragraph(hurry))
        for page in (self._wait, self._lock, self._ready):
            self.body.addWidget(page)
        for page in (self._lock, self._ready):
            page.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to open the file at once."""
        super().showEvent(event)
        if self.step is Step.OPENING and not self.saving:
            self.begin(self._examine(""))

    # -- one step after the other -----------------------------------------------------------------------

    async def _examine(self, passphrase: str) -> str:
        try:
            facts = await self._desk.examine(self._file, passphrase)
        except PassphraseWrong:
            if self.step is not Step.OPENING:
                raise
            self._go(Step.LOCKED, self._lock, self.tr("Abrir"))
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
            return ""
        self._passphrase = passphrase
        self.passphrase.wipe()
        self._decide(facts, await self._loss(facts))
        return ""

    async def _loss(self, facts: CopyFacts) -> Loss | None:
        """What would be lost; None when today's books do not say, which may be why somebody is here."""
        try:
            return await self.session.services.backend.read(partial(loss_since, at=facts.last_sale_at))
        except BooksError:
            return None

    def _decide(self, facts: CopyFacts, loss: Loss | None) -> None:
        page = self.deciding = CandidatePage(self.session, facts, stands_at(facts), loss)
        page.name.returnPressed.connect(self.save)
        page.name.textEdited.connect(lambda _text: self._show_may())
        self.body.addWidget(page)
        self.busy_words = self.tr("Preparando…")
        restyle(self.go, kind="danger")
        self._go(Step.DECIDING, page, self.tr("Restaurar"))
        page.name.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _restore(self) -> str:
        self.kept = await self._desk.restore(self._file, self._passphrase, by=self._actor)
        where = breakable(str(self.kept))
        self._laid_told.setText(
            self.tr("O banco de dados de hoje fica guardado em: {where}").format(where=where)
        )
        self._laid_told.setToolTip(str(self.kept))
        restyle(self.go, kind="primary")
        self.banner.hide()
        self._go(Step.LAID, self._ready, self.tr("Fechar o programa"))
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)
        return ""

    def _go(self, step: Step, page: QWidget, verb: str) -> None:
        self.step = step
        for each in (self._wait, self._lock, self._ready, self.deciding):
            if each is not None:
                each.setVisible(each is page)
        self.body.activate()
        self.set_verb(verb)
        self.size_to(_WIDE)

    # -- what is pressed --------------------------------------------------------------------------------

    def save(self) -> None:
        """F10: the next step."""
        if self.saving or not self.go.isEnabled():
            return
        if self.step in {Step.LAID, Step.WRONG}:
            self.wants_close = self.step is Step.LAID
            self.wants_another = self.step is Step.WRONG
            self.accept()
        else:
            super().save()

    def work(self) -> Coroutine[Any, Any, str] | None:
        """What the step in sight asks for."""
        if self.step is Step.LOCKED:
            if not self.passphrase.text():
                self.passphrase_field.set_error(self.tr("Falta preencher."))
                return None
            return self._examine(self.passphrase.text())
        page = self.deciding
        if self.step is not Step.DECIDING or page is None:
            return None
        if not page.confirmed:
            page.name_field.set_error(self.tr("O nome não é o da loja."))
            page.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return self._restore()

    def reject(self) -> None:
        """Opening a file changes nothing and may be given up; laying a copy ready is finished first."""
        if self.saving and self.step in {Step.OPENING, Step.LOCKED}:
            self.tasks.close()
            self._saving = False
        super().reject()

    def show_saving(self, *, saving: bool) -> None:
        """The button waits; in the first step only the way back is there."""
        super().show_saving(saving=saving)
        self.go.setVisible(self.step is not Step.OPENING)
        self._show_may()
        if self.step is Step.LAID:
            self.back.setText(self.tr("Depois (Esc)"))

    def _show_may(self) -> None:
        """The shop is put back by whoever has typed its name."""
        if self.step is Step.DECIDING and self.deciding is not None and not self.saving:
            self.go.setEnabled(self.deciding.confirmed)
            self.deciding.name_field.set_error("")

    # -- trouble ----------------------------------------------------------------------------------------

    def failed(self, error: BaseException) -> None:
        """A file that cannot be put back leaves the way to another one."""
        super().failed(error)
        if self.step is Step.OPENING or (self.step is Step.LOCKED and not isinstance(error, PassphraseWrong)):
            self.inside.hide()
            self.step = Step.WRONG
            self.go.show()
            self.set_verb(self.tr("Escolher outra cópia"))
            self.size_to(_WIDE)
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def said(self, error: BaseException) -> Sentence:
        """In the words of copies."""
        return restoring_refused(error)

    def point_at(self, error: DomainError, said: str) -> bool:
        """A passphrase that does not fit is said beside it."""
        if error.field != "passphrase" or self.step is not Step.LOCKED:
            return False
        self.passphrase_field.set_error(said)
        self.passphrase.selectAll()
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    async def aclose(self) -> None:
        """End what runs; no passphrase stays behind."""
        await super().aclose()
        self._passphrase = ""
        self.passphrase.wipe()


def _column(page: QWidget, *widgets: QWidget) -> None:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.M)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
