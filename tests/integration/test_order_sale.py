"""An order becomes a sale once: goods, money, customer, document and what the store hears change together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.books import Told, ask_sql, in_books
from tests.builders import a_token, empty_queue, keep
from tests.order_builders import (
    AWAITING,
    CANCELLED,
    DONE,
    MEANINGS,
    SENT,
    STATUSES,
    TO_SHIP,
    a_buyer,
    a_line,
    a_registration,
    an_order,
    at_once,
    detail,
    imported,
    known,
    learn_statuses,
    moved,
    on_hand,
    owed_to_store,
    promised,
    register,
    seen,
    stock_of,
    till_at,
    unreadable,
    with_lines,
)
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.order_import import dismiss_order
from varejoforte_desktop.application.order_ports import OrderDebt, OrderRules
from varejoforte_desktop.application.order_sale import (
    Registration,
    cancel_order,
    recall_cancellation,
    register_order,
)
from varejoforte_desktop.application.order_told import told_of_order
from varejoforte_desktop.application.parcels import product_fields
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sales import SaleReceipt, cancel_sale
from varejoforte_desktop.application.status_map import choose_order_rules
from varejoforte_desktop.application.store import StoreField
from varejoforte_desktop.domain.errors import (
    DocumentMissing,
    InsufficientStock,
    Missing,
    NoSuchRecord,
    NotAllowed,
    OrderAlreadyRegistered,
    OrderBlocked,
    OrderStageWrong,
    PaymentDoesNotFit,
    TillClosed,
)
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import FiscalModel, Payment, PaymentMethod, Sale, SaleSource, SaleState
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.orders import SqlOrders
from varejoforte_desktop.persistence.outbox import SqlOutbox
from varejoforte_desktop.persistence.sales import SqlSales

EVERYTHING_WRITTEN = (
    "SELECT (SELECT count(*) FROM sale), (SELECT count(*) FROM sale_line), (SELECT count(*) FROM sale_payment),"
    " (SELECT count(*) FROM sale_counter), (SELECT count(*) FROM stock_movement),"
    " (SELECT count(*) FROM order_event), (SELECT count(*) FROM outbox)"
)


@pytest.fixture(autouse=True)
def statuses(database: Database, administrador: Actor) -> None:
    """Somebody said what the store's usual statuses mean."""
    learn_statuses(database, administrador)


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """Ten pans at 189,90 that cost 91,00."""
    kept = keep(database, by=gerente, on_hand=10)
    empty_queue(database)
    return kept


def sale_of(database: Database, receipt: SaleReceipt) -> Sale:
    return database.run_now(lambda uow: uow.sales.get(receipt.sale_id))


def published(database: Database, product: Product) -> object:
    sheet = in_books(database, lambda uow: uow.sheets.products([product.id])[product.id])
    return product_fields(sheet)[Aspect.STOCK][StoreField.STOCK]


def counts(database: Database) -> tuple[Any, ...]:
    return ask_sql(database.url, EVERYTHING_WRITTEN)[0]


def sold(database: Database) -> int:
    return int(ask_sql(database.url, "SELECT count(*) FROM sale")[0][0])


# -- registering ---------------------------------------------------------------------------------------


def test_an_order_becomes_a_sale(database: Database, pan: Product, operador: Actor, told: Told) -> None:
    """F44: the sale's total is what the buyer paid, part by part; the store's number does not move."""
    order = an_order(a_line(pan, 2), a_line(pan, 1, price=Money(100)), sums={"coupon": Money(500)})
    order_id = imported(database, order, operador)
    before = published(database, pan)
    empty_queue(database)
    told.take()
    receipt = register(database, order_id, operador)
    sale = sale_of(database, receipt)
    assert (receipt.number, receipt.repeated) == (f"{operador.station}-1", False)
    assert (sale.source, sale.order_id, sale.state) == (SaleSource.ORDER, order_id, SaleState.COMPLETED)
    goods = pan.price.times(2) + Money(100)
    assert (sale.amounts.goods, sale.amounts.discount, sale.amounts.shipping) == (
        goods,
        Money(500),
        Money(2410),
    )
    assert sale.amounts.total == receipt.total == order.amounts.total
    assert [(line.quantity, line.price, line.cost) for line in sale.lines] == [
        (Decimal(2), pan.price, pan.cost),
        (Decimal(1), Money(100), pan.cost),
    ]
    (payment,) = sale.payments
    assert (payment.method, payment.amount) == (PaymentMethod.ONLINE, order.amounts.total)
    assert payment.note == "Pix - Vindi"
    assert (sale.till_id, receipt.change) == (None, ZERO)
    assert (on_hand(database, pan), promised(database, pan)) == (7, 0)
    assert published(database, pan) == before == 7
    assert owed_to_store(database) == set()
    assert told.take() >= {Topic.ORDERS, Topic.SALES, Topic.STOCK, Topic.PRODUCTS}
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_the_sale_knows_who_bought_and_which_document_is_owed(
    database: Database, pan: Product, operador: Actor
) -> None:
    order_id = imported(database, an_order(a_line(pan)), operador)
    sale = sale_of(database, register(database, order_id, operador))
    assert (sale.buyer_document, sale.buyer_name) == ("11122233396", "Marina Duarte Pires")
    assert sale.customer_id == known(database, order_id).customer_id is not None
    assert ask_sql(database.url, "SELECT fiscal, fiscal_state FROM sale") == [("nfe", "owed")]


def test_the_goods_leave_by_the_ledger_under_the_sales_number(
    database: Database, pan: Product, operador: Actor
) -> None:
    order = an_order(a_line(pan, 2), a_line(pan, 1))
    receipt = register(database, imported(database, order, operador), operador)
    moves = [m for m in database.read_now(lambda r: r.movements(limit=9)) if m.kind is MovementKind.SALE]
    assert sorted(move.amount for move in moves) == [Decimal(-2), Decimal(-1)]
    assert {move.reason for move in moves} == {f"Pedido {order.remote_id}"}
    assert {move.document for move in moves} == {receipt.number}


def test_the_order_shows_its_sale_and_tells_it(database: Database, pan: Product, operador: Actor) -> None:
    order_id = imported(database, an_order(a_line(pan)), operador)
    receipt = register(database, order_id, operador)
    shown = detail(database, order_id)
    assert (shown.row.stage, shown.row.sale_number, shown.sale_id) == (
        OrderStage.REGISTERED,
        receipt.number,
        receipt.sale_id,
    )
    event = shown.timeline[-1]
    assert (event.kind, event.operator) == ("registered", operador.name)
    assert event.facts == {"sale": receipt.number, "fiscal": "nfe"}


def test_a_discount_is_shared_over_the_lines_to_the_cent(
    database: Database, gerente: Actor, operador: Actor
) -> None:
    """F45: on the sale's lines, as its document will want them."""
    products = [keep(database, by=gerente, on_hand=9, price=Money(1000)) for _ in range(3)]
    order = an_order(*(a_line(each) for each in products), sums={"discount": Money(100)})
    register(database, imported(database, order, operador), operador)
    lines = ask_sql(database.url, "SELECT share, total FROM sale_line ORDER BY place")
    assert lines == [(34, 966), (33, 967), (33, 967)]


def test_a_gift_is_a_line_that_costs_nothing(database: Database, pan: Product, operador: Actor) -> None:
    order = an_order(a_line(pan, 1, price=ZERO), sums={"shipping": ZERO})
    receipt = register(database, imported(database, order, operador), operador)
    assert (receipt.total, sale_of(database, receipt).payments) == (ZERO, ())
    assert on_hand(database, pan) == 9


# -- once ----------------------------------------------------------------------------------------------


def test_the_same_confirmation_five_times_is_one_sale(
    database: Database, pan: Product, operador: Actor
) -> None:
    """F17."""
    order_id = imported(database, an_order(a_line(pan, 2)), operador)
    registration = a_registration(order_id)
    receipts = [database.run_now(register_order, registration, by=operador) for _ in range(5)]
    assert [each.repeated for each in receipts] == [False, True, True, True, True]
    assert {(each.sale_id, each.number, each.total) for each in receipts} == {
        (receipts[0].sale_id, receipts[0].number, receipts[0].total)
    }
    assert (sold(database), on_hand(database, pan)) == (1, 8)


def test_the_same_confirmation_from_two_stations_at_once_is_one_sale(
    database: Database, second_station: Database, pan: Product, operador: Actor
) -> None:
    """F17: and everybody is told of the same one."""
    for _ in range(3):
        registration = a_registration(imported(database, an_order(a_line(pan)), operador))
        receipts = at_once(
            *(
                lambda s=station, name=name, r=registration: s.run_now(
                    register_order, r, by=replace(operador, station=name)
                )
                for station, name in ((database, "Balcão"), (second_station, "Porta")) * 3
            )
        )
        assert [each.repeated for each in receipts].count(False) == 1
        assert len({each.sale_id for each in receipts}) == 1
    assert (sold(database), on_hand(database, pan)) == (3, 7)


def test_two_people_register_the_same_order_and_the_second_hears_which_sale_it_is(
    database: Database, second_station: Database, pan: Product, operador: Actor
) -> None:
    """F17: with forms of their own, at the same moment and later."""
    order_id = imported(database, an_order(a_line(pan)), operador)
    one, other = at_once(
        lambda: register(database, order_id, operador),
        lambda: register(second_station, order_id, replace(operador, station="Porta")),
    )
    refused, receipt = (one, other) if isinstance(one, OrderAlreadyRegistered) else (other, one)
    assert isinstance(refused, OrderAlreadyRegistered)
    assert refused.sale_number == receipt.number
    with pytest.raises(OrderAlreadyRegistered):
        register(database, order_id, operador)
    assert (sold(database), on_hand(database, pan)) == (1, 9)


# -- what keeps an order from becoming a sale ----------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "become"),
    [
        ("cancelled", lambda order, _pan: moved(order, CANCELLED)),
        ("changed", lambda order, pan: with_lines(order, a_line(pan, 5))),
        ("no_goods", lambda order, _pan: with_lines(order)),
        ("status_unmapped", lambda order, _pan: replace(order, status_id="77", status="NOVO")),
    ],
)
def test_an_order_that_is_not_as_it_was_agreed_to_is_not_registered(
    database: Database,
    pan: Product,
    gerente: Actor,
    why: str,
    become: Callable[[Any, Product], Any],
) -> None:
    """F53 and F54: and nothing at all is written."""
    order = an_order(a_line(pan, 2))
    order_id = imported(database, order, gerente)
    seen(database, become(order, pan))
    before = counts(database)
    with pytest.raises(OrderBlocked) as refused:
        register(database, order_id, gerente)
    assert refused.value.why == why
    assert counts(database) == before
    assert on_hand(database, pan) == 10


def test_an_order_that_cannot_be_read_any_more_is_not_registered(
    database: Database, pan: Product, gerente: Actor
) -> None:
    order = an_order(a_line(pan, 2))
    order_id = imported(database, order, gerente)
    unreadable(database, order)
    with pytest.raises(OrderBlocked) as refused:
        register(database, order_id, gerente)
    assert refused.value.why == "unreadable"


def test_an_order_with_something_nobody_knows_is_not_registered(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F14: a line that is linked wrong can become unknown; half an order is never sold."""
    order_id = imported(database, an_order(a_line(pan), a_line(pan)), gerente)
    ask_sql(database.url, "UPDATE tray_order_line SET product_id = NULL WHERE place = 1")
    with pytest.raises(OrderBlocked) as refused:
        register(database, order_id, gerente)
    assert refused.value.why == "unknown_product"


def test_only_an_imported_order_is_registered(database: Database, pan: Product, gerente: Actor) -> None:
    order_id = seen(database, an_order(a_line(pan)))
    for stage in ("seen", "dismissed"):
        with pytest.raises(OrderStageWrong) as refused:
            register(database, order_id, gerente)
        assert refused.value.stage == stage
        if stage == "seen":
            database.run_now(dismiss_order, order_id, reason="Teste", by=gerente)
    with pytest.raises(NoSuchRecord):
        register(database, 999, gerente)


def test_an_unpaid_order_is_registered_only_by_who_may(
    database: Database, pan: Product, gerente: Actor, operador: Actor
) -> None:
    order_id = imported(database, an_order(a_line(pan), status=AWAITING, paid=False), operador)
    for by in (operador, gerente):
        with pytest.raises(OrderBlocked) as refused:
            register(database, order_id, by)
        assert refused.value.why == "not_paid"
    with pytest.raises(NotAllowed):
        register(database, order_id, operador, unpaid=True)
    assert sold(database) == 0
    register(database, order_id, gerente, unpaid=True)
    assert sold(database) == 1


def test_paying_on_the_spot_opens_no_other_obstacle(database: Database, pan: Product, gerente: Actor) -> None:
    """`unpaid` forgives the missing payment and nothing else."""
    order = an_order(a_line(pan), status=AWAITING, paid=False, sums={"total": Money(1)})
    order_id = imported(database, order, gerente)
    with pytest.raises(OrderBlocked) as refused:
        register(database, order_id, gerente, unpaid=True)
    assert refused.value.why == "divergent"


def test_without_asking_the_store_only_who_may_and_it_is_written_down(
    database: Database, pan: Product, gerente: Actor, operador: Actor
) -> None:
    """F53: the line is down and the buyer stands at the counter."""
    order_id = imported(database, an_order(a_line(pan)), operador)
    with pytest.raises(NotAllowed):
        register(database, order_id, operador, checked=False)
    register(database, order_id, gerente, checked=False)
    assert detail(database, order_id).timeline[-1].facts["checked"] == "no"


def test_a_nota_fiscal_needs_a_valid_document(database: Database, pan: Product, operador: Actor) -> None:
    order_id = imported(database, an_order(a_line(pan), buyer=a_buyer(cpf="11122233397")), operador)
    with pytest.raises(DocumentMissing):
        register(database, order_id, operador)
    sale = sale_of(database, register(database, order_id, operador, fiscal=FiscalModel.NFCE))
    assert sale.buyer_document == ""


def test_too_few_goods_say_which_and_change_nothing(
    database: Database, pan: Product, gerente: Actor, operador: Actor
) -> None:
    plenty = keep(database, by=gerente, on_hand=100)
    order_id = imported(database, an_order(a_line(plenty, 5), a_line(pan, 8), a_line(pan, 3)), operador)
    before = counts(database)
    with pytest.raises(InsufficientStock) as refused:
        register(database, order_id, operador)
    assert (refused.value.reference, Decimal(refused.value.wanted)) == (pan.reference, 3)
    assert Decimal(refused.value.on_hand) == 2  # after the first line of it
    assert counts(database) == before
    assert (on_hand(database, plenty), on_hand(database, pan)) == (100, 10)
    assert known(database, order_id).stage is OrderStage.IMPORTED
    assert promised(database, pan) == 11


# -- paying at the shop --------------------------------------------------------------------------------


def test_an_order_that_is_paid_at_the_shop_goes_through_the_till(
    database: Database, pan: Product, gerente: Actor
) -> None:
    order = an_order(a_line(pan, 1, price=Money(5000)), status=AWAITING, paid=False, sums={"shipping": ZERO})
    order_id = imported(database, order, gerente)
    cash = (Payment(method=PaymentMethod.CASH, amount=Money(5000), tendered=Money(10_000)),)
    with pytest.raises(TillClosed):
        register(database, order_id, gerente, payments=cash, unpaid=True)
    till_id = till_at(database, gerente)
    receipt = register(database, order_id, gerente, payments=cash, unpaid=True)
    assert receipt.change == Money(5000)
    assert sale_of(database, receipt).till_id == till_id
    sheet = database.read_now(lambda r: r.tills.open_till(gerente.station))
    assert sheet is not None
    assert sheet.totals.cash_sales == Money(5000)


def test_payments_that_do_not_fit_change_nothing(database: Database, pan: Product, gerente: Actor) -> None:
    till_at(database, gerente)
    order_id = imported(database, an_order(a_line(pan)), gerente)
    before = counts(database)
    with pytest.raises(PaymentDoesNotFit):
        register(database, order_id, gerente, payments=(Payment(method=PaymentMethod.PIX, amount=Money(1)),))
    assert counts(database) == before


# -- all or nothing ------------------------------------------------------------------------------------


class PowerCut(RuntimeError):
    """The computer goes off in the middle of a transaction."""


def cut(*_args: object, **_facts: object) -> None:
    raise PowerCut


@pytest.mark.parametrize(
    "step",
    [
        (SqlSales, "add"),
        (SqlOrders, "set_stage"),
        (SqlOrders, "note"),
        (SqlOrders, "want"),
        (SqlOutbox, "owe"),
    ],
)
def test_a_power_cut_in_the_middle_leaves_nothing_behind(
    database: Database,
    pan: Product,
    operador: Actor,
    monkeypatch: pytest.MonkeyPatch,
    step: tuple[type, str],
) -> None:
    """Stock, payments, customer, document, timeline and the debt to the store are one transaction."""
    in_books(database, lambda uow: uow.statuses.save_rules(OrderRules(registered_status_id=SENT.status_id)))
    order_id = imported(database, an_order(a_line(pan, 2)), operador)
    before = counts(database)
    registration = a_registration(order_id)
    with monkeypatch.context() as broken:
        broken.setattr(*step, cut)
        with pytest.raises(PowerCut):
            database.run_now(register_order, registration, by=operador)
    assert counts(database) == before
    assert (on_hand(database, pan), promised(database, pan)) == (10, 2)
    assert known(database, order_id).stage is OrderStage.IMPORTED
    receipt = database.run_now(register_order, registration, by=operador)
    assert (receipt.number, receipt.repeated) == (f"{operador.station}-1", False)
    assert database.read_now(lambda reader: reader.check()).problems == ()


# -- what the store hears ------------------------------------------------------------------------------


def order_debt(order_id: int) -> set[tuple[str, int, str]]:
    return {("order", order_id, "status")}


def debt(database: Database, order_id: int) -> OrderDebt:
    return database.run_now(lambda uow: uow.orders.debts([order_id]))[order_id]


def test_the_store_is_told_the_status_that_the_shop_chose(
    database: Database, pan: Product, operador: Actor, administrador: Actor
) -> None:
    rules = OrderRules(registered_status_id=SENT.status_id)
    database.run_now(choose_order_rules, rules, by=administrador)
    order_id = imported(database, an_order(a_line(pan)), operador)
    empty_queue(database)
    register(database, order_id, operador)
    assert owed_to_store(database) == order_debt(order_id)
    assert debt(database, order_id).status_id == SENT.status_id
    assert detail(database, order_id).wanted_status_id == SENT.status_id


def test_by_default_the_order_is_left_alone_in_the_store(
    database: Database, pan: Product, operador: Actor
) -> None:
    """F52: "não alterar" until the shop chose."""
    order_id = imported(database, an_order(a_line(pan)), operador)
    empty_queue(database)
    register(database, order_id, operador)
    assert owed_to_store(database) == set()


def test_an_order_that_is_in_the_chosen_status_already_owes_nothing(
    database: Database, pan: Product, operador: Actor, administrador: Actor
) -> None:
    rules = OrderRules(registered_status_id=TO_SHIP.status_id)
    database.run_now(choose_order_rules, rules, by=administrador)
    order_id = imported(database, an_order(a_line(pan)), operador)
    empty_queue(database)
    register(database, order_id, operador)
    assert owed_to_store(database) == set()


def test_what_was_told_is_settled_and_a_later_wish_stays(
    database: Database, pan: Product, operador: Actor, administrador: Actor
) -> None:
    rules = OrderRules(registered_status_id=SENT.status_id)
    database.run_now(choose_order_rules, rules, by=administrador)
    order_id = imported(database, an_order(a_line(pan)), operador)
    register(database, order_id, operador)
    told_earlier = replace(debt(database, order_id), status_id=DONE.status_id)
    database.run_now(told_of_order, order_id, told_earlier)
    assert debt(database, order_id).status_id == SENT.status_id
    database.run_now(told_of_order, order_id, debt(database, order_id))
    assert debt(database, order_id).status_id == ""
    assert detail(database, order_id).timeline[-1].kind == "status_told"


def test_telling_nothing_leaves_no_trace(database: Database, pan: Product) -> None:
    order_id = seen(database, an_order(a_line(pan)))
    database.run_now(told_of_order, order_id, debt(database, order_id))
    assert [event.kind for event in detail(database, order_id).timeline] == ["seen"]


# -- cancelling in the store too -----------------------------------------------------------------------


def test_a_cancelled_order_holds_its_goods_until_the_store_agrees(
    database: Database, pan: Product, gerente: Actor, operador: Actor
) -> None:
    order = an_order(a_line(pan, 3))
    order_id = imported(database, order, gerente)
    empty_queue(database)
    with pytest.raises(NotAllowed):
        database.run_now(cancel_order, order_id, reason="Sem estoque", by=operador)
    with pytest.raises(Missing):
        database.run_now(cancel_order, order_id, reason=" ", by=gerente)
    database.run_now(cancel_order, order_id, reason="Sem estoque", by=gerente)
    assert owed_to_store(database) == order_debt(order_id)
    assert debt(database, order_id).cancel
    assert promised(database, pan) == 3
    with pytest.raises(OrderBlocked) as refused:
        register(database, order_id, gerente)
    assert refused.value.why == "cancel_wanted"
    database.run_now(told_of_order, order_id, debt(database, order_id))
    seen(database, moved(order, CANCELLED))
    assert promised(database, pan) == 0
    assert owed_to_store(database) == order_debt(order_id) | stock_of(pan)
    kinds = [event.kind for event in detail(database, order_id).timeline]
    assert kinds[-3:] == ["cancel_wanted", "cancel_told", "cancelled_in_store"]


def test_a_wish_that_is_taken_back_leaves_the_order_as_it_was(
    database: Database, pan: Product, gerente: Actor, operador: Actor
) -> None:
    order_id = imported(database, an_order(a_line(pan, 3)), gerente)
    database.run_now(cancel_order, order_id, reason="Sem estoque", by=gerente)
    with pytest.raises(NotAllowed):
        database.run_now(recall_cancellation, order_id, by=operador)
    database.run_now(recall_cancellation, order_id, by=gerente)
    assert not debt(database, order_id).cancel
    register(database, order_id, operador)
    assert sold(database) == 1


def test_a_sale_is_not_cancelled_by_cancelling_its_order(
    database: Database, pan: Product, gerente: Actor
) -> None:
    order_id = imported(database, an_order(a_line(pan)), gerente)
    register(database, order_id, gerente)
    with pytest.raises(OrderStageWrong):
        database.run_now(cancel_order, order_id, reason="Desistiu", by=gerente)


# -- cancelling the sale -------------------------------------------------------------------------------


def test_a_cancelled_sale_gives_the_order_its_goods_back(
    database: Database, pan: Product, gerente: Actor, operador: Actor
) -> None:
    """F09: the goods are on the shelf and promised again; the store's number never moved."""
    order_id = imported(database, an_order(a_line(pan, 3)), operador)
    receipt = register(database, order_id, operador)
    before = published(database, pan)
    database.run_now(cancel_sale, receipt.sale_id, reason=" Desistiu  da compra ", by=gerente)
    assert (on_hand(database, pan), promised(database, pan)) == (10, 3)
    assert published(database, pan) == before == 7
    shown = detail(database, order_id)
    assert (shown.row.stage, shown.row.sale_number, shown.sale_id) == (OrderStage.IMPORTED, "", None)
    assert shown.timeline[-1].facts == {"sale": receipt.number, "reason": "Desistiu da compra"}
    again = register(database, order_id, operador)
    assert again.number == f"{operador.station}-2"
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_a_cancelled_sale_of_an_order_that_the_store_cancelled_frees_its_goods(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F53: registered, then cancelled in the store: the shop is asked to cancel the sale, and the goods are free."""
    order = an_order(a_line(pan, 3))
    order_id = imported(database, order, gerente)
    receipt = register(database, order_id, gerente)
    seen(database, moved(order, CANCELLED))
    empty_queue(database)
    database.run_now(cancel_sale, receipt.sale_id, reason="Cancelado na loja", by=gerente)
    assert (on_hand(database, pan), promised(database, pan), published(database, pan)) == (10, 0, 10)
    assert owed_to_store(database) == stock_of(pan)
    with pytest.raises(OrderBlocked):
        register(database, order_id, gerente)


def test_an_order_registered_again_after_its_token_was_used_is_a_second_sale(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F17: the old form shows the old, cancelled sale and sells nothing."""
    order_id = imported(database, an_order(a_line(pan)), gerente)
    registration = a_registration(order_id)
    first = database.run_now(register_order, registration, by=gerente)
    database.run_now(cancel_sale, first.sale_id, reason="Desistiu", by=gerente)
    assert database.run_now(register_order, registration, by=gerente).repeated
    assert on_hand(database, pan) == 10
    fresh: Registration = replace(registration, token=a_token())
    assert database.run_now(register_order, fresh, by=gerente).sale_id != first.sale_id


def test_an_order_is_a_live_sale_at_most_once_whatever_the_program_does(
    database: Database, pan: Product, gerente: Actor
) -> None:
    """F17: the books themselves refuse a second one."""
    order_id = imported(database, an_order(a_line(pan)), gerente)
    sale = sale_of(database, register(database, order_id, gerente))

    def again(uow: UnitOfWork) -> None:
        uow.sales.add(replace(sale, token=a_token(), number=99), [ZERO])

    with pytest.raises(Exception, match=r"(?i)unique"):
        in_books(database, again)


def test_every_status_of_the_store_is_explained_in_these_tests() -> None:
    """So that what blocks an order here is what the test is about."""
    assert {each.status_id for each in STATUSES if each.status_type != "canceled"} == set(MEANINGS)
