"""Reads the file of a note that somebody else issued for one of our orders; nothing in it counts unproved."""

from __future__ import annotations

from pathlib import Path

from varejoforte_desktop.domain.fiscal_errors import WrongInvoiceFile
from varejoforte_desktop.domain.purchase import PurchaseNote, Signature
from varejoforte_desktop.fiscal.purchase_file import parse_note, read_note


def read_invoice(path: Path) -> PurchaseNote:
    """The note in this file, signed, untouched since, and authorised by SEFAZ.

    Raises WrongInvoiceFile as `read_note` does, and "not_authorised" without a protocol, "unsigned" without a signature
    that can be checked, "foreign" when another company signed it, "damaged" when the note is not what was signed.
    """
    return _proven(read_note(path))


def parse_invoice(data: bytes) -> PurchaseNote:
    """The same from bytes."""
    return _proven(parse_note(data))


def _proven(note: PurchaseNote) -> PurchaseNote:
    if not note.protocol:
        raise WrongInvoiceFile("not_authorised")
    if note.signature is Signature.BROKEN:
        raise WrongInvoiceFile("damaged", "Signature")
    if note.signature is Signature.FOREIGN:
        raise WrongInvoiceFile("foreign")
    if note.signature is not Signature.HOLDS:
        raise WrongInvoiceFile("unsigned", note.signature.value)
    try:
        note.xml.decode("utf-8-sig")  # the store takes it as a text
    except UnicodeDecodeError:
        raise WrongInvoiceFile("damaged", "utf-8") from None
    return note
