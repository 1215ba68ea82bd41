"""Importing orders: chosen by a person, each accounted for, and one that cannot be imported hides none of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.books import OpenStation, Told, ask_sql
from tests.builders import a_gtin, empty_queue, keep
from tests.order_builders import (
    AWAITING,
    CANCELLED,
    DONE,
    SENT,
    TO_SHIP,
    a_buyer,
    a_line,
    amounts,
    an_order,
    at_once,
    detail,
    head_of,
    home,
    imported,
    known,
    learn_statuses,
    moved,
    owed_to_store,
    promised,
    register,
    registered,
    row,
    seen,
    stock_of,
    take_in,
    unreadable,
    with_lines,
)
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_import import (
    ImportReport,
    Skipped,
    accept_divergence,
    dismiss_order,
    import_orders,
    link_line,
    product_from_line,
    restore_order,
)
from varejoforte_desktop.application.order_inbox import note_heads
from varejoforte_desktop.application.store_orders import OrderChange, StoreOrder, StoreStatus
from varejoforte_desktop.domain.errors import (
    BarcodeTaken,
    Missing,
    NoSuchRecord,
    NotAllowed,
    OrderBlocked,
    OrderStageWrong,
    ReferenceTaken,
)
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Permission, Role
from varejoforte_desktop.domain.order import Obstacle, OrderStage
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.persistence.database import Database

UNHEARD_OF = StoreStatus(status_id="77", name="EM SEPARAÇÃO", status_type="open")


@pytest.fixture(autouse=True)
def statuses(database: Database, administrador: Actor) -> None:
    """Somebody said what the store's usual statuses mean."""
    learn_statuses(database, administrador)


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """A hundred pans that are sold online."""
    kept = keep(database, by=gerente, on_hand=100)
    empty_queue(database)
    return kept


def why(report: ImportReport) -> list[str]:
    return [each.why for each in report.skipped]


# -- importing -----------------------------------------------------------------------------------------


def test_an_operator_imports_an_order(database: Database, pan: Product, operador: Actor, told: Told) -> None:
    order = an_order(a_line(pan, 3))
    order_id = seen(database, order)
    empty_queue(database)
    told.take()
    assert take_in(database, [order_id], operador) == ImportReport(new=(order.remote_id,))
    assert row(database, order_id).stage is OrderStage.IMPORTED
    assert promised(database, pan) == 3
    assert owed_to_store(database) == set()  # it was promised before: the store's number is right already
    event = detail(database, order_id).timeline[-1]
    assert (event.kind, event.operator, event.station) == ("imported", operador.name, operador.station)
    assert told.take() >= {Topic.ORDERS, Topic.CUSTOMERS}


def test_an_order_imported_twice_is_imported_once(database: Database, pan: Product, operador: Actor) -> None:
    """F11."""
    order_id = imported(database, an_order(a_line(pan)), operador)
    report = take_in(database, [order_id, order_id], operador)
    assert (report.found, why(report)) == (1, ["already_imported"])
    assert [event.kind for event in detail(database, order_id).timeline].count("imported") == 1


def test_eight_imports_at_once_import_once(
    database: Database, second_station: Database, pan: Product, gerente: Actor
) -> None:
    """F11: from two stations; seven are told that it is imported already."""
    order = an_order(a_line(pan, 3))
    order_id = seen(database, order)
    reports = at_once(
        *(
            lambda station=station: station.run_now(import_orders, [order_id], by=gerente)
            for station in (database, second_station) * 4
        )
    )
    together = sum(reports, ImportReport())
    assert together.new == (order.remote_id,)
    assert why(together) == ["already_imported"] * 7
    assert promised(database, pan) == 3
    assert ask_sql(database.url, "SELECT count(*) FROM customer") == [(1,)]


def test_two_stations_import_the_same_pile_from_both_ends(
    database: Database, second_station: Database, pan: Product, gerente: Actor
) -> None:
    """F11: each order once, whoever came first."""
    ids = [seen(database, an_order(a_line(pan))) for _ in range(12)]
    one, other = at_once(
        lambda: take_in(database, ids, gerente), lambda: take_in(second_station, ids[::-1], gerente)
    )
    assert len(one.new) + len(other.new) == 12
    assert why(one + other) == ["already_imported"] * 12


def test_fifty_orders_of_which_three_are_broken(database: Database, pan: Product, gerente: Actor) -> None:
    """F27: forty-seven are imported, and each of the three says what is wrong with it."""
    good = [seen(database, an_order(a_line(pan))) for _ in range(47)]
    strange = seen(database, an_order(a_line()))
    unmapped = seen(database, an_order(a_line(pan), status=UNHEARD_OF))
    illegible = unreadable(database, an_order(a_line(pan)))
    pile = [*good[:20], strange, *good[20:30], unmapped, *good[30:], illegible]
    report = take_in(database, pile, gerente)
    assert (len(report.new), report.found) == (47, 50)
    assert {each.order_id: each.why for each in report.skipped} == {
        strange: "unknown_product",
        unmapped: "status_unmapped",
        illegible: "unreadable",
    }
    assert all(row(database, each).stage is OrderStage.SEEN for each in (strange, unmapped, illegible))


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("cancelled", "cancelled"),
        ("unmapped", "status_unmapped"),
        ("unknown", "unknown_product"),
        ("empty", "no_goods"),
        ("unreadable", "unreadable"),
        ("before", "closed_before"),
        ("registered", "already_registered"),
        ("gone", "gone"),
    ],
)
def test_why_an_order_is_not_imported(
    database: Database, pan: Product, gerente: Actor, case: str, reason: str
) -> None:
    order = an_order(a_line(pan))
    make: dict[str, Callable[[], int]] = {
        "cancelled": lambda: seen(database, moved(order, CANCELLED)),
        "unmapped": lambda: seen(database, moved(order, UNHEARD_OF)),
        "unknown": lambda: seen(database, an_order(a_line(pan), a_line())),
        "empty": lambda: seen(database, an_order()),
        "unreadable": lambda: unreadable(database, order),
        "before": lambda: _before(database, order),
        "registered": lambda: registered(database, order, gerente),
        "gone": lambda: 999,
    }
    report = take_in(database, [make[case]()], gerente)
    assert why(report) == [reason]
    assert (report.new, report.updated) == ((), ())


def _before(database: Database, order: StoreOrder) -> int:
    database.run_now(note_heads, [(head_of(moved(order, DONE)), "d")])
    return int(ask_sql(database.url, "SELECT id FROM tray_order")[0][0])


def test_what_only_keeps_an_order_from_being_sold_does_not_keep_it_out(
    database: Database, pan: Product, operador: Actor
) -> None:
    unpaid = an_order(a_line(pan), status=AWAITING, paid=False)
    divergent = an_order(a_line(pan), sums={"total": Money(1)})
    ids = [seen(database, each) for each in (unpaid, divergent)]
    report = take_in(database, ids, operador)
    assert report.new == (unpaid.remote_id, divergent.remote_id)
    assert report.divergent == (divergent.remote_id,)


KINDS = ("good", "unknown", "unmapped", "cancelled", "unreadable", "imported", "changed", "divergent", "gone")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(KINDS), max_size=8), again=st.booleans())
def test_every_order_that_was_chosen_is_accounted_for(
    database: Database, gerente: Actor, kinds: list[str], again: bool
) -> None:
    """F28: found = new + updated + skipped, whatever is in the pile."""
    product = keep(database, by=gerente, on_hand=1000)
    ids = [_of_kind(database, kind, product, gerente) for kind in kinds]
    report = take_in(database, [*ids, *(ids if again else [])], gerente)
    assert report.found == len(set(ids)) == len(report.new) + len(report.updated) + len(report.skipped)
    assert len(report.new) == kinds.count("good") + kinds.count("divergent")
    assert len(report.updated) == kinds.count("changed")
    assert len(report.divergent) == kinds.count("divergent")
    assert all(each.why for each in report.skipped)


def _of_kind(database: Database, kind: str, product: Product, by: Actor) -> int:
    order = an_order(a_line(product))
    match kind:
        case "unknown":
            order = an_order(a_line())
        case "unmapped":
            order = moved(order, UNHEARD_OF)
        case "cancelled":
            order = moved(order, CANCELLED)
        case "divergent":
            order = an_order(a_line(product), sums={"total": Money(1)})
        case "unreadable":
            return unreadable(database, order)
        case "imported":
            return imported(database, order, by)
        case "changed":
            order_id = imported(database, order, by)
            return seen(database, replace(order, address=replace(home(), number="2"))) and order_id
        case "gone":
            return 10_000 + int(order.remote_id)
    return seen(database, order)


def test_reports_add_up() -> None:
    """F28: of a pile that is imported a handful at a time."""
    one = ImportReport(new=("1",), skipped=(Skipped(2, "2", "gone"),), divergent=("1",))
    other = ImportReport(updated=("3",))
    assert (one + other).found == 3
    assert one + other == ImportReport(
        new=("1",), updated=("3",), skipped=(Skipped(2, "2", "gone"),), divergent=("1",)
    )


# -- changed in the store after the import -------------------------------------------------------------


def test_an_order_that_changed_is_shown_blocked_and_agreed_to_anew(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F54: three pans became two, and the parcel goes elsewhere."""
    line = a_line(pan, 3)
    order = an_order(line)
    order_id = imported(database, order, gerente)
    now = with_lines(replace(order, address=replace(home(), number="90")), replace(line, quantity=Decimal(2)))
    seen(database, now)
    shown = detail(database, order_id)
    assert (shown.row.changed, shown.row.obstacles) == (True, (Obstacle.CHANGED,))
    assert OrderChange(place="address.number", before="88", after="90") in shown.changes
    assert any(change.before.startswith("3 ×") and change.after.startswith("2 ×") for change in shown.changes)
    with pytest.raises(OrderBlocked) as refused:
        register(database, order_id, gerente)
    assert (refused.value.why, refused.value.remote_id) == ("changed", order.remote_id)
    assert take_in(database, [order_id], gerente) == ImportReport(updated=(order.remote_id,))
    assert detail(database, order_id).changes == ()
    assert row(database, order_id).obstacles == ()
    register(database, order_id, gerente)
    kinds = [event.kind for event in detail(database, order_id).timeline]
    assert kinds == ["seen", "imported", "changed", "change_accepted", "registered"]


def test_an_order_that_changes_back_needs_no_agreement(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F54."""
    order = an_order(a_line(pan, 3))
    order_id = imported(database, order, gerente)
    seen(database, with_lines(order, a_line(pan, 4)))
    seen(database, order)
    assert not row(database, order_id).changed
    assert why(take_in(database, [order_id], gerente)) == ["already_imported"]


def test_a_status_and_a_payment_need_no_agreement(database: Database, pan: Product, gerente: Actor) -> None:
    """F54."""
    order = an_order(a_line(pan), status=AWAITING, paid=False)
    order_id = imported(database, order, gerente)
    assert row(database, order_id).obstacles == (Obstacle.NOT_PAID,)
    seen(database, moved(order, TO_SHIP, paid=True))
    assert (row(database, order_id).changed, row(database, order_id).obstacles) == (False, ())


def test_a_change_that_makes_no_sense_to_us_is_not_agreed_to(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F54: something was added that nobody knows."""
    order = an_order(a_line(pan))
    order_id = imported(database, order, gerente)
    seen(database, with_lines(order, *order.lines, a_line()))
    assert why(take_in(database, [order_id], gerente)) == ["unknown_product"]
    assert row(database, order_id).changed


# -- amounts that do not add up ------------------------------------------------------------------------


@pytest.mark.parametrize("cents", [1, -1, 5000])
def test_an_order_that_does_not_add_up_waits_for_a_manager(
    database: Database, pan: Product, gerente: Actor, operador: Actor, cents: int
) -> None:
    """F44: by a single cent too."""
    line = a_line(pan)
    fits = amounts([line])
    order = an_order(line, amounts=replace(fits, total=fits.total + Money(cents)))
    order_id = imported(database, order, operador)
    assert row(database, order_id).obstacles == (Obstacle.DIVERGENT,)
    with pytest.raises(OrderBlocked) as refused:
        register(database, order_id, gerente)
    assert refused.value.why == "divergent"
    with pytest.raises(NotAllowed):
        database.run_now(accept_divergence, order_id, reason="Frete combinado", by=operador)
    with pytest.raises(Missing):
        database.run_now(accept_divergence, order_id, reason="  ", by=gerente)
    database.run_now(accept_divergence, order_id, reason=" Frete  combinado ", by=gerente)
    event = detail(database, order_id).timeline[-1]
    assert event.facts == {
        "reason": "Frete combinado",
        "expected": str(fits.total.cents),
        "total": str(order.amounts.total.cents),
    }
    assert register(database, order_id, operador).total == order.amounts.total
    assert ask_sql(database.url, "SELECT adjustment FROM sale") == [(cents,)]


def test_a_missing_line_is_found_by_the_sum(database: Database, pan: Product, gerente: Actor) -> None:
    """F47: the store counts three lines of goods and tells two."""
    lines = [a_line(pan, number) for number in (1, 2, 3)]
    order_id = imported(database, replace(an_order(*lines), lines=tuple(lines[:2])), gerente)
    assert row(database, order_id).obstacles == (Obstacle.DIVERGENT,)


def test_agreeing_to_a_sum_is_agreeing_to_that_very_order(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F44: the next change has to be agreed to anew, as a change and as a sum."""
    line = a_line(pan, 2)
    order = an_order(line, sums={"total": Money(1000)})
    order_id = imported(database, order, gerente)
    database.run_now(accept_divergence, order_id, reason="Combinado", by=gerente)
    assert row(database, order_id).obstacles == ()
    seen(database, replace(order, lines=(replace(line, quantity=Decimal(3)),)))
    assert row(database, order_id).obstacles == (Obstacle.CHANGED, Obstacle.DIVERGENT)
    assert not detail(database, order_id).divergence_accepted
    assert take_in(database, [order_id], gerente).divergent == (order.remote_id,)
    with pytest.raises(OrderBlocked):
        register(database, order_id, gerente)
    seen(database, order)
    assert detail(database, order_id).divergence_accepted


# -- unknown goods -------------------------------------------------------------------------------------


def test_a_line_is_linked_once_for_every_open_order_and_for_those_to_come(
    database: Database, pan: Product, gerente: Actor, operador: Actor
) -> None:
    """F14: and the store hears at once what is promised now."""
    thing = a_line(product_id="88001", quantity=2)
    orders = [an_order(replace(thing, line_id=str(n))) for n in range(3)]
    first, second, third = (seen(database, order) for order in orders)
    gone = seen(database, an_order(replace(thing, line_id="9"), status=CANCELLED))
    aside = seen(database, an_order(replace(thing, line_id="8")))
    database.run_now(dismiss_order, aside, reason="Teste", by=gerente)
    empty_queue(database)
    assert database.run_now(link_line, second, "1", pan.id, by=operador) == 4
    assert promised(database, pan) == 6
    assert owed_to_store(database) == stock_of(pan)
    assert all(detail(database, each).lines[0].product_id == pan.id for each in (first, second, third, gone))
    assert len(take_in(database, [first, second, third], operador).new) == 3
    seen(database, an_order(replace(thing, line_id="7")))
    assert promised(database, pan) == 8
    event = detail(database, third).timeline[-2]
    assert (event.kind, event.facts) == ("line_linked", {"reference": pan.reference})


def test_a_wrong_link_is_put_right_and_both_numbers_are_owed(
    database: Database, pan: Product, gerente: Actor
) -> None:
    other = keep(database, by=gerente, on_hand=10)
    order_id = seen(database, an_order(a_line(product_id="88001", line_id="1", quantity=2)))
    database.run_now(link_line, order_id, "1", other.id, by=gerente)
    empty_queue(database)
    database.run_now(link_line, order_id, "1", pan.id, by=gerente)
    assert (promised(database, pan), promised(database, other)) == (2, 0)
    assert owed_to_store(database) == stock_of(pan, other)


def test_what_was_sold_as_something_stays_sold_as_that(
    database: Database, pan: Product, gerente: Actor
) -> None:
    line = a_line(pan, product_id="88001", line_id="1")
    sold = registered(database, an_order(line), gerente)
    other = keep(database, by=gerente, on_hand=10)
    order_id = seen(database, an_order(line))
    assert database.run_now(link_line, order_id, "1", other.id, by=gerente) == 1
    assert detail(database, sold).lines[0].product_id == pan.id


def test_linking_what_is_not_there(database: Database, pan: Product, gerente: Actor) -> None:
    order_id = seen(database, an_order(a_line(line_id="1")))
    for wrong in ((order_id, "2", pan.id), (order_id, "1", 999), (999, "1", pan.id)):
        with pytest.raises(NoSuchRecord):
            database.run_now(link_line, *wrong, by=gerente)
    assert detail(database, order_id).lines[0].product_id is None


def test_a_product_is_made_of_a_line_and_stays_off_the_store(
    database: Database, gerente: Actor, operador: Actor
) -> None:
    """Nothing of it is sent until somebody has looked at it."""
    gtin = a_gtin(12)
    line = a_line(reference="FACA-9", ean=gtin, name="Faca 9", price=Money(4990), line_id="1", quantity=2)
    order_id = seen(database, an_order(line))
    with pytest.raises(NotAllowed):
        database.run_now(product_from_line, order_id, "1", by=operador)
    knife = database.run_now(product_from_line, order_id, "1", by=gerente)
    assert (knife.reference, knife.name, knife.barcode, knife.price) == (
        "FACA-9",
        "Faca 9",
        gtin,
        Money(4990),
    )
    assert not knife.sell_online
    assert owed_to_store(database) == set()
    assert promised(database, knife) == 2
    assert take_in(database, [order_id], operador).new != ()


def test_a_product_is_made_of_a_line_that_says_little(database: Database, gerente: Actor) -> None:
    line = a_line(reference=" ", ean="123", name=" ", product_id="88", variant_id="9", line_id="1")
    order_id = seen(database, an_order(line))
    made = database.run_now(product_from_line, order_id, "1", by=gerente)
    assert (made.reference, made.name, made.barcode) == ("TRAY-88-9", "TRAY-88-9", "")


def test_a_product_of_a_line_does_not_take_anothers_reference_or_barcode(
    database: Database, gerente: Actor
) -> None:
    gtin = a_gtin(13)
    keep(database, by=gerente, reference="FACA-9")
    keep(database, by=gerente, barcode=gtin)
    taken = a_line(reference="faca-9", line_id="1", product_id="1", variant_id="1")
    order_id = seen(database, an_order(a_line(ean=gtin, reference="NOVA", line_id="2"), taken))
    for line_id, error in (("1", ReferenceTaken), ("2", BarcodeTaken)):
        with pytest.raises(error):
            database.run_now(product_from_line, order_id, line_id, by=gerente)
    with pytest.raises(NoSuchRecord):
        database.run_now(product_from_line, order_id, "3", by=gerente)


# -- left aside and brought back -----------------------------------------------------------------------


@pytest.mark.parametrize("taken", [False, True])
def test_an_order_left_aside_holds_nothing_back_and_comes_back(
    database: Database, pan: Product, gerente: Actor, operador: Actor, taken: bool
) -> None:
    """F19: nothing is lost by it, and each step is in its timeline."""
    order = an_order(a_line(pan, 3))
    order_id = imported(database, order, operador) if taken else seen(database, order)
    empty_queue(database)
    with pytest.raises(NotAllowed):
        database.run_now(dismiss_order, order_id, reason="Teste", by=operador)
    with pytest.raises(Missing):
        database.run_now(dismiss_order, order_id, reason="", by=gerente)
    database.run_now(dismiss_order, order_id, reason=" Pedido  de teste ", by=gerente)
    assert promised(database, pan) == 0
    assert owed_to_store(database) == stock_of(pan)
    assert database.read_now(lambda r: r.orders.counters()).new == 0
    with pytest.raises(OrderStageWrong):
        database.run_now(dismiss_order, order_id, reason="De novo", by=gerente)
    empty_queue(database)
    database.run_now(restore_order, order_id, by=operador)
    assert promised(database, pan) == 3
    assert owed_to_store(database) == stock_of(pan)
    assert row(database, order_id).stage is OrderStage.SEEN
    assert take_in(database, [order_id], operador).new == (order.remote_id,)
    events = detail(database, order_id).timeline
    assert [event.kind for event in events][-3:] == ["dismissed", "restored", "imported"]
    assert events[-3].facts == {"reason": "Pedido de teste"}


def test_an_order_left_aside_can_be_imported_at_once(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F19."""
    order = an_order(a_line(pan, 3))
    order_id = seen(database, order)
    database.run_now(dismiss_order, order_id, reason="Teste", by=gerente)
    empty_queue(database)
    assert take_in(database, [order_id], gerente).new == (order.remote_id,)
    assert promised(database, pan) == 3
    assert owed_to_store(database) == stock_of(pan)


def test_an_order_left_aside_stays_aside_whatever_the_store_does_with_it(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F19: it comes back when a person wants it."""
    order = an_order(a_line(pan, 3))
    order_id = seen(database, order)
    database.run_now(dismiss_order, order_id, reason="Teste", by=gerente)
    for now in (moved(order, SENT), with_lines(order, a_line(pan, 5)), moved(order, CANCELLED)):
        seen(database, now)
        assert (row(database, order_id).stage, promised(database, pan)) == (OrderStage.DISMISSED, 0)
    database.run_now(restore_order, order_id, by=gerente)
    assert promised(database, pan) == 0  # the store has cancelled it meanwhile


def test_only_what_was_left_aside_is_brought_back_and_only_what_is_open_left_aside(
    database: Database, pan: Product, gerente: Actor
) -> None:
    open_one = seen(database, an_order(a_line(pan)))
    sold = registered(database, an_order(a_line(pan)), gerente)
    for order_id in (open_one, sold):
        with pytest.raises(OrderStageWrong):
            database.run_now(restore_order, order_id, by=gerente)
    with pytest.raises(OrderStageWrong):
        database.run_now(dismiss_order, sold, reason="Teste", by=gerente)


# -- who may -------------------------------------------------------------------------------------------


def test_what_each_role_may_do_with_orders(operador: Actor) -> None:
    clerk = operador
    manager = replace(operador, role=Role.GERENTE)
    assert all(clerk.may(each) for each in (Permission.IMPORT_ORDERS, Permission.REGISTER_ORDERS))
    assert not any(clerk.may(each) for each in (Permission.RESOLVE_ORDERS, Permission.CANCEL_ORDERS))
    assert all(manager.may(each) for each in (Permission.RESOLVE_ORDERS, Permission.CANCEL_ORDERS))


# -- customers come with orders ------------------------------------------------------------------------


def test_two_stations_import_two_orders_of_one_new_buyer(
    postgres_shop: str, stations: OpenStation, gerente: Actor, administrador: Actor
) -> None:
    """F16: at the same moment, and there is one customer."""
    one, other = stations(postgres_shop), stations(postgres_shop)
    learn_statuses(one, administrador)
    product = keep(one, by=gerente, on_hand=100)
    for cpf in ("52998224725", "39053344705", "11144477735"):
        buyer = a_buyer(cpf=cpf, email=f"{cpf}@exemplo.com")
        first, second = (seen(one, an_order(a_line(product), buyer=buyer)) for _ in range(2))
        at_once(
            lambda o=first: take_in(one, [o], gerente),
            lambda o=second: take_in(other, [o], gerente),
        )
        assert known(one, first).customer_id == known(one, second).customer_id is not None
    assert ask_sql(postgres_shop, "SELECT count(*) FROM customer") == [(3,)]
