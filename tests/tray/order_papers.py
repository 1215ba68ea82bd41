"""The paper of a complete order, as Tray's public API documentation shows one; other values on demand."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from varejoforte_desktop.application.store_orders import StoreOrder
from varejoforte_desktop.tray.orders import order_from

PLACE = {
    "id": "3301",
    "recipient": "Marina Duarte Pires",
    "address": "Rua das Acácias",
    "number": "88",
    "complement": "",
    "neighborhood": "Centro",
    "city": "Marília",
    "state": "SP",
    "zip_code": "17500-000",
    "type": "1",
}
LINE = {
    "id": "9921",
    "product_id": "90412",
    "variant_id": "3307",
    "quantity": "1",
    "name": "Panela de ferro esmaltada 24 cm",
    "original_name": "Panela de ferro",
    "ean": "7890000000024",
    "reference": "PAN-24-AZ",
    "price": "289.90",
}
ORDER: dict[str, Any] = {
    "status": "A ENVIAR",
    "id": "7415",
    "date": "2026-11-20",
    "hour": "09:42:07",
    "customer_id": "2210",
    "partial_total": "289.90",
    "taxes": "0.00",
    "discount": "0.00",
    "shipment": "PAC",
    "shipment_value": "24.10",
    "discount_coupon": "BEMVINDO/28.99",
    "coupon": {"code": "BEMVINDO", "discount": "28.99"},
    "payment_method_rate": "0.00",
    "interest": "0.00",
    "progressive_discount": "0.00",
    "shipping_progressive_discount": "0.00",
    "cart_additional_values_discount": "0.00",
    "cart_additional_values_increase": "0.00",
    "payment_method": "Cartão Visa - Vindi",
    "total": "285.01",
    "payment_date": "2026-11-20",
    "modified": "2026-11-20 09:43:50",
    "has_payment": "1",
    "OrderStatus": {"id": "23", "type": "open", "status": "A ENVIAR"},
    "PickupLocation": [],
    "Customer": {
        "id": "2210",
        "type": "0",
        "name": "Marina Duarte Pires",
        "cpf": "111.222.333-96",
        "cnpj": "",
        "company_name": "",
        "state_inscription": "",
        "email": "marina@exemplo.com",
        "phone": "(14) 3333-0000",
        "cellphone": "14 99999-0000",
        "address": "Rua da Casa",
        "number": "1",
        "city": "Bauru",
        "state": "sp",
        "zip_code": "17000000",
        "CustomerAddresses": [{"CustomerAddress": PLACE}],
    },
    "ProductsSold": [{"ProductsSold": LINE}],
}


def an_order(**changes: Any) -> dict[str, Any]:
    """The paper of an order with other values; a key whose value is `...` is left out."""
    paper = {**deepcopy(ORDER), **changes}
    return {"Order": {name: value for name, value in paper.items() if value is not ...}, "Extensions": []}


def read(**changes: Any) -> StoreOrder:
    return order_from(an_order(**changes))


def read_line(**changes: Any) -> StoreOrder:
    return read(ProductsSold=[{"ProductsSold": {**LINE, **changes}}])


def read_buyer(**changes: Any) -> StoreOrder:
    return read(Customer={**ORDER["Customer"], **changes})
