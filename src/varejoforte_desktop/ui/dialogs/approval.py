"""A supervisor allows one thing at somebody else's station: name and password, and nobody signs out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from varejoforte_desktop.domain.errors import DomainError, Missing
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.ui.dialogs.asked import WorkingDialog, answered, pressed_by_enter, two_ways
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.field import Field


async def ask_supervisor(session: Session, parent: QWidget, permission: Permission, why: str) -> Actor | None:
    """Ask for somebody who has this permission; `why` tells in a sentence what is to be allowed.

    Gives who allowed it, None when nobody did.
    """
    dialog = ApprovalDialog(session, permission, why, parent)
    await answered(dialog)
    return dialog.approver


class ApprovalDialog(WorkingDialog):
    """Closes itself once somebody with the permission has signed; `approver` is who."""

    def __init__(
        self, session: Session, permission: Permission, why: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("approval_dialog", self.tr("Autorização"), parent, banner="approval_banner")
        self.approver: Actor | None = None
        self._desk = session.services.desk
        self._permission = permission
        self._asking = False
        self.login = _edit("approval_login")
        self.password = _edit("approval_password", secret=True)
        self.fields = {
            "login": Field(self.tr("Operador"), self.login),
            "password": Field(self.tr("Senha"), self.password),
        }
        self.allow = QPushButton(self.tr("Autorizar (F10)"))
        self.back = QPushButton(self.tr("Voltar (Esc)"))
        self._build(why)
        self.login.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.save)
        self.login.textEdited.connect(self._forget_errors)
        self.password.textEdited.connect(self._forget_errors)
        self.allow.clicked.connect(self.save)
        self.back.clicked.connect(self.reject)
        session.services.shortcuts.bind(
            self, Shortcut("F10", self.tr("Autorizar"), self.tr("Autorização")), self.save
        )

    def _build(self, why: str) -> None:
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(IconLabel("lock", Role.ACCENT, 20))
        top.addWidget(self.heading, 1)
        asked = QLabel(why)
        asked.setObjectName("approval_why")
        asked.setWordWrap(True)
        who = QLabel(self.tr("Um gerente ou administrador digita o nome e a senha."))
        who.setWordWrap(True)
        restyle(who, words="muted")
        self.allow.setObjectName("approval_allow")
        self.back.setObjectName("approval_back")
        column = self.page(Space.S)
        column.addLayout(top)
        for widget in (asked, who, self.banner, *self.fields.values()):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(two_ways(self.back, self.allow))
        width = Theme.current().px(420)
        self.resize(width, max(self.sizeHint().height(), column.totalHeightForWidth(width)))

    def save(self) -> None:
        """Ask at the door; nothing while it is being asked."""
        if self._asking or self._something_missing():
            return
        self._show_asking(asking=True)
        self.tasks.start(self._ask(self.login.text(), self.password.text()))

    def _something_missing(self) -> bool:
        empty = [name for name in self.fields if not getattr(self, name).text().strip()]
        for name, field in self.fields.items():
            field.set_error(sentence(Missing(name)).whole if name in empty else "")
        if empty:
            self.fields[empty[0]].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return bool(empty)

    async def _ask(self, login: str, password: str) -> None:
        try:
            somebody = await self._desk.vouch(login=login, password=password)
            given = await self._desk.must_change(somebody)
        finally:
            self._show_asking(asking=False)
        if given:  # whoever gave the password knows it too
            self.password.clear()
            said = self.tr("{name} precisa entrar uma vez e trocar a senha que recebeu, antes de autorizar.")
            self._point("login", said.format(name=somebody.name))
            return
        if somebody.may(self._permission):
            self.approver = somebody
            self.accept()
            return
        self.password.clear()
        said = self.tr("{name} não pode {action}. Chame um gerente ou administrador.")
        self._point("login", said.format(name=somebody.name, action=permission_name(self._permission)))

    def _point(self, name: str, said: str) -> None:
        self.fields[name].set_error(said)
        editor = getattr(self, name)
        editor.selectAll()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget_errors(self) -> None:
        for field in self.fields.values():
            field.set_error("")

    def _show_asking(self, *, asking: bool) -> None:
        self._asking = asking
        self.allow.setEnabled(not asking)
        self.allow.setText(self.tr("Conferindo…") if asking else self.tr("Autorizar (F10)"))

    def point_at(self, error: DomainError, said: str) -> bool:
        """A name or a password that is not right."""
        if error.field not in self.fields:
            return False
        self._point(str(error.field), said)
        return True

    async def aclose(self) -> None:
        """End what runs; no password stays behind."""
        await super().aclose()
        self.password.clear()

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the name."""
        super().showEvent(event)
        self.login.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it stands on and nothing else."""
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)


def _edit(object_name: str, *, secret: bool = False) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(object_name)
    if secret:
        edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit
