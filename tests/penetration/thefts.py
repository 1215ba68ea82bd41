"""A thief with the files: the database, its dump, the logs, the data folder and a copy of the shop, but no password."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from tests.books import ask_sql
from tests.penetration.target import Breach
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.app.station import Station, open_station
from varejoforte_desktop.application.catalogue import save_product
from varejoforte_desktop.application.station_setup import SafeKind
from varejoforte_desktop.application.stations import key_state
from varejoforte_desktop.application.store_connection import connection_record
from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.errors import DomainError, KeyMissing
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.logs import start_log
from varejoforte_desktop.persistence.tables import metadata
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.transport import SimulatedTransport
from varejoforte_desktop.sync.vault import opened

OWNERS = "senha-canario-da-dona-1"
CLERKS = "senha-canario-da-ana-22"
PHRASE = "frase canario de quatro palavras"


@dataclass(frozen=True, slots=True)
class Loot:
    """What the thief carries away, and what must not be in it."""

    url: str
    folder: Path
    secrets: frozenset[bytes]


def loot_of(url: str, folder: Path) -> Loot:
    """A shop that was founded, connected, worked with and copied, its diary as wordy as it can be."""
    with _diary(folder):
        return asyncio.run(_worked(url, folder))


async def _worked(url: str, folder: Path) -> Loot:
    store = TrayStore(now=utc_now)
    settings = Settings(data_dir=folder, database_url=url, station="CAIXA-1")
    safe = Safe(folder)
    await asyncio.to_thread(safe.choose, SafeKind.FILE, PHRASE)
    station = await asyncio.to_thread(
        open_station, settings, may_upgrade=True, transport=SimulatedTransport(store), safe=safe
    )
    try:
        by = await station.desk.found(shop_name="Casa Lume", login="carla", name="Carla", password=OWNERS)
        await station.people.add(login="ana", name="Ana", role=Role.OPERADOR, password=CLERKS, by=by)
        await station.connector.connect(
            address=store.api_address,
            consumer_key=store.consumer_key,
            consumer_secret=store.consumer_secret,
            code=store.code,
            by=by,
        )
        product = Product(reference="PAN-1", name="Panela")
        await station.database.run(save_product, product, brand="", category="", by=by)
        await _sent(station, by)
        await _mistakes(station)
        await station.backups.choose_passphrase(PHRASE, by=by)
        await station.backups.make(by=by)
        record = await station.database.run(connection_record)
        access = opened(record, station.key) if record else None
    finally:
        await station.close()
    if access is None:
        raise Breach("the shop was never connected")
    said = {
        OWNERS,
        CLERKS,
        PHRASE,
        store.consumer_secret,
        store.code,
        access.access_token,
        access.refresh_token,
    }
    return Loot(url, folder, frozenset(each.encode() for each in said))


async def _sent(station: Station, by: Actor) -> None:
    station.sync.start(by)
    for _ in range(400):
        counters = await station.database.read(lambda reader: reader.queue_counters())
        if counters.sent_today and not counters.pending:
            return
        await asyncio.sleep(0.02)
    raise Breach("the store was never told")


async def _mistakes(station: Station) -> None:
    """What goes wrong is written down; not with what was typed."""
    for login, password in (("carla", OWNERS + "?"), ("ana", CLERKS.upper()), (OWNERS, OWNERS)):
        try:
            await station.desk.enter(login=login[:40], password=password)
        except DomainError as refusal:
            logging.getLogger("loot").info("refused: %r", refusal)


@contextmanager
def _diary(folder: Path) -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    start_log(folder / "logs", verbose=True)
    try:
        yield
    finally:
        root.setLevel(level)
        for handler in [each for each in root.handlers if each not in before]:
            root.removeHandler(handler)
            handler.close()


def files_tell_nothing(loot: Loot) -> str:
    """Every file of the data folder: books, journal, log, marks, safe, copies."""
    read = 0
    for path in sorted(loot.folder.rglob("*")):
        if path.is_file():
            read += 1
            _search(path.read_bytes(), loot, str(path.relative_to(loot.folder)))
    if read < 3:
        raise Breach(f"only {read} files were there to read")
    return f"{read} arquivos lidos, nenhum segredo"


def dump_tells_nothing(loot: Loot) -> str:
    """Every line of every table, and the server's own dump."""
    lines = 0
    for name in sorted(metadata.tables):
        for row in ask_sql(loot.url, f"SELECT * FROM {name}"):  # noqa: S608 - our own names
            lines += 1
            _search(repr(row).encode(), loot, name)
    if not loot.url.startswith("sqlite"):
        address = make_url(loot.url).set(drivername="postgresql").render_as_string(hide_password=False)
        dump = subprocess.run(["pg_dump", address], capture_output=True, check=True).stdout
        _search(dump, loot, "pg_dump")
    return f"{lines} linhas lidas, nenhum segredo"


def _search(content: bytes, loot: Loot, where: str) -> None:
    for secret in loot.secrets:
        if secret in content:
            raise Breach(f"a secret is in {where}")


def books_open_nothing(loot: Loot) -> str:
    """The books on another computer: neither the copies of the key nor the passwords help."""
    from varejoforte_desktop.application.changes import ChangeFeed
    from varejoforte_desktop.persistence.database import Database

    database = Database(loot.url, ChangeFeed(), clock=utc_now)
    try:
        state = database.run_now(key_state, "CAIXA-1")
    finally:
        database.close()
    thief = ShopKey(loot.url)
    if thief.take(state.copy, state.version):
        raise Breach("the station's copy of the key opened")
    ((wrapped,),) = ask_sql(loot.url, "SELECT wrapped_key FROM operator WHERE login = 'carla'")
    guesses = ("", CLERKS, OWNERS.upper(), PHRASE)
    if any(thief.unwrap(wrapped, guess, state.version) for guess in guesses):
        raise Breach("a wrong password opened the key")
    try:
        thief.open(state.connection or "")
    except KeyMissing:
        return f"{len(guesses) + 1} chaves tentadas, nada abriu"
    raise Breach("the store's secrets opened")


THEFTS: tuple[tuple[str, Callable[[Loot], str]], ...] = (
    ("arquivos da estação lidos por um ladrão", files_tell_nothing),
    ("banco e despejo lidos por um ladrão", dump_tells_nothing),
    ("banco aberto em outro computador", books_open_nothing),
)
