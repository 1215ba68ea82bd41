"""One story: tills sell and die, SEFAZ misbehaves, and in the end every sale and every number is accounted for."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.books import ask_sql
from tests.fiscal_chaos.tills import FastClock, Plan, actor_at
from tests.fiscal_shop import CNPJ, FiscalShop, set_up
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.people_ports import StationRecord
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority
from varejoforte_desktop.simulator.sefaz.server import SefazServerThread

ROOT = Path(__file__).resolve().parents[2]
ZERO = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SPEED = 150.0
FAULTS = (
    ("autorizacao", "drop_after"),
    ("autorizacao", "drop_before"),
    ("autorizacao", "http500"),
    ("autorizacao", "html"),
    ("autorizacao", "paralysed"),
    ("autorizacao", "in_flight"),
    ("autorizacao", "reject:778"),
    ("autorizacao", "malformed"),
    ("consulta", "drop_before"),
    ("consulta", "http500"),
    ("consulta", "html"),
    ("evento", "drop_after"),
    ("evento", "http500"),
)


@dataclass(slots=True)
class Outcome:
    """What a story came to."""

    sales: int = 0
    cancelled: int = 0
    kills: int = 0
    faults: int = 0
    numbers: int = 0
    states: Counter[str] = field(default_factory=Counter)
    live: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        states = ", ".join(f"{name} {count}" for name, count in sorted(self.states.items()))
        return (
            f"{self.sales} vendas ({self.cancelled} canceladas), {self.kills} quedas, {self.faults} falhas: "
            f"{self.live} notas válidas na SEFAZ, {self.numbers} números ({states}) em {self.seconds:.1f} s"
        )


class Story:
    """Set up once; `run` tells it. The books are a founded shop's, empty of sales."""

    def __init__(self, url: str, folder: Path, *, seed: int, stations: Sequence[str], sales: int) -> None:
        self.url = url
        self.folder = folder
        self.seed = seed
        self.stations = stations
        self.sales = sales
        self.chance = random.Random(seed)
        self.clock = FastClock(time.time(), SPEED, ZERO)
        self.authority = PracticeAuthority(self.clock)
        self.sefaz = SefazSimulator(self.clock)
        # The clock runs fast: what SEFAZ allows minutes for gets a day.
        self.sefaz.terms.counter_late = self.sefaz.terms.cancel_counter = timedelta(days=1)
        self.seal = ShopKey("")
        self.seal.make()
        self.outcome = Outcome()

    def run(self, *, lives: int) -> Outcome:
        """Let the tills live and die, then let SEFAZ be well and bring everything to its end."""
        began = time.monotonic()
        (self.folder / "ca.pem").write_bytes(self.authority.ca_pem)
        with SefazServerThread(self.sefaz, self.authority.server_identity()) as server:
            product = self._open_shop(server.url)
            with self._nursery(product) as nursery:
                for _ in range(lives):
                    self._life(nursery)
                self.sefaz.faults.clear()
                for station in self.stations:
                    assert self._told(nursery, f"drain {station}") == "done"
        self.outcome.seconds = time.monotonic() - began
        self._account()
        return self.outcome

    def _open_shop(self, endpoint: str) -> int:
        books = Database(self.url, ChangeFeed(), clock=self.clock)
        try:
            shop = FiscalShop(
                database=books,
                clock=self.clock,  # type: ignore[arg-type]
                sefaz=self.sefaz,
                authority=self.authority,
                seal=self.seal,
                administrador=actor_at("Balcão"),
                operador=actor_at("Balcão"),
                gerente=actor_at("Balcão"),
            )
            set_up(
                books, self.seal, self.authority, by=actor_at("Balcão"), now=self.clock(), endpoints=endpoint
            )
            for station in self.stations:
                if station != "Balcão":
                    books.run_now(lambda uow, name=station: uow.stations.save(_station(name, uow.now)))
                books.run_now(open_till, opening_float=Money(0), by=actor_at(station))
            return shop.product()
        finally:
            books.close()

    @contextmanager
    def _nursery(self, product_id: int) -> Iterator[subprocess.Popen[str]]:
        plan = Plan(
            url=self.url,
            folder=str(self.folder),
            sealing_key=self.seal.wrapped("caos"),
            began=self.clock.began,
            speed=self.clock.speed,
            zero=self.clock.zero.isoformat(),
            product_id=product_id,
            sales=self.sales,
            seed=self.seed,
        )
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.fiscal_chaos.tills"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        try:
            nursery.stdin.write(json.dumps(asdict(plan)) + "\n")
            nursery.stdin.flush()
            yield nursery
        finally:
            nursery.stdin.close()
            nursery.wait(30)
            nursery.stdout.close()

    @staticmethod
    def _told(nursery: subprocess.Popen[str], line: str) -> str:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        nursery.stdin.write(line + "\n")
        nursery.stdin.flush()
        return nursery.stdout.readline().strip()

    def _life(self, nursery: subprocess.Popen[str]) -> None:
        """All tills start, something is wrong with SEFAZ, and one after the other loses its power."""
        self.sefaz.faults.clear()
        for _ in range(self.chance.randrange(4)):
            service, kind = self.chance.choice(FAULTS)
            processed = kind in {"http500", "html"} and self.chance.random() < 0.5
            self.sefaz.faults.queue(service, kind, times=self.chance.randrange(1, 4), processed=processed)
            self.outcome.faults += 1
        self.sefaz.online = self.chance.random() < 0.85
        pids = [int(self._told(nursery, f"start {station}").split()[1]) for station in self.stations]
        for pid in pids:
            time.sleep(0.1 + self.chance.random() * 0.6 / len(pids))  # noqa: TID251 - real processes, real time
            os.kill(pid, signal.SIGKILL)
            self.outcome.kills += 1

    def _account(self) -> None:
        """Each completed sale has one valid document, each cancelled one none, and no number is lost or used twice."""
        outcome = self.outcome
        sales = ask_sql(self.url, "SELECT id, state FROM sale")
        rows = ask_sql(
            self.url,
            "SELECT sale_id, series, number, state, access_key, total FROM fiscal_document ORDER BY series, number",
        )
        valid = [row for row in rows if row[3] == "authorised"]
        outcome.sales = len(sales)
        outcome.cancelled = sum(state == "cancelled" for _, state in sales)
        outcome.numbers = len(rows)
        outcome.states = Counter(row[3] for row in rows)
        live = self.sefaz.live_documents()
        outcome.live = len(live)
        assert sorted(row[0] for row in valid) == sorted(
            each for each, state in sales if state == "completed"
        )
        assert sorted(row[4] for row in valid) == sorted(each.key for each in live)
        assert set(outcome.states) <= {"authorised", "cancelled", "voided", "number_taken"}, outcome.states
        assert sum(int(each.total * 100) for each in live) == sum(row[5] for row in valid)
        for series in {row[1] for row in rows}:
            numbers = [row[2] for row in rows if row[1] == series]
            last = ask_sql(self.url, f"SELECT last FROM fiscal_series WHERE series = {series}")  # noqa: S608
            assert numbers == list(range(1, last[0][0] + 1))
        assert all(each.key[6:20] == CNPJ for each in live)


def _station(name: str, at: datetime) -> StationRecord:
    return StationRecord(
        name=name, joined_at=at, seen_at=at, version="", public_key="", sealed_key="", key_version=0
    )
