"""Making, checking, copying and restoring the shop's database by command."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.books import ask_sql
from tests.cli.counter import LOGIN, Answer, Counter, a_sheet
from varejoforte_desktop.application.books import BooksDamaged
from varejoforte_desktop.persistence import copy_files
from varejoforte_desktop.persistence.copies import copy_sqlite
from varejoforte_desktop.persistence.copy_postgres import copy_postgresql
from varejoforte_desktop.persistence.schema import prepare


def keep_product(counter: Counter, tmp_path: Path, reference: str) -> None:
    sheet = a_sheet(tmp_path / "lista.csv", f"{reference};Panela {reference};10,00;3")
    assert counter.run("products", "import", sheet, "--user", LOGIN, "--yes").code == 0


def references(counter: Counter) -> list[str]:
    return [
        row[0] for row in ask_sql(f"sqlite:///{counter.books}", "SELECT reference FROM product ORDER BY 1")
    ]


def sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def backed_up(counter: Counter, target: Path) -> Path:
    answer = counter.run("db", "backup", "--output", target)
    assert answer.code == 0, answer.err
    return target


# --- upgrade and check -----------------------------------------------------------------------------------


def test_upgrading_twice_changes_nothing_the_second_time(empty: Counter) -> None:
    assert empty.run("db", "upgrade", "--json").document["done"] == "created"
    assert empty.run("db", "upgrade", "--json").document == {
        "done": "nothing",
        "database": f"sqlite:///{empty.books}",
        "copies": [],
    }


def test_postgresql_is_made_by_command_and_then_opened(
    empty: Counter, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAREJOFORTE_DATABASE_URL", postgres_url.replace("+psycopg", ""))
    older = empty.run("db", "check")
    assert older.code == 1
    assert "varejoforte-desktop db upgrade" in older.err

    assert empty.run("db", "upgrade", "--json").document["done"] == "created"
    assert empty.run("db", "check", "--json").document["problems"] == []


def test_a_sound_shop_has_nothing_to_correct(counter: Counter) -> None:
    answer = counter.run("db", "check")
    assert answer.code == 0
    assert answer.out.endswith("Tudo certo.\n")


def test_a_shelf_that_disagrees_with_its_ledger_is_reported(counter: Counter, tmp_path: Path) -> None:
    keep_product(counter, tmp_path, "PAN-1")
    sql(counter.books, "UPDATE stock SET on_hand = on_hand + 1000")

    answer = counter.run("db", "check")

    assert answer.code == 1
    assert "o estoque não bate com o histórico: PAN-1" in answer.out
    assert "chame o suporte" in answer.err


def test_books_of_a_newer_release_are_left_alone(counter: Counter) -> None:
    sql(counter.books, "UPDATE alembic_version SET version_num = '9999'")
    for words in (
        ("db", "upgrade"),
        ("db", "check"),
        ("queue", "list"),
        ("queue", "retry", "--all", "--user", "c"),
    ):
        answer = counter.run(*words)
        assert answer.code == 1
        assert answer.err == (
            "Este banco de dados é de uma versão mais nova do Varejo Forte. Atualize o programa nesta estação.\n"
        )


def test_a_file_that_is_no_database_is_named_as_such_and_kept(counter: Counter) -> None:
    counter.books.write_bytes(b"lista de compras\n" * 1000)
    for words in (("db", "upgrade"), ("db", "check"), ("db", "backup"), ("queue", "list")):
        answer = counter.run(*words)
        assert answer.code == 1
        assert "não pode ser lido" in answer.err
    assert counter.books.read_bytes().startswith(b"lista de compras")


def test_a_wrong_folder_makes_no_new_shop(empty: Counter) -> None:
    for words in (("queue", "list"), ("db", "check"), ("db", "backup"), ("products", "export", "x.csv")):
        answer = empty.run(*words)
        assert answer.code == 1
        assert "--data-dir" in answer.err
    assert not empty.books.exists()


# --- backup ----------------------------------------------------------------------------------------------


def test_a_backup_is_one_sound_file_with_its_fingerprint(counter: Counter, tmp_path: Path) -> None:
    keep_product(counter, tmp_path, "PAN-1")
    target = tmp_path / "fora" / "copia.db"

    answer = counter.run("db", "backup", "--output", target, "--json")

    assert answer.code == 0
    assert answer.document["file"] == str(target)
    fingerprint = hashlib.sha256(target.read_bytes()).hexdigest()
    assert answer.document["sha256"] == fingerprint
    note = target.with_name("copia.db.sha256")
    assert note.read_text("utf-8") == f"{fingerprint}  copia.db\n"
    assert sorted(path.name for path in target.parent.iterdir()) == ["copia.db", "copia.db.sha256"]
    if os.name == "posix":
        assert target.stat().st_mode & 0o077 == 0
    assert ask_sql(f"sqlite:///{target}", "SELECT reference FROM product") == [("PAN-1",)]


def test_a_backup_without_a_name_goes_to_the_folder_of_copies(counter: Counter) -> None:
    made = Path(counter.run("db", "backup", "--json").document["file"])
    assert made.parent == counter.folder / "copias"
    assert made.exists()


def test_a_backup_is_made_while_somebody_writes(counter: Counter, tmp_path: Path) -> None:
    with closing(sqlite3.connect(counter.books, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM operator")
        backed_up(counter, tmp_path / "copia.db")
        writer.execute("ROLLBACK")
    assert ask_sql(f"sqlite:///{tmp_path / 'copia.db'}", "SELECT count(*) FROM operator") == [(2,)]


def test_a_backup_never_overwrites(counter: Counter, tmp_path: Path) -> None:
    target = tmp_path / "copia.db"
    target.write_text("outra coisa")
    answer = counter.run("db", "backup", "--output", target, "--json")
    assert answer.code == 1
    assert answer.document["error"]["kind"] == "exists"
    assert target.read_text() == "outra coisa"


def test_a_full_disk_leaves_no_half_copy(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copy_files, "to_disk", full)
    answer = counter.run("db", "backup", "--output", tmp_path / "fora" / "copia.db")
    assert answer.code == 1
    assert "O disco está cheio" in answer.err
    assert list((tmp_path / "fora").iterdir()) == []


def test_a_damaged_shop_is_not_passed_off_as_a_backup(counter: Counter, tmp_path: Path) -> None:
    with counter.books.open("rb+") as file:
        file.seek(8192)
        file.write(os.urandom(8192))
    with pytest.raises(BooksDamaged):
        copy_sqlite(counter.books, tmp_path / "copia.db")
    assert not (tmp_path / "copia.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for pg_dump is a shell script")
def test_the_postgresql_password_is_never_an_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    dump = tools / "pg_dump"
    dump.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/argumentos"\n'
        f'printf "%s|%s" "$PGPASSWORD" "$VAREJOFORTE_PASSWORD" > "{tmp_path}/ambiente"\n'
        'for a in "$@"; do case "$a" in --file=*) echo copia > "${a#--file=}";; esac; done\n'
    )
    reader = tools / "pg_restore"
    reader.write_text("#!/bin/sh\nexit 0\n")
    for tool in (dump, reader):
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}/bin")

    copy_postgresql(
        "postgresql+psycopg://loja:s3nh%40@servidor:5433/loja?sslmode=require", tmp_path / "loja.dump"
    )

    arguments = (tmp_path / "argumentos").read_text()
    assert "postgresql://loja@servidor:5433/loja?sslmode=require" in arguments
    assert "s3nh" not in arguments
    assert (tmp_path / "ambiente").read_text() == "s3nh@|"


def test_postgresql_is_copied_with_its_own_tool(
    empty: Counter, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed here")
    from varejoforte_desktop.app.clock import utc_now

    prepare(postgres_url, may_upgrade=True, now=utc_now)
    monkeypatch.setenv("VAREJOFORTE_DATABASE_URL", postgres_url)
    answer = empty.run("db", "backup", "--output", tmp_path / "loja.dump")
    assert answer.code == 0, answer.err
    assert (tmp_path / "loja.dump").read_bytes().startswith(b"PGDMP")


def test_without_its_tool_postgresql_is_not_copied_and_the_sentence_says_why(
    empty: Counter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("VAREJOFORTE_DATABASE_URL", "postgresql://loja@127.0.0.1:1/loja")
    answer = empty.run("db", "backup")
    assert answer.code == 1
    assert answer.err.startswith("O pg_dump não está instalado.")


# --- restore ---------------------------------------------------------------------------------------------


def test_a_backup_comes_back_as_it_was_and_the_shop_before_is_kept(counter: Counter, tmp_path: Path) -> None:
    keep_product(counter, tmp_path, "PAN-1")
    copy = backed_up(counter, tmp_path / "copia.db")
    keep_product(counter, tmp_path, "PAN-2")

    restored = counter.run("db", "restore", copy, "--yes", "--json")

    assert restored.code == 0, restored.err
    assert restored.document["compared"] is True
    assert references(counter) == ["PAN-1"]
    kept = Path(restored.document["kept"])
    assert kept.name.startswith("loja-antes-da-restauracao-")
    assert ask_sql(f"sqlite:///{kept}", "SELECT count(*) FROM product") == [(2,)]
    assert counter.run("db", "check").code == 0
    assert copy.exists()
    assert not list(counter.folder.glob("*.parcial*"))


def test_a_tampered_backup_is_refused_and_the_shop_stays(counter: Counter, tmp_path: Path) -> None:
    copy = backed_up(counter, tmp_path / "copia.db")
    keep_product(counter, tmp_path, "PAN-1")
    sql(copy, "UPDATE operator SET role = 'administrador'")

    answer = counter.run("db", "restore", copy, "--yes")

    assert answer.code == 1
    assert "foi alterada depois de feita" in answer.err
    assert references(counter) == ["PAN-1"]
    assert not list(counter.folder.glob("*antes-da-restauracao*"))
    assert not list(counter.folder.glob("*.parcial*"))


def damaged(path: Path) -> None:
    with path.open("rb+") as file:
        file.seek(4096)
        file.write(b"\xff" * 12_000)


def other_database(path: Path) -> None:
    path.unlink()
    sql(path, "CREATE TABLE receitas (nome TEXT)")


def newer(path: Path) -> None:
    sql(path, "UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (damaged, "damaged"),
        (other_database, "not_books"),
        (newer, "books_newer"),
        (lambda path: path.write_bytes(b"nada" * 5000), "damaged"),
        (lambda path: path.write_bytes(b""), "not_books"),
        (lambda path: path.unlink(), "no_copy"),
    ],
)
def test_what_is_no_good_copy_is_not_restored(
    counter: Counter, tmp_path: Path, spoil: object, kind: str
) -> None:
    copy = backed_up(counter, tmp_path / "copia.db")
    copy_files.fingerprint_path(copy).unlink()
    assert callable(spoil)
    spoil(copy)
    before = counter.books.read_bytes()

    answer = counter.run("db", "restore", copy, "--yes", "--json")

    assert (answer.code, answer.document["error"]["kind"]) == (1, kind)
    assert counter.books.read_bytes() == before


def test_nothing_is_restored_while_the_program_is_open(counter: Counter, tmp_path: Path) -> None:
    copy = backed_up(counter, tmp_path / "copia.db")
    database = counter.open_books()
    try:
        database.read_now(lambda reader: reader.founded())
        answer = counter.run("db", "restore", copy, "--yes")
    finally:
        database.close()
    assert answer.code == 1
    assert answer.err == "O banco de dados está aberto. Feche o programa neste computador e tente de novo.\n"
    assert not list(counter.folder.glob("*antes-da-restauracao*"))


def test_a_damaged_shop_is_replaced_and_kept_with_its_journal(counter: Counter, tmp_path: Path) -> None:
    copy = backed_up(counter, tmp_path / "copia.db")
    counter.books.write_bytes(b"estragado" * 1000)
    counter.books.with_name("loja.db-wal").write_bytes(b"resto do diario")

    restored = counter.run("db", "restore", copy, "--yes", "--json")

    assert restored.code == 0, restored.err
    kept = Path(restored.document["kept"])
    assert kept.read_bytes().startswith(b"estragado")
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"resto do diario"
    assert counter.run("db", "check").code == 0


def test_a_shop_is_restored_where_there_was_none(counter: Counter, tmp_path: Path) -> None:
    copy = backed_up(counter, tmp_path / "copia.db")
    shutil.rmtree(counter.folder)
    restored = counter.run("db", "restore", copy, "--yes", "--json")
    assert restored.document["kept"] is None
    assert counter.run("db", "check").code == 0


def asked(counter: Counter, copy: Path, typed: str) -> Answer:
    return counter.process("db", "restore", copy, stdin=typed)


def test_a_restore_asks_first_and_only_sim_is_yes(counter: Counter, tmp_path: Path) -> None:
    copy = backed_up(counter, tmp_path / "copia.db")
    keep_product(counter, tmp_path, "PAN-1")

    for typed in ("", "s\n", "não\n"):
        refused = asked(counter, copy, typed)
        assert refused.code == 1
        assert "Nada foi feito." in refused.err
    assert references(counter) == ["PAN-1"]
    assert asked(counter, copy, "SIM\n").code == 0
    assert references(counter) == []


def test_a_shop_copied_by_hand_brings_its_journal_along(counter: Counter, tmp_path: Path) -> None:
    database = counter.open_books()
    try:
        database.read_now(lambda reader: reader.founded())
        keep_product(counter, tmp_path, "PAN-1")
        for name in ("loja.db", "loja.db-wal"):
            shutil.copy(counter.folder / name, tmp_path / name)
    finally:
        database.close()

    answer = counter.run("db", "restore", tmp_path / "loja.db", "--yes")

    assert answer.code == 0, answer.err
    assert "não tem impressão digital" in answer.out
    assert references(counter) == ["PAN-1"]
