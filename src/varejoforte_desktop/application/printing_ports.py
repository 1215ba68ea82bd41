"""What printing needs from the rest of the house: the list of papers, a station's printers, and who prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

from varejoforte_desktop.domain.errors import Missing
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.print_job import UNSURE, Paper, PaperKind, PrintState, PrintUse

# -- a station's printers -----------------------------------------------------------------------------


class PrinterKind(StrEnum):
    """How a printer is reached."""

    NONE = "none"
    NETWORK = "network"  # host, or host:port; 9100 unless told otherwise
    DEVICE = "device"  # a device or a shared printer that is written to like a file
    WINDOWS = "windows"  # a printer of Windows, in its own tongue
    SYSTEM = "system"  # a printer of the system's own list (CUPS), as a document
    VIEWER = "viewer"  # the document is opened and a person prints it
    FOLDER = "folder"  # no printer at all: papers are laid into a folder


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterPlace:
    """One printer. `address` is host:port, a path, a printer's name or a folder, as the kind needs."""

    kind: PrinterKind = PrinterKind.NONE
    address: str = ""

    @property
    def name(self) -> str:
        """What is written down about where a paper went."""
        return self.address or self.kind.value

    def checked(self, use: PrintUse) -> PrinterPlace:
        """Itself, tidied. Raises Missing when it needs an address and has none (field "printer_<use>_address")."""
        bare = replace(self, address=self.address.strip())
        if not bare.address and self.kind in _NEED_ADDRESS:
            raise Missing(f"printer_{use.value}_address")
        return bare


_NEED_ADDRESS: Final = frozenset(
    {PrinterKind.NETWORK, PrinterKind.DEVICE, PrinterKind.WINDOWS, PrinterKind.FOLDER}
)
WIDE: Final = 48  # letters on a roll of 80 mm
NARROW: Final = 32  # on one of 58 mm


class QrMode(StrEnum):
    """Who draws the QR code of a slip."""

    NATIVE = "native"  # the printer: sharp and quick
    PICTURE = "picture"  # we do: for printers that do not know how


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterBook:
    """What this station knows about its printers, and how slips are to look on its roll."""

    slip: PrinterPlace = field(default_factory=PrinterPlace)
    sheet: PrinterPlace = field(default_factory=PrinterPlace)
    label: PrinterPlace = field(default_factory=PrinterPlace)  # NONE: labels go where sheets go
    columns: int = WIDE
    accents: bool = True
    qr: QrMode = QrMode.NATIVE
    cut: bool = True
    drawer: bool = False  # a slip of a sale opens the drawer
    both_ways: bool = True  # an offline NFC-e is printed for the buyer and for the shop

    def place(self, use: PrintUse) -> PrinterPlace:
        """The printer for a use."""
        if use is PrintUse.SLIP:
            return self.slip
        if use is PrintUse.LABEL and self.label.kind is not PrinterKind.NONE:
            return self.label
        return self.sheet

    def checked(self) -> PrinterBook:
        """Itself, tidied. Raises Missing for a printer without an address."""
        return replace(
            self,
            slip=self.slip.checked(PrintUse.SLIP),
            sheet=self.sheet.checked(PrintUse.SHEET),
            label=self.label.checked(PrintUse.LABEL),
        )


class StationMemory(Protocol):
    """Small choices this station remembers; the preferences of the screens are one."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def put(self, key: str, value: Any) -> None: ...


BOOK_KEY: Final = "printers"
#: Where the receipt printer stood before there was a book.
_OLD_PRINTER: Final = "printer_path"
_OLD_COLUMNS: Final = "slip_columns"


def read_book(memory: StationMemory) -> PrinterBook:
    """What this station remembers; whatever cannot be read is as the program comes."""
    told = memory.get(BOOK_KEY)
    if not isinstance(told, Mapping):
        old = str(memory.get(_OLD_PRINTER, "") or "").strip()
        slip = PrinterPlace(kind=PrinterKind.DEVICE, address=old) if old else PrinterPlace()
        return PrinterBook(slip=slip, columns=_columns(memory.get(_OLD_COLUMNS)))
    usual = PrinterBook()
    return PrinterBook(
        slip=_place(told.get("slip")),
        sheet=_place(told.get("sheet")),
        label=_place(told.get("label")),
        columns=_columns(told.get("columns")),
        accents=_truth(told.get("accents"), usual=usual.accents),
        qr=QrMode.PICTURE if told.get("qr") == QrMode.PICTURE.value else QrMode.NATIVE,
        cut=_truth(told.get("cut"), usual=usual.cut),
        drawer=_truth(told.get("drawer"), usual=usual.drawer),
        both_ways=_truth(told.get("both_ways"), usual=usual.both_ways),
    )


def keep_book(memory: StationMemory, book: PrinterBook) -> None:
    """Remember it. Raises Missing for a printer without an address."""
    book = book.checked()
    told: dict[str, Any] = {
        use.value: {"kind": place.kind.value, "address": place.address}
        for use, place in (
            (PrintUse.SLIP, book.slip),
            (PrintUse.SHEET, book.sheet),
            (PrintUse.LABEL, book.label),
        )
    }
    told |= {
        "columns": book.columns,
        "accents": book.accents,
        "qr": book.qr.value,
        "cut": book.cut,
        "drawer": book.drawer,
        "both_ways": book.both_ways,
    }
    memory.put(BOOK_KEY, told)


def _columns(told: object) -> int:
    return NARROW if told == NARROW else WIDE


def _truth(told: object, *, usual: bool) -> bool:
    return told if isinstance(told, bool) else usual


def _place(told: object) -> PrinterPlace:
    if not isinstance(told, Mapping):
        return PrinterPlace()
    words = {kind.value for kind in PrinterKind}
    kind = told.get("kind")
    address = told.get("address")
    if kind not in words or not isinstance(address, str):
        return PrinterPlace()
    return PrinterPlace(kind=PrinterKind(kind), address=address)


# -- the list of papers -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """A paper on the list, with what it is printed from."""

    id: int
    paper: Paper
    document_id: int | None
    sale_id: int | None
    station: str
    state: PrintState
    cause: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrintJob:
    """A paper about to be put on the list."""

    paper: Paper
    document_id: int | None
    sale_id: int | None
    station: str
    operator_id: int | None
    token: str


class PrintJobs(Protocol):
    """The list of papers of all stations."""

    def by_token(self, token: str) -> PrintJob | None:
        """The paper that was asked for under this token."""
        ...

    def get(self, job_id: int) -> PrintJob:
        """Held until the transaction ends. Raises NoSuchRecord."""
        ...

    def add(self, job: NewPrintJob, at: datetime) -> int | None:
        """Put it on the list as waiting; None when its token is there already."""
        ...

    def others(
        self,
        kinds: frozenset[PaperKind],
        *,
        document_id: int | None,
        sale_id: int | None,
        content: str | None = None,
        but: int = 0,
    ) -> int:
        """How many papers of one document, or of one sale, have come out or still will, `but` one of them.

        With `content`, only those that are printed from just that.
        """
        ...

    def cancelled_by_now(self, *, document_id: int | None, sale_id: int | None) -> bool:
        """Whether a document, or the sale it is for, is cancelled; one that is not there is not."""
        ...

    def next_waiting(self, station: str, kinds: frozenset[PaperKind]) -> PrintJob | None:
        """The oldest one of these kinds that waits at a station."""
        ...

    def move(
        self,
        job_id: int,
        *,
        before: frozenset[PrintState],
        state: PrintState,
        cause: str = "",
        printer: str | None = None,
        copy: int | None = None,
        cancelled: bool | None = None,
        attempted: bool = False,
        afresh: bool = False,
        printed_at: datetime | None = None,
    ) -> bool:
        """Change how it stands, when it stands as expected; False when it does not. `afresh` forgets attempts."""
        ...

    def left_printing(self, station: str, kinds: frozenset[PaperKind]) -> Sequence[int]:
        """Papers of these kinds and a station that were being printed when nobody prints: the program or the power ended."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJobRow:
    """A line of the list of papers."""

    id: int
    kind: PaperKind
    document_id: int | None
    sale_id: int | None
    station: str
    printer: str
    state: PrintState
    copy: int
    cancelled: bool
    cause: str
    attempts: int
    created_at: datetime
    printed_at: datetime | None
    operator: str

    @property
    def unsure(self) -> bool:
        """Whether nobody knows if it came out."""
        return self.state is PrintState.PRINTING and self.cause == UNSURE

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to look at it."""
        return self.unsure or self.state is PrintState.FAILED


class PrintingReader(Protocol):
    """Questions about papers."""

    def rows(
        self,
        *,
        station: str = "",
        document_id: int | None = None,
        sale_id: int | None = None,
        limit: int = 100,
    ) -> list[PrintJobRow]:
        """Papers, newest first: of a station, a document or a sale when named."""
        ...

    def open_rows(self, station: str, *, limit: int = 50) -> list[PrintJobRow]:
        """What waits, is being printed, failed or is unsure at a station, oldest first."""
        ...

    def newest_waiting(self, station: str, kinds: frozenset[PaperKind]) -> int:
        """The id of the newest paper of these kinds that waits at a station, 0 for none."""
        ...

    def paper(self, job_id: int) -> Paper:
        """What a paper is printed from. Raises NoSuchRecord."""
        ...


# -- who prints ---------------------------------------------------------------------------------------


class PrintDesk(Protocol):
    """Prints what waits at this station, each use by itself, and shows papers before they are printed. Nothing here blocks."""

    @property
    def station(self) -> str: ...

    def book(self) -> PrinterBook:
        """This station's printers."""
        ...

    def keep_book(self, book: PrinterBook) -> None:
        """Remember them; what waits is tried at once. Raises Missing for a printer without an address."""
        ...

    def names(self) -> Sequence[str]:
        """Printers that the system knows by name; may take a second, so not on the UI thread."""
        ...

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
        ...

    async def reprint(self, job_id: int, *, token: str, by: Actor) -> int:
        """The same paper once more, marked as a copy. Raises NotAllowed or NoSuchRecord."""
        ...

    async def test(self, use: PrintUse, book: PrinterBook) -> None:
        """Print a test page at once, with printers that need not be kept yet. Raises PrinterTrouble."""
        ...

    async def preview(self, paper: Paper, *, dots_per_inch: int = 110) -> list[bytes]:
        """The pages as PNG pictures. Raises PrinterTrouble "format" when it cannot be read."""
        ...

    async def pdf(self, paper: Paper) -> bytes:
        """The paper as a PDF. Raises PrinterTrouble "format"."""
        ...

    async def save_pdf(self, paper: Paper, path: Path) -> None:
        """Write the PDF to a file. Raises PrinterTrouble "format" or "file"."""
        ...

    def start(self) -> None:
        """Begin to print what waits; harmless the second time."""
        ...

    def wake(self) -> None:
        """Try now what waits, also what was to be tried later."""
        ...

    async def aclose(self) -> None:
        """Finish the paper that is being handed over (5 seconds at most), then stop."""
        ...
