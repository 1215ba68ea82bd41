"""Every command of the program and what can be said to it, with the help that explains it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop import __version__
from varejoforte_desktop.cli.parsing import Parser, port, seconds, several

PROGRAM: Final = "varejoforte-desktop"
_SECRETS: Final = (
    "Senhas nunca são argumentos: são pedidas na tela, lidas de VAREJOFORTE_PASSWORD ou, "
    "com --from-stdin, da entrada padrão, uma por linha."
)
_CODES: Final = (
    "Código de saída: 0 feito; 1 algo fora do programa impede (a frase diz o que fazer); "
    "2 uso errado; 3 falha do programa (o log diz onde); 130 interrompido."
)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """What was asked for. `run` names the command as "module:function", "" for the program itself.

    Raises SystemExit after explaining or refusing.
    """
    parser = Parser(
        prog=PROGRAM,
        description="Varejo Forte: o ERP de balcão da sua loja. Sem comando, abre o programa.",
        epilog=_CODES,
    )
    parser.add_argument(
        "--demo", action="store_true", help="abre uma loja de treino, com a loja virtual simulada"
    )
    parser.add_argument(
        "--version", action="version", version=f"Varejo Forte {__version__}", help="mostra a versão e termina"
    )
    parser.set_defaults(run="", json=False, database_url=None, data_dir=None)
    _everywhere(parser)
    commands = parser.add_subparsers(title="comandos", metavar="COMANDO")
    for add in (_database, _store, _sync, _queue, _products, _orders, _practice, _doctor, _tour):
        add(commands)
    asked = parser.parse_args(argv)
    if asked.demo and asked.run:
        parser.error("--demo abre o programa e não se usa com um comando")
    return asked


def _everywhere(parser: argparse.ArgumentParser) -> None:
    """What every command understands, before or after its name."""
    absent: Any = argparse.SUPPRESS
    parser.add_argument(
        "--database-url",
        metavar="URL",
        default=absent,
        help="onde está o banco de dados; com senha, prefira a variável VAREJOFORTE_DATABASE_URL",
    )
    parser.add_argument(
        "--data-dir", metavar="PASTA", type=Path, default=absent, help="pasta dos dados e do log"
    )
    parser.add_argument("--json", action="store_true", default=absent, help="responde com um documento JSON")


def _group(commands: Any, name: str, words: str) -> Any:
    group = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    return group.add_subparsers(title="comandos", metavar="COMANDO", required=True)


def _command(commands: Any, name: str, run: str, words: str, *, more: str = "") -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}. {more}".strip(), epilog=_CODES
    )
    parser.set_defaults(run=run)
    _everywhere(parser)
    return parser


def _signed(parser: argparse.ArgumentParser, *, always: bool = True) -> argparse.ArgumentParser:
    """Commands that somebody is answerable for; not `always`: only with some of their options."""
    parser.description = f"{parser.description} {_SECRETS}"
    parser.add_argument("--user", metavar="OPERADOR", required=always, help="operador que faz isto")
    parser.add_argument(
        "--from-stdin", action="store_true", help="lê a senha (e outros segredos) da entrada padrão"
    )
    return parser


def _yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="não pergunta antes de fazer")


def _database(commands: Any) -> None:
    group = _group(commands, "db", "cuida do banco de dados da loja")
    _command(group, "upgrade", "database:upgrade", "cria o banco de dados ou o atualiza para esta versão")
    _command(group, "check", "database:check", "confere o banco: estoque contra o histórico, fila e arquivo")
    backup = _command(
        group,
        "backup",
        "database:backup",
        "faz uma cópia de segurança, com a loja aberta ou fechada",
        more="PostgreSQL é copiado com o pg_dump.",
    )
    backup.add_argument(
        "--output", metavar="ARQUIVO", type=Path, help="arquivo ou pasta da cópia (padrão: pasta dos dados)"
    )
    restore = _command(
        group,
        "restore",
        "database:restore",
        "põe uma cópia de segurança no lugar do banco de dados",
        more="A cópia é conferida antes e o banco anterior é guardado ao lado. Feche o programa antes.",
    )
    restore.add_argument("file", metavar="ARQUIVO", type=Path, help="a cópia")
    _yes(restore)


def _store(commands: Any) -> None:
    group = _group(commands, "tray", "cuida da conexão com a loja virtual Tray")
    connect = _signed(
        _command(
            group,
            "connect",
            "store:connect",
            "conecta a loja à Tray",
            more="Com --from-stdin as linhas são: senha, segredo do aplicativo e, sem --code, o código.",
        )
    )
    connect.add_argument("--address", metavar="ENDERECO", help="endereço da loja virtual")
    connect.add_argument("--key", metavar="CHAVE", help="chave do aplicativo (consumer_key)")
    connect.add_argument(
        "--code", metavar="CODIGO", help="código de autorização; prefira VAREJOFORTE_TRAY_CODE ou a pergunta"
    )
    _command(group, "status", "store:status", "mostra a conexão, quem envia e o uso do limite de pedidos")


def _sync(commands: Any) -> None:
    group = _group(commands, "sync", "envia as mudanças para a loja virtual")
    run = _signed(_command(group, "run", "sync:run", "envia o que está na fila, sem abrir o programa"))
    how = run.add_mutually_exclusive_group(required=True)
    how.add_argument("--once", action="store_true", help="termina depois de um ciclo")
    how.add_argument("--until-idle", action="store_true", help="termina quando não há mais nada a enviar")
    run.add_argument(
        "--timeout",
        metavar="S",
        type=seconds,
        default=3600.0,
        help="desiste depois de S segundos (padrão: 3600)",
    )


def _queue(commands: Any) -> None:
    group = _group(commands, "queue", "mostra e trata a fila de processamento")
    listing = _command(group, "list", "queue:show", "lista o que falta enviar e por quê")
    listing.add_argument("--text", metavar="TEXTO", default="", help="só itens com estas palavras")
    listing.add_argument(
        "--limit", metavar="N", type=several, default=100, help="no máximo N itens (padrão: 100)"
    )
    for name, words in (
        ("retry", "tenta enviar de novo agora"),
        ("ignore", "tira itens da fila, até a próxima mudança do mesmo produto"),
        ("pause", "segura itens da fila"),
        ("resume", "solta itens que estavam pausados"),
    ):
        act = _signed(_command(group, name, f"queue:{name}", words))
        which = act.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="todos os itens")
        which.add_argument("--id", metavar="N", type=several, nargs="+", dest="ids", help="números dos itens")
        if name == "ignore":
            _yes(act)


def _products(commands: Any) -> None:
    group = _group(commands, "products", "importa e exporta planilhas de produtos")
    importing = _signed(
        _command(
            group,
            "import",
            "products:take_in",
            "importa uma planilha de produtos (.csv ou .xlsx)",
            more="Mostra antes o que vai mudar; com qualquer erro, nada é gravado.",
        )
    )
    importing.add_argument("file", metavar="ARQUIVO", type=Path, help="a planilha")
    importing.add_argument("--dry-run", action="store_true", help="só mostra o que mudaria")
    _yes(importing)
    exporting = _command(group, "export", "products:write_out", "exporta o cadastro para .csv ou .xlsx")
    exporting.add_argument("file", metavar="ARQUIVO", type=Path, help="a planilha a escrever")
    _command(group, "columns", "products:columns", "explica as colunas da planilha")


def _orders(commands: Any) -> None:
    group = _group(commands, "orders", "mostra, importa e registra pedidos da loja virtual")
    _order_list(group)
    importing = _signed(
        _command(
            group,
            "import",
            "orders:take_in",
            "importa pedidos da loja virtual",
            more="Cada pedido escolhido é novo, atualizado ou fica de fora com o motivo.",
        )
    )
    which = importing.add_mutually_exclusive_group(required=True)
    which.add_argument("numbers", metavar="NUMERO", nargs="*", default=[], help="números dos pedidos na loja")
    which.add_argument("--all", action="store_true", help="todos os que esperam: novos e alterados na loja")
    _looking(importing)
    _order_register(group)
    statuses = _signed(
        _command(
            group,
            "statuses",
            "orders:statuses",
            "mostra as situações de pedido da loja e o que cada uma significa",
        ),
        always=False,
    )
    statuses.add_argument("--learn", action="store_true", help="lê antes as situações na loja")
    statuses.add_argument(
        "--accept-suggestions", action="store_true", help="dá às que não têm significado o sugerido pelo nome"
    )


def _order_list(group: Any) -> None:
    listing = _signed(
        _command(group, "list", "orders:show", "lista os pedidos da loja virtual"), always=False
    )
    listing.add_argument(
        "--stage",
        choices=("seen", "imported", "registered", "dismissed"),
        help="só os vistos, importados, registrados ou deixados de lado (padrão: vistos e importados)",
    )
    listing.add_argument("--status", metavar="ID", default="", help="só os desta situação da loja")
    listing.add_argument("--from", metavar="DIA", type=_day, dest="placed_from", help="feitos desde este dia")
    listing.add_argument("--to", metavar="DIA", type=_day, dest="placed_to", help="feitos até este dia")
    listing.add_argument(
        "--text", metavar="TEXTO", default="", help="só este número ou estas palavras do nome"
    )
    listing.add_argument(
        "--limit", metavar="N", type=several, default=100, help="no máximo N pedidos (padrão: 100)"
    )
    _looking(listing)


def _order_register(group: Any) -> None:
    registering = _signed(
        _command(
            group,
            "register",
            "orders:register",
            "registra um pedido importado como venda",
            more="O pedido é lido de novo na loja antes. Repetir o comando não faz outra venda.",
        )
    )
    registering.add_argument("number", metavar="NUMERO", help="número do pedido na loja")
    registering.add_argument(
        "--fiscal", choices=("nfe", "nfce", "none"), help="documento fiscal (padrão: o que a lei pede)"
    )
    registering.add_argument(
        "--unchecked", action="store_true", help="sem ler de novo na loja; só para quem pode resolver pedidos"
    )


def _looking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--look", action="store_true", help="lê antes os pedidos na loja")


def _day(text: str) -> date:
    """A day as a shop writes it, or as a program does. Raises ArgumentTypeError."""
    try:
        if found := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text, re.ASCII):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text, re.ASCII):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:  # the 31st of February
        pass
    raise argparse.ArgumentTypeError(f"{text!r} não é um dia como 31/12/2026 ou 2026-12-31")


def _practice(commands: Any) -> None:
    simulator = _command(
        commands,
        "simulator",
        "practice:serve_store",
        "abre uma loja virtual de treino neste computador, até Ctrl+C",
    )
    simulator.add_argument(
        "--port", type=port, default=8765, metavar="P", help="porta (padrão: 8765; 0: qualquer)"
    )
    simulator.add_argument(
        "--products",
        type=several,
        default=300,
        metavar="N",
        help="no máximo N produtos de exemplo (padrão: 300)",
    )


def _doctor(commands: Any) -> None:
    _command(commands, "doctor", "doctor:examine", "confere este computador e diz o que corrigir")


def _tour(commands: Any) -> None:
    tour = _command(
        commands, "tour", "practice:tour", "percorre a loja de treino e guarda as imagens das telas"
    )
    tour.add_argument("--output", metavar="PASTA", type=Path, required=True, help="pasta das imagens")
