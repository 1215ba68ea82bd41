"""Runs the benchmarks, each in a process of its own, and prints what was found; never fails for a figure."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.benchmarks.figures import Finding, from_json, table
from tests.benchmarks.machine import machine_line

#: In the order they run; those that share the shop of a million products follow one another.
NAMES = ("drain", "quota", "day", "idle", "listing", "orders", "enqueue", "notes", "stall", "startup")
LATEST = 300.0


def main() -> int:
    """Say what was found."""
    given = _arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    if given.alone:
        _run_alone(given.alone, Path(given.folder), quick=given.quick)
        return 0
    started = time.perf_counter()
    print(machine_line(), flush=True)
    found: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="varejoforte-bench-") as folder:
        for name in given.names or NAMES:
            begun = time.perf_counter()
            found += _apart(name, Path(folder), quick=given.quick)
            print(f"  {name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
            _keep(given.json, found, quick=given.quick, seconds=time.perf_counter() - started)
    seconds = time.perf_counter() - started
    print(table(found))
    print(f"\n{machine_line()} · {'quick, ' if given.quick else ''}{seconds:.0f} s in all")
    return 0


def _keep(path: Path | None, found: list[Finding], *, quick: bool, seconds: float) -> None:
    """After each benchmark, so that a run that is broken off leaves what it found."""
    if path is None:
        return
    report = {
        "machine": machine_line(),
        "quick": quick,
        "seconds": round(seconds),
        "found": [each.as_json() for each in found],
    }
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which ones: {', '.join(NAMES)} (all)")
    parser.add_argument("--quick", action="store_true", help="smaller shops, two minutes at most")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the findings there too")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    given = parser.parse_args()
    unknown = set(given.names) - set(NAMES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return given


def _apart(name: str, folder: Path, *, quick: bool) -> list[Finding]:
    """In a process of its own, so that no benchmark's memory, loop or crash touches another's."""
    command = [sys.executable, "-m", "tests.benchmarks", "--alone", name, "--folder", str(folder)]
    output = folder / f"{name}.json"
    try:
        with (folder / f"{name}.log").open("w+", encoding="utf-8") as log:
            done = subprocess.run(
                [*command, *(["--quick"] if quick else [])], stderr=log, timeout=LATEST, check=False
            )
            log.seek(0)
            words = log.read().strip().splitlines()
    except subprocess.TimeoutExpired:
        return [Finding(work=name, value=None, raw=[f"gave up after {LATEST:.0f} s"])]
    if not output.exists():
        return [Finding(work=name, value=None, raw=[f"ended with {done.returncode}", *words[-3:]])]
    return [from_json(each) for each in json.loads(output.read_text(encoding="utf-8"))]


def _run_alone(name: str, folder: Path, *, quick: bool) -> None:
    from tests.benchmarks.shops import Workshop

    try:
        found = importlib.import_module(f"tests.benchmarks.{name}").measure(Workshop(folder), quick=quick)
    except Exception as trouble:  # noqa: BLE001 - a benchmark that cannot run is a line of the table
        last = traceback.format_exc().strip().splitlines()[-4:]
        found = [Finding(work=name, value=None, raw=[f"{type(trouble).__name__}: {trouble}", *last])]
    kept = json.dumps([each.as_json() for each in found], ensure_ascii=False)
    (folder / f"{name}.json").write_text(kept, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
