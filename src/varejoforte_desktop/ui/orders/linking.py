"""Linking an order to a note issued elsewhere: its file or its key, what was found in it, and only then the yes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.link_invoice import LinkedNote, examine_note, link_note
from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import bare_key
from varejoforte_desktop.domain.fiscal_errors import WrongAccessKey
from varejoforte_desktop.domain.purchase import PurchaseNote
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.dialogs.decision import DecisionDialog
from varejoforte_desktop.ui.dialogs.paragraphs import paragraph
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.orders.papers_part import grouped_key
from varejoforte_desktop.ui.orders.pieces import pairs, sign_line, words
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import ask
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.typed_edit import TypedEdit

Source = PurchaseNote | str


async def link_order_note(session: Session, parent: QWidget, order_id: int) -> str:
    """Ask for the note of an order; the words for a toast, "" when it was given up. Raises NoSuchRecord or BooksError."""
    detail = await session.services.backend.read(lambda reader: reader.orders.detail(order_id))
    dialog = LinkDialog(session, detail, parent)
    await answered(dialog)
    return dialog.outcome


class KeyEdit(TypedEdit[str]):
    """An access key, typed or sent by the scanner, which ends it with Enter: that checks it and presses no button."""

    #: A whole key.
    entered = Signal(str)

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__(object_name, accessible_name)
        self.setMaxLength(80)
        self.setPlaceholderText(self.tr("44 números, embaixo do código de barras do DANFE"))
        self.textEdited.connect(self._whole)

    def parse(self, text: str) -> str:
        """The bare key. Raises WrongAccessKey."""
        return bare_key(text)

    def written(self, value: str) -> str:
        """In groups of four."""
        return grouped_key(value)

    def sentence(self, error: DomainError) -> str:
        """How to type it."""
        return self.tr("A chave tem 44 números e um deles não confere; digite de novo ou bipe o DANFE.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the scanner's Enter."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
            return
        event.accept()
        self.settle()
        self._whole()

    def _whole(self, *_: object) -> None:
        try:
            key = self.parse(self.text()) if self.text().strip() else ""
        except WrongAccessKey:
            return
        if key:
            self.entered.emit(key)


class LinkDialog(DecisionDialog):
    """Nothing is linked before it was looked at: the note is shown with what was compared."""

    #: What was looked at and fits.
    found: LinkedNote | None = None

    def __init__(self, session: Session, detail: OrderDetail, parent: QWidget | None = None) -> None:
        number = detail.row.remote_id
        title = self.tr("Vincular NF-e ao pedido {number}").format(number=number)
        super().__init__(session, "link_note", title, self.tr("Vincular"), parent)
        self._detail = detail
        self._source: Source | None = None
        self.choose = QPushButton(self.tr("Escolher o XML da nota… (F9)"))
        self.key = KeyEdit("link_note_key", self.tr("Chave de acesso"))
        self.card = QFrame()
        self._build()
        session.services.shortcuts.bind(
            self, Shortcut("F9", self.tr("Escolher o XML da nota"), title), self.choose_file
        )
        self.size_to(620, 560)
        self._show_found()

    def _build(self) -> None:
        order = self._detail.order
        total = formats.money(order.amounts.total if order is not None else self._detail.row.total)
        said = self.tr(
            "Para uma NF-e deste pedido que foi emitida em outro programa. O pedido é de {buyer}, {total}."
        )
        self.body.addWidget(paragraph(said.format(buyer=self._detail.row.buyer or "—", total=total), "muted"))
        self.choose.setObjectName("link_note_file")
        self.choose.setAutoDefault(False)
        bind_icon(self.choose, "download")
        self.choose.clicked.connect(self.choose_file)
        self.body.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignLeft)
        hint = self.tr(
            "Com o XML o programa confere comprador, valor e assinatura; com a chave, só o emitente."
        )
        self.key_field = Field(self.tr("Ou digite ou bipe a chave de acesso"), self.key, hint)
        self.body.addWidget(self.key_field)
        self.key.entered.connect(self._key_entered)
        self.key.textEdited.connect(self._typed)
        restyle(self.card, card=True)
        self.card.setObjectName("link_note_card")
        QVBoxLayout(self.card).setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        self.body.addWidget(self.card)
        self.body.addStretch(1)

    # -- finding the note -----------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for the file."""
        if not self.saving and not self.over:
            self.tasks.start(self._choose_file())

    async def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Escolha o XML da NF-e"))
        dialog.setObjectName("link_note_file_dialog")
        dialog.setNameFilter(self.tr("NF-e (*.xml)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        answer = await ask(dialog)
        chosen = dialog.selectedFiles()
        dialog.deleteLater()
        if answer == QDialog.DialogCode.Accepted and chosen:
            await self.read_file(Path(chosen[0]))

    async def read_file(self, path: Path) -> None:
        """Read a note from its file and compare it with the order. Raises WrongInvoiceFile and what else is wrong."""
        self._forget()
        read = self.session.services.read_invoice
        if read is None:
            return
        self.key.set_value(None)
        note = await asyncio.to_thread(read, path)
        await self._examine(note)

    def _key_entered(self, key: str) -> None:
        if key != self._source:
            self._forget()
            self._source = key
            self.tasks.start(self._examine(key))

    def _typed(self, *_: object) -> None:
        if self._source is not None and self.key.text().replace(" ", "") != self._source:
            self._forget()

    def _forget(self) -> None:
        self._source, self.found = None, None
        self.banner.hide()
        self.key_field.set_error("")
        self._show_found()

    async def _examine(self, source: Source) -> None:
        self._source = source
        run = self.session.services.backend.run
        found = await run(examine_note, self._detail.row.id, source)
        if self._source is source:
            self.found = found
            self._show_found()
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_found(self) -> None:
        column = self.card.layout()
        while column is not None and (item := column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        if column is not None:
            column.addWidget(self._nothing() if self.found is None else self._facts(self.found))
        self._show_idle()

    def _nothing(self) -> QWidget:
        return words(self.tr("Escolha o arquivo ou informe a chave para conferir."), "muted")

    def _facts(self, found: LinkedNote) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        record = found.record
        name = f"NF-e {record.series}/{record.number}"
        column.addWidget(words(name, "strong", name="link_note_number"))
        issued = f"{record.issued_on:%d/%m/%Y}" if record.origin != "typed" else f"{record.issued_on:%m/%Y}"
        column.addLayout(
            pairs(
                [
                    (self.tr("Emitida em"), issued),
                    (self.tr("Emitente"), formatted_tax_id(found.issuer)),
                    (self.tr("Valor"), formats.money(record.value)),
                    (self.tr("Chave"), grouped_key(record.key)),
                ]
            )
        )
        for icon, tone, text in self._checks(found):
            column.addLayout(sign_line(icon, tone, words(text)))
        return inside

    def _checks(self, found: LinkedNote) -> list[tuple[str, Tone, str]]:
        if found.repeated:
            return [("info", Tone.INFO, self.tr("Esta nota já está vinculada a este pedido."))]
        good = Tone.GOOD
        checks = [
            ("check", good, self.tr("Emitida pela loja."))
            if found.issuer_known
            else ("warning", Tone.WARN, self.tr("O CNPJ da loja não está configurado: confira o emitente."))
        ]
        if found.record.origin == "typed":
            said = self.tr("Pela chave não se conferem comprador e valor: confira no DANFE.")
            return [*checks, ("warning", Tone.WARN, said)]
        return [
            *checks,
            ("check", good, self.tr("Comprador e valor são os do pedido.")),
            ("check", good, self.tr("Assinada e autorizada pela SEFAZ.")),
        ]

    # -- doing it -------------------------------------------------------------------------------------

    def _show_idle(self) -> None:
        super()._show_idle()
        ready = self.found is not None and not self.found.repeated
        self.go.setEnabled(ready)
        self.go.setToolTip("" if ready else self.tr("Escolha antes a nota."))

    def work(self) -> Coroutine[Any, Any, str | None] | None:
        """Link what was looked at."""
        source = self._source
        return None if source is None or self.found is None else self._link(source)

    async def _link(self, source: Source) -> str:
        run = self.session.services.backend.run
        found = await run(link_note, self._detail.row.id, source, by=self.session.actor)
        said = self.tr(
            "NF-e {number} vinculada ao pedido {order}; a Tray é avisada na próxima sincronização."
        )
        return said.format(number=f"{found.record.series}/{found.record.number}", order=found.order)

    def point_at(self, error: DomainError, said: str) -> bool:
        """A key that is none, beside its field."""
        if not isinstance(error, WrongAccessKey):
            return False
        self.key_field.set_error(said)
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor waits for a scan."""
        super().showEvent(event)
        self.key.setFocus(Qt.FocusReason.OtherFocusReason)
