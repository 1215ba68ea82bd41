"""Which values the store accepts in a field: texts up to a length, money, whole numbers, days."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from varejoforte_desktop.simulator.answers import NOT_MONEY, Refused
from varejoforte_desktop.simulator.calls import Row, as_text
from varejoforte_desktop.simulator.clock import EMPTY_DAY
from varejoforte_desktop.simulator.switches import Switches

Reader = Callable[[object, Switches], str]

CENT = Decimal("0.01")
MOST = Decimal("9999999.99")  # Decimal(9)

_AMOUNT = re.compile(r"\d+(\.\d+)?")
_WHOLE = re.compile(r"-?\d{1,9}")


class Unfit(Exception):
    """A value does not fit its field; the text is what the store says about it."""


def text(limit: int) -> Reader:
    """Reads a text of at most `limit` characters."""

    def read(value: object, switches: Switches) -> str:
        found = as_text(value)
        if len(found) <= limit:
            return found
        if switches.overlong_text == "truncate":
            return found[:limit]
        raise Unfit(f"O tamanho máximo deste campo é de {limit} caracteres.")

    return read


def money(value: object, _switches: Switches) -> str:
    """Reads an amount with a decimal point and no sign: `12`, `"12.3"`, → `"12.30"`."""
    found = as_text(value)
    if isinstance(value, bool) or not _AMOUNT.fullmatch(found) or Decimal(found) > MOST:
        raise Unfit(NOT_MONEY)
    return two_places(Decimal(found))


def whole(value: object, _switches: Switches) -> str:
    """Reads a whole number, never below zero."""
    found = as_text(value)
    if isinstance(value, bool) or not _WHOLE.fullmatch(found) or found.startswith("-"):
        raise Unfit("Por favor, forneça um número inteiro.")
    return str(int(found))


def stock(value: object, switches: Switches) -> str:
    """Reads a quantity in stock; below zero only where the store allows it."""
    found = as_text(value)
    if switches.allow_negative_stock and not isinstance(value, bool) and _WHOLE.fullmatch(found):
        return str(int(found))
    return whole(value, switches)


def flag(value: object, _switches: Switches) -> str:
    """Reads yes or no: 1, "1", true → "1"; 0, "0", "", false → "0"."""
    found = as_text(value)
    if found in ("0", "1"):
        return found
    if found == "":
        return "0"
    raise Unfit("Valor inválido.")


def day(value: object, _switches: Switches) -> str:
    """Reads a day; empty in either spelling becomes `0000-00-00`."""
    found = as_text(value).strip()
    if found in ("", EMPTY_DAY):
        return EMPTY_DAY
    try:
        return date.fromisoformat(found[:10]).isoformat()
    except ValueError:
        raise Unfit("Data inválida.") from None


def two_places(amount: Decimal) -> str:
    """Money as it goes on the wire."""
    return str(amount.quantize(CENT, ROUND_HALF_UP))


def read_fields(
    model: str, given: Mapping[str, object], readers: Mapping[str, Reader], switches: Switches
) -> Row:
    """The given fields that the store knows, as text. Unknown names are ignored.

    Raises Refused(400) that names every field whose value does not fit.
    """
    row: Row = {}
    unfit: dict[str, list[str]] = {}
    for name, value in given.items():
        reader = readers.get(name)
        if reader is None:
            continue
        try:
            row[name] = reader(value, switches)
        except Unfit as problem:
            unfit[name] = [str(problem)]
    if unfit:
        raise Refused(400, {model: unfit})
    return row
