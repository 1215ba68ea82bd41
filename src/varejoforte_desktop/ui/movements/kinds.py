"""The kinds of movement: their names and drawings, and for those a person enters the motives a shop usually writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.stock import MovementKind


@dataclass(frozen=True, slots=True)
class KindWords:
    """How a kind is called on its button and in the ledger, and on the button that writes it.

    `short` is its name where the ledger has little room; kinds that no person enters have no button.
    """

    text: str
    icon: str
    save: str = ""
    done: str = ""
    motives: tuple[str, ...] = ()
    short: str = ""

    @property
    def brief(self) -> str:
        """The name for a narrow column."""
        return self.short or self.text


KIND_WORDS: Final = {
    MovementKind.ENTRY: KindWords(
        "Entrada",
        "arrow-down",
        "Registrar entrada",
        "Entrada registrada",
        ("Compra", "Devolução de cliente", "Transferência recebida", "Bonificação do fornecedor"),
    ),
    MovementKind.EXIT: KindWords(
        "Saída",
        "arrow-up",
        "Registrar saída",
        "Saída registrada",
        ("Devolução ao fornecedor", "Transferência enviada", "Brinde", "Conserto"),
    ),
    MovementKind.ADJUSTMENT: KindWords(
        "Ajuste",
        "edit",
        "Registrar ajuste",
        "Ajuste registrado",
        ("Contagem", "Inventário", "Correção de lançamento"),
    ),
    MovementKind.LOSS: KindWords(
        "Perda", "trash", "Registrar perda", "Perda registrada", ("Quebra", "Avaria", "Vencimento", "Furto")
    ),
    MovementKind.OWN_USE: KindWords(
        "Consumo próprio",
        "box",
        "Registrar consumo",
        "Consumo registrado",
        ("Uso na loja", "Limpeza", "Amostra", "Mostruário"),
        short="Consumo",
    ),
    MovementKind.OPENING: KindWords(
        "Saldo inicial", "stock", "Registrar saldo", "Saldo registrado", short="Saldo"
    ),
    MovementKind.SALE: KindWords("Venda", "sale"),
    MovementKind.REVERSAL: KindWords("Venda cancelada", "undo", short="Cancelada"),
    MovementKind.COUNT: KindWords("Inventário", "barcode"),
}
#: In the order of their buttons; the opening balance comes with the import only.
ENTERED: Final = tuple(kind for kind in MovementKind if kind.by_hand and kind is not MovementKind.OPENING)


def needed_for(kind: MovementKind) -> Permission:
    """What an operator must be allowed to enter this kind."""
    plain = kind in {MovementKind.ENTRY, MovementKind.EXIT}
    return Permission.MOVE_STOCK if plain else Permission.ADJUST_STOCK
