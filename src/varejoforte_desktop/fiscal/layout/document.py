"""A whole document in the official layout, as bytes that are ready to be signed."""

from __future__ import annotations

import re
from typing import Final

from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig

from varejoforte_desktop.application.fiscal_ports import DocumentDraft, DraftItem
from varejoforte_desktop.domain.fiscal import UF_CODES, may_be_random
from varejoforte_desktop.domain.fiscal_errors import DocumentInvalid, FiscalNotReady
from varejoforte_desktop.domain.money import ZERO
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.fiscal.layout.bindings import Document, Group, InfNfe
from varejoforte_desktop.fiscal.layout.closing import payments, remarks, transport
from varejoforte_desktop.fiscal.layout.goods import lines
from varejoforte_desktop.fiscal.layout.heading import identification, intermediary
from varejoforte_desktop.fiscal.layout.parties import buyer, emitter, responsible
from varejoforte_desktop.fiscal.layout.sums import totals
from varejoforte_desktop.fiscal.layout.wording import unit_price

NAMESPACE: Final = "http://www.portalfiscal.inf.br/nfe"
VERSION: Final = "4.00"
MOST_LINES: Final = 990
_NCM: Final = re.compile(r"\d{8}")


def written(draft: DocumentDraft, key: str) -> bytes:
    """The document `NFe` without signature, declaration and line breaks.

    `key` is its access key. Raises BuyerIncomplete, NoTaxRule, FiscalNotReady (no emitter) or DocumentInvalid with
    the fields that cannot be: places of products end with their reference.
    """
    check(draft)
    return _rendered(
        InfNfe(
            versao=VERSION,
            Id=f"NFe{key}",
            ide=identification(draft, key),
            emit=emitter(draft.emitter),
            dest=buyer(draft),
            det=lines(draft),
            total=totals(draft),
            transp=transport(draft),
            pag=payments(draft),
            infIntermed=intermediary(draft),
            infAdic=remarks(draft),
            infRespTec=responsible(draft.responsible),
        )
    )


def check(draft: DocumentDraft) -> None:
    """What no schema knows. Raises FiscalNotReady or DocumentInvalid."""
    shop = draft.emitter
    uf = UF_CODES.get(shop.state)
    if uf is None or not shop.cnpj or not shop.city_code.startswith(uf):
        raise FiscalNotReady("emitter")
    places = []
    if not may_be_random(draft.random_code, draft.number):
        places.append("cNF")
    if not 1 <= len(draft.items) <= MOST_LINES:
        places.append("det")
    across = draft.interstate and draft.model is FiscalModel.NFE
    if draft.interstate and not across:
        places.append("idDest")
    for item in draft.items:
        places += [f"{field} {item.reference}" for field in _faults(item, across=across)]
    if places:
        raise DocumentInvalid(tuple(places))


def _faults(item: DraftItem, *, across: bool) -> list[str]:
    """The fields of a line that cannot be right."""
    amounts = {"vDesc": item.discount, "vFrete": item.freight, "vOutro": item.other}
    faults = [field for field, money in amounts.items() if money < ZERO]
    if item.discount > item.gross and "vDesc" not in faults:
        faults.append("vDesc")
    if not _NCM.fullmatch(item.ncm):
        faults.append("NCM")
    if item.taxes.rule.cfop[:1] != ("6" if across else "5"):
        faults.append("CFOP")
    if item.quantity <= 0 or unit_price(item.price, item.quantity, item.gross) is None:
        faults.append("vUnCom")
    return faults


def _rendered(said: Group) -> bytes:
    # Nothing may be written anew after signing, so nothing is indented, and no declaration stands in the way of
    # putting the document into an envelope.
    serializer = XmlSerializer(config=SerializerConfig(indent=None, xml_declaration=False))
    text: str = serializer.render(Document(infNFe=said), ns_map={None: NAMESPACE})
    return text.encode()
