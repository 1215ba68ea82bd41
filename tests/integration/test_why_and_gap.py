"""The store's number is told as a sum that always adds up, and a time without anybody sending is told whole."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.books import NOON, HandClock, in_books
from tests.builders import claim, empty_queue, keep, lead_of, move, owe, product_subject, queue
from tests.order_builders import CANCELLED, a_line, an_order
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.delivery_ports import Acknowledged
from varejoforte_desktop.application.order_inbox import note_order
from varejoforte_desktop.application.parcels import digest, plain, product_fields
from varejoforte_desktop.application.ports import Movement, UnitOfWork
from varejoforte_desktop.application.sale_questions import SyncGap, WhyPublished
from varejoforte_desktop.application.shop_settings import choose_sync_option
from varejoforte_desktop.application.store import StoreField
from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

_numbers = itertools.count(1)


def ordered(number: str, *lines: tuple[Product, Decimal | int | str], **changes: Any) -> StoreOrder:
    """An order under this number, one line a pair."""
    facts: dict[str, Any] = {"remote_id": number, "placed_at": NOON, **changes}
    return an_order(*(a_line(product, quantity) for product, quantity in lines), **facts)


def note(database: Database, order: StoreOrder) -> int:
    """The loop saw this order."""
    return database.run_now(note_order, order, f"digest-{next(_numbers)}")


def why(database: Database, product: Product) -> WhyPublished:
    return database.read_now(lambda reader: reader.tills.why(product.id))


def sent_now(uow: UnitOfWork, product_id: int) -> int:
    """The number that would be sent."""
    number = product_fields(uow.sheets.products([product_id])[product_id])[Aspect.STOCK][StoreField.STOCK]
    assert isinstance(number, int)
    return number


def acknowledge(database: Database, product: Product) -> None:
    """The store says yes to the number as it is now, and knows the product."""

    def work(uow: UnitOfWork) -> None:
        fields = product_fields(uow.sheets.products([product.id])[product.id])[Aspect.STOCK]
        subject = product_subject(product)
        uow.links.link(subject, f"8{product.id}", uow.now)
        uow.links.remember(
            [
                Acknowledged(
                    subject=subject,
                    aspect=Aspect.STOCK,
                    digest=digest(fields),
                    fields=plain(fields),
                    at=uow.now,
                )
            ]
        )

    database.run_now(work)
    empty_queue(database)


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """Nine pans, two of them kept for the counter."""
    kept = keep(database, by=gerente, on_hand=9, reference="PAN-1", counter_reserve=Decimal(2))
    empty_queue(database)
    return kept


# --- the sum --------------------------------------------------------------------------------------------------------


def test_nine_less_three_in_orders_less_two_at_the_counter_is_four(
    database: Database, pan: Product, clock: HandClock
) -> None:
    clock.forward(minutes=1)
    note(database, ordered("501", (pan, 1), placed_at=NOON - timedelta(hours=2)))
    note(database, ordered("502", (pan, 1), (pan, 1), placed_at=NOON - timedelta(hours=1)))
    clock.forward(minutes=1)
    acknowledge(database, pan)
    sent_at = clock.now
    clock.forward(minutes=3)
    in_books(database, lambda uow: uow.orders.note_look(uow.now.date(), uow.now))
    assert why(database, pan) == WhyPublished(
        reference="PAN-1",
        name=pan.name,
        on_hand=Decimal(9),
        open_online=Decimal(3),
        counter_reserve=Decimal(2),
        safety=Decimal(0),
        published=4,
        orders=(
            ("501", Decimal(1), NOON - timedelta(hours=2)),
            ("502", Decimal(2), NOON - timedelta(hours=1)),
        ),
        acknowledged=4,
        acknowledged_at=sent_at,
        waiting=False,
        halted_cause="",
        looked_at=clock.now,
        sell_online=True,
        linked=True,
        short_since=None,
    )


def test_a_product_the_store_never_heard_of(database: Database, pan: Product, gerente: Actor) -> None:
    told = why(database, pan)
    assert (told.published, told.orders, told.linked, told.waiting) == (7, (), False, False)
    assert (told.acknowledged, told.acknowledged_at, told.looked_at) == (None, None, None)
    hidden = keep(database, by=gerente, on_hand=1, sell_online=False)
    assert not why(database, hidden).sell_online
    with pytest.raises(NoSuchRecord):
        why(database, replace(pan, id=999))


def test_a_number_that_waits_and_one_that_is_halted(database: Database, pan: Product, gerente: Actor) -> None:
    acknowledge(database, pan)
    owe(database, product_subject(pan), aspects=frozenset({Aspect.CONTENT}))
    assert not why(database, pan).waiting, "texts are another matter"
    move(database, pan, MovementKind.EXIT, 1, by=gerente)
    told = why(database, pan)
    assert (told.acknowledged, told.published, told.waiting, told.halted_cause) == (7, 6, True, "")
    lines = claim(database)
    assert why(database, pan).waiting
    in_books(
        database,
        lambda uow: uow.outbox.halt(lines, epoch=1, cause="refused", detail="não", facts={}),
    )
    told = why(database, pan)
    assert (told.waiting, told.halted_cause) == (False, "refused")


def test_orders_that_are_settled_hold_nothing(database: Database, pan: Product, gerente: Actor) -> None:
    numbers = ("601", "602", "603")
    kept = {number: note(database, ordered(number, (pan, 2))) for number in numbers}
    note(database, ordered("604", (pan, 3), status=CANCELLED))
    assert why(database, pan).published == 1

    def settle(uow: UnitOfWork) -> None:
        uow.orders.set_stage(kept["601"], OrderStage.DISMISSED, promised=False, at=uow.now)
        uow.orders.set_stage(kept["602"], OrderStage.IMPORTED, promised=True, at=uow.now)

    database.run_now(settle)
    told = why(database, pan)
    assert [number for number, _, _ in told.orders] == ["602", "603"]
    assert (told.open_online, told.published) == (4, 3)


# --- since when it is too little ------------------------------------------------------------------------------------


def test_since_when_the_shelf_cannot_cover_what_is_promised(
    database: Database, pan: Product, gerente: Actor, clock: HandClock
) -> None:
    instants = [clock.forward(hours=1)]
    note(database, ordered("701", (pan, 6), placed_at=clock.now))  # 9 − 6 − 2 = 1
    assert why(database, pan).short_since is None
    instants.append(clock.forward(hours=1))
    move(database, pan, MovementKind.LOSS, 3, by=gerente)  # −2
    assert why(database, pan).short_since == instants[1]
    instants.append(clock.forward(hours=1))
    move(database, pan, MovementKind.ENTRY, 1, by=gerente)  # −1: still short
    assert why(database, pan).short_since == instants[1]
    clock.forward(hours=1)
    move(database, pan, MovementKind.ENTRY, 1, by=gerente)  # enough again
    assert why(database, pan).short_since is None
    later = clock.forward(hours=1)
    note(database, ordered("702", (pan, 1), placed_at=None))  # seen only now
    assert why(database, pan).short_since == later


def test_what_never_was_on_the_shelf_is_short_since_it_was_promised(
    database: Database, gerente: Actor, clock: HandClock
) -> None:
    empty = keep(database, by=gerente, on_hand=0, safety_stock=Decimal(1))
    assert why(database, empty).short_since is None, "nothing ever happened to it"
    note(database, ordered("801", (empty, 1), placed_at=NOON - timedelta(days=2)))
    clock.forward(days=1)
    note(database, ordered("802", (empty, 1), placed_at=NOON - timedelta(days=1)))
    told = why(database, empty)
    assert (told.published, told.short_since) == (0, NOON - timedelta(days=2))


def test_a_long_ledger_is_walked_to_the_instant(database: Database, gerente: Actor, clock: HandClock) -> None:
    nails = keep(database, by=gerente, on_hand=1300, name="Prego avulso")

    def a_busy_day(uow: UnitOfWork) -> None:
        for place in range(1, 1201):
            left = uow.shelf.take(nails.id, Decimal(1))
            assert left is not None
            uow.shelf.record(_movement(nails.id, Decimal(-1), left), NOON + timedelta(minutes=place))

    database.run_now(a_busy_day)
    clock.forward(days=2)
    note(database, ordered("901", (nails, 1280), placed_at=NOON))  # covered until the 21st was sold
    assert why(database, nails).short_since == NOON + timedelta(minutes=21)


# --- any history ----------------------------------------------------------------------------------------------------


def _movement(product_id: int, amount: Decimal, balance: Decimal) -> Movement:
    return Movement(
        product_id=product_id,
        kind=MovementKind.ENTRY if amount > 0 else MovementKind.EXIT,
        amount=amount,
        balance=balance,
        reason="teste",
        document="",
        operator_id=3,
        station="Balcão",
        token=str(uuid4()),
    )


@dataclass
class History:
    """What happened to one product, told to the books and kept here as plain numbers."""

    uow: UnitOfWork
    product: Product
    by: Actor
    at: datetime = NOON
    on_hand: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        self.ledger: list[tuple[datetime, Decimal]] = []
        self.orders: dict[int, tuple[datetime, Decimal]] = {}

    def moves(self, amount: Decimal) -> None:
        """Goods come or go, as far as there are any."""
        change = max(amount, -self.on_hand)
        balance = self.uow.shelf.put(self.product.id, change)
        self.on_hand += change
        self.uow.shelf.record(_movement(self.product.id, change, balance), self.at)
        self.ledger.append((self.at, change))

    def ordered(self, amount: Decimal) -> None:
        """An order comes, in one line or two."""
        parts = (amount,) if amount < 3 else (amount - 1, Decimal(1))
        order = ordered(f"N{next(_numbers)}", *((self.product, part) for part in parts), placed_at=self.at)
        order_id = note_order(self.uow, order, order.remote_id)
        self.orders[order_id] = (self.at, amount)

    def settled(self, *, sold: bool) -> None:
        """The oldest open order is registered (its goods leave), or dismissed."""
        if not self.orders:
            return
        order_id = min(self.orders)
        _, amount = self.orders.pop(order_id)
        stage = OrderStage.REGISTERED if sold else OrderStage.DISMISSED
        self.uow.orders.set_stage(order_id, stage, promised=False, at=self.at)
        if sold:
            self.moves(-amount)

    def kept_back(self, field: str, amount: Decimal) -> None:
        """Somebody changes the reserve or the safety stock."""
        changed = replace(self.uow.products.get(self.product.id), **{field: amount})
        self.product = save_product(self.uow, changed, brand="", category="", by=self.by)

    @property
    def promised(self) -> Decimal:
        """What all open orders take."""
        return sum((amount for _, amount in self.orders.values()), Decimal(0))

    @property
    def free(self) -> Decimal:
        """What is left for the store, below zero too."""
        return self.on_hand - self.promised - self.product.counter_reserve - self.product.safety_stock

    def short_since(self) -> datetime | None:
        """The beginning of the last stretch in which it was too little, reckoned forwards."""
        left = -self.product.counter_reserve - self.product.safety_stock
        since: datetime | None = None
        events = [*self.ledger, *((at, -amount) for at, amount in self.orders.values())]
        for at, change in sorted(events):
            left += change
            since = None if left >= 0 else since or at
        return since


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["entry", "exit", "order", "order", "sold", "dismissed", "reserve", "safety"]),
        st.decimals(Decimal("0.125"), Decimal(12), places=3),
    ),
    max_size=12,
)


def _live(
    uow: UnitOfWork, product: Product, events: list[tuple[str, Decimal]], by: Actor
) -> tuple[History, int]:
    history = History(uow, product, by)
    for what, typed in events:
        history.at += timedelta(minutes=7)
        amount = typed if product.fractional else Decimal(max(1, int(typed)))
        match what:
            case "entry":
                history.moves(amount)
            case "exit":
                history.moves(-amount)
            case "order":
                history.ordered(amount)
            case "sold" | "dismissed":
                history.settled(sold=what == "sold")
            case "reserve":
                history.kept_back("counter_reserve", amount)
            case "safety":
                history.kept_back("safety_stock", amount)
    return history, sent_now(uow, product.id)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, unit=st.sampled_from(["UN", "KG"]))
def test_five_hundred_histories_add_up_to_the_number_that_is_sent(
    database: Database, gerente: Actor, events: list[tuple[str, Decimal]], unit: str
) -> None:
    """Half of them on each engine."""
    product = keep(database, by=gerente, unit=unit)
    history, sent = database.run_now(_live, product, events, gerente)
    told = why(database, product)
    assert (told.on_hand, told.open_online) == (history.on_hand, history.promised)
    total = told.on_hand - told.open_online - told.counter_reserve - told.safety
    assert total == history.free
    assert told.published == sent == max(0, int(total // 1))
    assert sum((units for _, units, _ in told.orders), Decimal(0)) == told.open_online
    assert told.short_since == history.short_since()
    assert (told.short_since is not None) <= (total < 0)


# --- the gap --------------------------------------------------------------------------------------------------------


def gap(database: Database) -> SyncGap | None:
    return database.read_now(lambda reader: reader.tills.gap())


def test_nobody_ever_sent_and_nobody_is_missed(database: Database, pan: Product) -> None:
    owe(database, product_subject(pan))
    assert gap(database) is None


def test_the_gap_is_the_time_since_the_sender_stopped(
    database: Database, pan: Product, gerente: Actor, clock: HandClock
) -> None:
    lead = lead_of(database, seconds=90)
    assert gap(database) is None
    stopped = clock.forward(seconds=30)
    in_books(database, lambda uow: uow.leadership.release(holder=lead.holder, epoch=lead.epoch, at=uow.now))
    assert gap(database) == SyncGap(since=stopped, pending=0, orders=0)
    clock.forward(hours=2, minutes=13)
    move(database, pan, MovementKind.EXIT, 1, by=gerente)
    kept = note(database, ordered("501", (pan, 1)))
    note(database, ordered("502", (pan, 1), status=CANCELLED))
    in_books(database, lambda uow: uow.orders.set_stage(kept, OrderStage.IMPORTED, promised=True, at=uow.now))
    told = gap(database)
    assert told == SyncGap(since=stopped, pending=1, orders=1)
    assert clock.now - told.since == timedelta(hours=2, minutes=13)
    lead_of(database, "caixa-2")
    assert gap(database) is None, "another station took over"


def test_a_station_that_crashed_is_missed_from_the_end_of_its_time(
    database: Database, clock: HandClock
) -> None:
    lead_of(database, seconds=90)
    clock.forward(seconds=89)
    assert gap(database) is None
    clock.forward(minutes=20)
    assert gap(database) == SyncGap(since=NOON + timedelta(seconds=90), pending=0, orders=0)


def test_what_the_option_keeps_here_or_a_person_holds_back_does_not_wait(
    database: Database, pan: Product, gerente: Actor, administrador: Actor, clock: HandClock
) -> None:
    lead_of(database, seconds=1)
    clock.forward(minutes=20)
    owe(database, product_subject(pan))
    other = keep(database, by=gerente)
    told = gap(database)
    assert told is not None
    assert told.pending == 6
    database.run_now(choose_sync_option, SyncOption.COMMERCIAL, by=administrador)
    ids = [row.id for row in queue(database) if row.subject == product_subject(other)]
    in_books(database, lambda uow: uow.outbox.pause(ids, paused=True))
    told = gap(database)
    assert told is not None
    assert told.pending == 2
