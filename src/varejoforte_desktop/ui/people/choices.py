"""Choosing between a few things that need a sentence each: a person's role, and whether they may come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.ui.people.words import ROLE_NAMES, ROLE_SENTENCES
from varejoforte_desktop.ui.preferences.page import words
from varejoforte_desktop.ui.theme import Space, Theme

T = TypeVar("T")


class _Choices(QWidget):
    #: Another one was chosen.
    changed = Signal()


class Choices(_Choices, Generic[T]):
    """Radio buttons below one another, each with what it means; one is always chosen."""

    def __init__(self, name: str, label: str, options: Mapping[T, tuple[str, str, str]], chosen: T) -> None:
        """`options` gives of each thing its object name, its word and its sentence."""
        super().__init__()
        self.setObjectName(name)
        self._group = QButtonGroup(self)
        self._options = list(options)
        self.buttons: dict[T, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(words(label, "label"))
        for number, (option, (button_name, word, sentence)) in enumerate(options.items()):
            button = QRadioButton(word)
            button.setObjectName(button_name)
            button.setAccessibleName(f"{label}: {word}")
            button.setAccessibleDescription(sentence)
            self._group.addButton(button, number)
            self.buttons[option] = button
            said = words(sentence, "small")
            said.setContentsMargins(Theme.current().px(Space.XXL), 0, 0, 0)
            column.addWidget(button)
            column.addWidget(said)
        self.buttons[chosen].setChecked(True)
        self._group.idClicked.connect(lambda _number: self.changed.emit())

    @property
    def chosen(self) -> T:
        """What is chosen."""
        return self._options[self._group.checkedId()]

    def lock(self, option: T, why: str) -> None:
        """This one cannot be chosen, and why."""
        button = self.buttons[option]
        button.setEnabled(False)
        button.setToolTip(why)
        button.setAccessibleDescription(why)


def role_choices(chosen: Role, changed: Mapping[Role, str]) -> Choices[Role]:
    """The three roles; `changed` tells of a role that this shop's differs from the usual."""
    options = {
        role: (f"person_role_{role.value}", ROLE_NAMES[role], f"{said} {changed.get(role, '')}".strip())
        for role, said in ROLE_SENTENCES.items()
    }
    return Choices("person_role", "Perfil", options, chosen)


def standing_choices(*, active: bool) -> Choices[bool]:
    """Whether somebody may come in."""
    options = {
        True: ("person_active", "Ativo", "Entra com o nome de acesso e a senha."),
        False: (
            "person_on_leave",
            "Afastado",
            "Não entra em nenhuma estação; o que fez continua registrado.",
        ),
    }
    return Choices("person_standing", "Situação", options, active)
