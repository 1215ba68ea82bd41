"""What a cashier does to the open sale beyond scanning: one thing at a time, and codes wait meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.counter import allow_discount, keep_basket
from varejoforte_desktop.application.customers import save_customer
from varejoforte_desktop.application.sale_ports import KeptBasket
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.domain.customer import Customer
from varejoforte_desktop.domain.errors import (
    DiscountNeedsApproval,
    InsufficientStock,
    NoSuchRecord,
    ProductNotForSale,
)
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.sale import Basket
from varejoforte_desktop.domain.tax_ids import is_cnpj
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter import sale_changes
from varejoforte_desktop.ui.counter.buyer import BuyerDialog
from varejoforte_desktop.ui.counter.desk import CounterDesk
from varejoforte_desktop.ui.counter.dialog import confirmed
from varejoforte_desktop.ui.counter.held import HeldDialog
from varejoforte_desktop.ui.counter.intake import Code, Intake
from varejoforte_desktop.ui.counter.line_list import LineList
from varejoforte_desktop.ui.counter.prompts import DiscountPrompt, NamePrompt, QuantityPrompt
from varejoforte_desktop.ui.counter.question import cancel_question, recovery_question
from varejoforte_desktop.ui.counter.search import SearchDialog
from varejoforte_desktop.ui.counter.words import buyer_of
from varejoforte_desktop.ui.dialogs.approval import ask_supervisor
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.sales.buyer_facts import BuyerFactsDialog, read_buyer
from varejoforte_desktop.ui.services import Session
from varejoforte_desktop.ui.tasks import TaskScope

Work = Callable[[], Coroutine[Any, Any, None]]


class CounterFlows(QObject):
    """Each flow asks what it needs over `parent`. A key pressed while another flow runs does nothing."""

    #: It cannot be: the words, with a beep.
    refused = Signal(str)
    #: It was done: the words.
    told = Signal(str)
    #: A sale was finished: its SaleReceipt.
    finished = Signal(object)
    #: Goods are missing at the end: their reference and the sentence for their line.
    stumbled = Signal(str, str)
    #: The sale is on its way to the books (True), or came back.
    finishing = Signal(bool)
    #: A flow ended; the keyboard goes home.
    ended = Signal()
    #: A flow failed: the error.
    failed = Signal(object)

    def __init__(
        self, session: Session, desk: CounterDesk, intake: Intake, lines: LineList, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._services = session.services
        self._desk = desk
        self._intake = intake
        self._lines = lines
        self._over = parent
        self._tasks = TaskScope(self, self.failed.emit)
        self._busy = False
        #: The sale and the buyer that were asked about already, complete or left for later.
        self._asked: tuple[str, str] | None = None

    @property
    def busy(self) -> bool:
        """Whether a flow runs."""
        return self._busy

    def begin(self, work: Work, *, at_once: bool = False) -> bool:
        """Start a flow after the codes that came before it (`at_once`: before them); False while another runs.

        Codes that come after it wait: the next customer's goods are no part of the sale that is ending.
        """
        if self._busy:
            return False
        self._busy = True
        held = at_once or self._intake.idle
        if held:
            self._intake.hold()
        self._tasks.start(self._alone(work, held=held))
        return True

    async def _alone(self, work: Work, *, held: bool) -> None:
        try:
            if not held:
                await self._intake.drained()
                self._intake.hold()
                held = True
            await work()
        finally:
            self._busy = False
            if held:
                self._intake.release()
            self.ended.emit()

    async def aclose(self) -> None:
        """End what runs."""
        self._tasks.close()
        await self._tasks.settled()

    # -- goods ----------------------------------------------------------------------------------------

    async def search(self, code: Code) -> None:
        """Find a product by its words and add it."""
        dialog = SearchDialog(self._services.backend, code.text, self._over)
        if await confirmed(dialog) and dialog.picked is not None:
            times = Decimal(1) if code.times is None else code.times
            self._desk.add(dialog.picked.offer, times)

    async def change_quantity(self) -> None:
        """Another quantity on the marked line."""
        place = self._live_place()
        if place is None:
            return
        line = self._desk.basket.lines[place]
        offer = self._desk.offers.get(line.product_id)
        fractional = offer.fractional if offer is not None else False
        prompt = QuantityPrompt(line, fractional=fractional, parent=self._over)
        if await confirmed(prompt):
            self._desk.put(sale_changes.with_quantity(self._desk.basket, place, prompt.quantity))

    async def cancel_item(self) -> None:
        """Strike the marked line through."""
        place = self._live_place()
        if place is None:
            return
        why = self.tr("Cancelar o item {name}.").format(name=self._desk.basket.lines[place].name)
        allowed, supervisor = await self._item_may_go(why)
        if not allowed:
            return
        changed = sale_changes.without_line(self._desk.basket, place)
        if supervisor is not None:
            # Written before it is shown, so that the audit log knows who allowed it.
            await self._services.backend.run(
                keep_basket, changed, by=self._desk.actor, approved_by=supervisor
            )
        self._desk.put(changed)

    def _live_place(self) -> int | None:
        place, lines = self._lines.place, self._desk.basket.lines
        if place is None or place >= len(lines):
            self.refused.emit(self.tr("Bipe um produto primeiro."))
        elif lines[place].cancelled:
            self.refused.emit(self.tr("Este item já está cancelado; as setas ↑ ↓ escolhem outro."))
        else:
            return place
        return None

    async def _item_may_go(self, why: str) -> tuple[bool, Actor | None]:
        """Whether it may, and the supervisor who stood by when one was needed."""
        if not self._desk.rules.cancel_item_supervised:
            return True, None
        allowing = await self._supervisor(Permission.SUPERVISE_TILL, why)
        return allowing is not None, None if allowing == self._desk.actor else allowing

    async def _supervisor(self, permission: Permission, why: str) -> Actor | None:
        """Who allows it: this person, if they may, else somebody who signs."""
        if self._desk.actor.may(permission):
            return self._desk.actor
        return await ask_supervisor(self._session, self._over, permission, why)

    # -- buyer and discount ---------------------------------------------------------------------------

    async def choose_buyer(self) -> None:
        """Who buys, and the document on the receipt."""
        dialog = BuyerDialog(self._services.backend, buyer_of(self._desk.basket), self._over)
        if not await confirmed(dialog):
            return
        buyer = dialog.buyer
        customer_id = buyer.customer_id
        if customer_id is None and buyer.name and buyer.document:
            fresh = Customer(name=buyer.name, document=buyer.document)
            customer_id = await self._services.backend.run(save_customer, fresh, by=self._desk.actor)
        self._desk.put(
            sale_changes.with_buyer(
                self._desk.basket, customer_id=customer_id, document=buyer.document, name=buyer.name
            )
        )

    @property
    def buyer_to_ask(self) -> bool:
        """Whether the law asks for an NF-e and nobody has looked yet whether it can name its buyer."""
        basket = self._desk.basket
        facts = self._desk.facts
        by_nfce = facts is not None and facts.nfce_to_companies
        company = self._services.fiscal is not None and is_cnpj(basket.buyer_document) and not by_nfce
        return company and self._asked != (basket.token, basket.buyer_document)

    async def complete_buyer(self) -> None:
        """Before money changes hands: ask for what the NF-e needs of its buyer. Esc leaves it, and the note, for later."""
        if not self.buyer_to_ask:
            return
        basket = self._desk.basket
        self._asked = (basket.token, basket.buyer_document)
        facts = await read_buyer(
            self._services.backend,
            customer_id=basket.customer_id,
            document=basket.buyer_document,
            name=basket.buyer_name,
        )
        if not facts.issues:
            return
        customer = facts.customer
        if not facts.complete:
            dialog = BuyerFactsDialog(self._session, customer, self._over)
            if await confirmed(dialog):
                customer = dialog.customer
            else:
                self.told.emit(self.tr("A nota fica pendente até completar o comprador em Vendas."))
        if customer.id and customer.id != basket.customer_id:
            self._desk.put(
                sale_changes.with_buyer(
                    self._desk.basket,
                    customer_id=customer.id,
                    document=basket.buyer_document,
                    name=basket.buyer_name or customer.name,
                )
            )

    async def give_discount(self) -> None:
        """Reais or percent off the sale, within what this person or a supervisor may give."""
        basket = self._desk.basket
        if not basket.live:
            self.refused.emit(self.tr("Bipe um produto primeiro."))
            return
        limits, actor = self._desk.rules.discounts, self._desk.actor
        prompt = DiscountPrompt(basket, limits, actor.role.value, self._over)
        if not await confirmed(prompt):
            return
        changed = sale_changes.with_discount(basket, prompt.discount, None)
        try:
            allow_discount(limits, changed, role=actor.role)
        except DiscountNeedsApproval:
            supervisor = await self._who_allows(changed)
            if supervisor is None:
                return
            changed = sale_changes.with_discount(basket, prompt.discount, supervisor.operator_id)
        self._desk.put(changed)

    async def _who_allows(self, basket: Basket) -> Actor | None:
        """The supervisor whose limit the discount keeps, None when nobody allowed it."""
        why = self.tr("Desconto de {discount} em {goods}.").format(
            discount=formats.money(basket.discount), goods=formats.money(basket.goods)
        )
        somebody = await ask_supervisor(self._session, self._over, Permission.SUPERVISE_TILL, why)
        if somebody is None:
            return None
        try:
            allow_discount(self._desk.rules.discounts, basket, role=somebody.role)
        except DiscountNeedsApproval as error:
            said = self.tr("{name} dá no máximo {limit}% de desconto.")
            self.refused.emit(said.format(name=somebody.name, limit=error.limit.replace(".", ",")))
            return None
        return somebody

    # -- waiting and giving up ------------------------------------------------------------------------

    async def hold_or_recover(self) -> None:
        """Put the open sale aside; with none open, take one up."""
        basket = self._desk.basket
        if not basket.live:
            await self._recover_held()
            return
        prompt = NamePrompt(basket, basket.label or basket.buyer_name, self._over)
        if not await confirmed(prompt) or await self._was_sold():
            return
        label = prompt.label
        await self._desk.hold(label)
        named = self.tr("Venda em espera: {label}. F7 retoma.").format(label=label)
        self.told.emit(named if label else self.tr("Venda em espera. F7 retoma."))

    async def _recover_held(self) -> None:
        dialog = HeldDialog(self._services.backend, self._services.clock, self._over)
        if not await confirmed(dialog) or dialog.picked is None:
            return
        try:
            await self._desk.recover(dialog.picked.kept.basket.token)
        except NoSuchRecord:
            self.refused.emit(self.tr("Outra estação já retomou esta venda."))

    async def offer_again(self, kept: KeptBasket) -> None:
        """The sale that was open here when the power went: go on with it, or let it wait."""
        if not kept.basket.live:
            await self._desk.take_up(kept.basket)
            return
        age = formats.age(kept.updated_at, self._services.clock())
        if await confirmed(recovery_question(kept, age, self._over)):
            await self._desk.take_up(kept.basket)
        else:
            await self._desk.put_aside(kept.basket)
            self.told.emit(self.tr("A venda ficou em espera. F7 retoma."))

    async def cancel_all(self) -> None:
        """Give the open sale up, after asking."""
        basket = self._desk.basket
        if sale_changes.is_blank(basket):
            self.refused.emit(self.tr("Não há venda aberta para cancelar."))
            return
        if basket.live and not await confirmed(cancel_question(basket, self._over)):
            return
        why = self.tr("Cancelar a venda aberta de {total}.").format(total=formats.money(basket.total))
        allowed, supervisor = await self._item_may_go(why) if basket.live else (True, None)
        if not allowed:
            return
        if not await self._was_sold():
            await self._desk.drop(approved_by=supervisor)
            self.told.emit(self.tr("Venda cancelada; nada foi cobrado."))

    async def _was_sold(self) -> bool:
        """Whether the books had taken the sale when their answer was lost; then it is told as finished."""
        receipt = await self._desk.sold_meanwhile()
        if receipt is not None:
            self.finished.emit(receipt)
        return receipt is not None

    # -- the end --------------------------------------------------------------------------------------

    async def finish(self) -> None:
        """Sell it, once."""
        await self.complete_buyer()
        self.finishing.emit(True)
        try:
            receipt = await self._sell()
        except (InsufficientStock, ProductNotForSale) as error:
            self.stumbled.emit(error.reference, sentence(error).text)
            return
        finally:
            self.finishing.emit(False)
        if receipt is not None:
            self.finished.emit(receipt)

    async def _sell(self) -> SaleReceipt | None:
        try:
            return await self._desk.finish()
        except DiscountNeedsApproval:
            # Items went or the shop's limits changed since the discount was given.
            await self._desk.read_facts()
        somebody = await self._who_allows(self._desk.basket)
        if somebody is None:
            return None
        basket = self._desk.basket
        self._desk.put(sale_changes.with_discount(basket, basket.discount, somebody.operator_id))
        return await self._desk.finish()
