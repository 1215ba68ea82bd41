"""Histories in which everything may go wrong: then it heals, and the store must show exactly what the shop says."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter

import pytest

from tests.integration.sync.test_quota import busiest_minute
from tests.stations import Post, PracticeShop
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import COMMERCIAL, EVERYTHING
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import SyncOption
from varejoforte_desktop.simulator.faults import FaultKind

SEEDS = int(os.environ.get("VAREJOFORTE_SEEDS", "30"))
FIRST = int(os.environ.get("VAREJOFORTE_FIRST_SEED", "1"))
CONVERGES_WITHIN = 15 * 60.0
BRANDS = ("", "Lume", "Aço Forte", "Brasa")
CATEGORIES = ("", "Cozinha", "Cozinha > Panelas", "Cozinha > Facas", "Banho")
UNANSWERED: tuple[FaultKind, ...] = ("timeout", "reset", "status", "html")


class History:
    """One story, all of it drawn from its seed: the shop's size, its pace, and what goes wrong how often."""

    def __init__(self, shop: PracticeShop, seed: int) -> None:
        self.shop = shop
        self.chance = random.Random(seed)
        self.products: list[Product] = []
        self.gap = self.chance.choice([0.3, 1, 3, 8])
        self.ends = shop.seconds() + min(60 * self.chance.uniform(2, 6), 200 * self.gap)
        self.roughness = self.chance.choice([0.5, 1.0, 2.0])
        self.option = self.chance.choice([SyncOption.FULL] * 4 + [SyncOption.COMMERCIAL])

    async def begin(self) -> None:
        """A store that knows some of the products already, and one to three stations."""
        chance, shop = self.chance, self.shop
        for number in range(chance.randrange(2, 11)):
            reference = f"P{number}"
            if chance.random() < 0.3 or self.option is SyncOption.COMMERCIAL:
                shop.store.add_product(reference=reference, name="Da loja", price="1.00", stock="77")
            self.products.append(await self.new(reference))
        if self.option is SyncOption.COMMERCIAL:
            await shop.choose(self.option)
        for number in range(chance.randrange(3)):
            shop.open(f"CAIXA-{number + 2}")
        for post in shop.posts:
            post.line.seconds = chance.uniform(0.01, 0.5)
            post.sync.start(shop.actor)

    async def new(self, reference: str) -> Product:
        return await self.shop.add(
            reference,
            stock=self.chance.randrange(20),
            brand=self.chance.choice(BRANDS),
            category=self.chance.choice(CATEGORIES),
        )

    def spoil(self) -> None:
        """From now on requests fail in these ways, as often as the seed says."""
        chance, faults = self.chance, self.shop.store.faults

        def often(most: float) -> float:
            return chance.uniform(0, most) * self.roughness

        for kind in UNANSWERED:
            for applied in (True, False):
                faults.next(
                    kind,
                    times=None,
                    probability=often(0.08),
                    after_applying=applied,
                    seconds=chance.choice([0, 5, 14]),
                    status=chance.choice([500, 502, 503]),
                )
        faults.next("late", times=None, probability=often(0.2), seconds=chance.uniform(1, 60))
        faults.next("slow", times=None, probability=often(0.1), seconds=chance.uniform(3, 18))
        faults.next(
            "rate_limited", times=None, probability=often(0.03), retry_after=chance.choice([None, 3, 20])
        )
        faults.next("revoked", times=None, probability=often(0.03))

    async def live(self) -> None:
        """People work, lines break, stations come and go."""
        while self.shop.seconds() < self.ends:
            await self._something()
            await self.shop.sleep(self.chance.uniform(0, 2) * self.gap)

    async def _something(self) -> None:
        chance, shop = self.chance, self.shop
        product = chance.choice(self.products)
        draw = chance.random()
        if draw < 0.35:
            await shop.change(product.id, price=Money(chance.randrange(1, 99999)))
        elif draw < 0.65:
            await shop.count(product.id, chance.randrange(50))
        elif draw < 0.78:
            await shop.change(product.id, name=f"Nome {chance.randrange(999)}", weight=chance.randrange(999))
        elif draw < 0.84 and self.option is SyncOption.FULL:
            self.products.append(await self.new(f"N{len(self.products)}"))
        elif draw < 0.90:
            post = chance.choice(shop.posts)
            post.line.offline = not post.line.offline
        else:
            await self._disturb(chance.choice(shop.posts))

    async def _disturb(self, post: Post) -> None:
        match self.chance.randrange(4):
            case 0:
                fresh = await self.shop.crash(post)
                fresh.line.seconds = post.line.seconds
                fresh.sync.start(self.shop.actor)
            case 1:
                await post.sync.stop()
            case 2:
                post.sync.start(self.shop.actor)
            case _:
                self.shop.store.revoke_tokens()

    async def heal(self) -> None:
        """Nothing goes wrong any more, and somebody is signed in."""
        self.shop.store.faults.clear()
        for post in self.shop.posts:
            post.line.offline = False
        self.shop.main.sync.start(self.shop.actor)
        held = 0 if self.option is SyncOption.FULL else None
        await self.shop.until(lambda: self.shop.queue == [], within=CONVERGES_WITHIN)
        if held == 0:
            await self.shop.until_empty(within=1)
        await self.shop.sleep(90)  # what was in the air has landed, on something it should not have
        self.shop.store._apply_what_is_due()

    def check(self) -> None:
        """Each product once and as it should be, each name once, and never too many requests in a minute."""
        shop = self.shop
        aspects = EVERYTHING if self.option is SyncOption.FULL else COMMERCIAL
        counted = Counter(row["reference"] for row in shop.store.products.values())
        assert counted == Counter(product.reference for product in self.products)
        wrong = {p.reference: shop.differences(p.id, aspects) for p in self.products}
        assert {reference: each for reference, each in wrong.items() if each} == {}
        if self.option is SyncOption.FULL:
            for shelf, name in ((shop.store.shop.categories, "name"), (shop.store.shop.brands, "brand")):
                names = Counter(row[name] for row in shelf.rows.values())
                assert set(names.values()) <= {1}, names
        assert busiest_minute(record for record in shop.store.requests if record.fault != "late") <= 180
        for post in shop.posts:
            assert post.sync.status.phase.value not in {"broken", "reconnect"}


async def _history(url: str, seed: int) -> None:
    loop = asyncio.get_running_loop()
    shop = PracticeShop(url, seconds=loop.time, sleep=asyncio.sleep, seed=seed)
    history = History(shop, seed)
    try:
        await shop.connect()
        await history.begin()
        history.spoil()
        await history.live()
        await history.heal()
        history.check()
    except BaseException:
        print(f"\nVAREJOFORTE_FIRST_SEED={seed} VAREJOFORTE_SEEDS=1")
        raise
    finally:
        await shop.close()


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
async def test_after_any_history_the_store_shows_what_the_shop_says(sqlite_url: str, seed: int) -> None:
    """Seed by seed; VAREJOFORTE_SEEDS=2000 for a long night, VAREJOFORTE_FIRST_SEED=… to repeat one."""
    await _history(sqlite_url, seed)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(1, SEEDS // 10)))
async def test_the_same_histories_on_postgresql(copied_postgres_url: str, seed: int) -> None:
    """One in ten of them."""
    await _history(copied_postgres_url, seed)
