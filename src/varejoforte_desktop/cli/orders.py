"""Shows the store's orders, takes them in, registers them as sales, and says what statuses mean."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5

from varejoforte_desktop.application.order_import import ImportReport, Skipped, import_orders
from varejoforte_desktop.application.order_questions import (
    OrderDetail,
    OrderRow,
    OrderSearch,
    OrderSorting,
    StatusRow,
)
from varejoforte_desktop.application.order_sale import Registration, suggested_fiscal
from varejoforte_desktop.application.questions import Reader
from varejoforte_desktop.application.status_map import explain_statuses
from varejoforte_desktop.cli.answers import WORLD, CommandRefused, Console, Report, WrongUsage, record, table
from varejoforte_desktop.cli.asking import PASSWORD, secret
from varejoforte_desktop.cli.order_notes import IssuedNote, issue_note
from varejoforte_desktop.cli.order_words import FISCAL, MEANINGS, STAGES, refused, short_word, why_not
from varejoforte_desktop.cli.station import look, signed_in
from varejoforte_desktop.cli.stopping import stoppable
from varejoforte_desktop.domain.errors import (
    DocumentMissing,
    OrderAlreadyRegistered,
    OrderBlocked,
    OrderStageWrong,
)
from varejoforte_desktop.domain.fiscal_errors import NfceNotForCompanies
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.order import Obstacle, OrderStage
from varejoforte_desktop.domain.sale import FiscalModel
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import amount, counted, moment, money, quantity

if TYPE_CHECKING:
    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.application.sales import SaleReceipt
    from varejoforte_desktop.domain.money import Money
    from varejoforte_desktop.domain.operator import Actor

_WAITING: Final = frozenset({OrderStage.SEEN, OrderStage.IMPORTED})
#: Imported in one transaction: whoever else wants to write waits no longer than for these.
_A_HANDFUL: Final = 20


# -- seeing --------------------------------------------------------------------------------------------


def show(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """The orders that match, the scarcest first while they wait."""
    search = OrderSearch(
        stages=_WAITING if asked.stage is None else frozenset({OrderStage(asked.stage)}),
        status_id=asked.status,
        placed_from=asked.placed_from,
        placed_to=asked.placed_to,
        text=asked.text,
        order=OrderSorting.RISK if asked.stage in {None, "seen", "imported"} else OrderSorting.NEWEST,
    )

    def question(reader: Reader) -> Report:
        ids = reader.orders.ids(search)
        rows = reader.orders.rows(ids[: asked.limit])
        looked_at = reader.orders.looked()[1]
        when = "nunca" if looked_at is None else moment(looked_at)
        if rows:
            shown = counted(len(rows), "pedido mostrado", "pedidos mostrados")
            lines = [*_listed(rows), "", f"{shown} de {len(ids)}. Última leitura da loja: {when}."]
        else:
            lines = [f"Nenhum pedido aqui. Última leitura da loja: {when}."]
        document = {"total": len(ids), "looked_at": looked_at, "orders": [_document(row) for row in rows]}
        return Report(document=document, lines=lines)

    if not asked.look:
        return look(settings, question)

    async def work(station: Station, _by: Actor) -> Report:
        await _look(station, console)
        return await station.database.read(question)

    return with_somebody(asked, settings, work, why="--look")


def _listed(rows: Sequence[OrderRow]) -> list[str]:
    headings = ("pedido", "feito", "etapa", "situação", "comprador", "total", "sobra", "falta resolver")
    return table(headings, [_line(row) for row in rows], right="r    rr ")


def _line(row: OrderRow) -> tuple[str, ...]:
    stage = f"venda {row.sale_number}" if row.sale_number else STAGES[row.stage]
    return (
        row.remote_id,
        moment(row.placed_at or row.seen_at),
        stage,
        row.status,
        row.buyer,
        amount(row.total),
        "" if row.scarcest is None else quantity(row.scarcest),
        ", ".join(short_word(each.value) for each in row.obstacles),
    )


def _document(row: OrderRow) -> dict[str, object]:
    return record(row) | {
        "number": row.remote_id,
        "obstacles": [_reason(each.value) for each in row.obstacles],
    }


def _reason(why: str) -> dict[str, object]:
    said = why_not(why)
    return {"kind": why, "text": said.text, "remedy": said.remedy}


# -- taking in -----------------------------------------------------------------------------------------


def take_in(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Import the chosen orders; every one of them is new, updated, or left out for a reason that is said."""

    async def work(station: Station, by: Actor) -> Report:
        by.needs(Permission.IMPORT_ORDERS)
        if asked.look:
            await _look(station, console)
        if asked.all:
            ids, report = await station.database.read(_that_wait), ImportReport()
        else:
            ids, report = await station.database.read(lambda reader: _numbered(reader, asked.numbers))
        for start in range(0, len(ids), _A_HANDFUL):
            handful = ids[start : start + _A_HANDFUL]
            report += await station.database.run(import_orders, handful, by=by)
        return _taken(report)

    return with_somebody(asked, settings, work)


def _that_wait(reader: Reader) -> list[int]:
    """Orders nobody imported, and imported ones that the store changed; a cancelled one waits for nobody."""
    rows = reader.orders.rows(reader.orders.ids(OrderSearch(stages=_WAITING, order=OrderSorting.AGE)))
    return [
        row.id
        for row in rows
        if Obstacle.CANCELLED not in row.obstacles and (row.stage is OrderStage.SEEN or row.changed)
    ]


def _numbered(reader: Reader, numbers: Sequence[str]) -> tuple[list[int], ImportReport]:
    """The orders with these numbers of the store, and those that nobody has seen."""
    bare = list(dict.fromkeys(each.lstrip("#") for each in numbers))
    known = {each: reader.orders.id_of(each) for each in bare}
    unknown = tuple(Skipped(0, each, "gone") for each, order_id in known.items() if order_id is None)
    return [order_id for order_id in known.values() if order_id is not None], ImportReport(skipped=unknown)


def _taken(report: ImportReport) -> Report:
    rows = [
        *((each, "novo", "") for each in report.new),
        *((each, "atualizado", "") for each in report.updated),
        *((each.remote_id, "ficou de fora", why_not(each.why).whole) for each in report.skipped),
    ]
    odd = [(each, "aviso", why_not(Obstacle.DIVERGENT.value).whole) for each in report.divergent]
    summary = (
        f"{counted(report.found, 'pedido encontrado', 'pedidos encontrados')}: "
        f"{counted(len(report.new), 'novo', 'novos')}, "
        f"{counted(len(report.updated), 'atualizado', 'atualizados')}, "
        f"{counted(len(report.skipped), 'ficou de fora', 'ficaram de fora')}."
    )
    shown = [*rows, *odd]
    return Report(
        document={
            "found": report.found,
            "new": report.new,
            "updated": report.updated,
            "skipped": [{"number": each.remote_id, **_reason(each.why)} for each in report.skipped],
            "divergent": report.divergent,
        },
        lines=[*(table(("pedido", "resultado", "por quê"), shown, right="r") if shown else []), summary],
        code=WORLD if report.skipped else 0,
        complaint="Resolva o que ficou de fora e importe de novo." if report.skipped else "",
    )


# -- selling -------------------------------------------------------------------------------------------


def register(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Make a sale of an imported order, once however often it is asked for."""
    number = asked.number.lstrip("#")
    wanted = None if asked.fiscal is None else FiscalModel(asked.fiscal)

    async def work(station: Station, by: Actor) -> Report:
        by.needs(Permission.REGISTER_ORDERS)
        detail = await station.database.read(lambda reader: order_numbered(reader, number))
        fiscal = await station.database.read(lambda reader: _suggested(reader, detail))
        registration = Registration(
            order_id=detail.row.id, token=_token(detail), fiscal=wanted or fiscal, checked=not asked.unchecked
        )
        try:
            receipt = await station.orders.register(registration, by=by)
        except OrderAlreadyRegistered:
            return await station.database.read(lambda reader: _already(reader, number, wanted))
        except (OrderBlocked, OrderStageWrong, DocumentMissing, NfceNotForCompanies) as error:
            raise refused(error) from error
        if receipt.repeated:
            return await station.database.read(lambda reader: _already(reader, number, wanted))
        return _sold(number, receipt, await issue_note(station, receipt))

    return with_somebody(asked, settings, work)


def _suggested(reader: Reader, detail: OrderDetail) -> FiscalModel:
    if detail.order is None:
        return FiscalModel.NONE
    return suggested_fiscal(detail.order, nfce_to_companies=reader.fiscal.settings().cnpj_on_nfce)


def order_numbered(reader: Reader, number: str) -> OrderDetail:
    """The order with this number of the store. Raises CommandRefused."""
    order_id = reader.orders.id_of(number)
    if order_id is None:
        said = why_not("gone")
        raise CommandRefused(said.text, said.remedy, kind="no_such_order")
    return reader.orders.detail(order_id)


def _token(detail: OrderDetail) -> str:
    """The same until the order's sale is cancelled: only then may it become another one."""
    cancelled = sum(each.kind == "sale_cancelled" for each in detail.timeline)
    row = detail.row
    words = f"varejoforte:order:{row.id}:{row.remote_id}:{row.seen_at.isoformat()}:{cancelled}"
    return str(uuid5(NAMESPACE_URL, words))


def _sold(number: str, receipt: SaleReceipt, note: IssuedNote | None) -> Report:
    told = _sale(number, receipt.number, receipt.total, receipt.fiscal, "registrado:")
    if note is None:
        return told
    return replace(told, document={**told.document, "note": record(note)}, lines=[*told.lines, note.line])


def _already(reader: Reader, number: str, wanted: FiscalModel | None) -> Report:
    """What it was sold as; a document other than the one asked for is no success."""
    detail = order_numbered(reader, number)
    if detail.sale_id is None:  # cancelled at another station in this very moment
        raise refused(OrderStageWrong(number, detail.row.stage.value))
    sale = reader.sales.detail(detail.sale_id).sale
    told = _sale(number, detail.row.sale_number, sale.amounts.total, sale.fiscal, "já é a", repeated=True)
    if wanted is None or wanted is sale.fiscal:
        return told
    complaint = "Para mudar o documento fiscal, cancele a venda e registre o pedido de novo."
    return replace(told, code=WORLD, complaint=complaint)


def _sale(
    number: str, sale: str, total: Money, fiscal: FiscalModel, words: str, *, repeated: bool = False
) -> Report:
    return Report(
        document={"number": number, "sale": sale, "total": total, "fiscal": fiscal, "repeated": repeated},
        lines=[f"Pedido {number} {words} venda {sale}, {money(total)}, {FISCAL[fiscal]}."],
    )


# -- what statuses mean --------------------------------------------------------------------------------


def statuses(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """The store's statuses and what they mean to the shop, learnt and explained first when asked to."""
    if not (asked.learn or asked.accept_suggestions):
        return look(settings, lambda reader: _meanings(reader.orders.statuses(), 0))

    async def work(station: Station, by: Actor) -> Report:
        if asked.learn:
            by.needs(Permission.CHANGE_SETTINGS)
            known = await station.orders.learn_statuses()
            console.say(f"A loja tem {counted(known, 'situação', 'situações')}.")
        accepted = 0
        if asked.accept_suggestions:
            rows = await station.database.read(lambda reader: reader.orders.statuses())
            open_ones = {
                each.status_id: each.suggested for each in rows if each.meaning is None and each.suggested
            }
            await station.database.run(explain_statuses, open_ones, by=by)
            accepted = len(open_ones)
        rows = await station.database.read(lambda reader: reader.orders.statuses())
        return _meanings(rows, accepted)

    return with_somebody(asked, settings, work, why="--learn e --accept-suggestions")


def _meanings(rows: Sequence[StatusRow], accepted: int) -> Report:
    nobody_said = sum(each.meaning is None for each in rows)
    shown = [
        (
            each.status_id,
            each.name,
            "não definido" if each.meaning is None else MEANINGS[each.meaning],
            "" if each.suggested is None or each.meaning is not None else MEANINGS[each.suggested],
            str(each.open_orders),
        )
        for each in rows
    ]
    lines = table(("id", "situação", "significado", "sugestão", "pedidos"), shown, right="r   r")
    if accepted:
        lines.append(f"{counted(accepted, 'sugestão aceita', 'sugestões aceitas')}.")
    if nobody_said:
        lines.append(
            f"{counted(nobody_said, 'situação', 'situações')} sem significado: pedidos nelas esperam."
        )
    return Report(
        document={"accepted": accepted, "unmapped": nobody_said, "statuses": [record(each) for each in rows]},
        lines=lines if rows else ["Nenhuma situação conhecida: leia as da loja com --learn."],
    )


# -- who does it ---------------------------------------------------------------------------------------


def with_somebody(
    asked: argparse.Namespace,
    settings: Settings,
    work: Callable[[Station, Actor], Awaitable[Report]],
    *,
    why: str = "",
) -> Report:
    """Do it with an operator signed in; `why` are the options that need one. Raises WrongUsage without."""
    if asked.user is None:
        raise WrongUsage(f"Falta informar: --user (necessário com {why}).")
    password = secret(asked, PASSWORD, "a senha do operador")

    async def begin() -> Report:
        async with signed_in(settings, asked.user, password) as (station, by):
            return await work(station, by)

    with stoppable():
        return asyncio.run(begin())


async def _look(station: Station, console: Console) -> None:
    seen = await station.orders.look()
    console.say(f"Loja lida: {counted(seen, 'pedido novo ou alterado', 'pedidos novos ou alterados')}.")
