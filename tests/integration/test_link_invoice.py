"""Only an order's own note is linked to it, once, whoever tries it with whatever file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.books import HandClock, in_books
from tests.builders import keep, queue
from tests.order_builders import (
    CANCELLED,
    a_buyer,
    a_line,
    an_order,
    at_once,
    detail,
    imported,
    learn_statuses,
    moved,
    seen,
)
from tests.purchase_notes import OTHER_SHOP, SHOP, a_note, item, note_key
from varejoforte_desktop.application.link_invoice import LinkedNote, examine_note, link_note
from varejoforte_desktop.application.people_questions import AuditSearch
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import NotAllowed, OrderBlocked
from varejoforte_desktop.domain.fiscal_errors import InvoiceMismatch, WrongAccessKey, WrongInvoiceFile
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.outbox import Aspect, SubjectKind
from varejoforte_desktop.domain.purchase import PurchaseNote
from varejoforte_desktop.fiscal.invoice_file import parse_invoice
from varejoforte_desktop.persistence.database import Database

BUYER = a_buyer().cpf
AUTUMN = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def _is_of(uow: UnitOfWork, cnpj: str) -> None:
    settings = uow.fiscal_setup.settings()
    uow.fiscal_setup.save_settings(replace(settings, emitter=replace(settings.emitter, cnpj=cnpj)))


@pytest.fixture
def order(database: Database, clock: HandClock, operador: Actor, administrador: Actor) -> StoreOrder:
    """A pan for Marina, imported; the shop has said which CNPJ it is."""
    clock.now = AUTUMN
    learn_statuses(database, administrador)
    in_books(database, lambda uow: _is_of(uow, SHOP))
    pan = keep(database, by=administrador, on_hand=5, reference="PAN-1")
    found = an_order(a_line(pan, 2))
    imported(database, found, operador)
    return found


def id_of(database: Database, order: StoreOrder) -> int:
    found = database.read_now(lambda reader: reader.orders.id_of(order.remote_id))
    assert found is not None
    return found


def total(order: StoreOrder) -> str:
    return f"{order.amounts.total.reais:.2f}"


def note(order: StoreOrder, **changes: Any) -> PurchaseNote:
    facts: dict[str, Any] = {"number": 77, "issuer": SHOP, "recipient": BUYER, "total": total(order)}
    return parse_invoice(a_note([item("PAN-1", CFOP="5405")], **facts | changes))


def test_a_note_that_fits_is_linked_once_and_owed_to_the_store(
    database: Database, order: StoreOrder, operador: Actor, administrador: Actor
) -> None:
    order_id = id_of(database, order)
    found = database.run_now(link_note, order_id, note(order), by=operador)
    assert (found.order, found.issuer, found.issuer_known, found.repeated) == (
        order.remote_id,
        SHOP,
        True,
        False,
    )
    assert database.run_now(link_note, order_id, note(order), by=operador).repeated
    assert database.run_now(link_note, order_id, note_key(77, issuer=SHOP), by=operador).repeated
    (row,) = detail(database, order_id).notes
    assert (row.number, row.origin, row.told_at, row.cancelled) == ("1/77", "file", None, False)
    assert (row.issued_on, row.value) == (date(2026, 11, 24), order.amounts.total)
    (record,) = in_books(database, lambda uow: uow.invoices.of_order(order_id))
    assert list(record.cfops.values()) == ["5405"]
    assert record.linked_by == operador.name
    owed = [each for each in queue(database) if each.subject.kind is SubjectKind.INVOICE]
    assert [(each.aspect, each.label) for each in owed] == [
        (Aspect.INVOICE, f"NF-e 1/77 do pedido {order.remote_id}")
    ]
    (event,) = [each for each in detail(database, order_id).timeline if each.kind == "invoice"]
    assert (event.operator, event.facts["origin"]) == (operador.name, "file")
    linked = AuditSearch(actions=(AuditAction.INVOICE_LINKED,))
    (line,) = database.read_now(lambda reader: reader.audit.rows(linked, by=administrador))
    assert line.subject == order.remote_id


def test_two_stations_link_the_same_note_once(
    database: Database, second_station: Database, order: StoreOrder, operador: Actor
) -> None:
    order_id = id_of(database, order)
    done = at_once(
        lambda: database.run_now(link_note, order_id, note(order), by=operador),
        lambda: second_station.run_now(link_note, order_id, note(order), by=operador),
    )
    assert all(isinstance(each, LinkedNote) for each in done), done
    assert sorted(each.repeated for each in done) == [False, True]
    assert len(detail(database, order_id).notes) == 1


def test_a_key_alone_takes_number_and_series_from_itself_and_the_amount_from_the_order(
    database: Database, order: StoreOrder, operador: Actor
) -> None:
    typed = note_key(321, series=7, issuer=SHOP)
    spaced = "NFe " + " ".join(typed[place : place + 4] for place in range(0, 44, 4))
    found = database.run_now(link_note, id_of(database, order), spaced, by=operador)
    record = found.record
    assert (record.key, record.number, record.series, record.origin) == (typed, 321, 7, "typed")
    assert (record.value, record.xml, record.issued_on) == (order.amounts.total, "", date(2026, 11, 24))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"issuer": OTHER_SHOP}, "issuer"),
        ({"recipient": "52998224725"}, "buyer"),
        ({"total": "1.00"}, "total"),
        ({"environment": "2"}, "kind"),
        ({"direction": "0"}, "kind"),
    ],
)
def test_a_note_that_is_not_this_orders_is_refused(
    database: Database, order: StoreOrder, operador: Actor, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(InvoiceMismatch) as refused:
        database.run_now(link_note, id_of(database, order), note(order, **changes), by=operador)
    assert refused.value.why == why
    assert detail(database, id_of(database, order)).notes == ()


def test_not_even_a_cent_of_difference_is_accepted(
    database: Database, order: StoreOrder, administrador: Actor
) -> None:
    """Whoever asks: a note of another amount is another order's."""
    other = note(order, total=f"{(order.amounts.total + Money(1)).reais:.2f}")
    with pytest.raises(InvoiceMismatch) as refused:
        database.run_now(link_note, id_of(database, order), other, by=administrador)
    assert refused.value.why == "total"


def test_an_order_without_a_document_has_no_note_that_could_be_proved(
    database: Database, order: StoreOrder, operador: Actor
) -> None:
    nobody = an_order(*order.lines, buyer=a_buyer(cpf=""))
    order_id = imported(database, nobody, operador)
    with pytest.raises(InvoiceMismatch) as refused:
        database.run_now(link_note, order_id, note(nobody), by=operador)
    assert refused.value.why == "buyer"


def test_a_note_of_another_order_is_refused(database: Database, order: StoreOrder, operador: Actor) -> None:
    database.run_now(link_note, id_of(database, order), note(order), by=operador)
    twin = replace(order, remote_id="999777")
    other = imported(database, twin, operador)
    for source in (note(twin), note_key(77, issuer=SHOP)):
        with pytest.raises(InvoiceMismatch) as refused:
            database.run_now(link_note, other, source, by=operador)
        assert (refused.value.why, refused.value.facts) == ("linked", order.remote_id)


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("123", WrongAccessKey),
        (note_key(1, issuer=SHOP)[:-1] + "x", WrongAccessKey),
        (note_key(1, issuer=SHOP, model="65"), InvoiceMismatch),
        (note_key(1, issuer=OTHER_SHOP), InvoiceMismatch),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    database: Database, order: StoreOrder, operador: Actor, key: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        database.run_now(link_note, id_of(database, order), key, by=operador)


def test_a_key_of_a_month_to_come_was_mistyped_and_an_old_one_is_of_its_last_day(
    database: Database, order: StoreOrder, operador: Actor, clock: HandClock
) -> None:
    key = note_key(9, issuer=SHOP)
    clock.now = datetime(2026, 10, 31, 12, tzinfo=UTC)
    with pytest.raises(WrongAccessKey):
        database.run_now(examine_note, id_of(database, order), key)
    clock.now = datetime(2027, 1, 5, 12, tzinfo=UTC)
    found = database.run_now(link_note, id_of(database, order), key, by=operador)
    assert found.record.issued_on == date(2026, 11, 30)


def test_a_shop_that_nobody_described_is_told_that_the_issuer_was_not_compared(
    database: Database, order: StoreOrder, operador: Actor
) -> None:
    in_books(database, lambda uow: _is_of(uow, ""))
    found = database.run_now(link_note, id_of(database, order), note(order, issuer=OTHER_SHOP), by=operador)
    assert not found.issuer_known


def test_a_cancelled_order_takes_no_note_and_not_everybody_links_one(
    database: Database, order: StoreOrder, operador: Actor
) -> None:
    in_books(database, lambda uow: uow.permits.put(operador.role, Permission.ISSUE_DOCUMENTS, allowed=False))
    with pytest.raises(NotAllowed):
        database.run_now(link_note, id_of(database, order), note(order), by=operador)
    seen(database, moved(order, CANCELLED), "cancelado")
    with pytest.raises(OrderBlocked):
        database.run_now(examine_note, id_of(database, order), note(order))


def _unsigned(data: bytes) -> bytes:
    start, end = data.index(b"<Signature"), data.index(b"</Signature>") + len(b"</Signature>")
    return data[:start] + data[end:]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_unsigned, "unsigned"),
        (lambda data: data.replace(b"Panela de press", b"Panela de prata"), "damaged"),
        (lambda data: data.replace(b"<cStat>100<", b"<cStat>101<"), "not_authorised"),
        (lambda data: data[data.index(b"<NFe") : data.index(b"</NFe>") + 6], "not_authorised"),
        (lambda data: data.replace(b"?>", b"?><!DOCTYPE x [<!ENTITY a 'b'>]>", 1), "entities"),
        (lambda data: b"%PDF-1.7 nota", "not_xml"),
        (lambda data: data[: len(data) // 2], "damaged"),
    ],
)
def test_a_file_that_proves_nothing_is_refused_by_its_own_word(
    spoil: Callable[[bytes], bytes], why: str
) -> None:
    data = a_note([item("PAN-1", "Panela de press")], issuer=SHOP, recipient=BUYER)
    assert parse_invoice(data).protocol
    with pytest.raises(WrongInvoiceFile) as refused:
        parse_invoice(spoil(data))
    assert refused.value.why == why
