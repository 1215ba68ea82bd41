"""The arithmetic of an invoice, done again from its lines."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from varejoforte_desktop.simulator.sefaz.invoices import COUNTER, Invoice, amount
from varejoforte_desktop.simulator.sefaz.markup import Node, find, find_all, text
from varejoforte_desktop.simulator.sefaz.reasons import Rejection

CENT = Decimal("0.01")
NO_MONEY = frozenset({"05", "14", "15", "90", "91"})
CARDS = frozenset({"03", "04"})

#: Refusal, the field of the totals, and where each line keeps its share.
SUMS = (
    ("531", "vBC", "imposto/ICMS/*/vBC"),
    ("532", "vICMS", "imposto/ICMS/*/vICMS"),
    ("795", "vICMSDeson", "imposto/ICMS/*/vICMSDeson"),
    ("798", "vFCPUFDest", "imposto/ICMSUFDest/vFCPUFDest"),
    ("799", "vICMSUFDest", "imposto/ICMSUFDest/vICMSUFDest"),
    ("800", "vICMSUFRemet", "imposto/ICMSUFDest/vICMSUFRemet"),
    ("533", "vBCST", "imposto/ICMS/*/vBCST"),
    ("534", "vST", "imposto/ICMS/*/vICMSST"),
    ("535", "vFrete", "prod/vFrete"),
    ("536", "vSeg", "prod/vSeg"),
    ("537", "vDesc", "prod/vDesc"),
    ("601", "vII", "imposto/II/vII"),
    ("538", "vIPI", "imposto/IPI/IPITrib/vIPI"),
    ("602", "vPIS", "imposto/PIS/*/vPIS"),
    ("603", "vCOFINS", "imposto/COFINS/*/vCOFINS"),
    ("604", "vOutro", "prod/vOutro"),
    ("685", "vTotTrib", "imposto/vTotTrib"),
)
ADDED = ("vST", "vFCPST", "vICMSMonoReten", "vFrete", "vSeg", "vOutro", "vII", "vIPI", "vIPIDevol")
#: The same for IBS and CBS, all under one refusal.
CONSUMPTION_SUMS = (
    ("vBCIBSCBS", "imposto/IBSCBS/gIBSCBS/vBC"),
    ("gIBS/gIBSUF/vIBSUF", "imposto/IBSCBS/gIBSCBS/gIBSUF/vIBSUF"),
    ("gIBS/gIBSMun/vIBSMun", "imposto/IBSCBS/gIBSCBS/gIBSMun/vIBSMun"),
    ("gIBS/vIBS", "imposto/IBSCBS/gIBSCBS/vIBS"),
    ("gCBS/vCBS", "imposto/IBSCBS/gIBSCBS/gCBS/vCBS"),
)
CONSUMPTION = "9106"


def check_totals(invoice: Invoice) -> None:
    """Raises Rejection for the first sum that does not come out."""
    totals = invoice.totals
    if totals is None:
        return
    _check_lines(invoice)
    goods = sum((amount(item, "prod/vProd") for item in invoice.items if _counts(item)), Decimal(0))
    services = amount(invoice.info, "total/ISSQNtot/vServ")
    if goods - services != amount(totals, "vProd"):
        raise Rejection("564", f"[{goods - services}]")
    for stat, field, path in SUMS:
        total = _sum(invoice.items, path)
        if total != amount(totals, field):
            raise Rejection(stat, f"[{field}:{total}]")
    owed = amount(totals, "vProd") + services - amount(totals, "vDesc")
    owed += sum((amount(totals, field) for field in ADDED), Decimal(0))
    owed -= sum((_deducted(item) for item in invoice.items), Decimal(0))
    if owed != amount(totals, "vNF"):
        raise Rejection("610", f"[{owed}]")
    _check_consumption_taxes(invoice)


def _sum(items: list[Node], path: str) -> Decimal:
    parts = (node.text for item in items for node in find_all(item, path))
    return sum((Decimal(part) for part in parts if part), Decimal(0))


def _counts(item: Node) -> bool:
    return text(item, "prod/indTot") == "1"


def _deducted(item: Node) -> Decimal:
    """The relieved ICMS that a line says is to be taken off what the buyer owes."""
    if text(item, "imposto/ICMS/*/indDeduzDeson") != "1":
        return Decimal(0)
    return amount(item, "imposto/ICMS/*/vICMSDeson")


def _check_lines(invoice: Invoice) -> None:
    for item in invoice.items:
        number = f"[nItem:{item.get('nItem', '')}]"
        worth = amount(item, "prod/qCom") * amount(item, "prod/vUnCom")
        if abs(worth - amount(item, "prod/vProd")) > CENT:
            raise Rejection("629", number)
        for tax in find_all(item, "imposto/ICMS/*"):
            if find(tax, "pICMS") is None or find(tax, "vICMS") is None or find(tax, "vICMSOp") is not None:
                continue
            due = amount(tax, "vBC") * amount(tax, "pICMS") / 100
            if abs(due - amount(tax, "vICMS")) > CENT:
                raise Rejection("528", number)


def _check_consumption_taxes(invoice: Invoice) -> None:
    totals = find(invoice.info, "total/IBSCBSTot")
    taxed = [item for item in invoice.items if find(item, "imposto/IBSCBS/gIBSCBS") is not None]
    if totals is None and not taxed:
        return
    for item in taxed:
        group = find(item, "imposto/IBSCBS/gIBSCBS")
        base = amount(group, "vBC")
        for tax, rate, value in (
            ("gIBSUF", "pIBSUF", "vIBSUF"),
            ("gIBSMun", "pIBSMun", "vIBSMun"),
            ("gCBS", "pCBS", "vCBS"),
        ):
            reduced = find_all(group, f"{tax}/gRed/pAliqEfet") if group is not None else []
            percent = Decimal(reduced[0].text or 0) if reduced else amount(group, f"{tax}/{rate}")
            due = (base * percent / 100).quantize(CENT, ROUND_HALF_UP)
            if due != amount(group, f"{tax}/{value}"):
                raise Rejection(CONSUMPTION, f"[nItem:{item.get('nItem', '')} {value}:{due}]")
        both = amount(group, "gIBSUF/vIBSUF") + amount(group, "gIBSMun/vIBSMun")
        if both != amount(group, "vIBS"):
            raise Rejection(CONSUMPTION, f"[nItem:{item.get('nItem', '')} vIBS:{both}]")
    for field, path in CONSUMPTION_SUMS:
        total = _sum(invoice.items, path)
        if totals is None or total != amount(totals, field):
            raise Rejection(CONSUMPTION, f"[{field}:{total}]")


def check_payments(invoice: Invoice) -> None:
    """Raises Rejection when what was paid, less the change, is not what the invoice amounts to."""
    payments = find_all(invoice.info, "pag/detPag")
    for payment in payments:
        means = text(payment, "tPag")
        if means == "99" and not text(payment, "xPag"):
            raise Rejection("441")
        if means in CARDS and find(payment, "card") is None:
            raise Rejection("391")
    counter = invoice.model == COUNTER
    if not counter and any(text(payment, "tPag") in NO_MONEY for payment in payments):
        return
    paid = sum((amount(payment, "vPag") for payment in payments), Decimal(0))
    paid -= amount(invoice.info, "pag/vTroco")
    if paid < invoice.total:
        raise Rejection("865", f"[{paid}]")
    if counter and paid > invoice.total:
        raise Rejection("767", f"[{paid}]")
