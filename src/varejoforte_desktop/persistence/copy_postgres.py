"""Copies of a PostgreSQL shop by the server's own tools, and how one takes the place of the database."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psycopg
from psycopg import errors, sql
from sqlalchemy import URL, make_url

from varejoforte_desktop.application.backup_desk import CopyRefused
from varejoforte_desktop.application.books import BooksUnreachable
from varejoforte_desktop.persistence.copy_files import Copy, placed, placing

MAGIC: Final = b"PGDMP"
_SECRET_QUERY: Final = ("password", "sslpassword")
_LONGEST_NAME: Final = 63


def copy_postgresql(url: str, target: Path) -> Copy:
    """Copy a PostgreSQL shop with pg_dump. The password is never an argument. Raises CopyRefused or BooksFull."""
    tool = _tool("pg_dump")
    where, password = _address(url)
    with placing(target) as partial:
        _run([tool, "--format=custom", "--no-password", f"--file={partial}", f"--dbname={where}"], password)
        reader = shutil.which("pg_restore")
        if reader is not None:
            _run([reader, "--list", str(partial)], "")
    return placed(target)


def can_copy_postgresql() -> str:
    """ "" when the tool is there, else no_tool."""
    return "" if shutil.which("pg_dump") else "no_tool"


@contextmanager
def filled_database(url: str, dump: Path) -> Iterator[str]:
    """A new database beside the shop's, filled from a copy; gives its address. It goes when nobody renamed it.

    Raises CopyRefused (no_tool, tool_failed, damaged, no_rights) or BooksUnreachable.
    """
    tool = _tool("pg_restore")
    if _begins(dump) != MAGIC:
        raise CopyRefused("damaged", dump.name)
    name = beside(url, f"copia_{secrets.token_hex(4)}")
    with _on_server(url) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    filled = make_url(url).set(database=name).render_as_string(hide_password=False)
    try:
        where, password = _address(filled)
        how = ("--no-owner", "--no-privileges", "--no-comments", "--exit-on-error", "--single-transaction")
        try:
            _run([tool, *how, "--no-password", f"--dbname={where}", str(dump)], password)
        except CopyRefused as refused:
            torn = any(
                word in refused.detail for word in ("read from input", "end of file", "not appear to be")
            )
            raise CopyRefused("damaged", refused.detail) if torn else refused from None
        yield filled
    finally:
        drop_database(filled)


def beside(url: str, ending: str) -> str:
    """The name of a database that belongs to the shop's: "loja" and an ending, cut to what the server allows."""
    name = make_url(url).database or "loja"
    return f"{name[: _LONGEST_NAME - len(ending) - 1]}_{ending}"


def database_name(url: str) -> str:
    """The name of the database at an address."""
    return make_url(url).database or ""


def drop_database(url: str) -> None:
    """Take a database away that only we know, as far as it goes."""
    name = make_url(url).database or ""
    with suppress(CopyRefused, BooksUnreachable), _on_server(url) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def rename_database(url: str, name: str) -> None:
    """Give a database another name. Raises CopyRefused ("in_use", "exists", "no_rights")."""
    _rename([(make_url(url).database or "", name)], url)


def exchange_databases(url: str, candidate: str, kept: str) -> None:
    """Let `candidate` take the name of the shop's database, which goes on as `kept`; both at once or neither.

    Raises CopyRefused: in_use while anybody is connected, no_copy when there is no such candidate, no_rights.
    """
    name = make_url(url).database or ""
    _rename([(name, kept), (candidate, name)], url)


def _rename(pairs: Sequence[tuple[str, str]], url: str) -> None:
    with _on_server(url) as server, server.transaction():
        for old, new in pairs:
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
            )


def has_database(url: str, name: str) -> bool:
    """Whether the server of the shop has a database of that name."""
    with _on_server(url) as server:
        return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


@contextmanager
def _on_server(url: str) -> Iterator[psycopg.Connection]:
    """The server itself rather than the shop's database; its refusals as CopyRefused or BooksUnreachable."""
    where, password = _address(make_url(url).set(database="postgres").render_as_string(hide_password=False))
    try:
        with psycopg.connect(where, password=password or None, autocommit=True, connect_timeout=5) as server:
            yield server
    except errors.InsufficientPrivilege as error:
        raise CopyRefused("no_rights", _first(error)) from None
    except errors.ObjectInUse as error:
        raise CopyRefused("in_use", _first(error)) from None
    except errors.DuplicateDatabase as error:
        raise CopyRefused("exists", _first(error)) from None
    except errors.InvalidCatalogName as error:
        raise CopyRefused("no_copy", _first(error)) from None
    except psycopg.OperationalError as error:
        raise BooksUnreachable(_first(error)) from None


def _first(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0]


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CopyRefused("no_tool", name)
    return found


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(MAGIC))


def _address(url: str) -> tuple[str, str]:
    """The address as libpq reads it, without the password, and the password."""
    address = make_url(url)
    bare = URL.create(
        "postgresql",
        username=address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query={name: value for name, value in address.query.items() if name not in _SECRET_QUERY},
    )
    told = address.query.get("password", "")
    password = address.password or (told if isinstance(told, str) else told[0])
    return bare.render_as_string(hide_password=False), password


def _run(command: Sequence[str], password: str) -> None:
    ours = "VAREJOFORTE_"  # our own secrets are none of its business
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"PGCONNECT_TIMEOUT": "5", "LC_MESSAGES": "C"} | (
        {"PGPASSWORD": password} if password else {}
    )
    ended = subprocess.run(  # noqa: S603 - a program found on the PATH, no shell
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if ended.returncode:
        raise CopyRefused("tool_failed", ended.stderr.decode("utf-8", "replace").strip())
