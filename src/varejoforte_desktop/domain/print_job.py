"""Something to be put on paper: what kind it is, how far it has come, and what it is printed from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.sale import PaymentMethod, Sale


class PaperKind(StrEnum):
    """What can be printed."""

    NFCE_SLIP = "nfce_slip"  # DANFE NFC-e on a roll
    NFCE_PDF = "nfce_pdf"  # the same as a PDF
    DANFE = "danfe"  # of an NF-e, on A4
    SHIPPING_LABEL = "shipping_label"  # DANFE simplificado - etiqueta, glued to the parcel
    CORRECTION = "correction"  # carta de correção
    RECEIPT = "receipt"  # of a sale without a fiscal document
    TILL_SLIP = "till_slip"  # an opening, a withdrawal, a closing
    TEST_PAGE = "test_page"


class PrintState(StrEnum):
    """How far a paper has come."""

    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"  # a person has to do something first
    CANCELLED = "cancelled"  # nobody wants it any more


class PrintUse(StrEnum):
    """Which of a station's printers a paper goes to."""

    SLIP = "slip"  # a roll of 80 or 58 mm
    SHEET = "sheet"  # A4
    LABEL = "label"  # 100 x 150 mm


_USES: Final = {
    PaperKind.NFCE_PDF: PrintUse.SHEET,
    PaperKind.DANFE: PrintUse.SHEET,
    PaperKind.CORRECTION: PrintUse.SHEET,
    PaperKind.SHIPPING_LABEL: PrintUse.LABEL,
}
#: Kinds that put the same document on paper: the second of them is a copy of the first.
_SAME: Final = (frozenset({PaperKind.NFCE_SLIP, PaperKind.NFCE_PDF}),)
#: One document may have several of these, each telling something else: only the same one again is a copy.
_EACH_ITS_OWN: Final = frozenset({PaperKind.CORRECTION})
_NEEDED: Final = {
    PaperKind.RECEIPT: Permission.SELL,
    PaperKind.TEST_PAGE: Permission.SELL,
    PaperKind.TILL_SLIP: Permission.OPERATE_TILL,
}
#: A paper that may have come out when the program or the line broke off: a person has to look.
UNSURE: Final = "unsure"


def use_of(kind: PaperKind) -> PrintUse:
    """Which printer a kind goes to."""
    return _USES.get(kind, PrintUse.SLIP)


def kinds_of(use: PrintUse) -> frozenset[PaperKind]:
    """The kinds that go to a printer."""
    return frozenset(kind for kind in PaperKind if use_of(kind) is use)


def same_paper(kind: PaperKind) -> frozenset[PaperKind]:
    """The kinds that count as copies of one another."""
    return next((kinds for kinds in _SAME if kind in kinds), frozenset({kind}))


def needed_for(kind: PaperKind) -> Permission:
    """What somebody must be allowed to do to ask for this kind."""
    return _NEEDED.get(kind, Permission.ISSUE_DOCUMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is printed from: the stored XML, or a text made by one of the functions below. Never the tables of sales.

    `copy` 1 is the original, 2 and more are marked "2ª via"; `cancelled` is marked too.
    """

    kind: PaperKind
    content: str
    copy: int = 1
    cancelled: bool = False


def told_apart_by(paper: Paper) -> str | None:
    """What papers of one document and kind must have alike to be copies; None when being of one document is enough."""
    return paper.content if paper.kind in _EACH_ITS_OWN else None


# -- texts that papers without an XML of their own are printed from -----------------------------------


def correction_content(event_xml: str, note_xml: str = "") -> str:
    """What a carta de correção is printed from: its procEventoNFe, and the note's XML for the issuer's name."""
    return json.dumps({"event": event_xml, "note": note_xml}, ensure_ascii=False)


def read_correction(content: str) -> tuple[str, str]:
    """The event's XML and the note's ("" when it is not there). A bare event is read too. Raises ValueError."""
    if content.lstrip().startswith("<"):
        return content, ""
    told: dict[str, Any] = json.loads(content)
    return str(told["event"]), str(told.get("note", ""))


def lines_content(lines: Iterable[tuple[str, bool]]) -> str:
    """What a slip of ready lines is printed from: each with whether it is printed heavier."""
    return json.dumps([[text, strong] for text, strong in lines], ensure_ascii=False)


def read_lines(content: str) -> tuple[tuple[str, bool], ...]:
    """The lines of a slip. Raises ValueError."""
    told = json.loads(content)
    if not isinstance(told, list) or any(not isinstance(each, list) or len(each) != 2 for each in told):
        raise ValueError("not the lines of a slip")
    return tuple((str(text), bool(strong)) for text, strong in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """A line of a receipt; amounts in cents, the quantity as it is written."""

    name: str
    quantity: str
    unit: str
    price: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a buyer without a fiscal document takes home; amounts in cents, `at` in the shop's zone."""

    shop: str
    number: str
    at: datetime
    operator: str
    buyer: str
    document: str
    lines: tuple[ReceiptLine, ...]
    goods: int
    discount: int
    shipping: int
    surcharge: int
    adjustment: int
    total: int
    payments: tuple[tuple[PaymentMethod, int], ...]  # what was handed over
    change: int


def receipt_content(sale: Sale, *, shop_name: str, timezone: str, operator: str) -> str:
    """What the receipt of a sale is printed from, today and in ten years."""
    amounts = sale.amounts
    told = {
        "shop": shop_name,
        "number": f"{sale.station}-{sale.number}",
        "at": sale.at.astimezone(ZoneInfo(timezone)).isoformat(timespec="seconds"),
        "operator": operator,
        "buyer": sale.buyer_name,
        "document": sale.buyer_document,
        "lines": [
            [line.name, str(line.quantity), line.unit, line.price.cents, line.total.cents]
            for line in sale.lines
        ],
        "goods": amounts.goods.cents,
        "discount": amounts.discount.cents,
        "shipping": amounts.shipping.cents,
        "surcharge": amounts.surcharge.cents,
        "adjustment": amounts.adjustment.cents,
        "total": amounts.total.cents,
        "payments": [[each.method.value, each.amount.cents + each.change.cents] for each in sale.payments],
        "change": sum(each.change.cents for each in sale.payments),
    }
    return json.dumps(told, ensure_ascii=False)


def read_receipt(content: str) -> Receipt:
    """A receipt as it was kept. Raises ValueError, KeyError or TypeError when it is none."""
    told: dict[str, Any] = json.loads(content)
    lines = tuple(
        ReceiptLine(name=name, quantity=quantity, unit=unit, price=int(price), total=int(total))
        for name, quantity, unit, price, total in told["lines"]
    )
    payments = tuple((PaymentMethod(method), int(cents)) for method, cents in told["payments"])
    at = datetime.fromisoformat(told["at"])
    return Receipt(**told | {"lines": lines, "payments": payments, "at": at})
