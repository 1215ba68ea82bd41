"""Finding a product by its words, and adding it with Enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtWidgets import QWidget

from varejoforte_desktop.application.ports import Backend
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.sale_questions import ShelfOffer
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.counter.lines import shelf_remark
from varejoforte_desktop.ui.counter.pick import PickDialog
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A line of the list."""

    offer: ShelfOffer

    @property
    def id(self) -> int:
        """The product."""
        return self.offer.product_id


class SearchDialog(PickDialog[OfferRow]):
    """Opens with what was typed at the counter, or empty with F2."""

    def __init__(self, backend: Backend, text: str, parent: QWidget) -> None:
        tr = parent.tr
        super().__init__(
            "search",
            tr("Buscar produto"),
            tr("Adicionar (Enter)"),
            backend=backend,
            question=_offers,
            columns=_columns(parent),
            placeholder=tr("Nome, referência ou código"),
            parent=parent,
        )
        self.fit(680, 520)
        self.look_up(text)

    def say_empty(self, text: str) -> None:
        """Nothing is called that; or nothing was typed."""
        if text:
            title = self.tr("Nenhum produto com “{text}”").format(text=text)
            self.empty.set_message("search", title, self.tr("Tente uma parte do nome ou a referência."))
        else:
            self.empty.set_message(
                "products", self.tr("Nenhum produto cadastrado"), self.tr("Cadastre em Produtos.")
            )


def _offers(reader: Reader, text: str) -> Sequence[OfferRow]:
    return [OfferRow(offer) for offer in reader.sales.offers(text)]


def _columns(parent: QWidget) -> tuple[Column[OfferRow], ...]:
    tr = parent.tr
    return (
        Column(title=tr("Ref."), text=lambda row: row.offer.reference, sample="PAN-10010", yields=2),
        Column(title=tr("Produto"), text=lambda row: row.offer.name, stretch=True, sample="m" * 20),
        Column(
            title=tr("Preço"),
            text=lambda row: formats.amount(row.offer.price),
            align=Align.RIGHT,
            sample="10.000,00",
        ),
        Column(
            title=tr("Estoque"),
            text=lambda row: f"{formats.quantity(row.offer.on_hand)} {row.offer.unit}",
            align=Align.RIGHT,
            icon=lambda row: "warning" if _remark(row) else "",
            role=lambda row: Role.WARN if _remark(row) else Role.TEXT,
            tooltip=_remark,
            sample="10.000 UN",
            yields=1,
        ),
    )


def _remark(row: OfferRow) -> str:
    return shelf_remark(row.offer, Decimal(1))
