"""The state of the sending and the lines of the queue are said in a shopkeeper's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.books import NOON
from varejoforte_desktop.application.questions import PastPush, QueueRow
from varejoforte_desktop.application.sync_status import SyncPhase, SyncStatus
from varejoforte_desktop.domain.outbox import Aspect, QueueState, Subject, SubjectKind
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.queue.words import (
    candidates,
    cause_of,
    grouped,
    outcome_words,
    past_cause,
    state_words,
    value_words,
    whole_value,
)
from varejoforte_desktop.ui.resources import resource
from varejoforte_desktop.ui.sync_words import next_look, phrase, remedy

PHRASES = [
    (SyncPhase.OFF, {}, 0, "Desligada", Tone.NEUTRAL),
    (SyncPhase.OFF, {}, 48, "Desligada · 48 itens aguardam há 2 h", Tone.WARN),
    (SyncPhase.OFF, {}, 1, "Desligada · 1 item aguarda há 2 h", Tone.WARN),
    (SyncPhase.NOT_CONNECTED, {}, 0, "Loja não conectada", Tone.WARN),
    (SyncPhase.STARTING, {}, 0, "Iniciando a sincronização", Tone.NEUTRAL),
    (SyncPhase.STANDBY, {"leader_station": "CAIXA-02"}, 0, "CAIXA-02 está sincronizando", Tone.INFO),
    (SyncPhase.STANDBY, {}, 0, "Outra estação está sincronizando", Tone.INFO),
    (SyncPhase.UP_TO_DATE, {}, 0, "Em dia", Tone.GOOD),
    (SyncPhase.UP_TO_DATE, {}, 2, "2 itens aguardam", Tone.INFO),
    (
        SyncPhase.SENDING,
        {"sent": 12, "total": 340, "eta_seconds": 125},
        340,
        "Enviando 12 de 340 · 2 min",
        Tone.INFO,
    ),
    (SyncPhase.SENDING, {"sent": 1200, "total": 3400}, 340, "Enviando 1.200 de 3.400", Tone.INFO),
    (SyncPhase.SENDING, {}, 1, "Enviando", Tone.INFO),
    (SyncPhase.WAITING_QUOTA, {"cause": "quota"}, 9, "Limite da Tray usado · continua em 40 s", Tone.INFO),
    (
        SyncPhase.WAITING_QUOTA,
        {"cause": "day_spent"},
        9,
        "Limite de hoje usado · continua em 40 s",
        Tone.WARN,
    ),
    (
        SyncPhase.ASKED_TO_WAIT,
        {"cause": "slow_down"},
        9,
        "A Tray pediu para esperar; voltamos em 40 s",
        Tone.WARN,
    ),
    (SyncPhase.OFFLINE, {"cause": "no_line"}, 9, "Sem internet · tentando em 40 s", Tone.WARN),
    (
        SyncPhase.OFFLINE,
        {"cause": "tls"},
        9,
        "O certificado da loja não é confiável · tentando em 40 s",
        Tone.WARN,
    ),
    (
        SyncPhase.OFFLINE,
        {"cause": "bad_address"},
        9,
        "O endereço da loja não existe · tentando em 40 s",
        Tone.WARN,
    ),
    (
        SyncPhase.STORE_DOWN,
        {"cause": "server_error"},
        9,
        "A Tray está com problemas · tentando em 40 s",
        Tone.WARN,
    ),
    (SyncPhase.STORE_DOWN, {"cause": "no_answer"}, 9, "A Tray não responde · tentando em 40 s", Tone.WARN),
    (SyncPhase.RECONNECT, {"cause": "refresh_refused"}, 9, "Reconectar a Tray", Tone.BAD),
    (SyncPhase.SUSPENDED, {"cause": "store_blocked"}, 9, "Loja bloqueada na Tray", Tone.BAD),
    (SyncPhase.SUSPENDED, {"cause": "forbidden"}, 9, "A Tray fechou o acesso", Tone.BAD),
    (SyncPhase.KEY_MISSING, {}, 9, "Falta a chave da loja nesta estação", Tone.BAD),
    (SyncPhase.RECHECK, {}, 9, "Cópia restaurada: confira antes de enviar", Tone.BAD),
    (SyncPhase.REMOVED, {}, 9, "Este computador foi retirado da loja", Tone.BAD),
    (SyncPhase.NOT_ALLOWED, {}, 9, "Quem entrou aqui não pode sincronizar", Tone.BAD),
    (SyncPhase.BOOKS_AWAY, {}, 9, "O banco de dados não responde · tentando em 40 s", Tone.BAD),
    (SyncPhase.BROKEN, {}, 9, "A sincronização falhou · tentando em 40 s", Tone.BAD),
]


@pytest.mark.parametrize(("phase", "facts", "pending", "text", "tone"), PHRASES)
def test_each_phase_has_its_phrase(
    phase: SyncPhase, facts: dict[str, Any], pending: int, text: str, tone: Tone
) -> None:
    status = SyncStatus(phase=phase, retry_at_mono=140.0, **facts)
    said = phrase(status, 100.0, pending, now=NOON, oldest_since=NOON - timedelta(hours=2))
    assert (said.text, said.tone) == (text, tone)
    assert resource(f"icons/{said.icon}.svg").exists()


def test_no_phase_is_forgotten() -> None:
    assert {phase for phase, *_ in PHRASES} == set(SyncPhase)
    assert all(phrase(SyncStatus(phase=phase), 0.0, 0).text for phase in SyncPhase)


def test_halted_lines_are_never_called_up_to_date() -> None:
    said = phrase(SyncStatus(phase=SyncPhase.UP_TO_DATE), 0.0, 3, halted=3)
    assert (said.text, said.tone) == ("3 itens parados", Tone.BAD)


def test_a_countdown_ends_with_now() -> None:
    status = SyncStatus(phase=SyncPhase.OFFLINE, retry_at_mono=10.0)
    assert phrase(status, 9.4, 0).text == "Sem internet · tentando em 1 s"
    assert phrase(status, 10.2, 0).text == "Sem internet · tentando agora"
    assert phrase(replace(status, retry_at_mono=None), 0.0, 0).text == "Sem internet · tentando em instantes"


def test_the_next_look_is_told_only_while_all_is_well() -> None:
    status = SyncStatus(phase=SyncPhase.UP_TO_DATE, next_cycle_at_mono=142.0)
    assert next_look(status, 100.0) == "próximo em 0:42"
    assert next_look(replace(status, phase=SyncPhase.SENDING), 100.0) == ""


@pytest.mark.parametrize(
    "phase",
    [
        SyncPhase.RECONNECT,
        SyncPhase.KEY_MISSING,
        SyncPhase.NOT_CONNECTED,
        SyncPhase.RECHECK,
        SyncPhase.REMOVED,
        SyncPhase.NOT_ALLOWED,
    ],
)
def test_what_needs_a_person_says_what_to_do(phase: SyncPhase) -> None:
    assert remedy(SyncStatus(phase=phase, cause="reconnect"))
    assert remedy(SyncStatus(phase=SyncPhase.UP_TO_DATE)) == ""


def _row(**changes: Any) -> QueueRow:
    facts: dict[str, Any] = {
        "id": 1,
        "subject": Subject(SubjectKind.PRODUCT, 1),
        "label": "PAN-1 · Panela",
        "aspect": Aspect.STOCK,
        "state": QueueState.WAITING,
        "paused": False,
        "since": NOON,
        "attempts": 0,
        "due_at": NOON,
        "cause": "",
        "detail": "",
        "facts": {},
    }
    return QueueRow(**facts | changes)


def test_lines_are_grouped_with_the_halted_ones_first() -> None:
    rows = [
        _row(id=1),
        _row(id=2, paused=True),
        _row(id=3, state=QueueState.OUTCOME_UNKNOWN),
        _row(id=4, state=QueueState.SENDING),
        _row(id=5, state=QueueState.HALTED),
        _row(id=6, cause="verifying"),
        _row(id=7, state=QueueState.HALTED, paused=True),
    ]
    assert [(row.id, state_words(row).word) for row in grouped(rows)] == [
        (5, "Parado"),
        (4, "Enviando"),
        (3, "Conferindo"),
        (6, "Conferindo"),
        (1, "Aguardando"),
        (2, "Pausado"),
        (7, "Pausado"),
    ]
    assert all(resource(f"icons/{state_words(row).icon}.svg").exists() for row in rows)


def test_candidates_are_told_apart_even_when_a_name_holds_the_separator() -> None:
    facts = {"ids": "12,15", "names": "12: PAN-1 Panela | tampa 3: vidro | 15: — Frigideira"}
    assert [(each.remote_id, each.name) for each in candidates(facts)] == [
        ("12", "PAN-1 Panela | tampa 3: vidro"),
        ("15", "— Frigideira"),
    ]
    assert candidates({}) == ()


def test_the_cause_names_the_candidates_by_number_alone() -> None:
    facts = {"ids": "12,15", "names": "12: PAN-1 Panela | 15: PAN-1 Panela azul"}
    text, solution = cause_of(_row(state=QueueState.HALTED, cause="several_candidates", facts=facts))
    assert text.endswith("12, 15")
    assert "Vincular" in solution


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("price", 123456, "R$ 1.234,56"),
        ("promotional_price", 0, "—"),
        ("stock", 1200, "1.200"),
        ("weight", 2100, "2.100 g"),
        ("height", 12, "12 cm"),
        ("available", False, "não"),
        ("promotion_end", "2026-03-31", "31/03/2026"),
        ("promotion_end", "sem fim", "sem fim"),
        ("name", None, "—"),
        ("name", "", "—"),
        ("category", "77", "nº 77 na Tray"),
    ],
)
def test_values_are_written_as_a_shop_writes_them(field: str, value: object, said: str) -> None:
    assert value_words(field, value) == said


def test_long_texts_are_shortened_and_their_fingerprint_is_kept_out_of_sight() -> None:
    remembered = "Alumínio polido. " * 20 + "… [900:abcdef]"
    assert len(value_words("description", remembered)) <= 60
    assert "abcdef" not in whole_value("description", remembered)


def test_each_outcome_has_words() -> None:
    assert [outcome_words(each)[0] for each in ("sent", "later", "unknown", "halted")] == [
        "Enviado",
        "Será repetido",
        "Sem resposta",
        "Parou",
    ]
    past = PastPush(at=NOON, aspects=("stock",), outcome="halted", cause="refused", detail="Não.", station="")
    assert past_cause(past) == "A Tray recusou: Não."
    assert past_cause(replace(past, outcome="sent")) == ""
