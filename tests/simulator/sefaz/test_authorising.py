"""An invoice is authorised once, and whatever is wrong with it is told by its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.simulator.sefaz import papers
from tests.simulator.sefaz.papers import CNPJ, LETTERED, Clock, Sale
from tests.simulator.sefaz.till import Till
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import Identity, PracticeAuthority
from varejoforte_desktop.simulator.sefaz.keys import compose
from varejoforte_desktop.simulator.sefaz.states import PublicPages
from varejoforte_desktop.simulator.sefaz.terms import Terms

STORE = Sale(number=7, model="55")
OFFLINE = Sale(number=8, emission="9")


def swap(old: str, new: str) -> Callable[[str], str]:
    def patch(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return patch


@pytest.mark.parametrize(
    "sale",
    [
        Sale(),
        Sale(cpf="52998224725"),
        Sale(paid="20.00", change="7.50"),
        Sale(version="2"),
        OFFLINE,
        replace(OFFLINE, cpf="52998224725"),
        replace(OFFLINE, version="2"),
        STORE,
    ],
    ids=[
        "counter",
        "named buyer",
        "change",
        "second QR",
        "off-line",
        "off-line, named",
        "off-line, second QR",
        "store",
    ],
)
def test_a_good_invoice_is_authorised(till: Till, simulator: SefazSimulator, sale: Sale) -> None:
    told = till.sell(sale)
    document = simulator.documents[sale.key]
    assert told.stat == "100"
    assert told.text("cStat") == "104"
    assert told.text("infProt/nProt") == document.protocol
    assert told.text("infProt/digVal") == document.digest
    assert told.text("infProt/chNFe") == sale.key
    assert told.text("infProt/dhRecbto") == "2026-11-23T12:00:00-03:00"
    assert document.xml.decode() == papers.invoice(sale, till.identity)
    assert (document.state, document.total) == ("authorised", Decimal("12.50"))
    assert simulator.live_documents() == [document]


def test_a_company_whose_cnpj_has_letters_sells_too(
    simulator: SefazSimulator, practice: PracticeAuthority, clock: Clock
) -> None:
    till = Till(simulator, practice.company_identity(LETTERED, "LETRAS"), clock, LETTERED)
    sale = Sale(cnpj=LETTERED)
    assert till.sell(sale).stat == "100"
    assert till.ask(sale.key).stat == "100"
    assert till.cancel(sale.key).stat == "135"
    assert till.ask(sale.key).stat == "101"
    assert till.post("inutilizacao", papers.voiding(9, 9, till.identity, cnpj=LETTERED)).stat == "102"


@pytest.mark.parametrize(
    ("stat", "sale"),
    [
        ("502", Sale(patch=swap("<cNF>48271935", "<cNF>48271936"))),
        ("897", Sale(code="11111111")),
        ("897", Sale(code="00000001", number=1)),
        ("252", Sale(patch=swap("<tpAmb>2", "<tpAmb>1"))),
        ("226", Sale(patch=swap("<cUF>35", "<cUF>33"))),
        ("237", Sale(cpf="52998224724")),
        ("207", Sale(cnpj="12345678000190")),
        ("373", Sale(patch=swap(papers.HOMOLOGACAO, "COPO"))),
        ("598", replace(STORE, patch=swap(papers.BUYER, "FULANO"))),
        ("564", Sale(patch=swap("<vProd>12.50", "<vProd>12.51"))),
        ("610", Sale(patch=swap("<vNF>12.50", "<vNF>12.40"))),
        ("531", Sale(patch=swap("<ICMSTot><vBC>0.00", "<ICMSTot><vBC>1.00"))),
        ("532", Sale(patch=swap("<vICMS>0.00", "<vICMS>1.00"))),
        ("537", Sale(patch=swap("<vDesc>0.00", "<vDesc>1.00"))),
        ("602", Sale(patch=swap("<vII>0.00</vII><vIPI>0.00</vIPI><vIPIDevol>0.00</vIPIDevol><vPIS>0.00",
                                "<vII>0.00</vII><vIPI>0.00</vIPI><vIPIDevol>0.00</vIPIDevol><vPIS>0.10"))),
        ("629", Sale(patch=swap("<vUnCom>10.00", "<vUnCom>9.00"))),
        ("865", Sale(paid="12.49")),
        ("865", Sale(paid="15.00", change="2.51")),
        ("767", Sale(paid="15.00")),
        ("441", Sale(patch=swap("<tPag>01", "<tPag>99"))),
        ("391", Sale(patch=swap("<tPag>01", "<tPag>03"))),
        ("705", Sale(patch=swap("</dhEmi>", "</dhEmi><dhSaiEnt>2026-11-23T12:00:00-03:00</dhSaiEnt>"))),
        ("706", Sale(patch=swap("<tpNF>1", "<tpNF>0"))),
        ("707", Sale(patch=swap("<idDest>1", "<idDest>2"))),
        ("709", Sale(patch=swap("<tpImp>4", "<tpImp>1"))),
        ("716", Sale(patch=swap("<indFinal>1", "<indFinal>0"))),
        ("717", Sale(patch=swap("<indPres>1", "<indPres>2"))),
        ("718", Sale(patch=swap("</IE><CRT>", "</IE><IEST>111111111112</IEST><CRT>"))),
        ("725", Sale(patch=swap("<CFOP>5102", "<CFOP>5910"))),
        ("753", Sale(patch=swap("<modFrete>9", "<modFrete>1"))),
        ("754", Sale(patch=swap("</modFrete>", "</modFrete><transporta><xNome>FULANO</xNome></transporta>"))),
        ("787", Sale(patch=swap("<indPres>1", "<indPres>4"))),
        ("788", Sale(cpf="52998224725", patch=swap("<indPres>1", "<indPres>4"))),
        ("710", replace(STORE, patch=swap("<tpImp>1", "<tpImp>4"))),
        ("711", replace(STORE, emission="9")),
        ("434", replace(STORE, patch=swap("<indIntermed>0</indIntermed>", ""))),
        ("732", replace(STORE, patch=swap("<idDest>2", "<idDest>1"))),
        ("745", replace(STORE, patch=swap(
            "<PIS><PISOutr><CST>49</CST><vBC>0.00</vBC><pPIS>0.0000</pPIS><vPIS>0.00</vPIS></PISOutr></PIS>", ""))),
        ("394", Sale(retouch=lambda text: text.split("<infNFeSupl>")[0] + text.split("</infNFeSupl>")[1])),
        ("395", Sale(retouch=swap("/qrcode?p=", "/qrcodes?p="))),
        ("878", Sale(retouch=swap("NFCeConsultaPublica<", "NFCeConsulta<"))),
        ("397", Sale(retouch=swap("|3|2</qrCode>", "|3|1</qrCode>"))),
        ("397", Sale(retouch=swap("?p=3526", "?p=3525"))),
        ("397", replace(OFFLINE, retouch=swap("|3|2|23|12.50|", "|3|2|22|12.50|"))),
        ("397", replace(OFFLINE, retouch=swap("|12.50|", "|12.40|"))),
        ("397", replace(OFFLINE, retouch=swap("|12.50|||", "|12.50|2|52998224725|"))),
        ("397", replace(OFFLINE, version="2", retouch=swap("|2|2|23|", "|2|2|24|"))),
        ("225", Sale(patch=swap("<NCM>70133700", "<NCM>7013370"))),
        ("225", Sale(patch=swap("<natOp>VENDA</natOp>", ""))),
        ("588", Sale(retouch=swap("><ide>", ">\n<ide>"))),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_number(
    till: Till, simulator: SefazSimulator, stat: str, sale: Sale
) -> None:
    assert till.sell(sale).stat == stat
    assert simulator.documents == {}
    assert [one.stat for one in simulator.received] == [stat]


def test_what_was_refused_may_be_mended_under_the_same_number(till: Till) -> None:
    assert till.sell(Sale(paid="1.00")).stat == "865"
    assert till.sell(Sale()).stat == "100"


def test_the_proof_in_an_off_line_qr_code_is_opened(till: Till) -> None:
    nfe = papers.invoice(OFFLINE, till.identity)
    said, _, proof = nfe.split("<qrCode>")[1].split("</qrCode>")[0].rpartition("|")
    other = papers.sign(b"something else", till.identity)
    assert till.post("autorizacao", papers.lot(nfe.replace(proof, other))).stat == "496"
    bare = nfe.replace(f"{said}|{proof}", f"{papers.QR}?p={OFFLINE.key}|3|2")
    assert till.post("autorizacao", papers.lot(bare)).stat == "225"  # the layout itself asks for the proof
    assert till.post("autorizacao", papers.lot(nfe)).stat == "100"


@pytest.mark.parametrize("sale", [Sale(version="2"), replace(OFFLINE, version="2", cpf="52998224725")])
def test_the_hash_of_a_second_qr_code_is_recomputed_when_the_code_is_known(till: Till, sale: Sale) -> None:
    till.simulator.terms.csc = {"1": "OUTRO"}
    assert till.sell(sale).stat == "464"
    till.simulator.terms.csc = {"2": sale.csc[1]}
    assert till.sell(sale).stat == "462"
    till.simulator.terms.csc = {"1": sale.csc[1]}
    assert till.sell(sale).stat == "100"


def test_other_addresses_may_be_agreed_for_the_public_pages(clock: Clock, identity: Identity) -> None:
    simulator = SefazSimulator(clock, terms=Terms(pages=PublicPages("https://loja.example/qr", papers.URL)))
    till = Till(simulator, identity, clock, CNPJ)
    assert till.sell(Sale()).stat == "395"
    assert till.sell(Sale(retouch=swap(papers.QR, "https://loja.example/qr"))).stat == "100"


def test_the_same_key_again_is_a_duplicate_and_names_the_protocol(
    till: Till, simulator: SefazSimulator
) -> None:
    till.sell(Sale())
    again = till.sell(Sale())
    assert again.stat == "204"
    assert f"[nProt:{simulator.documents[Sale().key].protocol}]" in again.words
    assert len(simulator.documents) == 1


def test_a_late_duplicate_is_still_a_duplicate(till: Till, clock: Clock) -> None:
    till.sell(Sale())
    clock.turn(hours=5)
    assert till.sell(Sale()).stat == "204"


def test_a_cancelled_invoice_sent_again_is_told_to_be_cancelled(till: Till) -> None:
    till.sell(Sale())
    till.cancel(Sale().key)
    assert till.sell(Sale()).stat == "218"


def test_a_number_belongs_to_one_key(till: Till) -> None:
    till.sell(Sale())
    other = till.sell(Sale(code="77310482"))
    assert other.stat == "539"
    assert f"[chNFe:{Sale().key}][nRec:" in other.words
    assert till.sell(Sale(code="77310482", series=2)).stat == "100"


def test_a_number_given_up_is_never_used(till: Till) -> None:
    assert till.void(5, 9).stat == "102"
    assert till.sell(Sale(number=5)).stat == "206"
    assert till.sell(Sale(number=9)).stat == "206"
    assert till.sell(Sale(number=10)).stat == "100"


@pytest.mark.parametrize(
    ("sale", "minutes", "stat"),
    [
        (Sale(), 5, "100"),
        (Sale(), 6, "704"),
        (Sale(), -5, "100"),
        (Sale(), -6, "703"),
        (STORE, -6, "703"),
        (STORE, 7 * 24 * 60, "100"),
        (STORE, 7 * 24 * 60 + 1, "228"),
        (OFFLINE, 24 * 60, "100"),
        (OFFLINE, 24 * 60 + 1, "150"),
        (OFFLINE, 168 * 60, "150"),
        (OFFLINE, 168 * 60 + 1, "704"),
    ],
)
def test_an_invoice_comes_in_time(till: Till, clock: Clock, sale: Sale, minutes: float, stat: str) -> None:
    clock.turn(minutes=minutes)
    assert till.sell(sale).stat == stat
    if stat in ("100", "150"):
        assert till.ask(sale.key).stat == stat


def test_a_state_may_forbid_selling_off_line(till: Till) -> None:
    till.simulator.terms.offline_allowed = False
    assert till.sell(OFFLINE).stat == "712"


def test_each_model_has_its_own_door(till: Till) -> None:
    assert till.post("autorizacao", papers.lot(papers.invoice(Sale(), till.identity)), "55").stat == "450"
    assert till.post("autorizacao", papers.lot(papers.invoice(STORE, till.identity)), "65").stat == "775"


def test_a_check_digit_that_does_not_hold_is_seen_first(till: Till) -> None:
    key = Sale().key
    wrong = key[:43] + str((int(key[43]) + 1) % 10)
    assert till.sell(Sale(patch=swap(f'Id="NFe{key}"', f'Id="NFe{wrong}"'))).stat == "236"


def test_a_lot_brings_one_invoice_and_waits_for_the_answer(till: Till) -> None:
    nfe = papers.invoice(Sale(), till.identity)
    two = nfe + papers.invoice(Sale(number=2), till.identity)
    assert till.post("autorizacao", papers.lot(two)).stat == "452"
    assert till.post("autorizacao", papers.lot(nfe).replace("<indSinc>1", "<indSinc>0")).stat == "452"


def test_what_is_not_xml_or_borrows_a_prefix_is_not_read(till: Till) -> None:
    nfe = papers.invoice(Sale(), till.identity).replace("<infNFe ", '<infNFe xsi:nil="false" ')
    lot = papers.lot(nfe).replace(
        "<enviNFe ", '<enviNFe xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    )
    assert till.post("autorizacao", lot).stat in ("225", "243")
    assert till.post("autorizacao", papers.status()).stat == "225"
    assert till.simulator.documents == {}


def test_a_prefix_is_refused(till: Till) -> None:
    lot = papers.lot(papers.invoice(Sale(), till.identity))
    prefixed = lot.replace("enviNFe xmlns=", "n:enviNFe xmlns:n=").replace("</enviNFe", "</n:enviNFe")
    assert till.post("autorizacao", prefixed).stat == "404"


def test_the_taxes_on_consumption_add_up(till: Till) -> None:
    group = (
        "<IBSCBS><CST>000</CST><cClassTrib>000001</cClassTrib><gIBSCBS><vBC>{base}</vBC><gIBSUF><pIBSUF>0.1000</pIBSUF>"
        "<vIBSUF>{uf}</vIBSUF></gIBSUF><gIBSMun><pIBSMun>0.0000</pIBSMun><vIBSMun>0.00</vIBSMun></gIBSMun>"
        "<vIBS>{uf}</vIBS><gCBS><pCBS>0.9000</pCBS><vCBS>{cbs}</vCBS></gCBS></gIBSCBS></IBSCBS>"
    )
    totals = (
        "<IBSCBSTot><vBCIBSCBS>12.50</vBCIBSCBS><gIBS><gIBSUF><vDif>0.00</vDif><vDevTrib>0.00</vDevTrib><vIBSUF>{uf}"
        "</vIBSUF></gIBSUF><gIBSMun><vDif>0.00</vDif><vDevTrib>0.00</vDevTrib><vIBSMun>0.00</vIBSMun></gIBSMun>"
        "<vIBS>{uf}</vIBS><vCredPres>0.00</vCredPres><vCredPresCondSus>0.00</vCredPresCondSus></gIBS><gCBS><vDif>0.00"
        "</vDif><vDevTrib>0.00</vDevTrib><vCBS>{cbs}</vCBS><vCredPres>0.00</vCredPres><vCredPresCondSus>0.00"
        "</vCredPresCondSus></gCBS></IBSCBSTot>"
    )

    def taxed(first: str, uf: str, cbs: str) -> Callable[[str], str]:
        def patch(text: str) -> str:
            head, second, rest = text.split("</imposto>")
            head += group.format(base="10.00", uf=first, cbs="0.09") + "</imposto>"
            second += group.format(base="2.50", uf="0.00", cbs="0.02") + "</imposto>"
            return head + second + rest.replace("</ICMSTot>", "</ICMSTot>" + totals.format(uf=uf, cbs=cbs))

        return patch

    assert till.sell(Sale(patch=taxed("0.02", "0.02", "0.11"))).stat == "9106"
    assert till.sell(Sale(patch=taxed("0.01", "0.01", "0.12"))).stat == "9106"
    assert till.sell(Sale(patch=taxed("0.01", "0.01", "0.11"))).stat == "100"


def test_a_key_is_composed_as_the_tests_compose_it() -> None:
    sale = Sale(
        cnpj=LETTERED, number=123, series=12, emission="9", issued=datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    )
    assert sale.key.startswith("3526101")  # it is still October in the shop, and the CNPJ begins with 1
    composed = compose(
        uf="35", month="2610", cnpj=LETTERED, model="65", series=12, number=123, kind="9", code=sale.code
    )
    assert composed == sale.key
