"""A connected practice shop for each scenario, and virtual time wherever a test does not ask for the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from tests.integration.sync.virtual_time import VirtualLoop
from tests.stations import PracticeShop, copied


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Virtual time, except in the module that wants to see real threads and real seconds."""
    if "test_real_time" in item.nodeid:
        return {"asyncio": asyncio.new_event_loop}
    return {"virtual": VirtualLoop}


@pytest.fixture(scope="session")
def template_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the empty shop is kept that SQLite shops are copied from."""
    return tmp_path_factory.mktemp("vazia")


@pytest.fixture
def sqlite_url(tmp_path: Path, template_folder: Path) -> str:
    """A SQLite shop of the test's own."""
    return copied(tmp_path, template_folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def both_url(request: pytest.FixtureRequest) -> str:
    """A shop on each engine in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


async def _shop(url: str) -> AsyncIterator[PracticeShop]:
    shop = PracticeShop(url, seconds=asyncio.get_running_loop().time, sleep=asyncio.sleep)
    await shop.connect()
    yield shop
    await shop.close()


@pytest_asyncio.fixture
async def shop(sqlite_url: str) -> AsyncIterator[PracticeShop]:
    """A connected shop on SQLite; its loop is not running yet."""
    async for each in _shop(sqlite_url):
        yield each


@pytest_asyncio.fixture
async def shop_on_both(both_url: str) -> AsyncIterator[PracticeShop]:
    """A connected shop on SQLite, then one on PostgreSQL."""
    async for each in _shop(both_url):
        yield each
