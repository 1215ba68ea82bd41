"""What a sold line bears in taxes, exact to the cent, as the accountant's row and the company's regime say."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.taxes import ItemTaxes, TaxBase, TaxRegime, TaxRule

#: What the rows may say; each has its group in the document's layout.
CSOSN_CODES: Final = frozenset({"102", "103", "300", "400", "500"})
ICMS_CODES: Final = frozenset({"00", "40", "41", "60"})
#: PIS and COFINS: reckoned on a base, not taxed, and "other" (reckoned only when the row has a rate).
RATED_CODES: Final = frozenset({"01", "02"})
UNTAXED_CODES: Final = frozenset({"04", "05", "06", "07", "08", "09"})
OTHER_CODES: Final = frozenset({"49", "99"})
#: IBS and CBS: in full; exempt (400) and beyond the tax (410), which have a code and no amounts.
IBS_CBS_FULL: Final = frozenset({"000"})
IBS_CBS_NONE: Final = frozenset({"400", "410"})

_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Difal:
    base: Money = ZERO
    due: Money = ZERO
    fcp: Money = ZERO


def reckon(
    rule: TaxRule, base: TaxBase, *, regime: TaxRegime, origin: int, cest: str, interstate_final: bool
) -> ItemTaxes:
    """The taxes of a line; every amount is rounded half up to the cent, line by line.

    `cest` is the product's own and overrules the row's. `interstate_final`: another state's buyer who pays no ICMS
    himself, so that DIFAL is due. A company in the Simples (CRT 1 and 4) tells no ICMS, PIS, COFINS or DIFAL: they
    are part of its single bill (LC 123/2006; DIFAL: STF, ADI 5464); above the state's limit (CRT 2) PIS and COFINS
    still are. IBS and CBS come when the row has their code.
    """
    net = base.net
    icms_base = net if not regime.simples and rule.icms_cst == "00" else ZERO
    icms = percent(icms_base, rule.icms_rate)
    rest = net - icms  # the ICMS is no part of what PIS and COFINS are reckoned on (STF, RE 574.706)
    pis_base = rest if not regime.single_bill and _rated(rule.pis_cst, rule.pis_rate) else ZERO
    cofins_base = rest if not regime.single_bill and _rated(rule.cofins_cst, rule.cofins_rate) else ZERO
    pis, cofins = percent(pis_base, rule.pis_rate), percent(cofins_base, rule.cofins_rate)
    difal = _difal(rule, net) if interstate_final and not regime.simples else _Difal()
    left = net - pis - cofins - icms - difal.due - difal.fcp
    new_base = left if rule.ibs_cbs_cst in IBS_CBS_FULL and left > ZERO else ZERO
    return ItemTaxes(
        rule=rule,
        origin=origin,
        cest=cest or rule.cest,
        icms_base=icms_base,
        icms=icms,
        pis_base=pis_base,
        pis=pis,
        cofins_base=cofins_base,
        cofins=cofins,
        difal_base=difal.base,
        difal=difal.due,
        fcp=difal.fcp,
        ibs_cbs_base=new_base,
        ibs_uf=percent(new_base, rule.ibs_uf_rate),
        ibs_mun=percent(new_base, rule.ibs_mun_rate),
        cbs=percent(new_base, rule.cbs_rate),
        burden=percent(net, rule.burden_rate),
    )


def percent(amount: Money, rate: Decimal) -> Money:
    """`rate` percent of an amount, half up to the cent."""
    return Money.of(amount.reais * rate / _HUNDRED)


def _rated(code: str, rate: Decimal) -> bool:
    return code in RATED_CODES or (code in OTHER_CODES and rate > 0)


def _difal(rule: TaxRule, net: Money) -> _Difal:
    """What the destination state gets beyond the interstate rate.

    Simple: on what the buyer pays. "Por dentro" (LC 190/2022): on that less the interstate ICMS, with the
    destination's whole tax (FCP included) put inside, of which the interstate ICMS is taken off again.
    """
    if rule.difal_rate <= 0:
        return _Difal()
    if not rule.difal_inside:
        due = percent(net, max(Decimal(0), rule.difal_rate - rule.interstate_rate))
        return _Difal(base=net, due=due, fcp=percent(net, rule.fcp_rate))
    paid = percent(net, rule.interstate_rate)
    inside = 1 - (rule.difal_rate + rule.fcp_rate) / _HUNDRED
    if inside <= 0:
        raise AssertionError(f"rates that leave nothing of the price: {rule.difal_rate} + {rule.fcp_rate}")
    base = Money.of((net - paid).reais / inside)
    due = percent(base, rule.difal_rate) - paid
    return _Difal(base=base, due=max(due, ZERO), fcp=percent(base, rule.fcp_rate))
