"""What the store's statuses mean is said by a person, offered by name, and never guessed."""

from __future__ import annotations

import pytest

from tests.books import Told, in_books
from tests.builders import keep
from tests.order_builders import (
    AWAITING,
    CANCELLED,
    DONE,
    SENT,
    STATUSES,
    TO_SHIP,
    a_line,
    an_order,
    imported,
    learn_statuses,
    register,
    row,
    seen,
    take_in,
)
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_inbox import note_statuses
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_questions import StatusRow
from varejoforte_desktop.application.status_map import choose_order_rules, explain_statuses
from varejoforte_desktop.application.store_orders import StoreStatus
from varejoforte_desktop.domain.errors import NoSuchRecord, NotAllowed, OrderBlocked
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import Obstacle, StatusMeaning
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.persistence.database import Database


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """A pan to order."""
    return keep(database, by=gerente, on_hand=100)


def statuses(database: Database) -> dict[str, StatusRow]:
    return {each.status_id: each for each in database.read_now(lambda r: r.orders.statuses())}


def test_a_name_is_offered_and_means_nothing_until_somebody_says_so(
    database: Database, pan: Product, operador: Actor, administrador: Actor, told: Told
) -> None:
    """F52: also a name that could not be clearer."""
    database.run_now(note_statuses, STATUSES)
    offered = statuses(database)[TO_SHIP.status_id]
    assert (offered.suggested, offered.meaning) == (StatusMeaning.TO_SHIP, None)
    order_id = seen(database, an_order(a_line(pan)))
    assert row(database, order_id).obstacles == (Obstacle.STATUS_UNMAPPED,)
    assert [each.why for each in take_in(database, [order_id], operador).skipped] == ["status_unmapped"]
    told.take()
    yes = {TO_SHIP.status_id: StatusMeaning.TO_SHIP}
    database.run_now(explain_statuses, yes, by=administrador)
    assert told.take() >= {Topic.ORDERS, Topic.SETTINGS}
    assert row(database, order_id).obstacles == ()
    assert take_in(database, [order_id], operador).new != ()


def test_a_meaning_taken_back_blocks_again(
    database: Database, pan: Product, gerente: Actor, administrador: Actor
) -> None:
    """F52."""
    learn_statuses(database, administrador)
    order_id = imported(database, an_order(a_line(pan)), gerente)
    database.run_now(explain_statuses, {TO_SHIP.status_id: None}, by=administrador)
    with pytest.raises(OrderBlocked) as refused:
        register(database, order_id, gerente)
    assert refused.value.why == "status_unmapped"


def test_cancelled_by_type_is_cancelled_whatever_somebody_said(
    database: Database, pan: Product, operador: Actor, administrador: Actor
) -> None:
    """F53: nobody can say by mistake that a cancelled order is to be shipped."""
    odd = StoreStatus(status_id="90", name="DEVOLVIDO", status_type="canceled")
    database.run_now(note_statuses, [odd])
    database.run_now(explain_statuses, {"90": StatusMeaning.TO_SHIP}, by=administrador)
    assert statuses(database)["90"].meaning is StatusMeaning.CANCELLED
    order_id = seen(database, an_order(a_line(pan), status=odd))
    assert row(database, order_id).obstacles == (Obstacle.CANCELLED,)
    assert [each.why for each in take_in(database, [order_id], operador).skipped] == ["cancelled"]


def test_a_status_that_somebody_calls_cancelled_is_not_sold(
    database: Database, pan: Product, operador: Actor, administrador: Actor
) -> None:
    """F53: a status of the shop's own, of type open."""
    learn_statuses(database, administrador)
    database.run_now(explain_statuses, {SENT.status_id: StatusMeaning.CANCELLED}, by=administrador)
    order_id = seen(database, an_order(a_line(pan), status=SENT))
    assert [each.why for each in take_in(database, [order_id], operador).skipped] == ["cancelled"]


def test_each_status_says_how_many_open_orders_are_in_it(
    database: Database, pan: Product, administrador: Actor, gerente: Actor
) -> None:
    learn_statuses(database, administrador)
    for status in (AWAITING, TO_SHIP, TO_SHIP, CANCELLED):
        seen(database, an_order(a_line(pan), status=status))
    register(database, imported(database, an_order(a_line(pan)), gerente), gerente)
    counted = {each.name: each.open_orders for each in statuses(database).values()}
    assert counted == {
        AWAITING.name: 1,
        TO_SHIP.name: 2,
        SENT.name: 0,
        DONE.name: 0,
        CANCELLED.name: 0,
    }
    names = [each.name for each in database.read_now(lambda r: r.orders.statuses())]
    assert names == sorted(names)


def test_only_who_may_change_the_settings_says_what_statuses_mean(
    database: Database, gerente: Actor, administrador: Actor
) -> None:
    database.run_now(note_statuses, STATUSES)
    with pytest.raises(NotAllowed):
        database.run_now(explain_statuses, {TO_SHIP.status_id: StatusMeaning.TO_SHIP}, by=gerente)
    with pytest.raises(NotAllowed):
        database.run_now(choose_order_rules, OrderRules(), by=gerente)
    both = {TO_SHIP.status_id: StatusMeaning.TO_SHIP, "999": StatusMeaning.SHIPPED}
    with pytest.raises(NoSuchRecord):
        database.run_now(explain_statuses, both, by=administrador)
    assert statuses(database)[TO_SHIP.status_id].meaning is None  # all or nothing


def test_the_shop_leaves_orders_alone_in_the_store_until_it_chose_otherwise(
    database: Database, administrador: Actor
) -> None:
    """F52: "não alterar"."""
    assert database.read_now(lambda r: r.orders.rules()) == OrderRules()
    assert OrderRules().registered_status_id == ""
    chosen = OrderRules(registered_status_id=SENT.status_id, alarm_minutes=15)
    database.run_now(choose_order_rules, chosen, by=administrador)
    assert database.read_now(lambda r: r.orders.rules()) == chosen
    assert database.read_now(lambda r: r.orders.counters()).alarm_minutes == 15
    database.run_now(choose_order_rules, OrderRules(alarm_minutes=-5), by=administrador)
    assert database.read_now(lambda r: r.orders.rules()) == OrderRules(alarm_minutes=0)


def test_another_stores_statuses_are_others(database: Database, administrador: Actor) -> None:
    learn_statuses(database, administrador)
    rules = OrderRules(registered_status_id=SENT.status_id, alarm_minutes=15)
    database.run_now(choose_order_rules, rules, by=administrador)
    in_books(database, lambda uow: uow.statuses.forget_all())
    assert statuses(database) == {}
    assert database.read_now(lambda r: r.orders.rules()) == OrderRules(alarm_minutes=15)


def test_a_status_without_an_id_is_no_status(database: Database) -> None:
    database.run_now(note_statuses, [StoreStatus(status_id="", name="?", status_type="")])
    assert statuses(database) == {}
