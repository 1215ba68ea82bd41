"""Documents as SEFAZ has them on record, to be printed: only what a test is about has to be said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from varejoforte_desktop.domain.fiscal import KeyParts, access_key

NS = "http://www.portalfiscal.inf.br/nfe"
CNPJ = "11222333000181"
LETTERED_CNPJ = "12ABC34501DE35"
PROTOCOL = "135260000123456"

Item = tuple[str, str, str, str]  # name, quantity, price, total
ITEMS: tuple[Item, ...] = (
    ("Panela de pressão 4,5 L", "1.0000", "189.9000000000", "189.90"),
    ("Colher de bambu & cia", "3.0000", "12.5000000000", "37.50"),
)


def a_key(model: str = "65", *, cnpj: str = CNPJ, number: int = 871, emission: str = "1") -> str:
    """An access key with its check digit."""
    return access_key(
        KeyParts(
            uf_code="35",
            month="2611",
            issuer=cnpj,
            model=model,
            series=1,
            number=number,
            emission_type=emission,
            random_code="48151623",
        )
    )


def qr_of(key: str, *, offline: bool = False) -> str:
    """The text of the QR code, version 3; the offline one is as long as the law makes it."""
    base = f"https://www.nfce.fazenda.sp.gov.br/qrcode?p={key}|3|2"
    return f"{base}|23|227.40|||{'aB3/' * 86}" if offline else base


def nfce(
    *,
    items: Sequence[Item] = ITEMS,
    total: str = "227.40",
    discount: str = "0.00",
    change: str = "22.60",
    paid: str = "250.00",
    authorised: bool = True,
    offline: bool = False,
    rehearsal: bool = True,
    cpf: str = "",
    cnpj: str = CNPJ,
    remark: str = "Obrigado e volte sempre",
) -> str:
    """A DANFE NFC-e's XML."""
    key = a_key(cnpj=cnpj, emission="9" if offline else "1")
    buyer = f"<dest><CPF>{cpf}</CPF><indIEDest>9</indIEDest></dest>" if cpf else ""
    body = (
        _head(key, "65", emission="9" if offline else "1", rehearsal=rehearsal)
        + _issuer(cnpj)
        + buyer
        + _items(items)
        + _total(total, discount=discount)
        + "<transp><modFrete>9</modFrete></transp>"
        + f"<pag><detPag><tPag>01</tPag><vPag>{paid}</vPag></detPag><vTroco>{change}</vTroco></pag>"
        + f"<infAdic><infCpl>{escape(remark)}</infCpl></infAdic>"
    )
    extra = (
        f"<infNFeSupl><qrCode>{escape(qr_of(key, offline=offline))}</qrCode>"
        "<urlChave>https://www.nfce.fazenda.sp.gov.br/consulta</urlChave></infNFeSupl>"
    )
    return _whole(key, body, extra, authorised=authorised)


def nfe(
    *, items: Sequence[Item] = ITEMS, total: str = "227.40", rehearsal: bool = False, cnpj: str = CNPJ
) -> str:
    """An NF-e's XML: bought in the store, sent by a carrier."""
    key = a_key("55", cnpj=cnpj)
    buyer = (
        "<dest><CPF>52998224725</CPF><xNome>Maria Aparecida da Conceição Albuquerque</xNome><enderDest>"
        "<xLgr>Rua das Acácias</xLgr><nro>55</nro><xCpl>Apto 12</xCpl><xBairro>Savassi</xBairro>"
        "<cMun>3106200</cMun><xMun>Belo Horizonte</xMun><UF>MG</UF><CEP>30112000</CEP><cPais>1058</cPais>"
        "<xPais>Brasil</xPais></enderDest><indIEDest>9</indIEDest></dest>"
    )
    body = (
        _head(key, "55", emission="1", rehearsal=rehearsal)
        + _issuer(cnpj)
        + buyer
        + _items(items)
        + _total(total, discount="0.00")
        + "<transp><modFrete>0</modFrete><transporta><xNome>Transportes Rápidos</xNome></transporta>"
        + "<vol><qVol>1</qVol><pesoB>2.100</pesoB></vol></transp>"
        + f"<pag><detPag><tPag>17</tPag><vPag>{total}</vPag></detPag></pag>"
        + "<infAdic><infCpl>Pedido 10512 da loja virtual</infCpl></infAdic>"
    )
    return _whole(key, body, "", authorised=True)


def correction(*, text: str = "Onde se lê RUA DAS ACÁCIAS, leia-se RUA DAS ACÁCIAS, 55 FUNDOS") -> str:
    """A carta de correção that SEFAZ registered."""
    key = a_key("55")
    return (
        f'<procEventoNFe xmlns="{NS}" versao="1.00"><evento versao="1.00"><infEvento Id="ID110110{key}01">'
        f"<cOrgao>35</cOrgao><tpAmb>1</tpAmb><CNPJ>{CNPJ}</CNPJ><chNFe>{key}</chNFe>"
        "<dhEvento>2026-11-23T15:00:00-03:00</dhEvento><tpEvento>110110</tpEvento><nSeqEvento>1</nSeqEvento>"
        '<verEvento>1.00</verEvento><detEvento versao="1.00"><descEvento>Carta de Correcao</descEvento>'
        f"<xCorrecao>{escape(text)}</xCorrecao><xCondUso>A Carta de Correcao e disciplinada</xCondUso></detEvento>"
        '</infEvento></evento><retEvento versao="1.00"><infEvento><tpAmb>1</tpAmb><cStat>135</cStat>'
        f"<chNFe>{key}</chNFe><dhRegEvento>2026-11-23T15:00:02-03:00</dhRegEvento><nProt>{PROTOCOL}</nProt>"
        "</infEvento></retEvento></procEventoNFe>"
    )


def _head(key: str, model: str, *, emission: str, rehearsal: bool) -> str:
    off = (
        "<dhCont>2026-11-23T14:30:00-03:00</dhCont><xJust>Sem internet na loja</xJust>"
        if emission == "9"
        else ""
    )
    return (
        f"<ide><cUF>35</cUF><cNF>48151623</cNF><natOp>Venda de mercadoria</natOp><mod>{model}</mod>"
        "<serie>1</serie><nNF>871</nNF><dhEmi>2026-11-23T14:32:05-03:00</dhEmi><tpNF>1</tpNF><idDest>1</idDest>"
        f"<cMunFG>3550308</cMunFG><tpImp>{4 if model == '65' else 1}</tpImp><tpEmis>{emission}</tpEmis><cDV>{key[-1]}</cDV>"
        f"<tpAmb>{'2' if rehearsal else '1'}</tpAmb><finNFe>1</finNFe><indFinal>1</indFinal><indPres>1</indPres>"
        f"<procEmi>0</procEmi><verProc>Varejo Forte</verProc>{off}</ide>"
    )


def _issuer(cnpj: str) -> str:
    return (
        f"<emit><CNPJ>{cnpj}</CNPJ><xNome>Casa das Panelas Comércio Ltda</xNome><xFant>Casa das Panelas</xFant>"
        "<enderEmit><xLgr>Avenida São João</xLgr><nro>1200</nro><xBairro>República</xBairro><cMun>3550308</cMun>"
        "<xMun>São Paulo</xMun><UF>SP</UF><CEP>01035000</CEP><cPais>1058</cPais><xPais>Brasil</xPais>"
        "<fone>1133334444</fone></enderEmit><IE>110042490114</IE><CRT>1</CRT></emit>"
    )


def _items(items: Sequence[Item]) -> str:
    return "".join(
        f'<det nItem="{number}"><prod><cProd>PAN-{1000 + number}</cProd><cEAN>SEM GTIN</cEAN>'
        f"<xProd>{escape(name)}</xProd><NCM>76151000</NCM><CFOP>5102</CFOP><uCom>UN</uCom><qCom>{quantity}</qCom>"
        f"<vUnCom>{price}</vUnCom><vProd>{total}</vProd><cEANTrib>SEM GTIN</cEANTrib><uTrib>UN</uTrib>"
        f"<qTrib>{quantity}</qTrib><vUnTrib>{price}</vUnTrib><indTot>1</indTot></prod><imposto>"
        "<vTotTrib>10.00</vTotTrib><ICMS><ICMSSN102><orig>0</orig><CSOSN>102</CSOSN></ICMSSN102></ICMS>"
        "<PIS><PISOutr><CST>49</CST><vBC>0.00</vBC><pPIS>0.00</pPIS><vPIS>0.00</vPIS></PISOutr></PIS>"
        "<COFINS><COFINSOutr><CST>49</CST><vBC>0.00</vBC><pCOFINS>0.00</pCOFINS><vCOFINS>0.00</vCOFINS>"
        "</COFINSOutr></COFINS></imposto></det>"
        for number, (name, quantity, price, total) in enumerate(items, 1)
    )


def _total(total: str, *, discount: str) -> str:
    zeros = ("vBC", "vICMS", "vICMSDeson", "vFCP", "vBCST", "vST", "vFCPST", "vFCPSTRet")
    rest = ("vII", "vIPI", "vIPIDevol", "vPIS", "vCOFINS", "vOutro")
    amounts: dict[str, Any] = dict.fromkeys(zeros, "0.00") | {
        "vProd": "227.40",
        "vFrete": "0.00",
        "vSeg": "0.00",
    }
    amounts |= {"vDesc": discount} | dict.fromkeys(rest, "0.00") | {"vNF": total, "vTotTrib": "20.00"}
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in amounts.items())
    return f"<total><ICMSTot>{inside}</ICMSTot></total>"


def _whole(key: str, body: str, extra: str, *, authorised: bool) -> str:
    note = f'<NFe xmlns="{NS}"><infNFe Id="NFe{key}" versao="4.00">{body}</infNFe>{extra}</NFe>'
    if not authorised:
        return f'<?xml version="1.0" encoding="UTF-8"?>{note}'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><nfeProc xmlns="{NS}" versao="4.00">{note}'
        f'<protNFe versao="4.00"><infProt><tpAmb>2</tpAmb><verAplic>SP</verAplic><chNFe>{key}</chNFe>'
        f"<dhRecbto>2026-11-23T14:32:07-03:00</dhRecbto><nProt>{PROTOCOL}</nProt><digVal>abc=</digVal>"
        "<cStat>100</cStat><xMotivo>Autorizado o uso da NF-e</xMotivo></infProt></protNFe></nfeProc>"
    )
