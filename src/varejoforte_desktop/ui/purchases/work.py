"""A note while it is being decided: what each line is now, what that does to each product, what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from PySide6.QtCore import QObject, Signal

from varejoforte_desktop.application.purchase_plan import (
    PlannedLine,
    ProductEffect,
    PurchasePlan,
    product_effect,
)
from varejoforte_desktop.domain.errors import DomainError
from varejoforte_desktop.domain.money import ZERO, Money
from varejoforte_desktop.domain.product import Product
from varejoforte_desktop.domain.purchase import (
    ONE,
    LineChoice,
    Match,
    NoteLine,
    StockedProduct,
    suggested_price,
)
from varejoforte_desktop.domain.texts import folded


class Standing(Enum):
    """How a line stands while the note is decided."""

    READY = "ready"
    NEW = "new"
    OUT = "out"
    CHECK = "check"  # a factor was suggested that nobody has confirmed
    UNBOUGHT = "unbought"  # it is no purchase, and nobody has said that its goods come in all the same
    SEVERAL = "several"
    UNKNOWN = "unknown"
    WRONG = "wrong"  # it cannot enter so: half a piece, no quantity


#: What a person has still to decide.
OPEN = frozenset({Standing.CHECK, Standing.UNBOUGHT, Standing.SEVERAL, Standing.UNKNOWN, Standing.WRONG})


@dataclass(slots=True)
class LineWork:
    """A line and what was decided of it so far."""

    planned: PlannedLine
    product: StockedProduct | None
    factor: Decimal
    set_cost: bool
    confirmed: bool
    new: Product | None = None
    out: bool = False

    @property
    def line(self) -> NoteLine:
        """The supplier's line."""
        return self.planned.line

    @property
    def target(self) -> StockedProduct | None:
        """What goods of this line become: a product of the shop, or the one to be made."""
        if self.out:
            return None
        return self.product or (None if self.new is None else StockedProduct(product=self.new))

    @property
    def group(self) -> str:
        """What makes two lines one product; "" for none."""
        if self.out:
            return ""
        if self.product is not None:
            return f"#{self.product.product.id}"
        return "" if self.new is None else f"+{folded(self.new.reference.strip())}"


class PurchaseWork(QObject):
    """The decisions on one note. Everything shown of it is asked here, so that all parts agree."""

    #: Something was decided or undone: the places of the lines that are told otherwise now, None for all.
    changed = Signal(object)

    def __init__(self, plan: PurchasePlan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.note = plan.note
        #: Whether somebody answers for a note that is not proven.
        self.trusted = False
        self._lines = {each.line.place: _begun(each) for each in plan.lines}
        self._prices: dict[str, Money] = {}
        self._effects: dict[str, ProductEffect | DomainError] = {}
        self._groups: dict[str, list[LineWork]] | None = None
        self._margin: Decimal | None = None
        self._less_icms = False

    # -- asking ---------------------------------------------------------------------------------------

    @property
    def places(self) -> tuple[int, ...]:
        """The lines in the note's order."""
        return tuple(self._lines)

    @property
    def margin(self) -> Decimal | None:
        """The margin over cost asked for all prices, None: each keeps its own."""
        return self._margin

    @property
    def less_icms(self) -> bool:
        """Whether the creditable ICMS comes off the costs."""
        return self._less_icms

    def line(self, place: int) -> LineWork:
        """One line."""
        return self._lines[place]

    def standing(self, place: int) -> Standing:
        """How a line stands."""
        work = self._lines[place]
        if work.out:
            return Standing.OUT
        if work.target is None:
            unsure = work.planned.match in {Match.SEVERAL, Match.DISPUTED}
            return Standing.SEVERAL if unsure else Standing.UNKNOWN
        if isinstance(self.effect(place), DomainError):
            return Standing.WRONG
        if not work.confirmed:
            return Standing.CHECK if work.planned.unbought is None else Standing.UNBOUGHT
        return Standing.NEW if work.new is not None else Standing.READY

    def effect(self, place: int) -> ProductEffect | DomainError | None:
        """What the note does to this line's product, or why it cannot; None without a product."""
        work = self._lines[place]
        target = work.target
        if target is None:
            return None
        group = work.group
        if group not in self._effects:
            parts = [(each.line, self._choice(each)) for each in self._of(group)]
            try:
                self._effects[group] = product_effect(target, parts, less_icms=self._less_icms)
            except DomainError as error:
                self._effects[group] = error
        return self._effects[group]

    def suggestion(self, place: int) -> Money | None:
        """The price suggested for this line's product."""
        effect = self.effect(place)
        if not isinstance(effect, ProductEffect):
            return None
        try:
            return suggested_price(effect.before.product, effect.after.cost, margin=self._margin)
        except DomainError:
            return None

    def draft(self, place: int) -> tuple[Product, Money, Money]:
        """The product this line would make, what it would cost, and the price that the margin suggests."""
        work = self._lines[place]
        draft = work.new or work.planned.draft
        choice = LineChoice(place=place, new=draft, factor=work.factor)
        try:
            effect = product_effect(
                StockedProduct(product=draft), [(work.line, choice)], less_icms=self._less_icms
            )
            told = suggested_price(draft, effect.after.cost, margin=self._margin)
        except DomainError:
            return draft, ZERO, draft.price
        return draft, effect.after.cost, told

    def price(self, place: int) -> Money | None:
        """The new price that was chosen for this line's product, None when it stays."""
        return self._prices.get(self._lines[place].group)

    def open_places(self) -> list[int]:
        """The lines that somebody has still to decide."""
        return [place for place in self._lines if self.standing(place) in OPEN]

    def unknown_places(self) -> list[int]:
        """The lines that could become new products just so: bought, and like nothing the shop has."""
        return [
            place
            for place, work in self._lines.items()
            if self.standing(place) is Standing.UNKNOWN and _bought(work)
        ]

    def next_open(self, after: int) -> int | None:
        """The next open line behind this one, from the top again when there is none."""
        left = self.open_places()
        return next((place for place in left if place > after), left[0] if left else None)

    def effects(self) -> list[ProductEffect]:
        """What the note does to each product it touches."""
        found = {work.group: self.effect(place) for place, work in self._lines.items() if work.group}
        return [each for each in found.values() if isinstance(each, ProductEffect)]

    def choices(self) -> list[LineChoice]:
        """What was decided, as the books take it."""
        return [self._choice(work, final=True) for work in self._lines.values()]

    def _of(self, group: str) -> list[LineWork]:
        if self._groups is None:
            self._groups = {}
            for work in self._lines.values():
                self._groups.setdefault(work.group, []).append(work)
        return self._groups.get(group, [])

    def _choice(self, work: LineWork, *, final: bool = False) -> LineChoice:
        if work.target is None:
            return LineChoice(place=work.line.place)
        price = self._prices.get(work.group)
        new = work.new
        if final and new is not None and price is not None:
            new, price = replace(new, price=price), None
        return LineChoice(
            place=work.line.place,
            product_id=None if work.product is None else work.product.product.id,
            new=new,
            factor=work.factor,
            set_cost=work.set_cost,
            price=price,
            seen=None if work.product is None else work.product.product.version,
        )

    def product_ids(self) -> list[int]:
        """The products of the shop that lines are, as far as it is decided."""
        return sorted({work.product.product.id for work in self._lines.values() if work.product is not None})

    # -- deciding -------------------------------------------------------------------------------------

    def choose(self, place: int, product: StockedProduct) -> None:
        """This line is this product; other open lines with the same code are, too.

        A conversion that nobody has seen with this product has still to be accepted.
        """
        for work in list(self._alike(place)):
            work.product, work.new, work.out = product, None, False
            work.confirmed = work.factor == ONE and work.planned.factor_known and _bought(work)
        self._decided()

    def make_new(self, place: int, product: Product) -> None:
        """This line becomes a new product; other open lines with the same code, too."""
        for work in list(self._alike(place)):
            work.new, work.product, work.out = product, None, False
            work.confirmed = work.line.place == place or _bought(work)
        self._decided()

    def make_all_new(self) -> int:
        """Every bought line that is not known becomes a new product as the note describes it; gives how many."""
        made = self.unknown_places()
        for place in made:
            work = self._lines[place]
            work.new, work.confirmed = work.planned.draft, True
        self._decided()
        return len(made)

    def leave_out(self, place: int) -> None:
        """This line does not enter the shop; asked again, it is looked at anew."""
        work = self._lines[place]
        before = work.group
        if work.out:
            self._lines[place] = work = _begun(work.planned)
            work.out = False
        else:
            work.out, work.new = True, None
        self._decided_of(place, before, work.group)

    def set_factor(self, place: int, factor: Decimal) -> None:
        """So many of our units are in one of the supplier's."""
        self._lines[place].factor = factor
        self._decided_of(place, self._lines[place].group)

    def set_cost(self, place: int, ticked: bool) -> None:
        """Whether this line touches the product's cost."""
        self._lines[place].set_cost = ticked
        self._decided_of(place, self._lines[place].group)

    def set_price(self, place: int, price: Money | None) -> None:
        """The product's new price, None to leave it."""
        group = self._lines[place].group
        if price is None:
            self._prices.pop(group, None)
        elif group:
            self._prices[group] = price
        self._decided_of(place, group)

    def take_suggestions(self) -> int:
        """Every product whose suggested price differs takes it; gives how many."""
        taken = 0
        for place, work in self._lines.items():
            told, effect = self.suggestion(place), self.effect(place)
            if not told or not isinstance(effect, ProductEffect) or told == ZERO:
                continue
            if told != effect.before.product.price and self._prices.get(work.group) != told:
                self._prices[work.group] = told
                taken += 1
        self._decided()
        return taken

    def set_margin(self, margin: Decimal | None) -> None:
        """The margin over cost for every suggestion; prices that were chosen stay as they are."""
        self._margin = margin
        self._decided()

    def set_less_icms(self, ticked: bool) -> None:
        """Whether the creditable ICMS comes off the costs."""
        self._less_icms = ticked
        self._decided()

    def accept(self, place: int) -> bool:
        """This line is right as it stands; False when there is nothing to accept yet."""
        if self.standing(place) in {Standing.SEVERAL, Standing.UNKNOWN, Standing.WRONG}:
            return False
        self._lines[place].confirmed = True
        self._decided_of(place)
        return True

    def renew(self, products: Mapping[int, StockedProduct]) -> None:
        """The products as the books have them now; what is gone is to be decided again."""
        for work in self._lines.values():
            if work.product is not None:
                work.product = products.get(work.product.product.id)
                work.confirmed = work.confirmed and work.product is not None
        self._decided()

    def _alike(self, place: int) -> Iterator[LineWork]:
        code = folded(self._lines[place].line.code)
        for other, work in self._lines.items():
            if other == place or (code and folded(work.line.code) == code and self.standing(other) in OPEN):
                yield work

    def _decided(self) -> None:
        self._effects.clear()
        self._groups = None
        self.changed.emit(None)

    def _decided_of(self, place: int, *groups: str) -> None:
        """Only this line and the products of these groups are told otherwise: a note may have 990 lines."""
        touched = {place}
        for group in groups:
            touched.update(work.line.place for work in self._of(group) if group)
        self._groups = None
        for group in groups:
            self._effects.pop(group, None)
            touched.update(work.line.place for work in self._of(group) if group)
        self.changed.emit(frozenset(touched))


def _begun(planned: PlannedLine) -> LineWork:
    return LineWork(
        planned=planned,
        product=planned.product,
        factor=planned.factor,
        set_cost=planned.sets_cost,
        confirmed=planned.product is not None and planned.factor_known and planned.unbought is None,
        out=planned.stays_out,
    )


def _bought(work: LineWork) -> bool:
    return work.planned.unbought is None
