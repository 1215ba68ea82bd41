"""The product's record opened: changed, checked field by field, saved with what the store has to hear."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.questions import LinkState, ProductDetail, Reader
from varejoforte_desktop.domain.errors import ChangedMeanwhile, DomainError
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.taxes import ProductTax
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.movements.dialog import move_product
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.products.checks import Reading, sending_sentence
from varejoforte_desktop.ui.products.form import ProductForm
from varejoforte_desktop.ui.products.tax_fields import save_with_taxes
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.discard_bar import DiscardBar
from varejoforte_desktop.ui.widgets.field import Field

_log = logging.getLogger(__name__)
_CONTEXT = "Cadastro de produto"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorFacts:
    """What the editor shows: the product (None: a new one), its taxes, the names there are, and what the shop sends."""

    detail: ProductDetail | None
    brands: tuple[str, ...]
    categories: tuple[str, ...]
    option: SyncOption
    tax: ProductTax = field(default_factory=ProductTax)
    tax_groups: tuple[str, ...] = ()


def editor_facts(reader: Reader, product_id: int | None) -> EditorFacts:
    """Ask the books all of it at once. Raises NoSuchRecord."""
    return EditorFacts(
        detail=None if product_id is None else reader.product_detail(product_id),
        brands=tuple(row.name for row in reader.brands()),
        categories=tuple(row.name for row in reader.categories()),
        option=reader.shop().sync_option,
        tax=ProductTax() if product_id is None else reader.fiscal.product_tax(product_id),
        tax_groups=tuple(reader.fiscal.tax_groups()),
    )


async def edit_product(session: Session, parent: QWidget, product_id: int | None = None) -> Product | None:
    """Open the editor and wait; the product as kept, None when nothing was saved. Raises what the books say."""
    facts = await session.services.backend.read(lambda reader: editor_facts(reader, product_id))
    dialog = ProductEditor(session, facts, parent)
    try:
        await ask(dialog)
        return dialog.kept
    finally:
        await dialog.aclose()


class ProductEditor(QDialog):
    """A new or an existing product. Nothing is saved unless all of it can be."""

    def __init__(self, session: Session, facts: EditorFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("product_editor")
        self.setModal(True)
        self.kept: Product | None = None
        self._session = session
        self._facts = facts
        self._scope = TaskScope(self, self._failed)
        self._saving = False
        self._may_edit = session.actor.may(Permission.EDIT_CATALOGUE)
        self._heading = QLabel()
        self._banner = Banner("product_banner")
        self._form = ProductForm(
            lambda: session.services.clock().astimezone(formats.SHOP_ZONE).date(), parent=self
        )
        self._sends = QLabel()
        self._save = QPushButton(self.tr("Salvar (Ctrl+S)"))
        self._cancel = QPushButton(self.tr("Cancelar (Esc)"))
        self._discard = DiscardBar("product", self.tr("Descartar alterações?"))
        self._build()
        self._bind_keys()
        self._fill()

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        restyle(self._heading, words="title")
        self._heading.setObjectName("product_heading")
        self._heading.setMinimumWidth(1)
        for part in (self._heading, self._banner):
            column.addWidget(part)
        column.addWidget(self._form, 1)
        column.addWidget(self._discard)
        column.addLayout(self._foot())
        self._discard.discarded.connect(self._leave)
        self._banner.acted.connect(self._reopen)
        self._form.changed.connect(self._say_what_is_sent)
        self._form.move_requested.connect(self._move)
        theme = Theme.current()
        room = (self.parentWidget() or self).window().size() if self.parentWidget() else None
        width, height = theme.px(860), theme.px(700)
        self.resize(
            *(width, height) if room is None else (min(width, room.width()), min(height, room.height()))
        )

    def _foot(self) -> QHBoxLayout:
        self._sends.setObjectName("product_sends")
        self._sends.setWordWrap(True)
        restyle(self._sends, words="muted")
        restyle(self._save, kind="primary")
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(IconLabel("cloud", Role.TEXT_MUTED, 16))
        foot.addWidget(self._sends, 1)
        for button, name, action in (
            (self._cancel, "product_cancel", self.reject),
            (self._save, "product_save", self.save),
        ):
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(action)
            foot.addWidget(button)
        return foot

    def _bind_keys(self) -> None:
        keys = self._session.services.shortcuts
        keys.bind(self, Shortcut("Ctrl+S", self.tr("Salvar"), _CONTEXT), self.save)
        keys.bind(self, Shortcut("F6", self.tr("Movimentar estoque"), _CONTEXT), self._move)

    # -- showing --------------------------------------------------------------------------------------

    def _fill(self) -> None:
        detail = self._facts.detail
        title = self.tr("Novo produto") if detail is None else detail.product.name
        self.setWindowTitle(title)
        self._heading.setText(title)
        self._heading.setToolTip(title)
        fields = self._form.fields
        fields.combo("brand").set_names(self._facts.brands)
        fields.combo("category").set_names(self._facts.categories)
        self._banner.hide()
        self._form.fill(detail)
        self._form.taxes.fill(self._facts.tax, self._facts.tax_groups)
        if not self._may_edit:
            self._form.set_read_only(may_move=self._session.actor.may(Permission.MOVE_STOCK))
            self._save.hide()
            self._cancel.setText(self.tr("Fechar (Esc)"))
            self._tell(
                self.tr("Seu perfil pode ver o cadastro, mas não alterar. Peça a um gerente."), Tone.INFO
            )

    def _tell(self, text: str, tone: Tone, button: str = "") -> None:
        self._banner.set_message(text, tone, button)
        self._banner.show()

    def _say_what_is_sent(self) -> None:
        detail = self._facts.detail
        before = None if detail is None else detail.product
        after = self._named(self._form.fields.read())
        known = detail is not None and (detail.link is LinkState.LINKED or bool(detail.owed))
        self._sends.setText(sending_sentence(before, after, self._facts.option, known_to_store=known))

    def _named(self, reading: Reading) -> Product:
        """With the ids of the names as they were, or one that differs where a name was changed."""
        detail = self._facts.detail
        if detail is None:
            return reading.product
        product = detail.product
        same_brand = reading.brand == detail.brand
        same_category = reading.category == detail.category
        return replace(
            reading.product,
            brand_id=product.brand_id if same_brand else -1,
            category_id=product.category_id if same_category else -1,
        )

    # -- acting ---------------------------------------------------------------------------------------

    def save(self) -> None:
        """Check every field; save when all are right, else put the cursor on the first that is wrong."""
        if self._saving or not self._may_edit:
            return
        reading = self._form.fields.read()
        tax, wrong = self._form.taxes.read()
        first_tax = self._form.taxes.show_errors(wrong)
        if self._point_at(reading.errors) or self._show(first_tax):
            return
        self._saving = True
        self._save.setEnabled(False)
        self._scope.start(self._keep(reading, tax))

    async def _keep(self, reading: Reading, tax: ProductTax) -> None:
        try:
            self.kept = await self._session.services.backend.run(
                save_with_taxes, reading, tax, by=self._session.actor
            )
        finally:
            self._saving = False
            self._save.setEnabled(True)
        self.accept()

    def _point_at(self, errors: Mapping[str, DomainError]) -> bool:
        return self._show(self._form.fields.show_errors(errors))

    def _show(self, wrong: Field | None) -> bool:
        """The cursor in the field that is wrong; False when none is."""
        if wrong is None:
            return False
        wrong.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._form.ensureWidgetVisible(wrong, 0, Space.L)
        return True

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, DomainError) and error.field and self._point_at({error.field: error}):
            return
        said = sentence(error)
        name = error.field if isinstance(error, DomainError) and error.field else ""
        if name in self._form.taxes.fields and self._show(self._form.taxes.show_errors({name: said.whole})):
            return
        if said.bug:
            _log.error("a product could not be saved", exc_info=error)
        again = self.tr("Reabrir") if isinstance(error, ChangedMeanwhile) else ""
        self._tell(said.whole, Tone.BAD if said.bug else Tone.WARN, again)

    def _reopen(self) -> None:
        self._scope.start(self._read_again())

    async def _read_again(self) -> None:
        detail = self._facts.detail
        product_id = None if detail is None else detail.product.id
        self._facts = await self._session.services.backend.read(
            lambda reader: editor_facts(reader, product_id)
        )
        self._fill()
        self._form.fields.editors["reference"].setFocus()

    def _move(self) -> None:
        if self._facts.detail is not None:
            self._scope.start(self._move_goods(self._facts.detail.product.id))

    async def _move_goods(self, product_id: int) -> None:
        if await move_product(self._session, self, product_id) is None:
            return
        detail = await self._session.services.backend.read(lambda reader: reader.product_detail(product_id))
        self._form.show_shelf(detail)

    # -- leaving --------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc, Cancelar or the window's cross: leave, or ask first when something was typed."""
        if self._saving:
            return
        if self._may_edit and self._dirty and self._discard.isHidden():
            self._discard.ask()
            return
        if self._discard.isVisible():
            self._discard.stay()
            return
        self._leave()

    @property
    def _dirty(self) -> bool:
        return self._form.fields.dirty or self._form.taxes.dirty

    def _leave(self) -> None:
        super().reject()

    async def aclose(self) -> None:
        """End what runs and let the window go, whatever it holds."""
        self._scope.close()
        await self._scope.settled()
        if self.isVisible():
            self._leave()
        self.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits where the work begins."""
        super().showEvent(event)
        name = "reference" if self._facts.detail is None else "name"
        self._form.fields.editors[name].setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field and presses the button it stands on; only Ctrl+S saves from anywhere."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            else:
                self.focusNextPrevChild(True)
            event.accept()
            return
        super().keyPressEvent(event)
