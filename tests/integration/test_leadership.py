"""One station sends at a time, by the database's clock, and a term that is over never counts again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.books import HandClock, in_books
from tests.builders import lead_of
from tests.integration.sync.virtual_time import VirtualLoop
from tests.stations import Post, PracticeShop
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.delivery import give_up_lead, take_lead
from varejoforte_desktop.application.people_ports import StationRecord
from varejoforte_desktop.application.questions import Leader
from varejoforte_desktop.application.sync_status import SyncPhase
from varejoforte_desktop.domain.access_errors import RecheckPending, StationRemoved
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.persistence.database import Database


def try_to_lead(database: Database, holder: str) -> Leader | None:
    return database.run_now(
        take_lead, holder=holder, station=holder, operator="Ana", lasting=timedelta(seconds=90)
    )


def holds(database: Database, lead: Leader) -> bool:
    held: bool = in_books(
        database, lambda uow: uow.leadership.holds(holder=lead.holder, epoch=lead.epoch, at=uow.now)
    )
    return held


def test_the_first_station_leads_and_the_second_stands_by(
    database: Database, second_station: Database, clock: HandClock
) -> None:
    lead = lead_of(database, "caixa-1")
    assert (lead.epoch, lead.since, lead.expires_at) == (1, clock.now, clock.now + timedelta(seconds=90))
    assert try_to_lead(second_station, "caixa-2") is None
    assert second_station.read_now(lambda reader: reader.leader()) == lead


def test_staying_the_sender_keeps_the_term(database: Database, clock: HandClock) -> None:
    first = lead_of(database)
    clock.forward(seconds=60)
    again = lead_of(database)
    assert (again.epoch, again.since) == (first.epoch, first.since)
    assert again.expires_at == clock.now + timedelta(seconds=90)


def test_a_silent_sender_is_replaced_and_its_term_is_over(
    database: Database, second_station: Database, clock: HandClock
) -> None:
    old = lead_of(database, "caixa-1")
    clock.forward(seconds=89.999)
    assert try_to_lead(second_station, "caixa-2") is None
    assert holds(database, old)
    clock.forward(milliseconds=1)
    new = lead_of(second_station, "caixa-2")
    assert new.epoch == old.epoch + 1
    assert not holds(database, old)
    assert try_to_lead(database, "caixa-1") is None


def test_handing_over_takes_no_time(database: Database, second_station: Database) -> None:
    database.run_now(give_up_lead, lead_of(database, "caixa-1"))
    assert database.read_now(lambda reader: reader.leader()) is None
    assert lead_of(second_station, "caixa-2").epoch == 2


def test_an_old_goodbye_does_not_end_a_new_term(
    database: Database, second_station: Database, clock: HandClock
) -> None:
    old = lead_of(database, "caixa-1")
    clock.forward(seconds=91)
    new = lead_of(second_station, "caixa-2")
    database.run_now(give_up_lead, old)
    assert holds(second_station, new)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["caixa-1", "caixa-2", "caixa-3"]), st.booleans(), st.integers(0, 120)),
        max_size=12,
    )
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_there_is_one_leader_and_terms_only_grow(
    database: Database, clock: HandClock, steps: list[tuple[str, bool, int]]
) -> None:
    terms: dict[int, str] = {}
    latest = 0
    for holder, leaves, seconds in steps:
        clock.forward(seconds=seconds)
        current = database.read_now(lambda reader: reader.leader())
        lead = try_to_lead(database, holder)
        if lead is None:
            assert current is not None
            assert current.holder != holder
            continue
        assert current is None or current.holder == holder
        assert lead.epoch >= latest
        assert terms.setdefault(lead.epoch, holder) == holder
        latest = lead.epoch
        if leaves:
            database.run_now(give_up_lead, lead)
    clock.forward(seconds=1000)


# -- who may not lead ----------------------------------------------------------------------------------


def restore(database: Database) -> None:
    """As if the books had been replaced by a copy."""
    in_books(
        database, lambda uow: uow.installation.save(replace(uow.installation.get(), restored_at=uow.now))
    )


def recheck(database: Database) -> None:
    """As if somebody had compared them."""
    in_books(
        database, lambda uow: uow.installation.save(replace(uow.installation.get(), rechecked_at=uow.now))
    )


def remove(database: Database, name: str) -> None:
    """As if an administrator had taken the computer out of the shop."""

    def gone(uow: Any) -> None:
        record = uow.stations.get(name) or StationRecord(
            name=name,
            joined_at=uow.now,
            seen_at=uow.now,
            version="1",
            public_key="",
            sealed_key="",
            key_version=0,
        )
        uow.stations.save(replace(record, removed_at=uow.now))

    in_books(database, gone)


def test_nobody_leads_on_restored_books_until_somebody_compared_them(
    database: Database, clock: HandClock
) -> None:
    lead = lead_of(database)
    restore(database)
    with pytest.raises(RecheckPending):
        try_to_lead(database, lead.holder)
    clock.forward(seconds=1)
    recheck(database)
    assert lead_of(database).epoch == lead.epoch


def test_a_computer_that_was_taken_out_neither_becomes_nor_stays_the_sender(
    database: Database, second_station: Database
) -> None:
    lead = lead_of(database, "caixa-1")
    remove(database, lead.station)
    with pytest.raises(StationRemoved):
        lead_of(database, "caixa-1")
    database.run_now(give_up_lead, lead)
    assert lead_of(second_station, "caixa-2").epoch == lead.epoch + 1


# -- the loop, in virtual time -------------------------------------------------------------------------

Story = Callable[[PracticeShop, Post], Awaitable[None]]


def told(url: str, story: Story) -> None:
    """A shop with two stations, the first of which sends, and hours of its life in a moment."""

    async def live() -> None:
        shop = PracticeShop(url, seconds=asyncio.get_running_loop().time, sleep=asyncio.sleep)
        try:
            await shop.connect()
            second = shop.open("CAIXA-2")
            await shop.add("PAN-1")
            await shop.start_and_send()
            await story(shop, second)
        finally:
            await shop.close()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(live())


async def stands_by(shop: PracticeShop, second: Post) -> None:
    """The second station is switched on and waits."""
    second.sync.start(shop.actor)
    await shop.until(lambda: second.sync.status.phase is SyncPhase.STANDBY, within=2)
    assert second.sync.status.leader_station == "CAIXA-1"
    assert second.sync.status.leader_since is not None


def leads(post: Post) -> bool:
    """Whether it sends."""
    status = post.sync.status
    return status.leader_station == post.name and status.phase is SyncPhase.UP_TO_DATE


def at_put(post: Post, number: int, happens: Callable[[], None]) -> None:
    """Something happens while the station's PUT of this number is on its way."""
    seen: list[None] = []

    def watch(request: httpx.Request) -> str | None:
        if request.method == "PUT":
            seen.append(None)
            if len(seen) == number:
                happens()
        return None

    post.line.watch = watch


def test_who_stands_by_takes_over_the_moment_it_hears_that_the_lead_is_free(database_url: str) -> None:
    async def story(shop: PracticeShop, second: Post) -> None:
        await stands_by(shop, second)
        await shop.main.sync.stop()
        second.changes.publish(frozenset({Topic.LEADER}))  # as the line to the server does
        assert await shop.until(lambda: leads(second), every=0.01) < 1

    told(database_url, story)


def test_who_hears_nothing_takes_over_six_seconds_after_a_logout_and_twenty_six_after_a_crash(
    database_url: str,
) -> None:
    async def story(shop: PracticeShop, second: Post) -> None:
        await stands_by(shop, second)
        await shop.main.sync.stop()
        assert await shop.until(lambda: leads(second)) <= 6.5
        shop.start()
        await shop.sleep(12)
        second.crash()
        assert 14 <= await shop.until(lambda: leads(shop.main), within=90) <= 27

    told(database_url, story)


def test_restored_books_stop_the_sending_soon_and_without_haste(database_url: str) -> None:
    async def story(shop: PracticeShop, second: Post) -> None:
        await stands_by(shop, second)
        restore(shop.main.database)
        await shop.sleep(13)
        assert {post.sync.status.phase for post in shop.posts} == {SyncPhase.RECHECK}
        assert shop.main.database.read_now(lambda reader: reader.leader()) is None
        asked, said = shop.main.line.asked, len(shop.main.heard)
        await shop.change(1, price=Money(777))
        await shop.sleep(600)
        assert shop.main.line.asked == asked
        assert len(shop.main.heard) - said <= 25
        recheck(shop.main.database)
        shop.main.changes.publish(frozenset({Topic.BACKUPS}))
        assert await shop.until_empty() <= 3
        assert shop.one("PAN-1")["price"] == "7.77"

    told(database_url, story)


def test_a_computer_that_was_taken_out_hands_over_and_comes_back(database_url: str) -> None:
    async def story(shop: PracticeShop, second: Post) -> None:
        await stands_by(shop, second)
        remove(shop.main.database, "CAIXA-1")
        assert await shop.until(lambda: leads(second)) <= 12
        await shop.sleep(40)
        assert shop.main.sync.status.phase is SyncPhase.REMOVED
        back = shop.main.database
        in_books(back, lambda uow: uow.stations.save(replace(uow.stations.get("CAIXA-1"), removed_at=None)))
        shop.main.changes.publish(frozenset({Topic.STATIONS}))
        await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.STANDBY, within=2)

    told(database_url, story)


def test_a_station_without_the_key_lets_another_send_and_goes_on_when_it_has_it(database_url: str) -> None:
    async def story(shop: PracticeShop, second: Post) -> None:
        await shop.main.sync.stop()
        books = shop.main.database
        known = in_books(books, lambda uow: uow.stations.get("CAIXA-2"))
        in_books(books, lambda uow: uow.stations.save(replace(known, sealed_key="", key_version=0)))
        second.key.drop()
        second.sync.start(shop.actor)
        await shop.until(lambda: second.sync.status.phase is SyncPhase.KEY_MISSING, within=2)
        shop.start()
        assert await shop.until(lambda: leads(shop.main)) <= 7
        await shop.until(lambda: second.sync.status.phase is SyncPhase.STANDBY, within=35)
        await shop.main.sync.stop()
        await shop.until(lambda: second.sync.status.phase is SyncPhase.KEY_MISSING, within=7)
        in_books(books, lambda uow: uow.stations.save(known))
        second.changes.publish(frozenset({Topic.STATIONS}))
        assert await shop.until(lambda: leads(second), every=0.05) < 2

    told(database_url, story)


def test_a_sender_that_slept_in_the_middle_of_a_batch_sends_nothing_more(database_url: str) -> None:
    """Its two clocks disagree: before the next thing is sent the books are asked, and another leads by now."""

    async def story(shop: PracticeShop, second: Post) -> None:
        products = [await shop.add(f"P{number}") for number in range(10)]
        await shop.until_empty()
        shop.store.log.clear()

        def sleeps() -> None:
            shop.clock.jump(seconds=25)
            assert try_to_lead(second.database, second.sync._holder) is not None
            second.sync.start(shop.actor)

        at_put(shop.main, 3, sleeps)
        await shop.change_many(products, price=Money(777))
        await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.STANDBY, within=30, every=0.01)
        sent = shop.main.line.asked
        await shop.until_empty()
        assert shop.main.line.asked == sent
        assert (
            len(shop.asked("PUT")) == 10 + 3
        )  # the three that were never settled are sent again, nothing else
        assert [shop.differences(product.id) for product in products] == [{}] * 10

    told(database_url, story)


def test_a_clock_set_by_three_seconds_only_makes_the_sender_ask_the_books_again(database_url: str) -> None:
    async def story(shop: PracticeShop, _second: Post) -> None:
        products = [await shop.add(f"P{number}") for number in range(10)]
        await shop.until_empty()
        shop.store.log.clear()
        before = shop.main.database.read_now(lambda reader: reader.leader())
        at_put(shop.main, 3, lambda: shop.clock.jump(seconds=3))
        await shop.change_many(products, price=Money(777))
        await shop.until_empty()
        after = shop.main.database.read_now(lambda reader: reader.leader())
        assert len(shop.asked("PUT")) == 10
        assert before is not None
        assert after is not None
        assert after.epoch == before.epoch

    told(database_url, story)


def test_whoever_is_told_of_anything_still_waits_as_long_as_the_store_asked(database_url: str) -> None:
    """Where a pooler swallows what stations tell, everything is told every five seconds; it must cost no request."""

    async def story(shop: PracticeShop, _second: Post) -> None:
        shop.store.faults.next("rate_limited", retry_after=120)
        await shop.change(1, price=Money(777))
        await shop.until(lambda: shop.main.sync.status.phase is SyncPhase.ASKED_TO_WAIT, within=10)
        asked = shop.main.line.asked
        for _ in range(20):
            shop.main.changes.publish(frozenset(Topic))
            await shop.sleep(5)
        assert shop.main.line.asked == asked
        await shop.until_empty(within=60)
        for _ in range(60):
            shop.main.changes.publish(frozenset(Topic))
            await shop.sleep(5)
        assert shop.main.line.asked - asked <= 20  # orders are looked at each minute, as ever

    told(database_url, story)
