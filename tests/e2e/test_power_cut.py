"""The power goes while somebody sells: the installed program, killed after every step of a sale and in the middle."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_gtin, keep
from tests.e2e.program import Program
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.station import open_station
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.demo.shop import LOGIN, NAME, PASSWORD, SHOP_NAME, practice_settings
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import Basket
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.settings import Settings

STATION = "CAIXA-01"
GOODS = (("CAF-1", "Café torrado", 2490), ("ACU-2", "Açúcar cristal", 549), ("PAN-3", "Panela", 12_990))
PLENTY = 500


class Books:
    """A shop on disk with three products and an open till, and what its books say from outside."""

    def __init__(self, folder: Path) -> None:
        self.settings: Settings = practice_settings(folder, station=STATION)
        asyncio.run(self._found())

    async def _found(self) -> None:
        station = await asyncio.to_thread(open_station, self.settings, may_upgrade=True)
        try:
            actor = await station.desk.found(shop_name=SHOP_NAME, login=LOGIN, name=NAME, password=PASSWORD)
            for number, (reference, name, price) in enumerate(GOODS, start=1):
                await asyncio.to_thread(
                    keep,
                    station.database,
                    by=actor,
                    on_hand=PLENTY,
                    reference=reference,
                    name=name,
                    price=Money(price),
                    barcode=a_gtin(number),
                )
            await station.database.run(open_till, opening_float=Money(10_000), by=actor)
        finally:
            await station.close()

    def _read(self, question: Callable[[Any], Any]) -> Any:
        database = Database(self.settings.database_url, ChangeFeed(), clock=utc_now)
        try:
            return database.read_now(question)
        finally:
            database.close()

    def sales(self) -> list[Any]:
        """Finished sales, newest first, with their lines."""
        return list(
            self._read(
                lambda reader: [reader.sales.detail(row.id).sale for row in reader.sales.rows(limit=100)]
            )
        )

    def open_sale(self) -> Basket | None:
        """The sale that is open at the station."""
        kept = self._read(lambda reader: reader.sales.basket(STATION))
        return None if kept is None else kept.basket

    def waiting(self) -> int:
        """How many sales are on hold."""
        return len(self._read(lambda reader: reader.sales.held()))

    def sold(self, reference: str) -> int:
        """How many have left the shelf."""
        return PLENTY - int(self._read(lambda reader: reader.sales.offer(reference)).on_hand)

    def problems(self) -> tuple[Any, ...]:
        """What does not add up in the books."""
        return tuple(self._read(lambda reader: reader.check()).problems)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """A shop on disk."""
    return Books(tmp_path)


class Counter:
    """The program at the counter, used by its keys."""

    def __init__(self, books: Books) -> None:
        self.program = Program(
            books.settings.data_dir,
            database_url=books.settings.database_url,
            environment={"VAREJOFORTE_STATION": STATION},
        )

    def come_in(self) -> None:
        """Sign in and go to the counter."""
        self.program.sign_in(LOGIN, PASSWORD)
        self.program.click("nav_counter")
        self.program.wait("counter_scan")

    def scan(self, number: int) -> None:
        """A scanner's burst; waits for nothing."""
        self.program.type("counter_scan", a_gtin(number))
        self.program.press("Key_Return", "counter_scan")

    def key(self, key: str, at: str = "counter_scan") -> None:
        """A key of the counter."""
        self.program.press(key, at)

    def says(self, name: str, text: str) -> None:
        """Wait until a widget says something."""
        self.program.wait_text(name, text)

    def is_kept(self) -> None:
        """Wait until the sale on the screen is the one in the books."""
        self.says("counter_kept", "guardada")

    def send(self, key: str, at: str) -> None:
        """A key, without waiting for what comes of it."""
        pipe = self.program.process.stdin
        assert pipe is not None
        pipe.write(json.dumps({"do": "press", "name": at, "key": key}) + "\n")
        pipe.flush()

    def answer(self, field: str, text: str, result: str, said: str, confirm: str) -> None:
        """Type into a question, see what it makes of it, and say yes."""
        self.program.wait(field)
        self.program.type(field, text)
        self.says(result, said)
        self.program.click(confirm)
        self.program.wait_gone(confirm)

    def open_payment(self) -> None:
        """F10, as soon as the counter listens: a question that has just closed may still be ending."""

        def opened() -> bool:
            self.key("Key_F10")
            return bool(self.program.do("sees", "payment_methods"))

        until(opened, "the payment to open")

    def pay(self, method: str, amount: str) -> None:
        """Choose a form and type an amount."""
        self.program.click(f"payment_{method}")
        self.program.type("payment_amount", amount)
        self.says("payment_amount", amount)
        self.program.press("Key_Return", "payment_amount")

    def go_on(self, heading: str) -> None:
        """The sale that was open is offered again: yes."""
        self.says("recovery_heading", heading)
        self.program.click("recovery_confirm")
        self.program.wait_gone("recovery_confirm")


@contextmanager
def running(books: Books) -> Iterator[Counter]:
    """The program at the counter; whatever happens it is killed at the end (SIGKILL)."""
    counter = Counter(books)
    try:
        counter.come_in()
        yield counter
    finally:
        counter.program.kill()


def offered(items: str, total: str) -> str:
    """How the sale is offered again."""
    return f"Havia uma venda com {items}, R$\N{NO-BREAK SPACE}{total} — continuar?"


def step_scan(number: int) -> Callable[[Counter], None]:
    def step(counter: Counter) -> None:
        counter.scan(number)

    return step


def step_quantity(counter: Counter) -> None:
    counter.key("Key_F4")
    counter.program.wait("quantity_edit")
    counter.answer("quantity_edit", "3", "quantity_edit_message", "3 × 129,90 = 389,70", "quantity_confirm")


def step_discount(counter: Counter) -> None:
    counter.key("Key_F5")
    counter.answer("discount_edit", "10,00", "discount_result", "R$ 10,00", "discount_confirm")


def step_buyer(counter: Counter) -> None:
    counter.key("Key_F3")
    counter.answer("buyer_edit", "111.222.333-96", "buyer_edit", "111.222.333-96", "buyer_confirm")


def step_cancel_item(counter: Counter) -> None:
    counter.key("Key_Up")
    counter.key("Key_F6")


def step_pix(counter: Counter) -> None:
    counter.open_payment()
    counter.pay("pix", "100")


def step_cash(counter: Counter) -> None:
    counter.open_payment()
    counter.says("payment_missing", "304,60")
    counter.pay("cash", "350")


#: Step, the items and the total that the sale has after it.
STEPS: tuple[tuple[str, Callable[[Counter], None], str, str], ...] = (
    ("first scan", step_scan(1), "1 item", "24,90"),
    ("second scan", step_scan(2), "2 itens", "30,39"),
    ("third scan", step_scan(3), "3 itens", "160,29"),
    ("quantity", step_quantity, "3 itens", "420,09"),
    ("an item cancelled", step_cancel_item, "2 itens", "414,60"),
    ("discount", step_discount, "2 itens", "404,60"),
    ("customer", step_buyer, "2 itens", "404,60"),
    ("part paid by Pix", step_pix, "2 itens", "404,60"),
    ("the rest in cash", step_cash, "2 itens", "404,60"),
)


def test_a_sale_lives_through_a_power_cut_after_each_of_its_steps(books: Books) -> None:
    """Nine cuts while it is open, one after it was finished, one with the next one open, one while it waits."""
    before: tuple[str, str] | None = None
    for name, step, items, total in STEPS:
        with running(books) as counter:
            if before is not None:
                counter.go_on(offered(*before))
                counter.says("counter_total", before[1])
            step(counter)
            counter.says("counter_total", total)
            counter.is_kept()
        kept = books.open_sale()
        assert kept is not None, name
        assert kept.total == Money.typed(total), name
        assert books.sales() == [], name
        before = (items, total)
    with running(books) as counter:  # the tenth cut: right after the change was shown
        counter.go_on(offered(*STEPS[-1][2:]))
        counter.open_payment()
        counter.says("payment_missing", "45,40")
        counter.program.press("Key_Return", "payment_methods")
        counter.says("counter_last_number", f"Venda {STATION}-1")
        counter.says("counter_last_change", "R$ 45,40")
    (sale,) = books.sales()
    assert sale.amounts.total == Money(40_460)
    assert [(line.reference, int(line.quantity)) for line in sale.lines] == [("CAF-1", 1), ("PAN-3", 3)]
    assert [(each.method.value, each.amount.cents) for each in sale.payments] == [
        ("pix", 10_000),
        ("cash", 30_460),
    ]
    assert sale.buyer_document == "11122233396"
    assert books.open_sale() is None
    with running(books) as counter:  # the eleventh: the next sale has begun, and nothing else is offered
        counter.scan(2)
        counter.says("counter_total", "5,49")
        counter.is_kept()
    with running(books) as counter:  # the twelfth: it waits
        counter.says("recovery_heading", offered("1 item", "5,49"))
        counter.program.click("recovery_back")
        counter.program.wait_gone("recovery_confirm")
        until(lambda: books.waiting() == 1, "the sale to wait")
    with running(books) as counter:
        counter.scan(1)
        counter.says("counter_total", "24,90")
        assert not counter.program.do("sees", "recovery_heading")
    assert len(books.sales()) == 1
    assert books.waiting() == 1
    assert (books.sold("CAF-1"), books.sold("ACU-2"), books.sold("PAN-3")) == (1, 0, 3)
    assert books.problems() == ()


def test_a_power_cut_in_the_middle_of_finishing_sells_once_or_offers_the_sale_again(books: Books) -> None:
    """No paid sale is lost and none is doubled, wherever between Enter and the books the power goes."""
    sold = 0
    for milliseconds in (0, 1, 2, 4, 8, 16, 60):
        with running(books) as counter:
            if books.open_sale() is not None:
                counter.go_on(offered("1 item", "129,90"))
            else:
                counter.scan(3)
            counter.says("counter_total", "129,90")
            counter.open_payment()
            if not books_paid(books):
                counter.pay("cash", "150")
            counter.says("payment_missing", "20,10")
            until(lambda: books_paid(books), "the payment to be kept")
            counter.send("Key_Return", "payment_methods")
            pause(milliseconds)
        sales, basket = books.sales(), books.open_sale()
        assert len(sales) in {sold, sold + 1}, "sold once or not at all"
        assert (basket is None) == (len(sales) == sold + 1), "paid for and still open, or neither"
        if basket is not None:
            assert basket.missing == Money(0), "what was paid is still paid"
        sold = len(sales)
    if books.open_sale() is not None:
        with running(books) as counter:
            counter.go_on(offered("1 item", "129,90"))
            counter.open_payment()
            counter.says("payment_missing", "20,10")
            counter.program.press("Key_Return", "payment_methods")
            counter.says("counter_last_change", "R$ 20,10")
        sold += 1
    assert len({sale.token for sale in books.sales()}) == sold
    assert [sale.number for sale in books.sales()] == list(range(sold, 0, -1))
    assert books.sold("PAN-3") == sold
    assert books.problems() == ()


def test_a_power_cut_amid_scans_leaves_the_first_of_them(books: Books) -> None:
    """Nothing is waited for: what is in the books is a beginning of what was scanned, whole lines in their order."""
    references = [reference for reference, _, _ in GOODS]
    for milliseconds in (0, 5, 30):
        with running(books) as counter:
            if books.open_sale() is not None:
                counter.program.wait("recovery_confirm")
                counter.program.click("recovery_back")
                counter.program.wait_gone("recovery_confirm")
            for number in (1, 2, 3):
                counter.scan(number)
            pause(milliseconds)
        kept = books.open_sale()
        scanned = [] if kept is None else [line.reference for line in kept.lines]
        assert scanned == references[: len(scanned)]
    assert books.sales() == []
    assert books.problems() == ()


def books_paid(books: Books) -> bool:
    """Whether the open sale in the books is paid for."""
    kept = books.open_sale()
    return kept is not None and bool(kept.payments)


def until(condition: Callable[[], object], what: str, patience: float = 20) -> None:
    """Wait for the other process."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience} s for {what}"
        pause(20)


def pause(milliseconds: int) -> None:
    """Let the other process live a moment."""
    time.sleep(milliseconds / 1000)  # noqa: TID251 - the program lives in another process; only this thread waits
