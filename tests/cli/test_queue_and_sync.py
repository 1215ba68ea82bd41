"""Sending from the command line: what the exit code means, and the queue in a technician's hands."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.books import ask_sql
from tests.cli.counter import CLERK, LOGIN, Counter, a_sheet
from varejoforte_desktop.simulator.store import TrayStore

RUN = ("sync", "run", "--user", LOGIN, "--timeout", 60)


@pytest.fixture
def connected(counter: Counter, store: TrayStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counter:
    """A connected shop that owes the store three products (nine lines)."""
    assert counter.connect(store, monkeypatch).code == 0
    sheet = a_sheet(tmp_path / "lista.csv", *(f"PAN-{n};Panela {n};1{n},00;5" for n in (1, 2, 3)))
    assert counter.run("products", "import", sheet, "--user", LOGIN, "--yes").code == 0
    return counter


def test_all_sent_is_zero_and_one_document(connected: Counter, store: TrayStore) -> None:
    answer = connected.run(*RUN, "--until-idle", "--json")
    assert answer.code == 0, answer.err
    assert answer.document == {
        "phase": "up_to_date",
        "cause": "",
        "sent": 3,
        "waiting": 0,
        "halted": 0,
        "paused": 0,
        "complete": True,
    }
    assert len(store.products) == 3


def test_one_cycle_is_enough_when_nothing_is_in_the_way(connected: Counter, store: TrayStore) -> None:
    assert connected.run(*RUN, "--once").code == 0
    assert len(store.products) == 3


def test_a_store_out_of_reach_is_one_and_the_sentence_says_so(connected: Counter, store: TrayStore) -> None:
    store.faults.offline = True
    answer = connected.run("sync", "run", "--user", LOGIN, "--once", "--json")
    assert answer.code == 1
    assert answer.document["waiting"] == 9
    assert answer.document["phase"] in {"offline", "store_down"}
    assert "9 itens aguardam: execute de novo mais tarde." in answer.err


def test_nobody_at_the_address_ends_the_wait_after_a_second_try(connected: Counter, store: TrayStore) -> None:
    ask_sql(
        f"sqlite:///{connected.books}",
        "UPDATE tray_connection SET api_address = 'http://127.0.0.1:9/web_api'",
    )
    answer = connected.run(*RUN, "--until-idle")
    assert answer.code == 1
    assert "a loja não foi alcançada" in answer.err


def test_the_time_limit_is_kept(connected: Counter, store: TrayStore) -> None:
    store.faults.offline = True
    answer = connected.run("sync", "run", "--user", LOGIN, "--until-idle", "--timeout", "1", "--json")
    assert (answer.code, answer.document["cause"]) == (1, "timeout")
    assert answer.err.splitlines()[-1].startswith("O tempo acabou")


def test_a_shop_without_a_store_says_how_to_connect(counter: Counter) -> None:
    answer = counter.run(*RUN, "--until-idle")
    assert answer.code == 1
    assert "varejoforte-desktop tray connect" in answer.err


def test_what_the_store_refuses_is_listed_with_its_reason(connected: Counter, store: TrayStore) -> None:
    store.faults.next("refused", times=None, path_contains="/products")

    answer = connected.run(*RUN, "--until-idle")

    assert answer.code == 1
    assert "queue list" in answer.err
    listed = connected.run("queue", "list", "--json").document
    halted = [item for item in listed["items"] if item["state"] == "halted"]
    assert halted
    assert halted[0]["text"].startswith("A Tray recusou")
    assert "parado" in connected.run("queue", "list").out

    store.faults.clear()
    assert connected.run("queue", "retry", "--user", LOGIN, "--all").code == 0
    assert connected.run(*RUN, "--until-idle").code == 0


def test_the_queue_is_listed_searched_and_cut(connected: Counter) -> None:
    listed = connected.run("queue", "list")
    assert listed.code == 0
    assert "PAN-1 · Panela 1" in listed.out
    assert "9 itens mostrados de 9." in listed.out
    found = connected.run("queue", "list", "--text", "pan-2", "--json").document
    assert {item["label"] for item in found["items"]} == {"PAN-2 · Panela 2"}
    assert len(connected.run("queue", "list", "--limit", "2", "--json").document["items"]) == 2


def test_held_lines_stay_behind_until_they_are_let_go(connected: Counter, store: TrayStore) -> None:
    items = connected.run("queue", "list", "--text", "PAN-2", "--json").document["items"]
    ids = [item["id"] for item in items]
    assert connected.run("queue", "pause", "--user", LOGIN, "--id", *ids).out == "3 itens em pausa.\n"

    answer = connected.run(*RUN, "--until-idle")
    assert answer.code == 1
    assert "queue resume" in answer.err
    assert {row["reference"] for row in store.products.values()} == {"PAN-1", "PAN-3"}

    assert connected.run("queue", "resume", "--user", LOGIN, "--all").code == 0
    assert connected.run(*RUN, "--until-idle").code == 0


def test_ignoring_asks_unless_told_not_to(connected: Counter) -> None:
    words = ("queue", "ignore", "--user", LOGIN, "--all")
    assert connected.process(*words).code == 1
    assert connected.run("queue", "list", "--json").document["total"] == 9
    assert connected.run(*words, "--yes").out == "9 itens fora da fila.\n"
    assert connected.run("queue", "list").out == "A fila está vazia.\n"


def test_lines_that_are_gone_are_said_to_be(connected: Counter) -> None:
    answer = connected.run("queue", "retry", "--user", LOGIN, "--id", "999999")
    assert answer.code == 1
    assert "não estão mais na fila" in answer.err


def test_who_may_not_is_refused(connected: Counter) -> None:
    answer = connected.run("queue", "retry", "--user", CLERK, "--all")
    assert answer.code == 1
    assert answer.err == (
        "Seu perfil não pode mexer na fila de processamento. Peça a um gerente ou administrador.\n"
    )


def test_a_clerk_on_a_station_without_the_key_is_told_who_can_help(connected: Counter) -> None:
    answer = connected.process("sync", "run", "--user", CLERK, "--until-idle")
    assert answer.code == 1
    assert "Um administrador precisa entrar aqui uma vez." in answer.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_sync_hands_the_lead_over(connected: Counter, store: TrayStore, number: int) -> None:
    store.faults.next("slow", times=None, seconds=0.2)
    with connected.start(*RUN, "--until-idle") as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(number)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Interrompido." in err
    assert "Traceback" not in err
    assert connected.run("tray", "status", "--json").document["leader"] is None
    assert connected.run(*RUN, "--until-idle").code == 0
