"""The seal on an invoice, an event or a voiding: whether it covers what came, and whose it is."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from varejoforte_desktop.simulator.sefaz.markup import DSIG, Node, canonical, find, find_all, local, text
from varejoforte_desktop.simulator.sefaz.reasons import Rejection

INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
#: What PKCS #1 v1.5 writes before a SHA-1 digest.
DIGEST_INFO = bytes.fromhex("3021300906052b0e03021a05000414")


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that was checked: the digest as it was written, and the certificate it was made with."""

    digest: str
    certificate: x509.Certificate


def sha1(data: bytes) -> bytes:
    """The digest the layout asks for."""
    return hashlib.sha1(data, usedforsecurity=False).digest()


def made_by(certificate: x509.Certificate, signature: bytes, data: bytes) -> bool:
    """Whether `signature` (RSA, PKCS #1 v1.5, SHA-1) over `data` was made with a certificate's key."""
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    length = (key.key_size + 7) // 8
    if len(signature) != length:
        return False
    numbers = key.public_numbers()
    opened = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n).to_bytes(length, "big")
    told = DIGEST_INFO + sha1(data)
    return opened == b"\x00\x01" + b"\xff" * (length - len(told) - 3) + b"\x00" + told


def check_seal(document: Node, part: str) -> Seal:
    """Check the seal of a document parsed by itself, made over its child called `part`.

    Raises Rejection: 298 when it is not made as the layout asks, 290 for a certificate that cannot be read, 297
    when it does not cover what came.
    """
    covered = find(document, part)
    signatures = find_all(document, "Signature", DSIG)
    if covered is None or len(signatures) != 1:
        raise Rejection("298")
    signature = signatures[0]
    _check_profile(signature, covered.get("Id", ""))
    certificate = _certificate(signature)
    digest = _plain(text(signature, "SignedInfo/Reference/DigestValue", DSIG))
    if _decoded(digest) != sha1(canonical(covered)):
        raise Rejection("297", "[DigestValue]")
    signed_info = find(signature, "SignedInfo", DSIG)
    if signed_info is None:
        raise Rejection("298")
    value = _decoded(_plain(text(signature, "SignatureValue", DSIG)))
    if not made_by(certificate, value, canonical(signed_info)):
        raise Rejection("297", "[SignatureValue]")
    return Seal(digest, certificate)


def _check_profile(signature: Node, covered: str) -> None:
    def algorithm(path: str) -> str:
        found = find(signature, path, DSIG)
        return "" if found is None else found.get("Algorithm", "")

    references = find_all(signature, "SignedInfo/Reference", DSIG)
    transforms = [
        step.get("Algorithm", "")
        for step in find_all(signature, "SignedInfo/Reference/Transforms/Transform", DSIG)
    ]
    keys = find_all(signature, "KeyInfo/*", DSIG)
    papers = find_all(signature, "KeyInfo/X509Data/*", DSIG)
    as_asked = (
        algorithm("SignedInfo/CanonicalizationMethod") == INCLUSIVE
        and algorithm("SignedInfo/SignatureMethod") == RSA_SHA1
        and len(references) == 1
        and references[0].get("URI") == f"#{covered}"
        and transforms == [ENVELOPED, INCLUSIVE]
        and algorithm("SignedInfo/Reference/DigestMethod") == SHA1
        and [local(node) for node in keys] == ["X509Data"]
        and [local(node) for node in papers] == ["X509Certificate"]
    )
    if not as_asked:
        raise Rejection("298")


def _certificate(signature: Node) -> x509.Certificate:
    told = _plain(text(signature, "KeyInfo/X509Data/X509Certificate", DSIG))
    try:
        return x509.load_der_x509_certificate(base64.b64decode(told, validate=True))
    except ValueError as problem:
        raise Rejection("290") from problem


def _plain(told: str) -> str:
    return "".join(told.split())


def _decoded(told: str) -> bytes:
    try:
        return base64.b64decode(told, validate=True)
    except binascii.Error:
        return b""
