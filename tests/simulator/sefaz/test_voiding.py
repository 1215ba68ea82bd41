"""Numbers that are given up are given up once, and never a used one."""

from __future__ import annotations

from tests.simulator.sefaz import papers
from tests.simulator.sefaz.papers import CNPJ, Sale
from tests.simulator.sefaz.till import Till
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority


def test_a_range_is_given_up(till: Till, simulator: SefazSimulator) -> None:
    told = till.void(10, 12)
    (voided,) = simulator.voided
    assert told.stat == "102"
    assert told.text("infInut/nProt") == voided.protocol
    assert (voided.cnpj, voided.model, voided.series, voided.first, voided.last) == (CNPJ, "65", 1, 10, 12)
    assert voided.reason == "FALHA NA NUMERACAO"
    assert (told.text("infInut/nNFIni"), told.text("infInut/nNFFin")) == ("10", "12")


def test_a_used_number_is_not_given_up_cancelled_or_not(till: Till) -> None:
    till.sell(Sale(number=11))
    assert till.void(10, 12).stat == "241"
    till.cancel(Sale(number=11).key)
    assert till.void(11).stat == "241"
    assert till.void(10).stat == "102"


def test_a_refused_number_may_be_given_up(till: Till) -> None:
    assert till.sell(Sale(number=11, paid="1.00")).stat == "865"
    assert till.void(11).stat == "102"


def test_the_same_range_twice_is_told_apart_from_one_that_overlaps(till: Till) -> None:
    assert till.void(10, 12).stat == "102"
    assert till.void(10, 12).stat == "563"
    assert till.void(12, 13).stat == "256"
    assert till.void(13, 13).stat == "102"


def test_a_range_runs_forward_and_is_not_endless(till: Till) -> None:
    assert till.void(12, 10).stat == "224"
    assert till.void(1, 10_001).stat == "201"
    assert till.void(1, 10_000).stat == "102"


def test_a_voiding_is_sealed_by_its_company(till: Till, practice: PracticeAuthority) -> None:
    message = papers.voiding(10, 12, till.identity)
    assert till.post("inutilizacao", message.replace("FALHA NA", "ERRO NA")).stat == "297"
    other = practice.company_identity("11222333000181", "OUTRA")
    assert till.post("inutilizacao", papers.voiding(10, 12, other)).stat == "213"
    assert till.post("inutilizacao", message.replace("INUTILIZAR", "ANULAR")).stat == "215"
    assert till.post("inutilizacao", papers.voiding(10, 12, till.identity, model="55")).stat == "775"
    assert till.simulator.voided == []


def test_the_id_of_a_voiding_tells_the_range(till: Till) -> None:
    message = papers.voiding(10, 12, till.identity)
    shown = papers.voiding(10, 13, till.identity).split('Id="')[1].split('"')[0]
    part = message.split("<infInut", 1)[1].split("</infInut>")[0]
    part = "<infInut" + part.replace(message.split('Id="')[1].split('"')[0], shown) + "</infInut>"
    forged = (
        f'<inutNFe xmlns="{papers.NFE}" versao="4.00">{part}{papers.seal(part, till.identity)[0]}</inutNFe>'
    )
    assert till.post("inutilizacao", forged).stat == "502"
