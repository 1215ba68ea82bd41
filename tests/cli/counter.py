"""The command line as a technician uses it: a shop in a folder, and what each command answers."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from varejoforte_desktop.__main__ import main
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.station import open_station
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.people import add_operator
from varejoforte_desktop.credentials.passwords import Argon2Passwords
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.ui.resources import resource

LOGIN = "carla"
CLERK = "ana"
PASSWORD = "senha-canario-7391"
CATALOGUE = resource("demo/catalogue.csv")
PLENTY = 1_000_000


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on the output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


class Counter:
    """Runs commands on one shop, in this process or in one of their own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.books = folder / "loja.db"
        self._capsys = capsys

    def run(self, *words: object) -> Answer:
        """A command in this process."""
        self._capsys.readouterr()
        code = main(["--data-dir", str(self.folder), *map(str, words)])
        said = self._capsys.readouterr()
        return Answer(code, said.out, said.err)

    def start(self, *words: object, **environment: str) -> subprocess.Popen[str]:
        """A command in a process of its own, still running."""
        return subprocess.Popen(
            [sys.executable, "-m", "varejoforte_desktop", "--data-dir", str(self.folder), *map(str, words)],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def process(self, *words: object, stdin: str = "", **environment: str) -> Answer:
        """A command in a process of its own."""
        with self.start(*words, **environment) as running:
            out, err = running.communicate(stdin, timeout=60)
        return Answer(running.returncode, out, err)

    def open_books(self) -> Database:
        """The shop's books; close them."""
        return Database(f"sqlite:///{self.books}", ChangeFeed(), clock=utc_now)

    def connect(self, store: TrayStore, monkeypatch: pytest.MonkeyPatch) -> Answer:
        """Connect to a store with its own keys."""
        monkeypatch.setenv("VAREJOFORTE_TRAY_SECRET", store.consumer_secret)
        monkeypatch.setenv("VAREJOFORTE_TRAY_CODE", store.code)
        address = ("--address", store.api_address, "--key", store.consumer_key)
        return self.run("tray", "connect", "--user", LOGIN, *address)


def settings_of(folder: Path) -> Settings:
    """The settings of a shop kept in that folder."""
    return Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'loja.db'}", station="CAIXA-01")


def found_shop(folder: Path) -> None:
    """Found a shop by its door, with an administrator and somebody at the counter, and wide limits."""

    async def found() -> None:
        station = open_station(settings_of(folder))
        try:
            by = await station.desk.found(
                shop_name="Casa das Panelas", login=LOGIN, name="Carla Souza", password=PASSWORD
            )
            await station.database.run(
                add_operator,
                login=CLERK,
                name="Ana Lima",
                role=Role.OPERADOR,
                password_hash=Argon2Passwords().hashed(PASSWORD),
                wrapped_key="",
                by=by,
            )
            await station.database.run(
                lambda uow: uow.shop.save(
                    replace(uow.shop.get(), requests_per_minute=PLENTY, requests_per_day=PLENTY)
                )
            )
        finally:
            await station.close()

    asyncio.run(found())


def a_sheet(path: Path, *lines: str, heading: str = "referencia;nome;preco;estoque") -> Path:
    """A product list in a file."""
    path.write_text("\n".join((heading, *lines)) + "\n", encoding="utf-8")
    return path
