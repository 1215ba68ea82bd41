"""Selling at the counter: kept after every key, put aside, recovered after a power cut, and finished once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.books import OpenStation, Told, ask_sql, in_books
from tests.builders import a_gtin, a_token, empty_queue, keep
from tests.order_builders import (
    a_line,
    an_order,
    at_once,
    on_hand,
    owed_to_store,
    seen,
    stock_of,
    till_at,
)
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.counter import (
    drop_basket,
    finish_basket,
    hold_basket,
    keep_basket,
    recover_basket,
    save_counter_rules,
)
from varejoforte_desktop.application.fiscal_setup import save_fiscal_settings
from varejoforte_desktop.application.sale_ports import CounterRules
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.domain.errors import (
    DiscountNeedsApproval,
    DiscountTooLarge,
    DocumentMissing,
    InsufficientStock,
    NoSuchRecord,
    NotAllowed,
    NothingSold,
    NotInteger,
    PaymentDoesNotFit,
    ProductNotForSale,
    TillClosed,
    WrongScalePrefix,
    WrongTaxId,
)
from varejoforte_desktop.domain.fiscal_errors import NfceNotForCompanies
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import (
    Basket,
    BasketLine,
    DiscountLimits,
    FiscalModel,
    Payment,
    PaymentMethod,
    SaleSource,
)
from varejoforte_desktop.domain.scale_code import ScalePrefix, ScaleValue
from varejoforte_desktop.persistence.counter import basket_from_text, basket_to_text
from varejoforte_desktop.persistence.database import Database

CASH, PIX = PaymentMethod.CASH, PaymentMethod.PIX


def a_basket(*products: Product, **changes: Any) -> Basket:
    """One of each, not paid yet."""
    lines = tuple(
        BasketLine(
            product_id=each.id,
            reference=each.reference,
            name=each.name,
            unit=each.unit,
            barcode=each.barcode,
            quantity=Decimal(1),
            price=each.price,
        )
        for each in products
    )
    return Basket(**{"token": a_token(), "lines": lines} | changes)


def pay(basket: Basket, method: PaymentMethod = CASH) -> Basket:
    """The basket, paid to the cent."""
    return replace(basket, payments=(Payment(method=method, amount=basket.total),))


def sell(database: Database, *products: Product, by: Actor, **changes: Any) -> SaleReceipt:
    """Sell one of each."""
    return database.run_now(finish_basket, pay(a_basket(*products, **changes)), by=by)


@pytest.fixture
def pan(database: Database, gerente: Actor) -> Product:
    """Ten pans at R$ 50,00."""
    kept = keep(database, by=gerente, on_hand=10, price=Money(5000), barcode=a_gtin(5))
    empty_queue(database)
    return kept


@pytest.fixture
def till(database: Database, operador: Actor) -> int:
    """The till of the counter, open."""
    return till_at(database, operador)


def at_counter(database: Database, by: Actor) -> Basket | None:
    kept = database.read_now(lambda reader: reader.sales.basket(by.station))
    return None if kept is None else kept.basket


def on_hold(database: Database) -> list[str]:
    return [each.basket.label for each in database.read_now(lambda reader: reader.sales.held())]


# -- finishing -----------------------------------------------------------------------------------------


def test_a_basket_is_sold(database: Database, till: int, pan: Product, operador: Actor, told: Told) -> None:
    basket = a_basket(pan, pan, buyer_document="111.222.333-96", buyer_name="Marina")
    basket = replace(basket, payments=(Payment(method=CASH, amount=Money(10_000), tendered=Money(20_000)),))
    database.run_now(keep_basket, basket, by=operador)
    told.take()
    receipt = database.run_now(finish_basket, basket, by=operador)
    assert (receipt.number, receipt.total, receipt.change) == (
        f"{operador.station}-1",
        Money(10_000),
        Money(10_000),
    )
    assert (receipt.fiscal, receipt.repeated) == (FiscalModel.NFCE, False)
    sale = in_books(database, lambda uow: uow.sales.get(receipt.sale_id))
    assert (sale.source, sale.till_id, sale.buyer_document) == (SaleSource.COUNTER, till, "11122233396")
    assert {line.cost for line in sale.lines} == {pan.cost}
    assert on_hand(database, pan) == 8
    assert owed_to_store(database) == stock_of(pan)
    assert at_counter(database, operador) is None
    assert told.take() >= {Topic.SALES, Topic.STOCK, Topic.TILL, Topic.QUEUE}
    assert database.read_now(lambda reader: reader.check()).problems == ()


@pytest.mark.usefixtures("till")
def test_a_basket_finished_five_times_is_one_sale(database: Database, pan: Product, operador: Actor) -> None:
    """F17."""
    basket = pay(a_basket(pan))
    receipts = [database.run_now(finish_basket, basket, by=operador) for _ in range(5)]
    assert [each.repeated for each in receipts] == [False] + [True] * 4
    assert len({each.number for each in receipts}) == 1
    assert on_hand(database, pan) == 9


@pytest.mark.usefixtures("till")
@pytest.mark.parametrize("station", ["Balcão", "Porta"])
def test_a_basket_finished_in_two_windows_at_once_is_one_sale(
    database: Database, second_station: Database, pan: Product, operador: Actor, station: str
) -> None:
    """F17: two windows of one station, then two stations; both are told of the same sale."""
    other = replace(operador, station=station)
    if station != operador.station:
        till_at(database, other)
    for _ in range(3):
        basket = pay(a_basket(pan))
        receipts = at_once(
            *(
                lambda s=books, by=by, b=basket: s.run_now(finish_basket, b, by=by)
                for books, by in ((database, operador), (second_station, other)) * 2
            )
        )
        assert sorted(each.repeated for each in receipts) == [False, True, True, True]
        assert len({each.sale_id for each in receipts}) == 1
    assert on_hand(database, pan) == 7


def test_nothing_is_sold_while_the_till_is_closed(database: Database, pan: Product, operador: Actor) -> None:
    with pytest.raises(TillClosed):
        database.run_now(finish_basket, pay(a_basket(pan)), by=operador)
    with pytest.raises(TillClosed):
        database.run_now(keep_basket, a_basket(pan), by=operador)
    assert on_hand(database, pan) == 10


@pytest.mark.usefixtures("till")
@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda basket: replace(basket, lines=(), payments=()), NothingSold),
        (
            lambda basket: replace(basket, lines=(replace(basket.lines[0], cancelled=True),), payments=()),
            NothingSold,
        ),
        (lambda basket: replace(basket, payments=()), PaymentDoesNotFit),
        (lambda basket: replace(basket, buyer_document="111.222.333-97"), WrongTaxId),
        (lambda basket: pay(basket, PaymentMethod.STORE_CREDIT), DocumentMissing),
        (
            lambda basket: pay(replace(basket, lines=(replace(basket.lines[0], quantity=Decimal(11)),))),
            InsufficientStock,
        ),
        (
            lambda basket: pay(replace(basket, lines=(replace(basket.lines[0], quantity=Decimal("0.5")),))),
            NotInteger,
        ),
        (lambda basket: replace(basket, lines=(replace(basket.lines[0], price=ZERO),)), ProductNotForSale),
    ],
)
def test_what_cannot_be_sold_leaves_everything_as_it_was(
    database: Database,
    pan: Product,
    operador: Actor,
    change: Callable[[Basket], Basket],
    error: type[Exception],
) -> None:
    basket = change(pay(a_basket(pan)))
    with pytest.raises(error):
        database.run_now(finish_basket, basket, by=operador)
    assert on_hand(database, pan) == 10
    assert ask_sql(database.url, "SELECT count(*) FROM sale_counter") == [(0,)]
    assert owed_to_store(database) == set()


@pytest.mark.usefixtures("till")
def test_a_product_that_went_out_of_the_catalogue_is_not_sold(
    database: Database, operador: Actor, gerente: Actor
) -> None:
    retired = keep(database, by=gerente, on_hand=10, active=False)
    with pytest.raises(ProductNotForSale) as refused:
        sell(database, retired, by=operador)
    assert refused.value.reference == retired.reference


@pytest.mark.usefixtures("till")
def test_cheese_is_sold_by_the_gram(database: Database, operador: Actor, gerente: Actor) -> None:
    cheese = keep(database, by=gerente, on_hand="2.500", unit="KG", price=Money(3999))
    basket = a_basket(cheese)
    basket = pay(replace(basket, lines=(replace(basket.lines[0], quantity=Decimal("0.350")),)))
    assert database.run_now(finish_basket, basket, by=operador).total == Money(1400)
    assert on_hand(database, cheese) == Decimal("2.150")


# -- documents -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("till")
@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ("", FiscalModel.NFCE),
        ("11122233396", FiscalModel.NFCE),
        ("11222333000181", FiscalModel.NFE),
        ("12ABC34501DE35", FiscalModel.NFE),
    ],
)
def test_the_document_follows_the_buyer(
    database: Database, pan: Product, operador: Actor, document: str, wanted: FiscalModel
) -> None:
    assert sell(database, pan, by=operador, buyer_document=document).fiscal is wanted


@pytest.mark.usefixtures("till")
def test_a_nota_fiscal_asked_for_needs_the_buyers_document(
    database: Database, pan: Product, operador: Actor
) -> None:
    basket = pay(a_basket(pan))
    with pytest.raises(DocumentMissing):
        database.run_now(finish_basket, basket, fiscal=FiscalModel.NFE, by=operador)
    named = replace(basket, buyer_document="11122233396")
    receipt = database.run_now(finish_basket, named, fiscal=FiscalModel.NFE, by=operador)
    assert receipt.fiscal is FiscalModel.NFE


@pytest.mark.usefixtures("till")
def test_a_company_gets_an_nfce_only_where_the_shop_has_said_so(
    database: Database, pan: Product, operador: Actor, administrador: Actor
) -> None:
    """Ajuste SINIEF 11/2025; some states still take one."""
    basket = replace(pay(a_basket(pan)), buyer_document="11222333000181")
    with pytest.raises(NfceNotForCompanies):
        database.run_now(finish_basket, basket, fiscal=FiscalModel.NFCE, by=operador)
    settings = database.read_now(lambda reader: reader.fiscal.settings())
    database.run_now(save_fiscal_settings, replace(settings, cnpj_on_nfce=True), by=administrador)
    receipt = database.run_now(finish_basket, basket, fiscal=FiscalModel.NFCE, by=operador)
    assert receipt.fiscal is FiscalModel.NFCE
    assert sell(database, pan, by=operador, buyer_document="12ABC34501DE35").fiscal is FiscalModel.NFCE


# -- discounts -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("till")
def test_a_discount_beyond_the_operators_limit_needs_a_supervisor(
    database: Database, pan: Product, operador: Actor, gerente: Actor
) -> None:
    within = pay(a_basket(pan, discount=Money(250)))
    database.run_now(finish_basket, within, by=operador)
    beyond = pay(a_basket(pan, discount=Money(251)))
    with pytest.raises(DiscountNeedsApproval) as refused:
        database.run_now(finish_basket, beyond, by=operador)
    assert refused.value.limit == "5"
    with pytest.raises(DiscountNeedsApproval):
        database.run_now(finish_basket, beyond, by=operador, approved_by=operador)
    receipt = database.run_now(finish_basket, beyond, by=operador, approved_by=gerente)
    assert receipt.total == Money(4749)
    approved = ask_sql(database.url, "SELECT approved_by FROM sale ORDER BY id")
    assert approved == [(None,), (gerente.operator_id,)]


@pytest.mark.usefixtures("till")
def test_what_a_supervisor_allowed_outlives_a_power_cut(
    database: Database, pan: Product, operador: Actor, gerente: Actor
) -> None:
    basket = pay(a_basket(pan, discount=Money(900), approved_by=gerente.operator_id))
    database.run_now(keep_basket, basket, by=operador)
    found = at_counter(database, operador)
    assert found == basket
    assert database.run_now(finish_basket, found, by=operador).total == Money(4100)


@pytest.mark.usefixtures("till")
def test_even_a_supervisor_has_a_limit(
    database: Database, pan: Product, operador: Actor, gerente: Actor, administrador: Actor
) -> None:
    basket = pay(a_basket(pan, discount=Money(1001)))
    with pytest.raises(DiscountNeedsApproval) as refused:
        database.run_now(finish_basket, basket, by=operador, approved_by=gerente)
    assert refused.value.limit == "20"
    assert database.run_now(finish_basket, basket, by=operador, approved_by=administrador).total == Money(
        3999
    )


@pytest.mark.usefixtures("till")
def test_more_than_the_goods_cost_is_given_away_by_nobody(
    database: Database, pan: Product, administrador: Actor
) -> None:
    basket = replace(a_basket(pan, discount=Money(5001)), payments=())
    with pytest.raises((DiscountTooLarge, DiscountNeedsApproval)):
        database.run_now(finish_basket, basket, by=administrador)


@pytest.mark.usefixtures("till")
def test_the_shop_chooses_its_limits_and_its_labels(
    database: Database, pan: Product, operador: Actor, gerente: Actor, administrador: Actor
) -> None:
    rules = CounterRules(
        discounts=DiscountLimits(operador=750, gerente=3000),
        cancel_item_supervised=True,
        blind_closing=True,
        tolerance=Money(500),
    )
    labels = (
        ScalePrefix(prefix="20", value=ScaleValue.WEIGHT, code_digits=5, value_digits=5),
        ScalePrefix(prefix="21", value=ScaleValue.PRICE, code_digits=4, value_digits=6),
    )
    assert database.read_now(lambda r: r.sales.rules()) == CounterRules()
    with pytest.raises(NotAllowed):
        database.run_now(save_counter_rules, rules, labels, by=gerente)
    with pytest.raises(WrongScalePrefix):
        database.run_now(save_counter_rules, rules, (replace(labels[0], prefix="7"),), by=administrador)
    assert database.read_now(lambda r: r.sales.rules()) == CounterRules()
    for _ in range(2):
        database.run_now(save_counter_rules, rules, labels, by=administrador)
    assert database.read_now(lambda r: (r.sales.rules(), r.sales.scale_prefixes())) == (rules, labels)
    assert sell(database, pan, by=operador, discount=Money(375)).total == Money(4625)
    database.run_now(save_counter_rules, rules, (), by=administrador)
    assert database.read_now(lambda r: r.sales.scale_prefixes()) == ()


# -- kept, held, recovered -----------------------------------------------------------------------------


@pytest.mark.usefixtures("till")
def test_an_open_sale_survives_a_power_cut_to_the_last_key(
    database: Database, stations: OpenStation, pan: Product, operador: Actor
) -> None:
    basket = a_basket(pan, buyer_name="José 'Zé' \"da\" Silva", discount=Money(10))
    for quantity in (1, 2, 3):
        lines = (replace(basket.lines[0], quantity=Decimal(quantity)),)
        basket = replace(basket, lines=lines, payments=(Payment(method=PIX, amount=Money(100), note="ana"),))
        database.run_now(keep_basket, basket, by=operador)
    restarted = stations(database.url)
    assert at_counter(restarted, operador) == basket
    assert on_hand(database, pan) == 10


def test_a_basket_is_kept_exactly(pan: Product) -> None:
    basket = replace(
        pay(a_basket(pan, pan, discount=Money(1), approved_by=3, customer_id=4, label="Mesa 2")),
        lines=(
            *a_basket(pan).lines,
            replace(a_basket(pan).lines[0], cancelled=True, quantity=Decimal("0.350"), price=Money(1)),
        ),
    )
    assert basket_from_text(basket_to_text(basket)) == basket


@pytest.mark.usefixtures("till")
def test_a_basket_that_was_sold_is_not_opened_again_by_a_late_key(
    database: Database, pan: Product, operador: Actor
) -> None:
    basket = pay(a_basket(pan))
    database.run_now(keep_basket, basket, by=operador)
    database.run_now(finish_basket, basket, by=operador)
    database.run_now(keep_basket, basket, by=operador)
    assert at_counter(database, operador) is None


@pytest.mark.usefixtures("till")
def test_two_windows_of_a_station_lose_neither_sale(
    database: Database, second_station: Database, pan: Product, operador: Actor
) -> None:
    first, second = a_basket(pan, label="primeira"), a_basket(pan, label="segunda")
    database.run_now(keep_basket, first, by=operador)
    second_station.run_now(keep_basket, second, by=operador)
    assert at_counter(database, operador) == second
    assert on_hold(database) == ["primeira"]


@pytest.mark.usefixtures("till")
def test_a_sale_on_hold_is_taken_up_at_any_station_by_whoever_comes_first(
    database: Database, second_station: Database, pan: Product, operador: Actor
) -> None:
    basket = a_basket(pan, pan)
    database.run_now(keep_basket, basket, by=operador)
    database.run_now(hold_basket, basket, label="  Dona   Maria ", by=operador)
    assert at_counter(database, operador) is None
    assert on_hold(second_station) == ["Dona Maria"]
    porta = replace(operador, station="Porta")
    outcomes = at_once(
        lambda: database.run_now(recover_basket, basket.token, by=operador),
        lambda: second_station.run_now(recover_basket, basket.token, by=porta),
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Basket", "NoSuchRecord"]
    assert on_hold(database) == []
    taken = [by for by in (operador, porta) if at_counter(database, by) is not None]
    assert len(taken) == 1
    with pytest.raises(NoSuchRecord):
        database.run_now(recover_basket, basket.token, by=operador)


@pytest.mark.usefixtures("till")
def test_taking_up_a_sale_puts_the_open_one_aside_unless_it_is_empty(
    database: Database, pan: Product, operador: Actor
) -> None:
    held = a_basket(pan)
    database.run_now(hold_basket, held, label="Maria", by=operador)
    database.run_now(keep_basket, a_basket(pan, label="aberta"), by=operador)
    found = database.run_now(recover_basket, held.token, by=operador)
    assert at_counter(database, operador) == found
    assert on_hold(database) == ["aberta"]
    database.run_now(hold_basket, found, label="Maria", by=operador)
    database.run_now(keep_basket, a_basket(), by=operador)
    database.run_now(recover_basket, held.token, by=operador)
    assert on_hold(database) == ["aberta"]
    assert ask_sql(database.url, "SELECT count(*) FROM basket") == [(2,)]


@pytest.mark.usefixtures("till")
def test_a_sale_given_up_is_gone(database: Database, pan: Product, operador: Actor) -> None:
    basket = a_basket(pan)
    database.run_now(keep_basket, basket, by=operador)
    database.run_now(drop_basket, basket.token, by=operador)
    assert at_counter(database, operador) is None
    with pytest.raises(NoSuchRecord):
        database.run_now(recover_basket, basket.token, by=operador)


# -- what the counter offers ---------------------------------------------------------------------------


def test_the_counter_sees_what_is_promised_online(database: Database, pan: Product) -> None:
    """F03: ten on the shelf, three of them in an order of the store."""
    seen(database, an_order(a_line(pan, 3)))
    for code in (pan.reference, pan.reference.lower(), pan.barcode):
        offer = database.read_now(lambda r, code=code: r.sales.offer(code))
        assert offer is not None, code
        assert (offer.product_id, offer.on_hand, offer.promised) == (pan.id, 10, 3)
        assert (offer.price, offer.fractional, offer.active) == (pan.price, False, True)
    assert database.read_now(lambda r: r.sales.offer("não existe")) is None
    assert [each.product_id for each in database.read_now(lambda r: r.sales.offers("panela press"))] == [
        pan.id
    ]
    with pytest.raises(NoSuchRecord):
        database.read_now(lambda r: r.sales.offer_of(999))
