"""What the shop signs, everybody else finds signed; what is touched afterwards, nobody does."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.fiscal.conftest import NOW, material_of
from tests.fiscal.drafts import ALPHANUMERIC_CNPJ, CNPJ, a_shop, counter_draft, settings_of, shipped_draft
from tests.fiscal.proofs import digest_of, proved, sealed_part
from varejoforte_desktop.fiscal.archive_form import join
from varejoforte_desktop.fiscal.certificate import Material, read_certificate
from varejoforte_desktop.fiscal.markup import DSIG, NFE, field, read
from varejoforte_desktop.fiscal.notary import FiscalNotary
from varejoforte_desktop.fiscal.signing import canonical, digest_value, raw_signature, signature_holds, signed

ID = "ID1101114126111122233300018165001000001042158214603801"
#: Written with short tags and an attribute order that the canonical form changes.
EVENT = (
    f'<evento xmlns="{NFE}" versao="1.00"><infEvento Id="{ID}"><cOrgao>41</cOrgao><detEvento versao="1.00">'
    "<descEvento>Cancelamento</descEvento><xJust>Erro &lt;de&gt; digitação &amp; &quot;troca&quot; d&#39;água</xJust>"
    "<vazio/></detEvento></infEvento></evento>"
).encode()
#: The canonical form of infEvento, written by hand.
CANONICAL = (
    f'<infEvento xmlns="{NFE}" Id="{ID}"><cOrgao>41</cOrgao><detEvento versao="1.00">'
    '<descEvento>Cancelamento</descEvento><xJust>Erro &lt;de&gt; digitação &amp; "troca" d\'água</xJust>'
    "<vazio></vazio></detEvento></infEvento>"
).encode()
#: What OpenSSL's command line says to these bytes, and to the SignedInfo around their digest, with the same key.
GOLDEN_DIGEST = "iWzmt0MeifLxGMSBCXQwYelbePM="
GOLDEN_SIGNATURE = (
    "QGwrp8J6aZs72CfgqksW8E5nd7y2GjmPHHkLWVe05qa6R3ss9oZdhCxadq/TkzOJVC2pFWV7josGbrudcwKgOfc/kD9hEjRUV9eVaxDuB9ee7SKob"
    "KFkvEncbeHtq2HR6yM2m0b78WJOuBjekZmrSXCzKsOIFgiMazMzQro0jsb/6LMTCAMm1fEBIhsr/Q30UjUO0esQY4P6lr8ahO4eAKVTFicIKdi4N/"
    "dnKfCSnqwgCe3JAebq2NvA4sqMOdoj9HPa67SYF285n6w/I1+WJEgOlA+NnYZkDSiPS46FLp/G5/UDfywLdlQPyuQ6snFNBvzpUPkgOO1jfpgOniQ"
    "91A=="
)


@pytest.fixture
def golden() -> Material:
    """The key that the golden signature was made with."""
    pfx = (Path(__file__).parent / "papers" / "rc2.pfx").read_bytes()
    return Material.from_text(read_certificate(pfx, "treino", NOW).material)


def test_digest_and_signature_are_those_that_openssl_makes(golden: Material) -> None:
    """The canonical form, the digest and the signature of one event, each known from elsewhere."""
    xml, digest = signed(EVENT, tag="infEvento", material=golden)

    assert canonical(read(xml)[0]) == CANONICAL
    assert digest == GOLDEN_DIGEST == digest_of(CANONICAL)
    assert f"<DigestValue>{GOLDEN_DIGEST}</DigestValue>".encode() in xml
    assert f"<SignatureValue>{GOLDEN_SIGNATURE}</SignatureValue>".encode() in xml


def test_the_signed_bytes_are_the_given_ones_with_a_signature_before_the_end(material: Material) -> None:
    """Nothing is written anew: not the short tag, not the entities."""
    xml, _ = signed(
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + EVENT + b"\n", tag="infEvento", material=material
    )

    assert xml.startswith(EVENT.removesuffix(b"</evento>") + b"<Signature ")
    assert xml.endswith(b"</Signature></evento>")


def test_the_signature_holds_for_us_and_for_others(material: Material, lettered: Material) -> None:
    """Also with the certificate of a company whose CNPJ has letters; never with another's."""
    for own, other in ((material, lettered), (lettered, material)):
        xml, digest = signed(EVENT, tag="infEvento", material=own)

        assert signature_holds(xml, "infEvento")
        assert proved(xml, own)
        assert not proved(xml, other)
        assert digest_value(xml, "infEvento") == digest


def test_only_the_certificate_is_enclosed_and_only_the_agreed_methods_are_used(material: Material) -> None:
    """The profile of the layout: SEFAZ refuses anything more or else (298)."""
    xml, _ = signed(EVENT, tag="infEvento", material=material)
    signature = read(xml)[-1]
    said = [
        (etree.QName(node).localname, node.get("Algorithm", "").rpartition("/")[2])
        for node in signature.iter()
    ]

    assert said == [
        ("Signature", ""),
        ("SignedInfo", ""),
        ("CanonicalizationMethod", "REC-xml-c14n-20010315"),
        ("SignatureMethod", "xmldsig#rsa-sha1"),
        ("Reference", ""),
        ("Transforms", ""),
        ("Transform", "xmldsig#enveloped-signature"),
        ("Transform", "REC-xml-c14n-20010315"),
        ("DigestMethod", "xmldsig#sha1"),
        ("DigestValue", ""),
        ("SignatureValue", ""),
        ("KeyInfo", ""),
        ("X509Data", ""),
        ("X509Certificate", ""),
    ]
    assert base64.b64decode(signature.findtext(f".//{{{DSIG}}}X509Certificate") or "") == material.certificate


@pytest.mark.parametrize(
    ("was", "became"),
    [
        (b"<cOrgao>41</cOrgao>", b"<cOrgao>42</cOrgao>"),
        (b"<cOrgao>41</cOrgao>", b"<cOrgao>41 </cOrgao>"),
        (b"<vazio/>", b"<vazio/><mais/>"),
        (b"<vazio/>", b"<vazio/>\n"),
        (b'versao="1.00"><descEvento>', b'versao="1.01"><descEvento>'),
        (b"&quot;troca&quot;", b"&quot;Troca&quot;"),
        (b"2158214603801", b"2158214603802"),
        (b"<DigestValue>", b"<DigestValue>A"),
        (b"<SignatureValue>", b"<SignatureValue>AAAA"),
        (b"#rsa-sha1", b"#rsa-sha256"),
        (b"#enveloped-signature", b"#base64"),
    ],
)
def test_whatever_is_touched_afterwards_no_longer_holds(
    was: bytes, became: bytes, material: Material
) -> None:
    """A value, a blank, an element, the Id, the signature itself."""
    xml, _ = signed(EVENT, tag="infEvento", material=material)
    touched = xml.replace(was, became)
    assert touched != xml

    assert not signature_holds(touched, "infEvento")
    assert not proved(touched, material)


def test_another_certificate_in_the_place_of_ours_does_not_hold(material: Material, golden: Material) -> None:
    """Whose signature it is, is part of it."""
    xml, _ = signed(EVENT, tag="infEvento", material=material)
    swapped = xml.replace(base64.b64encode(material.certificate), base64.b64encode(golden.certificate))
    assert swapped != xml

    assert not signature_holds(swapped, "infEvento")
    assert not proved(swapped, golden)


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"nothing",
        b"<evento/>",
        EVENT,
        b"<!DOCTYPE evento><evento/>",
        EVENT.replace(b"</evento>", f'<Signature xmlns="{DSIG}"/></evento>'.encode()),
    ],
)
def test_what_is_not_signed_does_not_hold(xml: bytes) -> None:
    """However it is broken, the answer is no and not an error."""
    assert not signature_holds(xml, "infEvento")


def test_a_signature_twice_does_not_hold(material: Material) -> None:
    """With two of them, a reader could look at the wrong one."""
    xml, _ = signed(EVENT, tag="infEvento", material=material)
    start, end = xml.index(b"<Signature "), xml.index(b"</evento>")

    assert not signature_holds(xml[:end] + xml[start:end] + b"</evento>", "infEvento")


@pytest.mark.parametrize(
    "xml",
    [
        EVENT.replace(b"infEvento", b"infOutro"),
        EVENT.replace(f' Id="{ID}"'.encode(), b""),
        EVENT.replace(
            f'xmlns="{NFE}"'.encode(), f'xmlns="{NFE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema"'.encode()
        ),
        EVENT.replace(f'xmlns="{NFE}"'.encode(), b'xmlns="http://elsewhere"'),
        EVENT + EVENT,
        b'<!DOCTYPE evento [<!ENTITY a "b">]>' + EVENT,
    ],
)
def test_what_sefaz_would_refuse_is_not_signed(xml: bytes, material: Material) -> None:
    """No Id, names with prefixes, another namespace, no single document, a document type."""
    with pytest.raises(ValueError, match=r".+"):
        signed(xml, tag="infEvento", material=material)


@settings(max_examples=40)
@given(
    words=st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=40),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_people_write_the_signature_holds(words: list[str]) -> None:
    """Accents, marks, quotes and letters from anywhere."""
    own = material_of(CNPJ)
    inside = "".join(field("xJust", word) for word in words if "\ufffe" not in word and "\uffff" not in word)
    xml, _ = signed(
        f'<evento xmlns="{NFE}"><infEvento Id="{ID}">{inside}</infEvento></evento>'.encode(),
        tag="infEvento",
        material=own,
    )

    assert signature_holds(xml, "infEvento")
    assert proved(xml, own)


@pytest.mark.parametrize("cnpj", [CNPJ, ALPHANUMERIC_CNPJ])
def test_a_whole_document_keeps_its_signature_into_the_archive(cnpj: str) -> None:
    """NFC-e with its QR code and NF-e, joined with what SEFAZ said, cut out again byte by byte."""
    own = material_of(cnpj)
    receipt = f'<protNFe xmlns="{NFE}" versao="4.00"><infProt><cStat>100</cStat></infProt></protNFe>'.encode()
    for draft in (counter_draft(emitter=a_shop(cnpj=cnpj)), shipped_draft(emitter=a_shop(cnpj=cnpj))):
        composed = FiscalNotary(own, settings_of(draft)).compose(draft)
        proc = join(composed.xml, receipt)

        assert sealed_part(proc, "NFe") == composed.xml
        assert proved(sealed_part(proc, "NFe"), own)
        assert signature_holds(composed.xml, "infNFe")
        assert read(proc).tag == f"{{{NFE}}}nfeProc"


def test_an_archive_written_anew_with_indents_has_lost_its_signature(material: Material) -> None:
    """Why the archive is made of bytes: this is what a friendly printer of XML does."""
    draft = counter_draft()
    xml = FiscalNotary(material, settings_of(draft)).compose(draft).xml
    pretty = etree.tostring(etree.fromstring(xml), pretty_print=True)

    assert not signature_holds(pretty, "infNFe")
    assert not proved(pretty, material)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("NFe", "retEvento"),
        ("evento", "protNFe"),
        ("inutNFe", "protNFe"),
        ("protNFe", "NFe"),
        ("outro", "protNFe"),
    ],
)
def test_what_does_not_belong_together_is_not_joined(sent: str, told: str) -> None:
    """A document with its protocol, an event with its answer, nothing else."""
    with pytest.raises(ValueError, match="belong together"):
        join(f'<{sent} xmlns="{NFE}"/>'.encode(), f'<{told} xmlns="{NFE}"/>'.encode())


def test_bare_bytes_are_signed_for_the_qr_code(material: Material) -> None:
    """RSA with SHA-1, as anybody with the certificate can prove."""
    value = base64.b64decode(raw_signature(b"35|3|2", material))

    material.key.public_key().verify(value, b"35|3|2", padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the law's
