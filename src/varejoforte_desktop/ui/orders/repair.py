"""Saying which product of ours a line of an order is, line after line, or making a product of what the line says."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.order_import import link_line, product_from_line
from varejoforte_desktop.application.order_questions import OrderDetail, OrderLineRow
from varejoforte_desktop.application.questions import ProductRow
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import pressed_by_enter
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.movements.product import ProductPicker
from varejoforte_desktop.ui.orders.pieces import pairs, words
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field

_log = logging.getLogger(__name__)
_CONTEXT = "Item sem produto"


def unknown_lines(detail: OrderDetail) -> list[OrderLineRow]:
    """The lines that take no product of ours."""
    return [line for line in detail.lines if line.product_id is None]


async def repair_order(session: Session, parent: QWidget, order_id: int) -> str:
    """Ask for the product of each line that has none; the words of what was put right, "" when nothing was.

    Raises NoSuchRecord or BooksError.
    """
    detail = await session.services.backend.read(lambda reader: reader.orders.detail(order_id))
    if not unknown_lines(detail):
        return ""
    dialog = RepairDialog(session, detail, parent)
    try:
        await ask(dialog)
        return dialog.outcome
    finally:
        await dialog.aclose()


class RepairDialog(QDialog):
    """One line at a time; closes itself after the last one. Each answer is kept at once."""

    def __init__(self, session: Session, detail: OrderDetail, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("repair_dialog")
        self.setWindowTitle(self.tr("Qual produto é?"))
        self.setModal(True)
        self._session = session
        self._detail = detail
        self._total = len(unknown_lines(detail))
        self._skipped: set[str] = set()
        self._fixed = 0
        self._orders = 0
        self._busy = False
        self._chosen: ProductRow | None = None
        self._scope = TaskScope(self, self._failed)
        self._place = QLabel()
        self._card = QFrame()
        self.picker = ProductPicker("repair_product", self.tr("Produto nosso"), session.services.backend)
        self._field = Field(self.tr("Qual produto nosso é este item?"), self.picker)
        self.banner = Banner("repair_banner")
        self.link_button = QPushButton()
        self.make_button = QPushButton(self.tr("Criar produto a partir deste item (F9)"))
        self.skip_button = QPushButton()
        self._build()
        self._connect()
        self._show_line()

    def _build(self) -> None:
        number = self.tr("Qual produto é? Pedido {number}").format(number=self._detail.row.remote_id)
        restyle(self._place, words="muted")
        self._place.setObjectName("repair_place")
        restyle(self._card, card=True)
        self._card.setObjectName("repair_line")
        QVBoxLayout(self._card).setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        bind_icon(self.make_button, "plus")
        self._make_note = words(
            self.tr(
                "O produto novo não vai para a loja até alguém ligar “Vender na loja virtual” no cadastro."
            ),
            "small",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(words(number, "title", name="repair_title"))
        for widget in (self._place, self._card, self.banner, self._field):
            column.addWidget(widget)
        column.addWidget(self.make_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._make_note)
        column.addStretch(1)
        column.addLayout(self._foot())
        self.banner.hide()
        theme = Theme.current()
        # Room for the suggestions under the field.
        self.resize(theme.px(560), theme.px(520))

    def _foot(self) -> QHBoxLayout:
        restyle(self.link_button, kind="primary")
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.skip_button)
        foot.addStretch(1)
        foot.addWidget(self.link_button)
        for button, name in (
            (self.skip_button, "repair_skip"),
            (self.link_button, "repair_link"),
            (self.make_button, "repair_make"),
        ):
            button.setObjectName(name)
            button.setAutoDefault(False)
        return foot

    def _connect(self) -> None:
        self.picker.picked.connect(self._picked)
        self.picker.not_found.connect(self._not_found)
        self.picker.failed.connect(self._failed)
        self.picker.textEdited.connect(lambda _text: self._field.set_error(""))
        self.link_button.clicked.connect(self.link)
        self.make_button.clicked.connect(self.make)
        self.skip_button.clicked.connect(self.skip)
        keys = self._session.services.shortcuts
        keys.bind(self, Shortcut("F10", self.tr("É este produto"), _CONTEXT), self.link)
        keys.bind(self, Shortcut("F9", self.tr("Criar produto a partir do item"), _CONTEXT), self.make)

    # -- the line -------------------------------------------------------------------------------------

    @property
    def line(self) -> OrderLineRow | None:
        """The line that is asked about; None after the last one."""
        left = [each for each in unknown_lines(self._detail) if each.line_id not in self._skipped]
        return left[0] if left else None

    @property
    def outcome(self) -> str:
        """What was put right, in words; "" when nothing was."""
        if not self._fixed:
            return ""
        lines = formats.counted(self._fixed, "item tem produto agora", "itens têm produto agora")
        orders = formats.counted(self._orders, "pedido corrigido", "pedidos corrigidos")
        return f"{lines[0].upper()}{lines[1:]}; {orders}."

    def _show_line(self) -> None:
        line = self.line
        if line is None:
            self.accept()
            return
        left = len(unknown_lines(self._detail)) - len(self._skipped)
        place = self.tr("Item {place} de {total}")
        self._place.setText(place.format(place=self._total - left + 1, total=self._total))
        self._place.setVisible(self._total > 1)
        self._fill_card(line)
        self._chosen = None
        self.picker.set_product(None)
        self._field.set_error("")
        self._field.set_hint(self.tr("Bipe o código, ou digite parte do nome e tecle Enter."))
        self.skip_button.setText(self.tr("Pular este item") if left > 1 else self.tr("Agora não (Esc)"))
        self._show_buttons()
        self.picker.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_card(self, line: OrderLineRow) -> None:
        column = self._card.layout()
        while column is not None and (item := column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.XS)
        rows.addWidget(words(line.name or self.tr("Item sem nome"), "strong", name="repair_name"))
        facts = [
            (self.tr("Referência"), line.reference or "—"),
            ("EAN", line.ean or "—"),
            (self.tr("Quantidade"), formats.quantity(line.quantity)),
            (self.tr("Preço"), formats.money(line.price)),
        ]
        rows.addLayout(pairs(facts))
        if column is not None:
            column.addWidget(inside)

    def _show_buttons(self) -> None:
        chosen = self._chosen
        words_ = self.tr("É este produto (F10)")
        self.link_button.setText(words_)
        self.link_button.setAccessibleName(words_)
        self.link_button.setEnabled(chosen is not None and not self._busy)
        may = self._session.actor.may(Permission.EDIT_CATALOGUE)
        self.make_button.setEnabled(may and not self._busy)
        why = "" if may else sentence(NotAllowed(Permission.EDIT_CATALOGUE.value)).whole
        self.make_button.setToolTip(why)
        self._make_note.setText(why or self._make_note.text())
        if not may:
            bind_icon(self.make_button, "lock", Role.TEXT_MUTED)
        self.skip_button.setEnabled(not self._busy)

    def _picked(self, row: ProductRow | None) -> None:
        self._chosen = row
        if row is None:
            self._field.set_hint(self.tr("Bipe o código, ou digite parte do nome e tecle Enter."))
        else:
            held = self.tr("{quantity} {unit} em estoque · {price}")
            hint = held.format(
                quantity=formats.quantity(row.on_hand), unit=row.unit, price=formats.money(row.price)
            )
            self._field.set_hint(hint)
        self._show_buttons()
        if row is not None:
            self.link_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_found(self, text: str) -> None:
        self._field.set_error(self.tr("Nenhum produto com “{text}”.").format(text=text))

    # -- answers --------------------------------------------------------------------------------------

    def link(self) -> None:
        """The line is the product that was found."""
        line, chosen = self.line, self._chosen
        if line is not None and chosen is not None:
            self._begin(self._link(line, chosen))

    def make(self) -> None:
        """Make a product of the line."""
        line = self.line
        if line is not None and self._session.actor.may(Permission.EDIT_CATALOGUE):
            self._begin(self._make(line))

    def skip(self) -> None:
        """Leave this line as it is."""
        line = self.line
        if line is not None and not self._busy:
            self._skipped.add(line.line_id)
            self._show_line()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        if self._busy:
            work.close()
            return
        self._busy = True
        self.banner.hide()
        self._show_buttons()
        self._scope.start(self._alone(work))

    async def _alone(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._busy = False
            self._show_buttons()

    async def _link(self, line: OrderLineRow, row: ProductRow) -> None:
        backend = self._session.services.backend
        changed = await backend.run(
            link_line, self._detail.row.id, line.line_id, row.id, by=self._session.actor
        )
        await self._next(changed)

    async def _make(self, line: OrderLineRow) -> None:
        backend = self._session.services.backend
        await backend.run(product_from_line, self._detail.row.id, line.line_id, by=self._session.actor)
        await self._next(1)

    async def _next(self, changed: int) -> None:
        """The answer holds for every line with the same thing, so the order is read again."""
        before = len(unknown_lines(self._detail))
        order_id = self._detail.row.id
        self._detail = await self._session.services.backend.read(
            lambda reader: reader.orders.detail(order_id)
        )
        self._fixed += before - len(unknown_lines(self._detail))
        self._orders = max(self._orders, changed)
        self._busy = False
        self._show_line()

    def _failed(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("a line could not be given its product", exc_info=error)
        self.banner.set_message(said.whole, Tone.BAD)
        self.banner.show()

    # -- leaving --------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc or the cross; not while an answer is on its way to the books."""
        if not self._busy:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it stands on and nothing else."""
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits for a scan."""
        super().showEvent(event)
        self.picker.setFocus(Qt.FocusReason.OtherFocusReason)

    async def aclose(self) -> None:
        """End what runs and let the window go."""
        self.picker.close_questions()
        await self.picker.settled()
        self._scope.close()
        await self._scope.settled()
        self._busy = False
        if self.isVisible():
            super().reject()
        self.deleteLater()
