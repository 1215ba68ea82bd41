"""Somebody sets the computer's clock: nothing is held up by an instant of another clock, and nothing is sold twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.books import HandClock, OpenStation, ask_sql, in_books
from tests.builders import a_connection, claim, keep, lead_of, owe, product_subject, queue
from tests.integration.sync.virtual_time import VirtualLoop
from tests.stations import PracticeShop, WallClock, copied
from varejoforte_desktop.app.disk_room import SELLING, DiskRoom, StationWatch, WatchedBooks
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.clock_watch import Conditions, accept_clock, check_clock, watch_clock
from varejoforte_desktop.application.delivery import give_up_lead
from varejoforte_desktop.application.quota import reserve_turns
from varejoforte_desktop.application.sign_in import challenge, come_in, note_wrong_password
from varejoforte_desktop.application.store import Purpose
from varejoforte_desktop.application.store_connection import begin_renewal
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.domain.access_errors import ClockBehind, OnlyAdministrators
from varejoforte_desktop.domain.errors import SignInLocked
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect, QueueState, Subject, SubjectKind
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.simulator.store import TrayStore

PAN = Subject(SubjectKind.PRODUCT, 1)
STOCK = frozenset({Aspect.STOCK})
PLENTY = 10**12


# --- leases, lines and turns of another clock ------------------------------------------------------------------------


def test_a_term_of_the_old_clock_is_over_for_everybody(
    database: Database, second_station: Database, clock: HandClock
) -> None:
    old = lead_of(database, "caixa-1")
    clock.forward(hours=-3)
    assert not in_books(
        database, lambda uow: uow.leadership.holds(holder=old.holder, epoch=old.epoch, at=uow.now)
    )
    new = lead_of(second_station, "caixa-2")
    assert new.epoch == old.epoch + 1
    assert new.expires_at == clock.now + timedelta(seconds=90)


def test_the_sender_itself_begins_a_new_term_after_the_clock_was_set_back(
    database: Database, clock: HandClock
) -> None:
    old = lead_of(database)
    clock.forward(hours=-3)
    new = lead_of(database)
    assert (new.epoch, new.since) == (old.epoch + 1, clock.now)


def test_a_term_survives_a_step_of_seconds(database: Database, clock: HandClock) -> None:
    old = lead_of(database)
    clock.forward(seconds=-20)
    assert lead_of(database).epoch == old.epoch


@pytest.mark.parametrize("gone", [False, True], ids=["sending then", "not sending then"])
def test_what_was_owed_before_the_clock_was_set_back_is_due_in_the_next_term(
    database: Database, clock: HandClock, gone: bool
) -> None:
    lead = lead_of(database)
    if gone:
        database.run_now(give_up_lead, lead)
        clock.forward(hours=5)
        database.run_now(watch_clock)  # somebody sold until then
    owe(database, PAN)
    clock.forward(hours=-3)
    assert claim(database, epoch=lead.epoch) == []
    lead_of(database)
    assert len(claim(database, epoch=lead.epoch + 1)) == 3


def test_a_line_that_waits_after_a_failure_waits_its_own_time_and_no_longer(
    database: Database, clock: HandClock
) -> None:
    lead = lead_of(database)
    owe(database, PAN, aspects=STOCK)
    taken = claim(database, epoch=lead.epoch)
    in_books(
        database,
        lambda uow: uow.outbox.postpone(
            taken,
            epoch=lead.epoch,
            due_at=uow.now + timedelta(minutes=50),
            cause="no_answer",
            counted=True,
            unknown_since=uow.now,
        ),
    )
    clock.forward(seconds=30)
    lead_of(database)
    assert claim(database, epoch=lead.epoch) == [], "a new look alone hurries nothing"
    clock.forward(hours=-3)
    again = lead_of(database)
    (line,) = claim(database, epoch=again.epoch)
    assert line.attempts == 1
    assert line.unknown_since == clock.now, "the store may still apply it: it is looked at again from now on"


def test_a_creation_that_was_unanswered_is_not_waited_for_by_the_old_clock(
    database: Database, clock: HandClock
) -> None:
    lead = lead_of(database)
    in_books(database, lambda uow: uow.links.begin_creation(PAN, uow.now))
    clock.forward(hours=-3)
    lead_of(database)
    link = in_books(database, lambda uow: uow.links.many([PAN]))[PAN]
    assert link.unknown_since == clock.now
    assert lead.epoch == 1


@pytest.mark.parametrize("hours", [-3, 3, 24, -24])
def test_turns_of_another_clock_hold_nothing_up_for_more_than_a_minute(
    database: Database, clock: HandClock, hours: int
) -> None:
    settings = in_books(database, lambda uow: uow.shop.get())
    everything = {"wanted": PLENTY, "purpose": Purpose.ORDERS}
    first = database.run_now(reserve_turns, **everything)  # type: ignore[arg-type]
    assert first.turns == settings.requests_per_minute
    in_books(database, lambda uow: uow.quota.close(first.id, used=first.turns, at=uow.now))
    clock.forward(hours=hours)
    held = database.run_now(reserve_turns, **everything)  # type: ignore[arg-type]
    if hours < 0:
        assert held.turns == 0, "the store has just heard them, whatever our clock shows"
        assert held.more_at is not None
        assert held.more_at - clock.now <= timedelta(minutes=1)
        clock.forward(seconds=61)
        held = database.run_now(reserve_turns, **everything)  # type: ignore[arg-type]
    assert held.turns == settings.requests_per_minute


def test_turns_that_end_after_the_clock_was_set_back_are_counted_now(
    database: Database, clock: HandClock
) -> None:
    grant = database.run_now(reserve_turns, wanted=10, purpose=Purpose.ORDERS)
    clock.forward(hours=-3)
    in_books(database, lambda uow: uow.quota.close(grant.id, used=4, at=uow.now, ages=(timedelta(0),)))
    latest = ask_sql(database.url, "SELECT max(at) FROM quota_grant")[0][0]
    assert latest <= int(clock.now.timestamp() * 1000)


def test_a_renewal_begun_by_the_old_clock_is_not_waited_for(database: Database, clock: HandClock) -> None:
    in_books(database, lambda uow: uow.connections.save(a_connection(uow.now)))
    assert database.run_now(begin_renewal, 1) is True
    assert database.run_now(begin_renewal, 1) is False
    clock.forward(hours=-3)
    assert database.run_now(begin_renewal, 1) is True
    assert database.run_now(begin_renewal, 1) is False


def test_a_wait_at_the_door_is_not_longer_because_the_clock_was_set_back(
    database: Database, clock: HandClock
) -> None:
    for _ in range(6):
        database.run_now(note_wrong_password, "ana", station="Balcão")
    with pytest.raises(SignInLocked):
        database.run_now(challenge, "ana", "decoy", station="Balcão")
    clock.forward(hours=-3)
    assert database.run_now(challenge, "ana", "decoy", station="Balcão").known


# --- a whole shop ----------------------------------------------------------------------------------------------------


def in_virtual_time(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(story())


CYCLES = 2 * 60 + 10


@pytest.mark.parametrize("jumps", [(-3,), (3,), (3, -3), (-24,), (24, -24)], ids=str)
@pytest.mark.parametrize("flag", ["on", "off"])
def test_a_shop_whose_clock_was_set_sends_everything_within_two_cycles(
    tmp_path: Path, jumps: tuple[int, ...], flag: str
) -> None:
    """The store's own clock is right all along; prices, stock and new products arrive, each once."""

    async def story() -> None:
        seconds = asyncio.get_running_loop().time
        store = TrayStore(now=WallClock(seconds), seed=1)
        shop = PracticeShop(copied(tmp_path, tmp_path), seconds=seconds, sleep=asyncio.sleep, store=store)
        await shop.connect()
        old = await shop.add("PAN-0", stock=3)
        await shop.start_and_send()
        for number, hours in enumerate(jumps, start=1):
            if flag == "off":
                await shop.main.sync.stop()
            await _work(shop, old, number)
            shop.clock.jump(hours=hours)
            await _work(shop, old, number + 100)
            if flag == "off":
                shop.start()
            assert await shop.until_empty(within=CYCLES) <= CYCLES
            assert shop.differences(old.id) == {}
            for each in (number, number + 100):
                shop.one(f"NOVA-{each}")  # one, and only one
        await shop.close()

    in_virtual_time(story)


async def _work(shop: PracticeShop, old: Product, number: int) -> None:
    """A price, goods, and two products that the store does not know."""
    await shop.change(old.id, price=Money(1000 + number))
    await shop.receive(old.id, 1)
    await shop.add(f"NOVA-{number}", stock=number)


def test_a_clock_set_back_while_the_store_is_silent_makes_no_twin(tmp_path: Path) -> None:
    """The answer to a creation is lost, and then the clock is set: it is looked for, not made again."""

    async def story() -> None:
        seconds = asyncio.get_running_loop().time
        store = TrayStore(now=WallClock(seconds), seed=1)
        shop = PracticeShop(copied(tmp_path, tmp_path), seconds=seconds, sleep=asyncio.sleep, store=store)
        await shop.connect()
        shop.start()
        await shop.until(lambda: shop.main.sync.status.last_cycle_at is not None)
        store.faults.next("timeout", method="POST", reference="NOVA-1", after_applying=True, seconds=30)
        product = await shop.add("NOVA-1", stock=1)
        await shop.until(lambda: [row for row in shop.queue if row.state is QueueState.OUTCOME_UNKNOWN])
        shop.clock.jump(hours=-3)
        await shop.until_empty(within=300)
        assert len(shop.in_store("NOVA-1")) == 1
        assert shop.differences(product.id) == {}
        await shop.close()

    in_virtual_time(story)


# --- selling by a wrong clock ----------------------------------------------------------------------------------------


def watched(url: str, clock: HandClock) -> WatchedBooks:
    return WatchedBooks(url, ChangeFeed(), room=DiskRoom(url, free_of=lambda _: PLENTY), clock=clock)


@pytest.fixture
def shop(shop_url: str, clock: HandClock) -> Any:
    """The books as the program opens them."""
    books = watched(shop_url, clock)
    yield books
    books.close()


def seen_at(database: Database) -> Any:
    return in_books(database, lambda uow: uow.installation.get().seen_at)


def test_selling_remembers_the_hour_at_most_once_a_minute(shop: Database, clock: HandClock) -> None:
    database = shop
    in_books(database, check_clock)
    noon = clock.now
    assert seen_at(database) == noon
    clock.forward(seconds=59)
    in_books(database, check_clock)
    assert seen_at(database) == noon
    clock.forward(seconds=1)
    in_books(database, check_clock)
    assert seen_at(database) == clock.now


def test_coming_in_remembers_the_hour(shop: Database, clock: HandClock) -> None:
    shop.run_now(come_in, "carla", station="Balcão", version="1")
    assert seen_at(shop) == clock.now


def test_a_till_is_not_opened_by_a_clock_more_than_an_hour_behind(
    shop: Database, clock: HandClock, gerente: Actor
) -> None:
    in_books(shop, watch_clock)
    noon = clock.now
    clock.forward(minutes=-60)
    till = shop.run_now(open_till, opening_float=Money(0), by=gerente)
    assert till
    clock.forward(minutes=-1)
    with pytest.raises(ClockBehind) as refused:
        shop.run_now(open_till, opening_float=Money(0), by=gerente)
    assert (refused.value.shown, refused.value.seen) == (clock.now, noon)


def test_an_administrator_says_that_the_clock_is_right_and_the_shop_sells_again(
    shop: Database, clock: HandClock, gerente: Actor, administrador: Actor
) -> None:
    in_books(shop, watch_clock)
    clock.forward(hours=-3)
    with pytest.raises(OnlyAdministrators):
        shop.run_now(accept_clock, by=gerente)
    shop.run_now(accept_clock, by=administrador)
    assert seen_at(shop) == clock.now
    assert shop.run_now(open_till, opening_float=Money(0), by=gerente)
    written = ask_sql(
        shop.url, "SELECT operator, before, after FROM audit_entry WHERE action = 'clock.accepted'"
    )
    assert [row[0] for row in written] == ["Carla Souza"]
    assert "2026-03-02T15:00" in written[0][1]
    assert "2026-03-02T12:00" in written[0][2]


def test_accepting_a_clock_that_is_right_writes_nothing(
    shop: Database, administrador: Actor, clock: HandClock
) -> None:
    in_books(shop, watch_clock)
    clock.forward(minutes=5)
    shop.run_now(accept_clock, by=administrador)
    assert ask_sql(shop.url, "SELECT count(*) FROM audit_entry WHERE action = 'clock.accepted'") == [(0,)]


async def look(shop: Database, clock: HandClock, here: HandClock) -> Conditions:
    room = DiskRoom(shop.url, free_of=lambda _: PLENTY)
    return await StationWatch(shop, room, clock=here).look()


async def test_a_clock_ten_minutes_behind_is_told_and_an_hour_behind_stops(
    shop: Database, clock: HandClock
) -> None:
    assert (await look(shop, clock, clock)).behind is None
    clock.forward(minutes=-10)
    assert (await look(shop, clock, clock)).behind is None
    clock.forward(minutes=-1)
    seen = await look(shop, clock, clock)
    assert seen.behind is not None
    assert not seen.stopped
    clock.forward(minutes=-50)
    assert (await look(shop, clock, clock)).stopped


@pytest.mark.parametrize(("minutes", "told"), [(5, False), (6, True), (-6, True)])
async def test_a_computer_whose_clock_is_not_the_servers_is_told(
    postgres_shop: str, stations: OpenStation, clock: HandClock, minutes: int, told: bool
) -> None:
    here = HandClock(clock.now + timedelta(minutes=minutes))
    seen = await look(stations(postgres_shop), clock, here)
    assert seen.apart == (timedelta(minutes=minutes) if told else None)


async def test_a_server_is_asked_for_its_own_hour(postgres_shop: str) -> None:
    """However wrong this computer's clock is, the books go by the server's."""
    database = Database(postgres_shop, ChangeFeed())
    wrong = HandClock()  # in March
    seen = await look(database, wrong, wrong)
    assert seen.apart is not None
    assert seen.now.year >= 2026
    assert seen.now > wrong.now
    database.close()


def test_every_way_to_a_sale_is_watched() -> None:
    """Whoever writes a sale in the books is looked at before: a new way must be named among them."""
    import ast

    from varejoforte_desktop import application

    ways = set()
    for module in Path(str(application.__file__)).parent.glob("*.py"):
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name != "write_sale":
                called = {
                    each.func.id
                    for each in ast.walk(node)
                    if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
                }
                if "write_sale" in called:
                    ways.add(node.name)
    assert ways == {each.__name__ for each in SELLING} - {"open_till"}


def test_a_manager_keeps_goods_whatever_the_clock_shows(
    shop: Database, clock: HandClock, gerente: Actor
) -> None:
    """Only what is sold is dated for good; the rest of the shop goes on."""
    in_books(shop, watch_clock)
    clock.forward(hours=-3)
    pan = keep(shop, by=gerente, on_hand=5)
    assert {row.subject for row in queue(shop)} == {product_subject(pan)}
