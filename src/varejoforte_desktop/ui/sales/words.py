"""How a finished sale is told: where it came from, how it stands, how it was paid and what goes back."""

from __future__ import annotations

from typing import Final, NamedTuple

from varejoforte_desktop.application.sale_questions import SaleRow
from varejoforte_desktop.domain.sale import Payment, PaymentMethod, Sale, SaleSource, SaleState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.till.words import METHOD_WORDS


class Told(NamedTuple):
    """A state as word, drawing and feeling."""

    word: str
    icon: str
    tone: Tone


SOURCES: Final = {
    SaleSource.COUNTER: Told("Balcão", "sale", Tone.NEUTRAL),
    SaleSource.ORDER: Told("Loja virtual", "orders", Tone.NEUTRAL),
}
STATES: Final = {
    SaleState.COMPLETED: Told("Concluída", "check", Tone.GOOD),
    SaleState.CANCELLED: Told("Cancelada", "close", Tone.BAD),
}
CANCEL_MOTIVES: Final = ("Cliente desistiu", "Produto trocado", "Erro de registro", "Pagamento não passou")
NOBODY: Final = "Consumidor"


def buyer_words(row: SaleRow) -> str:
    """Who bought; somebody who did not say is a consumer."""
    return row.buyer or NOBODY


def method_words(methods: tuple[PaymentMethod, ...]) -> str:
    """All forms of payment: "Dinheiro + Pix"."""
    return " + ".join(METHOD_WORDS[method] for method in methods) or "—"


def payment_words(payment: Payment) -> str:
    """One part of what was paid, with what was handed over and the change."""
    words = METHOD_WORDS[payment.method]
    if payment.note:
        words += f" ({payment.note})"
    if payment.change:
        handed, back = formats.money(payment.tendered), formats.money(payment.change)
        words += f", recebido {handed}, troco {back}"
    return words


def refund_lines(sale: Sale) -> list[str]:
    """What somebody has to do when the sale is cancelled: one sentence a form of payment."""
    lines = ["A mercadoria volta ao estoque."]
    for payment in sale.payments:
        amount = formats.money(payment.amount)
        match payment.method:
            case PaymentMethod.CASH:
                lines.append(f"Devolva {amount} em dinheiro: sai deste caixa.")
            case PaymentMethod.ONLINE:
                lines.append(f"{amount} foram pagos na loja virtual: devolva por lá.")
            case PaymentMethod.CREDIT | PaymentMethod.DEBIT:
                lines.append(f"Estorne {amount} no cartão ({METHOD_WORDS[payment.method].lower()}).")
            case PaymentMethod.PIX:
                lines.append(f"Devolva {amount} por Pix.")
            case _:
                lines.append(f"Desfaça {amount} em {METHOD_WORDS[payment.method].lower()}.")
    return lines
