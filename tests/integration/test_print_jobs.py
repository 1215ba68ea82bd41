"""Papers on the list: asked for once, printed once, copies marked, and nothing printed twice in silence."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from tests.books import HandClock, Told, ask_sql
from tests.builders import a_token, keep
from tests.integration.test_counter import sell
from tests.order_builders import till_at
from varejoforte_desktop.application import print_jobs
from varejoforte_desktop.application.changes import ChangeFeed, Topic
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.print_jobs import MOST_ATTEMPTS, PrintTicket
from varejoforte_desktop.application.printing_ports import PrintJobRow
from varejoforte_desktop.domain.errors import NoSuchRecord, NotAllowed
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.print_job import UNSURE, Paper, PaperKind, PrintState, PrintUse, kinds_of
from varejoforte_desktop.persistence.database import Database

HERE = "Balcão"
DOCUMENT = 4711


def a_paper(
    kind: PaperKind = PaperKind.NFCE_SLIP, content: str = "<NFe/>", *, cancelled: bool = False
) -> Paper:
    return Paper(kind=kind, content=content, cancelled=cancelled)


def ask(
    database: Database,
    paper: Paper | None = None,
    *,
    by: Actor | None = None,
    station: str = HERE,
    token: str = "",
    document_id: int | None = DOCUMENT,
    sale_id: int | None = None,
) -> PrintTicket:
    return database.run_now(
        print_jobs.ask_print,
        paper or a_paper(),
        token=token or a_token(),
        station=station,
        by=by,
        document_id=document_id,
        sale_id=sale_id,
    )


def rows(database: Database, station: str = HERE) -> list[PrintJobRow]:
    return database.read_now(lambda reader: reader.printing.open_rows(station))


def row(database: Database, job_id: int) -> PrintJobRow:
    return next(
        each for each in database.read_now(lambda reader: reader.printing.rows()) if each.id == job_id
    )


def begin(database: Database, station: str = HERE) -> int:
    job = database.run_now(print_jobs.begin_print, station)
    assert job is not None
    return job.id


def print_next(database: Database) -> int:
    job_id = begin(database)
    assert database.run_now(print_jobs.printed, job_id, printer="10.0.0.9")
    return job_id


def fail_next(database: Database, cause: str = "offline", *, again: bool = True) -> bool:
    return database.run_now(
        print_jobs.print_failed, begin(database), printer="10.0.0.9", cause=cause, again=again
    )


def test_a_paper_waits_is_printed_and_says_when(
    database: Database, clock: HandClock, told: Told, operador: Actor
) -> None:
    ticket = ask(database, by=operador)
    assert ticket.copy == 1
    assert told.take() == {Topic.PRINTING}
    waiting = row(database, ticket.job_id)
    assert (waiting.state, waiting.operator, waiting.printed_at, waiting.attempts) == (
        PrintState.WAITING,
        "Ana Lima",
        None,
        0,
    )
    clock.forward(seconds=2)
    assert begin(database) == ticket.job_id
    assert row(database, ticket.job_id).state is PrintState.PRINTING
    clock.forward(seconds=1)
    database.run_now(print_jobs.printed, ticket.job_id, printer="10.0.0.9")
    assert told.take() == {Topic.PRINTING}
    done = row(database, ticket.job_id)
    assert (done.state, done.printed_at, done.printer, done.attempts) == (
        PrintState.PRINTED,
        clock.now,
        "10.0.0.9",
        1,
    )
    assert rows(database) == []


def test_the_same_wish_is_one_paper(database: Database) -> None:
    token = a_token()
    assert ask(database, token=token) == ask(database, token=token)
    assert len(rows(database)) == 1


def test_another_letter_of_the_same_note_is_no_copy_of_the_first(database: Database, operador: Actor) -> None:
    first, second = (a_paper(PaperKind.CORRECTION, content) for content in ("<a/>", "<b/>"))
    assert [ask(database, paper).copy for paper in (first, second, first)] == [1, 1, 2]
    print_next(database)
    job_id = begin(database)
    database.run_now(print_jobs.print_failed, job_id, printer="", cause="none", again=False)
    database.run_now(print_jobs.retry_print, job_id, by=operador)
    assert row(database, job_id).copy == 1


def test_papers_come_out_in_the_order_they_were_asked_for_and_at_their_own_station(
    database: Database,
) -> None:
    first, elsewhere, second = ask(database), ask(database, station="Caixa 2"), ask(database)
    assert [print_next(database), print_next(database)] == [first.job_id, second.job_id]
    assert database.run_now(print_jobs.begin_print, HERE) is None
    assert [each.id for each in rows(database, "Caixa 2")] == [elsewhere.job_id]


def test_each_printer_takes_its_own_papers(database: Database) -> None:
    note, slip = ask(database, a_paper(PaperKind.DANFE)), ask(database)
    for use, ticket in ((PrintUse.SLIP, slip), (PrintUse.SHEET, note)):
        kinds = kinds_of(use)
        newest = database.read_now(lambda reader, kinds=kinds: reader.printing.newest_waiting(HERE, kinds))
        job = database.run_now(print_jobs.begin_print, HERE, kinds)
        assert job is not None
        assert (newest, job.id) == (ticket.job_id, ticket.job_id)
        assert database.run_now(print_jobs.begin_print, HERE, kinds) is None
    assert database.run_now(print_jobs.doubt_unfinished, HERE, kinds_of(PrintUse.LABEL)) == 0
    assert database.run_now(print_jobs.doubt_unfinished, HERE, kinds_of(PrintUse.SHEET)) == 1
    assert [each.unsure for each in rows(database)] == [True, False]


def test_what_it_is_printed_from_is_kept_to_the_letter(database: Database) -> None:
    xml = '<NFe xmlns="x"><xProd>Panela &amp; cia ção\u2028</xProd></NFe>\n' + "é" * 200_000
    ticket = ask(database, a_paper(content=xml, cancelled=True))
    paper = database.read_now(lambda reader: reader.printing.paper(ticket.job_id))
    assert paper == Paper(kind=PaperKind.NFCE_SLIP, content=xml, copy=1, cancelled=True)
    with pytest.raises(NoSuchRecord):
        database.read_now(lambda reader: reader.printing.paper(999))


# -- copies -----------------------------------------------------------------------------------------------------------


def test_the_second_paper_of_a_document_is_its_second_copy_whatever_it_is_printed_on(
    database: Database, operador: Actor
) -> None:
    first = ask(database)
    print_next(database)
    second = ask(database, a_paper(PaperKind.NFCE_PDF))
    assert (first.copy, second.copy) == (1, 2)
    third = database.run_now(print_jobs.reprint, first.job_id, token=a_token(), station=HERE, by=operador)
    assert third.copy == 3
    kept = database.read_now(lambda reader: reader.printing.paper(third.job_id))
    assert (kept.content, kept.copy) == ("<NFe/>", 3)
    # Another document, another kind of paper: originals.
    assert ask(database, document_id=DOCUMENT + 1).copy == 1
    assert ask(database, a_paper(PaperKind.SHIPPING_LABEL)).copy == 1


def test_a_paper_that_never_came_out_does_not_make_the_next_one_a_copy(
    database: Database, operador: Actor
) -> None:
    first = ask(database)
    fail_next(database, "none", again=False)
    second = ask(database)
    assert second.copy == 1
    # The first one is tried after all: now it is the copy.
    assert database.run_now(print_jobs.retry_print, first.job_id, by=operador)
    assert row(database, first.job_id).copy == 2


def test_a_receipt_of_a_sale_is_counted_by_its_sale(
    database: Database, operador: Actor, gerente: Actor
) -> None:
    till_at(database, by=operador)
    pan = keep(database, by=gerente, on_hand=5)
    sale = sell(database, pan, by=operador)
    paper = a_paper(PaperKind.RECEIPT, "{}")
    assert [ask(database, paper, document_id=None, sale_id=sale.sale_id).copy for _ in range(2)] == [1, 2]
    of_sale = database.read_now(lambda reader: reader.printing.rows(sale_id=sale.sale_id))
    assert [each.copy for each in of_sale] == [2, 1]
    assert database.read_now(lambda reader: reader.printing.rows(document_id=DOCUMENT)) == []
    with pytest.raises(IntegrityError):
        ask(database, paper, document_id=None, sale_id=999_999)


def test_a_slip_of_the_till_printed_once_more_is_a_copy_too(database: Database, operador: Actor) -> None:
    first = ask(database, a_paper(PaperKind.TILL_SLIP, "[]"), document_id=None)
    print_next(database)
    second = database.run_now(print_jobs.reprint, first.job_id, token=a_token(), station=HERE, by=operador)
    assert second.copy == 2
    assert ask(database, a_paper(PaperKind.TILL_SLIP, "[]"), document_id=None).copy == 1


# -- trouble ----------------------------------------------------------------------------------------------------------


def test_a_printer_that_is_off_is_tried_again_until_a_person_has_to_look(
    database: Database, operador: Actor
) -> None:
    ticket = ask(database)
    assert [fail_next(database) for _ in range(MOST_ATTEMPTS)] == [True] * (MOST_ATTEMPTS - 1) + [False]
    failed = row(database, ticket.job_id)
    assert (failed.state, failed.cause, failed.attempts) == (PrintState.FAILED, "offline", MOST_ATTEMPTS)
    assert failed.needs_person
    assert database.run_now(print_jobs.begin_print, HERE) is None
    assert database.run_now(print_jobs.retry_print, ticket.job_id, by=operador)
    again = row(database, ticket.job_id)
    assert (again.state, again.cause, again.attempts, again.copy) == (PrintState.WAITING, "", 0, 1)
    assert print_next(database) == ticket.job_id


def test_a_paper_that_cannot_be_read_is_not_tried_again_and_stops_nobody(database: Database) -> None:
    ask(database)
    good = ask(database)
    assert not fail_next(database, "format", again=False)
    assert print_next(database) == good.job_id


def test_after_a_crash_nobody_knows_whether_it_came_out_and_a_person_says_so(
    database: Database, second_station: Database, operador: Actor, told: Told
) -> None:
    ticket, elsewhere = ask(database), ask(database, station="Caixa 2", document_id=DOCUMENT + 1)
    begin(database)
    begin(database, "Caixa 2")
    told.take()
    # The program ends here and starts again.
    assert second_station.run_now(print_jobs.doubt_unfinished, HERE) == 1
    doubted = row(database, ticket.job_id)
    assert doubted.unsure
    assert doubted.needs_person
    assert not row(database, elsewhere.job_id).unsure
    assert second_station.run_now(print_jobs.doubt_unfinished, HERE) == 0
    # It is never printed by itself, and neither can it be tried or given up as if nothing had happened.
    assert database.run_now(print_jobs.begin_print, HERE) is None
    assert not database.run_now(print_jobs.retry_print, ticket.job_id, by=operador)
    assert not database.run_now(print_jobs.cancel_print, ticket.job_id, by=operador)
    assert database.run_now(print_jobs.settle_print, ticket.job_id, came_out=True, by=operador)
    assert row(database, ticket.job_id).state is PrintState.PRINTED
    assert ask(database).copy == 2


def test_a_paper_that_did_not_come_out_after_all_is_printed_as_the_original(
    database: Database, operador: Actor
) -> None:
    ticket = ask(database)
    job_id = begin(database)
    assert not database.run_now(print_jobs.settle_print, job_id, came_out=False, by=operador), (
        "it is being printed"
    )
    assert database.run_now(print_jobs.print_unsure, job_id, printer="10.0.0.9")
    assert row(database, job_id).cause == UNSURE
    assert database.run_now(print_jobs.settle_print, job_id, came_out=False, by=operador)
    assert print_next(database) == ticket.job_id
    assert row(database, job_id).copy == 1
    assert not database.run_now(print_jobs.settle_print, job_id, came_out=False, by=operador)


def test_a_paper_nobody_wants_any_more_is_not_printed(database: Database, operador: Actor) -> None:
    ticket = ask(database)
    assert database.run_now(print_jobs.cancel_print, ticket.job_id, by=operador)
    assert database.run_now(print_jobs.begin_print, HERE) is None
    assert rows(database) == []
    assert ask(database).copy == 1
    assert not database.run_now(print_jobs.cancel_print, print_next(database), by=operador)


def test_what_was_printed_stays_printed(database: Database, operador: Actor) -> None:
    ask(database)
    job_id = print_next(database)
    assert not database.run_now(print_jobs.printed, job_id, printer="")
    assert not database.run_now(print_jobs.print_unsure, job_id, printer="")
    assert not database.run_now(print_jobs.retry_print, job_id, by=operador)
    assert not database.run_now(print_jobs.cancel_print, job_id, by=operador)
    database.run_now(print_jobs.print_failed, job_id, printer="", cause="offline", again=True)
    assert row(database, job_id).state is PrintState.PRINTED


@pytest.mark.parametrize("owner", [{"document_id": DOCUMENT}, {"sale_id": 1}])
def test_of_two_stations_that_ask_at_the_same_moment_one_prints_the_copy(
    database: Database, gerente: Actor, clock: HandClock, owner: dict[str, int]
) -> None:
    """The first has counted and not yet written down; the second counts meanwhile."""
    if "sale_id" in owner:
        till_at(database, gerente)
        owner = {"sale_id": sell(database, keep(database, by=gerente, on_hand=2), by=gerente).sale_id}
    elsewhere = Database(database.url, ChangeFeed(), clock=clock)
    counted, tickets = threading.Event(), []

    def slowly(uow: UnitOfWork) -> None:
        tickets.append(print_jobs.ask_print(uow, a_paper(), token=a_token(), station=HERE, by=None, **owner))
        counted.set()
        threading.Event().wait(0.2)  # time enough for the other to count

    first = threading.Thread(target=database.run_now, args=(slowly,))
    first.start()
    assert counted.wait(10)
    second = elsewhere.run_now(
        print_jobs.ask_print, a_paper(), token=a_token(), station="Depósito", by=None, **owner
    )
    first.join()
    elsewhere.close()
    assert (tickets[0].copy, second.copy) == (1, 2)


# -- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "permission"),
    [
        (PaperKind.NFCE_SLIP, Permission.ISSUE_DOCUMENTS),
        (PaperKind.DANFE, Permission.ISSUE_DOCUMENTS),
        (PaperKind.CORRECTION, Permission.ISSUE_DOCUMENTS),
        (PaperKind.RECEIPT, Permission.SELL),
        (PaperKind.TILL_SLIP, Permission.OPERATE_TILL),
    ],
)
def test_whoever_may_not_do_the_thing_may_not_print_its_paper(
    database: Database, administrador: Actor, operador: Actor, kind: PaperKind, permission: Permission
) -> None:
    from varejoforte_desktop.application.people import set_permission

    ticket = ask(database, a_paper(kind), by=operador)
    database.run_now(set_permission, operador.role, permission, allowed=False, by=administrador)
    with pytest.raises(NotAllowed):
        ask(database, a_paper(kind), by=operador)
    for act in (print_jobs.retry_print, print_jobs.cancel_print):
        with pytest.raises(NotAllowed):
            database.run_now(act, ticket.job_id, by=operador)
    with pytest.raises(NotAllowed):
        database.run_now(print_jobs.settle_print, ticket.job_id, came_out=True, by=operador)
    with pytest.raises(NotAllowed):
        database.run_now(print_jobs.reprint, ticket.job_id, token=a_token(), station=HERE, by=operador)
    assert ask(database, a_paper(kind)).copy == 2  # the sale itself still prints


def test_the_books_refuse_a_paper_printed_at_no_time(database: Database) -> None:
    ask(database)
    print_next(database)
    with pytest.raises(Exception, match=r"(?i)check"):
        ask_sql(database.url, "UPDATE print_job SET printed_at = NULL")
