"""A password for somebody else, typed twice or made up by the program and then shown this once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import strong_enough
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.people.suggestion import suggested_password
from varejoforte_desktop.ui.preferences.connect_form import SecretEdit
from varejoforte_desktop.ui.preferences.page import words
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field


class PasswordPair(QWidget):
    """Two fields that must agree, and a button that fills both; only what it filled in can be read and copied."""

    #: It needs more room, or less.
    resized = Signal()

    def __init__(self, label: str) -> None:
        super().__init__()
        self.first = SecretEdit("person_password")
        self.again = SecretEdit("person_password_again")
        for edit in (self.first, self.again):
            edit.setMaxLength(1024)
        self.first_field = Field(label, self.first)
        self.again_field = Field(self.tr("A mesma senha, de novo"), self.again)
        self.generate = QPushButton(self.tr("Gerar senha"))
        self.generate.setObjectName("person_password_generate")
        self.generate.setAutoDefault(False)
        bind_icon(self.generate, "refresh")
        self.suggestion = QLabel()
        self.suggestion.setObjectName("person_password_suggestion")
        self.suggestion.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.suggestion.setAccessibleName(self.tr("Senha gerada"))
        restyle(self.suggestion, words="heading")
        self.copy = QPushButton(self.tr("Copiar"))
        self.copy.setObjectName("person_password_copy")
        self.copy.setAutoDefault(False)
        bind_icon(self.copy, "copy")
        self._box = QFrame()
        self._build()
        self.generate.clicked.connect(self.suggest)
        self.copy.clicked.connect(self._copy)
        self.first.textEdited.connect(self._typed)
        self.again.textEdited.connect(self._typed)

    def _build(self) -> None:
        self._box.setObjectName("person_password_box")
        restyle(self._box, banner=Tone.INFO.value)
        inside = QVBoxLayout(self._box)
        inside.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        inside.setSpacing(Space.XS)
        line = QHBoxLayout()
        line.addWidget(self.suggestion, 1)
        line.addWidget(self.copy)
        inside.addLayout(line)
        inside.addWidget(
            words(self.tr("Anote ou copie agora: depois de salvar ela não aparece mais."), "small")
        )
        fields = QHBoxLayout()
        fields.setSpacing(Space.M)
        fields.addWidget(self.first_field, 1)
        fields.addWidget(self.again_field, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        foot.addWidget(self.generate)
        foot.addWidget(
            words(self.tr("Quem a recebe troca esta senha na primeira vez que entrar."), "small"), 1
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(fields)
        column.addWidget(self._box)
        column.addLayout(foot)
        self._box.hide()

    def suggest(self) -> None:
        """Make one up, fill both fields with it and show it."""
        made = suggested_password()
        for edit in (self.first, self.again):
            edit.setText(made)
        self._forget_errors()
        self.suggestion.setText(made)
        self.copy.setText(self.tr("Copiar"))
        self._show_box(shown=True)

    def read(self) -> str | None:
        """The password when both fields hold the same one that will do; None after saying what is wrong."""
        password = self.first.text()
        try:
            strong_enough(password)
        except DomainError as error:
            self.point_at(sentence(error).whole)
            return None
        if password != self.again.text():
            self.again_field.set_error(self.tr("As duas senhas não são iguais."))
            self.again.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return password

    def point_at(self, said: str) -> None:
        """Say a refusal here and bring the keyboard."""
        self.first_field.set_error(said)
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def wipe(self) -> None:
        """Forget everything, also what was shown."""
        for edit in (self.first, self.again):
            edit.wipe()
        self._hide_suggestion()

    def _typed(self, _text: str) -> None:
        self._forget_errors()
        self._hide_suggestion()

    def _hide_suggestion(self) -> None:
        self.suggestion.clear()
        self._show_box(shown=False)

    def _show_box(self, *, shown: bool) -> None:
        if self._box.isHidden() == shown:
            self._box.setVisible(shown)
            layout = self.layout()
            if layout is not None:
                layout.activate()  # the window asks at once how much room is needed now
            self.resized.emit()

    def _forget_errors(self) -> None:
        for field in (self.first_field, self.again_field):
            field.set_error("")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.suggestion.text())
        self.copy.setText(self.tr("Copiada"))
