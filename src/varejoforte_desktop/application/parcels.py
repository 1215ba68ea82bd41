"""What is put in the parcel for the store: the fields of each side of a product, as they are now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from varejoforte_desktop.application.delivery_ports import Acknowledged, Named, Owed, ProductSheet, StoreLink
from varejoforte_desktop.application.invoice_debts import InvoiceDebt
from varejoforte_desktop.application.order_ports import OrderDebt
from varejoforte_desktop.application.store import StoreField, StoreFields
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.outbox import Aspect, Subject, SubjectKind
from varejoforte_desktop.domain.product import published_stock

_LONG_TEXT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Everything the sender needs for one subject: the lines owed, what it is in the store, what to say.

    `fields` has the sides of a product, also those not owed (a creation says everything at once);
    `category` is sent by the store's own id, which the sender finds or makes first.
    """

    subject: Subject
    label: str
    owed: tuple[Owed, ...]
    link: StoreLink | None
    acknowledged: Mapping[Aspect, Acknowledged]
    fields: Mapping[Aspect, StoreFields]
    reference: str = ""
    barcode: str = ""
    on_sale: bool = True
    category: Named | None = None
    brand: Named | None = None
    name: Named | None = None  # for a brand or category: itself
    order: OrderDebt | None = None  # for an order: what the store has to be told
    invoice: InvoiceDebt | None = None  # for an order's note: what it says
    gone: bool = False  # no longer in the books

    @property
    def aspects(self) -> frozenset[Aspect]:
        """The sides that are owed."""
        return frozenset(line.aspect for line in self.owed)


def product_fields(sheet: ProductSheet) -> dict[Aspect, StoreFields]:
    """A product's fields by side. The category is left to the sender, who knows the store's id for it."""
    product = sheet.product
    stock = published_stock(
        sheet.on_hand,
        open_online=sheet.open_online,
        counter_reserve=product.counter_reserve,
        safety=product.safety_stock,
    )
    return {
        Aspect.STOCK: {StoreField.STOCK: stock},
        Aspect.PRICE: {StoreField.PRICE: product.price, StoreField.COST: product.cost},
        Aspect.CONTENT: {
            StoreField.NAME: product.name,
            StoreField.REFERENCE: product.reference,
            StoreField.EAN: product.barcode,
            StoreField.NCM: product.ncm,
            StoreField.DESCRIPTION: product.description,
            StoreField.SHORT_DESCRIPTION: product.short_description,
            StoreField.BRAND: sheet.brand.name if sheet.brand else "",
            StoreField.MODEL: product.model,
            StoreField.WARRANTY: product.warranty,
            StoreField.AVAILABLE: product.active and product.sell_online,
            StoreField.WEIGHT: product.weight,
            StoreField.LENGTH: product.length,
            StoreField.WIDTH: product.width,
            StoreField.HEIGHT: product.height,
            StoreField.PROMOTIONAL_PRICE: product.promotional_price,
            StoreField.PROMOTION_START: product.promotion_start,
            StoreField.PROMOTION_END: product.promotion_end,
        },
    }


def plain(fields: StoreFields) -> dict[str, Any]:
    """Fields as they are remembered: cents, ISO dates, and only a fingerprint of long texts."""
    return {name.value: _plain_value(value) for name, value in fields.items()}


def digest(fields: StoreFields) -> str:
    """A fingerprint of fields: equal fingerprints mean that the store needs not be told again."""
    exact = {
        name.value: value.cents
        if isinstance(value, Money)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in fields.items()
    }
    text = json.dumps(exact, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain_value(value: object) -> Any:
    if isinstance(value, Money):
        return value.cents
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, str) and len(value) > _LONG_TEXT:
        mark = hashlib.blake2b(value.encode(), digest_size=6).hexdigest()
        return f"{value[:_LONG_TEXT]}… [{len(value)}:{mark}]"
    return value


def label_of(
    kind: SubjectKind,
    sheet: ProductSheet | None,
    name: Named | None,
    order: OrderDebt | None = None,
    invoice: InvoiceDebt | None = None,
) -> str:
    """How the queue calls a subject: "PAN-1001 · Panela de pressão", "#7415", a note of an order, or a name alone."""
    if invoice is not None:
        return invoice.label
    if order is not None:
        return f"#{order.remote_id}"
    if kind is SubjectKind.PRODUCT and sheet is not None:
        return f"{sheet.product.reference} · {sheet.product.name}"
    return name.name if name is not None else ""
