"""What cannot be right in a row of the accountant's tax table, whoever typed it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Final

from varejoforte_desktop.domain.fiscal import UF_CODES
from varejoforte_desktop.domain.tax_reckoning import (
    CSOSN_CODES,
    IBS_CBS_FULL,
    IBS_CBS_NONE,
    ICMS_CODES,
    OTHER_CODES,
    RATED_CODES,
    UNTAXED_CODES,
)
from varejoforte_desktop.domain.taxes import Destination, TaxRule

_ALL: Final = Decimal(100)
#: The rates between states (Senado, Resoluções 22/1989 and 13/2012).
_INTERSTATE_RATES: Final = frozenset({Decimal(4), Decimal(7), Decimal(12)})
_BENEFIT: Final = re.compile(r"[!-ÿ]{8}|[!-ÿ]{10}|SEM CBENEF")
_CFOP: Final = re.compile(r"[56]\d{3}")

#: A field of TaxRule and what is wrong in it.
Fault = tuple[str, str]


def contradictions(rule: TaxRule) -> tuple[Fault, ...]:
    """The fields of a row that cannot be used, each with its text; empty for a good row."""
    return (*_keys(rule), *_codes(rule), *_rates(rule), *_destination_part(rule), *_new_taxes(rule))


def _keys(rule: TaxRule) -> Iterator[Fault]:
    if rule.ncm_prefix and not (rule.ncm_prefix.isdigit() and len(rule.ncm_prefix) <= 8):
        yield "ncm_prefix", rule.ncm_prefix
    if rule.state and rule.state not in UF_CODES:
        yield "state", rule.state
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        yield "valid_to", rule.valid_to.isoformat()


def _codes(rule: TaxRule) -> Iterator[Fault]:
    wanted = {Destination.INTERNAL: "5", Destination.INTERSTATE: "6"}.get(rule.destination, rule.cfop[:1])
    if not _CFOP.fullmatch(rule.cfop) or rule.cfop[0] != wanted:
        yield "cfop", rule.cfop
    if rule.csosn and rule.csosn not in CSOSN_CODES:
        yield "csosn", rule.csosn
    if rule.icms_cst and rule.icms_cst not in ICMS_CODES:
        yield "icms_cst", rule.icms_cst
    if not (rule.csosn or rule.icms_cst):
        yield "csosn", ""
    for field in ("pis_cst", "cofins_cst"):
        if getattr(rule, field) not in RATED_CODES | UNTAXED_CODES | OTHER_CODES:
            yield field, getattr(rule, field)
    if rule.cest and not (rule.cest.isdigit() and len(rule.cest) == 7):
        yield "cest", rule.cest
    if rule.benefit_code and not _BENEFIT.fullmatch(rule.benefit_code):
        yield "benefit_code", rule.benefit_code


def _rates(rule: TaxRule) -> Iterator[Fault]:
    for each in fields(rule):
        value = getattr(rule, each.name)
        if isinstance(value, Decimal) and not 0 <= value <= _ALL:
            yield each.name, str(value)
    # A taxed code without its rate would tell the authority that nothing is due.
    if rule.icms_cst == "00" and not rule.icms_rate:
        yield "icms_rate", ""
    if rule.pis_cst in RATED_CODES and not rule.pis_rate:
        yield "pis_rate", ""
    if rule.cofins_cst in RATED_CODES and not rule.cofins_rate:
        yield "cofins_rate", ""


def _destination_part(rule: TaxRule) -> Iterator[Fault]:
    """DIFAL: only between states, against a rate that exists there, and leaving something of the price."""
    if not rule.difal_rate:
        if rule.fcp_rate:
            yield "difal_rate", ""
        return
    if rule.destination is Destination.INTERNAL:
        yield "difal_rate", str(rule.difal_rate)
    if rule.interstate_rate not in _INTERSTATE_RATES:
        yield "interstate_rate", str(rule.interstate_rate)
    if rule.difal_rate + rule.fcp_rate >= _ALL:
        yield "fcp_rate", str(rule.fcp_rate)


def _new_taxes(rule: TaxRule) -> Iterator[Fault]:
    """IBS and CBS: the first three digits of cClassTrib are the CST."""
    code = rule.ibs_cbs_cst
    if not code:
        if rule.class_code:
            yield "ibs_cbs_cst", ""
        return
    if code not in IBS_CBS_FULL | IBS_CBS_NONE:
        yield "ibs_cbs_cst", code
    if not (rule.class_code.isdigit() and len(rule.class_code) == 6 and rule.class_code.startswith(code)):
        yield "class_code", rule.class_code
