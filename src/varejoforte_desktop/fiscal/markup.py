"""XML as SEFAZ reads and writes it: taken in with suspicion, handed out byte by byte."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree
from lxml.etree import _Element

NFE: Final = "http://www.portalfiscal.inf.br/nfe"
DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"

_PROLOG: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>\s*")
_BLANKS: Final = re.compile(r"\s+")
#: What people type or paste and the layout has no place for, with what stands for it.
_TYPOGRAPHY: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "•": "-", "€": "EUR", "™": ""}
)


class NotXml(ValueError):
    """Bytes that are no XML, or XML with a document type or entities, which nobody needs here."""


def read(xml: bytes) -> _Element:
    """The root of a document. Raises NotXml."""
    if b"<!DOCTYPE" in xml:  # before anything looks at what it declares
        raise NotXml("document type")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotXml(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotXml("document type")
    return root


def without_prolog(xml: bytes) -> bytes:
    """The document without `<?xml …?>` and blanks around it, so that it can stand inside another; nothing else
    changes."""
    return _PROLOG.sub(b"", xml, count=1).strip()


def local(element: _Element) -> str:
    """An element's name without its namespace; "" for a comment or an instruction."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: _Element | None, *path: str) -> _Element | None:
    """The first descendant along a path of NF-e names, or None."""
    for name in path:
        element = None if element is None else element.find(f"{{{NFE}}}{name}")
    return element


def text(element: _Element | None, *path: str) -> str:
    """What stands in a field below an element, without blanks around it; "" when it is not there."""
    found = child(element, *path)
    return "" if found is None else (found.text or "").strip()


def alone(element: _Element) -> bytes:
    """An element as a document of its own, without namespaces that came from an envelope around it."""
    root = etree.fromstring(etree.tostring(element, with_tail=False))
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=False)


def field(name: str, value: object) -> str:
    """A field with its value, marks escaped."""
    return f"<{name}>{escape(str(value))}</{name}>"


def plain(typed: str) -> str:
    """A typed text with the characters that the layout knows (Latin-1), single blanks and none around it."""
    composed = unicodedata.normalize("NFC", typed.translate(_TYPOGRAPHY))
    known = "".join(_known(mark) for mark in composed)
    return _BLANKS.sub(" ", known).strip()


def _known(mark: str) -> str:
    if mark.isspace() or unicodedata.category(mark) == "Cc":
        return " "
    if mark <= "ÿ":
        return mark
    return "".join(part for part in unicodedata.normalize("NFKD", mark) if part <= "ÿ")
