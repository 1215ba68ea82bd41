"""Goods move once, the shelf never goes below zero, and the ledger proves it."""

from decimal import Decimal

import pytest

from tests.books import NOON, Told, ask_sql, in_books
from tests.builders import a_movement, a_token, empty_queue, keep, move, queue
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.domain.errors import (
    DomainError,
    InsufficientStock,
    Missing,
    Negative,
    NoSuchRecord,
    NotAllowed,
    NotANumber,
    NotInteger,
    TooLong,
)
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """Five pans on the shelf and an empty queue."""
    kept = keep(database, by=gerente, on_hand=5)
    empty_queue(database)
    return kept


def on_hand(database: Database, product: Product) -> Decimal:
    amount: Decimal = in_books(database, lambda uow: uow.shelf.on_hand(product.id))
    return amount


def ledger_length(database: Database) -> int:
    return len(database.read_now(lambda reader: reader.movements()))


def test_goods_that_arrive_are_on_the_shelf_in_the_ledger_and_owed(
    database: Database, pan: Product, operador: Actor, told: Told
) -> None:
    receipt = move(database, pan, MovementKind.ENTRY, 3, by=operador)
    assert (receipt.amount, receipt.balance, receipt.repeated) == (3, 8, False)
    assert on_hand(database, pan) == 8
    assert [row.aspect for row in queue(database)] == [Aspect.STOCK]
    assert told.take() == {Topic.STOCK, Topic.PRODUCTS, Topic.QUEUE}
    line = database.read_now(lambda reader: reader.movements(product_id=pan.id))[0]
    assert (line.kind, line.amount, line.balance) == (MovementKind.ENTRY, 3, 8)
    assert (line.operator, line.station, line.at) == ("Ana Lima", "Balcão", NOON)


@pytest.mark.parametrize("kind", [MovementKind.EXIT, MovementKind.LOSS, MovementKind.OWN_USE])
def test_goods_that_leave_are_written_below_zero(
    database: Database, pan: Product, gerente: Actor, kind: MovementKind
) -> None:
    assert move(database, pan, kind, 2, by=gerente).amount == -2
    assert on_hand(database, pan) == 3


def test_more_than_there_is_cannot_leave(database: Database, pan: Product, operador: Actor) -> None:
    with pytest.raises(InsufficientStock) as refused:
        move(database, pan, MovementKind.EXIT, 6, by=operador)
    assert (refused.value.reference, Decimal(refused.value.on_hand)) == (pan.reference, 5)
    assert Decimal(refused.value.wanted) == 6
    assert on_hand(database, pan) == 5
    assert ledger_length(database) == 1
    assert queue(database) == []


def test_the_last_one_can_leave(database: Database, pan: Product, operador: Actor) -> None:
    assert move(database, pan, MovementKind.EXIT, 5, by=operador).balance == 0


def test_a_count_says_what_is_there(database: Database, pan: Product, gerente: Actor) -> None:
    for counted, change in ((7, 2), (1, -6), (0, -1), (0, 0)):
        receipt = move(database, pan, MovementKind.ADJUSTMENT, counted, by=gerente)
        assert (receipt.amount, receipt.balance) == (change, counted)
    assert ledger_length(database) == 5
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_a_count_that_agrees_owes_nothing(database: Database, pan: Product, gerente: Actor) -> None:
    move(database, pan, MovementKind.ADJUSTMENT, 5, by=gerente)
    assert queue(database) == []


def test_a_product_off_the_store_owes_nothing_when_it_moves(database: Database, gerente: Actor) -> None:
    keep(database, by=gerente, on_hand=5, sell_online=False)
    assert queue(database) == []


@pytest.mark.parametrize("kind", list(MovementKind))
def test_half_a_pan_does_not_move(
    database: Database, pan: Product, gerente: Actor, kind: MovementKind
) -> None:
    with pytest.raises(NotInteger):
        move(database, pan, kind, "0.5", by=gerente)


def test_half_a_kilo_moves_and_thirds_of_a_gram_do_not(database: Database, gerente: Actor) -> None:
    flour = keep(database, by=gerente, unit="kg", on_hand="2.500")
    assert move(database, flour, MovementKind.EXIT, "0.125", by=gerente).balance == Decimal("2.375")
    with pytest.raises(NotANumber):
        move(database, flour, MovementKind.EXIT, "0.0003", by=gerente)


@pytest.mark.parametrize(
    ("kind", "amount", "changes", "error"),
    [
        (MovementKind.ENTRY, 0, {}, Missing),
        (MovementKind.EXIT, -1, {}, Negative),
        (MovementKind.ADJUSTMENT, -1, {}, Negative),
        (MovementKind.ENTRY, 1, {"reason": "  "}, Missing),
        (MovementKind.ENTRY, 1, {"reason": "x" * 201}, TooLong),
        (MovementKind.ENTRY, 1, {"document": "x" * 61}, TooLong),
        (MovementKind.ENTRY, 10**12, {}, NotANumber),
    ],
)
def test_a_movement_that_cannot_be_written_is_refused(
    database: Database,
    pan: Product,
    gerente: Actor,
    *,
    kind: MovementKind,
    amount: int,
    changes: dict[str, str],
    error: type[DomainError],
) -> None:
    with pytest.raises(error):
        database.run_now(move_stock, a_movement(pan.id, kind, amount, **changes), token=a_token(), by=gerente)
    assert on_hand(database, pan) == 5


@pytest.mark.parametrize(
    "kind", [each for each in MovementKind if each not in {MovementKind.ENTRY, MovementKind.EXIT}]
)
def test_the_counter_sells_and_receives_and_does_not_count(
    database: Database, pan: Product, operador: Actor, kind: MovementKind
) -> None:
    with pytest.raises(NotAllowed):
        move(database, pan, kind, 1, by=operador)
    assert move(database, pan, MovementKind.EXIT, 1, by=operador).balance == 4


@pytest.mark.parametrize("kind", list(MovementKind))
def test_pressing_the_key_five_times_moves_once(
    database: Database, pan: Product, gerente: Actor, kind: MovementKind
) -> None:
    token = a_token()
    first = move(database, pan, kind, 5, by=gerente, token=token)
    after = on_hand(database, pan)
    lines = len(queue(database))
    for _ in range(4):
        again = move(database, pan, kind, 5, by=gerente, token=token)
        assert (again.repeated, again.amount, again.balance) == (True, first.amount, first.balance)
    assert on_hand(database, pan) == after
    assert ledger_length(database) == 2
    assert [row.attempts for row in queue(database)] == [0] * lines


def test_a_repeated_sale_of_the_last_pan_is_no_shortage(
    database: Database, pan: Product, operador: Actor
) -> None:
    token = a_token()
    move(database, pan, MovementKind.EXIT, 5, by=operador, token=token)
    assert move(database, pan, MovementKind.EXIT, 5, by=operador, token=token).repeated


def test_a_token_writes_one_line_in_the_ledger(database: Database, pan: Product, gerente: Actor) -> None:
    from varejoforte_desktop.application.ports import Movement

    line = Movement(
        product_id=pan.id,
        kind=MovementKind.ENTRY,
        amount=Decimal(0),
        balance=Decimal(5),
        reason="r",
        document="",
        operator_id=gerente.operator_id,
        station="s",
        token="t",
    )
    assert in_books(database, lambda uow: (uow.shelf.record(line, NOON), uow.shelf.record(line, NOON))) == (
        True,
        False,
    )


def test_the_database_itself_refuses_a_shelf_below_zero(database: Database, pan: Product) -> None:
    with pytest.raises(Exception, match="ck_stock_not_negative"):
        ask_sql(database.url, "UPDATE stock SET on_hand = -1 WHERE product_id = :id", id=pan.id)
    assert in_books(database, lambda uow: uow.shelf.take(pan.id, Decimal(6))) is None


def test_a_shelf_that_is_not_there_takes_nothing(database: Database) -> None:
    with pytest.raises(NoSuchRecord):
        in_books(database, lambda uow: uow.shelf.put(404, Decimal(1)))
    with pytest.raises(NoSuchRecord):
        in_books(database, lambda uow: uow.shelf.on_hand(404))
    assert in_books(database, lambda uow: uow.shelf.take(404, Decimal(1))) is None


def test_the_ledger_is_read_newest_first_page_by_page(
    database: Database, pan: Product, gerente: Actor
) -> None:
    other = keep(database, by=gerente, on_hand=9)
    for _ in range(5):
        move(database, pan, MovementKind.EXIT, 1, by=gerente)
    page = database.read_now(lambda reader: reader.movements(product_id=pan.id, limit=4))
    assert [row.balance for row in page] == [0, 1, 2, 3]
    rest = database.read_now(lambda r: r.movements(product_id=pan.id, before_id=page[-1].id, limit=4))
    assert [row.balance for row in rest] == [4, 5]
    everything = database.read_now(lambda reader: reader.movements())
    assert {row.reference for row in everything} == {pan.reference, other.reference}
