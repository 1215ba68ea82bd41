"""The requests that SEFAZ understands, around what was signed before."""

from __future__ import annotations

import re
from typing import Final

from varejoforte_desktop.domain.fiscal import UF_CODES, FiscalEnvironment
from varejoforte_desktop.fiscal.markup import NFE, field, without_prolog

_KEY: Final = re.compile(rb'Id="(?:NFe|ID\d{6})(\d{6}[0-9A-Z]{12}\d{26})')


def key_in(signed: bytes) -> str:
    """The access key that a signed document or event is about. Raises ValueError."""
    found = _KEY.search(signed)
    if found is None:
        raise ValueError("neither a signed document nor an event")
    return found[1].decode()


def send_document(signed: bytes) -> bytes:
    """One signed document, to be answered at once (`indSinc` 1); its bytes stay as they are."""
    head = f'<enviNFe xmlns="{NFE}" versao="4.00"><idLote>{_lot(signed)}</idLote><indSinc>1</indSinc>'
    return head.encode() + without_prolog(signed) + b"</enviNFe>"


def send_event(signed: bytes) -> bytes:
    """One signed event; its bytes stay as they are."""
    head = f'<envEvento xmlns="{NFE}" versao="1.00"><idLote>{_lot(signed)}</idLote>'
    return head.encode() + without_prolog(signed) + b"</envEvento>"


def ask_document(key: str, environment: FiscalEnvironment) -> bytes:
    """How a document stands."""
    body = field("tpAmb", environment.code) + field("xServ", "CONSULTAR") + field("chNFe", key)
    return f'<consSitNFe xmlns="{NFE}" versao="4.00">{body}</consSitNFe>'.encode()


def ask_status(uf: str, environment: FiscalEnvironment) -> bytes:
    """Whether the service is open."""
    body = field("tpAmb", environment.code) + field("cUF", UF_CODES[uf]) + field("xServ", "STATUS")
    return f'<consStatServ xmlns="{NFE}" versao="4.00">{body}</consStatServ>'.encode()


def _lot(signed: bytes) -> int:
    """A number for a lot of one: the document's own, so that the same request is the same bytes again."""
    return int(key_in(signed)[25:34])
