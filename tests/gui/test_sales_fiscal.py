"""Notes beside what was sold: seen in Vendas, issued, printed and cancelled there; told with orders and at the closing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel

from tests.gui.counter_gallery import ANA, BRUNO, CARLA, in_front
from tests.gui.deciding_gallery import decide
from tests.gui.sales_fiscal_gallery import (
    COMPANY,
    FiscalOrders,
    SoldShop,
    choose,
    fiscal_orders,
    leave,
    sold_shop,
)
from tests.waiting import until
from varejoforte_desktop.application.counter import finish_basket
from varejoforte_desktop.application.customers import save_customer
from varejoforte_desktop.application.fiscal_desk import FiscalPhase, FiscalStatus
from varejoforte_desktop.application.fiscal_setup import save_fiscal_settings
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.domain.customer import Address, Customer
from varejoforte_desktop.domain.fiscal_settings import Emitter
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.domain.sale import Basket, BasketLine, FiscalModel, Payment, PaymentMethod, SaleState
from varejoforte_desktop.ui.fiscal_badge import FiscalBadge, badge_words
from varejoforte_desktop.ui.orders.deciding import dialogs
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.papers.wish import PrintWishes
from varejoforte_desktop.ui.sales.note_words import sale_state_words
from varejoforte_desktop.ui.sales.papers import sale_paper
from varejoforte_desktop.ui.screens.sales import SalesScreen
from varejoforte_desktop.ui.till.pending import PendingList, pending_lines

F7, F8, F9, F10 = (Qt.Key(Qt.Key.Key_F1 + n) for n in (6, 7, 8, 9))
CTRL = Qt.KeyboardModifier.ControlModifier
REASON = "Cliente desistiu da compra"


@pytest.fixture
async def sold(qapp: Any, tmp_path: Path) -> AsyncIterator[SoldShop]:
    """A shop that issues and prints."""
    async with sold_shop(tmp_path) as opened:
        yield opened


@pytest.fixture
async def screen(sold: SoldShop) -> AsyncIterator[SalesScreen]:
    """Vendas, opened by a manager before anything was sold."""
    opened = await sold.screen()
    yield opened
    await leave(opened)


@pytest.fixture
async def orders(qapp: Any, tmp_path: Path) -> AsyncIterator[FiscalOrders]:
    """A shop with a store that issues."""
    async with fiscal_orders(tmp_path) as opened:
        yield opened


def words(screen: SalesScreen, name: str = "sale_panel_fiscal") -> str:
    label = screen.panel.findChild(QLabel, name)
    return "" if label is None else label.text()


async def told(screen: SalesScreen, text: str) -> None:
    await until(lambda: text in f"{words(screen)} {words(screen, 'sale_panel_fiscal_more')}")


async def find(screen: SalesScreen, sale_id: int) -> None:
    """The sale is listed and chosen."""
    await until(lambda: screen.book.model.place_of(sale_id) is not None)
    await choose(screen, sale_id)


async def strike(
    screen: SalesScreen, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """A key, once the window has the keyboard."""
    await in_front(screen)
    QTest.keyClick(screen, key, modifier)


def column(screen: SalesScreen) -> list[str]:
    """The words of the notes, the newest first."""
    model = screen.book.model
    place = next(n for n, each in enumerate(model.columns) if each.title == "Nota")
    return [str(model.index(row, place).data()) for row in range(model.rowCount())]


async def asked() -> Any:
    """The dialog in front."""
    dialog: Any = await until(QApplication.activeModalWidget)
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    return dialog


def state(sold: SoldShop, sale_id: int) -> SaleState:
    return sold.shop.database.read_now(lambda reader: reader.sales.detail(sale_id)).row.state


# -- seen -------------------------------------------------------------------------------------------------------------


async def test_every_sale_says_how_its_note_stands(sold: SoldShop, screen: SalesScreen) -> None:
    made = await sold.fill()
    await until(lambda: len(column(screen)) == len(made) and "Em contingência" in column(screen)[0])
    assert column(screen) == [
        "Em contingência", "Cancelada", "A emitir", "Sem nota", "Rejeitada", "Autorizada", "Sem nota",
    ]  # fmt: skip
    for name, said in (
        ("authorised", "NFC-e 1/1 autorizada"),
        ("rejected", "NFC-e 1/2 rejeitada"),
        ("given_up", "NFC-e sem nota"),
        ("owed", "NF-e a emitir"),
        ("half", "NFC-e 1/4 cancelada"),
        ("offline", "NFC-e 1/6 em contingência"),
        ("none", "Sem nota"),
    ):
        await choose(screen, made[name])
        await until(lambda wanted=said: words(screen) == wanted)
        lacks = name in {"given_up", "owed"}
        assert screen.panel.issue.isVisible() is lacks, name
        assert screen.panel.open_note.isVisible() is (name not in {"owed", "none"}), name
        assert screen.panel.print.isEnabled() is (name in {"authorised", "half", "offline", "none"}), name
        assert (screen.panel.findChild(QFrame, "sale_panel_half") is not None) is (name == "half")


def test_a_state_of_tomorrow_is_no_reason_to_fall_over() -> None:
    assert sale_state_words("quantum").word == "Veja na tela"


async def test_the_note_of_a_sale_is_asked_for(sold: SoldShop, screen: SalesScreen) -> None:
    wanted: list[int] = []
    screen.note_asked.connect(wanted.append)
    sale_id = await sold.issued()
    await find(screen, sale_id)
    await told(screen, "autorizada")
    await strike(screen, F9)
    screen.panel.open_note.click()
    document = sold.shop.database.read_now(lambda reader: reader.fiscal.of_sale(sale_id))[0]
    assert wanted == [document.id] * 2


# -- issued and printed -----------------------------------------------------------------------------------------------


async def test_a_note_that_is_owed_is_issued_with_one_key(sold: SoldShop, screen: SalesScreen) -> None:
    sale_id = sold.sell()
    await find(screen, sale_id)
    await told(screen, "NFC-e a emitir")
    sold.shop.door.clear()
    for _ in range(5):
        await strike(screen, F7)
    await told(screen, "transmitindo…")
    sold.shop.door.set()
    await told(screen, "NFC-e 1/1 autorizada")
    assert not screen.panel.issue.isVisible()
    assert len(sold.shop.sefaz.documents) == 1
    await until(lambda: {state for _, _, state in sold.shop.jobs()} == {"printed"})
    assert sold.shop.jobs() == [("nfce_slip", 1, "printed")]


async def test_what_stands_in_the_way_of_a_note_is_told_until_it_is_put_right(
    sold: SoldShop, screen: SalesScreen
) -> None:
    shop = sold.shop
    settings = shop.database.read_now(lambda reader: reader.fiscal.settings())
    shop.database.run_now(save_fiscal_settings, replace(settings, emitter=Emitter()), by=CARLA)
    sale_id = sold.sell()
    await find(screen, sale_id)
    await strike(screen, F7)
    await told(screen, "NFC-e — sem nota Faltam os dados fiscais da loja.")
    shop.database.run_now(save_fiscal_settings, settings, by=CARLA)
    await strike(screen, F7)
    await told(screen, "autorizada")


async def test_the_buyer_is_completed_here_and_the_note_goes_out(sold: SoldShop, screen: SalesScreen) -> None:
    """Chosen at the counter by name and document; the address was left for later."""
    shop = sold.shop
    customer_id = shop.database.run_now(
        save_customer, Customer(name="Comercial Lume", document=COMPANY), by=ANA
    )
    line = BasketLine(
        product_id=sold.product,
        reference="PRO-1",
        name="Café",
        unit="UN",
        quantity=Decimal(1),
        price=Money(2490),
    )
    basket = Basket(
        token=str(uuid4()),
        lines=(line,),
        customer_id=customer_id,
        buyer_document=COMPANY,
        buyer_name="Comercial Lume",
        payments=(Payment(method=PaymentMethod.PIX, amount=Money(2490)),),
    )
    sale_id = shop.database.run_now(finish_basket, basket, by=ANA).sale_id
    await find(screen, sale_id)
    await told(screen, "NF-e a emitir")
    await strike(screen, F7)
    dialog = await asked()
    assert dialog.edits["name"].text() == "Comercial Lume"
    dialog.reject()
    await until(lambda: not screen._asking)
    assert shop.sefaz.documents == {}
    await strike(screen, F7)
    dialog = await asked()
    dialog.state.setCurrentText("SP")
    for name, text in (
        ("postcode", "01310-100"), ("street", "Av. Paulista"), ("district", "Bela Vista"), ("city", "Sao Paulo"),
    ):  # fmt: skip
        dialog.edits[name].setText(text)
    QTest.keyClick(dialog.edits["city"], Qt.Key.Key_Return)
    await told(screen, "NF-e 1/1 autorizada")
    kept = shop.database.run_now(lambda uow: uow.customers.get(customer_id))
    assert (kept.company, kept.address) == (
        "Comercial Lume",
        Address(
            street="Av. Paulista", district="Bela Vista", city="Sao Paulo", state="SP", postcode="01310100"
        ),
    )


async def test_papers_of_a_sale_are_printed_again(sold: SoldShop, screen: SalesScreen) -> None:
    said: list[str] = []
    screen.said.connect(said.append)
    sale_id, plain = await sold.issued(), sold.sell(fiscal=FiscalModel.NONE)
    await find(screen, sale_id)
    screen._wishes = PrintWishes(partial(next, count(0.0, 1.0)))  # a second between the presses
    for copies in (1, 2):
        await until(lambda: screen.panel.print.isVisible() and screen.panel.print.isEnabled())
        await strike(screen, Qt.Key.Key_P, CTRL)
        await until(lambda wanted=copies: len(sold.shop.jobs()) == wanted and not screen._asking)
    await find(screen, plain)
    await until(lambda: screen.panel.print.isVisible() and screen.panel.print.isEnabled())
    await strike(screen, Qt.Key.Key_P, CTRL)
    await until(lambda: len(sold.shop.jobs()) == 3)
    await until(lambda: {state for _, _, state in sold.shop.jobs()} == {"printed"})
    assert [(kind, copy) for kind, copy, _ in sold.shop.jobs()] == [
        ("nfce_slip", 1),
        ("nfce_slip", 2),
        ("receipt", 1),
    ]
    assert said == ["NFC-e 1/1: na impressora."] * 2 + ["Recibo da venda Balcão-2: na impressora."]


async def test_the_receipt_of_a_cancelled_sale_is_asked_for_as_cancelled(sold: SoldShop) -> None:
    plain = sold.sell(fiscal=FiscalModel.NONE)
    for cancelled in (False, True):
        if cancelled:
            sold.shop.database.run_now(cancel_sale, plain, reason=REASON, by=CARLA)
        found = sold.shop.database.read_now(lambda reader: sale_paper(reader, plain))
        assert found is not None
        assert found.paper.cancelled is cancelled


async def test_a_key_that_is_hammered_prints_one_paper(sold: SoldShop, screen: SalesScreen) -> None:
    said: list[str] = []
    screen.said.connect(said.append)
    await find(screen, await sold.issued())
    await until(lambda: screen.panel.print.isVisible() and screen.panel.print.isEnabled())
    screen._wishes = PrintWishes(lambda: 0.0)  # all of it within one moment
    for presses in range(1, 7):
        await strike(screen, Qt.Key.Key_P, CTRL)
        await until(lambda wanted=presses: len(said) == wanted and not screen._asking)
    assert len(sold.shop.jobs()) == 1


# -- taken back -------------------------------------------------------------------------------------------------------


async def test_a_note_is_cancelled_with_its_sale_at_sefaz_first(sold: SoldShop, screen: SalesScreen) -> None:
    said: list[str] = []
    screen.said.connect(said.append)
    sale_id = await sold.issued()
    await find(screen, sale_id)
    await strike(screen, F8)
    dialog = await asked()
    dialog.reason.combo.setEditText("Desistiu")
    QTest.keyClick(dialog, F10)
    assert dialog.reason.error == "A SEFAZ pede um motivo de pelo menos 15 letras."
    dialog.reason.combo.setEditText(REASON)
    sold.shop.door.clear()
    for _ in range(5):
        QTest.keyClick(dialog, F10)
    assert dialog.go.text() == "Cancelando na SEFAZ…"
    assert state(sold, sale_id) is SaleState.COMPLETED
    sold.shop.door.set()
    await until(lambda: said)
    assert said == ["Venda Balcão-1 cancelada: a mercadoria voltou ao estoque."]
    assert state(sold, sale_id) is SaleState.CANCELLED
    assert [each.kind for each in sold.shop.sefaz.events] == ["110111"]
    await told(screen, "NFC-e 1/1 cancelada")


async def test_a_sale_without_a_valid_note_goes_with_a_short_reason(
    sold: SoldShop, screen: SalesScreen
) -> None:
    sold.shop.sefaz.faults.queue("autorizacao", "reject:778")
    sale_id = await sold.issued()
    await find(screen, sale_id)
    await strike(screen, F8)
    dialog = await asked()
    dialog.reason.combo.setEditText("Troca")
    QTest.keyClick(dialog, F10)
    await until(lambda: state(sold, sale_id) is SaleState.CANCELLED)
    assert sold.shop.documents(sale_id) == [("nfce", 1, "to_void")]


async def test_sefaz_says_no_and_the_sale_stands(sold: SoldShop, screen: SalesScreen) -> None:
    sale_id = await sold.issued()
    sold.shop.sefaz.faults.queue("evento", "reject:501")
    await find(screen, sale_id)
    await strike(screen, F8)
    dialog = await asked()
    dialog.reason.combo.setEditText(REASON)
    QTest.keyClick(dialog, F10)
    await until(dialog.banner.isVisible)
    assert dialog.banner.text.startswith("A venda não foi cancelada. ")
    assert "(SEFAZ 501)" in dialog.banner.text
    assert state(sold, sale_id) is SaleState.COMPLETED
    dialog.reject()
    await until(lambda: not screen._asking)


async def test_a_cancellation_without_answer_is_finished_later(sold: SoldShop, screen: SalesScreen) -> None:
    """The note went, the answer was lost: the sale says so, and one key brings goods and money back."""
    sale_id = await sold.issued()
    sold.shop.sefaz.faults.queue("evento", "drop_after")
    await find(screen, sale_id)
    await strike(screen, F8)
    dialog = await asked()
    dialog.reason.combo.setEditText(REASON)
    QTest.keyClick(dialog, F10)
    await until(lambda: dialog.over)
    assert dialog.banner.text.startswith(
        "A SEFAZ não respondeu; a nota será cancelada assim que responder. Cancele a venda de novo depois"
    )
    dialog.reject()
    await until(lambda: not screen._asking)
    await told(screen, "cancelando…")
    for _ in range(3):
        sold.shop.clock.forward(minutes=2)
        await sold.shop.fiscal.once()
    await told(screen, "NFC-e 1/1 cancelada")
    assert state(sold, sale_id) is SaleState.COMPLETED
    assert screen.panel.cancel.text() == "Concluir o cancelamento (F8)"
    await strike(screen, F8)
    dialog = await asked()
    assert dialog.heading.text() == "Concluir o cancelamento da venda Balcão-1"
    assert dialog.reason.combo.currentText() == REASON
    QTest.keyClick(dialog, F10)
    await until(lambda: state(sold, sale_id) is SaleState.CANCELLED)
    assert [each.kind for each in sold.shop.sefaz.events] == ["110111"]


# -- orders -----------------------------------------------------------------------------------------------------------


async def test_an_order_shows_its_nfe_and_nobody_has_to_wait_for_it(orders: FiscalOrders) -> None:
    question = await orders.register({"PAN-24": 1})
    dialog: Any = question.dialog
    assert dialog.fiscal.later.text() == "A nota é emitida logo depois da venda."
    for _ in range(5):
        QTest.keyClick(dialog, F10)
    await until(lambda: dialog.card is not None and "autorizada" in dialog.card.told.head)
    assert dialog.heading.text() == "Pedido 7001 registrado"
    assert len(orders.fiscal.sefaz.live_documents()) == 1
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(question.task.done)
    assert question.task.result() == (
        "Pedido 7001 registrado: venda CAIXA-01-1, R$ 214,00. NF-e 1/1 autorizada."
    )
    await question.close()


async def test_what_an_orders_note_lacks_is_told_with_a_remedy(orders: FiscalOrders) -> None:
    orders.fiscal.sefaz.faults.queue("autorizacao", "reject:778")
    question = await orders.register({"PAN-24": 1})
    dialog: Any = question.dialog
    QTest.keyClick(dialog, F10)
    await until(lambda: dialog.card is not None and "rejeitada" in dialog.card.told.head)
    assert "NCM" in dialog.card.told.more
    assert len(orders.counter.sales()) == 1
    await question.close()


async def test_an_order_with_a_note_is_given_up_at_sefaz_first(orders: FiscalOrders) -> None:
    order = await orders.counter.place({"PAN-24": 1})
    sale = orders.counter.register(order)
    await orders.desk.issue(sale.sale_id)
    question = await decide(orders.counter.session(Role.GERENTE), dialogs.cancel_order, order)
    dialog: Any = question.dialog
    dialog.reason.combo.setEditText("Troca")
    QTest.keyClick(dialog, F10)
    assert dialog.reason.error == "A SEFAZ pede um motivo de pelo menos 15 letras."
    dialog.reason.combo.setEditText(REASON)
    QTest.keyClick(dialog, F10)
    await until(question.task.done)
    assert orders.counter.sales()[0].state is SaleState.CANCELLED
    assert [each.kind for each in orders.fiscal.sefaz.events] == ["110111"]
    assert orders.counter.order(order).row.stage is OrderStage.DISMISSED
    await question.close()


# -- at the closing, and on the strip ---------------------------------------------------------------------------------


async def test_the_closing_lists_every_note_that_is_not_as_it_should_be(sold: SoldShop) -> None:
    """No surprise at the closing, and nothing stops it."""
    shop = sold.shop
    calm = shop.database.read_now(lambda reader: reader.tills.pending(ANA.station))
    assert [text for text, _, _ in pending_lines(calm, shop.clock())] == ["6 itens a enviar"]
    await sold.fill()
    pending = shop.database.read_now(lambda reader: reader.tills.pending(ANA.station))
    shown = PendingList()
    shown.show_pending(pending, shop.clock())
    assert [text for text in shown.texts if "enviar" not in text] == [
        "1 NFC-e por transmitir. Prazo: amanhã 23:59. Vão sozinhas quando a SEFAZ responder; deixe o programa ligado.",
        "1 nota rejeitada. Corrija e reenvie em Notas fiscais.",
        "1 venda sem nota. Emita em Vendas ou em Notas fiscais; o que falta está lá.",
        "1 nota cancelada com a venda de pé. Conclua o cancelamento em Vendas.",
        "1 venda deste caixa ficou sem nota. Alguém desistiu da nota; emita outra em Vendas.",
    ]
    shop.clock.forward(days=3)
    late = pending_lines(pending, shop.clock())[0]
    assert "vencido" in late[1]
    assert late[2] is Tone.BAD
    shown.deleteLater()


async def test_the_strip_tells_of_sefazs_silence_and_is_silent_when_all_is_well(sold: SoldShop) -> None:
    badge = FiscalBadge(sold.shop.counter.session(BRUNO))
    badge.show()
    wanted: list[bool] = []
    badge.notes_requested.connect(lambda: wanted.append(True))
    await sold.issued()
    await until(lambda: not badge.isVisible())
    sold.shop.sefaz.online = False
    for _ in range(3):
        await sold.issued()
    await until(lambda: badge.text() == "NFC-e: em contingência desde 12:00 · 3 por transmitir")
    assert badge.isVisible()
    assert "A mais antiga em contingência: até amanhã 23:59" in badge.toolTip()
    badge.click()
    assert wanted == [True]
    sold.shop.sefaz.online = True
    for _ in range(4):
        sold.shop.clock.forward(minutes=3)
        await sold.shop.fiscal.once()
    await until(lambda: not badge.isVisible())
    await leave(badge)


async def test_the_strip_in_every_phase(sold: SoldShop) -> None:
    now = sold.shop.clock()
    fine = sold.shop.database.read_now(lambda reader: reader.fiscal.overview())
    ready = FiscalStatus(phase=FiscalPhase.READY)
    assert badge_words(ready, fine, now).text == ""
    wrong = badge_words(ready, replace(fine, rejected=2, owed=1), now)
    assert (wrong.text, wrong.tone) == ("Notas: 2 rejeitadas · 1 venda sem nota", Tone.BAD)
    paused = badge_words(
        FiscalStatus(phase=FiscalPhase.PAUSED), replace(fine, paused_until=now, offline=4), now
    )
    assert paused.text == "NFC-e: pausada até 12:00 · 4 por transmitir"
    lost = badge_words(FiscalStatus(phase=FiscalPhase.NOT_SET_UP, cause="certificate_expired"), fine, now)
    assert (lost.text, lost.tone) == ("NFC-e: não emite", Tone.BAD)
    assert "O certificado digital venceu." in lost.story
    assert fine.certificate is not None
    near = replace(fine.certificate, not_after=now + timedelta(days=12))
    soon = badge_words(ready, replace(fine, certificate=near), now)
    assert (soon.text, soon.tone, soon.icon) == ("Notas: certificado até 22/12", Tone.WARN, "clock")
    assert "O certificado digital vale até 22/12/2026. Instale o novo" in soon.story
    late = replace(fine, certificate=replace(near, not_after=now - timedelta(days=1)), rejected=1)
    over = badge_words(ready, late, datetime(2027, 1, 5, 15, tzinfo=UTC))
    assert (over.text, over.tone) == ("Notas: 1 rejeitada · certificado vencido", Tone.BAD)
    assert "Tabela de impostos: valia até 03/01/2027. Peça a nova ao contador." in over.story
    nothing = replace(fine, settings=replace(fine.settings, emitter=Emitter()), owed=9)
    assert badge_words(FiscalStatus(), nothing, now).text == ""
