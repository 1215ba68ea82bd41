"""What the product list shows of each product, and how far the store knows it, in one word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from varejoforte_desktop.application.questions import LinkState, ProductOrder, ProductRow
from varejoforte_desktop.domain.outbox import QueueState
from varejoforte_desktop.ui import formats
from varejoforte_desktop.ui.models.columns import Align, Column
from varejoforte_desktop.ui.palettes import Role, Tone


def _tr(text: str) -> str:
    return QCoreApplication.translate("ProductColumns", text)


@dataclass(frozen=True, slots=True)
class StoreState:
    """How far the store knows a product: word, drawing, feeling, and the whole story for the tooltip."""

    text: str
    icon: str
    tone: Tone
    tooltip: str = ""


def store_state(row: ProductRow, now: datetime) -> StoreState:
    """The state of a product towards the store, the most urgent one first."""
    since = ""
    if row.owed_since is not None:
        since = _tr("Desde {moment}.").format(moment=formats.full_moment(row.owed_since))
    match row.queue:
        case QueueState.HALTED:
            return StoreState(_tr("Parado"), "error", Tone.BAD, _tr("Veja a causa na fila. ") + since)
        case QueueState.OUTCOME_UNKNOWN:
            return StoreState(_tr("Conferindo"), "sync", Tone.WARN, _tr("A Tray não confirmou. ") + since)
        case QueueState.SENDING:
            return StoreState(_tr("Enviando"), "sync", Tone.INFO, since)
        case QueueState.WAITING:
            age = formats.age(row.owed_since, now) if row.owed_since is not None else ""
            return StoreState(_tr("Aguarda {age}").format(age=age).strip(), "clock", Tone.INFO, since)
    return _settled(row)


def _settled(row: ProductRow) -> StoreState:
    """Nothing is owed."""
    if not row.active:
        return StoreState(_tr("Inativo"), "eye-off", Tone.NEUTRAL, _tr("Só aparece quando é procurado."))
    if not row.sell_online:
        return StoreState(
            _tr("Fora da loja"), "eye-off", Tone.NEUTRAL, _tr("Este produto não é vendido na loja virtual.")
        )
    match row.link:
        case LinkState.LINKED:
            return StoreState(_tr("Em dia"), "check", Tone.GOOD, _tr("A loja mostra o que está aqui."))
        case LinkState.UNLINKED:
            return StoreState(_tr("Desvinculado"), "unlink", Tone.WARN, _tr("O produto foi apagado na Tray."))
        case LinkState.CREATING:
            return StoreState(_tr("Conferindo"), "sync", Tone.WARN, _tr("A Tray não confirmou o cadastro."))
        case LinkState.ABSENT:
            return StoreState(_tr("Não enviado"), "cloud", Tone.NEUTRAL, _tr("A Tray ainda não o recebeu."))


def is_low(row: ProductRow) -> bool:
    """Whether there are fewer than the shop wants to have."""
    return row.on_hand < row.minimum_stock


def _shelf_tooltip(row: ProductRow) -> str:
    held = _tr("{quantity} {unit} em estoque").format(quantity=formats.quantity(row.on_hand), unit=row.unit)
    if not is_low(row):
        return held
    least = formats.quantity(row.minimum_stock)
    return held + _tr("; abaixo do mínimo de {least}").format(least=least)


def _name_tooltip(row: ProductRow) -> str:
    facts = [row.name, row.reference, row.barcode, row.brand, row.category]
    return " · ".join(fact for fact in facts if fact)


def product_columns(clock: Callable[[], datetime]) -> tuple[Column[ProductRow], ...]:
    """The columns of the product list; `clock` gives the now that ages are counted to."""
    return (*_what_it_is(), *_how_many(), _store_column(clock))


def _what_it_is() -> tuple[Column[ProductRow], ...]:
    return (
        Column(
            title=_tr("Ref."),
            text=lambda row: row.reference,
            sample="UTE-10010",
            sort_key=ProductOrder.REFERENCE,
            yields=1,
        ),
        Column(
            title=_tr("Produto"),
            text=lambda row: row.name,
            tooltip=_name_tooltip,
            sample="Panela de pressão 4",
            stretch=True,
            sort_key=ProductOrder.NAME,
        ),
        Column(
            title=_tr("Preço"),
            text=lambda row: formats.amount(row.price),
            align=Align.RIGHT,
            sample="9.999,99",
            sort_key=ProductOrder.PRICE,
        ),
    )


def _how_many() -> tuple[Column[ProductRow], ...]:
    return (
        Column(
            title=_tr("Físico"),
            text=lambda row: formats.quantity(row.on_hand),
            align=Align.RIGHT,
            icon=lambda row: "warning" if is_low(row) else "",
            role=lambda row: Role.WARN if is_low(row) else Role.TEXT,
            tooltip=_shelf_tooltip,
            sample="9.999",
            sort_key=ProductOrder.ON_HAND,
            title_tooltip=_tr("O que há na prateleira; em destaque, abaixo do mínimo"),
        ),
        Column(
            title=_tr("Na loja"),
            text=lambda row: formats.count(row.published) if row.sell_online else "—",
            align=Align.RIGHT,
            sample="9.999",
            title_tooltip=_tr("Quanto a loja virtual pode vender: físico menos reserva e segurança"),
            yields=2,
        ),
    )


def _store_column(clock: Callable[[], datetime]) -> Column[ProductRow]:
    def state(row: ProductRow) -> StoreState:
        return store_state(row, clock())

    return Column(
        title=_tr("Tray"),
        text=lambda row: state(row).text,
        icon=lambda row: state(row).icon,
        role=lambda row: state(row).tone.role,
        tooltip=lambda row: state(row).tooltip,
        sample=_tr("Aguarda há 44 min"),
    )
