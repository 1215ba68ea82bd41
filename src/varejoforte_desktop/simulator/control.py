"""The back door for whoever directs the play: faults, store states, purchases, and a look at the shelves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import UnionType
from typing import Any, get_args

from varejoforte_desktop.simulator.answers import Answer, Refused, in_json, refusal
from varejoforte_desktop.simulator.calls import Place, as_record, as_records, as_text, read_body, take_apart
from varejoforte_desktop.simulator.clock import SHOP_ZONE
from varejoforte_desktop.simulator.faults import Fault
from varejoforte_desktop.simulator.gate import State
from varejoforte_desktop.simulator.order_intake import OrderItem
from varejoforte_desktop.simulator.requests import RequestRecord
from varejoforte_desktop.simulator.store import TrayStore

CONTROL = "/_simulator"
FAULT_FIELDS = frozenset(Fault.__dataclass_fields__) - {"kind", "struck"}
#: What a rule's values have to be; the rest are texts or causes, which cannot break anything.
FITTING: dict[str, type | UnionType] = {
    "times": int | None,
    "method": str | None,
    "path_contains": str | None,
    "seconds": int | float,
    "probability": int | float,
    "status": int | None,
    "retry_after": int | None,
    "after_applying": bool,
}

#: What may be said in a few words about a purchase.
SAID = (
    "customer_id", "shipment", "shipment_value", "discount", "interest", "payment_form", "customer_note",
    "session_id", "pickup", "marketplace",
)  # fmt: skip

Act = Callable[[tuple[str, ...], Mapping[str, str], object], object]


class Control:
    """`/_simulator/…`: JSON in, JSON out. Bound to this computer by the server that hosts it."""

    def __init__(self, store: TrayStore) -> None:
        self._store = store
        self._acts: dict[tuple[str, Place], Act] = {
            ("GET", ("keys",)): self._keys,
            ("POST", ("faults",)): self._faults,
            ("DELETE", ("faults",)): self._no_faults,
            ("POST", ("offline",)): self._offline,
            ("POST", ("state",)): self._state,
            ("POST", ("tokens",)): self._tokens,
            ("GET", ("requests",)): self._requests,
            ("GET", ("products",)): self._list_products,
            ("POST", ("products",)): self._add_products,
            ("GET", ("orders",)): self._list_orders,
            ("POST", ("orders",)): self._buy,
            ("POST", ("orders", "#", "pay")): self._pay,
            ("POST", ("orders", "#", "cancel")): self._cancel,
            ("POST", ("orders", "#", "change")): self._change,
            ("POST", ("orders", "#", "lines")): self._add_line,
            ("DELETE", ("orders", "#", "lines", "#")): self._remove_line,
        }

    def respond(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """Do what is asked. A write has to be JSON, so that no web page elsewhere can send one by a form."""
        place, ids = take_apart(path.removeprefix(CONTROL))
        try:
            act = self._act(method, place, headers)
            payload = read_body(body, "application/json")
            return in_json(act(ids, query, payload))
        except Refused as refused:
            return refusal(refused, path)
        except (KeyError, TypeError, ValueError) as problem:
            return refusal(Refused(400, [f"{type(problem).__name__}: {problem}"]), path)

    def _act(self, method: str, place: Place, headers: Mapping[str, str]) -> Act:
        act = self._acts.get((method, place))
        if act is None:
            raise Refused(404)
        if method == "POST" and not headers.get("content-type", "").startswith("application/json"):
            raise Refused(400, ["O corpo precisa ser application/json."])
        return act

    def _keys(self, _ids: tuple[str, ...], _query: Mapping[str, str], _payload: object) -> object:
        store = self._store
        return {
            "consumer_key": store.consumer_key,
            "consumer_secret": store.consumer_secret,
            "code": store.code,
            "api_address": store.api_address,
            "store_id": store.shop.store_id,
        }

    def _faults(self, _ids: tuple[str, ...], _query: Mapping[str, str], payload: object) -> object:
        rules = as_records(payload)
        for rule in rules:
            unknown = rule.keys() - FAULT_FIELDS - {"kind"}
            if unknown:
                raise Refused(400, [f"Campo desconhecido: {', '.join(sorted(unknown))}"])
            wrong = [name for name, value in rule.items() if not isinstance(value, FITTING.get(name, object))]
            if wrong:
                raise Refused(400, [f"Valor inválido: {', '.join(sorted(wrong))}"])
            # JSON edge: the types were just looked at, and `next` itself refuses an unknown kind.
            given: dict[str, Any] = dict(rule)
            self._store.faults.next(given.pop("kind"), **given)
        return {"waiting": len(self._store.faults.rules)}

    def _no_faults(self, _ids: tuple[str, ...], _query: Mapping[str, str], _payload: object) -> object:
        self._store.faults.clear()
        return {"waiting": 0}

    def _offline(self, _ids: tuple[str, ...], _query: Mapping[str, str], payload: object) -> object:
        self._store.faults.offline = as_record(payload).get("offline") is True
        return {"offline": self._store.faults.offline}

    def _state(self, _ids: tuple[str, ...], _query: Mapping[str, str], payload: object) -> object:
        wanted = as_text(as_record(payload).get("state"))
        for state in get_args(State):
            if state == wanted:
                self._store.set_state(state)
                return {"state": state}
        raise ValueError(wanted)

    def _tokens(self, _ids: tuple[str, ...], _query: Mapping[str, str], payload: object) -> object:
        self._store.revoke_tokens(uninstall=as_record(payload).get("uninstall") is True)
        return {"revoked": True}

    def _requests(self, _ids: tuple[str, ...], query: Mapping[str, str], _payload: object) -> object:
        log = self._store.log
        limit = int(query.get("limit", "1000"))
        with self._store.lock:
            records = list(log.records)
        shown = [record for record in records if query.get("path_contains", "") in record.path]
        return {
            "total": log.total,
            "counts": dict(log.counts),
            "statuses": {str(status): count for status, count in log.statuses.items()},
            "requests": [_told(record) for record in (shown[-limit:] if limit else [])],
        }

    def _list_products(self, _ids: tuple[str, ...], query: Mapping[str, str], _payload: object) -> object:
        with self._store.lock:
            shelf = self._store.shop.products
            rows = shelf.where("reference", query["reference"]) if "reference" in query else list(shelf)
            return {"products": [dict(row) for row in rows]}

    def _add_products(self, _ids: tuple[str, ...], _query: Mapping[str, str], payload: object) -> object:
        return {"ids": [self._store.add_product(**fields) for fields in as_records(payload)]}

    def _list_orders(self, _ids: tuple[str, ...], _query: Mapping[str, str], _payload: object) -> object:
        with self._store.lock:
            shapes = self._store.order_shapes
            return {"orders": [shapes.complete(order)["Order"] for order in self._store.shop.orders]}

    def _buy(self, _ids: tuple[str, ...], _query: Mapping[str, str], payload: object) -> object:
        given = as_record(payload)
        items = [_item(item) for item in as_records(given.get("items"))]
        # JSON edge: which values a purchase has is decided by its sender; each is of the kind place_order takes.
        said: dict[str, Any] = {name: as_text(given[name]) for name in SAID if name in given}
        said |= {name: as_record(given[name]) for name in ("buyer", "address") if name in given}
        if "amounts" in given:
            said["amounts"] = _texts(given["amounts"])
        if "coupon" in given:
            coupon = _texts(given["coupon"])
            said["coupon"] = (coupon.get("code", ""), coupon.get("discount", ""))
        if "at" in given:
            at = datetime.fromisoformat(as_text(given["at"]))
            said["at"] = at if at.tzinfo else at.replace(tzinfo=SHOP_ZONE)
        return {"id": self._store.place_order(items, paid=given.get("paid") is True, **said)}

    def _pay(self, ids: tuple[str, ...], _query: Mapping[str, str], _payload: object) -> object:
        return {"payment_id": self._store.pay_order(ids[0])}

    def _cancel(self, ids: tuple[str, ...], _query: Mapping[str, str], payload: object) -> object:
        self._store.cancel_order(ids[0], automatic=as_record(payload).get("automatic") is True)
        return {"id": ids[0]}

    def _change(self, ids: tuple[str, ...], _query: Mapping[str, str], payload: object) -> object:
        self._store.change_order(ids[0], **_texts(payload))
        return {"id": ids[0]}

    def _add_line(self, ids: tuple[str, ...], _query: Mapping[str, str], payload: object) -> object:
        return {"line_id": self._store.add_order_line(ids[0], _item(as_record(payload)))}

    def _remove_line(self, ids: tuple[str, ...], _query: Mapping[str, str], _payload: object) -> object:
        self._store.remove_order_line(*ids)
        return {"id": ids[0]}


def _item(given: Mapping[str, object]) -> OrderItem:
    return OrderItem(
        product_id=as_text(given.get("product_id")),
        quantity=int(as_text(given.get("quantity", 1))),
        variant_id=as_text(given.get("variant_id")) or "0",
        price=as_text(given.get("price")) or None,
    )


def _texts(payload: object) -> dict[str, str]:
    return {name: as_text(value) for name, value in as_record(payload).items()}


def _told(record: RequestRecord) -> dict[str, object]:
    return {
        "at": record.at.isoformat(),
        "method": record.method,
        "path": record.path,
        "query": dict(record.query),
        "body": record.body,
        "status": record.status,
        "fault": record.fault,
    }
