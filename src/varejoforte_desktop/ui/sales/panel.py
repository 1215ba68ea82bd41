"""The chosen sale beside the list: its goods, how the total is made, how it was paid and how it stands."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.sale_questions import SaleDetail
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.sale import SaleLine, SaleState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.orders.deciding.amounts import AmountList
from varejoforte_desktop.ui.orders.deciding.words import Part, document_words, sale_parts
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.sales.note_part import SaleView, note_part, told_of
from varejoforte_desktop.ui.sales.note_words import NoteTold
from varejoforte_desktop.ui.sales.words import (
    SOURCES,
    STATES,
    buyer_words,
    payment_words,
)
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.badge import Badge

_TOP = Qt.AlignmentFlag.AlignTop


class SalePanel(QFrame):
    """Shows one sale; the buttons below ask for what can be done with it."""

    #: "Cancelar venda".
    cancel_requested = Signal()
    #: "Abrir pedido".
    order_requested = Signal()
    #: "Emitir nota".
    issue_requested = Signal()
    #: "Ver nota".
    note_requested = Signal()
    #: "Imprimir".
    print_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = session.services
        self._may_issue = session.actor.may(Permission.ISSUE_DOCUMENTS)
        self.setObjectName("sale_panel")
        self.setAccessibleName(self.tr("Venda escolhida"))
        restyle(self, card=True)
        self._view: SaleView | None = None
        self._shown: tuple[SaleView, NoteTold] | None = None
        self.area = QScrollArea()
        self.area.setObjectName("sale_panel_scroll")
        self.area.setAccessibleName(self.tr("Detalhe da venda"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.issue = self._button("sale_issue_button", "upload", self.tr("Emitir nota (F7)"))
        self.open_note = self._button("sale_note_button", "invoices", self.tr("Ver nota (F9)"))
        self.print = self._button("sale_print_button", "printer", self.tr("Imprimir (Ctrl+P)"))
        self.cancel = self._button("sale_cancel_button", "", self.tr("Cancelar venda (F8)"))
        self.open_order = self._button("sale_order_button", "orders", "")
        self._connect_buttons()
        self._foot = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._foot.setContentsMargins(Space.M, Space.XS, Space.M, Space.M)
        self._foot.setSpacing(Space.S)
        self._foot.addWidget(self.issue)
        self._foot.addWidget(self.open_note)
        self._foot.addWidget(self.print)
        self._foot.addWidget(self.open_order)
        self._foot.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XS, Space.XS, Space.XS, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addLayout(self._foot)

    def _connect_buttons(self) -> None:
        for button, signal in (
            (self.issue, self.issue_requested),
            (self.open_note, self.note_requested),
            (self.print, self.print_requested),
            (self.cancel, self.cancel_requested),
            (self.open_order, self.order_requested),
        ):
            button.clicked.connect(signal)
        restyle(self.issue, kind="primary")
        bind_icon(self.issue, "upload", Role.ACCENT_TEXT)

    @staticmethod
    def _button(name: str, icon: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        if icon:
            bind_icon(button, icon)
        return button

    def lie_down(self, flat: bool) -> None:
        """At the foot of a narrow window the buttons stand side by side."""
        ways = QBoxLayout.Direction
        self._foot.setDirection(ways.LeftToRight if flat else ways.TopToBottom)

    @property
    def detail(self) -> SaleDetail | None:
        """What is shown."""
        return None if self._view is None else self._view.detail

    @property
    def view(self) -> SaleView | None:
        """What is shown, with its documents."""
        return self._view

    def show_sale(self, view: SaleView, trouble: NoteTold | None = None) -> None:
        """Show a sale; the same one again leaves the place where one was reading.

        `trouble` is why its note could not be issued, or that it is on its way.
        """
        detail = view.detail
        same = self._view is not None and self._view.detail.row.id == detail.row.id
        told = told_of(view, trouble)
        if self._shown == (view, told):
            return
        place = self.area.verticalScrollBar().value() if same else 0
        self._view, self._shown = view, (view, told)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.S)
        self._add_head(column, detail)
        self._add_lines(column, detail)
        self._add_money(column, detail)
        _begin(column, self.tr("Nota fiscal"))
        column.addWidget(note_part(view, told, self._services.clock()))
        column.addStretch(1)
        self.area.setWidget(page)
        # The card behind is to be seen, not the window's colour.
        page.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)
        self.area.verticalScrollBar().setValue(place)
        self._show_buttons(view)

    def _show_buttons(self, view: SaleView) -> None:
        row = view.detail.row
        self.cancel.setEnabled(view.standing)
        self.cancel.setToolTip("" if view.standing else self.tr("Esta venda já foi cancelada."))
        half = view.half_cancelled
        self.cancel.setText(
            self.tr("Concluir o cancelamento (F8)") if half else self.tr("Cancelar venda (F8)")
        )
        restyle(self.cancel, kind="primary" if half else "")
        self.issue.setVisible(self._services.fiscal is not None and view.lacks_note)
        self.issue.setEnabled(self._may_issue)
        self.issue.setToolTip("" if self._may_issue else self.tr("Seu perfil não emite notas."))
        self.open_note.setVisible(bool(view.notes))
        self.print.setVisible(self._services.printing is not None)
        self.print.setEnabled(view.printable)
        self.print.setToolTip("" if view.printable else self.tr("A nota ainda não saiu."))
        self.open_order.setVisible(bool(row.order_remote_id))
        words = self.tr("Abrir o pedido {number} (F6)")
        self.open_order.setText(words.format(number=row.order_remote_id))

    # -- the parts ------------------------------------------------------------------------------------

    def _add_head(self, column: QVBoxLayout, detail: SaleDetail) -> None:
        row, sale = detail.row, detail.sale
        state = STATES[row.state]
        top = QHBoxLayout()
        title = _words(self.tr("Venda {number}").format(number=row.number), "heading", "sale_panel_title")
        top.addWidget(title, 1)
        top.addWidget(Badge(state.word, state.tone, state.icon), 0, _TOP)
        column.addLayout(top)
        told = self.tr("{when} · {operator} · {source}").format(
            when=formats.moment(row.at), operator=row.operator, source=SOURCES[row.source].word
        )
        when = _words(told, "small")
        when.setToolTip(formats.full_moment(row.at))
        column.addWidget(when)
        column.addWidget(_words(buyer_words(row), "strong", "sale_panel_buyer"))
        if sale.buyer_document:
            column.addWidget(_words(document_words(sale.buyer_document), "small"))
        if row.state is SaleState.CANCELLED:
            column.addWidget(self._cancelled(detail))

    def _cancelled(self, detail: SaleDetail) -> QFrame:
        box = QFrame()
        box.setObjectName("sale_panel_cancelled")
        restyle(box, banner=Tone.BAD.value)
        inside = QVBoxLayout(box)
        inside.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        inside.setSpacing(Space.XS)
        at = detail.cancelled_at
        said = self.tr("Cancelada por {name} em {when}").format(
            name=detail.cancelled_by or "—", when=formats.moment(at) if at is not None else "—"
        )
        inside.addWidget(_words(said, "strong"))
        inside.addWidget(_words(detail.cancel_reason))
        return box

    def _add_lines(self, column: QVBoxLayout, detail: SaleDetail) -> None:
        _begin(column, self.tr("Itens"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(0, 1)
        for line in detail.sale.lines:
            row = grid.rowCount()
            grid.addWidget(_words(line.name), row, 0)
            grid.addWidget(_amount(formats.amount(line.total)), row, 1, _TOP)
            grid.addWidget(_words(_how_many(line), "small"), row + 1, 0, 1, 2)
        column.addLayout(grid)

    def _add_money(self, column: QVBoxLayout, detail: SaleDetail) -> None:
        sale = detail.sale
        _begin(column, self.tr("Como o total é feito"))
        amounts = AmountList("sale_panel_amounts")
        amounts.show_parts(sale_parts(sale.amounts), Part(self.tr("Total"), sale.amounts.total))
        column.addWidget(amounts)
        _begin(column, self.tr("Pagamento"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(0, 1)
        for row, payment in enumerate(sale.payments):
            grid.addWidget(_words(payment_words(payment)), row, 0)
            grid.addWidget(_amount(formats.amount(payment.amount)), row, 1, _TOP)
        column.addLayout(grid)
        if not sale.payments:
            column.addWidget(_words(self.tr("Nada a pagar."), "muted"))


def _begin(column: QVBoxLayout, title: str) -> None:
    column.addSpacing(Space.S)
    column.addWidget(_words(title, "label"))


def _how_many(line: SaleLine) -> str:
    words = f"{line.reference} · {formats.quantity(line.quantity)} {line.unit} × {formats.amount(line.price)}"
    return words if line.discount == ZERO else f"{words} − {formats.amount(line.discount)}"


def _amount(text: str) -> QLabel:
    label = QLabel(text)
    label.setAlignment(Qt.AlignmentFlag.AlignRight)
    return label


def _words(text: str, kind: str = "", object_name: str = "") -> QLabel:
    label = QLabel(text)
    label.setObjectName(object_name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if kind:
        restyle(label, words=kind)
    return label
