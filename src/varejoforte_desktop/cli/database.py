"""Makes, upgrades, checks, copies and restores the shop's database."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.cli.answers import WORLD, CommandRefused, Console, Report
from varejoforte_desktop.cli.asking import confirm
from varejoforte_desktop.cli.station import look
from varejoforte_desktop.persistence.copies import (
    Copy,
    books_state,
    copy_postgresql,
    copy_sqlite,
    fingerprint_path,
    proved_copy,
    put_in_place,
)
from varejoforte_desktop.persistence.database import shown_address, sqlite_path
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
    found = look(settings, lambda reader: reader.check(), founded=False)
    lines = [
        f"{counted(found.products, 'produto', 'produtos')}, "
        f"{counted(found.movements, 'movimento', 'movimentos')} de estoque, "
        f"{counted(found.owed, 'item', 'itens')} na fila.",
        *(_problem(problem) for problem in found.problems),
    ]
    lines.append("Há problemas a corrigir." if found.problems else "Tudo certo.")
    complaint = "Faça uma cópia de segurança e chame o suporte." if found.problems else ""
    return Report(
        document={
            "products": found.products,
            "movements": found.movements,
            "owed": found.owed,
            "problems": found.problems,
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
    path = sqlite_path(settings.database_url)
    target = _target(asked.output, settings, ".db" if path is not None else ".dump")
    url = settings.database_url
    copy = copy_postgresql(url, target) if path is None else copy_sqlite(path, target)
    return Report(document=_facts(copy), lines=_made(copy))


def _target(asked: Path | None, settings: Settings, ending: str) -> Path:
    name = f"loja-{utc_now().astimezone(SHOP_ZONE):%Y%m%d-%H%M%S}{ending}"
    if asked is None:
        return settings.data_dir / "copias" / name
    output = asked.expanduser().absolute()
    return output / name if output.is_dir() else output


def _facts(copy: Copy) -> dict[str, object]:
    return {"file": copy.path, "bytes": copy.bytes, "sha256": copy.fingerprint}


def _made(copy: Copy) -> list[str]:
    return [
        f"Cópia feita e conferida: {copy.path}",
        f"Tamanho: {copy.bytes / 1_000_000:.1f} MB".replace(".", ","),
        f"Impressão digital: {fingerprint_path(copy.path).name} (guarde os dois arquivos juntos)",
    ]


def restore(asked: argparse.Namespace, settings: Settings, console: Console) -> Report:
    """Put a proved copy in the place of the database; the one before is kept beside it."""
    path = sqlite_path(settings.database_url)
    if path is None:
        raise CommandRefused(
            "Só o banco em arquivo (SQLite) é restaurado por aqui.",
            "Para o PostgreSQL use: pg_restore --clean --if-exists --dbname=BANCO ARQUIVO.",
            kind="not_sqlite",
        )
    with proved_copy(asked.file.expanduser().absolute(), path) as candidate:
        if not candidate.compared:
            console.say("A cópia não tem impressão digital (.sha256); só o conteúdo foi conferido.")
        if not asked.yes:
            confirm(f"O banco {path} será trocado pela cópia {asked.file}.")
        kept = put_in_place(candidate, path, at=utc_now().astimezone(SHOP_ZONE))
    lines = [f"Cópia restaurada em {path}."]
    if kept is not None:
        lines.append(f"O banco anterior ficou guardado em {kept}.")
    if candidate.state is SchemaState.OLDER:
        lines.append("A cópia é de uma versão anterior e será atualizada quando o programa abrir.")
    document = {
        "database": path,
        "kept": kept,
        "compared": candidate.compared,
        "state": candidate.state.value,
    }
    return Report(document=document, lines=lines)
