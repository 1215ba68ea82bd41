"""The shelves are counted while the shop sells, and each product is corrected once, by what the count found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.books import NOON, HandClock, OpenStation, Told, ask_sql, in_books
from tests.builders import a_token, empty_queue, keep, move, queue
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.sale_ports import CountLine
from varejoforte_desktop.application.sale_questions import CountLineRow, CountRow
from varejoforte_desktop.application.stock_count import (
    CountReceipt,
    abandon_count,
    close_count,
    open_count,
    remove_line,
    scan,
    set_counted,
)
from varejoforte_desktop.domain.errors import (
    CountAlreadyOpen,
    CountClosed,
    DomainError,
    Missing,
    Negative,
    NoSuchRecord,
    NotAllowed,
    NotANumber,
    NotInteger,
    TooLong,
)
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

NAME = "Inventário de março"


@dataclass
class Shop:
    """A shop whose count is going on: ten pans at R$ 91,00 on the shelf, and an empty queue."""

    database: Database
    gerente: Actor
    operador: Actor
    pan: Product
    count_id: int

    def keep(self, on_hand: Decimal | int | str, **facts: Any) -> Product:
        """A product with some on the shelf."""
        return keep(self.database, by=self.gerente, on_hand=on_hand, **facts)

    def begun(self, name: str = NAME, *, station: Database | None = None) -> int:
        """A count begins."""
        return (station or self.database).run_now(open_count, name, by=self.gerente)

    def abandoned(self) -> None:
        """The count is given up."""
        self.database.run_now(abandon_count, by=self.gerente)

    def found(
        self, product: Product, amount: Decimal | int | str, *, station: Database | None = None
    ) -> CountLine:
        """So many are scanned."""
        return (station or self.database).run_now(scan, product.id, Decimal(amount), by=self.operador)

    def counted(self, product: Product, amount: int) -> CountLine:
        """The product was counted anew."""
        return self.database.run_now(set_counted, product.id, Decimal(amount), by=self.gerente)

    def removed(self, product: Product) -> None:
        """The product was not counted after all."""
        self.database.run_now(remove_line, product.id, by=self.gerente)

    def entered(self, product: Product, amount: int) -> None:
        """Goods arrive."""
        move(self.database, product, MovementKind.ENTRY, amount, by=self.operador)

    def left(self, product: Product, amount: int, *, station: Database | None = None) -> None:
        """Goods leave."""
        move(station or self.database, product, MovementKind.EXIT, amount, by=self.operador)

    def closed(self, *, station: Database | None = None, **how: Any) -> CountReceipt:
        """The count is closed."""
        return (station or self.database).run_now(close_count, by=self.gerente, **{"token": a_token(), **how})

    def on_hand(self, product: Product) -> Decimal:
        """What is on the shelf."""
        amount: Decimal = in_books(self.database, lambda uow: uow.shelf.on_hand(product.id))
        return amount

    def counts(self) -> list[CountRow]:
        """All counts."""
        return self.database.read_now(lambda reader: reader.tills.counts())

    def lines(self, count_id: int | None = None) -> list[CountLineRow]:
        """What was counted."""
        return self.database.read_now(lambda reader: reader.tills.count_lines(count_id or self.count_id))

    def uncounted(self) -> dict[str, Decimal]:
        """What nobody counted, by reference."""
        rows = self.database.read_now(lambda reader: reader.tills.uncounted(self.count_id))
        return {row.reference: row.expected for row in rows}

    def corrections(self) -> list[tuple[str, Decimal, Decimal, str, str]]:
        """The lines that counts wrote in the ledger."""
        rows = self.database.read_now(lambda reader: reader.movements())
        return [
            (row.reference, row.amount, row.balance, row.reason, row.document)
            for row in rows
            if row.kind is MovementKind.COUNT
        ]

    def sound(self) -> bool:
        """Whether the books prove right."""
        return self.database.read_now(lambda reader: reader.check()).problems == ()


@pytest.fixture
def calm(database: Database, gerente: Actor, operador: Actor) -> Shop:
    """A shop in which nobody counts."""
    pan = keep(database, by=gerente, on_hand=10)
    empty_queue(database)
    return Shop(database, gerente, operador, pan, 0)


@pytest.fixture
def shop(calm: Shop) -> Shop:
    """A shop that is being counted."""
    return replace(calm, count_id=calm.begun())


# --- beginning ------------------------------------------------------------------------------------------------------


def test_a_count_begins_with_a_name_and_is_listed(calm: Shop, told: Told) -> None:
    count_id = calm.begun("  Inventário \n de março ")
    assert told.take() == {Topic.COUNTS}
    assert calm.counts() == [
        CountRow(
            id=count_id,
            name=NAME,
            state="open",
            opened_at=NOON,
            opened_by="Bruno Reis",
            closed_at=None,
            products=0,
            differences=0,
        )
    ]


def test_there_is_one_count_at_a_time(shop: Shop) -> None:
    with pytest.raises(CountAlreadyOpen) as refused:
        shop.begun("Outro")
    assert refused.value.name == NAME
    shop.abandoned()
    assert shop.begun("Outro") != shop.count_id


@pytest.mark.parametrize(("name", "error"), [("  ", Missing), ("x" * 61, TooLong)])
def test_a_count_needs_a_name_that_the_ledger_can_hold(
    calm: Shop, name: str, error: type[DomainError]
) -> None:
    with pytest.raises(error) as refused:
        calm.begun(name)
    assert refused.value.field == "name"
    assert calm.counts() == []


def test_who_may_do_what(shop: Shop) -> None:
    assert shop.found(shop.pan, 1).counted == 1
    forbidden: tuple[Callable[[], object], ...] = (
        lambda: shop.database.run_now(open_count, "Outro", by=shop.operador),
        lambda: shop.database.run_now(set_counted, shop.pan.id, Decimal(3), by=shop.operador),
        lambda: shop.database.run_now(remove_line, shop.pan.id, by=shop.operador),
        lambda: shop.database.run_now(abandon_count, by=shop.operador),
        lambda: shop.database.run_now(close_count, by=shop.operador, token=a_token()),
    )
    for attempt in forbidden:
        with pytest.raises(NotAllowed):
            attempt()
    assert shop.counts()[0].state == "open"


# --- scanning -------------------------------------------------------------------------------------------------------


def test_each_scan_adds_and_the_first_one_notes_what_the_books_say(shop: Shop, told: Told) -> None:
    assert shop.found(shop.pan, 1) == CountLine(
        product_id=shop.pan.id, counted=Decimal(1), expected=Decimal(10)
    )
    assert told.take() == {Topic.COUNTS}
    assert shop.found(shop.pan, 12).counted == 13
    assert shop.found(shop.pan, -2).counted == 11
    line = shop.lines()[0]
    assert (line.counted, line.expected, line.difference, line.moved) == (11, 10, 1, False)
    assert (line.reference, line.name, line.unit, line.cost) == (
        shop.pan.reference,
        shop.pan.name,
        "UN",
        Money(9100),
    )
    assert shop.on_hand(shop.pan) == 10
    assert queue(shop.database) == []


def test_what_is_scanned_by_mistake_can_be_taken_back_whole(shop: Shop) -> None:
    shop.found(shop.pan, 1)
    assert shop.found(shop.pan, -1).counted == 0
    assert shop.lines() == [], "it was not counted as none"
    with pytest.raises(Negative):
        shop.found(shop.pan, -1)
    shop.found(shop.pan, 2)
    with pytest.raises(Negative):
        shop.found(shop.pan, -3)
    assert shop.closed().corrected == 1
    assert shop.on_hand(shop.pan) == 2


@pytest.mark.parametrize(
    ("amount", "error"), [("0.5", NotInteger), ("0", Missing), ("7894488022791", NotANumber)]
)
def test_amounts_that_cannot_be_counted(shop: Shop, amount: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        shop.found(shop.pan, amount)
    assert shop.lines() == []


def test_goods_by_weight_are_counted_in_thousandths(shop: Shop) -> None:
    coffee = shop.keep("5.5", unit="KG", name="Café a granel")
    shop.found(coffee, "2.125")
    assert shop.found(coffee, "3.250").counted == Decimal("5.375")
    assert shop.closed().cost == Money(-1138)
    assert shop.on_hand(coffee) == Decimal("5.375")


def test_nothing_is_counted_while_no_count_goes_on(calm: Shop) -> None:
    attempts: tuple[Callable[[], object], ...] = (
        lambda: calm.found(calm.pan, 1),
        lambda: calm.counted(calm.pan, 1),
        lambda: calm.removed(calm.pan),
        calm.abandoned,
        calm.closed,
    )
    for attempt in attempts:
        with pytest.raises(CountClosed):
            attempt()


def test_an_unknown_product_is_not_counted(shop: Shop) -> None:
    with pytest.raises(NoSuchRecord):
        shop.database.run_now(scan, 999, Decimal(1), by=shop.gerente)
    with pytest.raises(NoSuchRecord):
        shop.database.run_now(set_counted, 999, Decimal(1), by=shop.gerente)


def test_counting_anew_forgets_what_was_scanned_before(shop: Shop) -> None:
    shop.found(shop.pan, 4)
    shop.left(shop.pan, 3)
    shop.found(shop.pan, 1)
    assert shop.lines()[0].moved
    line = shop.counted(shop.pan, 6)
    assert (line.counted, line.expected) == (6, 7)
    assert not shop.lines()[0].moved
    with pytest.raises(Negative):
        shop.counted(shop.pan, -1)
    assert shop.closed().corrected == 1
    assert shop.on_hand(shop.pan) == 6


def test_nothing_found_is_something_counted(shop: Shop) -> None:
    shop.counted(shop.pan, 0)
    receipt = shop.closed()
    assert (receipt.products, receipt.corrected, receipt.zeroed, receipt.cost) == (1, 1, 0, Money(-91000))
    assert shop.on_hand(shop.pan) == 0


def test_a_line_that_was_removed_changes_nothing(shop: Shop) -> None:
    shop.found(shop.pan, 4)
    shop.removed(shop.pan)
    shop.removed(shop.pan)
    receipt = shop.closed()
    assert (receipt.products, receipt.corrected) == (0, 0)
    assert shop.on_hand(shop.pan) == 10
    assert shop.corrections() == []


# --- closing --------------------------------------------------------------------------------------------------------


def test_closing_corrects_what_differs_once_and_owes_the_store_the_new_numbers(
    shop: Shop, clock: HandClock, told: Told
) -> None:
    right = shop.keep(4, reference="CERTO")
    more = shop.keep(1, reference="SOBRA", cost=Money(1000))
    hidden = shop.keep(2, reference="BALCAO", sell_online=False, cost=Money(500))
    left_alone = shop.keep(7, reference="LONGE")
    empty_queue(shop.database)
    for product, amount in ((shop.pan, 8), (right, 4), (more, 3), (hidden, 1)):
        shop.found(product, amount)
    clock.forward(hours=2)
    told.take()
    receipt = shop.closed()
    assert receipt == CountReceipt(
        count_id=shop.count_id, products=4, corrected=3, zeroed=0, cost=Money(-18200 + 2000 - 500), short=()
    )
    assert told.take() == {Topic.COUNTS, Topic.STOCK, Topic.PRODUCTS, Topic.QUEUE, Topic.AUDIT}
    shelves = [shop.on_hand(each) for each in (shop.pan, right, more, hidden, left_alone)]
    assert shelves == [8, 4, 3, 1, 7]
    assert sorted(shop.corrections()) == sorted(
        [
            (shop.pan.reference, Decimal(-2), Decimal(8), "Contagem", NAME),
            ("SOBRA", Decimal(2), Decimal(3), "Contagem", NAME),
            ("BALCAO", Decimal(-1), Decimal(1), "Contagem", NAME),
        ]
    )
    assert {(row.subject.id, row.aspect) for row in queue(shop.database)} == {
        (shop.pan.id, Aspect.STOCK),
        (more.id, Aspect.STOCK),
    }
    row = shop.counts()[0]
    assert (row.state, row.products, row.differences, row.closed_at) == ("closed", 4, 3, clock.now)
    assert shop.sound()


def test_a_count_in_which_all_is_right_changes_nothing(shop: Shop, told: Told) -> None:
    shop.found(shop.pan, 10)
    told.take()
    receipt = shop.closed()
    assert (receipt.products, receipt.corrected, receipt.cost) == (1, 0, Money(0))
    assert told.take() == {Topic.COUNTS, Topic.AUDIT}
    assert shop.corrections() == []
    assert queue(shop.database) == []


def test_sales_made_after_the_scan_stay_right(shop: Shop) -> None:
    shop.found(shop.pan, 9)  # one is missing
    shop.left(shop.pan, 4)
    assert not shop.lines()[0].moved, "what was counted was counted before"
    receipt = shop.closed()
    assert (receipt.corrected, receipt.short) == (1, ())
    assert shop.on_hand(shop.pan) == 5


def test_goods_sold_while_they_are_being_counted_are_flagged(shop: Shop) -> None:
    other = shop.keep(3)
    shop.found(shop.pan, 3)
    shop.found(other, 3)
    shop.left(shop.pan, 1)
    shop.found(shop.pan, 6)
    shop.found(other, 1)
    assert {line.product_id: line.moved for line in shop.lines()} == {
        shop.pan.id: True,
        other.id: False,
    }


def test_what_was_sold_meanwhile_cannot_be_missing_too(shop: Shop) -> None:
    gone = shop.keep(5, cost=Money(100))
    shop.found(shop.pan, 4)  # six are missing
    shop.found(gone, 2)
    shop.left(shop.pan, 7)  # three are left, says the shelf
    shop.left(gone, 5)
    empty_queue(shop.database)
    receipt = shop.closed()
    assert [
        (line.product_id, line.reference, line.name, line.wanted, line.taken) for line in receipt.short
    ] == [
        (shop.pan.id, shop.pan.reference, shop.pan.name, 6, 3),
        (gone.id, gone.reference, gone.name, 3, 0),
    ]
    assert (receipt.corrected, receipt.cost) == (1, Money(-27300))
    assert (shop.on_hand(shop.pan), shop.on_hand(gone)) == (0, 0)
    assert [row.subject.id for row in queue(shop.database)] == [shop.pan.id]
    assert shop.sound()


def test_an_abandoned_count_changes_nothing(shop: Shop) -> None:
    shop.found(shop.pan, 1)
    shop.abandoned()
    assert shop.on_hand(shop.pan) == 10
    assert (shop.counts()[0].state, shop.counts()[0].differences) == ("abandoned", 1)
    with pytest.raises(CountClosed):
        shop.closed(count_id=shop.count_id)


def test_products_nobody_counted_are_zeroed_only_when_the_person_says_so(
    shop: Shop, clock: HandClock
) -> None:
    lost = shop.keep(2, reference="PERDIDO", cost=Money(100))
    sold = shop.keep(5, reference="VENDIDO", cost=Money(100))
    shop.keep(0, reference="VAZIO")
    shop.found(shop.pan, 10)
    clock.forward(minutes=5)
    arrived = shop.keep(6, reference="CHEGOU")
    shop.entered(lost, 3)
    shop.left(sold, 1)
    assert shop.uncounted() == {"PERDIDO": 2, "VENDIDO": 5}
    empty_queue(shop.database)
    receipt = shop.closed(zero_uncounted=True)
    assert (receipt.products, receipt.corrected, receipt.zeroed, receipt.cost) == (1, 2, 2, Money(-600))
    assert [(line.reference, line.wanted, line.taken) for line in receipt.short] == [("VENDIDO", 5, 4)]
    assert [shop.on_hand(each) for each in (shop.pan, lost, sold, arrived)] == [10, 3, 0, 6]
    assert sorted(shop.corrections()) == [
        ("PERDIDO", Decimal(-2), Decimal(3), "Não contado", NAME),
        ("VENDIDO", Decimal(-4), Decimal(0), "Não contado", NAME),
    ]


def test_the_lists_of_a_count_are_in_order(calm: Shop, clock: HandClock) -> None:
    named = {name: calm.keep(1, name=name) for name in ("Zebra", "água", "Bule", "Ímã")}
    first = calm.begun("Primeiro")
    calm.abandoned()
    clock.forward(days=1)
    second = calm.begun("Segundo")
    calm.database.run_now(close_count, by=calm.gerente, token=a_token())
    third = calm.begun("Terceiro")
    for name in ("Zebra", "água"):
        calm.found(named[name], 1)
    assert [row.id for row in calm.counts()] == [third, second, first]
    assert [row.id for row in calm.database.read_now(lambda reader: reader.tills.counts(limit=1))] == [third]
    assert [line.name for line in calm.lines(third)] == ["água", "Zebra"]
    missing = calm.database.read_now(lambda reader: reader.tills.uncounted(third))
    assert [(line.name, line.counted, line.difference) for line in missing] == [
        ("Bule", 0, -1),
        ("Ímã", 0, -1),
        (calm.pan.name, 0, -10),
    ]
    assert len(calm.database.read_now(lambda reader: reader.tills.uncounted(third, limit=1))) == 1
    assert calm.lines(999) == []


# --- twice, and after a crash ---------------------------------------------------------------------------------------


def test_a_close_whose_answer_was_lost_is_answered_again(shop: Shop, clock: HandClock) -> None:
    shop.keep(2, reference="PERDIDO")
    shop.found(shop.pan, 7)
    clock.forward(minutes=40)
    token = a_token()
    first = shop.closed(token=token, count_id=shop.count_id, zero_uncounted=True)
    again = shop.closed(token=token, count_id=shop.count_id, zero_uncounted=True)
    assert again.repeated
    assert (again.products, again.corrected, again.zeroed, again.cost) == (
        first.products,
        first.corrected,
        first.zeroed,
        first.cost,
    )
    assert len(shop.corrections()) == 2
    assert shop.on_hand(shop.pan) == 7


def test_somebody_elses_close_is_not_mine(shop: Shop) -> None:
    shop.found(shop.pan, 7)
    shop.closed()
    for how in ({"count_id": shop.count_id}, {}):
        with pytest.raises(CountClosed):
            shop.closed(**how)
    assert len(shop.corrections()) == 1


def test_a_late_repeat_leaves_the_next_count_alone(shop: Shop) -> None:
    shop.found(shop.pan, 7)
    token = a_token()
    shop.closed(token=token, count_id=shop.count_id)
    shop.begun("Outro")
    shop.found(shop.pan, 1)
    assert shop.closed(token=token, count_id=shop.count_id).repeated
    assert shop.counts()[0].state == "open"
    assert shop.on_hand(shop.pan) == 7


def test_a_crash_in_the_middle_of_closing_leaves_the_count_open_and_whole(
    shop: Shop, stations: OpenStation
) -> None:
    more = shop.keep(1)
    shop.found(shop.pan, 7)
    shop.found(more, 5)

    class PowerCut(Exception):
        pass

    def cut(uow: Any) -> None:
        close_count(uow, by=shop.gerente, token="t")
        raise PowerCut

    with pytest.raises(PowerCut):
        shop.database.run_now(cut)
    again = replace(shop, database=stations(shop.database.url))
    assert again.counts()[0].state == "open"
    assert [line.counted for line in again.lines()] == [7, 5]
    assert again.corrections() == []
    assert again.closed(token="t", count_id=again.count_id).corrected == 2
    assert (again.on_hand(shop.pan), again.on_hand(more)) == (7, 5)


def test_scans_survive_a_crash_of_the_station(shop: Shop, stations: OpenStation) -> None:
    shop.found(shop.pan, 3)
    shop.database.close()
    again = replace(shop, database=stations(shop.database.url))
    assert again.found(shop.pan, 4).counted == 7
    assert again.closed().corrected == 1
    assert again.on_hand(shop.pan) == 7


# --- two stations ---------------------------------------------------------------------------------------------------


def at_once(*jobs: Callable[[], object]) -> list[BaseException]:
    """Run these on threads of their own, all starting together; what they raised."""
    start, raised = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        start.wait()
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_two_stations_count_the_same_product_while_a_third_sells_it(
    shop: Shop, stations: OpenStation
) -> None:
    second, till = stations(shop.database.url), stations(shop.database.url)
    scans = 12

    def count_at(station: Database) -> Callable[[], None]:
        def count() -> None:
            for _ in range(scans):
                shop.found(shop.pan, 1, station=station)

        return count

    def sell() -> None:
        for _ in range(4):
            shop.left(shop.pan, 1, station=till)

    assert at_once(count_at(shop.database), count_at(second), sell) == []
    line = shop.lines()[0]
    assert line.counted == 2 * scans
    sold_before = 10 - line.expected
    assert 0 <= sold_before <= 4
    assert shop.on_hand(shop.pan) == 6
    shop.closed()
    assert shop.on_hand(shop.pan) == 2 * scans - (4 - sold_before)
    assert shop.sound()


def test_of_two_stations_that_close_at_once_one_corrects(shop: Shop, stations: OpenStation) -> None:
    second = stations(shop.database.url)
    shop.found(shop.pan, 4)
    refused = at_once(
        *(
            lambda station=each: shop.closed(station=station, count_id=shop.count_id)
            for each in (shop.database, second)
        )
    )
    assert [type(error) for error in refused] == [CountClosed]
    assert shop.on_hand(shop.pan) == 4
    assert len(shop.corrections()) == 1


def test_of_two_stations_that_begin_at_once_one_does(calm: Shop, stations: OpenStation) -> None:
    second = stations(calm.database.url)
    refused = at_once(*(lambda station=each: calm.begun(station=station) for each in (calm.database, second)))
    assert [type(error) for error in refused] == [CountAlreadyOpen]
    assert len(calm.counts()) == 1


def test_closing_and_selling_at_once_never_lock_each_other_out(shop: Shop, stations: OpenStation) -> None:
    products = [shop.keep(20) for _ in range(8)]
    for product in products:
        shop.found(product, 15)
    till = stations(shop.database.url)

    def sell() -> None:
        for product in reversed(products):
            shop.left(product, 1, station=till)

    assert at_once(shop.closed, sell) == []
    assert [shop.on_hand(product) for product in products] == [14] * 8
    assert shop.sound()


# --- any history ----------------------------------------------------------------------------------------------------

EVENTS = st.lists(
    st.tuples(st.sampled_from(["scan", "set", "entry", "exit", "remove"]), st.integers(1, 9)), max_size=14
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, held=st.integers(0, 12))
def test_after_any_count_the_shelf_is_what_was_found_and_what_moved_since(
    calm: Shop, events: list[tuple[str, int]], held: int
) -> None:
    product = calm.keep(held)
    calm.begun()
    counted: int | None = None
    expected = shelf = held
    for what, amount in events:
        match what:
            case "scan":
                calm.found(product, amount)
                if counted is None:
                    counted, expected = 0, shelf
                counted += amount
            case "set":
                calm.counted(product, amount)
                counted, expected = amount, shelf
            case "remove":
                calm.removed(product)
                counted = None
            case "entry":
                calm.entered(product, amount)
                shelf += amount
            case "exit" if amount <= shelf:
                calm.left(product, amount)
                shelf -= amount
    receipt = calm.closed()
    wanted = shelf if counted is None else shelf + counted - expected
    assert calm.on_hand(product) == max(wanted, 0)
    assert bool(receipt.short) == (wanted < 0)
    sums = ask_sql(
        calm.database.url, "SELECT sum(amount) FROM stock_movement WHERE product_id = :id", id=product.id
    )
    assert int(sums[0][0] or 0) == max(wanted, 0) * 1000
