"""Sales are numbered without gaps, cancelled once, found again, and never disagree with the ledger."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.books import HandClock, OpenStation, Told, ask_sql, in_books
from tests.builders import a_token, empty_queue, keep
from tests.integration.test_counter import a_basket, pay, sell
from tests.order_builders import (
    a_buyer,
    a_line,
    an_order,
    at_once,
    imported,
    learn_statuses,
    on_hand,
    owed_to_store,
    register,
    stock_of,
    till_at,
)
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.counter import finish_basket
from varejoforte_desktop.application.sale_questions import SaleRow
from varejoforte_desktop.application.sales import SaleReceipt, cancel_sale
from varejoforte_desktop.domain.errors import (
    InsufficientStock,
    Missing,
    NoSuchRecord,
    NotAllowed,
    SaleAlreadyCancelled,
    TillClosed,
)
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import PaymentMethod, SaleState
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """A thousand pans at R$ 50,00."""
    kept = keep(database, by=gerente, on_hand=1000, price=Money(5000))
    empty_queue(database)
    return kept


@pytest.fixture
def till(database: Database, operador: Actor) -> int:
    """The till of the counter, open."""
    return till_at(database, operador)


def rows(database: Database, text: str = "", **options: int) -> list[SaleRow]:
    return database.read_now(lambda reader: reader.sales.rows(text=text, **options))


def numbers_of(receipts: list[SaleReceipt], station: str) -> list[int]:
    return sorted(int(each.number.rpartition("-")[2]) for each in receipts if each.number.startswith(station))


# -- numbers -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("till")
def test_two_stations_and_two_windows_of_one_count_each_by_itself(
    database: Database, second_station: Database, stations: OpenStation, pan: Product, operador: Actor
) -> None:
    """F18: every number once, from one up, with no gap, though some sales are refused on the way."""
    porta = replace(operador, station="Porta")
    till_at(database, porta)
    too_many = replace(a_basket(pan), lines=(replace(a_basket(pan).lines[0], quantity=Decimal(5000)),))
    refused = pay(too_many)

    def day(window: Database, by: Actor) -> list[SaleReceipt]:
        receipts = []
        for turn in range(12):
            if turn % 3 == 1:
                with pytest.raises(InsufficientStock):
                    window.run_now(finish_basket, replace(refused, token=a_token()), by=by)
            receipts.append(sell(window, pan, by=by))
        return receipts

    third = stations(database.url)
    worked = at_once(
        lambda: day(database, operador), lambda: day(second_station, operador), lambda: day(third, porta)
    )
    receipts = [receipt for each in worked for receipt in each]
    assert numbers_of(receipts, operador.station) == list(range(1, 25))
    assert numbers_of(receipts, "Porta") == list(range(1, 13))
    assert on_hand(database, pan) == 1000 - 36
    assert database.read_now(lambda reader: reader.check()).problems == ()


@pytest.mark.usefixtures("till")
def test_orders_and_counter_sales_of_a_station_share_its_numbers(
    database: Database, pan: Product, operador: Actor, administrador: Actor
) -> None:
    """F18."""
    learn_statuses(database, administrador)
    first = sell(database, pan, by=operador)
    order_id = imported(database, an_order(a_line(pan)), operador)
    second = register(database, order_id, operador)
    assert [each.number for each in (first, second)] == [f"{operador.station}-1", f"{operador.station}-2"]


# -- cancelling ----------------------------------------------------------------------------------------


def test_a_cancelled_sale_gives_goods_and_money_back_once(
    database: Database, pan: Product, operador: Actor, gerente: Actor, told: Told
) -> None:
    """F09: the second try is refused and moves nothing."""
    till = till_at(database, operador)
    receipt = sell(database, pan, pan, by=operador)
    empty_queue(database)
    told.take()
    cancelled = database.run_now(cancel_sale, receipt.sale_id, reason="Troca", by=gerente)
    assert cancelled.state is SaleState.CANCELLED
    assert on_hand(database, pan) == 1000
    assert owed_to_store(database) == stock_of(pan)
    assert told.take() >= {Topic.SALES, Topic.STOCK, Topic.PRODUCTS, Topic.TILL}
    sheet = database.read_now(lambda r: r.tills.open_till(operador.station))
    assert sheet is not None
    assert (sheet.row.id, sheet.totals.cash_sales, sheet.totals.cash_refunds) == (
        till,
        Money(10_000),
        Money(10_000),
    )
    with pytest.raises(SaleAlreadyCancelled) as refused:
        database.run_now(cancel_sale, receipt.sale_id, reason="De novo", by=gerente)
    assert refused.value.number == receipt.number
    assert on_hand(database, pan) == 1000
    moves = [m for m in database.read_now(lambda r: r.movements(limit=9)) if m.document == receipt.number]
    assert [m.amount for m in moves if m.kind is MovementKind.REVERSAL] == [1, 1]
    shown = database.read_now(lambda r: r.sales.detail(receipt.sale_id))
    assert (shown.cancelled_by, shown.cancel_reason) == (gerente.name, "Troca")
    assert database.read_now(lambda reader: reader.check()).problems == ()


@pytest.mark.usefixtures("till")
def test_two_people_cancel_the_same_sale_at_once(
    database: Database, second_station: Database, pan: Product, operador: Actor, gerente: Actor
) -> None:
    """F09: the goods come back once."""
    for _ in range(5):
        receipt = sell(database, pan, by=operador)
        outcomes = at_once(
            *(
                lambda s=station, r=receipt: s.run_now(cancel_sale, r.sale_id, reason="Troca", by=gerente)
                for station in (database, second_station)
            )
        )
        assert sorted(type(each).__name__ for each in outcomes) == ["Sale", "SaleAlreadyCancelled"]
    assert on_hand(database, pan) == 1000


@pytest.mark.usefixtures("till")
def test_an_operator_cancels_with_a_supervisor(
    database: Database, pan: Product, operador: Actor, gerente: Actor
) -> None:
    receipt = sell(database, pan, by=operador)
    for supervisor in (None, operador):
        with pytest.raises(NotAllowed):
            database.run_now(
                cancel_sale, receipt.sale_id, reason="Troca", by=operador, approved_by=supervisor
            )
    with pytest.raises(Missing):
        database.run_now(cancel_sale, receipt.sale_id, reason=" \x00 ", by=gerente)
    assert on_hand(database, pan) == 999
    database.run_now(cancel_sale, receipt.sale_id, reason="Troca", by=operador, approved_by=gerente)
    assert on_hand(database, pan) == 1000


def test_money_goes_back_only_out_of_an_open_till(
    database: Database, till: int, pan: Product, operador: Actor, gerente: Actor
) -> None:
    receipt = sell(database, pan, by=operador)
    elsewhere = replace(gerente, station="Porta")
    with pytest.raises(TillClosed) as refused:
        database.run_now(cancel_sale, receipt.sale_id, reason="Troca", by=elsewhere)
    assert refused.value.station == "Porta"
    assert on_hand(database, pan) == 999
    porta = till_at(database, elsewhere)
    database.run_now(cancel_sale, receipt.sale_id, reason="Troca", by=elsewhere)
    assert ask_sql(database.url, "SELECT till_id, cancelled_till_id FROM sale") == [(till, porta)]


def test_a_sale_paid_online_is_cancelled_without_a_till(
    database: Database, pan: Product, gerente: Actor, administrador: Actor
) -> None:
    learn_statuses(database, administrador)
    receipt = register(database, imported(database, an_order(a_line(pan)), gerente), gerente)
    database.run_now(cancel_sale, receipt.sale_id, reason="Troca", by=gerente)
    assert on_hand(database, pan) == 1000


def test_cancelling_what_is_not_there(database: Database, gerente: Actor) -> None:
    with pytest.raises(NoSuchRecord):
        database.run_now(cancel_sale, 999, reason="Troca", by=gerente)


@pytest.mark.usefixtures("till")
def test_goods_that_are_not_sold_online_go_without_the_store_hearing(
    database: Database, operador: Actor, gerente: Actor
) -> None:
    counter_only = keep(database, by=gerente, on_hand=10, sell_online=False)
    receipt = sell(database, counter_only, by=operador)
    database.run_now(cancel_sale, receipt.sale_id, reason="Troca", by=gerente)
    assert owed_to_store(database) == set()


# -- finding sales -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("till")
def test_sales_are_found_by_number_buyer_document_and_order(
    database: Database, pan: Product, operador: Actor, administrador: Actor
) -> None:
    learn_statuses(database, administrador)
    walk_in = sell(database, pan, by=operador, buyer_document="529.982.247-25", buyer_name="José 100%")
    order = an_order(a_line(pan), buyer=a_buyer(name="Marina Duarte"))
    online = register(database, imported(database, order, operador), operador)
    by_number = {each.number: each for each in (walk_in, online)}
    assert [row.number for row in rows(database)] == [online.number, walk_in.number]
    for text, found in (
        ("1", walk_in),
        (walk_in.number, walk_in),
        (online.number.upper(), online),
        ("josé", walk_in),
        ("100%", walk_in),
        ("52998224725", walk_in),
        ("529.982.247-25", walk_in),
        ("duarte", online),
        ("marina duarte", online),
        (order.remote_id, online),
        (f"#{order.remote_id}", online),
    ):
        assert [row.number for row in rows(database, text)] == [found.number], text
    assert rows(database, "ninguém") == []
    shown = {row.number: row for row in rows(database)}
    assert shown[online.number].order_remote_id == order.remote_id
    assert shown[walk_in.number].methods == (PaymentMethod.CASH,)
    assert {row.total for row in shown.values()} == {each.total for each in by_number.values()}


@pytest.mark.usefixtures("till")
def test_a_long_list_is_read_in_parts(database: Database, pan: Product, operador: Actor) -> None:
    receipts = [sell(database, pan, by=operador) for _ in range(7)]
    first = rows(database, limit=3)
    second = rows(database, limit=3, before_id=first[-1].id)
    third = rows(database, limit=3, before_id=second[-1].id)
    assert [row.id for row in (*first, *second, *third)] == [each.sale_id for each in receipts[::-1]]


@pytest.mark.usefixtures("till")
def test_a_sale_shows_what_was_sold_when_by_whom_and_how_it_was_paid(
    database: Database, pan: Product, operador: Actor, clock: HandClock
) -> None:
    receipt = sell(database, pan, pan, by=operador)
    shown = database.read_now(lambda r: r.sales.detail(receipt.sale_id))
    assert (shown.row.number, shown.row.operator, shown.row.at) == (receipt.number, operador.name, clock.now)
    assert [line.name for line in shown.sale.lines] == [pan.name, pan.name]
    assert shown.sale == in_books(database, lambda uow: uow.sales.get(receipt.sale_id))
    assert (shown.cancelled_at, shown.cancelled_by, shown.cancel_reason) == (None, "", "")
    with pytest.raises(NoSuchRecord):
        database.read_now(lambda r: r.sales.detail(999))
