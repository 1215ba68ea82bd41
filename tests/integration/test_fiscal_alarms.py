"""What no round brings to its end is counted, told and left to a person; what may still arrive is not given up early."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.books import ask_sql
from tests.fiscal_shop import FiscalShop
from tests.integration.test_fiscal_desk import document, states
from tests.integration.test_fiscal_trouble import without_contingency
from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.application.fiscal_numbers import give_up
from varejoforte_desktop.application.fiscal_questions import DocumentRow, FiscalOverview
from varejoforte_desktop.application.fiscal_setup import save_fiscal_settings
from varejoforte_desktop.cli.doctor_fiscal import fiscal as doctor
from varejoforte_desktop.cli.findings import Grade
from varejoforte_desktop.domain.fiscal import DocumentState, EventState
from varejoforte_desktop.domain.fiscal_errors import FiscalUnanswered, NumbersInUse
from varejoforte_desktop.fiscal.desk import StationFiscalDesk
from varejoforte_desktop.ui.fiscal_badge import badge_words
from varejoforte_desktop.ui.fiscal_words import state_words, what_helps
from varejoforte_desktop.ui.notes.book import Head
from varejoforte_desktop.ui.notes.strip import alerts_of
from varejoforte_desktop.ui.palettes import Tone


def overview(shop: FiscalShop) -> FiscalOverview:
    """How it stands with SEFAZ."""
    return shop.database.read_now(lambda reader: reader.fiscal.overview())


def row(shop: FiscalShop, document_id: int) -> DocumentRow:
    """As the list has it."""
    return shop.database.read_now(lambda reader: reader.fiscal.document(document_id)).row


def complaints(shop: FiscalShop) -> list[str]:
    """What the doctor calls an error."""
    found = shop.database.read_now(lambda reader: doctor(reader, shop.clock(), "Balcão"))
    return [each.text for each in found if each.grade is Grade.ERROR]


async def doubled(shop: FiscalShop, desk: StationFiscalDesk) -> tuple[int, DocumentRecord]:
    """SEFAZ has the note whose answer was lost, the slip too, and refuses to cancel the first."""
    shop.sefaz.faults.queue("autorizacao", "drop_after")
    sale = shop.sell(shop.product())
    slip = await desk.issue(sale.sale_id)
    assert slip is not None
    shop.sefaz.faults.queue("evento", "reject:501", times=None)
    for _ in range(6):
        shop.clock.forward(minutes=3)
        await desk.once()
    assert states(shop, sale.sale_id) == ["replaced", "authorised"]
    replaced = shop.database.read_now(lambda reader: reader.fiscal.of_sale(sale.sale_id))[-1]
    return sale.sale_id, document(shop, replaced.id)


async def test_two_valid_notes_for_a_sale_are_told_everywhere(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    _, replaced = await doubled(shop, desk)
    seen = overview(shop)
    assert (seen.uncancelled, seen.waiting) == (1, 0)
    assert replaced.authorised_at is not None
    assert seen.uncancelled_until == replaced.authorised_at + timedelta(hours=168)
    said = badge_words(desk.status, seen, shop.clock())
    assert said.text.startswith("Notas: 1 nota em dobro, a cancelar até 09/03")
    assert said.tone is Tone.BAD
    alert = alerts_of(Head(seen, ()), shop.clock())[0]
    assert (alert.name, alert.tone) == ("uncancelled", Tone.BAD)
    assert "168 horas" in alert.tip
    assert any("1 nota em dobro" in each for each in complaints(shop))
    line = row(shop, replaced.id)
    assert (state_words(line).word, state_words(line).tone) == ("Em dobro", Tone.BAD)
    assert "168 horas" in what_helps(line)[1]


async def test_after_168_hours_nobody_asks_sefaz_again_and_it_is_still_told(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    _, replaced = await doubled(shop, desk)
    for _ in range(180):
        shop.clock.forward(hours=1)
        await desk.once()
    asked = len(shop.sefaz.received)
    tried = sum(each.service == "evento" for each in shop.sefaz.received)
    assert 100 < tried <= 170
    assert document(shop, replaced.id).next_at is None
    for _ in range(48):
        shop.clock.forward(hours=1)
        await desk.once()
    assert len(shop.sefaz.received) == asked
    assert overview(shop).uncancelled == 1
    assert "vencido" in badge_words(desk.status, overview(shop), shop.clock()).text
    shop.sefaz._ledger.cancel(shop.sefaz.documents[replaced.key], "101")  # the accountant had it cancelled
    await desk.resend(replaced.id, by=shop.operador)
    assert document(shop, replaced.id).state is DocumentState.CANCELLED
    assert overview(shop).uncancelled == 0


async def test_a_cancellation_that_sefaz_takes_late_ends_the_alarm(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    sale_id, _ = await doubled(shop, desk)
    shop.sefaz.faults.clear()
    shop.clock.forward(hours=2)
    await desk.once()
    await desk.once()
    assert states(shop, sale_id) == ["cancelled", "authorised"]
    assert overview(shop).uncancelled == 0
    assert complaints(shop) == []


async def test_another_content_under_a_key_is_told_everywhere(fiscal_shop: FiscalShop) -> None:
    shop = fiscal_shop
    without_contingency(shop)
    desk = shop.desk()
    shop.sefaz.faults.queue("autorizacao", "drop_after")
    issued = await desk.issue(shop.sell(shop.product()).sale_id)
    assert issued is not None
    ask_sql(shop.database.url, "UPDATE fiscal_document SET digest = 'outro'")
    for _ in range(3):
        shop.clock.forward(minutes=3)
        await desk.once()
    seen = overview(shop)
    assert (seen.disputed, seen.waiting) == (1, 0)
    said = badge_words(desk.status, seen, shop.clock())
    assert (said.text, said.tone) == ("Notas: 1 nota em conflito com a SEFAZ", Tone.BAD)
    assert [each.name for each in alerts_of(Head(seen, ()), shop.clock())] == ["disputed"]
    assert complaints(shop) == ["1 nota em conflito com a SEFAZ"]
    assert state_words(row(shop, issued.id)).tone is Tone.BAD


async def test_a_replaced_note_still_to_be_looked_up_is_counted_as_waiting(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    shop.sefaz.faults.queue("autorizacao", "drop_after")
    await desk.issue(shop.sell(shop.product()).sale_id)
    assert overview(shop).waiting == 1


# -- surely absent ------------------------------------------------------------------------------------------------


async def test_what_was_sent_again_a_moment_ago_may_still_arrive(fiscal_shop: FiscalShop) -> None:
    """Issued an hour ago, last sent now: that SEFAZ does not have it yet frees no number."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    without_contingency(shop)
    shop.sefaz.online = False
    sale = shop.sell(shop.product())
    first = await desk.issue(sale.sale_id)
    assert first is not None
    assert first.state is DocumentState.GENERATED
    shop.clock.forward(hours=1)
    shop.sefaz.online = True
    settings = shop.database.read_now(lambda reader: reader.fiscal.settings())
    shop.database.run_now(
        save_fiscal_settings, replace(settings, offline_allowed=True), by=shop.administrador
    )
    shop.sefaz.faults.queue("autorizacao", "http500")  # it is on its way, and nobody says so
    slip = await desk.issue(sale.sale_id)
    assert slip is not None
    assert slip.offline
    for _ in range(2):
        shop.clock.forward(minutes=3)
        await desk.once()
    assert states(shop, sale.sale_id) == ["replaced", "authorised"]  # asked, not there, not believed yet
    for _ in range(3):
        shop.clock.forward(minutes=11)
        await desk.once()
    assert states(shop, sale.sale_id) == ["to_void", "authorised"]


async def given_up(shop: FiscalShop, desk: StationFiscalDesk) -> DocumentRecord:
    """SEFAZ refused it and a person gave it up."""
    shop.sefaz.faults.queue("autorizacao", "reject:778")
    issued = await desk.issue(shop.sell(shop.product()).sale_id)
    assert issued is not None
    shop.database.run_now(give_up, issued.id, by=shop.gerente)
    return issued


async def test_a_number_that_was_ever_sent_is_asked_about_before_it_is_voided(
    fiscal_shop: FiscalShop,
) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    issued = await given_up(shop, desk)
    done = await desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=shop.gerente)
    assert done.state is EventState.REGISTERED
    asked = [(each.service, each.stat) for each in shop.sefaz.received[-2:]]
    assert asked == [("consulta", "217"), ("inutilizacao", "102")]


@pytest.mark.parametrize("fault", ["drop_before", "http500", "reject:999"])
async def test_without_an_answer_about_the_number_nothing_is_voided(
    fiscal_shop: FiscalShop, fault: str
) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    issued = await given_up(shop, desk)
    shop.sefaz.faults.queue("consulta", fault)
    with pytest.raises(FiscalUnanswered):
        await desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=shop.gerente)
    kept = document(shop, issued.id)
    assert (kept.state, kept.next_at) == (DocumentState.TO_VOID, None)
    assert shop.sefaz.voided == []
    await desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=shop.gerente)
    assert document(shop, issued.id).state is DocumentState.VOIDED


async def test_a_number_that_sefaz_has_after_all_stands_for_its_sale_again(fiscal_shop: FiscalShop) -> None:
    """The books said never authorised, SEFAZ says authorised: nothing is voided, and the note counts."""
    shop, desk = fiscal_shop, fiscal_shop.desk()
    issued = await desk.issue(shop.sell(shop.product()).sale_id)
    assert issued is not None
    ask_sql(
        shop.database.url,
        "UPDATE fiscal_document SET state = 'to_void', proc = xml, protocol = '', next_at = NULL",
    )
    with pytest.raises(NumbersInUse):
        await desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=shop.gerente)
    kept = document(shop, issued.id)
    assert (kept.state, kept.proc) == (DocumentState.AUTHORISED, issued.proc)
    assert "inutilizacao" not in {each.service for each in shop.sefaz.received}


async def test_such_a_number_of_a_sale_with_another_note_is_taken_back(fiscal_shop: FiscalShop) -> None:
    shop, desk = fiscal_shop, fiscal_shop.desk()
    shop.sefaz.faults.queue("autorizacao", "drop_after")
    sale = shop.sell(shop.product())
    slip = await desk.issue(sale.sale_id)
    assert slip is not None
    ask_sql(
        shop.database.url,
        "UPDATE fiscal_document SET state = 'to_void', next_at = NULL WHERE state = 'replaced'",
    )
    await desk.once()
    with pytest.raises(NumbersInUse):
        await desk.void(slip.name, 1, 1, reason="Numero nao utilizado", by=shop.gerente)
    for _ in range(3):
        shop.clock.forward(minutes=3)
        await desk.once()
    assert states(shop, sale.sale_id) == ["cancelled", "authorised"]
    assert [each.key for each in shop.sefaz.live_documents()] == [slip.key]
