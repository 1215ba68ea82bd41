"""Goods that come in and go out, each movement written in the ledger and never rubbed out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from varejoforte_desktop.domain.errors import Missing, Negative, TooLong
from varejoforte_desktop.domain.texts import keepable


class MovementKind(StrEnum):
    """Why the number on the shelf changes."""

    ENTRY = "entry"  # entrada
    EXIT = "exit"  # saída
    ADJUSTMENT = "adjustment"  # ajuste: the shelf was counted
    LOSS = "loss"  # perda ou quebra
    OWN_USE = "own_use"  # consumo próprio
    OPENING = "opening"  # saldo inicial
    SALE = "sale"  # venda
    REVERSAL = "reversal"  # venda cancelada: the goods are back
    COUNT = "count"  # inventário

    @property
    def incoming(self) -> bool:
        """Whether goods arrive. An adjustment is neither: it says what was counted."""
        return self in {MovementKind.ENTRY, MovementKind.OPENING, MovementKind.REVERSAL}

    @property
    def by_hand(self) -> bool:
        """Whether a person may write it; the others come with their sale or their count."""
        return self not in {MovementKind.SALE, MovementKind.REVERSAL, MovementKind.COUNT}


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementDraft:
    """A movement as a person enters it. For an adjustment `amount` is what was counted, else what moved."""

    product_id: int
    kind: MovementKind
    amount: Decimal
    reason: str
    document: str = ""

    def checked(self) -> MovementDraft:
        """Itself, tidied, when it can be written. Raises Missing, Negative or TooLong."""
        tidy = replace(self, reason=keepable(self.reason).strip(), document=keepable(self.document).strip())
        if not tidy.reason:
            raise Missing("reason")
        if len(tidy.reason) > 200:
            raise TooLong("reason", 200)
        if len(tidy.document) > 60:
            raise TooLong("document", 60)
        if self.amount < 0:
            raise Negative("quantity")
        if self.amount == 0 and self.kind is not MovementKind.ADJUSTMENT:
            raise Missing("quantity")
        return tidy
