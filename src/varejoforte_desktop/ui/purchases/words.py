"""How a line stands while its note is decided: a word, a drawing and a feeling."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from varejoforte_desktop.ui.palettes import Tone
from varejoforte_desktop.ui.purchases.told import came, number
from varejoforte_desktop.ui.purchases.work import LineWork, Standing


class Told(NamedTuple):
    """A state as word, drawing and feeling."""

    word: str
    icon: str
    tone: Tone


STANDINGS: Final = {
    Standing.READY: Told("Pronta", "check", Tone.GOOD),
    Standing.NEW: Told("Produto novo", "plus", Tone.INFO),
    Standing.OUT: Told("Fica de fora", "minus", Tone.NEUTRAL),
    Standing.CHECK: Told("Ver conversão", "warning", Tone.WARN),
    Standing.UNBOUGHT: Told("Não é compra", "warning", Tone.WARN),
    Standing.SEVERAL: Told("Escolher produto", "warning", Tone.WARN),
    Standing.UNKNOWN: Told("Sem vínculo", "unlink", Tone.WARN),
    Standing.WRONG: Told("Não fecha", "error", Tone.BAD),
}


def entering_words(work: LineWork) -> str:
    """What comes and what that is here: "2 CX → 24 UN"."""
    target = work.target
    if target is None:
        return came(work.line)
    entered = work.line.quantity * work.factor
    ours = f"{number(entered.quantize(Decimal('0.001')))} {target.product.unit}"
    return came(work.line) if ours == came(work.line) else f"{came(work.line)} → {ours}"


def product_words(work: LineWork) -> str:
    """Which product of ours it is: "PAN-1 · Panela"; a dash for none."""
    target = work.target
    if target is None:
        return "—"
    return f"{target.product.reference} · {target.product.name}"
