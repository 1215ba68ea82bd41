"""The form that writes one stock movement, the same on the stock screen and over the product list."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import ProductDetail, ProductRow
from varejoforte_desktop.application.stock import MovementReceipt, move_stock
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.movements.kinds import KIND_WORDS
from varejoforte_desktop.ui.movements.product import ProductPicker
from varejoforte_desktop.ui.movements.result import ResultLine
from varejoforte_desktop.ui.movements.switch import KindSwitch
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.products.fields import NameCombo
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.quantity_edit import QuantityEdit

_log = logging.getLogger(__name__)


class MovementForm(QWidget):
    """Product, kind, quantity, motive, document, and what the shelf will hold. Written once, however often clicked."""

    #: A movement is in the books: its MovementReceipt, and the words for it.
    recorded = Signal(object, str)
    #: The product changed: its ProductRow or None.
    product_changed = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("movement_form")
        self._session = session
        self._scope = TaskScope(self, self._failed)
        self._look = Debounced(self, self._scope, self._read_detail, delay_ms=0)
        self._detail: ProductDetail | None = None
        self._token = str(uuid4())
        self._saving = False
        self.picker = ProductPicker("movement_product", self.tr("Produto"), session.services.backend)
        self.kinds = KindSwitch(session.actor)
        self.quantity = QuantityEdit("movement_quantity", self.tr("Quantidade"))
        self.reason = NameCombo("movement_reason", self.tr("Motivo"))
        self.document = QLineEdit()
        self.document.setObjectName("movement_document")
        self.save_button = QPushButton()
        self._result = ResultLine()
        self._banner = Banner("movement_banner")
        self._fields: dict[str, Field] = {}
        self._build()
        self._connect()
        self._show_kind(self.kinds.kind)

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._fields = {
            "product": Field(self.tr("Produto"), self.picker),
            "quantity": Field(self.tr("Quantidade"), self.quantity),
            "reason": Field(self.tr("Motivo"), self.reason),
            "document": Field(self.tr("Documento"), self.document, self.tr("Opcional: nota, pedido")),
        }
        restyle(self.save_button, kind="primary")
        self.save_button.setObjectName("movement_save")
        self.save_button.setAutoDefault(False)
        kind_label = QLabel(self.tr("Tipo"))
        restyle(kind_label, words="label")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        pair = QGridLayout()
        pair.setHorizontalSpacing(Space.M)
        pair.addWidget(self._fields["quantity"], 0, 0)
        pair.addWidget(self._fields["document"], 0, 1)
        pair.setColumnStretch(0, 1)
        pair.setColumnStretch(1, 1)
        column.addWidget(self._banner)
        column.addWidget(self._fields["product"])
        column.addWidget(kind_label)
        column.addWidget(self.kinds)
        column.addSpacing(Space.XS)
        column.addLayout(pair)
        column.addWidget(self._fields["reason"])
        column.addWidget(self._result)
        foot = QHBoxLayout()
        self.foot = foot
        foot.addWidget(self.save_button, 1)
        column.addLayout(foot)
        column.addStretch(1)
        self._banner.hide()

    def _connect(self) -> None:
        self.picker.picked.connect(self._picked)
        self.picker.not_found.connect(self._not_found)
        self.picker.failed.connect(self._failed)
        self.kinds.changed.connect(self._show_kind)
        self.quantity.textChanged.connect(self._say_result)
        self.quantity.returnPressed.connect(partial(self._go_to, self.reason))
        self.document.returnPressed.connect(partial(self._go_to, self.reason))
        line = self.reason.lineEdit()
        if line is not None:
            line.returnPressed.connect(partial(self._go_to, self.save_button))
        self.reason.editTextChanged.connect(partial(self._clear_error, "reason"))
        self.document.textChanged.connect(partial(self._clear_error, "document"))
        self.picker.textEdited.connect(partial(self._clear_error, "product"))
        self.save_button.clicked.connect(self.save)

    def _go_to(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.TabFocusReason)

    def _clear_error(self, name: str, *_: object) -> None:
        if self._fields[name].error:
            self._fields[name].set_error("")

    # -- the product ----------------------------------------------------------------------------------

    @property
    def result_text(self) -> str:
        """The line that tells what will be on the shelf."""
        return self._result.text()

    @property
    def saving(self) -> bool:
        """Whether a movement is on its way to the books."""
        return self._saving

    def set_product(self, row: ProductRow) -> None:
        """Start with this product."""
        self.picker.set_product(row)
        self._picked(row)

    def start(self) -> None:
        """Put the cursor where the work begins."""
        first = self.picker if self.picker.row is None else self.quantity
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """The shelf may hold another number."""
        row = self.picker.row
        if row is not None:
            self._look(row.id)

    def _picked(self, row: ProductRow | None) -> None:
        self._detail = None
        self._fields["product"].set_error("")
        self._fields["product"].set_hint("")
        self._say_result()
        self.product_changed.emit(row)
        if row is not None:
            self._look(row.id)
            self._go_to(self.quantity)

    def _not_found(self, text: str) -> None:
        said = self.tr("Nenhum produto com “{text}”.").format(text=text)
        self._fields["product"].set_error(said)

    async def _read_detail(self, product_id: int) -> None:
        detail = await self._session.services.backend.read(lambda reader: reader.product_detail(product_id))
        if self.picker.row is None or self.picker.row.id != product_id:
            return
        self._detail = detail
        self.quantity.set_whole(not detail.product.fractional)
        stock = f"{formats.quantity(detail.on_hand)} {detail.product.unit}"
        self._fields["product"].set_hint(self.tr("{stock} em estoque").format(stock=stock))
        self._say_result()

    # -- what will be ---------------------------------------------------------------------------------

    def _show_kind(self, kind: MovementKind) -> None:
        words = KIND_WORDS[kind]
        counted = kind is MovementKind.ADJUSTMENT
        self._fields["quantity"].set_label(
            self.tr("Quantidade contada") if counted else self.tr("Quantidade")
        )
        self.reason.set_names(words.motives)
        self.save_button.setText(f"{words.save} (F10)")
        self._say_result()

    def _typed_quantity(self) -> Decimal | None:
        text = self.quantity.text().strip()
        try:
            return self.quantity.parse(text) if text else None
        except DomainError:
            return None

    def _say_result(self) -> None:
        self._result.show_result(self._detail, self.kinds.kind, self._typed_quantity())

    # -- writing --------------------------------------------------------------------------------------

    def save(self) -> None:
        """Check the fields and write the movement."""
        if self._saving:
            return
        draft, errors = self._read()
        if self._point_at(errors) or draft is None:
            return
        self._saving = True
        self.save_button.setEnabled(False)
        self._scope.start(self._write(draft))

    def _read(self) -> tuple[MovementDraft | None, dict[str, str]]:
        errors: dict[str, str] = {}
        row, amount = self.picker.row, None
        if row is None:
            errors["product"] = self.tr("Escolha um produto: bipe ou digite e tecle Enter.")
        try:
            amount = self.quantity.quantity()
        except DomainError as error:
            errors["quantity"] = self.quantity.sentence(error)
        if amount is None and "quantity" not in errors:
            errors["quantity"] = self.tr("Digite a quantidade.")
        draft = MovementDraft(
            product_id=row.id if row is not None else 0,
            kind=self.kinds.kind,
            amount=amount if amount is not None else Decimal(1),
            reason=self.reason.currentText().strip(),
            document=self.document.text().strip(),
        )
        for stand_in in ({}, {"reason": "-"}, {"reason": "-", "document": ""}):
            try:
                _replaced(draft, stand_in).checked()
                break
            except DomainError as error:
                errors.setdefault(error.field or "quantity", sentence(error).whole)
        return (None if errors else draft), errors

    def _point_at(self, errors: Mapping[str, str]) -> bool:
        """Write each sentence beside its field; the first wrong one gets the cursor."""
        first: Field | None = None
        for name, field in self._fields.items():
            said = errors.get(name, "")
            field.set_error(said)
            first = field if said and first is None else first
        if first is None:
            return False
        first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    async def _write(self, draft: MovementDraft) -> None:
        try:
            receipt = await self._session.services.backend.run(
                move_stock, draft, token=self._token, by=self._session.actor
            )
        finally:
            self._saving = False
            self.save_button.setEnabled(True)
        self._done(receipt, draft.kind)

    def _done(self, receipt: MovementReceipt, kind: MovementKind) -> None:
        # Only now: a try whose answer was lost is repeated under the same token and written once.
        self._token = str(uuid4())
        if receipt.repeated:
            words = self.tr("Esta movimentação já estava registrada; nada foi repetido.")
        else:
            words = self.tr("{done}: {reference} fica com {balance} no estoque.").format(
                done=KIND_WORDS[kind].done,
                reference=receipt.reference,
                balance=formats.quantity(receipt.balance),
            )
        self._clear()
        self.recorded.emit(receipt, words)

    def _clear(self) -> None:
        """Ready for the next product; kind and motive stay."""
        self._banner.hide()
        self.picker.set_product(None)
        self._picked(None)
        self.quantity.set_quantity(None)
        self.document.clear()
        self._point_at({})
        self.picker.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if isinstance(error, DomainError) and self._point_at({error.field or "": said.whole}):
            self._banner.hide()
            self.refresh()
            return
        if said.bug:
            _log.error("a movement could not be written", exc_info=error)
        self._banner.set_message(said.whole, Tone.BAD if said.bug else Tone.WARN)
        self._banner.show()

    async def aclose(self) -> None:
        """End what runs."""
        self._look.cancel()
        self.picker.close_questions()
        self._scope.close()
        await self.picker.settled()
        await self._scope.settled()


def _replaced(draft: MovementDraft, values: Mapping[str, str]) -> MovementDraft:
    return MovementDraft(
        product_id=draft.product_id,
        kind=draft.kind,
        amount=draft.amount,
        reason=values.get("reason", draft.reason),
        document=values.get("document", draft.document),
    )
