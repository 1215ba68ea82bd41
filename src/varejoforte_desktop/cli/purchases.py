"""Takes in suppliers' notes from their files, and lists those that entered."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from varejoforte_desktop.application.purchase_plan import (
    PlannedLine,
    ProductEffect,
    PurchasePlan,
    plan_purchase,
    product_effect,
)
from varejoforte_desktop.application.purchases import enter_purchase
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.undo_purchase import undo_purchase
from varejoforte_desktop.cli.answers import CommandRefused, Console, Report, record, table
from varejoforte_desktop.cli.asking import PASSWORD, confirm, secret
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.domain.errors import NoSuchRecord
from varejoforte_desktop.domain.fiscal import bare_key
from varejoforte_desktop.domain.fiscal_errors import PurchaseRefused
from varejoforte_desktop.domain.purchase import LineChoice, StockedProduct, suggested_price
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import amount, counted, day, moment
from varejoforte_desktop.ui.purchases.told import (
    change_words,
    difference_words,
    doubt_words,
    number,
    open_words,
    proof_words,
    receipt_words,
    stock_words,
    undo_words,
)

if TYPE_CHECKING:
    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.application.purchase_questions import PurchaseRow
    from varejoforte_desktop.domain.operator import Actor
    from varejoforte_desktop.domain.purchase import PurchaseNote

_MOST_REASONS = 5


def show(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """List the notes that entered."""
    rows = look(settings, lambda reader: reader.purchases.rows(limit=asked.limit, text=asked.text))
    lines = [
        (
            str(row.number),
            row.supplier,
            day(row.issued_at),
            moment(row.entered_at),
            str(row.lines - row.left_out),
            amount(row.total),
            row.operator,
            "desfeita" if row.undone else "",
        )
        for row in rows
    ]
    headings = ("nota", "fornecedor", "emitida", "entrou", "linhas", "total", "operador", "")
    return Report(
        document={"purchases": [record(row) for row in rows]},
        lines=table(headings, lines, right="r   rr") if lines else ["Nenhuma nota de compra entrou ainda."],
    )


def preview(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Show what a note would change, and change nothing."""
    return _with_note(asked, settings, None)


def enter(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Take in a note, after showing what it changes."""
    return _with_note(asked, settings, console)


def _with_note(asked: argparse.Namespace, settings: Settings, console: Console | None) -> Report:
    from varejoforte_desktop.fiscal.purchase_file import read_note

    password = secret(asked, PASSWORD, "a senha do operador")
    note = read_note(asked.file)

    async def work() -> Report:
        async with signed_in(settings, asked.user, password) as (station, actor):
            decided = await station.database.read(lambda reader: _Decided(reader, note, asked, actor))
            if console is None:
                return Report(document=decided.document(), lines=decided.lines())
            return await _enter(asked, console, station, actor, decided)

    return asyncio.run(work())


async def _enter(
    asked: argparse.Namespace, console: Console, station: Station, actor: Actor, decided: _Decided
) -> Report:
    if decided.open:
        raise CommandRefused(
            " ".join(decided.reasons()[:_MOST_REASONS]),
            "Decida cada linha com --match, --accept-factors ou --leave-out.",
            kind="undecided",
        )
    if not asked.yes:
        for line in decided.lines():
            console.say(line)
        confirm(
            f"A NF-e {decided.note.number} entra com {counted(len(decided.entering), 'linha', 'linhas')}."
        )
    receipt = await station.database.run(
        enter_purchase,
        decided.note,
        decided.choices,
        own_cnpj=decided.own_cnpj,
        accept_unproven=asked.unproven,
        less_icms=asked.less_icms,
        by=actor,
    )
    shown = decided.lines() if asked.yes else []
    return Report(
        document=decided.document() | {"applied": True, "receipt": record(receipt)},
        lines=[*shown, receipt_words(receipt)],
    )


def undo(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Take back a note that entered, after saying which."""
    key = bare_key(asked.key)
    password = secret(asked, PASSWORD, "a senha do operador")

    async def work() -> Report:
        async with signed_in(settings, asked.user, password) as (station, actor):
            row = await station.database.read(lambda reader: _standing(reader, key))
            if not asked.yes:
                lines = counted(row.lines - row.left_out, "linha sai", "linhas saem")
                confirm(f"A entrada da NF-e {row.number} de {row.supplier} é desfeita: {lines} do estoque.")
            receipt = await station.database.run(undo_purchase, row.id, reason=asked.reason, by=actor)
            return Report(document={"receipt": record(receipt)}, lines=[undo_words(receipt)])

    return asyncio.run(work())


def _standing(reader: Reader, key: str) -> PurchaseRow:
    """The purchase with this key that stands. Raises NoSuchRecord, or PurchaseRefused when it was taken back."""
    row = reader.purchases.entered(key)
    if row is not None:
        return row
    if reader.purchases.rows(text=key, limit=1):
        raise PurchaseRefused("undone", key)
    raise NoSuchRecord("purchase", key)


class _Decided:
    """A note with what the command line says of its lines; `open` are those it says nothing of."""

    def __init__(self, reader: Reader, note: PurchaseNote, asked: argparse.Namespace, by: Actor) -> None:
        self.note = note
        self.own_cnpj = reader.fiscal.settings().emitter.cnpj
        self._asked = asked
        self._plan: PurchasePlan = plan_purchase(reader, note, own_cnpj=self.own_cnpj, by=by)
        self._named = _named(reader, note, asked)
        #: What each line becomes, by its place.
        self._targets: dict[int, StockedProduct] = {}
        self.open: list[int] = []
        self.choices = [self._choice(line) for line in self._plan.lines]
        self._effects = self._reckoned()
        if asked.prices:
            self.choices = [self._priced(choice) for choice in self.choices]
            self._effects = self._reckoned()

    @property
    def entering(self) -> list[LineChoice]:
        """The lines that become goods."""
        return [choice for choice in self.choices if not choice.left_out]

    def _choice(self, planned: PlannedLine) -> LineChoice:
        place = planned.line.place
        if place in self._asked.leave_out:
            return LineChoice(place=place)
        if planned.stays_out and place not in self._named:
            return LineChoice(place=place)
        product, factor = planned.product, planned.factor
        known = planned.factor_known and planned.unbought is None
        if place in self._named:
            product, factor = self._named[place][0], self._named[place][1] or factor
            known = self._named[place][1] is not None or (planned.factor_known and factor == 1)
        meant = planned.unbought is None or place in self._named
        accepted = self._asked.accept_factors and meant
        if product is None or not (known or accepted):
            self.open.append(place)
            return LineChoice(place=place)
        self._targets[place] = product
        return LineChoice(
            place=place,
            product_id=product.product.id,
            factor=factor,
            set_cost=planned.sets_cost,
            seen=product.product.version,
        )

    def _reckoned(self) -> dict[int, ProductEffect]:
        """What the note does to each product."""
        by_place = {line.place: line for line in self.note.lines}
        parts: dict[int, list[LineChoice]] = {}
        for choice in self.choices:
            if choice.product_id is not None:
                parts.setdefault(choice.product_id, []).append(choice)
        return {
            product_id: product_effect(
                self._targets[choices[0].place],
                [(by_place[choice.place], choice) for choice in choices],
                less_icms=self._asked.less_icms,
            )
            for product_id, choices in parts.items()
        }

    def _priced(self, choice: LineChoice) -> LineChoice:
        if choice.product_id is None:
            return choice
        effect = self._effects[choice.product_id]
        told = suggested_price(effect.before.product, effect.after.cost, margin=self._asked.margin)
        return replace(choice, price=told) if told != effect.before.product.price else choice

    def lines(self) -> list[str]:
        """For a person: the note, its lines, what is still open."""
        note = self.note
        head = [
            f"NF-e {note.number} de {note.supplier.name}, {day(note.issued_at)}, {amount(note.total)}",
            proof_words(note),
            *filter(None, (doubt_words(note), difference_words(note))),
        ]
        rows = [self._row(line, choice) for line, choice in zip(self._plan.lines, self.choices, strict=True)]
        headings = ("linha", "na nota", "produto", "entra", "custo", "preço", "na loja")
        left = [f"Falta decidir: {', '.join(map(str, self.open))}."] if self.open else []
        return [*head, "", *table(headings, rows, right="r"), *left, *self.reasons()]

    def reasons(self) -> list[str]:
        """Why each open line waits for somebody, in a sentence."""
        waiting = [line for line in self._plan.lines if line.line.place in self.open]
        return [f"Linha {line.line.place}: {open_words(line)}" for line in waiting]

    def _row(self, planned: PlannedLine, choice: LineChoice) -> tuple[str, ...]:
        line = planned.line
        place = str(line.place)
        if choice.product_id is None:
            what = "(a decidir)" if line.place in self.open else "(de fora)"
            return place, line.name, what, f"{number(line.quantity)} {line.unit}", "", "", ""
        effect = self._effects[choice.product_id]
        old, new = effect.before.product, effect.after
        return (
            place,
            line.name,
            new.reference,
            f"{number(line.quantity * choice.factor)} {new.unit}",
            change_words(old.cost, new.cost),
            change_words(old.price, new.price),
            stock_words(effect),
        )

    def document(self) -> dict[str, object]:
        """For another program."""
        note = self.note
        return {
            "applied": False,
            "key": note.key,
            "number": note.number,
            "supplier": record(note.supplier),
            "total": note.total,
            "difference": note.difference,
            "proven": note.proven,
            "signature": note.signature.value,
            "open": self.open,
            "lines": [
                self._line_document(line, choice)
                for line, choice in zip(self._plan.lines, self.choices, strict=True)
            ],
        }

    def _line_document(self, planned: PlannedLine, choice: LineChoice) -> dict[str, object]:
        line = planned.line
        effect = None if choice.product_id is None else self._effects[choice.product_id]
        return {
            "line": line.place,
            "code": line.code,
            "name": line.name,
            "match": planned.match.value,
            "bonus": line.bonus,
            "unbought": "" if planned.unbought is None else planned.unbought.value,
            "factor": choice.factor,
            "reference": "" if effect is None else effect.after.reference,
            "cost": None
            if effect is None
            else {"before": effect.before.product.cost, "after": effect.after.cost},
            "price": None
            if effect is None
            else {"before": effect.before.product.price, "after": effect.after.price},
            "published": None
            if effect is None or not effect.after.sell_online
            else {
                "before": effect.before.published(),
                "after": effect.before.published(entering=effect.entering),
            },
        }


def _named(
    reader: Reader, note: PurchaseNote, asked: argparse.Namespace
) -> Mapping[int, tuple[StockedProduct, Decimal | None]]:
    """The products that the command line names. Raises CommandRefused or NoSuchRecord."""
    places = {line.place for line in note.lines}
    named: dict[int, tuple[StockedProduct, Decimal | None]] = {}
    for place, code, factor in asked.match:
        if place not in places:
            raise CommandRefused(f"A nota não tem a linha {place}.", kind="no_such_line")
        product_id = reader.product_by_code(code)
        found = {} if product_id is None else reader.purchases.stocked([product_id])
        if product_id is None or product_id not in found:
            raise NoSuchRecord("product", code)
        named[place] = (found[product_id], factor)
    return named
