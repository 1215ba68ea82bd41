"""Why somebody decides so: a reason typed or chosen, and a line that says when a supervisor will be asked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.products.fields import NameCombo
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field


class ReasonField(Field):
    """A reason that may not be empty; the usual ones are offered."""

    def __init__(self, object_name: str, motives: Sequence[str]) -> None:
        self.combo = NameCombo(object_name, "Motivo")
        self.combo.set_names(motives)
        super().__init__("Motivo", self.combo)
        line = self.combo.lineEdit()
        if line is not None:
            line.setMaxLength(200)
        self.combo.editTextChanged.connect(self._typed)

    def read(self) -> str | None:
        """What was given; None when nothing was, and then the person is told."""
        reason = self.combo.currentText().strip()
        if not reason:
            self.point_at(self.tr("Escreva ou escolha o motivo."))
            return None
        return reason

    def point_at(self, said: str) -> None:
        """Say a refusal here and bring the keyboard."""
        self.set_error(said)
        self.combo.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, _text: str) -> None:
        if self.error:
            self.set_error("")


class PermissionHint(QWidget):
    """A lock and a sentence while this person needs somebody else for it; nothing otherwise."""

    def __init__(self, actor: Actor, permission: Permission) -> None:
        super().__init__()
        self._actor = actor
        words = QLabel(self.tr("Pede o nome e a senha de um gerente ou administrador."))
        words.setObjectName("permission_hint")
        words.setWordWrap(True)
        restyle(words, words="small")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.XS)
        line.addWidget(IconLabel("lock", Role.TEXT_MUTED, 14), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(words, 1)
        self.show_for(permission)

    def show_for(self, permission: Permission) -> None:
        """Something else is wanted now."""
        self.setVisible(not self._actor.may(permission))
