"""The loop that runs while somebody is signed in with the flag on: each minute, and at once when something changed."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.delivery import give_up_lead, recover, take_lead
from varejoforte_desktop.application.outside import (
    LoggedOut,
    OutsideError,
    ReconnectNeeded,
    SlowDown,
    TryLater,
    Unreachable,
)
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Leader
from varejoforte_desktop.application.store import OnlineStore
from varejoforte_desktop.application.store_connection import close_route, route_open
from varejoforte_desktop.application.sync_status import StatusListener, SyncPhase, SyncStatus
from varejoforte_desktop.domain.access_errors import RecheckPending, SessionEnded, StationRemoved
from varejoforte_desktop.domain.errors import KeyMissing, LeaseLost, NotAllowed
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.shop import ShopSettings
from varejoforte_desktop.sync.introductions import Introductions
from varejoforte_desktop.sync.lookout import Lookout
from varejoforte_desktop.sync.pace import ANYTHING, WAKES, LeadTimes, Pace
from varejoforte_desktop.sync.pusher import Drained, Pusher
from varejoforte_desktop.sync.vault import SharedVault

log = logging.getLogger(__name__)

_STOP_SECONDS: Final = 25.0
_KEEP_HISTORY: Final = timedelta(days=30)
_OFFLINE_FIRST: Final = 5.0
#: Looked at again this often, in the books alone: another station may have connected the shop anew.
_AGAIN_SECONDS: Final = 30.0
#: So often in a row may the store refuse a key it gave a moment before, until we believe it.
_FRESH_KEYS: Final = 3
#: However long the store's limit lasts: something more urgent may be owed meanwhile.
_QUOTA_LONGEST: Final = 60.0
#: What only a person of the shop can put right.
_ASIDE: Final[dict[type[Exception], SyncPhase]] = {
    KeyMissing: SyncPhase.KEY_MISSING,
    RecheckPending: SyncPhase.RECHECK,
    StationRemoved: SyncPhase.REMOVED,
    **dict.fromkeys((SessionEnded, NotAllowed), SyncPhase.NOT_ALLOWED),
}


@dataclass(slots=True)
class Parts:
    """What the loop is made of, put together by the app."""

    backend: Backend
    store: OnlineStore
    pusher: Pusher
    lookout: Lookout
    vault: SharedVault
    introductions: Introductions
    changes: ChangeFeed
    pace: Pace
    clock: Callable[[], datetime]
    station: str
    aclose: Callable[[], Awaitable[None]]
    times: LeadTimes = field(default_factory=LeadTimes)


class SyncEngine:
    """One loop at most, whatever is clicked how often; stopping lets what is in flight settle."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._pace = parts.pace
        self._holder = f"{parts.station}/{uuid.uuid4()}"
        self._status = SyncStatus()
        self._listeners: list[StatusListener] = []
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._started = asyncio.Event()
        self._actor: Actor | None = None
        self._lead: Leader | None = None
        self._fresh_refused = 0
        self._pruned_on: object = None
        self._look_again: float | None = None
        self._connected_at: object = None
        self._doubted = False
        parts.changes.subscribe(self._changed)

    # -- what screens and commands hold ---------------------------------------------------------------

    @property
    def status(self) -> SyncStatus:
        """How it is going now."""
        return self._status

    def subscribe(self, listener: StatusListener) -> Callable[[], None]:
        """Be told each change of the status."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def start(self, actor: Actor) -> None:
        """The flag is on; harmless when the loop runs already. Raises NotAllowed."""
        actor.needs(Permission.SYNC)
        self._actor = actor
        self._stopping = False
        self._started.set()
        self._parts.pusher.resume()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="sync")

    async def stop(self) -> None:
        """What is in flight settles, the lead is handed over; safe before start and twice.

        A start that comes meanwhile wins: the loop goes on, and nobody waits for its end any more.
        """
        self._stopping = True
        self._started.clear()
        self._parts.pusher.stop()
        self._pace.wake()
        task = self._task
        if task is not None and not task.done():
            await self._ended(task)
        if self._stopping and (task is None or task.done()):
            self._task = None
            self._say(SyncStatus(phase=SyncPhase.OFF, last_cycle_at=self._status.last_cycle_at))

    async def _ended(self, task: asyncio.Task[None]) -> None:
        restarted = asyncio.ensure_future(self._started.wait())
        try:
            await asyncio.wait({task, restarted}, timeout=_STOP_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not task.done() and not restarted.done():
                task.cancel()
                await asyncio.wait({task})
        finally:
            restarted.cancel()
            await asyncio.wait({restarted})

    async def aclose(self) -> None:
        """Stop, and let go of the line to the store."""
        await self.stop()
        await self._parts.aclose()

    def wake(self) -> None:
        """Look at once, also before a wait for the line is over."""
        self._pace.wake()

    def _changed(self, topics: frozenset[Topic]) -> None:
        if topics == ANYTHING:
            self._parts.vault.forget()  # another store is noticed by the next cycle; this one's catalogue is kept
        elif Topic.CONNECTION in topics:
            self._forget()
            self._pace.wake()
        if self._status.phase not in WAKES and topics & {Topic.QUEUE, Topic.SETTINGS}:
            self._pace.nudge()
        elif topics & WAKES.get(self._status.phase, frozenset()):
            self._pace.wake()

    def _forget(self) -> None:
        self._parts.vault.forget()
        self._parts.introductions.forget()
        self._parts.lookout.forget()

    # -- the loop -------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while not self._stopping:  # a start that comes during the farewell is not lost
            await self._serve()

    async def _serve(self) -> None:
        self._say(replace(self._status, phase=SyncPhase.STARTING, cause="", detail=""))
        keeper = asyncio.get_running_loop().create_task(self._keep_lead(), name="sync-lead")
        try:
            while not self._stopping:
                await self._pace.rest(await self._once())
        finally:
            keeper.cancel()
            await asyncio.wait({keeper})
            await self._hand_over()

    async def _once(self) -> float:
        """One look at the queue; gives how many seconds to rest when nothing wakes us."""
        try:
            if self._doubted and not self._stopping:
                self._parts.pusher.resume()
            self._doubted = False
            if self._pace.overslept() or not self._trusted(self._lead):
                self._lead = None  # our time may be up; ask the books again
            lead = self._lead or await self._take_lead()
            if lead is None:
                return await self._stand_by()
            return await self._cycle(lead)
        except LeaseLost:
            self._lead = None
            return 0.0
        except tuple(_ASIDE) as why:
            return await self._step_aside(_ASIDE[type(why)])
        except BooksError as trouble:
            self._lead = None
            return self._wait(SyncPhase.BOOKS_AWAY, type(trouble).__name__, _OFFLINE_FIRST)
        except Exception:  # the loop's own boundary: our bug must not end the shop's sync
            log.exception("sync cycle failed")
            return self._wait(SyncPhase.BROKEN, "bug", 60.0)

    async def _cycle(self, lead: Leader) -> float:
        backend = self._parts.backend
        connection, shop = await backend.read(lambda reader: (reader.connection(), reader.shop()))
        self._pace.every(shop.cycle_seconds)
        if connection is None:
            self._say(self._with_lead(SyncStatus(phase=SyncPhase.NOT_CONNECTED), lead))
            self._pace.cycle_done()
            return self._pace.to_next_cycle()
        if connection.connected_at != self._connected_at:  # perhaps at another station, which nobody tells us
            self._connected_at = connection.connected_at
            self._forget()
        await backend.run(recover, lead=lead)
        try:
            await self._parts.vault.access()  # renews in time even when nothing is due
            if connection.state == "suspended":
                await self._parts.store.info()  # does it let us in again?
                await backend.run(route_open)
            drained = await self._look_and_push(lead, shop)
        except OutsideError as trouble:
            drained = Drained(sent=0, trouble=trouble)
        await self._prune(lead)
        return await self._after(drained, lead)

    async def _look_and_push(self, lead: Leader, shop: ShopSettings) -> Drained:
        """Orders are seen before a number of stock is sent, and looked at again soon after."""
        lookout = self._parts.lookout
        held = await lookout.before(shop)
        total = await self._parts.backend.read(lambda reader: reader.pending_subjects())
        per_second = shop.requests_per_minute / 60
        drained = await self._parts.pusher.drain(
            lead, lambda sent: self._progress(lead, sent, total, per_second), without=held
        )
        if drained.stock_sent:
            lookout.stock_sent()
        if self._doubted:
            raise LeaseLost
        self._look_again = lookout.owed_in(shop)
        return drained if drained.trouble else replace(drained, trouble=lookout.trouble)

    async def _after(self, drained: Drained, lead: Leader) -> float:
        trouble = drained.trouble
        if trouble is not None:
            return await self._in_the_way(trouble)
        self._pace.well()
        self._fresh_refused = 0
        now = self._parts.clock()
        if drained.held_until is not None:
            seconds = max(0.2, (drained.held_until - now).total_seconds())
            cause = "day_spent" if drained.day_spent else "quota"
            return self._wait(SyncPhase.WAITING_QUOTA, cause, min(seconds, _QUOTA_LONGEST))
        self._pace.cycle_done()
        seconds = self._pace.to_next_cycle()
        if self._look_again is not None:
            seconds = min(seconds, max(0.05, self._look_again))
        if drained.next_due is not None:
            seconds = min(seconds, max(0.05, (drained.next_due - now).total_seconds()))
        status = SyncStatus(
            phase=SyncPhase.UP_TO_DATE,
            next_cycle_at_mono=self._pace.next_cycle_at,
            last_cycle_at=now,
            orders_seconds=self._parts.lookout.spread_out,
        )
        self._say(self._with_lead(status, lead))
        return seconds

    async def _in_the_way(self, trouble: OutsideError) -> float:
        if trouble.code == "token_refused" and self._fresh_refused < _FRESH_KEYS:
            self._fresh_refused += 1
            return self._wait(SyncPhase.STORE_DOWN, trouble.code, self._pace.backing_off(15.0))
        if isinstance(trouble, LoggedOut):
            reconnect = isinstance(trouble, ReconnectNeeded)
            state = "reconnect" if reconnect else "suspended"
            await self._parts.backend.run(close_route, state, trouble.code)
            # No storm: a refused authorisation is not tried again until a person connects anew.
            phase = SyncPhase.RECONNECT if reconnect else SyncPhase.SUSPENDED
            return self._wait(phase, trouble.code, _AGAIN_SECONDS if reconnect else 300.0)
        if isinstance(trouble, SlowDown):
            seconds = trouble.wait.total_seconds() if trouble.wait else self._pace.backing_off(20.0)
            ours = trouble.code in {"quota", "day_spent"}
            if ours:
                return self._wait(SyncPhase.WAITING_QUOTA, trouble.code, min(seconds, _QUOTA_LONGEST))
            return self._wait(SyncPhase.ASKED_TO_WAIT, trouble.code, seconds)
        phase = SyncPhase.OFFLINE if isinstance(trouble, Unreachable) else SyncPhase.STORE_DOWN
        first = _OFFLINE_FIRST if isinstance(trouble, (Unreachable, TryLater)) else 15.0
        return self._wait(phase, trouble.code, self._pace.backing_off(first), trouble.detail)

    # -- who sends ------------------------------------------------------------------------------------

    async def _take_lead(self) -> Leader | None:
        actor, times, asked = self._actor, self._parts.times, self._pace.trust.asked()
        self._lead = await self._parts.backend.run(
            take_lead,
            holder=self._holder,
            station=self._parts.station,
            operator=actor.name if actor else "",
            lasting=times.lasting,
            by=actor,
        )
        if self._lead is not None:
            self._pace.trust.renewed(asked, lasting=times.lease - times.margin)
        return self._lead

    def _trusted(self, lead: Leader | None) -> bool:
        """Whether this term is ours beyond doubt, also if the computer slept a moment ago."""
        mine = self._lead
        same = lead is not None and mine is not None and mine.epoch == lead.epoch
        return same and self._pace.trust.holds

    async def _keep_lead(self) -> None:
        """Renew while a long drain goes on; when it is lost, the next parcel is not sent."""
        while True:
            await self._pace.sleep(self._parts.times.renew)
            if self._lead is not None:
                try:
                    await self._take_lead()
                except BooksError:
                    log.warning("lead not renewed: the books do not answer")
                except tuple(_ASIDE):
                    await self._hand_over()
                    self._pace.wake()  # the loop asks again, and says why

    async def _stand_by(self) -> float:
        leader = await self._parts.backend.read(lambda reader: reader.leader())
        if leader is not None:
            self._say(self._with_lead(SyncStatus(phase=SyncPhase.STANDBY), leader))
        return self._pace.about(self._parts.times.standby)

    async def _step_aside(self, phase: SyncPhase) -> float:
        """This station cannot send until a person acts; another one may."""
        await self._hand_over()
        return self._wait(phase, "key_missing" if phase is SyncPhase.KEY_MISSING else "", _AGAIN_SECONDS)

    async def _hand_over(self) -> None:
        lead, self._lead = self._lead, None
        self._pace.trust.ended()
        if lead is not None:
            try:
                await self._parts.backend.run(give_up_lead, lead)
            except BooksError:
                log.warning("lead not handed over: the books do not answer; it ends by itself")

    async def _prune(self, lead: Leader) -> None:
        """Once a day forget old attempts."""
        today = self._parts.clock().date()
        if self._pruned_on != today and lead is not None:
            self._pruned_on = today
            before = self._parts.clock() - _KEEP_HISTORY
            await self._parts.backend.run(lambda uow: uow.history.prune(before))

    # -- what is said ---------------------------------------------------------------------------------

    def _progress(self, lead: Leader, sent: int, total: int, per_second: float) -> None:
        if not self._trusted(lead):
            self._doubted = True
            self._parts.pusher.stop()  # until the books were asked again
        if not self._pace.may_report():
            return
        left = max(0, total - sent)
        status = SyncStatus(
            phase=SyncPhase.SENDING,
            sent=sent,
            total=max(total, sent),
            eta_seconds=round(left / per_second),
            last_cycle_at=self._status.last_cycle_at,
        )
        self._say(self._with_lead(status, lead))

    def _wait(self, phase: SyncPhase, cause: str, seconds: float, detail: str = "") -> float:
        self._say(
            replace(
                self._status,
                phase=phase,
                cause=cause,
                detail=detail,
                retry_at_mono=self._pace.monotonic() + seconds,
                next_cycle_at_mono=None,
            )
        )
        self._pace.hold()
        return seconds

    def _with_lead(self, status: SyncStatus, lead: Leader) -> SyncStatus:
        return replace(status, leader_station=lead.station, leader_since=lead.since)

    def _say(self, status: SyncStatus) -> None:
        self._status = status
        for listener in tuple(self._listeners):
            listener(status)
