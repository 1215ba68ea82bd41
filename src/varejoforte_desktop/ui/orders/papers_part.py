"""On the page of an order: its notes and how its parcel left, what the store knows of both, and what can be added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from varejoforte_desktop.application.order_questions import OrderDetail, OrderNoteRow
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.orders.choices import (
    Choice,
    Deed,
    choice,
    fits,
    linked_notes,
    may_leave,
    takes_note,
)
from varejoforte_desktop.ui.orders.pieces import choice_button, heading, part, sign_line, words
from varejoforte_desktop.ui.orders.words import unlink_reason
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.theme import Space

Ask = Callable[[Deed], None]

_WAITS: Final = "A Tray ainda não foi avisada; vai sozinho."
_NOT_TOLD: Final = "A Tray não foi avisada: o pedido foi cancelado."
_ELSEWHERE: Final = {"file": "emitida fora, pelo XML", "typed": "emitida fora, pela chave"}


def papers_part(detail: OrderDetail, actor: Actor, ask: Ask) -> QWidget | None:
    """Notes and parcel; None for an order that has neither and takes none."""
    widget, column = part()
    column.setSpacing(Space.S)
    widget.setObjectName("order_papers")
    if detail.notes or takes_note(detail):
        column.addWidget(heading("Nota fiscal"))
        unlink = _button(choice(actor, Deed.UNLINK_NOTE), ask) if fits(Deed.UNLINK_NOTE, detail) else None
        _notes(detail, column, unlink)
        if fits(Deed.LINK_NOTE, detail):
            column.addWidget(_button(choice(actor, Deed.LINK_NOTE), ask), 0, Qt.AlignmentFlag.AlignLeft)
    if detail.shipment is not None or may_leave(detail):
        if column.count():
            column.addSpacing(Space.S)
        column.addWidget(heading("Rastreio"))
        _parcel(detail, column)
        if may_leave(detail):
            column.addWidget(_button(choice(actor, Deed.SEND_OFF), ask), 0, Qt.AlignmentFlag.AlignLeft)
    return widget if column.count() else None


def _notes(detail: OrderDetail, column: QVBoxLayout, unlink: QPushButton | None) -> None:
    """The notes below one another, with the way to take a link back at the one it is about."""
    linked = linked_notes(detail)
    if not detail.notes:
        column.addWidget(words("Nenhuma nota ainda.", "muted", name="order_no_note"))
    for note in detail.notes:
        icon, tone, state = note_state(note)
        facts = [formats.money(note.value), f"{note.issued_on:%d/%m/%Y}", _ELSEWHERE.get(note.origin, "")]
        key = words(grouped_key(note.key), "small")
        key.setAccessibleName(f"Chave de acesso {note.key}")
        column.addLayout(
            sign_line(
                icon,
                tone,
                words(f"NF-e {note.number}", "strong"),
                words(" · ".join(each for each in facts if each)),
                words(state, tone=tone if tone is Tone.BAD else Tone.NEUTRAL),
                key,
            )
        )
        if unlink is not None and note is linked[-1]:
            column.addWidget(unlink, 0, Qt.AlignmentFlag.AlignLeft)


def note_state(note: OrderNoteRow) -> tuple[str, Tone, str]:
    """Drawing, feeling and words of what the store knows of a note."""
    if note.unlinked is not None:
        why = unlink_reason(note.unlinked)
        if note.told_at is None:
            return "undo", Tone.NEUTRAL, f"Vínculo desfeito: {why}."
        return "close", Tone.BAD, f"Vínculo desfeito depois de informada à Tray: {why}."
    if note.cancelled:
        told = "Cancelada depois de informada à Tray." if note.told_at else "Cancelada."
        return "close", Tone.BAD, told
    if note.told_at is None:
        return "clock", Tone.NEUTRAL, _WAITS
    return "check", Tone.GOOD, f"Na Tray desde {formats.moment(note.told_at)}."


def grouped_key(key: str) -> str:
    """An access key in groups of four, as it is printed."""
    return " ".join(key[place : place + 4] for place in range(0, len(key), 4))


def _parcel(detail: OrderDetail, column: QVBoxLayout) -> None:
    shipment = detail.shipment
    if shipment is None:
        column.addWidget(words("O envio ainda não foi informado.", "muted", name="order_not_sent"))
        return
    left = f"Enviado em {shipment.sent_on:%d/%m/%Y}"
    dropped = not detail.shipment_owed and _was_dropped(detail)
    state = _WAITS if detail.shipment_owed else _NOT_TOLD if dropped else "A Tray foi avisada."
    labels = [words(shipment.code, "strong", name="order_tracking"), words(f"{left}. {state}")]
    if shipment.url:
        labels.append(words(shipment.url, "small"))
    icon, tone = ("check", Tone.GOOD)
    if detail.shipment_owed or dropped:
        icon, tone = ("close" if dropped else "clock", Tone.NEUTRAL)
    column.addLayout(sign_line(icon, tone, *labels))


def _was_dropped(detail: OrderDetail) -> bool:
    """Whether the order was cancelled before the store heard how it left."""
    kinds = [each.kind for each in detail.timeline if each.kind in {"tracking_told", "tracking_dropped"}]
    return kinds[-1:] == ["tracking_dropped"]


def _button(which: Choice, ask: Ask) -> QPushButton:
    button = choice_button(which)
    button.clicked.connect(lambda: ask(which.deed))
    return button
