"""What happened to an order since somebody bought it, as sentences with their instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from varejoforte_desktop.application.order_questions import OrderDetail, TimelineRow
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.orders.amounts import cents
from varejoforte_desktop.ui.orders.words import unlink_reason
from varejoforte_desktop.ui.palettes import Tone

Facts = Mapping[str, str]


class Event(NamedTuple):
    """Something that happened: when, in words, who did it, and how it feels."""

    at: datetime
    text: str
    who: str
    icon: str
    tone: Tone


_FISCAL: Final = {"nfe": "NF-e", "nfce": "NFC-e"}


def events_of(detail: OrderDetail, statuses: Mapping[str, str]) -> list[Event]:
    """The order's life from the purchase on; `statuses` are the names of the store's statuses by id."""
    events = [_event(row, statuses) for row in detail.timeline]
    placed = detail.row.placed_at
    if placed is not None:
        events.insert(0, Event(placed, "Comprado na loja", "", "ecommerce", Tone.NEUTRAL))
    return events


def event_words(kind: str, facts: Facts, statuses: Mapping[str, str]) -> str:
    """What happened, in words; a kind nobody knows is told as it is."""
    if kind == "status_told":
        return f"Loja avisada da situação {_status(facts, 'status_id', statuses)}"
    if kind == "status_dropped":
        return _dropped(facts, statuses)
    tell = _WORDS.get(kind)
    text = tell(facts) if tell is not None else kind
    supervisor = facts.get("approved_by", "")
    return f"{text}, com autorização de {supervisor}" if supervisor else text


def moment_words(at: datetime) -> str:
    """Day and hour to the second: "20/11/2026 10:02:40"."""
    return f"{at.astimezone(formats.SHOP_ZONE):%d/%m/%Y %H:%M:%S}"


def chain(events: Iterable[Event]) -> str:
    """The whole life in a line: "Comprado na loja 10:02 → importado 10:15 (Ana Lima)"."""
    parts = []
    for place, event in enumerate(events):
        text = event.text if not place else event.text[:1].lower() + event.text[1:]
        who = f" ({event.who})" if event.who else ""
        parts.append(f"{text} {formats.hour(event.at)}{who}")
    return " → ".join(parts)


def _event(row: TimelineRow, statuses: Mapping[str, str]) -> Event:
    icon, tone = _LOOKS.get(row.kind, ("info", Tone.NEUTRAL))
    who = ", ".join(each for each in (row.operator, row.station) if each)
    return Event(row.at, event_words(row.kind, row.facts, statuses), who, icon, tone)


def _status(facts: Facts, fact: str, statuses: Mapping[str, str]) -> str:
    number = facts.get(fact, "")
    return statuses.get(number) or f"nº {number or '—'}"


def _dropped(facts: Facts, statuses: Mapping[str, str]) -> str:
    """A status that the store needed not hear any more, and why."""
    text = f"A loja não foi avisada da situação {_status(facts, 'status_id', statuses)}"
    if facts.get("why") == "cancelled":
        return f"{text}: o pedido foi cancelado"
    return f"{text}: o pedido já está em {_status(facts, 'now', statuses)}"


def _with_reason(text: str, facts: Facts) -> str:
    reason = facts.get("reason", "")
    return f"{text}: {reason}" if reason else text


def _seen(facts: Facts) -> str:
    said: Sequence[str] = [facts.get("status", ""), cents(facts, "total")]
    return f"Visto pelo programa: {' · '.join(each for each in said if each and each != '—')}".rstrip(": ")


def _registered(facts: Facts) -> str:
    fiscal = _FISCAL.get(facts.get("fiscal", ""), "")
    text = f"Venda {facts.get('sale', '—')}" + (f", {fiscal}" if fiscal else "")
    return f"{text}, sem conferir na loja" if facts.get("checked") == "no" else text


def _divergence(facts: Facts) -> str:
    text = f"Divergência aceita (dá {cents(facts, 'expected')}, a loja diz {cents(facts, 'total')})"
    return _with_reason(text, facts)


def _linked(facts: Facts) -> str:
    number = facts.get("number", "—")
    how = {"file": "vinculada pelo XML", "typed": "vinculada pela chave"}.get(
        facts.get("origin", ""), "autorizada"
    )
    return f"NF-e {number} {how}"


def _cancelled(facts: Facts) -> str:
    text = f"NF-e {facts.get('number', '—')} cancelada"
    told = facts.get("told") == "yes"
    return f"{text} depois de informada à Tray: avise o comprador" if told else text


def _unlinked(facts: Facts) -> str:
    text = f"Vínculo da NF-e {facts.get('number', '—')} desfeito"
    why = facts.get("why", "")
    if why in set(UnlinkReason):
        text = f"{text}: {unlink_reason(UnlinkReason(why))}"
    return f"{text}; a Tray já a mostrava: avise o comprador" if facts.get("told") == "yes" else text


_WORDS: Final[dict[str, Callable[[Facts], str]]] = {
    "seen": _seen,
    "status": lambda facts: f"Situação: {facts.get('before', '—')} → {facts.get('after', '—')}",
    "changed": lambda facts: f"A loja mudou o pedido; total {cents(facts, 'total')}",
    "cancelled_in_store": lambda _facts: "Cancelado na loja",
    "imported": lambda _facts: "Importado",
    "change_accepted": lambda _facts: "Alteração aceita",
    "line_linked": lambda facts: f"Item é o produto {facts.get('reference', '—')}",
    "divergence_accepted": _divergence,
    "dismissed": lambda facts: _with_reason("Deixado de lado", facts),
    "restored": lambda _facts: "Trazido de volta",
    "registered": _registered,
    "sale_cancelled": lambda facts: _with_reason(f"Venda {facts.get('sale', '—')} cancelada", facts),
    "cancel_wanted": lambda facts: _with_reason("Cancelamento pedido", facts),
    "cancel_told": lambda _facts: "Loja avisada do cancelamento",
    "cancel_recalled": lambda _facts: "Cancelamento retirado",
    "invoice": _linked,
    "invoice_told": lambda facts: f"Loja avisada da NF-e {facts.get('number', '—')}",
    "invoice_cancelled": _cancelled,
    "invoice_unlinked": _unlinked,
    "sent": lambda facts: f"Enviado, rastreio {facts.get('code', '—')}",
    "tracking_told": lambda facts: f"Loja avisada do rastreio {facts.get('code', '—')}",
    "tracking_dropped": lambda facts: (
        f"A loja não foi avisada do rastreio {facts.get('code', '—')}: o pedido foi cancelado"
    ),
}
_LOOKS: Final[dict[str, tuple[str, Tone]]] = {
    "seen": ("eye", Tone.NEUTRAL),
    "status": ("arrow-right", Tone.NEUTRAL),
    "changed": ("edit", Tone.WARN),
    "cancelled_in_store": ("close", Tone.BAD),
    "imported": ("download", Tone.INFO),
    "change_accepted": ("check", Tone.INFO),
    "line_linked": ("link", Tone.INFO),
    "divergence_accepted": ("check", Tone.WARN),
    "dismissed": ("eye-off", Tone.NEUTRAL),
    "restored": ("undo", Tone.INFO),
    "registered": ("sale", Tone.GOOD),
    "sale_cancelled": ("undo", Tone.BAD),
    "cancel_wanted": ("clock", Tone.WARN),
    "cancel_told": ("cloud", Tone.NEUTRAL),
    "cancel_recalled": ("undo", Tone.NEUTRAL),
    "status_told": ("cloud", Tone.NEUTRAL),
    "status_dropped": ("undo", Tone.NEUTRAL),
    "invoice": ("check", Tone.GOOD),
    "invoice_told": ("cloud", Tone.NEUTRAL),
    "invoice_cancelled": ("close", Tone.BAD),
    "invoice_unlinked": ("undo", Tone.WARN),
    "sent": ("box", Tone.GOOD),
    "tracking_told": ("cloud", Tone.NEUTRAL),
    "tracking_dropped": ("undo", Tone.NEUTRAL),
}
