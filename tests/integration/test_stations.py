"""Several stations at the same books at the same time: what one takes, no other has."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.books import HandClock, OpenStation, in_books
from tests.builders import a_movement, a_token, claim, empty_queue, keep, lead_of, move, owe, queue
from varejoforte_desktop.application.delivery import take_lead
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.quota import reserve_turns
from varejoforte_desktop.application.stock import MovementReceipt, move_stock
from varejoforte_desktop.application.store import Purpose
from varejoforte_desktop.domain.errors import InsufficientStock
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect, QueueState, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

PAN, POT = Subject(SubjectKind.PRODUCT, 1), Subject(SubjectKind.PRODUCT, 2)
STOCK = frozenset({Aspect.STOCK})


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do these at the same time; what each gave, or the refusal it met."""
    ready = threading.Barrier(len(works), timeout=10)

    def begin(work: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return work()
        except InsufficientStock as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as together:
        return list(together.map(begin, works))


def sell(station: Database, product: Product, by: Actor, times: int = 1) -> Callable[[], list[Any]]:
    def work() -> list[Any]:
        outcomes: list[Any] = []
        for _ in range(times):
            try:
                outcomes.append(move(station, product, MovementKind.EXIT, 1, by=by))
            except InsufficientStock as refused:
                outcomes.append(refused)
        return outcomes

    return work


def test_the_last_unit_is_sold_once(
    database: Database, second_station: Database, gerente: Actor, operador: Actor
) -> None:
    for _ in range(5):
        last = keep(database, by=gerente, on_hand=1)
        one, other = at_once(sell(database, last, operador), sell(second_station, last, operador))
        kinds = sorted(type(outcome).__name__ for outcome in one + other)
        assert kinds == ["InsufficientStock", "MovementReceipt"]
        assert in_books(database, lambda uow, last=last: uow.shelf.on_hand(last.id)) == 0
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_two_hundred_sales_of_a_hundred_and_fifty_units(
    database: Database, second_station: Database, gerente: Actor, operador: Actor
) -> None:
    pans = keep(database, by=gerente, on_hand=150)
    one, other = at_once(sell(database, pans, operador, 100), sell(second_station, pans, operador, 100))
    outcomes = one + other
    sold = [each for each in outcomes if isinstance(each, MovementReceipt)]
    assert (len(outcomes), len(sold)) == (200, 150)
    assert sorted(each.balance for each in sold) == [Decimal(n) for n in range(150)]
    assert in_books(database, lambda uow: uow.shelf.on_hand(pans.id)) == 0
    assert len(database.read_now(lambda reader: reader.movements(limit=1000))) == 151
    assert database.read_now(lambda reader: reader.check()).problems == ()
    assert [row.aspect for row in queue(database)].count(Aspect.STOCK) == 1


def test_the_same_form_sent_from_two_stations_moves_once(
    database: Database, second_station: Database, gerente: Actor
) -> None:
    pan = keep(database, by=gerente, on_hand=1)
    token = a_token()
    receipts = at_once(
        *(
            lambda station=station: move(station, pan, MovementKind.EXIT, 1, by=gerente, token=token)
            for station in (database, second_station)
        )
    )
    assert sorted(each.repeated for each in receipts) == [False, True]
    assert {each.balance for each in receipts} == {0}


def test_two_counts_of_one_shelf_add_up_in_the_ledger(
    database: Database, second_station: Database, gerente: Actor
) -> None:
    pan = keep(database, by=gerente, on_hand=5)
    at_once(
        *(
            lambda station=station, counted=counted: move(
                station, pan, MovementKind.ADJUSTMENT, counted, by=gerente
            )
            for station, counted in ((database, 9), (second_station, 2))
        )
    )
    assert in_books(database, lambda uow: uow.shelf.on_hand(pan.id)) in {2, 9}
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_two_stations_that_owe_the_same_at_once_owe_one_line(
    database: Database, second_station: Database
) -> None:
    many = [
        lambda s=s: [owe(s, PAN, POT, aspects=STOCK) for _ in range(20)] for s in (database, second_station)
    ]
    at_once(*many)
    assert [(row.subject, row.aspect) for row in queue(database)] == [
        (PAN, Aspect.STOCK),
        (POT, Aspect.STOCK),
    ]
    assert {line.revision for line in claim(database)} == {40}


def test_one_of_many_stations_leads(
    database: Database, second_station: Database, stations: OpenStation
) -> None:
    opened = [database, second_station, stations(database.url)]

    def lead(number: int) -> object:
        return opened[number].run_now(
            take_lead, holder=f"caixa-{number}", station="s", operator="Ana", lasting=timedelta(seconds=90)
        )

    leaders = at_once(*(lambda n=n: lead(n) for n in range(3)))
    assert sum(leader is not None for leader in leaders) == 1


def test_two_senders_never_take_the_same_line(database: Database, second_station: Database) -> None:
    owe(database, *(Subject(SubjectKind.PRODUCT, n) for n in range(1, 41)))

    def drain(station: Database) -> list[int]:
        ids: list[int] = []
        while taken := claim(station, limit=3):
            ids += [line.id for line in taken]
        return ids

    one, other = at_once(lambda: drain(database), lambda: drain(second_station))
    drain(database)  # what was skipped while the other held it
    assert Counter(one + other).most_common(1)[0][1] == 1
    assert {row.state for row in queue(database)} == {QueueState.SENDING}


@pytest.fixture
def cashier(postgres_shop: str, stations: OpenStation, gerente: Actor) -> Any:
    """Begins a transaction at another station and leaves it open until it is told to go on."""
    station = stations(postgres_shop)
    doing, may_end = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as hands:

        def hold_open(work: Callable[[UnitOfWork], Any]) -> None:
            def slowly(uow: UnitOfWork) -> None:
                work(uow)
                doing.set()
                assert may_end.wait(10)

            hands.submit(station.run_now, slowly)
            assert doing.wait(10)

        yield hold_open, may_end
        may_end.set()


def test_the_sender_does_not_wait_for_an_open_sale(
    postgres_shop: str, stations: OpenStation, cashier: Any, clock: HandClock
) -> None:
    sender = stations(postgres_shop)
    owe(sender, PAN)
    hold_open, may_end = cashier
    hold_open(lambda uow: uow.outbox.owe([PAN], STOCK, uow.now))
    taken = claim(sender)
    assert [line.aspect for line in taken] == [Aspect.PRICE, Aspect.CONTENT]
    may_end.set()


def test_an_edit_that_commits_during_the_answer_stays_owed(
    postgres_shop: str, stations: OpenStation, cashier: Any
) -> None:
    sender = stations(postgres_shop)
    owe(sender, PAN, aspects=STOCK)
    taken = claim(sender)
    hold_open, may_end = cashier
    hold_open(lambda uow: uow.outbox.owe([PAN], STOCK, uow.now))
    threading.Timer(0.1, may_end.set).start()
    in_books(sender, lambda uow: uow.outbox.acknowledge(taken, epoch=1, at=uow.now))
    assert [row.state for row in queue(sender)] == [QueueState.WAITING]
    assert claim(sender)[0].revision == 2


def test_turns_that_another_station_is_just_taking_are_not_given_out_twice(
    postgres_shop: str, stations: OpenStation, cashier: Any
) -> None:
    station = stations(postgres_shop)
    hold_open, may_end = cashier
    hold_open(lambda uow: reserve_turns(uow, wanted=180, purpose=Purpose.ORDERS))
    threading.Timer(0.1, may_end.set).start()
    assert station.run_now(reserve_turns, wanted=1, purpose=Purpose.ORDERS).turns == 0


def test_stations_that_cross_each_other_both_succeed(
    postgres_shop: str, stations: OpenStation, gerente: Actor
) -> None:
    """A deadlock is the database's affair: the loser begins again and nobody is told."""
    here, there = stations(postgres_shop), stations(postgres_shop)
    first, second = (keep(here, by=gerente, on_hand=10) for _ in range(2))
    meet = threading.Barrier(2, timeout=2)

    def cross(station: Database, one: Product, other: Product) -> Callable[[], Any]:
        tries: list[int] = []

        def both(uow: UnitOfWork) -> None:
            tries.append(1)
            move_stock(uow, a_movement(one.id, MovementKind.EXIT, 1), token=a_token(), by=gerente)
            if len(tries) == 1:
                meet.wait()
            move_stock(uow, a_movement(other.id, MovementKind.EXIT, 1), token=a_token(), by=gerente)

        return lambda: station.run_now(both)

    at_once(cross(here, first, second), cross(there, second, first))
    for product in (first, second):
        assert in_books(here, lambda uow, product=product: uow.shelf.on_hand(product.id)) == 8
    assert here.read_now(lambda reader: reader.check()).problems == ()


SELLER = """
import sys
from tests.books import HandClock
from tests.builders import move
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.domain.errors import InsufficientStock
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database

books = Database(sys.argv[1], ChangeFeed(), clock=HandClock())
ana = Actor(operator_id=2, login="ana", name="Ana", role=Role.OPERADOR, station="Caixa")
pan = books.run_now(lambda uow: uow.products.get(int(sys.argv[2])))
sold = 0
for _ in range(30):
    try:
        move(books, pan, MovementKind.EXIT, 1, by=ana)
        sold += 1
    except InsufficientStock:
        pass
books.close()
print(sold)
"""


def test_two_programs_on_one_file_sell_what_there_is(
    sqlite_shop: str, stations: OpenStation, gerente: Actor
) -> None:
    database = stations(sqlite_shop)
    pans = keep(database, by=gerente, on_hand=40)
    command = [sys.executable, "-c", SELLER, sqlite_shop, str(pans.id)]
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    sold = [int(program.communicate(timeout=30)[0]) for program in programs]
    assert sum(sold) == 40
    assert in_books(database, lambda uow: uow.shelf.on_hand(pans.id)) == 0
    assert database.read_now(lambda reader: reader.check()).problems == ()
    empty_queue(database)


def test_a_new_leader_takes_over_what_a_dead_station_held(
    database: Database, second_station: Database, clock: HandClock
) -> None:
    owe(database, PAN)
    first = lead_of(database, "caixa-1")
    claim(database, epoch=first.epoch)
    clock.forward(seconds=90)
    second = lead_of(second_station, "caixa-2")
    assert in_books(second_station, lambda uow: uow.outbox.recover(epoch=second.epoch, at=uow.now)) == 3
    assert len(claim(second_station, epoch=second.epoch)) == 3
