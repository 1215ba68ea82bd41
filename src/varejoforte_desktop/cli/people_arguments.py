"""What can be said to the commands about people: who is taken on, changed, let in again, and what each role may."""

from __future__ import annotations

from typing import Any, Final

from varejoforte_desktop.cli.parsing import command, group, signed
from varejoforte_desktop.domain.operator import Role

_ROLES: Final = tuple(role.value for role in Role)
_ABOUT_THE_NEW_ONE: Final = (
    "A senha nova é pedida duas vezes, lida de VAREJOFORTE_ABOUT_THE_NEW_ONE ou, com --from-stdin, da segunda linha. "
    "Quem a recebe troca a senha na primeira vez que entrar."
)


def add(commands: Any) -> None:
    """The commands of this area."""
    area = group(commands, "people", "cuida dos operadores e das permissões")
    command(area, "list", "people:show", "lista os operadores e como cada um está")
    _add(area)
    _change(area)
    password = signed(
        command(
            area, "password", "people:password", "dá uma nova senha a um operador", more=_ABOUT_THE_NEW_ONE
        )
    )
    _login(password)
    release = signed(
        command(area, "release", "people:release", "deixa entrar já quem errou a senha vezes demais")
    )
    _login(release)
    permissions = signed(
        command(
            area,
            "permissions",
            "people:permissions",
            "mostra o que cada perfil pode, ou muda com --set",
            more="Uma mudança vale na hora, em todas as estações; só um administrador muda.",
        ),
        always=False,
    )
    permissions.add_argument(
        "--set",
        metavar=("PERFIL", "PERMISSAO", "on|off"),
        nargs=3,
        action="append",
        dest="changes",
        default=[],
        help="dá (on) ou tira (off) uma permissão, como em: --set gerente sale.cancel off; pode repetir",
    )


def _add(area: Any) -> None:
    adding = signed(command(area, "add", "people:take_on", "cadastra um operador", more=_ABOUT_THE_NEW_ONE))
    _login(adding)
    adding.add_argument("--name", metavar="NOME", required=True, help="nome da pessoa")
    adding.add_argument(
        "--role", choices=_ROLES, default=Role.OPERADOR.value, help="perfil (padrão: operador)"
    )


def _change(area: Any) -> None:
    changing = signed(
        command(area, "change", "people:change", "muda o nome ou o perfil, afasta ou reativa um operador")
    )
    _login(changing)
    changing.add_argument("--name", metavar="NOME", help="novo nome")
    changing.add_argument("--role", choices=_ROLES, help="novo perfil")
    standing = changing.add_mutually_exclusive_group()
    standing.add_argument(
        "--on-leave", action="store_false", dest="active", default=None, help="afasta: não entra mais"
    )
    standing.add_argument(
        "--active", action="store_true", dest="active", default=None, help="pode entrar de novo"
    )


def _login(parser: Any) -> None:
    parser.add_argument("login", metavar="OPERADOR", help="nome de acesso de quem se trata")
