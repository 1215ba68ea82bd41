"""A list that is read a page at a time holds the rows of one question, whatever news arrives between two questions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.gui.product_gallery import Shop, open_shop
from tests.gui.purchase_gallery import enter_some, give_cnpj, stock_up
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.ui.movements.ledger import StockLedger
from varejoforte_desktop.ui.purchases.book import PurchaseBook


@pytest.fixture
async def shop(qapp: Any, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as opened:
        yield opened


class Door:
    """The books answer when it is open; broken, they do not."""

    def __init__(self, shop: Shop) -> None:
        self._read = shop.database.read
        self.open = asyncio.Event()
        self.open.set()
        self.broken = False
        shop.database.read = self.read  # type: ignore[method-assign]

    async def read(self, question: Any) -> Any:
        await self.open.wait()
        if self.broken:
            raise BooksUnreachable
        return await self._read(question)


async def a_ledger(shop: Shop) -> StockLedger:
    """Three products came in, the cup last."""
    for reference, name in (("PAN-1", "Panela"), ("CAF-3", "Café"), ("COP-4", "Copo")):
        shop.keep(reference=reference, name=name, on_hand=7)
    ledger = StockLedger(shop.database, shop.clock)
    ledger.refresh()
    await until(lambda: ledger.model.rowCount() == 3)
    return ledger


def references(ledger: StockLedger) -> list[str]:
    return [row.reference for row in ledger.model.rows]


def cup(shop: Shop) -> int:
    found = [row.id for row in shop.database.read_now(lambda reader: reader.product_rows([1, 2, 3]))]
    return max(found)


async def test_news_between_a_filter_and_its_answer_keeps_no_line_of_another_product(shop: Shop) -> None:
    ledger = await a_ledger(shop)
    door = Door(shop)
    door.open.clear()
    ledger.show_product(cup(shop))
    ledger.refresh()  # a sale at another till
    ledger.refresh()
    door.open.set()
    await until(lambda: len(references(ledger)) != 3)
    assert references(ledger) == ["COP-4"]
    ledger.refresh()
    await until(lambda: not ledger._tasks.busy)
    assert references(ledger) == ["COP-4"]
    await ledger.aclose()


async def test_a_filter_that_could_not_be_answered_mixes_nothing_later(shop: Shop) -> None:
    ledger = await a_ledger(shop)
    failed: list[BaseException] = []
    ledger.failed.connect(failed.append)
    door = Door(shop)
    door.broken = True
    ledger.show_product(cup(shop))
    await until(lambda: failed)
    door.broken = False
    ledger.read_more()  # somebody scrolls what is still shown
    await until(lambda: not ledger._tasks.busy)
    assert references(ledger) == ["COP-4", "CAF-3", "PAN-1"]
    ledger.refresh()
    await until(lambda: not ledger._tasks.busy)
    assert references(ledger) == ["COP-4"]
    await ledger.aclose()


async def test_what_was_read_stays_below_what_is_new(shop: Shop) -> None:
    ledger = await a_ledger(shop)
    shop.keep(reference="JAR-5", name="Jarra", on_hand=2)
    ledger.refresh()
    await until(lambda: ledger.model.rowCount() == 4)
    assert references(ledger) == ["JAR-5", "COP-4", "CAF-3", "PAN-1"]
    await ledger.aclose()


async def test_news_between_a_search_and_its_answer_keeps_no_note_of_another_supplier(shop: Shop) -> None:
    give_cnpj(shop.database)
    stock_up(shop.database)
    enter_some(shop.database, shop.clock, 5)
    book = PurchaseBook(shop.database)
    book.refresh()
    await until(lambda: book.model.rowCount() == 5)
    newest = book.model.rows[0]
    door = Door(shop)
    door.open.clear()
    book.search(str(newest.number))
    book.refresh()  # another station takes a note in
    door.open.set()
    await until(lambda: not book._tasks.busy)
    assert [row.number for row in book.model.rows] == [newest.number]
    await book.aclose()
