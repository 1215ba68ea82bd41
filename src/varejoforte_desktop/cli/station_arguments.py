"""The commands about the shop's computers and about the key they share, with the help that explains them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.cli.parsing import command, group, signed, yes

_SAFE: Final = (
    "A senha do banco vem do endereço, de VAREJOFORTE_DATABASE_PASSWORD ou da pergunta, e fica no cofre de senhas "
    "deste computador; a frase do cofre em arquivo vem de VAREJOFORTE_PASSPHRASE ou da pergunta. Com --from-stdin as "
    "linhas são: senha do operador e, se faltar no endereço, senha do banco."
)


def add(commands: Any) -> None:
    """`station` and `key`."""
    area = group(commands, "station", "cuida dos computadores da loja")
    command(area, "list", "stations:show", "lista os computadores da loja")
    _join(area)
    removing = signed(
        command(
            area,
            "remove",
            "stations:remove",
            "retira um computador da loja",
            more="Ele ainda conhece a chave da loja: depois, use key change.",
        )
    )
    removing.add_argument("name", metavar="NOME", help="a estação")
    yes(removing)
    _key(group(commands, "key", "cuida da chave que protege os segredos da loja"))


def _join(area: Any) -> None:
    joining = signed(
        command(
            area,
            "join",
            "stations:join",
            "faz este computador entrar em uma loja que já existe, em PostgreSQL",
            more=_SAFE,
        )
    )
    joining.add_argument("--name", metavar="NOME", help="nome desta estação (padrão: o do computador)")
    joining.add_argument(
        "--ca", metavar="ARQUIVO", type=Path, help="certificado da autoridade do servidor, se for próprio"
    )
    joining.add_argument(
        "--safe",
        choices=("keyring", "file", "ask"),
        help="onde guardar senhas: cofre do sistema, arquivo, nada",
    )


def _key(area: Any) -> None:
    changing = signed(
        command(
            area,
            "change",
            "stations:change_key",
            "troca a chave da loja; computadores retirados não abrem mais nada",
        )
    )
    changing.add_argument(
        "--lost",
        action="store_true",
        help="a chave se perdeu em todas as estações: faz outra, e a loja reconecta à Tray depois",
    )
    yes(changing)
