"""A founded shop in a folder of its own and a practice store that answers on this computer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import keyring
import pytest

from tests.cli.counter import PASSWORD, PLENTY, Counter, found_shop
from tests.conftest import MemoryKeyring
from varejoforte_desktop.simulator.server import StoreServerThread
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.switches import Limits


@pytest.fixture(scope="session")
def founded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded shop to copy."""
    folder = tmp_path_factory.mktemp("fundada")
    keyring.set_keyring(MemoryKeyring())
    found_shop(folder)
    return folder


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of whoever runs the tests: no settings file, no variables."""
    for name in [name for name in os.environ if name.startswith("VAREJOFORTE_")]:
        monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "casa"))
    monkeypatch.setenv("VAREJOFORTE_PASSWORD", PASSWORD)
    monkeypatch.setenv("VAREJOFORTE_STATION", "CAIXA-01")  # where the shop was founded


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Counter:
    """A folder without a shop."""
    return Counter(tmp_path / "dados", capsys)


@pytest.fixture
def counter(founded_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Counter:
    """A founded shop of this test's own."""
    shutil.copytree(founded_folder, tmp_path / "dados")
    return Counter(tmp_path / "dados", capsys)


@pytest.fixture
def store() -> Iterator[TrayStore]:
    """A store that can be reached and never asks to wait."""
    shop = TrayStore(limits=Limits(per_minute=PLENTY, per_day=PLENTY))
    with StoreServerThread(shop):
        yield shop
        _ring(shop)


def _ring(shop: TrayStore) -> None:
    """Be answered once: whoever came before (the doctor says nothing and leaves) has then been let in and out."""
    address = urlsplit(shop.shop.public_url)
    with closing(HTTPConnection(address.hostname or "", address.port, timeout=30)) as line:
        line.request("GET", "/_simulator/keys")
        line.getresponse().read()
