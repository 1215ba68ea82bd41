"""Putting money into the drawer or taking it out, over the till's screen: how much, why, and what will be left."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from varejoforte_desktop.application.till import move_cash
from varejoforte_desktop.domain.errors import DomainError, TillShort
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.till import CashDraft, CashMovementKind
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import Sentence, sentence
from varejoforte_desktop.ui.products.fields import NameCombo
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Theme, restyle
from varejoforte_desktop.ui.till.dialog import TillDialog
from varejoforte_desktop.ui.till.words import CASH_WORDS
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit


class CashDialog(TillDialog):
    """A supply or a withdrawal, written once however often clicked."""

    def __init__(
        self, session: Session, kind: CashMovementKind, *, there: Money | None, parent: QWidget | None = None
    ) -> None:
        """`there` is what should lie in the drawer now, None when this person must not see it."""
        words = CASH_WORDS[kind]
        super().__init__(session, f"cash_{kind.value}", words.text, words.save, parent)
        self._kind = kind
        self._there = there
        # Made once: a try whose answer was lost is repeated under the same token and written once.
        self._token = str(uuid4())
        #: What was written, None while nothing was.
        self.written: CashDraft | None = None
        self.amount = MoneyEdit("cash_amount", self.tr("Valor"))
        self.reason = NameCombo("cash_reason", self.tr("Motivo"))
        self.fields = {
            "amount": Field(self.tr("Valor"), self.amount),
            "reason": Field(self.tr("Motivo"), self.reason),
        }
        self._build()
        self._connect()
        self._say_left()

    def _build(self) -> None:
        words = CASH_WORDS[self._kind]
        explained = QLabel(words.explained)
        restyle(explained, words="muted")
        restyle(self.amount, large=True)
        self.reason.set_names(words.motives)
        self.body.addWidget(explained)
        for field in self.fields.values():
            self.body.addWidget(field)
        self.body.addStretch(1)
        self.resize(Theme.current().px(420), self.sizeHint().height())

    def _connect(self) -> None:
        self.amount.textChanged.connect(self._say_left)
        self.amount.returnPressed.connect(self.reason.setFocus)
        line = self.reason.lineEdit()
        if line is not None:
            line.returnPressed.connect(self.save_button.setFocus)
        self.reason.editTextChanged.connect(self._clear_reason)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits at the amount."""
        super().showEvent(event)
        self.amount.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- while typing ---------------------------------------------------------------------------------

    def _say_left(self, _text: str = "") -> None:
        if self._there is None:
            return
        amount = self._typed()
        held = formats.money(self._there)
        left = self._there + (amount if self._kind is CashMovementKind.SUPPLY else -amount)
        if amount == ZERO:
            hint = self.tr("Na gaveta: {held}").format(held=held)
        elif left < ZERO and self._kind is CashMovementKind.WITHDRAWAL:
            missing = formats.money(-left)
            hint = self.tr("Na gaveta: {held}; faltam {missing}").format(held=held, missing=missing)
        else:
            hint = self.tr("Na gaveta: {held} → {left}").format(held=held, left=formats.money(left))
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

    def work(self) -> Coroutine[Any, Any, None] | None:
        """Both fields speak at once when both are wrong."""
        errors: dict[str, str] = {}
        try:
            amount = self.amount.money() or ZERO
        except DomainError as error:
            amount = ZERO
            errors["amount"] = self.amount.sentence(error)
        if amount == ZERO:
            errors.setdefault("amount", self.tr("Digite um valor maior que zero."))
        draft = CashDraft(kind=self._kind, amount=amount or Money(1), reason=self.reason.currentText())
        try:
            draft = draft.checked()
        except DomainError as error:
            errors[error.field or "reason"] = sentence(error).whole
        return None if self._point_at_all(errors) else self._write(draft)

    def said(self, error: BaseException) -> Sentence:
        """Who must not see what is in the drawer is not told by a refusal either."""
        if isinstance(error, TillShort) and self._there is None:
            return Sentence(
                self.tr("Não há tanto dinheiro na gaveta."), self.tr("Confira o valor da sangria.")
            )
        return super().said(error)

    def point_at(self, error: DomainError, said: str) -> bool:
        """A refusal beside the amount or the motive."""
        return self._point_at_all({error.field or "": said})

    def _point_at_all(self, errors: Mapping[str, str]) -> bool:
        for name, field in self.fields.items():
            field.set_error(errors.get(name, ""))
        wrong = next((field for field in self.fields.values() if field.error), None)
        if wrong is not None:
            wrong.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return wrong is not None

    async def _write(self, draft: CashDraft) -> None:
        session = self.session
        await session.services.backend.run(move_cash, draft, token=self._token, by=session.actor)
        self.written = draft
