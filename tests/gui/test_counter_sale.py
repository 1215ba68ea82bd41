"""A sale from the first scan to the change, with the keys a cashier has and no more of them than needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from tests.builders import a_gtin
from tests.gui.counter_gallery import (
    BRUNO,
    CARLA,
    STROKES,
    CounterShop,
    back_at,
    dialog,
    fingers,
    in_front,
    lines,
    open_counter_shop,
    press,
    promise,
    scanner,
)
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.counter import drop_basket
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import FiscalModel, PaymentMethod
from varejoforte_desktop.ui.screens.counter import CounterScreen

F10, ENTER, ESC, DEL = Qt.Key.Key_F10, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[CounterShop]:
    """A shop that sells coffee, sugar and pans, its till open."""
    async with open_counter_shop(tmp_path) as opened:
        for number, (reference, name, price) in enumerate(
            (("CAF-1", "Café torrado", 2490), ("ACU-2", "Açúcar cristal", 549), ("PAN-3", "Panela", 12_990)),
            start=1,
        ):
            opened.keep(
                reference=reference, name=name, price=Money(price), on_hand=30, barcode=a_gtin(number)
            )
        opened.open_till()
        yield opened


async def scan(shop: CounterShop, screen: CounterScreen, *numbers: int) -> None:
    before = len(screen.desk.basket.lines)
    for number in numbers:
        scanner(shop, a_gtin(number))
    await until(lambda: len(screen.desk.basket.lines) == before + len(numbers))


async def pay(shop: CounterShop, screen: CounterScreen, method: str, amount: str = "") -> None:
    """Choose a form by its digit, type the amount (or take what is missing), Enter."""
    before = len(screen.desk.basket.payments)
    await fingers(shop, method)
    await until(screen.page.payment.amount.hasFocus)
    await fingers(shop, amount)
    press(ENTER)
    assert len(screen.desk.basket.payments) == before + 1, screen.page.payment.note


def shown(screen: CounterScreen) -> tuple[str, str]:
    """What stands large on the payment."""
    return screen.page.payment._missing_words.text(), screen.page.payment.missing.text()


async def test_a_cash_sale_of_three_items_takes_three_scans_and_at_most_four_keys(shop: CounterShop) -> None:
    """F67."""
    screen = await shop.counter()
    await scan(shop, screen, 1, 2, 3)
    STROKES.clear()
    press(F10)
    press(ENTER)
    press(ENTER)
    await until(lambda: screen.page.summary.last_sale_text)
    assert STROKES == ["Key_F10", "Key_Return", "Key_Return"]
    assert screen.page.summary.last_sale_text == "Venda Balcão-1 · troco R$ 0,00"
    sale = shop.sale()
    assert sale.amounts.total == Money(16_029)
    assert [line.reference for line in sale.lines] == ["CAF-1", "ACU-2", "PAN-3"]
    assert [(each.method, each.amount) for each in sale.payments] == [(PaymentMethod.CASH, Money(16_029))]
    assert shop.on_hand("PAN-3") == 29


async def test_the_change_is_large_and_the_next_customer_can_be_served_at_once(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1, 2)
    press(F10)
    assert shown(screen) == ("Falta", "30,39")
    await pay(shop, screen, "1", "50")
    assert shown(screen) == ("Troco", "19,61")
    press(ENTER)
    await until(lambda: screen.page.summary.last_sale_text)
    assert screen.page.summary.last_sale_text == "Venda Balcão-1 · troco R$ 19,61"
    assert not screen.page.drawer.is_open
    assert screen.page.scan.hasFocus()
    assert lines(screen) == []
    assert shop.kept() is None
    await scan(shop, screen, 3)
    assert screen.page.summary.last_sale_text == "", "the next sale has begun"
    assert shop.sale().payments[0].tendered == Money(5000)


async def test_f10_and_enter_struck_five_times_make_one_sale(shop: CounterShop) -> None:
    """F17: five strokes in 200 ms."""
    for key in (ENTER, F10):
        screen = await shop.counter()
        await scan(shop, screen, 1, 2, 3)
        press(F10)
        await pay(shop, screen, "1", "200")
        before = len(shop.sales())
        for _ in range(5):
            press(key)
            await asyncio.sleep(0.04)
        await until(lambda wanted=before: len(shop.sales()) == wanted + 1)
        await asyncio.sleep(0.05)
        assert len(shop.sales()) == before + 1
        await shop.leave(screen)
    assert [row.number for row in shop.sales()] == ["Balcão-2", "Balcão-1"]
    assert shop.on_hand("CAF-1") == 28


async def test_an_answer_that_was_lost_is_asked_again_and_sold_once(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(F10)
    press(ENTER)
    await until(lambda: screen.desk.keeper.kept)
    run = shop.database.run

    async def answer_lost(*args: Any, **kwargs: Any) -> Any:
        await run(*args, **kwargs)
        raise BooksUnreachable

    shop.database.run = answer_lost  # type: ignore[method-assign]
    press(ENTER)
    await until(lambda: screen.page.payment.note)
    assert "não responde" in screen.page.payment.note
    assert len(lines(screen)) == 1, "nobody knows yet: the sale stays on the screen"
    shop.database.run = run  # type: ignore[method-assign]
    press(ENTER)
    await until(lambda: screen.page.summary.last_sale_text)
    assert screen.page.summary.last_sale_text == "Venda Balcão-1 · troco R$ 0,00"
    assert len(shop.sales()) == 1
    assert shop.on_hand("CAF-1") == 29


async def test_a_sale_whose_answer_was_lost_cannot_be_given_up(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(F10)
    press(ENTER)
    await until(lambda: screen.desk.keeper.kept)
    run = shop.database.run

    async def answer_lost(*args: Any, **kwargs: Any) -> Any:
        await run(*args, **kwargs)
        raise BooksUnreachable

    shop.database.run = answer_lost  # type: ignore[method-assign]
    press(ENTER)
    await until(lambda: screen.desk.unsure)
    shop.database.run = run  # type: ignore[method-assign]
    receipt = await screen.desk.sold_meanwhile()
    assert receipt is not None
    assert (receipt.number, receipt.repeated) == ("Balcão-1", True)
    assert lines(screen) == []
    shop.database.run_now(drop_basket, screen.desk.basket.token, by=screen.desk.actor)
    assert len(shop.sales()) == 1


async def test_mixed_payments_until_nothing_is_missing(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1, 2, 3)
    press(F10)
    await pay(shop, screen, "2", "50,00")
    assert shown(screen) == ("Falta", "110,29")
    await pay(shop, screen, "4", "10,29")
    await pay(shop, screen, "3", "40")
    await pay(shop, screen, "6", "10")
    assert shown(screen) == ("Falta", "50,00")
    await pay(shop, screen, "1", "100")
    assert shown(screen) == ("Troco", "50,00")
    press(ENTER)
    await until(shop.sales)
    assert [(each.method.value, each.amount.cents, each.change.cents) for each in shop.sale().payments] == [
        ("pix", 5000, 0), ("debit", 1029, 0), ("credit", 4000, 0), ("voucher", 1000, 0), ("cash", 5000, 5000),
    ]  # fmt: skip


async def test_a_payment_is_taken_back(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(F10)
    await pay(shop, screen, "2", "10")
    await pay(shop, screen, "3", "5")
    press(DEL)
    assert shown(screen) == ("Falta", "14,90")
    first = screen.page.payment.findChild(QPushButton, "payment_remove_0")
    assert first.accessibleName() == "Tirar Pix de 10,00"
    first.click()
    assert shown(screen) == ("Falta", "24,90")
    press(DEL)
    assert screen.sound.refusals == 1, "there is none left"


@pytest.mark.parametrize(
    ("method", "amount", "said"),
    [
        ("2", "30", "Só dinheiro pode passar do que falta: R$ 24,90."),
        ("1", "0", "Digite um valor maior que zero."),
        ("1", "1,2,3", "Digite um valor como 12,90."),
        ("1", "1,234", "Use no máximo duas casas: 12,90."),
    ],
)
async def test_an_amount_that_cannot_be(shop: CounterShop, method: str, amount: str, said: str) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(F10)
    await fingers(shop, method)
    await until(screen.page.payment.amount.hasFocus)
    await fingers(shop, amount)
    press(ENTER)
    assert screen.page.payment.note == said
    assert screen.desk.basket.payments == ()
    assert screen.sound.refusals == 1


async def test_store_credit_needs_somebody_who_owes_it(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(F10)
    await fingers(shop, "5")
    assert screen.page.payment.note == "Crediário precisa do CPF ou CNPJ do cliente: tecle F3."
    press(Qt.Key.Key_F3)
    await dialog("buyer_dialog")
    await fingers(shop, "111.222.333-96")
    press(ENTER)
    await back_at(screen)
    assert screen.page.drawer.is_open, "back at the payment"
    await pay(shop, screen, "5")
    press(ENTER)
    await until(shop.sales)
    sale = shop.sale()
    assert (sale.buyer_document, sale.payments[0].method) == ("11122233396", PaymentMethod.STORE_CREDIT)
    assert sale.fiscal is FiscalModel.NFCE


async def test_a_key_that_means_nothing_says_what_does(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(F10)
    await fingers(shop, "9")
    assert screen.page.payment.note == "Tecle 1 a 6 para a forma de pagamento, depois o valor."
    await fingers(shop, "1")
    await until(screen.page.payment.amount.hasFocus)
    press(ESC)
    assert screen.page.payment.methods.hasFocus(), "one step back"
    assert screen.page.drawer.is_open
    press(ESC)
    assert not screen.page.drawer.is_open
    assert len(lines(screen)) == 1


async def test_f10_never_pays_by_itself(shop: CounterShop) -> None:
    screen = await shop.counter()
    press(F10)
    assert screen.page.flash.text == "Bipe um produto primeiro."
    await scan(shop, screen, 1)
    for _ in range(5):
        press(F10)
    await asyncio.sleep(0.02)
    assert screen.desk.basket.payments == ()
    assert shop.sales() == []


async def test_f10_right_after_a_scan_pays_for_it_too(shop: CounterShop) -> None:
    screen = await shop.counter()
    for number in (1, 2, 3):
        scanner(shop, a_gtin(number))
    press(F10)
    await until(lambda: screen.page.drawer.is_open)
    assert len(lines(screen)) == 3
    assert shown(screen) == ("Falta", "160,29")


async def test_one_more_product_while_the_customer_pays(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(F10)
    await pay(shop, screen, "1", "30")
    assert shown(screen) == ("Troco", "5,10")
    await scan(shop, screen, 2)
    assert shown(screen) == ("Falta", "0,39")
    assert screen.page.drawer.is_open
    await pay(shop, screen, "2")
    press(ENTER)
    await until(shop.sales)
    assert shop.sale().amounts.total == Money(3039)


async def test_the_next_customers_goods_wait_for_the_sale_that_is_ending(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    press(F10)
    press(ENTER)
    press(ENTER)
    scanner(shop, a_gtin(3))
    await until(lambda: [line.reference for line in screen.desk.basket.lines] == ["PAN-3"])
    assert [line.reference for line in shop.sale().lines] == ["CAF-1"]
    await until(lambda: screen.desk.keeper.kept)
    kept = shop.kept()
    assert kept is not None
    assert [line.reference for line in kept.lines] == ["PAN-3"]


async def test_too_few_goods_are_told_beside_their_line(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1, 3, 2)
    shop.database.run_now(lambda uow: uow.shelf.take(3, Decimal(30)))
    press(F10)
    press(ENTER)
    press(ENTER)
    await until(lambda: screen.page.payment.note)
    assert lines(screen)[1] == "2. Panela, 1 UN × 129,90 = 129,90, Só há 0 de PAN-3 em estoque."
    assert screen.page.lines.place == 1, "the line is marked"
    assert screen.sound.refusals == 1
    assert shop.sales() == []
    press(ESC)
    press(Qt.Key.Key_F6)
    await until(lambda: screen.desk.basket.lines[1].cancelled)
    assert lines(screen)[1] == "2. Panela, 1 UN × 129,90 = 129,90, cancelado"
    press(F10)
    assert shown(screen) == ("Troco", "129,90"), "the cash that was handed over"
    press(ENTER)
    await until(shop.sales)
    assert shop.sale().amounts.total == Money(3039)


async def test_units_promised_to_the_store_are_sold_with_a_warning(shop: CounterShop) -> None:
    shop.keep(reference="COP-4", name="Copos", price=Money(2990), on_hand=3, barcode=a_gtin(4))
    promise(shop, "COP-4", 2)
    screen = await shop.counter()
    await scan(shop, screen, 4)
    assert lines(screen) == ["1. Copos, 1 UN × 29,90 = 29,90"]
    await scan(shop, screen, 4)
    assert lines(screen)[1] == "2. Copos, 1 UN × 29,90 = 29,90, prometido a pedidos da Tray"
    press(F10)
    press(ENTER)
    press(ENTER)
    await until(shop.sales)
    assert shop.on_hand("COP-4") == 1


async def test_an_order_that_comes_while_one_sells_is_seen_on_the_line(shop: CounterShop) -> None:
    shop.keep(reference="COP-4", name="Copos", price=Money(2990), on_hand=1, barcode=a_gtin(4))
    screen = await shop.counter()
    await scan(shop, screen, 4)
    assert "prometido" not in lines(screen)[0]
    promise(shop, "COP-4", 1)
    await until(lambda: "prometido a pedidos da Tray" in lines(screen)[0])


async def test_numbers_come_from_the_books(shop: CounterShop) -> None:
    """F18: two windows of one station never write the same number, and neither loses its sale."""
    one, two = await shop.counter(), await shop.counter()
    for screen, number in ((one, 1), (two, 2), (one, 3), (two, 3)):
        await in_front(screen)
        await scan(shop, screen, number)
        await until(lambda wanted=screen: wanted.desk.keeper.kept)
    for screen in (one, two):
        await in_front(screen)
        press(F10)
        press(ENTER)
        press(ENTER)
        await until(lambda wanted=screen: wanted.page.summary.last_sale_text)
    assert [row.number for row in shop.sales()] == ["Balcão-2", "Balcão-1"]
    assert {row.total.cents for row in shop.sales()} == {2490 + 12_990, 549 + 12_990}
    assert shop.kept() is None
    assert shop.held() == []


async def test_a_sale_that_costs_nothing_is_finished_without_a_payment(shop: CounterShop) -> None:
    screen = await shop.counter(CARLA)
    await scan(shop, screen, 2)
    press(Qt.Key.Key_F5)
    await dialog("discount_dialog")
    await fingers(shop, "100%")
    press(ENTER)
    await back_at(screen)
    press(F10)
    assert shown(screen) == ("Tudo pago, sem troco", "0,00")
    press(ENTER)
    await until(shop.sales)
    assert (shop.sale().amounts.total, shop.sale().payments) == (Money(0), ())


async def test_what_a_percentage_gives_is_never_more_than_it_says(shop: CounterShop) -> None:
    """20 % of 5,49 is 1,098: whoever may give 20 % needs nobody for it."""
    screen = await shop.counter(BRUNO)
    await scan(shop, screen, 2)
    press(Qt.Key.Key_F5)
    await dialog("discount_dialog")
    await fingers(shop, "20%")
    press(ENTER)
    await back_at(screen)
    assert screen.desk.basket.discount == Money(109)
