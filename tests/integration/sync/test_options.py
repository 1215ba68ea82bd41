"""Opção 2: the store owns its texts, the shop only price, cost and stock."""

from __future__ import annotations

import random

import pytest

from tests.stations import PracticeShop
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import COMMERCIAL
from varejoforte_desktop.domain.shop import SyncOption

COMMERCIAL_KEYS = {"price", "cost_price", "stock"}


@pytest.mark.parametrize("seed", range(3))
async def test_over_many_edits_only_price_cost_and_stock_ever_leave(shop: PracticeShop, seed: int) -> None:
    """Opção 2, five hundred random edits: no other key is ever in a body, and the store keeps its texts."""
    chance = random.Random(seed)
    names = {}
    for number in range(8):
        reference = f"P{number}"
        names[reference] = f"Nome que a loja deu {number}"
        shop.store.add_product(
            reference=reference, name=names[reference], price="1.00", description="Da loja"
        )
    await shop.choose(SyncOption.COMMERCIAL)
    products = [await shop.add(f"P{number}", stock=5) for number in range(10)]  # the store knows P0 to P7
    shop.start()

    for step in range(500):
        product = chance.choice(products)
        match chance.randrange(5):
            case 0:
                await shop.change(product.id, price=Money(chance.randrange(1, 9999)))
            case 1:
                await shop.change(product.id, cost=Money(chance.randrange(1, 9999)))
            case 2:
                await shop.count(product.id, chance.randrange(50))
            case 3:
                await shop.change(product.id, name=f"Nome {step}", description=f"Texto {step}")
            case _:
                await shop.change(product.id, weight=step, ncm="73239300", warranty=f"{step} dias")
        if chance.random() < 0.2:
            await shop.sleep(chance.random() * 20)
    await shop.until(lambda: {row.state.value for row in shop.queue} <= {"halted"})

    assert len(shop.bodies()) > 50
    assert all(body and body.keys() <= COMMERCIAL_KEYS for body in shop.bodies())
    assert shop.asked("POST") == []
    for product in products[:8]:
        assert shop.differences(product.id, COMMERCIAL) == {}
        row = shop.one(product.reference)
        assert (row["name"], row["description"]) == (names[product.reference], "Da loja")
    halted = {(row.label.partition(" ")[0], row.cause) for row in shop.queue}
    assert halted == {("P8", "not_in_store"), ("P9", "not_in_store")}


async def test_a_product_the_store_does_not_know_is_not_made(shop_on_both: PracticeShop) -> None:
    """Opção 2 creates nothing; a person is told which product it is."""
    shop = shop_on_both
    await shop.choose(SyncOption.COMMERCIAL)
    await shop.add("NOVA-1", brand="Lume", category="Cozinha", stock=2)
    shop.start()
    await shop.until(lambda: {row.state.value for row in shop.queue} == {"halted"})

    assert {row.cause for row in shop.queue} == {"not_in_store"}
    assert shop.asked("POST") == []
    assert shop.store.products == {}


async def test_going_back_to_opcao_1_sends_what_was_held_back(shop_on_both: PracticeShop) -> None:
    shop = shop_on_both
    product = await shop.add("PAN-1", stock=3)
    await shop.start_and_send()
    await shop.choose(SyncOption.COMMERCIAL)
    await shop.change(product.id, name="Nome novo", price=Money(500))
    await shop.until(shop.bodies)
    await shop.sleep(300)
    assert shop.bodies() == [{"price": "5.00", "cost_price": "9.90"}]
    assert shop.one("PAN-1")["name"] == "Produto PAN-1"
    assert (shop.queue, shop.counters.held_back) == ([], 1)

    await shop.choose(SyncOption.FULL)
    await shop.until_empty()

    assert shop.one("PAN-1")["name"] == "Nome novo"
    assert shop.differences(product.id) == {}


async def test_opcao_1_makes_what_opcao_2_had_to_leave(shop: PracticeShop) -> None:
    """A product halted because the store did not know it is complete after the change of option alone."""
    await shop.choose(SyncOption.COMMERCIAL)
    product = await shop.add("NOVA-1", stock=2)
    shop.start()
    await shop.until(lambda: {row.cause for row in shop.queue} == {"not_in_store"})

    await shop.choose(SyncOption.FULL)
    await shop.until(lambda: shop.in_store("NOVA-1"))
    await shop.until_empty()

    assert len(shop.asked("POST")) == 1
    assert shop.differences(product.id) == {}
