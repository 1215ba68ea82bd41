"""The room in which every service of the authority works: its clock, its terms and its books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from varejoforte_desktop.simulator.clock import SHOP_ZONE
from varejoforte_desktop.simulator.sefaz.holders import cnpj_of, holds_at, same_company
from varejoforte_desktop.simulator.sefaz.ledger import Ledger
from varejoforte_desktop.simulator.sefaz.markup import Node, leaf
from varejoforte_desktop.simulator.sefaz.reasons import Rejection, reason
from varejoforte_desktop.simulator.sefaz.schemas import Layout, departures
from varejoforte_desktop.simulator.sefaz.terms import Terms
from varejoforte_desktop.simulator.sefaz.throttle import Throttle

APPLICATION = "VFSIM1.0"
#: Refusals of a whole lot: nothing in it was looked at.
DENIES_ALL = frozenset({"108", "109", "656"})


@dataclass(frozen=True, slots=True)
class Call:
    """One message handed in. `forced` is a number to refuse it with whatever it says; `company` is the caller."""

    model: str
    message: bytes
    company: str
    forced: str = ""

    def obey(self) -> None:
        """Raises Rejection when the message is to be refused in any case."""
        if self.forced:
            raise Rejection(self.forced)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer before it is put in its envelope, and what it says in short."""

    xml: str
    stat: str
    key: str = ""


@dataclass(kw_only=True)
class Office:
    """What every service needs at hand."""

    clock: Callable[[], datetime]
    uf: str
    uf_code: str
    terms: Terms
    ledger: Ledger
    throttle: Throttle
    authority: x509.Certificate | None

    def now(self) -> datetime:
        """The state's own time, in whole seconds."""
        return self.clock().astimezone(SHOP_ZONE).replace(microsecond=0)

    def stamp(self, instant: datetime | None = None) -> str:
        """An instant as the layouts write it, with the offset from UTC."""
        return (instant or self.now()).astimezone(SHOP_ZONE).isoformat(timespec="seconds")

    def head(self, stat: str, detail: str = "") -> str:
        """What nearly every answer begins with: environment, program, number and words."""
        return (
            leaf("tpAmb", self.terms.environment)
            + leaf("verAplic", APPLICATION)
            + leaf("cStat", stat)
            + leaf("xMotivo", reason(stat, detail))
        )

    def follow(self, layout: Layout, document: Node, stat: str = "215") -> None:
        """Raises Rejection when a document does not follow its layout."""
        wrong = departures(layout, document)
        if wrong:
            raise Rejection(stat, f"[{wrong}]")

    def trust(self, certificate: x509.Certificate, cnpj: str, caller: str) -> None:
        """Raises Rejection when a seal's certificate is out of date, of nobody, or of no known CA.

        Or when the seal, or the caller who hands it in, belongs to another company than the paper.
        """
        if not holds_at(certificate, self.now()):
            raise Rejection("291")
        holder = cnpj_of(certificate)
        if holder is None:
            raise Rejection("292")
        if self.authority is not None:
            try:
                certificate.verify_directly_issued_by(self.authority)
            except (ValueError, TypeError, InvalidSignature) as problem:
                raise Rejection("293") from problem
        if not same_company(holder, cnpj) or not same_company(caller, cnpj):
            raise Rejection("213")
