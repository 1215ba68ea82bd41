"""A till that posts papers to the authority and holds every answer against the official layouts."""

from __future__ import annotations

import functools
from importlib.resources import files
from pathlib import Path
from typing import get_args

from lxml import etree

from tests.simulator.sefaz import papers
from tests.simulator.sefaz.papers import Clock, Sale
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import Identity
from varejoforte_desktop.simulator.sefaz.line import MemoryLine
from varejoforte_desktop.simulator.sefaz.schemas import Layout, departures

NS = {"n": papers.NFE}
ANSWERS = {
    "retEnviNFe": "nfe/schemas/v4_0/retEnviNFe_v4.00.xsd",
    "retConsSitNFe": "nfe/schemas/v4_0/retConsSitNFe_v4.00.xsd",
    "retInutNFe": "nfe/schemas/v4_0/retInutNFe_v4.00.xsd",
    "retConsStatServ": "nfe/schemas/v4_0/retConsStatServ_v4.00.xsd",
    "retEnvEvento": "nfe_evento_generico/schemas/v1_0/retEnvEvento_v1.00.xsd",
}


@functools.cache
def official(name: str) -> etree.XMLSchema:
    """The layout of an answer, as it was published."""
    return etree.XMLSchema(etree.parse(str(Path(str(files("nfelib"))) / ANSWERS[name])))


class Told:
    """What an answer says."""

    def __init__(self, body: bytes) -> None:
        root = etree.fromstring(body)
        wrapper = root[0][0]
        assert etree.QName(wrapper).localname == "nfeResultMsg"
        assert len(wrapper) == 1
        self.xml = etree.fromstring(etree.tostring(wrapper[0]))

    def text(self, path: str) -> str:
        steps = "/".join(f"n:{step}" for step in path.split("/"))
        return self.xml.findtext(f".//{steps}", namespaces=NS) or ""

    @property
    def stat(self) -> str:
        """The number that matters: of the document or event inside, or else of the whole."""
        if etree.QName(self.xml).localname == "retConsSitNFe":
            return self.text("cStat")
        return self.text("infProt/cStat") or self.text("infEvento/cStat") or self.text("cStat")

    @property
    def words(self) -> str:
        return self.text("infProt/xMotivo") or self.text("infEvento/xMotivo") or self.text("xMotivo")

    def hold_to_layout(self) -> None:
        name = next(layout for layout in get_args(Layout) if layout == etree.QName(self.xml).localname)
        # The published event layout knows no CNPJ with letters; there the authority's own reading has to do.
        key = self.text("chNFe")
        if key[6:18].isdigit() or not key:
            official(name).assertValid(self.xml)
        assert departures(name, self.xml) == ""


class Till:
    """A till of one company, in memory."""

    def __init__(self, simulator: SefazSimulator, identity: Identity, clock: Clock, cnpj: str | None) -> None:
        self.simulator = simulator
        self.identity = identity
        self.clock = clock
        self.line = MemoryLine(simulator, cnpj, sleeper=clock.turn)

    def post(self, service: str, message: str, model: str = "65", *, timeout: float = 15) -> Told:
        status, kind, body = self.line.post(
            f"https://sefaz.example/{'nfce' if model == '65' else 'nfe'}/{service}",
            action=papers.action(service),
            body=papers.envelope(service, message),
            timeout=timeout,
        )
        assert status == 200, body
        assert kind.startswith("application/soap+xml")
        told = Told(body)
        told.hold_to_layout()
        return told

    def sell(self, sale: Sale, *, timeout: float = 15) -> Told:
        return self.post(
            "autorizacao", papers.lot(papers.invoice(sale, self.identity)), sale.model, timeout=timeout
        )

    def ask(self, key: str) -> Told:
        return self.post("consulta", papers.consult(key), key[20:22])

    def void(self, first: int, last: int | None = None) -> Told:
        return self.post("inutilizacao", papers.voiding(first, last or first, self.identity))

    def tell(self, kind: str, key: str, details: str, *, sequence: int = 1) -> Told:
        message = papers.event(kind, key, details, self.identity, self.clock(), sequence=sequence)
        return self.post("evento", message, key[20:22])

    def cancel(self, key: str) -> Told:
        return self.tell("110111", key, papers.cancel(self.simulator.documents[key].protocol))
