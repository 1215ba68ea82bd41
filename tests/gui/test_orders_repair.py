"""A line that nobody knows gets its product once and for all, and a status gets its meaning."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QRadioButton, QWidget

from tests.builders import a_gtin
from tests.gui.order_gallery import (
    CARLA,
    FACA,
    ODD,
    STRANGER,
    WAITING,
    Item,
    OrderBooks,
    an_order,
    known_statuses,
    open_orders,
)
from tests.gui.product_gallery import ANA, BRUNO, write
from tests.waiting import until
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import Obstacle, StatusMeaning
from varejoforte_desktop.ui.orders.meaning import MeaningDialog, meaning_facts
from varejoforte_desktop.ui.orders.repair import RepairDialog

ENTER = Qt.Key.Key_Return
OTHER = Item("XPTO-2", "Ralador de queijo", price="19.90", ean="sem código")


@pytest.fixture
async def books(qapp: Any, tmp_path: Path) -> AsyncIterator[OrderBooks]:
    """Order 8001 has a knife and two things nobody knows, 8002 one of them."""
    async with open_orders(tmp_path) as opened:
        opened.keep("FAC-8", "Faca do chef 8 pol", 40)
        opened.keep("ESP-1", "Espremedor inox", 12, barcode=a_gtin(77))
        at = opened.clock() - timedelta(minutes=5)
        opened.see(an_order(8001, FACA, STRANGER, OTHER, at=at))
        opened.see(an_order(8002, STRANGER, at=at))
        yield opened


@pytest.fixture
async def opened() -> AsyncIterator[list[Any]]:
    """Dialogs that are closed when the test ends."""
    dialogs: list[Any] = []
    yield dialogs
    for each in dialogs:
        await each.aclose()


async def repair(books: OrderBooks, opened: list[Any], actor: Actor = BRUNO) -> RepairDialog:
    detail = books.database.read_now(lambda reader: reader.orders.detail(books.id_of(8001)))
    dialog = RepairDialog(books.session(actor), detail)
    opened.append(dialog)
    dialog.open()
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    return dialog


def words(widget: QWidget, name: str) -> str:
    label = widget.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


def obstacles(books: OrderBooks, number: int) -> tuple[Obstacle, ...]:
    return books.database.read_now(lambda reader: reader.orders.rows([books.id_of(number)]))[0].obstacles


async def test_the_line_is_shown_as_the_store_tells_it(books: OrderBooks, opened: list[Any]) -> None:
    dialog = await repair(books, opened)
    assert words(dialog, "repair_title") == "Qual produto é? Pedido 8001"
    assert words(dialog, "repair_place") == "Item 1 de 2"
    assert words(dialog, "repair_name") == "Espremedor de batatas inox"
    shown = [label.text() for label in dialog._card.findChildren(QLabel)]
    assert {"XPTO-1", "7890000000017", "1", "R$\N{NO-BREAK SPACE}49,90"} <= set(shown)
    assert dialog.picker.hasFocus()


async def test_a_scan_and_two_enters_settle_it_for_every_order(books: OrderBooks, opened: list[Any]) -> None:
    """F18: remembered, and put right in all open orders."""
    dialog = await repair(books, opened)
    QTest.keyClicks(dialog.picker, a_gtin(77))
    QTest.keyClick(dialog.picker, ENTER)
    await until(dialog.link_button.hasFocus)
    assert dialog._field._message.text() == "12 UN em estoque · R$ 189,90"
    QTest.keyClick(dialog.link_button, ENTER)
    await until(lambda: words(dialog, "repair_name") == "Ralador de queijo")
    assert words(dialog, "repair_place") == "Item 2 de 2"
    assert dialog.picker.hasFocus()
    assert dialog.picker.text() == ""
    assert obstacles(books, 8002) == (Obstacle.STATUS_UNMAPPED,)
    write(dialog, repair_product="espremedor")
    await until(dialog.picker.suggestions.isVisible)
    QTest.keyClick(dialog.picker, ENTER)
    await until(dialog.link_button.hasFocus)
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    await until(lambda: not dialog.isVisible())
    assert dialog.outcome == "2 itens têm produto agora; 2 pedidos corrigidos."
    later = an_order(8003, STRANGER, at=books.clock())
    books.see(later)
    assert Obstacle.UNKNOWN_PRODUCT not in obstacles(books, 8003), "the answer is remembered"


async def test_a_product_is_made_of_the_line_and_not_sold_online_yet(
    books: OrderBooks, opened: list[Any]
) -> None:
    dialog = await repair(books, opened)
    assert "não vai para a loja até alguém ligar" in dialog._make_note.text()
    QTest.keyClick(dialog, Qt.Key.Key_F9)
    await until(lambda: words(dialog, "repair_name") == "Ralador de queijo")
    made = books.database.read_now(lambda reader: reader.product_by_code("XPTO-1"))
    assert made is not None
    product = books.database.read_now(lambda reader: reader.product_detail(made)).product
    assert (product.name, product.price.cents, product.barcode, product.sell_online) == (
        "Espremedor de batatas inox", 4990, "7890000000017", False,
    )  # fmt: skip
    dialog.reject()
    assert dialog.outcome == "1 item tem produto agora; 1 pedido corrigido."


async def test_a_reference_that_is_taken_is_said_in_the_dialog(books: OrderBooks, opened: list[Any]) -> None:
    dialog = await repair(books, opened)
    books.keep("XPTO-1", "Outro produto", 0)
    QTest.keyClick(dialog, Qt.Key.Key_F9)
    await until(dialog.banner.isVisible)
    assert dialog.banner.text == "Já existe um produto com a referência XPTO-1. Escolha outra referência."
    assert words(dialog, "repair_name") == "Espremedor de batatas inox"


async def test_an_operator_links_but_makes_no_product(books: OrderBooks, opened: list[Any]) -> None:
    dialog = await repair(books, opened, ANA)
    assert not dialog.make_button.isEnabled()
    assert dialog._make_note.text().startswith("Seu perfil não pode alterar o cadastro de produtos.")
    QTest.keyClick(dialog, Qt.Key.Key_F9)
    assert words(dialog, "repair_name") == "Espremedor de batatas inox"
    QTest.keyClicks(dialog.picker, "ESP-1")
    QTest.keyClick(dialog.picker, ENTER)
    await until(dialog.link_button.isEnabled)
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    await until(lambda: words(dialog, "repair_name") == "Ralador de queijo")


async def test_a_line_can_be_left_for_later(books: OrderBooks, opened: list[Any]) -> None:
    dialog = await repair(books, opened)
    assert dialog.skip_button.text() == "Pular este item"
    dialog.skip()
    assert words(dialog, "repair_name") == "Ralador de queijo"
    assert dialog.skip_button.text() == "Agora não (Esc)"
    dialog.skip()
    assert not dialog.isVisible()
    assert dialog.outcome == ""


async def test_a_name_nobody_has_is_said_beside_the_field(books: OrderBooks, opened: list[Any]) -> None:
    dialog = await repair(books, opened)
    QTest.keyClicks(dialog.picker, "xyz")
    QTest.keyClick(dialog.picker, ENTER)
    await until(lambda: dialog._field.error)
    assert dialog._field.error == "Nenhum produto com “xyz”."
    assert not dialog.link_button.isEnabled()


# --- what a status means -------------------------------------------------------------------------------------------


async def ask_meaning(
    books: OrderBooks, opened: list[Any], status_id: str, actor: Actor = CARLA
) -> MeaningDialog:
    facts = books.database.read_now(lambda reader: meaning_facts(reader, status_id))
    dialog = MeaningDialog(books.session(actor), facts)
    opened.append(dialog)
    dialog.open()
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    return dialog


def meaning(books: OrderBooks, status_id: str) -> StatusMeaning | None:
    rows = books.database.read_now(lambda reader: reader.orders.statuses())
    return next(row.meaning for row in rows if row.status_id == status_id)


async def test_a_suggestion_counts_only_after_a_yes(books: OrderBooks, opened: list[Any]) -> None:
    known_statuses(books)
    dialog = await ask_meaning(books, opened, WAITING[0])
    assert words(dialog, "meaning_title") == "O que “AGUARDANDO PAGAMENTO” significa?"
    assert dialog.banner.text == "Pelo nome, parece ser “Aguarda pagamento”. Confira e salve."
    assert meaning(books, WAITING[0]) is None
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    await until(lambda: not dialog.isVisible())
    assert meaning(books, WAITING[0]) is StatusMeaning.AWAITING_PAYMENT
    assert dialog.outcome == "“AGUARDANDO PAGAMENTO” significa: aguarda pagamento."


async def test_a_name_that_says_nothing_is_chosen_by_a_person(books: OrderBooks, opened: list[Any]) -> None:
    known_statuses(books)
    dialog = await ask_meaning(books, opened, ODD[0])
    assert dialog.banner.isHidden()
    assert not dialog.save_button.isEnabled(), "nothing is guessed"
    dialog.save()
    assert meaning(books, ODD[0]) is None
    first = dialog.findChild(QRadioButton, "meaning_awaiting_payment")
    assert first is not None
    assert first.hasFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Space)
    QTest.keyClick(dialog, Qt.Key.Key_F10)
    await until(lambda: not dialog.isVisible())
    assert meaning(books, ODD[0]) is StatusMeaning.TO_SHIP


async def test_others_are_told_who_can_say_it(books: OrderBooks, opened: list[Any]) -> None:
    known_statuses(books)
    dialog = await ask_meaning(books, opened, ODD[0], BRUNO)
    assert dialog.banner.text == "Só um administrador pode dizer: peça a Carla Souza."
    assert dialog.save_button.isHidden()
    assert not any(radio.isEnabled() for radio in dialog.findChildren(QRadioButton))
    dialog.save()
    assert meaning(books, ODD[0]) is None
    back = dialog.findChild(QPushButton, "meaning_cancel")
    assert back is not None
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
