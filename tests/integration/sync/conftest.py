"""A connected practice shop for each scenario, and virtual time wherever a test does not ask for the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from tests.integration.sync.virtual_time import VirtualLoop
from tests.postgres import PostgresServer
from tests.stations import MORNING, PracticeShop, copied
from varejoforte_desktop.persistence.schema import prepare


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


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The empty shop that shops on PostgreSQL are copied from."""
    url = postgres_server.create_database()
    prepare(url, may_upgrade=True, now=lambda: MORNING)
    return url


@pytest.fixture
def copied_postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A shop on PostgreSQL of the test's own."""
    url = postgres_server.create_database(template=postgres_template)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def both_url(request: pytest.FixtureRequest) -> str:
    """A shop on each engine in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "copied_postgres_url"
    return str(request.getfixturevalue(name))


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
