"""Settings › Segurança: after how long without anybody the screens lock, and where this computer keeps its secrets."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from varejoforte_desktop.application.shop_settings import LOCK_MINUTES, choose_lock_minutes
from varejoforte_desktop.application.station_setup import SafeKind, SafeState
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.preferences.page import OwnPage, refusal, section, words
from varejoforte_desktop.ui.preferences.saving import Choice
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Theme
from varejoforte_desktop.ui.widgets.field import Field

_WIDE: Final = 260
_SAFE_WORDS: Final = {
    SafeKind.KEYRING: (
        "No cofre de senhas que veio com este computador. Ele abre junto com o seu usuário do computador."
    ),
    SafeKind.FILE: "Em um arquivo trancado com uma frase secreta, pedida a cada início do programa.",
    SafeKind.ASK: "Em lugar nenhum: a senha do banco de dados é pedida a cada início do programa.",
    None: "Ninguém escolheu ainda onde este computador guarda as senhas.",
}


def minutes_words(minutes: int) -> str:
    """After how long: "5 minutos", "Nunca"."""
    return formats.counted(minutes, "minuto", "minutos") if minutes else "Nunca"


class SecurityPage(OwnPage):
    """One choice for all stations, kept as soon as it is made; the rest is to be read."""

    def __init__(self, session: Session) -> None:
        super().__init__("security_page")
        self.title = self.tr("Segurança")
        self._session = session
        self._tasks = TaskScope(self, self.failed.emit)
        self._kept: int | None = None
        why = refusal(session.actor, Permission.CHANGE_SETTINGS)
        self.minutes = Choice("lock_minutes", self.tr("Bloquear a tela depois de"))
        for minutes in LOCK_MINUTES:
            self.minutes.addItem(minutes_words(minutes), minutes)
        self.minutes.setEnabled(False)  # until the books have said what it is
        self.minutes.setToolTip(why)
        self.may = not why
        self.field = Field(self.tr("Bloquear a tela depois de"), self.minutes, why)
        self.safe = words("")
        self.safe.setObjectName("safe_words")
        self.column.addWidget(self._lock_card())
        self._safes = self._safe_card()
        self.column.addWidget(self._safes)
        self.column.addStretch(1)
        self.minutes.activated.connect(self._chosen)
        Theme.current().changed.connect(self._fit_choice)
        self._fit_choice()

    def _lock_card(self) -> QWidget:
        card, column = section(self.tr("Tela bloqueada"))
        said = self.tr(
            "Sem ninguém no teclado ou no mouse, a tela fecha e pede a senha de quem entrou. A venda aberta e o "
            "que está na tela ficam como estão, e a sincronização continua."
        )
        column.addWidget(words(said, "muted"))
        line = QHBoxLayout()
        line.addWidget(self.field, 1)
        column.addLayout(line)
        column.addWidget(words(self.tr("Vale em todas as estações. Ctrl+L bloqueia na hora."), "small"))
        return card

    def _safe_card(self) -> QWidget:
        card, column = section(self.tr("Senhas deste computador"))
        column.addWidget(self.safe)
        note = self.tr(
            "A senha do banco de dados e a chave da loja nunca ficam abertas no disco. Para mudar o lugar: "
            "Configurações › Estações."
        )
        column.addWidget(words(note, "small"))
        card.hide()  # until it is known
        return card

    def _fit_choice(self) -> None:
        self.minutes.setMaximumWidth(Theme.current().px(_WIDE))

    # -- what the books say ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the minutes, and where secrets are kept."""
        self._tasks.start(self._read())

    async def _read(self) -> None:
        services = self._session.services
        shop = await services.backend.read(lambda reader: reader.shop())
        self._show_minutes(shop.lock_minutes)
        if services.setup is not None:
            self._show_safe(await services.setup.safe())

    def _show_minutes(self, minutes: int) -> None:
        self._kept = minutes
        place = self.minutes.findData(minutes)
        if place < 0:  # of a later release, or chosen by a command
            self.minutes.addItem(minutes_words(minutes), minutes)
            place = self.minutes.count() - 1
        self.minutes.setCurrentIndex(place)
        self.minutes.setEnabled(self.may)

    def _show_safe(self, state: SafeState) -> None:
        usual = SafeKind.KEYRING if state.keyring else None  # what is used while nobody chose
        self.safe.setText(_SAFE_WORDS[state.kind or usual])
        self._safes.show()

    # -- a choice -------------------------------------------------------------------------------------

    def _chosen(self, place: int) -> None:
        minutes = int(self.minutes.itemData(place))
        if minutes != self._kept and self._kept is not None:
            self.minutes.setEnabled(False)
            self._tasks.start(self._keep(minutes, self._kept))

    async def _keep(self, minutes: int, before: int) -> None:
        backend, actor = self._session.services.backend, self._session.actor
        try:
            await backend.run(choose_lock_minutes, minutes, by=actor)
        except BaseException:
            self._show_minutes(before)
            raise
        self._show_minutes(minutes)
        said = self.tr("As telas bloqueiam depois de {minutes}, em todas as estações.")
        never = self.tr("As telas não bloqueiam sozinhas em nenhuma estação.")
        self.done.emit(said.format(minutes=minutes_words(minutes)) if minutes else never)

    async def aclose(self) -> None:
        """End what runs."""
        self._tasks.close()
        await self._tasks.settled()
