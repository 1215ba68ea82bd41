"""A paper that waited while its sale was cancelled says so when it comes out, and opens no drawer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import a_token, keep
from tests.fiscal_shop import FiscalShop
from tests.integration.test_counter import sell
from tests.order_builders import till_at
from varejoforte_desktop.application import print_jobs
from varejoforte_desktop.application.printing_ports import PrinterBook, PrintJob
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.print_job import Paper, PaperKind, receipt_content
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.printing.desk import ready_sheet
from varejoforte_desktop.printing.slips import opens_drawer

HERE = "Balcão"
REASON = "Cliente desistiu da compra"
BOOK = PrinterBook(drawer=True)


def begin(database: Database) -> PrintJob:
    job = database.run_now(print_jobs.begin_print, HERE)
    assert job is not None
    return job


def fail(database: Database, job: PrintJob, *, again: bool) -> None:
    database.run_now(print_jobs.print_failed, job.id, printer="x", cause="offline", again=again)


def marked(database: Database, job_id: int) -> bool:
    """What the list of papers says."""
    rows = database.read_now(lambda reader: reader.printing.rows())
    return next(row.cancelled for row in rows if row.id == job_id)


@pytest.fixture
def waiting(database: Database, gerente: Actor) -> int:
    """The receipt of a sale, on the list: the sale's id."""
    till_at(database, gerente)
    sale_id = sell(database, keep(database, by=gerente, on_hand=2), by=gerente).sale_id
    sale = database.read_now(lambda reader: reader.sales.detail(sale_id)).sale
    content = receipt_content(sale, shop_name="Loja", timezone="America/Sao_Paulo", operator="Ana")
    database.run_now(
        print_jobs.ask_print,
        Paper(kind=PaperKind.RECEIPT, content=content),
        token=a_token(),
        station=HERE,
        by=None,
        sale_id=sale_id,
    )
    return sale_id


def test_a_receipt_of_a_sale_cancelled_meanwhile_says_so_and_opens_no_drawer(
    database: Database, gerente: Actor, waiting: int
) -> None:
    job = begin(database)
    assert opens_drawer(job.paper, BOOK), "the sale stands"
    fail(database, job, again=True)
    database.run_now(cancel_sale, waiting, reason=REASON, by=gerente)
    assert not marked(database, job.id)
    late = begin(database)
    assert (late.id, late.paper.cancelled, late.paper.copy) == (job.id, True, 1)
    assert marked(database, job.id)
    sheet = ready_sheet(late.paper, BOOK, "x")
    assert "*** VENDA CANCELADA ***" in sheet.text
    assert b"\x1bp" not in sheet.raw


def test_a_paper_tried_again_by_a_person_is_marked_as_well(
    database: Database, gerente: Actor, waiting: int
) -> None:
    first = begin(database)
    fail(database, first, again=False)
    database.run_now(cancel_sale, waiting, reason=REASON, by=gerente)
    assert database.run_now(print_jobs.retry_print, first.id, by=gerente)
    retried = begin(database)
    assert retried.paper.cancelled
    database.run_now(print_jobs.print_unsure, retried.id, printer="x")
    assert database.run_now(print_jobs.settle_print, retried.id, came_out=True, by=gerente)
    database.run_now(print_jobs.reprint, retried.id, token=a_token(), station=HERE, by=gerente)
    again = begin(database)
    assert (again.paper.copy, again.paper.cancelled) == (2, True)


def test_a_paper_in_doubt_that_did_not_come_out_is_marked_as_well(
    database: Database, gerente: Actor, waiting: int
) -> None:
    job = begin(database)
    database.run_now(print_jobs.print_unsure, job.id, printer="x")
    database.run_now(cancel_sale, waiting, reason=REASON, by=gerente)
    assert database.run_now(print_jobs.settle_print, job.id, came_out=False, by=gerente)
    assert begin(database).paper.cancelled


async def test_a_coupon_that_waited_while_sefaz_cancelled_it_says_so(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    sale_id = shop.sell(shop.product()).sale_id
    record = await desk.issue(sale_id)
    for kind in (PaperKind.NFCE_SLIP, PaperKind.NFCE_PDF):
        shop.database.run_now(
            print_jobs.ask_print,
            Paper(kind=kind, content=record.proc.decode()),
            token=a_token(),
            station=HERE,
            by=None,
            document_id=record.id,
            sale_id=sale_id,
        )
    first = begin(shop.database)
    assert not first.paper.cancelled
    fail(shop.database, first, again=True)
    await desk.cancel_sale(sale_id, reason=REASON, by=shop.administrador)
    slip, sheet = begin(shop.database), begin(shop.database)
    assert (slip.paper.kind, slip.paper.cancelled) == (PaperKind.NFCE_SLIP, True)
    assert sheet.paper == replace(sheet.paper, kind=PaperKind.NFCE_PDF, cancelled=True)
    assert "CANCELAD" in ready_sheet(slip.paper, BOOK, "x").text
    assert not opens_drawer(slip.paper, BOOK)


def test_a_coupon_without_a_valid_note_is_marked_with_its_sale(
    database: Database, gerente: Actor, waiting: int
) -> None:
    """SEFAZ refused what was handed over offline: the sale is cancelled, and no event cancels the document."""
    database.run_now(
        print_jobs.ask_print,
        Paper(kind=PaperKind.NFCE_SLIP, content="<NFe/>"),
        token=a_token(),
        station=HERE,
        by=None,
        document_id=4711,
        sale_id=waiting,
    )
    database.run_now(cancel_sale, waiting, reason=REASON, by=gerente)
    assert [begin(database).paper.cancelled, begin(database).paper.cancelled] == [True, True]
