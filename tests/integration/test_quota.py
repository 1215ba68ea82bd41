"""The store's limits are kept by all stations together, and the scarce requests go where they matter most."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.books import NOON, HandClock, OpenStation, ask_sql, in_books
from varejoforte_desktop.application.delivery_ports import Grant
from varejoforte_desktop.application.quota import close_turns, reserve_turns
from varejoforte_desktop.application.store import Purpose
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.sending import shop_day

WINDOW = timedelta(seconds=60)


def reserve(database: Database, wanted: int, purpose: Purpose = Purpose.STOCK) -> Grant:
    return database.run_now(reserve_turns, wanted=wanted, purpose=purpose)


def limits(database: Database, *, minute: int = 180, day: int = 10_000) -> None:
    ask_sql(
        database.url,
        "UPDATE shop SET requests_per_minute = :minute, requests_per_day = :day",
        minute=minute,
        day=day,
    )


def counted(database: Database) -> tuple[int, int]:
    counters = database.read_now(lambda reader: reader.queue_counters())
    return counters.requests_last_minute, counters.requests_today


def test_turns_are_given_up_to_the_minutes_limit(database: Database, clock: HandClock) -> None:
    assert reserve(database, 100).turns == 100
    assert reserve(database, 100).turns == 76  # four a minute are kept for orders and upkeep
    none = reserve(database, 1)
    assert (none.turns, none.day_spent) == (0, False)
    assert none.more_at == clock.now + WINDOW
    assert reserve(database, 100, Purpose.ORDERS).turns == 4
    assert reserve(database, 1, Purpose.UPKEEP).turns == 0
    assert counted(database) == (180, 180)


def test_turns_come_back_a_minute_after_they_were_used(database: Database, clock: HandClock) -> None:
    grant = reserve(database, 180, Purpose.ORDERS)
    clock.forward(seconds=30)
    database.run_now(close_turns, grant.id, used=180)
    clock.forward(seconds=59.999)
    assert reserve(database, 1, Purpose.ORDERS).turns == 0
    clock.forward(milliseconds=1)
    assert reserve(database, 200, Purpose.ORDERS).turns == 180


def test_turns_left_over_go_back(database: Database) -> None:
    grant = reserve(database, 50)
    database.run_now(close_turns, grant.id, used=10)
    assert counted(database) == (10, 10)
    unused = reserve(database, 50)
    database.run_now(close_turns, unused.id, used=0)
    assert counted(database) == (10, 10)


def test_closing_twice_gives_nothing_back_twice(database: Database) -> None:
    grant, other = reserve(database, 50), reserve(database, 20)
    for _ in range(2):
        database.run_now(close_turns, grant.id, used=0)
    third = reserve(database, 5)
    assert third.id not in {grant.id, other.id}
    database.run_now(close_turns, grant.id, used=0)
    database.run_now(close_turns, 0, used=3)
    assert counted(database) == (25, 25)


def test_turns_in_use_count_until_they_are_closed(database: Database, clock: HandClock) -> None:
    reserve(database, 180, Purpose.ORDERS)
    clock.forward(seconds=100)
    waiting = reserve(database, 1, Purpose.ORDERS)
    assert (waiting.turns, waiting.more_at) == (0, clock.now + timedelta(seconds=1))


def test_turns_of_a_station_that_fell_silent_are_forgotten_after_five_minutes(
    database: Database, clock: HandClock
) -> None:
    reserve(database, 180, Purpose.ORDERS)
    clock.forward(minutes=5)
    assert reserve(database, 1, Purpose.ORDERS).turns == 1


@pytest.mark.parametrize(
    ("purpose", "share"),
    [(Purpose.CONTENT, 8_000), (Purpose.PRICE, 9_200), (Purpose.STOCK, 10_000), (Purpose.ORDERS, 10_000)],
)
def test_each_purpose_has_its_share_of_the_day(database: Database, purpose: Purpose, share: int) -> None:
    ask_sql(database.url, "INSERT INTO quota_day (day, used) VALUES ('2026-03-02', :used)", used=share - 3)
    assert reserve(database, 100, purpose).turns == 3
    spent = reserve(database, 1, purpose)
    assert (spent.turns, spent.day_spent) == (0, True)
    assert spent.more_at == datetime(2026, 3, 3, 3, 0, 5, tzinfo=UTC)  # just after midnight in São Paulo


def test_the_day_turns_at_midnight_of_the_shop(database: Database, clock: HandClock) -> None:
    ask_sql(database.url, "INSERT INTO quota_day (day, used) VALUES ('2026-03-02', 10000)")
    clock.now = datetime(2026, 3, 3, 2, 59, 59, tzinfo=UTC)
    assert reserve(database, 1).day_spent
    clock.now = datetime(2026, 3, 3, 3, 0, 0, tzinfo=UTC)
    assert reserve(database, 1).turns == 1
    assert counted(database) == (1, 1)


def test_left_over_turns_go_back_to_the_day_they_were_taken_from(
    database: Database, clock: HandClock
) -> None:
    clock.now = datetime(2026, 3, 3, 2, 59, 50, tzinfo=UTC)
    grant = reserve(database, 10)
    clock.forward(seconds=20)
    database.run_now(close_turns, grant.id, used=4)
    assert [row[0] for row in ask_sql(database.url, "SELECT used FROM quota_day ORDER BY day")] == [4]


def test_a_days_requests_are_counted_by_the_shops_own_day() -> None:
    late = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
    assert shop_day(late, "America/Sao_Paulo").isoformat() == "2026-03-02"
    assert shop_day(late, "America/Rio_Branco").isoformat() == "2026-03-02"
    assert shop_day(late, "UTC").isoformat() == "2026-03-03"


def test_a_very_small_limit_still_lets_something_through(database: Database) -> None:
    limits(database, minute=2)
    assert [reserve(database, 5).turns, reserve(database, 5, Purpose.ORDERS).turns] == [1, 1]


STEP = st.tuples(
    st.sampled_from(["reserve", "close"]),
    st.integers(1, 12),
    st.sampled_from(list(Purpose)),
    st.integers(0, 40),
    st.floats(0, 1),
)


@given(minute=st.integers(5, 20), day=st.integers(20, 60), steps=st.lists(STEP, max_size=25))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sixty_seconds_and_no_day_ever_see_more_than_the_limit(
    database: Database,
    clock: HandClock,
    minute: int,
    day: int,
    steps: list[tuple[str, int, Purpose, int, float]],
) -> None:
    for sweep in ("DELETE FROM quota_grant", "DELETE FROM quota_day"):
        ask_sql(database.url, sweep)
    limits(database, minute=minute, day=day)
    clock.now = NOON
    open_grants: list[tuple[Grant, datetime]] = []
    requests: list[datetime] = []  # when each really left: as late as its grant allows, the worst case
    for action, wanted, purpose, seconds, part in steps:
        clock.forward(seconds=seconds)
        if action == "reserve":
            grant = reserve(database, wanted, purpose)
            assert grant.turns <= wanted
            if grant.turns:
                open_grants += [(grant, clock.now)]
        elif open_grants:
            grant, since = open_grants.pop(0)
            used = round(grant.turns * part)
            if clock.now - since < timedelta(minutes=5):
                early = since + (clock.now - since) * part
                requests += [early if number % 2 else clock.now for number in range(used)]
                database.run_now(close_turns, grant.id, used=used)
    for start in requests:
        assert sum(start <= at < start + WINDOW for at in requests) <= minute
    assert len(requests) <= day


def test_stations_that_ask_at_once_share_one_limit(postgres_shop: str, stations: OpenStation) -> None:
    given_out: list[int] = []

    def ask(station: Database) -> None:
        given_out.extend([reserve(station, 10, Purpose.ORDERS).turns for _ in range(15)])

    together = [threading.Thread(target=ask, args=(stations(postgres_shop),)) for _ in range(4)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert sum(given_out) == 180
    assert len(given_out) == 60


def test_old_grants_are_swept_away(database: Database, clock: HandClock) -> None:
    for _ in range(3):
        reserve(database, 1)
        clock.forward(minutes=6)
    last = reserve(database, 1)
    database.run_now(close_turns, last.id, used=1)
    assert in_books(database, lambda uow: uow.shop.get()).requests_per_minute == 180
    assert ask_sql(database.url, "SELECT count(*) FROM quota_grant") == [(2,)]
