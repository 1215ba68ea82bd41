"""Orders of the store are noted with what they promise, on both engines, and found again by those who look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.books import NOON, HandClock, OpenStation, Told, ask_sql, in_books
from tests.builders import a_gtin, a_product, empty_queue, keep, product_subject
from tests.order_builders import (
    AWAITING,
    CANCELLED,
    DONE,
    SENT,
    TO_SHIP,
    a_buyer,
    a_line,
    an_order,
    at_once,
    detail,
    head_of,
    imported,
    known,
    learn_statuses,
    listed,
    moved,
    on_hand,
    owed_to_store,
    promised,
    registered,
    row,
    seen,
    stock_of,
    unreadable,
    with_lines,
)
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.delivery_ports import Acknowledged
from varejoforte_desktop.application.order_import import dismiss_order, link_line
from varejoforte_desktop.application.order_inbox import (
    Window,
    next_window,
    note_heads,
    note_look,
    note_statuses,
)
from varejoforte_desktop.application.order_questions import OrderSorting
from varejoforte_desktop.application.parcels import product_fields
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.application.store import StoreField
from varejoforte_desktop.application.store_orders import StoreOrderLine, StoreStatus
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import Obstacle, OrderStage, StatusMeaning
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.persistence.database import Database


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """Ten pans that are sold online; the store knows about them."""
    return _known_to_store(database, keep(database, by=gerente, on_hand=10))


@pytest.fixture
def lid(database: Database, gerente: Actor) -> Product:
    """Ten lids."""
    return _known_to_store(database, keep(database, by=gerente, on_hand=10))


def _known_to_store(database: Database, product: Product) -> Product:
    empty_queue(database)
    return product


def published(database: Database, product: Product) -> object:
    """The number the store would be told now."""
    sheet = in_books(database, lambda uow: uow.sheets.products([product.id])[product.id])
    return product_fields(sheet)[Aspect.STOCK][StoreField.STOCK]


def stages(database: Database) -> dict[str, OrderStage]:
    return {row.remote_id: row.stage for row in database.read_now(lambda r: r.orders.rows(range(1, 99)))}


# -- seeing --------------------------------------------------------------------------------------------


def test_an_order_holds_back_what_it_takes_from_the_moment_it_is_seen(
    database: Database, pan: Product
) -> None:
    order_id = seen(database, an_order(a_line(pan, 3), a_line(pan, 1)))
    assert promised(database, pan) == 4
    assert published(database, pan) == 6
    assert on_hand(database, pan) == 10
    assert owed_to_store(database) == stock_of(pan)
    assert row(database, order_id).stage is OrderStage.SEEN
    assert database.read_now(lambda r: r.orders.promised(pan.id))[0][1] == 4


def test_an_order_seen_again_is_the_same_order(database: Database, pan: Product) -> None:
    """F11: however often it is seen, and its units are counted once."""
    order = an_order(a_line(pan, 3))
    ids = {seen(database, order, digest) for digest in ("a", "b", "a")}
    assert len(ids) == 1
    assert promised(database, pan) == 3
    assert listed(database) == [order.remote_id]


def test_two_stations_see_the_same_order_at_once(
    database: Database, second_station: Database, pan: Product
) -> None:
    """F11: one order, its lines once."""
    for _ in range(5):
        order = an_order(a_line(pan, 1))
        ids = at_once(lambda o=order: seen(database, o), lambda o=order: seen(second_station, o))
        assert ids[0] == ids[1]
    assert promised(database, pan) == 5
    assert len(listed(database)) == 5


def test_a_status_that_moves_on_is_told_in_the_timeline_and_owes_nothing(
    database: Database, pan: Product
) -> None:
    order = an_order(a_line(pan, 3))
    order_id = seen(database, order)
    empty_queue(database)
    seen(database, moved(order, SENT))
    assert owed_to_store(database) == set()
    events = detail(database, order_id).timeline
    assert [event.kind for event in events] == ["seen", "status"]
    assert events[1].facts == {"before": "A ENVIAR", "after": "ENVIADO"}


@pytest.mark.parametrize("step", ["paid", "cancelled", "closed"])
def test_whenever_the_store_may_have_counted_its_own_number_it_is_told_again(
    database: Database, pan: Product, step: str
) -> None:
    """Also when the number is the one it acknowledged before: what it did with it since, nobody knows."""
    order = an_order(a_line(pan, 3), status=AWAITING, paid=False)
    seen(database, order)
    empty_queue(database)
    steps = {
        "paid": replace(order, paid=True),
        "cancelled": moved(order, CANCELLED),
        "closed": moved(order, DONE),
    }
    seen(database, steps[step])
    assert owed_to_store(database) == stock_of(pan)


def test_what_the_store_acknowledged_counts_no_more_after_an_order(database: Database, pan: Product) -> None:
    """It took the units off its own number, or it did not: the right number is sent whatever it did."""
    subject = product_subject(pan)

    def acknowledged() -> set[Aspect]:
        said = in_books(database, lambda uow: uow.links.acknowledged([subject]))
        return set(said.get(subject, {}))

    sides = (Aspect.STOCK, Aspect.PRICE)
    yes = [Acknowledged(subject=subject, aspect=side, digest="d", fields={}, at=NOON) for side in sides]
    in_books(database, lambda uow: uow.links.remember(yes))
    order = an_order(a_line(pan, 3))
    seen(database, order)
    assert acknowledged() == {Aspect.PRICE}
    in_books(database, lambda uow: uow.links.remember(yes))
    seen(database, moved(order, SENT))
    assert acknowledged() == {Aspect.STOCK, Aspect.PRICE}
    seen(database, moved(order, CANCELLED))
    assert acknowledged() == {Aspect.PRICE}


def test_a_cancelled_order_frees_its_goods_and_a_reopened_one_takes_them_again(
    database: Database, pan: Product
) -> None:
    """F53: and its timeline tells both."""
    order = an_order(a_line(pan, 3))
    order_id = seen(database, order)
    seen(database, moved(order, CANCELLED))
    assert (promised(database, pan), published(database, pan)) == (0, 10)
    assert row(database, order_id).obstacles == (Obstacle.CANCELLED,)
    empty_queue(database)
    seen(database, order)
    assert (promised(database, pan), published(database, pan)) == (3, 7)
    assert owed_to_store(database) == stock_of(pan)
    kinds = [event.kind for event in detail(database, order_id).timeline]
    assert kinds == ["seen", "cancelled_in_store", "status"]


def test_goods_that_come_and_go_in_an_order_move_what_is_promised(
    database: Database, pan: Product, lid: Product
) -> None:
    """F54."""
    order = an_order(a_line(pan, 3))
    seen(database, order)
    empty_queue(database)
    seen(database, with_lines(order, a_line(lid, 2)))
    assert (promised(database, pan), promised(database, lid)) == (0, 2)
    assert owed_to_store(database) == stock_of(pan, lid)
    empty_queue(database)
    seen(database, with_lines(order))
    assert promised(database, lid) == 0
    assert owed_to_store(database) == stock_of(lid)


def test_a_product_that_is_not_sold_online_is_held_back_and_the_store_hears_nothing(
    database: Database, gerente: Actor
) -> None:
    counter_only = keep(database, by=gerente, on_hand=10, sell_online=False)
    seen(database, an_order(a_line(counter_only, 2)))
    assert promised(database, counter_only) == 2
    assert owed_to_store(database) == set()


def test_a_registered_order_whose_status_changes_stays_registered(
    database: Database, pan: Product, gerente: Actor, administrador: Actor
) -> None:
    learn_statuses(database, administrador)
    order = an_order(a_line(pan, 3))
    order_id = registered(database, order, gerente)
    for status in (SENT, DONE, CANCELLED, TO_SHIP):
        seen(database, moved(order, status))
        assert known(database, order_id).stage is OrderStage.REGISTERED
        assert promised(database, pan) == 0


def test_screens_are_told(database: Database, pan: Product, told: Told) -> None:
    seen(database, an_order(a_line(pan)))
    assert told.take() >= {Topic.ORDERS, Topic.QUEUE, Topic.PRODUCTS}


# -- the first look ------------------------------------------------------------------------------------


def test_what_was_over_before_the_shop_looked_is_none_of_its_business(
    database: Database, pan: Product
) -> None:
    over = [an_order(a_line(pan, 3), status=status) for status in (DONE, CANCELLED)]
    database.run_now(note_heads, [(head_of(order), "d") for order in over])
    assert promised(database, pan) == 0
    assert set(stages(database).values()) == {OrderStage.BEFORE}
    assert database.read_now(lambda r: r.orders.counters()).new == 0
    assert database.read_now(lambda r: r.orders.unread()) == 0
    assert {each.name for each in database.read_now(lambda r: r.orders.statuses())} >= {"FINALIZADO"}


def test_what_was_over_and_is_open_again_is_ours(database: Database, pan: Product) -> None:
    order = an_order(a_line(pan, 3))
    database.run_now(note_heads, [(head_of(moved(order, CANCELLED)), "d")])
    seen(database, order)
    assert promised(database, pan) == 3
    assert stages(database) == {order.remote_id: OrderStage.SEEN}


def test_what_was_over_and_only_gets_a_tracking_code_stays_over(database: Database, pan: Product) -> None:
    order = an_order(a_line(pan, 3), status=DONE)
    database.run_now(note_heads, [(head_of(order), "d")])
    seen(database, order)
    assert promised(database, pan) == 0
    assert stages(database) == {order.remote_id: OrderStage.BEFORE}


def test_an_order_that_came_and_was_closed_between_two_looks_is_ours(
    database: Database, pan: Product
) -> None:
    seen(database, an_order(a_line(pan, 3), status=DONE))
    assert promised(database, pan) == 3


# -- which days are looked at --------------------------------------------------------------------------


def test_the_first_look_goes_back_thirty_days_and_the_next_ones_overlap_by_one(
    database: Database, clock: HandClock
) -> None:
    """F42: the store filters by day, so the day before the last look is looked at again."""
    first = database.run_now(next_window)
    assert first == Window(date(2026, 1, 31), date(2026, 3, 2), first=True)
    database.run_now(note_look, first)
    assert database.run_now(next_window) == Window(date(2026, 3, 1), date(2026, 3, 2), first=False)
    clock.forward(days=5)
    assert database.run_now(next_window) == Window(date(2026, 3, 1), date(2026, 3, 7), first=False)
    assert database.read_now(lambda r: r.orders.looked())[0] == date(2026, 3, 2)


def test_a_clock_that_was_set_back_loses_no_day(database: Database, clock: HandClock) -> None:
    """F42: somebody set the clock wrong and right again."""
    clock.forward(days=40)
    database.run_now(note_look, database.run_now(next_window))
    clock.forward(days=-40)
    window = database.run_now(next_window)
    assert (window.start, window.end) == (date(2026, 3, 1), date(2026, 3, 2))


@pytest.mark.parametrize(
    ("at", "end"),
    [
        (datetime(2026, 3, 3, 2, 59, tzinfo=UTC), date(2026, 3, 2)),  # 23:59 in São Paulo
        (datetime(2026, 3, 3, 3, 1, tzinfo=UTC), date(2026, 3, 3)),  # 00:01
    ],
)
def test_today_is_today_in_the_shop_whatever_the_computer_thinks(
    database: Database, clock: HandClock, at: datetime, end: date
) -> None:
    """F41."""
    clock.now = at
    assert database.run_now(next_window).end == end


# -- orders that make no sense -------------------------------------------------------------------------


def test_an_order_that_cannot_be_read_is_shown_and_counted(database: Database, pan: Product) -> None:
    order = an_order(a_line(pan, 3))
    order_id = unreadable(database, order)
    assert database.read_now(lambda r: r.orders.unread()) == 1
    assert row(database, order_id).obstacles == (Obstacle.UNREADABLE,)
    assert detail(database, order_id).order is None
    assert database.read_now(lambda r: r.orders.counters()).unread == 1
    assert database.read_now(lambda r: r.orders.digests([order.remote_id])) == {order.remote_id: ""}
    seen(database, order)
    assert database.read_now(lambda r: r.orders.unread()) == 0
    assert promised(database, pan) == 3


def test_an_order_that_cannot_be_read_any_more_goes_on_holding_back_what_it_held(
    database: Database, pan: Product
) -> None:
    order = an_order(a_line(pan, 3))
    seen(database, order)
    unreadable(database, order)
    assert promised(database, pan) == 3


def test_an_order_that_cannot_be_read_waits_for_nobody_once_it_is_left_aside(
    database: Database, pan: Product, gerente: Actor
) -> None:
    order_id = unreadable(database, an_order(a_line(pan, 3)))
    database.run_now(dismiss_order, order_id, reason="Pedido de teste", by=gerente)
    assert database.read_now(lambda r: r.orders.unread()) == 0


# -- which product a line takes ------------------------------------------------------------------------


def test_a_line_takes_a_product_by_reference_however_it_is_written(database: Database, pan: Product) -> None:
    for written in (pan.reference, pan.reference.lower(), f"  {pan.reference} "):
        seen(database, an_order(a_line(reference=written)))
    assert promised(database, pan) == 3


def test_a_line_of_a_paused_product_takes_it(database: Database, gerente: Actor) -> None:
    """F15: inactive here or not sold online, it was ordered all the same."""
    paused = keep(database, by=gerente, on_hand=10, active=False)
    offline = keep(database, by=gerente, on_hand=10, sell_online=False)
    order_id = seen(database, an_order(a_line(paused, 2), a_line(offline, 1)))
    assert (promised(database, paused), promised(database, offline)) == (2, 1)
    assert Obstacle.UNKNOWN_PRODUCT not in row(database, order_id).obstacles


def test_of_two_products_that_fit_none_is_chosen(database: Database) -> None:
    """F14: guessing would promise, and later sell, the wrong goods."""
    gtin = a_gtin(41)
    in_books(database, lambda uow: uow.products.add([a_product(barcode=gtin), a_product(barcode=gtin)]))
    order_id = seen(database, an_order(a_line(ean=gtin)))
    assert detail(database, order_id).lines[0].product_id is None
    assert Obstacle.UNKNOWN_PRODUCT in row(database, order_id).obstacles


def test_what_a_person_said_goes_before_the_link_the_link_before_the_reference_and_that_before_the_barcode(
    database: Database, gerente: Actor
) -> None:
    by_word, by_link, by_reference = (keep(database, by=gerente, on_hand=9) for _ in range(3))
    by_barcode = keep(database, by=gerente, on_hand=9, barcode=a_gtin(7))
    line = a_line(by_reference, product_id="88001", ean=by_barcode.barcode)

    def taken(each: StoreOrderLine = line) -> int | None:
        return detail(database, seen(database, an_order(each))).lines[0].product_id

    assert taken(replace(line, reference="")) == by_barcode.id
    assert taken() == by_reference.id
    in_books(database, lambda uow: uow.links.link(product_subject(by_link), "88001", uow.now))
    assert taken() == by_link.id
    other = seen(database, an_order(line))
    database.run_now(link_line, other, line.line_id, by_word.id, by=gerente)
    assert taken() == by_word.id


def test_a_line_with_a_variation_is_never_taken_for_its_parent(database: Database, gerente: Actor) -> None:
    """The parent's link says nothing about which colour was bought; the variation's own reference does."""
    parent, blue = keep(database, by=gerente, on_hand=9), keep(database, by=gerente, on_hand=9)
    in_books(database, lambda uow: uow.links.link(product_subject(parent), "88001", uow.now))
    unknown = seen(database, an_order(a_line(product_id="88001", variant_id="3307")))
    assert detail(database, unknown).lines[0].product_id is None
    by_reference = seen(database, an_order(a_line(blue, product_id="88001", variant_id="3307")))
    assert detail(database, by_reference).lines[0].product_id == blue.id
    database.run_now(link_line, unknown, detail(database, unknown).lines[0].line_id, blue.id, by=gerente)
    plain = seen(database, an_order(a_line(product_id="88001")))
    other = seen(database, an_order(a_line(product_id="88001", variant_id="3308")))
    assert detail(database, plain).lines[0].product_id == parent.id
    assert detail(database, other).lines[0].product_id is None


# -- finding orders ------------------------------------------------------------------------------------


def test_an_order_of_the_last_minute_is_found_on_its_own_day(database: Database) -> None:
    """F41: 23:59 and 00:01 in São Paulo, whatever the day is in Greenwich."""
    late = an_order(a_line(), placed_at=datetime(2026, 3, 2, 2, 59, tzinfo=UTC))
    early = an_order(a_line(), placed_at=datetime(2026, 3, 2, 3, 1, tzinfo=UTC))
    for order in (late, early):
        seen(database, order)
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    assert listed(database, placed_from=first, placed_to=first) == [late.remote_id]
    assert listed(database, placed_from=second, placed_to=second) == [early.remote_id]
    assert set(listed(database, placed_from=first)) == {late.remote_id, early.remote_id}
    assert set(listed(database, placed_to=second)) == {late.remote_id, early.remote_id}


def test_a_shop_in_manaus_counts_its_own_days_in_its_lists(database: Database) -> None:
    """F41: the same order is an hour earlier there, and so on the day before."""
    in_books(database, lambda uow: uow.shop.save(replace(uow.shop.get(), timezone="America/Manaus")))
    order = an_order(a_line(), placed_at=datetime(2026, 3, 2, 3, 30, tzinfo=UTC))
    seen(database, order)
    assert listed(database, placed_from=date(2026, 3, 1), placed_to=date(2026, 3, 1)) == [order.remote_id]
    assert listed(database, placed_from=date(2026, 3, 2)) == []


def test_orders_are_found_by_number_and_by_the_beginnings_of_a_buyers_names(database: Database) -> None:
    marina = an_order(a_line(), buyer=a_buyer(name="Marina Duarte Pires"))
    jose = an_order(a_line(), buyer=a_buyer(name="José da Conceição 100%_"))
    for order in (marina, jose):
        seen(database, order)
    for text, found in (
        ("conceicao", [jose]),
        ("JOSÉ da", [jose]),
        ("pir mar", [marina]),
        ("arina", []),
        ("%", []),
        ("100%_", [jose]),
        (f"#{marina.remote_id}", [marina]),
        (jose.remote_id, [jose]),
        (f"{marina.remote_id} marina", [marina]),
    ):
        assert listed(database, text=text) == [order.remote_id for order in found], text


def test_a_company_is_found_by_its_own_name(database: Database) -> None:
    seen(database, an_order(a_line(), buyer=a_buyer(name="", company="Padaria Três Irmãos")))
    assert len(listed(database, text="tres irmaos")) == 1


def test_orders_are_found_by_stage_and_status(
    database: Database, pan: Product, gerente: Actor, administrador: Actor
) -> None:
    learn_statuses(database, administrador)
    new = an_order(a_line(pan), status=AWAITING, paid=False)
    taken = an_order(a_line(pan), status=AWAITING, paid=False)
    ready = an_order(a_line(pan))
    seen(database, new)
    for order in (taken, ready):
        imported(database, order, gerente)
    assert listed(database, stages=frozenset({OrderStage.SEEN})) == [new.remote_id]
    assert set(listed(database, status_id=AWAITING.status_id)) == {new.remote_id, taken.remote_id}
    blocked = listed(database, stages=frozenset({OrderStage.IMPORTED}), only_blocked=True)
    assert blocked == [taken.remote_id]


def test_the_scarcest_goods_come_first_then_the_oldest(
    database: Database, gerente: Actor, pan: Product
) -> None:
    """Two pans too few for all who ordered one; enough lids; and an order of things nobody knows comes last."""
    lid = keep(database, by=gerente, on_hand=100, name="Tampa")
    old = timedelta(hours=9)
    plenty = an_order(a_line(lid, 5), placed_at=datetime(2026, 3, 1, tzinfo=UTC))
    unknown = an_order(a_line(), placed_at=datetime(2026, 2, 1, tzinfo=UTC))
    scarce = an_order(a_line(pan, 7), a_line(lid, 1))
    scarcer = an_order(a_line(pan, 5), placed_at=datetime(2026, 3, 2, tzinfo=UTC) - old)
    ids = {order.remote_id: seen(database, order) for order in (plenty, unknown, scarce, scarcer)}
    by_risk = listed(database, order=OrderSorting.RISK)
    assert by_risk == [each.remote_id for each in (scarcer, scarce, plenty, unknown)]
    line = row(database, ids[scarce.remote_id])
    assert (line.scarcest, line.scarcest_name) == (Decimal(-2), pan.name)
    assert row(database, ids[unknown.remote_id]).scarcest is None
    by_age = listed(database, order=OrderSorting.AGE)
    assert by_age == [each.remote_id for each in (unknown, plenty, scarcer, scarce)]
    assert listed(database, order=OrderSorting.NEWEST) == by_age[::-1]
    figures = database.read_now(lambda r: r.orders.counters())
    assert (figures.new, figures.at_risk, figures.oldest_at) == (4, 2, unknown.placed_at)


def test_an_order_shows_its_lines_with_what_would_be_left(database: Database, pan: Product) -> None:
    seen(database, an_order(a_line(pan, 3)))
    order_id = seen(database, an_order(a_line(pan, 2), a_line(None, 1, name="Coisa")))
    ours, unknown = detail(database, order_id).lines
    assert (ours.product_id, ours.product_reference, ours.on_hand, ours.left) == (
        pan.id,
        pan.reference,
        10,
        5,
    )
    assert (unknown.product_id, unknown.product_name, unknown.on_hand, unknown.left) == (None, "", None, None)
    assert ours.total == pan.price.times(2)


def test_figures_count_what_waits(
    database: Database, pan: Product, gerente: Actor, administrador: Actor, clock: HandClock
) -> None:
    learn_statuses(database, administrador)
    assert database.read_now(lambda r: r.orders.counters()).oldest_at is None
    seen(database, an_order(a_line(pan)))
    seen(database, an_order(a_line(pan), status=CANCELLED))
    imported(database, an_order(a_line(pan), status=AWAITING, paid=False), gerente)
    imported(database, an_order(a_line(pan)), gerente)
    registered(database, an_order(a_line(pan)), gerente)
    database.run_now(note_look, database.run_now(next_window))
    figures = database.read_now(lambda r: r.orders.counters())
    assert (figures.new, figures.imported, figures.blocked, figures.unread) == (1, 2, 1, 0)
    assert (figures.looked_at, figures.alarm_minutes) == (clock.now, 60)


def test_what_is_asked_for_and_not_there(database: Database) -> None:
    with pytest.raises(NoSuchRecord):
        detail(database, 999)
    with pytest.raises(NoSuchRecord):
        known(database, 999)
    assert database.read_now(lambda r: r.orders.id_of("999")) is None
    assert database.read_now(lambda r: list(r.orders.rows([999]))) == []


# -- another store -------------------------------------------------------------------------------------


def test_another_stores_orders_begin_anew_and_what_was_sold_stays_sold(
    database: Database, pan: Product, gerente: Actor, administrador: Actor
) -> None:
    """Tray numbers each store's orders by itself: the new store's 7001 is not the old one's."""
    learn_statuses(database, administrador)
    sold, open_one = an_order(a_line(pan, 2)), an_order(a_line(pan, 3))
    sold_id = registered(database, sold, gerente)
    line = a_line(product_id="77")
    linked = seen(database, an_order(line))
    database.run_now(link_line, linked, line.line_id, pan.id, by=gerente)
    seen(database, open_one)
    database.run_now(note_look, database.run_now(next_window))
    in_books(database, lambda uow: uow.orders.forget_all("391250"))
    in_books(database, lambda uow: uow.statuses.forget_all())
    assert promised(database, pan) == 0
    assert database.run_now(next_window).first
    assert database.read_now(lambda r: r.orders.statuses()) == []
    assert detail(database, sold_id).sale_id is not None
    seen(database, replace(sold, lines=(a_line(pan, 4),)))
    assert promised(database, pan) == 4
    fresh = seen(database, an_order(a_line(product_id="77")))
    assert detail(database, fresh).lines[0].product_id is None
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_a_sale_of_another_stores_order_can_still_be_cancelled(
    database: Database, pan: Product, gerente: Actor, administrador: Actor
) -> None:
    learn_statuses(database, administrador)
    order_id = registered(database, an_order(a_line(pan, 2)), gerente)
    in_books(database, lambda uow: uow.orders.forget_all("391250"))
    sale_id = detail(database, order_id).sale_id
    assert sale_id is not None
    database.run_now(cancel_sale, sale_id, reason="Devolvido", by=gerente)
    assert on_hand(database, pan) == 10


# -- statuses ------------------------------------------------------------------------------------------


def test_a_status_is_learnt_from_an_order_that_is_in_it(database: Database) -> None:
    """F52: also one that the store added since its statuses were read, and it means nothing yet."""
    added = StoreStatus(status_id="77", name="EM SEPARAÇÃO", status_type="open")
    order_id = seen(database, an_order(a_line(), status=added))
    (found,) = database.read_now(lambda r: r.orders.statuses())
    assert (found.name, found.meaning, found.suggested, found.open_orders) == ("EM SEPARAÇÃO", None, None, 1)
    assert Obstacle.STATUS_UNMAPPED in row(database, order_id).obstacles


def test_statuses_are_learnt_again_and_keep_what_they_mean(database: Database, administrador: Actor) -> None:
    learn_statuses(database, administrador)
    database.run_now(note_statuses, [replace(TO_SHIP, name="PRONTO PARA ENVIO")])
    by_id = {each.status_id: each for each in database.read_now(lambda r: r.orders.statuses())}
    assert by_id[TO_SHIP.status_id].name == "PRONTO PARA ENVIO"
    assert by_id[TO_SHIP.status_id].meaning is StatusMeaning.TO_SHIP


# -- PostgreSQL alone ----------------------------------------------------------------------------------


def test_many_orders_noted_by_two_stations_in_opposite_order_settle(
    postgres_shop: str, stations: OpenStation, gerente: Actor
) -> None:
    """Each waits for the other now and then; none is lost and no unit counted twice."""
    one, other = stations(postgres_shop), stations(postgres_shop)
    pans = [keep(one, by=gerente, on_hand=50) for _ in range(4)]
    orders = [an_order(*(a_line(pan, 1) for pan in pans[:: 1 if n % 2 else -1])) for n in range(12)]
    at_once(
        lambda: [seen(one, order) for order in orders],
        lambda: [seen(other, order) for order in orders[::-1]],
    )
    assert [promised(one, pan) for pan in pans] == [12] * 4
    assert ask_sql(postgres_shop, "SELECT count(*) FROM tray_order_line") == [(48,)]
