"""What is said while a computer is set up: what was found at the shop's address, and why it cannot come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from varejoforte_desktop.application.station_setup import USUAL_PORT, Line, SafeKind, ShopFound
from varejoforte_desktop.ui import formats

Words = tuple[str, str]

_REFUSED: Final[dict[str, Words]] = {
    "unknown_server": (
        "Não existe um servidor com esse nome nesta rede.",
        "Confira o nome ou use o número de IP do servidor.",
    ),
    "unreachable": (
        "O servidor não responde nessa porta.",
        "Confira o endereço, a porta, a rede e se o servidor está ligado.",
    ),
    "wrong_password": ("O servidor não aceita esse usuário ou essa senha.", "Digite os dois de novo."),
    "no_database": (
        "O servidor responde, mas não tem um banco de dados com esse nome.",
        "Confira o nome do banco; maiúsculas e minúsculas contam.",
    ),
    "not_let_in": (
        "O servidor não deixa este computador entrar nesse banco.",
        "Quem cuida do servidor precisa liberar o usuário e o endereço deste computador.",
    ),
    "no_line": (
        "O servidor não oferece uma ligação protegida, e a senha e as vendas passariam abertas pela rede.",
        "Quem cuida do servidor precisa ligar o TLS (ssl = on); depois teste de novo.",
    ),
    "untrusted": (
        "Este computador não conhece quem assinou o certificado do servidor.",
        "Escolha o arquivo da autoridade que o assinou; peça-o a quem cuida do servidor.",
    ),
    "other_server": (
        "O certificado é de outro servidor, não deste endereço.",
        "Use o nome que está no certificado; se é esse mesmo, avise quem cuida do servidor.",
    ),
    "no_authority": (
        "O arquivo da autoridade não pode ser lido ou não é um certificado.",
        "Escolha um arquivo .crt ou .pem.",
    ),
    "not_a_shop": (
        "O banco de dados responde, mas nenhuma loja foi criada nele.",
        "Confira o nome do banco, ou crie a loja primeiro no servidor.",
    ),
    "older": (
        "A loja ainda usa uma versão mais antiga do Varejo Forte.",
        "Um administrador atualiza a loja uma vez com: varejoforte-desktop db upgrade.",
    ),
    "newer": (
        "A loja já usa uma versão mais nova do Varejo Forte.",
        "Atualize o programa neste computador e tente de novo.",
    ),
}
_LINES: Final = {
    Line.PROTECTED: "Ligação protegida: cifrada, e o servidor provou quem é.",
    Line.THIS_COMPUTER: "A ligação não sai deste computador.",
    Line.FILE: "A loja é um arquivo deste computador.",
}
#: Where secrets are now, by what was chosen; None: nothing yet.
KEPT: Final = {
    SafeKind.KEYRING: "Guardadas no cofre de senhas deste computador.",
    SafeKind.FILE: "Guardadas em um arquivo protegido por uma frase secreta.",
    SafeKind.ASK: "Não ficam guardadas: são pedidas a cada início.",
    None: "Este computador não tem um cofre de senhas; escolha onde elas ficam.",
}
SAFES: Final = {
    SafeKind.KEYRING: "No cofre de senhas deste computador",
    SafeKind.FILE: "Guardar em arquivo protegido por uma frase secreta",
    SafeKind.ASK: "Perguntar a cada início",
}


def refused_words(why: str, facts: Mapping[str, str]) -> Words:
    """Why this computer cannot enter the shop, and what helps; `why` and `facts` are those of JoinRefused."""
    if why == "name_taken":
        seen = facts.get("seen", "")
        when = f" (vista em {formats.moment(datetime.fromisoformat(seen))})" if seen else ""
        text = f"Outra estação da loja já se chama {facts.get('name') or 'assim'}{when}."
        return text, "Escolha outro nome; se é este mesmo computador, retire antes a antiga."
    return _REFUSED.get(why, _REFUSED["not_let_in"])


def found_lines(found: ShopFound, station: str) -> tuple[str, ...]:
    """What the test of the line has shown, a line each, all of them good."""
    others = formats.counted(found.stations, "estação", "estações")
    shop = f"Loja “{found.shop_name}”, com {others}." if found.stations else f"Loja “{found.shop_name}”."
    return (
        "O servidor responde e aceita o usuário e a senha.",
        _LINES[found.line],
        shop,
        "A loja usa a mesma versão do programa que este computador.",
        f"O nome {station} está livre.",
    )


class ServerFacts(NamedTuple):
    """Where the shop's server is, as another computer is told; the password is not among it."""

    server: str
    port: str
    database: str
    user: str

    def lines(self) -> tuple[tuple[str, str, str], ...]:
        """Each with a short name, its title and its value."""
        return (
            ("server", "Servidor", self.server),
            ("port", "Porta", self.port),
            ("database", "Banco de dados", self.database),
            ("user", "Usuário do banco", self.user),
        )


def server_facts(books: str) -> ServerFacts | None:
    """The parts of an address without a password; None when the shop is a file."""
    parts = urlsplit(books)
    if parts.hostname is None or parts.scheme.startswith("sqlite"):
        return None
    port = str(parts.port or USUAL_PORT)
    return ServerFacts(parts.hostname, port, unquote(parts.path.strip("/")), unquote(parts.username or ""))


def shown_books(books: str) -> str:
    """Where the books are, for eyes: "servidor · varejoforte", or the file. `books` has no password."""
    facts = server_facts(books)
    if facts is not None:
        server = facts.server if facts.port == str(USUAL_PORT) else f"{facts.server}:{facts.port}"
        return f"{server} · banco {facts.database}"
    return books.partition("://")[2].removeprefix("/") or books
