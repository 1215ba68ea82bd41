"""What goes on the roll: the DANFE of an NFC-e, the receipt of a sale without one, slips of the till, a test page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from varejoforte_desktop.application.printing_ports import PrinterBook
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.domain.print_job import Paper, PaperKind, Receipt, read_lines, read_receipt
from varejoforte_desktop.domain.sale import PaymentMethod
from varejoforte_desktop.printing.notes import Note, read_note, taxpayer
from varejoforte_desktop.printing.rolls import Piece, Roll, cents, money, price, quantity

_METHODS: Final = {
    PaymentMethod.CASH: "Dinheiro",
    PaymentMethod.PIX: "PIX",
    PaymentMethod.CREDIT: "Cartão de crédito",
    PaymentMethod.DEBIT: "Cartão de débito",
    PaymentMethod.STORE_CREDIT: "Crediário",
    PaymentMethod.VOUCHER: "Vale",
    PaymentMethod.ONLINE: "Pago na loja virtual",
}
_OF_A_SALE: Final = frozenset({PaperKind.NFCE_SLIP, PaperKind.RECEIPT})
#: Every letter of Portuguese, and what cheap printers get wrong.
_LETTERS: Final = "áàâãéêíóôõúüç ÁÀÂÃÉÊÍÓÔÕÚÜÇ nº 1ª R$"


def opens_drawer(paper: Paper, book: PrinterBook) -> bool:
    """Whether the drawer opens with this paper: the first one of a sale, where the shop wants it."""
    return book.drawer and paper.copy == 1 and not paper.cancelled and paper.kind in _OF_A_SALE


def slip(paper: Paper, book: PrinterBook) -> tuple[Piece, ...]:
    """A paper for the roll. Raises PrinterTrouble "format" when what it is printed from cannot be read."""
    make = _MAKERS.get(paper.kind)
    if make is None:
        raise PrinterTrouble("format", paper.kind.value)
    roll = Roll(book.columns)
    try:
        make(roll, paper, book)
    except (ValueError, KeyError, TypeError) as error:
        raise PrinterTrouble("format", str(error)[:80]) from None
    return roll.pieces()


# -- the DANFE of an NFC-e ----------------------------------------------------------------------------


def _nfce(roll: Roll, paper: Paper, book: PrinterBook) -> None:
    note = read_note(paper.content)
    if note.model != "65":
        raise PrinterTrouble("format", f"mod {note.model}")
    ways = ["Via consumidor"]
    if note.offline and note.pending and book.both_ways and not paper.cancelled:
        ways.append("Via estabelecimento")
    for place, way in enumerate(ways):
        if place:
            roll.cut()
        _nfce_way(roll, note, paper, way)


def _nfce_way(roll: Roll, note: Note, paper: Paper, way: str) -> None:
    _marks(roll, paper)
    roll.centred(note.issuer, strong=True)
    roll.sides(f"CNPJ {taxpayer(note.issuer_cnpj)}", f"IE {note.issuer_ie}" if note.issuer_ie else "")
    roll.centred(note.issuer_address)
    roll.rule()
    roll.centred("DANFE NFC-e", strong=True)
    roll.centred("Documento Auxiliar da Nota Fiscal de Consumidor Eletrônica")
    _notices(roll, note)
    roll.rule()
    for number, item in enumerate(note.items, 1):
        roll.left(f"{number:03} {item.code} {item.name}", hang=4)
        roll.pair(
            f"    {quantity(item.quantity)} {item.unit} x {price(item.price)}",
            money(item.total),
        )
        if item.discount:
            roll.pair("    desconto", money(-item.discount))
    roll.rule()
    _totals(roll, note)
    roll.rule()
    _identity(roll, note, way)
    _notices(roll, note)
    _marks(roll, paper)


def _totals(roll: Roll, note: Note) -> None:
    totals = note.totals
    roll.pair("Qtd. total de itens", str(len(note.items)))
    roll.pair("Valor total R$", money(totals.goods))
    if totals.added:
        roll.pair("Acréscimos R$", money(totals.added))
    if totals.discount:
        roll.pair("Descontos R$", money(-totals.discount))
    roll.pair("VALOR A PAGAR R$", money(totals.total), strong=True, tall=True)
    roll.pair("FORMA DE PAGAMENTO", "VALOR PAGO R$")
    for name, paid in note.payments:
        roll.pair(name, money(paid))
    if note.change:
        roll.pair("Troco R$", money(note.change))
    if totals.taxes is not None:
        roll.left(f"Tributos totais incidentes (Lei Federal 12.741/2012): R$ {money(totals.taxes)}")
    if note.remark:
        roll.rule()
        roll.left(note.remark)


def _identity(roll: Roll, note: Note, way: str) -> None:
    issued = note.issued_at.strftime("%d/%m/%Y %H:%M:%S") if note.issued_at else ""
    roll.sides(f"NFC-e nº {note.number}  Série {note.series}", issued, strong=True)
    roll.centred(way, strong=True)
    roll.centred("Consulte pela chave de acesso em")
    roll.centred(note.address)
    groups = [note.key[start : start + 4] for start in range(0, len(note.key), 4)]
    roll.centred(" ".join(groups[:6]))  # two lines on either roll, so that it is read and typed alike
    roll.centred(" ".join(groups[6:]))
    roll.rule()
    if note.buyer_document:
        kind = {11: "CPF", 14: "CNPJ"}.get(len(note.buyer_document), "Id. estrangeiro")
        roll.centred(f"CONSUMIDOR - {kind} {taxpayer(note.buyer_document)} {note.buyer}".rstrip())
        if note.buyer_address:
            roll.centred(note.buyer_address)
    else:
        roll.centred("CONSUMIDOR NÃO IDENTIFICADO")
    if note.protocol:
        roll.centred(f"Protocolo de autorização {note.protocol}")
        if note.authorised_at is not None:
            roll.centred(f"em {note.authorised_at:%d/%m/%Y %H:%M:%S}")
    if note.qr:
        roll.qr(note.qr)


def _notices(roll: Roll, note: Note) -> None:
    """What the buyer must see: without value, or the tax office still to be told."""
    if note.rehearsal:
        roll.centred("EMITIDA EM AMBIENTE DE HOMOLOGAÇÃO", strong=True)
        roll.centred("SEM VALOR FISCAL", strong=True)
    if note.offline:
        roll.centred("EMITIDA EM CONTINGÊNCIA", strong=True)
    if note.pending:
        roll.centred("Pendente de autorização", strong=True)


def _marks(roll: Roll, paper: Paper) -> None:
    """What happened to the document since, and that this is not the first paper of it."""
    if paper.cancelled:
        roll.centred("*** CANCELADA ***", strong=True, tall=True)
    if paper.copy > 1:
        roll.centred(f"{paper.copy}ª VIA - REIMPRESSÃO", strong=True)


# -- papers without a fiscal document -----------------------------------------------------------------


def _receipt(roll: Roll, paper: Paper, book: PrinterBook) -> None:
    told = read_receipt(paper.content)
    _marks_of_receipt(roll, paper)
    roll.centred(told.shop, strong=True)
    roll.centred("RECIBO DE VENDA", strong=True)
    roll.rule()
    roll.pair(f"Venda {told.number}", f"{told.at:%d/%m/%Y %H:%M}")
    roll.pair("Operador", told.operator)
    if told.buyer or told.document:
        roll.left(f"Cliente: {told.buyer} {taxpayer(told.document)}".rstrip())
    roll.rule()
    for number, line in enumerate(told.lines, 1):
        roll.left(f"{number:03} {line.name}", hang=4)
        roll.pair(
            f"    {quantity(Decimal(line.quantity))} {line.unit} x {cents(line.price)}", cents(line.total)
        )
    roll.rule()
    _receipt_sums(roll, told)
    roll.rule()
    roll.centred("NÃO É DOCUMENTO FISCAL", strong=True)
    _marks_of_receipt(roll, paper)


def _receipt_sums(roll: Roll, told: Receipt) -> None:
    parts = (
        ("Produtos", told.goods),
        ("Desconto", -told.discount),
        ("Frete", told.shipping),
        ("Acréscimo", told.surcharge),
        ("Ajuste", told.adjustment),
    )
    used = [(name, value) for name, value in parts if value]
    for name, value in used if len(used) > 1 else ():
        roll.pair(name, cents(value))
    roll.pair("TOTAL R$", cents(told.total), strong=True, tall=True)
    for method, paid in told.payments:
        roll.pair(_METHODS[method], cents(paid))
    if told.change:
        roll.pair("Troco", cents(told.change))


def _marks_of_receipt(roll: Roll, paper: Paper) -> None:
    if paper.cancelled:
        roll.centred("*** VENDA CANCELADA ***", strong=True, tall=True)
    if paper.copy > 1:
        roll.centred(f"{paper.copy}ª VIA - REIMPRESSÃO", strong=True)


def _lines(roll: Roll, paper: Paper, book: PrinterBook) -> None:
    if paper.copy > 1:
        roll.centred(f"{paper.copy}ª VIA - REIMPRESSÃO", strong=True)
    for text, strong in read_lines(paper.content):
        roll.ready(text, strong=strong)


def _test_page(roll: Roll, paper: Paper, book: PrinterBook) -> None:
    roll.centred("TESTE DE IMPRESSÃO", strong=True, tall=True)
    roll.centred("Varejo Forte")
    for line in paper.content.splitlines():
        roll.left(line)
    roll.rule()
    roll.left(_LETTERS)
    for start in _steps(book.columns):
        roll.ready(start)
    roll.left("Os números acima devem ocupar uma linha só, de ponta a ponta.")
    roll.pair("Forte", "como o total", strong=True)
    roll.pair("VALOR A PAGAR R$", "1.234,56", strong=True, tall=True)
    roll.qr("https://www.nfe.fazenda.gov.br/?p=teste-de-impressao")
    roll.centred("Leia o código com a câmera do celular.")
    roll.rule()
    roll.centred("NÃO É DOCUMENTO FISCAL")


def _steps(columns: int) -> Iterator[str]:
    """One line that fills the roll to its last letter."""
    yield "".join(str(place % 10) for place in range(1, columns + 1))


_MAKERS: Final[dict[PaperKind, Callable[[Roll, Paper, PrinterBook], None]]] = {
    PaperKind.NFCE_SLIP: _nfce,
    PaperKind.RECEIPT: _receipt,
    PaperKind.TILL_SLIP: _lines,
    PaperKind.TEST_PAGE: _test_page,
}
