"""The states: the number the law gives each one, and where its practice page answers a customer's QR code."""

from __future__ import annotations

from dataclasses import dataclass

UF_CODES = {
    "RO": "11", "AC": "12", "AM": "13", "RR": "14", "PA": "15", "AP": "16", "TO": "17",
    "MA": "21", "PI": "22", "CE": "23", "RN": "24", "PB": "25", "PE": "26", "AL": "27", "SE": "28", "BA": "29",
    "MG": "31", "ES": "32", "RJ": "33", "SP": "35",
    "PR": "41", "SC": "42", "RS": "43",
    "MS": "50", "MT": "51", "GO": "52", "DF": "53",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicPages:
    """Where a consumer checks an NFC-e: the page of the QR code and the page for a typed key."""

    qr: str
    key: str


#: Homologação only. Of a state that is not here the addresses are not checked.
PAGES = {
    "SP": PublicPages(
        "https://www.homologacao.nfce.fazenda.sp.gov.br/qrcode",
        "https://www.homologacao.nfce.fazenda.sp.gov.br/NFCeConsultaPublica",
    ),
    "RJ": PublicPages(
        "http://www4.fazenda.rj.gov.br/consultaNFCe/QRCode", "www.fazenda.rj.gov.br/nfce/consulta"
    ),
    "MG": PublicPages(
        "https://portalsped.fazenda.mg.gov.br/portalnfce/sistema/qrcode.xhtml",
        "https://hportalsped.fazenda.mg.gov.br/portalnfce",
    ),
    "RS": PublicPages("https://www.sefaz.rs.gov.br/NFCE/NFCE-COM.aspx", "www.sefaz.rs.gov.br/nfce/consulta"),
    "PR": PublicPages(
        "http://www.fazenda.pr.gov.br/nfce/qrcode", "http://www.fazenda.pr.gov.br/nfce/consulta"
    ),
    "SC": PublicPages(
        "https://hom.sat.sef.sc.gov.br/nfce/consulta", "https://hom.sat.sef.sc.gov.br/nfce/consulta"
    ),
    "BA": PublicPages(
        "http://hnfe.sefaz.ba.gov.br/servicos/nfce/qrcode.aspx",
        "http://hinternet.sefaz.ba.gov.br/nfce/consulta",
    ),
}
