"""The accountant's tax table as a spreadsheet: read with every doubt named, and written back as it was."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from tests.fiscal.drafts import NORMAL, SIMPLES, a_rule
from varejoforte_desktop.application.product_sheet import Sheet, SheetRow
from varejoforte_desktop.application.tax_checks import contradictions
from varejoforte_desktop.application.tax_defaults import ST_GROUP, suggested_rules
from varejoforte_desktop.application.tax_sheet import (
    COLUMNS,
    HEADINGS,
    TaxSheetRefused,
    read_rules,
    recognised,
    rule_rows,
)
from varejoforte_desktop.domain.errors import NotANumber
from varejoforte_desktop.domain.fiscal_errors import NoTaxRule
from varejoforte_desktop.domain.sheet_errors import DuplicateColumn, MissingColumns, UnknownColumns
from varejoforte_desktop.domain.taxes import Destination, TaxRegime, TaxRule, rule_for


def sheet(*lines: dict[str, str], header: tuple[str, ...] = HEADINGS) -> Sheet:
    rows = tuple(SheetRow(number=number, cells=line) for number, line in enumerate(lines, 2))
    return Sheet(source="tributos.xlsx", header=header, rows=rows)


def a_line(**cells: str) -> dict[str, str]:
    return {"inicio": "01/01/2026", "cfop": "5102", "csosn": "102", **cells}


def refused(*lines: dict[str, str]) -> list[tuple[int, str]]:
    with pytest.raises(TaxSheetRefused) as wrong:
        read_rules(sheet(*lines))
    return [(error.line, error.column) for error in wrong.value.errors]


def test_a_line_becomes_a_row_of_the_table() -> None:
    (rule,) = read_rules(
        sheet(
            {
                "grupo": "  st ", "ncm": "7615.10", "destino": "Interestadual", "uf": "rj", "inicio": "2026-01-01",
                "fim": "31/12/2026", "cfop": "6.108", "cst_icms": "0", "aliquota_icms": "12", "cst_pis": "1",
                "aliquota_pis": "1,65%", "cst_cofins": "01", "aliquota_cofins": "7,6", "cest": "14.001.00",
                "aliquota_interna_destino": "20", "aliquota_interestadual": "12,00", "fcp_destino": "2",
                "difal_por_dentro": "Sim", "cst_ibs_cbs": "0", "cclasstrib": "1", "aliquota_ibs_uf": "0,1",
                "aliquota_cbs": "0,9", "carga_tributaria": "31,45", "cbenef": "sp123456",
            }
        )
    )  # fmt: skip
    assert rule == TaxRule(
        group="st", ncm_prefix="761510", destination=Destination.INTERSTATE, state="RJ", valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31), cfop="6108", icms_cst="00", icms_rate=Decimal(12), pis_cst="01",
        pis_rate=Decimal("1.65"), cofins_cst="01", cofins_rate=Decimal("7.6"), cest="1400100", difal_rate=Decimal(20),
        interstate_rate=Decimal(12), fcp_rate=Decimal(2), difal_inside=True, ibs_cbs_cst="000", class_code="000001",
        ibs_uf_rate=Decimal("0.1"), cbs_rate=Decimal("0.9"), burden_rate=Decimal("31.45"), benefit_code="SP123456",
    )  # fmt: skip


def test_an_empty_cell_leaves_what_is_usual() -> None:
    (rule,) = read_rules(sheet(a_line(cst_pis="", fim=" ", destino="")))
    assert (rule.pis_cst, rule.valid_to, rule.destination) == ("49", None, Destination.ANY)


def test_zeros_that_excel_ate_in_front_of_a_code_are_put_back() -> None:
    cells = {"cest": "100100", "cst_icms": "0", "aliquota_icms": "18", "cst_pis": "6", "cst_ibs_cbs": "0"}
    (rule,) = read_rules(sheet(a_line(**cells, cclasstrib="1")))
    assert (rule.cest, rule.icms_cst, rule.pis_cst) == ("0100100", "00", "06")
    assert (rule.ibs_cbs_cst, rule.class_code) == ("000", "000001")


def test_headings_are_found_however_they_are_written() -> None:
    assert recognised(["Início", "CFOP", "CST ICMS", "Alíquota ICMS", ""]) == (
        "inicio", "cfop", "cst_icms", "aliquota_icms", None,
    )  # fmt: skip
    (rule,) = read_rules(
        sheet(
            {"Início": "01/01/2026", "C.F.O.P.": "5102", "CSOSN": "102"},
            header=("Início", "C.F.O.P.", "CSOSN"),
        )
    )
    assert rule.cfop == "5102"
    with pytest.raises(UnknownColumns):
        recognised(["inicio", "cfop", "preço"])
    with pytest.raises(DuplicateColumn):
        recognised(["inicio", "cfop", "Cfop"])
    with pytest.raises(MissingColumns) as missing:
        recognised(["cfop"])
    assert missing.value.columns == ("inicio",)


def test_every_field_of_a_row_has_a_column() -> None:
    assert {column.field for column in COLUMNS} == {each.name for each in fields(TaxRule)} - {"id"}


def test_what_is_written_is_read_back_as_it_was() -> None:
    tables = [
        *suggested_rules(SIMPLES, state="SP", since=date(2026, 11, 1)),
        *suggested_rules(NORMAL, state="RJ", since=date(2026, 1, 1), internal_rate=Decimal("20.5"), non_cumulative=True),
        replace(
            a_rule(regime=NORMAL, interstate=True, difal_inside=True, difal_rate=Decimal("20.1255")),
            ncm_prefix="0901", state="BA", group="café", valid_to=date(2026, 6, 30), cest="0100100",
            benefit_code="SEM CBENEF",
        ),
    ]  # fmt: skip
    for rules in (tables[:4], tables[4:]):
        headings, lines = rule_rows(rules)
        assert headings == HEADINGS
        told = [dict(zip(headings, line, strict=True)) for line in lines]
        assert read_rules(sheet(*told)) == tuple(rules)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"inicio": ""}, "inicio"),
        ({"inicio": "31/02/2026"}, "inicio"),
        ({"fim": "31/12/2025"}, "fim"),
        ({"fim": "sempre"}, "fim"),
        ({"cfop": "1102"}, "cfop"),
        ({"cfop": "510"}, "cfop"),
        ({"cfop": ""}, "cfop"),
        ({"cfop": "6108", "destino": "interna"}, "cfop"),
        ({"cfop": "5102", "destino": "interestadual"}, "cfop"),
        ({"destino": "exterior"}, "destino"),
        ({"csosn": "101"}, "csosn"),
        ({"csosn": ""}, "csosn"),
        ({"cst_icms": "20"}, "cst_icms"),
        ({"cst_icms": "00"}, "aliquota_icms"),
        ({"cst_icms": "00", "aliquota_icms": "dezoito"}, "aliquota_icms"),
        ({"cst_icms": "00", "aliquota_icms": "180"}, "aliquota_icms"),
        ({"cst_icms": "00", "aliquota_icms": "-1"}, "aliquota_icms"),
        ({"cst_icms": "00", "aliquota_icms": "18,00001"}, "aliquota_icms"),
        ({"cst_pis": "03"}, "cst_pis"),
        ({"cst_pis": "01"}, "aliquota_pis"),
        ({"cst_cofins": "01"}, "aliquota_cofins"),
        ({"cest": "abc"}, "cest"),
        ({"ncm": "7615.10.0000"}, "ncm"),
        ({"ncm": "panela"}, "ncm"),
        ({"uf": "XX"}, "uf"),
        ({"cst_ibs_cbs": "200", "cclasstrib": "200001"}, "cst_ibs_cbs"),
        ({"cst_ibs_cbs": "000", "cclasstrib": "410001"}, "cclasstrib"),
        ({"cst_ibs_cbs": "000"}, "cclasstrib"),
        ({"cclasstrib": "000001"}, "cst_ibs_cbs"),
        ({"aliquota_interna_destino": "20"}, "aliquota_interestadual"),
        ({"aliquota_interna_destino": "20", "aliquota_interestadual": "10"}, "aliquota_interestadual"),
        ({"aliquota_interna_destino": "20", "aliquota_interestadual": "12", "destino": "interna"},
         "aliquota_interna_destino"),
        ({"aliquota_interna_destino": "98", "aliquota_interestadual": "12", "fcp_destino": "2"}, "fcp_destino"),
        ({"fcp_destino": "2"}, "aliquota_interna_destino"),
        ({"difal_por_dentro": "talvez"}, "difal_por_dentro"),
        ({"carga_tributaria": "101"}, "carga_tributaria"),
        ({"cbenef": "X1"}, "cbenef"),
        ({"grupo": "x" * 61}, "grupo"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_by_line_and_column(cells: dict[str, str], column: str) -> None:
    assert refused(a_line(), a_line(**{"ncm": "1", **cells})) == [(3, column)]


def test_everything_that_is_wrong_is_named_at_once() -> None:
    found = refused(a_line(csosn="999", uf="XX"), a_line(ncm="1"), a_line(inicio="", cfop="abc", csosn="102"))
    assert found == [(2, "uf"), (2, "csosn"), (4, "cfop"), (4, "inicio")]


def test_a_cell_that_could_not_be_read_is_named_too() -> None:
    row = SheetRow(
        number=2, cells=a_line(), faults={"aliquota_icms": NotANumber("#REF!"), "": NotANumber("x")}
    )
    with pytest.raises(TaxSheetRefused) as wrong:
        read_rules(Sheet(source="t.csv", header=HEADINGS, rows=(row,)))
    assert [error.column for error in wrong.value.errors] == ["aliquota_icms", ""]


def test_two_lines_for_the_same_goods_on_the_same_day_are_refused() -> None:
    first = a_line(fim="30/06/2026")
    assert refused(first, a_line(inicio="30/06/2026")) == [(3, "inicio")]
    assert len(read_rules(sheet(first, a_line(inicio="01/07/2026")))) == 2
    assert len(read_rules(sheet(a_line(inicio="01/07/2026"), first))) == 2
    assert refused(a_line(inicio="30/06/2026"), first) == [(3, "inicio")]
    assert len(read_rules(sheet(first, a_line(ncm="7615"), a_line(grupo="st"), a_line(uf="RJ")))) == 4


# -- the suggestion ---------------------------------------------------------------------------------------


def for_sale(
    rules: tuple[TaxRule, ...], *, group: str = "", state: str = "SP", day: date = date(2026, 11, 23)
) -> TaxRule:
    return rule_for(
        rules, group=group, ncm="76151000", interstate=state != "SP", state=state, day=day, reference="PAN"
    )


def test_the_suggestion_for_the_simples() -> None:
    rules = suggested_rules(SIMPLES, state="SP", since=date(2026, 1, 1))
    told = [
        (for_sale(rules, group=group, state=state).cfop, for_sale(rules, group=group, state=state).csosn)
        for group in ("", ST_GROUP)
        for state in ("SP", "RJ")
    ]
    assert told == [("5102", "102"), ("6108", "102"), ("5405", "500"), ("6404", "500")]
    assert not any(rule.ibs_cbs_cst for rule in rules)
    assert suggested_rules(TaxRegime.MEI, state="SP", since=date(2026, 1, 1)) == rules


def test_the_suggestion_for_the_normal_regime_has_the_rates_of_the_trial_year() -> None:
    rules = suggested_rules(NORMAL, state="SP", since=date(2026, 1, 1))
    home, rio, bahia = (for_sale(rules, state=state) for state in ("SP", "RJ", "BA"))
    assert [rule.icms_rate for rule in (home, rio, bahia)] == [Decimal(18), Decimal(12), Decimal(7)]
    assert (home.pis_rate, home.cofins_rate) == (Decimal("0.65"), Decimal("3.00"))
    assert (home.ibs_uf_rate, home.ibs_mun_rate, home.cbs_rate) == (
        Decimal("0.10"),
        Decimal(0),
        Decimal("0.90"),
    )
    assert (home.ibs_cbs_cst, home.class_code) == ("000", "000001")
    retained = for_sale(rules, group=ST_GROUP, state="BA")
    assert (retained.cfop, retained.icms_cst, retained.icms_rate) == ("6404", "60", Decimal(0))
    with pytest.raises(NoTaxRule):  # what comes afterwards nobody knows yet
        for_sale(rules, day=date(2027, 1, 1))
    assert suggested_rules(NORMAL, state="SP", since=date(2027, 1, 1)) == ()


def test_a_state_of_the_north_sells_to_all_others_at_twelve_percent() -> None:
    rules = suggested_rules(NORMAL, state="BA", since=date(2026, 1, 1))
    assert {rule.interstate_rate for rule in rules if rule.cfop == "6108"} == {Decimal(12)}


@pytest.mark.parametrize("regime", list(TaxRegime))
def test_every_suggested_row_could_be_signed(regime: TaxRegime) -> None:
    for rule in suggested_rules(regime, state="SP", since=date(2026, 11, 1)):
        assert contradictions(rule) == ()
