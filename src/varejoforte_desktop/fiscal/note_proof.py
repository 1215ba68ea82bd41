"""Proves that a note stands as its issuer signed it, in whatever letters the file was saved since."""

from __future__ import annotations

import re
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree

from varejoforte_desktop.domain.purchase import Signature
from varejoforte_desktop.fiscal.certificate import holder_cnpj
from varejoforte_desktop.fiscal.markup import NFE, read
from varejoforte_desktop.fiscal.note_tree import Node
from varejoforte_desktop.fiscal.signing import signature_holds, signers_certificate

_DECLARED: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']"
)
_UTF8: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


def in_utf8(data: bytes) -> bytes | None:
    """The same document in UTF-8, which is what a signature is reckoned over; the very bytes where they are already.

    None when it cannot be read. The caller has refused document types.
    """
    declared = _DECLARED.match(data)
    if b"\0" not in data and (declared is None or declared[1].lower() in _UTF8):
        return data
    try:
        text: bytes = etree.tostring(read(data), encoding="UTF-8", xml_declaration=False)
    except (etree.LxmlError, ValueError):
        return None
    return text


def signature_of(nfe: Node, text: bytes, issuer: str) -> Signature:
    """Whether the note `nfe`, read from `text` (UTF-8), stands as it was signed, and by its `issuer` (CNPJ or CPF).

    A file that a program has indented, or whose names were given prefixes, does not stand any more. The certificate
    has to be of the issuer's company where it names one (ICP-Brasil, DOC-ICP-04: otherName 2.16.76.1.3.3, or
    "NAME:CNPJ" as the common name); SEFAZ compares the first eight marks (rejection 213). Says nothing of who made
    the certificate.
    """
    if nfe.child("Signature") is None:
        return Signature.ABSENT
    try:
        signed = _alone(nfe, text)
        if not signature_holds(signed, "infNFe"):
            return Signature.BROKEN
        holder = holder_cnpj(signers_certificate(signed))
    except (UnsupportedAlgorithm, etree.LxmlError, ValueError):
        return Signature.BROKEN
    return Signature.FOREIGN if holder and holder[:8] != issuer[:8] else Signature.HOLDS


def _alone(nfe: Node, text: bytes) -> bytes:
    """The NFe as a document of its own, byte by byte as it was signed, before somebody put an envelope around it."""
    piece = text[nfe.first : text.find(b">", nfe.last) + 1]
    if piece.startswith(b"<NFe"):
        if b"xmlns=" in piece[: piece.find(b">")]:
            return piece
        return piece.replace(b"<NFe", f'<NFe xmlns="{NFE}"'.encode(), 1)
    raise ValueError("names with prefixes: SEFAZ takes none (rejection 404), so nobody signed them so")
