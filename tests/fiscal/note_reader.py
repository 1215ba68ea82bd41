"""A second pair of eyes: reads a document from its bytes alone and adds it up again."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from lxml import etree
from lxml.etree import _Element

NS: Final = "{http://www.portalfiscal.inf.br/nfe}"
CENT: Final = Decimal("0.01")


class Note:
    """A document as somebody else would read it: paths are the layout's own names, such as "ide/tpAmb"."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.root = etree.fromstring(xml)
        found = self.root.find(f"{NS}infNFe")
        assert found is not None
        self.inf = found

    @property
    def key(self) -> str:
        return str(self.inf.get("Id"))[3:]

    @property
    def items(self) -> list[_Element]:
        return self.inf.findall(f"{NS}det")

    def text(self, path: str, within: _Element | None = None) -> str | None:
        """What a field says, None when it is not there."""
        return (self.inf if within is None else within).findtext(
            "/".join(NS + step for step in path.split("/"))
        )

    def has(self, path: str, within: _Element | None = None) -> bool:
        return (self.inf if within is None else within).find(
            "/".join(NS + step for step in path.split("/"))
        ) is not None

    def money(self, path: str, within: _Element | None = None) -> Decimal:
        return Decimal(self.text(path, within) or "0")

    def anywhere(self, name: str, within: _Element | None = None) -> str | None:
        """The first field of this name, however deep."""
        return (self.inf if within is None else within).findtext(f".//{NS}{name}")

    def added(self, name: str) -> Decimal:
        """A field added up over the lines, wherever in a line it stands."""
        fields = (field for item in self.items for field in item.iter(f"{NS}{name}"))
        return sum((Decimal(field.text or "0") for field in fields), Decimal(0))

    def add_up(self) -> None:
        """Every line is price times quantity, every total is the sum of its lines, and what was paid is the total."""
        for item in self.items:
            price, count = self.money("prod/vUnCom", item), self.money("prod/qCom", item)
            assert (price * count).quantize(CENT, ROUND_HALF_UP) == self.money("prod/vProd", item)
        total = "total/ICMSTot"
        for name in ("vProd", "vFrete", "vDesc", "vOutro"):
            assert self.money(f"{total}/{name}") == self.added(name), name
        assert self.money(f"{total}/vNF") == (
            self.added("vProd") + self.added("vFrete") + self.added("vOutro") - self.added("vDesc")
        )
        for name in ("vPIS", "vCOFINS", "vICMS", "vTotTrib", "vFCPUFDest", "vICMSUFDest"):
            assert self.money(f"{total}/{name}") == self.added(name), name
        assert self.money(f"{total}/vBC") == sum(
            (self.money("imposto/ICMS/ICMS00/vBC", item) for item in self.items), Decimal(0)
        )
        paid = sum((self.money("vPag", part) for part in self.inf.findall(f"{NS}pag/{NS}detPag")), Decimal(0))
        assert paid - self.money("pag/vTroco") == self.money(f"{total}/vNF")
        self._rates_hold()
        self._new_taxes_add_up()

    def _rates_hold(self) -> None:
        """Base times rate is the amount, half up, in every group that has the three."""
        for base, percent, due in (
            ("vBC", "pICMS", "vICMS"),
            ("vBC", "pPIS", "vPIS"),
            ("vBC", "pCOFINS", "vCOFINS"),
            ("vBCFCPUFDest", "pFCPUFDest", "vFCPUFDest"),
        ):
            for group in self.inf.iter():
                if self.has(percent, group):
                    exact = self.money(base, group) * self.money(percent, group) / 100
                    assert exact.quantize(CENT, ROUND_HALF_UP) == self.money(due, group), percent

    def _new_taxes_add_up(self) -> None:
        for item in self.items:
            group = "imposto/IBSCBS/gIBSCBS"
            if not self.has(group, item):
                continue
            base = self.money(f"{group}/vBC", item)
            left = (
                self.money("prod/vProd", item)
                + self.money("prod/vFrete", item)
                + self.money("prod/vOutro", item)
                - self.money("prod/vDesc", item)
            )
            for name in ("vPIS", "vCOFINS", "vICMS", "vICMSUFDest", "vFCPUFDest"):
                left -= Decimal(self.anywhere(name, item) or "0")
            assert base == left
            for tax in ("gIBSUF/{}IBSUF", "gIBSMun/{}IBSMun", "gCBS/{}CBS"):
                exact = base * self.money(f"{group}/{tax.format('p')}", item) / 100
                assert exact.quantize(CENT, ROUND_HALF_UP) == self.money(f"{group}/{tax.format('v')}", item)
            parts = self.money(f"{group}/gIBSUF/vIBSUF", item) + self.money(f"{group}/gIBSMun/vIBSMun", item)
            assert self.money(f"{group}/vIBS", item) == parts
        if self.has("total/IBSCBSTot"):
            for path in ("gIBS/gIBSUF/vIBSUF", "gIBS/gIBSMun/vIBSMun", "gIBS/vIBS", "gCBS/vCBS"):
                assert self.money(f"total/IBSCBSTot/{path}") == self.added(path.split("/")[-1]), path
