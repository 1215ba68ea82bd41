"""Practice certificates: a certification authority of one's own, and companies that never existed."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from varejoforte_desktop.simulator.sefaz.holders import CNPJ_OF_HOLDER, NAME_OF_RESPONSIBLE

BITS = 2048
LONGEST_NAME = 49  # a common name has 64 characters, and 15 of them are a colon and the CNPJ
RESPONSIBLE = "PESSOA DE TREINO"
#: The CA and the server answer on the computer's real clock, whatever hour the practice shop lives in.
EVER = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC))


@functools.cache
def practice_key(name: str) -> rsa.RSAPrivateKey:
    """A key of this process, the same for the same name: making one takes long."""
    del name  # only tells the keys apart
    return rsa.generate_private_key(public_exponent=65537, key_size=BITS)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate, its private key, and who issued it (empty: the chain is left out)."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate_pem(self) -> bytes:
        """The certificate and its chain, PEM."""
        return b"".join(one.public_bytes(Encoding.PEM) for one in (self.certificate, *self.chain))

    @property
    def key_pem(self) -> bytes:
        """The private key, PEM, not encrypted."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def pfx(self, password: str) -> bytes:
        """Everything in one .pfx file, as a shop buys it."""
        return pkcs12.serialize_key_and_certificates(
            b"practice",
            self.key,
            self.certificate,
            self.chain or None,
            BestAvailableEncryption(password.encode()),
        )


class PracticeAuthority:
    """Issues practice certificates. `now` is the clock that companies' certificates run by (aware).

    `key` and `certificate` come from an earlier authority (see `load`); without them it begins anew.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        key: rsa.RSAPrivateKey | None = None,
        certificate: x509.Certificate | None = None,
    ) -> None:
        self._now = now
        self._key = key or practice_key("authority")
        self.certificate = certificate or self._found()

    @classmethod
    def load(cls, now: Callable[[], datetime], pem: bytes) -> PracticeAuthority:
        """The authority that `pem` was kept of. Raises ValueError or TypeError for anything else."""
        key = load_pem_private_key(pem, None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(type(key))
        return cls(now, key=key, certificate=x509.load_pem_x509_certificate(pem))

    @property
    def pem(self) -> bytes:
        """Key and certificate of the authority, so that it can go on tomorrow. A secret, if only of practice."""
        return Identity(self.certificate, self._key, ()).key_pem + self.ca_pem

    @property
    def ca_pem(self) -> bytes:
        """The certificate that callers have to trust."""
        return self.certificate.public_bytes(Encoding.PEM)

    def server_identity(self) -> Identity:
        """What the pretended server shows on 127.0.0.1."""
        names = x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
        )
        return self._issue("localhost", names, ExtendedKeyUsageOID.SERVER_AUTH, EVER, practice_key("server"))

    def company_identity(
        self,
        cnpj: str,
        name: str,
        *,
        days: int = 365,
        responsible: str = RESPONSIBLE,
        chain: bool = True,
        named: bool = True,
        key: rsa.RSAPrivateKey | None = None,
    ) -> Identity:
        """A company's certificate for `days` from now; negative: it ended that many days ago.

        `chain` false leaves out who issued it. `named` false leaves out the ICP-Brasil names, so that the CNPJ
        stands in the common name only.
        """
        ends = self._now().astimezone(UTC) + timedelta(days=days)
        starts = min(self._now().astimezone(UTC), ends) - timedelta(days=1)
        names = x509.SubjectAlternativeName(
            [_other(CNPJ_OF_HOLDER, cnpj), _other(NAME_OF_RESPONSIBLE, responsible)]
        )
        identity = self._issue(
            f"{name[:LONGEST_NAME]}:{cnpj}",
            names if named else None,
            ExtendedKeyUsageOID.CLIENT_AUTH,
            (starts, ends),
            key or practice_key("company"),
        )
        return identity if chain else Identity(identity.certificate, identity.key, ())

    def company(
        self, cnpj: str, name: str, *, password: str, days: int = 365, chain: bool = True, named: bool = True
    ) -> bytes:
        """The same as a .pfx file under a password."""
        return self.company_identity(cnpj, name, days=days, chain=chain, named=named).pfx(password)

    def _found(self) -> x509.Certificate:
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "BR"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Varejo Forte - Treino"),
                x509.NameAttribute(NameOID.COMMON_NAME, "AC DE TREINO - SEM VALOR"),
            ]
        )
        public = self._key.public_key()
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(EVER[0])
            .not_valid_after(EVER[1])
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _issue(
        self,
        common_name: str,
        names: x509.SubjectAlternativeName | None,
        purpose: x509.ObjectIdentifier,
        valid: tuple[datetime, datetime],
        key: rsa.RSAPrivateKey,
    ) -> Identity:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = (
            x509.CertificateBuilder()
            .subject_name(
                x509.Name(
                    [
                        x509.NameAttribute(NameOID.COUNTRY_NAME, "BR"),
                        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
                    ]
                )
            )
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(valid[0])
            .not_valid_after(valid[1])
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(authority, critical=False)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        )
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        return Identity(certificate, key, (self.certificate,))


def _other(kind: x509.ObjectIdentifier, value: str) -> x509.OtherName:
    told = value.encode("ascii", "replace")
    return x509.OtherName(kind, bytes([0x13, len(told)]) + told)  # DER: a PrintableString
