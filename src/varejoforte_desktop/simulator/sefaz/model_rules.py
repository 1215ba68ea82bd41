"""What only an NFC-e must be, and what only an NF-e must be."""

from __future__ import annotations

from collections.abc import Callable

from varejoforte_desktop.simulator.sefaz.invoices import COUNTER, Invoice
from varejoforte_desktop.simulator.sefaz.markup import find, text
from varejoforte_desktop.simulator.sefaz.office import Office
from varejoforte_desktop.simulator.sefaz.reasons import Rejection

Broken = Callable[[Invoice], bool]

DELIVERY = "4"
COUNTER_CFOPS = frozenset(
    {"5101", "5102", "5103", "5104", "5115", "5401", "5403", "5405", "5653", "5656", "5667", "5933"}
)
RIVALS = {"1": "5", "2": "6", "3": "7"}  # idDest and how a CFOP of it begins


def _delivered(invoice: Invoice) -> bool:
    return invoice.told("ide/indPres") == DELIVERY


def _no_item(path: str) -> Broken:
    return lambda invoice: any(find(item, path) is not None for item in invoice.items)


def _each_item(path: str) -> Broken:
    return lambda invoice: any(find(item, path) is None for item in invoice.items)


def _has(path: str) -> Broken:
    return lambda invoice: invoice.has(path)


def _lacks(path: str) -> Broken:
    return lambda invoice: not invoice.has(path)


def _not_in(path: str, *allowed: str) -> Broken:
    return lambda invoice: invoice.told(path) not in allowed


COUNTER_RULES: tuple[tuple[str, Broken], ...] = (
    ("783", lambda invoice: invoice.emission in {"6", "7"}),
    ("714", lambda invoice: invoice.emission == "4"),
    ("705", _has("ide/dhSaiEnt")),
    ("706", _not_in("ide/tpNF", "1")),
    ("707", _not_in("ide/idDest", "1")),
    ("708", _has("ide/NFref")),
    ("709", _not_in("ide/tpImp", "4", "5")),
    ("715", _not_in("ide/finNFe", "1")),
    ("716", _not_in("ide/indFinal", "1")),
    ("717", _not_in("ide/indPres", "1", "4", "5")),
    ("718", _has("emit/IEST")),
    ("787", lambda invoice: _delivered(invoice) and not invoice.has("dest")),
    ("788", lambda invoice: _delivered(invoice) and not invoice.has("dest/enderDest")),
    ("729", _has("dest/IE")),
    ("789", lambda invoice: invoice.told("dest/indIEDest") not in {"", "9"}),
    ("725", lambda invoice: any(text(item, "prod/CFOP") not in COUNTER_CFOPS for item in invoice.items)),
    ("774", lambda invoice: any(text(item, "prod/indTot") != "1" for item in invoice.items)),
    ("742", _no_item("imposto/IPI")),
    ("743", _no_item("imposto/II")),
    ("807", _no_item("imposto/ICMSUFDest")),
    ("753", lambda invoice: not _delivered(invoice) and invoice.told("transp/modFrete") != "9"),
    ("754", lambda invoice: not _delivered(invoice) and invoice.has("transp/transporta")),
    ("760", _has("cobr")),
)


def _foreign_cfop(kind: str) -> Broken:
    """A CFOP of another reach than the one the invoice claims."""
    return lambda invoice: (
        invoice.told("ide/idDest") != kind
        and any(text(item, "prod/CFOP").startswith(RIVALS[kind]) for item in invoice.items)
    )


def _reaches(invoice: Invoice, kind: str) -> bool:
    # Goods handed over in the shop (indPres 1) stay here, wherever the buyer lives.
    return invoice.told("ide/idDest") == kind and invoice.told("ide/indPres") not in {"1", "5"}


def _home(invoice: Invoice) -> bool:
    return invoice.told("dest/enderDest/UF") == invoice.told("emit/enderEmit/UF")


INVOICE_RULES: tuple[tuple[str, Broken], ...] = (
    ("710", _not_in("ide/tpImp", "0", "1", "2", "3", "6")),
    ("711", lambda invoice: invoice.emission == "9" and invoice.told("ide/tpImp") != "6"),
    ("794", _delivered),
    (
        "434",
        lambda invoice: invoice.told("ide/indPres") in {"2", "3", "9"} and not invoice.has("ide/indIntermed"),
    ),
    ("719", lambda invoice: not invoice.buyer[0]),
    ("724", _lacks("dest/xNome")),
    ("726", _lacks("dest/enderDest")),
    ("732", _foreign_cfop("2")),
    ("733", _foreign_cfop("1")),
    ("772", lambda invoice: _reaches(invoice, "2") and _home(invoice)),
    ("773", lambda invoice: _reaches(invoice, "1") and not _home(invoice)),
    ("745", _each_item("imposto/PIS")),
    ("748", _each_item("imposto/COFINS")),
)


def check_model(office: Office, invoice: Invoice) -> None:
    """Raises Rejection for the first rule of its model that an invoice breaks."""
    if invoice.model == COUNTER and invoice.emission == "9" and not office.terms.offline_allowed:
        raise Rejection("712")
    for stat, broken in COUNTER_RULES if invoice.model == COUNTER else INVOICE_RULES:
        if broken(invoice):
            raise Rejection(stat)
