"""The shop's line to its Tray store: one method for each thing the shop asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from urllib.parse import quote

import httpx

from varejoforte_desktop.application.outside import (
    NotThere,
    OutcomeUnknown,
    OutsideError,
    ReconnectNeeded,
    Refused,
    TryLater,
)
from varejoforte_desktop.application.store import (
    KnownInvoice,
    Meter,
    Purpose,
    StoreAccess,
    StoreBrand,
    StoreCategory,
    StoreFields,
    StoreInfo,
    StoreInvoice,
    StoreOrderHead,
    StoreProduct,
    TokenVault,
)
from varejoforte_desktop.application.store_orders import StoreOrder, StoreStatus
from varejoforte_desktop.domain.order import Shipment
from varejoforte_desktop.tray.answers import secrets_of, token_refused, trouble
from varejoforte_desktop.tray.faults import Fault, outside_error
from varejoforte_desktop.tray.invoices import (
    invoice_refusal,
    invoice_to_send,
    invoices_from,
    shipment_to_send,
)
from varejoforte_desktop.tray.orders import (
    already_cancelled,
    order_from,
    order_head_from,
    order_refusal,
    status_from,
)
from varejoforte_desktop.tray.pages import ReadRow, one_pass, query_of
from varejoforte_desktop.tray.reading import Unreadable
from varejoforte_desktop.tray.translate import (
    brand_from,
    brand_to_send,
    category_from,
    category_to_send,
    info_from,
    product_from,
    product_to_send,
    written_id,
)
from varejoforte_desktop.tray.wire import USUAL, Answer, Limits, Question, exchange, open_line, write_json

if TYPE_CHECKING:
    from varejoforte_desktop.application.store import OnlineStore

T = TypeVar("T")

_PASSES: Final = 3  # times a list that moves is read before the shop is told to come back later


class TrayClient:
    """A Tray store as the shop sees it (`application.store.OnlineStore`).

    `line` is an httpx client shared with others (whoever opened it closes it), a transport, or nothing; in the
    last two cases the line is opened at the first request and closed by `aclose`. `clock` tells the time in UTC.
    Every method raises errors of `application.outside` and no others. Source of all rules: Tray's public API
    documentation.
    """

    def __init__(
        self,
        line: httpx.AsyncClient | httpx.AsyncBaseTransport | None = None,
        *,
        vault: TokenVault,
        meter: Meter,
        clock: Callable[[], datetime],
        limits: Limits = USUAL,
    ) -> None:
        self._http = line if isinstance(line, httpx.AsyncClient) else None
        self._transport = line if isinstance(line, httpx.AsyncBaseTransport) else None
        self._borrowed = self._http is not None
        self._vault = vault
        self._meter = meter
        self._clock = clock
        self._limits = limits

    async def aclose(self) -> None:
        """Hang up, unless the line belongs to somebody else."""
        if self._http is not None and not self._borrowed:
            http, self._http = self._http, None
            await http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def info(self) -> StoreInfo:
        """Who answers at the other end: the connection test."""
        return _read(info_from, await self._ask("/info/", Purpose.UPKEEP))

    async def find_products(self, *, reference: str = "", ean: str = "") -> tuple[StoreProduct, ...]:
        """All products with exactly this reference, or exactly this EAN; asked for neither, none."""
        found: dict[str, StoreProduct] = {}
        if reference:
            found |= {
                product.remote_id: product
                for product in await self._products(reference=reference)
                if product.reference.strip() == reference.strip()
            }
        if ean:
            found |= {
                product.remote_id: product
                for product in await self._products(ean=ean)
                if product.ean.strip() == ean.strip()
            }
        return tuple(found.values())

    async def all_products(self) -> tuple[StoreProduct, ...]:
        """The whole catalogue of the store, fifty a request: all pages or an error, never a part."""
        return await self._products()

    async def product(self, remote_id: str) -> StoreProduct:
        """One product. Raises NotThere."""
        return _read(product_from, await self._ask(_path("/products", remote_id), Purpose.CONTENT))

    async def create_product(self, fields: StoreFields) -> str:
        """Add a product, give its id. Not repeatable: after OutcomeUnknown look it up first."""
        return await self._create("/products", {"Product": product_to_send(fields)})

    async def update_product(self, remote_id: str, fields: StoreFields, purpose: Purpose) -> None:
        """Change only these fields of a product; no fields, no request. Repeatable. Raises NotThere."""
        if fields:
            body = write_json({"Product": product_to_send(fields)})
            await self._call(Question("PUT", _path("/products", remote_id), content=body), purpose)

    async def find_categories(self, name: str) -> tuple[StoreCategory, ...]:
        """All categories with exactly this name."""

        def read(element: object) -> tuple[str, StoreCategory]:
            category = category_from(element)
            return category.remote_id, category

        found = await self._list("/categories/", query_of(name=name), "Categories", read, Purpose.CONTENT)
        return tuple(category for category in found if category.name.strip() == name.strip())

    async def create_category(self, name: str, parent_id: str | None) -> str:
        """Add a category, give its id. Not repeatable."""
        return await self._create(
            "/categories/", {"Category": category_to_send(name, parent_id, moving=False)}
        )

    async def update_category(self, remote_id: str, name: str, parent_id: str | None) -> None:
        """Rename or move a category (None: to the root); its parent is always sent. Repeatable."""
        body = write_json({"Category": category_to_send(name, parent_id, moving=True)})
        await self._call(Question("PUT", _path("/categories", remote_id), content=body), Purpose.CONTENT)

    async def find_brands(self, name: str) -> tuple[StoreBrand, ...]:
        """All brands with exactly this name."""

        def read(element: object) -> tuple[str, StoreBrand]:
            brand = brand_from(element)
            return brand.remote_id, brand

        found = await self._list("/products/brands/", query_of(brand=name), "Brands", read, Purpose.CONTENT)
        return tuple(brand for brand in found if brand.name.strip() == name.strip())

    async def create_brand(self, name: str) -> str:
        """Add a brand, give its id. Not repeatable."""
        return await self._create("/products/brands/", {"Brand": brand_to_send(name)})

    async def update_brand(self, remote_id: str, name: str) -> None:
        """Rename a brand. Repeatable."""
        body = write_json({"Brand": brand_to_send(name)})
        await self._call(Question("PUT", _path("/products/brands", remote_id), content=body), Purpose.CONTENT)

    async def orders(self, *, modified_from: date, modified_to: date) -> tuple[StoreOrderHead, ...]:
        """Every order touched in these days (São Paulo, both included), by id: all pages or an error."""

        def read(element: object) -> tuple[str, StoreOrderHead]:
            head = order_head_from(element)
            return head.remote_id, head

        query = query_of(modified=f"{modified_from:%Y-%m-%d},{modified_to:%Y-%m-%d}")
        return await self._list("/orders", query, "Orders", read, Purpose.ORDERS)

    async def order(self, remote_id: str) -> StoreOrder:
        """One order complete. Raises NotThere, or TryLater "unreadable" when it makes no sense or is another one."""

        def read(data: object) -> StoreOrder:
            found = order_from(data)
            if found.remote_id != remote_id:
                raise Unreadable("Order.id")
            return found

        return _read(read, await self._ask(_path("/orders", remote_id, "/complete"), Purpose.ORDERS))

    async def order_statuses(self) -> tuple[StoreStatus, ...]:
        """All statuses that orders of this store can be in, by id: all pages or an error."""

        def read(element: object) -> tuple[str, StoreStatus]:
            status = status_from(element)
            return status.status_id, status

        return await self._list("/orders/statuses", query_of(), "OrderStatuses", read, Purpose.ORDERS)

    async def set_order_status(self, remote_id: str, status_id: str) -> None:
        """Put an order into a status. Repeatable. Raises NotThere or Refused ("order_locked")."""
        body = write_json({"Order": {"status_id": status_id}})
        refused = await self._change_order(Question("PUT", _path("/orders", remote_id), content=body))
        if refused is not None:
            raise order_refusal(refused)

    async def cancel_order(self, remote_id: str) -> None:
        """Cancel an order; one that is cancelled already is well, so it is repeatable.

        Raises NotThere or Refused ("order_not_cancellable", "order_locked").
        """
        refused = await self._change_order(Question("PUT", _path("/orders/cancel", remote_id)))
        if refused is not None and not already_cancelled(refused):
            raise order_refusal(refused)

    async def ship_order(self, remote_id: str, shipment: Shipment, *, status_id: str = "") -> None:
        """Tell how an order left, and its status in the same request. Repeatable. Raises NotThere or Refused."""
        body = write_json({"Order": shipment_to_send(shipment, status_id)})
        refused = await self._change_order(Question("PUT", _path("/orders", remote_id), content=body))
        if refused is not None:
            raise order_refusal(refused)

    async def order_invoices(self, remote_id: str) -> tuple[KnownInvoice, ...]:
        """All notes that the store has of an order, which it does not page. Raises NotThere."""
        path = _path("/orders", remote_id, "/invoices")
        return _read(invoices_from, await self._ask(path, Purpose.ORDERS))

    async def add_invoice(self, remote_id: str, invoice: StoreInvoice) -> str:
        """Tell the store of an order's note, give its id. Not repeatable. Raises NotThere or Refused."""
        path = _path("/orders", remote_id, "/invoices")
        try:
            return await self._create(path, invoice_to_send(invoice), Purpose.ORDERS)
        except Refused as error:
            refused = error
        raise invoice_refusal(refused)

    async def replace_invoice(self, remote_id: str, invoice_id: str, invoice: StoreInvoice) -> None:
        """Put a note in the place of another. Repeatable. Raises NotThere or Refused."""
        path = _path(_path("/orders", remote_id, "/invoices"), invoice_id)
        question = Question("PUT", path, content=write_json(invoice_to_send(invoice)))
        refused = await self._change_order(question)
        if refused is not None:
            raise invoice_refusal(refused)

    async def _change_order(self, question: Question) -> Refused | None:
        """Send it; the store's no is given back and not raised, because its words decide what it means."""
        try:
            await self._call(question, Purpose.ORDERS)
        except Refused as error:
            return error
        return None

    async def _products(self, **filters: str) -> tuple[StoreProduct, ...]:
        def read(element: object) -> tuple[str, StoreProduct]:
            product = product_from(element)
            return product.remote_id, product

        return await self._list("/products", query_of(**filters), "Products", read, Purpose.CONTENT)

    async def _list(
        self, path: str, query: str, plural: str, read: ReadRow[T], purpose: Purpose
    ) -> tuple[T, ...]:
        async def ask(page: str) -> Any:
            return await self._call(Question("GET", path, page), purpose)

        place = ""
        for _ in range(_PASSES):
            try:
                found = await one_pass(ask, query, plural, read)
            except Unreadable as error:
                place = str(error)
                break
            if found is not None:
                return found
        # Outside of the except: what it held must not travel with our error.
        if place:
            raise TryLater(code="unreadable", facts={"place": place})
        raise TryLater(code="list_moved")

    async def _create(self, path: str, body: Mapping[str, object], purpose: Purpose = Purpose.CONTENT) -> str:
        answer = await self._call(Question("POST", path, content=write_json(body)), purpose)
        with suppress(Unreadable):
            return written_id(answer)
        del answer  # an error report may show the variables of this frame
        raise OutcomeUnknown(code="unreadable", facts={"place": "id"})  # it was added, and nobody knows where

    async def _ask(self, path: str, purpose: Purpose) -> Any:
        return await self._call(Question("GET", path), purpose)

    async def _call(self, question: Question, purpose: Purpose) -> Any:
        """One request, repeated once with a renewed token when the store refuses the old one."""
        # The access comes before the turn: renewing it needs a turn itself.
        access = await self._vault.access()
        answer = await self._in_turn(access, question, purpose)
        if token_refused(answer):
            access = await self._vault.renewed(access)
            answer = await self._in_turn(access, question, purpose)
            if token_refused(answer):
                raise ReconnectNeeded(code="token_refused")
        return answer.data

    async def _in_turn(self, access: StoreAccess, question: Question, purpose: Purpose) -> Answer:
        """The answer when all is well or the token was refused; every other error is raised."""
        async with self._meter.turn(purpose):
            answer = await exchange(
                self._line(),
                access.api_address,
                question,
                secret=f"access_token={quote(access.access_token, safe='')}",
                limits=self._limits,
            )
            # Raised inside the turn, so that the meter sees a SlowDown.
            if isinstance(answer, Fault):
                raise outside_error(answer, writing=question.writing)
            error = None if answer.well else self._trouble(answer, access, question)
            if error is not None:
                raise error
            return answer

    def _trouble(self, answer: Answer, access: StoreAccess, question: Question) -> OutsideError | None:
        return trouble(answer, writing=question.writing, now=self._clock(), secrets=secrets_of(access))

    def _line(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = open_line(self._transport)
        return self._http


def _path(collection: str, remote_id: str, rest: str = "") -> str:
    """The path of one thing. An id of Tray is a number; anything else could point at something else."""
    if not (remote_id.isascii() and remote_id.isdigit()):
        raise NotThere(code="not_there", facts={"id": remote_id})
    return f"{collection}/{remote_id}{rest}"


def _read(read: Callable[[object], T], data: object) -> T:
    try:
        return read(data)
    except Unreadable as error:
        place = str(error)
    del data  # an error report may show the variables of this frame
    raise TryLater(code="unreadable", facts={"place": place})


if TYPE_CHECKING:

    def _is_an_online_store(client: TrayClient) -> OnlineStore:
        return client
