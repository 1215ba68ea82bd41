"""A shop's whole first day done from the command line."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.counter import CATALOGUE, LOGIN, PASSWORD, PLENTY, Counter, found_shop
from varejoforte_desktop.simulator.store import TrayStore


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def alike(ours: dict[str, str], theirs: dict[str, str]) -> bool:
    def plain(text: str) -> str | Decimal:
        try:
            return Decimal(text.replace(",", "."))
        except ArithmeticError:
            return text

    return all(plain(ours[name]) == plain(value) for name, value in theirs.items())


def test_a_shop_is_made_filled_connected_and_sent_without_a_screen(
    empty: Counter, store: TrayStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert empty.run("db", "upgrade", "--json").document["done"] == "created"
    found_shop(empty.folder)

    imported = empty.run("products", "import", CATALOGUE, "--user", LOGIN, "--yes")
    assert imported.code == 0, imported.err
    assert "300 produtos novos" in imported.out

    connected = empty.connect(store, monkeypatch)
    assert connected.code == 0, connected.err
    assert "Loja de Treino" in connected.out

    sent = empty.run("sync", "run", "--user", LOGIN, "--until-idle", "--timeout", 120)
    assert sent.code == 0, sent.err
    assert "Na fila: 0 aguardando" in sent.out
    wanted = [row["referencia"] for row in rows_of(CATALOGUE) if row["vender_na_loja"] == "sim"]
    assert sorted(row["reference"] for row in store.products.values()) == sorted(wanted)

    assert empty.run("queue", "list").out == "A fila está vazia.\n"
    assert empty.run("db", "check").code == 0

    exported = tmp_path / "saida.csv"
    assert empty.run("products", "export", exported).code == 0
    ours, theirs = rows_of(exported), sorted(rows_of(CATALOGUE), key=lambda row: row["referencia"])
    assert [row["referencia"] for row in ours] == [row["referencia"] for row in theirs]
    assert all(map(alike, ours, theirs))

    again = empty.run("products", "import", exported, "--user", LOGIN, "--json")
    assert again.code == 0
    assert again.document["receipt"] == {"new": 0, "changed": 0, "unchanged": 300, "moved": 0}


def test_the_status_tells_the_connection_and_the_limits_but_no_secret(
    counter: Counter, store: TrayStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.connect(store, monkeypatch)

    told = counter.run("tray", "status", "--json")

    assert told.code == 0
    assert told.document["connection"]["api_address"] == store.api_address
    assert told.document["connection"]["state"] == "connected"
    assert told.document["connection"]["access_expires_at"].endswith("+00:00")
    assert told.document["queue"]["requests_per_minute"] == PLENTY
    assert "Situação: conectada" in counter.run("tray", "status").out


def test_no_secret_is_printed_or_logged(
    counter: Counter, store: TrayStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet = tmp_path / "lista.csv"
    sheet.write_text("referencia;nome;preco\nPAN-1;Panela;10,00\n", encoding="utf-8")
    answers = [
        counter.connect(store, monkeypatch),
        counter.run("products", "import", sheet, "--user", LOGIN, "--yes", "--json"),
        counter.run("sync", "run", "--user", LOGIN, "--until-idle", "--timeout", 60, "--json"),
        counter.run("tray", "status"),
        counter.run("queue", "list", "--json"),
        counter.run("doctor"),
    ]
    said = "".join(answer.out + answer.err for answer in answers)
    kept = "".join(path.read_text("utf-8") for path in (counter.folder / "logs").glob("*"))
    tokens = store.gate._tokens
    assert tokens is not None

    for secret in (
        PASSWORD,
        store.consumer_secret,
        store.code,
        store.consumer_key,
        tokens.access,
        tokens.refresh,
    ):
        assert secret not in said
        assert secret not in kept


def test_a_store_that_refuses_the_keys_leaves_the_shop_unconnected(
    counter: Counter, store: TrayStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAREJOFORTE_TRAY_SECRET", "segredo-errado")
    monkeypatch.setenv("VAREJOFORTE_TRAY_CODE", store.code)
    address = ("--address", store.api_address, "--key", store.consumer_key)

    refused = counter.run("tray", "connect", "--user", LOGIN, *address)

    assert refused.code == 1
    assert refused.err == "A Tray não aceitou as chaves ou o código. Confira os dados e tente de novo.\n"
    status = counter.run("tray", "status")
    assert status.code == 1
    assert "não conectada" in status.out
