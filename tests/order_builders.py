"""Orders of the online store with shop-like defaults: say only what the test is about."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.builders import a_token, queue
from varejoforte_desktop.application.order_import import ImportReport, import_orders
from varejoforte_desktop.application.order_inbox import note_order, note_unreadable
from varejoforte_desktop.application.order_ports import KnownOrder
from varejoforte_desktop.application.order_questions import OrderDetail, OrderRow, OrderSearch
from varejoforte_desktop.application.order_sale import Registration, register_order
from varejoforte_desktop.application.sales import SaleReceipt
from varejoforte_desktop.application.status_map import explain_statuses
from varejoforte_desktop.application.store import StoreOrderHead
from varejoforte_desktop.application.store_orders import (
    StoreAmounts,
    StoreBuyer,
    StoreOrder,
    StoreOrderLine,
    StoreStatus,
)
from varejoforte_desktop.application.till import open_till
from varejoforte_desktop.domain.customer import Address
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.order import OrderStage, StatusMeaning
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.persistence.database import Database

#: 09:42 in São Paulo, on the Monday of the tests' clock.
PLACED_AT = datetime(2026, 3, 2, 12, 42, 7, tzinfo=UTC)
AWAITING = StoreStatus(status_id="11", name="AGUARDANDO PAGAMENTO", status_type="open")
TO_SHIP = StoreStatus(status_id="14", name="A ENVIAR", status_type="open")
SENT = StoreStatus(status_id="16", name="ENVIADO", status_type="open")
DONE = StoreStatus(status_id="18", name="FINALIZADO", status_type="closed")
CANCELLED = StoreStatus(status_id="19", name="CANCELADO", status_type="canceled")
STATUSES = (AWAITING, TO_SHIP, SENT, DONE, CANCELLED)
MEANINGS = {
    AWAITING.status_id: StatusMeaning.AWAITING_PAYMENT,
    TO_SHIP.status_id: StatusMeaning.TO_SHIP,
    SENT.status_id: StatusMeaning.SHIPPED,
    DONE.status_id: StatusMeaning.COMPLETED,
}
EVERY_STAGE = frozenset(OrderStage)
_lines = itertools.count(9001)
_orders = itertools.count(7001)


def a_line(
    product: Product | None = None, quantity: Decimal | int | str = 1, **changes: Any
) -> StoreOrderLine:
    """A line that takes this product by its reference; its id in the store is nobody's."""
    number = next(_lines)
    facts: dict[str, Any] = {
        "line_id": str(number),
        "product_id": str(500_000 + number),
        "variant_id": "",
        "reference": product.reference if product else f"ALHEIO-{number}",
        "ean": "",
        "name": product.name if product else "Coisa que ninguém conhece",
        "quantity": Decimal(quantity),
        "price": product.price if product else Money(1000),
    }
    return StoreOrderLine(**facts | changes)


def a_buyer(**changes: Any) -> StoreBuyer:
    """Marina, who has a valid CPF."""
    facts: dict[str, Any] = {
        "remote_id": "2210",
        "name": "Marina Duarte Pires",
        "cpf": "11122233396",
        "cnpj": "",
        "company": "",
        "state_registration": "",
        "email": "marina@exemplo.com",
        "phone": "14999990000",
    }
    return StoreBuyer(**facts | changes)


def home() -> Address:
    """Where Marina lives."""
    return Address(
        recipient="Marina Duarte Pires",
        street="Rua das Acácias",
        number="88",
        district="Centro",
        city="Marília",
        state="SP",
        postcode="17500000",
    )


def amounts(lines: Iterable[StoreOrderLine], **changes: Any) -> StoreAmounts:
    """What these lines cost with freight; the total is what the parts add up to unless said otherwise."""
    goods = sum((line.price.times(line.quantity) for line in lines), ZERO)
    told = StoreAmounts(**{"goods": goods, "shipping": Money(2410), "total": ZERO} | changes)
    return told if "total" in changes else replace(told, total=told.expected)


def an_order(
    *lines: StoreOrderLine, status: StoreStatus = TO_SHIP, sums: dict[str, Any] | None = None, **changes: Any
) -> StoreOrder:
    """A paid order of Marina's under a number nobody else has; `sums` are amounts that are not the usual ones."""
    facts: dict[str, Any] = {
        "remote_id": str(next(_orders)),
        "status": status.name,
        "status_id": status.status_id,
        "status_type": status.status_type,
        "placed_at": PLACED_AT,
        "paid": True,
        "payment_method": "Pix - Vindi",
        "shipment": "PAC",
        "pickup": False,
        "buyer": a_buyer(),
        "address": home(),
        "amounts": amounts(lines, **(sums or {})),
        "lines": lines,
        "raw": {"id": "como a loja escreveu"},
    }
    return StoreOrder(**facts | changes)


def moved(order: StoreOrder, status: StoreStatus, **changes: Any) -> StoreOrder:
    """The same order in another status."""
    return replace(
        order, status=status.name, status_id=status.status_id, status_type=status.status_type, **changes
    )


def with_lines(order: StoreOrder, *lines: StoreOrderLine) -> StoreOrder:
    """The same order with other goods, its amounts following."""
    return replace(order, lines=lines, amounts=amounts(lines))


def head_of(order: StoreOrder) -> StoreOrderHead:
    """The light line of an order."""
    return StoreOrderHead(
        remote_id=order.remote_id,
        status=order.status,
        status_id=order.status_id,
        status_type=order.status_type,
        total=order.amounts.total,
        modified=None,
        raw={"id": order.remote_id, "status": order.status},
    )


# -- in the books --------------------------------------------------------------------------------------


def learn_statuses(database: Database, by: Actor) -> None:
    """The store's statuses, each explained as its name suggests."""
    database.run_now(lambda uow: uow.statuses.keep(STATUSES))
    database.run_now(explain_statuses, MEANINGS, by=by)


def seen(database: Database, order: StoreOrder, digest: str = "visto") -> int:
    """The loop saw it; gives its id in the books."""
    return database.run_now(note_order, order, digest)


def unreadable(database: Database, order: StoreOrder) -> int:
    """The loop saw it in the list and could make nothing of it."""
    database.run_now(note_unreadable, head_of(order))
    found = database.read_now(lambda reader: reader.orders.id_of(order.remote_id))
    assert found is not None
    return found


def imported(database: Database, order: StoreOrder, by: Actor) -> int:
    """Seen and imported."""
    order_id = seen(database, order)
    report = take_in(database, [order_id], by)
    assert report.new == (order.remote_id,), report
    return order_id


def take_in(database: Database, order_ids: Sequence[int], by: Actor) -> ImportReport:
    """A person imports these."""
    return database.run_now(import_orders, order_ids, by=by)


def a_registration(order_id: int, **changes: Any) -> Registration:
    """What a person confirms."""
    facts: dict[str, Any] = {"order_id": order_id, "token": a_token(), "fiscal": FiscalModel.NFE}
    return Registration(**facts | changes)


def register(database: Database, order_id: int, by: Actor, **changes: Any) -> SaleReceipt:
    """Make a sale of it."""
    return database.run_now(register_order, a_registration(order_id, **changes), by=by)


def registered(database: Database, order: StoreOrder, by: Actor) -> int:
    """Seen, imported and registered; gives the order's id."""
    order_id = imported(database, order, by)
    register(database, order_id, by)
    return order_id


def known(database: Database, order_id: int) -> KnownOrder:
    """The order as the books have it."""
    return database.run_now(lambda uow: uow.orders.get(order_id))


def detail(database: Database, order_id: int) -> OrderDetail:
    """The order as its panel shows it."""
    return database.read_now(lambda reader: reader.orders.detail(order_id))


def row(database: Database, order_id: int) -> OrderRow:
    """The order as its list shows it."""
    return detail(database, order_id).row


def listed(database: Database, **search: Any) -> list[str]:
    """The numbers of the orders that are found, in order."""
    wanted = OrderSearch(**{"stages": EVERY_STAGE} | search)
    rows = database.read_now(lambda reader: reader.orders.rows(reader.orders.ids(wanted)))
    return [each.remote_id for each in rows]


def promised(database: Database, product: Product) -> Decimal:
    """How many of it open orders hold back."""
    return database.run_now(lambda uow: uow.orders.promised([product.id])).get(product.id, Decimal(0))


def on_hand(database: Database, product: Product) -> Decimal:
    """How many are on the shelf."""
    return database.run_now(lambda uow: uow.shelf.on_hand(product.id))


def till_at(database: Database, by: Actor) -> int:
    """The till of this person's station, opened with a hundred reais of change money."""
    return database.run_now(open_till, opening_float=Money(10_000), by=by)


def owed_to_store(database: Database) -> set[tuple[str, int, str]]:
    """What the store has still to hear, as (kind, id, side)."""
    return {(each.subject.kind.value, each.subject.id, each.aspect.value) for each in queue(database)}


def stock_of(*products: Product) -> set[tuple[str, int, str]]:
    """The debt of these products' numbers."""
    return {("product", each.id, "stock") for each in products}


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do these at the same time; what each gave, or the refusal it met. Anything else is a bug and is raised."""
    ready = threading.Barrier(len(works), timeout=30)

    def begin(work: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return work()
        except DomainError as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as together:
        return list(together.map(begin, works))
