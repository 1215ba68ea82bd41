"""Purchase notes of a supplier, written as a supplier's program writes them: say only what the test is about."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from varejoforte_desktop.domain.fiscal import KeyParts, access_key
from varejoforte_desktop.domain.purchase import PurchaseNote
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.purchase_file import parse_note
from varejoforte_desktop.fiscal.signing import signed

SHOP = "11222333000181"
SUPPLIER = "60746948000112"
OTHER_SHOP = "00000000000191"
NAMESPACE = "http://www.portalfiscal.inf.br/nfe"

#: A line as a supplier says it; fields of `prod` and taxes under their own names.
Item = Mapping[str, str]


def item(code: str, name: str = "Panela de pressão", **fields: str) -> dict[str, str]:
    """A line: ten pieces at ten reais, unless said otherwise."""
    facts = {
        "cProd": code,
        "cEAN": "SEM GTIN",
        "xProd": name,
        "NCM": "76151000",
        "CFOP": "5102",
        "uCom": "UN",
        "qCom": "10.0000",
        "vUnCom": "10.0000000000",
    }
    facts |= fields
    facts.setdefault(
        "vProd", str((Decimal(facts["qCom"]) * Decimal(facts["vUnCom"])).quantize(Decimal("0.01")))
    )
    facts.setdefault("cEANTrib", facts["cEAN"])
    facts.setdefault("uTrib", facts["uCom"])
    facts.setdefault("qTrib", facts["qCom"])
    return facts


_ORDER = (
    "cProd", "cEAN", "xProd", "NCM", "CFOP", "uCom", "qCom", "vUnCom", "vProd", "cEANTrib", "uTrib", "qTrib",
    "vFrete", "vSeg", "vDesc", "vOutro",
)  # fmt: skip


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _item_xml(place: int, fields: Item) -> str:
    goods = "".join(_tag(name, fields[name]) for name in _ORDER if name in fields)
    goods += _tag("indTot", fields.get("indTot", "1"))
    st = "".join(_tag(name, fields[name]) for name in ("vICMS", "vICMSST", "vFCPST") if name in fields)
    taxes = f"<ICMS><ICMS10><orig>0</orig><CST>10</CST>{st}</ICMS10></ICMS>"
    if "vIPI" in fields:
        taxes += f"<IPI><cEnq>999</cEnq><IPITrib><CST>50</CST>{_tag('vIPI', fields['vIPI'])}</IPITrib></IPI>"
    return f'<det nItem="{place}"><prod>{goods}</prod><imposto>{taxes}</imposto></det>'


def charged(fields: Item) -> Decimal:
    """What a line adds to the note's total."""
    plus = ("vFrete", "vSeg", "vOutro", "vIPI", "vICMSST", "vFCPST")
    gross = Decimal(fields["vProd"]) if fields.get("indTot", "1") == "1" else Decimal(0)
    return gross + sum(Decimal(fields.get(name, "0")) for name in plus) - Decimal(fields.get("vDesc", "0"))


def note_key(number: int, *, series: int = 1, issuer: str = SUPPLIER, model: str = "55") -> str:
    """An access key whose check digit fits."""
    return access_key(
        KeyParts(
            uf_code="35", month="2611", issuer=issuer, model=model, series=series, number=number,
            emission_type="1", random_code="48213975",
        )
    )  # fmt: skip


@functools.cache
def suppliers_certificate(holder: str = "Metalúrgica Fervalto") -> Material:
    """What the supplier signs with, made once for each name; "NAME:CNPJ" is how ICP-Brasil names a company."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, holder)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return Material(key=key, certificate=certificate.public_bytes(serialization.Encoding.DER))


def a_note(
    items: Sequence[Item] = (),
    *,
    number: int = 4471,
    series: int = 1,
    issuer: str = SUPPLIER,
    recipient: str = SHOP,
    supplier: str = "Metalúrgica Fervalto Ltda",
    total: str | None = None,
    stat: str | None = "100",
    environment: str = "1",
    direction: str = "1",
    model: str = "55",
    signature: bool = True,
    purpose: str = "1",
    signer: str = "Metalúrgica Fervalto",
) -> bytes:
    """The nfeProc of a note; `stat` None leaves only the NFe, as it is before SEFAZ has seen it."""
    lines = items or [item("FV-100")]
    key = note_key(number, series=series, issuer=issuer, model=model)
    kind = "CPF" if len(issuer) == 11 else "CNPJ"
    buyer = "CPF" if len(recipient) == 11 else "CNPJ"
    said = total if total is not None else f"{sum(map(charged, lines)):.2f}"
    nfe = (
        f'<NFe xmlns="{NAMESPACE}"><infNFe Id="NFe{key}" versao="4.00"><ide><cUF>35</cUF><cNF>48213975</cNF>'
        f"<natOp>Venda de mercadoria</natOp><mod>{model}</mod><serie>{series}</serie><nNF>{number}</nNF>"
        f"<dhEmi>2026-11-24T10:12:00-03:00</dhEmi><tpNF>{direction}</tpNF><tpAmb>{environment}</tpAmb>"
        f"<finNFe>{purpose}</finNFe></ide>"
        f"<emit>{_tag(kind, issuer)}{_tag('xNome', supplier)}<enderEmit><xMun>São Paulo</xMun><UF>SP</UF></enderEmit>"
        f"<IE>111222333444</IE></emit><dest>{_tag(buyer, recipient)}<xNome>Casa das Panelas Ltda</xNome></dest>"
        + "".join(_item_xml(place, fields) for place, fields in enumerate(lines, start=1))
        + f"<total><ICMSTot><vProd>0.00</vProd><vNF>{said}</vNF></ICMSTot></total></infNFe></NFe>"
    )
    whole, digest = nfe.encode(), ""
    if signature:
        whole, digest = signed(whole, tag="infNFe", material=suppliers_certificate(signer))
    if stat is None:
        return whole
    answer = (
        f'<protNFe versao="4.00"><infProt><tpAmb>{environment}</tpAmb><chNFe>{key}</chNFe>'
        f"<dhRecbto>2026-11-24T10:12:05-03:00</dhRecbto><nProt>135260000123456</nProt><digVal>{digest}</digVal>"
        f"<cStat>{stat}</cStat>"
        "<xMotivo>Autorizado o uso da NF-e</xMotivo></infProt></protNFe>"
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?><nfeProc xmlns="{NAMESPACE}" versao="4.00">'
    return head.encode() + whole + answer.encode() + b"</nfeProc>"


def read(items: Sequence[Item] = (), **changes: object) -> PurchaseNote:
    """The same note, read."""
    return parse_note(a_note(items, **changes))  # type: ignore[arg-type]
