"""The QR code of an NFC-e and the page where a buyer may type its key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from varejoforte_desktop.domain.fiscal import EmissionType, FiscalEnvironment
from varejoforte_desktop.domain.fiscal_errors import FiscalNotReady
from varejoforte_desktop.domain.tax_ids import is_cnpj
from varejoforte_desktop.fiscal import markup
from varejoforte_desktop.fiscal.certificate import Material
from varejoforte_desktop.fiscal.signing import raw_signature


@dataclass(frozen=True, slots=True, kw_only=True)
class QrFacts:
    """What a QR code tells. `page` is the state's; whether it is offline follows from the key.

    Offline only: `day` of issue, `total` exactly as in vNF, `digest` (the DigestValue, version 2), `buyer` (bare
    CPF or CNPJ, "" for nobody, version 3). Version 2 only: the CSC and its number.
    """

    key: str
    environment: FiscalEnvironment
    page: str
    version: int = 3
    day: int = 0
    total: str = ""
    digest: str = ""
    buyer: str = ""
    csc_id: str = ""
    csc: str = field(default="", repr=False)

    @property
    def offline(self) -> bool:
        """Whether the document was issued before SEFAZ knew of it."""
        return self.key[34] == EmissionType.OFFLINE


def qr_text(facts: QrFacts, material: Material) -> str:
    """The text of the QR code: version 3 (Nota Técnica 2025.001), signed when offline, or 2 with the CSC's hash.

    Raises FiscalNotReady("csc") for version 2 without a CSC.
    """
    parts = [facts.key, str(facts.version), facts.environment.code]
    if facts.offline:
        parts += [f"{facts.day:02}", facts.total]
    told = _version_2(facts, parts) if facts.version == 2 else _version_3(facts, parts, material)
    return f"{facts.page.partition('?')[0]}?p={told}"


def with_supplement(signed: bytes, qr: str, consult_page: str) -> bytes:
    """A signed NFC-e with `infNFeSupl` put in before its signature, which covers other bytes only.

    Raises ValueError for a document without a signature.
    """
    place = signed.rindex(b"<Signature ")
    supplement = markup.field("qrCode", qr) + markup.field("urlChave", consult_page)
    return signed[:place] + f"<infNFeSupl>{supplement}</infNFeSupl>".encode() + signed[place:]


def _version_2(facts: QrFacts, parts: list[str]) -> str:
    if not facts.csc or not facts.csc_id.isdecimal():
        raise FiscalNotReady("csc")
    if facts.offline:
        parts.append(facts.digest.encode().hex())
    told = "|".join([*parts, str(int(facts.csc_id))])
    code = hashlib.sha1((told + facts.csc).encode(), usedforsecurity=False).hexdigest().upper()
    return f"{told}|{code}"


def _version_3(facts: QrFacts, parts: list[str], material: Material) -> str:
    if not facts.offline:
        return "|".join(parts)
    kind = "" if not facts.buyer else "1" if is_cnpj(facts.buyer) else "2"
    told = "|".join([*parts, kind, facts.buyer])
    return f"{told}|{raw_signature(told.encode(), material)}"
