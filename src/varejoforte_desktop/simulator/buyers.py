"""The buyer who buys when nobody says who buys; invented, like everyone here."""

from __future__ import annotations

BUYER: dict[str, object] = {
    "type": "0",
    "name": "Marina Duarte Pires",
    "cpf": "11122233396",
    "email": "marina@exemplo.com",
    "phone": "1433330000",
    "cellphone": "14999990000",
    "birth_date": "1990-04-12",
    "gender": "1",
}
HOME: dict[str, object] = {
    "recipient": "Marina Duarte Pires",
    "address": "Rua das Acácias",
    "number": "88",
    "neighborhood": "Centro",
    "city": "Marília",
    "state": "SP",
    "zip_code": "17500-000",
    "description": "Casa",
}
#: What is the same about every purchase in the storefront.
CHECKOUT: dict[str, str] = {
    "point_sale": "LOJA VIRTUAL",
    "shipment_integrator": "Correios",
    "payment_method_id": "92",
}
