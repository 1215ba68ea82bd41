"""A person asks why the store shows this number and is answered in one sentence, with the orders behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from tests.books import NOON
from tests.gui.product_gallery import DECEMBER, Shop, open_shop
from tests.order_builders import a_line, an_order
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.order_inbox import note_order
from varejoforte_desktop.application.sale_questions import WhyPublished
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.products.why import WhyDialog, WhyKey
from varejoforte_desktop.ui.products.why_words import (
    orders_title,
    short_words,
    state_words,
    sum_words,
    times,
    title,
)
from varejoforte_desktop.ui.screens.products import ProductsScreen

FACTS = WhyPublished(
    reference="PAN-1",
    name="Panela de pressão",
    on_hand=Decimal(9),
    open_online=Decimal(3),
    counter_reserve=Decimal(2),
    safety=Decimal(0),
    published=4,
    orders=(("501", Decimal(1), NOON), ("502", Decimal(2), NOON)),
    acknowledged=4,
    acknowledged_at=NOON - timedelta(hours=1, minutes=58),
    waiting=False,
    halted_cause="",
    looked_at=NOON - timedelta(hours=1, minutes=55),
    sell_online=True,
    linked=True,
    short_since=None,
)


def told(**changes: Any) -> WhyPublished:
    return replace(FACTS, **changes)


# --- the words ------------------------------------------------------------------------------------------------------


def test_the_chain_in_one_sentence() -> None:
    assert title(FACTS) == "Por que a loja mostra 4?"
    assert sum_words(FACTS) == "físico 9 − pedidos 3 − balcão 2 − segurança 0 = 4"
    assert times(FACTS, NOON) == "enviado 10:02 · última olhada nos pedidos 10:05"
    assert (
        times(FACTS, NOON + timedelta(days=1))
        == "enviado 02/03 10:02 · última olhada nos pedidos 02/03 10:05"
    )
    never = told(acknowledged=None, acknowledged_at=None, looked_at=None)
    assert times(never, NOON) == "nenhum número confirmado pela loja · pedidos ainda não lidos da Tray"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"on_hand": Decimal(1), "published": 0},
            "físico 1 − pedidos 3 − balcão 2 − segurança 0 = −4 → 0 na loja",
        ),
        (
            {"on_hand": Decimal("9.750"), "published": 4},
            "físico 9,750 − pedidos 3 − balcão 2 − segurança 0 = 4,750 → 4 na loja",
        ),
        ({"sell_online": False}, "físico 9, fora da loja"),
    ],
)
def test_sums_that_are_not_simply_equal(changes: dict[str, Any], words: str) -> None:
    assert sum_words(told(**changes)) == words


@pytest.mark.parametrize(
    ("changes", "words", "tone"),
    [
        ({}, "A loja já mostra 4; confirmado 10:02.", Tone.GOOD),
        (
            {"waiting": True, "acknowledged": 6},
            "Este número aguarda a vez de ser enviado. A última confirmação da loja foi 6.",
            Tone.INFO,
        ),
        ({"waiting": True, "acknowledged": None}, "Este número aguarda a vez de ser enviado.", Tone.INFO),
        (
            {"halted_cause": "unlinked", "acknowledged": 6},
            "O envio deste número está parado. O produto foi apagado na Tray. Tentar novamente procura o produto "
            "e, se não houver, cadastra de novo. A última confirmação da loja foi 6.",
            Tone.BAD,
        ),
        (
            {"halted_cause": "refused"},
            "O envio deste número está parado. A causa está na fila de processamento.",
            Tone.BAD,
        ),
        (
            {"halted_cause": "too_long"},
            "O envio deste número está parado. A causa está na fila de processamento.",
            Tone.BAD,
        ),
        ({"linked": False}, "A Tray ainda não conhece este produto.", Tone.WARN),
        (
            {"acknowledged": 6},
            "Este número não está na fila: alguém o tirou de lá. A próxima mudança o envia. "
            "A última confirmação da loja foi 6.",
            Tone.WARN,
        ),
        (
            {"sell_online": False},
            "O cadastro diz que este produto não é vendido na loja virtual.",
            Tone.NEUTRAL,
        ),
    ],
)
def test_whether_the_store_shows_it_already(changes: dict[str, Any], words: str, tone: Tone) -> None:
    assert state_words(told(**changes), NOON) == (words, tone)


def test_since_when_there_is_too_little() -> None:
    assert short_words(FACTS, NOON) is None
    since = NOON - timedelta(days=1, hours=2)
    missing = told(on_hand=Decimal(1), short_since=since)
    assert short_words(missing, NOON) == (
        "Faltam 2 para entregar os pedidos abertos, desde 01/03 10:00.",
        Tone.BAD,
    )
    reserve = told(on_hand=Decimal(4), short_since=since)
    assert short_words(reserve, NOON) == (
        "Desde 01/03 10:00 o físico não cobre tudo: os pedidos já usam o que é guardado para o balcão.",
        Tone.WARN,
    )
    nothing_promised = told(on_hand=Decimal(1), open_online=Decimal(0), orders=(), short_since=since)
    assert short_words(nothing_promised, NOON) == (
        "Desde 01/03 10:00 o físico é menor do que o guardado para o balcão e a segurança.",
        Tone.WARN,
    )


def test_how_many_orders_hold_how_much() -> None:
    assert orders_title(FACTS) == "2 pedidos abertos seguram 3 unidades"
    one = told(orders=FACTS.orders[:1], open_online=Decimal(1))
    assert orders_title(one) == "1 pedido aberto segura 1 unidade"
    by_weight = told(open_online=Decimal("0.350"))
    assert orders_title(by_weight) == "2 pedidos abertos seguram 0,350"
    assert orders_title(told(orders=())) == "Nenhum pedido aberto segura este produto"


# --- the window -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[Shop]:
    """Nine pans, three of them in two orders."""
    async with open_shop(tmp_path) as opened:
        pan = opened.keep(reference="PAN-1", name="Panela de pressão", on_hand=9, counter_reserve=Decimal(2))
        for number, quantity in (("501", 1), ("502", 2)):
            order = an_order(a_line(pan, quantity), remote_id=number, placed_at=DECEMBER)
            opened.database.run_now(note_order, order, number)
        yield opened


async def listed(shop: Shop) -> tuple[ProductsScreen, WhyKey]:
    """The product list with the explanation at hand."""
    screen = await shop.products()
    await until(lambda: screen.panel.facts is not None)
    why = screen.findChild(WhyKey) or WhyKey(screen._session, screen, screen.panel)
    return screen, why


def said(window: QWidget, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


@pytest.mark.parametrize("way", ["button", "key"])
async def test_it_is_asked_from_the_panel_or_with_a_key_anywhere(shop: Shop, way: str) -> None:
    screen, _ = await listed(shop)
    button = screen.findChild(QToolButton, "product_panel_why")
    assert button is not None
    assert button.text() == "Por que a loja mostra 4?"
    if way == "button":
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    else:
        QTest.keyClick(screen.search, Qt.Key.Key_F8)
    dialog = await until(lambda: screen.findChild(WhyDialog))
    assert dialog.windowTitle() == "Por que a loja mostra 4?"
    assert said(dialog, "why_sum") == "físico 9 − pedidos 3 − balcão 2 − segurança 0 = 4"
    rows = [[str(dialog.model.index(row, column).data()) for column in range(3)] for row in range(2)]
    assert rows == [["501", "1", "10/12 12:00"], ["502", "2", "10/12 12:00"]]
    close = dialog.findChild(QPushButton, "why_close")
    assert close is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: screen.findChild(WhyDialog) is None)


async def test_one_explanation_at_a_time(shop: Shop) -> None:
    screen, why = await listed(shop)
    for _ in range(3):
        why.open()
    dialog = await until(lambda: screen.findChild(WhyDialog))
    assert len(screen.findChildren(WhyDialog)) == 1
    dialog.accept()
    await until(lambda: not why._scope.busy)


async def test_the_screen_may_close_under_it(shop: Shop) -> None:
    screen, why = await listed(shop)
    why.open()
    await until(lambda: screen.findChild(WhyDialog))
    await why.aclose()
    await until(
        lambda: not [w for w in QApplication.topLevelWidgets() if isinstance(w, WhyDialog) and w.isVisible()]
    )


async def test_books_that_do_not_answer_are_told(shop: Shop) -> None:
    _screen, why = await listed(shop)
    read = shop.database.read

    async def away(_question: Any) -> Any:
        raise BooksUnreachable

    shop.database.read = away  # type: ignore[method-assign]
    why.open()
    await until(lambda: why._toasts._toast is not None)
    assert why._toasts._toast is not None
    assert why._toasts._toast.text.startswith("O banco de dados não responde.")
    shop.database.read = read  # type: ignore[method-assign]


async def test_a_product_that_is_gone_is_not_explained(shop: Shop) -> None:
    screen, why = await listed(shop)
    assert screen.panel.facts is not None
    screen.panel._facts = replace(screen.panel.facts, row=replace(screen.panel.facts.row, id=999))
    why.open()
    await until(lambda: not why._scope.busy)
    await asyncio.sleep(0.01)
    assert screen.findChild(WhyDialog) is None
    screen.panel.show_product(None, None)
    why.open()
    assert not why._scope.busy, "nothing is chosen"


async def test_goods_kept_from_the_store_are_asked_about_in_other_words(shop: Shop) -> None:
    hidden = shop.keep(reference="AAA", name="AAA gelo", sell_online=False)
    screen, why = await listed(shop)
    await until(lambda: screen.panel.facts is not None and screen.panel.facts.row.id == hidden.id)
    button = screen.findChild(QToolButton, "product_panel_why")
    assert button is not None
    assert button.text() == "Por que não está na loja?"
    why.open()
    dialog = await until(lambda: screen.findChild(WhyDialog))
    assert said(dialog, "why_sum") == "físico 0, fora da loja"
    dialog.accept()
    await until(lambda: not why._scope.busy)


async def test_every_control_has_a_name(shop: Shop) -> None:
    screen, why = await listed(shop)
    why.open()
    dialog = await until(lambda: screen.findChild(WhyDialog))
    assert dialog.table.accessibleName()
    for button in dialog.findChildren(QPushButton):
        assert button.objectName()
    keys = {key.key: key.title for key in screen._session.services.shortcuts.by_context()["Produtos"]}
    assert keys["F8"] == "Por que a loja mostra este número"
    dialog.accept()
    await until(lambda: not why._scope.busy)
