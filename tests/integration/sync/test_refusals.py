"""What the store refuses waits for a person, with the store's own words, and nothing else waits with it."""

from __future__ import annotations

import json

import httpx

from tests.stations import PracticeShop
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import Aspect, QueueState
from varejoforte_desktop.domain.product import Product

WORDS = "Preço acima do permitido pela loja."


async def test_one_poisoned_product_among_two_hundred_stops_nobody_else(shop: PracticeShop) -> None:
    """F06, F27: 199 arrive, one is halted with its cause."""
    await shop.add_many(f"P{number:03}" for number in range(200))
    shop.store.faults.next("refused", times=None, reference="P077", causes={"Product": {"price": [WORDS]}})
    shop.start()
    await shop.until(lambda: {row.state for row in shop.queue} <= {QueueState.HALTED})

    assert {row["reference"] for row in shop.store.products.values()} == {
        f"P{number:03}" for number in range(200) if number != 77
    }
    assert {(row.label.partition(" ")[0], row.cause) for row in shop.queue} == {("P077", "refused")}
    assert all(WORDS in row.detail for row in shop.queue)
    assert shop.queue[0].facts == {"Product.price": WORDS}
    assert len(shop.asked("POST")) == 200  # nothing was tried twice


async def test_a_poisoned_change_among_two_hundred_stops_nobody_else(shop: PracticeShop) -> None:
    """F06, the same for products the store has."""
    products = await shop.add_many(f"P{number:03}" for number in range(200))
    await shop.start_and_send()
    shop.store.faults.next("refused", times=None, reference="P077", causes={"Product": {"price": [WORDS]}})

    await shop.change_many(products, price=Money(777))
    await shop.until(lambda: {row.state for row in shop.queue} <= {QueueState.HALTED})

    assert sum(row["price"] == "7.77" for row in shop.store.products.values()) == 199
    (line,) = shop.queue
    assert (line.cause, line.detail, line.aspect) == ("refused", WORDS, Aspect.PRICE)


def _no_bad_words(request: httpx.Request) -> str | None:
    body = json.loads(request.content or b"{}")
    return "Descrição proibida." if "PROIBIDO" in body.get("Product", {}).get("description", "") else None


async def test_a_refused_description_does_not_stop_stock_and_price(shop_on_both: PracticeShop) -> None:
    """F06: refused together, each side is tried by itself, stock first."""
    shop = shop_on_both
    product = await shop.add("PAN-1", stock=1)
    await shop.start_and_send()
    shop.main.line.watch = _no_bad_words

    await shop.change(product.id, price=Money(500), description="Texto PROIBIDO")
    await shop.receive(product.id, 4)
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})

    assert (shop.one("PAN-1")["price"], shop.one("PAN-1")["stock"]) == ("5.00", "5")
    (line,) = shop.queue
    assert (line.aspect, line.cause, line.detail) == (Aspect.CONTENT, "refused", "Descrição proibida.")
    assert [list(body) for body in shop.bodies()] == [["stock"], ["price", "cost_price"]]


async def test_an_edit_revives_what_was_refused(shop: PracticeShop) -> None:
    product = await shop.add("PAN-1")
    await shop.start_and_send()
    shop.main.line.watch = _no_bad_words
    await shop.change(product.id, description="Texto PROIBIDO")
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})

    await shop.change(product.id, description="Texto bom")
    await shop.until_empty()

    assert shop.one("PAN-1")["description"] == "Texto bom"


async def test_what_always_times_out_is_halted_after_the_tries_while_others_go_out(
    shop: PracticeShop,
) -> None:
    """F25: at most eight tries, with growing waits, then a person has to look."""
    poison = await shop.add("RUIM")
    healthy = await shop.add("BOM")
    await shop.start_and_send()
    trap = shop.store.faults.next("timeout", times=None, method="PUT", reference="RUIM", seconds=15)

    await shop.change(poison.id, price=Money(1))
    for minute in range(180):
        await shop.change(healthy.id, price=Money(100 + minute))
        await shop.sleep(60)
        if any(row.state is QueueState.HALTED for row in shop.queue):
            break

    (line,) = [row for row in shop.queue if row.state is QueueState.HALTED]
    assert (line.cause, line.facts["cause"]) == ("too_many_tries", "no_answer")
    assert trap.struck == 8
    assert shop.one("BOM")["price"] == f"1.{minute:02}"


async def test_a_product_deleted_in_the_store_is_halted_and_not_made_again(
    shop_on_both: PracticeShop,
) -> None:
    """F20: 404 means that somebody deleted it on purpose, perhaps."""
    shop = shop_on_both
    product = await shop.add("PAN-1", stock=1)
    await shop.start_and_send()
    _delete(shop, "PAN-1")

    await shop.change(product.id, price=Money(500))
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})
    assert {row.cause for row in shop.queue} == {"unlinked"}
    await shop.receive(product.id, 1)
    await shop.sleep(3600)
    assert shop.in_store("PAN-1") == []
    assert {row.cause for row in shop.queue} == {"unlinked"}
    assert shop.sheet(product.id).link.value == "unlinked"

    await shop.retry(shop.queue)
    await shop.until_empty()

    assert shop.differences(product.id) == {}
    assert len(shop.asked("POST")) == 1


async def test_a_retry_finds_what_was_made_again_by_hand(shop: PracticeShop) -> None:
    """F20: looked up before it is made."""
    product = await shop.add("PAN-1", stock=1)
    await shop.start_and_send()
    _delete(shop, "PAN-1")
    await shop.change(product.id, price=Money(500))
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})
    shop.store.add_product(reference="PAN-1", name="Refeito no painel", price="1.00")

    await shop.retry(shop.queue)
    await shop.until_empty()

    assert shop.asked("POST") == []
    assert shop.differences(product.id) == {}


async def test_a_deleted_product_is_not_found_in_an_old_reading_of_the_store(shop: PracticeShop) -> None:
    """F20: a retry minutes after a first big sending must not find the product where it no longer is."""
    products = [await shop.add(f"P{number}") for number in range(10)]
    for product in products:
        shop.store.add_product(reference=product.reference, name="Da loja", price="1.00")
    await shop.start_and_send()
    _delete(shop, "P3")
    await shop.change(products[3].id, price=Money(500))
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})

    await shop.retry(shop.queue)
    await shop.until(lambda: {row.state for row in shop.queue} <= {QueueState.HALTED})

    assert shop.queue == []
    assert shop.differences(products[3].id) == {}


def _delete(shop: PracticeShop, reference: str) -> None:
    product_id = shop.one(reference)["id"]
    token = shop.store.gate._tokens
    assert token is not None
    answer = shop.store.respond(
        "DELETE", f"/web_api/products/{product_id}", {"access_token": token.access}, {}, b""
    )
    assert answer.status == 200
    shop.store.log.clear()


async def test_two_products_with_our_reference_are_a_question(shop_on_both: PracticeShop) -> None:
    """F14: two candidates, ask; never a third."""
    shop = shop_on_both
    ids = [shop.store.add_product(reference="PAN-1", name=f"Panela {n}", price="1.00") for n in (1, 2)]
    await shop.add("PAN-1")
    shop.start()
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})

    assert {row.cause for row in shop.queue} == {"several_candidates"}
    assert shop.queue[0].facts["ids"].split(",") == ids
    assert "Panela 2" in shop.queue[0].facts["names"]
    assert len(shop.store.products) == 2


async def test_our_barcode_on_another_reference_is_a_question(shop: PracticeShop) -> None:
    """F14: an EAN repeats in real catalogues, so it is a hint and no proof."""
    shop.store.add_product(reference="OUTRA", ean="7891000100103", name="Outra", price="1.00")
    await shop.add("PAN-1", barcode="7891000100103")
    shop.start()
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})

    assert {row.cause for row in shop.queue} == {"barcode_elsewhere"}
    assert [row["reference"] for row in shop.store.products.values()] == ["OUTRA"]


async def test_our_barcode_on_a_product_without_reference_is_ours(shop: PracticeShop) -> None:
    """F04, F14: found by EAN, and its reference is filled in."""
    shop.store.add_product(ean="7891000100103", name="Sem referência", price="1.00")
    product = await shop.add("PAN-1", barcode="7891000100103")
    await shop.start_and_send()

    assert len(shop.store.products) == 1
    assert shop.differences(product.id) == {}


async def test_a_product_the_store_already_has_is_adopted_and_fully_sent(shop_on_both: PracticeShop) -> None:
    """F04, F14: linked by reference, and everything about it is sent at once."""
    shop = shop_on_both
    shop.store.add_product(reference="PAN-1", name="Da loja", price="1.00", stock="99")
    product = await shop.add("PAN-1", stock=4, description="Nosso texto", brand="Lume")
    await shop.start_and_send()

    assert len(shop.store.products) == 1
    assert shop.differences(product.id) == {}
    assert shop.sheet(product.id).link.value == "linked"


async def test_a_catalogue_the_store_already_has_is_adopted_without_a_twin(shop: PracticeShop) -> None:
    """F04: the first connection of a shop with a store: linked-but-never-sent is zero after one drain."""
    for number in range(60):
        shop.store.add_product(reference=f"P{number}", name="Da loja", price="1.00", stock="99")
    products = [await shop.add(f"P{number}", stock=number) for number in range(70)]
    await shop.start_and_send()

    assert len(shop.store.products) == 70
    assert [shop.differences(product.id) for product in products] == [{}] * 70


async def test_what_cannot_be_written_for_the_store_is_halted_without_a_request(shop: PracticeShop) -> None:
    """F25: a price beyond the store's nine digits is refused here, and only that side waits."""
    product = await shop.save(Product(reference="OURO", name="Ouro", price=Money(100)), brand="", category="")
    await shop.start_and_send()

    await shop.change(product.id, price=Money(10**10))
    await shop.receive(product.id, 1)
    await shop.until(lambda: {row.state for row in shop.queue} == {QueueState.HALTED})

    (line,) = shop.queue
    assert (line.aspect, line.cause) == (Aspect.PRICE, "too_long")
    assert shop.one("OURO")["stock"] == "1"
