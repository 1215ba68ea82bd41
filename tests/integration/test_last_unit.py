"""The last unit is sold once, wherever it is asked for at the same moment."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.books import OpenStation
from tests.builders import keep, move
from tests.integration.test_counter import a_basket, pay, sell
from tests.order_builders import (
    a_line,
    an_order,
    at_once,
    imported,
    learn_statuses,
    on_hand,
    register,
    till_at,
)
from varejoforte_desktop.application.counter import finish_basket
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.domain.errors import DomainError, InsufficientStock
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database


@pytest.fixture
def porta(database: Database, operador: Actor) -> Actor:
    """Ana at the door's counter; the tills of both counters are open."""
    at_door = replace(operador, station="Porta")
    for by in (operador, at_door):
        till_at(database, by)
    return at_door


def sold_out(outcomes: list[object]) -> list[str]:
    return sorted(type(each).__name__ for each in outcomes)


def test_two_counters_sell_the_last_unit(
    database: Database, second_station: Database, gerente: Actor, operador: Actor, porta: Actor
) -> None:
    """F02: exactly one is refused, with the number that is left."""
    for _ in range(10):
        last = keep(database, by=gerente, on_hand=1)
        outcomes = at_once(
            lambda p=last: sell(database, p, by=operador), lambda p=last: sell(second_station, p, by=porta)
        )
        assert sold_out(outcomes) == ["InsufficientStock", "SaleReceipt"]
        (refused,) = [each for each in outcomes if isinstance(each, InsufficientStock)]
        assert Decimal(refused.on_hand) == 0
        assert on_hand(database, last) == 0
    assert database.read_now(lambda reader: reader.check()).problems == ()


@pytest.mark.usefixtures("porta")
def test_a_counter_and_an_order_want_the_last_unit(
    database: Database, second_station: Database, gerente: Actor, operador: Actor, administrador: Actor
) -> None:
    """F02: whoever comes second is refused, and an order that was refused waits as it was."""
    learn_statuses(database, administrador)
    for _ in range(5):
        last = keep(database, by=gerente, on_hand=1)
        order_id = imported(database, an_order(a_line(last)), operador)
        outcomes = at_once(
            lambda p=last: sell(database, p, by=operador),
            lambda o=order_id: register(second_station, o, replace(operador, station="Porta")),
        )
        assert sold_out(outcomes) == ["InsufficientStock", "SaleReceipt"]
        assert on_hand(database, last) == 0
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_two_orders_want_the_last_unit(
    database: Database, second_station: Database, gerente: Actor, operador: Actor, administrador: Actor
) -> None:
    """F02."""
    learn_statuses(database, administrador)
    last = keep(database, by=gerente, on_hand=1)
    first, second = (imported(database, an_order(a_line(last)), operador) for _ in range(2))
    outcomes = at_once(
        lambda: register(database, first, operador),
        lambda: register(second_station, second, replace(operador, station="Porta")),
    )
    assert sold_out(outcomes) == ["InsufficientStock", "SaleReceipt"]


@pytest.mark.usefixtures("porta")
def test_a_sale_and_a_broken_pan_want_the_last_unit(
    database: Database, second_station: Database, gerente: Actor, operador: Actor
) -> None:
    """F02."""
    for _ in range(5):
        last = keep(database, by=gerente, on_hand=1)
        outcomes = at_once(
            lambda p=last: sell(database, p, by=operador),
            lambda p=last: move(second_station, p, MovementKind.LOSS, 1, by=gerente),
        )
        assert sold_out(outcomes).count("InsufficientStock") == 1
        assert on_hand(database, last) == 0


def _many(
    station: Database, products: list[Product], by: Actor, times: int
) -> list[SaleReceipt | DomainError]:
    outcomes: list[SaleReceipt | DomainError] = []
    for turn in range(times):
        # Each basket in another order: whoever locks in the order of the basket waits for the other for ever.
        wanted = products[:: 1 if turn % 2 else -1]
        try:
            outcomes.append(sell(station, *wanted, by=by))
        except InsufficientStock as refused:
            outcomes.append(refused)
    return outcomes


def test_two_counters_sell_a_hundred_baskets_each_and_every_unit_is_accounted_for(
    database: Database,
    second_station: Database,
    gerente: Actor,
    operador: Actor,
    porta: Actor,
) -> None:
    """F02: two hundred baskets of three things, of which there are a hundred and fifty each."""
    products = [keep(database, by=gerente, on_hand=150) for _ in range(3)]
    one, other = at_once(
        lambda: _many(database, products, operador, 100),
        lambda: _many(second_station, products[1:] + products[:1], porta, 100),
    )
    sold = [each for each in one + other if isinstance(each, SaleReceipt)]
    assert (len(one + other), len(sold)) == (200, 150)
    assert [on_hand(database, each) for each in products] == [0, 0, 0]
    assert len({each.number for each in sold}) == 150
    for by in (operador, porta):
        mine = sorted(int(s.number.rpartition("-")[2]) for s in sold if s.number.startswith(by.station))
        assert mine == list(range(1, len(mine) + 1))
    assert database.read_now(lambda reader: reader.check()).problems == ()


def test_three_windows_of_one_counter_and_a_refused_basket_leave_no_trace(
    postgres_shop: str, stations: OpenStation, gerente: Actor, operador: Actor
) -> None:
    """F02 and F18: what was refused took neither goods nor a number."""
    windows = [stations(postgres_shop) for _ in range(3)]
    till_at(windows[0], operador)
    scarce = keep(windows[0], by=gerente, on_hand=2)
    plenty = keep(windows[0], by=gerente, on_hand=50)
    baskets = [pay(a_basket(plenty, scarce)) for _ in windows]
    outcomes = at_once(
        *(
            lambda w=window, b=basket: w.run_now(finish_basket, b, by=operador)
            for window, basket in zip(windows, baskets, strict=True)
        )
    )
    assert sold_out(outcomes) == ["InsufficientStock", "SaleReceipt", "SaleReceipt"]
    assert (on_hand(windows[0], plenty), on_hand(windows[0], scarce)) == (48, 0)
    numbers = sorted(each.number for each in outcomes if isinstance(each, SaleReceipt))
    assert numbers == [f"{operador.station}-1", f"{operador.station}-2"]
