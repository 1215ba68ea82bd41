"""A decision that needs a reason, typed or chosen, and sometimes a supervisor; a line says when one will be asked."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.products.fields import NameCombo
from varejoforte_desktop.ui.services import Session
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


class ReasonedDialog(DecisionDialog):
    """Nothing is done without a reason; the keyboard waits there."""

    def __init__(
        self,
        session: Session,
        name: str,
        title: str,
        verb: str,
        parent: QWidget | None,
        *,
        reason: ReasonField,
    ) -> None:
        """`reason` is put in its place by the subclass."""
        super().__init__(session, name, title, verb, parent)
        self.reason = reason

    # -- what a subclass says -------------------------------------------------------------------------

    def work_for(self, reason: str) -> Coroutine[Any, Any, str]:
        """What is to be done for this reason; see `work`."""
        raise NotImplementedError

    def first(self) -> QWidget:
        """Where the keyboard waits, while there is something to decide."""
        return self.reason.combo

    # -- deciding -------------------------------------------------------------------------------------

    def work(self) -> Coroutine[Any, Any, str] | None:
        """What is chosen, when a reason is given."""
        reason = self.reason.read()
        return None if reason is None else self.work_for(reason)

    def point_at(self, error: DomainError, said: str) -> bool:
        """A missing reason stands beside it."""
        if error.field != "reason":
            return False
        self.reason.point_at(said)
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard waits where the deciding begins; with nothing to decide, at the way out."""
        super().showEvent(event)
        (self.back if self.over else self.first()).setFocus(Qt.FocusReason.OtherFocusReason)
