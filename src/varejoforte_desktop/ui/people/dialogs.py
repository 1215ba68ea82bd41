"""The windows over the list of people: somebody new, somebody changed, a new password for somebody."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from varejoforte_desktop.application.people import change_operator
from varejoforte_desktop.application.people_questions import PersonRow
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.people.choices import role_choices, standing_choices
from varejoforte_desktop.ui.people.password import PasswordPair
from varejoforte_desktop.ui.preferences.page import words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space
from varejoforte_desktop.ui.widgets.field import Field

_WIDE = 640


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever does it, as the books know them now, and how this shop's roles differ from the usual ones."""

    actor: Actor
    differences: Mapping[Role, str]

    @property
    def makes_administrators(self) -> bool:
        """Whether they may make somebody an administrator."""
        return self.actor.role is Role.ADMINISTRADOR


class _PersonDialog(DecisionDialog):
    """What the windows about one person share: fields that say in place what is wrong with them."""

    def __init__(
        self, session: Session, who: Who, name: str, parent: QWidget | None, *, title: str, verb: str
    ) -> None:
        super().__init__(session, name, title, verb, parent)
        self.who = who
        self.body.setSpacing(Space.S)
        self.fields: dict[str, Field] = {}
        self.password: PasswordPair | None = None

    def ask_password(self, label: str) -> PasswordPair:
        """Fields for a password; it is forgotten when the window closes."""
        self.password = PasswordPair(label)
        self.password.resized.connect(self._make_fit)
        return self.password

    def _make_fit(self) -> None:
        self.body.activate()
        self.size_to(_WIDE)

    def line(self, name: str, object_name: str, label: str, most: int, *, text: str = "") -> QLineEdit:
        """A field for one line of text."""
        edit = QLineEdit(text)
        edit.setObjectName(object_name)
        edit.setMaxLength(most)
        field = Field(label, edit)
        edit.textEdited.connect(lambda _text: field.set_error(""))
        self.fields[name] = field
        return edit

    def filled(self) -> bool:
        """Whether no field is empty; the empty ones say so."""
        empty = [name for name, field in self.fields.items() if not _text(field)]
        for name in empty:
            self.fields[name].set_error(self.tr("Falta preencher."))
        if empty:
            self.fields[empty[0]].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return not empty

    def point_at(self, error: DomainError, said: str) -> bool:
        """A refusal stands beside the field it is about."""
        if error.field == "password" and self.password is not None:
            self.password.point_at(said)
            return True
        field = self.fields.get(error.field or "")
        if field is None:
            return False
        field.set_error(said)
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def first(self) -> QWidget:
        """Where the keyboard waits."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits where the deciding begins."""
        super().showEvent(event)
        self.first().setFocus(Qt.FocusReason.OtherFocusReason)

    async def aclose(self) -> None:
        """End what runs; no password stays behind."""
        await super().aclose()
        if self.password is not None:
            self.password.wipe()


class NewPersonDialog(_PersonDialog):
    """Somebody starts at the shop: name, name at the door, role, and a password to begin with."""

    def __init__(self, session: Session, who: Who, parent: QWidget | None = None) -> None:
        super().__init__(
            session, who, "new_person", parent, title=self.tr("Novo usuário"), verb=self.tr("Cadastrar")
        )
        self.name = self.line("operator_name", "person_name", self.tr("Nome"), 80)
        self.login = self.line("login", "person_login", self.tr("Nome de acesso"), 40)
        self.fields["login"].set_hint(self.tr("O que a pessoa digita para entrar."))
        self.role = role_choices(Role.OPERADOR, who.differences)
        if not who.makes_administrators:
            self.role.lock(Role.ADMINISTRADOR, self.tr("Só um administrador cadastra outro."))
        self.pair = self.ask_password(self.tr("Senha inicial"))
        names = QHBoxLayout()
        names.setSpacing(Space.M)
        names.addWidget(self.fields["operator_name"], 3)
        names.addWidget(self.fields["login"], 2)
        self.body.addLayout(names)
        self.body.addWidget(self.role)
        self.body.addWidget(self.pair)
        self.body.addStretch(1)
        self.size_to(_WIDE)

    def first(self) -> QWidget:
        """The name."""
        return self.name

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Take them on, when everything is filled in."""
        if not self.filled():
            return None
        password = self.pair.read()
        return None if password is None else self._add(password)

    async def _add(self, password: str) -> str:
        name, login = self.name.text().strip(), self.login.text().strip()
        await self.session.services.people.add(
            login=login, name=name, role=self.role.chosen, password=password, by=self.who.actor
        )
        self.pair.wipe()
        return self.tr("{name} já pode entrar como “{login}”.").format(name=name, login=login.casefold())


class EditPersonDialog(_PersonDialog):
    """Another name or role, on leave or back; only what was changed here is written."""

    def __init__(self, session: Session, who: Who, person: PersonRow, parent: QWidget | None = None) -> None:
        super().__init__(
            session, who, "edit_person", parent, title=self.tr("Alterar usuário"), verb=self.tr("Salvar")
        )
        self.person = person
        #: What was written, for taking it back; empty while nothing was.
        self.changes: dict[str, Any] = {}
        self.name = self.line("operator_name", "person_name", self.tr("Nome"), 80, text=person.name)
        self.fields["operator_name"].set_hint(
            self.tr("Nome de acesso: {login} (não muda)").format(login=person.login)
        )
        self.role = role_choices(person.role, who.differences)
        self.standing = standing_choices(active=person.active)
        self.body.addWidget(self.fields["operator_name"])
        self.body.addWidget(self.role)
        self.body.addWidget(self.standing)
        if person.id == who.actor.operator_id:
            self.standing.lock(False, self.tr("Você não pode afastar a si mesmo."))
            note = words(self.tr("É você: um perfil menor vale assim que salvar."), "small")
            note.setObjectName("person_is_you")
            self.body.addWidget(note)
        if not who.makes_administrators:
            self.role.lock(Role.ADMINISTRADOR, self.tr("Só um administrador cadastra outro."))
        self.body.addStretch(1)
        self.size_to(_WIDE)

    def first(self) -> QWidget:
        """The name."""
        return self.name

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """Write what differs."""
        if not self.filled():
            return None
        now = {
            "name": " ".join(self.name.text().split()),
            "role": self.role.chosen,
            "active": self.standing.chosen,
        }
        return self._change({key: value for key, value in now.items() if value != getattr(self.person, key)})

    async def _change(self, changes: dict[str, Any]) -> str | None:
        if not changes:
            return None
        await self.session.services.backend.run(change_operator, self.person.id, by=self.who.actor, **changes)
        self.changes = changes
        if changes == {"active": False}:
            return left_words(self.person.name)
        if changes == {"active": True}:
            return back_words(self.person.name)
        return self.tr("Dados de {name} alterados.").format(name=changes.get("name", self.person.name))


class GivePasswordDialog(_PersonDialog):
    """A password for somebody who forgot theirs; a wait after wrong ones is over with it."""

    def __init__(self, session: Session, who: Who, person: PersonRow, parent: QWidget | None = None) -> None:
        super().__init__(
            session, who, "give_password", parent, title=self.tr("Nova senha"), verb=self.tr("Dar esta senha")
        )
        self.person = person
        self.pair = self.ask_password(self.tr("Nova senha"))
        self.body.addWidget(paragraph(person.name, "heading"))
        self.body.addWidget(self.pair)
        self.body.addStretch(1)
        self.size_to(_WIDE)

    def first(self) -> QWidget:
        """The password."""
        return self.pair.first

    def work(self) -> Coroutine[Any, Any, str] | None:
        """Give it, when both fields agree."""
        password = self.pair.read()
        return None if password is None else self._give(password)

    async def _give(self, password: str) -> str:
        await self.session.services.people.give_password(self.person.id, password, by=self.who.actor)
        self.pair.wipe()
        return self.tr("{name} entra com a senha nova e escolhe a sua.").format(name=self.person.name)


def left_words(name: str) -> str:
    """Somebody was put on leave."""
    return f"{name} não entra mais em nenhuma estação."


def back_words(name: str) -> str:
    """Somebody is back."""
    return f"{name} pode entrar de novo."


def _text(field: Field) -> str:
    editor = field.editor
    return editor.text().strip() if isinstance(editor, QLineEdit) else ""
