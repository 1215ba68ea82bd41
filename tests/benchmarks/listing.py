"""The list of products: its first page, and searching while somebody types, beside the bare SQL of the same page."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event

from tests.benchmarks.figures import Finding, in_ms, middle, percentile, spread
from tests.benchmarks.shops import Workshop, address
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.questions import ProductSearch, Reader
from varejoforte_desktop.persistence.database import Database

PAGE: Final = 100
#: What is typed: the beginnings of a common word, rarer ones, two words, three, codes, and what nobody sells.
TYPED: Final = (
    "p",
    "pan",
    "panela",
    "panela inox",
    "panela inox ser",
    "chaleira cob",
    "r-00012",
    "r0000123",
    "7890000004",
    "zzz",
)
Statements = list[tuple[str, Any]]


@dataclass(slots=True)
class Timed:
    """One question, ours and bare, in seconds."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    rows: int = 0

    @property
    def ratio(self) -> float:
        """Of the medians."""
        return middle(self.ours) / middle(self.bare)


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """At 100 000 and at 1 000 000 products."""
    found: list[Finding] = []
    for count in (100_000,) if quick else (100_000, 1_000_000):
        path, note = workshop.filled(count)
        found += asyncio.run(_measure(path, count, note, rounds=7 if count < 1_000_000 else 5))
    return found


async def _measure(path: Path, count: int, note: str, *, rounds: int) -> list[Finding]:
    database = Database(address(path), ChangeFeed(), clock=utc_now)
    with closing(sqlite3.connect(path, isolation_level=None)) as bare:
        bare.execute("PRAGMA cache_size=-16000")
        try:
            window = await _compare(database, bare, _page(ProductSearch()), rounds)
            first = await _compare(database, bare, _page(ProductSearch(limit=PAGE)), rounds * 3)
            whole, short = [], []
            for text in TYPED:
                whole.append(await _compare(database, bare, _page(ProductSearch(text=text)), rounds))
                limited = ProductSearch(text=text, limit=200)
                short.append(await _compare(database, bare, _page(limited), rounds))
        finally:
            database.close()
    title = f"products list, {count} rows"
    return [
        *_single(f"{title}: all ids by name + first page", window, note),
        *_single(f"{title}: first {PAGE} ids + page", first, ""),
        *_typing(f"{title}: search as you type", whole),
        *_typing(f"{title}: search as you type, first 200 only", short),
    ]


def _page(search: ProductSearch) -> Callable[[Reader], int]:
    """The window of ids and the rows of the first page, as the list asks for them; gives how many ids there are."""

    def question(reader: Reader) -> int:
        ids = reader.product_ids(search)
        reader.product_rows(ids[:PAGE])
        return len(ids)

    return question


async def _compare(
    database: Database, bare: sqlite3.Connection, question: Callable[[Reader], int], rounds: int
) -> Timed:
    statements = await _statements(database, question)
    timed = Timed()
    for number in range(rounds + 1):
        started = time.perf_counter()
        timed.rows = await database.read(question)
        between = time.perf_counter()
        _barely(bare, statements)
        ended = time.perf_counter()
        if number:  # the first warms up
            timed.ours.append(between - started)
            timed.bare.append(ended - between)
    return timed


async def _statements(database: Database, question: Callable[[Reader], int]) -> Statements:
    """The SQL that a question says."""
    heard: Statements = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        heard.append((statement, parameters))

    event.listen(database._reading, "before_cursor_execute", listen)
    await database.read(question)
    event.remove(database._reading, "before_cursor_execute", listen)
    return [each for each in heard if each[0].lstrip().upper().startswith("SELECT")]


def _barely(bare: sqlite3.Connection, statements: Statements) -> None:
    bare.execute("BEGIN")
    for statement, parameters in statements:
        bare.execute(statement, parameters).fetchall()
    bare.execute("COMMIT")


def _single(work: str, timed: Timed, note: str) -> list[Finding]:
    ratios = [a / b for a, b in zip(timed.ours, timed.bare, strict=True)]
    raw = [f"ours {in_ms(timed.ours)}, bare SQL {in_ms(timed.bare)}, {timed.rows} ids"]
    return [
        Finding(
            work=work,
            value=timed.ratio,
            spread=spread(ratios),
            against="raw sqlite3, the same statements",
            most=1.5,
            raw=[*raw, *([note] if note else [])],
        ),
        _p95(work, timed.ours),
    ]


def _typing(work: str, all_timed: list[Timed]) -> list[Finding]:
    ratios = [each.ratio for each in all_timed]
    return [
        Finding(
            work=work,
            value=middle(ratios),
            spread=spread(sorted(ratios)),
            against="raw sqlite3, the same statements",
            most=1.5,
            raw=[
                f"{text!r}: {each.rows} found, ours {middle(each.ours) * 1000:.2f} ms, "
                f"bare SQL {middle(each.bare) * 1000:.2f} ms, {each.ratio:.2f} ×"
                for text, each in zip(TYPED, all_timed, strict=True)
            ],
        ),
        _p95(work, [seconds for each in all_timed for seconds in each.ours]),
    ]


def _p95(work: str, seconds: list[float]) -> Finding:
    value = percentile(seconds, 0.95) * 1000
    return Finding(work=f"{work}, p95", value=value, unit="ms", against="this kind of machine", most=50)
