"""A copy is put back: the old books or the new ones are there at every moment, and nobody sells before it is compared."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.books import HandClock, ask_sql
from tests.builders import keep
from tests.copies import PASSPHRASE, CopiedShop, content, files_in, there
from varejoforte_desktop.app.backups import CopyDesk, Place
from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.application.books import BooksNewer
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.fiscal_book import SeriesName, SeriesRecord
from varejoforte_desktop.application.fiscal_setup import keep_series
from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.domain.access_errors import PassphraseWrong, RecheckPending
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.persistence import copy_postgres
from varejoforte_desktop.persistence.copy_postgres import has_database
from varejoforte_desktop.persistence.database import Database, sqlite_path


@pytest.fixture
def shop(own_shop_url: str, tmp_path: Path, clock: HandClock) -> Iterator[CopiedShop]:
    """A founded shop on each of the two engines in turn, whose database may be exchanged."""
    copied = CopiedShop(own_shop_url, tmp_path / "dados", clock)
    yield copied
    copied.close()


@pytest.fixture
def file_shop(sqlite_shop: str, tmp_path: Path, clock: HandClock) -> Iterator[CopiedShop]:
    """A founded shop in a file."""
    copied = CopiedShop(sqlite_shop, tmp_path / "dados", clock)
    yield copied
    copied.close()


def references(shop: CopiedShop) -> list[str]:
    return [row[0] for row in ask_sql(shop.place.url, "SELECT reference FROM product ORDER BY reference")]


async def copied(shop: CopiedShop, by: Actor) -> Path:
    """A copy as the plan of the shop makes it."""
    return Path((await shop.desk.make(by=by)).file)


def again(shop: CopiedShop) -> None:
    """The program ends and starts."""
    shop.close()
    shop.open()


# -- from the program -------------------------------------------------------------------------------------


@pytest.mark.parametrize("locked", [False, True], ids=["plain", "locked"])
async def test_a_copy_takes_the_books_place_at_the_next_start(
    shop: CopiedShop, gerente: Actor, administrador: Actor, locked: bool
) -> None:
    keep(shop.database, by=gerente, reference="PAN-1")
    if locked:
        await shop.desk.choose_passphrase(PASSPHRASE, by=administrador)
        shop.plan(administrador, encrypted=True)
    copy = await copied(shop, administrador)
    keep(shop.database, by=gerente, reference="PAN-2")

    kept = await shop.desk.restore(copy, PASSPHRASE if locked else "", by=administrador)

    keep(shop.database, by=gerente, reference="PAN-3")  # the shop goes on until it is closed
    assert references(shop) == ["PAN-1", "PAN-2", "PAN-3"]
    assert not shop.pending
    again(shop)
    assert references(shop) == ["PAN-1"]
    assert shop.pending
    assert shop.problems == ()
    if shop.place.url.startswith("sqlite"):
        assert ask_sql(f"sqlite:///{kept}", "SELECT count(*) FROM product") == [(3,)]
    else:
        old = replace(shop.place, url=shop.place.url.rpartition("/")[0] + f"/{kept.name}").url
        assert ask_sql(old, "SELECT count(*) FROM product") == [(3,)]
        copy_postgres.drop_database(old)
    again(shop)  # once is enough
    assert references(shop) == ["PAN-1"]
    assert not [name for name in files_in(shop.place.room) if "parcial" in name or "restaurar" in name]


async def test_only_whoever_may_change_settings_puts_a_copy_back(
    shop: CopiedShop, gerente: Actor, administrador: Actor
) -> None:
    copy = await copied(shop, gerente)
    with pytest.raises(NotAllowed):
        await shop.desk.restore(copy, by=gerente)
    assert await shop.desk.recheck_facts() is None
    again(shop)
    assert not shop.pending


async def test_what_is_no_good_copy_changes_nothing(
    shop: CopiedShop, administrador: Actor, tmp_path: Path
) -> None:
    copy = await copied(shop, administrador)
    whole = content(copy)
    for spoiled, why in (
        (b"", "not_books" if copy.suffix == ".db" else "damaged"),
        (b"nada" * 5000, "damaged"),
        (whole[: len(whole) // 2], "damaged"),
    ):
        path = tmp_path / f"copia{copy.suffix}"
        path.write_bytes(spoiled)
        with pytest.raises(CopyRefused) as refused:
            await shop.desk.restore(path, by=administrador)
        assert refused.value.why == why
    with pytest.raises(CopyRefused) as missing:
        await shop.desk.examine(tmp_path / "nenhuma.db")
    assert missing.value.why == "no_copy"
    again(shop)
    assert not shop.pending
    assert not [name for name in files_in(shop.place.room) if "parcial" in name or "restaurar" in name]


async def test_a_copy_whose_fingerprint_is_another_is_refused(
    file_shop: CopiedShop, administrador: Actor
) -> None:
    copy = await copied(file_shop, administrador)
    ask_sql(f"sqlite:///{copy}", "UPDATE operator SET role = 'administrador'")
    with pytest.raises(CopyRefused) as refused:
        await file_shop.desk.restore(copy, by=administrador)
    assert refused.value.why == "tampered"


async def test_a_copy_of_a_newer_release_is_refused(shop: CopiedShop, administrador: Actor) -> None:
    ask_sql(shop.place.url, "UPDATE alembic_version SET version_num = '9999'")
    if shop.place.url.startswith("sqlite"):
        copy = shop.place.data_dir / "copia.db"
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(sqlite_path(shop.place.url) or "", copy)
        shutil.copy(f"{sqlite_path(shop.place.url)}-wal", f"{copy}-wal")
    else:
        copy = copy_postgres.copy_postgresql(shop.place.url, shop.place.data_dir / "copia.dump").path
    ask_sql(shop.place.url, "UPDATE alembic_version SET version_num = '0004'")
    with pytest.raises(BooksNewer):
        await shop.desk.examine(copy)


async def test_a_copy_of_an_older_release_is_upgraded(
    tmp_path: Path, file_shop: CopiedShop, administrador: Actor
) -> None:
    old = tmp_path / "antiga.db"
    older_books(old)
    facts = await file_shop.desk.examine(old)
    assert (facts.older_release, facts.shop_name) == (True, "Loja antiga")
    await file_shop.desk.restore(old, by=administrador)
    again(file_shop)
    assert file_shop.database.read_now(lambda reader: reader.shop()).name == "Loja antiga"
    assert file_shop.pending


def older_books(path: Path) -> None:
    """A shop as the release before kept it."""
    from alembic.command import upgrade
    from alembic.config import Config

    from varejoforte_desktop.persistence.database import build_engine
    from varejoforte_desktop.persistence.schema import _SCRIPTS

    engine = build_engine(f"sqlite:///{path}", read_only=False, size=1)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS))
        config.attributes["connection"] = connection
        upgrade(config, "0003")
        connection.exec_driver_sql(
            "INSERT INTO shop (id, name, timezone, sync_option, requests_per_minute, requests_per_day, cycle_seconds)"
            " VALUES (1, 'Loja antiga', 'America/Sao_Paulo', 'full', 150, 9000, 60)"
        )
    engine.dispose()


async def test_a_copy_of_the_other_kind_of_database_is_named_as_such(
    file_shop: CopiedShop, postgres_shop: str, administrador: Actor, tmp_path: Path, clock: HandClock
) -> None:
    of_file = await copied(file_shop, administrador)
    of_server = copy_postgres.copy_postgresql(postgres_shop, tmp_path / "loja.dump").path
    server = Database(postgres_shop, ChangeFeed(), clock=clock)
    place = Place(url=postgres_shop, data_dir=tmp_path / "outra", station="Balcão")
    desk = CopyDesk(server, ChangeFeed(), place, clock=clock)
    for asked, copy in ((file_shop.desk, of_server), (desk, of_file)):
        with pytest.raises(CopyRefused) as refused:
            await asked.examine(copy)
        assert refused.value.why == "other_kind"
    server.close()


async def test_a_locked_copy_and_its_passphrase_are_enough_on_a_new_computer(
    file_shop: CopiedShop, gerente: Actor, administrador: Actor, tmp_path: Path, clock: HandClock
) -> None:
    keep(file_shop.database, by=gerente, reference="PAN-1")
    await file_shop.desk.choose_passphrase(PASSPHRASE, by=administrador)
    file_shop.plan(administrador, encrypted=True)
    copy = shutil.copy(await copied(file_shop, administrador), tmp_path / "da-nuvem.vfc")  # without its note
    fresh = CopiedShop(f"sqlite:///{tmp_path / 'novo' / 'loja.db'}", tmp_path / "novo", clock)
    try:
        with pytest.raises(PassphraseWrong):
            await fresh.desk.examine(copy, "uma frase que não é esta")
        assert (await fresh.desk.examine(copy, PASSPHRASE)).products == 1
    finally:
        fresh.close()


async def test_while_another_window_is_open_nothing_is_exchanged_and_it_is_tried_again(
    shop: CopiedShop, administrador: Actor, gerente: Actor
) -> None:
    copy = await copied(shop, administrador)
    keep(shop.database, by=gerente, reference="PAN-1")
    await shop.desk.restore(copy, by=administrador)
    shop.close()
    other = Database(shop.place.url, ChangeFeed(), clock=shop.clock)
    assert other.read_now(lambda reader: reader.founded())
    with pytest.raises(CopyRefused) as refused:
        shop.open()
    assert refused.value.why == "in_use"
    other.close()
    assert references(shop) == ["PAN-1"]
    shop.open()
    assert references(shop) == []


async def test_a_candidate_that_was_touched_since_it_was_proved_is_not_put_in_place(
    file_shop: CopiedShop, administrador: Actor, gerente: Actor
) -> None:
    copy = await copied(file_shop, administrador)
    keep(file_shop.database, by=gerente, reference="PAN-1")
    await file_shop.desk.restore(copy, by=administrador)
    waiting = file_shop.place.room / ".loja.db.restaurar"
    waiting.write_bytes(content(waiting)[:-1] + b"x")
    again(file_shop)
    assert references(file_shop) == ["PAN-1"]
    assert not file_shop.pending
    assert not there(waiting)


async def test_a_request_that_names_another_folder_or_makes_no_sense_is_ignored(
    file_shop: CopiedShop, gerente: Actor
) -> None:
    keep(file_shop.database, by=gerente, reference="PAN-1")
    asked = file_shop.place.room / ".loja.db.restaurar.json"
    for told in ('{"candidate": "../fora.db", "kept": "x"}', "[]", "{", '{"candidate": 1}'):
        asked.write_text(told)
        again(file_shop)
        assert references(file_shop) == ["PAN-1"]


async def test_a_server_that_lets_nobody_make_databases_says_so(
    own_postgres_shop: str, administrador: Actor, tmp_path: Path, clock: HandClock
) -> None:
    ask_sql(own_postgres_shop, "CREATE ROLE so_a_loja LOGIN PASSWORD 'segredo' NOCREATEDB")
    ask_sql(own_postgres_shop, "GRANT ALL ON SCHEMA public TO so_a_loja")
    ask_sql(own_postgres_shop, "GRANT ALL ON ALL TABLES IN SCHEMA public TO so_a_loja")
    ask_sql(own_postgres_shop, "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO so_a_loja")
    host = own_postgres_shop.rpartition("@")[2]
    url = f"postgresql+psycopg://so_a_loja:segredo@{host}"
    database = Database(url, ChangeFeed(), clock=clock)
    desk = CopyDesk(
        database, ChangeFeed(), Place(url=url, data_dir=tmp_path / "d", station="Balcão"), clock=clock
    )
    try:
        run = await desk.make(by=administrador)
        with pytest.raises(CopyRefused) as refused:
            await desk.restore(Path(run.file), by=administrador)
        assert refused.value.why == "no_rights"
    finally:
        database.close()
        ask_sql(own_postgres_shop, "DROP OWNED BY so_a_loja")
        ask_sql(own_postgres_shop, "DROP ROLE so_a_loja")


async def test_an_examined_copy_leaves_no_database_behind(
    own_postgres_shop: str, administrador: Actor, tmp_path: Path, clock: HandClock
) -> None:
    copied_shop = CopiedShop(own_postgres_shop, tmp_path / "dados", clock)
    try:
        copy = await copied(copied_shop, administrador)
        before = ask_sql(own_postgres_shop, "SELECT count(*) FROM pg_database")
        assert (await copied_shop.desk.examine(copy)).shop_name == "Casa das Panelas"
        assert ask_sql(own_postgres_shop, "SELECT count(*) FROM pg_database") == before
        assert not has_database(own_postgres_shop, "nenhum")
    finally:
        copied_shop.close()


# -- the power goes -------------------------------------------------------------------------------------

STARTER = """
import os, signal, sys
from pathlib import Path
from varejoforte_desktop.app.backups import Place, place_waiting

STEPS = {"os.link", "os.rename", "os.remove", "os.chmod", "shutil.copyfile", "sqlite3.connect"}

def start(folder, fatal):
    steps = 0

    def count(event, arguments):
        nonlocal steps
        if event in STEPS or (event == "open" and folder in str(arguments[0])):
            steps += 1
            if steps == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    place_waiting(Place(url=f"sqlite:///{folder}/loja.db", data_dir=Path(folder), station="Balcão"))

for line in sys.stdin:
    fatal, folder = line.rstrip().split(" ", 1)
    child = os.fork()
    if child == 0:
        try:
            start(folder, int(fatal))
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Starter:
    """Starts the program again and again, dying at a step that is told: each time a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, place: Path, fatal: int = 0) -> bool:
        """Whether it lived."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{fatal} {place}\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        assert code in {0, -signal.SIGKILL}
        return code == 0

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork")
async def test_the_power_goes_between_any_two_steps_of_the_exchange(
    file_shop: CopiedShop, administrador: Actor, gerente: Actor, tmp_path: Path
) -> None:
    copy = await copied(file_shop, administrador)
    keep(file_shop.database, by=gerente, reference="PAN-1")
    await file_shop.desk.restore(copy, by=administrador)
    file_shop.close()
    before = tmp_path / "antes"
    before.mkdir()
    for name in files_in(tmp_path):
        if (tmp_path / name).is_file():
            shutil.copy(tmp_path / name, before / name)
    old, new, cuts, starter = 0, 0, 0, Starter()
    for fatal in range(1, 200):
        place = tmp_path / f"corte-{fatal}"
        shutil.copytree(before, place)
        lived = starter.start(place, fatal)
        found = [row[0] for row in ask_sql(f"sqlite:///{place / 'loja.db'}", "SELECT reference FROM product")]
        assert found in ([], ["PAN-1"]), fatal
        old, new = old + (found == ["PAN-1"]), new + (found == [])
        assert starter.start(place)
        assert ask_sql(f"sqlite:///{place / 'loja.db'}", "SELECT count(*) FROM product") == [(0,)], fatal
        kept = list(place.glob("loja-antes-da-restauracao-*.db"))
        assert len(kept) == 1, fatal
        assert ask_sql(f"sqlite:///{kept[0]}", "SELECT count(*) FROM product") == [(1,)], fatal
        assert not (place / ".loja.db.restaurar.json").exists()
        shutil.rmtree(place)
        if lived:
            break
        cuts += 1
    starter.close()
    assert cuts > 10
    assert min(old, new) > 1  # cut off before and after the books were exchanged
    file_shop.open()


# -- nobody sells, nothing repeats ----------------------------------------------------------------------


@pytest.fixture
def pan(shop: CopiedShop, gerente: Actor) -> Product:
    """Fifty of a pan."""
    return keep(shop.database, by=gerente, on_hand=50)


async def test_no_sale_number_repeats_after_a_restore(
    shop: CopiedShop, pan: Product, gerente: Actor, administrador: Actor
) -> None:
    used = {shop.sell(pan, gerente) for _ in range(3)}
    copy = await copied(shop, administrador)
    used |= {shop.sell(pan, gerente) for _ in range(7)}
    if not shop.place.url.startswith("sqlite"):
        await shop.desk.remember()  # as every few seconds; a file is asked itself before it is exchanged
    await shop.desk.restore(copy, by=administrador)
    used |= {shop.sell(pan, gerente)} if shop.place.url.startswith("sqlite") else set()
    highest = len(used)
    again(shop)

    with pytest.raises(RecheckPending):
        shop.sell(pan, gerente)
    facts = await shop.desk.recheck_facts()
    assert facts is not None
    assert facts.numbers == (("Balcão", 3, highest),)
    assert not facts.connected
    with pytest.raises(NotAllowed):
        await shop.desk.recheck(by=gerente)
    await shop.desk.recheck(by=administrador)

    assert await shop.desk.recheck_facts() is None
    fresh = {shop.sell(pan, gerente) for _ in range(20)}
    assert not fresh & used
    assert shop.problems == ()
    again(shop)
    assert not shop.pending


async def test_no_fiscal_number_repeats_after_a_restore(shop: CopiedShop, administrador: Actor) -> None:
    """The series goes on above every number this computer saw, and leaves none free: each would have to be voided."""
    name = SeriesName(
        cnpj="11222333000181", environment=FiscalEnvironment.PRODUCAO, model=FiscalModel.NFCE, series=1
    )
    shop.database.run_now(keep_series, SeriesRecord(name=name, station="Balcão", last=40), by=administrador)
    copy = await copied(shop, administrador)
    for _ in range(7):
        shop.database.run_now(lambda uow: uow.documents.next_number(name))
    await shop.desk.remember()
    await shop.desk.restore(copy, by=administrador)
    if shop.place.url.startswith("sqlite"):  # a file is asked itself before it is exchanged
        shop.database.run_now(lambda uow: uow.documents.next_number(name))
    used = 48 if shop.place.url.startswith("sqlite") else 47
    again(shop)
    await shop.desk.recheck(by=administrador)
    assert shop.database.run_now(lambda uow: uow.documents.next_number(name)) == used + 1


async def test_books_put_back_by_hand_are_noticed(
    file_shop: CopiedShop, gerente: Actor, administrador: Actor, tmp_path: Path
) -> None:
    pan = keep(file_shop.database, by=gerente, on_hand=50)
    file_shop.sell(pan, gerente)
    file_shop.close()
    books = sqlite_path(file_shop.place.url)
    assert books is not None
    shutil.copy(books, tmp_path / "guardada.db")
    file_shop.open()
    used = {file_shop.sell(pan, gerente) for _ in range(4)}
    await file_shop.desk.remember()
    file_shop.close()
    shutil.copy(tmp_path / "guardada.db", books)

    file_shop.open()

    assert file_shop.pending
    with pytest.raises(RecheckPending):
        file_shop.sell(pan, gerente)
    facts = await file_shop.desk.recheck_facts()
    assert facts is not None
    assert facts.numbers == (("Balcão", 1, 5),)
    await file_shop.desk.recheck(by=administrador)
    assert not {file_shop.sell(pan, gerente) for _ in range(6)} & used
    again(file_shop)
    assert not file_shop.pending
    # The same old file once more: its life ended when it was put back the first time.
    file_shop.close()
    shutil.copy(tmp_path / "guardada.db", books)
    file_shop.open()
    assert file_shop.pending


async def test_books_behind_only_in_the_audit_log_are_noticed(
    file_shop: CopiedShop, administrador: Actor, tmp_path: Path
) -> None:
    file_shop.close()
    books = sqlite_path(file_shop.place.url)
    assert books is not None
    shutil.copy(books, tmp_path / "guardada.db")
    file_shop.open()
    file_shop.plan(administrador, every_hours=3)
    await file_shop.desk.remember()
    file_shop.close()
    shutil.copy(tmp_path / "guardada.db", books)
    file_shop.open()
    assert file_shop.pending


async def test_a_shop_that_was_only_closed_and_opened_is_left_in_peace(
    shop: CopiedShop, pan: Product, gerente: Actor
) -> None:
    for _ in range(2):
        shop.sell(pan, gerente)
        await shop.desk.remember()
        again(shop)
        assert not shop.pending


def test_marks_that_cannot_be_read_or_are_of_another_shop_stop_nobody(file_shop: CopiedShop) -> None:
    path = file_shop.place.data_dir / "marcas.json"
    assert json.loads(path.read_text())["epoch"]
    other = {"epoch": "outra", "former": [], "sales": {"Balcão": 900}, "audit_id": 40, "audit_hash": "x"}
    for told in ("", "{", "[]", json.dumps(other)):
        path.write_text(told)
        again(file_shop)
        assert not file_shop.pending
        assert json.loads(path.read_text())["sales"] == {}


async def test_what_another_station_sold_last_is_not_numbered_again(
    own_postgres_shop: str, gerente: Actor, administrador: Actor, tmp_path: Path, clock: HandClock
) -> None:
    first = CopiedShop(own_postgres_shop, tmp_path / "um", clock)
    second = CopiedShop(own_postgres_shop, tmp_path / "dois", clock, station="Caixa 2")
    there_too = replace(gerente, station="Caixa 2")
    pan = keep(first.database, by=gerente, on_hand=50)
    copy = await copied(first, administrador)
    used = {second.sell(pan, there_too) for _ in range(5)}
    await second.desk.remember()  # the first station does not know of these
    await first.desk.restore(copy, by=administrador)
    second.close()
    again(first)
    await first.desk.recheck(by=administrador)

    second.open()

    try:
        assert not second.pending
        assert not {second.sell(pan, there_too) for _ in range(6)} & used
    finally:
        second.close()
        first.close()


async def test_a_restore_and_its_comparison_stand_in_the_log(
    file_shop: CopiedShop, administrador: Actor
) -> None:
    copy = await copied(file_shop, administrador)
    await file_shop.desk.restore(copy, by=administrador)
    again(file_shop)
    await file_shop.desk.recheck(by=administrador)
    rows = file_shop.database.read_now(lambda reader: reader.audit.rows(AuditSearch(), by=administrador))
    told = {row.action: row for row in rows}
    assert told["books.restored"].operator == "Carla Souza"
    assert told["books.restored"].subject == "file"
    assert told["books.rechecked"].operator == "Carla Souza"
    assert file_shop.problems == ()
