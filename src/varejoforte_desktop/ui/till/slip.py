"""The till's slips as lines of text, 48 letters wide for rolls of 80 mm and 32 for rolls of 58 mm."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from varejoforte_desktop.application.sale_questions import CashRow, TillRow, TillSheet
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.domain.till import DENOMINATIONS, CashMovementKind, counted
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.till.words import (
    CASH_WORDS,
    COUNTED_METHODS,
    METHOD_WORDS,
    difference_words,
    piece_words,
)

WIDE: Final = 48
NARROW: Final = 32
#: Millimetres of a roll by how many letters it holds.
ROLLS: Final = {WIDE: 80, NARROW: 58}


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A line of a slip, never longer than the roll; `strong` is printed heavier."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipFrame:
    """What every slip carries: whose it is, how wide the roll, when and where it is printed."""

    shop_name: str
    width: int = WIDE
    printed_at: datetime
    station: str


def till_slip(sheet: TillSheet, frame: SlipFrame, *, shows_expected: bool = True) -> tuple[SlipLine, ...]:
    """The sheet of a till, closed or still open. Without `shows_expected` (blind) only what was counted is on it."""
    closed = sheet.row.closed_at is not None
    page = _Page(frame)
    page.title("Fechamento de caixa" if closed else "Parcial de caixa")
    _who(page, sheet)
    if shows_expected:
        _cash(page, sheet)
        _methods(page, sheet)
    else:
        _blind(page, sheet)
    _movements(page, sheet.movements)
    _pieces(page, sheet.pieces)
    if sheet.row.note:
        page.rule()
        page.wrapped(f"Observação: {sheet.row.note}")
    if closed:
        page.signature(sheet.row.closed_by)
    return page.end()


def cash_slip(row: CashRow, till: TillRow, frame: SlipFrame) -> tuple[SlipLine, ...]:
    """The slip of a supply or a withdrawal, to be signed by who hands over and who takes."""
    page = _Page(frame)
    page.title(CASH_WORDS[row.kind].text)
    page.pair(f"Caixa {till.id}", till.station)
    page.pair("Data", _when(row.at))
    page.pair("Operador", row.operator)
    page.rule()
    page.pair("Valor", formats.money(row.amount), strong=True)
    page.wrapped(f"Motivo: {row.reason}")
    page.signature(row.operator)
    page.signature("Recebido por" if row.kind is CashMovementKind.WITHDRAWAL else "Entregue por")
    return page.end()


def _when(at: datetime) -> str:
    return f"{formats.day(at)} {formats.hour(at)}"


def _who(page: _Page, sheet: TillSheet) -> None:
    row = sheet.row
    page.pair(f"Caixa {row.id}", row.station)
    page.pair("Aberto em", _when(row.opened_at))
    page.pair("Aberto por", row.operator)
    if row.closed_at is not None:
        page.pair("Fechado em", _when(row.closed_at))
        page.pair("Fechado por", row.closed_by)
    page.pair("Vendas", formats.count(sheet.sales))
    if sheet.sales:
        page.pair("Da venda", sheet.first_sale)
        page.pair("Até a venda", sheet.last_sale)
    if sheet.cancelled:
        page.pair("Vendas canceladas", formats.count(sheet.cancelled))


def _cash(page: _Page, sheet: TillSheet) -> None:
    totals, row = sheet.totals, sheet.row
    page.section("Dinheiro")
    page.pair("Fundo de troco", formats.amount(totals.opening_float))
    page.pair("+ Vendas em dinheiro", formats.amount(totals.cash_sales))
    page.pair("- Devoluções", formats.amount(totals.cash_refunds))
    page.pair("+ Suprimentos", formats.amount(totals.supplies))
    page.pair("- Sangrias", formats.amount(totals.withdrawals))
    expected = totals.expected_cash if row.expected_cash is None else row.expected_cash
    page.pair("= Esperado no caixa", formats.amount(expected), strong=True)
    if row.counted_cash is not None:
        difference = row.counted_cash - expected
        page.pair("Contado", formats.amount(row.counted_cash), strong=True)
        page.pair(difference_words(difference), formats.amount(difference), strong=True)


def _blind(page: _Page, sheet: TillSheet) -> None:
    page.section("Caixa cego")
    page.pair("Fundo de troco", formats.amount(sheet.totals.opening_float))
    if sheet.row.counted_cash is not None:
        page.pair("Dinheiro contado", formats.amount(sheet.row.counted_cash), strong=True)
        for method, money in sheet.counted_methods.items():
            page.pair(f"{METHOD_WORDS[method]} contado", formats.amount(money))
    page.wrapped("O valor esperado fica com a gerência.")


def _methods(page: _Page, sheet: TillSheet) -> None:
    sold, found = sheet.methods, sheet.counted_methods
    used = [method for method in (PaymentMethod.CASH, *COUNTED_METHODS) if method in sold or method in found]
    if not used:
        return
    page.section("Vendas por forma de pagamento")
    for method in used:
        page.pair(METHOD_WORDS[method], formats.amount(sold.get(method, ZERO)))
        if method in found:
            page.pair("  contado", formats.amount(found[method]))
            difference = found[method] - sold.get(method, ZERO)
            if difference:
                page.pair("  diferença", formats.amount(difference), strong=True)
    page.pair("Total", formats.amount(sum(sold.values(), ZERO)), strong=True)


def _movements(page: _Page, rows: tuple[CashRow, ...]) -> None:
    if not rows:
        return
    page.section("Suprimentos e sangrias")
    for row in rows:
        amount = row.amount if row.kind is CashMovementKind.SUPPLY else -row.amount
        page.pair(f"{formats.hour(row.at)} {CASH_WORDS[row.kind].text}", formats.amount(amount))
        page.wrapped(f"{row.reason} ({row.operator})", indent=6)


def _pieces(page: _Page, pieces: Mapping[int, int]) -> None:
    if not any(pieces.values()):
        return
    page.section("Cédulas e moedas")
    for value in DENOMINATIONS:
        count = pieces.get(value, 0)
        if count:
            page.pair(f"{count:>4} x {piece_words(value)}", formats.amount(Money(value * count)))
    page.pair("Total contado", formats.amount(counted(pieces)), strong=True)


class _Page:
    """Lines being written, each cut to the roll."""

    def __init__(self, frame: SlipFrame) -> None:
        self._frame = frame
        self._width = frame.width
        self._lines: list[SlipLine] = []

    def title(self, text: str) -> None:
        """Whose slip it is and what it is, in the middle."""
        for line in self._wrap(self._frame.shop_name, self._width):
            self._lines.append(SlipLine(line.center(self._width).rstrip()))
        self._lines.append(SlipLine(text.upper().center(self._width).rstrip(), strong=True))
        self.rule()

    def section(self, text: str) -> None:
        """A rule and what comes below it."""
        self.rule()
        self._lines.append(SlipLine(text.upper(), strong=True))

    def rule(self) -> None:
        """A line from edge to edge."""
        self._lines.append(SlipLine("-" * self._width))

    def pair(self, left: str, right: str, *, strong: bool = False) -> None:
        """Words at the left and what they are worth at the right; on two lines when one is too short."""
        room = self._width - len(left) - 1
        if len(right) <= room:
            self._lines.append(SlipLine(f"{left}{right:>{self._width - len(left)}}", strong))
            return
        self._lines += [SlipLine(line, strong) for line in self._wrap(left, self._width)]
        self._lines += [SlipLine(f"{line:>{self._width}}", strong) for line in self._wrap(right, self._width)]

    def wrapped(self, text: str, *, indent: int = 0) -> None:
        """A sentence over as many lines as it needs."""
        for line in self._wrap(text, self._width - indent):
            self._lines.append(SlipLine(" " * indent + line))

    def signature(self, name: str) -> None:
        """Room to sign, and who signs."""
        self._lines += [SlipLine(""), SlipLine(""), SlipLine("_" * self._width)]
        self.wrapped(name)

    def end(self) -> tuple[SlipLine, ...]:
        """The whole slip."""
        self.rule()
        printed = f"Impresso em {_when(self._frame.printed_at)}"
        for text in (*self._wrap(printed, self._width), *self._wrap(self._frame.station, self._width)):
            self._lines.append(SlipLine(text.center(self._width).rstrip()))
        self._lines.append(SlipLine("NÃO É DOCUMENTO FISCAL".center(self._width).rstrip()))
        return tuple(self._lines)

    def _wrap(self, text: str, width: int) -> Iterator[str]:
        yield from textwrap.wrap(text, width)
