"""The note of an order in Tray's words, and what Tray says of those it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from varejoforte_desktop.application.outside import Refused
from varejoforte_desktop.application.store import KnownInvoice, StoreInvoice
from varejoforte_desktop.domain.order import Shipment
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.tray.orders import order_refusal
from varejoforte_desktop.tray.payloads import CfopToSend, InvoicePayload, InvoiceToSend
from varejoforte_desktop.tray.reading import Unreadable, entries, identity, rows, text, unwrapped
from varejoforte_desktop.tray.translate import money_text

#: How Tray writes that a thing has no variations.
_NO_VARIATION: Final = "0"


def invoice_to_send(invoice: StoreInvoice) -> InvoiceToSend:
    """A note as Tray takes it: bare, without the wrapper that its answers have.

    Source: Tray's public API documentation, on invoices of orders.
    """
    paper: InvoiceToSend = {
        "issue_date": invoice.issued_on.isoformat(),
        "number": str(invoice.number),
        "serie": str(invoice.series),
        "value": money_text(invoice.value),
        "key": invoice.key,
        "link": invoice.link,
    }
    if invoice.xml:
        paper["xml_danfe"] = invoice.xml
    if invoice.lines:
        paper["ProductCfop"] = [
            CfopToSend(
                product_id=line.product_id, variation_id=line.variant_id or _NO_VARIATION, cfop=line.cfop
            )
            for line in invoice.lines
        ]
    return paper


def invoices_from(data: object) -> tuple[KnownInvoice, ...]:
    """The notes of an order. An answer without the list is none: a note that is there must not be told twice.

    Raises Unreadable, also when a note has no id.
    """
    paper = entries(data)
    if "OrderInvoices" not in paper:
        raise Unreadable("OrderInvoices")
    return tuple(_known(each) for each in rows(paper["OrderInvoices"]))


def _known(element: object) -> KnownInvoice:
    paper = cast("InvoicePayload", unwrapped(element, "OrderInvoice"))
    key = "".join(text(paper.get("key")).split()).upper()
    return KnownInvoice(remote_id=identity(paper.get("id"), "OrderInvoice.id"), key=key)


def shipment_to_send(shipment: Shipment, status_id: str) -> Mapping[str, Any]:
    """How an order left, with its new status when there is one ("" leaves it)."""
    paper = {
        "sending_code": shipment.code,
        "sending_date": shipment.sent_on.isoformat(),
        "tracking_url": shipment.url,
    }
    return {**paper, "status_id": status_id} if status_id else paper


def invoice_refusal(refused: Refused) -> Refused:
    """The store's no to a note, told apart where its words are known.

    `invoice_taken`: the store has this key or this number already, perhaps under another order.
    """
    if "already" in folded(refused.detail):
        return Refused(code="invoice_taken", detail=refused.detail, facts=refused.facts)
    return order_refusal(refused)
