"""The open till at a glance: how much should lie in the drawer, where it comes from, and how people paid."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_questions import TillSheet
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.till.words import COUNTED_METHODS, METHOD_WORDS

_Lines = list[tuple[str, str, str]]  # sign, words, amount


class TillSummary(QWidget):
    """A blind closing hides the sum and what was sold; what the person put in and took out stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("till_summary")
        self._caption, self._total, self._sales = QLabel(), QLabel(), QLabel()
        self._total.setObjectName("till_expected")
        self._lines = QGridLayout()
        self._methods_title = QLabel(self.tr("Formas de pagamento"))
        self._methods = QGridLayout()
        self._large = False
        self.texts: tuple[str, ...] = ()
        self._build()

    def _build(self) -> None:
        self._total.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        restyle(self._caption, words="muted")
        restyle(self._methods_title, words="heading")
        restyle(self._sales, words="muted")
        self._sales.setWordWrap(True)
        rule = QFrame()
        restyle(rule, rule=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self._caption)
        column.addWidget(self._total)
        column.addSpacing(Space.S)
        for grid in (self._lines, self._methods):
            grid.setHorizontalSpacing(Space.S)
            grid.setVerticalSpacing(Space.XS)
            grid.setColumnStretch(1, 1)
            grid.setColumnMinimumWidth(0, Space.M)
        column.addLayout(self._lines)
        column.addSpacing(Space.M)
        column.addWidget(rule)
        column.addSpacing(Space.M)
        column.addWidget(self._methods_title)
        column.addLayout(self._methods)
        column.addSpacing(Space.S)
        column.addWidget(self._sales)
        column.addStretch(1)

    def show_sheet(self, sheet: TillSheet, *, hidden: bool) -> None:
        """Show a till as it is now."""
        totals = sheet.totals
        self._caption.setText(self.tr("Caixa cego") if hidden else self.tr("Dinheiro na gaveta"))
        self._total.setText(self.tr("Oculto") if hidden else formats.money(totals.expected_cash))
        self._large = not hidden
        self._fit()
        lines: _Lines = [("", self.tr("Fundo de troco"), formats.amount(totals.opening_float))]
        if not hidden:
            lines.append(("+", self.tr("Vendas em dinheiro"), formats.amount(totals.cash_sales)))
            lines.append(("−", self.tr("Devoluções"), formats.amount(totals.cash_refunds)))
        lines.append(("+", self.tr("Suprimentos"), formats.amount(totals.supplies)))
        lines.append(("−", self.tr("Sangrias"), formats.amount(totals.withdrawals)))
        _fill(self._lines, lines)
        methods = [] if hidden else _method_lines(sheet)
        _fill(self._methods, methods)
        self._methods_title.setVisible(bool(methods))
        self._sales.setText(self._told(sheet, hidden=hidden))
        self.texts = tuple(f"{sign} {words} {amount}".strip() for sign, words, amount in lines + methods)
        self.setAccessibleName(f"{self._caption.text()}: {self._total.text()}")
        self.setAccessibleDescription(". ".join(self.texts))

    def _fit(self) -> None:
        """As large as the amount allows: a drawer with thousands is still read whole."""
        restyle(self._total, words="total" if self._large else "figure")
        self._total.ensurePolished()
        if self._total.fontMetrics().horizontalAdvance(self._total.text()) > self.width():
            restyle(self._total, words="figure")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width takes another size."""
        super().resizeEvent(event)
        self._fit()

    def _told(self, sheet: TillSheet, *, hidden: bool) -> str:
        if hidden:
            return self.tr("Os valores esperados aparecem só para a gerência.")
        if not sheet.sales and not sheet.cancelled:
            return self.tr("Nenhuma venda ainda.")
        told = formats.counted(sheet.sales, "venda", "vendas")
        if sheet.cancelled:
            told += " · " + formats.counted(sheet.cancelled, "cancelada", "canceladas")
        return told


def _method_lines(sheet: TillSheet) -> _Lines:
    used = [method for method in (PaymentMethod.CASH, *COUNTED_METHODS) if method in sheet.methods]
    lines: _Lines = [("", METHOD_WORDS[method], formats.amount(sheet.methods[method])) for method in used]
    if len(used) > 1:
        total: Money = sum(sheet.methods.values(), ZERO)
        lines.append(("", "Total", formats.amount(total)))
    return lines


def _fill(grid: QGridLayout, lines: _Lines) -> None:
    while (item := grid.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            old.hide()
            old.deleteLater()
    for row, (sign, words, amount) in enumerate(lines):
        for place, text in enumerate((sign, words, amount)):
            label = QLabel(text)
            restyle(label, words="strong" if place == 2 or words == "Total" else "muted")
            if place == 2:
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, row, place)
