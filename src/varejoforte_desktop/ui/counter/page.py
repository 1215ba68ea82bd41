"""Where everything stands at the counter: the code above the lines, the total at the right, the keys at the foot."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from varejoforte_desktop.application.sale_questions import ShelfOffer
from varejoforte_desktop.domain.sale import Basket
from varejoforte_desktop.ui.counter.drawer import Drawer
from varejoforte_desktop.ui.counter.flash import Flash
from varejoforte_desktop.ui.counter.legend import KeyLegend
from varejoforte_desktop.ui.counter.line_list import LineList
from varejoforte_desktop.ui.counter.lines import shown_lines
from varejoforte_desktop.ui.counter.payment import PaymentPanel
from varejoforte_desktop.ui.counter.ready import ReadyNote
from varejoforte_desktop.ui.counter.scan_line import ScanLine
from varejoforte_desktop.ui.counter.summary import Summary
from varejoforte_desktop.ui.shortcuts import ShortcutRegistry
from varejoforte_desktop.ui.theme import Space, Theme, restyle

#: The least width of the right third, at 100 %: six forms of payment in two columns.
_THIRD = 252


class CounterPage(QWidget):
    """Shows the sale; knows nothing of books or keys. `context` is the place whose keys stand at the foot."""

    def __init__(self, registry: ShortcutRegistry, context: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.scan = ScanLine()
        self.lines = LineList()
        self.summary = Summary()
        self.payment = PaymentPanel(registry)
        self.drawer = Drawer(self.summary, self.payment)
        self.legend = KeyLegend(registry)
        self._ready = ReadyNote()
        self._roll = QStackedWidget()
        self.flash = Flash(self._roll)
        self._build()

    def _build(self) -> None:
        paper = QFrame()
        restyle(paper, card=True)
        inside = QVBoxLayout(paper)
        inside.setContentsMargins(1, 1, 1, 1)
        for part in (self._ready, self.lines):
            self._roll.addWidget(part)
        inside.addWidget(self._roll)
        left = QVBoxLayout()
        left.setSpacing(Space.S)
        left.addWidget(self.scan)
        left.addWidget(paper, 1)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addLayout(left, 1)
        body.addWidget(self.drawer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(body, 1)
        column.addWidget(self.legend)

    def show_sale(self, basket: Basket, offers: Mapping[int, ShelfOffer], refused: Mapping[str, str]) -> None:
        """Show the open sale; `refused` are sentences by reference, beside the lines they are about."""
        self._roll.setCurrentWidget(self.lines if basket.lines else self._ready)
        self.lines.show_lines(shown_lines(basket, offers, refused))
        self.summary.show_sale(basket)
        self.payment.show_sale(basket)
        if self.drawer.is_open and not basket.live:
            self.shut_payment()

    def mark_reference(self, reference: str) -> None:
        """Mark the last line of this product."""
        places = [shown.place for shown in self.lines.lines.lines if shown.line.reference == reference]
        if places:
            self.lines.mark(places[-1])

    def show_keys(self) -> None:
        """Tell the keys that work now, once all are bound."""
        self.legend.show_keys(self.payment.context if self.drawer.is_open else self._context)

    def open_payment(self) -> None:
        """The payment slides over the total."""
        self.drawer.open()
        self.payment.start()
        self.show_keys()

    def shut_payment(self) -> None:
        """The total again."""
        self.drawer.shut()
        self.show_keys()

    def take_focus(self) -> None:
        """The keyboard where the work is."""
        if self.drawer.is_open:
            self.payment.take_focus()
        else:
            self.scan.setFocus()

    @property
    def typing_place(self) -> QWidget:
        """What takes letters and digits now."""
        return self.payment.methods if self.drawer.is_open else self.scan

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A third for the total, and never less than its figures need."""
        super().resizeEvent(event)
        self.drawer.setFixedWidth(max(Theme.current().px(_THIRD), self.width() // 3))
