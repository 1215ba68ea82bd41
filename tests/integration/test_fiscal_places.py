"""A note belongs to the SEFAZ it was made for: changing environment or company never carries it to another."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.books import ask_sql
from tests.fiscal_shop import FiscalShop, emitter
from tests.integration.test_fiscal_desk import document, states
from varejoforte_desktop.application.fiscal_book import DocumentRecord, SeriesName, SeriesRecord
from varejoforte_desktop.application.fiscal_numbers import give_up
from varejoforte_desktop.application.fiscal_setup import keep_series, save_fiscal_settings, sign_tax_rules
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.domain.fiscal import DocumentState, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import FiscalElsewhere, FiscalUnanswered, NotesOpen
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.desk import StationFiscalDesk
from varejoforte_desktop.fiscal.line import Line
from varejoforte_desktop.fiscal.office import SefazOffice
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.line import MemoryLine
from varejoforte_desktop.simulator.sefaz.states import PublicPages
from varejoforte_desktop.ui.messages import sentence

REASON = "Cliente desistiu da compra"
BRANCH = "11222333000262"


class Two:
    """A shop with both of SEFAZ's environments, each with books of its own."""

    def __init__(self, shop: FiscalShop) -> None:
        self.shop = shop
        self.real = SefazSimulator(shop.clock)
        self.real.terms.environment = "1"
        self.real.terms.pages = PublicPages(
            "https://www.nfce.fazenda.sp.gov.br/qrcode",
            "https://www.nfce.fazenda.sp.gov.br/NFCeConsultaPublica",
        )
        self.desk = StationFiscalDesk(
            shop.database,
            shop.seal,
            SefazOffice(make_line=self._line),
            shop.feed,
            station="Balcão",
            clock=shop.clock,
        )
        shop.desks.append(self.desk)

    def _line(self, material: Material, settings: FiscalSettings) -> Line:
        real = settings.environment is FiscalEnvironment.PRODUCAO
        return MemoryLine(self.real if real else self.shop.sefaz, settings.emitter.cnpj)

    def choose(self, environment: FiscalEnvironment) -> None:
        """As in the settings."""
        self.save(replace(self.settings(), environment=environment))

    def save(self, settings: FiscalSettings) -> None:
        """As in the settings."""
        self.shop.database.run_now(save_fiscal_settings, settings, confirmed=True, by=self.shop.administrador)

    def settings(self) -> FiscalSettings:
        """As they are."""
        return self.shop.database.read_now(lambda reader: reader.fiscal.settings())

    def in_earnest(self) -> None:
        """Signed, numbered, and without contingency."""
        run, by = self.shop.database.run_now, self.shop.administrador
        run(sign_tax_rules, signer="Contador, CRC 1SP000000", by=by)
        self.save(replace(self.settings(), environment=FiscalEnvironment.PRODUCAO, offline_allowed=False))
        name = SeriesName(
            cnpj=self.settings().emitter.cnpj,
            environment=FiscalEnvironment.PRODUCAO,
            model=FiscalModel.NFCE,
            series=1,
        )
        run(keep_series, SeriesRecord(name=name, station="Balcão", last=0), by=by)

    async def rounds(self, many: int = 4) -> None:
        """Some minutes."""
        for _ in range(many):
            self.shop.clock.forward(minutes=3)
            await self.desk.once()

    async def lost(self) -> DocumentRecord:
        """A note that SEFAZ authorised in earnest and whose answer got lost."""
        self.real.faults.queue("autorizacao", "drop_after")
        issued = await self.desk.issue(self.shop.sell(self.shop.product()).sale_id)
        assert issued is not None
        assert issued.state is DocumentState.UNKNOWN
        return issued


@pytest.fixture
def two(fiscal_shop: FiscalShop) -> Two:
    """The shop in earnest."""
    found = Two(fiscal_shop)
    found.in_earnest()
    return found


def forced(shop: FiscalShop, environment: str) -> None:
    """The settings as an older program, which asked for nothing, would have left them."""
    settings = shop.database.read_now(lambda reader: reader.fiscal.settings())
    moved = replace(settings, environment=FiscalEnvironment(environment))
    shop.database.run_now(lambda uow: uow.fiscal_setup.save_settings(moved))


async def test_the_environment_stays_while_sefaz_owes_an_answer(two: Two) -> None:
    issued = await two.lost()
    with pytest.raises(NotesOpen) as refused:
        two.choose(FiscalEnvironment.HOMOLOGACAO)
    assert (refused.value.documents, refused.value.events) == (1, 0)
    assert "1 nota espera a SEFAZ" in sentence(refused.value).whole
    await two.rounds()
    assert document(two.shop, issued.id).state is DocumentState.AUTHORISED
    two.choose(FiscalEnvironment.HOMOLOGACAO)  # nothing is open any more


async def test_the_environment_stays_while_a_cancellation_is_on_its_way(two: Two) -> None:
    sale = two.shop.sell(two.shop.product())
    await two.desk.issue(sale.sale_id)
    two.real.faults.queue("evento", "drop_after")
    with pytest.raises(FiscalUnanswered):
        await two.desk.cancel_sale(sale.sale_id, reason=REASON, by=two.shop.administrador)
    with pytest.raises(NotesOpen) as refused:
        two.choose(FiscalEnvironment.HOMOLOGACAO)
    assert (refused.value.documents, refused.value.events) == (0, 1)
    assert "1 pedido sem resposta" in sentence(refused.value).whole


async def test_the_company_stays_too_and_a_rejected_note_can_be_given_up_first(two: Two) -> None:
    two.real.faults.queue("autorizacao", "reject:778")
    issued = await two.desk.issue(two.shop.sell(two.shop.product()).sale_id)
    assert issued is not None
    branch = replace(two.settings(), emitter=emitter(cnpj=BRANCH))
    with pytest.raises(NotesOpen) as refused:
        two.save(branch)
    assert refused.value.what == "cnpj"
    two.shop.database.run_now(give_up, issued.id, by=two.shop.gerente)
    two.save(branch)
    await two.rounds(1)
    assert states(two.shop, issued.sale_id or 0) == ["to_void"]


async def test_what_an_older_program_left_open_elsewhere_is_never_asked_of_another_sefaz(two: Two) -> None:
    """It waits untouched, is counted, and is brought to its end as soon as the shop is back."""
    issued = await two.lost()
    forced(two.shop, "homologacao")
    await two.rounds()
    assert document(two.shop, issued.id) == issued
    assert two.shop.sefaz.received == []
    overview = two.shop.database.read_now(lambda reader: reader.fiscal.overview())
    assert (overview.waiting, overview.elsewhere) == (0, 1)
    for asked in (
        two.desk.resend(issued.id, by=two.shop.operador),
        two.desk.cancel_sale(issued.sale_id or 0, reason=REASON, by=two.shop.administrador),
        two.desk.issue(issued.sale_id or 0),
    ):
        with pytest.raises(FiscalElsewhere) as refused:
            await asked
        assert "é de produção" in sentence(refused.value).whole
    assert two.shop.sefaz.received == []
    forced(two.shop, "producao")
    await two.rounds()
    assert states(two.shop, issued.sale_id or 0) == ["authorised"]
    assert len(two.real.live_documents()) == 1


async def test_a_note_is_cancelled_only_where_it_was_authorised(two: Two) -> None:
    sale = two.shop.sell(two.shop.product())
    issued = await two.desk.issue(sale.sale_id)
    assert issued is not None
    two.choose(FiscalEnvironment.HOMOLOGACAO)  # an authorised note is at its end
    with pytest.raises(FiscalElsewhere):
        await two.desk.cancel_sale(sale.sale_id, reason=REASON, by=two.shop.administrador)
    assert two.shop.sefaz.received == []
    assert two.shop.database.read_now(lambda reader: reader.fiscal.document(issued.id)).events == ()


async def test_numbers_are_voided_only_where_they_were_given(two: Two) -> None:
    two.real.faults.queue("autorizacao", "reject:778")
    issued = await two.desk.issue(two.shop.sell(two.shop.product()).sale_id)
    assert issued is not None
    two.shop.database.run_now(give_up, issued.id, by=two.shop.gerente)
    two.choose(FiscalEnvironment.HOMOLOGACAO)
    with pytest.raises(FiscalElsewhere):
        await two.desk.void(issued.name, 1, 1, reason="Numero nao utilizado", by=two.shop.gerente)
    assert two.shop.sefaz.received == []


async def test_a_rehearsal_that_nobody_can_end_keeps_no_shop_from_issuing_in_earnest(
    fiscal_shop: FiscalShop,
) -> None:
    two = Two(fiscal_shop)
    issued = await two.desk.issue(fiscal_shop.sell(fiscal_shop.product()).sale_id)
    assert issued is not None
    ask_sql(
        fiscal_shop.database.url,
        "UPDATE fiscal_document SET state = 'unknown', stat = 'digest', next_at = NULL",
    )
    two.in_earnest()
    overview = fiscal_shop.database.read_now(lambda reader: reader.fiscal.overview())
    assert overview.elsewhere == 0


async def test_whoever_numbers_a_sale_and_whoever_changes_the_environment_wait_for_each_other(
    two: Two,
) -> None:
    """The switch comes while a number is being given: it waits, and then sees the note."""
    shop = two.shop
    issued = await two.lost()
    await two.rounds()
    assert document(shop, issued.id).state is DocumentState.AUTHORISED
    holding, go_on = threading.Event(), threading.Event()
    outcome: list[object] = []

    def numbering(uow: UnitOfWork) -> None:
        uow.fiscal_setup.settings(held=True)
        kept = uow.documents.get(issued.id)
        uow.documents.save(replace(kept, state=DocumentState.REJECTED))
        holding.set()
        go_on.wait(5)

    def switching() -> None:
        try:
            two.choose(FiscalEnvironment.HOMOLOGACAO)
        except NotesOpen as error:
            outcome.append(error)

    first = threading.Thread(target=shop.database.run_now, args=(numbering,))
    first.start()
    assert holding.wait(5)
    second = threading.Thread(target=switching)
    second.start()
    second.join(0.5)
    assert second.is_alive()  # it waits
    go_on.set()
    first.join(10)
    second.join(10)
    assert [type(each) for each in outcome] == [NotesOpen]
