"""What a sold line bears: the accountant's row and the company's regime decide, and every cent is rounded once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.fiscal.drafts import NORMAL, SIMPLES, a_rule
from varejoforte_desktop.application.tax_defaults import suggested_rules
from varejoforte_desktop.domain.cities import cities_in, city_code, city_of
from varejoforte_desktop.domain.fiscal import UF_CODES
from varejoforte_desktop.domain.fiscal_errors import NoTaxRule
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.tax_reckoning import percent, reckon
from varejoforte_desktop.domain.taxes import ItemTaxes, TaxBase, TaxRegime, TaxRule, last_day, rule_for
from varejoforte_desktop.ui.messages import sentence

HUNDRED = TaxBase(goods=Money(10_000))


def borne(
    rule: TaxRule, base: TaxBase = HUNDRED, *, regime: TaxRegime = NORMAL, interstate_final: bool = False
) -> ItemTaxes:
    return reckon(rule, base, regime=regime, origin=0, cest="", interstate_final=interstate_final)


def test_a_shop_in_the_simples_tells_no_tax_of_its_own() -> None:
    taxes = borne(a_rule(), regime=SIMPLES)
    amounts = (taxes.icms, taxes.pis, taxes.cofins, taxes.difal, taxes.fcp, taxes.ibs, taxes.cbs)
    assert amounts == (ZERO,) * 7
    assert taxes.burden == Money(3145)


def test_a_row_with_rates_still_tells_nothing_for_a_shop_in_the_simples_not_even_difal() -> None:
    row = a_rule(regime=NORMAL, interstate=True, ibs_cbs_cst="", class_code="", csosn="102")
    taxes = borne(row, regime=SIMPLES, interstate_final=True)
    assert (taxes.icms_base, taxes.pis_base, taxes.cofins_base, taxes.difal_base) == (ZERO,) * 4


def test_the_new_taxes_of_the_simples_begin_when_the_row_has_their_code() -> None:
    row = a_rule(
        ibs_cbs_cst="000", class_code="000001", ibs_uf_rate=Decimal("0.05"), ibs_mun_rate=Decimal("0.05"),
        cbs_rate=Decimal("0.90"),
    )  # fmt: skip
    taxes = borne(row, regime=SIMPLES)
    assert (taxes.ibs_cbs_base, taxes.ibs_uf, taxes.ibs_mun, taxes.cbs) == (
        Money(10_000), Money(5), Money(5), Money(90),
    )  # fmt: skip
    assert taxes.ibs == Money(10)


def test_above_the_limit_of_the_simples_only_icms_leaves_the_single_bill() -> None:
    """LC 123/2006, art. 20, § 1º: PIS and COFINS stay in the DAS."""
    taxes = borne(a_rule(regime=NORMAL, ibs_cbs_cst="", class_code=""), regime=TaxRegime.SIMPLES_EXCESSO)
    assert taxes.icms == Money(1800)
    assert (taxes.pis_base, taxes.pis, taxes.cofins_base, taxes.cofins) == (ZERO,) * 4
    for row in suggested_rules(TaxRegime.SIMPLES_EXCESSO, state="SP", since=date(2026, 1, 1)):
        assert row.icms_cst
        assert (row.pis_cst, row.pis_rate, row.cofins_cst, row.cofins_rate) == ("49", 0, "49", 0)
        assert (row.ibs_cbs_cst, row.valid_to) == ("", None)


def test_a_hundred_reais_in_the_normal_regime() -> None:
    taxes = borne(a_rule(regime=NORMAL))
    assert (taxes.icms_base, taxes.icms) == (Money(10_000), Money(1800))
    assert (taxes.pis_base, taxes.pis) == (Money(8200), Money(135))  # the ICMS is no part of it
    assert (taxes.cofins_base, taxes.cofins) == (Money(8200), Money(623))
    assert taxes.ibs_cbs_base == Money(10_000 - 1800 - 135 - 623)
    assert (taxes.ibs_uf, taxes.ibs_mun, taxes.cbs) == (Money(7), ZERO, Money(67))


@pytest.mark.parametrize("code", ["40", "41", "60"])
def test_exempt_untaxed_and_retained_goods_bear_no_icms(code: str) -> None:
    taxes = borne(a_rule(regime=NORMAL, icms_cst=code))
    assert (taxes.icms_base, taxes.icms) == (ZERO, ZERO)
    assert taxes.pis_base == Money(10_000)


@pytest.mark.parametrize("code", ["04", "05", "06", "07", "08", "09"])
def test_goods_without_pis_and_cofins(code: str) -> None:
    taxes = borne(a_rule(regime=NORMAL, pis_cst=code, cofins_cst=code))
    assert (taxes.pis_base, taxes.pis, taxes.cofins_base, taxes.cofins) == (ZERO,) * 4


def test_other_outgoings_are_reckoned_only_when_the_row_has_a_rate() -> None:
    rated = borne(a_rule(regime=NORMAL, pis_cst="99", cofins_cst="49", cofins_rate=Decimal(0)))
    assert (rated.pis_base, rated.pis) == (Money(8200), Money(135))
    assert (rated.cofins_base, rated.cofins) == (ZERO, ZERO)


def test_freight_and_charges_are_taxed_and_a_discount_is_not() -> None:
    base = TaxBase(goods=Money(10_000), discount=Money(1000), freight=Money(2000), other=Money(500))
    assert borne(a_rule(regime=NORMAL), base).icms_base == Money(11_500)


def test_difal_on_what_the_buyer_pays() -> None:
    taxes = borne(a_rule(regime=NORMAL, interstate=True), interstate_final=True)
    assert (taxes.difal_base, taxes.difal, taxes.fcp) == (Money(10_000), Money(800), Money(200))
    assert taxes.ibs_cbs_base == Money(10_000) - taxes.icms - taxes.pis - taxes.cofins - Money(1000)


def test_difal_with_the_tax_inside_its_own_base() -> None:
    row = a_rule(regime=NORMAL, interstate=True, difal_inside=True)
    taxes = borne(row, interstate_final=True)
    # 88,00 without the interstate tax; ÷ (1 − 22 %) = 112,82; 20 % of it less the 12,00 paid already; 2 % of it.
    assert (taxes.difal_base, taxes.difal, taxes.fcp) == (Money(11_282), Money(1056), Money(226))


def test_difal_is_never_negative() -> None:
    for inside in (False, True):
        row = a_rule(
            regime=NORMAL, interstate=True, difal_inside=inside, difal_rate=Decimal(7), fcp_rate=Decimal(0)
        )
        assert borne(row, interstate_final=True).difal == ZERO


def test_a_buyer_who_pays_icms_himself_and_a_sale_at_home_owe_no_difal() -> None:
    assert borne(a_rule(regime=NORMAL, interstate=True)).difal_base == ZERO
    assert borne(a_rule(regime=NORMAL), interstate_final=True).difal_base == ZERO


@pytest.mark.parametrize("code", ["400", "410"])
def test_exempt_from_ibs_and_cbs_has_a_code_and_no_amount(code: str) -> None:
    taxes = borne(a_rule(regime=NORMAL, ibs_cbs_cst=code, class_code=f"{code}001"))
    assert (taxes.ibs_cbs_base, taxes.ibs, taxes.cbs) == (ZERO, ZERO, ZERO)


def test_a_company_beyond_the_limit_of_the_simples_tells_its_icms() -> None:
    assert not TaxRegime.SIMPLES_EXCESSO.simples
    assert TaxRegime.MEI.simples
    taxes = borne(a_rule(regime=NORMAL, pis_cst="49", pis_rate=Decimal(0)), regime=TaxRegime.SIMPLES_EXCESSO)
    assert (taxes.icms, taxes.pis) == (Money(1800), ZERO)


@pytest.mark.parametrize(
    ("cents", "rate", "due"),
    [
        (50, "1", 1),
        (49, "1", 0),
        (150, "1", 2),
        (250, "1", 3),
        (4990, "31.45", 1569),
        (1, "18", 0),
        (3, "18", 1),
    ],
)
def test_half_a_cent_is_rounded_up(cents: int, rate: str, due: int) -> None:
    assert percent(Money(cents), Decimal(rate)) == Money(due)


def test_the_products_own_cest_overrules_the_rows() -> None:
    row = a_rule(csosn="500", cest="1400100")
    facts: dict[str, Any] = {"regime": SIMPLES, "origin": 2, "interstate_final": False}
    assert reckon(row, HUNDRED, cest="", **facts).cest == "1400100"
    own = reckon(row, HUNDRED, cest="2100100", **facts)
    assert (own.cest, own.origin) == ("2100100", 2)


def test_the_row_that_fits_best_wins() -> None:
    general = a_rule()
    pans = replace(general, ncm_prefix="7615", csosn="500")
    group = replace(general, group="st", csosn="500")
    old = replace(general, valid_from=date(2020, 1, 1), csosn="400")
    abroad = a_rule(interstate=True)
    rows = (old, general, pans, group, abroad)

    def found(ncm: str, *, of: str = "", interstate: bool = False) -> TaxRule:
        return rule_for(
            rows, group=of, ncm=ncm, interstate=interstate, state="SP", day=date(2026, 6, 1), reference="PAN"
        )

    assert found("39241000") is general
    assert found("76151000") is pans
    assert found("39241000", of="st") is group
    assert found("39241000", interstate=True) is abroad
    with pytest.raises(NoTaxRule):
        rule_for(rows, group="", ncm="1", interstate=False, state="SP", day=date(2019, 1, 1), reference="PAN")


# -- cities ----------------------------------------------------------------------------------------------


def test_every_municipality_of_brazil_is_found_by_its_name() -> None:
    known = [(state, city) for state in UF_CODES for city in cities_in(state)]
    assert len(known) == 5571
    codes = [city_code(city, state) for state, city in known]
    assert len(set(codes)) == 5571
    for (state, city), code in zip(known, codes, strict=True):
        assert code.startswith(UF_CODES[state])
        assert city_of(code) == (city, state)


@pytest.mark.parametrize(
    ("name", "state", "code"),
    [
        ("São Paulo", "SP", "3550308"),
        ("  sao  paulo ", "sp", "3550308"),
        ("SANTA BARBARA D OESTE", "SP", "3545803"),
        ("Santa Bárbara d’Oeste", "SP", "3545803"),
        ("Moji-Mirim", "SP", "3530805"),
        ("Parati", "RJ", "3303807"),
        ("Trajano de Morais", "RJ", "3305901"),
        ("Taguatinga", "DF", "5300108"),
        ("Campo Grande", "MS", "5002704"),
        ("Campo Grande", "AL", "2701506"),
        ("Recife", "SP", ""),
        ("", "SP", ""),
        ("Lisboa", "EX", ""),
    ],
)
def test_a_city_is_found_however_its_name_is_written(name: str, state: str, code: str) -> None:
    assert city_code(name, state) == code


# -- how long the table is good for -------------------------------------------------------------------------------


YEAR_END = date(2026, 12, 31)


def lasting(first: date, last: date | None, **changes: Any) -> TaxRule:
    """A row of the normal regime with its two days."""
    return replace(a_rule(regime=NORMAL), **({"valid_from": first, "valid_to": last} | changes))


def test_a_table_without_an_end_goes_on() -> None:
    assert last_day([lasting(date(2026, 1, 1), None)], NORMAL, date(2026, 12, 1)) is None
    assert last_day([], NORMAL, date(2026, 12, 1)) is None


def test_the_row_that_ends_first_and_is_not_followed_says_until_when() -> None:
    rows = [
        lasting(date(2026, 1, 1), YEAR_END),
        lasting(date(2026, 1, 1), date(2026, 11, 30), group="st"),
        lasting(date(2026, 12, 1), None, group="st"),
    ]
    assert last_day(rows, NORMAL, date(2026, 11, 15)) == YEAR_END
    gap = replace(rows[2], valid_from=date(2026, 12, 2))
    assert last_day([*rows[:2], gap], NORMAL, date(2026, 11, 15)) == date(2026, 11, 30)


def test_rows_that_follow_one_another_are_followed_to_the_last() -> None:
    rows = [
        lasting(date(2026, 1, 1), YEAR_END),
        lasting(date(2027, 1, 1), date(2027, 6, 30)),
        lasting(date(2027, 7, 1), date(2027, 12, 31)),
    ]
    assert last_day(rows, NORMAL, date(2026, 12, 1)) == date(2027, 12, 31)


def test_a_kind_that_ended_long_ago_is_nobodys_worry_a_whole_table_is() -> None:
    old = lasting(date(2024, 1, 1), date(2024, 12, 31), group="brinde")
    assert last_day([old, lasting(date(2026, 1, 1), None)], NORMAL, date(2026, 12, 1)) is None
    assert last_day([old, lasting(date(2026, 1, 1), YEAR_END)], NORMAL, date(2027, 1, 2)) == YEAR_END


@pytest.mark.parametrize("regime", [SIMPLES, TaxRegime.MEI, TaxRegime.SIMPLES_EXCESSO])
def test_rows_of_the_simples_without_the_new_taxes_are_good_until_these_begin(regime: TaxRegime) -> None:
    """NT 2025.002: in the Simples IBS and CBS are told from 4 January 2027 on."""
    row = lasting(date(2026, 1, 1), None, ibs_cbs_cst="", class_code="")
    assert last_day([row], regime, date(2026, 12, 1)) == date(2027, 1, 3)
    assert last_day([row], regime, date(2027, 2, 1)) == date(2027, 1, 3)
    assert last_day([replace(row, ibs_cbs_cst="000", class_code="000001")], regime, date(2027, 2, 1)) is None


def test_a_sale_after_the_last_day_is_told_that_the_row_ended() -> None:
    with pytest.raises(NoTaxRule) as over:
        rule_for(
            [lasting(date(2026, 1, 1), YEAR_END)], group="", ncm="96170010", interstate=False, state="SP",
            day=date(2027, 1, 1), reference="CAF-1",
        )  # fmt: skip
    assert over.value.ended == YEAR_END
    assert "valia até 31/12/2026" in sentence(over.value).text
