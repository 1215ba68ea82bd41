"""An invoice as the authority reads it: who sold, to whom, what, and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from varejoforte_desktop.simulator.sefaz.keys import AccessKey, compose
from varejoforte_desktop.simulator.sefaz.markup import Node, find, find_all, text
from varejoforte_desktop.simulator.sefaz.reasons import Rejection

COUNTER = "65"


def amount(node: Node | None, path: str) -> Decimal:
    """A number of the document; zero when it is not told."""
    told = "" if node is None else text(node, path)
    return Decimal(told) if told else Decimal(0)


@dataclass(frozen=True, slots=True)
class Invoice:
    """An NFe element that follows its layout. `nfe` was parsed by itself, `xml` is what it was parsed from."""

    nfe: Node
    xml: bytes

    @property
    def info(self) -> Node:
        """The infNFe element."""
        found = find(self.nfe, "infNFe")
        if found is None:
            raise Rejection("225", "[infNFe]")
        return found

    def told(self, path: str) -> str:
        """What is written at a path below infNFe."""
        return text(self.info, path)

    def has(self, path: str) -> bool:
        """Whether something is at a path below infNFe."""
        return find(self.info, path) is not None

    @property
    def key(self) -> str:
        """The access key in the Id."""
        return self.info.get("Id", "").removeprefix("NFe")

    @property
    def parts(self) -> AccessKey:
        """The access key taken apart."""
        return AccessKey.read(self.key)

    @property
    def expected_key(self) -> str:
        """The access key that the fields of the document amount to."""
        issued = self.told("ide/dhEmi")
        return compose(
            uf=self.told("ide/cUF"),
            month=issued[2:4] + issued[5:7],
            cnpj=self.issuer,
            model=self.model,
            series=int(self.told("ide/serie")),
            number=int(self.told("ide/nNF")),
            kind=self.emission,
            code=self.told("ide/cNF"),
        )

    @property
    def issuer(self) -> str:
        """CNPJ of who sells, or CPF."""
        return self.told("emit/CNPJ") or self.told("emit/CPF")

    @property
    def model(self) -> str:
        """65 at the counter, 55 otherwise."""
        return self.told("ide/mod")

    @property
    def emission(self) -> str:
        """The kind of emission (tpEmis): 1 is normal, 9 off-line."""
        return self.told("ide/tpEmis")

    @property
    def issued(self) -> datetime:
        """When it was issued, with its offset."""
        return datetime.fromisoformat(self.told("ide/dhEmi"))

    @property
    def buyer(self) -> tuple[str, str]:
        """Who buys: the kind of document the QR code calls it by (1 CNPJ, 2 CPF, 3 foreign) and its number."""
        for kind, field in (("1", "CNPJ"), ("2", "CPF"), ("3", "idEstrangeiro")):
            if self.has(f"dest/{field}"):
                return kind, self.told(f"dest/{field}")
        return "", ""

    @property
    def items(self) -> list[Node]:
        """The lines."""
        return find_all(self.info, "det")

    @property
    def totals(self) -> Node | None:
        """The ICMSTot element."""
        return find(self.info, "total/ICMSTot")

    @property
    def total(self) -> Decimal:
        """What the buyer owes (vNF)."""
        return amount(self.totals, "vNF")
