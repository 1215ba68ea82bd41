"""What the guide of the tour has in hand: the windows, the practice store, and where the pictures go."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from varejoforte_desktop.demo.hand import Hand
from varejoforte_desktop.demo.program import say
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.server import StoreServerThread
from varejoforte_desktop.simulator.store import TrayStore

#: The product that the tour changes.
REFERENCE: Final = "PAN-1001"


@dataclass(slots=True)
class Tour:
    """What the guide has in hand, and the number of the next picture."""

    hand: Hand
    store: TrayStore
    server: StoreServerThread
    sefaz: SefazSimulator
    output: Path
    step: int = 0

    def snap(self, window: str, name: str, words: str) -> None:
        """Keep a picture of a window and say what it shows."""
        self.step += 1
        path = self.hand.picture(window, self.output / f"{self.step:02d}-{name}.png")
        say(f"{self.step:02d}  {words}  → {path}")

    async def settled(self, seconds: float) -> None:
        """Let lists load and ages tick before a picture."""
        await asyncio.sleep(seconds)

    @property
    def shelf(self) -> dict[str, Any]:
        """The product as the store holds it now."""
        return next(each for each in self.store.products.values() if each["reference"] == REFERENCE)
