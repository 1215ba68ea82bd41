"""What a fiscal document's own XML says, as far as it is printed; nothing else is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble

_NS = "{http://www.portalfiscal.inf.br/nfe}"
_METHODS = {
    "01": "Dinheiro",
    "02": "Cheque",
    "03": "Cartão de crédito",
    "04": "Cartão de débito",
    "05": "Crédito da loja",
    "10": "Vale-alimentação",
    "11": "Vale-refeição",
    "12": "Vale-presente",
    "13": "Vale-combustível",
    "15": "Boleto bancário",
    "16": "Depósito bancário",
    "17": "PIX",
    "18": "Transferência bancária",
    "19": "Programa de fidelidade",
    "20": "PIX",
    "21": "Crédito em loja",
    "90": "Sem pagamento",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteItem:
    """A line of a document."""

    code: str
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    total: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTotals:
    """What a document adds up to; `taxes` None when the XML does not say."""

    goods: Decimal
    discount: Decimal
    added: Decimal  # freight, insurance and the rest
    total: Decimal
    taxes: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A document as its paper shows it; instants as the XML writes them, with the zone they were written in."""

    key: str
    model: str
    series: str
    number: str
    issued_at: datetime | None
    rehearsal: bool  # homologação: no value
    offline: bool
    protocol: str
    authorised_at: datetime | None
    issuer: str
    issuer_cnpj: str
    issuer_ie: str
    issuer_address: str
    buyer: str
    buyer_document: str
    buyer_address: str
    items: tuple[NoteItem, ...]
    totals: NoteTotals
    payments: tuple[tuple[str, Decimal], ...]
    change: Decimal
    remark: str
    qr: str
    address: str  # where the key can be looked up

    @property
    def pending(self) -> bool:
        """Whether the tax office has not answered for it (yet)."""
        return not self.protocol


def parsed(xml: str) -> etree._Element:
    """The root of a document. Entities and document types are never followed. Raises PrinterTrouble "format"."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(xml.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PrinterTrouble("format", str(error)[:80]) from None
    facts: Any = root.getroottree().docinfo
    if facts.doctype:
        raise PrinterTrouble("format", "doctype")
    return root


def bare_text(xml: str) -> str:
    """The document as text that other readers may be given: proved, without declaration. Raises PrinterTrouble."""
    return etree.tostring(parsed(xml), encoding="unicode", with_tail=False)


def read_note(xml: str) -> Note:
    """A document (NFe or nfeProc) as its paper shows it. Raises PrinterTrouble "format"."""
    root = parsed(xml)
    info = root if root.tag == f"{_NS}infNFe" else root.find(f".//{_NS}infNFe")
    if info is None:
        raise PrinterTrouble("format", "infNFe")
    try:
        return _note(root, info)
    except (InvalidOperation, ValueError) as error:
        raise PrinterTrouble("format", str(error)[:80]) from None


def _note(root: etree._Element, info: etree._Element) -> Note:
    extra, receipt = root.find(f".//{_NS}infNFeSupl"), root.find(f".//{_NS}infProt")
    buyer = info.find(f"{_NS}dest")
    return Note(
        key=str(info.get("Id") or "").removeprefix("NFe"),
        model=_text(info, "ide/mod"),
        series=_text(info, "ide/serie"),
        number=_text(info, "ide/nNF"),
        issued_at=_instant(_text(info, "ide/dhEmi")),
        rehearsal=_text(info, "ide/tpAmb") == "2",
        offline=_text(info, "ide/tpEmis") == "9",
        protocol=_text(receipt, "nProt"),
        authorised_at=_instant(_text(receipt, "dhRecbto")),
        issuer=_text(info, "emit/xFant") or _text(info, "emit/xNome"),
        issuer_cnpj=_text(info, "emit/CNPJ") or _text(info, "emit/CPF"),
        issuer_ie=_text(info, "emit/IE"),
        issuer_address=_address(info, "emit/enderEmit"),
        buyer=_text(buyer, "xNome"),
        buyer_document=_text(buyer, "CPF") or _text(buyer, "CNPJ") or _text(buyer, "idEstrangeiro"),
        buyer_address=_address(buyer, "enderDest"),
        items=tuple(_items(info)),
        totals=_totals(info),
        payments=tuple(_payments(info)),
        change=_number(info, "pag/vTroco"),
        remark=_text(info, "infAdic/infCpl"),
        qr=_text(extra, "qrCode"),
        address=_text(extra, "urlChave"),
    )


def _items(info: etree._Element) -> Iterator[NoteItem]:
    for each in info.iterfind(f"{_NS}det/{_NS}prod"):
        yield NoteItem(
            code=_text(each, "cProd"),
            name=_text(each, "xProd"),
            quantity=_number(each, "qCom"),
            unit=_text(each, "uCom"),
            price=_number(each, "vUnCom"),
            total=_number(each, "vProd"),
            discount=_number(each, "vDesc"),
        )


def _totals(info: etree._Element) -> NoteTotals:
    total = info.find(f"{_NS}total/{_NS}ICMSTot")
    taxes = _number(total, "vTotTrib")
    if not taxes:
        taxes = sum(
            (_number(each, "vTotTrib") for each in info.iterfind(f"{_NS}det/{_NS}imposto")), Decimal(0)
        )
    return NoteTotals(
        goods=_number(total, "vProd"),
        discount=_number(total, "vDesc"),
        added=sum((_number(total, name) for name in ("vFrete", "vSeg", "vOutro")), Decimal(0)),
        total=_number(total, "vNF"),
        taxes=taxes or None,
    )


def _payments(info: etree._Element) -> Iterator[tuple[str, Decimal]]:
    for each in info.iterfind(f"{_NS}pag/{_NS}detPag"):
        name = _text(each, "xPag") or _METHODS.get(_text(each, "tPag"), "Outros")
        yield name, _number(each, "vPag")


def _text(start: etree._Element | None, path: str) -> str:
    if start is None:
        return ""
    found = start.findtext("/".join(f"{_NS}{step}" for step in path.split("/")))
    return " ".join(found.split()) if found else ""


def _number(start: etree._Element | None, path: str) -> Decimal:
    return Decimal(_text(start, path) or 0)


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _address(start: etree._Element | None, path: str) -> str:
    street = ", ".join(
        part for part in (_text(start, f"{path}/{name}") for name in ("xLgr", "nro", "xCpl")) if part
    )
    city = "/".join(part for part in (_text(start, f"{path}/{name}") for name in ("xMun", "UF")) if part)
    return " - ".join(part for part in (street, _text(start, f"{path}/xBairro"), city) if part)


def taxpayer(document: str) -> str:
    """A CPF or CNPJ, letters or not, as it is written on paper."""
    if len(document) == 11:
        return f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}"
    if len(document) == 14:
        return f"{document[:2]}.{document[2:5]}.{document[5:8]}/{document[8:12]}-{document[12:]}"
    return document


def issuer_facts(xml: str) -> dict[str, str]:
    """Name and address of whoever issued a document, under the names that the correction's paper uses."""
    info = parsed(xml).find(f".//{_NS}infNFe")
    if info is None:
        return {}
    at = "emit/enderEmit"
    postcode = _text(info, f"{at}/CEP")
    return {
        "nome": _text(info, "emit/xNome"),
        "end": ", ".join(part for part in (_text(info, f"{at}/xLgr"), _text(info, f"{at}/nro")) if part),
        "bairro": _text(info, f"{at}/xBairro"),
        "cep": f"{postcode[:5]}-{postcode[5:]}" if len(postcode) == 8 else postcode,
        "cidade": _text(info, f"{at}/xMun"),
        "uf": _text(info, f"{at}/UF"),
        "fone": _text(info, f"{at}/fone"),
        "ie": _text(info, "emit/IE"),
    }
