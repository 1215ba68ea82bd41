"""Which lines of a supplier's note are no purchase, and why: goods lent, returned, billed before they come, or none."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Unbought(StrEnum):
    """Why what a line brings was not bought with it. The words are stable; screens say them in a sentence."""

    BILLED = "billed"  # simples faturamento: the goods come later, with a note of their own
    DELIVERED = "delivered"  # the goods came before, this note only charges for them
    ELSEWHERE = "elsewhere"  # venda à ordem: the goods come from, or go to, somebody else
    RETURN = "return"  # somebody gives back what the shop sold
    BACK = "back"  # goods of the shop that were away come home
    CONSIGNED = "consigned"  # to be sold for the supplier, who still owns them
    SAMPLE = "sample"  # amostra grátis, not to be sold
    SENT = "sent"  # lent, shown, stored, to be worked on, or not said
    SERVICE = "service"  # energy, transport, work, a tax credit
    COMPLEMENT = "complement"  # finNFe 2: adds to a note that came before
    ADJUSTMENT = "adjustment"  # finNFe 3, 5, 6: the supplier puts its own taxes right


#: The last three digits of the CFOPs of a supplier's note (5, 6 or 7 before them) that are no sale of goods which come
#: with it. What is in no line is a sale or a transfer. Left as purchases on purpose: 116 and 117 (the delivery of what
#: was billed with 922), 910 (a gift, which has a rule of its own), 929 (sold with a coupon before, billed now).
_BY_CFOP: Final[Mapping[Unbought, str]] = {
    Unbought.BILLED: "922",
    Unbought.DELIVERED: "111 112 113 114 132",
    Unbought.ELSEWHERE: "118 119 120 122 123 923",
    Unbought.RETURN: "410 411 412 413 503 553 555 556 660 661 662 918 919 921",
    Unbought.BACK: "902 903 906 907 909 913 916 925 664 665",
    Unbought.CONSIGNED: "131 917",
    Unbought.SAMPLE: "911",
    Unbought.SENT: "414 415 501 502 504 505 554 657 663 666",
    Unbought.SERVICE: "124 125 153 931 932 933",
}
#: Whole groups of the list, by their first one or two digits, for what has no line of its own above.
_BY_GROUP: Final[Mapping[str, Unbought]] = {
    "20": Unbought.RETURN,  # devoluções de compras e anulações de valores
    "21": Unbought.RETURN,
    "25": Unbought.SERVICE,  # energia elétrica
    "3": Unbought.SERVICE,  # comunicação, transporte
    "45": Unbought.SENT,  # sistemas de integração
    "60": Unbought.SERVICE,  # créditos e ressarcimentos de ICMS
    "9": Unbought.SENT,  # outras saídas
}
_PURCHASES: Final = frozenset({"910", "929"})
_BY_END: Final = {end: why for why, ends in _BY_CFOP.items() for end in ends.split()}


def unbought(cfop: str) -> Unbought | None:
    """Why a line with this CFOP of the supplier (four digits) is no purchase; None when it is, or nothing is known.

    Source: Convênio SINIEF s/nº of 15/12/1970, Anexo II (the CFOP), groups 5.000, 6.000 and 7.000 in the wording of
    Ajuste SINIEF 07/2001 and those after it, as CONFAZ publishes it.
    """
    end = cfop[1:]
    if len(cfop) != 4 or cfop[0] not in "567" or end in _PURCHASES:
        return None
    return _BY_END.get(end) or _BY_GROUP.get(end[:2]) or _BY_GROUP.get(end[:1])
