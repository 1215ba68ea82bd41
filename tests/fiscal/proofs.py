"""A second opinion on signatures, from a library that shares nothing with the program's own code."""

from __future__ import annotations

import base64

from cryptography import x509
from lxml import etree
from signxml import CanonicalizationMethod as Canonical
from signxml import DigestAlgorithm, InvalidInput, InvalidSignature, SignatureConfiguration, SignatureMethod
from signxml.verifier import XMLVerifier

from varejoforte_desktop.fiscal.certificate import Material

_AGREED = SignatureConfiguration(
    signature_methods=frozenset({SignatureMethod.RSA_SHA1}),
    digest_algorithms=frozenset({DigestAlgorithm.SHA1}),
    expect_references=1,
    default_reference_c14n_method=Canonical.CANONICAL_XML_1_0,
)


def proved(xml: bytes, material: Material) -> bool:
    """Whether signxml takes a signed document for signed by this certificate."""
    verifier = XMLVerifier()
    # It knows that lxml writes empty namespace declarations when it canonicalises inner elements.
    verifier.excise_empty_xmlns_declarations = True
    certificate = x509.load_der_x509_certificate(material.certificate)
    try:
        verifier.verify(etree.fromstring(xml), x509_cert=certificate, expect_config=_AGREED)
    except (InvalidSignature, InvalidInput, etree.DocumentInvalid):
        return False
    return True


def sealed_part(proc: bytes, tag: str) -> bytes:
    """The bytes of an inner document such as NFe, cut out of an archive without parsing it."""
    start = proc.index(f"<{tag} ".encode())
    end = proc.rindex(f"</{tag}>".encode()) + len(tag) + 3
    return proc[start:end]


def digest_of(text: bytes) -> str:
    """SHA-1 of canonical bytes written by hand, base64."""
    import hashlib

    return base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()).decode()
