"""Makes, upgrades, checks, copies and restores the shop's database."""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from varejoforte_desktop.app.backups import Place, place_of
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.cli.answers import WORLD, Console, Report
from varejoforte_desktop.cli.asking import confirm, secret
from varejoforte_desktop.cli.database_plan import OPENS_COPY
from varejoforte_desktop.cli.database_words import spoken
from varejoforte_desktop.cli.safes import OPENS_SAFE
from varejoforte_desktop.cli.station import look
from varejoforte_desktop.persistence.copies import Made, books_state, ending_of, make_copy
from varejoforte_desktop.persistence.copy_files import Copy, fingerprint_path
from varejoforte_desktop.persistence.copy_keeping import free_target
from varejoforte_desktop.persistence.copy_locked import Lock, is_locked
from varejoforte_desktop.persistence.copy_placing import kept_name, put_in_place
from varejoforte_desktop.persistence.copy_postgres import beside, database_name, exchange_databases
from varejoforte_desktop.persistence.copy_proving import Candidate, proved_copy, stamp, told_by_server
from varejoforte_desktop.persistence.database import shown_address, sqlite_path
from varejoforte_desktop.persistence.marks import MarksFile
from varejoforte_desktop.persistence.schema import SchemaState, prepare
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import SHOP_ZONE, counted

_PROBLEMS: Final = {
    "file": "o arquivo tem um defeito: {}",
    "foreign_key": "uma linha se refere a algo que não existe: {}",
    "ledger": "o estoque não bate com o histórico: {}",
    "no_shelf": "produto sem registro de estoque: {}",
    "lost_line": "item da fila preso em envio: {}",
    "halted_without_cause": "item da fila parado sem motivo: {}",
    "sale_lines": "a soma dos itens não fecha com a venda: {}",
    "sale_payments": "os pagamentos não fecham com a venda: {}",
    "order_sale": "o pedido e a sua venda não concordam: {}",
    "audit_line": "um registro da trilha de auditoria foi alterado: {}",
    "audit_gap": "falta um registro na trilha de auditoria: {}",
    "audit_end": "faltam os últimos registros da trilha de auditoria, até o {}",
    "order_promise": "o estoque reservado para o pedido não confere: {}",
}


def upgrade(_asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Make the database, or bring it to this release."""
    url = settings.database_url
    path = sqlite_path(url)
    before = books_state(url)
    aside = _put_aside(path)
    prepare(url, may_upgrade=True, now=utc_now)
    copies = sorted(_put_aside(path) - aside)
    done = {SchemaState.EMPTY: "created", SchemaState.CURRENT: "nothing"}.get(before, "upgraded")
    words = {
        "created": "Banco de dados criado.",
        "upgraded": "Banco de dados atualizado.",
        "nothing": "O banco de dados já está nesta versão.",
    }
    shown = shown_address(url)
    lines = [words[done], f"Endereço: {shown}", *(f"Cópia do banco anterior: {copy}" for copy in copies)]
    if done == "created":
        lines.append("Abra o programa para cadastrar a loja e o administrador.")
    return Report(document={"done": done, "database": shown, "copies": copies}, lines=lines)


def _put_aside(path: Path | None) -> set[Path]:
    if path is None:
        return set()
    return set(path.parent.glob(f"{path.stem}-antes-da-atualizacao-*{path.suffix}"))


def check(_asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Prove the books."""
    found, about = look(
        settings, lambda reader: (reader.check(), reader.backups.installation()), founded=False
    )
    lines = [
        f"{counted(found.products, 'produto', 'produtos')}, "
        f"{counted(found.movements, 'movimento', 'movimentos')} de estoque, "
        f"{counted(found.owed, 'item', 'itens')} na fila.",
        *(_problem(problem) for problem in found.problems),
    ]
    if about.recheck_pending:
        lines.append("A loja foi restaurada de uma cópia e ainda não foi conferida: use db recheck.")
    lines.append("Há problemas a corrigir." if found.problems else "Tudo certo.")
    complaint = "Faça uma cópia de segurança e chame o suporte." if found.problems else ""
    return Report(
        document={
            "products": found.products,
            "movements": found.movements,
            "owed": found.owed,
            "problems": found.problems,
            "recheck_pending": about.recheck_pending,
        },
        lines=lines,
        code=WORLD if found.problems else 0,
        complaint=complaint,
    )


def _problem(text: str) -> str:
    kind, _, facts = text.partition(": ")
    return f"PROBLEMA: {_PROBLEMS.get(kind, '{}').format(facts or text)}"


def backup(asked: argparse.Namespace, settings: Settings, _console: Console) -> Report:
    """Copy the shop, whoever is working in it meanwhile."""
    url = settings.database_url
    with spoken():
        key = _locking_key(settings) if asked.encrypted else None
        target = _target(asked.output, settings, ending_of(url, locked=key is not None))
        room = (sqlite_path(url) or settings.data_dir / "x").parent
        made = make_copy(url, target, at=utc_now().astimezone(SHOP_ZONE), room=room, key=key)
    document = {**_facts(made.copy), "encrypted": key is not None, "problems": made.problems}
    return Report(document=document, lines=_made(made))


def _locking_key(settings: Settings) -> Lock:
    """What the owner's passphrase opens. Raises CopyRefused ("no_passphrase")."""
    key = look(settings, lambda reader: reader.backups.locking_key())
    if key is None:
        raise CopyRefused("no_passphrase")
    return Lock(recipient=key.recipient, identity=key.identity)


def _target(asked: Path | None, settings: Settings, ending: str) -> Path:
    now = utc_now().astimezone(SHOP_ZONE)
    if asked is None:
        return free_target(settings.data_dir / "copias", now, ending)
    output = asked.expanduser().absolute()
    return free_target(output, now, ending) if output.is_dir() else output


def _facts(copy: Copy) -> dict[str, object]:
    return {"file": copy.path, "bytes": copy.bytes, "sha256": copy.fingerprint}


def _made(made: Made) -> list[str]:
    copy = made.copy
    return [
        f"Cópia feita e conferida: {copy.path}",
        f"Tamanho: {copy.bytes / 1_000_000:.1f} MB".replace(".", ","),
        f"Impressão digital: {fingerprint_path(copy.path).name} (guarde os dois arquivos juntos)",
        *(
            ["O banco tem problemas, que estão também na cópia: confira com db check."]
            if made.problems
            else []
        ),
    ]


def restore(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Put a proved copy in the place of the database; the one before is kept beside it."""
    file = asked.file.expanduser().absolute()
    passphrase = _passphrase(asked) if file.is_file() and is_locked(file) else ""
    url, now = settings.database_url, utc_now()
    place = place_of(settings)
    with spoken(), proved_copy(file, url, passphrase, room=place.room, now=utc_now) as candidate:
        if not candidate.compared:
            console.say("A cópia não tem impressão digital (.sha256); só o conteúdo foi conferido.")
        for problem in candidate.facts.problems:
            console.say(_problem(problem))
        shown = sqlite_path(url) or shown_address(url)
        if not asked.yes:
            confirm(f"O banco {shown} será trocado pela cópia {asked.file}.")
        stamp(candidate, str(uuid4()), now=utc_now, station=settings.station, by=None)
        kept = _exchanged(candidate, place, now.astimezone(SHOP_ZONE))
    lines = [f"Cópia restaurada em {shown}."]
    if kept is not None:
        lines.append(f"O banco anterior ficou guardado em {kept}.")
    if candidate.state is SchemaState.OLDER:
        lines.append("A cópia era de uma versão anterior e foi atualizada.")
    lines.append("Antes de vender de novo, confira a loja: varejoforte-desktop db recheck --user OPERADOR.")
    document = {
        "database": shown,
        "kept": kept,
        "compared": candidate.compared,
        "state": candidate.state.value,
        "problems": candidate.facts.problems,
    }
    return Report(document=document, lines=lines)


def _passphrase(asked: argparse.Namespace) -> str:
    variable = OPENS_COPY if os.environ.get(OPENS_COPY) else OPENS_SAFE
    return secret(asked, variable, "a frase secreta da cópia")


def _exchanged(candidate: Candidate, place: Place, at: datetime) -> Path | str | None:
    """Where the books before are kept: a file, or the name of a database."""
    books, laid, marks = sqlite_path(place.url), sqlite_path(candidate.url), MarksFile(place.marks)
    if books is not None and laid is not None:
        kept = books.with_name(kept_name(books, at))
        return put_in_place(
            laid, books, kept=kept, farewell=lambda told: marks.add(told.epoch, told.numbers, told.series)
        )
    told = told_by_server(place.url)
    if told is not None:
        marks.add(told.epoch, told.numbers, told.series)
    name = beside(place.url, f"antes_da_restauracao_{at:%Y%m%d_%H%M%S}")
    exchange_databases(place.url, database_name(candidate.url), name)
    return name
