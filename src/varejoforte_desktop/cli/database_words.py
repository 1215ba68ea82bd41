"""What stands in the way of copies and of moving a shop, in the words of whoever runs a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.cli.answers import CommandRefused

_WORDS: Final = {
    "other_kind": (
        "A cópia é de outro tipo de banco de dados (arquivo ou PostgreSQL).",
        "Restaure-a onde a loja é do mesmo tipo; um arquivo muda para o PostgreSQL com db move.",
    ),
    "no_rights": (
        "O usuário do PostgreSQL não pode criar nem renomear bancos de dados.",
        "Peça a quem cuida do servidor: ALTER ROLE usuario CREATEDB.",
    ),
    "no_passphrase": (
        "Ninguém escolheu ainda a frase secreta das cópias.",
        "Use antes: varejoforte-desktop db passphrase --user OPERADOR.",
    ),
    "not_sqlite": ("A loja já está em um servidor PostgreSQL.", "Nada foi mudado."),
    "not_postgresql": (
        "O destino não é um banco PostgreSQL.",
        "Use --to postgresql://usuario@servidor/loja.",
    ),
    "not_empty": ("O banco de destino não está vazio.", "Crie um banco novo só para a loja."),
    "unmovable": (
        "Uma linha não cabe no PostgreSQL ({}).",
        "Nada foi mudado. Corrija o cadastro ou chame o suporte.",
    ),
    "moved_wrong": (
        "Uma linha não chegou igual ao PostgreSQL ({}).",
        "Nada foi mudado. Confira se o servidor tem gatilhos próprios e chame o suporte.",
    ),
}
#: Why a copy was not made or is not as it should be, by its cause.
CAUSES: Final = {
    "": "feita",
    "books_wrong": "feita, mas o banco tem problemas (db check)",
    "second_folder": "feita, mas não foi gravada na segunda pasta",
    "full": "não feita: disco cheio",
    "busy": "não feita: banco ocupado",
    "damaged": "não feita: o banco não pode ser lido",
    "unreachable": "não feita: o banco não responde",
    "no_access": "não feita: pasta sem acesso",
    "no_tool": "não feita: falta o pg_dump",
    "tool_failed": "não feita: o pg_dump não terminou",
    "no_passphrase": "não feita: falta escolher a frase secreta",
    "no_books": "não feita: não há banco",
    "exists": "não feita: já havia um arquivo com este nome",
}


@contextmanager
def spoken() -> Iterator[None]:
    """Refusals that only these commands meet, as sentences. Raises CommandRefused."""
    try:
        yield
    except CopyRefused as refused:
        words = _WORDS.get(refused.why)
        if words is None:
            raise
        raise CommandRefused(words[0].format(refused.detail), words[1], kind=refused.why) from None
