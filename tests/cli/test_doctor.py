"""The doctor finds what is well, what to watch and what to put right, and touches nothing."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.counter import Counter
from varejoforte_desktop.cli import doctor_computer
from varejoforte_desktop.cli.doctor_books import clock, reached
from varejoforte_desktop.cli.doctor_computer import qt_version
from varejoforte_desktop.cli.findings import Grade
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.store import TrayStore


def found(counter: Counter) -> dict[str, dict[str, str]]:
    return {each["subject"]: each for each in counter.run("doctor", "--json").document["findings"]}


def test_a_healthy_shop_has_no_errors(
    counter: Counter, store: TrayStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.connect(store, monkeypatch)
    answer = counter.run("doctor")
    assert answer.code == 0, answer.out
    findings = found(counter)
    for subject in (
        "Python",
        "PySide6",
        "Tela",
        "Letras",
        "Pasta dos dados",
        "Arquivo do banco",
        "Linha até a loja",
    ):
        assert findings[subject]["grade"] == "ok", subject


def test_nothing_is_made_where_there_is_no_shop(empty: Counter) -> None:
    findings = found(empty)
    assert findings["Banco de dados"]["grade"] == "warning"
    assert "varejoforte-desktop db upgrade" in findings["Banco de dados"]["remedy"]
    assert not empty.books.exists()


def test_a_damaged_file_is_an_error_with_a_remedy(counter: Counter) -> None:
    counter.books.write_bytes(b"nada" * 5000)
    answer = counter.run("doctor")
    assert answer.code == 1
    assert "ERRO   Banco de dados: O arquivo do banco de dados não pode ser lido." in answer.out


def test_books_of_a_newer_release_are_an_error(counter: Counter) -> None:
    with closing(sqlite3.connect(counter.books)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert found(counter)["Banco de dados"]["grade"] == "error"


def test_the_server_s_clock_is_compared(
    empty: Counter, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAREJOFORTE_DATABASE_URL", postgres_url)
    empty.run("db", "upgrade")
    assert found(empty)["Relógio"]["grade"] == "ok"


@pytest.mark.parametrize(
    ("ahead", "grade"),
    [(0.2, Grade.WELL), (-4.9, Grade.WELL), (30, Grade.WARNING), (-7200, Grade.ERROR)],
)
def test_a_clock_is_judged_by_its_distance(ahead: float, grade: Grade) -> None:
    assert clock(ahead).grade is grade


def test_the_qt_that_ends_the_program_is_refused() -> None:
    assert "derruba o programa no Python 3.11" in qt_version("6.12.0", (3, 11)).text
    assert qt_version("6.12.0", (3, 12)).grade is Grade.ERROR
    assert qt_version("6.11.3", (3, 11)).grade is Grade.WELL
    assert qt_version(None, (3, 11)).grade is Grade.ERROR


def test_a_missing_system_library_is_told_in_qt_s_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor_computer, "_SCREEN", "import sys; sys.exit('libEGL.so.1: cannot open')")
    settings = Settings(data_dir=tmp_path, database_url="sqlite:///x.db", station="X")
    (finding,) = doctor_computer.screen(settings)
    assert finding.grade is Grade.ERROR
    assert "libEGL.so.1" in finding.text


def test_a_store_that_nobody_answers_for_is_an_error() -> None:
    assert reached("http://127.0.0.1:9/web_api").grade is Grade.ERROR


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_folder_that_is_a_file_is_an_error(empty: Counter) -> None:
    empty.folder.write_text("um arquivo")
    answer = empty.run("doctor")
    assert answer.code == 1
    assert "ERRO   Pasta dos dados" in answer.out
