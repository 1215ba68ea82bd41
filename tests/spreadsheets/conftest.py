"""A shop for product lists: on SQLite, and on each engine in turn where the books change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spreadsheets.lists import ShopDesk, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopDesk]:
    """A new shop on SQLite."""
    desk = open_shop(f"sqlite:///{tmp_path / 'livros.db'}", tmp_path)
    yield desk
    desk.database.close()


@pytest.fixture
def any_shop(database_url: str, tmp_path: Path) -> Iterator[ShopDesk]:
    """A new shop on each of the two engines."""
    desk = open_shop(database_url, tmp_path)
    yield desk
    desk.database.close()
