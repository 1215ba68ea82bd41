"""What a till's parts are called on screen and on paper: forms of payment, movements, shortages and surpluses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.domain.till import CashMovementKind
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Tone

METHOD_WORDS: Final = {
    PaymentMethod.CASH: "Dinheiro",
    PaymentMethod.PIX: "Pix",
    PaymentMethod.CREDIT: "Crédito",
    PaymentMethod.DEBIT: "Débito",
    PaymentMethod.STORE_CREDIT: "Crediário",
    PaymentMethod.VOUCHER: "Vale",
    PaymentMethod.ONLINE: "Loja virtual",
}
#: The forms that leave something to count beside the money, in the order of their fields.
COUNTED_METHODS: Final = (
    PaymentMethod.PIX,
    PaymentMethod.CREDIT,
    PaymentMethod.DEBIT,
    PaymentMethod.STORE_CREDIT,
    PaymentMethod.VOUCHER,
)


@dataclass(frozen=True, slots=True)
class CashWords:
    """How a supply or a withdrawal is called, drawn and explained, with the motives a shop usually writes."""

    text: str
    icon: str
    save: str
    done: str
    explained: str
    motives: tuple[str, ...]


CASH_WORDS: Final = {
    CashMovementKind.SUPPLY: CashWords(
        "Suprimento",
        "arrow-down",
        "Registrar suprimento",
        "Suprimento registrado",
        "Dinheiro que entra na gaveta sem venda.",
        ("Reforço de troco", "Devolução de adiantamento", "Acerto de diferença"),
    ),
    CashMovementKind.WITHDRAWAL: CashWords(
        "Sangria",
        "arrow-up",
        "Registrar sangria",
        "Sangria registrada",
        "Dinheiro que sai da gaveta sem venda.",
        ("Depósito no banco", "Cofre", "Pagamento de fornecedor", "Despesa da loja"),
    ),
}


def difference_words(difference: Money) -> str:
    """Counted less expected in the shop's words: "Quebra de caixa", "Sobra de caixa", "O caixa confere"."""
    if difference == ZERO:
        return "O caixa confere"
    return "Quebra de caixa" if difference < ZERO else "Sobra de caixa"


def difference_tone(difference: Money) -> Tone:
    """How a difference feels."""
    if difference == ZERO:
        return Tone.GOOD
    return Tone.BAD if difference < ZERO else Tone.WARN


def signed(value: Money) -> str:
    """An amount with its sign always: "+50,00", "−20,00", "0,00"."""
    if value == ZERO:
        return formats.amount(value)
    return ("−" if value < ZERO else "+") + formats.amount(Money(abs(value.cents)))


def piece_words(cents: int) -> str:
    """A note or a coin: "R$ 200", "R$ 0,50"."""
    return f"R$ {cents // 100}" if cents >= 200 else f"R$ {cents // 100},{cents % 100:02}"
