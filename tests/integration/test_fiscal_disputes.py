"""SEFAZ has another note under a number: the sale gets that one when it is its own, the next number when it is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.books import ask_sql
from tests.fiscal_shop import FiscalShop
from tests.integration.test_fiscal_desk import document, states
from tests.integration.test_fiscal_trouble import without_contingency
from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.fiscal import DISPUTED, DocumentState
from varejoforte_desktop.domain.fiscal_errors import FiscalStateWrong
from varejoforte_desktop.fiscal.desk import StationFiscalDesk

_BOOKS = ("fiscal_history", "fiscal_event", "fiscal_document", "fiscal_series", "fiscal_call")


def forgotten(shop: FiscalShop) -> None:
    """An older copy of the books, from before the first note, is put back; the sales in it are still owed theirs."""
    url = shop.database.url
    for table in _BOOKS:
        if url.startswith("sqlite"):
            ask_sql(url, f"DROP TRIGGER IF EXISTS {table}_no_delete")
        else:
            ask_sql(url, f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for table in _BOOKS:
        ask_sql(url, f"DELETE FROM {table}")  # noqa: S608
        if not url.startswith("sqlite"):
            ask_sql(url, f"ALTER TABLE {table} ENABLE TRIGGER USER")
    ask_sql(url, "UPDATE sale SET fiscal_state = 'owed' WHERE fiscal_state <> 'none'")


async def issued(shop: FiscalShop, desk: StationFiscalDesk, sale_id: int) -> DocumentRecord:
    """The sale's document."""
    found = await desk.issue(sale_id)
    assert found is not None
    return found


async def settled(shop: FiscalShop, desk: StationFiscalDesk, rounds: int = 6) -> None:
    """Some minutes."""
    for _ in range(rounds):
        shop.clock.forward(minutes=3)
        await desk.once()


def _online(shop: FiscalShop) -> None:
    """SEFAZ answers."""


def _silent(shop: FiscalShop) -> None:
    """SEFAZ is away: the note is issued in contingency."""
    shop.sefaz.online = False


@pytest.mark.parametrize("weather", [_online, _silent])
async def test_an_older_copy_put_back_finds_its_own_note_again(
    fiscal_shop: FiscalShop, weather: Callable[[FiscalShop], None]
) -> None:
    """A copy was put back: the note was issued, the books forgot it, and SEFAZ refuses the number (539)."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    sale = shop.sell(shop.product())
    shop.clock.forward(seconds=2)
    weather(shop)
    before = await issued(shop, desk, sale.sale_id)
    shop.sefaz.online = True
    await settled(shop, desk)
    kept = document(shop, before.id)
    assert kept.state is DocumentState.AUTHORISED
    for gap in shop.database.read_now(lambda reader: reader.fiscal.gaps()):
        await desk.void(gap.name, gap.first, gap.last, reason="Numero nao utilizado", by=shop.gerente)
    forgotten(shop)
    restored = shop.desk()
    after = await issued(shop, restored, sale.sale_id)
    for _ in range(3):
        if after.state is not DocumentState.AUTHORISED:
            after = await issued(shop, restored, sale.sale_id)
    assert (after.state, after.key, after.xml, after.proc) == (
        DocumentState.AUTHORISED,
        kept.key,
        kept.xml,
        kept.proc,
    )
    assert (after.number, after.random_code, after.emission_type) == (
        kept.number,
        kept.random_code,
        kept.emission_type,
    )
    assert [each.key for each in shop.sefaz.live_documents()] == [kept.key]
    assert states(shop, sale.sale_id)[-1] == "authorised"


async def test_a_note_from_before_the_sale_is_surely_of_another(fiscal_shop: FiscalShop) -> None:
    """Another program used the number this morning: the sale of now gets the next one by itself."""
    shop = fiscal_shop
    product = shop.product()
    other = await issued(shop, shop.desk(), shop.sell(product, price=9900).sale_id)
    forgotten(shop)
    ask_sql(shop.database.url, "UPDATE sale SET fiscal = 'none', fiscal_state = 'none'")
    shop.clock.forward(minutes=30)
    sale = shop.sell(product)
    found = await issued(shop, shop.desk(), sale.sale_id)
    assert (found.state, found.number) == (DocumentState.AUTHORISED, 2)
    assert states(shop, sale.sale_id) == ["number_taken", "authorised"]
    assert {each.key for each in shop.sefaz.live_documents()} == {other.key, found.key}


async def doubtful(shop: FiscalShop, desk: StationFiscalDesk) -> tuple[DocumentRecord, DocumentRecord]:
    """SEFAZ has a note under the sale's number that may be its own and says something else than the sale says today."""
    sale = shop.sell(shop.product())
    other = await issued(shop, desk, sale.sale_id)
    forgotten(shop)
    ask_sql(shop.database.url, "UPDATE sale_line SET reference = 'PAN-DE-ANTES'")
    return other, await issued(shop, shop.desk(), sale.sale_id)


async def test_a_note_that_may_be_the_sales_own_waits_for_a_person(fiscal_shop: FiscalShop) -> None:
    """Neither a second note nor a slip in contingency, however long nobody looks."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    other, found = await doubtful(shop, desk)
    assert (found.state, found.stat, found.other_key) == (DocumentState.UNKNOWN, DISPUTED, other.key)
    asked = len(shop.sefaz.received)
    await settled(shop, desk, rounds=30)
    assert len(shop.sefaz.received) == asked
    kept = document(shop, found.id)
    assert (kept.state, kept.next_at) == (DocumentState.UNKNOWN, None)
    assert [each.key for each in shop.sefaz.live_documents()] == [other.key]
    overview = shop.database.read_now(lambda reader: reader.fiscal.overview())
    assert (overview.waiting, overview.disputed) == (0, 1)
    again = await issued(shop, desk, found.sale_id or 0)  # as a cashier who tries once more
    assert (again.id, again.state) == (found.id, DocumentState.UNKNOWN)


async def test_a_person_says_that_the_other_note_is_not_the_sales(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    _, found = await doubtful(shop, desk)
    with pytest.raises(NotAllowed):
        await desk.give_up(found.id, by=shop.operador)
    await desk.give_up(found.id, by=shop.gerente)
    await settled(shop, desk)
    assert states(shop, found.sale_id or 0) == ["number_taken", "authorised"]
    with pytest.raises(FiscalStateWrong):
        await desk.give_up(found.id, by=shop.gerente)


async def test_a_note_cancelled_meanwhile_holds_nobody_up(fiscal_shop: FiscalShop) -> None:
    """The person cancels the other note where it was issued, and asks again: the sale goes on with the next number."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    other, found = await doubtful(shop, desk)
    held = shop.sefaz.documents[other.key]
    shop.sefaz._ledger.cancel(held, "101")
    await desk.resend(found.id, by=shop.operador)
    await settled(shop, desk)
    assert states(shop, found.sale_id or 0) == ["number_taken", "authorised"]
    assert len(shop.sefaz.live_documents()) == 1


async def test_a_note_that_was_cancelled_before_the_copy_was_put_back_is_not_issued_again(
    fiscal_shop: FiscalShop,
) -> None:
    """Its sale had been cancelled; the older copy knows of neither, and a person says what becomes of the sale."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    sale = shop.sell(shop.product())
    before = await issued(shop, desk, sale.sale_id)
    shop.sefaz._ledger.cancel(shop.sefaz.documents[before.key], "101")
    forgotten(shop)
    restored = shop.desk()
    await restored.once()
    await settled(shop, restored)
    assert states(shop, sale.sale_id) == ["cancelled"]
    assert shop.sefaz.live_documents() == []
    overview = shop.database.read_now(lambda reader: reader.fiscal.overview())
    assert (overview.unreversed, overview.owed) == (1, 0)


async def test_sefaz_silent_about_the_other_note_is_asked_again(fiscal_shop: FiscalShop) -> None:
    """The computer stops, or SEFAZ keeps silent, right after the 539: the question is not forgotten."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    sale = shop.sell(shop.product())
    other = await issued(shop, desk, sale.sale_id)
    forgotten(shop)
    shop.sefaz.faults.queue("consulta", "drop_before", times=2)
    restored = shop.desk()
    found = await issued(shop, restored, sale.sale_id)
    assert (found.state, found.stat) == (DocumentState.UNKNOWN, "539")
    await settled(shop, restored)
    assert document(shop, found.id).key == other.key
    assert states(shop, sale.sale_id) == ["authorised"]


async def test_a_question_answered_with_another_key_does_not_leave_the_note_unknown(
    fiscal_shop: FiscalShop,
) -> None:
    """562, 561, 613: the number has another key. Asked for ever before; now that key is asked about."""
    shop = fiscal_shop
    without_contingency(shop)
    desk = shop.desk()
    sale = shop.sell(shop.product())
    other = await issued(shop, desk, sale.sale_id)
    forgotten(shop)
    shop.sefaz.faults.queue("autorizacao", "http500")
    restored = shop.desk()
    found = await issued(shop, restored, sale.sale_id)
    assert found.state is DocumentState.UNKNOWN
    await settled(shop, restored)
    assert document(shop, found.id).key == other.key
    assert states(shop, sale.sale_id) == ["authorised"]


@pytest.mark.parametrize("stat", ["561", "613"])
async def test_a_number_with_another_key_that_nobody_names_is_left_behind(
    fiscal_shop: FiscalShop, stat: str
) -> None:
    shop = fiscal_shop
    without_contingency(shop)
    desk = shop.desk()
    shop.sefaz.faults.queue("autorizacao", "http500")
    shop.sefaz.faults.queue("consulta", f"reject:{stat}")
    sale = shop.sell(shop.product())
    await desk.issue(sale.sale_id)
    await settled(shop, desk)
    assert states(shop, sale.sale_id) == ["number_taken", "authorised"]


async def test_a_replaced_note_whose_number_has_this_sales_older_note_takes_that_one_back(
    fiscal_shop: FiscalShop,
) -> None:
    """The buyer did not wait: the slip counts, and the note that an older copy had forgotten is cancelled."""
    shop = fiscal_shop
    sale = shop.sell(shop.product())
    other = await issued(shop, shop.desk(), sale.sale_id)
    forgotten(shop)
    restored = shop.desk()
    shop.sefaz.faults.queue("autorizacao", "http500")
    slip = await issued(shop, restored, sale.sale_id)
    assert slip.offline
    await settled(shop, restored, rounds=8)
    assert states(shop, sale.sale_id) == ["cancelled", "authorised"]
    assert [each.key for each in shop.sefaz.live_documents()] == [slip.key]
    assert [(each.kind, each.key) for each in shop.sefaz.events] == [("110112", other.key)]


async def test_a_block_while_asking_about_the_other_note_is_kept(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    sale = shop.sell(shop.product())
    await issued(shop, desk, sale.sale_id)
    forgotten(shop)
    shop.sefaz.faults.queue("consulta", "reject:656")
    found = await issued(shop, shop.desk(), sale.sale_id)
    assert found.state is DocumentState.UNKNOWN
    paused = shop.database.read_now(lambda reader: reader.fiscal.paused_until())
    assert paused is not None
    assert paused > shop.clock() + timedelta(minutes=59)
