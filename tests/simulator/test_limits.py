"""How many requests the store takes in a minute and in a day."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.simulator.desk import App, TurnableClock
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.switches import Limits, Switches


def test_the_181st_request_in_a_minute_is_told_to_wait(store: TrayStore, app: App) -> None:
    for _ in range(180):
        assert app.ask("GET", "/info").status == 200
    answer = app.ask("GET", "/info")
    assert answer.status == 429
    assert answer.json() == {
        "code": 429,
        "url": "/info",
        "name": "Too Many Requests",
        "causes": ["Limite de requisições excedido"],
    }
    assert "Retry-After" not in answer.headers


def test_the_minute_rolls_and_does_not_jump(store: TrayStore, app: App, clock: TurnableClock) -> None:
    for _ in range(90):
        app.get("/info")
    clock.turn(seconds=40)
    for _ in range(90):
        app.get("/info")
    clock.turn(seconds=19)
    assert app.ask("GET", "/info").status == 429
    clock.turn(seconds=1)
    for _ in range(90):
        app.get("/info")
    assert app.ask("GET", "/info").status == 429


def test_a_refused_request_is_not_counted(store: TrayStore, app: App, clock: TurnableClock) -> None:
    for _ in range(180):
        app.get("/info")
    for _ in range(50):
        app.ask("GET", "/info")
    clock.turn(seconds=60)
    assert app.ask("GET", "/info").status == 200
    assert store.quota.spent_today == 181


def test_the_store_can_say_how_long_to_wait(clock: TurnableClock) -> None:
    store = TrayStore(
        now=clock, limits=Limits(per_minute=2), switches=Switches(rate_limit_headers="Retry-After")
    )
    app = App(store)
    app.get("/info")
    clock.turn(seconds=20.5)
    app.get("/info")
    assert app.ask("GET", "/info").headers["Retry-After"] == "40"


def test_the_day_is_full_until_midnight_in_sao_paulo(clock: TurnableClock) -> None:
    store = TrayStore(now=clock, limits=Limits(per_minute=1000, per_day=10_000))
    clock.instant = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # still the 20th, 23:00, in São Paulo
    app = App(store)
    for _ in range(20):
        for _ in range(500):
            app.ask("GET", "/info")
        clock.turn(minutes=1)
    assert app.ask("GET", "/info").status == 429
    clock.instant = datetime(2026, 11, 21, 2, 59, 59, tzinfo=UTC)
    assert app.ask("GET", "/info").status == 429
    clock.instant = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)
    assert app.ask("GET", "/info").status == 200


def test_an_app_that_insists_is_switched_off_until_the_next_day(clock: TurnableClock) -> None:
    store = TrayStore(now=clock, limits=Limits(per_minute=1, disable_after=3))
    app = App(store)
    assert [app.ask("GET", "/info").status for _ in range(5)] == [200, 429, 429, 429, 429]
    clock.turn(minutes=2)
    assert app.ask("GET", "/info").status == 401
