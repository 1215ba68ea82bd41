"""Opens the shop for a command: only to look, or with somebody signed in who is answerable for what is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, TypeVar

from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.cli.answers import CommandRefused
from varejoforte_desktop.cli.safes import safe_for
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.settings import Settings

if TYPE_CHECKING:
    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.credentials.safe import Safe
    from varejoforte_desktop.persistence.database import Database

T = TypeVar("T")


def look(settings: Settings, question: Callable[[Reader], T], *, founded: bool = True) -> T:
    """Ask the books, by default of a founded shop only. Raises CommandRefused and BooksError."""
    with _books(settings) as database:
        if founded:
            _must_be_founded(database.read_now(lambda reader: reader.founded()))
        return database.read_now(question)


@contextmanager
def _books(settings: Settings) -> Iterator[Database]:
    """The books, upgraded first where whoever starts may do that."""
    from varejoforte_desktop.app.clock import utc_now
    from varejoforte_desktop.persistence.database import Database, sqlite_path
    from varejoforte_desktop.persistence.schema import prepare

    _must_exist(settings)
    prepare(settings.database_url, may_upgrade=False, now=utc_now)
    clock = utc_now if sqlite_path(settings.database_url) is not None else None
    database = Database(settings.database_url, ChangeFeed(), clock=clock)
    try:
        yield database
    finally:
        database.close()


@asynccontextmanager
async def signed_in(
    settings: Settings, user: str, password: str, *, safe: Safe | None = None
) -> AsyncIterator[tuple[Station, Actor]]:
    """The whole station with an operator signed in; closed in order, also when interrupted.

    Raises CommandRefused, SignInRefused, SignInLocked, Missing, SafeClosed and BooksError.
    """
    from varejoforte_desktop.app.station import open_station

    _must_exist(settings)
    own = safe or await asyncio.to_thread(safe_for, settings)
    station = await asyncio.to_thread(open_station, settings, safe=own)
    station.listen()
    try:
        _must_be_founded(await station.database.read(lambda reader: reader.founded()))
        yield station, await station.desk.enter(login=user, password=password)
    finally:
        await station.close()


def _must_exist(settings: Settings) -> None:
    """A wrong path would otherwise make a new, empty shop."""
    from varejoforte_desktop.persistence.database import sqlite_path

    path = sqlite_path(settings.database_url)
    if path is not None and not path.is_file():
        raise CommandRefused(
            f"Não há loja em {path}.",
            "Confira --data-dir, ou crie o banco com: varejoforte-desktop db upgrade.",
            kind="no_books",
        )


def _must_be_founded(founded: bool) -> None:
    if not founded:
        raise CommandRefused(
            "A loja ainda não foi criada.", "Abra o programa uma vez e cadastre a loja.", kind="not_founded"
        )
