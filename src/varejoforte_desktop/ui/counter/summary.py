"""The right third while goods are scanned: the last item, who buys, and the total, seen from afar."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.sale import Basket, BasketLine
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.fit_label import FitLabel
from varejoforte_desktop.ui.counter.words import buyer_of, buyer_words, initials
from varejoforte_desktop.ui.icons import IconLabel
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.sales.note_words import NoteTold
from varejoforte_desktop.ui.theme import Space, Theme, restyle

#: The total, in pixels at 100 %: 42 points on a usual screen.
TOTAL = 56
#: The height, at 100 %, that the note of the sale before and the figures of the next one need together.
_ROOMY = 480
_FIGURES = ("items", "goods", "discount", "paid")


class Summary(QFrame):
    """Shows the open sale; between two sales, the number and the change of the one before."""

    #: "Pagamento".
    pay_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counter_summary")
        restyle(self, card=True)
        self._receipt: SaleReceipt | None = None
        self._has_buyer = False
        self._item = _LastItem()
        self._last_sale = _LastSale()
        self._buyer = _words("counter_buyer", "")
        self._buyer.setWordWrap(True)
        self._values = {name: _words(f"counter_{name}", "") for name in _FIGURES}
        self._paid_words = _words("", "muted", self.tr("Já pago"))
        self._foot = self._buyer_and_figures()
        self._kept = _words("counter_kept", "small")
        self._kept_sign = IconLabel("check", Role.GOOD, 14)
        self.total = FitLabel("counter_total", TOTAL)
        self.pay = QPushButton(self.tr("Pagamento (F10)"))
        self._build()
        self.show_kept(kept=True)
        self.show_sale(Basket(token=""))

    def _build(self) -> None:
        self.pay.setObjectName("counter_pay")
        self.pay.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        restyle(self.pay, kind="primary", hit=True)
        self.pay.clicked.connect(self.pay_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.L, Space.M, Space.M)
        column.setSpacing(Space.M)
        column.addWidget(self._item)
        column.addWidget(self._last_sale)
        column.addStretch(1)
        column.addWidget(self._foot)
        column.addWidget(_rule())
        caption = QHBoxLayout()
        caption.addWidget(_words("", "heading", self.tr("Total R$")), 1)
        caption.addWidget(self._kept_sign)
        caption.addWidget(self._kept)
        column.addLayout(caption)
        column.addWidget(self.total)
        column.addWidget(self.pay)

    def _buyer_and_figures(self) -> QWidget:
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addLayout(self._buyer_line())
        column.addWidget(_rule())
        column.addLayout(self._figures())
        return foot

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With large letters or a low window, figures of nothing give their room to the note of the sale before."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        tight = self.height() < Theme.current().px(_ROOMY)
        told = self.shows_last_sale and bool(self.note_text)
        self._foot.setVisible(not (tight and told and not self._has_buyer))

    def _buyer_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(IconLabel("user", Role.TEXT_MUTED, 18), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._buyer, 1)
        return line

    def _figures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        words = (self.tr("Itens"), self.tr("Subtotal"), self.tr("Desconto"))
        labels = [*(_words("", "muted", each) for each in words), self._paid_words]
        for row, (label, name) in enumerate(zip(labels, _FIGURES, strict=True)):
            grid.addWidget(label, row, 0)
            grid.addWidget(self._values[name], row, 1, Qt.AlignmentFlag.AlignRight)
        return grid

    # -- what is shown --------------------------------------------------------------------------------

    def show_sale(self, basket: Basket) -> None:
        """Show the open sale."""
        self.total.setText(formats.amount(basket.total))
        self._values["items"].setText(str(len(basket.live)))
        self._values["goods"].setText(formats.amount(basket.goods))
        self._values["discount"].setText(f"−{formats.amount(basket.discount)}" if basket.discount else "0,00")
        self._values["paid"].setText(formats.amount(basket.paid))
        for label in (self._values["paid"], self._paid_words):
            label.setVisible(bool(basket.payments))
        buyer = buyer_words(buyer_of(basket))
        self._has_buyer = bool(buyer)
        self._buyer.setText(buyer or self.tr("Sem CPF na nota (F3)"))
        restyle(self._buyer, words="" if buyer else "muted")
        self.pay.setEnabled(bool(basket.live))
        for label in (self._kept, self._kept_sign):
            label.setVisible(bool(basket.lines))
        last = basket.live[-1] if basket.live else None
        self._item.show_line(last)
        self._show_last_sale(shown=not basket.lines)

    def show_receipt(self, receipt: SaleReceipt) -> None:
        """The sale that was just finished, until the next one begins."""
        self._receipt = receipt
        self._last_sale.show_receipt(receipt)
        self._show_last_sale(shown=True)

    def show_note(self, told: NoteTold | None) -> None:
        """How the note of that sale stands; None: it has none, or none is issued here."""
        self._last_sale.show_note(told)
        self._make_room()

    def show_paper(self, words: str, tone: Tone = Tone.NEUTRAL) -> None:
        """What became of its slip, "" for nothing."""
        self._last_sale.show_paper(words, tone)

    @property
    def shows_last_sale(self) -> bool:
        """Whether the sale before is still told: the next one has not begun."""
        return self._last_sale.isVisibleTo(self)

    @property
    def note_text(self) -> str:
        """What is said of its note and its slip."""
        return self._last_sale.note_text if self.shows_last_sale else ""

    def _show_last_sale(self, *, shown: bool) -> None:
        self._last_sale.setVisible(shown and self._receipt is not None)
        self._item.setVisible(not self.shows_last_sale)
        self._make_room()

    def show_kept(self, *, kept: bool) -> None:
        """Whether a power cut now would lose nothing."""
        self._kept.setText(self.tr("guardada") if kept else self.tr("guardando…"))
        self._kept_sign.set_icon("check" if kept else "clock", Role.GOOD if kept else Role.TEXT_MUTED)
        why = self.tr("A venda aberta está gravada: uma queda de energia não a perde.")
        self._kept.setToolTip(why if kept else "")

    @property
    def last_sale_text(self) -> str:
        """What is said of the sale before, "" while the next one is open."""
        return self._last_sale.text if self.shows_last_sale else ""


class _LastItem(QWidget):
    """What was scanned last, as large as a glance needs."""

    def __init__(self) -> None:
        super().__init__()
        self._tile = QLabel()
        restyle(self._tile, counter="initials")
        self._tile.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = _words("counter_last_item", "heading")
        self._name.setWordWrap(True)
        self._sum = _words("counter_last_sum", "muted")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._sum)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.M)
        line.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        Theme.current().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        side = Theme.current().px(48)
        self._tile.setFixedSize(side, side)

    def show_line(self, line: BasketLine | None) -> None:
        """Show a line, or that everything is ready."""
        self._tile.setVisible(line is not None)
        if line is None:
            self._name.setText(self.tr("Caixa livre"))
            self._sum.setText(self.tr("Pronto para o próximo cliente."))
            return
        self._tile.setText(initials(line.name))
        self._name.setText(line.name)
        times = f"{formats.quantity(line.quantity)} {line.unit} × {formats.amount(line.price)}"
        self._sum.setText(f"{times} = {formats.amount(line.total)}")


class _LastSale(QWidget):
    """The number of the sale before, the change the cashier still has to count, and what becomes of its note."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("counter_last_sale")
        self._number = _words("counter_last_number", "heading")
        self._change = FitLabel("counter_last_change", 40)
        self._change.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.text = ""
        sign = QHBoxLayout()
        sign.setSpacing(Space.S)
        sign.addWidget(IconLabel("done", Role.GOOD, 20))
        sign.addWidget(self._number, 1)
        self._caption = _words("", "muted", self.tr("Troco"))
        self._note = _Told("counter_last_note", "strong")
        self._more = _words("counter_last_note_more", "")
        self._more.setWordWrap(True)
        self._paper = _Told("counter_last_paper", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(sign)
        column.addWidget(self._caption)
        column.addWidget(self._change)
        for part in (self._note, self._more, self._paper):
            column.addWidget(part)
        self.show_note(None)

    @property
    def note_text(self) -> str:
        """What is said of the note and of the slip."""
        parts = (self._note.text, self._more.text(), self._paper.text)
        return " ".join(each for each in parts if each)

    def show_note(self, told: NoteTold | None) -> None:
        """How the note stands."""
        if told is None:
            self._note.say("")
            self._paper.say("")
            self._more.setText("")
        else:
            self._note.say(told.head, told.tone, told.icon)
            self._more.setText(told.more)
            self._more.setToolTip(told.more)
        self._more.setVisible(bool(self._more.text()))
        self.setAccessibleDescription(self.note_text)

    def show_paper(self, words: str, tone: Tone) -> None:
        """What became of the slip."""
        self._paper.say(words, tone, "printer")
        self.setAccessibleDescription(self.note_text)

    def show_receipt(self, receipt: SaleReceipt) -> None:
        """Show another sale, of whose note nothing is known yet."""
        self.show_note(None)
        number = self.tr("Venda {number}").format(number=receipt.number)
        change = formats.money(receipt.change)
        self.text = self.tr("{number} · troco {change}").format(number=number, change=change)
        self.setAccessibleName(self.text)
        self._number.setText(number)
        self._change.setText(change)
        self._caption.setText(self.tr("Troco") if receipt.change != ZERO else self.tr("Sem troco"))
        self._change.setVisible(receipt.change != ZERO)


class _Told(QWidget):
    """A drawing and words; hidden while there are none."""

    def __init__(self, object_name: str, kind: str) -> None:
        super().__init__()
        self._sign = IconLabel("info", Role.TEXT_MUTED, 16)
        self._label = _words(object_name, kind)
        self._label.setWordWrap(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, Space.XS, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._label, 1)
        self.say("")

    @property
    def text(self) -> str:
        """The words."""
        return self._label.text()

    def say(self, words: str, tone: Tone = Tone.NEUTRAL, icon_name: str = "") -> None:
        """Say something else; "" takes it away."""
        self._label.setText(words)
        self._sign.set_icon(icon_name or tone.icon, tone.role)
        restyle(self._label, tone="" if tone is Tone.NEUTRAL else tone.value)
        self.setVisible(bool(words))


def _words(object_name: str, kind: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setObjectName(object_name)
    restyle(label, words=kind)
    return label


def _rule() -> QFrame:
    rule = QFrame()
    restyle(rule, rule=True)
    return rule
