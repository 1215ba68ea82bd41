"""What the processing queue says of a line: its state, its cause, what changes, and what was tried before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from varejoforte_desktop.application.questions import PastPush, QueueRow
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.field_names import aspect_name
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.store_causes import outside_sentence

#: Causes for which a person has to say which product of the store is meant.
CHOICE_CAUSES: Final = frozenset({"several_candidates", "barcode_elsewhere"})
_MONEY: Final = frozenset({"price", "cost", "promotional_price"})
_CENTIMETRES: Final = frozenset({"length", "width", "height"})
_LONGEST: Final = 60


class StateWords(NamedTuple):
    """A state as icon, word and feeling; `rank` is its place in the list."""

    word: str
    icon: str
    tone: Tone
    rank: int

    @property
    def role(self) -> Role:
        """The colour of word and icon."""
        return self.tone.role


_HALTED: Final = StateWords("Parado", "error", Tone.BAD, 0)
_SENDING: Final = StateWords("Enviando", "sync", Tone.INFO, 1)
_VERIFYING: Final = StateWords("Conferindo", "search", Tone.INFO, 2)
_WAITING: Final = StateWords("Aguardando", "clock", Tone.NEUTRAL, 3)
_PAUSED: Final = StateWords("Pausado", "pause", Tone.WARN, 4)
_STATES: Final = {
    QueueState.HALTED: _HALTED,
    QueueState.SENDING: _SENDING,
    QueueState.OUTCOME_UNKNOWN: _VERIFYING,
    QueueState.WAITING: _WAITING,
}


def state_words(row: QueueRow) -> StateWords:
    """How a line stands, as the shop calls it."""
    if row.paused and row.state is not QueueState.SENDING:
        return _PAUSED
    if row.state is QueueState.WAITING and row.cause == "verifying":
        return _VERIFYING
    return _STATES[row.state]


def grouped(rows: Iterable[QueueRow]) -> list[QueueRow]:
    """Halted first, then what is being sent, checked, waits and is paused; inside a group as they will be sent."""
    return sorted(rows, key=lambda row: state_words(row).rank)


def cause_of(row: QueueRow) -> tuple[str, str]:
    """Why the line is still here, and how to solve it."""
    if row.state is QueueState.SENDING:
        return "Sendo enviado agora.", ""
    if row.paused and not row.cause:
        return "Pausado por uma pessoa.", "Retome para enviar."
    return outside_sentence(row.cause, row.detail, _short_facts(row))


def _short_facts(row: QueueRow) -> Mapping[str, str]:
    """The candidates by number alone: their names stand in the list to choose from."""
    if row.cause not in CHOICE_CAUSES:
        return row.facts
    return {**row.facts, "names": ", ".join(each.remote_id for each in candidates(row.facts))}


def value_words(field: str, value: Any) -> str:
    """A value of a field as the shop writes it, short enough for a line; "—" for none."""
    whole = whole_value(field, value)
    return whole if len(whole) <= _LONGEST else f"{whole[: _LONGEST - 1].rstrip()}…"


def whole_value(field: str, value: Any) -> str:
    """The same, not shortened."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, int):
        return _number(field, value)
    text = str(value)
    if field.startswith("promotion_"):
        return _day(text)
    if field == "category" and text.isdigit():
        return f"nº {text} na Tray"
    # A long text is remembered by its beginning and a fingerprint, which tells nobody anything.
    return text.partition("… [")[0] + "…" if "… [" in text else " ".join(text.split())


def _number(field: str, value: int) -> str:
    if field in _MONEY:
        return formats.money(Money(value)) if value or field != "promotional_price" else "—"
    if field == "weight":
        return f"{formats.count(value)} g"
    if field in _CENTIMETRES:
        return f"{formats.count(value)} cm"
    return formats.quantity(Decimal(value))


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text[:10]):%d/%m/%Y}"
    except ValueError:
        return text


_OUTCOMES: Final = {
    "sent": ("Enviado", "check", Tone.GOOD),
    "later": ("Será repetido", "clock", Tone.NEUTRAL),
    "unknown": ("Sem resposta", "search", Tone.WARN),
    "halted": ("Parou", "error", Tone.BAD),
}


def outcome_words(outcome: str) -> tuple[str, str, Tone]:
    """What came of an attempt: word, icon, feeling."""
    return _OUTCOMES.get(outcome, (outcome, "info", Tone.NEUTRAL))


def past_aspects(past: PastPush) -> str:
    """Which sides an attempt was about: "Estoque, Preço e custo"."""
    return ", ".join(aspect_name(aspect) for aspect in past.aspects)


def past_cause(past: PastPush) -> str:
    """Why an attempt did not end well; "" when it did."""
    return "" if past.outcome == "sent" or not past.cause else outside_sentence(past.cause, past.detail)[0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product of the store that may be the one meant."""

    remote_id: str
    name: str


def candidates(facts: Mapping[str, str]) -> tuple[Candidate, ...]:
    """The store's products to choose from, out of the facts of a halted line."""
    names = facts.get("names", "")
    ids = [each for each in facts.get("ids", "").split(",") if each]
    # A product's name may hold the separator itself, so the ids are looked for one after another.
    starts: list[int] = []
    for each in ids:
        found = names.find(f"{each}: ", starts[-1] if starts else 0)
        starts.append(found if found >= 0 else len(names))
    ends = [*starts[1:], len(names)] if starts else []
    return tuple(
        Candidate(each, names[start + len(each) + 2 : end].removesuffix(" | ").strip() or f"Produto {each}")
        for each, start, end in zip(ids, starts, ends, strict=True)
    )
