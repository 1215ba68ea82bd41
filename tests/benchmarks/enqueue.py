"""Saving a product with what it owes the store, beside the same save that owes nothing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.benchmarks.figures import Finding, in_ms, middle, spread
from tests.benchmarks.shops import LOGIN, Workshop, address
from tests.postgres import NoPostgres, PostgresServer
from tests.stations import PracticeShop, WallClock
from varejoforte_desktop.application import catalogue
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.persistence.database import Database


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """On SQLite as it is shipped (FULL) and, where there is one, on PostgreSQL that syncs to its disk."""
    pairs = 150 if quick else 400
    database = Database(
        address(workshop.copy(1_000, "enqueue")), ChangeFeed(), clock=WallClock(time.monotonic)
    )
    try:
        by = database.run_now(admit, LOGIN, station="MEDIDA")
        found = [_compared("SQLite, FULL", database, by, pairs)]
    finally:
        database.close()
    try:
        server = PostgresServer(durable=True)
        server.start()
    except NoPostgres as reason:
        return [*found, Finding(work="save with what it owes, PostgreSQL", value=None, raw=[str(reason)])]
    try:
        found.append(_on_postgres(server, pairs))
    finally:
        server.stop()
    return found


def _on_postgres(server: PostgresServer, pairs: int) -> Finding:
    shop = PracticeShop(server.create_database(), seconds=time.monotonic, sleep=_never)
    database = shop.main.database
    try:
        for number in range(1, 4 * pairs + 41):
            product = Product(
                reference=f"R-{number}", name=f"Produto {number}", price=Money(1990), sell_online=False
            )
            database.run_now(catalogue.save_product, product, brand="", category="", by=shop.actor)
        database.run_now(_put_online)
        return _compared("PostgreSQL, durable", database, shop.actor, pairs)
    finally:
        database.close()


async def _never(_seconds: float) -> None:
    raise AssertionError("nothing waits here")


def _put_online(uow: Any) -> None:
    uow._connection.exec_driver_sql("UPDATE product SET sell_online = true")


def _compared(where: str, database: Database, by: Actor, pairs: int) -> Finding:
    """Product after product gets a new price, owing and not owing in turn; each owes for the first time."""
    owing: list[float] = []
    silent: list[float] = []
    for number in range(1, 2 * pairs + 21):
        with contextlib.nullcontext() if number % 2 else _owing_nothing():
            seconds = _save(database, by, number)
        if number > 20:
            (owing if number % 2 else silent).append(seconds)
    again = [_save(database, by, number) for number in range(21, 2 * pairs + 21, 2)]
    ratios = [a / b for a, b in zip(owing, silent, strict=True)]
    return Finding(
        work=f"save a product with what it owes, {where}",
        value=middle(owing) / middle(silent),
        spread=spread(ratios),
        against="the same save without",
        most=1.25,
        raw=[
            f"owing {in_ms(owing)}",
            f"not owing {in_ms(silent)}",
            f"owing what is owed already {in_ms(again)}",
        ],
    )


def _save(database: Database, by: Actor, number: int) -> float:
    kept: Product = database.run_now(lambda uow: uow.products.get(number))
    changed = replace(kept, price=kept.price + Money(100))
    started = time.perf_counter()
    database.run_now(catalogue.save_product, changed, brand="", category="", by=by)
    return time.perf_counter() - started


@contextlib.contextmanager
def _owing_nothing() -> Iterator[None]:
    real: Callable[..., None] = catalogue.owe_product
    catalogue.owe_product = lambda *_: None
    try:
        yield
    finally:
        catalogue.owe_product = real
