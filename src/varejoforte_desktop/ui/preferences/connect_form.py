"""The form that connects the shop to its Tray store; what is secret is gone from it as soon as it was used."""

from __future__ import annotations

import asyncio

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.preferences.connect_words import STEPS, why_not
from varejoforte_desktop.ui.preferences.page import refusal, section, words
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.pinned import Pinned


class SecretEdit(QLineEdit):
    """Dots instead of letters, until the eye is pressed."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye = QToolButton()
        self.eye.setObjectName(f"{object_name}_eye")
        self.eye.setCheckable(True)
        self.eye.setCursor(Qt.CursorShape.ArrowCursor)
        self.eye.toggled.connect(self._reveal)
        Pinned(self, right=self.eye)
        self._reveal(shown=False)

    def wipe(self) -> None:
        """Forget what was typed, also for undo, and cover the field again."""
        self.setText("")
        self.eye.setChecked(False)

    def _reveal(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        bind_icon(self.eye, "eye-off" if shown else "eye", Role.TEXT_MUTED)
        name = self.tr("Esconder") if shown else self.tr("Mostrar")
        self.eye.setAccessibleName(name)
        self.eye.setToolTip(name)


class ConnectForm(QWidget):
    """Four fields and a button; while it talks to the Tray the button becomes "Cancelar"."""

    #: The StoreInfo of the store that was connected.
    connected = Signal(object)
    #: It did not work; the reason stands above the button.
    refused = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("connect_form")
        self._session = session
        self._tasks = TaskScope(self, self._failed)
        self._task: asyncio.Task[None] | None = None
        self.refusal = refusal(session.actor, Permission.CONNECT_STORE)
        self.address = QLineEdit()
        self.address.setObjectName("connect_address")
        self.address.setPlaceholderText("https://sualoja.commercesuite.com.br/web_api")
        self.key = QLineEdit()
        self.key.setObjectName("connect_key")
        self.secret = SecretEdit("connect_secret")
        self.code = QLineEdit()
        self.code.setObjectName("connect_code")
        self.fields = (
            Field(self.tr("Endereço da loja"), self.address),
            Field(self.tr("Código de autorização"), self.code),
            Field(self.tr("Chave do aplicativo"), self.key),
            Field(self.tr("Segredo do aplicativo"), self.secret),
        )
        for field in self.fields:
            edit = field.editor
            if isinstance(edit, QLineEdit):
                edit.setMaxLength(400)
                edit.textEdited.connect(lambda _text, field=field: field.set_error(""))
                edit.returnPressed.connect(self._begin)
        self._make_foot()
        self._build()
        self._show_busy(busy=False)

    def _make_foot(self) -> None:
        self.button = QPushButton(self.tr("Conectar"))
        self.button.setObjectName("connect_button")
        bind_icon(self.button, "link", Role.ACCENT_TEXT)
        restyle(self.button, kind="primary")
        self.button.clicked.connect(self._begin)
        self.cancel = QPushButton(self.tr("Cancelar"))
        self.cancel.setObjectName("connect_cancel")
        self.cancel.clicked.connect(self._cancel)
        self.progress = QLabel(self.tr("Falando com a Tray…"))
        self.progress.setObjectName("connect_progress")
        restyle(self.progress, words="muted")
        self.answer = Banner("connect_answer")
        self.answer.hide()
        self._reason = words(self.refusal, "small")
        self._reason.setObjectName("connect_refusal")
        self._reason.setVisible(bool(self.refusal))

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        card, column = section(self.tr("Conectar à Tray"))
        for number, step in enumerate(STEPS, start=1):
            line = QHBoxLayout()
            line.setSpacing(Space.S)
            sign = QLabel(str(number))
            sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
            restyle(sign, words="key")
            line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words(step), 1)
            column.addLayout(line)
        column.addSpacing(Space.XS)
        for field in self.fields:
            column.addWidget(field)
        column.addWidget(self.answer)
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        foot.addWidget(self.button)
        foot.addWidget(self.cancel)
        foot.addWidget(self.progress, 1)
        foot.addStretch(0)
        column.addLayout(foot)
        column.addWidget(self._reason)
        whole.addWidget(card)

    @property
    def busy(self) -> bool:
        """Whether the Tray is being talked to."""
        return self._task is not None and not self._task.done()

    def wipe(self) -> None:
        """Forget every secret."""
        self.key.setText("")
        self.code.setText("")
        self.secret.wipe()

    async def aclose(self) -> None:
        """End what runs and forget what was typed."""
        self._tasks.close()
        await self._tasks.settled()
        self.wipe()

    def _begin(self) -> None:
        if self.busy or self.refusal:
            return
        empty = [field for field in self.fields if not _text(field)]
        for field in empty:
            field.set_error(self.tr("Falta preencher."))
        if empty:
            empty[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.answer.hide()
        self._task = self._tasks.start(self._connect())
        if self._task is not None:
            self._show_busy(busy=True)
            # Not a `finally` in the task: one that is cancelled before its first step never gets there.
            self._task.add_done_callback(lambda _task: self._ended())

    def _ended(self) -> None:
        if shiboken6.isValid(self):
            self._show_busy(busy=False)

    async def _connect(self) -> None:
        info = await self._session.services.connector.connect(
            address=self.address.text().strip(),
            consumer_key=self.key.text().strip(),
            consumer_secret=self.secret.text().strip(),
            code=self.code.text().strip(),
            by=self._session.actor,
        )
        self.wipe()
        self.connected.emit(info)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: BaseException) -> None:
        self._show_busy(busy=False)
        said = why_not(error)
        self.answer.set_message(said.whole, Tone.BAD)
        self.answer.show()
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refused.emit()

    def _show_busy(self, *, busy: bool) -> None:
        self.button.setVisible(not busy)
        self.button.setEnabled(not self.refusal)
        self.button.setToolTip(self.refusal)
        self.cancel.setVisible(busy)
        self.progress.setVisible(busy)
        for field in self.fields:
            field.editor.setEnabled(not busy and not self.refusal)
        if busy:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)


def _text(field: Field) -> str:
    editor = field.editor
    return editor.text().strip() if isinstance(editor, QLineEdit) else ""
