"""The shop's A1: opened whoever exported it, refused with a reason, and never left lying about."""

from __future__ import annotations

import ssl
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID, ObjectIdentifier

from tests.fiscal.conftest import NAME, NOW, PASSWORD, practice
from tests.fiscal.drafts import ALPHANUMERIC_CNPJ, CNPJ
from varejoforte_desktop.domain.fiscal_errors import WrongCertificate
from varejoforte_desktop.fiscal.certificate import (
    LARGEST,
    Material,
    belongs_to,
    read_certificate,
    require_holder,
)
from varejoforte_desktop.fiscal.tls import client_context
from varejoforte_desktop.simulator.sefaz.certificates import practice_key

RESPONSIBLE = ObjectIdentifier("2.16.76.1.3.4")
HOLDER = ObjectIdentifier("2.16.76.1.3.3")
OLD = Path(__file__).parent / "papers" / "rc2.pfx"


def a_certificate(
    common_name: str, names: list[x509.GeneralName], key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """A self-signed certificate with what somebody wrote into it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0xABCDEF)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, hashes.SHA256())


def a_pfx(
    certificate: x509.Certificate | None,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None,
    protection: KeySerializationEncryption | None = None,
) -> bytes:
    """A file with these parts."""
    locked = protection or BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"a1", key, certificate, None, locked)


def refused(pfx: bytes, password: str = PASSWORD, now: datetime = NOW) -> tuple[str, str]:
    """Why a file is refused, and the facts."""
    with pytest.raises(WrongCertificate) as caught:
        read_certificate(pfx, password, now)
    return caught.value.why, caught.value.facts


# --- opening -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False], ids=["names of ICP-Brasil", "common name only"])
@pytest.mark.parametrize("cnpj", [CNPJ, ALPHANUMERIC_CNPJ])
def test_a_file_is_read_with_its_holder(cnpj: str, named: bool) -> None:
    """Holder, CNPJ with and without letters, issuer, validity in UTC."""
    opened = read_certificate(practice().company(cnpj, NAME, password=PASSWORD, named=named), PASSWORD, NOW)

    assert opened.facts.cnpj == cnpj
    assert opened.facts.holder == NAME
    assert opened.facts.issuer == "AC DE TREINO - SEM VALOR"
    assert opened.facts.not_after == NOW + timedelta(days=365)
    assert opened.facts.days_left(NOW) == 365


def test_a_file_of_an_old_program_is_opened() -> None:
    """RC2 and 3DES, which OpenSSL itself no longer opens."""
    opened = read_certificate(OLD.read_bytes(), "treino", NOW)

    assert (opened.facts.cnpj, opened.facts.holder) == (CNPJ, "CASA DAS PANELAS LTDA")
    assert len(Material.from_text(opened.material).chain) == 1


@pytest.mark.parametrize(
    "way",
    [pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC, pkcs12.PBES.PBESv2SHA256AndAES256CBC],
    ids=["3DES", "AES"],
)
def test_every_usual_protection_is_opened(way: pkcs12.PBES) -> None:
    """As Windows exports it, either way; with accents in the password."""
    identity = practice().company_identity(CNPJ, NAME)
    locked = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2000)
        .key_cert_algorithm(way)
        .hmac_hash(hashes.SHA1())  # noqa: S303 - as old programs do
        .build("senhaçã€".encode())
    )

    assert (
        read_certificate(a_pfx(identity.certificate, identity.key, locked), "senhaçã€", NOW).facts.cnpj
        == CNPJ
    )


def test_a_file_without_a_password_is_opened_without_one() -> None:
    """Some programs export so."""
    identity = practice().company_identity(CNPJ, NAME)

    assert (
        read_certificate(a_pfx(identity.certificate, identity.key, NoEncryption()), "", NOW).facts.cnpj
        == CNPJ
    )


@pytest.mark.parametrize("tag", [0x04, 0x0C, 0x13, 0x16], ids=["octets", "UTF-8", "printable", "IA5"])
def test_the_cnpj_is_found_however_it_was_encoded(tag: int) -> None:
    """Authorities write it in four ways."""
    key = practice_key("company")
    names: list[x509.GeneralName] = [
        x509.RFC822Name("loja@example.com"),
        x509.OtherName(RESPONSIBLE, bytes([0x13, 3]) + b"000"),
        x509.OtherName(HOLDER, bytes([tag, 14]) + ALPHANUMERIC_CNPJ.encode()),
    ]

    opened = read_certificate(a_pfx(a_certificate("LOJA", names, key), key), PASSWORD, NOW)

    assert (opened.facts.cnpj, opened.facts.holder) == (ALPHANUMERIC_CNPJ, "LOJA")
    assert opened.facts.serial == "ABCDEF"


# --- refusing ------------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_told() -> None:
    """Also none at all, and one that no keyboard writes."""
    pfx = practice().company(CNPJ, NAME, password=PASSWORD)

    assert refused(pfx, "outra")[0] == "password"
    assert refused(pfx, "")[0] == "password"
    assert refused(pfx, "\ud800")[0] == "password"


def test_a_damaged_file_is_told() -> None:
    """Cut short, grown, or something else from the start."""
    pfx = practice().company(CNPJ, NAME, password=PASSWORD)

    for broken in (
        pfx[:-1],
        pfx[: len(pfx) // 2],
        pfx + b"\0",
        b"",
        b"0",
        b"PK\x03\x04" + bytes(200),
        bytes(64),
    ):
        assert refused(broken)[0] == "damaged"


def test_bytes_changed_inside_never_do_worse_than_a_refusal() -> None:
    """Whichever byte turns."""
    pfx = practice().company(CNPJ, NAME, password=PASSWORD)

    def outcome(place: int) -> str:
        changed = bytearray(pfx)
        changed[place] ^= 0x5A
        try:
            return read_certificate(bytes(changed), PASSWORD, NOW).facts.cnpj
        except WrongCertificate as error:
            return error.why

    # A byte that says nothing, such as one of the file's own name for the key, may turn unseen.
    assert {outcome(place) for place in range(0, len(pfx), 37)} <= {"damaged", "password", "no_key", CNPJ}
    assert outcome(0) == "damaged"
    assert outcome(len(pfx) // 2) == "password"


def test_a_file_larger_than_any_certificate_is_not_even_opened() -> None:
    """64 kB."""
    assert refused(bytes(LARGEST + 1)) == ("big", str(LARGEST + 1))


def test_an_expired_certificate_and_one_of_tomorrow_are_told_with_their_dates() -> None:
    """A day before, a day after, and to the second."""
    pfx = practice().company(CNPJ, NAME, password=PASSWORD, days=10)
    ends, starts = NOW + timedelta(days=10), NOW - timedelta(days=1)

    assert refused(pfx, now=ends + timedelta(seconds=1)) == ("expired", ends.isoformat())
    assert refused(pfx, now=starts - timedelta(seconds=1)) == ("not_yet", starts.isoformat())
    assert read_certificate(pfx, PASSWORD, ends).facts.days_left(ends) == 0


def test_a_file_without_a_usable_key_is_told() -> None:
    """The certificate alone, the key alone, and a key that SEFAZ does not take."""
    identity = practice().company_identity(CNPJ, NAME)
    curve = ec.generate_private_key(ec.SECP256R1())

    assert refused(a_pfx(identity.certificate, None))[0] == "no_key"
    assert refused(a_pfx(None, identity.key))[0] == "no_key"
    assert refused(a_pfx(a_certificate(f"LOJA:{CNPJ}", [], curve), curve)) == ("no_key", "RSA")


@pytest.mark.parametrize("name", ["MARIA DA SILVA:52998224725", "LOJA", "LOJA:11222333000182", "LOJA:"])
def test_a_persons_certificate_is_told(name: str) -> None:
    """An e-CPF opens doors, but not SEFAZ's."""
    key = practice_key("company")
    names: list[x509.GeneralName] = [
        x509.OtherName(ObjectIdentifier("2.16.76.1.3.1"), b"\x13\x0b52998224725")
    ]

    assert refused(a_pfx(a_certificate(name, names, key), key)) == ("no_cnpj", name)


def test_a_certificate_serves_all_branches_of_its_company_and_no_other() -> None:
    """SEFAZ compares the first eight marks."""
    facts = read_certificate(practice().company(CNPJ, NAME, password=PASSWORD), PASSWORD, NOW).facts

    assert belongs_to(facts, CNPJ)
    assert belongs_to(facts, "11222333000262")
    assert not belongs_to(facts, ALPHANUMERIC_CNPJ)
    assert not belongs_to(facts, "")
    require_holder(facts, "11222333000262")
    with pytest.raises(WrongCertificate) as caught:
        require_holder(facts, ALPHANUMERIC_CNPJ)
    assert (caught.value.why, caught.value.facts) == ("others", CNPJ)


# --- keeping -------------------------------------------------------------------------------------------------------


def test_what_is_kept_is_what_was_opened(material: Material) -> None:
    """Key, certificate and chain, there and back."""
    again = Material.from_text(material.to_text())

    assert again.key.private_numbers() == material.key.private_numbers()
    assert (again.certificate, again.chain) == (material.certificate, material.chain)
    assert len(material.chain) == 1


@pytest.mark.parametrize(
    "text", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_was_not_kept_by_us_is_refused(text: str) -> None:
    """A damaged book says so."""
    with pytest.raises(WrongCertificate) as caught:
        Material.from_text(text)
    assert caught.value.why == "damaged"


def test_nothing_secret_is_shown_by_accident(material: Material) -> None:
    """Neither in a log nor in a traceback."""
    opened = read_certificate(practice().company(CNPJ, NAME, password=PASSWORD), PASSWORD, NOW)

    assert "PRIVATE" not in repr(opened)
    assert repr(material) == "Material()"


# --- the connection ------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files would lie."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_connection_always_proves_the_server(material: Material) -> None:
    """Certificate and host name, with any option."""
    for weak in (False, True):
        context = client_context(material, practice().ca_pem.decode(), weak_ciphers=weak)

        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert not context.verify_flags & ssl.VERIFY_X509_STRICT  # old certificates of authorities pass
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        subjects = {str(ca["subject"]) for ca in context.get_ca_certs()}
        assert any("AC DE TREINO" in subject for subject in subjects)
        assert len(subjects) > 50  # and whom everybody trusts


def test_weak_ciphers_are_taken_only_where_the_shop_says_so(material: Material) -> None:
    """For authorisers with an older TLS."""
    usual = {cipher["name"] for cipher in client_context(material).get_ciphers()}
    weak = {cipher["name"] for cipher in client_context(material, weak_ciphers=True).get_ciphers()}

    assert usual < weak


def test_the_key_lies_in_a_file_only_locked_and_only_while_it_is_read(
    material: Material, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSSL takes it from nowhere else."""
    seen: list[tuple[int, bytes]] = []
    real = ssl.SSLContext.load_cert_chain

    def watched(self: ssl.SSLContext, certfile: Any, *args: Any, **kwargs: Any) -> None:
        seen.append((stat.S_IMODE(Path(certfile).stat().st_mode), Path(certfile).read_bytes()))
        real(self, certfile, *args, **kwargs)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", watched)
    client_context(material)

    (mode, written), *more = seen
    assert not more
    assert mode == 0o600
    assert b"ENCRYPTED PRIVATE KEY" in written
    with pytest.raises((TypeError, ValueError)):
        load_pem_private_key(written, None)
    assert list(folder.rglob("*")) == []


def test_no_key_file_is_left_when_it_cannot_be_read(
    material: Material, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong: here, a certificate that does not fit the key, then an interruption."""
    stranger = Material(practice_key("stranger"), material.certificate)
    with pytest.raises(ssl.SSLError):
        client_context(stranger)
    assert list(folder.rglob("*")) == []

    def interrupted(self: ssl.SSLContext, *args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", interrupted)
    with pytest.raises(KeyboardInterrupt):
        client_context(material)
    assert list(folder.rglob("*")) == []


def test_an_extra_bundle_that_is_none_is_told(material: Material) -> None:
    """A shop gave the wrong file."""
    with pytest.raises(ValueError, match="bundle"):
        client_context(material, "nonsense")


def test_a_chain_is_shown_as_certificates_only(material: Material) -> None:
    """What leaves the sealed text holds no key."""
    loaded = x509.load_pem_x509_certificates(material.chain_text().encode())

    assert [one.public_bytes(Encoding.DER) for one in loaded] == [material.certificate, *material.chain]
    assert loaded[0].not_valid_after_utc == datetime(2027, 11, 23, 13, 15, 40, tzinfo=UTC)
