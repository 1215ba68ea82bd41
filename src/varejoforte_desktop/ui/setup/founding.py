"""The form of the very first start: the shop's name and its first administrator."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from varejoforte_desktop.domain.errors import DomainError, Missing
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.field import Field


class FoundForm(QWidget):
    """Says all that is missing at once; the password is typed twice."""

    #: Enter was pressed in the last field.
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = self._fields()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, Space.S, 0, 0)
        self.column.setSpacing(Space.XS)
        for field in self.fields.values():
            self.column.addWidget(field)
        self._edit("again").returnPressed.connect(self.entered)

    def _fields(self) -> dict[str, Field]:
        editors = {
            "shop_name": text_edit("found_shop_name", self.tr("Nome da loja")),
            "operator_name": text_edit("found_name", self.tr("Seu nome")),
            "login": text_edit("found_login", self.tr("Operador")),
            "password": text_edit("found_password", self.tr("Senha"), secret=True),
            "again": text_edit("found_password_again", self.tr("Repita a senha"), secret=True),
        }
        hints = {
            "login": self.tr("O nome curto usado para entrar, como ana."),
            "password": self.tr("Pelo menos 8 caracteres; ela abre a loja inteira."),
        }
        return {
            name: Field(editor.accessibleName(), editor, hint=hints.get(name, ""))
            for name, editor in editors.items()
        }

    def read(self) -> dict[str, str] | None:
        """shop_name, login, name and password; None when something is missing or the passwords differ."""
        for field in self.fields.values():
            field.set_error("")
        missing = [name for name in self.fields if not self._edit(name).text().strip()]
        for name in missing:
            said = sentence(Missing("password" if name == "again" else name)).whole
            self.fields[name].set_error(said)
        if missing:
            self._edit(missing[0]).setFocus()
            return None
        if self._edit("password").text() != self._edit("again").text():
            self.fields["again"].set_error(self.tr("As duas senhas são diferentes."))
            self._edit("again").setFocus()
            return None
        return {
            "shop_name": self._edit("shop_name").text(),
            "login": self._edit("login").text(),
            "name": self._edit("operator_name").text(),
            "password": self._edit("password").text(),
        }

    def begin(self) -> None:
        """The cursor waits at the first field."""
        self._edit("shop_name").setFocus()

    def point_at(self, error: DomainError, said: str) -> bool:
        """Say a refusal beside its field; False when it is about none of them."""
        if error.field not in self.fields:
            return False
        self.fields[error.field].set_error(said)
        self._edit(error.field).setFocus()
        return True

    def wipe(self) -> None:
        """Forget the passwords."""
        self._edit("password").clear()
        self._edit("again").clear()

    def _edit(self, name: str) -> QLineEdit:
        editor = self.fields[name].editor
        if not isinstance(editor, QLineEdit):
            raise TypeError(name)
        return editor


def text_edit(object_name: str, accessible_name: str, *, secret: bool = False) -> QLineEdit:
    """A field of the door; dots instead of letters when it is secret."""
    edit = QLineEdit()
    edit.setObjectName(object_name)
    edit.setAccessibleName(accessible_name)
    if secret:
        edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit
