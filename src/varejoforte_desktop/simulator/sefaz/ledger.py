"""What the authority has written down: invoices, events, and numbers that will never be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

Place = tuple[str, str, int, int]  # CNPJ, model, series, number


@dataclass(kw_only=True)
class Document:
    """One authorised invoice. `stat` is 100 or 150, and 101, 151 or 155 once it is cancelled.

    `xml` is the NFe byte for byte as it came; `proof` is the protNFe that was answered.
    """

    key: str
    place: Place
    stat: str
    protocol: str
    received: datetime
    issued: datetime
    digest: str
    xml: bytes
    proof: str
    emission: str
    total: Decimal
    icms: Decimal
    buyer: str
    first_item: str
    state: Literal["authorised", "cancelled"] = "authorised"
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One registered event; `xml` is the whole procEventoNFe."""

    key: str
    kind: str
    sequence: int
    stat: str
    protocol: str
    registered: datetime
    text: str
    reference: str
    xml: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Voided:
    """A range of numbers that were given up, both ends included."""

    cnpj: str
    model: str
    series: int
    first: int
    last: int
    year: str
    protocol: str
    registered: datetime
    reason: str

    def covers(self, place: Place) -> bool:
        """Whether one number lies in the range."""
        cnpj, model, series, number = place
        return (cnpj, model, series) == (self.cnpj, self.model, self.series) and (
            self.first <= number <= self.last
        )


class Ledger:
    """The books of one authority, in memory."""

    def __init__(self, uf_code: str) -> None:
        self.documents: dict[str, Document] = {}
        self.voided: list[Voided] = []
        self.events: list[Event] = []
        self._by_place: dict[Place, str] = {}
        self._uf_code = uf_code
        self._last_protocol = 0

    def protocol(self, at: datetime) -> str:
        """The next protocol number, 15 digits."""
        self._last_protocol += 1
        return f"1{self._uf_code}{at:%y}{self._last_protocol:010d}"

    def enter(self, document: Document) -> None:
        """Write an authorised invoice down."""
        self.documents[document.key] = document
        self._by_place[document.place] = document.key

    def at(self, place: Place) -> Document | None:
        """The invoice that holds a number."""
        key = self._by_place.get(place)
        return None if key is None else self.documents[key]

    def voiding_of(self, place: Place) -> Voided | None:
        """The range in which a number was given up."""
        return next((one for one in self.voided if one.covers(place)), None)

    def used_between(self, first: Place, last: int) -> bool:
        """Whether a number of the range from `first` to `last` was authorised."""
        cnpj, model, series, number = first
        return any(
            place[:3] == (cnpj, model, series) and number <= place[3] <= last for place in self._by_place
        )

    def cancel(self, document: Document, stat: str) -> None:
        """An invoice is cancelled; the number stays used."""
        document.state, document.stat = "cancelled", stat
