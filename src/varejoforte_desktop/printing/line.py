"""One printer's papers at a station: one after the other, and tried again for as long as that printer is off."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Final, TypeVar

from varejoforte_desktop.application import print_jobs
from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.printing_ports import PrinterBook, PrinterPlace, PrintJob
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.domain.print_job import UNSURE, PrintUse, kinds_of

log = logging.getLogger(__name__)
R = TypeVar("R")


class Left(Enum):
    """What may still be written down as being printed although nobody prints it."""

    IN_DOUBT = auto()  # the program ended, or failed us: it may have come out
    UNTOUCHED = auto()  # the books failed while it was taken from the list: no printer has seen it


@dataclass(frozen=True, slots=True)
class Ending:
    """How a paper ended, until the books know of it. `why` is PrinterTrouble's, "" for printed."""

    job_id: int
    printer: str
    why: str = ""


#: A look without anybody having called, for what another program put on this station's list.
_LOOK: Final = 60.0
#: Troubles that may go away by themselves, as when somebody switches the printer on.
_PASSING: Final = frozenset({"offline", "refused", "file"})


class PrintLine:
    """The papers of one use. Each use has its own, so that coupons never wait for an A4 printer that is off.

    `door` gives the lock of a printer that several uses may share; `hand_over` makes a paper and gives it to its
    printer on this line's thread, raising PrinterTrouble.
    """

    def __init__(
        self,
        use: PrintUse,
        backend: Backend,
        *,
        station: str,
        book: Callable[[], PrinterBook],
        door: Callable[[PrinterPlace], asyncio.Lock],
        hand_over: Callable[[PrintJob, PrinterBook, PrinterPlace], None],
        pauses: Sequence[float],
    ) -> None:
        self._use = use
        self._kinds = kinds_of(use)
        self._backend = backend
        self._station = station
        self._book = book
        self._door = door
        self._hand_over = hand_over
        self._pauses = pauses
        self._press = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"print-{use.value}")
        self._called = asyncio.Event()
        self._told = asyncio.Event()
        self._seen = 0
        self._tries = 0
        self._left: Left | None = Left.IN_DOUBT
        self._untold: Ending | None = None
        self._task: asyncio.Task[None] | None = None
        self._working: asyncio.Future[bool] | None = None

    def start(self) -> None:
        """Begin to print what waits; harmless the second time."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def wake(self) -> None:
        """Try now what waits, also what was to be tried later."""
        self._called.set()
        self._told.set()

    def tell(self) -> None:
        """Papers were asked for or changed: whether one of them is for this line is looked up."""
        self._told.set()

    async def press(self, work: Callable[[], R]) -> R:
        """Do something on the thread of this line's printer."""
        return await asyncio.get_running_loop().run_in_executor(self._press, work)

    async def aclose(self) -> None:
        """Finish the paper that is being handed over (5 seconds at most), then stop."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
        if self._working is not None and not self._working.done():
            await asyncio.wait({self._working})
        self._press.shutdown(wait=True, cancel_futures=True)

    # -- round after round ----------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            self._told.clear()
            self._called.clear()
            try:
                await self._settle_left()
                passing = await self._print_all()
            except BooksError as error:
                log.warning("papers wait, the books do not answer: %s", error)
                passing = True
            except Exception:  # the loop goes on; the log has what it was
                log.exception("papers wait after a fault of ours")
                passing = True
            if passing:
                self._tries += 1
                await self._pause(self._pauses[min(self._tries, len(self._pauses)) - 1])
            else:
                self._tries = 0
                await self._wait(self._told, _LOOK)

    async def _settle_left(self) -> None:
        """No paper stays "being printed" for good: what the books missed is told them now that they are back."""
        if self._untold is not None:
            await self._whole(self._tell(self._untold))
        if self._left is not None:
            settle = _SETTLE[self._left]
            await self._backend.run(settle, self._station, self._kinds)
            self._left = None

    async def _print_all(self) -> bool:
        """Print until nothing waits; True when the printer is in the way and it may work later."""
        while await self._newest():
            book = self._book()
            place = book.place(self._use)
            async with self._door(place):
                waits = await self._whole(self._print_one(book, place))
            if waits:
                return True
            self._tries = 0  # that one has come to its end; the next one is not punished for it
        return False

    async def _newest(self) -> int:
        newest = await self._backend.read(
            lambda reader: reader.printing.newest_waiting(self._station, self._kinds)
        )
        self._seen = max(self._seen, newest)
        return newest

    async def _pause(self, seconds: float) -> None:
        """Wait before the next try, unless somebody calls or a paper is asked for that was not there yet."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self._called.is_set() and (left := end - loop.time()) > 0:
            self._told.clear()
            if await self._wait(self._told, left) and not self._called.is_set():
                seen = self._seen
                with contextlib.suppress(BooksError):
                    if await self._newest() > seen:
                        return

    @staticmethod
    async def _wait(event: asyncio.Event, seconds: float) -> bool:
        # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the event.
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True

    async def _whole(self, work: Coroutine[object, object, bool]) -> bool:
        """Finish what was begun, also when the program closes meanwhile: a paper half told of is in doubt."""
        self._working = asyncio.ensure_future(work)
        return await asyncio.shield(self._working)

    # -- one paper ------------------------------------------------------------------------------------

    async def _print_one(self, book: PrinterBook, place: PrinterPlace) -> bool:
        """One paper, to its end; True when it waits for the printer."""
        self._left = Left.UNTOUCHED  # until the books have said which one it is
        job = await self._backend.run(print_jobs.begin_print, self._station, self._kinds)
        self._left = None
        if job is None:
            return False
        self._untold = Ending(job.id, place.name, await self._given(job, book, place))
        return await self._tell(self._untold)

    async def _given(self, job: PrintJob, book: PrinterBook, place: PrinterPlace) -> str:
        """Give it to the printer; why it did not come out, "" when it did."""
        try:
            await self.press(partial(self._hand_over, job, book, place))
        except PrinterTrouble as trouble:
            log.warning("paper %s (%s): %s %s", job.id, job.paper.kind, trouble.why, trouble.printer)
            return trouble.why
        except Exception:  # nobody knows how far it came
            log.exception("paper %s (%s) broke off", job.id, job.paper.kind)
            return UNSURE
        return ""

    async def _tell(self, ending: Ending) -> bool:
        """Write down how a paper ended; True when it waits for the printer.

        Raises BooksError when the books do not answer: then it is told again in the next round.
        """
        try:
            waits = await self._written(ending)
        except BooksError:
            raise
        except Exception:  # a fault of ours: rather a doubt for a person than a paper nobody can touch
            self._untold, self._left = None, Left.IN_DOUBT
            raise
        self._untold = None
        return waits

    async def _written(self, ending: Ending) -> bool:
        job_id, printer, why = ending.job_id, ending.printer, ending.why
        if not why:
            await self._backend.run(print_jobs.printed, job_id, printer=printer)
            return False
        if why == UNSURE:
            await self._backend.run(print_jobs.print_unsure, job_id, printer=printer)
            return False
        return await self._backend.run(
            print_jobs.print_failed, job_id, printer=printer, cause=why, again=why in _PASSING
        )


_SETTLE: Final = {Left.IN_DOUBT: print_jobs.doubt_unfinished, Left.UNTOUCHED: print_jobs.give_back}
