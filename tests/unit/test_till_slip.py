"""What the till prints: every line fits the roll, says what the books say, and survives printers and PDF readers."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varejoforte_desktop.application.sale_questions import CashRow, TillRow, TillSheet
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.domain.till import CashMovementKind, TillTotals
from varejoforte_desktop.ui.till.slip import NARROW, ROLLS, WIDE, SlipFrame, SlipLine, cash_slip, till_slip
from varejoforte_desktop.ui.till.slip_escpos import encoded, escpos
from varejoforte_desktop.ui.till.slip_pdf import slip_pdf

OPENED = datetime(2026, 3, 2, 11, 2, tzinfo=UTC)
CLOSED = datetime(2026, 3, 2, 21, 31, tzinfo=UTC)
PORTUGUESE = "áàâãéêíóôõúüçÁÀÂÃÉÊÍÓÔÕÚÜÇºª"


def a_row(**changes: Any) -> TillRow:
    facts: dict[str, Any] = {
        "id": 12,
        "station": "Balcão",
        "operator": "Ana Lima",
        "opened_at": OPENED,
        "closed_at": CLOSED,
        "closed_by": "Bruno Reis",
        "opening_float": Money(15000),
        "expected_cash": Money(57500),
        "counted_cash": Money(57300),
        "note": "Faltou troco",
    }
    return TillRow(**facts | changes)


def a_movement(kind: CashMovementKind = CashMovementKind.WITHDRAWAL, **changes: Any) -> CashRow:
    facts: dict[str, Any] = {
        "id": 1,
        "at": datetime(2026, 3, 2, 13, 17, tzinfo=UTC),
        "kind": kind,
        "amount": Money(86490),
        "reason": "Depósito no banco",
        "operator": "Ana Lima",
    }
    return CashRow(**facts | changes)


def a_sheet(row: TillRow | None = None, **changes: Any) -> TillSheet:
    facts: dict[str, Any] = {
        "row": row or a_row(),
        "totals": TillTotals(
            opening_float=Money(15000),
            cash_sales=Money(127490),
            cash_refunds=Money(3500),
            supplies=Money(5000),
            withdrawals=Money(86490),
        ),
        "methods": {PaymentMethod.CASH: Money(123990), PaymentMethod.PIX: Money(32000)},
        "counted_methods": {PaymentMethod.PIX: Money(31000)},
        "pieces": {10000: 5, 5000: 1, 2000: 1, 100: 3},
        "movements": (a_movement(),),
        "sales": 42,
        "cancelled": 1,
        "first_sale": "Balcão-871",
        "last_sale": "Balcão-912",
    }
    return TillSheet(**facts | changes)


def a_frame(width: int = WIDE, **changes: Any) -> SlipFrame:
    facts: dict[str, Any] = {
        "shop_name": "Casa das Panelas",
        "width": width,
        "printed_at": CLOSED,
        "station": "CAIXA-1",
    }
    return SlipFrame(**facts | changes)


def texts(lines: tuple[SlipLine, ...]) -> list[str]:
    return [line.text for line in lines]


# --- what is written -------------------------------------------------------------------------------------------------


def test_the_sheet_of_a_closed_till() -> None:
    assert texts(till_slip(a_sheet(), a_frame(NARROW))) == [
        "        Casa das Panelas",
        "      FECHAMENTO DE CAIXA",
        "--------------------------------",
        "Caixa 12                  Balcão",
        "Aberto em       02/03/2026 08:02",
        "Aberto por              Ana Lima",
        "Fechado em      02/03/2026 18:31",
        "Fechado por           Bruno Reis",
        "Vendas                        42",
        "Da venda              Balcão-871",
        "Até a venda           Balcão-912",
        "Vendas canceladas              1",
        "--------------------------------",
        "DINHEIRO",
        "Fundo de troco            150,00",
        "+ Vendas em dinheiro    1.274,90",
        "- Devoluções               35,00",
        "+ Suprimentos              50,00",
        "- Sangrias                864,90",
        "= Esperado no caixa       575,00",
        "Contado                   573,00",
        "Quebra de caixa            -2,00",
        "--------------------------------",
        "VENDAS POR FORMA DE PAGAMENTO",
        "Dinheiro                1.239,90",
        "Pix                       320,00",
        "  contado                 310,00",
        "  diferença               -10,00",
        "Total                   1.559,90",
        "--------------------------------",
        "SUPRIMENTOS E SANGRIAS",
        "10:17 Sangria            -864,90",
        "      Depósito no banco (Ana",
        "      Lima)",
        "--------------------------------",
        "CÉDULAS E MOEDAS",
        "   5 x R$ 100             500,00",
        "   1 x R$ 50               50,00",
        "   1 x R$ 20               20,00",
        "   3 x R$ 1,00              3,00",
        "Total contado             573,00",
        "--------------------------------",
        "Observação: Faltou troco",
        "",
        "",
        "________________________________",
        "Bruno Reis",
        "--------------------------------",
        "  Impresso em 02/03/2026 18:31",
        "            CAIXA-1",
        "     NÃO É DOCUMENTO FISCAL",
    ]


@pytest.mark.parametrize(
    ("counted", "words"),
    [(57500, "O caixa confere"), (57501, "Sobra de caixa"), (57499, "Quebra de caixa")],
)
def test_a_difference_has_a_name(counted: int, words: str) -> None:
    lines = texts(till_slip(a_sheet(a_row(counted_cash=Money(counted))), a_frame()))
    (found,) = [line for line in lines if line.startswith(("O caixa", "Sobra", "Quebra"))]
    assert found.startswith(words)


def test_an_open_till_prints_what_there_is_so_far() -> None:
    row = a_row(closed_at=None, closed_by="", expected_cash=None, counted_cash=None, note="")
    sheet = a_sheet(row, counted_methods={}, pieces={}, movements=(), sales=0, cancelled=0)
    lines = texts(till_slip(sheet, a_frame(NARROW)))
    assert lines[1].strip() == "PARCIAL DE CAIXA"
    assert "= Esperado no caixa       575,00" in lines
    assert not any(
        line.startswith(("Fechado", "Contado", "Quebra", "Da venda", "CÉDULAS", "SUPRIMENTOS", "____"))
        for line in lines
    )


@pytest.mark.parametrize("closed", [True, False])
def test_a_blind_slip_tells_only_what_was_counted(closed: bool) -> None:
    row = a_row() if closed else a_row(closed_at=None, closed_by="", expected_cash=None, counted_cash=None)
    lines = texts(till_slip(a_sheet(row), a_frame(), shows_expected=False))
    whole = "\n".join(lines)
    assert "CAIXA CEGO" in lines
    for hidden in ("575,00", "1.274,90", "1.239,90", "320,00", "35,00", "-2,00", "-10,00", "Quebra"):
        assert hidden not in whole, hidden
    assert ("Dinheiro contado" in whole) is closed
    assert "864,90" in whole, "who took it out knows it"


@pytest.mark.parametrize(
    ("kind", "title", "other"),
    [
        (CashMovementKind.WITHDRAWAL, "SANGRIA", "Recebido por"),
        (CashMovementKind.SUPPLY, "SUPRIMENTO", "Entregue por"),
    ],
)
def test_a_movement_is_signed_by_two(kind: CashMovementKind, title: str, other: str) -> None:
    lines = cash_slip(a_movement(kind), a_row(), a_frame(NARROW))
    assert texts(lines)[1].strip() == title
    assert SlipLine("Valor                  R$ 864,90", strong=True) in lines
    assert "Motivo: Depósito no banco" in texts(lines)
    assert texts(lines).count("_" * NARROW) == 2
    assert other in texts(lines)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=90).filter(str.strip)
CENTS = st.integers(-(10**12), 10**12).map(Money)


@given(shop=NAMES, who=NAMES, reason=NAMES, station=NAMES, cents=CENTS, width=st.sampled_from([WIDE, NARROW]))
def test_no_line_is_ever_longer_than_the_roll(
    shop: str, who: str, reason: str, *, station: str, cents: Money, width: int
) -> None:
    row = a_row(operator=who, closed_by=who, station=station, note=reason, counted_cash=cents)
    movement = a_movement(reason=reason, operator=who, amount=cents)
    sheet = a_sheet(
        row,
        totals=replace(a_sheet().totals, cash_sales=cents),
        methods={PaymentMethod.CREDIT: cents},
        movements=(movement,),
        first_sale=f"{station}-1",
        last_sale=f"{station}-2",
    )
    frame = a_frame(width, shop_name=shop, station=station)
    for lines in (
        till_slip(sheet, frame),
        till_slip(sheet, frame, shows_expected=False),
        cash_slip(movement, row, frame),
    ):
        assert max(len(line.text) for line in lines) <= width
        assert max(len(encoded(line.text)) for line in lines) <= width


# --- the receipt printer ---------------------------------------------------------------------------------------------


@dataclass
class VirtualPrinter:
    """Understands ESC/POS as a printer does and knows no more of it than we use; anything else jams it."""

    columns: int
    lines: list[SlipLine] = field(default_factory=list)
    cuts: int = 0
    page: str = "cp437"
    ready: bool = False
    _strong: bool = False
    _line: str = ""
    _heavy: bool = False

    def feed(self, job: bytes) -> None:
        place = 0
        while place < len(job):
            place += self._take(job[place:])

    def _take(self, job: bytes) -> int:
        for command, act, length in self._commands():
            if job.startswith(command):
                act(job[len(command) : length])
                return length
        if job[0] == 0x0A:
            self.lines.append(SlipLine(self._line, self._heavy))
            self._line, self._heavy = "", False
            return 1
        assert job[0] >= 0x20, f"jammed by {job[:4]!r}"
        assert self.ready, "text before the printer was reset"
        self._line += job[:1].decode(self.page)
        self._heavy = self._heavy or self._strong
        assert len(self._line) <= self.columns, "a line ran over the edge"
        return 1

    def _commands(self) -> tuple[tuple[bytes, Any, int], ...]:
        return (
            (b"\x1b@", self._reset, 2),
            (b"\x1bt", self._choose_page, 3),
            (b"\x1bM", self._choose_font, 3),
            (b"\x1bE", self._make_strong, 3),
            (b"\x1bd", self._feed_lines, 3),
            (b"\x1dV", self._cut, 4),
        )

    def _reset(self, _: bytes) -> None:
        self.ready, self.page, self._strong = True, "cp437", False

    def _choose_page(self, which: bytes) -> None:
        self.page = {0: "cp437", 2: "cp850", 3: "cp860"}[which[0]]

    def _choose_font(self, which: bytes) -> None:
        assert which == b"\x00", "font B has more letters than the roll was counted for"

    def _make_strong(self, which: bytes) -> None:
        self._strong = bool(which[0] & 1)

    def _feed_lines(self, count: bytes) -> None:
        assert not self._line, "fed in the middle of a line"
        assert count[0] >= 3, "the knife would cut the last lines"

    def _cut(self, how: bytes) -> None:
        assert how == b"B\x00"
        self.cuts += 1


def printed(lines: tuple[SlipLine, ...], width: int) -> VirtualPrinter:
    printer = VirtualPrinter(width)
    printer.feed(escpos(lines))
    return printer


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_printer_gives_back_what_was_sent(width: int) -> None:
    for lines in (
        till_slip(a_sheet(), a_frame(width)),
        till_slip(a_sheet(), a_frame(width), shows_expected=False),
        cash_slip(a_movement(), a_row(), a_frame(width)),
    ):
        printer = printed(lines, width)
        assert printer.lines == list(lines)
        assert any(line.strong for line in printer.lines)
        assert printer.cuts == 1


def test_every_portuguese_letter_is_printed() -> None:
    lines = (SlipLine(PORTUGUESE), SlipLine(PORTUGUESE, strong=True))
    assert printed(lines, WIDE).lines == list(lines)


@pytest.mark.parametrize(
    ("typed", "on_paper"),
    [
        ("−5,00 – “Zé’s” …", '-5,00 - "Zé\'s" .'),
        ("Ação" + "a\u0301", "Açãoá"),
        ("Łódź 東", "?ódz ?"),
        ("preço: 5 €", "preço: 5 ?"),
    ],
)
def test_what_the_printer_has_no_letter_for_stays_readable(typed: str, on_paper: str) -> None:
    assert encoded(typed).decode("cp850") == on_paper


@given(typed=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_nothing_typed_by_a_person_becomes_an_order_to_the_printer(typed: str) -> None:
    """A motive that holds ESC @ or a drawer kick prints as spaces."""
    text = f"{typed}\x1b@\x1bp\x00\x19\xfa\x1dV\x00"[:WIDE]
    printer = printed((SlipLine(text), SlipLine("fim")), WIDE)
    assert [line.text for line in printer.lines][1:] == ["fim"]
    assert printer.cuts == 1


# --- the PDF ---------------------------------------------------------------------------------------------------------


class Pdf:
    """As much of a PDF as is needed to read a slip back."""

    def __init__(self, document: bytes) -> None:
        found = re.finditer(rb"(\d+) 0 obj\s(.*?)endobj", document, re.DOTALL)
        self.objects = {int(each[1]): each[2] for each in found}
        self.pages = [body for body in self.objects.values() if re.search(rb"/Type /Page\b", body)]

    def stream(self, number: int) -> bytes:
        body = self.objects[number]
        data = body.partition(b"stream")[2].lstrip(b"\r\n").rpartition(b"endstream")[0]
        return zlib.decompressobj().decompress(data) if b"/FlateDecode" in body else data

    def size(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", self.pages[0])
        assert box is not None
        width, height = (float(side) / 72 * 25.4 for side in box.groups())
        return width, height

    def fonts(self) -> dict[bytes, dict[int, str]]:
        """What each glyph of each font is as a letter."""
        fonts = {}
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", b"".join(self.objects.values())):
            told = re.search(rb"/ToUnicode (\d+) 0 R", self.objects[int(number)])
            assert told is not None, "a reader could not copy the text"
            fonts[name] = _glyphs(self.stream(int(told[1])))
        return fonts

    def lines(self) -> list[str]:
        """The text, line by line."""
        contents = re.search(rb"/Contents (\d+) 0 R", self.pages[0])
        assert contents is not None
        fonts = self.fonts()
        lines = []
        for block in re.findall(rb"BT(.*?)ET", self.stream(int(contents[1])), re.DOTALL):
            font = re.search(rb"/(F\d+) ", block)
            assert font is not None
            glyphs = b"".join(re.findall(rb"<([0-9A-Fa-f]+)> Tj", block))
            codes = [int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4)]
            # A blank and a tab share their glyph.
            lines.append("".join(fonts[font[1]][code] for code in codes).replace("\t", " "))
        return lines


def _glyphs(cmap: bytes) -> dict[int, str]:
    letters = {}
    for first, last, targets in re.findall(rb"<(\w+)> <(\w+)> (\[[^\]]*\]|<\w+>)", cmap):
        many = re.findall(rb"<(\w+)>", targets)
        for step, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
            letters[code] = (
                bytes.fromhex(many[step].decode()).decode("utf-16-be")
                if targets.startswith(b"[")
                else chr(int(many[0], 16) + step)
            )
    return letters


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_pdf_is_as_wide_as_the_roll_and_says_the_same(width: int) -> None:
    slip = till_slip(a_sheet(), a_frame(width))
    pdf = Pdf(slip_pdf(slip, columns=width, title="Fechamento do caixa 12"))
    assert len(pdf.pages) == 1
    wide, high = pdf.size()
    assert wide == pytest.approx(ROLLS[width], abs=0.4)
    assert high > len(slip) * 2.5
    written = [line.text.rstrip() for line in slip if line.text.strip()]
    assert [line.rstrip() for line in pdf.lines()] == written


@pytest.mark.usefixtures("qapp")
def test_the_pdf_has_letters_of_equal_width_in_two_weights() -> None:
    document = slip_pdf(till_slip(a_sheet(), a_frame()), columns=WIDE, title="x")
    names = set(re.findall(rb"/FontName /\w+\+([\w-]+)", document))
    assert len(names) == 2
    assert all(re.search(rb"Mono|Courier|Consol", name) for name in names), names


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_longest_line_ends_inside_the_paper(width: int) -> None:
    document = slip_pdf((SlipLine("M" * width, strong=True),), columns=width, title="x")
    pdf = Pdf(document)
    contents = re.search(rb"/Contents (\d+) 0 R", pdf.pages[0])
    assert contents is not None
    stream = pdf.stream(int(contents[1]))
    steps = [float(step) for step in re.findall(rb"([\d.]+) \S+ Td <", stream)]
    dots = sum(steps) + steps[-1]
    assert dots / 300 * 25.4 <= ROLLS[width] - 8
    assert dots / 300 * 25.4 > ROLLS[width] - 12, "the letters are smaller than they could be"


def test_an_empty_till_owes_no_word_about_money() -> None:
    totals = TillTotals(opening_float=ZERO)
    row = a_row(opening_float=ZERO, expected_cash=ZERO, counted_cash=ZERO, note="")
    sheet = a_sheet(row, totals=totals, methods={}, counted_methods={}, pieces={0: 0}, movements=())
    lines = texts(till_slip(replace(sheet, pieces={}), a_frame(NARROW)))
    assert "O caixa confere             0,00" in lines
    assert "VENDAS POR FORMA DE PAGAMENTO" not in lines
