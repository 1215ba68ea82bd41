"""A supplier's note in words: what came, what it costs, how well it is proven, what the store will show."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from varejoforte_desktop.application.purchase_plan import PlannedLine, ProductEffect
from varejoforte_desktop.application.purchase_questions import PurchaseRow
from varejoforte_desktop.application.purchases import PurchaseReceipt
from varejoforte_desktop.application.undo_purchase import UndoReceipt
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.fiscal_errors import PurchaseRefused
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.purchase import (
    Match,
    NoteLine,
    PurchaseNote,
    Signature,
    change_percent,
)
from varejoforte_desktop.domain.unbought import Unbought
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.messages import sentence
from varejoforte_desktop.ui.purchases.work import OPEN, PurchaseWork, Standing

SIGNATURES: Final = {
    Signature.HOLDS: "assinatura confere",
    Signature.BROKEN: "assinatura não confere",
    Signature.ABSENT: "sem assinatura",
    Signature.FOREIGN: "assinatura de outro CNPJ",
    Signature.UNCHECKED: "assinatura não conferida",
}

MATCHES: Final = {
    Match.REMEMBERED: "Lembrado da última compra deste fornecedor.",
    Match.BARCODE: "Encontrado pelo código de barras.",
    Match.REFERENCE: "Encontrado pela referência.",
    Match.SEVERAL: "Mais de um produto tem este código: escolha qual é.",
    Match.DISPUTED: "O código do fornecedor era um produto, e o código de barras é de outro: escolha qual é.",
    Match.UNKNOWN: "Nenhum produto tem este código. Busque, cadastre ou deixe de fora.",
}


UNBOUGHT: Final = {
    Unbought.BILLED: "É simples faturamento: a mercadoria vem depois, com a nota de remessa.",
    Unbought.DELIVERED: "A mercadoria já veio com a nota de remessa: esta só cobra por ela.",
    Unbought.ELSEWHERE: "É venda à ordem: mercadoria e cobrança vêm em notas diferentes.",
    Unbought.RETURN: "É devolução: o preço desta nota não é custo de compra.",
    Unbought.BACK: "É retorno de mercadoria que já era da loja.",
    Unbought.CONSIGNED: "Veio em consignação: a mercadoria continua do fornecedor.",
    Unbought.SAMPLE: "É amostra grátis: não é mercadoria para vender.",
    Unbought.SENT: "É remessa, não venda: a mercadoria não foi comprada com esta nota.",
    Unbought.SERVICE: "É serviço ou imposto: não traz mercadoria.",
    Unbought.COMPLEMENT: "É nota complementar: só acrescenta valor ou imposto a uma nota anterior.",
    Unbought.ADJUSTMENT: "É nota de ajuste de impostos: não traz mercadoria.",
}


def number(value: Decimal) -> str:
    """A quantity as bare as it can be: "12", "0,25", "3,333333"."""
    plain = f"{value:,f}".translate(str.maketrans(",.", ".,"))
    return plain.rstrip("0").rstrip(",") if "," in plain else plain


def last_time_words(planned: PlannedLine) -> str:
    """That the remembered conversion was for another unit: "Da última vez, 1 CX eram 12; agora vem em UN."; "" if not."""
    learned = planned.learned
    if learned is None or planned.match is not Match.REMEMBERED or planned.factor_known:
        return ""
    one = f"1 {learned.unit}" if learned.unit else "uma"
    return f"Da última vez, {one} valia {number(learned.factor)}; agora vem em {planned.line.unit or '—'}."


def open_words(planned: PlannedLine) -> str:
    """Why somebody has to decide this line, in one sentence."""
    if planned.unbought is not None:
        return UNBOUGHT[planned.unbought]
    if planned.product is None:
        which = " ou ".join(each.product.reference for each in planned.candidates[:4])
        return MATCHES[planned.match] + (f" ({which})" if which else "")
    line = planned.line
    return last_time_words(planned) or (
        f"A nota sugere que 1 {line.unit or 'unidade'} vale {number(planned.factor)}: confirme a conversão."
    )


def came(line: NoteLine) -> str:
    """How many came, as the supplier counts: "2 CX"."""
    return f"{number(line.quantity)} {line.unit}".strip()


def change_words(before: Money, after: Money) -> str:
    """From what to what, and by how much: "9,00 → 10,00 (+11,1%)"; alone when nothing changes."""
    if before == after:
        return formats.amount(before)
    percent = change_percent(before, after)
    if percent is None:
        return f"{formats.amount(before)} → {formats.amount(after)}"
    sign = "+" if percent > 0 else "−" if percent < 0 else ""
    return f"{formats.amount(before)} → {formats.amount(after)} ({sign}{formats.percent(abs(percent))})"


def now_words(before: Money, after: Money) -> str:
    """What it is now, and by how much it changed: "10,40 (+15,6%)"; a column has no room for both amounts."""
    change = change_words(before, after)
    return change.partition(" → ")[2] or change


def cost_words(effect: ProductEffect) -> str:
    """The product's cost before and after."""
    return change_words(effect.before.product.cost, effect.after.cost)


def exact_words(cost: Decimal) -> str:
    """A cost to the hundredth of a cent where it has such: "12,50", "11,633"."""
    return formats.amount(Money.of(cost)) if cost == Money.of(cost).reais else number(cost)


def stock_words(effect: ProductEffect) -> str:
    """What the store may offer before and after: "5 → 29"; a dash for goods it does not sell."""
    if not effect.after.sell_online:
        return "—"
    before, after = effect.before.published(), effect.before.published(entering=effect.entering)
    return formats.count(before) if before == after else f"{formats.count(before)} → {formats.count(after)}"


def store_words(effect: ProductEffect) -> str:
    """What changes in the online store, in one sentence."""
    if not effect.after.sell_online:
        return "Este produto não é vendido na loja virtual: nada muda lá."
    before, after = effect.before.published(), effect.before.published(entering=effect.entering)
    parts = [
        f"estoque {formats.count(before)} → {formats.count(after)}"
        if before != after
        else f"estoque continua {formats.count(after)}"
    ]
    old, new = effect.before.product.price, effect.after.price
    if old != new:
        parts.append(f"preço {formats.amount(old)} → {formats.amount(new)}")
    else:
        parts.append(f"preço continua {formats.amount(new)}")
    return f"Na loja virtual: {', '.join(parts)}."


def trouble_words(error: DomainError) -> str:
    """Why a line cannot enter as it stands."""
    if isinstance(error, PurchaseRefused) and error.why == "nothing":
        return "Esta linha não traz quantidade: deixe-a de fora."
    said = sentence(error)
    return f"{said.text} Confira a conversão." if not said.bug else "Esta conversão não é possível."


def charges_words(line: NoteLine) -> str:
    """How the line's cost is made: "240,00 + IPI 12,00 − desconto 5,00"."""
    parts = [formats.amount(line.gross)]
    for name, amount in (
        ("frete", line.freight),
        ("seguro", line.insurance),
        ("outras", line.other),
        ("IPI", line.ipi),
        ("ICMS-ST", line.st),
    ):
        if amount:
            parts.append(f"+ {name} {formats.amount(amount)}")
    if line.discount:
        parts.append(f"− desconto {formats.amount(line.discount)}")
    return " ".join(parts) if len(parts) == 1 else f"{' '.join(parts)} = {formats.amount(line.landed)}"


def proof_words(note: PurchaseNote) -> str:
    """How well the note is proven: "Protocolo 135… · assinatura confere"."""
    protocol = f"Protocolo {note.protocol}" if note.protocol else "Sem protocolo de autorização"
    test = " · nota de teste, sem valor fiscal" if note.rehearsal else ""
    return f"{protocol} · {SIGNATURES[note.signature]}{test}"


_UNSIGNED: Final = {
    Signature.HOLDS: "",
    Signature.ABSENT: "O arquivo não traz a assinatura do fornecedor. Peça o XML original.",
    Signature.BROKEN: "A assinatura não confere: o arquivo foi alterado depois de assinado. Peça o XML original.",
    Signature.FOREIGN: "A nota foi assinada com o certificado de outro CNPJ, não o do fornecedor. Peça o XML original.",
    Signature.UNCHECKED: "A assinatura não pôde ser conferida neste arquivo. Peça o XML original.",
}


def doubt_words(note: PurchaseNote) -> str:
    """What is not proven, and what to do; "" when all is."""
    if note.proven:
        return ""
    if note.rehearsal:
        return "Esta nota foi emitida em ambiente de teste e não tem valor fiscal."
    if not note.protocol:
        return "O arquivo não traz a autorização da SEFAZ. Peça ao fornecedor o XML completo (nfeProc)."
    return _UNSIGNED[note.signature]


def difference_words(note: PurchaseNote) -> str:
    """By how much the lines miss the note's total; "" when they do not."""
    difference = note.difference
    if difference == ZERO:
        return ""
    more = "a mais" if difference > ZERO else "a menos"
    amount = formats.money(Money(abs(difference.cents)))
    return f"O total da nota tem {amount} {more} do que a soma das linhas."


def undo_words(receipt: UndoReceipt) -> str:
    """What taking a note back has done, for a toast."""
    parts = [formats.counted(receipt.lines, "linha saiu do estoque", "linhas saíram do estoque")]
    if receipt.costs:
        parts.append(formats.counted(receipt.costs, "custo voltou", "custos voltaram"))
    if receipt.prices:
        parts.append(formats.counted(receipt.prices, "preço voltou", "preços voltaram"))
    said = f"Entrada da NF-e {receipt.number} desfeita: {', '.join(parts)}."
    if receipt.kept:
        kept = formats.counted(receipt.kept, "produto ficou", "produtos ficaram")
        said += f" {kept} como alguém deixou depois dela."
    return said


def undone_words(row: PurchaseRow) -> str:
    """When a note was taken back and by whom; "" for one that stands."""
    if row.undone_at is None:
        return ""
    return f"Desfeita em {formats.moment(row.undone_at)}, por {row.undone_by or '—'}"


def receipt_words(receipt: PurchaseReceipt) -> str:
    """What was done, for a toast."""
    parts = [formats.counted(receipt.entered, "linha entrou", "linhas entraram")]
    if receipt.new_products:
        parts.append(formats.counted(receipt.new_products, "produto novo", "produtos novos"))
    if receipt.costs:
        parts.append(formats.counted(receipt.costs, "custo mudou", "custos mudaram"))
    if receipt.prices:
        parts.append(formats.counted(receipt.prices, "preço mudou", "preços mudaram"))
    return f"NF-e {receipt.number}: {', '.join(parts)}."


def standing_words(standings: Sequence[Standing]) -> str:
    """How far a note is decided, from how each of its lines stands."""
    lines = formats.counted(len(standings), "linha", "linhas")
    if left := sum(standing in OPEN for standing in standings):
        return f"{formats.count(left)} a decidir · {lines}"
    entering = len(standings) - standings.count(Standing.OUT)
    return f"Tudo decidido: {formats.count(entering)} de {lines} entram"


def why_not_words(work: PurchaseWork) -> str:
    """Why a note cannot enter yet."""
    if left := len(work.open_places()):
        return f"Falta decidir {formats.counted(left, 'linha', 'linhas')}."
    if work.note.proven or work.trusted:
        return "Todas as linhas ficaram de fora: não há o que dar entrada."
    return "Esta nota não está comprovada: marque acima que responde por ela."
