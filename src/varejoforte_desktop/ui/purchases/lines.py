"""The lines of a note in a list: what came, which product it is, what it costs now, how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from varejoforte_desktop.application.purchase_plan import ProductEffect
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role
from varejoforte_desktop.ui.purchases.told import now_words, stock_words
from varejoforte_desktop.ui.purchases.words import STANDINGS, Told, entering_words, product_words
from varejoforte_desktop.ui.purchases.work import PurchaseWork, Standing


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A line as it is shown now; its id is its number on the note."""

    id: int
    name: str
    came: str
    product: str
    cost: str
    price: str
    store: str
    standing: Standing
    bonus: bool

    @property
    def told(self) -> Told:
        """The state in words."""
        return STANDINGS[self.standing]

    @property
    def story(self) -> str:
        """The whole line, for the tooltip."""
        gift = " (bonificação)" if self.bonus else ""
        return "\n".join(
            (
                f"{self.id}. {self.name}{gift}",
                f"{self.came} · {self.product}",
                f"Custo {self.cost} · preço {self.price} · na loja {self.store}",
                self.told.word,
            )
        )


def note_rows(work: PurchaseWork) -> list[NoteRow]:
    """All lines as they stand."""
    return [note_row(work, place) for place in work.places]


def note_row(work: PurchaseWork, place: int) -> NoteRow:
    """One line as it stands."""
    each, effect = work.line(place), work.effect(place)
    cost = price = store = "—"
    if isinstance(effect, ProductEffect):
        old, new = effect.before.product, effect.after
        cost, price = now_words(old.cost, new.cost), now_words(old.price, new.price)
        store = stock_words(effect)
    return NoteRow(
        id=place,
        name=each.line.name,
        came=entering_words(each),
        product=product_words(each),
        cost=cost,
        price=price,
        store=store,
        standing=work.standing(place),
        bonus=each.line.bonus,
    )


def _role(row: NoteRow) -> Role:
    return Role.TEXT_MUTED if row.standing is Standing.OUT else Role.TEXT


def note_columns() -> tuple[Column[NoteRow], ...]:
    """The columns of the note; when room is short what the panel tells anyway leaves first."""
    return (
        Column(title="Nº", text=lambda row: str(row.id), align=Align.RIGHT, role=_role, sample="990"),
        Column(
            title="Na nota",
            text=lambda row: f"{row.name} (bonificação)" if row.bonus else row.name,
            role=_role,
            tooltip=_story,
            sample="Panela de pressão",
            stretch=True,
        ),
        _column("Entra", lambda row: row.came, "10 CX → 120 UN", yields=1),
        _column("Produto da loja", lambda row: row.product, "PAN-1001 · Panela", yields=5),
        _column("Custo", lambda row: row.cost, "110,00 (+11,1%)", yields=2, align=Align.RIGHT),
        _column("Preço", lambda row: row.price, "110,00 (+11,1%)", yields=4, align=Align.RIGHT),
        _column(
            "Na loja",
            lambda row: row.store,
            "150 → 190",
            yields=3,
            align=Align.RIGHT,
            about="Estoque publicado na loja virtual, antes e depois",
        ),
        Column(
            title="Situação",
            text=lambda row: row.told.word,
            icon=lambda row: row.told.icon,
            role=lambda row: row.told.tone.role,
            tooltip=_story,
            sample="Escolher produto",
        ),
    )


def _story(row: NoteRow) -> str:
    return row.story


def _column(
    title: str,
    text: Callable[[NoteRow], str],
    sample: str,
    *,
    yields: int,
    align: Align = Align.LEFT,
    about: str = "",
) -> Column[NoteRow]:
    return Column(
        title=title,
        text=text,
        align=align,
        role=_role,
        tooltip=_story,
        sample=sample,
        yields=yields,
        title_tooltip=about,
    )
