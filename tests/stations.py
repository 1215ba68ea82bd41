"""A practice shop for tests: its online store in memory, and stations that send to it, on a clock of the test's own."""

from __future__ import annotations

import asyncio
import itertools
import random
import shutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from sqlalchemy import event

from tests.books import ask_sql
from varejoforte_desktop.app.connector import TrayConnector
from varejoforte_desktop.application import catalogue
from varejoforte_desktop.application import queue as queue_desk
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.parcels import product_fields
from varejoforte_desktop.application.questions import QueueCounters, QueueRow
from varejoforte_desktop.application.shop_settings import choose_sync_option
from varejoforte_desktop.application.sign_in import Founding, admit, found_shop
from varejoforte_desktop.application.station_setup import SafeKind
from varejoforte_desktop.application.stations import join_station, key_state
from varejoforte_desktop.application.stock import move_stock
from varejoforte_desktop.application.store import StoreAccess, StoreField
from varejoforte_desktop.application.sync_status import SyncStatus
from varejoforte_desktop.credentials.desk import Desk
from varejoforte_desktop.credentials.key_desk import ShopKeyDesk
from varejoforte_desktop.credentials.passwords import Argon2Passwords
from varejoforte_desktop.credentials.safe import Safe
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.outbox import Aspect, RetryPolicy
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.shop import ShopSettings, SyncOption
from varejoforte_desktop.domain.stock import MovementDraft, MovementKind
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.persistence.schema import prepare
from varejoforte_desktop.simulator.requests import RequestRecord
from varejoforte_desktop.simulator.store import TrayStore
from varejoforte_desktop.simulator.transport import SimulatedTransport
from varejoforte_desktop.sync.engine import Parts, SyncEngine
from varejoforte_desktop.sync.lookout import Lookout
from varejoforte_desktop.sync.meter import SharedMeter
from varejoforte_desktop.sync.order_desk import StoreOrderDesk
from varejoforte_desktop.sync.order_watch import OrderWatch
from varejoforte_desktop.sync.pace import LeadTimes, Pace
from varejoforte_desktop.sync.pusher import Pusher
from varejoforte_desktop.sync.sender import Sender
from varejoforte_desktop.sync.vault import SharedVault
from varejoforte_desktop.tray.client import TrayClient
from varejoforte_desktop.tray.masking import quiet_the_line
from varejoforte_desktop.tray.translate import product_to_send

# 10:05:40 in São Paulo, on a Friday.
MORNING = datetime(2026, 11, 20, 13, 5, 40, tzinfo=UTC)
PASSWORD = "senha-bem-secreta-da-ana"
FAST_PASSWORDS = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

#: A lead that is renewed less often, where a test goes through whole days and nobody else wants it.
SELDOM = LeadTimes(lease=100.0, renew=45.0, standby=45.0)

_tokens = itertools.count(1)
_made: dict[str, Path] = {}


class WallClock:
    """Follows a count of seconds (a loop's, or time.monotonic), and somebody may set it."""

    def __init__(self, seconds: Callable[[], float], start: datetime = MORNING) -> None:
        self._seconds = seconds
        self._begun = seconds()
        self._start = start
        self._set_by = timedelta(0)

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=self._seconds() - self._begun) + self._set_by

    def jump(self, **amount: float) -> None:
        """Somebody set the clock, or the computer slept while `seconds` stood still."""
        self._set_by += timedelta(**amount)


class Line(SimulatedTransport):
    """The wire of one station; every request takes `seconds`, and `asked` counts those that tried.

    `watch` sees every request first, and may refuse it (400) by giving the store's words.
    """

    def __init__(
        self, store: TrayStore, *, sleep: Callable[[float], Awaitable[object]], seconds: float
    ) -> None:
        super().__init__(store, sleep=sleep)
        self._nap = sleep
        self.seconds = seconds
        self.asked = 0
        self.watch: Callable[[httpx.Request], str | None] = _no_objection

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, after the way there."""
        self.asked += 1
        if self.seconds:
            await self._nap(self.seconds)
        objection = self.watch(request)
        if objection:
            paper = {"code": 400, "name": "Bad Request", "causes": [objection]}
            return httpx.Response(400, json=paper, request=request)
        return await super().handle_async_request(request)


def _no_objection(_request: httpx.Request) -> str | None:
    return None


@dataclass(slots=True)
class Post:
    """A station with its own window on the books, its own line and its own loop."""

    name: str
    database: Database
    changes: ChangeFeed
    key: ShopKey
    keys: ShopKeyDesk
    line: Line
    connector: TrayConnector
    vault: SharedVault
    meter: SharedMeter
    sender: Sender
    pusher: Pusher
    pace: Pace
    sync: SyncEngine
    orders: StoreOrderDesk
    desk_store: TrayClient
    heard: list[SyncStatus] = field(default_factory=list)

    async def close(self) -> None:
        """Stop sending, hang up, leave the books."""
        await self.sync.aclose()
        await self.desk_store.aclose()
        await self.connector.aclose()
        await self.keys.aclose()
        self.database.close()

    def crash(self) -> None:
        """The power goes: nothing is handed over, nothing settles."""
        task = self.sync._task
        if task is not None:
            for name in ("_hand_over", "_keep_lead"):
                setattr(self.sync, name, _nothing)
            task.cancel()


async def _nothing() -> None:
    return None


class PracticeShop:
    """A shop with one administrator, its store, and as many stations as are opened."""

    def __init__(
        self,
        url: str,
        *,
        seconds: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        seed: int = 1,
        latency: float = 0.05,
        store: TrayStore | None = None,
    ) -> None:
        quiet_the_line()
        self.url = url
        self.seconds = seconds
        self.sleep = sleep
        self.seed = seed
        self.latency = latency
        self.clock = WallClock(seconds)
        self.store = store or TrayStore(now=self.clock, seed=seed)
        self.posts: list[Post] = []
        #: What each computer keeps for itself, also while its program is not running.
        self.safes: dict[str, Safe] = {}
        self._prepare()
        self.main = self.open("CAIXA-1")
        self.actor = self.main.database.run_now(admit, "ana", station="CAIXA-1")

    def _prepare(self) -> None:
        prepare(self.url, may_upgrade=True, now=self.clock)
        database = Database(self.url, ChangeFeed(), clock=self.clock)
        try:
            if not database.read_now(lambda reader: reader.founded()):
                founding = Founding(
                    shop_name="Casa das Panelas",
                    login="ana",
                    name="Ana Souza",
                    password_hash=FAST_PASSWORDS.hashed(PASSWORD),
                    wrapped_key="",
                )
                database.run_now(found_shop, founding)
        finally:
            database.close()

    # -- stations -------------------------------------------------------------------------------------

    def open(self, name: str, *, policy: RetryPolicy | None = None) -> Post:
        """Another station on the same books."""
        changes = ChangeFeed()
        database = Database(self.url, changes, clock=self.clock)
        if self.url.startswith("sqlite"):
            _hasten(database)
        key = self._key(name, database)
        keys = ShopKeyDesk(
            database, key, Desk(database, FAST_PASSWORDS, key, station=name), station=name, sleep=self.sleep
        )
        keys.listen(changes)
        line = Line(self.store, sleep=self.sleep, seconds=self.latency)
        chance = random.Random(f"{self.seed}/{name}")
        patient = SharedMeter(database, clock=self.clock, sleep=self.sleep)
        connector = TrayConnector(database, key, patient, clock=self.clock, transport=line)
        meter = SharedMeter(database, clock=self.clock, sleep=self.sleep, patient=False)

        async def renew(access: StoreAccess) -> StoreAccess:
            return await connector.renew(access, meter)

        vault = self._vault(database, key, keys, renew)
        store = connector.client(vault, meter)
        sender = Sender(database, store)
        pusher = Pusher(
            database,
            sender,
            meter,
            station=name,
            policy=policy or RetryPolicy(),
            clock=self.clock,
            chance=chance,
        )
        pace = Pace(
            cycle_seconds=60, monotonic=self.seconds, wall=self.clock, sleep=self.sleep, chance=chance
        )
        sync = SyncEngine(
            Parts(
                backend=database,
                store=store,
                pusher=pusher,
                lookout=Lookout(
                    OrderWatch(database, store), database, patiently=meter.patiently, monotonic=self.seconds
                ),
                vault=vault,
                introductions=sender.introductions,
                changes=changes,
                pace=pace,
                clock=self.clock,
                station=name,
                aclose=store.aclose,
            )
        )
        desk_store = connector.client(self._vault(database, key, keys, renew), patient)
        desk = StoreOrderDesk(database, desk_store)
        post = Post(
            name,
            database,
            changes,
            key,
            keys,
            line,
            connector,
            vault,
            meter,
            sender,
            pusher,
            pace,
            sync,
            desk,
            desk_store,
        )
        sync.subscribe(post.heard.append)
        self.posts.append(post)
        return post

    async def crash(self, post: Post) -> Post:
        """The power goes at a station, and it is started again: a new process, not sending yet."""
        post.crash()
        if post.sync._task is not None:
            await asyncio.wait({post.sync._task})
        self.posts.remove(post)
        await post.close()
        fresh = self.open(post.name)
        if post is self.main:
            self.main = fresh
        return fresh

    def _vault(self, database: Database, key: ShopKey, keys: ShopKeyDesk, renew: Any) -> SharedVault:
        return SharedVault(database, key, renew, refresh=keys.refresh, clock=self.clock, sleep=self.sleep)

    def _key(self, name: str, database: Database) -> ShopKey:
        """The shop's key as this station opens it; a new one is let in by its administrator."""
        key = ShopKey(self.url, safe=self.safes.setdefault(name, Safe(kind=SafeKind.ASK)))
        state = database.run_now(key_state, name)
        if key.take(state.copy, state.version):
            return key
        others = [post.key for post in self.posts if post.key.version == state.version]
        if others:
            key.adopt(others[0])
        else:
            key.make(state.version)
        public = key.pair.public()
        database.run_now(
            join_station,
            public_key=public,
            sealed_key=key.copy_for(public),
            key_version=state.version,
            version="0",
            by=database.run_now(admit, "ana", station=name),
        )
        return key

    async def close(self) -> None:
        """Close every station that is still open."""
        while self.posts:
            await self.posts.pop().close()

    # -- what people do -------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Connect the shop to its store."""
        await self.main.connector.connect(
            address=self.store.api_address,
            consumer_key=self.store.consumer_key,
            consumer_secret=self.store.consumer_secret,
            code=self.store.code,
            by=self.actor,
        )

    async def save(self, product: Product, *, brand: str = "", category: str = "") -> Product:
        """Keep a product at the first station, as its editor does."""
        return await self.main.database.run(
            catalogue.save_product, product, brand=brand, category=category, by=self.actor
        )

    async def add(
        self, reference: str, *, brand: str = "", category: str = "", stock: int = 0, **fields: Any
    ) -> Product:
        """A new product."""
        fields.setdefault("name", f"Produto {reference}")
        fields.setdefault("price", Money(1990))
        fields.setdefault("cost", Money(990))
        product = await self.save(Product(reference=reference, **fields), brand=brand, category=category)
        if stock:
            await self.receive(product.id, stock)
        return product

    async def add_many(self, references: Iterable[str], *, stock: int = 0) -> list[Product]:
        """New products, all in one transaction."""
        drafts = [
            Product(reference=each, name=f"Produto {each}", price=Money(1990), cost=Money(990))
            for each in references
        ]

        def work(uow: Any) -> list[Product]:
            kept = [
                catalogue.save_product(uow, each, brand="", category="", by=self.actor) for each in drafts
            ]
            for product in kept if stock else ():
                move_stock(uow, _entry(product.id, stock), token=f"t{next(_tokens)}", by=self.actor)
            return kept

        return await self.main.database.run(work)

    async def change_many(self, products: Iterable[Product], **fields: Any) -> None:
        """Change the same fields of many, all in one transaction."""

        def work(uow: Any) -> None:
            for each in products:
                now = replace(uow.products.get(each.id), **fields)
                catalogue.save_product(uow, now, brand="", category="", by=self.actor)

        await self.main.database.run(work)

    async def change(self, product_id: int, **fields: Any) -> Product:
        """Change fields of a product, its brand and category as they are."""
        sheet = self.sheet(product_id)
        return await self.save(
            replace(sheet.product, **fields),
            brand=sheet.brand,
            category=sheet.category,
        )

    async def receive(self, product_id: int, amount: int) -> None:
        """Goods arrive."""
        await self._move(product_id, MovementKind.ENTRY, amount)

    async def count(self, product_id: int, amount: int) -> None:
        """The shelf was counted."""
        await self._move(product_id, MovementKind.ADJUSTMENT, amount)

    async def _move(self, product_id: int, kind: MovementKind, amount: int) -> None:
        draft = replace(_entry(product_id, amount), kind=kind)
        await self.main.database.run(move_stock, draft, token=f"t{next(_tokens)}", by=self.actor)

    async def choose(self, option: SyncOption) -> None:
        """Opção 1 or 2."""
        await self.main.database.run(choose_sync_option, option, by=self.actor)

    async def retry(self, rows: Iterable[QueueRow]) -> None:
        """A person presses "tentar novamente"."""
        await self.main.database.run(queue_desk.retry, [row.id for row in rows], by=self.actor)

    def set_limits(self, **limits: int) -> None:
        """Change the shop's limits of requests."""
        self.main.database.run_now(lambda uow: uow.shop.save(replace(uow.shop.get(), **limits)))

    def start(self) -> None:
        """Switch the flag on at the first station."""
        self.main.sync.start(self.actor)

    async def start_and_send(self, *, within: float = 600.0) -> None:
        """Switch it on, wait until all is sent, and forget what the store was asked for it."""
        self.start()
        await self.until_empty(within=within)
        self.store.log.clear()

    # -- what can be seen -----------------------------------------------------------------------------

    def sheet(self, product_id: int) -> Any:
        """The product as its editor shows it."""
        return self.main.database.read_now(lambda reader: reader.product_detail(product_id))

    @property
    def settings(self) -> ShopSettings:
        """The shop's settings."""
        return self.main.database.read_now(lambda reader: reader.shop())

    @property
    def queue(self) -> list[QueueRow]:
        """The processing queue."""
        return self.main.database.read_now(lambda reader: reader.queue_rows(limit=10_000))

    @property
    def counters(self) -> QueueCounters:
        """The queue in figures."""
        return self.main.database.read_now(lambda reader: reader.queue_counters())

    def history(self, limit: int = 1000) -> list[Any]:
        """What was sent lately, newest first, as (label, attempt)."""
        return self.main.database.read_now(lambda reader: reader.recent_pushes(limit=limit))

    def in_store(self, reference: str) -> list[dict[str, str]]:
        """The store's products with this reference, after late writes that are due have landed."""
        self.store._apply_what_is_due()
        return [row for row in self.store.products.values() if row["reference"] == reference]

    def one(self, reference: str) -> dict[str, str]:
        """The store's only product with this reference."""
        found = self.in_store(reference)
        assert len(found) == 1, f"{reference}: {len(found)} in the store"
        return found[0]

    def asked(self, method: str = "", path: str = "") -> list[RequestRecord]:
        """What the store was asked, oldest first, tokens left out."""
        return [
            record
            for record in self.store.requests
            if method in ("", record.method) and path in record.path and not record.path.startswith("/auth")
        ]

    def bodies(self) -> list[dict[str, Any]]:
        """The products in the bodies of all PUTs."""
        return [record.body["Product"] for record in self.asked("PUT", "/products/") if record.body]  # type: ignore[index]

    def published(self, product_id: int) -> dict[str, Any]:
        """What the store should show of a product, in the store's words; the category is left out."""

        def fields(uow: Any) -> dict[StoreField, Any]:
            sides = product_fields(uow.sheets.products([product_id])[product_id])
            return {name: value for side in sides.values() for name, value in side.items()}

        return product_to_send(self.main.database.run_now(fields))

    def differences(
        self, product_id: int, aspects: Iterable[Aspect] = tuple(Aspect)
    ) -> dict[str, tuple[Any, Any]]:
        """Where the store shows something else than it should: field → (shown, should be)."""
        reference = self.sheet(product_id).product.reference
        row, should = self.one(reference), self.published(product_id)
        commercial = {"price", "cost_price", "stock"}
        if Aspect.CONTENT not in set(aspects):
            should = {name: value for name, value in should.items() if name in commercial}
        return {name: (row[name], value) for name, value in should.items() if row[name] != str(value)}

    # -- time -----------------------------------------------------------------------------------------

    async def until(
        self, condition: Callable[[], Any], *, within: float = 600.0, every: float = 0.25
    ) -> float:
        """Wait until it is so; gives the seconds it took."""
        begun = self.seconds()
        while not condition():
            if self.seconds() - begun > within:
                raise AssertionError(
                    f"still not so after {within:g} s; the queue: {self.queue[:5]}, {self.main.sync.status}"
                )
            await self.sleep(every if self.seconds() - begun < 10 else max(every, 1.0))
        return self.seconds() - begun

    async def until_empty(self, *, within: float = 600.0) -> float:
        """Wait until nothing is owed."""
        return await self.until(lambda: self.owed() == 0, within=within)

    def owed(self) -> int:
        """Lines in the queue, held back or not."""
        return int(ask_sql(self.url, "SELECT count(*) FROM outbox")[0][0])


def _entry(product_id: int, amount: int) -> MovementDraft:
    return MovementDraft(
        product_id=product_id, kind=MovementKind.ENTRY, amount=Decimal(amount), reason="teste"
    )


def copied(folder: Path, made_in: Path) -> str:
    """The address of a SQLite shop in `folder`, its tables made once in `made_in` and copied."""
    if "sqlite" not in _made:
        path = made_in / "vazia.db"
        prepare(f"sqlite:///{path}", may_upgrade=True, now=lambda: MORNING)
        _made["sqlite"] = path
    return f"sqlite:///{shutil.copy(_made['sqlite'], folder / 'loja.db')}"


def _hasten(database: Database) -> None:
    """No test here cuts the power, so nothing is forced onto the disk."""

    @event.listens_for(database._writing, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")


__all__ = [
    "FAST_PASSWORDS",
    "MORNING",
    "PASSWORD",
    "Actor",
    "Line",
    "Post",
    "PracticeShop",
    "WallClock",
    "copied",
]
