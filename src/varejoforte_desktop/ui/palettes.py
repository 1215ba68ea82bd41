"""The colours of the program by the role they play, for daylight and for the evening.

Contrast promises, kept by a test: every text role reaches 4.5:1 on background, surface, raised and its own soft
colour; `line_strong`, `focus` and icons reach 3:1 because they may be the only sign of an edge or a place. `line`
only separates what spacing already separates, so it may be faint.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtGui import QColor


class Role(StrEnum):
    """What a colour is for; the value is the name of its field in Palette."""

    BACKGROUND = "background"
    SURFACE = "surface"
    RAISED = "raised"
    TEXT = "text"
    TEXT_MUTED = "text_muted"
    LINE = "line"
    LINE_STRONG = "line_strong"
    ACCENT = "accent"
    ACCENT_HOVER = "accent_hover"
    ACCENT_PRESSED = "accent_pressed"
    ACCENT_SOFT = "accent_soft"
    ACCENT_TEXT = "accent_text"
    GOOD = "good"
    GOOD_SOFT = "good_soft"
    WARN = "warn"
    WARN_SOFT = "warn_soft"
    BAD = "bad"
    BAD_SOFT = "bad_soft"
    INFO = "info"
    INFO_SOFT = "info_soft"
    FOCUS = "focus"


class Tone(StrEnum):
    """How a message feels; each has a text role, a soft background and an icon."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"

    @property
    def role(self) -> Role:
        """The colour of its words and icon."""
        return Role.TEXT_MUTED if self is Tone.NEUTRAL else Role(self.value)

    @property
    def soft_role(self) -> Role:
        """The colour behind them."""
        return Role.RAISED if self is Tone.NEUTRAL else Role(f"{self.value}_soft")

    @property
    def icon(self) -> str:
        """The drawing that says the same without colour."""
        return _TONE_ICONS[self]


_TONE_ICONS: Final = {
    Tone.NEUTRAL: "clock",
    Tone.GOOD: "check",
    Tone.WARN: "warning",
    Tone.BAD: "error",
    Tone.INFO: "info",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """One colour ("#rrggbb") for every role."""

    dark: bool
    background: str
    surface: str
    raised: str
    text: str
    text_muted: str
    line: str
    line_strong: str
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    accent_text: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    info: str
    info_soft: str
    focus: str

    def hex(self, role: Role) -> str:
        """The colour of a role as "#rrggbb"."""
        value: str = getattr(self, role.value)
        return value

    def colour(self, role: Role) -> QColor:
        """The colour of a role, ready to paint with."""
        from PySide6.QtGui import QColor  # here, so that commands may use the words of a tone without windows

        return QColor(self.hex(role))


LIGHT: Final = Palette(
    dark=False,
    background="#f3f6f6",
    surface="#ffffff",
    raised="#e9efef",
    text="#15211f",
    text_muted="#516062",
    line="#dfe6e6",
    line_strong="#7a898b",
    accent="#0b6270",
    accent_hover="#095463",
    accent_pressed="#074450",
    accent_soft="#d9edef",
    accent_text="#ffffff",
    good="#14663a",
    good_soft="#dcf1e3",
    warn="#7d4b00",
    warn_soft="#fcedcf",
    bad="#ad221b",
    bad_soft="#fbe4e2",
    info="#1d5a9e",
    info_soft="#e1edfa",
    focus="#00859c",
)

DARK: Final = Palette(
    dark=True,
    background="#101617",
    surface="#182021",
    raised="#232e30",
    text="#e8efee",
    text_muted="#a5b4b5",
    line="#2b3739",
    line_strong="#74868a",
    accent="#58bfca",
    accent_hover="#75cdd6",
    accent_pressed="#93dae1",
    accent_soft="#17393f",
    accent_text="#05262b",
    good="#6fce94",
    good_soft="#16331f",
    warn="#eab45c",
    warn_soft="#3a2a0d",
    bad="#ff938a",
    bad_soft="#441d1b",
    info="#8cbcf3",
    info_soft="#192f49",
    focus="#7fdbe6",
)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast between two colours, from 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
