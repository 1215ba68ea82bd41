"""The program as a process: light, quiet, in UTF-8, and polite when it is stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.counter import LOGIN, PASSWORD, Counter, a_sheet
from varejoforte_desktop.simulator.store import TrayStore

WITHOUT_SCREEN = """
import sys
from varejoforte_desktop.__main__ import main
code = main(sys.argv[1:])
sys.exit(99 if {"PySide6", "qasync"} & set(sys.modules) else code)
"""


@pytest.mark.parametrize(
    "words",
    [
        "db upgrade",
        "db check",
        "db backup",
        "tray status",
        "queue list",
        f"sync run --user {LOGIN} --once",
        f"queue retry --user {LOGIN} --all",
        "products columns",
        "doctor",
    ],
)
def test_a_command_never_opens_the_room_of_windows(counter: Counter, words: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_SCREEN, *words.split(), "--data-dir", str(counter.folder)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ended.returncode in (0, 1), ended.stderr


def test_help_opens_nothing_at_all() -> None:
    code = (
        "import sys\nfrom varejoforte_desktop.__main__ import main\nmain(['--help'])\n"
        "heavy = {'sqlalchemy', 'httpx', 'openpyxl', 'PySide6', 'cryptography'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_accents_come_out_as_utf_8_whatever_the_console_is_set_to(empty: Counter) -> None:
    answer = empty.process("products", "columns", PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert answer.code == 0
    assert "código de barras" in answer.out


def test_the_password_may_come_from_the_standard_input(counter: Counter, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path / "lista.csv", "PAN-1;Panela;10,00;3")
    words = ("products", "import", sheet, "--user", LOGIN, "--from-stdin", "--json")
    answer = counter.process(*words, stdin=f"{PASSWORD}\nSIM\n", VAREJOFORTE_PASSWORD="outra-errada")
    assert answer.code == 0, answer.err
    assert answer.document["receipt"]["new"] == 1


def test_without_anybody_to_ask_the_password_is_missed_as_usage(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAREJOFORTE_PASSWORD")
    answer = counter.process("queue", "retry", "--all", "--user", LOGIN)
    assert answer.code == 2
    assert "VAREJOFORTE_PASSWORD ou --from-stdin" in answer.err


def test_all_secrets_of_a_connection_may_come_from_the_standard_input(
    counter: Counter, store: TrayStore
) -> None:
    answer = counter.process(
        *("tray", "connect", "--user", LOGIN, "--from-stdin"),
        *("--address", store.api_address, "--key", store.consumer_key),
        stdin=f"{PASSWORD}\n{store.consumer_secret}\n{store.code}\n",
    )
    assert answer.code == 0, answer.err
    for secret in (PASSWORD, store.consumer_secret, store.code):
        assert secret not in answer.out + answer.err


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_goes_away_makes_no_noise(empty: Counter) -> None:
    read, write = os.pipe()
    os.close(read)
    with subprocess.Popen(
        [sys.executable, "-m", "varejoforte_desktop", "products", "columns", "--data-dir", str(empty.folder)],
        stdout=write,
        stderr=subprocess.PIPE,
    ) as running:
        os.close(write)
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (1, b"")


def test_the_practice_store_serves_until_it_is_stopped(counter: Counter) -> None:
    with counter.start("simulator", "--port", 0, "--products", 3, "--json") as running:
        assert running.stdout is not None
        told = ""
        while not told.endswith("}\n"):
            told += running.stdout.readline()
        keys = json.loads(told)
        connected = counter.process(
            *("tray", "connect", "--user", LOGIN, "--address", keys["api_address"]),
            *("--key", keys["consumer_key"]),
            VAREJOFORTE_TRAY_SECRET=keys["consumer_secret"],
            VAREJOFORTE_TRAY_CODE=keys["code"],
        )
        running.terminate()
        running.communicate(timeout=60)
    assert keys["products"] == 3
    assert connected.code == 0, connected.err
    if os.name == "posix":
        assert running.returncode == 130


def test_a_port_that_is_taken_is_said_to_be(empty: Counter, store: TrayStore) -> None:
    port = store.shop.public_url.rpartition(":")[2]
    answer = empty.run("simulator", "--port", port, "--products", 1)
    assert answer.code == 1
    assert answer.err == f"A porta {port} não pode ser usada. Escolha outra com --port.\n"
