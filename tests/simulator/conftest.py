"""A fresh store for every test, on a clock that stands still."""

from __future__ import annotations

import pytest

from tests.simulator.desk import App, TurnableClock
from varejoforte_desktop.simulator.store import TrayStore


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def store(clock: TurnableClock) -> TrayStore:
    return TrayStore(now=clock)


@pytest.fixture
def app(store: TrayStore) -> App:
    return App(store)
