"""Every command of the program and what can be said to it, with the help that explains it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop import __version__
from varejoforte_desktop.cli import (
    audit_arguments,
    database_arguments,
    fiscal_arguments,
    people_arguments,
    purchases_arguments,
    station_arguments,
)
from varejoforte_desktop.cli.parsing import (
    CODES,
    Parser,
    command,
    everywhere,
    group,
    port,
    seconds,
    several,
    signed,
    yes,
)

PROGRAM: Final = "varejoforte-desktop"


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """What was asked for. `run` names the command as "module:function", "" for the program itself.

    Raises SystemExit after explaining or refusing.
    """
    parser = Parser(
        prog=PROGRAM,
        description="Varejo Forte: o ERP de balcão da sua loja. Sem comando, abre o programa.",
        epilog=CODES,
    )
    parser.add_argument(
        "--demo", action="store_true", help="abre uma loja de treino, com a loja virtual simulada"
    )
    parser.add_argument(
        "--version", action="version", version=f"Varejo Forte {__version__}", help="mostra a versão e termina"
    )
    parser.set_defaults(run="", json=False, database_url=None, data_dir=None)
    everywhere(parser)
    commands = parser.add_subparsers(title="comandos", metavar="COMANDO")
    for add in (
        database_arguments.add,
        _store,
        _sync,
        _queue,
        _products,
        _orders,
        purchases_arguments.add,
        fiscal_arguments.add,
        people_arguments.add,
        station_arguments.add,
        audit_arguments.add,
        _practice,
        _doctor,
        _tour,
    ):
        add(commands)
    asked = parser.parse_args(argv)
    if asked.demo and asked.run:
        parser.error("--demo abre o programa e não se usa com um comando")
    return asked


def _store(commands: Any) -> None:
    area = group(commands, "tray", "cuida da conexão com a loja virtual Tray")
    connect = signed(
        command(
            area,
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
    command(area, "status", "store:status", "mostra a conexão, quem envia e o uso do limite de pedidos")


def _sync(commands: Any) -> None:
    area = group(commands, "sync", "envia as mudanças para a loja virtual")
    run = signed(command(area, "run", "sync:run", "envia o que está na fila, sem abrir o programa"))
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
    area = group(commands, "queue", "mostra e trata a fila de processamento")
    listing = command(area, "list", "queue:show", "lista o que falta enviar e por quê")
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
        act = signed(command(area, name, f"queue:{name}", words))
        which = act.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="todos os itens")
        which.add_argument("--id", metavar="N", type=several, nargs="+", dest="ids", help="números dos itens")
        if name == "ignore":
            yes(act)


def _products(commands: Any) -> None:
    area = group(commands, "products", "importa e exporta planilhas de produtos")
    importing = signed(
        command(
            area,
            "import",
            "products:take_in",
            "importa uma planilha de produtos (.csv ou .xlsx)",
            more="Mostra antes o que vai mudar; com qualquer erro, nada é gravado.",
        )
    )
    importing.add_argument("file", metavar="ARQUIVO", type=Path, help="a planilha")
    importing.add_argument("--dry-run", action="store_true", help="só mostra o que mudaria")
    yes(importing)
    exporting = command(area, "export", "products:write_out", "exporta o cadastro para .csv ou .xlsx")
    exporting.add_argument("file", metavar="ARQUIVO", type=Path, help="a planilha a escrever")
    command(area, "columns", "products:columns", "explica as colunas da planilha")


def _orders(commands: Any) -> None:
    area = group(commands, "orders", "mostra, importa e registra pedidos da loja virtual")
    _order_list(area)
    importing = signed(
        command(
            area,
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
    _order_register(area)
    _order_link(area)
    _order_unlink(area)
    statuses = signed(
        command(
            area,
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


def _order_list(area: Any) -> None:
    listing = signed(command(area, "list", "orders:show", "lista os pedidos da loja virtual"), always=False)
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


def _order_register(area: Any) -> None:
    registering = signed(
        command(
            area,
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


def _order_link(area: Any) -> None:
    linking = signed(
        command(
            area,
            "link-invoice",
            "order_links:link_invoice",
            "vincula a um pedido uma NF-e emitida em outro programa",
            more="Do XML se conferem emitente, comprador, valor, assinatura e autorização; da chave, só o emitente.",
        )
    )
    linking.add_argument("number", metavar="NUMERO", help="número do pedido na loja")
    linking.add_argument("note", metavar="XML|CHAVE", help="o arquivo da nota, ou sua chave de 44 dígitos")


def _order_unlink(area: Any) -> None:
    unlinking = signed(
        command(
            area,
            "unlink-invoice",
            "order_links:unlink_invoice",
            "desfaz o vínculo de um pedido com uma NF-e emitida em outro programa",
            more="A nota deixa de valer para o pedido, que pode receber outra. Repetir o comando não muda nada.",
        )
    )
    unlinking.add_argument("number", metavar="NUMERO", help="número do pedido na loja")
    unlinking.add_argument("key", metavar="CHAVE", help="a chave de acesso da nota, de 44 dígitos")
    unlinking.add_argument(
        "--why",
        choices=("cancelled", "mistake"),
        required=True,
        help="cancelled: nota cancelada no outro programa; mistake: vínculo errado",
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
    simulator = command(
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
    command(commands, "doctor", "doctor:examine", "confere este computador e diz o que corrigir")


def _tour(commands: Any) -> None:
    tour = command(
        commands, "tour", "practice:tour", "percorre a loja de treino e guarda as imagens das telas"
    )
    tour.add_argument("--output", metavar="PASTA", type=Path, required=True, help="pasta das imagens")
