"""One document told whole: how it stands and why, its facts, its key, its events and all that happened to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.fiscal_book import EventRecord
from varejoforte_desktop.domain.fiscal import DocumentState
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.fiscal_words import (
    ENVIRONMENTS,
    EVENT_STATES,
    EVENTS,
    deadline_words,
    key_words,
    label,
    sefaz_words,
    state_words,
    step_words,
    what_helps,
)
from varejoforte_desktop.ui.icons import bind_icon
from varejoforte_desktop.ui.notes.columns import NOBODY
from varejoforte_desktop.ui.notes.deeds import Choice, NoteDetail
from varejoforte_desktop.ui.orders.pieces import notice, pairs, part, sign_line, words
from varejoforte_desktop.ui.palettes import Role, Tone
from varejoforte_desktop.ui.theme import Space, restyle
from varejoforte_desktop.ui.widgets.badge import Badge

_TOP: Final = Qt.AlignmentFlag.AlignTop
#: Nothing to say about these but that they are so.
_QUIET: Final = frozenset({DocumentState.AUTHORISED, DocumentState.VOIDED, DocumentState.CANCELLED})
Act = Callable[[str], None]


def note_page(detail: NoteDetail, *, now: datetime, off: Sequence[Choice], act: Act) -> QWidget:
    """The page of a document. `off` is what cannot be done now; `act` hears "copy", "sale" and "order"."""
    page = QWidget()
    page.setObjectName("note_page")
    column = QVBoxLayout(page)
    column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
    column.setSpacing(Space.M)
    column.addWidget(_head(detail))
    told = _what_now(detail)
    if told is not None:
        column.addWidget(told)
    column.addWidget(_facts(detail, now, act))
    column.addWidget(_key(detail, act))
    if detail.sheet.events:
        column.addWidget(_events(detail.sheet.events))
    column.addWidget(_history(detail))
    if off:
        column.addWidget(_reasons(off))
    column.addStretch(1)
    return page


def _head(detail: NoteDetail) -> QWidget:
    widget, column = part()
    row = detail.sheet.row
    state = state_words(row)
    top = QHBoxLayout()
    top.setSpacing(Space.S)
    top.addWidget(words(label(row), "heading", name="note_title"), 1)
    badge = Badge(state.word, state.tone, state.icon)
    badge.setObjectName("note_badge")
    top.addWidget(badge, 0, _TOP)
    column.addLayout(top)
    column.addWidget(words(formats.money(row.total), "figure", name="note_total"))
    return widget


def _what_now(detail: NoteDetail) -> QWidget | None:
    """What the state means and what helps; what SEFAZ itself said stands below, for whoever has to be called."""
    row = detail.sheet.row
    if detail.half_cancelled:
        return notice(
            "note_notice",
            "A SEFAZ cancelou a nota, e a venda ainda não foi cancelada.",
            "Conclua o cancelamento: a mercadoria volta ao estoque e o dinheiro ao comprador.",
            Tone.BAD,
        )
    if row.state in _QUIET and not row.cancelling:
        return None
    cause, remedy = what_helps(row)
    box = notice("note_notice", cause, remedy, state_words(row).tone)
    own = sefaz_words(row.stat, row.reason)
    layout = box.layout()
    if own and layout is not None:
        layout.addWidget(words(own, "small", name="note_own_words"))
    return box


def _facts(detail: NoteDetail, now: datetime, act: Act) -> QWidget:
    widget, column = part()
    sheet, row = detail.sheet, detail.sheet.row
    record = sheet.record
    lines = [
        ("Emitida", f"{formats.moment(row.issued_at)} · {row.station}"),
        ("Comprador", row.buyer_name or NOBODY),
    ]
    if row.buyer_document:
        lines.append(("CPF/CNPJ", formatted_tax_id(row.buyer_document)))
    if row.deadline_at is not None and row.authorised_at is None and row.state not in _QUIET:
        lines.append(("Prazo", f"até {deadline_words(row.deadline_at, now)}"))
    if row.authorised_at is not None:
        lines.append(("Autorizada", formats.moment(row.authorised_at)))
    if record.protocol:
        lines.append(("Protocolo", record.protocol))
    if record.offline:
        lines.append(("Emissão", "Em contingência"))
    lines.append(("Ambiente", ENVIRONMENTS[row.environment]))
    if sheet.replaced:
        lines.append(("No lugar de", sheet.replaced))
    if sheet.replacing:
        lines.append(("Substituída por", sheet.replacing))
    column.addLayout(pairs(lines))
    # One below the other: beside one another they are wider than a small window's panel.
    links = QVBoxLayout()
    links.setSpacing(0)
    left = Qt.AlignmentFlag.AlignLeft
    if row.sale_number:
        links.addWidget(_link("note_sale", f"Venda {row.sale_number}", "payment", "sale", act), 0, left)
    if row.order:
        links.addWidget(_link("note_order", f"Pedido {row.order}", "orders", "order", act), 0, left)
    if row.sale_number or row.order:
        column.addLayout(links)
    return widget


def _link(name: str, text: str, drawing: str, what: str, act: Act) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    restyle(button, kind="quiet")
    bind_icon(button, drawing, Role.ACCENT)
    button.clicked.connect(lambda: act(what))
    return button


def _key(detail: NoteDetail, act: Act) -> QWidget:
    widget, column = part("Chave de acesso")
    column.addWidget(words(key_words(detail.sheet.row.key), name="note_key"))
    copy = _link("note_copy_key", "Copiar a chave (Ctrl+C)", "copy", "copy", act)
    column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
    return widget


def _events(events: Sequence[EventRecord]) -> QWidget:
    widget, column = part("Cancelamento e correções")
    column.setSpacing(Space.S)
    for event in events:
        state = EVENT_STATES[event.state]
        at = event.registered_at or event.at
        head = words(f"{EVENTS[event.kind]} · {state.word[:1].lower()}{state.word[1:]}", "strong")
        said = [head, words(event.text)]
        own = sefaz_words(event.stat, event.reason) if state.tone is Tone.BAD else ""
        who = " · ".join(each for each in (formats.moment(at), event.operator, event.protocol, own) if each)
        said.append(words(who, "small"))
        column.addLayout(sign_line(state.icon, state.tone, *said))
    return widget


def _history(detail: NoteDetail) -> QWidget:
    widget, column = part("O que aconteceu")
    column.setSpacing(Space.S)
    for step in reversed(detail.sheet.steps):
        told = step_words(step)
        when = words(" · ".join(each for each in (formats.moment(step.at), told.who) if each), "small")
        when.setToolTip(formats.full_moment(step.at))
        column.addLayout(sign_line(told.icon, told.tone, words(told.text), when))
    return widget


def _reasons(off: Sequence[Choice]) -> QWidget:
    """Why buttons are off, those with the same reason together."""
    widget, column = part("O que não dá agora")
    widget.setObjectName("note_reasons")
    grouped: dict[str, list[str]] = {}
    for each in off:
        grouped.setdefault(each.refusal, []).append(each.bare)
    for reason, names in grouped.items():
        said: QLabel = words(f"{', '.join(names)}: {reason[:1].lower()}{reason[1:]}", "small")
        column.addLayout(sign_line("lock", Tone.NEUTRAL, said))
    return widget
