"""What a benchmark found: a ratio with its spread, the target beside it, and the raw figures it came from."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class Finding:
    """One line of the table. `most` or `least` is the target; neither means that it is only told."""

    work: str
    value: float | None
    unit: str = "×"
    spread: str = ""
    against: str = ""
    most: float | None = None
    least: float | None = None
    raw: list[str] = field(default_factory=list)

    @property
    def target(self) -> str:
        """The target in words."""
        parts = [f"≥ {self.least:g} {self.unit}"] if self.least is not None else []
        parts += [f"≤ {self.most:g} {self.unit}"] if self.most is not None else []
        return " and ".join(parts) or "told only"

    @property
    def verdict(self) -> str:
        """Whether the target is met: ok, miss, or - where there is none or nothing was measured."""
        if self.value is None:
            return "not measured"
        if self.most is None and self.least is None:
            return "-"
        low = self.least is not None and self.value < self.least
        high = self.most is not None and self.value > self.most
        return "miss" if low or high else "ok"

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return asdict(self) | {"target": self.target, "verdict": self.verdict}


def from_json(kept: dict[str, Any]) -> Finding:
    """A finding read back."""
    return Finding(**{name: value for name, value in kept.items() if name not in {"target", "verdict"}})


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def middle(values: Iterable[float]) -> float:
    """The median."""
    return statistics.median(values)


def spread(values: Sequence[float], *, digits: int = 2) -> str:
    """Lowest and highest of few rounds, the 10th and 90th percentile of many."""
    if len(values) < 2:
        return ""
    many = len(values) >= 10
    low = percentile(values, 0.1) if many else min(values)
    high = percentile(values, 0.9) if many else max(values)
    return f"{low:.{digits}f}…{high:.{digits}f}"


def in_ms(seconds: Sequence[float]) -> str:
    """A sample of seconds in words: median, 10th to 90th percentile, worst."""
    thousand = [each * 1000 for each in seconds]
    return f"{middle(thousand):.2f} ms ({spread(thousand)}, worst {max(thousand):.2f}, n={len(thousand)})"


def table(findings: Sequence[Finding]) -> str:
    """All findings, one line each, then their raw figures."""
    head = ("work", "measured", "spread", "against", "target", "")
    lines = [
        (
            each.work,
            "-" if each.value is None else f"{each.value:.2f} {each.unit}",
            each.spread,
            each.against,
            each.target,
            each.verdict,
        )
        for each in findings
    ]
    widths = [max(len(line[place]) for line in [head, *lines]) for place in range(len(head))]
    shown = [
        "  ".join(part.ljust(width) for part, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, tuple("-" * width for width in widths), *lines)
    ]
    for each in findings:
        if each.raw:
            shown += ["", each.work, *(f"    {line}" for line in each.raw)]
    return "\n".join(shown)
