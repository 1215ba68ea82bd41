"""A note issued elsewhere is looked at and then linked, a tracking code is typed, and the order's page says both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QRadioButton, QWidget

from tests.gui.order_gallery import (
    FACA,
    GONE,
    OrderBooks,
    an_order,
    known_statuses,
    open_orders,
)
from tests.gui.product_gallery import ANA, write
from tests.purchase_notes import OTHER_SHOP, SHOP, a_note, item, note_key
from tests.waiting import until
from varejoforte_desktop.application.link_invoice import link_note
from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.application.order_status_flow import send_off
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.unlink_invoice import unlink_invoice
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.fiscal.invoice_file import read_invoice
from varejoforte_desktop.ui.orders.choices import Deed, fits
from varejoforte_desktop.ui.orders.linking import LinkDialog
from varejoforte_desktop.ui.orders.papers_part import grouped_key, papers_part
from varejoforte_desktop.ui.orders.sending_off import SendOffDialog
from varejoforte_desktop.ui.orders.unlinking import UnlinkDialog, unlink_facts
from varejoforte_desktop.ui.services import Session

ENTER = Qt.Key.Key_Return
TYPED = note_key(81, issuer=SHOP)


def _of_this_shop(uow: UnitOfWork) -> None:
    settings = uow.fiscal_setup.settings()
    uow.fiscal_setup.save_settings(replace(settings, emitter=replace(settings.emitter, cnpj=SHOP)))


@pytest.fixture
async def books(qapp: Any, tmp_path: Path) -> AsyncIterator[OrderBooks]:
    """Order 8001 is a sale of a knife, 8002 was only seen."""
    async with open_orders(tmp_path) as opened:
        opened.keep("FAC-8", "Faca do chef 8 pol", 40)
        known_statuses(opened)
        opened.explain()
        at = opened.clock() - timedelta(minutes=5)
        opened.see(an_order(8001, FACA, at=at))
        opened.see(an_order(8002, FACA, at=at))
        opened.take(8001)
        opened.register(8001)
        opened.database.run_now(_of_this_shop)
        yield opened


@pytest.fixture
async def opened() -> AsyncIterator[list[Any]]:
    """Dialogs that are closed when the test ends."""
    dialogs: list[Any] = []
    yield dialogs
    for each in dialogs:
        await each.aclose()


def session(books: OrderBooks, actor: Actor = ANA) -> Session:
    found = books.session(actor)
    return replace(found, services=replace(found.services, read_invoice=read_invoice))


def detail(books: OrderBooks, number: int = 8001) -> OrderDetail:
    return books.database.read_now(lambda reader: reader.orders.detail(books.id_of(number)))


async def linking(books: OrderBooks, opened: list[Any]) -> LinkDialog:
    dialog = LinkDialog(session(books), detail(books))
    opened.append(dialog)
    dialog.open()
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    return dialog


async def sending(books: OrderBooks, opened: list[Any], status: str = "") -> SendOffDialog:
    dialog = SendOffDialog(session(books), detail(books), status)
    opened.append(dialog)
    dialog.open()
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    return dialog


def texts(widget: QWidget) -> list[str]:
    return [label.text().replace("\N{NO-BREAK SPACE}", " ") for label in widget.findChildren(QLabel)]


def file_of(folder: Path, books: OrderBooks, **changes: Any) -> Path:
    order = detail(books).order
    assert order is not None
    facts: dict[str, Any] = {"number": 80, "issuer": SHOP, "recipient": order.buyer.cpf}
    total = f"{order.amounts.total.reais:.2f}"
    path = folder / "nota.xml"
    path.write_bytes(a_note([item("FAC-8")], **facts | {"total": total} | changes))
    return path


# -- linking -----------------------------------------------------------------------------------------------------------


async def test_a_file_is_looked_at_before_it_is_linked(
    books: OrderBooks, opened: list[Any], tmp_path: Path
) -> None:
    dialog = await linking(books, opened)
    assert dialog.key.hasFocus()
    assert not dialog.go.isEnabled()
    await dialog.read_file(file_of(tmp_path, books))
    said = texts(dialog.card)
    assert {"NF-e 1/80", "24/11/2026", "11.222.333/0001-81", "R$ 104,00"} <= set(said)
    assert "Comprador e valor são os do pedido." in said
    assert "Assinada e autorizada pela SEFAZ." in said
    assert detail(books).notes == (), "nothing is linked yet"
    assert dialog.go.hasFocus()
    QTest.keyClick(dialog.go, ENTER)
    await until(lambda: not dialog.isVisible())
    assert dialog.outcome == "NF-e 1/80 vinculada ao pedido 8001; a Tray é avisada na próxima sincronização."
    (note,) = detail(books).notes
    assert (note.number, note.origin) == ("1/80", "file")


async def test_a_scanned_key_is_looked_at_by_its_own_enter(books: OrderBooks, opened: list[Any]) -> None:
    books.clock.forward(days=10)
    dialog = await linking(books, opened)
    QTest.keyClicks(dialog.key, TYPED)
    QTest.keyClick(dialog.key, ENTER)
    await until(lambda: dialog.found is not None)
    said = texts(dialog.card)
    assert {"NF-e 1/81", "11/2026"} <= set(said)
    assert "Pela chave não se conferem comprador e valor: confira no DANFE." in said
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    await until(lambda: not dialog.isVisible())
    assert [note.origin for note in detail(books).notes] == ["typed"]
    again = await linking(books, opened)
    QTest.keyClicks(again.key, TYPED)
    await until(lambda: again.found is not None)
    assert "Esta nota já está vinculada a este pedido." in texts(again.card)
    assert not again.go.isEnabled()


async def test_a_key_that_is_none_is_said_beside_its_field_and_another_one_forgets_what_was_found(
    books: OrderBooks, opened: list[Any]
) -> None:
    dialog = await linking(books, opened)
    QTest.keyClicks(dialog.key, TYPED[:-1] + str((int(TYPED[-1]) + 1) % 10))
    QTest.keyClick(dialog.key, ENTER)
    assert "um deles não confere" in dialog.key_field.error
    assert not dialog.go.isEnabled()
    dialog.key.clear()
    QTest.keyClicks(dialog.key, TYPED)
    await until(lambda: dialog.found is not None)
    QTest.keyClick(dialog.key, Qt.Key.Key_Backspace)
    assert dialog.found is None
    assert not dialog.go.isEnabled()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"total": "1.00"}, "O valor da nota"),
        ({"issuer": OTHER_SHOP}, "outra empresa"),
        ({"stat": None}, "SEFAZ"),
    ],
)
async def test_a_note_that_does_not_fit_is_said_in_the_dialog(
    books: OrderBooks, opened: list[Any], tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    dialog = await linking(books, opened)
    dialog.tasks.start(dialog.read_file(file_of(tmp_path, books, **changes)))
    await until(dialog.banner.isVisible)
    assert words in dialog.banner.text
    assert not dialog.go.isEnabled()
    assert detail(books).notes == ()


# -- taking a link back ------------------------------------------------------------------------------------------------


async def unlinking(books: OrderBooks, opened: list[Any]) -> UnlinkDialog:
    facts = books.database.read_now(lambda reader: unlink_facts(reader, books.id_of(8001)))
    dialog = UnlinkDialog(session(books), facts)
    opened.append(dialog)
    dialog.open()
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    return dialog


def choose(dialog: UnlinkDialog, name: str) -> None:
    radio = dialog.findChild(QRadioButton, name)
    assert radio is not None
    radio.click()


def linked(books: OrderBooks, number: int = 81) -> str:
    """A note of another program, linked to the order; gives its key."""
    books.clock.forward(days=10)
    key = note_key(number, issuer=SHOP)
    books.database.run_now(link_note, books.id_of(8001), key, by=ANA)
    return key


async def test_a_link_is_taken_back_once_somebody_said_why(books: OrderBooks, opened: list[Any]) -> None:
    key = linked(books)
    dialog = await unlinking(books, opened)
    said = texts(dialog)
    assert {"NF-e 1/81", grouped_key(key), "R$ 104,00"} <= set(said)
    assert "A nota deixa de valer para o pedido, e a Tray não é avisada dela." in said
    assert any("volta a precisar de nota" in each for each in said)
    assert not dialog.go.isEnabled()
    assert dialog.go.toolTip() == "Escolha antes o motivo."
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    assert not dialog.saving
    choose(dialog, "unlink_why_1")
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    await until(lambda: not dialog.isVisible())
    assert dialog.outcome == "Vínculo da NF-e 1/81 com o pedido 8001 desfeito."
    (note,) = detail(books).notes
    assert note.unlinked is UnlinkReason.MISTAKE


async def test_a_note_that_the_buyer_sees_is_said_to_be_seen(books: OrderBooks, opened: list[Any]) -> None:
    linked(books)
    books.database.run_now(_told, books.id_of(8001))
    dialog = await unlinking(books, opened)
    assert any("A Tray mostra esta nota ao comprador" in each for each in texts(dialog))


async def test_of_two_notes_from_before_one_is_chosen(books: OrderBooks, opened: list[Any]) -> None:
    """An earlier program linked a second one without a word."""
    first = linked(books)
    second = note_key(82, issuer=SHOP)
    books.database.run_now(_also_linked, first, second)
    dialog = await unlinking(books, opened)
    choose(dialog, "unlink_why_0")
    assert dialog.go.toolTip() == "Escolha antes a nota."
    choose(dialog, "unlink_note_1")  # the older one: the newest comes first
    dialog.save()
    await until(lambda: not dialog.isVisible())
    assert [(each.key, each.from_elsewhere) for each in detail(books).notes] == [
        (second, True),
        (first, False),
    ]


def _also_linked(uow: UnitOfWork, first: str, second: str) -> None:
    record = uow.invoices.by_key(first)
    assert record is not None
    uow.invoices.add(replace(record, key=second, number=82), uow.now)


def _told(uow: UnitOfWork, order_id: int) -> None:
    (record,) = uow.invoices.of_order(order_id)
    uow.invoices.told(record.id, remote_id="664", at=uow.now)


async def test_with_nothing_to_take_back_the_dialog_says_so(books: OrderBooks, opened: list[Any]) -> None:
    dialog = await unlinking(books, opened)
    assert dialog.over
    assert "não tem mais nota de fora" in dialog.banner.text


async def test_a_second_note_is_refused_in_the_dialog_with_what_helps(
    books: OrderBooks, opened: list[Any]
) -> None:
    linked(books)
    dialog = await linking(books, opened)
    QTest.keyClicks(dialog.key, note_key(82, issuer=SHOP))
    await until(dialog.banner.isVisible)
    assert "Já há uma nota vinculada a este pedido: a NF-e 1/81." in dialog.banner.text
    assert "desfaça antes esse vínculo" in dialog.banner.text
    assert not dialog.go.isEnabled()


async def test_the_page_offers_to_link_or_to_take_the_link_back(books: OrderBooks) -> None:
    def buttons() -> list[str]:
        page = papers_part(detail(books), ANA, lambda _deed: None)
        assert page is not None
        return [each.objectName() for each in page.findChildren(QPushButton)]

    assert buttons() == ["order_link_note", "order_send_off"]
    key = linked(books)
    assert buttons() == ["order_unlink_note", "order_send_off"]
    assert not fits(Deed.LINK_NOTE, detail(books))
    why = UnlinkReason.CANCELLED
    books.database.run_now(unlink_invoice, books.id_of(8001), key, why=why, by=ANA)
    assert buttons() == ["order_link_note", "order_send_off"]
    page = papers_part(detail(books), ANA, lambda _deed: None)
    assert page is not None
    assert "Vínculo desfeito: nota cancelada no outro programa." in texts(page)


async def test_a_key_takes_the_link_of_the_opened_order_back(books: OrderBooks) -> None:
    linked(books)
    screen = await books.show(ANA)
    screen.open_order(books.id_of(8001))
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.remote_id == "8001")
    heard: list[str] = []
    screen.said.connect(heard.append)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(screen, Qt.Key.Key_E, keys)
    await until(lambda: screen.findChild(UnlinkDialog) is not None)
    dialog = screen.findChild(UnlinkDialog)
    assert dialog is not None
    choose(dialog, "unlink_why_0")
    dialog.save()
    await until(lambda: heard == ["Vínculo da NF-e 1/81 com o pedido 8001 desfeito."])
    said = "Vínculo da NF-e 1/81 desfeito: nota cancelada no outro programa"
    await until(lambda: said in texts(screen.panel))


# -- sending off -------------------------------------------------------------------------------------------------------


async def test_a_label_is_scanned_and_the_order_has_left(books: OrderBooks, opened: list[Any]) -> None:
    dialog = await sending(books, opened, "ENVIADO")
    assert "A Tray recebe o código e a situação “ENVIADO”." in texts(dialog)
    assert dialog.code.hasFocus()
    QTest.keyClick(dialog.code, ENTER)
    await until(lambda: bool(dialog.code_field.error))
    assert "código de rastreio" in dialog.code_field.error.lower()
    QTest.keyClicks(dialog.code, "AA123456785BR")
    QTest.keyClick(dialog.code, ENTER)
    await until(lambda: not dialog.isVisible())
    assert dialog.outcome == "Envio do pedido 8001 informado: AA123456785BR."
    shipment = detail(books).shipment
    assert shipment is not None
    assert (shipment.code, shipment.url, detail(books).shipment_owed) == ("AA123456785BR", "", True)
    again = await sending(books, opened)
    assert again.code.text() == "AA123456785BR"


# -- the page ----------------------------------------------------------------------------------------------------------


async def test_the_page_says_what_the_store_knows_and_offers_both(
    books: OrderBooks, opened: list[Any]
) -> None:
    screen = await books.show(ANA)
    screen.open_order(books.id_of(8001))
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.remote_id == "8001")
    page = screen.panel.area.widget()
    assert page is not None
    assert {"Nenhuma nota ainda.", "O envio ainda não foi informado."} <= set(texts(page))
    for name in ("order_link_note", "order_send_off"):
        button = page.findChild(QPushButton, name)
        assert button is not None
        assert button.isEnabled()
    heard: list[str] = []
    screen.said.connect(heard.append)
    QTest.keyClick(screen, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: screen.findChild(SendOffDialog) is not None)
    dialog = screen.findChild(SendOffDialog)
    assert dialog is not None
    write(dialog, send_off_code="BB1", send_off_url="rastreio.exemplo/BB1")
    dialog.save()
    await until(lambda: heard == ["Envio do pedido 8001 informado: BB1."])
    await until(lambda: "BB1" in texts(screen.panel))
    said = texts(screen.panel)
    assert "https://rastreio.exemplo/BB1" in said
    assert any("A Tray ainda não foi avisada" in each for each in said)
    assert "Enviado, rastreio BB1" in said


async def test_the_page_does_not_claim_that_the_store_heard_how_a_cancelled_order_left(
    books: OrderBooks,
) -> None:
    order_id = books.id_of(8001)
    books.database.run_now(send_off, order_id, code="BB1", by=ANA)
    books.see(an_order(8001, FACA, at=books.clock(), status=GONE))
    page = papers_part(detail(books), ANA, lambda _deed: None)
    assert page is not None
    (said,) = [each for each in texts(page) if each.startswith("Enviado em")]
    assert said.endswith("A Tray não foi avisada: o pedido foi cancelado.")


async def test_what_does_not_fit_an_order_is_not_offered(books: OrderBooks) -> None:
    seen = detail(books, 8002)
    assert not fits(Deed.LINK_NOTE, seen)
    assert not fits(Deed.SEND_OFF, seen)
    books.see(an_order(8001, FACA, at=books.clock(), status=GONE))
    assert not fits(Deed.LINK_NOTE, detail(books))
    assert not fits(Deed.SEND_OFF, detail(books))


async def test_whoever_may_not_link_is_told_who_may(books: OrderBooks) -> None:
    nobody = replace(ANA, granted=frozenset(Permission) - {Permission.ISSUE_DOCUMENTS})
    screen = await books.show(nobody)
    screen.open_order(books.id_of(8001))
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.remote_id == "8001")
    button = screen.panel.findChild(QPushButton, "order_link_note")
    assert button is not None
    assert not button.isEnabled()
    assert "Peça a um gerente" in button.toolTip()


async def test_the_dialog_names_the_status_that_the_shop_chose(books: OrderBooks) -> None:
    books.database.run_now(lambda uow: uow.statuses.save_rules(OrderRules(shipped_status_id="77")))
    screen = await books.show(ANA)
    screen.open_order(books.id_of(8001))
    await until(lambda: screen.panel.detail is not None and screen.panel.detail.row.remote_id == "8001")
    screen.doings.do(Deed.SEND_OFF, books.id_of(8001), "")
    await until(lambda: screen.findChild(SendOffDialog) is not None)
    dialog = screen.findChild(SendOffDialog)
    assert dialog is not None
    assert "A Tray recebe o código e a situação “EM SEPARAÇÃO”." in texts(dialog)
    dialog.reject()
    await until(lambda: not screen.doings.busy)
