"""What a document says of itself: which kind it is, its number, when and how it was issued."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop import __version__
from varejoforte_desktop.application.fiscal_ports import DocumentDraft
from varejoforte_desktop.domain.fiscal import MODEL_CODES, UF_CODES, EmissionType
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.tax_ids import bare_tax_id
from varejoforte_desktop.fiscal.layout.bindings import Group, InfNfe
from varejoforte_desktop.fiscal.layout.wording import cleaned, instant

IN_PERSON: Final = "1"
OVER_THE_INTERNET: Final = "2"
OWN_SITE: Final = "0"
MARKETPLACE: Final = "1"
_PROGRAM: Final = f"VarejoForte {__version__}"


def identification(draft: DocumentDraft, key: str) -> Group:
    """The group `ide`. `key` is the access key with its check digit."""
    nfe = draft.model is FiscalModel.NFE
    presence = presence_of(draft)
    offline = draft.emission_type is not EmissionType.NORMAL
    return InfNfe.Ide(
        cUF=UF_CODES[draft.emitter.state],
        cNF=draft.random_code,
        natOp=cleaned(draft.operation, 60),
        mod=MODEL_CODES[draft.model],
        serie=str(draft.series),
        nNF=str(draft.number),
        dhEmi=instant(draft.issued_at),
        tpNF="1",  # goods go out
        idDest="2" if nfe and draft.interstate else "1",
        cMunFG=draft.emitter.city_code,
        tpImp="1" if nfe else "4",  # DANFE upright; DANFE NFC-e
        tpEmis=draft.emission_type.value,
        cDV=key[-1],
        tpAmb=draft.environment.code,
        finNFe="1",
        indFinal="1",
        indPres=presence,
        indIntermed=_intermediation(draft) if presence == OVER_THE_INTERNET else None,
        procEmi="0",
        verProc=cleaned(_PROGRAM, 20),
        dhCont=instant(draft.offline_at or draft.issued_at) if offline else None,
        xJust=cleaned(draft.offline_reason, 256) if offline else None,
    )


def presence_of(draft: DocumentDraft) -> str:
    """`indPres`. Goods of an online order that somebody fetches are handed over in person: an NFC-e knows no sale
    over the internet, and an NF-e of one would have to travel to the buyer's state (rejections 717 and 773)."""
    travels = draft.online and draft.ships and draft.model is FiscalModel.NFE
    return OVER_THE_INTERNET if travels else IN_PERSON


def intermediary(draft: DocumentDraft) -> Group | None:
    """The marketplace, when the sale came through one."""
    if presence_of(draft) != OVER_THE_INTERNET or _intermediation(draft) == OWN_SITE:
        return None
    return InfNfe.InfIntermed(
        CNPJ=bare_tax_id(draft.intermediary_cnpj), idCadIntTran=cleaned(draft.intermediary_id, 60)
    )


def _intermediation(draft: DocumentDraft) -> str:
    return MARKETPLACE if draft.intermediary_cnpj else OWN_SITE
