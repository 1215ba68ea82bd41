"""A sale gets exactly one valid document, whatever SEFAZ answers or does not answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.books import ask_sql
from tests.fiscal_shop import FiscalShop
from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.application.fiscal_numbers import give_up
from varejoforte_desktop.application.fiscal_setup import keep_series, save_fiscal_settings
from varejoforte_desktop.application.sales import cancel_sale
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.fiscal import DocumentState, EmissionType, EventState
from varejoforte_desktop.domain.fiscal_errors import (
    FiscalFirst,
    FiscalRefused,
    FiscalStateWrong,
    FiscalUnanswered,
    NumbersInUse,
    ReasonTooShort,
)
from varejoforte_desktop.domain.sale import FiscalModel, SaleState

REASON = "Cliente desistiu da compra"


def states(shop: FiscalShop, sale_id: int) -> list[str]:
    """How the sale's documents stand, the oldest first."""
    rows = shop.database.read_now(lambda reader: reader.fiscal.of_sale(sale_id))
    return [row.state.value for row in reversed(rows)]


def document(shop: FiscalShop, document_id: int) -> DocumentRecord:
    """A document as the books have it."""
    return shop.database.read_now(lambda reader: reader.fiscal.document(document_id)).record


async def test_a_sale_at_the_counter_is_authorised(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    sale = fiscal_shop.sell(fiscal_shop.product(), tendered=3000)
    issued = await desk.issue(sale.sale_id)
    assert issued is not None
    assert (issued.state, issued.number, issued.name.series) == (DocumentState.AUTHORISED, 1, 1)
    assert issued.proc.startswith(b'<?xml version="1.0" encoding="UTF-8"?><nfeProc')
    assert issued.xml in issued.proc
    assert [each.key for each in fiscal_shop.sefaz.live_documents()] == [issued.key]
    again = await desk.issue(sale.sale_id)
    assert again is not None
    assert again.id == issued.id
    assert len(fiscal_shop.sefaz.documents) == 1


async def test_numbers_nobody_knows_of_are_asked_for_until_they_are_voided(fiscal_shop: FiscalShop) -> None:
    """Between 1 and 7 an older copy was put back, or another program issued: these numbers have no document here."""
    desk, product = fiscal_shop.desk(), fiscal_shop.product()
    first = await desk.issue(fiscal_shop.sell(product).sale_id)
    assert first is not None
    record = next(
        each
        for each in fiscal_shop.database.read_now(lambda reader: reader.fiscal.series())
        if each.name == first.name
    )
    fiscal_shop.database.run_now(keep_series, replace(record, last=6), by=fiscal_shop.administrador)

    def ranges() -> list[tuple[int, int, bool]]:
        gaps = fiscal_shop.database.read_now(lambda reader: reader.fiscal.gaps())
        return [(gap.first, gap.last, gap.unknown) for gap in gaps]

    assert ranges() == [(2, 6, True)]
    second = await desk.issue(fiscal_shop.sell(product).sale_id)
    assert second is not None
    assert second.number == 7
    assert ranges() == [(2, 6, True)]
    for begin, end, left in (
        (4, 4, [(2, 3, True), (5, 6, True)]),
        (2, 3, [(5, 6, True)]),
        (5, 6, []),
    ):
        done = await desk.void(first.name, begin, end, reason="Numero nao utilizado", by=fiscal_shop.gerente)
        assert done.state is EventState.REGISTERED
        assert ranges() == left


async def test_a_sale_without_document_needs_none(fiscal_shop: FiscalShop) -> None:
    sale = fiscal_shop.sell(fiscal_shop.product(), fiscal=FiscalModel.NONE)
    assert await fiscal_shop.desk().issue(sale.sale_id) is None
    assert not fiscal_shop.sefaz.documents


async def test_the_line_is_cut_and_the_buyer_gets_a_contingency_slip(fiscal_shop: FiscalShop) -> None:
    """SEFAZ is not there: the number that was never sent is to be voided, the slip goes out with another one."""
    desk = fiscal_shop.desk()
    product = fiscal_shop.product()
    fiscal_shop.sefaz.online = False
    first = await desk.issue(fiscal_shop.sell(product).sale_id)
    assert first is not None
    assert (first.state, first.emission_type, first.number) == (
        DocumentState.OFFLINE,
        EmissionType.OFFLINE,
        2,
    )
    assert first.deadline_at is not None
    second = await desk.issue(fiscal_shop.sell(product).sale_id)
    assert second is not None
    assert second.number == 3  # nobody waits a second time: straight into contingency
    fiscal_shop.sefaz.online = True
    fiscal_shop.clock.forward(minutes=3)
    while await desk.once():
        pass
    assert document(fiscal_shop, first.id).state is DocumentState.AUTHORISED
    assert document(fiscal_shop, second.id).state is DocumentState.AUTHORISED
    gaps = fiscal_shop.database.read_now(lambda reader: reader.fiscal.gaps())
    assert [(gap.first, gap.last, gap.unknown) for gap in gaps] == [(1, 1, False)]
    done = await desk.void(gaps[0].name, 1, 1, reason="Numero nao utilizado", by=fiscal_shop.gerente)
    assert done.state is EventState.REGISTERED
    assert fiscal_shop.database.read_now(lambda reader: reader.fiscal.gaps()) == []
    assert [(each.first, each.last) for each in fiscal_shop.sefaz.voided] == [(1, 1)]


async def test_an_answer_lost_after_authorising_never_makes_a_second_live_document(
    fiscal_shop: FiscalShop,
) -> None:
    """SEFAZ authorised and the answer was lost: the slip is issued offline, and the first one is taken back."""
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "drop_after")
    sale = fiscal_shop.sell(fiscal_shop.product())
    issued = await desk.issue(sale.sale_id)
    assert issued is not None
    assert issued.state is DocumentState.OFFLINE
    assert states(fiscal_shop, sale.sale_id) == ["replaced", "offline"]
    for _ in range(6):
        fiscal_shop.clock.forward(minutes=3)
        await desk.once()
    assert states(fiscal_shop, sale.sale_id) == ["cancelled", "authorised"]
    assert [each.key for each in fiscal_shop.sefaz.live_documents()] == [issued.key]


async def test_without_contingency_sefaz_is_asked_first(fiscal_shop: FiscalShop) -> None:
    """F57: no answer, so the same key is asked about; SEFAZ has it, and no new number was used."""
    settings = fiscal_shop.database.read_now(lambda reader: reader.fiscal.settings())
    fiscal_shop.database.run_now(
        save_fiscal_settings, replace(settings, offline_allowed=False), by=fiscal_shop.administrador
    )
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "drop_after")
    sale = fiscal_shop.sell(fiscal_shop.product())
    issued = await desk.issue(sale.sale_id)
    assert issued is not None
    assert issued.state is DocumentState.UNKNOWN
    fiscal_shop.clock.forward(seconds=5)
    await desk.once()
    assert states(fiscal_shop, sale.sale_id) == ["authorised"]
    assert fiscal_shop.database.read_now(lambda reader: reader.fiscal.series())[0].last == 1


async def test_a_rejected_document_is_put_right_under_its_number(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:778")
    sale = fiscal_shop.sell(fiscal_shop.product())
    issued = await desk.issue(sale.sale_id)
    assert issued is not None
    assert (issued.state, issued.stat) == (DocumentState.REJECTED, "778")
    code = issued.random_code
    fixed = await desk.resend(issued.id, by=fiscal_shop.operador)
    assert (fixed.state, fixed.number, fixed.random_code) == (DocumentState.AUTHORISED, 1, code)
    with pytest.raises(FiscalStateWrong):
        await desk.resend(issued.id, by=fiscal_shop.operador)


async def test_a_clock_that_is_wrong_dates_the_document_anew(fiscal_shop: FiscalShop) -> None:
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:703")
    issued = await fiscal_shop.desk().issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert issued is not None
    assert issued.state is DocumentState.AUTHORISED


async def test_who_gives_up_a_document_leaves_a_number_to_void(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:778")
    sale = fiscal_shop.sell(fiscal_shop.product())
    issued = await desk.issue(sale.sale_id)
    assert issued is not None
    with pytest.raises(NotAllowed):
        await desk.give_up(issued.id, by=fiscal_shop.operador)
    fiscal_shop.database.run_now(give_up, issued.id, by=fiscal_shop.gerente)
    await desk.once()
    assert states(fiscal_shop, sale.sale_id) == ["to_void"]  # not issued again by itself
    again = await desk.issue(sale.sale_id)  # by hand
    assert again is not None
    assert again.state is DocumentState.AUTHORISED
    assert states(fiscal_shop, sale.sale_id) == ["to_void", "authorised"]


async def test_a_sale_is_cancelled_at_sefaz_first_and_once(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    product = fiscal_shop.product()
    sale = fiscal_shop.sell(product)
    issued = await desk.issue(sale.sale_id)
    assert issued is not None
    with pytest.raises(FiscalFirst):
        fiscal_shop.database.run_now(cancel_sale, sale.sale_id, reason=REASON, by=fiscal_shop.gerente)
    with pytest.raises(ReasonTooShort):
        await desk.cancel_sale(sale.sale_id, reason="curto", by=fiscal_shop.gerente)
    fiscal_shop.sefaz.faults.queue("evento", "drop_after")
    with pytest.raises(FiscalUnanswered):
        await desk.cancel_sale(sale.sale_id, reason=REASON, by=fiscal_shop.gerente)
    done = await desk.cancel_sale(sale.sale_id, reason=REASON, by=fiscal_shop.gerente)
    assert done.state is SaleState.CANCELLED
    assert states(fiscal_shop, sale.sale_id) == ["cancelled"]
    assert [each.kind for each in fiscal_shop.sefaz.events] == ["110111"]
    events = fiscal_shop.database.read_now(lambda reader: reader.fiscal.document(issued.id)).events
    assert [(each.state, bool(each.proc)) for each in events] == [(EventState.REGISTERED, True)]
    moved = ask_sql(fiscal_shop.database.url, "SELECT SUM(amount) FROM stock_movement WHERE kind <> 'entry'")
    assert moved == [(0,)]


async def test_too_late_to_cancel_leaves_the_sale_as_it_was(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    sale = fiscal_shop.sell(fiscal_shop.product())
    await desk.issue(sale.sale_id)
    fiscal_shop.sefaz.faults.queue("evento", "reject:501")
    with pytest.raises(FiscalRefused) as refused:
        await desk.cancel_sale(sale.sale_id, reason=REASON, by=fiscal_shop.gerente)
    assert refused.value.stat == "501"
    assert states(fiscal_shop, sale.sale_id) == ["authorised"]
    kept = fiscal_shop.database.read_now(lambda reader: reader.sales.detail(sale.sale_id))
    assert kept.sale.state is SaleState.COMPLETED


async def test_numbers_of_living_documents_are_never_voided(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    issued = await desk.issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert issued is not None
    with pytest.raises(NumbersInUse):
        await desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=fiscal_shop.gerente)
    with pytest.raises(NumbersInUse):
        await desk.void(issued.name, 1, 2, reason="Numero nao utilizado", by=fiscal_shop.gerente)


async def test_a_computer_that_stopped_while_sending_asks_first(fiscal_shop: FiscalShop) -> None:
    """What was on its way when the computer stopped is asked about; SEFAZ has it, and nothing is sent twice."""
    desk = fiscal_shop.desk()
    sale = fiscal_shop.sell(fiscal_shop.product())
    issued = await desk.issue(sale.sale_id)
    assert issued is not None
    ask_sql(
        fiscal_shop.database.url,
        "UPDATE fiscal_document SET state = 'sending', proc = xml, protocol = '', claimed_by = 'Balcão/outro'",
    )
    restarted = fiscal_shop.desk()
    await restarted.once()
    await restarted.once()
    assert states(fiscal_shop, sale.sale_id) == ["authorised"]
    assert len(fiscal_shop.sefaz.documents) == 1


async def test_a_blocked_shop_keeps_silent_for_an_hour(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:656")
    issued = await desk.issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert issued is not None
    assert issued.state is DocumentState.OFFLINE
    asked = len(fiscal_shop.sefaz.received)
    for _ in range(5):
        fiscal_shop.clock.forward(minutes=11)
        await desk.once()
    assert len(fiscal_shop.sefaz.received) == asked
    fiscal_shop.clock.forward(minutes=11)
    await desk.once()
    await desk.once()
    assert document(fiscal_shop, issued.id).state is DocumentState.AUTHORISED


async def test_a_document_is_never_deleted(fiscal_shop: FiscalShop) -> None:
    await fiscal_shop.desk().issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    with pytest.raises(Exception, match="kept"):
        ask_sql(fiscal_shop.database.url, "DELETE FROM fiscal_document")


async def test_the_deadline_of_a_friday_is_monday(fiscal_shop: FiscalShop) -> None:
    fiscal_shop.clock.forward(days=4)  # a Friday
    fiscal_shop.sefaz.online = False
    issued = await fiscal_shop.desk().issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert issued is not None
    assert issued.deadline_at is not None
    assert issued.deadline_at - issued.issued_at > timedelta(days=3)
