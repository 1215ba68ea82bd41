"""Orders in the corners: gone lines, races, other stores, other zones; nothing is promised twice or for ever."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from tests.books import HandClock, OpenStation, ask_sql, in_books
from tests.builders import a_product, empty_queue, keep, lead_of, owe, product_subject, queue
from tests.integration.test_counter import a_basket, at_counter, on_hold, pay
from tests.order_builders import (
    CANCELLED,
    DONE,
    SENT,
    a_buyer,
    a_line,
    a_registration,
    an_order,
    at_once,
    detail,
    head_of,
    imported,
    known,
    learn_statuses,
    moved,
    owed_to_store,
    promised,
    registered,
    row,
    seen,
    stock_of,
    take_in,
    till_at,
    with_lines,
)
from varejoforte_desktop.application.counter import finish_basket, hold_basket, keep_basket
from varejoforte_desktop.application.delivery import Said, Stop, settle, take_batch
from varejoforte_desktop.application.order_import import (
    ImportReport,
    dismiss_order,
    link_line,
    obstacles_of,
    restore_order,
)
from varejoforte_desktop.application.order_inbox import next_window, note_heads, note_look
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_sale import cancel_order, recall_cancellation, register_order
from varejoforte_desktop.application.sales import SaleReceipt, cancel_sale
from varejoforte_desktop.application.status_map import choose_order_rules
from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import Obstacle, OrderStage
from varejoforte_desktop.domain.outbox import Aspect, QueueState
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.persistence.database import Database

FORMER = "391250"


@pytest.fixture(autouse=True)
def _statuses(database: Database, administrador: Actor) -> None:
    """Somebody explained what the store's statuses mean."""
    learn_statuses(database, administrador)


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """Ten pans that are sold online; the store knows about them."""
    kept = keep(database, by=gerente, on_hand=10)
    empty_queue(database)
    return kept


@pytest.fixture
def lid(database: Database, gerente: Actor) -> Product:
    """Ten lids."""
    kept = keep(database, by=gerente, on_hand=10)
    empty_queue(database)
    return kept


def linked(database: Database, order_id: int) -> int | None:
    """Which product the order's only line takes."""
    (line,) = detail(database, order_id).lines
    return line.product_id


def sale_of(database: Database, order_id: int) -> int:
    """The sale that the order has become."""
    sale_id = detail(database, order_id).sale_id
    assert sale_id is not None
    return sale_id


# -- what the store says after the shop has acted ------------------------------------------------------


def test_the_light_line_of_a_finished_order_does_not_undo_its_sale(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F11: a first look that broke off is begun anew, after somebody has registered what it saw."""
    order = an_order(a_line(pan, 3))
    order_id = registered(database, order, gerente)
    database.run_now(note_heads, [(head_of(moved(order, DONE)), "d")])
    assert known(database, order_id).stage is OrderStage.REGISTERED


def test_a_line_that_the_store_takes_out_of_a_registered_order_owes_its_number(
    database: Database, pan: Product, lid: Product, gerente: Actor
) -> None:
    """F54: the store may have given the units back to itself, but the lids are sold in the books."""
    one = a_line(pan, 3)
    order = an_order(one, a_line(lid, 2))
    registered(database, order, gerente)
    empty_queue(database)
    seen(database, with_lines(order, one))
    assert owed_to_store(database) >= stock_of(lid)


def test_an_order_that_comes_while_a_number_is_on_its_way_has_the_number_sent_again(
    database: Database, pan: Product
) -> None:
    """F01: what the store acknowledges then, it may have counted wrong a moment before or after."""
    lead = lead_of(database)
    in_books(database, lambda uow: uow.links.link(product_subject(pan), "55", uow.now))
    owe(database, product_subject(pan), aspects=frozenset({Aspect.STOCK}))
    (parcel,) = database.run_now(take_batch, lead=lead, limit=10).parcels
    seen(database, an_order(a_line(pan, 3), status=CANCELLED))
    fields = {Aspect.STOCK: parcel.fields[Aspect.STOCK]}
    yes = Said(parcel=parcel, lines=parcel.owed, fields=fields)
    database.run_now(settle, [yes], lead=lead, station="Balcão")
    (again,) = database.run_now(take_batch, lead=lead, limit=10).parcels
    assert again.subject == product_subject(pan)
    assert again.acknowledged == {}


def test_an_order_of_nothing_has_no_goods(database: Database, pan: Product) -> None:
    order_id = seen(database, an_order(a_line(pan, 0)))
    assert row(database, order_id).obstacles == (Obstacle.NO_GOODS,)


def test_a_discount_beyond_the_goods_comes_off_the_freight(database: Database, gerente: Actor) -> None:
    """F44: no line is sold for less than nothing, and the sale costs what the order costs."""
    kept = keep(database, by=gerente, on_hand=10, price=Money(1000))
    order = an_order(a_line(kept, 1), sums={"discount": Money(1500)})
    order_id = registered(database, order, gerente)
    sale = database.read_now(lambda reader: reader.sales.detail(sale_of(database, order_id))).sale
    assert ask_sql(database.url, "SELECT total FROM sale_line") == [(0,)]
    assert (sale.amounts.total, sale.amounts.shipping) == (order.amounts.total, Money(2410 - 500))


# -- which product a line takes ------------------------------------------------------------------------


def test_a_product_made_after_its_order_is_promised_to_it_at_once(database: Database, gerente: Actor) -> None:
    """F14: nobody links it by hand; the order says its reference."""
    order_id = seen(database, an_order(a_line(reference="NOVO-1", quantity=3)))
    assert linked(database, order_id) is None
    kept = keep(database, by=gerente, on_hand=10, reference="NOVO-1")
    assert linked(database, order_id) == kept.id
    assert promised(database, kept) == 3
    assert owed_to_store(database) >= stock_of(kept)


def test_a_product_that_a_sheet_brought_is_promised_from_the_next_look_on(database: Database) -> None:
    """F14: and its number is owed to the store."""
    seen(database, an_order(a_line(reference="NOVO-1", quantity=3)))
    (product_id,) = in_books(database, lambda uow: uow.products.add([a_product(reference="NOVO-1")]))
    brought = in_books(database, lambda uow: uow.products.get(product_id))
    database.run_now(note_look, database.run_now(next_window))
    assert promised(database, brought) == 3
    assert owed_to_store(database) == stock_of(brought)


def test_a_line_without_the_stores_number_teaches_nothing_about_others(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F14: two things without a number are not the same thing."""
    first, second = (seen(database, an_order(a_line(product_id="", line_id="1"))) for _ in range(2))
    database.run_now(link_line, first, "1", pan.id, by=gerente)
    assert linked(database, first) == pan.id
    assert linked(database, second) is None
    assert linked(database, seen(database, an_order(a_line(product_id="")))) is None


def test_a_link_that_corrects_another_frees_what_that_held_in_all_orders(
    database: Database, pan: Product, lid: Product, gerente: Actor
) -> None:
    """F14: taken for a lid by its reference until somebody says that it is a pan; both numbers are owed."""
    seen(database, an_order(a_line(lid, 3, product_id="777", line_id="1")))
    order_id = seen(database, an_order(a_line(product_id="777", line_id="1")))
    assert promised(database, lid) == 3
    empty_queue(database)
    database.run_now(link_line, order_id, "1", pan.id, by=gerente)
    assert promised(database, lid) == 0
    assert promised(database, pan) == 4
    assert owed_to_store(database) == stock_of(pan, lid)


def test_an_order_brought_back_knows_what_was_linked_meanwhile(
    database: Database, pan: Product, gerente: Actor
) -> None:
    aside = seen(database, an_order(a_line(quantity=3, product_id="777", line_id="1")))
    database.run_now(dismiss_order, aside, reason="Pedido de teste", by=gerente)
    other = seen(database, an_order(a_line(product_id="777", line_id="1")))
    database.run_now(link_line, other, "1", pan.id, by=gerente)
    assert promised(database, pan) == 1
    database.run_now(restore_order, aside, by=gerente)
    assert promised(database, pan) == 4


def test_a_reference_that_only_begins_like_ours_is_not_ours(database: Database, gerente: Actor) -> None:
    """F14: sixty letters are ours, and the store's has five more."""
    longest = "R" * 60
    keep(database, by=gerente, on_hand=10, reference=longest)
    order_id = seen(database, an_order(a_line(reference=f"{longest}-AZUL")))
    assert linked(database, order_id) is None


# -- wishes --------------------------------------------------------------------------------------------


def test_an_order_that_is_being_cancelled_says_so(database: Database, pan: Product, gerente: Actor) -> None:
    """F53: in the list and to whoever wants to register it; it is not cancelled yet."""
    order_id = imported(database, an_order(a_line(pan, 3)), gerente)
    database.run_now(cancel_order, order_id, reason="Sem estoque", by=gerente)
    assert row(database, order_id).obstacles == (Obstacle.CANCEL_WANTED,)
    found = in_books(database, lambda uow: obstacles_of(uow, uow.orders.get(order_id)))
    assert found == (Obstacle.CANCEL_WANTED,)
    assert Obstacle.CANCEL_WANTED.value == "cancel_wanted"


def test_a_wish_that_is_taken_back_leaves_no_halted_line(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """The store refused to cancel it; once nobody wants it any more, nothing waits for a person."""
    lead = lead_of(database)
    order_id = seen(database, an_order(a_line(pan, 3)))
    empty_queue(database)
    database.run_now(cancel_order, order_id, reason="Sem estoque", by=gerente)
    (parcel,) = database.run_now(take_batch, lead=lead, limit=10).parcels
    refused = Stop(parcel=parcel, lines=parcel.owed, cause="order_not_cancellable")
    database.run_now(settle, [refused], lead=lead, station="Balcão")
    assert [each.state for each in queue(database)] == [QueueState.HALTED]
    database.run_now(recall_cancellation, order_id, by=gerente)
    assert [each.state for each in queue(database)] == [QueueState.WAITING]


def test_a_cancelled_sale_takes_back_the_status_that_the_store_was_to_hear(
    database: Database, pan: Product, gerente: Actor, administrador: Actor
) -> None:
    """F52: not sent yet, and not true any more."""
    rules = OrderRules(registered_status_id=SENT.status_id)
    database.run_now(choose_order_rules, rules, by=administrador)
    order_id = registered(database, an_order(a_line(pan, 3)), gerente)
    assert detail(database, order_id).wanted_status_id == SENT.status_id
    database.run_now(cancel_sale, sale_of(database, order_id), reason="Desistiu", by=gerente)
    assert detail(database, order_id).wanted_status_id == ""


# -- another store -------------------------------------------------------------------------------------


def test_an_order_of_another_store_under_a_number_we_know_is_another_order(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """The shop moved to a new store, which counts its orders from one again."""
    order = an_order(a_line(pan, 3))
    former = registered(database, order, gerente)
    in_books(database, lambda uow: uow.orders.forget_all(FORMER))
    in_books(database, lambda uow: uow.statuses.forget_all())
    order_id = seen(database, with_lines(order, a_line(pan, 4)))
    assert order_id != former
    assert known(database, former).stage is OrderStage.REGISTERED
    assert promised(database, pan) == 4


def test_a_cancelled_sale_of_the_former_store_promises_nothing(
    database: Database, pan: Product, gerente: Actor
) -> None:
    order_id = registered(database, an_order(a_line(pan, 2)), gerente)
    in_books(database, lambda uow: uow.orders.forget_all(FORMER))
    database.run_now(cancel_sale, sale_of(database, order_id), reason="Desistiu", by=gerente)
    assert promised(database, pan) == 0
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_a_shop_further_west_looks_at_the_day_that_has_begun_at_the_store(
    database: Database, clock: HandClock
) -> None:
    """F41: twenty past midnight in São Paulo, where Tray dates its orders; still the day before in Manaus."""
    in_books(database, lambda uow: uow.shop.save(replace(uow.shop.get(), timezone="America/Manaus")))
    clock.now = datetime(2026, 3, 3, 3, 20, tzinfo=UTC)
    assert database.run_now(next_window).end == date(2026, 3, 3)


# -- at the same moment --------------------------------------------------------------------------------


def test_one_confirmation_from_two_windows_of_two_stations_is_one_sale(
    database: Database, second_station: Database, pan: Product, gerente: Actor
) -> None:
    """F17."""
    order_id = imported(database, an_order(a_line(pan, 3)), gerente)
    registration = a_registration(order_id)
    windows = ((database, "Balcão"), (second_station, "Porta")) * 2

    def confirm(window: Database, station: str) -> SaleReceipt:
        return window.run_now(register_order, registration, by=replace(gerente, station=station))

    receipts = at_once(*(partial(confirm, *each) for each in windows))
    assert len({each.sale_id for each in receipts}) == 1
    assert sorted(each.repeated for each in receipts) == [False, True, True, True]


@pytest.mark.parametrize("station", ["Balcão", "Porta"])
def test_one_basket_finished_twice_at_once_is_one_sale(
    database: Database, second_station: Database, pan: Product, operador: Actor, station: str
) -> None:
    """F17: in two windows of a counter, and where a sale was taken up at two counters."""
    other = replace(operador, station=station)
    for by in dict.fromkeys((operador, other)):
        till_at(database, by)
    for _ in range(3):
        basket = pay(a_basket(pan))
        receipts = at_once(
            partial(database.run_now, finish_basket, basket, by=operador),
            partial(second_station.run_now, finish_basket, basket, by=other),
        )
        assert sorted(each.repeated for each in receipts) == [False, True]


def test_two_windows_of_a_counter_keep_their_baskets_at_once(
    database: Database, second_station: Database, pan: Product, operador: Actor
) -> None:
    """F18: neither window is refused, and neither basket is lost."""
    till_at(database, operador)
    first, second = a_basket(pan, label="primeira"), a_basket(pan, label="segunda")
    at_once(
        lambda: database.run_now(keep_basket, first, by=operador),
        lambda: second_station.run_now(keep_basket, second, by=operador),
    )
    kept = at_counter(database, operador)
    assert kept is not None
    assert sorted([kept.label, *on_hold(database)]) == ["primeira", "segunda"]


def test_a_basket_that_was_sold_is_not_put_on_hold(database: Database, pan: Product, operador: Actor) -> None:
    """F18: a late key of a window that did not hear of the sale."""
    till_at(database, operador)
    basket = pay(a_basket(pan))
    database.run_now(finish_basket, basket, by=operador)
    database.run_now(hold_basket, basket, label="Marina", by=operador)
    assert on_hold(database) == []


@pytest.mark.parametrize("cpf", ["52998224725", "39053344705", "11144477735"])
def test_two_orders_of_one_new_buyer_imported_at_once_are_one_customer(
    database: Database, second_station: Database, pan: Product, gerente: Actor, cpf: str
) -> None:
    """F11: and both are imported."""
    buyer = a_buyer(cpf=cpf, email=f"{cpf}@exemplo.com")
    first, second = (seen(database, an_order(a_line(pan), buyer=buyer)) for _ in range(2))
    reports = at_once(
        lambda: take_in(database, [first], gerente), lambda: take_in(second_station, [second], gerente)
    )
    assert [len(each.new) for each in reports] == [1, 1]
    assert len({known(database, each).customer_id for each in (first, second)}) == 1


def _stands_before_a_lock(database: Database, work: Future[Any]) -> bool:
    """Whether somebody (on SQLite: this work) waits for what another transaction holds."""
    if database.url.startswith("sqlite"):
        return not work.done()
    (count,) = ask_sql(database.url, "SELECT count(*) FROM pg_locks WHERE NOT granted")[0]
    return bool(count)


def _take_in_once_there(database: Database, order: StoreOrder, by: Actor) -> ImportReport:
    """A person imports the order in the very moment at which it shows."""
    latest = time.monotonic() + 10
    while (found := database.read_now(lambda reader: reader.orders.id_of(order.remote_id))) is None:
        assert time.monotonic() < latest, "nobody has seen the order"
    return take_in(database, [found], by)


def test_an_order_that_is_imported_while_a_second_station_notes_it_stays_imported(
    database: Database, second_station: Database, stations: OpenStation, pan: Product, gerente: Actor
) -> None:
    """F11: whoever knows an order as new, and writes it late, does not put it back to where it was."""
    slow, quick, desk = database, second_station, stations(database.url)
    order = an_order(a_line(pan, 3))
    about_to_write, may_write = threading.Event(), threading.Event()

    @event.listens_for(slow._writing, "before_cursor_execute")
    def _hold(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("INSERT INTO tray_order "):
            about_to_write.set()
            assert may_write.wait(5), "it was left waiting"

    with ThreadPoolExecutor(3) as threads:
        late = threads.submit(seen, slow, order)
        assert about_to_write.wait(5)
        early = threads.submit(seen, quick, order)
        report = threads.submit(_take_in_once_there, desk, order, gerente)
        # Without the lock the quick one writes and the order is imported meanwhile; with it, the quick one waits.
        while not (report.done() or _stands_before_a_lock(database, early)):
            assert not late.done()
        may_write.set()
        assert late.result(10) == early.result(10)
        assert report.result(10).new == (order.remote_id,)
    assert known(database, late.result()).stage is OrderStage.IMPORTED
    assert promised(database, pan) == 3


def test_an_order_that_changes_while_its_lines_are_recognised_keeps_its_own_products(
    postgres_shop: str, stations: OpenStation, gerente: Actor
) -> None:
    """One station names the products of an order's lines; another writes other lines: they never mix."""
    slow, quick = stations(postgres_shop), stations(postgres_shop)
    order = an_order(a_line(reference="NOVO-1", quantity=3))
    order_id = seen(slow, order)
    in_books(slow, lambda uow: uow.products.add([a_product(reference="NOVO-1")]))
    there, go = threading.Event(), threading.Event()

    @event.listens_for(slow._writing, "before_cursor_execute")
    def hold(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("UPDATE tray_order_line"):
            there.set()
            assert go.wait(8)

    with ThreadPoolExecutor(2) as together:
        look = together.submit(lambda: slow.run_now(note_look, slow.run_now(next_window)))
        assert there.wait(5)
        change = together.submit(seen, quick, with_lines(order, a_line(reference="OUTRA", quantity=3)))
        deadline = time.monotonic() + 5
        while not change.done() and time.monotonic() < deadline:
            if ask_sql(postgres_shop, "SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0]:
                break
        go.set()
        look.result(8)
        change.result(8)
    assert [(line.reference, line.product_id) for line in detail(slow, order_id).lines] == [("OUTRA", None)]
