"""The one sound of the counter: something was refused. What went well is silent."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QApplication

from varejoforte_desktop.ui.services import Preferences

#: The choice of this station.
PREFERENCE: Final = "counter_sound"


class CounterSound:
    """Beeps when a code or a key is refused, unless this station wants silence. `refusals` counts them either way."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self.refusals = 0

    @property
    def on(self) -> bool:
        """Whether this station wants to hear it."""
        return bool(self._preferences.get(PREFERENCE, True))

    def turn(self, *, on: bool) -> None:
        """Remember what this station wants."""
        self._preferences.put(PREFERENCE, on)

    def refuse(self) -> None:
        """Not found, or not now."""
        self.refusals += 1
        if self.on:
            QApplication.beep()
