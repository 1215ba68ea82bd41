"""How the authority reads an XML document, and how it writes one down to check its seal."""

from __future__ import annotations

from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from lxml.etree import _Element

NFE = "http://www.portalfiscal.inf.br/nfe"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
XML = "http://www.w3.org/XML/1998/namespace"
IN_TEXT = {"\r": "&#xD;"}
IN_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)

Node: TypeAlias = _Element


class Malformed(Exception):
    """What came is not a well-formed XML document, or brings a DTD along."""


def parse(data: bytes) -> Node:
    """The root of a document. Raises Malformed."""
    # No layout knows comments or instructions: the first count for nothing, the second break the seal.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Malformed(str(problem)) from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("DTD")
    return root


def local(node: Node) -> str:
    """The name of an element without its namespace."""
    return etree.QName(node).localname


def _path(path: str, namespace: str) -> str:
    return "/".join(step if step in (".", "*", "") else f"{{{namespace}}}{step}" for step in path.split("/"))


def find(node: Node, path: str, namespace: str = NFE) -> Node | None:
    """The first element at `path`, steps separated by slashes."""
    return node.find(_path(path, namespace))


def find_all(node: Node, path: str, namespace: str = NFE) -> list[Node]:
    """Every element at `path`."""
    return node.findall(_path(path, namespace))


def text(node: Node, path: str, namespace: str = NFE) -> str:
    """What is written at `path`; empty when nothing is there."""
    return node.findtext(_path(path, namespace)) or ""


def element(name: str, content: str, **attributes: str) -> str:
    """An element around content that is XML already."""
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{told}>{content}</{name}>"


def leaf(name: str, value: str | None) -> str:
    """An element around a text; nothing when there is no value."""
    return "" if value is None else f"<{name}>{escape(value)}</{name}>"


def cut(data: bytes, name: str) -> list[bytes]:
    """Every element called `name`, byte for byte as it was sent, in a document that does not nest it.

    An element that inherits the namespace of its surroundings gets the declaration written in.
    """
    opening, closing = f"<{name}".encode(), f"</{name}>".encode()
    pieces: list[bytes] = []
    start = data.find(opening)
    while start >= 0:
        after = data[start + len(opening) : start + len(opening) + 1]
        end = data.find(closing, start)
        if end < 0:
            break
        if after in b" >\t\r\n" and after:
            piece = data[start : end + len(closing)]
            head = piece[: piece.find(b">")]
            if b"xmlns=" not in head:
                piece = opening + f' xmlns="{NFE}"'.encode() + piece[len(opening) :]
            pieces.append(piece)
            start = data.find(opening, end)
        else:
            start = data.find(opening, start + 1)
    return pieces


def canonical(node: Node) -> bytes:
    """Canonical XML 1.0 of one parsed element, inclusive: the bytes that a seal covers."""
    out: list[str] = []
    _write(node, {}, out)
    return "".join(out).encode()


def _write(node: Node, shown: dict[str | None, str], out: list[str]) -> None:
    here = {prefix: uri for prefix, uri in node.nsmap.items() if uri}
    if not etree.QName(node).namespace:
        here.pop(None, None)  # an element without a namespace stands outside every default one
    name = f"{node.prefix}:{local(node)}" if node.prefix else local(node)
    out.append(f"<{name}")
    if None in shown and None not in here:
        out.append(' xmlns=""')
    for prefix, uri in sorted(here.items(), key=lambda pair: pair[0] or ""):
        if shown.get(prefix) != uri:
            out.append(f' xmlns{":" + prefix if prefix else ""}="{uri.translate(IN_ATTRIBUTE)}"')
    out.extend(_attributes(node, here))
    out.append(">")
    out.append(escape(node.text or "", IN_TEXT))
    for child in node:
        _write(child, here, out)
        out.append(escape(child.tail or "", IN_TEXT))
    out.append(f"</{name}>")


def _attributes(node: Node, here: dict[str | None, str]) -> list[str]:
    prefixes = {uri: prefix for prefix, uri in here.items() if prefix} | {XML: "xml"}
    found = []
    for key, value in node.attrib.items():
        name = etree.QName(str(key))
        uri = name.namespace or ""
        shown = f"{prefixes[uri]}:{name.localname}" if uri else name.localname
        found.append((uri, name.localname, f' {shown}="{str(value).translate(IN_ATTRIBUTE)}"'))
    return [written for _, _, written in sorted(found)]
