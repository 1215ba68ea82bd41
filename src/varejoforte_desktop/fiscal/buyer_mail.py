"""A letter to the buyer with the note's XML and DANFE, ready to be sent from the shop's own mail program."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Final

from varejoforte_desktop.application.fiscal_book import DocumentRecord
from varejoforte_desktop.domain.fiscal import DocumentState, FiscalEnvironment
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.domain.sheet_errors import SheetNotWritten
from varejoforte_desktop.fiscal.markup import NotXml, child, local, read, text

_MODELS: Final = {FiscalModel.NFE: "NF-e", FiscalModel.NFCE: "NFC-e"}
#: Addresses are long at most so; anything longer or with blanks is none.
_LONGEST: Final = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerMail:
    """What the letter is made of. `to` may be empty: whoever sends it fills it in. `pdf` empty: only the XML goes."""

    shop: str
    to: str
    note: DocumentRecord
    pdf: bytes = field(default=b"", repr=False)

    @property
    def cancelled(self) -> bool:
        """Whether the note is told as one that is not valid any more."""
        return self.note.state is DocumentState.CANCELLED


def buyer_address(xml: bytes) -> str:
    """The buyer's e-mail as the note has it; "" for none."""
    try:
        root = read(xml)
    except NotXml:
        return ""
    note = root if local(root) == "NFe" else child(root, "NFe")
    return _address(text(note, "infNFe", "dest", "email"))


def draft(mail: BuyerMail, zone: tzinfo) -> bytes:
    """The letter as an .eml file that mail programs open ready to be sent (X-Unsent), not as one that was received."""
    note = mail.note
    letter = EmailMessage(policy=SMTP)
    letter["X-Unsent"] = "1"
    to = _address(mail.to)
    if to:
        name, _, domain = to.rpartition("@")
        letter["To"] = Address(_line(note.buyer_name), name, domain)
    letter["Subject"] = _subject(mail)
    letter.set_content(_body(mail, zone))
    xml = note.proc or note.xml
    letter.add_attachment(
        xml, maintype="application", subtype="xml", filename=f"{note.key}-procNFe.xml" if note.proc else f"{note.key}.xml"
    )  # fmt: skip
    if mail.pdf:
        letter.add_attachment(
            mail.pdf, maintype="application", subtype="pdf", filename=f"DANFE-{note.key}.pdf"
        )
    return letter.as_bytes()


def write_note(path: Path, note: DocumentRecord, shop: str, pdf: bytes, zone: tzinfo) -> str:
    """Write the letter that goes with a note; gives the buyer's address, "" when the note has none.

    Raises SheetNotWritten.
    """
    to = buyer_address(note.xml)
    write_draft(path, BuyerMail(shop=shop, to=to, note=note, pdf=pdf), zone)
    return to


def write_draft(path: Path, mail: BuyerMail, zone: tzinfo) -> None:
    """Write the letter to a file, whole or not at all. Raises SheetNotWritten; a file that was there before is then
    untouched."""
    data = draft(mail, zone)
    partial = path.with_name(f".{secrets.token_hex(6)}.parcial")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise SheetNotWritten(_why(error), detail=str(error)) from None
    finally:
        with suppress(OSError):
            partial.unlink()


def _subject(mail: BuyerMail) -> str:
    note = mail.note
    kind = _MODELS.get(note.name.model, "Nota fiscal")
    words = f"{kind} {note.number} série {note.name.series} - {_line(mail.shop)}"
    if mail.cancelled:
        words = f"CANCELADA: {words}"
    if note.name.environment is FiscalEnvironment.HOMOLOGACAO:
        words = f"[SEM VALOR FISCAL] {words}"
    return words


def _body(mail: BuyerMail, zone: tzinfo) -> str:
    note = mail.note
    kind = _MODELS.get(note.name.model, "nota fiscal")
    name = _line(note.buyer_name)
    what = "que foi cancelada" if mail.cancelled else "da sua compra"
    papers = "O arquivo XML e o DANFE em PDF" if mail.pdf else "O arquivo XML"
    lines = [
        f"Olá, {name}," if name else "Olá,",
        "",
        f"{papers} da {kind} {what} {'vão' if mail.pdf else 'vai'} em anexo.",
        "",
        f"Loja: {_line(mail.shop)}",
        f"Nota: {kind} número {note.number}, série {note.name.series}",
        f"Emitida em: {note.issued_at.astimezone(zone):%d/%m/%Y %H:%M}",
        f"Valor: {_amount(note.total)}",
        f"Chave de acesso: {note.key}",
    ]
    if note.protocol:
        lines.append(f"Protocolo de autorização: {note.protocol}")
    lines.append("")
    if note.name.environment is FiscalEnvironment.HOMOLOGACAO:
        lines.append("Documento emitido em homologação, sem valor fiscal.")
    lines += ["Guarde o XML: ele é a nota; o PDF é só a sua representação.", ""]
    return "\n".join(lines)


def _amount(value: Money) -> str:
    return f"R$ {value.reais:,.2f}".translate(str.maketrans(",.", ".,"))


def _line(words: str) -> str:
    """One line: nobody's name may begin a new header."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in words).split())


def _address(typed: str) -> str:
    """An address a letter can be sent to, or "". One of several is enough; accents are for the mail program."""
    first = typed.replace(";", ",").split(",")[0].strip()
    name, at, domain = first.rpartition("@")
    plain = first.isascii() and first.isprintable() and not set(first) & set(' "<>()[]:\\')
    return first if at and name and "." in domain and plain and len(first) <= _LONGEST else ""


def _why(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "locked"
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "no_folder"
    return "disk_full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "failed"
