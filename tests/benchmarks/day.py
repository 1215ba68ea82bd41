"""A shop's day at the counter and at the desk: how many requests it took, and how few would have done."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figures import Finding
from tests.benchmarks.shops import Workshop
from tests.benchmarks.virtual import acknowledge, in_virtual_time
from tests.stations import PracticeShop
from varejoforte_desktop.domain.money import Money

_OPEN_HOURS = 10
_CYCLE = 60


@dataclass(frozen=True, slots=True, order=True)
class Deed:
    """Something somebody did: at a second of the day, to a product."""

    second: float
    product: int
    price: int | None = None  # in cents; None: one piece arrived


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """10 000 SKUs, 2 000 stock moves and 300 price edits in ten hours (quick: two hours of such a day)."""
    share = 5 if quick else 1
    deeds = recorded_day(moves=2_000 // share, edits=300 // share, hours=_OPEN_HOURS / share)

    async def work(shop: PracticeShop, path: Path) -> list[Finding]:
        return await _lived(shop, path, deeds)

    return in_virtual_time(workshop, "day", 10_000, work)


def recorded_day(*, moves: int, edits: int, hours: float) -> list[Deed]:
    """The same day each time: customers with a few pieces each, favourites, and prices corrected in sittings."""
    dice = random.Random(20_261_120)
    length = hours * 3600
    deeds: list[Deed] = []
    while len(deeds) < moves:
        at = dice.uniform(0, length)
        product = 1
        for line in range(dice.choice((1, 1, 2, 3, 5))):
            if not line or dice.random() > 0.1:  # one piece in ten is the same thing once more
                product = 1 + int(10_000 * dice.random() ** 2.2)  # the best seller: 1.5 % of the lines
            deeds.append(Deed(at + 4 * line, product))
    del deeds[moves:]
    while len(deeds) < moves + edits:
        at = dice.uniform(0, length)
        deeds += [
            Deed(at + 20 * line, dice.randint(1, 10_000), dice.randint(500, 99_900))
            for line in range(min(20, moves + edits - len(deeds)))
        ]
    return sorted(deeds)


async def _lived(shop: PracticeShop, path: Path, deeds: list[Deed]) -> list[Finding]:
    acknowledge(path)
    await shop.sleep(120)
    shop.main.sync.start(shop.actor)
    await shop.sleep(5)
    shop.store.log.clear()
    begun = shop.seconds()
    for deed in deeds:
        await shop.sleep(max(0.0, begun + deed.second - shop.seconds()))
        if deed.price is None:
            await shop.receive(deed.product, 1)
        else:
            await shop.change(deed.product, price=Money(deed.price))
    await shop.until_empty()
    await shop.main.sync.stop()
    return [_finding(shop, deeds, (shop.seconds() - begun) / 3600)]


def _finding(shop: PracticeShop, deeds: list[Deed], hours: float) -> Finding:
    used = shop.store.log.total
    least = len({(deed.product, int(deed.second // _CYCLE)) for deed in deeds})
    changes = len({(deed.product, deed.second) for deed in deeds})
    booked = shop.counters.requests_today
    return Finding(
        work=f"recorded day: 10 000 SKUs, {len(deeds)} deeds in {hours:.1f} h, no orders yet",
        value=used / least,
        against="one request for each product and cycle of 60 s",
        most=1.10,
        raw=[
            f"{used} requests, {least} at least, {changes} had each deed been sent by itself",
            f"of each kind: {dict(shop.store.log.counts)}; answers {dict(shop.store.log.statuses)}",
            f"the books count {booked} requests of today, the store {shop.store.quota.spent_today}",
        ],
    )
