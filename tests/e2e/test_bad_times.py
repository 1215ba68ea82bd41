"""The installed program in bad times: a damaged file, a second start, a kill; and commands that work beside it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.program import ROOT, Program
from tests.integration.test_bad_times import SPOILED
from varejoforte_desktop.app.station import open_station
from varejoforte_desktop.demo.shop import LOGIN, NAME, PASSWORD, SHOP_NAME, practice_settings
from varejoforte_desktop.persistence.copies import copy_sqlite

STATION = "CAIXA-01"
OPEN_ALREADY = "O Varejo Forte já está aberto neste computador."
DAMAGED = "O arquivo do banco de dados não pode ser lido."


async def _found(folder: Path) -> None:
    station = await asyncio.to_thread(
        open_station, practice_settings(folder, station=STATION), may_upgrade=True
    )
    try:
        await station.desk.found(shop_name=SHOP_NAME, login=LOGIN, name=NAME, password=PASSWORD)
    finally:
        await station.close()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded shop to copy."""
    folder = tmp_path_factory.mktemp("fundada")
    asyncio.run(_found(folder))
    return folder


class Shop:
    """A shop's folder, the programs that are open on it, and commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (self.books,) = folder.glob("*.db")
        self.url = f"sqlite:///{self.books}"
        self._programs: list[Program] = []

    def program(self) -> Program:
        """Start the program."""
        station = {"VAREJOFORTE_STATION": STATION}
        self._programs.append(Program(self.folder, database_url=self.url, environment=station))
        return self._programs[-1]

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside it."""
        line = [sys.executable, "-m", "varejoforte_desktop", "--data-dir", str(self.folder)]
        return subprocess.run(
            [*line, "--database-url", self.url, *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "VAREJOFORTE_PASSWORD": PASSWORD},
        )

    def close(self) -> None:
        """End what still runs."""
        for each in self._programs:
            each.kill()


@pytest.fixture
def shop(founded: Path, tmp_path: Path) -> Iterator[Shop]:
    """A founded shop of this test's own."""
    opened = Shop(Path(shutil.copytree(founded, tmp_path / "dados")))
    yield opened
    opened.close()


@pytest.mark.parametrize("how", SPOILED.values(), ids=SPOILED)
def test_a_damaged_file_is_told_at_the_door_and_left_alone_until_a_copy_is_restored(
    shop: Shop, tmp_path: Path, how: Callable[[Path], None]
) -> None:
    copy_sqlite(shop.books, tmp_path / "copia.db")
    how(shop.books)
    content = shop.books.read_bytes()
    program = shop.program()
    program.wait_text("login_banner", DAMAGED)
    assert "Restaure uma cópia" in program.text("login_banner")
    program.click("login_banner_button")
    program.wait_text("login_banner", DAMAGED)
    assert shop.books.read_bytes() == content
    for each in shop.books.parent.glob(f"{shop.books.name}-*"):
        each.unlink()
    shutil.copy(tmp_path / "copia.db", shop.books)
    program.click("login_banner_button")
    program.sign_in(LOGIN, PASSWORD)
    assert program.close() == 0


def test_books_of_a_newer_release_are_told_at_the_door(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.books)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    program = shop.program()
    program.wait_text("login_banner", "Este banco de dados é de uma versão mais nova do Varejo Forte.")
    with closing(sqlite3.connect(shop.books)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_a_second_program_waits_until_the_first_has_left_or_was_killed(shop: Shop) -> None:
    """It says why, tries again when asked, and a killed program blocks nobody."""
    first = shop.program()
    first.sign_in(LOGIN, PASSWORD)
    second = shop.program()
    second.wait_text("login_banner", OPEN_ALREADY)
    second.click("login_banner_button")
    second.wait_text("login_banner", OPEN_ALREADY)
    first.kill()
    second.click("login_banner_button")
    second.sign_in(LOGIN, PASSWORD)
    third = shop.program()
    third.wait_text("login_banner", OPEN_ALREADY)
    assert second.close() == 0
    third.click("login_banner_button")
    third.sign_in(LOGIN, PASSWORD)
    assert third.close() == 0


def test_commands_work_beside_the_program(shop: Shop, tmp_path: Path) -> None:
    program = shop.program()
    program.sign_in(LOGIN, PASSWORD)
    sheet = tmp_path / "produtos.csv"
    sheet.write_text("referencia;nome;preco;estoque\nPAN-1;Panela;129,90;3\n", encoding="utf-8")
    for words in (
        ("db", "check"),
        ("db", "backup", "--output", str(tmp_path / "copia.db")),
        ("queue", "list"),
        ("products", "import", str(sheet), "--user", LOGIN, "--yes"),
    ):
        ended = shop.command(*words)
        assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
    assert (tmp_path / "copia.db").stat().st_size > 0
    program.click("nav_products")
    assert program.close() == 0


def test_the_doctor_says_that_the_file_is_damaged(shop: Shop) -> None:
    SPOILED["middle"](shop.books)
    ended = shop.command("doctor", "--json")
    found = {each["subject"]: each for each in json.loads(ended.stdout)["findings"]}
    said = {
        subject: each for subject, each in found.items() if subject in {"Banco de dados", "Arquivo do banco"}
    }
    assert "error" in {each["grade"] for each in said.values()}, said
    assert any("Restaure uma cópia" in each["remedy"] for each in said.values())
    ended = shop.command("db", "check")
    assert ended.returncode != 0
