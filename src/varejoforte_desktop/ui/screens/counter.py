"""The counter: what is scanned becomes a sale, with a keyboard and a scanner and nothing else."""

from __future__ import annotations

import logging

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.domain.errors import DomainError, TillClosed
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.ui.counter import sale_changes
from varejoforte_desktop.ui.counter.after_sale import AfterSale
from varejoforte_desktop.ui.counter.codes import CodeTaker
from varejoforte_desktop.ui.counter.desk import CounterDesk, CounterFacts
from varejoforte_desktop.ui.counter.flows import CounterFlows, Work
from varejoforte_desktop.ui.counter.intake import Code
from varejoforte_desktop.ui.counter.old_sales import show_old_sales
from varejoforte_desktop.ui.counter.page import CounterPage
from varejoforte_desktop.ui.counter.scan_ear import ScanEar
from varejoforte_desktop.ui.counter.sound import CounterSound
from varejoforte_desktop.ui.counter.style import CounterStyle
from varejoforte_desktop.ui.counter.typed import read_entry
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.shortcuts import Shortcut
from varejoforte_desktop.ui.tasks import Debounced, TaskScope
from varejoforte_desktop.ui.widgets.empty_state import EmptyState
from varejoforte_desktop.ui.widgets.skeleton import Skeleton
from varejoforte_desktop.ui.widgets.toast import ToastHost

_log = logging.getLogger(__name__)
_SHELVES = frozenset({Topic.STOCK, Topic.PRODUCTS, Topic.ORDERS})
_RULES = frozenset({Topic.TILL, Topic.SETTINGS})


class CounterScreen(QWidget):
    """Lines at the left, total or payment at the right. The scanner is heard wherever the focus is."""

    #: "Abrir o caixa", or F9.
    till_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counter_screen")
        self.title = self.tr("Venda")
        services = session.services
        self._session = session
        self._tasks = TaskScope(self, self._unread)
        self.desk = CounterDesk(session, self)
        self.sound = CounterSound(services.preferences)
        self.page = CounterPage(services.shortcuts, self.title)
        self.toasts = ToastHost(self)
        self.codes = CodeTaker(
            self.desk,
            self.page.scan,
            self._failed,
            wanted=lambda: self._ready or self.desk.facts is None,
            come_back=self._typing_place,
            parent=self,
        )
        self.intake = self.codes.intake
        self.flows = CounterFlows(session, self.desk, self.intake, self.page.lines, self)
        self.after = AfterSale(session, self.page.summary, self)
        self.ear = ScanEar(services.monotonic, self._typing_place, self)
        self.closed = EmptyState("counter_closed", "till", "")
        self.broken = EmptyState("counter_error", "error", "", role=Role.BAD)
        self._skeleton = Skeleton((0.06, 0.5, 0.14, 0.14))
        self._states = QStackedWidget()
        self._read = Debounced(self, self._tasks, self._read_facts, delay_ms=0)
        self._look = Debounced(self, self._tasks, self._refresh_offers, delay_ms=200)
        self._ready = False
        self._stumbled: dict[str, str] = {}
        self._shown = self.desk.basket
        self.intake.hold()  # until the till is known to be open
        self._build()
        self._connect()
        self._bind_keys()
        self._style = CounterStyle(self)
        self._forget = services.changes.subscribe(self._heard)

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.closed.set_message(
            "till",
            self.tr("Caixa fechado"),
            self.tr("Para vender nesta estação, abra o caixa com o dinheiro do troco."),
            self.tr("Abrir o caixa (F9)"),
        )
        for page in (self._skeleton, self.page, self.closed, self.broken):
            self._states.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._states)

    def _connect(self) -> None:
        self.ear.scanned.connect(self.codes.scanned)
        self.page.scan.entered.connect(self.codes.entered)
        self.codes.refused.connect(self.refuse)
        self.codes.unwanted.connect(self.sound.refuse)
        self.codes.look_for = lambda code: self.flows.begin(lambda: self.flows.search(code))
        self.after.troubled.connect(self._tell_trouble)
        self.after.told.connect(lambda words: self.toasts.show(words, milliseconds=10_000))
        self.page.scan.walked.connect(self.page.lines.walk)
        self.desk.changed.connect(self._show_sale)
        self.desk.keeper.kept_changed.connect(lambda kept: self.page.summary.show_kept(kept=kept))
        self.desk.keeper.failed.connect(self._not_kept)
        self.flows.refused.connect(self.refuse)
        self.flows.told.connect(self.toasts.show)
        self.flows.finished.connect(self._finished)
        self.flows.stumbled.connect(self._stumble)
        self.flows.finishing.connect(lambda on: self.page.payment.show_finishing(finishing=on))
        self.flows.ended.connect(self._come_home)
        self.flows.failed.connect(self._failed)
        self.page.summary.pay_requested.connect(self.pay)
        self.page.payment.paid.connect(self._paid)
        self.page.payment.removed.connect(self._unpaid)
        self.page.payment.finish_requested.connect(self.finish)
        self.page.payment.back_requested.connect(self.back)
        self.page.payment.refused.connect(self.sound.refuse)
        self.closed.acted.connect(self.till_requested)
        self.broken.acted.connect(self.refresh)

    def _bind_keys(self) -> None:
        flows = self.flows
        keys = self._session.services.shortcuts
        for key, title, action in (
            ("F2", self.tr("Buscar"), self.search),
            ("F3", self.tr("Cliente/CPF"), lambda: self._begin(flows.choose_buyer)),
            ("F4", self.tr("Quantidade"), lambda: self._begin(flows.change_quantity)),
            ("F5", self.tr("Desconto"), lambda: self._begin(flows.give_discount)),
            ("F6", self.tr("Cancelar item"), lambda: self._begin(flows.cancel_item)),
            ("F7", self.tr("Espera"), lambda: self._begin(flows.hold_or_recover)),
            ("F9", self.tr("Caixa"), self.till_requested.emit),
            ("F10", self.tr("Pagamento"), self.pay),
            ("F12", self.tr("2ª via"), lambda: self._begin(self._print_last)),
            ("Shift+F12", self.tr("Últimas vendas"), lambda: self._begin(self._show_more)),
            ("Shift+F6", self.tr("Cancelar venda"), lambda: self._begin(flows.cancel_all)),
            ("Esc", self.tr("Voltar"), self.back),
        ):
            keys.bind(self, Shortcut(key, title, self.title), action)
        self.page.show_keys()

    # -- being shown ----------------------------------------------------------------------------------

    def activate(self) -> None:
        """Listen to the scanner, look at the till again, and put the cursor where the work begins."""
        self.ear.start(self.window())
        self.refresh()
        self._focus()

    def refresh(self) -> None:
        """Look at the till, the rules and the sale that was open here."""
        if self.desk.facts is None:
            self._skeleton.start()
            self._states.setCurrentWidget(self._skeleton)
        self._read()

    async def aclose(self) -> None:
        """End what runs; the open sale stays in the books."""
        self._forget()
        self.ear.stop()
        self._read.cancel()
        self._look.cancel()
        self._tasks.close()
        await self.flows.aclose()
        await self.intake.aclose()
        await self.after.aclose()
        await self.desk.aclose()
        await self._tasks.settled()

    def showEvent(self, event: QShowEvent) -> None:
        """Back on the screen: listen again."""
        super().showEvent(event)
        if self.desk.facts is not None:
            self.ear.start(self.window())

    def hideEvent(self, event: QHideEvent) -> None:
        """Scans belong to whatever is shown now."""
        super().hideEvent(event)
        self.ear.stop()
        self.page.flash.clear()
        self.toasts.clear()
        self._skeleton.stop()

    async def _read_facts(self) -> None:
        facts = await self.desk.read_facts()
        self._skeleton.stop()
        self._show_till(facts)
        kept = facts.kept
        if not facts.open or kept is None or kept.basket.token == self.desk.basket.token:
            return
        if sale_changes.is_blank(self.desk.basket):
            self.flows.begin(lambda: self.flows.offer_again(kept), at_once=True)

    def _show_till(self, facts: CounterFacts) -> None:
        if facts.open != self._ready:
            self._ready = facts.open
            if facts.open:
                self.intake.release()
            else:
                self.intake.hold()
        if not facts.open:
            self.intake.clear()
        self._show_state(self.page if facts.open else self.closed)

    def _show_state(self, state: QWidget) -> None:
        """The keyboard goes there with a change only: read again, it stays with whoever is typing."""
        if state is not self._states.currentWidget():
            self._states.setCurrentWidget(state)
            self._focus()

    def _heard(self, topics: frozenset[Topic]) -> None:
        if not self.isVisible():
            return  # everything is read again when it is shown
        if topics & _RULES:
            self._read()
        if topics & _SHELVES and self.desk.basket.live:
            self._look()

    async def _refresh_offers(self) -> None:
        await self.desk.refresh_offers()

    def _focus(self) -> None:
        page = self._states.currentWidget()
        button = page.findChild(QPushButton) if page in {self.closed, self.broken} else None
        if button is not None:
            button.setFocus()
        elif page is self._skeleton:
            self.setFocus()  # the keys of this screen work while it is read
        else:
            self.page.take_focus()

    def _come_home(self) -> None:
        """After a question: where no window manager does it, the window takes the keyboard back itself."""
        ours = QApplication.applicationState() == Qt.ApplicationState.ApplicationActive
        if ours and self.isVisible() and QApplication.activeWindow() is None:
            self.window().activateWindow()
        self._focus()

    def _typing_place(self, target: QWidget) -> QWidget:
        """Letters meant for a button beside the counter are meant for the counter; those of other fields stay there."""
        takes_letters = target.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        if takes_letters or self.isAncestorOf(target) or target.window() is not self.window():
            return target
        self.page.take_focus()
        return self.page.typing_place

    # -- refusals -------------------------------------------------------------------------------------

    def refuse(self, words: str) -> None:
        """Beep and say so over the lines, without taking the focus."""
        self.sound.refuse()
        self.page.flash.say(words)

    # -- keys -----------------------------------------------------------------------------------------

    def _begin(self, work: Work) -> None:
        if self._ready:
            self.flows.begin(work)

    def search(self) -> None:
        """F2: look for a product by its words; what is typed already is looked up."""
        entry = None
        try:
            entry = read_entry(self.page.scan.text())
        except DomainError:
            self.page.scan.selectAll()
        if entry is not None and self._ready:
            self.page.scan.clear()
            code = Code(entry.text, entry.times, typed=True)
            self.flows.begin(lambda: self.flows.search(code))

    def pay(self) -> None:
        """F10: to the payment; there, finish what is paid."""
        if not self._ready or self.flows.busy:
            return
        if self.page.drawer.is_open:
            self.page.payment.complete()
        elif self.intake.idle and not self.flows.buyer_to_ask:
            self._open_payment()
        else:
            self.flows.begin(self._pay_after_codes)

    async def _pay_after_codes(self) -> None:
        if self.desk.basket.live:
            await self.flows.complete_buyer()
        self._open_payment()

    def _open_payment(self) -> None:
        if not self.desk.basket.live:
            self.refuse(self.tr("Bipe um produto primeiro."))
            return
        self.page.open_payment()

    def finish(self) -> None:
        """Sell it; pressed again while it is on its way, nothing happens."""
        self._begin(self.flows.finish)

    def back(self) -> None:
        """Esc: one step back; an open sale is never given up without asking."""
        if self.flows.busy or not self._ready:
            return
        if self.page.drawer.is_open:
            if not self.page.payment.step_back():
                self.page.shut_payment()
                self._focus()
        elif self.page.scan.text():
            self.page.scan.clear()
        elif not sale_changes.is_blank(self.desk.basket):
            self._begin(self.flows.cancel_all)

    async def _print_last(self) -> None:
        said = await self.after.print_last()
        if said:
            self.toasts.show(said, icon_name="printer")
        else:
            self.refuse(self.tr("Ainda não há cupom para imprimir: a nota da última venda não saiu."))

    async def _show_more(self) -> None:
        said = await show_old_sales(self._session, self.sound, self.after, self)
        if said:
            self.toasts.show(said, milliseconds=10_000)

    # -- the sale -------------------------------------------------------------------------------------

    def _show_sale(self) -> None:
        basket = self.desk.basket
        if basket is not self._shown:
            self._stumbled.clear()
            self._shown = basket
        self.page.show_sale(basket, self.desk.offers, self._stumbled)

    def _paid(self, method: PaymentMethod, given: Money) -> None:
        if not self.flows.busy:
            self.desk.put(sale_changes.with_payment(self.desk.basket, method, given))

    def _unpaid(self, place: int) -> None:
        if not self.flows.busy:
            self.desk.put(sale_changes.without_payment(self.desk.basket, place))

    def _finished(self, receipt: SaleReceipt) -> None:
        self.page.shut_payment()
        self.page.flash.clear()
        self.page.summary.show_receipt(receipt)
        self.after.finished(receipt)

    def _tell_trouble(self, words: str) -> None:
        self.page.flash.say(words)

    def _stumble(self, reference: str, words: str) -> None:
        self._stumbled[reference] = words
        self._show_sale()
        self.page.mark_reference(reference)
        self.sound.refuse()
        self.page.payment.say(self.tr("{why} Veja o item marcado.").format(why=words))

    # -- trouble --------------------------------------------------------------------------------------

    def _not_kept(self, error: BaseException) -> None:
        if not isinstance(error, BooksError):
            self._failed(error)
            return
        said = self.tr("Continue vendendo: a venda aberta será guardada assim que der. {why}")
        self.page.flash.say(said.format(why=sentence(error).text), Tone.WARN)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, TillClosed):
            self._read()
            return
        said = sentence(error)
        if said.bug:
            _log.error("the counter failed", exc_info=error)
        if self.page.drawer.is_open:
            self.page.payment.say(said.whole)
        self.refuse(said.whole)

    def _unread(self, error: BaseException) -> None:
        said = sentence(error)
        if said.bug:
            _log.error("the counter could not be read", exc_info=error)
        if self.desk.facts is None:
            self._skeleton.stop()
            self.broken.set_message("error", said.text, said.remedy, self.tr("Tentar de novo"), Role.BAD)
            self._states.setCurrentWidget(self.broken)
            self._focus()
        else:
            self.page.flash.say(said.whole, Tone.WARN)
