"""The door: signing in, on the very first day founding the shop, and setting up this computer at any time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QPaintEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.domain.access_errors import PasswordInClear, SafeClosed
from varejoforte_desktop.domain.errors import DomainError, Missing, SignInLocked, SignInRefused
from varejoforte_desktop.ui.lock.countdown import Countdown, waiting_words
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.setup.choices import BigChoice
from varejoforte_desktop.ui.setup.door_frame import DoorCard, grow, primary, stand
from varejoforte_desktop.ui.setup.errands import SetupErrands
from varejoforte_desktop.ui.setup.founding import FoundForm, text_edit
from varejoforte_desktop.ui.setup.words import shown_books
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field

if TYPE_CHECKING:
    from varejoforte_desktop.application.sign_in import SignInDesk
    from varejoforte_desktop.application.station_setup import StationSetup

_DOOR, _FOUND, _FIRST = range(3)


class LoginWindow(QWidget):
    """Shown at once; the books open meanwhile, while the person already types."""

    #: An Actor, when somebody may come in.
    signed_in = Signal(object)
    #: Try to open the books again.
    retried = Signal()
    #: This computer belongs to another shop now: leave the books and open the new ones.
    moved = Signal()
    #: The window was closed without signing in.
    closed = Signal()
    #: The person sees the door; emitted once.
    seen = Signal()

    def __init__(
        self,
        *,
        station: str,
        version: str,
        books: str = "",
        setup: StationSetup | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`books` is where they are, without a password; `setup` None: this computer is not set up here."""
        super().__init__()
        self.setObjectName("login_window")
        self.setWindowTitle(self.tr("Varejo Forte · Entrar"))
        restyle(self, page=True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk: SignInDesk | None = None
        self._setup = setup
        self._errands = None if setup is None else SetupErrands(setup, self)
        self._scope = TaskScope(self, self._failed)
        self._wanted = self._seen = False
        self._joined = ""
        self._told = (station, version, books)
        self._user = text_edit("login_user", self.tr("Operador"))
        self._password = text_edit("login_password", self.tr("Senha"), secret=True)
        self._enter = QPushButton(self.tr("Entrar"))
        self._found_form = FoundForm()
        self._found = QPushButton(self.tr("Criar a loja e entrar"))
        self._heading = QLabel(self.tr("Entrar"))
        self._sub = QLabel(self.tr("Abrindo a loja…"))
        self._banner = Banner("login_banner", "", Tone.BAD)
        self._banner.hide()
        self._safe_closed = self._password_asked = self._held = False  # held: after wrong passwords
        self._shown = _DOOR
        self._foot = QLabel()
        self._configure = QPushButton(self.tr("Configurar esta estação"))
        self._waiting = Countdown(monotonic, self)
        self._build()

    # -- how it is made ---------------------------------------------------------------------------------

    def _build(self) -> None:
        card = DoorCard()
        brand = QLabel("Varejo Forte")
        restyle(brand, words="figure")
        restyle(self._heading, words="heading")
        restyle(self._sub, words="muted")
        self._sub.setWordWrap(True)
        self._pages = (self._door_form(), self._founding_form(), self._first_form())
        for widget in (brand, self._heading, self._sub, self._banner, *self._pages):
            card.column.addWidget(widget)
        self._show_form(_DOOR)
        restyle(self._foot, words="small")
        self._foot.setObjectName("login_foot")
        self._configure.setObjectName("login_configure")
        self._configure.setVisible(self._setup is not None)
        restyle(self._configure, kind="quiet")
        self._show_foot()
        stand(self, card, self._foot, self._configure)
        grow(self, 640)
        self._banner.acted.connect(self._remedy)
        self._waiting.left.connect(self._show_wait)
        self._waiting.over.connect(self._wait_over)
        if self._errands is not None:
            self._configure.clicked.connect(self._errands.open_setup)
            self._existing_shop.clicked.connect(self._errands.open_join)
            self._errands.joined.connect(self._arrived)
            self._errands.unlocked.connect(self._unlocked)
            self._errands.locked.connect(self._show_locked)
            self._errands.failed.connect(self._failed)

    def _door_form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, Space.S, 0, 0)
        self._password_field = Field(self.tr("Senha"), self._password)
        column.addWidget(Field(self.tr("Operador"), self._user))
        column.addWidget(self._password_field)
        column.addLayout(primary(self._enter, "login_button"))
        column.addStretch(1)
        self._user.textEdited.connect(self._other_person)
        self._user.returnPressed.connect(self._password.setFocus)
        self._password.returnPressed.connect(self._try_enter)
        self._enter.clicked.connect(self._try_enter)
        return form

    def _founding_form(self) -> QWidget:
        self._found_form.column.addLayout(primary(self._found, "found_button"))
        self._found_back = QPushButton(self.tr("Voltar"))
        self._found_back.setObjectName("found_back")
        restyle(self._found_back, kind="quiet")
        self._found_back.clicked.connect(self._show_first)
        self._found_back.hide()
        self._found_form.column.addWidget(self._found_back)
        self._found_form.column.addStretch(1)
        self._found.clicked.connect(self._try_found)
        self._found_form.entered.connect(self._try_found)
        return self._found_form

    def _first_form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, Space.S, 0, Space.S)
        column.setSpacing(Space.M)
        self._new_shop = BigChoice(
            "first_new_shop",
            "box",
            self.tr("Loja nova neste computador"),
            self.tr("Para uma loja com uma estação só. Fica pronta agora."),
        )
        self._existing_shop = BigChoice(
            "first_existing_shop",
            "link",
            self.tr("Entrar em uma loja que já existe"),
            self.tr("A loja está em um servidor e outras estações já a usam."),
        )
        for button in (self._new_shop, self._existing_shop):
            column.addWidget(button)
        column.addStretch(1)
        self._new_shop.clicked.connect(self._show_founding)
        return form

    # -- what the front tells ---------------------------------------------------------------------------

    def show_opening(self) -> None:
        """The books are being opened."""
        self._desk = None
        self._end_wait()
        self._banner.hide()
        self._show_foot()
        self._heading.setText(self.tr("Entrar"))
        self._sub.setText(self.tr("Abrindo a loja…"))
        self._show_form(_DOOR)

    def show_trouble(self, trouble: Sentence, error: BaseException | None = None) -> None:
        """The books cannot be opened; a closed safe is asked to be opened at once."""
        self._safe_closed = self._errands is not None and isinstance(error, (SafeClosed, PasswordInClear))
        self._password_asked = isinstance(error, BooksUnreachable)
        button = self.tr("Abrir o cofre") if self._safe_closed else self.tr("Tentar de novo")
        self._say(trouble.whole, Tone.BAD, button)
        self._sub.setText(self.tr("A loja não pôde ser aberta."))
        self._busy(busy=False)
        self._wanted = False
        if self._safe_closed and self._errands is not None:
            self._errands.open_safe(asked=False)

    def _remedy(self) -> None:
        if self._errands is not None and self._safe_closed:
            self._errands.open_safe()
        elif self._errands is not None and self._password_asked:
            self._errands.try_again()
        else:
            self.retried.emit()

    def show_door(self, desk: SignInDesk, *, founded: bool, shop_name: str) -> None:
        """The books are open: let people in, or found the shop."""
        self._desk = desk
        self._safe_closed = False
        self._banner.hide()
        if not founded:
            grow(self, 760)
            self._busy(busy=False)
            fresh = self._setup is not None and not self._setup.now.configured
            (self._show_first if fresh else self._show_founding)()
            return
        self._show_form(_DOOR)
        self._heading.setText(self.tr("Entrar"))
        self._sub.setText(shop_name)
        if self._joined:
            text = self.tr(
                "Este computador entrou na loja {name}. Agora um administrador entra primeiro aqui."
            )
            self._say(text.format(name=self._joined), Tone.INFO)
        if not self._user.text():
            self._user.setFocus()
        if self._errands is not None:
            self._errands.look()
        if self._wanted:
            self._try_enter()

    def _show_first(self) -> None:
        self._heading.setText(self.tr("Primeiro acesso"))
        self._sub.setText(self.tr("Como este computador vai trabalhar?"))
        self._banner.hide()
        self._show_form(_FIRST)
        self._new_shop.setFocus()

    def _show_founding(self) -> None:
        self._heading.setText(self.tr("Primeiro acesso"))
        self._sub.setText(self.tr("Crie a loja e o primeiro administrador desta instalação."))
        self._found_back.setVisible(self._setup is not None and not self._setup.now.configured)
        self._show_form(_FOUND)
        self._found_form.begin()

    def _show_form(self, index: int) -> None:
        """Show a form; the others take no room."""
        self._shown = index
        for place, form in enumerate(self._pages):
            form.setVisible(place == index)

    def _show_foot(self) -> None:
        station, version, books = self._told
        if self._setup is not None:
            station, books = self._setup.now.name, self._setup.now.books
        parts = [self.tr("Estação {station}").format(station=station)]
        if books:
            parts.append(shown_books(books))
        parts.append(self.tr("versão {version}").format(version=version))
        whole = " · ".join(parts)
        self._foot.setToolTip(whole)
        room = Theme.current().px(700)
        self._foot.setText(self._foot.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideMiddle, room))

    def start_over(self, login: str = "") -> None:
        """Somebody signed out: the password is gone, the name may stay."""
        self._joined = ""
        self._user.setText(login)
        self._password.clear()
        self._password_field.set_error("")
        self._end_wait()
        self._busy(busy=False)
        (self._password if login else self._user).setFocus()

    # -- coming in ------------------------------------------------------------------------------------

    def _try_enter(self) -> None:
        if self._scope.busy or self._shown != _DOOR or self._held:
            return
        if self._desk is None:
            self._wanted = True  # as soon as the books are open
            self._busy(busy=True)
            return
        self._wanted = False
        self._password_field.set_error("")
        self._busy(busy=True)
        self._scope.start(self._come_in(self._desk))

    async def _come_in(self, desk: SignInDesk) -> None:
        actor = await desk.enter(login=self._user.text(), password=self._password.text())
        self._password.clear()
        self._banner.hide()
        self._busy(busy=False)
        self.signed_in.emit(actor)

    def _try_found(self) -> None:
        if self._scope.busy or self._desk is None:
            return
        told = self._found_form.read()
        if told is not None:
            self._busy(busy=True)
            self._scope.start(self._found_shop(self._desk, told))

    async def _found_shop(self, desk: SignInDesk, told: dict[str, str]) -> None:
        actor = await desk.found(**told)
        self._found_form.wipe()
        self._busy(busy=False)
        self.signed_in.emit(actor)

    def _failed(self, error: BaseException) -> None:
        self._busy(busy=False)
        said = sentence(error)
        founding = self._shown == _FOUND
        if founding and isinstance(error, DomainError) and self._found_form.point_at(error, said.whole):
            return
        if isinstance(error, SignInLocked):
            self._held = True
            self._password.clear()
            self._waiting.begin(error.seconds)
        elif isinstance(error, (SignInRefused, Missing)) and not founding:
            self._password_field.set_error(said.whole)
            self._password.selectAll()
            self._password.setFocus()
        else:
            # Who stands before the door is right; it is the computer or the books that do not let in.
            self._say(said.whole, Tone.WARN if isinstance(error, DomainError) else Tone.BAD)

    def _busy(self, *, busy: bool) -> None:
        for button in (self._enter, self._found):
            button.setEnabled(not busy and not self._held)
        self._enter.setText(self.tr("Entrando…") if busy else self.tr("Entrar"))

    def _say(self, words: str, tone: Tone, button: str = "") -> None:
        self._banner.set_message(words, tone, button)
        self._banner.show()

    # -- waiting after wrong passwords ------------------------------------------------------------------

    def _show_wait(self, seconds: int) -> None:
        self._busy(busy=False)
        words, _, unit = waiting_words(seconds).rpartition(" ")
        self._say(f"{words}\N{NO-BREAK SPACE}{unit}", Tone.WARN)
        self._enter.setText(self.tr("Aguarde"))

    def _wait_over(self) -> None:
        self._end_wait()
        self._password.setFocus()

    def _end_wait(self) -> None:
        if self._held:
            self._held = False
            self._waiting.stop()
            self._banner.hide()
            self._busy(busy=False)

    def _other_person(self) -> None:
        """The wait may be for the name that was typed before; the books know."""
        self._password_field.set_error("")
        self._end_wait()

    # -- this computer ----------------------------------------------------------------------------------

    def _arrived(self, shop_name: str) -> None:
        self.start_over()
        self._joined = shop_name
        self.moved.emit()

    def _unlocked(self) -> None:
        if self._desk is None:
            self.retried.emit()
        elif self._safe_closed:
            self._safe_closed = False
            self._banner.hide()

    def _show_locked(self) -> None:
        """The books are open without the safe; the shop's key is not."""
        self._safe_closed = True
        said = self.tr("O cofre desta estação está trancado; sem a frase secreta a loja não fala com a Tray.")
        self._say(said, Tone.INFO, self.tr("Abrir o cofre"))

    # -- the window -------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The first time, what is slow may begin."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self.seen.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks at the clock; the books still know how long it is."""
        self._end_wait()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the door ends the program; the front decides."""
        self.closed.emit()
        super().closeEvent(event)
