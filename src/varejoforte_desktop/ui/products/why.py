"""Why the store shows the number it shows of a product, told as a sum, with the orders that hold units back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_questions import WhyPublished
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.models.rows import RowsModel
from varejoforte_desktop.ui.models.table_view import TableView
from varejoforte_desktop.ui.products.panel import ProductPanel
from varejoforte_desktop.ui.products.why_words import (
    Said,
    orders_title,
    short_words,
    state_words,
    sum_words,
    times,
    title,
)
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import TaskScope, ask
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.toast import ToastHost

_log = logging.getLogger(__name__)
_MOST_ROWS = 7


async def explain_stock(session: Session, parent: QWidget, product_id: int) -> None:
    """Open the explanation of a product's number and wait until it is read. Raises NoSuchRecord."""
    facts = await session.services.backend.read(lambda reader: reader.tills.why(product_id))
    dialog = WhyDialog(facts, session.services.clock(), parent)
    try:
        await ask(dialog)
    finally:
        if shiboken6.isValid(dialog):  # the screen may have gone with it
            dialog.deleteLater()


@dataclass(frozen=True, slots=True)
class HoldingOrder:
    """An open order that holds units back."""

    id: int
    number: str
    units: Decimal
    placed_at: datetime | None


class WhyDialog(QDialog):
    """Nothing to change here: one sentence, what waits, and who holds what."""

    def __init__(self, facts: WhyPublished, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("why_dialog")
        self.setModal(True)
        self.setWindowTitle(title(facts))
        self._facts = facts
        self._now = now
        rows = [HoldingOrder(place, *order) for place, order in enumerate(facts.orders)]
        self.model: RowsModel[HoldingOrder] = RowsModel(self._columns(), rows, parent=self)
        self.table = TableView("why_orders", self.tr("Pedidos abertos que seguram unidades"))
        self._close = QPushButton(self.tr("Fechar (Esc)"))
        self._build()

    def _columns(self) -> tuple[Column[HoldingOrder], ...]:
        def placed(row: HoldingOrder) -> str:
            return "—" if row.placed_at is None else formats.moment(row.placed_at)

        def story(row: HoldingOrder) -> str:
            return "" if row.placed_at is None else formats.full_moment(row.placed_at)

        return (
            Column(title=self.tr("Pedido"), text=lambda row: row.number, stretch=True, sample="000000000"),
            Column(
                title=self.tr("Unidades"),
                text=lambda row: formats.quantity(row.units),
                align=Align.RIGHT,
                sample="1.238,750",
            ),
            Column(title=self.tr("Feito em"), text=placed, tooltip=story, sample="00/00 00:00"),
        )

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(_words("why_title", title(self._facts), "title"))
        column.addWidget(_words("why_name", f"{self._facts.reference} · {self._facts.name}", "muted"))
        column.addWidget(self._sum_card())
        for name, said in (
            ("why_state", state_words(self._facts, self._now)),
            ("why_short", short_words(self._facts, self._now)),
        ):
            if said is not None:
                column.addWidget(_banner(name, said))
        if self._facts.sell_online or self._facts.orders:
            column.addWidget(_words("why_orders_title", orders_title(self._facts), "heading"))
        self._add_orders(column)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        column.addLayout(foot)
        self._close.setObjectName("why_close")
        self._close.setDefault(True)
        self._close.clicked.connect(self.accept)

    def _sum_card(self) -> QFrame:
        card = QFrame()
        restyle(card, card=True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        inside.setSpacing(Space.XS)
        inside.addWidget(_words("why_sum", sum_words(self._facts), "heading"))
        inside.addWidget(_words("why_times", times(self._facts, self._now), "muted"))
        return card

    def _add_orders(self, column: QVBoxLayout) -> None:
        count = self.model.rowCount()
        if not count:
            return
        self.table.setModel(self.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        frame = QFrame()
        restyle(frame, card=True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.table)
        theme = Theme.current()
        self.table.setFixedHeight(theme.px(34) * (min(count, _MOST_ROWS) + 1) + theme.px(8))
        column.addWidget(frame)

    def showEvent(self, event: QShowEvent) -> None:
        """Enter and Esc both close it."""
        super().showEvent(event)
        layout, width = self.layout(), Theme.current().px(560)
        if layout is not None:  # only now do the letters have their size
            self.resize(width, layout.totalHeightForWidth(width))
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)


class WhyKey(QObject):
    """Opens the explanation of the product shown in the panel, from its button or with F8 anywhere on the screen."""

    def __init__(self, session: Session, screen: QWidget, panel: ProductPanel) -> None:
        super().__init__(screen)
        self._session = session
        self._screen = screen
        self._panel = panel
        self._scope = TaskScope(self, self._failed)
        self._toasts = ToastHost(screen)
        panel.why_requested.connect(self.open)
        key = Shortcut("F8", self.tr("Por que a loja mostra este número"), self.tr("Produtos"))
        session.services.shortcuts.bind(screen, key, self.open)

    def open(self) -> None:
        """Explain the product shown; one explanation at a time."""
        facts = self._panel.facts
        if facts is not None and not self._scope.busy:
            self._scope.start(explain_stock(self._session, self._screen, facts.row.id))

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, NoSuchRecord):
            return  # it has just gone, and the list says so
        said = sentence(error)
        if said.bug:
            _log.error("a number could not be explained", exc_info=error)
        self._toasts.show(said.whole, icon_name="error", milliseconds=8000)

    async def aclose(self) -> None:
        """Close what is open."""
        self._scope.close()
        await self._scope.settled()


def _words(name: str, text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    restyle(label, words=kind)
    return label


def _banner(name: str, said: Said) -> Banner:
    return Banner(name, said.text, said.tone)
