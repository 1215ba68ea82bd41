"""An order from the online store: how it stands for the shop, and whether its goods are still promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from varejoforte_desktop.domain.errors import Missing, TooLong
from varejoforte_desktop.domain.texts import folded, keepable

OPEN: Final = "open"
CLOSED: Final = "closed"
CANCELED: Final = "canceled"


class OrderStage(StrEnum):
    """How far the shop has taken an order."""

    SEEN = "seen"  # the loop saw it; nobody imported it
    IMPORTED = "imported"  # a person took it in
    REGISTERED = "registered"  # it is a sale: the goods have left the books
    DISMISSED = "dismissed"  # a person said it is none of ours; can be brought back
    BEFORE = "before"  # it was over before the shop was connected


class StatusMeaning(StrEnum):
    """What a status of the store means to the shop. A status nobody explained has none and is never guessed."""

    AWAITING_PAYMENT = "awaiting_payment"
    TO_SHIP = "to_ship"  # paid: pick, register and send
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def paid(self) -> bool:
        """Whether an order in it was paid for."""
        return self in {StatusMeaning.TO_SHIP, StatusMeaning.SHIPPED, StatusMeaning.COMPLETED}


def promises(stage: OrderStage, status_type: str) -> bool:
    """Whether the order's goods are promised: neither cancelled, nor sold in the books, nor none of ours.

    Registering moves its units from promised to sold in one transaction, so what the store shows does not change.
    """
    return stage in {OrderStage.SEEN, OrderStage.IMPORTED} and status_type != CANCELED


def first_stage(status_type: str, *, first_look: bool) -> OrderStage:
    """How an order stands when it is first seen.

    One that was over when the shop looked for the first time was never ours to deliver; one that came and was
    closed between two looks still is.
    """
    over = first_look and status_type in {CLOSED, CANCELED}
    return OrderStage.BEFORE if over else OrderStage.SEEN


_SUGGESTED: Final = (
    ("aguardando envio", StatusMeaning.TO_SHIP),  # before "aguardando", which it also begins with
    ("aguardando", StatusMeaning.AWAITING_PAYMENT),
    ("pendente", StatusMeaning.AWAITING_PAYMENT),
    ("em monitoramento", StatusMeaning.AWAITING_PAYMENT),
    ("compra em analise", StatusMeaning.AWAITING_PAYMENT),
    ("a enviar", StatusMeaning.TO_SHIP),
    ("pagamento confirmado", StatusMeaning.TO_SHIP),
    ("enviado", StatusMeaning.SHIPPED),
    ("entregue", StatusMeaning.COMPLETED),
    ("finalizado", StatusMeaning.COMPLETED),
    ("cancelado", StatusMeaning.CANCELLED),
)


def suggested_meaning(name: str, status_type: str) -> StatusMeaning | None:
    """What a status called so usually means, offered to a person and used only after their yes; None: no idea.

    Names as stores have them (Tray's help pages); ids differ from store to store.
    """
    if status_type == CANCELED:
        return StatusMeaning.CANCELLED
    plain = " ".join(folded(name).split())
    return next((meaning for begin, meaning in _SUGGESTED if plain.startswith(begin)), None)


class Obstacle(StrEnum):
    """Why an order cannot be imported, or an imported one not registered, until somebody acts."""

    STATUS_UNMAPPED = "status_unmapped"
    CANCELLED = "cancelled"
    CANCEL_WANTED = "cancel_wanted"  # the store is being told to cancel it
    UNKNOWN_PRODUCT = "unknown_product"
    NO_GOODS = "no_goods"
    UNREADABLE = "unreadable"
    DIVERGENT = "divergent"  # the amounts do not add up; somebody with permission may accept
    CHANGED = "changed"  # the store changed it after the import; the change must be accepted
    NOT_PAID = "not_paid"


#: What keeps an order from being imported; the others keep an imported one from being registered.
BLOCKS_IMPORT: Final = frozenset(
    {
        Obstacle.STATUS_UNMAPPED,
        Obstacle.CANCELLED,
        Obstacle.CANCEL_WANTED,
        Obstacle.UNKNOWN_PRODUCT,
        Obstacle.NO_GOODS,
        Obstacle.UNREADABLE,
    }
)


def obstacles(
    *,
    readable: bool,
    cancel_wanted: bool = False,
    meaning: StatusMeaning | None,
    goods: bool,
    unknown: bool,
    adds_up: bool,
    changed: bool,
    paid: bool,
) -> tuple[Obstacle, ...]:
    """What stands between an order and its sale, the gravest first.

    `goods`: it has a line; `unknown`: a line takes no product of ours; `adds_up`: it does, or somebody accepted
    that it does not; `changed`: the store changed it after somebody agreed to it.
    """
    if not readable:
        return (Obstacle.UNREADABLE,)
    if meaning is StatusMeaning.CANCELLED:
        return (Obstacle.CANCELLED,)
    if cancel_wanted:
        return (Obstacle.CANCEL_WANTED,)
    found = (
        (Obstacle.NO_GOODS, not goods),
        (Obstacle.CHANGED, changed),
        (Obstacle.UNKNOWN_PRODUCT, unknown),
        (Obstacle.STATUS_UNMAPPED, meaning is None),
        (Obstacle.DIVERGENT, not adds_up),
        (Obstacle.NOT_PAID, not paid and not (meaning is not None and meaning.paid)),
    )
    return tuple(obstacle for obstacle, there in found if there)


class UnlinkReason(StrEnum):
    """Why the link of an order to a note issued elsewhere is taken back."""

    CANCELLED = "cancelled"  # the other program cancelled the note
    MISTAKE = "mistake"  # the note is not this order's


#: What the store takes of a carrier's code and of an address.
LONGEST_CODE: Final = 100
LONGEST_URL: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """How an order left the shop: the carrier's code, the page where it can be followed ("" for none), the day."""

    code: str
    url: str = ""
    sent_on: date

    def checked(self) -> Shipment:
        """Itself, tidied; the page is always one of the web. Raises Missing or TooLong ("tracking_code", …)."""
        code = " ".join(keepable(self.code).split())
        url = _web_page("".join(keepable(self.url).split()))
        if not code:
            raise Missing("tracking_code")
        if len(code) > LONGEST_CODE:
            raise TooLong("tracking_code", LONGEST_CODE)
        if len(url) > LONGEST_URL:
            raise TooLong("tracking_url", LONGEST_URL)
        return Shipment(code=code, url=url, sent_on=self.sent_on)


def _web_page(url: str) -> str:
    """An address that a browser opens and nothing else does: the buyer is sent there."""
    scheme, found, rest = url.rpartition("://")
    if not rest:
        return ""
    return f"http://{rest}" if found and scheme.lower() == "http" else f"https://{rest}"


def goes_back(current: StatusMeaning | None, wanted: StatusMeaning | None) -> bool:
    """Whether a status would take an order back: one that was sent is not "invoiced" again.

    A status that nobody explained counts as "to ship", which is where an order with a note stands.
    """
    order = list(StatusMeaning)
    place = order.index(current) if current is not None else 0
    return place > order.index(wanted or StatusMeaning.TO_SHIP)
