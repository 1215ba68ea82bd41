"""A password that somebody else gave opens nothing but this: choosing one's own."""

from __future__ import annotations

import logging

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.access_errors import SessionEnded, StationRemoved
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.dialogs.password import PasswordForm
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.services import Services
from varejoforte_desktop.ui.setup.door_frame import DoorCard, grow, stand
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner

_log = logging.getLogger(__name__)


class MustChangePage(QWidget):
    """The three fields, "Trocar e continuar", and a way back that lets nobody in."""

    #: The password is the person's own now: the Actor.
    changed = Signal(object)
    #: "Sair".
    left = Signal()
    #: The person, or this computer, may not come in any more: the error.
    ended = Signal(object)

    def __init__(self, services: Services, back_words: str) -> None:
        super().__init__()
        self.setObjectName("must_change_page")
        self._desk = services.desk
        #: Who is asked.
        self.actor: Actor | None = None
        self._scope = TaskScope(self, self._failed)
        self.form = PasswordForm(self.tr("Senha que você recebeu"), services.monotonic)
        self.greeting = paragraph("", "heading", name="must_change_greeting")
        self.banner = Banner("must_change_banner", "", Tone.BAD)
        self.banner.hide()
        self.change = QPushButton()
        self.change.setObjectName("must_change_save")
        restyle(self.change, kind="primary")
        self.back = QPushButton(back_words)
        self.back.setObjectName("must_change_back")
        restyle(self.back, kind="quiet")
        self._build()
        self._fit()
        self.form.entered.connect(self.save)
        self.form.ready_changed.connect(lambda _ready: self._fit())
        self.change.clicked.connect(self.save)
        self.back.clicked.connect(self.left)

    def _build(self) -> None:
        why = self.tr("A senha que você usou foi dada por outra pessoa. Escolha a sua para continuar.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for widget in (self.greeting, paragraph(why, "muted"), self.banner):
            column.addWidget(widget)
        column.addSpacing(Space.S)
        column.addWidget(self.form)
        column.addWidget(self.change)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.back)
        foot.addStretch(1)
        column.addLayout(foot)

    def ask(self, actor: Actor) -> None:
        """Ask this person, from the beginning."""
        self.actor = actor
        self.greeting.setText(self.tr("Olá, {name}").format(name=actor.name))
        self.banner.hide()
        self.form.wipe()
        self._fit()

    def take_focus(self) -> None:
        """The cursor waits at the first field."""
        self.form.take_focus()

    def save(self) -> None:
        """Ask the door, once at a time."""
        if self.actor is None or self._scope.busy or not self.form.ready():
            return
        self.banner.hide()
        self._scope.start(self._change(self.actor, self.form.current.text(), self.form.new.text()))
        self._fit()

    async def _change(self, actor: Actor, current: str, new: str) -> None:
        await self._desk.change_password(actor, current=current, new=new)
        self.form.wipe()
        self.changed.emit(actor)

    def _failed(self, error: BaseException) -> None:
        self._fit()
        if isinstance(error, (SessionEnded, StationRemoved)):
            self.form.wipe()
            self.ended.emit(error)
            return
        said = sentence(error)
        if isinstance(error, DomainError) and self.form.point_at(error, said.whole):
            return
        if said.bug:
            _log.error("the password could not be changed", exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD)
        self.banner.show()

    def _fit(self) -> None:
        busy = self._scope.busy
        self.change.setEnabled(not busy and not self.form.waiting)
        self.change.setText(self.tr("Trocando…") if busy else self.tr("Trocar a senha e entrar"))

    async def aclose(self) -> None:
        """End what runs; no password stays behind."""
        self._scope.close()
        await self._scope.settled()
        self.form.wipe()


class MustChangeWindow(QWidget):
    """Stands between the door and the shop; closing it closes the program, as at the door."""

    #: The window was closed by hand.
    closed = Signal()

    def __init__(self, services: Services, actor: Actor, shop_name: str) -> None:
        super().__init__()
        self.setObjectName("must_change_window")
        self.setWindowTitle(self.tr("Varejo Forte · Escolha a sua senha"))
        restyle(self, page=True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._done = False
        self.page = MustChangePage(services, self.tr("Sair"))
        self.page.ask(actor)
        card = DoorCard()
        card.column.setSpacing(Space.XL)
        card.column.addWidget(_named(shop_name))
        card.column.addWidget(self.page)
        stand(self, card)
        grow(self, 640)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits."""
        super().showEvent(event)
        self.page.take_focus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed by hand, nobody comes in."""
        if not self._done:
            self.closed.emit()
        super().closeEvent(event)

    async def aclose(self) -> None:
        """It has done what it was for."""
        self._done = True
        await self.page.aclose()
        self.close()
        self.deleteLater()


def _named(shop_name: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    row.addWidget(IconLabel("lock", Role.ACCENT, 18), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(paragraph(shop_name, "strong"), 1)
    return line
