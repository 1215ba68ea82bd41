"""Puts what the shop says about its goods into Tray's words, strictly, and Tray's words into the shop's, loosely."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, TypeAlias, cast

from varejoforte_desktop.application.outside import Refused
from varejoforte_desktop.application.store import (
    StoreBrand,
    StoreCategory,
    StoreField,
    StoreFields,
    StoreInfo,
    StoreProduct,
)
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.tray.payloads import (
    BrandPayload,
    BrandToSend,
    CategoryPayload,
    CategoryToSend,
    InfoPayload,
    ProductPayload,
    Strict,
)
from varejoforte_desktop.tray.reading import (
    Unreadable,
    digits,
    entries,
    flag,
    identity,
    moment,
    money,
    rows,
    text,
    unwrapped,
    whole,
)

Value: TypeAlias = Money | int | bool | str | date | None
Writer: TypeAlias = Callable[[StoreField, Value], Strict]

#: Tray's way to write that there is no date.
NO_DATE: Final = "0000-00-00"
_MOST_CENTS: Final = 999_999_999  # Decimal(9): nine digits, two of them cents
_MOST_UNITS: Final = 999_999_999  # Number(9)
_CATEGORY_NAME: Final = 255
_BRAND_NAME: Final = 120


def money_text(amount: Money) -> str:
    """Reais with a decimal point and two places: "1234.50"."""
    sign = "-" if amount.cents < 0 else ""
    reais, cents = divmod(abs(amount.cents), 100)
    return f"{sign}{reais}.{cents:02}"


def product_to_send(fields: StoreFields) -> dict[str, Strict]:
    """These fields, and no others, in Tray's words: reais as text, grams and centimetres whole.

    Raises Refused: `too_long` when a text or a number exceeds Tray's documented maximum (nothing is ever cut
    silently), `not_sendable` when the store could only misunderstand it; facts: field, limit.
    """
    sent: dict[str, Strict] = {}
    for field, value in fields.items():
        name, write = _SENDING[field]
        sent[name] = write(field, value)
    return sent


def category_to_send(name: str, parent_id: str | None, *, moving: bool) -> CategoryToSend:
    """A category. `moving` also says so when it stands at the root. Raises Refused."""
    sent: CategoryToSend = {"name": _within(name, "name", _CATEGORY_NAME)}
    if parent_id is not None or moving:
        sent["parent_id"] = parent_id or ""
    return sent


def brand_to_send(name: str) -> BrandToSend:
    """A brand. Raises Refused."""
    return {"brand": _within(name, "brand", _BRAND_NAME)}


def product_from(data: object) -> StoreProduct:
    """A product from a list or alone. Raises Unreadable."""
    paper = cast("ProductPayload", unwrapped(data, "Product"))
    return StoreProduct(
        remote_id=identity(paper.get("id"), "Product.id"),
        reference=text(paper.get("reference")),
        ean=text(paper.get("ean")),
        name=text(paper.get("name")),
        price=money(paper.get("price"), "Product.price"),
        cost=money(paper.get("cost_price"), "Product.cost_price"),
        stock=whole(paper.get("stock"), "Product.stock"),
        available=flag(paper.get("available")),
        has_variations=flag(paper.get("has_variation")) or bool(rows(paper.get("Variant"))),
        modified=moment(paper.get("modified")),
    )


def category_from(data: object) -> StoreCategory:
    """A category from a list. Raises Unreadable."""
    paper = cast("CategoryPayload", unwrapped(data, "Category"))
    parent = text(paper.get("parent_id")).strip()
    return StoreCategory(
        remote_id=identity(paper.get("id"), "Category.id"),
        name=text(paper.get("name")),
        parent_id=None if parent in {"", "0"} else parent,
    )


def brand_from(data: object) -> StoreBrand:
    """A brand from a list. Raises Unreadable."""
    paper = cast("BrandPayload", unwrapped(data, "Brand"))
    return StoreBrand(remote_id=identity(paper.get("id"), "Brand.id"), name=text(paper.get("brand")))


def info_from(data: object) -> StoreInfo:
    """Who the store is. Raises Unreadable, also for the few lines a stranger without token gets."""
    paper = cast("InfoPayload", unwrapped(data, "Info"))
    if "name" not in paper and "internal_status" not in paper:
        raise Unreadable("internal_status")
    return StoreInfo(
        store_id=identity(paper.get("id"), "id"),
        name=text(paper.get("name")),
        cnpj=digits(paper.get("cnpj")),
        status=text(paper.get("internal_status")),
        address=text(paper.get("address")),
    )


def written_id(data: object) -> str:
    """The id of what was just added; some answers call it order_id. Raises Unreadable."""
    paper = entries(data)
    return identity(paper.get("id") or paper.get("order_id"), "id")


def _not_sendable(field: StoreField) -> Refused:
    return Refused(code="not_sendable", facts={"field": field.value})


def _too_long(field: str, limit: int) -> Refused:
    return Refused(code="too_long", facts={"field": field, "limit": str(limit)})


def _within(value: str, field: str, limit: int) -> str:
    if len(value) > limit:
        raise _too_long(field, limit)
    return value


def _text(limit: int | None) -> Writer:
    def write(field: StoreField, value: Value) -> Strict:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise _not_sendable(field)
        return value if limit is None else _within(value, field.value, limit)

    return write


def _ean(field: StoreField, value: Value) -> Strict:
    """Digits, or nothing at all: "SEM GTIN" means there is none."""
    bare = str(_text(120)(field, value)).strip()
    return bare if bare.isascii() and bare.isdigit() else ""


def _ncm(field: StoreField, value: Value) -> Strict:
    return _within(digits(_text(None)(field, value)), field.value, 8)


def _category(field: StoreField, value: Value) -> Strict:
    """An id of the store; a product without a category has category 0."""
    bare = str(_text(None)(field, value)).strip() or "0"
    if not (bare.isascii() and bare.isdigit()):
        raise _not_sendable(field)
    return bare


def _price(field: StoreField, value: Value) -> Strict:
    if not isinstance(value, Money) or value.cents < 0:
        raise _not_sendable(field)
    if value.cents > _MOST_CENTS:
        raise _too_long(field.value, 9)
    return money_text(value)


def _promotional_price(field: StoreField, value: Value) -> Strict:
    return "0.00" if value is None else _price(field, value)


def _whole(field: StoreField, value: Value) -> Strict:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _not_sendable(field)
    if value > _MOST_UNITS:
        raise _too_long(field.value, 9)
    return value


def _yes_or_no(field: StoreField, value: Value) -> Strict:
    if not isinstance(value, int) or value not in {0, 1}:
        raise _not_sendable(field)
    return int(value)


def _date(field: StoreField, value: Value) -> Strict:
    if value is None:
        return NO_DATE
    # A datetime is a date to Python, but which day it is depends on a time zone nobody named here.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _not_sendable(field)
    return value.isoformat()


#: Tray's name of each field, and how its value is written.
_SENDING: Final[Mapping[StoreField, tuple[str, Writer]]] = {
    StoreField.NAME: ("name", _text(200)),
    StoreField.REFERENCE: ("reference", _text(120)),
    StoreField.EAN: ("ean", _ean),
    StoreField.NCM: ("ncm", _ncm),
    StoreField.DESCRIPTION: ("description", _text(4800)),
    StoreField.SHORT_DESCRIPTION: ("description_small", _text(500)),
    StoreField.BRAND: ("brand", _text(120)),
    StoreField.MODEL: ("model", _text(150)),
    StoreField.CATEGORY: ("category_id", _category),
    StoreField.AVAILABLE: ("available", _yes_or_no),
    StoreField.WEIGHT: ("weight", _whole),
    StoreField.LENGTH: ("length", _whole),
    StoreField.WIDTH: ("width", _whole),
    StoreField.HEIGHT: ("height", _whole),
    StoreField.WARRANTY: ("warranty", _text(None)),
    StoreField.PROMOTIONAL_PRICE: ("promotional_price", _promotional_price),
    StoreField.PROMOTION_START: ("start_promotion", _date),
    StoreField.PROMOTION_END: ("end_promotion", _date),
    StoreField.PRICE: ("price", _price),
    StoreField.COST: ("cost_price", _price),
    StoreField.STOCK: ("stock", _whole),
}
