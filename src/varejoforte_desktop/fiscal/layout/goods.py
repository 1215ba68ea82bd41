"""The lines of a document: each product with its amounts and its taxes."""

from __future__ import annotations

from typing import Any, Final

from varejoforte_desktop.application.fiscal_ports import DocumentDraft, DraftItem
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import NoTaxRule
from varejoforte_desktop.domain.tax_reckoning import IBS_CBS_FULL, RATED_CODES, UNTAXED_CODES
from varejoforte_desktop.domain.taxes import ItemTaxes, TaxRegime
from varejoforte_desktop.fiscal.layout.bindings import Group, InfNfe, NewTaxAmounts, NewTaxes
from varejoforte_desktop.fiscal.layout.wording import amount, cleaned, gtin, pieces, rate, some, unit_price

Det: Any = InfNfe.Det
Taxes: Any = Det.Imposto

#: What SEFAZ wants the first product to be called in a rehearsal (rejection 373).
REHEARSAL_PRODUCT: Final = "NOTA FISCAL EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
_SHARED_ALL: Final = "100.00"  # the destination state gets the whole DIFAL since 2019
_SIMPLES_GROUP: Final = frozenset({"102", "103", "300", "400"})


def lines(draft: DocumentDraft) -> list[Group]:
    """Every line, numbered from 1."""
    difal = owes_difal(draft)
    return [_line(draft, item, place, difal=difal) for place, item in enumerate(draft.items, 1)]


def owes_difal(draft: DocumentDraft) -> bool:
    """Whether the document has to tell the destination state's part."""
    return any(item.taxes.difal_base for item in draft.items)


def _line(draft: DocumentDraft, item: DraftItem, place: int, *, difal: bool) -> Group:
    rehearsal = draft.environment is FiscalEnvironment.HOMOLOGACAO and place == 1
    name = REHEARSAL_PRODUCT if rehearsal else cleaned(item.name, 120)
    price = unit_price(item.price, item.quantity, item.gross)
    unit, count, bars = cleaned(item.unit, 6) or "UN", pieces(item.quantity), gtin(item.barcode)
    return Det(
        nItem=str(place),
        prod=Det.Prod(
            cProd=cleaned(item.reference, 60) or str(place),
            cEAN=bars,
            xProd=name,
            NCM=item.ncm,
            CEST=item.taxes.cest or None,
            cBenef=item.taxes.rule.benefit_code or None,
            CFOP=item.taxes.rule.cfop,
            uCom=unit,
            qCom=count,
            vUnCom=price,
            vProd=amount(item.gross),
            cEANTrib=bars,
            uTrib=unit,
            qTrib=count,
            vUnTrib=price,
            vFrete=some(item.freight),
            vDesc=some(item.discount),
            vOutro=some(item.other),
            indTot="1",
        ),
        imposto=_taxes(item, draft.emitter.regime, difal=difal),
    )


def _taxes(item: DraftItem, regime: TaxRegime, *, difal: bool) -> Group:
    borne = item.taxes
    return Taxes(
        vTotTrib=amount(borne.burden) if borne.rule.burden_rate else None,
        ICMS=_icms_simples(item) if regime.simples else _icms(item),
        PIS=_pis(borne),
        COFINS=_cofins(borne),
        ICMSUFDest=_difal(borne) if difal and borne.rule.difal_rate else None,
        IBSCBS=_ibs_cbs(borne) if borne.rule.ibs_cbs_cst else None,
    )


def _icms_simples(item: DraftItem) -> Group:
    code, origin = item.taxes.rule.csosn, str(item.taxes.origin)
    groups = Taxes.Icms
    if code in _SIMPLES_GROUP:
        return groups(ICMSSN102=groups.Icmssn102(orig=origin, CSOSN=code))
    if code == "500":
        return groups(ICMSSN500=groups.Icmssn500(orig=origin, CSOSN=code))
    raise NoTaxRule(item.reference, item.ncm)


def _icms(item: DraftItem) -> Group:
    borne = item.taxes
    code, origin = borne.rule.icms_cst, str(borne.origin)
    groups = Taxes.Icms
    if code == "00":
        return groups(
            ICMS00=groups.Icms00(
                orig=origin,
                CST=code,
                modBC="3",  # the value of the operation
                vBC=amount(borne.icms_base),
                pICMS=rate(borne.rule.icms_rate),
                vICMS=amount(borne.icms),
            )
        )
    if code in {"40", "41"}:
        return groups(ICMS40=groups.Icms40(orig=origin, CST=code))
    if code == "60":
        return groups(ICMS60=groups.Icms60(orig=origin, CST=code))
    raise NoTaxRule(item.reference, item.ncm)


def _pis(borne: ItemTaxes) -> Group:
    code, groups = borne.rule.pis_cst, Taxes.Pis
    if code in UNTAXED_CODES:
        return groups(PISNT=groups.Pisnt(CST=code))
    told = _contribution("PIS", code, amount(borne.pis_base), _rate_told(borne, "pis"), amount(borne.pis))
    if code in RATED_CODES:
        return groups(PISAliq=groups.Pisaliq(**told))
    return groups(PISOutr=groups.Pisoutr(**told))


def _cofins(borne: ItemTaxes) -> Group:
    code, groups = borne.rule.cofins_cst, Taxes.Cofins
    if code in UNTAXED_CODES:
        return groups(COFINSNT=groups.Cofinsnt(CST=code))
    told = _contribution(
        "COFINS", code, amount(borne.cofins_base), _rate_told(borne, "cofins"), amount(borne.cofins)
    )
    if code in RATED_CODES:
        return groups(COFINSAliq=groups.Cofinsaliq(**told))
    return groups(COFINSOutr=groups.Cofinsoutr(**told))


def _rate_told(borne: ItemTaxes, name: str) -> str:
    """The row's rate when something was reckoned with it, else zero: base × rate = amount in every group."""
    reckoned = borne.pis_base if name == "pis" else borne.cofins_base
    row = borne.rule.pis_rate if name == "pis" else borne.rule.cofins_rate
    return rate(row if reckoned else row * 0)


def _contribution(name: str, code: str, base: str, percent: str, due: str) -> dict[str, Any]:
    return {"CST": code, "vBC": base, f"p{name}": percent, f"v{name}": due}


def _difal(borne: ItemTaxes) -> Group:
    rule = borne.rule
    fcp = rule.fcp_rate > 0
    return Taxes.Icmsufdest(
        vBCUFDest=amount(borne.difal_base),
        vBCFCPUFDest=amount(borne.difal_base) if fcp else None,
        pFCPUFDest=rate(rule.fcp_rate) if fcp else None,
        pICMSUFDest=rate(rule.difal_rate),
        pICMSInter=f"{rule.interstate_rate:.2f}",
        pICMSInterPart=_SHARED_ALL,
        vFCPUFDest=amount(borne.fcp) if fcp else None,
        vICMSUFDest=amount(borne.difal),
        vICMSUFRemet="0.00",
    )


def _ibs_cbs(borne: ItemTaxes) -> Group:
    rule, groups = borne.rule, NewTaxAmounts
    told = None
    if rule.ibs_cbs_cst in IBS_CBS_FULL:
        told = groups(
            vBC=amount(borne.ibs_cbs_base),
            gIBSUF=groups.GIbsuf(pIBSUF=rate(rule.ibs_uf_rate), vIBSUF=amount(borne.ibs_uf)),
            gIBSMun=groups.GIbsmun(pIBSMun=rate(rule.ibs_mun_rate), vIBSMun=amount(borne.ibs_mun)),
            vIBS=amount(borne.ibs),
            gCBS=groups.GCbs(pCBS=rate(rule.cbs_rate), vCBS=amount(borne.cbs)),
        )
    return NewTaxes(CST=rule.ibs_cbs_cst, cClassTrib=rule.class_code, gIBSCBS=told)
