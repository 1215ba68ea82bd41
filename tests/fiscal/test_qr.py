"""The QR code of an NFC-e, mark by mark, and its place in the signed document."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.fiscal.drafts import ALPHANUMERIC_CNPJ, CNPJ, CPF, a_shop, counter_draft, settings_of
from tests.fiscal.proofs import proved
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.layout.document import written
from varejoforte_desktop.fiscal.notary import key_of
from varejoforte_desktop.fiscal.qr import QrFacts, qr_text, with_supplement
from varejoforte_desktop.fiscal.schemas import Kind, check
from varejoforte_desktop.fiscal.signing import signature_holds, signed

ONLINE = "35261111222333000181650010000010421582146033"
OFFLINE = "35261111222333000181650010000010429582146039"
LETTERS_ONLINE = "35261112ABC34501DE35650010000010421582146034"
LETTERS_OFFLINE = "35261112ABC34501DE35650010000010429582146030"
PAGE = "https://www.homologacao.nfce.fazenda.sp.gov.br/qrcode"
TYPED = "https://www.homologacao.nfce.fazenda.sp.gov.br/NFCeConsultaPublica"
CSC = "A1B2C3D4-E5F6-7890-ABCD-EF1234567890"
DIGEST = "iWzmt0MeifLxGMSBCXQwYelbePM="


def facts(key: str, version: int = 3, **changes: object) -> QrFacts:
    """A sale of R$ 49,90 on the 3rd."""
    told: dict[str, object] = {
        "key": key,
        "environment": FiscalEnvironment.HOMOLOGACAO,
        "page": PAGE,
        "version": version,
        "day": 3,
        "total": "49.90",
        "digest": DIGEST,
        "csc_id": "000001",
        "csc": CSC,
        **changes,
    }
    return QrFacts(**told)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", [ONLINE, LETTERS_ONLINE])
def test_version_3_on_line(key: str, material: Material) -> None:
    """Nothing but the key; a buyer is not named."""
    assert qr_text(facts(key, buyer=CPF), material) == f"{PAGE}?p={key}|3|2"
    real = facts(key, environment=FiscalEnvironment.PRODUCAO, page="http://www.fazenda.pr.gov.br/nfce/qrcode")
    assert qr_text(real, material) == f"http://www.fazenda.pr.gov.br/nfce/qrcode?p={key}|3|1"


@pytest.mark.parametrize("key", [OFFLINE, LETTERS_OFFLINE])
@pytest.mark.parametrize(
    ("buyer", "said"),
    [("", "|"), (CPF, f"2|{CPF}"), (CNPJ, f"1|{CNPJ}"), (ALPHANUMERIC_CNPJ, f"1|{ALPHANUMERIC_CNPJ}")],
)
def test_version_3_offline_is_signed(key: str, buyer: str, said: str, material: Material) -> None:
    """Day, total and buyer, and a signature over all of it that the certificate proves."""
    text = qr_text(facts(key, buyer=buyer), material)
    told, _, signature = text.removeprefix(f"{PAGE}?p=").rpartition("|")

    assert told == f"{key}|3|2|03|49.90|{said}"
    material.key.public_key().verify(
        base64.b64decode(signature, validate=True),
        told.encode(),
        padding.PKCS1v15(),
        hashes.SHA1(),  # noqa: S303 - the law's
    )


def test_version_2_on_line(material: Material) -> None:
    """The number of the CSC without zeros in front, the hash over everything with the CSC behind it."""
    assert qr_text(facts(ONLINE, 2), material) == (
        f"{PAGE}?p={ONLINE}|2|2|1|BAEB62A7314B38C6A968BEF7D98E61C0B58522D5"
    )
    assert qr_text(facts(ONLINE, 2, csc_id="000100"), material).split("|")[3] == "100"


def test_version_2_offline(material: Material) -> None:
    """With the digest of the document in hexadecimal."""
    assert qr_text(facts(OFFLINE, 2), material) == (
        f"{PAGE}?p={OFFLINE}|2|2|03|49.90|69577a6d74304d6569664c78474d53424358517759656c6265504d3d|1|"
        "2335442E8B96C713EC42596F8061636A28F5CA1B"
    )


@pytest.mark.parametrize("missing", [{"csc": ""}, {"csc_id": ""}, {"csc_id": "A1"}])
def test_version_2_without_a_csc_is_told(missing: dict[str, str], material: Material) -> None:
    """It cannot be made up."""
    for key in (ONLINE, OFFLINE):
        with pytest.raises(FiscalNotReady) as caught:
            qr_text(facts(key, 2, **missing), material)
        assert caught.value.missing == "csc"


def test_the_csc_is_not_shown_by_accident() -> None:
    """It is a secret."""
    assert CSC not in repr(facts(ONLINE, 2))


@pytest.mark.parametrize("version", [2, 3])
def test_a_page_with_a_question_mark_gets_no_second_one(version: int, material: Material) -> None:
    """A list of addresses may have it either way."""
    for page in (PAGE, f"{PAGE}?p=", f"{PAGE}?"):
        assert qr_text(facts(ONLINE, version, page=page), material).startswith(
            f"{PAGE}?p={ONLINE}|{version}|"
        )


@pytest.mark.parametrize("cnpj", [CNPJ, ALPHANUMERIC_CNPJ])
def test_the_qr_code_goes_in_after_signing_and_the_signature_holds(cnpj: str, material: Material) -> None:
    """By bytes: what was signed is not touched, and the whole fits the layout."""
    draft = counter_draft(emitter=a_shop(cnpj=cnpj))
    key = key_of(draft)
    xml, digest = signed(written(draft, key), tag="infNFe", material=material)
    assert settings_of(draft).qr_version == 3
    page = f"{PAGE}?p={key}|3|2"

    whole = with_supplement(xml, page, TYPED)

    added = f"<infNFeSupl><qrCode>{page}</qrCode><urlChave>{TYPED}</urlChave></infNFeSupl>".encode()
    assert whole.replace(added, b"") == xml
    assert check(whole, Kind.DOCUMENT) == ()
    assert signature_holds(whole, "infNFe")
    assert proved(whole, material)
    assert digest.encode() in whole


def test_an_unsigned_document_gets_no_qr_code() -> None:
    """There would be no place for it."""
    with pytest.raises(ValueError, match="not found"):
        with_supplement(b"<NFe></NFe>", PAGE, TYPED)
