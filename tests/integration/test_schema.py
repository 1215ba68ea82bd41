"""Books are made, upgraded after a copy was put aside, and left alone when this release does not know them."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import upgrade
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, make_url

from tests.books import NOON, ask_sql
from varejoforte_desktop.application.books import (
    BooksDamaged,
    BooksFull,
    BooksMisplaced,
    BooksNewer,
    BooksOlder,
    BooksUnreachable,
)
from varejoforte_desktop.persistence import schema
from varejoforte_desktop.persistence.database import build_engine, sqlite_path
from varejoforte_desktop.persistence.schema import SchemaState, prepare, schema_state
from varejoforte_desktop.persistence.tables import metadata

NEXT_STEP = '''"""A later release."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """{what}"""
    op.create_table("loyalty", sa.Column("id", sa.Integer(), primary_key=True))
    {then}
'''
REBUILD = """with op.batch_alter_table("operator", recreate="always") as table:
        table.add_column(sa.Column("nickname", sa.String(20)))"""


def make_ready(url: str, *, may_upgrade: bool = True) -> None:
    prepare(url, may_upgrade=may_upgrade, now=lambda: NOON)


def state_of(url: str) -> SchemaState:
    engine = build_engine(url, read_only=False, size=1)
    try:
        return schema_state(engine)
    finally:
        engine.dispose()


def at_step(url: str, step: str) -> None:
    """Books as far as this step had brought them."""
    engine = build_engine(url, read_only=False, size=1)
    config = schema._config()
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        upgrade(config, step)
    engine.dispose()


@pytest.fixture
def later_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretend that this is the next release, whose step does something more."""

    def release(then: str = "pass") -> None:
        scripts = tmp_path / "later"
        shutil.copytree(schema._SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
        step = NEXT_STEP.format(what="Grow.", then=then)
        (scripts / "versions" / "0010_later.py").write_text(step, encoding="utf-8")
        monkeypatch.setattr(schema, "_SCRIPTS", scripts)

    return release


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("*antes-da-atualizacao*"))


def test_new_books_are_made(database_url: str) -> None:
    assert state_of(database_url) is SchemaState.EMPTY
    make_ready(database_url)
    assert state_of(database_url) is SchemaState.CURRENT
    make_ready(database_url, may_upgrade=False)  # nothing to do


def test_the_steps_lead_to_the_tables_that_the_program_knows(database_url: str) -> None:
    make_ready(database_url)
    engine = build_engine(database_url, read_only=False, size=1)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    for_searching = ("product_search", "ix_product_search_text")  # made by the database's own means
    assert [
        each for each in differences if not str(getattr(each[1], "name", "")).startswith(for_searching)
    ] == []


def test_every_rule_of_the_tables_is_in_the_books(database_url: str) -> None:
    """Alembic does not compare CHECK rules, so a step that forgets one would go unseen."""
    make_ready(database_url)
    wanted = {
        str(rule.name)
        for table in metadata.sorted_tables
        for rules in (table.constraints, *(column.constraints for column in table.columns))
        for rule in rules
        if isinstance(rule, CheckConstraint)
    }
    if database_url.startswith("sqlite"):
        told = " ".join(str(row[0]) for row in ask_sql(database_url, "SELECT sql FROM sqlite_master"))
        missing = {name for name in wanted if name not in told}
    else:
        rows = ask_sql(database_url, "SELECT conname FROM pg_constraint WHERE contype = 'c'")
        missing = wanted - {str(row[0]) for row in rows}
    assert len(wanted) > 20
    assert missing == set()


def test_books_of_a_newer_release_are_left_alone(own_shop_url: str) -> None:
    ask_sql(own_shop_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BooksNewer):
        make_ready(own_shop_url)
    assert ask_sql(own_shop_url, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_somebody_elses_database_is_left_alone(database_url: str) -> None:
    ask_sql(database_url, "CREATE TABLE clientes (nome TEXT)")
    with pytest.raises(BooksNewer):
        make_ready(database_url)


def test_an_empty_server_waits_for_an_administrator(postgres_url: str) -> None:
    with pytest.raises(BooksOlder):
        make_ready(postgres_url, may_upgrade=False)
    make_ready(postgres_url, may_upgrade=True)
    make_ready(postgres_url, may_upgrade=False)


def test_older_books_on_a_server_wait_for_an_administrator(
    own_postgres_shop: str, later_release: Callable[..., None]
) -> None:
    later_release()
    with pytest.raises(BooksOlder):
        make_ready(own_postgres_shop, may_upgrade=False)
    make_ready(own_postgres_shop)
    assert ask_sql(own_postgres_shop, "SELECT version_num FROM alembic_version") == [("0010",)]


def test_two_administrators_upgrade_at_once_and_one_is_enough(postgres_url: str) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            make_ready(postgres_url)
        except Exception as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    together = [threading.Thread(target=start) for _ in range(3)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert failures == []
    assert state_of(postgres_url) is SchemaState.CURRENT


def test_a_copy_is_put_aside_before_an_upgrade(sqlite_shop: str, later_release: Callable[..., None]) -> None:
    later_release()
    make_ready(sqlite_shop, may_upgrade=False)
    assert ask_sql(sqlite_shop, "SELECT version_num FROM alembic_version") == [("0010",)]
    path = sqlite_path(sqlite_shop)
    assert path is not None
    (copy,) = copies(path.parent)
    assert copy.name == "loja-antes-da-atualizacao-20260302-150000.db"
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("SELECT version_num FROM alembic_version").fetchall() == [("0009",)]
        assert before.execute("SELECT name FROM shop").fetchall() == [("Casa das Panelas",)]


def test_an_upgrade_that_fails_changes_nothing(own_shop_url: str, later_release: Callable[..., None]) -> None:
    later_release("raise RuntimeError('no power')")
    with pytest.raises(RuntimeError, match="no power"):
        make_ready(own_shop_url)
    assert ask_sql(own_shop_url, "SELECT version_num FROM alembic_version") == [("0009",)]
    with pytest.raises(Exception, match="loyalty"):
        ask_sql(own_shop_url, "SELECT * FROM loyalty")


def test_a_table_that_others_refer_to_can_be_rebuilt(
    own_shop_url: str, later_release: Callable[..., None]
) -> None:
    ask_sql(
        own_shop_url,
        "INSERT INTO product (id, reference, reference_key, name, name_key, unit, price, cost, promotional_price, "
        "minimum_stock, safety_stock, counter_reserve, weight, length, width, height, sell_online, active, "
        "search_text, modified_at) "
        "VALUES (1, 'A', 'a', 'A', 'a', 'UN', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, true, true, 'a', 0)",
    )
    ask_sql(
        own_shop_url,
        "INSERT INTO stock_movement (product_id, kind, amount, balance, reason, operator_id, station, token, at) "
        "VALUES (1, 'entry', 1, 1, 'x', 1, 'Balcão', 't', 0)",
    )
    later_release(
        REBUILD
        if own_shop_url.startswith("sqlite")
        else 'op.add_column("operator", sa.Column("n", sa.Text()))'
    )
    make_ready(own_shop_url)
    assert ask_sql(own_shop_url, "SELECT count(*) FROM stock_movement") == [(1,)]
    assert ask_sql(own_shop_url, "SELECT count(*) FROM operator") == [(3,)]


def test_the_notes_of_orders_stand_after_the_step_that_lets_links_be_taken_back(database_url: str) -> None:
    """Every line is kept with its rules; a key may come again only once its first link was taken back."""
    at_step(database_url, "0007")
    ask_sql(
        database_url,
        "INSERT INTO tray_order (id, former_store, remote_id, stage, promised, readable, status, status_id, status_type, "
        "paid, buyer, buyer_key, total, expected_total, pieces, head_digest, content, content_digest, accepted, "
        "accepted_digest, divergence_digest, raw, seen_at, updated_at, wanted_status_id, cancel_wanted) VALUES "
        "(1, '', '7415', 'imported', true, true, '', '', '', true, '', '', 0, 0, 0, '', '', '', '', '', '', '', 0, 0, "
        "'', false)",
    )
    note = (
        "INSERT INTO order_invoice (order_id, access_key, origin, number, series, issued_on, value, link, xml, cfops, "
        "remote_id, created_at, linked_by) VALUES (1, '{key}', '{origin}', 1, 1, '2026-11-24', 0, '', '', '{{}}', '', 0, 'Ana')"
    )
    ask_sql(database_url, note.format(key="1" * 44, origin="typed"))
    make_ready(database_url)
    kept = "SELECT access_key, linked_by, revoked_at, revoked_by, revoked_why FROM order_invoice"
    assert ask_sql(database_url, kept) == [("1" * 44, "Ana", None, "", None)]
    for refused in (note.format(key="1" * 44, origin="typed"), note.format(key="2" * 44, origin="guessed")):
        with pytest.raises(Exception, match=r"(?i)unique|check"):
            ask_sql(database_url, refused)
    with pytest.raises(Exception, match=r"(?i)check"):
        ask_sql(database_url, "UPDATE order_invoice SET revoked_at = 1")
    ask_sql(database_url, "UPDATE order_invoice SET revoked_at = 1, revoked_why = 'mistake'")
    ask_sql(database_url, note.format(key="1" * 44, origin="file"))
    assert len(ask_sql(database_url, kept)) == 2


def test_a_disk_too_full_for_the_copy_stops_the_upgrade(
    sqlite_shop: str, later_release: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    later_release()
    real = sqlite3.connect

    def on_a_full_disk(address: object, *args: object, **kwargs: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(address, *args, **kwargs)  # type: ignore[call-overload]
        if str(address).endswith(".parcial"):
            connection.execute("PRAGMA max_page_count = 2")
        return connection

    monkeypatch.setattr("varejoforte_desktop.persistence.schema.sqlite3.connect", on_a_full_disk)
    with pytest.raises(BooksFull):
        make_ready(sqlite_shop)
    monkeypatch.undo()
    path = sqlite_path(sqlite_shop)
    assert path is not None
    assert not list(path.parent.glob("*.parcial"))
    assert copies(path.parent) == []
    assert ask_sql(sqlite_shop, "SELECT version_num FROM alembic_version") == [("0009",)]


@pytest.mark.parametrize("content", [b"isto nao e um banco de dados" * 100, b"%PDF-1.7\n" + b"\0" * 5000])
def test_a_file_that_is_no_database_is_told_as_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "loja.db"
    path.write_bytes(content)
    with pytest.raises(BooksDamaged):
        make_ready(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_the_file_is_no_place_for_books(tmp_path: Path) -> None:
    (tmp_path / "loja.db").mkdir()
    with pytest.raises(BooksMisplaced) as refused:
        make_ready(f"sqlite:///{tmp_path / 'loja.db'}")
    assert refused.value.facts["why"] == "no_access"


def test_a_file_in_the_place_of_the_folder_is_no_place_for_books(tmp_path: Path) -> None:
    (tmp_path / "loja").write_text("um arquivo")
    for place in ("loja/loja.db", "loja/mais/loja.db"):
        with pytest.raises(BooksMisplaced) as refused:
            make_ready(f"sqlite:///{tmp_path / place}")
        assert refused.value.facts["why"] == "not_a_folder"


def test_a_folder_that_nobody_may_write_is_no_place_for_books() -> None:
    with pytest.raises(BooksMisplaced) as refused:
        make_ready("sqlite:////proc/1/loja/loja.db")  # not even root makes folders there
    assert refused.value.facts["why"] == "no_access"


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    make_ready(f"sqlite:///{tmp_path / 'Minha Loja 100%' / 'ção' / 'loja.db'}")
    assert (tmp_path / "Minha Loja 100%" / "ção" / "loja.db").exists()


@pytest.mark.parametrize("kind", ["cifs", "nfs4", "fuse.sshfs"])
def test_a_network_share_is_no_place_for_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    share = tmp_path / "meus arquivos"
    share.mkdir()
    mounts = (
        f"/dev/sda1 / ext4 rw 0 0\nservidor:/loja {str(share).replace(' ', chr(92) + '040')} {kind} rw 0 0\n"
    )
    real = Path.read_text
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda self, *args, **kwargs: mounts if str(self) == "/proc/mounts" else real(self, *args, **kwargs),
    )
    with pytest.raises(BooksMisplaced) as refused:
        make_ready(f"sqlite:///{share / 'loja.db'}")
    assert refused.value.facts["why"] == "network_share"
    make_ready(f"sqlite:///{tmp_path / 'aqui.db'}")


def test_a_share_by_its_windows_name_is_no_place_either() -> None:
    with pytest.raises(BooksMisplaced) as refused:
        make_ready("sqlite:////" + "/servidor-que-nao-existe/loja/loja.db")
    assert refused.value.facts["why"] == "network_share"
    assert not Path("/servidor-que-nao-existe").exists()


def test_a_server_that_does_not_answer_is_told_as_unreachable(postgres_url: str) -> None:
    away = make_url(postgres_url).set(port=1).render_as_string(hide_password=False)
    with pytest.raises(BooksUnreachable):
        make_ready(away)


@pytest.mark.parametrize("change", [{"password": "errada"}, {"database": "outra_loja"}])
def test_a_door_that_stays_shut_is_told_as_unreachable(postgres_url: str, change: dict[str, str]) -> None:
    wrong = make_url(postgres_url).set(**change).render_as_string(hide_password=False)  # type: ignore[arg-type]
    with pytest.raises(BooksUnreachable):
        make_ready(wrong)
