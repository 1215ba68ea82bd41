"""Computers of the shop by command: listed, let in without a screen, taken out, and given another key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.books import ask_sql
from tests.cli.counter import CLERK, LOGIN, PASSWORD, Counter
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.passwords import Argon2Passwords
from varejoforte_desktop.credentials.safe import FILE_NAME
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.persistence.addresses import password_of, without_password
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare

PHRASE = "cavalo bateria grampo certo"


@pytest.fixture
def server_shop(postgres_url: str) -> str:
    """A shop on a server, founded at another computer."""
    prepare(postgres_url, may_upgrade=True, now=utc_now)
    database = Database(postgres_url, ChangeFeed())
    try:
        desk = Desk(database, Argon2Passwords(), ShopKey("x"), station="GERENCIA")
        asyncio.run(desk.found(shop_name="Casa Lume", login=LOGIN, name="Carla Souza", password=PASSWORD))
    finally:
        database.close()
    return postgres_url


def stations(counter: Counter) -> dict[str, bool]:
    rows = counter.run("station", "list", "--json").document["stations"]
    return {row["name"]: row["has_key"] for row in rows if row["removed_at"] is None}


def test_the_computers_of_a_shop_are_listed(counter: Counter) -> None:
    answer = counter.run("station", "list")
    assert answer.code == 0
    assert "CAIXA-01" in answer.out
    assert "com a chave" in answer.out
    assert stations(counter) == {"CAIXA-01": True}


def test_a_computer_is_taken_out_and_the_key_changed(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAREJOFORTE_STATION", "DEPOSITO")
    assert counter.run("queue", "retry", "--all", "--user", CLERK).code == 1
    assert counter.run("queue", "retry", "--all", "--user", LOGIN).code == 0
    assert stations(counter) == {"CAIXA-01": True, "DEPOSITO": True}
    monkeypatch.setenv("VAREJOFORTE_STATION", "CAIXA-01")

    asked = counter.process("station", "remove", "DEPOSITO", "--user", LOGIN, stdin="não\n")
    assert (asked.code, stations(counter).keys()) == (1, {"CAIXA-01", "DEPOSITO"})
    own = counter.run("station", "remove", "CAIXA-01", "--user", LOGIN, "--yes", "--json")
    assert own.document["error"]["kind"] == "station_in_use"
    answer = counter.run("station", "remove", "DEPOSITO", "--user", LOGIN, "--yes")
    assert answer.code == 0
    assert "key change" in answer.out
    answer = counter.run("key", "change", "--user", LOGIN, "--yes", "--json")
    assert answer.document == {"version": 2, "stations": ["CAIXA-01"], "without": []}
    assert counter.run("key", "change", "--user", LOGIN, "--yes").out.startswith(
        "A chave da loja foi trocada"
    )
    assert stations(counter) == {"CAIXA-01": True}

    monkeypatch.setenv("VAREJOFORTE_STATION", "DEPOSITO")
    refused = counter.run("queue", "retry", "--all", "--user", CLERK, "--json")
    assert refused.document["error"]["kind"] == "station_removed"


def test_only_an_administrator_does_this(counter: Counter) -> None:
    for words in (("station", "remove", "CAIXA-01"), ("key", "change")):
        answer = counter.run(*words, "--user", CLERK, "--yes", "--json")
        assert answer.document["error"]["kind"] in {"not_allowed", "only_administrators"}


def test_a_computer_joins_a_shop_on_a_server_and_keeps_its_secrets_in_a_locked_file(
    empty: Counter, server_shop: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare, secret = without_password(server_shop), password_of(server_shop)
    monkeypatch.setenv("VAREJOFORTE_DATABASE_PASSWORD", secret)
    join = ("station", "join", "--database-url", bare, "--name", "DEPOSITO", "--user", LOGIN)
    refused = empty.run(*join, "--json")
    assert (refused.code, refused.document["error"]["kind"]) == (1, "no_safe")
    weak = empty.run(*join, "--safe", "file", "--json")
    assert weak.document["error"]["kind"] == "passphrase_weak"
    monkeypatch.setenv("VAREJOFORTE_PASSPHRASE", PHRASE)
    taken = empty.run(*join[:-3], "GERENCIA", *join[-2:], "--safe", "file", "--json")
    assert taken.document["error"]["kind"] == "join_refused"
    assert "GERENCIA" in taken.err or "nome" in taken.err
    assert ask_sql(server_shop, "SELECT name FROM station") == [("GERENCIA",)]

    answer = empty.run(*join, "--json")
    assert answer.document == {
        "station": "DEPOSITO",
        "shop": "Casa Lume",
        "line": "this_computer",
        "by": LOGIN,
    }
    monkeypatch.delenv("VAREJOFORTE_DATABASE_PASSWORD")
    monkeypatch.delenv("VAREJOFORTE_STATION")
    assert stations(empty) == {"DEPOSITO": True, "GERENCIA": True}
    assert empty.run("queue", "retry", "--all", "--user", LOGIN).code == 0
    again = empty.run(*join, "--json")
    assert (again.code, again.document.get("station")) == (0, "DEPOSITO")

    monkeypatch.setenv("VAREJOFORTE_PASSPHRASE", "outra frase qualquer")
    wrong = empty.run("station", "list")
    assert (wrong.code, "frase secreta não abre" in wrong.err) == (1, True)
    monkeypatch.delenv("VAREJOFORTE_PASSPHRASE")
    shut = empty.run("station", "list")
    assert (shut.code, "trancado" in shut.err) == (1, True)
    files = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"estacao.toml", FILE_NAME} <= files.keys()
    for name, content in files.items():
        for hidden in (secret, PASSWORD, PHRASE):
            assert hidden.encode() not in content, name


def test_joining_needs_to_know_which_shop(empty: Counter, tmp_path: Path) -> None:
    assert empty.run("station", "join", "--user", LOGIN).code == 2
    answer = empty.run(
        "station", "join", "--user", LOGIN, "--database-url", "postgresql://localhost/x", "--json"
    )
    assert answer.document["error"]["kind"] == "bad_database_url"


def test_a_way_to_another_computer_in_clear_is_refused_by_every_command(empty: Counter) -> None:
    url = "postgresql://l:canario@outro.example/l?sslmode=disable"
    answer = empty.run("station", "list", "--database-url", url, "--json")
    assert (answer.code, answer.document["error"]["kind"]) == (1, "address_in_clear")
    assert "canario" not in answer.out + answer.err
