"""CPF and CNPJ: read however they are written, with the check digits proved."""

from __future__ import annotations

from typing import Final

from varejoforte_desktop.domain.errors import WrongTaxId

_CPF: Final = 11
_CNPJ: Final = 14


def bare_tax_id(text: str) -> str:
    """Only digits and capital letters of a document, whatever stands between them."""
    return "".join(mark for mark in text.upper() if mark.isascii() and mark.isalnum())


def tax_id(text: str, field: str = "document") -> str:
    """A CPF (11 digits) or CNPJ (14 marks, letters allowed in the first 12), bare. "" for an empty text.

    Raises WrongTaxId. Rules: Receita Federal; the alphanumeric CNPJ is IN RFB 2.229/2024 (each mark counts as its
    ASCII code less 48).
    """
    bare = bare_tax_id(text)
    if not bare:
        return ""
    if len(bare) == _CPF and _cpf_holds(bare):
        return bare
    if len(bare) == _CNPJ and _cnpj_holds(bare):
        return bare
    raise WrongTaxId(text, field=field)


def valid_tax_id(text: str) -> bool:
    """Whether this is a CPF or CNPJ that could exist."""
    try:
        return bool(tax_id(text))
    except WrongTaxId:
        return False


def is_cnpj(bare: str) -> bool:
    """Whether a bare document is a company's."""
    return len(bare) == _CNPJ


def formatted_tax_id(bare: str) -> str:
    """As Brazilians write it: 111.222.333-96, 11.222.333/0001-81; anything else as it is."""
    if len(bare) == _CPF:
        return f"{bare[:3]}.{bare[3:6]}.{bare[6:9]}-{bare[9:]}"
    if len(bare) == _CNPJ:
        return f"{bare[:2]}.{bare[2:5]}.{bare[5:8]}/{bare[8:12]}-{bare[12:]}"
    return bare


def _cpf_holds(bare: str) -> bool:
    if not bare.isdigit() or len(set(bare)) == 1:
        return False
    return all(
        _digit(sum((size + 1 - place) * int(mark) for place, mark in enumerate(bare[:size])))
        == int(bare[size])
        for size in (9, 10)
    )


def _cnpj_holds(bare: str) -> bool:
    if not bare[12:].isdigit() or len(set(bare)) == 1:
        return False
    return all(
        _digit(sum((place % 8 + 2) * (ord(mark) - 48) for place, mark in enumerate(reversed(bare[:size]))))
        == int(bare[size])
        for size in (12, 13)
    )


def _digit(total: int) -> int:
    rest = total % 11
    return 0 if rest < 2 else 11 - rest
