"""A sale at the counter and its note: one for each sale, and nobody who buys or sells ever waits for SEFAZ."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox

from tests.builders import a_gtin
from tests.gui.counter_fiscal_gallery import (
    COMPANY,
    ENTER,
    F10,
    FiscalCounter,
    fiscal_counter,
    name_buyer,
    sell,
)
from tests.gui.counter_gallery import BRUNO, back_at, dialog, fingers, lines, press, scanner
from tests.waiting import until
from varejoforte_desktop.application.printing_ports import PrinterBook
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import FiscalModel, SaleState
from varejoforte_desktop.ui.screens.counter import CounterScreen

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[FiscalCounter]:
    """A shop that issues, with a printer at its counter."""
    async with fiscal_counter(tmp_path) as opened:
        yield opened


def note(screen: CounterScreen) -> str:
    """What the card of the last sale says of its note and slip."""
    return screen.page.summary.note_text


async def told(screen: CounterScreen, *words: str) -> None:
    await until(lambda: all(each in note(screen) for each in words))


# -- one sale, one note -----------------------------------------------------------------------------------------------


async def test_the_note_is_authorised_and_its_slip_comes_out_while_the_screen_is_free(
    shop: FiscalCounter,
) -> None:
    screen = await shop.counter.counter()
    shop.door.clear()
    await sell(shop, screen)
    assert lines(screen) == [], "ready for the next buyer"
    assert screen.page.scan.hasFocus()
    assert screen.page.summary.last_sale_text == "Venda Balcão-1 · troco R$ 0,00"
    await told(screen, "NFC-e 1/1 — transmitindo…")
    assert shop.jobs() == [], "nothing is printed before SEFAZ has it"
    shop.door.set()
    await told(screen, "NFC-e 1/1 autorizada", "Cupom impresso.")
    assert shop.documents() == [("nfce", 1, "authorised")]
    assert shop.jobs() == [("nfce_slip", 1, "printed")]
    assert len(shop.sefaz.live_documents()) == 1


@pytest.mark.parametrize("key", [F10, ENTER])
async def test_f10_five_times_in_200_ms_is_one_sale_and_one_note(shop: FiscalCounter, key: Qt.Key) -> None:
    """F17."""
    shop.printing.start()
    screen = await shop.counter.counter()
    scanner(shop.counter, a_gtin(1))
    await until(lambda: lines(screen))
    press(F10)
    press(ENTER)
    await until(lambda: screen.desk.basket.missing == Money(0))
    for _ in range(5):
        press(key)
        await asyncio.sleep(0.04)
    await told(screen, "autorizada", "impresso")
    await asyncio.sleep(0.1)
    assert [row.number for row in shop.counter.sales()] == ["Balcão-1"]
    assert shop.documents() == [("nfce", 1, "authorised")]
    assert len(shop.sefaz.documents) == 1
    assert shop.jobs() == [("nfce_slip", 1, "printed")]


# -- nobody waits for SEFAZ -------------------------------------------------------------------------------------------


async def test_the_next_buyers_are_served_while_the_line_hangs(shop: FiscalCounter) -> None:
    """Three whole sales while not one answer comes; the window never stands still."""
    screen = await shop.counter.counter()
    shop.door.clear()
    longest, last = 0.0, time.monotonic()

    async def heart() -> None:
        nonlocal longest, last
        while True:
            await asyncio.sleep(0.005)
            now = time.monotonic()
            longest, last = max(longest, now - last), now

    beating = asyncio.create_task(heart())
    await sell(shop, screen, 1)
    await until(shop.asked.is_set)
    begun = time.monotonic()
    scanner(shop.counter, a_gtin(2))
    await until(lambda: [line.reference for line in screen.desk.basket.lines] == ["PRO-2"])
    scanned = time.monotonic() - begun
    press(KEY.Key_F6)
    await until(lambda: not screen.desk.basket.live)
    for _ in range(2):
        await sell(shop, screen, 1, 2)
    beating.cancel()
    assert scanned < 1.0, f"{scanned:.3f} s from the scan to the line"
    assert longest < 0.5, f"the window stood still for {longest:.3f} s"
    assert len(shop.counter.sales()) == 3
    assert shop.sefaz.documents == {}, "SEFAZ has heard of none of them"
    shop.door.set()
    await told(screen, "NFC-e 1/3 autorizada", "impresso")
    await until(lambda: len(shop.sefaz.live_documents()) == 3)
    await until(lambda: len(shop.jobs()) == 3)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "http500", "paralysed"])
async def test_without_an_answer_the_buyer_gets_a_contingency_slip(shop: FiscalCounter, fault: str) -> None:
    screen = await shop.counter.counter()
    shop.sefaz.faults.queue("autorizacao", fault)
    await sell(shop, screen)
    await told(screen, "em contingência", "Entregue o cupom, transmitimos depois.", "Cupom impresso.")
    assert [kind for kind, _, _ in shop.jobs()] == ["nfce_slip"]
    for _ in range(6):
        shop.clock.forward(minutes=3)
        await shop.fiscal.once()
    await told(screen, "NFC-e 1/2 autorizada")
    assert len(shop.sefaz.live_documents()) == 1
    assert shop.jobs() == [("nfce_slip", 1, "printed")], "what was handed over is not printed again"


async def test_a_note_goes_on_when_its_cashier_leaves(shop: FiscalCounter) -> None:
    screen = await shop.counter.counter()
    shop.door.clear()
    await sell(shop, screen)
    await until(shop.asked.is_set)
    await shop.counter.leave(screen)
    shop.door.set()
    await until(lambda: shop.documents() == [("nfce", 1, "authorised")])
    await until(lambda: shop.jobs() == [("nfce_slip", 1, "printed")])


# -- what needs a person ----------------------------------------------------------------------------------------------


async def test_a_rejection_is_told_with_what_helps(shop: FiscalCounter) -> None:
    screen = await shop.counter.counter()
    shop.sefaz.faults.queue("autorizacao", "reject:778")
    await sell(shop, screen)
    await told(screen, "NFC-e 1/1 rejeitada", "NCM")
    assert shop.jobs() == []
    press(KEY.Key_F12)
    await back_at(screen)
    assert screen.page.flash.text == ("Ainda não há cupom para imprimir: a nota da última venda não saiu.")
    document = shop.database.read_now(lambda reader: reader.fiscal.of_sale(shop.counter.sales()[0].id))[0]
    await shop.fiscal.resend(document.id, by=BRUNO)
    await told(screen, "NFC-e 1/1 autorizada", "impresso")


async def test_what_goes_wrong_behind_the_next_sale_is_said_over_its_lines(shop: FiscalCounter) -> None:
    screen = await shop.counter.counter()
    shop.door.clear()
    shop.sefaz.faults.queue("autorizacao", "reject:778")
    await sell(shop, screen)
    scanner(shop.counter, a_gtin(2))
    await until(lambda: lines(screen))
    shop.door.set()
    await until(lambda: screen.page.flash.text)
    assert screen.page.flash.text.startswith("Venda Balcão-1 · NFC-e 1/1 rejeitada: ")
    assert len(lines(screen)) == 1
    assert screen.page.scan.hasFocus()


async def test_a_product_without_tax_row_leaves_the_sale_and_says_why(shop: FiscalCounter) -> None:
    shop.counter.keep(
        reference="SEM-1", name="Sem NCM", price=Money(1000), on_hand=9, barcode=a_gtin(7), ncm=""
    )
    screen = await shop.counter.counter()
    await sell(shop, screen, 7)
    await told(screen, "NFC-e — sem nota", "SEM-1")
    assert shop.counter.sales()[0].state is SaleState.COMPLETED
    assert shop.documents() == []


async def test_a_shop_that_is_not_set_up_sells_all_the_same(qapp: Any, tmp_path: Path) -> None:
    async with fiscal_counter(tmp_path, set_up_shop=False) as shop:
        screen = await shop.counter.counter()
        await sell(shop, screen)
        await told(screen, "NFC-e — sem nota", "Faltam os dados fiscais da loja.", "Configurações")
        assert len(shop.counter.sales()) == 1


# -- paper ------------------------------------------------------------------------------------------------------------


async def test_f12_prints_the_last_slip_again_marked_as_a_copy(shop: FiscalCounter) -> None:
    """F65."""
    screen = await shop.counter.counter()
    press(KEY.Key_F12)
    await until(lambda: screen.page.flash.text)
    await sell(shop, screen)
    await told(screen, "impresso")
    press(KEY.Key_F12)
    await told(screen, "2ª via impressa.")
    assert shop.jobs() == [("nfce_slip", 1, "printed"), ("nfce_slip", 2, "printed")]
    again = await shop.counter.counter()
    press(KEY.Key_F12)
    await back_at(again)
    await until(lambda: len(shop.jobs()) == 3)


async def test_a_sale_of_before_the_power_cut_is_printed_with_f12(shop: FiscalCounter) -> None:
    """F66: nothing came out between the sale and the cut, and what is printed now is the first."""
    screen = await shop.counter.counter()
    shop.counter.notebook.put("slip_at_once", False)
    await sell(shop, screen)
    await told(screen, "autorizada", "F12 imprime o cupom.")
    assert shop.jobs() == []
    await shop.counter.leave(screen)
    screen = await shop.counter.counter()
    press(KEY.Key_F12)
    await until(lambda: shop.jobs() == [("nfce_slip", 1, "printed")])
    await back_at(screen)


async def test_a_station_without_printer_says_so_and_sells(shop: FiscalCounter) -> None:
    shop.printing.keep_book(PrinterBook())
    screen = await shop.counter.counter()
    await sell(shop, screen)
    await told(screen, "autorizada", "Sem impressora nesta estação")
    assert shop.jobs() == []
    press(KEY.Key_F12)
    await until(lambda: screen.page.flash.text)
    assert "impressora" in screen.page.flash.text


async def test_an_older_sale_is_printed_or_the_printing_by_itself_switched_off(shop: FiscalCounter) -> None:
    screen = await shop.counter.counter()
    await sell(shop, screen)
    await told(screen, "impresso")
    press(KEY.Key_F12, SHIFT)
    asked: Any = await dialog("recent_dialog")
    await until(lambda: asked.rows.rowCount() == 1)
    box = asked.findChild(QCheckBox, "recent_at_once")
    assert box.isChecked()
    box.click()
    assert shop.counter.notebook.get("slip_at_once") is False
    asked.print_button.click()
    await back_at(screen)
    await until(lambda: shop.jobs()[-1:] == [("nfce_slip", 2, "printed")])


# -- companies buy ----------------------------------------------------------------------------------------------------


async def company_at_the_counter(shop: FiscalCounter) -> tuple[CounterScreen, Any]:
    """A company, F10, and the question that comes before the payment."""
    shop.printing.start()
    screen = await shop.counter.counter()
    scanner(shop.counter, a_gtin(2))
    await until(lambda: lines(screen))
    await name_buyer(shop, screen, COMPANY)
    press(F10)
    asked = await dialog("buyer_facts_dialog")
    assert not screen.page.drawer.is_open, "money has not changed hands"
    return screen, asked


def fill(asked: Any, **changes: str) -> None:
    """Type the buyer's registration."""
    told = {
        "name": "Comercial Lume Ltda",
        "postcode": "01310-100",
        "street": "Av. Paulista",
        "number": "1000",
        "district": "Bela Vista",
        "city": "São Paulo",
    } | changes
    asked.state.setCurrentText("SP")
    for name, text in told.items():
        asked.edits[name].setText(text)


async def test_what_an_nfe_needs_is_asked_before_the_payment(shop: FiscalCounter) -> None:
    screen, asked = await company_at_the_counter(shop)
    assert asked.edits["name"].hasFocus()
    press(ENTER)
    assert asked.fields["street"].error == "Falta preencher."
    fill(asked, city="São Palo", postcode="0131")
    press(ENTER)
    assert asked.fields["postcode"].error == "O CEP tem 8 dígitos."
    assert asked.fields["city"].error == "Não há esta cidade em SP: confira o nome e a UF."
    fill(asked)
    press(ENTER)
    await until(lambda: screen.page.drawer.is_open)
    await back_at(screen)
    press(ENTER)
    press(ENTER)
    await told(screen, "NF-e 1/1 autorizada", "impresso")
    sale = shop.counter.sale()
    assert (sale.fiscal, sale.buyer_name) == (FiscalModel.NFE, "Comercial Lume Ltda")
    assert [kind for kind, _, _ in shop.jobs()] == ["danfe"]
    await sell(shop, screen, 1, buyer=COMPANY)  # known now: nothing is asked
    await told(screen, "NF-e 1/2 autorizada")


async def test_who_does_not_know_the_address_pays_and_the_note_waits(shop: FiscalCounter) -> None:
    screen, _asked = await company_at_the_counter(shop)
    press(KEY.Key_Escape)
    await until(lambda: screen.page.drawer.is_open)
    await back_at(screen)
    press(ENTER)
    press(ENTER)
    await told(screen, "NF-e — sem nota", "Falta do comprador: ", "rua")
    assert shop.documents() == []
    assert shop.counter.sales()[0].fiscal_state == "owed"


# -- taking back ------------------------------------------------------------------------------------------------------


async def cancel_last(shop: FiscalCounter, screen: CounterScreen, reason: str) -> Any:
    """Shift+F12, Enter, a reason."""
    press(KEY.Key_F12, SHIFT)
    asked: Any = await dialog("recent_dialog")
    await until(asked.may_confirm)
    press(ENTER)
    prompt: Any = await dialog("cancel_reason_dialog")
    prompt.findChild(QComboBox, "cancel_reason_edit").setEditText(reason)
    prompt.confirm()
    return prompt


async def test_a_sale_with_a_note_is_cancelled_at_sefaz_behind_the_next_one(shop: FiscalCounter) -> None:
    screen = await shop.counter.counter(BRUNO)
    await sell(shop, screen)
    await told(screen, "autorizada")
    shop.door.clear()
    prompt = await cancel_last(shop, screen, "Desistiu")
    assert "pelo menos 15 letras" in prompt._field.error
    prompt.findChild(QComboBox, "cancel_reason_edit").setEditText("Cliente desistiu da compra")
    prompt.confirm()
    await back_at(screen)
    scanner(shop.counter, a_gtin(2))
    await until(lambda: lines(screen))
    assert shop.counter.sales()[0].state is SaleState.COMPLETED
    shop.door.set()
    await until(lambda: shop.counter.sales()[0].state is SaleState.CANCELLED)
    assert shop.documents() == [("nfce", 1, "cancelled")]
    await until(lambda: screen.toasts._toast is not None and "Devolva" in screen.toasts._toast.text)


async def test_sefaz_that_does_not_answer_a_cancellation_is_told(shop: FiscalCounter) -> None:
    screen = await shop.counter.counter(BRUNO)
    await sell(shop, screen)
    await told(screen, "autorizada")
    shop.sefaz.faults.queue("evento", "drop_before")
    await cancel_last(shop, screen, "Cliente desistiu da compra")
    await until(lambda: "A SEFAZ não respondeu" in screen.page.flash.text)
    assert "Cancele a venda de novo depois" in screen.page.flash.text
    assert shop.counter.sales()[0].state is SaleState.COMPLETED


async def test_a_sale_without_note_is_cancelled_with_a_short_reason(shop: FiscalCounter) -> None:
    screen = await shop.counter.counter(BRUNO)
    shop.sefaz.faults.queue("autorizacao", "reject:778")
    await sell(shop, screen)
    await told(screen, "rejeitada")
    await cancel_last(shop, screen, "Erro")
    await until(lambda: shop.counter.sales()[0].state is SaleState.CANCELLED)
    assert shop.documents() == [("nfce", 1, "to_void")]
    await fingers(shop.counter, "")
    await back_at(screen)
