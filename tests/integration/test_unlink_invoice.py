"""A note from another program that was linked by mistake or cancelled there counts no more, and another one may come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.books import HandClock, in_books
from tests.builders import empty_queue, keep, queue
from tests.fiscal_shop import CNPJ, FiscalShop
from tests.order_builders import a_line, an_order, at_once, detail, imported, learn_statuses, register
from tests.purchase_notes import note_key
from varejoforte_desktop.application.invoice_debts import InvoiceDebt, Wish, invoice_debts
from varejoforte_desktop.application.invoice_ports import InvoiceRecord
from varejoforte_desktop.application.link_invoice import LinkedNote, link_note
from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.unlink_invoice import UnlinkedNote, unlink_invoice
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.fiscal_errors import InvoiceMismatch, WrongAccessKey
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.domain.outbox import SubjectKind
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.persistence.database import Database

WRONG, RIGHT = (note_key(number, series=7, issuer=CNPJ) for number in (321, 322))
MISTAKE, CANCELLED = UnlinkReason.MISTAKE, UnlinkReason.CANCELLED


@pytest.fixture
def shop(fiscal_shop: FiscalShop, clock: HandClock) -> FiscalShop:
    """A shop that issues, in November."""
    clock.now = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    learn_statuses(fiscal_shop.database, fiscal_shop.administrador)
    return fiscal_shop


@pytest.fixture
def order_id(shop: FiscalShop) -> int:
    """A pan for Marina, imported."""
    pan = keep(shop.database, by=shop.administrador, on_hand=50, reference="PAN-9", ncm="73239300")
    found = imported(shop.database, an_order(a_line(pan, 2)), shop.operador)
    empty_queue(shop.database)
    return found


def link(shop: FiscalShop, order_id: int, key: str) -> LinkedNote:
    return shop.database.run_now(link_note, order_id, key, by=shop.operador)


def unlink(shop: FiscalShop, order_id: int, key: str, why: UnlinkReason = MISTAKE) -> UnlinkedNote:
    return shop.database.run_now(unlink_invoice, order_id, key, why=why, by=shop.operador)


def notes(shop: FiscalShop, order_id: int) -> list[InvoiceRecord]:
    return shop.database.run_now(lambda uow: uow.invoices.of_order(order_id))


def debts(shop: FiscalShop, order_id: int) -> list[InvoiceDebt]:
    """Of the order's notes, the newest first."""
    ids = [each.id for each in notes(shop, order_id)]
    found = in_books(shop.database, lambda uow: invoice_debts(uow, ids))
    return [found[each] for each in ids]


def wishes(shop: FiscalShop, order_id: int) -> list[Wish]:
    return [each.wish for each in debts(shop, order_id)]


def tell_rehearsals(uow: UnitOfWork) -> None:
    uow.fiscal_setup.save_settings(replace(uow.fiscal_setup.settings(), tell_rehearsals=True))


def tell(shop: FiscalShop, order_id: int) -> None:
    """The store has the order's newest note."""
    record = notes(shop, order_id)[0]
    shop.database.run_now(lambda uow: uow.invoices.told(record.id, remote_id="664", at=uow.now))
    empty_queue(shop.database)


def state_of(shop: FiscalShop, sale_id: int) -> str:
    return shop.database.read_now(lambda reader: reader.sales.detail(sale_id).row.fiscal_state)


def test_a_second_note_from_elsewhere_is_refused_until_the_first_is_taken_back(
    shop: FiscalShop, order_id: int
) -> None:
    link(shop, order_id, WRONG)
    with pytest.raises(InvoiceMismatch) as refused:
        link(shop, order_id, RIGHT)
    assert (refused.value.why, refused.value.facts) == ("taken", "7/321")
    assert [each.key for each in notes(shop, order_id)] == [WRONG]
    assert wishes(shop, order_id) == [Wish.TELL]
    unlink(shop, order_id, WRONG)
    link(shop, order_id, RIGHT)
    assert [(each.key, each.from_elsewhere) for each in notes(shop, order_id)] == [
        (RIGHT, True),
        (WRONG, False),
    ]


def test_two_stations_that_link_different_notes_at_once_link_one(
    shop: FiscalShop, second_station: Database, order_id: int
) -> None:
    done = at_once(
        lambda: shop.database.run_now(link_note, order_id, WRONG, by=shop.operador),
        lambda: second_station.run_now(link_note, order_id, RIGHT, by=shop.operador),
    )
    assert sum(isinstance(each, LinkedNote) for each in done) == 1, done
    assert sum(isinstance(each, InvoiceMismatch) for each in done) == 1, done
    assert len(notes(shop, order_id)) == 1


def test_who_took_it_back_when_and_why_stays_known(shop: FiscalShop, order_id: int) -> None:
    link(shop, order_id, WRONG)
    done = unlink(shop, order_id, f"NFe {WRONG}", CANCELLED)
    assert (done.record.key, done.told, done.owes, done.repeated) == (WRONG, False, False, False)
    (record,) = notes(shop, order_id)
    assert (record.revoked_by, record.revoked_why) == (shop.operador.name, CANCELLED)
    assert record.revoked_at is not None
    (row,) = detail(shop.database, order_id).notes
    assert (row.unlinked, row.from_elsewhere, row.cancelled) == (CANCELLED, False, False)
    event = detail(shop.database, order_id).timeline[-1]
    assert (event.kind, event.operator) == ("invoice_unlinked", shop.operador.name)
    assert (event.facts["number"], event.facts["why"], event.facts["told"]) == ("7/321", "cancelled", "no")
    search = AuditSearch(actions=(AuditAction.INVOICE_UNLINKED,))
    (line,) = shop.database.read_now(lambda reader: reader.audit.rows(search, by=shop.administrador))
    assert line.subject == detail(shop.database, order_id).row.remote_id


def test_taking_it_back_again_changes_nothing(shop: FiscalShop, order_id: int) -> None:
    link(shop, order_id, WRONG)
    unlink(shop, order_id, WRONG, CANCELLED)
    before = detail(shop.database, order_id).timeline
    again = unlink(shop, order_id, WRONG, MISTAKE)
    assert (again.repeated, again.record.revoked_why) == (True, CANCELLED)
    assert detail(shop.database, order_id).timeline == before


def test_a_note_that_the_store_never_heard_of_is_not_told_any_more(shop: FiscalShop, order_id: int) -> None:
    link(shop, order_id, WRONG)
    unlink(shop, order_id, WRONG)
    # The look decides: an earlier request may have arrived unheard.
    assert wishes(shop, order_id) == [Wish.TAKE_BACK]
    assert [each.subject.kind for each in queue(shop.database)] == [SubjectKind.INVOICE]


def test_the_next_note_goes_over_the_one_that_the_store_shows(shop: FiscalShop, order_id: int) -> None:
    link(shop, order_id, WRONG)
    tell(shop, order_id)
    assert unlink(shop, order_id, WRONG).told
    assert wishes(shop, order_id) == [Wish.TAKE_BACK]
    link(shop, order_id, RIGHT)
    assert wishes(shop, order_id) == [Wish.TELL, Wish.NOTHING]
    assert debts(shop, order_id)[0].dead_keys == frozenset({WRONG})


def test_a_note_linked_to_the_wrong_order_is_linked_to_its_own(shop: FiscalShop, order_id: int) -> None:
    pan = keep(shop.database, by=shop.administrador, on_hand=5, reference="PAN-8")
    other = imported(shop.database, an_order(a_line(pan)), shop.operador)
    link(shop, order_id, WRONG)
    with pytest.raises(InvoiceMismatch) as refused:
        link(shop, other, WRONG)
    assert refused.value.why == "linked"
    unlink(shop, order_id, WRONG)
    assert not link(shop, other, WRONG).repeated
    assert link(shop, other, WRONG).repeated
    with pytest.raises(InvoiceMismatch):
        link(shop, order_id, WRONG)


def test_a_link_taken_back_by_mistake_is_made_again(shop: FiscalShop, order_id: int) -> None:
    link(shop, order_id, WRONG)
    unlink(shop, order_id, WRONG)
    assert not link(shop, order_id, WRONG).repeated
    assert wishes(shop, order_id) == [Wish.TELL, Wish.NOTHING]
    assert not unlink(shop, order_id, WRONG).repeated
    assert [each.from_elsewhere for each in notes(shop, order_id)] == [False, False]


async def test_the_sale_owes_its_own_note_again_and_gets_it(shop: FiscalShop, order_id: int) -> None:
    sale_id = register(shop.database, order_id, shop.operador, fiscal=FiscalModel.NFE).sale_id
    assert state_of(shop, sale_id) == "owed"
    link(shop, order_id, WRONG)
    assert state_of(shop, sale_id) == "none"
    desk = shop.desk()
    await desk.once()
    assert shop.database.read_now(lambda reader: reader.fiscal.of_sale(sale_id)) == []
    assert unlink(shop, order_id, WRONG, CANCELLED).owes
    assert state_of(shop, sale_id) == "owed"
    await desk.once()
    await desk.once()
    (document,) = shop.database.read_now(lambda reader: reader.fiscal.of_sale(sale_id))
    assert state_of(shop, sale_id) == document.state.value == "authorised"


def test_a_sale_without_a_document_owes_none_afterwards(shop: FiscalShop, order_id: int) -> None:
    sale_id = register(shop.database, order_id, shop.operador, fiscal=FiscalModel.NONE).sale_id
    link(shop, order_id, WRONG)
    assert not unlink(shop, order_id, WRONG).owes
    assert state_of(shop, sale_id) == "none"


def test_only_whoever_links_notes_takes_a_link_back(shop: FiscalShop, order_id: int) -> None:
    link(shop, order_id, WRONG)
    in_books(
        shop.database,
        lambda uow: uow.permits.put(shop.operador.role, Permission.ISSUE_DOCUMENTS, allowed=False),
    )
    with pytest.raises(NotAllowed):
        unlink(shop, order_id, WRONG)
    assert notes(shop, order_id)[0].from_elsewhere


@pytest.mark.parametrize(("key", "error"), [(RIGHT, InvoiceMismatch), ("123", WrongAccessKey)])
def test_a_note_that_is_not_linked_cannot_be_taken_back(
    shop: FiscalShop, order_id: int, key: str, error: type[Exception]
) -> None:
    link(shop, order_id, WRONG)
    with pytest.raises(error):
        unlink(shop, order_id, key)
    assert notes(shop, order_id)[0].from_elsewhere


async def test_a_note_of_our_own_is_cancelled_and_not_unlinked(shop: FiscalShop, order_id: int) -> None:
    in_books(shop.database, tell_rehearsals)
    sale_id = register(shop.database, order_id, shop.operador, fiscal=FiscalModel.NFE).sale_id
    desk = shop.desk()
    await desk.once()
    await desk.once()
    assert state_of(shop, sale_id) == "authorised"
    (record,) = notes(shop, order_id)
    with pytest.raises(InvoiceMismatch) as refused:
        unlink(shop, order_id, record.key)
    assert refused.value.why == "own"
