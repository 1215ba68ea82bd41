"""The few fields that let somebody through: a password, with or without a name, one button, and what was wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.errors import Missing, SignInLocked
from varejoforte_desktop.ui.lock.countdown import Countdown, waiting_words
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field

_log = logging.getLogger(__name__)


class DoorForm(QWidget):
    """Asks once at a time; after too many wrong passwords the button waits and the seconds are counted."""

    #: A name ("" where none is asked for) and a password.
    entered = Signal(str, str)

    def __init__(
        self, name: str, action: str, busy: str, monotonic: Callable[[], float], *, asks_name: bool
    ) -> None:
        """`name` begins the object names; `action` and `busy` are the words of the button."""
        super().__init__()
        self.setObjectName(f"{name}_form")
        self._words = (action, busy)
        self._busy = False
        self._wait = Countdown(monotonic, self)
        self.login = QLineEdit() if asks_name else None
        self.password = SecretEdit(f"{name}_password")
        self.password_field = Field(self.tr("Senha"), self.password)
        self.login_field = None
        if self.login is not None:
            self.login.setObjectName(f"{name}_login")
            self.login_field = Field(self.tr("Operador"), self.login)
        self.go = QPushButton(action)
        self.go.setObjectName(f"{name}_enter")
        restyle(self.go, kind="primary")
        self._build()
        self.go.clicked.connect(self._enter)
        self.password.returnPressed.connect(self._enter)
        self.password.textEdited.connect(self._forget_error)
        self._wait.left.connect(self._say_left)
        self._wait.over.connect(self._waited)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        if self.login is not None and self.login_field is not None:
            column.addWidget(self.login_field)
            self.login.setMaxLength(40)
            self.login.returnPressed.connect(self.password.setFocus)
            self.login.textEdited.connect(self._forget_error)
        column.addWidget(self.password_field)
        column.addSpacing(Space.XS)
        column.addWidget(self.go)

    @property
    def asking(self) -> bool:
        """Whether the door is being asked now."""
        return self._busy

    def take_focus(self) -> None:
        """The cursor waits at what is missing first."""
        first = self.login if self.login is not None and not self.login.text() else self.password
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def wipe(self) -> None:
        """Nothing that was typed stays, and nothing is said."""
        self._wait.stop()
        if self.login is not None:
            self.login.setText("")
        self.password.wipe()
        self._say("")
        self.show_busy(busy=False)

    def show_busy(self, *, busy: bool) -> None:
        """The door is being asked, or has answered."""
        self._busy = busy
        self.go.setText(self._words[busy])
        self._fit_button()

    def refuse(self, error: BaseException) -> None:
        """The door said no: the password is gone, and the sentence never tells which half was wrong."""
        self.show_busy(busy=False)
        self.password.wipe()
        if isinstance(error, SignInLocked):
            self._wait.begin(error.seconds)
        else:
            said = sentence(error)
            if said.bug:
                _log.error("the door failed", exc_info=error)
            self._say(said.whole)
        self._fit_button()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- inside ---------------------------------------------------------------------------------------

    def _enter(self) -> None:
        if self._busy or self._wait.running:
            return
        name = "" if self.login is None else self.login.text().strip()
        if self.login_field is not None:
            self.login_field.set_error("" if name else sentence(Missing("login")).whole)
        missing = not self.password.text()
        self._say(sentence(Missing("password")).whole if missing else "")
        if missing or (self.login is not None and not name):
            self.take_focus()
            return
        self.show_busy(busy=True)
        self.entered.emit(name, self.password.text())

    def _say(self, words: str) -> None:
        self.password_field.set_error(words)
        if self.login_field is not None and not words:
            self.login_field.set_error("")

    def _say_left(self, seconds: int) -> None:
        self._say(waiting_words(seconds))

    def _waited(self) -> None:
        self._say("")
        self._fit_button()

    def _forget_error(self, _text: str) -> None:
        if not self._wait.running:
            self._say("")

    def _fit_button(self) -> None:
        self.go.setEnabled(not self._busy and not self._wait.running)
