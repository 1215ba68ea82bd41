"""Settings › Loja: the shop's name, and where this station and its books are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from varejoforte_desktop.application.shop_settings import rename_shop
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.shop import ShopSettings
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.preferences.page import SettingsPage, refusal, section
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field


class ShopPage(SettingsPage):
    """An administrator renames the shop; the rest is to be read."""

    #: What was done, for a toast.
    done = Signal(str)
    #: An unexpected trouble: the exception.
    failed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__("shop_page")
        self._session = session
        self._tasks = TaskScope(self, self._trouble)
        self._kept = ""
        self.refusal = refusal(session.actor, Permission.CHANGE_SETTINGS)
        self.name = QLineEdit()
        self.name.setObjectName("shop_name")
        self.name.setMaxLength(80)
        self.name.setReadOnly(bool(self.refusal))
        self.name.textEdited.connect(self._edited)
        self.name.returnPressed.connect(self._save)
        self.name_field = Field(self.tr("Nome da loja"), self.name, self.refusal)
        self.save = QPushButton(self.tr("Salvar nome"))
        self.save.setObjectName("shop_name_save")
        self.save.setToolTip(self.refusal)
        self.save.clicked.connect(self._save)
        self._build()
        self._edited()

    def _build(self) -> None:
        card, column = section(self.tr("Loja"))
        column.addWidget(self.name_field)
        line = QHBoxLayout()
        line.addWidget(self.save)
        line.addStretch(1)
        column.addLayout(line)
        self.column.addWidget(card)
        card, column = section(self.tr("Este computador"))
        facts = QFormLayout()
        facts.setHorizontalSpacing(Space.L)
        facts.setVerticalSpacing(Space.S)
        services = self._session.services
        for name, title, value in (
            ("station_label", self.tr("Estação"), services.station),
            ("books_label", self.tr("Banco de dados"), services.books),
            ("version_label", self.tr("Versão"), services.version),
        ):
            facts.addRow(_muted(title), _fact(name, value))
        column.addLayout(facts)
        self.column.addWidget(card)
        self.column.addStretch(1)

    def show_settings(self, settings: ShopSettings) -> None:
        """Show what the books say, unless somebody is typing."""
        untouched = self.name.text() == self._kept
        self._kept = settings.name
        if untouched:
            self.name.setText(settings.name)
        self._edited()

    async def aclose(self) -> None:
        """End what runs."""
        self._tasks.close()
        await self._tasks.settled()

    def _edited(self, _text: str = "") -> None:
        self.name_field.set_error("")
        changed = self.name.text().strip() != self._kept
        self.save.setEnabled(changed and not self.refusal and not self._tasks.busy)

    def _save(self) -> None:
        if self.save.isEnabled():
            self.save.setEnabled(False)
            self._tasks.start(self._rename(self.name.text()))

    async def _rename(self, name: str) -> None:
        try:
            await self._session.services.backend.run(rename_shop, name, by=self._session.actor)
        except DomainError as error:
            self.name_field.set_error(sentence(error).whole)
            return
        self._kept = name.strip()
        if self.name.text() == name:  # what was typed meanwhile stays
            self.name.setText(self._kept)
        self.done.emit(self.tr("Nome da loja alterado."))

    def _trouble(self, error: BaseException) -> None:
        self._edited()
        self.failed.emit(error)


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    restyle(label, words="muted")
    return label


def _fact(name: str, text: str) -> QWidget:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    return label
