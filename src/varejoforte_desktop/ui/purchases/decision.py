"""One line of a note and everything there is to decide about it, in the order a person thinks."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
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

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.purchase_plan import ProductEffect
from varejoforte_desktop.application.questions import LinkState, ProductRow
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.purchase import StockedProduct, entered_quantity
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.movements.product import ProductPicker
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.purchases.factor_edit import FactorEdit
from varejoforte_desktop.ui.purchases.told import (
    MATCHES,
    UNBOUGHT,
    came,
    change_words,
    charges_words,
    cost_words,
    last_time_words,
    number,
    store_words,
    trouble_words,
)
from varejoforte_desktop.ui.purchases.words import STANDINGS
from varejoforte_desktop.ui.purchases.work import LineWork, PurchaseWork, Standing
from varejoforte_desktop.ui.theme import Space, Theme, restyle
from varejoforte_desktop.ui.widgets.badge import Badge
from varejoforte_desktop.ui.widgets.banner import Banner
from varejoforte_desktop.ui.widgets.field import Field
from varejoforte_desktop.ui.widgets.money_edit import MoneyEdit

_MOST_CANDIDATES = 6


class DecisionPanel(QFrame):
    """Shows the line the list is on. What is changed here goes to the work at once; Enter accepts the line."""

    #: A product was picked for a line: the line's place in the note, and the product's id.
    product_picked = Signal(int, int)
    #: "Cadastrar como novo".
    new_requested = Signal()
    #: "Deixar de fora", or take it back in.
    out_requested = Signal()
    #: The line is right as it stands.
    accepted = Signal()
    #: A question to the books failed.
    failed = Signal(object)

    def __init__(self, backend: Backend, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("purchase_decision")
        self.setAccessibleName(self.tr("Linha escolhida"))
        restyle(self, card=True)
        self._work: PurchaseWork | None = None
        self._place = 0
        self._filling = False
        self._since_pick = QElapsedTimer()
        self.title = _words("heading", "decision_title")
        self.badge = Badge("", Tone.NEUTRAL)
        self.facts = _words("small", "decision_facts")
        self.unbought = Banner("decision_unbought", tone=Tone.WARN)
        self.picker = ProductPicker("decision_product", self.tr("Produto da loja"), backend)
        self.candidates = QWidget()
        self.factor = FactorEdit("decision_factor", self.tr("Conversão"))
        self.cost = _words("strong", "decision_cost")
        self.set_cost = QCheckBox(self.tr("Atualizar o custo do produto"))
        self.reprice = QCheckBox(self.tr("Mudar o preço (F6)"))
        self.price = MoneyEdit("decision_price", self.tr("Novo preço"))
        self.price_words = _words("small", "decision_price_words")
        self.store = _words("", "decision_store")
        self.accept_button = QPushButton(self.tr("Aceitar (Enter)"))
        self.new_button = QPushButton(self.tr("Novo (F7)"))
        self.out_button = QPushButton()
        self._product_field = Field(self.tr("Produto da loja (F3)"), self.picker)
        self._factor_field = Field(self.tr("Conversão (F4)"), self.factor)
        self._effects = QWidget()
        self.area = QScrollArea()
        self._name_parts()
        self._build()
        self._connect()

    # -- building -------------------------------------------------------------------------------------

    def _name_parts(self) -> None:
        for widget, name in (
            (self.set_cost, "decision_set_cost"),
            (self.reprice, "decision_reprice"),
            (self.accept_button, "decision_accept"),
            (self.new_button, "decision_new"),
            (self.out_button, "decision_out"),
            (self.candidates, "decision_candidates"),
            (self.area, "decision_scroll"),
        ):
            widget.setObjectName(name)
        self.area.setAccessibleName(self.tr("Decisão da linha"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for button in (self.accept_button, self.new_button, self.out_button):
            button.setAutoDefault(False)
        restyle(self.accept_button, kind="primary")

    def _build(self) -> None:
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        inside.setSpacing(Space.S)
        QVBoxLayout(self.candidates).setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.title)
        inside.addWidget(self.facts)
        inside.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self.unbought)
        for widget in (self._product_field, self.candidates, self._factor_field, self._effects):
            inside.addWidget(widget)
        inside.addStretch(1)
        self._build_effects()
        self.area.setWidget(page)
        page.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)
        others = QHBoxLayout()
        others.setSpacing(Space.S)
        others.addWidget(self.new_button, 1)
        others.addWidget(self.out_button, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(Space.M, Space.XS, Space.M, Space.M)
        foot.setSpacing(Space.S)
        foot.addWidget(self.accept_button)
        foot.addLayout(others)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XS, Space.XS, Space.XS, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addLayout(foot)

    def _build_effects(self) -> None:
        grid = QGridLayout(self._effects)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 1)
        self.cost.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.new_button.setToolTip(self.tr("Cadastrar um produto novo com o que a nota diz"))
        for row, widget in enumerate((_words("label", "", self.tr("Custo")), self.cost, self.set_cost)):
            grid.addWidget(widget, row, 0, 1, 2)
        grid.addWidget(self.reprice, 3, 0)
        grid.addWidget(self.price, 3, 1)
        grid.addWidget(self.price_words, 4, 0, 1, 2)
        grid.addWidget(self.store, 5, 0, 1, 2)

    def _connect(self) -> None:
        self.picker.picked.connect(self._picked)
        self.picker.failed.connect(self.failed)
        self.picker.not_found.connect(self._not_found)
        self.factor.value_changed.connect(self._factor_typed)
        self.set_cost.toggled.connect(self._cost_toggled)
        self.reprice.toggled.connect(self._price_toggled)
        self.price.value_changed.connect(self._price_typed)
        for edit in (self.factor, self.price):
            edit.returnPressed.connect(self.accepted)
        self.accept_button.clicked.connect(self.accepted)
        self.new_button.clicked.connect(self.new_requested)
        self.out_button.clicked.connect(self.out_requested)

    # -- showing --------------------------------------------------------------------------------------

    def show_line(self, work: PurchaseWork, place: int) -> None:
        """Show a line as it stands now; a field that is being typed in keeps its text."""
        other = (self._work, self._place) != (work, place)
        self._work, self._place = work, place
        self._filling = True
        each, standing = work.line(place), work.standing(place)
        self._show_came(each, standing)
        self._show_product(each, standing, other=other)
        self._show_effect(each, other=other)
        self._show_buttons(standing)
        self._filling = False
        if other:
            self.area.verticalScrollBar().setValue(0)

    def _show_came(self, each: LineWork, standing: Standing) -> None:
        line = each.line
        told = STANDINGS[standing]
        self.badge.set_state(told.word, told.tone, told.icon)
        self.title.setText(f"{line.place}. {line.name}")
        facts = [
            self.tr("Código {code} · {came} · {price}").format(
                code=line.code or "—", came=came(line), price=charges_words(line)
            )
        ]
        if line.barcodes:
            facts.append(self.tr("Código de barras {bars}").format(bars=", ".join(line.barcodes)))
        if line.bonus:
            facts.append(self.tr("Bonificação: só mexe no custo se você marcar."))
        self.facts.setText("\n".join(facts))
        why = each.planned.unbought
        self.unbought.setVisible(why is not None)
        if why is not None:
            self.unbought.set_message(UNBOUGHT[why], Tone.NEUTRAL if each.confirmed else Tone.WARN)

    def _show_product(self, each: LineWork, standing: Standing, *, other: bool) -> None:
        hint = MATCHES[each.planned.match]
        if each.new is not None:
            hint = self.tr("Será cadastrado: {reference} · {name}").format(
                reference=each.new.reference, name=each.new.name
            )
        elif each.product is not None and each.product not in each.planned.candidates:
            hint = self.tr("Escolhido por você.")
        if standing is Standing.OUT:
            hint = self.tr("Esta linha não entra no estoque.")
        self._product_field.set_hint(hint)
        if other:
            self._product_field.set_error("")
        known = None if each.out else each.product
        if other or known is not None or each.target is not None or each.out:
            self.picker.set_product(None if known is None else _row_of(known))
        self._show_candidates(each if standing is Standing.SEVERAL else None)

    def _show_candidates(self, each: LineWork | None) -> None:
        column = self.candidates.layout()
        while column is not None and (old := column.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.deleteLater()
        self.candidates.setVisible(each is not None)
        for candidate in () if each is None else each.planned.candidates[:_MOST_CANDIDATES]:
            if column is not None:
                column.addWidget(self._candidate(candidate))

    def _candidate(self, candidate: StockedProduct) -> QPushButton:
        product = candidate.product
        words = f"{product.reference} · {product.name}"
        room = self.width() - Theme.current().px(100)
        button = QPushButton(self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room))
        button.setObjectName(f"decision_candidate_{product.id}")
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setAutoDefault(False)
        place = self._place
        button.clicked.connect(lambda: self._candidate_clicked(place, product.id))
        return button

    def _show_effect(self, each: LineWork, *, other: bool) -> None:
        work = self._work
        effect = None if work is None else work.effect(self._place)
        target = each.target
        self._factor_field.setVisible(target is not None)
        self._effects.setVisible(isinstance(effect, ProductEffect))
        if target is None or work is None:
            return
        self._factor_field.set_label(
            self.tr("1 {unit} da nota são quantos {ours}? (F4)").format(
                unit=each.line.unit or "unidade", ours=target.product.unit
            )
        )
        if other or not self.factor.hasFocus():
            self.factor.set_value(each.factor)
        if isinstance(effect, DomainError):
            self._factor_field.set_error(trouble_words(effect))
            return
        self._factor_field.set_error("")
        self._factor_field.set_hint(_conversion_hint(each, target))
        if effect is not None:
            self._show_amounts(work, each, effect, other=other)

    def _show_amounts(
        self, work: PurchaseWork, each: LineWork, effect: ProductEffect, *, other: bool
    ) -> None:
        words = cost_words(effect)
        if each.set_cost and effect.exact_cost != effect.after.cost.reais:
            words += self.tr(" · exato {cost}").format(cost=number(effect.exact_cost))
        self.cost.setText(words)
        self.set_cost.setChecked(each.set_cost)
        chosen, told = work.price(self._place), work.suggestion(self._place)
        self.reprice.setChecked(chosen is not None)
        self.price.setEnabled(chosen is not None)
        if other or not self.price.hasFocus():
            self.price.set_money(chosen if chosen is not None else told)
        old = effect.before.product.price
        self.price_words.setText(
            self.tr("Hoje {old} · sugerido {told}").format(
                old=formats.amount(old),
                told=change_words(old, told).partition(" → ")[2] or formats.amount(old),
            )
            if told is not None
            else self.tr("Hoje {old}").format(old=formats.amount(old))
        )
        self.store.setText(store_words(effect))

    def _show_buttons(self, standing: Standing) -> None:
        out = standing is Standing.OUT
        self.out_button.setText(self.tr("De volta (F8)") if out else self.tr("De fora (F8)"))
        self.new_button.setEnabled(not out)
        undecided = {Standing.SEVERAL, Standing.UNKNOWN, Standing.WRONG}
        self.accept_button.setEnabled(standing not in undecided)

    # -- what a person does ---------------------------------------------------------------------------

    def _picked(self, row: object) -> None:
        product_id = getattr(row, "id", None)
        if product_id is not None:
            self._product_field.set_error("")
            self._tell_picked(self._place, product_id)

    def _candidate_clicked(self, place: int, product_id: int) -> None:
        # The second half of a double click meets the candidates of the line that came under the pointer.
        if not self._since_pick.isValid() or self._since_pick.hasExpired(QApplication.doubleClickInterval()):
            self._tell_picked(place, product_id)

    def _tell_picked(self, place: int, product_id: int) -> None:
        self._since_pick.start()
        self.product_picked.emit(place, product_id)

    def _not_found(self, text: str) -> None:
        self._product_field.set_error(self.tr("Nenhum produto com “{text}”.").format(text=text))

    def _factor_typed(self, factor: object) -> None:
        if self._work is not None and not self._filling and factor is not None:
            self._work.set_factor(self._place, self.factor.parse(self.factor.text()))

    def _cost_toggled(self, ticked: bool) -> None:
        if self._work is not None and not self._filling:
            self._work.set_cost(self._place, ticked)

    def _price_toggled(self, ticked: bool) -> None:
        if self._work is not None and not self._filling:
            told = self._work.suggestion(self._place)
            self._work.set_price(self._place, told if ticked else None)

    def _price_typed(self, _price: object) -> None:
        if self._work is None or self._filling or not self.reprice.isChecked():
            return
        price = self.price.money()
        if price is not None:
            self._work.set_price(self._place, price)


def _conversion_hint(each: LineWork, target: StockedProduct) -> str:
    line = each.line
    told = [f"Entram {number(entered_quantity(line, each.factor))} {target.product.unit}."]
    if line.tax_quantity != line.quantity:
        told.append(f"A nota diz {number(line.tax_quantity)} {line.tax_unit}.")
    if last := last_time_words(each.planned):
        told.append(last)
    return " ".join(told)


def _row_of(target: StockedProduct) -> ProductRow:
    """The product as the field shows it."""
    product = target.product
    return ProductRow(
        id=product.id,
        reference=product.reference,
        name=product.name,
        barcode=product.barcode,
        unit=product.unit,
        brand="",
        category="",
        price=product.price,
        cost=product.cost,
        on_hand=target.on_hand,
        open_online=target.open_online,
        published=target.published(),
        minimum_stock=product.minimum_stock,
        sell_online=product.sell_online,
        active=product.active,
        link=LinkState.ABSENT,
        queue=None,
        owed_since=None,
    )


def _words(kind: str, object_name: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setObjectName(object_name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if kind:
        restyle(label, words=kind)
    return label
