"""The desk for copies: makes them by this station's plan, proves and restores them, and has a restored shop compared."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from varejoforte_desktop.application.backup_desk import CopyFacts, CopyRefused, RecheckFacts
from varejoforte_desktop.application.backups import (
    BOOKS_WRONG,
    SECOND_FOLDER,
    CopyOrder,
    choose_key,
    copy_order,
    may_plan,
    note_run,
    strong_passphrase,
)
from varejoforte_desktop.application.books import (
    BooksBusy,
    BooksDamaged,
    BooksError,
    BooksFull,
    BooksUnreachable,
)
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.people_ports import BackupPlan, BackupRun
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.recheck import (
    Verdict,
    mark_restored,
    raise_numbers,
    raise_series,
    recheck,
    verdict,
)
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.persistence.copies import Made, can_copy, ending_of, make_copy
from varejoforte_desktop.persistence.copy_keeping import free_target, lay_second, prune
from varejoforte_desktop.persistence.copy_locked import Lock, new_lock
from varejoforte_desktop.persistence.copy_placing import (
    ask_for_database,
    ask_for_file,
    kept_name,
    place_waiting_database,
    place_waiting_file,
)
from varejoforte_desktop.persistence.copy_postgres import beside, rename_database
from varejoforte_desktop.persistence.copy_proving import Candidate, proved_copy, stamp
from varejoforte_desktop.persistence.copy_recheck import alone_in_books
from varejoforte_desktop.persistence.database import Database, sqlite_path
from varejoforte_desktop.persistence.marks import MarksFile
from varejoforte_desktop.settings import Settings

log = logging.getLogger(__name__)

_CAUSES: Final[tuple[tuple[type[BooksError], str], ...]] = (
    (BooksFull, "full"),
    (BooksBusy, "busy"),
    (BooksDamaged, "damaged"),
    (BooksUnreachable, "unreachable"),
)
#: How many past copies are remembered when old ones are taken away.
_REMEMBERED_RUNS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the shop is: its books, this computer's folder of data, and what this computer is called."""

    url: str
    data_dir: Path
    station: str

    @property
    def room(self) -> Path:
        """Where copies lie while they are worked on: beside the books, so that taking their place is a renaming."""
        path = sqlite_path(self.url)
        return self.data_dir if path is None else path.parent

    @property
    def request(self) -> Path:
        """Where it is written that a database waits to be put in place."""
        return self.data_dir / ".banco.restaurar.json"

    @property
    def marks(self) -> Path:
        """Where it is remembered how far the books had come."""
        return self.data_dir / "marcas.json"

    def folder_of(self, plan: BackupPlan) -> Path:
        """Where copies go by a plan."""
        return self.data_dir / (plan.folder or "copias")

    def second_folder_of(self, plan: BackupPlan) -> Path | None:
        """Where they go as well, None: nowhere else."""
        second = self.data_dir / plan.second_folder if plan.second_folder else None
        return None if second == self.folder_of(plan) else second


class CopyDesk:
    """Implements `BackupDesk`. One copy at a time."""

    def __init__(
        self, database: Database, changes: ChangeFeed, place: Place, *, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._changes = changes
        self._place = place
        self._clock = clock
        self._marks = MarksFile(place.marks)
        self._one_at_a_time = asyncio.Lock()

    @property
    def can_copy(self) -> str:
        """Whether copies can be made here."""
        return can_copy(self._place.url)

    @property
    def usual_folder(self) -> Path:
        """Where copies go when the plan names no folder."""
        return self._place.folder_of(BackupPlan())

    # -- making ---------------------------------------------------------------------------------------

    async def make(self, *, by: Actor | None, why: str = "asked") -> BackupRun:
        """Copy the shop by this station's plan. Raises NotAllowed, and CopyRefused or BooksError once it is noted."""
        order = await self._database.run(copy_order, self._place.station, by=by)
        async with self._one_at_a_time:
            known, good = await self._database.read(_fingerprints)
            try:
                run = await asyncio.to_thread(self._made, order, why, known, good)
            except BooksError as error:
                await self._note_failure(error, why, order, by)
                raise
            await self._database.run(note_run, run, by=by)
            await self.remember()
            return run

    async def _note_failure(self, error: BooksError, why: str, order: CopyOrder, by: Actor | None) -> None:
        """Once for each cause in a row: a drive that is away for a week is one line, not hundreds."""
        run = BackupRun(
            station=self._place.station,
            at=self._clock(),
            why=why,
            file="",
            encrypted=order.plan.encrypted,
            cause=cause_of(error),
            detail=error.detail[:500],
        )
        try:
            before = await self._database.read(
                lambda reader: reader.backups.runs(station=self._place.station, limit=1)
            )
            if by is None and before and (before[0].cause, before[0].bytes) == (run.cause, 0):
                return
            await self._database.run(note_run, run, by=by)
        except BooksError as second:  # books that cannot be copied may also not be written
            log.warning("a failed copy could not be noted: %s", second)

    def _made(self, order: CopyOrder, why: str, known: frozenset[str], good: frozenset[str]) -> BackupRun:
        plan, place = order.plan, self._place
        key = None
        if plan.encrypted:
            if order.key is None:
                raise CopyRefused("no_passphrase")
            key = Lock(recipient=order.key.recipient, identity=order.key.identity)
        at = self._clock()
        here = at.astimezone(ZoneInfo(order.timezone))
        folder, second = place.folder_of(plan), place.second_folder_of(plan)
        target = free_target(folder, here, ending_of(place.url, locked=key is not None))
        made = make_copy(place.url, target, at=here, room=place.room, key=key)
        run = BackupRun(
            station=place.station,
            at=at,
            why=why,
            file=str(made.copy.path),
            bytes=made.copy.bytes,
            fingerprint=made.copy.fingerprint,
            encrypted=key is not None,
            cause=BOOKS_WRONG if made.problems else "",
            detail="\n".join(made.problems),
        )
        if second is not None:
            run = _laid_second(run, made, second)
        good |= frozenset() if made.problems else {run.fingerprint}
        for each in (folder, second):
            if each is not None:
                prune(each, plan, known=known, good=good, fresh=run.fingerprint)
        return run

    async def till_closed(self) -> BackupRun | None:
        """A till was closed: copy the shop if the plan says so. Never raises."""
        try:
            plan = await self._database.read(lambda reader: reader.backups.plan(self._place.station))
            if plan is None or not plan.at_closing:
                return None
            return await self.make(by=None, why="closing")
        except BooksError as error:
            log.warning("no copy at closing: %s", error)
            return None

    async def choose_passphrase(self, passphrase: str, *, by: Actor) -> None:
        """From now on copies can be locked. Raises PassphraseWeak, TooLong or NotAllowed."""
        strong_passphrase(passphrase)
        await self._database.run(may_plan, by=by)
        lock = await asyncio.to_thread(new_lock, passphrase)
        await self._database.run(choose_key, recipient=lock.recipient, identity=lock.identity, by=by)

    # -- putting back ---------------------------------------------------------------------------------

    async def examine(self, file: Path, passphrase: str = "") -> CopyFacts:
        """Open a copy and prove it. Raises PassphraseWrong, CopyRefused or BooksError."""

        def look() -> CopyFacts:
            with self._proved(file, passphrase) as candidate:
                return candidate.facts

        return await asyncio.to_thread(look)

    async def restore(self, file: Path, passphrase: str = "", *, by: Actor) -> Path:
        """Prove the copy and lay it ready for the next start. Raises NotAllowed too."""
        await self._database.run(may_plan, by=by)
        shop = await self._database.read(lambda reader: reader.shop())
        here = self._clock().astimezone(ZoneInfo(shop.timezone))

        def lay() -> Path:
            with self._proved(file, passphrase) as candidate:
                stamp(candidate, str(uuid4()), now=self._clock, station=self._place.station, by=by)
                return self._ask_for(candidate, here)

        return await asyncio.to_thread(lay)

    def _proved(self, file: Path, passphrase: str) -> AbstractContextManager[Candidate]:
        return proved_copy(file, self._place.url, passphrase, room=self._place.room, now=self._clock)

    def _ask_for(self, candidate: Candidate, here: datetime) -> Path:
        books, laid = sqlite_path(self._place.url), sqlite_path(candidate.url)
        if books is not None and laid is not None:
            return books.with_name(ask_for_file(laid, books, kept_name(books, here)).kept)
        waiting = beside(self._place.url, f"restaurar_{here:%Y%m%d_%H%M%S}")
        kept = beside(self._place.url, f"antes_da_restauracao_{here:%Y%m%d_%H%M%S}")
        rename_database(candidate.url, waiting)
        return Path(ask_for_database(waiting, kept, self._place.request).kept)

    # -- comparing ------------------------------------------------------------------------------------

    async def recheck_facts(self) -> RecheckFacts | None:
        """What has to be compared, None when no copy was put back."""
        record, marks, counts = await self._database.read(
            lambda reader: (
                reader.backups.installation(),
                reader.backups.marks(),
                reader.backups.recheck_counts(),
            )
        )
        if not record.recheck_pending or record.restored_at is None:
            return None
        used = await self._used()
        stations = sorted({*marks.sales, *used})
        return RecheckFacts(
            restored_at=record.restored_at,
            numbers=tuple(
                (each, marks.sales.get(each, 0), max(used.get(each, 0), marks.sales.get(each, 0)))
                for each in stations
            ),
            linked_products=counts.linked_products,
            open_orders=counts.open_orders,
            connected=counts.connected,
        )

    async def recheck(self, *, by: Actor) -> None:
        """Raise the numbers, have everything compared, and let the shop sell. Raises NotAllowed."""
        used = await self._used()
        series = await asyncio.to_thread(self._marks.series)
        clock = self._clock if sqlite_path(self._place.url) is not None else None

        def work() -> frozenset[Topic]:
            _, topics = alone_in_books(
                self._place.url,
                clock,
                lambda uow, ground: recheck(uow, ground, used, series=series, by=uow.standing(by)),
            )
            return topics

        self._changes.publish(await asyncio.to_thread(work))
        await self.remember()

    async def _used(self) -> dict[str, int]:
        """The highest sale numbers this computer knows of: its marks, and copies made after the one put back."""
        plan = await self._database.read(lambda reader: reader.backups.plan(self._place.station))
        return await asyncio.to_thread(self._marks.used, self._place.folder_of(plan or BackupPlan()))

    async def remember(self) -> None:
        """Write down beside the data how far the books have come. Never raises: only the notice would be lost."""
        try:
            books = await self._database.read(lambda reader: reader.backups.marks())
            await asyncio.to_thread(self._marks.see, books)
        except BooksError as error:
            log.warning("the marks could not be written: %s", error)


def cause_of(error: BooksError) -> str:
    """The stable word for why a copy was not made."""
    if isinstance(error, CopyRefused):
        return error.why
    return next((word for kind, word in _CAUSES if isinstance(error, kind)), "no_access")


def _fingerprints(reader: Reader) -> tuple[frozenset[str], frozenset[str]]:
    """Of all copies these books noted, and of those among them that were good."""
    runs = [each for each in reader.backups.runs(limit=_REMEMBERED_RUNS) if each.fingerprint]
    good = (each.fingerprint for each in runs if each.cause != BOOKS_WRONG)
    return frozenset(each.fingerprint for each in runs), frozenset(good)


def _laid_second(run: BackupRun, made: Made, folder: Path) -> BackupRun:
    """The copy laid in the second folder too; the first one is good whatever comes of it."""
    try:
        lay_second(made.copy, folder)
    except BooksError as error:
        log.warning("the second copy could not be laid in %s: %s", folder, error)
        if not run.cause:
            return replace(run, cause=SECOND_FOLDER, detail=f"{cause_of(error)}: {error.detail}"[:500])
    return run


def place_of(settings: Settings) -> Place:
    """Where a station's shop is."""
    return Place(url=settings.database_url, data_dir=settings.data_dir, station=settings.station)


# -- at the start -----------------------------------------------------------------------------------------


def place_waiting(place: Place) -> None:
    """Before the books are opened: a copy that was chosen takes their place.

    Raises CopyRefused ("in_use" while another window has them open) or BooksError: it is tried again at the next start.
    """
    marks, books = MarksFile(place.marks), sqlite_path(place.url)
    if books is not None:
        kept = place_waiting_file(
            books, farewell=lambda told: marks.add(told.epoch, told.numbers, told.series)
        )
        if kept is not None:
            log.warning("a copy was put in place; the books before are kept as %s", kept.name)
    elif (name := place_waiting_database(place.url, place.request)) != "":
        log.warning("a copy was put in place; the database before goes on as %s", name)


def compare_with_marks(database: Database, place: Place, *, clock: Callable[[], datetime] | None) -> None:
    """After the books were opened: notice older ones that were put back by hand, and remember how far these are.

    What this computer sold is never numbered again, also when the books were restored at another station. Raises
    BooksError.
    """
    file = MarksFile(place.marks)
    marks = file.read()
    books, there = database.read_now(
        lambda reader: (reader.backups.marks(), reader.backups.seal_at(marks.audit_id) if marks else None)
    )
    found = verdict(marks, books, entry_then=there)
    if found is Verdict.PUT_BACK:
        log.error("older books were put back by hand")
        database.run_now(mark_restored, str(uuid4()), how="by_hand", station=place.station)
    elif found is Verdict.RESTORED and marks is not None:
        own = {each: last for each, last in marks.sales.items() if last > books.sales.get(each, 0)}
        pending = database.read_now(lambda reader: reader.backups.installation()).recheck_pending
        if not pending:  # compared at a station that did not know of these
            if own:
                alone_in_books(place.url, clock, lambda _uow, ground: raise_numbers(ground, own))
            database.run_now(raise_series, marks.fiscal)
    try:
        file.see(database.read_now(lambda reader: reader.backups.marks()), anew=found is Verdict.OTHERS)
    except BooksError as error:
        log.warning("the marks could not be written: %s", error)
