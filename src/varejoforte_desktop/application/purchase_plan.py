"""What a supplier's note could be in this shop, line by line, and what it would do to each product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from varejoforte_desktop.application.purchase_ports import Learned
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.domain.fiscal_errors import PurchaseRefused
from varejoforte_desktop.domain.money import Money
from varejoforte_desktop.domain.operator import Actor, Permission
from varejoforte_desktop.domain.product import NONE, Product
from varejoforte_desktop.domain.purchase import (
    ONE,
    LineChoice,
    Match,
    NoteLine,
    PurchaseNote,
    StockedProduct,
    barcode_forms,
    drafted_product,
    entered_quantity,
    reference_ideas,
    unit_cost,
)
from varejoforte_desktop.domain.texts import folded
from varejoforte_desktop.domain.unbought import Unbought


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """What a line could be. `factor_known`: nobody has to look at the factor; `draft`: the product it would make.

    `learned` is what the supplier's code meant the last time, whether it is believed or not; `unbought`: why the line
    may be no purchase, so that a person has to say whether its goods come in.
    """

    line: NoteLine
    match: Match
    candidates: tuple[StockedProduct, ...] = ()
    factor: Decimal = ONE
    factor_known: bool = True
    learned: Learned | None = None
    unbought: Unbought | None = None
    draft: Product

    @property
    def product(self) -> StockedProduct | None:
        """The one product it is, None when a person has to say."""
        return self.candidates[0] if len(self.candidates) == 1 else None

    @property
    def sets_cost(self) -> bool:
        """Whether its price is what the goods cost, unless somebody says otherwise."""
        return self.unbought is None and not self.line.bonus

    @property
    def stays_out(self) -> bool:
        """Whether it brings nothing, unless somebody says otherwise: its goods come with another note."""
        return self.unbought is Unbought.BILLED


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasePlan:
    """A note with what each of its lines could be."""

    note: PurchaseNote
    lines: tuple[PlannedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEffect:
    """What a note does to one product: what enters, and its cost and price afterwards."""

    before: StockedProduct
    after: Product
    entering: Decimal
    exact_cost: Decimal

    @property
    def costs(self) -> bool:
        """Whether the cost changes."""
        return self.after.cost != self.before.product.cost

    @property
    def reprices(self) -> bool:
        """Whether the selling price changes."""
        return self.after.price != self.before.product.price


def plan_purchase(reader: Reader, note: PurchaseNote, *, own_cnpj: str, by: Actor) -> PurchasePlan:
    """What each line of a note could be; changes nothing.

    `own_cnpj` is the shop's CNPJ, "" when it was never filled in. Raises NotAllowed, FiscalNotReady,
    PurchaseRefused (repeated, recipient, own, direction).
    """
    by.needs(Permission.ENTER_PURCHASES)
    note.check_for(own_cnpj)
    if reader.purchases.entered(note.key) is not None:
        raise PurchaseRefused("repeated", str(note.number))
    found = _Candidates(reader, note)
    return PurchasePlan(note=note, lines=tuple(found.planned(line) for line in note.lines))


class _Candidates:
    """Everything the books know about a note's lines, asked for all lines at once."""

    def __init__(self, reader: Reader, note: PurchaseNote) -> None:
        books = reader.purchases
        self._note = note
        self._learned = books.learned(note.supplier.document, (line.code for line in note.lines))
        bars = {bars for line in note.lines for each in line.barcodes for bars in barcode_forms(each)}
        self._bars = books.with_barcodes(sorted(bars))
        ideas = {idea for line in note.lines for idea in reference_ideas(line, note.supplier)}
        self._references = books.with_references(sorted(ideas))
        ids = {each.product_id for each in self._learned.values()} | set(self._references.values())
        self._products = books.stocked(sorted(ids.union(*self._bars.values())))
        self._drafts = self._drafted(note)

    def _drafted(self, note: PurchaseNote) -> dict[str, Product]:
        """One new product for each code of the supplier; lines without one stand alone."""
        taken = {folded(each) for each in self._references}
        drafts: dict[str, Product] = {}
        for line in note.lines:
            key = _code_key(line)
            if key not in drafts:
                drafts[key] = drafted_product(line, note.supplier, taken)
                taken.add(folded(drafts[key].reference))
        return drafts

    def planned(self, line: NoteLine) -> PlannedLine:
        """What this line could be: what was learned, unless its bars say otherwise, then its bars, then its
        reference."""
        match, ids, whole = self._recognised(line)
        told = factor = ONE if whole else line.suggested_factor
        known = told == ONE
        learned = self._learned.get(line.code)
        if learned is not None and learned.product_id not in self._products:
            learned = None
        if learned is not None:
            # A conversion is for the unit it was learned with; of before units were kept, for what the note says too.
            same = learned.unit == line.unit_key if learned.unit else learned.factor == told
            factor = learned.factor if same else told
            if match in {Match.BARCODE, Match.SEVERAL} and learned.product_id not in ids:
                match, ids, known = Match.DISPUTED, [learned.product_id, *ids], same and factor == told == ONE
            else:
                match, ids, known = Match.REMEMBERED, [learned.product_id], same
        return PlannedLine(
            line=line,
            match=match,
            candidates=tuple(self._products[each] for each in ids if each in self._products),
            factor=factor,
            factor_known=known,
            learned=learned,
            unbought=self._note.unbought_line(line),
            draft=self._drafts[_code_key(line)],
        )

    def _recognised(self, line: NoteLine) -> tuple[Match, Sequence[int], bool]:
        """How it was found, what it can be, and whether it was found as the supplier's own (larger) unit."""
        by_bars = {bars: self._under(bars) for bars in line.barcodes}
        ids = list(dict.fromkeys(each for found in by_bars.values() for each in found))
        if ids:
            # Found only under the bars of the box: the shop sells the box.
            smaller = line.barcodes[0]
            whole = len(by_bars) == 2 and not by_bars[smaller]
            return (Match.BARCODE if len(ids) == 1 else Match.SEVERAL), ids, whole
        named = self._references.get(line.code.strip())
        if named is not None:
            return Match.REFERENCE, [named], False
        return Match.UNKNOWN, [], False

    def _under(self, bars: str) -> list[int]:
        """Products under these bars, however many zeros stand before them; inactive ones only when no other is."""
        ids = list(dict.fromkeys(each for form in barcode_forms(bars) for each in self._bars.get(form, ())))
        active = [each for each in ids if each in self._products and self._products[each].product.active]
        return active or ids


def _code_key(line: NoteLine) -> str:
    return folded(line.code) or f"\n{line.place}"


def product_effect(
    before: StockedProduct, parts: Iterable[tuple[NoteLine, LineChoice]], *, less_icms: bool = False
) -> ProductEffect:
    """What the lines of a note that are this product do to it, all together.

    Raises NotInteger, NotANumber, Missing, or PurchaseRefused ("nothing") for a line of no quantity.
    """
    entering, costing = NONE, []
    cost, price = before.product.cost, before.product.price
    for line, choice in parts:
        entered = before.product.measured(entered_quantity(line, choice.factor))
        if not entered:
            raise PurchaseRefused("nothing", str(line.place))
        entering += entered
        if choice.set_cost:
            costing.append((line, entered))
        if choice.price is not None:
            price = choice.price
    exact = unit_cost(costing, less_icms=less_icms)
    if costing:
        cost = Money.of(exact)
    after = before.product
    if (cost, price) != (after.cost, after.price):
        after = replace(after, cost=cost, price=price)
    return ProductEffect(before=before, after=after, entering=entering, exact_cost=exact)
