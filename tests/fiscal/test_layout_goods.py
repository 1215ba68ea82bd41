"""What a document says of its goods: what was sold, which taxes it bears, how it was paid, and what cannot be."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.fiscal.drafts import (
    NORMAL,
    a_rule,
    a_shop,
    an_item,
    counter_draft,
    shipped_draft,
    total_of,
)
from tests.fiscal.note_reader import NS, Note
from varejoforte_desktop.application.fiscal_ports import DocumentDraft, DraftPayment
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import (
    DocumentInvalid,
    FiscalNotReady,
    NoTaxRule,
)
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import FiscalModel, PaymentMethod
from varejoforte_desktop.domain.taxes import TaxBase
from varejoforte_desktop.fiscal.layout.document import written
from varejoforte_desktop.fiscal.notary import key_of

PRODUCTION = FiscalEnvironment.PRODUCAO


def said(draft: DocumentDraft) -> Note:
    return Note(written(draft, key_of(draft)))


# -- goods and taxes --------------------------------------------------------------------------------------


def test_a_line_says_what_was_sold() -> None:
    rule = a_rule(csosn="500", cest="2100100", cfop="5405", benefit_code="SP123456")
    amounts = TaxBase(goods=Money(1248), discount=Money(48), other=Money(5))
    note = said(
        counter_draft(
            an_item(
                4990, "0.250", rule=rule, amounts=amounts, unit="QUILOGRAMA", barcode="", name="Chá", origin=1
            ),
            environment=PRODUCTION,
        )
    )
    told = {
        "cProd": "PAN-20", "cEAN": "SEM GTIN", "xProd": "Chá", "NCM": "76151000", "CEST": "2100100",
        "cBenef": "SP123456", "CFOP": "5405", "uCom": "QUILOG", "qCom": "0.2500", "vUnCom": "49.9000",
        "vProd": "12.48", "cEANTrib": "SEM GTIN", "uTrib": "QUILOG", "qTrib": "0.2500", "vUnTrib": "49.9000",
        "vFrete": None, "vDesc": "0.48", "vOutro": "0.05", "indTot": "1",
    }  # fmt: skip
    assert {name: note.text(f"prod/{name}", note.items[0]) for name in told} == told
    taxes = "imposto/ICMS/ICMSSN500"
    assert (note.text(f"{taxes}/orig", note.items[0]), note.text(f"{taxes}/CSOSN", note.items[0])) == (
        "1",
        "500",
    )


@pytest.mark.parametrize("code", ["102", "103", "300", "400"])
def test_the_simples_tells_its_codes_in_one_group(code: str) -> None:
    note = said(counter_draft(an_item(rule=a_rule(csosn=code))))
    assert note.text("imposto/ICMS/ICMSSN102/CSOSN", note.items[0]) == code
    assert note.text("imposto/PIS/PISOutr/CST", note.items[0]) == "49"
    for path in ("PIS/PISOutr/vPIS", "COFINS/COFINSOutr/vCOFINS", "PIS/PISOutr/vBC"):
        assert note.text(f"imposto/{path}", note.items[0]) == "0.00"
    assert not note.has("imposto/IBSCBS", note.items[0])


@pytest.mark.parametrize(
    ("code", "group"), [("00", "ICMS00"), ("40", "ICMS40"), ("41", "ICMS40"), ("60", "ICMS60")]
)
def test_the_normal_regime_tells_each_code_in_its_group(code: str, group: str) -> None:
    item = an_item(10_000, rule=a_rule(regime=NORMAL, icms_cst=code), regime=NORMAL)
    note = said(counter_draft(item, regime=NORMAL))
    assert note.text(f"imposto/ICMS/{group}/CST", note.items[0]) == code
    assert note.text("total/ICMSTot/vICMS") == ("18.00" if code == "00" else "0.00")
    note.add_up()


@pytest.mark.parametrize(
    ("code", "group"),
    [("01", "Aliq"), ("02", "Aliq"), ("04", "NT"), ("06", "NT"), ("07", "NT"), ("08", "NT"), ("49", "Outr"), ("99", "Outr")],
)  # fmt: skip
def test_pis_and_cofins_are_told_in_their_groups(code: str, group: str) -> None:
    rule = a_rule(regime=NORMAL, pis_cst=code, cofins_cst=code)
    note = said(counter_draft(an_item(rule=rule, regime=NORMAL), regime=NORMAL))
    assert note.text(f"imposto/PIS/PIS{group}/CST", note.items[0]) == code
    assert note.text(f"imposto/COFINS/COFINS{group}/CST", note.items[0]) == code
    note.add_up()


def test_the_simples_tells_no_rate_that_nothing_was_reckoned_with() -> None:
    rule = a_rule(regime=NORMAL, csosn="102", pis_cst="49", cofins_cst="49", ibs_cbs_cst="", class_code="")
    note = said(counter_draft(an_item(rule=rule)))
    for path in ("PIS/PISOutr/pPIS", "COFINS/COFINSOutr/pCOFINS"):
        assert note.text(f"imposto/{path}", note.items[0]) == "0.0000"


def test_a_row_without_the_regimes_own_code_names_the_product() -> None:
    with pytest.raises(NoTaxRule) as simples:
        said(counter_draft(an_item(rule=a_rule(csosn=""))))
    assert simples.value.reference == "PAN-20"
    with pytest.raises(NoTaxRule):
        said(counter_draft(an_item(rule=a_rule(regime=NORMAL, icms_cst="20"), regime=NORMAL), regime=NORMAL))


def test_the_destinations_part_is_told_on_every_line_that_has_one() -> None:
    gift = an_item(0, regime=NORMAL, interstate=True, reference="BRINDE")
    note = said(shipped_draft(an_item(10_000, regime=NORMAL, interstate=True), gift, regime=NORMAL))
    group = "imposto/ICMSUFDest"
    told = {
        "vBCUFDest": "100.00", "vBCFCPUFDest": "100.00", "pFCPUFDest": "2.0000", "pICMSUFDest": "20.0000",
        "pICMSInter": "12.00", "pICMSInterPart": "100.00", "vFCPUFDest": "2.00", "vICMSUFDest": "8.00",
        "vICMSUFRemet": "0.00",
    }  # fmt: skip
    assert {name: note.text(f"{group}/{name}", note.items[0]) for name in told} == told
    assert note.text(f"{group}/vICMSUFDest", note.items[1]) == "0.00"
    assert note.text("total/ICMSTot/vICMSUFDest") == "8.00"
    simples = said(shipped_draft())
    assert not simples.has("imposto/ICMSUFDest", simples.items[0])
    assert not simples.has("total/ICMSTot/vICMSUFDest")


def test_exempt_goods_have_the_new_taxes_code_and_no_amounts() -> None:
    exempt = an_item(rule=a_rule(regime=NORMAL, ibs_cbs_cst="410", class_code="410001"), regime=NORMAL)
    note = said(counter_draft(exempt, an_item(regime=NORMAL), regime=NORMAL))
    assert note.text("imposto/IBSCBS/cClassTrib", note.items[0]) == "410001"
    assert not note.has("imposto/IBSCBS/gIBSCBS", note.items[0])
    assert note.text("imposto/IBSCBS/gIBSCBS/gCBS/pCBS", note.items[1]) == "0.9000"
    note.add_up()


def test_consumers_are_told_the_taxes_in_the_price() -> None:
    note = said(counter_draft(an_item(10_000), note="Trocas em 7 dias"))
    assert note.text("imposto/vTotTrib", note.items[0]) == "31.45"
    assert note.text("infAdic/infCpl") == (
        "Trocas em 7 dias | Valor aproximado dos tributos: R$ 31,45 (31,45%) - Lei 12.741/2012"
    )
    untold = said(counter_draft(an_item(rule=a_rule(burden_rate=Decimal(0)))))
    assert not untold.has("infAdic")
    assert not untold.has("total/ICMSTot/vTotTrib")


# -- payments ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "code", "words", "terminal"),
    [
        (PaymentMethod.CASH, "01", None, False),
        (PaymentMethod.CREDIT, "03", None, True),
        (PaymentMethod.DEBIT, "04", None, True),
        (PaymentMethod.STORE_CREDIT, "05", None, False),
        (PaymentMethod.PIX, "17", None, True),
        (PaymentMethod.VOUCHER, "99", "Vale", False),
        (PaymentMethod.ONLINE, "99", "Pagamento na loja virtual", False),
    ],
)
def test_each_way_to_pay_has_its_code(
    method: PaymentMethod, code: str, words: str | None, terminal: bool
) -> None:
    note = said(counter_draft(payments=(DraftPayment(method=method, amount=Money(4990)),)))
    assert note.text("pag/detPag/tPag") == code
    assert note.text("pag/detPag/xPag") == words
    assert note.text("pag/detPag/card/tpIntegra") == ("2" if terminal else None)
    assert note.text("pag/detPag/indPag") == ("1" if method is PaymentMethod.STORE_CREDIT else None)


def test_change_is_told_beside_what_was_handed_over() -> None:
    payments = (
        DraftPayment(method=PaymentMethod.PIX, amount=Money(990)),
        DraftPayment(method=PaymentMethod.CASH, amount=Money(5000)),
    )
    note = said(counter_draft(payments=payments, change=Money(1000)))
    assert [part.findtext(f"{NS}vPag") for part in note.inf.iter(f"{NS}detPag")] == ["9.90", "50.00"]
    assert note.text("pag/vTroco") == "10.00"
    note.add_up()


def test_goods_that_cost_nothing_are_paid_with_nothing() -> None:
    free = an_item(amounts=TaxBase(goods=Money(4990), discount=Money(4990)))
    assert said(counter_draft(free)).text("pag/detPag/tPag") == "99"
    gift = an_item(interstate=True, amounts=TaxBase(goods=Money(4990), discount=Money(4990)))
    assert said(shipped_draft(gift, payments=())).text("pag/detPag/tPag") == "90"


# -- what cannot be ---------------------------------------------------------------------------------------


def places(draft: DocumentDraft) -> tuple[str, ...]:
    with pytest.raises(DocumentInvalid) as wrong:
        said(draft)
    return wrong.value.places


def test_a_product_without_ncm_is_named() -> None:
    lines = (an_item(), an_item(reference="TAM-20", ncm=""), an_item(reference="CABO", ncm="7615"))
    assert places(counter_draft(*lines)) == ("NCM TAM-20", "NCM CABO")


def test_a_cfop_of_another_reach_is_named() -> None:
    assert places(counter_draft(an_item(interstate=True))) == ("CFOP PAN-20",)
    assert places(shipped_draft(an_item())) == ("CFOP PAN-20",)


def test_amounts_that_do_not_fit_are_named() -> None:
    line = an_item()
    assert places(counter_draft(replace(line, discount=Money(5000)))) == ("vDesc PAN-20",)
    assert places(counter_draft(replace(line, freight=Money(-1)))) == ("vFrete PAN-20",)
    assert places(counter_draft(total=Money(4989))) == ("vNF",)
    assert places(counter_draft(change=Money(1))) == ("pag",)
    assert places(counter_draft(payments=())) == ("pag",)
    assert places(counter_draft(*[line] * 991)) == ("det",)


def test_a_number_that_is_no_secret_is_refused() -> None:
    assert places(counter_draft(random_code="00001042")) == ("cNF",)
    assert places(counter_draft(random_code="11111111")) == ("cNF",)


def test_what_an_nfce_cannot_do_is_refused() -> None:
    assert places(counter_draft(interstate=True)) == ("idDest",)
    assert places(counter_draft(ships=True)) == ("modFrete",)
    assert places(counter_draft(model=FiscalModel.NONE)) == ("mod",)


def test_nothing_is_written_before_the_shop_is_known() -> None:
    for shop in (
        a_shop(cnpj=""),
        a_shop(city_code=""),
        a_shop(city_code="3304557"),
        a_shop(address=Address()),
    ):
        with pytest.raises(FiscalNotReady) as unknown:
            said(counter_draft(emitter=shop))
        assert unknown.value.missing == "emitter"


def test_totals_are_the_sums_of_many_lines_with_freight_and_discount() -> None:
    amounts = TaxBase(goods=Money(3333), discount=Money(33), freight=Money(517), other=Money(1))
    lines = tuple(an_item(3333, regime=NORMAL, interstate=True, amounts=amounts) for _ in range(7))
    note = said(shipped_draft(*lines, regime=NORMAL))
    note.add_up()
    assert note.money("total/ICMSTot/vNF") == total_of(lines).reais == Decimal("267.26")
    assert note.money("total/ICMSTot/vFrete") == Decimal("36.19")
