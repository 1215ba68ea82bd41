"""The shop's A1 certificate: opened from its file, read, and kept as text that is sealed elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID, ObjectIdentifier

from varejoforte_desktop.application.fiscal_ports import CertificateFacts, OpenedCertificate
from varejoforte_desktop.domain.fiscal_errors import WrongCertificate
from varejoforte_desktop.domain.tax_ids import is_cnpj, valid_tax_id

#: An A1 file has some 3 to 10 kB, with a long chain 20.
LARGEST: Final = 64 * 1024
#: ICP-Brasil: the CNPJ of the company that a certificate was issued to (DOC-ICP-04).
_CNPJ_OF_HOLDER: Final = ObjectIdentifier("2.16.76.1.3.3")
_MARKS: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True, slots=True)
class Material:
    """What signs and opens connections: the private key, its certificate (DER) and the chain above it (DER)."""

    key: rsa.RSAPrivateKey = field(repr=False)
    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)

    def to_text(self) -> str:
        """Key, certificate and chain as PEM, the key without a password: a secret, to be sealed at once."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key.decode() + self.chain_text()

    def chain_text(self) -> str:
        """The certificate and the chain above it as PEM; nothing secret."""
        return "".join(
            x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()
            for der in (self.certificate, *self.chain)
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What `to_text` wrote. Raises WrongCertificate("damaged")."""
        try:
            key = load_pem_private_key(text.encode(), None)
            certificates = x509.load_pem_x509_certificates(text.encode())
        except (ValueError, TypeError) as error:
            raise WrongCertificate("damaged") from error
        if not isinstance(key, rsa.RSAPrivateKey):
            raise WrongCertificate("no_key", "RSA")
        ders = tuple(certificate.public_bytes(Encoding.DER) for certificate in certificates)
        return cls(key, ders[0], ders[1:])


def read_certificate(pfx: bytes, password: str, now: datetime) -> OpenedCertificate:
    """Open an A1 file (PKCS #12, also the old kinds with RC2 or 3DES).

    `now` is aware. Raises WrongCertificate: big, damaged, password, no_key, no_cnpj, not_yet, expired.
    """
    if len(pfx) > LARGEST:
        raise WrongCertificate("big", str(len(pfx)))
    key, certificates = _unlocked(pfx, password)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise WrongCertificate("no_key", "" if key is None else "RSA")
    own = [one for one in certificates if one.public_key() == key.public_key()]
    if not own:
        raise WrongCertificate("no_key")
    facts = _facts(own[0])
    if not facts.cnpj:
        raise WrongCertificate("no_cnpj", facts.holder)
    if now < facts.not_before:
        raise WrongCertificate("not_yet", facts.not_before.isoformat())
    if now > facts.not_after:
        raise WrongCertificate("expired", facts.not_after.isoformat())
    chain = tuple(one.public_bytes(Encoding.DER) for one in certificates if one not in own)
    material = Material(key, own[0].public_bytes(Encoding.DER), chain)
    return OpenedCertificate(facts=facts, material=material.to_text())


def belongs_to(facts: CertificateFacts, cnpj: str) -> bool:
    """Whether a certificate may sign for a company: any branch may use the certificate of another, as SEFAZ compares
    the first eight marks only."""
    return bool(cnpj) and facts.cnpj[:8] == cnpj[:8]


def require_holder(facts: CertificateFacts, cnpj: str) -> None:
    """Raise WrongCertificate("others", holder's CNPJ) unless the certificate is the company's."""
    if not belongs_to(facts, cnpj):
        raise WrongCertificate("others", facts.cnpj)


def holder_cnpj(certificate: bytes) -> str:
    """The CNPJ of the company that a certificate (DER) was issued to, "" when it names none. Raises ValueError."""
    return _facts(x509.load_der_x509_certificate(certificate)).cnpj


def _unlocked(pfx: bytes, password: str) -> tuple[object, list[x509.Certificate]]:
    if not _well_formed(pfx):
        raise WrongCertificate("damaged")
    tries: tuple[bytes | None, ...] = (b"", None) if not password else (_encoded(password),)
    for attempt in tries:
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(pfx, attempt)
        except ValueError:
            continue
        return key, ([certificate] if certificate else []) + others
    # A wrong password and bytes that changed inside look alike; the first is what people meet.
    raise WrongCertificate("password")


def _encoded(password: str) -> bytes:
    try:
        return password.encode()
    except UnicodeEncodeError as error:
        raise WrongCertificate("password") from error


def _well_formed(pfx: bytes) -> bool:
    """Whether the bytes are at least shaped like a PKCS #12 file: one sequence over all of them, version 3 first."""
    if len(pfx) < 16 or pfx[0] != 0x30:
        return False
    if pfx[1] == 0x80:  # written by a program that does not count beforehand
        return pfx[2:5] == b"\x02\x01\x03"
    size, start = pfx[1], 2
    if size & 0x80:
        width = size & 0x7F
        size, start = int.from_bytes(pfx[2 : 2 + width], "big"), 2 + width
    return len(pfx) == start + size and pfx[start : start + 3] == b"\x02\x01\x03"


def _facts(certificate: x509.Certificate) -> CertificateFacts:
    name, _, suffix = _common_name(certificate.subject).rpartition(":")
    cnpj = _cnpj_of(certificate) or _cnpj_in(suffix)
    return CertificateFacts(
        holder=name if name and _cnpj_in(suffix) else _common_name(certificate.subject),
        cnpj=cnpj,
        issuer=_common_name(certificate.issuer),
        serial=format(certificate.serial_number, "X"),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _common_name(name: x509.Name) -> str:
    return next((str(part.value) for part in name.get_attributes_for_oid(NameOID.COMMON_NAME)), "")


def _cnpj_of(certificate: x509.Certificate) -> str:
    try:
        names: Iterable[x509.GeneralName] = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except (
        x509.ExtensionNotFound,
        ValueError,
    ):  # an extension that cannot be read: the name may still say it
        return ""
    for name in names:
        if isinstance(name, x509.OtherName) and name.type_id == _CNPJ_OF_HOLDER:
            return _cnpj_in(name.value[2:].decode("latin-1"))
    return ""


def _cnpj_in(text: str) -> str:
    bare = text.strip("\x00 ").upper()
    return bare if is_cnpj(bare) and set(bare) <= _MARKS and valid_tax_id(bare) else ""
