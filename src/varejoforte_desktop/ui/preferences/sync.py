"""Settings › Sincronização: what of a product goes to the store, and within which limits."""

from __future__ import annotations

from math import ceil
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
)

from varejoforte_desktop.application.questions import QueueCounters
from varejoforte_desktop.application.shop_settings import choose_sync_option
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.shop import ShopSettings, SyncOption
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.preferences.page import SettingsPage, refusal, section, words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.badge import Badge

_TITLES: Final = {
    SyncOption.FULL: "Opção 1: o cadastro completo",
    SyncOption.COMMERCIAL: "Opção 2: só preço, custo e estoque",
}
#: What each option does, as (drawing, role, words).
_WHAT: Final = {
    SyncOption.FULL: (
        ("arrow-right", Role.ACCENT, "Preço de venda, preço de custo e estoque"),
        ("arrow-right", Role.ACCENT, "Nome, referência, código de barras, NCM, marca, modelo e garantia"),
        ("arrow-right", Role.ACCENT, "Categoria, descrições, peso, medidas e promoções"),
        ("arrow-right", Role.ACCENT, "Produtos novos são cadastrados na Tray"),
    ),
    SyncOption.COMMERCIAL: (
        ("arrow-right", Role.ACCENT, "Preço de venda, preço de custo e estoque"),
        ("lock", Role.TEXT_MUTED, "Nome, textos, categoria, peso e medidas ficam como estão na Tray"),
        ("lock", Role.TEXT_MUTED, "Produtos novos não são cadastrados: só os que já existem na Tray"),
    ),
}


class OptionCard(QFrame):
    """A large choice; a click anywhere on it chooses."""

    def __init__(self, option: SyncOption) -> None:
        super().__init__()
        self.setObjectName(f"option_{option.value}_card")
        restyle(self, card=True)
        self.radio = QRadioButton()
        self.radio.setObjectName(f"option_{option.value}")
        self.radio.setAccessibleName(_TITLES[option])
        self.radio.setAccessibleDescription("ERP → Tray: " + "; ".join(text for _, _, text in _WHAT[option]))
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.L, Space.L)
        column.setSpacing(Space.S)
        self.in_use = Badge(self.tr("Em uso"), Tone.GOOD)
        self.in_use.hide()
        arrow = QLabel("ERP → Tray")
        restyle(arrow, words="label")
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        # The title is no part of the button: it stays readable for those who may not choose.
        top.addWidget(self.radio)
        top.addWidget(words(_TITLES[option], "heading"), 1)
        top.addWidget(self.in_use)
        top.addWidget(arrow)
        column.addLayout(top)
        for drawing, role, text in _WHAT[option]:
            line = QHBoxLayout()
            line.setContentsMargins(Theme.current().px(Space.XXL + Space.S), 0, 0, 0)
            line.setSpacing(Space.S)
            line.addWidget(IconLabel(drawing, role, 14), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words(text), 1)
            column.addLayout(line)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose, as a click on the words of the choice would."""
        super().mouseReleaseEvent(event)
        if self.radio.isEnabled() and self.rect().contains(event.position().toPoint()):
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
            self.radio.click()


class SyncPage(SettingsPage):
    """Only an administrator chooses; going back to option 1 says first how much it will send."""

    #: The option that was in use and the one that is now.
    changed = Signal(object, object)
    #: An unexpected trouble: the exception.
    failed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__("sync_page")
        self._session = session
        self._tasks = TaskScope(self, self._trouble)
        self._option = SyncOption.FULL
        self._held_back = 0
        self._per_minute = 180
        self.refusal = refusal(session.actor, Permission.CHANGE_SETTINGS)
        self.cards = {option: OptionCard(option) for option in SyncOption}
        self._group = QButtonGroup(self)
        for number, option in enumerate(SyncOption):
            self._group.addButton(self.cards[option].radio, number)
        self._group.idClicked.connect(self._clicked)
        self._limits = words("", "muted")
        self._limits.setObjectName("sync_limits")
        self._make_question()
        self._build()

    def _make_question(self) -> None:
        self.question = QFrame()
        self.question.setObjectName("option_question")
        restyle(self.question, banner=Tone.WARN.value)
        self._asked = words("")
        self._asked.setObjectName("option_question_text")
        self.confirm = QPushButton(self.tr("Usar a opção 1 e enviar"))
        self.confirm.setObjectName("option_confirm")
        restyle(self.confirm, kind="primary")
        self.cancel = QPushButton(self.tr("Continuar na opção 2"))
        self.cancel.setObjectName("option_cancel")
        self.confirm.clicked.connect(lambda: self._choose(SyncOption.FULL))
        self.cancel.clicked.connect(self._withdraw)
        column = QVBoxLayout(self.question)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(self._asked)
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.confirm)
        line.addWidget(self.cancel)
        line.addStretch(1)
        column.addLayout(line)
        self.question.hide()

    def _build(self) -> None:
        intro = self.tr("O que muda aqui vai para a Tray (ERP → Tray). Nada volta da Tray para o cadastro.")
        self.column.addWidget(words(intro, "muted"))
        for option_card in self.cards.values():
            option_card.radio.setEnabled(not self.refusal)
            option_card.setToolTip(self.refusal)
            self.column.addWidget(option_card)
        self.column.addWidget(self.question)
        reason = words(self.refusal, "small")
        reason.setObjectName("option_refusal")
        reason.setVisible(bool(self.refusal))
        self.column.addWidget(reason)
        card, column = section(self.tr("Limites da Tray"))
        column.addWidget(self._limits)
        self.column.addWidget(card)
        self.column.addStretch(1)

    def show_settings(self, settings: ShopSettings, counters: QueueCounters) -> None:
        """Show what the books say."""
        self._option, self._held_back = settings.sync_option, counters.held_back
        self._per_minute = max(1, settings.requests_per_minute)
        self._limits.setText(
            self.tr(
                "Até {minute} pedidos por minuto e {day} por dia, somando todas as estações. "
                "Quando um deles acaba, o envio espera e continua sozinho."
            ).format(
                minute=formats.count(settings.requests_per_minute),
                day=formats.count(settings.requests_per_day),
            )
        )
        if self.question.isVisibleTo(self):
            self._ask()
        else:
            self._mark()

    def show_option(self, option: SyncOption) -> None:
        """Choose without a question, for taking a choice back."""
        self._choose(option)

    async def aclose(self) -> None:
        """End what runs."""
        self._tasks.close()
        await self._tasks.settled()

    def _mark(self) -> None:
        for option, card in self.cards.items():
            card.in_use.setVisible(option is self._option)
        self.cards[self._option].radio.setChecked(True)

    def _clicked(self, number: int) -> None:
        wanted = list(SyncOption)[number]
        if wanted is self._option:
            self._withdraw()
        elif wanted is SyncOption.FULL:
            self._tasks.start(self._consider())
        else:
            self._choose(wanted)

    async def _consider(self) -> None:
        """Option 1 sends what option 2 kept back: say how much, as of now."""
        counters = await self._session.services.backend.read(lambda reader: reader.queue_counters())
        self._held_back = counters.held_back
        if self._held_back:
            self._ask()
        else:
            self._choose(SyncOption.FULL)

    def _ask(self) -> None:
        if self._option is SyncOption.FULL or not self._held_back:
            self._withdraw()
            return
        count = self._held_back
        changes = formats.counted(count, "alteração de cadastro guardada", "alterações de cadastro guardadas")
        self._asked.setText(
            self.tr("A opção 1 vai enviar {changes} (cerca de {time}) por cima dos textos da Tray.").format(
                changes=changes, time=formats.duration(60 * ceil(count / self._per_minute))
            )
        )
        if not self.question.isVisibleTo(self):
            self.question.show()
            self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)

    def _withdraw(self) -> None:
        self.question.hide()
        self._mark()
        self.cards[self._option].radio.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, option: SyncOption) -> None:
        self.question.hide()
        self._tasks.start(self._keep(option))

    async def _keep(self, option: SyncOption) -> None:
        before = self._option
        await self._session.services.backend.run(choose_sync_option, option, by=self._session.actor)
        self._option = option
        self._mark()
        self.changed.emit(before, option)

    def _trouble(self, error: BaseException) -> None:
        self._mark()
        self.failed.emit(error)
