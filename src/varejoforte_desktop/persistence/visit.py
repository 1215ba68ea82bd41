"""A look into a shop on a database server before belonging to it: may we come in, and what is there."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from varejoforte_desktop.application.people_ports import StationRecord
from varejoforte_desktop.application.station_setup import JoinRefused
from varejoforte_desktop.persistence.database import build_engine
from varejoforte_desktop.persistence.people import SqlShop
from varejoforte_desktop.persistence.schema import SchemaState, schema_state
from varejoforte_desktop.persistence.stations import SqlStations

#: What the line itself says, before the server speaks (always in English) → why it came to nothing.
_OF_THE_LINE: Final = (
    (r"does not support SSL", "no_line"),
    (r"root certificate file|no root certificate|could not load", "no_authority"),
    (r"certificate verify failed|self.signed certificate", "untrusted"),
    (r"does not match host name|server certificate for", "other_server"),
)
#: What servers say in the languages they speak here; another one is found out by asking further.
_OF_THE_SERVER: Final = (
    (
        r"password authentication failed|autenticação .*senha|senha .*autenticação|no password",
        "wrong_password",
    ),
    (r'database ".*" does not exist|banco de dados ".*" não existe', "no_database"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What was found. `release` is the newest that ever worked in these books, "" when nobody did."""

    shop_name: str
    encrypted: bool
    stations: tuple[StationRecord, ...]
    release: str


def visited(url: str) -> Visit:
    """Come in, look and leave again; changes nothing. Slow. Raises JoinRefused."""
    _reached(url)
    engine = build_engine(url, read_only=True, size=1)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("shop"):
                raise JoinRefused("not_a_shop")
            release = _release(connection)
            encrypted = bool(
                connection.execute(
                    text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                ).scalar_one_or_none()
            )
        state = schema_state(engine)
        if state is not SchemaState.CURRENT:
            raise JoinRefused(state.value, version=release)
        with engine.connect() as connection:
            shop, stations = SqlShop(connection), SqlStations(connection).all()
            if not shop.founded():
                raise JoinRefused("not_a_shop")
            return Visit(
                shop_name=shop.get().name, encrypted=encrypted, stations=tuple(stations), release=release
            )
    except OperationalError as error:
        raise _refusal(url, error) from None
    finally:
        engine.dispose()


def _release(connection: Connection) -> str:
    """The newest release that stations told of."""
    if not inspect(connection).has_table("station"):
        return ""
    told = connection.execute(text("SELECT version FROM station")).scalars().all()
    return max(told, key=lambda version: [int(part) for part in re.findall(r"\d+", version)], default="")


def _reached(url: str) -> None:
    """Somebody answers there at all: told apart from a name that nobody has. Raises JoinRefused."""
    address = make_url(url)
    host, authority = address.host, address.query.get("sslrootcert")
    if isinstance(authority, str) and authority != "system":
        try:
            Path(authority).read_bytes()
        except OSError:
            raise JoinRefused("no_authority") from None
    if not host:
        return
    try:
        socket.getaddrinfo(host, address.port or 5432, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise JoinRefused("unknown_server") from None
    try:
        socket.create_connection((host, address.port or 5432), timeout=5.0).close()
    except OSError:
        raise JoinRefused("unreachable") from None


def _refusal(url: str, error: OperationalError) -> JoinRefused:
    raw = error.orig
    said = str(raw)
    for pattern, why in (*_OF_THE_LINE, *_OF_THE_SERVER):
        if re.search(pattern, said, re.IGNORECASE):
            return JoinRefused(why)
    asked = raw.pgconn if isinstance(raw, psycopg.Error) else None
    if asked is not None and asked.used_password and _no_such_database(url):
        return JoinRefused("no_database")
    return JoinRefused("not_let_in")


def _no_such_database(url: str) -> bool:
    """Whether the server lets us in elsewhere and does not know that database, in whatever language it speaks."""
    address = make_url(url)
    engine = build_engine(
        address.set(database="postgres").render_as_string(hide_password=False), read_only=True, size=1
    )
    try:
        with engine.connect() as connection:
            names = connection.execute(text("SELECT datname FROM pg_database")).scalars().all()
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return address.database not in names
