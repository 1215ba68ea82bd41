"""How long the screen stands still while the queue empties and while products are saved."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.benchmarks.figures import Finding
from tests.benchmarks.shops import Workshop, limit
from tests.benchmarks.tray_process import tray_store


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """The whole program offscreen, with the collector calmed as it ships, and as Python comes."""
    count, saves = (1_500, 200) if quick else (10_000, 500)
    calm = _watch(workshop, count, saves, calm=True)
    usual = _watch(workshop, 1_500 if quick else 3_000, saves, calm=False)
    found = []
    for key, work in (("draining", f"drain of {count}"), ("saving", f"{saves} products saved")):
        found += _findings(work, calm, usual, key)
    return found


def _findings(work: str, calm: dict[str, Any], usual: dict[str, Any], key: str) -> list[Finding]:
    told = f"1 ms heartbeat, {calm['window']}"
    raw = [
        *(
            f"collector calmed, {part}: {_words(calm[name])}"
            for name, part in ((key, work), ("nothing", "idle"))
        ),
        f"collector as Python comes: {_words(usual[key])}",
    ]
    figures = calm[key]
    return [
        Finding(
            work=f"screen during {work}, p99", value=figures["p99"], unit="ms", against=told, most=16, raw=raw
        ),
        Finding(
            work=f"screen during {work}, worst", value=figures["worst"], unit="ms", against=told, most=50
        ),
        Finding(
            work=f"screen during {work}, worst stretch of its own work",
            value=figures["worst_burnt"],
            unit="ms",
            against="processor time, whatever else the machine does",
        ),
    ]


def _words(figures: dict[str, Any]) -> str:
    return (
        f"p50 {figures['p50']:.1f}, p99 {figures['p99']:.1f}, worst {figures['worst']:.1f} ms, "
        f"worst own work {figures['worst_burnt']:.1f} ms, {figures['late']} of {figures['beats']} beats over 16 ms"
    )


def _watch(workshop: Workshop, count: int, saves: int, *, calm: bool) -> dict[str, Any]:
    path = workshop.copy(count, f"stall-{'calm' if calm else 'usual'}")
    limit(path)
    with tray_store(count + saves) as keys:
        told = {"path": str(path), "keys": keys, "count": count, "saves": saves, "calm": calm}
        command = [sys.executable, "-m", "tests.benchmarks.stall_process"]
        done = subprocess.run(
            command, input=json.dumps(told) + "\n", capture_output=True, text=True, timeout=150, check=False
        )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(done.stderr.strip()[-600:] or f"ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
