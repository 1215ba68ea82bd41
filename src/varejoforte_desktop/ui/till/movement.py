"""Putting money into the drawer or taking it out, over the till's screen: how much, why, and what will be left."""

from __future__ import annotations

import logging
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.till import move_cash
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.till import CashDraft, CashMovementKind
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.products.fields import NameCombo
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.till.words import CASH_WORDS
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit

_log = logging.getLogger(__name__)


class CashDialog(QDialog):
    """Written once, however often clicked; closes itself once it is in the books."""

    def __init__(
        self,
        session: Session,
        kind: CashMovementKind,
        *,
        there: Money | None,
        parent: QWidget | None = None,
    ) -> None:
        """`there` is what should lie in the drawer now, None when this person must not see it."""
        super().__init__(parent)
        words = CASH_WORDS[kind]
        self.setObjectName(f"cash_{kind.value}_dialog")
        self.setWindowTitle(words.text)
        self.setModal(True)
        self._session = session
        self._kind = kind
        self._there = there
        self._token = str(uuid4())
        self._saving = False
        self._scope = TaskScope(self, self._failed)
        #: The draft that was written, None while nothing was.
        self.done: CashDraft | None = None
        self.amount = MoneyEdit("cash_amount", self.tr("Valor"))
        self.reason = NameCombo("cash_reason", self.tr("Motivo"))
        self.fields = {
            "amount": Field(self.tr("Valor"), self.amount),
            "reason": Field(self.tr("Motivo"), self.reason),
        }
        self.banner = Banner("cash_banner")
        self.save_button = QPushButton(self.tr("Registrar (F10)"))
        self._build()
        self._connect()
        self._say_left()

    def _build(self) -> None:
        words = CASH_WORDS[self._kind]
        heading = QLabel(words.text)
        restyle(heading, words="title")
        explained = QLabel(words.explained)
        restyle(explained, words="muted")
        restyle(self.amount, large=True)
        self.reason.set_names(words.motives)
        self.save_button.setObjectName("cash_save")
        self.save_button.setAutoDefault(False)
        restyle(self.save_button, kind="primary")
        cancel = QPushButton(self.tr("Voltar (Esc)"))
        cancel.setObjectName("cash_cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(cancel)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        for widget in (heading, explained, self.banner, *self.fields.values()):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(foot)
        self.banner.hide()
        self.resize(Theme.current().px(420), self.sizeHint().height())

    def _connect(self) -> None:
        self.amount.textChanged.connect(self._say_left)
        self.amount.returnPressed.connect(self.reason.setFocus)
        line = self.reason.lineEdit()
        if line is not None:
            line.returnPressed.connect(self.save_button.setFocus)
        self.reason.editTextChanged.connect(self._clear_reason)
        self.save_button.clicked.connect(self.save)
        keys = self._session.services.shortcuts
        title = CASH_WORDS[self._kind].text
        keys.bind(self, Shortcut("F10", self.tr("Registrar"), title), self.save)

    # -- while typing ---------------------------------------------------------------------------------

    @property
    def saving(self) -> bool:
        """Whether the movement is on its way to the books."""
        return self._saving

    def _say_left(self, _text: str = "") -> None:
        if self._there is None:
            return
        amount = self._typed()
        change = amount if self._kind is CashMovementKind.SUPPLY else -amount
        held = formats.money(self._there)
        if amount == ZERO:
            hint = self.tr("Na gaveta: {held}").format(held=held)
        else:
            left = formats.money(self._there + change)
            hint = self.tr("Na gaveta: {held} → {left}").format(held=held, left=left)
        self.fields["amount"].set_hint(hint)

    def _typed(self) -> Money:
        text = self.amount.text().strip()
        try:
            return self.amount.parse(text) if text else ZERO
        except DomainError:
            return ZERO

    def _clear_reason(self, _text: str) -> None:
        if self.fields["reason"].error:
            self.fields["reason"].set_error("")

    # -- writing --------------------------------------------------------------------------------------

    def save(self) -> None:
        """Check the fields and write the movement."""
        if self._saving:
            return
        draft = self._read()
        if draft is not None:
            self._saving = True
            self.save_button.setEnabled(False)
            self._scope.start(self._write(draft))

    def _read(self) -> CashDraft | None:
        errors: dict[str, str] = {}
        try:
            amount = self.amount.money() or ZERO
        except DomainError as error:
            errors["amount"] = self.amount.sentence(error)
            amount = Money(1)
        draft = CashDraft(kind=self._kind, amount=amount, reason=self.reason.currentText())
        # Once as it is and once with a motive, so that both fields speak at the same time.
        for each in (draft, CashDraft(kind=self._kind, amount=amount, reason="-")):
            try:
                each.checked()
            except DomainError as error:
                errors.setdefault(error.field or "amount", sentence(error).whole)
        if CashMovementKind.WITHDRAWAL is self._kind and not draft.reason.strip():
            errors.setdefault("reason", self.tr("Escreva o motivo da sangria."))
        return None if self._point_at(errors) else draft

    def _point_at(self, errors: dict[str, str]) -> bool:
        first: Field | None = None
        for name, field in self.fields.items():
            said = errors.get(name, "")
            field.set_error(said)
            first = field if said and first is None else first
        if first is None:
            return False
        first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    async def _write(self, draft: CashDraft) -> None:
        try:
            await self._session.services.backend.run(
                move_cash, draft, token=self._token, by=self._session.actor
            )
        finally:
            self._saving = False
            self.save_button.setEnabled(True)
        self.done = draft.checked()
        self.accept()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if isinstance(error, DomainError) and self._point_at({error.field or "": said.whole}):
            self.banner.hide()
            return
        if said.bug:
            _log.error("a cash movement could not be written", exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self.banner.show()

    # -- the window -----------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc, Voltar or the cross; not while the movement is on its way."""
        if not self._saving:
            super().reject()

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self._scope.close()
        await self._scope.settled()
        if self.isVisible():
            super().reject()
        self.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the amount."""
        super().showEvent(event)
        self.amount.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it stands on and nothing else."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            event.accept()
            return
        super().keyPressEvent(event)
