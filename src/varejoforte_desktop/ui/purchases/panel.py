"""A note that entered, beside the list: who sold it, and what became of each line."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from varejoforte_desktop.application.purchase_questions import PurchaseDetail, PurchaseLineRow
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.purchases.told import exact_words, number, undone_words
from varejoforte_desktop.ui.theme import Space, restyle


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line that entered; its id is its number on the note."""

    id: int
    line: PurchaseLineRow

    @property
    def product(self) -> str:
        """Which product it was, or that it was left out."""
        if self.line.product_id is None:
            return self.line.name
        gift = " (bonificação)" if self.line.bonus else ""
        return f"{self.line.product_name}{gift}"

    @property
    def entered(self) -> str:
        """How many of ours: "24 UN"."""
        if self.line.product_id is None:
            return "de fora"
        return f"{number(self.line.entered)} {self.line.product_unit}"

    @property
    def cost(self) -> str:
        """What each of them cost."""
        return "—" if self.line.product_id is None else exact_words(self.line.unit_cost)

    @property
    def story(self) -> str:
        """The whole line, for the tooltip."""
        came = f"{number(self.line.quantity)} {self.line.unit}"
        return "\n".join(
            (
                f"{self.id}. {self.line.name} (código {self.line.code or '—'})",
                f"{came} por {formats.money(self.line.total)}",
                f"{self.line.reference} · {self.line.product_name}: {self.entered} a {self.cost}"
                if self.line.reference
                else "Ficou de fora.",
            )
        )


def _role(row: PastLine) -> Role:
    return Role.TEXT_MUTED if row.line.product_id is None else Role.TEXT


class PurchasePanel(QFrame):
    """Shows one purchase, and the way to take it back for who may enter notes."""

    #: "Desfazer a entrada".
    undo_requested = Signal()

    def __init__(self, *, may_enter: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_enter = may_enter
        self._standing = False
        self._flat = False
        self._detail: PurchaseDetail | None = None
        self.setObjectName("purchase_panel")
        self.setAccessibleName(self.tr("Nota escolhida"))
        restyle(self, card=True)
        self.title = _words("heading", "purchase_panel_title")
        self.facts = _words("small", "purchase_panel_facts")
        self.undone = QFrame()
        self.undone_at = _words("strong", "purchase_panel_undone_at")
        self.undone_why = _words("", "purchase_panel_undone_why")
        self.undo_button = QPushButton(self.tr("Desfazer a entrada (F8)"))
        self.undo_button.setObjectName("purchase_undo_button")
        self.undo_button.setAutoDefault(False)
        self.undo_button.setVisible(may_enter)
        bind_icon(self.undo_button, "undo")
        self.undo_button.clicked.connect(self.undo_requested)
        self.rows: RowsModel[PastLine] = RowsModel(_columns(), parent=self)
        self.table = TableView("purchase_panel_lines", self.tr("Linhas da nota escolhida"))
        self.table.setModel(self.rows)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        for widget in (self.title, self.facts, self.undone):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addWidget(self.undo_button)
        self._build_undone()

    def _build_undone(self) -> None:
        self.undone.setObjectName("purchase_panel_undone")
        restyle(self.undone, banner=Tone.BAD.value)
        inside = QVBoxLayout(self.undone)
        inside.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        inside.setSpacing(Space.XS)
        inside.addWidget(self.undone_at)
        inside.addWidget(self.undone_why)
        self.undone.hide()

    def lie_down(self, flat: bool) -> None:
        """At the foot of a narrow window there is little height: what stood below one another goes side by side."""
        if flat != self._flat:
            self._flat = flat
            self._say_facts()

    @property
    def may_undo(self) -> bool:
        """Whether the purchase that is shown may be taken back by whoever looks."""
        return self._may_enter and self._standing and not self.isHidden()

    def show_purchase(self, detail: PurchaseDetail) -> None:
        """Show a purchase."""
        row = detail.row
        self._detail = detail
        self._standing = not row.undone
        self.undone.setVisible(row.undone)
        self.undo_button.setVisible(self._may_enter and self._standing)
        self.title.setText(
            self.tr("NF-e {number} · {supplier}").format(number=row.number, supplier=row.supplier)
        )
        self._say_facts()
        self.facts.setToolTip(self.tr("Chave de acesso {key}").format(key=row.key))
        self.rows.set_rows([PastLine(line.place, line) for line in detail.lines])
        self.table.scrollToTop()

    def _say_facts(self) -> None:
        detail = self._detail
        if detail is None:
            return
        row, supplier = detail.row, detail.supplier
        place = " · ".join(filter(None, (supplier.city, supplier.state)))
        self.facts.setText(
            (" · " if self._flat else "\n").join(
                (
                    " · ".join(filter(None, (formatted_tax_id(supplier.document), place))),
                    self.tr("Entrou {at}, por {who} ({station})").format(
                        at=formats.moment(row.entered_at), who=row.operator, station=row.station
                    ),
                    self.tr("Protocolo {protocol}").format(protocol=detail.protocol)
                    if detail.protocol
                    else self.tr("Sem protocolo: alguém respondeu por ela."),
                )
            )
        )
        when = undone_words(row)
        self.undone_at.setText(f"{when}: {row.undo_reason}" if self._flat else when)
        self.undone_why.setText(row.undo_reason)
        self.undone_why.setVisible(not self._flat)


def _columns() -> tuple[Column[PastLine], ...]:
    return (
        Column(
            title="Produto",
            text=lambda row: row.product,
            role=_role,
            tooltip=lambda row: row.story,
            sample="Panela de pressão",
            stretch=True,
        ),
        Column(
            title="Entrou",
            text=lambda row: row.entered,
            align=Align.RIGHT,
            role=_role,
            tooltip=lambda row: row.story,
            sample="1.200 UN",
        ),
        Column(
            title="Custo",
            text=lambda row: row.cost,
            align=Align.RIGHT,
            role=_role,
            tooltip=lambda row: row.story,
            sample="999,9999",
        ),
    )


def _words(kind: str, object_name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(object_name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    restyle(label, words=kind)
    return label
