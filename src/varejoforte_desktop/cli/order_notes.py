"""The note of a sale that a command has just made: issued at once, and told with the sale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.ui.fiscal_messages import STATE_NAMES
from varejoforte_desktop.ui.messages import sentence

if TYPE_CHECKING:
    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.application.sales import SaleReceipt

_NAMES = {FiscalModel.NFE: "NF-e", FiscalModel.NFCE: "NFC-e"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedNote:
    """How a note stands; `trouble` is why there is none, "" when there is one."""

    label: str
    state: str = ""
    key: str = ""
    trouble: str = ""

    @property
    def line(self) -> str:
        """In a sentence."""
        if self.trouble:
            return f"{self.label} ainda não emitida: {self.trouble}"
        return f"{self.label} {STATE_NAMES.get(self.state, 'em outra situação')}."


async def issue_note(station: Station, receipt: SaleReceipt) -> IssuedNote | None:
    """Issue the note of a sale; None when it needs none. The sale stands whatever comes of it."""
    name = _NAMES.get(receipt.fiscal)
    if name is None:
        return None
    try:
        document = await station.fiscal.issue(receipt.sale_id)
    except DomainError as error:
        return IssuedNote(label=name, trouble=sentence(error).whole)
    if document is None:
        return None
    return IssuedNote(label=f"{name} {document.label}", state=document.state.value, key=document.key)
