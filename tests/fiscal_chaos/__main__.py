"""`python -m tests.fiscal_chaos [HISTÓRIAS] [VENDAS] [VIDAS]`: tells so many stories on SQLite and prints each."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.books import found
from tests.fiscal_chaos.story import ZERO, Outcome, Story
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare


def main(stories: int = 6, sales: int = 60, lives: int = 12) -> None:
    """Tell them; an AssertionError is a story that ended badly."""
    told: list[Outcome] = []
    for seed in range(100, 100 + stories):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            url = f"sqlite:///{folder / 'loja.db'}"
            prepare(url, may_upgrade=True, now=lambda: ZERO)
            books = Database(url, ChangeFeed(), clock=lambda: ZERO)
            found(books)
            books.close()
            told.append(Story(url, folder, seed=seed, stations=["Balcão"], sales=sales).run(lives=lives))
        print(f"história {seed}: {told[-1]}", flush=True)
    states: Counter[str] = sum((each.states for each in told), Counter())
    print(
        f"total: {sum(each.sales for each in told)} vendas, {sum(each.kills for each in told)} quedas, "
        f"{sum(each.faults for each in told)} falhas, {sum(each.live for each in told)} notas válidas, {dict(states)}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
