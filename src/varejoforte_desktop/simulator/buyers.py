"""The buyer who buys when nobody says who buys; invented, like everyone here."""

from __future__ import annotations

from typing import NamedTuple

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
#: Where a buyer fetches what is not sent.
COUNTER: dict[str, str] = {
    "shipping_id": "9",
    "code": "RETIRA",
    "name": "Balcão da loja",
    "address": "Rua Um, 10 - Centro, Campinas/SP",
    "value": "0.00",
    "information": "Segunda a sábado, das 9h às 18h",
    "cellphone": "19999990000",
}


class Freight(NamedTuple):
    """A way for the goods to reach the buyer, and what it costs. `pickup` names the place where they are fetched."""

    shipment: str
    value: str
    pickup: str = ""


#: What a buyer may choose from, by the word in the form; the first one is chosen already.
FREIGHTS: dict[str, Freight] = {
    "pac": Freight("PAC", "24.10"),
    "sedex": Freight("Sedex", "38.90"),
    "retirar": Freight("Retirar na loja", "0.00", COUNTER["name"]),
}
#: What is the same about every purchase in the storefront.
CHECKOUT: dict[str, str] = {
    "point_sale": "LOJA VIRTUAL",
    "shipment_integrator": "Correios",
    "payment_method_id": "92",
}
