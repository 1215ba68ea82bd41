"""Practice certificates look like the ones a shop buys."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.simulator.sefaz.papers import CNPJ, LETTERED, Clock
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority
from varejoforte_desktop.simulator.sefaz.holders import cnpj_of, holds_at, same_company


def test_a_company_gets_a_file_under_a_password(practice: PracticeAuthority) -> None:
    pfx = practice.company(CNPJ, "LOJA DE TREINO", password="segredo")
    key, certificate, chain = pkcs12.load_key_and_certificates(pfx, b"segredo")
    assert key is not None
    assert certificate is not None
    assert chain == [practice.certificate]
    assert cnpj_of(certificate) == CNPJ
    certificate.verify_directly_issued_by(practice.certificate)
    (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert name.value == f"LOJA DE TREINO:{CNPJ}"
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates(pfx, b"errada")


def test_the_names_of_icp_brasil_are_in_it(practice: PracticeAuthority) -> None:
    certificate = practice.company_identity(LETTERED, "L" * 80, responsible="MARIA DE TREINO").certificate
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    told = {name.type_id.dotted_string: name.value[2:] for name in names if isinstance(name, x509.OtherName)}
    assert told == {"2.16.76.1.3.3": LETTERED.encode(), "2.16.76.1.3.2": b"MARIA DE TREINO"}


def test_a_certificate_holds_for_its_days(practice: PracticeAuthority, clock: Clock) -> None:
    good = practice.company_identity(CNPJ, "LOJA", days=30).certificate
    over = practice.company_identity(CNPJ, "LOJA", days=-1).certificate
    assert good.not_valid_after_utc == clock().astimezone(UTC) + timedelta(days=30)
    assert holds_at(good, clock())
    assert not holds_at(good, clock() + timedelta(days=31))
    assert not holds_at(over, clock())
    assert holds_at(over, clock() - timedelta(days=1, hours=12))


def test_the_chain_and_the_names_may_be_missing(practice: PracticeAuthority) -> None:
    pfx = practice.company(CNPJ, "LOJA", password="segredo", chain=False, named=False)
    _, certificate, chain = pkcs12.load_key_and_certificates(pfx, b"segredo")
    assert certificate is not None
    assert chain == []
    assert cnpj_of(certificate) == CNPJ
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_the_server_is_nobodys_company(practice: PracticeAuthority) -> None:
    assert cnpj_of(practice.server_identity().certificate) is None


def test_an_authority_goes_on_tomorrow(practice: PracticeAuthority, clock: Clock) -> None:
    again = PracticeAuthority.load(clock, practice.pem)
    assert again.certificate == practice.certificate
    again.company_identity(CNPJ, "LOJA").certificate.verify_directly_issued_by(practice.certificate)
    with pytest.raises(ValueError, match="PEM"):
        PracticeAuthority.load(clock, practice.ca_pem)


def test_branches_are_one_company() -> None:
    assert same_company("12345678000195", "12345678000276")
    assert not same_company("12345678000195", "12345679000195")
    assert not same_company(None, None)
