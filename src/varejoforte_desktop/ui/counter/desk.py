"""The sale that is open at this station: what is in it, what its goods are, and each change kept at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.counter import drop_basket, finish_basket, hold_basket, recover_basket
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_ports import CounterRules, KeptBasket
from varejoforte_desktop.application.sale_questions import ShelfOffer
from varejoforte_desktop.application.sales import SaleReceipt, receipt_of
from varejoforte_desktop.domain.errors import NoSuchRecord, ProductNotForSale
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.sale import Basket
from varejoforte_desktop.domain.scale_code import ScalePrefix, read_label
from varejoforte_desktop.ui.counter import sale_changes
from varejoforte_desktop.ui.counter.keeper import BasketKeeper
from varejoforte_desktop.ui.counter.typed import sellable
from varejoforte_desktop.ui.services import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterFacts:
    """What the counter needs to know before it sells. `kept`: the sale that was open here."""

    open: bool
    rules: CounterRules
    prefixes: tuple[ScalePrefix, ...]
    kept: KeptBasket | None
    nfce_to_companies: bool = False


def counter_facts(reader: Reader, station: str) -> CounterFacts:
    """Ask the books all of it at once."""
    sales = reader.sales
    return CounterFacts(
        open=reader.tills.open_till(station) is not None,
        rules=sales.rules(),
        prefixes=sales.scale_prefixes(),
        kept=sales.basket(station),
        nfce_to_companies=reader.fiscal.settings().cnpj_on_nfce,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A product and how many of it a code means."""

    offer: ShelfOffer
    times: Decimal


class CounterDesk(QObject):
    """Holds the one open sale. Money and goods only move in `finish`, once per sale."""

    #: The sale is another one than before.
    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._backend = session.services.backend
        self.actor = session.actor
        self.keeper = BasketKeeper(self._backend, session.actor, self)
        self.facts: CounterFacts | None = None
        self.offers: dict[int, ShelfOffer] = {}
        #: Nobody knows whether the sale is in the books: they did not answer.
        self.unsure = False
        self.basket = _new_basket()

    @property
    def rules(self) -> CounterRules:
        """How the shop sells."""
        return CounterRules() if self.facts is None else self.facts.rules

    async def read_facts(self) -> CounterFacts:
        """Look at the till, the rules and the sale that was open here."""
        station = self.actor.station
        self.facts = await self._backend.read(lambda reader: counter_facts(reader, station))
        return self.facts

    # -- the goods ------------------------------------------------------------------------------------

    async def find(self, code: str, times: Decimal | None) -> Found | None:
        """The product with this barcode or reference, or the one a scale's label means; None when there is none.

        Raises ProductNotForSale, NotInteger or NotANumber.
        """
        prefixes = () if self.facts is None else self.facts.prefixes
        found = await self._backend.read(lambda reader: _look_up(reader, code, prefixes))
        if found is None:
            return None
        self._check(found.offer)
        many = Decimal(1) if times is None else times
        amount = sellable(found.times * many, fractional=found.offer.fractional)
        return Found(found.offer, amount)

    async def offers_like(self, text: str) -> list[ShelfOffer]:
        """Products whose words match."""
        return await self._backend.read(lambda reader: reader.sales.offers(text))

    def add(self, offer: ShelfOffer, times: Decimal) -> None:
        """Sell so many more. Raises ProductNotForSale, NotInteger or NotANumber."""
        self._check(offer)
        amount = sellable(times, fractional=offer.fractional)
        self.offers[offer.product_id] = offer
        self.put(sale_changes.with_line(self.basket, offer, amount))

    async def refresh_offers(self) -> None:
        """Look at the shelves again: somebody sold, or an order came."""
        wanted = tuple(sale_changes.wanted(self.basket))
        if wanted:
            found = await self._backend.read(lambda reader: _offers_of(reader, wanted))
            before = dict(self.offers)
            self.offers.update(found)
            if self.offers != before:
                self.changed.emit()

    @staticmethod
    def _check(offer: ShelfOffer) -> None:
        if not offer.active or offer.price <= ZERO:
            raise ProductNotForSale(offer.reference)

    # -- the sale -------------------------------------------------------------------------------------

    def put(self, basket: Basket) -> None:
        """The sale is like this now; it is written at once."""
        self.basket = basket
        if not sale_changes.is_blank(basket):
            self.keeper.keep(basket)
        self.changed.emit()

    async def finish(self) -> SaleReceipt:
        """Sell it, once however often it is tried. Raises what finish_basket raises; the sale stays open then."""
        await self.keeper.rest()
        before = self.basket
        try:
            receipt = await self._backend.run(finish_basket, before, by=self.actor)
        except BaseException as error:
            self.unsure = isinstance(error, BooksError)
            self.keeper.keep(before)
            raise
        self.begin()
        return receipt

    async def sold_meanwhile(self) -> SaleReceipt | None:
        """What became of a sale whose answer was lost; None when it is still open."""
        if not self.unsure:
            return None
        token = self.basket.token
        receipt = await self._backend.run(_sold, token)
        self.unsure = False
        if receipt is not None:
            await self.keeper.rest()
            self.begin()
        return receipt

    async def hold(self, label: str) -> None:
        """Put the sale aside under a name. Raises NotAllowed."""
        await self.keeper.rest()
        await self._ending(lambda: self._backend.run(hold_basket, self.basket, label=label, by=self.actor))

    async def drop(self, approved_by: Actor | None = None) -> None:
        """Give the sale up. Raises NotAllowed."""
        await self.keeper.rest()
        token = self.basket.token
        await self._ending(
            lambda: self._backend.run(drop_basket, token, by=self.actor, approved_by=approved_by)
        )

    async def recover(self, token: str) -> None:
        """Take up a sale that was on hold; one without live lines here goes. Raises NotAllowed or NoSuchRecord."""
        if not sale_changes.is_blank(self.basket):
            await self.drop()
        basket = await self._backend.run(recover_basket, token, by=self.actor)
        await self.take_up(replace(basket, label=""))

    async def put_aside(self, basket: Basket) -> None:
        """Put the sale that was found open here on hold, before another one begins."""
        await self._backend.run(hold_basket, basket, label=basket.label, by=self.actor)

    async def take_up(self, basket: Basket) -> None:
        """Go on with a sale from the books."""
        self.begin()
        self.basket = basket
        self.changed.emit()
        await self.refresh_offers()

    def begin(self) -> None:
        """An empty sale under a token of its own."""
        self.basket = _new_basket()
        self.unsure = False
        self.offers.clear()
        self.changed.emit()

    async def _ending(self, work: Callable[[], Awaitable[None]]) -> None:
        before = self.basket
        try:
            await work()
        except BaseException:
            self.keeper.keep(before)
            raise
        self.begin()

    async def aclose(self) -> None:
        """What waits to be kept is kept."""
        await self.keeper.aclose()


def _new_basket() -> Basket:
    return Basket(token=str(uuid4()))


def _look_up(reader: Reader, code: str, prefixes: tuple[ScalePrefix, ...]) -> Found | None:
    """A product with the whole code first: a label of the scale must never hide a product's own barcode."""
    offer = reader.sales.offer(code)
    if offer is not None:
        return Found(offer, Decimal(1))
    label = read_label(code, prefixes)
    if label is None:
        return None
    for each in label.codes:
        offer = reader.sales.offer(each)
        if offer is not None:
            return Found(offer, label.quantity(offer.price))
    return None


def _offers_of(reader: Reader, ids: tuple[int, ...]) -> dict[int, ShelfOffer]:
    found = {}
    for each in ids:
        try:
            found[each] = reader.sales.offer_of(each)
        except NoSuchRecord:
            continue  # the sale itself will say so
    return found


def _sold(uow: UnitOfWork, token: str) -> SaleReceipt | None:
    sale = uow.sales.by_token(token)
    return None if sale is None else receipt_of(sale, repeated=True)
