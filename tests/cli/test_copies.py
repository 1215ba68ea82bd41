"""Plans, locked copies, restoring on a server, comparing afterwards and moving to PostgreSQL, by command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.books import ask_sql
from tests.cli.counter import CLERK, LOGIN, PASSWORD, Counter, a_sheet
from tests.postgres import PostgresServer
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.sign_in import Founding, found_shop
from varejoforte_desktop.credentials.passwords import Argon2Passwords
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare

PASSPHRASE = "quatro palavras bem escolhidas"


def keep_product(counter: Counter, tmp_path: Path, reference: str) -> None:
    sheet = a_sheet(tmp_path / "lista.csv", f"{reference};Panela {reference};10,00;3")
    answer = counter.run("products", "import", sheet, "--user", LOGIN, "--yes")
    assert answer.code == 0, answer.err


def references(url: str) -> list[str]:
    return [row[0] for row in ask_sql(url, "SELECT reference FROM product ORDER BY 1")]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase of copies, as a script tells it."""
    monkeypatch.setenv("VAREJOFORTE_COPY_PASSPHRASE", PASSPHRASE)


@pytest.fixture
def server_shop(
    empty: Counter, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Counter]:
    """A founded shop on PostgreSQL, and no program open."""
    url = postgres_server.create_database()
    prepare(url, may_upgrade=True, now=utc_now)
    database = Database(url, ChangeFeed())
    founding = Founding(
        shop_name="Casa das Panelas",
        login=LOGIN,
        name="Carla Souza",
        password_hash=Argon2Passwords().hashed(PASSWORD),
        wrapped_key="",
    )
    database.run_now(found_shop, founding)
    database.close()
    monkeypatch.setenv("VAREJOFORTE_DATABASE_URL", url)
    yield empty
    postgres_server.drop_database(url)


def url_of() -> str:
    """Where the shop is."""
    return os.environ["VAREJOFORTE_DATABASE_URL"]


# -- the plan ---------------------------------------------------------------------------------------------


def test_a_plan_is_shown_and_changed(counter: Counter, tmp_path: Path) -> None:
    assert "não tem um plano" in counter.run("db", "plan").out

    answer = counter.run(
        "db", "plan", "--user", LOGIN, "--folder", tmp_path / "copias", "--every-hours", "2",
        "--at-closing", "yes", "--keep-daily", "9", "--json",
    )  # fmt: skip

    assert answer.code == 0, answer.err
    assert answer.document["plan"] == {
        "folder": str(tmp_path / "copias"),
        "second_folder": "",
        "every_hours": 2,
        "at_closing": True,
        "encrypted": False,
        "keep_daily": 9,
        "keep_weekly": 4,
        "keep_monthly": 12,
    }
    counter.run("db", "plan", "--user", LOGIN, "--at-closing", "no")
    shown = counter.run("db", "plan").out
    assert "a cada 2 horas." in shown
    assert "Guardadas: 9 diárias, 4 semanais, 12 mensais" in shown


def test_a_plan_is_changed_by_whoever_may_change_settings(counter: Counter) -> None:
    assert counter.run("db", "plan", "--every-hours", "2").code == 2
    refused = counter.run("db", "plan", "--every-hours", "2", "--user", CLERK, "--json")
    assert refused.document["error"]["kind"] == "not_allowed"
    wrong = counter.run("db", "plan", "--keep-daily", "0", "--user", LOGIN)
    assert wrong.code == 1
    assert counter.run("db", "plan", "--encrypted", "yes", "--user", LOGIN).code == 1


# -- locked -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("told")
def test_a_locked_copy_is_made_and_put_back(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = counter.run("db", "backup", "--encrypted", "--json")
    assert early.document["error"]["kind"] == "no_passphrase"
    assert "db passphrase" in early.err
    assert counter.run("db", "passphrase", "--user", LOGIN).code == 0
    keep_product(counter, tmp_path, "PAN-1")
    made = counter.run("db", "backup", "--encrypted", "--json")
    copy = Path(made.document["file"])
    assert copy.suffix == ".vfc"
    keep_product(counter, tmp_path, "PAN-2")

    monkeypatch.setenv("VAREJOFORTE_COPY_PASSPHRASE", "outra frase qualquer")
    wrong = counter.run("db", "restore", copy, "--yes", "--json")
    assert wrong.document["error"]["kind"] == "passphrase_wrong"
    assert references(f"sqlite:///{counter.books}") == ["PAN-1", "PAN-2"]

    monkeypatch.delenv("VAREJOFORTE_COPY_PASSPHRASE")
    answer = counter.process("db", "restore", copy, "--yes", "--from-stdin", stdin=f"{PASSPHRASE}\n")
    assert answer.code == 0, answer.err
    assert references(f"sqlite:///{counter.books}") == ["PAN-1"]
    assert "db recheck" in answer.out


def test_a_weak_passphrase_is_refused(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAREJOFORTE_COPY_PASSPHRASE", "curta")
    answer = counter.run("db", "passphrase", "--user", LOGIN, "--json")
    assert answer.document["error"]["kind"] == "passphrase_weak"


# -- restored ---------------------------------------------------------------------------------------------


def test_a_restored_shop_says_so_until_it_was_compared(counter: Counter) -> None:
    assert counter.run("db", "recheck", "--user", LOGIN, "--json").document == {"done": "nothing"}
    copy = counter.run("db", "backup", "--json").document["file"]
    assert counter.run("db", "restore", copy, "--yes").code == 0

    checked = counter.run("db", "check", "--json")
    assert checked.document["recheck_pending"] is True
    assert "db recheck" in counter.run("db", "check").out
    refused = counter.run("db", "recheck", "--user", CLERK, "--yes", "--json")
    assert refused.document["error"]["kind"] == "not_allowed"
    done = counter.run("db", "recheck", "--user", LOGIN, "--yes", "--json")

    assert done.code == 0, done.err
    assert done.document["done"] == "rechecked"
    assert counter.run("db", "check", "--json").document["recheck_pending"] is False


def test_a_copy_comes_back_on_a_server(server_shop: Counter, tmp_path: Path) -> None:
    url = url_of()
    keep_product(server_shop, tmp_path, "PAN-1")
    copy = server_shop.run("db", "backup", "--json").document["file"]
    keep_product(server_shop, tmp_path, "PAN-2")

    answer = server_shop.run("db", "restore", copy, "--yes", "--json")

    assert answer.code == 0, answer.err
    assert references(url) == ["PAN-1"]
    old = f"{url.rpartition('/')[0]}/{answer.document['kept']}"
    assert references(old) == ["PAN-1", "PAN-2"]
    assert server_shop.run("db", "check", "--json").document["recheck_pending"] is True
    ask_sql(url.rpartition("/")[0] + "/postgres", f'DROP DATABASE "{answer.document["kept"]}"')


def test_nothing_is_restored_on_a_server_while_somebody_works(server_shop: Counter, tmp_path: Path) -> None:
    copy = server_shop.run("db", "backup", "--json").document["file"]
    keep_product(server_shop, tmp_path, "PAN-1")
    database = Database(url_of(), ChangeFeed())
    try:
        assert database.read_now(lambda reader: reader.founded())
        answer = server_shop.run("db", "restore", copy, "--yes", "--json")
    finally:
        database.close()
    assert answer.document["error"]["kind"] == "in_use"
    assert references(url_of()) == ["PAN-1"]


# -- moved ------------------------------------------------------------------------------------------------


def test_a_shop_moves_to_a_server_and_is_found_there(
    counter: Counter, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_product(counter, tmp_path, "PAN-1")
    address = postgres_url.replace("+psycopg", "")

    answer = counter.run("db", "move", "--to", address, "--user", LOGIN, "--yes", "--json")

    assert answer.code == 0, answer.err
    document = answer.document
    assert document["tables"]["product"]["lines"] == 1
    assert len(document["tables"]["product"]["sha256"]) == 64
    assert document["settings_written"] is True
    assert not counter.books.exists()
    kept = Path(document["kept"])
    assert kept.name.startswith("loja-movida-para-o-postgresql-")
    assert references(f"sqlite:///{kept}") == ["PAN-1"]
    assert references(postgres_url) == ["PAN-1"]
    password = postgres_url.partition("://")[2].partition("@")[0].partition(":")[2]
    assert password not in answer.out + answer.err
    if not document["password_kept"]:
        monkeypatch.setenv("VAREJOFORTE_DATABASE_PASSWORD", password)
    checked = counter.run("db", "check", "--json")  # no address told: from the settings
    assert checked.document["products"] == 1
    assert checked.document["problems"] == []
    assert not counter.books.exists()
    keep_product(counter, tmp_path, "PAN-2")
    assert references(postgres_url) == ["PAN-1", "PAN-2"]
    log = ask_sql(postgres_url, "SELECT operator FROM audit_entry WHERE action = 'books.moved'")
    assert log == [("Carla Souza",)]


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("sqlite:////tmp/x.db", "not_postgresql"),
        ("mysql://x/y", "not_postgresql"),
        ("postgresql://loja@127.0.0.1:1/loja", "books_unreachable"),
        ("postgresql://loja@[::1/loja", "bad_database_url"),
    ],
)
def test_an_address_that_cannot_be_moved_to_changes_nothing(counter: Counter, target: str, kind: str) -> None:
    answer = counter.run("db", "move", "--to", target, "--yes", "--json")
    assert (answer.code, answer.document["error"]["kind"]) == (1, kind)
    assert counter.books.exists()


def test_a_shop_is_moved_only_when_asked_and_by_whoever_may(counter: Counter, postgres_url: str) -> None:
    asked = counter.process("db", "move", "--to", postgres_url, stdin="não\n")
    assert asked.code == 1
    assert "Nada foi feito." in asked.err
    refused = counter.run("db", "move", "--to", postgres_url, "--user", CLERK, "--yes", "--json")
    assert refused.document["error"]["kind"] == "not_allowed"
    open_books = counter.open_books()
    assert open_books.read_now(lambda reader: reader.founded())
    busy = counter.run("db", "move", "--to", postgres_url, "--yes", "--json")
    open_books.close()
    assert busy.document["error"]["kind"] == "in_use"
    assert counter.books.exists()
