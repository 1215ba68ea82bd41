"""One station sends at a time, by the database's clock, and a term that is over never counts again."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.books import HandClock, in_books
from tests.builders import lead_of
from varejoforte_desktop.application.delivery import give_up_lead, take_lead
from varejoforte_desktop.application.questions import Leader
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
