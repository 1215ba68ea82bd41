"""A seal covers every byte of what it seals, and others see it the same way."""

from __future__ import annotations

import base64
import re

import pytest
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, InvalidInput, InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tests.simulator.sefaz import papers
from tests.simulator.sefaz.papers import CNPJ, LETTERED, NFE, Clock, Sale
from tests.simulator.sefaz.till import Till
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import Identity, PracticeAuthority, practice_key
from varejoforte_desktop.simulator.sefaz.markup import canonical, find, parse
from varejoforte_desktop.simulator.sefaz.reasons import Rejection
from varejoforte_desktop.simulator.sefaz.seals import check_seal


def others_accept(xml: str, identity: Identity) -> bool:
    """What a program written by strangers makes of a seal."""
    verifier = XMLVerifier()
    verifier.excise_empty_xmlns_declarations = True
    config = SignatureConfiguration(
        signature_methods=frozenset({SignatureMethod.RSA_SHA1}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA1}),
        location="./",
    )
    try:
        verifier.verify(etree.fromstring(xml.encode()), x509_cert=identity.certificate, expect_config=config)
    except (InvalidSignature, InvalidDigest, InvalidInput):
        return False
    return True


def ours_accept(xml: str, part: str) -> bool:
    try:
        check_seal(parse(xml.encode()), part)
    except Rejection as no:
        return no.stat != "297"
    return True


@pytest.mark.parametrize("sale", [Sale(), Sale(model="55"), Sale(emission="9", cpf="52998224725")])
def test_others_see_the_seal_of_an_invoice_as_the_authority_does(identity: Identity, sale: Sale) -> None:
    nfe = papers.invoice(sale, identity)
    assert others_accept(nfe, identity)
    assert ours_accept(nfe, "infNFe")


def test_others_see_the_seal_of_a_voiding_and_of_an_event_as_the_authority_does(identity: Identity) -> None:
    voiding = papers.voiding(1, 2, identity)
    assert others_accept(voiding, identity)
    assert ours_accept(voiding, "infInut")
    lot = papers.event("110111", Sale().key, papers.cancel("135260000000001"), identity, Clock()())
    event = re.search("<evento.*</evento>", lot)
    assert event
    assert others_accept(event[0], identity)
    assert ours_accept(event[0], "infEvento")


TAMPERED = [
    ("<vProd>10.00", "<vProd>10.01"),
    ("LOJA DE TREINO &amp; CIA", "LOJA DE TREINO &amp; CIB"),
    ("<natOp>VENDA</natOp>", "<natOp>VENDA </natOp>"),
    ('versao="4.00" Id=', 'versao="4.01" Id='),
    ("<CSOSN>102</CSOSN>", "<CSOSN>103</CSOSN>"),
    ("</ide>", "<cMunFGIBS>3550308</cMunFGIBS></ide>"),
    ("<serie>1</serie>", ""),
]


@pytest.mark.parametrize(("old", "new"), TAMPERED)
def test_whatever_is_changed_breaks_the_seal(identity: Identity, old: str, new: str) -> None:
    nfe = papers.invoice(Sale(), identity)
    changed = nfe.replace(old, new, 1)
    assert changed != nfe
    assert not ours_accept(changed, "infNFe")
    assert not others_accept(changed, identity)


@pytest.mark.parametrize("where", ["DigestValue", "SignatureValue"])
def test_a_seal_that_was_changed_itself_is_seen(identity: Identity, where: str) -> None:
    nfe = papers.invoice(Sale(), identity)
    value = re.search(f"<{where}>(.*?)</{where}>", nfe)
    assert value
    other = base64.b64encode(
        bytes([base64.b64decode(value[1])[0] ^ 1]) + base64.b64decode(value[1])[1:]
    ).decode()
    changed = nfe.replace(value[1], other)
    assert not ours_accept(changed, "infNFe")
    assert not others_accept(changed, identity)


def test_a_quote_written_another_way_is_the_same_document(identity: Identity) -> None:
    nfe = papers.invoice(Sale(), identity)
    other = nfe.replace('<det nItem="1">', "<det  nItem='1' >").replace("&amp;", "&#38;")
    assert other != nfe
    assert ours_accept(other, "infNFe")
    assert others_accept(other, identity)


@pytest.mark.parametrize(
    "xml",
    [
        f'<a xmlns="{NFE}" z="1" b="&lt;&quot;&#9;&#10;"><b/>x &amp; y &gt; z<c>&#13;ação</c></a>',
        f'<a xmlns="{NFE}" xmlns:x="urn:x" xmlns:b="urn:b" x:q="1" b:q="2" q="3"><x:c xmlns:x="urn:y" x:w="1"/></a>',
        f'<a xmlns="{NFE}"><b xmlns=""><c/></b><d xmlns="urn:d"><e xmlns="{NFE}"/></d></a>',
        '<a xml:lang="pt"><!-- a word aside --><b  c = "1"></b >\n text <![CDATA[1 < 2]]></a>',
    ],
)
def test_the_canonical_form_is_the_one_of_the_standard(xml: str) -> None:
    expected = etree.tostring(etree.fromstring(xml), method="c14n", exclusive=False, with_comments=False)
    assert canonical(parse(xml.encode())) == expected


def test_a_part_of_a_document_is_written_with_the_namespaces_around_it(identity: Identity) -> None:
    """Where lxml, asked for a part, writes empty declarations that belong to nobody."""
    nfe = parse(papers.invoice(Sale(), identity).encode())
    info = find(nfe, "infNFe")
    assert info is not None
    alone = etree.fromstring(etree.tostring(info, with_tail=False))
    assert canonical(info) == etree.tostring(alone, method="c14n", exclusive=False, with_comments=False)


def test_a_tampered_invoice_is_refused(till: Till) -> None:
    nfe = papers.invoice(Sale(), till.identity).replace("<xMun>SAO PAULO", "<xMun>SANTOS")
    assert till.post("autorizacao", papers.lot(nfe)).stat == "297"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#NFe", "#NFE"),
        ("#rsa-sha1", "#rsa-sha256"),
        ("REC-xml-c14n-20010315", "REC-xml-c14n-20010315#WithComments"),
    ],
)
def test_a_seal_made_another_way_is_not_taken(identity: Identity, old: str, new: str) -> None:
    nfe = papers.invoice(Sale(), identity).replace(old, new)
    with pytest.raises(Rejection) as no:
        check_seal(parse(nfe.encode()), "infNFe")
    assert no.value.stat == "298"


def test_the_certificate_alone_is_shown(identity: Identity) -> None:
    nfe = papers.invoice(Sale(), identity)
    for extra in ("<X509SubjectName>CN=A</X509SubjectName></X509Data>", "</X509Data><KeyValue/>"):
        with pytest.raises(Rejection) as no:
            check_seal(parse(nfe.replace("</X509Data>", extra).encode()), "infNFe")
        assert no.value.stat == "298"


def test_a_seal_of_another_key_is_not_of_the_certificate(till: Till, identity: Identity) -> None:
    stranger = practice_key("stranger")
    forged = Identity(identity.certificate, stranger, identity.chain)
    assert till.post("autorizacao", papers.lot(papers.invoice(Sale(), forged))).stat == "297"


def test_a_certificate_of_another_company_does_not_seal(till: Till, practice: PracticeAuthority) -> None:
    other = practice.company_identity("11222333000181", "OUTRA")
    assert till.post("autorizacao", papers.lot(papers.invoice(Sale(), other))).stat == "213"


def test_a_branch_is_sealed_for_by_its_head_office(simulator: SefazSimulator, identity: Identity) -> None:
    branch = CNPJ[:8] + "0002"
    branch += papers.digit(branch)
    branch += papers.digit(branch)
    till = Till(simulator, identity, Clock(), branch)
    assert till.sell(Sale(cnpj=branch)).stat == "100"


def test_another_company_may_not_hand_an_invoice_in(simulator: SefazSimulator, identity: Identity) -> None:
    assert Till(simulator, identity, Clock(), LETTERED).sell(Sale()).stat == "213"


def test_an_expired_certificate_does_not_seal(till: Till, practice: PracticeAuthority) -> None:
    expired = practice.company_identity(CNPJ, "LOJA", days=-1)
    assert till.post("autorizacao", papers.lot(papers.invoice(Sale(), expired))).stat == "291"


def test_a_certificate_of_an_unknown_authority_does_not_seal(till: Till) -> None:
    own = practice_key("stranger")
    stranger = PracticeAuthority(till.clock, key=own).company_identity(CNPJ, "LOJA")
    assert till.post("autorizacao", papers.lot(papers.invoice(Sale(), stranger))).stat == "293"


def test_the_envelope_leaves_no_trace_in_what_is_kept(till: Till, simulator: SefazSimulator) -> None:
    """The envelope declares namespaces that the seal was not made with."""
    bare = papers.invoice(Sale(), till.identity)
    assert till.post("autorizacao", papers.lot(bare.replace(f' xmlns="{NFE}"', "", 1))).stat == "100"
    kept = simulator.documents[Sale().key].xml.decode()
    assert kept == bare
    assert others_accept(kept, till.identity)
