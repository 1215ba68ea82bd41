"""What taxes a sold thing bears: the accountant's dated rows, which of them fits, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from varejoforte_desktop.domain.fiscal_errors import NoTaxRule
from varejoforte_desktop.domain.money import ZERO, Money

_NONE: Final = Decimal(0)


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

    def fits(self, *, group: str, ncm: str, interstate: bool, state: str, day: date) -> bool:
        """Whether this row speaks of such a sale."""
        there = self.destination in {
            Destination.ANY,
            Destination.INTERSTATE if interstate else Destination.INTERNAL,
        }
        return (
            self.group in {"", group}
            and ncm.startswith(self.ncm_prefix)
            and there
            and self.state in {"", state}
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )

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
    """The row that fits best. Raises NoTaxRule."""
    fitting = [
        rule for rule in rules if rule.fits(group=group, ncm=ncm, interstate=interstate, state=state, day=day)
    ]
    if not fitting:
        raise NoTaxRule(reference, ncm)
    return max(fitting, key=lambda rule: rule.closeness)


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
