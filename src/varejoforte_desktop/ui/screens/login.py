"""The door: signing in, and on the very first day giving the shop its name and its administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.domain.errors import DomainError, Missing
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field

if TYPE_CHECKING:
    from varejoforte_desktop.application.sign_in import SignInDesk


def _text_edit(object_name: str, accessible_name: str, *, secret: bool = False) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(object_name)
    edit.setAccessibleName(accessible_name)
    if secret:
        edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit


class LoginWindow(QWidget):
    """Shown at once; the books open meanwhile, while the person already types."""

    #: An Actor, when somebody may come in.
    signed_in = Signal(object)
    #: Try to open the books again.
    retried = Signal()
    #: The window was closed without signing in.
    closed = Signal()
    #: The person sees the door; emitted once.
    seen = Signal()

    def __init__(self, *, station: str, version: str) -> None:
        super().__init__()
        self.setObjectName("login_window")
        self.setWindowTitle(self.tr("Varejo Forte · Entrar"))
        restyle(self, page=True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk: SignInDesk | None = None
        self._scope = TaskScope(self, self._failed)
        self._wanted = False
        self._seen = False
        self._user = _text_edit("login_user", self.tr("Operador"))
        self._password = _text_edit("login_password", self.tr("Senha"), secret=True)
        self._enter = QPushButton(self.tr("Entrar"))
        self._found_fields = self._founding_fields()
        self._found = QPushButton(self.tr("Criar a loja e entrar"))
        self._heading = QLabel(self.tr("Entrar"))
        self._sub = QLabel(self.tr("Abrindo a loja…"))
        self._banner = Banner("login_banner", "", Tone.BAD)
        self._banner.hide()
        self._forms = QStackedWidget()
        self._build(station, version)

    def _founding_fields(self) -> dict[str, Field]:
        editors = {
            "shop_name": _text_edit("found_shop_name", self.tr("Nome da loja")),
            "operator_name": _text_edit("found_name", self.tr("Seu nome")),
            "login": _text_edit("found_login", self.tr("Operador")),
            "password": _text_edit("found_password", self.tr("Senha"), secret=True),
            "again": _text_edit("found_password_again", self.tr("Repita a senha"), secret=True),
        }
        hints = {
            "login": self.tr("O nome curto usado para entrar, como ana."),
            "password": self.tr("Pelo menos 8 caracteres; ela abre a loja inteira."),
        }
        return {
            name: Field(editor.accessibleName(), editor, hint=hints.get(name, ""))
            for name, editor in editors.items()
        }

    def _build(self, station: str, version: str) -> None:
        card = QFrame()
        restyle(card, card=True)
        card.setFixedWidth(Theme.current().px(420))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(Space.XXL, Space.XXL, Space.XXL, Space.XL)
        inside.setSpacing(Space.S)
        brand = QLabel("Varejo Forte")
        restyle(brand, words="figure")
        restyle(self._heading, words="heading")
        restyle(self._sub, words="muted")
        self._sub.setWordWrap(True)
        self._pages = (self._door_form(), self._found_form())
        for form in self._pages:
            self._forms.addWidget(form)
        self._show_form(0)
        for widget in (brand, self._heading, self._sub, self._banner, self._forms):
            inside.addWidget(widget)
        foot = QLabel(
            self.tr("Estação {station} · versão {version}").format(station=station, version=version)
        )
        restyle(foot, words="small")
        outside = QVBoxLayout(self)
        outside.addStretch(1)
        outside.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outside.addWidget(foot, 0, Qt.AlignmentFlag.AlignHCenter)
        outside.addStretch(1)
        self.resize(Theme.current().px(760), Theme.current().px(640))
        self._banner.acted.connect(self.retried)

    def _door_form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, Space.S, 0, 0)
        self._password_field = Field(self.tr("Senha"), self._password)
        column.addWidget(Field(self.tr("Operador"), self._user))
        column.addWidget(self._password_field)
        column.addLayout(_primary(self._enter, "login_button"))
        column.addStretch(1)
        self._user.returnPressed.connect(self._password.setFocus)
        self._password.returnPressed.connect(self._try_enter)
        self._enter.clicked.connect(self._try_enter)
        return form

    def _found_form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, Space.S, 0, 0)
        column.setSpacing(Space.XS)
        for field in self._found_fields.values():
            column.addWidget(field)
        column.addLayout(_primary(self._found, "found_button"))
        column.addStretch(1)
        self._found.clicked.connect(self._try_found)
        last = self._found_fields["again"].editor
        if isinstance(last, QLineEdit):
            last.returnPressed.connect(self._try_found)
        return form

    # -- what the front tells ---------------------------------------------------------------------------

    def show_opening(self) -> None:
        """The books are being opened."""
        self._desk = None
        self._banner.hide()
        self._sub.setText(self.tr("Abrindo a loja…"))

    def show_trouble(self, trouble: Sentence) -> None:
        """The books cannot be opened."""
        self._banner.set_message(trouble.whole, Tone.BAD, self.tr("Tentar de novo"))
        self._banner.show()
        self._sub.setText(self.tr("A loja não pôde ser aberta."))
        self._busy(busy=False)
        self._wanted = False

    def show_door(self, desk: SignInDesk, *, founded: bool, shop_name: str) -> None:
        """The books are open: let people in, or found the shop."""
        self._desk = desk
        self._banner.hide()
        self._show_form(0 if founded else 1)
        self._heading.setText(self.tr("Entrar") if founded else self.tr("Primeiro acesso"))
        self._sub.setText(
            shop_name if founded else self.tr("Crie a loja e o primeiro administrador desta instalação.")
        )
        if not founded:
            self._field_text("shop_name").setFocus()
            self.resize(self.width(), Theme.current().px(760))
        elif not self._user.text():
            self._user.setFocus()
        if self._wanted:
            self._try_enter()

    def _show_form(self, index: int) -> None:
        """Show a form; the other one no longer asks for room."""
        for place, form in enumerate(self._pages):
            shown = place == index
            policy = QSizePolicy.Policy.Preferred if shown else QSizePolicy.Policy.Ignored
            form.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self._forms.setCurrentIndex(index)
        self._forms.adjustSize()

    def start_over(self, login: str = "") -> None:
        """Somebody signed out: the password is gone, the name may stay."""
        self._user.setText(login)
        self._password.clear()
        self._password_field.set_error("")
        self._busy(busy=False)
        (self._password if login else self._user).setFocus()

    # -- coming in ------------------------------------------------------------------------------------

    def _try_enter(self) -> None:
        if self._scope.busy or self._forms.currentIndex() != 0:
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
        self._busy(busy=False)
        self.signed_in.emit(actor)

    def _try_found(self) -> None:
        if self._scope.busy or self._desk is None:
            return
        for field in self._found_fields.values():
            field.set_error("")
        if self._something_missing():
            return
        if self._field_text("password").text() != self._field_text("again").text():
            self._found_fields["again"].set_error(self.tr("As duas senhas são diferentes."))
            self._field_text("again").setFocus()
            return
        self._busy(busy=True)
        self._scope.start(self._found_shop(self._desk))

    def _something_missing(self) -> bool:
        """Say all that is missing at once, and go to the first."""
        missing = [name for name in self._found_fields if not self._field_text(name).text().strip()]
        for name in missing:
            self._found_fields[name].set_error(
                sentence(Missing("password" if name == "again" else name)).whole
            )
        if missing:
            self._field_text(missing[0]).setFocus()
        return bool(missing)

    async def _found_shop(self, desk: SignInDesk) -> None:
        actor = await desk.found(
            shop_name=self._field_text("shop_name").text(),
            login=self._field_text("login").text(),
            name=self._field_text("operator_name").text(),
            password=self._field_text("password").text(),
        )
        self._field_text("password").clear()
        self._field_text("again").clear()
        self._busy(busy=False)
        self.signed_in.emit(actor)

    def _field_text(self, name: str) -> QLineEdit:
        editor = self._found_fields[name].editor
        if not isinstance(editor, QLineEdit):
            raise TypeError(name)
        return editor

    def _failed(self, error: BaseException) -> None:
        self._busy(busy=False)
        said = sentence(error)
        founding = self._forms.currentIndex() == 1
        if isinstance(error, DomainError) and founding and error.field in self._found_fields:
            self._found_fields[error.field].set_error(said.whole)
            self._field_text(error.field).setFocus()
        elif isinstance(error, DomainError) and not founding:
            self._password_field.set_error(said.whole)
            self._password.selectAll()
            self._password.setFocus()
        else:
            self._banner.set_message(said.whole, Tone.BAD)
            self._banner.show()

    def _busy(self, *, busy: bool) -> None:
        for button in (self._enter, self._found):
            button.setEnabled(not busy)
        self._enter.setText(self.tr("Entrando…") if busy else self.tr("Entrar"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The first time, what is slow may begin."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self.seen.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the door ends the program; the front decides."""
        self.closed.emit()
        super().closeEvent(event)


def _primary(button: QPushButton, object_name: str) -> QHBoxLayout:
    button.setObjectName(object_name)
    button.setDefault(True)
    restyle(button, kind="primary")
    line = QHBoxLayout()
    line.addWidget(button, 1)
    return line
