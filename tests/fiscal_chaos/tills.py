"""The tills of the chaos run: each is a process of its own, forked from one that has everything loaded.

Speaks by lines on its pipes: "start STATION" gives "pid N"; "drain STATION" runs one till to the end and gives "done".
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.counter import finish_basket, keep_basket
from varejoforte_desktop.application.outside import OutsideError
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.domain.fiscal_errors import FiscalRefused, FiscalUnanswered, NumbersInUse
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Role
from varejoforte_desktop.domain.sale import Basket, BasketLine, FiscalModel, Payment, PaymentMethod
from varejoforte_desktop.fiscal.desk import StationFiscalDesk
from varejoforte_desktop.fiscal.layout import document as _loaded_before_forking
from varejoforte_desktop.fiscal.office import SefazOffice
from varejoforte_desktop.persistence.database import Database

assert _loaded_before_forking


@dataclass(frozen=True, slots=True)
class FastClock:
    """A clock that all processes share and that runs `speed` times as fast as the wall's."""

    began: float
    speed: float
    zero: datetime

    def __call__(self) -> datetime:
        """The instant it shows."""
        return self.zero + timedelta(seconds=(time.time() - self.began) * self.speed)


@dataclass(frozen=True, slots=True)
class Plan:
    """What every till is told."""

    url: str
    folder: str
    sealing_key: str
    began: float
    speed: float
    zero: str
    product_id: int
    sales: int
    seed: int

    @property
    def clock(self) -> FastClock:
        """The shared clock."""
        return FastClock(self.began, self.speed, datetime.fromisoformat(self.zero).astimezone(UTC))


def token_of(plan: Plan, station: str, number: int) -> str:
    """The same sale has the same token however often a till begins it anew."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{plan.seed}/{station}/{number}"))


def actor_at(station: str) -> Actor:
    """Carla sells everywhere."""
    return Actor(operator_id=1, login="carla", name="Carla Souza", role=Role.ADMINISTRADOR, station=station)


class Till:
    """One life of a till."""

    def __init__(self, plan: Plan, station: str, seal: ShopKey) -> None:
        self.plan = plan
        self.by = actor_at(station)
        self.books = Database(plan.url, ChangeFeed(), clock=plan.clock)
        office = SefazOffice(ca_file=Path(plan.folder) / "ca.pem")
        self.desk = StationFiscalDesk(
            self.books, seal, office, ChangeFeed(), station=station, clock=plan.clock
        )
        self.chance = random.Random(f"{plan.seed}/{station}/{os.getpid()}")

    async def live(self) -> None:
        """Sell whatever is left to sell, cancel now and then, until somebody pulls the plug."""
        self.desk.start()
        issuing: set[asyncio.Task[None]] = set()
        for number in range(self.plan.sales):
            sale_id = await self.sold(number)
            task = asyncio.create_task(self.issued(sale_id, cancel=number % 7 == 3))
            issuing.add(task)
            task.add_done_callback(issuing.discard)
            await asyncio.sleep(self.chance.random() * 0.02)
        await asyncio.Event().wait()

    async def sold(self, number: int) -> int:
        """A sale of its own price; the same one when an earlier life had begun it."""
        price = 1000 + number * 37
        basket = Basket(
            token=token_of(self.plan, self.by.station, number),
            lines=(
                BasketLine(
                    product_id=self.plan.product_id,
                    reference="PAN-1",
                    name="Panela",
                    unit="UN",
                    quantity=Decimal(1),
                    price=Money(price),
                ),
            ),
            payments=(Payment(method=PaymentMethod.CASH, amount=Money(price), tendered=Money(price)),),
        )
        await self.books.run(keep_basket, basket, by=self.by)
        receipt = await self.books.run(finish_basket, basket, fiscal=FiscalModel.NFCE, by=self.by)
        return receipt.sale_id

    async def issued(self, sale_id: int, *, cancel: bool) -> None:
        """Issue it, and take some back."""
        try:
            await self.desk.issue(sale_id)
            if cancel:
                await self.desk.cancel_sale(sale_id, reason="Cliente desistiu da compra", by=self.by)
        except (DomainError, OutsideError):
            pass  # told to the cashier; what is owed stays owed

    async def drain(self) -> None:
        """SEFAZ is well again: make rounds until nothing is open, and put right what was rejected."""
        for number in range(self.plan.sales):
            sale_id = await self.sold(number)
            await self.issued(sale_id, cancel=number % 7 == 3)
        await self.finish()
        for number in range(self.plan.sales):
            if number % 7 == 3:
                sale_id = await self.sold(number)
                await self.issued(sale_id, cancel=True)
        while gaps := await self.books.read(lambda reader: reader.fiscal.gaps()):
            for gap in gaps:  # a person confirms each; of one that SEFAZ has after all it says so
                with suppress(FiscalRefused, FiscalUnanswered, NumbersInUse):
                    await self.desk.void(
                        gap.name, gap.first, gap.last, reason="Numero nao utilizado", by=self.by
                    )
            await self.finish()
        await self.desk.aclose()

    async def finish(self) -> None:
        """Rounds until nothing is open, what was rejected put right."""
        for _ in range(4000):
            await self.desk.once()
            rejected, left = await self.books.read(_left)
            for document_id in rejected:
                await self.desk.resend(document_id, by=self.by)
            if not left:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("something stayed open")


def _left(reader: object) -> tuple[list[int], int]:
    from varejoforte_desktop.application.fiscal_questions import DocumentSearch

    fiscal = reader.fiscal  # type: ignore[attr-defined]
    rejected = {DocumentState.REJECTED, DocumentState.OFFLINE_REJECTED}
    opened = rejected | {
        DocumentState.GENERATED,
        DocumentState.SENDING,
        DocumentState.UNKNOWN,
        DocumentState.REPLACED,
        DocumentState.OFFLINE,
    }
    rows = fiscal.documents(DocumentSearch(states=frozenset(opened)), limit=1000)
    return [row.id for row in rows if row.state in rejected], len(rows) + len(fiscal.owed_sales())


def main() -> None:
    """Fork a till for each line that asks for one."""
    plan = Plan(**json.loads(sys.stdin.readline()))
    seal = ShopKey("")
    assert seal.unwrap(plan.sealing_key, "caos", 1)
    for line in sys.stdin:
        what, station = line.split()
        child = os.fork()
        if child == 0:
            till = Till(plan, station, seal)
            asyncio.run(till.live() if what == "start" else till.drain())
            till.books.close()
            os._exit(0)
        if what == "drain":
            _, status = os.waitpid(child, 0)
            print("done" if status == 0 else f"failed {status}", flush=True)
        else:
            print(f"pid {child}", flush=True)


if __name__ == "__main__":
    main()
