"""Deciding about an order: it becomes one sale and no more, is given up, or its sums are accepted by somebody who may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from tests.builders import move, queue
from tests.gui.deciding_gallery import (
    LUME,
    NINA,
    Counter,
    Decide,
    Deciding,
    approve,
    decide,
    open_counter,
)
from tests.gui.product_gallery import write
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.order_import import dismiss_order
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_sale import cancel_order
from varejoforte_desktop.application.status_map import choose_order_rules, explain_statuses
from varejoforte_desktop.domain.errors import OrderBlocked, OrderStageWrong
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.domain.order import OrderStage
from varejoforte_desktop.domain.outbox import Aspect
from varejoforte_desktop.domain.sale import FiscalModel, PaymentMethod, Sale, SaleState
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.simulator.order_intake import OrderItem
from varejoforte_desktop.ui.orders.deciding import dialogs
from varejoforte_desktop.ui.orders.deciding.words import document_reason, stopped_words
from varejoforte_desktop.ui.theme import Theme

F10, ESC, ENTER = Qt.Key.Key_F10, Qt.Key.Key_Escape, Qt.Key.Key_Return


@pytest_asyncio.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path) as made:
        yield made


class Questions:
    """Opens questions and gives up those that were not answered."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._asked: list[Deciding] = []

    async def ask(self, question: Decide, subject: int, role: Role = Role.OPERADOR) -> Deciding:
        asked = await decide(self._counter.session(role), question, subject)
        self._asked.append(asked)
        return asked

    async def register(self, subject: int, role: Role = Role.OPERADOR) -> Deciding:
        return await self.ask(dialogs.register_order, subject, role)

    async def close(self) -> None:
        for asked in self._asked:
            await asked.close()


@pytest_asyncio.fixture
async def questions(counter: Counter) -> AsyncIterator[Questions]:
    made = Questions(counter)
    yield made
    await made.close()


def part(asked: Deciding) -> Any:
    """The dialog with all its parts."""
    return asked.dialog


def text(asked: Deciding, name: str) -> str:
    label = asked.dialog.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


def press(asked: Deciding, key: Qt.Key = F10) -> None:
    QTest.keyClick(asked.dialog, key)


def last_sale(counter: Counter) -> Sale:
    return counter.database.read_now(lambda reader: reader.sales.detail(counter.sales()[0].id)).sale


async def said(asked: Deciding) -> str:
    """The words for the toast, once it is decided."""
    await until(asked.task.done)
    return str(asked.task.result())


async def stopped(asked: Deciding) -> str:
    """Why nothing more can be done."""
    dialog = part(asked)
    await until(lambda: dialog.over)
    assert dialog.go.isHidden()
    assert dialog.back.text() == "Fechar (Esc)"
    return str(dialog.banner.text)


# -- registering --------------------------------------------------------------------------------------------------


async def test_a_paid_order_becomes_a_sale_with_one_key(counter: Counter, questions: Questions) -> None:
    order = await counter.place({"PAN-24": 1, "CAN-AZ": 6}, discount="17.49")
    asked = await questions.register(order)
    assert text(asked, "register_buyer") == "Marina Duarte Pires"
    assert text(asked, "register_buyer_facts") == "CPF 111.222.333-96 · Marília/SP · PAC"
    assert part(asked).amounts.plain_text == (
        "Mercadorias 264,00; Frete 24,10; Descontos − 17,49; Total R$ 270,61"
    )
    assert text(asked, "order_payment_told") == "Pago na loja: Pix – Vindi R$ 270,61"
    assert part(asked).fiscal.model is FiscalModel.NFE
    assert text(asked, "fiscal_reason") == "A lei pede NF-e: a mercadoria viaja até o comprador."
    assert text(asked, "fiscal_later") == "A nota fica na fila de notas a emitir."
    assert text(asked, "register_status_after") == "ERP → Tray: a situação do pedido não muda."
    assert part(asked).go.text() == "Registrar venda (F10)"
    press(asked)
    assert await said(asked) == (
        "Pedido 7001 registrado: venda CAIXA-01-1, R$ 270,61. A NF-e está na fila de notas a emitir."
    )
    sale = last_sale(counter)
    assert (sale.order_id, sale.amounts.total, sale.fiscal) == (order, Money(27061), FiscalModel.NFE)
    assert [(each.method, each.note) for each in sale.payments] == [(PaymentMethod.ONLINE, "Pix - Vindi")]
    assert (counter.on_hand("PAN-24"), counter.on_hand("CAN-AZ")) == (11, 34)
    assert counter.order(order).row.stage is OrderStage.REGISTERED


async def test_f10_five_times_makes_one_sale(counter: Counter, questions: Questions) -> None:
    """F17."""
    asked = await questions.register(await counter.place({"PAN-24": 1}))
    for _ in range(5):
        press(asked)
    assert not part(asked).go.isEnabled()
    await said(asked)
    assert len(counter.sales()) == 1
    assert counter.on_hand("PAN-24") == 11


async def test_an_answer_that_was_lost_is_not_a_second_sale(counter: Counter, questions: Questions) -> None:
    asked = await questions.register(await counter.place({"PAN-24": 1}))
    run = counter.database.run

    async def lost(*args: Any, **kwargs: Any) -> Any:
        done = await run(*args, **kwargs)
        if getattr(args[0], "__name__", "") == "register_order":
            raise BooksUnreachable
        return done

    counter.database.run = lost  # type: ignore[method-assign]
    press(asked)
    await until(part(asked).banner.isVisible)
    assert part(asked).banner.text.startswith("O banco de dados não responde.")
    counter.database.run = run  # type: ignore[method-assign]
    press(asked)
    assert await said(asked) == "O pedido 7001 já estava registrado: venda CAIXA-01-1. Nada se repetiu."
    assert len(counter.sales()) == 1


async def test_the_order_is_read_again_just_before(counter: Counter, questions: Questions) -> None:
    """F53: a buyer who gave up a moment ago buys nothing, and the person learns when."""
    order = await counter.place({"PAN-24": 1})
    asked = await questions.register(order)
    counter.store.cancel_order(counter.order(order).row.remote_id)
    press(asked)
    assert await stopped(asked) == (
        "O pedido 7001 foi cancelado na loja (visto em 02/03 12:00). "
        "Nenhuma venda foi registrada: não entregue a mercadoria."
    )
    press(asked)
    assert part(asked).back.hasFocus()
    press(asked, ENTER)
    assert await said(asked) == ""
    assert counter.sales() == []
    again = await questions.register(order)
    assert "foi cancelado na loja (visto em 02/03 12:00)" in await stopped(again)


async def test_an_order_the_store_changed_has_to_be_accepted_first(
    counter: Counter, questions: Questions
) -> None:
    """F54."""
    order = await counter.place({"PAN-24": 1})
    asked = await questions.register(order)
    counter.store.add_order_line("7001", OrderItem(product_id=counter.remote["CAN-AZ"]))
    press(asked)
    assert (await stopped(asked)).startswith(
        "A loja mudou o pedido 7001 depois da importação (visto em 02/03"
    )
    assert counter.sales() == []


async def test_without_a_document_there_is_no_nfe_and_somebody_has_to_choose(
    counter: Counter, questions: Questions
) -> None:
    """F55."""
    asked = await questions.register(await counter.place({"CAN-AZ": 2}, buyer=NINA))
    fiscal = part(asked).fiscal
    assert not fiscal.buttons[FiscalModel.NFE].isEnabled()
    assert fiscal.refusal.text == "NF-e indisponível. O comprador não informou CPF nem CNPJ na loja."
    assert fiscal.model is None
    press(asked)
    assert fiscal.error.text == "Escolha NFC-e ou nenhuma."
    assert not part(asked).saving
    fiscal.buttons[FiscalModel.NFCE].click()
    assert fiscal.error.text == ""
    press(asked)
    assert "A NFC-e está na fila" in await said(asked)
    assert last_sale(counter).fiscal is FiscalModel.NFCE


async def test_the_lawful_document_is_chosen_with_its_reason(counter: Counter, questions: Questions) -> None:
    fetched = {"pickup": "Balcão da loja", "shipment": "Retirar na loja", "shipment_value": "0.00"}
    company = await questions.register(await counter.place({"CAN-AZ": 1}, buyer=LUME, **fetched))
    assert part(company).fiscal.model is FiscalModel.NFE
    assert text(company, "fiscal_reason") == "A lei pede NF-e: o comprador é empresa (CNPJ)."
    assert not part(company).fiscal.buttons[FiscalModel.NFCE].isEnabled()
    assert text(company, "register_buyer_facts").startswith("CNPJ 12.ABC.345/01DE-35")
    person = await questions.register(await counter.place({"CAN-AZ": 1}, **fetched))
    assert part(person).fiscal.model is FiscalModel.NFCE
    assert text(person, "register_buyer_facts").endswith("Retira na loja")
    part(person).fiscal.buttons[FiscalModel.NONE].click()
    assert person.dialog.findChild(QLabel, "fiscal_later").isHidden()  # type: ignore[union-attr]
    press(person)
    assert (await said(person)).endswith("R$ 12,35.")


async def test_a_document_that_does_not_hold_is_shown_as_it_was_written(counter: Counter) -> None:
    order = counter.order(await counter.place({"CAN-AZ": 1})).order
    assert order is not None
    wrong = replace(order, buyer=replace(order.buyer, cpf="12345678900"))
    assert document_reason(wrong, "") == ("O CPF ou CNPJ que o comprador informou (12345678900) não confere.")
    assert document_reason(order, "11122233396") == ""


async def test_too_few_goods_are_said_beside_the_line_and_f10_tries_again(
    counter: Counter, questions: Questions
) -> None:
    order = await counter.place({"PAN-24": 1, "FRI-24": 5})
    asked = await questions.register(order)
    assert part(asked).lines.notes == ("", "Só há 3 no estoque; faltam 2.")
    press(asked)
    await until(lambda: "FRI-24" in part(asked).lines.notes[1])
    assert part(asked).lines.notes[1] == "Só há 3 de FRI-24 em estoque."
    assert counter.on_hand("PAN-24") == 12
    by = counter.shop.actor(Role.GERENTE)
    move(counter.database, counter.products["FRI-24"], MovementKind.ENTRY, 2, by=by)
    press(asked)
    assert (await said(asked)).startswith("Pedido 7001 registrado")
    assert counter.on_hand("FRI-24") == 0


async def test_goods_that_other_orders_need_are_told_and_refused_to_nobody(
    counter: Counter, questions: Questions
) -> None:
    await counter.place({"FRI-24": 2}, imported=False)
    order = await counter.place({"FRI-24": 3})
    asked = await questions.register(order)
    assert part(asked).lines.notes == ("Faltam 2 para os outros pedidos abertos.",)
    press(asked)
    assert (await said(asked)).startswith("Pedido 7002 registrado")


async def test_a_store_out_of_reach_leaves_a_way_that_needs_a_supervisor(
    counter: Counter, questions: Questions
) -> None:
    order = await counter.place({"PAN-24": 1})
    asked = await questions.register(order)
    QTest.keyClick(asked.dialog, F10, Qt.KeyboardModifier.ControlModifier)
    assert not part(asked).saving  # nothing is offered before the store was asked
    counter.shop.wire.offline = True
    press(asked)
    await until(part(asked).banner.isVisible)
    assert part(asked).banner.text == (
        "Sem internet: a loja não foi alcançada. O pedido não pôde ser conferido; tente de novo (F10)."
    )
    button = asked.dialog.findChild(QPushButton, "register_order_banner_button")
    assert button is not None
    assert button.text() == "Registrar sem conferir na Tray (Ctrl+F10)"
    button.click()
    approval = await until(asked.approval)
    assert approval is not None
    assert text(asked, "approval_why") == (
        "Registrar o pedido 7001 sem conferir na Tray se ele continua de pé."
    )
    QTest.keyClick(approval, ESC)
    await until(lambda: not part(asked).saving)
    assert counter.sales() == []
    button.click()
    await asked.allow()
    assert (await said(asked)).startswith("Pedido 7001 registrado")
    event = counter.order(order).timeline[-1]
    assert (event.kind, event.operator, event.facts["checked"]) == ("registered", "Ana Lima", "no")
    assert event.facts["approved_by"] == "Bruno Reis"
    ana, bruno = (counter.shop.actor(role).operator_id for role in (Role.OPERADOR, Role.GERENTE))
    assert (last_sale(counter).operator_id, last_sale(counter).approved_by) == (ana, bruno)


async def test_a_manager_goes_on_without_the_store_by_the_keyboard(
    counter: Counter, questions: Questions
) -> None:
    asked = await questions.register(await counter.place({"PAN-24": 1}), Role.GERENTE)
    counter.shop.wire.offline = True
    press(asked)
    await until(part(asked).banner.isVisible)
    QTest.keyClick(asked.dialog, F10, Qt.KeyboardModifier.ControlModifier)
    await said(asked)
    assert asked.approval() is None
    assert len(counter.sales()) == 1


async def test_waiting_for_the_store_can_be_given_up(counter: Counter, questions: Questions) -> None:
    asked = await questions.register(await counter.place({"PAN-24": 1}))
    slow = counter.store.faults.next("slow", seconds=60)
    press(asked)
    await until(lambda: slow.struck)
    assert part(asked).back.text() == "Parar de esperar (Esc)"
    assert part(asked).go.text() == "Conferindo na Tray…"
    press(asked, ESC)
    await until(part(asked).banner.isVisible)
    assert part(asked).banner.text == "Nada foi registrado."
    assert part(asked).go.isEnabled()
    assert counter.sales() == []
    press(asked)
    assert (await said(asked)).startswith("Pedido 7001 registrado")


async def test_giving_up_after_it_was_written_says_so(counter: Counter, questions: Questions) -> None:
    asked = await questions.register(await counter.place({"PAN-24": 1}))
    run, written = counter.database.run, asyncio.Event()

    async def slow_to_answer(*args: Any, **kwargs: Any) -> Any:
        done = await run(*args, **kwargs)
        if getattr(args[0], "__name__", "") == "register_order":
            written.set()
            await asyncio.Event().wait()
        return done

    counter.database.run = slow_to_answer  # type: ignore[method-assign]
    press(asked)
    await written.wait()
    press(asked, ESC)
    assert await said(asked) == "Pedido 7001 registrado: venda CAIXA-01-1."
    assert len(counter.sales()) == 1


async def test_an_order_that_left_the_store_is_not_registered(counter: Counter, questions: Questions) -> None:
    asked = await questions.register(await counter.place({"PAN-24": 1}), Role.GERENTE)
    counter.store.shop.orders.remove("7001")
    press(asked)
    assert await stopped(asked) == "A Tray não tem mais o pedido 7001. Nenhuma venda foi registrada."
    assert counter.sales() == []


# -- an order nobody paid -----------------------------------------------------------------------------------------


async def unpaid(counter: Counter) -> int:
    return await counter.place({"FRI-24": 1}, paid=False, shipment_value="0.00", payment_form="Boleto")


async def test_an_unpaid_order_is_received_here_with_a_supervisor(
    counter: Counter, questions: Questions
) -> None:
    counter.open_till()
    asked = await questions.register(await unpaid(counter))
    assert text(asked, "order_payment_told") == "Ainda não foi pago na loja (Boleto)."
    assert part(asked).payment.method.hasFocus()
    press(asked)
    assert part(asked).payment.error.text == "Escolha como o cliente paga."
    part(asked).payment.method.setCurrentIndex(0)
    write(asked.dialog, order_tendered="80")
    press(asked)
    assert part(asked).payment.tendered_field.error == "É menos que o total."
    write(asked.dialog, order_tendered="100")
    press(asked)
    await asked.allow()
    assert "Troco: R$ 11,00." in await said(asked)
    sale = last_sale(counter)
    assert [(each.method, each.tendered) for each in sale.payments] == [(PaymentMethod.CASH, Money(10000))]
    till = counter.database.read_now(lambda reader: reader.tills.open_till("CAIXA-01"))
    assert till is not None
    assert till.totals.expected_cash == Money(20000 + 8900)


async def test_an_unpaid_order_needs_an_open_till(counter: Counter, questions: Questions) -> None:
    asked = await questions.register(await unpaid(counter), Role.GERENTE)
    assert part(asked).payment.error.text == "O caixa desta estação está fechado: abra-o antes."
    part(asked).payment.method.setCurrentIndex(1)
    press(asked)
    await until(lambda: "CAIXA-01" in part(asked).payment.error.text)
    assert counter.sales() == []
    counter.open_till()
    press(asked)
    assert (await said(asked)).startswith("Pedido 7001 registrado")
    assert last_sale(counter).payments[0].method is PaymentMethod.PIX


async def test_only_a_buyer_with_a_document_buys_on_credit(counter: Counter, questions: Questions) -> None:
    known = await questions.register(await unpaid(counter))
    assert part(known).payment.method.findText("Crediário") >= 0
    stranger = await questions.register(await counter.place({"CAN-AZ": 1}, paid=False, buyer=NINA))
    assert part(stranger).payment.method.findText("Crediário") == -1


# -- orders that cannot be registered at all ----------------------------------------------------------------------


async def test_an_order_that_is_not_ready_says_why_at_once(counter: Counter, questions: Questions) -> None:
    seen = await counter.place({"PAN-24": 1}, imported=False)
    assert "ainda não foi importado" in await stopped(await questions.register(seen))
    done = await counter.place({"PAN-24": 1})
    counter.register(done)
    assert (await stopped(await questions.register(done))).startswith(
        "O pedido 7002 já é a venda CAIXA-01-1."
    )
    wanted = await counter.place({"PAN-24": 1})
    counter.database.run_now(cancel_order, wanted, reason="Sem estoque", by=counter.shop.actor(Role.GERENTE))
    assert await stopped(await questions.register(wanted)) == (
        "O cancelamento do pedido 7003 já foi pedido à Tray: ele não pode virar venda."
    )
    unexplained = await counter.place({"CAN-AZ": 1})
    row = counter.order(unexplained).row
    counter.database.run_now(
        explain_statuses, {row.status_id: None}, by=counter.shop.actor(Role.ADMINISTRADOR)
    )
    said = await stopped(await questions.register(unexplained))
    assert said.endswith("Nenhuma venda foi registrada.")
    assert "situação" in said


def test_an_obstacle_of_another_release_still_has_a_sentence() -> None:
    assert stopped_words(OrderBlocked("7", "o que é isto", "")).endswith("Nenhuma venda foi registrada.")
    assert stopped_words(OrderBlocked("7", "cancelled", "")).startswith("O pedido 7 foi cancelado na loja. ")
    assert stopped_words(OrderStageWrong("7", "dismissed")).endswith("Nada foi registrado agora.")


async def test_the_status_the_store_will_be_told_is_announced_with_its_direction(
    counter: Counter, questions: Questions
) -> None:
    """F56."""
    order = await counter.place({"PAN-24": 1})
    await counter.shop.services.orders.learn_statuses()
    statuses = counter.database.read_now(lambda reader: reader.orders.statuses())
    sent = next(row.status_id for row in statuses if row.name == "ENVIADO")
    counter.database.run_now(
        choose_order_rules, OrderRules(registered_status_id=sent), by=counter.shop.actor(Role.ADMINISTRADOR)
    )
    asked = await questions.register(order)
    assert text(asked, "register_status_after") == ("ERP → Tray: a situação do pedido passa para “ENVIADO”.")
    press(asked)
    await said(asked)
    assert [row.aspect for row in queue(counter.database)].count(Aspect.STATUS) == 1


# -- giving an order up -------------------------------------------------------------------------------------------


async def test_an_order_is_left_aside_here_only(counter: Counter, questions: Questions) -> None:
    order = await counter.place({"PAN-24": 1})
    asked = await questions.ask(dialogs.cancel_order, order, Role.GERENTE)
    assert part(asked).here.isChecked()
    assert part(asked).go.text() == "Deixar de lado (F10)"
    press(asked)
    assert part(asked).reason.error == "Escreva ou escolha o motivo."
    write(asked.dialog, cancel_reason="Pedido repetido")
    assert part(asked).reason.error == ""
    press(asked)
    assert await said(asked) == "Pedido 7001 deixado de lado."
    detail = counter.order(order)
    assert (detail.row.stage, detail.cancel_wanted) == (OrderStage.DISMISSED, False)
    assert detail.timeline[-1].facts["reason"] == "Pedido repetido"


async def test_an_order_is_cancelled_in_the_store_too(counter: Counter, questions: Questions) -> None:
    order = await counter.place({"PAN-24": 1})
    asked = await questions.ask(dialogs.cancel_order, order, Role.GERENTE)
    QTest.keyClick(part(asked).here, Qt.Key.Key_Down)
    assert part(asked).in_store
    assert part(asked).go.text() == "Cancelar na Tray (F10)"
    write(asked.dialog, cancel_reason="Sem estoque")
    press(asked)
    assert await said(asked) == "O cancelamento do pedido 7001 vai para a Tray."
    assert counter.order(order).cancel_wanted
    assert Aspect.STATUS in {row.aspect for row in queue(counter.database)}


async def test_an_operator_cancels_with_a_supervisor(counter: Counter, questions: Questions) -> None:
    order = await counter.place({"PAN-24": 1})
    asked = await questions.ask(dialogs.cancel_order, order)
    assert part(asked).hint.isVisible()
    write(asked.dialog, cancel_reason="Cliente desistiu")
    press(asked)
    await asked.allow("bruno")
    await said(asked)
    assert counter.order(order).timeline[-1].operator == "Bruno Reis"


async def test_a_registered_order_is_taken_back_as_one_flow(counter: Counter, questions: Questions) -> None:
    order = await counter.place({"PAN-24": 2})
    counter.register(order)
    assert counter.on_hand("PAN-24") == 10
    asked = await questions.ask(dialogs.cancel_order, order, Role.GERENTE)
    told = [label.text() for label in asked.dialog.findChildren(QLabel)]
    assert "Este pedido é a venda CAIXA-01-1, de R$ 403,90: ela é cancelada primeiro." in told
    assert "R$ 403,90 foram pagos na loja virtual: devolva por lá." in told
    part(asked).store.click()
    assert part(asked).go.text() == "Cancelar a venda e o pedido (F10)"
    write(asked.dialog, cancel_reason="Cliente desistiu")
    press(asked)
    assert await said(asked) == ("Venda CAIXA-01-1 cancelada. O cancelamento do pedido 7001 vai para a Tray.")
    assert counter.sales()[0].state is SaleState.CANCELLED
    assert counter.on_hand("PAN-24") == 12
    assert (counter.order(order).row.stage, counter.order(order).cancel_wanted) == (OrderStage.IMPORTED, True)


async def test_half_a_flow_is_told_and_finished_later(counter: Counter, questions: Questions) -> None:
    order = await counter.place({"PAN-24": 2})
    counter.register(order)
    asked = await questions.ask(dialogs.cancel_order, order, Role.GERENTE)
    run = counter.database.run

    async def fails_at_the_order(*args: Any, **kwargs: Any) -> Any:
        if args[0] is dismiss_order:
            raise BooksUnreachable
        return await run(*args, **kwargs)

    counter.database.run = fails_at_the_order  # type: ignore[method-assign]
    write(asked.dialog, cancel_reason="Cliente desistiu")
    press(asked)
    await until(part(asked).banner.isVisible)
    assert counter.sales()[0].state is SaleState.CANCELLED
    assert part(asked).go.text() == "Deixar de lado (F10)"
    counter.database.run = run  # type: ignore[method-assign]
    press(asked)
    assert await said(asked) == "Venda CAIXA-01-1 cancelada. Pedido 7001 deixado de lado."
    assert counter.order(order).row.stage is OrderStage.DISMISSED
    assert counter.on_hand("PAN-24") == 12


async def test_leaving_after_half_a_flow_says_what_was_done(counter: Counter, questions: Questions) -> None:
    order = await counter.place({"PAN-24": 2})
    counter.register(order)
    asked = await questions.ask(dialogs.cancel_order, order, Role.GERENTE)
    run = counter.database.run

    async def fails_at_the_order(*args: Any, **kwargs: Any) -> Any:
        if args[0] is dismiss_order:
            raise BooksUnreachable
        return await run(*args, **kwargs)

    counter.database.run = fails_at_the_order  # type: ignore[method-assign]
    write(asked.dialog, cancel_reason="Cliente desistiu")
    press(asked)
    await until(part(asked).banner.isVisible)
    press(asked, ESC)
    assert await said(asked) == "Venda CAIXA-01-1 cancelada; o pedido 7001 voltou a esperar."


async def test_a_cancellation_the_store_has_not_done_yet_is_taken_back(
    counter: Counter, questions: Questions
) -> None:
    order = await counter.place({"PAN-24": 1})
    counter.database.run_now(cancel_order, order, reason="Sem estoque", by=counter.shop.actor(Role.GERENTE))
    asked = await questions.ask(dialogs.cancel_order, order)
    assert part(asked).banner.text == "O cancelamento na Tray já foi pedido e espera a resposta da loja."
    assert part(asked).go.text() == "Desistir do cancelamento (F10)"
    press(asked)
    await asked.allow("carla")
    assert await said(asked) == "O pedido 7001 segue como antes."
    assert not counter.order(order).cancel_wanted


async def test_leaving_aside_asks_for_a_reason_and_nothing_else(
    counter: Counter, questions: Questions
) -> None:
    order = await counter.place({"PAN-24": 1})
    asked = await questions.ask(dialogs.dismiss, order, Role.GERENTE)
    assert not part(asked).store.isVisible()
    assert part(asked).reason.combo.hasFocus()
    write(asked.dialog, cancel_reason="Pedido de teste")
    press(asked)
    assert await said(asked) == "Pedido 7001 deixado de lado."
    again = await questions.ask(dialogs.dismiss, order, Role.GERENTE)
    assert await stopped(again) == "O pedido 7001 já está de lado."
    elsewhere = await questions.ask(dialogs.cancel_order, order, Role.GERENTE)
    assert not part(elsewhere).here.isEnabled()
    assert part(elsewhere).in_store


async def test_what_the_store_cancelled_is_only_left_aside(counter: Counter, questions: Questions) -> None:
    order = await counter.place({"PAN-24": 1})
    counter.store.cancel_order("7001")
    await counter.shop.services.orders.look()
    asked = await questions.ask(dialogs.cancel_order, order, Role.GERENTE)
    assert not part(asked).store.isEnabled()
    assert part(asked).store.toolTip() == "O pedido já está cancelado na Tray."
    write(asked.dialog, cancel_reason="Cliente desistiu")
    press(asked)
    await said(asked)
    assert "já está de lado" in await stopped(await questions.ask(dialogs.cancel_order, order, Role.GERENTE))


# -- sums that do not make the total ------------------------------------------------------------------------------


async def divergent(counter: Counter, total: str = "186.50") -> int:
    remote = counter.store.place_order(
        {counter.remote["PAN-24"]: 1}, discount="17.49", coupon=("BEMVINDO", "10.00"), paid=True
    )
    counter.store.change_order(remote, total=total)
    return await counter.take_in(remote)


async def test_a_divergence_is_shown_and_accepted_then_registered(
    counter: Counter, questions: Questions
) -> None:
    order = await divergent(counter)
    refused = await questions.register(order)
    assert "Os valores do pedido não fecham." in await stopped(refused)
    asked = await questions.ask(dialogs.accept_divergence, order)
    assert part(asked).amounts.plain_text == (
        "Itens do pedido 189,90; Frete 24,10; Desconto − 17,49; Cupom − 10,00; "
        "Deveria dar R$ 186,51; A Tray diz R$ 186,50"
    )
    assert text(asked, "divergence_difference") == "A Tray cobra R$ 0,01 a menos do que a conta dá."
    press(asked)
    assert part(asked).reason.error == "Escreva ou escolha o motivo."
    write(asked.dialog, divergence_reason="Conferido no painel da Tray")
    press(asked)
    await asked.allow()
    assert await said(asked) == "Diferença do pedido 7001 aceita."
    event = counter.order(order).timeline[-1]
    assert (event.kind, event.operator) == ("divergence_accepted", "Bruno Reis")
    register = await questions.register(order)
    assert part(register).amounts.plain_text.endswith("Diferença aceita − 0,01; Total R$ 186,50")
    press(register)
    await said(register)
    assert last_sale(counter).amounts.adjustment == Money(-1)


async def test_more_than_the_sum_is_said_so_and_nothing_to_accept_too(
    counter: Counter, questions: Questions
) -> None:
    dearer = await questions.ask(dialogs.accept_divergence, await divergent(counter, "200.00"))
    assert text(dearer, "divergence_difference") == "A Tray cobra R$ 13,49 a mais do que a conta dá."
    fine = await questions.ask(dialogs.accept_divergence, await counter.place({"CAN-AZ": 1}))
    assert (await stopped(fine)).startswith("Não há o que aceitar")


# -- the supervisor -----------------------------------------------------------------------------------------------


async def test_a_supervisor_allows_and_nobody_signs_out(counter: Counter, questions: Questions) -> None:
    asked = await questions.ask(approve, 0)
    assert part(asked).login.hasFocus()
    assert text(asked, "approval_why") == "Cancelar a venda CAIXA-01-12, de R$ 285,01."
    press(asked)
    fields = part(asked).fields
    assert fields["login"].error == "Falta preencher: operador."
    assert fields["password"].error == "Falta preencher: senha."
    QTest.keyClicks(part(asked).login, "bruno")
    assert fields["login"].error == ""
    QTest.keyClick(part(asked).login, ENTER)
    assert part(asked).password.hasFocus()
    QTest.keyClicks(part(asked).password, "senha-do-bruno")
    press(asked)
    assert not part(asked).allow.isEnabled()
    assert await said(asked) == "Bruno Reis"


async def test_a_wrong_password_is_said_and_five_have_to_wait(counter: Counter, questions: Questions) -> None:
    asked = await questions.ask(approve, 0)
    password = part(asked).fields["password"]
    for _ in range(5):
        await asked.allow("bruno", "errada-errada")
        await until(lambda: password.error == "Operador ou senha incorretos.")
        await until(part(asked).allow.isEnabled)
    await asked.allow("bruno")
    await until(lambda: password.error.startswith("Muitas senhas erradas."))
    assert password.error.endswith("Tente de novo em 30 s.")
    press(asked, ESC)
    assert await said(asked) == ""


async def test_somebody_without_the_permission_allows_nothing(counter: Counter, questions: Questions) -> None:
    asked = await questions.ask(approve, 0)
    await asked.allow("ana")
    login = part(asked).fields["login"]
    await until(lambda: login.error)
    assert login.error == "Ana Lima não pode cancelar vendas. Chame um gerente ou administrador."
    assert part(asked).password.text() == ""
    await asked.allow("carla")
    assert await said(asked) == "Carla Souza"


async def test_books_that_do_not_answer_are_told_in_the_question(
    counter: Counter, questions: Questions
) -> None:
    asked = await questions.ask(approve, 0)

    async def no_books(*_args: Any, **_kwargs: Any) -> Any:
        raise BooksUnreachable

    counter.database.run = no_books  # type: ignore[method-assign]
    await asked.allow("bruno")
    await until(part(asked).banner.isVisible)
    assert part(asked).banner.text.startswith("O banco de dados não responde.")


# -- keyboard and names -------------------------------------------------------------------------------------------


async def test_f1_lists_the_keys_of_the_question_while_it_is_open(
    counter: Counter, questions: Questions
) -> None:
    asked = await questions.register(await counter.place({"PAN-24": 1}))
    keys = asked.session.services.shortcuts
    assert keys.legend("Registrar venda do pedido 7001") == (
        "F10 registrar venda · Ctrl+F10 registrar sem conferir na tray"
    )
    press(asked, ESC)
    await said(asked)
    await until(lambda: keys.by_context() == {})


async def test_every_control_of_every_question_has_a_name(counter: Counter, questions: Questions) -> None:
    counter.open_till()
    order = await unpaid(counter)
    done = await counter.place({"PAN-24": 1})
    counter.register(done)
    opened = [
        await questions.register(order),
        await questions.ask(dialogs.cancel_order, done),
        await questions.ask(dialogs.dismiss, order),
        await questions.ask(dialogs.accept_divergence, await divergent(counter)),
        await questions.ask(approve, 0),
    ]
    for asked in opened:
        for kind in (QAbstractButton, QLineEdit, QComboBox):
            for widget in asked.dialog.findChildren(kind):
                inner = isinstance(widget.parent(), QComboBox)
                if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible() and not inner:
                    assert widget.objectName(), widget
                    assert widget.accessibleName() or getattr(widget, "text", str)(), widget.objectName()


@pytest.mark.parametrize("scale", [1.0, 1.5])
async def test_the_largest_question_fits_a_small_screen(
    counter: Counter, questions: Questions, scale: float
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    Theme.apply(app, "light", scale)
    try:
        asked = await questions.register(await counter.place({"PAN-24": 1, "FRI-24": 5, "CAN-AZ": 9}))
        dialog = asked.dialog
        assert dialog.width() <= 1024
        assert dialog.height() <= 768
        go = part(asked).go
        assert dialog.rect().contains(go.geometry())
        lines: QWidget = part(asked).lines
        page = part(asked).lines.widget()
        assert page.minimumSizeHint().width() <= lines.width()
    finally:
        Theme.apply(app, "light", 1.0)
