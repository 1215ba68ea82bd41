"""What one station changes, the others hear at once; whatever lies between them and the server."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import make_url

from tests.books import HandClock, OpenStation
from tests.builders import keep, lead_of, move, owe, product_subject
from tests.postgres import PostgresServer
from tests.waiting import until
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.delivery import give_up_lead, take_lead
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.listening import HearingTimes, told, words
from varejoforte_desktop.persistence.schema import prepare

ANYTHING = frozenset(Topic)
QUICK = HearingTimes(proof=0.3, patience=0.3, poll=0.1, knock_first=0.05, knock_longest=0.2, file=0.05)


class Wire:
    """The network between a station and the server: may be cut, go silent, or swallow what stations tell."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self._server = (address.host or "127.0.0.1", address.port or 5432)
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._lines: list[socket.socket] = []
        self._made: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._flowing = threading.Event()
        self._flowing.set()
        self.swallows = False
        self.refuses = False
        self.url = (
            address.set(host="127.0.0.1", port=self._door.getsockname()[1])
            .update_query_dict({"sslmode": "disable", "gssencmode": "disable"})
            .render_as_string(hide_password=False)
        )
        self._spawn(self._accept)

    def _spawn(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            try:
                if self.refuses:
                    raise ConnectionRefusedError
                far = socket.create_connection(self._server)
            except OSError:
                near.close()
                continue
            self._lines += [near, far]
            self._made += [near, far]
            self._spawn(self._carry, near, far, False)
            self._spawn(self._carry, far, near, True)

    def _carry(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        rest = b""
        with suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                if answers:
                    data, rest = self._letters(rest + data)
                target.sendall(data)
        for line in (source, target):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _letters(self, data: bytes) -> tuple[bytes, bytes]:
        """The whole messages of the server, without its notices ("A") when we swallow them; and what is left."""
        kept, at = b"", 0
        while len(data) >= at + 5:
            end = at + 1 + int.from_bytes(data[at + 1 : at + 5], "big")
            if end > len(data):
                break
            if not (self.swallows and data[at : at + 1] == b"A"):
                kept += data[at:end]
            at = end
        return kept, data[at:]

    def cut(self) -> None:
        """Every line breaks; new ones may be made."""
        lines, self._lines = self._lines, []
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def go_silent(self) -> None:
        """Everything is accepted and nothing arrives any more, as behind a cable that was pulled out."""
        self._flowing.clear()

    def flow(self) -> None:
        """The cable is back."""
        self._flowing.set()

    def close(self) -> None:
        """Take it away."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._flowing.set()
        self.cut()
        for thread in self._threads:
            thread.join(5)
        for line in self._made:
            line.close()


@pytest.fixture
def wire(postgres_shop: str) -> Iterator[Wire]:
    """A network to the shop on PostgreSQL."""
    between = Wire(postgres_shop)
    yield between
    between.close()


class Screen:
    """A station with a screen that is open: what it is told, when, and on which thread."""

    def __init__(self, url: str, clock: HandClock, times: HearingTimes = QUICK) -> None:
        self.changes = ChangeFeed()
        self.heard: list[tuple[float, frozenset[Topic]]] = []
        self.threads: set[int] = set()
        self.changes.subscribe(self._hear)
        self.database = Database(url, self.changes, clock=clock)
        self.database.listen(times)

    def _hear(self, topics: frozenset[Topic]) -> None:
        self.heard.append((time.monotonic(), topics))
        self.threads.add(threading.get_ident())

    def times_told(self, topics: frozenset[Topic]) -> int:
        """How often exactly this was told."""
        return sum(each == topics for _, each in self.heard)

    async def tuned_in(self) -> None:
        """Wait for the first word: it listens."""
        await until(lambda: self.heard)
        self.heard.clear()

    async def close(self) -> None:
        """Leave the books, off the loop's thread as the program does."""
        await asyncio.to_thread(self.database.close)


OpenScreen = Callable[..., Screen]


@pytest_asyncio.fixture
async def screens(clock: HandClock) -> AsyncIterator[OpenScreen]:
    """Opens screens; all are closed when the test ends."""
    opened: list[Screen] = []

    def open_screen(url: str, times: HearingTimes = QUICK) -> Screen:
        opened.append(Screen(url, clock, times))
        return opened[-1]

    yield open_screen
    for screen in opened:
        await screen.close()


def test_what_is_told_can_be_read_again_and_news_of_a_newer_release_are_left_out() -> None:
    assert told(words("a1", {Topic.STOCK, Topic.PRODUCTS})) == ("a1", {Topic.STOCK, Topic.PRODUCTS})
    assert told(words("a1", ())) == ("a1", frozenset())
    assert told("b2:stock,dreams") == ("b2", {Topic.STOCK})


async def test_a_price_changed_at_one_station_is_heard_at_the_other_within_a_second(
    postgres_shop: str, screens: OpenScreen, stations: OpenStation, gerente: Actor
) -> None:
    other = screens(postgres_shop, HearingTimes())
    here = stations(postgres_shop)
    await other.tuned_in()
    took = []
    for _ in range(20):
        begun = time.monotonic()
        await asyncio.to_thread(keep, here, by=gerente)
        await until(lambda: other.heard)
        took.append(other.heard[0][0] - begun)
        await asyncio.sleep(0.01)
        assert Topic.PRODUCTS in other.heard[0][1]
        other.heard.clear()
    took.sort()
    print(
        f"\nheard after {took[0] * 1000:.0f}/{took[10] * 1000:.0f}/{took[-1] * 1000:.0f} ms (min/median/max)"
    )
    assert took[-1] <= 1.0
    assert other.threads == {threading.get_ident()}


async def test_what_a_station_changes_itself_is_told_once(
    postgres_shop: str, screens: OpenScreen, gerente: Actor
) -> None:
    here, other = screens(postgres_shop), screens(postgres_shop)
    await here.tuned_in()
    await other.tuned_in()
    for _ in range(5):
        await asyncio.to_thread(lambda: None)
        await here.database.run(lambda uow: uow.touch(Topic.TILL))
    await until(lambda: sum(topics == {Topic.TILL} for _, topics in other.heard) >= 1)
    await asyncio.sleep(0.1)
    assert [topics for _, topics in here.heard] == [{Topic.TILL}] * 5


async def test_what_was_undone_is_told_to_nobody(
    postgres_shop: str, screens: OpenScreen, stations: OpenStation
) -> None:
    other, here = screens(postgres_shop), stations(postgres_shop)
    await other.tuned_in()

    def undone(uow: object) -> None:
        uow.touch(Topic.SALES)  # type: ignore[attr-defined]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        here.run_now(undone)
    here.run_now(lambda uow: uow.touch(Topic.TILL))
    await until(lambda: other.heard)
    assert [topics for _, topics in other.heard] == [{Topic.TILL}]


async def test_giving_up_the_lead_and_taking_it_is_told_and_staying_it_is_not(
    postgres_shop: str, screens: OpenScreen, stations: OpenStation, clock: HandClock
) -> None:
    other, here = screens(postgres_shop), stations(postgres_shop)
    await other.tuned_in()
    lead = lead_of(here)
    for _ in range(3):
        clock.forward(seconds=5)
        lead_of(here)
    await until(lambda: other.heard)
    here.run_now(give_up_lead, lead)
    await until(lambda: len(other.heard) > 1)
    await asyncio.sleep(0.05)
    assert [topics for _, topics in other.heard] == [{Topic.LEADER}] * 2


async def test_where_words_are_swallowed_screens_are_asked_to_look_again(
    wire: Wire, screens: OpenScreen, stations: OpenStation, caplog: pytest.LogCaptureFixture
) -> None:
    wire.swallows = True
    deaf, here = screens(wire.url), stations(wire.url)
    await deaf.tuned_in()
    with caplog.at_level(logging.INFO, logger="varejoforte_desktop.persistence.listening"):
        await until(lambda: deaf.times_told(ANYTHING) >= 3)
        assert "does not pass on" in caplog.text
        wire.swallows = False
        await until(lambda: "passes on again" in caplog.text)
    deaf.heard.clear()
    here.run_now(lambda uow: uow.touch(Topic.TILL))
    await until(lambda: deaf.times_told(frozenset({Topic.TILL})))
    await asyncio.sleep(0.3)
    assert deaf.times_told(ANYTHING) <= 1


async def test_after_a_cut_everything_is_told_once_and_then_what_changes(
    wire: Wire, postgres_shop: str, screens: OpenScreen, stations: OpenStation
) -> None:
    screen, here = screens(wire.url), stations(postgres_shop)
    await screen.tuned_in()
    for _ in range(3):
        wire.cut()
        here.run_now(lambda uow: uow.touch(Topic.SALES))  # nobody listens
        await until(lambda: screen.times_told(ANYTHING) == 1)
        screen.heard.clear()
        here.run_now(lambda uow: uow.touch(Topic.TILL))
        await until(lambda: screen.heard)
        assert screen.heard.pop()[1] == {Topic.TILL}


async def test_closing_does_not_wait_for_a_server_that_is_silent(wire: Wire, screens: OpenScreen) -> None:
    screen = screens(wire.url)
    await screen.tuned_in()
    wire.go_silent()
    wire.cut()  # it knocks again, and nobody opens
    await asyncio.sleep(0.1)
    begun = time.monotonic()
    await screen.close()
    assert time.monotonic() - begun < 2.5


async def test_an_action_on_a_dead_line_fails_within_the_connect_timeout_and_those_behind_it_with_it(
    wire: Wire, stations: OpenStation
) -> None:
    """Nobody at the counter waits longer than five seconds, however many things wait behind one another."""
    station = stations(wire.url)
    await station.read(lambda reader: reader.shop())
    await station.run(lambda uow: uow.shop.get())
    wire.go_silent()

    async def act(number: int) -> float:
        begun = time.monotonic()
        looks = number % 2 == 0
        asked = (
            station.read(lambda books: books.shop()) if looks else station.run(lambda books: books.shop.get())
        )
        with pytest.raises(BooksUnreachable):
            await asked
        return time.monotonic() - begun

    took = await asyncio.gather(*(act(number) for number in range(12)))
    print(f"\ntwelve actions on a dead line failed after {max(took):.1f} s at most")
    assert max(took) < 5.6
    wire.flow()
    await until(lambda: _works(station))


def _works(station: Database) -> bool:
    try:
        return station.read_now(lambda reader: reader.founded())
    except BooksUnreachable:
        return False


async def test_an_open_screen_lives_through_a_restart_of_the_server(
    clock: HandClock, screens: OpenScreen
) -> None:
    server = PostgresServer()
    if not server.private:
        pytest.skip("the server is not ours to restart")
    try:
        await asyncio.to_thread(server.start)
        url = server.create_database()
        prepare(url, may_upgrade=True, now=clock)
        screen = screens(url)
        await screen.tuned_in()
        await asyncio.to_thread(server.restart)
        await until(lambda: screen.times_told(ANYTHING) == 1)
        screen.heard.clear()
        with closing(Database(url, ChangeFeed(), clock=clock)) as other:
            other.run_now(lambda uow: uow.touch(Topic.ORDERS))
            await until(lambda: screen.heard)
        assert screen.heard[0][1] == {Topic.ORDERS}
        await screen.close()
    finally:
        await asyncio.to_thread(server.stop)


ANOTHER_PROGRAM = """
import sys
from dataclasses import replace
from tests.books import HandClock
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.persistence.database import Database

books = Database(sys.argv[1], ChangeFeed(), clock=HandClock())
settings = books.run_now(lambda uow: uow.shop.get())
books.run_now(lambda uow: uow.shop.save(replace(settings, requests_per_day=9_000)))
books.close()
"""


async def test_another_program_on_the_same_file_is_noticed_and_ones_own_writes_are_not(
    sqlite_shop: str, screens: OpenScreen, gerente: Actor
) -> None:
    screen = screens(sqlite_shop)
    await asyncio.sleep(0.1)
    for _ in range(10):
        pan = await asyncio.to_thread(keep, screen.database, by=gerente, on_hand=1)
        await asyncio.to_thread(move, screen.database, pan, MovementKind.EXIT, 1, by=gerente)
        await asyncio.sleep(0.03)
    owe(screen.database, product_subject(pan))
    await asyncio.sleep(0.2)
    assert screen.times_told(ANYTHING) == 0
    command = [sys.executable, "-c", ANOTHER_PROGRAM, sqlite_shop]
    await asyncio.to_thread(subprocess.run, command, check=True)
    await until(lambda: screen.times_told(ANYTHING) == 1)
    await asyncio.sleep(0.2)
    assert screen.times_told(ANYTHING) == 1


async def test_looking_at_the_file_costs_next_to_nothing(sqlite_shop: str, clock: HandClock) -> None:
    with closing(Database(sqlite_shop, ChangeFeed(), clock=clock)) as books:
        books._moved()
        begun = time.perf_counter()
        for _ in range(200):
            books._write_lane.submit(books._moved).result()
        each = (time.perf_counter() - begun) / 200
    print(f"\na look at the file takes {each * 1e6:.0f} µs, every two seconds")
    assert each < 0.005


async def test_standing_by_and_leading_is_the_same_for_who_hears_and_who_polls(
    wire: Wire, postgres_shop: str, screens: OpenScreen, stations: OpenStation
) -> None:
    """Whoever hears nothing still learns that the lead is free, a little later."""
    wire.swallows = True
    deaf, here = screens(wire.url), stations(postgres_shop)
    await deaf.tuned_in()
    lead = lead_of(here)
    here.run_now(give_up_lead, lead)
    await until(lambda: any(Topic.LEADER in topics for _, topics in deaf.heard))
    taken = await deaf.database.run(
        take_lead, holder="dois", station="dois", operator="Ana", lasting=timedelta(seconds=90)
    )
    assert taken is not None
    assert taken.epoch == lead.epoch + 1
