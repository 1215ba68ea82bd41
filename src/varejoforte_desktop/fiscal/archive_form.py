"""The form in which documents are kept and handed on: what was sent together with what SEFAZ said to it."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop.fiscal.markup import NFE, local, read, without_prolog

_FORMS: Final = {
    "NFe": ("protNFe", "nfeProc", "4.00"),
    "evento": ("retEvento", "procEventoNFe", "1.00"),
    "inutNFe": ("retInutNFe", "ProcInutNFe", "4.00"),  # so the layout spells it, unlike the others
}


def join(signed: bytes, receipt: bytes) -> bytes:
    """nfeProc, procEventoNFe or ProcInutNFe, by putting bytes beside bytes: written anew, the signature would break.

    Raises ValueError when the two do not belong together.
    """
    sent, told = local(read(signed)), local(read(receipt))
    if sent not in _FORMS or _FORMS[sent][0] != told:
        raise ValueError(f"{sent} and {told} do not belong together")
    _, name, version = _FORMS[sent]
    head = f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{NFE}" versao="{version}">'
    return head.encode() + without_prolog(signed) + without_prolog(receipt) + f"</{name}>".encode()
