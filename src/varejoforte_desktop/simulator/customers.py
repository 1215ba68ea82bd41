"""The customers' desk: who bought, how to reach them, and where the parcels go."""

from __future__ import annotations

import re
from collections.abc import Mapping

from varejoforte_desktop.simulator import fields
from varejoforte_desktop.simulator.answers import BLANK, Answer, Refused, created, deleted, in_json
from varejoforte_desktop.simulator.calls import Call, Routes, Row, as_records, as_text
from varejoforte_desktop.simulator.lists import ListKind, listed
from varejoforte_desktop.simulator.shop import Shop, kept

IN_USE = "Está em uso em outro cadastro."

CUSTOMER: dict[str, fields.Reader] = {
    "type": fields.flag,
    "name": fields.text(300),
    "cpf": fields.text(18),
    "rg": fields.text(20),
    "cnpj": fields.text(18),
    "company_name": fields.text(300),
    "state_inscription": fields.text(30),
    "email": fields.text(100),
    "phone": fields.text(20),
    "cellphone": fields.text(20),
    "birth_date": fields.text(10),
    "gender": fields.text(1),
    "nickname": fields.text(100),
    "observation": fields.text(4800),
    "newsletter": fields.flag,
    "blocked": fields.text(1),
    "profile_customer_id": fields.whole,
}
ADDRESS: dict[str, fields.Reader] = {
    "recipient": fields.text(300),
    "address": fields.text(300),
    "number": fields.text(9),
    "complement": fields.text(60),
    "neighborhood": fields.text(100),
    "city": fields.text(200),
    "state": fields.text(2),
    "zip_code": fields.text(9),
    "country": fields.text(10),
    "type": fields.flag,
    "active": fields.flag,
    "description": fields.text(100),
    "type_delivery": fields.flag,
    "not_list": fields.flag,
}
INLINE = ("address", "number", "complement", "neighborhood", "city", "state", "zip_code", "country")
KIND = ListKind(
    model="Customer",
    plural="Customers",
    filters=("id", "name", "email", "cpf", "cnpj", "created", "modified"),
    days=frozenset({"created", "modified"}),
)
ADDRESSES = ListKind(
    model="CustomerAddress",
    plural="CustomerAddresses",
    filters=("customer_id", "type", "not_list"),
)
IN_LIST = (
    "id", "name", "cpf", "birth_date", "gender", "email", "cnpj", "last_visit", "city", "state", "newsletter",
    "created", "registration_date", "modified",
)  # fmt: skip


class Customers:
    """The `/customers` part of the API, and who is behind an order."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> Routes:
        """Which addresses this desk answers."""
        return {
            ("customers",): {"GET": self.list, "POST": self.create},
            ("customers", "#"): {"GET": self.get},
            ("customers", "addresses"): {"GET": self.list_addresses, "POST": self.create_address},
            ("customers", "addresses", "#"): {"GET": self.get_address, "DELETE": self.delete_address},
        }

    def list(self, call: Call) -> Answer:
        """GET /customers: fewer fields than one customer alone."""

        def show(row: Row) -> dict[str, object]:
            shape = self.shape(row)
            addresses = self._shop.addresses.where("customer_id", row["id"])
            plain = {name: shape[name] for name in IN_LIST}
            return {**plain, "CustomerAddress": [{"id": address["id"]} for address in addresses]}

        # People write CPF and CNPJ with or without dots; the shelf keeps them bare.
        query = {
            name: bare(value) if name in ("cpf", "cnpj") else value for name, value in call.query.items()
        }
        return in_json(listed(KIND, self._shop.customers, query, show, switches=self._shop.switches))

    def get(self, call: Call) -> Answer:
        """GET /customers/:id."""
        row = kept(self._shop.customers, call.ids[0])
        addresses = self._shop.addresses.where("customer_id", row["id"])
        own = [{"id": address["id"]} for address in addresses]
        return in_json({"Customer": {**self.shape(row), "CustomerAddress": own}})

    def create(self, call: Call) -> Answer:
        """POST /customers, with its addresses."""
        given = call.wrapped("Customer")
        customer_id = self.add(given)
        for address in as_records(given.get("CustomerAddress")):
            self.add_address(customer_id, address)
        return created(customer_id)

    def list_addresses(self, call: Call) -> Answer:
        """GET /customers/addresses."""
        shelf = self._shop.addresses
        return in_json(listed(ADDRESSES, shelf, call.query, dict, switches=self._shop.switches))

    def get_address(self, call: Call) -> Answer:
        """GET /customers/addresses/:id."""
        return in_json({"CustomerAddress": kept(self._shop.addresses, call.ids[0])})

    def create_address(self, call: Call) -> Answer:
        """POST /customers/addresses."""
        given = call.wrapped("CustomerAddress")
        customer_id = as_text(given.get("customer_id"))
        if self._shop.customers.get(customer_id) is None:
            raise Refused(400, {"CustomerAddress": {"customer_id": ["Cliente não encontrado."]}})
        return created(self.add_address(customer_id, given))

    def delete_address(self, call: Call) -> Answer:
        """DELETE /customers/addresses/:id."""
        row = kept(self._shop.addresses, call.ids[0])
        self._shop.addresses.remove(row["id"])
        return deleted(row["id"])

    def add(self, given: Mapping[str, object]) -> str:
        """A new customer; returns the id. Raises Refused(400) when a document or e-mail is wrong or taken."""
        row = self._read(given)
        unfit = _unfit(row)
        for name in ("cpf", "cnpj", "email"):
            if row[name] and self._shop.customers.where(name, row[name]):
                unfit.setdefault(name, []).append(IN_USE)
        if unfit:
            raise Refused(400, {"Customer": unfit})
        customer_id = self._shop.customers.add(row)
        self._shop.notices.tell("customer", customer_id, "insert")
        return customer_id

    def find_or_add(self, given: Mapping[str, object]) -> str:
        """The customer of an order, known or new. Raises Refused(400).

        Somebody is known by CPF or CNPJ with the same e-mail, or by the e-mail when there is no document at all.
        """
        row = self._read(given)
        for name in ("cnpj", "cpf"):
            known = self._shop.customers.where(name, row[name]) if row[name] else []
            if known and known[0]["email"].casefold() != row["email"].casefold():
                raise Refused(400, {"Customer": {name: [IN_USE]}})
            if known:
                return known[0]["id"]
        if not row["cpf"] and not row["cnpj"]:
            for known_by_email in self._shop.customers.where("email", row["email"]) if row["email"] else []:
                if not known_by_email["cpf"] and not known_by_email["cnpj"]:
                    return known_by_email["id"]
        return self.add(given)

    def add_address(self, customer_id: str, given: Mapping[str, object]) -> str:
        """A new address of a customer; the same place again is the address already known. Raises Refused(400)."""
        read = fields.read_fields("CustomerAddress", given, ADDRESS, self._shop.switches)
        missing = [
            name for name in ("address", "city", "state", "zip_code") if not read.get(name, "").strip()
        ]
        if missing:
            raise Refused(400, {"CustomerAddress": {name: [BLANK] for name in missing}})
        empty: Row = dict.fromkeys(ADDRESS, "")
        row = {**empty, "country": "Brasil", "type": "1", "active": "1", "not_list": "0", **read}
        row = {**row, "zip_code": cep(row["zip_code"]), "customer_id": customer_id}
        for known in self._shop.addresses.where("customer_id", customer_id):
            if all(known[name] == row[name] for name in (*INLINE, "type", "recipient")):
                return known["id"]
        return self._shop.addresses.add(row)

    def shape(self, row: Row) -> dict[str, object]:
        """A customer as the API shows it. Documents are written now with dots and now without, as in life."""
        shown: dict[str, object] = {**row}
        if row["cpf"] and int(row["id"]) % 2:
            shown["cpf"] = f"{row['cpf'][:3]}.{row['cpf'][3:6]}.{row['cpf'][6:9]}-{row['cpf'][9:]}"
        if (c := row["cnpj"]) and int(row["id"]) % 3 != 1:
            shown["cnpj"] = f"{c[:2]}.{c[2:5]}.{c[5:8]}/{c[8:12]}-{c[12:]}"
        profile = {
            "id": "1",
            "price_list_id": "0",
            "name": "Padrao",
            "approves_registration": "0",
            "show_price": "",
            "theme_id": "0",
            "selected": "1",
        }
        shown["Extensions"] = {"Profile": {"id": "1", "name": "Padrao"}, "Profiles": [profile]}
        return shown

    def _read(self, given: Mapping[str, object]) -> Row:
        now = self._shop.stamp()
        row: Row = dict.fromkeys((*CUSTOMER, *INLINE), "")
        row |= {"type": "0", "gender": "0", "newsletter": "0", "profile_customer_id": "1"}
        row |= {"total_orders": "0", "reseller": "0", "discount": "0.000", "credit_limit": "0.00"}
        row |= {"indicator_id": "0", "foreign": "0", "country": "Brasil", "birth_date": "0000-00-00"}
        row |= {"last_purchase": "0000-00-00", "last_visit": now[:10], "registration_date": now[:10]}
        row |= {"last_modification": "0000-00-00 00:00:00", "created": now, "modified": now}
        row["token"] = f"{self._shop.rng.getrandbits(24):06X}"
        row |= fields.read_fields("Customer", given, CUSTOMER, self._shop.switches)
        inline = {name: reader for name, reader in ADDRESS.items() if name in INLINE}
        row |= fields.read_fields("Customer", given, inline, self._shop.switches)
        row |= {"cpf": bare(row["cpf"]), "cnpj": bare(row["cnpj"]), "zip_code": cep(row["zip_code"])}
        return row


def _unfit(row: Row) -> dict[str, list[str]]:
    unfit: dict[str, list[str]] = {}
    for name in ("name", "email"):
        if not row[name].strip():
            unfit[name] = [BLANK]
    if row["type"] == "1" and not row["cnpj"]:
        unfit["cnpj"] = [BLANK]
    if row["cpf"] and not is_cpf(row["cpf"]):
        unfit["cpf"] = ["CPF inválido."]
    if row["cnpj"] and not is_cnpj(row["cnpj"]):
        unfit["cnpj"] = ["CNPJ inválido."]
    return unfit


def bare(text: str) -> str:
    """Only the digits and capitals of a document: since 2026 a CNPJ may hold letters."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def cep(text: str) -> str:
    """A postal code with its hyphen."""
    found = re.sub(r"[^0-9]", "", text)
    return f"{found[:5]}-{found[5:]}" if len(found) == 8 else text


def is_cpf(text: str) -> bool:
    """Whether the eleven digits carry the right check digits."""
    if len(text) != 11 or not text.isdecimal() or len(set(text)) == 1:
        return False
    return text[9:] == _check(text[:9], range(10, 1, -1)) + _check(text[:10], range(11, 1, -1))


def is_cnpj(text: str) -> bool:
    """Whether the fourteen marks, letters among the first twelve or not, carry the right check digits."""
    if len(text) != 14 or not text[12:].isdecimal() or len(set(text)) == 1:
        return False
    weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
    return text[12:] == _check(text[:12], weights[1:]) + _check(text[:13], weights)


def _check(number: str, weights: range | list[int]) -> str:
    # A letter counts as its place in ASCII less that of the zero; for a digit that is the digit itself.
    rest = sum((ord(mark) - 48) * weight for mark, weight in zip(number, weights, strict=True)) % 11
    return "0" if rest < 2 else str(11 - rest)
