"""The disk is full, the file is damaged, the power goes amid an upgrade, two programs start: nothing is lost."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, String, column, insert, inspect, make_url, table

from tests.books import NOON, HandClock, OpenStation, ask_sql, in_books
from tests.builders import a_movement, a_token, keep, move
from varejoforte_desktop.app.disk_room import DiskRoom, StationWatch, WatchedBooks
from varejoforte_desktop.app.only_one import OnlyOne
from varejoforte_desktop.application.books import BooksDamaged, BooksFull, BooksUnreachable
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.clock_watch import NEEDED_ROOM, WARNED_ROOM
from varejoforte_desktop.application.counter import finish_basket
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.domain.access_errors import AlreadyOpen, RoomShort
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import Basket, BasketLine, Payment, PaymentMethod
from varejoforte_desktop.domain.stock import MovementKind
from varejoforte_desktop.persistence.copies import copy_sqlite, file_problems
from varejoforte_desktop.persistence.database import Database, build_engine, sqlite_path
from varejoforte_desktop.persistence.schema import SchemaState, prepare, schema_state
from varejoforte_desktop.persistence.soundness import must_be_sound, must_be_whole
from varejoforte_desktop.settings import Preferences

ROOT = Path(__file__).parent.parent.parent
MEGABYTE = 1_000_000


def file_of(url: str) -> Path:
    path = sqlite_path(url)
    assert path is not None
    return path


# --- room on the disk --------------------------------------------------------------------------------------------------


class Disk:
    """A disk whose free space the test says."""

    def __init__(self, free: int) -> None:
        self.free = free
        self.looks = 0

    def __call__(self, _folder: Path) -> int:
        """How much is free."""
        self.looks += 1
        return self.free


class Seconds:
    """Seconds that only pass when the test says so."""

    now = 0.0

    def __call__(self) -> float:
        """The count now."""
        return self.now


@pytest.fixture
def disk() -> Disk:
    """Plenty of room."""
    return Disk(500 * 1000 * MEGABYTE)


@pytest.fixture
def till(shop_url: str, clock: HandClock, disk: Disk, gerente: Actor) -> Iterator[WatchedBooks]:
    """The books as the program opens them, a till open at the counter."""
    books = WatchedBooks(shop_url, ChangeFeed(), room=DiskRoom(shop_url, free_of=disk), clock=clock)
    books.run_now(open_till, opening_float=Money(0), by=gerente)
    yield books
    books.close()


def a_basket(product: Product, token: str | None = None) -> Basket:
    line = BasketLine(
        product_id=product.id,
        reference=product.reference,
        name=product.name,
        unit=product.unit,
        quantity=a_movement(1, MovementKind.EXIT, 1).amount,
        price=product.price,
    )
    paid = Payment(method=PaymentMethod.PIX, amount=product.price)
    return Basket(token=token or a_token(), lines=(line,), payments=(paid,))


def test_a_sale_is_not_begun_when_it_might_not_be_kept(
    till: WatchedBooks, disk: Disk, gerente: Actor, clock: HandClock
) -> None:
    pan = keep(till, by=gerente, on_hand=5)
    basket = a_basket(pan)
    room = DiskRoom(till.url, free_of=disk)
    books = WatchedBooks(till.url, ChangeFeed(), room=room, clock=clock)
    disk.free = NEEDED_ROOM - 1
    on_server = sqlite_path(till.url) is None
    if on_server:  # a server's disk is the server's matter
        assert books.run_now(finish_basket, basket, by=gerente).number == "Balcão-1"
        assert disk.looks == 0
    else:
        with pytest.raises(RoomShort) as refused:
            books.run_now(finish_basket, basket, by=gerente)
        assert (refused.value.free, refused.value.needed) == (NEEDED_ROOM - 1, NEEDED_ROOM)
        assert in_books(books, lambda uow: uow.shelf.on_hand(pan.id)) == 5
        disk.free = NEEDED_ROOM
        assert books.run_now(finish_basket, basket, by=gerente).number == "Balcão-1", (
            "room is noticed at once"
        )
    books.close()


def test_what_is_sold_already_is_told_on_a_full_disk_too(
    till: WatchedBooks, disk: Disk, gerente: Actor, clock: HandClock
) -> None:
    """The answer to F10 was lost, then the disk filled up: the sale is not made to look unfinished."""
    basket = a_basket(keep(till, by=gerente, on_hand=5))
    first = till.run_now(finish_basket, basket, by=gerente)
    disk.free = 0
    books = WatchedBooks(till.url, ChangeFeed(), room=DiskRoom(till.url, free_of=disk), clock=clock)
    clock.forward(days=-1)
    again = books.run_now(finish_basket, basket, by=gerente)
    assert (again.number, again.repeated) == (first.number, True)
    books.close()


def test_a_manager_works_on_while_room_is_short(sqlite_shop: str, clock: HandClock, gerente: Actor) -> None:
    room = DiskRoom(sqlite_shop, free_of=Disk(0))
    books = WatchedBooks(sqlite_shop, ChangeFeed(), room=room, clock=clock)
    keep(books, by=gerente, on_hand=5)
    with pytest.raises(RoomShort):
        books.run_now(open_till, opening_float=Money(0), by=gerente)
    books.close()


def test_the_disk_is_asked_every_five_seconds_at_most(sqlite_shop: str, disk: Disk) -> None:
    seconds = Seconds()
    room = DiskRoom(sqlite_shop, free_of=disk, monotonic=seconds)
    for _ in range(1000):
        room.check()
    assert disk.looks == 1
    seconds.now += 5
    room.check()
    assert disk.looks == 2


def test_a_disk_that_does_not_tell_stops_nobody(sqlite_shop: str) -> None:
    def broken(_folder: Path) -> int:
        raise OSError("no such device")

    room = DiskRoom(sqlite_shop, free_of=broken)
    room.check()
    assert room.free() is None


async def test_the_watch_tells_how_much_room_is_left(
    sqlite_shop: str, stations: OpenStation, clock: HandClock
) -> None:
    disk = Disk(WARNED_ROOM - 1)
    watch = StationWatch(stations(sqlite_shop), DiskRoom(sqlite_shop, free_of=disk), clock=clock)
    assert (await watch.look()).free == WARNED_ROOM - 1


# --- a disk that is really full ------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of eight megabytes."""
    place = tmp_path / "disco"
    place.mkdir()
    mounted = sys.platform == "linux" and os.geteuid() == 0
    if mounted:
        mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
        mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(folder: Path, *, leave: int = 0) -> Path:
    """Somebody's photographs, until only so many bytes are left."""
    photos = folder / "fotos"
    with photos.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while shutil.disk_usage(folder).free > leave and file.write(b"x" * 4096):
            pass
    return photos


def older_books(path: Path, step: str, *, products: int = 200) -> str:
    """A shop as an older release kept it, with people, goods and a ledger."""
    from alembic.command import upgrade

    from varejoforte_desktop.persistence.schema import _config

    url = f"sqlite:///{path}"
    engine = build_engine(url, read_only=False, size=1)
    config = _config()
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        upgrade(config, step)
    with engine.begin() as connection:
        _fill_older(connection, products)
    engine.dispose()
    return url


def _fill_older(connection: Connection, products: int) -> None:
    def put(into: str, /, **values: Any) -> None:
        """A line; columns that have no default and are not named get 0 or an empty text."""
        for each in columns.setdefault(into, inspect(connection).get_columns(into)):
            needed = not each["nullable"] and each["default"] is None and not each["primary_key"]
            if needed and each["name"] not in values:
                values[each["name"]] = "" if isinstance(each["type"], String) else 0
        connection.execute(insert(table(into, *map(column, values))), values)

    columns: dict[str, Any] = {}
    limits = {"requests_per_minute": 180, "requests_per_day": 10_000, "cycle_seconds": 60}
    put(
        "shop",
        id=1,
        name="Casa das Panelas",
        timezone="America/Sao_Paulo",
        sync_option="commercial",
        **limits,
    )
    for number in range(1, 41):
        put("operator", id=number, login=f"op{number}", name=f"Operador {number}", role="gerente", active=1)
    for number in range(1, products + 1):
        put(
            "product",
            id=number,
            reference=f"P-{number}",
            reference_key=f"p-{number}",
            name=f"Panela {number}",
            name_key=f"panela {number}",
            unit="UN",
            active=1,
            search_text=f"panela {number}",
        )
        put("stock", product_id=number, on_hand=1000)
        put(
            "stock_movement",
            product_id=number,
            kind="entry",
            amount=1000,
            balance=1000,
            reason="compra",
            operator_id=1,
            station="Balcão",
            token=f"t-{number}",
        )


def content_of(path: Path) -> dict[str, Any]:
    """What must be the same before and after an upgrade."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            "shop": connection.execute("SELECT name, timezone FROM shop").fetchall(),
            "people": connection.execute("SELECT id, login, name, role FROM operator ORDER BY id").fetchall(),
            "products": connection.execute("SELECT id, reference, name FROM product ORDER BY id").fetchall(),
            "stock": connection.execute("SELECT * FROM stock ORDER BY product_id").fetchall(),
            "ledger": connection.execute("SELECT token, amount FROM stock_movement ORDER BY id").fetchall(),
        }


def release_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def make_ready(url: str) -> None:
    prepare(url, may_upgrade=False, now=lambda: NOON)


def is_current(url: str) -> bool:
    engine = build_engine(url, read_only=False, size=1)
    try:
        return schema_state(engine) is SchemaState.CURRENT
    finally:
        engine.dispose()


@pytest.mark.parametrize("room", [0, 40_000, 600_000, 900_000], ids=str)
def test_an_upgrade_on_a_full_disk_is_refused_whole_and_made_when_there_is_room(
    small_disk: Path, room: int
) -> None:
    """No room for the copy, or for the copy and not for the upgrade: the books stay as they are."""
    url = older_books(small_disk / "loja.db", "0003")
    path = file_of(url)
    before = content_of(path)
    photos = fill(small_disk, leave=room)
    refused = False
    try:
        must_be_sound(url)
        make_ready(url)
    except BooksFull:
        refused = True
    assert not list(small_disk.glob("*.parcial"))
    assert refused or room > 500_000
    photos.unlink()  # on a disk that is full to the last page nobody can even look
    assert release_of(path) == "0003" if refused else is_current(url)
    assert content_of(path) == before
    assert file_problems(path) == []
    make_ready(url)
    assert is_current(url)
    assert content_of(path) == before


def test_a_sale_on_a_full_disk_is_refused_whole_and_sold_once_there_is_room(
    small_disk: Path, sqlite_shop: str, clock: HandClock, disk: Disk, gerente: Actor
) -> None:
    """The disk fills up between the look and the sale: the books themselves refuse."""
    url = f"sqlite:///{shutil.copy(file_of(sqlite_shop), small_disk)}"
    books = WatchedBooks(url, ChangeFeed(), room=DiskRoom(url, free_of=disk), clock=clock)
    books.run_now(open_till, opening_float=Money(0), by=gerente)
    pan = keep(books, by=gerente, on_hand=5000)
    photos = fill(small_disk, leave=200_000)
    sold = 0
    basket = a_basket(pan)
    with contextlib.suppress(BooksFull):
        while sold < 2000:
            books.run_now(finish_basket, basket, by=gerente)
            sold += 1
            basket = a_basket(pan)
    assert 0 < sold < 2000, "the disk was full at some time"
    with pytest.raises(BooksFull):
        books.run_now(finish_basket, basket, by=gerente)
    assert in_books(books, lambda uow: uow.shelf.on_hand(pan.id)) == 5000 - sold
    photos.unlink()
    assert books.run_now(finish_basket, basket, by=gerente).number == f"Balcão-{sold + 1}"
    assert books.read_now(lambda reader: reader.check()).problems == ()
    books.close()


def test_a_copy_on_a_full_disk_is_refused_and_leaves_nothing(small_disk: Path, sqlite_shop: str) -> None:
    fill(small_disk, leave=50_000)
    with pytest.raises(BooksFull):
        copy_sqlite(file_of(sqlite_shop), small_disk / "copia.db")
    assert {each.name for each in small_disk.iterdir()} == {"fotos"}
    assert file_problems(file_of(sqlite_shop)) == []


def test_choices_of_the_station_outlive_a_full_disk(small_disk: Path) -> None:
    path = small_disk / "preferencias.json"
    Preferences(path).put("theme", "dark")
    photos = fill(small_disk)
    now = Preferences(path)
    now.put("notes", "x" * 10_000)
    assert now.get("notes") == "x" * 10_000, "this run goes on with what was chosen"
    assert Preferences(path).get("theme") == "dark", "the next one has what was kept"
    photos.unlink()
    now.put("theme", "light")
    assert Preferences(path).get("theme") == "light"


DIARIST = """
import logging, sys
from pathlib import Path
from varejoforte_desktop.logs import start_log
logging.raiseExceptions = "--loud" in sys.argv
start_log(Path(sys.argv[1]))
log = logging.getLogger("loja")
for line in sys.stdin:
    log.info("%s %s", line.strip(), "x" * 5000)
    print("went on", flush=True)
"""


def test_the_diary_never_stops_the_program(small_disk: Path) -> None:
    """A full disk costs lines of the diary and nothing else; it goes on when there is room."""
    fill(small_disk)
    command = [sys.executable, "-c", DIARIST, str(small_disk / "logs")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None

        def write(words: str) -> None:
            assert program.stdin is not None
            assert program.stdout is not None
            print(words, file=program.stdin, flush=True)
            assert program.stdout.readline() == "went on\n"

        for _ in range(5):
            write("cheio")
        (small_disk / "fotos").unlink()
        write("espaço de novo")
        program.stdin.close()
        assert program.wait(10) == 0
    assert "espaço de novo" in (small_disk / "logs" / "varejoforte.log").read_text(encoding="utf-8")


# --- damaged files ---------------------------------------------------------------------------------------------------


def spoil_header(path: Path) -> None:
    """The first page is somebody else's."""
    content = bytearray(path.read_bytes())
    content[:100] = random.Random(1).randbytes(100)
    path.write_bytes(content)


def spoil_middle(path: Path) -> None:
    """A page in the middle has all its bits turned."""
    content = bytearray(path.read_bytes())
    place = _page_of(path, "product")
    for number in range(place, place + 4096):
        content[number] ^= 0xFF
    path.write_bytes(content)


def _page_of(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    return int(page - 1) * 4096


def cut_off(path: Path) -> None:
    """The second half is gone."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def empty_out(path: Path) -> None:
    """Nothing is left."""
    path.write_bytes(b"")


def spoil_journal(path: Path) -> None:
    """The journal is garbage: the last sales were in it."""
    path.with_name(f"{path.name}-wal").write_bytes(random.Random(2).randbytes(20_000))


SPOILED: dict[str, Callable[[Path], None]] = {
    "header": spoil_header,
    "middle": spoil_middle,
    "cut off": cut_off,
    "empty": empty_out,
    "journal": spoil_journal,
}


@pytest.mark.parametrize("how", SPOILED.values(), ids=SPOILED)
def test_a_damaged_file_is_told_and_left_as_it_is(sqlite_shop: str, how: Callable[[Path], None]) -> None:
    path = file_of(sqlite_shop)
    must_be_sound(sqlite_shop)
    how(path)
    content = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    for _ in range(2):  # "Tentar de novo"
        with pytest.raises(BooksDamaged):
            must_be_sound(sqlite_shop)
    kept = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    assert {name: kept[name] for name in content} == content


@pytest.mark.parametrize("left", [b"", b"\x37\x7f\x06", b"\0" * 4000])
def test_a_journal_that_was_only_begun_is_no_damage(sqlite_shop: str, left: bytes) -> None:
    """The power went while it was made, before anything was in it."""
    path = file_of(sqlite_shop)
    path.with_name(f"{path.name}-wal").write_bytes(left)
    assert must_be_sound(sqlite_shop)
    make_ready(sqlite_shop)


def test_a_shop_that_is_open_elsewhere_is_sound(
    sqlite_shop: str, stations: OpenStation, gerente: Actor
) -> None:
    books = stations(sqlite_shop)
    keep(books, by=gerente, on_hand=5)
    assert file_of(sqlite_shop).with_name("loja.db-wal").stat().st_size > 0
    assert must_be_sound(sqlite_shop)


def test_a_shop_that_is_not_there_yet_is_no_damage(tmp_path: Path, postgres_shop: str) -> None:
    assert must_be_sound(f"sqlite:///{tmp_path / 'nova' / 'loja.db'}")
    assert must_be_sound(postgres_shop)
    assert not (tmp_path / "nova").exists()


def test_a_very_large_shop_is_not_looked_at_for_ever(
    sqlite_shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("varejoforte_desktop.persistence.soundness._LONGEST_LOOK", -1.0)
    monkeypatch.setattr("varejoforte_desktop.persistence.soundness._STEPS", 1)
    assert must_be_sound(sqlite_shop) is False
    must_be_whole(sqlite_shop)


# --- the power goes amid an upgrade ----------------------------------------------------------------------------------

UPGRADER = """
import itertools, os, signal, sys, time
from datetime import datetime, UTC
import alembic.command, alembic.config, alembic.migration, alembic.script
from sqlalchemy import Engine, event
from varejoforte_desktop.persistence.schema import prepare

steps, last = itertools.count(1), int(sys.argv[2])
done = 0

@event.listens_for(Engine, "before_cursor_execute")
@event.listens_for(Engine, "commit")
def step(*_):
    global done
    done = next(steps)
    if done == last:
        os.kill(os.getpid(), signal.SIGKILL)

print("ready", flush=True)
sys.stdin.readline()
begun = time.perf_counter()
prepare(sys.argv[1], may_upgrade=False, now=lambda: datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
print(time.perf_counter() - begun, done, flush=True)
"""


class Upgrade:
    """An upgrade in a process of its own, which begins when it is told to, and may kill itself at a statement."""

    def __init__(self, url: str, *, last: int = 0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", UPGRADER, url, str(last)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def begin(self) -> None:
        """Go."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def ended(self) -> tuple[float, int]:
        """How many seconds and statements it took."""
        said, complaint = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, complaint
        seconds, statements = said.split()
        return float(seconds), int(statements)

    def cut(self, seconds: float) -> None:
        """The power goes after so long, if it did not before."""
        time.sleep(seconds)  # noqa: TID251 - the upgrade lives in another process
        self.process.kill()
        self.process.communicate(timeout=10)

    def fell(self) -> None:
        """It killed itself."""
        self.process.communicate(timeout=60)
        assert self.process.returncode == -signal.SIGKILL


class Cuts:
    """An older shop, upgraded again and again with the power going each time."""

    def __init__(self, folder: Path, step: str) -> None:
        self.step = step
        self.folder = folder
        self._template = folder / "antes" / "loja.db"
        self._template.parent.mkdir()
        older_books(self._template, step, products=600)
        self.before = content_of(self._template)
        self._numbers = iter(range(1000))
        whole = Upgrade(self.url_of(self.fresh()))
        whole.begin()
        self.seconds, self.statements = whole.ended()

    def fresh(self) -> Path:
        """The older shop in a folder of its own."""
        folder = self.folder / f"corte-{next(self._numbers)}"
        folder.mkdir()
        return Path(shutil.copy(self._template, folder / "loja.db"))

    @staticmethod
    def url_of(path: Path) -> str:
        """Its address."""
        return f"sqlite:///{path}"

    def look_and_finish(self, path: Path) -> str:
        """What the cut left is whole, and the next start ends it; gives the release that was found."""
        release = _release_after_the_cut(path, self.step, self.before)
        _finish_after_the_cut(path, self.step, self.before)
        return release


@pytest.fixture(params=["0003", "0001"])
def cuts(request: pytest.FixtureRequest, tmp_path: Path) -> Cuts:
    """Shops of two older releases."""
    return Cuts(tmp_path, str(request.param))


def test_the_power_goes_at_any_statement_of_an_upgrade(cuts: Cuts) -> None:
    """Five cuts from its first statement to its COMMIT: the books are those of before, and the next start ends it."""
    assert cuts.statements > 10
    for number in range(5):
        path = cuts.fresh()
        last = 1 + number * (cuts.statements - 1) // 4
        upgrade = Upgrade(cuts.url_of(path), last=last)
        upgrade.begin()
        upgrade.fell()
        assert cuts.look_and_finish(path) == cuts.step


def test_the_power_goes_at_any_moment_of_an_upgrade(cuts: Cuts) -> None:
    """Five cuts by the clock, some of them after it has ended: of one release or the other, and nothing is lost."""
    for number in range(5):
        path = cuts.fresh()
        upgrade = Upgrade(cuts.url_of(path))
        upgrade.begin()
        upgrade.cut(cuts.seconds * number / 2)
        assert cuts.look_and_finish(path) in {cuts.step, "0009"}


def _release_after_the_cut(path: Path, step: str, before: dict[str, Any]) -> str:
    must_be_sound(f"sqlite:///{path}")
    assert file_problems(path, thorough=True) == []
    assert content_of(path) == before
    release = release_of(path)
    copies = list(path.parent.glob("*antes-da-atualizacao*.db"))
    if release != step:
        assert copies, "changed without a copy put aside"
    return release


def _finish_after_the_cut(path: Path, step: str, before: dict[str, Any]) -> None:
    url = f"sqlite:///{path}"
    make_ready(url)
    assert is_current(url)
    assert content_of(path) == before
    copies = sorted(path.parent.glob("*antes-da-atualizacao*.db"))
    assert copies
    for copy in copies:
        assert release_of(copy) == step
        assert content_of(copy) == before
        assert file_problems(copy, thorough=True) == []


@pytest.mark.parametrize("step", ["0003", "0001"])
def test_two_programs_upgrade_at_once_and_both_go_on(tmp_path: Path, step: str) -> None:
    url = older_books(tmp_path / "loja.db", step, products=800)
    before = content_of(tmp_path / "loja.db")
    both = [Upgrade(url), Upgrade(url)]
    for each in both:
        each.begin()
    for each in both:
        each.ended()
    assert is_current(url)
    assert content_of(tmp_path / "loja.db") == before
    assert file_problems(tmp_path / "loja.db", thorough=True) == []


# --- two programs ----------------------------------------------------------------------------------------------------


def test_a_second_program_on_the_same_books_is_refused_until_the_first_has_left(tmp_path: Path) -> None:
    path = tmp_path / "loja.db"
    first, second = OnlyOne(path), OnlyOne(path)
    first.enter()
    first.enter()
    for _ in range(2):
        with pytest.raises(AlreadyOpen):
            second.enter()
    first.leave()
    second.enter()
    with pytest.raises(AlreadyOpen):
        first.enter()
    second.leave()
    second.leave()


def test_the_same_books_by_another_name_are_the_same_books(tmp_path: Path) -> None:
    (tmp_path / "dados").mkdir()
    (tmp_path / "dados" / "loja.db").touch()
    (tmp_path / "atalho").symlink_to(tmp_path / "dados")
    first = OnlyOne(tmp_path / "dados" / "loja.db")
    first.enter()
    with pytest.raises(AlreadyOpen):
        OnlyOne(tmp_path / "atalho" / ".." / "dados" / "loja.db").enter()
    with pytest.raises(AlreadyOpen):
        OnlyOne(tmp_path / "atalho" / "loja.db").enter()
    other = OnlyOne(tmp_path / "dados" / "outra.db")
    other.enter()
    other.leave()
    first.leave()


def test_a_folder_of_a_station_is_entered_once(tmp_path: Path) -> None:
    """Where the books are on a server, the station's own folder tells its programs apart."""
    first = OnlyOne(tmp_path)
    first.enter()
    with pytest.raises(AlreadyOpen):
        OnlyOne(tmp_path).enter()
    elsewhere = OnlyOne(tmp_path / "outra")
    elsewhere.enter()
    elsewhere.leave()
    first.leave()


def test_a_folder_that_cannot_be_written_is_the_books_own_matter() -> None:
    OnlyOne(Path("/proc/1/loja/loja.db")).enter()


HOLDER = """
import sys
from pathlib import Path
from varejoforte_desktop.app.only_one import OnlyOne
alone = OnlyOne(Path(sys.argv[1]))
alone.enter()
print("inside", flush=True)
sys.stdin.read()
"""


def test_a_program_that_was_killed_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "loja.db"
    program = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "inside\n"
    next_one = OnlyOne(path)
    with pytest.raises(AlreadyOpen):
        next_one.enter()
    program.kill()
    program.communicate(timeout=10)
    next_one.enter()
    next_one.leave()


def test_two_computers_under_one_name_never_give_one_number_twice(
    till: WatchedBooks, second_station_books: WatchedBooks, gerente: Actor
) -> None:
    """F18: numbers come from the books, so they are distinct and without a gap, whoever sells how fast."""
    pan = keep(till, by=gerente, on_hand=100)
    receipts: list[SaleReceipt] = []

    def sell(books: WatchedBooks) -> None:
        receipts.extend(books.run_now(finish_basket, a_basket(pan), by=gerente) for _ in range(20))

    together = [threading.Thread(target=sell, args=(books,)) for books in (till, second_station_books)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert sorted(int(each.number.removeprefix("Balcão-")) for each in receipts) == list(range(1, 41))
    assert in_books(till, lambda uow: uow.shelf.on_hand(pan.id)) == 60


@pytest.fixture
def second_station_books(till: WatchedBooks, disk: Disk, clock: HandClock) -> Iterator[WatchedBooks]:
    """Another computer that was given the same name."""
    books = WatchedBooks(till.url, ChangeFeed(), room=DiskRoom(till.url, free_of=disk), clock=clock)
    yield books
    books.close()


# --- the line to the server dies exactly at COMMIT -------------------------------------------------------------------


class Wire:
    """Carries bytes between a client and a server; may cut the line once the server has done what it was told."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self.swallow = threading.Event()
        self.swallowed = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(self._server)
                self._lines += [client, server]
                waiting = threading.Event()
                for ends in ((client, server, self._asked(waiting)), (server, client, self._told(waiting))):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _asked(self, waiting: threading.Event) -> Callable[[bytes], bool]:
        def look(words: bytes) -> bool:
            if b"COMMIT\0" in words and self.swallow.is_set():
                waiting.set()
            return True

        return look

    def _told(self, waiting: threading.Event) -> Callable[[bytes], bool]:
        def look(_words: bytes) -> bool:
            if not waiting.is_set():
                return True
            self.swallow.clear()
            self.swallowed.set()
            return False

        return look

    def _carry(self, source: socket.socket, target: socket.socket, let_pass: Callable[[bytes], bool]) -> None:
        with contextlib.suppress(OSError):
            while words := source.recv(65536):
                if not let_pass(words):
                    break
                target.sendall(words)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def close(self) -> None:
        """Hang up."""
        self._door.close()
        for line in self._lines:
            line.close()


@pytest.fixture
def wire(postgres_shop: str) -> Iterator[Wire]:
    """A line to the server of the tests."""
    address = make_url(postgres_shop)
    assert address.host is not None
    assert address.port is not None
    line = Wire(address.host, address.port)
    yield line
    line.close()


def test_a_sale_whose_answer_is_lost_at_commit_is_there_and_is_not_sold_again(
    postgres_shop: str, wire: Wire, clock: HandClock, gerente: Actor
) -> None:
    """F17: the token of the open sale is asked for first, so the second F10 finds the sale."""
    url = make_url(postgres_shop).set(port=wire.port).render_as_string(hide_password=False)
    books = WatchedBooks(url, ChangeFeed(), room=DiskRoom(url), clock=clock)
    books.run_now(open_till, opening_float=Money(0), by=gerente)
    pan = keep(books, by=gerente, on_hand=5)
    for sold in range(1, 4):
        basket = a_basket(pan)
        wire.swallow.set()
        with pytest.raises(BooksUnreachable):
            books.run_now(finish_basket, basket, by=gerente)
        assert wire.swallowed.is_set()
        wire.swallowed.clear()
        again = books.run_now(finish_basket, basket, by=gerente)
        assert (again.number, again.repeated) == (f"Balcão-{sold}", True)
    assert in_books(books, lambda uow: uow.shelf.on_hand(pan.id)) == 2
    assert books.read_now(lambda reader: reader.check()).problems == ()
    books.close()


def test_a_movement_whose_answer_is_lost_at_commit_is_not_made_again(
    postgres_shop: str, wire: Wire, stations: OpenStation, gerente: Actor
) -> None:
    url = make_url(postgres_shop).set(port=wire.port).render_as_string(hide_password=False)
    books: Database = stations(url)
    pan = keep(books, by=gerente, on_hand=5)
    token = a_token()
    wire.swallow.set()
    with pytest.raises(BooksUnreachable):
        books.run_now(move_stock, a_movement(pan.id, MovementKind.EXIT, 1), token=token, by=gerente)
    assert move(books, pan, MovementKind.EXIT, 1, by=gerente, token=token).repeated
    assert in_books(books, lambda uow: uow.shelf.on_hand(pan.id)) == 4


# --- who looks is not slowed down ------------------------------------------------------------------------------------


def test_a_journal_of_either_byte_order_is_a_journal(sqlite_shop: str) -> None:
    path = file_of(sqlite_shop)
    for magic in (0x377F0682, 0x377F0683):
        path.with_name("loja.db-wal").write_bytes(struct.pack(">I", magic) + b"\1" * 60)
        must_be_whole(sqlite_shop)


def test_the_books_outside_know_what_the_program_wrote(till: WatchedBooks, gerente: Actor) -> None:
    """The watched books are the same books: topics are told, and lambdas and use cases pass alike."""
    told: list[Any] = []
    till._changes.subscribe(told.append)
    pan = keep(till, by=gerente, on_hand=1)
    till.run_now(finish_basket, a_basket(pan), by=gerente)
    assert any("sales" in topics for topics in told)
    assert ask_sql(till.url, "SELECT count(*) FROM sale") == [(1,)]
