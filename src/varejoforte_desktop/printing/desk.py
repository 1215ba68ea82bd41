"""The station's printing: takes what waits from the list, one paper after the other, and shows papers beforehand."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from varejoforte_desktop.application import print_jobs
from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.printing_ports import (
    PrinterBook,
    PrinterKind,
    PrinterPlace,
    PrintJob,
    StationMemory,
    keep_book,
    read_book,
)
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.print_job import Paper, PaperKind, PrintUse, use_of
from varejoforte_desktop.printing.documents import document
from varejoforte_desktop.printing.pictures import pictures
from varejoforte_desktop.printing.printers import Printers, Sheet, known_printers
from varejoforte_desktop.printing.roll_pdf import roll_text
from varejoforte_desktop.printing.slips import opens_drawer, slip
from varejoforte_desktop.printing.thermal import thermal

log = logging.getLogger(__name__)
R = TypeVar("R")

#: Seconds before a paper is tried again; the last one again and again.
PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
#: A look without anybody having called, for what another program put on this station's list.
_LOOK: Final = 60.0
#: Troubles that may go away by themselves, as when somebody switches the printer on.
_PASSING: Final = frozenset({"offline", "refused", "file"})
_NAMES: Final = {
    PaperKind.NFCE_SLIP: "nfce",
    PaperKind.NFCE_PDF: "nfce",
    PaperKind.DANFE: "danfe",
    PaperKind.SHIPPING_LABEL: "etiqueta",
    PaperKind.CORRECTION: "carta-de-correcao",
    PaperKind.RECEIPT: "recibo",
    PaperKind.TILL_SLIP: "caixa",
    PaperKind.TEST_PAGE: "teste",
}


def ready_sheet(paper: Paper, book: PrinterBook, title: str) -> Sheet:
    """A paper as printers take it. Raises PrinterTrouble "format"."""
    pdf = partial(document, paper, book)
    if use_of(paper.kind) is not PrintUse.SLIP:
        return Sheet(title=title, raw=b"", pdf=pdf)
    pieces = slip(paper, book)
    raw = thermal(pieces, book, drawer=opens_drawer(paper, book))
    return Sheet(title=title, raw=raw, pdf=pdf, text=roll_text(pieces))


class StationPrintDesk:
    """Runs on the loop that started it; papers are made and handed over on two threads of its own."""

    def __init__(
        self,
        backend: Backend,
        changes: ChangeFeed,
        memory: StationMemory,
        *,
        station: str,
        printers: Printers,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._backend = backend
        self._changes = changes
        self._memory = memory
        self._station = station
        self._printers = printers
        self._pauses = pauses
        # A printer that hangs must not keep somebody from looking at a paper.
        self._press = ThreadPoolExecutor(max_workers=1, thread_name_prefix="print")
        self._table = ThreadPoolExecutor(max_workers=1, thread_name_prefix="paper")
        self._called = asyncio.Event()
        self._told = asyncio.Event()
        self._seen = 0
        self._loop_task: asyncio.Task[None] | None = None
        self._working: asyncio.Future[bool] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def station(self) -> str:
        """Whose papers are printed here."""
        return self._station

    # -- printers -------------------------------------------------------------------------------------

    def book(self) -> PrinterBook:
        """This station's printers."""
        return read_book(self._memory)

    def keep_book(self, book: PrinterBook) -> None:
        """Remember them; what waits is tried at once. Raises Missing for a printer without an address."""
        keep_book(self._memory, book)
        self.wake()

    def names(self) -> Sequence[str]:
        """Printers that the system knows by name."""
        return known_printers()

    async def test(self, use: PrintUse, book: PrinterBook) -> None:
        """Print a test page at once, with printers that need not be kept yet. Raises PrinterTrouble."""
        place = book.place(use)
        told = f"Estação: {self._station}\nImpressora: {place.name}"
        paper = Paper(kind=PaperKind.TEST_PAGE, content=told)

        def work() -> None:
            whole = ready_sheet(paper, book, "teste")
            if use is not PrintUse.SLIP:
                whole = Sheet(title=whole.title, raw=b"", pdf=whole.pdf)
            self._printers.print(place, whole)

        await self._on(self._press, work)

    # -- papers ---------------------------------------------------------------------------------------

    async def print(
        self,
        paper: Paper,
        *,
        token: str,
        by: Actor | None,
        document_id: int | None = None,
        sale_id: int | None = None,
    ) -> int:
        """Put a paper on the list of this station, once per token; gives its id. Raises NotAllowed."""
        ticket = await self._backend.run(
            print_jobs.ask_print,
            paper,
            token=token,
            station=self._station,
            by=by,
            document_id=document_id,
            sale_id=sale_id,
        )
        self.wake()
        return ticket.job_id

    async def reprint(self, job_id: int, *, token: str, by: Actor) -> int:
        """The same paper once more, marked as a copy. Raises NotAllowed or NoSuchRecord."""
        ticket = await self._backend.run(
            print_jobs.reprint, job_id, token=token, station=self._station, by=by
        )
        self.wake()
        return ticket.job_id

    async def preview(self, paper: Paper, *, dots_per_inch: int = 110) -> list[bytes]:
        """The pages as PNG pictures. Raises PrinterTrouble "format" when it cannot be read."""
        book = self.book()
        return await self._on(
            self._table, lambda: pictures(document(paper, book), dots_per_inch=dots_per_inch)
        )

    async def pdf(self, paper: Paper) -> bytes:
        """The paper as a PDF. Raises PrinterTrouble "format"."""
        return await self._on(self._table, partial(document, paper, self.book()))

    async def save_pdf(self, paper: Paper, path: Path) -> None:
        """Write the PDF to a file. Raises PrinterTrouble "format" or "file"."""
        book = self.book()

        def work() -> None:
            made = document(paper, book)
            try:
                path.write_bytes(made)
            except OSError:
                raise PrinterTrouble("file", str(path)) from None

        await self._on(self._table, work)

    # -- the list -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to print what waits; harmless the second time."""
        if self._loop_task is None:
            self._unsubscribe = self._changes.subscribe(self._heard)
            self._loop_task = asyncio.get_running_loop().create_task(self._run())

    def wake(self) -> None:
        """Try now what waits, also what was to be tried later."""
        self._called.set()
        self._told.set()

    async def aclose(self) -> None:
        """Finish the paper that is being handed over (5 seconds at most), then stop."""
        self._unsubscribe()
        task, self._loop_task = self._loop_task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
        if self._working is not None and not self._working.done():
            await asyncio.wait({self._working})
        for threads in (self._press, self._table):
            threads.shutdown(wait=True, cancel_futures=True)

    def _heard(self, topics: frozenset[Topic]) -> None:
        if Topic.PRINTING in topics:
            self._told.set()

    async def _run(self) -> None:
        doubted, tries = False, 0
        while True:
            self._told.clear()
            self._called.clear()
            try:
                if not doubted:
                    await self._backend.run(print_jobs.doubt_unfinished, self._station)
                    doubted = True
                passing = await self._print_all()
            except BooksError as error:
                log.warning("papers wait, the books do not answer: %s", error)
                passing = True
            except Exception:  # the loop goes on; the log has what it was
                log.exception("papers wait after a fault of ours")
                passing = True
            if passing:
                tries += 1
                await self._pause(self._pauses[min(tries, len(self._pauses)) - 1])
            else:
                tries = 0
                await self._wait(self._told, _LOOK)

    async def _print_all(self) -> bool:
        """Print until nothing waits; True when the printer is in the way and it may work later."""
        while await self._newest():
            if await self._whole(self._print_one()):
                return True
        return False

    async def _newest(self) -> int:
        newest = await self._backend.read(lambda reader: reader.printing.newest_waiting(self._station))
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

    async def _print_one(self) -> bool:
        """One paper, to its end; True when it waits for the printer."""
        job = await self._backend.run(print_jobs.begin_print, self._station)
        if job is None:
            return False
        book = self.book()
        place = book.place(use_of(job.paper.kind))
        try:
            await self._on(self._press, partial(self._hand_over, job, book, place))
        except PrinterTrouble as trouble:
            log.warning("paper %s (%s): %s %s", job.id, job.paper.kind, trouble.why, trouble.printer)
            return await self._not_printed(job, place, trouble.why)
        except Exception:  # nobody knows how far it came
            log.exception("paper %s (%s) broke off", job.id, job.paper.kind)
            return await self._not_printed(job, place, "unsure")
        await self._backend.run(print_jobs.printed, job.id, printer=place.name)
        return False

    def _hand_over(self, job: PrintJob, book: PrinterBook, place: PrinterPlace) -> None:
        if place.kind is PrinterKind.NONE:
            raise PrinterTrouble("none")
        title = f"{_NAMES[job.paper.kind]}-{job.document_id or job.sale_id or job.id}"
        if job.paper.copy > 1:
            title += f"-via{job.paper.copy}"
        self._printers.print(place, ready_sheet(job.paper, book, title))

    async def _not_printed(self, job: PrintJob, place: PrinterPlace, why: str) -> bool:
        if why == "unsure":
            await self._backend.run(print_jobs.print_unsure, job.id, printer=place.name)
            return False
        return await self._backend.run(
            print_jobs.print_failed, job.id, printer=place.name, cause=why, again=why in _PASSING
        )

    async def _whole(self, work: Coroutine[object, object, bool]) -> bool:
        """Finish what was begun, also when the program closes meanwhile: a paper half told of is in doubt."""
        self._working = asyncio.ensure_future(work)
        return await asyncio.shield(self._working)

    @staticmethod
    async def _on(threads: ThreadPoolExecutor, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(threads, work)
