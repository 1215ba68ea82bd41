"""The doctor's look at the computer: Python, the screen, the system's safe, folders and free space."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.cli.findings import Finding, error, warning, well
from varejoforte_desktop.settings import Settings

_OLDEST_PYTHON: Final = (3, 11)
_OLDEST_SQLITE: Final = (3, 35, 0)  # RETURNING
_MEGABYTE: Final = 1_000_000
_PATIENCE: Final = 30.0
#: Runs in a process of its own: a missing system library ends the process without an exception.
_SCREEN: Final = """
import json
from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
application = QGuiApplication(["doctor"])
print(json.dumps({"qt": qVersion(), "platform": application.platformName(), "fonts": len(QFontDatabase.families())}))
"""


def python(_settings: Settings) -> Iterator[Finding]:
    """Python, SQLite and the version of Qt that must not be used."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST_PYTHON:
        yield error("Python", version, "Instale o Python 3.11 ou mais novo.")
    else:
        yield well("Python", version)
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        yield error("SQLite", sqlite3.sqlite_version, "Instale um Python com SQLite 3.35 ou mais novo.")
    else:
        yield well("SQLite", sqlite3.sqlite_version)
    yield qt_version(_installed("PySide6-Essentials"), sys.version_info[:2])


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def qt_version(version: str | None, python_version: tuple[int, ...]) -> Finding:
    """PySide6 6.12.0 ends the program on Python 3.11 and is refused everywhere."""
    if version is None:
        return error("PySide6", "não está instalado", "Instale o programa de novo.")
    if version == "6.12.0":
        if python_version == (3, 11):
            text = "a versão 6.12.0 derruba o programa no Python 3.11"
        else:
            text = "a versão 6.12.0 tem um defeito grave"
        return error("PySide6", text, "Instale o programa de novo; ele traz uma versão boa.")
    return well("PySide6", version)


def screen(_settings: Settings) -> Iterator[Finding]:
    """Whether a window could be opened here, and with which letters."""
    if getattr(sys, "frozen", False):
        yield well("Tela", "programa empacotado; abra-o para conferir")
        return
    without = sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VAREJOFORTE_")}
    seen = _try_screen(environment | ({"QT_QPA_PLATFORM": "offscreen"} if without else {}))
    if isinstance(seen, str):
        yield error("Tela", f"o Qt não abre: {seen}", "Instale as bibliotecas que faltam e tente de novo.")
        return
    if without:
        yield warning("Tela", "este computador não tem tela aberta", "Os comandos funcionam; as janelas não.")
    else:
        yield well("Tela", f"Qt {seen['qt']}, {seen['platform']}")
    if not seen["fonts"]:
        yield error("Letras", "nenhuma fonte encontrada", "Instale uma fonte, como fonts-dejavu-core.")
    else:
        yield well("Letras", f"{seen['fonts']} famílias")


def _try_screen(environment: dict[str, str]) -> dict[str, Any] | str:
    """What Qt says of itself, or its last words."""
    try:
        tried = subprocess.run(  # noqa: S603 - our own Python, our own text
            [sys.executable, "-c", _SCREEN],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"não respondeu em {_PATIENCE:.0f} s"
    except OSError as trouble:
        return str(trouble)
    if tried.returncode:
        words = tried.stderr.decode("utf-8", "replace").strip().splitlines()
        return words[-1] if words else f"terminou com o código {tried.returncode}"
    found: dict[str, Any] = json.loads(tried.stdout.decode("utf-8").strip().splitlines()[-1])
    return found


def safe(_settings: Settings) -> Iterator[Finding]:
    """Whether the system's safe can keep the shop's key."""
    import keyring
    from keyring.errors import KeyringError

    remedy = "Sem ele, um administrador precisa entrar a cada abertura do programa."
    backend = keyring.get_keyring()
    name = f"{type(backend).__module__.rpartition('.')[2]}"
    if name == "null":
        yield warning("Cofre do sistema", "está desligado", remedy)
        return
    try:
        keyring.get_password("Varejo Forte Desktop", "doctor")
    except KeyringError:
        yield warning("Cofre do sistema", "nenhum cofre pode ser usado", remedy)
    else:
        yield well("Cofre do sistema", name)


def folders(settings: Settings) -> Iterator[Finding]:
    """Whether data and log can be written, and for how long there is room."""
    yield _writable("Pasta dos dados", settings.data_dir)
    yield _writable("Pasta do log", settings.log_dir)
    try:
        free = shutil.disk_usage(_nearest(settings.data_dir)).free // _MEGABYTE
    except OSError as trouble:
        yield warning("Espaço livre", str(trouble), "Verifique o disco.")
        return
    text = f"{free} MB"
    if free < 100:
        yield error("Espaço livre", text, "Libere espaço no disco.")
    elif free < 1000:
        yield warning("Espaço livre", text, "Libere espaço no disco em breve.")
    else:
        yield well("Espaço livre", text)


def _nearest(folder: Path) -> Path:
    """The folder, or the first one above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _writable(subject: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return error(subject, f"não é possível gravar em {folder}", "Verifique as permissões da pasta.")
    return well(subject, str(folder))
