"""What the figures were taken on."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path


def machine_line() -> str:
    """Cores, load, Python and the libraries that matter."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    names = ("PySide6-Essentials", "SQLAlchemy", "httpx", "qasync")
    parts = [
        f"{os.cpu_count()} cores (load {load})",
        f"{platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}",
        *(f"{name} {_version(name)}" for name in names),
    ]
    return " · ".join(parts)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "absent"


def resident_mb(process: int | str = "self") -> float | None:
    """Resident memory of a process in MB, None where the system does not tell (only Linux does)."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(found[0]) / 1024 if found else None
