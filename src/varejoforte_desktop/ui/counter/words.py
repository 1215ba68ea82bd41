"""What the counter calls forms of payment, buyers and numbers of items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from varejoforte_desktop.domain.sale import Basket, PaymentMethod
from varejoforte_desktop.domain.tax_ids import formatted_tax_id
from varejoforte_desktop.ui import formats

#: The forms in the order of their keys, 1 to 6.
METHODS: Final = (
    PaymentMethod.CASH,
    PaymentMethod.PIX,
    PaymentMethod.CREDIT,
    PaymentMethod.DEBIT,
    PaymentMethod.STORE_CREDIT,
    PaymentMethod.VOUCHER,
)
METHOD_WORDS: Final = {
    PaymentMethod.CASH: "Dinheiro",
    PaymentMethod.PIX: "Pix",
    PaymentMethod.CREDIT: "Crédito",
    PaymentMethod.DEBIT: "Débito",
    PaymentMethod.STORE_CREDIT: "Crediário",
    PaymentMethod.VOUCHER: "Vale",
    PaymentMethod.ONLINE: "Loja virtual",
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys; all empty is nobody in particular."""

    customer_id: int | None = None
    document: str = ""
    name: str = ""


def buyer_of(basket: Basket) -> Buyer:
    """Who buys what is in the basket."""
    return Buyer(basket.customer_id, basket.buyer_document, basket.buyer_name)


def buyer_words(buyer: Buyer) -> str:
    """ "Maria Souza · 111.222.333-96"; "" for nobody in particular."""
    return " · ".join(each for each in (buyer.name, formatted_tax_id(buyer.document)) if each)


def items(basket: Basket) -> str:
    """ "7 itens": the lines that count."""
    return formats.counted(len(basket.live), "item", "itens")


def initials(name: str) -> str:
    """Two letters for a product without a picture: "PP" for "Panela de pressão"."""
    letters = [word[0] for word in name.split() if word[0].isalpha() and (len(word) > 2 or word.isupper())]
    return "".join(letters[:2]).upper() or name[:1].upper()
