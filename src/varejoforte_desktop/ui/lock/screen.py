"""The locked screen: whose shop and whose session it is, a password, and the ways out; nothing of what is behind."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.lock.door_form import DoorForm
from varejoforte_desktop.ui.lock.must_change import MustChangePage
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.setup.door_frame import CARD_WIDTH, DoorCard, stand
from varejoforte_desktop.ui.theme import Space, Theme, restyle

_UNLOCK, _SWITCH, _MUST_CHANGE = range(3)


class LockScreen(QWidget):
    """Asks; whoever made it answers with `refuse`, `ask_new_password` or by taking it away."""

    #: The password of whoever is signed in.
    unlock_asked = Signal(str)
    #: Another person's name and password.
    switch_asked = Signal(str, str)
    #: "Sair".
    leave_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("lock_screen")
        self.setAccessibleName(self.tr("Tela bloqueada"))
        restyle(self, page=True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._actor = session.actor
        services = session.services
        mono = services.monotonic
        unlock, switch = self.tr("Desbloquear"), self.tr("Entrar")
        self.unlock = DoorForm("lock", unlock, self.tr("Conferindo…"), mono, asks_name=False)
        self.switch = DoorForm("switch", switch, self.tr("Entrando…"), mono, asks_name=True)
        self.must_change = MustChangePage(services, self.tr("Voltar"))
        self.who = paragraph(session.actor.name, "strong", name="lock_who")
        self.since = paragraph("", "muted", name="lock_since")
        self.notice = paragraph("", "muted", name="lock_notice")
        self.lost = paragraph("", "muted", name="switch_lost")
        self.to_switch = self._way("lock_switch", self.tr("Trocar operador"))
        self.leave = self._way("lock_leave", self.tr("Sair"))
        self.back = self._way("switch_back", self.tr("Voltar"))
        self._page = _UNLOCK
        self._pages = (self._unlock_page(), self._switch_page(), self.must_change)
        self._card = DoorCard()
        self._card.column.setSpacing(Space.XL)
        for widget in (self._head(session), *self._pages):
            self._card.column.addWidget(widget)
        stand(self, self._card)
        self._connect()
        self._show(_UNLOCK)
        Theme.current().changed.connect(self._fit)

    # -- building -------------------------------------------------------------------------------------

    def _way(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        restyle(button, kind="quiet")
        return button

    def _head(self, session: Session) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(IconLabel("lock", Role.ACCENT, 28), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(paragraph(session.shop_name, "heading", name="lock_shop"))
        words.addWidget(self.since)
        row.addLayout(words, 1)
        return head

    def _unlock_page(self) -> QWidget:
        who = QHBoxLayout()
        who.setSpacing(Space.S)
        who.addWidget(IconLabel("user", Role.TEXT_MUTED, 18), 0, Qt.AlignmentFlag.AlignTop)
        who.addWidget(self.who, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.to_switch)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        page, column = _page()
        column.addWidget(paragraph(self.tr("Quem está nesta estação"), "label"))
        column.addLayout(who)
        column.addSpacing(Space.S)
        column.addWidget(self.unlock)
        column.addWidget(self.notice)
        column.addLayout(foot)
        return page

    def _switch_page(self) -> QWidget:
        said = self.tr("Você entra no lugar de {name}. O caixa e a venda aberta ficam como estão.")
        foot = QHBoxLayout()
        foot.addWidget(self.back)
        foot.addStretch(1)
        page, column = _page()
        column.addWidget(paragraph(self.tr("Trocar operador"), "strong"))
        column.addWidget(paragraph(said.format(name=self._actor.name), "muted"))
        column.addSpacing(Space.S)
        column.addWidget(self.switch)
        column.addWidget(self.lost)
        column.addLayout(foot)
        return page

    def _connect(self) -> None:
        self.unlock.entered.connect(lambda _name, password: self.unlock_asked.emit(password))
        self.switch.entered.connect(self.switch_asked)
        self.to_switch.clicked.connect(self.show_switch)
        self.back.clicked.connect(self.show_unlock)
        self.must_change.left.connect(self.show_unlock)
        self.leave.clicked.connect(self.leave_asked)

    def _fit(self) -> None:
        self._card.setFixedWidth(Theme.current().px(CARD_WIDTH))

    # -- what is told ---------------------------------------------------------------------------------

    def start(self, since: datetime, station: str) -> None:
        """The screen locks now: nothing typed before is left."""
        said = self.tr("{station} · bloqueada às {hour}")
        self.since.setText(said.format(station=station, hour=formats.hour(since)))
        self.notice.hide()
        for form in (self.unlock, self.switch):
            form.wipe()
        self._show(_UNLOCK)

    def tell_lost(self, *, dialogs: bool) -> None:
        """Whether a question is open, which another person would not find again."""
        words = self.tr("Há uma janela aberta que não foi concluída; ela será descartada.")
        self.lost.setText(words if dialogs else "")
        self.lost.setVisible(dialogs)

    def tell_notice(self) -> None:
        """Something was to be said; what it was is told to whoever unlocks."""
        self.notice.setText(self.tr("Há um aviso para ler depois de desbloquear."))
        self.notice.show()

    def show_unlock(self) -> None:
        """Ask whoever is signed in."""
        if not self._asking:
            self.switch.wipe()
            self._show(_UNLOCK)
            self.take_focus()

    def show_switch(self) -> None:
        """Ask somebody else."""
        if not self._asking:
            self._show(_SWITCH)
            self.take_focus()

    def ask_new_password(self, actor: Actor) -> None:
        """The password was right and somebody else's choice: another one first."""
        for form in (self.unlock, self.switch):
            form.wipe()
        self.must_change.ask(actor)
        self._show(_MUST_CHANGE)
        self.take_focus()

    def refuse(self, error: BaseException) -> None:
        """The door said no."""
        another = self.asks_another
        for each in (self.unlock, self.switch):
            each.show_busy(busy=False)
        self._show(_SWITCH if another else _UNLOCK)
        (self.switch if another else self.unlock).refuse(error)

    def wipe(self) -> None:
        """It is over: no password stays behind."""
        for form in (self.unlock, self.switch, self.must_change.form):
            form.wipe()

    def take_focus(self) -> None:
        """The cursor waits where something is to be typed."""
        (self.unlock, self.switch, self.must_change)[self._page].take_focus()

    @property
    def asks_another(self) -> bool:
        """Whether it is somebody else who wants to come in."""
        if self._page == _MUST_CHANGE:
            wanted = self.must_change.actor
            return wanted is not None and wanted.operator_id != self._actor.operator_id
        return self._page == _SWITCH

    @property
    def _asking(self) -> bool:
        return self.unlock.asking or self.switch.asking

    def _show(self, index: int) -> None:
        """Show a page; the others take no room."""
        self._page = index
        for place, page in enumerate(self._pages):
            page.setVisible(place == index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leads back from the other person's fields; nothing else leads anywhere."""
        if event.key() == Qt.Key.Key_Escape and self._page == _SWITCH:
            self.show_unlock()
        event.accept()


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.S)
    return page, column
