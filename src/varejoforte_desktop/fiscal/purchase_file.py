"""Reads a supplier's NF-e from a file that anybody may have written, and believes nothing in it unproved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal import KeyParts, key_parts
from varejoforte_desktop.domain.fiscal_errors import WrongInvoiceFile
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.purchase import NoteLine, PurchaseNote, Signature, Supplier
from varejoforte_desktop.domain.tax_ids import tax_id
from varejoforte_desktop.domain.texts import keepable
from varejoforte_desktop.domain.unbought import Unbought
from varejoforte_desktop.fiscal.note_proof import in_utf8, signature_of
from varejoforte_desktop.fiscal.note_tree import Node, read_tree

#: The largest NF-e (990 items, every field full) is below two megabytes.
LARGEST: Final = 5_000_000
MOST_ITEMS: Final = 990
_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,10})?", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)
#: Quantities and prices beyond this are nobody's purchase, and the books could not hold them.
_MOST: Final = Decimal(500_000_000)
_AUTHORISED: Final = frozenset({"100", "150"})
_MODELS: Final = {"65": "NFC-e", "57": "CT-e", "58": "MDF-e", "67": "CT-e OS"}
#: finNFe, what a note is for: MOC 7.0, anexo I, B25; 5 and 6 (credit and debit) came with NT 2025.002. 1 is a sale.
_PURPOSES: Final = {
    "2": Unbought.COMPLEMENT,
    "3": Unbought.ADJUSTMENT,
    "4": Unbought.RETURN,
    "5": Unbought.ADJUSTMENT,
    "6": Unbought.ADJUSTMENT,
}
#: Roots of the other fiscal files that people choose by mistake, and what to call them.
_OTHERS: Final = {
    "cteProc": "CT-e",
    "CTe": "CT-e",
    "cteOSProc": "CT-e OS",
    "mdfeProc": "MDF-e",
    "MDFe": "MDF-e",
    "procEventoNFe": "evento de NF-e",
    "evento": "evento de NF-e",
    "resNFe": "resumo de NF-e",
    "CompNfse": "NFS-e",
    "NFSe": "NFS-e",
    "CFe": "CF-e",
}


def read_note(path: Path) -> PurchaseNote:
    """The purchase note in this file, of which no more than the largest NF-e is read.

    Raises WrongInvoiceFile: "unreadable" (no such file, or no permission), "big", "not_xml", "entities", "not_nfe"
    (the facts say what it is), "damaged" (the facts say where) or "not_authorised".
    """
    try:
        if not path.is_file():  # a pipe or a device would never end
            raise WrongInvoiceFile("unreadable", path.name)
        if path.stat().st_size > LARGEST:
            raise WrongInvoiceFile("big", path.name)
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise WrongInvoiceFile("unreadable", path.name) from None
    return parse_note(data)


def parse_note(data: bytes) -> PurchaseNote:
    """The purchase note in these bytes. Raises WrongInvoiceFile, as `read_note` does."""
    if len(data) > LARGEST:
        raise WrongInvoiceFile("big")
    tree, text = read_tree(data), in_utf8(data)
    if text is not None and text is not data:
        tree = read_tree(text)  # what is believed is read from the same bytes that are proved
    nfe, answer = _parts(tree)
    try:
        note = _note(nfe, _body(nfe), answer, data)
        checked = Signature.UNCHECKED if text is None else signature_of(nfe, text, note.supplier.document)
        return replace(note, signature=checked)
    except WrongInvoiceFile:
        raise
    except (DomainError, ValueError, ArithmeticError) as error:
        # A number, a document or a day that makes no sense.
        raise WrongInvoiceFile("damaged", type(error).__name__) from None


def _parts(root: Node) -> tuple[Node, Node | None]:
    """The NF-e itself and SEFAZ's answer, from an nfeProc or a bare NFe."""
    if root.name == "nfeProc" and root.official:
        nfe, protocol = root.child("NFe"), root.child("protNFe")
        if nfe is None or not nfe.official:
            raise WrongInvoiceFile("damaged", "NFe")
        return nfe, None if protocol is None else protocol.child("infProt")
    if root.name == "NFe" and root.official:
        return root, None
    raise WrongInvoiceFile("not_nfe", _OTHERS.get(root.name, ""))


def _body(nfe: Node) -> Node:
    """The one infNFe: beside a second one, of any other layout, nobody knows which of them was signed."""
    bodies = [node for node in nfe.children if node.name == "infNFe"]
    if len(bodies) != 1 or not bodies[0].official:
        raise WrongInvoiceFile("damaged", "infNFe")
    return bodies[0]


def _note(nfe: Node, body: Node, answer: Node | None, data: bytes) -> PurchaseNote:
    head = body.needed("ide")
    model = head.text("mod")
    if model != "55":
        raise WrongInvoiceFile("not_nfe", _MODELS.get(model, ""))
    key = body.attributes.get("Id", "")
    parts = key_parts(key)
    supplier = _supplier(body.needed("emit"))
    _check_key(parts, head, supplier)
    buyer = body.needed("dest")
    items = [node for node in body.children if node.name == "det"]
    if not 1 <= len(items) <= MOST_ITEMS:
        raise WrongInvoiceFile("damaged", "det")
    bare = key.removeprefix("NFe")
    return PurchaseNote(
        key=bare,
        supplier=supplier,
        recipient=_document(buyer),
        number=parts.number,
        series=parts.series,
        issued_at=_instant(head.text("dhEmi")),
        total=_money(body.needed("total").needed("ICMSTot"), "vNF"),
        lines=tuple(_lines(items)),
        protocol=_protocol(answer, bare, nfe),
        rehearsal=head.text("tpAmb") != "1",
        outgoing=head.text("tpNF") == "1",
        unbought=_PURPOSES.get(head.text("finNFe")),
        xml=data,
    )


def _check_key(parts: KeyParts, head: Node, supplier: Supplier) -> None:
    """The key must say what the note says: else somebody pasted one into another."""
    said = (head.text("mod"), _whole(head.text("serie")), _whole(head.text("nNF")))
    same = said == (parts.model, parts.series, parts.number)
    if not same or parts.issuer != supplier.document.rjust(14, "0"):
        raise WrongInvoiceFile("damaged", "chave")


def _protocol(answer: Node | None, key: str, nfe: Node) -> str:
    """The protocol's number, "" when the file has none. Raises WrongInvoiceFile for any other answer of SEFAZ."""
    if answer is None:
        return ""
    if answer.text("cStat") not in _AUTHORISED:
        raise WrongInvoiceFile("not_authorised", answer.text("cStat")[:6])
    signature = nfe.child("Signature")
    reference = None if signature is None else signature.within("SignedInfo", "Reference")
    digest = "" if reference is None else reference.text("DigestValue")
    if answer.text("chNFe") != key or (digest and answer.text("digVal") not in {"", digest}):
        raise WrongInvoiceFile("damaged", "protNFe")
    number = answer.text("nProt")
    if not re.fullmatch(r"\d{15,17}", number, re.ASCII):
        raise WrongInvoiceFile("damaged", "nProt")
    return number


def _supplier(node: Node) -> Supplier:
    place = node.child("enderEmit")
    name = _words(node.text("xNome"), 120)
    document = _document(node)
    if not name or not document:
        raise WrongInvoiceFile("damaged", "emit")
    return Supplier(
        document=document,
        name=name,
        ie=_words(node.text("IE"), 20),
        city="" if place is None else _words(place.text("xMun"), 100),
        state="" if place is None else _words(place.text("UF"), 2).upper(),
    )


def _document(node: Node) -> str:
    return tax_id(node.text("CNPJ") or node.text("CPF"))


def _lines(items: Iterable[Node]) -> Iterator[NoteLine]:
    seen: set[int] = set()
    for item in items:
        place = _whole(item.attributes.get("nItem", ""))
        if place in seen or not 1 <= place <= MOST_ITEMS:
            raise WrongInvoiceFile("damaged", f"nItem {place}")
        seen.add(place)
        try:
            line = _line(place, item)
        except (DomainError, ValueError, ArithmeticError):
            raise WrongInvoiceFile("damaged", f"item {place}") from None
        if line.landed < ZERO or not line.name:
            raise WrongInvoiceFile("damaged", f"item {place}")
        yield line


def _line(place: int, item: Node) -> NoteLine:
    goods = item.needed("prod")
    unit = _words(goods.text("uCom"), 6)
    quantity = _number(goods, "qCom", places=4)
    return NoteLine(
        place=place,
        code=_words(goods.text("cProd"), 60),
        barcode=_words(goods.text("cEAN"), 14),
        tax_barcode=_words(goods.text("cEANTrib"), 14),
        name=_words(goods.text("xProd"), 120),
        ncm=_digits(goods.text("NCM"), 8),
        cfop=_digits(goods.text("CFOP"), 4),
        unit=unit,
        tax_unit=_words(goods.text("uTrib"), 6) or unit,
        quantity=quantity,
        tax_quantity=_number(goods, "qTrib", places=4) or quantity,
        unit_price=_number(goods, "vUnCom", places=10),
        gross=_money(goods, "vProd"),
        freight=_money(goods, "vFrete"),
        insurance=_money(goods, "vSeg"),
        counts=goods.text("indTot") != "0",
        **_charges(goods, item.child("imposto"), item),
    )


def _charges(goods: Node, taxes: Node | None, item: Node) -> dict[str, Money]:
    """What is added to the price and taken off it, from wherever the layout has put it."""
    icms = _icms(taxes)
    relief = _money(icms, "vICMSDeson") if icms is not None and icms.text("indDeduzDeson") == "1" else ZERO
    ipi = None if taxes is None else taxes.within("IPI", "IPITrib")
    duty = None if taxes is None else taxes.child("II")
    given_back = item.within("impostoDevol", "IPI")
    return {
        "discount": _money(goods, "vDesc") + relief,
        "other": _money(goods, "vOutro")
        + _money(duty, "vII")
        + _money(given_back, "vIPIDevol")
        + _money(icms, "vICMSMonoReten"),
        "ipi": _money(ipi, "vIPI"),
        "st": _money(icms, "vICMSST") + _money(icms, "vFCPST"),
        "icms": _money(icms, "vICMS") or _money(icms, "vCredICMSSN"),
    }


def _icms(taxes: Node | None) -> Node | None:
    """The one group inside ICMS, whatever its situation is called."""
    group = None if taxes is None else taxes.child("ICMS")
    return group.children[0] if group is not None and group.children else None


def _number(node: Node, name: str, *, places: int) -> Decimal:
    """A number without a sign, as the layout writes it; an absent one is nothing."""
    text = node.text(name)
    if not text:
        return Decimal(0)
    if not _NUMBER.fullmatch(text):
        raise ValueError(name)
    value = Decimal(text)
    exact = value.quantize(Decimal(1).scaleb(-places))
    if exact != value or value > _MOST:
        raise ValueError(name)
    return exact


def _money(node: Node | None, name: str) -> Money:
    return ZERO if node is None else Money.of(_number(node, name, places=2))


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text[:20])
    return int(text)


def _digits(text: str, longest: int) -> str:
    return text if text.isascii() and text.isdigit() and len(text) <= longest else ""


def _words(text: str, longest: int) -> str:
    """A text on one line, without signs that could not be kept or that would steer a screen."""
    plain = "".join(letter if letter.isprintable() else " " for letter in keepable(text))
    return " ".join(plain.split())[:longest].strip()


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not 2005 <= at.year <= 2100:
        raise ValueError(text)
    return at
