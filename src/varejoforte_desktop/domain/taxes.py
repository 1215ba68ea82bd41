"""What taxes a sold thing bears: the accountant's dated rows, which of them fits, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from varejoforte_desktop.domain.fiscal_errors import NoTaxRule
from varejoforte_desktop.domain.money import ZERO, Money

_NONE: Final = Decimal(0)
_A_DAY: Final = timedelta(days=1)
#: Companies in the Simples tell IBS and CBS from this day on (NT 2025.002).
SIMPLES_TELLS_IBS_CBS: Final = date(2027, 1, 4)


class TaxRegime(StrEnum):
    """The company's regime (`CRT`)."""

    SIMPLES = "1"
    SIMPLES_EXCESSO = "2"
    NORMAL = "3"
    MEI = "4"

    @property
    def simples(self) -> bool:
        """Whether ICMS goes by CSOSN: CRT 1 and 4 (rejection 591 for the others)."""
        return self in {TaxRegime.SIMPLES, TaxRegime.MEI}

    @property
    def single_bill(self) -> bool:
        """Whether PIS, COFINS, IBS and CBS are paid in the Simples' one bill.

        Above the state's limit (CRT 2) only ICMS and ISS leave it: LC 123/2006, art. 20, § 1º.
        """
        return self is not TaxRegime.NORMAL


class Destination(StrEnum):
    """Where the goods go, seen from the shop."""

    ANY = ""
    INTERNAL = "interna"
    INTERSTATE = "interestadual"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRule:
    """A row of the accountant's table. Rates are percentages (18 is 18 %); empty codes mean "not this regime".

    The row that fits best wins: the product's own group before none, the longest NCM beginning, a named state before
    a destination before any, the latest `valid_from`.
    """

    id: int = 0
    group: str = ""  # the product's tax group, "" for products without one
    ncm_prefix: str = ""  # 0 to 8 digits
    destination: Destination = Destination.ANY
    state: str = ""  # UF of the buyer, "" for any
    valid_from: date
    valid_to: date | None = None
    cfop: str
    csosn: str = ""  # Simples: 102 103 300 400 500
    icms_cst: str = ""  # regime normal: 00 40 41 60
    icms_rate: Decimal = _NONE
    pis_cst: str = "49"
    pis_rate: Decimal = _NONE
    cofins_cst: str = "49"
    cofins_rate: Decimal = _NONE
    cest: str = ""
    difal_rate: Decimal = _NONE  # the destination's internal ICMS rate; 0: no DIFAL
    interstate_rate: Decimal = _NONE  # the interstate ICMS rate that DIFAL is reckoned against
    fcp_rate: Decimal = _NONE
    difal_inside: bool = False  # base "por dentro"
    ibs_cbs_cst: str = ""  # "" : the group is not sent
    class_code: str = ""  # cClassTrib
    ibs_uf_rate: Decimal = _NONE
    ibs_mun_rate: Decimal = _NONE
    cbs_rate: Decimal = _NONE
    burden_rate: Decimal = _NONE  # approximate taxes in the price, told to the consumer (Lei 12.741/2012)
    benefit_code: str = ""  # cBenef

    def speaks_of(self, *, group: str, ncm: str, interstate: bool, state: str) -> bool:
        """Whether this row is about such a sale, whatever its days."""
        there = self.destination in {
            Destination.ANY,
            Destination.INTERSTATE if interstate else Destination.INTERNAL,
        }
        return (
            self.group in {"", group}
            and ncm.startswith(self.ncm_prefix)
            and there
            and self.state in {"", state}
        )

    def over(self, day: date) -> bool:
        """Whether its last day is past."""
        return self.valid_to is not None and self.valid_to < day

    def in_force(self, day: date) -> bool:
        """Whether it counts on this day."""
        return self.valid_from <= day and not self.over(day)

    @property
    def kind(self) -> tuple[str, str, str, str]:
        """What sales the row speaks of, whenever they are."""
        return (self.group, self.ncm_prefix, self.destination.value, self.state)

    @property
    def closeness(self) -> tuple[bool, int, bool, bool, date]:
        """How closely the row fits, for choosing among those that do."""
        return (
            bool(self.group),
            len(self.ncm_prefix),
            bool(self.state),
            self.destination is not Destination.ANY,
            self.valid_from,
        )


def rule_for(
    rules: Iterable[TaxRule], *, group: str, ncm: str, interstate: bool, state: str, day: date, reference: str
) -> TaxRule:
    """The row that fits best. Raises NoTaxRule, which tells when rows fitted but have ended."""
    about = [
        rule for rule in rules if rule.speaks_of(group=group, ncm=ncm, interstate=interstate, state=state)
    ]
    fitting = [rule for rule in about if rule.in_force(day)]
    if not fitting:
        raise NoTaxRule(reference, ncm, _last_end(about, day))
    return max(fitting, key=lambda rule: rule.closeness)


def last_day(rules: Iterable[TaxRule], regime: TaxRegime, today: date) -> date | None:
    """The last day that all kinds of rows in force today are good for; None when none of them ends.

    A row that another of its kind follows the day after goes on. In the Simples a row without IBS and CBS is good
    until the duty to tell them begins (LC 214/2025, NT 2025.002). When everything has ended, the day it did.
    """
    table = list(rules)
    ends = [_goes_on_until(rule, table, regime) for rule in table if rule.in_force(today)]
    if not ends:
        return _last_end(table, today)
    return min((each for each in ends if each is not None), default=None)


def _last_end(rules: Iterable[TaxRule], day: date) -> date | None:
    """The last day of those that are over; None when none is."""
    ended = [rule.valid_to for rule in rules if rule.over(day)]
    return max((each for each in ended if each is not None), default=None)


def _goes_on_until(rule: TaxRule, table: list[TaxRule], regime: TaxRegime) -> date | None:
    """The last day of a row and of those of its kind that follow without a break."""
    last = _good_until(rule, regime)
    while last is not None:
        after = [
            _good_until(each, regime)
            for each in table
            if each.kind == rule.kind and each.in_force(last + _A_DAY)
        ]
        further = None if None in after else max((each for each in after if each is not None), default=last)
        if further is not None and further <= last:
            break
        last = further
    return last


def _good_until(rule: TaxRule, regime: TaxRegime) -> date | None:
    if not regime.single_bill or rule.ibs_cbs_cst:
        return rule.valid_to
    before = SIMPLES_TELLS_IBS_CBS - _A_DAY
    return before if rule.valid_to is None else min(rule.valid_to, before)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTax:
    """What the shop says of one product for its taxes. `origin` 0 to 8 (0 national); `cest` overrules the row's."""

    group: str = ""
    origin: int = 0
    cest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxBase:
    """The amounts of a line that taxes are reckoned on."""

    goods: Money
    discount: Money = ZERO
    freight: Money = ZERO
    other: Money = ZERO

    @property
    def net(self) -> Money:
        """What the line costs the buyer."""
        return self.goods - self.discount + self.freight + self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTaxes:
    """What a line bears, each amount rounded to the cent half up; groups that do not apply are zero or "".

    `rule` is the row it came from: codes and rates are read there.
    """

    rule: TaxRule
    origin: int = 0
    cest: str = ""
    icms_base: Money = ZERO
    icms: Money = ZERO
    pis_base: Money = ZERO
    pis: Money = ZERO
    cofins_base: Money = ZERO
    cofins: Money = ZERO
    difal_base: Money = ZERO
    difal: Money = ZERO  # vICMSUFDest
    fcp: Money = ZERO  # vFCPUFDest
    ibs_cbs_base: Money = ZERO
    ibs_uf: Money = ZERO
    ibs_mun: Money = ZERO
    cbs: Money = ZERO
    burden: Money = ZERO  # vTotTrib

    @property
    def ibs(self) -> Money:
        """State and city together."""
        return self.ibs_uf + self.ibs_mun
