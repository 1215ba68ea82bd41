"""Shops of any size in a SQLite file, filled past the program in seconds, and stations that work on them."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.domain.barcode import check_digit
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.transport import SimulatedTransport

LOGIN: Final = "ana"
PASSWORD: Final = "senha-de-medir"
UNLIMITED: Final = 1_000_000_000
NOUNS: Final = (
    "Panela",
    "Frigideira",
    "Caneca",
    "Prato",
    "Copo",
    "Garrafa",
    "Jarra",
    "Bandeja",
    "Faca",
    "Garfo",
    "Colher",
    "Tigela",
    "Assadeira",
    "Chaleira",
    "Escorredor",
    "Peneira",
    "Ralador",
    "Tabua",
    "Pote",
    "Lixeira",
    "Vassoura",
    "Balde",
    "Toalha",
    "Cortina",
    "Tapete",
    "Almofada",
    "Lampada",
    "Luminaria",
    "Ventilador",
    "Cadeira",
    "Mesa",
    "Banco",
    "Estante",
    "Gaveta",
    "Cabide",
    "Espelho",
    "Relogio",
    "Vaso",
    "Quadro",
    "Rodo",
)
STUFF: Final = (
    "Aluminio",
    "Inox",
    "Vidro",
    "Madeira",
    "Bambu",
    "Plastico",
    "Ceramica",
    "Porcelana",
    "Silicone",
    "Ferro",
    "Cobre",
    "Acrilico",
    "Algodao",
    "Linho",
    "Borracha",
    "Couro",
    "Granito",
    "Marmore",
    "Teflon",
    "Vime",
    "Juta",
    "Nylon",
    "Aco",
    "Barro",
    "Papel",
)
LINES: Final = (
    "Serena",
    "Aurora",
    "Vento",
    "Manaca",
    "Ipe",
    "Cerrado",
    "Pampa",
    "Lume",
    "Caicara",
    "Ouro",
    "Prata",
    "Brisa",
    "Sertao",
    "Recife",
    "Marajo",
    "Tropical",
    "Colonial",
    "Moderna",
    "Classica",
    "Imperial",
    "Popular",
    "Nobre",
    "Rustica",
    "Urbana",
    "Campestre",
    "Litoral",
    "Serra",
    "Vale",
    "Fonte",
    "Aldeia",
)

_PRODUCTS: Final = """
WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :count),
named AS (
  SELECT n, printf('%07d', n) AS number, gtin(n) AS barcode,
    noun.word || ' ' || stuff.word || ' ' || line.word || ' ' || (10 + n % 90) || 'cm' AS name
  FROM counted
  JOIN words noun ON noun.kind = 0 AND noun.place = (n * 7919) % 40
  JOIN words stuff ON stuff.kind = 1 AND stuff.place = (n * 104729 / 40) % 25
  JOIN words line ON line.kind = 2 AND line.place = (n * 1299709 / 1000) % 30
)
INSERT INTO product (id, version, reference, reference_key, name, name_key, barcode, ncm, unit, price, cost,
  promotional_price, minimum_stock, safety_stock, counter_reserve, weight, length, width, height, sell_online,
  active, search_text, modified_at)
SELECT n, 1, 'R-' || number, 'r-' || number, name, lower(name), barcode, '76151000', 'UN', 1990 + n % 5000, 990,
  0, 0, 0, 0, 500, 10, 10, 10, 1, 1,
  'r ' || number || ' r' || number || ' ' || lower(name) || ' ' || barcode, :at
FROM named
"""
_LINKED: Final = """
INSERT OR REPLACE INTO store_link (subject_kind, subject_id, state, remote_id, linked_at)
SELECT 'product', id, 'linked', CAST(id AS TEXT), ? FROM product
"""
OUTDATED: Final = """
INSERT OR REPLACE INTO acknowledgement (subject_kind, subject_id, aspect, digest, fields, at)
SELECT 'product', id, ?, 'outdated', '{}', ? FROM product WHERE id <= ?
"""
OWED: Final = """
INSERT INTO outbox (subject_kind, subject_id, aspect, rank, state, paused, since, due_at)
SELECT 'product', id, ?, ?, 'waiting', 0, ?, ? FROM product WHERE id <= ?
"""


def millis() -> int:
    """Now, as the books keep it."""
    return int(utc_now().timestamp() * 1000)


def _gtin(number: int) -> str:
    body = f"789{number:09d}"
    return body + check_digit(body)


def fill(path: Path, count: int) -> float:
    """Put `count` products on the shelves of an empty shop, each linked to the store's; gives the seconds it took."""
    started = time.perf_counter()
    with closing(sqlite3.connect(path, isolation_level=None)) as books:
        with suppress(sqlite3.OperationalError):  # a station is open: then through its log
            books.execute("PRAGMA journal_mode=OFF")
        for pragma in ("synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
            books.execute(f"PRAGMA {pragma}")
        books.create_function("gtin", 1, _gtin, deterministic=True)
        books.execute("CREATE TEMP TABLE words (kind, place, word, PRIMARY KEY (kind, place))")
        for kind, words in enumerate((NOUNS, STUFF, LINES)):
            lines = [(kind, place, word) for place, word in enumerate(words)]
            books.executemany("INSERT INTO words VALUES (?, ?, ?)", lines)
        triggers = books.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        books.execute("BEGIN")
        for name, _ in triggers:
            books.execute(f"DROP TRIGGER {name}")
        books.execute(_PRODUCTS, {"count": count, "at": millis()})
        books.execute("INSERT INTO product_search(product_search) VALUES ('rebuild')")
        for _, sql in triggers:
            books.execute(sql)
        books.execute("INSERT INTO stock (product_id, on_hand) SELECT id, 1000 * (id % 50) FROM product")
        books.execute(_LINKED, (millis(),))
        books.execute("COMMIT")
        with suppress(sqlite3.OperationalError):
            books.execute("PRAGMA journal_mode=WAL")
    return time.perf_counter() - started


def owe(
    path: Path, count: int, *, aspects: tuple[tuple[str, int], ...] = (("stock", 0), ("price", 1))
) -> None:
    """Let the first `count` products owe these aspects; what the store knew of them is outdated."""
    with closing(sqlite3.connect(path)) as books, books:
        at = millis()
        for aspect, rank in aspects:
            books.execute(OWED, (aspect, rank, at, at, count))
            books.execute(OUTDATED, (aspect, at, count))


def link(path: Path) -> None:
    """Link every product to the store's of the same id and owe nothing; connecting forgot links and owes all."""
    with closing(sqlite3.connect(path)) as books, books:
        books.execute("DELETE FROM outbox")
        books.execute(_LINKED, (millis(),))


def limit(path: Path, *, per_minute: int = UNLIMITED, per_day: int = UNLIMITED) -> None:
    """Set the shop's limits of requests."""
    with closing(sqlite3.connect(path)) as books, books:
        books.execute("UPDATE shop SET requests_per_minute = ?, requests_per_day = ?", (per_minute, per_day))


def address(path: Path) -> str:
    """Of the books in a file."""
    return f"sqlite:///{path}"


def settings_of(path: Path) -> Settings:
    """A station on these books."""
    return Settings(
        data_dir=path.parent / path.stem, database_url=address(path), station="MEDIDA", theme="light"
    )


async def enter(path: Path, **more: Any) -> tuple[Station, Actor]:
    """Open a station and sign in."""
    station = await asyncio.to_thread(open_station, settings_of(path), **more)
    return station, await station.desk.enter(login=LOGIN, password=PASSWORD)


class Workshop:
    """The folder of one run; a shop of each size is filled once and copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

    def founded(self) -> Path:
        """A shop with one administrator, a store and nothing on its shelves, to copy."""
        path = self.folder / "vazia.db"
        if not path.exists():
            asyncio.run(_found(path))
        return path

    def filled(self, count: int) -> tuple[Path, str]:
        """The shop with so many linked products, and how long filling took; shared, so owe nothing in it."""
        path = self.folder / f"loja-{count}.db"
        note = path.with_suffix(".txt")
        if not note.exists():
            shutil.copy(self.founded(), path)
            seconds = fill(path, count)
            size = path.stat().st_size / 1e6
            note.write_text(f"{count} products filled in {seconds:.1f} s, {size:.0f} MB", encoding="utf-8")
        return path, note.read_text(encoding="utf-8")

    def copy(self, count: int, name: str) -> Path:
        """A shop with so many linked products of one's own."""
        source = self.filled(count)[0] if count else self.founded()
        target = self.folder / f"{name}.db"
        for rest in self.folder.glob(f"{name}.db-*"):
            rest.unlink()
        return Path(shutil.copy(source, target))


async def _found(path: Path) -> None:
    store = TrayStore(now=utc_now)
    station = await asyncio.to_thread(open_station, settings_of(path), transport=SimulatedTransport(store))
    actor = await station.desk.found(
        shop_name="Casa das Panelas", login=LOGIN, name="Ana Souza", password=PASSWORD
    )
    keys = {"consumer_key": store.consumer_key, "consumer_secret": store.consumer_secret, "code": store.code}
    await station.connector.connect(address=store.api_address, by=actor, **keys)
    await station.close()
    with closing(sqlite3.connect(path)) as books:
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")
