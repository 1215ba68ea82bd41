"""Issuing the note of a sale that has none, by hand: what the buyer lacks is asked for first."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal_errors import BuyerIncomplete
from varejoforte_desktop.domain.sale import FiscalModel, SaleSource
from varejoforte_desktop.ui.dialogs.asked import answered
from varejoforte_desktop.ui.sales.buyer_facts import BuyerFactsDialog, read_buyer
from varejoforte_desktop.ui.sales.issuing import NoteIssuer
from varejoforte_desktop.ui.sales.note_part import SaleView
from varejoforte_desktop.ui.services import Session


async def issue_by_hand(
    session: Session, parent: QWidget, issuer: NoteIssuer, view: SaleView, problem: DomainError | None
) -> bool:
    """Begin the note of a sale; False when the buyer's facts were wanted and nobody gave them.

    `problem` is why it had none the last time. Raises NoSuchRecord and what the books say.
    """
    sale = view.detail.sale
    counter = sale.source is SaleSource.COUNTER  # an order brings its own address
    if sale.fiscal is FiscalModel.NFE and (counter or isinstance(problem, BuyerIncomplete)):
        facts = await read_buyer(
            session.services.backend,
            customer_id=sale.customer_id,
            document=sale.buyer_document,
            name=sale.buyer_name,
        )
        if facts.issues and not facts.complete:
            dialog = BuyerFactsDialog(session, facts.customer, parent)
            if not await answered(dialog):
                return False
    return issuer.issue(sale.id, sale.fiscal)
