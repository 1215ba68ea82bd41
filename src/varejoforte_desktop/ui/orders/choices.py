"""What can be done with an order as it stands, by whom, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from varejoforte_desktop.application.order_questions import OrderDetail, OrderNoteRow
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.order import BLOCKS_IMPORT, Obstacle, OrderStage, StatusMeaning
from varejoforte_desktop.ui.field_names import permission_name
from varejoforte_desktop.ui.orders.words import obstacle_words


class Deed(StrEnum):
    """Something a person does to an order."""

    IMPORT = "import"
    REGISTER = "register"
    RESTORE = "restore"
    DISMISS = "dismiss"
    CANCEL = "cancel"
    COPY = "copy"
    REPAIR = "repair"  # say which product a line is
    EXPLAIN = "explain"  # say what a status means
    ACCEPT_CHANGE = "accept_change"
    ACCEPT_DIVERGENCE = "accept_divergence"
    RECALL = "recall"  # the cancellation is not wanted any more
    LOOK = "look"
    LINK_NOTE = "link_note"  # a note that was issued elsewhere
    UNLINK_NOTE = "unlink_note"  # its link is taken back
    SEND_OFF = "send_off"  # the parcel left: say its tracking code


@dataclass(frozen=True, slots=True)
class Choice:
    """A deed as a button: words, drawing, and why it is off ("" when it is not)."""

    deed: Deed
    words: str
    icon: str
    refusal: str = ""


#: Who may. The other deeds begin with a question that asks a supervisor itself, or names who may.
_NEEDS: Final = {
    Deed.IMPORT: Permission.IMPORT_ORDERS,
    Deed.RESTORE: Permission.IMPORT_ORDERS,
    Deed.REPAIR: Permission.IMPORT_ORDERS,
    Deed.ACCEPT_CHANGE: Permission.IMPORT_ORDERS,
    Deed.REGISTER: Permission.REGISTER_ORDERS,
    Deed.LINK_NOTE: Permission.ISSUE_DOCUMENTS,
    Deed.UNLINK_NOTE: Permission.ISSUE_DOCUMENTS,
    Deed.SEND_OFF: Permission.REGISTER_ORDERS,
}
_WORDS: Final = {
    Deed.IMPORT: ("Importar (F10)", "download"),
    Deed.REGISTER: ("Registrar venda (F11)", "sale"),
    Deed.RESTORE: ("Trazer de volta (Ins)", "undo"),
    Deed.DISMISS: ("Deixar de lado", "eye-off"),
    Deed.CANCEL: ("Cancelar pedido", "close"),
    Deed.COPY: ("Copiar como texto (Ctrl+C)", "copy"),
    Deed.REPAIR: ("Dizer qual produto (F6)", "link"),
    Deed.EXPLAIN: ("Dizer o que significa (F6)", "edit"),
    Deed.ACCEPT_CHANGE: ("Aceitar alteração (F6)", "check"),
    Deed.ACCEPT_DIVERGENCE: ("Aceitar divergência (F6)", "check"),
    Deed.RECALL: ("Desistir do cancelamento (F6)", "undo"),
    Deed.LOOK: ("Tentar de novo (F5)", "refresh"),
    Deed.LINK_NOTE: ("Vincular NF-e emitida fora (Ctrl+E)", "link"),
    Deed.UNLINK_NOTE: ("Desfazer vínculo (Ctrl+Shift+E)", "undo"),
    Deed.SEND_OFF: ("Código de rastreio (Ctrl+R)", "box"),
}
_LIVE: Final = frozenset(OrderStage) - {OrderStage.BEFORE}
#: What puts an obstacle out of the way; the others solve themselves or by leaving the order aside.
REMEDIES: Final = {
    Obstacle.UNKNOWN_PRODUCT: Deed.REPAIR,
    Obstacle.STATUS_UNMAPPED: Deed.EXPLAIN,
    Obstacle.CHANGED: Deed.ACCEPT_CHANGE,
    Obstacle.DIVERGENT: Deed.ACCEPT_DIVERGENCE,
    Obstacle.UNREADABLE: Deed.LOOK,
}


def refusal(actor: Actor, deed: Deed) -> str:
    """Why this person may not do it; "" when they may."""
    needed = _NEEDS.get(deed)
    if needed is None or actor.may(needed):
        return ""
    return f"Seu perfil não pode {permission_name(needed.value)}. Peça a um gerente."


def choice(actor: Actor, deed: Deed, why_not: str = "") -> Choice:
    """A deed as a button; `why_not` is what stands in the way of anybody."""
    words, icon = _WORDS[deed]
    return Choice(deed, words, icon, refusal(actor, deed) or why_not)


def main_choice(detail: OrderDetail, actor: Actor) -> Choice | None:
    """The order's next step; None when there is none."""
    row = detail.row
    if row.stage is OrderStage.DISMISSED:
        return choice(actor, Deed.RESTORE)
    if row.stage not in {OrderStage.SEEN, OrderStage.IMPORTED}:
        return None
    if row.stage is OrderStage.SEEN:
        blocking = [each for each in row.obstacles if each in BLOCKS_IMPORT]
        return choice(actor, Deed.IMPORT, _why_not(detail, blocking))
    # Whether one that is not paid may be registered is asked in the next dialog.
    blocking = [each for each in row.obstacles if each is not Obstacle.NOT_PAID]
    return choice(actor, Deed.REGISTER, _why_not(detail, blocking))


def other_choices(detail: OrderDetail, actor: Actor) -> list[Choice]:
    """What else can be done."""
    deeds = []
    row = detail.row
    if row.stage in {OrderStage.SEEN, OrderStage.IMPORTED}:
        deeds.append(Deed.DISMISS)
    # One that is a sale is cancelled after its sale: the next dialog asks for both.
    live = row.stage in _LIVE and row.meaning is not StatusMeaning.CANCELLED
    if live and not detail.cancel_wanted:
        deeds.append(Deed.CANCEL)
    return [choice(actor, deed) for deed in deeds]


def first_remedy(detail: OrderDetail) -> Deed | None:
    """What F6 does: the remedy of the gravest obstacle that has one."""
    if detail.cancel_wanted:
        return Deed.RECALL
    # A change can only be accepted once nothing keeps the order from being imported.
    found = sorted(detail.row.obstacles, key=lambda each: each not in BLOCKS_IMPORT)
    return next((REMEDIES[each] for each in found if each in REMEDIES), None)


def _why_not(detail: OrderDetail, obstacles: list[Obstacle]) -> str:
    if detail.cancel_wanted:
        return "O cancelamento foi pedido e a loja ainda não confirmou."
    if not obstacles:
        return ""
    words = obstacle_words(obstacles[0], detail.row.status)
    return f"{words.sentence} {words.remedy}"


def fits(deed: Deed, detail: OrderDetail) -> bool:
    """Whether a key that was pressed means something for an order that stands so."""
    stage = detail.row.stage
    asked = {
        Deed.REGISTER: stage is OrderStage.IMPORTED,
        Deed.RESTORE: stage is OrderStage.DISMISSED,
        Deed.DISMISS: stage in {OrderStage.SEEN, OrderStage.IMPORTED},
        Deed.CANCEL: stage in _LIVE,
        Deed.COPY: detail.order is not None,
        Deed.LINK_NOTE: takes_note(detail) and not linked_notes(detail),
        Deed.UNLINK_NOTE: bool(linked_notes(detail)),
        Deed.SEND_OFF: may_leave(detail),
    }
    return asked.get(deed, True)


def takes_note(detail: OrderDetail) -> bool:
    """Whether a note can be linked to an order that stands so: taken in by somebody, and not cancelled."""
    taken = detail.row.stage in {OrderStage.IMPORTED, OrderStage.REGISTERED}
    return taken and detail.order is not None and _goes_on(detail)


def linked_notes(detail: OrderDetail) -> tuple[OrderNoteRow, ...]:
    """The notes from elsewhere that the order goes by: one, or more where an earlier release let them be linked."""
    return tuple(each for each in detail.notes if each.from_elsewhere)


def may_leave(detail: OrderDetail) -> bool:
    """Whether its parcel can have left the shop."""
    return detail.row.stage is OrderStage.REGISTERED and _goes_on(detail)


def _goes_on(detail: OrderDetail) -> bool:
    return not detail.cancel_wanted and detail.row.meaning is not StatusMeaning.CANCELLED
