"""Papers a shop sends to the tax authority, written and signed here from scratch, so that nobody marks his own work."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from varejoforte_desktop.simulator.sefaz.certificates import Identity

NFE = "http://www.portalfiscal.inf.br/nfe"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
BRASILIA = ZoneInfo("America/Sao_Paulo")
CNPJ = "12345678000195"
LETTERED = "12ABC34501DE35"
HOMOLOGACAO = "NOTA FISCAL EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
BUYER = "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
QR = "https://www.homologacao.nfce.fazenda.sp.gov.br/qrcode"
URL = "https://www.homologacao.nfce.fazenda.sp.gov.br/NFCeConsultaPublica"
WSDL = "http://www.portalfiscal.inf.br/nfe/wsdl/"
ACTIONS = {
    "autorizacao": "NFeAutorizacao4/nfeAutorizacaoLote",
    "consulta": "NFeConsultaProtocolo4/nfeConsultaNF",
    "status": "NFeStatusServico4/nfeStatusServicoNF",
    "inutilizacao": "NFeInutilizacao4/nfeInutilizacaoNF",
    "evento": "NFeRecepcaoEvento4/nfeRecepcaoEvento",
}
CONDITIONS = (
    "A Carta de Correcao e disciplinada pelo paragrafo 1o-A do art. 7o do Convenio S/N, de 15 de dezembro de 1970 "
    "e pode ser utilizada para regularizacao de erro ocorrido na emissao de documento fiscal, desde que o erro nao "
    "esteja relacionado com: I - as variaveis que determinam o valor do imposto tais como: base de calculo, "
    "aliquota, diferenca de preco, quantidade, valor da operacao ou da prestacao; II - a correcao de dados "
    "cadastrais que implique mudanca do remetente ou do destinatario; III - a data de emissao ou de saida."
)


class Clock:
    """A clock that stands until somebody turns it."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant

    def turn(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> None:
        self.instant += timedelta(seconds=seconds, minutes=minutes, hours=hours)


def sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def stamp(instant: datetime) -> str:
    return instant.astimezone(BRASILIA).isoformat(timespec="seconds")


def digit(first: str) -> str:
    """Modulo 11, written another way than the authority does it."""
    weights = [2 + place % 8 for place in range(len(first))]
    rest = sum((ord(sign) - 48) * weight for sign, weight in zip(first[::-1], weights, strict=True)) % 11
    return str(0 if rest in (0, 1) else 11 - rest)


@dataclass(frozen=True)
class Sale:
    """What an invoice tells; `patch` changes the finished infNFe before it is signed."""

    number: int = 1
    cnpj: str = CNPJ
    model: str = "65"
    series: int = 1
    emission: str = "1"
    issued: datetime = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    code: str = "48271935"
    prices: tuple[str, ...] = ("10.00", "2.50")
    paid: str | None = None
    change: str = ""
    cpf: str = ""
    version: str = "3"
    csc: tuple[str, str] = ("1", "SEGREDO-DO-CSC")
    patch: Callable[[str], str] = field(default=lambda text: text)
    retouch: Callable[[str], str] = field(default=lambda text: text)

    @property
    def key(self) -> str:
        day = self.issued.astimezone(BRASILIA)
        first = (
            f"35{day:%y%m}{self.cnpj}{self.model}{self.series:03d}{self.number:09d}{self.emission}{self.code}"
        )
        return first + digit(first)

    @property
    def total(self) -> str:
        return str(sum(map(Decimal, self.prices)))


def item(place: int, price: str, sale: Sale) -> str:
    name = HOMOLOGACAO if place == 1 else "COPO AMERICANO"
    cfop = "5102" if sale.model == "65" else "6108"
    return (
        f'<det nItem="{place}"><prod><cProd>P{place}</cProd><cEAN>SEM GTIN</cEAN><xProd>{name}</xProd>'
        f"<NCM>70133700</NCM><CFOP>{cfop}</CFOP><uCom>UN</uCom><qCom>1.0000</qCom><vUnCom>{price}</vUnCom>"
        f"<vProd>{price}</vProd><cEANTrib>SEM GTIN</cEANTrib><uTrib>UN</uTrib><qTrib>1.0000</qTrib>"
        f"<vUnTrib>{price}</vUnTrib><indTot>1</indTot></prod><imposto><ICMS><ICMSSN102><orig>0</orig>"
        "<CSOSN>102</CSOSN></ICMSSN102></ICMS><PIS><PISOutr><CST>49</CST><vBC>0.00</vBC><pPIS>0.0000</pPIS>"
        "<vPIS>0.00</vPIS></PISOutr></PIS><COFINS><COFINSOutr><CST>49</CST><vBC>0.00</vBC><pCOFINS>0.0000</pCOFINS>"
        "<vCOFINS>0.00</vCOFINS></COFINSOutr></COFINS></imposto></det>"
    )


def buyer(sale: Sale) -> str:
    if sale.model == "65":
        return f"<dest><CPF>{sale.cpf}</CPF><indIEDest>9</indIEDest></dest>" if sale.cpf else ""
    return (
        f"<dest><CPF>{sale.cpf or '52998224725'}</CPF><xNome>{BUYER}</xNome><enderDest><xLgr>RUA A</xLgr>"
        "<nro>1</nro><xBairro>CENTRO</xBairro><cMun>3304557</cMun><xMun>RIO DE JANEIRO</xMun><UF>RJ</UF>"
        "<CEP>20000000</CEP><cPais>1058</cPais><xPais>BRASIL</xPais></enderDest><indIEDest>9</indIEDest></dest>"
    )


def ide(sale: Sale) -> str:
    counter = sale.model == "65"
    reach, presence = ("1", "1") if counter else ("2", "2")
    hurry = (
        f"<dhCont>{stamp(sale.issued)}</dhCont><xJust>SEM INTERNET NA LOJA</xJust>"
        if sale.emission == "9"
        else ""
    )
    return (
        f"<ide><cUF>35</cUF><cNF>{sale.code}</cNF><natOp>VENDA</natOp><mod>{sale.model}</mod>"
        f"<serie>{sale.series}</serie><nNF>{sale.number}</nNF><dhEmi>{stamp(sale.issued)}</dhEmi><tpNF>1</tpNF>"
        f"<idDest>{reach}</idDest><cMunFG>3550308</cMunFG><tpImp>{'4' if counter else '1'}</tpImp>"
        f"<tpEmis>{sale.emission}</tpEmis><cDV>{sale.key[-1]}</cDV><tpAmb>2</tpAmb><finNFe>1</finNFe>"
        f"<indFinal>1</indFinal><indPres>{presence}</indPres>{'' if counter else '<indIntermed>0</indIntermed>'}"
        f"<procEmi>0</procEmi><verProc>TESTE</verProc>{hurry}</ide>"
    )


def totals(sale: Sale) -> str:
    zero = dict.fromkeys(
        ("vBC", "vICMS", "vICMSDeson", "vFCP", "vBCST", "vST", "vFCPST", "vFCPSTRet", "vProd", "vFrete", "vSeg",
         "vDesc", "vII", "vIPI", "vIPIDevol", "vPIS", "vCOFINS", "vOutro", "vNF"),
        "0.00",
    )  # fmt: skip
    told = zero | {"vProd": sale.total, "vNF": sale.total}
    return "<total><ICMSTot>" + "".join(f"<{k}>{v}</{k}>" for k, v in told.items()) + "</ICMSTot></total>"


def content(sale: Sale) -> str:
    change = f"<vTroco>{sale.change}</vTroco>" if sale.change else ""
    lines = "".join(item(place, price, sale) for place, price in enumerate(sale.prices, 1))
    text = (
        f'<infNFe versao="4.00" Id="NFe{sale.key}">{ide(sale)}<emit><CNPJ>{sale.cnpj}</CNPJ>'
        "<xNome>LOJA DE TREINO &amp; CIA</xNome><enderEmit><xLgr>RUA B</xLgr><nro>2</nro><xBairro>CENTRO</xBairro>"
        "<cMun>3550308</cMun><xMun>SAO PAULO</xMun><UF>SP</UF><CEP>01000000</CEP></enderEmit>"
        f"<IE>111111111111</IE><CRT>1</CRT></emit>{buyer(sale)}{lines}{totals(sale)}"
        f"<transp><modFrete>{'9' if sale.model == '65' else '1'}</modFrete></transp>"
        f"<pag><detPag><tPag>01</tPag><vPag>{sale.paid or sale.total}</vPag></detPag>{change}</pag></infNFe>"
    )
    return sale.patch(text)


def c14n(xml: str) -> bytes:
    """lxml's own canonical form of a whole document: another hand than the authority's."""
    return etree.tostring(etree.fromstring(xml.encode()), method="c14n", exclusive=False, with_comments=False)


def seal(part: str, identity: Identity) -> tuple[str, str]:
    """A Signature over an element (which must not declare a namespace of its own), and its digest."""
    root, _, rest = part.partition(" ")
    named = f'{root} xmlns="{NFE}" {rest}'
    id_ = part.split('Id="', 1)[1].split('"', 1)[0]
    digest = base64.b64encode(sha1(c14n(named))).decode()
    info = (
        '<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>'
        f'<SignatureMethod Algorithm="{DSIG}rsa-sha1"/><Reference URI="#{id_}"><Transforms>'
        f'<Transform Algorithm="{DSIG}enveloped-signature"/>'
        '<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/></Transforms>'
        f'<DigestMethod Algorithm="{DSIG}sha1"/><DigestValue>{digest}</DigestValue></Reference>'
    )
    value = sign(c14n(f'<SignedInfo xmlns="{DSIG}">{info}</SignedInfo>'), identity)
    shown = base64.b64encode(identity.certificate.public_bytes(Encoding.DER)).decode()
    return (
        f'<Signature xmlns="{DSIG}"><SignedInfo>{info}</SignedInfo><SignatureValue>{value}</SignatureValue>'
        f"<KeyInfo><X509Data><X509Certificate>{shown}</X509Certificate></X509Data></KeyInfo></Signature>",
        digest,
    )


def sign(data: bytes, identity: Identity) -> str:
    """RSA with SHA-1, as the layout has it; the digest is named by hand in front of it."""
    named = bytes.fromhex("3021300906052b0e03021a05000414") + sha1(data)
    return base64.b64encode(identity.key.sign(named, padding.PKCS1v15(), NoDigestInfo())).decode()


def qr(sale: Sale, digest: str, identity: Identity) -> str:
    parts = [sale.key, sale.version, "2"]
    if sale.emission == "9":
        parts += [f"{sale.issued.astimezone(BRASILIA):%d}", sale.total]
        parts += [digest.encode().hex()] if sale.version == "2" else ["2" if sale.cpf else "", sale.cpf]
    if sale.version == "2":
        parts.append(sale.csc[0])
        parts.append(sha1(("|".join(parts) + sale.csc[1]).encode()).hex().upper())
    elif sale.emission == "9":
        parts.append(sign("|".join(parts).encode(), identity))
    return f"{QR}?p={'|'.join(parts)}"


def invoice(sale: Sale, identity: Identity) -> str:
    """A signed NFe."""
    info = content(sale)
    signature, digest = seal(info, identity)
    extra = (
        f"<infNFeSupl><qrCode>{qr(sale, digest, identity)}</qrCode><urlChave>{URL}</urlChave></infNFeSupl>"
        if sale.model == "65"
        else ""
    )
    return sale.retouch(f'<NFe xmlns="{NFE}">{info}{extra}{signature}</NFe>')


def lot(nfe: str) -> str:
    return f'<enviNFe xmlns="{NFE}" versao="4.00"><idLote>1</idLote><indSinc>1</indSinc>{nfe}</enviNFe>'


def consult(key: str) -> str:
    return (
        f'<consSitNFe xmlns="{NFE}" versao="4.00"><tpAmb>2</tpAmb><xServ>CONSULTAR</xServ><chNFe>{key}</chNFe>'
        "</consSitNFe>"
    )


def status() -> str:
    return (
        f'<consStatServ xmlns="{NFE}" versao="4.00"><tpAmb>2</tpAmb><cUF>35</cUF><xServ>STATUS</xServ>'
        "</consStatServ>"
    )


def voiding(first: int, last: int, identity: Identity, *, cnpj: str = CNPJ, model: str = "65") -> str:
    part = (
        f'<infInut Id="ID3526{cnpj}{model}001{first:09d}{last:09d}"><tpAmb>2</tpAmb><xServ>INUTILIZAR</xServ>'
        f"<cUF>35</cUF><ano>26</ano><CNPJ>{cnpj}</CNPJ><mod>{model}</mod><serie>1</serie><nNFIni>{first}</nNFIni>"
        f"<nNFFin>{last}</nNFFin><xJust>FALHA NA NUMERACAO</xJust></infInut>"
    )
    return f'<inutNFe xmlns="{NFE}" versao="4.00">{part}{seal(part, identity)[0]}</inutNFe>'


def cancel(protocol: str, reason: str = "ERRO NA DIGITACAO DA VENDA") -> str:
    return f"<descEvento>Cancelamento</descEvento><nProt>{protocol}</nProt><xJust>{reason}</xJust>"


def substitute(protocol: str, reference: str) -> str:
    return (
        "<descEvento>Cancelamento por substituicao</descEvento><cOrgaoAutor>35</cOrgaoAutor><tpAutor>1</tpAutor>"
        f"<verAplic>TESTE</verAplic><nProt>{protocol}</nProt><xJust>VENDA EMITIDA EM CONTINGENCIA</xJust>"
        f"<chNFeRef>{reference}</chNFeRef>"
    )


def correct(words: str = "O BAIRRO CORRETO E JARDIM") -> str:
    return f"<descEvento>Carta de Correcao</descEvento><xCorrecao>{words}</xCorrecao><xCondUso>{CONDITIONS}</xCondUso>"


def event(
    kind: str,
    key: str,
    details: str,
    identity: Identity,
    at: datetime,
    *,
    sequence: int = 1,
    patch: Callable[[str], str] = lambda text: text,
) -> str:
    part = (
        f'<infEvento Id="ID{kind}{key}{sequence:02d}"><cOrgao>35</cOrgao><tpAmb>2</tpAmb><CNPJ>{key[6:20]}</CNPJ>'
        f"<chNFe>{key}</chNFe><dhEvento>{stamp(at)}</dhEvento><tpEvento>{kind}</tpEvento>"
        f'<nSeqEvento>{sequence}</nSeqEvento><verEvento>1.00</verEvento><detEvento versao="1.00">{details}'
        "</detEvento></infEvento>"
    )
    part = patch(part)
    return (
        f'<envEvento xmlns="{NFE}" versao="1.00"><idLote>7</idLote><evento xmlns="{NFE}" versao="1.00">{part}'
        f"{seal(part, identity)[0]}</evento></envEvento>"
    )


def envelope(service: str, message: str) -> bytes:
    wrapper = ACTIONS[service].split("/", maxsplit=1)[0]
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap12:Envelope '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
        'xmlns:soap12="http://www.w3.org/2003/05/soap-envelope"><soap12:Body>'
        f'<nfeDadosMsg xmlns="{WSDL}{wrapper}">{message}</nfeDadosMsg></soap12:Body></soap12:Envelope>'
    ).encode()


def action(service: str) -> str:
    return WSDL + ACTIONS[service]
