"""A whole Tray store in memory: an app talks to it, a buyer buys in it, and its owner looks at its shelves."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from varejoforte_desktop.simulator.answers import Answer, Refused, field_refused, refusal
from varejoforte_desktop.simulator.calls import Call, Handler, Place, Question, Row, read_body, take_apart
from varejoforte_desktop.simulator.clock import Clock, system_clock
from varejoforte_desktop.simulator.consent import Consent
from varejoforte_desktop.simulator.desks import AUTH, PUBLIC, Desks
from varejoforte_desktop.simulator.faults import Faults
from varejoforte_desktop.simulator.gate import Gate, State, Tokens
from varejoforte_desktop.simulator.order_intake import OrderItem
from varejoforte_desktop.simulator.quota import Quota
from varejoforte_desktop.simulator.requests import RequestLog, RequestRecord, without_secrets
from varejoforte_desktop.simulator.shop import Shop, kept
from varejoforte_desktop.simulator.switches import Limits, Switches

API = "/web_api"
TOKEN_HEADERS = ("authorization", "access_token", "access-token", "x-access-token")


class TrayStore:
    """One store with one app. Pure: no socket, no thread of its own, no clock but `now`.

    `products` holds the rows by id (every value is text); change them through `change_product`, because the
    indexes by reference and EAN do not see a direct assignment. Safe to use from several threads.
    """

    def __init__(
        self,
        *,
        store_id: str = "391250",
        host: str = "loja.exemplo",
        now: Clock = system_clock,
        switches: Switches | None = None,
        limits: Limits | None = None,
        seed: int = 1,
    ) -> None:
        rng = random.Random(seed)  # noqa: S311 — reproducible, and nothing here is secret
        self.switches = switches or Switches()
        self.limits = limits or Limits()
        self.shop = Shop(store_id=store_id, host=host, now=now, switches=self.switches, rng=rng)
        self.gate = Gate(self.shop, rng)
        self.quota = Quota(self.limits, self.switches, now)
        self.faults = Faults(random.Random(seed + 1))  # noqa: S311 — a fault must not shift the store's own dice
        self.log = RequestLog()
        self.lock = threading.RLock()
        self._late: list[tuple[datetime, Callable[[], Answer]]] = []
        self._desks = Desks(self.shop, self.gate)
        self._consent = Consent(self.shop, self.gate)
        self.shapes = self._desks.shapes
        self.order_shapes = self._desks.order_shapes

    # What an app sees ------------------------------------------------------------------------------------

    def respond(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
        *,
        fault: str = "",
    ) -> Answer:
        """Answer one request to `/web_api/…` or `/auth.php`. `query` has one value a name; faults are not consulted.

        `fault` is only written into the record of the request.
        """
        return self.ask(Question(method, path, query, headers, body), fault)

    def ask(self, question: Question, fault: str = "") -> Answer:
        """The same as `respond`, for a request already put together."""
        path = question.path
        with self.lock:
            self._apply_what_is_due()
            if path == "/auth.php":
                return self._consent.respond(question.method, question.query)
            if not path.startswith(f"{API}/") and path != API:
                return refusal(Refused(404), path)
            return self._api(question, path[len(API) :] or "/", fault)

    def _api(self, question: Question, url: str, fault: str) -> Answer:
        method, query = question.method, question.query
        place, ids = take_apart(url)
        payload: object = None
        self.shop.notices.muted = not self.switches.echo_webhooks
        try:
            self.quota.spend()
            lower = {name.lower(): value for name, value in question.headers.items()}
            public = self._let_in(method, place, query, lower)
            handler = self._handler(method, place)
            payload = read_body(question.body, lower.get("content-type", ""))
            answer = handler(Call(method, ids, query, payload, public))
        except Refused as refused:
            answer = refusal(refused, url)
        finally:
            self.shop.notices.muted = False
        self.gate.disabled = self.quota.app_is_disabled()
        self._note(question, payload, status=answer.status, fault=fault)
        return answer

    def _let_in(
        self, method: str, place: Place, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> bool:
        """Check the token. True when the caller is only a visitor; raises Refused(401)."""
        if place == AUTH or self.gate.check(query):
            return False
        in_header = any(name in headers for name in TOKEN_HEADERS)
        if self.switches.public_get_without_token and method == "GET" and place in PUBLIC and not in_header:
            return True
        raise Refused(401, ["Token não informado"], error_code=1099)

    def _handler(self, method: str, place: Place) -> Handler:
        methods = self._desks.routes.get(place)
        if methods is None:
            raise Refused(404)
        handler = methods.get(method)
        if handler is None:
            raise Refused(405)
        return handler

    # What was asked --------------------------------------------------------------------------------------

    @property
    def requests(self) -> deque[RequestRecord]:
        """The newest requests, oldest first; `log` has the counters."""
        return self.log.records

    def note(self, question: Question, *, status: int, fault: str) -> None:
        """Write down a request that never reached the desks."""
        with self.lock:
            try:
                payload = read_body(question.body, "")
            except Refused:
                payload = None
            self._note(question, payload, status=status, fault=fault)

    def _note(self, question: Question, payload: object, *, status: int, fault: str) -> None:
        url = question.path.removeprefix(API)
        place = take_apart(url)[0]
        record = RequestRecord(
            at=self.shop.now(),
            method=question.method,
            path=url,
            query=without_secrets(question.query),
            body={} if place == AUTH else payload,  # what goes to /auth is all secrets
            status=status,
            fault=fault,
        )
        self.log.note(record, place)

    def reference_of(self, path: str, body: bytes) -> str:
        """The product reference a request is about: of the product in the address, or in the body; "" if none."""
        place, ids = take_apart(path.removeprefix(API))
        if place == ("products", "#"):
            row = self.shop.products.get(ids[0])
            return row["reference"] if row else ""
        try:
            payload = read_body(body, "")
        except Refused:
            return ""
        product = payload.get("Product") if isinstance(payload, dict) else None
        return str(product.get("reference", "")) if isinstance(product, dict) else ""

    def apply_later(self, wait: timedelta, act: Callable[[], Answer]) -> None:
        """Let a write take effect once the clock has moved on; it is done before the next request is answered."""
        with self.lock:
            self._late.append((self.shop.now() + wait, act))

    def _apply_what_is_due(self) -> None:
        if not self._late:
            return
        now = self.shop.now()
        due = [act for at, act in self._late if at <= now]
        self._late = [(at, act) for at, act in self._late if at > now]
        for act in due:
            act()

    # What the shop's people do ---------------------------------------------------------------------------

    @property
    def consumer_key(self) -> str:
        """The app's public key."""
        return self.gate.consumer_key

    @property
    def consumer_secret(self) -> str:
        """The app's secret."""
        return self.gate.consumer_secret

    @property
    def code(self) -> str:
        """The shop's permanent authorisation code, 64 hex digits."""
        return self.gate.code

    @property
    def api_address(self) -> str:
        """Where the API answers; a server puts its own address in place of the invented one."""
        return self.shop.api_address

    @property
    def products(self) -> dict[str, Row]:
        """The products by id, as they are kept."""
        return self.shop.products.rows

    @property
    def orders(self) -> dict[str, Row]:
        """The orders by id, as they are kept."""
        return self.shop.orders.rows

    def issue_tokens(self) -> Tokens:
        """A live pair of tokens, without asking over HTTP."""
        with self.lock:
            return self.gate.issue()

    def revoke_tokens(self, *, uninstall: bool = False) -> None:
        """Every token dies. With `uninstall` the code dies too."""
        with self.lock:
            self.gate.revoke(uninstall=uninstall)

    def revoke_access(self, token: str) -> None:
        """One access token dies; the refresh token still works."""
        with self.lock:
            self.gate.kill(token)

    def set_state(self, state: State) -> None:
        """Make the store ativa, bloqueada, inativa or cancelada."""
        with self.lock:
            self.gate.set_state(state)

    def add_product(self, **fields: object) -> str:
        """Put a product on the shelf; the fields are the API's. Returns its id; raises Refused for a bad value."""
        with self.lock:
            return self._desks.products.add(fields)

    def change_product(self, product_id: str, **fields: object) -> None:
        """Change a product in the panel of the store."""
        with self.lock:
            self._desks.products.write(kept(self.shop.products, product_id), fields)

    def add_variant(self, product_id: str, **fields: object) -> str:
        """Give a product a variant. Returns its id."""
        with self.lock:
            return self._desks.variants.add({**fields, "product_id": product_id})

    def add_category(self, name: str, parent_id: str = "") -> str:
        """Open an aisle. Returns its id."""
        with self.lock:
            return self._desks.categories.add({"name": name, "parent_id": parent_id})

    def add_customer(self, customer: Mapping[str, object], address: Mapping[str, object]) -> str:
        """Register a buyer with a delivery address. Returns the id."""
        with self.lock:
            customer_id = self._desks.customers.find_or_add(customer)
            self._desks.customers.add_address(customer_id, address)
            return customer_id

    # What a buyer does -----------------------------------------------------------------------------------

    def place_order(
        self,
        items: Mapping[str, int] | Sequence[OrderItem],
        *,
        customer_id: str | None = None,
        buyer: Mapping[str, object] | None = None,
        address: Mapping[str, object] | None = None,
        shipment: str = "PAC",
        shipment_value: str = "24.10",
        discount: str = "0.00",
        coupon: tuple[str, str] | None = None,
        interest: str = "0.00",
        amounts: Mapping[str, str] | None = None,
        payment_form: str = "Pix - Vindi",
        customer_note: str = "",
        session_id: str | None = None,
        pickup: str = "",
        marketplace: str = "",
        at: datetime | None = None,
        paid: bool = False,
    ) -> str:
        """Buy: `{product id: quantity}`, or items with variants and prices. Returns the order's id.

        The buyer is a registered one, or `buyer` (the API's fields of a customer) at `address`, or the store's usual
        buyer. `amounts` are the rarer ones by the API's names: taxes, payment_method_rate, progressive_discount,
        cart_additional_values_increase… `pickup` names the place where it is fetched, `marketplace` where it was
        sold, `at` when (now). Raises Refused when the stock does not suffice or an amount or document is wrong.
        """
        said: Row = {
            "shipment": shipment,
            "shipment_value": shipment_value,
            "discount": discount,
            "interest": interest,
            "payment_form": payment_form,
            "customer_note": customer_note,
            "session_id": session_id or "",
            **({"coupon_code": coupon[0], "coupon_discount": coupon[1]} if coupon else {}),
            **(amounts or {}),
        }
        with self.lock:
            self._apply_what_is_due()
            desk = self._desks.checkout
            who = desk.known(customer_id) if customer_id else desk.customer(buyer, address)
            order_id = desk.buy(items, who, said, pickup=pickup, marketplace=marketplace, at=at)
            if paid:
                self.pay_order(order_id)
            return order_id

    def pay_order(self, order_id: str, method: str = "Pix - Vindi") -> str:
        """The buyer pays: the order is to be sent. Returns the payment's id; raises Refused when it is cancelled."""
        with self.lock:
            order = kept(self.shop.orders, order_id)
            if self._desks.life.kind(order) == "canceled":
                raise field_refused("Order", "status", "Pedido cancelado.")
            return self._desks.life.pay(order, method)

    def cancel_order(self, order_id: str, *, automatic: bool = False) -> None:
        """The buyer gives up, or nobody paid in time (`automatic`). Raises Refused when it is too late."""
        with self.lock:
            self._desks.life.cancel(kept(self.shop.orders, order_id), automatic=automatic)

    def set_order_status(self, order_id: str, status: str) -> None:
        """Move an order to the status of that name. Raises KeyError for an unknown name."""
        with self.lock:
            self._desks.life.move(kept(self.shop.orders, order_id), self.shop.status_named(status)["id"])

    # What the store's own people do to an order ----------------------------------------------------------

    def change_order(self, order_id: str, **values: str) -> None:
        """Overwrite values of an order as it is kept, sense or nonsense: `total="1.00"` does not add up any more,
        `total="abc"` cannot be read, `locked="1"` takes no change. Raises KeyError for an unknown name.
        """
        with self.lock:
            self._desks.order_panel.overwrite(kept(self.shop.orders, order_id), values)

    def add_order_line(self, order_id: str, item: OrderItem) -> str:
        """Put one more thing into an order, as the store's panel does: the amounts follow. Returns the line's id."""
        with self.lock:
            return self._desks.order_panel.add_line(kept(self.shop.orders, order_id), item)

    def remove_order_line(self, order_id: str, line_id: str) -> None:
        """Take a line out of an order: the amounts follow. Raises Refused when there is no such line."""
        with self.lock:
            self._desks.order_panel.remove_line(kept(self.shop.orders, order_id), line_id)
