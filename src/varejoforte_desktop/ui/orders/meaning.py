"""Saying once what a status of the store means to the shop, over the order that waits for it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.order_questions import StatusRow
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.status_map import explain_statuses
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.operator import Permission, Role
from varejoforte_desktop.domain.order import StatusMeaning
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.orders.pieces import words
from varejoforte_desktop.ui.orders.words import MEANINGS
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)
_EXPLAINED = {
    StatusMeaning.AWAITING_PAYMENT: "O cliente ainda não pagou: os itens ficam reservados.",
    StatusMeaning.TO_SHIP: "Está pago: separar, registrar a venda e enviar.",
    StatusMeaning.SHIPPED: "Está pago e já saiu da loja.",
    StatusMeaning.COMPLETED: "Está pago e o cliente já recebeu.",
    StatusMeaning.CANCELLED: "Não vale mais: nada é importado.",
}


@dataclass(frozen=True, slots=True)
class MeaningFacts:
    """The status, and who may say what it means."""

    status: StatusRow
    administrators: tuple[str, ...]


def meaning_facts(reader: Reader, status_id: str) -> MeaningFacts:
    """Ask the books. Raises NoSuchRecord."""
    found = next((row for row in reader.orders.statuses() if row.status_id == status_id), None)
    if found is None:
        raise NoSuchRecord("status", status_id)
    admins = [row.name for row in reader.people.people() if row.active and row.role is Role.ADMINISTRADOR]
    return MeaningFacts(found, tuple(admins))


async def explain_status(session: Session, parent: QWidget, status_id: str) -> str:
    """Ask what a status means; the words of what was said, "" when nothing was. Raises NoSuchRecord or BooksError."""
    facts = await session.services.backend.read(lambda reader: meaning_facts(reader, status_id))
    dialog = MeaningDialog(session, facts, parent)
    try:
        await ask(dialog)
        return dialog.outcome
    finally:
        await dialog.aclose()


class MeaningDialog(QDialog):
    """The five meanings to choose from, the likely one chosen already; for others than administrators, who can."""

    def __init__(self, session: Session, facts: MeaningFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("meaning_dialog")
        self.setWindowTitle(self.tr("O que significa"))
        self.setModal(True)
        self.outcome = ""
        self._session = session
        self._facts = facts
        self._saving = False
        self._may = session.actor.may(Permission.CHANGE_SETTINGS)
        self._scope = TaskScope(self, self._failed)
        self._group = QButtonGroup(self)
        self._radios: dict[StatusMeaning, QRadioButton] = {}
        self.banner = Banner("meaning_banner")
        self.save_button = QPushButton(self.tr("Salvar (F10)"))
        self.save_button.setObjectName("meaning_save")
        self._build()
        self._choose()
        keys = session.services.shortcuts
        keys.bind(self, Shortcut("F10", self.tr("Salvar"), self.tr("O que a situação significa")), self.save)

    def _build(self) -> None:
        status = self._facts.status
        title = self.tr("O que “{name}” significa?").format(name=status.name or status.status_id)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(words(title, "title", name="meaning_title"))
        waiting = formats.counted(status.open_orders, "pedido aberto", "pedidos abertos")
        note = self.tr("É dito uma vez e vale para {waiting} e todos os próximos.")
        column.addWidget(words(note.format(waiting=waiting), "muted"))
        column.addWidget(self.banner)
        for meaning, told in MEANINGS.items():
            radio = QRadioButton(told.word)
            radio.setObjectName(f"meaning_{meaning.value}")
            radio.setEnabled(self._may)
            bind_icon(radio, told.icon, told.role)
            self._group.addButton(radio)
            self._radios[meaning] = radio
            hint = QLabel(_EXPLAINED[meaning])
            hint.setContentsMargins(Theme.current().px(34), 0, 0, 0)
            restyle(hint, words="small")
            pair = QVBoxLayout()
            pair.setSpacing(2)
            pair.addWidget(radio)
            pair.addWidget(hint)
            column.addLayout(pair)
        column.addStretch(1)
        column.addLayout(self._foot())
        self.resize(Theme.current().px(480), self.sizeHint().height())

    def _foot(self) -> QHBoxLayout:
        cancel = QPushButton(self.tr("Voltar (Esc)"))
        cancel.setObjectName("meaning_cancel")
        cancel.clicked.connect(self.reject)
        restyle(self.save_button, kind="primary")
        self.save_button.clicked.connect(self.save)
        self.save_button.setVisible(self._may)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.save_button)
        for button in (cancel, self.save_button):
            button.setAutoDefault(False)
        return foot

    def _choose(self) -> None:
        """The meaning it has, else the one its name suggests; a suggestion counts only after a person's yes."""
        status = self._facts.status
        likely = status.meaning or status.suggested
        if likely is not None:
            self._radios[likely].setChecked(True)
        self.save_button.setEnabled(likely is not None)
        self._group.buttonToggled.connect(lambda: self.save_button.setEnabled(True))
        self.banner.hide()
        if not self._may:
            names = " ou ".join(self._facts.administrators) or self.tr("um administrador")
            text = self.tr("Só um administrador pode dizer: peça a {names}.").format(names=names)
            self.banner.set_message(text, Tone.INFO)
            self.banner.show()
        elif status.meaning is None and status.suggested is not None:
            told = MEANINGS[status.suggested]
            text = self.tr("Pelo nome, parece ser “{word}”. Confira e salve.").format(word=told.word)
            self.banner.set_message(text, Tone.INFO)
            self.banner.show()

    # -- saving ---------------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep what was chosen."""
        chosen = next((each for each, radio in self._radios.items() if radio.isChecked()), None)
        if chosen is not None and self._may and not self._saving:
            self._saving = True
            self.save_button.setEnabled(False)
            self._scope.start(self._keep(chosen))

    async def _keep(self, meaning: StatusMeaning) -> None:
        status = self._facts.status
        try:
            await self._session.services.backend.run(
                explain_statuses, {status.status_id: meaning}, by=self._session.actor
            )
        finally:
            self._saving = False
            self.save_button.setEnabled(True)
        self.outcome = self.tr("“{name}” significa: {word}.").format(
            name=status.name or status.status_id, word=MEANINGS[meaning].word.lower()
        )
        self.accept()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the meaning of a status could not be kept", exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD)
        self.banner.show()

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard is on the likely meaning."""
        super().showEvent(event)
        checked = self._group.checkedButton()
        first = checked if checked is not None else next(iter(self._radios.values()))
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self._scope.close()
        await self._scope.settled()
        if self.isVisible():
            self.reject()
        self.deleteLater()
