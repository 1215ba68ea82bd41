"""The official layouts, so that the authority refuses what does not follow them to the letter."""

from __future__ import annotations

import functools
import re
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Literal

from lxml import etree

from varejoforte_desktop.simulator.sefaz.markup import Node

Layout = Literal[
    "enviNFe",
    "retEnviNFe",
    "consSitNFe",
    "retConsSitNFe",
    "consStatServ",
    "retConsStatServ",
    "inutNFe",
    "retInutNFe",
    "envEvento",
    "retEnvEvento",
    "det110110",
    "det110111",
]
_INVOICES = "nfe/schemas/v4_0"
_EVENTS = "nfe_evento_generico/schemas/v1_0"
_PLACES: dict[str, tuple[str, str]] = {
    "envEvento": (_EVENTS, "envEvento_v1.00.xsd"),
    "retEnvEvento": (_EVENTS, "retEnvEvento_v1.00.xsd"),
    "det110110": ("nfe_evento_cce/schemas/v1_0", "e110110_v1.00.xsd"),
    "det110111": ("nfe_evento_cancel/schemas/v1_0", "e110111_v1.00.xsd"),
}
#: The published event and voiding layouts were never told that a CNPJ may have letters.
_LETTERS = (
    ('"ID[0-9]{41}"', '"ID[0-9]{4}[0-9A-Z]{12}[0-9]{25}"'),
    ('"ID[0-9]{52}"', '"ID[0-9]{12}[0-9A-Z]{12}[0-9]{28}"'),
    ('"[0-9]{44}"', '"[0-9]{6}[0-9A-Z]{12}[0-9]{26}"'),
    ('"[0-9]{14}"', '"[0-9A-Z]{12}[0-9]{2}"'),
    ('"[0-9]{0}|[0-9]{14}"', '"[0-9]{0}|[0-9A-Z]{12}[0-9]{2}"'),
)
_NAMESPACE = re.compile(r"\{[^}]*\}")


def _folder(place: str) -> Path:
    return Path(str(files("nfelib"))) / place


@functools.cache
def _schema(layout: Layout) -> etree.XMLSchema:
    place, name = _PLACES.get(layout, (_INVOICES, f"{layout}_v4.00.xsd"))
    with tempfile.TemporaryDirectory() as folder:
        for official in _folder(place).glob("*.xsd"):
            text = official.read_text(encoding="utf-8")
            for strict, relaxed in _LETTERS:
                text = text.replace(strict, relaxed)
            (Path(folder) / official.name).write_text(text, encoding="utf-8")
        return etree.XMLSchema(etree.parse(str(Path(folder) / name)))


def departures(layout: Layout, document: Node) -> str:
    """The first place where a document leaves its layout, in a few words; empty when it follows it."""
    try:
        _schema(layout).assertValid(document)
    except etree.DocumentInvalid as wrong:
        return _NAMESPACE.sub("", str(wrong))
    return ""
