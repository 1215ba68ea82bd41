"""The commands about the shop's database and its copies, with the help that explains them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.cli.parsing import command, group, several, signed, yes

_OPENING: Final = (
    "A frase secreta de uma cópia trancada é pedida na tela, lida de VAREJOFORTE_COPY_PASSPHRASE (ou de "
    "VAREJOFORTE_PASSPHRASE) ou, com --from-stdin, da entrada padrão."
)
_CHOICE: Final = ("yes", "no")


def add(commands: Any) -> None:
    """`db`."""
    area = group(commands, "db", "cuida do banco de dados da loja")
    command(area, "upgrade", "database:upgrade", "cria o banco de dados ou o atualiza para esta versão")
    command(area, "check", "database:check", "confere o banco: estoque contra o histórico, fila e arquivo")
    _backup(area)
    _restore(area)
    _plan(area)
    _after_restore(area)
    _move(area)


def _backup(area: Any) -> None:
    backup = command(
        area,
        "backup",
        "database:backup",
        "faz uma cópia de segurança, com a loja aberta ou fechada",
        more="PostgreSQL é copiado com o pg_dump.",
    )
    backup.add_argument(
        "--output", metavar="ARQUIVO", type=Path, help="arquivo ou pasta da cópia (padrão: pasta dos dados)"
    )
    backup.add_argument(
        "--encrypted",
        action="store_true",
        help="tranca a cópia com a frase secreta escolhida em db passphrase",
    )


def _restore(area: Any) -> None:
    restore = command(
        area,
        "restore",
        "database:restore",
        "põe uma cópia de segurança no lugar do banco de dados",
        more=(
            "A cópia é conferida antes e o banco anterior é guardado ao lado. Feche o programa antes, em todas as "
            f"estações. Depois a loja precisa ser conferida: db recheck. {_OPENING}"
        ),
    )
    restore.add_argument("file", metavar="ARQUIVO", type=Path, help="a cópia")
    restore.add_argument("--from-stdin", action="store_true", help="lê a frase secreta da entrada padrão")
    yes(restore)


def _plan(area: Any) -> None:
    plan = signed(
        command(
            area,
            "plan",
            "database_plan:plan",
            "mostra ou muda quando esta estação faz cópias de segurança",
            more="Sem opções, mostra. As cópias são feitas enquanto o programa está aberto.",
        ),
        always=False,
    )
    plan.add_argument("--folder", metavar="PASTA", help='pasta das cópias ("": a pasta dos dados)')
    plan.add_argument("--second-folder", metavar="PASTA", help='segunda pasta ("": nenhuma)')
    plan.add_argument(
        "--every-hours", metavar="N", type=_count, help="uma cópia a cada N horas (0: só quando pedida)"
    )
    plan.add_argument("--at-closing", choices=_CHOICE, help="também ao fechar o caixa")
    plan.add_argument("--encrypted", choices=_CHOICE, help="trancadas com a frase secreta")
    for name, words in (("daily", "diárias"), ("weekly", "semanais"), ("monthly", "mensais")):
        plan.add_argument(f"--keep-{name}", metavar="N", type=_count, help=f"quantas cópias {words} guardar")
    signed(
        command(
            area,
            "passphrase",
            "database_plan:passphrase",
            "escolhe a frase secreta que abre as cópias trancadas",
            more=(
                "Guarde-a fora deste computador: sem ela ninguém abre uma cópia. Cópias antigas continuam com a frase "
                "antiga. Com --from-stdin as linhas são: senha e frase."
            ),
        )
    )


def _after_restore(area: Any) -> None:
    recheck = signed(
        command(
            area,
            "recheck",
            "database_plan:recheck",
            "confere a loja depois de restaurada, para voltar a vender e a enviar",
            more=(
                "Sobe os números de venda acima de todos os já usados e manda comparar produtos e pedidos com a "
                "loja virtual."
            ),
        )
    )
    yes(recheck)


def _move(area: Any) -> None:
    move = signed(
        command(
            area,
            "move",
            "database_move:move",
            "muda a loja do arquivo (SQLite) para um servidor PostgreSQL",
            more=(
                "O banco de destino deve existir e estar vazio. Cada linha é comparada; se algo falhar, nada muda. "
                "Feche o programa antes. A senha do banco vem do endereço ou de VAREJOFORTE_DATABASE_PASSWORD."
            ),
        ),
        always=False,
    )
    move.add_argument("--to", metavar="URL", required=True, help="postgresql://usuario@servidor/loja")
    yes(move)


def _count(text: str) -> int:
    """How many, also none. Raises ArgumentTypeError."""
    return 0 if text == "0" else several(text)
