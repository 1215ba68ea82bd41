"""Whether a document, an event or a request fits the official layout, and where it does not."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from threading import Lock
from typing import Any, Final

from lxml import etree
from lxml.etree import _Element

from varejoforte_desktop.domain.fiscal import FiscalEventKind
from varejoforte_desktop.domain.fiscal_errors import DocumentInvalid
from varejoforte_desktop.fiscal.markup import NotXml, local, read
from varejoforte_desktop.fiscal.resources import resource

_FACET: Final = re.compile(r"\[facet '(\w+)'\]")
_EXPECTED: Final = re.compile(r"Expected is (?:one of )?\(([^)]*)\)")
_NUMBER: Final = re.compile(r"\*(?:\[(\d+)\])?")
_NAMESPACE: Final = re.compile(r"\{[^}]*\}")
#: A compiled layout keeps the faults of its last document, so that one document at a time is checked.
_ONE_AT_A_TIME: Final = Lock()
_MOST_PLACES: Final = 20


class Kind(StrEnum):
    """What is to be checked: which file of the layouts describes it."""

    DOCUMENT = "documents/nfe_v4.00.xsd"
    DOCUMENT_ARCHIVE = "documents/procNFe_v4.00.xsd"
    SEND_DOCUMENT = "documents/enviNFe_v4.00.xsd"
    ASK_DOCUMENT = "documents/consSitNFe_v4.00.xsd"
    ASK_STATUS = "documents/consStatServ_v4.00.xsd"
    VOID = "documents/inutNFe_v4.00.xsd"
    VOID_ARCHIVE = "documents/procInutNFe_v4.00.xsd"
    CANCEL = "cancellation/eventoCancNFe_v1.00.xsd"
    CANCEL_REPLACED = "replacement/eventoCancSubst_v1.00.xsd"
    CORRECTION = "correction/CCe_v1.00.xsd"
    SEND_EVENT = "events/envEvento_v1.00.xsd"
    EVENT_ARCHIVE = "events/procEventoNFe_v1.00.xsd"


EVENT_KINDS: Final = {
    FiscalEventKind.CANCEL: Kind.CANCEL,
    FiscalEventKind.CANCEL_REPLACED: Kind.CANCEL_REPLACED,
    FiscalEventKind.CORRECTION: Kind.CORRECTION,
}


def check(xml: bytes, kind: Kind) -> tuple[str, ...]:
    """The places that do not fit, such as "infNFe/det[2]/prod/NCM (pattern)"; empty when all is well.

    Values are not repeated: they are often somebody's name.
    """
    try:
        root = read(xml)
    except NotXml as error:
        return (f"XML: {error}",)
    layout = _layout(kind)
    with _ONE_AT_A_TIME:
        if layout.validate(root):
            return ()
        faults = _faults(layout)
    places = (_place(root, path) + _why(message) for path, message in faults)
    return tuple(dict.fromkeys(places))[:_MOST_PLACES]


def require(xml: bytes, kind: Kind) -> bytes:
    """The same bytes. Raises DocumentInvalid when they do not fit."""
    places = check(xml, kind)
    if places:
        raise DocumentInvalid(places)
    return xml


def _faults(layout: etree.XMLSchema) -> list[tuple[str, str]]:
    log: Any = layout.error_log  # a list of entries, of which the stubs know nothing
    return [(entry.path or "", entry.message or "") for entry in log]


@cache
def _layout(kind: Kind) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(resource(f"schemas/{kind.value}"))))


def _place(root: _Element, path: str) -> str:
    """A path of the checker (`/*/*[1]/*[4]`) in names, the root left out; a number only among several alike."""
    node, steps = root, []
    for step in path.split("/")[2:]:
        number = _NUMBER.fullmatch(step)
        if number is None or int(number[1] or 1) > len(node):
            break
        parent, node = node, node[int(number[1] or 1) - 1]
        alike = parent.findall(node.tag)
        steps.append(local(node) + (f"[{alike.index(node) + 1}]" if len(alike) > 1 else ""))
    return "/".join(steps) or local(root)


def _why(message: str) -> str:
    facet = _FACET.search(message)
    if facet:
        return f" ({facet[1]})"
    expected = _EXPECTED.search(message)
    if expected:
        return f" (expected {_NAMESPACE.sub('', expected[1]).strip()})"
    return ""
