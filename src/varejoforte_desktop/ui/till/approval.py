"""Somebody with permission stands by for a moment: name and password, without anybody signing out."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Theme, restyle
from varejoforte_desktop.ui.till.dialog import TillDialog
from varejoforte_desktop.ui.widgets.field import Field


class ApprovalDialog(TillDialog):
    """`approver` is who allowed it, once accepted."""

    def __init__(
        self, session: Session, permission: Permission, why: str, parent: QWidget | None = None
    ) -> None:
        """`why` tells what is to be allowed."""
        super().__init__(session, "approval", "Autorização", "Autorizar", parent)
        self._permission = permission
        self.approver: Actor | None = None
        self.login = _text_edit("approval_login", self.tr("Operador"))
        self.password = _text_edit("approval_password", self.tr("Senha"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.fields = {
            "login": Field(self.tr("Operador"), self.login),
            "password": Field(self.tr("Senha"), self.password),
        }
        words = QLabel(why)
        words.setWordWrap(True)
        restyle(words, words="muted")
        self.body.addWidget(words)
        for field in self.fields.values():
            self.body.addWidget(field)
        self.body.addStretch(1)
        self.login.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.save)
        self.resize(Theme.current().px(420), self.sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the name."""
        super().showEvent(event)
        self.login.setFocus(Qt.FocusReason.OtherFocusReason)

    def work(self) -> Coroutine[Any, Any, None] | None:
        """Both must be there."""
        for field, edit, said in (
            (self.fields["login"], self.login, self.tr("Digite o operador que autoriza.")),
            (self.fields["password"], self.password, self.tr("Digite a senha.")),
        ):
            field.set_error("" if edit.text().strip() else said)
        return None if any(field.error for field in self.fields.values()) else self._ask()

    def point_at(self, field: str, said: str) -> bool:
        """A wrong name or password stands beside the password."""
        if field not in self.fields:
            return False
        self.fields[field].set_error(said)
        self.password.selectAll()
        self.fields[field].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    async def _ask(self) -> None:
        approver = await self.session.services.desk.enter(
            login=self.login.text(), password=self.password.text()
        )
        if not approver.may(self._permission):
            raise NotAllowed(self._permission.value)
        self.approver = approver


def _text_edit(object_name: str, accessible_name: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(object_name)
    edit.setAccessibleName(accessible_name)
    return edit
