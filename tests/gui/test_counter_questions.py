"""What the keys of the counter ask, who may answer, and that nothing of it costs a scan or a sale."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton

from tests.builders import a_gtin
from tests.gui.counter_gallery import (
    ANA,
    BRUNO,
    PASSWORD,
    CounterShop,
    back_at,
    dialog,
    fingers,
    in_front,
    lines,
    open_counter_shop,
    press,
    scanner,
)
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.counter import hold_basket
from varejoforte_desktop.application.customers import save_customer
from varejoforte_desktop.domain.customer import Customer
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.sale import Basket, DiscountLimits, FiscalModel, SaleState
from varejoforte_desktop.ui.counter.pick import PickDialog
from varejoforte_desktop.ui.counter.prompts import DiscountPrompt, QuantityPrompt
from varejoforte_desktop.ui.counter.sale_changes import with_line
from varejoforte_desktop.ui.screens.counter import CounterScreen

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
ENTER, ESC = KEY.Key_Return, KEY.Key_Escape
CPF = "111.222.333-96"


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[CounterShop]:
    """A shop that sells coffee, pans and cheese, its till open."""
    async with open_counter_shop(tmp_path) as opened:
        opened.keep(reference="CAF-1", name="Café torrado", price=Money(2490), on_hand=50, barcode=a_gtin(1))
        opened.keep(
            reference="PAN-2", name="Panela de ferro", price=Money(12_990), on_hand=5, barcode=a_gtin(2)
        )
        opened.keep(
            reference="PAN-3", name="Panela de barro", price=Money(8990), on_hand=0, barcode=a_gtin(3)
        )
        opened.keep(
            reference="QUE-4", name="Queijo", price=Money(4890), on_hand=9, unit="KG", barcode=a_gtin(4)
        )
        opened.open_till()
        yield opened


async def scan(shop: CounterShop, screen: CounterScreen, *numbers: int) -> None:
    before = len(screen.desk.basket.lines)
    for number in numbers:
        scanner(shop, a_gtin(number))
    await until(lambda: len(screen.desk.basket.lines) == before + len(numbers))


async def ask(key: Qt.Key, name: str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Any:
    press(key, modifier)
    return await dialog(name)


async def answer(shop: CounterShop, screen: CounterScreen, text: str = "") -> None:
    await fingers(shop, text)
    press(ENTER)
    await back_at(screen)


async def sign(shop: CounterShop, screen: CounterScreen, login: str, password: str = PASSWORD) -> None:
    """Somebody signs at Ana's station."""
    asked = await dialog("approval_dialog")
    asked.findChild(QLineEdit, "approval_login").setText(login)
    asked.findChild(QLineEdit, "approval_password").setText(password)
    asked.findChild(QPushButton, "approval_allow").click()
    await back_at(screen)


async def listed(asked: PickDialog[Any], count: int) -> None:
    await until(
        lambda: asked.rows.rowCount() == count and asked.states.currentWidget() is not asked.states.skeleton
    )


# -- F2: searching ------------------------------------------------------------------------------------------


async def test_words_and_enter_search_and_enter_adds(shop: CounterShop) -> None:
    screen = await shop.counter()
    await fingers(shop, "panela")
    press(ENTER)
    asked = await dialog("search_dialog")
    await listed(asked, 2)
    assert asked.edit.text() == "panela"
    press(KEY.Key_Down)
    press(ENTER)
    await back_at(screen)
    assert lines(screen) == ["1. Panela de ferro, 1 UN × 129,90 = 129,90"]
    assert screen.page.scan.hasFocus()


async def test_a_quantity_goes_through_the_search(shop: CounterShop) -> None:
    screen = await shop.counter()
    await fingers(shop, "3*caf")
    asked = await ask(KEY.Key_F2, "search_dialog")
    await listed(asked, 1)
    await answer(shop, screen)
    assert lines(screen) == ["1. Café torrado, 3 UN × 24,90 = 74,70"]
    assert screen.page.scan.text() == ""


async def test_typing_on_narrows_the_list_and_esc_adds_nothing(shop: CounterShop) -> None:
    screen = await shop.counter()
    asked = await ask(KEY.Key_F2, "search_dialog")
    await listed(asked, 4)
    await fingers(shop, "panela b")
    await listed(asked, 1)
    assert asked.rows.rows[0].offer.reference == "PAN-3"
    await fingers(shop, "xyz")
    await until(lambda: asked.states.currentWidget() is asked.empty)
    assert asked.empty.accessibleName().startswith("Nenhum produto com “panela bxyz”")
    press(ENTER)
    assert asked.isVisible(), "there is nothing to add"
    press(ESC)
    await back_at(screen)
    assert lines(screen) == []


async def test_a_search_that_fails_says_so_and_can_be_tried_again(shop: CounterShop) -> None:
    screen = await shop.counter()
    real = shop.database.read

    async def broken(_question: Any) -> Any:
        raise BooksUnreachable

    shop.database.read = broken  # type: ignore[method-assign]
    asked = await ask(KEY.Key_F2, "search_dialog")
    await until(lambda: asked.states.currentWidget() is asked.states.failed)
    shop.database.read = real  # type: ignore[method-assign]
    asked.states.failed.acted.emit()
    await listed(asked, 4)
    press(ESC)
    await back_at(screen)


async def test_digits_that_are_no_code_are_searched_only_while_they_are_few(shop: CounterShop) -> None:
    screen = await shop.counter()
    await fingers(shop, "78999")
    press(ENTER)
    await dialog("search_dialog")
    press(ESC)
    await back_at(screen)
    await fingers(shop, "7899999999999")
    press(ENTER)
    await until(lambda: screen.page.flash.text == "Não achei 7899999999999.")
    assert not screen.flows.busy


# -- F3: who buys -------------------------------------------------------------------------------------------


async def test_a_cpf_goes_on_the_sale(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    await ask(KEY.Key_F3, "buyer_dialog")
    await answer(shop, screen, CPF)
    assert (screen.desk.basket.buyer_document, screen.desk.basket.customer_id) == ("11122233396", None)
    assert screen.page.summary._buyer.text() == CPF


async def test_with_a_name_the_customer_is_known_from_now_on(shop: CounterShop) -> None:
    screen = await shop.counter()
    asked = await ask(KEY.Key_F3, "buyer_dialog")
    await fingers(shop, "12ABC34501DE35")
    assert asked.name_field.isVisible()
    asked.name.setText("  Padaria do   Zé ")
    press(ENTER)
    await back_at(screen)
    basket = screen.desk.basket
    assert (basket.buyer_document, basket.buyer_name) == ("12ABC34501DE35", "Padaria do Zé")
    kept = shop.database.read_now(lambda reader: reader.orders.customer(basket.customer_id))
    assert (kept.name, kept.document) == ("Padaria do Zé", "12ABC34501DE35")
    await scan(shop, screen, 1)
    press(KEY.Key_F10)
    press(ENTER)
    press(ENTER)
    await until(shop.sales)
    assert shop.sale().fiscal is FiscalModel.NFE, "a company gets an NF-e"


async def test_a_known_customer_is_found_by_name_or_document(shop: CounterShop) -> None:
    known = Customer(name="Maria Souza", document="11122233396")
    maria = shop.database.run_now(save_customer, known, by=ANA)
    shop.database.run_now(save_customer, Customer(name="Mariana Lima"), by=ANA)
    screen = await shop.counter()
    asked = await ask(KEY.Key_F3, "buyer_dialog")
    await fingers(shop, "mari")
    await listed(asked, 2)
    await answer(shop, screen)
    assert screen.desk.basket.customer_id == maria
    assert screen.page.summary._buyer.text() == f"Maria Souza · {CPF}"
    await ask(KEY.Key_F3, "buyer_dialog")
    press(KEY.Key_Escape)
    await back_at(screen)
    assert screen.desk.basket.customer_id == maria, "Esc changes nothing"
    asked = await ask(KEY.Key_F3, "buyer_dialog")
    asked.edit.selectAll()
    press(KEY.Key_Backspace)
    press(ENTER)
    await back_at(screen)
    assert screen.page.summary._buyer.text() == "Sem CPF na nota (F3)"
    await ask(KEY.Key_F3, "buyer_dialog")
    await answer(shop, screen, "11122233396")
    assert screen.desk.basket.customer_id == maria


@pytest.mark.parametrize("document", ["111.222.333-97", "1112223339", "11111111111", "12ABC34501DE36"])
async def test_a_document_that_does_not_exist(shop: CounterShop, document: str) -> None:
    screen = await shop.counter()
    asked = await ask(KEY.Key_F3, "buyer_dialog")
    await fingers(shop, document)
    press(ENTER)
    assert asked.field.error.startswith("Este CPF ou CNPJ não existe")
    assert asked.isVisible()
    press(ESC)
    await back_at(screen)
    assert screen.desk.basket.buyer_document == ""


# -- F4 and F6: lines ---------------------------------------------------------------------------------------


async def test_f4_changes_the_newest_line_or_the_one_the_arrows_mark(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1, 4)
    await ask(KEY.Key_F4, "quantity_dialog")
    await answer(shop, screen, "0,350")
    assert lines(screen)[1] == "2. Queijo, 0,350 KG × 48,90 = 17,12"
    press(KEY.Key_Up)
    asked = await ask(KEY.Key_F4, "quantity_dialog")
    assert isinstance(asked, QuantityPrompt)
    await fingers(shop, "1,5")
    press(ENTER)
    assert asked._field.error == "Este produto é vendido por unidade inteira."
    asked.edit.selectAll()
    await answer(shop, screen, "12")
    assert lines(screen)[0] == "1. Café torrado, 12 UN × 24,90 = 298,80"


@pytest.mark.parametrize("text", ["0", "-2", "x", "7890000000017"])
async def test_a_quantity_nobody_sells(shop: CounterShop, text: str) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    asked = await ask(KEY.Key_F4, "quantity_dialog")
    await fingers(shop, text)
    press(ENTER)
    assert asked._field.error == "Digite uma quantidade como 12 ou 0,250."
    press(ESC)
    await back_at(screen)
    assert screen.desk.basket.lines[0].quantity == 1


async def test_a_cancelled_line_stays_visible_and_costs_nothing(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1, 2)
    press(KEY.Key_F6)
    await until(lambda: screen.desk.basket.lines[1].cancelled)
    assert lines(screen)[1] == "2. Panela de ferro, 1 UN × 129,90 = 129,90, cancelado"
    assert screen.page.summary.total.text() == "24,90"
    await back_at(screen)
    press(KEY.Key_F6)
    await until(lambda: screen.sound.refusals == 1)
    assert "já está cancelado" in screen.page.flash.text


async def test_f4_f5_and_f6_want_a_line_first(shop: CounterShop) -> None:
    screen = await shop.counter()
    for count, key in enumerate((KEY.Key_F4, KEY.Key_F5, KEY.Key_F6, KEY.Key_F10), start=1):
        press(key)
        await until(lambda wanted=count: screen.sound.refusals == wanted)
        assert screen.page.flash.text == "Bipe um produto primeiro."
        await back_at(screen)


async def test_a_supervisor_lets_an_item_go_where_the_shop_wants_it(shop: CounterShop) -> None:
    shop.rules(cancel_item_supervised=True)
    screen = await shop.counter()
    await scan(shop, screen, 1, 2)
    press(KEY.Key_F6)
    await dialog("approval_dialog")
    press(ESC)
    await back_at(screen)
    assert not screen.desk.basket.lines[1].cancelled
    press(KEY.Key_F6)
    await sign(shop, screen, "bruno")
    assert screen.desk.basket.lines[1].cancelled


async def test_a_manager_is_his_own_supervisor(shop: CounterShop) -> None:
    shop.rules(cancel_item_supervised=True)
    screen = await shop.counter(BRUNO)
    await scan(shop, screen, 1)
    press(KEY.Key_F6)
    await until(lambda: screen.desk.basket.lines[0].cancelled)


# -- F5: discount -------------------------------------------------------------------------------------------


async def test_an_operator_gives_up_to_the_limit_alone(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 2)
    await ask(KEY.Key_F5, "discount_dialog")
    await answer(shop, screen, "5%")
    assert (screen.desk.basket.discount, screen.desk.basket.approved_by) == (Money(649), None)
    assert screen.page.summary.total.text() == "123,41"


async def test_beyond_the_limit_a_supervisor_signs(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 2)
    asked = await ask(KEY.Key_F5, "discount_dialog")
    assert isinstance(asked, DiscountPrompt)
    await fingers(shop, "10,00")
    assert asked._result.text() == (
        "R$ 10,00 (7,7%) de desconto: R$ 119,90 a pagar. Um gerente precisa autorizar."
    )
    press(ENTER)
    await sign(shop, screen, "bruno")
    assert (screen.desk.basket.discount, screen.desk.basket.approved_by) == (Money(1000), BRUNO.operator_id)
    press(KEY.Key_F10)
    press(ENTER)
    press(ENTER)
    await until(shop.sales)
    assert (shop.sale().amounts.discount, shop.sale().approved_by) == (Money(1000), BRUNO.operator_id)


async def test_nobody_signs_for_more_than_their_own_limit(shop: CounterShop) -> None:
    shop.rules(discounts=DiscountLimits(operador=500, gerente=1000))
    screen = await shop.counter()
    await scan(shop, screen, 2)
    await ask(KEY.Key_F5, "discount_dialog")
    await fingers(shop, "20%")
    press(ENTER)
    await sign(shop, screen, "bruno")
    assert screen.desk.basket.discount == Money(0)
    assert screen.page.flash.text == "Bruno Reis dá no máximo 10% de desconto."


async def test_a_colleague_without_the_right_cannot_sign(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 2)
    await ask(KEY.Key_F5, "discount_dialog")
    await fingers(shop, "20%")
    press(ENTER)
    asked = await dialog("approval_dialog")
    asked.findChild(QLineEdit, "approval_login").setText("ana")
    asked.findChild(QLineEdit, "approval_password").setText(PASSWORD)
    asked.findChild(QPushButton, "approval_allow").click()
    await until(lambda: asked.fields["login"].error)
    press(ESC)
    await back_at(screen)
    assert screen.desk.basket.discount == Money(0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("200", "O desconto não pode passar de R$ 129,90."),
        ("150%", "O desconto não pode passar de R$ 129,90."),
        ("-5", "Desconto não pode ser negativo."),
        ("cinco", "“cinco” não é um número. Use vírgula para os centavos, como em 1.234,56."),
    ],
)
async def test_a_discount_that_cannot_be(shop: CounterShop, text: str, said: str) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 2)
    asked = await ask(KEY.Key_F5, "discount_dialog")
    await fingers(shop, text)
    press(ENTER)
    assert asked._field.error == said
    press(ESC)
    await back_at(screen)


async def test_a_discount_that_outgrew_its_limit_is_asked_about_at_the_end(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 2, 1)
    await ask(KEY.Key_F5, "discount_dialog")
    await answer(shop, screen, "4,00")
    press(KEY.Key_Up)
    press(KEY.Key_F6)
    await until(lambda: screen.desk.basket.lines[0].cancelled)
    await back_at(screen)
    press(KEY.Key_F10)
    press(ENTER)
    press(ENTER)
    await sign(shop, screen, "bruno")
    await until(shop.sales)
    assert (shop.sale().amounts.total, shop.sale().approved_by) == (Money(2090), BRUNO.operator_id)


# -- F7: waiting --------------------------------------------------------------------------------------------


async def test_a_sale_waits_under_a_name_and_is_taken_up_again(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1, 2)
    await ask(KEY.Key_F7, "hold_dialog")
    await answer(shop, screen, "Dona Maria")
    assert lines(screen) == []
    assert shop.kept() is None
    assert [each.label for each in shop.held()] == ["Dona Maria"]
    await scan(shop, screen, 4)
    press(KEY.Key_F10)
    press(ENTER)
    press(ENTER)
    await until(shop.sales)
    await back_at(screen)
    asked = await ask(KEY.Key_F7, "held_dialog")
    await listed(asked, 1)
    await answer(shop, screen)
    assert [line.reference for line in screen.desk.basket.lines] == ["CAF-1", "PAN-2"]
    assert shop.held() == []
    kept = shop.kept()
    assert kept is not None
    assert len(kept.lines) == 2


async def test_a_sale_of_another_station_is_taken_up_once(shop: CounterShop) -> None:
    offer = shop.database.read_now(lambda reader: reader.sales.offer("CAF-1"))
    waiting = with_line(Basket(token="11111111-1111-4111-8111-111111111111"), offer, offer.on_hand)
    door = Actor(operator_id=2, login="ana", name="Ana Lima", role=ANA.role, station="Porta")
    shop.database.run_now(hold_basket, waiting, label="", by=door)
    screen = await shop.counter()
    asked = await ask(KEY.Key_F7, "held_dialog")
    await listed(asked, 1)
    assert asked.rows.rows[0].label == "Café torrado", "without a name, what was scanned first"
    shop.database.run_now(lambda uow: uow.baskets.drop(waiting.token))
    press(ENTER)
    await back_at(screen)
    assert screen.page.flash.text == "Outra estação já retomou esta venda."
    assert lines(screen) == []


async def test_none_waits(shop: CounterShop) -> None:
    screen = await shop.counter()
    asked = await ask(KEY.Key_F7, "held_dialog")
    await until(lambda: asked.states.currentWidget() is asked.empty)
    press(ENTER)
    assert asked.isVisible()
    press(ESC)
    await back_at(screen)


# -- Esc and Shift+F6: giving up -----------------------------------------------------------------------------


async def test_esc_never_gives_a_sale_up_without_asking(shop: CounterShop) -> None:
    screen = await shop.counter()
    press(ESC)
    assert not screen.flows.busy
    await scan(shop, screen, 1, 2)
    await fingers(shop, "pan")
    press(ESC)
    assert screen.page.scan.text() == ""
    assert not screen.flows.busy, "first what was typed goes"
    asked = await ask(ESC, "cancel_sale_dialog")
    assert asked.heading.text() == "Cancelar a venda inteira, com 2 itens e R$\N{NO-BREAK SPACE}154,80?"
    press(ENTER)
    await back_at(screen)
    assert len(lines(screen)) == 2, "Enter goes on selling"
    await ask(ESC, "cancel_sale_dialog")
    press(ESC)
    await back_at(screen)
    assert len(lines(screen)) == 2, "and so does Esc"


async def test_a_sale_is_given_up(shop: CounterShop) -> None:
    screen = await shop.counter()
    press(KEY.Key_F6, SHIFT)
    await until(lambda: screen.sound.refusals == 1)
    await back_at(screen)
    await scan(shop, screen, 1, 2)
    await until(lambda: screen.desk.keeper.kept)
    press(KEY.Key_F6, SHIFT)
    asked = await dialog("cancel_sale_dialog")
    asked.confirm_button.click()
    await back_at(screen)
    assert lines(screen) == []
    assert (shop.kept(), shop.sales()) == (None, [])
    assert shop.on_hand("CAF-1") == 50


async def test_where_items_are_supervised_the_whole_sale_is_too(shop: CounterShop) -> None:
    shop.rules(cancel_item_supervised=True)
    screen = await shop.counter()
    await scan(shop, screen, 1)
    asked = await ask(ESC, "cancel_sale_dialog")
    asked.confirm_button.click()
    await sign(shop, screen, "bruno")
    assert lines(screen) == []


# -- Shift+F12: older sales ---------------------------------------------------------------------------------------


async def sell(shop: CounterShop, screen: CounterScreen, number: int) -> None:
    before = len(shop.sales())
    await scan(shop, screen, number)
    press(KEY.Key_F10)
    press(ENTER)
    press(ENTER)
    await until(lambda: len(shop.sales()) == before + 1)
    await back_at(screen)


async def test_a_finished_sale_is_cancelled_with_a_motive_and_a_supervisor(shop: CounterShop) -> None:
    screen = await shop.counter()
    await sell(shop, screen, 1)
    await sell(shop, screen, 2)
    asked = await ask(KEY.Key_F12, "recent_dialog", SHIFT)
    await listed(asked, 2)
    assert [row.number for row in asked.rows.rows] == ["Balcão-2", "Balcão-1"]
    press(ENTER)
    reason = await dialog("cancel_reason_dialog")
    press(ENTER)
    assert reason._field.error == "Falta preencher: motivo."
    reason.findChild(QComboBox, "cancel_reason_edit").setEditText("Cliente desistiu")
    reason.confirm()
    await sign(shop, screen, "bruno")
    assert [row.state for row in shop.sales()] == [SaleState.CANCELLED, SaleState.COMPLETED]
    assert shop.on_hand("PAN-2") == 5
    assert screen.toasts._toast is not None
    assert screen.toasts._toast.text == "Venda Balcão-2 cancelada. Devolva R$ 129,90 ao cliente."
    asked = await ask(KEY.Key_F12, "recent_dialog", SHIFT)
    await listed(asked, 2)
    press(ENTER)
    assert asked.isVisible(), "it is cancelled already"
    press(KEY.Key_Down)
    assert asked.confirm_button.isEnabled()
    press(ESC)
    await back_at(screen)


async def test_only_sales_of_this_station_are_listed(shop: CounterShop) -> None:
    door = Actor(operator_id=2, login="ana", name="Ana Lima", role=ANA.role, station="Porta-1")
    shop.open_till("Porta-1")
    one, two = await shop.counter(), await shop.counter(door)
    for screen in (two, one):
        await in_front(screen)
        await sell(shop, screen, 1)
    asked = await ask(KEY.Key_F12, "recent_dialog", SHIFT)
    await listed(asked, 1)
    assert asked.rows.rows[0].number == "Balcão-1"
    press(ESC)
    await back_at(one)


async def test_the_sound_is_switched_where_older_sales_are(shop: CounterShop) -> None:
    screen = await shop.counter()
    asked = await ask(KEY.Key_F12, "recent_dialog", SHIFT)
    box = asked.findChild(QCheckBox, "recent_sound")
    assert box.isChecked()
    box.click()
    press(ESC)
    await back_at(screen)
    assert not screen.sound.on


async def test_keys_pressed_while_a_question_is_coming_open_only_one(shop: CounterShop) -> None:
    screen = await shop.counter()
    await scan(shop, screen, 1)
    for key in (KEY.Key_F3, KEY.Key_F3, KEY.Key_F5, KEY.Key_F7, KEY.Key_F12, KEY.Key_F10):
        press(key)
    await dialog("buyer_dialog")
    assert not screen.page.drawer.is_open
    press(ESC)
    await back_at(screen)
    assert not screen.flows.busy
