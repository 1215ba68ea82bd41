"""Links an order to a note that another program issued, and takes such a link back."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from varejoforte_desktop.application.link_invoice import LinkedNote, link_note
from varejoforte_desktop.application.unlink_invoice import UnlinkedNote
from varejoforte_desktop.application.unlink_invoice import unlink_invoice as take_link_back
from varejoforte_desktop.cli.answers import Console, Report
from varejoforte_desktop.cli.orders import order_numbered, with_somebody
from varejoforte_desktop.domain.operator import Permission
from varejoforte_desktop.domain.order import UnlinkReason
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import money

if TYPE_CHECKING:
    from varejoforte_desktop.app.station import Station
    from varejoforte_desktop.domain.operator import Actor
    from varejoforte_desktop.domain.purchase import PurchaseNote


def link_invoice(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Link an order to a note by its file or its key; the store is told of it as of our own."""
    number = asked.number.lstrip("#")

    async def work(station: Station, by: Actor) -> Report:
        by.needs(Permission.ISSUE_DOCUMENTS)
        detail = await station.database.read(lambda reader: order_numbered(reader, number))
        source = await asyncio.to_thread(_note_or_key, asked.note)
        found = await station.database.run(link_note, detail.row.id, source, by=by)
        return _linked(found)

    return with_somebody(asked, settings, work)


def _note_or_key(text: str) -> PurchaseNote | str:
    """A file that is there, or is called like one, is read; anything else is a key."""
    path = Path(text)
    if path.suffix.lower() != ".xml" and not path.is_file():
        return text
    from varejoforte_desktop.fiscal.invoice_file import read_invoice

    return read_invoice(path)


def _linked(found: LinkedNote) -> Report:
    note = f"{found.record.series}/{found.record.number}"
    verb = "já estava vinculada" if found.repeated else "vinculada"
    lines = [f"NF-e {note} {verb} ao pedido {found.order}, {money(found.record.value)}."]
    if found.record.origin == "typed" and not found.repeated:
        lines.append("Pela chave não se conferem comprador e valor: confira no DANFE.")
    if not found.issuer_known:
        lines.append("O CNPJ da loja não está configurado: confira o emitente.")
    return Report(
        document={
            "number": found.order,
            "note": note,
            "key": found.record.key,
            "value": found.record.value,
            "origin": found.record.origin,
            "repeated": found.repeated,
        },
        lines=lines,
    )


def unlink_invoice(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Take the link back: the note counts no more, and the order may get another one."""
    number = asked.number.lstrip("#")
    why = UnlinkReason(asked.why)

    async def work(station: Station, by: Actor) -> Report:
        by.needs(Permission.ISSUE_DOCUMENTS)
        detail = await station.database.read(lambda reader: order_numbered(reader, number))
        done = await station.database.run(take_link_back, detail.row.id, asked.key, why=why, by=by)
        return _unlinked(done)

    return with_somebody(asked, settings, work)


def _unlinked(done: UnlinkedNote) -> Report:
    note = f"{done.record.series}/{done.record.number}"
    verb = "já estava desfeito" if done.repeated else "desfeito"
    lines = [f"Vínculo da NF-e {note} com o pedido {done.order} {verb}."]
    if done.told and not done.repeated:
        lines.append(
            "A Tray mostra esta nota e não sabe apagá-la: avise o comprador; a próxima toma o lugar."
        )
    if done.owes:
        lines.append("A venda do pedido volta a dever a própria nota.")
    return Report(
        document={
            "number": done.order,
            "note": note,
            "key": done.record.key,
            "told": done.told,
            "owes": done.owes,
            "repeated": done.repeated,
        },
        lines=lines,
    )
