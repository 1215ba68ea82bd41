"""What a document says of itself and of whoever sells and buys, field by field, in letters that SEFAZ can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.fiscal.drafts import (
    CPF,
    GTIN,
    a_buyer,
    a_shop,
    an_item,
    counter_draft,
    offline_draft,
    shipped_draft,
)
from tests.fiscal.note_reader import Note
from varejoforte_desktop import __version__
from varejoforte_desktop.application.fiscal_ports import DocumentDraft, DraftBuyer
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import (
    BuyerIncomplete,
)
from varejoforte_desktop.domain.fiscal_settings import Responsible
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.taxes import TaxBase
from varejoforte_desktop.fiscal.layout.document import written
from varejoforte_desktop.fiscal.layout.wording import cleaned, gtin, unit_price
from varejoforte_desktop.fiscal.notary import key_of

PRODUCTION = FiscalEnvironment.PRODUCAO


def said(draft: DocumentDraft) -> Note:
    return Note(written(draft, key_of(draft)))


# -- texts and figures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Panela   de\tpressão \n 4,5 L ", "Panela de pressão 4,5 L"),
        ('Cabo 2" <preto> & "ouro" ç ã', 'Cabo 2" <preto> & "ouro" ç ã'),
        ("“Aço” – inox… d’água 10 €", '"Aço" - inox... d\'água 10 EUR'),
        ("Łódź Škoda ﬁno ½", "Lódz Skoda fino ½"),
        ("Chá 緑茶 🍵 verde", "Chá verde"),
        ("a\u0301gua\u0000\u0007\u007f\u0085fim", "água fim"),
        ("緑茶", None),
        ("", None),
    ],
)
def test_a_text_keeps_what_the_layout_can_carry(typed: str, kept: str | None) -> None:
    assert cleaned(typed, 120) == kept


def test_a_long_text_is_cut_and_does_not_end_with_a_blank() -> None:
    assert cleaned("a" * 119 + " bcd", 120) == "a" * 119
    assert len(cleaned("ã" * 300, 120) or "") == 120


@pytest.mark.parametrize(
    ("bars", "told"),
    [
        (GTIN, GTIN),
        ("7891000100104", "SEM GTIN"),  # wrong check digit
        ("2000120004998", "SEM GTIN"),  # the shop's own scale label
        ("0200000000004", "SEM GTIN"),
        ("96385074", "96385074"),
        ("00000000", "SEM GTIN"),
        ("", "SEM GTIN"),
        ("SEM GTIN", "SEM GTIN"),
        ("PAN-20", "SEM GTIN"),
    ],
)
def test_only_numbers_of_gs1_are_told_as_gtin(bars: str, told: str) -> None:
    assert gtin(bars) == told


def test_price_times_quantity_is_always_the_amount() -> None:
    assert unit_price(Money(4990), Decimal("0.250"), Money(1248)) == "49.9000"
    assert unit_price(Money(100), Decimal(3), Money(100)) == "0.3333333333"  # a line rounded elsewhere
    assert unit_price(Money(100), Decimal(0), Money(100)) is None
    note = said(counter_draft(an_item(100, "3", amounts=TaxBase(goods=Money(100)))))
    assert note.text("prod/vUnCom", note.items[0]) == "0.3333333333"
    note.add_up()


# -- the document itself ---------------------------------------------------------------------------------


def test_an_nfce_says_what_an_nfce_has_to() -> None:
    note = said(counter_draft())
    told = {
        "cUF": "35", "cNF": "58214603", "natOp": "Venda de mercadoria", "mod": "65", "serie": "1", "nNF": "1042",
        "dhEmi": "2026-11-23T10:15:30-03:00", "tpNF": "1", "idDest": "1", "cMunFG": "3550308", "tpImp": "4",
        "tpEmis": "1", "tpAmb": "2", "finNFe": "1", "indFinal": "1", "indPres": "1", "procEmi": "0",
        "verProc": f"VarejoForte {__version__}", "cDV": note.key[-1],
    }  # fmt: skip
    assert {name: note.text(f"ide/{name}") for name in told} == told
    for name in ("dhSaiEnt", "indIntermed", "dhCont", "xJust"):
        assert not note.has(f"ide/{name}")
    assert not note.has("dest")
    assert note.text("transp/modFrete") == "9"
    assert not note.has("transp/transporta")


def test_a_shipped_order_says_that_it_was_bought_over_the_internet() -> None:
    note = said(shipped_draft())
    told = {"mod": "55", "idDest": "2", "tpImp": "1", "indPres": "2", "indIntermed": "0"}
    assert {name: note.text(f"ide/{name}") for name in told} == told
    assert not note.has("infIntermed")
    assert note.text("transp/modFrete") == "0"
    assert note.text("transp/transporta/xNome") == "Correios"
    volume = "transp/vol"
    told = {"qVol": "1", "esp": "VOLUME", "pesoL": "2.350", "pesoB": "2.350"}
    assert {name: note.text(f"{volume}/{name}") for name in told} == told


def test_a_marketplace_is_named() -> None:
    draft = shipped_draft(intermediary_cnpj="11222333000181", intermediary_id="loja-4711")
    note = said(draft)
    assert note.text("ide/indIntermed") == "1"
    assert note.text("infIntermed/CNPJ") == "11222333000181"
    assert note.text("infIntermed/idCadIntTran") == "loja-4711"


def test_an_online_order_that_is_fetched_is_a_sale_in_person() -> None:
    assert said(counter_draft(online=True)).text("ide/indPres") == "1"
    fetched = shipped_draft(
        an_item(), ships=False, interstate=False, buyer=a_buyer(state="SP"), carrier="", volumes=0, weight=0
    )
    note = said(fetched)
    assert (note.text("ide/indPres"), note.text("ide/idDest")) == ("1", "1")
    assert not note.has("ide/indIntermed")


def test_contingency_says_since_when_and_why() -> None:
    note = said(offline_draft(offline_at=datetime(2026, 11, 23, 13, 10, tzinfo=UTC)))
    assert note.text("ide/tpEmis") == "9"
    assert note.text("ide/dhCont") == "2026-11-23T13:10:00+00:00"
    assert note.text("ide/xJust") == "Sem resposta da SEFAZ no momento da venda"
    assert note.key[34] == "9"


def test_a_rehearsal_says_so_where_sefaz_wants_it_and_production_does_not() -> None:
    lines = (an_item(), an_item(reference="TAM-20", name="Tampa"))
    rehearsal = said(counter_draft(*lines, buyer=DraftBuyer(document=CPF, name="Maria")))
    assert rehearsal.text("prod/xProd", rehearsal.items[0]) == (
        "NOTA FISCAL EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
    )
    assert rehearsal.text("prod/xProd", rehearsal.items[1]) == "Tampa"
    assert rehearsal.text("dest/xNome") == "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
    real = said(counter_draft(*lines, environment=PRODUCTION, buyer=DraftBuyer(document=CPF, name="Maria")))
    assert real.text("prod/xProd", real.items[0]) == "Panela de pressão 4,5 L"
    assert real.text("dest/xNome") == "Maria"
    assert real.text("ide/tpAmb") == "1"


def test_the_software_house_is_named_when_it_is_known() -> None:
    assert not said(counter_draft()).has("infRespTec")
    house = Responsible(
        cnpj="11.222.333/0001-81", contact="Suporte", email="fiscal@example.com", phone="(11) 5555-0000"
    )
    note = said(counter_draft(responsible=house))
    told = {
        "CNPJ": "11222333000181",
        "xContato": "Suporte",
        "email": "fiscal@example.com",
        "fone": "1155550000",
    }
    assert {name: note.text(f"infRespTec/{name}") for name in told} == told


# -- who issues and who buys ------------------------------------------------------------------------------


def test_the_shop_is_told_as_it_is_registered() -> None:
    shop = a_shop(ie="isento", trade_name="", phone="123")
    note = said(counter_draft(emitter=replace(shop, address=replace(shop.address, number=""))))
    assert note.text("emit/IE") == "ISENTO"
    assert note.text("emit/CRT") == "1"
    assert note.text("emit/enderEmit/nro") == "S/N"
    assert not note.has("emit/xFant")
    assert not note.has("emit/enderEmit/fone")


def test_over_the_counter_a_document_is_enough() -> None:
    note = said(counter_draft(buyer=DraftBuyer(document=CPF), environment=PRODUCTION))
    assert note.text("dest/CPF") == CPF
    assert note.text("dest/indIEDest") == "9"
    assert not note.has("dest/xNome")
    assert not note.has("dest/enderDest")
    assert not said(counter_draft(buyer=DraftBuyer(document="", name="Maria"))).has("dest")


def test_the_buyer_of_an_nfe_has_an_address_with_ibges_number_of_the_city() -> None:
    note = said(shipped_draft(environment=PRODUCTION))
    told = {
        "xLgr": "Avenida Rio Branco", "nro": "10", "xCpl": "Apto 3", "xBairro": "Centro", "cMun": "3303302",
        "xMun": "Niterói", "UF": "RJ", "CEP": "24020005", "cPais": "1058", "xPais": "BRASIL", "fone": "21988887777",
    }  # fmt: skip
    assert {name: note.text(f"dest/enderDest/{name}") for name in told} == told
    assert note.text("dest/xNome") == "Maria José d'Ávila & Filhos"
    assert note.text("dest/email") == "maria@example.com"
    typed = said(shipped_draft(buyer=a_buyer(city_code="3304557")))
    assert typed.text("dest/enderDest/cMun") == "3304557"


@pytest.mark.parametrize(
    ("ie", "state", "standing", "told"),
    [
        ("", "RJ", "9", None),
        ("12.345.678", "RJ", "1", "12345678"),
        ("Isento", "RJ", "2", None),
        ("ISENTA", "SP", "9", None),  # São Paulo knows no exempt contributor
    ],
)
def test_whether_a_company_pays_icms(ie: str, state: str, standing: str, told: str | None) -> None:
    buyer = a_buyer(state=state, document="11222333000181", ie=ie)
    across = state != "SP"
    note = said(shipped_draft(an_item(interstate=across), buyer=buyer, interstate=across))
    assert note.text("dest/CNPJ") == "11222333000181"
    assert note.text("dest/indIEDest") == standing
    assert note.text("dest/IE") == told


def test_an_nfe_names_what_is_missing_of_its_buyer() -> None:
    with pytest.raises(BuyerIncomplete) as nobody:
        said(shipped_draft(buyer=None))
    assert nobody.value.missing == ("document", "name", "street", "district", "city", "state", "postcode")
    home = Address(street="Rua A", district="", city="Atlântida", state="RJ", postcode="2402000")
    with pytest.raises(BuyerIncomplete) as somebody:
        said(shipped_draft(buyer=DraftBuyer(document=CPF, name="緑茶", address=home)))
    assert somebody.value.missing == ("name", "district", "city", "postcode")
    with pytest.raises(BuyerIncomplete) as elsewhere:  # a number of another state's city
        said(shipped_draft(buyer=a_buyer(city_code="3550308")))
    assert elsewhere.value.missing == ("city",)
