"""Documents as a whole, written, signed and checked.

The official layout, another signature library and a second reader agree with each, and the practice SEFAZ takes them.
"""

from __future__ import annotations

import base64
import hashlib
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.fiscal.conftest import NOW, material_of, practice
from tests.fiscal.drafts import (
    ALPHANUMERIC_CNPJ,
    CNPJ,
    CPF,
    ISSUED,
    NORMAL,
    SIMPLES,
    a_buyer,
    a_rule,
    a_shop,
    an_item,
    counter_draft,
    offline_draft,
    settings_of,
    shipped_draft,
    total_of,
)
from tests.fiscal.note_reader import NS, Note
from tests.fiscal.proofs import proved
from varejoforte_desktop.application.fiscal_ports import (
    Composed,
    DocumentDraft,
    DraftBuyer,
    DraftItem,
    DraftPayment,
    EventDraft,
    Notary,
    VoidDraft,
)
from varejoforte_desktop.domain.document_amounts import LineAmounts, spread
from varejoforte_desktop.domain.fiscal import EmissionType, FiscalEnvironment, FiscalEventKind, key_parts
from varejoforte_desktop.domain.fiscal_errors import DocumentInvalid, FiscalNotReady
from varejoforte_desktop.domain.fiscal_settings import Responsible
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import FiscalModel, PaymentMethod
from varejoforte_desktop.domain.taxes import TaxRule
from varejoforte_desktop.fiscal.authority import SefazAuthority
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.notary import FiscalNotary
from varejoforte_desktop.fiscal.schemas import Kind, check
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.line import MemoryLine

CSC = "0123456789ABCDEF0123456789ABCDEF"
VERSION_2: dict[str, Any] = {"qr_version": 2, "csc_id": "000001", "csc": CSC}
PRODUCTION = FiscalEnvironment.PRODUCAO


def composed(draft: DocumentDraft) -> Composed:
    notary: Notary = FiscalNotary(material_of(draft.emitter.cnpj), settings_of(draft))
    return notary.compose(draft)


def sound(draft: DocumentDraft) -> Note:
    """The document, when everybody agrees with it."""
    document = composed(draft)
    note = Note(document.xml)
    assert check(document.xml, Kind.DOCUMENT) == ()
    assert proved(document.xml, material_of(draft.emitter.cnpj))
    assert note.key == document.key
    assert note.root.findtext(".//{*}DigestValue") == document.digest
    note.add_up()
    return note


def st_line(**changes: Any) -> Any:
    return an_item(
        1290, "2", rule=a_rule(csosn="500", cfop="5405", cest="1400100"), reference="ST-1", **changes
    )


def paid_by(*parts: tuple[PaymentMethod, int]) -> tuple[DraftPayment, ...]:
    return tuple(DraftPayment(method=method, amount=Money(cents)) for method, cents in parts)


def nine() -> dict[str, DocumentDraft]:
    """The documents that a shop of either regime issues in its daily life."""
    lines = (an_item(), st_line())
    cash = paid_by((PaymentMethod.CASH, 10_000))
    card = paid_by((PaymentMethod.CREDIT, 3000), (PaymentMethod.PIX, 1990))
    marketplace = {"intermediary_cnpj": "00776574000660", "intermediary_id": "casa-das-panelas"}
    house = Responsible(cnpj=CNPJ, contact="Suporte", email="fiscal@example.com", phone="1155550000")
    return {
        "nfce_simples": counter_draft(*lines, payments=cash, change=Money(10_000) - total_of(lines)),
        "nfce_qr_2": counter_draft(buyer=DraftBuyer(document=CPF), payments=card, **VERSION_2),
        "nfce_normal": counter_draft(regime=NORMAL, responsible=house),
        "nfce_offline": offline_draft(buyer=DraftBuyer(document=CPF)),
        "nfce_offline_qr_2": offline_draft(**VERSION_2),
        "nfe_simples": shipped_draft(),
        "nfe_difal": shipped_draft(regime=NORMAL, **marketplace),
        "nfce_letters": counter_draft(emitter=a_shop(cnpj=ALPHANUMERIC_CNPJ)),
        "nfe_svc": shipped_draft(
            emission_type=EmissionType.SVC_AN,
            offline_at=ISSUED,
            offline_reason="SEFAZ fora do ar desde as 9 horas",
        ),
    }


@pytest.mark.parametrize("name", sorted(nine()))
def test_the_documents_of_a_shops_daily_life(name: str) -> None:
    draft = nine()[name]
    note = sound(draft)
    assert note.text("ide/mod") == ("55" if name.startswith("nfe_") else "65")
    assert note.text("emit/CRT") == draft.emitter.regime.value
    assert note.has("total/IBSCBSTot") == (draft.emitter.regime is NORMAL)
    assert (note.root.find(f"{NS}infNFeSupl") is not None) == name.startswith("nfce_")


@pytest.mark.parametrize("name", sorted(set(nine()) - {"nfe_svc"}))
async def test_the_practice_sefaz_authorises_them(name: str) -> None:
    draft = nine()[name]
    document = composed(draft)
    simulator = SefazSimulator(lambda: NOW, authority=practice().certificate)
    settings = replace(settings_of(draft), own_endpoints="https://sefaz.example")
    authority = SefazAuthority(MemoryLine(simulator, draft.emitter.cnpj), settings)
    answer = await authority.authorise(document.xml, draft.model, emission_type=draft.emission_type)
    assert (answer.stat, answer.digest) == ("100", document.digest), answer.reason
    archive = FiscalNotary(material_of(draft.emitter.cnpj), settings).join(document.xml, answer.receipt)
    assert document.xml in archive
    assert check(archive, Kind.DOCUMENT_ARCHIVE) == ()


def test_the_key_says_whose_document_it_is() -> None:
    parts = key_parts(composed(shipped_draft()).key)
    assert (parts.uf_code, parts.month, parts.issuer, parts.model) == ("35", "2611", CNPJ, "55")
    assert (parts.series, parts.number, parts.emission_type, parts.random_code) == (2, 1042, "1", "58214603")
    assert key_parts(composed(nine()["nfce_letters"]).key).issuer == ALPHANUMERIC_CNPJ


def test_the_same_draft_is_the_same_document_again() -> None:
    assert composed(counter_draft()) == composed(counter_draft())


def test_nothing_is_indented_declared_or_prefixed() -> None:
    xml = composed(shipped_draft()).xml
    assert xml.startswith(b'<NFe xmlns="http://www.portalfiscal.inf.br/nfe"><infNFe versao="4.00" Id="NFe35')
    assert b"\n" not in xml
    assert b"> <" not in xml
    assert xml.endswith(b"</Signature></NFe>")


def test_a_changed_byte_breaks_the_signature(material: Material) -> None:
    xml = composed(counter_draft()).xml
    assert proved(xml, material)
    assert not proved(xml.replace(b"<vNF>49.90</vNF>", b"<vNF>49.91</vNF>"), material)


def qr_of(draft: DocumentDraft) -> list[str]:
    note = Note(composed(draft).xml)
    told = note.root.findtext(f"{NS}infNFeSupl/{NS}qrCode") or ""
    assert len(note.root.findtext(f"{NS}infNFeSupl/{NS}urlChave") or "") >= 21
    return told.partition("?p=")[2].split("|")


def test_the_qr_code_tells_what_its_version_asks_for() -> None:
    online = composed(counter_draft())
    assert qr_of(counter_draft()) == [online.key, "3", "2"]
    offline = offline_draft(buyer=DraftBuyer(document=CPF))
    told = qr_of(offline)
    assert told[:-1] == [composed(offline).key, "3", "2", "23", "49.90", "2", CPF]
    assert len(base64.b64decode(told[-1])) == 256
    assert qr_of(offline_draft())[5:7] == ["", ""]


def test_the_older_qr_code_is_hashed_with_the_csc() -> None:
    *told, code = qr_of(counter_draft(**VERSION_2))
    assert told == [composed(counter_draft(**VERSION_2)).key, "2", "2", "1"]
    assert code == hashlib.sha1(("|".join(told) + CSC).encode(), usedforsecurity=False).hexdigest().upper()
    offline = composed(offline_draft(**VERSION_2))
    told = qr_of(offline_draft(**VERSION_2))
    assert bytes.fromhex(told[5]).decode() == offline.digest
    with pytest.raises(FiscalNotReady) as missing:
        composed(counter_draft(qr_version=2))
    assert missing.value.missing == "csc"


def test_marks_that_xml_knows_are_escaped_and_read_back() -> None:
    name = 'Jogo <3 peças> & "inox" d\'água ção ÁÉÍ'
    note = sound(counter_draft(an_item(name=name, reference="A&B<1>"), environment=PRODUCTION))
    assert note.text("prod/xProd", note.items[0]) == name
    assert note.text("prod/cProd", note.items[0]) == "A&B<1>"
    assert b"&lt;3 pe\xc3\xa7as&gt; &amp; " in note.xml


def test_a_document_has_up_to_990_lines() -> None:
    lines = tuple(an_item(100 + place, reference=f"P{place}") for place in range(990))
    note = sound(counter_draft(*lines))
    assert len(note.items) == 990
    assert note.items[-1].get("nItem") == "990"


def test_what_only_the_layout_knows_is_told_by_place() -> None:
    with pytest.raises(DocumentInvalid) as wrong:
        composed(offline_draft(offline_reason="curta"))
    assert any("xJust" in place for place in wrong.value.places)
    with pytest.raises(DocumentInvalid) as wrong:
        composed(counter_draft(responsible=Responsible(cnpj=CNPJ)))
    assert any("infRespTec" in place for place in wrong.value.places)


def test_the_notary_signs_what_happens_to_a_document_and_what_never_became_one(material: Material) -> None:
    draft = counter_draft()
    notary = FiscalNotary(material, settings_of(draft))
    event = notary.event(
        EventDraft(
            kind=FiscalEventKind.CANCEL,
            key=composed(draft).key,
            sequence=1,
            at=ISSUED,
            environment=draft.environment,
            issuer=CNPJ,
            protocol="135260000000001",
            text="Cliente desistiu da compra",
        )
    )
    assert proved(event, material)
    void = notary.void(
        VoidDraft(
            environment=draft.environment,
            uf="SP",
            issuer=CNPJ,
            model=FiscalModel.NFCE,
            series=1,
            first=7,
            last=9,
            year=26,
            reason="Numeros pulados por falha do computador",
        )
    )
    assert proved(void, material)


# -- made-up documents ------------------------------------------------------------------------------------


def made_up_items(chance: random.Random, rule: TaxRule, *, nfe: bool) -> tuple[DraftItem, ...]:
    """Any number of lines with a discount, freight and charges, all under one row of the tax table."""
    sold = []
    for _ in range(chance.randint(1, 12)):
        count = Decimal(chance.choice([1000, 2000, chance.randint(1, 9999)])).scaleb(-3)
        price = Money(chance.randint(1, 200_000))
        sold.append((price, count, LineAmounts(gross=price.times(count))))
    goods = sum((line.gross for _, _, line in sold), ZERO)
    bases = spread(
        [line for _, _, line in sold],
        discount=Money(chance.randint(0, goods.cents // 2)) if chance.random() < 0.6 else ZERO,
        freight=Money(chance.randint(0, 9000)) if nfe else ZERO,
        other=Money(chance.choice([0, 0, 350])),
    )
    return tuple(
        an_item(
            price.cents,
            str(count),
            regime=SIMPLES if rule.csosn else NORMAL,
            rule=rule,
            interstate=rule.cfop.startswith("6"),
            amounts=base,
            reference=f"P{place}",
            name=chance.choice(["Panela", "Açúcar & Cia <1kg>", 'Tubo 2" ção', "Ø 10 – inox"]),
        )
        for place, ((price, count, _), base) in enumerate(zip(sold, bases, strict=True))
    )


def a_made_up_draft(chance: random.Random) -> DocumentDraft:
    """A document of either model and regime, on or off line, at home or beyond the state."""
    regime = chance.choice([SIMPLES, NORMAL])
    nfe = chance.random() < 0.5
    across = nfe and chance.random() < 0.6
    inside = across and regime is NORMAL and chance.random() < 0.5
    items = made_up_items(chance, a_rule(regime=regime, interstate=across, difal_inside=inside), nfe=nfe)
    facts: dict[str, Any] = {"regime": regime, "number": chance.randint(1, 999_999_999)}
    if nfe:
        return shipped_draft(
            *items, interstate=across, buyer=a_buyer(state="RJ" if across else "SP"), **facts
        )
    total = total_of(items)
    over = Money(chance.randint(0, 5000)) if total else ZERO
    payments = paid_by((PaymentMethod.CASH, (total + over).cents)) if total else ()
    issue = chance.choice([counter_draft, offline_draft])
    return issue(*items, payments=payments, change=over, **facts)


def test_sixty_made_up_documents_are_sound() -> None:
    chance = random.Random(65)
    seen = set()
    for _ in range(60):
        draft = a_made_up_draft(chance)
        note = sound(draft)
        seen.add((draft.model, draft.emitter.regime, draft.emission_type))
        assert note.money("total/ICMSTot/vNF") == draft.total.reais
    assert len(seen) == 6  # NFC-e on and off line and NF-e, of both regimes
