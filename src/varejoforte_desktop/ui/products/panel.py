"""The chosen product beside the list: what it costs, where its number comes from, and what the store knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.questions import ProductDetail, ProductRow, Reader
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.products.checks import aspect_words
from varejoforte_desktop.ui.products.columns import is_low, store_state
from varejoforte_desktop.ui.products.form import stock_sum
from varejoforte_desktop.ui.products.prices import margin_of
from varejoforte_desktop.ui.products.why_words import question
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.sum_line import SumLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelFacts:
    """What the panel shows of one product."""

    row: ProductRow
    detail: ProductDetail
    option: SyncOption


def panel_facts(reader: Reader, product_id: int) -> PanelFacts:
    """Ask the books all of it at once. Raises NoSuchRecord."""
    detail = reader.product_detail(product_id)
    rows = reader.product_rows([product_id])
    return PanelFacts(row=rows[0], detail=detail, option=reader.shop().sync_option)


class ProductPanel(QScrollArea):
    """Stands at the right, or in three columns at the foot when the window is narrow."""

    #: "Editar".
    edit_requested = Signal()
    #: "Movimentar estoque".
    move_requested = Signal()
    #: "Por que a loja mostra 4?".
    why_requested = Signal()

    def __init__(self, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("product_panel")
        self.setAccessibleName(self.tr("Produto escolhido"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        restyle(self.verticalScrollBar(), on="page")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._facts: PanelFacts | None = None
        self._name = _words("product_panel_name", "heading")
        self._reference = _words("product_panel_reference", "small")
        self._price = _words("product_panel_price", "figure")
        self._promotion = _words("product_panel_promotion", "")
        self._sum = SumLine("product_panel_sum")
        self._why = QToolButton()
        self._low = Badge("", Tone.WARN)
        self._facts_part = QWidget()
        self._badge = Badge("", Tone.NEUTRAL)
        self._sent = _words("product_panel_sent", "muted")
        self._owed = _words("product_panel_owed", "")
        self._edit = QPushButton(
            self.tr("Editar (Enter)") if actor.may(Permission.EDIT_CATALOGUE) else self.tr("Ver (Enter)")
        )
        self._move = QPushButton(self.tr("Movimentar estoque (F6)"))
        self._values = {name: _words(f"product_panel_{name}", "") for name in _FACTS}
        self._page = QFrame()
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._build()
        self.show_product(None, None)

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._edit.setObjectName("product_edit")
        self._move.setObjectName("product_panel_move")
        self._edit.clicked.connect(self.edit_requested)
        self._move.clicked.connect(self.move_requested)
        self._why.setObjectName("product_panel_why")
        self._why.clicked.connect(self.why_requested)
        restyle(self._why, kind="quiet")
        self._why.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._why.setToolTip(self.tr("F8 explica o número"))
        bind_icon(self._why, "info", Role.ACCENT)
        self._fill_facts_part()
        page = self._page
        restyle(page, card=True)
        page.setLayout(self._body)
        self._body.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        self._body.setSpacing(Space.L)
        for part in (self._first_part(), self._facts_part, self._third_part()):
            self._body.addWidget(part, 1)
        self._body.addStretch(1)
        self.setWidget(page)

    def _first_part(self) -> QWidget:
        part, column = _part()
        column.addWidget(self._name)
        column.addWidget(self._reference)
        column.addWidget(self._price)
        column.addWidget(self._promotion)
        column.addWidget(self._sum)
        column.addWidget(self._why, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._low, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return part

    def _fill_facts_part(self) -> None:
        column = QVBoxLayout(self._facts_part)
        column.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        for place, (name, words) in enumerate(_FACTS.items()):
            label = QLabel(words)
            restyle(label, words="muted")
            for each in (label, self._values[name]):
                each.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label, place, 0)
            grid.addWidget(self._values[name], place, 1)
        column.addLayout(grid)
        column.addStretch(1)

    def _third_part(self) -> QWidget:
        part, column = _part()
        line = QHBoxLayout()
        heading = QLabel("Tray")
        restyle(heading, words="label")
        line.addWidget(heading)
        line.addWidget(self._badge)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(self._sent)
        column.addWidget(self._owed)
        column.addSpacing(Space.S)
        column.addWidget(self._edit)
        column.addWidget(self._move)
        column.addStretch(1)
        return part

    def lie_down(self, flat: bool, *, tight: bool = False) -> None:
        """At the foot, in three columns (two when it is tight), or at the side, in one."""
        self._facts_part.setVisible(not (flat and tight))
        self._body.setDirection(
            QBoxLayout.Direction.LeftToRight if flat else QBoxLayout.Direction.TopToBottom
        )
        for place in range(3):
            self._body.setStretch(place, 1 if flat else 0)
        self._body.setStretch(3, 0 if flat else 1)

    # -- showing --------------------------------------------------------------------------------------

    @property
    def facts(self) -> PanelFacts | None:
        """The product shown."""
        return self._facts

    def show_product(self, facts: PanelFacts | None, now: datetime | None) -> None:
        """Show a product, or that none is chosen."""
        self._facts = facts
        self._page.setVisible(facts is not None)
        if facts is None or now is None:
            return
        detail, row = facts.detail, facts.row
        product = detail.product
        self._name.setText(_short(product.name))
        self._name.setToolTip(product.name)
        self._reference.setText(self.tr("Ref. {reference}").format(reference=product.reference))
        self._price.setText(formats.money(product.price))
        self._say_promotion(product, now)
        parts, result = stock_sum(detail.on_hand, detail.open_online, product)
        self._sum.set_sum(parts, result)
        asked = question(detail.published, sell_online=product.sell_online)
        self._why.setText(asked)
        self._why.setAccessibleName(asked)
        self._low.setVisible(is_low(row))
        least = formats.quantity(product.minimum_stock)
        self._low.set_state(self.tr("Abaixo do mínimo de {least}").format(least=least), Tone.WARN)
        self._say_facts(detail)
        self.show_store(now)

    def show_store(self, now: datetime) -> None:
        """Tell how far the store knows it; ages are counted again."""
        if self._facts is None:
            return
        detail, row = self._facts.detail, self._facts.row
        state = store_state(row, now)
        self._badge.set_state(state.text, state.tone, state.icon)
        self._badge.setToolTip(state.tooltip)
        if detail.last_sent_at is None:
            self._sent.setText(self.tr("Nunca enviado daqui"))
            self._sent.setToolTip("")
        else:
            age = formats.age(detail.last_sent_at, now)
            self._sent.setText(self.tr("Último envio {age}").format(age=age))
            self._sent.setToolTip(formats.full_moment(detail.last_sent_at))
        self._owed.setText(self._owed_words(detail))
        self._owed.setVisible(bool(self._owed.text()))

    def _owed_words(self, detail: ProductDetail) -> str:
        owed = frozenset(detail.owed)
        option = self._facts.option if self._facts is not None else SyncOption.FULL
        goes, stays = owed & option.aspects, owed - option.aspects
        words = []
        if goes:
            words.append(self.tr("Falta enviar: {what}.").format(what=aspect_words(goes)))
        if stays:
            words.append(self.tr("O cadastro fica só aqui (opção 2)."))
        return " ".join(words)

    def _say_promotion(self, product: Product, now: datetime) -> None:
        start, end = product.promotion_start, product.promotion_end
        shown = bool(product.promotional_price) and start is not None and end is not None
        self._promotion.setVisible(shown)
        if start is None or end is None:
            return
        today = now.astimezone(formats.SHOP_ZONE).date()
        price = formats.money(product.promotional_price)
        if end < today:
            words = self.tr("Promoção de {price} terminou em {end}")
        elif start > today:
            words = self.tr("Promoção de {price} de {start} a {end}")
        else:
            words = self.tr("Em promoção por {price} até {end}")
        self._promotion.setText(words.format(price=price, start=f"{start:%d/%m/%Y}", end=f"{end:%d/%m/%Y}"))

    def _say_facts(self, detail: ProductDetail) -> None:
        product = detail.product
        margin = margin_of(product.price, product.cost)
        shown = {
            "cost": formats.money(product.cost) if product.cost else "—",
            "margin": formats.percent(margin) if margin is not None else "—",
            "brand": detail.brand or "—",
            "category": detail.category or "—",
            "barcode": product.barcode or self.tr("Sem código"),
            "ncm": product.ncm or "—",
            "unit": product.unit,
        }
        for name, text in shown.items():
            self._values[name].setText(text)
            self._values[name].setToolTip(text)


_FACTS = {
    "cost": "Custo",
    "margin": "Margem",
    "brand": "Marca",
    "category": "Categoria",
    "barcode": "EAN",
    "ncm": "NCM",
    "unit": "Unidade",
}


def _part() -> tuple[QWidget, QVBoxLayout]:
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.S)
    return part, column


def _words(object_name: str, kind: str) -> QLabel:
    label = QLabel()
    label.setObjectName(object_name)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if kind:
        restyle(label, words=kind)
    return label


def _short(name: str, limit: int = 110) -> str:
    return name if len(name) <= limit else name[: limit - 1].rstrip() + "…"
