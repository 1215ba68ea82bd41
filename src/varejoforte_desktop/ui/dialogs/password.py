"""Changing one's own password: the present one, the new one twice, and how long a good one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.sign_in import SignInDesk
from varejoforte_desktop.domain.errors import DomainError, Missing, SignInLocked
from varejoforte_desktop.domain.operator import MINIMUM_PASSWORD, strong_enough
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import WorkingDialog, answered, pressed_by_enter, two_ways
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.lock.countdown import Countdown, waiting_words
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.theme import Space, Theme
from varejoforte_desktop.ui.widgets.field import Field

_GOOD: Final = 12
_STRONG: Final = 16


def strength_words(password: str) -> str:
    """How good a password is, by its length alone: a long sentence beats signs that nobody remembers."""
    length = len(password)
    if not length:
        return f"Pelo menos {MINIMUM_PASSWORD} caracteres; uma frase é melhor."
    if length < MINIMUM_PASSWORD:
        left = MINIMUM_PASSWORD - length
        return (
            f"Curta: {'falta' if left == 1 else 'faltam'} {formats.counted(left, 'caractere', 'caracteres')}."
        )
    if length < _GOOD:
        return "Aceitável. Com mais algumas letras fica boa."
    return "Boa." if length < _STRONG else "Forte."


class PasswordForm(QWidget):
    """Three fields; what is wrong stands below the one it is about. Nothing typed survives `wipe`."""

    #: Enter in the last field.
    entered = Signal()
    #: It may be tried, or not while somebody has to wait.
    ready_changed = Signal(bool)

    def __init__(self, current_words: str, monotonic: Callable[[], float]) -> None:
        """`current_words` names the first field: "Senha atual", or the one that somebody was given."""
        super().__init__()
        self.setObjectName("password_form")
        self.current = SecretEdit("password_current")
        self.new = SecretEdit("password_new")
        self.again = SecretEdit("password_again")
        self.fields = {
            "current_password": Field(current_words, self.current),
            "password": Field(self.tr("Senha nova"), self.new, strength_words("")),
            "again": Field(self.tr("Repita a senha nova"), self.again),
        }
        self._wait = Countdown(monotonic, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for field in self.fields.values():
            column.addWidget(field)
        for edit in (self.current, self.new, self.again):
            edit.setMaxLength(1025)  # one more than may be, so that a longer one is refused and not cut
            edit.textEdited.connect(self._forget_errors)
        self.new.textChanged.connect(lambda text: self.fields["password"].set_hint(strength_words(text)))
        self.current.returnPressed.connect(self.new.setFocus)
        self.new.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self.entered)
        self._wait.left.connect(self._say_left)
        self._wait.over.connect(self._waited)

    @property
    def waiting(self) -> bool:
        """Whether too many wrong passwords make somebody wait."""
        return self._wait.running

    def ready(self) -> bool:
        """Whether all is there and fits; else what is wrong is said, and the cursor goes to the first."""
        if self.waiting:
            return False
        wrong = self._wrong()
        for name, field in self.fields.items():
            field.set_error(wrong.get(name, ""))
        if wrong:
            self._go_to(next(iter(wrong)))
        return not wrong

    def _wrong(self) -> dict[str, str]:
        wrong = {}
        for name, edit in (("current_password", self.current), ("password", self.new)):
            if not edit.text():
                wrong[name] = sentence(Missing(name)).whole
        if "password" not in wrong:
            try:
                strong_enough(self.new.text())
            except DomainError as error:
                wrong["password"] = sentence(error).whole
        if "password" not in wrong and self.new.text() != self.again.text():
            wrong["again"] = self.tr("As duas senhas são diferentes.")
        return wrong

    def point_at(self, error: DomainError, said: str) -> bool:
        """Say a refusal of the door beside its field; False when it is about none of them."""
        if isinstance(error, SignInLocked):
            self._wait.begin(error.seconds)
            self.ready_changed.emit(False)
            return True
        if error.field not in self.fields:
            return False
        self.fields[str(error.field)].set_error(said)
        self._go_to(str(error.field))
        return True

    def take_focus(self) -> None:
        """The cursor waits at the first."""
        self.current.setFocus(Qt.FocusReason.OtherFocusReason)

    def wipe(self) -> None:
        """No password stays behind, and nobody is counted down any more."""
        self._wait.stop()
        for edit in (self.current, self.new, self.again):
            edit.wipe()
        self._forget_errors()

    def _go_to(self, name: str) -> None:
        editor = self.fields[name].editor
        if isinstance(editor, SecretEdit):
            editor.selectAll()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget_errors(self, _text: str = "") -> None:
        for name, field in self.fields.items():
            if name != "current_password" or not self.waiting:
                field.set_error("")

    def _say_left(self, seconds: int) -> None:
        self.fields["current_password"].set_error(waiting_words(seconds))

    def _waited(self) -> None:
        self.fields["current_password"].set_error("")
        self.ready_changed.emit(True)


class PasswordDialog(WorkingDialog):
    """Asks the door, and closes once the password is another one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("password_dialog", self.tr("Trocar minha senha"), parent, banner="password_banner")
        self._desk: SignInDesk = session.services.desk
        self._actor = session.actor
        self.form = PasswordForm(self.tr("Senha atual"), session.services.monotonic)
        self.change = QPushButton()
        self.change.setObjectName("password_save")
        self.back = QPushButton(self.tr("Voltar (Esc)"))
        self.back.setObjectName("password_back")
        column = self.page(Space.S)
        explained = self.tr("A senha nova vale em todas as estações a partir de agora.")
        for widget in (self.heading, paragraph(explained, "muted"), self.banner, self.form):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(two_ways(self.back, self.change))
        self.show_saving(saving=False)
        width = Theme.current().px(440)
        self.resize(width, max(self.sizeHint().height(), column.totalHeightForWidth(width)))
        self.form.entered.connect(self.save)
        self.form.ready_changed.connect(lambda _ready: self.show_saving(saving=self.saving))
        self.change.clicked.connect(self.save)
        self.back.clicked.connect(self.reject)
        context = self.tr("Trocar minha senha")
        session.services.shortcuts.bind(self, Shortcut("F10", self.tr("Trocar a senha"), context), self.save)

    def save(self) -> None:
        """Ask the door; nothing while it is being asked."""
        if self.saving or not self.form.ready():
            return
        self.banner.hide()
        current, new = self.form.current.text(), self.form.new.text()
        self.begin(self._desk.change_password(self._actor, current=current, new=new))

    def show_saving(self, *, saving: bool) -> None:
        """The button waits while the door is asked, or while somebody has to wait."""
        self.change.setEnabled(not saving and not self.form.waiting)
        self.change.setText(self.tr("Trocando…") if saving else self.tr("Trocar a senha (F10)"))

    def point_at(self, error: DomainError, said: str) -> bool:
        """Beside the field it is about."""
        return self.form.point_at(error, said)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the present password."""
        super().showEvent(event)
        self.form.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it stands on and nothing else."""
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    async def aclose(self) -> None:
        """End what runs; no password stays behind."""
        await super().aclose()
        self.form.wipe()


async def change_password(session: Session, parent: QWidget) -> bool:
    """Ask for a new password of one's own; whether it was changed."""
    return await answered(PasswordDialog(session, parent))
