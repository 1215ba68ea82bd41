"""Somebody who buys: name, document, how to reach them and where their goods go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from varejoforte_desktop.domain.errors import Missing, TooLong
from varejoforte_desktop.domain.tax_ids import tax_id
from varejoforte_desktop.domain.texts import keepable

LIMITS: Final = {"name": 200, "company": 200, "email": 120, "phone": 20, "state_registration": 20}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where goods go. `state` is the two-letter UF, `postcode` eight digits."""

    recipient: str = ""
    street: str = ""
    number: str = ""
    complement: str = ""
    district: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""


_ADDRESS_LIMITS: Final = {
    "recipient": 200,
    "street": 200,
    "number": 20,
    "complement": 100,
    "district": 100,
    "city": 100,
    "state": 2,
    "postcode": 8,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer. `document` is a bare CPF or CNPJ, "" when unknown."""

    id: int = 0
    name: str
    document: str = ""
    company: str = ""
    state_registration: str = ""
    email: str = ""
    phone: str = ""
    address: Address = field(default_factory=Address)

    def checked(self) -> Customer:
        """Itself, tidied. Raises Missing, TooLong or WrongTaxId."""
        tidy = replace(
            self,
            name=_line(self.name),
            document=tax_id(self.document),
            company=_line(self.company),
            state_registration=_line(self.state_registration),
            email=_line(self.email).casefold(),
            phone="".join(mark for mark in self.phone if mark.isdigit()),
            address=tidy_address(self.address),
        )
        if not tidy.name:
            raise Missing("customer_name")
        for name, limit in LIMITS.items():
            if len(getattr(tidy, name)) > limit:
                raise TooLong(name, limit)
        return tidy


def tidy_address(address: Address) -> Address:
    """The address without what cannot be kept, each part cut to its place (a label has no more room)."""
    parts = {name: _line(getattr(address, name))[:limit] for name, limit in _ADDRESS_LIMITS.items()}
    return Address(**parts)


def _line(text: str) -> str:
    return " ".join(keepable(text).split())
