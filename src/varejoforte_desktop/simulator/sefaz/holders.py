"""Whose certificate it is: the company written into it, and for how long it holds."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509

CNPJ_OF_HOLDER = x509.ObjectIdentifier("2.16.76.1.3.3")
NAME_OF_RESPONSIBLE = x509.ObjectIdentifier("2.16.76.1.3.2")
PERSON_RESPONSIBLE = x509.ObjectIdentifier("2.16.76.1.3.4")


def cnpj_of(certificate: x509.Certificate) -> str | None:
    """The company's CNPJ: from the names ICP-Brasil keeps for it, or else from the end of the common name."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = None
    for name in names or ():
        if isinstance(name, x509.OtherName) and name.type_id == CNPJ_OF_HOLDER:
            return name.value[2:].decode("ascii", "replace")  # behind the DER type and length
    for attribute in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME):
        _, colon, told = str(attribute.value).rpartition(":")
        if colon and len(told) == 14:
            return told
    return None


def holds_at(certificate: x509.Certificate, instant: datetime) -> bool:
    """Whether a certificate is valid at an instant."""
    return certificate.not_valid_before_utc <= instant <= certificate.not_valid_after_utc


def same_company(one: str | None, other: str | None) -> bool:
    """Whether two CNPJs belong to one company: the first eight characters say so."""
    return one is not None and other is not None and one[:8] == other[:8]
