"""The main job, end to end: the installed program, its real windows, and a store behind a real socket."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.program import Program
from varejoforte_desktop.demo.shop import (
    LOGIN,
    PASSWORD,
    PracticeClock,
    practice_settings,
    practice_store,
    stock_shop,
)
from varejoforte_desktop.simulator.server import StoreServerThread
from varejoforte_desktop.simulator.store import TrayStore

REFERENCE = "PAN-1001"


class PracticeShop:
    """A stocked shop on disk and its store, whose line can be cut and mended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = practice_settings(folder)
        clock = PracticeClock()
        self.store: TrayStore = practice_store(clock)
        self._server = StoreServerThread(self.store)
        self._server.__enter__()
        self.url = self._server.url
        self._port = int(self.url.rsplit(":", 1)[1])
        asyncio.run(stock_shop(self.settings, self.store, f"{self.url}/web_api", clock))
        self.store.requests.clear()

    def cut_the_line(self) -> None:
        """Nobody answers at the store's address any more."""
        self._server.__exit__(None, None, None)

    def mend_the_line(self) -> None:
        """The same store answers again at the same address."""
        self._server = StoreServerThread(self.store, port=self._port)
        self._server.__enter__()

    @property
    def shelf(self) -> dict[str, str]:
        """The product of the story, as the store holds it."""
        return next(each for each in self.store.products.values() if each["reference"] == REFERENCE)

    def puts(self) -> list[object]:
        """The bodies of the changes the store was sent."""
        return [each.body for each in self.store.requests if each.method == "PUT"]

    def close(self) -> None:
        """The store goes away."""
        self._server.__exit__(None, None, None)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PracticeShop]:
    """A shop of three hundred products, all known to its store."""
    practice = PracticeShop(tmp_path)
    yield practice
    practice.close()


@contextmanager
def running(shop: PracticeShop) -> Iterator[Program]:
    """The program, open on the shop."""
    program = Program(shop.folder, database_url=shop.settings.database_url)
    try:
        yield program
    finally:
        program.kill()


def until(condition: Callable[[], object], what: str, patience: float = 30) -> None:
    """Wait for the other processes."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience} s for {what}"
        time.sleep(0.05)  # noqa: TID251 - the programs live in other processes; only this thread waits


def change_price(program: Program, price: str) -> None:
    """Edit the product's price through the list and the editor."""
    program.click("nav_products")
    program.type("product_search", REFERENCE)
    program.wait_text("product_panel_reference", REFERENCE)
    program.click("product_edit")
    program.wait("product_price")
    program.type("product_price", price)
    program.click("product_save")
    program.wait_gone("product_editor")


def receive(program: Program, quantity: str) -> None:
    """Register a stock entry."""
    program.click("nav_stock")
    program.wait("movement_product")
    program.type("movement_product", REFERENCE)
    program.press("Key_Return", "movement_product")
    program.click("movement_kind_entry")
    program.type("movement_quantity", quantity)
    program.wait_text("movement_result", "no estoque")  # the product was found
    program.type("movement_reason", "Compra do fornecedor")
    program.click("movement_save")


def test_a_changed_price_and_a_stock_entry_reach_tray_in_one_put_and_the_queue_empties(
    shop: PracticeShop,
) -> None:
    stock = int(shop.shelf["stock"])
    with running(shop) as program:
        program.sign_in(LOGIN, PASSWORD)
        change_price(program, "139,90")
        receive(program, "5")
        program.wait_text("queue_button", "Fila 2")
        program.click("sync_flag")
        until(lambda: shop.shelf["price"] == "139.90", "the store to show the new price")
        program.wait_text("queue_button", "Fila 0")
        program.wait_text("sync_state", "Em dia")
        assert int(shop.shelf["stock"]) == stock + 5
        assert len(shop.puts()) == 1
        assert set(shop.puts()[0]["Product"]) == {"price", "cost_price", "stock"}
        assert program.close() == 0


def test_without_a_line_the_item_waits_with_its_reason_and_goes_out_when_the_line_is_back(
    shop: PracticeShop,
) -> None:
    with running(shop) as program:
        program.sign_in(LOGIN, PASSWORD)
        program.click("sync_flag")
        program.wait_text("sync_state", "Em dia")
        shop.cut_the_line()
        change_price(program, "149,90")
        program.wait_text("sync_state", "Sem internet")
        program.click("queue_button")
        program.wait("queue_table")
        until(lambda: program.rows("queue_table"), "the queue to show the item")
        row = " ".join(program.rows("queue_table")[0])
        assert "Preço e custo" in row
        assert "Sem internet" in row
        shop.mend_the_line()
        until(lambda: shop.shelf["price"] == "149.90", "the store to show the price", 60)
        program.wait_text("sync_state", "Em dia")
        assert program.close() == 0


def test_logging_out_stops_the_loop_and_the_change_waits_for_the_next_login(shop: PracticeShop) -> None:
    with running(shop) as program:
        program.sign_in(LOGIN, PASSWORD)
        program.click("sync_flag")
        program.wait_text("sync_state", "Em dia")
        program.click("sync_flag")
        program.wait_text("sync_state", "Desligada")
        change_price(program, "151,00")
        program.wait_text("sync_state", "Desligada")
        assert program.close() == 0
        assert shop.shelf["price"] != "151.00"


def test_a_killed_program_loses_nothing_that_was_saved(shop: PracticeShop) -> None:
    with running(shop) as program:
        program.sign_in(LOGIN, PASSWORD)
        change_price(program, "152,00")
    with running(shop) as program:
        program.sign_in(LOGIN, PASSWORD)
        program.click("sync_flag")
        until(lambda: shop.shelf["price"] == "152.00", "the store to show the price", 60)
        assert program.close() == 0


def test_no_secret_of_the_store_or_the_operator_is_left_in_clear(shop: PracticeShop) -> None:
    with running(shop) as program:
        program.sign_in(LOGIN, PASSWORD)
        program.click("sync_flag")
        change_price(program, "153,00")
        until(lambda: shop.shelf["price"] == "153.00", "the store to show the price")
        program.close()
    secrets = [PASSWORD, shop.store.consumer_secret, shop.store.consumer_key, shop.store.code]
    secrets += [token for token in tokens_of(shop.store) if token]
    left = [path for path in shop.folder.rglob("*") if path.is_file()]
    assert {"varejoforte.log", "treino.db"} <= {path.name for path in left}
    for path in left:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], path.name
    with closing(sqlite3.connect(shop.folder / "treino.db")) as books:
        dump = "\n".join(books.iterdump())
    assert not [secret for secret in secrets if secret in dump]


def tokens_of(store: TrayStore) -> list[str]:
    """Every token the store ever handed out."""
    gate = store.gate
    return [*gate._alive, *gate._dead, gate._tokens.refresh if gate._tokens else ""]
