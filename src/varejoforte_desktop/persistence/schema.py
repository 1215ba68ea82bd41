"""Opening the books: made when new, upgraded after a copy was put aside, refused when newer than this release."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from varejoforte_desktop.application.books import BooksDamaged, BooksMisplaced, BooksNewer, BooksOlder
from varejoforte_desktop.persistence.database import build_engine, sqlite_path
from varejoforte_desktop.persistence.dialects import UPGRADE_DOOR, is_sqlite, one_at_a_time
from varejoforte_desktop.persistence.failures import translated
from varejoforte_desktop.persistence.soundness import must_be_whole

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_NETWORK_TYPES: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afpfs", "ncpfs"}
)


class SchemaState(Enum):
    """How the books stand to this release."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


def schema_state(engine: Engine) -> SchemaState:
    """Compare the books with the steps this release knows."""
    if _at_newest_step(engine):
        return SchemaState.CURRENT
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current is None:
            return SchemaState.EMPTY if not inspect(connection).get_table_names() else SchemaState.NEWER
    script = ScriptDirectory.from_config(_config())
    if current == script.get_current_head():
        return SchemaState.CURRENT
    known = {step.revision for step in script.walk_revisions()}
    return SchemaState.OLDER if current in known else SchemaState.NEWER


def _at_newest_step(engine: Engine) -> bool:
    """The usual start, found out without Alembic, which costs a till time and memory: the newest step was made."""
    newest = max(
        (step.name.partition("_")[0] for step in (_SCRIPTS / "versions").glob("[0-9]*.py")), default=None
    )
    try:
        with engine.connect() as connection:
            made = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    except DBAPIError:
        return False  # empty, or no books at all: the long way tells which
    return newest is not None and list(made) == [newest]


def prepare(url: str, *, may_upgrade: bool, now: Callable[[], datetime]) -> None:
    """Make the books ready for this release.

    SQLite is made or upgraded (after a copy was put aside) whoever starts; on PostgreSQL only with `may_upgrade`.
    Raises BooksNewer, BooksOlder, BooksMisplaced, BooksDamaged, BooksUnreachable, BooksFull.
    """
    path = sqlite_path(url)
    if path is not None:
        _check_place(path)
        must_be_whole(url)
    with translated():
        engine = build_engine(url, read_only=False, size=1)
        try:
            state = schema_state(engine)
            if state is SchemaState.NEWER:
                raise BooksNewer
            if state is SchemaState.CURRENT:
                return
            if path is None and not may_upgrade:
                raise BooksOlder("empty" if state is SchemaState.EMPTY else "older")
            _upgrade(engine, path, now)
        finally:
            engine.dispose()


def _upgrade(engine: Engine, path: Path | None, now: Callable[[], datetime]) -> None:
    """All steps in one transaction: the books are of one release or the other, never between.

    A SQLite shop is copied within it, before the first step: of two programs that upgrade at once the second finds
    nothing left to do, and never puts upgraded books in the place of the first one's copy.
    """
    from alembic.command import upgrade
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        if is_sqlite(connection):
            # A table that is rebuilt is dropped first, which would take along (or trip over) what refers to it.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            one_at_a_time(connection, UPGRADE_DOOR)
            config = _config()
            made = MigrationContext.configure(connection).get_current_revision()
            if made == ScriptDirectory.from_config(config).get_current_head():
                return  # another program did it while we waited at the door
            if path is not None and made is not None:
                put_aside(path, now())
            config.attributes["connection"] = connection
            upgrade(config, "head")
            if is_sqlite(connection) and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise BooksDamaged("the upgrade would leave lines that refer to nothing")


def put_aside(path: Path, at: datetime) -> Path:
    """Copy a SQLite shop beside itself before it is changed; gives the copy. Raises BooksFull or BooksDamaged."""
    target = path.with_name(f"{path.stem}-antes-da-atualizacao-{at:%Y%m%d-%H%M%S}{path.suffix}")
    partial = target.with_suffix(".parcial")
    partial.unlink(missing_ok=True)  # of a start that was cut off
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        shutil.move(partial, target)
    finally:
        partial.unlink(missing_ok=True)  # a full disk needs the room
    return target


def _check_place(path: Path) -> None:
    folder = path.parent
    if str(path).startswith(("\\\\", "//")):
        raise BooksMisplaced(str(folder), why="network_share")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise BooksMisplaced(str(error), why="not_a_folder") from None
    except OSError as error:
        raise BooksMisplaced(str(error), why="no_access") from None
    if _mount_type(folder) in _NETWORK_TYPES:
        raise BooksMisplaced(str(folder), why="network_share")


def _mount_type(folder: Path) -> str:
    """The kind of file system under a folder, where the system tells ("" elsewhere)."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    best, kind = "", ""
    resolved = str(folder.resolve())
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split()
        point = parts[1].replace("\\040", " ")
        inside = resolved == point or resolved.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind
