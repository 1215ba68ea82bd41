"""The product's form on one page: what it is, what it costs, its taxes, how many there are, how the store shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from varejoforte_desktop.application.questions import ProductDetail
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.product import Product, published_stock
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.products.fields import ProductFields
from varejoforte_desktop.ui.products.prices import MarginEdit, margin_of, price_for
from varejoforte_desktop.ui.products.tax_fields import TaxFields
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.sum_line import SumLine, SumPart


class ProductForm(QScrollArea):
    """The fields in five cards. Prices and margin follow one another; the shelf's sum follows what is kept back."""

    #: Something was typed or chosen.
    changed = Signal()
    #: The button beside the shelf's number.
    move_requested = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("product_form")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        restyle(self.verticalScrollBar(), on="page")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fields = ProductFields(today, self)
        self.taxes = TaxFields(self)
        self.margin = MarginEdit("product_margin", self.tr("Margem"))
        self._margin_field = Field(self.tr("Margem (%)"), self.margin, self.tr("Sobre o preço de venda"))
        self._shelf = QLabel("0")
        self._sum = SumLine("product_stock_sum")
        self._move = QPushButton(self.tr("Movimentar estoque (F6)"))
        self._detail: ProductDetail | None = None
        self._counting = False
        self._build()
        self.fields.changed.connect(self._follow)
        self.taxes.changed.connect(self.changed)
        for name in ("price", "cost"):
            self.fields.money(name).value_changed.connect(self._count_margin)
        self.margin.value_changed.connect(self._count_price)

    # -- where everything stands ----------------------------------------------------------------------

    def _build(self) -> None:
        page = QWidget()
        restyle(page, page=True)
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, Space.M, 0)
        column.setSpacing(Space.M)
        for card in (self._identity(), self._prices(), self._fiscal(), self._stock(), self._store()):
            column.addWidget(card)
        column.addStretch(1)
        self.setWidget(page)

    def _identity(self) -> QFrame:
        card, grid = _card(self.tr("Identificação"))
        self._place(grid, 1, ("reference", 6), ("barcode", 6))
        self._place(grid, 2, ("name", 12))
        self._place(grid, 3, ("brand", 4), ("category", 8))
        self._place(grid, 4, ("ncm", 6), ("unit", 6))
        return card

    def _prices(self) -> QFrame:
        card, grid = _card(self.tr("Preço"))
        self._place(grid, 1, ("price", 4), ("cost", 4))
        grid.addWidget(self._margin_field, 1, 8, 1, 4)
        self._place(grid, 2, ("promotional_price", 4), ("promotion_start", 4), ("promotion_end", 4))
        return card

    def _fiscal(self) -> QFrame:
        card, grid = _card(self.tr("Fiscal"))
        self.taxes.place(grid)
        return card

    def _stock(self) -> QFrame:
        card, grid = _card(self.tr("Estoque"))
        restyle(self._shelf, words="figure")
        self._shelf.setObjectName("product_on_hand")
        self._shelf.setAccessibleName(self.tr("Estoque físico"))
        self._move.setObjectName("product_move")
        self._move.setAutoDefault(False)
        self._move.clicked.connect(self.move_requested)
        line = QHBoxLayout()
        line.setSpacing(Space.M)
        line.addWidget(self._shelf)
        line.addWidget(self._sum, 1)
        line.addWidget(self._move)
        grid.addLayout(line, 1, 0, 1, 12)
        self._place(grid, 2, ("minimum_stock", 4), ("safety_stock", 4), ("counter_reserve", 4))
        return card

    def _store(self) -> QFrame:
        card, grid = _card(self.tr("Loja virtual"))
        grid.addWidget(self.fields.sell_online, 1, 0, 1, 6, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.fields.active, 1, 6, 1, 6, Qt.AlignmentFlag.AlignLeft)
        self._place(grid, 2, ("short_description", 12))
        self._place(grid, 3, ("description", 12))
        self._place(grid, 4, ("weight", 3), ("length", 3), ("width", 3), ("height", 3))
        self._place(grid, 5, ("model", 6), ("warranty", 6))
        return card

    def _place(self, grid: QGridLayout, row: int, *cells: tuple[str, int]) -> None:
        start = 0
        for name, span in cells:
            grid.addWidget(self.fields.fields[name], row, start, 1, span)
            start += span

    # -- what it shows --------------------------------------------------------------------------------

    def fill(self, detail: ProductDetail | None) -> None:
        """Show a product, or an empty form for a new one."""
        self._detail = detail
        self._move.setVisible(detail is not None)
        if detail is None:
            self.fields.fill(None, "", "")
        else:
            self.fields.fill(detail.product, detail.brand, detail.category)
        self._count_margin()
        self._follow()

    def show_shelf(self, detail: ProductDetail) -> None:
        """Goods were moved meanwhile: only the number on the shelf is new."""
        self._detail = detail
        self._follow()

    def set_read_only(self, *, may_move: bool) -> None:
        """Only to be looked at."""
        self.fields.set_read_only()
        self.taxes.set_read_only()
        self.margin.setReadOnly(True)
        restyle(self.margin, locked=True)
        self._move.setEnabled(may_move)

    def _follow(self) -> None:
        reading = self.fields.read()
        self._show_sum(reading.product)
        self.changed.emit()

    def _show_sum(self, product: Product) -> None:
        if self._detail is None:
            self._shelf.hide()
            self._sum.setText(self.tr("Depois de salvar, dê entrada pelo botão Movimentar estoque."))
            return
        detail = self._detail
        self._shelf.show()
        self._shelf.setText(f"{formats.quantity(detail.on_hand)} {product.unit}")
        parts, result = stock_sum(detail.on_hand, detail.open_online, product)
        self._sum.set_sum(parts, result)

    def _count_margin(self) -> None:
        """The margin follows price and cost, unless it is the one being typed."""
        if self._counting:
            return
        price, cost = self._typed_money("price"), self._typed_money("cost")
        self._counting = True
        self.margin.set_value(margin_of(price, cost))
        self._counting = False
        self._say_profit(price, cost)

    def _count_price(self, margin: object) -> None:
        """The price follows the margin when a person typed it."""
        cost = self._typed_money("cost")
        if self._counting or not isinstance(margin, Decimal) or not cost:
            return
        self._counting = True
        price = price_for(cost, margin)
        self.fields.money("price").set_money(price)
        self._counting = False
        self._say_profit(price, cost)

    def _say_profit(self, price: Money | None, cost: Money | None) -> None:
        hint = self.tr("Sobre o preço de venda")
        if price and cost:
            profit = formats.money(price - cost)
            hint = self.tr("Sobram {profit} por unidade").format(profit=profit)
        elif not cost:
            hint = self.tr("Preencha o custo para calcular")
        self._margin_field.set_hint(hint)

    def _typed_money(self, name: str) -> Money | None:
        editor = self.fields.money(name)
        text = editor.text().strip()
        try:
            return editor.parse(text) if text else None
        except DomainError:
            return None


def stock_sum(on_hand: Decimal, open_online: Decimal, product: Product) -> tuple[list[SumPart], SumPart]:
    """Where the number the store may sell comes from, leaving out what is nothing."""
    taken = (
        (open_online, "em pedidos"),
        (product.counter_reserve, "reserva de balcão"),
        (product.safety_stock, "segurança"),
    )
    parts = [SumPart(on_hand, "físico"), *(SumPart(-amount, words) for amount, words in taken if amount)]
    if not product.sell_online:
        return parts[:1], SumPart(0, "na loja (fora da loja)")
    result = published_stock(
        on_hand,
        open_online=open_online,
        counter_reserve=product.counter_reserve,
        safety=product.safety_stock,
    )
    return parts, SumPart(result, "na loja")


def _card(title: str) -> tuple[QFrame, QGridLayout]:
    card = QFrame()
    restyle(card, card=True)
    grid = QGridLayout(card)
    grid.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
    grid.setHorizontalSpacing(Space.M)
    grid.setVerticalSpacing(Space.S)
    for place in range(12):
        grid.setColumnStretch(place, 1)
    heading = QLabel(title)
    restyle(heading, words="heading")
    grid.addWidget(heading, 0, 0, 1, 12)
    return card, grid
