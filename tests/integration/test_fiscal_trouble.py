"""What SEFAZ can answer beside yes: each answer leads to one valid document or to a person, never to two."""

from __future__ import annotations

import asyncio
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.books import ask_sql
from tests.fiscal_shop import FiscalShop, emitter, set_up
from tests.integration.test_fiscal_desk import document, states
from varejoforte_desktop.application.customers import save_customer
from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.application.fiscal_desk import FiscalPhase
from varejoforte_desktop.application.fiscal_numbers import give_up
from varejoforte_desktop.application.fiscal_ports import EventDraft
from varejoforte_desktop.application.fiscal_setup import save_fiscal_settings, save_tax_rules
from varejoforte_desktop.application.tax_defaults import suggested_rules
from varejoforte_desktop.domain.customer import Address, Customer
from varejoforte_desktop.domain.errors import NotAllowed
from varejoforte_desktop.domain.fiscal import DocumentState, EventState, FiscalEnvironment, FiscalEventKind
from varejoforte_desktop.domain.fiscal_errors import (
    BuyerIncomplete,
    FiscalNotReady,
    FiscalPaused,
    FiscalStateWrong,
    FiscalUnanswered,
    LetterUnanswered,
    NoTaxRule,
    WrongCertificate,
)
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.taxes import TaxRegime
from varejoforte_desktop.fiscal.archive import Month, MonthArchive
from varejoforte_desktop.ui.notes.leaving import export_month

CPF = "52998224725"
ALPHA = "12ABC34501DE35"


def without_contingency(shop: FiscalShop) -> None:
    """NFC-e wait for SEFAZ as NF-e do."""
    settings = shop.database.read_now(lambda reader: reader.fiscal.settings())
    shop.database.run_now(
        save_fiscal_settings, replace(settings, offline_allowed=False), by=shop.administrador
    )


async def settled(shop: FiscalShop, desk: object, rounds: int = 8) -> None:
    """Some minutes of rounds."""
    for _ in range(rounds):
        shop.clock.forward(minutes=3)
        await desk.once()  # type: ignore[attr-defined]


async def test_paralysed_sends_again_later(fiscal_shop: FiscalShop) -> None:
    without_contingency(fiscal_shop)
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "paralysed", times=2)
    issued = await desk.issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert issued is not None
    assert (issued.state, issued.stat) == (DocumentState.GENERATED, "108")
    await settled(fiscal_shop, desk, rounds=3)
    assert document(fiscal_shop, issued.id).state is DocumentState.AUTHORISED
    assert len(fiscal_shop.sefaz.documents) == 1


@pytest.mark.parametrize("fault", ["drop_after", "http500", "html", "garbage", "malformed", "in_flight"])
async def test_no_usable_answer_is_asked_about_and_never_numbered_again(
    fiscal_shop: FiscalShop, fault: str
) -> None:
    """F57: one number, one document, whatever happened to the answer."""
    without_contingency(fiscal_shop)
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", fault)
    sale = fiscal_shop.sell(fiscal_shop.product())
    await desk.issue(sale.sale_id)
    await settled(fiscal_shop, desk)
    assert states(fiscal_shop, sale.sale_id) == ["authorised"]
    assert [series.last for series in fiscal_shop.database.read_now(lambda r: r.fiscal.series())] == [1]
    assert len(fiscal_shop.sefaz.documents) == 1


async def test_a_number_that_another_program_used_is_left_behind(fiscal_shop: FiscalShop) -> None:
    """539: SEFAZ knows another document under this number; the sale gets the next one by itself."""
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:539")
    sale = fiscal_shop.sell(fiscal_shop.product())
    issued = await desk.issue(sale.sale_id)
    assert issued is not None
    assert (issued.state, issued.number) == (DocumentState.AUTHORISED, 2)
    assert states(fiscal_shop, sale.sale_id) == ["number_taken", "authorised"]


async def test_an_answer_about_another_content_is_not_believed(fiscal_shop: FiscalShop) -> None:
    """A protocol whose digest is not ours is kept nowhere, and a person has to look."""
    without_contingency(fiscal_shop)
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "drop_after")
    issued = await desk.issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert issued is not None
    ask_sql(fiscal_shop.database.url, "UPDATE fiscal_document SET digest = 'outro'")
    await settled(fiscal_shop, desk, rounds=3)
    kept = document(fiscal_shop, issued.id)
    assert (kept.state, kept.stat, kept.proc, kept.next_at) == (DocumentState.UNKNOWN, "digest", b"", None)


async def test_two_stations_never_carry_the_same_document(fiscal_shop: FiscalShop) -> None:
    desk, other = fiscal_shop.desk(), fiscal_shop.desk()
    sale = fiscal_shop.sell(fiscal_shop.product())
    await asyncio.gather(desk.issue(sale.sale_id), other.issue(sale.sale_id))
    await settled(fiscal_shop, desk, rounds=2)
    assert states(fiscal_shop, sale.sale_id) == ["authorised"]
    sent = [each for each in fiscal_shop.sefaz.received if each.service == "autorizacao"]
    assert len(sent) == 1


async def test_another_till_looks_after_what_was_left_lying(fiscal_shop: FiscalShop) -> None:
    fiscal_shop.sefaz.online = False
    issued = await fiscal_shop.desk().issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert issued is not None
    fiscal_shop.sefaz.online = True
    other = fiscal_shop.desk(station="Depósito")
    await other.once()
    assert document(fiscal_shop, issued.id).state is DocumentState.OFFLINE  # not its own, and only just due
    fiscal_shop.clock.forward(minutes=6)
    await other.once()
    assert document(fiscal_shop, issued.id).state is DocumentState.AUTHORISED


async def test_a_rejected_contingency_slip_keeps_its_number(fiscal_shop: FiscalShop) -> None:
    """F58: the buyer has it in hand, so it is put right under the same number and still issued offline."""
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.online = False
    issued = await desk.issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert issued is not None
    fiscal_shop.sefaz.online = True
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:778")
    await settled(fiscal_shop, desk, rounds=1)
    assert document(fiscal_shop, issued.id).state is DocumentState.OFFLINE_REJECTED
    with pytest.raises(FiscalStateWrong):
        fiscal_shop.database.run_now(give_up, issued.id, by=fiscal_shop.gerente)
    fixed = await desk.resend(issued.id, by=fiscal_shop.operador)
    assert (fixed.state, fixed.number, fixed.key[34]) == (DocumentState.AUTHORISED, issued.number, "9")


async def test_nothing_is_issued_by_a_shop_that_is_not_set_up(fiscal_shop: FiscalShop) -> None:
    ask_sql(fiscal_shop.database.url, "DELETE FROM fiscal_secret")
    desk = fiscal_shop.desk()
    sale = fiscal_shop.sell(fiscal_shop.product())
    with pytest.raises(FiscalNotReady) as missing:
        await desk.issue(sale.sale_id)
    assert missing.value.missing == "certificate"
    with pytest.raises(FiscalNotReady):
        await desk.once()
    assert (desk.status.phase, desk.status.cause) == (FiscalPhase.NOT_SET_UP, "certificate")
    assert [each.sale_id for each in fiscal_shop.database.read_now(lambda r: r.fiscal.owed_sales())] == [
        sale.sale_id
    ]


async def test_an_expired_certificate_says_so_before_any_number_is_used(fiscal_shop: FiscalShop) -> None:
    sale = fiscal_shop.sell(fiscal_shop.product())
    fiscal_shop.clock.forward(days=400)
    with pytest.raises(FiscalNotReady) as missing:
        await fiscal_shop.desk().issue(sale.sale_id)
    assert missing.value.missing == "certificate_expired"
    assert fiscal_shop.database.read_now(lambda reader: reader.fiscal.series()) == []


async def test_no_row_of_the_accountant_fits(fiscal_shop: FiscalShop) -> None:
    rules = suggested_rules(TaxRegime.SIMPLES, state="SP", since=fiscal_shop.clock().date())
    only_st = [rule for rule in rules if rule.group]
    fiscal_shop.database.run_now(save_tax_rules, only_st, source="só st", by=fiscal_shop.administrador)
    desk = fiscal_shop.desk()
    sale = fiscal_shop.sell(fiscal_shop.product())
    with pytest.raises(NoTaxRule):
        await desk.issue(sale.sale_id)
    await desk.once()
    assert isinstance(desk.problem(sale.sale_id), NoTaxRule)
    fiscal_shop.database.run_now(save_tax_rules, rules, source="completa", by=fiscal_shop.administrador)
    fiscal_shop.clock.forward(minutes=6)
    await desk.once()
    assert states(fiscal_shop, sale.sale_id) == ["authorised"]
    assert desk.problem(sale.sale_id) is None


async def test_an_nfe_without_the_buyers_address_is_not_numbered(fiscal_shop: FiscalShop) -> None:
    sale = fiscal_shop.sell(fiscal_shop.product(), document=CPF, fiscal=FiscalModel.NFE)
    with pytest.raises(BuyerIncomplete) as incomplete:
        await fiscal_shop.desk().issue(sale.sale_id)
    assert "street" in incomplete.value.missing


async def test_a_company_at_the_counter_gets_an_nfe_and_a_correction(fiscal_shop: FiscalShop) -> None:
    desk, issued = fiscal_shop.desk(), await an_nfe(fiscal_shop)
    assert (issued.state, issued.key[20:22]) == (DocumentState.AUTHORISED, "55")
    with pytest.raises(NotAllowed):
        await desk.correct(issued.id, "Onde se le Rua B leia-se Rua C", by=fiscal_shop.operador)
    first = await desk.correct(issued.id, "Onde se le Rua B leia-se Rua C", by=fiscal_shop.gerente)
    second = await desk.correct(issued.id, "Onde se le Rua C leia-se Rua D", by=fiscal_shop.gerente)
    assert [(each.state, each.sequence) for each in (first, second)] == [
        (EventState.REGISTERED, 1),
        (EventState.REGISTERED, 2),
    ]


async def an_nfe(shop: FiscalShop) -> DocumentRecord:
    """An authorised NF-e for a company with an address."""
    company = Customer(
        name="Comercial Horizonte",
        company="COMERCIAL HORIZONTE LTDA",
        document="45723174000110",
        address=Address(
            street="Rua B", number="2", district="Centro", city="São Paulo", state="SP", postcode="01001000"
        ),
    )
    customer_id = shop.database.run_now(save_customer, company, by=shop.operador)
    sale = shop.sell(shop.product(), document=company.document, fiscal=FiscalModel.NFE)
    ask_sql(shop.database.url, f"UPDATE sale SET customer_id = {customer_id}")  # noqa: S608
    issued = await shop.desk().issue(sale.sale_id)
    assert issued is not None
    return issued


async def test_a_second_letter_waits_until_sefaz_has_answered_to_the_first(fiscal_shop: FiscalShop) -> None:
    """The first one's "registered" is not the second one's."""
    desk, issued = fiscal_shop.desk(), await an_nfe(fiscal_shop)
    fiscal_shop.sefaz.faults.queue("evento", "drop_after")
    with pytest.raises(FiscalUnanswered):
        await desk.correct(issued.id, "Onde se le Rua B leia-se Rua C", by=fiscal_shop.gerente)
    with pytest.raises(LetterUnanswered):
        await desk.correct(issued.id, "Onde se le Rua C leia-se Rua D", by=fiscal_shop.gerente)
    again = await desk.correct(issued.id, "Onde se le Rua B leia-se Rua C", by=fiscal_shop.gerente)
    assert (again.state, again.sequence) == (EventState.REGISTERED, 1)
    second = await desk.correct(issued.id, "Onde se le Rua C leia-se Rua D", by=fiscal_shop.gerente)
    assert (second.state, second.sequence) == (EventState.REGISTERED, 2)


async def test_a_letter_that_only_sefaz_knows_is_kept_and_ours_follows_it(fiscal_shop: FiscalShop) -> None:
    """An older copy of the books was put back: SEFAZ has a letter under the sequence that these would give."""
    desk, issued = fiscal_shop.desk(), await an_nfe(fiscal_shop)
    tools = await desk._cases.open()
    forgotten = EventDraft(
        kind=FiscalEventKind.CORRECTION,
        key=issued.key,
        sequence=1,
        at=fiscal_shop.clock().astimezone(ZoneInfo("America/Sao_Paulo")).replace(microsecond=0),
        environment=issued.name.environment,
        issuer=issued.name.cnpj,
        protocol=issued.protocol,
        text="Onde se le Rua B leia-se Rua Z",
    )
    told = await tools.authority.event(
        tools.notary.event(forgotten), FiscalModel.NFE, emission_type=issued.emission_type
    )
    assert told.stat == "135"
    ours = await desk.correct(issued.id, "Onde se le Rua Z leia-se Rua D", by=fiscal_shop.gerente)
    assert (ours.state, ours.sequence, ours.operator) == (EventState.REGISTERED, 2, fiscal_shop.gerente.name)
    events = fiscal_shop.database.read_now(lambda reader: reader.fiscal.document(issued.id)).events
    assert [(each.sequence, each.state, each.text) for each in events] == [
        (1, EventState.REGISTERED, "Onde se le Rua B leia-se Rua Z"),
        (2, EventState.REGISTERED, "Onde se le Rua Z leia-se Rua D"),
    ]
    assert b"Rua Z" in events[0].proc
    assert events[0].protocol == told.protocol


@pytest.mark.parametrize("regime", [TaxRegime.SIMPLES, TaxRegime.NORMAL])
async def test_a_cnpj_with_letters_goes_through_the_whole_chain(
    fiscal_shop: FiscalShop, regime: TaxRegime
) -> None:
    """Issued, cancelled and voided by a company whose CNPJ has letters, in both regimes."""
    ask_sql(fiscal_shop.database.url, "DELETE FROM fiscal_secret")
    set_up(
        fiscal_shop.database,
        fiscal_shop.seal,
        fiscal_shop.authority,
        by=fiscal_shop.administrador,
        now=fiscal_shop.clock(),
        regime=regime,
        cnpj=ALPHA,
    )
    desk = fiscal_shop.desk()
    product = fiscal_shop.product()
    sale = fiscal_shop.sell(product, discount=100)
    issued = await desk.issue(sale.sale_id)
    assert issued is not None
    assert (issued.state, issued.key[6:20]) == (DocumentState.AUTHORISED, ALPHA)
    await desk.cancel_sale(sale.sale_id, reason="Cliente desistiu da compra", by=fiscal_shop.gerente)
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:778")
    rejected = await desk.issue(fiscal_shop.sell(product).sale_id)
    assert rejected is not None
    await desk.give_up(rejected.id, by=fiscal_shop.gerente)
    done = await desk.void(rejected.name, 2, 2, reason="Numero nao utilizado", by=fiscal_shop.gerente)
    assert done.state is EventState.REGISTERED


async def test_status_is_asked_at_most_every_three_minutes(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    assert (await desk.service_status(FiscalModel.NFCE)).stat == "107"
    with pytest.raises(FiscalPaused):
        await desk.service_status(FiscalModel.NFCE)
    fiscal_shop.clock.forward(minutes=4)
    assert (await desk.service_status(FiscalModel.NFCE)).stat == "107"


async def test_the_check_up_of_a_shop_that_is_ready(fiscal_shop: FiscalShop) -> None:
    found = {each.name: each.fine for each in await fiscal_shop.desk().check_up()}
    assert found == {
        "emitter": True,
        "certificate": True,
        "certificate_expiry": True,
        "tax_rules": True,
        "tax_rules_end": True,
        "rules_signed": None,
        "series_nfce": True,
        "series_nfe": True,
        "status_nfce": True,
        "status_nfe": True,
        "clock": True,
    }


async def test_a_table_that_ended_is_told_by_the_check_up_and_by_the_sale(fiscal_shop: FiscalShop) -> None:
    desk, product = fiscal_shop.desk(), fiscal_shop.product()
    table = fiscal_shop.database.read_now(lambda reader: reader.fiscal.taxes())
    last = date(2026, 12, 31)
    ended = [replace(rule, valid_to=last) for rule in table.rules]
    fiscal_shop.database.run_now(save_tax_rules, ended, source="2026.xlsx", by=fiscal_shop.administrador)
    fiscal_shop.clock.now = datetime(2026, 12, 10, 15, tzinfo=UTC)
    point = {each.name: each for each in await desk.check_up()}["tax_rules_end"]
    assert (point.fine, point.facts["last"]) == (None, "2026-12-31")
    fiscal_shop.clock.now = datetime(2027, 1, 1, 2, 59, tzinfo=UTC)  # 23:59 in the shop
    assert await desk.issue(fiscal_shop.sell(product).sale_id) is not None
    fiscal_shop.clock.forward(minutes=2)
    point = {each.name: each for each in await desk.check_up()}["tax_rules_end"]
    assert point.fine is False
    with pytest.raises(NoTaxRule) as over:
        await desk.issue(fiscal_shop.sell(product).sale_id)
    assert over.value.ended == last


async def test_documents_of_value_need_everything_in_order(fiscal_shop: FiscalShop) -> None:
    """Produção: confirmed, with signed rows, and with a series that a person gave."""
    settings = fiscal_shop.database.read_now(lambda reader: reader.fiscal.settings())
    real = replace(settings, environment=FiscalEnvironment.PRODUCAO)
    run = fiscal_shop.database.run_now
    with pytest.raises(FiscalNotReady) as missing:
        run(save_fiscal_settings, real, by=fiscal_shop.administrador)
    assert missing.value.missing == "confirmation"
    with pytest.raises(FiscalNotReady) as missing:
        run(save_fiscal_settings, real, confirmed=True, by=fiscal_shop.administrador)
    assert missing.value.missing == "unsigned_rules"
    from varejoforte_desktop.application.fiscal_setup import sign_tax_rules

    run(sign_tax_rules, signer="Contador, CRC 1SP000000", by=fiscal_shop.administrador)
    run(save_fiscal_settings, real, confirmed=True, by=fiscal_shop.administrador)
    with pytest.raises(FiscalNotReady) as missing:
        await fiscal_shop.desk().issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert missing.value.missing == "series"


async def test_a_certificate_of_another_company_is_refused(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    stranger = fiscal_shop.authority.company("45723174000110", "OUTRA LTDA", password="x")
    with pytest.raises(WrongCertificate) as refused:
        await desk.install_certificate(stranger, "x", by=fiscal_shop.administrador)
    assert refused.value.why == "others"
    with pytest.raises(WrongCertificate) as refused:
        await desk.install_certificate(stranger, "y", by=fiscal_shop.administrador)
    assert refused.value.why == "password"
    settings = fiscal_shop.database.read_now(lambda reader: reader.fiscal.settings())
    with pytest.raises(WrongCertificate):
        fiscal_shop.database.run_now(
            save_fiscal_settings,
            replace(settings, emitter=emitter(cnpj="45723174000110")),
            by=fiscal_shop.administrador,
        )


async def test_ours_is_opened_and_its_password_is_nowhere(fiscal_shop: FiscalShop) -> None:
    pfx = fiscal_shop.authority.company(
        "11222333000181", "CASA DAS PANELAS LTDA", password="segredo-do-a1", days=40
    )
    facts = await fiscal_shop.desk().install_certificate(pfx, "segredo-do-a1", by=fiscal_shop.administrador)
    assert facts.days_left(fiscal_shop.clock()) >= 39
    sealed = ask_sql(fiscal_shop.database.url, "SELECT sealed, facts FROM fiscal_secret")
    assert all("segredo-do-a1" not in str(each) and "PRIVATE KEY" not in str(each) for each in sealed)
    assert facts.not_after - fiscal_shop.clock() < timedelta(days=41)


async def test_a_taken_number_of_a_contingency_slip_still_ends_with_one_document(
    fiscal_shop: FiscalShop,
) -> None:
    """The answer to the first was lost, the slip's number belongs to somebody else: the sale gets a third, and the
    first, which SEFAZ has after all, is cancelled."""
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "drop_after")
    sale = fiscal_shop.sell(fiscal_shop.product())
    await desk.issue(sale.sale_id)
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:539")
    for _ in range(12):
        fiscal_shop.clock.forward(minutes=2)
        await desk.once()
    assert states(fiscal_shop, sale.sale_id) == ["cancelled", "number_taken", "authorised"]
    live = fiscal_shop.sefaz.live_documents()
    assert [each.key for each in live] == [
        row.key
        for row in fiscal_shop.database.read_now(lambda reader: reader.fiscal.of_sale(sale.sale_id))
        if row.state is DocumentState.AUTHORISED
    ]


async def test_a_shop_that_begins_to_issue_leaves_its_past_alone(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    product = fiscal_shop.product()
    old = fiscal_shop.sell(product)
    fiscal_shop.clock.forward(hours=25)
    fresh = fiscal_shop.sell(product)
    await desk.once()
    assert states(fiscal_shop, old.sale_id) == []
    assert states(fiscal_shop, fresh.sale_id) == ["authorised"]
    by_hand = await desk.issue(old.sale_id)
    assert by_hand is not None
    assert by_hand.state is DocumentState.AUTHORISED


async def test_one_document_that_needs_somebody_stops_none_of_the_others(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    stuck, other = (fiscal_shop.product(each) for each in ("PAN-1", "PAN-2"))
    fiscal_shop.sefaz.online = False
    first = await desk.issue(fiscal_shop.sell(stuck).sale_id)
    second = await desk.issue(fiscal_shop.sell(other).sale_id)
    assert first is not None
    assert second is not None
    fiscal_shop.sefaz.online = True
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:778")
    await settled(fiscal_shop, desk, rounds=2)
    assert document(fiscal_shop, first.id).state is DocumentState.OFFLINE_REJECTED
    assert document(fiscal_shop, second.id).state is DocumentState.AUTHORISED


async def test_our_own_fault_with_one_document_neither_stops_the_others_nor_floods_sefaz(
    fiscal_shop: FiscalShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = fiscal_shop.desk()
    broken, other = (fiscal_shop.product(each) for each in ("PAN-1", "PAN-2"))
    fiscal_shop.sefaz.online = False
    first = await desk.issue(fiscal_shop.sell(broken).sale_id)
    second = await desk.issue(fiscal_shop.sell(other).sale_id)
    assert first is not None
    assert second is not None
    fiscal_shop.sefaz.online = True
    send, tries = desk._courier.send, 0

    async def faulty(tools: Any, document_id: int) -> DocumentRecord:
        nonlocal tries
        if document_id == first.id and tries < 2:
            tries += 1
            raise RuntimeError("a fault of ours")
        return await send(tools, document_id)

    monkeypatch.setattr(desk._courier, "send", faulty)
    fiscal_shop.clock.forward(minutes=3)
    for _ in range(10):
        await desk.once()
    assert tries == 1
    assert document(fiscal_shop, second.id).state is DocumentState.AUTHORISED
    await settled(fiscal_shop, desk, rounds=4)
    assert tries == 2
    assert document(fiscal_shop, first.id).state is DocumentState.AUTHORISED


async def test_our_own_fault_with_one_sale_keeps_no_other_waiting(
    fiscal_shop: FiscalShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = fiscal_shop.desk()
    first, second = (fiscal_shop.sell(fiscal_shop.product(each)).sale_id for each in ("PAN-1", "PAN-2"))
    issue, broken = desk._issuing.issue, True

    async def faulty(sale_id: int) -> DocumentRecord | None:
        if sale_id == first and broken:
            raise RuntimeError("a fault of ours")
        return await issue(sale_id)

    monkeypatch.setattr(desk._issuing, "issue", faulty)
    await desk.once()
    assert [states(fiscal_shop, each) for each in (first, second)] == [[], ["authorised"]]
    broken = False
    await settled(fiscal_shop, desk, rounds=2)
    assert states(fiscal_shop, first) == ["authorised"]


async def test_the_bar_says_that_sefaz_asked_for_silence(fiscal_shop: FiscalShop) -> None:
    desk = fiscal_shop.desk()
    fiscal_shop.sefaz.faults.queue("autorizacao", "reject:656")
    await desk.issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    await desk.once()
    assert desk.status.phase is FiscalPhase.PAUSED
    fiscal_shop.clock.forward(minutes=61)
    await desk.once()
    assert desk.status.phase is FiscalPhase.READY


async def test_a_slip_of_contingency_is_in_the_archive_of_its_month_and_of_the_one_that_sefaz_took_it_in(
    fiscal_shop: FiscalShop, tmp_path: Path
) -> None:
    """Issued on 30 November at 23:50, taken in on 1 December: the accountant closes November without waiting."""
    desk, product = fiscal_shop.desk(), fiscal_shop.product()
    fiscal_shop.clock.now = datetime(2026, 11, 30, 15, tzinfo=UTC)
    plain = await desk.issue(fiscal_shop.sell(product).sale_id)
    fiscal_shop.clock.now = datetime(2026, 12, 1, 2, 50, tzinfo=UTC)
    fiscal_shop.sefaz.online = False
    slip = await desk.issue(fiscal_shop.sell(product).sale_id)
    assert plain is not None
    assert slip is not None
    assert slip.state is DocumentState.OFFLINE

    async def names(month: int, time: int) -> list[str]:
        path = tmp_path / f"{month}-{time}.zip"

        def opened(place: Path, year: int, number: int) -> MonthArchive:
            return MonthArchive(place, Month(year, number), zone=ZoneInfo("America/Sao_Paulo"))

        await export_month(
            fiscal_shop.database, opened, path, date(2026, month, 1),
            environment=FiscalEnvironment.HOMOLOGACAO, progress=lambda _done, _all: None,
        )  # fmt: skip
        with zipfile.ZipFile(path) as archive:
            return sorted(Path(each).name for each in archive.namelist() if each.endswith(".xml"))

    assert await names(11, 1) == sorted([f"{plain.key}-procNFe.xml", f"{slip.key}-sem-autorizacao.xml"])
    assert await names(12, 1) == []
    fiscal_shop.sefaz.online = True
    fiscal_shop.clock.forward(hours=8)
    while await desk.once():
        pass
    assert document(fiscal_shop, slip.id).state is DocumentState.AUTHORISED
    assert await names(11, 2) == sorted([f"{plain.key}-procNFe.xml", f"{slip.key}-procNFe.xml"])
    assert await names(12, 2) == [f"{slip.key}-procNFe.xml"]
