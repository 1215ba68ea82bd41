"""The doctor's look at the shop's database, the clock it goes by, and the line to the store."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.application.books import BooksError
from varejoforte_desktop.application.changes import ChangeFeed
from varejoforte_desktop.application.questions import ConnectionRow, Reader
from varejoforte_desktop.cli.doctor_fiscal import fiscal
from varejoforte_desktop.cli.findings import Finding, error, warning, well
from varejoforte_desktop.cli.sentences import sentence_for
from varejoforte_desktop.persistence.copies import books_state, file_problems
from varejoforte_desktop.persistence.database import Database, shown_address, sqlite_path
from varejoforte_desktop.persistence.schema import SchemaState
from varejoforte_desktop.settings import Settings
from varejoforte_desktop.ui.formats import counted, duration
from varejoforte_desktop.ui.store_causes import outside_sentence

_PATIENCE: Final = 5.0
_CLOCK_WARNING: Final = 5.0  # seconds
_CLOCK_ERROR: Final = 120.0


def books(settings: Settings) -> Iterator[Finding]:
    """The database, and what only a working one can tell."""
    subject, url = "Banco de dados", settings.database_url
    try:
        state = books_state(url)
        if state is SchemaState.CURRENT:
            yield well(subject, shown_address(url))
            yield from _inside(settings)
        else:
            yield _unready(subject, state)
    except BooksError as trouble:
        said = sentence_for(trouble)
        yield error(subject, said.text, said.remedy)


def _unready(subject: str, state: SchemaState) -> Finding:
    command = "varejoforte-desktop db upgrade"
    if state is SchemaState.NEWER:
        return error(subject, "é de uma versão mais nova do programa", "Atualize o programa nesta estação.")
    if state is SchemaState.OLDER:
        return warning(subject, "precisa ser atualizado para esta versão", f"Execute: {command}.")
    return warning(subject, "ainda não foi criado", f"Abra o programa, ou execute: {command}.")


def _inside(settings: Settings) -> Iterator[Finding]:
    path = sqlite_path(settings.database_url)
    database = Database(settings.database_url, ChangeFeed(), clock=utc_now if path is not None else None)
    try:
        if path is not None:
            problems = file_problems(path)
            yield (
                error("Arquivo do banco", problems[0], "Restaure uma cópia de segurança ou chame o suporte.")
                if problems
                else well("Arquivo do banco", "íntegro")
            )
        else:
            yield clock(database.run_now(lambda uow: (uow.now - utc_now()).total_seconds()))
        if not database.read_now(lambda reader: reader.founded()):
            yield warning("Loja", "ainda não foi criada", "Abra o programa uma vez e cadastre a loja.")
        connection = database.read_now(lambda reader: reader.connection())
        if connection is not None:
            yield database.read_now(orders)
        yield from database.read_now(lambda reader: fiscal(reader, utc_now(), settings.station))
    finally:
        database.close()
    yield from _store(connection)


def orders(reader: Reader) -> Finding:
    """What of the store's orders waits for somebody to act."""
    subject, counters = "Pedidos", reader.orders.counters()
    if counters.unread:
        said = counted(counters.unread, "pedido não pôde ser lido", "pedidos não puderam ser lidos")
        return error(
            subject,
            f"{said}: até lá nenhum estoque é enviado à loja",
            "Confira o pedido na Tray, ou deixe-o de lado na tela de Pedidos.",
        )
    unexplained = [each for each in reader.orders.statuses() if each.meaning is None and each.open_orders]
    if unexplained:
        said = counted(len(unexplained), "situação da loja", "situações da loja")
        return warning(
            subject,
            f"{said} sem significado: seus pedidos não podem ser importados",
            "Execute: varejoforte-desktop orders statuses --accept-suggestions.",
        )
    return well(subject, f"{counters.new} a importar, {counters.imported} a registrar")


def clock(ahead: float) -> Finding:
    """How far this computer's clock is from the server's."""
    off = abs(ahead)
    text = f"diferença de {duration(off)} para o servidor" if off >= 1 else "igual ao do servidor"
    remedy = "Acerte a hora do computador pela internet."
    if off >= _CLOCK_ERROR:
        return error("Relógio", text, remedy)
    return warning("Relógio", text, remedy) if off >= _CLOCK_WARNING else well("Relógio", text)


def _store(connection: ConnectionRow | None) -> Iterator[Finding]:
    subject = "Loja virtual"
    if connection is None:
        yield warning(subject, *outside_sentence("never_connected"))
        return
    if connection.state != "connected":
        yield error(subject, *outside_sentence(connection.cause or "reconnect"))
    yield reached(connection.api_address)


def reached(address: str) -> Finding:
    """Whether the store's computer answers and shows a certificate we trust; nothing is asked of it."""
    subject, parts = "Linha até a loja", urlsplit(address)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    try:
        with socket.create_connection((host, port), timeout=_PATIENCE) as line:
            if secure:
                with ssl.create_default_context().wrap_socket(line, server_hostname=host):
                    pass
    except ssl.SSLCertVerificationError:
        return error(subject, *outside_sentence("tls"))
    except OSError:
        return error(subject, f"{host} não foi alcançado", "Verifique a internet e o firewall.")
    return well(subject, f"{host} responde")
