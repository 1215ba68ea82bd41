"""What is said about fiscal documents: each state, each refusal of SEFAZ, each trouble, in a shopkeeper's words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import varejoforte_desktop.fiscal
from varejoforte_desktop.application.fiscal_book import TaxTable
from varejoforte_desktop.application.fiscal_desk import Finding, FiscalPhase, FiscalStatus
from varejoforte_desktop.application.fiscal_questions import DocumentRow, FiscalOverview, StepRow
from varejoforte_desktop.application.people_questions import AuditRow
from varejoforte_desktop.domain import fiscal_errors
from varejoforte_desktop.domain.audit import AuditAction
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import (
    DocumentState,
    EmissionType,
    EventState,
    FiscalEnvironment,
    FiscalEventKind,
)
from varejoforte_desktop.domain.fiscal_settings import FiscalSettings
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.simulator.sefaz.reasons import REJECTED
from varejoforte_desktop.ui.audit.facts import fact_name, pairs
from varejoforte_desktop.ui.audit.words import ACTS, GROUPS, act_words, subject_words
from varejoforte_desktop.ui.fiscal_messages import CAUSES, MISSING, STATE_NAMES, cause_words, missing_words
from varejoforte_desktop.ui.fiscal_words import (
    EVENT_STATES,
    EVENTS,
    STATES,
    deadline_words,
    finding_words,
    key_words,
    offline_words,
    phase_words,
    sefaz_words,
    state_words,
    step_words,
    what_helps,
)
from varejoforte_desktop.ui.fiscal_words import GROUPS as STATE_GROUPS
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.notes.rejections import REJECTIONS, rejection
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.people.words import AREAS

NOW = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)  # a Thursday noon in São Paulo
JARGON = re.compile(r"cStat|xMotivo|XSD|SOAP|HTTP|Error|Exception|None|timeout|\bstate\b|[{}]")
#: The codes that a shop meets, by what SEFAZ means with them.
EXPECTED = re.findall(
    r"\d+",
    "204 217 213 280 281 282 283 284 285 286 215 225 402 404 588 226 252 450 228 703 704 236 502 561 613 241 297 298 "
    "394 395 396 397 398 462 463 464 501 220 221 539 562 564 610 531 532 767 865 573 635 656 778 611 806 598 373 999 "
    "218 420 108 109 206 563 301 302 303",
)


def a_row(**changes: Any) -> DocumentRow:
    """An authorised NFC-e."""
    row = DocumentRow(
        id=1, sale_id=1, sale_number="Balcão-1", order="", model=FiscalModel.NFCE,
        environment=FiscalEnvironment.HOMOLOGACAO, series=1, number=42, key="3" * 44,
        emission_type=EmissionType.NORMAL, state=DocumentState.AUTHORISED, station="Balcão", issued_at=NOW,
        total=Money(100), buyer_document="", buyer_name="", stat="", reason="", authorised_at=None,
        deadline_at=None, corrected=False, cancelling=False,
    )  # fmt: skip
    return replace(row, **changes)


def an_overview(**changes: Any) -> FiscalOverview:
    """A calm day."""
    facts: dict[str, Any] = {
        "settings": FiscalSettings(), "certificate": None, "owed": 0, "waiting": 0, "offline": 0,
        "oldest_deadline": None, "rejected": 0, "to_void": 0, "paused_until": None, "taxes": TaxTable(),
    }  # fmt: skip
    return FiscalOverview(**facts | changes)


# -- states -------------------------------------------------------------------------------------------------------


def test_every_state_has_a_word_a_drawing_and_a_sentence_of_its_own() -> None:
    assert set(STATES) == set(DocumentState)
    assert len({words.word for words in STATES.values()}) == len(STATES)
    for words in STATES.values():
        assert words.icon
        assert words.sentence.endswith(".")
        assert not JARGON.search(words.sentence + words.remedy)
    assert set(STATE_NAMES) == {state.value for state in DocumentState}


def test_red_is_only_what_needs_a_person() -> None:
    red = {state for state, words in STATES.items() if words.tone is Tone.BAD}
    assert red == {DocumentState.REJECTED, DocumentState.OFFLINE_REJECTED, DocumentState.NUMBER_TAKEN}


def test_every_state_is_found_by_one_of_the_filters() -> None:
    assert frozenset[DocumentState]().union(*(group.states for group in STATE_GROUPS)) == set(DocumentState)


def test_a_document_about_to_be_cancelled_says_so() -> None:
    assert state_words(a_row(cancelling=True)).word == "Cancelando"
    assert state_words(a_row(cancelling=True, state=DocumentState.CANCELLED)).word == "Cancelada"


def test_every_event_has_words() -> None:
    assert set(EVENTS) == set(FiscalEventKind)
    assert set(EVENT_STATES) == set(EventState)


# -- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stat", EXPECTED)
def test_each_known_refusal_has_a_cause_and_a_remedy(stat: str) -> None:
    told = rejection(stat, "Rejeição: qualquer coisa")
    assert stat in REJECTIONS
    assert told.cause.endswith(".")
    assert told.remedy.endswith(".")
    assert "qualquer coisa" not in told.cause


@pytest.mark.parametrize("stat", sorted({*REJECTIONS, *REJECTED}))
def test_no_refusal_is_told_in_our_own_jargon(stat: str) -> None:
    told = rejection(stat, f"Rejeição: {REJECTED.get(stat, 'Algo')}")
    assert not JARGON.search(told.cause)
    assert not JARGON.search(told.remedy)
    assert told.cause
    assert told.remedy


def test_a_refusal_nobody_listed_is_told_in_sefaz_own_words() -> None:
    told = rejection("1234", "Rejeição: O campo xyz não confere [nItem: 2]")
    assert told.cause == "A SEFAZ recusou: O campo xyz não confere [nItem: 2]"
    assert "Corrigir e reenviar" in told.remedy
    assert rejection("1234").cause == "A SEFAZ recusou a nota."


def test_a_wrong_ncm_points_at_the_product_and_keeps_the_number() -> None:
    cause, remedy = what_helps(a_row(state=DocumentState.REJECTED, stat="778", reason="Rejeição: NCM"))
    assert cause == "O NCM de um produto não existe."
    assert "cadastro do produto" in remedy
    assert "o número é o mesmo" in remedy


def test_what_is_our_own_mistake_is_sent_to_the_support() -> None:
    for stat in ("215", "297", "564", "394"):
        assert rejection(stat).ours
        assert "suporte" in rejection(stat).remedy
    assert not rejection("778").ours


def test_another_content_under_our_key_stops_everybody() -> None:
    cause, remedy = what_helps(a_row(state=DocumentState.UNKNOWN, stat="digest"))
    assert "outro conteúdo" in cause
    assert "Não emita de novo" in remedy


def test_sefaz_own_words_stand_with_their_code() -> None:
    assert (
        sefaz_words("778", "Rejeição: Informado NCM inexistente") == "SEFAZ 778: Informado NCM inexistente."
    )
    assert sefaz_words("100", "") == "SEFAZ 100"
    assert sefaz_words("no_answer", "") == ""


# -- history ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "after", "said"),
    [
        ("numbered", "generated", "Numerada e assinada"),
        ("numbered", "offline", "Numerada, assinada e entregue em contingência"),
        ("sending", "sending", "Enviada à SEFAZ"),
        ("100", "authorised", "Autorizada · SEFAZ 100: Autorizado o uso."),
        ("778", "rejected", "Rejeitada · SEFAZ 778: Autorizado o uso."),
        ("offline", "replaced", "Outra foi entregue em contingência no lugar dela"),
        ("no_answer", "unknown", "A SEFAZ não respondeu a tempo"),
        ("given_up", "to_void", "Desistência: o número fica para inutilizar"),
        ("coming_later", "of_a_later_release", "A SEFAZ não respondeu"),
    ],
)
def test_each_step_is_told_in_words(why: str, after: str, said: str) -> None:
    step = StepRow(
        at=NOW, before="", after=after, why=why, detail="Autorizado o uso", operator="Ana", station="Balcão"
    )
    told = step_words(step)
    assert told.text == said
    assert told.who == "Ana, Balcão"
    assert told.icon


def test_every_reason_that_use_cases_write_down_has_words() -> None:
    source = Path(varejoforte_desktop.fiscal.__file__).parent
    lines = "".join(path.read_text("utf-8") for path in source.glob("*.py"))
    lines += "".join(path.read_text("utf-8") for path in (source.parent / "application").glob("fiscal_*.py"))
    whys = set(re.findall(r'\bwhy="([a-z_]+)"', lines))
    assert {"numbered", "sending", "renewed", "given_up"} <= whys
    usual = cause_words("of_a_later_release")[0].rstrip(".")
    for why in whys:
        step = StepRow(at=NOW, before="", after="generated", why=why, detail="", operator="", station="")
        assert step_words(step).text != usual, why
    codes = set(re.findall(r'\bcode="([a-z_]+)"', lines))
    assert {"no_line", "tls", "certificate_refused"} <= codes
    assert codes <= set(CAUSES)


# -- the shop as a whole ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (11, "hoje 23:00"),
        (30, "amanhã 18:00"),
        (72, "13/12 12:00"),
        (-2, "hoje 10:00, vencido"),
        (-30, "09/12 06:00, vencido"),
    ],
)
def test_a_deadline_is_told_by_its_day(hours: int, said: str) -> None:
    assert deadline_words(NOW + timedelta(hours=hours), NOW) == said


def test_what_is_in_contingency_is_counted_with_the_oldest_deadline() -> None:
    tonight = datetime(2026, 12, 11, 2, 59, 59, tzinfo=UTC)
    many = an_overview(offline=3, oldest_deadline=tonight)
    assert offline_words(many, NOW) == "3 NFC-e em contingência, a mais antiga até hoje 23:59"
    assert offline_words(replace(many, offline=1), NOW) == "1 NFC-e em contingência, até hoje 23:59"
    assert offline_words(an_overview(), NOW) == ""


@pytest.mark.parametrize("phase", list(FiscalPhase))
def test_every_phase_of_the_line_has_words(phase: FiscalPhase) -> None:
    for cause in ("", *MISSING) if phase is FiscalPhase.NOT_SET_UP else ("",):
        told = phase_words(FiscalStatus(phase=phase, cause=cause))
        assert told.word
        assert told.icon
        assert told.sentence.endswith(".")
    assert phase_words(FiscalStatus(phase=FiscalPhase.READY, busy=1)).word == "Emitindo"


@pytest.mark.parametrize(
    "name",
    [
        "emitter", "certificate", "certificate_expiry", "tax_rules", "tax_rules_end", "rules_signed", "series_nfe",
        "series_nfce", "csc",
        "clock", "status_nfe", "status_nfce",
    ],
)  # fmt: skip
def test_each_point_of_the_check_up_says_fine_wrong_and_untried(name: str) -> None:
    fine, wrong, untried = (finding_words(Finding(name=name, fine=each)) for each in (True, False, None))
    assert (fine.tone, wrong.tone, untried.tone) == (Tone.GOOD, Tone.BAD, Tone.NEUTRAL)
    assert len({fine.text, wrong.text, untried.text}) == 3
    assert fine.title == wrong.title != name


def test_a_certificate_about_to_end_says_how_soon() -> None:
    assert (
        "Vence em 12 dias."
        in finding_words(Finding(name="certificate_expiry", fine=False, facts={"days": "12"})).text
    )
    assert (
        "Venceu há 1 dia."
        in finding_words(Finding(name="certificate_expiry", fine=False, facts={"days": "-1"})).text
    )


def test_a_key_is_written_in_groups_of_four() -> None:
    assert key_words("35261111222333000181650010000000011000000017") == (
        "3526 1111 2223 3300 0181 6500 1000 0000 0110 0000 0017"
    )


# -- troubles -----------------------------------------------------------------------------------------------------


def words_of(kind: str) -> set[str]:
    """The stable words that an error's docstring promises: "`why`: password, damaged, …"."""
    doc = " ".join((getattr(fiscal_errors, kind).__doc__ or "").split())
    doc = re.sub(r" \([^)]*\)", "", doc)  # what a word means
    listed = re.search(r"(?:`why`:|is a stable word:) ([a-z_, ]+)\.", doc)
    assert listed is not None, kind
    return {each.strip() for each in listed[1].split(",")}


@pytest.mark.parametrize(
    "kind", ["WrongCertificate", "InvoiceMismatch", "WrongInvoiceFile", "PurchaseRefused", "PrinterTrouble"]
)
def test_every_reason_of_an_error_has_a_sentence_of_its_own(kind: str) -> None:
    make = getattr(fiscal_errors, kind)
    usual = sentence(make("something_new"))
    said = {why: sentence(make(why)) for why in words_of(kind)}
    for why, told in said.items():
        assert told.text != usual.text, why
        assert told.remedy, why
        assert not told.bug
    assert len({told.text for told in said.values()}) == len(said)


def test_everything_that_may_be_missing_has_a_sentence() -> None:
    assert words_of("FiscalNotReady") <= set(MISSING)
    usual = missing_words("something_new")
    assert all(missing_words(each) != usual for each in MISSING)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (fiscal_errors.BuyerIncomplete(("street", "city", "postcode")), "Falta do comprador: rua, cidade e CEP."),
        (fiscal_errors.BuyerIncomplete(("document",)), "Falta do comprador: CPF ou CNPJ."),
        (fiscal_errors.NoTaxRule("PAN-1", "73239300"), "A tabela de impostos não diz como tributar PAN-1 (NCM 73239300)."),
        (fiscal_errors.NoTaxRule("PAN-1", ""), "A tabela de impostos não diz como tributar PAN-1 (sem NCM)."),
        (fiscal_errors.FiscalRefused("501", "x"), "O prazo para cancelar já passou. (SEFAZ 501)"),
        (fiscal_errors.FiscalPaused("2026-12-10T16:30:00+00:00"), "A SEFAZ pediu para esperar até 13:30."),
        (fiscal_errors.FiscalStateWrong("1/42", "voided"), "A nota 1/42 está inutilizada; isto não cabe agora."),
        (fiscal_errors.ReasonTooShort(), "A SEFAZ pede um texto de 15 a 255 letras."),
        (fiscal_errors.WrongCertificate("others", "11222333000181"), "O certificado é do CNPJ 11.222.333/0001-81."),
        (fiscal_errors.WrongCertificate("expired", "2026-01-31T12:00:00+00:00"), "Este certificado venceu em 31/01/2026."),
        (fiscal_errors.SeriesTaken(3, "CAIXA-02"), "A série 3 já é da estação CAIXA-02."),
        (fiscal_errors.PrinterTrouble("offline", "CAIXA"), "CAIXA: a impressora não responde."),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_named(error: DomainError, said: str) -> None:
    told = sentence(error)
    assert told.text == said
    assert told.remedy


# -- permissions and the audit log --------------------------------------------------------------------------------


def test_the_new_permissions_stand_where_somebody_looks_for_them() -> None:
    assert AREAS["Notas fiscais"] == (Permission.ISSUE_DOCUMENTS, Permission.MANAGE_DOCUMENTS)
    assert Permission.ENTER_PURCHASES in AREAS["Produtos e estoque"]


def test_every_act_has_words_and_a_group() -> None:
    assert set(ACTS) == set(AuditAction)
    grouped = [action for group in GROUPS for action in group.actions]
    assert set(grouped) == set(AuditAction)
    assert len(grouped) == len(set(grouped))


@pytest.mark.parametrize(
    ("action", "subject", "said"),
    [
        (AuditAction.DOCUMENT_CANCELLED, "1/42", "Nota 1/42"),
        (AuditAction.NUMBERS_VOIDED, "1/5–9", "Números 1/5–9"),
        (AuditAction.FISCAL_SETTINGS_CHANGED, "11222333000181", "11.222.333/0001-81"),
        (AuditAction.FISCAL_SETTINGS_CHANGED, "csc_producao", "CSC de produção"),
        (AuditAction.FISCAL_SETTINGS_CHANGED, "nfce 3", "NFC-e série 3"),
        (AuditAction.PRODUCTION_CHOSEN, "producao", "Produção"),
        (AuditAction.PURCHASE_ENTERED, "35261111222333000181550010000012341000000017", "Nota 1234"),
        (AuditAction.PURCHASE_ENTERED, "sem chave", "sem chave"),
    ],
)
def test_what_an_act_was_about_is_told(action: AuditAction, subject: str, said: str) -> None:
    assert act_words(action).word
    assert subject_words(action, subject) == said


def test_the_facts_of_a_change_are_named_and_written_as_a_shop_does() -> None:
    row = AuditRow(
        id=1, at=NOW, operator="Carla", station="Balcão", action=AuditAction.FISCAL_SETTINGS_CHANGED, subject="x",
        before='{"environment": "homologacao", "emitter.regime": "1", "last": 1234}',
        after='{"environment": "producao", "emitter.regime": "3", "last": 1300}',
    )  # fmt: skip
    told = {pair.name: (pair.before, pair.after) for pair in pairs(row)}
    assert told == {
        "Ambiente": ("homologação", "produção"),
        "Regime tributário": ("Simples Nacional", "regime normal"),
        "Último número": ("1234", "1300"),
    }
    assert fact_name("emitter.legal_name") == "Razão social"
