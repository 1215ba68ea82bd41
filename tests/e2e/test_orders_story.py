"""An online order, end to end: bought in the storefront, seen, imported and sold through real windows, or given up."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.e2e.program import Program
from varejoforte_desktop.demo.program import practice
from varejoforte_desktop.demo.shop import LOGIN, PASSWORD
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.store import TrayStore

REFERENCE = "UTE-1001"
SEEN, IMPORTED, REGISTERED = range(3)  # the tabs


@dataclass
class Shop:
    """The practice shop, where five have ordered already, and its storefront on this computer."""

    settings: Settings
    store: TrayStore
    browser: httpx.Client
    sefaz: SefazSimulator

    @property
    def shelf(self) -> dict[str, str]:
        """The product of the story, as the store holds it."""
        return next(each for each in self.store.products.values() if each["reference"] == REFERENCE)

    @property
    def shown(self) -> int:
        """How many of it the storefront's page says there are."""
        page = self.browser.get(f"/produto/{self.shelf['id']}").text
        found = re.search(r"(\d+) em estoque", page)
        assert found is not None, page
        return int(found[1])

    def buy(self, quantity: int) -> str:
        """Fill in the form of the product's page; gives the order's number."""
        form = {
            "product_id": self.shelf["id"],
            "quantity": str(quantity),
            "freight": "sedex",
            "name": "Berta Nogueira",
            "document": "123.456.789-09",
            "email": "berta@exemplo.com",
        }
        went = self.browser.post("/comprar", data=form)
        return parse_qs(urlsplit(went.headers["location"]).query)["novo"][0]

    def pay(self, number: str) -> None:
        """The buyer pays."""
        assert self.browser.post(f"/pedidos/{number}/pagar").status_code == 303

    def give_up(self, number: str) -> None:
        """The buyer cancels."""
        assert self.browser.post(f"/pedidos/{number}/cancelar").status_code == 303

    def invoices_of(self, number: str) -> list[dict[str, object]]:
        """The notes of an order, as the store holds them."""
        return [dict(each) for each in self.store.shop.invoices.where("order_id", number)]

    def told(self) -> list[int]:
        """Every number of the product's stock that the store was sent, oldest first."""
        path = f"/products/{self.shelf['id']}"
        bodies = [each.body for each in self.store.requests if each.method == "PUT" and each.path == path]
        return [int(body["Product"]["stock"]) for body in bodies]  # type: ignore[index]  # JSON

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Look into the books past the program."""
        with closing(sqlite3.connect(self.settings.database_url.removeprefix("sqlite:///"))) as books:
            return books.execute(question).fetchall()

    @property
    def on_hand(self) -> int:
        """How many the books say are on the shelf."""
        rows = self.ask("SELECT reference, on_hand FROM stock JOIN product ON id = product_id")
        return int(str(dict(map(tuple, rows))[REFERENCE])) // 1000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop of three hundred products, all known to its store."""
    with practice(tmp_path) as world, httpx.Client(base_url=world.server.url) as browser:
        world.store.requests.clear()
        yield Shop(world.settings, world.store, browser, world.sefaz)


@contextmanager
def running(shop: Shop) -> Iterator[Program]:
    """The program, open on the shop, with somebody in it and the flag on."""
    program = Program(shop.settings.data_dir, database_url=shop.settings.database_url)
    try:
        program.sign_in(LOGIN, PASSWORD)
        program.click("sync_flag")
        program.wait_text("sync_state", "Em dia")
        yield program
        assert program.close() == 0
    finally:
        program.kill()


def until(condition: Callable[[], object], what: str, patience: float = 30) -> None:
    """Wait for the other processes."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience} s for {what}"
        time.sleep(0.05)  # noqa: TID251 - the programs live in other processes; only this thread waits


def choose(program: Program, tab: int, number: str) -> None:
    """Click an order in one of the lists."""
    program.do("tab", "order_tabs", place=tab)
    program.do("choose", "order_table", text=number)


def import_order(program: Program, number: str) -> None:
    """F10 on the order."""
    choose(program, SEEN, number)
    program.press("Key_F10", "order_table")
    choose(program, IMPORTED, number)


def register_order(program: Program, number: str) -> None:
    """F11 on the order and F10 in the dialog."""
    choose(program, IMPORTED, number)
    program.wait("order_register")
    program.press("Key_F11", "order_table")
    program.wait("register_order_dialog")
    program.press("Key_F10", "register_order_dialog")


def close_the_result(program: Program) -> None:
    """What came of it was read."""
    program.wait("register_order_save")
    program.click("register_order_back")
    program.wait_gone("register_order_dialog")


def test_what_is_bought_online_becomes_a_sale_and_the_stores_number_is_right_all_along(shop: Shop) -> None:
    """F01: bought, seen, imported, registered; then another purchase that is given up gives its goods back."""
    before = shop.shown
    number = shop.buy(3)
    shop.pay(number)
    with running(shop) as program:
        program.wait_text("orders_badge", "Pedidos 6 novos")
        until(lambda: shop.told() == [before - 3], "the store to be told once what it shows already")

        program.click("orders_badge")
        import_order(program, number)
        program.wait_text("orders_badge", "Pedidos 5 novos")
        register_order(program, number)
        until(lambda: shop.ask("SELECT count(*) FROM sale") == [(1,)], "the order to be a sale")
        close_the_result(program)
        choose(program, REGISTERED, number)
        assert shop.ask("SELECT state, fiscal, source FROM sale") == [("completed", "nfe", "order")]
        assert shop.on_hand == before - 3
        assert shop.shown == before - 3

        # The NF-e that the law asks for is authorised by itself and reaches the order in the store.
        until(lambda: shop.invoices_of(number), "the note to reach the store")
        (invoice,) = shop.invoices_of(number)
        (live,) = shop.sefaz.live_documents()
        assert (invoice["key"], invoice["value"]) == (live.key, str(live.total))
        assert live.xml.decode() in str(invoice["xml_danfe"])
        assert shop.store.orders[number]["has_invoice"] == "1"

        second = shop.buy(2)
        program.click("orders_look")
        choose(program, SEEN, second)
        until(lambda: shop.told()[-1] == before - 5, "the second purchase to hold its goods back")
        shop.give_up(second)
        program.click("orders_look")
        until(lambda: shop.told()[-1] == before - 3, "the goods that were given up to return")
        program.wait_text("queue_button", "Fila 0")
        assert shop.shown == before - 3
        assert set(shop.told()) == {before - 3, before - 5}


def test_an_order_given_up_after_its_import_is_not_sold(shop: Shop) -> None:
    """F53: it is read again just before, the dialog says so, and nothing is written."""
    before = shop.shown
    number = shop.buy(1)
    shop.pay(number)
    with running(shop) as program:
        program.click("orders_badge")
        import_order(program, number)
        shop.give_up(number)
        register_order(program, number)
        program.wait("register_order_banner")
        program.click("register_order_back")
        program.wait_gone("register_order_dialog")
        assert shop.ask("SELECT count(*) FROM sale") == [(0,)]
        until(lambda: shop.told()[-1] == before, "the goods to return")
    assert shop.shown == before
