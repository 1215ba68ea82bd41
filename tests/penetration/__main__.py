"""Tries everything on a new shop of each database and prints what came of each: `python -m tests.penetration`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.books import HandClock, _actor, _make_founded
from tests.penetration.deeds import DEEDS
from tests.penetration.target import Breach, Target, stock_up
from tests.penetration.texts import FIELDS, HOSTILE, SEARCHES, look_for_everything, type_everything
from tests.postgres import PostgresServer
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.domain.operator import Role
from varejoforte_desktop.persistence.database import Database


def main() -> int:
    """Print the table; 1 when something got through."""
    breaches = 0
    server = PostgresServer()
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            places = {
                "SQLite": lambda number: f"sqlite:///{Path(folder) / f'loja-{number}.db'}",
                "PostgreSQL": lambda _number: server.create_database(),
            }
            for engine, place in places.items():
                print(f"\n{engine}: {len(HOSTILE)} textos hostis em cada campo e cada busca\n")
                for number, (name, attempt) in enumerate(_attempts()):
                    breaches += _tell(name, attempt, place(number))
    finally:
        server.stop()
    print(f"\n{breaches} furos" if breaches else "\nnenhum furo")
    return 1 if breaches else 0


def _attempts() -> Iterator[tuple[str, Callable[[Target], str]]]:
    for field in FIELDS:
        yield f"texto  {field.name}", lambda target, field=field: type_everything(target, field)
    for search in SEARCHES:
        yield f"busca  {search.name}", lambda target, search=search: look_for_everything(target, search)
    for deed in DEEDS:
        yield f"ato    {deed.name}", deed.do


def _tell(name: str, attempt: Callable[[Target], str], url: str) -> int:
    with _shop(url) as target:
        try:
            told, through = attempt(target), 0
        except Breach as breach:
            told, through = f"FURO: {breach}", 1
    print(f"  {name:<48} {told}")
    return through


@contextmanager
def _shop(url: str) -> Iterator[Target]:
    _make_founded(url)
    database = Database(url, ChangeFeed(), clock=HandClock())
    try:
        people = (
            _actor("carla", 1, "Carla Souza", Role.ADMINISTRADOR),
            _actor("bruno", 3, "Bruno Reis", Role.GERENTE),
            _actor("ana", 2, "Ana Lima", Role.OPERADOR),
        )
        yield stock_up(database, *people)
    finally:
        database.close()


if __name__ == "__main__":
    sys.exit(main())
