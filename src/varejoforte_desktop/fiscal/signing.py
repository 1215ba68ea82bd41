"""How a document is signed with the shop's certificate, and how a signature is proved."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree
from lxml.etree import _Element

from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.markup import DSIG, NFE, NotXml, local, read, without_prolog

# Manual de Orientação do Contribuinte 7.0, 3.4: C14N 1.0, SHA-1 and RSA-SHA1, nothing else is accepted.
_C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_SHA1: Final = "http://www.w3.org/2000/09/xmldsig#sha1"
_HASH: Final = hashes.SHA1()  # noqa: S303 - the layout asks for it
_RSA_SHA1: Final = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"


def signed(xml: bytes, *, tag: str, material: Material) -> tuple[bytes, str]:
    """A document with its signature as the last child of its root, and the DigestValue (base64) of `tag`.

    The given bytes stay as they are: the signature is put in before the root's end. Raises ValueError for a document
    that cannot be signed so (no such tag, no Id, names with prefixes).
    """
    document = without_prolog(xml)
    root = read(document)
    if any(root.nsmap):
        raise ValueError("names with prefixes: SEFAZ refuses them")
    target = _target(root, tag)
    digest = _digest(target)
    info = _signed_info(target.get("Id", ""), digest)
    value = raw_signature(info.encode(), material)
    signature = (
        f'<Signature xmlns="{DSIG}">{_without_namespace(info)}<SignatureValue>{value}</SignatureValue>'
        f"<KeyInfo><X509Data><X509Certificate>{base64.b64encode(material.certificate).decode()}</X509Certificate>"
        "</X509Data></KeyInfo></Signature>"
    )
    end = document.rindex(b"</")
    return document[:end] + signature.encode() + document[end:], digest


def raw_signature(data: bytes, material: Material) -> str:
    """RSA-SHA1 (PKCS #1 v1.5) of some bytes, base64."""
    value = material.key.sign(data, padding.PKCS1v15(), _HASH)
    return base64.b64encode(value).decode()


def digest_value(xml: bytes, tag: str) -> str:
    """The DigestValue (base64) that the content of `tag` has now. Raises ValueError."""
    return _digest(_target(read(xml), tag))


def signature_holds(xml: bytes, tag: str) -> bool:
    """Whether a signed document stands exactly as whoever owns the enclosed certificate signed it.

    Says nothing of whether that certificate is to be trusted. `xml` must be the signed document alone, not inside an
    envelope.
    """
    try:
        root = read(xml)
        target = _target(root, tag)
        signature = _one(root, f"{{{DSIG}}}Signature")
        info = _one(signature, f"{{{DSIG}}}SignedInfo")
        reference = _one(info, f"{{{DSIG}}}Reference")
        if reference.get("URI") != f"#{target.get('Id')}" or not _as_agreed(info, reference):
            return False
        if _plain(_one(reference, f"{{{DSIG}}}DigestValue")) != _digest(target):
            return False
        key = _key_of(signature)
        value = base64.b64decode(_plain(_one(signature, f"{{{DSIG}}}SignatureValue")), validate=True)
        key.verify(value, canonical(info), padding.PKCS1v15(), _HASH)
    except (ValueError, binascii.Error, InvalidSignature):
        return False
    return True


def signers_certificate(xml: bytes) -> bytes:
    """The certificate (DER) that a signed document encloses, the one `signature_holds` believes. Raises ValueError."""
    return _certificate_of(_one(read(xml), f"{{{DSIG}}}Signature"))


def canonical(element: _Element) -> bytes:
    """Canonical XML 1.0 of an element, as if it stood alone with the namespaces that reach it.

    It is detached first: asked for the canonical form of an inner element, lxml writes empty namespace declarations
    into the grandchildren, and SEFAZ then finds another digest.
    """
    detached = etree.fromstring(etree.tostring(element, with_tail=False))
    form: bytes = etree.tostring(detached, method="c14n", exclusive=False, with_comments=False)
    return form


def _digest(element: _Element) -> str:
    return base64.b64encode(hashlib.sha1(canonical(element), usedforsecurity=False).digest()).decode()


def _signed_info(reference: str, digest: str) -> str:
    """SignedInfo in its canonical form, hence with its namespace and without short tags."""
    return (
        f'<SignedInfo xmlns="{DSIG}">'
        f'<CanonicalizationMethod Algorithm="{_C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{_RSA_SHA1}"></SignatureMethod>'
        f'<Reference URI="#{reference}"><Transforms>'
        f'<Transform Algorithm="{_ENVELOPED}"></Transform><Transform Algorithm="{_C14N}"></Transform></Transforms>'
        f'<DigestMethod Algorithm="{_SHA1}"></DigestMethod><DigestValue>{digest}</DigestValue></Reference></SignedInfo>'
    )


def _without_namespace(info: str) -> str:
    return info.replace(f' xmlns="{DSIG}"', "", 1)


def _target(root: _Element, tag: str) -> _Element:
    found = [node for node in root if node.tag == f"{{{NFE}}}{tag}"]
    if len(found) != 1 or not found[0].get("Id"):
        raise ValueError(f"{local(root)} has no {tag} with an Id")
    return found[0]


def _one(parent: _Element, name: str) -> _Element:
    found = parent.findall(name)
    if len(found) != 1:
        raise NotXml(f"{len(found)} of {name}")
    return found[0]


def _plain(element: _Element) -> str:
    return "".join((element.text or "").split())


def _as_agreed(info: _Element, reference: _Element) -> bool:
    """Whether exactly the agreed methods were used: with others, what was signed may be less than it seems."""
    used = [node.get("Algorithm") for node in info.iter("{*}*") if node.get("Algorithm")]
    return used == [_C14N, _RSA_SHA1, _ENVELOPED, _C14N, _SHA1] and len(reference) == 3


def _certificate_of(signature: _Element) -> bytes:
    found = signature.find(f"{{{DSIG}}}KeyInfo/{{{DSIG}}}X509Data/{{{DSIG}}}X509Certificate")
    if found is None:
        raise NotXml("no certificate")
    return base64.b64decode(_plain(found))


def _key_of(signature: _Element) -> rsa.RSAPublicKey:
    key = x509.load_der_x509_certificate(_certificate_of(signature)).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotXml("not RSA")
    return key
