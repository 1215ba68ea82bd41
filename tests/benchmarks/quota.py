"""Sending under the store's limit of requests: how much of it is used, and whether it is ever overstepped."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.benchmarks.figures import Finding
from tests.benchmarks.shops import Workshop
from tests.benchmarks.virtual import in_virtual_time, owe_as_of
from tests.stations import PracticeShop

_MINUTE = timedelta(minutes=1)
_REST = timedelta(seconds=5)


def measure(workshop: Workshop, *, quick: bool) -> list[Finding]:
    """5 000 products under 180 requests a minute, in virtual time, with a line that takes 50 ms and one of 300 ms."""
    count = 1_000 if quick else 5_000
    found: list[Finding] = []
    for latency in (0.05, 0.3):
        name = f"quota-{int(latency * 1000)}"

        async def work(shop: PracticeShop, path: Path, latency: float = latency) -> list[Finding]:
            return await _drained(shop, path, count, latency)

        found += in_virtual_time(workshop, name, count, work)
    return found


async def _drained(shop: PracticeShop, path: Path, count: int, latency: float) -> list[Finding]:
    shop.main.line.seconds = latency
    await shop.sleep(120)  # the requests of connecting are no longer counted
    owe_as_of(shop, path, count)
    shop.store.log.clear()
    limit = shop.settings.requests_per_minute
    shop.main.sync.start(shop.actor)
    seconds = await shop.until(lambda: shop.owed() == 0, within=3600, every=2.0)
    await shop.main.sync.stop()
    times = [record.at for record in shop.store.requests if record.status == 200]
    refused = shop.store.log.statuses[429]
    minutes = _by_minute(times)
    share = 100 * _a_minute(times) / limit
    about = f"{count} products under {limit}/min, {latency * 1000:.0f} ms a request"
    return [
        Finding(
            work=f"{about}: requests used",
            value=share,
            unit="%",
            against=f"{limit} a minute, sustained from the first burst to the last",
            least=97.0,
            raw=[
                f"a minute: {minutes}",
                f"busiest sliding minute {_busiest(times)} of {limit}; "
                f"{len(times)} requests in {seconds / 60:.1f} virtual minutes "
                f"(no faster than {(len(times) - 1) // limit:.0f} by the limit)",
            ],
        ),
        Finding(
            work=f"{about}: answers 429",
            value=float(refused),
            unit="",
            against="the store's own count",
            most=0,
        ),
    ]


def _by_minute(times: list[datetime]) -> list[int]:
    counts = [0] * (int((times[-1] - times[0]) / _MINUTE) + 1)
    for at in times:
        counts[int((at - times[0]) / _MINUTE)] += 1
    return counts


def _a_minute(times: list[datetime]) -> float:
    """Requests a minute over whole periods: from the first request to the one that follows the last long rest."""
    rested = [place for place in range(1, len(times)) if times[place] - times[place - 1] > _REST]
    last = rested[-1] if rested else len(times) - 1
    return last / ((times[last] - times[0]) / _MINUTE)


def _busiest(times: list[datetime]) -> int:
    first, most = 0, 0
    for place, at in enumerate(times):
        while at - times[first] >= _MINUTE:
            first += 1
        most = max(most, place - first + 1)
    return most
