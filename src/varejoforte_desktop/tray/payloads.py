"""The papers that go to and come from Tray, with Tray's own names on them."""

from __future__ import annotations

from typing import TypeAlias, TypedDict

#: Tray writes ids, amounts and flags as text; others have seen numbers; empty things come as null or [].
Loose: TypeAlias = str | int | float | list[object] | None
#: What we send ourselves: text or whole numbers, never a float.
Strict: TypeAlias = str | int


class PagingPayload(TypedDict, total=False):
    """Where a page lies in its list."""

    total: Loose
    page: Loose
    offset: Loose
    limit: Loose
    maxLimit: Loose


class ProductPayload(TypedDict, total=False):
    """The part of a product that the shop reads."""

    id: Loose
    reference: Loose
    ean: Loose
    name: Loose
    price: Loose
    cost_price: Loose
    stock: Loose
    available: Loose
    has_variation: Loose
    Variant: Loose
    modified: Loose


class CategoryPayload(TypedDict, total=False):
    """A shelf of the store; parent_id is "" (or "0") at the root."""

    id: Loose
    parent_id: Loose
    name: Loose


class BrandPayload(TypedDict, total=False):
    """A brand; its name is in `brand`."""

    id: Loose
    slug: Loose
    brand: Loose


class OrderStatusPayload(TypedDict, total=False):
    """A status of orders; its name is in `status`, its kind in `type`."""

    id: Loose
    status: Loose
    type: Loose


class OrderPayload(TypedDict, total=False):
    """What the shop reads of an order; in a list only the first part of it is there. Amounts are left out."""

    id: Loose
    order_id: Loose
    status: Loose
    total: Loose
    modified: Loose
    OrderStatus: Loose
    date: Loose
    hour: Loose
    has_payment: Loose
    payment_date: Loose
    payment_method: Loose
    payment_form: Loose
    shipment: Loose
    customer_id: Loose
    PickupLocation: Loose
    Customer: Loose
    ProductsSold: Loose
    ProductsSolds: Loose


class SoldPayload(TypedDict, total=False):
    """A line of an order; variant_id is "0" for a product without variations."""

    id: Loose
    product_id: Loose
    variant_id: Loose
    reference: Loose
    ean: Loose
    name: Loose
    original_name: Loose
    quantity: Loose
    price: Loose


class AddressPayload(TypedDict, total=False):
    """Where a customer lives, or where parcels go; `type` is "0" for bills and "1" for parcels."""

    type: Loose
    recipient: Loose
    address: Loose
    number: Loose
    complement: Loose
    neighborhood: Loose
    city: Loose
    state: Loose
    zip_code: Loose


class BuyerPayload(TypedDict, total=False):
    """Who bought; documents come with or without punctuation."""

    id: Loose
    name: Loose
    cpf: Loose
    cnpj: Loose
    company_name: Loose
    state_inscription: Loose
    email: Loose
    phone: Loose
    cellphone: Loose
    CustomerAddresses: Loose


class InvoicePayload(TypedDict, total=False):
    """What the shop reads of a note of an order."""

    id: Loose
    key: Loose


class InfoPayload(TypedDict, total=False):
    """Who the store is; the one paper without a wrapper."""

    id: Loose
    name: Loose
    cnpj: Loose
    address: Loose
    internal_status: Loose


class TokensPayload(TypedDict, total=False):
    """The answer to an authorisation and to a renewal; dates without a zone."""

    access_token: Loose
    refresh_token: Loose
    date_expiration_access_token: Loose
    date_expiration_refresh_token: Loose
    date_activated: Loose
    api_host: Loose
    store_id: Loose


class WrittenPayload(TypedDict, total=False):
    """The answer to a write; some answers call the id `order_id`."""

    message: Loose
    id: Loose
    order_id: Loose
    code: Loose


class CategoryToSend(TypedDict, total=False):
    """A category to add or change."""

    name: str
    parent_id: str


class BrandToSend(TypedDict):
    """A brand to add or rename."""

    brand: str


class CfopToSend(TypedDict):
    """Under which CFOP a thing was sold; variation_id is "0" for one without variations."""

    product_id: str
    variation_id: str
    cfop: str


class InvoiceToSend(TypedDict, total=False):
    """An order's note; the body has no wrapper."""

    issue_date: str
    number: str
    serie: str
    value: str
    key: str
    link: str
    xml_danfe: str
    ProductCfop: list[CfopToSend]
