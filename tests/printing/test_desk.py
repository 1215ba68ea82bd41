"""The station's printing at work: papers come out by themselves, wait for a printer that is off, and never come twice."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.builders import a_token
from tests.printing import papers
from tests.waiting import until
from varejoforte_desktop.application import print_jobs
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.application.changes import Topic
from varejoforte_desktop.application.printing_ports import (
    NARROW,
    PrinterBook,
    PrinterKind,
    PrinterPlace,
    PrintJobRow,
    QrMode,
    keep_book,
    read_book,
)
from varejoforte_desktop.domain.errors import Missing
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.print_job import (
    Paper,
    PaperKind,
    PrintState,
    PrintUse,
    kinds_of,
    lines_content,
)
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.printing.desk import StationPrintDesk
from varejoforte_desktop.printing.line import PrintLine
from varejoforte_desktop.printing.printers import Printers, Sheet

HERE = "Balcão"
SLIP = Paper(kind=PaperKind.NFCE_SLIP, content=papers.nfce())
NOTE = Paper(kind=PaperKind.DANFE, content=papers.nfe())


class Drawerful(dict[str, Any]):
    """What a station remembers, in a dictionary."""

    def put(self, key: str, value: Any) -> None:
        """Remember."""
        self[key] = value


class Shop:
    """A station with its desk; its printers are folders until told otherwise."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.memory = Drawerful()
        place = PrinterPlace(kind=PrinterKind.FOLDER, address=str(folder / "papeis"))
        keep_book(self.memory, PrinterBook(slip=place, sheet=place))
        self.desk = self.a_desk()

    def a_desk(self, **options: Any) -> StationPrintDesk:
        """The desk as the program starts it."""
        usual: dict[str, Any] = {
            "station": HERE,
            "printers": Printers(self.folder / "spool"),
            "pauses": (0.02,),
        }
        return StationPrintDesk(self.database, self.database._changes, self.memory, **usual | options)

    def papers(self) -> list[str]:
        """What came out, by name."""
        folder = self.folder / "papeis"
        return sorted(each.name for each in folder.iterdir()) if folder.exists() else []

    def rows(self) -> list[PrintJobRow]:
        """The list, oldest first."""
        return self.database.read_now(lambda reader: reader.printing.rows())[::-1]

    async def settled(self, *states: PrintState) -> list[PrintJobRow]:
        """Wait until the list stands so."""
        await until(lambda: [row.state for row in self.rows()] == list(states))
        return self.rows()

    @property
    def slips(self) -> PrintLine:
        """Whoever prints slips."""
        return self.desk._lines[PrintUse.SLIP]

    def at(self, place: PrinterPlace) -> None:
        """Another printer for slips."""
        self.desk.keep_book(replace(self.desk.book(), slip=place))


@pytest_asyncio.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Shop]:
    made = Shop(database, tmp_path)
    yield made
    await made.desk.aclose()


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def test_papers_come_out_one_after_the_other(shop: Shop, operador: Actor) -> None:
    shop.desk.start()
    shop.desk.start()
    await shop.desk.print(SLIP, token=a_token(), by=operador, document_id=871)
    await shop.desk.print(NOTE, token=a_token(), by=operador, document_id=872)
    lines = Paper(kind=PaperKind.TILL_SLIP, content=lines_content([("SANGRIA", True)]))
    job = await shop.desk.print(lines, token=a_token(), by=operador)
    rows = await shop.settled(*[PrintState.PRINTED] * 3)
    # Each use by itself: where the folder of all of them has the DANFE is nobody's promise.
    slips = [name for name in shop.papers() if "danfe" not in name]
    assert [name[6:] for name in slips] == [
        "nfce-871.bin",
        "nfce-871.pdf",
        "nfce-871.txt",
        f"caixa-{job}.bin",
        f"caixa-{job}.pdf",
        f"caixa-{job}.txt",
    ]
    assert {name[:5] for name in shop.papers()} == {"00001", "00002", "00003"}
    assert {row.printer for row in rows} == {str(shop.folder / "papeis")}
    assert "VALOR A PAGAR R$" in (shop.folder / "papeis" / slips[2]).read_text("utf-8")


async def test_a_paper_that_a_sale_asks_for_is_heard_of(shop: Shop) -> None:
    shop.desk.start()
    await shop.settled()
    await shop.database.run(
        print_jobs.ask_print, SLIP, token=a_token(), station=HERE, by=None, document_id=871
    )
    await shop.settled(PrintState.PRINTED)


async def test_what_waited_while_the_program_was_closed_is_printed_at_the_start(shop: Shop) -> None:
    await shop.desk.print(SLIP, token=a_token(), by=None, document_id=871)
    assert shop.papers() == []
    shop.desk.start()
    await shop.settled(PrintState.PRINTED)


async def test_a_reprint_says_that_it_is_one(shop: Shop, operador: Actor) -> None:
    shop.desk.start()
    job = await shop.desk.print(SLIP, token=a_token(), by=operador, document_id=871)
    await shop.desk.reprint(job, token=a_token(), by=operador)
    await shop.settled(PrintState.PRINTED, PrintState.PRINTED)
    first, second = (
        (shop.folder / "papeis" / name).read_text("utf-8")
        for name in ("00001-nfce-871.txt", "00002-nfce-871-via2.txt")
    )
    assert "VIA -" not in first
    assert "2ª VIA - REIMPRESSÃO" in second


async def test_a_printer_that_is_switched_on_prints_what_waited(shop: Shop) -> None:
    port = a_free_port()
    shop.at(PrinterPlace(kind=PrinterKind.NETWORK, address=f"127.0.0.1:{port}"))
    shop.desk.start()
    await shop.desk.print(SLIP, token=a_token(), by=None, document_id=871)
    await until(lambda: shop.rows()[0].cause == "refused" and shop.rows()[0].attempts > 1)
    got = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.extend(await reader.read())
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", port):
        await shop.settled(PrintState.PRINTED)
    assert papers.qr_of(papers.a_key("65")).encode() in got
    assert got.count(b"\x1b@") == 1


async def test_after_many_tries_a_person_has_to_look_and_another_printer_helps(
    shop: Shop, operador: Actor
) -> None:
    shop.at(PrinterPlace(kind=PrinterKind.NETWORK, address=f"127.0.0.1:{a_free_port()}"))
    shop.desk.start()
    job = await shop.desk.print(SLIP, token=a_token(), by=None, document_id=871)
    (failed,) = await shop.settled(PrintState.FAILED)
    assert (failed.cause, failed.attempts) == ("refused", print_jobs.MOST_ATTEMPTS)
    shop.at(PrinterPlace(kind=PrinterKind.FOLDER, address=str(shop.folder / "papeis")))
    await shop.database.run(print_jobs.retry_print, job, by=operador)
    await shop.settled(PrintState.PRINTED)


async def test_a_long_pause_ends_with_a_new_paper_or_a_call(shop: Shop) -> None:
    port = a_free_port()
    shop.at(PrinterPlace(kind=PrinterKind.NETWORK, address=f"127.0.0.1:{port}"))
    await shop.desk.aclose()
    shop.desk = shop.a_desk(pauses=(3600.0,))
    shop.desk.start()
    await shop.database.run(print_jobs.ask_print, SLIP, token=a_token(), station=HERE, by=None)
    await until(lambda: shop.rows()[0].attempts == 1 and shop.rows()[0].state is PrintState.WAITING)
    # What it told itself is no reason to try again.
    shop.database._changes.publish(frozenset({Topic.PRINTING}))
    await until(lambda: not shop.slips._told.is_set())
    await shop.database.read(lambda reader: reader.printing.newest_waiting(HERE, kinds_of(PrintUse.SLIP)))
    assert shop.rows()[0].attempts == 1
    await shop.database.run(print_jobs.ask_print, SLIP, token=a_token(), station=HERE, by=None)
    await until(lambda: shop.rows()[0].attempts == 2)
    shop.desk.wake()
    await until(lambda: shop.rows()[0].attempts == 3)


class A4(Printers):
    """Printers of which the one for sheets does as it is told; the others are real."""

    OFF = PrinterPlace(kind=PrinterKind.NETWORK, address="a4:9100")

    def __init__(self, spool: Path) -> None:
        super().__init__(spool)
        self.on = threading.Event()  # until then whoever prints there waits
        self.on.set()
        self.taken = threading.Event()

    def print(self, place: PrinterPlace, sheet: Sheet) -> None:
        if place != self.OFF:
            super().print(place, sheet)
            return
        self.taken.set()
        self.on.wait(60)
        raise PrinterTrouble("offline", place.name)


async def with_an_a4_printer_that_is_off(shop: Shop, *pauses: float) -> A4:
    """The station's desk with such a printer for sheets, and for labels as they have none of their own."""
    printers = A4(shop.folder / "spool")
    await shop.desk.aclose()
    shop.desk = shop.a_desk(printers=printers, pauses=pauses)
    shop.desk.keep_book(replace(shop.desk.book(), sheet=A4.OFF))
    return printers


async def test_a_coupon_does_not_wait_for_an_a4_printer_that_is_off(shop: Shop, operador: Actor) -> None:
    await with_an_a4_printer_that_is_off(shop, 3600.0)
    for document_id in range(900, 905):
        await shop.desk.print(NOTE, token=a_token(), by=operador, document_id=document_id)
    await shop.desk.print(
        replace(NOTE, kind=PaperKind.SHIPPING_LABEL), token=a_token(), by=operador, document_id=900
    )
    shop.desk.start()
    await until(lambda: [row.attempts for row in shop.rows()] == [1, 0, 0, 0, 0, 1])
    for document_id in (871, 872):
        await shop.desk.print(SLIP, token=a_token(), by=operador, document_id=document_id)
        await until(lambda: shop.rows()[-1].state is PrintState.PRINTED)
    assert [row.attempts for row in shop.rows()] == [1, 0, 0, 0, 0, 1, 1, 1], (
        "coupons try nobody else's paper"
    )
    assert [row.state for row in shop.rows()][:6] == [PrintState.WAITING] * 6


async def test_a_coupon_does_not_wait_for_an_a4_printer_that_does_not_answer(
    shop: Shop, operador: Actor
) -> None:
    printers = await with_an_a4_printer_that_is_off(shop, 3600.0)
    printers.on.clear()
    shop.desk.start()
    await shop.desk.print(NOTE, token=a_token(), by=operador, document_id=900)
    await until(printers.taken.is_set)
    await shop.desk.print(SLIP, token=a_token(), by=operador, document_id=871)
    await shop.settled(PrintState.PRINTING, PrintState.PRINTED)
    printers.on.set()
    await shop.settled(PrintState.WAITING, PrintState.PRINTED)


async def test_a_paper_behind_one_that_was_given_up_is_tried_as_soon_as_any_other(
    shop: Shop, operador: Actor
) -> None:
    patient = (0.0,) * (print_jobs.MOST_ATTEMPTS - 1)
    await with_an_a4_printer_that_is_off(shop, *patient, 3600.0)
    for document_id in (900, 901):
        await shop.desk.print(NOTE, token=a_token(), by=operador, document_id=document_id)
    shop.desk.start()
    failed = await shop.settled(PrintState.FAILED, PrintState.FAILED)
    assert [row.attempts for row in failed] == [print_jobs.MOST_ATTEMPTS] * 2


async def test_one_printer_for_all_uses_gets_one_paper_at_a_time(shop: Shop, operador: Actor) -> None:
    printers = await with_an_a4_printer_that_is_off(shop, 3600.0)
    shop.at(A4.OFF)
    printers.on.clear()
    shop.desk.start()
    await shop.desk.print(NOTE, token=a_token(), by=operador, document_id=900)
    await until(printers.taken.is_set)
    printers.taken.clear()
    await shop.desk.print(SLIP, token=a_token(), by=operador, document_id=871)
    await until(lambda: shop.slips._seen)  # it has looked, and goes to the printer's door at once
    await shop.database.run(lambda uow: uow.now)  # whatever it began stands before this in the row
    assert [row.state for row in shop.rows()] == [PrintState.PRINTING, PrintState.WAITING]
    assert not printers.taken.is_set()
    printers.on.set()
    await until(lambda: [row.attempts for row in shop.rows()] == [1, 1])
    await shop.settled(PrintState.WAITING, PrintState.WAITING)


async def test_without_a_printer_a_person_is_asked_at_once(shop: Shop) -> None:
    shop.memory.clear()
    shop.desk.start()
    await shop.desk.print(SLIP, token=a_token(), by=None)
    (failed,) = await shop.settled(PrintState.FAILED)
    assert (failed.cause, failed.attempts) == ("none", 1)


async def test_a_damaged_paper_does_not_stop_the_others(shop: Shop) -> None:
    shop.desk.start()
    await shop.desk.print(replace(SLIP, content="<NFe"), token=a_token(), by=None)
    await shop.desk.print(SLIP, token=a_token(), by=None)
    damaged, _ = await shop.settled(PrintState.FAILED, PrintState.PRINTED)
    assert damaged.cause == "format"


async def test_a_printer_that_breaks_off_leaves_a_doubt_and_nothing_is_printed_twice(
    shop: Shop, operador: Actor
) -> None:
    calls = 0

    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        line: socket.socket = writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await reader.read(1)
        writer.transport.abort()

    async with await asyncio.start_server(break_off, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        shop.at(PrinterPlace(kind=PrinterKind.NETWORK, address=f"127.0.0.1:{port}"))
        shop.desk.start()
        job = await shop.desk.print(SLIP, token=a_token(), by=None)
        await until(lambda: shop.rows()[0].unsure)
        shop.desk.wake()
        await until(lambda: not shop.slips._called.is_set())
        await shop.database.run(lambda uow: uow.now)  # whatever it began stands before this in the row
        assert calls == 1
    shop.at(PrinterPlace(kind=PrinterKind.FOLDER, address=str(shop.folder / "papeis")))
    await shop.database.run(print_jobs.settle_print, job, came_out=False, by=operador)
    await shop.settled(PrintState.PRINTED)
    assert len(shop.papers()) == 3


async def test_a_crash_in_the_middle_leaves_a_doubt(shop: Shop) -> None:
    await shop.desk.print(SLIP, token=a_token(), by=None)
    await shop.database.run(print_jobs.begin_print, HERE)
    shop.desk.start()
    await until(lambda: shop.rows()[0].unsure)
    assert shop.papers() == []


async def test_a_paper_that_is_being_printed_is_finished_before_the_program_closes(shop: Shop) -> None:
    taken, go = asyncio.Event(), asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.set()
        await go.wait()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        shop.at(PrinterPlace(kind=PrinterKind.NETWORK, address=f"127.0.0.1:{port}"))
        shop.desk.start()
        await shop.desk.print(SLIP, token=a_token(), by=None)
        await taken.wait()
        closing = asyncio.ensure_future(shop.desk.aclose())
        go.set()
        await closing
    assert shop.rows()[0].state is PrintState.PRINTED


async def test_two_stations_do_not_print_each_others_papers(shop: Shop) -> None:
    other = shop.a_desk(station="Caixa 2")
    other.start()
    shop.desk.start()
    await shop.desk.print(SLIP, token=a_token(), by=None)
    await shop.settled(PrintState.PRINTED)
    await other.aclose()
    assert len(shop.papers()) == 3


# -- books that are away for a moment ---------------------------------------------------------------------------------


class Away:
    """The books, which fail the first time that something is asked of them; `late`: after it was written down."""

    def __init__(self, shop: Shop, deed: Callable[..., Any], error: Exception, *, late: bool = False) -> None:
        self._shop, self._deed, self._error, self._late = shop, deed, error, late
        self.failed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shop.database, name)

    async def run(self, deed: Callable[..., Any], *asked: Any, **named: Any) -> Any:
        """As the books do, but for the first time."""
        if deed is not self._deed or self.failed:
            return await self._shop.database.run(deed, *asked, **named)
        self.failed = True
        if self._late:
            await self._shop.database.run(deed, *asked, **named)
        raise self._error


class Moody(Printers):
    """A printer that has the trouble it is told to have."""

    why = ""

    def print(self, place: PrinterPlace, sheet: Sheet) -> None:
        """As told."""
        if self.why:
            raise PrinterTrouble(self.why, place.name)
        super().print(place, sheet)


async def with_books_away(
    shop: Shop, deed: Callable[..., Any], *, error: Exception | None = None, late: bool = False, why: str = ""
) -> Moody:
    """A desk at work whose books fail once with this, and the printer it has."""
    await shop.desk.aclose()
    away, printer = (
        Away(shop, deed, error or BooksUnreachable("away"), late=late),
        Moody(shop.folder / "spool"),
    )
    printer.why = why
    shop.desk = StationPrintDesk(
        away, shop.database._changes, shop.memory, station=HERE, printers=printer, pauses=(0.02,)
    )
    shop.desk.start()
    await shop.desk.print(SLIP, token=a_token(), by=None, document_id=871)
    await until(lambda: away.failed)
    return printer


@pytest.mark.parametrize("late", [False, True])
async def test_a_paper_that_did_not_come_out_while_the_books_were_away_waits_again(
    shop: Shop, operador: Actor, late: bool
) -> None:
    printer = await with_books_away(shop, print_jobs.print_failed, late=late, why="offline")
    await until(lambda: shop.rows()[0].cause == "offline")
    printer.why = ""
    await shop.settled(PrintState.PRINTED)
    assert len(shop.papers()) == 3


async def test_a_paper_that_needs_a_person_can_be_touched_once_the_books_are_back(
    shop: Shop, operador: Actor
) -> None:
    await with_books_away(shop, print_jobs.print_failed, why="none")
    (failed,) = await shop.settled(PrintState.FAILED)
    assert failed.cause == "none"
    assert await shop.database.run(print_jobs.cancel_print, failed.id, by=operador)


@pytest.mark.parametrize("late", [False, True])
async def test_a_paper_that_came_out_while_the_books_were_away_is_not_printed_again(
    shop: Shop, late: bool
) -> None:
    await with_books_away(shop, print_jobs.printed, late=late)
    (done,) = await shop.settled(PrintState.PRINTED)
    assert (done.attempts, done.printer) == (1, str(shop.folder / "papeis"))
    assert len(shop.papers()) == 3


async def test_a_paper_that_may_have_come_out_while_the_books_were_away_is_in_doubt(
    shop: Shop, operador: Actor
) -> None:
    await with_books_away(shop, print_jobs.print_unsure, why="unsure")
    await until(lambda: shop.rows()[0].unsure)
    assert await shop.database.run(print_jobs.settle_print, shop.rows()[0].id, came_out=True, by=operador)


@pytest.mark.parametrize("late", [False, True])
async def test_a_paper_taken_from_the_list_while_the_books_went_away_is_printed_once(
    shop: Shop, late: bool
) -> None:
    await with_books_away(shop, print_jobs.begin_print, late=late)
    await shop.settled(PrintState.PRINTED)
    assert len(shop.papers()) == 3


async def test_a_fault_of_ours_leaves_a_doubt_and_not_a_paper_nobody_can_touch(shop: Shop) -> None:
    await with_books_away(shop, print_jobs.printed, error=ValueError("ours"))
    await until(lambda: shop.rows()[0].unsure)
    assert len(shop.papers()) == 3


# -- looking before printing ------------------------------------------------------------------------------------------


async def test_papers_are_shown_and_saved_without_being_printed(shop: Shop, tmp_path: Path) -> None:
    pages = await shop.desk.preview(NOTE)
    assert [page[:8] for page in pages] == [b"\x89PNG\r\n\x1a\n"]
    assert (await shop.desk.pdf(NOTE)).startswith(b"%PDF")
    await shop.desk.save_pdf(NOTE, tmp_path / "nota.pdf")
    assert (tmp_path / "nota.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(PrinterTrouble) as trouble:
        await shop.desk.save_pdf(NOTE, tmp_path / "nenhuma" / "nota.pdf")
    assert trouble.value.why == "file"
    with pytest.raises(PrinterTrouble) as trouble:
        await shop.desk.preview(replace(NOTE, content=""))
    assert trouble.value.why == "format"
    assert shop.rows() == []


async def test_a_test_page_is_printed_with_printers_not_kept_yet(shop: Shop, tmp_path: Path) -> None:
    place = PrinterPlace(kind=PrinterKind.FOLDER, address=str(tmp_path / "teste"))
    await shop.desk.test(PrintUse.SLIP, PrinterBook(slip=place, columns=NARROW))
    await shop.desk.test(PrintUse.SHEET, PrinterBook(sheet=place))
    text = (tmp_path / "teste" / "00001-teste.txt").read_text("utf-8")
    assert "12345678901234567890123456789012\n" in text
    assert HERE in text
    assert sorted(each.name for each in (tmp_path / "teste").iterdir())[-1] == "00002-teste.pdf"
    with pytest.raises(PrinterTrouble) as trouble:
        await shop.desk.test(PrintUse.LABEL, PrinterBook())
    assert trouble.value.why == "none"
    assert shop.rows() == []


# -- what a station remembers -----------------------------------------------------------------------------------------


def test_printers_are_remembered_as_they_were_chosen() -> None:
    memory = Drawerful()
    assert read_book(memory) == PrinterBook()
    book = PrinterBook(
        slip=PrinterPlace(kind=PrinterKind.NETWORK, address="10.0.0.9"),
        sheet=PrinterPlace(kind=PrinterKind.VIEWER),
        label=PrinterPlace(kind=PrinterKind.SYSTEM, address="Zebra"),
        columns=NARROW,
        accents=False,
        qr=QrMode.PICTURE,
        cut=False,
        drawer=True,
        both_ways=False,
    )
    keep_book(memory, replace(book, slip=PrinterPlace(kind=PrinterKind.NETWORK, address="  10.0.0.9 ")))
    assert read_book(memory) == book
    assert (book.place(PrintUse.LABEL), book.place(PrintUse.SHEET)) == (book.label, book.sheet)
    assert replace(book, label=PrinterPlace()).place(PrintUse.LABEL) == book.sheet


def test_what_cannot_be_read_is_as_the_program_comes() -> None:
    for told in ("", [], {"slip": 3, "columns": "x"}, {"slip": {"kind": "fax", "address": 1}, "cut": "não"}):
        assert read_book(Drawerful(printers=told)) == PrinterBook()
    with pytest.raises(Missing) as missing:
        keep_book(Drawerful(), PrinterBook(slip=PrinterPlace(kind=PrinterKind.NETWORK, address=" ")))
    assert missing.value.field == "printer_slip_address"


def test_the_receipt_printer_of_an_older_release_goes_on_printing() -> None:
    book = read_book(Drawerful(printer_path="/dev/usb/lp0", slip_columns=32))
    assert book.slip == PrinterPlace(kind=PrinterKind.DEVICE, address="/dev/usb/lp0")
    assert book.columns == NARROW


async def test_nobody_listens_after_the_desk_has_closed(shop: Shop) -> None:
    feed = shop.database._changes
    before = len(feed._listeners)
    shop.desk.start()
    assert len(feed._listeners) == before + 1
    await shop.desk.aclose()
    assert len(feed._listeners) == before


async def test_the_desk_closes_also_in_the_very_moment_it_is_called(shop: Shop) -> None:
    for _ in range(20):
        desk = shop.a_desk()
        desk.start()
        await until(lambda desk=desk: not desk._lines[PrintUse.SLIP]._told.is_set())
        await shop.database.read(lambda reader: reader.printing.newest_waiting(HERE, kinds_of(PrintUse.SLIP)))
        desk.wake()
        await asyncio.wait_for(desk.aclose(), 10)
