"""The station's printing: each of its printers takes its own papers from the list, and papers are shown beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from varejoforte_desktop.application import print_jobs
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
from varejoforte_desktop.printing.line import PrintLine
from varejoforte_desktop.printing.pictures import pictures
from varejoforte_desktop.printing.printers import Printers, Sheet, known_printers
from varejoforte_desktop.printing.roll_pdf import roll_text
from varejoforte_desktop.printing.slips import opens_drawer, slip
from varejoforte_desktop.printing.thermal import thermal

R = TypeVar("R")

#: Seconds before a paper is tried again; the last one again and again.
PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
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
    """Runs on the loop that started it; papers are made and handed over on threads of its own, one for each use."""

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
        self._doors: dict[PrinterPlace, asyncio.Lock] = {}
        self._lines = {
            use: PrintLine(
                use,
                backend,
                station=station,
                book=self.book,
                door=self._door,
                hand_over=self._hand_over,
                pauses=pauses,
            )
            for use in PrintUse
        }
        # A printer that hangs must not keep somebody from looking at a paper.
        self._table = ThreadPoolExecutor(max_workers=1, thread_name_prefix="paper")
        self._unsubscribe: Callable[[], None] | None = None

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

        async with self._door(place):
            await self._lines[use].press(work)

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
        self._lines[use_of(paper.kind)].wake()
        return ticket.job_id

    async def reprint(self, job_id: int, *, token: str, by: Actor) -> int:
        """The same paper once more, marked as a copy. Raises NotAllowed or NoSuchRecord."""
        ticket = await self._backend.run(
            print_jobs.reprint, job_id, token=token, station=self._station, by=by
        )
        return ticket.job_id

    async def preview(self, paper: Paper, *, dots_per_inch: int = 110) -> list[bytes]:
        """The pages as PNG pictures. Raises PrinterTrouble "format" when it cannot be read."""
        book = self.book()
        return await self._on_table(lambda: pictures(document(paper, book), dots_per_inch=dots_per_inch))

    async def pdf(self, paper: Paper) -> bytes:
        """The paper as a PDF. Raises PrinterTrouble "format"."""
        return await self._on_table(partial(document, paper, self.book()))

    async def save_pdf(self, paper: Paper, path: Path) -> None:
        """Write the PDF to a file. Raises PrinterTrouble "format" or "file"."""
        book = self.book()

        def work() -> None:
            made = document(paper, book)
            try:
                path.write_bytes(made)
            except OSError:
                raise PrinterTrouble("file", str(path)) from None

        await self._on_table(work)

    # -- the list -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to print what waits; harmless the second time."""
        if self._unsubscribe is None:
            self._unsubscribe = self._changes.subscribe(self._heard)
        for line in self._lines.values():
            line.start()

    def wake(self) -> None:
        """Try now what waits, also what was to be tried later."""
        for line in self._lines.values():
            line.wake()

    async def aclose(self) -> None:
        """Finish the papers that are being handed over (5 seconds at most), then stop."""
        forget, self._unsubscribe = self._unsubscribe, None
        if forget is not None:
            forget()
        await asyncio.gather(*(line.aclose() for line in self._lines.values()))
        self._table.shutdown(wait=True, cancel_futures=True)

    def _heard(self, topics: frozenset[Topic]) -> None:
        if Topic.PRINTING in topics:
            for line in self._lines.values():
                line.tell()

    def _door(self, place: PrinterPlace) -> asyncio.Lock:
        """Only one line at a time hands papers to a printer that several share; a viewer is the same for all."""
        whose = PrinterPlace(kind=place.kind) if place.kind is PrinterKind.VIEWER else place
        return self._doors.setdefault(whose, asyncio.Lock())

    def _hand_over(self, job: PrintJob, book: PrinterBook, place: PrinterPlace) -> None:
        if place.kind is PrinterKind.NONE:
            raise PrinterTrouble("none")
        title = f"{_NAMES[job.paper.kind]}-{job.document_id or job.sale_id or job.id}"
        if job.paper.copy > 1:
            title += f"-via{job.paper.copy}"
        self._printers.print(place, ready_sheet(job.paper, book, title))

    async def _on_table(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._table, work)
