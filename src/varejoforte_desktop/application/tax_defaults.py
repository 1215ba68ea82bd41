"""A first tax table to talk about with the accountant: a suggestion that counts only once he has signed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from varejoforte_desktop.domain.fiscal import UF_CODES
from varejoforte_desktop.domain.taxes import Destination, TaxRegime, TaxRule

#: The product group whose ICMS a supplier has paid already (substituição tributária).
ST_GROUP: Final = "st"
#: Goods bought from somebody else and sold again: in the state, beyond it to somebody who pays no ICMS.
_SOLD, _SOLD_ST = "5102", "5405"
_SOLD_BEYOND, _SOLD_ST_BEYOND = "6108", "6404"
#: 7 % from these states to the others and to ES; 12 % everywhere else (Senado, Resolução 22/1989).
_SOUTH: Final = frozenset({"MG", "PR", "RJ", "RS", "SC", "SP"})
_LESS, _USUAL = Decimal(7), Decimal(12)
#: LC 214/2025: the year of the trial of IBS and CBS, with these rates.
_TRIAL_ENDS: Final = date(2026, 12, 31)
_TRIAL_CODE, _TRIAL_CLASS = "000", "000001"
_TRIAL_IBS, _TRIAL_CBS = Decimal("0.10"), Decimal("0.90")
_CUMULATIVE: Final = (Decimal("0.65"), Decimal("3.00"))
_NON_CUMULATIVE: Final = (Decimal("1.65"), Decimal("7.60"))


def suggested_rules(
    regime: TaxRegime,
    *,
    state: str,
    since: date,
    internal_rate: Decimal = Decimal(18),
    non_cumulative: bool = False,
) -> tuple[TaxRule, ...]:
    """Rows for an ordinary retail shop in `state` (UF), from the day `since` on; empty when nothing can be suggested.

    `internal_rate` is the state's usual ICMS rate in percent. Left to the accountant: DIFAL (the destinations' own
    rates), approximate taxes, benefits, products with rules of their own. For companies outside the Simples the rows
    end with 2026: PIS, COFINS, IBS and CBS have other rates afterwards, and none is suggested from then on. Above the
    state's limit of the Simples (CRT 2) only ICMS is told, those four stay in its single bill.
    """
    if regime.simples:
        return _simples(since)
    sold = TaxRule(
        valid_from=since,
        destination=Destination.INTERNAL,
        cfop=_SOLD,
        icms_cst="00",
        icms_rate=internal_rate,
    )
    if regime.single_bill:
        return _by_cst(sold, state)
    if since > _TRIAL_ENDS:
        return ()
    return _by_cst(_with_federal(sold, _NON_CUMULATIVE if non_cumulative else _CUMULATIVE), state)


def _simples(since: date) -> tuple[TaxRule, ...]:
    inside, beyond = Destination.INTERNAL, Destination.INTERSTATE
    return (
        TaxRule(valid_from=since, destination=inside, cfop=_SOLD, csosn="102"),
        TaxRule(valid_from=since, destination=inside, cfop=_SOLD_ST, csosn="500", group=ST_GROUP),
        TaxRule(valid_from=since, destination=beyond, cfop=_SOLD_BEYOND, csosn="102"),
        TaxRule(valid_from=since, destination=beyond, cfop=_SOLD_ST_BEYOND, csosn="500", group=ST_GROUP),
    )


def _with_federal(sold: TaxRule, contributions: tuple[Decimal, Decimal]) -> TaxRule:
    pis, cofins = contributions
    return replace(
        sold,
        valid_to=_TRIAL_ENDS,
        pis_cst="01",
        pis_rate=pis,
        cofins_cst="01",
        cofins_rate=cofins,
        ibs_cbs_cst=_TRIAL_CODE,
        class_code=_TRIAL_CLASS,
        ibs_uf_rate=_TRIAL_IBS,
        cbs_rate=_TRIAL_CBS,
    )


def _by_cst(sold: TaxRule, state: str) -> tuple[TaxRule, ...]:
    sold_st = replace(sold, group=ST_GROUP, cfop=_SOLD_ST, icms_cst="60", icms_rate=Decimal(0))
    beyond = replace(
        sold, destination=Destination.INTERSTATE, cfop=_SOLD_BEYOND, icms_rate=_USUAL, interstate_rate=_USUAL
    )
    cheaper = sorted(set(UF_CODES) - _SOUTH) if state in _SOUTH else []
    return (
        sold,
        sold_st,
        beyond,
        *(replace(beyond, state=each, icms_rate=_LESS, interstate_rate=_LESS) for each in cheaper),
        replace(sold_st, destination=Destination.INTERSTATE, cfop=_SOLD_ST_BEYOND),
    )
