"""A copy is opened and proved before it counts: whole, of a shop of ours, of no later release, and what is in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, func, select

from varejoforte_desktop.application.backup_desk import CopyFacts, CopyRefused
from varejoforte_desktop.application.books import BooksError, BooksNewer
from varejoforte_desktop.application.recheck import mark_restored
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.checks import check
from varejoforte_desktop.persistence.copies import file_engine, file_state, problems_in
from varejoforte_desktop.persistence.copy_files import UNREADABLE, disk_trouble, open_file, own_room, take
from varejoforte_desktop.persistence.copy_locked import Manifest, is_locked, unlock
from varejoforte_desktop.persistence.copy_marks import marks_of, sale_numbers
from varejoforte_desktop.persistence.copy_postgres import MAGIC, filled_database
from varejoforte_desktop.persistence.copy_recheck import alone_in_books
from varejoforte_desktop.persistence.database import build_engine, sqlite_path
from varejoforte_desktop.persistence.failures import translated
from varejoforte_desktop.persistence.schema import SchemaState, prepare, schema_state
from varejoforte_desktop.persistence.tables.audit import audit_entry
from varejoforte_desktop.persistence.tables.catalogue import product
from varejoforte_desktop.persistence.tables.people import shop
from varejoforte_desktop.persistence.tables.sales import sale
from varejoforte_desktop.persistence.unit_of_work import Clock

#: The beginning of a file that says what it is.
_SQLITE: Final = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Books out of a copy, proved and ready to take the place of the shop's.

    `url` is where they lie now, `state` how the copy stood to this release (they are upgraded by now), `compared`
    whether the copy's fingerprint was there, and fitted.
    """

    url: str
    state: SchemaState
    compared: bool
    facts: CopyFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What books say of themselves without being opened as a shop."""

    epoch: str
    numbers: Mapping[str, int]
    series: Mapping[str, int] = field(default_factory=dict)  # of fiscal documents


@contextmanager
def proved_copy(file: Path, url: str, passphrase: str = "", *, room: Path, now: Clock) -> Iterator[Candidate]:
    """Lay the books of a copy beside those at `url` and prove them; they go away again when nobody took them.

    `room` is a folder for what is needed meanwhile (for SQLite books their own, so that taking is only renaming).
    Raises CopyRefused, PassphraseWrong, BooksNewer or BooksError.
    """
    if not file.is_file():
        raise CopyRefused("no_copy", str(file))
    with own_room(room, "restauracao") as own:
        laid = own / "loja.db"
        with disk_trouble():
            manifest, compared = _laid(file, laid, passphrase)
        if sqlite_path(url) is None:
            with filled_database(url, _of_kind(laid, MAGIC)) as filled:
                yield _candidate(filled, file, manifest, compared=compared, now=now, clock=None)
        else:
            _of_kind(laid, _SQLITE, but=MAGIC)
            yield _candidate(f"sqlite:///{laid}", file, manifest, compared=compared, now=now, clock=now)


def stamp(candidate: Candidate, epoch: str, *, now: Clock, station: str, by: Actor | None) -> None:
    """From here on these books are another life of the shop, which has to be compared before it sells."""
    lies_in_file = sqlite_path(candidate.url)
    how = "database" if lies_in_file is None else "file"
    alone_in_books(  # whoever it is today, the copy may not know him
        candidate.url,
        now if lies_in_file is not None else None,
        lambda uow, _ground: mark_restored(uow, epoch, how=how, station=station, by=by),
    )
    if lies_in_file is not None:
        _in_one_file(lies_in_file)


def told_by(path: Path) -> Told:
    """The epoch, sale numbers and fiscal series of a SQLite file, "" and none where it does not tell (older, damaged, not there)."""
    epoch, numbers, series = "", {}, {}
    with suppress(sqlite3.Error), closing(open_file(path, "ro")) as connection:
        numbers = {
            str(name): int(last)
            for name, last in connection.execute("SELECT station, last FROM sale_counter")
        }
        epoch = str(connection.execute("SELECT epoch FROM installation").fetchone()[0])
        rows = connection.execute("SELECT cnpj, environment, model, series, last FROM fiscal_series")
        series = {"|".join(str(each) for each in row[:4]): int(row[4]) for row in rows}
    return Told(epoch=epoch, numbers=numbers, series=series)


def told_by_server(url: str) -> Told | None:
    """The same of the books on a server, None where they do not tell."""
    engine = build_engine(url, read_only=True, size=1)
    try:
        with translated(), engine.connect() as connection, connection.begin():
            marks = marks_of(connection)
            return Told(epoch=marks.epoch, numbers=sale_numbers(connection), series=marks.fiscal)
    except BooksError:
        return None
    finally:
        engine.dispose()


def prove_file(path: Path) -> SchemaState:
    """How the books in a file stand to this release. Raises CopyRefused or BooksNewer when they are no such books."""
    try:
        with closing(open_file(path, "rw")) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            problems = problems_in(connection, "quick_check")
            ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.DatabaseError as error:
        if not str(getattr(error, "sqlite_errorname", "")).startswith(UNREADABLE):
            raise
        raise CopyRefused("damaged", str(error)) from None
    if problems:
        raise CopyRefused("damaged", problems[0])
    return _ours(file_state(path) if ours else SchemaState.EMPTY, path.name)


# -- one step after the other -----------------------------------------------------------------------------


def _laid(file: Path, into: Path, passphrase: str) -> tuple[Manifest | None, bool]:
    """The bare books of a copy at `into`; what a locked copy says of itself; whether a fingerprint was compared."""
    if not is_locked(file):
        return None, take(file, into)
    sealed = into.with_name("copia.vfc")
    take(file, sealed)
    manifest = unlock(sealed, into, passphrase)
    sealed.unlink()
    return manifest, True  # it carries its own


def _of_kind(path: Path, magic: bytes, *, but: bytes = _SQLITE) -> Path:
    """The file itself unless it begins as a copy of the other kind of database does. Raises CopyRefused."""
    with path.open("rb") as file:
        begins = file.read(max(len(magic), len(but)))
    if begins.startswith(but):
        raise CopyRefused("other_kind")
    return path


def _candidate(
    url: str, file: Path, manifest: Manifest | None, *, compared: bool, now: Clock, clock: Clock | None
) -> Candidate:
    path = sqlite_path(url)
    with translated():
        state = _server_state(url) if path is None else prove_file(path)
    if state is SchemaState.OLDER:
        prepare(url, may_upgrade=True, now=now)
        if path is not None:
            _in_one_file(path)
    engine = build_engine(url, read_only=True, size=1) if path is None else file_engine(path)
    facts = replace(
        _facts(engine, file), encrypted=manifest is not None, older_release=state is SchemaState.OLDER
    )
    if manifest is not None:
        facts = replace(facts, made_at=datetime.fromisoformat(manifest.made_at))
    return Candidate(url=url, state=state, compared=compared, facts=facts)


def _server_state(url: str) -> SchemaState:
    engine = build_engine(url, read_only=True, size=1)
    try:
        return _ours(schema_state(engine), url)
    finally:
        engine.dispose()


def _ours(state: SchemaState, name: str) -> SchemaState:
    if state is SchemaState.EMPTY:
        raise CopyRefused("not_books", name)
    if state is SchemaState.NEWER:
        raise BooksNewer
    return state


def _in_one_file(path: Path) -> None:
    """Without companions, so that renaming it takes everything along."""
    with translated(), closing(open_file(path, "rw")) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _facts(engine: Engine, file: Path) -> CopyFacts:
    with translated():
        try:
            with engine.connect() as connection, connection.begin():
                return _facts_of(connection, file)
        finally:
            engine.dispose()


def _facts_of(connection: Connection, file: Path) -> CopyFacts:
    found = check(connection)
    return CopyFacts(
        path=file,
        bytes=file.stat().st_size,
        made_at=_last_instant(connection),
        shop_name=connection.execute(select(shop.c.name)).scalar_one_or_none() or "",
        encrypted=False,
        older_release=False,
        products=connection.execute(select(func.count(product.c.id))).scalar_one(),
        sales=connection.execute(select(func.count(sale.c.id))).scalar_one(),
        last_sale_at=connection.execute(select(func.max(sale.c.at))).scalar_one(),
        problems=tuple(found.problems),
    )


def _last_instant(connection: Connection) -> datetime | None:
    """The last thing that anybody had to answer for: a plain copy does not say when it was made."""
    last: datetime | None = connection.execute(select(func.max(audit_entry.c.at))).scalar_one()
    return last
