"""What a document adds up to: every total is the sum of its lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from varejoforte_desktop.application.fiscal_ports import DocumentDraft, DraftItem
from varejoforte_desktop.domain.fiscal_errors import DocumentInvalid
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.fiscal.layout.bindings import Group, InfNfe, NewTaxTotals
from varejoforte_desktop.fiscal.layout.goods import owes_difal
from varejoforte_desktop.fiscal.layout.wording import amount

Total: Any = InfNfe.Total
_NOTHING: Final = "0.00"


def totals(draft: DocumentDraft) -> Group:
    """The group `total`. Raises DocumentInvalid when the lines do not make the draft's total."""
    if sum((_net(item) for item in draft.items), ZERO) != draft.total:
        raise DocumentInvalid(("vNF",))
    return Total(ICMSTot=_icms(draft), IBSCBSTot=_ibs_cbs(draft))


def burden_of(draft: DocumentDraft) -> Money | None:
    """The approximate taxes in the price, None when no line tells any."""
    if not any(item.taxes.rule.burden_rate for item in draft.items):
        return None
    return _sum(item.taxes.burden for item in draft.items)


def _net(item: DraftItem) -> Money:
    return item.gross - item.discount + item.freight + item.other


def _icms(draft: DocumentDraft) -> Group:
    items = draft.items
    taxes = [item.taxes for item in items]
    burden = burden_of(draft)
    difal = owes_difal(draft)
    return Total.Icmstot(
        vBC=amount(_sum(each.icms_base for each in taxes)),
        vICMS=amount(_sum(each.icms for each in taxes)),
        vICMSDeson=_NOTHING,
        vFCPUFDest=amount(_sum(each.fcp for each in taxes)) if difal else None,
        vICMSUFDest=amount(_sum(each.difal for each in taxes)) if difal else None,
        vICMSUFRemet=_NOTHING if difal else None,
        vFCP=_NOTHING,
        vBCST=_NOTHING,
        vST=_NOTHING,
        vFCPST=_NOTHING,
        vFCPSTRet=_NOTHING,
        vProd=amount(_sum(item.gross for item in items)),
        vFrete=amount(_sum(item.freight for item in items)),
        vSeg=_NOTHING,
        vDesc=amount(_sum(item.discount for item in items)),
        vII=_NOTHING,
        vIPI=_NOTHING,
        vIPIDevol=_NOTHING,
        vPIS=amount(_sum(each.pis for each in taxes)),
        vCOFINS=amount(_sum(each.cofins for each in taxes)),
        vOutro=amount(_sum(item.other for item in items)),
        vNF=amount(draft.total),
        vTotTrib=None if burden is None else amount(burden),
    )


def _ibs_cbs(draft: DocumentDraft) -> Group | None:
    taxes = [item.taxes for item in draft.items if item.taxes.rule.ibs_cbs_cst]
    if not taxes:
        return None
    groups = NewTaxTotals
    untold = {"vDif": _NOTHING, "vDevTrib": _NOTHING}
    presumed = {"vCredPres": _NOTHING, "vCredPresCondSus": _NOTHING}
    return groups(
        vBCIBSCBS=amount(_sum(each.ibs_cbs_base for each in taxes)),
        gIBS=groups.GIbs(
            gIBSUF=groups.GIbs.GIbsuf(vIBSUF=amount(_sum(each.ibs_uf for each in taxes)), **untold),
            gIBSMun=groups.GIbs.GIbsmun(vIBSMun=amount(_sum(each.ibs_mun for each in taxes)), **untold),
            vIBS=amount(_sum(each.ibs for each in taxes)),
            **presumed,
        ),
        gCBS=groups.GCbs(vCBS=amount(_sum(each.cbs for each in taxes)), **untold, **presumed),
    )


def _sum(parts: Iterable[Money]) -> Money:
    return sum(parts, ZERO)
