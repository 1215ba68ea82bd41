"""The columns of the accountant's table, and of what is wrong in a spreadsheet of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from varejoforte_desktop.domain.fiscal_errors import WrongTaxRule
from varejoforte_desktop.domain.taxes import Destination, TaxRule
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role

_WHERE: Final[Mapping[Destination, str]] = {
    Destination.ANY: "Qualquer",
    Destination.INTERNAL: "No estado",
    Destination.INTERSTATE: "Outro estado",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a line of a spreadsheet; `line` as Excel counts."""

    id: int
    line: int
    column: str
    said: str


def rate(value: Decimal) -> str:
    """A rate with its places: "18%", "7,6%", "—" for none."""
    if not value:
        return "—"
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",") + "%"


def since_until(rule: TaxRule) -> str:
    """From when to when a row counts."""
    begins = f"{rule.valid_from:%d/%m/%Y}"
    return f"desde {begins}" if rule.valid_to is None else f"{begins} a {rule.valid_to:%d/%m/%Y}"


def story(rule: TaxRule) -> str:
    """All that a row says, a line each, for the tooltip: a narrow window leaves columns out."""
    told = [
        ("Grupo", rule.group or "todos"),
        ("NCM", rule.ncm_prefix or "qualquer"),
        ("Destino", _place(rule)),
        ("Vale", since_until(rule)),
        ("CFOP", rule.cfop),
        ("CSOSN", rule.csosn),
        ("CST do ICMS", f"{rule.icms_cst} · {rate(rule.icms_rate)}" if rule.icms_cst else ""),
        ("PIS", f"{rule.pis_cst} · {rate(rule.pis_rate)}"),
        ("COFINS", f"{rule.cofins_cst} · {rate(rule.cofins_rate)}"),
        ("CEST", rule.cest),
        ("DIFAL, interna do destino", rate(rule.difal_rate) if rule.difal_rate else ""),
        ("Interestadual", rate(rule.interstate_rate) if rule.interstate_rate else ""),
        ("FCP", rate(rule.fcp_rate) if rule.fcp_rate else ""),
        ("IBS/CBS", _new_taxes(rule)),
        ("Carga aproximada", rate(rule.burden_rate) if rule.burden_rate else ""),
        ("cBenef", rule.benefit_code),
    ]
    return "\n".join(f"{title}: {text}" for title, text in told if text)


def _place(rule: TaxRule) -> str:
    return f"{_WHERE[rule.destination]} ({rule.state})" if rule.state else _WHERE[rule.destination]


def _new_taxes(rule: TaxRule) -> str:
    if not rule.ibs_cbs_cst:
        return ""
    return f"{rule.class_code} · {rate(rule.ibs_uf_rate + rule.ibs_mun_rate)} + {rate(rule.cbs_rate)}"


def _code(rule: TaxRule) -> str:
    return " / ".join(each for each in (rule.csosn, rule.icms_cst) if each)


RULE_COLUMNS: Final[tuple[Column[TaxRule], ...]] = (
    Column(title="Grupo", text=lambda rule: rule.group or "todos", tooltip=story, sample="st", stretch=True),
    Column(
        title="NCM",
        text=lambda rule: rule.ncm_prefix or "todos",
        tooltip=story,
        sample="85160000",
        yields=2,
    ),
    Column(title="Destino", text=_place, tooltip=story, sample="Outro estado (SP)"),
    Column(title="CFOP", text=lambda rule: rule.cfop, tooltip=story, sample="5102"),
    Column(
        title="CSOSN/CST",
        text=_code,
        tooltip=story,
        title_tooltip="CSOSN (Simples) ou CST do ICMS",
        sample="CSOSN/CST",
    ),
    Column(
        title="ICMS",
        text=lambda rule: rate(rule.icms_rate),
        align=Align.RIGHT,
        tooltip=story,
        sample="18%",
        yields=3,
    ),
    Column(
        title="Carga",
        text=lambda rule: rate(rule.burden_rate),
        align=Align.RIGHT,
        tooltip=story,
        title_tooltip="Tributos aproximados no preço, ditos ao consumidor",
        sample="31,45%",
        yields=4,
    ),
    Column(
        title="Vigência",
        text=since_until,
        role=lambda _rule: Role.TEXT_MUTED,
        tooltip=story,
        sample="01/01/2026 a 31/12/2026",
        yields=5,
    ),
)

PROBLEM_COLUMNS: Final[tuple[Column[Problem], ...]] = (
    Column(title="Linha", text=lambda each: str(each.line), align=Align.RIGHT, sample="9999"),
    Column(
        title="Coluna",
        text=lambda each: each.column or "—",
        tooltip=lambda each: each.column,
        sample="aliquota_interna",
    ),
    Column(title="O que corrigir", text=lambda each: each.said, tooltip=lambda each: each.said, stretch=True),
)

#: What a column wants, when what stands there is wrong.
_WANTS: Final[Mapping[str, str]] = {
    "ncm": "use de 0 a 8 números: o começo do NCM",
    "destino": "escreva interna, interestadual ou deixe vazio",
    "uf": "use a sigla de um estado, como SP",
    "inicio": "escreva um dia, como 01/01/2026",
    "fim": "escreva um dia depois do início, ou deixe vazio",
    "cfop": "use 5xxx no estado e 6xxx para outro estado",
    "csosn": "use 102, 103, 300, 400 ou 500; ou preencha cst_icms",
    "cst_icms": "use 00, 40, 41 ou 60",
    "aliquota_icms": "com CST 00 a alíquota é de 0 a 100 e não pode faltar",
    "cst_pis": "use um CST de PIS que o programa conhece, como 01, 06 ou 49",
    "aliquota_pis": "de 0 a 100; com CST 01 ou 02 não pode faltar",
    "cst_cofins": "use um CST de COFINS que o programa conhece, como 01, 06 ou 49",
    "aliquota_cofins": "de 0 a 100; com CST 01 ou 02 não pode faltar",
    "cest": "o CEST tem 7 números",
    "aliquota_interna_destino": "só para outro estado, de 0 a 100",
    "aliquota_interestadual": "é 4, 7 ou 12",
    "fcp_destino": "de 0 a 100, e só com a alíquota interna do destino",
    "difal_por_dentro": "escreva sim ou não",
    "cst_ibs_cbs": "use um CST de IBS/CBS que o programa conhece, como 000",
    "cclasstrib": "são 6 números que começam com o CST",
    "cbenef": "são 8 ou 10 letras e números, ou SEM CBENEF",
}


def problem_words(error: WrongTaxRule) -> str:
    """What stands in the cell and what should."""
    if error.column == "inicio" and error.text.isdigit():
        return f"Fala dos mesmos produtos e dias que a linha {error.text}: deixe só uma."
    wants = _WANTS.get(error.column, "use um número de 0 a 100")
    if not error.text:
        return f"Falta preencher: {wants}."
    return f"“{error.text}” não serve: {wants}."


def problems(errors: tuple[WrongTaxRule, ...]) -> list[Problem]:
    """A line for each."""
    return [
        Problem(place, error.line, error.column, problem_words(error))
        for place, error in enumerate(errors, 1)
    ]
