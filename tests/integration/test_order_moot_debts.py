"""What the store was to hear of an order is dropped once it would take the order back or revive a cancelled one."""

from __future__ import annotations

import pytest

from tests.books import in_books
from tests.builders import empty_queue, keep
from tests.order_builders import (
    CANCELLED,
    DONE,
    SENT,
    TO_SHIP,
    a_line,
    an_order,
    detail,
    imported,
    known,
    learn_statuses,
    moved,
    owed_to_store,
    register,
    registered,
    seen,
    unreadable,
)
from varejoforte_desktop.application.order_ports import OrderDebt, OrderRules
from varejoforte_desktop.application.order_sale import cancel_order
from varejoforte_desktop.application.order_status_flow import order_debts, send_off
from varejoforte_desktop.application.status_map import choose_order_rules, explain_statuses
from varejoforte_desktop.application.store_orders import StoreOrder, StoreStatus
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import StatusMeaning
from varejoforte_desktop.persistence.database import Database


@pytest.fixture(autouse=True)
def _statuses(database: Database, administrador: Actor) -> None:
    learn_statuses(database, administrador)


@pytest.fixture
def order(database: Database, gerente: Actor) -> StoreOrder:
    """A pan, paid and to be shipped."""
    pan = keep(database, by=gerente, on_hand=10)
    empty_queue(database)
    return an_order(a_line(pan))


def choose(database: Database, by: Actor, status: StoreStatus) -> None:
    database.run_now(choose_order_rules, OrderRules(registered_status_id=status.status_id), by=by)


def owed(database: Database, order_id: int) -> OrderDebt:
    return database.run_now(lambda uow: uow.orders.debts([order_id]))[order_id]


def line_of(order_id: int) -> tuple[str, int, str]:
    return ("order", order_id, "status")


def dropped(database: Database, order_id: int) -> list[tuple[str, str]]:
    kinds = {"status_dropped": "why", "tracking_dropped": "code"}
    events = detail(database, order_id).timeline
    return [(each.kind, each.facts[kinds[each.kind]]) for each in events if each.kind in kinds]


def test_registering_does_not_call_a_parcel_back_that_is_on_its_way(
    database: Database, order: StoreOrder, operador: Actor, administrador: Actor
) -> None:
    choose(database, administrador, TO_SHIP)
    order_id = imported(database, moved(order, SENT), operador)
    empty_queue(database)
    register(database, order_id, operador)
    assert owed(database, order_id).empty
    assert line_of(order_id) not in owed_to_store(database)


@pytest.mark.parametrize("status", [DONE, CANCELLED], ids=["finished", "cancelled"])
def test_what_the_store_says_meanwhile_drops_the_status_it_was_to_hear(
    database: Database, order: StoreOrder, operador: Actor, administrador: Actor, status: StoreStatus
) -> None:
    """In the transaction that notes it: neither the wish nor its line in the queue is left."""
    choose(database, administrador, SENT)
    order_id = registered(database, order, operador)
    assert line_of(order_id) in owed_to_store(database)
    seen(database, moved(order, status), digest="depois")
    assert owed(database, order_id).empty
    assert line_of(order_id) not in owed_to_store(database)
    assert detail(database, order_id).wanted_status_id == ""
    why = "cancelled" if status is CANCELLED else "back"
    assert dropped(database, order_id) == [("status_dropped", why)]
    event = detail(database, order_id).timeline[-1]
    assert (event.facts["status_id"], event.facts["now"]) == (SENT.status_id, status.status_id)


def test_an_order_that_is_cancelled_and_cannot_be_read_drops_it_too(
    database: Database, order: StoreOrder, operador: Actor, administrador: Actor
) -> None:
    choose(database, administrador, SENT)
    order_id = registered(database, order, operador)
    assert unreadable(database, moved(order, CANCELLED)) == order_id
    assert owed(database, order_id).empty
    assert dropped(database, order_id) == [("status_dropped", "cancelled")]


def test_a_status_that_the_store_reached_by_itself_is_not_told_and_nothing_is_said_of_it(
    database: Database, order: StoreOrder, operador: Actor, administrador: Actor
) -> None:
    choose(database, administrador, SENT)
    order_id = registered(database, order, operador)
    seen(database, moved(order, SENT), digest="depois")
    assert owed(database, order_id).empty
    assert line_of(order_id) not in owed_to_store(database)
    assert dropped(database, order_id) == []


def test_a_status_that_is_still_ahead_stays_owed(
    database: Database, order: StoreOrder, operador: Actor, administrador: Actor
) -> None:
    choose(database, administrador, DONE)
    order_id = registered(database, order, operador)
    seen(database, moved(order, SENT), digest="depois")
    assert owed(database, order_id).status_id == DONE.status_id
    assert line_of(order_id) in owed_to_store(database)
    assert dropped(database, order_id) == []


def test_how_a_cancelled_order_left_is_told_to_nobody(
    database: Database, order: StoreOrder, operador: Actor
) -> None:
    order_id = registered(database, order, operador)
    database.run_now(send_off, order_id, code="AA1BR", by=operador)
    assert owed(database, order_id).shipment is not None
    seen(database, moved(order, CANCELLED), digest="depois")
    assert owed(database, order_id).empty
    assert known(database, order_id).shipment is not None  # the shop goes on knowing it
    assert dropped(database, order_id) == [("tracking_dropped", "AA1BR")]


def test_an_order_that_went_further_is_still_told_its_code(
    database: Database, order: StoreOrder, operador: Actor, administrador: Actor
) -> None:
    choose(database, administrador, SENT)
    order_id = registered(database, order, operador)
    database.run_now(send_off, order_id, code="AA1BR", by=operador)
    seen(database, moved(order, DONE), digest="depois")
    left = owed(database, order_id)
    assert (left.status_id, left.shipment is not None) == ("", True)
    assert line_of(order_id) in owed_to_store(database)
    assert dropped(database, order_id) == [("status_dropped", "back")]


def test_a_status_that_somebody_explains_later_is_looked_at_when_it_is_sent(
    database: Database, order: StoreOrder, operador: Actor, administrador: Actor
) -> None:
    """Nobody had said what the new status means when the store told it; by the time of sending somebody has."""
    odd = StoreStatus(status_id="77", name="DEVOLVIDO", status_type="closed")
    choose(database, administrador, SENT)
    order_id = registered(database, order, operador)
    seen(database, moved(order, odd), digest="depois")
    assert owed(database, order_id).status_id == SENT.status_id
    database.run_now(explain_statuses, {odd.status_id: StatusMeaning.CANCELLED}, by=administrador)
    assert in_books(database, lambda uow: order_debts(uow, [order_id]))[order_id].empty
    assert owed(database, order_id).empty
    assert dropped(database, order_id) == [("status_dropped", "cancelled")]


def test_a_cancellation_stays_owed_until_the_store_has_answered(
    database: Database, order: StoreOrder, gerente: Actor
) -> None:
    order_id = imported(database, order, gerente)
    database.run_now(cancel_order, order_id, reason="Sem estoque", by=gerente)
    seen(database, moved(order, CANCELLED), digest="depois")
    assert owed(database, order_id).cancel
    assert line_of(order_id) in owed_to_store(database)
