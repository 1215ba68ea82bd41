"""What is asked of the books before an order is registered as a sale, and why it may not become one."""

from __future__ import annotations

from dataclasses import dataclass

from varejoforte_desktop.application.order_ports import OrderRules
from varejoforte_desktop.application.order_questions import OrderDetail
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.errors import OrderAlreadyRegistered, OrderBlocked, OrderStageWrong
from varejoforte_desktop.domain.order import Obstacle, OrderStage
from varejoforte_desktop.ui.orders.deciding.words import stopped_words

#: Events of the timeline that tell when the store changed its mind, by the obstacle that came of it.
_TOLD_BY = {Obstacle.CANCELLED: "cancelled_in_store", Obstacle.CHANGED: "changed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFacts:
    """What the dialog shows. `status_after` is the store's status it will be told, "" for none."""

    detail: OrderDetail
    rules: OrderRules
    status_after: str
    till_open: bool
    nfce_to_companies: bool = False


def register_facts(reader: Reader, order_id: int, station: str) -> RegisterFacts:
    """The order as the books have it now. Raises NoSuchRecord."""
    detail, rules = reader.orders.detail(order_id), reader.orders.rules()
    names = {status.status_id: status.name for status in reader.orders.statuses()}
    wanted = rules.registered_status_id
    return RegisterFacts(
        detail=detail,
        rules=rules,
        status_after=names.get(wanted, wanted) if wanted != detail.row.status_id else "",
        till_open=reader.tills.open_till(station) is not None,
        nfce_to_companies=reader.fiscal.settings().cnpj_on_nfce,
    )


def standing(detail: OrderDetail) -> str:
    """Why this order can be no sale whatever is chosen, "" when it can."""
    row = detail.row
    if row.stage is OrderStage.REGISTERED:
        return stopped_words(OrderAlreadyRegistered(row.remote_id, row.sale_number))
    if row.stage is not OrderStage.IMPORTED:
        return stopped_words(OrderStageWrong(row.remote_id, row.stage.value))
    if detail.cancel_wanted:
        return f"O cancelamento do pedido {row.remote_id} já foi pedido à Tray: ele não pode virar venda."
    found = [each for each in row.obstacles if each is not Obstacle.NOT_PAID]
    if not found and detail.order is not None:
        return ""
    why = found[0] if found else Obstacle.UNREADABLE
    at = [event.at for event in detail.timeline if event.kind == _TOLD_BY.get(why)]
    return stopped_words(OrderBlocked(row.remote_id, why.value, at[-1].isoformat() if at else ""))
